//! Clarifications: licences that a person set after reading a package's files. They come before the rules.

use super::config::{Clarification, Config};
use super::pattern::Subject;
use crate::license::known::Known;
use crate::license::{db, resolve};
use crate::model::{ClarificationStatus, ClarificationUse, Finding, LicenseRef, Package, PackageId, Report, Verdict};
use std::collections::BTreeSet;

/// Sets the licences that the configuration clarifies. Says what became of each clarification, and adds findings where the files
/// that one was judged by are others now.
pub fn apply(report: &mut Report, config: &Config) -> Vec<ClarificationUse> {
    let subjects: Vec<Subject> = report.packages.iter().map(Subject::of).collect();
    let mut done = BTreeSet::new();
    let mut findings = Vec::new();
    let mut uses = Vec::new();
    for clarification in &config.clarifications {
        let mut used = described(clarification);
        for (i, subject) in subjects.iter().enumerate() {
            // The first in the file counts.
            if !clarification.purl.matches(subject) || done.contains(&i) {
                continue;
            }
            let Some(package) = report.packages.get_mut(i) else { continue };
            if let Some(why) = drift(package, clarification) {
                used.status = ClarificationStatus::Drift;
                findings.push(Finding {
                    rule: "clarification-drift".into(),
                    place: Some(clarification.place.clone()),
                    verdict: Verdict::Review,
                    package: Some(PackageId(i as u32)),
                    layer: Some(package.layer),
                    message: format!(
                        "the licence {} was set by files that are not the same here: {why}",
                        clarification.license
                    )
                    .into(),
                    clear: "read the files again and renew the block; 'supercargo clarify IMAGE PURL' prints it".into(),
                    ..Finding::default()
                });
                continue;
            }
            resolve::set(&mut package.licensing, &known(clarification));
            done.insert(i);
            // Parts that say nothing themselves are under what their owner is under.
            for part in package.contains.clone() {
                if let Some(part) = report.packages.get_mut(part.0 as usize).filter(|p| p.licensing.rule == "owner") {
                    resolve::set(&mut part.licensing, &known(clarification));
                }
            }
            used.packages += 1;
            if used.status == ClarificationStatus::Unused {
                used.status = ClarificationStatus::Applied;
            }
        }
        if used.packages > 0 {
            name_terms(report, clarification);
        } else if used.status == ClarificationStatus::Unused {
            findings.push(Finding {
                rule: "clarification-unused".into(),
                place: Some(clarification.place.clone()),
                term: Some(clarification.purl.to_string().into()),
                message: match subjects.iter().any(|s| clarification.purl.matches(s)) {
                    true => "every package that it is for was set by an earlier block".into(),
                    false => format!("no package here is like {}", clarification.purl).into(),
                },
                clear: "take the block out, or correct the packages that it names".into(),
                ..Finding::default()
            });
        }
        uses.push(used);
    }
    // What the scan noticed about a licence is settled where a person has set it.
    for finding in &mut report.findings {
        let noticed = finding.rule.starts_with("license-");
        if noticed && finding.package.is_some_and(|id| done.contains(&(id.0 as usize))) {
            finding.verdict = Verdict::Allow;
            finding.message = format!("{} (settled by a clarification)", finding.message).into();
            finding.clear = "".into();
        }
    }
    report.findings.extend(findings);
    uses
}

/// Why the files are not those that the clarification was judged by.
fn drift(package: &Package, clarification: &Clarification) -> Option<String> {
    clarification.files.iter().find_map(|(path, hash)| {
        let at: Vec<_> = package.licensing.evidence.iter().filter(|e| e.path == *path).filter_map(|e| e.text).collect();
        match at.iter().any(|id| id.to_string() == **hash) {
            true => None,
            false if at.is_empty() => Some(format!("{path} is no licence file of the package")),
            false => Some(format!("{path} has other words")),
        }
    })
}

fn known(clarification: &Clarification) -> Known {
    Known {
        expression: clarification.license.clone(),
        rule: "clarified",
        source: clarification.place.to_string().into(),
        note: clarification.comment.clone(),
    }
}

/// Classes of the terms and words for references that only the clarification names.
fn name_terms(report: &mut Report, clarification: &Clarification) {
    for leaf in clarification.license.leaves() {
        for id in leaf.refs() {
            if !report.refs.iter().any(|r| *r.id == *id) {
                let name = id.strip_prefix("LicenseRef-").unwrap_or(id);
                report.refs.push(LicenseRef {
                    id: id.into(),
                    name: name.into(),
                    text: format!(
                        "Only the name of this licence is known: {name} (set in {})",
                        clarification.place.file
                    )
                    .into(),
                    class: db::class_of_ref(id),
                });
            }
        }
        report.classes.entry(leaf.to_string().into()).or_insert_with(|| db::class_of(leaf));
    }
    report.refs.sort_by(|a, b| a.id.cmp(&b.id));
}

fn described(clarification: &Clarification) -> ClarificationUse {
    ClarificationUse {
        place: clarification.place.clone(),
        purl: clarification.purl.to_string().into(),
        license: clarification.license.clone(),
        comment: clarification.comment.clone(),
        files: clarification.files.clone(),
        status: ClarificationStatus::Unused,
        packages: 0,
    }
}
