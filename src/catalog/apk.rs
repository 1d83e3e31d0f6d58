//! Alpine packages: apk's database of what is installed.
//!
//! Fields are a letter, a colon and a value; an empty line ends a package. The binary database of apk-tools 3 (`ADB`)
//! is no installed database anywhere yet and is only named as an issue. Specification: apk_installed_db in the Alpine
//! wiki, apk-package(5).

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, OwnedFile, OwnedKind, PackageFind, Requirement, SourcePackage};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "apk",
    group: Group::Installed,
    wants: &[Want::Path("lib/apk/db/installed"), Want::Path("usr/lib/apk/db/installed")],
    parse,
};

/// One package as far as it was read.
#[derive(Default)]
struct Record {
    find: PackageFind,
    has_name: bool,
    has_version: bool,
    origin: Option<Box<str>>,
    folder: Option<Box<str>>,
    /// Something but a name was read.
    touched: bool,
    /// Lines that say nothing.
    stray: usize,
}

/// Reads the database.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if input.bytes.starts_with(b"ADB") {
        parsed.file_issue("the database has apk-tools' binary form, which is not read");
        return parsed;
    }
    let mut record = Record::default();
    for (number, line) in decode::lines(input.bytes).enumerate() {
        match line {
            [] => finish(std::mem::take(&mut record), number, &mut parsed),
            [letter, b':', value @ ..] => {
                // Two packages without an empty line between them would otherwise become one.
                if *letter == b'P' && record.has_name && record.has_version {
                    parsed.record_issue(format!(
                        "package {} is not ended by an empty line; a new one begins at line {}",
                        decode::shown(&record.find.name),
                        number + 1
                    ));
                    finish(std::mem::take(&mut record), number, &mut parsed);
                }
                field(&mut record, *letter, value);
            }
            _ => record.stray += 1,
        }
    }
    finish(record, usize::MAX, &mut parsed);
    parsed
}

fn field(record: &mut Record, letter: u8, value: &[u8]) {
    record.touched = true;
    let find = &mut record.find;
    match letter {
        b'R' | b'F' => {
            // Paths are matched with those of the archive, where bytes that are no UTF-8 are replaced.
            let value = String::from_utf8_lossy(value);
            if letter == b'F' {
                // An empty `F:` is the root; a folder that climbs out of it takes its files along.
                record.folder = if value.is_empty() { Some("".into()) } else { paths::resolve("", &value) };
            } else if let Some(path) = record.folder.as_deref().and_then(|f| paths::resolve(f, &value)) {
                find.files.push(OwnedFile { path, kind: OwnedKind::Plain });
            }
            return;
        }
        // Modes and checksums of files: most of the database, and nobody asks.
        b'Z' | b'a' | b'M' | b'C' | b'S' | b'I' | b't' => return,
        _ => {}
    }
    let value = decode::decode_part(value);
    match letter {
        // The first of a field counts; a second one is no reason to lose the record.
        b'P' if !record.has_name => {
            if let Some(name) = decode::token(&value) {
                find.name = name;
                record.has_name = true;
            }
        }
        b'V' if !record.has_version => {
            if let Some(version) = decode::token(&value) {
                find.version = version;
                record.has_version = true;
            }
        }
        b'A' => find.arch = decode::token(&value),
        b'L' if !value.trim().is_empty() && find.declared.is_empty() => {
            find.declared.push(Declared { grammar: Grammar::Alpine, field: "L", values: vec![value.trim().into()] });
        }
        b'o' => record.origin = decode::token(&value),
        b'c' => find.commit = decode::token(&value),
        b'T' => find.description = decode::one_line(&value),
        b'U' => find.homepage = decode::one_line(&value),
        b'm' => find.supplier = decode::one_line(&value),
        b'p' => find.provides.extend(value.split_whitespace().filter_map(capability)),
        b'D' => {
            // `!name` is a conflict.
            let needed = value.split_whitespace().filter(|d| !d.starts_with('!')).filter_map(capability);
            find.requires.extend(needed.map(|name| Requirement::AnyOf(vec![name])));
        }
        _ => {}
    }
}

/// The name of a dependency or of what is provided, its version left out: `so:libc.musl-x86_64.so.1=1`, `a>=2`, `b~3`.
fn capability(word: &str) -> Option<Box<str>> {
    let end = word.find(['=', '<', '>', '~']).unwrap_or(word.len());
    let name = word.get(..end)?;
    (!name.is_empty() && name.len() <= decode::NAME_LIMIT).then(|| name.into())
}

fn finish(record: Record, line: usize, parsed: &mut Parsed) {
    let Record { mut find, has_name, has_version, origin, touched, stray, .. } = record;
    if !touched && stray == 0 {
        return;
    }
    if !has_name || !has_version {
        let place = if line == usize::MAX { "the end".to_owned() } else { format!("line {}", line + 1) };
        let missing = if has_name { "version" } else { "name" };
        let name = decode::shown(&find.name);
        parsed.record_lost(format!("package {name} that ends at {place} has no valid {missing} and was left out"));
        return;
    }
    if stray > 0 {
        let name = decode::shown(&find.name);
        parsed.record_issue(format!("{stray} lines in the record of package {name} were passed over"));
    }
    find.ecosystem = Ecosystem::APK;
    find.source = origin.map(|name| SourcePackage { name, version: Some(find.version.clone()) });
    find.text_folder = paths::resolve("usr/share/licenses", &find.name);
    parsed.finds.push(Find::package(find));
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: &str = "C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:alpine-baselayout\nV:3.6.5-r0\nA:x86_64\nS:8515\n\
        I:315392\nT:Alpine base dir structure and init scripts\n\
        U:https://git.alpinelinux.org/cgit/aports/tree/main/alpine-baselayout\nL:GPL-2.0-only\no:alpine-baselayout\n\
        m:Natanael Copa <ncopa@alpinelinux.org>\nt:1714981135\nc:66187892e05b03a41d08e9acabd19b7576a1c875\n\
        D:alpine-baselayout-data=3.6.5-r0 /bin/sh !conflicting so:libc.musl-x86_64.so.1 a>=2 b~3 c<4\nq:1000\n\
        p:so:libcrypto.so.3=3 cmd:x=1-r0 virtual\nF:\nR:top\nF:dev\nF:etc\nR:motd\n\
        Z:Q1SLkS9hBidUbPwwrw+XR0Whv3ww8=\nF:etc/crontabs\nR:root\na:0:0:600\nZ:Q1vfk1apUWI4yLJGhhNRd0kJixfvY=\n\n";

    fn read(bytes: &[u8]) -> Parsed {
        parse(&Input { path: "lib/apk/db/installed", bytes })
    }

    fn packages(parsed: Parsed) -> Vec<PackageFind> {
        parsed.finds.into_iter().filter_map(Find::into_package).collect()
    }

    #[test]
    fn a_real_record() {
        let found = packages(read(LAYOUT.as_bytes())).pop().unwrap();
        assert_eq!(
            (&*found.name, &*found.version, found.arch.as_deref()),
            ("alpine-baselayout", "3.6.5-r0", Some("x86_64"))
        );
        assert_eq!(found.declared[0].values, ["GPL-2.0-only".into()]);
        assert_eq!(found.commit.as_deref(), Some("66187892e05b03a41d08e9acabd19b7576a1c875"));
        assert_eq!(found.supplier.as_deref(), Some("Natanael Copa <ncopa@alpinelinux.org>"));
        let source = SourcePackage { name: "alpine-baselayout".into(), version: Some("3.6.5-r0".into()) };
        assert_eq!(found.source, Some(source));
        let files: Vec<&str> = found.files.iter().map(|f| &*f.path).collect();
        assert_eq!(files, ["top", "etc/motd", "etc/crontabs/root"]);
        let needs: Vec<&str> = found
            .requires
            .iter()
            .flat_map(|r| if let Requirement::AnyOf(names) = r { names.as_slice() } else { &[] })
            .map(AsRef::as_ref)
            .collect();
        assert_eq!(needs, ["alpine-baselayout-data", "/bin/sh", "so:libc.musl-x86_64.so.1", "a", "b", "c"]);
        assert_eq!(found.provides, ["so:libcrypto.so.3".into(), "cmd:x".into(), "virtual".into()]);
        assert_eq!(found.text_folder.as_deref(), Some("usr/share/licenses/alpine-baselayout"));
    }

    #[test]
    fn one_malformed_record_loses_one_record() {
        let check = |text: &[u8], names: &[&str], issues: usize| {
            let got = read(text);
            assert_eq!(got.issues.len(), issues, "{:?}", got.issues);
            let found: Vec<String> = packages(got).iter().map(|p| p.name.to_string()).collect();
            assert_eq!(found, names);
        };
        check(b"", &[], 0);
        check(b"\n\n\n", &[], 0);
        check(b"P:a\nV:1\n\nV:2\n\nP:c\nV:3", &["a", "c"], 1);
        check(b"P:a\nV:1\n\nP:b\nV", &["a"], 1);
        check(b"P:a\r\nV:1\r\n\r\nP:b\r\nV:1\r\n", &["a", "b"], 0);
        check(b"\xef\xbb\xbfP:a\nV:1\n", &["a"], 0);
        check(b"P:a\nV:1\nP:b\nV:1\n", &["a", "b"], 1);
        check(b"P:a\nP:b\nV:1\nV:2\n", &["a"], 0);
        check(b"P:a\nV:1\nm:Jos\xe9\n\xff\xff\n", &["a"], 1);
        check(b"P:../x\nV:1\n", &[], 1);
        check(b"P:a\nV:1 2\n", &[], 1);
        check(b"P:a\nV:1\nF:../..\nR:x\n", &["a"], 0);
        check(b"ADBd", &[], 1);
        // Two versions of one name are two packages.
        check(b"P:a\nV:1\n\nP:a\nV:2\n", &["a", "a"], 0);
        for end in 0..LAYOUT.len() {
            let _ = read(&LAYOUT.as_bytes()[..end]);
        }
    }
}
