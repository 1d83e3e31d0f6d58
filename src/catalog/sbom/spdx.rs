//! SPDX: 2.x as JSON and as tag-value, and the packages of 3.0's graph.

use super::{Component, statement};
use crate::model::{Declared, EmbeddedText, Grammar};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Adds the packages of a JSON document; of another format there are none.
pub fn read(json: &Value, out: &mut Vec<Component>) {
    if json.get("spdxVersion").and_then(Value::as_str).is_some() {
        let texts = texts(json);
        for package in json.get("packages").and_then(Value::as_array).into_iter().flatten() {
            out.extend(package_2(package, &texts));
        }
    } else if let Some(graph) = json.get("@graph").and_then(Value::as_array) {
        out.extend(graph.iter().filter_map(package_3));
    }
}

fn text<'a>(json: &'a Value, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty() && *s != "NOASSERTION")
}

/// Licences that the list has no name for, with their words.
fn texts(json: &Value) -> BTreeMap<&str, Arc<str>> {
    let all = json.get("hasExtractedLicensingInfos").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|one| Some((text(one, "licenseId")?, Arc::from(text(one, "extractedText")?)))).collect()
}

fn package_2(package: &Value, texts: &BTreeMap<&str, Arc<str>>) -> Option<Component> {
    let references = package.get("externalRefs").and_then(Value::as_array).into_iter().flatten();
    let purl = references
        .filter(|r| text(r, "referenceType").is_some_and(|t| t == "purl" || t.ends_with("#purl")))
        .find_map(|r| text(r, "referenceLocator"));
    let declared: Vec<Declared> = ["licenseDeclared", "licenseConcluded"]
        .into_iter()
        .find_map(|field| statement(field, Grammar::Spdx, text(package, field)?))
        .into_iter()
        .collect();
    let words =
        declared.iter().flat_map(|d| &d.values).flat_map(|v| v.split(|c: char| c.is_whitespace() || "()".contains(c)));
    let embedded =
        words.filter_map(|word| Some(EmbeddedText { path: word.into(), words: texts.get(word)?.clone() })).collect();
    Some(Component {
        kind: text(package, "primaryPackagePurpose").unwrap_or("").to_lowercase(),
        purl: purl.map(str::to_owned),
        name: Some(text(package, "name")?.to_owned()),
        version: text(package, "versionInfo").map(str::to_owned),
        supplier: ["supplier", "originator"].iter().find_map(|k| text(package, k)).map(person),
        description: ["summary", "description"].iter().find_map(|k| text(package, k)).map(str::to_owned),
        homepage: text(package, "homepage").map(str::to_owned),
        declared,
        embedded,
    })
}

/// Names stand behind what they are: `Organization: Wolfi`.
fn person(value: &str) -> String {
    let kinds = ["Organization:", "Person:", "Tool:"];
    kinds.iter().find_map(|kind| value.strip_prefix(kind)).unwrap_or(value).trim().to_owned()
}

/// Licences are relations in 3.0, and are left out.
fn package_3(element: &Value) -> Option<Component> {
    let kind = element.get("type").or_else(|| element.get("@type"))?.as_str()?;
    (kind == "software_Package" || kind.ends_with("/Software/Package")).then_some(())?;
    let identifiers = element.get("externalIdentifier").and_then(Value::as_array).into_iter().flatten();
    let purl = identifiers
        .filter(|i| text(i, "externalIdentifierType").is_some_and(|t| t.eq_ignore_ascii_case("packageUrl")))
        .find_map(|i| text(i, "identifier"));
    Some(Component {
        kind: text(element, "software_primaryPurpose").unwrap_or("").to_lowercase(),
        purl: text(element, "software_packageUrl").or(purl).map(str::to_owned),
        name: Some(text(element, "name")?.to_owned()),
        version: text(element, "software_packageVersion").map(str::to_owned),
        description: text(element, "summary").map(str::to_owned),
        homepage: text(element, "software_homePage").map(str::to_owned),
        ..Component::default()
    })
}

/// Adds the packages of a tag-value document. A package begins with its name and ends with the next file, snippet or
/// licence.
pub fn read_tags(text: &str, out: &mut Vec<Component>) {
    let mut open: Option<Component> = None;
    let mut concluded: Option<Declared> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((tag, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        // A text of several lines: passed over, for none of them is wanted, and what is in it is no tag.
        if let Some(first) = value.strip_prefix("<text>")
            && !first.contains("</text>")
        {
            lines.by_ref().find(|line| line.contains("</text>"));
            continue;
        }
        if matches!(tag, "PackageName" | "FileName" | "SnippetSPDXID" | "LicenseID") {
            close(open.take(), concluded.take(), out);
            if tag == "PackageName" {
                open = Some(Component { name: said(value), ..Component::default() });
            }
            continue;
        }
        let Some(package) = open.as_mut() else { continue };
        match tag {
            "PackageVersion" => package.version = said(value),
            "PackageHomePage" => package.homepage = said(value),
            "PackageSummary" => package.description = said(value),
            "PackageSupplier" => package.supplier = said(value).map(|v| person(&v)),
            "PrimaryPackagePurpose" => package.kind = value.to_lowercase(),
            "PackageLicenseDeclared" => package.declared.extend(statement("licenseDeclared", Grammar::Spdx, value)),
            "PackageLicenseConcluded" => concluded = statement("licenseConcluded", Grammar::Spdx, value),
            "ExternalRef" => {
                let mut words = value.split_whitespace();
                if words.nth(1) == Some("purl") && package.purl.is_none() {
                    package.purl = words.next().map(str::to_owned);
                }
            }
            _ => {}
        }
    }
    close(open, concluded, out);
}

fn said(value: &str) -> Option<String> {
    let value = value.trim_start_matches("<text>").trim_end_matches("</text>").trim();
    Some(value).filter(|v| !v.is_empty() && *v != "NOASSERTION").map(str::to_owned)
}

fn close(open: Option<Component>, concluded: Option<Declared>, out: &mut Vec<Component>) {
    let Some(mut package) = open else { return };
    if package.declared.is_empty() {
        package.declared.extend(concluded);
    }
    out.push(package);
}
