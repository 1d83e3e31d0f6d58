//! The body of one file: read where a cataloger wants the file, without its code where it is a program that is wanted as such, else passed over.

use super::Walker;
use crate::catalog::{code, is_program};
use crate::layers::tar::{Header, Reader, Skip, reserve};
use crate::model::{IssueCode, Severity};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A wanted file beyond this is not read: the largest real package databases (rpm, 3,000 packages) have 300 MiB.
pub const MAX_WANTED_BYTES: u64 = 512 << 20;
/// A program or library of which more than this is kept (without its code, with its holes) is not read: the largest real ones of known use (browsers, JavaScript
/// engines, Go programs) have some 250 MiB in all. Larger ones are mostly libraries for numerical work, whose bytes name no package.
pub const MAX_PROGRAM_BYTES: u64 = 256 << 20;

/// What is kept of unwanted files of a pipe, in case that a link leads to them.
pub const MAX_SPARE_BYTES: u64 = 256 << 20;

/// So many bytes tell what kind of file an unwanted one is.
const HEAD_BYTES: usize = 64;
/// Of files beyond this only one is in memory at a time, whatever the number of threads.
const LARGE_BYTES: u64 = 16 << 20;
/// Who holds a large file in memory.
static LARGE: Mutex<()> = Mutex::new(());

/// To be held until a file of this size was looked into.
fn lock_if_large(size: u64) -> Option<MutexGuard<'static, ()>> {
    (size > LARGE_BYTES).then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Smaller files are nothing.
const MIN_HEAD_BYTES: u64 = 8;

/// Whether a file is named as those that hold the debug information of another: some have the segments of that one, whose bytes
/// are not there.
fn is_debug_file(path: &str) -> bool {
    path.ends_with(".debug") || path.starts_with("usr/lib/debug/")
}

impl Walker<'_> {
    /// Reads the body of the entry that was pushed last, as far as it is of interest.
    pub(super) fn file<R: Skip>(&mut self, tar: &mut Reader<R>, header: &Header, path: &str) -> io::Result<()> {
        if self.is_wanted(path) {
            let _lock = lock_if_large(header.size.max(tar.stored_left()));
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
        let mut head = Vec::with_capacity(HEAD_BYTES);
        body.append(HEAD_BYTES as u64, &mut head)?;
        if self.looks_for_programs() && is_program(&head) {
            if tar.is_sparse() {
                return self.sparse_program(tar, header.size, path, head);
            }
            self.program(&mut tar.body(), header.size, path, head)?;
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

    /// Takes the program that begins with these bytes and goes on in `body`, without its code.
    pub(in crate::layers) fn program(
        &mut self,
        body: &mut impl Skip,
        size: u64,
        path: &str,
        mut head: Vec<u8>,
    ) -> io::Result<()> {
        body.append((code::HEAD_BYTES.saturating_sub(head.len())) as u64, &mut head)?;
        let code = code::range(&head, size).filter(|_| !is_debug_file(path));
        let kept = size - code.as_ref().map_or(0, |c| c.end - c.start);
        if kept > MAX_PROGRAM_BYTES {
            self.large_program(path, size, kept);
            return Ok(());
        }
        let _lock = lock_if_large(kept);
        reserve(&mut head, kept);
        if let Some(code) = &code {
            body.append(code.start - head.len() as u64, &mut head)?;
            body.skip(code.end - code.start)?;
        }
        body.append(MAX_PROGRAM_BYTES - head.len() as u64, &mut head)?;
        if let Some(lost) = code.and_then(|code| code::close(&mut head, &code)) {
            self.scan.issues.push(
                Some(path),
                IssueCode("program-data"),
                Severity::Warning,
                format!(
                    "a section that is no code, at byte {lost} of the program or library, lies among its code and was passed over; what it \
                     says of packages is not in this report"
                ),
            );
        }
        self.take(head);
        Ok(())
    }

    /// Takes a program whose archive leaves out its holes.
    fn sparse_program<R: Skip>(
        &mut self,
        tar: &mut Reader<R>,
        size: u64,
        path: &str,
        mut stored: Vec<u8>,
    ) -> io::Result<()> {
        if size > MAX_PROGRAM_BYTES {
            self.large_program(path, size, size);
            return Ok(());
        }
        // It may store more than the size that it states.
        let left = tar.stored_left().min(MAX_PROGRAM_BYTES);
        let _lock = lock_if_large(size.max(left));
        reserve(&mut stored, left + HEAD_BYTES as u64);
        tar.body().append(left, &mut stored)?;
        let bytes = tar.expand(stored);
        self.take(bytes);
        Ok(())
    }

    /// Whether any cataloger wants programs, whatever their names.
    pub(in crate::layers) fn looks_for_programs(&self) -> bool {
        !self.options.wanted.programs().is_empty()
    }

    /// Whether any cataloger wants this path; remembers which, for [`Walker::take`].
    pub(in crate::layers) fn is_wanted(&mut self, path: &str) -> bool {
        self.catalogers.clear();
        self.options.wanted.matching(path, &mut self.catalogers);
        !self.catalogers.is_empty()
    }

    /// Reports a wanted file past the limit.
    pub(in crate::layers) fn too_large(&mut self, path: &str, size: u64) {
        self.scan.issues.push(
            Some(path),
            IssueCode("file-limit"),
            Severity::Error,
            format!("the file has {size} bytes, more than the limit of {MAX_WANTED_BYTES}; it was not read"),
        );
    }

    /// Reports a program past the limit.
    fn large_program(&mut self, path: &str, size: u64, kept: u64) {
        let without = if kept < size { format!(", {kept} of them without its code") } else { String::new() };
        self.scan.programs.insert((self.scan.entries.len() - 1) as u32);
        self.scan.issues.push(
            Some(path),
            IssueCode("program-limit"),
            Severity::Warning,
            format!(
                "the program or library has {size} bytes{without}, more than the limit of {MAX_PROGRAM_BYTES}; what is built into it was not looked for"
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::code::build::{CODE, Made, R, RW, RX};
    use crate::catalog::{Group, TABLE, Wanted};
    use crate::layers::LayerScan;
    use crate::layers::walk::{WalkOptions, walk_stream};

    /// A program with two MiB of code between headers and a note on its package.
    fn program() -> Vec<u8> {
        let note = br#"{"type":"deb","os":"debian","name":"far","version":"1-2","architecture":"amd64"}"#;
        let note = [&[4, 0, 0, 0, 81, 0, 0, 0, 0x7e, 0x1a, 0xfe, 0xca][..], b"FDO\0", note, b"\0\0\0\0"].concat();
        let segments = [(1, R, 0, 0x1000), (1, RX, 0x1000, 0x20_0000), (1, RW, 0x20_1000, 0x1000)];
        let sections = [
            (".text", CODE, 0x1000, 0x20_0000),
            (".note.package", 2, 0x20_1000, note.len() as u64),
            (".shstrtab", 0, 0x20_2000, 0x100),
        ];
        let made = Made { wide: true, big: false, segments: &segments, sections: &sections, table: 0x20_2100 };
        let mut bytes = made.bytes(0x20_3000);
        bytes[0x20_1000..0x20_1000 + note.len()].copy_from_slice(&note);
        bytes
    }

    fn packages(scan: &LayerScan) -> Vec<String> {
        let finds = scan.files.values().flat_map(|f| &f.finds);
        let packages = finds.filter_map(|(_, f)| f.clone().into_package());
        packages.map(|p| format!("{} {}", p.name, p.version)).collect()
    }

    #[test]
    fn code_is_passed_over() {
        let program = program();
        let mut tar = tar::Builder::new(Vec::new());
        for (name, bytes) in [("bin/a", &program[..]), ("bin/b", b"short"), ("bin/c", &program)] {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            tar.append_data(&mut header, name, bytes).unwrap();
        }
        let archive = tar.into_inner().unwrap();
        let wanted = Wanted::new(TABLE, &[Group::Installed]);
        let options = WalkOptions { wanted: &wanted, verify: false, once: false, desk: None };
        let scan = walk_stream(&archive[..], options).unwrap();
        assert_eq!(packages(&scan), ["far 1-2", "far 1-2"]);
        assert_eq!((scan.entries.len(), scan.programs.len(), scan.size), (3, 2, archive.len() as u64));
        assert!(scan.issues.of_layer(None).is_empty());
        // An archive that ends in the code, or behind it.
        for end in [0x1200, 0x4000, 0x10_0000, 0x20_1210, 0x20_2000] {
            let scan = walk_stream(&archive[..end], options).unwrap();
            let codes: Vec<&str> = scan.issues.of_layer(None).iter().map(|i| i.code.0).collect();
            assert_eq!((codes, packages(&scan).len()), (vec!["layer-truncated"], 0), "{end:#x}");
        }
    }

    #[test]
    fn sparse_programs_are_whole() {
        let program = program();
        // What is stored: the first page, and all behind the code.
        let stored = [&program[..0x1000], &program[0x20_1000..]].concat();
        let map = format!("2\n0\n{}\n{}\n{}\n", 0x1000, 0x20_1000, 0x2000);
        let mut tar = tar::Builder::new(Vec::new());
        let size = program.len().to_string();
        tar.append_pax_extensions([
            ("GNU.sparse.major", &b"1"[..]),
            ("GNU.sparse.minor", b"0"),
            ("GNU.sparse.name", b"bin/a"),
            ("GNU.sparse.realsize", size.as_bytes()),
        ])
        .unwrap();
        let mut body = map.into_bytes();
        body.resize(512, 0);
        body.extend(stored);
        let mut header = tar::Header::new_gnu();
        header.set_size(body.len() as u64);
        tar.append_data(&mut header, "bin/GNUSparseFile.0/a", &body[..]).unwrap();
        let archive = tar.into_inner().unwrap();
        let wanted = Wanted::new(TABLE, &[Group::Installed]);
        let options = WalkOptions { wanted: &wanted, verify: false, once: false, desk: None };
        let scan = walk_stream(&archive[..], options).unwrap();
        assert_eq!((packages(&scan), &*scan.entries[0].path), (vec!["far 1-2".to_string()], "bin/a"));
    }
}
