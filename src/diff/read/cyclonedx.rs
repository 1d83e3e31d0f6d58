//! CycloneDX as JSON, 1.2 to 1.7.

use super::super::side::{Entry, Reader, Side, class, statements};
use super::{list, text};
use crate::model::{Class, Expr, Outcome};
use serde_json::Value;

/// Kinds of components that are no packages.
const NO_PACKAGES: [&str; 9] = [
    "container",
    "cryptographic-asset",
    "data",
    "device",
    "device-driver",
    "file",
    "machine-learning-model",
    "operating-system",
    "platform",
];

/// Its components, nested ones too.
pub(super) fn read(json: &Value) -> Side {
    let mut reader = Reader::default();
    let mut entries = Vec::new();
    // What a document is about is a package where it has a purl; a bare name is that of a folder or of an image.
    if let Some(root) = json.get("metadata").and_then(|m| m.get("component")) {
        entries.extend(entry(root, &mut reader).filter(|e| e.purl.is_some()));
        nested(root, &mut reader, &mut entries);
    }
    nested(json, &mut reader, &mut entries);
    Side { kind: "cyclonedx", entries, ..Side::default() }
}

/// Recursion ends with that of the JSON reader, which allows a depth of 128.
fn nested(parent: &Value, reader: &mut Reader, out: &mut Vec<Entry>) {
    for component in list(parent, "components") {
        out.extend(entry(component, reader));
        nested(component, reader, out);
    }
}

fn entry(component: &Value, reader: &mut Reader) -> Option<Entry> {
    let kind = text(component, "type").unwrap_or("library");
    // By the specification an optional component is one that is not installed.
    if NO_PACKAGES.contains(&kind) || matches!(text(component, "scope"), Some("excluded" | "optional")) {
        return None;
    }
    let name = text(component, "name")?;
    let name = text(component, "group").map_or_else(|| name.to_owned(), |group| format!("{group}/{name}"));
    let (purl, version) = (text(component, "purl"), text(component, "version"));
    // An application with neither is the file that lists its packages.
    if purl.is_none() && version.is_none() {
        return None;
    }
    let mut entry = Entry::new(purl, &name, version.unwrap_or(""));
    let outcome = license(component, reader);
    entry.set_license(&outcome, known_class(component));
    let copyrights: Vec<&str> = component
        .get("evidence")
        .into_iter()
        .flat_map(|e| list(e, "copyright"))
        .filter_map(|c| text(c, "text"))
        .chain(text(component, "copyright"))
        .collect();
    let whole = property(component, "supercargo:copyright:leftOut").is_none();
    entry.holders = (!copyrights.is_empty() && whole).then(|| statements(copyrights));
    Some(entry)
}

/// What is concluded where a document says so of anything, otherwise all that stands there: nowhere is it said that several
/// entries are a choice.
fn license(component: &Value, reader: &mut Reader) -> Outcome {
    let all: Vec<(Option<&str>, &str)> = list(component, "licenses").filter_map(said).collect();
    let concluded: Vec<&str> = all.iter().filter(|(a, _)| *a == Some("concluded")).map(|(_, l)| *l).collect();
    let taken = if concluded.is_empty() { all.into_iter().map(|(_, l)| l).collect() } else { concluded };
    if taken.is_empty() {
        return reader.read(property(component, "supercargo:license:concluded").unwrap_or(""));
    }
    let mut read: Vec<Outcome> = taken.into_iter().map(|l| reader.read(l)).collect();
    if read.len() == 1 {
        return read.pop().unwrap_or(Outcome::NoAssertion);
    }
    Expr::and(read.into_iter().filter_map(|o| o.expression().cloned())).into()
}

/// Acknowledgement and words of one entry: `{"license": {"id" | "name"}}` or `{"expression"}`.
fn said(entry: &Value) -> Option<(Option<&str>, &str)> {
    if let Some(expression) = text(entry, "expression") {
        return Some((text(entry, "acknowledgement"), expression));
    }
    let license = entry.get("license")?;
    let words = ["id", "name", "url"].into_iter().find_map(|key| text(license, key))?;
    Some((text(license, "acknowledgement"), words))
}

fn property<'a>(component: &'a Value, name: &str) -> Option<&'a str> {
    list(component, "properties").find(|p| text(p, "name") == Some(name)).and_then(|p| text(p, "value"))
}

/// The class, which documents of ours say.
fn known_class(component: &Value) -> Option<Class> {
    class(property(component, "supercargo:license:class")?, property(component, "supercargo:license:classScope"))
}
