//! Names of licences in sentences: every full name and id of the SPDX list, and the names that people use instead.
//! GNU names are read by [`super::gnu`].

use super::aliases::ALIASES;
use super::built::index;
use super::conclude::family;
use super::grammar::{Force, Mention, Text};
use super::ids;
use super::index::Named;
use super::token;
use crate::model::Expr;
use std::sync::OnceLock;

/// What a name means, and whether it leaves the version open.
fn meaning(name: &str) -> Option<(Expr, bool)> {
    Some(match name {
        "" => return None,
        "BSD" => (Expr::reference("BSD"), true),
        // Nobody who says it without a version today means an older one; where the text has an older one, that counts.
        "Apache" => (Expr::id("Apache-2.0"), true),
        "MPL" => (Expr::reference("MPL"), true),
        "AFL" => (Expr::reference("AFL"), true),
        "CDDL" => (Expr::reference("CDDL"), true),
        "Artistic" => (Expr::reference("Artistic"), true),
        id => (Expr::id(id), false),
    })
}

struct Name {
    words: &'static [u16],
    means: Option<(Expr, bool)>,
    /// One word that is also an everyday one needs `license` beside it.
    weak: bool,
    /// An id that is made of everyday words: it counts as it is written in the list only.
    written: Option<&'static str>,
}

/// All names, in the order of their first words, those of a word the longest first.
struct Names {
    list: Vec<Name>,
    /// For each word of the vocabulary where the names begin that begin with it.
    starts: Vec<u32>,
}

impl Names {
    /// The names that begin with a word.
    fn beginning(&self, word: u16) -> &[Name] {
        let word = usize::from(word);
        match self.starts.get(word..word + 2) {
            Some(&[start, end]) => self.list.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    fn read() -> Names {
        let index = index();
        let mut list: Vec<Name> = Vec::with_capacity(index.names.len());
        for (named, words) in index.names() {
            let (means, written) = match named {
                Named::Alias(alias) => (ALIASES.get(usize::from(alias)).and_then(|(_, means)| meaning(means)), None),
                Named::Name(doc) | Named::Id(doc) => {
                    let Some(doc) = index.docs.get(usize::from(doc)) else { continue };
                    if super::gnu::Family::of(&doc.listed).is_some() || *doc.id != *doc.listed {
                        continue;
                    }
                    let plain = doc.id.contains('-') && doc.id.contains(|c: char| c.is_ascii_digit());
                    let written = (matches!(named, Named::Id(_)) && !plain).then_some(&*doc.id);
                    (Some((ids::expression(&doc.id), false)), written)
                }
            };
            list.push(Name { words, means, weak: words.len() == 1, written });
        }
        let first = |n: &Name| n.words.first().copied().unwrap_or(token::UNKNOWN);
        list.sort_by_key(|n| (first(n), std::cmp::Reverse(n.words.len()), n.written.is_some()));
        let mut starts = vec![0; index.vocabulary_len() + 2];
        for name in &list {
            starts[usize::from(first(name)) + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Names { list, starts }
    }
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(Names::read)
}

/// Words with which a licence is granted, right before its name or a few words before.
const GRANTING: [&str; 12] = [
    "under",
    "licensed",
    "terms",
    "released",
    "distributed",
    "covered",
    "governed",
    "subject",
    "licensing",
    "relicensed",
    "use",
    "uses",
];

/// All names of licences outside of whole texts, whether granted or only spoken of.
pub fn mentions(text: &Text) -> Vec<Mention> {
    let names = names();
    let mut out: Vec<Mention> = Vec::new();
    let mut i = 0;
    while i < text.len() {
        let word = text.words.ids[i];
        let here = if text.taken[i] || word == token::UNKNOWN { &[] } else { names.beginning(word) };
        let fits = |n: &Name| {
            n.written
                .as_ref()
                .is_none_or(|written| is_written(text, i, n.words.len(), written))
                .then(|| end_of(text, i, n.words))?
        };
        let found = here.iter().find_map(|n| Some((n, fits(n)?)));
        let Some((name, end)) = found else {
            i += 1;
            continue;
        };
        let words = i..end;
        let next = i;
        i = words.end;
        let Some((expression, open)) = &name.means else { continue };
        let (mut expression, mut open, mut words) = (expression.clone(), *open, words);
        if expression == Expr::reference("Artistic") && (words.end..words.end + 8).any(|j| text.word(j) == "perl") {
            (expression, open) = (Expr::id("Artistic-1.0-Perl"), false);
        }
        if open && let Some((id, end)) = version(text, &expression, words.end) {
            (expression, open) = (Expr::id(id), false);
            words.end = end;
            i = end;
        }
        if name.weak && name.written.is_none() && !written_as_name(text.slice(next)) {
            continue;
        }
        // `Ruby`, `Intel` and `Fair` are licences only where the words around say so.
        if name.weak && name.written.is_some() && !called_license(text, next) {
            continue;
        }
        // `LICENSE-MIT` is a file, which licenses where `the licenses found in` it do.
        let file =
            next > 0 && matches!(text.gap(next - 1), "-" | ".") && matches!(text.word(next - 1), "license" | "copying");
        let found = file
            && text.before(next, 8, &["found"]).is_some()
            && text.before(next, 10, &["licenses", "either"]).is_some();
        if file && !found {
            continue;
        }
        // `libraries/mit/...`, `apache.org`, `user@mit.edu` name no licence; `MIT/X11`, `(MIT)` do.
        let before = text.words.at.get(next).and_then(|w| text.raw.as_bytes().get((w.0 as usize).wrapping_sub(1)));
        let after = text.gap(words.end - 1).as_bytes();
        if matches!(before, Some(b'@' | b'.' | b'_' | b':')) && !found
            || words.end < text.len() && matches!(after, b"." | b"@" | b"_" | b"://" | b"::")
        {
            continue;
        }
        if matches!(
            text.word(words.end),
            "foundation" | "commons" | "compatible" | "project" | "university" | "org" | "com" | "server"
        ) && name.words.len() <= 2
        {
            continue;
        }
        // `similar to the original BSD license`
        if text.before(next, 4, &["compatible", "not", "neither", "than", "similar", "unlike"]).is_some() {
            continue;
        }
        let quoted = text.before(next, 4, &["copy", "copies", "text", "texts", "see", "read", "found"]).is_some();
        let quoted = quoted && !found;
        let granted = found
            || grants(text, next)
            || matches!(text.word(words.end), "license" | "licensed" | "licenses")
                && !matches!(text.word(words.end + 1), "text" | "texts" | "header" | "headers")
            || words.len() >= 2 && name.words.len() > 1 && text.word(words.end - 1) == "license" && alone(text, &words)
            || listed(text, &words);
        let force = match (quoted, granted) {
            (true, _) => Force::Reference,
            (_, true) => Force::Grant,
            _ => Force::Mention,
        };
        out.push(Mention { expression, words, force, open, method: "notice" });
    }
    out
}

/// Where a name ends that begins at `at`. A short name in parentheses is passed over: `SIL Open Font License (OFL) v1.1`.
fn end_of(text: &Text, at: usize, name: &[u16]) -> Option<usize> {
    let words = &text.words.ids;
    let same = words[at..].iter().zip(name).take_while(|(a, b)| a == b).count();
    if same == name.len() {
        return Some(at + same);
    }
    let short = at + same;
    let aside = same >= 3 && text.gap(short - 1).trim_start().starts_with('(') && text.gap(short).starts_with(')');
    (aside && words.get(short + 1..).is_some_and(|rest| rest.starts_with(&name[same..]))).then_some(at + name.len() + 1)
}

/// Whether an id stands here as the list writes it.
fn is_written(text: &Text, at: usize, words: usize, id: &str) -> bool {
    let bytes = text.bytes(&(at..at + words));
    let written = text.raw.get(bytes).unwrap_or("");
    if words > 1 { written.eq_ignore_ascii_case(id) } else { written == id }
}

/// Whether `license` stands right beside a word, or what grants one right before it.
fn called_license(text: &Text, at: usize) -> bool {
    let said = |i: usize| matches!(text.word(i), "license" | "licenses" | "licensed");
    let before = at.checked_sub(if at > 0 && text.word(at - 1) == "the" { 2 } else { 1 });
    said(at + 1) && !text.ends(at)
        || before.is_some_and(|i| {
            !text.ends(i) && (said(i) || text.word(i) == "under" && (text.word(at + 1) == "and" || text.ends(at)))
        })
}

/// Whether the words before a name grant by it. `license` alone does so as the name of a field or as a heading.
fn grants(text: &Text, name: usize) -> bool {
    if text.before(name, 8, &GRANTING).is_some() {
        return true;
    }
    let field = |i: usize| {
        let gap = text.gap(i).trim_start();
        matches!(text.word(i), "license" | "licenses")
            && (gap.starts_with(':') || gap.starts_with('=') || text.gap(i).contains('\n'))
    };
    (name.saturating_sub(4)..name).any(field)
        || labelled(text, name)
        || name > 1
            && matches!(text.word(name - 1), "is" | "are")
            && !text.ends(name - 1)
            && WORKS.contains(&text.word(name - 2))
        || text.before(name, 5, &["license", "licenses"]).is_some_and(|i| matches!(text.word(i + 1), "is" | "are"))
}

/// The version behind a name that leaves it open, as in `Mozilla Public License (MPL) version 1.1`: the id, and where it
/// ends.
fn version(text: &Text, open: &Expr, from: usize) -> Option<(&'static str, usize)> {
    let family = family(open);
    let mut at = from;
    for _ in 0..5 {
        // A full stop ends it, but not that of `v. 2.0`.
        if at > 0 && text.ends(at - 1) && !matches!(text.word(at - 1), "v" | "ver") {
            return None;
        }
        let word = text.word(at);
        let id = match (family.as_str(), word.strip_prefix('v').unwrap_or(word)) {
            ("MPL", "1.0") => "MPL-1.0",
            ("MPL", "1.1") => "MPL-1.1",
            ("MPL", "2" | "2.0") => "MPL-2.0",
            ("AFL", "1.1") => "AFL-1.1",
            ("AFL", "1.2") => "AFL-1.2",
            ("AFL", "2.0") => "AFL-2.0",
            ("AFL", "2.1") => "AFL-2.1",
            ("AFL", "3" | "3.0") => "AFL-3.0",
            ("Apache", "1.0") => "Apache-1.0",
            ("Apache", "1.1") => "Apache-1.1",
            ("Apache", "2" | "2.0") => "Apache-2.0",
            ("Artistic", "1.0") => "Artistic-1.0",
            ("Artistic", "2" | "2.0") => "Artistic-2.0",
            _ if matches!(
                word,
                "mpl" | "asl" | "version" | "v" | "license" | "software" | "the" | "ver" | "public"
            ) =>
            {
                at += 1;
                continue;
            }
            _ => return None,
        };
        return Some((id, at + 1));
    }
    None
}

/// What is licensed in `Source code is MIT`.
const WORKS: [&str; 10] =
    ["code", "source", "software", "documentation", "docs", "icons", "fonts", "library", "project", "everything"];

/// `Icons: CC BY 4.0`, `Code: MIT License`: a name behind a label of a few words that begins a line or sentence.
fn labelled(text: &Text, name: usize) -> bool {
    let Some(before) = name.checked_sub(1) else { return false };
    let gap = text.gap(before);
    let colon = gap.trim_start_matches(['*', '"', '`', ')']).starts_with(':') && !gap.contains(['\n', '/']);
    colon && (name.saturating_sub(4)..name).any(|i| i == 0 || text.ends(i - 1) || text.gap(i - 1).contains('\n'))
}

/// Whether a name stands in a line of its own, or between the marks of a banner: `foo v1.2 | MIT License | example.org`.
fn alone(text: &Text, words: &std::ops::Range<usize>) -> bool {
    let (before, after) = (words.start.checked_sub(1).map_or("\n", |i| text.gap(i)), text.gap(words.end - 1));
    let marked = |gap: &str| gap.contains(" | ") || gap.contains(" - ") || gap.contains(" \u{2013} ");
    let starts = before.contains('\n') || marked(before);
    let ends = after.contains('\n')
        || marked(after)
        || after.contains("(c)")
        || after.contains("*/")
        || after.contains('\u{a9}');
    starts && ends
}

/// Whether a name is all that stands behind the mark of a list, or what it is for follows: `2. The MIT license`,
/// `- Apache License 2.0`, `* MIT: json.cc`.
fn listed(text: &Text, words: &std::ops::Range<usize>) -> bool {
    let same_line = |i: usize| !text.gap(i).contains('\n');
    let mut start = words.start;
    if start > 0 && text.word(start - 1) == "the" && same_line(start - 1) {
        start -= 1;
    }
    let before = if start == 0 { "\n" } else { text.gap(start - 1) };
    let line = before.rsplit_once('\n').map(|(_, mark)| mark.trim());
    // Marks are no words: `2.`, `b)`, `*`.
    let counted = |mark: &str| mark.strip_suffix(['.', ')']).is_some_and(|n| (1..=2).contains(&n.len()));
    let marked = line.is_some_and(|mark| matches!(mark, "*" | "-" | "+" | "\u{2022}") || counted(mark));
    let end = if text.word(words.end) == "license" && same_line(words.end - 1) { words.end + 1 } else { words.end };
    let behind = if end >= text.len() { "\n" } else { text.gap(end - 1) };
    marked && (behind.contains('\n') || behind.starts_with(':'))
}

/// `Expat`, `MIT`, `zlib`, but not `apache` or `artistic` in the middle of a sentence.
fn written_as_name(word: &str) -> bool {
    matches!(word, "zlib" | "expat") || word.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
}
