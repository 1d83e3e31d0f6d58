//! The statements of every ecosystem, and the examples that this reader is judged by.

use super::*;

mod distributions;
mod invariants;
mod languages;
mod lists;
mod spellings;

/// Reads each statement by itself and names all that come out otherwise than expected.
#[track_caller]
fn all(grammar: Grammar, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(raw, expected)| {
            let got = normalize(grammar, &[raw]);
            (got.expression.to_string() != *expected).then(|| format!("{raw}: expected {expected}, got {got:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Reads a list.
#[track_caller]
fn list(grammar: Grammar, values: &[&str], expected: &str) -> Normalized {
    let got = normalize(grammar, values);
    assert_eq!(got.expression.to_string(), expected, "{values:?}: {got:?}");
    got
}

/// The examples lie beside the repository; the test says when they are absent, and fails in CI.
#[test]
fn the_shared_examples() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/licenses/names.tsv");
    let Ok(table) = std::fs::read_to_string(path) else {
        assert!(std::env::var_os("CI").is_none(), "../shared/licenses/names.tsv is absent");
        let said = b"../shared/licenses/names.tsv is absent: not tested\n";
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said);
        return;
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [ecosystem, raw, expected, accept, ..] = columns.as_slice() else { panic!("{line}") };
        let grammar = Grammar::ALL.iter().find(|(name, _)| name == ecosystem).unwrap().1;
        let got = normalize(grammar, &[raw]).expression.to_string();
        count += 1;
        if got != *expected && !accept.split('|').any(|a| a == got) {
            wrong.push(format!("{ecosystem}: {raw}: {got}, expected {expected} ({accept})"));
        }
    }
    assert!(wrong.len() * 20 <= count, "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
