//! What `check` says on a terminal: every open finding with its rule, its evidence and what would clear it; then waived ones and
//! notes in a line each; the verdict last, where the eye is when the output ends.

use super::findings::{self, Seen, banner};
use super::html::visible;
use crate::model::{Report, Verdict, WaiverStatus};
use std::io::{self, Write};

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictOptions {
    /// Colours for a terminal.
    pub colour: bool,
}

/// Writes it.
pub fn write(report: &Report, options: &VerdictOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(16 * 1024, out);
    let paint = |verdict: Verdict, words: &str| -> String {
        let code = match verdict {
            Verdict::Allow => "32",
            Verdict::Review => "33",
            Verdict::Deny => "31",
        };
        if options.colour { format!("\u{1b}[1;{code}m{words}\u{1b}[0m") } else { words.to_owned() }
    };
    let (open, rest): (Vec<Seen<'_>>, Vec<Seen<'_>>) = findings::all(report).partition(Seen::is_open);
    for seen in &open {
        let f = seen.finding;
        writeln!(out, "{} {}", paint(f.verdict, f.verdict.as_str()), seen.subject())?;
        writeln!(out, "  {}", seen.message())?;
        let place = f.place.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
        writeln!(out, "  rule:     {}{}  {}", f.rule, visible::line(&place), f.id)?;
        if let Some((path, layer)) = seen.place() {
            writeln!(out, "  shown by: {} (layer {layer})", visible::line(path))?;
        }
        if !f.clear.is_empty() {
            writeln!(out, "  clear it: {}", visible::line(&f.clear))?;
        }
        writeln!(out)?;
    }
    let waived: Vec<&Seen<'_>> = rest.iter().filter(|s| s.waiver.is_some()).collect();
    for seen in &waived {
        let Some(w) = seen.waiver else { continue };
        let until = w.expires.as_ref().map(|e| format!(" until {e}")).unwrap_or_default();
        let line = format!("waived {}: {} ({}, {}{until})", seen.subject(), seen.finding.rule, w.reason, w.owner);
        writeln!(out, "{}", visible::line(&line))?;
    }
    let notes: Vec<&Seen<'_>> = rest.iter().filter(|s| s.waiver.is_none()).collect();
    for seen in &notes {
        writeln!(out, "note {}: {}", seen.subject(), seen.message())?;
    }
    if !waived.is_empty() || !notes.is_empty() {
        writeln!(out)?;
    }
    let Some(audit) = &report.audit else {
        writeln!(out, "no policy was applied: {} findings", report.findings.len())?;
        return out.flush();
    };
    let count = |verdict: Verdict| {
        let shown = report.shown().filter_map(|(id, _)| audit.packages.get(id.0 as usize));
        shown.filter(|v| v.effective == verdict).count()
    };
    let expired = audit.waivers.iter().filter(|w| w.status == WaiverStatus::Expired).count();
    write!(
        out,
        "{}: {} allowed, {} to review, {} denied",
        paint(audit.verdict, banner(audit.verdict)),
        count(Verdict::Allow),
        count(Verdict::Review),
        count(Verdict::Deny)
    )?;
    if expired > 0 {
        write!(out, ", {expired} expired {}", if expired == 1 { "waiver" } else { "waivers" })?;
    }
    let name = if audit.policy.name.is_empty() { String::new() } else { format!("{}, ", audit.policy.name) };
    writeln!(out, " (policy {name}{})", visible::line(&audit.policy.source))?;
    out.flush()
}
