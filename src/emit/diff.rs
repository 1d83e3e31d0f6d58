//! A comparison as text for people, as Markdown for a pull request, and as JSON.
//!
//! What is the same is not listed. In reading order: `words` (lines that both texts have), then a file a form.

mod json;
mod markdown;
mod plain;
mod words;

use crate::diff::Difference;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// The forms of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiffFormat {
    /// Plain text.
    #[default]
    Text,
    /// Markdown (CommonMark with tables), cut to what a comment may hold.
    Markdown,
    /// JSON.
    Json,
}

impl DiffFormat {
    /// Every form, in the order in which help texts list them.
    pub const ALL: [DiffFormat; 3] = [DiffFormat::Text, DiffFormat::Markdown, DiffFormat::Json];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            DiffFormat::Text => "txt",
            DiffFormat::Markdown => "md",
            DiffFormat::Json => "json",
        }
    }
}

impl fmt::Display for DiffFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DiffFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = DiffFormat::ALL.into_iter().find(|f| f.as_str() == name);
        found.ok_or_else(|| format!("no form of a comparison is called '{name}': take one of txt, md, json"))
    }
}

/// Writes a comparison.
///
/// # Errors
/// Those of the writer.
pub fn write(difference: &Difference, format: DiffFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(64 * 1024, out);
    match format {
        DiffFormat::Text => plain::write(difference, &mut out)?,
        DiffFormat::Markdown => markdown::write(difference, &mut out)?,
        DiffFormat::Json => json::write(difference, &mut out)?,
    }
    out.flush()
}

#[cfg(test)]
mod tests;
