//! What people say around the version of a licence: "or later" in its many ways and some languages, dates, numbers as
//! words. The words of families and versions themselves are the matter of [`super::structure`].

/// Ways to say "or later", longest first.
const LATER: [&[&str]; 44] = [
    &["or", "at", "your", "option", "any", "later", "version"],
    &["at", "your", "option", "any", "later", "version"],
    &["or", "at", "your", "option", "any", "later"],
    &["or", "any", "later", "version"],
    &["and", "any", "later", "version"],
    &["or", "any", "newer", "version"],
    &["or", "later", "versions"],
    &["or", "later", "version"],
    &["or", "newer", "version"],
    &["or", "any", "later"],
    &["and", "any", "later"],
    &["or", "at", "your", "discretion", "any", "later", "version"],
    &["or", "later"],
    &["or", "newer"],
    &["or", "greater"],
    &["or", "above"],
    &["or", "better"],
    &["or", "higher"],
    &["or", "superior"],
    &["or", "upper"],
    &["and", "later"],
    &["and", "newer"],
    &["and", "above"],
    &["and", "up"],
    &["and", "higher"],
    &["and", "better"],
    &["ou", "toute", "version", "ultérieure"],
    &["ou", "version", "ultérieure"],
    &["ou", "ultérieure"],
    &["ou", "supérieure"],
    &["ou", "plus", "récente"],
    &["ou", "posterior"],
    &["oder", "eine", "spätere", "version"],
    &["oder", "spätere", "version"],
    &["oder", "später"],
    &["oder", "neuer"],
    &["oder", "höher"],
    &["o", "posterior"],
    &["o", "successiva"],
    &["later"],
    &["plus"],
    &["onwards"],
    &["upwards"],
    &["+"],
];

/// How many tokens at the start say "or later".
pub(super) fn later_words(tokens: &[&str]) -> Option<usize> {
    LATER.iter().find(|words| tokens.starts_with(words)).map(|words| words.len())
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The date of a version (`June 1991`, `17 August 2003`) says nothing that the version does not. Only after a version can a
/// number before the month be a day.
pub(super) fn date_words(tokens: &[&str], after_version: bool) -> Option<usize> {
    let year = |t: Option<&&str>| t.is_some_and(|t| t.len() == 4 && (t.starts_with("19") || t.starts_with("20")));
    let month = |t: Option<&&str>| t.is_some_and(|t| MONTHS.contains(t));
    if month(tokens.first()) && year(tokens.get(1)) {
        return Some(2);
    }
    let day_first = after_version && month(tokens.get(1));
    (year(tokens.get(2)) && (day_first || month(tokens.first()))).then_some(3)
}

/// A version that is written as a word (`version two`). No licence has a higher one.
pub(super) fn number_word(token: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 3] = [("one", "1"), ("two", "2"), ("three", "3")];
    WORDS.iter().find(|(word, _)| *word == token).map(|(_, number)| *number)
}
