//! Findings: what a person must decide, what is worth knowing, what a waiver covers.

use super::banner::is_open;
use super::{FOLD_LIMIT, LayerLink, PackageLink, Seen};
use crate::emit::findings::{grouped, shared};
use crate::emit::html::excerpt;
use crate::emit::html::view::names::Names;
use crate::emit::html::words;
use crate::model::{Evidence, Finding, Package, Verdict};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The longest excerpt of a text beside a finding, in characters.
const EXCERPT: usize = 700;

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Decisions {
    /// How many open findings each rule has, where there are several.
    by_rule: Vec<RuleCount>,
    open: Vec<FindingRow>,
    notes: Vec<FindingRow>,
    waived: Vec<FindingRow>,
    open_count: usize,
    notes_count: usize,
    waived_count: usize,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct RuleCount {
    verdict: &'static str,
    rule: Seen,
    place: Option<Seen>,
    findings: usize,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct FindingRow {
    anchor: String,
    verdict: &'static str,
    rule: Seen,
    place: Option<Seen>,
    package: Option<PackageLink>,
    term: Option<Seen>,
    layer: Option<LayerLink>,
    message: Seen,
    clear: Option<Seen>,
    /// Where the evidence was found: file, bytes, method.
    evidence: Option<Seen>,
    excerpt: Option<Seen>,
    waiver: Option<WaiverLink>,
    /// Where several findings read alike: their number in words, and each of them. What they do not share (above all the package
    /// and the anchor) is empty above.
    group: Option<String>,
    members: Vec<Member>,
    /// Whether the list is folded at first.
    long: bool,
}

/// One finding of a group.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Member {
    anchor: String,
    package: Option<PackageLink>,
    layer: Option<LayerLink>,
    /// Where the members have not the same.
    message: Option<Seen>,
    evidence: Option<Seen>,
    excerpt: Option<Seen>,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct WaiverLink {
    id: Seen,
    number: u32,
    exists: bool,
}

/// All findings by what becomes of them, the strictest first, those that read alike together.
pub(super) fn decisions(names: &Names) -> Decisions {
    let report = names.report;
    let mut order: Vec<usize> = (0..report.findings.len()).collect();
    order.sort_by_key(|i| report.findings.get(*i).map(|f| Reverse(f.verdict))); // stable: then as the report has them
    let rows = |is_meant: &dyn Fn(&Finding) -> bool| -> Vec<FindingRow> {
        let all = order.iter().filter_map(|i| Some((report.findings.get(*i)?, names.findings.get(*i)?)));
        grouped(all.filter(|(f, _)| is_meant(f)), |(f, _)| f).iter().filter_map(|group| block(names, group)).collect()
    };
    let mut by_rule: BTreeMap<(Reverse<Verdict>, &str, Option<String>), usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| is_open(f)) {
        let place = finding.place.as_ref().map(ToString::to_string);
        *by_rule.entry((Reverse(finding.verdict), &finding.rule, place)).or_default() += 1;
    }
    let by_rule: Vec<RuleCount> = by_rule
        .into_iter()
        .map(|((verdict, rule, place), findings)| RuleCount {
            verdict: verdict.0.as_str(),
            rule: Seen::line(rule),
            place: place.map(|p| Seen::line(&p)),
            findings,
        })
        .collect();
    let count = |is_meant: &dyn Fn(&Finding) -> bool| report.findings.iter().filter(|f| is_meant(f)).count();
    let open = rows(&is_open);
    let notes = rows(&|f| f.verdict == Verdict::Allow && f.waiver.is_none());
    let waived = rows(&|f| f.waiver.is_some());
    Decisions {
        open_count: count(&is_open),
        notes_count: count(&|f| f.verdict == Verdict::Allow && f.waiver.is_none()),
        waived_count: count(&|f| f.waiver.is_some()),
        by_rule: if count(&is_open) > by_rule.len() { by_rule } else { Vec::new() },
        open,
        notes,
        waived,
    }
}

/// One finding, or one block for several.
fn block(names: &Names, group: &[(&Finding, &String)]) -> Option<FindingRow> {
    let (first, anchor) = group.first()?;
    let mut out = row(names, first, anchor);
    if group.len() == 1 {
        return Some(out);
    }
    let message = shared(group.iter().map(|(f, _)| &*f.message));
    let layers: BTreeSet<Option<u32>> = group.iter().map(|(f, _)| f.layer).collect();
    out.layer = out.layer.filter(|_| layers.len() == 1);
    out.message =
        message.map_or_else(|| Seen::line("Each for a reason of its own, which stands beside it."), Seen::line);
    (out.anchor, out.package, out.evidence, out.excerpt) = (String::new(), None, None, None);
    out.group = Some(words::count(group.len(), "package"));
    out.long = group.len() > FOLD_LIMIT;
    let member = |(finding, anchor): &(&Finding, &String)| {
        let FindingRow { anchor, package, layer, message: own, evidence, excerpt, .. } = row(names, finding, anchor);
        let (layer, own) = (layer.filter(|_| layers.len() > 1), Some(own).filter(|_| message.is_none()));
        Member { anchor, package, layer, message: own, evidence, excerpt }
    };
    out.members = group.iter().map(member).collect();
    Some(out)
}

fn row(names: &Names, finding: &Finding, anchor: &str) -> FindingRow {
    let report = names.report;
    let package = finding.package.and_then(|id| report.packages.get(id.0 as usize));
    let evidence = package.and_then(|p| p.licensing.evidence.get(finding.evidence? as usize));
    let waivers = report.audit.as_ref().map_or(&[][..], |a| &a.waivers);
    FindingRow {
        anchor: anchor.to_string(),
        verdict: if finding.is_warning() { "warning" } else { finding.verdict.as_str() },
        rule: Seen::line(&finding.rule),
        place: finding.place.as_ref().map(|p| Seen::line(&p.to_string())),
        package: finding.package.map(|id| names.package(id)),
        term: finding.term.as_deref().map(Seen::line),
        layer: finding.layer.map(|index| names.layer(index)),
        message: Seen::line(&finding.message),
        clear: Some(&*finding.clear).filter(|c| !c.is_empty()).map(Seen::line),
        evidence: evidence.map(place).or_else(|| described(package?)).map(|words| Seen::line(&words)),
        excerpt: evidence.and_then(|e| excerpt::of(report, e, EXCERPT)).map(|words| Seen::text(&words)),
        waiver: finding.waiver.map(|i| {
            let waiver = waivers.get(i as usize);
            WaiverLink { id: Seen::line(waiver.map_or("", |w| &w.id)), number: i + 1, exists: waiver.is_some() }
        }),
        group: None,
        members: Vec::new(),
        long: false,
    }
}

/// The file that describes a package, where nothing shows what the finding is about.
fn described(package: &Package) -> Option<String> {
    let at = package.locations.first().filter(|l| !l.path.is_empty())?;
    Some(format!("the package is described in {}, layer {}", at.path, at.layer))
}

/// Where a piece of evidence was found and how it was read, in a line.
fn place(e: &Evidence) -> String {
    let mut out = format!("{} in {}", e.kind.as_str(), if e.path.is_empty() { "no file" } else { &e.path });
    if let Some(range) = &e.range {
        out.push_str(&format!(", bytes {} to {}", range.start, range.end));
    }
    if let Some(layer) = e.layer {
        out.push_str(&format!(", layer {layer}"));
    }
    if e.hidden {
        out.push_str(", hidden by a later layer");
    }
    if let Some(text) = &e.text {
        out.push_str(&format!(", SHA-256 {text}"));
    }
    out.push_str(&format!("; read by {} at {} %", e.method, e.confidence));
    if let Some(expression) = &e.expression {
        out.push_str(&format!(" as {expression}"));
    }
    out
}

/// The findings of a package in a line, for its row.
pub(super) fn in_short(names: &Names, indices: &[usize]) -> String {
    let findings = indices.iter().filter_map(|i| Some((names.report.findings.get(*i)?, names.findings.get(*i)?)));
    let words: Vec<String> = findings
        .map(|(f, anchor)| {
            let waived = if f.waiver.is_some() { ", waived" } else { "" };
            format!("{} by {}{waived} (#{anchor})", f.verdict, f.rule)
        })
        .collect();
    format!("{}: {}", words::count(words.len(), "finding"), words.join("; "))
}
