//! Package URLs, documents over hostile names, and comparisons of documents.

use crate::words;
use std::collections::{BTreeMap, BTreeSet};
use supercargo::diff::{Side, compare, read};
use supercargo::emit::diff::{self as differences, DiffFormat};
use supercargo::emit::sources::{self, Sources, SourcesFormat};
use supercargo::emit::{Format, write};
use supercargo::model::*;
use supercargo::purl as purls;

/// Package URLs from parts and from text.
pub fn purl(data: &[u8]) {
    let text = words(data);
    if let Ok(canonical) = purls::canonical(&text) {
        assert_eq!(purls::canonical(&canonical).as_ref().ok(), Some(&canonical), "the canonical form has another one");
    }
    let mut parts = text.splitn(4, '\n');
    let mut part = || parts.next().unwrap_or("");
    let (namespace, name, version, other) = (part(), part(), part(), part());
    for ecosystem in [Ecosystem::DEB, Ecosystem::APK, Ecosystem::RPM, Ecosystem::NPM, Ecosystem::PYPI] {
        let find = PackageFind {
            ecosystem,
            namespace: Some(namespace.into()),
            name: name.into(),
            version: version.into(),
            arch: Some(other.into()),
            source: Some(SourcePackage { name: other.into(), version: Some(name.into()) }),
            ..PackageFind::default()
        };
        let distro = DistroFind { id: namespace.into(), version_id: Some(other.into()), ..DistroFind::default() };
        for distro in [None, Some(&distro)] {
            if let Ok(url) = purls::purl(&find, distro) {
                assert!(url.bytes().all(|b| b.is_ascii_graphic()), "{url:?}");
                let read = purls::parse(&url).unwrap_or_else(|e| panic!("{url} does not read back: {e:?}"));
                assert!(!read.name().is_empty());
                assert_eq!(purls::canonical(&url).as_ref().ok(), Some(&url), "what was built is not canonical");
            }
        }
        let fallback = purls::fallback(&find);
        assert!(purls::parse(&fallback).is_ok(), "{fallback:?}");
    }
}

/// A report whose every string is one of those given, in turn. Its shape depends on their number alone.
fn report(strings: &[&str]) -> Report {
    let mut turn = strings.iter().cycle();
    let mut next = || -> Box<str> { (*turn.next().unwrap_or(&"")).into() };
    let house = Expr::reference("house");
    let mut packages: Vec<Package> = (0..3u32)
        .map(|i| {
            let (name, version) = (next(), next());
            let find = PackageFind {
                ecosystem: Ecosystem::NPM,
                name: name.clone(),
                version: version.clone(),
                ..PackageFind::default()
            };
            Package {
                purl: purls::purl(&find, None).unwrap_or_else(|_| purls::fallback(&find)).into(),
                ecosystem: Ecosystem::NPM,
                namespace: None,
                name,
                version,
                arch: Some(next()),
                basis: Basis::Installed,
                state: if i == 2 { State::Hidden { removed_by: 1 } } else { State::Present },
                layer: 0,
                locations: vec![Location { path: next(), layer: 0 }],
                bytes: 0,
                owner: (i == 1).then_some(PackageId(0)),
                contains: if i == 0 { vec![PackageId(1)] } else { Vec::new() },
                depends_on: vec![PackageId((i + 1) % 3)],
                source: Some(SourcePackage { name: next(), version: Some(next()) }),
                commit: Some(next()),
                elsewhere: None,
                archive: Archive::new(
                    &next(),
                    ArchiveKind::Package,
                    Digest::parse(&format!("sha1:{}", "a".repeat(40))),
                ),
                supplier: Some(next()),
                description: Some(next()),
                homepage: Some(next()),
                licensing: Licensing {
                    declared_raw: vec![Declared { grammar: Grammar::Npm, field: "license", values: vec![next()] }],
                    declared: Outcome::Expression(Expr::id("MIT")),
                    concluded: Expr::and([Expr::id("MIT"), house.clone()]).into(),
                    evidence: vec![Evidence {
                        kind: EvidenceKind::Text,
                        path: next(),
                        layer: Some(0),
                        hidden: false,
                        method: "text",
                        range: Some(0..3),
                        confidence: 90,
                        raw: Some(next()),
                        expression: Some(house.clone()),
                        text: Some(TextId([7; 32])),
                    }],
                    refs: BTreeMap::from([("LicenseRef-house".into(), next())]),
                    ..Licensing::default()
                },
            }
        })
        .collect();
    packages.sort_by(|a, b| a.purl.cmp(&b.purl));
    let layer = |index: u32, by| Layer { index, created_by: Some(by), size: 10, ..Layer::default() };
    Report {
        tool: Tool { name: "supercargo", version: "0.0.0", spdx_list: "3.29.0" },
        created: Some(0),
        image: Image {
            reference: next(),
            name: next(),
            repository: Some(next()),
            tag: Some(next()),
            digest: Some(Digest::sha256(&[1; 32])),
            platform: Some(Platform { os: next(), architecture: next(), variant: Some(next()) }),
            source: "oci-archive",
            labels: BTreeMap::from([(next(), next())]),
            layers: vec![layer(0, next()), layer(1, next())],
            ..Image::default()
        },
        distro: Some(Distro {
            facts: DistroFind {
                id: next(),
                version_id: Some(next()),
                pretty_name: Some(next()),
                home_url: Some(next()),
                cpe_name: Some(next()),
                ..DistroFind::default()
            },
            path: next(),
            ..Distro::default()
        }),
        packages,
        show_owned: false,
        refs: vec![LicenseRef { id: "LicenseRef-house".into(), name: next(), text: next(), class: Class::Unknown }],
        classes: BTreeMap::from([("MIT".into(), Class::Permissive)]),
        texts: BTreeMap::from([(
            TextId([7; 32]),
            Text { words: next().into(), expression: Some(house), copyrights: vec![next()] },
        )]),
        papers: Papers::default(),
        unowned: Vec::new(),
        findings: vec![Finding {
            id: next(),
            rule: "license-conflict".into(),
            package: Some(PackageId(0)),
            term: Some(next()),
            message: next(),
            clear: next(),
            ..Finding::default()
        }],
        audit: None,
        issues: vec![Issue {
            layer: Some(1),
            path: next(),
            code: IssueCode("malformed-file"),
            severity: Severity::Error,
            message: next(),
        }],
    }
}

fn document(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    write(format, report, &mut out).unwrap_or_else(|e| panic!("{format}: {e}"));
    String::from_utf8(out).unwrap_or_else(|e| panic!("{format} is no UTF-8: {e}"))
}

/// Documents: they are written, they are what they should be, and no string of the image becomes a part of their
/// structure.
pub fn emit(data: &[u8]) {
    let text = words(data);
    let strings: Vec<&str> = text.split('\n').take(64).collect();
    let report = report(&strings);
    list_of_sources(&report);
    // One format a run, for templates take their time; which one, the length says.
    for format in [Format::ALL[data.len() % Format::ALL.len()]] {
        let written = document(format, &report);
        match format {
            Format::Table => {
                let bad = |c: char| c.is_control() && c != '\n';
                assert!(!written.contains(bad), "the table holds {:?}", written.chars().find(|c| bad(*c)));
            }
            Format::Html => check_html(&written, &text),
            // Lines of text; JUnit's are XML, which has no other control characters (XML 1.0, section 2.2).
            Format::Csv | Format::Junit | Format::Markdown | Format::Verdict => {
                let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
                assert!(!written.contains(bad), "{format} holds {:?}", written.chars().find(|c| bad(*c)));
            }
            _ => {
                let value: serde_json::Value =
                    serde_json::from_str(&written).unwrap_or_else(|e| panic!("{format} is no JSON: {e}"));
                if format == Format::CycloneDxJson {
                    check_graph(&value);
                }
            }
        }
    }
}

/// The list of sources names every package, and no string of the image is a control character in it.
fn list_of_sources(report: &Report) {
    let list = Sources::of(report, true);
    assert!(list.packages() + list.gaps.len() > 0);
    for format in SourcesFormat::ALL {
        let offer = sources::offer(&list, format, None).unwrap_or_else(|e| panic!("{e}"));
        let mut out = Vec::new();
        sources::write(&list, format, &offer, &mut out).unwrap_or_else(|e| panic!("{format}: {e}"));
        let written = String::from_utf8(out).unwrap_or_else(|e| panic!("{format} is no UTF-8: {e}"));
        if format == SourcesFormat::Json {
            serde_json::from_str::<serde_json::Value>(&written).unwrap_or_else(|e| panic!("no JSON: {e}"));
        } else {
            check_lines(&written);
        }
    }
}

fn check_lines(written: &str) {
    let bad = |c: char| c.is_control() && c != '\n';
    assert!(!written.contains(bad), "there is {:?}", written.chars().find(|c| bad(*c)));
}

/// A document of any format, compared with itself and with nothing: the same is no difference, all of it came, and what is written
/// holds no control character.
pub fn diff(data: &[u8]) {
    let Ok(side) = read(data, "title") else { return };
    assert!(compare(side.clone(), side.clone()).is_empty(), "a document differs from itself");
    let difference = compare(Side::default(), side);
    assert_eq!(difference.added.len(), difference.packages.1);
    assert!(difference.removed.is_empty() && difference.changed.is_empty());
    for format in DiffFormat::ALL {
        let mut out = Vec::new();
        differences::write(&difference, format, &mut out).unwrap_or_else(|e| panic!("{format}: {e}"));
        let written = String::from_utf8(out).unwrap_or_else(|e| panic!("{format} is no UTF-8: {e}"));
        if format == DiffFormat::Json {
            serde_json::from_str::<serde_json::Value>(&written).unwrap_or_else(|e| panic!("no JSON: {e}"));
        } else {
            check_lines(&written);
        }
    }
}

/// Nothing of the image opens a tag: every tag is one that our templates have.
fn check_html(page: &str, text: &str) {
    const OURS: &[&str] = &[
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "header",
        "main",
        "footer",
        "section",
        "nav",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "a",
        "b",
        "abbr",
        "bdi",
        "code",
        "details",
        "div",
        "em",
        "input",
        "label",
        "pre",
        "small",
        "span",
        "strong",
        "summary",
        "time",
        "button",
        "noscript",
        "colgroup",
        "col",
        "form",
        "i",
        "search",
        "br",
        "hr",
        "select",
        "option",
        "output",
        "link",
        "svg",
        "g",
        "rect",
        "text",
        "article",
        "blockquote",
        "aside",
        "q",
    ];
    assert_eq!(page.matches("<script").count(), page.matches("</script").count());
    assert!(page.matches("<script").count() <= 1, "a second script came in with {text:?}");
    // Style and script hold comparisons; they are ours, and hashed by the policy of the page.
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name = rest.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '!').unwrap_or(name.len());
        let name = name[..end].to_ascii_lowercase();
        assert!(OURS.contains(&name.as_str()), "<{name} is no tag of ours, with {text:?}");
        if name == "script" || name == "style" {
            rest = rest.find("</").map_or("", |at| &rest[at..]);
        }
    }
}

/// Every reference is unique and every dependency leads to one.
fn check_graph(document: &serde_json::Value) {
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let mut refs = BTreeSet::new();
    let root = document["metadata"]["component"].clone();
    for component in list(&document["components"]).into_iter().chain([root]) {
        let name = component["bom-ref"].as_str().expect("a component has a bom-ref").to_string();
        assert!(refs.insert(name.clone()), "{name} is there twice");
    }
    for node in list(&document["dependencies"]) {
        let ends = list(&node["dependsOn"]);
        let seen: BTreeSet<&str> = ends.iter().filter_map(|e| e.as_str()).collect();
        assert_eq!(seen.len(), ends.len(), "a dependency is listed twice");
        for end in seen.iter().copied().chain(node["ref"].as_str()) {
            assert!(refs.contains(end), "{end} is no component");
        }
    }
}
