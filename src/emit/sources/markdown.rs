//! The list as Markdown (CommonMark 0.31). What comes from an image is escaped, so that it starts no markup.

use super::plain::{describe, facts, gap_source, summary};
use super::{Source, Sources};
use crate::emit::html::visible::line;
use crate::emit::markdown::escape;
use std::io::{self, Write};

/// Writes it.
pub fn write(sources: &Sources, offer: &str, out: &mut dyn Write) -> io::Result<()> {
    let what = if sources.all { "Sources of all packages" } else { "Sources of packages under copyleft" };
    writeln!(out, "# Corresponding source\n\nfor {}", escape(&line(&sources.subject)))?;
    if let Some(digest) = &sources.digest {
        writeln!(out, "(`{digest}`)")?;
    }
    writeln!(out, "\n## Written offer\n\n{}\n\n## {what}\n\n{}", offer.trim_end(), summary(sources))?;
    sources.sources.iter().try_for_each(|s| source(s, out))?;
    if !sources.gaps.is_empty() {
        writeln!(out, "\n## Gaps\n")?;
        for gap in &sources.gaps {
            let (package, purl, reason) = (describe(&gap.package), line(&gap.package.purl), line(&gap.reason));
            writeln!(out, "- {}\n  - {}\n  - Why: {}", escape(&package), escape(&purl), escape(&reason))?;
            if let Some(source) = gap_source(gap) {
                writeln!(out, "  - Its source: {}", escape(&source))?;
            }
        }
    }
    Ok(())
}

fn source(source: &Source, out: &mut dyn Write) -> io::Result<()> {
    let o = &source.origin;
    writeln!(out, "\n### {}\n", escape(&line(&format!("{} {}", o.name, o.version))))?;
    for (label, value) in facts(source) {
        match label {
            // Made by us, of characters that an autolink may hold.
            "Download" | "Kept at" => writeln!(out, "- {label}: <{value}>")?,
            "Note" => writeln!(out, "- {value}")?,
            _ => writeln!(out, "- {label}: {}", escape(&value))?,
        }
    }
    writeln!(out, "- Packages:")?;
    source.packages.iter().try_for_each(|p| writeln!(out, "  - {}", escape(&describe(p))))
}
