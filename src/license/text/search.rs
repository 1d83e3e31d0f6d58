//! Finds the licences that stand in a text word by word: seeds lead to candidates, candidates are aligned, and where
//! several claim the same words the one that explains them best gets them.

use super::align::{Alignment, Room, align};
use super::conclude::accept;
use super::index::{Index, SEED, hash};
use super::token::Words;
use std::cell::Cell;
use std::ops::Range;

/// A candidate needs this share of its seeds; with every tenth word changed about half of them survive.
const LEAST_SEEDS: f32 = 0.22;
/// How many earlier hits a hit is chained to; more only helps texts that repeat themselves.
const LOOK_BACK: usize = 12;
/// What the seeds of a candidate may have missed: its true share of common words is at most so much larger.
const SLACK: f32 = 0.2;
/// At most so many candidates of one place are aligned.
const MOST_TRIED: usize = 16;

thread_local! {
    /// Kept from text to text: new memory for each costs more than most texts.
    static ROOM: Cell<Room> = Cell::new(Room::default());
}

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
    let mut room = ROOM.take();
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
    ROOM.set(room);
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
    // What looks best goes first: it leaves the others less to win.
    let weight = |c: &Candidate| {
        let doc = &index.docs[c.doc];
        c.share * doc.words.len() as f32 - 2.0 * (1.0 - c.share) * doc.required as f32
    };
    order.sort_by(|a, b| {
        weight(b)
            .total_cmp(&weight(a))
            .then_with(|| index.docs[a.doc].rank.cmp(&index.docs[b.doc].rank))
            .then(a.words.start.cmp(&b.words.start))
    });
    let first = group.iter().map(|c| c.words.start).min().unwrap_or(0);
    let last = group.iter().map(|c| c.words.end).max().unwrap_or(0);
    let mut aligned: Vec<Alignment> = Vec::new();
    let mut places = Places::new(first..last);
    for candidate in order {
        let doc = &index.docs[candidate.doc];
        let links = anchors.get(candidate.anchors.clone()).unwrap_or_default();
        let share = (candidate.share + SLACK + 1.0 / (doc.seeds as f32).sqrt()).min(1.0);
        let bound = (doc.words.len() as f32 * share - 2.0 * doc.required as f32 * (1.0 - share)) as i32;
        // With all its seeds there, it may be exact too, and longer by a title.
        let whole = candidate.share > 0.95;
        let (mut rivals, mut beat) = (0, i32::MIN);
        let mut beaten = false;
        for a in places.over(&candidate.words).map(|n| &aligned[n]) {
            let common = overlap(&a.words, &candidate.words);
            if common * 2 > candidate.words.len().min(a.words.len()) {
                rivals += 1;
            }
            if common * 10 > candidate.words.len() * 8 || common * 10 > a.words.len() * 8 {
                // A licence that is not there, but has the words of several that are, decides nothing about each of them.
                if candidate.words.len() * 2 > a.words.len() || accept(index, a) {
                    beat = beat.max(a.score());
                }
                // An exact match is beaten only by a licence that has words beyond it.
                let beyond = |&(t, _): &(u32, u32)| (t as usize) < a.words.start || t as usize + SEED > a.words.end;
                beaten |= a.is_exact() && !whole && !links.iter().any(beyond);
            }
        }
        if beaten || bound < beat || rivals >= MOST_TRIED {
            continue;
        }
        if let Some(a) = align(index, candidate.doc, text, links, beat, room).filter(|a| a.likeness() >= least) {
            places.add(&a.words, aligned.len());
            aligned.push(a);
        }
    }
    let spoilt = made_of_others(index, &aligned);
    let mut order: Vec<usize> = (0..aligned.len()).collect();
    order.sort_by(|&x, &y| {
        let (a, b) = (&aligned[x], &aligned[y]);
        // What is no licence itself, but made of such as are, comes last. Of equals the one that says more of its own words, then the better known one.
        spoilt[x]
            .cmp(&spoilt[y])
            .then(b.score().cmp(&a.score()))
            .then(b.required.cmp(&a.required))
            .then_with(|| index.docs[a.doc].rank.cmp(&index.docs[b.doc].rank))
            .then(a.words.start.cmp(&b.words.start))
    });
    let mut places = Places::new(first..last);
    let from = found.len();
    for a in order.into_iter().map(|n| aligned[n].clone()) {
        let taken = places.over(&a.words).map(|n| &found[from + n]).any(|b| {
            let common = overlap(&a.words, &b.words);
            common * 5 > a.words.len().min(b.words.len())
        });
        if !taken {
            places.add(&a.words, found.len() - from);
            found.push(a);
        }
    }
}

/// Which of the alignments are no licence, while at least half of their words are those of shorter ones that are: three
/// BSD licences in a row are much like Sleepycat's, which has three.
fn made_of_others(index: &Index, aligned: &[Alignment]) -> Vec<bool> {
    let accepted: Vec<&Alignment> = aligned.iter().filter(|a| accept(index, a)).collect();
    let made = |a: &Alignment| {
        if accepted.len() < 2 || accept(index, a) {
            return false;
        }
        let inside =
            |b: &&&Alignment| b.words.len() * 2 < a.words.len() && overlap(&a.words, &b.words) * 10 > b.words.len() * 8;
        let mut spans: Vec<&Range<usize>> = accepted.iter().filter(inside).map(|b| &b.words).collect();
        spans.sort_by_key(|s| s.start);
        let (mut covered, mut end) = (0, 0);
        for span in spans {
            covered += span.end.saturating_sub(span.start.max(end));
            end = end.max(span.end);
        }
        covered * 2 > a.words.len()
    };
    aligned.iter().map(made).collect()
}

/// What stands where, so that a collection of a thousand notices is not compared pair by pair.
struct Places {
    start: usize,
    /// For each stretch of words the things that reach into it.
    cells: Vec<Vec<u32>>,
}

impl Places {
    const CELL: usize = 512;

    fn new(words: Range<usize>) -> Places {
        Places { start: words.start, cells: vec![Vec::new(); words.len() / Self::CELL + 1] }
    }

    fn cells(&self, words: &Range<usize>) -> Range<usize> {
        let cell = |word: usize| (word.saturating_sub(self.start) / Self::CELL).min(self.cells.len() - 1);
        cell(words.start)..cell(words.end) + 1
    }

    fn add(&mut self, words: &Range<usize>, thing: usize) {
        for cell in self.cells(words) {
            self.cells[cell].push(thing as u32);
        }
    }

    /// All things near these words, each once.
    fn over(&self, words: &Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let cells = self.cells(words);
        let first = cells.start;
        cells.flat_map(move |cell| {
            let before = (cell > first).then(|| &self.cells[cell - 1]);
            self.cells[cell].iter().filter(move |t| before.is_none_or(|b| !b.contains(t))).map(|t| *t as usize)
        })
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
