//! Choices that are said once for licences which stand elsewhere, and licences that are said once more beside a choice of
//! which they are a part.

use super::conclude::{Item, family};
use super::gnu::Family;
use super::grammar::Text;
use crate::model::Expr;

/// A choice among more is not what such words speak of.
const MOST: usize = 3;
/// A file that counts more is a list of works.
const FEW: usize = 6;
/// How far the words of a choice may stand before a name, and behind it, in words.
const BEFORE: usize = 40;
const BEHIND: usize = 24;

/// Where sentences name licences without joining them, and words beside them offer a choice: the choice of all that counts.
pub fn stated(text: &Text, items: &[Item]) -> Option<Expr> {
    // Each must be named near the words that offer: others are licences of parts.
    let mut counted: Vec<&Expr> = Vec::new();
    for item in items.iter().filter(|i| i.counts) {
        if !matches!(item.expression, Expr::License { .. } | Expr::With(..))
            && item.expression != Expr::reference("BSD")
        {
            return None;
        }
        if !counted.contains(&&item.expression) {
            counted.push(&item.expression);
        }
    }
    if !(2..=MOST).contains(&counted.len()) {
        return None;
    }
    let first = items.iter().filter(|i| i.counts && !i.text).map(|i| i.words.start).min()?;
    let last = items.iter().filter(|i| i.counts && !i.text).map(|i| i.words.end).max()?;
    let near = |i: usize, e: &Expr| {
        items.iter().any(|item| {
            !item.text && item.expression == *e && i + BEFORE >= item.words.start && i <= item.words.end + BEHIND
        })
    };
    let said = (first.saturating_sub(BEFORE)..(last + BEHIND).min(text.len()))
        .any(|i| !text.taken[i] && offers(text, i, counted.len()) && counted.iter().all(|e| near(i, e)));
    said.then(|| Expr::or(counted.into_iter().cloned())).flatten()
}

/// How far the names of a list may stand behind the words that ask to choose, in words: room for a paragraph each.
const LIST: usize = 200;

/// `You can choose any one of those:`, and a list of names, none of which grants by itself: the choice is the grant.
pub fn settle_invited(text: &Text, items: &mut [Item]) {
    let you = text.index.number("you");
    let mut places = (0..text.len()).filter(|i| text.words.ids[*i] == you && !text.taken[*i]);
    let Some((at, count)) = places.find_map(|i| Some((i, invited(text, i)?))) else { return };
    let listed = |item: &Item| !item.text && (at..at + LIST).contains(&item.words.start);
    if items.iter().any(|i| i.counts && !listed(i)) {
        return;
    }
    // Of each family the name that says most.
    let mut chosen: Vec<(String, usize)> = Vec::new();
    for (n, item) in items.iter().enumerate().filter(|(_, i)| listed(i)) {
        if !matches!(item.expression, Expr::License { .. } | Expr::With(..) | Expr::Ref(_)) {
            return;
        }
        let family = family(&item.expression);
        match chosen.iter_mut().find(|(known, _)| *known == family) {
            Some((_, best)) if items[*best].open && !item.open => *best = n,
            Some(_) => {}
            None => chosen.push((family, n)),
        }
    }
    let fits = if count > 0 { chosen.len() == count } else { (2..=MOST).contains(&chosen.len()) };
    let choice = Expr::or(chosen.iter().map(|(_, n)| items[*n].expression.clone()));
    let (true, Some(choice), Some((_, first))) = (fits, choice, chosen.first()) else { return };
    let first = *first;
    let open = chosen.iter().all(|(_, n)| items[*n].open);
    for item in items.iter_mut().filter(|i| listed(i)) {
        item.counts = false;
    }
    items[first].expression = choice;
    items[first].open = open;
    items[first].counts = true;
}

/// Whether the words behind a `you` at `i` ask to choose one of what follows, and among how many where they say it, else 0.
fn invited(text: &Text, i: usize) -> Option<usize> {
    let asks = matches!(text.word(i + 1), "may" | "can" | "must" | "should")
        && matches!(text.word(i + 2), "choose" | "pick" | "select");
    let one = (i + 3..i + 6).find(|&j| asks && text.word(j) == "one" && text.word(j + 1) == "of")?;
    (one + 2..one + 5).find_map(|j| match text.word(j) {
        "two" => Some(2),
        "three" => Some(3),
        "those" | "these" | "following" | "below" => Some(0),
        _ => None,
    })
}

/// `1. The terms of the GPL; or 2. The Acme Terms of Use`: the last item of a list, joined by a lone `or`, which names no licence that
/// is known. It is a branch of the choice all the same.
pub fn settle_unknown_branches(text: &Text, items: &mut [Item]) {
    for n in 0..items.len() {
        let item = &items[n];
        if !item.counts || item.text || !matches!(item.expression, Expr::License { .. }) {
            continue;
        }
        let end = item.words.end;
        let or = (end..(end + BEHIND).min(text.len()))
            .find(|&i| text.word(i) == "or" && text.words.begins(i + 1) && text.gap(i - 1).contains(';'));
        let Some(or) = or else { continue };
        let last = (or + 2..text.len()).find(|&i| text.words.begins(i)).unwrap_or(text.len());
        let known = items.iter().any(|i| i.words.start < last && i.words.end > or);
        let speaks = (or + 1..last).any(|i| matches!(text.word(i), "terms" | "license" | "agreement" | "conditions"));
        if known || !speaks {
            continue;
        }
        let branch = super::unknown::reference(text, or + 1..last);
        if let Some(choice) = Expr::or([items[n].expression.clone(), branch]) {
            items[n].expression = choice;
        }
    }
}

/// How far `or a commercial license` may stand behind the name that it is the alternative to, in words.
const COMMERCIAL: usize = 16;

/// `under the GPL, or under a commercial license`, `dual licensed under the GPL and a commercial license`: terms that are sold are a branch
/// of the choice, which is no choice among the others alone. `If you need a commercial license, ask` offers nothing here.
pub fn settle_commercial(text: &Text, items: &mut [Item]) {
    for n in 0..items.len() {
        let item = &items[n];
        if !item.counts || item.text || matches!(item.expression, Expr::And(_)) {
            continue;
        }
        let end = item.words.end;
        let reach = end..(end + COMMERCIAL).min(text.len());
        let nearest = items.get(n + 1).is_none_or(|next| next.words.start > end);
        let sold = reach.clone().find(|&i| {
            text.word(i) == "commercial" && matches!(text.word(i + 1), "license" | "licenses" | "agreement" | "terms")
        });
        let Some(sold) = sold.filter(|&sold| nearest && items.iter().all(|i| !(end..sold).contains(&i.words.start)))
        else {
            continue;
        };
        let joins = (end..sold).rev().take(7).find(|&i| matches!(text.word(i), "or" | "and" | "alternatively"));
        let Some(joins) = joins else { continue };
        let fills = |i: usize| {
            matches!(
                text.word(i),
                "or" | "under"
                    | "a"
                    | "an"
                    | "the"
                    | "our"
                    | "with"
                    | "of"
                    | "terms"
                    | "separate"
                    | "by"
                    | "alternatively"
            )
        };
        let one_sentence = !(end..sold).any(|i| text.ends(i) && text.gap(i).contains('.'));
        let dual = text.word(joins) != "and" || super::lists::dual(text, &item.words);
        if one_sentence && dual && (joins + 1..sold).all(fills) {
            let sold = Expr::reference("proprietary");
            items[n].expression = Expr::or([items[n].expression.clone(), sold]).unwrap_or(items[n].expression.clone());
        }
    }
}

/// Whether words at `i` offer a choice among `several` licences.
fn offers(text: &Text, i: usize, several: usize) -> bool {
    match text.word(i) {
        "dual" | "dually" => several == 2 && text.word(i + 1).starts_with("licens"),
        "duallicensed" => several == 2,
        "tri" | "triple" | "multi" => several > 2 && text.word(i + 1).starts_with("licens"),
        "you" => {
            matches!(text.word(i + 1), "may" | "can" | "must")
                && matches!(text.word(i + 2), "choose" | "pick" | "select")
        }
        "at" => text.reads(i, &["at", "your", "option"]) && !text.reads(i + 3, &["any", "later"]),
        "either" => text.reads(i, &["either", "of", "the"]) || text.reads(i, &["either", "of", "these"]),
        "pick" | "choose" => text.word(i + 1) == "the" && text.word(i + 2) == "one" || text.word(i + 1) == "whichever",
        _ => false,
    }
}

/// What a choice offers and a sentence says once more adds nothing; where the choice leaves the version open, the sentence
/// says it: `the MIT and GPL licenses`, and later the grant of `version 2 or any later version`.
pub fn settle_repeats(items: &mut [Item]) {
    // A long list is of many works, of which one may be under a choice and the next under a part of it.
    if items.iter().filter(|i| i.counts).count() > FEW {
        return;
    }
    for at in 0..items.len() {
        let Expr::Or(mut operands) = items[at].expression.clone() else { continue };
        if !items[at].counts || items[at].text {
            continue;
        }
        // The same choice once more, in another order.
        let same = |e: &Expr| match e {
            Expr::Or(list) => list.len() == operands.len() && list.iter().all(|o| operands.contains(o)),
            _ => false,
        };
        for item in items[at + 1..].iter_mut().filter(|i| i.counts && same(&i.expression)) {
            item.counts = false;
        }
        for (n, item) in items.iter_mut().enumerate() {
            if n == at || !item.counts || item.text || !matches!(item.expression, Expr::License { .. }) {
                continue;
            }
            if operands.contains(&item.expression) {
                item.counts = false;
                continue;
            }
            let same = |o: &&mut Expr| family(o) == family(&item.expression) && gives_version(o, &item.expression);
            let kin = operands.iter().filter(|o| family(o) == family(&item.expression)).count();
            if kin == 1
                && let Some(operand) = operands.iter_mut().find(same)
            {
                *operand = item.expression.clone();
                item.counts = false;
            }
        }
        if let Some(choice) = Expr::or(operands) {
            items[at].expression = choice;
        }
    }
}

/// Whether a grant says more of the version than the operand does: the operand is open, or of the same version alone.
fn gives_version(operand: &Expr, grant: &Expr) -> bool {
    let (Some(bare), Some(grant)) = (operand.as_plain_id(), grant.as_plain_id()) else { return false };
    let Some(family) = Family::of(bare) else { return false };
    family.open() == *operand || bare.strip_suffix("-only").is_some_and(|v| grant == format!("{v}-or-later"))
}
