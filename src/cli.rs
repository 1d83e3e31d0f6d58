//! The command line: one file a sub-command. Data goes to stdout, everything else to stderr.
//!
//! Exit codes: 0 done, 1 failed, 2 the policy fails or a condition of `--fail-on` is met, 3 the scan is incomplete and `--strict` was
//! given, 64 the command line or the configuration is wrong (sysexits' `EX_USAGE`).

mod base;
mod cache;
mod clarify;
mod config;
mod diff;
mod explain;
mod image;
mod licenses;
mod notice;
mod output;
mod progress;
mod scan;
mod sources;

use clap::error::ErrorKind;
use clap::{ArgAction, Parser, Subcommand};
use std::io::{self, Write as _};
use std::process::ExitCode;

/// The command line is wrong.
const USAGE: u8 = 64;
/// The tool could not do its work.
const FAILED: u8 = 1;
/// The policy fails, or a condition of `--fail-on` is met; everything was written.
const MET: u8 = 2;
/// Parts of the image could not be read, and `--strict` was given.
const INCOMPLETE: u8 = 3;

/// Reads container images layer by layer and answers for their papers: every package, under which licence, from which layer.
#[derive(Parser)]
#[command(name = "supercargo", version = version(), arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say nothing on stderr but errors.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Neither read nor write the cache
    #[arg(long, global = true)]
    no_cache: bool,
    /// Say more on stderr.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Command {
    /// List what an image holds, with licences and layers
    Scan(scan::Args),
    /// Judge an image by a policy: exit with 2 where it fails
    Check(scan::Args),
    /// Say where the base image ends, how that is known, and what is on each side
    Base(base::Args),
    /// Show how the licence of one package was concluded
    Explain(explain::Args),
    /// Write the notices for distribution: every package, its copyright holders, the texts of its licences
    Notice(notice::Args),
    /// List the exact sources of what is distributed under copyleft, with a written offer to fill in
    Sources(sources::Args),
    /// Compare two images or documents: packages, licences, classes, texts, copyright holders
    Diff(diff::Args),
    /// Print a block that sets the licence of a package, ready for supercargo.toml
    Clarify(clarify::Args),
    /// Work with the cache of what earlier scans worked out
    #[command(subcommand)]
    Cache(cache::Command),
    /// Work with the configuration, supercargo.toml
    #[command(subcommand)]
    Config(config::Command),
    /// Work with licence names and texts, without an image
    #[command(subcommand)]
    Licenses(licenses::Command),
}

/// How much goes to stderr.
#[derive(Clone, Copy)]
struct Talk {
    quiet: bool,
    verbose: u8,
    /// Whether the cache may be used.
    cache: bool,
}

/// Why a command ended.
enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// The work could not be done.
    Failed(anyhow::Error),
    /// The configuration is wrong: what, and where.
    Configuration(String),
    /// The work was done; the policy fails, or a condition of `--fail-on` is met.
    Met(String),
    /// The work was done in part, and that is not enough.
    Incomplete(String),
}

impl From<anyhow::Error> for Failure {
    fn from(e: anyhow::Error) -> Self {
        Failure::Failed(e)
    }
}

impl From<supercargo::Error> for Failure {
    fn from(e: supercargo::Error) -> Self {
        match e {
            supercargo::Error::Usage(message) => Failure::Usage(message),
            other => Failure::Failed(other.into()),
        }
    }
}

fn version() -> &'static str {
    use std::sync::OnceLock;
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        format!("{} (SPDX licence list {})", env!("CARGO_PKG_VERSION"), supercargo::license::db::list_version())
    })
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return match e.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
                _ => ExitCode::from(USAGE),
            };
        }
    };
    let talk = Talk { quiet: cli.quiet, verbose: cli.verbose, cache: !cli.no_cache };
    let done = match cli.command {
        Command::Scan(args) => scan::run(&args, scan::Mode::Scan, talk),
        Command::Check(args) => scan::run(&args, scan::Mode::Check, talk),
        Command::Base(args) => base::run(&args, talk),
        Command::Explain(args) => explain::run(&args, talk),
        Command::Notice(args) => notice::run(&args, talk),
        Command::Sources(args) => sources::run(&args, talk),
        Command::Diff(args) => diff::run(&args, talk),
        Command::Clarify(args) => clarify::run(&args, talk),
        Command::Cache(command) => cache::run(&command),
        Command::Config(command) => config::run(&command, talk),
        Command::Licenses(command) => licenses::run(&command, talk),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => {
            say(&format!("error: {message}\n\nFor more information, try '--help'."));
            ExitCode::from(USAGE)
        }
        Err(Failure::Configuration(message)) => {
            say(&format!("error: {message}"));
            ExitCode::from(USAGE)
        }
        Err(Failure::Failed(e)) => {
            say(&format!("error: {e:#}"));
            ExitCode::from(FAILED)
        }
        Err(Failure::Met(message)) => {
            say(&format!("failed: {message}"));
            ExitCode::from(MET)
        }
        Err(Failure::Incomplete(message)) => {
            say(&format!("error: {message}"));
            ExitCode::from(INCOMPLETE)
        }
    }
}

/// One line to stderr. That nobody listens there costs no document and no verdict.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
