//! Julia packages: `Project.toml` in `packages/NAME/SLUG/` of a depot, into which Julia's package manager installs.
//!
//! Projects elsewhere declare what they need and are no packages. A package says nothing of its licence but the
//! text that it holds. Left out: the standard library, whose parts have no version of their own. Specification:
//! "Project.toml and Manifest.toml" of Pkg's documentation.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, PackageFind, Requirement};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "julia", group: Group::Installed, wants: &[Want::Like(is_installed)], parse };

/// The purl type.
pub const JULIA: Ecosystem = Ecosystem("julia");

fn is_installed(path: &str, base: &str) -> bool {
    matches!(base, "Project.toml" | "JuliaProject.toml")
        && paths::base(paths::parent(paths::parent(paths::parent(path)))) == "packages"
}

/// Reads one project file. Its wanted part is plain enough to be read line by line: nothing is lost for what else may
/// be broken in it.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let mut section = "";
    let (mut name, mut version, mut uuid, mut authors) = (None, None, None, None);
    let mut requires = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.split(']').next().unwrap_or("").trim();
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let value = || value.split(['"', '\'']).nth(1);
        match (section, key.trim()) {
            ("", "name") => name = value().and_then(decode::token),
            ("", "version") => version = value().and_then(decode::token),
            ("", "uuid") => uuid = value().and_then(decode::token),
            ("", "authors") => authors = value().and_then(decode::one_line),
            ("deps", dependency) => {
                requires.extend(decode::token(dependency).map(|name| Requirement::AnyOf(vec![name])));
            }
            _ => {}
        }
    }
    // The purl needs the id: several packages may have one name.
    let (Some(name), Some(version), Some(uuid)) = (name, version, uuid) else { return parsed };
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: JULIA,
        name,
        version,
        qualifiers: vec![("uuid", uuid)],
        supplier: authors,
        requires,
        text_folder: Some(paths::parent(input.path).into()),
        ..PackageFind::default()
    }));
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_a_depot() {
        let check = |text: &str, expected: Option<&str>| {
            let path = "root/.julia/packages/AWS/x3C5h/Project.toml";
            assert!(is_installed(path, "Project.toml"));
            let got = parse(&Input { path, bytes: text.as_bytes() });
            let found = got.finds.first().map(|f| match f {
                Find::Package(p) => format!("{} {}", crate::purl::purl(p, None).unwrap(), p.requires.len()),
                other => panic!("{other:?}"),
            });
            assert_eq!((found.as_deref(), got.issues.len()), (expected, 0), "{text}");
        };
        let text = "name = \"AWS\"\nuuid = \"fbe9abb3-538b-5e4e-ba9e-bc94f4f92ebc\"\nversion = \"1.88.0\"\nlicense = \"MIT\"\n\n\
            [deps]\nBase64 = \"2a0f44e3\"\nHTTP = \"cd3eb016\"\n\n[compat]\nname = \"x\"\nversion = \"2\"\n";
        let purl = "pkg:julia/AWS@1.88.0?uuid=fbe9abb3-538b-5e4e-ba9e-bc94f4f92ebc 2";
        check(text, Some(purl));
        check(&text.replace('\n', "\r\n"), Some(purl));
        check("name = \"AWS\"\nversion = \"1\"\n", None);
        check("[deps]\nname = \"AWS\"\n", None);
        check("name = \"AWS", None);
        assert!(!is_installed("app/Project.toml", "Project.toml"));
    }
}
