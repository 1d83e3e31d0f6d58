//! The rules that join what is declared and what texts show. The first that fits decides; `docs/licences.md` has them for
//! readers, under the same names.

use super::Note;
use super::declared::Stated;
use super::texts::Shown;
use crate::license::db;
use crate::model::{Class, Expr};

/// Where an unidentified text is this near to a declared licence, it is taken as a variant of it.
const NEAR: f32 = 0.95;

/// The rule that fits, and the conclusion.
pub(super) fn conclude(stated: &Stated, shown: &Shown, notes: &mut Vec<Note>) -> (&'static str, Option<Expr>) {
    if shown.copyright {
        return ("debian-copyright", shown.expression.clone());
    }
    let (declared, detected) = match (&stated.expression, &shown.expression) {
        (None, None) => return ("nothing-known", None),
        (Some(d), None) => return ("declared-only", Some(d.clone())),
        (None, Some(t)) if shown.section => return ("readme-section", Some(t.clone())),
        (None, Some(t)) => return ("text-only", Some(t.clone())),
        (Some(d), Some(t)) => (d, t),
    };
    // A variant of a declared licence takes its place.
    let with_variants = substitute(declared, &|d| {
        let shown = detected.leaves();
        let said = shown.contains(&d);
        shown.into_iter().find(|t| !said && is_variant(d, t)).cloned()
    });
    let declared = &with_variants;
    // A text that is nearly a declared licence is that licence with some words changed.
    let variant = |leaf: &Expr| {
        shown.nearest.iter().any(|(e, id, share)| {
            e == leaf && *share >= NEAR && declared.leaves().iter().any(|d| base_id(d) == Some(id))
        })
    };
    // Metadata mostly has no word for later versions; a grant in a text that has one counts.
    let with_later = substitute(declared, &|d| {
        let later = |t: &&Expr| grants_later(d, t) && !stated.says_only;
        detected.leaves().into_iter().find(later).cloned()
    });
    let declared = &with_later;
    // A list of classifiers does not say what joins them; a text that offers the choice does.
    let choice = operands(detected).into_iter().find(|o| {
        let branches = if let Expr::Or(list) = o { list.as_slice() } else { &[] };
        let offered = |d: &Expr| branches.iter().any(|b| covers(b, d) || covers(d, b) || names_family(d, b));
        stated.is_list && operands(declared).into_iter().all(offered)
    });
    let declared = choice.unwrap_or(declared);
    // A list that is read as a choice is a sum where the names of the texts say that they are of different parts, and there is one for
    // each branch.
    let branches = if let Expr::Or(list) = declared { list.as_slice() } else { &[] };
    let shown_by = |list: &[&Expr], d: &Expr| list.iter().any(|t| covers(d, t));
    let parts: Vec<&Expr> = shown.parts.iter().flat_map(Expr::leaves).collect();
    let sum = (stated.is_choice_by_list
        && branches.iter().any(|d| shown_by(&parts, d))
        && branches.iter().all(|d| shown_by(&detected.leaves(), d)))
    .then(|| Expr::and(branches.iter().cloned()))
    .flatten();
    let declared = sum.as_ref().unwrap_or(declared);
    let explained = |t: &Expr| declared.leaves().iter().any(|d| covers(d, t)) || variant(t);
    // A choice is explained by one branch of it that holds in any case, for whoever takes that one meets both; else it stands as
    // the choice that it is.
    let holds = |t: &Expr| operands(declared).into_iter().any(|d| !matches!(d, Expr::Or(_)) && covers(d, t));
    let met = |o: &Expr| match o {
        Expr::Or(branches) if branches.iter().any(|b| b.leaves().into_iter().all(holds)) => true,
        any => any.leaves().into_iter().all(explained),
    };
    let unexplained: Vec<&Expr> = operands(detected).into_iter().filter(|o| !met(o)).collect();
    if sum.is_some() && unexplained.is_empty() {
        return ("text-settles-declared", Some(declared.clone()));
    }
    if choice.is_some() && unexplained.is_empty() {
        return ("text-settles-declared", Some(detected.clone()));
    }
    let all_known = detected.refs().is_empty();
    if stated.vague {
        let open: Vec<&Expr> = declared.leaves().into_iter().filter(|d| is_open(d)).collect();
        // What the other operands explain settles nothing.
        let free: Vec<&Expr> = detected
            .leaves()
            .into_iter()
            .filter(|t| !declared.leaves().iter().any(|d| !is_open(d) && covers(d, t)))
            .collect();
        let settles = |d: &&Expr| free.iter().any(|t| narrows(d, t));
        if declared.leaves().len() == 1 && all_known && (open.is_empty() || open.iter().all(settles)) {
            return ("text-settles-declared", Some(detected.clone()));
        }
        // Each open name is settled by what the texts show of it, whatever else they show.
        if open.iter().any(settles) {
            // Branches of a choice that a name may mean stay a choice.
            let means = |d: &Expr, operand: &Expr| {
                let fit = operand.leaves().into_iter().filter(|t| free.contains(t) && narrows(d, t)).cloned();
                if matches!(operand, Expr::Or(_)) { Expr::or(fit) } else { Expr::and(fit) }
            };
            let settled = substitute(declared, &|d| {
                is_open(d).then(|| Expr::and(operands(detected).into_iter().filter_map(|o| means(d, o)))).flatten()
            });
            let said = |t: &Expr| {
                settled.leaves().iter().any(|d| covers(d, t)) || declared.leaves().iter().any(|d| covers(d, t))
            };
            let rest = operands(detected).into_iter().filter(|o| !o.leaves().into_iter().all(said));
            let rest: Vec<Expr> = rest.cloned().collect();
            return ("text-settles-declared", Expr::and([settled].into_iter().chain(rest)));
        }
    }
    if unexplained.is_empty() {
        return ("declared-and-text-agree", Some(declared.clone()));
    }
    let list = unexplained.iter().map(|e| e.to_string()).collect::<Vec<_>>().join(", ");
    let shared = unexplained.len() < operands(detected).len();
    notes.push(Note {
        rule: if shared { "license-text-adds" } else { "license-conflict" },
        message: format!("declared {declared}, but a text of the package shows {list}; both are taken to apply"),
        about: unexplained.iter().map(|e| (*e).clone()).collect(),
        evidence: None,
    });
    let rule = if shared { "text-adds-to-declared" } else { "declared-and-text-differ" };
    (rule, Expr::and([declared.clone()].into_iter().chain(unexplained.into_iter().cloned())))
}

/// What an expression is the sum of.
fn operands(e: &Expr) -> Vec<&Expr> {
    match e {
        Expr::And(list) => list.iter().collect(),
        one => vec![one],
    }
}

/// Whether a text grants the later versions of a licence of which the declaration names one alone.
fn grants_later(declared: &Expr, text: &Expr) -> bool {
    match (declared.as_plain_id(), text.as_plain_id()) {
        (Some(d), Some(t)) => d.ends_with("-only") && t.ends_with("-or-later") && version_of(d) == version_of(t),
        _ => false,
    }
}

/// What one file shows: its expression, and whether that is a licence's bare text and nothing more.
#[derive(Clone, Debug)]
pub(super) struct FileShows {
    pub expression: Expr,
    pub bare: bool,
}

/// Joins what the files of a package show. A bare text adds nothing to what another file says of the same licence: that it is
/// one branch of a choice, that later versions are allowed, that an exception belongs to it; nor does the text of the GPL 3
/// beside the LGPL 3, which adds to it. Choices that differ in nothing but later versions are one.
pub(super) fn join(files: &[FileShows]) -> Option<Expr> {
    let mut choices: Vec<Expr> = Vec::new();
    for choice in files.iter().flat_map(|f| operands(&f.expression)).filter(|o| matches!(o, Expr::Or(_))) {
        match choices.iter_mut().find(|known| same_choice(known, choice)) {
            Some(known) => *known = more_open(known, choice),
            None => choices.push(choice.clone()),
        }
    }
    let said = |by: usize, text: &Expr, choices: &[Expr]| {
        let others = files.iter().enumerate().filter(|(n, _)| *n != by).flat_map(|(_, f)| f.expression.leaves());
        let says_more = |other: &Expr| match other {
            Expr::With(inner, _) => covers(inner, text),
            other => grants_later(text, other) || is_supplemented(other, text),
        };
        others.into_iter().any(says_more)
            || choices.iter().flat_map(Expr::leaves).any(|branch| covers(branch, text) || names_family(branch, text))
    };
    let mut out: Vec<Expr> = Vec::new();
    for (n, file) in files.iter().enumerate() {
        if file.bare && said(n, &file.expression, &choices) {
            // A name in a choice that leaves the version open means the version whose text is there.
            for choice in &mut choices {
                *choice = substitute(choice, &|branch| {
                    names_family(branch, &file.expression).then(|| file.expression.clone())
                });
            }
            continue;
        }
        out.extend(operands(&file.expression).into_iter().cloned());
    }
    for operand in &mut out {
        let whole = operand.clone();
        if let Some(choice) = choices.iter().find(|c| matches!(whole, Expr::Or(_)) && same_choice(c, &whole)) {
            *operand = choice.clone();
        }
    }
    Expr::and(out)
}

/// Whether a text is that of the GPL 3, to which the LGPL 3 adds.
fn is_supplemented(lesser: &Expr, text: &Expr) -> bool {
    let version = |e: &Expr| e.as_plain_id().map(|id| version_of(id).to_owned());
    version(lesser).as_deref() == Some("LGPL-3.0") && text.as_plain_id() == Some("GPL-3.0-only")
}

/// Whether two choices are between the same licences, later versions aside.
fn same_choice(a: &Expr, b: &Expr) -> bool {
    let (Expr::Or(a), Expr::Or(b)) = (a, b) else { return false };
    let same = |a: &Expr, b: &Expr| {
        a == b || grants_later(a, b) || grants_later(b, a) || names_family(a, b) || names_family(b, a)
    };
    a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| same(x, y)))
}

/// Of two such choices the one that says more: later versions where one of them grants them, no name that leaves its version open.
fn more_open(a: &Expr, b: &Expr) -> Expr {
    substitute(a, &|branch| {
        b.leaves().into_iter().find(|o| grants_later(branch, o) || names_family(branch, o)).cloned()
    })
}

/// The list id at the base of a leaf.
fn base_id(e: &Expr) -> Option<&str> {
    match e {
        Expr::License { id, .. } => Some(id),
        Expr::With(inner, _) => base_id(inner),
        _ => None,
    }
}

/// Family and version of an id, with `-only` and `-or-later` left out: a bare text cannot tell the two apart.
fn version_of(id: &str) -> &str {
    id.strip_suffix("-or-later").or_else(|| id.strip_suffix("-only")).unwrap_or(id)
}

/// Whether a declared licence explains a text: the same one, or the same version of it.
fn covers(declared: &Expr, text: &Expr) -> bool {
    if declared == text {
        return true;
    }
    if let (Expr::Ref(d), Expr::Ref(t)) = (declared, text) {
        return bare_name(d) == bare_name(t);
    }
    match (base_id(declared), base_id(text)) {
        // A text without the exception that is declared is the main text of it; the other way round it adds something.
        (Some(_), Some(_)) if matches!(text, Expr::With(..)) => false,
        (Some(d), Some(t)) => version_of(d) == version_of(t) || is_later(d, t) || leaves_open(text, d),
        (Some(d), None) => leaves_open(text, d),
        _ => false,
    }
}

/// Whether words name only the family that an id belongs to: `the GPL`, `the BSD license`. The id says which is meant.
fn leaves_open(words: &Expr, id: &str) -> bool {
    match words {
        Expr::Ref(r) => id.to_ascii_lowercase().strip_prefix(&bare_name(r)).is_some_and(|rest| rest.starts_with('-')),
        Expr::License { .. } => is_open(words) && narrows(words, &Expr::id(id)),
        _ => false,
    }
}

/// Whether a name means a licence and leaves open which of its family it is.
fn names_family(open: &Expr, licence: &Expr) -> bool {
    open != licence && is_open(open) && base_id(licence).is_some_and(|id| leaves_open(open, id))
}

/// Without operands that only name the family of another operand.
pub(super) fn without_open(e: Expr) -> Expr {
    let Expr::And(list) = &e else { return e };
    let explained = |open: &Expr| {
        is_open(open)
            && list.iter().any(|other| other != open && base_id(other).is_some_and(|id| leaves_open(open, id)))
    };
    Expr::and(list.iter().filter(|o| !explained(o)).cloned()).unwrap_or_else(|| e.clone())
}

/// A reference without the prefixes of those who coined it: `LicenseRef-Callaway-BSD` and `LicenseRef-BSD` are one name.
fn bare_name(reference: &str) -> String {
    let name = reference.strip_prefix("LicenseRef-").unwrap_or(reference);
    let name = ["Callaway-", "Fedora-", "SUSE-"].iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name);
    name.to_ascii_lowercase()
}

/// Whether `or later` allows the version of a text: a package that says `LGPL-2.0-or-later` may ship the text of 2.1.
fn is_later(declared: &str, text: &str) -> bool {
    let Some((family, from)) = declared.strip_suffix("-or-later").and_then(|d| d.rsplit_once('-')) else {
        return false;
    };
    let Some((other, version)) = version_of(text).rsplit_once('-') else { return false };
    let number = |v: &str| v.split('.').map(|n| n.parse::<u32>().ok()).collect::<Option<Vec<u32>>>();
    family == other && matches!((number(from), number(version)), (Some(from), Some(version)) if version >= from)
}

/// Whether a text is a named variant of a declared licence: `BSD-2-Clause-Views` of `BSD-2-Clause`. The text says more than the
/// name, so it counts.
fn is_variant(declared: &Expr, text: &Expr) -> bool {
    match (declared.as_plain_id(), text.as_plain_id()) {
        (Some(d), Some(t)) => t.strip_prefix(d).is_some_and(|rest| rest.starts_with('-')) && version_of(t) == t,
        _ => false,
    }
}

/// Whether a declared name leaves open which licence is meant.
fn is_open(e: &Expr) -> bool {
    match e {
        Expr::Ref(_) => true,
        Expr::License { id, .. } => matches!(&**id, "GPL-1.0-or-later" | "LGPL-2.0-or-later" | "AGPL-1.0-or-later"),
        _ => false,
    }
}

/// Whether a text says which licence an open name means.
fn narrows(open: &Expr, text: &Expr) -> bool {
    let Some(id) = base_id(text) else { return false };
    match open {
        Expr::Ref(r) => match bare_name(r).as_str() {
            "bsd" => id.starts_with("BSD-") || id == "0BSD",
            "public-domain" => db::class_of(text) == Class::PublicDomain,
            "proprietary" => false,
            // A text without the exceptions does not say which they are.
            name if name.contains("exception") => matches!(text, Expr::With(..)),
            _ => true,
        },
        Expr::License { id: family, .. } => family.split('-').next().is_some_and(|f| id.split('-').next() == Some(f)),
        _ => false,
    }
}

fn substitute(e: &Expr, f: &dyn Fn(&Expr) -> Option<Expr>) -> Expr {
    match e {
        Expr::And(list) => Expr::and(list.iter().map(|e| substitute(e, f))).unwrap_or_else(|| e.clone()),
        Expr::Or(list) => Expr::or(list.iter().map(|e| substitute(e, f))).unwrap_or_else(|| e.clone()),
        leaf => f(leaf).unwrap_or_else(|| leaf.clone()),
    }
}

/// Where an expression holds a choice: the same with the mildest branch of each OR. `None` where there is no choice.
pub(super) fn mildest(e: &Expr) -> Option<Expr> {
    fn go(e: &Expr) -> Expr {
        match e {
            Expr::And(list) => Expr::and(list.iter().map(go)).unwrap_or_else(|| e.clone()),
            Expr::Or(list) => list
                .iter()
                .map(go)
                .min_by_key(|branch| match db::class_of(branch) {
                    Class::Unknown => u8::MAX,
                    class => class as u8,
                })
                .unwrap_or_else(|| e.clone()),
            leaf => leaf.clone(),
        }
    }
    let chosen = go(e);
    (chosen != *e).then_some(chosen)
}
