//! Package.resolved of Swift's package manager, versions 1 to 3.
//!
//! A purl of Swift has the address of the repository as namespace and name. A package that is pinned to a branch or a commit
//! has no version: the commit stands in its place. One of a registry has no address: its scope is the namespace. Left out:
//! repositories on the machine (`localSourceControl`), which are folders of whoever wrote the file. Specification: SwiftPM's
//! `ResolvedPackagesStore`, the purl type `swift`.

use super::Found;
use super::json::{list, object, text};
use crate::model::Ecosystem;
use serde_json::Value;

/// The purl type.
const SWIFT: Ecosystem = Ecosystem("swift");

/// Reads one file.
pub(super) fn read(content: &str, found: &mut Found) {
    let Some(value) = object(content, found) else { return };
    let first = value.get("object").unwrap_or(&Value::Null);
    if value.get("pins").or(first.get("pins")).is_none() {
        return found.broken("it has no pins");
    }
    for pin in list(&value, "pins").chain(list(first, "pins")) {
        let kind = text(pin, "kind").unwrap_or("remoteSourceControl");
        let identity = text(pin, "identity").or_else(|| text(pin, "package"));
        let location = text(pin, "location").or_else(|| text(pin, "repositoryURL")).unwrap_or("");
        if kind == "localSourceControl" || location.starts_with(['/', '.']) || location.starts_with("file:") {
            continue;
        }
        let name = match kind {
            "registry" => identity.and_then(|i| i.split_once('.')).map(|(scope, name)| format!("{scope}/{name}")),
            _ => repository(location),
        };
        let state = pin.get("state").unwrap_or(&Value::Null);
        match (name, text(state, "version").or_else(|| text(state, "revision"))) {
            (Some(name), Some(version)) => found.add(SWIFT, &name, version),
            _ => found.unnamed(identity),
        }
    }
}

/// `github.com/Alamofire/Alamofire` of `https://user@github.com:443/Alamofire/Alamofire.git` and of `git@github.com:A/B.git`.
fn repository(location: &str) -> Option<String> {
    let (authority, path) = match location.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => location.split_once(':')?,
    };
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| format!("{}/{path}", host.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn every_version() {
        check(
            "Package.resolved",
            r#"{"object":{"pins":[{"package":"Alamofire","repositoryURL":"https://github.com/Alamofire/Alamofire.git",
               "state":{"branch":null,"revision":"d120af1e8638c7da36c8481fd61a66c0c08dc4fc","version":"5.4.3"}}]},"version":1}"#,
            &["swift/github.com/Alamofire/Alamofire@5.4.3"],
            0,
        );
        check(
            "Package.resolved",
            r#"{"originHash":"a","pins":[
               {"identity":"rxflow","kind":"remoteSourceControl","location":"git@github.com:RxSwiftCommunity/RxFlow.git","state":{"revision":"b","version":"2.12.4"}},
               {"identity":"x","kind":"remoteSourceControl","location":"ssh://git@Git.Example.com:2222/a/b/x/","state":{"branch":"main","revision":"0123abc"}},
               {"identity":"mona.LinkedList","kind":"registry","location":"","state":{"version":"1.2.0"}},
               {"identity":"own","kind":"localSourceControl","location":"/Users/a/own","state":{"revision":"b","version":"1.0.0"}},
               {"identity":"bad","kind":"remoteSourceControl","location":"nowhere","state":{"version":"1.0.0"}},
               {"identity":"none","kind":"remoteSourceControl","location":"https://x.y/z","state":{}}],"version":3}"#,
            &[
                "swift/github.com/RxSwiftCommunity/RxFlow@2.12.4",
                "swift/git.example.com/a/b/x@0123abc",
                "swift/mona/LinkedList@1.2.0",
            ],
            2,
        );
        check("Package.resolved", r#"{"pins":[],"version":2}"#, &[], 0);
    }
}
