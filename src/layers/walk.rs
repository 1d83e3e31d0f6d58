//! One layer, read once: every entry with its path and kind, and what the catalogers find in the files that they want.
//!
//! The walk knows tar, whiteouts (OCI image layer specification, "Whiteouts") and limits; it does not know what the files
//! mean. Everything here depends on the layer's bytes alone.

use super::decompress::{Compression, Passed, Unpacked};
use super::desk::{Desk, Tray};
use super::path::{self, Normal};
use super::tar::{Kind, Reader, Skip, Streamed, Trouble, reserve};
use super::{Entry, EntryKind, FileFinds, IssueSink, LayerScan, Place};
use crate::catalog::{Input, Wanted, is_program};
use crate::model::{Digest, Find, IssueCode, Severity, TextId};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// A layer has at most this many entries; the largest real ones have some two million.
pub const MAX_ENTRIES: usize = 20_000_000;
/// A wanted file beyond this is not read: the largest real package databases (rpm, 3,000 packages) have 300 MiB.
pub const MAX_WANTED_BYTES: u64 = 512 << 20;
/// A licence text beyond this is not read: the longest real ones (browsers' third-party notices) have 15 MiB.
pub const MAX_TEXT_BYTES: u64 = 32 << 20;
/// All licence texts of one layer together.
pub const MAX_TEXTS_BYTES: u64 = 512 << 20;
/// A program or library beyond this is not read: the largest real ones of known use (browsers, JavaScript engines, Go
/// programs) have some 250 MiB. Larger ones are mostly libraries for numerical work, whose bytes name no package.
pub const MAX_PROGRAM_BYTES: u64 = 256 << 20;

/// What is kept of unwanted files of a pipe, in case that a link leads to them.
pub const MAX_SPARE_BYTES: u64 = 256 << 20;

/// So many bytes tell what kind of file an unwanted one is.
const HEAD_BYTES: usize = 64;
/// Of files beyond this only one is in memory at a time, whatever the number of threads.
const LARGE_BYTES: u64 = 16 << 20;
/// Who holds a large file in memory.
static LARGE: Mutex<()> = Mutex::new(());
/// Smaller files are nothing.
const MIN_HEAD_BYTES: u64 = 8;

/// How a layer is walked.
#[derive(Clone, Copy)]
pub struct WalkOptions<'a> {
    /// What the catalogers want.
    pub wanted: &'a Wanted,
    /// Whether to hash the uncompressed archive too.
    pub verify: bool,
    /// Whether the layer can be read a second time. Where it cannot (a pipe), unwanted files that look like a package
    /// database are kept in case that a link leads to them.
    pub once: bool,
    /// Where files are left for other threads to parse.
    pub desk: Option<&'a Desk>,
}

/// Walks a layer that lies at a place in a file.
///
/// # Errors
/// Those of opening and reading the file; damage inside the layer is an issue in the result.
pub fn walk_place(place: &Place, options: WalkOptions<'_>) -> io::Result<LayerScan> {
    let mut section = Section::open(place)?;
    let mut head = [0u8; 8];
    let n = section.read(&mut head)?;
    section.seek_to(0)?;
    // Plain archives are walked by seeking past the bodies that nobody wants, unless every byte is to be hashed.
    if super::decompress::sniff(&head[..n]) == Compression::Plain && !options.verify {
        let mut scan = LayerScan { blob_size: place.length, size: place.length, ..LayerScan::default() };
        let mut walker = Walker::new(&mut scan, options);
        walker.run(&mut Reader::new(Seeked(BufReader::with_capacity(64 << 10, section))));
        return Ok(scan);
    }
    walk_stream(section, options)
}

/// Walks a layer as it arrives. The reader is read to its end.
///
/// # Errors
/// Those of the reader; damage inside the layer is an issue in the result.
pub fn walk_stream(reader: impl Read, options: WalkOptions<'_>) -> io::Result<LayerScan> {
    let mut scan = LayerScan::default();
    let unpacked = match Unpacked::new(reader, true, options.verify) {
        Ok(unpacked) => unpacked,
        Err(e) if e.kind() == io::ErrorKind::Unsupported => {
            scan.issues.push(
                None,
                IssueCode("unsupported-compression"),
                Severity::Error,
                format!("{e}; the layer was not read"),
            );
            return Ok(scan);
        }
        Err(e) => return Err(e),
    };
    let compressed = unpacked.compression() != Compression::Plain;
    let mut tar = Reader::new(Streamed::new(unpacked));
    Walker::new(&mut scan, options).run(&mut tar);
    let Passed { blob_digest, blob_size, diff_id, size } = tar.into_inner().into_inner().finish()?;
    scan.blob_digest = blob_digest.as_ref().map(Digest::sha256);
    scan.blob_size = blob_size;
    scan.size = size;
    scan.diff_id = diff_id.as_ref().map(Digest::sha256);
    if !compressed {
        scan.diff_id = scan.blob_digest.clone();
    }
    Ok(scan)
}

/// Reads the bodies of some members again: those that a join turned out to need. The answer holds what was found.
///
/// # Errors
/// Those of opening and reading the file.
pub fn fetch_place(place: &Place, wanted: &BTreeSet<u32>, limit: u64) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut section = Section::open(place)?;
    let mut head = [0u8; 8];
    let n = section.read(&mut head)?;
    section.seek_to(0)?;
    if super::decompress::sniff(&head[..n]) == Compression::Plain {
        return fetch(&mut Reader::new(Seeked(BufReader::with_capacity(64 << 10, section))), wanted, limit);
    }
    fetch(&mut Reader::new(Streamed::new(Unpacked::new(section, false, false)?)), wanted, limit)
}

/// The same over a stream.
///
/// # Errors
/// Those of the reader.
pub fn fetch_stream(reader: impl Read, wanted: &BTreeSet<u32>, limit: u64) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    fetch(&mut Reader::new(Streamed::new(Unpacked::new(reader, false, false)?)), wanted, limit)
}

fn fetch<R: Skip>(tar: &mut Reader<R>, wanted: &BTreeSet<u32>, limit: u64) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut out = BTreeMap::new();
    let mut index = 0u32;
    while let Some(header) = tar.next_header()? {
        if index > wanted.last().copied().unwrap_or(0) {
            break;
        }
        if wanted.contains(&index)
            && let Some(bytes) = tar.read_file(header.size, limit)?
        {
            out.insert(index, bytes);
        }
        index += 1;
    }
    Ok(out)
}

/// Collects what one layer says.
pub(super) struct Walker<'a> {
    pub(super) scan: &'a mut LayerScan,
    options: WalkOptions<'a>,
    catalogers: Vec<u16>,
    spare_bytes: u64,
    text_bytes: u64,
    /// What comes back from other threads.
    tray: Tray,
    /// Files that were read and not yet taken, in the order of their entries; without finds those that another thread parses.
    read: VecDeque<Waiting>,
    /// Bytes of these files: what was found may be as long as they are.
    read_bytes: u64,
    /// What is wrong in files; it stands behind what is wrong with the archive, whichever was found first.
    in_files: IssueSink,
}

/// A file that was read and not yet taken.
struct Waiting {
    entry: u32,
    bytes: u64,
    /// What was found in it; `None` while another thread parses it.
    parsed: Option<Parsed>,
}

/// At most so many files wait for one before them, and so many bytes of files beside the last.
const MAX_READ: usize = 256;
const MAX_READ_BYTES: u64 = 64 << 20;

impl<'a> Walker<'a> {
    pub(super) fn new(scan: &'a mut LayerScan, options: WalkOptions<'a>) -> Self {
        Walker {
            scan,
            options,
            catalogers: Vec::new(),
            spare_bytes: 0,
            text_bytes: 0,
            tray: Tray::default(),
            read: VecDeque::new(),
            read_bytes: 0,
            in_files: IssueSink::default(),
        }
    }

    fn run<R: Skip>(&mut self, tar: &mut Reader<R>) {
        self.members(tar);
        self.finish();
    }

    fn members<R: Skip>(&mut self, tar: &mut Reader<R>) {
        loop {
            let header = tar.next_header();
            for trouble in tar.take_troubles() {
                self.trouble(&trouble);
            }
            match header {
                Ok(Some(header)) => {
                    if self.scan.entries.len() >= MAX_ENTRIES {
                        self.layer_issue(
                            "entry-limit",
                            format!("the layer has more than {MAX_ENTRIES} entries; the rest was not read"),
                        );
                        return;
                    }
                    if let Err(e) = self.entry(tar, &header) {
                        self.damaged(tar.position(), &e);
                        return;
                    }
                }
                Ok(None) => break,
                Err(e) => {
                    self.damaged(tar.position(), &e);
                    return;
                }
            }
        }
        if self.scan.entries.is_empty() && tar.position() > 0 && tar.position() < 1024 {
            self.layer_issue("layer-damaged", "the layer holds no tar archive".to_string());
        }
    }

    fn entry<R: Skip>(&mut self, tar: &mut Reader<R>, header: &super::tar::Header) -> io::Result<()> {
        // Every header takes an index, so that a second pass counts the same members.
        let path = match path::normalise(&header.path) {
            Normal::Path(p) => p,
            Normal::Clamped(p) => {
                self.scan.issues.push(
                    Some(&p),
                    IssueCode("path-escapes"),
                    Severity::Warning,
                    format!("the name {:?} climbs out of the root; read as {p:?}", path::text_of(&header.path)),
                );
                p
            }
            Normal::Bad => {
                self.layer_issue(
                    "bad-path",
                    format!(
                        "a name of {} bytes is too long or holds a NUL byte; the entry was left out",
                        header.path.len()
                    ),
                );
                self.push("", EntryKind::Other);
                return Ok(());
            }
        };
        let (folder, base) = path::split(&path);
        if let Some(hidden) = base.strip_prefix(".wh.") {
            let kind = match hidden {
                ".wh..opq" => EntryKind::Opaque,
                "" | "." | ".." => {
                    self.scan.issues.push(
                        Some(&path),
                        IssueCode("bad-whiteout"),
                        Severity::Warning,
                        "a whiteout that names no file; left out".to_string(),
                    );
                    EntryKind::Other
                }
                // What union file systems keep for themselves (`.wh..wh.plnk` and the like) deletes nothing.
                meta if meta.starts_with(".wh.") => EntryKind::Other,
                _ => EntryKind::Whiteout,
            };
            let target = match kind {
                EntryKind::Opaque => folder.to_string(),
                EntryKind::Whiteout if folder.is_empty() => hidden.to_string(),
                EntryKind::Whiteout => format!("{folder}/{hidden}"),
                _ => path,
            };
            self.push(&target, kind);
            return Ok(());
        }
        match header.kind {
            Kind::Dir => self.push(&path, EntryKind::Dir),
            Kind::Other => self.push(&path, EntryKind::Other),
            // No system makes such a link (symlink(2)).
            Kind::Symlink if header.link.len() > path::MAX_PATH_BYTES || header.link.contains(&0) => {
                self.layer_issue(
                    "bad-path",
                    format!(
                        "the target of the link {path:?} has {} bytes, too many, or holds a NUL byte; the entry was left out",
                        header.link.len()
                    ),
                );
                self.push(&path, EntryKind::Other);
            }
            Kind::Symlink => {
                let target = path::text_of(&header.link);
                self.push(&path, EntryKind::Symlink(target.into()));
            }
            Kind::Hardlink => match path::normalise(&header.link) {
                Normal::Path(target) | Normal::Clamped(target) => {
                    self.push(&path, EntryKind::Hardlink(target.into()));
                }
                Normal::Bad => self.push(&path, EntryKind::Other),
            },
            Kind::File => {
                let executable = header.mode & 0o111 != 0;
                self.push(&path, EntryKind::File { size: header.size, executable });
                self.file(tar, header, &path)?;
            }
        }
        Ok(())
    }

    fn file<R: Skip>(&mut self, tar: &mut Reader<R>, header: &super::tar::Header, path: &str) -> io::Result<()> {
        // Held until the file was looked into.
        let large = || (header.size > LARGE_BYTES).then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner));
        if self.is_wanted(path) {
            let _large = large();
            match tar.read_file(header.size, MAX_WANTED_BYTES)? {
                Some(bytes) => self.take(bytes),
                None => self.too_large(path, header.size),
            }
            return Ok(());
        }
        let looks = self.looks_for_programs() || self.options.once;
        if !looks || header.size < MIN_HEAD_BYTES {
            return Ok(());
        }
        let mut body = tar.body();
        let mut head = vec![0u8; HEAD_BYTES];
        let mut at = 0;
        while at < head.len() {
            match body.read(&mut head[at..])? {
                0 => break,
                n => at += n,
            }
        }
        head.truncate(at);
        // A sparse member may store more than the size that it states.
        if self.looks_for_programs() && is_program(&head) {
            if header.size > MAX_PROGRAM_BYTES {
                self.large_program(path, header.size);
                return Ok(());
            }
            let _large = large();
            reserve(&mut head, header.size);
            body.append(MAX_PROGRAM_BYTES - head.len() as u64, &mut head)?;
            self.take(head);
        } else if self.options.once && self.options.wanted.looks_like_database(&head, header.size) {
            let room = MAX_SPARE_BYTES.saturating_sub(self.spare_bytes);
            if header.size <= room {
                body.append(room.saturating_sub(head.len() as u64), &mut head)?;
                self.spare_bytes += head.len() as u64;
                self.scan.spares.insert((self.scan.entries.len() - 1) as u32, head);
            }
        }
        Ok(())
    }

    /// Whether any cataloger wants programs, whatever their names.
    pub(super) fn looks_for_programs(&self) -> bool {
        !self.options.wanted.programs().is_empty()
    }

    /// Whether any cataloger wants this path; remembers which, for [`Walker::take`].
    pub(super) fn is_wanted(&mut self, path: &str) -> bool {
        self.catalogers.clear();
        self.options.wanted.matching(path, &mut self.catalogers);
        !self.catalogers.is_empty()
    }

    /// Hands the bytes of the entry that was pushed last to the catalogers that want it.
    pub(super) fn take(&mut self, bytes: Vec<u8>) {
        let entry = (self.scan.entries.len() - 1) as u32;
        let by_path = !self.catalogers.is_empty();
        if is_program(&bytes) {
            self.scan.programs.insert(entry);
            self.catalogers.extend(self.options.wanted.programs());
            self.catalogers.sort_unstable();
            self.catalogers.dedup();
        }
        let path = self.scan.entries[entry as usize].path.clone();
        let size = bytes.len() as u64;
        let wish = Wish { entry, path, bytes, catalogers: self.catalogers.clone(), by_path };
        let kept = match self.options.desk {
            Some(desk) => desk.offer(wish, &self.tray).err(),
            None => Some(wish),
        };
        let parsed = kept.map(|wish| wish.parse(self.options.wanted));
        self.read.push_back(Waiting { entry, bytes: size, parsed });
        self.read_bytes += size;
        self.settle(MAX_READ);
    }

    /// Takes what was found in files that were read, in the order of their entries, as far as it is there; waits until fewer than so many are
    /// left, and no more than [`MAX_READ_BYTES`].
    fn settle(&mut self, most: usize) {
        while let Some(Waiting { entry, bytes, parsed }) = self.read.pop_front() {
            let parsed = parsed.or_else(|| self.tray.take(entry));
            let wait = self.read.len() >= most || self.read_bytes > MAX_READ_BYTES;
            let parsed = match (parsed, self.options.desk) {
                (Some(parsed), _) => parsed,
                (None, Some(desk)) if wait => desk.collect(self.options.wanted, &self.tray, entry),
                (None, _) => {
                    self.read.push_front(Waiting { entry, bytes, parsed: None });
                    return;
                }
            };
            self.read_bytes -= bytes;
            self.keep(entry, parsed);
        }
    }

    /// Takes all that is left.
    pub(super) fn finish(&mut self) {
        self.settle(0);
        // They stay until the report is made.
        self.scan.entries.shrink_to_fit();
        self.scan.issues.append(std::mem::take(&mut self.in_files));
    }

    /// Reports a wanted file past the limit.
    pub(super) fn too_large(&mut self, path: &str, size: u64) {
        self.scan.issues.push(
            Some(path),
            IssueCode("file-limit"),
            Severity::Error,
            format!("the file has {size} bytes, more than the limit of {MAX_WANTED_BYTES}; it was not read"),
        );
    }

    /// Reports a program past the limit.
    pub(super) fn large_program(&mut self, path: &str, size: u64) {
        self.scan.programs.insert((self.scan.entries.len() - 1) as u32);
        self.scan.issues.push(
            Some(path),
            IssueCode("program-limit"),
            Severity::Warning,
            format!(
                "the program or library has {size} bytes, more than the limit of {MAX_PROGRAM_BYTES}; what is built into it was not looked for"
            ),
        );
    }

    fn keep(&mut self, entry: u32, parsed: Parsed) {
        let Parsed { path, mut found, text, issues, keep } = parsed;
        self.in_files.append(issues);
        match text {
            Text::None => {}
            Text::Words(id, words, bytes) if self.text_bytes + bytes <= MAX_TEXTS_BYTES => {
                found.text = Some(id);
                if !self.scan.texts.contains_key(&id) {
                    self.text_bytes += words.len() as u64;
                    self.scan.texts.insert(id, words);
                }
            }
            Text::Words(_, _, bytes) | Text::Long(bytes) => self.in_files.push(
                Some(&path),
                IssueCode("text-limit"),
                Severity::Error,
                format!("a licence text of {bytes} bytes is past the limit; it was not read"),
            ),
            Text::Binary => self.in_files.push(
                Some(&path),
                IssueCode("not-text"),
                Severity::Info,
                "named like a licence text, but its bytes are no text; left out".to_string(),
            ),
        }
        if keep {
            self.scan.files.insert(entry, Arc::new(found));
        }
    }

    /// Adds an entry.
    pub(super) fn push(&mut self, path: &str, kind: EntryKind) {
        self.scan.entries.push(Entry { path: Arc::from(path), kind });
    }

    fn trouble(&mut self, trouble: &Trouble) {
        match trouble {
            Trouble::BadHeader { offset } => self.layer_issue(
                "layer-damaged",
                format!("bad tar header at byte {offset}; reading went on at the next good one, if there is one"),
            ),
            Trouble::Truncated { offset } => {
                self.layer_issue("layer-truncated", format!("the archive ends at byte {offset}, inside a member"));
            }
            Trouble::BadMeta { offset } => self.layer_issue(
                "layer-damaged",
                format!("a long name or PAX record at byte {offset} is malformed or too long; it was left out"),
            ),
        }
    }

    fn damaged(&mut self, position: u64, e: &io::Error) {
        self.layer_issue(
            "layer-damaged",
            format!("reading stopped at byte {position} of the archive: {e}; what follows is not in this report"),
        );
    }

    fn layer_issue(&mut self, code: &'static str, message: String) {
        self.scan.issues.push(None, IssueCode(code), Severity::Error, message);
    }
}

/// A file that was read, on its way to the catalogers that want it.
pub(super) struct Wish {
    /// Its place in the layer.
    pub entry: u32,
    path: Arc<str>,
    pub bytes: Vec<u8>,
    catalogers: Vec<u16>,
    /// Whether it is wanted by its path. Most of those that are not, programs, name no package; an image holds thousands.
    by_path: bool,
}

/// What was found in a file.
#[derive(Default)]
pub(super) struct Parsed {
    path: Arc<str>,
    found: FileFinds,
    text: Text,
    issues: IssueSink,
    keep: bool,
}

/// The text of a file that is named like a licence text.
#[derive(Default)]
enum Text {
    /// It is not named so.
    #[default]
    None,
    /// Its name, its words, and the bytes that it has.
    Words(TextId, Arc<str>, u64),
    /// It has so many bytes, too many.
    Long(u64),
    /// It is no text.
    Binary,
}

impl Wish {
    /// Hands the file to its catalogers.
    pub(super) fn parse(self, wanted: &Wanted) -> Parsed {
        let Wish { path, bytes, catalogers, by_path, .. } = self;
        let mut issues = IssueSink::default();
        let found = parse_file(wanted, &catalogers, &path, &bytes, &mut issues);
        let keep = by_path || !found.finds.is_empty();
        let is_text = found.finds.iter().any(|(_, f)| matches!(f, Find::LicenseText));
        let size = bytes.len() as u64;
        let text = match is_text {
            false => Text::None,
            true if size > MAX_TEXT_BYTES => Text::Long(size),
            true => words_of(&bytes).map_or(Text::Binary, |words| Text::Words(text_id(&bytes), words, size)),
        };
        Parsed { path, found, text, issues, keep }
    }
}

/// Hands a wanted file to its catalogers. A cataloger that panics costs its own finds in this file only.
pub fn parse_file(wanted: &Wanted, catalogers: &[u16], path: &str, bytes: &[u8], issues: &mut IssueSink) -> FileFinds {
    let mut out = FileFinds::default();
    for index in catalogers {
        let cataloger = wanted.cataloger(*index);
        let input = Input { path, bytes };
        match std::panic::catch_unwind(|| (cataloger.parse)(&input)) {
            Ok(parsed) => {
                out.finds.extend(parsed.finds.into_iter().map(|f| (*index, f)));
                for issue in parsed.issues {
                    issues.push(Some(path), issue.code, issue.severity, issue.message);
                }
            }
            Err(_) => issues.push(
                Some(path),
                IssueCode("parser-failed"),
                Severity::Error,
                format!("the cataloger {} failed on this file; please report it", cataloger.name),
            ),
        }
        out.catalogers.push(*index);
    }
    out
}

/// Names a text.
pub fn text_id(bytes: &[u8]) -> TextId {
    TextId(Sha256::digest(bytes).into())
}

/// A text's words: UTF-8, UTF-16 with its mark, else Latin-1. `None` for what is no text.
pub fn words_of(bytes: &[u8]) -> Option<Arc<str>> {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| -> Arc<str> {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|c| read(*c)).collect();
        String::from_utf16_lossy(&units).into()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => return Some(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => return Some(utf16(rest, u16::from_be_bytes)),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if memchr::memchr(0, bytes).is_some() {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(s) => Some(s.into()),
        Err(_) => Some(bytes.iter().map(|b| char::from(*b)).collect::<String>().into()),
    }
}

/// A part of a file.
struct Section {
    file: File,
    start: u64,
    length: u64,
    at: u64,
}

impl Section {
    fn open(place: &Place) -> io::Result<Section> {
        let mut file = File::open(&place.file)?;
        file.seek(SeekFrom::Start(place.offset))?;
        Ok(Section { file, start: place.offset, length: place.length, at: 0 })
    }

    fn seek_to(&mut self, at: u64) -> io::Result<()> {
        self.at = at.min(self.length);
        self.file.seek(SeekFrom::Start(self.start + self.at))?;
        Ok(())
    }
}

impl Read for Section {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let want = (self.length - self.at).min(buf.len() as u64) as usize;
        let n = self.file.read(&mut buf[..want])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(n) => Some(n),
            SeekFrom::Current(n) => self.at.checked_add_signed(n),
            SeekFrom::End(n) => self.length.checked_add_signed(n),
        };
        let at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.seek_to(at)?;
        Ok(self.at)
    }
}

/// Skips by seeking.
struct Seeked(BufReader<Section>);

impl Read for Seeked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl Skip for Seeked {
    fn skip(&mut self, n: u64) -> io::Result<u64> {
        let buffered = self.0.buffer().len() as u64;
        let left = self.0.get_ref().length - self.0.get_ref().at + buffered;
        let n = n.min(left);
        let by = i64::try_from(n).map_err(io::Error::other)?;
        self.0.seek_relative(by)?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_no_system_makes_are_left_out() {
        let long = vec![b'y'; path::MAX_PATH_BYTES + 1];
        for target in [&b"usr\0/../lib"[..], &long] {
            let mut tar = tar::Builder::new(Vec::new());
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            tar.append_pax_extensions([("linkpath", target)]).unwrap();
            tar.append_data(&mut header, "lib", io::empty()).unwrap();
            let archive = tar.into_inner().unwrap();
            let wanted = Wanted::new(crate::catalog::TABLE, &[crate::catalog::Group::Installed]);
            let scan =
                walk_stream(&archive[..], WalkOptions { wanted: &wanted, verify: false, once: false, desk: None })
                    .unwrap();
            assert_eq!(scan.entries, [Entry { path: "lib".into(), kind: EntryKind::Other }]);
            let codes: Vec<&str> = scan.issues.of_layer(None).iter().map(|i| i.code.0).collect();
            assert_eq!(codes, ["bad-path"]);
        }
    }
}
