//! Which packages owe their source, put together by the source that they were built from.

use crate::emit::{fields, subject};
use crate::license::db;
use crate::model::{Class, Expr, Package, PackageId, Report};
use crate::source::{self, Origin, whole};
use std::collections::{BTreeMap, BTreeSet};

/// The list. Strings are as the image has them: those who show them make them visible first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The image, as people call it.
    pub subject: String,
    /// Its digest, where it has one.
    pub digest: Option<String>,
    /// When the image says that it was made: an archive's snapshot of that time has its sources.
    pub created: Option<String>,
    /// What made the list.
    pub tool: String,
    /// Whether packages without copyleft are listed too.
    pub all: bool,
    /// Whether a policy settled choices of licences, so that only the branches that it took count.
    pub settled: bool,
    /// By ecosystem, name and version.
    pub sources: Vec<Source>,
    /// Packages under copyleft of which no source can be named, then those of which nobody knows whether they are, each in the
    /// order of the report.
    pub gaps: Vec<Gap>,
}

/// One source, and what was built from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is and where it is kept.
    pub origin: Origin,
    /// In the order of the report.
    pub packages: Vec<Binary>,
}

/// A package of the image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binary {
    /// Its package URL.
    pub purl: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its architecture.
    pub arch: Option<String>,
    /// The concluded licence; `None` where none is known.
    pub license: Option<String>,
    /// Where the licence holds a choice: what a policy took.
    pub taken: Option<String>,
    /// The class of the conclusion.
    pub class: Class,
    /// Zero-based index of the layer that brought it.
    pub layer: u32,
    /// The layer that hides it.
    pub hidden_by: Option<u32>,
    /// The package whose source it lies in, where it is a part of another.
    pub part_of: Option<String>,
    /// Its home page, as written.
    pub homepage: Option<String>,
}

/// A package of which it is not known what its source is, or whether it is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The package.
    pub package: Binary,
    /// Whether it is the licence that is not known.
    pub undecided: bool,
    /// Its source, where at least that is known.
    pub origin: Option<Origin>,
    /// Why: lower case, no full stop.
    pub reason: String,
}

/// What a licence says of the source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owed {
    Yes,
    No,
    /// The licence, or a part of it, is not known.
    Undecided,
}

impl Sources {
    /// Collects from a report; `all` takes packages without copyleft too.
    pub fn of(report: &Report, all: bool) -> Sources {
        // By all that makes a source this one; the commit because two builds of one version may have two.
        let mut found: BTreeMap<Key, Source> = BTreeMap::new();
        let mut gaps = Vec::new();
        let mut open = Vec::new();
        let mut listed: BTreeSet<PackageId> = BTreeSet::new();
        for (index, package) in report.packages.iter().enumerate() {
            let id = PackageId(index as u32);
            let whole = whole(report, id);
            match owed(report, id) {
                Owed::No if !all => continue,
                Owed::Undecided if !all => {
                    open.push((whole, binary(report, package, whole, id)));
                    continue;
                }
                _ => {}
            }
            let binary = binary(report, package, whole, id);
            match source::of(report, id) {
                Ok(origin) => {
                    listed.insert(whole);
                    let source = found.entry(key(&origin)).or_insert(Source { origin, packages: Vec::new() });
                    if !source.packages.contains(&binary) {
                        source.packages.push(binary);
                    }
                }
                Err(reason) => gaps.push(Gap { package: binary, undecided: false, origin: None, reason }),
            }
        }
        // What lies in a package whose source is listed has its source there, whatever its licence.
        for (whole, package) in open.into_iter().filter(|(whole, _)| !listed.contains(whole)) {
            let reason = match package.license {
                Some(_) => "a part of its licence is not known, so neither is whether its source is owed",
                None => "its licence is not known, so neither is whether its source is owed",
            };
            let origin = source::of(report, whole).ok();
            gaps.push(Gap { package, undecided: true, origin, reason: reason.to_owned() });
        }
        gaps.dedup();
        let tool = &report.tool;
        Sources {
            subject: subject::tagged(report),
            digest: report.image.digest.as_ref().map(ToString::to_string),
            created: report.image.created.and_then(fields::timestamp),
            tool: format!("{} {}", tool.name, tool.version),
            all,
            settled: report.audit.is_some(),
            sources: found.into_values().collect(),
            gaps,
        }
    }

    /// How many packages have no source that can be named, and of how many nobody knows whether it is owed.
    pub fn gap_counts(&self) -> (usize, usize) {
        let undecided = self.gaps.iter().filter(|g| g.undecided).count();
        (self.gaps.len() - undecided, undecided)
    }

    /// How many packages the sources stand for.
    pub fn packages(&self) -> usize {
        self.sources.iter().map(|s| s.packages.len()).sum()
    }
}

type Key = (&'static str, Option<String>, String, String, Option<String>);

fn key(origin: &Origin) -> Key {
    let Origin { ecosystem, namespace, name, version, commit, .. } = origin;
    (ecosystem, namespace.clone(), name.clone(), version.clone(), commit.clone())
}

/// Whether the source of a package is owed, by a licence that binds it.
pub(in crate::emit) fn is_owed(report: &Report, id: PackageId) -> bool {
    owed(report, id) == Owed::Yes
}

/// Of a choice the branch that a policy took binds; where none was applied every branch does, for nobody has taken one.
fn owed(report: &Report, id: PackageId) -> Owed {
    let concluded = report.package(id).licensing.concluded.expression();
    let Some(expression) = taken(report, id).or(concluded) else { return Owed::Undecided };
    let leaves = expression.leaves();
    if leaves.iter().any(|leaf| is_copyleft(report, leaf)) {
        Owed::Yes
    } else if leaves.iter().any(|leaf| report.class_of(leaf) == Class::Unknown) {
        Owed::Undecided
    } else {
        Owed::No
    }
}

fn taken(report: &Report, id: PackageId) -> Option<&Expr> {
    report.audit.as_ref().and_then(|a| a.taken(id))
}

/// An exception frees what is made with a work, not the work itself: what stands before it counts too. So does a licence of which
/// only a name is known that holds a GNU licence's (`LicenseRef-SUSE-GPL-2.0-with-OSI-exception`): here one too many does no harm.
fn is_copyleft(report: &Report, leaf: &Expr) -> bool {
    let reaches = |class: Class| (Class::WeakCopyleftFile..=Class::NetworkCopyleft).contains(&class);
    let inner = match leaf {
        Expr::With(inner, _) => reaches(db::class_of(inner)),
        Expr::Ref(name) => name.contains("GPL") && report.class_of(leaf) == Class::Unknown,
        _ => false,
    };
    inner || reaches(report.class_of(leaf))
}

fn binary(report: &Report, package: &Package, whole: PackageId, id: PackageId) -> Binary {
    Binary {
        purl: package.purl.to_string(),
        name: package.name.to_string(),
        version: package.version.to_string(),
        arch: package.arch.as_deref().map(str::to_owned),
        license: package.licensing.concluded.expression().map(ToString::to_string),
        taken: taken(report, id).map(ToString::to_string),
        class: package.licensing.class,
        layer: package.layer,
        hidden_by: package.state.removed_by(),
        part_of: (whole != id).then(|| report.package(whole).purl.to_string()),
        homepage: package.homepage.as_deref().map(str::to_owned),
    }
}
