//! What a text says aside: the licence that something was under once, that of another work which is only used, and names
//! in definitions. None of them licenses what the text is about.

use super::grammar::Text;

/// How far back the word may stand that makes a name one of the past.
const PAST: usize = 14;
/// How far back a sentence about another work may begin.
const OTHER_WORK: usize = 40;
/// How far back the paragraph of a definition may begin.
const DEFINITION: usize = 160;
/// The defined term stands within so many words of its paragraph's start.
const TERM: usize = 10;

/// Whether the licence named at word `at` is named aside.
pub fn is_aside(text: &Text, at: usize) -> bool {
    was_so(text, at)
        || of_another_work(text, at)
        || defines(text, at)
        || of_a_section(text, at)
        || grants_nothing(text, at)
        || is_withdrawn(text, at)
}

/// How far back the start of a sentence may be.
const SENTENCE: usize = 60;

/// `As a contributor, you agree that your code can be used under ...` speaks to others than users; `If the terms of the AGPL prevent you
/// from using it` and `For your convenience, the GPL is included here` of a licence that something else has granted.
fn grants_nothing(text: &Text, at: usize) -> bool {
    let floor = at.saturating_sub(SENTENCE);
    let start = (floor..at).rev().find(|&j| text.ends(j)).map_or(floor, |j| j + 1);
    let said = |words: &[&str]| (start..at).any(|j| text.reads(j, words));
    // `This version of the LGPL incorporates the terms of the GPL` speaks of the licence itself.
    said(&["incorporates", "the", "terms"])
        || said(&["as", "a", "contributor"])
        || text.reads(start, &["if", "the", "terms"])
        || said(&["for", "your", "convenience"])
}

/// `placing the files under the GPL has been withdrawn`
fn is_withdrawn(text: &Text, at: usize) -> bool {
    for j in at..(at + PAST).min(text.len()) {
        if matches!(text.word(j), "withdrawn" | "revoked") {
            return !(at..j).any(|i| matches!(text.word(i), "not" | "never"));
        }
        if text.ends(j) {
            return false;
        }
    }
    false
}

/// Words that stand between `originally` and the licence's name where it says what the licence was.
const LICENSING: [&str; 18] = [
    "licensed",
    "released",
    "distributed",
    "published",
    "available",
    "made",
    "covered",
    "by",
    "under",
    "the",
    "terms",
    "of",
    "gnu",
    "a",
    "an",
    "as",
    "license",
    "in",
];

/// `formerly under the GPL`, `used to be licensed under the GPL`, `relicensed from the GPL`: it is not any more. What
/// stands behind a comma is said of today again.
fn was_so(text: &Text, at: usize) -> bool {
    let mut parted = false;
    for j in (at.saturating_sub(PAST)..at).rev() {
        if text.ends(j) {
            return false;
        }
        let only_licensing = || (j + 1..at).all(|i| LICENSING.contains(&text.word(i)));
        let past = match text.word(j) {
            "formerly" | "previously" => true,
            "originally" | "initially" | "historically" => only_licensing(),
            "used" => text.reads(j + 1, &["to", "be"]),
            "from" => {
                let before = if j > 0 { text.word(j - 1) } else { "" };
                let anew = before == "relicensed" || before == "licensed" && j > 1 && text.word(j - 2) == "re";
                (anew || matches!(before, "changed" | "switched")) && only_licensing()
            }
            _ => false,
        };
        if past && !parted {
            return true;
        }
        parted |= text.gap(j).contains([',', ';']);
    }
    false
}

/// `links to libfoo, which is distributed under the GPL`
fn of_another_work(text: &Text, at: usize) -> bool {
    let mut which = None;
    for j in (at.saturating_sub(OTHER_WORK)..at).rev() {
        if text.ends(j) {
            return false;
        }
        let word = text.word(j);
        if which.is_none() && matches!(word, "which" | "that") {
            which = Some(j);
        }
        let uses = match word {
            "links" | "linked" | "linking" => matches!(text.word(j + 1), "to" | "with" | "against"),
            "depends" | "relies" => text.word(j + 1) == "on",
            "makes" | "make" => text.reads(j + 1, &["use", "of"]),
            // `can be copied freely. The actual code of gettext is covered by the GPL`
            "actual" if text.word(j + 1) == "code" => return true,
            _ => false,
        };
        if uses && which.is_some() {
            return true;
        }
    }
    false
}

/// `Under section 7 of the GPL version 3, you are granted additional permissions`: it speaks of the licence's words.
fn of_a_section(text: &Text, at: usize) -> bool {
    let section = |i: usize| matches!(text.word(i), "section" | "sections" | "clause" | "paragraph");
    (at.saturating_sub(6)..at).any(|i| section(i) && (i + 1..at).any(|j| text.word(j) == "of"))
        && !(at.saturating_sub(6)..at).any(|i| text.ends(i))
}

/// `1.5 "Open Source Software" means software that ... the GPL ...`
fn defines(text: &Text, at: usize) -> bool {
    let floor = at.saturating_sub(DEFINITION);
    let Some(start) = (floor..at).rev().find(|&j| text.gap(j).matches('\n').count() > 1).map(|j| j + 1) else {
        return false;
    };
    // The term stands in quotes at the paragraph's start.
    let quotes = ['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}'];
    text.gap(start - 1).contains(quotes)
        && (start + 1..(start + TERM).min(at))
            .any(|j| matches!(text.word(j), "means" | "mean") && text.gap(j - 1).contains(quotes))
}
