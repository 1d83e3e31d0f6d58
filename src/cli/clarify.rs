//! `supercargo clarify IMAGE PURL`: the block `[[clarify]]` for a package, ready to be pasted, with the hashes of the files that it
//! is to be judged by.

use super::explain::matching;
use super::image::ImageArgs;
use super::{Failure, Talk, output};
use anyhow::anyhow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use supercargo::license::expr;
use supercargo::model::{Evidence, Package, Report};

/// The flags of `clarify`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// A package URL, or the beginning of one, or a name: `pkg:deb/debian/bash`, `bash`
    purl: String,
    /// The licence to set, an SPDX expression [default: what is concluded now, to be corrected]
    #[arg(long, value_name = "EXPRESSION")]
    license: Option<String>,
    /// Why
    #[arg(long, value_name = "WORDS")]
    comment: Option<String>,
}

/// Scans and prints.
pub fn run(args: &Args, talk: Talk) -> Result<(), Failure> {
    let license = match &args.license {
        Some(text) => Some(expr::parse_lenient(text).map_err(|word| {
            Failure::Usage(format!(
                "{text:?} is no SPDX expression: {word} cannot be read; write one such as MIT OR Apache-2.0"
            ))
        })?),
        None => None,
    };
    let report = args.image.scanned(talk)?;
    let found = matching(&report, &args.purl);
    if found.is_empty() {
        return Err(Failure::Failed(anyhow!(
            "no package {:?} in the image; 'supercargo scan {} --all' lists what there is",
            args.purl,
            args.image.image
        )));
    }
    output::write_to(None, &|out| {
        found.iter().filter_map(|i| report.packages.get(*i)).try_for_each(|package| {
            let license = license.as_ref().map(ToString::to_string);
            block(&report, package, license.as_deref(), args.comment.as_deref(), out)
        })
    })?;
    Ok(())
}

fn block(
    report: &Report,
    package: &Package,
    license: Option<&str>,
    comment: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let quoted = |s: &str| toml::Value::String(s.to_owned()).to_string();
    let licensing = &package.licensing;
    writeln!(out, "[[clarify]]")?;
    // Without qualifiers: the same version of another architecture is the same source.
    writeln!(out, "purl = {}", quoted(package.purl.split(['?', '#']).next().unwrap_or(&package.purl)))?;
    for (name, outcome) in [("declared", &licensing.declared), ("detected", &licensing.detected)] {
        writeln!(out, "# {name}: {outcome}")?;
    }
    match (license, licensing.concluded.expression()) {
        (Some(license), _) => writeln!(out, "license = {}", quoted(license))?,
        (None, Some(e)) => {
            writeln!(out, "license = {} # as concluded now ({}); correct it", quoted(&e.to_string()), licensing.rule)?
        }
        (None, None) => writeln!(out, "license = \"\" # nothing is known: write an SPDX expression")?,
    }
    writeln!(out, "comment = {}", quoted(comment.unwrap_or("")))?;
    let texts: BTreeMap<&str, &Evidence> =
        licensing.evidence.iter().filter(|e| e.text.is_some()).map(|e| (&*e.path, e)).collect();
    for (path, evidence) in texts {
        let Some(id) = evidence.text else { continue };
        let says =
            report.texts.get(&id).and_then(|t| t.expression.as_ref()).map(|e| format!(" # {e}")).unwrap_or_default();
        writeln!(out, "[[clarify.file]]\npath = {}{says}\nsha256 = \"{id}\"", quoted(path))?;
    }
    writeln!(out)
}
