//! Titles above a text that say it is another licence than the one it is like.

use super::align::Alignment;
use super::index::{Index, Kind};
use super::token::Words;

/// A title stands in so many bytes above the text at most.
const ABOVE: usize = 300;
/// And ends in so many bytes behind the first word of the text.
const BELOW: usize = 100;

/// Whether the text at `a` is only like its licence, and stands under the title of another one that has a version of its
/// own: `Some University Software License, Version 1.2`.
pub fn names_another(raw: &str, words: &Words, index: &Index, a: &Alignment) -> bool {
    let Some(doc) = index.docs.get(a.doc).filter(|d| d.kind == Kind::License) else { return false };
    if a.is_exact() {
        return false;
    }
    let Some(start) = words.at.get(a.words.start).map(|w| w.0 as usize) else { return false };
    let from = (start.saturating_sub(ABOVE)..start).find(|&i| raw.is_char_boundary(i)).unwrap_or(start);
    // The aligned words may begin within the title.
    let end = (start..=(start + BELOW).min(raw.len())).rev().find(|&i| raw.is_char_boundary(i)).unwrap_or(start);
    let above = raw.get(from..end).unwrap_or_default().to_ascii_lowercase();
    let bare =
        |l: &'_ str| -> String { l.trim_matches([' ', '\t', '*', '#', '/', '-', '.', '=', '|', '>']).to_string() };
    let lines: Vec<String> = above.lines().map(bare).filter(|l| !l.is_empty()).collect();
    let name = doc.name.to_ascii_lowercase();
    let text = index.words.get(doc.words.clone()).unwrap_or_default();
    lines.iter().enumerate().any(|(n, line)| {
        let Some(at) = line.rfind("license").or_else(|| line.rfind("licence")) else { return false };
        let (title, rest) = line.split_at(at);
        let rest = rest[7..].trim_start_matches([' ', ',', '(']);
        let behind = if rest.is_empty() { lines.get(n + 1).map_or("", String::as_str) } else { rest };
        let versioned = ["version ", "v. ", "v"]
            .iter()
            .any(|v| behind.strip_prefix(v).is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit())));
        let sentence = ["under", "licensed", "is", "are", "this", "see"];
        if line.split(' ').any(|w| sentence.contains(&w)) {
            return false;
        }
        let own = title.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2 && !GENERAL.contains(w));
        let own: Vec<&str> = own.collect();
        // A licence whose own words have the title may be longer in its title than in its name.
        let foreign = own.iter().any(|w| !text.contains(&index.number(w)));
        versioned && foreign && own.len() <= 6 && !own.iter().any(|w| name.contains(w))
    })
}

/// Words that a title of any licence may have.
const GENERAL: [&str; 14] = [
    "the", "software", "public", "general", "open", "source", "free", "and", "for", "of", "new", "modified", "this",
    "under",
];
