//! The corresponding sources of what an image distributes: for every package under copyleft the exact source that it was built
//! from, and what is not known about that. At its head stands a written offer, a form to be filled in.
//!
//! Copyleft is counted by every licence in the conclusion, and where a policy settled a choice by the branch that it took. Hidden packages
//! count: they are distributed. Where no source can be named, or where the licence is not known well enough to say whether one is
//! owed, the package is a gap with its reason. Nothing is left out without a word.
//!
//! What the source of one package is, the room [`source`](crate::source) says. In reading order: `collect` (which packages, put together by source), `offer`, then a file a form: plain text, Markdown, JSON.

mod collect;
mod json;
mod markdown;
mod offer;
mod plain;

pub use crate::source::Origin;
pub(super) use collect::is_owed;
pub use collect::{Binary, Gap, Source, Sources};
pub use offer::{check as check_offer, offer};

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// The forms of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourcesFormat {
    /// Plain text, with the offer.
    #[default]
    Text,
    /// Markdown (CommonMark), with the offer.
    Markdown,
    /// JSON, for programs that fetch what it names.
    Json,
}

impl SourcesFormat {
    /// Every form, in the order in which help texts list them.
    pub const ALL: [SourcesFormat; 3] = [SourcesFormat::Text, SourcesFormat::Markdown, SourcesFormat::Json];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            SourcesFormat::Text => "txt",
            SourcesFormat::Markdown => "md",
            SourcesFormat::Json => "json",
        }
    }
}

impl fmt::Display for SourcesFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SourcesFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = SourcesFormat::ALL.into_iter().find(|f| f.as_str() == name);
        found.ok_or_else(|| format!("no form of the list of sources is called '{name}': take one of txt, md, json"))
    }
}

/// Writes the list. `offer` is the text of [`offer`] in the same form; JSON has no place for it.
///
/// # Errors
/// Those of the writer.
pub fn write(sources: &Sources, format: SourcesFormat, offer: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(64 * 1024, out);
    match format {
        SourcesFormat::Text => plain::write(sources, offer, &mut out)?,
        SourcesFormat::Markdown => markdown::write(sources, offer, &mut out)?,
        SourcesFormat::Json => json::write(sources, &mut out)?,
    }
    out.flush()
}

#[cfg(test)]
mod tests;
