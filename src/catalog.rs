//! The table of catalogers: one ecosystem (or one kind of file) a row, one file a row in `catalog/`.
//!
//! A cataloger says as data which files it wants, and parses the bytes of one such file into [`Find`]s. It sees no
//! tree, no clock, no network; licence strings stay as they are found. What needs several files (ownership,
//! dependencies, licence texts) is joined in the room `inventory`.

pub mod apk;
pub mod deb822;
pub mod decode;
pub mod dpkg;
pub mod license_file;
pub mod npm;
pub mod os_release;
pub mod paths;
pub mod python;
pub mod rpm;
mod wanted;

use crate::model::{Find, IssueCode, Severity};
pub use wanted::Wanted;

/// Every cataloger. A new ecosystem is one file and one row here.
pub const TABLE: &[Cataloger] = &[
    os_release::CATALOGER,
    apk::CATALOGER,
    dpkg::CATALOGER,
    rpm::CATALOGER,
    npm::CATALOGER,
    python::CATALOGER,
    license_file::CATALOGER,
];

/// Which files a cataloger wants. Paths are normalised: no leading slash, no `.` or `..`.
#[derive(Clone, Copy, Debug)]
pub enum Want {
    /// This very path; when it (or a folder above it) is a link, the link is followed, whatever the target's name.
    Path(&'static str),
    /// Files directly in this folder whose base name ends with `suffix` (empty: all); a link to the folder is followed.
    Folder {
        /// The folder.
        folder: &'static str,
        /// How the base name ends.
        suffix: &'static str,
    },
    /// A base name, in any folder.
    Name(&'static str),
    /// How the path ends, anywhere: `.dist-info/METADATA`.
    Suffix(&'static str),
    /// A predicate over (whole path, base name), for what the others cannot say. It must be cheap: it sees every file.
    Like(fn(&str, &str) -> bool),
}

/// One file that was wanted.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Its path in the layer, without a leading slash.
    pub path: &'a str,
    /// All its bytes (within the limit on wanted files).
    pub bytes: &'a [u8],
}

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub finds: Vec<Find>,
    /// What could not be read; layer and path are added by the walk.
    pub issues: Vec<ParseIssue>,
}

/// Trouble inside one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIssue {
    /// What kind.
    pub code: IssueCode,
    /// How much it matters.
    pub severity: Severity,
    /// Lower case, no full stop, names the record where there is one.
    pub message: String,
}

/// The file is not what its name says, or is cut off.
pub const MALFORMED: IssueCode = IssueCode("malformed-file");
/// One record of a database could not be read; the others were.
pub const MALFORMED_RECORD: IssueCode = IssueCode("malformed-record");
/// A record is past a limit and was left out or cut.
pub const RECORD_LIMIT: IssueCode = IssueCode("record-limit");

impl Parsed {
    /// Adds a warning about one record.
    pub fn record_issue(&mut self, message: impl Into<String>) {
        self.issues.push(ParseIssue { code: MALFORMED_RECORD, severity: Severity::Warning, message: message.into() });
    }

    /// Adds an error about one record that was lost: the report has a gap here.
    pub fn record_lost(&mut self, message: impl Into<String>) {
        self.issues.push(ParseIssue { code: MALFORMED_RECORD, severity: Severity::Error, message: message.into() });
    }

    /// Adds an error about the whole file.
    pub fn file_issue(&mut self, message: impl Into<String>) {
        self.issues.push(ParseIssue { code: MALFORMED, severity: Severity::Error, message: message.into() });
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Cataloger {
    /// A stable name, shown with `-v` and in issues.
    pub name: &'static str,
    /// What it wants.
    pub wants: &'static [Want],
    /// Reads one file. Pure; never panics, whatever the bytes.
    pub parse: fn(&Input<'_>) -> Parsed,
}
