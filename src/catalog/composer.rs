//! PHP packages of Composer: `vendor/composer/installed.json`, which Composer keeps of everything that it installed.
//!
//! Left out: the root package, which is in no such list, and `installed.php`, which says the same without licences. The
//! version stays as the author tagged it, with its `v` where it has one: that is what Composer shows and what Packagist
//! knows. Specification: "The composer.json schema" and the repository class of Composer 1 (a list) and 2 (an object).

use super::{Cataloger, Group, Input, Parsed, Want, decode, integrity, paths};
use crate::model::{Archive, ArchiveKind, Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "composer", group: Group::Installed, wants: &[Want::Suffix("composer/installed.json")], parse };

/// Reads one `installed.json`.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let value = match serde_json::from_str::<Value>(&decode::decode(input.bytes)) {
        Ok(value) => value,
        Err(error) => {
            parsed.file_issue(format!("the JSON is broken ({error}); its packages were left out"));
            return parsed;
        }
    };
    let list = match &value {
        Value::Array(list) => Some(list),
        Value::Object(object) => object.get("packages").and_then(Value::as_array),
        _ => None,
    };
    let Some(list) = list else {
        parsed.file_issue("the file holds no list of packages");
        return parsed;
    };
    let folder = paths::parent(input.path);
    for (i, entry) in list.iter().enumerate() {
        match entry.as_object().and_then(|json| package(json, folder)) {
            Some(find) => parsed.finds.push(Find::package(find)),
            None => {
                parsed.record_lost(format!("package number {} has no valid name and version; it was left out", i + 1))
            }
        }
    }
    parsed
}

fn package(json: &Map<String, Value>, folder: &str) -> Option<PackageFind> {
    let full = text(json, "name")?;
    let (vendor, name) = full.split_once('/')?;
    let (vendor, name) = (decode::token(vendor)?, decode::token(name)?);
    let version = version(text(json, "version")?)?;
    Some(PackageFind {
        ecosystem: Ecosystem::COMPOSER,
        commit: commit(json),
        archive: archive(json),
        text_folder: text_folder(json, folder, full),
        provides: [full.to_lowercase().into()]
            .into_iter()
            .chain(names(json, "provide").chain(names(json, "replace")))
            .collect::<BTreeSet<Box<str>>>()
            .into_iter()
            .collect(),
        // Composer compares names without regard to case, and the purl has them in lower case.
        namespace: Some(vendor.to_lowercase().into()),
        name: name.to_lowercase().into(),
        version,
        supplier: json.get("authors").and_then(Value::as_array).and_then(|list| list.iter().find_map(person)),
        description: text(json, "description").and_then(decode::one_line),
        homepage: text(json, "homepage").and_then(decode::one_line),
        declared: declared(json),
        requires: names(json, "require").map(|name| Requirement::AnyOf(vec![name])).collect(),
        ..PackageFind::default()
    })
}

fn text<'a>(json: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty())
}

/// The commit of the package's own repository: that is what the registry means by a version.
pub(super) fn commit(json: &Map<String, Value>) -> Option<Box<str>> {
    let source = ["source", "dist"].iter().filter_map(|key| json.get(*key)?.as_object());
    let reference = source.filter_map(|s| text(s, "reference")).next()?;
    let is_commit = matches!(reference.len(), 40 | 64) && reference.bytes().all(|b| b.is_ascii_hexdigit());
    is_commit.then(|| reference.to_ascii_lowercase().into())
}

/// What was unpacked, where the registry says what it hashes to; that of archives which a forge makes of a commit it does not.
pub(super) fn archive(json: &Map<String, Value>) -> Option<Archive> {
    let dist = json.get("dist")?.as_object()?;
    let address = text(dist, "url").filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let file = paths::base(address.split(['?', '#']).next()?);
    let hash = text(dist, "shasum").and_then(|hex| integrity::of("sha1", hex));
    Archive::new(&decode::token(file)?, ArchiveKind::Package, hash)
}

/// A branch may have slashes: `dev-feature/x`.
fn version(version: &str) -> Option<Box<str>> {
    decode::token(version).or_else(|| {
        decode::token(&version.replace('/', "-")).filter(|_| version.starts_with("dev-")).map(|_| version.into())
    })
}

/// Composer 2 says where it put the package (a metapackage has no place); Composer 1 put it beside itself.
fn text_folder(json: &Map<String, Value>, folder: &str, name: &str) -> Option<Box<str>> {
    match json.get("install-path") {
        Some(Value::String(path)) => paths::resolve(folder, path),
        Some(_) => None,
        None if text(json, "type") == Some("metapackage") => None,
        None => paths::resolve(folder, &format!("../{name}")),
    }
}

/// A list, or in old packages a string.
fn declared(json: &Map<String, Value>) -> Vec<Declared> {
    let values: Vec<Box<str>> = match json.get("license") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::trim).map(Into::into).collect(),
        Some(Value::String(one)) => vec![one.trim().into()],
        _ => Vec::new(),
    };
    let values: Vec<Box<str>> = values.into_iter().filter(|v| !v.is_empty()).collect();
    if values.is_empty() { Vec::new() } else { vec![Declared { grammar: Grammar::Composer, field: "license", values }] }
}

fn person(value: &Value) -> Option<Box<str>> {
    let object = value.as_object()?;
    match (text(object, "name"), text(object, "email")) {
        (Some(name), Some(email)) => decode::one_line(&format!("{name} <{email}>")),
        (one, other) => decode::one_line(one.or(other)?),
    }
}

/// Names of packages; what has no slash is the platform (`php`, `ext-json`).
fn names<'a>(json: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = Box<str>> + use<'a> {
    let object = json.get(key).and_then(Value::as_object);
    let good = |name: &&String| name.contains('/') && !name.starts_with('/') && name.len() <= decode::NAME_LIMIT;
    object.into_iter().flat_map(Map::keys).filter(good).map(|name| name.to_lowercase().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "srv/app/vendor/composer/installed.json";

    fn read(text: &str) -> Parsed {
        parse(&Input { path: PATH, bytes: text.as_bytes() })
    }

    const CONSOLE: &str = r#"{"name":"symfony/Console","version":"v5.4.21","version_normalized":"5.4.21.0",
        "require":{"php":">=7.2.5","ext-json":"*","symfony/string":"^5.1|^6.0","psr/log":"1"},
        "provide":{"psr/log-implementation":"1.0|2.0"},"replace":{"symfony/old":"self.version"},"type":"library",
        "license":["MIT"],"authors":[{"name":"Fabien Potencier","email":"fabien@symfony.com"}],
        "description":"Eases the creation of command line interfaces","homepage":"https://symfony.com",
        "install-path":"../symfony/console"}"#;

    #[test]
    fn a_real_package() {
        for text in [format!("[{CONSOLE}]"), format!("\u{feff}{{\"packages\":[{CONSOLE}],\"dev\":false}}")] {
            let Some(Find::Package(p)) = read(&text).finds.pop() else { panic!("{text}") };
            assert_eq!(crate::purl::purl(&p, None).unwrap(), "pkg:composer/symfony/console@v5.4.21");
            assert_eq!(p.supplier.as_deref(), Some("Fabien Potencier <fabien@symfony.com>"));
            assert_eq!(p.declared[0].values, ["MIT".into()]);
            let needs = ["psr/log", "symfony/string"].map(|n| Requirement::AnyOf(vec![n.into()]));
            assert_eq!(p.requires, needs);
            assert_eq!(p.provides, ["psr/log-implementation".into(), "symfony/console".into(), "symfony/old".into()]);
            assert_eq!(p.text_folder.as_deref(), Some("srv/app/vendor/symfony/console"));
        }
    }

    #[test]
    fn places_versions_and_licences() {
        let check = |more: &str, version: &str, folder: Option<&str>, license: &[&str]| {
            let text = format!(r#"[{{"name":"a/b","version":"{version}"{more}}}]"#);
            let Some(Find::Package(p)) = read(&text).finds.pop() else { panic!("{text}") };
            assert_eq!((&*p.version, p.text_folder.as_deref()), (version, folder), "{text}");
            let got: Vec<&str> = p.declared.iter().flat_map(|d| d.values.iter().map(AsRef::as_ref)).collect();
            assert_eq!(got, license, "{text}");
        };
        check("", "1.0", Some("srv/app/vendor/a/b"), &[]);
        check(r#","install-path":null"#, "1.0", None, &[]);
        check(r#","install-path":"../../../../../x""#, "1.0", None, &[]);
        check(r#","type":"metapackage""#, "dev-main", None, &[]);
        check(r#","license":"GPL-2.0+""#, "dev-fix/x", Some("srv/app/vendor/a/b"), &["GPL-2.0+"]);
        check(r#","license":["MIT"," GPL-3.0",7,""]"#, "1.0.x-dev", Some("srv/app/vendor/a/b"), &["MIT", "GPL-3.0"]);
    }

    /// Packagist gives archives that a forge makes of a commit no checksum; repositories of one's own do.
    #[test]
    fn the_commit_and_the_archive() {
        let check = |more: &str, commit: Option<&str>, archive: Option<&str>| {
            let Some(Find::Package(p)) = read(&format!(r#"[{{"name":"a/b","version":"1.0"{more}}}]"#)).finds.pop()
            else {
                panic!("{more}")
            };
            assert_eq!(
                (p.commit.as_deref(), p.archive.as_ref().map(|a| a.file.clone()).as_deref()),
                (commit, archive),
                "{more}"
            );
        };
        let reference = "c77433ddc6cdc689caf48065d9ea22ca0853fbd9";
        let source = format!(
            r#""source":{{"type":"git","url":"https://github.com/symfony/console.git","reference":"{reference}"}}"#
        );
        let dist = |hash: &str| {
            format!(
                r#""dist":{{"type":"zip","url":"https://api.github.com/repos/symfony/console/zipball/{reference}","reference":"{reference}","shasum":"{hash}"}}"#
            )
        };
        check(&format!(",{source},{}", dist("")), Some(reference), None);
        check(&format!(",{}", dist("5b8a3a7765dfe001261dde915589e782f8c94d1e")), Some(reference), Some(reference));
        check(
            r#","source":{"type":"svn","reference":"7"},"dist":{"type":"path","url":"../x","shasum":"x"}"#,
            None,
            None,
        );
    }

    #[test]
    fn broken_files() {
        let check = |text: &str, finds: usize, issues: usize| {
            let got = read(text);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{text}: {:?}", got.issues);
        };
        check("", 0, 1);
        check("[", 0, 1);
        check("7", 0, 1);
        check("{}", 0, 1);
        check("[]", 0, 0);
        check(r#"[7,{"name":"a/b","version":"1"}]"#, 1, 1);
        check(r#"[{"name":"b","version":"1"},{"name":"a/../b","version":"1"},{"name":"a/b"}]"#, 0, 3);
        check(&"[".repeat(100_000), 0, 1);
    }
}
