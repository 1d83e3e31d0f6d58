//! Reads sentences about licences: the words of a text with their spelling and the gaps between them, on which the
//! grammars of grants ([`super::gnu`]), names ([`super::names`]) and phrases ([`super::phrases`]) stand.

use super::built::index;
use super::index::Index;
use super::limits;
use super::token::{UNKNOWN, Words};
use super::unknown;
use crate::model::Expr;
use std::ops::Range;
use std::sync::OnceLock;

/// What a word can begin, so that a grammar looks only where it may find something.
pub mod begins {
    /// The name of a GNU licence.
    pub const GNU: u16 = 1;
    /// `perl`
    pub const PERL: u16 = 2;
    /// `public`
    pub const PUBLIC: u16 = 4;
    /// Words with which rights are given.
    pub const RIGHTS: u16 = 8;
    /// A word of contracts and licences.
    pub const LEGAL: u16 = 16;
    /// Words with which rights are kept.
    pub const CLOSED: u16 = 32;
    /// `unlimited`
    pub const UNLIMITED: u16 = 64;
    /// `alternatively`
    pub const ALTERNATIVELY: u16 = 128;
    /// Words that limit rights or demand something.
    pub const LIMITS: u16 = 256;
}

/// For each word of the vocabulary what it can begin.
fn beginnings() -> &'static [u16] {
    static BEGINNINGS: OnceLock<Vec<u16>> = OnceLock::new();
    BEGINNINGS.get_or_init(|| {
        let index = index();
        let mut out: Vec<u16> = (0..index.vocabulary_len())
            .map(|id| if gnu_letters(index.spelling(id as u16)) { begins::GNU } else { 0 })
            .collect();
        let mut mark = |words: &mut dyn Iterator<Item = &'static str>, kind: u16| {
            for word in words {
                if let Some(kinds) = out.get_mut(usize::from(index.number(word))) {
                    *kinds |= kind;
                }
            }
        };
        mark(&mut ["gnu", "lesser", "library", "affero", "general", "free"].into_iter(), begins::GNU);
        mark(&mut ["perl"].into_iter(), begins::PERL);
        mark(&mut ["public"].into_iter(), begins::PUBLIC);
        mark(&mut ["proprietary", "confidential", "unauthorized", "unauthorised"].into_iter(), begins::CLOSED);
        mark(&mut ["unlimited"].into_iter(), begins::UNLIMITED);
        mark(&mut ["alternatively"].into_iter(), begins::ALTERNATIVELY);
        mark(&mut limits::beginnings(), begins::LIMITS);
        mark(&mut unknown::beginnings(), begins::RIGHTS);
        mark(&mut unknown::LEGAL.into_iter(), begins::LEGAL);
        // No word at all begins nothing.
        if let Some(none) = out.get_mut(usize::from(UNKNOWN)) {
            *none = 0;
        }
        out
    })
}

/// Whether a word may be `GPL`, `LGPLv2.1` or the like.
fn gnu_letters(word: &str) -> bool {
    let known = |w: &str| w.eq_ignore_ascii_case("gpl") || w.eq_ignore_ascii_case("fdl");
    (3..=9).contains(&word.len()) && (word.get(..3).is_some_and(known) || word.get(1..4).is_some_and(known))
}

/// A text and what the grammars ask of it.
pub struct Text<'a> {
    /// The text itself.
    pub raw: &'a str,
    /// Its words.
    pub words: &'a Words,
    /// The vocabulary.
    pub index: &'a Index,
    /// Words that stand in a whole licence text, which speaks for itself.
    pub taken: &'a [bool],
    beginnings: &'static [u16],
}

/// How sure a mention says that something is licensed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    /// The licence is spoken of, no more.
    Mention,
    /// Where its text can be found.
    Reference,
    /// Something is under it.
    Grant,
}

/// A licence named in a sentence.
#[derive(Clone, Debug)]
pub struct Mention {
    /// What is named.
    pub expression: Expr,
    /// Its words, from the name to what belongs to it.
    pub words: Range<usize>,
    /// How sure it is a grant.
    pub force: Force,
    /// Whether the name leaves the version open (`GPL`, `BSD`).
    pub open: bool,
    /// How it was found.
    pub method: &'static str,
}

impl<'a> Text<'a> {
    /// Number of words.
    pub fn len(&self) -> usize {
        self.words.ids.len()
    }

    /// A word in its canonical spelling, or as it stands where it is in no licence. Empty beyond the text.
    pub fn word(&self, i: usize) -> &'a str {
        match self.words.ids.get(i) {
            None => "",
            Some(&UNKNOWN) => self.slice(i),
            Some(&id) => self.index.spelling(id),
        }
    }

    /// Whether word `i` can begin something of these kinds.
    pub fn begins(&self, i: usize, kinds: u16) -> bool {
        match self.words.ids.get(i) {
            None => false,
            Some(&UNKNOWN) => kinds & begins::GNU != 0 && gnu_letters(self.slice(i)),
            Some(&id) => self.beginnings.get(usize::from(id)).is_some_and(|b| b & kinds != 0),
        }
    }

    /// A text with its words.
    pub fn new(raw: &'a str, words: &'a Words, taken: &'a [bool]) -> Text<'a> {
        Text { raw, words, index: index(), taken, beginnings: beginnings() }
    }

    /// A word as it stands.
    pub fn slice(&self, i: usize) -> &'a str {
        let Some(&(start, end)) = self.words.at.get(i) else { return "" };
        self.raw.get(start as usize..end as usize).unwrap_or("")
    }

    /// What stands between word `i` and the next.
    pub fn gap(&self, i: usize) -> &'a str {
        let Some(&(_, end)) = self.words.at.get(i) else { return "" };
        let next = self.words.at.get(i + 1).map_or(self.raw.len().min(end as usize + 16), |w| w.0 as usize);
        let next = (end as usize..=next).rev().find(|&n| self.raw.is_char_boundary(n)).unwrap_or(end as usize);
        self.raw.get(end as usize..next).unwrap_or("")
    }

    /// Whether a sentence or paragraph ends after word `i`.
    pub fn ends(&self, i: usize) -> bool {
        let gap = self.gap(i);
        if i + 1 >= self.len() {
            return true;
        }
        let mut lines = 0;
        let mut stop = false;
        for b in gap.bytes() {
            match b {
                b'\n' => {
                    lines += 1;
                    if lines > 1 || stop {
                        return true;
                    }
                }
                b'.' => stop = lines == 0,
                b' ' | b'\t' if stop => return true,
                b' ' | b'\t' | b'\r' => {}
                _ => stop = false,
            }
        }
        // Statements were cut out of the words; the paragraph ends there.
        gap.len() > 60
    }

    /// The bytes of a run of words.
    pub fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        let start = self.words.at.get(words.start).map_or(0, |w| w.0 as usize);
        let end = self.words.at.get(words.end.max(words.start + 1) - 1).map_or(start, |w| w.1 as usize);
        start..end.max(start)
    }

    /// Whether these words stand at `i`.
    pub fn reads(&self, i: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, w)| self.word(i + n) == *w)
    }

    /// Whether one of the words stands among the `reach` words before `i`, in the same sentence; its place.
    pub fn before(&self, i: usize, reach: usize, words: &[&str]) -> Option<usize> {
        for j in (i.saturating_sub(reach)..i).rev() {
            if self.ends(j) {
                return None;
            }
            if words.contains(&self.word(j)) {
                return Some(j);
            }
        }
        None
    }
}
