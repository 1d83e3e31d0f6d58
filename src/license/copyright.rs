//! Debian copyright files: machine-readable ones (DEP-5, copyright-format 1.0) and free-form ones.

use crate::model::{Expr, Outcome};
use std::ops::Range;

/// What a Debian copyright file says.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyrightFile {
    /// Whether it is machine-readable.
    pub machine_readable: bool,
    /// Of the paragraph `Files: *`.
    pub declared: Outcome,
    /// AND of the distinct expressions of all Files paragraphs but those solely under `debian/`.
    pub concluded: Outcome,
    /// The statements one by one, with the bytes that they stand in.
    pub statements: Vec<Statement>,
    /// For every `LicenseRef-` in `concluded` or `declared` the licence's words (or its name, where no words are given).
    pub refs: Vec<(Box<str>, Box<str>)>,
    /// Copyright statements.
    pub copyrights: Vec<Box<str>>,
}

/// One licence statement of a copyright file.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it says.
    pub expression: Expr,
    /// The words of the field `License`, for a machine-readable file.
    pub raw: Option<Box<str>>,
    /// Bytes of the file.
    pub range: Range<usize>,
    /// `dep5` for a name, `dep5-text` where the inline text decided, otherwise the text matcher's method.
    pub method: &'static str,
    /// From 0 to 100.
    pub confidence: u8,
}

/// Reads a copyright file, of either kind.
pub fn read(_words: &str) -> CopyrightFile {
    CopyrightFile {
        machine_readable: false,
        declared: Outcome::NoAssertion,
        concluded: Outcome::NoAssertion,
        statements: Vec::new(),
        refs: Vec::new(),
        copyrights: Vec::new(),
    }
}
