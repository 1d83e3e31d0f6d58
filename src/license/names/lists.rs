//! Lists: what joins the values of a field that has several, and trove classifiers.
//!
//! A list is a choice in npm (its old form said so), Composer (documented), RubyGems (its guide: "either") and Maven (the
//! POM reference: users may select any). Elsewhere nobody wrote down which it is, and the list joins by AND: too strict is
//! seen and corrected, too mild is not.

use super::around;
use super::leaf::{self, Reading};
use super::structure;
use crate::license::db::urls;
use crate::model::{Expr, Grammar, Outcome};

/// Whether the values of a list are a choice.
fn is_choice(grammar: Grammar) -> bool {
    matches!(grammar, Grammar::Npm | Grammar::Gem | Grammar::Composer | Grammar::Maven)
}

/// Whether the ecosystem says what a list means.
fn is_documented(grammar: Grammar) -> bool {
    matches!(
        grammar,
        Grammar::Npm | Grammar::Gem | Grammar::Composer | Grammar::Maven | Grammar::Alpine | Grammar::Arch
    )
}

/// The values of a list that was written into one string: `["MIT", "Apache-2.0"]`, Python's `['MIT']`, npm's old objects
/// (`{"type": "MIT", "url": "..."}`), alone or in a list. An object's address follows its name, as in Maven's lists.
pub(super) fn serialized(grammar: Grammar, value: &str) -> Option<Vec<String>> {
    // Fields of these distributions use brackets and braces otherwise, if at all.
    let plain = matches!(grammar, Grammar::Gentoo | Grammar::Cran | Grammar::RpmSpdx | Grammar::RpmCallaway);
    if plain || value.len() > MAX_SERIALIZED || !value.starts_with(['[', '{']) {
        return None;
    }
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    let parsed =
        read(value).or_else(|| Some(value).filter(|v| !v.contains('"')).and_then(|v| read(&v.replace('\'', "\""))))?;
    let items = match parsed {
        serde_json::Value::Array(items) => items,
        object => vec![object],
    };
    let mut out = Vec::new();
    for item in items {
        let text = |name: &str| item.get(name).and_then(|v| v.as_str()).map(str::trim).filter(|v| !v.is_empty());
        if let Some(names) = item.get("type").and_then(|v| v.as_array()) {
            out.extend(names.iter().filter_map(|v| v.as_str()).map(String::from));
            continue;
        }
        let name = item.as_str().map(str::trim).or_else(|| ["type", "name", "license"].iter().find_map(|n| text(n)));
        // An address of its own is not that of the name before: brackets keep them apart.
        out.push(name.map(String::from).or_else(|| text("url").map(|url| format!("<{url}>")))?);
        out.extend(text("url").filter(|url| name.is_some() && urls::is_url(url)).map(String::from));
    }
    Some(out)
}

/// Longest value that is tried as a list: a licence text in brackets is none.
const MAX_SERIALIZED: usize = 4000;

/// Reads the values of a list and joins them.
pub(super) fn read(grammar: Grammar, values: &[&str]) -> Reading {
    let mut readings: Vec<(Reading, &str)> = Vec::new();
    for value in values {
        let mut reading = super::value(grammar, value);
        // A Maven licence has a name and an address: an address after a name is of the same licence.
        if urls::is_url(value)
            && let Some((before, name)) = readings.last_mut()
            && !urls::is_url(name)
        {
            pair(before, &reading, value);
            continue;
        }
        if grammar == Grammar::PypiClassifier && reading.method == "none" {
            continue;
        }
        // The statement itself says nothing, but it must not get lost beside others.
        if matches!(reading.outcome, Outcome::NoAssertion | Outcome::None) && reading.unresolved.is_empty() {
            reading.unresolved.push(value.to_string());
        }
        readings.push((reading, value));
    }
    if grammar == Grammar::PypiClassifier {
        drop_parents(&mut readings);
    }
    join(grammar, readings.into_iter().map(|(reading, _)| reading).collect())
}

/// Joins a name with the address beside it. They should agree; where the name leaves something open, the address may
/// decide; where they differ, the name counts and the address is reported.
fn pair(name: &mut Reading, address: &Reading, url: &str) {
    let unknown = address.outcome == Outcome::NoAssertion;
    if unknown || name.outcome == address.outcome {
        return;
    }
    if around::refines(address, name) || name.method == "unknown" || name.outcome == Outcome::NoAssertion {
        let unresolved = std::mem::take(&mut name.unresolved);
        *name = address.clone();
        name.unresolved.extend(unresolved);
        return;
    }
    // An address that is vaguer than the name adds nothing.
    if !address.ambiguous {
        name.ambiguous = true;
        name.unresolved.push(url.to_string());
    }
}

fn join(grammar: Grammar, readings: Vec<Reading>) -> Reading {
    let mut out = Reading::nothing("none");
    let mut operands = Vec::new();
    let mut methods: Vec<&'static str> = Vec::new();
    let mut silent = Vec::new();
    for reading in readings {
        out.ambiguous |= reading.ambiguous;
        out.refs.extend(reading.refs);
        methods.push(reading.method);
        match reading.outcome {
            Outcome::Expression(expr) => {
                operands.push(expr);
                out.unresolved.extend(reading.unresolved);
            }
            nothing => {
                silent.push(nothing);
                out.unresolved.extend(reading.unresolved);
            }
        }
    }
    methods.dedup();
    out.method = match methods.as_slice() {
        [] => "none",
        [one] => one,
        _ => "expression",
    };
    let joined = if is_choice(grammar) { Expr::or(operands) } else { Expr::and(operands) };
    match joined {
        Some(expr) => {
            out.ambiguous |= matches!(expr, Expr::And(_)) && !is_documented(grammar);
            out.outcome = Outcome::Expression(expr);
        }
        None => {
            // All values said nothing, or all said that there is no licence.
            out.outcome = silent.into_iter().min().unwrap_or(Outcome::NoAssertion);
        }
    }
    out
}

/// Reads a field for free text that holds classifiers: one, or several parted by commas, beside other names perhaps.
pub(super) fn classifiers(grammar: Grammar, text: &str) -> Reading {
    let one = classifier(text);
    // Some names have a comma before their version.
    let mut parts: Vec<String> = Vec::new();
    let pieces = text.split([',', ';', '|']).flat_map(|piece| headed(piece));
    for part in pieces.map(str::trim).filter(|part| !part.is_empty()) {
        match parts.last_mut() {
            Some(last) if around::is_version(part.split('(').next().unwrap_or(part)) => {
                *last = format!("{last}, {part}")
            }
            _ => parts.push(part.to_string()),
        }
    }
    let headings = ["license ::", "osi approved ::"];
    let lower = text.to_lowercase();
    let single = headings.iter().all(|heading| lower.matches(heading).count() < 2);
    let understood = single && one.outcome.expression().is_some() && one.unresolved.is_empty();
    if understood || parts.len() < 2 {
        // A classifier that begins further on: what is before it is no heading.
        let inside = headings.iter().any(|h| lower.contains(h)) && !headings.iter().any(|h| lower.starts_with(h));
        return if one.method == "none" && inside { super::words(grammar, text) } else { one };
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Reading { ambiguous: true, ..read(grammar, &parts) }
}

/// Cuts before each heading of classifiers but the first.
fn headed(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    let mut from = 0;
    for (at, _) in lower.match_indices("license ::").filter(|(at, _)| lower[..*at].ends_with(char::is_whitespace)) {
        out.push(&text[from..at]);
        from = at;
    }
    out.push(&text[from..]);
    out
}

/// Reads one trove classifier. Those that are not about licences say nothing here, and so do the headings of others.
pub(super) fn classifier(text: &str) -> Reading {
    let parts: Vec<&str> = text.split("::").map(str::trim).filter(|part| !part.is_empty()).collect();
    let is = |part: Option<&&str>, word: &str| part.is_some_and(|p| p.eq_ignore_ascii_case(word));
    let headed = is(parts.first(), "License") || is(parts.first(), "OSI Approved");
    let name = match parts.as_slice() {
        // Some people give the last part alone.
        [name] => name,
        [.., name] if headed => name,
        _ => return Reading::nothing("none"),
    };
    if ["License", "OSI Approved", "DFSG approved"].iter().any(|heading| heading.eq_ignore_ascii_case(name)) {
        return Reading::nothing("none");
    }
    let read = leaf::read(Grammar::PypiClassifier, name);
    let mut reading = read.unwrap_or_else(|| super::words(Grammar::PypiClassifier, name));
    reading.family = reading.family.or_else(|| structure::read(name).map(|found| found.family));
    reading
}

/// Projects often give a family's own classifier beside the one with the version; the first then says nothing more.
fn drop_parents(readings: &mut Vec<(Reading, &str)>) {
    let versioned: Vec<&'static str> =
        readings.iter().filter(|(reading, _)| !reading.ambiguous).filter_map(|(reading, _)| reading.family).collect();
    readings.retain(|(reading, _)| !(reading.ambiguous && reading.family.is_some_and(|f| versioned.contains(&f))));
}
