//! Conan 1: the packages in its cache, `data/NAME/VERSION/USER/CHANNEL/package/ID/conaninfo.txt`, and the recipes beside
//! them.
//!
//! The file itself does not say whose it is; the folders do. Left out: Conan 2, whose folders are named by a hash and whose
//! names stand in a database of its own, and `conanmanifest.txt`, a list of checksums. Specification: "The conaninfo.txt
//! file" and "Package cache" of the Conan 1 documentation.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "conan",
    group: Group::Installed,
    wants: &[Want::Suffix("/conaninfo.txt"), Want::Suffix("/export/conanfile.py")],
    parse,
};

/// The purl type.
pub const CONAN: Ecosystem = Ecosystem("conan");

/// Reads a package's or a recipe's file, told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let folder = paths::parent(input.path);
    if let Some(recipe) = input.path.strip_suffix("/export/conanfile.py") {
        let Some(mut find) = by_folders(recipe) else { return parsed };
        find.declared = declared(&text);
        find.text_folder = Some(folder.into());
        parsed.finds.push(Find::source(find));
        return parsed;
    }
    let Some(recipe) = Some(paths::parent(folder)).filter(|f| paths::base(f) == "package").map(paths::parent) else {
        return parsed;
    };
    let Some(mut find) = by_folders(recipe) else { return parsed };
    find.requires = requires(&text);
    // The recipes of Conan's center put texts into `licenses`.
    find.text_folder = Some(folder.into());
    parsed.finds.push(Find::package(find));
    parsed
}

/// `.../data/NAME/VERSION/USER/CHANNEL`; user and channel are `_` where there is none.
fn by_folders(recipe: &str) -> Option<PackageFind> {
    let mut parts = recipe.rsplit('/');
    let (channel, user, version, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next() != Some("data") {
        return None;
    }
    let said = |part: &str| Some(part).filter(|p| *p != "_").and_then(decode::token);
    Some(PackageFind {
        ecosystem: CONAN,
        namespace: said(user),
        name: decode::token(name)?,
        version: decode::token(version)?,
        qualifiers: said(channel).map(|c| ("channel", c)).into_iter().collect(),
        ..PackageFind::default()
    })
}

/// The lines of the section `requires`: `bzip2/1.0.8`, `zlib/1.Y.Z`.
fn requires(text: &str) -> Vec<Requirement> {
    let lines = text.lines().map(str::trim).skip_while(|l| *l != "[requires]").skip(1);
    lines
        .take_while(|l| !l.starts_with('['))
        .filter_map(|l| decode::token(l.split_once('/')?.0))
        .map(|name| Requirement::AnyOf(vec![name]))
        .collect()
}

/// `license = "Zlib"`, or a tuple or list of strings on one line.
fn declared(text: &str) -> Vec<Declared> {
    let value = text.lines().find_map(|l| l.trim_start().strip_prefix("license")?.trim_start().strip_prefix('='));
    let value = value.map(|v| v.trim().trim_matches(|c| "()[],".contains(c))).unwrap_or("");
    let values: Vec<Box<str>> = value
        .split(',')
        .filter_map(|v| ['"', '\''].iter().find_map(|q| v.trim().strip_prefix(*q)?.strip_suffix(*q)))
        .filter(|v| !v.is_empty())
        .map(Into::into)
        .collect();
    if values.is_empty() { Vec::new() } else { vec![Declared { grammar: Grammar::Any, field: "license", values }] }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str =
        "[settings]\n    arch=x86_64\n\n[requires]\n    bzip2/1.Y.Z\n    zlib/1.Y.Z\n\n[options]\n    a/b\n";

    fn one(path: &str, text: &str) -> Option<String> {
        let found = parse(&Input { path, bytes: text.as_bytes() }).finds.pop()?;
        let (Find::Package(p) | Find::Source(p)) = found else { return None };
        let words: Vec<Box<str>> = p.declared.iter().flat_map(|d| d.values.clone()).collect();
        Some(format!("{} {} {words:?}", crate::purl::purl(&p, None).unwrap(), p.requires.len()))
    }

    #[test]
    fn packages_and_recipes() {
        let check =
            |path: &str, text: &str, expected: Option<&str>| assert_eq!(one(path, text).as_deref(), expected, "{path}");
        let data = "root/.conan/data";
        check(&format!("{data}/pcre/8.45/_/_/package/0a1b/conaninfo.txt"), INFO, Some("pkg:conan/pcre@8.45 2 []"));
        check(
            &format!("{data}/pcre/8.45/bincrafters/stable/package/0a1b/conaninfo.txt"),
            "",
            Some("pkg:conan/bincrafters/pcre@8.45?channel=stable 0 []"),
        );
        let recipe = format!("{data}/pcre/8.45/_/_/export/conanfile.py");
        check(&recipe, "class P:\n    license = \"BSD-3-Clause\"\n", Some("pkg:conan/pcre@8.45 0 [\"BSD-3-Clause\"]"));
        check(&recipe, "    license = (\"A\", 'B')\n", Some("pkg:conan/pcre@8.45 0 [\"A\", \"B\"]"));
        check(&recipe, "    license = LICENSE\n", Some("pkg:conan/pcre@8.45 0 []"));
        check("root/.conan2/p/b/zlib0f/p/conaninfo.txt", INFO, None);
        check("x/export/conanfile.py", "", None);
        check("data/a/b/c/package/x/conaninfo.txt", "", None);
    }
}
