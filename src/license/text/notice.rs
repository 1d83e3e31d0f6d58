//! Copyright statements: where one begins and ends in the lines of a file. The words of a statement are no words of a
//! licence (guideline 9 of SPDX 2.3 annex B), and they are what a notice file must repeat.
//!
//! Used by the build script too, so this file uses the standard library only.

use std::ops::Range;

/// A longer line is not one statement; the rest of it is read as words.
const MAX_STATEMENT: usize = 400;

/// Words after `copyright` with which a licence speaks of copyright instead of stating it.
const NO_HOLDER: [&str; 22] = [
    "notice",
    "notices",
    "holder",
    "holders",
    "owner",
    "owners",
    "law",
    "laws",
    "license",
    "licenses",
    "licence",
    "act",
    "statement",
    "statements",
    "and",
    "or",
    "protection",
    "rights",
    "information",
    "is",
    "in",
    "interest",
];

/// Words with which a licence begins; they end a statement that shares its line with one.
const BEGINNINGS: [&str; 9] = [
    " and it is ",
    " Copyright and related ",
    " Permission ",
    " Redistribution ",
    " Licensed ",
    " This ",
    " All rights reserved",
    " All Rights Reserved",
    " Everyone ",
];

/// Where the statement ends that begins at `range.start`, the first letter of a line. `follows` says that the line before
/// was one: then a line that begins with a year goes on with it.
pub fn statement(bytes: &[u8], range: Range<usize>, follows: bool) -> Option<usize> {
    let line = bytes.get(range.clone())?;
    // Cheap refusals first: this runs on every line.
    let first = *line.first()?;
    let (after, signed) = match first {
        b'c' | b'C' => {
            if line.len() < 9 || !line[..9].eq_ignore_ascii_case(b"copyright") {
                return None;
            }
            if line.get(9).is_some_and(u8::is_ascii_alphanumeric) {
                return None;
            }
            (9, false)
        }
        b'(' => (if line.len() >= 3 && line[..3].eq_ignore_ascii_case(b"(c)") { 3 } else { return None }, true),
        0xc2 if line.get(1) == Some(&0xa9) => (2, true),
        b'1' | b'2' if follows && year(line) => (0, false),
        _ => return None,
    };
    let length = line
        .iter()
        .take(MAX_STATEMENT)
        .position(|&b| b == b'\n' || b == b'\r')
        .unwrap_or(line.len().min(MAX_STATEMENT));
    let mut length = char_floor(line, length);
    let text = std::str::from_utf8(line.get(..length)?).ok()?;
    // `(c)` begins an item of a list more often than a statement: there a year or a placeholder must follow.
    let rest = text.get(after..)?.trim_start();
    if first == b'('
        && !(year(rest.as_bytes())
            || rest.starts_with(['<', '[', '{'])
            || rest.to_ascii_lowercase().starts_with("copyright"))
    {
        return None;
    }
    if after > 0 && !names_someone(text.get(after..)?, signed, first == b'C') {
        return None;
    }
    for beginning in BEGINNINGS {
        if let Some(at) = text.get(..length).and_then(|t| t.find(beginning)) {
            length = at;
        }
    }
    let length = sentence(text.get(..length)?);
    Some(range.start + text[..length].trim_end().len())
}

/// Whether a line holds an address as people put it below their name: a number for the house or the place, and a comma, or
/// an `@`; no sentence.
#[allow(dead_code)]
pub fn is_address(rest: &[u8]) -> bool {
    let length = rest.iter().take(MAX_ADDRESS).position(|&b| b == b'\n' || b == b'\r').unwrap_or(rest.len());
    if length >= MAX_ADDRESS {
        return false;
    }
    let line = &rest[..length];
    let digits = line.split(|b| !b.is_ascii_digit()).any(|n| (4..=6).contains(&n.len()));
    let words = line.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty()).count();
    digits && line.contains(&b',') && words <= 9 && line.first().is_some_and(u8::is_ascii_digit)
        || words <= 4 && line.contains(&b'@')
}

/// A longer line is a sentence.
const MAX_ADDRESS: usize = 72;

/// Shorter words before a full stop, and these, are abbreviations.
const ABBREVIATIONS: [&str; 8] = ["Inc", "Corp", "Ltd", "Co", "Jr", "Sr", "Univ", "GmbH"];

/// The end of the first sentence: names hold full stops too, so only one after a longer word ends it.
fn sentence(text: &str) -> usize {
    for (at, _) in text.match_indices(". ") {
        let before = text[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let after = text[at + 2..].trim_start();
        let rights = after.get(..10).is_some_and(|a| a.eq_ignore_ascii_case("all rights"));
        if before.len() > 3
            && !ABBREVIATIONS.contains(&before)
            && !rights
            && after.starts_with(|c: char| c.is_uppercase())
        {
            return at + 1;
        }
    }
    text.len()
}

/// Whether what follows the word `copyright` says whose: a sign, a year, a placeholder or a name.
fn names_someone(rest: &str, signed: bool, capital: bool) -> bool {
    let mut rest = rest.trim_start_matches([' ', '\t', ':', ',']);
    let mut signed = signed;
    loop {
        let before = rest.len();
        for sign in ["(c)", "(C)", "©", "&copy;", "(R)", "Copyright", "copyright", "(c )"] {
            if let Some(shorter) = rest.strip_prefix(sign) {
                rest = shorter.trim_start_matches([' ', '\t', ':', ',']);
                signed = true;
            }
        }
        if rest.len() == before {
            break;
        }
    }
    let Some(first) = rest.chars().next() else { return false };
    if first.is_ascii_digit() {
        return year(rest.as_bytes()) || signed;
    }
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if NO_HOLDER.contains(&word.as_str()) && !(signed && word == "the") {
        return false;
    }
    match first {
        '<' | '[' | '{' | '_' | '@' => true,
        _ if signed => first.is_alphabetic() || first == '*' || first == '\'' || first == '"',
        _ if word == "yyyy" || word == "year" || word == "by" => true,
        // `Copyright Jane Roe`, but not the shouted `COPYRIGHT HOLDERS` nor the middle of a sentence.
        _ => {
            capital && first.is_uppercase() && rest.chars().nth(1).is_some_and(|c| c.is_lowercase() || c.is_uppercase())
        }
    }
}

/// Whether a year from 1900 to 2099 stands here.
fn year(line: &[u8]) -> bool {
    matches!(line, [b'1', b'9', c, d, ..] | [b'2', b'0', c, d, ..] if c.is_ascii_digit() && (d.is_ascii_digit() || d.is_ascii_alphabetic()))
}

fn char_floor(bytes: &[u8], mut at: usize) -> usize {
    while at > 0 && at < bytes.len() && bytes[at] & 0xc0 == 0x80 {
        at -= 1;
    }
    at
}
