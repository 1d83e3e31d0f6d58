//! A report with one of everything that an emitter must cope with, built in code: two layers, copies of one package, hidden
//! and owned packages, a ring of dependencies, every shape of a licence, hostile strings.
//!
//! Every emitter's tests use it; none should change it for one case, but change a copy.

use crate::model::*;
use packageurl::PackageUrl;
use std::collections::BTreeMap;

/// A name that breaks out of every context that does not escape it: quotes, tags, control characters, an override of the
/// writing direction, an invisible character, a template.
pub(crate) const HOSTILE: &str =
    "\"'><script>alert(1)</script>&amp;\u{202e}gpj.exe\u{200b}\u{7}\u{1b}[31m{{{x}}}`${y}`";

/// A whole licence in words of our own.
const HOUSE: &str =
    "THE RULE OF THE HOUSE\n\n1. Do as you would at home.\n2. Leave it as you found it; \"as is\" it is.\n";
const MANUAL: &str = "Copies of this manual may be passed on whole.\n";
const NOTICE: &str = "Copyright (c) 2019 Jane Roe\nCopyright (c) 2021 <b>Ann & Co.</b>\n\nTake it, name us.\n";

/// A policy that objects to some of it.
pub(crate) const POLICY: &str = r#"
version = 1
[policy]
name = "house"
default = "allow"
unknown = "review"
[[policy.rule]]
id = "no-mit"
license = "MIT"
verdict = "deny"
how-to-fix = "take <another>, \"please\""
[[waiver]]
purl = "pkg:npm/%40crew/*"
rule = "no-mit"
reason = "temporary"
comment = "until the refit"
owner = "the <mate>"
[[choice]]
purl = "pkg:npm/none"
take = "MIT"
[[clarify]]
purl = "pkg:npm/none"
license = "ISC"
[[clarify.file]]
path = "LICENSE"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
"#;

/// The report with that policy applied.
pub(crate) fn judged() -> Report {
    let mut report = report();
    let config = crate::policy::config::Config::parse(POLICY.trim_start(), "supercargo.toml").unwrap();
    crate::policy::judge::apply(&mut report, &config, None);
    report
}

/// The report about an image.
pub(crate) fn report() -> Report {
    let mut packages = packages();
    link(&mut packages);
    // The second copy, whose text says something else than its metadata.
    let conflict = packages.iter().rposition(|p| &*p.name == "@crew/sextant").map(|i| PackageId(i as u32));
    Report {
        tool: Tool { name: "supercargo", version: "0.1.0", spdx_list: "3.29.0" },
        created: Some(1_714_979_289),
        image: image(),
        distro: Some(distro()),
        packages,
        show_owned: false,
        refs: vec![
            LicenseRef {
                id: "LicenseRef-house".into(),
                name: "house".into(),
                text: HOUSE.into(),
                class: Class::Unknown,
            },
            LicenseRef {
                id: "LicenseRef-manual".into(),
                name: "manual <draft>".into(),
                text: MANUAL.into(),
                class: Class::Permissive,
            },
        ],
        classes: BTreeMap::from([("MIT".into(), Class::Permissive)]),
        texts: BTreeMap::from([
            (
                text_id(1),
                Text {
                    words: NOTICE.into(),
                    expression: Some(Expr::id("MIT")),
                    copyrights: vec![
                        "Copyright (c) 2019 Jane Roe".into(),
                        "Copyright (c) 2021 <b>Ann & Co.</b>".into(),
                    ],
                },
            ),
            (
                text_id(2),
                Text { words: HOUSE.into(), expression: Some(Expr::reference("house")), copyrights: Vec::new() },
            ),
        ]),
        papers: Papers::default(),
        unowned: Vec::new(),
        findings: vec![
            Finding {
                id: "f-0123456789abcdef".into(),
                rule: "license-conflict".into(),
                verdict: Verdict::Review,
                package: conflict,
                message: "declared as MIT, but its text is ISC".into(),
                clear: "say which holds".into(),
                ..Finding::default()
            },
            Finding { rule: "unknown-distro".into(), message: HOSTILE.into(), ..Finding::default() },
        ],
        audit: None,
        issues: vec![
            Issue {
                layer: None,
                path: "".into(),
                code: IssueCode("foreign-layer"),
                severity: Severity::Info,
                message: "one layer lies elsewhere and was passed over".into(),
            },
            Issue {
                layer: Some(1),
                path: format!("opt/{HOSTILE}/package.json").into(),
                code: IssueCode("malformed-file"),
                severity: Severity::Error,
                message: "not JSON, the file was passed over".into(),
            },
        ],
    }
}

/// The same packages as a root file system: no digest, no platform, no repository, one layer without digests.
pub(crate) fn rootfs() -> Report {
    let mut report = report();
    report.created = None;
    report.image = Image {
        reference: "galley-root".into(),
        source: "rootfs-dir",
        layers: vec![Layer { size: 4096, blob_size: 4096, entries: 12, ..Layer::default() }],
        ..Image::default()
    };
    for package in &mut report.packages {
        package.layer = 0;
        package.state = State::Present;
        package.locations.iter_mut().for_each(|l| l.layer = 0);
        package.licensing.evidence.iter_mut().for_each(|e| e.layer = Some(0));
    }
    report.issues.truncate(1);
    report
}

/// A report of `count` packages, each of which needs the next two.
pub(crate) fn large(count: u32) -> Report {
    let mut report = report();
    report.findings.clear();
    let pattern = std::mem::take(&mut report.packages);
    report.packages = (0..count)
        .filter_map(|i| {
            let mut package = pattern.get(i as usize % pattern.len())?.clone();
            package.purl = format!("pkg:npm/part-{i:06}@1.0.{i}").into();
            package.owner = None;
            package.contains.clear();
            package.depends_on = [i + 1, i + 2].into_iter().filter(|&n| n < count).map(PackageId).collect();
            Some(package)
        })
        .collect();
    report
}

fn digest(n: u8) -> Option<Digest> {
    Some(Digest::sha256(&[n; 32]))
}

fn text_id(n: u8) -> TextId {
    TextId([n; 32])
}

fn image() -> Image {
    let layer = |index: u8, by: &str, origin| Layer {
        index: u32::from(index),
        digest: digest(0x10 + index),
        diff_id: digest(0x20 + index),
        size: 40_960 * (u64::from(index) + 1),
        blob_size: 10_240,
        created_by: Some(by.into()),
        origin,
        entries: 120,
    };
    Image {
        reference: "registry.example/crew/Galley:1.2".into(),
        repository: Some("registry.example/crew/Galley".into()),
        tag: Some("1.2".into()),
        digest: digest(0xab),
        config_digest: digest(0xcd),
        platform: Some(Platform { os: "linux".into(), architecture: "arm64".into(), variant: Some("v8".into()) }),
        source: "oci-archive",
        created: Some(1_714_979_289),
        base: Some(Base {
            layers: 1,
            name: Some("registry.example/crew/hull:12".into()),
            digest: digest(0xba),
            evidence: BaseEvidence::Named,
            note: "named by the annotation org.opencontainers.image.base.name".into(),
        }),
        layers: vec![
            layer(0, "ADD rootfs.tar /", Some("base")),
            layer(1, "RUN /bin/sh -c apt-get purge nano \\\n\t&& echo \"<done>\"", Some("app")),
        ],
        ..Image::default()
    }
}

fn distro() -> Distro {
    Distro {
        facts: DistroFind {
            id: "debian".into(),
            version_id: Some("12".into()),
            codename: Some("bookworm".into()),
            id_like: vec!["gnu".into()],
            pretty_name: Some("Debian GNU/Linux 12 (bookworm)".into()),
            name: Some("Debian GNU/Linux".into()),
            cpe_name: Some("cpe:/o:debian:debian_linux:12".into()),
            home_url: Some("https://www.debian.org/".into()),
        },
        path: "usr/lib/os-release".into(),
        layer: 0,
        removed_by: None,
    }
}

/// One package with all optional fields empty. `name` may have a namespace before its last slash.
fn package(ecosystem: Ecosystem, name: &str, version: &str, path: &str, layer: u32) -> Package {
    let (namespace, last) = match name.strip_prefix('@').and_then(|n| n.split_once('/')) {
        Some((scope, last)) => (Some(format!("@{scope}")), last),
        None if ecosystem.is_os() => (Some("debian".to_string()), name),
        None => (None, name),
    };
    let mut purl = PackageUrl::new(ecosystem.as_str(), last.to_string()).expect("a purl");
    if !version.is_empty() {
        purl.with_version(version.to_string()).expect("a version");
    }
    if let Some(namespace) = &namespace {
        purl.with_namespace(namespace.clone()).expect("a namespace");
    }
    if ecosystem.is_os() {
        purl.add_qualifier("arch", "arm64").expect("arch");
        purl.add_qualifier("distro", "debian-12").expect("distro");
    }
    Package {
        purl: purl.to_string().into(),
        ecosystem,
        namespace: namespace.map(Into::into),
        name: name.into(),
        version: version.into(),
        arch: ecosystem.is_os().then(|| "arm64".into()),
        layer,
        locations: vec![Location { path: path.into(), layer }],
        ..Package::default()
    }
}

fn evidence(kind: EvidenceKind, path: &str, layer: u32, method: &'static str, expression: Option<Expr>) -> Evidence {
    Evidence {
        kind,
        path: path.into(),
        layer: Some(layer),
        hidden: false,
        method,
        range: None,
        confidence: 95,
        raw: None,
        expression,
        text: None,
    }
}

fn declared(grammar: Grammar, field: &'static str, values: &[&str]) -> Vec<Declared> {
    vec![Declared { grammar, field, values: values.iter().map(|&v| v.into()).collect() }]
}

/// In the order of a report: by purl.
fn packages() -> Vec<Package> {
    const STATUS: &str = "var/lib/dpkg/status";
    let gpl = Expr::id("GPL-3.0-or-later");

    let mut bash = package(Ecosystem::DEB, "bash", "5.2.15-2+b7", STATUS, 0);
    bash.source = Some(SourcePackage { name: "bash".into(), version: Some("5.2.15-2".into()) });
    bash.supplier = Some("Harbour Shell Maintainers <shells@harbour.example>".into());
    bash.description = Some("the shell".into());
    bash.homepage = Some("https://shell.harbour.example/bash/".into());
    bash.licensing = Licensing {
        declared: gpl.clone().into_outcome(),
        detected: Expr::and([gpl.clone(), Expr::reference("manual")]).into(),
        concluded: Expr::and([gpl.clone(), Expr::reference("manual")]).into(),
        class: Class::StrongCopyleft,
        evidence: vec![
            Evidence {
                range: Some(120..480),
                raw: Some("GPL-3+".into()),
                ..evidence(EvidenceKind::Copyright, "usr/share/doc/bash/copyright", 0, "dep5", Some(gpl.clone()))
            },
            Evidence {
                text: Some(text_id(1)),
                ..evidence(
                    EvidenceKind::Text,
                    "usr/share/doc/bash/copyright",
                    0,
                    "text",
                    Some(Expr::reference("manual")),
                )
            },
        ],
        refs: BTreeMap::from([("LicenseRef-manual".into(), MANUAL.into())]),
        ..Licensing::default()
    };

    let mut libc = package(Ecosystem::DEB, "libc6", "2.36-9+deb12u9", STATUS, 0);
    libc.supplier = Some("Ann Onym <ann@harbour.example>".into());
    let choice = Expr::or([Expr::id("MIT"), Expr::id("MPL-2.0")]);
    libc.licensing = Licensing {
        declared: Expr::id("LGPL-2.1-or-later").into_outcome(),
        concluded: Expr::and([Expr::id("LGPL-2.1-or-later")].into_iter().chain(choice)).into(),
        class: Class::WeakCopyleftLibrary,
        choice: Some(Expr::id("MIT")),
        ..Licensing::default()
    };

    let mut nano = package(Ecosystem::DEB, "nano", "7.2-1", STATUS, 0);
    nano.state = State::Hidden { removed_by: 1 };
    let classpath = Expr::With(Box::new(Expr::id("GPL-2.0-or-later")), "Classpath-exception-2.0".into());
    nano.licensing = Licensing {
        declared: Expr::or([classpath.clone(), Expr::id("Artistic-1.0-Perl")]).into(),
        concluded: classpath.into_outcome(),
        class: Class::WeakCopyleftLibrary,
        evidence: vec![Evidence {
            hidden: true,
            ..evidence(EvidenceKind::Copyright, "usr/share/doc/nano/copyright", 0, "text", None)
        }],
        ..Licensing::default()
    };

    let mut wheel_deb = package(Ecosystem::DEB, "python3-wheel", "0.38.4-2", STATUS, 1);
    wheel_deb.licensing = Licensing {
        declared: Expr::id("MIT").into_outcome(),
        detected: Expr::reference("house").into_outcome(),
        concluded: Expr::reference("house").into_outcome(),
        evidence: vec![Evidence {
            text: Some(text_id(2)),
            ..evidence(
                EvidenceKind::Text,
                "usr/share/doc/python3-wheel/copyright",
                1,
                "text",
                Some(Expr::reference("house")),
            )
        }],
        refs: BTreeMap::from([("LicenseRef-house".into(), HOUSE.into())]),
        ..Licensing::default()
    };

    let mut hostile = package(Ecosystem::NPM, HOSTILE, "1.0.0\n\t\"2\"", &format!("srv/{HOSTILE}/package.json"), 1);
    hostile.supplier = Some(format!("{HOSTILE}\n<{HOSTILE}@x>").into());
    hostile.description = Some(HOSTILE.into());
    hostile.homepage = Some("javascript:alert(document.domain)//".into());
    hostile.commit = Some(HOSTILE.into());
    hostile.licensing = Licensing {
        declared_raw: declared(Grammar::Npm, "license", &[HOSTILE]),
        declared: Outcome::None,
        detected: Outcome::None,
        concluded: Outcome::None,
        ..Licensing::default()
    };

    let mut font = package(Ecosystem::NPM, "letters", "2.0.0", "srv/node_modules/letters/package.json", 1);
    font.licensing = Licensing {
        declared: Expr::id("OFL-1.1").into_outcome(),
        concluded: Expr::id("Ubuntu-font-1.0").into_outcome(),
        class: Class::Permissive,
        flags: [Flag::Content].into(),
        ..Licensing::default()
    };

    let scoped = |path: &str, concluded: &str| {
        let mut p = package(Ecosystem::NPM, "@crew/sextant", "1.4.0", path, 1);
        let hash = Digest::parse("sha1:5b8a3a7765dfe001261dde915589e782f8c94d1e");
        p.archive = Archive::new("sextant-1.4.0.tgz", ArchiveKind::Package, hash);
        p.homepage = Some("https://sextant.example/#readme".into());
        p.licensing = Licensing {
            declared_raw: declared(Grammar::Npm, "license", &["MIT"]),
            declared: Expr::id("MIT").into_outcome(),
            detected: Expr::id(concluded).into_outcome(),
            concluded: Expr::id(concluded).into_outcome(),
            class: Class::Permissive,
            evidence: vec![Evidence {
                raw: Some("MIT".into()),
                confidence: 100,
                ..evidence(EvidenceKind::Declared, path, 1, "spdx-expression", Some(Expr::id("MIT")))
            }],
            ..Licensing::default()
        };
        p
    };
    let first = scoped("srv/node_modules/@crew/sextant/package.json", "MIT");
    let mut second = scoped("srv/vendor/@crew/sextant/package.json", "ISC");
    second.locations.push(Location { path: "srv/vendor2/@crew/sextant/package.json".into(), layer: 1 });

    let mut unknown = package(Ecosystem::PYPI, "drifter", "", "opt/drifter.dist-info/METADATA", 1);
    unknown.licensing.declared_raw = declared(Grammar::PypiLicense, "License", &["UNKNOWN"]);

    let mut wheel =
        package(Ecosystem::PYPI, "wheel", "0.38.4", "usr/lib/python3/dist-packages/wheel.dist-info/METADATA", 1);
    wheel.licensing.declared = Expr::id("MIT").into_outcome();
    wheel.licensing.concluded = Expr::id("MIT").into_outcome();
    wheel.licensing.class = Class::Permissive;

    let mut out = vec![bash, libc, nano, wheel_deb, hostile, font, first, second, unknown, wheel];
    out.sort_by(|a, b| (&a.purl, &a.locations).cmp(&(&b.purl, &b.locations)));
    out
}

/// Sets owners and dependencies, by name.
fn link(packages: &mut [Package]) {
    let place = |name: &str, nth: usize| {
        let found = packages.iter().enumerate().filter(|(_, p)| &*p.name == name).nth(nth);
        PackageId(found.map_or(u32::MAX, |(i, _)| i as u32))
    };
    let (bash, libc, nano, wheel_deb) =
        (place("bash", 0), place("libc6", 0), place("nano", 0), place("python3-wheel", 0));
    let (first, second, wheel, hostile) =
        (place("@crew/sextant", 0), place("@crew/sextant", 1), place("wheel", 0), place(HOSTILE, 0));
    let mut set = |of: PackageId, mut needs: Vec<PackageId>| {
        needs.sort_unstable();
        if let Some(p) = packages.get_mut(of.0 as usize) {
            p.depends_on = needs;
        }
    };
    // bash and libc6 need each other, and nothing else leads to them.
    set(bash, vec![libc]);
    set(libc, vec![bash]);
    set(nano, vec![libc]);
    // The second copy needs the wheel, which documents show only through the deb that owns it.
    set(first, vec![second, hostile]);
    set(second, vec![wheel, libc]);
    if let Some(p) = packages.get_mut(wheel.0 as usize) {
        p.owner = Some(wheel_deb);
    }
    if let Some(p) = packages.get_mut(wheel_deb.0 as usize) {
        p.contains = vec![wheel];
    }
}

trait IntoOutcome {
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for Expr {
    fn into_outcome(self) -> Outcome {
        Outcome::Expression(self)
    }
}

/// Every name in a document of our own stands in its documentation, and no name there is out of date.
#[track_caller]
pub(crate) fn check_documented(document: &serde_json::Value, docs: &str) {
    use serde_json::Value;
    use std::collections::BTreeSet;
    fn names(value: &Value, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(k, v)| {
                // The keys of `texts` are hashes.
                if k.len() != 64 {
                    out.insert(k.clone());
                }
                names(v, out);
            }),
            Value::Array(list) => list.iter().for_each(|v| names(v, out)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    names(document, &mut all);
    let documented: BTreeSet<String> =
        docs.lines().filter_map(|l| l.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name.to_string()).collect();
    assert_eq!(all, documented);
}
