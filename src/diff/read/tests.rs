use super::*;
use crate::diff::side::Entry;
use serde_json::json;

/// `key version: licence, class`, and the holders.
fn line(e: &Entry) -> String {
    let holders: Vec<&str> = e.holders.iter().flatten().map(String::as_str).collect();
    let holders = if holders.is_empty() { String::new() } else { format!(", {}", holders.join("|")) };
    format!("{} {}: {}, {}{holders}", e.key, e.version, e.license(), e.class)
}

#[track_caller]
fn check(document: &Value, expected: &[&str]) -> Side {
    let side = read(document.to_string().as_bytes(), "title").unwrap();
    assert_eq!(side.entries.iter().map(line).collect::<Vec<_>>(), expected);
    side
}

#[test]
fn cyclonedx_of_anybody() {
    let document = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5",
        "metadata": {"component": {"type": "container", "name": "image", "purl": "pkg:oci/image@sha256%3Aaa"}},
        "components": [
            {"type": "operating-system", "name": "debian", "version": "12"},
            {"type": "application", "name": "package-lock.json"},
            {"type": "library", "name": "a", "version": "1", "scope": "excluded"},
            {"type": "library", "group": "@crew", "name": "b", "version": "2", "purl": "pkg:npm/%40crew/b@2",
                "licenses": [{"license": {"name": "Apache License 2.0"}}, {"license": {"id": "MIT"}}],
                "copyright": "Copyright A\n Copyright  B",
                "components": [{"type": "library", "name": "c", "version": "3",
                    "licenses": [{"expression": "mit or isc", "acknowledgement": "declared"},
                        {"license": {"id": "ISC", "acknowledgement": "concluded"}}]}]},
            {"type": "library", "name": "d", "version": "4"},
        ],
    });
    check(
        &document,
        &[
            "npm/@crew/b 2: Apache-2.0 AND MIT, permissive, Copyright A|Copyright B",
            "name:c 3: ISC, permissive",
            "name:d 4: NOASSERTION, unknown",
        ],
    );
}

#[test]
fn spdx_of_anybody_and_ours() {
    let purl =
        |p: &str| json!([{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": p}]);
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "creationInfo": {"creators": ["Tool: other-1"]},
        "packages": [
            {"name": "image", "primaryPackagePurpose": "CONTAINER", "versionInfo": "sha256:aa"},
            {"name": "image", "versionInfo": "sha256:aa"},
            {"name": "a", "versionInfo": "1", "externalRefs": purl("pkg:deb/debian/a@1?arch=amd64"),
                "licenseConcluded": "NOASSERTION", "licenseDeclared": "GPL-2.0-only",
                "licenseComments": "class: permissive", "copyrightText": "NOASSERTION"},
            {"name": "b", "versionInfo": "1", "licenseConcluded": "NONE", "licenseDeclared": "MIT"},
            {"name": "c", "versionInfo": "1", "licenseComments": "class: weak-copyleft (library), by the choice of x; flag: y",
                "licenseConcluded": "LicenseRef-SPDX-MPL-1.1-or-later OR LicenseRef-SPDX-GPL-3.0-or-later-WITH-rsync-linking-exception",
                "copyrightText": "C\n(3 more statements are left out)"},
        ],
    });
    let c = "MPL-1.1+ OR GPL-3.0-or-later WITH rsync-linking-exception";
    check(
        &document,
        &[
            "deb/debian/a 1: GPL-2.0-only, strong-copyleft",
            "name:b 1: NONE, unknown",
            &format!("name:c 1: {c}, weak-copyleft, (3 more statements are left out)|C"),
        ],
    );
    document["creationInfo"]["creators"] = json!(["Tool: supercargo-0.1.0"]);
    check(
        &document,
        &[
            "deb/debian/a 1: NOASSERTION, permissive",
            "name:b 1: NONE, unknown",
            &format!("name:c 1: {c}, weak-copyleft"),
        ],
    );
}

#[test]
fn our_report_with_and_without_verdicts() {
    let mut document = json!({
        "schemaVersion": 1, "tool": {"name": "supercargo"},
        "packages": [{"purl": "pkg:npm/a@1", "name": "a", "version": "1", "licenses": {
            "concluded": "LGPL-2.1-only", "class": "weak-copyleft", "classScope": "library",
            "evidence": [{"text": "ab"}, {"text": null}, {"text": "cd"}]}}],
        "texts": {"ab": {"copyrights": ["Copyright X"]}, "cd": {"copyrights": []}},
    });
    let side = check(&document, &["npm/a 1: LGPL-2.1-only, weak-copyleft, Copyright X"]);
    assert_eq!(side.entries[0].texts.as_ref().map(|t| t.len()), Some(2));
    assert!(side.judged.is_none() && side.entries[0].verdict.is_none());
    for verdict in [json!("deny"), json!({"verdict": "deny"}), json!({"verdict": "review", "effective": "deny"})] {
        document["packages"][0]["policy"] = verdict;
        let side = read(document.to_string().as_bytes(), "").unwrap();
        assert_eq!(side.judged, Some(crate::diff::Judged::default()));
        assert_eq!(side.entries[0].verdict, Some(crate::model::Verdict::Deny));
    }
}

#[test]
fn the_policy_of_our_report_is_known() {
    let report = crate::emit::fixture::judged();
    let mut bytes = Vec::new();
    crate::emit::write(crate::emit::Format::Json, &report, &mut bytes).unwrap();
    let (read, scanned) = (read(&bytes, "x").unwrap(), Side::of(&report));
    assert!(read.judged.as_ref().is_some_and(|j| j.hash.is_some() && !j.policy.is_empty()), "{:?}", read.judged);
    assert_eq!(read.judged, scanned.judged);
}

#[test]
fn the_report_that_is_written_is_read() {
    assert_eq!(own::SCHEMA_VERSION, u64::from(crate::emit::json::SCHEMA_VERSION));
}

#[test]
fn what_is_no_document_is_told() {
    let check = |text: &str, expected: &str| {
        let message = read(text.as_bytes(), "").unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    check("{", "no JSON");
    check("{}", "neither CycloneDX");
    check(r#"{"@graph": []}"#, "SPDX 3");
    check(r#"{"schemaVersion": 9, "tool": {"name": "supercargo"}, "packages": []}"#, "schema version 9");
    assert!(
        is_document(b"\xef\xbb\xbf\n {\"a\"") && !is_document(b"[{}]") && !is_document(b"") && !is_document(b"oci/")
    );
}

/// Nothing of a shape that the format does not have is a panic or another package's loss.
#[test]
fn odd_shapes_are_passed_over() {
    let document = json!({"bomFormat": "CycloneDX", "components": [1, {}, {"name": 5}, {"name": "x", "version": "1", "licenses": 7},
        {"name": "y", "version": "1", "licenses": [null, {"license": []}], "evidence": 3, "properties": {}}]});
    check(&document, &["name:x 1: NOASSERTION, unknown", "name:y 1: NOASSERTION, unknown"]);
    let document = json!({"spdxVersion": "SPDX-2.2", "packages": {"a": 1}});
    check(&document, &[]);
}
