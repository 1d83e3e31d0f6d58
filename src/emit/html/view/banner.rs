//! The head of the document: what the verdict is, what it is about, and the counts.

use super::{ClassName, Seen, class_name, duties, verdict_words};
use crate::emit::findings;
use crate::emit::html::tally::{self, Tally};
use crate::emit::html::words;
use crate::emit::sources::is_owed;
use crate::license::db::obligations::{self, Fulfilment};
use crate::model::{Class, Finding, Outcome, PackageId, Report, Severity, Verdict};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The verdict, or what a person should look at where nobody judged.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Banner {
    /// `allow`, `review`, `deny` or `none`: the name of its colour.
    slug: &'static str,
    title: &'static str,
    sentence: String,
    points: Vec<Point>,
}

/// A count that a person should look at, with where to look.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Point {
    words: String,
    href: &'static str,
}

/// One line about the subject.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Fact {
    label: &'static str,
    value: Seen,
    /// Set in a fixed-width face: digests and names that are compared letter by letter.
    code: bool,
}

/// One number of the summary.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Tile {
    label: &'static str,
    value: usize,
    note: String,
    href: &'static str,
    /// Whether somebody should look.
    attention: bool,
}

/// Packages of an ecosystem, by what became of them.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Counted {
    name: Seen,
    present: usize,
    hidden: usize,
    contained: usize,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct ClassRow {
    class: ClassName,
    meaning: &'static str,
    packages: usize,
    hidden: usize,
}

pub(super) fn counted(name: &str, c: &tally::Counts) -> Counted {
    Counted { name: Seen::line(name), present: c.present, hidden: c.hidden, contained: c.contained }
}

pub(super) fn classes(tally: &Tally) -> Vec<ClassRow> {
    let row = |c: &tally::ClassTally| ClassRow {
        class: class_name(c.class),
        meaning: meaning(c.class),
        packages: c.packages,
        hidden: c.hidden,
    };
    tally.classes.iter().map(row).collect()
}

pub(super) fn banner(report: &Report, tally: &Tally) -> Banner {
    let open = |verdict| report.findings.iter().filter(|f| f.effective() == verdict).count();
    let (deny, review) = (open(Verdict::Deny), open(Verdict::Review));
    let waived = report.findings.iter().filter(|f| f.waiver.is_some()).count();
    let gaps = report.issues.iter().filter(|i| i.severity == Severity::Error).count();
    let mut points = Vec::new();
    let mut point = |n: usize, one: &str, many: &str, href| {
        if n > 0 {
            points.push(Point { words: format!("{n} {}", if n == 1 { one } else { many }), href });
        }
    };
    point(deny, "finding denies distribution", "findings deny distribution", "#decisions");
    point(review, "finding needs a decision", "findings need a decision", "#decisions");
    point(tally.unknown(), "package of unknown class", "packages of unknown class", "#unknowns");
    point(gaps, "part of the image could not be read", "parts of the image could not be read", "#issues");
    point(report.unowned.len(), "file belongs to no package", "files belong to no package", "#unowned");
    point(
        tally.total.hidden,
        "hidden package is distributed all the same",
        "hidden packages are distributed all the same",
        "#hidden",
    );
    point(waived, "finding is waived", "findings are waived", "#decisions");
    // What is allowed is allowed with what the licences ask for. Parts count like in the checklist: what binds them binds the image.
    let judged = report.audit.is_some();
    let asks = |of: &dyn Fn(PackageId) -> bool| {
        (0..report.packages.len() as u32).filter(|id| judged && of(PackageId(*id))).count()
    };
    point(
        asks(&|id| duties::asks(report, id, Fulfilment::Notice)),
        "package goes along with its notices (supercargo notice)",
        "packages go along with their notices (supercargo notice)",
        "#obligations",
    );
    point(
        asks(&|id| is_owed(report, id)),
        "package asks for its source to be offered (supercargo sources)",
        "packages ask for their sources to be offered (supercargo sources)",
        "#obligations",
    );
    let (slug, title, sentence) = match &report.audit {
        Some(audit) => {
            let name = &audit.policy.name;
            let by =
                if name.is_empty() { "the policy".to_string() } else { format!("the policy {}", Seen::line(name).0) };
            let decided = audit.packages.iter().filter(|p| p.effective == audit.verdict).count();
            // The image as a whole may have findings of its own, and so may packages that only a waiver names.
            let mut others: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
            for seen in findings::all(report).filter(|s| s.finding.package.is_none()) {
                if seen.finding.effective() == audit.verdict {
                    others.entry(seen.subject()).or_default().insert(&seen.finding.rule);
                }
            }
            let mut decided = vec![words::count(decided, "package")].split_off(usize::from(decided == 0));
            decided.extend(others.into_iter().map(|(subject, rules)| {
                let rules: Vec<String> = rules.into_iter().map(|rule| Seen::line(rule).0).collect();
                format!("{subject}: {}", rules.join(", "))
            }));
            let decided = decided.join("; ");
            let why = match audit.verdict {
                Verdict::Allow => format!("Nothing in the image is against {by}, after waivers."),
                Verdict::Review => {
                    format!("By {by} a person must decide first ({decided}).")
                }
                Verdict::Deny => {
                    format!("By {by} it may not be passed on as it is ({decided}).")
                }
            };
            let gate = match (audit.policy.fail_on, audit.failed) {
                (Some(limit), true) => format!(" The check fails, as it does on {limit}."),
                (Some(limit), false) => format!(" The check passes: it fails on {limit}."),
                (None, _) => String::new(),
            };
            (audit.verdict.as_str(), verdict_words(audit.verdict), why + &gate)
        }
        None => (
            "none",
            "No policy was applied",
            if points.is_empty() {
                "Nobody judged whether the image may ship. Nothing was found that a person would have to look at first."
                    .into()
            } else {
                "Nobody judged whether the image may ship. What a person should look at:".into()
            },
        ),
    };
    Banner { slug, title, sentence, points }
}

/// The facts that say what the report is about.
pub(super) fn subject(report: &Report) -> Vec<Fact> {
    let image = &report.image;
    let mut facts = Vec::new();
    let mut fact = |label, value: Option<String>, code| {
        facts.extend(value.map(|v| Fact { label, value: Seen::line(&v), code }));
    };
    fact("Reference", Some(image.reference.to_string()), true);
    fact("Digest", image.digest.as_ref().map(ToString::to_string), true);
    fact("Image id", image.config_digest.as_ref().map(ToString::to_string), true);
    fact("Platform", image.platform.as_ref().map(ToString::to_string), false);
    fact("Distribution", report.distro.as_ref().map(distro), false);
    fact("Read from", Some(image.source.to_string()), false);
    fact("Image made", image.created.map(words::time), false);
    fact("Report dated", report.created.map(words::time), false);
    fact("Base image", image.base.as_ref().map(|b| base(b, image.layers.len())), false);
    fact("Base digest", image.base.as_ref().and_then(|b| b.digest.as_ref()).map(ToString::to_string), true);
    match &report.audit {
        Some(audit) => {
            let policy = &audit.policy;
            let name = if policy.name.is_empty() { "without a name" } else { &policy.name };
            fact("Policy", Some(format!("{name}, from {}", policy.source)), false);
            fact("Policy hash", Some(policy.hash.to_string()).filter(|h| !h.is_empty()), true);
            fact("Waivers judged on", policy.judged_on.as_ref().map(ToString::to_string), false);
        }
        None => fact("Policy", Some("none".into()), false),
    }
    fact("Made by", Some(format!("{} {}", report.tool.name, report.tool.version)), false);
    fact("SPDX licence list", Some(report.tool.spdx_list.to_string()), false);
    fact("Obligations table", Some(obligations::table_hash()), true);
    let parts = if report.show_owned { "have rows of their own (--owned)" } else { "stand with their owners" };
    fact("Parts of packages", Some(parts.into()), false);
    let lockfiles = report.packages.iter().any(|p| p.basis == crate::model::Basis::Lockfile);
    fact("Lock files", lockfiles.then(|| "read: what they declare may not be installed".into()), false);
    facts
}

/// The base image, and how sure it is where it ends.
fn base(base: &crate::model::Base, layers: usize) -> String {
    let name = base.name.as_deref().unwrap_or("not named");
    let guess = if base.evidence.is_certain() { "" } else { ": a guess, which --base IMAGE makes certain" };
    format!(
        "{name}: the lowest {} of {} ({}{guess})",
        base.layers,
        words::count(layers, "layer"),
        base.evidence.as_str()
    )
}

/// The distribution, and whether its own file is still there.
fn distro(distro: &crate::model::Distro) -> String {
    let name = words::distro(distro);
    match distro.removed_by {
        Some(layer) => format!("{name} (its {} is removed by layer {layer})", distro.path),
        None => name,
    }
}

pub(super) fn tiles(report: &Report, tally: &Tally) -> Vec<Tile> {
    let hidden = tally::hidden(report).count();
    let parts = hidden - tally::hidden(report).filter(|(_, p, _, _)| p.owner.is_none()).count();
    let tile = |label, value, note: String, href, attention| Tile { label, value, note, href, attention };
    let open = report.findings.iter().filter(|f| is_open(f)).count();
    let without = report.shown().filter(|(_, p)| !matches!(p.licensing.concluded, Outcome::Expression(_))).count();
    vec![
        tile("Packages present", tally.total.present, "visible in a running container".into(), "#packages", false),
        tile(
            "Packages hidden",
            tally.total.hidden,
            match parts {
                0 => "removed by a later layer, still distributed".into(),
                n => format!("removed by a later layer, still distributed; {n} more as parts of others"),
            },
            "#hidden",
            hidden > 0,
        ),
        tile("Packages contained", tally.total.contained, "part of another package".into(), "#packages", false),
        tile(
            "Class unknown",
            tally.unknown(),
            format!("never to be taken as permissive; {without} without any known licence"),
            "#unknowns",
            tally.unknown() > 0,
        ),
        tile("Open findings", open, "for a person to decide".into(), "#decisions", open > 0),
        tile("Issues", report.issues.len(), tally.issues(), "#issues", tally.errors > 0),
    ]
}

/// Whether a person still has to decide.
pub(super) fn is_open(finding: &Finding) -> bool {
    finding.effective() > Verdict::Allow
}

/// What a class means, in a line.
fn meaning(class: Class) -> &'static str {
    match class {
        Class::PublicDomain => "no rights reserved",
        Class::Permissive => "notice and attribution",
        Class::WeakCopyleftFile => "copyleft that ends at the file",
        Class::WeakCopyleftLibrary => "copyleft that ends at the library",
        Class::StrongCopyleft => "copyleft over the whole work",
        Class::NetworkCopyleft => "copyleft that reaches use over a network",
        Class::SourceAvailable => "source can be seen, use is restricted",
        Class::Proprietary => "rights reserved or commercial terms",
        Class::Unknown => "nothing is known; may be anything",
    }
}
