//! How many bytes of the layers are files of each package: what is distributed with it, also where a later layer hides it.
//!
//! A file is counted for the package that lists it, else for the one whose folder it lies in (a Node package, a gem), else for the one
//! that it is (a jar, a program). What a build put into a program has no bytes of its own.

use super::owners::Owners;
use super::sources::path_of;
use super::{Draft, SourceFile, Span};
use crate::layers::tree::Tree;
use crate::layers::{EntryKind, FileRef, LayerScan};
use crate::model::{Basis, Ecosystem, Find};
use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

/// Bytes of each draft's files, uncompressed, all layers together; 0 where no file is known to be its own.
pub fn count(
    tree: &Tree,
    scans: &[Arc<LayerScan>],
    files: &[SourceFile],
    drafts: &[Draft],
    owners: &Owners<'_>,
) -> Vec<u64> {
    let listed = Listed::new(files, drafts);
    let mut out = vec![0u64; drafts.len()];
    for (layer, scan) in scans.iter().enumerate() {
        for (entry, item) in scan.entries.iter().enumerate() {
            let EntryKind::File { size, .. } = item.kind else { continue };
            let at = FileRef { layer: layer as u32, entry: entry as u32 };
            let path = path_of(tree, scan, at);
            let span = Span { from: at.layer, to: tree.removed_by(at) };
            let owner = owners.of_file(&path, span).or_else(|| listed.owner(&path, span, drafts));
            if let Some(bytes) = owner.and_then(|o| out.get_mut(o as usize)) {
                *bytes += size;
            }
        }
    }
    out
}

/// Files and folders of packages whose ecosystem owns no files.
#[derive(Default)]
struct Listed<'a> {
    files: HashMap<&'a str, Vec<u32>>,
    folders: HashMap<&'a str, Vec<u32>>,
}

impl<'a> Listed<'a> {
    fn new(files: &'a [SourceFile], drafts: &'a [Draft]) -> Listed<'a> {
        let mut out = Listed::default();
        let mut by_path: HashMap<&str, Vec<u32>> = HashMap::new();
        for (i, draft) in drafts.iter().enumerate().filter(|(_, d)| !d.find.ecosystem.owns_files()) {
            let i = i as u32;
            for instance in draft.instances.iter().filter(|n| n.find.inner.is_none()) {
                let find = &instance.find;
                let itself = match find.basis {
                    Basis::Installed => find.ecosystem != Ecosystem::GENERIC,
                    Basis::Archive | Basis::Classified => true,
                    Basis::Embedded | Basis::Recovered | Basis::Document | Basis::Lockfile => continue,
                };
                if itself {
                    out.files.entry(&instance.path).or_default().push(i);
                }
                for file in &find.files {
                    out.files.entry(&file.path).or_default().push(i);
                }
                let folder = find.text_folder.as_deref().filter(|_| find.ecosystem != Ecosystem::GENERIC);
                if let Some(folder) = folder {
                    out.folders.entry(folder).or_default().push(i);
                }
                by_path.entry(&instance.path).or_default().push(i);
            }
        }
        // Python's lists name the metadata file that they belong to.
        for source in files {
            for (_, find) in &source.found.finds {
                let Find::Files { ecosystem: Ecosystem::PYPI, name, files, .. } = find else { continue };
                for i in by_path.get(&**name).into_iter().flatten() {
                    for file in files {
                        out.files.entry(&file.path).or_default().push(*i);
                    }
                }
            }
        }
        out
    }

    fn owner(&self, path: &str, span: Span, drafts: &[Draft]) -> Option<u32> {
        let fits =
            |list: &Vec<u32>| list.iter().copied().find(|i| drafts.get(*i as usize).is_some_and(|d| d.run.meets(span)));
        let above = || path.rmatch_indices('/').find_map(|(at, _)| self.folders.get(&path[..at]).and_then(fits));
        self.files.get(path).and_then(fits).or_else(above)
    }
}
