//! CycloneDX as XML: the same as its JSON, read as a stream of tags.

use super::cyclonedx::full_name;
use super::{Component, MAX_COMPONENTS, one_list, statement};
use crate::catalog::{Parsed, decode};
use crate::model::Grammar;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep tags may stand: real documents have some 15.
const MAX_DEPTH: usize = 256;

/// A component that is not closed yet.
#[derive(Default)]
struct Open {
    component: Component,
    group: Option<String>,
    /// How deep its tag stands.
    depth: usize,
}

/// Adds the components of a document; of other XML there are none.
pub fn read(text: &str, parsed: &mut Parsed, out: &mut Vec<Component>) {
    let mut reader = Reader::from_str(text);
    // Where they do not match, the rest is read as far as it makes sense.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut tags: Vec<String> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut words = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.local_name().as_ref().to_owned();
                if tags.is_empty() && name != "bom" {
                    return;
                }
                if tags.len() >= MAX_DEPTH || out.len() > MAX_COMPONENTS {
                    parsed.file_issue("the XML is nested too deep or too long; the rest of the document was left out");
                    return;
                }
                words.clear();
                // Tools that made the document are written as components since 1.5.
                if name == "component" && !tags.iter().any(|t| t == "tools") {
                    open.push(Open { component: begin(&tag), group: None, depth: tags.len() });
                }
                tags.push(name);
            }
            Ok(Event::Text(text)) => words.push_str(&text),
            Ok(Event::CData(text)) => words.push_str(&text),
            Ok(Event::GeneralRef(entity)) => {
                words.push_str(match &*entity {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                });
            }
            Ok(Event::End(_)) => {
                let Some(name) = tags.pop() else { return };
                let parent = tags.last().map_or("", String::as_str);
                if let Some(top) = open.last_mut() {
                    if top.depth == tags.len() && name == "component" {
                        let root = parent == "metadata";
                        let Some(done) = open.pop() else { return };
                        out.extend(end(done).filter(|c| !root || c.purl.is_some()));
                    } else {
                        value(top, tags.len() - top.depth, parent, &name, words.trim());
                    }
                }
                words.clear();
            }
            Ok(Event::Eof) => break,
            Err(error) => {
                // Its message may quote the document.
                let error = decode::shown(&error.to_string());
                parsed.file_issue(format!("the XML is broken ({error}); the rest of the document was left out"));
                return;
            }
            Ok(_) => {}
        }
    }
    if !tags.is_empty() {
        parsed.file_issue("the XML ends inside the document");
    }
}

fn begin(tag: &BytesStart<'_>) -> Component {
    let kind = tag.try_get_attribute("type").ok().flatten();
    let kind = kind.map_or("library".to_owned(), |kind| kind.value.to_lowercase());
    Component { kind, ..Component::default() }
}

/// Takes the words of a tag that ended; `below` says how far below the component's tag its own stands.
fn value(open: &mut Open, below: usize, parent: &str, name: &str, words: &str) {
    let component = &mut open.component;
    if words.is_empty() {
        return;
    }
    let words = || words.to_owned();
    match (below, parent, name) {
        (1, _, "purl") => component.purl = Some(words()),
        (1, _, "name") => component.name = Some(words()),
        (1, _, "group") => open.group = Some(words()),
        (1, _, "version") => component.version = Some(words()),
        (1, _, "description") => component.description = Some(words()),
        (1, _, "publisher" | "author") if component.supplier.is_none() => component.supplier = Some(words()),
        (2, "supplier" | "manufacturer", "name") => component.supplier = Some(words()),
        (1, _, "scope") if matches!(words().as_str(), "excluded" | "optional") => {
            component.kind = "excluded".to_owned()
        }
        (2, "licenses", "expression") => component.declared.extend(statement("expression", Grammar::Spdx, &words())),
        (3, "license", "id") => component.declared.extend(statement("license.id", Grammar::Spdx, &words())),
        (3, "license", "name") => component.declared.extend(statement("license.name", Grammar::Any, &words())),
        _ => {}
    }
}

fn end(open: Open) -> Option<Component> {
    let name = open.component.name.as_deref()?;
    let name = full_name(open.group.as_deref(), name);
    let declared = one_list(open.component.declared);
    Some(Component { name, declared, ..open.component })
}
