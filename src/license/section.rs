//! Reads the section about the licence of a README or a description: a text or a grant in it is read like any other; a name that stands
//! for itself (`MIT`, `[BSD](LICENSE)`) is read as metadata is.
//!
//! A README is not written for lawyers, so that less counts than in a licence file: pictures (badges) say nothing, and words that
//! only a name can be guessed from say nothing either.

use super::names::normalize;
use super::text::{self, Identified, Match};
use crate::model::{Expr, Grammar};

/// How sure what a section says without a text or a grant is.
const NAME_CONFIDENCE: u8 = 60;

/// The name of evidence from a section that is no text.
pub const METHOD: &str = "readme-section";

/// Most bytes of a line that may be a name.
const NAME_LIMIT: usize = 120;

/// What a section says.
pub fn read(words: &str) -> Identified {
    let plain = without_pictures(words);
    let mut found = text::identify(&plain);
    if found.expression.is_none()
        && let Some((expression, range)) = name(&plain)
    {
        found.expression = Some(expression.clone());
        found.matches = vec![Match { expression, range, method: METHOD, coverage: 1.0, confidence: NAME_CONFIDENCE }];
    }
    if !found.matches.is_empty() && found.matches.iter().all(|m| is_about_another(&plain, m)) {
        found.matches.clear();
        found.expression = None;
    }
    for m in found.matches.iter_mut().filter(|m| !m.method.starts_with("text")) {
        m.method = METHOD;
        m.confidence = m.confidence.min(NAME_CONFIDENCE);
    }
    found
}

/// Whether the sentence around a name is about a work that this one uses, includes or was made after.
fn is_about_another(words: &str, found: &Match) -> bool {
    const VERBS: [&str; 18] = [
        "include",
        "includes",
        "including",
        "included",
        "contain",
        "contains",
        "bundle",
        "bundles",
        "bundled",
        "uses",
        "using",
        "depends",
        "requires",
        "ported",
        "port",
        "derived",
        "wraps",
        "embeds",
    ];
    if found.method.starts_with("text") {
        return false;
    }
    let before = words.get(..found.range.start).unwrap_or("");
    let start = [". ", ".\n", "\n\n", "\r\n\r\n"].iter().filter_map(|end| before.rfind(end)).max().unwrap_or(0);
    let sentence = before.get(start..).unwrap_or("");
    let verb = |word: &str| VERBS.iter().any(|v| v.eq_ignore_ascii_case(word));
    sentence.split(|c: char| !c.is_alphabetic()).any(verb)
}

/// The first line that holds words and does not begin with the holders, where it is a name and nothing more but where the text is, or who
/// holds the rights.
fn name(words: &str) -> Option<(Expr, std::ops::Range<usize>)> {
    let holders =
        |l: &str| l.trim_start().to_ascii_lowercase().starts_with("copyright") || l.trim_start().starts_with('©');
    let line = words.lines().find(|l| l.contains(char::is_alphanumeric) && !holders(l))?;
    if line.len() > NAME_LIMIT {
        return None;
    }
    let start = line.as_ptr() as usize - words.as_ptr() as usize;
    let bare = without_links(line);
    let ends = [". ", ", see ", " - see ", " Copyright", " (c) ", " ©"];
    let cut = ends.iter().filter_map(|end| bare.find(end)).min().and_then(|at| bare.get(..at));
    let expression = [Some(&*bare), cut].into_iter().flatten().find_map(|name| {
        let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '+');
        let read = normalize(Grammar::Any, &[name]);
        read.expression.expression().filter(|_| read.unresolved.is_empty()).cloned()
    })?;
    Some((expression, start..start + line.len()))
}

/// `[MIT](LICENSE)` as `MIT`.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut in_address, mut last) = (false, ' ');
    for c in line.chars() {
        match c {
            '(' | '[' if last == ']' => in_address = true,
            ')' | ']' if in_address => in_address = false,
            '[' | ']' | '`' | '*' => {}
            c if !in_address => out.push(c),
            _ => {}
        }
        last = c;
    }
    out
}

/// The words with blanks in the place of pictures, so that all else stays where it is: `![alt](address)`, `.. image:: address`,
/// `<img ...>`, and addresses of pictures at the end.
fn without_pictures(words: &str) -> String {
    let mut out = words.to_owned();
    let mut blank = |range: std::ops::Range<usize>| {
        if out.is_char_boundary(range.start) && out.is_char_boundary(range.end) {
            let blanks = " ".repeat(range.len());
            out.replace_range(range, &blanks);
        }
    };
    for (at, _) in words.match_indices("![") {
        let rest = words.get(at..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("");
        let end = line.find("](").and_then(|open| Some(open + line.get(open..)?.find(')')? + 1));
        let end =
            end.or_else(|| line.find("][").and_then(|open| Some(open + 1 + line.get(open + 1..)?.find(']')? + 1)));
        blank(at..at + end.unwrap_or(1));
    }
    for (at, _) in words.match_indices("<img") {
        let end = words.get(at..).and_then(|rest| rest.find('>'));
        blank(at..at + end.map_or(4, |end| end + 1));
    }
    for line in words.lines() {
        let at = line.as_ptr() as usize - words.as_ptr() as usize;
        let trimmed = line.trim_start();
        let is_address = trimmed.starts_with('[') && trimmed.contains("]: ");
        let is_picture = ["shields.io", "badge", ".svg", ".png", ".gif"].iter().any(|p| trimmed.contains(p));
        if trimmed.starts_with(".. image::") || trimmed.starts_with(":alt:") || (is_address && is_picture) {
            blank(at..at + line.len());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expected: &str, method: &str) {
        let read = read(words);
        let got = read.expression.map(|e| e.to_string()).unwrap_or_default();
        let methods: Vec<&str> = read.matches.iter().map(|m| m.method).collect();
        assert_eq!((&*got, methods.first().copied().unwrap_or("")), (expected, method), "{words}");
    }

    #[test]
    fn names_and_sentences() {
        for (words, expected) in [
            ("MIT", "MIT"),
            ("mit.", "MIT"),
            ("BSD", "LicenseRef-BSD"),
            ("[MIT](LICENSE)", "MIT"),
            ("MIT © [Jane Roe](https://jane.example)", "MIT"),
            ("Released under the MIT license.", "MIT"),
            ("MIT/X11", "MIT"),
            (
                "`x` is licensed under the [BSD 3-Clause license](https://opensource.org/licenses/BSD-3-Clause).",
                "BSD-3-Clause",
            ),
            ("## The MIT License\n\nCopyright (c) 2012 Jane Roe", "MIT"),
            ("(The MIT License)\n\nCopyright (c) 2012 Jane Roe", "MIT"),
            ("WTFPL", "WTFPL"),
            ("## MIT Licenced\n\n[a]: b", "MIT"),
            ("BSD 3 Clause. Copyright (c) 2008, Jane Roe, Inc.", "BSD-3-Clause"),
            ("Copyright (c) 2012-2019 Jane Roe\n\nMIT License, see [LICENSE](LICENSE) file.", "MIT"),
            ("The MIT License Copyright (C) 2010-2020 by Jane Roe \u{2014} see LICENSE file.", "MIT"),
            ("Public domain.", "LicenseRef-public-domain"),
        ] {
            check(words, expected, METHOD);
        }
    }

    #[test]
    fn what_says_nothing() {
        for words in [
            "",
            "See LICENSE.",
            "[![License](https://img.shields.io/badge/license-MIT-blue.svg)](LICENSE)",
            "![MIT License][l]\n\n[l]: https://img.shields.io/badge/license-MIT-blue.svg",
            "<img alt=\"MIT\" src=\"https://x/mit.svg\">",
            ".. image:: https://x/mit.svg\n   :alt: MIT License",
            "# license-checker\n\nShows who uses the GPL.",
            "# NPM License Checker\n\nFinds packages.",
        ] {
            check(words, "", "");
        }
    }

    #[test]
    fn what_is_said_of_other_works() {
        check("This package links to libfoo, which is licensed under the LGPL 2.1.", "", "");
        check("The package includes foo.js, which is under the GPL.", "", "");
        check("Uses the parser of y (BSD license).", "", "");
        // Beside words of its own it is never milder than what it includes.
        check("MIT\n\nThe package includes foo.js, which is under the GPL.", "MIT AND GPL-1.0-or-later", METHOD);
    }

    #[test]
    fn texts_are_texts() {
        let mit = "(The MIT License)\n\nCopyright (c) 2012 Jane Roe\n\nPermission is hereby granted, free of charge, to any person obtaining \
                   a copy of this software and associated documentation files (the 'Software'), to deal in the Software without \
                   restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, \
                   and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to \
                   the following conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies \
                   or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED 'AS IS', WITHOUT WARRANTY OF ANY KIND, \
                   EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR \
                   PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES \
                   OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION \
                   WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.";
        let read = read(mit);
        assert_eq!(read.expression, Some(Expr::id("MIT")));
        assert!(read.matches.iter().any(|m| m.method.starts_with("text")), "{:?}", read.matches);
        assert_eq!(&*read.copyrights[0].statement, "Copyright (c) 2012 Jane Roe");
    }
}
