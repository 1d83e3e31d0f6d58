//! R packages: the file `DESCRIPTION` in the folder of each package of a library.
//!
//! Source packages and test fixtures have such a file too; only installation writes the
//! field `Built`. Left out: what
//! other repository than CRAN a package came from (Bioconductor, GitHub), for which there is no purl type. Specification:
//! "Writing R Extensions", 1.1.1, and the Debian control format of which it is a dialect.

use super::deb822::{Ends, Paragraph, paragraphs};
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "r", group: Group::Installed, wants: &[Want::Suffix("/DESCRIPTION")], parse };

/// The purl type.
pub const CRAN: Ecosystem = Ecosystem("cran");

/// Reads one `DESCRIPTION`.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let Some(header) = paragraphs(input.bytes, Ends::Blank).next() else { return parsed };
    // A file of this name may be anything. R's own package `translations` is the only one without `Built`.
    let base = header.get("License").is_some_and(|l| l.starts_with("Part of R "));
    let Some(name) = header.get("Package").filter(|_| base || header.field("Built").is_some()) else { return parsed };
    let (Some(name), Some(version)) = (decode::token(&name), header.get("Version").and_then(|v| decode::token(&v)))
    else {
        parsed.file_issue("the description has no valid name and version; the package was left out");
        return parsed;
    };
    let declared = header.get("License").map(|license| Declared {
        grammar: Grammar::Cran,
        field: "License",
        values: vec![license.as_ref().into()],
    });
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: CRAN,
        name,
        version,
        supplier: header.get("Maintainer").or_else(|| header.get("Author")).and_then(|v| decode::one_line(&v)),
        description: header.get("Title").and_then(|v| decode::one_line(&v)),
        homepage: homepage(&header),
        declared: declared.into_iter().collect(),
        requires: requires(&header),
        // `Part of R 4.2.2`: R's own text lies in its home, above the library.
        texts: paths::resolve(paths::parent(input.path), "../../COPYING").into_iter().filter(|_| base).collect(),
        text_folder: Some(paths::parent(input.path).into()),
        ..PackageFind::default()
    }));
    parsed
}

/// `URL` may hold several, divided by commas or blanks, with remarks.
fn homepage(header: &Paragraph<'_>) -> Option<Box<str>> {
    let urls = header.get("URL")?;
    let mut words = urls.split(|c: char| c == ',' || c.is_whitespace());
    words.find(|w| w.contains("://")).and_then(decode::one_line)
}

/// What is loaded with the package. `LinkingTo` names headers, which only compiling needs.
fn requires(header: &Paragraph<'_>) -> Vec<Requirement> {
    let mut names = BTreeSet::new();
    for field in ["Depends", "Imports"] {
        let Some(value) = header.get(field) else { continue };
        for item in value.split(',') {
            let name = item.split('(').next().and_then(decode::token);
            names.extend(name.filter(|n| **n != *"R"));
        }
    }
    names.into_iter().map(|name| Requirement::AnyOf(vec![name])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "usr/lib/R/site-library/jsonlite/DESCRIPTION";

    fn read(bytes: &[u8]) -> Parsed {
        parse(&Input { path: PATH, bytes })
    }

    /// Debian's r-cran-jsonlite, shortened.
    const JSONLITE: &str = "Package: jsonlite\nVersion: 1.8-4\nTitle: A Simple and Robust JSON Parser and Generator for R\n\
        License: MIT + file\n    LICENSE\nDepends: methods, R (>= 3.5)\nImports: rlang (>= 0.4),\n  utils\n\
        URL: see https://arxiv.org/abs/1403.2805 (paper), https://x\nMaintainer: Jeroen Ooms <jeroen@berkeley.edu>\n\
        LinkingTo: Rcpp\nSuggests: httr\nBuilt: R 4.2.2; x86_64-pc-linux-gnu; 2022-12-09; unix\n";

    #[test]
    fn a_real_package() {
        let Some(Find::Package(p)) = read(JSONLITE.as_bytes()).finds.pop() else { panic!() };
        assert_eq!(crate::purl::purl(&p, None).unwrap(), "pkg:cran/jsonlite@1.8-4");
        assert_eq!(p.declared[0].values, ["MIT + file LICENSE".into()]);
        assert_eq!(p.supplier.as_deref(), Some("Jeroen Ooms <jeroen@berkeley.edu>"));
        assert_eq!(p.homepage.as_deref(), Some("https://arxiv.org/abs/1403.2805"));
        assert_eq!(p.requires, ["methods", "rlang", "utils"].map(|n| Requirement::AnyOf(vec![n.into()])));
        assert_eq!(p.text_folder.as_deref(), Some("usr/lib/R/site-library/jsonlite"));
    }

    #[test]
    fn what_is_no_installed_package() {
        let check = |bytes: &[u8], finds: usize, issues: usize| {
            let got = read(bytes);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{got:?}");
        };
        check(b"Package: x\nVersion: 1\nBuilt: R 4\n", 1, 0);
        check(b"Package: translations\nVersion: 1\nLicense: Part of R 4.2.2\n", 1, 0);
        check(b"\xef\xbb\xbfPackage: x\r\nVersion: 1\r\nAuthor: Jos\xe9\r\nBuilt: R 4\r\n", 1, 0);
        // A test package that Rcpp carries.
        check(b"Package: testRcppModule\nVersion: 1.0\nLicense: GPL (>=2)\n", 0, 0);
        check(b"A description\n", 0, 0);
        check(b"", 0, 0);
        check(b"Package: x\nBuilt: R 4\n", 0, 1);
        check(b"Package: ../x\nVersion: 1\nBuilt: R 4\n", 0, 1);
    }
}
