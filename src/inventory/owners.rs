//! Who owns a file: the lists that package managers keep, asked for a path at a moment. A file that a later layer put in the
//! place of a package's own is not the package's.

use super::{Draft, SourceFile, Span};
use crate::layers::tree::{Node, Tree};
use crate::layers::{EntryKind, FileRef, LayerScan};
use crate::model::{Ecosystem, Find, OwnedFile, OwnedKind};
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Files to owners. Paths stand as the package managers wrote them; [`Owners::of`] knows that `lib/x` and `usr/lib/x` may be
/// one.
pub struct Owners<'a> {
    files: HashMap<&'a str, List>,
    /// Folders that are a package's with all that is in them.
    folders: HashMap<&'a str, List>,
    merged: Vec<(Arc<str>, Arc<str>)>,
    tree: &'a Tree,
    scans: &'a [Arc<LayerScan>],
    /// For each draft the layers that have a record of it.
    recorded: Vec<BTreeSet<u32>>,
}

/// Who lists a path, and when. Nearly every one is listed once.
enum List {
    One([(u32, Span); 1]),
    Many(Vec<(u32, Span)>),
}

impl List {
    fn as_slice(&self) -> &[(u32, Span)] {
        match self {
            List::One(one) => one,
            List::Many(many) => many,
        }
    }

    fn add(&mut self, listed: (u32, Span)) {
        match self {
            List::One([one]) if *one != listed => *self = List::Many(vec![*one, listed]),
            List::Many(many) if !many.contains(&listed) => many.push(listed),
            _ => {}
        }
    }

    /// Gives owners their new numbers; those without one go. Whether anybody is left.
    fn renumber(&mut self, numbers: &[Option<u32>]) -> bool {
        let new = |(owner, span): &(u32, Span)| Some((numbers.get(*owner as usize).copied()??, *span));
        match self {
            List::One([one]) => new(one).map(|moved| *one = moved).is_some(),
            List::Many(many) => {
                *many = many.iter().filter_map(new).collect();
                !many.is_empty()
            }
        }
    }
}

impl<'a> Owners<'a> {
    /// Collects the lists of all packages whose ecosystem says which files are theirs.
    pub fn new(
        drafts: &'a [Draft],
        files: &'a [SourceFile],
        tree: &'a Tree,
        scans: &'a [Arc<LayerScan>],
    ) -> Owners<'a> {
        let mut by_name: HashMap<(Ecosystem, &str), Vec<u32>> = HashMap::new();
        let recorded = drafts.iter().map(|d| d.instances.iter().map(|i| i.content.layer).collect()).collect();
        let (files_of, folders) = (HashMap::new(), HashMap::new());
        let mut out = Owners { files: files_of, folders, merged: tree.merged_folders(), tree, scans, recorded };
        for (i, draft) in drafts.iter().enumerate().filter(|(_, d)| d.find.ecosystem.owns_files()) {
            by_name.entry((draft.find.ecosystem, &draft.find.name)).or_default().push(i as u32);
            // Each of several records may have a folder of its own; lists of files are those of the newest.
            let folders = draft.instances.iter().flat_map(|n| &n.find.files).filter(|f| f.kind == OwnedKind::Folder);
            for file in folders.chain(draft.find.files.iter().filter(|f| f.kind != OwnedKind::Folder)) {
                out.add(file, i as u32, draft.run);
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
                            out.add(file, *index, draft.run);
                        }
                    }
                }
            }
        }
        out
    }

    fn add(&mut self, file: &'a OwnedFile, owner: u32, span: Span) {
        let map = if file.kind == OwnedKind::Folder { &mut self.folders } else { &mut self.files };
        let listed = (owner, span);
        map.entry(&*file.path).and_modify(|list| list.add(listed)).or_insert(List::One([listed]));
    }

    /// Leaves out the drafts that are not kept, as if they had never been: the others move up.
    pub fn retain(&mut self, kept: &[bool]) {
        let mut next = 0..;
        let numbers: Vec<Option<u32>> = kept.iter().map(|kept| if *kept { next.next() } else { None }).collect();
        for lists in [&mut self.files, &mut self.folders] {
            lists.retain(|_, list| list.renumber(&numbers));
        }
        let mut kept = kept.iter();
        self.recorded.retain(|_| kept.next() == Some(&true));
    }

    /// The owners of a path (as the tree has it) at a moment, as indexes of drafts.
    pub fn of(&self, path: &str, moment: u32) -> Vec<u32> {
        let mut out = self.listed(path);
        out.retain(|(_, span)| span.covers(moment));
        out.dedup_by_key(|(owner, _)| *owner);
        out.into_iter().map(|(owner, _)| owner).collect()
    }

    /// The owner of a file that stood at this path from layer `span.from` on. A file that a package brought stays that
    /// package's, though a later layer may have deleted the database that says so.
    pub fn of_file(&self, path: &str, span: Span) -> Option<u32> {
        let listed = self.listed(path);
        let last = span.last(self.tree.layers());
        let own = |fits: &dyn Fn(Span) -> bool, (owner, listed): &(u32, Span)| {
            fits(*listed) && !self.is_replaced(path, span.from, *owner)
        };
        let now = listed.iter().find(|l| own(&|listed| listed.covers(last), l));
        now.or_else(|| listed.iter().rev().find(|l| own(&|listed| listed.meets(span), l))).map(|(owner, _)| *owner)
    }

    /// Whether a layer put something else in the place of the owner's file: it has no record of the owner, whose own file came
    /// before, and the file that it brings is new there or of another size. (Layers repeat files whose owner or mode they
    /// change.)
    fn is_replaced(&self, path: &str, layer: u32, owner: u32) -> bool {
        let Some(recorded) = self.recorded.get(owner as usize) else { return false };
        if recorded.first().is_none_or(|first| layer <= *first) || recorded.contains(&layer) {
            return false;
        }
        let size = |moment: u32| match self.tree.node(moment, path)? {
            Node::File { content, .. } => self.size(*content),
            _ => None,
        };
        let now = size(layer);
        now.is_some() && now != size(layer - 1)
    }

    fn size(&self, at: FileRef) -> Option<u64> {
        match self.scans.get(at.layer as usize)?.entries.get(at.entry as usize)?.kind {
            EntryKind::File { size, .. } => Some(size),
            _ => None,
        }
    }

    /// Who lists a path at any time, and when, by owner. Most files of an image are nobody's, which costs a few look-ups.
    fn listed(&self, path: &str) -> Vec<(u32, Span)> {
        let mut out = Vec::new();
        let mut look = |p: &str| {
            out.extend(self.files.get(p).into_iter().flat_map(List::as_slice));
            if !self.folders.is_empty() {
                let above = p.match_indices('/').filter_map(|(at, _)| self.folders.get(&p[..at]));
                out.extend(above.flat_map(List::as_slice));
            }
        };
        look(path);
        for (link, target) in &self.merged {
            if let Some(rest) = path.strip_prefix(&**target).filter(|r| r.starts_with('/')) {
                look(&format!("{link}{rest}"));
            }
        }
        out.sort_by_key(|(owner, _)| *owner);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Entry;
    use crate::layers::IssueSink;
    use crate::model::PackageFind;

    /// Layers of files with their sizes.
    fn scans(layers: &[&[(&str, u64)]]) -> Vec<Arc<LayerScan>> {
        let entry = |(path, size): &(&str, u64)| Entry {
            path: Arc::from(*path),
            kind: EntryKind::File { size: *size, executable: true },
        };
        let layer =
            |files: &&[(&str, u64)]| LayerScan { entries: files.iter().map(entry).collect(), ..LayerScan::default() };
        layers.iter().map(|files| Arc::new(layer(files))).collect()
    }

    #[test]
    fn what_a_later_layer_put_in_its_place_is_not_the_packages() {
        let scans = scans(&[
            &[("db", 1), ("usr/bin/x", 10), ("usr/bin/y", 10), ("usr/bin/z", 10)],
            // The database comes again with everything that was installed anew.
            &[("db", 2), ("usr/bin/z", 12)],
            &[("usr/bin/x", 11), ("usr/bin/y", 10)],
        ]);
        let mut tree = Tree::default();
        for scan in &scans {
            tree.apply(scan, &mut IssueSink::default());
        }
        let file = |path: &str| OwnedFile { path: path.into(), kind: OwnedKind::Plain };
        let files = vec![file("usr/bin/x"), file("usr/bin/y"), file("usr/bin/z")];
        let find =
            Arc::new(PackageFind { ecosystem: Ecosystem::DEB, name: "p".into(), files, ..PackageFind::default() });
        let record = |layer: u32, to| crate::inventory::Instance {
            path: Arc::from("db"),
            content: FileRef { layer, entry: 0 },
            span: Span { from: layer, to },
            find: find.clone(),
        };
        let instances = vec![record(0, Some(1)), record(1, None)];
        let draft = Draft { find: find.clone(), instances, sources: Vec::new(), run: Span { from: 0, to: None } };
        let drafts = [draft];
        let owners = Owners::new(&drafts, &[], &tree, &scans);
        let owner = |path: &str, from: u32, to| owners.of_file(path, Span { from, to });
        assert_eq!(owner("usr/bin/x", 0, Some(2)), Some(0), "its own file, though hidden now");
        assert_eq!(owner("usr/bin/x", 2, None), None, "another file");
        assert_eq!(owner("usr/bin/y", 2, None), Some(0), "the same file with another mode");
        assert_eq!(owner("usr/bin/z", 1, None), Some(0), "installed anew");
    }

    #[test]
    fn a_folder_is_owned_with_all_that_is_in_it() {
        let scans = scans(&[&[("opt/x/1/bin/x", 10), ("opt/x/10/bin/x", 10)]]);
        let mut tree = Tree::default();
        tree.apply(&scans[0], &mut IssueSink::default());
        let files = vec![OwnedFile { path: "opt/x/1".into(), kind: OwnedKind::Folder }];
        let find =
            Arc::new(PackageFind { ecosystem: Ecosystem("brew"), name: "x".into(), files, ..PackageFind::default() });
        let span = Span { from: 0, to: None };
        let content = FileRef { layer: 0, entry: 0 };
        let record = crate::inventory::Instance { path: Arc::from("r"), content, span, find: find.clone() };
        let draft = Draft { find, instances: vec![record], sources: Vec::new(), run: span };
        let drafts = [draft];
        let owners = Owners::new(&drafts, &[], &tree, &scans);
        assert_eq!(owners.of_file("opt/x/1/bin/x", span), Some(0));
        assert_eq!(owners.of_file("opt/x/10/bin/x", span), None);
    }

    #[test]
    fn drafts_that_are_left_out_own_nothing() {
        let scans = scans(&[&[("usr/bin/x", 1), ("usr/bin/y", 1), ("opt/z/y", 1)]]);
        let mut tree = Tree::default();
        tree.apply(&scans[0], &mut IssueSink::default());
        let span = Span { from: 0, to: None };
        let draft = |name: &str, files: &[(&str, OwnedKind)]| {
            let files = files.iter().map(|(path, kind)| OwnedFile { path: (*path).into(), kind: *kind }).collect();
            let find = PackageFind { ecosystem: Ecosystem::DEB, name: name.into(), files, ..PackageFind::default() };
            let find = Arc::new(find);
            let content = FileRef { layer: 0, entry: 0 };
            let record = crate::inventory::Instance { path: Arc::from("r"), content, span, find: find.clone() };
            Draft { find, instances: vec![record], sources: Vec::new(), run: span }
        };
        let plain = OwnedKind::Plain;
        let drafts = [
            draft("a", &[("usr/bin/y", plain)]),
            draft("b", &[("usr/bin/x", plain), ("usr/bin/y", plain)]),
            draft("c", &[("usr/bin/y", plain), ("opt/z", OwnedKind::Folder)]),
        ];
        let mut owners = Owners::new(&drafts, &[], &tree, &scans);
        owners.retain(&[true, false, true]);
        let of = |path: &str| owners.of(path, 0);
        assert_eq!((of("usr/bin/x"), of("usr/bin/y"), of("opt/z/y")), (vec![], vec![0, 1], vec![1]));
    }
}
