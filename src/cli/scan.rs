//! `supercargo scan IMAGE` and `supercargo check IMAGE`: the same work; `check` always applies a policy and shows its verdict.

use super::config;
use super::image::ImageArgs;
use super::output::{self, Form, Output};
use super::{Failure, Talk, say};
use std::io::{self, IsTerminal, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use supercargo::cache::documents::Documents;
use supercargo::emit::{self, Fault, Format, html, table, template, verdict};
use supercargo::model::{Finding, Report, Severity, Verdict};
use supercargo::policy::config::{Config, FAIL_ON};
use supercargo::policy::judge;
use supercargo::{Options, threads};

/// Which of the two commands runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A policy is applied where a configuration is found.
    Scan,
    /// A policy is applied in any case.
    Check,
}

/// The flags of `scan` and `check`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    image: ImageArgs,
    /// What to write, and where: table, cyclonedx-json, spdx-json, html, json, verdict, sarif, junit, markdown,
    /// gitlab-codequality, csv, template=FILE (handlebars over the JSON report). Several are written in one run; without a path it
    /// goes to stdout [default: table; of `check`: verdict]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]")]
    output: Vec<Output>,
    /// The mildest verdict that exits with 2: deny, review, never [default: what the policy says, else deny]
    #[arg(long, value_name = "VERDICT", value_parser = fail_on)]
    fail_on: Option<FailOn>,
    /// Hash every uncompressed layer too and compare with the diffIDs
    #[arg(long)]
    verify: bool,
    /// How many threads [default: as many as there are cores]
    #[arg(short, long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    jobs: usize,
    /// Show packages that an operating-system package owns as components of their own
    #[arg(long)]
    owned: bool,
    /// Read lock files too and list what they declare, which may not be installed [default: in a source tree (dir:) only]
    #[arg(long)]
    lockfiles: bool,
    /// Show long lists whole in the table
    #[arg(long)]
    all: bool,
    /// Exit with 3 when a part of the image could not be read
    #[arg(long)]
    strict: bool,
    /// A handlebars template in place of the built-in one for html
    #[arg(long, value_name = "FILE")]
    html_template: Option<PathBuf>,
}

/// What `--fail-on` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FailOn(Option<Verdict>);

fn fail_on(word: &str) -> Result<FailOn, String> {
    let found = FAIL_ON.iter().find(|(name, _)| *name == word);
    found.map(|(_, v)| FailOn(*v)).ok_or_else(|| "take one of deny, review, never".into())
}

/// The policy that is applied.
fn policy(args: &Args, mode: Mode, talk: Talk) -> Result<Option<Config>, Failure> {
    let mut config = match (args.image.which.load()?, mode) {
        (Some(loaded), _) => {
            if talk.verbose > 0 {
                say(&format!("policy: {} ({})", loaded.config.file, loaded.found));
            }
            Some(loaded.config)
        }
        (None, Mode::Check) => Some(config::without_any(talk)?),
        (None, Mode::Scan) => None,
    };
    match (&mut config, args.fail_on) {
        (Some(config), Some(FailOn(least))) => config.policy.fail_on = least,
        (None, Some(_)) => {
            return Err(Failure::Usage(
                "--fail-on needs a policy: name one with --config, or use 'supercargo check'".into(),
            ));
        }
        _ => {}
    }
    Ok(config)
}

/// The day of `SOURCE_DATE_EPOCH`, else today, in UTC: waivers are held against it.
pub(super) fn today(epoch: Option<i64>) -> Option<chrono::NaiveDate> {
    let now = || {
        let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(passed.as_secs()).ok()
    };
    Some(chrono::DateTime::from_timestamp(epoch.or_else(now)?, 0)?.date_naive())
}

/// Scans and writes.
pub fn run(args: &Args, mode: Mode, talk: Talk) -> Result<(), Failure> {
    let outputs = match (&*args.output, mode) {
        ([], Mode::Scan) => vec![Output { form: Form::Format(Format::Table), path: None }],
        ([], Mode::Check) => vec![Output { form: Form::Format(Format::Verdict), path: None }],
        (given, _) => given.to_vec(),
    };
    if outputs.iter().filter(|o| o.path.is_none()).count() > 1 {
        return Err(Failure::Usage(
            "only one output can go to stdout; give the others a path, as in -o html=report.html".into(),
        ));
    }
    for (i, output) in outputs.iter().enumerate() {
        let place = output.path.as_deref().and_then(file_at);
        if place.is_some() && outputs[..i].iter().any(|o| o.path.as_deref().and_then(file_at) == place) {
            return Err(Failure::Usage(format!(
                "two outputs go to {:?}",
                output.path.as_deref().unwrap_or(".".as_ref())
            )));
        }
    }
    // What cannot be read, or is no template, is told before anything is scanned.
    let templates = outputs.iter().map(template_of).collect::<Result<Vec<_>, _>>()?;
    let template = args.html_template.as_deref().map(|path| template_at(path, html::check)).transpose()?;
    let epoch = epoch()?;
    let config = policy(args, mode, talk)?;
    let options = Options {
        verify: args.verify,
        jobs: args.jobs,
        show_owned: args.owned,
        lockfiles: args.lockfiles.then_some(true),
        epoch,
        ..args.image.options(talk)?
    };
    let started = std::time::Instant::now();
    let mut report = args.image.scan(&options, talk)?;
    if let Some(config) = &config {
        judge::apply(&mut report, config, today(epoch));
    }
    if talk.verbose > 0 {
        say(&format!("scanned in {:.2} s", started.elapsed().as_secs_f64()));
        for issue in report.issues.iter().filter(|_| talk.verbose > 1) {
            say(&format!("{}: {} {}", issue.severity.as_str(), issue.path, issue.message));
        }
    }
    let documents = Documents::of(&report, options.cache.as_ref().filter(|_| !args.verify));
    let write = |(output, own): (&Output, &Option<String>)| {
        let words = own.as_deref().or(template.as_deref());
        let make = |out: &mut dyn Write| write_one(&report, output, args, words, out);
        match asked(output, words) {
            Some(asked) => output::write(output, &|out| documents.write(&asked, out, &make)),
            None => output::write(output, &make),
        }
    };
    let each: Vec<_> = outputs.iter().zip(&templates).collect();
    for file in written(&each, args.jobs, write)?.into_iter().flatten() {
        let path = file.persist()?;
        if !talk.quiet {
            say(&format!("wrote {}", path.display()));
        }
    }
    drop(documents);
    let done = finish(&report, args, talk);
    // The process ends here; to take a report apart takes longer than to leave it.
    std::mem::forget(report);
    done
}

/// The file that a path names, whatever way leads there; `None` for devices, which take any number of outputs.
fn file_at(path: &Path) -> Option<PathBuf> {
    if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        return None;
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).join(path.file_name()?))
}

/// The words of an output's template.
fn template_of(output: &Output) -> Result<Option<String>, Failure> {
    let Form::Template(path) = &output.form else { return Ok(None) };
    template_at(path, template::check).map(Some)
}

/// The words of a template in a file, which `check` takes for one. A mistake in it is one of the command line's, like a file that is
/// not there.
pub(super) fn template_at(path: &Path, check: impl Fn(&str) -> Result<(), Fault>) -> Result<String, Failure> {
    let words = std::fs::read_to_string(path)
        .map_err(|e| Failure::Usage(format!("cannot read the template {}: {e}", path.display())))?;
    check(&words).map_err(|fault| Failure::Usage(in_file(path, &fault)))?;
    Ok(words)
}

/// A fault with its file: `x.hbs:3: no field "nope"`.
fn in_file(path: &Path, fault: &Fault) -> String {
    format!("{}:{fault}", path.display())
}

/// The error of an output with the file of the template that it comes from.
fn of_template(path: Option<&Path>, error: io::Error) -> io::Error {
    let fault = error.get_ref().and_then(|e| e.downcast_ref::<Fault>());
    match path.zip(fault) {
        Some((path, fault)) => io::Error::new(io::ErrorKind::InvalidInput, in_file(path, fault)),
        None => error,
    }
}

/// Writes the documents on as many threads as were asked for: one is as long in the making as all that comes before it where the layers came from the
/// cache. The page takes the longest and is begun first.
fn written<'a>(
    each: &[(&'a Output, &'a Option<String>)],
    jobs: usize,
    write: impl Fn((&'a Output, &'a Option<String>)) -> anyhow::Result<Option<output::Pending>> + Sync,
) -> anyhow::Result<Vec<Option<output::Pending>>> {
    let mut order: Vec<usize> = (0..each.len()).collect();
    order.sort_by_key(|i| !matches!(each[*i].0.form, Form::Format(Format::Html)));
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mine = std::iter::from_fn(|| order.get(next.fetch_add(1, Ordering::Relaxed)));
        let mine = mine.take_while(|_| !failed.load(Ordering::Relaxed));
        let write = |i: &usize| {
            let written = write(each[*i]);
            failed.fetch_or(written.is_err(), Ordering::Relaxed);
            (*i, written)
        };
        mine.map(write).collect::<Vec<_>>()
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads(jobs).min(each.len())).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        all
    });
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, written)| written).collect()
}

/// How a document is asked for, where it is the same for everybody who asks so: not those for a terminal.
fn asked<'a>(output: &'a Output, words: Option<&'a str>) -> Option<[&'a str; 3]> {
    match &output.form {
        Form::Format(Format::Table | Format::Verdict) => None,
        Form::Format(format @ Format::Html) => {
            let whose = if words.is_some() { "template" } else { "" };
            Some([format.as_str(), words.unwrap_or_default(), whose])
        }
        Form::Format(format) => Some([format.as_str(), "", ""]),
        Form::Template(path) => Some(["template", words?, if escapes(path) { "escaped" } else { "" }]),
    }
}

/// Whether a template of this name makes HTML, so that what goes into it is escaped.
fn escapes(template: &Path) -> bool {
    template.to_string_lossy().contains(".html")
}

fn write_one(
    report: &Report,
    output: &Output,
    args: &Args,
    words: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let to_stdout = output.path.is_none();
    let format = match &output.form {
        Form::Format(format) => *format,
        Form::Template(path) => {
            let written = template::write(report, words.unwrap_or_default(), escapes(path), out);
            return written.map_err(|e| of_template(Some(path), e));
        }
    };
    match format {
        Format::Table => table::write(report, &table_options(args.all, to_stdout), out),
        Format::Verdict => {
            let colour = table_options(false, to_stdout).colour;
            verdict::write(report, &verdict::VerdictOptions { colour }, out)
        }
        Format::Html => html::write(report, &html::HtmlOptions { template: words.map(str::to_string) }, out)
            .map_err(|e| of_template(args.html_template.as_deref(), e)),
        format => emit::write(format, report, out),
    }
}

/// How a table is written that goes to stdout, or else to a file.
pub(super) fn table_options(all: bool, to_stdout: bool) -> table::TableOptions {
    let terminal = to_stdout && io::stdout().is_terminal();
    let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    table::TableOptions { all, width: width(terminal), colour }
}

/// The terminal's columns; elsewhere what `COLUMNS` says.
fn width(terminal: bool) -> Option<u16> {
    let told = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    told.or_else(|| terminal.then(terminal_size::terminal_size).flatten().map(|(w, _)| w.0))
}

/// `SOURCE_DATE_EPOCH` (reproducible-builds.org).
pub(super) fn epoch() -> Result<Option<i64>, Failure> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => match text.parse() {
            Ok(seconds) => Ok(Some(seconds)),
            Err(_) => Err(Failure::Usage(format!("SOURCE_DATE_EPOCH is {text:?}; it must be a number of seconds"))),
        },
        _ => Ok(None),
    }
}

/// The last word on stderr, and the exit code.
fn finish(report: &Report, args: &Args, talk: Talk) -> Result<(), Failure> {
    let errors = report.issues.iter().filter(|i| i.severity == Severity::Error).count();
    let warnings: Vec<&Finding> = report.findings.iter().filter(|f| f.is_warning()).collect();
    if let (Some(first), false) = (warnings.first(), talk.quiet) {
        let more =
            if warnings.len() > 1 { format!(", and {} more like it", warnings.len() - 1) } else { String::new() };
        let place = first.place.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
        say(&format!("warning: {}{place}{more}", first.message));
    }
    if let Some(audit) = report.audit.as_ref().filter(|a| a.failed) {
        let open = report.findings.iter().filter(|f| f.effective() == audit.verdict).count();
        let findings = if open == 1 { "finding" } else { "findings" };
        return Err(Failure::Met(format!(
            "the policy is not met: {open} {findings} with the verdict {}",
            audit.verdict
        )));
    }
    if errors == 0 {
        return Ok(());
    }
    let what = format!(
        "{errors} {} of the image could not be read, see the issues in the report",
        if errors == 1 { "part" } else { "parts" }
    );
    if args.strict {
        return Err(Failure::Incomplete(what));
    }
    if !talk.quiet {
        say(&format!("warning: {what}"));
    }
    Ok(())
}
