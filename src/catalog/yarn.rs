//! Packages in the zip archives of Yarn 2 and later: `.yarn/cache/NAME-npm-1.0.0-HASH-CHECKSUM.zip`.
//!
//! With Plug'n'Play nothing is unpacked: a program is run out of these archives, so what is in them is what there is. An
//! archive holds `node_modules/NAME` with all files of one package, and in it the packages that this one bundles. Licence texts
//! are read from it too. The folder's name can be chosen, so an archive is known by its own name, which ends with two
//! hashes, or a hash and the number of the cache's format (in the cache that projects share). Left out: `.pnp.cjs`, and npm's
//! cache `_cacache`, whose files have no names and are packed. What stands unpacked (`.yarn/unplugged`, `node_modules/.store`)
//! `npm.rs` reads. Specification: none; `@yarnpkg/core` (Cache, structUtils) 4.

use super::archive::{Archive, Budget, Entry, Trouble};
use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, decode, license_file, npm, paths};
use crate::model::{Basis, EmbeddedText, Find, PackageFind, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "yarn", group: Group::Installed, wants: &[Want::Like(is_cached)], parse };

/// Most bytes read of one `package.json`; the largest seen have some 200 KB.
const METADATA_LIMIT: u64 = 16 << 20;

/// Most bytes read of one licence text.
const TEXT_LIMIT: u64 = 4 << 20;

/// Most bytes kept of all licence texts in one archive; real ones have below 1 MB.
const TEXTS_LIMIT: usize = 32 << 20;

/// Most packages in one archive: npm, which bundles most, has some 200.
const PACKAGE_LIMIT: usize = 10_000;

/// How many digits of the hash of a package stand in the name.
const HASH_DIGITS: usize = 10;

/// Whether a file is one of the cache, by its name. It sees every path of the image.
fn is_cached(_: &str, base: &str) -> bool {
    let Some(stem) = base.strip_suffix(".zip") else { return false };
    let mut parts = stem.rsplitn(3, '-');
    let (Some(last), Some(hash), Some(name)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let is_hash =
        |s: &str| s.len() == HASH_DIGITS && s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    !name.is_empty() && is_hash(hash) && (is_hash(last) || is_format(last))
}

/// `8`, `10c0`: the format, and how much it is packed where it is not as usual.
fn is_format(text: &str) -> bool {
    let (number, level) = text.split_once('c').unwrap_or((text, "0"));
    let is_number = |s: &str| (1..=2).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    is_number(number) && (is_number(level) || level == "mixed")
}

/// Reads one archive.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut budget = Budget::new(input.bytes.len());
    let mut archive = match Archive::open(input.bytes, &mut budget) {
        Ok(archive) => archive,
        Err(trouble) => {
            trouble.report(paths::base(input.path), &mut parsed);
            return parsed;
        }
    };
    for note in archive.notes().to_vec() {
        parsed.record_issue(note);
    }
    let entries = archive.entries().to_vec();
    let texts = texts(&entries);
    let mut text_bytes = 0;
    for (i, entry) in entries.iter().filter(|e| is_package(&e.name)).enumerate() {
        if i >= PACKAGE_LIMIT {
            let why = format!("there are more than {PACKAGE_LIMIT} packages in the archive; the rest was not read");
            parsed.issue(RECORD_LIMIT, Severity::Error, why);
            break;
        }
        if let Some(mut package) = package(entry, &mut archive, &mut budget, &mut parsed) {
            for text in texts.get(paths::parent(&entry.name)).into_iter().flatten() {
                let read = archive.read(text, TEXT_LIMIT, &mut budget);
                match read.map(|bytes| decode::decode(&bytes).into_owned()) {
                    Ok(words) if text_bytes + words.len() > TEXTS_LIMIT => {
                        Trouble::Limit(format!(
                            "the licence texts have more than {TEXTS_LIMIT} bytes; it was left out"
                        ))
                        .report(&text.name, &mut parsed);
                    }
                    Ok(words) if words.trim().is_empty() => {}
                    Ok(words) => {
                        text_bytes += words.len();
                        package.embedded.push(EmbeddedText { path: text.name.clone(), words: words.into() });
                    }
                    Err(trouble) => trouble.report(&text.name, &mut parsed),
                }
            }
            parsed.finds.push(Find::package(package));
        }
        if budget.is_spent() {
            break;
        }
    }
    parsed
}

/// Whether an entry is the `package.json` of a package, not one of something in it.
fn is_package(name: &str) -> bool {
    paths::base(name) == "package.json" && npm::is_root(name)
}

/// The licence texts of every folder: those in it, and those in a folder `licenses` in it.
fn texts(entries: &[Entry]) -> BTreeMap<&str, Vec<&Entry>> {
    let mut texts: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries.iter().filter(|e| license_file::is_license(&e.name, paths::base(&e.name))) {
        let folder = paths::parent(&entry.name);
        let folder = if paths::base(folder).eq_ignore_ascii_case("licenses") { paths::parent(folder) } else { folder };
        texts.entry(folder).or_default().push(entry);
    }
    texts
}

fn package(entry: &Entry, archive: &mut Archive<'_>, budget: &mut Budget, parsed: &mut Parsed) -> Option<PackageFind> {
    let bytes = match archive.read(entry, METADATA_LIMIT, budget) {
        Ok(bytes) => bytes,
        Err(trouble) => {
            trouble.report(&entry.name, parsed);
            return None;
        }
    };
    let inside = npm::parse(&Input { path: &entry.name, bytes: &bytes });
    for issue in inside.issues {
        parsed.issue(issue.code, issue.severity, format!("{}: {}", decode::shown(&entry.name), issue.message));
    }
    inside.finds.into_iter().find_map(|find| match find {
        // The folder is one of the archive, not of the image.
        Find::Package(p) => Some(PackageFind { basis: Basis::Archive, text_folder: None, ..Arc::unwrap_or_clone(p) }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::archive::tests::zip_of;
    use super::*;

    const PATH: &str = "srv/.yarn/cache/@colors-colors-npm-1.6.0-47f686c4e2-66d00284a3.zip";

    fn check(files: &[(&str, &[u8])], expected: &[&str], issues: usize) {
        let bytes = zip_of(files);
        let parsed = parse(&Input { path: PATH, bytes: &bytes });
        let got: Vec<String> = parsed
            .finds
            .iter()
            .map(|find| match find {
                Find::Package(p) => {
                    assert_eq!((p.basis, &p.text_folder), (Basis::Archive, &None));
                    let texts: Vec<&str> = p.embedded.iter().map(|t| &*t.path).collect();
                    let name = p.namespace.iter().map(|n| &**n).chain([&*p.name]).collect::<Vec<_>>().join("/");
                    format!("{name} {} {}", p.version, texts.join(" ")).trim_end().to_owned()
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(got, expected, "{:?}", parsed.issues);
        assert_eq!(parsed.issues.len(), issues, "{:?}", parsed.issues);
    }

    #[test]
    fn archives_are_known_by_their_names() {
        let check = |base: &str, expected: bool| assert_eq!(is_cached("", base), expected, "{base}");
        check("@colors-colors-npm-1.6.0-47f686c4e2-66d00284a3.zip", true);
        check("ms-npm-2.1.3-81ff3cfac1-10c0.zip", true);
        check("ms-npm-2.1.3-81ff3cfac1-8.zip", true);
        check("is-odd-https-9fc078a7d2-c9d35c336c.zip", true);
        check("fsevents-patch-19706e7e35-10.zip", true);
        check("ms-npm-2.1.3-81ff3cfac1.zip", false);
        check("ms-2.1.3.zip", false);
        check("ms-npm-2.1.3-81ff3cfac1-aa92de6080.tgz", false);
        check("a-81FF3CFAC1-aa92de6080.zip", false);
        check("x-2024010100-20240102.zip", false);
        check("é-npm-\u{1f4a9}.zip", false);
    }

    #[test]
    fn a_package_and_what_it_bundles() {
        let json = br#"{"name":"@colors/colors","version":"1.6.0","license":"MIT"}"#;
        let inner = br#"{"name":"ms","version":"2.1.3"}"#;
        let root = "node_modules/@colors/colors";
        let files: [(&str, &[u8]); 8] = [
            (&format!("{root}/LICENSE"), b"MIT License"),
            (&format!("{root}/package.json"), json),
            (&format!("{root}/licenses/x.txt"), b"Apache"),
            (&format!("{root}/NOTICE"), b" \n"),
            (&format!("{root}/lib/package.json"), inner),
            (&format!("{root}/lib/LICENSE"), b"no text of the package"),
            (&format!("{root}/node_modules/ms/package.json"), inner),
            (&format!("{root}/node_modules/ms/license.md"), b"ISC"),
        ];
        let expected = [
            "@colors/colors 1.6.0 node_modules/@colors/colors/LICENSE node_modules/@colors/colors/licenses/x.txt",
            "ms 2.1.3 node_modules/@colors/colors/node_modules/ms/license.md",
        ];
        check(&files, &expected, 0);
    }

    #[test]
    fn what_is_no_package() {
        check(&[("package.json", br#"{"name":"x","version":"1.0.0"}"#)], &[], 0);
        check(&[("node_modules/x/package.json", b"{")], &[], 1);
        check(&[("node_modules/x/package.json", br#"{"name":"x","version":"${v}"}"#)], &[], 1);
        check(&[], &[], 0);
        for bytes in [&b""[..], b"PK\x03\x04", b"no archive"] {
            assert_eq!(parse(&Input { path: PATH, bytes }).issues.len(), 1);
        }
    }

    #[test]
    fn one_broken_entry_costs_no_other() {
        let mut bytes = zip_of(&[
            ("node_modules/x/LICENSE", b"the text that will be broken, as long as it needs to be"),
            ("node_modules/x/package.json", br#"{"name":"x","version":"1.0.0"}"#),
        ]);
        // A byte of the first entry's data, behind its header of 30 bytes and its name.
        bytes[30 + 22 + 8] ^= 0xff;
        let parsed = parse(&Input { path: PATH, bytes: &bytes });
        assert_eq!((parsed.finds.len(), parsed.issues.len()), (1, 1));
    }

    #[test]
    fn a_bomb_ends_at_its_limit() {
        let zeros = vec![b' '; 5 << 20];
        let json = br#"{"name":"x","version":"1.0.0"}"#;
        let files: [(&str, &[u8]); 2] = [("node_modules/x/LICENSE", &zeros), ("node_modules/x/package.json", json)];
        check(&files, &["x 1.0.0"], 1);
    }
}
