//! The expression behind `SPDX-License-Identifier:`, read leniently: up to the end of the comment, ids in any case,
//! deprecated ones as what replaces them.

use super::built::index;
use super::ids;
use super::index::Kind;
use crate::model::Expr;

/// Nested deeper, it is no expression that a person wrote.
const MAX_DEPTH: usize = 16;

/// The expression at the start of a line, and how many bytes of the line it takes.
pub fn expression(line: &str) -> Option<(Expr, usize)> {
    let end = ["*/", "-->", "\"", "'", "`", "#}", "%>", "<"]
        .iter()
        .filter_map(|stop| line.find(stop))
        .min()
        .unwrap_or(line.len());
    let text = line.get(..end)?.trim_end();
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let expression = parser.or()?;
    Some((expression, text.len()))
}

struct Parser<'a> {
    tokens: &'a [&'a str],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn accept(&mut self, word: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|t| t.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Option<Expr> {
        let mut list = vec![self.and()?];
        while self.accept("OR") {
            list.push(self.and()?);
        }
        Expr::or(list)
    }

    fn and(&mut self) -> Option<Expr> {
        let mut list = vec![self.with()?];
        while self.accept("AND") {
            list.push(self.with()?);
        }
        Expr::and(list)
    }

    fn with(&mut self) -> Option<Expr> {
        let left = self.leaf()?;
        if !self.accept("WITH") {
            return Some(left);
        }
        let name = self.tokens.get(self.at)?;
        self.at += 1;
        let exception =
            index().docs.iter().find(|d| d.kind == Kind::Exception && d.listed.eq_ignore_ascii_case(name))?;
        Some(Expr::With(Box::new(left), exception.listed.clone()))
    }

    fn leaf(&mut self) -> Option<Expr> {
        if self.accept("(") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return None;
            }
            let inner = self.or()?;
            self.accept(")");
            self.depth -= 1;
            return Some(inner);
        }
        let word = self.tokens.get(self.at)?;
        self.at += 1;
        if let Some(name) = word.strip_prefix("LicenseRef-") {
            return Some(Expr::reference(name));
        }
        let find = |id: &str| {
            index()
                .docs
                .iter()
                .find(|d| d.kind == Kind::License && d.listed.eq_ignore_ascii_case(id))
                .map(|d| &*d.listed)
        };
        match find(word) {
            Some(id) => Some(ids::expression(id)),
            None => {
                let id = find(word.strip_suffix('+')?)?;
                Some(Expr::License { id: ids::canonical(id).into(), plus: true })
            }
        }
    }
}
