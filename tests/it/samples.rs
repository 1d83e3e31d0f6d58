//! The sample: its archive is what the example makes, its documents are what the program writes.

use crate::make_sample;
use crate::support::{Run, cli, write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Each format with its file in `samples/out`.
const GOLDENS: [(&str, &str); 5] = [
    ("table", "table.txt"),
    ("html", "report.html"),
    ("cyclonedx-json", "cyclonedx.json"),
    ("spdx-json", "spdx.json"),
    ("json", "report.json"),
];

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// Whether the files are to be written anew rather than compared: `UPDATE_GOLDENS=1 cargo test --test it samples`.
fn update() -> bool {
    let asked = std::env::var_os("UPDATE_GOLDENS").is_some_and(|v| !v.is_empty());
    assert!(!asked || std::env::var_os("CI").is_none(), "goldens are not written anew where CI is set");
    asked
}

/// The archive's bytes; written anew first where that is asked for, once for all tests.
fn archive() -> &'static [u8] {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = make_sample::archive().expect("the files of the sample");
        if update() {
            write(&samples(), "harbour.oci.tar", &made);
        }
        made
    })
}

#[test]
fn the_archive_is_what_the_example_makes() {
    let made = archive();
    assert!(made.len() < 100_000, "{} bytes", made.len());
    let kept = std::fs::read(samples().join("harbour.oci.tar")).expect("the archive");
    assert!(made == kept, "samples/harbour.oci.tar is stale: run `cargo run --example make-sample`");
}

#[test]
fn the_documents_are_what_the_program_writes() {
    archive();
    for (format, file) in GOLDENS {
        // From another folder than the newcomer's: no document depends on it.
        let Run { code, stdout, stderr } =
            cli(&["scan", samples().join("harbour.oci.tar").to_str().unwrap(), "-o", format]).run();
        assert_eq!(code, 0, "{stderr}");
        let stdout = if format == "html" { without_listed_texts(stdout) } else { stdout };
        if update() {
            write(&samples().join("out"), file, &stdout);
        }
        let kept = std::fs::read(samples().join("out").join(file)).unwrap_or_default();
        assert!(
            kept == stdout,
            "samples/out/{file} differs from what the program writes; if the change is meant, run `UPDATE_GOLDENS=1 cargo test --test it samples` and look at the difference"
        );
    }
}

/// The repository holds no licence text of others: the report here is kept without the words of licences on the SPDX list.
fn without_listed_texts(html: Vec<u8>) -> Vec<u8> {
    const START: &str = "<details><summary>its words</summary><pre tabindex=\"0\">";
    let html = String::from_utf8(html).unwrap();
    let mut parts = html.split(START);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once("</pre>").unwrap();
        out += &format!("{START}(the words stand in a report; this sample is kept without them)</pre>{rest}");
    }
    assert!(
        !out.contains("TERMS AND CONDITIONS") && out.contains("(the words stand in a report"),
        "texts have another form now"
    );
    out.into_bytes()
}

/// What the sample is there to show.
#[test]
fn the_sample_shows_every_kind_of_thing() {
    archive();
    let report = cli(&["scan", samples().join("harbour.oci.tar").to_str().unwrap(), "-o", "json"]).run().json();
    let packages = report["packages"].as_array().unwrap();
    for ecosystem in ["apk", "deb", "npm", "pypi"] {
        assert!(packages.iter().any(|p| p["ecosystem"] == ecosystem), "no {ecosystem}");
    }
    let package = |name: &str| packages.iter().find(|p| p["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    let concluded = |name: &str| package(name)["licenses"]["concluded"].as_str().unwrap().to_string();
    assert_eq!(concluded("berth-planner"), "GPL-3.0-or-later");
    assert_eq!(package("berth-planner")["layer"], 2);
    assert_eq!(concluded("@tidal/knots"), "MIT OR Apache-2.0");
    assert!(concluded("signal-flags").starts_with("LicenseRef-"), "{}", concluded("signal-flags"));
    assert_eq!(package("old-hawser")["state"], "hidden");
    assert_eq!(package("old-hawser")["removedBy"], 3);
    assert_eq!(package("python3-lantern")["contains"], serde_json::json!(["pkg:pypi/lantern@0.9.1"]));
}
