//! How near a licence that words state is to the one that a name states.

use crate::model::Expr;

/// How near the words' licence is to the name's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Another licence.
    Other,
    /// Of the same family, with other terms.
    Kin,
    /// A text that is named for the name's and has more or other words (`BSD-2-Clause-Views`).
    Variant,
    /// The same with more said: an exception, no invariant sections.
    Sharper,
    /// The same, or the words say less than the name.
    Same,
}

/// How near a licence in the words is to one of the name. `only_version`: the words tell which version it is, but not
/// whether later ones are allowed.
pub fn compare(name: &Expr, said: &Expr, only_version: bool) -> Likeness {
    if name == said {
        return Likeness::Same;
    }
    match (name, said) {
        (Expr::With(n, x), Expr::With(s, y)) => match compare(n, s, only_version) {
            Likeness::Same if x == y => Likeness::Same,
            Likeness::Other => Likeness::Other,
            _ => Likeness::Kin,
        },
        (Expr::With(n, _), said) => compare(n, said, only_version),
        (name, Expr::With(s, _)) => match compare(name, s, only_version) {
            Likeness::Same => Likeness::Sharper,
            other => other,
        },
        (Expr::License { id: n, .. }, Expr::License { id: s, .. }) => compare_ids(n, s, only_version),
        _ => Likeness::Other,
    }
}

fn compare_ids(name: &str, said: &str, only_version: bool) -> Likeness {
    if name == said {
        return Likeness::Same;
    }
    let (n, s) = (GnuId::of(name), GnuId::of(said));
    if let (Some(n), Some(s)) = (&n, &s) {
        if n.family != s.family {
            return Likeness::Other;
        }
        let terms = n.version == s.version && (n.later == s.later || (only_version && n.later));
        return match (terms, n.invariants == s.invariants) {
            (true, true) => Likeness::Same,
            // What the words do not mention they leave to the name.
            (true, false) if s.invariants.is_none() => Likeness::Same,
            (true, false) if n.invariants.is_none() => Likeness::Sharper,
            _ => Likeness::Kin,
        };
    }
    if n.is_some() || s.is_some() {
        return Likeness::Other;
    }
    // Debian has short names for the plain texts only.
    if name.starts_with("BSD-") && said.strip_prefix(name).is_some_and(|rest| rest.starts_with('-')) {
        return Likeness::Variant;
    }
    let family = |id: &str| match id.split('-').next().unwrap_or_default() {
        // People call both by both names.
        "X11" => "MIT".to_string(),
        other => other.to_string(),
    };
    if family(name) == family(said) { Likeness::Kin } else { Likeness::Other }
}

/// An id of a GNU licence, taken apart.
#[derive(Debug)]
pub struct GnuId<'a> {
    /// `GPL`, `LGPL`, `AGPL`, `GFDL`.
    pub family: &'a str,
    version: &'a str,
    later: bool,
    invariants: Option<&'a str>,
}

impl<'a> GnuId<'a> {
    /// `None` for an id of others.
    pub fn of(id: &'a str) -> Option<GnuId<'a>> {
        let (rest, later) = match id.strip_suffix("-or-later") {
            Some(rest) => (rest, true),
            None => (id.strip_suffix("-only")?, false),
        };
        let (family, rest) = rest.split_once('-')?;
        if !["GPL", "LGPL", "AGPL", "GFDL"].contains(&family) {
            return None;
        }
        let (version, invariants) = match rest.split_once('-') {
            Some((version, invariants)) => (version, Some(invariants)),
            None => (rest, None),
        };
        Some(GnuId { family, version, later, invariants })
    }
}
