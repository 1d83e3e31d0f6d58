//! R's `License` field (Writing R Extensions, section 1.1.2): alternatives parted by `|`, each a standard name with an
//! optional version comparison in parentheses, and `+ file LICENSE` where a file adds to the standard text.

use super::leaf::{self, Reading};
use super::structure;
use crate::license::db::{families, key};
use crate::model::{Expr, Grammar, Outcome};

/// Reads one statement.
pub(super) fn read(text: &str) -> Reading {
    // CRAN's pages show what R makes of an open name after it: `GPL-2 | GPL-3 [expanded from: GPL]`.
    let text = text.split_once("[expanded from").map_or(text, |(field, _)| field);
    let alternatives: Vec<&str> = text.split('|').map(str::trim).filter(|a| !a.is_empty()).collect();
    let mut out = Reading::nothing("reference");
    let mut operands = Vec::new();
    let mut methods = Vec::new();
    for alternative in &alternatives {
        // What the file adds to MIT and BSD is the holder's name, to others at most further permissions.
        let (name, file) = match alternative.split_once("+ file").or_else(|| alternative.split_once("+file")) {
            Some((name, file)) => (name.trim(), Some(file.trim())),
            None => (*alternative, None),
        };
        let reading = match name {
            "" => continue,
            _ if file.is_none() && is_file(name) => {
                if alternatives.len() == 1 {
                    return Reading::nothing("reference");
                }
                // A choice between a known licence and a file stays one.
                let mut reading = Reading::unknown(name);
                reading.ambiguous = true;
                reading
            }
            name => one(name),
        };
        out.ambiguous |= reading.ambiguous;
        out.unresolved.extend(reading.unresolved);
        out.refs.extend(reading.refs);
        methods.push(reading.method);
        operands.extend(reading.outcome.expression().cloned());
    }
    out.method = match methods.as_slice() {
        [] => "reference",
        [one] => one,
        _ => "expression",
    };
    out.outcome = Expr::or(operands).map_or(Outcome::NoAssertion, Outcome::Expression);
    out
}

fn is_file(name: &str) -> bool {
    name.to_ascii_lowercase().split_whitespace().next() == Some("file")
}

/// One name, with its comparisons read first.
fn one(name: &str) -> Reading {
    if let Some(expr) = compared(name) {
        return Reading::new(Outcome::Expression(expr), "structure");
    }
    leaf::read(Grammar::Cran, name).unwrap_or_else(|| super::words(Grammar::Cran, name))
}

/// `GPL (>= 2, < 4)` is a choice between the versions that fit; `GPL (> 2)` is 3 or later. A comparison that has no upper
/// end means later versions too.
fn compared(name: &str) -> Option<Expr> {
    let (family_name, rest) = name.split_once('(')?;
    let tokens: Vec<String> = key::tokens(family_name).into_iter().filter(|t| !key::is_filler(t)).collect();
    let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let (family, _) = families::at_start(&words).filter(|(_, taken)| *taken == words.len())?;
    let limits: Vec<(&str, Vec<u32>)> =
        rest.strip_suffix(')')?.split(',').map(|limit| comparison(limit.trim())).collect::<Option<_>>()?;
    let open_ended = !limits.iter().any(|(op, _)| op.starts_with('<') || *op == "==");
    let without = limits.iter().any(|(op, _)| *op == "!=");
    let fits = |version: &&str| {
        let version = numbers(version);
        limits.iter().all(|(op, limit)| match *op {
            ">=" => version >= *limit,
            ">" => version > *limit,
            "<" => version < *limit,
            "<=" => version <= *limit,
            "!=" => version != *limit,
            _ => version == *limit,
        })
    };
    let spelled = family.name;
    let mut versions = family.versions.iter().map(|(version, _)| *version).filter(fits);
    if open_ended && without {
        // Versions with a gap between them: only the newest can mean the later ones too.
        let newest = family.versions.last().map(|(version, _)| *version);
        let named = |version: &str| match Some(version) == newest {
            true => structure::read(&format!("{spelled} {version} or later")),
            false => structure::read(&format!("{spelled} {version}")),
        };
        return Expr::or(versions.filter_map(named).map(|found| found.expr));
    }
    if open_ended {
        // A version that is not there (`>= 2.15`) begins at the next one that is.
        let lowest = versions.next()?;
        return structure::read(&format!("{spelled} {lowest} or later")).map(|found| found.expr);
    }
    Expr::or(versions.filter_map(|version| structure::read(&format!("{spelled} {version}"))).map(|found| found.expr))
}

fn comparison(text: &str) -> Option<(&'static str, Vec<u32>)> {
    let op = [">=", "<=", "==", "!=", ">", "<"].into_iter().find(|op| text.starts_with(op))?;
    let version = text.get(op.len()..)?.trim();
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| (op, numbers(version)))
}

/// A version as numbers, without trailing zeros; `2.0` and `2` are one.
fn numbers(version: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = version.split('.').map(|part| part.trim().parse().unwrap_or(0)).collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers
}
