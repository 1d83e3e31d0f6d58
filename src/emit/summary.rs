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

/// Rows of the table of decisions.
const DECISIONS: usize = 50;

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
        for seen in open.iter().take(DECISIONS) {
            let f = seen.finding;
            let rule = match &f.place {
                Some(place) => format!("{} ({place})", f.rule),
                None => f.rule.to_string(),
            };
            let cells = [f.verdict.to_string(), seen.subject(), seen.message(), rule, f.clear.to_string()];
            let cells: Vec<String> = cells.iter().map(|c| escape(&visible::line(c))).collect();
            *text += &format!("| {} |\n", cells.join(" | "));
        }
        if open.len() > DECISIONS {
            *text += &format!("\n… and {} more, all in the full report.\n", open.len() - DECISIONS);
        }
        *text += "\n";
    }
    let waived = findings::all(report).filter(|s| s.waiver.is_some()).count();
    if waived > 0 {
        *text += &format!("{waived} more {} waived.\n\n", if waived == 1 { "is" } else { "are" });
    }
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
        *text += &format!("{} programs and archives belong to no package.\n", report.unowned.len());
    }
}
