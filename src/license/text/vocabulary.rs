//! The vocabulary: the words that licences, their names and the grammars of sentences have, each with a number.
//!
//! The build script makes it and has this file too, so it uses the standard library only.

use super::token::{Lexicon, UNKNOWN};

/// Words that the grammars look at, so that each is in the vocabulary even where no licence has it.
#[allow(dead_code)]
pub const GRAMMAR: [&str; 62] = [
    "proprietary",
    "confidential",
    "unauthorized",
    "unauthorised",
    "gpl",
    "lgpl",
    "agpl",
    "gfdl",
    "fdl",
    "gnu",
    "gplv2",
    "gplv3",
    "lgplv2",
    "lgplv3",
    "agplv3",
    "lgplv2.1",
    "expat",
    "newer",
    "dual",
    "dually",
    "licensed",
    "duallicensed",
    "perl",
    "terms",
    "either",
    "choice",
    "choose",
    "debian",
    "packaging",
    "packaged",
    "v1",
    "v2",
    "v3",
    "v2.1",
    "v2.0",
    "v3.0",
    "mit",
    "bsd",
    "clause",
    "apache",
    "mozilla",
    "artistic",
    "copyrighted",
    "uncopyrighted",
    "dedicated",
    "licensing",
    "alternatively",
    "unlimited",
    "relicensed",
    "actual",
    "wtfpl",
    "unlicense",
    "0bsd",
    "asl",
    "upl",
    "ofl",
    "mplv2",
    "isc",
    "waiver",
    "universal",
    "formerly",
    "previously",
];

/// Looks words up in a vocabulary.
pub struct Lookup<'a>(pub &'a Vocabulary);

impl Lexicon for Lookup<'_> {
    fn id(&mut self, word: &[u8]) -> u16 {
        self.0.get(word)
    }

    fn is_known(&mut self, word: &[u8]) -> bool {
        // Names in other languages and digits are words too; halves of those are rare.
        word.len() >= 5 && self.0.get(word) != UNKNOWN
    }
}

/// Words to numbers: open addressing over the bytes of all words.
#[derive(Default)]
pub struct Vocabulary {
    slots: Vec<(u32, u16)>,
    /// Start of each word in `letters`, by insertion.
    spans: Vec<(u32, u8, u16)>,
    letters: String,
    /// For each number the entry of `spans` with its canonical spelling.
    entries: Vec<u16>,
    next: u16,
}

impl Vocabulary {
    /// The spelling of a word by its number; empty for what is none.
    pub fn spelling(&self, id: u16) -> &str {
        let Some(&(start, length, _)) = self.entries.get(usize::from(id)).and_then(|e| self.spans.get(usize::from(*e)))
        else {
            return "";
        };
        self.letters.get(start as usize..start as usize + usize::from(length)).unwrap_or("")
    }

    /// One more than the highest number of a word.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// All spellings with the numbers of their words, in the order in which they came.
    pub fn spellings(&self) -> impl Iterator<Item = (&str, u16)> {
        self.spans.iter().skip(1).map(|&(start, length, id)| {
            (self.letters.get(start as usize..start as usize + usize::from(length)).unwrap_or(""), id)
        })
    }

    /// An empty one with room for so many words; more find no place.
    pub fn with_room(words: usize) -> Vocabulary {
        Vocabulary {
            slots: vec![(0, 0); (words * 2).next_power_of_two().max(16)],
            spans: vec![(0, 0, UNKNOWN)],
            letters: String::with_capacity(words * 8),
            entries: vec![0],
            next: 1,
        }
    }

    /// Adds a word, or another spelling of one, that is not there yet.
    pub fn insert(&mut self, word: &str, id: u16) {
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

    /// Another spelling of a word, unless it is a word of its own.
    #[allow(dead_code)]
    pub fn alias(&mut self, word: &str, id: u16) {
        if self.get(word.as_bytes()) == UNKNOWN {
            self.insert(word, id);
        }
    }

    /// The number of a word, a new one where it had none.
    #[allow(dead_code)]
    pub fn intern(&mut self, word: &str) -> u16 {
        match self.get(word.as_bytes()) {
            UNKNOWN => {
                let id = self.next;
                self.insert(word, id);
                id
            }
            id => id,
        }
    }

    /// The number of a word.
    pub fn get(&self, word: &[u8]) -> u16 {
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
