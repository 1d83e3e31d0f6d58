//! The papers that packages rely on without having them: Debian's shared copies of licences, and the copyright files that
//! dpkg says it installed but that are not in the image.

use super::{Draft, SourceFile};
use crate::layers::tree::{Node, Tree};
use crate::model::{Basis, Ecosystem, Find};
use std::collections::{BTreeSet, HashSet};

/// Where every Debian system has the texts of common licences (Debian policy 12.5).
const COMMON: &str = "usr/share/common-licenses";

/// The names of Debian's shared copies that are visible at the end. A link to a copy is one.
pub fn common_licenses(tree: &Tree) -> BTreeSet<Box<str>> {
    let Some(end) = tree.layers().checked_sub(1) else { return BTreeSet::new() };
    let Some(folder) = tree.resolve(end, COMMON).filter(|f| f.node == Node::Dir) else { return BTreeSet::new() };
    let is_file = |path: &str| tree.resolve(end, path).is_some_and(|f| matches!(f.node, Node::File { .. }));
    let names = tree.children(end, &folder.path).into_iter().filter(|(path, _)| is_file(path));
    names.filter_map(|(path, _)| Some(path.rsplit_once('/')?.1.into())).collect()
}

/// A copyright file that a package of Debian installed and that nobody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The index of the draft.
    pub draft: usize,
    /// The layer that took it away; `None` where it is in no layer, because the one that installed the package left it out.
    pub removed_by: Option<u32>,
}

/// The copyright files that are gone. Slices and images without dpkg's lists say nothing of such files, and have none gone.
pub fn gone(drafts: &[Draft], files: &[SourceFile], tree: &Tree) -> Vec<Gone> {
    let Some(end) = tree.layers().checked_sub(1) else { return Vec::new() };
    let listed: HashSet<&str> = files
        .iter()
        .flat_map(|f| &f.found.finds)
        .filter_map(|(_, find)| match find {
            Find::Files { ecosystem: Ecosystem::DEB, files, .. } => Some(files),
            _ => None,
        })
        .flatten()
        .map(|f| &*f.path)
        .filter(|p| p.starts_with("usr/share/doc/") && p.ends_with("/copyright"))
        .collect();
    let there = |moment: u32, path: &str| {
        tree.resolve(moment, path).is_some_and(|found| matches!(found.node, Node::File { .. }))
    };
    let mut out = Vec::new();
    for (i, draft) in drafts.iter().enumerate() {
        let find = &draft.find;
        let installed = find.ecosystem == Ecosystem::DEB && find.basis == Basis::Installed && draft.run.to.is_none();
        let Some(path) = find.texts.iter().find(|t| installed && listed.contains(&***t)) else { continue };
        if !there(end, path) {
            let last = (0..end).rev().find(|moment| there(*moment, path));
            out.push(Gone { draft: i, removed_by: last.map(|moment| moment + 1) });
        }
    }
    out
}
