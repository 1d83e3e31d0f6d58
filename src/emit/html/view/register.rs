//! The package register: a row a package. Rows are many, so each has little markup: what a reader opens is one text, not a table.

use super::{ClassName, Seen, Statement, class_name};
use crate::emit::html::view::decisions;
use crate::emit::html::view::names::Names;
use crate::emit::html::{excerpt, link, words};
use crate::model::{Archive, Digest, Evidence, Licensing, Outcome, Package, PackageId, TextId, Verdict};
use serde::Serialize;
use std::fmt::Write;

/// Rows a block. A browser lays out the blocks that are in view only.
const BLOCK: usize = 16;
/// The longest excerpt in a row, in characters.
const EXCERPT: usize = 120;
/// How many pieces of evidence a row shows, and how many places. `explain` has all of one package.
const EVIDENCE_LIMIT: usize = 40;
const PLACE_LIMIT: usize = 25;

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Block {
    packages: Vec<PackageRow>,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct PackageRow {
    anchor: String,
    name: Seen,
    version: Seen,
    ecosystem: Seen,
    declared: Seen,
    detected: Seen,
    concluded: Statement,
    class: ClassName,
    content: bool,
    layer: u32,
    origin: Option<&'static str>,
    state: &'static str,
    removed_by: Option<u32>,
    basis: &'static str,
    /// What counts after waivers; `None` without a policy.
    verdict: Option<&'static str>,
    /// Whether that is more than allow.
    objected: bool,
    purl: Seen,
    homepage: Option<Seen>,
    /// The same, where it may be followed.
    homepage_url: Option<String>,
    /// Whether somebody should look: it is open on paper.
    attention: bool,
    /// How many pieces of evidence there are.
    evidence_count: usize,
    /// Everything else: where it was found, on what the conclusion stands, piece by piece.
    trail: Seen,
}

impl Block {
    /// Whether somebody should look at any of its packages.
    pub fn attention(&self) -> bool {
        self.packages.iter().any(|p| p.attention)
    }
}

/// The rows in blocks.
pub(super) fn blocks(names: &Names) -> Vec<Block> {
    let mut rows = names.report.shown().map(|(id, p)| row(names, id, p)).peekable();
    let mut blocks = Vec::new();
    while rows.peek().is_some() {
        blocks.push(Block { packages: rows.by_ref().take(BLOCK).collect() });
    }
    blocks
}

fn row(names: &Names, id: PackageId, p: &Package) -> PackageRow {
    let licensing = &p.licensing;
    let verdict = names.report.audit.as_ref().and_then(|a| a.packages.get(id.0 as usize)).map(|v| v.effective);
    let findings = names.findings_of.get(&id).is_some_and(|f| f.iter().any(|i| names.is_open(*i)));
    PackageRow {
        anchor: names.anchor(id).cloned().unwrap_or_default(),
        name: Seen::line(&p.name),
        version: Seen::line(&p.version),
        ecosystem: Seen::line(p.ecosystem.as_str()),
        declared: in_words(&licensing.declared, &licensing.concluded),
        detected: in_words(&licensing.detected, &licensing.concluded),
        concluded: names.statement(&licensing.concluded),
        class: class_name(licensing.class),
        content: !licensing.flags.is_empty(),
        layer: p.layer,
        origin: names.report.image.origin_of(p.layer),
        state: p.state.as_str(),
        removed_by: p.state.removed_by(),
        basis: p.basis.as_str(),
        verdict: verdict.map(|v| v.as_str()),
        objected: verdict.is_some_and(|v| v > Verdict::Allow),
        purl: Seen::line(&p.purl),
        homepage: p.homepage.as_deref().map(Seen::line),
        homepage_url: p.homepage.as_deref().and_then(link::address).map(str::to_string),
        attention: findings
            || !matches!(licensing.concluded, Outcome::Expression(_))
            || verdict.is_some_and(|v| v > Verdict::Allow),
        evidence_count: licensing.evidence.len(),
        trail: Seen::text(&trail(names, id, p)),
    }
}

/// A statement in words. A long one that only repeats the conclusion beside it says so instead.
fn in_words(outcome: &Outcome, concluded: &Outcome) -> Seen {
    let words = words::silence(outcome).map_or_else(|| outcome.to_string(), str::to_string);
    Seen::line(if outcome == concluded && words.len() > 60 { "the same as concluded" } else { &words })
}

/// All else that is known of a package, a fact a line.
fn trail(names: &Names, id: PackageId, p: &Package) -> String {
    let report = names.report;
    let licensing = &p.licensing;
    let mut out = String::new();
    let named = |id: &PackageId| {
        report.packages.get(id.0 as usize).map_or_else(String::new, |p| format!("{} {}", p.name, p.version))
    };
    let mut fact = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            let _ = writeln!(out, "{label}: {}", one_line(&value));
        }
    };
    fact("source package", source(p));
    fact("archive", p.archive.as_ref().map(archive));
    fact("supplier", p.supplier.as_deref().map(str::to_string));
    fact("part of", p.owner.as_ref().map(named));
    let contains: Vec<String> = p.contains.iter().take(PLACE_LIMIT).map(named).collect();
    fact("contains", Some(contains.join(", ") + &more(p.contains.len(), PLACE_LIMIT)));
    let place = |index: u32| match names.report.image.layers.get(index as usize).and_then(|l| l.digest.as_ref()) {
        Some(digest) => format!("layer {index}, {}", words::short(digest)),
        None => format!("layer {index}"),
    };
    let places: Vec<String> =
        p.locations.iter().take(PLACE_LIMIT).map(|l| format!("{} ({})", l.path, place(l.layer))).collect();
    fact("found at", Some(places.join("; ") + &more(p.locations.len(), PLACE_LIMIT)));
    fact("as written", as_written(licensing));
    fact("concluded by", Some(licensing.rule.to_string()));
    fact("class by the choice of", licensing.choice.as_ref().map(ToString::to_string));
    if let Some(verdict) = report.audit.as_ref().and_then(|a| a.packages.get(id.0 as usize)) {
        let rule = verdict.rule.as_deref().unwrap_or("the default");
        let term = verdict.term.as_ref().map_or_else(String::new, |t| format!(", for {t}"));
        let taken = verdict.taken.as_ref().map_or_else(String::new, |t| format!(", taken: {t}"));
        let before = if verdict.verdict == verdict.effective {
            String::new()
        } else {
            format!(" after waivers, {} before", verdict.verdict)
        };
        fact("verdict", Some(format!("{}{before}, by {rule}{term}{taken}", verdict.effective)));
    }
    fact("findings", names.findings_of.get(&id).map(|indices| decisions::in_short(names, indices)));
    evidence(names, &licensing.evidence, &place, &mut out);
    out.truncate(out.trim_end().len());
    out
}

/// Pieces of evidence, those of one file beneath it.
fn evidence(names: &Names, all: &[Evidence], place: &dyn Fn(u32) -> String, out: &mut String) {
    let mut file: Option<(&str, Option<u32>, Option<TextId>)> = None;
    for e in all.iter().take(EVIDENCE_LIMIT) {
        let here = (&*e.path, e.layer, e.text);
        if file != Some(here) {
            let _ = write!(out, "\n{}", if e.path.is_empty() { "not of a file".into() } else { one_line(&e.path) });
            let layer = e.layer.map_or_else(|| "from outside of the image".into(), place);
            let hidden = if e.hidden { ", hidden" } else { "" };
            let hash = e.text.map_or_else(String::new, |t| format!(", SHA-256 {t}"));
            let _ = writeln!(out, " ({layer}{hidden}{hash})");
            file = Some(here);
        }
        let bytes = e.range.as_ref().map_or_else(|| "whole".into(), |r| format!("bytes {} to {}", r.start, r.end));
        let says = e.expression.as_ref().map_or_else(|| "not understood".into(), ToString::to_string);
        let _ = write!(out, "  {}, {bytes}: {says} ({}, {} %)", e.kind.as_str(), e.method, e.confidence);
        if let Some(words) = excerpt::of(names.report, e, EXCERPT).map(|w| one_line(&w)).filter(|w| *w != says) {
            let _ = write!(out, " \u{201c}{words}\u{201d}");
        }
        out.push('\n');
    }
    if all.len() > EVIDENCE_LIMIT {
        let _ = writeln!(out, "and {} more pieces of evidence: supercargo explain", all.len() - EVIDENCE_LIMIT);
    }
}

fn more(count: usize, limit: usize) -> String {
    if count > limit { format!(", and {} more", count - limit) } else { String::new() }
}

/// Lines are what tells facts apart, so a value has none.
fn one_line(s: &str) -> String {
    excerpt::cut(&s.split_whitespace().collect::<Vec<_>>().join(" "), 2_000)
}

/// The source package; `None` where it is named as the package itself.
fn source(p: &Package) -> Option<String> {
    let source = p.source.as_ref()?;
    match &source.version {
        Some(version) if *version != p.version => Some(format!("{} {version}", source.name)),
        _ if source.name != p.name => Some(source.name.to_string()),
        _ => None,
    }
}

/// What the registry serves it as, and what that hashes to.
fn archive(archive: &Archive) -> String {
    let hashes: Vec<&str> = archive.hashes.iter().map(Digest::as_str).collect();
    format!("{} ({})", archive.file, hashes.join(", "))
}

/// The declaration word for word; `None` where it says nothing that the expression does not.
fn as_written(licensing: &Licensing) -> Option<String> {
    let mut values: Vec<&str> = licensing.declared_raw.iter().flat_map(|d| &d.values).map(|v| &**v).collect();
    values.dedup();
    let expression = licensing.declared.to_string();
    let says_more = !values.is_empty() && values != [expression.as_str()];
    says_more.then(|| values.join("; "))
}
