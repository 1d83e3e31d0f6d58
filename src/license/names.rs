//! From what people write in metadata to SPDX: a grammar for each ecosystem, then exact alias, then structure.

use crate::model::{Expr, Grammar, Outcome};

/// What became of a licence statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized {
    /// The expression; `NoAssertion` for statements that say nothing (`UNKNOWN`, empty, `SEE LICENSE IN x`), `None` where
    /// the statement says that there is no licence.
    pub expression: Outcome,
    /// Words of the statement that no part of the expression stands for. Empty when every operand was consumed.
    pub unresolved: Vec<String>,
    /// Whether the statement has more than one reasonable reading (an unversioned family, a comma between names).
    pub ambiguous: bool,
    /// How it was read: `spdx-expression`, `alias`, `structure`, `reference`, `text`...
    pub method: &'static str,
    /// For every `LicenseRef-` in the expression the words that it stands for, as written.
    pub refs: Vec<(Box<str>, Box<str>)>,
}

/// Reads one statement: one value, or the values of a list field, which the grammar joins.
pub fn normalize(_grammar: Grammar, _values: &[&str]) -> Normalized {
    let _ = Expr::and([]);
    Normalized {
        expression: Outcome::NoAssertion,
        unresolved: Vec::new(),
        ambiguous: false,
        method: "none",
        refs: Vec::new(),
    }
}
