//! The table of least cost in which some words of a licence are laid beside some words of a text.
//!
//! A row is cut into [`LANES`] pieces of equal length, and the first places of all pieces are kept side by side, then the
//! second ones, and so on: so the processor works out a place of each piece at once, and what comes along a row crosses
//! from piece to piece but once. (The layout is that of Farrar, Bioinformatics 23(2), 2007.)

use super::tally::Template;
use super::token::{UNKNOWN, Words};
use std::ops::Range;

/// What a word costs that only one side has, in units of which a fit gains [`FIT`].
const UNFIT: i16 = (super::align::PENALTY * FIT as i32) as i16;
/// What a word that fits gains. A word that a variable takes costs one, so that no variable reaches for a word far away.
const FIT: i16 = 4;
/// A table has at most so many cells; a larger gap is not looked into.
const MAX_CELLS: usize = 1 << 16;
/// Nor one of more words on both sides: so that costs fit into 16 bits, of which the processor adds and compares twice as
/// many at once.
const MAX_GAP: usize = 3500;
const _: () = assert!(MAX_GAP as i32 * (UNFIT as i32) < i16::MAX as i32 && UNFIT > 1);

/// How the end of a table is bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Free {
    /// All words of the text are to be explained.
    None,
    /// Words of the text before the first that fits are not the licence's.
    Start,
    /// Words of the text after the last that fits are not the licence's.
    End,
}

/// What becomes of a word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Both sides have it.
    Fit,
    /// The text lacks it.
    Miss,
    /// A word of the text that no licence has anything to do with.
    Pass,
    /// A variable takes it.
    Wild,
    /// A word of the text that is not the licence's.
    Extra,
}

/// Whether a table of so many words of a licence and of a text is looked into.
pub fn is_small(licence: usize, text: usize) -> bool {
    (licence + 1) * (text + 1) <= MAX_CELLS && licence + text <= MAX_GAP
}

/// How many places are worked out at once.
const LANES: usize = 8;
/// Places that lie side by side.
type Lanes = [i16; LANES];

/// Room that tables share, so that none allocates.
#[derive(Default)]
pub struct Table {
    /// The least cost to come to each place, row by row; before the first row and after each word of the licence one.
    cells: Vec<Lanes>,
    /// Places in a piece of a row.
    length: usize,
    /// Where in a row each place is.
    places: Vec<u32>,
    /// The word of the text before each place of a row.
    theirs: Vec<[u16; LANES]>,
    /// What it costs to come to each place of a row from its start, where no variable takes the words.
    way: Vec<Lanes>,
    /// The same where one does.
    wild_way: Vec<Lanes>,
    /// The way through the table.
    pub steps: Vec<Step>,
}

impl Table {
    /// Lays the words `ps` of the licence beside the words `ts` of the text. Afterwards `steps` is the way of least cost;
    /// returns the words of the text that it covers, counted from the first of `ts`.
    pub fn lay(
        &mut self,
        tpl: &Template,
        ps: Range<usize>,
        text: &Words,
        ts: Range<usize>,
        free: Free,
    ) -> Range<usize> {
        let (m, n) = (ps.len(), ts.len());
        let rows = Rows { tpl, start: ps.start };
        let theirs = &text.ids[ts.clone()];
        let passing = &text.free[ts.clone()];
        self.lay_out(theirs, passing);
        self.fill(&rows, m, free);
        let end = match free {
            // The shortest of the best ends.
            Free::End => (0..=n).min_by_key(|&j| self.cost(m, j)).unwrap_or(n),
            _ => n,
        };
        self.back(&rows, m, theirs, passing, end, free)..end
    }

    fn cost(&self, i: usize, j: usize) -> i16 {
        self.cells.as_flattened()[i * self.length * LANES + self.places[j] as usize]
    }

    /// Lays out what all rows have in common.
    fn lay_out(&mut self, theirs: &[u16], passing: &[bool]) {
        let length = theirs.len() / LANES + 1;
        if self.length != length {
            self.length = length;
            self.places.clear();
            for lane in 0..LANES {
                self.places.extend((0..length).map(|at| (at * LANES + lane) as u32));
            }
            self.wild_way.clear();
            let place = |at: usize| std::array::from_fn(|lane| (lane * length + at) as i16);
            self.wild_way.extend((0..length).map(place));
        }
        // Behind the last word come places that nothing is asked of.
        self.theirs.clear();
        self.theirs.resize(length, [UNKNOWN; LANES]);
        self.way.clear();
        self.way.resize(length, [0; LANES]);
        let (before, ways) = (self.theirs.as_flattened_mut(), self.way.as_flattened_mut());
        let mut way = 0;
        for ((place, word), passing) in self.places[1..].iter().zip(theirs).zip(passing) {
            way += if *passing { 1 } else { UNFIT };
            before[*place as usize] = *word;
            ways[*place as usize] = way;
        }
    }

    /// Works out all costs.
    fn fill(&mut self, rows: &Rows, m: usize, free: Free) {
        let length = self.length;
        // Every cell is written before it is read.
        if self.cells.len() < (m + 1) * length {
            self.cells.resize((m + 1) * length, [0; LANES]);
        }
        for i in 0..=m {
            let (above, here) = self.cells.split_at_mut(i * length);
            let here = &mut here[..length];
            let way = if rows.across(i) == 1 { &self.wild_way } else { &self.way };
            match i.checked_sub(1) {
                None if free == Free::Start => here.fill([0; LANES]),
                None => here.copy_from_slice(way),
                Some(p) => row(here, &above[p * length..], &self.theirs, way, rows.word(p), rows.down(p)),
            }
        }
    }

    /// The way back from the end: of equal costs a word that fits comes first, then one that the licence has alone.
    /// Returns where it comes to the start.
    fn back(&mut self, rows: &Rows, m: usize, theirs: &[u16], passing: &[bool], end: usize, free: Free) -> usize {
        let (mut i, mut j) = (m, end);
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        while i > 0 || (j > 0 && free != Free::Start) {
            let cost = self.cost(i, j);
            let fits = i > 0 && j > 0 && rows.word(i - 1) == theirs[j - 1];
            let step = if fits && self.cost(i - 1, j - 1) - FIT == cost {
                Step::Fit
            } else if i > 0 && self.cost(i - 1, j) + rows.down(i - 1) == cost {
                Step::Miss
            } else if passing[j - 1] {
                Step::Pass
            } else if rows.across(i) == 1 {
                Step::Wild
            } else {
                Step::Extra
            };
            steps.push(step);
            i -= usize::from(matches!(step, Step::Fit | Step::Miss));
            j -= usize::from(step != Step::Miss);
        }
        steps.reverse();
        self.steps = steps;
        j
    }
}

/// The rows of a table: the words of a licence from one on, and what steps to them cost.
struct Rows<'a> {
    tpl: &'a Template<'a>,
    start: usize,
}

impl Rows<'_> {
    fn word(&self, p: usize) -> u16 {
        self.tpl.words[self.start + p]
    }

    /// Without word `p`.
    fn down(&self, p: usize) -> i16 {
        if self.tpl.optional[self.start + p] { 0 } else { UNFIT }
    }

    /// After `i` words, a word of the text that is not the licence's.
    fn across(&self, i: usize) -> i16 {
        if self.tpl.wild[self.start + i] > 0 { 1 } else { UNFIT }
    }
}

/// The costs of a row from those above it. Nothing in the loops branches.
#[inline(never)]
fn row(here: &mut [Lanes], above: &[Lanes], theirs: &[[u16; LANES]], way: &[Lanes], word: u16, down: i16) {
    let length = here.len();
    let (above, theirs, way) = (&above[..length], &theirs[..length], &way[..length]);
    // A place before the first of a piece is the last of the piece before.
    let mut corner = [0; LANES];
    corner[1..].copy_from_slice(&above[length - 1][..LANES - 1]);
    // From above: without the row's word, or with it where it fits. Then along the row: less the way from its start, the
    // least cost so far is all that counts.
    let mut least = [i16::MAX; LANES];
    for s in 0..length {
        let up = above[s];
        let mut low = [0; LANES];
        for k in 0..LANES {
            let fit = if theirs[s][k] == word { corner[k] - FIT } else { i16::MAX };
            low[k] = (up[k] + down).min(fit) - way[s][k];
            least[k] = least[k].min(low[k]);
        }
        here[s] = least;
        corner = up;
    }
    // What the pieces before each have to offer.
    let mut before = i16::MAX;
    let offers = least.map(|least| {
        let offer = before;
        before = before.min(least);
        offer
    });
    bring(here, way, &offers);
}

/// Takes what comes from other pieces where it costs less, and adds the way again. Alone, so that the compiler keeps the
/// offers side by side.
#[inline(never)]
fn bring(here: &mut [Lanes], way: &[Lanes], offers: &Lanes) {
    for (here, way) in here.iter_mut().zip(way) {
        for k in 0..LANES {
            here[k] = here[k].min(offers[k]) + way[k];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The least cost of each end in the text, cell by cell.
    fn plain(tpl: &Template, text: &Words, free: Free) -> Vec<i32> {
        let (m, n) = (tpl.words.len(), text.ids.len());
        let mut cost = vec![vec![i32::MAX; n + 1]; m + 1];
        for i in 0..=m {
            let across = if tpl.wild[i] > 0 { 1 } else { i32::from(UNFIT) };
            for j in 0..=n {
                let step = |j: usize| if text.free[j - 1] { 1 } else { across };
                let mut least = if i == 0 && (j == 0 || free == Free::Start) { 0 } else { i32::MAX };
                if i > 0 {
                    let down = if tpl.optional[i - 1] { 0 } else { i32::from(UNFIT) };
                    least = least.min(cost[i - 1][j] + down);
                }
                if j > 0 && (i > 0 || free != Free::Start) {
                    least = least.min(cost[i][j - 1] + step(j));
                }
                if i > 0 && j > 0 && tpl.words[i - 1] == text.ids[j - 1] {
                    least = least.min(cost[i - 1][j - 1] - i32::from(FIT));
                }
                cost[i][j] = least;
            }
        }
        cost.swap_remove(m)
    }

    proptest! {
        #[test]
        fn the_way_has_the_least_cost(
            licence in prop::collection::vec((1u16..5, any::<bool>(), 0u16..2), 1..40),
            theirs in prop::collection::vec((0u16..5, prop::bool::weighted(0.1)), 1..60),
            last in 0u16..2,
            free in prop::sample::select(vec![Free::None, Free::Start, Free::End]),
        ) {
            let (words, optional): (Vec<u16>, Vec<bool>) = licence.iter().map(|w| (w.0, w.1)).unzip();
            let wild: Vec<u16> = licence.iter().map(|w| w.2).chain([last]).collect();
            let tpl = Template { words: &words, optional: &optional, wild: &wild };
            let (ids, passing): (Vec<u16>, Vec<bool>) = theirs.iter().copied().unzip();
            let text = Words { ids, free: passing, ..Words::default() };
            let mut table = Table::default();
            // Room that a larger table used does not show.
            table.lay(&tpl, 0..words.len(), &text, 0..1, Free::None);
            let covered = table.lay(&tpl, 0..words.len(), &text, 0..theirs.len(), free);

            let (mut i, mut j, mut cost) = (0, covered.start, 0);
            for step in &table.steps {
                cost += match step {
                    Step::Fit => {
                        prop_assert_eq!(words[i], text.ids[j]);
                        -i32::from(FIT)
                    }
                    Step::Miss if optional[i] => 0,
                    Step::Pass => {
                        prop_assert!(text.free[j]);
                        1
                    }
                    Step::Wild => {
                        prop_assert!(wild[i] > 0);
                        1
                    }
                    Step::Miss | Step::Extra => i32::from(UNFIT),
                };
                i += usize::from(matches!(step, Step::Fit | Step::Miss));
                j += usize::from(*step != Step::Miss);
            }
            prop_assert_eq!((i, j), (words.len(), covered.end));
            let ends = plain(&tpl, &text, free);
            prop_assert_eq!(cost, ends[covered.end]);
            match free {
                Free::End => prop_assert_eq!(Some(&cost), ends.iter().min()),
                _ => prop_assert_eq!(covered.end, theirs.len()),
            }
        }
    }
}
