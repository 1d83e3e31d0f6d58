//! What the index of licence texts holds, and how the build script hands it to the program: everything that can be known
//! before a text is read is worked out once, when the program is built.
//!
//! The build script has this file too, so it uses the standard library only.

use super::seeds::{Table, hash_all};
use super::token::Lexicon;
use super::vocabulary::{Lookup, Vocabulary};
use std::ops::Range;

/// What a text of the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole licence.
    License,
    /// An exception to a licence.
    Exception,
    /// The notice that a licence asks to put into each file.
    Header,
}

/// One text to recognise.
pub struct Doc {
    /// Id of the SPDX list, deprecated ones as what replaces them.
    pub id: Box<str>,
    /// The id as the list has it.
    pub listed: Box<str>,
    /// Full name of the licence.
    pub name: Box<str>,
    /// What the text is.
    pub kind: Kind,
    /// Where its words stand in [`Index::words`].
    pub words: Range<usize>,
    /// Where the room for foreign words stands in [`Index::wild`], one entry more than there are words.
    pub wild: Range<usize>,
    /// How many words may not be missing.
    pub required: u32,
    /// How many seeds lead to it, without those of its optional parts.
    pub seeds: u32,
    /// Of several equal matches the one with the lowest rank counts.
    pub rank: u32,
}

/// One way to write the name of a licence, as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// An entry of [`super::aliases::ALIASES`].
    Alias(u16),
    /// The full name of a text of the index, or what people make of it.
    Name(u16),
    /// The id of a text of the index.
    Id(u16),
}

/// The index.
#[derive(Default)]
pub struct Index {
    /// Version of the SPDX licence list.
    pub version: Box<str>,
    /// All texts.
    pub docs: Vec<Doc>,
    /// Words of all texts.
    pub words: Vec<u16>,
    /// For each word of [`Index::words`] whether it may be missing.
    pub optional: Vec<bool>,
    /// Room for foreign words before each word.
    pub wild: Vec<u16>,
    /// All words that licences, their names and the grammars of sentences have.
    pub vocabulary: Vocabulary,
    /// Seeds: the hash of each run of words, and where its places are in [`Index::places`].
    pub seeds: Table,
    /// The places of all seeds, in the order of their hashes: text and word.
    pub places: Vec<(u16, u16)>,
    /// Hash of all words of a text and the text, by hash.
    pub whole: Vec<(u64, u16)>,
    /// Names, each with where its words end in [`Index::name_words`]; they begin where the one before ends.
    pub names: Vec<(Named, u32)>,
    /// The words of all names.
    pub name_words: Vec<u16>,
}

impl Index {
    /// The texts and places where this run of words stands.
    pub fn places(&self, hash: u32) -> &[(u16, u16)] {
        self.seeds.get(hash).and_then(|r| self.places.get(r)).unwrap_or_default()
    }

    /// The text that has exactly these words.
    pub fn whole(&self, words: &[u16]) -> Option<usize> {
        let hash = hash_all(words);
        let at = self.whole.binary_search_by_key(&hash, |w| w.0).ok()?;
        let doc = usize::from(self.whole.get(at)?.1);
        (self.words.get(self.docs.get(doc)?.words.clone())? == words).then_some(doc)
    }

    /// One more than the highest number of a word.
    pub fn vocabulary_len(&self) -> usize {
        self.vocabulary.len()
    }

    /// The spelling of a word by its number.
    pub fn spelling(&self, id: u16) -> &str {
        self.vocabulary.spelling(id)
    }

    /// The number of a word in lower case.
    pub fn number(&self, word: &str) -> u16 {
        self.vocabulary.get(word.as_bytes())
    }

    /// A reader's way to the vocabulary.
    pub fn lexicon(&self) -> impl Lexicon + '_ {
        Lookup(&self.vocabulary)
    }

    /// All names: what each is a name of, and its words.
    pub fn names(&self) -> impl Iterator<Item = (Named, &[u16])> {
        let mut start = 0;
        self.names.iter().map(move |&(named, end)| {
            let words = self.name_words.get(start..end as usize).unwrap_or_default();
            start = end as usize;
            (named, words)
        })
    }
}
