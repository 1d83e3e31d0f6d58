//! The whole SPDX list against itself, in the shapes in which people keep licences, and the files of `../shared`.

use super::index::{Kind, index};
use super::*;
use std::collections::BTreeMap;

/// The expression as printed, or nothing.
fn said(text: &str) -> String {
    identify(text).expression.map(|e| e.to_string()).unwrap_or_default()
}

fn check(text: &str, expected: &str) {
    assert_eq!(said(text), expected, "{text}");
}

/// What the text of each id of the index must come out as: itself, or the id whose text is the same.
fn corpus() -> Vec<(Kind, String, String, String)> {
    let mut out = Vec::new();
    for doc in &index().docs {
        let license = || doc.listed.parse::<&dyn license::License>().expect("an id of the list");
        let (text, expected) = match doc.kind {
            Kind::License => (license().text(), ids::bare(&doc.listed)),
            Kind::Header => (license().header().unwrap_or(""), doc.id.to_string()),
            Kind::Exception => {
                let exception = doc.listed.parse::<&dyn license::Exception>().expect("an exception of the list");
                (exception.text(), format!("LicenseRef-{}", doc.listed))
            }
        };
        out.push((doc.kind, doc.listed.to_string(), text.to_string(), expected));
    }
    out
}

/// Every text of the list, changed by `change`, still is what it is. `spare` are ids for which the change goes too far.
fn survives(change: impl Fn(&str) -> String, spare: &[&str]) {
    let mut wrong = Vec::new();
    for (kind, id, text, expected) in corpus() {
        let got = said(&change(&text));
        if got != expected && !spare.contains(&id.as_str()) {
            wrong.push(format!("{kind:?} {id}: {got} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Paragraphs filled anew.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            if column > 0 && column + word.len() > width {
                out.push('\n');
                column = 0;
            }
            if column > 0 {
                out.push(' ');
            }
            out.push_str(word);
            column += word.len() + 1;
        }
        out.push_str("\n\n");
    }
    out
}

#[test]
fn every_text_is_itself() {
    survives(str::to_string, &[]);
}

#[test]
fn every_text_is_itself_in_comment_marks() {
    let comment = |mark: &str, text: &str| text.lines().map(|l| format!("{mark}{l}\n")).collect::<String>();
    survives(|t| comment("// ", t), &[]);
    survives(|t| format!("/*\n{}*/\n", comment(" * ", t)), &[]);
    survives(|t| comment("dnl ", t), &[]);
}

#[test]
fn every_text_is_itself_with_typographic_quotes() {
    survives(
        |t| {
            let mut open = false;
            let quote = |c| match c {
                '"' => {
                    open = !open;
                    if open { '“' } else { '”' }
                }
                '\'' => '’',
                '-' => '\u{2010}',
                c => c,
            };
            t.chars().map(quote).collect()
        },
        &[],
    );
}
