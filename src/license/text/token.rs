//! Words with their places: a text normalised by the SPDX matching guidelines (SPDX 2.3 annex B), so that two texts
//! which the guidelines call the same have the same words here.
//!
//! Case, white space, punctuation, quotes, comment marks, light HTML, list numbers, copyright lines and spelling variants
//! are gone; numbers with dots stay whole (`2.1`). The build script runs the same code over the licence list, so this
//! file uses the standard library only.

use super::notice;
use std::ops::Range;

/// Gives words their numbers; 0 stands for every word that is in no licence.
pub trait Lexicon {
    /// The number of a word in lower case.
    fn id(&mut self, word: &[u8]) -> u16;
    /// Whether a word of two halves, parted at the end of a line, is one. No halves are joined where words are collected.
    fn is_known(&mut self, _word: &[u8]) -> bool {
        false
    }
}

/// A word that no licence of the list has.
pub const UNKNOWN: u16 = 0;

/// Words that the normalisation itself looks at. The lexicon numbers them from 1 in this order. For the build
/// script, which makes the vocabulary.
#[allow(dead_code)]
pub const FIXED: [&str; 13] = [
    "copyright",
    "holder",
    "holders",
    "owner",
    "owners",
    "all",
    "rights",
    "reserved",
    "non",
    "sub",
    "version",
    "section",
    "v",
];
const COPYRIGHT: u16 = 1;
const HOLDER: u16 = 2;
const HOLDERS: u16 = 3;
const OWNER: u16 = 4;
const OWNERS: u16 = 5;
const ALL: u16 = 6;
const RIGHTS: u16 = 7;
const RESERVED: u16 = 8;
const NON: u16 = 9;
const SUB: u16 = 10;

/// Spellings that the guidelines hold to be the same word; the second is the one that counts.
pub const SAME: [(&str, &str); 46] = [
    ("acknowledgment", "acknowledgement"),
    ("acknowledgments", "acknowledgements"),
    ("analog", "analogue"),
    ("analyze", "analyse"),
    ("artifact", "artefact"),
    ("artifacts", "artefacts"),
    ("authorization", "authorisation"),
    ("authorized", "authorised"),
    ("caliber", "calibre"),
    ("canceled", "cancelled"),
    ("capitalizations", "capitalisations"),
    ("catalog", "catalogue"),
    ("categorize", "categorise"),
    ("center", "centre"),
    ("emphasized", "emphasised"),
    ("favor", "favour"),
    ("favorite", "favourite"),
    ("fulfill", "fulfil"),
    ("fulfillment", "fulfilment"),
    ("https", "http"),
    ("initialize", "initialise"),
    ("judgement", "judgment"),
    ("labeling", "labelling"),
    ("labor", "labour"),
    ("licence", "license"),
    ("licenced", "licensed"),
    ("licences", "licenses"),
    ("maximize", "maximise"),
    ("modeled", "modelled"),
    ("modeling", "modelling"),
    ("offense", "offence"),
    ("optimize", "optimise"),
    ("organization", "organisation"),
    ("organizations", "organisations"),
    ("organize", "organise"),
    ("practise", "practice"),
    ("program", "programme"),
    ("programs", "programmes"),
    ("realize", "realise"),
    ("recognize", "recognise"),
    ("signaling", "signalling"),
    ("sublicence", "sublicense"),
    ("utilization", "utilisation"),
    ("whilst", "while"),
    ("willful", "wilful"),
    ("merchantibility", "merchantability"),
];

/// One spelling for all spellings of a word; for the build script, which makes the vocabulary.
#[allow(dead_code)]
pub fn canonical(word: &str) -> &str {
    SAME.iter().find(|(variant, _)| *variant == word).map_or(word, |(_, word)| word)
}

/// A text as words: the number of each, and the bytes where it stands.
#[derive(Default)]
pub struct Words {
    /// Word numbers of the lexicon.
    pub ids: Vec<u16>,
    /// Start and end of each word in the text.
    pub at: Vec<(u32, u32)>,
    /// Words of copyright statements: no words of a licence, unless one happens to have them there.
    pub free: Vec<bool>,
    /// Words before which a paragraph or an item of a list begins.
    pub breaks: Vec<bool>,
    /// Copyright statements.
    pub statements: Vec<Range<usize>>,
}

impl Words {
    /// Whether a paragraph or an item of a list begins with word `i`.
    #[allow(dead_code)]
    pub fn begins(&self, i: usize) -> bool {
        self.breaks.get(i) == Some(&true)
    }
}

/// So many bytes may stand between the halves of a word that is parted at the end of a line.
const MAX_MARGIN: usize = 40;
/// Words longer than this are no words of a licence; their tail is skipped.
const MAX_WORD: usize = 48;

/// Reads the words of `text[range]`. Places count from the start of `text`.
pub fn read(text: &str, range: Range<usize>, lexicon: &mut impl Lexicon, out: &mut Words) {
    let bytes = text.as_bytes();
    let end = range.end.min(bytes.len());
    let mut reader = Reader {
        bytes,
        end,
        at: range.start,
        escaped: is_escaped(text.get(range.start..end).unwrap_or_default()),
        line_start: true,
        after_statement: false,
        free_until: 0,
        lines: 2,
        lexicon,
        out,
    };
    reader.run();
}

/// Whether the text is a string of some programming language, in which lines end with `\n`.
fn is_escaped(text: &str) -> bool {
    text.contains('\\')
        && text.matches("\\n").take(4).count() == 4
        && text.matches("\\n").count() > text.matches('\n').count()
}

struct Reader<'a, L> {
    bytes: &'a [u8],
    end: usize,
    at: usize,
    /// Whether lines end with `\n` as it is written in strings.
    escaped: bool,
    /// Whether only marks stand between the start of the line and `at`.
    line_start: bool,
    /// Whether the line before was a copyright statement.
    after_statement: bool,
    /// Where the last statement ends.
    free_until: usize,
    /// Ends of lines since the last word; the mark of a list item counts as two.
    lines: u8,
    lexicon: &'a mut L,
    out: &'a mut Words,
}

const SEPARATOR: u8 = 0;
const WORD: u8 = 1;
const NEWLINE: u8 = 2;
const WIDE: u8 = 3;
const ANGLE: u8 = 4;
const AMPERSAND: u8 = 5;
const PAREN: u8 = 6;

/// What each byte is to the reader.
static KIND: [u8; 256] = {
    let mut kind = [SEPARATOR; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        if byte.is_ascii_alphanumeric() {
            kind[b] = WORD;
        } else if byte >= 0x80 {
            kind[b] = WIDE;
        }
        b += 1;
    }
    kind[b'\n' as usize] = NEWLINE;
    kind[b'\r' as usize] = NEWLINE;
    kind[b'<' as usize] = ANGLE;
    kind[b'&' as usize] = AMPERSAND;
    kind[b'(' as usize] = PAREN;
    kind
};

impl<L: Lexicon> Reader<'_, L> {
    fn byte(&self, at: usize) -> u8 {
        if at < self.end { self.bytes.get(at).copied().unwrap_or(0) } else { 0 }
    }

    fn run(&mut self) {
        while self.at < self.end {
            let kind = KIND[usize::from(self.byte(self.at))];
            match kind {
                SEPARATOR if self.escaped && self.byte(self.at) == b'\\' => {
                    if self.byte(self.at + 1) == b'n' {
                        self.lines = self.lines.saturating_add(1);
                        self.line_start = true;
                    }
                    self.at += 2;
                }
                SEPARATOR => self.at += 1,
                NEWLINE => {
                    // The two signs with which some systems end a line are one end.
                    let second = self.byte(self.at) == b'\n' && self.at > 0 && self.bytes[self.at - 1] == b'\r';
                    self.lines = self.lines.saturating_add(u8::from(!second));
                    self.at += 1;
                    self.line_start = true;
                }
                ANGLE => self.at = self.tag(),
                AMPERSAND => self.at = self.entity(),
                _ if self.line_start => self.begin_line(),
                PAREN => self.at += 1,
                WORD => self.word(),
                _ => self.wide(),
            }
        }
    }

    /// The first letter of a line: a copyright statement that begins here, or goes on here with a year, is noted.
    fn begin_line(&mut self) {
        self.line_start = false;
        let mut end = self.end;
        if self.escaped {
            end = self.bytes[self.at..end].windows(2).take(512).position(|w| w == b"\\n").map_or(end, |n| self.at + n);
        }
        match notice::statement(self.bytes, self.at..end, self.after_statement) {
            Some(end) => {
                self.out.statements.push(self.at..end);
                self.free_until = end;
                self.after_statement = true;
            }
            // An address below it, in the next line, belongs to it.
            None if self.after_statement && self.lines <= 1 && notice::is_address(&self.bytes[self.at..self.end]) => {
                let line = self.bytes[self.at..self.end].iter().position(|b| matches!(b, b'\n' | b'\r'));
                self.free_until = line.map_or(self.end, |n| self.at + n);
                self.first_of_line();
            }
            None => {
                self.after_statement = false;
                self.first_of_line();
            }
        }
    }

    /// The first word of a line: list numbers and words that mark a comment are left out.
    fn first_of_line(&mut self) {
        let start = self.at;
        let mut end = start;
        while end < self.end && (self.byte(end).is_ascii_alphanumeric() || self.byte(end) == b'.') && end - start < 12 {
            end += 1;
        }
        let word = &self.bytes[start.min(end)..end];
        let next = self.byte(end);
        let spaced = next == 0 || next.is_ascii_whitespace();
        if spaced && (word.eq_ignore_ascii_case(b"dnl") || word.eq_ignore_ascii_case(b"rem")) {
            self.at = end;
            self.line_start = true;
            return;
        }
        let body = word.strip_suffix(b".").unwrap_or(word);
        let dotted = body.len() < word.len();
        if !body.is_empty() && spaced && self.may_be_list() && is_list_number(body) && (dotted || body.contains(&b'.'))
        {
            self.at = end;
            self.lines = 2;
            return;
        }
        if self.at < self.end {
            match KIND[usize::from(self.byte(self.at))] {
                WORD => self.word(),
                WIDE => self.wide(),
                _ => self.at += 1,
            }
        }
    }

    /// Whether a number here can begin an item of a list: the words before ended a sentence or a paragraph.
    fn may_be_list(&self) -> bool {
        let mut lines = 0;
        for &b in self.bytes[..self.at].iter().rev().take(200) {
            match b {
                b'\n' => lines += 1,
                b'.' | b':' | b';' | b')' | b']' | b'"' | b'>' => return true,
                b if b.is_ascii_alphanumeric() || b >= 0x80 => {
                    return lines > 1 || !matches!(self.out.ids.last().copied(), Some(UNKNOWN | 11..=13));
                }
                b',' => return lines > 1,
                _ => {}
            }
        }
        true
    }

    /// A word that begins with a letter or digit of ASCII.
    fn word(&mut self) {
        let start = self.at;
        let mut buffer = [0u8; MAX_WORD];
        let mut len = 0;
        let mut at = start;
        let mut wide = false;
        while at < self.end {
            let b = self.bytes[at];
            match KIND[usize::from(b)] {
                WORD => {}
                WIDE => {
                    wide = self.rest(at).chars().next().is_some_and(|c| c.is_alphanumeric() || c == '\u{ad}');
                    break;
                }
                // `2.1` is one word; a full stop is none.
                _ if b == b'.'
                    && at > start
                    && self.bytes[at - 1].is_ascii_digit()
                    && self.byte(at + 1).is_ascii_digit() => {}
                _ => break,
            }
            if len < MAX_WORD {
                buffer[len] = b.to_ascii_lowercase();
                len += 1;
            }
            at += 1;
        }
        if wide {
            self.wide_word(start);
            return;
        }
        self.at = at;
        if self.byte(at) == b'-'
            && let Some((end, whole)) = self.parted(at, &mut buffer, len)
        {
            self.at = end;
            self.push(start, end, &buffer[..whole]);
            return;
        }
        if len <= 4 && self.is_mark(start, at, &buffer[..len]) {
            self.lines = 2;
        } else {
            self.push(start, at, &buffer[..len]);
        }
    }

    /// A word that is parted at the end of the line, whose first half ends at the hyphen at `at` and is in `buffer`: where
    /// its second half ends, and the length of both. Words that have a hyphen anyway are two words, as everywhere.
    fn parted(&mut self, at: usize, buffer: &mut [u8; MAX_WORD], len: usize) -> Option<(usize, usize)> {
        let mut next = at + 1;
        if !matches!(self.byte(next), b'\n' | b'\r') {
            return None;
        }
        // Comment marks and indentation stand before the second half.
        while next - at < MAX_MARGIN && !matches!(KIND[usize::from(self.byte(next))], WORD | WIDE) {
            next += 1;
        }
        let mut whole = len;
        while self.byte(next).is_ascii_lowercase() || whole > len && self.byte(next).is_ascii_uppercase() {
            if whole == MAX_WORD {
                return None;
            }
            buffer[whole] = self.byte(next);
            (whole, next) = (whole + 1, next + 1);
        }
        // `dual-licensed` keeps its hyphen in the middle of a line too.
        if &buffer[..len] == b"dual" {
            return None;
        }
        (whole > len && !self.byte(next).is_ascii_alphanumeric() && self.lexicon.is_known(&buffer[..whole]))
            .then_some((next, whole))
    }

    /// Whether a short word is a list mark (`a)`, `(iv)`, `. 2. `) or a copyright sign.
    fn is_mark(&self, start: usize, end: usize, word: &[u8]) -> bool {
        let before = if start > 0 { self.bytes[start - 1] } else { b'\n' };
        match self.byte(end) {
            b')' => {
                // `(i.e. the GPL, version 2)` holds no list number.
                let version = matches!(self.out.ids.last().copied(), Some(11..=13));
                is_list_number(word) && !version && (before == b'(' || before.is_ascii_whitespace() || before == b'>')
            }
            b'.' => {
                let after = self.byte(end + 1);
                word.len() <= 2
                    && word[0].is_ascii_digit()
                    && (after == b' ' || after == b'\n' || after == 0)
                    && before == b' '
                    && self.bytes[..start - 1]
                        .iter()
                        .rev()
                        .take(6)
                        .find(|b| !b.is_ascii_whitespace())
                        .is_some_and(|b| matches!(b, b'.' | b':' | b';'))
            }
            _ => false,
        }
    }

    /// Something that begins outside ASCII: a letter, or a sign that separates.
    fn wide(&mut self) {
        let rest = self.rest(self.at);
        let Some(c) = rest.chars().next() else {
            self.at += 1;
            return;
        };
        if c == '©' {
            let (start, end) = (self.at, self.at + c.len_utf8());
            self.at = end;
            if self.out.ids.last() != Some(&COPYRIGHT) {
                self.push(start, end, b"copyright");
            }
        } else if c.is_alphanumeric() {
            self.wide_word(self.at);
        } else {
            self.at += c.len_utf8();
        }
    }

    /// A word with letters outside ASCII. Han, kana and the like have no spaces: each sign is a word.
    fn wide_word(&mut self, start: usize) {
        let mut word = [0u8; MAX_WORD];
        let mut len = 0;
        let mut end = start;
        for c in self.rest(start).chars() {
            if c == '\u{ad}' {
                end += c.len_utf8();
                continue;
            }
            let alone = c as u32 >= 0x2e80;
            if !c.is_alphanumeric() || (alone && end > start) {
                break;
            }
            end += c.len_utf8();
            for lower in c.to_lowercase() {
                let mut utf8 = [0; 4];
                let utf8 = lower.encode_utf8(&mut utf8).as_bytes();
                if len + utf8.len() <= MAX_WORD {
                    word[len..len + utf8.len()].copy_from_slice(utf8);
                    len += utf8.len();
                }
            }
            if alone {
                break;
            }
        }
        self.at = end.max(start + 1);
        if len > 0 {
            self.push(start, end, &word[..len]);
        }
    }

    fn rest(&self, at: usize) -> &str {
        // A word is bounded, so a short look is enough; it is cut where a letter ends.
        let mut end = (at + 4 * MAX_WORD).min(self.end);
        while end > at && end < self.bytes.len() && self.bytes[end] & 0xc0 == 0x80 {
            end -= 1;
        }
        std::str::from_utf8(self.bytes.get(at..end).unwrap_or_default()).unwrap_or("")
    }

    fn push(&mut self, start: usize, end: usize, word: &[u8]) {
        let last = self.out.ids.last().copied();
        let mut id = self.lexicon.id(word);
        match (last, id) {
            (Some(COPYRIGHT), OWNER) => id = HOLDER,
            (Some(COPYRIGHT), OWNERS) => id = HOLDERS,
            (Some(COPYRIGHT), COPYRIGHT) => return,
            (Some(RIGHTS), RESERVED) if self.out.ids.iter().rev().nth(1) == Some(&ALL) => {
                for _ in 0..2 {
                    self.out.ids.pop();
                    self.out.at.pop();
                    self.out.free.pop();
                    // What follows begins where the words began that are gone.
                    if self.out.breaks.pop() == Some(true) {
                        self.lines = 2;
                    }
                }
                return;
            }
            (Some(prefix @ (NON | SUB)), _) => {
                // `non-commercial`, `non commercial` and `noncommercial` are one word.
                let mut joined = [0u8; MAX_WORD + 3];
                joined[..3].copy_from_slice(if prefix == NON { b"non" } else { b"sub" });
                joined[3..3 + word.len()].copy_from_slice(word);
                let whole = self.lexicon.id(&joined[..3 + word.len()]);
                if whole != UNKNOWN
                    && let (Some(id), Some(place)) = (self.out.ids.last_mut(), self.out.at.last_mut())
                {
                    *id = whole;
                    place.1 = end as u32;
                    return;
                }
            }
            _ => {}
        }
        self.out.ids.push(id);
        self.out.at.push((start as u32, end as u32));
        self.out.free.push(start < self.free_until);
        self.out.breaks.push(self.lines > 1);
        self.lines = 0;
    }

    /// The end of an HTML tag or comment mark, or of the `<` alone where what follows is none.
    fn tag(&mut self) -> usize {
        let at = self.at + 1;
        let name_at = if self.byte(at) == b'/' { at + 1 } else { at };
        let mut end = name_at;
        while end < self.end && self.bytes[end].is_ascii_alphanumeric() && end - name_at < 12 {
            end += 1;
        }
        let known = TAGS.iter().any(|tag| self.bytes[name_at..end].eq_ignore_ascii_case(tag.as_bytes()));
        if !known || !matches!(self.byte(end), b'>' | b' ' | b'/' | b'\n') {
            return at;
        }
        let close = self.bytes[end..self.end].iter().take(MAX_TAG).position(|&b| b == b'>' || b == b'<');
        match close {
            Some(n) if self.bytes[end + n] == b'>' => end + n + 1,
            _ => at,
        }
    }

    /// The end of an HTML entity (`&quot;`), or of the `&` alone. `&copy;` counts as the sign that it is.
    fn entity(&mut self) -> usize {
        let start = self.at;
        let mut end = start + 1;
        while end < self.end && (self.bytes[end].is_ascii_alphanumeric() || self.bytes[end] == b'#') && end - start < 10
        {
            end += 1;
        }
        if self.byte(end) != b';' || end == start + 1 {
            return start + 1;
        }
        if &self.bytes[start..end] == b"&copy" && self.out.ids.last() != Some(&COPYRIGHT) {
            self.push(start, end, b"copyright");
        }
        end + 1
    }
}

/// How far the end of an HTML tag is looked for: room for a long link.
const MAX_TAG: usize = 300;

/// HTML elements that stand in licence texts; other words in angle brackets are placeholders or addresses.
const TAGS: [&str; 38] = [
    "p",
    "br",
    "b",
    "i",
    "em",
    "strong",
    "div",
    "span",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "a",
    "pre",
    "tt",
    "code",
    "html",
    "head",
    "body",
    "title",
    "table",
    "tr",
    "td",
    "hr",
    "center",
    "font",
    "blockquote",
    "sup",
    "dl",
    "dt",
    "dd",
    "meta",
    "link",
    "u",
];

/// Digits with dots, one letter, or a small Roman number.
fn is_list_number(word: &[u8]) -> bool {
    match word {
        [b] => b.is_ascii_alphanumeric(),
        _ if word.iter().all(|b| b.is_ascii_digit() || *b == b'.') => word.len() <= 5,
        _ => word.len() <= 4 && word.iter().all(|b| matches!(b.to_ascii_lowercase(), b'i' | b'v' | b'x')),
    }
}
