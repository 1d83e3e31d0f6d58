//! From what was found in a text to one expression: grants and texts joined by AND, choices kept as OR, exceptions put to
//! their licence, and what says the same twice said once.

use super::align::Alignment;
use super::choices;
use super::gnu::Family;
use super::grammar::{Force, Text, begins};
use super::ids;
use super::index::{Index, Kind};
use super::listed;
use super::lists::in_address;
use super::offers;
use super::phrases::Statement;
use crate::model::Expr;
use std::ops::Range;

/// One thing that was found, in the form in which it counts.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub expression: Expr,
    /// Its words.
    pub words: Range<usize>,
    /// A whole text, as against a sentence.
    pub text: bool,
    /// Whether the version was left open.
    pub open: bool,
    /// Whether it says that something is so licensed.
    pub force: Force,
    /// How it was found.
    pub method: &'static str,
    /// Share of its words found.
    pub coverage: f32,
    /// From 0 to 100.
    pub confidence: u8,
    /// Whether it goes into the conclusion.
    pub counts: bool,
}

/// Whether an alignment is the licence itself and not one that is near it. A clause more or less makes another licence,
/// so what counts is the longest run of words that differ.
pub fn accept(index: &Index, a: &Alignment) -> bool {
    let Some(doc) = index.docs.get(a.doc) else { return false };
    let own = a.required + a.missing;
    if own < 12 {
        return a.is_exact() && a.matched >= 6;
    }
    let least = if doc.kind == Kind::Header { 0.85 } else { 0.9 };
    // Words that are missing are a title or a note more often than a clause; foreign words may restrict.
    let most_missing = (own / 10).clamp(6, 40);
    let most_extra = (own / 12).clamp(6, 24);
    // A clause of its own makes another licence, whatever its length and that of the licence.
    if a.clause {
        return false;
    }
    // A word that turns the sense around, imposes something or gives a right is no slip in a short text; in a long one it
    // may stand in a preface. A `not` that is missing with its whole clause turns nothing around.
    if own < 1000 && (a.turned > 0 || a.lost.rights > 0 || a.lost.turning > 0 && a.longest_missing <= 6) {
        return false;
    }
    // Words in another order say the same, as long as none of them is `sell` or the like (see `turned`).
    let differ = (a.missing + a.extra).saturating_sub(2 * a.moved);
    let likeness = a.matched as f32 / (a.matched + differ) as f32;
    likeness >= least && a.longest_missing <= most_missing && a.longest_extra <= most_extra
}

/// The expression for an accepted text.
fn expression_of(index: &Index, a: &Alignment) -> Expr {
    match index.docs.get(a.doc) {
        Some(doc) if doc.kind == Kind::License => ids::expression(&ids::bare(&doc.listed)),
        Some(doc) => ids::expression(&doc.id),
        None => Expr::reference("unknown"),
    }
}

/// A text of the index that was found.
pub fn item(index: &Index, a: &Alignment, method: &'static str) -> Item {
    Item {
        expression: expression_of(index, a),
        words: a.words.clone(),
        text: index.docs.get(a.doc).is_some_and(|d| d.kind == Kind::License),
        open: false,
        force: Force::Grant,
        method,
        coverage: a.coverage(),
        confidence: if a.is_exact() { 100 } else { (a.likeness() * 100.0) as u8 },
        counts: true,
    }
}

/// Whether a text that lacks words of its licence, but has no foreign ones, stands under the licence's name.
pub fn names(index: &Index, a: &Alignment, statements: &[Statement]) -> bool {
    let expression = expression_of(index, a);
    let said = |s: &Statement| {
        // The title itself may be taken for the licence's first words.
        let before = a.words.start <= s.words.end + TITLE && s.words.start <= a.words.start + 12;
        s.force == Force::Grant && before && s.expression == expression
    };
    // What is cut short lacks rights with all that follows; one right alone is taken out.
    let cut = a.lost.rights == 0 || a.longest_missing > 12;
    cut && a.turned == 0
        && !a.clause
        && a.longest_extra <= 4
        && a.extra * 20 <= a.matched
        && statements.iter().any(said)
}

/// How far a title may stand before the text that it names, in words.
const TITLE: usize = 40;
/// How far `public domain` may stand from the dedication that it belongs to, in words.
const DEDICATION: usize = 80;
/// How far an exception may stand from the licence that it belongs to, in words.
const EXCEPTION: usize = 400;

/// A file of no more words, without addresses, that names a licence says by this alone that it is so licensed.
const NAME_ALONE: usize = 8;

/// Joins texts, statements and exceptions. `exceptions` are texts of exceptions with their ids.
pub fn conclude(
    text: &Text,
    texts: Vec<Item>,
    statements: Vec<Statement>,
    exceptions: &[(Range<usize>, Box<str>)],
) -> (Vec<Item>, Option<Expr>) {
    let mut items: Vec<Item> = texts;
    let choices = statements.iter().any(|s| s.choice && s.force == Force::Grant);
    for s in statements {
        let confidence = match (s.method, s.force, s.open) {
            ("tag", ..) => 99,
            (_, Force::Grant, false) => 90,
            (_, Force::Grant, true) => 70,
            (_, Force::Reference, false) => 60,
            _ => 40,
        };
        items.push(Item {
            expression: s.expression,
            words: s.words,
            text: false,
            open: s.open,
            force: s.force,
            method: s.method,
            coverage: 1.0,
            confidence,
            counts: s.force == Force::Grant,
        });
    }
    items.sort_by_key(|i| (i.words.start, i.words.end));
    offers::settle_invited(text, &mut items);
    listed::settle(text, &mut items);
    settle_dedications(&mut items);
    settle_artistic(text, &mut items);
    choices::settle_announced(text, &mut items);
    choices::settle_alternatives(text, &mut items);
    choices::settle_lone_ors(text, &mut items);
    choices::settle_choices(&mut items);
    choices::settle_operands(&mut items);
    settle_open(&mut items);
    settle_references(text, &mut items);
    settle_titles(&mut items);
    settle_texts(&mut items);
    attach(&mut items, exceptions);
    settle_exceptions(&mut items, text);
    offers::settle_repeats(&mut items);
    offers::settle_unknown_branches(text, &mut items);
    offers::settle_commercial(text, &mut items);
    let counted =
        |items: &[Item]| -> Vec<Expr> { items.iter().filter(|i| i.counts).map(|i| i.expression.clone()).collect() };
    let texts = items.iter().filter(|i| i.counts && i.text).count();
    let expression = if !choices && texts > 1 && choices::offers_choice(text, &items) {
        let (of, rest): (Vec<&Item>, Vec<&Item>) = items.iter().filter(|i| i.counts).partition(|i| i.text);
        let choice = Expr::or(of.into_iter().map(|i| i.expression.clone()));
        Expr::and(choice.into_iter().chain(rest.into_iter().map(|i| i.expression.clone())))
    } else {
        let stated = (!choices).then(|| offers::stated(text, &items)).flatten();
        stated.or_else(|| Expr::and(counted(&items)))
    };
    (items, expression)
}

/// What names of one family have in common.
pub fn family(e: &Expr) -> String {
    match e {
        Expr::License { id, .. } => match Family::of(id) {
            Some(_) => id.split('-').next().unwrap_or(id).to_string(),
            None if id.starts_with("BSD-") => "BSD".into(),
            None if id.starts_with("Apache-") => "Apache".into(),
            None if id.starts_with("MPL-") => "MPL".into(),
            None if id.starts_with("AFL-") => "AFL".into(),
            None if id.starts_with("CDDL-") => "CDDL".into(),
            None if id.starts_with("Artistic-") => "Artistic".into(),
            None => id.to_string(),
        },
        Expr::Ref(r) => r.trim_start_matches("LicenseRef-").to_string(),
        Expr::With(e, _) => family(e),
        _ => String::new(),
    }
}

fn families(e: &Expr) -> Vec<String> {
    e.leaves().into_iter().map(family).collect()
}

/// Dedications that say themselves that the work is in the public domain.
fn settle_dedications(items: &mut [Item]) {
    const DEDICATIONS: [&str; 5] = ["CC0-1.0", "Unlicense", "CC-PDDC", "PDDL-1.0", "blessing"];
    // `dedicated ... to the public domain. You should have received a copy of the CC0 Public Domain Dedication` names it
    // without the words of a grant.
    let dedicated: Vec<(Range<usize>, Expr)> = items
        .iter()
        .filter(|i| i.expression.as_plain_id().is_some_and(|id| DEDICATIONS.contains(&id)))
        .map(|i| (i.words.clone(), i.expression.clone()))
        .collect();
    for item in items.iter_mut().filter(|i| i.counts && i.expression == Expr::reference("public-domain")) {
        let near = |d: &Range<usize>| item.words.start <= d.end + DEDICATION && d.start <= item.words.end + DEDICATION;
        if let Some((_, expression)) = dedicated.iter().find(|(words, _)| near(words)) {
            item.expression = expression.clone();
        }
    }
}

/// The Artistic License without a version is Perl's where the GPL stands beside it or Perl is spoken of.
fn settle_artistic(text: &Text, items: &mut [Item]) {
    let artistic = Expr::reference("Artistic");
    if !items.iter().any(|i| i.counts && i.expression.leaves().contains(&&artistic)) {
        return;
    }
    let gpl = items.iter().any(|i| i.counts && i.expression.leaves().into_iter().any(|e| family(e) == "GPL"));
    if gpl || (0..text.len()).any(|i| text.begins(i, begins::PERL)) {
        for item in items.iter_mut().filter(|i| i.counts) {
            item.expression = replace(&item.expression, &artistic, &Expr::id("Artistic-1.0-Perl"));
        }
    }
}

/// The expression with one operand in another's place.
fn replace(e: &Expr, from: &Expr, to: &Expr) -> Expr {
    match e {
        e if e == from => to.clone(),
        Expr::And(list) => Expr::And(list.iter().map(|e| replace(e, from, to)).collect()),
        Expr::Or(list) => Expr::Or(list.iter().map(|e| replace(e, from, to)).collect()),
        e => e.clone(),
    }
}

/// A name without version says nothing where the version is said elsewhere.
fn settle_open(items: &mut [Item]) {
    let closed: Vec<String> =
        items.iter().filter(|i| i.counts && !i.open).flat_map(|i| families(&i.expression)).collect();
    for item in items.iter_mut().filter(|i| i.counts && i.open) {
        if families(&item.expression).iter().all(|f| closed.contains(f)) {
            item.counts = false;
        }
    }
}

/// References to copies count where no grant says more: they give an open name its version, or are all that there is.
fn settle_references(text: &Text, items: &mut [Item]) {
    let references: Vec<(Expr, bool)> = items
        .iter()
        .filter(|i| i.force == Force::Reference && !i.text)
        .map(|i| (i.expression.clone(), i.open))
        .collect();
    for item in items.iter_mut().filter(|i| i.counts && i.open) {
        let known = references.iter().find(|(e, open)| !open && families(e) == families(&item.expression));
        if let (Some((e, _)), [_]) = (known, item.expression.leaves().as_slice()) {
            item.expression = e.clone();
            item.open = false;
            item.confidence = 60;
        }
    }
    if items.iter().any(|i| i.counts) {
        return;
    }
    let versioned = references.iter().any(|(_, open)| !open);
    let mut any = false;
    for item in items.iter_mut().filter(|i| i.force == Force::Reference) {
        item.counts = !(item.open && versioned);
        any |= item.counts;
    }
    // A file of a few words that names a licence says that it is so licensed: `LICENSE: MIT`.
    let words = || (0..text.len()).filter(|&i| !in_address(text, i)).count();
    if !any && text.len() <= 8 * NAME_ALONE && words() <= NAME_ALONE {
        for item in items.iter_mut() {
            item.counts = true;
        }
        settle_open(items);
    }
}

/// Names that people give to each other's texts.
fn kin(name: &str, text: &str) -> bool {
    const MIT: [&str; 8] = ["MIT", "X11", "ISC", "HPND", "NTP", "ICU", "curl", "SMLNJ"];
    let group = |id: &str| {
        if MIT.iter().any(|m| id.starts_with(m)) {
            "MIT".to_string()
        } else {
            id.split('-').next().unwrap_or(id).to_string()
        }
    };
    group(name) == group(text)
}

/// A title before a text, or a name after it, is the text's: `The MIT License`, followed by what is in truth X11.
fn settle_titles(items: &mut [Item]) {
    let texts: Vec<(Range<usize>, String)> =
        items.iter().filter(|i| i.text && i.counts).map(|i| (i.words.clone(), i.expression.to_string())).collect();
    for item in items.iter_mut().filter(|i| i.counts && !i.text && i.method == "notice") {
        let Expr::License { id, .. } = &item.expression else {
            let Expr::Ref(r) = &item.expression else { continue };
            let name = r.trim_start_matches("LicenseRef-");
            if texts.iter().any(|(_, t)| kin(name, t)) {
                item.counts = false;
            }
            continue;
        };
        let near = |t: &Range<usize>| t.start >= item.words.start && t.start - item.words.start <= TITLE;
        let names = |t: &str| t == &**id || kin(id, t) && Family::of(id).is_none();
        if texts.iter().any(|(words, t)| near(words) && names(t)) {
            item.counts = false;
        }
    }
}

/// A text that comes with a grant of its licence is there because of the grant.
fn settle_texts(items: &mut [Item]) {
    let granted: Vec<Expr> = items
        .iter()
        .filter(|i| i.counts && !i.text)
        .flat_map(|i| i.expression.leaves().into_iter().cloned().collect::<Vec<_>>())
        .collect();
    let lesser: bool = granted
        .iter()
        .chain(items.iter().filter(|i| i.text && i.counts).map(|i| &i.expression))
        .any(|e| family(e) == "LGPL" && e.to_string().contains("3.0"));
    for item in items.iter_mut().filter(|i| i.counts && i.text) {
        let Expr::License { id, .. } = &item.expression else { continue };
        let covered = match Family::of(id) {
            Some(_) => granted.iter().any(|e| family(e) == family(&item.expression)),
            None => granted.contains(&item.expression),
        };
        // The text of LGPL 3 adds to that of GPL 3, and is delivered with it.
        if covered || lesser && &**id == "GPL-3.0-only" {
            item.counts = false;
        }
    }
}

/// Puts exceptions to the licence that they belong to: the nearest GNU one before, else the nearest behind.
fn attach(items: &mut Vec<Item>, exceptions: &[(Range<usize>, Box<str>)]) {
    for (words, exception) in exceptions {
        let of: &[&str] = if matches!(&**exception, "LLVM-exception" | "Swift-exception") {
            &["Apache"]
        } else {
            &["GPL", "LGPL", "AGPL"]
        };
        let gnu = |i: &Item| i.counts && i.expression.leaves().iter().any(|e| of.contains(&family(e).as_str()));
        let before = items.iter().rposition(|i| {
            gnu(i) && i.words.start <= words.start && words.start - i.words.start <= EXCEPTION + i.words.len()
        });
        let after = || {
            items
                .iter()
                .position(|i| gnu(i) && i.words.start >= words.start && i.words.start - words.start <= EXCEPTION)
        };
        match before.or_else(after).or_else(|| items.iter().position(gnu)) {
            Some(at) => items[at].expression = with(&items[at].expression, exception, of),
            // An exception without its licence permits nothing by itself, but must not go unseen.
            None => items.push(Item {
                expression: Expr::reference(exception),
                words: words.clone(),
                text: true,
                open: false,
                force: Force::Grant,
                method: "text",
                coverage: 1.0,
                confidence: 80,
                counts: true,
            }),
        }
    }
}

/// A licence that is named with its exception and once more without it, close by, is meant with it.
fn settle_exceptions(items: &mut [Item], text: &Text) {
    let with: Vec<(usize, Expr)> = items
        .iter()
        .filter(|i| i.counts && !i.text)
        .filter_map(|i| match &i.expression {
            Expr::With(e, _) => Some((i.words.start, (**e).clone())),
            _ => None,
        })
        .collect();
    for item in items.iter_mut().filter(|i| i.counts && !i.text) {
        // What another paragraph grants under the licence alone is granted without the exception.
        let apart = |at: usize| {
            let between = item.words.end.min(at)..item.words.end.max(at);
            item.force == Force::Grant
                && between.clone().any(|i| text.gap(i).matches('\n').count() > 1)
                && says(text, item)
        };
        let near = |at: &usize| item.words.start.abs_diff(*at) <= EXCEPTION && !apart(*at);
        if with.iter().any(|(at, e)| near(at) && *e == item.expression) {
            item.counts = false;
        }
    }
}

/// Whether a grant names what it is for in its own sentence: `baz is licensed under ...`.
fn says(text: &Text, item: &Item) -> bool {
    let from = item.words.start.saturating_sub(8);
    let is = |i: usize| {
        matches!(text.word(i), "is" | "are")
            && matches!(text.word(i + 1), "licensed" | "distributed" | "released" | "covered")
    };
    let start = (from..item.words.start).rev().find(|&i| text.ends(i)).map_or(from, |i| i + 1);
    (start..item.words.start).any(|i| is(i) && i > start && text.word(i - 1) != "it" && text.word(i - 1) != "this")
}

fn with(e: &Expr, exception: &str, of: &[&str]) -> Expr {
    match e {
        Expr::License { .. } if of.contains(&family(e).as_str()) => Expr::With(Box::new(e.clone()), exception.into()),
        Expr::And(list) => Expr::And(list.iter().map(|e| with(e, exception, of)).collect()),
        Expr::Or(list) => Expr::Or(list.iter().map(|e| with(e, exception, of)).collect()),
        other => other.clone(),
    }
}
