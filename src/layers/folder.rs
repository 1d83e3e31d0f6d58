//! A folder of the machine as if it were one layer: a root file system that somebody unpacked.
//!
//! Links are recorded, never followed; what lies on another device is read too, sockets and devices are not.

use super::path::{self, Normal};
use super::place::Section;
use super::walk::{MAX_WANTED_BYTES, WalkOptions, Walker};
use super::{EntryKind, LayerScan, Place};
use crate::catalog::{MIN_PROGRAM_BYTES, is_program};
use crate::model::{IssueCode, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A tree deeper than this is left alone; paths end at 4,096 bytes anyway.
const MAX_DEPTH: usize = 2048;

/// Walks a folder.
///
/// # Errors
/// When the folder itself cannot be read; what lies below and cannot be read is an issue.
pub fn walk(root: &Path, options: WalkOptions<'_>) -> io::Result<LayerScan> {
    let mut scan = LayerScan::default();
    let mut walker = Walker::new(&mut scan, options);
    let mut todo: Vec<(PathBuf, usize)> = vec![(root.to_path_buf(), 0)];
    fs::read_dir(root)?;
    while let Some((folder, depth)) = todo.pop() {
        let mut children = match fs::read_dir(&folder).and_then(|list| list.collect::<io::Result<Vec<_>>>()) {
            Ok(children) => children,
            Err(e) => {
                unreadable(&mut walker, root, &folder, &e);
                continue;
            }
        };
        children.sort_by_key(fs::DirEntry::file_name);
        let mut below = Vec::new();
        for child in children {
            let place = child.path();
            let (Ok(meta), Some(name)) = (fs::symlink_metadata(&place), name_in(root, &place)) else { continue };
            let kind = meta.file_type();
            if kind.is_dir() {
                walker.push(&name, EntryKind::Dir);
                if depth < MAX_DEPTH {
                    below.push((place, depth + 1));
                }
            } else if kind.is_symlink() {
                let target = fs::read_link(&place).map(|t| t.to_string_lossy().into_owned()).unwrap_or_default();
                walker.push(&name, EntryKind::Symlink(target.into()));
            } else if kind.is_file() {
                walker.push(&name, EntryKind::File { size: meta.len(), executable: is_executable(&meta) });
                walker.scan.size += meta.len();
                if let Err(e) = file(&mut walker, &place, &name, meta.len()) {
                    unreadable(&mut walker, root, &place, &e);
                }
            } else {
                walker.push(&name, EntryKind::Other);
            }
        }
        todo.extend(below.into_iter().rev());
    }
    walker.finish();
    Ok(scan)
}

/// Reads some entries again, by their index in the walk.
///
/// # Errors
/// When a file cannot be read.
pub fn fetch(root: &Path, scan: &LayerScan, wanted: &BTreeSet<u32>) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut out = BTreeMap::new();
    for index in wanted {
        let Some(entry) = scan.entries.get(*index as usize) else { continue };
        let place = root.join(&*entry.path);
        if fs::symlink_metadata(&place)?.len() <= MAX_WANTED_BYTES {
            out.insert(*index, fs::read(place)?);
        }
    }
    Ok(out)
}

fn file(walker: &mut Walker<'_>, place: &Path, name: &str, size: u64) -> io::Result<()> {
    if !walker.is_wanted(name) {
        return program(walker, place, name, size);
    }
    if size > MAX_WANTED_BYTES {
        walker.too_large(name, size);
        return Ok(());
    }
    let bytes = fs::read(place)?;
    walker.take(bytes);
    Ok(())
}

/// Reads a file that no cataloger wants by its name, where it is a program and they want these.
fn program(walker: &mut Walker<'_>, place: &Path, name: &str, size: u64) -> io::Result<()> {
    if !walker.looks_for_programs() || size < MIN_PROGRAM_BYTES {
        return Ok(());
    }
    let place = Place { file: place.to_path_buf(), offset: 0, length: size };
    let mut file = Section::open(&place)?;
    let mut head = Vec::with_capacity(MIN_PROGRAM_BYTES as usize);
    file.append(MIN_PROGRAM_BYTES, &mut head)?;
    if !is_program(&head) {
        return Ok(());
    }
    walker.program(&mut file.seeked(), size, name, head)
}

fn name_in(root: &Path, place: &Path) -> Option<String> {
    let relative = place.strip_prefix(root).ok()?;
    #[cfg(unix)]
    let raw = std::os::unix::ffi::OsStrExt::as_bytes(relative.as_os_str()).to_vec();
    #[cfg(not(unix))]
    let raw = relative.to_string_lossy().replace('\\', "/").into_bytes();
    match path::normalise(&raw) {
        Normal::Path(p) if !p.is_empty() => Some(p),
        _ => None,
    }
}

fn unreadable(walker: &mut Walker<'_>, root: &Path, place: &Path, e: &io::Error) {
    let name = name_in(root, place);
    walker.scan.issues.push(
        name.as_deref(),
        IssueCode("unreadable"),
        Severity::Error,
        format!("cannot be read: {e}; what it holds is not in this report"),
    );
}

#[cfg(unix)]
fn is_executable(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_meta: &fs::Metadata) -> bool {
    false
}
