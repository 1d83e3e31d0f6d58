use super::*;
use crate::emit::fixture;
use crate::license::expr::parse;
use crate::model::{PackageId, Papers, TextId};

/// A report of packages under these licences, without any text.
fn report(licences: &[&str]) -> Report {
    let mut report = fixture::large(licences.len() as u32);
    report.packages.truncate(licences.len());
    for (i, (package, concluded)) in report.packages.iter_mut().zip(licences).enumerate() {
        package.name = format!("p{i}").into();
        package.version = "1".into();
        package.owner = None;
        package.state = State::Present;
        package.licensing = Default::default();
        package.licensing.concluded = Some(parse(concluded).unwrap()).into();
    }
    report.papers = Papers::default();
    report.findings.clear();
    report
}

fn evidence(kind: EvidenceKind, method: &'static str, expression: &str) -> Evidence {
    Evidence {
        kind,
        path: "LICENSE".into(),
        layer: Some(0),
        hidden: false,
        method,
        range: None,
        confidence: 100,
        raw: None,
        expression: Some(parse(expression).unwrap()),
        text: Some(TextId([1; 32])),
    }
}

fn missing(report: &Report, package: usize) -> Vec<String> {
    missing_texts(report, &report.packages[package]).iter().map(ToString::to_string).collect()
}

#[test]
fn most_licences_ask_for_their_text() {
    let check = |licence: &str, expected: &[&str]| assert_eq!(missing(&report(&[licence]), 0), expected, "{licence}");
    check("MIT", &["MIT"]);
    check("MIT AND 0BSD AND CC0-1.0", &["MIT"]);
    check("MIT-0", &[]);
    check("LicenseRef-house", &["LicenseRef-house"]);
    check("LicenseRef-public-domain", &[]);
    // Of a choice what asks for the least.
    check("MIT OR Unlicense", &[]);
    check("(MIT AND ISC) OR GPL-2.0-only", &["GPL-2.0-only"]);
}

#[test]
fn a_text_of_its_own_is_enough_and_of_another_only_where_it_names_nobody() {
    let mut both = report(&["MIT AND Apache-2.0", "MIT AND Apache-2.0"]);
    both.packages[0].licensing.evidence =
        vec![evidence(EvidenceKind::Text, "text-hash", "MIT"), evidence(EvidenceKind::Text, "text", "Apache-2.0")];
    assert_eq!(missing(&both, 0), [""; 0]);
    assert_eq!(missing(&both, 1), ["MIT"]);
    // A notice that names a licence does not hold its words.
    both.packages[0].licensing.evidence[0].method = "notice";
    assert_eq!(missing(&both, 0), ["MIT"]);
}

#[test]
fn a_hidden_text_counts_only_for_what_is_hidden_with_it() {
    let mut report = report(&["MIT"]);
    report.packages[0].licensing.evidence = vec![evidence(EvidenceKind::Text, "text-hash", "MIT")];
    report.packages[0].licensing.evidence[0].hidden = true;
    assert_eq!(missing(&report, 0), ["MIT"]);
    report.packages[0].state = State::Hidden { removed_by: 1 };
    assert_eq!(missing(&report, 0), [""; 0]);
}

#[test]
fn debian_has_words_in_copyright_files_and_shared_copies() {
    let mut report = report(&["GPL-2.0-or-later WITH Bison-exception-2.2 AND BSD-3-Clause AND AGPL-3.0-only"]);
    let said = ["GPL-2.0-or-later WITH Bison-exception-2.2", "BSD-3-Clause", "AGPL-3.0-only"];
    report.packages[0].licensing.evidence = said.iter().map(|e| evidence(EvidenceKind::Copyright, "dep5", e)).collect();
    assert_eq!(missing(&report, 0), ["GPL-2.0-or-later WITH Bison-exception-2.2"]);
    report.papers.common_licenses = BTreeSet::from(["GPL-2".into()]);
    assert_eq!(missing(&report, 0), [""; 0]);
    // A later version will do, an earlier one will not.
    report.papers.common_licenses = BTreeSet::from(["GPL-3".into()]);
    assert_eq!(missing(&report, 0), [""; 0]);
    report.papers.common_licenses = BTreeSet::from(["GPL-1".into(), "LGPL-3".into()]);
    assert_eq!(missing(&report, 0), ["GPL-2.0-or-later WITH Bison-exception-2.2"]);
}

#[test]
fn one_finding_says_who_lacks_texts_and_what_writes_them() {
    assert_eq!(check(&report(&["MIT-0"])), []);
    let found = check(&report(&["MIT", "ISC", "MIT-0", "Zlib", "X11", "MIT", "NCSA"]));
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0].rule, found[0].verdict), ("license-text-missing", Verdict::Allow));
    assert!(
        found[0].message.contains("6 of 7 packages with a known licence")
            && found[0].message.ends_with("p5 1 (MIT) and 1 more"),
        "{}",
        found[0].message
    );
    assert!(found[0].clear.contains("supercargo notice"));
}

#[test]
fn wiped_documentation_is_told_with_its_layer() {
    let mut report = report(&["MIT-0", "MIT-0"]);
    for package in &mut report.packages {
        package.ecosystem = Ecosystem::DEB;
    }
    report.papers.copyright_gone = vec![(PackageId(0), Some(2)), (PackageId(1), Some(2))];
    let found = check(&report);
    assert!(
        found[0].message.starts_with("/usr/share/doc was wiped: the copyright files of all 2"),
        "{}",
        found[0].message
    );
    assert_eq!(found[0].layer, Some(2));
    report.papers.copyright_gone.pop();
    let found = check(&report);
    assert!(
        found[0].message.contains("of p0 are gone, though dpkg") && found[0].message.contains("layer 2"),
        "{}",
        found[0].message
    );
    report.papers.copyright_gone = vec![(PackageId(0), None)];
    let found = check(&report);
    assert!(found[0].message.contains("left them out"), "{}", found[0].message);
    assert_eq!(found[0].layer, None);
}

#[test]
fn a_label_says_all_or_it_is_told() {
    let check = |label: &str, packages: &[&str], expected: Option<&str>| {
        let mut report = report(packages);
        report.image.labels.insert(LICENSES.into(), label.into());
        let found = super::label(&report, &binding(&report, &[], &|_| false));
        match expected {
            None => assert_eq!(found, None, "{label}"),
            Some(words) => {
                let found = found.expect("a finding");
                assert!(found.message.contains(words), "{label}: {}", found.message);
                assert!(!found.clear.is_empty() && found.verdict == Verdict::Allow);
            }
        }
    };
    check("MIT", &["MIT", "MIT OR GPL-2.0-only"], None);
    check("MIT AND GPL-2.0-only", &["GPL-2.0-only WITH Classpath-exception-2.0"], None);
    check("MIT", &["MIT", "ISC AND GPL-2.0-only"], Some("more than that: GPL-2.0-only, ISC"));
    check("GPL v2", &["MIT"], Some("no SPDX expression"));
    check("NOASSERTION", &["MIT"], None);
    check(" ", &["MIT"], None);
    // An annotation is nobody else's.
    let mut both = report(&["MIT"]);
    both.image.labels.insert(LICENSES.into(), "ISC".into());
    both.image.annotations.insert(LICENSES.into(), "MIT".into());
    assert_eq!(super::label(&both, &binding(&both, &[], &|_| false)), None);
}
