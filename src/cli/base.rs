//! `supercargo base IMAGE`: where the base image ends, and what is on each side.

use super::image::ImageArgs;
use super::output;
use super::{Failure, Talk, scan};
use supercargo::emit::base;

/// The flags of `base`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// The form: text, json
    #[arg(short, long, value_name = "FORM", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

/// Scans and writes.
pub fn run(args: &Args, talk: Talk) -> Result<(), Failure> {
    let report = args.image.scanned(talk)?;
    output::write_to(None, &|out| match args.output.as_str() {
        "json" => base::write_sides(&report, out),
        _ => base::write_text(&report, &scan::table_options(false, true), out),
    })?;
    Ok(())
}
