//! Lock files in TOML and JSON: what a source tree declares, which need not be installed anywhere. They are read in a source
//! tree (`dir:`), and in an image only where it is asked for.
//!
//! Read are Cargo.lock, poetry.lock, uv.lock, pdm.lock, package-lock.json and npm-shrinkwrap.json (versions 1 to 3),
//! composer.lock, Pipfile.lock and NuGet's packages.lock.json. Left out: the package that the tree itself is (crates without a
//! source, npm's root and its workspaces, uv's editable ones), and lock files of other forms (yarn, pnpm, Bundler, Go, Gradle),
//! which have no reader yet.
//!
//! Specifications: the documentation of cargo, poetry, uv, npm ("package-lock.json"), Composer, pipenv, NuGet.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Basis, Declared, Ecosystem, Find, Grammar, PackageFind};
use serde_json::Value;
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "lockfile",
    group: Group::Lockfile,
    wants: &[
        Want::Name("Cargo.lock"),
        Want::Name("poetry.lock"),
        Want::Name("uv.lock"),
        Want::Name("pdm.lock"),
        Want::Name("package-lock.json"),
        Want::Name("npm-shrinkwrap.json"),
        Want::Name("composer.lock"),
        Want::Name("Pipfile.lock"),
        Want::Name("packages.lock.json"),
    ],
    parse,
};

/// Most packages of one file; the largest real trees have some 10,000.
const MAX_PACKAGES: usize = 200_000;

/// Deepest nesting of npm's old form, where a dependency holds its own.
const MAX_DEPTH: usize = 64;

/// Reads one lock file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let base = paths::base(input.path);
    let value = if base.ends_with(".lock") && base != "composer.lock" && base != "Pipfile.lock" {
        toml::from_str::<Value>(&text).map_err(|e| decode::one_line(e.message()).unwrap_or_default().to_string())
    } else {
        serde_json::from_str::<Value>(&text).map_err(|e| e.to_string())
    };
    let value = match value {
        Ok(value @ Value::Object(_)) => value,
        Ok(_) => {
            parsed.file_issue("the lock file holds no table; what it declares is not in the report");
            return parsed;
        }
        Err(why) => {
            parsed.file_issue(format!("the lock file is broken ({why}); what it declares is not in the report"));
            return parsed;
        }
    };
    let mut found = Found { parsed, seen: BTreeSet::new() };
    match base {
        "Cargo.lock" => found.tables(&value, Ecosystem::CARGO, |p| p.get("source").is_some()),
        "poetry.lock" | "uv.lock" | "pdm.lock" => found.tables(&value, Ecosystem::PYPI, |p| {
            let own = |key: &str| p.get("source").and_then(|s| s.get(key)).is_some();
            !(own("editable") || own("virtual"))
        }),
        "composer.lock" => found.composer(&value),
        "Pipfile.lock" => found.pipfile(&value),
        "packages.lock.json" => found.nuget(&value),
        _ => found.npm(&value),
    }
    found.parsed
}

struct Found {
    parsed: Parsed,
    seen: BTreeSet<Key>,
}

/// Namespace, name and version.
type Key = (Option<Box<str>>, Box<str>, Box<str>);

impl Found {
    fn add(&mut self, ecosystem: Ecosystem, name: &str, version: &str, licenses: Vec<Box<str>>) {
        if self.seen.len() >= MAX_PACKAGES {
            return;
        }
        let (namespace, name) = match name.rsplit_once('/') {
            Some((namespace, name)) => (Some(Box::from(namespace)), name),
            None => (None, name),
        };
        let (Some(name), Some(version)) = (decode::token(name), decode::token(version)) else {
            self.parsed.record_issue(format!("{} is no package's name and version", decode::shown(name)));
            return;
        };
        if !self.seen.insert((namespace.clone(), name.clone(), version.clone())) {
            return;
        }
        let grammar = if ecosystem == Ecosystem::COMPOSER { Grammar::Composer } else { Grammar::Npm };
        let declared = (!licenses.is_empty()).then_some(Declared { grammar, field: "license", values: licenses });
        self.parsed.finds.push(Find::Package(Box::new(PackageFind {
            ecosystem,
            namespace,
            name,
            version,
            declared: declared.into_iter().collect(),
            basis: Basis::Lockfile,
            ..PackageFind::default()
        })));
    }

    /// `[[package]]` tables with name and version, as cargo and Python's tools write them.
    fn tables(&mut self, value: &Value, ecosystem: Ecosystem, counts: impl Fn(&Value) -> bool) {
        for package in list(value, "package").filter(|p| counts(p)) {
            if let (Some(name), Some(version)) = (text(package, "name"), text(package, "version")) {
                self.add(ecosystem, name, version, Vec::new());
            }
        }
    }

    fn composer(&mut self, value: &Value) {
        for package in list(value, "packages").chain(list(value, "packages-dev")) {
            let licenses = list(package, "license").filter_map(Value::as_str).map(Into::into).collect();
            if let (Some(name), Some(version)) = (text(package, "name"), text(package, "version")) {
                self.add(Ecosystem::COMPOSER, name, version, licenses);
            }
        }
    }

    /// Versions are pinned as `==1.0`.
    fn pipfile(&mut self, value: &Value) {
        for (name, package) in ["default", "develop"].iter().flat_map(|group| members(value, group)) {
            if let Some(version) = text(package, "version").and_then(|v| v.strip_prefix("==")) {
                self.add(Ecosystem::PYPI, name, version, Vec::new());
            }
        }
    }

    /// For each target framework the packages with what they resolved to; projects of the tree are no packages.
    fn nuget(&mut self, value: &Value) {
        for (_, framework) in members(value, "dependencies") {
            for (name, package) in framework.as_object().into_iter().flatten() {
                let project = text(package, "type").is_some_and(|t| t.eq_ignore_ascii_case("project"));
                if let Some(version) = text(package, "resolved").filter(|_| !project) {
                    self.add(Ecosystem::NUGET, name, version, Vec::new());
                }
            }
        }
    }

    /// Since version 2 by the place of each package, before by name, each with its own dependencies.
    fn npm(&mut self, value: &Value) {
        let by_place = value.get("packages").and_then(Value::as_object);
        for (place, package) in by_place.into_iter().flatten() {
            let Some((_, name)) = place.rsplit_once("node_modules/").filter(|_| package.get("link").is_none()) else {
                continue;
            };
            // An alias lies under another name than its own.
            let name = text(package, "name").unwrap_or(name);
            if let Some(version) = text(package, "version") {
                self.add(Ecosystem::NPM, name, version, text(package, "license").map(Into::into).into_iter().collect());
            }
        }
        if by_place.is_none() {
            self.npm_by_name(value, 0);
        }
    }

    fn npm_by_name(&mut self, value: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            self.parsed.record_lost(format!("dependencies are nested deeper than {MAX_DEPTH}; the rest was left out"));
            return;
        }
        for (name, package) in members(value, "dependencies") {
            // What comes from elsewhere has an address in the version's place.
            if let Some(version) = text(package, "version").filter(|v| !v.contains([':', '/'])) {
                self.add(Ecosystem::NPM, name, version, Vec::new());
            }
            self.npm_by_name(package, depth + 1);
        }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty())
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn members<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[&str]) {
        let parsed = parse(&Input { path, bytes: text.as_bytes() });
        let got: Vec<String> = parsed
            .finds
            .iter()
            .filter_map(|find| match find {
                Find::Package(p) => {
                    assert_eq!(p.basis, Basis::Lockfile);
                    let licenses: Vec<&str> = p.declared.iter().flat_map(|d| &d.values).map(|v| &**v).collect();
                    let name = p.namespace.iter().map(|n| &**n).chain([&*p.name]).collect::<Vec<_>>().join("/");
                    Some(format!("{} {name} {} {}", p.ecosystem.as_str(), p.version, licenses.join(",")))
                }
                _ => None,
            })
            .collect();
        let got: Vec<&str> = got.iter().map(|s| s.trim_end()).collect();
        assert_eq!(got, expected, "{path}: {:?}", parsed.issues);
    }

    #[test]
    fn every_form_is_read() {
        let registry = "source = \"registry+https://example.com/index\"\n";
        check(
            "x/Cargo.lock",
            &format!(
                "version = 4\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"memchr\"\nversion = \"2.7.4\"\n{registry}"
            ),
            &["cargo memchr 2.7.4"],
        );
        check("poetry.lock", "[[package]]\nname = \"idna\"\nversion = \"3.7\"\n", &["pypi idna 3.7"]);
        check(
            "uv.lock",
            "[[package]]\nname = \"own\"\nversion = \"1\"\nsource = { editable = \".\" }\n[[package]]\nname = \"idna\"\nversion = \"3.7\"\nsource = { registry = \"x\" }\n",
            &["pypi idna 3.7"],
        );
        check(
            "package-lock.json",
            r#"{"name":"own","version":"1.0.0","lockfileVersion":3,"packages":{"":{"version":"1.0.0"},"packages/w":{"version":"1.0.0"},
               "node_modules/@a/b":{"version":"2.0.0","license":"MIT"},"node_modules/w":{"link":true},
               "node_modules/x/node_modules/y":{"name":"z","version":"3.0.0"}},"dependencies":{"old":{"version":"1.0.0"}}}"#,
            &["npm @a/b 2.0.0 MIT", "npm z 3.0.0"],
        );
        check(
            "npm-shrinkwrap.json",
            r#"{"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}},"g":{"version":"git+ssh://x"}}}"#,
            &["npm a 1.0.0", "npm b 2.0.0"],
        );
        check(
            "composer.lock",
            r#"{"packages":[{"name":"psr/log","version":"3.0.0","license":["MIT"]}],"packages-dev":[{"name":"a/b","version":"v1"}]}"#,
            &["composer psr/log 3.0.0 MIT", "composer a/b v1"],
        );
        check("Pipfile.lock", r#"{"default":{"idna":{"version":"==3.7"},"e":{"editable":true}}}"#, &["pypi idna 3.7"]);
        check(
            "packages.lock.json",
            r#"{"version":1,"dependencies":{"net8.0":{"A.B":{"type":"Direct","resolved":"1.2.3"},"own":{"type":"Project"}}}}"#,
            &["nuget A.B 1.2.3"],
        );
    }

    #[test]
    fn broken_files_are_said() {
        for (path, text) in
            [("Cargo.lock", "[[package"), ("package-lock.json", "{"), ("composer.lock", "[]"), ("uv.lock", "\u{0}")]
        {
            let parsed = parse(&Input { path, bytes: text.as_bytes() });
            assert_eq!((parsed.finds.len(), parsed.issues.len()), (0, 1), "{path}");
        }
        let deep = format!("{}{}", "{\"dependencies\":{\"a\":".repeat(100), "{}}}".repeat(100));
        assert!(!parse(&Input { path: "package-lock.json", bytes: deep.as_bytes() }).issues.is_empty());
    }
}
