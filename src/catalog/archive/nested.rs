//! Reads archives in archives: what is found of all of them together, under one budget, each text kept once.

use super::{Archive, Budget, Entry, Trouble};
use crate::catalog::{Parsed, RECORD_LIMIT, decode};
use crate::model::{EmbeddedText, Find, PackageFind, Severity};
use std::collections::HashSet;
use std::sync::Arc;

/// Most bytes read of one licence text: the longest, of wheels with compiled libraries, have some 500 KB.
pub const TEXT_LIMIT: u64 = 4 << 20;

/// How much is kept of one file of the image.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of all licence texts, each counted once.
    pub texts: usize,
    /// Packages.
    pub packages: usize,
}

/// What was read of a file and of all that is nested in it.
pub struct Nested {
    /// What was found, and what could not be read.
    pub parsed: Parsed,
    /// What may still be unpacked.
    pub budget: Budget,
    /// Whether packages were left out because there are too many.
    pub is_full: bool,
    limits: Limits,
    texts: HashSet<Arc<str>>,
    text_bytes: usize,
}

/// The place of an entry in the file of the image; `inner` is that of its archive, if this is not the file itself.
pub fn place(inner: Option<&str>, entry: &str) -> String {
    inner.map_or_else(|| entry.to_owned(), |inner| format!("{inner}!/{entry}"))
}

impl Nested {
    /// Nothing yet, of a file of so many bytes.
    pub fn new(size: usize, limits: Limits) -> Nested {
        Nested {
            parsed: Parsed::default(),
            budget: Budget::new(size),
            is_full: false,
            limits,
            texts: HashSet::new(),
            text_bytes: 0,
        }
    }

    /// The bytes of an entry; trouble is an issue with its place.
    pub fn read(
        &mut self,
        archive: &mut Archive<'_>,
        inner: Option<&str>,
        entry: &Entry,
        limit: u64,
    ) -> Option<Vec<u8>> {
        if self.budget.is_spent() {
            return None;
        }
        match archive.read(entry, limit, &mut self.budget) {
            Ok(bytes) => Some(bytes),
            Err(trouble) => {
                trouble.report(&place(inner, &entry.name), &mut self.parsed);
                None
            }
        }
    }

    /// The words of licence texts.
    pub fn texts(&mut self, archive: &mut Archive<'_>, inner: Option<&str>, entries: &[&Entry]) -> Vec<EmbeddedText> {
        let mut out = Vec::new();
        for entry in entries {
            let Some(bytes) = self.read(archive, inner, entry, TEXT_LIMIT) else { continue };
            let text = decode::decode(&bytes);
            if text.trim().is_empty() {
                continue;
            }
            // The jars of an application have the same few texts a hundred times.
            let words = match self.texts.get(&*text) {
                Some(words) => words.clone(),
                None if self.text_bytes + text.len() > self.limits.texts => {
                    Trouble::Limit("the licence texts in it are too long together; it was not read".to_owned())
                        .report(&place(inner, &entry.name), &mut self.parsed);
                    continue;
                }
                None => {
                    let words: Arc<str> = text.as_ref().into();
                    self.text_bytes += words.len();
                    self.texts.insert(words.clone());
                    words
                }
            };
            out.push(EmbeddedText { path: entry.name.clone(), words });
        }
        out
    }

    /// Adds a package; past the limit an issue that says so, once.
    pub fn push(&mut self, find: PackageFind) {
        let limit = self.limits.packages;
        if self.parsed.finds.len() < limit {
            self.parsed.finds.push(Find::package(find));
        } else if !std::mem::replace(&mut self.is_full, true) {
            let message = format!("there are more than {limit} packages in the file; the rest was left out");
            self.parsed.issue(RECORD_LIMIT, Severity::Error, message);
        }
    }
}
