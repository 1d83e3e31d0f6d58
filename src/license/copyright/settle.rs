//! A short name and the words under it: which of the two says what the licence is.
//!
//! The words count where the name decides nothing (`BSD`, `custom`, a family without a version) and where the two
//! disagree. They agree more often than it seems: a grant without its exception, the bare text of a GNU licence (which
//! cannot say whether later versions are allowed) and a pointer to Debian's own copy contradict no name.

use super::said::Said;
use crate::license::names::Normalized;
use crate::model::{Expr, Outcome};

/// What was settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// What counts.
    pub expression: Expr,
    /// How sure, from 0 to 100.
    pub confidence: u8,
    /// What the other side says, where the two disagree.
    pub against: Option<Expr>,
    /// Whether the words decided.
    pub by_text: bool,
}

/// A name that its table knows, with words that agree or none.
pub const NAMED: u8 = 95;
/// Words that settle what a name leaves open.
pub const SETTLED: u8 = 85;
/// A name that leaves something open, with nothing to settle it.
const OPEN: u8 = 50;
/// Words that contradict the name.
const AGAINST: u8 = 60;
/// From this on the words are sure enough to contradict a name.
const SURE: u8 = 80;

/// Settles one name against the words that stand under it, where there are any. `open` are the operands that the name
/// leaves open: a family without a version, a name with several meanings.
pub fn settle(name: &str, read: &Normalized, open: &[Expr], said: Option<&Said>) -> Settled {
    let named = match &read.expression {
        Outcome::Expression(e) => e.clone(),
        _ => Expr::reference(name),
    };
    let unknown = read.expression.expression().is_none() || !read.unresolved.is_empty() || has_ref(&named);
    let by_name = |confidence| Settled { expression: named.clone(), confidence, against: None, by_text: false };
    let Some(said) = said else {
        return by_name(if unknown || !open.is_empty() { OPEN } else { NAMED });
    };
    let by_text = |expression: &Expr| Settled {
        expression: expression.clone(),
        confidence: SETTLED,
        against: None,
        by_text: true,
    };
    if is_public_domain(&named) {
        // The words of a dedication name no licence; what they mention besides does not change it.
        return by_name(NAMED);
    }
    let clear = said.expression.as_ref().filter(|e| !has_ref(e) || is_public_domain(e));
    if unknown {
        if let (Some(known), true) = (clear, named.leaves().len() == 1) {
            return by_text(known);
        }
        if let Some(known) = clear.and_then(|said| fill(&named, said)) {
            return by_text(&known);
        }
        return by_name(OPEN);
    }
    let Some(text) = clear else {
        return match said.pointed.as_ref().and_then(|pointed| sharpen(&named, open, pointed)) {
            Some(sharper) => by_text(&sharper),
            None => by_name(if open.is_empty() { NAMED } else { OPEN }),
        };
    };
    let mut result = named.clone();
    let mut differs = false;
    let mut touched = false;
    for leaf in named.leaves() {
        match text.leaves().into_iter().map(|t| (t, compare(leaf, t, said.whole_text))).max_by_key(|(_, c)| *c) {
            Some((_, Likeness::Same)) => {}
            Some((t, Likeness::Sharper)) => {
                result = replace(&result, leaf, t);
                touched = true;
            }
            Some((t, Likeness::Kin)) => {
                // The words speak of it, with other terms.
                result = replace(&result, leaf, t);
                touched |= open.contains(leaf);
                differs |= !open.contains(leaf);
            }
            _ if named.leaves().len() == 1 => {
                result = text.clone();
                touched |= open.contains(leaf);
                differs |= !open.contains(leaf);
            }
            // Of a choice or a sum the words at hand may be those of one part only.
            _ => {}
        }
    }
    if let (Expr::Or(_), false, 1) = (text, differs, named.leaves().len()) {
        // The name tells one half of a choice.
        if text.leaves().iter().any(|t| compare(&named, t, said.whole_text) >= Likeness::Sharper) {
            result = text.clone();
            differs = true;
        }
    }
    if differs && said.sure < SURE {
        return by_name(OPEN);
    }
    if differs {
        return Settled { expression: result, confidence: AGAINST, against: Some(named), by_text: true };
    }
    if touched {
        return by_text(&result);
    }
    by_name(NAMED)
}

/// Whether a reference stands anywhere in it.
pub fn has_ref(e: &Expr) -> bool {
    !e.refs().is_empty()
}

/// Whether it is the public domain, the one reference that says everything by its name.
pub fn is_public_domain(e: &Expr) -> bool {
    matches!(e, Expr::Ref(r) if &**r == "LicenseRef-public-domain")
}

/// The parts of a sum or choice that are known, and for its one unknown part what the words say besides.
fn fill(named: &Expr, said: &Expr) -> Option<Expr> {
    let leaves = named.leaves();
    let mut unknown = leaves.iter().filter(|l| has_ref(l) && !is_public_domain(l));
    let (one, None) = (unknown.next()?, unknown.next()) else { return None };
    let besides = said.leaves().into_iter().filter(|s| !leaves.iter().any(|l| compare(l, s, true) > Likeness::Other));
    let besides = Expr::and(besides.cloned())?;
    (besides.leaves().len() == 1).then(|| replace(named, one, &besides))
}

/// The name with what Debian's own copy adds to it: the version.
fn sharpen(named: &Expr, open: &[Expr], pointed: &Expr) -> Option<Expr> {
    let mut result = named.clone();
    for leaf in named.leaves().into_iter().filter(|leaf| open.contains(leaf)) {
        let kin = pointed.leaves().into_iter().find(|p| compare(leaf, p, false) == Likeness::Kin);
        if let Some(kin) = kin {
            result = replace(&result, leaf, kin);
        }
    }
    (result != *named).then_some(result)
}

/// How near the words' licence is to the name's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// Another licence.
    Other,
    /// Of the same family, with other terms.
    Kin,
    /// The same with more said: an exception, no invariant sections.
    Sharper,
    /// The same, or the words say less than the name.
    Same,
}

fn compare(name: &Expr, said: &Expr, whole_text: bool) -> Likeness {
    if name == said {
        return Likeness::Same;
    }
    match (name, said) {
        (Expr::With(n, x), Expr::With(s, y)) => match compare(n, s, whole_text) {
            Likeness::Same if x == y => Likeness::Same,
            Likeness::Other => Likeness::Other,
            _ => Likeness::Kin,
        },
        (Expr::With(n, _), said) => compare(n, said, whole_text),
        (name, Expr::With(s, _)) => match compare(name, s, whole_text) {
            Likeness::Same => Likeness::Sharper,
            other => other,
        },
        (Expr::License { id: n, .. }, Expr::License { id: s, .. }) => compare_ids(n, s, whole_text),
        _ => Likeness::Other,
    }
}

fn compare_ids(name: &str, said: &str, whole_text: bool) -> Likeness {
    if name == said {
        return Likeness::Same;
    }
    let (n, s) = (GnuId::of(name), GnuId::of(said));
    if let (Some(n), Some(s)) = (&n, &s) {
        if n.family != s.family {
            return Likeness::Other;
        }
        let terms = n.version == s.version && (n.later == s.later || whole_text);
        return match (terms, n.invariants == s.invariants) {
            (true, true) => Likeness::Same,
            // What the words do not mention they leave to the name.
            (true, false) if s.invariants.is_none() => Likeness::Same,
            (true, false) if n.invariants.is_none() => Likeness::Sharper,
            _ => Likeness::Kin,
        };
    }
    let family = |id: &str| id.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if n.is_none() && s.is_none() && family(name) == family(said) { Likeness::Kin } else { Likeness::Other }
}

/// An id of a GNU licence, taken apart.
#[derive(Debug)]
struct GnuId<'a> {
    family: &'a str,
    version: &'a str,
    later: bool,
    invariants: Option<&'a str>,
}

impl<'a> GnuId<'a> {
    fn of(id: &'a str) -> Option<GnuId<'a>> {
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

/// The expression with one operand in another's place.
pub fn replace(e: &Expr, from: &Expr, to: &Expr) -> Expr {
    if e == from {
        return to.clone();
    }
    let joined = match e {
        Expr::And(list) => Expr::and(list.iter().map(|e| replace(e, from, to))),
        Expr::Or(list) => Expr::or(list.iter().map(|e| replace(e, from, to))),
        _ => None,
    };
    joined.unwrap_or_else(|| e.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(s: &str) -> Expr {
        match s.split_once(" WITH ") {
            Some((l, x)) => Expr::With(Box::new(Expr::id(l)), x.into()),
            None if s.starts_with("LicenseRef-") => Expr::Ref(s.into()),
            None => Expr::id(s),
        }
    }

    fn named(e: Expr, ambiguous: bool) -> Normalized {
        Normalized {
            expression: Outcome::Expression(e),
            unresolved: Vec::new(),
            ambiguous,
            method: "alias",
            refs: Vec::new(),
        }
    }

    fn said(e: Expr) -> Said {
        Said { expression: Some(e), sure: 95, ..Said::default() }
    }

    /// What counts, and whether the other side is kept.
    fn check(name: Normalized, said: Option<Said>, expected: (&str, Option<&str>)) {
        let open: Vec<Expr> = name.expression.expression().filter(|_| name.ambiguous).cloned().into_iter().collect();
        let settled = settle("name", &name, &open, said.as_ref());
        let against = settled.against.map(|e| e.to_string());
        assert_eq!((settled.expression.to_string().as_str(), against.as_deref()), expected);
    }

    #[test]
    fn a_name_alone_speaks() {
        check(named(id("MIT"), false), None, ("MIT", None));
        check(named(id("LicenseRef-BSD"), true), None, ("LicenseRef-BSD", None));
        let nothing = Normalized { expression: Outcome::NoAssertion, ..named(id("MIT"), false) };
        check(nothing, None, ("LicenseRef-name", None));
    }

    #[test]
    fn words_settle_what_the_name_leaves_open() {
        check(named(id("LicenseRef-BSD"), true), Some(said(id("BSD-2-Clause"))), ("BSD-2-Clause", None));
        check(named(id("GPL-1.0-or-later"), true), Some(said(id("GPL-2.0-or-later"))), ("GPL-2.0-or-later", None));
        check(named(id("LicenseRef-x"), true), Some(said(id("LicenseRef-0123"))), ("LicenseRef-x", None));
        let both = Expr::and([id("OLDAP-2.8"), id("LicenseRef-JCG")]).unwrap();
        let words = Expr::and([id("OLDAP-2.8"), id("HPND")]).unwrap();
        check(named(both, false), Some(said(words)), ("OLDAP-2.8 AND HPND", None));
    }

    #[test]
    fn words_against_the_name_count() {
        check(named(id("BSD-3-Clause"), false), Some(said(id("BSD-2-Clause"))), ("BSD-2-Clause", Some("BSD-3-Clause")));
        check(
            named(id("GPL-2.0-only"), false),
            Some(said(id("GPL-2.0-or-later"))),
            ("GPL-2.0-or-later", Some("GPL-2.0-only")),
        );
        let either = Expr::or([id("GPL-2.0-only"), id("MIT")]).unwrap();
        let words = Expr::or([id("GPL-2.0-or-later"), id("MIT")]).unwrap();
        check(
            named(either.clone(), false),
            Some(said(words)),
            ("GPL-2.0-or-later OR MIT", Some("GPL-2.0-only OR MIT")),
        );
        check(named(id("MIT"), false), Some(said(either)), ("GPL-2.0-only OR MIT", Some("MIT")));
    }

    #[test]
    fn words_that_say_less_agree() {
        let name = || named(id("GPL-3.0-or-later WITH Bison-exception-2.2"), false);
        check(name(), Some(said(id("GPL-3.0-or-later"))), ("GPL-3.0-or-later WITH Bison-exception-2.2", None));
        check(
            named(id("GPL-3.0-or-later"), false),
            Some(said(id("GPL-3.0-or-later WITH Bison-exception-2.2"))),
            ("GPL-3.0-or-later WITH Bison-exception-2.2", None),
        );
        let whole = Said { whole_text: true, ..said(id("GPL-2.0-only")) };
        check(named(id("GPL-2.0-or-later"), false), Some(whole), ("GPL-2.0-or-later", None));
        let either = Expr::or([id("GPL-1.0-or-later"), id("Artistic-2.0")]).unwrap();
        check(named(either, false), Some(said(id("GPL-1.0-or-later"))), ("GPL-1.0-or-later OR Artistic-2.0", None));
        check(
            named(id("GFDL-1.3-no-invariants-or-later"), false),
            Some(said(id("GFDL-1.3-or-later"))),
            ("GFDL-1.3-no-invariants-or-later", None),
        );
        check(named(id("LicenseRef-public-domain"), false), Some(said(id("MIT"))), ("LicenseRef-public-domain", None));
    }

    #[test]
    fn debians_own_copy_says_which_version() {
        let points = |at: &str| Said { pointed: Some(id(at)), ..Said::default() };
        check(named(id("Artistic-1.0"), true), Some(points("Artistic-1.0-Perl")), ("Artistic-1.0-Perl", None));
        check(named(id("GPL-1.0-or-later"), true), Some(points("GPL-2.0-only")), ("GPL-2.0-only", None));
        check(named(id("GPL-2.0-or-later"), false), Some(points("GPL-2.0-only")), ("GPL-2.0-or-later", None));
    }
}
