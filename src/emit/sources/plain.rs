//! The list as plain text.

use super::{Binary, Gap, Source, Sources};
use crate::emit::html::visible::line;
use crate::model::Ecosystem;
use std::io::{self, Write};

const RULE: &str = "===============================================================================";

/// Writes it.
pub fn write(sources: &Sources, offer: &str, out: &mut dyn Write) -> io::Result<()> {
    let what = if sources.all { "Sources of all packages" } else { "Sources of packages under copyleft" };
    writeln!(out, "CORRESPONDING SOURCE\n\nfor {}", line(&sources.subject))?;
    if let Some(digest) = &sources.digest {
        writeln!(out, "{digest}")?;
    }
    writeln!(out, "\n{RULE}\nWritten offer\n{RULE}\n\n{}\n\n{RULE}\n{what}\n{RULE}", offer.trim_end())?;
    writeln!(out, "\n{}", summary(sources))?;
    sources.sources.iter().try_for_each(|s| source(s, out))?;
    if !sources.gaps.is_empty() {
        writeln!(out, "\n{RULE}\nGaps\n{RULE}")?;
        for gap in &sources.gaps {
            writeln!(out)?;
            package(&gap.package, "", out)?;
            writeln!(out, "  {}\n  Why: {}", line(&gap.package.purl), line(&gap.reason))?;
            if let Some(source) = gap_source(gap) {
                writeln!(out, "  Its source: {source}")?;
            }
        }
    }
    Ok(())
}

/// The source that a gap has all the same.
pub(super) fn gap_source(gap: &Gap) -> Option<String> {
    let origin = gap.origin.as_ref()?;
    origin.purl.as_deref().or(origin.file.as_deref()).map(line)
}

/// What the list holds, and what its addresses are worth.
pub(super) fn summary(sources: &Sources) -> String {
    let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let mut out = format!(
        "{} of {}, {}. Made by {}.\n\n",
        count(sources.sources.len(), "source"),
        count(sources.packages(), "package"),
        count(sources.gaps.len(), "gap"),
        line(&sources.tool)
    );
    out.push_str(
        "Addresses follow from the rules of the public archives; nothing was looked up. What was taken from elsewhere (a\n\
         repository of one's own, a changed package) is not there.",
    );
    if sources.settled {
        out.push_str("\nOf licences that leave a choice the branch counts that the policy took.");
    }
    if let Some(created) = &sources.created {
        out.push_str(&format!(
            "\nThe image says that it was made at {created}: archives that keep snapshots have its sources by then."
        ));
    }
    out
}

fn source(source: &Source, out: &mut dyn Write) -> io::Result<()> {
    let o = &source.origin;
    writeln!(out, "\n{}", line(&format!("{} {}", o.name, o.version)))?;
    for (label, value) in facts(source) {
        writeln!(out, "  {label}: {value}")?;
    }
    writeln!(out, "  Packages:")?;
    source.packages.iter().try_for_each(|p| package(p, "    ", out))
}

/// What is known of a source, each with the name of the fact.
pub(super) fn facts(source: &Source) -> Vec<(&'static str, String)> {
    let o = &source.origin;
    let mut out = Vec::new();
    let mut add = |label: &'static str, value: Option<&str>| {
        out.extend(value.map(|v| (label, line(v))));
    };
    add("Source", o.purl.as_deref());
    add("File", o.file.as_deref());
    o.hashes.iter().for_each(|hash| add("Checksum", Some(hash)));
    let recipe = Ecosystem(o.ecosystem).is_os();
    add(if recipe { "Commit of the recipe" } else { "Commit" }, o.commit.as_deref());
    add("Download", o.download.as_deref());
    add("Kept at", o.page.as_deref());
    add("Note", o.note);
    out
}

fn package(p: &Binary, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{indent}{}", describe(p))
}

/// One package in a line.
pub(super) fn describe(p: &Binary) -> String {
    let mut out = format!("{} {}", p.name, p.version);
    if let Some(arch) = &p.arch {
        out.push_str(&format!(" ({arch})"));
    }
    out.push_str(&format!(", layer {}", p.layer));
    if let Some(by) = p.hidden_by {
        out.push_str(&format!(", hidden by layer {by}"));
    }
    if let Some(whole) = &p.part_of {
        out.push_str(&format!(", a part of {whole}"));
    }
    out.push_str(&format!(": {}", p.license.as_deref().unwrap_or("licence not known")));
    if let Some(taken) = &p.taken {
        out.push_str(&format!(", taken: {taken}"));
    }
    line(&out)
}
