//! Lock files in JSON: npm's package-lock.json and npm-shrinkwrap.json (versions 1 to 3), Composer's, pipenv's and NuGet's.
//!
//! Left out: npm's root and its workspaces, projects of a NuGet solution, what pipenv has from a folder. Specifications: the
//! documentation of npm ("package-lock.json"), Composer, pipenv and NuGet.

use super::{Found, node_archive};
use crate::catalog::composer as installed;
use crate::model::{Declared, Ecosystem, Grammar};
use serde_json::Value;

/// Deepest nesting of npm's old form, where a dependency holds its own.
const MAX_DEPTH: usize = 64;

/// The object that a file holds; an issue where it holds none.
pub(super) fn object(content: &str, found: &mut Found) -> Option<Value> {
    match serde_json::from_str::<Value>(content) {
        Ok(value @ Value::Object(_)) => return Some(value),
        Ok(_) => found.broken("it holds no table"),
        Err(error) => found.broken(&error.to_string()),
    }
    None
}

/// A member that is a text and not empty.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty())
}

/// The items of a member that is a list.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The members of a member that is an object.
pub(super) fn members<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

fn declared(grammar: Grammar, values: Vec<Box<str>>) -> Option<Declared> {
    (!values.is_empty()).then_some(Declared { grammar, field: "license", values })
}

/// Composer's.
pub(super) fn composer(content: &str, found: &mut Found) {
    let Some(value) = object(content, found) else { return };
    for package in list(&value, "packages").chain(list(&value, "packages-dev")) {
        let licenses = list(package, "license").filter_map(Value::as_str).map(Into::into).collect();
        match (text(package, "name"), text(package, "version")) {
            (Some(name), Some(version)) => {
                let fields = package.as_object();
                found.add_with(Ecosystem::COMPOSER, name, version, |find| {
                    find.declared.extend(declared(Grammar::Composer, licenses));
                    find.commit = fields.and_then(installed::commit);
                    find.archive = fields.and_then(installed::archive);
                });
            }
            (name, _) => found.unnamed(name),
        }
    }
}

/// Versions are pinned as `==1.0`; what has none comes from a folder or a repository.
pub(super) fn pipfile(content: &str, found: &mut Found) {
    let Some(value) = object(content, found) else { return };
    // Besides these two a file may have groups of any name, and `_meta`.
    let groups = value.as_object().into_iter().flatten().filter(|(key, _)| !key.starts_with('_'));
    for (name, package) in groups.flat_map(|(_, group)| group.as_object().into_iter().flatten()) {
        if let Some(version) = text(package, "version").and_then(|v| v.strip_prefix("==")) {
            found.add(Ecosystem::PYPI, name, version);
        }
    }
}

/// For each target framework the packages with what they resolved to; projects of the tree are no packages.
pub(super) fn nuget(content: &str, found: &mut Found) {
    let Some(value) = object(content, found) else { return };
    for (_, framework) in members(&value, "dependencies") {
        for (name, package) in framework.as_object().into_iter().flatten() {
            let project = text(package, "type").is_some_and(|t| t.eq_ignore_ascii_case("project"));
            if let Some(version) = text(package, "resolved").filter(|_| !project) {
                found.add(Ecosystem::NUGET, name, version);
            }
        }
    }
}

/// Since version 2 by the place of each package, before by name, each with its own dependencies.
pub(super) fn npm(content: &str, found: &mut Found) {
    let Some(value) = object(content, found) else { return };
    let by_place = value.get("packages").and_then(Value::as_object);
    for (place, package) in by_place.into_iter().flatten() {
        let Some((_, name)) = place.rsplit_once("node_modules/").filter(|_| package.get("link").is_none()) else {
            continue;
        };
        // An alias lies under another name than its own.
        let name = text(package, "name").unwrap_or(name);
        // A package of an optional group that was not resolved has no version.
        if let Some(version) = text(package, "version") {
            let licenses = text(package, "license").map(Into::into).into_iter().collect();
            found.node_with(name, version, |find| {
                find.declared.extend(declared(Grammar::Npm, licenses));
                node_archive(find, text(package, "resolved"), text(package, "integrity"));
            });
        }
    }
    if by_place.is_none() {
        npm_by_name(&value, found, 0);
    }
}

fn npm_by_name(value: &Value, found: &mut Found, depth: usize) {
    if depth > MAX_DEPTH {
        found.parsed.record_lost(format!("dependencies are nested deeper than {MAX_DEPTH}; the rest was left out"));
        return;
    }
    for (name, package) in members(value, "dependencies") {
        let version = text(package, "version").unwrap_or("");
        if let Some((name, version)) = version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@')) {
            found.node(name, version);
        } else if !version.is_empty() && !version.contains([':', '/']) {
            // What comes from elsewhere has an address in the version's place.
            found.node_hashed(name, version, text(package, "resolved"), text(package, "integrity"));
        }
        npm_by_name(package, found, depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn every_form_is_read() {
        check(
            "package-lock.json",
            r#"{"name":"own","version":"1.0.0","lockfileVersion":3,"packages":{"":{"version":"1.0.0"},"packages/w":{"version":"1.0.0"},
               "node_modules/@a/b":{"version":"2.0.0","license":"MIT"},"node_modules/w":{"link":true},
               "node_modules/x/node_modules/y":{"name":"z","version":"3.0.0"}},"dependencies":{"old":{"version":"1.0.0"}}}"#,
            &["npm/%40a/b@2.0.0 MIT", "npm/z@3.0.0"],
            0,
        );
        check(
            "npm-shrinkwrap.json",
            r#"{"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}},"g":{"version":"git+ssh://x"},
               "l4":{"version":"npm:lodash@4.17.21"}}}"#,
            &["npm/a@1.0.0", "npm/b@2.0.0", "npm/lodash@4.17.21"],
            0,
        );
        check(
            "composer.lock",
            r#"{"packages":[{"name":"psr/log","version":"3.0.0","license":["MIT"]}],"packages-dev":[{"name":"a/b","version":"v1"},{}]}"#,
            &["composer/psr/log@3.0.0 MIT", "composer/a/b@v1"],
            1,
        );
        check(
            "Pipfile.lock",
            r#"{"_meta":{"x":{"version":"==1"}},"default":{"idna":{"version":"==3.7"},"e":{"editable":true}},"docs":{"a":{"version":"==1"}}}"#,
            &["pypi/idna@3.7", "pypi/a@1"],
            0,
        );
        check(
            "packages.lock.json",
            r#"{"version":1,"dependencies":{"net8.0":{"A.B":{"type":"Direct","resolved":"1.2.3"},"own":{"type":"Project"}}}}"#,
            &["nuget/A.B@1.2.3"],
            0,
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let mut found = Found::default();
        npm(&format!("{}{}", "{\"dependencies\":{\"a\":".repeat(100), "{}}}".repeat(100)), &mut found);
        assert!(!found.parsed.issues.is_empty());
    }
}
