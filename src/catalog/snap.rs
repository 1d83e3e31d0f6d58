//! Snaps that lie unpacked in an image: `meta/snap.yaml` of each, and the Debian packages that went into it, from
//! `snap/manifest.yaml` (what snapcraft staged) and `usr/share/snappy/dpkg.yaml` (base snaps).
//!
//! Of YAML only what these three have is read: keys at the left margin, with a scalar beside them or a list of scalars
//! below. Left out: apps, plugs, parts, and snaps that are still packed (squashfs). Specification:
//! <https://documentation.ubuntu.com/snapcraft/stable/reference/snap-yaml/>; the manifest is snapcraft's
//! `SNAPCRAFT_BUILD_INFO`.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind};
use std::borrow::Cow;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "snap",
    group: Group::Installed,
    wants: &[
        Want::Path("meta/snap.yaml"),
        Want::Suffix("/meta/snap.yaml"),
        Want::Path("snap/manifest.yaml"),
        Want::Suffix("/snap/manifest.yaml"),
        Want::Suffix("usr/share/snappy/dpkg.yaml"),
    ],
    parse,
};

/// Reads one of the three files, told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let (file, key) = match paths::base(input.path) {
        "snap.yaml" => {
            snap(&text, root(input.path, "meta/snap.yaml"), &mut parsed);
            return parsed;
        }
        "manifest.yaml" => ("snap/manifest.yaml", "primed-stage-packages"),
        _ => ("usr/share/snappy/dpkg.yaml", "packages"),
    };
    let root = root(input.path, file);
    let architectures = list(&text, "architectures");
    let arch = match &architectures[..] {
        [one] => decode::token(one).filter(|a| &**a != "all"),
        _ => None,
    };
    let mut bad = 0_usize;
    for entry in list(&text, key) {
        match deb(&entry, arch.as_deref(), root) {
            Some(find) => parsed.finds.push(Find::package(find)),
            None => bad += 1,
        }
    }
    if bad > 0 {
        parsed.record_issue(format!("{bad} entries of {key} are no package with a version and were left out"));
    }
    parsed
}

/// The folder of the snap; empty where it is the root of the image.
fn root<'a>(path: &'a str, file: &str) -> &'a str {
    path.strip_suffix(file).unwrap_or("").trim_end_matches('/')
}

fn snap(text: &str, root: &str, parsed: &mut Parsed) {
    let field = |key: &str| scalar(text, key);
    let named = field("name").and_then(|n| decode::token(&n)).zip(field("version").and_then(|v| decode::token(&v)));
    let Some((name, version)) = named else {
        parsed.file_issue("the file has no valid name and version; the snap was left out");
        return;
    };
    let license = field("license").filter(|l| !l.is_empty() && l != "unset");
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: Ecosystem("snap"),
        name,
        version,
        description: field("summary").and_then(|s| decode::one_line(&s)),
        homepage: field("website").and_then(|s| decode::one_line(&s)),
        declared: license
            .map(|value| Declared { grammar: Grammar::Spdx, field: "license", values: vec![value.into()] })
            .into_iter()
            .collect(),
        text_folder: (!root.is_empty()).then(|| root.into()),
        ..PackageFind::default()
    }));
}

/// `name=version` or `name:arch=version`. The packages of every snap are Ubuntu's, whatever the image is.
fn deb(entry: &str, arch: Option<&str>, root: &str) -> Option<PackageFind> {
    let (name, version) = entry.split_once('=')?;
    let (name, own_arch) = match name.split_once(':') {
        Some((name, arch)) => (name, Some(arch)),
        None => (name, None),
    };
    let (name, version) = (decode::token(name)?, decode::token(version)?);
    Some(PackageFind {
        ecosystem: Ecosystem::DEB,
        namespace: Some("ubuntu".into()),
        arch: own_arch.or(arch).and_then(decode::token),
        texts: paths::resolve(root, &format!("usr/share/doc/{name}/copyright")).into_iter().collect(),
        name,
        version,
        ..PackageFind::default()
    })
}

/// The value beside a key at the left margin. A text that begins below the key (`|`, `>`) gives its first line.
fn scalar(text: &str, key: &str) -> Option<String> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| beside(line, key))?;
    match value {
        "" => None,
        mark if mark.starts_with(['|', '>']) => {
            lines.next().filter(|l| l.starts_with(' ')).map(|l| l.trim().to_owned())
        }
        value => Some(plain(value).into_owned()),
    }
}

/// The values of a list: below the key, each behind a hyphen (indented or not), or beside it in brackets.
fn list(text: &str, key: &str) -> Vec<String> {
    let mut lines = text.lines();
    let Some(value) = lines.find_map(|line| beside(line, key)) else { return Vec::new() };
    if let Some(inside) = value.strip_prefix('[') {
        let inside = inside.split(']').next().unwrap_or("");
        return inside.split(',').map(|v| plain(v.trim()).into_owned()).filter(|v| !v.is_empty()).collect();
    }
    let rest = lines.map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    rest.map_while(|line| line.strip_prefix("- ")).map(|v| plain(v.trim()).into_owned()).collect()
}

fn beside<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(':').filter(|v| v.is_empty() || v.starts_with([' ', '\t'])).map(str::trim)
}

/// A scalar without its quotes, or without the comment behind it.
fn plain(value: &str) -> Cow<'_, str> {
    if let Some(rest) = value.strip_prefix('\'') {
        // Ends at the last quote; a quote inside is written twice.
        return rest.rsplit_once('\'').map_or(rest, |(inside, _)| inside).replace("''", "'").into();
    }
    if let Some(rest) = value.strip_prefix('"') {
        return rest.rsplit_once('"').map_or(rest, |(inside, _)| inside).replace("\\\"", "\"").into();
    }
    Cow::Borrowed(value.split(" #").next().unwrap_or("").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Input { path, bytes: text.as_bytes() })
    }

    fn purls(parsed: &Parsed) -> Vec<String> {
        let debian = crate::model::DistroFind { id: "debian".into(), ..Default::default() };
        let one = |find: &Find| {
            let Find::Package(p) = find else { panic!("{find:?}") };
            crate::purl::purl(p, Some(&debian)).unwrap()
        };
        parsed.finds.iter().map(one).collect()
    }

    #[test]
    fn a_snap() {
        let text = "name: hello # the name\nversion: '2.10'\nsummary: |\n  GNU Hello, the \"hello world\" snap\n\
            description: >\n  name: no\nlicense: \"GPL-3.0\"\narchitectures:\n- amd64\napps:\n  hello:\n    name: no\n";
        let found = read("snap/hello/42/meta/snap.yaml", text);
        assert_eq!(found.issues, []);
        let [Find::Package(p)] = &found.finds[..] else { panic!("{found:?}") };
        assert_eq!(p.declared[0].values, ["GPL-3.0".into()]);
        assert_eq!(p.description.as_deref(), Some("GNU Hello, the \"hello world\" snap"));
        assert_eq!(p.text_folder.as_deref(), Some("snap/hello/42"));
        assert_eq!(purls(&found), ["pkg:snap/hello@2.10"]);
        assert_eq!(read("meta/snap.yaml", "name: x\n").issues.len(), 1);
        assert_eq!(read("meta/snap.yaml", "").issues.len(), 1);
        let Find::Package(p) = &read("meta/snap.yaml", "version: 1\nname: x\nlicense: unset\n").finds[0] else {
            panic!()
        };
        assert_eq!((p.declared.len(), p.text_folder.as_deref()), (0, None));
    }

    #[test]
    fn packages_that_went_into_a_snap() {
        let text = "snapcraft-version: 7.0\nname: x\nversion: 1\narchitectures:\n- amd64\nparts:\n  a:\n\
            \x20   stage-packages: [no=1]\nprimed-stage-packages:\n- libc6=2.31-0ubuntu9.9\n- libc6:i386=2.31-0ubuntu9.9\n\
            - broken\n- ../x=1\nimage-info: {}\n- z=1\n";
        let found = read("snap/x/1/snap/manifest.yaml", text);
        assert_eq!(
            purls(&found),
            ["pkg:deb/ubuntu/libc6@2.31-0ubuntu9.9?arch=amd64", "pkg:deb/ubuntu/libc6@2.31-0ubuntu9.9?arch=i386"]
        );
        assert_eq!(found.issues.len(), 1);
        let Find::Package(p) = &found.finds[0] else { panic!() };
        assert_eq!(p.texts, ["snap/x/1/usr/share/doc/libc6/copyright".into()]);
        let base = "package-repositories:\n- type: apt\npackages:\n  # all\n  - adduser=3.118ubuntu2\n\n  - 'b=1:2'\n";
        let found = read("usr/share/snappy/dpkg.yaml", base);
        assert_eq!(purls(&found), ["pkg:deb/ubuntu/adduser@3.118ubuntu2", "pkg:deb/ubuntu/b@1:2"]);
        let Find::Package(p) = &found.finds[0] else { panic!() };
        assert_eq!(p.texts, ["usr/share/doc/adduser/copyright".into()]);
    }

    #[test]
    fn lists_and_scalars() {
        let check = |text: &str, expected: &[&str]| assert_eq!(list(text, "k"), expected, "{text}");
        check("k: [a, 'b', \"c\"]", &["a", "b", "c"]);
        check("k: [a", &["a"]);
        check("k: []", &[]);
        check("k:\n- a\n-b\n", &["a"]);
        check("kk:\n- a\n", &[]);
        check("k:x\n- a\n", &[]);
        assert_eq!(scalar("k: 'it''s'", "k").as_deref(), Some("it's"));
        assert_eq!(scalar("k: 'open", "k").as_deref(), Some("open"));
        assert_eq!(scalar("k: a#b #c", "k").as_deref(), Some("a#b"));
        assert_eq!(scalar("k: |", "k"), None);
        assert_eq!(scalar("k:\n", "k"), None);
    }
}
