//! Parses SPDX licence expressions into [`Expr`] (SPDX 2.3 annex D). `WITH` binds tighter than `AND`, `AND` tighter
//! than `OR`. Names that are not SPDX ids belong to [`super::names`].

use super::db;
use crate::model::Expr;

/// Longest expression that is read. The longest in the wild (kernels, browsers) are some thousand bytes.
pub const MAX_EXPRESSION: usize = 64 * 1024;

/// Deepest nesting of parentheses. People write two or three; the parser recurses once a level.
pub const MAX_DEPTH: usize = 64;

/// Parses a strict SPDX expression. Ids are matched without regard to case and come out canonical, deprecated ids as
/// what replaces them. `Err` says which word could not be read.
pub fn parse(text: &str) -> Result<Expr, String> {
    parse_with(text, false)
}

/// Like [`parse`], and takes the operators in any case (`mit or apache-2.0`), as crates and npm packages write them.
pub fn parse_lenient(text: &str) -> Result<Expr, String> {
    parse_with(text, true)
}

fn parse_with(text: &str, any_case: bool) -> Result<Expr, String> {
    if text.len() > MAX_EXPRESSION {
        return Err("an expression longer than 64 KiB".to_string());
    }
    let mut parser = Parser { tokens: tokens(text), at: 0, any_case };
    let expr = parser.or(0)?;
    match parser.next() {
        None => Ok(expr),
        Some(rest) => Err(rest.to_string()),
    }
}

fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices() {
        if c.is_whitespace() || c == '(' || c == ')' {
            out.extend(start.take().and_then(|s| text.get(s..i)));
            if !c.is_whitespace() {
                out.extend(text.get(i..=i));
            }
        } else if start.is_none() {
            start = Some(i);
        }
    }
    out.extend(start.and_then(|s| text.get(s..)));
    out
}

struct Parser<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    any_case: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn take(&mut self, operator: &str) -> bool {
        let found = self.peek().is_some_and(|t| t == operator || (self.any_case && t.eq_ignore_ascii_case(operator)));
        self.at += usize::from(found);
        found
    }

    fn or(&mut self, depth: usize) -> Result<Expr, String> {
        let mut operands = vec![self.and(depth)?];
        while self.take("OR") {
            operands.push(self.and(depth)?);
        }
        Expr::or(operands).ok_or_else(ended)
    }

    fn and(&mut self, depth: usize) -> Result<Expr, String> {
        let mut operands = vec![self.operand(depth)?];
        while self.take("AND") {
            operands.push(self.operand(depth)?);
        }
        Expr::and(operands).ok_or_else(ended)
    }

    fn operand(&mut self, depth: usize) -> Result<Expr, String> {
        let token = self.next().ok_or_else(ended)?;
        if token == "(" {
            if depth >= MAX_DEPTH {
                return Err("parentheses nested deeper than 64".to_string());
            }
            let inner = self.or(depth + 1)?;
            return if self.take(")") { Ok(inner) } else { Err(self.next().map_or_else(ended, str::to_string)) };
        }
        let base = simple(token).ok_or_else(|| token.to_string())?;
        if !self.take("WITH") {
            return Ok(base);
        }
        let exception = self.next().ok_or_else(ended)?;
        with(base, exception).ok_or_else(|| exception.to_string())
    }
}

fn ended() -> String {
    "the end of the expression".to_string()
}

/// One id, with or without `+`, or one reference.
fn simple(token: &str) -> Option<Expr> {
    license(token).or_else(|| reference(token))
}

/// An id of the list in any case. `+` becomes `-or-later` where the list has such an id, and stays elsewhere.
fn license(token: &str) -> Option<Expr> {
    // The list has `GPL-2.0+` and its like as ids; they are looked up before the operator is taken off.
    if let Some(replaced) = db::replacement(token).filter(|_| db::license_id(token).is_some()) {
        return parse(replaced).ok();
    }
    if let Some(id) = db::license_id(token) {
        return Some(Expr::id(id));
    }
    let id = db::license_id(token.strip_suffix('+')?)?;
    let base = match db::replacement(id) {
        Some(replaced) => parse(replaced).ok()?,
        None => Expr::id(id),
    };
    or_later(base)
}

/// The same licence with the permission to use later versions. `None` where that has no form.
pub(super) fn or_later(base: Expr) -> Option<Expr> {
    match base {
        Expr::License { id, .. } => {
            let stem = id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later")).unwrap_or(&id);
            Some(match db::license_id(&format!("{stem}-or-later")) {
                Some(later) => Expr::id(later),
                None => Expr::License { id, plus: true },
            })
        }
        Expr::With(inner, exception) => Some(Expr::With(Box::new(or_later(*inner)?), exception)),
        _ => None,
    }
}

/// `base WITH exception`, the exception in any case.
pub(super) fn with(base: Expr, exception: &str) -> Option<Expr> {
    let id = db::exception_id(exception)?;
    let id = db::replacement(id).unwrap_or(id);
    matches!(base, Expr::License { .. } | Expr::Ref(_)).then(|| Expr::With(Box::new(base), id.into()))
}

/// `LicenseRef-x` or `DocumentRef-x:LicenseRef-y`; the idstrings keep their case.
fn reference(token: &str) -> Option<Expr> {
    let (document, own) = match token.split_once(':') {
        Some((document, own)) => (Some(document), own),
        None => (None, token),
    };
    let idstring = |text: &str, prefix: &str| {
        text.strip_prefix(prefix)
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'))
    };
    let good = idstring(own, "LicenseRef-") && document.is_none_or(|d| idstring(d, "DocumentRef-"));
    good.then(|| Expr::Ref(token.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(parse(text).map(|e| e.to_string()), Ok(expected.to_string()), "{text}");
    }

    #[track_caller]
    fn refuse(text: &str, word: &str) {
        assert_eq!(parse(text).map(|e| e.to_string()), Err(word.to_string()), "{text}");
    }

    #[test]
    fn ids_come_out_canonical() {
        check("mit", "MIT");
        check("APACHE-2.0", "Apache-2.0");
        check("Apache-1.1+", "Apache-1.1+");
        check("GPL-2.0+", "GPL-2.0-or-later");
        check("GPL-2.0", "GPL-2.0-only");
        check("gpl-3.0-only", "GPL-3.0-only");
        check("AGPL-3.0+", "AGPL-3.0-or-later");
        check("GFDL-1.3+", "GFDL-1.3-or-later");
        check("GFDL-1.2-no-invariants-only+", "GFDL-1.2-no-invariants-or-later");
    }

    #[test]
    fn deprecated_ids_become_what_replaces_them() {
        check("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0");
        check("GPL-3.0-with-GCC-exception", "GPL-3.0-only WITH GCC-exception-3.1");
        check("eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0");
        check("wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1");
        check("Nunit", "zlib-acknowledgement");
        check("StandardML-NJ", "SMLNJ");
        check("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views");
        check("BSD-2-Clause-NetBSD", "BSD-2-Clause");
        check("bzip2-1.0.5", "bzip2-1.0.6");
        check("Net-SNMP", "MIT-CMU AND BSD-3-Clause");
        check("Net-SNMP OR MIT", "(MIT-CMU AND BSD-3-Clause) OR MIT");
        check("LGPL-2.1-only WITH Nokia-Qt-exception-1.1", "LGPL-2.1-only WITH Qt-LGPL-exception-1.1");
    }

    #[test]
    fn with_binds_before_and_before_or() {
        check("MIT OR ISC AND Zlib", "MIT OR (ISC AND Zlib)");
        check("(MIT OR ISC) AND Zlib", "(MIT OR ISC) AND Zlib");
        check("GPL-2.0 WITH Classpath-exception-2.0 OR MIT", "GPL-2.0-only WITH Classpath-exception-2.0 OR MIT");
        check("((MIT))", "MIT");
        check("MIT AND (ISC AND Zlib)", "MIT AND ISC AND Zlib");
        check("MIT AND MIT", "MIT");
    }

    #[test]
    fn references_keep_their_case() {
        check("LicenseRef-My.Own-1 AND MIT", "LicenseRef-My.Own-1 AND MIT");
        check("DocumentRef-spdx:LicenseRef-x", "DocumentRef-spdx:LicenseRef-x");
        refuse("LicenseRef-", "LicenseRef-");
        refuse("LicenseRef-a_b", "LicenseRef-a_b");
    }

    #[test]
    fn what_is_no_expression_names_the_word() {
        refuse("", "the end of the expression");
        refuse("MIT or ISC", "or");
        refuse("MIT ISC", "ISC");
        refuse("MIT AND", "the end of the expression");
        refuse("(MIT", "the end of the expression");
        refuse("MIT)", ")");
        refuse("Foo", "Foo");
        refuse("MIT WITH foo", "foo");
        refuse("NOASSERTION", "NOASSERTION");
        refuse(&"(".repeat(100), "parentheses nested deeper than 64");
    }

    #[test]
    fn the_lenient_reader_takes_operators_in_any_case() {
        let read = |text| parse_lenient(text).map(|e| e.to_string());
        assert_eq!(read("mit or (apache-2.0 with llvm-exception)").unwrap(), "MIT OR Apache-2.0 WITH LLVM-exception");
        assert!(read("mit or apache").is_err());
    }

    fn any_expr() -> impl Strategy<Value = Expr> {
        let licenses: Vec<&'static str> = db::license_ids().filter(|id| db::replacement(id).is_none()).collect();
        let exceptions: Vec<&'static str> = db::exception_ids().filter(|id| db::replacement(id).is_none()).collect();
        let id = prop::sample::select(licenses);
        let leaf = prop_oneof![
            4 => id.clone().prop_map(Expr::id),
            1 => "[A-Za-z0-9.-]{1,12}".prop_map(|name| Expr::reference(&name)),
            1 => (id.clone(), prop::sample::select(exceptions))
                .prop_map(|(id, exception)| with(Expr::id(id), exception).unwrap()),
            1 => id.prop_map(|id| or_later(Expr::id(id)).unwrap()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(|list| Expr::and(list).unwrap()),
                prop::collection::vec(inner, 2..4).prop_map(|list| Expr::or(list).unwrap()),
            ]
        })
    }

    proptest! {
        #[test]
        fn parse_undoes_print(expr in any_expr()) {
            prop_assert_eq!(parse(&expr.to_string()), Ok(expr));
        }

        /// An independent parser takes what we print. It refuses `+` on GNU ids, which we never print, and has no
        /// other known gap for what we print.
        #[test]
        fn an_independent_parser_takes_what_we_print(expr in any_expr()) {
            let text = expr.to_string();
            prop_assert!(spdx::Expression::parse(&text).is_ok(), "{}", text);
        }

        #[test]
        fn the_class_never_gets_milder_when_an_operand_joins_by_and(a in any_expr(), b in any_expr()) {
            let joined = Expr::and([a.clone(), b.clone()]).unwrap();
            prop_assert!(db::class_of(&joined) >= db::class_of(&a).max(db::class_of(&b)));
        }

        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,60}") {
            let _ = parse(&text);
        }
    }
}
