//! Texts about licences that are none of the SPDX list: found by the words with which rights are given, kept as
//! `LicenseRef-<hash of the normalised words>`.

use super::grammar::{Force, Text, begins};
use super::lists::begins_item;
use super::phrases::Statement;
use crate::model::Expr;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Fewer words grant nothing that needs a reference of its own.
const SHORTEST: usize = 12;

/// A heading has no more words.
const HEADING: usize = 12;
/// So far behind the words that grant its terms may go on as the items of a list.
const TERMS: usize = 600;
/// A comment on what a licence permits has no more words.
const COMMENT: usize = 48;

/// Words with which rights are given.
const GRANTS: [&[&str]; 48] = [
    &["you", "are", "allowed", "to"],
    &["users", "may", "copy"],
    &["you", "may", "use"],
    &["you", "may", "copy"],
    &["you", "may", "redistribute"],
    &["permission", "is", "hereby", "granted"],
    &["permission", "is", "granted"],
    &["permission", "to", "use"],
    &["permission", "to", "copy"],
    &["permission", "to", "redistribute"],
    &["redistribution", "and", "use"],
    &["redistribution", "is", "permitted"],
    &["may", "be", "freely"],
    &["can", "be", "freely"],
    &["freely", "distributed"],
    &["freely", "redistributed"],
    &["freely", "distributable"],
    &["freely", "redistributable"],
    &["may", "be", "copied"],
    &["may", "be", "distributed"],
    &["may", "be", "redistributed"],
    &["may", "be", "used"],
    &["may", "freely"],
    &["you", "are", "free", "to"],
    &["you", "can", "do", "whatever"],
    &["everyone", "is", "permitted"],
    &["hereby", "grants"],
    &["license", "to", "use"],
    &["right", "and", "license", "to"],
    &["the", "rights", "to", "use", "copy"],
    &["can", "be", "copied"],
    &["can", "be", "used", "freely"],
    &["can", "be", "redistributed"],
    &["copy", "and", "use"],
    &["use", "as", "you", "wish"],
    &["use", "it", "as", "you", "wish"],
    &["with", "no", "restrictions"],
    &["without", "any", "restrictions"],
    &["without", "restrictions"],
    &["do", "whatever", "you", "want"],
    &["welcome", "to", "use"],
    &["welcome", "to", "copy"],
    &["welcome", "to", "distribute"],
    &["welcome", "to", "redistribute"],
    &["and", "use", "freely"],
    &["there", "are", "no", "restrictions"],
    &["grant", "to", "any", "person"],
    &["royalty", "free", "license", "to", "copy"],
];

/// Words of contracts with users. They grant by no licence that is named beside them, which is that of a part.
const CONTRACTS: [&[&str]; 3] =
    [&["license", "to", "install"], &["not", "reverse", "engineer"], &["may", "not", "rent"]];

/// Words of contracts and licences; where they are many, the text is one.
pub const LEGAL: [&str; 24] = [
    "license",
    "licensed",
    "licensee",
    "licensor",
    "licenses",
    "agreement",
    "warranty",
    "warranties",
    "liability",
    "liable",
    "copyright",
    "permission",
    "permitted",
    "granted",
    "grant",
    "grants",
    "terms",
    "conditions",
    "rights",
    "distribute",
    "redistribute",
    "redistribution",
    "modify",
    "royalty",
];

/// Words that begin the phrases with which rights are given.
pub fn beginnings() -> impl Iterator<Item = &'static str> {
    GRANTS.iter().chain(&CONTRACTS).filter_map(|g| g.first().copied())
}

/// Which word of contracts and licences it is.
pub fn legal(word: &str) -> Option<usize> {
    LEGAL.iter().position(|w| *w == word)
}

/// Stretches of words that grant rights outside of all that was recognised.
pub fn stretches(text: &Text, taken: &[bool], statements: &[Statement]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut i = 0;
    while i < text.len() {
        let begins = text.begins(i, begins::RIGHTS) && !taken[i];
        let reads = |phrases: &[&[&str]]| {
            let first = text.word(i);
            phrases.iter().any(|phrase| phrase.first() == Some(&first) && text.reads(i, phrase))
        };
        let contract = begins && reads(&CONTRACTS);
        if !begins || !(contract || reads(&GRANTS)) {
            i += 1;
            continue;
        }
        let start = (0..i).rev().find(|&j| taken[j] || paragraph(text, j)).map_or(0, |j| j + 1);
        let stop = (i..text.len()).find(|&j| taken[j] || paragraph(text, j)).map_or(text.len(), |j| j + 1);
        // What the makers of a licence say of its document is no licence.
        if stop - start <= COMMENT && (start..stop).any(|j| text.reads(j, &["this", "license", "document"])) {
            i = stop;
            continue;
        }
        // `You may use it for commercial projects` explains what a licence says that is granted by name.
        let explains = matches!(text.word(i), "you" | "may" | "can")
            && stop - start <= COMMENT
            && (start..stop).any(|j| text.word(j) == "commercial")
            && statements.iter().any(|s| s.force == Force::Grant);
        if explains {
            i = stop;
            continue;
        }
        // `You may use it under one of the following licenses:` announces the names below it.
        let below = |s: &Statement| s.force == Force::Grant && (stop..stop + HEADING).contains(&s.words.start);
        let announces = stop - start <= COMMENT && text.gap(stop - 1).contains(':') && !contract;
        if announces && statements.iter().any(below) {
            i = stop;
            continue;
        }
        // Rights given under a licence that the paragraph names are that licence's.
        let named = |s: &Statement| s.force == Force::Grant && s.words.start < stop && s.words.end > start;
        if !contract && statements.iter().any(named) {
            i = stop;
            continue;
        }
        let mut end = i;
        let mut last = i;
        // Paragraphs that follow belong to it as long as they speak of rights.
        while end < text.len() && !taken[end] {
            let stop = (end..text.len())
                .find(|&j| paragraph(text, j) || taken.get(j + 1) == Some(&true))
                .map_or(text.len(), |j| j + 1);
            // A paragraph that grants a licence by name says something of its own.
            let granted = |s: &Statement| s.force == Force::Grant && (end..stop).contains(&s.words.start);
            let named = |s: &Statement| (end..stop).contains(&s.words.start);
            if end > i && (statements.iter().any(granted) || stop - end <= HEADING && statements.iter().any(named)) {
                break;
            }
            // `provided that:` leads to the terms, and items follow one another.
            let gap = text.gap(end.saturating_sub(1));
            let led = gap.trim_start().starts_with(':') || begins_item(gap) && end - i <= TERMS;
            let legal = (end..stop).filter(|&j| text.begins(j, begins::LEGAL)).count();
            if end > i && !led && legal * 20 < stop - end {
                break;
            }
            last = stop;
            end = stop;
            // A ruled line or a copyright statement begins something else.
            if border(text, stop) {
                break;
            }
        }
        if last - start >= SHORTEST {
            out.push(start..last);
        }
        i = last.max(i + 1);
    }
    out
}

/// Whether a text as a whole is a licence, though it grants with none of the usual words.
pub fn is_legal(text: &Text) -> bool {
    let mut seen = [0u32; LEGAL.len()];
    for i in 0..text.len() {
        if text.begins(i, begins::LEGAL)
            && let Some(n) = legal(text.word(i))
        {
            seen[n] += 1;
        }
    }
    let kinds = seen.iter().filter(|n| **n > 0).count();
    let all: u32 = seen.iter().sum();
    text.len() >= 40 && kinds >= 5 && all as usize * 22 >= text.len()
}

/// Whether rights are given somewhere in these words; a warranty disclaimer alone is no licence.
pub fn grants(text: &Text, words: Range<usize>) -> bool {
    words.into_iter().any(|i| text.begins(i, begins::RIGHTS) && GRANTS.iter().any(|g| text.reads(i, g)))
}

/// How far two stretches of one licence stand apart at most, in words.
const APART: usize = 30;

/// Fills stretches up to the paragraphs that they stand in, and joins those that are one licence.
pub fn tidy(text: &Text, taken: &[bool], mut stretches: Vec<Range<usize>>) -> Vec<Range<usize>> {
    stretches.sort_by_key(|s| (s.start, s.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for s in stretches {
        let start = (0..s.start).rev().find(|&j| taken[j] || paragraph(text, j)).map_or(0, |j| j + 1);
        let end = (s.end.max(1) - 1..text.len()).find(|&j| paragraph(text, j) || taken.get(j + 1) == Some(&true));
        let s = start..end.map_or(text.len(), |j| j + 1).max(s.end);
        match out.last_mut() {
            Some(last)
                if s.start <= last.end + APART
                    && !taken[last.end.min(s.start)..s.start].contains(&true)
                    && !(last.end..=s.start).any(|i| border(text, i)) =>
            {
                last.end = last.end.max(s.end)
            }
            _ => out.push(s),
        }
    }
    out
}

/// Whether before word `i` a ruled line ends what was said, or a copyright statement begins.
fn border(text: &Text, i: usize) -> bool {
    let Some(before) = i.checked_sub(1) else { return false };
    let ruled = |line: &str| {
        let line = line.trim();
        line.len() >= 5 && line.bytes().all(|b| matches!(b, b'-' | b'=' | b'*' | b'_' | b'#' | b'~'))
    };
    let free = |i: usize| text.words.free.get(i) == Some(&true);
    let gap = text.gap(before);
    let lines = gap.matches('\n').count();
    lines > 1 && (free(i) && !free(before) || gap.lines().any(ruled))
}

fn paragraph(text: &Text, i: usize) -> bool {
    let gap = text.gap(i);
    gap.matches('\n').count() > 1 || i + 1 >= text.len()
}

/// The name for words that have none.
pub fn reference(text: &Text, words: Range<usize>) -> Expr {
    let mut hash = Sha256::new();
    for i in words.filter(|&i| !text.words.free[i]) {
        let word = text.word(i);
        // Words in no licence stand as they are written.
        hash.update(word.to_lowercase().as_bytes());
        hash.update(b" ");
    }
    let digest = hash.finalize();
    let name: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    Expr::reference(&name)
}
