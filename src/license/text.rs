//! Recognises licence texts, headers, notices and references in a file.

use crate::model::Expr;
use std::ops::Range;

/// One licence found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// What it is (a leaf, or a whole expression where the words offer a choice).
    pub expression: Expr,
    /// Bytes of the input.
    pub range: Range<usize>,
    /// `text-hash`, `text`, `header`, `notice`, `reference`, `tag`.
    pub method: &'static str,
    /// Share of the licence's (or phrase's) own words that were found, from 0 to 1.
    pub coverage: f32,
    /// From 0 to 100.
    pub confidence: u8,
}

/// A copyright statement in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copyright {
    /// The statement, white space made single: `Copyright (c) 2015-2020 Jane Roe`.
    pub statement: Box<str>,
    /// Where it begins and ends.
    pub range: Range<usize>,
}

/// What a text is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identified {
    /// The conclusion for the file: its licences joined by AND, unless the words offer a choice; a text that is no SPDX
    /// licence is `LicenseRef-<hash of the normalised text>`; `None` where nothing in it is about a licence.
    pub expression: Option<Expr>,
    /// What was found, by place.
    pub matches: Vec<Match>,
    /// Who holds rights, by place.
    pub copyrights: Vec<Copyright>,
    /// For a text that is no SPDX licence: the id that it is nearest to, and how near (0 to 1).
    pub nearest: Option<(Box<str>, f32)>,
}

/// Identifies the licences in a text.
pub fn identify(_words: &str) -> Identified {
    Identified::default()
}
