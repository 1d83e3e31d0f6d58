//! The checklist of obligations: every duty once, with the licences that ask it, when it arises and what fulfils it.

use super::Word;
use crate::emit::html::view::names::Names;
use crate::license::db::obligations::{self, Duty, Fulfilment, Scenario};
use crate::model::{Expr, PackageId, Report};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct DutyRow {
    key: &'static str,
    duty: &'static str,
    note: Option<&'static str>,
    /// One a scenario, in their order: whether it arises.
    arises: Vec<bool>,
    fulfilled_by: &'static str,
    how: &'static str,
    licenses: Vec<Word>,
    license_count: usize,
    packages: usize,
}

/// Which licences ask a duty, of which packages.
#[derive(Default)]
struct Asked<'a> {
    by: BTreeSet<&'a Expr>,
    packages: BTreeSet<usize>,
}

/// Which licences bind: of a choice the branch that was taken, or the mildest where nobody took one.
pub(super) fn duties(names: &Names) -> Vec<DutyRow> {
    let report = names.report;
    // By what fulfils them first: that is how they are worked through.
    let mut rows: BTreeMap<(Fulfilment, Duty), Asked> = BTreeMap::new();
    for i in 0..report.packages.len() {
        for leaf in bound(report, PackageId(i as u32)) {
            for duty in obligations::duties(leaf, report.class_of(leaf)) {
                let asked = rows.entry((duty.fulfilled_by, duty)).or_default();
                asked.by.insert(leaf);
                asked.packages.insert(i);
            }
        }
    }
    rows.into_iter()
        .map(|((fulfilled_by, duty), asked)| DutyRow {
            key: duty.key,
            duty: duty.duty,
            note: Some(duty.note).filter(|n| !n.is_empty()),
            arises: Scenario::ALL.iter().map(|s| duty.arises(*s)).collect(),
            fulfilled_by: fulfilled_by.as_str(),
            how: how(fulfilled_by),
            license_count: asked.by.len(),
            licenses: asked.by.into_iter().map(|leaf| names.leaf(leaf)).collect(),
            packages: asked.packages.len(),
        })
        .collect()
}

/// The licences that bind a package.
fn bound(report: &Report, id: PackageId) -> Vec<&Expr> {
    let licensing = &report.package(id).licensing;
    let taken = report.audit.as_ref().and_then(|a| a.taken(id));
    taken.or(licensing.choice.as_ref()).or(licensing.concluded.expression()).map(Expr::leaves).unwrap_or_default()
}

/// Whether a licence that binds a package asks something that this fulfils.
pub(super) fn asks(report: &Report, id: PackageId, by: Fulfilment) -> bool {
    let duties =
        |leaf: &Expr| obligations::duties(leaf, report.class_of(leaf)).into_iter().any(|d| d.fulfilled_by == by);
    bound(report, id).into_iter().any(duties)
}

fn how(fulfilled_by: Fulfilment) -> &'static str {
    match fulfilled_by {
        Fulfilment::Notice => "the notices: supercargo notice",
        Fulfilment::Source => "the source list and offer: supercargo sources",
        Fulfilment::Manual => "by hand",
    }
}
