//! All layers on top of each other, at every moment of the stacking.
//!
//! A layer's whiteouts act on the layers below it only, wherever they stand in the archive; its entries are added in the
//! order of the archive, the last of a name wins; parents that are links are followed, as a runtime does when it unpacks
//! (OCI image layer specification, "Applying Changesets"). Nothing is forgotten: each path keeps its versions, so that one
//! can ask what a path was when layer `n` had just been applied (moment `n`).

mod nodes;

use super::path::{MAX_PATH_BYTES, split};
use super::{EntryKind, FileRef, IssueSink, LayerScan};
use crate::model::{IssueCode, Severity};
use foldhash::{HashMap, HashMapExt};
use nodes::{Nodes, ROOT, Slot};
use std::sync::Arc;

/// Linux gives up after 40 links on the way to a file (`path_resolution(7)`).
pub const MAX_LINKS: usize = 40;

/// The names of all folders that no entry stands for, but that entries below them or links through them ask for. A name of
/// 4 KiB can ask for 2,000 of them, with 4 MiB of names; the largest real images have some 200,000 folders in all, with 20 MiB.
pub const MAX_IMPLIED_BYTES: usize = 128 << 20;

/// Why an entry has no place: what its issue says.
type Refused = (&'static str, Severity, &'static str);

const LOOPS: Refused = (
    "link-loop",
    Severity::Warning,
    "a folder above this entry is a link that leads in a circle; the entry was left out",
);
const TOO_LONG: Refused = (
    "bad-path",
    Severity::Error,
    "the links above this entry lead to a path of more than 4,096 bytes; the entry was left out",
);
const TOO_MANY: Refused = (
    "folder-limit",
    Severity::Error,
    "this and earlier entries ask for more folders than any image has; the entry was left out",
);

/// A link's target, by its number in the tree: nodes are many, links few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target(u32);

/// What a path is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A folder.
    Dir,
    /// A file.
    File {
        /// The entry that gave it this name.
        at: FileRef,
        /// The entry that holds its bytes; another one for a hardlink.
        content: FileRef,
    },
    /// A symbolic link.
    Symlink {
        /// The entry.
        at: FileRef,
        /// Which of the tree's targets it has.
        target: Target,
    },
    /// A device, or a link to nothing.
    Other {
        /// The entry.
        at: FileRef,
    },
}

impl Node {
    fn at(&self) -> Option<FileRef> {
        match self {
            Node::Dir => None,
            Node::File { at, .. } | Node::Symlink { at, .. } | Node::Other { at } => Some(*at),
        }
    }
}

/// What a path is from a layer on; `None` where it is gone.
type Version = (u32, Option<Node>);

/// The versions of one path: at least one, from old to new.
#[derive(Clone, Debug)]
struct Versions {
    first: Version,
    /// Of most paths there are none, so that this takes a pointer's place and not a vector's.
    #[allow(clippy::box_collection)]
    later: Option<Box<Vec<Version>>>,
}

impl Versions {
    fn later(&self) -> &[Version] {
        self.later.as_deref().map_or(&[], Vec::as_slice)
    }

    fn latest(&self) -> Option<&Node> {
        match self.later().last() {
            Some((_, node)) => node.as_ref(),
            None => self.first.1.as_ref(),
        }
    }

    fn at(&self, moment: u32) -> Option<&Node> {
        for (from, node) in self.later().iter().rev() {
            if *from <= moment {
                return node.as_ref();
            }
        }
        self.first.1.as_ref().filter(|_| self.first.0 <= moment)
    }

    fn set(&mut self, layer: u32, node: Option<Node>) {
        match self.later.as_mut().and_then(|later| later.last_mut()) {
            Some((from, last)) if *from == layer => *last = node,
            None if self.first.0 == layer => self.first.1 = node,
            _ => self.later.get_or_insert_default().push((layer, node)),
        }
    }
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The path without any link in it.
    pub path: Arc<str>,
    /// What is there.
    pub node: Node,
}

/// The stacked layers.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Nodes,
    /// Which layer took an entry's name away (deleted or replaced it).
    removed: HashMap<FileRef, u32>,
    /// The targets of links, as they stand.
    targets: Vec<Arc<str>>,
    /// Entries that lie elsewhere than their name in the archive says, because a parent is a link.
    moved: HashMap<FileRef, Arc<str>>,
    layers: u32,
    /// The folder that the last entry was put in, as the archive names it, and the one without links.
    last_parent: Option<(Box<str>, Slot)>,
    /// See [`MAX_IMPLIED_BYTES`].
    implied_bytes: usize,
}

impl Tree {
    /// How many layers were applied; moments run from 0 to one less.
    pub fn layers(&self) -> u32 {
        self.layers
    }

    /// The layer that deleted or replaced an entry.
    pub fn removed_by(&self, at: FileRef) -> Option<u32> {
        self.removed.get(&at).copied()
    }

    /// The path that an entry really got, where it is not the one in its archive.
    pub fn moved_to(&self, at: FileRef) -> Option<&Arc<str>> {
        self.moved.get(&at)
    }

    /// A link's target as it stands.
    pub fn target(&self, target: Target) -> &str {
        self.targets.get(target.0 as usize).map_or("", |t| t)
    }

    /// Puts the next layer on top.
    pub fn apply(&mut self, scan: &LayerScan, issues: &mut IssueSink) {
        let layer = self.layers;
        self.layers += 1;
        self.last_parent = None;
        self.nodes.reserve(scan.entries.len());
        if scan.entries.iter().any(|e| matches!(e.kind, EntryKind::Whiteout | EntryKind::Opaque)) {
            self.apply_whiteouts(layer, scan);
        }
        for (i, entry) in scan.entries.iter().enumerate() {
            let at = FileRef { layer, entry: i as u32 };
            if entry.path.is_empty() || matches!(entry.kind, EntryKind::Whiteout | EntryKind::Opaque) {
                continue;
            }
            let (folder, path) = match self.place_of(layer, &entry.path, at) {
                Ok(place) => place,
                Err((code, severity, message)) => {
                    issues.push(Some(&entry.path), IssueCode(code), severity, message);
                    continue;
                }
            };
            let node = match &entry.kind {
                EntryKind::Dir => Node::Dir,
                EntryKind::File { .. } => Node::File { at, content: at },
                EntryKind::Symlink(target) => {
                    self.targets.push(target.clone());
                    Node::Symlink { at, target: Target(self.targets.len() as u32 - 1) }
                }
                EntryKind::Hardlink(target) => match self.hardlink(target) {
                    Some(Node::File { content, .. }) => Node::File { at, content },
                    Some(Node::Symlink { target, .. }) => Node::Symlink { at, target },
                    _ => {
                        issues.push(
                            Some(&entry.path),
                            IssueCode("broken-hardlink"),
                            Severity::Warning,
                            format!("a hardlink to {target:?}, which is no file at this point; its content is unknown"),
                        );
                        Node::Other { at }
                    }
                },
                EntryKind::Other => Node::Other { at },
                EntryKind::Whiteout | EntryKind::Opaque => continue,
            };
            self.put(layer, folder, path, node);
        }
    }

    /// What a path is at a moment, without following a link in its last component; links above it are not followed
    /// either.
    pub fn node(&self, moment: u32, path: &str) -> Option<&Node> {
        self.nodes.get(path)?.at(moment)
    }

    /// Follows every link on the way. `None` where the path leads nowhere, or in a circle.
    pub fn resolve(&self, moment: u32, path: &str) -> Option<Resolved> {
        self.follow(path, true, &|p| self.node(moment, p))
    }

    /// The names directly in a folder (given without links) at a moment, with what they are.
    pub fn children(&self, moment: u32, folder: &str) -> Vec<(Arc<str>, Node)> {
        let Some(folder) = self.nodes.find(folder) else { return Vec::new() };
        let there = |slot| Some((self.nodes.path(slot).clone(), self.nodes.versions(slot).at(moment)?.clone()));
        let mut out: Vec<(Arc<str>, Node)> = self.nodes.children(folder).filter_map(there).collect();
        out.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        out
    }

    /// Every file anywhere below a folder (given without links) at a moment.
    pub fn files_below(&self, moment: u32, folder: &str) -> Vec<(Arc<str>, Node)> {
        let Some(folder) = self.nodes.find(folder) else { return Vec::new() };
        let below = self.nodes.below(folder, moment).into_iter();
        let there = below.filter_map(|slot| Some((self.nodes.path(slot), self.nodes.versions(slot).at(moment)?)));
        there.filter(|(_, n)| matches!(n, Node::File { .. })).map(|(p, n)| (p.clone(), n.clone())).collect()
    }

    /// Every file, link and device that is visible at the end, in the order of paths.
    pub fn visible(&self) -> impl Iterator<Item = (&Arc<str>, &Node)> {
        let latest = self.nodes.all().filter_map(|(p, v)| Some((p, v.latest()?)));
        let mut out: Vec<_> = latest.filter(|(_, n)| !matches!(n, Node::Dir)).collect();
        out.sort_unstable_by_key(|(path, _)| *path);
        out.into_iter()
    }

    /// Folders of the root that are links to other folders at the end (`lib` to `usr/lib`): link, target.
    pub fn merged_folders(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let Some(moment) = self.layers.checked_sub(1) else { return Vec::new() };
        self.children(moment, "")
            .into_iter()
            .filter(|(_, node)| matches!(node, Node::Symlink { .. }))
            .filter_map(|(path, _)| {
                let target = self.resolve(moment, &path)?;
                (target.node == Node::Dir && !target.path.is_empty()).then_some((path, target.path))
            })
            .collect()
    }

    fn apply_whiteouts(&mut self, layer: u32, scan: &LayerScan) {
        // A layer that makes a folder where a lower one had a link means its own folder, wherever the marker stands.
        let mut own: HashMap<&str, &EntryKind> = HashMap::new();
        for entry in &scan.entries {
            if !matches!(entry.kind, EntryKind::Whiteout | EntryKind::Opaque) {
                own.insert(&entry.path, &entry.kind);
            }
        }
        for entry in &scan.entries {
            let opaque = match entry.kind {
                EntryKind::Whiteout => false,
                EntryKind::Opaque => true,
                _ => continue,
            };
            let look = |p: &str| match own.get(p) {
                Some(EntryKind::Dir) => Some(&Node::Dir),
                _ => self.nodes.get(p).and_then(Versions::latest),
            };
            let Some(target) = self.follow(&entry.path, opaque, &look) else { continue };
            let Some(slot) = self.nodes.find(&target.path) else { continue };
            self.empty(layer, slot);
            if !opaque && slot != ROOT {
                let old = self.nodes.remove(layer, slot);
                self.gone(layer, old.as_ref());
            }
        }
    }

    fn empty(&mut self, layer: u32, folder: Slot) {
        let removed = &mut self.removed;
        self.nodes.empty(layer, folder, |node| {
            if let Some(at) = node.at() {
                removed.insert(at, layer);
            }
        });
        self.last_parent = None;
    }

    /// Notes which layer took the place of something.
    fn gone(&mut self, layer: u32, old: Option<&Node>) {
        if let Some(at) = old.and_then(Node::at) {
            self.removed.insert(at, layer);
        }
        // What takes the place of nothing, or of a file, was on no way that `last_parent` went.
        if matches!(old, Some(Node::Dir | Node::Symlink { .. })) {
            self.last_parent = None;
        }
    }

    /// The folder of an entry and its path there: its parent's links are followed.
    fn place_of(&mut self, layer: u32, path: &Arc<str>, at: FileRef) -> Result<(Slot, Arc<str>), Refused> {
        let (parent, base) = split(path);
        if parent.is_empty() {
            return Ok((ROOT, path.clone()));
        }
        let folder = match &self.last_parent {
            Some((named, folder)) if **named == *parent => *folder,
            _ => {
                let folder = self.real_folder(layer, parent)?;
                self.last_parent = Some((parent.into(), folder));
                folder
            }
        };
        let real = self.nodes.path(folder);
        if **real == *parent {
            return Ok((folder, path.clone()));
        }
        let moved: Arc<str> = if real.is_empty() { base.into() } else { format!("{real}/{base}").into() };
        self.moved.insert(at, moved.clone());
        Ok((folder, moved))
    }

    /// The folder without links; what is missing of it is made.
    fn real_folder(&mut self, layer: u32, folder: &str) -> Result<Slot, Refused> {
        // Most are where they are said to be, and none of those above is a link: nothing is put below one.
        if let Some(slot) = self.nodes.find(folder)
            && self.nodes.versions(slot).latest() == Some(&Node::Dir)
        {
            return Ok(slot);
        }
        let mut here = ROOT;
        let mut real = String::with_capacity(folder.len());
        let mut rest: Vec<String> = folder.rsplit('/').map(str::to_string).collect();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            if part == ".." {
                real.truncate(split(&real).0.len());
                here = self.nodes.find(&real).unwrap_or(ROOT);
                continue;
            }
            let length = real.len();
            if !real.is_empty() {
                real.push('/');
            }
            real.push_str(&part);
            let found = self.nodes.find(&real);
            match found.and_then(|slot| Some((slot, self.nodes.versions(slot).latest()?))) {
                Some((slot, Node::Dir)) => here = slot,
                Some((_, Node::Symlink { target, .. })) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(LOOPS);
                    }
                    let target = self.target(*target).to_owned();
                    let absolute = target.starts_with('/');
                    real.truncate(if absolute { 0 } else { length });
                    if absolute {
                        here = ROOT;
                    }
                    rest.extend(target.rsplit('/').filter(|p| !p.is_empty() && *p != ".").map(str::to_string));
                }
                // Nothing, or a file in the way: a folder takes its place.
                _ => {
                    if real.len() > MAX_PATH_BYTES {
                        return Err(TOO_LONG);
                    }
                    self.implied_bytes += real.len();
                    if self.implied_bytes > MAX_IMPLIED_BYTES {
                        return Err(TOO_MANY);
                    }
                    here = self.put(layer, here, Arc::from(real.as_str()), Node::Dir);
                }
            }
        }
        Ok(here)
    }

    /// Puts something into a folder.
    fn put(&mut self, layer: u32, folder: Slot, path: Arc<str>, node: Node) -> Slot {
        let stays = node == Node::Dir;
        let (slot, old) = self.nodes.put(layer, folder, path, node);
        if old == Some(Node::Dir) && stays {
            return slot;
        }
        if old == Some(Node::Dir) {
            self.empty(layer, slot);
        }
        self.gone(layer, old.as_ref());
        slot
    }

    /// A hardlink's target: links above it are followed, itself not.
    fn hardlink(&self, target: &str) -> Option<Node> {
        let found = self.follow(target, false, &|p| self.nodes.get(p).and_then(Versions::latest))?;
        Some(found.node)
    }

    fn follow<'a>(&'a self, path: &str, last: bool, look: &dyn Fn(&str) -> Option<&'a Node>) -> Option<Resolved> {
        let mut real = String::with_capacity(path.len());
        let mut rest: Vec<&str> = path.rsplit('/').filter(|p| !p.is_empty() && *p != ".").collect();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            if part == ".." {
                real.truncate(split(&real).0.len());
                continue;
            }
            let length = real.len();
            if !real.is_empty() {
                real.push('/');
            }
            real.push_str(part);
            match look(&real)? {
                Node::Symlink { target, .. } if last || !rest.is_empty() => {
                    links += 1;
                    if links > MAX_LINKS {
                        return None;
                    }
                    let target = self.target(*target);
                    real.truncate(if target.starts_with('/') { 0 } else { length });
                    rest.extend(target.rsplit('/').filter(|p| !p.is_empty() && *p != "."));
                }
                Node::Dir => {}
                node if rest.is_empty() => return Some(Resolved { path: real.into(), node: node.clone() }),
                _ => return None,
            }
        }
        Some(Resolved { path: real.into(), node: Node::Dir })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Entry;

    /// `path` a file, `path/` a folder, `path -> target` a symlink, `path => target` a hardlink, `-path` a whiteout,
    /// `!path` an opaque marker.
    fn layer(lines: &[&str]) -> LayerScan {
        let entries = lines.iter().map(|line| {
            let (path, kind) = if let Some((p, t)) = line.split_once(" -> ") {
                (p, EntryKind::Symlink(t.into()))
            } else if let Some((p, t)) = line.split_once(" => ") {
                (p, EntryKind::Hardlink(t.into()))
            } else if let Some(p) = line.strip_prefix('-') {
                (p, EntryKind::Whiteout)
            } else if let Some(p) = line.strip_prefix('!') {
                (p, EntryKind::Opaque)
            } else if let Some(p) = line.strip_suffix('/') {
                (p, EntryKind::Dir)
            } else {
                (*line, EntryKind::File { size: 1, executable: false })
            };
            Entry { path: path.into(), kind }
        });
        LayerScan { entries: entries.collect(), ..LayerScan::default() }
    }

    fn stack(layers: &[&[&str]]) -> (Tree, Vec<String>) {
        let mut tree = Tree::default();
        let mut issues = IssueSink::default();
        for l in layers {
            tree.apply(&layer(l), &mut issues);
        }
        let issues = issues.of_layer(None).iter().map(|i| format!("{}: {}", i.code.0, i.path)).collect();
        (tree, issues)
    }

    /// Visible files as `path@layer-of-content`.
    fn check(layers: &[&[&str]], expected: &[&str]) {
        let (tree, _) = stack(layers);
        let seen: Vec<String> = tree
            .visible()
            .map(|(p, n)| match n {
                Node::File { content, .. } => format!("{p}@{}", content.layer),
                Node::Symlink { target, .. } => format!("{p}->{}", tree.target(*target)),
                _ => format!("{p}?"),
            })
            .collect();
        assert_eq!(seen, expected, "{layers:?}");
    }

    #[test]
    fn whiteouts_delete_files_and_folders_below() {
        check(&[&["a/x", "a/y", "ab"], &["-a/x"]], &["a/y@0", "ab@0"]);
        check(&[&["a/x", "a/b/y", "ab"], &["-a"]], &["ab@0"]);
        check(&[&["a"], &["-never", "-a/never"]], &["a@0"]);
        check(&[&["a"], &[]], &["a@0"]);
    }

    /// A small archive may not cost gigabytes: what long names and long links ask for is bounded.
    #[test]
    fn folders_that_no_entry_stands_for_are_bounded() {
        let link = format!("a -> {}", "y/".repeat(1500));
        let deeper = format!("a/b -> {}", "z/".repeat(1000));
        let (tree, issues) = stack(&[&[&link, &deeper, "a/b/lost", "a/kept", "kept"]]);
        assert_eq!(issues, ["bad-path: a/b/lost"]);
        assert_eq!(tree.visible().count(), 4);
        let names: Vec<String> = (0..40).map(|i| format!("{i:02}{}", "/x".repeat(2000))).collect();
        let mut lines: Vec<&str> = names.iter().map(String::as_str).collect();
        lines.push("00/kept");
        let (tree, issues) = stack(&[&lines]);
        assert!(!issues.is_empty() && issues.len() < 10 && issues.iter().all(|i| i.starts_with("folder-limit: ")));
        assert_eq!(tree.visible().count(), lines.len() - issues.len());
    }

    #[test]
    fn a_whiteout_and_an_addition_in_one_layer_leave_the_addition() {
        check(&[&["a/x", "a/y"], &["a/x", "-a/x"]], &["a/x@1", "a/y@0"]);
        check(&[&["a/x", "a/y"], &["-a", "a/x"]], &["a/x@1"]);
        check(&[&["a/x", "a/y"], &["a/x", "-a"]], &["a/x@1"]);
    }

    #[test]
    fn opaque_folders_hide_what_is_below_wherever_the_marker_stands() {
        check(&[&["d/x", "d/s/y", "e"], &["d/", "!d", "d/z"]], &["d/z@1", "e@0"]);
        check(&[&["d/x", "d/s/y", "e"], &["d/", "d/z", "!d"]], &["d/z@1", "e@0"]);
        check(&[&["d/x"], &["!"]], &[]);
    }

    #[test]
    fn markers_follow_a_linked_parent() {
        check(&[&["usr/lib/x", "usr/lib/d/y", "lib -> usr/lib"], &["-lib/x", "!lib/d"]], &["lib->usr/lib"]);
        // The layer replaces the link by a folder of its own: the marker means that folder.
        check(&[&["usr/lib/x", "lib -> usr/lib"], &["!lib", "lib/", "lib/z"]], &["lib/z@1", "usr/lib/x@0"]);
    }

    #[test]
    fn kinds_replace_each_other() {
        check(&[&["a"], &["a/b"]], &["a/b@1"]);
        check(&[&["a/b", "a/c"], &["a"]], &["a@1"]);
        check(&[&["a"], &["a/", "a/b"], &["a"]], &["a@2"]);
        check(&[&["t/x", "a -> t"], &["a/", "a/y"]], &["a/y@1", "t/x@0"]);
        check(&[&["a", "a"], &["a"]], &["a@1"]);
    }

    #[test]
    fn a_folder_is_filled_and_emptied_again_and_again() {
        let mut lines = vec!["d/0", "d/1", "d/2/x"];
        for _ in 0..1000 {
            lines.extend(["d", "d/", "d/1"]);
        }
        check(&[&lines, &["d/0", "-d/1"], &["!d", "d/2/y"]], &["d/2/y@2"]);
        let (tree, _) = stack(&[&lines]);
        let removed =
            (0..lines.len() as u32).filter(|entry| tree.removed_by(FileRef { layer: 0, entry: *entry }) == Some(0));
        assert_eq!(removed.count(), 3 + 1000 + 999);
    }

    #[test]
    fn entries_below_a_link_land_in_its_target() {
        check(&[&["usr/lib/x", "lib -> usr/lib"], &["lib/y"]], &["lib->usr/lib", "usr/lib/x@0", "usr/lib/y@1"]);
        check(&[&["lib -> /usr/lib"], &["lib/y"]], &["lib->/usr/lib", "usr/lib/y@1"]);
        check(&[&["a/b/l -> ../../../../etc"], &["a/b/l/y"]], &["a/b/l->../../../../etc", "etc/y@1"]);
    }

    #[test]
    fn a_hardlink_outlives_the_name_that_it_was_made_from() {
        check(&[&["a"], &["b => a"], &["-a"]], &["b@0"]);
        check(&[&["a", "b => a"], &["a"]], &["a@1", "b@0"]);
        let (_, issues) = stack(&[&["b => nothing"]]);
        assert_eq!(issues, ["broken-hardlink: b"]);
    }

    #[test]
    fn circles_end() {
        let (tree, issues) = stack(&[&["a -> b", "b -> a", "a/x", "self -> self/y"]]);
        assert_eq!(tree.resolve(0, "a"), None);
        assert_eq!(tree.resolve(0, "self"), None);
        assert_eq!(issues, ["link-loop: a/x"]);
    }

    #[test]
    fn every_moment_can_be_asked() {
        let (tree, _) = stack(&[&["d/x", "l -> d"], &["-d"], &["d/x"]]);
        let content = |moment| match tree.resolve(moment, "l/x")?.node {
            Node::File { content, .. } => Some(content.layer),
            _ => None,
        };
        assert_eq!((content(0), content(1), content(2)), (Some(0), None, Some(2)));
        assert_eq!(tree.removed_by(FileRef { layer: 0, entry: 0 }), Some(1));
    }

    #[test]
    fn children_are_direct() {
        let (tree, _) = stack(&[&["d/a", "d/b/c", "d/b-x", "d.e", "d/z"]]);
        let names: Vec<String> = tree.children(0, "d").iter().map(|(p, _)| p.to_string()).collect();
        assert_eq!(names, ["d/a", "d/b", "d/b-x", "d/z"]);
        let top: Vec<String> = tree.children(0, "").iter().map(|(p, _)| p.to_string()).collect();
        assert_eq!(top, ["d", "d.e"]);
    }

    #[test]
    fn merged_folders_are_known() {
        let (tree, _) = stack(&[&["usr/lib/x", "lib -> usr/lib", "bad -> nowhere", "usr/bin/y"]]);
        assert_eq!(tree.merged_folders(), [("lib".into(), "usr/lib".into())]);
    }
}
