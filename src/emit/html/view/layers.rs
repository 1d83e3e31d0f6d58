//! Layers, where the base image ends, and what later layers hide.

use super::{ClassName, LayerLink, PackageLink, PackageList, Seen, Statement, class_name};
use crate::emit::html::tally;
use crate::emit::html::view::names::Names;
use crate::emit::html::words;
use crate::model::{PackageId, Report};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct LayerRow {
    index: u32,
    digest: Option<Seen>,
    diff_id: Option<Seen>,
    size: String,
    blob_size: String,
    entries: u64,
    origin: Option<&'static str>,
    instruction: Option<Seen>,
    added: PackageList,
    removed: PackageList,
}

/// The base image.
#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct BaseFacts {
    name: Option<Seen>,
    digest: Option<Seen>,
    layers: u32,
    evidence: &'static str,
    certain: bool,
    note: Seen,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct HiddenRow {
    package: PackageLink,
    ecosystem: Seen,
    concluded: Statement,
    class: ClassName,
    layer: LayerLink,
    removed_by: LayerLink,
    /// `None` where no file is known to be its own.
    size: Option<String>,
    owner: Option<PackageLink>,
}

pub(super) fn base(report: &Report) -> Option<BaseFacts> {
    let base = report.image.base.as_ref()?;
    Some(BaseFacts {
        name: base.name.as_deref().map(Seen::line),
        digest: base.digest.as_ref().map(|d| Seen::line(d.as_str())),
        layers: base.layers,
        evidence: base.evidence.as_str(),
        certain: base.evidence.is_certain(),
        note: Seen::line(&base.note),
    })
}

pub(super) fn layers(names: &Names) -> Vec<LayerRow> {
    let report = names.report;
    let mut added: BTreeMap<u32, Vec<PackageId>> = BTreeMap::new();
    let mut removed: BTreeMap<u32, Vec<PackageId>> = BTreeMap::new();
    for (id, package) in report.shown() {
        added.entry(package.layer).or_default().push(id);
        if let Some(layer) = package.state.removed_by() {
            removed.entry(layer).or_default().push(id);
        }
    }
    let list = |of: &BTreeMap<u32, Vec<PackageId>>, index| names.list(of.get(&index).map_or(&[], |l| l));
    report
        .image
        .layers
        .iter()
        .map(|layer| LayerRow {
            index: layer.index,
            digest: layer.digest.as_ref().map(|d| Seen::line(d.as_str())),
            // Where the blob is not compressed the two are one, and one is enough to read.
            diff_id: layer
                .diff_id
                .as_ref()
                .filter(|d| layer.digest.as_ref() != Some(d))
                .map(|d| Seen::line(d.as_str())),
            size: words::size(layer.size),
            blob_size: words::size(layer.blob_size),
            entries: layer.entries,
            origin: layer.origin.or(report.image.origin_of(layer.index)),
            instruction: layer.created_by.as_deref().map(Seen::line),
            added: list(&added, layer.index),
            removed: list(&removed, layer.index),
        })
        .collect()
}

pub(super) fn hidden(names: &Names) -> Vec<HiddenRow> {
    tally::hidden(names.report)
        .map(|(i, p, removed_by, owner)| HiddenRow {
            package: names.package(PackageId(i as u32)),
            ecosystem: Seen::line(p.ecosystem.as_str()),
            concluded: names.statement(&p.licensing.concluded),
            class: class_name(p.licensing.class),
            layer: names.layer(p.layer),
            removed_by: names.layer(removed_by),
            size: (p.bytes > 0).then(|| words::size(p.bytes)),
            owner: owner.and(p.owner).map(|id| names.package(id)),
        })
        .collect()
}
