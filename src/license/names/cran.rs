//! R's `License` field (Writing R Extensions, section 1.1.2): alternatives parted by `|`, each a standard name with an
//! optional version comparison in parentheses, and `+ file LICENSE` where a file adds to the standard text.

use super::leaf::{self, Reading};
use super::structure;
use crate::model::{Expr, Grammar, Outcome};

/// Reads one statement.
pub(super) fn read(text: &str) -> Reading {
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

/// One name, with its comparison read first: `GPL (> 2)` allows 3 and later.
fn one(name: &str) -> Reading {
    let exclusive = name.split_once('(').and_then(|(family, rest)| {
        let version: f32 = rest.trim().strip_prefix('>')?.trim_end_matches(')').trim().parse().ok()?;
        let next = format!("{} {} or later", family.trim(), version as u32 + 1);
        structure::read(&next)
    });
    if let Some(found) = exclusive {
        return Reading::new(Outcome::Expression(found.expr), "structure");
    }
    leaf::read(Grammar::Cran, name).unwrap_or_else(|| super::words(Grammar::Cran, name))
}
