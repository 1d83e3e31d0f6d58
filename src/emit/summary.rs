//! A summary in Markdown (GitHub's flavour) for the page of a pipeline's run: the verdict, what there is to decide, counts. Long
//! lists are cut, and say so: pages take one megabyte at most.

use super::findings::{self, Seen};
use super::html::tally::{self, Tally};
use super::html::visible;
use super::html::words;
use super::markdown::escape;
use super::subject::Subject;
use crate::model::{Report, Severity, Verdict};
use std::io::{self, Write};

/// Rows of the table of decisions: findings that read alike are one.
const DECISIONS: usize = 50;

/// Names of packages in all of these rows.
const NAMES: usize = 5_000;

/// How many packages stand in a row without a fold.
const FEW: usize = 3;

/// Lines of warnings.
const WARNINGS: usize = 20;

/// Rows of the list of hidden packages.
const HIDDEN: usize = 20;

/// Writes the summary.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    head(report, &mut text);
    decisions(report, &mut text);
    counts(report, &mut text);
    hidden(report, &mut text);
    gaps(report, &mut text);
    text += "\nFacts, not legal advice.\n";
    out.write_all(text.as_bytes())
}

fn head(report: &Report, text: &mut String) {
    let image = &report.image;
    let sign = match report.audit.as_ref().map(|a| a.verdict) {
        Some(Verdict::Allow) => "✅ ship",
        Some(Verdict::Review) => "⚠️ review",
        Some(Verdict::Deny) => "⛔ do not distribute",
        None => "no policy was applied",
    };
    *text += &format!("## Licences of {}: {sign}\n\n", escape(&visible::line(&image.title())));
    if let Some(digest) = Subject::of(report).digest() {
        *text += &format!("`{}`", digest.as_str());
        if let Some(platform) = &image.platform {
            *text += &format!(" · {}", escape(&visible::line(&platform.to_string())));
        }
        *text += "\n\n";
    }
    if let Some(audit) = &report.audit {
        let policy = &audit.policy;
        let name = if policy.name.is_empty() { &policy.source } else { &policy.name };
        let fails = policy.fail_on.map_or("nothing fails".to_owned(), |v| format!("fails on {v}"));
        *text += &format!(
            "Policy {} ({}, {}): {}.\n\n",
            escape(&visible::line(name)),
            escape(&visible::line(&policy.source)),
            fails,
            if audit.failed { "**failed**" } else { "passed" }
        );
    }
}

fn decisions(report: &Report, text: &mut String) {
    let open: Vec<Seen<'_>> = findings::all(report).filter(Seen::is_open).collect();
    if open.is_empty() {
        *text += "Nothing is left to decide.\n\n";
    } else {
        *text += &format!(
            "### To decide: {}\n\n| | package | finding | rule | how to clear it |\n|---|---|---|---|---|\n",
            open.len()
        );
        let groups = findings::grouped(open.iter(), |seen| seen.finding);
        let mut room = NAMES;
        for group in groups.iter().take(DECISIONS) {
            let Some(first) = group.first() else { continue };
            let f = first.finding;
            let rule = match &f.place {
                Some(place) => format!("{} ({place})", f.rule),
                None => f.rule.to_string(),
            };
            let message = match findings::shared(group.iter().map(|s| &*s.finding.message)) {
                Some(message) => message.to_owned(),
                None => format!("{}, and {} like it", first.message(), group.len() - 1),
            };
            let cell = |words: &str| escape(&visible::line(words));
            let cells =
                [cell(f.verdict.as_str()), subjects(group, &mut room), cell(&message), cell(&rule), cell(&f.clear)];
            *text += &format!("| {} |\n", cells.join(" | "));
        }
        let left: usize = groups.iter().skip(DECISIONS).map(Vec::len).sum();
        if left > 0 {
            *text += &format!("\n… and {left} more, all in the full report.\n");
        }
        *text += "\n";
    }
    for seen in findings::all(report).filter(|s| s.finding.is_warning()).take(WARNINGS) {
        let place = seen.finding.place.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
        *text += &format!("- Warning: {}\n", escape(&visible::line(&format!("{}{place}", seen.message()))));
    }
    let warnings = report.findings.iter().filter(|f| f.is_warning()).count();
    if warnings > WARNINGS {
        *text += &format!("- … and {} more warnings, all in the full report.\n", warnings - WARNINGS);
    }
    if warnings > 0 {
        *text += "\n";
    }
    let waived = findings::all(report).filter(|s| s.waiver.is_some()).count();
    if waived > 0 {
        *text += &format!("{waived} more {} waived.\n\n", if waived == 1 { "is" } else { "are" });
    }
}

/// The packages of a group; many are folded in the cell. `room` is for how many more names the page has place.
fn subjects(group: &[&Seen<'_>], room: &mut usize) -> String {
    let shown = group.len().min(*room);
    *room -= shown;
    let names: Vec<String> = group.iter().take(shown).map(|s| escape(&s.subject())).collect();
    let mut list = names.join(", ");
    if shown < group.len() {
        list += &format!(" … and {} more, all in the full report", group.len() - shown);
    }
    if group.len() <= FEW {
        return list;
    }
    format!("<details><summary>{} packages</summary>{list}</details>", group.len())
}

fn counts(report: &Report, text: &mut String) {
    let tally = Tally::of(report);
    *text += &format!(
        "### Packages: {} present, {} hidden, {} parts of others\n\n| class | packages | of these hidden |\n|---|---:|---:|\n",
        tally.total.present, tally.total.hidden, tally.total.contained
    );
    for class in &tally.classes {
        *text += &format!("| {} | {} | {} |\n", words::class(class.class), class.packages, class.hidden);
    }
}

fn hidden(report: &Report, text: &mut String) {
    let gone: Vec<_> = tally::hidden(report).collect();
    if gone.is_empty() {
        return;
    }
    *text += "\n<details><summary>Deleted by a later layer, distributed all the same</summary>\n\n";
    for (_, package, removed_by, _) in gone.iter().take(HIDDEN) {
        let line = format!(
            "{} {}: {}, removed by layer {removed_by}",
            package.name, package.version, package.licensing.concluded
        );
        *text += &format!("- {}\n", escape(&visible::line(&line)));
    }
    if gone.len() > HIDDEN {
        *text += &format!("- … and {} more\n", gone.len() - HIDDEN);
    }
    *text += "\n</details>\n";
}

fn gaps(report: &Report, text: &mut String) {
    let errors = report.issues.iter().filter(|i| i.severity == Severity::Error).count();
    let unknown = report.shown().filter(|(_, p)| p.licensing.concluded.expression().is_none()).count();
    *text += "\n";
    if errors > 0 {
        *text += &format!(
            "**{errors} {} could not be read**: packages may be missing.\n",
            if errors == 1 { "part" } else { "parts" }
        );
    }
    if unknown > 0 {
        *text +=
            &format!("{unknown} {} no known licence.\n", if unknown == 1 { "package has" } else { "packages have" });
    }
    if !report.unowned.is_empty() {
        let verb = if report.unowned.len() == 1 { "belongs" } else { "belong" };
        *text += &format!("{} {verb} to no package.\n", words::unowned(&report.unowned));
    }
}
