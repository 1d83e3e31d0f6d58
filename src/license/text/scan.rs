//! Where in a file words about licences can be at all. Most bytes of most files are not near one, and are not read as
//! words.

use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;
use std::sync::OnceLock;

/// Pieces of the words without which nothing about a licence is said, in the cases in which they are written; first
/// letters are left out where only their case changes. A test holds them against the whole SPDX list. None is shorter than
/// three bytes: the search looks at so many at once.
const PIECES: [&str; 53] = [
    "roprietary",
    "ROPRIETARY",
    "icens",
    "icenc",
    "ICENS",
    "ICENC",
    "icentie",
    "izenz",
    "opyri",
    "OPYRI",
    "opyleft",
    "OPYLEFT",
    "ermiss",
    "ERMISS",
    "ermitt",
    "ERMITT",
    "arrant",
    "ARRANT",
    "edistrib",
    "EDISTRIB",
    "ublic domain",
    "ublic Domain",
    "UBLIC DOMAIN",
    "ublic-domain",
    "iabilit",
    "IABILIT",
    "ree software",
    "ree Software",
    "REE SOFTWARE",
    "reeware",
    "FREEWARE",
    "freely",
    "be distributed",
    "any purpose",
    "ANY PURPOSE",
    "ou want",
    "same terms",
    "GPL",
    "gpl",
    "GFDL",
    "reative Commons",
    "reative commons",
    "CC0",
    "© ",
    "©\u{a0}",
    "©1",
    "©2",
    "コモンズ",
    "許諾",
    "许可",
    "BSD",
    " MIT",
    "(MIT",
];

/// A licence text has one of them at least so often, in bytes; the longest way without one in the list is 3,923.
const REACH: usize = 4500;

/// A text so short is read whole: it may be a name and no more.
const SHORT: usize = 300;

/// Pieces of the text near such words, in order and apart from each other.
pub fn stretches(text: &str) -> Vec<Range<usize>> {
    static PATTERNS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let patterns =
        PATTERNS.get_or_init(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(PIECES).ok());
    let Some(patterns) = patterns.as_ref().filter(|_| text.len() > SHORT) else {
        return std::iter::once(0..text.len()).collect();
    };
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(found) = patterns.find(text.get(from..).unwrap_or("")) {
        let at = from + found.start();
        let start = line_start(text, at.saturating_sub(REACH));
        let end = line_end(text, (at + REACH).min(text.len()));
        match out.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => out.push(start..end),
        }
        // Nothing new is learnt close by.
        from = ceil(text, (at + REACH / 3).max(from + found.end()));
    }
    out
}

/// The start of the line, or a nearer place in lines without end.
fn line_start(text: &str, at: usize) -> usize {
    let low = at.saturating_sub(400);
    let bytes = text.as_bytes();
    let start = (low..at).rev().find(|&i| bytes[i] == b'\n').map_or(low, |i| i + 1);
    (0..=start).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

fn line_end(text: &str, at: usize) -> usize {
    let high = (at + 400).min(text.len());
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..high]).map_or(high, |n| at + n);
    ceil(text, end)
}

fn ceil(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len())
}
