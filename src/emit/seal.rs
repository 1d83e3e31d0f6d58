//! Ids that are made of content, so that the same report gets the same ids: a hash over a list of parts, and a UUID
//! of it (RFC 9562, version 8: the bits are our own).

use super::shown::Shown;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A running SHA-256 over parts. Each part goes in with its length, so that parts cannot run into each other.
pub(super) struct Seal(Sha256);

impl Seal {
    /// Starts with the name of what the id is for: two kinds of ids over the same parts differ.
    pub(super) fn new(domain: &str) -> Seal {
        let mut seal = Seal(Sha256::new());
        seal.part(domain);
        seal
    }

    /// Adds a part.
    pub(super) fn part(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part.as_bytes());
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// The first 64 bits in hexadecimal: enough to tell the packages of one image apart.
    pub(super) fn short(self) -> String {
        self.finish().iter().take(8).fold(String::with_capacity(16), |mut out, b| {
            let _ = write!(out, "{b:02x}");
            out
        })
    }

    /// The first 128 bits as a UUID.
    pub(super) fn uuid(self) -> String {
        let bytes = self.finish();
        let mut out = String::with_capacity(36);
        for (i, byte) in bytes.into_iter().take(16).enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                out.push('-');
            }
            let byte = match i {
                6 => (byte & 0x0f) | 0x80, // the version
                8 => (byte & 0x3f) | 0x80, // the variant
                _ => byte,
            };
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_carries_version_and_variant() {
        let uuid = Seal::new("test").uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes().get(14), Some(&b'8'));
        assert!(matches!(uuid.as_bytes().get(19), Some(b'8' | b'9' | b'a' | b'b')));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let id = |parts: &[&str]| {
            let mut seal = Seal::new("test");
            parts.iter().for_each(|p| seal.part(p));
            seal.short()
        };
        assert_ne!(id(&["ab", "c"]), id(&["a", "bc"]));
        assert_eq!(id(&["ab", "c"]), id(&["ab", "c"]));
    }
}
