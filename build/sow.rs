//! Chooses the seeds by which a text finds the licences that it may be.

use crate::index::{Doc, Index, Kind};
use crate::seeds::{SEED, hash, hash_all};
use crate::token::UNKNOWN;
use std::collections::BTreeMap;

/// One of so many runs of words is a seed; the same ones in all texts, as the hash decides.
const SAMPLE: u32 = 12;
/// A text that has fewer seeds by sampling gets more of its own.
const FEWEST: usize = 10;

/// A run of words that one text has more often is no seed of it.
const MOST_REPEATED: usize = 3;

/// Chooses the seeds of each text. Returns the index with them, and what its table of seeds is made of.
pub fn sow(mut index: Index) -> (Index, Vec<(u32, u16)>) {
    add_parts(&mut index);
    let Index { docs, words: all_words, optional: all_optional, wild: all_wild, .. } = &mut index;
    let mut whole: BTreeMap<u64, u16> = BTreeMap::new();
    let mut all: Vec<(u32, u16, u16)> = Vec::new();
    let mut own: Vec<(u32, u16)> = Vec::new();
    let ranks: Vec<u32> = docs.iter().map(|d| d.rank).collect();
    for (number, doc) in docs.iter_mut().enumerate() {
        let words = &all_words[doc.words.clone()];
        let wild = &all_wild[doc.wild.clone()];
        let number = number as u16;
        let entry = whole.entry(hash_all(words)).or_insert(number);
        if ranks.get(usize::from(*entry)) > Some(&doc.rank) {
            *entry = number;
        }
        let optional = &all_optional[doc.words.clone()];
        let mut seeds = 0;
        own.clear();
        for (p, run) in words.windows(SEED).enumerate() {
            // A run across a variable is there only where the variable has its original words.
            if run.contains(&UNKNOWN) || wild[p + 1..p + SEED].iter().any(|w| *w > 0) {
                continue;
            }
            // Where a run begins decides whether the text must have it: `seeds` counts what it must have.
            let may_lack = optional[p];
            let hash = hash(run);
            if hash.is_multiple_of(SAMPLE) {
                all.push((hash, number, p.min(65_535) as u16));
                seeds += usize::from(!may_lack);
            } else if !may_lack {
                own.push((hash, p.min(65_535) as u16));
            }
        }
        let lacking = FEWEST.saturating_sub(seeds).min(own.len());
        // Spread over the text, so that a change in one place does not lose them all.
        let step = own.len().checked_div(lacking).unwrap_or(1).max(1);
        all.extend(own.iter().step_by(step).take(lacking).map(|&(hash, p)| (hash, number, p)));
        doc.seeds = (seeds + lacking) as u32;
    }
    all.sort_unstable();
    // A run that a text repeats says little of where in the text one is.
    let mut kept: Vec<(u32, u16, u16)> = Vec::with_capacity(all.len());
    for group in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        if group.len() <= MOST_REPEATED {
            kept.extend_from_slice(group);
        } else if let Some(doc) = group.first().and_then(|g| docs.get_mut(usize::from(g.1))) {
            let must = |p: u16| !all_optional[doc.words.start + usize::from(p)];
            doc.seeds -= group.iter().filter(|g| must(g.2)).count() as u32;
        }
    }
    index.places = kept.iter().map(|&(_, doc, p)| (doc, p)).collect();
    index.whole = whole.into_iter().collect();
    let groups = kept.chunk_by(|a, b| a.0 == b.0).map(|group| (group[0].0, group.len() as u16)).collect();
    (index, groups)
}

/// Some texts of the list hold two things that people deliver apart, and each is recognised alone too: the LGPL 3 comes
/// with the GPL 3 that it adds to, and the licence of Unicode's data with a notice before it.
fn add_parts(index: &mut Index) {
    add_part(
        index,
        "LGPL-3.0-only",
        &["gnu", "general", "public", "license", "version", "3", "29", "june", "2007"],
        true,
    );
    for id in ["Unicode-DFS-2015", "Unicode-DFS-2016"] {
        add_part(index, id, &["permission", "is", "hereby", "granted", "free", "of", "charge"], false);
    }
}

/// Adds what stands before or behind the place in a licence where these words begin.
fn add_part(index: &mut Index, listed: &str, at: &[&str], before: bool) {
    let Some(whole) = index.docs.iter().find(|d| d.kind == Kind::License && &*d.listed == listed) else { return };
    let at: Vec<u16> = at.iter().map(|w| index.vocabulary.get(w.as_bytes())).collect();
    let words = index.words.get(whole.words.clone()).unwrap_or_default();
    let Some(place) = words.windows(at.len()).position(|run| run == at).filter(|n| *n > 0) else { return };
    let part = if before { 0..place } else { place..words.len() };
    let words = whole.words.start + part.start..whole.words.start + part.end;
    let wild = whole.wild.start + part.start..whole.wild.start + part.end + 1;
    let required = index.optional[words.clone()].iter().filter(|o| !**o).count() as u32;
    let part = Doc {
        id: whole.id.clone(),
        listed: whole.listed.clone(),
        name: whole.name.clone(),
        kind: whole.kind,
        words,
        wild,
        required,
        seeds: 0,
        rank: whole.rank + 1,
    };
    index.docs.push(part);
}
