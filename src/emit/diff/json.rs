//! A comparison as JSON; `docs/json-diff.md` documents every name.

use crate::diff::compare::Moved;
use crate::diff::{Changed, Difference, Entry, Judged};
use crate::emit::write_json;
use serde::Serialize;
use std::io::{self, Write};

/// Grows when a name goes or changes its meaning, not when one comes.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireDiff<'a> {
    schema_version: u32,
    old: WireSide<'a>,
    new: WireSide<'a>,
    classes: Vec<WireCount<'a>>,
    verdicts: Vec<WireCount<'a>>,
    added: Vec<WireEntry<'a>>,
    removed: Vec<WireEntry<'a>>,
    changed: Vec<WireChanged<'a>>,
    licenses: WireMoved<'a>,
    texts: Option<WireMoved<'a>>,
    holders: Option<WireMoved<'a>>,
    new_packages: &'a [String],
    stricter: &'a [String],
    denied: Option<&'a [String]>,
}

#[derive(Serialize)]
struct WireSide<'a> {
    title: &'a str,
    kind: &'a str,
    packages: usize,
    policy: Option<WirePolicy<'a>>,
}

#[derive(Serialize)]
struct WirePolicy<'a> {
    name: &'a str,
    hash: Option<&'a str>,
}

#[derive(Serialize)]
struct WireCount<'a> {
    name: &'a str,
    scope: Option<&'a str>,
    before: usize,
    after: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireEntry<'a> {
    purl: Option<&'a str>,
    name: &'a str,
    version: &'a str,
    license: String,
    class: &'a str,
    class_scope: Option<&'a str>,
    verdict: Option<&'a str>,
    texts: Option<Vec<&'a str>>,
    holders: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct WireChanged<'a> {
    what: Vec<&'a str>,
    old: WireEntry<'a>,
    new: WireEntry<'a>,
}

#[derive(Serialize)]
struct WireMoved<'a> {
    came: Vec<WireValue<'a>>,
    went: Vec<WireValue<'a>>,
}

#[derive(Serialize)]
struct WireValue<'a> {
    value: &'a str,
    count: usize,
}

/// Writes it.
pub fn write(d: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let document = WireDiff {
        schema_version: SCHEMA_VERSION,
        old: WireSide { title: &d.old.0, kind: d.old.1, packages: d.packages.0, policy: policy(&d.judged.0) },
        new: WireSide { title: &d.new.0, kind: d.new.1, packages: d.packages.1, policy: policy(&d.judged.1) },
        classes: d.classes.iter().map(|(c, a, b)| count(c.as_str(), c.scope(), *a, *b)).collect(),
        verdicts: d.verdicts.iter().map(|(v, a, b)| count(v.as_str(), None, *a, *b)).collect(),
        added: d.added.iter().map(entry).collect(),
        removed: d.removed.iter().map(entry).collect(),
        changed: d.changed.iter().map(changed).collect(),
        licenses: moved(&d.licenses),
        texts: d.texts.as_ref().map(moved),
        holders: d.holders.as_ref().map(moved),
        new_packages: &d.new_packages,
        stricter: &d.stricter,
        denied: d.denied.as_deref(),
    };
    write_json(&document, out)
}

fn count<'a>(name: &'a str, scope: Option<&'a str>, before: usize, after: usize) -> WireCount<'a> {
    WireCount { name, scope, before, after }
}

fn policy(judged: &Option<Judged>) -> Option<WirePolicy<'_>> {
    judged.as_ref().map(|j| WirePolicy { name: &j.policy, hash: j.hash.as_deref() })
}

fn moved(moved: &Moved) -> WireMoved<'_> {
    WireMoved {
        came: moved.came.iter().map(|(value, count)| WireValue { value, count: *count }).collect(),
        went: moved.went.iter().map(|(value, count)| WireValue { value, count: *count }).collect(),
    }
}

fn changed(c: &Changed) -> WireChanged<'_> {
    let any = |(came, went): (Vec<&str>, Vec<&str>)| !came.is_empty() || !went.is_empty();
    let what = [
        ("version", c.old.version != c.new.version),
        ("license", c.license()),
        ("class", c.class()),
        ("verdict", c.verdict()),
        ("texts", any(c.texts())),
        ("holders", any(c.holders())),
    ];
    let what = what.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect();
    WireChanged { what, old: entry(&c.old), new: entry(&c.new) }
}

fn entry(e: &Entry) -> WireEntry<'_> {
    WireEntry {
        purl: e.purl.as_deref(),
        name: &e.name,
        version: &e.version,
        license: e.license(),
        class: e.class.as_str(),
        class_scope: e.class.scope(),
        verdict: e.verdict.map(|v| v.as_str()),
        texts: e.texts.as_ref().map(|list| list.iter().map(String::as_str).collect()),
        holders: e.holders.as_ref().map(|list| list.iter().map(String::as_str).collect()),
    }
}
