use super::*;
use crate::emit::fixture::{self, HOSTILE};
use crate::license::expr;
use crate::model::{Ecosystem, Package, PackageId, Report, SourcePackage, State};
use crate::source::tests::package;

fn licensed(mut package: Package, license: &str) -> Package {
    let expression = expr::parse(license).unwrap();
    package.licensing.class = crate::license::db::class_of(&expression);
    package.licensing.concluded = Some(expression).into();
    package
}

fn deb(name: &str, source: &str, license: &str) -> Package {
    let mut p = package(&format!("pkg:deb/debian/{name}@1.0-1"), Ecosystem::DEB, name, "1.0-1");
    p.source = Some(SourcePackage { name: source.into(), version: Some("1.0-1".into()) });
    licensed(p, license)
}

fn npm(name: &str, license: &str) -> Package {
    licensed(package(&format!("pkg:npm/{name}@1"), Ecosystem::NPM, name, "1"), license)
}

fn report(packages: Vec<Package>) -> Report {
    let mut report = fixture::report();
    report.classes = packages
        .iter()
        .filter_map(|p| p.licensing.concluded.expression())
        .flat_map(|e| e.leaves())
        .map(|leaf| (leaf.to_string().into(), crate::license::db::class_of(leaf)))
        .collect();
    report.packages = packages;
    report
}

/// `source: package package`, then `gap: package`.
fn lines(sources: &Sources) -> Vec<String> {
    let line = |s: &Source| {
        let packages: Vec<&str> = s.packages.iter().map(|p| p.name.as_str()).collect();
        format!("{}: {}", s.origin.name, packages.join(" "))
    };
    let gaps = sources.gaps.iter().map(|g| format!("gap: {}", g.package.name));
    sources.sources.iter().map(line).chain(gaps).collect()
}

#[track_caller]
fn check(packages: Vec<Package>, all: bool, expected: &[&str]) {
    assert_eq!(lines(&Sources::of(&report(packages), all)), expected);
}

#[test]
fn packages_of_one_source_stand_together() {
    let packages =
        vec![deb("libz-dev", "z", "GPL-2.0-only"), deb("a", "a", "MPL-2.0"), deb("libz1", "z", "LGPL-2.1-only")];
    check(packages, false, &["a: a", "z: libz-dev libz1"]);
}

#[test]
fn any_copyleft_counts() {
    let packages = || {
        vec![
            npm("choice", "MIT OR GPL-2.0-only"),
            npm("exception", "GPL-3.0-or-later WITH GCC-exception-3.1"),
            npm("network", "AGPL-3.0-only AND MIT"),
            npm("named", "LicenseRef-SUSE-GPL-2.0-with-OSI-exception"),
            npm("none", "MIT AND LicenseRef-public-domain"),
            npm("source-available", "BUSL-1.1"),
        ]
    };
    check(packages(), false, &["choice: choice", "exception: exception", "named: named", "network: network"]);
    assert_eq!(Sources::of(&report(packages()), true).packages(), 6);
}

/// Where a policy settled a choice the other branch binds nobody.
#[test]
fn the_branch_that_was_taken_counts() {
    let packages = || vec![npm("mild", "MPL-2.0 OR Apache-2.0"), npm("strict", "MIT OR GPL-3.0-or-later")];
    check(packages(), false, &["mild: mild", "strict: strict"]);
    let mut judged = report(packages());
    let choices = "version = 1\n[[choice]]\npurl = \"pkg:npm/mild\"\ntake = \"Apache-2.0\"\n\
        [[choice]]\npurl = \"pkg:npm/strict\"\ntake = \"GPL-3.0-or-later\"\n";
    let config = crate::policy::config::Config::parse(choices, "supercargo.toml").unwrap();
    crate::policy::judge::apply(&mut judged, &config, None);
    let sources = Sources::of(&judged, false);
    assert_eq!(lines(&sources), ["strict: strict"]);
    let text = written(&sources, SourcesFormat::Text);
    assert!(text.contains(": MIT OR GPL-3.0-or-later, taken: GPL-3.0-or-later\n"), "{text}");
    assert!(text.contains("the branch counts that the policy took"), "{text}");
    assert!(written_json(&sources).contains("\"taken\": \"GPL-3.0-or-later\""));
}

fn written_json(sources: &Sources) -> String {
    let mut out = Vec::new();
    write(sources, SourcesFormat::Json, "", &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_is_not_known_is_a_gap_and_not_left_out() {
    let unknown = || package("pkg:npm/unknown@1", Ecosystem::NPM, "unknown", "1");
    let nuget = || licensed(package("pkg:nuget/n@1", Ecosystem::NUGET, "n", "1"), "LGPL-2.1-only");
    let packages = || vec![npm("part", "MIT AND LicenseRef-who-knows"), unknown(), nuget()];
    check(packages(), false, &["gap: n", "gap: part", "gap: unknown"]);
    check(packages(), true, &["part: part", "unknown: unknown", "gap: n"]);
    let sources = Sources::of(&report(packages()), false);
    assert!(sources.gaps[1].reason.starts_with("a part of its licence is not known"));
    assert!(sources.gaps[2].reason.starts_with("its licence is not known"));
    assert_eq!(sources.gap_counts(), (1, 2));
    let source = |i: usize| sources.gaps[i].origin.as_ref().and_then(|o| o.purl.as_deref());
    assert_eq!((source(0), source(1)), (None, Some("pkg:npm/part@1")));
}

#[test]
fn a_part_has_its_source_in_the_package_of_the_system() {
    let mut part = npm("part", "GPL-2.0-only");
    part.owner = Some(PackageId(0));
    let mut open = package("pkg:npm/open@1", Ecosystem::NPM, "open", "1");
    open.owner = Some(PackageId(0));
    // What is shaded into a jar is not in that jar's sources.
    let mut shaded = npm("shaded", "GPL-2.0-only");
    shaded.owner = Some(PackageId(4));
    let packages = vec![deb("whole", "whole-src", "MIT"), part, open, shaded, npm("outer", "MIT")];
    check(packages.clone(), false, &["whole-src: part", "shaded: shaded"]);
    let sources = Sources::of(&report(packages), false);
    assert_eq!(sources.sources[0].packages[0].part_of.as_deref(), Some("pkg:deb/debian/whole@1.0-1"));
}

#[test]
fn hidden_packages_and_copies_are_told_once_each() {
    let mut hidden = npm("x", "GPL-2.0-only");
    hidden.state = State::Hidden { removed_by: 1 };
    let sources = Sources::of(&report(vec![npm("x", "GPL-2.0-only"), hidden, npm("x", "GPL-2.0-only")]), false);
    let states: Vec<Option<u32>> = sources.sources[0].packages.iter().map(|p| p.hidden_by).collect();
    assert_eq!(states, [None, Some(1)]);
}

fn written(sources: &Sources, format: SourcesFormat) -> String {
    let mut out = Vec::new();
    let offer = offer(sources, format, None).unwrap();
    write(sources, format, &offer, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_offer_names_the_image_and_can_be_another() {
    let sources = Sources::of(&fixture::report(), false);
    let digest = sources.digest.clone().unwrap();
    let built_in = offer(&sources, SourcesFormat::Text, None).unwrap();
    for words in
        ["at least three years", "NAME OF THE DISTRIBUTOR", "section 3(b)", "section 6(b)", &sources.subject, &digest]
    {
        assert!(built_in.contains(words), "{words}: {built_in}");
    }
    let own = |template: &str| offer(&sources, SourcesFormat::Markdown, Some(template));
    assert_eq!(own("of {{image}}").unwrap(), r"of registry.example/crew/Galley\:1.2");
    let fault = own("{{price}}").unwrap_err().to_string();
    assert!(fault.contains("an offer may name image, digest"), "{fault}");
    assert!(own("{{#if").is_err());
}

#[test]
fn nothing_of_an_image_becomes_markup_or_a_control_character() {
    let mut packages = vec![deb(HOSTILE, HOSTILE, "GPL-2.0-only"), npm("x", "LicenseRef-x")];
    packages[1].name = HOSTILE.into();
    let mut report = report(packages);
    report.image.repository = Some(HOSTILE.into());
    let sources = Sources::of(&report, false);
    assert_eq!(lines(&sources).len(), 2);
    for format in [SourcesFormat::Text, SourcesFormat::Markdown] {
        let text = written(&sources, format);
        assert!(
            !text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}' || c == '\u{200b}'),
            "{text}"
        );
        let markup = text.match_indices("<script").any(|(at, _)| !text[..at].ends_with('\\'));
        assert!(format == SourcesFormat::Text || !markup, "{text}");
    }
    let json: serde_json::Value = serde_json::from_str(&written(&sources, SourcesFormat::Json)).unwrap();
    assert_eq!(json["gaps"][0]["package"]["name"], HOSTILE);
}

/// A checksum is told only of the very file that is named as the source.
#[test]
fn checksums_are_of_the_file_that_is_named() {
    let hash = || crate::model::Digest::parse(&format!("sha256:{}", "a".repeat(64))).unwrap();
    let check = |purl: &str, ecosystem, file: &str, expected: &[&str]| {
        let url = crate::purl::parse(purl).unwrap();
        let mut p = package(purl, ecosystem, url.name(), url.version().unwrap());
        p.archive = crate::model::Archive::new(file, crate::model::ArchiveKind::Package, [hash()]);
        let sources = Sources::of(&report(vec![licensed(p, "MPL-2.0")]), false);
        let o = &sources.sources[0].origin;
        let mut got: Vec<&str> = o.hashes.iter().map(|h| &h[..9]).collect();
        got.extend(o.download.as_deref());
        assert_eq!(got, expected, "{purl} {file}");
        assert_eq!(written(&sources, SourcesFormat::Text).contains("Checksum: sha256:aa"), !o.hashes.is_empty());
    };
    let npm = "https://registry.npmjs.org/x/-/x-1.tgz";
    check("pkg:npm/x@1", Ecosystem::NPM, "x-1.tgz", &["sha256:aa", npm]);
    check("pkg:npm/x@1", Ecosystem::NPM, "y-1.tgz", &[npm]);
    // What was built for one platform is no source.
    let gem = "https://rubygems.org/downloads/x-1.gem";
    check("pkg:gem/x@1?platform=java", Ecosystem::GEM, "x-1-java.gem", &[gem]);
    check("pkg:gem/x@1", Ecosystem::GEM, "x-1.gem", &["sha256:aa", gem]);
    check("pkg:pypi/x@1", Ecosystem::PYPI, "x-1.tar.gz", &["sha256:aa"]);
    check("pkg:pypi/x@1", Ecosystem::PYPI, "x-1-py3-none-any.whl", &[]);
    let direct = "pkg:pypi/x@1?download_url=https://a.example/x-1.tar.gz";
    check(direct, Ecosystem::PYPI, "x-1.tar.gz", &["sha256:aa", "https://a.example/x-1.tar.gz"]);
    let hostile = "pkg:pypi/x@1?download_url=https://a.example/%3E%3Cscript%3E/x-1.tar.gz";
    check(hostile, Ecosystem::PYPI, "x-1.tar.gz", &["sha256:aa"]);
}

/// Every name in the JSON stands in its documentation.
#[test]
fn every_name_is_documented() {
    let mut report = report(vec![deb("a", "a", "GPL-2.0-only"), npm("x", "LicenseRef-x")]);
    report.image.created = Some(0);
    let json: serde_json::Value =
        serde_json::from_str(&written(&Sources::of(&report, false), SourcesFormat::Json)).unwrap();
    crate::emit::fixture::check_documented(&json, include_str!("../../../docs/json-sources.md"));
}
