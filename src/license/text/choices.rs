//! Choices that a text offers in sentences or by its form: `Alternatively, ...`, a lone `or` between two licences, `dual
//! licensed` above the texts of both.

use super::conclude::{Item, family};
use super::gnu::Family;
use super::grammar::{Force, Text, begins};
use super::token::Words;
use crate::model::Expr;
use std::ops::Range;

/// How far the name of an alternative may stand from the word that begins its sentence.
const ALTERNATIVE: usize = 60;
/// How far a lone `or` may stand behind the name in a grant, or the end of a text: room for a disclaimer.
const BEFORE_OR: usize = 150;
/// How far a name in a grant may stand behind the lone `or`.
const BEHIND_OR: usize = 60;
/// How far the grants may stand behind the choice that names them.
const DETAILS: usize = 160;

/// Sentences that offer a GNU licence in place of the terms around them; they are cut out before licences are looked for,
/// because some people put them into the middle of another licence. A remark on why they are there belongs to them.
pub fn alternatives(text: &Text) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < text.len() {
        if !text.begins(i, begins::ALTERNATIVELY) {
            i += 1;
            continue;
        }
        let begins = i == 0 || text.ends(i - 1);
        let end = (i..(i + ALTERNATIVE).min(text.len())).find(|&j| text.ends(j)).map(|j| j + 1);
        let (true, Some(mut end)) = (begins, end) else {
            i += 1;
            continue;
        };
        let of_gnu = (i..end).any(|j| {
            text.reads(j, &["terms", "of", "the", "gnu"]) && (j..end).any(|k| text.word(k).starts_with("license"))
        });
        // A blank to fill in is a template and not an offer.
        if of_gnu && !text.raw.get(text.bytes(&(i..end))).is_some_and(|w| w.contains("___")) {
            if text.reads(end, &["this", "clause", "is", "necessary"]) {
                end = (end..(end + ALTERNATIVE).min(text.len())).find(|&j| text.ends(j)).map_or(end, |j| j + 1);
            }
            out.push(i..end);
        }
        i = end;
    }
    out
}

/// The words without some runs of them, and for each word that is left its place.
pub fn without(words: &Words, runs: &[Range<usize>]) -> (Words, Vec<usize>) {
    let kept: Vec<usize> = (0..words.ids.len()).filter(|i| !runs.iter().any(|r| r.contains(i))).collect();
    let left = Words {
        ids: kept.iter().map(|&i| words.ids[i]).collect(),
        at: kept.iter().map(|&i| words.at[i]).collect(),
        free: kept.iter().map(|&i| words.free[i]).collect(),
        breaks: kept.iter().map(|&i| words.breaks[i]).collect(),
        statements: Vec::new(),
    };
    (left, kept)
}

/// Whether the sentence around an item begins with `alternatively`.
fn is_alternative(text: &Text, item: &Item) -> bool {
    let from = item.words.start.saturating_sub(ALTERNATIVE);
    let start = |end: usize| (from..end).rev().find(|&i| text.ends(i)).map_or(from, |i| i + 1);
    let says = |start: usize| {
        let word = (start..start + 3).find(|&i| i < item.words.start && text.word(i) == "alternatively");
        // `Alternatively, if you modify the skeleton, you may remove this exception` offers nothing more.
        word.is_some_and(|w| {
            text.word(w + 1) != "if" && !(w..item.words.start).any(|i| text.word(i).starts_with("exception"))
        })
    };
    let sentence = start(item.words.start);
    if says(sentence) {
        return true;
    }
    // `Alternatively, it may be used under these terms:`, and then the text.
    item.text && sentence > 0 && text.gap(sentence - 1).contains(':') && says(start(sentence - 1))
}

/// `Alternatively, the contents of this file may be used under the terms of ...` offers a choice beside the licence around
/// it or before it.
pub fn settle_alternatives(text: &Text, items: &mut [Item]) {
    let mut before: Option<usize> = None;
    for i in 0..items.len() {
        if !items[i].counts {
            continue;
        }
        let (words, alternative) = (items[i].words.clone(), is_alternative(text, &items[i]));
        let inside = |item: &Item| item.words.start < words.start && words.end < item.words.end;
        let around = items[..i].iter().rposition(|item| item.counts && item.text && inside(item));
        let Some(of) = around.or(before).filter(|_| alternative) else {
            before = if around.is_some() { before } else { Some(i) };
            continue;
        };
        // `under the terms of the GPL, in which case the provisions of the GPL2 are required`
        let end = (words.end..words.end + ALTERNATIVE).find(|&j| text.ends(j - 1)).unwrap_or(words.end);
        let same = |item: &Item| !item.open && item.counts && family(&item.expression) == family(&items[i].expression);
        let clearer = items[i].open && items[i + 1..].iter().any(|item| item.words.start < end && same(item));
        if !clearer {
            join(items, of, i);
        }
        items[i].counts = false;
    }
}

/// A line that holds nothing but `or` between two licences offers the choice between them.
pub fn settle_lone_ors(text: &Text, items: &mut [Item]) {
    if items.len() < 2 {
        return;
    }
    let line_ends = |i: usize| text.gap(i).contains('\n');
    let or = text.index.number("or");
    for at in 1..text.len().saturating_sub(1) {
        if text.words.ids[at] != or || text.taken[at] || !line_ends(at) || !line_ends(at - 1) {
            continue;
        }
        // A list that holds it has been joined already.
        if items.iter().any(|i| i.counts && i.words.contains(&at)) {
            continue;
        }
        let before = items.iter().rposition(|i| i.counts && i.words.end <= at);
        let behind = items.iter().position(|i| i.counts && i.words.start > at);
        let (Some(before), Some(behind)) = (before, behind) else { continue };
        if at - items[before].words.end <= BEFORE_OR && items[behind].words.start - at <= BEHIND_OR {
            join(items, before, behind);
            items[behind].counts = false;
        }
    }
}

/// Makes the choice between two items of the first.
fn join(items: &mut [Item], first: usize, second: usize) {
    let choice = Expr::or([items[first].expression.clone(), items[second].expression.clone()]);
    if let Some(choice) = choice {
        items[first].expression = choice;
        items[first].open &= items[second].open;
    }
}

fn families(e: &Expr) -> Vec<String> {
    e.leaves().into_iter().map(family).collect()
}

/// `dually licensed under the FDL and the GPL`, followed by the grant or text of each: these give the choice its versions,
/// and are no licences more.
pub fn settle_choices(items: &mut [Item]) {
    for at in 0..items.len() {
        let Expr::Or(operands) = items[at].expression.clone() else { continue };
        if !items[at].counts {
            continue;
        }
        let carries_out = |e: &Expr| {
            let closed = |i: &&Item| i.counts && !i.open && families(&i.expression) == [family(e)];
            let behind = &items[at + 1..];
            let version = behind.iter().filter(|_| is_open(e)).find(closed);
            version.or_else(|| behind.iter().find(|i| i.expression == *e && i.counts)).map(|i| i.expression.clone())
        };
        let Some(said) = operands.iter().map(carries_out).collect::<Option<Vec<Expr>>>() else { continue };
        let end = items[at].words.end;
        let mut seen: Vec<Expr> = Vec::new();
        for item in items[at + 1..].iter_mut().filter(|i| !i.text && said.contains(&i.expression)) {
            // The first of each, and what is close by.
            if !seen.contains(&item.expression) || item.words.start <= end + DETAILS {
                item.counts = false;
                seen.push(item.expression.clone());
            }
        }
        if let Some(choice) = Expr::or(said) {
            items[at].expression = choice;
            items[at].open = false;
        }
    }
}

/// Whether a name leaves the version open.
fn is_open(e: &Expr) -> bool {
    match e {
        Expr::Ref(_) => true,
        Expr::License { id, .. } => Family::of(id).is_some_and(|f| f.open() == *e),
        _ => false,
    }
}

/// A choice that names a family is of the version whose text is there: `the BSD License or the GPL`, and the BSD text.
pub fn settle_operands(items: &mut [Item]) {
    let texts: Vec<Expr> = items.iter().filter(|i| i.text && i.counts).map(|i| i.expression.clone()).collect();
    for item in items.iter_mut().filter(|i| i.counts && !i.text) {
        let Expr::Or(operands) = &mut item.expression else { continue };
        let mut left = 0;
        for operand in operands.iter_mut() {
            let open = is_open(operand);
            let mut same = texts.iter().filter(|t| open && family(t) == family(operand));
            if let (Some(text), None) = (same.next(), same.next()) {
                *operand = text.clone();
            } else {
                left += usize::from(open);
            }
        }
        item.open &= left > 0;
    }
}

/// Whether the words outside of the texts offer a choice between them.
pub fn offers_choice(text: &Text, items: &[Item]) -> bool {
    // A choice among many, or among texts that nobody knows, is not what such words speak of.
    let texts: Vec<&Item> = items.iter().filter(|i| i.text && i.counts).collect();
    if texts.len() > 3 || texts.iter().any(|i| matches!(i.expression, Expr::Ref(_))) {
        return false;
    }
    let first = texts.iter().map(|i| i.words.start).min().unwrap_or(0);
    let last = texts.iter().map(|i| i.words.start).max().unwrap_or(0);
    (first.saturating_sub(80)..last.min(text.len())).any(|i| {
        !text.taken[i]
            // `All but foo.py is under either ..., or (at your choice) ...`: what is said of a part is no choice among all.
            && text.before(i, 40, &["except", "exception", "excepting", "excluding"]).is_none()
            && (matches!(text.word(i), "dual" | "dually" | "duallicensed" | "whichever")
                || text.reads(i, &["either", "of", "the"])
                || text.reads(i, &["either", "of", "these"])
                || text.reads(i, &["any", "of", "the", "following"])
                || text.reads(i, &["one", "of", "the", "following"])
                || text.reads(i, &["you", "may", "choose"])
                || text.reads(i, &["your", "choice"])
                || text.reads(i, &["at", "your", "option"]) && !text.reads(i + 3, &["any", "later"]))
    })
}

/// `is under the following terms (GPLv3):`, followed by a grant of the GPL 3 or later: the name announces the grant, which
/// says more exactly what holds.
pub fn settle_announced(text: &Text, items: &mut [Item]) {
    for at in 0..items.len() {
        let item = &items[at];
        if !item.counts || item.text || item.force != Force::Grant || item.method != "notice" {
            continue;
        }
        let end = item.words.end;
        let colon = |i: usize| {
            let gap = text.gap(i);
            gap.trim_start_matches([')', '"', '\'', '\u{201d}', ' ', '+']).starts_with(':') && gap.contains('\n')
        };
        let last = (end.saturating_sub(1)..(end + 8).min(text.len())).find(|&i| colon(i) || text.ends(i));
        if !last.is_some_and(colon) {
            continue;
        }
        let Some(next) = items[at + 1..].iter().find(|i| i.counts) else { continue };
        let near = next.words.start >= end && next.words.start - end <= BEHIND_OR;
        let more = !next.text && !next.open && next.expression != items[at].expression;
        if near && more && base(&next.expression).is_some_and(|b| base(&items[at].expression) == Some(b)) {
            items[at].counts = false;
        }
    }
}

/// Family and version of a GNU licence, without the word on later ones.
fn base(e: &Expr) -> Option<&str> {
    let id = e.as_plain_id()?;
    Family::of(id)?;
    id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later"))
}
