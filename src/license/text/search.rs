//! Finds the licences that stand in a text word by word: seeds lead to candidates, candidates are aligned, and where
//! several claim the same words the one that explains them best gets them.

use super::align::{Alignment, Room, align};
use super::index::{Index, SEED, hash};
use super::token::Words;
use std::ops::Range;

/// A candidate needs this share of its seeds; with every tenth word changed about half of them survive.
const LEAST_SEEDS: f32 = 0.22;
/// How many earlier hits a hit is chained to; more only helps texts that repeat themselves.
const LOOK_BACK: usize = 12;
/// What the seeds of a candidate may have missed: its true share of common words is at most so much larger.
const SLACK: f32 = 0.2;
/// At most so many candidates of one place are aligned.
const MOST_TRIED: usize = 24;

/// A licence that may stand at a place of the text.
struct Candidate {
    doc: usize,
    /// Where the whole licence would stand.
    words: Range<usize>,
    /// Share of its seeds.
    share: f32,
    anchors: Range<usize>,
}

/// All places where a text of the index stands, good or bad: the best for each place first comes by place. Matches of
/// `likeness` below `least` are left out.
pub fn search(index: &Index, text: &Words, least: f32) -> Vec<Alignment> {
    let (candidates, anchors) = candidates(index, text);
    let mut room = Room::default();
    let mut found: Vec<Alignment> = Vec::new();
    let mut rest = &candidates[..];
    while let Some(first) = rest.first() {
        // Candidates that overlap are decided together.
        let mut end = first.words.end;
        let count = rest
            .iter()
            .position(|c| {
                if c.words.start >= end {
                    return true;
                }
                end = end.max(c.words.end);
                false
            })
            .unwrap_or(rest.len());
        let (group, after) = rest.split_at(count);
        rest = after;
        settle(index, text, group, &anchors, least, &mut room, &mut found);
    }
    found.sort_by_key(|a| (a.words.start, a.words.end));
    found
}

/// Aligns the candidates of one stretch of text and keeps those that win their words.
fn settle(
    index: &Index,
    text: &Words,
    group: &[Candidate],
    anchors: &[(u32, u32)],
    least: f32,
    room: &mut Room,
    found: &mut Vec<Alignment>,
) {
    let mut order: Vec<&Candidate> = group.iter().collect();
    let weight = |c: &Candidate| c.share * index.docs[c.doc].words.len() as f32;
    order.sort_by(|a, b| {
        weight(b)
            .total_cmp(&weight(a))
            .then_with(|| index.docs[a.doc].rank.cmp(&index.docs[b.doc].rank))
            .then(a.words.start.cmp(&b.words.start))
    });
    let mut aligned: Vec<Alignment> = Vec::new();
    for candidate in order {
        let required = index.docs[candidate.doc].required as f32;
        let share = (candidate.share + SLACK + 1.0 / (index.docs[candidate.doc].seeds as f32).sqrt()).min(1.0);
        let all = index.docs[candidate.doc].words.len() as f32;
        let bound = all * share - 2.0 * required * (1.0 - share);
        let mut rivals = 0;
        let beaten = aligned.iter().any(|a| {
            let overlap = overlap(&a.words, &candidate.words);
            if overlap * 2 > candidate.words.len().min(a.words.len()) {
                rivals += 1;
            }
            overlap * 10 > candidate.words.len() * 8
                && (a.is_exact() && a.score() as f32 >= bound || a.score() as f32 > bound)
        });
        if beaten || rivals >= MOST_TRIED {
            continue;
        }
        let a = align(index, candidate.doc, text, anchors.get(candidate.anchors.clone()).unwrap_or_default(), room);
        if a.likeness() >= least {
            aligned.push(a);
        }
    }
    aligned.sort_by(|a, b| {
        // Of equals the one that says more of its own words, then the better known one.
        b.score()
            .cmp(&a.score())
            .then(b.required.cmp(&a.required))
            .then_with(|| index.docs[a.doc].rank.cmp(&index.docs[b.doc].rank))
            .then(a.words.start.cmp(&b.words.start))
    });
    let from = found.len();
    for a in aligned {
        let taken = found[from..].iter().any(|b| {
            let common = overlap(&a.words, &b.words);
            common * 5 > a.words.len().min(b.words.len())
        });
        if !taken {
            found.push(a);
        }
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

/// Chains the seeds that the text has of each licence. By place.
fn candidates(index: &Index, text: &Words) -> (Vec<Candidate>, Vec<(u32, u32)>) {
    let words = text.ids.as_slice();
    // Hits by text of the index: counted first, then laid out, so that nothing is sorted.
    let mut hits: Vec<(u16, u16, u32)> = Vec::new();
    for (t, run) in words.windows(SEED).enumerate() {
        for &(doc, p) in index.places(hash(run)) {
            hits.push((doc, p, t as u32));
        }
    }
    let mut starts = vec![0u32; index.docs.len() + 1];
    for hit in &hits {
        starts[usize::from(hit.0) + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut by_doc = vec![(0u32, 0u32); hits.len()];
    let mut next = starts.clone();
    for &(doc, p, t) in &hits {
        let slot = &mut next[usize::from(doc)];
        by_doc[*slot as usize] = (t, u32::from(p));
        *slot += 1;
    }
    drop(hits);
    let mut out = Vec::new();
    let mut anchors = Vec::new();
    let mut chain = Chain::default();
    for (doc, entry) in index.docs.iter().enumerate() {
        let hits = &by_doc[starts[doc] as usize..starts[doc + 1] as usize];
        if (hits.len() as f32) < (entry.seeds as f32 * LEAST_SEEDS).max(1.0) {
            continue;
        }
        chain.run(hits, |links| {
            let share = links.len() as f32 / entry.seeds as f32;
            let (Some(&(t0, p0)), Some(&(t1, p1))) = (links.first(), links.last()) else { return };
            if share < LEAST_SEEDS {
                return;
            }
            let start = t0.saturating_sub(p0) as usize;
            let end = (t1 as usize + entry.words.len().saturating_sub(p1 as usize)).min(words.len());
            let from = anchors.len();
            anchors.extend_from_slice(links);
            out.push(Candidate { doc, words: start..end, share: share.min(1.0), anchors: from..anchors.len() });
        });
    }
    out.sort_by_key(|c| (c.words.start, c.words.end, c.doc));
    (out, anchors)
}

/// Finds rising runs among the hits of one licence.
#[derive(Default)]
struct Chain {
    best: Vec<(u32, u32)>,
    order: Vec<u32>,
    used: Vec<bool>,
    links: Vec<(u32, u32)>,
}

impl Chain {
    fn run(&mut self, hits: &[(u32, u32)], mut give: impl FnMut(&[(u32, u32)])) {
        self.best.clear();
        for (h, &(t, p)) in hits.iter().enumerate() {
            let (mut length, mut from) = (1, u32::MAX);
            for g in (h.saturating_sub(LOOK_BACK)..h).rev() {
                let (gt, gp) = hits[g];
                if gt < t && gp < p {
                    let (dt, dp) = (t - gt, p - gp);
                    if dt.abs_diff(dp) <= 60 + dt.min(dp) / 3 && self.best[g].0 + 1 > length {
                        (length, from) = (self.best[g].0 + 1, g as u32);
                    }
                }
            }
            self.best.push((length, from));
        }
        self.order.clear();
        self.order.extend(0..hits.len() as u32);
        self.order.sort_by_key(|&h| (std::cmp::Reverse(self.best[h as usize].0), h));
        self.used.clear();
        self.used.resize(hits.len(), false);
        let mut spans: Vec<Range<u32>> = Vec::new();
        for &last in &self.order {
            self.links.clear();
            let mut h = last;
            while h != u32::MAX && !self.used[h as usize] {
                self.used[h as usize] = true;
                self.links.push(hits[h as usize]);
                h = self.best[h as usize].1;
            }
            self.links.reverse();
            if let (Some(first), Some(last)) = (self.links.first(), self.links.last()) {
                let span = first.0..last.0 + SEED as u32;
                if !spans.iter().rev().take(8).any(|s| s.start < span.end && span.start < s.end) {
                    give(&self.links);
                    spans.push(span);
                }
            }
        }
    }
}
