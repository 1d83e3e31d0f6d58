//! What is not known: packages without a licence, texts that nobody identified, what could not be read, files that belong to nobody.

use super::{LayerLink, PackageList, Seen};
use crate::emit::html::excerpt;
use crate::emit::html::view::names::Names;
use crate::emit::html::words;
use crate::model::{Basis, Class, Expr, Outcome, PackageId, Severity};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct Unknowns {
    /// Nothing says their licence.
    no_license: PackageList,
    /// Their licence has words or a name, but no class.
    no_class: PackageList,
    /// Their texts name nobody.
    no_holder: PackageList,
    /// They are known by something less sure than their own metadata.
    less_sure: Vec<BasisCount>,
    /// Texts that were taken for licences and that nobody identified.
    texts: Vec<UnknownText>,
    gaps: usize,
    unowned: usize,
    programs: usize,
    /// Programs and archives, each with their number in words.
    kinds: String,
    none: bool,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct BasisCount {
    basis: &'static str,
    meaning: &'static str,
    packages: usize,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct UnknownText {
    hash: String,
    path: Seen,
    layer: Option<LayerLink>,
    packages: PackageList,
    begins: Seen,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct IssueRow {
    severity: &'static str,
    code: &'static str,
    layer: Option<LayerLink>,
    path: Option<Seen>,
    message: Seen,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct UnownedRow {
    path: Seen,
    kind: &'static str,
    size: String,
    layer: LayerLink,
}

pub(super) fn unknowns(names: &Names) -> Unknowns {
    let report = names.report;
    let ids = |is_meant: &dyn Fn(PackageId) -> bool| -> PackageList {
        let meant: Vec<PackageId> = report.shown().map(|(id, _)| id).filter(|id| is_meant(*id)).collect();
        names.list(&meant)
    };
    let has_license = |id: PackageId| matches!(report.package(id).licensing.concluded, Outcome::Expression(_));
    let has_class = |id: PackageId| report.package(id).licensing.class != Class::Unknown;
    let no_license = ids(&|id| !has_license(id));
    let no_class = ids(&|id| has_license(id) && !has_class(id));
    let no_holder = ids(&|id| {
        let licensing = &report.package(id).licensing;
        let mut texts = licensing.evidence.iter().filter_map(|e| report.texts.get(&e.text?));
        licensing.class != Class::PublicDomain && !texts.any(|t| !t.copyrights.is_empty())
    });
    let mut by_basis: BTreeMap<Basis, usize> = BTreeMap::new();
    for (_, package) in report.shown().filter(|(_, p)| p.basis != Basis::Installed) {
        *by_basis.entry(package.basis).or_default() += 1;
    }
    let uses = names.texts();
    let texts: Vec<UnknownText> = report
        .texts
        .iter()
        .filter(|(_, text)| text.expression.as_ref().is_none_or(|e| is_nameless(e, names)))
        .map(|(id, text)| {
            let uses = uses.get(id);
            UnknownText {
                hash: id.to_string(),
                path: Seen::line(uses.map_or("not in any package's evidence", |u| u.path)),
                layer: uses.and_then(|u| u.layer).map(|l| names.layer(l)),
                packages: names.list(uses.map_or(&[], |u| &u.packages)),
                begins: Seen::line(&excerpt::cut(&first_words(&text.words), 160)),
            }
        })
        .collect();
    let gaps = report.issues.iter().filter(|i| i.severity == Severity::Error).count();
    let programs = report.unowned.iter().filter(|u| u.kind == crate::model::UnownedKind::Program).count();
    Unknowns {
        none: [no_license.count, no_class.count, no_holder.count, texts.len(), gaps, report.unowned.len()] == [0; 6],
        no_license,
        no_class,
        no_holder,
        less_sure: by_basis
            .into_iter()
            .map(|(basis, packages)| BasisCount { basis: basis.as_str(), meaning: meaning(basis), packages })
            .collect(),
        texts,
        gaps,
        unowned: report.unowned.len(),
        programs,
        kinds: words::unowned(&report.unowned),
    }
}

/// Whether a text stands for itself alone: a reference whose class nobody knows.
fn is_nameless(e: &Expr, names: &Names) -> bool {
    matches!(e, Expr::Ref(_)) && names.report.class_of(e) == Class::Unknown
}

/// The words of a text without its blanks, for a line.
fn first_words(text: &str) -> String {
    text.split_whitespace().take(40).collect::<Vec<_>>().join(" ")
}

/// On what a package is known, in words.
fn meaning(basis: Basis) -> &'static str {
    match basis {
        Basis::Installed => "its own metadata, or a package manager's record",
        Basis::Archive => "an archive that holds it lies in the image",
        Basis::Embedded => "a build put its name and version into a program or another package",
        Basis::Classified => "the contents of a program meet a pattern",
        Basis::Recovered => "paths that a program still holds; there may be more",
        Basis::Document => "an SBOM document in the image names it",
        Basis::Lockfile => "a lock file names it; it may not be installed",
    }
}

pub(super) fn issues(names: &Names) -> Vec<IssueRow> {
    let mut issues: Vec<_> = names.report.issues.iter().collect();
    issues.sort_by_key(|i| Reverse(i.severity)); // stable: within one severity by layer and path
    issues
        .into_iter()
        .map(|i| IssueRow {
            severity: if i.severity == Severity::Info { "note" } else { i.severity.as_str() },
            code: i.code.0,
            layer: i.layer.map(|index| names.layer(index)),
            path: Some(&*i.path).filter(|p| !p.is_empty()).map(Seen::line),
            message: Seen::line(&i.message),
        })
        .collect()
}

/// The largest first: they hide the most.
pub(super) fn unowned(names: &Names) -> Vec<UnownedRow> {
    let mut files: Vec<_> = names.report.unowned.iter().collect();
    files.sort_by_key(|u| Reverse(u.size)); // stable: equals by path
    let row = |u: &crate::model::Unowned| UnownedRow {
        path: Seen::line(&u.path),
        kind: u.kind.as_str(),
        size: words::size(u.size),
        layer: names.layer(u.layer),
    };
    files.into_iter().map(row).collect()
}
