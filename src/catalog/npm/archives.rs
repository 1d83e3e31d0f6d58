//! The archives that packages of npm were installed from, with what they hash to: what npm and pnpm keep of a tree that they
//! installed (`node_modules/.package-lock.json`, `node_modules/.pnpm/lock.yaml`), and what npm before version 7 wrote into each
//! `package.json`.
//!
//! Specification: package-lock.json of the npm documentation ("hidden lockfiles"); pnpm's is the lock file of the tree once more.

use super::{split_name, text, version_of};
use crate::catalog::{Input, Parsed, decode, integrity, lockfile};
use crate::model::{Ecosystem, Find, PackageFind};
use serde_json::{Map, Value};

/// What npm keeps of an installed tree.
pub(super) const NPM: &str = "node_modules/.package-lock.json";

/// The same of pnpm.
pub(super) const PNPM: &str = "node_modules/.pnpm/lock.yaml";

/// Most packages of a tree whose archives are kept; the largest real trees have some 10,000.
const MAX_PACKAGES: usize = 200_000;

/// Whether a file is such a record of a tree.
pub(super) fn is_record(path: &str) -> bool {
    path.ends_with(NPM) || path.ends_with(PNPM)
}

/// Reads one. It says something of packages that have files of their own, and adds none.
pub(super) fn read(input: &Input<'_>, parsed: &mut Parsed) {
    if input.path.ends_with(NPM) {
        return hidden_lock(input, parsed);
    }
    let archives = lockfile::pnpm_archives(&decode::decode(input.bytes));
    parsed.finds.extend(archives.map(Find::source));
}

/// What npm keeps. It is said of packages that have files of their own, and says nothing else.
fn hidden_lock(input: &Input<'_>, parsed: &mut Parsed) {
    let value = match serde_json::from_str::<Value>(&decode::decode(input.bytes)) {
        Ok(value) => value,
        Err(error) => {
            parsed.record_issue(format!("the JSON is broken ({error}); checksums of archives are not known"));
            return;
        }
    };
    let packages = value.get("packages").and_then(Value::as_object);
    for (place, package) in packages.into_iter().flatten().take(MAX_PACKAGES) {
        let Some(package) = package.as_object() else { continue };
        let name = text(package, "name").or_else(|| Some(place.rsplit_once("node_modules/")?.1));
        let version = text(package, "version").and_then(version_of);
        let Some(((namespace, name), version)) = name.and_then(split_name).zip(version) else { continue };
        // Npm can be told to leave out the address of what comes from its registry (`omit-lockfile-registry-resolved`), and of that alone.
        let resolved = text(package, "resolved");
        let hashes = text(package, "integrity").into_iter().flat_map(integrity::sri);
        let mut find = PackageFind { ecosystem: Ecosystem::NPM, namespace, name, version, ..PackageFind::default() };
        integrity::of_node(&mut find, resolved, hashes);
        if find.archive.is_some() || find.elsewhere.is_some() {
            parsed.finds.push(Find::source(find));
        }
    }
}

/// The address and the checksums that npm wrote into each package before version 7.
pub(super) fn of_package(json: &Map<String, Value>, find: &mut PackageFind) {
    let Some(resolved) = text(json, "_resolved") else { return };
    let hashes = text(json, "_integrity").into_iter().flat_map(integrity::sri);
    let first = text(json, "_shasum").and_then(|hex| integrity::of("sha1", hex));
    integrity::of_node(find, Some(resolved), hashes.chain(first));
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    /// From trees that npm 6 and npm 10 installed.
    #[test]
    fn checksums_of_archives() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            let parsed = parse(&Input { path, bytes: text.as_bytes() });
            assert!(parsed.issues.is_empty(), "{:?}", parsed.issues);
            let archives = parsed.finds.iter().filter_map(|find| match find {
                Find::Package(p) | Find::Source(p) => p.archive.as_ref().map(|a| {
                    let hashes: Vec<&str> = a.hashes.iter().map(|h| h.as_str().get(..13).unwrap_or("")).collect();
                    format!("{}@{} {} {}", p.name, p.version, a.file, hashes.join(" "))
                }),
                _ => None,
            });
            assert_eq!(archives.collect::<Vec<_>>(), expected);
        };
        let sri = "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";
        let old = |resolved: &str| {
            format!(
                r#"{{"name":"left-pad","version":"1.3.0","_integrity":"{sri}","_shasum":"5b8a3a7765dfe001261dde915589e782f8c94d1e",
                "_resolved":"{resolved}"}}"#
            )
        };
        let path = "srv/node_modules/left-pad/package.json";
        let both = ["left-pad@1.3.0 left-pad-1.3.0.tgz sha1:5b8a3a77 sha512:5c8e4c"];
        check(path, &old("https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz"), &both);
        check(path, &old("git+ssh://git@github.com/stevemao/left-pad.git#5b8a"), &[]);
        let tree = format!(
            r#"{{"name":"app","lockfileVersion":3,"packages":{{
            "node_modules/left-pad":{{"version":"1.3.0","resolved":"https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz","integrity":"{sri}"}},
            "node_modules/a/node_modules/pad":{{"name":"left-pad","version":"1.3.0","resolved":"https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz","integrity":"{sri}"}},
            "node_modules/b":{{"version":"1.0.0","resolved":"git+ssh://git@example.com/b.git#1","integrity":"{sri}"}},
            "node_modules/@a/f":{{"version":"1.0.0","integrity":"{sri}"}},"node_modules/c":{{"version":"1.0.0","inBundle":true}},"node_modules/d":{{"resolved":"d","link":true}},"node_modules/e":7}}}}"#
        );
        let one = "left-pad@1.3.0 left-pad-1.3.0.tgz sha512:5c8e4c";
        let without_address = "f@1.0.0 f-1.0.0.tgz sha512:5c8e4c";
        check("srv/node_modules/.package-lock.json", &tree, &[without_address, one, one]);
        assert_eq!(parse(&Input { path: "srv/node_modules/.package-lock.json", bytes: b"{" }).issues.len(), 1);
        let pnpm = format!(
            "lockfileVersion: '9.0'\n\npackages:\n\n  left-pad@1.3.0:\n    resolution: {{integrity: {sri}}}\n\n  own@file:own:\n    resolution: {{directory: own, type: directory}}\n"
        );
        check("srv/node_modules/.pnpm/lock.yaml", &pnpm, &[one]);
    }
}
