//! The index as bytes, between the build script, which writes them, and the program, which reads them at its start.
//!
//! Numbers are of seven bits a byte, the low ones first; what is long and has no pattern is flat, two or four bytes each, the
//! low one first. Both directions stand here side by side, and the build script has this file too, so it uses the standard
//! library only. The bytes are our own, so a wrong one yields empty values instead of an error.

use super::index::{Doc, Index, Kind, Named};
use super::seeds::Table;
use super::vocabulary::Vocabulary;

/// Writes an index. `groups` is what its table of seeds is made of: the hashes and how many places each has, by hash.
#[allow(dead_code)]
pub fn write(index: &Index, groups: &[(u32, u16)]) -> Vec<u8> {
    let mut out = Output::default();
    out.text(&index.version);
    let spellings: Vec<(&str, u16)> = index.vocabulary.spellings().collect();
    out.number(spellings.len());
    for (word, id) in spellings {
        out.text(word);
        out.number(usize::from(id));
    }
    out.number(index.docs.len());
    for doc in &index.docs {
        out.text(&doc.id);
        out.text(&doc.listed);
        out.text(&doc.name);
        out.number(doc.kind as usize);
        let numbers = [doc.words.start, doc.words.end, doc.wild.start, doc.wild.end];
        numbers.into_iter().for_each(|n| out.number(n));
        [doc.required, doc.seeds, doc.rank].into_iter().for_each(|n| out.number(n as usize));
    }
    out.flat(index.words.iter().map(|w| w.to_le_bytes()));
    // Optional words as lengths of runs, beginning with a run of required ones.
    let mut runs = vec![0usize];
    let mut state = false;
    for &o in &index.optional {
        if o != state {
            runs.push(0);
            state = o;
        }
        if let Some(run) = runs.last_mut() {
            *run += 1;
        }
    }
    out.number(runs.len());
    runs.into_iter().for_each(|run| out.number(run));
    // Room for foreign words is rare.
    out.number(index.wild.len());
    let rooms: Vec<(usize, u16)> = index.wild.iter().copied().enumerate().filter(|(_, most)| *most > 0).collect();
    out.number(rooms.len());
    let mut last = 0;
    for (at, most) in rooms {
        out.number(at - last);
        out.number(usize::from(most));
        last = at;
    }
    out.flat(groups.iter().map(|g| g.0.to_le_bytes()));
    out.flat(groups.iter().map(|g| g.1.to_le_bytes()));
    out.flat(index.places.iter().map(|p| p.0.to_le_bytes()));
    out.flat(index.places.iter().map(|p| p.1.to_le_bytes()));
    out.flat(index.whole.iter().map(|w| w.0.to_le_bytes()));
    out.flat(index.whole.iter().map(|w| w.1.to_le_bytes()));
    out.number(index.names.len());
    for (named, end) in &index.names {
        let (kind, of) = match named {
            Named::Alias(n) => (0, n),
            Named::Name(n) => (1, n),
            Named::Id(n) => (2, n),
        };
        out.number(kind);
        out.number(usize::from(*of));
        out.number(*end as usize);
    }
    out.flat(index.name_words.iter().map(|w| w.to_le_bytes()));
    out.bytes
}

/// Reads what [`write()`] wrote.
pub fn read(bytes: &[u8]) -> Index {
    let mut input = Input { bytes, at: 0 };
    let version = input.text().into();
    let count = input.number();
    let mut vocabulary = Vocabulary::with_room(count);
    for _ in 0..count {
        let word = input.text();
        vocabulary.insert(word, input.number() as u16);
    }
    let docs = (0..input.number())
        .map(|_| Doc {
            id: input.text().into(),
            listed: input.text().into(),
            name: input.text().into(),
            kind: match input.number() {
                0 => Kind::License,
                1 => Kind::Exception,
                _ => Kind::Header,
            },
            words: input.number()..input.number(),
            wild: input.number()..input.number(),
            required: input.number() as u32,
            seeds: input.number() as u32,
            rank: input.number() as u32,
        })
        .collect();
    let words: Vec<u16> = input.flat(u16::from_le_bytes);
    let mut optional = Vec::with_capacity(words.len());
    let mut state = false;
    for _ in 0..input.number() {
        optional.resize(optional.len() + input.number(), state);
        state = !state;
    }
    let mut wild = vec![0; input.number()];
    let mut at = 0;
    for _ in 0..input.number() {
        at += input.number();
        let most = input.number() as u16;
        if let Some(room) = wild.get_mut(at) {
            *room = most;
        }
    }
    let (hashes, counts): (Vec<u32>, Vec<u16>) = (input.flat(u32::from_le_bytes), input.flat(u16::from_le_bytes));
    let (texts, words_of): (Vec<u16>, Vec<u16>) = (input.flat(u16::from_le_bytes), input.flat(u16::from_le_bytes));
    let (sums, docs_of): (Vec<u64>, Vec<u16>) = (input.flat(u64::from_le_bytes), input.flat(u16::from_le_bytes));
    let names = (0..input.number())
        .map(|_| {
            let (kind, of) = (input.number(), input.number() as u16);
            let named = match kind {
                0 => Named::Alias(of),
                1 => Named::Name(of),
                _ => Named::Id(of),
            };
            (named, input.number() as u32)
        })
        .collect();
    Index {
        version,
        docs,
        words,
        optional,
        wild,
        vocabulary,
        seeds: Table::build(&hashes.into_iter().zip(counts).collect::<Vec<_>>()),
        places: texts.into_iter().zip(words_of).collect(),
        whole: sums.into_iter().zip(docs_of).collect(),
        names,
        name_words: input.flat(u16::from_le_bytes),
    }
}

#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
}

#[allow(dead_code)]
impl Output {
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.bytes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn flat<const N: usize>(&mut self, values: impl ExactSizeIterator<Item = [u8; N]>) {
        self.number(values.len());
        values.for_each(|v| self.bytes.extend_from_slice(&v));
    }
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    fn number(&mut self) -> usize {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.bytes.get(self.at).copied().unwrap_or(0);
            self.at += 1;
            number |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 || shift > 28 {
                return number;
            }
        }
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let bytes = self.bytes.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        bytes
    }

    fn text(&mut self) -> &'a str {
        let length = self.number();
        std::str::from_utf8(self.take(length)).unwrap_or("")
    }

    fn flat<T, const N: usize>(&mut self, value: impl Fn([u8; N]) -> T) -> Vec<T> {
        let count = self.number();
        self.take(count * N).as_chunks().0.iter().map(|c| value(*c)).collect()
    }
}
