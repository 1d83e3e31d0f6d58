//! Where the cache lies, and `supercargo cache`: path, prune.

use super::{Failure, Talk, output, say};
use anyhow::anyhow;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use supercargo::Progress;
use supercargo::cache::{Cache, DEFAULT_LIMIT};

/// The sub-commands of `cache`.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Print the folder
    Path,
    /// Delete what was not used for longest, until the folder has this size
    Prune {
        /// In bytes, or with K, M or G behind
        #[arg(long, value_name = "SIZE", value_parser = size, default_value = "0")]
        max_size: u64,
    },
}

/// The cache of this user; `None` where there is none or it is not wanted.
pub fn of(talk: Talk) -> Option<Cache> {
    if talk.cache { here() } else { None }
}

/// `SUPERCARGO_CACHE_DIR` (empty: none), else `supercargo` in the folder for caches (XDG base directories).
fn here() -> Option<Cache> {
    let of = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = match std::env::var_os("SUPERCARGO_CACHE_DIR") {
        Some(folder) => Some(PathBuf::from(folder)).filter(|f| !f.as_os_str().is_empty()),
        None => of("XDG_CACHE_HOME")
            .or_else(|| of("LOCALAPPDATA"))
            .or_else(|| Some(of("HOME")?.join(".cache")))
            .map(|caches| caches.join("supercargo")),
    };
    let limit = of("SUPERCARGO_CACHE_SIZE").and_then(|v| size(&v.to_string_lossy()).ok()).unwrap_or(DEFAULT_LIMIT);
    Some(Cache::new(folder?, limit))
}

/// `512M`: bytes, with K, M or G for powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is no size; write one such as 500M");
    let (digits, shift) = match text.trim().to_ascii_uppercase().strip_suffix(['K', 'M', 'G']) {
        Some(digits) if text.to_ascii_uppercase().ends_with('K') => (digits.to_owned(), 10),
        Some(digits) if text.to_ascii_uppercase().ends_with('M') => (digits.to_owned(), 20),
        Some(digits) => (digits.to_owned(), 30),
        None => (text.trim().to_owned(), 0),
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).ok_or_else(wrong)
}

/// Says that layers came from the cache: what was not read was not hashed either.
pub fn say_hits(progress: &Progress, layers: usize, talk: Talk) {
    let cached = progress.cached.load(Ordering::Relaxed);
    if cached > 0 && !talk.quiet {
        say(&format!("{cached} of {layers} layers from the cache, not read and hashed again; --verify does"));
    }
}

/// Runs a sub-command.
pub fn run(command: &Command) -> Result<(), Failure> {
    let Some(cache) = here() else {
        return Err(Failure::Failed(anyhow!("there is no folder for a cache; name one in SUPERCARGO_CACHE_DIR")));
    };
    let line = match command {
        Command::Path => cache.folder().display().to_string(),
        Command::Prune { max_size } => {
            let done = cache.prune(*max_size);
            format!("deleted {} files, {} bytes; {} bytes are left", done.files, done.bytes, done.left)
        }
    };
    output::write_to(None, &|out| writeln!(out, "{line}"))?;
    Ok(())
}
