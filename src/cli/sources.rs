//! `supercargo sources IMAGE`: the exact sources of what is distributed under copyleft.

use super::image::ImageArgs;
use super::output;
use super::scan::template_at;
use super::{Failure, Talk, say};
use anyhow::anyhow;
use std::path::PathBuf;
use supercargo::emit::sources::{self, Sources, SourcesFormat};
use supercargo::model::Severity;

/// The flags of `sources`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// The form: txt, md, json
    #[arg(long, value_name = "FORM", default_value = "txt")]
    format: SourcesFormat,
    /// List the sources of packages without copyleft too
    #[arg(long)]
    all: bool,
    /// A handlebars template in place of the built-in written offer, for txt and md
    #[arg(long, value_name = "FILE")]
    offer: Option<PathBuf>,
    /// The file to write, whole or not at all [default: stdout]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Scans and writes.
pub fn run(args: &Args, talk: Talk) -> Result<(), Failure> {
    if args.offer.is_some() && args.format == SourcesFormat::Json {
        return Err(Failure::Usage(
            "json has no place for an offer; take --format txt or md, or leave --offer out".into(),
        ));
    }
    let template = args.offer.as_deref().map(|path| template_at(path, sources::check_offer)).transpose()?;
    let report = args.image.scanned(talk)?;
    let list = Sources::of(&report, args.all);
    let offer = sources::offer(&list, args.format, template.as_deref());
    let offer =
        offer.map_err(|fault| anyhow!("{}:{fault}", args.offer.as_deref().unwrap_or("offer".as_ref()).display()))?;
    let emit = |out: &mut dyn std::io::Write| sources::write(&list, args.format, &offer, out);
    if let Some(file) = output::write_to(args.output.as_deref(), &emit)? {
        let path = file.persist()?;
        if !talk.quiet {
            say(&format!("wrote {}", path.display()));
        }
    }
    if !talk.quiet {
        let (unnamed, undecided) = list.gap_counts();
        if unnamed > 0 {
            say(&format!(
                "gaps: {} without a source that can be named; the end of the list says why",
                packages(unnamed)
            ));
        }
        if undecided > 0 {
            say(&format!(
                "gaps: {} whose licence is not known, so that nobody knows whether the source is owed",
                packages(undecided)
            ));
        }
        let errors = report.issues.iter().filter(|i| i.severity == Severity::Error).count();
        if errors > 0 {
            say(&format!(
                "warning: what could not be read of the image is not in the list ({errors} errors); 'supercargo scan' shows them"
            ));
        }
    }
    Ok(())
}

fn packages(n: usize) -> String {
    if n == 1 { "1 package".to_owned() } else { format!("{n} packages") }
}
