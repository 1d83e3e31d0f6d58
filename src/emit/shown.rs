//! The packages that a document shows, each with a key of its own, and the graph between them.
//!
//! Two packages may have the same purl (two copies, one of them hidden): a key is therefore made of all that tells
//! copies apart, and is still the same in the next run. What a package needs but the document does not show stands
//! there through the package that owns it.

use crate::model::{Package, PackageId, Report, Text, TextId};
use crate::seal::Seal;
use std::cell::OnceCell;
use std::collections::HashMap;

/// How many bytes of copyright statements one package shows. A Debian copyright file that lists every author has some
/// 20 KB; the limit keeps a text that thousands of packages share from being repeated without end.
const COPYRIGHT_LIMIT: usize = 64 * 1024;

/// How many owners of owners are followed. Real chains have two links (a wheel in a Python package in a deb); the limit
/// ends a ring of owners.
const OWNER_CHAIN_LIMIT: usize = 16;

/// One package in a document.
pub(super) struct Item<'a> {
    /// Its place in the report.
    pub(super) id: PackageId,
    /// The package.
    pub(super) package: &'a Package,
    /// Sixteen hexadecimal digits (and a counter, for copies that nothing tells apart), unique in the document.
    pub(super) key: String,
}

/// All packages in a document.
pub(super) struct Shown<'a> {
    /// The report.
    pub(super) report: &'a Report,
    /// In the order of the report.
    pub(super) items: Vec<Item<'a>>,
    /// For every package of the report the item that stands for it.
    places: Vec<Option<usize>>,
    /// The copyright statements of each text, sorted, each once: many packages show the same long text.
    statements: OnceCell<HashMap<TextId, Vec<&'a str>>>,
}

impl<'a> Shown<'a> {
    /// Collects what the report wants shown.
    pub(super) fn new(report: &'a Report) -> Shown<'a> {
        // Looked up by key, never walked: its order does not reach the document.
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut places = vec![None; report.packages.len()];
        let mut items = Vec::new();
        for (id, package) in report.shown() {
            let mut key = key(package);
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            if *count > 1 {
                key = format!("{key}-{count}");
            }
            if let Some(place) = places.get_mut(id.0 as usize) {
                *place = Some(items.len());
            }
            items.push(Item { id, package, key });
        }
        let mut shown = Shown { report, items, places, statements: OnceCell::new() };
        let places = (0..shown.places.len()).map(|i| shown.through_owner(PackageId(i as u32))).collect();
        shown.places = places;
        shown
    }

    fn through_owner(&self, mut id: PackageId) -> Option<usize> {
        for _ in 0..OWNER_CHAIN_LIMIT {
            if let Some(place) = self.places.get(id.0 as usize).copied().flatten() {
                return Some(place);
            }
            id = self.report.packages.get(id.0 as usize)?.owner?;
        }
        None
    }

    /// The copyright statements in a package's texts, sorted, each once, and how many were left out past the limit.
    pub(super) fn copyrights(&self, package: &Package) -> (Vec<&'a str>, usize) {
        let known = self.statements.get_or_init(|| {
            let sorted = |text: &'a Text| {
                let mut out: Vec<&str> =
                    text.copyrights.iter().map(|c| &**c).filter(|c| !c.trim().is_empty()).collect();
                out.sort_unstable();
                out.dedup();
                out
            };
            self.report.texts.iter().map(|(id, text)| (*id, sorted(text))).collect()
        });
        let mut texts: Vec<TextId> = package.licensing.evidence.iter().filter_map(|e| e.text).collect();
        texts.sort_unstable();
        texts.dedup();
        let mut out: Vec<&str> = texts.iter().filter_map(|id| known.get(id)).flatten().copied().collect();
        // Those of one text, which is mostly all, are in order.
        if texts.len() > 1 {
            out.sort();
            out.dedup();
        }
        let mut bytes = 0;
        let within = |c: &&&str| {
            bytes += c.len();
            bytes <= COPYRIGHT_LIMIT
        };
        let kept = out.iter().take_while(within).count();
        let left_out = out.len() - kept;
        out.truncate(kept);
        (out, left_out)
    }

    /// The item that stands for a package: itself, or the nearest owner that is shown.
    pub(super) fn place(&self, id: PackageId) -> Option<usize> {
        self.places.get(id.0 as usize).copied().flatten()
    }

    /// For each item the items that it needs: sorted, each once, never itself.
    pub(super) fn edges(&self) -> Vec<Vec<usize>> {
        let needs = |(i, item): (usize, &Item<'_>)| {
            let mut out: Vec<usize> =
                item.package.depends_on.iter().filter_map(|&id| self.place(id)).filter(|&to| to != i).collect();
            out.sort_unstable();
            out.dedup();
            out
        };
        self.items.iter().enumerate().map(needs).collect()
    }

    /// The purls of some packages, sorted, each once.
    pub(super) fn purls(&self, ids: &[PackageId]) -> Vec<&'a str> {
        let mut out: Vec<&str> =
            ids.iter().filter_map(|id| self.report.packages.get(id.0 as usize)).map(|p| &*p.purl).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

fn key(package: &Package) -> String {
    let mut seal = Seal::new("package");
    seal.part(&package.purl);
    seal.part(&package.name);
    seal.part(&package.version);
    seal.part(&package.layer.to_string());
    seal.part(package.state.as_str());
    for location in &package.locations {
        seal.part(&location.path);
        seal.part(&location.layer.to_string());
    }
    seal.short()
}

/// The nodes from which every node can be reached: those that nobody needs, and one of each ring that nothing else
/// leads to. Linear in nodes and edges.
pub(super) fn roots(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut needed = vec![false; edges.len()];
    for &to in edges.iter().flatten() {
        if let Some(n) = needed.get_mut(to) {
            *n = true;
        }
    }
    let mut reached = vec![false; edges.len()];
    let mut out = Vec::new();
    let mut visit = |start: usize, out: &mut Vec<usize>| {
        if reached.get(start) != Some(&false) {
            return;
        }
        out.push(start);
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            match reached.get_mut(node) {
                Some(r) if !*r => *r = true,
                _ => continue,
            }
            open.extend(edges.get(node).into_iter().flatten().copied());
        }
    };
    for (node, needed) in needed.iter().enumerate() {
        if !needed {
            visit(node, &mut out);
        }
    }
    for node in 0..edges.len() {
        visit(node, &mut out);
    }
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::fixture;

    #[track_caller]
    fn check_roots(edges: &[&[usize]], expected: &[usize]) {
        let edges: Vec<Vec<usize>> = edges.iter().map(|e| e.to_vec()).collect();
        assert_eq!(roots(&edges), expected);
    }

    #[test]
    fn roots_reach_everything() {
        check_roots(&[], &[]);
        check_roots(&[&[1], &[2], &[]], &[0]);
        check_roots(&[&[], &[], &[0, 1]], &[2]);
        // A ring that nothing leads to is entered once, one that somebody leads to is not.
        check_roots(&[&[1], &[0], &[]], &[0, 2]);
        check_roots(&[&[1], &[0], &[0]], &[2]);
        check_roots(&[&[0]], &[0]);
    }

    #[test]
    fn copies_have_keys_of_their_own() {
        let mut report = fixture::report();
        let copies = report.packages.clone();
        report.packages.extend(copies);
        let shown = Shown::new(&report);
        let mut keys: Vec<&str> = shown.items.iter().map(|i| i.key.as_str()).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn an_owned_package_is_shown_by_its_owner() {
        let report = fixture::report();
        let shown = Shown::new(&report);
        let owned = report.packages.iter().position(|p| p.owner.is_some());
        let place = owned.and_then(|i| shown.place(PackageId(i as u32)));
        let owner = owned.and_then(|i| report.packages.get(i)).and_then(|p| p.owner);
        let shows = place.and_then(|i| shown.items.get(i)).map(|i| i.package);
        assert!(owner.is_some());
        assert_eq!(shows, owner.map(|id| report.package(id)));
    }

    #[test]
    fn a_ring_of_owners_ends() {
        let mut report = fixture::report();
        for (i, package) in report.packages.iter_mut().enumerate().take(2) {
            package.owner = Some(PackageId(1 - i as u32));
        }
        assert_eq!(Shown::new(&report).place(PackageId(0)), None);
    }
}
