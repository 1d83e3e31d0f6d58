//! The paths of a tree: each by its name, and each folder with what is in it.
//!
//! An image has some hundred thousand paths, and every step of a scan asks for many by name, in the order of archives. So they lie in one
//! list, a table of hashes leads to them, and what is in a folder is a chain through the list. Nothing is taken out of it: a path that is gone has
//! versions that say so. What came into a folder since it was last emptied is a second chain, since a hostile archive may
//! fill and empty a folder a million times.

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

/// Where a path would name the next one of the second chain, but is not in it.
const OUT: Slot = Slot::MAX;

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
    /// What came into this folder last, since it was emptied. Whether it is still there its versions say.
    present: Slot,
    /// What came into the same folder before this, or [`OUT`] where this did not come since.
    beside: Slot,
}

impl Default for Nodes {
    fn default() -> Nodes {
        let root = Versions { first: (0, Some(Node::Dir)), later: None };
        let root =
            Place { path: Arc::from(""), versions: root, child: NONE, sibling: NONE, present: NONE, beside: OUT };
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

    /// The versions of a path; `None` for the root, which is always there.
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

    /// From a layer on a path in this folder is something else; the answer says what it was before.
    pub fn put(&mut self, layer: u32, folder: Slot, path: Arc<str>, node: Node) -> (Slot, Option<Node>) {
        let Nodes { list, by_path, hasher } = self;
        let hash = hasher.hash_one(&*path);
        if let Some(slot) = by_path.find(hash, |slot| *list[*slot as usize].path == *path).copied() {
            let versions = &mut list[slot as usize].versions;
            let old = versions.latest().cloned();
            if node != Node::Dir || old != Some(Node::Dir) {
                versions.set(layer, Some(node));
            }
            self.enter(folder, slot);
            return (slot, old);
        }
        let slot = list.len() as Slot;
        by_path.insert_unique(hash, slot, |slot| hasher.hash_one(&*list[*slot as usize].path));
        let sibling = std::mem::replace(&mut list[folder as usize].child, slot);
        let versions = Versions { first: (layer, Some(node)), later: None };
        list.push(Place { path, versions, child: NONE, sibling, present: NONE, beside: OUT });
        self.enter(folder, slot);
        (slot, None)
    }

    /// Puts a path into the second chain of its folder, unless it is there.
    fn enter(&mut self, folder: Slot, slot: Slot) {
        if self.list[slot as usize].beside == OUT {
            let before = std::mem::replace(&mut self.list[folder as usize].present, slot);
            self.list[slot as usize].beside = before;
        }
    }

    /// From a layer on a path is gone; the answer says what it was before.
    pub fn remove(&mut self, layer: u32, slot: Slot) -> Option<Node> {
        let versions = &mut self.list[slot as usize].versions;
        let old = versions.latest().cloned()?;
        versions.set(layer, None);
        Some(old)
    }

    /// From a layer on a folder is empty: hands over what was in it and below.
    pub fn empty(&mut self, layer: u32, folder: Slot, mut gone: impl FnMut(Node)) {
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            let mut slot = std::mem::replace(&mut self.list[folder as usize].present, NONE);
            while slot != NONE {
                let next = std::mem::replace(&mut self.list[slot as usize].beside, OUT);
                if let Some(node) = self.remove(layer, slot) {
                    if node == Node::Dir {
                        folders.push(slot);
                    }
                    gone(node);
                }
                slot = next;
            }
        }
    }

    /// What was ever directly in a folder, the last first.
    pub fn children(&self, folder: Slot) -> impl Iterator<Item = Slot> + '_ {
        let chain = |slot: &Slot| Some(*slot).filter(|slot| *slot != NONE);
        let first = chain(&self.list[folder as usize].child);
        std::iter::successors(first, move |slot| chain(&self.list[*slot as usize].sibling))
    }

    /// What is anywhere below a folder at a moment, in the order of paths.
    pub fn below(&self, folder: Slot, moment: u32) -> Vec<Slot> {
        let mut out = Vec::new();
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for slot in self.children(folder) {
                match self.versions(slot).at(moment) {
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
