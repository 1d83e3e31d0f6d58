//! Gentoo's `LICENSE` (PMS section 7.3): names in a list all apply, `|| ( A B )` is a choice, `flag? ( A )` applies with a
//! USE flag. Which flags a package was built with is not in the statement, so what stands under a flag counts, and the
//! result is marked as ambiguous.

use super::leaf::{self, Reading};
use crate::model::{Expr, Grammar, Outcome};

/// Deepest nesting; the reader recurses once a level.
const MAX_DEPTH: usize = 32;

/// Reads one statement.
pub(super) fn read(text: &str) -> Reading {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let mut reader = Reader {
        tokens: spaced.split_whitespace().collect(),
        at: 0,
        out: Reading::nothing("expression"),
        method: "none",
    };
    let mut expr = reader.list(0, false);
    // A parenthesis that nobody opened ends nothing.
    while reader.at < reader.tokens.len() {
        expr = Expr::and(expr.into_iter().chain(reader.list(0, false)));
    }
    let mut out = reader.out;
    if let Some(expr) = expr {
        if !matches!(expr, Expr::And(_) | Expr::Or(_)) {
            out.method = reader.method;
        }
        out.outcome = Outcome::Expression(expr);
    }
    out
}

struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    out: Reading,
    /// How the last name was read.
    method: &'static str,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    /// Reads names up to the closing parenthesis, joined by OR in a choice and by AND elsewhere.
    fn list(&mut self, depth: usize, choice: bool) -> Option<Expr> {
        let mut operands = Vec::new();
        while let Some(token) = self.next() {
            match token {
                ")" => break,
                "(" => operands.extend(self.deeper(depth, false)),
                // Without its list it joins nothing, and what follows stands for itself.
                "||" => {
                    if self.tokens.get(self.at) == Some(&"(") {
                        self.at += 1;
                        operands.extend(self.deeper(depth, true));
                    }
                }
                flag if flag.ends_with('?') => {
                    self.out.ambiguous = true;
                    if self.tokens.get(self.at) == Some(&"(") {
                        self.at += 1;
                        operands.extend(self.deeper(depth, false));
                    }
                }
                name => operands.extend(self.name(name)),
            }
        }
        if choice { Expr::or(operands) } else { Expr::and(operands) }
    }

    fn deeper(&mut self, depth: usize, choice: bool) -> Option<Expr> {
        if depth < MAX_DEPTH {
            return self.list(depth + 1, choice);
        }
        let rest = self.tokens.get(self.at..).unwrap_or_default().join(" ");
        self.at = self.tokens.len();
        let unknown = Reading::unknown(rest.get(..60).unwrap_or(&rest));
        self.out.unresolved.extend(unknown.unresolved);
        self.out.refs.extend(unknown.refs);
        unknown.outcome.expression().cloned()
    }

    fn name(&mut self, name: &str) -> Option<Expr> {
        // Words that elsewhere say nothing (`UNKNOWN`) are names here like any other.
        let reading = leaf::read(Grammar::Gentoo, name)
            .filter(|r| r.outcome.expression().is_some())
            .unwrap_or_else(|| Reading::unknown(name));
        self.method = reading.method;
        self.out.ambiguous |= reading.ambiguous;
        self.out.unresolved.extend(reading.unresolved);
        self.out.refs.extend(reading.refs);
        reading.outcome.expression().cloned()
    }
}
