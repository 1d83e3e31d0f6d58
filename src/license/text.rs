//! Recognises licence texts, headers, notices and references in a file.

mod aliases;
mod align;
mod asides;
mod built;
mod choices;
mod conclude;
mod fields;
mod gnu;
mod grammar;
mod ids;
mod index;
mod limits;
mod listed;
mod lists;
mod names;
mod notice;
mod offers;
mod packed;
mod phrases;
mod scan;
mod search;
mod seeds;
mod table;
mod tag;
mod tally;
mod title;
mod token;
mod unknown;
mod vocabulary;

use super::memo::Memo;
use crate::model::Expr;
pub(super) use gnu::is_by_proxy;
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
    /// How many bytes were read, where the text is longer than [`MAX_TEXT`].
    pub cut: Option<usize>,
}

/// The version of the SPDX licence list that the texts are compared with.
pub fn list_version() -> &'static str {
    &built::index().version
}

/// Longer texts are read so far only; a licence file is some 100 KB at most, a collection of notices some MB.
pub const MAX_TEXT: usize = 4 << 20;

/// Places that are less like a licence than this are not looked at.
const LEAST: f32 = 0.5;

/// From this likeness on a text that is not a licence of the list is a version of one, and a licence in any case.
const NEAR: f32 = 0.7;

/// The name for a text in which nothing speaks of a licence, by its words alone. `None` where it has no words.
pub fn reference(words: &str) -> Option<Expr> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    let mut any = false;
    for word in words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        any = true;
        hash.update(word.to_lowercase().as_bytes());
        hash.update(b" ");
    }
    let name: String = hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect();
    any.then(|| Expr::reference(&name))
}

/// Identifies the licences in a text.
pub fn identify(words: &str) -> Identified {
    /// Shorter texts are read as fast as looked up; longer ones are rare, and seldom the same twice. What is kept is what
    /// some thousand packages of a distribution have in common.
    static MEMO: Memo<(), Identified> = Memo::new(200..=64 << 10, 16 << 20);
    MEMO.get((), words, read)
}

fn read(words: &str) -> Identified {
    let end = (0..=words.len().min(MAX_TEXT)).rev().find(|&n| words.is_char_boundary(n)).unwrap_or(0);
    let index = built::index();
    let mut read = token::Words::default();
    for stretch in scan::stretches(words.get(..end).unwrap_or_default()) {
        token::read(words, stretch, &mut index.lexicon(), &mut read);
    }
    let cut = (end < words.len()).then_some(end);
    let mut out = Identified { copyrights: copyrights(words, &read), cut, ..Identified::default() };
    let own: Vec<u16> = read.ids.iter().zip(&read.free).filter(|(_, free)| !**free).map(|(id, _)| *id).collect();
    let hash = index.whole(&own).or_else(|| index.whole(&read.ids));
    let mut taken = vec![false; read.ids.len()];
    let mut texts = Vec::new();
    let mut exceptions = Vec::new();
    let mut near: Vec<align::Alignment> = Vec::new();
    let mut cut_out = choices::alternatives(&grammar::Text::new(words, &read, &taken));
    for a in search(index, &read, &mut cut_out) {
        let Some(doc) = index.docs.get(a.doc) else { continue };
        if !a.accepted || title::names_another(words, &read, index, &a) {
            if doc.kind == index::Kind::License {
                near.push(a);
            }
            continue;
        }
        take(&mut taken, &a.words, &cut_out);
        if doc.kind == index::Kind::Exception {
            exceptions.push((a.words.clone(), doc.id.clone()));
            continue;
        }
        let method = match doc.kind {
            index::Kind::Header => "header",
            _ if hash == Some(a.doc) => "text-hash",
            _ => "text",
        };
        texts.push(conclude::item(index, &a, method));
    }
    let text = grammar::Text::new(words, &read, &taken);
    let mut statements = phrases::statements(&text);
    // A text under its licence's name that only lacks words is the licence, cut short.
    let mut settled = taken.clone();
    near.retain(|a| {
        let named = conclude::names(index, a, &statements);
        if named {
            take(&mut settled, &a.words, &cut_out);
            texts.push(conclude::item(index, a, "text"));
        }
        !named
    });
    // What is near a licence, but is none, keeps its words; a sentence that names a licence in there does not count.
    let mut unknown = Vec::new();
    for a in near.iter().filter(|a| a.likeness() >= NEAR && a.required >= 20) {
        if unknown::grants(&text, a.words.clone()) {
            unknown.push(a.words.clone());
        }
    }
    let mut closed = settled.clone();
    for u in &unknown {
        closed[u.clone()].fill(true);
    }
    unknown.extend(unknown::stretches(&text, &closed, &statements));
    for u in &unknown {
        closed[u.clone()].fill(true);
    }
    unknown.extend(limits::paragraphs(&text, &closed, &statements));
    if texts.is_empty()
        && exceptions.is_empty()
        && statements.is_empty()
        && unknown.is_empty()
        && unknown::is_legal(&text)
    {
        unknown.push(0..text.len());
    }
    let unknown = unknown::tidy(&text, &settled, unknown);
    let within = |outer: &Range<usize>, s: &Range<usize>| outer.start <= s.start && s.end <= outer.end;
    statements.retain(|s| {
        !unknown.iter().any(|u| within(u, &s.words)) || cut_out.iter().any(|alternative| within(alternative, &s.words))
    });
    for u in &unknown {
        texts.push(conclude::Item {
            expression: unknown::reference(&text, u.clone()),
            words: u.clone(),
            text: true,
            open: false,
            force: grammar::Force::Grant,
            method: "text",
            coverage: 0.0,
            confidence: 50,
            counts: true,
        });
    }
    if !unknown.is_empty() {
        out.nearest = near
            .iter()
            .max_by(|a, b| a.likeness().total_cmp(&b.likeness()))
            .and_then(|a| Some((index.docs.get(a.doc)?.id.clone(), a.likeness())));
    }
    let (items, expression) = conclude::conclude(&text, texts, statements, &exceptions);
    out.expression = expression;
    for item in items {
        out.matches.push(Match {
            range: text.bytes(&item.words),
            expression: item.expression,
            method: item.method,
            coverage: item.coverage,
            confidence: item.confidence,
        });
    }
    out
}

/// The places of licences, found as if the alternatives in `cut_out` were not there.
fn search(index: &index::Index, read: &token::Words, cut_out: &mut Vec<Range<usize>>) -> Vec<align::Alignment> {
    if cut_out.is_empty() {
        return search::search(index, read, LEAST);
    }
    // Some licences of the list have such a sentence of their own.
    let whole = search::search(index, read, LEAST);
    let word = index.number("alternatively");
    let own = |c: &Range<usize>, a: &align::Alignment| {
        let words = index.docs.get(a.doc).and_then(|doc| index.words.get(doc.words.clone())).unwrap_or_default();
        a.words.start <= c.start && c.end <= a.words.end && words.contains(&word) && conclude::accept(index, a)
    };
    cut_out.retain(|c| !whole.iter().any(|a| own(c, a)));
    if cut_out.is_empty() {
        return whole;
    }
    let (left, places) = choices::without(read, cut_out);
    let mut found = search::search(index, &left, LEAST);
    for a in &mut found {
        let at = |n: usize| places.get(n).copied().unwrap_or(read.ids.len());
        a.words = at(a.words.start)..a.words.end.checked_sub(1).map_or(0, |n| (at(n) + 1).min(read.ids.len()));
    }
    found
}

/// Marks the words of a licence; an alternative in its midst is no part of it.
fn take(taken: &mut [bool], words: &Range<usize>, cut_out: &[Range<usize>]) {
    for i in words.clone().filter(|i| !cut_out.iter().any(|c| c.contains(i))) {
        if let Some(taken) = taken.get_mut(i) {
            *taken = true;
        }
    }
}

/// The statements as they are printed: white space made single.
fn copyrights(text: &str, words: &token::Words) -> Vec<Copyright> {
    let mut out = Vec::new();
    for range in &words.statements {
        let Some(statement) = text.get(range.clone()) else { continue };
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        out.push(Copyright { statement: statement.into(), range: range.clone() });
    }
    out
}

#[cfg(test)]
mod tests;
