//! Whole copyright files, cut short.

use super::*;

/// What is concluded.
fn check(words: &str, expected: &str) {
    let file = read(words);
    assert_eq!(file.concluded.to_string(), expected, "{words:?}: {:#?}", file.statements);
}

#[test]
fn nothing_is_nothing() {
    check("", "NOASSERTION");
    check("Format: x\n", "NOASSERTION");
}
