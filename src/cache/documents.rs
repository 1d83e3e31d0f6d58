//! Documents that were made before. A document follows from the report alone, and from how it was asked for; so it is named by the digest of
//! all that the report says, judged or not, and by the words that it was asked for with.

use super::packed::{Packed, Unpacked};
use super::{COLLECTOR, Cache, EMITTER, Key, Name, READER, SCAN};
use crate::model::Report;
use std::io::{self, Write};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shorter ones are made sooner than they are found.
const MIN_DOCUMENT: usize = 128 << 10;

/// How their files are called.
pub(super) const ENDING: &str = "document";

/// The documents of one report.
pub struct Documents<'a> {
    report: &'a Report,
    cache: Option<&'a Cache>,
    /// The digest of all that the report says, once it is asked for.
    said: OnceLock<Key>,
    /// Whether any was kept that was not there.
    added: AtomicBool,
}

impl<'a> Documents<'a> {
    /// Those of this report; all are made anew where there is no cache.
    pub fn of(report: &'a Report, cache: Option<&'a Cache>) -> Documents<'a> {
        Documents { report, cache, said: OnceLock::new(), added: AtomicBool::new(false) }
    }

    /// Writes the document that was asked for with these words: what `make` wrote when it was made for the first time.
    ///
    /// # Errors
    /// Those of the writer and of `make`. Where `make` fails nothing is kept.
    pub fn write(
        &self,
        asked: &[&str],
        out: &mut dyn Write,
        make: &dyn Fn(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(cache) = self.cache else { return make(out) };
        let said = self.said.get_or_init(|| {
            let mut name = Name::of(&["document", COLLECTOR, READER, SCAN, EMITTER]);
            name.value(self.report);
            name.key()
        });
        let place = cache.place(&Key::of(&[&[said.0.as_str()], asked].concat()), ENDING);
        if let Some(done) = Unpacked::open(&place).and_then(|document| document.copy(out)) {
            return done;
        }
        let mut copied = Copied { out, kept: Kept::Short(Vec::new()), cache, place: &place };
        make(&mut copied)?;
        if let Kept::Long(packed) = copied.kept {
            self.added.fetch_or(packed.finish(), Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Drop for Documents<'_> {
    fn drop(&mut self) {
        if let (Some(cache), true) = (self.cache, *self.added.get_mut()) {
            cache.trim();
        }
    }
}

/// Writes, and keeps a copy.
struct Copied<'a> {
    out: &'a mut dyn Write,
    kept: Kept,
    cache: &'a Cache,
    place: &'a Path,
}

enum Kept {
    /// It may become too short to be kept.
    Short(Vec<u8>),
    /// It is packed as it comes, so that no document is in memory as a whole.
    Long(Packed),
    /// There is none.
    Lost,
}

impl Write for Copied<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.out.write(bytes)?;
        let bytes = bytes.get(..n).unwrap_or_default();
        match &mut self.kept {
            Kept::Short(all) => {
                all.extend_from_slice(bytes);
                if all.len() >= MIN_DOCUMENT {
                    let packed = Packed::new(self.cache, self.place);
                    let begun = |mut packed: Packed| {
                        packed.add(all);
                        Kept::Long(packed)
                    };
                    self.kept = packed.map_or(Kept::Lost, begun);
                }
            }
            Kept::Long(packed) => packed.add(bytes),
            Kept::Lost => {}
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::fixture;
    use std::cell::Cell;
    use std::path::PathBuf;

    struct Made {
        text: String,
        times: Cell<u32>,
    }

    impl Made {
        fn of(length: usize) -> Made {
            Made { text: "0123456789abcdef".repeat(length / 16), times: Cell::new(0) }
        }

        /// What comes out, written in pieces.
        fn through(&self, documents: &Documents<'_>, asked: &[&str]) -> Vec<u8> {
            let mut out = Vec::new();
            let make = |out: &mut dyn Write| {
                self.times.set(self.times.get() + 1);
                self.text.as_bytes().chunks(1000).try_for_each(|piece| out.write_all(piece))
            };
            documents.write(asked, &mut out, &make).unwrap();
            assert!(out == self.text.as_bytes());
            out
        }
    }

    fn cache() -> (tempfile::TempDir, Cache) {
        let dir = tempfile::TempDir::new().unwrap();
        let cache = Cache::new(dir.path().join("cache"), super::super::DEFAULT_LIMIT);
        (dir, cache)
    }

    fn files(cache: &Cache) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(cache.folder().join(super::super::ENTRIES)).into_iter().flatten().flatten();
        folders.flat_map(|f| std::fs::read_dir(f.path()).unwrap().flatten().map(|e| e.path())).collect()
    }

    #[test]
    fn a_document_is_made_once() {
        let (_dir, cache) = cache();
        let report = fixture::report();
        let made = Made::of(MIN_DOCUMENT * 3);
        for _ in 0..3 {
            made.through(&Documents::of(&report, Some(&cache)), &["html", ""]);
        }
        assert_eq!(made.times.get(), 1);
        // Another form, another report, another verdict on it.
        let other = Made::of(MIN_DOCUMENT * 4);
        other.through(&Documents::of(&report, Some(&cache)), &["html", "a template"]);
        let owned = Report { show_owned: true, ..report.clone() };
        other.through(&Documents::of(&owned, Some(&cache)), &["html", ""]);
        let judged = Report { audit: Some(Default::default()), ..report.clone() };
        other.through(&Documents::of(&judged, Some(&cache)), &["html", ""]);
        assert_eq!(other.times.get(), 3);
        made.through(&Documents::of(&report, None), &["html", ""]);
        assert_eq!(made.times.get(), 2);
    }

    #[test]
    fn a_short_one_is_not_kept() {
        let (_dir, cache) = cache();
        let made = Made::of(MIN_DOCUMENT - 16);
        for _ in 0..2 {
            made.through(&Documents::of(&fixture::report(), Some(&cache)), &["json"]);
        }
        assert_eq!((made.times.get(), files(&cache).len()), (2, 0));
    }

    #[test]
    fn nothing_is_kept_of_one_that_fails() {
        let (_dir, cache) = cache();
        let report = fixture::report();
        let documents = Documents::of(&report, Some(&cache));
        let make = |out: &mut dyn Write| {
            out.write_all(&vec![b'x'; MIN_DOCUMENT * 2])?;
            Err(io::Error::other("the end of the disk"))
        };
        assert!(documents.write(&["json"], &mut Vec::new(), &make).is_err());
        assert!(files(&cache).is_empty());
    }

    #[test]
    fn a_damaged_one_is_made_anew() {
        let (_dir, cache) = cache();
        let made = Made::of(MIN_DOCUMENT * 2);
        let again = || made.through(&Documents::of(&fixture::report(), Some(&cache)), &["json"]);
        again();
        let [place] = &files(&cache)[..] else { panic!("one file") };
        let bytes = std::fs::read(place).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            std::fs::write(place, &changed).unwrap();
            again();
            std::fs::write(place, &bytes[..at]).unwrap();
            again();
        }
    }
}
