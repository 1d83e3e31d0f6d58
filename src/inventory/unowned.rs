//! Files that a container could run or unpack and that belong to no package: programs, libraries, archives. Somebody put them
//! there, nobody says under which licence; a report that does not name them has a silent gap.

use super::owners::Owners;
use super::sources::path_of;
use super::{Draft, SourceFile, Span};
use crate::layers::tree::Tree;
use crate::layers::{EntryKind, FileRef, LayerScan};
use crate::model::{Ecosystem, Find, Unowned, UnownedKind};
use foldhash::{HashSet, HashSetExt};
use std::sync::Arc;

/// How the names of archives end.
const ARCHIVES: [&str; 20] = [
    ".jar", ".war", ".ear", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".whl", ".egg",
    ".gem", ".nupkg", ".deb", ".rpm", ".apk", ".7z", ".phar", ".crate",
];

/// Lists them: what is visible at the end, by path.
pub fn list(
    tree: &Tree,
    scans: &[Arc<LayerScan>],
    files: &[SourceFile],
    drafts: &[Draft],
    owners: &Owners,
) -> Vec<Unowned> {
    let known = Known::new(files, drafts);
    let mut out = Vec::new();
    for (layer, scan) in scans.iter().enumerate() {
        for (entry, item) in scan.entries.iter().enumerate() {
            let EntryKind::File { size, .. } = item.kind else { continue };
            let kind = if scan.programs.contains(&(entry as u32)) {
                UnownedKind::Program
            } else if ARCHIVES.iter().any(|a| item.path.ends_with(a)) {
                UnownedKind::Archive
            } else {
                continue;
            };
            let at = FileRef { layer: layer as u32, entry: entry as u32 };
            if tree.removed_by(at).is_some() {
                continue;
            }
            let path = path_of(tree, scan, at);
            let span = Span { from: at.layer, to: None };
            if known.has(&path) || owners.of_file(&path, span).is_some() {
                continue;
            }
            out.push(Unowned { path: (&*path).into(), layer: layer as u32, size, kind });
        }
    }
    out.sort();
    out
}

/// What language packages have: the files that they list, those that describe them, and what lies in their folders.
struct Known<'a> {
    files: HashSet<&'a str>,
    folders: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn new(files: &'a [SourceFile], drafts: &'a [Draft]) -> Known<'a> {
        let mut known = Known { files: HashSet::new(), folders: HashSet::new() };
        for instance in drafts.iter().flat_map(|d| &d.instances) {
            known.files.insert(&instance.path);
            known.files.extend(instance.find.files.iter().map(|f| &*f.path));
            // A package's folder is its own where it is made for it alone; `dist-info` folders hold no programs anyway.
            if instance.find.ecosystem != Ecosystem::GENERIC {
                known.folders.extend(instance.find.text_folder.as_deref());
            }
        }
        for file in files {
            for (_, find) in &file.found.finds {
                if let Find::Files { files, .. } = find {
                    known.files.extend(files.iter().map(|f| &*f.path));
                }
            }
        }
        known
    }

    fn has(&self, path: &str) -> bool {
        let above = |path: &str| path.match_indices('/').any(|(at, _)| self.folders.contains(&path[..at]));
        self.files.contains(path) || above(path)
    }
}
