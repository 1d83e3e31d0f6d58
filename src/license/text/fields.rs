//! What is said in a form that is no sentence: `License: X OR Y`, `@license X`, a line that is an SPDX expression, and the
//! addresses of licences. Ids and expressions are read by the grammar of SPDX ([`crate::license::expr`]), addresses by the
//! table of [`crate::license::db::urls`].

use super::gnu::Family;
use super::grammar::{Force, Mention, Text};
use super::phrases::Statement;
use crate::license::db::{self, urls};
use crate::license::expr;
use crate::model::Expr;
use std::ops::Range;

/// A longer line holds no expression that a person wrote.
const MOST_LINE: usize = 200;

/// In a file of no more words a line may be a name or an expression and no more.
const FEW: usize = 40;

/// Expressions in fields (`License: FTL OR GPL-2.0-or-later`) and in lines of their own (`(MIT OR Apache-2.0)`).
pub fn expressions(text: &Text) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    let bytes = text.raw.as_bytes();
    let mut note = |expression: Option<Expr>, at: Range<usize>| {
        let Some(expression) = expression else { return };
        let words = words_of(text, &at);
        if !words.is_empty() && !text.taken[words.start] {
            out.push(Mention { expression, words, force: Force::Grant, open: false, method: "notice" });
        }
    };
    for at in memchr::memmem::find_iter(bytes, b"icense") {
        let Some(start) = field(bytes, at) else { continue };
        let line = line_at(text.raw, start);
        let value = text.raw.get(line.clone()).unwrap_or("");
        note(expression(value), line);
    }
    for at in memchr::memmem::find_iter(bytes, b" OR ").chain(memchr::memmem::find_iter(bytes, b" AND ")) {
        let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
        if at - start > MOST_LINE {
            continue;
        }
        let line = line_at(text.raw, start);
        let value = text.raw.get(line.clone()).unwrap_or("");
        note(expression(value), line);
    }
    if text.len() <= FEW {
        for (start, line) in lines(text.raw) {
            // An everyday word is an id only where the file holds nothing else.
            if text.len() <= 3 || line.contains(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) {
                note(expression(line), start..start + line.len());
            }
        }
    }
    out.sort_by_key(|m| m.words.start);
    out.dedup_by_key(|m| m.words.start);
    out
}

/// Where the value begins if `icense` at `at` is the name of a field: `License:`, `@license `, `"license": `.
fn field(bytes: &[u8], at: usize) -> Option<usize> {
    let start = at.checked_sub(1).filter(|&n| matches!(bytes[n], b'l' | b'L'))?;
    let before = start.checked_sub(1).map_or(b'\n', |n| bytes[n]);
    let rest = bytes.get(at + 6..)?;
    let rest = rest.strip_prefix(b"s").unwrap_or(rest);
    let end = bytes.len() - rest.len();
    match (before, rest.first()?) {
        (b'@', b' ' | b'\t') => Some(end + 1),
        (b'"' | b'\'', b'"' | b'\'') => {
            let colon = rest.iter().skip(1).position(|b| *b != b' ')? + 1;
            (rest[colon] == b':').then_some(end + colon + 1)
        }
        (b, b':') if !b.is_ascii_alphanumeric() && b != b'-' => Some(end + 1),
        _ => None,
    }
}

/// The rest of the line that begins at `start`, bounded.
fn line_at(raw: &str, start: usize) -> Range<usize> {
    let end = raw.as_bytes()[start..].iter().take(MOST_LINE).position(|b| matches!(b, b'\n' | b'\r'));
    let end = end.map_or(start + MOST_LINE, |n| start + n).min(raw.len());
    start..(start..=end).rev().find(|&n| raw.is_char_boundary(n)).unwrap_or(start)
}

fn lines(raw: &str) -> impl Iterator<Item = (usize, &str)> {
    raw.split('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    })
}

/// The expression that a line is, less the marks around it.
fn expression(line: &str) -> Option<Expr> {
    let line = line.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '*' | '#' | '/' | ',' | ';' | '.' | '-')
    });
    if line.is_empty() || !line.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '(') {
        return None;
    }
    let parsed = expr::parse(line).ok()?;
    // `License: fair` is a word, not an id.
    let written =
        line.contains(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) || db::license_id(line) == Some(line);
    (parsed.leaves().len() > 1 || written).then_some(parsed)
}

fn words_of(text: &Text, bytes: &Range<usize>) -> Range<usize> {
    let first = text.words.at.partition_point(|w| (w.0 as usize) < bytes.start);
    first..text.words.at.partition_point(|w| (w.0 as usize) < bytes.end)
}

/// Parts of addresses, one of which each address of a licence has; so that others are not looked up.
const PARTS: [&str; 14] = [
    "icens",
    "icenc",
    "creativecommons",
    "opensource.org",
    "sil.org",
    "mozilla.org",
    "/MPL",
    "wtfpl",
    "eclipse.org",
    "ICENSE",
    "gnu.org/copyleft",
    "copying",
    "spdx",
    "/upl",
];

/// Words before an address that make it a grant, in its sentence.
const GRANTING: [&str; 7] = ["license", "licensed", "under", "dedicated", "licenses", "released", "terms"];
/// Words before an address that say that a copy stands there.
const QUOTING: [&str; 8] = ["copy", "see", "obtain", "found", "available", "text", "read", "visit"];

/// Adds the addresses that stand for a licence. They say where its text is; in a sentence that grants and names none they
/// grant.
pub fn add_addresses(text: &Text, statements: &mut Vec<Statement>) {
    let named: Vec<Range<usize>> = statements.iter().map(|s| s.words.clone()).collect();
    for at in memchr::memmem::find_iter(text.raw.as_bytes(), b"://") {
        let from = text.raw.as_bytes()[..at].iter().rposition(|b| !b.is_ascii_alphabetic()).map_or(0, |n| n + 1);
        let rest = text.raw.get(from..).unwrap_or("");
        let stop =
            |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ']' | '`' | '*' | '|') || !c.is_ascii();
        let mut url = rest.get(..rest.find(stop).unwrap_or(rest.len()).min(MOST_LINE)).unwrap_or("");
        if !url.contains('(') {
            url = url.split(')').next().unwrap_or(url);
        }
        if !PARTS.iter().any(|p| url.contains(p)) {
            continue;
        }
        let words = words_of(text, &(from..from + url.len()));
        if words.is_empty() || text.taken[words.start] {
            continue;
        }
        let said = match urls::find(url) {
            Some(urls::Meaning::Alias(alias)) if !alias.ambiguous => expr::parse(alias.expression).ok(),
            Some(urls::Meaning::Words(words)) => expr::parse_lenient(&words).ok(),
            _ => None,
        };
        // What public domain means is explained there, and no licence given.
        let explains = |e: &Expr| e.as_plain_id().is_some_and(|id| matches!(id, "CC-PDDC" | "CC-PDM-1.0"));
        let Some(expression) = said.filter(|e| matches!(e, Expr::License { .. }) && !explains(e)) else { continue };
        // The GNU pages hold the text of one version, whatever the sentence grants.
        let gnu = expression.as_plain_id().is_some_and(|id| Family::of(id).is_some());
        let quoted = text.before(words.start, 6, &QUOTING).is_some();
        let granted = text.before(words.start, 10, &GRANTING).is_some();
        // A name beside it, in its sentence, says itself what it does.
        let beside = named.iter().any(|n| {
            let (from, to) = if n.start < words.start { (n.end, words.start) } else { (words.end, n.start) };
            to.saturating_sub(from) < NEAR && !(from.max(1)..=to).any(|i| text.ends(i - 1))
        });
        let force = if granted && !quoted && !gnu && !beside { Force::Grant } else { Force::Reference };
        statements.push(Statement { expression, words, force, open: false, method: "reference", choice: false });
    }
    statements.sort_by_key(|s| (s.words.start, s.words.end));
}

/// So near, in words, a name and an address speak of the same.
const NEAR: usize = 10;
