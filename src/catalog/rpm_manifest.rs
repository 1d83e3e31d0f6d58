//! Packages of Azure Linux (CBL-Mariner) images without an rpm database: the list that their build leaves behind,
//! `var/lib/rpmmanifest/container-manifest-2`.
//!
//! It is a line a package, fields divided by tabs: name, version-release, times of installation and build, vendor, epoch,
//! size, architecture, epoch as a number, source rpm. Left out: `container-manifest-1`, which names the same packages without
//! their epoch. Licences stand in neither; their texts are installed. Specification: none but what writes it, the
//! `tdnf` scripts of Azure Linux's distroless images.

use super::rpm::source_package;
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, PackageFind};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "rpm-manifest",
    group: Group::Installed,
    wants: &[Want::Path("var/lib/rpmmanifest/container-manifest-2")],
    parse,
};

/// Reads the list.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    for (number, line) in decode::lines(input.bytes).enumerate().filter(|(_, line)| !line.is_empty()) {
        match package(&decode::decode_part(line)) {
            Some(find) => parsed.finds.push(Find::package(find)),
            None => parsed.record_lost(format!("line {} is no package and was left out", number + 1)),
        }
    }
    parsed
}

fn package(line: &str) -> Option<PackageFind> {
    // rpm's word for a tag that a package lacks.
    let mut fields = line.split('\t').map(|f| if f == "(none)" { "" } else { f });
    let (name, version) = (decode::token(fields.next()?)?, decode::token(fields.next()?)?);
    let (_installed, _built, vendor, epoch) = (fields.next(), fields.next(), fields.next(), fields.next());
    let (_size, arch, _epoch_number, source) = (fields.next(), fields.next(), fields.next(), fields.next());
    Some(PackageFind {
        ecosystem: Ecosystem::RPM,
        // Absent or zero as in the rpm database that may lie beside it, so that both are one package.
        epoch: epoch.and_then(|e| e.parse().ok()),
        arch: arch.and_then(decode::token),
        supplier: vendor.and_then(decode::one_line),
        source: source.and_then(decode::token).map(|file| source_package(&file)),
        text_folder: paths::resolve("usr/share/licenses", &name),
        name,
        version,
        ..PackageFind::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str], issues: usize) {
        let found = parse(&Input { path: "var/lib/rpmmanifest/container-manifest-2", bytes: text.as_bytes() });
        let purls = found.finds.iter().map(|f| match f {
            Find::Package(p) => crate::purl::purl(p, None).unwrap(),
            other => panic!("{other:?}"),
        });
        assert_eq!(purls.collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(found.issues.len(), issues, "{text}");
    }

    #[test]
    fn lines_are_packages() {
        // As Syft reads the first: pkg:rpm/mariner-release@2.0-12.cm2?arch=noarch&upstream=mariner-release-2.0-12.cm2.src.rpm
        check(
            "mariner-release\t2.0-12.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t580\tnoarch\t0\t\
             mariner-release-2.0-12.cm2.src.rpm\n\
             shadow-utils\t4.9-8.cm2\t1\t1\tMicrosoft Corporation\t2\t7\tx86_64\t2\tshadow-utils-4.9-8.cm2.src.rpm\n",
            &[
                "pkg:rpm/mariner-release@2.0-12.cm2?arch=noarch&upstream=mariner-release-2.0-12.cm2.src.rpm",
                "pkg:rpm/shadow-utils@4.9-8.cm2?arch=x86_64&epoch=2&upstream=shadow-utils-4.9-8.cm2.src.rpm",
            ],
            0,
        );
    }

    #[test]
    fn broken_lines() {
        check("", &[], 0);
        check("filesystem-1.1-9.cm2.x86_64\n", &[], 1);
        check(
            "a\t1-1\n\n../x\t1-1\n\tx\nb\t2-1\t\t\t\tx\t\t(none)\t99999999999\r\n",
            &["pkg:rpm/a@1-1", "pkg:rpm/b@2-1"],
            2,
        );
    }
}
