//! Debian packages of chiselled Ubuntu images, which hold slices of packages and no dpkg: `var/lib/chisel/manifest.wall`.
//!
//! The manifest is zstd over lines of JSON (a "jsonwall"): a line of kind `package` for each package, `path` for each
//! file with the slices that brought it, and a slice is called `package_slice`. Left out: `slice` and `content` lines,
//! which say nothing more. Specification: <https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/>.

use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, decode, paths};
use crate::model::{Ecosystem, Find, OwnedFile, OwnedKind, PackageFind, Severity};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "chisel",
    group: Group::Installed,
    wants: &[Want::Path("var/lib/chisel/manifest.wall"), Want::Like(is_manifest)],
    parse,
};

/// The most that is unpacked: a line a file has some 250 bytes, so that these are 250,000 files, more than any image has
/// that was made to be small.
const MAX_BYTES: u64 = 64 << 20;

/// The largest window that is accepted, 128 MiB, as zstd's own command does; memory is claimed by it.
const MAX_WINDOW_LOG: u32 = 27;

/// The folder is the one that a slice definition says (`generate: manifest`), by custom this one.
fn is_manifest(path: &str, base: &str) -> bool {
    base == "manifest.wall" && paths::parent(path).ends_with("chisel")
}

/// Reads a manifest.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = unpack(input.bytes, MAX_BYTES, &mut parsed);
    let mut packages: BTreeMap<Box<str>, PackageFind> = BTreeMap::new();
    let mut files: BTreeMap<Box<str>, Vec<OwnedFile>> = BTreeMap::new();
    for (number, line) in decode::lines(&text).enumerate().filter(|(_, line)| !line.is_empty()) {
        let Ok(entry) = serde_json::from_slice::<Value>(line) else {
            parsed.record_lost(format!("line {} is no JSON and was left out", number + 1));
            continue;
        };
        let field = |key: &str| entry.get(key).and_then(Value::as_str);
        match field("kind") {
            Some("package") => match package(&entry) {
                Some(find) => drop(packages.insert(find.name.clone(), find)),
                None => parsed.record_lost(format!(
                    "package {} has no valid name or version and was left out",
                    decode::shown(field("name").unwrap_or(""))
                )),
            },
            Some("path") => {
                let slices = entry.get("slices").and_then(Value::as_array);
                // Folders end with a slash and are everybody's.
                let path = field("path").filter(|p| !p.ends_with('/')).and_then(|p| paths::resolve("", p));
                for slice in slices.into_iter().flatten().filter_map(Value::as_str) {
                    let owner = slice.split_once('_').map_or(slice, |(package, _)| package);
                    if let Some(path) = path.clone().filter(|_| !owner.is_empty()) {
                        let list = files.entry(owner.into()).or_default();
                        // Two slices of one package may bring one file; the lines are sorted, the same stand together.
                        if list.last().is_none_or(|last| last.path != path) {
                            list.push(OwnedFile { path, kind: OwnedKind::Plain });
                        }
                    }
                }
            }
            _ => {}
        }
    }
    for (name, mut find) in packages {
        find.files = files.remove(&name).unwrap_or_default();
        parsed.finds.push(Find::package(find));
    }
    parsed
}

fn package(entry: &Value) -> Option<PackageFind> {
    let field = |key: &str| entry.get(key).and_then(Value::as_str).and_then(decode::token);
    let (name, version) = (field("name")?, field("version")?);
    Some(PackageFind {
        ecosystem: Ecosystem::DEB,
        arch: field("arch"),
        texts: paths::resolve("usr/share/doc", &format!("{name}/copyright")).into_iter().collect(),
        name,
        version,
        ..PackageFind::default()
    })
}

/// The lines; what can be unpacked of a broken file is kept.
fn unpack(bytes: &[u8], limit: u64, parsed: &mut Parsed) -> Vec<u8> {
    let mut text = Vec::new();
    let result = zstd::stream::read::Decoder::with_buffer(bytes).and_then(|mut decoder| {
        decoder.window_log_max(MAX_WINDOW_LOG)?;
        decoder.take(limit + 1).read_to_end(&mut text)
    });
    match result {
        Err(error) => parsed.file_issue(format!("the manifest cannot be unpacked to its end ({error})")),
        Ok(_) if text.len() as u64 > limit => {
            text.truncate(limit as usize);
            let message = format!("the manifest unpacks to more than {limit} bytes; the rest was left out");
            parsed.issue(RECORD_LIMIT, Severity::Error, message);
        }
        Ok(_) => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: &str = r#"{"jsonwall":"1.0","schema":"1.0","count":9}
{"kind":"content","slice":"libc6_libs","path":"/usr/lib/libc.so.6"}
{"kind":"package","name":"base-files","version":"13ubuntu10","sha256":"a","arch":"amd64"}
{"kind":"package","name":"libc6","version":"2.39-0ubuntu8.3","sha256":"b","arch":"amd64"}
{"kind":"path","path":"/etc/","mode":"0755","slices":["base-files_base"]}
{"kind":"path","path":"/etc/x","mode":"0644","slices":["base-files_base","base-files_more","libc6_config"],"sha256":"c"}
{"kind":"path","path":"/usr/lib/libc.so.6","mode":"0755","slices":["libc6_libs"],"sha256":"d","size":1}
{"kind":"slice","name":"libc6_libs"}
"#;

    fn read(bytes: &[u8]) -> Parsed {
        parse(&Input { path: "var/lib/chisel/manifest.wall", bytes })
    }

    fn pack(text: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(text, 1).unwrap()
    }

    fn summary(parsed: &Parsed) -> Vec<String> {
        let one = |find: &Find| {
            let Find::Package(p) = find else { panic!("{find:?}") };
            let files: Vec<&str> = p.files.iter().map(|f| &*f.path).collect();
            format!("{} {}", crate::purl::purl(p, None).unwrap(), files.join(" "))
        };
        parsed.finds.iter().map(one).collect()
    }

    #[test]
    fn a_manifest() {
        let found = read(&pack(WALL.as_bytes()));
        assert_eq!(found.issues, []);
        assert_eq!(
            summary(&found),
            [
                "pkg:deb/base-files@13ubuntu10?arch=amd64 etc/x",
                "pkg:deb/libc6@2.39-0ubuntu8.3?arch=amd64 etc/x usr/lib/libc.so.6"
            ]
        );
        let Find::Package(p) = &found.finds[1] else { panic!() };
        assert_eq!(p.texts, ["usr/share/doc/libc6/copyright".into()]);
    }

    #[test]
    fn broken_manifests() {
        let check = |bytes: &[u8], finds: usize, issues: usize| {
            let found = read(bytes);
            assert_eq!((found.finds.len(), found.issues.len()), (finds, issues), "{:?}", found.issues);
        };
        check(b"", 0, 1);
        check(b"{}", 0, 1);
        check(&pack(b"{\n{\"kind\":\"package\"}\n{\"kind\":\"package\",\"name\":\"a\",\"version\":\"1\"}\n7\n"), 1, 2);
        check(&pack(b"{\"kind\":\"path\",\"path\":\"/../x\",\"slices\":[\"a_b\",7,\"\"]}"), 0, 0);
        check(&pack(b"\xff\xfe\0\n"), 0, 1);
        let whole = pack(WALL.as_bytes());
        for end in 1..whole.len() {
            assert!(!read(&whole[..end]).issues.is_empty() || end > whole.len() - 5, "{end}");
        }
        // Skippable frames and a window of gigabytes.
        check(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0, 0, 0], 0, 1);
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        const LIMIT: u64 = 1 << 20;
        let bomb = zstd::stream::encode_all(std::io::repeat(b'x').take(64 << 20), 1).unwrap();
        let mut parsed = Parsed::default();
        assert_eq!(unpack(&bomb, LIMIT, &mut parsed).len() as u64, LIMIT);
        assert_eq!(parsed.issues.iter().map(|i| i.code).collect::<Vec<_>>(), [RECORD_LIMIT]);
        assert_eq!(unpack(&pack(b"abc"), 3, &mut Parsed::default()), b"abc");
    }
}
