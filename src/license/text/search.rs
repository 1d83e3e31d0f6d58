//! Finds the licences that stand in a text word by word: seeds lead to candidates, candidates are aligned, and where
//! several claim the same words the one that explains them best gets them.

use super::align::{Alignment, Room, align};
use super::conclude::accept;
use super::index::Index;
use super::seeds::{SEED, hash};
use super::token::Words;
use std::cell::Cell;
use std::ops::Range;

/// A candidate needs this share of its seeds; with every tenth word changed about half of them survive.
const LEAST_SEEDS: f32 = 0.22;
/// How many earlier hits a hit is chained to; more only helps texts that repeat themselves.
const LOOK_BACK: usize = 12;
/// What the seeds of a candidate may have missed: its true share of common words is at most so much larger.
const SLACK: f32 = 0.2;
/// So many words missing or foreign in one place may be where one text ends and another begins.
const HOLE: u32 = 6;
/// So many foreign words stand before the next text at least, more or less.
const GAP: u32 = 8;
/// How much worse than its parts a licence may explain its words and still have them.
const SLIP: i32 = 12;
/// At most so many candidates of one place are aligned.
const MOST_TRIED: usize = 16;

thread_local! {
    /// Kept from text to text: new memory for each costs more than most texts.
    static ROOM: Cell<(Room, Hits)> = Cell::default();
}

/// Where the seeds of a text lead.
#[derive(Default)]
struct Hits {
    /// Text of the index, its word, and the word here.
    hits: Vec<(u16, u16, u32)>,
    /// The words here and there, by text of the index.
    by_doc: Vec<(u32, u32)>,
    /// Of each text of the index how many hits there are, or where they end; nothing but zeroes between searches.
    counts: Vec<u32>,
}

/// A licence that may stand at a place of the text.
#[derive(Clone)]
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
    let (mut room, mut hits) = ROOM.take();
    let (candidates, anchors) = candidates(index, text, &mut hits);
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
    ROOM.set((room, hits));
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
    // What looks best goes first: it leaves the others less to win.
    let weight = |c: &Candidate| {
        let doc = &index.docs[c.doc];
        c.share * doc.words.len() as f32 - 2.0 * (1.0 - c.share) * doc.required as f32
    };
    let mut order: Vec<(f32, usize)> = group.iter().map(weight).zip(0..).collect();
    order.sort_unstable_by(|(a_weight, a), (b_weight, b)| {
        let rank = |n: usize| index.docs[group[n].doc].rank;
        b_weight.total_cmp(a_weight).then_with(|| rank(*a).cmp(&rank(*b))).then(a.cmp(b))
    });
    let first = group.iter().map(|c| c.words.start).min().unwrap_or(0);
    let last = group.iter().map(|c| c.words.end).max().unwrap_or(0);
    let mut aligned: Vec<Alignment> = Vec::new();
    let mut places = Places::new(first..last);
    for candidate in order.into_iter().map(|(_, n)| &group[n]) {
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
            // What is not accepted beats nothing: the words may be those of several texts in a row.
            if a.accepted && (common * 10 > candidate.words.len() * 8 || common * 10 > a.words.len() * 8) {
                // Nor does what has slips where the candidate may have none.
                if a.is_exact()
                    || !whole && a.longest_extra.max(a.longest_missing) < HOLE
                    || common * 10 > a.words.len() * 8
                {
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
        if let Some(mut a) =
            align(index, candidate.doc, text, links, beat, least, room).filter(|a| a.likeness() >= least)
        {
            a.accepted = accept(index, &a);
            places.add(&a.words, aligned.len());
            aligned.push(a);
        }
    }
    let mut ranked: Vec<&Alignment> = aligned.iter().collect();
    ranked.sort_by(|a, b| {
        // Of equals the one that says more of its own words, then the better known one.
        b.score()
            .cmp(&a.score())
            .then(b.required.cmp(&a.required))
            .then_with(|| index.docs[a.doc].rank.cmp(&index.docs[b.doc].rank))
            .then(a.words.start.cmp(&b.words.start))
    });
    let from = found.len();
    let mut won = Places::new(first..last);
    for a in ranked {
        let taken = won.over(&a.words).map(|n| &found[from + n]).any(|b| {
            let common = overlap(&a.words, &b.words);
            common * 5 > a.words.len().min(b.words.len())
        });
        if !taken && !split(a, &aligned, &places) {
            won.add(&a.words, found.len() - from);
            found.push(a.clone());
        }
    }
}

/// Whether the words of an alignment are better explained by others within them. Some licences are made of texts that are
/// licences too, and reach over several of them that stand in a row.
fn split(a: &Alignment, aligned: &[Alignment], places: &Places) -> bool {
    if a.is_exact() {
        return false;
    }
    let mut within: Vec<&Alignment> = places
        .over(&a.words)
        .map(|n| &aligned[n])
        .filter(|b| b.accepted && overlap(&a.words, &b.words) * 5 > b.words.len() * 4)
        .collect();
    within.sort_by_key(|b| std::cmp::Reverse(b.score()));
    let mut parts: Vec<&Alignment> = Vec::new();
    for b in within {
        if !parts.iter().any(|p| overlap(&p.words, &b.words) * 5 > p.words.len().min(b.words.len())) {
            parts.push(b);
        }
    }
    let (all, whole) = (parts.iter().map(|p| p.score()).sum::<i32>(), a.score());
    let exact = !parts.is_empty() && parts.iter().all(|p| p.is_exact());
    if a.accepted {
        // A text with a slip is not worse for it than its parts without.
        parts.len() > 1 && exact && all > whole + SLIP
    } else if parts.len() > 1 {
        all * 5 >= whole * 4
    } else {
        // What stands in a text as one part of it is not the whole of it.
        !parts.is_empty() && (all * 10 >= whole * 9 || exact && all * 3 >= whole * 2)
    }
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
fn candidates(index: &Index, text: &Words, room: &mut Hits) -> (Vec<Candidate>, Vec<(u32, u32)>) {
    let words = text.ids.as_slice();
    // Hits by text of the index: counted first, then laid out, so that nothing is sorted.
    room.hits.clear();
    room.counts.resize(index.docs.len(), 0);
    let mut docs: Vec<u16> = Vec::new();
    for (t, run) in words.windows(SEED).enumerate() {
        for &(doc, p) in index.places(hash(run)) {
            let count = &mut room.counts[usize::from(doc)];
            if *count == 0 {
                docs.push(doc);
            }
            *count += 1;
            room.hits.push((doc, p, t as u32));
        }
    }
    docs.sort_unstable();
    // Of each text where its hits begin, for a start; filled up to where they end.
    let mut total = 0;
    for doc in &docs {
        let count = &mut room.counts[usize::from(*doc)];
        (*count, total) = (total, total + *count);
    }
    room.by_doc.clear();
    room.by_doc.resize(room.hits.len(), (0, 0));
    for &(doc, p, t) in &room.hits {
        let slot = &mut room.counts[usize::from(doc)];
        room.by_doc[*slot as usize] = (t, u32::from(p));
        *slot += 1;
    }
    let mut out = Vec::new();
    let mut anchors = Vec::new();
    let mut chain = Chain::default();
    let mut start = 0;
    for doc in docs {
        let doc = usize::from(doc);
        let entry = &index.docs[doc];
        let end = std::mem::take(&mut room.counts[doc]) as usize;
        let hits = &room.by_doc[start..end];
        start = end;
        let least = (entry.seeds as f32 * LEAST_SEEDS).max(1.0);
        if (hits.len() as f32) < least {
            continue;
        }
        let may_lack = |p: u32| index.optional[entry.words.start + p as usize];
        chain.run(hits, least as u32, |mut links| {
            // Optional words far behind all others are those of another text.
            while let [.., (t0, p0), (t1, p1)] = links
                && may_lack(*p1)
                && t1 - t0 > p1 - p0 + GAP
            {
                links = &links[..links.len() - 1];
            }
            while let [(t0, p0), (t1, p1), ..] = links
                && may_lack(*p0)
                && t1 - t0 > p1 - p0 + GAP
            {
                links = &links[1..];
            }
            let own = links.iter().filter(|(_, p)| !may_lack(*p)).count();
            let share = own as f32 / entry.seeds as f32;
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
    // They come by text of the index; small keys are sorted faster than what they stand for.
    let mut order: Vec<(u64, u32)> =
        out.iter().map(|c| (c.words.start as u64) << 32 | c.words.end as u64).zip(0..).collect();
    order.sort_unstable();
    (order.into_iter().map(|(_, n)| out[n as usize].clone()).collect(), anchors)
}

/// Whether a hit continues another: behind it on both sides, and not much farther on one than on the other.
fn follows((gt, gp): (u32, u32), (t, p): (u32, u32)) -> bool {
    gt < t && gp < p && {
        let (dt, dp) = (t - gt, p - gp);
        dt.abs_diff(dp) <= 60 + dt.min(dp) / 3
    }
}

/// Finds rising runs among the hits of one licence.
#[derive(Default)]
struct Chain {
    /// Of each hit the length of the longest run that ends there, and the hit before it.
    best: Vec<(u32, u32)>,
    /// Whether the longest run of a later hit goes through it.
    inner: Vec<bool>,
    /// The ends of runs, the longest first: lengths, inverted, above the places of hits.
    ends: Vec<u64>,
    used: Vec<bool>,
    links: Vec<(u32, u32)>,
}

/// No hit.
const NONE: u32 = u32::MAX;

impl Chain {
    /// Gives each run of at least so many hits; shorter ones lead to nothing.
    fn run(&mut self, hits: &[(u32, u32)], least: u32, mut give: impl FnMut(&[(u32, u32)])) {
        // Mostly the licence stands there once, and all its hits are one run.
        if hits.windows(2).all(|pair| follows(pair[0], pair[1])) {
            give(hits);
            return;
        }
        self.best.clear();
        self.inner.clear();
        self.inner.resize(hits.len(), false);
        let mut longest = 0;
        for (h, &hit) in hits.iter().enumerate() {
            let (mut length, mut from) = (1, NONE);
            for g in (h.saturating_sub(LOOK_BACK)..h).rev() {
                if self.best[g].0 + 1 > length && follows(hits[g], hit) {
                    (length, from) = (self.best[g].0 + 1, g as u32);
                    if length > longest {
                        break;
                    }
                }
            }
            longest = longest.max(length);
            self.best.push((length, from));
            if let Some(inner) = self.inner.get_mut(from as usize) {
                *inner = true;
            }
        }
        // A run that goes on is a part of a longer one.
        self.ends.clear();
        let ends = (0..hits.len()).filter(|h| !self.inner[*h] && self.best[*h].0 >= least);
        self.ends.extend(ends.map(|h| u64::from(!self.best[h].0) << 32 | h as u64));
        self.ends.sort_unstable();
        self.used.clear();
        self.used.resize(hits.len(), false);
        let mut spans: Vec<Range<u32>> = Vec::new();
        for &end in &self.ends {
            self.links.clear();
            let mut h = end as u32;
            while h != NONE && !self.used[h as usize] {
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
