//! The little of YAML that package managers write: one key a line, nested by indentation, texts plain or in quotes.
//!
//! Left out: everything else of YAML (anchors, tags, block texts, lists of several lines); whoever reads lines with this says
//! what did not fit. Specification: YAML 1.2.2, sections 7.3 and 8.2.2.

use std::borrow::Cow;

/// Longest text in quotes; names and versions are far shorter, but a key may list a hundred ranges.
const TEXT_LIMIT: usize = 64 << 10;

/// One line: how far it is indented, its key and what stands behind the colon. Longer keys than 1024 characters stand alone
/// behind a question mark (YAML 1.2.2, 8.2.2), their value on the line below; those lines have an empty rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub indent: usize,
    pub key: Cow<'a, str>,
    pub rest: &'a str,
}

/// Whether a line says nothing.
pub(super) fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// Reads `key: value`, `key:`, `"key": value`, `? key`. `None` where a line is none of these.
pub(super) fn line(line: &str) -> Option<Line<'_>> {
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    if let Some(long) = body.strip_prefix("? ") {
        return Some(Line { indent, key: scalar(long)?, rest: "" });
    }
    let (key, rest) = if body.starts_with(['"', '\'']) {
        let end = quoted_end(body)?;
        let (key, rest) = body.split_at_checked(end)?;
        (scalar(key)?, rest.trim_start().strip_prefix(':')?)
    } else {
        let at = body.find(": ").or_else(|| body.trim_end().strip_suffix(':').map(str::len))?;
        let (key, rest) = body.split_at_checked(at)?;
        (Cow::Borrowed(key.trim_end()), rest.strip_prefix(':')?)
    };
    (!key.is_empty()).then_some(Line { indent, key, rest: rest.trim() })
}

/// A text: plain as it is, or what stands in its quotes. `None` where the quotes do not close.
pub(super) fn scalar(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if text.len() > TEXT_LIMIT {
        return None;
    }
    if let Some(inner) = text.strip_prefix('\'') {
        let inner = inner.strip_suffix('\'')?;
        return Some(if inner.contains('\'') { Cow::Owned(inner.replace("''", "'")) } else { Cow::Borrowed(inner) });
    }
    if text.starts_with('"') {
        // What these programs put in double quotes is JSON.
        return serde_json::from_str::<String>(text).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(text))
}

/// Where a text in quotes ends, behind its last quote.
fn quoted_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b if *b == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let check = |text: &str, expected: Option<(usize, &str, &str)>| {
            let got = line(text);
            assert_eq!(got.as_ref().map(|l| (l.indent, &*l.key, l.rest)), expected, "{text}");
        };
        check("packages:", Some((0, "packages", "")));
        check("  'a@1(b@2)': {}", Some((2, "a@1(b@2)", "{}")));
        check("  \"a\\\"@npm:1, b: c\": x", Some((2, "a\"@npm:1, b: c", "x")));
        check("  /file:x:1:", Some((2, "/file:x:1", "")));
        check("    version: 1.0.0 ", Some((4, "version", "1.0.0")));
        check("? \"a, b\"", Some((0, "a, b", "")));
        check("  'it''s': 1", Some((2, "it's", "1")));
        for bad in ["", "x", "- x", "'a", "'a' b", "\"a\\", ": x", ":", "\"\\x\": 1", "\u{e9}\""] {
            check(bad, None);
        }
        assert_eq!(scalar("'a''b'").as_deref(), Some("a'b"));
        assert_eq!((scalar("\"a"), scalar("'"), scalar(&"x".repeat(TEXT_LIMIT + 1))), (None, None, None));
    }
}
