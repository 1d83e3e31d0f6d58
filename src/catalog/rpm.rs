//! Installed rpm packages, from the database in which rpm keeps the header of each.
//!
//! rpm has had three databases, and an image may hold any of them under any of the names: a BerkeleyDB hash
//! (`bdb`, rpm before 4.16), its own NDB (`ndb`, SUSE), and SQLite (`sqlite`, Fedora 33 and RHEL 9 onward).
//! All three hold the same records, header blobs (`header`), which `package` turns into packages with the help
//! of `files` and `requires`. Which of them a file is, its first bytes say.
//!
//! Left out: the indices beside the headers (all of them can be made from the headers), signatures, and keys that
//! were imported into the database (`gpg-pubkey`, which are records but no packages). The write-ahead log beside an
//! SQLite database is another file, which a cataloger does not see.
//!
//! Specification: <https://rpm-software-management.github.io/rpm/manual/format_header.html>.

mod bdb;
mod files;
mod header;
mod ndb;
mod package;
mod requires;
mod sqlite;

use super::{Cataloger, Group, Input, MALFORMED_RECORD, Parsed, RECORD_LIMIT, Want, decode};
use crate::catalog::ParseIssue;
use crate::model::{Find, Severity};
use std::ops::ControlFlow;

pub(super) use package::source_package;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "rpm",
    group: Group::Installed,
    wants: &[
        Want::Path("var/lib/rpm/Packages"),
        Want::Path("var/lib/rpm/Packages.db"),
        Want::Path("var/lib/rpm/rpmdb.sqlite"),
        // Where SUSE and, since Fedora 36, the others keep it, so that it is part of /usr.
        Want::Path("usr/lib/sysimage/rpm/Packages"),
        Want::Path("usr/lib/sysimage/rpm/Packages.db"),
        Want::Path("usr/lib/sysimage/rpm/rpmdb.sqlite"),
        // Where OSTree systems keep it.
        Want::Path("usr/share/rpm/Packages"),
        Want::Path("usr/share/rpm/Packages.db"),
        Want::Path("usr/share/rpm/rpmdb.sqlite"),
    ],
    parse,
};

/// The most records that are read from one database: whole distributions have some 70,000 packages, and nobody
/// installs them all.
const MAX_RECORDS: u32 = 100_000;

/// The longest record; rpm itself refuses headers with more data than this (256 MiB).
const MAX_RECORD_SIZE: usize = 0x0fff_ffff;

/// The most issues about single records that are listed one by one; a garbled database has one for each.
const MAX_RECORD_ISSUES: u32 = super::ISSUE_LIMIT as u32 - 1; // One more line counts the rest.

/// The bytes of paths that a database may give, for each byte that it has. A header holds the name of a file and
/// of its folder, and beside them more than a hundred bytes of modes, times and digests a file, so that real
/// databases stay below one; without a bound, a few long folder names and many short file names would fill the memory.
const PATH_BYTES_PER_BYTE: usize = 4;

/// Reads a database of any of the three kinds.
fn parse(input: &Input<'_>) -> Parsed {
    let bytes = input.bytes;
    let mut sink = Sink::new(bytes.len());
    if bytes.is_empty() {
        sink.parsed.file_issue("looked for an rpm database and found an empty file");
    } else if super::sqlite::recognises(bytes) {
        sqlite::read(bytes, &mut sink);
    } else if ndb::recognises(bytes) {
        ndb::read(bytes, &mut sink);
    } else if bdb::recognises(bytes) {
        bdb::read(bytes, &mut sink);
    } else {
        sink.parsed.file_issue("looked for an rpm database and found none of SQLite, NDB and BerkeleyDB");
    }
    sink.finish()
}

/// What the readers of the three formats hand their records to. It keeps the bounds that all of them share.
struct Sink {
    parsed: Parsed,
    /// Records taken so far.
    records: u32,
    /// What may still be read. Records do not share bytes, so that together they are no longer than the file. Where
    /// they are, slots or pages point into each other, and the work would be the square of the file's length. Twice
    /// the length is allowed, so that a single record that claims the whole file costs no other.
    bytes_left: usize,
    /// See [`PATH_BYTES_PER_BYTE`].
    path_bytes_left: usize,
    /// Issues about records, listed or not.
    record_issues: u32,
    /// The worst of those that are not listed.
    unlisted: Option<Severity>,
}

impl Sink {
    fn new(file_len: usize) -> Sink {
        Sink {
            parsed: Parsed::default(),
            records: 0,
            bytes_left: file_len.saturating_mul(2),
            path_bytes_left: file_len.saturating_mul(PATH_BYTES_PER_BYTE),
            record_issues: 0,
            unlisted: None,
        }
    }

    /// Takes the header blob of one record. `damage` says what is wrong with the blob as the database holds it;
    /// what can be read of it is read all the same. Breaks when no further record is wanted.
    fn record(&mut self, number: i64, blob: &[u8], damage: Option<&str>) -> ControlFlow<()> {
        if self.records >= MAX_RECORDS {
            self.limit(format!("read {MAX_RECORDS} records, the limit, and left out the rest"));
            return ControlFlow::Break(());
        }
        self.records += 1;
        if blob.len() > MAX_RECORD_SIZE {
            self.limit(format!("record {number} has {} bytes, more than rpm allows, and was left out", blob.len()));
            return ControlFlow::Continue(());
        }
        let Some(left) = self.bytes_left.checked_sub(blob.len()) else {
            self.lost(number, "it overlaps with others, which together are longer than the file");
            return ControlFlow::Continue(());
        };
        self.bytes_left = left;
        let mut notes: Vec<String> = damage.map(String::from).into_iter().collect();
        let (label, found) = match header::Header::parse(blob) {
            Ok(header) => package::read(&header, &mut self.path_bytes_left, &mut notes),
            Err(why) => (None, Err(why)),
        };
        let severity = if found.is_err() { Severity::Error } else { Severity::Warning };
        match found {
            Ok(Some(package)) => self.parsed.finds.push(Find::package(package)),
            Ok(None) => {}
            Err(why) => notes.push(format!("{why}; the record was left out")),
        }
        if !notes.is_empty() {
            let notes = notes.join("; ");
            match label {
                Some(label) => self.issue(severity, format!("record {number} ({}): {notes}", decode::shown(&label))),
                None => self.issue(severity, format!("record {number}: {notes}")),
            }
        }
        ControlFlow::Continue(())
    }

    /// Notes a record whose blob could not be had.
    fn lost(&mut self, number: i64, why: &str) {
        self.issue(Severity::Error, format!("record {number}: {why}; the record was left out"));
    }

    /// Notes trouble with one record: an error where the record is lost, a warning where it was read all the same.
    fn issue(&mut self, severity: Severity, message: String) {
        self.record_issues += 1;
        if self.record_issues <= MAX_RECORD_ISSUES {
            self.parsed.issue(MALFORMED_RECORD, severity, message);
        } else {
            self.unlisted = self.unlisted.max(Some(severity));
        }
    }

    fn limit(&mut self, message: String) {
        self.parsed.issues.push(ParseIssue { code: RECORD_LIMIT, severity: Severity::Error, message });
    }

    fn finish(mut self) -> Parsed {
        if let Some(more) = self.record_issues.checked_sub(MAX_RECORD_ISSUES).filter(|more| *more > 0) {
            let severity = self.unlisted.unwrap_or(Severity::Warning);
            let message = format!("found trouble in {more} more records, which are not listed");
            // Not through the limit of all files, which would say less.
            self.parsed.issues.push(ParseIssue { code: MALFORMED_RECORD, severity, message });
        }
        self.parsed
    }
}

#[cfg(test)]
mod tests;
