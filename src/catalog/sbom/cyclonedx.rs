//! CycloneDX as JSON, 1.0 to 1.7: `components`, nested to any depth that JSON may have here, and the component that the
//! document is about.

use super::{Component, one_list, statement};
use crate::model::{Declared, Grammar};
use serde_json::Value;

/// Adds the components of a document; of another format there are none.
pub fn read(json: &Value, out: &mut Vec<Component>) {
    // 1.0 and 1.1 had no JSON; every later one says its name.
    if json.get("bomFormat").and_then(Value::as_str) != Some("CycloneDX") {
        return;
    }
    // What the document is about is a package like the others where it has a purl: the wheel, the application. A bare name
    // is that of a folder or of an image.
    let root = json.get("metadata").and_then(|m| m.get("component"));
    if let Some(root) = root {
        out.extend(component(root).filter(|c| c.purl.is_some()));
        nested(root, out);
    }
    nested(json, out);
}

/// Recursion ends with that of the JSON reader, which allows a depth of 128.
fn nested(parent: &Value, out: &mut Vec<Component>) {
    for one in parent.get("components").and_then(Value::as_array).into_iter().flatten() {
        out.extend(component(one));
        nested(one, out);
    }
}

fn component(json: &Value) -> Option<Component> {
    json.as_object()?;
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::trim).filter(|s| !s.is_empty());
    // By the specification an optional component is one that is not installed.
    let excluded = matches!(text("scope"), Some("excluded" | "optional"));
    let supplier = ["supplier", "manufacturer"].iter().find_map(|k| json.get(*k)?.get("name")?.as_str());
    let references = json.get("externalReferences").and_then(Value::as_array).into_iter().flatten();
    let homepage = references
        .filter(|r| r.get("type").and_then(Value::as_str) == Some("website"))
        .find_map(|r| r.get("url")?.as_str());
    Some(Component {
        kind: if excluded { "excluded".to_owned() } else { text("type").unwrap_or("library").to_lowercase() },
        purl: text("purl").map(str::to_owned),
        name: full_name(text("group"), text("name")?),
        version: text("version").map(str::to_owned),
        supplier: supplier.or(text("publisher")).or(text("author")).map(str::to_owned),
        description: text("description").map(str::to_owned),
        homepage: homepage.map(str::to_owned),
        declared: declared(json.get("licenses")),
        embedded: Vec::new(),
    })
}

/// A component without a purl may still have a group, which makes its name unique.
pub(super) fn full_name(group: Option<&str>, name: &str) -> Option<String> {
    Some(match group.filter(|g| !g.is_empty()) {
        Some(group) => format!("{group}.{name}"),
        None => name.to_owned(),
    })
}

/// `{"license": {"id" | "name"}}` or `{"expression"}`.
fn declared(licenses: Option<&Value>) -> Vec<Declared> {
    let choices = licenses.and_then(Value::as_array).into_iter().flatten();
    let all = choices
        .filter_map(|choice| {
            if let Some(expression) = choice.get("expression").and_then(Value::as_str) {
                return statement("expression", Grammar::Spdx, expression);
            }
            let license = choice.get("license")?;
            let text = |key: &str| license.get(key).and_then(Value::as_str).filter(|s| !s.trim().is_empty());
            match text("id") {
                Some(id) => statement("license.id", Grammar::Spdx, id),
                None => statement("license.name", Grammar::Any, text("name").or_else(|| text("url"))?),
            }
        })
        .collect();
    one_list(all)
}
