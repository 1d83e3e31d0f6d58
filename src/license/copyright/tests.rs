//! Whole copyright files, cut short, and the hand-read examples.

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

#[test]
fn scratch() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/licenses/texts/debian");
    let dir = std::env::var("SCRATCH_DIR").unwrap_or(dir.to_string());
    let only = std::env::var("ONLY").ok();
    let mut names: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        if only.as_ref().is_some_and(|o| !o.split(',').any(|o| o == name)) {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let words = match String::from_utf8(bytes) {
            Ok(w) => w,
            Err(e) => e.into_bytes().iter().map(|&b| char::from(b)).collect(),
        };
        let start = std::time::Instant::now();
        let file = read(&words);
        println!("@{}\t{}\t{}\t{}\t{:?}", name, if file.machine_readable { "M" } else { "F" }, file.declared, file.concluded, start.elapsed());
        if only.is_some() || std::env::var("ALL").is_ok() {
            for s in &file.statements {
                println!("   {} {} {:?} {:?} {:?}", s.expression, s.method, s.confidence, s.raw, words[s.range.clone()].chars().take(160).collect::<String>());
            }
            for r in &file.refs {
                println!("   REF {} {:?}", r.0, r.1.chars().take(100).collect::<String>());
            }
        }
    }
}
