//! `supercargo explain IMAGE PURL`: the trail from evidence to conclusion for one package.

use super::image::ImageArgs;
use super::{Failure, Talk};
use anyhow::{Context, anyhow};
use std::io::{self, BufWriter, Write};
use supercargo::model::{Evidence, Package, Report};

/// The flags of `explain`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// A package URL, or the beginning of one, or a name: `pkg:deb/debian/bash`, `bash`
    purl: String,
}

/// How much of a text is shown around a piece of evidence, in characters.
const EXCERPT: usize = 160;

/// Scans and explains.
pub fn run(args: &Args, talk: Talk) -> Result<(), Failure> {
    let report = args.image.scanned(talk)?;
    let found: Vec<usize> = matching(&report, &args.purl);
    if found.is_empty() {
        return Err(Failure::Failed(anyhow!(
            "no package {:?} in the image; 'supercargo scan {} --all' lists what there is",
            args.purl,
            args.image.image
        )));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut write = || -> io::Result<()> {
        for (i, index) in found.iter().enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            explain(&report, *index, &mut out)?;
        }
        out.flush()
    };
    match write() {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other.context("cannot write to stdout")?),
    }
}

/// Packages of this purl; else those whose purl begins so; else those of this name.
pub(super) fn matching(report: &Report, wanted: &str) -> Vec<usize> {
    let by = |f: &dyn Fn(&Package) -> bool| -> Vec<usize> {
        report.packages.iter().enumerate().filter(|(_, p)| f(p)).map(|(i, _)| i).collect()
    };
    let exact = by(&|p| *p.purl == *wanted);
    if !exact.is_empty() {
        return exact;
    }
    let begins =
        by(&|p| p.purl.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '?', '#'])));
    if begins.is_empty() { by(&|p| *p.name == *wanted) } else { begins }
}

fn explain(report: &Report, index: usize, out: &mut impl Write) -> io::Result<()> {
    let p = &report.packages[index];
    let l = &p.licensing;
    let clean = |s: &str| s.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
    writeln!(out, "{}", clean(&p.purl))?;
    write!(out, "  layer      {}", layer(report, p.layer))?;
    if let Some(by) = p.state.removed_by() {
        write!(out, "; hidden since layer {by}")?;
    }
    writeln!(out)?;
    writeln!(out, "  declared   {}", l.declared)?;
    writeln!(out, "  detected   {}", l.detected)?;
    writeln!(out, "  concluded  {}", l.concluded)?;
    let scope = l.class.scope().map(|s| format!(" ({s})")).unwrap_or_default();
    writeln!(out, "  class      {}{scope}", l.class)?;
    if let Some(choice) = &l.choice {
        writeln!(out, "  choice     the class is that of {choice}")?;
    }
    writeln!(out, "  rule       {} (see docs/licences.md)", l.rule)?;
    writeln!(out, "  data       supercargo {}, SPDX licence list {}", report.tool.version, report.tool.spdx_list)?;
    if l.evidence.is_empty() {
        writeln!(out, "  evidence   none: no metadata field and no text speaks of a licence")?;
    }
    for (i, e) in l.evidence.iter().enumerate() {
        let says = e.expression.as_ref().map_or("not understood".to_string(), ToString::to_string);
        writeln!(out, "  evidence {}: {} {says}", i + 1, e.kind.as_str())?;
        let at = e.layer.map_or("outside the image".to_string(), |n| format!("layer {n}"));
        let hidden = if e.hidden { ", hidden" } else { "" };
        let range = e.range.as_ref().map(|r| format!(", bytes {}-{}", r.start, r.end)).unwrap_or_default();
        writeln!(out, "      {} ({at}{hidden}{range})", clean(&e.path))?;
        writeln!(out, "      method {}, confidence {} of 100", e.method, e.confidence)?;
        if let Some(raw) = &e.raw {
            writeln!(out, "      says: {}", clean(&cut(raw)))?;
        } else if let Some(words) = excerpt(report, e) {
            writeln!(out, "      words: {}", clean(&words))?;
        }
    }
    for finding in report.findings.iter().filter(|f| f.package.is_some_and(|id| id.0 as usize == index)) {
        writeln!(out, "  finding    {}: {}", finding.rule, clean(&finding.message))?;
    }
    Ok(())
}

fn layer(report: &Report, index: u32) -> String {
    let by = report.image.layers.get(index as usize).and_then(|l| l.created_by.as_deref());
    by.map_or(index.to_string(), |by| format!("{index}: {}", cut(by)))
}

fn excerpt(report: &Report, e: &Evidence) -> Option<String> {
    let words = &report.texts.get(&e.text?)?.words;
    let range = e.range.clone().unwrap_or(0..words.len());
    words.get(range).map(cut)
}

/// One line, cut in the middle of nowhere but never in a character.
fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
