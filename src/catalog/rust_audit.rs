//! Rust crates that are built into programs: the list that `cargo auditable` puts there and, where there is none, what the
//! places of panics still tell.
//!
//! The list is a section `.dep-v0` of JSON, packed by zlib: all packages with name, version, source, kind and the packages that
//! they need. Those that only ran at build time are left out. Without the list the names and versions of crates are
//! recovered from the paths of source files, which release builds keep for messages:
//! `.cargo/registry/src/<index>/<name>-<version>/...` (also with backslashes), Debian's and Fedora's
//! `/usr/share/cargo/registry/<name>-<version>/...`, and `/rust/deps/<name>-<version>/...` or `/rustc/<hash>/vendor/...`, which
//! are the crates that the standard library is made of.
//!
//! Left out: vendored sources, whose paths have no versions; crates that cannot panic, of which nothing is left; the
//! standard library, whose paths tell a commit and no version; the program itself. So this is a part, and marked as
//! such ([`Basis::Recovered`]).
//!
//! Measured: of 56 crates that `cargo auditable` lists of a program, 11 are recovered from the same program built without it, of the
//! 47 that Debian says its ripgrep was built from, 37. Of 179 names recovered from five programs whose `Cargo.lock` or
//! `Built-Using` was at hand, none was wrong.
//!
//! Specification: <https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md>.

use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, decode, program};
use crate::model::{Basis, Ecosystem, Find, PackageFind, Requirement, Severity};
use flate2::read::ZlibDecoder;
use memchr::memmem;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger { name: "rust", group: Group::Installed, wants: &[Want::Program], parse };

/// The longest list, unpacked: a package takes some 100 bytes, and the specification advises readers to stop at 8 MiB.
const LIST_LIMIT: u64 = 8 << 20;

/// The most crates of a program; the largest lists have some 1,500.
const CRATE_LIMIT: usize = 20_000;

/// The longest name of a folder `<name>-<version>`: crates.io allows 64 bytes for a name, versions are short.
const FOLDER_LIMIT: usize = 160;

/// Where paths of sources stand: the places of panics among the constants, those of all units in debug information, which most
/// releases do not have.
const PLACES: [&str; 4] = [".rodata", ".debug_str", ".debug_line_str", ".debug_line"];

/// Reads one program.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut recovered = BTreeSet::new();
    for slice in program::slices(input.bytes) {
        match program::section(slice, ".dep-v0") {
            Some(section) => listed(section, &mut parsed),
            None => recover(&program::regions(slice, &PLACES), &mut recovered),
        }
    }
    // One part of a universal file with the list tells all.
    if parsed.finds.is_empty() && parsed.issues.is_empty() {
        parsed.finds.extend(recovered.into_iter().map(|(name, version)| {
            let find = PackageFind { basis: Basis::Recovered, ..package(name, version) };
            Find::package(find)
        }));
    }
    parsed
}

fn package(name: &str, version: &str) -> PackageFind {
    PackageFind {
        ecosystem: Ecosystem::CARGO,
        name: name.into(),
        version: version.into(),
        provides: vec![format!("{name}@{version}").into()],
        basis: Basis::Embedded,
        ..PackageFind::default()
    }
}

/// The list of `cargo auditable`.
fn listed(section: &[u8], parsed: &mut Parsed) {
    let mut json = Vec::new();
    match ZlibDecoder::new(section).take(LIST_LIMIT + 1).read_to_end(&mut json) {
        Ok(_) if json.len() as u64 > LIST_LIMIT => {
            let message = format!("the list of crates has more than {LIST_LIMIT} bytes; it was left out");
            return parsed.issue(RECORD_LIMIT, Severity::Error, message);
        }
        Ok(_) => {}
        Err(error) => return parsed.record_lost(format!("the list of crates cannot be unpacked ({error})")),
    }
    let list: Value = match serde_json::from_slice(&json) {
        Ok(list) => list,
        Err(error) => return parsed.record_lost(format!("the list of crates is broken ({error})")),
    };
    let Some(packages) = list.get("packages").and_then(Value::as_array) else {
        return parsed.record_lost("the list of crates has no packages");
    };
    if packages.len() > CRATE_LIMIT {
        let message = format!("the list of crates has {} of them, more than {CRATE_LIMIT}", packages.len());
        return parsed.issue(RECORD_LIMIT, Severity::Error, message);
    }
    for json in packages.iter().filter(|json| is_built_in(json)) {
        let Some((name, version)) = name_and_version(json) else {
            let shown = decode::shown(&json.to_string());
            parsed.record_lost(format!("a crate of the list has no name or version: {shown}"));
            continue;
        };
        // Indexes into the list; the same twice where a crate needs another for two reasons.
        let indexes = json.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        let indexes: BTreeSet<usize> = indexes.filter_map(|i| usize::try_from(i.as_u64()?).ok()).collect();
        let needed = indexes.into_iter().filter_map(|i| packages.get(i)).filter(|json| is_built_in(json));
        let needed = needed.filter_map(name_and_version);
        let requires = needed.map(|(name, version)| Requirement::AnyOf(vec![format!("{name}@{version}").into()]));
        let find = PackageFind { requires: requires.collect(), ..package(name, version) };
        parsed.finds.push(Find::package(find));
    }
}

/// Whether it is in the program, not only needed to build it.
fn is_built_in(json: &Value) -> bool {
    json.get("kind").and_then(Value::as_str) != Some("build")
}

fn name_and_version(json: &Value) -> Option<(&str, &str)> {
    let name = json.get("name")?.as_str().filter(|n| is_name(n) && n.len() <= decode::NAME_LIMIT)?;
    let version = json.get("version")?.as_str().filter(|v| is_version(v) && v.len() <= decode::NAME_LIMIT)?;
    Some((name, version))
}

/// What cargo allows in a name, as crates.io has it: letters, digits, `-`, `_`, a letter first.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// A semantic version: three numbers, then perhaps a pre-release and a build (<https://semver.org>).
fn is_version(version: &str) -> bool {
    let (rest, build) = version.split_once('+').map_or((version, None), |(rest, build)| (rest, Some(build)));
    let (numbers, pre) = rest.split_once('-').map_or((rest, None), |(numbers, pre)| (numbers, Some(pre)));
    let number = |n: &str| !n.is_empty() && n.len() <= 20 && n.bytes().all(|b| b.is_ascii_digit());
    let words = |words: Option<&str>| {
        words.is_none_or(|w| {
            w.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        })
    };
    numbers.split('.').count() == 3 && numbers.split('.').all(number) && words(pre) && words(build)
}

/// Crates by the paths of their sources. Every Rust program names a file of the standard library, whose folder is `/rustc/<hash>`
/// or, where a distribution builds it, `/rustc-<version>` or a folder `rust`: what has none of them is no Rust program
/// and is done after one search.
fn recover<'a>(regions: &[&'a [u8]], out: &mut BTreeSet<(&'a str, &'a str)>) {
    if !regions.iter().any(|region| memmem::find(region, b"/rust").is_some()) {
        return;
    }
    for region in regions {
        std_crates(region, out);
        registry_crates(region, out);
    }
}

/// Crates of the standard library: `/rust/deps/<crate>/`, before 2024 `/rustc/<hash>/vendor/<crate>/`.
fn std_crates<'a>(region: &'a [u8], out: &mut BTreeSet<(&'a str, &'a str)>) {
    for at in memmem::find_iter(region, b"/rust") {
        let Some((first, rest)) = region.get(at + 1..).and_then(component) else { continue };
        let folder = match (first, component(rest)) {
            ("rust", Some(("deps", rest))) => component(rest),
            (rustc, Some(("vendor", rest))) if rustc.starts_with("rustc") => component(rest),
            ("rustc", Some((_, rest))) => match component(rest) {
                Some(("vendor", rest)) => component(rest),
                _ => None,
            },
            _ => None,
        };
        add(folder, out);
    }
}

/// Crates of a registry, as cargo and as distributions have it.
fn registry_crates<'a>(region: &'a [u8], out: &mut BTreeSet<(&'a str, &'a str)>) {
    for at in memmem::find_iter(region, b"registry") {
        let Some(("registry", rest)) = region.get(at..).and_then(component) else { continue };
        let before = region.get(..at).unwrap_or_default();
        let folder = match component(rest) {
            Some(("src", rest)) => component(rest).and_then(|(_, rest)| component(rest)),
            folder if [&b"/cargo/"[..], b"\\cargo\\"].iter().any(|c| before.ends_with(c)) => folder,
            _ => None,
        };
        add(folder, out);
    }
}

/// The first part of a path, which another follows. Both slashes divide: Windows builds mix them.
fn component(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let window = bytes.get(..FOLDER_LIMIT.min(bytes.len()))?;
    let end = window.iter().position(|b| b"/\\".contains(b))?;
    let part = window.get(..end)?;
    let plain = !part.is_empty() && part.iter().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(b));
    Some((std::str::from_utf8(part).ok().filter(|_| plain)?, bytes.get(end + 1..)?))
}

fn add<'a>(folder: Option<(&'a str, &'a [u8])>, out: &mut BTreeSet<(&'a str, &'a str)>) {
    if let Some(found) = folder.and_then(|(folder, _)| split_folder(folder))
        && out.len() < CRATE_LIMIT
    {
        out.insert(found);
    }
}

/// Name and version of a folder: both may hold hyphens (`foo-2-1.0.0-beta.1`), but only a version begins after the first
/// hyphen behind which all is a version.
pub(super) fn split_folder(folder: &str) -> Option<(&str, &str)> {
    let hyphens = folder.match_indices('-').map(|(at, _)| (folder.get(..at), folder.get(at + 1..)));
    hyphens
        .filter_map(|(name, version)| Some((name?, version?)))
        .find(|(name, version)| is_name(name) && is_version(version))
}

#[cfg(test)]
mod tests {
    use super::super::program::build;
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn packed(json: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(json).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> (Vec<PackageFind>, usize) {
        let parsed = parse(&Input { path: "usr/bin/x", bytes });
        let finds = parsed.finds.into_iter().map(|find| match find {
            Find::Package(p) => (*p).clone(),
            other => panic!("{other:?}"),
        });
        (finds.collect(), parsed.issues.len())
    }

    fn shown(finds: &[PackageFind]) -> Vec<String> {
        finds.iter().map(|p| format!("{} {} {}", p.name, p.version, p.basis.as_str())).collect()
    }

    const LIST: &str = r#"{"packages":[
        {"name":"adler","version":"0.2.3","source":"crates.io"},
        {"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"},
        {"name":"app","version":"0.1.0-rc.1","source":"local","dependencies":[0,1,3,9],"root":true},
        {"name":"pin_x","version":"1.0.0+b","source":"git"}]}"#;

    #[test]
    fn the_list_in_every_format() {
        let list = packed(LIST.as_bytes());
        for program in [
            build::elf(&[(".text", b"/rustc/ /registry/src/i/none-1.0.0/"), (".dep-v0", &list)]).0,
            build::pe(".dep-v0", &list),
            build::macho(".dep-v0", &list),
            build::universal(&build::macho(".dep-v0", &list)),
        ] {
            let (finds, issues) = read(&program);
            let expected = ["adler 0.2.3 embedded", "app 0.1.0-rc.1 embedded", "pin_x 1.0.0+b embedded"];
            assert_eq!((shown(&finds), issues), (expected.map(str::to_owned).to_vec(), 0));
            let needs = ["adler@0.2.3", "pin_x@1.0.0+b"];
            assert_eq!(finds[1].requires, needs.map(|n| Requirement::AnyOf(vec![n.into()])));
            assert_eq!(finds[0].provides, ["adler@0.2.3".into()]);
        }
    }

    #[test]
    fn broken_lists() {
        let check = |section: &[u8], finds: usize, issues: usize| {
            let (found, said) = read(&build::elf(&[(".dep-v0", section)]).0);
            assert_eq!((found.len(), said), (finds, issues));
        };
        let list = packed(LIST.as_bytes());
        check(b"", 0, 1);
        check(b"not zlib", 0, 1);
        check(&list[..list.len() / 2], 0, 1);
        check(&packed(b"{}"), 0, 1);
        check(&packed(b"{\"packages\":[1,{\"name\":\"a\"},{\"name\":\"a b\",\"version\":\"1.0.0\"}]}"), 0, 3);
        check(
            &packed(b"{\"packages\":[{\"name\":\"a\",\"version\":\"1.0.0\",\"dependencies\":[-1,\"x\",0.5]}]}"),
            1,
            0,
        );
        check(&packed(&vec![b' '; LIST_LIMIT as usize + 1]), 0, 1);
        check(&packed(&[b"{\"packages\":[0", &b",0".repeat(CRATE_LIMIT)[..], b"]}"].concat()), 0, 1);
    }

    #[test]
    fn crates_are_recovered_from_paths() {
        let check = |text: &str, expected: &[&str]| {
            let bytes = [b"\x7fELF", text.as_bytes()].concat();
            let expected: Vec<String> = expected.iter().map(|e| format!("{e} recovered")).collect();
            assert_eq!(shown(&read(&bytes).0), expected, "{text}");
        };
        let std = "/rustc/82e1608dfa6e0b5569232559e3d385fea5a93112/library/core/src/fmt/mod.rs";
        let with = |path: &str, expected: &[&str]| check(&format!("{std}{path}"), expected);
        let index = "/usr/local/cargo/registry/src/index.example-6f17d22bba15001f";
        with(&format!("{index}/serde_json-1.0.154/src/de.rsassertion"), &["serde_json 1.0.154"]);
        with(
            &format!("{index}/b-2-1.0.0-beta.1/x.rs{index}/a-0.11.0+wasi-p1/x"),
            &["a 0.11.0+wasi-p1", "b-2 1.0.0-beta.1"],
        );
        with(&format!("{index}/a-1.0.0/x.rs{index}/a-1.0.0/y.rs{index}/a-2.0.0/y.rs"), &["a 1.0.0", "a 2.0.0"]);
        with(
            "C:\\Users\\x\\.cargo\\registry\\src\\github.com-1ecc6299db9ec823\\winapi-0.3.9\\src\\lib.rs",
            &["winapi 0.3.9"],
        );
        with(".cargo\\registry\\src\\github.com-1ecc6299db9ec823\\winapi-0.3.9/src/lib.rs", &["winapi 0.3.9"]);
        check("/usr/src/rustc-1.63.0/library/x/usr/share/cargo/registry/bstr-0.2.17/src/lib.rs", &["bstr 0.2.17"]);
        check("/rustc-1.63.0/vendor/hashbrown-0.12.0/src/raw/mod.rs", &["hashbrown 0.12.0"]);
        check("/rust/deps/hashbrown-0.15.2/src/raw/mod.rs", &["hashbrown 0.15.2"]);
        check("/rustc/82e1608d/vendor/gimli-0.28.1/src/lib.rs", &["gimli 0.28.1"]);
        // No Rust program; sources without versions; other registries and folders.
        check(&format!("{index}/a-1.0.0/x.rs"), &[]);
        with("/build/vendor/serde/src/lib.rs /build/vendor/serde-1.0.0/src/lib.rs", &[]);
        with("https://www.khronos.org/registry/a-1.0.0/x", &[]);
        with("/registry/src/index/a-1.0.0", &[]);
        with("/registry/src/index/a-1.0/x.rs", &[]);
        with("/registry/src/index/-1.0.0/x.rs", &[]);
        with("/registry/src/{}/a-{version}/x.rs", &[]);
        with("/registry/src/index/a-1.0.0-/x.rs", &[]);
    }
}
