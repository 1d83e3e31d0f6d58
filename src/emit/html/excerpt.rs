//! The words that a piece of evidence stands on: those of the text at its bytes, or the declaration as it was written.

use crate::model::{Evidence, Report};

/// The words, at most so many characters of them. `None` where the whole file is the evidence, or its words are not in the report.
pub(super) fn of(report: &Report, evidence: &Evidence, limit: usize) -> Option<String> {
    let words = || {
        let range = evidence.range.as_ref()?;
        let text = &report.texts.get(&evidence.text?)?.words;
        // Bytes that are no UTF-8 were replaced in the words, so that a range may miss the boundaries of characters.
        let (start, end) = (text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end));
        text.get(start..end.min(text.len())).filter(|s| !s.trim().is_empty())
    };
    let found = words().or(evidence.raw.as_deref())?;
    Some(cut(found, limit))
}

/// The first characters of a text.
pub(super) fn cut(s: &str, limit: usize) -> String {
    match s.char_indices().nth(limit) {
        Some((end, _)) => format!("{}… [{} more characters]", &s[..end], s[end..].chars().count()),
        None => s.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::model::{EvidenceKind, Text, TextId};

    #[track_caller]
    fn check(words: &str, range: Option<std::ops::Range<usize>>, raw: Option<&str>, expected: Option<&str>) {
        let mut report = fixture::small();
        let id = TextId([7; 32]);
        report.texts.insert(id, Text { words: words.into(), expression: None, copyrights: Vec::new() });
        let evidence = Evidence {
            kind: EvidenceKind::Text,
            path: "LICENSE".into(),
            layer: Some(0),
            hidden: false,
            method: "text-hash",
            range,
            confidence: 90,
            raw: raw.map(Into::into),
            expression: None,
            text: Some(id),
        };
        assert_eq!(of(&report, &evidence, 12).as_deref(), expected);
    }

    #[test]
    fn words_at_the_bytes_or_the_declaration() {
        check("under the MIT license", Some(10..13), Some("raw"), Some("MIT"));
        check("under the MIT license", None, Some("GPL-2+"), Some("GPL-2+"));
        check("under the MIT license", None, None, None);
        check("under the MIT license", Some(0..21), None, Some("under the MI… [9 more characters]"));
    }

    #[test]
    fn ranges_that_miss_the_text_harm_nothing() {
        check("é", Some(1..1), None, Some("é"));
        check("short", Some(90..100), Some("raw"), Some("raw"));
        check("short", Some(3..usize::MAX), None, Some("rt"));
    }
}
