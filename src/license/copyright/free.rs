//! Copyright files in free form: prose with grants and licence texts, and what of it is about the packaging alone.
//!
//! Some hold paragraphs of the machine-readable form among the prose; these are cut out and read as such by the caller.

use super::said::{self, Said};
use std::ops::Range;

/// Reads the prose outside of `islands`. What is said of the packaging counts only where nothing else is said.
pub fn read(words: &str, islands: &[Range<usize>]) -> Said {
    let prose = said::mask(words, islands.iter().cloned());
    let packaging = packaging(&prose);
    if packaging.is_empty() {
        return said::read(&prose);
    }
    let upstream = said::read(&said::mask(&prose, packaging.into_iter()));
    if upstream.conclusion().is_some() || !islands.is_empty() { upstream } else { said::read(&prose) }
}

/// Lines between empty ones.
#[derive(Clone, Debug)]
struct Block {
    range: Range<usize>,
    /// In small letters, white space made single.
    lower: String,
    /// How deep its first line stands.
    indent: usize,
}

/// How a line begins that speaks of the packaging.
const OPENINGS: [&str; 30] = [
    "the debian packaging",
    "debian packaging",
    "the packaging",
    "packaging is",
    "packaging:",
    "packaging (",
    "packaging copyright",
    "packaging license",
    "packaging licence",
    "license for packaging",
    "license of packaging",
    "for the debian packaging",
    "copyright for packaging",
    "the debian changes",
    "debian changes",
    "the debian package is copyright",
    "the debian package is (c)",
    "the debian package is ©",
    "the debian scripts",
    "debian scripts",
    "the debian build",
    "debian build files",
    "the debian files",
    "debian files",
    "files in debian/",
    "the files in debian/",
    "everything in debian/",
    "all files in debian/",
    "debian/*",
    "on the debian packaging",
];

/// What is of the packaging where it is called specific to Debian.
const SPECIFIC: [&str; 14] = [
    "addition",
    "bits",
    "build",
    "change",
    "file",
    "material",
    "modification",
    "part",
    "patch",
    "packaging",
    "portion",
    "script",
    "stuff",
    "work",
];

/// How a line begins that speaks of all that is in a folder.
const ALL: [&str; 9] = [
    "all files",
    "all materials",
    "all material",
    "everything",
    "anything",
    "files",
    "the files",
    "the contents",
    "the content",
];

/// Whether a line begins with what is specific to Debian, or with all that is in the folder `debian`.
fn of_debian(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let lower = lower.strip_prefix("the ").unwrap_or(&lower);
    if let Some(rest) = ["debian specific ", "debian-specific "].iter().find_map(|o| lower.strip_prefix(o)) {
        return SPECIFIC.iter().any(|what| rest.starts_with(what));
    }
    let lower = line.to_ascii_lowercase();
    let Some(rest) = ALL.iter().find_map(|all| lower.strip_prefix(all)) else { return false };
    let marks = ['\'', '"', '`', '\u{2018}', '\u{201c}', '<'];
    let places = [" in ", " under ", " of ", " within ", " inside "];
    let Some(at) = places.iter().filter_map(|p| Some(rest.find(p)? + p.len())).min().filter(|at| *at < 24) else {
        return false;
    };
    let rest = rest[at..].strip_prefix("the ").unwrap_or(&rest[at..]).trim_start_matches(marks);
    let Some(folder) = rest.trim_start_matches("./").strip_prefix("debian") else { return false };
    let behind = folder.trim_start_matches(['/', '\'', '"', '`', '\u{2019}', '\u{201d}', '>', '*', ' ']);
    folder.starts_with('/')
        || ["directory", "subdirectory", "sub-directory", "folder"].iter().any(|w| behind.starts_with(w))
}

/// How a block begins that goes on with what the one before it says.
const CONTINUING: [&str; 22] = [
    "and ",
    "is ",
    "are ",
    "on debian",
    "copyright",
    "(c)",
    "©",
    "license",
    "licence",
    "this ",
    "you ",
    "permission",
    "it ",
    "see ",
    "under ",
    "released",
    "licensed",
    "a copy",
    "the full text",
    "the complete text",
    "redistribut",
    "these ",
];

/// How a block begins that only rounds off a grant.
const CLOSING: [&str; 6] =
    ["on debian", "a copy of", "you should have received", "the full text", "the complete text", "see "];

/// Signs of a licence statement.
const STATEMENTS: [&str; 10] = [
    "licens",
    "licenc",
    "terms",
    "gpl",
    "public domain",
    "permission",
    "free software",
    "copyleft",
    "redistribut",
    "same as",
];

/// Words without which a block says nothing of rights.
const RIGHTS: [&str; 10] =
    ["copyright", "(c)", "\u{a9}", "licen", "terms", "gpl", "public domain", "distribut", "released", "permission"];

/// Whether it says who made or keeps the packaging.
fn made(lower: &str) -> bool {
    ["done by", "maintained by", "made by", "put together", "created by", "was written"]
        .iter()
        .any(|m| lower.contains(m))
}

/// The passages about the packaging alone, by place.
fn packaging(words: &str) -> Vec<Range<usize>> {
    let blocks = blocks(words);
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut i = 0;
    while let Some(block) = blocks.get(i) {
        i += 1;
        let Some(start) = opening(words, &block.range) else { continue };
        let mut end = block.range.end;
        let tail = words.get(start..end).unwrap_or_default().to_lowercase();
        // Who made the packaging is no word on its licence, and what follows is not about it.
        if !tail.trim_end().ends_with(':') && !RIGHTS.iter().any(|r| tail.contains(r)) && made(&tail) {
            continue;
        }
        let mut stated = states(&tail) && !tail.trim_end().ends_with(':');
        while let Some(next) = blocks.get(i) {
            let begins = |list: &[&str]| list.iter().any(|p| next.lower.starts_with(p));
            // `The GPL is available on Debian systems in the file ...`
            let points = next.lower.contains("on debian systems") && next.lower.contains("/usr/share/common-licenses");
            let goes_on = if stated {
                begins(&CLOSING) || points && next.lower.len() < 240
            } else {
                opening(words, &next.range).is_none() && (begins(&CONTINUING) || next.indent > block.indent)
            };
            if !goes_on {
                break;
            }
            stated |= states(&next.lower) && !next.lower.ends_with(':');
            end = next.range.end;
            i += 1;
        }
        out.push(start..end);
    }
    out
}

fn states(lower: &str) -> bool {
    STATEMENTS.iter().any(|s| lower.contains(s))
}

/// Where in a block a line begins that speaks of the packaging.
fn opening(words: &str, range: &Range<usize>) -> Option<usize> {
    let mut at = range.start;
    for line in words.get(range.clone())?.split_inclusive('\n') {
        let bare = line.trim_start_matches([' ', '\t', '*', '-', '#']);
        let begins = |o: &&str| bare.as_bytes().get(..o.len()).is_some_and(|b| b.eq_ignore_ascii_case(o.as_bytes()));
        if OPENINGS.iter().any(begins) || of_debian(bare) {
            return Some(at + (line.len() - bare.len()));
        }
        at += line.len();
    }
    None
}

fn blocks(words: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut at = 0;
    let mut open = false;
    for line in words.split_inclusive('\n') {
        let range = at..at + line.trim_end().len();
        at += line.len();
        let bare = line.trim();
        // A ruled line parts as an empty one does.
        if !bare.chars().any(char::is_alphanumeric) {
            open = false;
            continue;
        }
        let lower = bare.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        match out.last_mut().filter(|_| open) {
            Some(block) => {
                block.range.end = range.end;
                block.lower.push(' ');
                block.lower.push_str(&lower);
            }
            None => {
                let indent = line.len() - line.trim_start().len();
                out.push(Block { range, lower, indent });
            }
        }
        open = true;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expected: &[&str]) {
        let got: Vec<&str> = packaging(words).into_iter().map(|r| &words[r]).collect();
        assert_eq!(got, expected, "{words:?}");
    }

    #[test]
    fn passages_about_the_packaging() {
        check("Under the MIT licence.\n\nMore.\n", &[]);
        check(
            "MIT.\n\nThe Debian packaging is (C) 2009, A <a@b> and\nis licensed under the GPL.\n\nMore.\n",
            &["The Debian packaging is (C) 2009, A <a@b> and\nis licensed under the GPL."],
        );
        check(
            "The Debian packaging is:\n\n    Copyright (C) 2011 A\n\nand is licensed under X\nsee Y.\n\nUpstream:\n",
            &["The Debian packaging is:\n\n    Copyright (C) 2011 A\n\nand is licensed under X\nsee Y."],
        );
        check(
            "The Debian specific changes are \u{a9} 2005 A, under the GPL.\n\nOn Debian systems, see X\n\nA\n",
            &["The Debian specific changes are \u{a9} 2005 A, under the GPL.\n\nOn Debian systems, see X"],
        );
        check("Written by A.\nThe packaging is licensed as B.", &["The packaging is licensed as B."]);
        check("Debian-specific definitions are licensed as B.", &[]);
        check(
            "MIT.\n\nAll files under the 'debian' subdirectory are GPL.\n",
            &["All files under the 'debian' subdirectory are GPL."],
        );
        check("MIT.\n\nEverything in ./debian/ is GPL.\n", &["Everything in ./debian/ is GPL."]);
        check("All files in the Debian archive are free, under the GPL.", &[]);
        check(
            "X.\n\nThe Debian-specific changes are under the GPL.\n\nThe GPL is available on Debian systems in the file\n\
             /usr/share/common-licenses/GPL.\n\nY\n",
            &["The Debian-specific changes are under the GPL.\n\nThe GPL is available on Debian systems in the file\n\
               /usr/share/common-licenses/GPL."],
        );
    }

    #[test]
    fn odd_bytes_break_nothing() {
        let words = "\u{130}\u{e9}debian/*\n\n\u{a0}The Packaging\u{2003}is:\n\u{130}\n.\n\n and";
        for (i, _) in words.char_indices() {
            let _ = (read(&words[i..], &[]), read(&words[..i], &[]));
        }
    }
}
