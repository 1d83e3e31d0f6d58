//! `supercargo base IMAGE`: where the base image ends, and what is on each side.

use super::output;
use super::{Failure, Talk, scan};
use supercargo::emit::base;

/// The flags of `base`.
#[derive(clap::Args)]
pub struct Args {
    /// As for `scan`
    image: String,
    /// The image that this one stands on, as for IMAGE: its layers must be the lowest ones
    #[arg(long, value_name = "IMAGE")]
    base: Option<String>,
    /// The form: text, json
    #[arg(short, long, value_name = "FORM", value_parser = ["text", "json"], default_value = "text")]
    output: String,
    /// Which platform of a multi-platform image
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<String>,
    /// Which image of an archive that holds several
    #[arg(long = "image", value_name = "REF")]
    reference: Option<String>,
}

/// Scans and writes.
pub fn run(args: &Args, talk: Talk) -> Result<(), Failure> {
    let report = super::scanned_on(&args.image, &args.base, &args.platform, &args.reference, talk)?;
    output::write_to(None, &|out| match args.output.as_str() {
        "json" => base::write_sides(&report, out),
        _ => base::write_text(&report, &scan::table_options(false, true), out),
    })?;
    Ok(())
}
