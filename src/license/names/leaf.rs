//! Reads one name: the ecosystem's own table, an SPDX id, the common table, the list's full names, an exception, the
//! parts of the name, an address. Words around a name are the matter of [`super::around`].

use super::{around, structure};
use crate::license::db::{self, aliases, exceptions, key, urls};
use crate::license::expr;
use crate::model::{Class, Expr, Grammar, Outcome};

/// What one name (or a whole statement) says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    /// What it says.
    pub outcome: Outcome,
    /// Whether there are other reasonable readings.
    pub ambiguous: bool,
    /// Words that nothing stands for, or names that no table knows.
    pub unresolved: Vec<String>,
    /// How it was read.
    pub method: &'static str,
    /// The words behind each reference.
    pub refs: Vec<(Box<str>, Box<str>)>,
    /// The family of a name that was read by its parts.
    pub family: Option<&'static str>,
}

impl Reading {
    pub fn new(outcome: Outcome, method: &'static str) -> Reading {
        Reading { outcome, ambiguous: false, unresolved: Vec::new(), method, refs: Vec::new(), family: None }
    }

    /// A statement that says nothing.
    pub fn nothing(method: &'static str) -> Reading {
        Reading::new(Outcome::NoAssertion, method)
    }

    /// A name that no table knows: a reference that carries the words.
    pub fn unknown(words: &str) -> Reading {
        let words = words.trim();
        let expr = Expr::reference(words);
        let refs = expr.refs().into_iter().map(|r| (Box::from(r), Box::from(words))).collect();
        Reading { unresolved: vec![words.to_string()], refs, ..Reading::new(Outcome::Expression(expr), "unknown") }
    }

    /// An expression for these words; its references stand for them.
    fn expression(expr: Expr, words: &str, ambiguous: bool, method: &'static str) -> Reading {
        let refs = expr.refs().into_iter().map(|r| (Box::from(r), Box::from(words.trim()))).collect();
        Reading { ambiguous, refs, ..Reading::new(Outcome::Expression(expr), method) }
    }

    fn alias(alias: aliases::Alias, words: &str, method: &'static str) -> Option<Reading> {
        let mut reading = match alias.expression {
            "NOASSERTION" => Reading::nothing(method),
            "NONE" => Reading::new(Outcome::None, method),
            text => Reading::expression(expr::parse(text).ok()?, words, alias.ambiguous, method),
        };
        reading.ambiguous = alias.ambiguous;
        Some(reading)
    }

    pub fn expr(&self) -> Option<&Expr> {
        self.outcome.expression()
    }
}

/// Longest name that is looked up. The longest real ones (Maven's dual licences) have some 120 bytes.
pub(super) const MAX_NAME: usize = 240;

/// Reads one name. `None` when no table and no rule knows it.
pub(super) fn read(grammar: Grammar, text: &str) -> Option<Reading> {
    whole(grammar, text).or_else(|| around::read(grammar, text))
}

/// Reads a name that uses up every word of `text`. This is what joins names over "and", "or", commas and slashes
/// that are a part of them.
pub(super) fn whole(grammar: Grammar, text: &str) -> Option<Reading> {
    let text = unwrapped(text);
    if text.is_empty() || text.len() > MAX_NAME {
        return None;
    }
    let key = key::key(text);
    if let Some(alias) = aliases::own(grammar, &key) {
        return Reading::alias(alias, text, "alias");
    }
    if !text.contains(['(', ' '])
        && let Ok(expr) = expr::parse(text)
    {
        return Some(Reading::expression(expr, text, false, "spdx-expression"));
    }
    if let Some(alias) = aliases::common(&key).filter(|alias| alias.fits(text)) {
        return Reading::alias(alias, text, "alias");
    }
    if let Some(alias) = aliases::listed(&key) {
        return Reading::alias(alias, text, "alias");
    }
    if let Some(reading) = with_rider(grammar, text).or_else(|| with_exception(grammar, text)) {
        return Some(reading);
    }
    if let Some(found) = structure::read(text) {
        let mut reading = Reading::expression(found.expr, text, found.ambiguous, "structure");
        reading.family = Some(found.family);
        return Some(reading);
    }
    if let Some(reading) = prefixed(grammar, text) {
        return Some(reading);
    }
    if urls::is_url(text) && !text.contains(char::is_whitespace) {
        return url(grammar, text);
    }
    if grammar == Grammar::Any {
        return aliases::anywhere(&key)
            .filter(|alias| alias.fits(text))
            .and_then(|alias| Reading::alias(alias, text, "alias"));
    }
    None
}

/// Without the quotes, brackets and marks that people and serializers leave around a name.
pub(super) fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let before = text;
        for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('[', ']'), ('<', '>'), ('“', '”'), ('{', '}')]
        {
            if let Some(inner) = text.strip_prefix(open).and_then(|t| t.strip_suffix(close)) {
                text = inner.trim();
            }
        }
        // A pair of parentheses that holds it all.
        if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'))
            && !inner.contains(['(', ')'])
        {
            text = inner.trim();
        }
        // `MIT*` is how npm's license-checker marks a guess.
        text = text.trim_end_matches(['.', ';', ',', ':', '*']).trim();
        if text == before {
            return text;
        }
    }
}

/// What stands between a licence and its exception and says so: an exception must follow.
const SAYS_WITH: [&str; 7] = [", with ", " with ", "-with-", " w/", " including ", ", includes ", " includes "];

/// What may stand between a licence and its exception; only a known exception after it counts.
const MAY_JOIN: [&str; 7] = [" plus ", " + ", "~", "+", ", ", " ", "-"];

/// A licence with an exception: `GPL-2+ with OpenSSL exception`, `GPL2 w/ CPE`, `GPLv2+CE`. An exception that the list
/// does not have leaves the whole as a reference: without it the name would be wrong.
fn with_exception(grammar: Grammar, text: &str) -> Option<Reading> {
    let lower = text.to_ascii_lowercase();
    for opener in SAYS_WITH {
        let Some(at) = lower.find(opener).filter(|at| *at > 0) else { continue };
        let (Some(name), Some(words)) = (text.get(..at), text.get(at + opener.len()..)) else { continue };
        let Some(base) = base_of_exception(grammar, name) else { continue };
        if let Some(reading) = known_exception(&base, words, text) {
            return Some(reading);
        }
        if is_exception(words) && !has_operator(words) && !more_follows(grammar, &base, words) {
            return Some(undecided_exception(grammar, text));
        }
    }
    let said = lower.contains("exception") || lower.contains("linking");
    for opener in MAY_JOIN {
        // Without the word, only what cannot be a part of a name joins: `+`, Debian's `~`, a hyphen after "or later".
        let plain = said || ["+", " + ", "~"].contains(&opener);
        for (at, _) in lower.match_indices(opener) {
            let (Some(name), Some(words)) = (text.get(..at), text.get(at + opener.len()..)) else { continue };
            if !(plain || opener == "-" && name.ends_with('+')) {
                continue;
            }
            // In `GPLv2+CE` the plus joins; in `GPL-2+ x` it says "or later" and must stay with the name.
            if opener == "+" && !words.starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            let base = base_of_exception(grammar, name).filter(takes_exceptions);
            let found = base.and_then(|base| known_exception(&base, words, text));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Whether a licence is one that exceptions are written for. Where nothing says "with", a name of another licence beside an
/// exception is a part of the exception's name (`Nokia-Qt-LGPL-Exception-1.1`).
fn takes_exceptions(base: &Reading) -> bool {
    let Some(Expr::License { id, .. }) = base.expr() else { return false };
    ["GPL-", "LGPL-", "AGPL-", "Apache-"].iter().any(|start| id.starts_with(start))
}

/// A licence with the Commons Clause, which takes away where an exception gives: both apply.
fn with_rider(grammar: Grammar, text: &str) -> Option<Reading> {
    const RIDERS: [&str; 3] = ["with the commons clause", "with commons clause", "commons clause"];
    let lower = text.to_ascii_lowercase();
    let lower = lower.trim_end_matches(['.', ')']).trim_end_matches(" license").trim_end_matches(" condition");
    let rider = RIDERS.iter().find(|rider| lower.ends_with(*rider))?;
    let name = text.get(..lower.len() - rider.len())?.trim_end_matches([' ', ',', '(', '-', '+']);
    let mut base = whole(grammar, name)?;
    let expr = Expr::and([base.expr()?.clone(), Expr::reference("Commons-Clause")])?;
    base.refs.push(("LicenseRef-Commons-Clause".into(), text.into()));
    Some(Reading { outcome: Outcome::Expression(expr), method: "structure", ..base })
}

/// The licence `base` with the exception that `words` name.
fn known_exception(base: &Reading, words: &str, text: &str) -> Option<Reading> {
    let Some(Expr::License { id, .. }) = base.expr() else { return None };
    // The key of `GPL-3.0-linking-exception` is that of GPL 3: what reads as a licence is one.
    let named = exceptions::find(words, id).filter(|_| structure::read(words).is_none())?;
    let expr = expr::with(base.expr()?.clone(), named.id)?;
    let mut reading = Reading::expression(expr, text, base.ambiguous || named.ambiguous, "structure");
    reading.family = base.family;
    Some(reading)
}

/// The licence before an exception. It is read by tables and parts alone.
fn base_of_exception(grammar: Grammar, name: &str) -> Option<Reading> {
    let name = name.trim().trim_end_matches([',', '-']);
    let plain = |r: &Reading| matches!(r.expr(), Some(Expr::License { .. }));
    if let Some(found) = structure::read(name) {
        let mut reading = Reading::expression(found.expr, name, found.ambiguous, "structure");
        reading.family = Some(found.family);
        return Some(reading).filter(plain);
    }
    let key = key::key(name);
    // An expression of several operands is no base, even where it says one licence twice.
    if !name.contains([' ', '('])
        && let Ok(expr) = expr::parse(name)
    {
        return Some(Reading::expression(expr, name, false, "spdx-expression")).filter(plain);
    }
    let alias = aliases::own(grammar, &key).or_else(|| aliases::common(&key)).or_else(|| aliases::listed(&key))?;
    Reading::alias(alias, name, "alias").filter(plain)
}

/// Whether the words after "with" speak of an exception rather than of anything else.
fn is_exception(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["exception", "linking", "clarification", "special", "permission"].iter().any(|w| words.contains(w))
}

/// Whether another licence follows an exception in a list with spaces, as Alpine writes it.
fn more_follows(grammar: Grammar, base: &Reading, words: &str) -> bool {
    grammar == Grammar::Alpine
        && words
            .match_indices(' ')
            .any(|(at, _)| words.get(..at).is_some_and(|w| known_exception(base, w, w).is_some()))
}

/// Whether words hold what joins names: then they are more than an exception.
fn has_operator(words: &str) -> bool {
    words.contains([',', '/', '|', '&', ';'])
        || words.split_whitespace().any(|w| ["and", "or", "plus", "+"].contains(&w.to_ascii_lowercase().as_str()))
}

/// A licence with an exception that has no name, or none that the list knows.
fn undecided_exception(grammar: Grammar, text: &str) -> Reading {
    let expr = match grammar {
        Grammar::RpmCallaway => Expr::reference(&format!("Callaway-{text}")),
        _ => Expr::reference(text),
    };
    Reading { unresolved: vec![text.to_string()], ..Reading::expression(expr, text, true, "structure") }
}

/// Prefixes that an ecosystem puts before a name: openSUSE's `SUSE-`, Arch's `custom:`.
fn prefixed(grammar: Grammar, text: &str) -> Option<Reading> {
    let (prefix, spelled) = match grammar {
        Grammar::RpmSpdx | Grammar::RpmCallaway => ("SUSE-", "SUSE-"),
        Grammar::Arch | Grammar::Alpine => ("custom:", "custom:"),
        Grammar::Any if text.starts_with("SUSE-") => ("SUSE-", "SUSE-"),
        Grammar::Any => ("custom:", "custom:"),
        _ => return None,
    };
    let name = text.get(..prefix.len()).filter(|p| p.eq_ignore_ascii_case(prefix)).and(text.get(prefix.len()..))?;
    let name = name.trim();
    let known = if name.is_empty() { None } else { whole(grammar, name) };
    // A reference would lose the prefix, which says whose name it is.
    let means_something = |e: &Expr| match e {
        Expr::Ref(name) => db::class_of_ref(name) != Class::Unknown,
        _ => true,
    };
    if let Some(reading) = known.filter(|r| r.expr().is_some_and(means_something)) {
        return Some(reading);
    }
    // Only Arch's names have spaces; elsewhere a space ends the name, as operators do everywhere.
    if has_operator(name) || (name.contains(' ') && grammar != Grammar::Arch) {
        return None;
    }
    let expr = Expr::reference(&format!("{spelled}{name}"));
    Some(Reading::expression(expr, text, false, "alias"))
}

/// An address alone. One that no table knows says that there are terms, not which.
pub(super) fn url(grammar: Grammar, text: &str) -> Option<Reading> {
    match urls::find(text)? {
        urls::Meaning::Alias(alias) => Reading::alias(alias, text, "url"),
        urls::Meaning::Words(words) => {
            let mut reading = match expr::parse_lenient(&words) {
                Ok(expr) => Reading::expression(expr, text, false, "url"),
                Err(_) => whole(grammar, &words).filter(|_| !urls::is_url(&words))?,
            };
            reading.method = "url";
            Some(reading)
        }
    }
}
