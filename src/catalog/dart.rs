//! Dart and Flutter: the packages in pub's cache, `hosted/HOST/NAME-VERSION/pubspec.yaml`.
//!
//! The cache keeps sources of whatever was ever resolved, so it is a source: lock files say what is used, the cache has
//! the licence texts. Dart's pubspecs have no licence field. Left out: packages from git. Specification: "The pubspec
//! file" and "PUB_CACHE" of dart.dev.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, PackageFind};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "dart", group: Group::Installed, wants: &[Want::Like(is_cached)], parse };

/// The purl type.
pub const PUB: Ecosystem = Ecosystem("pub");

fn is_cached(path: &str, base: &str) -> bool {
    base == "pubspec.yaml" && paths::base(paths::parent(paths::parent(paths::parent(path)))) == "hosted"
}

/// Reads one pubspec.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let folder = paths::parent(input.path);
    let field = |name: &str| {
        let value = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))?;
        let value = value.split(" #").next().unwrap_or(value).trim();
        Some(value.trim_matches(['"', '\'']).to_owned())
    };
    // The folder says the same, and its word was checked by pub.
    let (by_name, by_version) = paths::base(folder).split_once('-').unwrap_or(("", ""));
    let name = field("name").or(Some(by_name.to_owned())).and_then(|n| decode::token(&n));
    let version = field("version").or(Some(by_version.to_owned())).and_then(|v| decode::token(&v));
    let (Some(name), Some(version)) = (name, version) else {
        parsed.file_issue("the pubspec has no valid name and version; the package was left out");
        return parsed;
    };
    parsed.finds.push(Find::source(PackageFind {
        ecosystem: PUB,
        name,
        version,
        description: field("description").filter(|d| !d.starts_with(['>', '|'])).and_then(|d| decode::one_line(&d)),
        homepage: field("homepage").or_else(|| field("repository")).and_then(|h| decode::one_line(&h)),
        text_folder: Some(folder.into()),
        ..PackageFind::default()
    }));
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_packages() {
        let check = |path: &str, text: &str, expected: Option<&str>| {
            assert!(is_cached(path, paths::base(path)), "{path}");
            let got = parse(&Input { path, bytes: text.as_bytes() });
            let purl = got.finds.first().map(|f| match f {
                Find::Source(p) => crate::purl::purl(p, None).unwrap(),
                other => panic!("{other:?}"),
            });
            assert_eq!(purl.as_deref(), expected, "{text}");
            assert_eq!(got.issues.len(), usize::from(expected.is_none()));
        };
        let path = "root/.pub-cache/hosted/pub.dev/characters-1.2.0/pubspec.yaml";
        check(
            path,
            "name: characters\nversion: 1.2.0 # now\ndescription: >-\n  Text\n",
            Some("pkg:pub/characters@1.2.0"),
        );
        check(path, "name: 'characters'\nversion: \"1.2.0+1\"\n", Some("pkg:pub/characters@1.2.0%2B1"));
        check(path, "", Some("pkg:pub/characters@1.2.0"));
        check("c/hosted/pub.dev/x/pubspec.yaml", "name: x\n", None);
        check("c/hosted/pub.dev/x/pubspec.yaml", "name: x/y\nversion: 1\n", None);
        assert!(!is_cached("app/pubspec.yaml", "pubspec.yaml"));
    }
}
