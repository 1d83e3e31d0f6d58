//! From what people write in metadata to SPDX: a grammar for each ecosystem, then exact alias, then structure.
//!
//! Nothing is dropped in silence: a name that no table knows becomes a `LicenseRef-` and is listed in
//! [`Normalized::unresolved`], and so are words that nothing in the expression stands for. Whole texts in a name's place
//! are handed to [`super::text`].

mod around;
mod cran;
mod gentoo;
mod leaf;
mod lexer;
mod lists;
mod loose;
mod structure;
mod wording;

use super::memo::Memo;
use super::{expr, text};
use crate::license::db::urls;
use crate::model::{Expr, Grammar, Outcome};
use leaf::Reading;
use sha2::{Digest, Sha256};

/// What became of a licence statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized {
    /// The expression; `NoAssertion` for statements that say nothing (`UNKNOWN`, empty, `SEE LICENSE IN x`), `None` where
    /// the statement says that there is no licence.
    pub expression: Outcome,
    /// Names that no table knows (a `LicenseRef-` stands for each), and words that nothing stands for. Empty when every
    /// operand was understood.
    pub unresolved: Vec<String>,
    /// Whether the statement has more than one reasonable reading (an unversioned family, a comma between names).
    pub ambiguous: bool,
    /// How it was read: `spdx-expression`, `alias`, `structure`, `url`, `expression` (several names, each read in its own
    /// way), `text`, `reference` (points to a file), `unknown`, `none` (empty).
    pub method: &'static str,
    /// For every `LicenseRef-` in the expression the words that it stands for, as written.
    pub refs: Vec<(Box<str>, Box<str>)>,
}

/// From this length on, or with several lines, a value is taken for a text, unless it reads as an expression to the end.
const LONG: usize = 200;

/// Names that were read before. What is kept is more than all different names of a distribution.
static NAMES: Memo<Grammar, Reading> = Memo::new(1..=LONG, 256 << 10);

/// Longest value that is read as names; the rest of it is never looked at. Beyond it only the hash and the text matcher
/// have a say.
const MAX_VALUE: usize = 64 * 1024;

/// Longest prose that is tried as names. No list of names in a field for free text comes near.
const MAX_PROSE: usize = 2000;

/// Most values of one list that are read.
const MAX_VALUES: usize = 1000;

/// Reads one statement: one value, or the values of a list field, which the grammar joins.
pub fn normalize(grammar: Grammar, values: &[&str]) -> Normalized {
    // Marks alone (`-`, `?`) are how people leave a field empty.
    let says = |v: &&str| v.contains(char::is_alphanumeric);
    let values: Vec<&str> = values.iter().map(|v| v.trim()).filter(says).collect();
    let inner: Vec<String> = match values.as_slice() {
        [one] => lists::serialized(grammar, one).unwrap_or_default(),
        _ => Vec::new(),
    };
    let values = if inner.is_empty() { values } else { inner.iter().map(String::as_str).filter(says).collect() };
    let mut reading = match values.as_slice() {
        [] => Reading::nothing("none"),
        [one] => value(grammar, one),
        many => {
            let mut reading = lists::read(grammar, many.get(..MAX_VALUES).unwrap_or(many));
            if let Some(rest) = many.get(MAX_VALUES..) {
                reading.unresolved.extend(rest.iter().map(|v| first_words(v)));
            }
            reading
        }
    };
    let used: Vec<String> =
        reading.outcome.expression().map(|e| e.refs().into_iter().map(String::from).collect()).unwrap_or_default();
    reading.refs.retain(|(name, _)| used.iter().any(|u| **u == **name));
    reading.refs.sort();
    reading.refs.dedup_by(|a, b| a.0 == b.0);
    Normalized {
        expression: reading.outcome,
        unresolved: reading.unresolved,
        ambiguous: reading.ambiguous,
        method: reading.method,
        refs: reading.refs,
    }
}

/// Reads one value.
fn value(grammar: Grammar, value: &str) -> Reading {
    if value.len() > MAX_VALUE {
        return whole_text(value);
    }
    if let Some(reading) = strict(grammar, value) {
        return reading;
    }
    let statement = |text: &str| match grammar {
        Grammar::Gentoo => gentoo::read(text),
        Grammar::Cran => cran::read(text),
        // Some people put several into one line, or one into the field beside.
        Grammar::PypiClassifier | Grammar::PypiLicense | Grammar::Any if text.contains(" :: ") => {
            lists::classifiers(grammar, text)
        }
        Grammar::PypiClassifier => lists::classifier(text),
        Grammar::Any if text.contains("|| (") => gentoo::read(text),
        grammar => words(grammar, text),
    };
    if value.len() <= LONG && !value.contains('\n') {
        return NAMES.get(grammar, value, statement);
    }
    // Tags of distributions may be long, and packagers break their lines; what people put into other fields at this
    // length is a text, unless every word of it reads as names.
    let is_tag = matches!(
        grammar,
        Grammar::RpmCallaway
            | Grammar::RpmSpdx
            | Grammar::DebianDep5
            | Grammar::Alpine
            | Grammar::Gentoo
            | Grammar::Spdx
    );
    if !is_tag && value.len() > MAX_PROSE {
        return whole_text(value);
    }
    let one_line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let reading = statement(&one_line);
    let names = |list: &[String]| list.iter().all(|w| w.len() <= 80);
    let understood = reading.unresolved.iter().all(|words| around::is_copyright(words));
    if understood || (is_tag && reading.method == "expression" && names(&reading.unresolved)) {
        return reading;
    }
    whole_text(value)
}

/// An SPDX expression of more than one id. Single ids are left to the tables, for a distribution may give a name that
/// is also an id another meaning.
fn strict(grammar: Grammar, value: &str) -> Option<Reading> {
    let whole = match grammar {
        Grammar::Cargo | Grammar::Npm | Grammar::Any | Grammar::PypiLicense | Grammar::Conda => {
            expr::parse_lenient(value)
        }
        // A comma aside, DEP-5 and Callaway bind as SPDX does.
        _ => expr::parse(value),
    };
    let more_than_an_id =
        value.contains([' ', '(']) || value.starts_with("LicenseRef-") || value.starts_with("DocumentRef-");
    let expr = whole.ok().filter(|_| more_than_an_id)?;
    let refs = expr.refs().into_iter().map(|r| (Box::from(r), Box::from(r))).collect();
    Some(Reading { refs, ..Reading::new(Outcome::Expression(expr), "spdx-expression") })
}

/// Reads a statement in the common grammar of names joined by "and", "or", commas and slashes.
fn words(grammar: Grammar, text: &str) -> Reading {
    let text = &text.replace(" as well as ", " and ");
    if points_elsewhere(text) {
        return Reading::nothing("reference");
    }
    let reading = leaf::read(grammar, text).filter(|r| r.unresolved.is_empty());
    if let Some(reading) = reading {
        return reading;
    }
    if urls::is_url(text) && !text.contains(char::is_whitespace) {
        // An address that no table knows says that there are terms, not which.
        return Reading { unresolved: vec![text.to_string()], ..Reading::nothing("url") };
    }
    let split = loose::read(grammar, text);
    if !split.unresolved.is_empty()
        && let Some(apart) = unglued(grammar, text)
    {
        return loose::read(grammar, &apart);
    }
    // Words around one name may be all that keeps it from being read; that reading lists them.
    match leaf::read(grammar, text) {
        Some(around) if around.unresolved.len() < split.unresolved.len() => around,
        Some(around) if split.method == "unknown" => around,
        _ => split,
    }
}

/// `GPL-2+-or-X11`, `LGPLv3+_or_GPLv2+`: names joined where a space may not stand, with spaces. `None` for what is not so, and
/// where not every name is known.
pub(super) fn unglued(grammar: Grammar, text: &str) -> Option<String> {
    if text.contains(' ') || text.len() > LONG || !text.contains(['-', '_']) || leaf::whole(grammar, text).is_some() {
        return None;
    }
    let mut apart = text.to_string();
    for word in ["or", "and", "with"] {
        for mark in ['-', '_'] {
            apart = apart.replace(&format!("{mark}{word}{mark}"), &format!(" {word} "));
        }
    }
    // "or later" is a part of a name.
    for later in ["later", "newer"] {
        apart = apart.replace(&format!(" or {later}"), &format!("-or-{later}"));
    }
    let apart = apart.replace('_', " ");
    let reading = Some(loose::read(grammar, &apart)).filter(|_| apart != text)?;
    let known = reading.unresolved.is_empty() && reading.outcome.expression().is_some_and(|e| e.refs().is_empty());
    known.then_some(apart)
}

/// `SEE LICENSE IN x`, `LICENSE.txt`, `see the LICENSE file`: the terms are in a file of the package.
fn points_elsewhere(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let pointer = [
        "see license in",
        "see licence in",
        "see license on",
        "see license at",
        "see licence",
        "see license",
        "see in ",
    ];
    pointer.iter().any(|p| lower.starts_with(p))
        || (!urls::is_url(text) && around::is_noise(text) && around::names_place(text))
}

/// A licence text in a name's place.
fn whole_text(value: &str) -> Reading {
    let known = text::identify(value).expression;
    let hashed = known.is_none();
    let expr = known.unwrap_or_else(|| text_reference(value));
    let unresolved = if expr.refs().is_empty() { Vec::new() } else { vec![first_words(value)] };
    let refs = expr.refs().into_iter().map(|r| (Box::from(r), Box::from(value))).collect();
    let method = if hashed { "unknown" } else { "text" };
    Reading { unresolved, refs, ..Reading::new(Outcome::Expression(expr), method) }
}

/// `LicenseRef-` and the first 12 hex digits of the SHA-256 of the text, its white space made single.
fn text_reference(value: &str) -> Expr {
    let mut hash = Sha256::new();
    for (i, word) in value.split_whitespace().enumerate() {
        if i > 0 {
            hash.update(b" ");
        }
        hash.update(word.as_bytes());
    }
    let hex: String = hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect();
    Expr::reference(&hex)
}

/// The beginning of a long value, to recognise it by.
fn first_words(value: &str) -> String {
    let words: Vec<&str> = value.split_whitespace().take(8).collect();
    words.join(" ").chars().take(80).collect()
}

#[cfg(test)]
mod tests;
