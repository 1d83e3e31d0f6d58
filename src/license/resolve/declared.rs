//! What a package's metadata says of its licence, as one statement: of several the clearest speaks.

use super::{DeclaredAt, Note};
use crate::license::names::{Normalized, normalize};
use crate::model::{Declared, Evidence, EvidenceKind, Expr, Grammar, Licensing, Outcome};
use std::collections::BTreeMap;

/// How sure a plain declaration is: metadata is often careless.
const DECLARED_CONFIDENCE: u8 = 80;
/// A declaration with more than one reading, or with words that nobody knows.
const VAGUE_CONFIDENCE: u8 = 40;

/// What the metadata says, joined.
#[derive(Default)]
pub(super) struct Stated {
    pub expression: Option<Expr>,
    /// Whether it leaves something open: a family without a version, words that nobody knows.
    pub vague: bool,
    /// Whether it is a list that does not say whether all of it applies or one of it.
    pub is_list: bool,
    /// Whether it is a choice only because its field is a list, which is how such lists are mostly meant.
    pub is_choice_by_list: bool,
    /// Whether it says in so many words that no other version applies.
    pub says_only: bool,
}

pub(super) fn read_declared(
    declared: &[DeclaredAt<'_>],
    out: &mut Licensing,
    refs: &mut BTreeMap<Box<str>, Box<str>>,
    notes: &mut Vec<Note>,
) -> Stated {
    // Copies of one package mostly say the same; each distinct statement is read once.
    let mut read: Vec<(&DeclaredAt<'_>, Normalized)> = Vec::new();
    for at in declared {
        if read.iter().any(|(seen, _)| seen.declared == at.declared) {
            continue;
        }
        let values: Vec<&str> = at.declared.values.iter().map(|v| &**v).collect();
        let normalized = normalize(at.declared.grammar, &values);
        out.declared_raw.push(at.declared.clone());
        refs.extend(normalized.refs.iter().cloned());
        out.evidence.push(Evidence {
            kind: EvidenceKind::Declared,
            path: at.path.into(),
            layer: Some(at.layer),
            hidden: at.hidden,
            method: normalized.method,
            range: None,
            confidence: if is_vague(&normalized) { VAGUE_CONFIDENCE } else { DECLARED_CONFIDENCE },
            raw: Some(values.join(", ").into()),
            expression: normalized.expression.expression().cloned(),
            text: None,
        });
        if !normalized.unresolved.is_empty() {
            notes.push(Note {
                rule: "license-words-unresolved",
                message: format!(
                    "the field {} says {:?}; not understood: {}",
                    at.declared.field,
                    values.join(", "),
                    normalized.unresolved.join(", ")
                ),
                about: Vec::new(),
                evidence: (out.evidence.len() as u32).checked_sub(1),
            });
        }
        read.push((at, normalized));
    }
    if read.is_empty() {
        out.declared = Outcome::None;
        return Stated::default();
    }
    // An expression field is meant to be read by machines; of the others the clearest speaks, of equals the first.
    let rank = |at: &DeclaredAt<'_>, n: &Normalized| {
        let says = n.expression.expression().is_some();
        let spdx = at.declared.grammar == Grammar::Spdx;
        (!says, !spdx, is_vague(n))
    };
    let best = read.iter().min_by_key(|(at, n)| rank(at, n)).map(|(_, n)| n.clone());
    let Some(mut best) = best else { return Stated::default() };
    // A list of classifiers does not say what joins them; a field beside it that says `Dual License` does.
    if let Outcome::Expression(Expr::And(list)) = &best.expression
        && read.iter().any(|(_, n)| says_choice(n, out))
        && read.iter().any(|(at, n)| at.declared.grammar == Grammar::PypiClassifier && *n == best)
    {
        best.expression = Expr::or(list.iter().cloned()).into();
    }
    out.declared = best.expression.clone();
    let of_best = || read.iter().filter(|(_, n)| n.expression == best.expression).map(|(at, _)| at.declared);
    let only = |d: &Declared| d.values.iter().any(|v| v.to_ascii_lowercase().contains("only"));
    Stated {
        is_list: matches!(best.expression, Outcome::Expression(Expr::And(_)))
            && of_best().all(|d| d.grammar == Grammar::PypiClassifier),
        is_choice_by_list: matches!(best.expression, Outcome::Expression(Expr::Or(_)))
            && of_best().all(|d| d.values.len() > 1 && d.grammar != Grammar::Spdx),
        says_only: of_best().any(only),
        vague: is_vague(&best),
        expression: best.expression.expression().cloned(),
    }
}

/// Whether a statement without a licence in it speaks of a choice.
fn says_choice(n: &Normalized, out: &Licensing) -> bool {
    n.expression == Outcome::NoAssertion
        && out.declared_raw.iter().flat_map(|d| &d.values).any(|v| {
            let lower = v.to_ascii_lowercase();
            lower.starts_with("dual") || lower.starts_with("multi") || lower.contains("either")
        })
}

fn is_vague(n: &Normalized) -> bool {
    n.ambiguous || !n.unresolved.is_empty() || n.expression.expression().is_some_and(|e| !e.refs().is_empty())
}
