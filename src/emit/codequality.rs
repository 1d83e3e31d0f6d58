//! GitLab's code quality report: a list of open findings, which merge requests show beside the change. A finding points at its
//! rule in the configuration, which is a file of the repository, where there is one; the files of an image are none.

use super::findings::{self, Seen};
use super::write_json;
use crate::model::{Report, Verdict};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the findings that no waiver covers.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let in_repository = |file: &str| findings::in_repository(report, file);
    let entries: Vec<Entry> = findings::all(report)
        .filter(Seen::is_open)
        .map(|seen| {
            let f = seen.finding;
            let place = f.place.as_ref().map(|p| (in_repository(&p.file), p.line));
            let of_policy = || report.audit.as_ref().map(|a| (in_repository(&a.policy.source), 1));
            let (path, begin) = place.or_else(of_policy).unwrap_or(("supercargo.toml".into(), 1));
            Entry {
                description: format!("{}: {}", seen.subject(), seen.message()),
                check_name: f.rule.to_string(),
                fingerprint: f.id.to_string(),
                severity: match f.verdict {
                    Verdict::Allow => "info",
                    Verdict::Review => "major",
                    Verdict::Deny => "blocker",
                },
                location: Location { path: super::html::visible::line(&path), lines: Lines { begin } },
            }
        })
        .collect();
    write_json(&entries, out)
}
