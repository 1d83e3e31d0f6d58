//! A zip archive in memory, read within bounds: jars, wheels, and archives inside them.
//!
//! The crate `zip` reads the format; here stands what it does not promise for hostile input. One [`Budget`] is shared by an
//! archive and everything nested in it, so that no arrangement of archives (flat, nested, entries that overlap) makes more
//! work than one large archive. Left out: archives over several disks, encryption, and methods other than store and
//! deflate, each of them trouble with one entry only. Specification: APPNOTE.TXT 6.3 (PKWARE).

mod nested;

#[cfg(test)]
pub use nested::TEXT_LIMIT;
pub use nested::{Limits, Nested, place};

use super::{MALFORMED_RECORD, Parsed, RECORD_LIMIT, decode, paths};
use crate::model::Severity;
use memchr::memmem;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most entries of one archive. The largest jars seen have some 100,000 classes; an entry costs 500 bytes of memory.
/// Since headers of stored archives inside count before the archive is opened, there is room for these.
const ENTRY_LIMIT: usize = 500_000;

/// Most entries of an archive and all that is nested in it: a web application of 1000 jars has some 700,000.
const TOTAL_ENTRY_LIMIT: usize = 3_000_000;

/// Most archives inside one file: large applications have some 2000.
const ARCHIVE_LIMIT: usize = 10_000;

/// Archives in archives, deeper than this, are not opened: jars in a war in an ear in a distribution are four levels.
pub const DEPTH_LIMIT: usize = 8;

/// Most bytes unpacked of one file of the image and all that is nested in it. Only metadata and inner archives are unpacked;
/// the largest seen is an application of 900 MB, whose jars are a part of it.
const TOTAL_LIMIT: u64 = 1 << 30;

/// How many times the file's own size may be unpacked. Jars in a jar make 1.1, metadata below 20; deflate can make 1032.
const RATIO_LIMIT: u64 = 100;

/// Below this the ratio is no matter: an empty page compresses well, and does no harm.
const RATIO_FROM: u64 = 16 << 20;

/// Longest name of an entry: as long as a path of Linux may be.
const NAME_LIMIT: usize = 4096;

/// The signatures of a header in the central directory, and of the zip64 record that ends it.
const HEADER: &[u8] = b"PK\x01\x02";
const ZIP64_END: &[u8] = b"PK\x06\x06";

/// What may still be unpacked of one file of the image.
#[derive(Debug)]
pub struct Budget {
    size: u64,
    unpacked: u64,
    entries: usize,
    archives: usize,
    spent: bool,
}

impl Budget {
    /// For a file of that many bytes.
    pub fn new(size: usize) -> Budget {
        Budget { size: size as u64, unpacked: 0, entries: 0, archives: 0, spent: false }
    }

    /// Whether a limit has ended the reading; nothing more will be unpacked.
    pub fn is_spent(&self) -> bool {
        self.spent
    }

    fn spend(&mut self, why: String) -> Trouble {
        self.spent = true;
        Trouble::Limit(why)
    }

    /// How many bytes may still be unpacked.
    fn left(&self) -> u64 {
        let by_ratio = self.size.saturating_mul(RATIO_LIMIT).max(RATIO_FROM);
        TOTAL_LIMIT.min(by_ratio).saturating_sub(self.unpacked)
    }
}

/// Why something of an archive was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is broken, encrypted, or of an unknown kind.
    Broken(String),
    /// It is past a limit.
    Limit(String),
}

impl Trouble {
    /// Makes an error of it: the report has a gap at this place.
    pub fn report(&self, place: &str, parsed: &mut Parsed) {
        let (code, why) = match self {
            Trouble::Broken(why) => (MALFORMED_RECORD, why),
            Trouble::Limit(why) => (RECORD_LIMIT, why),
        };
        let place = decode::shown(place);
        parsed.issue(code, Severity::Error, format!("{place}: {why}"));
    }
}

/// One file in an archive.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its path in the archive: no leading slash, no `.` or `..`, no control characters.
    pub name: Box<str>,
    index: usize,
}

/// An open archive.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    entries: Vec<Entry>,
    notes: Vec<String>,
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive. What stands before the archive (the script of an executable jar) is passed over.
    pub fn open(bytes: &'a [u8], budget: &mut Budget) -> Result<Archive<'a>, Trouble> {
        budget.archives += 1;
        if budget.archives > ARCHIVE_LIMIT {
            return Err(
                budget.spend(format!("there are more than {ARCHIVE_LIMIT} archives inside; the rest was not read"))
            );
        }
        check_count(bytes)?;
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| Trouble::Broken(said(&e)))?;
        budget.entries += zip.len();
        if budget.entries > TOTAL_ENTRY_LIMIT {
            return Err(budget.spend(format!("there are more than {TOTAL_ENTRY_LIMIT} entries; the rest was not read")));
        }
        let mut notes = Vec::new();
        let mut bad = 0_usize;
        let mut entries = Vec::with_capacity(zip.len());
        for (index, raw) in zip.file_names_raw().enumerate() {
            match entry_name(raw) {
                Name::Good(name) => entries.push(Entry { name, index }),
                Name::Folder => {}
                Name::Bad => bad += 1,
            }
        }
        if bad > 0 {
            notes.push(format!(
                "{bad} entries have names that lead nowhere or out of the archive; they were passed over"
            ));
        }
        if zip.has_duplicate_names() {
            notes.push("several entries have the same name; the last of each counts".to_owned());
        }
        Ok(Archive { zip, entries, notes })
    }

    /// Its files, in the order of its directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is odd about it as a whole.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Unpacks one file, which may have at most `limit` bytes, whatever size it claims.
    pub fn read(&mut self, entry: &Entry, limit: u64, budget: &mut Budget) -> Result<Vec<u8>, Trouble> {
        let left = budget.left();
        if budget.spent || left == 0 {
            return Err(budget.spend("its share of what may be unpacked is used up; the rest was not read".to_owned()));
        }
        let mut file = self.zip.by_index(entry.index).map_err(|e| Trouble::Broken(said(&e)))?;
        if file.is_symlink() {
            return Err(Trouble::Broken("the entry is a link and was passed over".to_owned()));
        }
        let bound = limit.min(left);
        let mut out = Vec::new();
        let done = (&mut file).take(bound + 1).read_to_end(&mut out);
        budget.unpacked = budget.unpacked.saturating_add(out.len() as u64);
        if out.len() as u64 > bound {
            return Err(if limit <= left {
                Trouble::Limit(format!("the entry has more than {limit} bytes; it was not read"))
            } else {
                budget.spend("it unpacks to far more than its size, like a zip bomb; the rest was not read".to_owned())
            });
        }
        match done {
            Ok(_) => Ok(out),
            Err(error) => Err(Trouble::Broken(decode::shown(&error.to_string()))),
        }
    }
}

/// Whether an archive can be opened without using memory by what it claims. Every entry needs its header, so that the
/// number of headers bounds that of entries; a zip64 record may still claim any number, for which the crate would reserve
/// memory (other archives can claim 65,535).
fn check_count(bytes: &[u8]) -> Result<(), Trouble> {
    let many = || Trouble::Limit(format!("there are more than {ENTRY_LIMIT} entries; the archive was not read"));
    if memmem::find_iter(bytes, HEADER).nth(ENTRY_LIMIT).is_some() {
        return Err(many());
    }
    for at in memmem::find_iter(bytes, ZIP64_END) {
        // The numbers of entries on this disk and on all stand at bytes 24 and 32.
        for field in [at + 24, at + 32] {
            let claimed = bytes.get(field..field + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
            if claimed > ENTRY_LIMIT as u64 && bytes.get(at + 4..at + 12).is_some_and(plausible_size) {
                return Err(many());
            }
        }
    }
    Ok(())
}

/// Whether these are the size of a zip64 record (44 bytes and perhaps a little more), and not four chance bytes in
/// compressed data before it.
fn plausible_size(bytes: &[u8]) -> bool {
    bytes.get(4..).is_some_and(|high| high.iter().all(|b| *b == 0))
}

enum Name {
    Good(Box<str>),
    Folder,
    Bad,
}

/// The name as a path. Some tools of Windows write backslashes; a name that climbs is no file of the archive.
fn entry_name(raw: &[u8]) -> Name {
    if raw.last().is_none_or(|b| *b == b'/' || *b == b'\\') {
        return if raw.is_empty() { Name::Bad } else { Name::Folder };
    }
    if raw.len() > NAME_LIMIT {
        return Name::Bad;
    }
    let name = decode::decode_part(raw);
    let resolved = if name.contains(|c: char| c == '\\' || c.is_control()) {
        let clean: String = name
            .chars()
            .map(|c| {
                if c == '\\' {
                    '/'
                } else if c.is_control() {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        paths::resolve("", &clean)
    } else {
        paths::resolve("", &name)
    };
    resolved.map_or(Name::Bad, Name::Good)
}

fn said(error: &zip::result::ZipError) -> String {
    decode::shown(&error.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    /// Makes an archive of names and contents.
    pub(in crate::catalog) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        zip_with(CompressionMethod::Deflated, files)
    }

    fn zip_with(method: CompressionMethod, files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(method);
        for (name, bytes) in files {
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Replaces the first occurrence, or every one, of some bytes by as many others.
    fn patch(bytes: &mut [u8], from: &[u8], to: &[u8]) {
        let places: Vec<usize> = memmem::find_iter(bytes, from).collect();
        assert!(!places.is_empty() && from.len() == to.len());
        for at in places {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }

    fn names(bytes: &[u8]) -> Vec<String> {
        let archive = Archive::open(bytes, &mut Budget::new(bytes.len())).unwrap();
        archive.entries().iter().map(|e| e.name.to_string()).collect()
    }

    fn read(bytes: &[u8], name: &str, limit: u64) -> Result<Vec<u8>, Trouble> {
        let mut budget = Budget::new(bytes.len());
        let mut archive = Archive::open(bytes, &mut budget)?;
        let entry = archive.entries().iter().find(|e| &*e.name == name).unwrap().clone();
        archive.read(&entry, limit, &mut budget)
    }

    #[test]
    fn files_are_read_behind_a_script_too() {
        let plain = zip_of(&[("META-INF/", b""), ("META-INF/MANIFEST.MF", b"x: y"), ("e", b"")]);
        let script = [b"#!/bin/sh\nexec java -jar \"$0\"\n", &plain[..]].concat();
        for bytes in [&plain, &script, &[&plain[..], b"tail"].concat()] {
            assert_eq!(names(bytes), ["META-INF/MANIFEST.MF", "e"]);
            assert_eq!(read(bytes, "META-INF/MANIFEST.MF", 4).unwrap(), b"x: y");
            assert_eq!(read(bytes, "e", 0).unwrap(), b"");
        }
    }

    #[test]
    fn names_are_paths_inside() {
        let bytes = zip_of(&[
            ("/abs", b""),
            ("a/../../up", b""),
            ("a//./b", b""),
            ("w\\x", b""),
            ("c\u{1b}[0m\n", b""),
            ("a/../c", b""),
            ("..", b""),
        ]);
        assert_eq!(names(&bytes), ["abs", "a/b", "w/x", "c_[0m_", "c"]);
        let archive = Archive::open(&bytes, &mut Budget::new(bytes.len())).unwrap();
        assert_eq!(archive.notes().len(), 1);
        let mut twice = zip_of(&[("one", b"1"), ("two", b"2")]);
        patch(&mut twice, b"two", b"one");
        assert_eq!(read(&twice, "one", 9).unwrap(), b"2");
        assert_eq!(Archive::open(&twice, &mut Budget::new(9)).unwrap().notes().len(), 1);
    }

    #[test]
    fn one_bad_entry_costs_no_other() {
        let mut bytes = zip_with(CompressionMethod::Stored, &[("bad", b"first"), ("good", b"second")]);
        // Another byte than the one that was summed up.
        patch(&mut bytes, b"first", b"f1rst");
        assert!(matches!(read(&bytes, "bad", 99), Err(Trouble::Broken(_))));
        assert_eq!(read(&bytes, "good", 99).unwrap(), b"second");
        // An unknown method, and the flag of encryption, in both headers of the first entry.
        let plain = zip_with(CompressionMethod::Stored, &[("bad", b"first"), ("good", b"second")]);
        let central = memmem::find(&plain, HEADER).unwrap();
        for (local_at, central_at, byte) in [(8, 10, 77), (6, 8, 1)] {
            let mut bytes = plain.clone();
            bytes[local_at] = byte;
            bytes[central + central_at] = byte;
            assert!(matches!(read(&bytes, "bad", 99), Err(Trouble::Broken(_))), "{local_at}");
            assert_eq!(read(&bytes, "good", 99).unwrap(), b"second");
        }
        // A local header that is not there.
        let mut bytes = plain.clone();
        bytes[0] = b'X';
        assert!(matches!(read(&bytes, "bad", 99), Err(Trouble::Broken(_))));
        assert_eq!(read(&bytes, "good", 99).unwrap(), b"second");
    }

    #[test]
    fn sizes_that_lie_change_nothing() {
        let text = [b'a'; 1000];
        let mut bytes = zip_of(&[("a", &text)]);
        let central = memmem::find(&bytes, HEADER).unwrap();
        for at in [22, central + 24] {
            bytes[at..at + 4].copy_from_slice(&3_000_000_000_u32.to_le_bytes());
        }
        // Whether the crate takes it for broken or gives what is there: it is neither 3 GB nor a panic.
        assert!(read(&bytes, "a", 10_000).map_or_else(|t| matches!(t, Trouble::Broken(_)), |b| b == text));
        assert!(matches!(read(&zip_of(&[("a", &text)]), "a", 999), Err(Trouble::Limit(_))));
    }

    #[test]
    fn a_flat_bomb_ends_at_the_limit() {
        let zeros = vec![0; 64 << 20];
        let bytes = zip_of(&[("bomb", &zeros), ("more", b"1")]);
        assert!(bytes.len() < 100 << 10);
        let mut budget = Budget::new(bytes.len());
        let mut archive = Archive::open(&bytes, &mut budget).unwrap();
        let [bomb, more] = archive.entries() else { panic!() };
        let (bomb, more) = (bomb.clone(), more.clone());
        assert!(matches!(archive.read(&bomb, u64::MAX - 1, &mut budget), Err(Trouble::Limit(_))));
        assert!(budget.unpacked <= RATIO_FROM.max(bytes.len() as u64 * RATIO_LIMIT) + 1);
        assert!(budget.is_spent());
        assert!(matches!(archive.read(&more, 9, &mut budget), Err(Trouble::Limit(_))));
    }

    /// Many headers of the directory lead to one and the same entry.
    #[test]
    fn overlapping_entries_end_at_the_limit() {
        let one = zip_of(&[("00000000", &vec![0; 4 << 20])]);
        let central = memmem::find(&one, HEADER).unwrap();
        let end = memmem::find(&one, b"PK\x05\x06").unwrap();
        let count = 2000_u16;
        let mut bytes = one[..central].to_vec();
        for i in 0..count {
            let mut header = one[central..end].to_vec();
            patch(&mut header, b"00000000", format!("{i:08}").as_bytes());
            bytes.extend(header);
        }
        let directory = (bytes.len() - central) as u32;
        let mut tail = one[end..].to_vec();
        tail[8..10].copy_from_slice(&count.to_le_bytes());
        tail[10..12].copy_from_slice(&count.to_le_bytes());
        tail[12..16].copy_from_slice(&directory.to_le_bytes());
        bytes.extend(tail);
        let mut budget = Budget::new(bytes.len());
        let mut archive = Archive::open(&bytes, &mut budget).unwrap();
        let entries = archive.entries().to_vec();
        assert_eq!(entries.len(), usize::from(count));
        let read = entries.iter().filter(|e| archive.read(e, 8 << 20, &mut budget).is_ok()).count();
        assert!((1..20).contains(&read), "{read} were read");
        assert!(budget.is_spent() && budget.unpacked <= 20 << 20);
    }

    #[test]
    fn counts_are_limited() {
        let mut many = zip_of(&[("a", b"")]);
        many.splice(0..0, HEADER.repeat(ENTRY_LIMIT));
        assert!(matches!(Archive::open(&many, &mut Budget::new(9)).err(), Some(Trouble::Limit(_))));
        let mut claim = zip_of(&[("a", b"")]);
        let end = memmem::find(&claim, b"PK\x05\x06").unwrap();
        let mut record = [ZIP64_END, &44_u64.to_le_bytes(), &[0; 12]].concat();
        record.extend([u64::MAX.to_le_bytes(); 2].concat());
        claim.splice(end..end, record);
        assert!(matches!(Archive::open(&claim, &mut Budget::new(9)).err(), Some(Trouble::Limit(_))));
        let small = zip_of(&[("a", b"")]);
        let mut budget = Budget::new(9);
        let opened = (0..ARCHIVE_LIMIT + 5).filter(|_| Archive::open(&small, &mut budget).is_ok()).count();
        assert_eq!((opened, budget.is_spent()), (ARCHIVE_LIMIT, true));
    }

    #[test]
    fn what_is_no_archive_is_trouble() {
        let good = zip_of(&[("a", b"text"), ("b", b"text")]);
        for bytes in [&b""[..], b"PK", b"PK\x03\x04", &[0; 4096], &good[..good.len() - 30]] {
            assert!(Archive::open(bytes, &mut Budget::new(9)).is_err());
        }
        for end in 0..good.len() {
            let _ = Archive::open(&good[..end], &mut Budget::new(9));
        }
    }
}
