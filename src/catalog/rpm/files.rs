//! The files of a package, and which of them are licence texts.
//!
//! rpm keeps base names, folder names, and an index that joins them; before 3.0.5 it kept whole paths. Folders,
//! ghosts (files that the package names but does not bring) and files that were not installed are left out.

use super::header::{self, Header, Numbers, text};
use crate::model::{OwnedFile, OwnedKind};
use std::borrow::Cow;

/// The longest path; Linux takes no longer one (`PATH_MAX`).
const MAX_PATH: usize = 4096;

const DOC: u32 = 1 << 1;
const GHOST: u32 = 1 << 6;
const LICENSE: u32 = 1 << 7;

/// The bits of a mode that say what a file is, and their value for a folder.
const MODE_KIND: u32 = 0o170000;
const MODE_FOLDER: u32 = 0o040000;

/// States of files that are not there, or are another package's: replaced, not installed, of the wrong architecture.
const ABSENT_STATES: [u32; 3] = [1, 2, 4];

/// What a header says of files.
#[derive(Default)]
pub struct Files {
    /// The files that the package owns.
    pub owned: Vec<OwnedFile>,
    /// Where its licence texts lie.
    pub texts: Vec<Box<str>>,
}

/// Reads them. `path_bytes` is what may still be spent on paths; `notes` takes what could not be read.
pub fn read(header: &Header<'_>, path_bytes: &mut usize, notes: &mut Vec<String>) -> Files {
    let mut strings = |tag| {
        header.strings(tag).unwrap_or_else(|why| {
            notes.push(why);
            Vec::new()
        })
    };
    let base_names = strings(header::BASE_NAMES);
    let (names, folders) = if base_names.is_empty() {
        (strings(header::OLD_FILE_NAMES), None)
    } else {
        (base_names, Some(strings(header::DIR_NAMES)))
    };
    if names.is_empty() {
        return Files::default();
    }
    let mut collector = Collector {
        flags: header.numbers(header::FILE_FLAGS).unwrap_or_else(|why| none(why, notes)),
        modes: header.short_numbers(header::FILE_MODES).unwrap_or_else(|why| none(why, notes)),
        states: header.bytes(header::FILE_STATES).unwrap_or_else(|why| none(why, notes)),
        path_bytes,
        files: Files { owned: Vec::with_capacity(names.len()), texts: Vec::new() },
        unusable: 0,
    };
    let whole = match folders {
        Some(folders) => {
            let indexes = header.numbers(header::DIR_INDEXES).unwrap_or_else(|why| none(why, notes));
            // Each folder is brought to its normal form once, for all the files in it.
            let folders: Vec<_> = folders.into_iter().map(normal_folder).collect();
            names.iter().enumerate().try_for_each(|(at, name)| {
                let folder = indexes.get(at).and_then(|index| folders.get(index as usize)?.as_deref());
                collector.add(at, folder, &text(name))
            })
        }
        None => names.iter().enumerate().try_for_each(|(at, path)| {
            let path = text(path);
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
            collector.add(at, normal_folder(folder.as_bytes()).as_deref(), name)
        }),
    };
    if whole.is_none() {
        notes.push(format!(
            "its list of files is longer than the database explains; {} were kept",
            collector.files.owned.len()
        ));
    }
    if collector.unusable > 0 {
        notes.push(format!("{} of its files have no usable path", collector.unusable));
    }
    // Most of what some packages list are folders.
    collector.files.owned.shrink_to_fit();
    collector.files
}

/// Builds the list, one file at a time.
struct Collector<'a> {
    flags: Numbers<'a, 4>,
    modes: Numbers<'a, 2>,
    states: Numbers<'a, 1>,
    path_bytes: &'a mut usize,
    files: Files,
    /// How many files have no path that an image can hold.
    unusable: usize,
}

impl Collector<'_> {
    /// Adds the file at an index, whose folder is in its normal form; `None` when no more paths may be kept.
    fn add(&mut self, at: usize, folder: Option<&str>, name: &str) -> Option<()> {
        let flags = self.flags.get(at).unwrap_or(0);
        let is_folder = self.modes.get(at).is_some_and(|mode| mode & MODE_KIND == MODE_FOLDER);
        if is_folder || flags & GHOST != 0 {
            return Some(());
        }
        let Some(folder) = folder.filter(|folder| folder.len() + name.len() <= MAX_PATH && is_base_name(name)) else {
            self.unusable += 1;
            return Some(());
        };
        *self.path_bytes = self.path_bytes.checked_sub(folder.len() + name.len())?;
        let mut path = String::with_capacity(folder.len() + name.len());
        path.push_str(folder);
        path.push_str(name);
        let path = path.into_boxed_str();
        let flagged = flags & LICENSE != 0;
        if flagged || is_license_text(&path, flags & DOC != 0) {
            self.files.texts.push(path.clone());
        }
        // A text of this name may stand in the image by another way; a file that was not installed is not owned.
        if !self.states.get(at).is_some_and(|state| ABSENT_STATES.contains(&state)) {
            let kind = if flagged { OwnedKind::License } else { OwnedKind::Plain };
            self.files.owned.push(OwnedFile { path, kind });
        }
        Some(())
    }
}

/// Whether a file that has no flag of a licence text is one all the same: those in the folder for them, and those
/// that were packed as documentation, as everybody did before there was a flag (rpm 4.11).
fn is_license_text(path: &str, is_doc: bool) -> bool {
    if let Some(below) = path.strip_prefix("usr/share/licenses/") {
        // The one file there that is no text: SUSE's list of the others.
        return !below.ends_with("/directory.yast");
    }
    let Some(below) = path.strip_prefix("usr/share/doc/").filter(|_| is_doc) else { return false };
    // SUSE puts one folder more between. Deeper ones belong to examples and bundled parts.
    let below = below.strip_prefix("packages/").unwrap_or(below);
    let Some((_, name)) = below.split_once('/') else { return false };
    !name.contains('/') && ["COPYING", "LICENSE", "LICENCE"].iter().any(|word| starts_with(name, word))
}

fn starts_with(name: &str, word: &str) -> bool {
    name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn is_base_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains('/')
}

/// The folder without a slash before and with one behind it (the root is empty); `None` where it climbs.
fn normal_folder(folder: &[u8]) -> Option<Cow<'_, str>> {
    let folder = text(folder);
    let inner = folder.trim_matches('/');
    if inner.is_empty() {
        return Some(Cow::Borrowed(""));
    }
    if inner.split('/').any(|part| part == "..") {
        return None;
    }
    let parts = inner.split('/').filter(|part| !matches!(*part, "" | "."));
    Some(Cow::Owned(parts.flat_map(|part| [part, "/"]).collect()))
}

fn none<const N: usize>(why: String, notes: &mut Vec<String>) -> Numbers<'static, N> {
    notes.push(why);
    Numbers::NONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_brought_to_one_form() {
        fn check(folder: &str, expected: Option<&str>) {
            assert_eq!(normal_folder(folder.as_bytes()).as_deref(), expected, "{folder}");
        }
        check("/usr/bin/", Some("usr/bin/"));
        check("/usr/bin", Some("usr/bin/"));
        check("usr//./bin/", Some("usr/bin/"));
        check("/", Some(""));
        check("", Some(""));
        check("/usr/../etc/", None);
        check("/usr/..x/", Some("usr/..x/"));
    }

    #[test]
    fn licence_texts_without_a_flag() {
        fn check(path: &str, is_doc: bool, expected: bool) {
            assert_eq!(is_license_text(path, is_doc), expected, "{path}");
        }
        check("usr/share/licenses/bash/COPYING", false, true);
        check("usr/share/licenses/product/SLES/directory.yast", false, false);
        check("usr/share/doc/bash-4.1/COPYING", true, true);
        check("usr/share/doc/packages/zlib/LICENSE", true, true);
        check("usr/share/doc/x/copying.lib", true, true);
        check("usr/share/doc/x/LICENCE.txt", true, true);
        check("usr/share/doc/x/COPYING", false, false);
        check("usr/share/doc/x/examples/LICENSE", true, false);
        check("usr/share/doc/x/README", true, false);
        check("usr/share/doc/LICENSE", true, false);
        check("opt/x/LICENSE", true, false);
    }
}
