//! What every finding has, whoever makes it: a stable id, and for what the scan itself notices what it means and what would
//! clear it.

use crate::license::resolve::Note;
use crate::model::{Expr, Finding, Package, PackageId, Verdict};
use crate::seal::Seal;
use std::collections::HashMap;

/// What the scan notices of one package's licence (`docs/licences.md` lists the rules).
pub fn noticed(note: &Note, id: PackageId, package: &Package) -> Finding {
    // A text that adds to the declaration is in the conclusion already; texts that contradict it want a decision.
    let verdict = if note.rule == "license-text-adds" { Verdict::Allow } else { Verdict::Review };
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
        rule: note.rule.into(),
        verdict,
        package: Some(id),
        term: term(note, package).map(|e| e.to_string().into()),
        evidence: note.evidence,
        layer: Some(package.layer),
        message: note.message.as_str().into(),
        clear: clear.into(),
        ..Finding::default()
    }
}

/// The licences that it is about, as the conclusion calls them: a reference may have got a part of its text's hash behind its name.
fn term(note: &Note, package: &Package) -> Option<Expr> {
    const HASH: usize = "-01234567".len();
    let is_now = |leaf: &Expr, before: &Expr| match (leaf, before) {
        (Expr::Ref(now), Expr::Ref(before)) => {
            now.strip_prefix(&**before).is_some_and(|more| more.len() == HASH && more.starts_with('-'))
        }
        _ => false,
    };
    let concluded = package.licensing.concluded.expression().map(Expr::leaves).unwrap_or_default();
    let rename = |e: &Expr| {
        e.map_refs(&mut |id| {
            let before = Expr::Ref(id.into());
            let now = concluded.iter().find(|leaf| is_now(leaf, &before) && !concluded.contains(&&before));
            now.map_or_else(|| id.to_owned(), ToString::to_string)
        })
    };
    Expr::and(note.about.iter().map(rename))
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
