//! The ids of documents.

use super::shown::Shown;
use crate::seal::Seal;

/// The id of a document in one format: the same for two documents that say the same of the same image.
pub(super) fn document(format: &str, shown: &Shown<'_>) -> String {
    let report = shown.report;
    let image = &report.image;
    let mut seal = Seal::new(format);
    seal.part(report.tool.name);
    seal.part(report.tool.version);
    seal.part(report.tool.spdx_list);
    seal.part(&image.reference);
    seal.part(image.digest.as_ref().map_or("", |d| d.as_str()));
    for layer in &image.layers {
        seal.part(layer.diff_id.as_ref().or(layer.digest.as_ref()).map_or("", |d| d.as_str()));
    }
    seal.part(&report.created.unwrap_or_default().to_string());
    for item in &shown.items {
        seal.part(&item.key);
        let licensing = &item.package.licensing;
        for outcome in [&licensing.declared, &licensing.detected, &licensing.concluded] {
            seal.part(&outcome.to_string());
        }
        seal.part(licensing.class.as_str());
    }
    // What could not be read belongs to what the document says.
    seal.part(&report.issues.len().to_string());
    seal.uuid()
}
