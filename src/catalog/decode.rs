//! Bytes to words, as leniently as the metadata of real packages needs: byte order marks, UTF-16 (some Windows
//! editors), and Latin-1 where the bytes are no UTF-8. A record is never lost for its encoding.

use std::borrow::Cow;

/// Longest one-line value kept (description, supplier, home page): real ones are below 500 bytes, and a hostile one
/// should not fill the report.
const LINE_LIMIT: usize = 4096;

/// Longest package name, version or architecture accepted. npm allows 214 bytes, the others set no limit; the
/// longest seen are below 150.
pub const NAME_LIMIT: usize = 512;

/// Decodes a whole file: a byte order mark decides, then UTF-16 without a mark (a NUL in every other of the first
/// bytes), then UTF-8, and Latin-1 for the rest, which cannot fail.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => decode_part(rest),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => utf16(bytes, u16::from_le_bytes),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => utf16(bytes, u16::from_be_bytes),
        _ => decode_part(bytes),
    }
}

/// Decodes a part of a file: UTF-8, else Latin-1. Deciding part by part keeps a good name good beside a bad one.
pub fn decode_part(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(s) => Cow::Borrowed(s),
        Err(_) => Cow::Owned(bytes.iter().map(|&b| char::from(b)).collect()),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, str> {
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    Cow::Owned(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// The lines of a file without their line ends (`\n` or `\r\n`); a UTF-8 byte order mark before the first is left out.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// The first line that says something, trimmed, without control characters, cut at the limit; `None` where nothing
/// is left.
pub fn one_line(s: &str) -> Option<Box<str>> {
    let line = s.lines().map(str::trim).find(|line| !line.is_empty())?;
    let mut kept: String = line.chars().filter(|c| !c.is_control()).collect();
    if kept.len() > LINE_LIMIT {
        let end = (0..=LINE_LIMIT).rev().find(|&i| kept.is_char_boundary(i)).unwrap_or(0);
        kept.truncate(end);
    }
    (!kept.is_empty()).then(|| kept.into())
}

/// A name or version in one piece: trimmed, not empty, within the limit, without white space, control characters and
/// slashes (which would make paths of it).
pub fn token(s: &str) -> Option<Box<str>> {
    let s = s.trim();
    let good =
        !s.is_empty() && s.len() <= NAME_LIMIT && !s.chars().any(|c| c.is_whitespace() || c.is_control() || c == '/');
    (good && s != "." && s != "..").then(|| s.into())
}

/// Shortens something hostile for a message.
pub fn shown(s: &str) -> String {
    let clean: String = s.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    if clean.is_empty() { "(no name)".to_owned() } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_read() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(decode(bytes), expected, "{bytes:?}");
        check(b"", "");
        check(b"a", "a");
        check(b"\xef\xbb\xbf{}", "{}");
        check(b"\xff\xfe{\0}\0", "{}");
        check(b"\xfe\xff\0{\0}", "{}");
        check(b"{\0}\0", "{}");
        check(b"\0{\0}", "{}");
        check(b"\xff\xfe{\0}", "{");
        check("Jos\u{e9}".as_bytes(), "Jos\u{e9}");
        check(b"Jos\xe9", "Jos\u{e9}");
        check(b"\xff\xfe\0\xd8", "\u{fffd}");
    }

    #[test]
    fn lines_lose_their_ends_and_the_mark() {
        assert_eq!(lines(b"\xef\xbb\xbfa\r\nb\n").collect::<Vec<_>>(), [&b"a"[..], b"b", b""]);
    }

    #[test]
    fn one_line_is_bounded_and_clean() {
        assert_eq!(one_line("\n \tA tool\x07.\nmore").as_deref(), Some("A tool."));
        assert_eq!(one_line(" \n"), None);
        assert_eq!(one_line(&"\u{e9}".repeat(5000)).map(|s| s.len()), Some(LINE_LIMIT));
    }

    #[test]
    fn tokens_cannot_be_paths() {
        for bad in ["", " ", "a b", "a/b", "..", ".", "a\0", &"a".repeat(NAME_LIMIT + 1)] {
            assert_eq!(token(bad), None, "{bad}");
        }
        assert_eq!(token(" libc6 ").as_deref(), Some("libc6"));
    }
}
