//! ELF notes `.note.package`: a distribution's build put into each program and library which package it was built for.
//!
//! The name in the note is that of the *source* package: Debian's `libsystemd.so.0` says `systemd`, and one who takes that
//! for an installed package reports a `systemd` that is not there. So a note never says that a package is installed; it
//! says that code of this source package is in the image (`Basis::Embedded`). Where an OS package owns the file, the
//! inventory makes the find a part of that package, so that nothing is reported twice; where the file was copied in by hand
//! or the package's record is gone, the note is all that is known of it, and advisories, which name source packages, apply.
//!
//! The distribution of the note is the namespace, since the file may come from another than the image does. The
//! architecture is kept. Left out: notes without a name or a version, `osCpe` and the address of debug information, and
//! `.note.dlopen`, which names libraries and no packages.
//!
//! Specification: <https://uapi-group.org/specifications/specs/package_metadata_for_executable_files/>.

use super::{Cataloger, Group, Input, Parsed, Want, decode, program};
use crate::model::{Basis, Ecosystem, Find, PackageFind};
use serde_json::Value;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "elf-note", group: Group::Installed, wants: &[Want::Program], parse };

/// The type of the note.
const PACKAGING: u32 = 0xcafe_1a7e;

/// The most notes in the section; real ones hold one.
const NOTE_LIMIT: usize = 16;

/// Reads one program.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let Some(section) = program::section(input.bytes, ".note.package") else { return parsed };
    let notes = notes(section, program::is_big_endian(input.bytes));
    for description in notes.filter(|(kind, owner, _)| (*kind, *owner) == (PACKAGING, &b"FDO\0"[..])).map(|n| n.2) {
        // The text ends with a NUL byte and is padded with more.
        let text = description.split(|b| *b == 0).next().unwrap_or_default();
        match serde_json::from_slice::<Value>(text) {
            Ok(json) => match package(&json) {
                Some(find) => parsed.finds.push(Find::package(find)),
                None => parsed.record_issue("the ELF note on the package has no name or version; it was left out"),
            },
            Err(error) => {
                parsed.record_issue(format!("the ELF note on the package is broken ({error}); it was left out"))
            }
        }
    }
    parsed
}

/// Notes: three numbers (length of the owner's name, of the description, type), the name, the description, each padded to
/// four bytes.
fn notes(mut rest: &[u8], big: bool) -> impl Iterator<Item = (u32, &[u8], &[u8])> {
    let number = move |bytes: [u8; 4]| if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    let next = move || {
        let (head, body) = rest.split_at_checked(12)?;
        let mut numbers = head.as_chunks::<4>().0.iter().map(|n| number(*n));
        let (name, size, kind) = (numbers.next()? as usize, numbers.next()? as usize, numbers.next()?);
        let owner = body.get(..name)?;
        let body = body.get(name.next_multiple_of(4)..)?;
        let description = body.get(..size)?;
        rest = body.get(size.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, owner, description))
    };
    std::iter::from_fn(next).take(NOTE_LIMIT)
}

fn package(json: &Value) -> Option<PackageFind> {
    let text = |key: &str| decode::token(json.get(key)?.as_str()?);
    // Those of other managers are named all the same.
    let ecosystem = match text("type").as_deref() {
        Some("deb") => Ecosystem::DEB,
        Some("rpm") => Ecosystem::RPM,
        Some("apk") => Ecosystem::APK,
        Some("pacman" | "alpm" | "arch") => Ecosystem("alpm"),
        Some("ebuild" | "portage") => Ecosystem("ebuild"),
        _ => Ecosystem::GENERIC,
    };
    // Debian writes `Debian` where os-release has `debian`.
    let os = text("os").map(|os| os.to_lowercase().into_boxed_str());
    Some(PackageFind {
        ecosystem,
        namespace: os.filter(|_| ecosystem.is_os()),
        name: text("name")?,
        version: text("version")?,
        arch: text("architecture").filter(|_| ecosystem.is_os()),
        basis: Basis::Embedded,
        ..PackageFind::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::program::build;
    use super::*;
    use crate::purl;

    fn note(text: &str) -> Vec<u8> {
        let size = text.len() + 1;
        let mut out = [4, size as u32, PACKAGING].map(u32::to_le_bytes).concat();
        out.extend_from_slice(b"FDO\0");
        out.extend_from_slice(text.as_bytes());
        out.resize(16 + size.next_multiple_of(4), 0);
        out
    }

    fn read(section: &[u8]) -> (Vec<String>, usize) {
        let parsed = parse(&Input { path: "usr/lib/x.so", bytes: &build::elf(&[(".note.package", section)]).0 });
        let purls = parsed.finds.iter().map(|find| match find {
            Find::Package(p) => {
                assert_eq!(p.basis, Basis::Embedded);
                purl::purl(p, None).unwrap()
            }
            other => panic!("{other:?}"),
        });
        (purls.collect(), parsed.issues.len())
    }

    #[test]
    fn real_notes() {
        let check = |text: &str, expected: &str| assert_eq!(read(&note(text)), (vec![expected.to_owned()], 0));
        check(
            r#"{"type":"deb","os":"Debian","name":"systemd","version":"252.39-1~deb12u2","architecture":"amd64","debugInfoUrl":"https://debuginfod.debian.net"}"#,
            "pkg:deb/debian/systemd@252.39-1~deb12u2?arch=amd64",
        );
        check(
            r#"{"type":"rpm","name":"bash","version":"5.2.26-3.fc40","architecture":"x86_64","osCpe":"cpe:/o:fedoraproject:fedora:40"}"#,
            "pkg:rpm/bash@5.2.26-3.fc40?arch=x86_64",
        );
        check(r#"{"type":"x","os":"y","name":"a","version":"1","architecture":"z"}"#, "pkg:generic/a@1");
    }

    #[test]
    fn several_notes_and_broken_ones() {
        let good = note(r#"{"type":"apk","name":"a","version":"1-r0"}"#);
        let mut other = good.clone();
        other[4] = 0;
        assert_eq!(read(&[note("{"), note("{}"), good.clone()].concat()), (vec!["pkg:apk/a@1-r0".into()], 2));
        assert_eq!(read(&[&good[..], &[0xff; 12], &good].concat()).0.len(), 1);
        assert_eq!(read(&good[..good.len() - 8]), (vec![], 0));
        assert_eq!(read(&good.repeat(NOTE_LIMIT + 1)).0.len(), NOTE_LIMIT);
        // Another owner, another type.
        let mut other = good.clone();
        other[12] = b'X';
        assert_eq!(read(&other), (vec![], 0));
        let mut other = good;
        other[8] = 0;
        assert_eq!(read(&other), (vec![], 0));
        assert_eq!(read(b""), (vec![], 0));
    }
}
