//! OCaml packages: the `opam` file of each package of a switch, in `.opam-switch/packages/NAME.VERSION/`.
//!
//! Name and version are those of the folder; the file need not repeat them. Left out: opam's repositories and
//! sources, which hold such files of everything that could be installed. Specification: "File formats" of the opam manual.

use super::literal::Cursor;
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use std::collections::BTreeMap;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "opam", group: Group::Installed, wants: &[Want::Like(is_installed)], parse };

/// The purl type.
pub const OPAM: Ecosystem = Ecosystem("opam");

fn is_installed(path: &str, base: &str) -> bool {
    base == "opam" && paths::parent(paths::parent(path)).ends_with(".opam-switch/packages")
}

/// Reads one `opam` file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let folder = paths::parent(input.path);
    let named = paths::base(folder).split_once('.').and_then(|(n, v)| Some((decode::token(n)?, decode::token(v)?)));
    let Some((name, version)) = named else {
        parsed.file_issue("the folder has no name and version; the package was left out");
        return parsed;
    };
    let text = decode::decode(input.bytes);
    let fields = fields(&text);
    let list = |key: &str| fields.get(key).map(Vec::as_slice).unwrap_or_default();
    let line = |key: &str| list(key).first().and_then(|v| decode::one_line(v));
    let values: Vec<Box<str>> =
        list("license").iter().map(|v| v.trim()).filter(|v| !v.is_empty()).map(Into::into).collect();
    let declared = Declared { grammar: Grammar::Any, field: "license", values };
    let switch = paths::parent(paths::parent(paths::parent(folder)));
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: OPAM,
        supplier: line("authors").or_else(|| line("maintainer")),
        description: line("synopsis"),
        homepage: line("homepage"),
        declared: Some(declared).filter(|d| !d.values.is_empty()).into_iter().collect(),
        requires: list("depends")
            .iter()
            .filter_map(|n| decode::token(n))
            .map(|name| Requirement::AnyOf(vec![name]))
            .collect(),
        text_folder: paths::resolve(switch, &format!("doc/{name}")),
        name,
        version,
        ..PackageFind::default()
    }));
    parsed
}

/// The strings of every field at the top level, without those in `{...}` (conditions) and in sections.
fn fields(text: &str) -> BTreeMap<&str, Vec<String>> {
    let mut out: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut cursor = Cursor::new(text);
    let mut field: Option<&str> = None;
    // How deep in conditions and sections.
    let mut depth = 0_usize;
    loop {
        cursor.skip_blank("#");
        if cursor.eat("\"\"\"") {
            let end = cursor.rest().find("\"\"\"").unwrap_or(cursor.rest().len());
            let (value, rest) = cursor.rest().split_at(end);
            cursor = Cursor::new(rest);
            cursor.eat("\"\"\"");
            keep(&mut out, field.filter(|_| depth == 0), value.to_owned());
            continue;
        }
        match cursor.peek() {
            None => return out,
            Some('"') => {
                cursor.bump();
                let Some(value) = cursor.quoted('"', false) else { return out };
                keep(&mut out, field.filter(|_| depth == 0), value);
            }
            Some('{') => {
                cursor.bump();
                depth += 1;
            }
            Some('}') => {
                cursor.bump();
                depth = depth.saturating_sub(1);
            }
            Some(_) => {
                let word = cursor.take(|c| c.is_alphanumeric() || c == '-' || c == '_');
                if word.is_empty() {
                    cursor.bump();
                } else if depth == 0 && cursor.eat(":") {
                    field = Some(word);
                }
            }
        }
    }
}

fn keep<'a>(out: &mut BTreeMap<&'a str, Vec<String>>, field: Option<&'a str>, value: String) {
    if let Some(field) = field {
        out.entry(field).or_default().push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_a_switch() {
        let check = |folder: &str, text: &str, expected: Option<&str>| {
            let path = format!("home/u/.opam/5.1.0/.opam-switch/packages/{folder}/opam");
            assert!(is_installed(&path, "opam"));
            let got = parse(&Input { path: &path, bytes: text.as_bytes() });
            let found = got.finds.first().map(|f| match f {
                Find::Package(p) => {
                    let words: Vec<Box<str>> = p.declared.iter().flat_map(|d| d.values.clone()).collect();
                    let folder = p.text_folder.as_deref().unwrap_or("");
                    format!("{} {words:?} {} {folder}", crate::purl::purl(p, None).unwrap(), p.requires.len())
                }
                other => panic!("{other:?}"),
            });
            assert_eq!(found.as_deref(), expected, "{text}");
            assert_eq!(got.issues.len(), usize::from(expected.is_none()));
        };
        let text = "opam-version: \"2.0\"\nsynopsis: \"Formatted \\\"output\\\"\"\ndescription: \"\"\"\nlicense: \"no\"\n\"\"\"\n\
            authors: [\"A <a@b>\" \"C\"]\nlicense: [\"ISC\" \"MIT\"]\ndepends: [\n  \"ocaml\" {>= \"4.08\"} # why\n  \"dune\"\n]\n\
            build: [[\"dune\" \"build\" \"-p\" name] {with-test}]\nurl { src: \"x\" license: \"no\" }\n";
        let folder = "home/u/.opam/5.1.0/doc/fmt";
        check("fmt.0.9.0", text, Some(&format!("pkg:opam/fmt@0.9.0 [\"ISC\", \"MIT\"] 2 {folder}")));
        check("fmt.base", "license: \"ISC\"", Some(&format!("pkg:opam/fmt@base [\"ISC\"] 0 {folder}")));
        check("fmt.1", "license: \"", Some(&format!("pkg:opam/fmt@1 [] 0 {folder}")));
        check("fmt.1", "\"\"\"", Some(&format!("pkg:opam/fmt@1 [] 0 {folder}")));
        check("fmt", "", None);
        assert!(!is_installed("opam-repository/packages/fmt/fmt.0.9.0/opam", "opam"));
    }
}
