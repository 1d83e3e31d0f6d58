//! Reports for the browser: one of thousands of packages with all that a row can have, one of hostile texts.

use std::collections::BTreeMap;
use supercargo::model::*;

/// Texts that try to run, to load and to leave their place.
pub const HOSTILE: &str = "<script>window.ran=1</script>\"><img src=x onerror=window.ran=2>'onmouseover='window.ran=3' \
    </style><style>@import 'https://evil.example/x.css'</style><!-- javascript:window.ran=4 {{title}} \u{202e}gpj.exe";

const LICENSES: [(&[&str], Class); 6] = [
    (&["MIT"], Class::Permissive),
    (&["GPL-2.0-or-later", "LGPL-2.1-or-later", "GPL-3.0-or-later", "BSD-3-Clause"], Class::StrongCopyleft),
    (&["Apache-2.0"], Class::Permissive),
    (&["LGPL-2.1-or-later", "MIT"], Class::WeakCopyleftLibrary),
    (&["MPL-2.0"], Class::WeakCopyleftFile),
    (&["AGPL-3.0-only"], Class::NetworkCopyleft),
];

/// A report with a policy applied.
pub fn large(packages: u32) -> Report {
    let text = |i: u32| {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&i.to_be_bytes());
        TextId(id)
    };
    let words = "Copyright (c) 2020 The authors of this and that\n\nPermission is granted to whoever holds a copy.\n";
    let mut report = empty();
    for i in 0..packages {
        let (ids, class) = LICENSES[(i * i % 11) as usize % LICENSES.len()];
        let expression = Expr::and(ids.iter().map(|id| Expr::id(id)));
        let name =
            format!("lib{}-{i}", ["ssl", "compression-utilities", "x", "json-c", "perl-modules"][i as usize % 5]);
        let version = format!("1.{i}-2+deb12u{}", i % 7);
        let evidence = |kind, path: String, n: u32| Evidence {
            kind,
            path: path.into(),
            layer: Some(i % 4),
            hidden: false,
            method: "text-hash",
            range: Some(0..40),
            confidence: 95,
            raw: None,
            expression: expression.clone(),
            text: Some(text(n % 600)),
        };
        report.packages.push(Package {
            purl: format!("pkg:deb/debian/{name}@{version}?arch=amd64&distro=debian-12").into(),
            ecosystem: if i % 5 == 0 { Ecosystem::PYPI } else { Ecosystem::DEB },
            namespace: None,
            name: name.as_str().into(),
            version: version.into(),
            arch: None,
            basis: Basis::Installed,
            state: if i % 40 == 7 { State::Hidden { removed_by: 3 } } else { State::Present },
            layer: i % 4,
            locations: vec![Location { path: "var/lib/dpkg/status".into(), layer: i % 4 }],
            bytes: 0,
            owner: None,
            contains: Vec::new(),
            depends_on: Vec::new(),
            source: Some(SourcePackage { name: "some-source".into(), version: None }),
            commit: None,
            archive: None,
            elsewhere: None,
            supplier: Some("Some Body <some.body@example.org>".into()),
            description: None,
            homepage: Some(format!("https://example.org/{name}").into()),
            licensing: Licensing {
                declared: expression.clone().into(),
                detected: if i % 3 == 0 { Outcome::None } else { expression.clone().into() },
                concluded: if i % 50 == 9 { Outcome::NoAssertion } else { expression.clone().into() },
                class: if i % 50 == 9 { Class::Unknown } else { class },
                rule: "declared-and-text-agree",
                evidence: vec![
                    evidence(EvidenceKind::Copyright, format!("usr/share/doc/{name}/copyright"), i),
                    evidence(EvidenceKind::Text, format!("usr/share/doc/{name}/LICENSE"), i + 1),
                ],
                ..Licensing::default()
            },
        });
        let effective = match class {
            Class::NetworkCopyleft => Verdict::Deny,
            Class::StrongCopyleft if i % 4 == 0 => Verdict::Review,
            _ => Verdict::Allow,
        };
        if effective > Verdict::Allow && report.findings.len() < 300 {
            report.findings.push(Finding {
                id: format!("f-{i:016x}").into(),
                rule: "copyleft".into(),
                place: Some(RulePlace { file: "policy.toml".into(), line: 12 }),
                verdict: effective,
                package: Some(PackageId(i)),
                term: ids.first().map(|id| (*id).into()),
                evidence: Some(0),
                layer: Some(i % 4),
                message: format!("{name} is under a licence that the policy asks about").into(),
                clear: "take another package, or have it waived".into(),
                waiver: None,
            });
        }
        if let Some(audit) = &mut report.audit {
            audit.packages.push(PackageVerdict { verdict: effective, effective, ..PackageVerdict::default() });
        }
    }
    for i in 0..600 {
        let copyrights = vec!["Copyright (c) 2020 The authors".into()];
        report.texts.insert(text(i), Text { words: words.into(), expression: Some(Expr::id("MIT")), copyrights });
    }
    report
}

/// Hostile texts wherever an image can put one.
pub fn hostile() -> Report {
    let mut report = large(30);
    let all: Box<str> = HOSTILE.into();
    report.image.reference = all.clone();
    for layer in &mut report.image.layers {
        layer.created_by = Some(all.clone());
    }
    for package in &mut report.packages {
        (package.name, package.version, package.purl) = (all.clone(), all.clone(), all.clone());
        package.homepage = Some("javascript:window.ran=5".into());
        package.supplier = Some(all.clone());
        package.locations = vec![Location { path: all.clone(), layer: 0 }];
        package.licensing.concluded = Outcome::Expression(Expr::Ref(all.clone()));
        for evidence in &mut package.licensing.evidence {
            (evidence.path, evidence.raw, evidence.text) = (all.clone(), Some(all.clone()), None);
        }
    }
    for finding in &mut report.findings {
        (finding.message, finding.id, finding.clear) = (all.clone(), all.clone(), all.clone());
    }
    report.refs = vec![LicenseRef { id: all.clone(), name: all.clone(), text: all.clone(), class: Class::Unknown }];
    report.issues = vec![Issue {
        layer: Some(0),
        path: all.clone(),
        code: IssueCode("malformed-file"),
        severity: Severity::Error,
        message: all.clone(),
    }];
    report.unowned = vec![Unowned { path: all, layer: 0, size: 1, kind: UnownedKind::Program }];
    report
}

fn empty() -> Report {
    let layer = |index: u32| Layer {
        index,
        digest: Some(Digest::sha256(&[index as u8; 32])),
        diff_id: Some(Digest::sha256(&[index as u8 + 100; 32])),
        size: 90_000_000 >> (2 * index),
        blob_size: 30_000_000 >> (2 * index),
        created_by: Some("RUN apt-get install -y everything".into()),
        origin: None,
        entries: 1_000,
    };
    Report {
        tool: Tool { name: "supercargo", version: "0.1.0", spdx_list: "3.29.0" },
        created: Some(1_732_126_386),
        image: Image {
            reference: "example.org/big:1.0".into(),
            digest: Some(Digest::sha256(&[9; 32])),
            source: "oci-archive",
            layers: (0..4).map(layer).collect(),
            base: Some(Base {
                layers: 2,
                name: Some("debian:12".into()),
                digest: None,
                evidence: BaseEvidence::History,
                note: "the history".into(),
            }),
            ..Image::default()
        },
        distro: None,
        packages: Vec::new(),
        show_owned: false,
        papers: Papers::default(),
        refs: Vec::new(),
        classes: LICENSES
            .iter()
            .flat_map(|(ids, class)| ids.iter().map(|id| (Box::from(*id), *class)))
            .collect::<BTreeMap<_, _>>(),
        texts: BTreeMap::new(),
        unowned: vec![Unowned { path: "opt/tool".into(), layer: 1, size: 4_000, kind: UnownedKind::Program }],
        findings: Vec::new(),
        audit: Some(Audit { verdict: Verdict::Deny, failed: true, ..Audit::default() }),
        issues: Vec::new(),
    }
}
