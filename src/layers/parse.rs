//! One file that was read, handed to the catalogers that want it.

use super::{FileFinds, IssueSink};
use crate::catalog::{Input, Wanted};
use crate::model::{Find, IssueCode, Severity, TextId};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A licence text beyond this is not read: the longest real ones (browsers' third-party notices) have 15 MiB.
pub const MAX_TEXT_BYTES: u64 = 32 << 20;

/// A file that was read, on its way to the catalogers that want it.
pub(super) struct Wish {
    /// Its place in the layer.
    pub entry: u32,
    pub path: Arc<str>,
    pub bytes: Vec<u8>,
    pub catalogers: Vec<u16>,
    /// Whether it is wanted by its path. Most of those that are not, programs, name no package; an image holds thousands.
    pub by_path: bool,
}

/// What was found in a file.
#[derive(Default)]
pub(super) struct Parsed {
    pub path: Arc<str>,
    pub found: FileFinds,
    pub text: Text,
    pub issues: IssueSink,
    /// Whether there is anything to be kept.
    pub keep: bool,
}

/// The text of a file that is named like a licence text.
#[derive(Default)]
pub(super) enum Text {
    /// It is not named so.
    #[default]
    None,
    /// Its name, its words, and the bytes that it has.
    Words(TextId, Arc<str>, u64),
    /// It has so many bytes, too many.
    Long(u64),
    /// It is no text.
    Binary,
}

impl Wish {
    /// Hands the file to its catalogers.
    pub(super) fn parse(self, wanted: &Wanted) -> Parsed {
        let Wish { path, bytes, catalogers, by_path, .. } = self;
        let mut issues = IssueSink::default();
        let found = parse_file(wanted, &catalogers, &path, &bytes, &mut issues);
        let keep = by_path || !found.finds.is_empty();
        let is_text = found.finds.iter().any(|(_, f)| matches!(f, Find::LicenseText));
        let size = bytes.len() as u64;
        let text = match is_text {
            false => Text::None,
            true if size > MAX_TEXT_BYTES => Text::Long(size),
            true => words_of(&bytes).map_or(Text::Binary, |words| Text::Words(text_id(&bytes), words, size)),
        };
        Parsed { path, found, text, issues, keep }
    }
}

/// Hands a wanted file to its catalogers. A cataloger that panics costs its own finds in this file only.
pub fn parse_file(wanted: &Wanted, catalogers: &[u16], path: &str, bytes: &[u8], issues: &mut IssueSink) -> FileFinds {
    let mut out = FileFinds::default();
    for index in catalogers {
        let cataloger = wanted.cataloger(*index);
        let input = Input { path, bytes };
        match std::panic::catch_unwind(|| (cataloger.parse)(&input)) {
            Ok(parsed) => {
                out.finds.extend(parsed.finds.into_iter().map(|f| (*index, f)));
                for issue in parsed.issues {
                    issues.push(Some(path), issue.code, issue.severity, issue.message);
                }
            }
            Err(_) => issues.push(
                Some(path),
                IssueCode("parser-failed"),
                Severity::Error,
                format!("the cataloger {} failed on this file; please report it", cataloger.name),
            ),
        }
        out.catalogers.push(*index);
    }
    out
}

/// Names a text.
pub fn text_id(bytes: &[u8]) -> TextId {
    TextId(Sha256::digest(bytes).into())
}

/// A text's words: UTF-8, UTF-16 with its mark, else Latin-1. `None` for what is no text.
pub fn words_of(bytes: &[u8]) -> Option<Arc<str>> {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| -> Arc<str> {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|c| read(*c)).collect();
        String::from_utf16_lossy(&units).into()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => return Some(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => return Some(utf16(rest, u16::from_be_bytes)),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if memchr::memchr(0, bytes).is_some() {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(s) => Some(s.into()),
        Err(_) => Some(bytes.iter().map(|b| char::from(*b)).collect::<String>().into()),
    }
}
