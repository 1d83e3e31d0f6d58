//! The paths of a tree: each by its name, and each folder with what is in it.
//!
//! An image has some hundred thousand paths, and every step of a scan asks for many by name, in the order of archives. So they lie in one
//! list, a table of hashes leads to them, and what is in a folder is a chain through the list. Nothing is taken out of it: a path that is gone has
//! versions that say so.

use super::{Node, Versions};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::sync::Arc;

/// A path's place in the list.
pub(super) type Slot = u32;

/// The place of the root, whose path is empty.
pub(super) const ROOT: Slot = 0;

/// The end of a chain: the root is in no folder.
const NONE: Slot = ROOT;

#[derive(Debug)]
pub(super) struct Nodes {
    list: Vec<Place>,
    by_path: HashTable<Slot>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Place {
    path: Arc<str>,
    versions: Versions,
    /// What was put in this folder last.
    child: Slot,
    /// What was put in the same folder before this.
    sibling: Slot,
}

impl Default for Nodes {
    fn default() -> Nodes {
        let root = Versions { first: (0, Some(Node::Dir)), later: None };
        let root = Place { path: Arc::from(""), versions: root, child: NONE, sibling: NONE };
        Nodes { list: vec![root], by_path: HashTable::new(), hasher: RandomState::default() }
    }
}

impl Nodes {
    /// Makes room for so many paths more.
    pub fn reserve(&mut self, more: usize) {
        let Nodes { list, by_path, hasher } = self;
        list.reserve(more);
        by_path.reserve(more, |slot| hasher.hash_one(&*list[*slot as usize].path));
    }

    /// The place of a path.
    pub fn find(&self, path: &str) -> Option<Slot> {
        if path.is_empty() {
            return Some(ROOT);
        }
        self.by_path.find(self.hasher.hash_one(path), |slot| *self.list[*slot as usize].path == *path).copied()
    }

    /// The versions of a path; the root has none.
    pub fn get(&self, path: &str) -> Option<&Versions> {
        self.find(path).filter(|slot| *slot != ROOT).map(|slot| self.versions(slot))
    }

    /// The path at a place.
    pub fn path(&self, slot: Slot) -> &Arc<str> {
        &self.list[slot as usize].path
    }

    /// The versions of the path at a place.
    pub fn versions(&self, slot: Slot) -> &Versions {
        &self.list[slot as usize].versions
    }

    /// The same, to be changed.
    pub fn versions_mut(&mut self, slot: Slot) -> &mut Versions {
        &mut self.list[slot as usize].versions
    }

    /// The place of a path in a folder, and whether it is new: then it has this first version.
    pub fn entry(&mut self, folder: Slot, path: Arc<str>, first: impl FnOnce() -> (u32, Node)) -> (Slot, bool) {
        let Nodes { list, by_path, hasher } = self;
        let hash = hasher.hash_one(&*path);
        if let Some(slot) = by_path.find(hash, |slot| *list[*slot as usize].path == *path) {
            return (*slot, false);
        }
        let slot = list.len() as Slot;
        by_path.insert_unique(hash, slot, |slot| hasher.hash_one(&*list[*slot as usize].path));
        let sibling = std::mem::replace(&mut list[folder as usize].child, slot);
        let (layer, node) = first();
        let versions = Versions { first: (layer, Some(node)), later: None };
        list.push(Place { path, versions, child: NONE, sibling });
        (slot, true)
    }

    /// What was ever directly in a folder, the last first.
    pub fn children(&self, folder: Slot) -> impl Iterator<Item = Slot> + '_ {
        let chain = |slot: &Slot| Some(*slot).filter(|slot| *slot != NONE);
        let first = chain(&self.list[folder as usize].child);
        std::iter::successors(first, move |slot| chain(&self.list[*slot as usize].sibling))
    }

    /// What is anywhere below a folder, as far as what lies above it is a folder too by `is_there`, in the order of paths.
    pub fn below(&self, folder: Slot, is_there: impl Fn(&Versions) -> Option<&Node>) -> Vec<Slot> {
        let mut out = Vec::new();
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for slot in self.children(folder) {
                match is_there(self.versions(slot)) {
                    Some(Node::Dir) => {
                        folders.push(slot);
                        out.push(slot);
                    }
                    Some(_) => out.push(slot),
                    None => {}
                }
            }
        }
        out.sort_unstable_by(|a, b| self.path(*a).cmp(self.path(*b)));
        out
    }

    /// All paths but the root, in no order.
    pub fn all(&self) -> impl Iterator<Item = (&Arc<str>, &Versions)> {
        self.list.iter().skip(1).map(|place| (&place.path, &place.versions))
    }
}
