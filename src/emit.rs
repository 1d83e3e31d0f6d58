//! Emitters: a [`Report`] to bytes, one format a file. They compute nothing new: what a format needs and the report
//! does not say is a gap of the report.
//!
//! Whatever is written depends on the report alone: no clock, no random ids, no order of a hash map.
//!
//! In reading order: for people [`table`], [`verdict`], [`summary`] and [`html`], the machine formats [`cyclonedx`], [`spdx`],
//! [`json`] and [`csv`], findings for pipelines ([`sarif`], [`junit`], [`codequality`]), a [`template`] of the user's own,
//! [`base`] for the two sides of an image, [`notice`] and [`sources`] for what is distributed, [`diff`] for comparisons, then what these share: `findings`, `markdown`,
//! `subject` (what stands at the root of a document), `shown` (packages as documents show them, with stable keys and the
//! graph between them), `fields` (single values made fit for strict readers), `seal` (ids of documents).

pub mod base;
pub mod codequality;
pub mod csv;
pub mod cyclonedx;
pub mod diff;
pub mod html;
pub mod json;
pub mod junit;
pub mod notice;
pub mod sarif;
pub mod sources;
pub mod spdx;
pub mod summary;
pub mod table;
pub mod template;
pub mod verdict;

mod fault;
mod fields;
mod findings;
mod markdown;
mod seal;
mod shown;
mod subject;

pub use fault::Fault;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod schemas;

use crate::model::Report;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// The forms that a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One screen for people.
    Table,
    /// CycloneDX 1.6 as JSON.
    CycloneDxJson,
    /// SPDX 2.3 as JSON.
    SpdxJson,
    /// One self-contained page.
    Html,
    /// Our own report as JSON.
    Json,
    /// Findings and the verdict as text.
    Verdict,
    /// Findings as SARIF 2.1.0.
    Sarif,
    /// Findings as JUnit XML.
    Junit,
    /// A summary in Markdown.
    Markdown,
    /// Findings as GitLab's code quality report.
    CodeQuality,
    /// The package register as comma-separated values.
    Csv,
}

impl Format {
    /// Every format, in the order in which help texts list them.
    pub const ALL: [Format; 11] = [
        Format::Table,
        Format::CycloneDxJson,
        Format::SpdxJson,
        Format::Html,
        Format::Json,
        Format::Verdict,
        Format::Sarif,
        Format::Junit,
        Format::Markdown,
        Format::CodeQuality,
        Format::Csv,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::CycloneDxJson => "cyclonedx-json",
            Format::SpdxJson => "spdx-json",
            Format::Html => "html",
            Format::Json => "json",
            Format::Verdict => "verdict",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Markdown => "markdown",
            Format::CodeQuality => "gitlab-codequality",
            Format::Csv => "csv",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that no format has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no format is called '{0}': take one of {all}", all = Format::ALL.map(Format::as_str).join(", "))]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Format::ALL.into_iter().find(|f| f.as_str() == name).ok_or_else(|| UnknownFormat(name.to_string()))
    }
}

/// Writes a report in the given format.
pub fn write(format: Format, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(report, &table::TableOptions::default(), out),
        Format::Html => html::write(report, &html::HtmlOptions::default(), out),
        Format::CycloneDxJson => cyclonedx::write(report, out),
        Format::SpdxJson => spdx::write(report, out),
        Format::Json => json::write(report, out),
        Format::Verdict => verdict::write(report, &verdict::VerdictOptions::default(), out),
        Format::Sarif => sarif::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Markdown => summary::write(report, out),
        Format::CodeQuality => codequality::write(report, out),
        Format::Csv => csv::write(report, out),
    }
}

/// Writes a value as indented JSON with a line feed at its end.
fn write_json(value: &impl serde::Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(64 * 1024, out);
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
    }

    #[test]
    fn an_unknown_format_is_told_all_names() {
        let message = "xml".parse::<Format>().map_err(|e| e.to_string());
        let names: Vec<&str> = Format::ALL.iter().map(|f| f.as_str()).collect();
        assert_eq!(message, Err(format!("no format is called 'xml': take one of {}", names.join(", "))));
    }

    /// A reader that closes the pipe must be told from a document that could not be made.
    #[test]
    fn an_error_of_the_output_keeps_its_kind() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for format in [Format::CycloneDxJson, Format::SpdxJson, Format::Json] {
            // Large enough to leave the buffer while components are still being made.
            let kind = write(format, &fixture::large(500), &mut Closed).map_err(|e| e.kind());
            assert_eq!(kind, Err(io::ErrorKind::BrokenPipe), "{format}");
        }
    }
}
