//! What every finding has, whoever makes it: a stable id, and for what the scan itself notices what it means and what would
//! clear it.

use crate::model::{Finding, Package, PackageId, Verdict};
use crate::seal::Seal;
use std::collections::HashMap;

/// What the scan notices of one package's licence (`docs/licences.md` lists the rules).
pub fn noticed(rule: &'static str, message: &str, id: PackageId, package: &Package) -> Finding {
    // A text that adds to the declaration is in the conclusion already; texts that contradict it want a decision.
    let verdict = if rule == "license-text-adds" { Verdict::Allow } else { Verdict::Review };
    let clear = match verdict {
        Verdict::Allow => {
            "nothing need be done: the added licences count; if these texts are not the package's own, set its licence with a \
              [[clarify]] block, which 'supercargo clarify IMAGE PURL' prints"
        }
        _ => {
            "decide which of the statements holds and set it with a [[clarify]] block, which \
              'supercargo clarify IMAGE PURL' prints; until then all of them count"
        }
    };
    Finding {
        rule: rule.into(),
        verdict,
        package: Some(id),
        // What was noticed was noticed in the texts.
        evidence: package.licensing.evidence.iter().position(|e| e.text.is_some()).map(|i| i as u32),
        layer: Some(package.layer),
        message: message.into(),
        clear: clear.into(),
        ..Finding::default()
    }
}

/// Gives every finding its id and puts them in order: the strictest first, then by rule and package.
pub fn settle(findings: &mut Vec<Finding>, packages: &[Package]) {
    findings.sort_by(|a, b| (b.verdict, &a.rule, a).cmp(&(a.verdict, &b.rule, b)));
    findings.dedup();
    let mut seen: HashMap<String, u32> = HashMap::new();
    for finding in findings {
        let mut seal = Seal::new("finding");
        seal.part(&finding.rule);
        seal.part(finding.package.and_then(|id| packages.get(id.0 as usize)).map_or("", |p| &p.purl));
        seal.part(finding.term.as_deref().unwrap_or(""));
        let id = format!("f-{}", seal.short());
        // Copies of one package have one purl.
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        finding.id = if *count > 1 { format!("{id}-{count}").into() } else { id.into() };
    }
}
