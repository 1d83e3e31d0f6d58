//! vcpkg: the database of an installation, `vcpkg/status`, and the changes to it that wait in `vcpkg/updates`.
//!
//! Each paragraph is a port for one triplet; those of features add nothing. A later change that removes a port is not
//! joined with the file that names it. Left out: the SPDX document in each port's `share` folder, which the cataloger of
//! documents reads. Specification: "vcpkg database" in vcpkg's `statusparagraph.cpp`; the form is Debian's.

use super::deb822::{Ends, Paragraph, paragraphs};
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, PackageFind, Requirement};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "vcpkg", group: Group::Installed, wants: &[Want::Like(is_database)], parse };

/// The purl type.
pub const VCPKG: Ecosystem = Ecosystem("vcpkg");

fn is_database(path: &str, base: &str) -> bool {
    let folder = paths::parent(path);
    if base == "status" {
        paths::base(folder) == "vcpkg"
    } else {
        !base.is_empty() && base.bytes().all(|b| b.is_ascii_digit()) && folder.ends_with("vcpkg/updates")
    }
}

/// Reads the database or one change.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let folder = paths::parent(input.path);
    let database = if paths::base(folder) == "updates" { paths::parent(folder) } else { folder };
    for paragraph in paragraphs(input.bytes, Ends::Blank) {
        let installed = paragraph.get("Status").is_some_and(|s| s.ends_with(" installed"));
        if paragraph.fields.is_empty() || !installed || paragraph.field("Feature").is_some() {
            continue;
        }
        match port(&paragraph, paths::parent(database)) {
            Some(find) => parsed.finds.push(Find::package(find)),
            None => {
                let name = decode::shown(&paragraph.get("Package").unwrap_or_default());
                parsed.record_lost(format!("port {name} has no valid name and version and was left out"));
            }
        }
    }
    parsed
}

fn port(paragraph: &Paragraph<'_>, root: &str) -> Option<PackageFind> {
    let token = |field: &str| paragraph.get(field).and_then(|v| decode::token(&v));
    let name = token("Package")?;
    let triplet = token("Architecture");
    let mut qualifiers: Vec<(&'static str, Box<str>)> = Vec::new();
    qualifiers.extend(token("Port-Version").filter(|v| **v != *"0").map(|v| ("port_version", v)));
    qualifiers.extend(triplet.clone().map(|t| ("triplet", t)));
    let copyright = triplet.and_then(|t| paths::resolve(root, &format!("{t}/share/{name}/copyright")));
    Some(PackageFind {
        ecosystem: VCPKG,
        version: token("Version")?,
        qualifiers,
        description: paragraph.get("Description").and_then(|d| decode::one_line(&d)),
        requires: requires(paragraph),
        texts: copyright.into_iter().collect(),
        name,
        ..PackageFind::default()
    })
}

/// `zlib, vcpkg-cmake:x64-linux, curl[ssl]`
fn requires(paragraph: &Paragraph<'_>) -> Vec<Requirement> {
    let value = paragraph.get("Depends").unwrap_or_default();
    let names = value.split(',').filter_map(|d| decode::token(d.split([':', '[', '(']).next()?));
    names.map(|name| Requirement::AnyOf(vec![name])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports() {
        let check = |path: &str, text: &str, expected: &[&str], issues: usize| {
            assert!(is_database(path, paths::base(path)), "{path}");
            let got = parse(&Input { path, bytes: text.as_bytes() });
            let found: Vec<String> = got
                .finds
                .iter()
                .map(|f| match f {
                    Find::Package(p) => {
                        format!("{} {} {}", crate::purl::purl(p, None).unwrap(), p.requires.len(), p.texts.join(","))
                    }
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(
                (found.iter().map(String::as_str).collect::<Vec<_>>(), got.issues.len()),
                (expected.to_vec(), issues)
            );
        };
        let text = "Package: bzip2\nVersion: 1.0.8\nPort-Version: 6\nDepends: vcpkg-cmake:x64-linux, zlib\nArchitecture: x64-linux\n\
            Multi-Arch: same\nDescription: bzip2 is\n    a compressor\nStatus: install ok installed\n\n\
            Package: bzip2\nFeature: tool\nArchitecture: x64-linux\nStatus: install ok installed\n\n\
            Package: old\nVersion: 1\nArchitecture: x64-linux\nStatus: purge ok not-installed\n";
        let expected = "pkg:vcpkg/bzip2@1.0.8?port_version=6&triplet=x64-linux 2 app/vcpkg_installed/x64-linux/share/bzip2/copyright";
        check("app/vcpkg_installed/vcpkg/status", text, &[expected], 0);
        check("app/vcpkg_installed/vcpkg/updates/0000000001", text, &[expected], 0);
        check("vcpkg/status", "Package: x\nStatus: install ok installed\n", &[], 1);
        check("vcpkg/status", "", &[], 0);
        assert!(!is_database("var/lib/dpkg/status", "status"));
        assert!(!is_database("vcpkg/updates/x", "x"));
    }
}
