//! What `check` says on a terminal: every open finding with its rule, its evidence and what would clear it, those that read alike in one
//! block with their packages; then waived ones and notes; the verdict last, where the eye is when the output ends.

use super::findings::{self, Seen, banner};
use super::html::{visible, words};
use crate::model::{Report, Verdict, WaiverStatus};
use std::collections::BTreeMap;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How many rules that meet nothing have a line each. A policy of a large house has many that this image has nothing to do with.
const UNMET: usize = 5;

/// How wide lists of packages are.
const WIDTH: usize = 100;

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
    for Block { group, alike } in blocks(findings::grouped(open.iter(), |seen| seen.finding)) {
        let Some(first) = group.first() else { continue };
        let f = first.finding;
        let verdict = paint(f.verdict, f.verdict.as_str());
        let place = f.place.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
        let place = visible::line(&place);
        if group.len() == 1 {
            writeln!(out, "{verdict} {}", first.subject())?;
            says(&visible::line(&f.message), &alike, &mut out)?;
            let ids: Vec<&str> = alike.iter().map(|s| &*s.finding.id).collect();
            writeln!(out, "  rule:     {}{place}  {}", f.rule, ids.join(" "))?;
            if let Some((path, layer)) = first.place() {
                writeln!(out, "  shown by: {} (layer {layer})", visible::line(path))?;
            }
        } else {
            writeln!(out, "{verdict} {}", words::count(group.len(), "package"))?;
            members(&group, &alike, &mut out)?;
            writeln!(out, "  rule:     {}{place}", f.rule)?;
        }
        if !f.clear.is_empty() {
            writeln!(out, "  clear it: {}", visible::line(&f.clear))?;
        }
        writeln!(out)?;
    }
    let waived: Vec<&Seen<'_>> = rest.iter().filter(|s| s.waiver.is_some()).collect();
    let mut lines = Lines::default();
    for seen in &waived {
        let Some(w) = seen.waiver else { continue };
        let until = w.expires.as_ref().map(|e| format!(" until {e}")).unwrap_or_default();
        lines.add("waived", format!("{} ({}, {}{until})", seen.finding.rule, w.reason, w.owner), seen.subject());
    }
    let notes: Vec<&Seen<'_>> = rest.iter().filter(|s| s.waiver.is_none()).collect();
    let unmet: Vec<&&Seen<'_>> = notes.iter().filter(|s| &*s.finding.rule == "rule-unmet").collect();
    let fold = unmet.len() > UNMET;
    for seen in notes.iter().filter(|s| !fold || &*s.finding.rule != "rule-unmet") {
        lines.add(if seen.finding.is_warning() { "warning" } else { "note" }, about(seen), seen.subject());
    }
    lines.write(&mut out)?;
    if fold {
        let ids: Vec<String> = unmet.iter().filter_map(|s| s.finding.term.as_deref()).map(visible::line).collect();
        writeln!(out, "note the image: {} rules name what this image does not hold:", ids.len())?;
        wrapped(&ids, "  ", &mut out)?;
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

/// Findings that stand together.
struct Block<'a> {
    /// One a package.
    group: Vec<&'a Seen<'a>>,
    /// Of each group that says the same of the same packages, but for the name of the licence, the first; that of `group` is one.
    alike: Vec<&'a Seen<'a>>,
}

/// Puts groups together that differ in the name of a licence that no list has. A file may hold a dozen such licences, which
/// nothing but a hash of their words tells apart.
fn blocks<'a>(groups: Vec<Vec<&'a Seen<'a>>>) -> Vec<Block<'a>> {
    let mut out: Vec<Block<'a>> = Vec::new();
    let mut at = BTreeMap::new();
    for group in groups {
        let Some(first) = group.first().copied() else { continue };
        let key = findings::shared(group.iter().map(|s| &*s.finding.message)).and_then(after_reference).map(|rest| {
            let f = first.finding;
            let members: Vec<_> = group.iter().map(|s| (s.finding.package, s.place())).collect();
            (rest, f.verdict, &f.rule, &f.place, &f.clear, members)
        });
        let block = *key.map_or(&mut out.len(), |key| at.entry(key).or_insert(out.len()));
        match out.get_mut(block) {
            Some(block) => block.alike.push(first),
            None => out.push(Block { group, alike: vec![first] }),
        }
    }
    out
}

/// What a message says behind the reference that it begins with.
fn after_reference(message: &str) -> Option<&str> {
    message.strip_prefix("LicenseRef-")?.split_once(' ').map(|(_, rest)| rest)
}

/// The message; where it holds for several licences, all of them before it.
fn says(message: &str, alike: &[&Seen<'_>], out: &mut dyn Write) -> io::Result<()> {
    match after_reference(message).filter(|_| alike.len() > 1) {
        Some(rest) => {
            let names = alike.iter().filter_map(|s| s.finding.message.split(' ').next());
            let names: Vec<String> = names.map(visible::line).collect();
            writeln!(out, "  {} licences, each {rest}:", names.len())?;
            wrapped(&names, "    ", out)
        }
        None => writeln!(out, "  {message}"),
    }
}

/// What a note says; where it is about the configuration, with the place there.
fn about(seen: &Seen<'_>) -> String {
    let place = seen.finding.place.as_ref().filter(|_| seen.package.is_none());
    place.map_or_else(|| seen.message(), |place| format!("{} ({place})", seen.message()))
}

/// The packages of a group, all of them, for there is no other list in this output. Those that one file shows stand together: a
/// program's crates are many, and their place is one.
fn members(group: &[&Seen<'_>], alike: &[&Seen<'_>], out: &mut dyn Write) -> io::Result<()> {
    let Some(message) = findings::shared(group.iter().map(|s| &*s.finding.message)) else {
        for seen in group {
            writeln!(out, "  {}: {}", seen.subject(), seen.message())?;
        }
        return Ok(());
    };
    says(&visible::line(message), alike, out)?;
    let mut by_place: BTreeMap<Option<(u32, &str)>, Vec<String>> = BTreeMap::new();
    for seen in group {
        by_place.entry(seen.place().map(|(path, layer)| (layer, path))).or_default().push(seen.subject());
    }
    for (place, subjects) in by_place {
        let place =
            place.map(|(layer, path)| format!(" in {} (layer {layer})", visible::line(path))).unwrap_or_default();
        match subjects.as_slice() {
            [one] => writeln!(out, "    {one}{place}")?,
            many => {
                writeln!(out, "    {}{place}:", many.len())?;
                wrapped(many, "      ", out)?;
            }
        }
    }
    Ok(())
}

/// Names with commas between them, in lines that a terminal holds.
fn wrapped(names: &[String], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::new();
    for (i, name) in names.iter().enumerate() {
        let comma = if i + 1 < names.len() { "," } else { "" };
        if !line.is_empty() && indent.len() + line.width() + 1 + name.width() + comma.len() > WIDTH {
            writeln!(out, "{indent}{line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(name);
        line.push_str(comma);
    }
    writeln!(out, "{indent}{line}")
}

/// Lines that say the same of several subjects, each once, in the order in which they came.
#[derive(Default)]
struct Lines {
    all: Vec<(&'static str, String, Vec<String>)>,
    at: BTreeMap<(&'static str, String), usize>,
}

impl Lines {
    fn add(&mut self, kind: &'static str, words: String, subject: String) {
        let at = *self.at.entry((kind, words.clone())).or_insert(self.all.len());
        match self.all.get_mut(at) {
            Some((_, _, subjects)) => subjects.push(subject),
            None => self.all.push((kind, words, vec![subject])),
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for (kind, words, subjects) in &self.all {
            let words = visible::line(words);
            match subjects.as_slice() {
                [one] => writeln!(out, "{kind} {one}: {words}")?,
                many => {
                    writeln!(out, "{kind} {} packages: {words}", many.len())?;
                    wrapped(many, "  ", out)?;
                }
            }
        }
        Ok(())
    }
}
