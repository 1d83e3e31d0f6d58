//! Who owns a file: the lists that package managers keep, asked for a path at a moment.

use super::{Draft, SourceFile, Span};
use crate::layers::tree::Tree;
use crate::model::{Ecosystem, Find};
use std::collections::HashMap;
use std::sync::Arc;

/// Files to owners. Paths stand as the package managers wrote them; [`Owners::of`] knows that `lib/x` and `usr/lib/x` may be
/// one.
pub struct Owners {
    files: HashMap<Box<str>, Vec<(u32, Span)>>,
    merged: Vec<(Arc<str>, Arc<str>)>,
}

impl Owners {
    /// Collects the lists of all packages whose ecosystem says which files are theirs.
    pub fn new(drafts: &[Draft], files: &[SourceFile], tree: &Tree) -> Owners {
        let mut by_name: HashMap<(Ecosystem, &str), Vec<u32>> = HashMap::new();
        let mut out = Owners { files: HashMap::new(), merged: tree.merged_folders() };
        for (i, draft) in drafts.iter().enumerate().filter(|(_, d)| d.find.ecosystem.owns_files()) {
            by_name.entry((draft.find.ecosystem, &draft.find.name)).or_default().push(i as u32);
            for file in &draft.find.files {
                out.add(&file.path, i as u32, draft.run);
            }
        }
        for source in files {
            for (_, find) in &source.found.finds {
                let Find::Files { ecosystem, name, arch, files } = find else { continue };
                let Some(drafts_of) = by_name.get(&(*ecosystem, &**name)) else { continue };
                for index in drafts_of {
                    let draft = &drafts[*index as usize];
                    let same_arch = arch.is_none() || draft.find.arch.is_none() || *arch == draft.find.arch;
                    if same_arch && draft.run.meets(source.span) {
                        for file in files {
                            out.add(&file.path, *index, draft.run);
                        }
                    }
                }
            }
        }
        out
    }

    fn add(&mut self, path: &str, owner: u32, span: Span) {
        if let Some(list) = self.files.get_mut(path) {
            if !list.contains(&(owner, span)) {
                list.push((owner, span));
            }
        } else {
            self.files.insert(path.into(), vec![(owner, span)]);
        }
    }

    /// The owners of a path (as the tree has it) at a moment, as indexes of drafts.
    pub fn of(&self, path: &str, moment: u32) -> Vec<u32> {
        self.matching(path, |span| span.covers(moment))
    }

    /// The owners of a path at any moment of a span. A file that a package brought stays that package's, though a later layer
    /// may have deleted the database that says so.
    pub fn during(&self, path: &str, span: Span) -> Vec<u32> {
        self.matching(path, |other| other.meets(span))
    }

    fn matching(&self, path: &str, fits: impl Fn(Span) -> bool) -> Vec<u32> {
        let mut out = Vec::new();
        let mut look = |p: &str| {
            if let Some(list) = self.files.get(p) {
                out.extend(list.iter().filter(|(_, span)| fits(*span)).map(|(owner, _)| *owner));
            }
        };
        look(path);
        for (link, target) in &self.merged {
            if let Some(rest) = path.strip_prefix(&**target).filter(|r| r.starts_with('/')) {
                look(&format!("{link}{rest}"));
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}
