//! Lays one licence beside the words of a text: runs of equal words from anchor to anchor, and between them a small
//! table of least cost, in which optional words may be missing and variables take what they find.

use super::index::Index;
use super::table::{self, Free, Step, Table};
use super::tally::{Lost, Tally, Template};
use super::token::{UNKNOWN, Words};
use std::ops::Range;

/// What a licence and a place in a text have in common.
#[derive(Clone, Debug, Default)]
pub struct Alignment {
    /// Which text of the index.
    pub doc: usize,
    /// Words of the text, from the first to the last that is the licence's.
    pub words: Range<usize>,
    /// Words that both have.
    pub matched: u32,
    /// Of these, words that the licence may not lack.
    pub required: u32,
    /// Words that the licence may not lack, but which are not there.
    pub missing: u32,
    /// Words of the text that are not the licence's.
    pub extra: u32,
    /// Foreign words that turn the sense around or impose something, less the same words where they are missing: a `not`
    /// may stand elsewhere.
    pub turned: u32,
    /// Words that turn the sense around, impose something or give a right, which are missing and stand nowhere else.
    pub lost: Lost,
    /// How many of the missing words are among the foreign ones: they only stand in another order. Counted for texts that
    /// differ in a few words.
    pub moved: u32,
    /// Whether a paragraph or an item of a list stands between the licence's words that is not its own and imposes
    /// something.
    pub clause: bool,
    /// Whether [`super::conclude::accept`] takes it for the licence.
    pub accepted: bool,
    /// The longest run of missing words.
    pub longest_missing: u32,
    /// The longest run of foreign words.
    pub longest_extra: u32,
}

/// How much a missing or foreign word weighs against one that fits.
pub const PENALTY: i32 = 2;
/// How much a word weighs that turns the sense around or gives a right: more than some words in another order.
const TURNED: i32 = 8;
/// Before the first and after the last anchor at most so many words of the licence are looked for.
const MAX_END: usize = 96;
/// A variable at an end reaches so far: copyright statements, which are most of what stands there, count for nothing
/// anyway.
const MAX_REACH: usize = 40;

impl Alignment {
    /// What fits minus what does not; of two readings of a place the one with the higher score is right.
    pub fn score(&self) -> i32 {
        self.fit() - TURNED * (self.turned + self.lost.rights + self.lost.turning) as i32
    }

    /// The score as far as single words go, from which it can only fall.
    fn fit(&self) -> i32 {
        self.matched as i32 - PENALTY * (self.missing + self.extra) as i32
    }

    /// How much of licence and text is the same, from 0 to 1.
    pub fn likeness(&self) -> f32 {
        let all = self.matched + self.missing + self.extra;
        if all == 0 { 0.0 } else { self.matched as f32 / all as f32 }
    }

    /// The share of the licence's own words that were found.
    pub fn coverage(&self) -> f32 {
        let all = self.required + self.missing;
        if all == 0 { 1.0 } else { self.required as f32 / all as f32 }
    }

    /// Whether nothing is missing and nothing foreign.
    pub fn is_exact(&self) -> bool {
        self.missing == 0 && self.extra == 0
    }
}

/// Room that alignments share, so that none allocates.
#[derive(Default)]
pub struct Room {
    table: Table,
    /// Of each word how often it is there; nothing but zeroes between uses.
    bag: Vec<u16>,
}

/// What words in any order have in common.
struct InCommon {
    /// So many words fit at most.
    fit: usize,
    /// So many words are missing at least.
    missing: u32,
}

impl Room {
    /// Compares words of a licence with words of a text without regard to their order.
    fn in_common(&mut self, template: &Template, ps: Range<usize>, theirs: &[u16]) -> InCommon {
        let mut out = InCommon { fit: 0, missing: 0 };
        for &word in theirs.iter().filter(|w| **w != UNKNOWN) {
            if self.bag.len() <= usize::from(word) {
                self.bag.resize(usize::from(word) + 1, 0);
            }
            self.bag[usize::from(word)] += 1;
        }
        // Words that may not be missing first: a word that may be takes none away from them.
        for required in [true, false] {
            for p in ps.clone().filter(|p| template.optional[*p] != required) {
                match self.bag.get_mut(usize::from(template.words[p])) {
                    Some(left) if *left > 0 => {
                        *left -= 1;
                        out.fit += 1;
                    }
                    _ => out.missing += u32::from(required),
                }
            }
        }
        for &word in theirs {
            if let Some(left) = self.bag.get_mut(usize::from(word)) {
                *left = 0;
            }
        }
        out
    }
}

/// Aligns a text of the index with `text`, along `anchors` (places in the text and in the licence, both rising). `None`
/// where it turns out that the score cannot reach `beat` or the likeness `least`.
pub fn align(
    index: &Index,
    doc: usize,
    text: &Words,
    anchors: &[(u32, u32)],
    beat: i32,
    least: f32,
    room: &mut Room,
) -> Option<Alignment> {
    let entry = index.docs.get(doc)?;
    let template = Template {
        words: index.words.get(entry.words.clone())?,
        optional: index.optional.get(entry.words.clone())?,
        wild: index.wild.get(entry.wild.clone())?,
    };
    let words = text.ids.as_slice();
    let mut tally = Tally::new(doc);
    let &(t, p) = anchors.first()?;
    let (mut t, mut p) = (t as usize, p as usize);
    while t > 0 && p > 0 && words[t - 1] == template.words[p - 1] {
        t -= 1;
        p -= 1;
    }
    let (first_t, first_p) = (t, p);
    let begin = first_p.saturating_sub(MAX_END);
    let required = |words: Range<usize>| template.optional[words].iter().filter(|o| !**o).count() as u32;
    let before = required(0..begin);
    // At best all that is left fits ...
    let beaten = |so_far: &Alignment, left: usize| so_far.fit() + (left as i32) < beat;
    // ... but for the words that are surely missing.
    let hopeless = |so_far: &Alignment, fit: usize, missing: u32| {
        let (matched, missing) = (so_far.matched + fit as u32, so_far.missing + missing);
        Alignment { matched, missing, ..so_far.clone() }.likeness() < least
    };
    let mut anchors = anchors.iter().map(|&(t, p)| (t as usize, p as usize));
    loop {
        while t < words.len() && p < template.words.len() && words[t] == template.words[p] {
            tally.hit(&template, p, text, t);
            t += 1;
            p += 1;
        }
        let left = first_p + template.words.len() - p;
        if beaten(&tally.out, left) || hopeless(&tally.out, left - begin, before) {
            return None;
        }
        let Some((mut next_t, mut next_p)) = anchors.find(|&(at, ap)| at >= t && ap >= p) else { break };
        while next_t > t && next_p > p && words[next_t - 1] == template.words[next_p - 1] {
            next_t -= 1;
            next_p -= 1;
        }
        between(&template, p..next_p, text, t..next_t, Free::None, room, &mut tally);
        (t, p) = (next_t, next_p);
    }
    let end = (p + MAX_END).min(template.words.len());
    (end..template.words.len()).for_each(|i| tally.miss(&template, i));
    // Behind the last anchor and before the first one a table is large, and mostly the licence is another one: a look at
    // which words are there at all says so sooner.
    let to = (t + reach(&template, p..end)).min(words.len());
    let from = first_t.saturating_sub(reach(&template, begin..first_p));
    let ending = room.in_common(&template, p..end, &words[t..to]);
    let opening = room.in_common(&template, begin..first_p, &words[from..first_t]);
    if hopeless(&tally.out, opening.fit + ending.fit, before + opening.missing + ending.missing) {
        return None;
    }
    tally.out.words.end =
        if end > p { between(&template, p..end, text, t..to, Free::End, room, &mut tally) } else { t };
    if beaten(&tally.out, first_p) || hopeless(&tally.out, opening.fit, before + opening.missing) {
        return None;
    }
    // The words before the first anchor.
    tally.rest();
    (0..begin).for_each(|i| tally.miss(&template, i));
    tally.out.words.start = if first_p > begin {
        between(&template, begin..first_p, text, from..first_t, Free::Start, room, &mut tally)
    } else {
        first_t
    };
    Some(tally.done())
}

/// How many words of the text an end of the licence may reach over.
fn reach(template: &Template, words: Range<usize>) -> usize {
    let most_wild = template.wild[words.start..=words.end].iter().copied().max().unwrap_or(0);
    words.len() + 24 + usize::from(most_wild).min(MAX_REACH)
}

/// Aligns the words `ps` of the licence with the words `ts` of the text at least cost. Returns the place in the text where
/// the aligned part begins (`Free::Start`) or ends.
fn between(
    tpl: &Template,
    ps: Range<usize>,
    text: &Words,
    ts: Range<usize>,
    free: Free,
    room: &mut Room,
    tally: &mut Tally,
) -> usize {
    let (m, n) = (ps.len(), ts.len());
    if m == 0 && (n == 0 || free != Free::None) {
        return ts.start;
    }
    if !table::is_small(m, n) {
        ps.clone().for_each(|p| tally.miss(tpl, p));
        if free == Free::None {
            let most = tpl.wild[ps.start..=ps.end].iter().copied().max().unwrap_or(0);
            ts.clone()
                .filter(|&t| !text.free[t])
                .for_each(|t| if most > 0 { tally.wild(most, text, t) } else { tally.extra(text, t) });
        }
        return if free == Free::Start { ts.end } else { ts.start };
    }
    // One side alone needs no table.
    if n == 0 {
        ps.for_each(|p| tally.miss(tpl, p));
        return ts.start;
    }
    if m == 0 {
        let most = tpl.wild[ps.start];
        for t in ts.clone().filter(|&t| !text.free[t]) {
            if most > 0 { tally.wild(most, text, t) } else { tally.extra(text, t) }
        }
        return ts.end;
    }
    let covered = room.table.lay(tpl, ps.clone(), text, ts.clone(), free);
    let (mut p, mut t) = (ps.start, ts.start + covered.start);
    for &step in &room.table.steps {
        match step {
            Step::Fit => tally.hit(tpl, p, text, t),
            Step::Miss => tally.miss(tpl, p),
            Step::Pass => {}
            Step::Wild => tally.wild(tpl.wild[p], text, t),
            Step::Extra => tally.extra(text, t),
        }
        p += usize::from(matches!(step, Step::Fit | Step::Miss));
        t += usize::from(step != Step::Miss);
    }
    if free == Free::Start { ts.start + covered.start } else { ts.start + covered.end }
}
