//! `notice`: the papers that go along with what is distributed.

use crate::support::{Tar, cli, shared, with_layers, write};
use std::collections::BTreeSet;
use tempfile::TempDir;

/// Every package of a real image stands there, and every text once.
#[test]
fn debian_has_all_its_packages_and_each_text_once() {
    let Some(path) = shared("images/debian-bookworm-slim.oci.tar") else { return };
    let path = path.to_str().unwrap();
    let report = cli(&["scan", path, "-o", "json", "-q"]).run().json();
    let run = cli(&["notice", path, "-q"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let text = run.text();
    for package in report["packages"].as_array().unwrap() {
        let line = format!(
            "\n{} {}\n  {}\n",
            package["name"].as_str().unwrap(),
            package["version"].as_str().unwrap(),
            package["purl"].as_str().unwrap()
        );
        assert!(text.contains(&line), "{line}");
    }
    assert!(!text.contains("not known"), "every package there has a known licence and words for it");
    let rule = format!("\n{}\n", "=".repeat(79));
    let bodies: Vec<&str> = text.split(&rule).skip(2).step_by(2).map(str::trim).collect();
    assert!(bodies.len() > 60, "{}", bodies.len());
    assert_eq!(bodies.iter().collect::<BTreeSet<_>>().len(), bodies.len(), "a text stands there twice");
    assert!(
        bodies.iter().any(|b| b.contains("GNU GENERAL PUBLIC LICENSE") && b.contains("END OF TERMS AND CONDITIONS"))
    );
}

#[test]
fn forms_places_and_wrong_uses() {
    let dir = TempDir::new().unwrap();
    let layer = Tar::new()
        .file("app/node_modules/a/package.json", r#"{"name":"a","version":"1.0.0","license":"ISC"}"#)
        .file("app/node_modules/b/package.json", r#"{"name":"b","version":"2.0.0"}"#);
    let image = write(dir.path(), "image.tar", with_layers(&[layer]));
    let image = image.to_str().unwrap();
    let run = cli(&["notice", image]).run();
    let text = run.text();
    assert!(text.contains("\nb 2.0.0\n  pkg:npm/b@2.0.0\n  Licence: not known\n"), "{text}");
    assert!(text.contains("ISC License, from the SPDX licence list"), "{text}");
    assert!(run.stderr.contains("1 package has no known licence"), "{}", run.stderr);
    let markdown = cli(&["notice", image, "--format", "md", "--split-by", "layer", "-q"]).run().text();
    assert!(markdown.starts_with("# Third-party notices\n") && markdown.contains("\n### Layer 0"), "{markdown:.300}");
    let place = dir.path().join("notices.html");
    let run = cli(&["notice", image, "--format", "html", "-o", place.to_str().unwrap()]).run();
    assert_eq!((run.code, run.text().as_str()), (0, ""));
    assert!(std::fs::read_to_string(place).unwrap().starts_with("<!doctype html>"));
    for wrong in [&["notice"][..], &["notice", image, "--format", "pdf"], &["notice", image, "--split-by", "month"]] {
        assert_eq!(cli(wrong).run().code, 64, "{wrong:?}");
    }
}
