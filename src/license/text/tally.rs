//! Counts what an alignment finds word by word: words that fit, are missing or foreign, and among them those that make
//! another licence. A `not` more or a right less weighs more than its one word.

use super::align::Alignment;
use super::built::index;
use super::token::{UNKNOWN, Words};
use std::sync::OnceLock;

/// Words that a licence has and a text lacks, by what they say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lost {
    /// Words that turn the sense around.
    pub turning: u32,
    /// Words that give rights.
    pub rights: u32,
}

/// A variable with room for more words holds a name or a statement.
const CHOICE: u16 = 8;
/// A variable with room for more words holds statements of several lines, which may be paragraphs.
const STATEMENT: u16 = 60;

/// Words that make another licence where they are foreign: they turn the sense around ...
const TURNING: [&str; 13] = [
    "must",
    "shall",
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
    "restricted",
];
/// ... or impose something.
const IMPOSING: [&str; 8] =
    ["acknowledge", "sold", "require", "requires", "required", "subject", "conditions", "restrictions"];
/// Words that give rights: a text that lacks one does not give it. `without` is among them for `without restriction`, of
/// which some make `with restrictions`.
const RIGHTS: [&str; 8] = ["sell", "sublicense", "merge", "publish", "modification", "modify", "distribute", "without"];

/// The place of `sell` among the words that weigh more.
const SELL: usize = TURNING.len() + IMPOSING.len();

/// How many words weigh more than others.
const WEIGHTY: usize = TURNING.len() + IMPOSING.len() + RIGHTS.len();

/// For each word of the vocabulary which of the weighty ones it is, from 1, or 0.
fn weighty() -> &'static [u8] {
    static WORDS: OnceLock<Vec<u8>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let index = index();
        let mut words = vec![0; index.vocabulary_len()];
        for (n, word) in TURNING.iter().chain(&IMPOSING).chain(&RIGHTS).enumerate() {
            if let Some(slot) = words.get_mut(usize::from(index.number(word))).filter(|_| index.number(word) != UNKNOWN)
            {
                *slot = n as u8 + 1;
            }
        }
        words
    })
}

/// A text of the index in the form in which it is aligned.
pub struct Template<'a> {
    /// Its words.
    pub words: &'a [u16],
    /// Which of them may be missing.
    pub optional: &'a [bool],
    /// How many foreign words may stand before each, and after the last.
    pub wild: &'a [u16],
}

impl Template<'_> {
    /// How many words a variable before word `p` may hold; none where its statements may be whole paragraphs.
    fn room(&self, p: usize) -> u16 {
        self.wild.get(p).copied().filter(|most| *most <= STATEMENT).unwrap_or(0)
    }
}

/// The counts so far.
pub struct Tally {
    /// The sums.
    pub out: Alignment,
    weighty: &'static [u8],
    /// Of each weighty word how often it is foreign, less how often it is missing.
    balance: [i8; WEIGHTY],
    /// The first missing and foreign words.
    lost: [u16; FEW],
    foreign: [u16; FEW],
    run: Run,
}

/// Texts that differ in no more words may have them in another order.
const FEW: usize = 8;

/// Words since the last one that fits.
#[derive(Default)]
struct Run {
    missing: u32,
    extra: u32,
    wild: u32,
    /// Whether the foreign words began a paragraph or an item of a list; how many there are since; whether they impose
    /// something.
    begun: bool,
    since: u32,
    imposes: bool,
    name: Name,
}

/// What stands in the place of a variable: words that it took, and words that happen to be its original ones.
#[derive(Default)]
struct Name {
    words: u32,
    imposes: bool,
}

/// A paragraph of fewer words is a heading or a name.
const CLAUSE: u32 = 4;

impl Tally {
    /// Nothing counted for a text of the index.
    pub fn new(doc: usize) -> Tally {
        Tally {
            out: Alignment { doc, ..Alignment::default() },
            weighty: weighty(),
            balance: [0; WEIGHTY],
            lost: [UNKNOWN; FEW],
            foreign: [UNKNOWN; FEW],
            run: Run::default(),
        }
    }

    /// Ends all runs: what comes next stands elsewhere.
    pub fn rest(&mut self) {
        self.run = Run::default();
    }

    fn weight(&self, word: u16) -> Option<usize> {
        usize::from(self.weighty.get(usize::from(word)).copied().unwrap_or(0)).checked_sub(1)
    }

    /// Word `p` of the licence is word `t` of the text.
    pub fn hit(&mut self, template: &Template, p: usize, text: &Words, t: usize) {
        self.out.matched += 1;
        self.out.required += u32::from(!template.optional[p]);
        // A paragraph has ended where another begins, or where the licence goes on.
        if self.run.imposes && self.run.begun && self.run.since >= CLAUSE && text.begins(t) {
            self.out.clause = true;
        }
        // Original words of a variable do not end what it takes.
        if template.optional[p] && template.room(p) > CHOICE && template.room(p + 1) > CHOICE {
            let Run { name, wild, .. } = std::mem::take(&mut self.run);
            self.run = Run { name, wild, ..Run::default() };
            self.name(text, t);
        } else {
            self.rest();
        }
    }

    /// A variable holds a name; a sentence that ends in another paragraph than it began in is none.
    fn name(&mut self, text: &Words, t: usize) {
        let imposes = self.imposes(text, t);
        let name = &mut self.run.name;
        // The next variable may begin a paragraph: `developed by <name>`, `4. The name of <name> may not be used`.
        self.out.clause |= name.words > 0 && text.begins(t) && name.imposes;
        name.imposes |= imposes;
        name.words += 1;
    }

    fn imposes(&self, text: &Words, t: usize) -> bool {
        self.weight(text.ids[t]).is_some_and(|n| n < TURNING.len() + IMPOSING.len())
    }

    /// Word `p` of the licence is not there.
    pub fn miss(&mut self, template: &Template, p: usize) {
        if !template.optional[p] {
            if let Some(lost) = self.lost.get_mut(self.out.missing as usize) {
                *lost = template.words[p];
            }
            self.out.missing += 1;
            if let Some(n) = self.weight(template.words[p]) {
                self.balance[n] = self.balance[n].saturating_sub(1);
            }
            self.run.missing += 1;
            self.out.longest_missing = self.out.longest_missing.max(self.run.missing);
        }
    }

    fn foreign(&mut self, text: &Words, t: usize) {
        if text.begins(t) {
            if self.run.imposes && self.run.begun && self.run.since >= CLAUSE {
                self.out.clause = true;
            }
            (self.run.begun, self.run.since, self.run.imposes) = (true, 0, false);
        }
        self.run.since += 1;
        self.run.imposes |= self.imposes(text, t);
    }

    /// Word `t` of the text is not the licence's.
    pub fn extra(&mut self, text: &Words, t: usize) {
        self.foreign(text, t);
        if let Some(n) = self.weight(text.ids[t]) {
            self.balance[n] = self.balance[n].saturating_add(1);
        }
        self.count_extra(text.ids[t]);
    }

    fn count_extra(&mut self, word: u16) {
        if let Some(foreign) = self.foreign.get_mut(self.out.extra as usize) {
            *foreign = word;
        }
        self.out.extra += 1;
        self.run.extra += 1;
        self.out.longest_extra = self.out.longest_extra.max(self.run.extra);
    }

    /// Word `t` of the text stands in the place of a variable for `most` words.
    pub fn wild(&mut self, most: u16, text: &Words, t: usize) {
        if most <= CHOICE {
            // A choice of words, unlike a name, leaves no room for a `not`.
            if let Some(n) = self.weight(text.ids[t]).filter(|n| *n < TURNING.len()) {
                self.balance[n] = self.balance[n].saturating_add(1);
            }
        }
        if most <= STATEMENT {
            self.foreign(text, t);
            self.name(text, t);
        }
        self.run.wild += 1;
        if self.run.wild > u32::from(most) {
            self.count_extra(text.ids[t]);
        }
    }

    /// The sums, with what the words that weigh more come to.
    pub fn done(mut self) -> Alignment {
        if (1..=FEW as u32).contains(&self.out.missing) && (1..=FEW as u32).contains(&self.out.extra) {
            for lost in self.lost.iter().filter(|w| **w != UNKNOWN) {
                if let Some(same) = self.foreign.iter_mut().find(|w| *w == lost) {
                    *same = UNKNOWN;
                    self.out.moved += 1;
                }
            }
        }
        for (n, &balance) in self.balance.iter().enumerate() {
            let (more, less) = (u32::from(balance.max(0).unsigned_abs()), u32::from(balance.min(0).unsigned_abs()));
            match n {
                _ if n < TURNING.len() => {
                    self.out.turned += more;
                    self.out.lost.turning += less;
                }
                _ if n < TURNING.len() + IMPOSING.len() => self.out.turned += more,
                // Siblings of some licences differ in nothing but the right to sell: who gives it means the one that does.
                SELL => {
                    self.out.turned += more;
                    self.out.lost.rights += less;
                }
                _ => self.out.lost.rights += less,
            }
        }
        self.out
    }
}
