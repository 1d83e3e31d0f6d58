//! One layer, read once: every entry with its path and kind, and what the catalogers find in the files that they want.
//!
//! The walk knows tar, whiteouts (OCI image layer specification, "Whiteouts") and limits; it does not know what the files
//! mean. Everything here depends on the layer's bytes alone.

mod body;

use super::decompress::{Compression, Passed, Unpacked};
use super::desk::{Desk, Tray};
use super::parse::{Parsed, Text, Wish};
use super::path::{self, Normal};
use super::place::Section;
use super::tar::{Kind, Reader, Skip, Streamed, Trouble};
use super::{Entry, EntryKind, IssueSink, LayerScan, Place};
use crate::catalog::{Wanted, is_program};
use crate::model::{Digest, IssueCode, Severity};
pub use body::{MAX_PROGRAM_BYTES, MAX_SPARE_BYTES, MAX_WANTED_BYTES};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Read};
use std::sync::Arc;

/// A layer has at most this many entries; the largest real ones have some two million.
pub const MAX_ENTRIES: usize = 20_000_000;
/// All licence texts of one layer together.
pub const MAX_TEXTS_BYTES: u64 = 512 << 20;

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
    // Plain archives are walked by seeking past the bodies that nobody wants, unless every byte is to be hashed.
    if !options.verify && section.is_plain()? {
        let mut scan = LayerScan { blob_size: place.length, size: place.length, ..LayerScan::default() };
        let mut walker = Walker::new(&mut scan, options);
        walker.run(&mut Reader::new(section.seeked()))?;
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
    Walker::new(&mut scan, options).run(&mut tar)?;
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
    if section.is_plain()? {
        return fetch(&mut Reader::new(section.seeked()), wanted, limit);
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

    /// Reads all members. What is wrong with them is an issue; that this machine has no memory for one is an error, for it says nothing of
    /// the layer.
    fn run<R: Skip>(&mut self, tar: &mut Reader<R>) -> io::Result<()> {
        let done = match self.members(tar) {
            Err(e) if e.kind() != io::ErrorKind::OutOfMemory => {
                self.damaged(tar.position(), &e);
                Ok(())
            }
            other => other,
        };
        self.finish();
        done
    }

    fn members<R: Skip>(&mut self, tar: &mut Reader<R>) -> io::Result<()> {
        loop {
            let header = tar.next_header();
            for trouble in tar.take_troubles() {
                self.trouble(&trouble);
            }
            match header? {
                Some(header) => {
                    if self.scan.entries.len() >= MAX_ENTRIES {
                        self.layer_issue(
                            "entry-limit",
                            format!("the layer has more than {MAX_ENTRIES} entries; the rest was not read"),
                        );
                        return Ok(());
                    }
                    self.entry(tar, &header)?;
                }
                None => break,
            }
        }
        if self.scan.entries.is_empty() && tar.position() > 0 && tar.position() < 1024 {
            self.layer_issue("layer-damaged", "the layer holds no tar archive".to_string());
        }
        Ok(())
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
