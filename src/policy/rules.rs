//! Which rule decides a term, and what follows for the whole expression.
//!
//! A *term* is a leaf of the concluded expression: a licence, a licence with an exception, a reference. Rules are compared by
//! their most specific condition: purl before licence with exception before licence before class and flag before what says nothing
//! of the licence (ecosystem, origin, state). Among equals the strictest verdict counts, then the order of the file. AND takes the
//! strictest term, OR the mildest branch: of branches that are allowed one whose requirements are met, then the mildest class, then one that
//! lacks nothing required, then one whose text the image carries, then the first.

use super::config::{Choice, Policy, Rule};
use super::pattern::{Subject, glob};
use crate::license::db;
use crate::model::{Class, Expr, Image, Package, Report, State, Verdict};

/// What a rule is held against: one package, prepared once.
pub struct Case<'a> {
    pub package: &'a Package,
    pub subject: Subject,
    /// `base` or `app`; where no base is known all is the application's.
    pub origin: &'static str,
}

impl<'a> Case<'a> {
    pub fn of(package: &'a Package, image: &Image) -> Case<'a> {
        Case { package, subject: Subject::of(package), origin: image.origin_of(package.layer).unwrap_or("app") }
    }
}

/// How specific a rule is, by the best of its conditions that the term meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Other,
    Class,
    License,
    LicenseWithException,
    Purl,
}

/// What decided one term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// `None` where the package has no known licence.
    pub leaf: Option<Expr>,
    pub class: Class,
    pub verdict: Verdict,
    /// Index of the rule; `None` for the policy's `default` or `unknown`.
    pub rule: Option<usize>,
}

/// What a policy says of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    /// All terms that count, those of branches that were not taken left out.
    pub terms: Vec<Term>,
    /// The expression without the branches that were not taken; the same as before where there is no choice.
    pub taken: Option<Expr>,
}

impl Judged {
    /// Of the terms with the strictest verdict the one of the strictest class.
    pub fn deciding(&self) -> Option<&Term> {
        self.terms.iter().filter(|t| t.verdict == self.verdict).min_by_key(|t| std::cmp::Reverse(t.class))
    }
}

/// What stands against one branch of a choice, though its verdict is as mild as another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacks {
    /// Something that its rules require is not met.
    pub required: bool,
    /// The image does not carry a text that its licences ask for.
    pub text: bool,
}

/// Judges the conclusion of a package. `lacks` is asked of the branches of choices alone.
pub fn judge(
    report: &Report,
    policy: &Policy,
    choice: Option<&Choice>,
    case: &Case<'_>,
    lacks: &dyn Fn(&Judged) -> Lacks,
) -> Judged {
    match case.package.licensing.concluded.expression() {
        Some(e) => expression(report, policy, choice, case, lacks, e),
        None => {
            let term = term(policy, case, None, Class::Unknown);
            Judged { verdict: term.verdict, terms: vec![term], taken: None }
        }
    }
}

fn expression(
    report: &Report,
    policy: &Policy,
    choice: Option<&Choice>,
    case: &Case<'_>,
    lacks: &dyn Fn(&Judged) -> Lacks,
    e: &Expr,
) -> Judged {
    let of = |e: &Expr| expression(report, policy, choice, case, lacks, e);
    match e {
        Expr::And(list) => {
            let parts: Vec<Judged> = list.iter().map(of).collect();
            Judged {
                verdict: parts.iter().map(|p| p.verdict).max().unwrap_or_default(),
                taken: Expr::and(parts.iter().filter_map(|p| p.taken.clone())),
                terms: parts.into_iter().flat_map(|p| p.terms).collect(),
            }
        }
        Expr::Or(list) => {
            let fixed = choice.and_then(|c| list.iter().find(|branch| **branch == c.take));
            if let Some(branch) = fixed {
                return of(branch);
            }
            let class = |j: &Judged| j.terms.iter().map(|t| t.class).max();
            // A requirement that is not met makes a review of what was allowed, so that it weighs more than the class. Where a
            // person must decide anyway it does not: a text is found sooner than other terms.
            let best = list.iter().map(of).min_by_key(|j| {
                let lacks = lacks(j);
                let with_required = if lacks.required { j.verdict.max(Verdict::Review) } else { j.verdict };
                (j.verdict, with_required, class(j), lacks.required, lacks.text)
            });
            best.unwrap_or_else(|| Judged { verdict: Verdict::Deny, terms: Vec::new(), taken: None })
        }
        leaf => {
            let term = term(policy, case, Some(leaf), report.class_of(leaf));
            Judged { verdict: term.verdict, terms: vec![term], taken: Some(leaf.clone()) }
        }
    }
}

fn term(policy: &Policy, case: &Case<'_>, leaf: Option<&Expr>, class: Class) -> Term {
    let unknown = class == Class::Unknown;
    let met = policy.rules.iter().enumerate().filter_map(|(i, r)| Some((level(r, case, leaf, class)?, i, r)));
    // The highest level, then the strictest verdict, then the first of the file.
    let best = met.max_by_key(|(level, i, r)| (*level, r.verdict, std::cmp::Reverse(*i)));
    let (verdict, rule) = match best {
        // A rule that says nothing of licences cannot make unknown terms milder than the policy wants them.
        Some((Level::Other, i, r)) if unknown && r.verdict >= policy.unknown => (r.verdict, Some(i)),
        Some((Level::Other, ..)) | None if unknown => (policy.unknown, None),
        Some((_, i, r)) => (r.verdict, Some(i)),
        None => (policy.default, None),
    };
    Term { leaf: leaf.cloned(), class, verdict, rule }
}

/// How specific the rule is for this term; `None` where one of its conditions does not hold.
fn level(rule: &Rule, case: &Case<'_>, leaf: Option<&Expr>, class: Class) -> Option<Level> {
    let mut level = Level::Other;
    let mut need = |listed: bool, met: bool, reached: Level| -> Option<()> {
        if listed {
            met.then_some(())?;
            level = level.max(reached);
        }
        Some(())
    };
    let package = case.package;
    let state = package.state.as_str();
    debug_assert!(matches!(package.state, State::Present | State::Hidden { .. }));
    need(!rule.ecosystem.is_empty(), rule.ecosystem.iter().any(|e| **e == *package.ecosystem.as_str()), Level::Other)?;
    need(!rule.origin.is_empty(), rule.origin.contains(&case.origin), Level::Other)?;
    need(!rule.state.is_empty(), rule.state.contains(&state), Level::Other)?;
    need(!rule.class.is_empty(), rule.class.contains(&class), Level::Class)?;
    let flags = leaf.map(db::flags_of).unwrap_or_default();
    need(!rule.flag.is_empty(), rule.flag.iter().any(|f| flags.contains(f)), Level::Class)?;
    if !rule.license.is_empty() || !rule.exception.is_empty() {
        let reached = match leaf? {
            leaf if class == Class::Unknown && !singles_out(rule, leaf) => Level::Other,
            Expr::With(..) => Level::LicenseWithException,
            _ => Level::License,
        };
        need(true, names(rule, leaf?), reached)?;
    }
    need(!rule.purl.is_empty(), rule.purl.iter().any(|p| p.matches(&case.subject)), Level::Purl)?;
    Some(level)
}

/// Whether a term is one of those that the rule names. A licence with an exception is a licence of its own: it is met by its whole
/// name, or by its exception, with the licence before it where the rule names that too.
pub fn names(rule: &Rule, leaf: &Expr) -> bool {
    let any = |list: &[Box<str>], text: &str| list.iter().any(|p| glob(p.as_bytes(), text.as_bytes()));
    match leaf {
        Expr::With(inner, exception) => {
            let whole = leaf.to_string();
            // A star does not reach over `WITH`: `GPL-*` are the licences without exceptions.
            let named = rule.license.iter().any(|p| p.contains(" WITH ") && glob(p.as_bytes(), whole.as_bytes()));
            let excepted = any(&rule.exception, exception);
            match (rule.license.is_empty(), rule.exception.is_empty()) {
                (_, true) => named,
                (true, false) => excepted,
                (false, false) => excepted && (named || any(&rule.license, &inner.to_string())),
            }
        }
        _ => rule.exception.is_empty() && any(&rule.license, &leaf.to_string()),
    }
}

/// Whether a rule that meets a term of class unknown names its licence. A star alone is for everything and names nothing, and an
/// exception says nothing of the licence before it, which is what is not known.
fn singles_out(rule: &Rule, leaf: &Expr) -> bool {
    let license = match leaf {
        Expr::With(inner, _) => inner.to_string(),
        other => other.to_string(),
    };
    let before_exception = |p: &'_ str| p.split_once(" WITH ").map_or(p.len(), |(license, _)| license.len());
    let meets = |p: &str| p.contains(|c: char| c != '*') && glob(p.as_bytes(), license.as_bytes());
    rule.license.iter().any(|p| p.get(..before_exception(p)).is_some_and(meets))
}
