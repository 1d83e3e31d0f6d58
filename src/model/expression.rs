//! SPDX licence expressions as a tree (SPDX 2.3 annex D). Parsing lives in the room `license`; here are only the
//! shape, the joins and the printed form.

use std::fmt;

/// One licence expression. Values are built by the room `license`, which guarantees that every id stands on the
/// SPDX list in its canonical case and is not deprecated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expr {
    /// An id of the SPDX licence list, such as `GPL-2.0-or-later`. `plus` is the operator `+` of annex D, used
    /// only where the list has no `-or-later` id of its own (`Apache-1.1+`).
    License {
        /// The id as the list writes it.
        id: Box<str>,
        /// Whether later versions are allowed by the operator `+`.
        plus: bool,
    },
    /// A whole `LicenseRef-...`: a licence that the SPDX list does not have.
    Ref(Box<str>),
    /// A licence with an exception of the SPDX list. The first part is a `License` or a `Ref`.
    With(Box<Expr>, Box<str>),
    /// All apply. Two or more operands, none of them an `And`.
    And(Vec<Expr>),
    /// One may be chosen. Two or more operands, none of them an `Or`.
    Or(Vec<Expr>),
}

impl Expr {
    /// An id of the SPDX list without the operator `+`.
    pub fn id(id: &str) -> Expr {
        Expr::License { id: id.into(), plus: false }
    }

    /// A reference; `name` comes without the prefix `LicenseRef-` and is made safe: what an SPDX idstring cannot
    /// hold (`[A-Za-z0-9.-]`) becomes a hyphen, runs of hyphens become one, none stands at an end.
    pub fn reference(name: &str) -> Expr {
        let mut out = String::with_capacity(name.len() + 11);
        out.push_str("LicenseRef-");
        let start = out.len();
        // A name that has the prefix, but is no valid reference, keeps one.
        let prefixed = name.get(..start).is_some_and(|p| p.eq_ignore_ascii_case(&out));
        for c in name.get(if prefixed { start } else { 0 }..).unwrap_or(name).chars() {
            if c.is_ascii_alphanumeric() || c == '.' {
                out.push(c);
            } else if out.len() > start && !out.ends_with('-') {
                out.push('-');
            }
        }
        while out.len() > start && out.ends_with('-') {
            out.pop();
        }
        if out.len() == start {
            out.push_str("unnamed");
        }
        Expr::Ref(out.into())
    }

    /// Joins by AND: nested ANDs are made flat, repeated operands are kept once, in the order of first appearance.
    /// `None` when there is nothing to join.
    pub fn and(operands: impl IntoIterator<Item = Expr>) -> Option<Expr> {
        join(operands, true)
    }

    /// Joins by OR, like [`Expr::and`].
    pub fn or(operands: impl IntoIterator<Item = Expr>) -> Option<Expr> {
        join(operands, false)
    }

    /// The operands that stand at the leaves, from left to right: `License`, `Ref` and `With`.
    pub fn leaves(&self) -> Vec<&Expr> {
        fn go<'a>(e: &'a Expr, out: &mut Vec<&'a Expr>) {
            match e {
                Expr::And(list) | Expr::Or(list) => list.iter().for_each(|e| go(e, out)),
                leaf => out.push(leaf),
            }
        }
        let mut out = Vec::new();
        go(self, &mut out);
        out
    }

    /// Every `LicenseRef-...` in it, from left to right.
    pub fn refs(&self) -> Vec<&str> {
        self.leaves()
            .into_iter()
            .filter_map(|e| match e {
                Expr::Ref(r) => Some(&**r),
                Expr::With(inner, _) => match &**inner {
                    Expr::Ref(r) => Some(&**r),
                    _ => None,
                },
                _ => None,
            })
            .collect()
    }

    /// The same expression with every reference renamed by `f`.
    pub fn map_refs(&self, f: &mut dyn FnMut(&str) -> String) -> Expr {
        match self {
            Expr::License { .. } => self.clone(),
            Expr::Ref(r) => Expr::Ref(f(r).into()),
            Expr::With(inner, exception) => Expr::With(Box::new(inner.map_refs(f)), exception.clone()),
            Expr::And(list) => Expr::And(list.iter().map(|e| e.map_refs(f)).collect()),
            Expr::Or(list) => Expr::Or(list.iter().map(|e| e.map_refs(f)).collect()),
        }
    }

    /// Whether two leaves have the same text: GNU licences share theirs, whatever is said of later versions.
    pub fn same_words(&self, other: &Expr) -> bool {
        match (self, other) {
            (Expr::License { id: a, .. }, Expr::License { id: b, .. }) => without_later(a) == without_later(b),
            (a, b) => a == b,
        }
    }

    /// The list id where the whole expression is one plain id without `+`.
    pub fn as_plain_id(&self) -> Option<&str> {
        match self {
            Expr::License { id, plus: false } => Some(id),
            _ => None,
        }
    }
}

/// The id of a licence without its word on later versions: what names its text.
pub fn without_later(id: &str) -> &str {
    id.strip_suffix("-or-later").or_else(|| id.strip_suffix("-only")).unwrap_or(id)
}

fn join(operands: impl IntoIterator<Item = Expr>, and: bool) -> Option<Expr> {
    let mut out: Vec<Expr> = Vec::new();
    let mut push = |e: Expr| {
        if !out.contains(&e) {
            out.push(e);
        }
    };
    for operand in operands {
        match operand {
            Expr::And(list) if and => list.into_iter().for_each(&mut push),
            Expr::Or(list) if !and => list.into_iter().for_each(&mut push),
            other => push(other),
        }
    }
    match out.len() {
        0 => None,
        1 => out.pop(),
        _ if and => Some(Expr::And(out)),
        _ => Some(Expr::Or(out)),
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list(f: &mut fmt::Formatter<'_>, operands: &[Expr], word: &str) -> fmt::Result {
            for (i, e) in operands.iter().enumerate() {
                if i > 0 {
                    write!(f, " {word} ")?;
                }
                match e {
                    Expr::And(_) | Expr::Or(_) => write!(f, "({e})")?,
                    leaf => write!(f, "{leaf}")?,
                }
            }
            Ok(())
        }
        match self {
            Expr::License { id, plus } => write!(f, "{id}{}", if *plus { "+" } else { "" }),
            Expr::Ref(r) => f.write_str(r),
            Expr::With(inner, exception) => write!(f, "{inner} WITH {exception}"),
            Expr::And(operands) => list(f, operands, "AND"),
            Expr::Or(operands) => list(f, operands, "OR"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nested_choices_in_parentheses() {
        let e = Expr::and([Expr::or([Expr::id("MIT"), Expr::id("Zlib")]).unwrap(), Expr::id("ISC")]).unwrap();
        assert_eq!(e.to_string(), "(MIT OR Zlib) AND ISC");
    }

    #[test]
    fn joins_flatten_and_keep_one_of_each() {
        let inner = Expr::and([Expr::id("MIT"), Expr::id("ISC")]).unwrap();
        let e = Expr::and([Expr::id("ISC"), inner, Expr::id("ISC")]).unwrap();
        assert_eq!(e.to_string(), "ISC AND MIT");
        assert_eq!(Expr::and([]), None);
    }

    #[test]
    fn references_hold_only_what_spdx_allows() {
        assert_eq!(Expr::reference("my licence, v1.0 (draft)").to_string(), "LicenseRef-my-licence-v1.0-draft");
        assert_eq!(Expr::reference("§").to_string(), "LicenseRef-unnamed");
    }
}
