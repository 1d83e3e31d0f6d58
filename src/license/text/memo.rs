//! What was read once is not read again: copyright files and packages of one image carry the same texts many times.
//!
//! Texts are compared whole, so that no two with the same hash are ever taken for each other. What a text is depends on its
//! words alone, so that it does not matter who read it first.

use super::Identified;
use foldhash::HashMap;
use std::sync::{Mutex, OnceLock};

/// Bytes of all texts that are kept: what some thousand packages of a distribution have in common.
const MAX_BYTES: usize = 16 << 20;
/// Longer texts are rare, and seldom the same twice.
const MAX_TEXT: usize = 64 << 10;
/// Shorter ones are read as fast as looked up.
const MIN_TEXT: usize = 200;

#[derive(Default)]
struct Memo {
    known: HashMap<Box<str>, Identified>,
    bytes: usize,
}

/// What `read` says of these words, or said before.
pub fn identified(words: &str, read: impl FnOnce(&str) -> Identified) -> Identified {
    static MEMO: OnceLock<Mutex<Memo>> = OnceLock::new();
    if !(MIN_TEXT..=MAX_TEXT).contains(&words.len()) {
        return read(words);
    }
    let memo = MEMO.get_or_init(Mutex::default);
    if let Some(known) = memo.lock().ok().and_then(|memo| memo.known.get(words).cloned()) {
        return known;
    }
    let found = read(words);
    if let Ok(mut memo) = memo.lock()
        && memo.bytes + words.len() <= MAX_BYTES
        && memo.known.insert(words.into(), found.clone()).is_none()
    {
        memo.bytes += words.len();
    }
    found
}
