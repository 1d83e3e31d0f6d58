//! `supercargo diff OLD NEW`: what came, went and changed between two images or documents.

use super::config::{self, Which};
use super::image::ImageArgs;
use super::output;
use super::scan::{epoch, today};
use super::{Failure, Talk, say};
use anyhow::Context;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use supercargo::diff::{Condition, Difference, Side, compare, is_document, read};
use supercargo::emit::diff::{self, DiffFormat};
use supercargo::policy::config::Config;
use supercargo::policy::judge;

/// The flags of `diff`.
#[derive(clap::Args)]
pub struct Args {
    /// An image as for `scan`, or a document: CycloneDX or SPDX 2 as JSON, of any tool, or our own JSON report
    old: String,
    /// The same
    new: String,
    /// The form: txt, md, json
    #[arg(long, value_name = "FORM", default_value = "txt")]
    format: DiffFormat,
    /// Exit with 2 when one of these is met: new-package (of which no version was there), new-license (that no package had),
    /// stricter-class (of a package that was there; unknown is the strictest), new-deny (by the policy's verdicts)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    fail_on: Vec<Condition>,
    #[command(flatten)]
    which: Which,
    /// The file to write, whole or not at all [default: stdout]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Which platform of multi-platform images
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<String>,
}

/// How many bytes of a file say whether it is a document: white space before the first brace is rare and short.
const START: usize = 4096;

/// Compares and writes.
pub fn run(args: &Args, talk: Talk) -> Result<(), Failure> {
    if args.old == "-" && args.new == "-" {
        return Err(Failure::Usage("only one side can come from stdin".into()));
    }
    let policy = match args.which.load()? {
        Some(loaded) => Some(loaded.config),
        None if !args.fail_on.contains(&Condition::NewDeny) => None,
        // Verdicts that stand in documents are taken as they are.
        None if is_image(&args.old)? || is_image(&args.new)? => Some(config::without_any(talk)?),
        None => None,
    };
    let judged = |input: &String| {
        let side = side(input, args, policy.as_ref(), talk)?;
        let lacks = args.fail_on.contains(&Condition::NewDeny) && side.judged.is_none();
        if lacks { Err(without_verdicts(Condition::NewDeny, input)) } else { Ok(side) }
    };
    let (old, new) = (judged(&args.old)?, judged(&args.new)?);
    let difference = compare(old, new);
    // What cannot be told is said before anything is written.
    let mut met = Vec::new();
    for condition in &args.fail_on {
        let Some(found) = difference.meeting(*condition) else {
            return Err(without_verdicts(*condition, &args.old));
        };
        met.extend((!found.is_empty()).then(|| line(*condition, &found)));
    }
    let emit = |out: &mut dyn std::io::Write| diff::write(&difference, args.format, out);
    if let Some(file) = output::write_to(args.output.as_deref(), &emit)? {
        let path = file.persist()?;
        if !talk.quiet {
            say(&format!("wrote {}", path.display()));
        }
    }
    hint(&difference, talk);
    if met.is_empty() { Ok(()) } else { Err(Failure::Met(met.join("; "))) }
}

/// A document without verdicts cannot answer; that is known before anything else is read.
fn without_verdicts(condition: Condition, input: &str) -> Failure {
    Failure::Usage(format!(
        "--fail-on {condition} needs verdicts on both sides, and {input} has none: give the image itself, or the JSON report of \
         'supercargo check -o json=FILE IMAGE'"
    ))
}

/// One condition that is met, with the first that meet it.
fn line(condition: Condition, found: &[String]) -> String {
    const SHOWN: usize = 5;
    let clean = |s: &String| s.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
    let first: Vec<String> = found.iter().take(SHOWN).map(clean).collect();
    let more = if found.len() > SHOWN { format!(", and {} more", found.len() - SHOWN) } else { String::new() };
    format!("{condition}: {}{more}", first.join(", "))
}

/// Documents of other tools conclude little; a reader should not take that for a change of the image.
fn hint(difference: &Difference, talk: Talk) {
    let (old, new) = (difference.old.1, difference.new.1);
    let own = |kind: &str| matches!(kind, "image" | "report");
    if own(old) != own(new) && !difference.is_empty() && !talk.quiet {
        say(
            "one side is an SBOM, which may know less than a scan; some differences may be of the tools and not of the images",
        );
    }
}

/// An image is judged by the policy; a document has the verdicts that stand in it.
fn side(input: &str, args: &Args, policy: Option<&Config>, talk: Talk) -> Result<Side, Failure> {
    let path = Path::new(input);
    if is_image(input)? {
        let mut report = ImageArgs::of(input, &args.platform).scanned(talk)?;
        if let Some(policy) = policy {
            judge::apply(&mut report, policy, today(epoch()?));
        }
        return Ok(Side::of(&report));
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let title = path.file_name().map_or_else(|| input.to_owned(), |n| n.to_string_lossy().into_owned());
    Ok(read(&bytes, &title).with_context(|| format!("cannot compare {}", path.display()))?)
}

/// Whether this is an image and no document.
fn is_image(input: &str) -> Result<bool, Failure> {
    let path = Path::new(input);
    Ok(input == "-" || !path.is_file() || !begins_as_document(path)?)
}

fn begins_as_document(path: &Path) -> Result<bool, Failure> {
    let mut start = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    file.take(START as u64).read_to_end(&mut start).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(is_document(&start))
}
