//! Names of licences that one sentence or one list joins: `under either A or B`, `dual licensed under A and B`, and
//! bullets below `any of the following licenses`.

use super::conclude::family;
use super::grammar::{Force, Mention, Text};
use super::phrases::Statement;
use crate::model::Expr;
use std::ops::Range;

/// How many words may stand between two names of one list, without those in brackets and addresses.
const MOST_BETWEEN: usize = 14;
/// How many words may stand between them at all.
const MOST_APART: usize = 60;

/// Leaves out names that only repeat the one before: `the GNU General Public License Version 2 (the "GPL")` gives a short
/// name for later use, `the MIT license <LICENSE-MIT or https://opensource.org/licenses/MIT>` says where it is.
pub fn without_repeats(text: &Text, mentions: Vec<Mention>) -> Vec<Mention> {
    let mut kept: Vec<Mention> = Vec::with_capacity(mentions.len());
    for m in mentions {
        let repeats = kept.last().is_some_and(|last| {
            let between = last.words.end..m.words.start;
            let says_no_more = !last.open && (m.open || m.expression == last.expression);
            if !says_no_more || between.len() > MOST_APART || family(&last.expression) != family(&m.expression) {
                return false;
            }
            let short = between.len() <= 2 && between.clone().all(|i| matches!(text.word(i), "the" | "a" | "called"));
            m.open && short && text.gap(last.words.end - 1).contains('(')
                || depths(text, last.words.end, m.words.start + 1).last().is_some_and(|d| *d > 0)
        });
        if !repeats {
            kept.push(m);
        }
    }
    kept
}

/// How many brackets are open before each word of `from..to`, counted from the word before `from`.
fn depths(text: &Text, from: usize, to: usize) -> Vec<u32> {
    let mut depth = 0u32;
    let at = |i: usize| {
        for b in text.gap(i - 1).bytes() {
            match b {
                b'(' | b'[' | b'<' => depth += 1,
                b')' | b']' | b'>' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        depth
    };
    (from.max(1)..to).map(at).collect()
}

/// Whether a word belongs to an address (`http://www.gnu.org/licenses/`).
pub fn in_address(text: &Text, i: usize) -> bool {
    let Some(&(start, _)) = text.words.at.get(i) else { return false };
    if text.gap(i).starts_with("://") {
        return true;
    }
    let bytes = text.raw.as_bytes();
    let from = (start as usize).saturating_sub(120);
    let before = bytes.get(from..start as usize).unwrap_or_default();
    let from = before.iter().rposition(u8::is_ascii_whitespace).map_or(0, |n| n + 1);
    memchr::memmem::find(&before[from..], b"://").is_some()
}

/// Joins mentions that one sentence lists.
pub fn join(text: &Text, mentions: &[Mention]) -> Vec<Statement> {
    let mut out: Vec<Statement> = Vec::new();
    let mut i = 0;
    while i < mentions.len() {
        let first = &mentions[i];
        let mut group = vec![first];
        let (mut or, mut and, mut items) = (false, false, false);
        while let Some(next) = mentions.get(i + group.len()) {
            let last = group[group.len() - 1];
            match link(text, last, next) {
                Some(Link::Or) => or = true,
                Some(Link::And) => and = true,
                Some(Link::Comma) => {}
                Some(Link::Item) => items = true,
                None => break,
            }
            group.push(next);
        }
        i += group.len();
        let words = first.words.start..group[group.len() - 1].words.end;
        if group.len() > 1 {
            let choice = or || dual(text, &words);
            let mut force = group.iter().map(|m| m.force).max().unwrap_or(first.force);
            if or && force == Force::Mention && invites(text, words.start) {
                force = Force::Grant;
            }
            // The items of a list that offers no choice each stand for themselves.
            if choice || !items && (and || force == Force::Grant) {
                let artistic_with_gpl = group.iter().any(|m| m.expression.to_string().starts_with("GPL-"));
                let operands = group.iter().map(|m| match &m.expression {
                    // Perl's pair: the Artistic License beside the GPL is Perl's.
                    Expr::Ref(r) if &**r == "LicenseRef-Artistic" && artistic_with_gpl => Expr::id("Artistic-1.0-Perl"),
                    e => e.clone(),
                });
                let expression = if choice { Expr::or(operands) } else { Expr::and(operands) };
                let open = group.iter().all(|m| m.open);
                if let Some(expression) = expression {
                    out.push(Statement { expression, words, force, open, method: "notice", choice });
                }
                continue;
            }
        }
        for m in group {
            out.push(Statement {
                expression: m.expression.clone(),
                words: m.words.clone(),
                force: m.force,
                open: m.open,
                method: m.method,
                choice: false,
            });
        }
    }
    out
}

/// `You may choose either ...`: whoever is offered a choice is licensed.
fn invites(text: &Text, start: usize) -> bool {
    text.before(start, 8, &["choose", "use", "pick", "select", "take", "copy", "distribute"]).is_some()
        && text.before(start, 10, &["may", "can"]).is_some()
}

enum Link {
    Or,
    And,
    Comma,
    /// Both are items of a list in lines of their own.
    Item,
}

/// Words that may stand between the names of one list.
const FILL: [&str; 54] = [
    "the",
    "a",
    "an",
    "license",
    "licenses",
    "either",
    "version",
    "terms",
    "of",
    "under",
    "both",
    "licensed",
    "at",
    "your",
    "option",
    "gnu",
    "with",
    "which",
    "comes",
    "this",
    "kit",
    "style",
    "also",
    "as",
    "same",
    "conditions",
    "public",
    "choice",
    "1.0",
    "2.0",
    "2",
    "software",
    "free",
    "foundation",
    "published",
    "by",
    "it",
    "you",
    "may",
    "distribute",
    "available",
    "new",
    "perl",
    "open",
    "modify",
    "redistribute",
    "can",
    "use",
    "any",
    "later",
    "well",
    "shown",
    "waiver",
    "universal",
];

/// How two mentions are joined, where they are one list.
fn link(text: &Text, a: &Mention, b: &Mention) -> Option<Link> {
    if a.method != "notice" || b.method != "notice" || a.force == Force::Reference || b.force == Force::Reference {
        return None;
    }
    let between = a.words.end..b.words.start;
    if between.len() > MOST_APART {
        return None;
    }
    let gap = text.gap(a.words.end - 1);
    if between.is_empty() {
        let bare = gap.trim_start_matches('+').trim();
        return match bare {
            "/" | "|" | "||" => Some(Link::Or),
            "," | "&" | "+" => Some(if bare == "," { Link::Comma } else { Link::And }),
            _ => begins_item(gap).then_some(Link::Item),
        };
    }
    // `the GPL. You can redistribute it under the terms of the GPL version 2` speaks of one licence.
    if a.open != b.open && family(&a.expression) == family(&b.expression) {
        return None;
    }
    let depths = depths(text, between.start, between.end);
    let outside: Vec<usize> = between
        .clone()
        .zip(&depths)
        .filter(|(i, depth)| **depth == 0 && !in_address(text, *i))
        .map(|(i, _)| i)
        .collect();
    if outside.len() > MOST_BETWEEN {
        return None;
    }
    let mut link = None;
    // Items of a list stand in paragraphs of their own, begin with `or`, or end with it.
    let mut paragraph = gap.matches('\n').count() > 1 || text.ends(a.words.end - 1);
    let mut item = begins_item(gap);
    for &i in &outside {
        match text.word(i) {
            "and" if text.word(i + 1) == "or" => return None,
            "or" | "alternatively" => link = Some(Link::Or),
            "and" | "plus" if link.is_none() => link = Some(Link::And),
            "well" if link.is_none() && text.word(i - 1) == "as" && text.word(i + 1) == "as" => link = Some(Link::And),
            word if FILL.contains(&word) => {}
            _ => return None,
        }
    }
    for i in between.clone() {
        item |= begins_item(text.gap(i));
        paragraph |= i + 1 < between.end && text.ends(i);
    }
    // One full stop more is no list: `GPL (see below). The MIT license`.
    if item && link.is_none() {
        return Some(Link::Item);
    }
    if paragraph && !matches!(link, Some(Link::Or)) {
        return None;
    }
    // `the BSD License, MIT License, or Apache License`: the comma stands behind the word `License`.
    let comma = between.clone().zip(&depths).any(|(i, depth)| *depth == 0 && text.gap(i).trim_start().starts_with(','));
    link.or_else(|| (comma || gap.trim().starts_with(',')).then_some(Link::Comma))
}

/// Whether a new line with the mark of an item stands between two words: `*`, `2.`, `(b)`.
pub fn begins_item(gap: &str) -> bool {
    let Some((_, line)) = gap.rsplit_once('\n') else { return false };
    let mark = line.trim();
    let numbered = || {
        let number = mark.trim_start_matches('(').strip_suffix(['.', ')'])?;
        let short = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
        (short && !number.is_empty() || number.len() == 1 && number.bytes().all(|b| b.is_ascii_alphabetic()))
            .then_some(number)
    };
    line.len() < 16 && (mark.ends_with(['*', '-', '\u{2022}', '+']) || numbered().is_some())
}

/// Whether the sentence around a list offers a choice.
pub fn dual(text: &Text, words: &Range<usize>) -> bool {
    let window = |range: Range<usize>| {
        range.into_iter().any(|i| {
            one_of(text, i)
                || many(text, i)
                || matches!(
                    text.word(i),
                    "either"
                        | "dual"
                        | "dually"
                        | "duallicensed"
                        | "choice"
                        | "choose"
                        | "pick"
                        | "whichever"
                        | "disjunctive"
                        | "any"
                ) && (text.word(i) != "any" || text.word(i + 1) == "of" && !matches!(text.word(i + 2), "this"))
                    && !(text.word(i) == "either" && matches!(text.word(i + 1), "version" | "express"))
        })
    };
    let from = (words.start.saturating_sub(14)..words.start)
        .rev()
        .find(|&i| text.ends(i))
        .map_or(words.start.saturating_sub(14), |i| i + 1);
    // A list in lines of its own is announced by the sentence before it.
    let before = (from > 0 && text.gap(from - 1).contains(':')).then(|| {
        (from.saturating_sub(14)..from.saturating_sub(1))
            .rev()
            .find(|&i| text.ends(i))
            .map_or(from.saturating_sub(14), |i| i + 1)
    });
    let mut to = words.end;
    while to < text.len() && to < words.end + 16 && !text.ends(to.saturating_sub(1)) {
        to += 1;
    }
    window(from..words.start)
        || before.is_some_and(|before| window(before..from))
        || window(words.end..to)
        || (words.end..to).any(|i| text.reads(i, &["at", "your", "option"]) && !text.reads(i + 3, &["any", "later"]))
        || window(to..(to + 12).min(text.len())) && !window_taken(text, to)
}

/// `one of the following licenses`, `one of three licenses`; not `each file is under one of these`, which says where to look.
pub fn one_of(text: &Text, i: usize) -> bool {
    text.word(i) == "one"
        && text.word(i + 1) == "of"
        && (i + 2..i + 5).any(|j| matches!(text.word(j), "following" | "licenses" | "these" | "those"))
        && text.before(i, 14, &["each", "every", "file", "files", "parts", "components", "some"]).is_none()
}

/// `triple-licensed`
fn many(text: &Text, i: usize) -> bool {
    matches!(text.word(i), "tri" | "triple" | "multi") && text.word(i + 1).starts_with("licens")
}

fn window_taken(text: &Text, at: usize) -> bool {
    text.taken.get(at).copied().unwrap_or(true)
}
