//! deno.lock, versions 2 to 5: packages of npm and of JSR.
//!
//! The purl specification has no type for JSR. Its registry serves every package to npm as `@jsr/scope__name`, which is
//! how it is installed in a `node_modules` too: so it is named here, with the address of that registry. Left out: modules that
//! are addresses (`remote`, and all of version 1), which have no package; that is said. Specification: Deno's crate
//! `deno_lockfile`, <https://jsr.io/docs/npm-compatibility>.

use super::Found;
use super::json::{members, object, text};
use crate::model::Ecosystem;
use serde_json::Value;

/// Where npm's programs find the packages of JSR.
const JSR: &str = "https://npm.jsr.io";

/// Reads one lock file.
pub(super) fn read(content: &str, found: &mut Found) {
    let Some(value) = object(content, found) else { return };
    // Version 2 has `npm.packages`, version 3 `packages.npm`, later ones `npm`.
    let nested = value.get("packages").unwrap_or(&Value::Null);
    let second = value.get("npm").filter(|npm| npm.get("packages").is_some_and(Value::is_object));
    let npm = match second {
        Some(npm) => members(npm, "packages"),
        None => members(&value, "npm"),
    };
    for (key, package) in npm.chain(members(nested, "npm")) {
        let (address, integrity) = (text(package, "tarball"), text(package, "integrity"));
        match divided(key) {
            Some((name, version)) => found.node_hashed(name, version, address, integrity),
            None => found.unnamed(Some(key)),
        }
    }
    for (key, _) in members(&value, "jsr").chain(members(nested, "jsr")) {
        let parts = divided(key).and_then(|(name, version)| Some((name.strip_prefix('@')?.split_once('/')?, version)));
        match parts {
            Some(((scope, name), version)) => {
                let name = format!("@jsr/{scope}__{name}");
                found.add_with(Ecosystem::NPM, &name, version, |find| {
                    find.qualifiers.push(("repository_url", JSR.into()))
                });
            }
            None => found.unnamed(Some(key)),
        }
    }
    let first = value.get("version").is_none();
    let is_address = |key: &&String| key.contains("://");
    let remote = members(&value, "remote").map(|(key, _)| key);
    let all = value.as_object().filter(|_| first).into_iter().flatten().map(|(key, _)| key);
    let addresses = remote.chain(all).filter(is_address).count();
    if addresses > 0 {
        found.note(format!("{addresses} modules are addresses without a package and were left out"));
    }
}

/// Name and version of `react-dom@18.3.1_react@18.3.1`; behind the version stand the peers.
fn divided(key: &str) -> Option<(&str, &str)> {
    let at = key.char_indices().skip(1).find(|(_, c)| *c == '@')?.0;
    Some((key.get(..at)?, key.get(at + 1..)?.split('_').next()?))
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn every_version() {
        let jsr = "npm/%40jsr/std__path@1.0.8?repository_url=https:%2F%2Fnpm.jsr.io";
        check(
            "deno.lock",
            r#"{"version":"5","specifiers":{"npm:chalk@5":"5.6.2","jsr:@std/path@1":"1.0.8"},"jsr":{"@std/path@1.0.8":{"integrity":"5485"}},
               "npm":{"@colors/colors@1.6.0":{"integrity":"sha512-Ir"},"react-dom@18.3.1_react@18.3.1":{"dependencies":["react"]}},
               "workspace":{"dependencies":["npm:debug@4"]}}"#,
            &["npm/%40colors/colors@1.6.0", "npm/react-dom@18.3.1", jsr],
            0,
        );
        check(
            "deno.lock",
            r#"{"version":"3","packages":{"specifiers":{},"jsr":{"@std/path@1.0.8":{}},"npm":{"ms@2.1.3":{}}},
               "remote":{"https://deno.land/std@0.224.0/a.ts":"1"}}"#,
            &["npm/ms@2.1.3", jsr],
            1,
        );
        check(
            "deno.lock",
            r#"{"version":"2","remote":{},"npm":{"specifiers":{},"packages":{"ms@2.1.3":{}}}}"#,
            &["npm/ms@2.1.3"],
            0,
        );
        check("deno.lock", r#"{"https://deno.land/x/a.ts":"1"}"#, &[], 1);
        check(
            "deno.lock",
            r#"{"version":"5","npm":{"a":{},"b@x":{},"c@1.0.0":3},"jsr":{"path@1":{}}}"#,
            &["npm/c@1.0.0"],
            3,
        );
    }
}
