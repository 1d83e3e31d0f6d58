//! The documents of every image: valid by the official schemas and by other people's validators, and the same bytes whenever
//! the image is the same.

use crate::schemas;
use crate::support::{Tar, cli, each_image, shared, with_layers, write};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use supercargo::emit::{self, Format};
use supercargo::image::{Choice, Source};
use supercargo::model::Report;
use supercargo::{Options, scan};
use tempfile::TempDir;

/// The names of every format.
const FORMATS: [&str; 5] = ["table", "cyclonedx-json", "spdx-json", "html", "json"];

fn document(report: &Report, format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    emit::write(format, report, &mut bytes).unwrap();
    bytes
}

/// Scans a source; the platform is the one that every machine can ask for.
fn report(source: &str, show_owned: bool) -> Report {
    let platform = source.contains("multiarch").then(|| "linux/arm64".to_string());
    let options = Options { choice: Choice { platform, image: None }, show_owned, ..Options::default() };
    scan(&Source::parse(source), &options).unwrap_or_else(|e| panic!("{source}: {e}"))
}

/// Checks both documents of a source against their schemas, and what schemas do not say.
#[track_caller]
pub fn check_documents(source: &str, name: &str) {
    for show_owned in [false, true] {
        let report = report(source, show_owned);
        check_cyclonedx(&serde_json::from_slice(&document(&report, Format::CycloneDxJson)).unwrap(), name);
        check_spdx(&serde_json::from_slice(&document(&report, Format::SpdxJson)).unwrap(), name);
    }
}

thread_local! {
    /// Built once a thread: a schema takes longer to build than to use.
    static CYCLONEDX: Option<jsonschema::Validator> =
        schemas::validator("bom-1.6.schema.json", &["spdx.schema.json", "jsf-0.82.schema.json"]);
    static SPDX: Option<jsonschema::Validator> = schemas::validator("spdx-2.3.schema.json", &[]);
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[track_caller]
fn unique<'a>(items: impl Iterator<Item = &'a Value>, what: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for item in items {
        let text = item.as_str().unwrap_or_else(|| panic!("{what} is no string: {item}")).to_string();
        assert!(seen.insert(text), "{what}: {item} stands there twice");
    }
    seen
}

#[track_caller]
fn check_cyclonedx(bom: &Value, name: &str) {
    CYCLONEDX.with(|v| {
        if let Some(validator) = v {
            schemas::check(validator, bom);
        }
    });
    assert_eq!(bom["specVersion"], "1.6", "{name}");
    let root = &bom["metadata"]["component"]["bom-ref"];
    let components = list(&bom["components"]);
    let refs = unique(components.iter().map(|c| &c["bom-ref"]).chain([root]), "bom-ref");
    // Every component has its entry in the graph, and edges lead to components.
    let nodes = unique(list(&bom["dependencies"]).iter().map(|d| &d["ref"]), "dependency");
    assert_eq!(nodes, refs, "{name}");
    for dependency in list(&bom["dependencies"]) {
        let targets = unique(list(&dependency["dependsOn"]).iter(), "dependsOn");
        assert!(targets.is_subset(&refs), "{name}: {dependency}");
    }
    // The root leads to every component.
    let edges: BTreeMap<&str, Vec<&str>> = list(&bom["dependencies"])
        .iter()
        .map(|d| (d["ref"].as_str().unwrap(), list(&d["dependsOn"]).iter().filter_map(Value::as_str).collect()))
        .collect();
    let mut todo = vec![root.as_str().unwrap()];
    let mut reached = BTreeSet::new();
    while let Some(at) = todo.pop() {
        if reached.insert(at) {
            todo.extend(edges.get(at).into_iter().flatten());
        }
    }
    assert_eq!(reached.len(), refs.len(), "{name}: the root does not lead to every component");
}

#[track_caller]
fn check_spdx(document: &Value, name: &str) {
    SPDX.with(|v| {
        if let Some(validator) = v {
            schemas::check(validator, document);
        }
    });
    assert_eq!(document["spdxVersion"], "SPDX-2.3", "{name}");
    let packages = list(&document["packages"]);
    let ids = unique(packages.iter().map(|p| &p["SPDXID"]), "SPDXID");
    for id in &ids {
        let rest = id.strip_prefix("SPDXRef-").unwrap_or("");
        assert!(
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-'),
            "{name}: {id}"
        );
    }
    let describes = list(&document["relationships"]).iter().filter(|r| r["relationshipType"] == "DESCRIBES").count();
    assert_eq!(describes + list(&document["documentDescribes"]).len(), 1, "{name}");
    for relationship in list(&document["relationships"]) {
        for end in ["spdxElementId", "relatedSpdxElement"] {
            let id = relationship[end].as_str().unwrap();
            assert!(ids.contains(id) || id == "SPDXRef-DOCUMENT", "{name}: {relationship}");
        }
    }
    // Every LicenseRef has its text.
    let texts = unique(list(&document["hasExtractedLicensingInfos"]).iter().map(|l| &l["licenseId"]), "licenseId");
    for package in packages {
        for field in ["licenseConcluded", "licenseDeclared"] {
            let expression = package[field].as_str().unwrap_or("");
            for word in expression.split([' ', '(', ')']).filter(|w| w.starts_with("LicenseRef-")) {
                assert!(texts.contains(word), "{name}: {word} has no text");
            }
        }
    }
}

#[test]
fn documents_of_every_image_are_valid() {
    for (name, path) in each_image() {
        check_documents(path.to_str().unwrap(), &name);
    }
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/harbour.oci.tar");
    check_documents(sample, "the sample");
}

/// A root file system has neither digest nor name of its own.
#[test]
fn documents_of_a_root_file_system_are_valid() {
    let dir = TempDir::new().unwrap();
    let layer = Tar::new().file("etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\n").npm("a", "1.0.0");
    let path = write(dir.path(), "harbour-root.tar", layer.bytes());
    check_documents(path.to_str().unwrap(), "rootfs-tar");
    let bom: Value =
        serde_json::from_slice(&document(&report(path.to_str().unwrap(), false), Format::CycloneDxJson)).unwrap();
    let root = &bom["metadata"]["component"];
    assert!(["operating-system", "file"].contains(&root["type"].as_str().unwrap()), "{root:#}");
    assert_eq!(root["purl"], Value::Null);
    assert_eq!(root["name"], "harbour-root.tar");
    // Nothing at all in it.
    let empty = write(dir.path(), "empty.tar", with_layers(&[Tar::new()]));
    check_documents(empty.to_str().unwrap(), "an image without packages");
}

/// Independent validators, in Python: they install themselves, so they run only where `CI` or `VALIDATE` is set.
#[test]
fn other_peoples_validators_accept_every_document() {
    if std::env::var_os("CI").is_none() && std::env::var_os("VALIDATE").is_none() {
        let message = b"skipped: the independent validators run where CI or VALIDATE is set\n";
        std::io::Write::write_all(&mut std::io::stderr(), message).unwrap();
        return;
    }
    let Some(validate) = shared("validate/validate") else { return };
    let dir = TempDir::new().unwrap();
    let mut files = Vec::new();
    let mut sources = each_image();
    sources.push(("sample".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/samples/harbour.oci.tar").into()));
    for (name, path) in sources {
        let report = report(path.to_str().unwrap(), false);
        for (format, ending) in [(Format::CycloneDxJson, "cdx.json"), (Format::SpdxJson, "spdx.json")] {
            files.push(write(dir.path(), &format!("{name}.{ending}"), document(&report, format)));
        }
    }
    let output = Command::new(validate).args(&files).output().expect("the validators run");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// Every document of a run of the program, in the order of [`FORMATS`].
fn run_all(image: &Path, within: &Path, jobs: &str) -> Vec<Vec<u8>> {
    let out = TempDir::new().unwrap();
    let platform = if image.to_str().unwrap().contains("multiarch") { "linux/amd64" } else { "" };
    let outputs: Vec<String> = FORMATS.iter().map(|f| format!("{f}={}", out.path().join(f).display())).collect();
    let mut arguments = vec!["scan", image.to_str().unwrap(), "--jobs", jobs, "-q"];
    outputs.iter().for_each(|o| arguments.extend(["-o", o]));
    if !platform.is_empty() {
        arguments.extend(["--platform", platform]);
    }
    let run = cli(&arguments).within(within).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", image.display());
    FORMATS.iter().map(|f| std::fs::read(out.path().join(f)).unwrap()).collect()
}

#[test]
fn threads_and_folders_change_no_byte() {
    let (here, there) = (TempDir::with_prefix("quay-").unwrap(), TempDir::with_prefix("pier-").unwrap());
    for (name, path) in each_image() {
        let one = run_all(&path, here.path(), "1");
        let copy = there.path().join(&name);
        std::fs::copy(&path, &copy).unwrap();
        let four = run_all(&copy, there.path(), "4");
        std::fs::remove_file(&copy).unwrap();
        for ((format, one), four) in FORMATS.iter().zip(&one).zip(&four) {
            assert!(one == four, "{name}: {format} differs between runs");
        }
    }
}

/// Neither the folder of the image nor the one that the program runs in stands in any document.
#[test]
fn no_document_names_a_folder_of_the_machine() {
    let dir = TempDir::with_prefix("quay-of-secrets-").unwrap();
    let layers = [
        Tar::new().file("etc/os-release", "ID=debian\nVERSION_ID=12\n").dpkg("var/lib/dpkg/status", &["sed 4.9"]),
        Tar::new().npm("a", "1.0.0").file("lib/apk/db/installed", "V:broken\n\n").hardlink("x", "nowhere"),
    ];
    let archive = write(dir.path(), "image.tar", with_layers(&layers));
    let root = dir.path().join("root");
    write(&root, "etc/os-release", "ID=debian\nVERSION_ID=12\n");
    write(&root, "usr/bin/true", "");
    write(&root, "app/node_modules/a/package.json", r#"{"name":"a","version":"1.0.0"}"#);
    for source in [&archive, &root] {
        for (format, bytes) in FORMATS.iter().zip(run_all(source, dir.path(), "2")) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("quay-of-secrets"), "{format} of {}", source.display());
        }
    }
}
