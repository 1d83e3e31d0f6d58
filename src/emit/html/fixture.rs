//! Small reports for the tests of the outputs made for people.

use crate::model::*;
use std::collections::{BTreeMap, BTreeSet};

/// Texts that try to get out of every context that a document has.
pub(in crate::emit) const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"onmouseover=\"alert(1)",
    "'><img src=x onerror=alert(1)>",
    "</style><style>@import 'https://evil.example'",
    "--><!--{{title}}{{{style}}}",
    "javascript:alert(1)",
    "safe\u{202e}txt.exe\u{200b}\u{1b}[31m\0",
];

fn package(purl: &str, name: &str, version: &str, concluded: Outcome, class: Class) -> Package {
    Package {
        purl: purl.into(),
        ecosystem: if purl.starts_with("pkg:deb/") { Ecosystem::DEB } else { Ecosystem::PYPI },
        name: name.into(),
        version: version.into(),
        locations: vec![Location { path: "var/lib/dpkg/status".into(), layer: 0 }],
        licensing: Licensing { declared: concluded.clone(), concluded, class, ..Licensing::default() },
        ..Package::default()
    }
}

fn expression(operands: &[&str]) -> Outcome {
    Expr::and(operands.iter().map(|id| match id.strip_prefix("LicenseRef-") {
        Some(name) => Expr::reference(name),
        None => Expr::id(id),
    }))
    .into()
}

fn layer(index: u32, size: u64, created_by: &str) -> Layer {
    let digest = Digest::sha256(&[index as u8 + 0xa0; 32]);
    Layer {
        index,
        digest: Some(digest.clone()),
        diff_id: Some(digest),
        size,
        blob_size: size / 3,
        created_by: Some(created_by.into()),
        origin: None,
        entries: size / 10_000,
    }
}

/// Three layers; four packages present, one hidden, one a part of another; a text of its own words; a finding, issues.
pub(in crate::emit) fn small() -> Report {
    let mut base = package(
        "pkg:deb/debian/base-files@12.4",
        "base-files",
        "12.4",
        expression(&["GPL-2.0-or-later"]),
        Class::StrongCopyleft,
    );
    base.homepage = Some("https://example.org/base-files?x=1".into());
    let mut pip =
        package("pkg:deb/debian/python3-pip@23.0", "python3-pip", "23.0", expression(&["MIT"]), Class::Permissive);
    pip.contains = vec![PackageId(4)];
    pip.source = Some(SourcePackage { name: "python-pip".into(), version: None });
    let mut nano =
        package("pkg:deb/debian/nano@7.2", "nano", "7.2", expression(&["GPL-3.0-or-later"]), Class::StrongCopyleft);
    nano.state = State::Hidden { removed_by: 2 };
    let mut flask = package(
        "pkg:pypi/flask@2.3.0",
        "flask",
        "2.3.0",
        expression(&["BSD-3-Clause", "LicenseRef-house-rules"]),
        Class::Unknown,
    );
    flask.layer = 1;
    flask.locations = vec![Location { path: "usr/lib/python3/flask.dist-info/METADATA".into(), layer: 1 }];
    flask.licensing.declared_raw =
        vec![Declared { grammar: Grammar::PypiLicense, field: "License", values: vec!["BSD and house rules".into()] }];
    let mut part = package("pkg:pypi/pip@23.0", "pip", "23.0", expression(&["MIT"]), Class::Permissive);
    part.owner = Some(PackageId(2));
    let mut dual = package("pkg:pypi/dual@1", "dual", "1", Outcome::None, Class::Permissive);
    dual.layer = 1;
    dual.licensing.concluded = Expr::or([Expr::id("MIT"), Expr::id("AGPL-3.0-only")]).into();
    dual.licensing.choice = Some(Expr::id("MIT"));
    dual.licensing.flags = BTreeSet::from([Flag::Content]);
    Report {
        tool: Tool { name: "supercargo", version: "0.1.0", spdx_list: "3.29.0" },
        created: Some(1_732_126_386),
        image: Image {
            reference: "example.org/shop:1.0".into(),
            digest: Some(Digest::sha256(&[0x11; 32])),
            config_digest: Some(Digest::sha256(&[0x22; 32])),
            platform: Some(Platform { os: "linux".into(), architecture: "amd64".into(), variant: None }),
            source: "oci-archive",
            created: Some(0),
            layers: vec![
                layer(0, 78_433_280, "ADD rootfs.tar.xz / # buildkit"),
                layer(1, 1_434_000, "RUN pip install flask dual"),
                layer(2, 2_048, "RUN apt-get purge -y nano && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives"),
            ],
            ..Image::default()
        },
        distro: Some(Distro {
            facts: DistroFind {
                id: "debian".into(),
                pretty_name: Some("Debian GNU/Linux 12 (bookworm)".into()),
                ..DistroFind::default()
            },
            path: "usr/lib/os-release".into(),
            layer: 0,
            removed_by: None,
        }),
        packages: vec![base, nano, pip, dual, part, flask],
        show_owned: false,
        refs: vec![LicenseRef {
            id: "LicenseRef-house-rules".into(),
            name: "house-rules".into(),
            text: "Use it well.\nReturn it clean.".into(),
            class: Class::Unknown,
        }],
        classes: BTreeMap::from([
            ("MIT".into(), Class::Permissive),
            ("BSD-3-Clause".into(), Class::Permissive),
            ("AGPL-3.0-only".into(), Class::NetworkCopyleft),
            ("GPL-2.0-or-later".into(), Class::StrongCopyleft),
            ("GPL-3.0-or-later".into(), Class::StrongCopyleft),
        ]),
        texts: BTreeMap::new(),
        papers: Papers::default(),
        unowned: Vec::new(),
        findings: vec![Finding {
            id: "f-0123456789abcdef".into(),
            rule: "license-conflict".into(),
            verdict: Verdict::Review,
            package: Some(PackageId(3)),
            layer: Some(1),
            message: "declares nothing, its files show MIT OR AGPL-3.0-only".into(),
            clear: "decide which holds".into(),
            ..Finding::default()
        }],
        audit: None,
        issues: vec![
            Issue {
                layer: None,
                path: "".into(),
                code: IssueCode("unknown-media-type"),
                severity: Severity::Warning,
                message: "the manifest names no media type; read as an image manifest".into(),
            },
            Issue {
                layer: Some(1),
                path: "srv/broken.dist-info/METADATA".into(),
                code: IssueCode("malformed-file"),
                severity: Severity::Error,
                message: "the file has no name field, no package was made of it".into(),
            },
        ],
    }
}

/// The same with a policy applied: a finding of each kind, a waiver, a clarification, a base image, evidence with its words.
pub(in crate::emit) fn audited() -> Report {
    let mut report = small();
    report.image.base = Some(Base {
        layers: 1,
        name: Some("example.org/debian:12".into()),
        digest: Some(Digest::sha256(&[0x33; 32])),
        evidence: BaseEvidence::Named,
        note: "the annotation org.opencontainers.image.base.name names it".into(),
    });
    let text = TextId([0x44; 32]);
    let unread = TextId([0x55; 32]);
    report.texts.insert(
        text,
        Text {
            words: "Copyright 2020 Some Body\n\nLicensed under the AGPL, version 3 only.\n".into(),
            expression: Some(Expr::id("AGPL-3.0-only")),
            copyrights: vec!["Copyright 2020 Some Body".into()],
        },
    );
    report
        .texts
        .insert(unread, Text { words: "Ask the harbour master.".into(), expression: None, copyrights: Vec::new() });
    let evidence = |text: TextId, path: &str, range: Option<std::ops::Range<usize>>| Evidence {
        kind: EvidenceKind::Text,
        path: path.into(),
        layer: Some(1),
        hidden: false,
        method: "phrase",
        range,
        confidence: 90,
        raw: None,
        expression: Some(Expr::id("AGPL-3.0-only")),
        text: Some(text),
    };
    if let Some(dual) = report.packages.get_mut(3) {
        dual.licensing.evidence = vec![
            evidence(text, "usr/lib/python3/dual.dist-info/LICENSE", Some(26..65)),
            evidence(unread, "usr/lib/python3/dual.dist-info/TERMS", None),
        ];
    }
    report.unowned =
        vec![Unowned { path: "opt/tool/bin/hawser".into(), layer: 2, size: 4_096_000, kind: UnownedKind::Program }];
    let place = |line| Some(RulePlace { file: "policy.toml".into(), line });
    let finding = |n: u32, verdict, package, message: &str| Finding {
        id: format!("f-{n:016x}").into(),
        rule: "network-copyleft".into(),
        place: place(12),
        verdict,
        package: Some(PackageId(package)),
        layer: Some(1),
        message: message.into(),
        clear: "take another library, or publish the source of the service".into(),
        ..Finding::default()
    };
    report.findings.insert(
        0,
        Finding {
            term: Some("AGPL-3.0-only".into()),
            evidence: Some(0),
            ..finding(1, Verdict::Deny, 3, "AGPL-3.0-only is denied in what users reach over a network")
        },
    );
    report.findings.push(Finding {
        waiver: Some(0),
        ..finding(2, Verdict::Review, 5, "LicenseRef-house-rules is for nobody to judge but us")
    });
    report
        .findings
        .push(Finding { clear: "".into(), ..finding(3, Verdict::Allow, 0, "its source is offered already") });
    let verdict = |verdict, effective, term: Option<&str>| PackageVerdict {
        verdict,
        effective,
        rule: term.map(|_| "network-copyleft".into()),
        term: term.map(Expr::id),
        taken: None,
    };
    let mut packages = vec![verdict(Verdict::Allow, Verdict::Allow, None); report.packages.len()];
    packages[3] = verdict(Verdict::Deny, Verdict::Deny, Some("AGPL-3.0-only"));
    packages[5] = verdict(Verdict::Review, Verdict::Allow, None);
    report.audit = Some(Audit {
        policy: PolicyUsed {
            name: "harbour".into(),
            source: "policy.toml".into(),
            in_repository: None,
            hash: "sha256:0000".into(),
            default: Verdict::Allow,
            unknown: Verdict::Review,
            fail_on: Some(Verdict::Deny),
            rules: vec![RuleUsed {
                id: "network-copyleft".into(),
                place: place(12),
                conditions: vec![("class", vec!["network-copyleft".into(), "unknown".into()])],
                verdict: Verdict::Deny,
                how_to_fix: Some("take another library".into()),
                require: vec!["source-offer"],
                packages: 1,
            }],
            judged_on: Some("2026-11-26".into()),
        },
        packages,
        waivers: vec![WaiverUse {
            id: "house-rules".into(),
            place: RulePlace { file: "policy.toml".into(), line: 40 },
            purl: "pkg:pypi/flask".into(),
            rule: None,
            reason: "accepted-risk",
            comment: Some("ours".into()),
            owner: "legal@harbour.example".into(),
            ticket: Some("HARBOUR-7".into()),
            expires: Some("2027-01-31".into()),
            texts: vec!["sha256:1111".into()],
            status: WaiverStatus::Used,
            findings: 1,
        }],
        choices: vec![ChoiceUse {
            place: RulePlace { file: "supercargo.toml".into(), line: 40 },
            purl: "pkg:npm/dual".into(),
            take: Expr::id("MIT"),
            packages: 1,
        }],
        clarifications: vec![ClarificationUse {
            place: RulePlace { file: "policy.toml".into(), line: 50 },
            purl: "pkg:pypi/dual".into(),
            license: Expr::id("MIT"),
            comment: None,
            files: vec![("usr/lib/python3/dual.dist-info/TERMS".into(), "2222".into())],
            status: ClarificationStatus::Drift,
            packages: 0,
        }],
        verdict: Verdict::Deny,
        failed: true,
    });
    report
}

/// Hostile text in every field that an image can fill.
pub(in crate::emit) fn hostile() -> Report {
    let mut report = audited();
    let all: Box<str> = HOSTILE.concat().into();
    report.image.reference = all.clone();
    report.image.platform = Some(Platform { os: all.clone(), architecture: all.clone(), variant: Some(all.clone()) });
    for layer in &mut report.image.layers {
        layer.created_by = Some(all.clone());
    }
    if let Some(distro) = &mut report.distro {
        distro.facts.pretty_name = Some(all.clone());
        distro.path = all.clone();
    }
    for (i, package) in report.packages.iter_mut().enumerate() {
        package.name = all.clone();
        package.version = all.clone();
        package.purl = all.clone();
        package.homepage = HOSTILE.get(i).map(|h| (*h).into());
        package.source = Some(SourcePackage { name: all.clone(), version: Some(all.clone()) });
        for evidence in &mut package.licensing.evidence {
            (evidence.path, evidence.raw, evidence.range) = (all.clone(), Some(all.clone()), Some(0..all.len()));
        }
        package.locations = vec![Location { path: all.clone(), layer: 9 }];
        package.licensing.concluded = Outcome::Expression(Expr::Ref(all.clone()));
        package.licensing.declared_raw =
            vec![Declared { grammar: Grammar::Any, field: "License", values: vec![all.clone(), all.clone()] }];
    }
    for reference in &mut report.refs {
        (reference.id, reference.name, reference.text) = (all.clone(), all.clone(), all.clone());
    }
    for finding in &mut report.findings {
        (finding.message, finding.clear, finding.rule) = (all.clone(), all.clone(), all.clone());
        finding.id = all.clone();
        finding.term = Some(all.clone());
        finding.place = Some(RulePlace { file: all.clone(), line: 1 });
    }
    for text in report.texts.values_mut() {
        (text.words, text.copyrights) = ((&*all).into(), vec![all.clone()]);
    }
    for unowned in &mut report.unowned {
        unowned.path = all.clone();
    }
    if let Some(base) = &mut report.image.base {
        (base.name, base.note) = (Some(all.clone()), all.clone());
    }
    if let Some(audit) = &mut report.audit {
        let policy = &mut audit.policy;
        (policy.name, policy.source, policy.hash) = (all.clone(), all.clone(), all.clone());
        policy.judged_on = Some(all.clone());
        for rule in &mut policy.rules {
            (rule.id, rule.how_to_fix) = (all.clone(), Some(all.clone()));
            rule.conditions = vec![("class", vec![all.clone()])];
        }
        for waiver in &mut audit.waivers {
            (waiver.id, waiver.purl, waiver.owner) = (all.clone(), all.clone(), all.clone());
            (waiver.rule, waiver.comment) = (Some(all.clone()), Some(all.clone()));
            (waiver.ticket, waiver.expires) = (Some(all.clone()), Some(all.clone()));
            waiver.texts = vec![all.clone()];
        }
        for clarification in &mut audit.clarifications {
            (clarification.purl, clarification.comment) = (all.clone(), Some(all.clone()));
            clarification.license = Expr::Ref(all.clone());
            clarification.files = vec![(all.clone(), all.clone())];
        }
    }
    for issue in &mut report.issues {
        (issue.path, issue.message) = (all.clone(), all.clone());
    }
    report
}

/// A report of some size, to look at and to time: every package differs from the last in class, length and state.
pub(in crate::emit) fn large(packages: u32) -> Report {
    let mut report = small();
    let licenses: [(&[&str], Class); 8] = [
        (&["MIT"], Class::Permissive),
        (&["GPL-2.0-or-later", "LGPL-2.1-or-later", "GPL-3.0-or-later", "BSD-3-Clause"], Class::StrongCopyleft),
        (&["BSD-3-Clause", "MIT", "ISC"], Class::Permissive),
        (&["LGPL-2.1-or-later"], Class::WeakCopyleftLibrary),
        (&["Apache-2.0"], Class::Permissive),
        (&["LicenseRef-house-rules"], Class::Unknown),
        (&["MPL-2.0"], Class::WeakCopyleftFile),
        (&["CC0-1.0"], Class::PublicDomain),
    ];
    for (ids, class) in licenses.iter().filter(|(ids, _)| ids.len() == 1) {
        report.classes.extend(ids.iter().map(|id| (Box::from(*id), *class)));
    }
    for i in 0..packages {
        let (ids, class) = licenses[(i * i % 11) as usize % licenses.len()];
        let name =
            format!("lib{}-{i}", ["ssl", "compression-utilities", "x", "json-c", "perl-modules"][i as usize % 5]);
        let purl = format!("pkg:deb/debian/{name}@1.{i}-2%2Bdeb12u{}?arch=amd64&distro=debian-12", i % 7);
        let mut package = package(&purl, &name, &format!("1.{i}-2+deb12u{}", i % 7), expression(ids), class);
        package.licensing.detected = if i % 3 == 0 { Outcome::None } else { package.licensing.concluded.clone() };
        package.layer = i % 2;
        package.homepage = Some(format!("https://example.org/{name}").into());
        package.source = Some(SourcePackage { name: name.as_str().into(), version: None });
        if i % 40 == 7 {
            package.state = State::Hidden { removed_by: 2 };
        }
        if i % 25 == 3 {
            let copies =
                (0..i % 9).map(|n| Location { path: format!("srv/app/{n}/node_modules/{name}").into(), layer: 1 });
            package.locations.extend(copies);
        }
        report.packages.push(package);
    }
    report
}
