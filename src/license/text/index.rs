//! The index of licence texts: decoded once from what the build script made of the SPDX list. Vocabulary, texts as word
//! numbers, and seeds (short runs of words) by which a text finds the licences that it may be.

use super::token::{self, FIXED, Lexicon, SAME, UNKNOWN};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

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

/// Length of a seed in words: long enough to be rare, short enough to survive a change in every other line.
pub const SEED: usize = 5;
/// One of so many runs of words is a seed; the same ones in all texts, as the hash decides.
const SAMPLE: u32 = 12;
/// A text that has fewer seeds by sampling gets more of its own.
const FEWEST: usize = 10;

/// A run of words that one text has more often is no seed of it.
const MOST_REPEATED: usize = 3;

/// The decoded index.
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
    vocabulary: Vocabulary,
    /// Seeds: hash to a range of `places`.
    seeds: Table,
    places: Vec<(u16, u16)>,
    /// Hash of all words of a text to the text.
    whole: HashMap<u64, u16>,
}

/// The index, ready after the first call.
pub fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| Index::decode(include_bytes!(concat!(env!("OUT_DIR"), "/licenses.index"))))
}

impl Index {
    fn decode(bytes: &[u8]) -> Index {
        let mut input = Input { bytes, at: 0 };
        let version = input.text().into();
        let count = input.number();
        let mut vocabulary = Vocabulary::with_room(count + 4096);
        for i in 0..count {
            let word = input.text();
            vocabulary.insert(word, (i + 1) as u16);
        }
        debug_assert!(FIXED.iter().enumerate().all(|(i, w)| vocabulary.get(w.as_bytes()) == i as u16 + 1));
        for word in super::grammar::VOCABULARY {
            vocabulary.intern(word);
        }
        for (variant, word) in SAME {
            let id = vocabulary.intern(word);
            vocabulary.alias(variant, id);
        }
        let mut docs: Vec<Doc> = Vec::new();
        let (mut optional, mut wild) = (Vec::new(), Vec::new());
        for rank in 0..input.number() {
            let listed = input.text();
            let name = input.text();
            let flags = input.byte();
            let start = optional.len();
            let length = input.number();
            let mut state = false;
            for _ in 0..input.number() {
                optional.resize(optional.len() + input.number(), state);
                state = !state;
            }
            let required = optional[start..].iter().filter(|o| !**o).count() as u32;
            let wild_start = wild.len();
            wild.resize(wild_start + length + 1, 0);
            let mut at = wild_start;
            for _ in 0..input.number() {
                at += input.number();
                wild[at] = input.number() as u16;
            }
            let kind = match flags & 15 {
                0 => Kind::License,
                1 => Kind::Exception,
                _ => Kind::Header,
            };
            docs.push(Doc {
                id: super::ids::canonical(listed).into(),
                listed: listed.into(),
                name: name.into(),
                kind,
                words: start..start + length,
                wild: wild_start..wild_start + length + 1,
                required,
                seeds: 0,
                rank: super::ids::rank(listed, flags & 16 != 0) + rank as u32,
            });
        }
        let words = input.copies();
        // Names must be found in sentences, so each of their words is one of the vocabulary.
        let mut read = token::Words::default();
        for doc in &docs {
            for name in super::names::spellings(&doc.name).iter().map(String::as_str).chain([&*doc.listed]) {
                token::read(name, 0..name.len(), &mut Intern(&mut vocabulary), &mut read);
            }
        }
        for (name, _) in super::names::ALIASES {
            token::read(name, 0..name.len(), &mut Intern(&mut vocabulary), &mut read);
        }
        let mut index = Index {
            version,
            docs,
            words,
            optional,
            wild,
            vocabulary,
            seeds: Table::default(),
            places: Vec::new(),
            whole: HashMap::new(),
        };
        index.add_parts();
        index.sow();
        index
    }

    /// Some texts of the list hold two things that people deliver apart, and each is recognised alone too: the LGPL 3 comes
    /// with the GPL 3 that it adds to, and the licence of Unicode's data with a notice before it.
    fn add_parts(&mut self) {
        self.add_part(
            "LGPL-3.0-only",
            &["gnu", "general", "public", "license", "version", "3", "29", "june", "2007"],
            true,
        );
        for id in ["Unicode-DFS-2015", "Unicode-DFS-2016"] {
            self.add_part(id, &["permission", "is", "hereby", "granted", "free", "of", "charge"], false);
        }
    }

    /// Adds what stands before or behind the place in a licence where these words begin.
    fn add_part(&mut self, listed: &str, at: &[&str], before: bool) {
        let Some(whole) = self.docs.iter().find(|d| d.kind == Kind::License && &*d.listed == listed) else { return };
        let at: Vec<u16> = at.iter().map(|w| self.number(w)).collect();
        let words = self.words.get(whole.words.clone()).unwrap_or_default();
        let Some(place) = words.windows(at.len()).position(|run| run == at).filter(|n| *n > 0) else { return };
        let part = if before { 0..place } else { place..words.len() };
        let words = whole.words.start + part.start..whole.words.start + part.end;
        let wild = whole.wild.start + part.start..whole.wild.start + part.end + 1;
        let required = self.optional[words.clone()].iter().filter(|o| !**o).count() as u32;
        let part = Doc {
            id: whole.id.clone(),
            listed: whole.listed.clone(),
            name: whole.name.clone(),
            kind: whole.kind,
            words,
            wild,
            required,
            seeds: 0,
            rank: whole.rank + 1,
        };
        self.docs.push(part);
    }

    /// Chooses the seeds of each text.
    fn sow(&mut self) {
        let mut all: Vec<(u32, u16, u16)> = Vec::with_capacity(150_000);
        let mut own: Vec<(u32, u16)> = Vec::new();
        let ranks: Vec<u32> = self.docs.iter().map(|d| d.rank).collect();
        for (number, doc) in self.docs.iter_mut().enumerate() {
            let words = &self.words[doc.words.clone()];
            let wild = &self.wild[doc.wild.clone()];
            let number = number as u16;
            let entry = self.whole.entry(hash_all(words)).or_insert(number);
            if ranks.get(usize::from(*entry)) > Some(&doc.rank) {
                *entry = number;
            }
            let optional = &self.optional[doc.words.clone()];
            let mut seeds = 0;
            own.clear();
            for (p, run) in words.windows(SEED).enumerate() {
                // A run across a variable is there only where the variable has its original words.
                if run.contains(&UNKNOWN) || wild[p + 1..p + SEED].iter().any(|w| *w > 0) {
                    continue;
                }
                // Where a run begins decides whether the text must have it: `seeds` counts what it must have.
                let may_lack = optional[p];
                let hash = hash(run);
                if sampled(hash) {
                    all.push((hash, number, p.min(65_535) as u16));
                    seeds += usize::from(!may_lack);
                } else if !may_lack {
                    own.push((hash, p.min(65_535) as u16));
                }
            }
            let lacking = FEWEST.saturating_sub(seeds).min(own.len());
            // Spread over the text, so that a change in one place does not lose them all.
            let step = own.len().checked_div(lacking).unwrap_or(1).max(1);
            all.extend(own.iter().step_by(step).take(lacking).map(|&(hash, p)| (hash, number, p)));
            doc.seeds = (seeds + lacking) as u32;
        }
        // As one number each: one comparison in place of three.
        all.sort_unstable_by_key(|&(hash, doc, p)| u64::from(hash) << 32 | u64::from(doc) << 16 | u64::from(p));
        // A run that a text repeats says little of where in the text one is.
        let mut kept = Vec::with_capacity(all.len());
        for group in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            if group.len() <= MOST_REPEATED {
                kept.extend_from_slice(group);
            } else if let Some(doc) = group.first().and_then(|g| self.docs.get_mut(usize::from(g.1))) {
                let must = |p: u16| !self.optional[doc.words.start + usize::from(p)];
                doc.seeds -= group.iter().filter(|g| must(g.2)).count() as u32;
            }
        }
        let all = kept;
        self.places = all.iter().map(|&(_, doc, p)| (doc, p)).collect();
        self.seeds = Table::build(&all);
    }

    /// The texts and places where this run of words stands.
    pub fn places(&self, hash: u32) -> &[(u16, u16)] {
        self.seeds.get(hash).and_then(|r| self.places.get(r)).unwrap_or_default()
    }

    /// The text that has exactly these words.
    pub fn whole(&self, words: &[u16]) -> Option<usize> {
        let doc = usize::from(*self.whole.get(&hash_all(words))?);
        (self.words[self.docs[doc].words.clone()] == *words).then_some(doc)
    }

    /// One more than the highest number of a word.
    pub fn vocabulary_len(&self) -> usize {
        self.vocabulary.entries.len()
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
}

struct Lookup<'a>(&'a Vocabulary);

impl Lexicon for Lookup<'_> {
    fn id(&mut self, word: &[u8]) -> u16 {
        self.0.get(word)
    }

    fn is_known(&mut self, word: &[u8]) -> bool {
        // Names in other languages and digits are words too; halves of those are rare.
        word.len() >= 5 && self.0.get(word) != UNKNOWN
    }
}

/// Gives each word that it reads a number.
struct Intern<'a>(&'a mut Vocabulary);

impl Lexicon for Intern<'_> {
    fn id(&mut self, word: &[u8]) -> u16 {
        std::str::from_utf8(word).map_or(UNKNOWN, |word| self.0.intern(word))
    }
}

/// The hash of a run of words.
pub fn hash(run: &[u16]) -> u32 {
    let mut h = 0u64;
    for &w in run {
        h = (h.rotate_left(17) ^ u64::from(w)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (h >> 32) as u32
}

fn sampled(hash: u32) -> bool {
    hash.is_multiple_of(SAMPLE)
}

fn hash_all(words: &[u16]) -> u64 {
    let mut h = words.len() as u64;
    for &w in words {
        h = (h.rotate_left(5) ^ u64::from(w)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    h
}

/// Words to numbers: open addressing over the bytes of all words.
struct Vocabulary {
    slots: Vec<(u32, u16)>,
    /// Start of each word in `letters`, by insertion.
    spans: Vec<(u32, u8, u16)>,
    letters: String,
    /// For each number the entry of `spans` with its canonical spelling.
    entries: Vec<u16>,
    next: u16,
}

impl Vocabulary {
    fn spelling(&self, id: u16) -> &str {
        let Some(&(start, length, _)) = self.entries.get(usize::from(id)).and_then(|e| self.spans.get(usize::from(*e)))
        else {
            return "";
        };
        self.letters.get(start as usize..start as usize + usize::from(length)).unwrap_or("")
    }

    fn with_room(words: usize) -> Vocabulary {
        Vocabulary {
            slots: vec![(0, 0); (words * 2).next_power_of_two().max(16)],
            spans: vec![(0, 0, UNKNOWN)],
            letters: String::with_capacity(words * 8),
            entries: vec![0],
            next: 1,
        }
    }

    fn insert(&mut self, word: &str, id: u16) {
        let hash = hash_word(word.as_bytes());
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot].1 != 0 {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = (hash, self.spans.len() as u16);
        self.spans.push((self.letters.len() as u32, word.len() as u8, id));
        self.letters.push_str(word);
        if id == self.next {
            self.entries.push((self.spans.len() - 1) as u16);
            self.next += 1;
        }
    }

    fn alias(&mut self, word: &str, id: u16) {
        if self.get(word.as_bytes()) == UNKNOWN {
            self.insert(word, id);
        }
    }

    fn intern(&mut self, word: &str) -> u16 {
        match self.get(word.as_bytes()) {
            UNKNOWN => {
                let id = self.next;
                self.insert(word, id);
                id
            }
            id => id,
        }
    }

    fn get(&self, word: &[u8]) -> u16 {
        let hash = hash_word(word);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let (h, entry) = self.slots[slot];
            if entry == 0 {
                return UNKNOWN;
            }
            if h == hash {
                let (start, length, id) = self.spans[usize::from(entry)];
                if self.letters.as_bytes().get(start as usize..start as usize + usize::from(length)) == Some(word) {
                    return id;
                }
            }
            slot = (slot + 1) & mask;
        }
    }
}

fn hash_word(word: &[u8]) -> u32 {
    let mut h = word.len() as u64;
    let mut chunks = word.chunks_exact(4);
    for c in &mut chunks {
        let v = u32::from_le_bytes([c[0], c[1], c[2], c[3]]);
        h = (h ^ u64::from(v)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        h ^= h >> 32;
    }
    let mut tail = 0u64;
    for &b in chunks.remainder() {
        tail = tail << 8 | u64::from(b);
    }
    h = (h ^ tail).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (h >> 32) as u32
}

/// Seeds to ranges of places: a bit for "surely not here", then open addressing.
#[derive(Default)]
struct Table {
    bits: Vec<u64>,
    slots: Vec<(u32, u32, u32)>,
}

impl Table {
    /// From entries sorted by hash.
    fn build(entries: &[(u32, u16, u16)]) -> Table {
        let groups = entries.chunk_by(|a, b| a.0 == b.0);
        let count = groups.clone().count();
        let mut table = Table {
            bits: vec![0; (count * 8).next_power_of_two() / 64 + 1],
            slots: vec![(0, 0, 0); (count * 2).next_power_of_two().max(2)],
        };
        let mask = table.slots.len() - 1;
        let bits = table.bits.len() * 64 - 64;
        let mut start = 0u32;
        for group in groups {
            let hash = group[0].0;
            let end = start + group.len() as u32;
            let mut slot = hash as usize & mask;
            while table.slots[slot].2 != 0 {
                slot = (slot + 1) & mask;
            }
            table.slots[slot] = (hash, start, end);
            let bit = (hash >> 4) as usize & (bits - 1);
            table.bits[bit / 64] |= 1 << (bit % 64);
            start = end;
        }
        table
    }

    fn get(&self, hash: u32) -> Option<Range<usize>> {
        let bits = self.bits.len() * 64 - 64;
        let bit = (hash >> 4) as usize & (bits - 1);
        if self.bits[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let (h, start, end) = self.slots[slot];
            if end == 0 {
                return None;
            }
            if h == hash {
                return Some(start as usize..end as usize);
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// Reads what the build script wrote. The bytes are our own, so a wrong one yields empty values instead of an error.
struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.bytes.get(self.at - 1).copied().unwrap_or(0)
    }

    fn number(&mut self) -> usize {
        let (mut number, mut shift) = (0, 0);
        loop {
            let b = self.byte();
            number |= usize::from(b & 0x7f) << shift;
            shift += 7;
            if b & 0x80 == 0 || shift > 28 {
                return number;
            }
        }
    }

    fn text(&mut self) -> &'a str {
        let length = self.number();
        let bytes = self.bytes.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        std::str::from_utf8(bytes).unwrap_or("")
    }

    fn copies(&mut self) -> Vec<u16> {
        let total = self.number();
        let mut all: Vec<u16> = Vec::with_capacity(total);
        while all.len() < total && self.at < self.bytes.len() {
            for _ in 0..self.number() {
                all.push(self.number() as u16);
            }
            if all.len() < total {
                let from = all.len().saturating_sub(self.number());
                for i in from..from + self.number() {
                    all.push(all.get(i).copied().unwrap_or(token::UNKNOWN));
                }
            }
        }
        all
    }
}
