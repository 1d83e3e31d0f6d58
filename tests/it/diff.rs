//! `diff`: images and documents against each other.

use crate::support::{Tar, cli, shared, with_layers, write};
use std::path::Path;
use tempfile::TempDir;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn npm(name: &str, version: &str, license: &str) -> (String, String) {
    let json = format!(r#"{{"name":"{name}","version":"{version}","license":"{license}"}}"#);
    (format!("app/node_modules/{name}/package.json"), json)
}

/// An image with these packages.
fn image(dir: &Path, name: &str, packages: &[(&str, &str, &str)]) -> String {
    let layer = packages.iter().fold(Tar::new(), |tar, (package, version, license)| {
        let (path, json) = npm(package, version, license);
        tar.file(&path, &json)
    });
    text(&write(dir, name, with_layers(&[layer]))).to_owned()
}

/// An image and its own documents are the same: every package, every licence, every class.
#[test]
fn an_image_is_what_its_documents_say() {
    let dir = TempDir::new().unwrap();
    for name in ["storefront", "debian-bookworm-slim", "rpm-sle15-ndb", "wh-debian"] {
        let Some(path) = shared(&format!("images/{name}.oci.tar")) else { return };
        let path = text(&path);
        let document = |format: &str| dir.path().join(format!("{name}.{format}"));
        let formats = ["json", "cyclonedx-json", "spdx-json"];
        let outputs: Vec<String> = formats.iter().map(|f| format!("{f}={}", text(&document(f)))).collect();
        let mut arguments = vec!["scan", path, "-q"];
        outputs.iter().for_each(|o| arguments.extend(["-o", o]));
        assert_eq!(cli(&arguments).run().code, 0);
        for format in formats {
            let document = document(format);
            let run = cli(&[
                "diff",
                path,
                text(&document),
                "--format",
                "json",
                "-q",
                "--fail-on",
                "new-package,new-license,stricter-class",
            ])
            .run();
            let json = run.json();
            for list in ["added", "removed", "newPackages", "stricter"] {
                assert_eq!(json[list].as_array().unwrap().len(), 0, "{name} {format} {list}: {}", json[list]);
            }
            let changed = json["changed"].as_array().unwrap();
            // Documents say fewer copyright statements where there are very many.
            let more: Vec<_> = changed.iter().filter(|c| c["what"] != serde_json::json!(["holders"])).collect();
            assert!(more.is_empty(), "{name} {format}: {}", more[0]);
            if format == "json" {
                assert!(changed.is_empty(), "{name}: {}", changed[0]);
            }
        }
    }
}

#[test]
fn two_images() {
    let dir = TempDir::new().unwrap();
    let old = image(dir.path(), "old.tar", &[("a", "1.0.0", "MIT"), ("b", "1.0.0", "MIT"), ("c", "1.0.0", "ISC")]);
    let new =
        image(dir.path(), "new.tar", &[("b", "1.1.0", "GPL-3.0-only"), ("c", "1.0.0", "ISC"), ("d", "2.0.0", "Zlib")]);
    let run = cli(&["diff", &old, &new]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let out = run.text();
    for line in [
        "- old.tar (image)",
        "+ new.tar (image)",
        "- a 1.0.0  MIT (permissive)",
        "+ d 2.0.0  Zlib (permissive)",
        "~ b 1.0.0 -> 1.1.0",
        "    licence: MIT -> GPL-3.0-only",
        "+ GPL-3.0-only  1 package",
        "- MIT  2 packages",
    ] {
        assert!(out.lines().any(|l| l == line), "{line}: {out}");
    }
    assert!(!out.contains("c 1.0.0"));
    let markdown = cli(&["diff", &old, &new, "--format", "md"]).run().text();
    assert!(
        markdown.starts_with("## Licences: what changed\n") && markdown.contains("| strong-copyleft | 0 | **1** |")
    );
    let same = cli(&["diff", &old, &old, "--fail-on", "new-package,new-license,stricter-class"]).run();
    assert_eq!(same.code, 0);
    assert!(same.text().contains("No package differs"));
}

#[test]
fn conditions_fail_after_the_comparison_is_written() {
    let dir = TempDir::new().unwrap();
    let old = image(dir.path(), "old.tar", &[("a", "1.0.0", "MIT")]);
    let newer = image(dir.path(), "newer.tar", &[("a", "2.0.0", "MIT")]);
    let stricter = image(dir.path(), "stricter.tar", &[("a", "1.0.0", "LGPL-2.1-only")]);
    let more = image(dir.path(), "more.tar", &[("a", "1.0.0", "MIT"), ("b", "1.0.0", "MIT")]);
    let code = |new: &str, conditions: &str| {
        let run = cli(&["diff", &old, new, "--fail-on", conditions]).run();
        assert!(!run.text().is_empty());
        (run.code, run.stderr)
    };
    assert_eq!(code(&newer, "new-package,new-license,stricter-class").0, 0);
    assert_eq!(code(&stricter, "new-package").0, 0);
    let (failed, stderr) = code(&stricter, "new-license,stricter-class");
    assert_eq!(failed, 2);
    assert!(stderr.contains("new-license: LGPL-2.1-only") && stderr.contains("stricter-class: a 1.0.0"), "{stderr}");
    assert_eq!(code(&more, "new-package").0, 2);
    assert_eq!(code(&more, "new-license").0, 0);
    // Images are judged by the policy that is there; of documents without verdicts nobody can say what is denied.
    let policy = |license: &str| {
        let rule = format!("version = 1\n[[policy.rule]]\nid = \"no\"\nlicense = \"{license}\"\nverdict = \"deny\"\n");
        text(&write(dir.path(), "policy.toml", rule)).to_owned()
    };
    let denied =
        |license: &str| cli(&["diff", &old, &stricter, "--fail-on", "new-deny", "--config", &policy(license)]).run();
    assert_eq!(denied("LGPL-2.1-only").code, 2);
    assert_eq!(denied("ISC").code, 0);
    assert!(!denied("ISC").stderr.contains("judged by"));
    // Without one by the built-in policy, which is said.
    let (_, stderr) = code(&stricter, "new-deny");
    assert!(stderr.contains("no supercargo.toml here or above: judged by the built-in"), "{stderr}");
    assert!(!code(&stricter, "new-package").1.contains("judged by"));
    let sbom = dir.path().join("old.cdx.json");
    let line = format!("cyclonedx-json={}", text(&sbom));
    assert_eq!(cli(&["scan", &old, "--no-config", "-q", "-o", &line]).run().code, 0);
    let run = cli(&["diff", text(&sbom), &more, "--fail-on", "new-deny"]).run();
    assert_eq!((run.code, run.text().as_str()), (64, ""));
    assert!(run.stderr.contains("old.cdx.json has none"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_read_and_wrong_uses() {
    let dir = TempDir::new().unwrap();
    let good = image(dir.path(), "good.tar", &[("a", "1.0.0", "MIT")]);
    let broken = write(dir.path(), "broken.json", "{\"bomFormat\": ");
    let other = write(dir.path(), "other.json", "{\"name\": \"x\"}");
    for (input, expected) in
        [(text(&broken), "no JSON"), (text(&other), "neither CycloneDX"), ("no-such-file", "no-such-file")]
    {
        let run = cli(&["diff", &good, input]).run();
        assert_eq!((run.code, run.text().as_str()), (1, ""), "{input}");
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    for wrong in [
        &["diff", &good][..],
        &["diff", &good, &good, "--format", "html"],
        &["diff", &good, &good, "--fail-on", "rain"],
        &["diff", "-", "-"],
    ] {
        assert_eq!(cli(wrong).run().code, 64, "{wrong:?}");
    }
}
