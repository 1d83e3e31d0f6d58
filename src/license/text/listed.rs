//! Lists that offer a choice and say more in their items than names: `can be used under one of three licenses: 1. The GPL, version 3,
//! in LICENSE-gpl3.txt 2. A BSD-style license, in LICENSE-bsd.txt 3. ...`. Lists of names alone are joined where their sentences are
//! read ([`super::lists`]).

use super::conclude::Item;
use super::grammar::Text;
use super::lists::{begins_item, dual, one_of};
use crate::model::Expr;
use std::ops::Range;

/// A list of more items is no choice that somebody offers.
const MOST: usize = 6;
/// Items have no more words: a name, where its text is, a remark.
const LONGEST: usize = 40;

/// Makes the items of a list that offers a choice one item of the conclusion.
pub fn settle(text: &Text, items: &mut [Item]) {
    for list in lists(text) {
        let whole = list[0].start..list[list.len() - 1].end;
        let counted = |item: &Item| item.counts && !item.text && whole.contains(&item.words.start);
        // What is joined already, and licences that surround the list, are none of its items.
        if items.iter().any(|i| counted(i) && matches!(i.expression, Expr::And(_) | Expr::Or(_)))
            || items.iter().filter(|i| counted(i)).count() < 2
            || !(dual(text, &whole) || announced(text, whole.start))
        {
            continue;
        }
        let branches: Option<Vec<Expr>> = list.iter().map(|words| branch(text, items, words)).collect();
        let Some(choice) = branches.and_then(Expr::or) else { continue };
        let mut joined = false;
        for item in items.iter_mut().filter(|i| i.counts && !i.text && whole.contains(&i.words.start)) {
            if !joined {
                item.expression = choice.clone();
                item.open = false;
            }
            item.counts = !joined;
            joined = true;
        }
    }
}

/// Whether the sentence before the list says that one of its items is to be taken: `It can be used under one of three licenses.`
fn announced(text: &Text, start: usize) -> bool {
    let from = start.saturating_sub(20);
    let sentence = (from..start.saturating_sub(1)).rev().find(|&i| text.ends(i)).map_or(from, |i| i + 1);
    (sentence..start).any(|i| one_of(text, i))
}

/// What one item of a list is: the licences that it names, or one that only its words describe.
fn branch(text: &Text, items: &[Item], words: &Range<usize>) -> Option<Expr> {
    let named = items.iter().filter(|i| i.counts && !i.text && words.contains(&i.words.start));
    let named = Expr::and(named.map(|i| i.expression.clone()));
    if named.is_some() {
        return named;
    }
    let says = |word: &str| words.clone().any(|i| text.slice(i).eq_ignore_ascii_case(word));
    let licence = words.clone().any(|i| matches!(text.word(i), "license" | "licenses" | "terms"));
    (licence && (says("bsd") || says("bsd-style"))).then(|| Expr::reference("BSD"))
}

/// Lists in lines of their own, item by item.
fn lists(text: &Text) -> Vec<Vec<Range<usize>>> {
    let begins = |i: usize| i > 0 && begins_item(text.gap(i - 1));
    let starts: Vec<usize> = (1..text.len()).filter(|&i| !text.taken[i] && begins(i)).collect();
    let end = |start: usize| {
        let stop = (start + LONGEST).min(text.len());
        (start..stop).find(|&i| text.gap(i).matches('\n').count() > 1 || begins(i + 1)).map_or(stop, |i| i + 1)
    };
    let mut out: Vec<Vec<Range<usize>>> = Vec::new();
    for start in starts {
        let item = start..end(start);
        match out.last_mut() {
            Some(list) if list.last().is_some_and(|last| last.end == start) => list.push(item),
            _ => out.push(vec![item]),
        }
    }
    out.retain(|list| (2..=MOST).contains(&list.len()));
    out
}
