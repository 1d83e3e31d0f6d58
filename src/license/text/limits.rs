//! Paragraphs outside of all licence texts that take away or demand something: `The software may not be sold.` below an MIT
//! text makes it another licence than the MIT licence. They are kept as `LicenseRef-<hash of the normalised words>` that
//! stands beside what else was found: a condition that nobody sees is worse than one too many.

use super::grammar::{Text, begins};
use super::phrases::Statement;
use std::ops::Range;

/// Words that limit by themselves.
const LIMITS: [&[&str]; 24] = [
    &["may", "not", "be", "sold"],
    &["may", "not", "be", "called"],
    &["must", "not", "be", "sold"],
    &["must", "not", "be", "used"],
    &["must", "not", "be", "called"],
    &["not", "for", "commercial", "use"],
    &["noncommercial", "use"],
    &["noncommercial", "purposes"],
    &["commercial", "use", "requires"],
    &["commercial", "use", "is", "not"],
    &["commercial", "use", "of", "this"],
    &["commercial", "license"],
    &["commercial", "licenses"],
    &["commons", "clause", "license"],
    &["commons", "clause", "condition"],
    &["commons", "clause", "restriction"],
    &["not", "grant", "to", "you", "the", "right", "to", "sell"],
    &["use", "only", "with"],
    &["only", "be", "used", "with"],
    &["may", "not", "be", "used", "for", "commercial"],
    &["may", "not", "be", "used", "commercially"],
    &["may", "not", "use", "this", "software", "for"],
    &["may", "not", "use", "the", "software", "for"],
    &["may", "not", "sell"],
];

/// What a sentence on the software itself forbids or demands begins with one of these, as against one on a name or logo.
const SUBJECTS: [&str; 14] = [
    "software",
    "programme",
    "code",
    "use",
    "commercial",
    "redistribution",
    "redistributions",
    "modifications",
    "modified",
    "copies",
    "distribution",
    "sale",
    "derivative",
    "work",
];
/// Of these it says nothing about the rights in the software.
const NAMES: [&str; 8] = ["name", "names", "trademark", "trademarks", "logo", "logos", "marks", "brand"];
/// What who receives the software must do.
const DEMANDS: [&str; 8] = ["send", "pay", "notify", "obtain", "buy", "purchase", "display", "credit"];

/// Words that begin words which limit or demand.
pub fn beginnings() -> impl Iterator<Item = &'static str> {
    LIMITS.iter().filter_map(|l| l.first().copied()).chain(["must", "prohibited", "forbidden", "governed"])
}

/// The paragraphs that limit, outside of the words in `closed`. One that names a licence speaks of that, and of what it
/// permits or demands.
pub fn paragraphs(text: &Text, closed: &[bool], statements: &[Statement]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for i in 0..text.len() {
        if !text.begins(i, begins::LIMITS) || closed[i] || out.last().is_some_and(|p| i < p.end) || !limits(text, i) {
            continue;
        }
        let edge = |j: usize| closed[j] || text.gap(j).matches('\n').count() > 1;
        let start = (0..i).rev().find(|&j| edge(j)).map_or(0, |j| j + 1);
        let end = (i..text.len()).find(|&j| edge(j)).map_or(text.len(), |j| if closed[j] { j } else { j + 1 });
        let names = statements.iter().any(|s| s.words.start < end && s.words.end > start);
        if !names || text.reads(i, &["commons", "clause"]) || text.reads(i, &["not", "grant", "to", "you"]) {
            out.push(start..end);
        }
    }
    out
}

fn limits(text: &Text, i: usize) -> bool {
    let start = (i.saturating_sub(30)..i).rev().find(|&j| text.ends(j)).map_or(i.saturating_sub(30), |j| j + 1);
    let before = |words: &[&str]| (start..i).any(|j| words.contains(&text.word(j)));
    if LIMITS.iter().any(|l| text.reads(i, l)) {
        // A header says so of the file, a notice of a name; who explains a choice offers one.
        let excepted =
            (i..i + 14).take_while(|&j| !text.ends(j)).any(|j| text.reads(j, &["except", "in", "compliance"]));
        return !excepted
            && !before(&NAMES)
            && !before(&["dual", "or", "no", "also"])
            && (i == 0 || text.word(i - 1) != "and");
    }
    match text.word(i) {
        "may" => {
            // `This software may not be used in nuclear facilities`
            text.reads(i, &["may", "not", "be", "used"])
                && matches!(text.word(i + 4), "for" | "in" | "by")
                && !matches!(text.word(i + 5), "advertising" | "publicity" | "endorse")
                && before(&SUBJECTS)
                && !before(&NAMES)
        }
        "prohibited" | "forbidden" => {
            i > 0
                && matches!(text.word(i - 1), "is" | "are" | "strictly" | "expressly")
                && before(&SUBJECTS)
                && !before(&NAMES)
        }
        // `governed by the Example End User License Agreement`
        "governed" => {
            let end = (i..i + 14).find(|&j| text.ends(j)).unwrap_or(i + 14);
            text.word(i + 1) == "by"
                && (i..end).any(|j| {
                    text.reads(j, &["license", "agreement"])
                        || text.reads(j, &["terms", "of", "service"])
                        || text.reads(j, &["terms", "of", "use"])
                        || text.word(j) == "eula"
                })
        }
        "must" => {
            let demands = i > 0 && text.word(i - 1) == "you" && DEMANDS.contains(&text.word(i + 1));
            // A condition of its own stands at the start of its paragraph.
            let first = start == 0 || text.gap(start - 1).matches('\n').count() > 1;
            demands || first && i - start <= 9 && before(&SUBJECTS[3..12]) && !before(&NAMES)
        }
        _ => false,
    }
}
