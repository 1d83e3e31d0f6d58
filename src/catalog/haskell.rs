//! Haskell packages: the registrations that GHC and Cabal keep in a package database (`package.conf.d/*.conf`).
//!
//! Left out: what Haskell links into programs, which leave no name of their libraries, and `package.cache`, which says
//! the same in binary. A package says what it needs by the ids of units; those are what it provides here. Specification:
//! "InstalledPackageInfo: a package specification" of the GHC user's guide.

use super::deb822::{Ends, paragraphs};
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "haskell", group: Group::Installed, wants: &[Want::Like(is_registration)], parse };

/// The purl type.
pub const HACKAGE: Ecosystem = Ecosystem("hackage");

fn is_registration(path: &str, base: &str) -> bool {
    // GHC's own, and that of Cabal's store (`store/ghc-9.0.2/package.db`).
    base.ends_with(".conf") && matches!(paths::base(paths::parent(path)), "package.conf.d" | "package.db")
}

/// Reads one registration.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    // Descriptions have empty lines in them and go on indented.
    let Some(header) = paragraphs(input.bytes, Ends::Empty).next() else {
        parsed.file_issue("the registration is empty; the package was left out");
        return parsed;
    };
    let fields: Vec<_> = paragraphs(input.bytes, Ends::Empty).collect();
    let get = |name: &str| fields.iter().find_map(|p| p.get(name));
    // A library inside a package has a name made of both; the package's stands beside it.
    let name = get("package-name").or_else(|| header.get("name")).and_then(|v| decode::token(&v));
    let (Some(name), Some(version)) = (name, get("version").and_then(|v| decode::token(&v))) else {
        parsed.file_issue("the registration has no valid name and version; the package was left out");
        return parsed;
    };
    let line = |name: &str| get(name).and_then(|v| decode::one_line(&v));
    let declared = get("license").map(|license| Declared {
        grammar: Grammar::Any,
        field: "license",
        values: vec![license.as_ref().into()],
    });
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: HACKAGE,
        name,
        version,
        supplier: line("author").or_else(|| line("maintainer")),
        description: line("synopsis"),
        homepage: line("homepage"),
        declared: declared.into_iter().collect(),
        provides: get("id").and_then(|v| decode::token(&v)).into_iter().collect(),
        requires: get("depends")
            .map(|ids| ids.split_whitespace().filter_map(decode::token).collect::<Vec<_>>())
            .unwrap_or_default()
            .into_iter()
            .map(|id| Requirement::AnyOf(vec![id]))
            .collect(),
        ..PackageFind::default()
    }));
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Debian's libghc-random-dev, shortened.
    const RANDOM: &str = "name:                 random\nversion:              1.2.1.1\nvisibility:           public\n\
        id:                   random-1.2.1.1-C39Bl6\nlicense:              BSD-3-Clause\n\
        maintainer:           core-libraries-committee@haskell.org\nsynopsis:             Pseudo-random numbers\n\
        description:\n    This package provides basic generation.\n\n    == \"System.Random\": pure\n\n\
        category:             System\nexposed-modules:\n    System.Random System.Random.Internal\n\n\
        hidden-modules:       System.Random.GFinite\ndepends:\n    base-4.15.1.0 splitmix-0.1.0.4-7WezxD\n\n\
        haddock-html:         /usr/share/doc/x\n";

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Input { path, bytes: text.as_bytes() })
    }

    #[test]
    fn a_real_package() {
        let got = read("var/lib/ghc/package.conf.d/random-1.2.1.1.conf", RANDOM);
        let Some(Find::Package(p)) = got.finds.first() else { panic!("{got:?}") };
        assert_eq!(crate::purl::purl(p, None).unwrap(), "pkg:hackage/random@1.2.1.1");
        assert_eq!(p.declared[0].values, ["BSD-3-Clause".into()]);
        assert_eq!(p.description.as_deref(), Some("Pseudo-random numbers"));
        assert_eq!(p.provides, ["random-1.2.1.1-C39Bl6".into()]);
        assert_eq!(
            p.requires,
            ["base-4.15.1.0", "splitmix-0.1.0.4-7WezxD"].map(|n| Requirement::AnyOf(vec![n.into()]))
        );
    }

    #[test]
    fn inner_libraries_and_broken_files() {
        let check = |text: &str, expected: Option<&str>| {
            let got = read("d/package.db/x.conf", text);
            let name =
                got.finds.first().map(|f| if let Find::Package(p) = f { p.name.to_string() } else { String::new() });
            assert_eq!(name.as_deref(), expected, "{text}");
            assert_eq!(got.issues.len(), usize::from(expected.is_none()), "{text}");
        };
        check("name: z-attoparsec-z-internal\nversion: 0.14\npackage-name: attoparsec\n", Some("attoparsec"));
        check("\u{feff}name: x\r\nversion: 1\r\n", Some("x"));
        check("name: x\n", None);
        check("name: ../x\nversion: 1\n", None);
        check("", None);
        assert!(is_registration("usr/lib/ghc/package.conf.d/a.conf", "a.conf"));
        assert!(!is_registration("etc/a.conf", "a.conf"));
    }
}
