//! Our own JSON report (`docs/json-report.md`).

use super::super::side::{Entry, Judged, Reader, Side, class, statements};
use super::{list, text};
use crate::model::Verdict;
use serde_json::Value;
use std::collections::BTreeSet;

/// The highest schema version that is understood.
pub(super) const SCHEMA_VERSION: u64 = 1;

/// Its packages.
pub(super) fn read(json: &Value) -> Side {
    let mut reader = Reader::default();
    let texts = json.get("texts");
    let entries: Vec<Entry> = list(json, "packages").filter_map(|package| entry(package, texts, &mut reader)).collect();
    let audit = json.get("audit").filter(|a| !a.is_null());
    let policy = audit.and_then(|a| a.get("policy"));
    let said = |key| policy.and_then(|p| text(p, key)).filter(|s| !s.is_empty());
    let is_judged = audit.is_some() || entries.iter().any(|e| e.verdict.is_some());
    let judged = is_judged.then(|| Judged {
        policy: said("name").or_else(|| said("source")).unwrap_or("").to_owned(),
        hash: said("hash").map(str::to_owned),
    });
    Side { kind: "report", entries, judged, ..Side::default() }
}

fn entry(package: &Value, texts: Option<&Value>, reader: &mut Reader) -> Option<Entry> {
    let mut entry = Entry::new(text(package, "purl"), text(package, "name")?, text(package, "version").unwrap_or(""));
    let licenses = package.get("licenses")?;
    let class = text(licenses, "class").and_then(|name| class(name, text(licenses, "classScope")));
    entry.set_license(&reader.read(text(licenses, "concluded").unwrap_or("")), class);
    let ids: BTreeSet<&str> = list(licenses, "evidence").filter_map(|e| text(e, "text")).collect();
    let copyrights = ids.iter().filter_map(|id| texts?.get(id)).flat_map(|t| list(t, "copyrights"));
    entry.holders = Some(statements(copyrights.filter_map(Value::as_str)));
    entry.texts = Some(ids.into_iter().map(str::to_owned).collect());
    entry.verdict = package.get("policy").and_then(verdict);
    Some(entry)
}

/// A verdict by name, or an object that holds what the rules say and what counts after waivers.
fn verdict(value: &Value) -> Option<Verdict> {
    let name = value.as_str().or_else(|| text(value, "effective")).or_else(|| text(value, "verdict"))?;
    Verdict::ALL.into_iter().find(|v| v.as_str() == name)
}
