//! The notices that go along with what is distributed: every package with its licence and its copyright holders, and each text
//! once, in the words that the image itself carries; where it carries none, in those of the SPDX list.
//!
//! A package that a later layer hides is distributed all the same and stands here too, marked. What is not known is said: a
//! package without a known licence, a licence without known words.
//!
//! In reading order: `collect` (what stands in the notices), then a file a form: plain text, Markdown, HTML.

mod collect;
mod html;
mod markdown;
mod plain;

use crate::model::Report;
use collect::Notices;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// The forms of the notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeFormat {
    /// Plain text.
    #[default]
    Text,
    /// Markdown (CommonMark).
    Markdown,
    /// One self-contained page.
    Html,
}

impl NoticeFormat {
    /// Every form, in the order in which help texts list them.
    pub const ALL: [NoticeFormat; 3] = [NoticeFormat::Text, NoticeFormat::Markdown, NoticeFormat::Html];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            NoticeFormat::Text => "txt",
            NoticeFormat::Markdown => "md",
            NoticeFormat::Html => "html",
        }
    }
}

impl fmt::Display for NoticeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for NoticeFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = NoticeFormat::ALL.into_iter().find(|f| f.as_str() == name);
        found.ok_or_else(|| format!("no form of notices is called '{name}': take one of txt, md, html"))
    }
}

/// How the notices are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeOptions {
    /// In which form.
    pub format: NoticeFormat,
    /// Under what packages stand together; `None` for one list.
    pub split: Option<Split>,
}

/// Under what packages stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// The layer that brought them.
    Layer,
    /// The base image and the application. Where no base is known there is one list.
    Origin,
}

/// Writes the notices.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, options: &NoticeOptions, out: &mut dyn Write) -> io::Result<()> {
    let notices = Notices::of(report, options.split);
    let mut out = io::BufWriter::with_capacity(64 * 1024, out);
    match options.format {
        NoticeFormat::Text => plain::write(&notices, &mut out)?,
        NoticeFormat::Markdown => markdown::write(&notices, &mut out)?,
        NoticeFormat::Html => html::write(&notices, &mut out)?,
    }
    out.flush()
}

#[cfg(test)]
mod tests;
