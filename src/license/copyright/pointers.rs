//! Pointers to the copies of licences that every Debian system holds in `/usr/share/common-licenses`: where each begins in
//! the words, and what it points at.

use crate::model::Expr;
use std::ops::Range;

/// A clause that points at a copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Pointer {
    /// What stands there; `None` for a name that no copy has.
    pub expression: Option<Expr>,
    /// From where the clause begins to the end of the path.
    pub clause: Range<usize>,
}

/// Where the copies are.
const FOLDER: &str = "/common-licenses/";
/// How far before the path its clause may begin; the usual one has some 100 bytes.
const REACH: usize = 400;

/// The clauses that point at copies, by place.
pub fn pointers(words: &str) -> Vec<Pointer> {
    let mut out: Vec<Pointer> = Vec::new();
    let finder = memchr::memmem::Finder::new(FOLDER);
    for at in finder.find_iter(words.as_bytes()) {
        let name_from = at + FOLDER.len();
        let rest = words.get(name_from..).unwrap_or_default();
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+')).count();
        let name = rest.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
        let floor = out.last().map_or(0, |p| p.clause.end).max(at.saturating_sub(REACH));
        let floor = (floor..=at).find(|&i| words.is_char_boundary(i)).unwrap_or(at);
        let near = words.get(floor..at).unwrap_or_default();
        let before = near.get(..near.rfind([' ', '\t', '\n', '\r']).map_or(0, |i| i + 1)).unwrap_or_default();
        // One sentence may point at several copies.
        let goes_on =
            out.last().is_some_and(|p| p.clause.end == floor) && sentence_start(before) == 0 && !grants(before);
        let start = if goes_on { before.len() - before.trim_start_matches(QUOTES).len() } else { clause_start(before) };
        let expression = copy(name, before.get(start..).unwrap_or_default());
        out.push(Pointer { expression, clause: floor + start..name_from + name.len() });
    }
    out
}

/// Words with which a pointer begins.
const OPENINGS: [&str; 22] = [
    "on debian",
    "on a debian",
    "on all debian",
    "on any debian",
    "on ubuntu",
    "in debian",
    "for debian",
    "debian systems",
    "the full text",
    "the complete text",
    "the complete license",
    "the full license",
    "the text of",
    "a copy of",
    "a full copy",
    "full text",
    "you can find",
    "see the full",
    "for the full",
    "please see",
    "see ",
    "see also",
];

/// Words with which a sentence says where something lies, before the path.
const POINTING: [&str; 3] = ["found", "located", "available"];

/// Words right before a path that a sentence leads to.
const ENDINGS: [&str; 6] = [" in", " in the file", " in file", " at", " from", " as"];

/// Words with which a sentence grants something.
const GRANTING: [&str; 8] =
    ["licensed", "licenced", "released", "distributed", "redistribut", "covered", "permission", "free software"];

/// Where in the words before a path the clause begins that points at it: at the first opening of the same sentence, else
/// with a sentence that does nothing but point. Otherwise the path alone is taken, for the sentence may be the grant.
fn clause_start(before: &str) -> usize {
    let sentence = sentence_start(before);
    let lower = before.get(sentence..).unwrap_or_default().to_ascii_lowercase();
    let one_line: String = lower.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    // White space may be wider than one byte (a no-break space): then places differ, and only the path is taken.
    if one_line.len() != lower.len() {
        return before.len();
    }
    if let Some(at) = OPENINGS.iter().filter_map(|o| find_word(&one_line, o)).min() {
        return sentence + at;
    }
    let end = one_line.trim_end_matches(QUOTES);
    let leads = ENDINGS.iter().any(|w| end.ends_with(w)) || POINTING.iter().any(|w| one_line.contains(w));
    if leads && !grants(&one_line) {
        // What stands before the sentence on its first line is indentation.
        return sentence + (one_line.len() - one_line.trim_start().len());
    }
    before.len()
}

fn grants(words: &str) -> bool {
    let lower = words.to_ascii_lowercase();
    GRANTING.iter().any(|w| lower.contains(w))
}

/// What stands around a path.
const QUOTES: [char; 9] = [' ', '\n', '\t', '\r', '\'', '"', ',', '`', '.'];

/// Finds words that do not begin inside of a word.
fn find_word(text: &str, words: &str) -> Option<usize> {
    let found = text.match_indices(words).map(|(at, _)| at);
    found.into_iter().find(|&at| at == 0 || !text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_alphanumeric))
}

/// Where the last sentence of these words begins.
fn sentence_start(words: &str) -> usize {
    let bytes = words.as_bytes();
    let mut i = bytes.len();
    while i > 1 {
        i -= 1;
        let (Some(&a), Some(&b)) = (bytes.get(i - 1), bytes.get(i)) else { break };
        if (matches!(a, b'.' | b'!' | b'?' | b';') && b.is_ascii_whitespace()) || is_paragraph_end(bytes, i) {
            return i + 1;
        }
    }
    0
}

/// Whether an empty line ends at this line end; a lone dot is one too.
fn is_paragraph_end(bytes: &[u8], at: usize) -> bool {
    if bytes.get(at) != Some(&b'\n') {
        return false;
    }
    let before = bytes.get(..at).unwrap_or_default();
    // The limit keeps a run of blanks from being walked again for each of its bytes.
    for &b in before.iter().rev().take(200) {
        match b {
            b'\n' => return true,
            b' ' | b'\t' | b'\r' | b'.' => {}
            _ => return false,
        }
    }
    false
}

/// What stands in the shared copy of this name.
pub fn common_license(name: &str) -> Option<Expr> {
    copy(name, "")
}

/// What stands in a copy. Where its name has no version, the clause may have one.
fn copy(name: &str, clause: &str) -> Option<Expr> {
    let (family, version) = name.split_once('-').map_or((name, None), |(f, v)| (f, Some(v)));
    let version = version.or_else(|| stated_version(clause)).unwrap_or_default();
    Some(Expr::id(match (family, version) {
        ("GPL", "1" | "1.0") => "GPL-1.0-only",
        ("GPL", "2" | "2.0") => "GPL-2.0-only",
        ("GPL", "3" | "3.0") => "GPL-3.0-only",
        ("GPL", _) => "GPL-1.0-or-later",
        ("LGPL", "2" | "2.0") => "LGPL-2.0-only",
        ("LGPL", "2.1") => "LGPL-2.1-only",
        ("LGPL", "3" | "3.0") => "LGPL-3.0-only",
        ("LGPL", _) => "LGPL-2.0-or-later",
        ("GFDL", "1.1") => "GFDL-1.1-only",
        ("GFDL", "1.2") => "GFDL-1.2-only",
        ("GFDL", "1.3") => "GFDL-1.3-only",
        ("GFDL", _) => "GFDL-1.1-or-later",
        ("MPL", "1.1") => "MPL-1.1",
        ("MPL", "2.0") => "MPL-2.0",
        ("Apache", _) => "Apache-2.0",
        // The licence that comes with Perl, as Debian's own copy says.
        ("Artistic", _) => "Artistic-1.0-Perl",
        ("BSD", _) => "BSD-3-Clause",
        ("CC0", _) => "CC0-1.0",
        _ => return None,
    }))
}

/// `version 2` in a clause.
fn stated_version(clause: &str) -> Option<&str> {
    let at = clause.to_ascii_lowercase().rfind("version ")?;
    let rest = clause.get(at + "version ".len()..)?;
    let length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    rest.get(..length).map(|v| v.trim_end_matches('.')).filter(|v| !v.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expected: &[(&str, &str)]) {
        let got: Vec<(String, &str)> = pointers(words)
            .into_iter()
            .map(|p| (p.expression.map(|e| e.to_string()).unwrap_or_default(), &words[p.clause]))
            .collect();
        let want: Vec<(String, &str)> = expected.iter().map(|(e, c)| (e.to_string(), *c)).collect();
        assert_eq!(got, want, "{words:?}");
    }

    #[test]
    fn pointers_at_copies() {
        let usual = "Some words. On Debian systems, the complete text\nis in `/usr/share/common-licenses/GPL-2'.";
        let clause = "On Debian systems, the complete text\nis in `/usr/share/common-licenses/GPL-2";
        check(usual, &[("GPL-2.0-only", clause)]);
        check(
            "Under the GPL, see /usr/share/common-licenses/GPL.",
            &[("GPL-1.0-or-later", "see /usr/share/common-licenses/GPL")],
        );
        check(
            "the GNU LGPL (/usr/share/common-licenses/LGPL-2.1).",
            &[("LGPL-2.1-only", "(/usr/share/common-licenses/LGPL-2.1")],
        );
        check(
            "The full text of the GPL version 3 is in /usr/share/common-licenses/GPL",
            &[("GPL-3.0-only", "The full text of the GPL version 3 is in /usr/share/common-licenses/GPL")],
        );
        check(
            "By A. The GPL-3 may be found in /usr/share/common-licenses/GPL-3.",
            &[("GPL-3.0-only", "The GPL-3 may be found in /usr/share/common-licenses/GPL-3")],
        );
        check(
            "See /usr/share/common-licenses/Artistic and /usr/share/common-licenses/GPL-1",
            &[
                ("Artistic-1.0-Perl", "See /usr/share/common-licenses/Artistic"),
                ("GPL-1.0-only", "and /usr/share/common-licenses/GPL-1"),
            ],
        );
        check("/usr/share/common-licenses/", &[("", "/usr/share/common-licenses/")]);
    }
}
