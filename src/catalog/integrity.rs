//! Checksums of archives as lock files and databases write them: `sha512-BASE64` (W3C Subresource Integrity, which npm and its
//! like took over), `sha256=HEX` and `sha256:HEX` (Python, Ruby).
//!
//! What is none is passed over without a word: a checksum that cannot be read costs nothing but itself.

use super::resolved;
use crate::model::{Archive, ArchiveKind, Digest, PackageFind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;

/// Most checksums of one text that are looked at.
const MAX_HASHES: usize = 8;

/// Longest text of one: SHA-512 in hexadecimal with its name, and options behind.
const TEXT_LIMIT: usize = 256;

/// Every checksum in an `integrity`, which divides them by blanks and may have options behind a question mark.
pub(super) fn sri(text: &str) -> impl Iterator<Item = Digest> {
    text.split_ascii_whitespace().take(MAX_HASHES).filter_map(|one| {
        let (algorithm, value) = one.split('?').next()?.split_once('-')?;
        let bytes = STANDARD.decode(value.get(..value.len().min(TEXT_LIMIT))?).ok()?;
        let mut hex = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        of(algorithm, &hex)
    })
}

/// `sha256:HEX` or `sha256=HEX`.
pub(super) fn named(text: &str) -> Option<Digest> {
    let (algorithm, hex) = text.split_once([':', '='])?;
    of(algorithm, hex)
}

/// An algorithm and the checksum in hexadecimal; `None` where it has another length than that algorithm's.
pub(super) fn of(algorithm: &str, hex: &str) -> Option<Digest> {
    let known = matches!(algorithm, "md5" | "sha1" | "sha256" | "sha384" | "sha512") && hex.len() <= TEXT_LIMIT;
    known.then(|| Digest::parse(&format!("{algorithm}:{}", hex.trim().to_ascii_lowercase())))?
}

/// The archive in which npm's registry serves a version, under the name that it has there. `resolved`, where there is one, is the
/// address that it came from: checksums of what came from elsewhere (another registry, a repository, a file) are those of another archive.
pub(super) fn npm(
    name: &str,
    version: &str,
    resolved: Option<&str>,
    hashes: impl IntoIterator<Item = Digest>,
) -> Option<Archive> {
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    let file = format!("{name}-{version}.tgz");
    let of_registry = |address: &str| {
        let path = address.split(['?', '#']).next().unwrap_or("");
        resolved::is_public(address) && path.ends_with(&format!("/-/{file}"))
    };
    resolved.is_none_or(of_registry).then(|| Archive::new(&file, ArchiveKind::Package, hashes))?
}

/// Sets what a record of npm says of the archive of a package, or that it came from elsewhere.
pub(super) fn of_node(find: &mut PackageFind, address: Option<&str>, hashes: impl IntoIterator<Item = Digest>) {
    find.archive = npm(&find.name, &find.version, address, hashes);
    find.elsewhere = address.and_then(resolved::elsewhere);
}

/// The source distribution among files of Python's index with their checksums; `None` where there are several.
pub(super) fn sdist<'a>(files: impl Iterator<Item = (&'a str, Vec<Digest>)>) -> Option<Archive> {
    let mut found = files.filter(|(file, _)| Archive::is_sdist(file));
    let (file, hashes) = found.next()?;
    found.next().is_none().then(|| Archive::new(file, ArchiveKind::Source, hashes))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT_PAD: &str =
        "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";

    #[test]
    fn every_way_to_write_them() {
        let check = |text: &str, expected: &[&str]| {
            let got: Vec<String> = sri(text).map(|d| d.to_string()).collect();
            assert_eq!(got, expected, "{text}");
        };
        let hex = "sha512:5c8e4c3f354d0298c0ca1433a615fc06498ab0a5310f82ddc8adb88997901a29c137dc93413ddb165081cbf695c761eb35ca901ac768b7c821ae3cabbcc0a810";
        let sha1 = "sha1:5b8a3a7765dfe001261dde915589e782f8c94d1e";
        check(LEFT_PAD, &[hex]);
        check(&format!("{LEFT_PAD}?x sha1-W4o6d2Xf4AEmHd6RVYnngvjJTR4= md4-AAAA"), &[hex, sha1]);
        for bad in ["", "sha512-", "sha512-AAAA", "sha1-W4o6d2Xf4AEmHd6RVYnngvjJTR4", "sha512", "x y z"] {
            check(bad, &[]);
        }
        assert_eq!(named("sha1=5B8A3A7765DFE001261DDE915589E782F8C94D1E").unwrap().as_str(), sha1);
        assert_eq!((named("sha1:5b"), named("h1:x"), named("sha256")), (None, None, None));
    }

    #[test]
    fn only_what_the_registry_serves() {
        let check = |resolved: Option<&str>, expected: Option<&str>| {
            let got = npm("@a/left-pad", "1.3.0", resolved, sri(LEFT_PAD));
            assert_eq!(got.as_ref().map(|a| &*a.file), expected, "{resolved:?}");
        };
        let file = Some("left-pad-1.3.0.tgz");
        check(None, file);
        check(Some("https://registry.npmjs.org/@a/left-pad/-/left-pad-1.3.0.tgz#5b8a"), file);
        check(Some("git+ssh://git@example.com/a/left-pad.git#5b8a"), None);
        check(Some("https://registry.yarnpkg.com/@a/left-pad/-/left-pad-1.3.0.tgz"), file);
        check(Some("https://example.com/left-pad-1.3.0.tgz"), None);
        // It may serve something else under this name.
        check(Some("https://npm.corp.example/@a/left-pad/-/left-pad-1.3.0.tgz"), None);
        check(Some("https://registry.npmjs.org/@b/left/-/left-1.3.0.tgz"), None);
        check(Some("file:left-pad-1.3.0.tgz"), None);
    }

    #[test]
    fn one_source_distribution() {
        let hash = || vec![of("sha256", &"a".repeat(64)).unwrap()];
        let check = |files: &[&str], expected: Option<&str>| {
            let got = sdist(files.iter().map(|f| (*f, hash())));
            assert_eq!(got.as_ref().map(|a| &*a.file), expected, "{files:?}");
        };
        check(&["idna-3.7-py3-none-any.whl", "idna-3.7.tar.gz"], Some("idna-3.7.tar.gz"));
        check(&["idna-3.7-py3-none-any.whl"], None);
        check(&["a-1.tar.gz", "a-1.zip"], None);
        check(&[".zip"], None);
    }
}
