//! Texts of an image read each once, or taken from the cache.

use super::in_parallel;
use crate::cache::{Cache, Key};
use crate::license::{Readings, copyright, section, text};
use crate::model::TextId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// As a licence text.
pub(super) const LICENSE: u8 = 1;
/// As a Debian copyright file.
pub(super) const COPYRIGHT: u8 = 2;
/// As the section of a README that speaks of the licence.
pub(super) const SECTION: u8 = 4;

/// A text that some package shows.
pub(super) struct Wanted {
    pub words: Arc<str>,
    /// The lowest layer that shows it.
    pub layer: u32,
    /// As what it is to be read: any of [`LICENSE`], [`COPYRIGHT`], [`SECTION`].
    pub read_as: u8,
}

impl Wanted {
    fn is(&self, kind: u8) -> bool {
        self.read_as & kind != 0
    }
}

/// Reads the texts, or takes what they were read as from the cache: the texts of a layer are kept together, so that those of a base
/// image are found again under every image that stands on it.
pub(super) fn read(texts: &BTreeMap<TextId, Wanted>, cache: Option<&Cache>, jobs: usize) -> Readings {
    let mut by_layer: BTreeMap<u32, Vec<(TextId, &Wanted)>> = BTreeMap::new();
    for (id, text) in texts {
        by_layer.entry(text.layer).or_default().push((*id, text));
    }
    let mut out = Readings::default();
    let mut missing = Vec::new();
    for texts in by_layer.into_values() {
        let key = Key::texts(texts.iter().map(|(id, text)| (*id, text.read_as)));
        match cache.and_then(|cache| cache.readings(&key)) {
            Some(readings) => out.extend(readings),
            None => missing.push((key, texts)),
        }
    }
    let items: Vec<&(TextId, &Wanted)> = missing.iter().flat_map(|(_, texts)| texts).collect();
    let mut read = in_parallel(&items, jobs, |(_, t)| {
        let license = t.is(LICENSE).then(|| text::identify(&t.words));
        let debian = t.is(COPYRIGHT).then(|| copyright::read(&t.words));
        (license, debian, t.is(SECTION).then(|| section::read(&t.words)))
    })
    .into_iter();
    for (key, texts) in &missing {
        let mut readings = Readings::default();
        for ((id, _), (license, debian, section)) in texts.iter().zip(read.by_ref()) {
            readings.license.extend(license.map(|l| (*id, l)));
            readings.copyright.extend(debian.map(|c| (*id, c)));
            readings.section.extend(section.map(|s| (*id, s)));
        }
        if let Some(cache) = cache {
            cache.keep_readings(key, &readings);
        }
        out.extend(readings);
    }
    out
}
