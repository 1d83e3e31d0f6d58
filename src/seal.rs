//! Ids that are made of content, so that the same report gets the same ids: a hash over a list of parts, and a UUID
//! of it (RFC 9562, version 8: the bits are our own).

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A running SHA-256 over parts. Each part goes in with its length, so that parts cannot run into each other.
pub(crate) struct Seal(Sha256);

impl Seal {
    /// Starts with the name of what the id is for: two kinds of ids over the same parts differ.
    pub(crate) fn new(domain: &str) -> Seal {
        let mut seal = Seal(Sha256::new());
        seal.part(domain);
        seal
    }

    /// Adds a part.
    pub(crate) fn part(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part.as_bytes());
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// The first 64 bits in hexadecimal: enough to tell the packages of one image apart.
    pub(crate) fn short(self) -> String {
        self.finish().iter().take(8).fold(String::with_capacity(16), |mut out, b| {
            let _ = write!(out, "{b:02x}");
            out
        })
    }

    /// The first 128 bits as a UUID.
    pub(crate) fn uuid(self) -> String {
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
