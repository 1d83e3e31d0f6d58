//! Every file that a cataloger read, with its path in the tree and the moments at which it was visible; and the files that a
//! link leads to, which the walk could not know to be wanted.

use super::Span;
use crate::catalog::{self, Input, Wanted};
use crate::layers::tree::{Node, Resolved, Tree};
use crate::layers::{Entry, EntryKind, FileFinds, FileRef, LayerScan};
use crate::model::TextId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One file that says something.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path in the tree, links resolved.
    pub path: Arc<str>,
    /// The entry that holds its bytes.
    pub content: FileRef,
    /// When it was visible.
    pub span: Span,
    /// What was found in it.
    pub found: Arc<FileFinds>,
}

/// Bytes that a join needs after all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// The entry that holds them.
    pub content: FileRef,
    /// The path to tell the catalogers: the one that they want, not the one where the bytes lie.
    pub path: Arc<str>,
    /// The catalogers to hand them to.
    pub catalogers: Vec<u16>,
    /// The path to report.
    pub shown: Arc<str>,
    /// When it was visible under the path that was wanted.
    pub span: Span,
}

/// What was read, and what has to be read yet.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Files that were read, by layer and entry.
    pub files: Vec<SourceFile>,
    /// Files to read.
    pub requests: Vec<Request>,
}

/// Looks through all layers.
pub fn gather(tree: &Tree, scans: &[Arc<LayerScan>], wanted: &Wanted) -> Gathered {
    let mut out = Gathered::default();
    let mut rows = Vec::new();
    for (layer, scan) in scans.iter().enumerate() {
        for (entry, found) in &scan.files {
            let at = FileRef { layer: layer as u32, entry: *entry };
            let span = Span { from: at.layer, to: tree.removed_by(at) };
            let path = path_of(tree, scan, at);
            out.files.push(SourceFile { path, content: at, span, found: found.clone() });
        }
        // A hardlink with a wanted name: its bytes stand under another name.
        for (entry, item) in scan.entries.iter().enumerate() {
            if !matches!(item.kind, EntryKind::Hardlink(_)) {
                continue;
            }
            rows.clear();
            wanted.matching(&item.path, &mut rows);
            if rows.is_empty() {
                continue;
            }
            let at = FileRef { layer: layer as u32, entry: entry as u32 };
            let path = path_of(tree, scan, at);
            if let Some(Node::File { content, .. }) = tree.node(at.layer, &path) {
                rows.retain(|row| !is_said_already(scans, wanted, *content, *row));
                if rows.is_empty() {
                    continue;
                }
                out.requests.push(Request {
                    content: *content,
                    path: path.clone(),
                    catalogers: rows.clone(),
                    shown: path,
                    span: Span { from: at.layer, to: tree.removed_by(at) },
                });
            }
        }
    }
    linked(tree, scans, wanted, &mut out);
    subfolders(tree, scans, wanted, &mut out);
    out.requests.sort();
    out.requests.dedup();
    out
}

/// Whether a cataloger said of these bytes under another name what it would say of them under any: that they are a licence text, or
/// which program they are. Nearly every image of Debian has a perl with two names, and reading a layer again is dear.
fn is_said_already(scans: &[Arc<LayerScan>], wanted: &Wanted, content: FileRef, row: u16) -> bool {
    let any_name = [catalog::license_file::CATALOGER.name, catalog::classify::CATALOGER.name];
    let known = scans.get(content.layer as usize).and_then(|s| s.files.get(&content.entry));
    any_name.contains(&wanted.cataloger(row).name)
        && known.is_some_and(|k| k.finds.iter().any(|(said, _)| *said == row))
}

/// The path that an entry really got.
pub fn path_of(tree: &Tree, scan: &LayerScan, at: FileRef) -> Arc<str> {
    match tree.moved_to(at) {
        Some(path) => path.clone(),
        None => scan.entries.get(at.entry as usize).map_or_else(|| Arc::from(""), |e| e.path.clone()),
    }
}

/// The path that was asked for, where it leads, which bytes are there, which catalogers want them.
type Asked = (Arc<str>, Arc<str>, FileRef, Vec<u16>);

/// Exact paths and folders that are wanted and lie behind a link: asked for at every moment.
fn linked(tree: &Tree, scans: &[Arc<LayerScan>], wanted: &Wanted, out: &mut Gathered) {
    let mut timeline: BTreeMap<Asked, Vec<u32>> = BTreeMap::new();
    let mut note = |moment: u32, asked: &str, found: Resolved, rows: &[u16]| {
        let Node::File { content, .. } = found.node else { return };
        let known = scans.get(content.layer as usize).and_then(|s| s.files.get(&content.entry));
        let missing: Vec<u16> =
            rows.iter().filter(|r| known.is_none_or(|k| !k.catalogers.contains(r))).copied().collect();
        if !missing.is_empty() {
            timeline.entry((Arc::from(asked), found.path, content, missing)).or_default().push(moment);
        }
    };
    for moment in 0..tree.layers() {
        for (path, rows) in wanted.exact_paths() {
            if let Some(found) = tree.resolve(moment, path) {
                note(moment, path, found, rows);
            }
        }
        for (folder, suffix, row) in wanted.exact_folders() {
            let Some(found) = tree.resolve(moment, folder).filter(|f| f.node == Node::Dir && &*f.path != folder) else {
                continue;
            };
            for (path, _) in tree.children(moment, &found.path) {
                let base = path.rsplit('/').next().unwrap_or(&path);
                if base.ends_with(suffix)
                    && let Some(found) = tree.resolve(moment, &path)
                {
                    note(moment, &format!("{folder}/{base}"), found, &[row]);
                }
            }
        }
    }
    for ((path, shown, content, catalogers), moments) in timeline {
        for span in runs(&moments, tree.layers()) {
            let (path, shown, catalogers) = (path.clone(), shown.clone(), catalogers.clone());
            out.requests.push(Request { content, path, catalogers, shown, span });
        }
    }
}

/// Folders whose names are evidence by themselves.
fn subfolders(tree: &Tree, scans: &[Arc<LayerScan>], wanted: &Wanted, out: &mut Gathered) {
    for (folder, unless, row) in wanted.subfolders() {
        let mut timeline: BTreeMap<Arc<str>, Vec<u32>> = BTreeMap::new();
        for moment in (0..tree.layers()).filter(|moment| tree.resolve(*moment, unless).is_none()) {
            for (path, _) in tree.children(moment, folder).into_iter().filter(|(_, node)| *node == Node::Dir) {
                timeline.entry(path).or_default().push(moment);
            }
        }
        for (path, moments) in timeline {
            let finds = (wanted.cataloger(*row).parse)(&Input { path: &path, bytes: b"" }).finds;
            if finds.is_empty() {
                continue;
            }
            let finds = finds.into_iter().map(|find| (*row, find)).collect();
            let found = Arc::new(FileFinds { catalogers: vec![*row], finds, text: None });
            for span in runs(&moments, tree.layers()) {
                // An entry of its layer speaks for the folder, which need not have one of its own.
                let below = |e: &Entry| e.path.strip_prefix(&*path).is_some_and(|r| r.is_empty() || r.starts_with('/'));
                let entry = scans.get(span.from as usize).and_then(|s| s.entries.iter().position(below)).unwrap_or(0);
                let content = FileRef { layer: span.from, entry: entry as u32 };
                out.files.push(SourceFile { path: path.clone(), content, span, found: found.clone() });
            }
        }
    }
}

/// Sorted moments as unbroken spans.
fn runs(moments: &[u32], layers: u32) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for moment in moments {
        match out.last_mut() {
            Some(span) if span.to == Some(*moment) => span.to = Some(moment + 1),
            _ => out.push(Span { from: *moment, to: Some(moment + 1) }),
        }
    }
    for span in &mut out {
        if span.to == Some(layers) {
            span.to = None;
        }
    }
    out
}

/// Texts by the entry that holds them.
pub fn text_of(scans: &[Arc<LayerScan>], content: FileRef) -> Option<TextId> {
    scans.get(content.layer as usize)?.files.get(&content.entry)?.text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_become_spans() {
        let span = |from, to| Span { from, to };
        assert_eq!(runs(&[0, 1, 3], 5), [span(0, Some(2)), span(3, Some(4))]);
        assert_eq!(runs(&[2, 3], 4), [span(2, None)]);
    }
}
