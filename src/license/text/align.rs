//! Lays one licence beside the words of a text: runs of equal words from anchor to anchor, and between them a small
//! table of least cost, in which optional words may be missing and variables take what they find.

use super::index::{Index, index};
use super::token::{UNKNOWN, Words};
use std::ops::Range;
use std::sync::OnceLock;

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
    /// Foreign words that turn the sense around, less missing ones: a `not` may stand elsewhere, but must be there.
    pub turned: i32,
    /// How many of the missing words are among the foreign ones: they only stand in another order. Counted for texts that
    /// differ in a few words.
    pub moved: u32,
    /// The same of `sell` alone.
    pub sold: i32,
    /// The longest run of missing words.
    pub longest_missing: u32,
    /// The longest run of foreign words.
    pub longest_extra: u32,
}

/// A variable with room for more words holds a name or a statement.
const CHOICE: u16 = 8;

/// A variable with room for more words holds whole sentences.
const NAME: u16 = 60;

/// Whether a word lays a duty on somebody.
fn obliges(word: u16) -> bool {
    static OBLIGING: OnceLock<[u16; 2]> = OnceLock::new();
    word != UNKNOWN && OBLIGING.get_or_init(|| ["must", "shall"].map(|w| index().number(w))).contains(&word)
}

/// Whether a word is `sell`.
fn sells(word: u16) -> bool {
    static SELL: OnceLock<u16> = OnceLock::new();
    word != UNKNOWN && word == *SELL.get_or_init(|| index().number("sell"))
}

/// Whether a word is one that turns the sense of a sentence around.
fn turns(word: u16) -> bool {
    static TURNING: OnceLock<Vec<u16>> = OnceLock::new();
    // `sell` is a right of its own: licences that differ in nothing else are told apart by it.
    let words = [
        "not",
        "no",
        "never",
        "only",
        "noncommercial",
        "commercial",
        "except",
        "unless",
        "prohibited",
        "forbidden",
        "sell",
    ];
    TURNING.get_or_init(|| words.iter().map(|w| index().number(w)).filter(|w| *w != UNKNOWN).collect()).contains(&word)
}

/// How much a missing or foreign word weighs against one that fits.
const PENALTY: i32 = 2;
/// How much a right to sell weighs that only one side gives: more than some words in another order.
const SOLD: i32 = 12;
/// What a word that fits gains in a table. A word that a variable takes costs one, so that no variable reaches for a word
/// far away.
const FIT: i32 = 4;
/// A table between two anchors has at most so many cells; a larger gap is not looked into.
const MAX_CELLS: usize = 1 << 16;
/// Before the first and after the last anchor at most so many words of the licence are looked for.
const MAX_END: usize = 96;
/// A variable at an end reaches so far: copyright statements, which are most of what stands there, count for nothing
/// anyway.
const MAX_REACH: usize = 40;

impl Alignment {
    /// What fits minus what does not; of two readings of a place the one with the higher score is right.
    pub fn score(&self) -> i32 {
        self.fit() - SOLD * self.sold.abs()
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
    cost: Vec<i32>,
    step: Vec<u8>,
    ops: Vec<u8>,
}

const MATCH: u8 = 0;
const MISS: u8 = 1;
const SKIP: u8 = 2;
const EXTRA: u8 = 3;
const WILD: u8 = 4;
const PASS: u8 = 5;

/// Aligns a text of the index with `text`, along `anchors` (places in the text and in the licence, both rising). `None`
/// where it turns out that the score cannot reach `beat`.
pub fn align(
    index: &Index,
    doc: usize,
    text: &Words,
    anchors: &[(u32, u32)],
    beat: i32,
    room: &mut Room,
) -> Option<Alignment> {
    let entry = index.docs.get(doc)?;
    let template = Template {
        words: index.words.get(entry.words.clone())?,
        optional: index.optional.get(entry.words.clone())?,
        wild: index.wild.get(entry.wild.clone())?,
    };
    let words = text.ids.as_slice();
    let out = Alignment { doc, ..Alignment::default() };
    let mut tally =
        Tally { out, missing_run: 0, extra_run: 0, wild_run: 0, lost: [UNKNOWN; FEW], foreign: [UNKNOWN; FEW] };
    let &(t, p) = anchors.first()?;
    let (mut t, mut p) = (t as usize, p as usize);
    while t > 0 && p > 0 && words[t - 1] == template.words[p - 1] {
        t -= 1;
        p -= 1;
    }
    let (first_t, first_p) = (t, p);
    let mut anchors = anchors.iter().map(|&(t, p)| (t as usize, p as usize));
    loop {
        while t < words.len() && p < template.words.len() && words[t] == template.words[p] {
            tally.hit(&template, p);
            t += 1;
            p += 1;
        }
        // At best all that is left fits, before and behind.
        if tally.out.fit() + ((first_p + template.words.len() - p) as i32) < beat {
            return None;
        }
        let Some((mut next_t, mut next_p)) = anchors.find(|&(at, ap)| at >= t && ap >= p) else { break };
        while next_t > t && next_p > p && words[next_t - 1] == template.words[next_p - 1] {
            next_t -= 1;
            next_p -= 1;
        }
        table(&template, p..next_p, text, t..next_t, Free::None, room, &mut tally);
        (t, p) = (next_t, next_p);
    }
    let end = (p + MAX_END).min(template.words.len());
    (end..template.words.len()).for_each(|i| tally.miss(&template, i));
    let reach = end - p + 24 + most_wild(&template.wild[p..=end]).min(MAX_REACH);
    let to = (t + reach).min(words.len());
    tally.out.words.end = if end > p { table(&template, p..end, text, t..to, Free::End, room, &mut tally) } else { t };
    if tally.out.fit() + (first_p as i32) < beat {
        return None;
    }
    // The words before the first anchor.
    tally.rest();
    let begin = first_p.saturating_sub(MAX_END);
    (0..begin).for_each(|i| tally.miss(&template, i));
    let reach = first_p - begin + 24 + most_wild(&template.wild[begin..=first_p]).min(MAX_REACH);
    let from = first_t.saturating_sub(reach);
    tally.out.words.start = if first_p > begin {
        table(&template, begin..first_p, text, from..first_t, Free::Start, room, &mut tally)
    } else {
        first_t
    };
    if (1..=FEW as u32).contains(&tally.out.missing) && (1..=FEW as u32).contains(&tally.out.extra) {
        let mut foreign = tally.foreign;
        for lost in tally.lost.iter().filter(|w| **w != UNKNOWN) {
            if let Some(same) = foreign.iter_mut().find(|w| *w == lost) {
                *same = UNKNOWN;
                tally.out.moved += 1;
            }
        }
    }
    Some(tally.out)
}

struct Template<'a> {
    words: &'a [u16],
    optional: &'a [bool],
    wild: &'a [u16],
}

fn most_wild(slots: &[u16]) -> usize {
    usize::from(slots.iter().copied().max().unwrap_or(0))
}

struct Tally {
    out: Alignment,
    missing_run: u32,
    extra_run: u32,
    wild_run: u32,
    /// The first missing and foreign words.
    lost: [u16; FEW],
    foreign: [u16; FEW],
}

/// Texts that differ in no more words may have them in another order.
const FEW: usize = 8;

impl Tally {
    /// Ends all runs: what comes next stands elsewhere.
    fn rest(&mut self) {
        (self.missing_run, self.extra_run, self.wild_run) = (0, 0, 0);
    }

    fn hit(&mut self, template: &Template, p: usize) {
        self.out.matched += 1;
        self.out.required += u32::from(!template.optional[p]);
        self.rest();
    }

    fn miss(&mut self, template: &Template, p: usize) {
        if !template.optional[p] {
            if let Some(lost) = self.lost.get_mut(self.out.missing as usize) {
                *lost = template.words[p];
            }
            self.out.missing += 1;
            self.turn(template.words[p], -1);
            self.missing_run += 1;
            self.out.longest_missing = self.out.longest_missing.max(self.missing_run);
        }
    }

    /// Notes a word that turns the sense around, foreign (1) or missing (-1).
    fn turn(&mut self, word: u16, by: i32) {
        if turns(word) {
            self.out.turned += by;
            self.out.sold += by * i32::from(sells(word));
        }
    }

    fn extra(&mut self, word: u16) {
        if let Some(foreign) = self.foreign.get_mut(self.out.extra as usize) {
            *foreign = word;
        }
        self.out.extra += 1;
        self.extra_run += 1;
        self.out.longest_extra = self.out.longest_extra.max(self.extra_run);
    }

    fn wild(&mut self, most: u16, word: u16) {
        self.wild_run += 1;
        if self.wild_run > u32::from(most) {
            self.extra(word);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Free {
    None,
    /// Words of the text before the first that fits are not the licence's.
    Start,
    /// Words of the text after the last that fits are not the licence's.
    End,
}

/// Aligns the words `ps` of the licence with the words `ts` of the text at least cost. Returns the place in the text where
/// the aligned part begins (`Free::Start`) or ends.
fn table(
    tpl: &Template,
    ps: Range<usize>,
    text: &Words,
    ts: Range<usize>,
    free: Free,
    room: &mut Room,
    tally: &mut Tally,
) -> usize {
    let words = text.ids.as_slice();
    let (m, n) = (ps.len(), ts.len());
    if m == 0 && (n == 0 || free != Free::None) {
        return ts.start;
    }
    if (m + 1) * (n + 1) > MAX_CELLS {
        ps.clone().for_each(|p| tally.miss(tpl, p));
        if free == Free::None {
            let most = tpl.wild[ps.start..=ps.end].iter().copied().max().unwrap_or(0);
            ts.clone()
                .filter(|&t| !text.free[t])
                .for_each(|t| if most > 0 { tally.wild(most, words[t]) } else { tally.extra(words[t]) });
        }
        return if free == Free::Start { ts.end } else { ts.start };
    }
    let width = n + 1;
    room.cost.clear();
    room.cost.resize((m + 1) * width, 0);
    room.step.clear();
    room.step.resize((m + 1) * width, MATCH);
    let theirs = &words[ts.clone()];
    let passing = &text.free[ts.clone()];
    for i in 0..=m {
        let wild = tpl.wild[ps.start + i] > 0;
        let (above, here) = room.cost.split_at_mut(i * width);
        let above = above.get((i.max(1) - 1) * width..).unwrap_or_default();
        let (here, steps) = (&mut here[..width], &mut room.step[i * width..(i + 1) * width]);
        let (own, optional) = match i.checked_sub(1) {
            Some(i) => (tpl.words[ps.start + i], tpl.optional[ps.start + i]),
            None => (0, true),
        };
        let (down, down_step) = if optional { (0, SKIP) } else { (PENALTY * FIT, MISS) };
        let (across, across_step) = if wild { (1, WILD) } else { (PENALTY * FIT, EXTRA) };
        let mut left;
        if i == 0 {
            (left, here[0]) = (0, 0);
        } else {
            left = above[0] + down;
            (here[0], steps[0]) = (left, down_step);
        }
        for j in 1..=n {
            let (cost, step) = if passing[j - 1] { (1, PASS) } else { (across, across_step) };
            let (mut best, mut step) = (left + cost, step);
            if i == 0 {
                if free == Free::Start {
                    (best, step) = (0, MATCH);
                }
            } else {
                if above[j] + down <= best {
                    (best, step) = (above[j] + down, down_step);
                }
                if own == theirs[j - 1] && above[j - 1] - FIT <= best {
                    (best, step) = (above[j - 1] - FIT, MATCH);
                }
            }
            (here[j], steps[j], left) = (best, step, best);
        }
    }
    let mut j = n;
    if free == Free::End {
        // The shortest of the best ends.
        j = (0..=n).min_by_key(|&j| room.cost[m * width + j]).unwrap_or(n);
    }
    let end = j;
    let mut i = m;
    room.ops.clear();
    while i > 0 || (j > 0 && free != Free::Start) {
        let step = room.step[i * width + j];
        room.ops.push(step);
        match step {
            MATCH => {
                i -= 1;
                j -= 1;
            }
            MISS | SKIP => i -= 1,
            _ => j -= 1,
        }
    }
    let start = j;
    let (mut p, mut t, ops) = (ps.start, ts.start + start, std::mem::take(&mut room.ops));
    for &op in ops.iter().rev() {
        match op {
            MATCH => {
                tally.hit(tpl, p);
                p += 1;
            }
            MISS | SKIP => {
                tally.miss(tpl, p);
                p += 1;
            }
            WILD => {
                // A choice of words, unlike a name, leaves no room for a `not`.
                // A name holds no duties: there a clause stands that the licence does not have.
                let wild = tpl.wild[p];
                let foreign = wild <= CHOICE && turns(words[t]) || wild <= NAME && obliges(words[t]);
                tally.out.turned += i32::from(foreign);
                tally.wild(tpl.wild[p], words[t]);
            }
            PASS => {}
            _ => {
                tally.turn(words[t], 1);
                tally.extra(words[t]);
            }
        }
        t += usize::from(!matches!(op, MISS | SKIP));
    }
    room.ops = ops;
    if free == Free::Start { ts.start + start } else { ts.start + end }
}
