//! A short name and the words under it: which of the two says what the licence is.
//!
//! The words count where the name decides nothing (`BSD`, `custom`, a family without a version) and where the two
//! disagree. They agree more often than it seems: a grant without its exception, the bare text of a GNU licence (which
//! cannot say whether later versions are allowed) and a pointer to Debian's own copy contradict no name.

use super::likeness::{GnuId, Likeness, compare};
use super::said::Said;
use crate::license::db;
use crate::license::names::Normalized;
use crate::license::text::is_by_proxy;
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
pub const OPEN: u8 = 50;
/// Words that contradict the name.
const AGAINST: u8 = 60;
/// From this on the words are sure enough to contradict a name.
const SURE: u8 = 80;

/// Settles one name against the words that stand under it, where there are any. `open` are the operands that the name
/// leaves open: a family without a version, a name with several meanings.
pub fn settle(name: &str, read: &Normalized, open: &[Expr], said: Option<&Said>) -> Settled {
    let named = match &read.expression {
        // The words of a dedication name no licence; what they mention besides does not change it. `public-domain-md5`.
        _ if !read.unresolved.is_empty() && is_dedication(name) => Expr::reference("public-domain"),
        Outcome::Expression(e) => e.clone(),
        _ => Expr::reference(name),
    };
    if is_public_domain(&named) {
        // A dedication that is a licence of the list has an id; one that only is spoken of changes nothing.
        let id = said.and_then(|s| s.expression.as_ref().filter(|e| e.as_plain_id().is_some() && s.has_text(e)));
        return match id {
            Some(id) => Settled { expression: id.clone(), confidence: SETTLED, against: None, by_text: true },
            None => Settled { expression: named, confidence: NAMED, against: None, by_text: false },
        };
    }
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
    let known = |e: &&Expr| e.refs().iter().all(|r| *r == "LicenseRef-public-domain" || is_by_proxy(r));
    let clear = said.expression.as_ref().filter(known).or(dedication(said));
    if unknown {
        if let (Some(known), true) = (clear, named.leaves().len() == 1) {
            // Words without the exception that the name speaks of, or with one that the list does not have.
            if speaks_of_exception(name) && !known.leaves().iter().any(|e| matches!(e, Expr::With(..))) {
                return by_name(OPEN);
            }
            return by_text(known);
        }
        if let Some(known) = clear.and_then(|said| fill(&named, said)) {
            return by_text(&known);
        }
        return by_name(OPEN);
    }
    if let Some(exception) = lone_exception(&named, said) {
        return by_text(&exception);
    }
    if let (None, Some(sum)) = (clear, alias_and_more(name, read, said)) {
        return by_text(&sum);
    }
    let Some(text) = clear else {
        return match said.pointed.as_ref().and_then(|pointed| sharpen(&named, open, pointed)) {
            Some(sharper) => by_text(&sharper),
            None => by_name(if open.is_empty() { NAMED } else { OPEN }),
        };
    };
    let filled = with_versions(&named, text, said);
    let text = &filled;
    let mut result = named.clone();
    let mut differs = false;
    let mut touched = false;
    for leaf in named.leaves() {
        match text.leaves().into_iter().map(|t| (t, compare(leaf, t, said.only_version))).max_by_key(|(_, c)| *c) {
            Some((_, Likeness::Same)) => {}
            // A variant of what the name says is in its place where the words are the variant's.
            Some((t, Likeness::Variant)) if !said.exact && !said.has_text(t) => {}
            Some((t, Likeness::Sharper | Likeness::Variant)) => {
                result = replace(&result, leaf, t);
                touched = true;
            }
            Some((t, Likeness::Kin)) => {
                // The words speak of it, with other terms.
                result = replace(&result, leaf, t);
                touched |= open.contains(leaf);
                differs |= !open.contains(leaf);
            }
            // CC0 and its kin are dedications too; their words need not be the whole of them.
            _ if is_public_domain(text) => {}
            _ if named.leaves().len() == 1 && (said.exact || open.contains(leaf)) => {
                result = text.clone();
                touched |= open.contains(leaf);
                differs |= !open.contains(leaf);
            }
            // Of a choice or a sum the words at hand may be those of one part only.
            _ => {}
        }
    }
    if let (Expr::Or(_), true, [leaf]) = (text, differs, named.leaves().as_slice()) {
        // `GPL-2+` over `version 2 or 3`: all of the choice is in the name's place.
        if text.leaves().iter().all(|t| compare(leaf, t, said.only_version) == Likeness::Kin) {
            result = text.clone();
        }
    }
    if let (Expr::Or(_), false, 1) = (text, differs, named.leaves().len()) {
        // The name tells one half of a choice.
        if text.leaves().iter().any(|t| compare(&named, t, said.only_version) >= Likeness::Sharper) {
            result = text.clone();
            differs = true;
        }
    }
    if let (false, Some(more)) = (has_choice(&named), besides(&named, &result, text, said)) {
        // The name is for one of several licences that the words hold in full.
        if !differs || said.sure >= SURE {
            result = Expr::and([result, more]).unwrap_or(named.clone());
            touched = true;
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

/// The name's licence with the exception whose whole text the words are, where the name has another one.
fn lone_exception(named: &Expr, said: &Said) -> Option<Expr> {
    let Expr::With(license, exception) = named else { return None };
    let Some(Expr::Ref(unknown)) = &said.unknown else { return None };
    let id = db::exception_id(unknown.strip_prefix("LicenseRef-")?)?;
    (*id != **exception).then(|| Expr::With(license.clone(), id.into()))
}

/// Whether a name has an exception beside its licence.
fn speaks_of_exception(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("exception") && (name.contains("with") || name.contains('+'))
}

/// Whether it offers a choice.
fn has_choice(e: &Expr) -> bool {
    match e {
        Expr::Or(_) => true,
        Expr::And(list) => list.iter().any(has_choice),
        _ => false,
    }
}

/// What the words give in full besides what the name and the `result` say.
fn besides(named: &Expr, result: &Expr, text: &Expr, said: &Said) -> Option<Expr> {
    let Expr::And(list) = text else { return None };
    let known = |e: &Expr| {
        let says = |of: &Expr| of.leaves().into_iter().any(|n| compare(n, e, said.only_version) >= Likeness::Sharper);
        says(named) || says(result)
    };
    let more = list
        .iter()
        .filter(|o| o.leaves().into_iter().all(|leaf| !known(leaf) && leaf.refs().is_empty() && said.gives(leaf)));
    Expr::and(more.cloned().collect::<Vec<_>>())
}

/// The words' licences, with the name's version where they leave it open: who says no version contradicts none.
fn with_versions(named: &Expr, text: &Expr, said: &Said) -> Expr {
    let mut out = text.clone();
    for open in &said.versionless {
        let version_of = |leaf: &Expr| {
            let id = match leaf {
                Expr::With(license, _) => license.as_plain_id(),
                other => other.as_plain_id(),
            };
            let of = GnuId::of(open.as_plain_id()?)?;
            id.filter(|id| GnuId::of(id).is_some_and(|n| n.family == of.family)).map(Expr::id)
        };
        if let Some(version) = named.leaves().into_iter().find_map(version_of) {
            out = replace_license(&out, open, &version);
        }
    }
    out
}

/// `replace`, also of a licence with an exception.
fn replace_license(e: &Expr, from: &Expr, to: &Expr) -> Expr {
    match e {
        Expr::With(license, exception) if **license == *from => Expr::With(Box::new(to.clone()), exception.clone()),
        Expr::And(list) => Expr::and(list.iter().map(|e| replace_license(e, from, to))).unwrap_or_else(|| e.clone()),
        Expr::Or(list) => Expr::or(list.iter().map(|e| replace_license(e, from, to))).unwrap_or_else(|| e.clone()),
        e => replace(e, from, to),
    }
}

/// A name that people use for a licence and what belongs to it (`Go`: a BSD text and a grant of patents), over words that
/// hold the licence and another grant or condition: the licence, and the whole under its name. The ids of the list and the
/// short names of Debian say what they say.
fn alias_and_more(name: &str, read: &Normalized, said: &Said) -> Option<Expr> {
    let named = read.expression.expression()?;
    let id = named.as_plain_id()?;
    let key = |s: &str| s.to_ascii_lowercase().replace([' ', '_', '.'], "-");
    let (short, id) = (key(name), key(id));
    // `BSD-3-clause`, `Apache-2`: the id itself, or the way to it.
    if read.method != "alias" || id.starts_with(&short) || short.starts_with(id.split('-').next()?) || short == "expat"
    {
        return None;
    }
    let Some(Expr::And(list)) = &said.expression else { return None };
    let found = list.iter().find(|e| **e == *named && said.has_text(e))?;
    let more = list.iter().any(|e| matches!(e, Expr::Ref(_)) && !is_public_domain(e));
    more.then(|| Expr::and([found.clone(), Expr::reference(name)])).flatten()
}

/// Whether a reference stands anywhere in it.
pub fn has_ref(e: &Expr) -> bool {
    !e.refs().is_empty()
}

/// Whether it is the public domain, the one reference that says everything by its name.
pub fn is_public_domain(e: &Expr) -> bool {
    matches!(e, Expr::Ref(r) if &**r == "LicenseRef-public-domain")
}

/// A dedication to the public domain with further words that nobody knows (`you are free to use it`).
fn dedication(said: &Said) -> Option<&Expr> {
    let Some(Expr::And(list)) = &said.expression else { return None };
    let refs = list.iter().all(|e| matches!(e, Expr::Ref(_)));
    list.iter().find(|e| refs && is_public_domain(e))
}

/// A name made for one dedication of several.
fn is_dedication(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name.starts_with("public-domain") && !name.contains(char::is_whitespace)
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
        Said { expression: Some(e), sure: 95, exact: true, ..Said::default() }
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
        let whole = Said { only_version: true, ..said(id("GPL-2.0-only")) };
        check(named(id("GPL-2.0-or-later"), false), Some(whole), ("GPL-2.0-or-later", None));
        let either = Expr::or([id("GPL-1.0-or-later"), id("Artistic-2.0")]).unwrap();
        check(named(either, false), Some(said(id("GPL-1.0-or-later"))), ("GPL-1.0-or-later OR Artistic-2.0", None));
        check(
            named(id("GFDL-1.3-no-invariants-or-later"), false),
            Some(said(id("GFDL-1.3-or-later"))),
            ("GFDL-1.3-no-invariants-or-later", None),
        );
        check(named(id("LicenseRef-public-domain"), false), Some(said(id("MIT"))), ("LicenseRef-public-domain", None));
        check(named(id("CC0-1.0"), false), Some(said(id("LicenseRef-public-domain"))), ("CC0-1.0", None));
        let near = Said { exact: false, ..said(id("TOSL")) };
        check(named(id("Sleepycat"), false), Some(near), ("Sleepycat", None));
    }

    #[test]
    fn debians_own_copy_says_which_version() {
        let points = |at: &str| Said { pointed: Some(id(at)), ..Said::default() };
        check(named(id("Artistic-1.0"), true), Some(points("Artistic-1.0-Perl")), ("Artistic-1.0-Perl", None));
        check(named(id("GPL-1.0-or-later"), true), Some(points("GPL-2.0-only")), ("GPL-2.0-only", None));
        check(named(id("GPL-2.0-or-later"), false), Some(points("GPL-2.0-only")), ("GPL-2.0-or-later", None));
    }
}
