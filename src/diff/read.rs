//! Documents to [`Side`]: CycloneDX and SPDX 2.x as JSON, of anybody, and our own JSON report. Which of them a document is, it says
//! itself.
//!
//! The readers of documents that lie in an image (the room `catalog`) read for another end: there what a document declares is
//! evidence for a conclusion; here its conclusion is what is compared. So they are other readers.

mod cyclonedx;
mod own;
mod spdx;

use super::side::Side;
use serde_json::Value;

/// The largest document that is read: JSON takes some five times its size in memory. The largest seen, of an image with 20,000
/// packages and their files, has 50 MB.
pub const MAX_BYTES: usize = 256 << 20;

/// A document that cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum BadDocument {
    /// It is longer than [`MAX_BYTES`].
    #[error("the document has more than {} MiB; give the image instead", MAX_BYTES >> 20)]
    TooLarge,
    /// It is no JSON.
    #[error("the document is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is JSON of another kind.
    #[error(
        "the document is neither CycloneDX, nor SPDX 2, nor a JSON report of supercargo; give one of these or an image"
    )]
    Kind,
    /// It is SPDX 3.
    #[error("documents of SPDX 3 are not read; give SPDX 2.3, CycloneDX or the image")]
    Spdx3,
    /// It is of a later supercargo.
    #[error("the report has the schema version {0}, which this supercargo does not know; take a newer one")]
    Newer(u64),
}

/// Whether a file that begins so is a document rather than an image.
pub fn is_document(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.trim_ascii_start().first() == Some(&b'{')
}

/// Reads a document.
///
/// # Errors
/// Where it is none of those that are read.
pub fn read(bytes: &[u8], title: &str) -> Result<Side, BadDocument> {
    if bytes.len() > MAX_BYTES {
        return Err(BadDocument::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let json: Value = serde_json::from_slice(bytes)?;
    let mut side = if json.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX") {
        cyclonedx::read(&json)
    } else if text(&json, "spdxVersion").is_some_and(|v| v.starts_with("SPDX-2")) {
        spdx::read(&json)
    } else if json.get("@graph").is_some() {
        return Err(BadDocument::Spdx3);
    } else if json.get("tool").and_then(|t| text(t, "name")) == Some("supercargo") && json.get("packages").is_some() {
        match json.get("schemaVersion").and_then(Value::as_u64) {
            Some(version) if version > own::SCHEMA_VERSION => return Err(BadDocument::Newer(version)),
            _ => own::read(&json),
        }
    } else {
        return Err(BadDocument::Kind);
    };
    side.title = title.to_owned();
    Ok(side)
}

/// A field that says something.
fn text<'a>(json: &'a Value, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty())
}

fn list<'a>(json: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    json.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests;
