//! `supercargo notice IMAGE`: the notices that go along with what is distributed.

use super::image::ImageArgs;
use super::output;
use super::{Failure, Talk, say};
use anyhow::anyhow;
use std::path::PathBuf;
use supercargo::emit::notice::{self, NoticeFormat, NoticeOptions, Split};

/// The flags of `notice`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// The form: txt, md, html
    #[arg(long, value_name = "FORM", default_value = "txt")]
    format: NoticeFormat,
    /// Put packages under the layer that brought them (layer), or under base image and application (origin)
    #[arg(long, value_name = "WHAT", value_parser = ["layer", "origin"])]
    split_by: Option<String>,
    /// The file to write, whole or not at all [default: stdout]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Scans and writes.
pub fn run(args: &Args, talk: Talk) -> Result<(), Failure> {
    let report = args.image.scanned(talk)?;
    let split = args.split_by.as_deref().map(|what| if what == "origin" { Split::Origin } else { Split::Layer });
    if split == Some(Split::Origin) && report.image.base.is_none() {
        return Err(Failure::Failed(anyhow!(
            "nothing in the image says where its base image ends, so that its notices cannot be split there; name the base with --base"
        )));
    }
    let form = NoticeOptions { format: args.format, split };
    if let Some(file) = output::write_to(args.output.as_deref(), &|out| notice::write(&report, &form, out))? {
        let path = file.persist()?;
        if !talk.quiet {
            say(&format!("wrote {}", path.display()));
        }
    }
    let unknown = report.shown().filter(|(_, p)| p.licensing.concluded.expression().is_none()).count();
    if unknown > 0 && !talk.quiet {
        let packages = if unknown == 1 { "1 package has".to_owned() } else { format!("{unknown} packages have") };
        say(&format!("{packages} no known licence; the notices say so of each"));
    }
    Ok(())
}
