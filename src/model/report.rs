//! The report: everything that an emitter may see, sorted and complete.

use super::{Audit, Class, Expr, Finding, Image, Package, PackageId, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// SHA-256 of a text's bytes: names the text in a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(pub [u8; 32]);

impl fmt::Display for TextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for TextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextId({self})")
    }
}

/// A licence text or notice that the image carries, kept once however many copies there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The words; bytes that are no UTF-8 are replaced.
    pub words: Arc<str>,
    /// What the text was identified as, on its own.
    pub expression: Option<Expr>,
    /// Copyright statements in it.
    pub copyrights: Vec<Box<str>>,
}

/// A licence that the SPDX list does not have, with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseRef {
    /// `LicenseRef-...`, unique in the report.
    pub id: Box<str>,
    /// The name without the prefix, as people read it.
    pub name: Box<str>,
    /// The licence's own words, or a sentence that says that only the name is known.
    pub text: Box<str>,
    /// Its class.
    pub class: Class,
}

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is missing.
    Info,
    /// Something was read leniently.
    Warning,
    /// Something could not be read: the report has a gap here.
    Error,
}

impl Severity {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What went wrong, a stable name for filters and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssueCode(pub &'static str);

/// Something in the image that could not be read as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// Zero-based index of the layer; `None` for the image as a whole.
    pub layer: Option<u32>,
    /// The file, without a leading slash; empty for the layer as a whole.
    pub path: Box<str>,
    /// What kind of trouble.
    pub code: IssueCode,
    /// How much it matters.
    pub severity: Severity,
    /// Lower case, no full stop, says what was done about it.
    pub message: Box<str>,
}

/// What kind of file belongs to no package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnownedKind {
    /// A program or library.
    Program,
    /// An archive.
    Archive,
}

impl UnownedKind {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            UnownedKind::Program => "program",
            UnownedKind::Archive => "archive",
        }
    }
}

/// A file that a container could run or unpack, and that belongs to no package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unowned {
    /// Without a leading slash.
    pub path: Box<str>,
    /// Zero-based index of the layer that it came in.
    pub layer: u32,
    /// Bytes.
    pub size: u64,
    /// What it is.
    pub kind: UnownedKind,
}

/// The distribution of the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distro {
    /// What its files say.
    pub facts: super::DistroFind,
    /// The file that says so, without a leading slash.
    pub path: Box<str>,
    /// Zero-based index of the layer of that file.
    pub layer: u32,
    /// The layer that deleted that file, where it is no longer visible.
    pub removed_by: Option<u32>,
}

/// What the image holds, or no longer holds, of the papers that packages rely on without carrying them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// Names of Debian's shared copies of licences (`GPL-2` in `/usr/share/common-licenses`) that are visible at the end.
    pub common_licenses: BTreeSet<Box<str>>,
    /// Packages of Debian whose copyright file dpkg installed and nobody sees, with the layer that removed it; `None` where the
    /// layer that installed the package left it out. Sorted.
    pub copyright_gone: Vec<(PackageId, Option<u32>)>,
}

/// What made the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// `supercargo`.
    pub name: &'static str,
    /// The version of this crate.
    pub version: &'static str,
    /// The version of the SPDX licence list, such as `3.29.0`.
    pub spdx_list: &'static str,
}

/// All that a scan found. Sorted: packages by purl then location, issues by layer then path.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What made it.
    pub tool: Tool,
    /// Seconds since 1970, UTC: `SOURCE_DATE_EPOCH`, else the image's creation time, else `None`.
    pub created: Option<i64>,
    /// What was scanned.
    pub image: Image,
    /// The distribution, where the image names one.
    pub distro: Option<Distro>,
    /// Every package, contained ones too (those have an `owner`).
    pub packages: Vec<Package>,
    /// Whether documents show packages that others own as components of their own (`--owned`).
    pub show_owned: bool,
    /// Every licence that the SPDX list does not have, sorted by id.
    pub refs: Vec<LicenseRef>,
    /// The class of every licence in any package's statements, by the printed form of the leaf
    /// (`MIT`, `GPL-2.0-only WITH Classpath-exception-2.0`); those in `refs` have theirs there.
    pub classes: BTreeMap<Box<str>, Class>,
    /// Every licence text, by its hash.
    pub texts: BTreeMap<TextId, Text>,
    /// What packages rely on besides their own texts.
    pub papers: Papers,
    /// Visible programs and archives that belong to no package, by path.
    pub unowned: Vec<Unowned>,
    /// What a person should decide or know, the strictest first.
    pub findings: Vec<Finding>,
    /// What a policy says of all this, where one was applied.
    pub audit: Option<Audit>,
    /// What could not be read as it should be.
    pub issues: Vec<Issue>,
}

impl Report {
    /// The packages that documents show as components, with their ids: all, or those without an owner, and parts to which a policy
    /// objects.
    pub fn shown(&self) -> impl Iterator<Item = (PackageId, &Package)> {
        let open = self.findings.iter().filter(|f| self.audit.is_some() && f.effective() > Verdict::Allow);
        let objected: BTreeSet<PackageId> = open.filter_map(|f| f.package).collect();
        let all = self.packages.iter().enumerate().map(|(i, p)| (PackageId(i as u32), p));
        all.filter(move |(id, p)| self.show_owned || p.owner.is_none() || objected.contains(id))
    }

    /// The class of one leaf of an expression; unknown where nobody has said it.
    pub fn class_of(&self, leaf: &Expr) -> Class {
        let listed = match leaf {
            Expr::Ref(id) => self.refs.iter().find(|r| r.id == *id).map(|r| r.class),
            _ => None,
        };
        listed.or_else(|| self.classes.get(leaf.to_string().as_str()).copied()).unwrap_or(Class::Unknown)
    }

    /// The package with this id.
    pub fn package(&self, id: PackageId) -> &Package {
        &self.packages[id.0 as usize]
    }
}
