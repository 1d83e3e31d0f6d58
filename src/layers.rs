//! Layers: each read once, then stacked.
//!
//! In reading order: [`tar`] (members of an archive), [`decompress`] (blob to archive), [`path`] (the normal form of names),
//! `place` (a blob in a file), [`walk`] (one layer: entries and finds; `body`: what is read of a file), [`parse`] (one file of it; [`desk`]: by threads without a layer),
//! [`codec`] (the same as bytes, for the cache), [`folder`] (a folder of the machine as if it were a layer), [`tree`] (all layers on top of each
//! other, at every moment of the stacking).

pub mod codec;
pub mod decompress;
pub mod desk;
pub mod folder;
#[cfg(feature = "isal")]
mod isal;
pub mod parse;
pub mod path;
mod place;
pub mod tar;
pub mod tree;
pub mod walk;

use crate::model::{Digest, Find, Issue, IssueCode, Severity, TextId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// Where a blob lies: a part of a file, so that every worker opens its own reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file on the machine.
    pub file: PathBuf,
    /// Where the blob begins, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
}

/// One entry of a layer, in the order of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// In the normal form of [`path`]; for whiteouts what is deleted, for opaque markers the folder.
    pub path: Arc<str>,
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File {
        /// Bytes.
        size: u64,
        /// Whether any execute bit is set.
        executable: bool,
    },
    /// A folder.
    Dir,
    /// A symbolic link, with its target as it stands.
    Symlink(Arc<str>),
    /// Another name for a file, with its target's path.
    Hardlink(Arc<str>),
    /// Deletes the path from the layers below.
    Whiteout,
    /// Deletes what the layers below have in the folder.
    Opaque,
    /// A device, or something that was left out with an issue.
    Other,
}

/// Names one entry of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileRef {
    /// Zero-based index of the layer.
    pub layer: u32,
    /// Index in [`LayerScan::entries`].
    pub entry: u32,
}

/// What the catalogers found in one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileFinds {
    /// Which catalogers read it (rows of the table).
    pub catalogers: Vec<u16>,
    /// What they found.
    pub finds: Vec<(u16, Find)>,
    /// Its text, where it is a licence text.
    pub text: Option<TextId>,
}

/// All that one layer says by itself. It depends on the layer's bytes alone.
#[derive(Clone, Debug, Default)]
pub struct LayerScan {
    /// SHA-256 of the blob as it lies in the source, where every byte of it was read.
    pub blob_digest: Option<Digest>,
    /// SHA-256 of the uncompressed archive, where it was asked for.
    pub diff_id: Option<Digest>,
    /// Bytes of the blob.
    pub blob_size: u64,
    /// Bytes of the uncompressed archive.
    pub size: u64,
    /// Every entry, in the order of the archive.
    pub entries: Vec<Entry>,
    /// What was found, by index of the entry.
    pub files: BTreeMap<u32, Arc<FileFinds>>,
    /// Programs and libraries, by index of the entry.
    pub programs: BTreeSet<u32>,
    /// Licence texts, each once.
    pub texts: HashMap<TextId, Arc<str>>,
    /// Bytes of unwanted files that look like package databases, where the layer cannot be read again.
    pub spares: BTreeMap<u32, Vec<u8>>,
    /// Trouble.
    pub issues: IssueSink,
}

/// Issues of one layer, with a cap on each kind: a hostile archive could make millions.
#[derive(Clone, Debug, Default)]
pub struct IssueSink {
    issues: Vec<RawIssue>,
    counts: BTreeMap<IssueCode, u64>,
}

#[derive(Clone, Debug)]
struct RawIssue {
    path: Box<str>,
    code: IssueCode,
    severity: Severity,
    message: Box<str>,
}

/// This many issues of one kind are kept a layer; the rest is counted.
const MAX_ISSUES_A_KIND: u64 = 200;

impl IssueSink {
    /// Adds an issue.
    pub fn push(&mut self, path: Option<&str>, code: IssueCode, severity: Severity, message: impl Into<Box<str>>) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= MAX_ISSUES_A_KIND {
            self.issues.push(RawIssue { path: path.unwrap_or("").into(), code, severity, message: message.into() });
        }
    }

    /// Adds those of another sink.
    pub fn append(&mut self, other: IssueSink) {
        let mut kept: BTreeMap<IssueCode, u64> = BTreeMap::new();
        for issue in other.issues {
            *kept.entry(issue.code).or_default() += 1;
            self.push(Some(&issue.path), issue.code, issue.severity, issue.message);
        }
        for (code, count) in other.counts {
            *self.counts.entry(code).or_default() += count - kept.get(&code).copied().unwrap_or(0);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.issues.is_empty()
    }

    /// The issues as the report has them, those past the cap as one line a kind.
    pub fn of_layer(&self, layer: Option<u32>) -> Vec<Issue> {
        let mut out: Vec<Issue> = self
            .issues
            .iter()
            .map(|i| Issue {
                layer,
                path: i.path.clone(),
                code: i.code,
                severity: i.severity,
                message: i.message.clone(),
            })
            .collect();
        for (code, count) in self.counts.iter().filter(|(_, n)| **n > MAX_ISSUES_A_KIND) {
            let severity =
                self.issues.iter().filter(|i| i.code == *code).map(|i| i.severity).max().unwrap_or(Severity::Error);
            out.push(Issue {
                layer,
                path: "".into(),
                code: *code,
                severity,
                message: format!("{} more of this kind", count - MAX_ISSUES_A_KIND).into(),
            });
        }
        out
    }
}
