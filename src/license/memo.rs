//! What was read once is not read again: copyright files and packages of one image carry the same names and texts many
//! times.
//!
//! Words are compared whole, so that no two with the same hash are ever taken for each other. What is remembered depends on
//! the words alone, so that it does not matter who read them first.

use foldhash::HashMap;
use std::hash::Hash;
use std::ops::RangeInclusive;
use std::sync::{Mutex, OnceLock};

/// Readings by a kind and the words that were read. Words beyond `lengths` (bytes) are read each time; so is all that is
/// new once `most` bytes of words are kept.
pub struct Memo<K, V> {
    known: OnceLock<Mutex<Known<K, V>>>,
    lengths: RangeInclusive<usize>,
    most: usize,
}

struct Known<K, V> {
    readings: HashMap<K, HashMap<Box<str>, V>>,
    bytes: usize,
}

impl<K: Copy + Eq + Hash, V: Clone> Memo<K, V> {
    /// One that knows nothing yet.
    pub const fn new(lengths: RangeInclusive<usize>, most: usize) -> Memo<K, V> {
        Memo { known: OnceLock::new(), lengths, most }
    }

    /// What `read` says of these words, or said before.
    pub fn get(&self, kind: K, words: &str, read: impl FnOnce(&str) -> V) -> V {
        if !self.lengths.contains(&words.len()) {
            return read(words);
        }
        let known = self.known.get_or_init(|| Mutex::new(Known { readings: HashMap::default(), bytes: 0 }));
        if let Ok(known) = known.lock()
            && let Some(reading) = known.readings.get(&kind).and_then(|readings| readings.get(words))
        {
            return reading.clone();
        }
        let reading = read(words);
        if let Ok(mut known) = known.lock()
            && known.bytes + words.len() <= self.most
            && known.readings.entry(kind).or_default().insert(words.into(), reading.clone()).is_none()
        {
            known.bytes += words.len();
        }
        reading
    }
}
