//! Which licence texts belong to a package: the places that its metadata names, the licence files of its folder. Links are
//! followed at the package's own moment; a text that a later layer deleted or replaced still counts, marked hidden. Where there is
//! none and the metadata says nothing either: the section about the licence of its README.

use super::sources::{Request, SourceFile, text_of};
use super::{Draft, Span};
use crate::catalog::Wanted;
use crate::layers::tree::{Node, Resolved, Tree};
use crate::layers::{FileFinds, FileRef, LayerScan};
use crate::model::{Ecosystem, EmbeddedText, Find, OwnedKind, TextId};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A licence text of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextAt {
    /// Its path, links resolved.
    pub path: Arc<str>,
    /// The layer that its bytes came in.
    pub layer: u32,
    /// Whether it is no longer visible at the end.
    pub hidden: bool,
    /// Whether another text stands in its place now.
    pub replaced: bool,
    /// The text.
    pub text: TextId,
    /// Whether it is the section about the licence of a file about much else, which counts only where there is nothing better.
    pub section: bool,
}

/// A place where a text was found, before its bytes are known to be read.
#[derive(Clone, Debug)]
struct Candidate {
    found: Resolved,
    content: FileRef,
    hidden: bool,
    replaced: bool,
}

/// The name of a text that stands inside another file: the hash of its words.
pub fn embedded_id(text: &EmbeddedText) -> TextId {
    TextId(Sha256::digest(text.words.as_bytes()).into())
}

/// Whether a package says nothing of its licence in its metadata, or points to its README there.
fn leaves_to_readme(draft: &Draft) -> bool {
    let mut said = draft.current().chain(&draft.sources).flat_map(|i| &i.find.declared).flat_map(|d| &d.values);
    // Old tools of Python write `UNKNOWN` where nothing was said.
    said.all(|value| value.eq_ignore_ascii_case("unknown") || value.to_ascii_lowercase().contains("readme"))
}

/// Looks for texts.
pub struct Texts<'a> {
    /// The stacked layers.
    pub tree: &'a Tree,
    /// What each layer says.
    pub scans: &'a [Arc<LayerScan>],
    /// Texts that had to be fetched, by the entry that holds them.
    pub fetched: &'a BTreeMap<FileRef, Arc<FileFinds>>,
    /// What the catalogers want.
    pub wanted: &'a Wanted,
    /// The row of the cataloger that wants licence texts.
    pub text_row: u16,
    /// Sections about the licence, by the file that they stand in.
    pub sections: &'a Sections,
}

/// Sections about the licence in READMEs and descriptions, by the entry that holds the file.
pub type Sections = HashMap<FileRef, EmbeddedText>;

/// Collects them.
pub fn sections(files: &[SourceFile]) -> Sections {
    let mut out = Sections::new();
    for file in files {
        for (_, find) in &file.found.finds {
            if let Find::LicenseSection(section) = find {
                out.insert(file.content, section.clone());
            }
        }
    }
    out
}

impl Texts<'_> {
    /// The texts of a package, each once, visible ones first.
    pub fn of(&self, draft: &Draft) -> Vec<TextAt> {
        let mut out: Vec<TextAt> = Vec::new();
        for candidate in self.candidates(draft) {
            let text = text_of(self.scans, candidate.content)
                .or_else(|| self.fetched.get(&candidate.content).and_then(|f| f.text));
            let Some(text) = text else { continue };
            if out.iter().any(|t| t.text == text && t.path == candidate.found.path) {
                continue;
            }
            out.push(TextAt {
                path: candidate.found.path,
                layer: candidate.content.layer,
                hidden: candidate.hidden,
                replaced: candidate.replaced,
                text,
                section: false,
            });
        }
        for instance in draft.current().chain(&draft.sources) {
            for embedded in &instance.find.embedded {
                // For Python `inner` is the metadata file in the archive; its texts stand in the archive, not in that file.
                let inner = instance.find.inner.as_deref();
                let archive = match instance.find.ecosystem {
                    Ecosystem::PYPI => inner.and_then(|i| i.rsplit_once("!/")).map(|(archive, _)| archive),
                    _ => inner,
                };
                let place = archive.map_or(String::new(), |archive| format!("{archive}!/"));
                let at = TextAt {
                    path: format!("{}!/{place}{}", instance.path, embedded.path).into(),
                    layer: instance.content.layer,
                    hidden: instance.span.to.is_some(),
                    replaced: false,
                    text: embedded_id(embedded),
                    section: false,
                };
                if !out.iter().any(|t| t.text == at.text && t.path == at.path) {
                    out.push(at);
                }
            }
        }
        if out.is_empty() && leaves_to_readme(draft) {
            out = self.sections_of(draft);
        }
        out.sort_by(|a, b| (a.hidden, &a.path, a.layer).cmp(&(b.hidden, &b.path, b.layer)));
        out
    }

    /// What the READMEs of a package's folders say, and its own description, each section once.
    fn sections_of(&self, draft: &Draft) -> Vec<TextAt> {
        let mut out: Vec<TextAt> = Vec::new();
        for instance in draft.current().chain(&draft.sources).filter(|i| i.find.inner.is_none()) {
            let (first, last) = (instance.span.from, instance.span.last(self.tree.layers()));
            let mut places = vec![(instance.path.clone(), instance.content)];
            if let Some(folder) = &instance.find.text_folder {
                let now = self.with_sections(last, folder);
                places.extend(if now.is_empty() && first != last { self.with_sections(first, folder) } else { now });
            }
            for (path, content) in places {
                let Some(section) = self.sections.get(&content) else { continue };
                let text = embedded_id(section);
                if out.iter().all(|t| t.text != text) {
                    out.push(TextAt {
                        hidden: self.is_hidden(&path, content),
                        path: format!("{path}!/{}", section.path).into(),
                        layer: content.layer,
                        replaced: false,
                        text,
                        section: true,
                    });
                }
            }
        }
        out
    }

    /// The files of a folder that have such a section.
    fn with_sections(&self, moment: u32, folder: &str) -> Vec<(Arc<str>, FileRef)> {
        let Some(folder) = self.tree.resolve(moment, folder) else { return Vec::new() };
        let content = |node| if let Node::File { content, .. } = node { Some(content) } else { None };
        let files =
            self.tree.children(moment, &folder.path).into_iter().filter_map(|(p, node)| Some((p, content(node)?)));
        files.filter(|(_, content)| self.sections.contains_key(content)).collect()
    }

    /// Texts whose bytes the walk did not read, because their names do not look like texts: behind a link, or listed by the
    /// package.
    pub fn requests(&self, draft: &Draft) -> Vec<Request> {
        self.candidates(draft)
            .into_iter()
            .filter(|c| {
                let read = self.scans.get(c.content.layer as usize).and_then(|s| s.files.get(&c.content.entry));
                read.is_none_or(|f| f.text.is_none() && !f.catalogers.contains(&self.text_row))
            })
            .map(|c| Request {
                content: c.content,
                path: c.found.path.clone(),
                catalogers: vec![self.text_row],
                shown: c.found.path,
                span: Span { from: c.content.layer, to: None },
            })
            .collect()
    }

    fn candidates(&self, draft: &Draft) -> Vec<Candidate> {
        let mut out = Vec::new();
        let mut asked: BTreeSet<&str> = BTreeSet::new();
        let listed = draft.find.files.iter().filter(|f| f.kind == OwnedKind::License).map(|f| &*f.path);
        let all = draft.instances.iter().chain(&draft.sources);
        let named = all.flat_map(|i| i.find.texts.iter().map(|t| &**t));
        for path in named.chain(listed) {
            if asked.insert(path) {
                self.at_path(draft, path, &mut out);
            }
        }
        let folders: BTreeSet<&str> = draft.current().filter_map(|i| i.find.text_folder.as_deref()).collect();
        for folder in folders {
            self.in_folder(draft.run, folder, &mut out);
        }
        let mut folders: BTreeSet<(&str, Span)> = BTreeSet::new();
        for source in &draft.sources {
            folders.extend(source.find.text_folder.as_deref().map(|folder| (folder, source.span)));
        }
        for (folder, span) in folders {
            self.in_folder(span, folder, &mut out);
        }
        out
    }

    /// One exact path: as it is at the package's last moment, and as it was when the package came, which may be another text or
    /// one that is gone.
    fn at_path(&self, draft: &Draft, path: &str, out: &mut Vec<Candidate>) {
        let (first, last) = (draft.run.from, draft.run.last(self.tree.layers()));
        let now = self.file(last, path);
        let before = match &now {
            Some(_) => self.file(first, path),
            None => (first..last).rev().find_map(|moment| self.file(moment, path)),
        };
        let replaced = now.is_some();
        let mut push = |found: Option<(Resolved, FileRef)>, replaced| {
            if let Some((found, content)) = found {
                let hidden = self.is_hidden(&found.path, content);
                out.push(Candidate { found, content, hidden, replaced });
            }
        };
        if now.as_ref().map(|(_, c)| *c) != before.as_ref().map(|(_, c)| *c) {
            push(before, replaced);
        }
        push(now, false);
    }

    /// Licence files directly in a folder, and anywhere below its sub-folders `licenses` and `LICENSES`.
    fn in_folder(&self, run: Span, folder: &str, out: &mut Vec<Candidate>) {
        let (first, last) = (run.from, run.last(self.tree.layers()));
        let found = self.folder_texts(last, folder);
        let found = if found.is_empty() && first != last { self.folder_texts(first, folder) } else { found };
        for (found, content) in found {
            let hidden = self.is_hidden(&found.path, content);
            out.push(Candidate { found, content, hidden, replaced: false });
        }
    }

    fn folder_texts(&self, moment: u32, folder: &str) -> Vec<(Resolved, FileRef)> {
        let Some(folder) = self.tree.resolve(moment, folder).filter(|f| f.node == Node::Dir) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (path, node) in self.tree.children(moment, &folder.path) {
            let base = path.rsplit('/').next().unwrap_or(&path);
            match node {
                Node::Dir if base.eq_ignore_ascii_case("licenses") || base.eq_ignore_ascii_case("license") => {
                    for (path, _) in self.tree.files_below(moment, &path) {
                        out.extend(self.file(moment, &path));
                    }
                }
                Node::File { content, .. } => {
                    let is_text = text_of(self.scans, content).is_some()
                        || self.fetched.get(&content).is_some_and(|f| f.text.is_some());
                    if is_text {
                        out.extend(self.file(moment, &path));
                    }
                }
                // A link with the name of a licence text, to whatever it leads.
                Node::Symlink { .. } if self.is_named_like_text(&path) => {
                    out.extend(self.file(moment, &path));
                }
                _ => {}
            }
        }
        out
    }

    fn is_named_like_text(&self, path: &str) -> bool {
        let mut rows = Vec::new();
        self.wanted.matching(path, &mut rows);
        rows.contains(&self.text_row)
    }

    fn file(&self, moment: u32, path: &str) -> Option<(Resolved, FileRef)> {
        let found = self.tree.resolve(moment, path)?;
        match found.node {
            Node::File { content, .. } => Some((found, content)),
            _ => None,
        }
    }

    fn is_hidden(&self, path: &str, content: FileRef) -> bool {
        let Some(end) = self.tree.layers().checked_sub(1) else { return false };
        !matches!(self.tree.node(end, path), Some(Node::File { content: c, .. }) if *c == content)
    }
}
