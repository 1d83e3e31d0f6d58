//! The index that the build script made of the SPDX licence list.

use super::index::Index;
use super::packed;
use std::sync::OnceLock;

/// The index, ready after the first call.
pub fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| packed::read(include_bytes!(concat!(env!("OUT_DIR"), "/licenses.index"))))
}
