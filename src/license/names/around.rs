//! Reads a name with words around it that do not change it: a parenthesis that repeats it or says nothing, an address
//! beside it, a pointer to a file, "licensed under". What is neither part of the name nor noise is reported.

use super::leaf::{self, Reading, unwrapped, url, whole};
use super::structure;
use crate::license::db::{key, urls};
use crate::model::Grammar;

/// How often words around a name may be taken off.
const MAX_TRIMS: usize = 4;

/// Reads a name that has words around it.
pub(super) fn read(grammar: Grammar, text: &str) -> Option<Reading> {
    trimmed(grammar, text, MAX_TRIMS)
}

/// Words that stand around a name without changing it.
const NOISE: [&str; 45] = [
    "please",
    "see",
    "file",
    "files",
    "for",
    "details",
    "license",
    "licence",
    "copying",
    "readme",
    "text",
    "terms",
    "more",
    "information",
    "txt",
    "md",
    "rst",
    "the",
    "in",
    "at",
    "and",
    "or",
    "similar",
    "included",
    "of",
    "root",
    "directory",
    "this",
    "project",
    "distribution",
    "full",
    "copy",
    "package",
    "repository",
    "source",
    "is",
    "available",
    "from",
    "to",
    "as",
    "attached",
    "on",
    "online",
    "style",
    "copyright",
];

/// Whether words say nothing about which licence it is.
pub(super) fn is_noise(words: &str) -> bool {
    // A path or a file name is noise too.
    words.split(|c: char| c.is_whitespace() || ",;()".contains(c)).filter(|w| !w.is_empty()).all(|w| {
        let name = w.to_ascii_lowercase();
        urls::is_url(w)
            || is_file_name(name.rsplit('/').next().unwrap_or(""))
            || key::tokens(w).iter().all(|part| NOISE.contains(&part.as_str()))
    })
}

/// Whether words speak of a place where terms may stand. (`as is` says nothing of that, and is how people call terms.)
pub(super) fn names_place(words: &str) -> bool {
    const PLACES: [&str; 14] = [
        "see",
        "file",
        "files",
        "license",
        "licence",
        "licenses",
        "licences",
        "copying",
        "readme",
        "notice",
        "text",
        "terms",
        "copyright",
        "source",
    ];
    key::tokens(words).iter().any(|token| PLACES.contains(&token.as_str()))
}

/// Whether words only say who holds the rights: that names no licence.
pub(super) fn is_copyright(words: &str) -> bool {
    let lower = words.trim().to_lowercase();
    ["copyright", "(c)", "©"].iter().any(|start| lower.starts_with(start))
        && lower.contains(|c: char| c.is_ascii_digit())
}

/// `license`, `licence.txt`, `copying.lesser`: where the terms are, not which.
fn is_file_name(name: &str) -> bool {
    ["license", "licence", "copying", "copyright", "readme", "notice"].iter().any(|stem| {
        let rest = name.strip_prefix(stem).map(|rest| rest.strip_prefix('s').unwrap_or(rest));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Reads a name with words around it: a parenthesis that repeats it or says nothing, an address beside it, a pointer to
/// a file, "licensed under".
fn trimmed(grammar: Grammar, text: &str, trims: usize) -> Option<Reading> {
    let text = unwrapped(text);
    if trims == 0 || text.is_empty() || text.len() > leaf::MAX_NAME {
        return None;
    }
    let again = |words: &str| whole(grammar, words).or_else(|| trimmed(grammar, words, trims - 1));
    with_address(grammar, text, trims)
        .or_else(|| after_copyright(text, &again))
        .or_else(|| scoped(text, &again))
        .or_else(|| parenthesis(text, &again))
        .or_else(|| openers(text).and_then(again))
        .or_else(|| before_pointer(text, &again))
}

/// Words for parts of a work: they say what a licence is for, not which it is.
const PARTS: [&str; 46] = [
    "application",
    "applications",
    "artwork",
    "assets",
    "bundled",
    "code",
    "content",
    "contents",
    "data",
    "database",
    "doc",
    "docs",
    "documentation",
    "example",
    "examples",
    "files",
    "font",
    "fonts",
    "frontend",
    "backend",
    "gui",
    "icon",
    "icons",
    "images",
    "included",
    "libraries",
    "library",
    "libs",
    "manual",
    "media",
    "modules",
    "parts",
    "plugins",
    "program",
    "programs",
    "samples",
    "scripts",
    "server",
    "client",
    "software",
    "some",
    "sources",
    "test",
    "tests",
    "tools",
    "vendored",
];

/// Whether words only name parts of a work (`the examples`, `bundled third-party code`).
fn names_parts(words: &str) -> bool {
    const BESIDE: [&str; 11] = ["the", "all", "some", "other", "our", "its", "source", "third", "party", "and", "of"];
    let tokens = key::tokens(words);
    let part = |token: &String| PARTS.contains(&token.as_str());
    tokens.len() <= 6
        && tokens.iter().any(|token| part(token) || token == "source")
        && tokens.iter().all(|token| part(token) || BESIDE.contains(&token.as_str()))
}

/// A name with the part of the work that it is for: `MIT for the code`, `GFDL (docs)`, `Code: MIT`.
fn scoped(text: &str, again: &dyn Fn(&str) -> Option<Reading>) -> Option<Reading> {
    let lower = text.to_ascii_lowercase();
    let name = if let Some((_, name)) = text.split_once(':').filter(|(part, _)| names_parts(part)) {
        name
    } else if let Some((at, _)) = lower.rmatch_indices(" for ").find(|(at, cut)| names_parts(&lower[at + cut.len()..]))
    {
        text.get(..at)?
    } else {
        let (name, part) = text.strip_suffix(')')?.rsplit_once('(')?;
        Some(name).filter(|_| names_parts(part))?
    };
    again(name.trim())
}

/// What people write before a name.
const OPENERS: [&str; 28] = [
    "licensed under",
    "licenced under",
    "license under",
    "released under",
    "distributed under",
    "available under",
    "published under",
    "provided under",
    "under",
    "license:",
    "licence:",
    "licenses:",
    "license is",
    "licensed as",
    "license -",
    "the terms of",
    "terms of",
    "open source",
    "free software",
    "all files are",
    "this is",
    "this project is",
    "this package is",
    "this software is",
    "this library is",
    "this work is",
    "it is",
    "uses",
];

fn openers(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let opener = OPENERS.iter().find(|o| lower.starts_with(*o))?;
    text.get(opener.len()..).map(str::trim).filter(|rest| !rest.is_empty() && rest.len() < text.len())
}

/// A name and an address: they are one statement. Where both are known they must agree, or the name counts and the
/// address is reported.
fn with_address(grammar: Grammar, text: &str, trims: usize) -> Option<Reading> {
    let (address, start) = text
        .split(|c: char| c.is_whitespace() || "()<>[],\"'".contains(c))
        .find(|w| urls::is_url(w))
        .and_then(|w| Some((w, text.find(w)?)))?;
    let (before, after) = (text.get(..start)?, text.get(start + address.len()..)?);
    let words =
        format!("{} {}", before.trim_end_matches(['(', '<', '[', ' ']), after.trim_start_matches([')', '>', ']']));
    let mut words = words.trim().trim_matches(['-', ',', ';', ':', '/', '<', '>']).trim().to_string();
    if words.contains('(') && !words.contains(')') {
        words.push(')');
    }
    let words = words.as_str();
    let at = url(grammar, address);
    if words.is_empty() || is_noise(words) {
        return at;
    }
    let named = whole(grammar, words).or_else(|| trimmed(grammar, words, trims - 1));
    match (named, at) {
        (Some(name), Some(at)) if name.outcome == at.outcome => Some(name),
        (Some(name), Some(at)) if refines(&at, &name) => Some(Reading { ambiguous: false, ..at }),
        // An address that is vaguer than the name adds nothing.
        (Some(name), Some(at)) if at.ambiguous && !name.ambiguous => Some(name),
        (Some(mut name), Some(_)) => {
            name.ambiguous = true;
            name.unresolved.push(address.to_string());
            Some(name)
        }
        (Some(name), None) => Some(name),
        (None, Some(mut at)) => {
            at.ambiguous = true;
            at.unresolved.push(words.to_string());
            Some(at)
        }
        (None, None) => None,
    }
}

/// `Copyright Jane Roe. MIT License.`: who holds the rights, then the name. The statement is reported.
fn after_copyright(text: &str, again: &dyn Fn(&str) -> Option<Reading>) -> Option<Reading> {
    const RESERVED: &str = "all rights reserved";
    let lower = text.to_ascii_lowercase();
    if !["copyright", "(c)", "©"].iter().any(|start| lower.starts_with(start)) {
        return None;
    }
    // The phrase stands in front of many free licences; alone it gives nothing.
    let reserved = lower.ends_with(RESERVED);
    let end = if reserved { text.len() - RESERVED.len() } else { text.len() };
    let said = text.get(..end)?.trim_end_matches([' ', '.', ',', ';', ':', '-']);
    let named = [". ", ", ", "; ", ": ", " - "].iter().find_map(|cut| {
        let (holder, name) = said.rsplit_once(cut)?;
        Some((again(name.trim())?, holder))
    });
    let (mut reading, holder) = match named {
        Some(found) => found,
        None if reserved && is_copyright(text) => (again(RESERVED)?, said),
        None => return None,
    };
    reading.unresolved.push(holder.trim().to_string());
    Some(reading)
}

/// Whether words are a version and nothing else (`Version 1.0a`, `v2 or later`).
pub(super) fn is_version(words: &str) -> bool {
    let tokens = key::tokens(words);
    let digits = |t: &String| t.starts_with(|c: char| c.is_ascii_digit());
    let beside = |t: &String| key::is_filler(t) || t.len() == 1 || ["or", "later", "only"].contains(&t.as_str());
    tokens.iter().any(digits) && tokens.iter().all(|t| digits(t) || beside(t))
}

/// Whether `sure` says more than `vague`: the one decides what the other leaves open.
pub(super) fn refines(sure: &Reading, vague: &Reading) -> bool {
    vague.ambiguous && !sure.ambiguous && sure.expr().is_some_and(|e| e.refs().is_empty())
}

/// Whether two names are those of one family (`LGPL-2.1` and `: Lesser GPL`).
fn of_one_family(a: &str, b: &str) -> bool {
    let family = |words: &str| structure::read(words.trim_start_matches([':', ' '])).map(|found| found.family);
    family(a).is_some() && family(a) == family(b)
}

/// `X (Y)`: the same thing twice, or a name with an aside.
fn parenthesis(text: &str, again: &dyn Fn(&str) -> Option<Reading>) -> Option<Reading> {
    let inner = text.strip_suffix(')')?;
    let open = inner.rfind('(')?;
    let (outside, inside) = (inner.get(..open)?.trim(), inner.get(open + 1..)?.trim());
    if outside.is_empty() {
        return None;
    }
    // That other terms can be had says nothing of these.
    if inside.is_empty() || is_noise(inside) || inside.eq_ignore_ascii_case("with dual licensing option") {
        return again(outside);
    }
    match (again(outside), again(inside)) {
        (Some(a), Some(b)) if a.outcome == b.outcome => Some(a),
        (Some(a), Some(b)) if refines(&b, &a) => Some(Reading { ambiguous: false, ..b }),
        (Some(a), Some(b)) if refines(&a, &b) => Some(Reading { ambiguous: false, ..a }),
        (Some(_), Some(_)) => None,
        // An abbreviation that no table has says the name once more.
        (Some(a), None) if is_abbreviation(inside) => Some(a),
        (None, Some(mut b)) => {
            b.ambiguous = true;
            b.unresolved.push(outside.to_string());
            Some(b)
        }
        _ => None,
    }
}

fn is_abbreviation(word: &str) -> bool {
    !word.contains(char::is_whitespace)
        && word.len() <= 12
        && word.chars().filter(|c| c.is_ascii_uppercase()).count() >= 2
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-.+".contains(c))
}

/// Where the name ends and a pointer to more words begins. What follows must be noise, or it is reported.
fn before_pointer(text: &str, again: &dyn Fn(&str) -> Option<Reading>) -> Option<Reading> {
    let lower = text.to_ascii_lowercase();
    let cuts = [
        ", see ",
        " see ",
        " - ",
        " – ",
        " — ",
        "; ",
        ": ",
        ". ",
        " as ",
        ", copyright",
        " copyright",
        " (c)",
        ", and ",
    ];
    let (at, length) = cuts.iter().filter_map(|cut| lower.find(cut).map(|at| (at, cut.len()))).min()?;
    let (head, tail) = (text.get(..at)?.trim(), text.get(at..)?.trim());
    if head.is_empty() || length == 0 {
        return None;
    }
    let said = tail.strip_prefix(": ").and_then(again).filter(|said| said.expr().is_some());
    let Some(mut reading) = again(head) else {
        // `C: Zlib`: a word or two that nobody knows are a label too.
        let label =
            head.split_whitespace().count() <= 2 && head.chars().all(|c| c.is_alphanumeric() || " ._-".contains(c));
        let mut said = said.filter(|_| label)?;
        said.ambiguous = true;
        said.unresolved.push(head.to_string());
        return Some(said);
    };
    // `Ruby: GPL-3.0`: what stands before the colon is what the licence is for, even where it is the name of one.
    if let Some(mut said) =
        said.filter(|said| said.outcome != reading.outcome && !(refines(&reading, said) && of_one_family(head, tail)))
    {
        if !refines(&said, &reading) {
            said.unresolved.push(head.to_string());
        }
        said.ambiguous = true;
        return Some(said);
    }
    let tail = tail.trim_start_matches([',', '-', '–', '—', ';', ':', '.', ' ']);
    if !is_noise(tail) {
        reading.ambiguous = true;
        reading.unresolved.push(tail.to_string());
    }
    Some(reading)
}
