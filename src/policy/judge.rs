//! A configuration applied to a report: clarifications first, then rules and choices, then what rules require, then waivers.

use super::config::{Config, Require, Rule};
use super::papers::Texts;
use super::rules::{self, Case, Judged, Lacks, Term};
use super::waive::count;
use super::{choose, clarify, finding, papers, unmet, waive};
use crate::model::{
    Audit, ChoiceUse, ClarificationStatus, Class, Expr, Finding, Package, PackageId, PackageVerdict, PolicyUsed,
    Report, RuleUsed, Severity, Verdict,
};
use crate::source;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Applies a configuration: sets [`Report::audit`], changes what it clarifies, adds findings. `today` is held against the expiry of
/// waivers; without it none expires.
pub fn apply(report: &mut Report, config: &Config, today: Option<NaiveDate>) {
    let clarifications = clarify::apply(report, config);
    let mut policy = described(config);
    let mut findings = std::mem::take(&mut report.findings);
    let mut verdicts: Vec<PackageVerdict> = Vec::with_capacity(report.packages.len());
    let mut own: Vec<Vec<Finding>> = Vec::with_capacity(report.packages.len());
    let texts = Texts::of(report);
    let mut choices: Vec<ChoiceUse> = config.choices.iter().map(choose::described).collect();
    let mut fixed = BTreeSet::new();
    for (i, package) in report.packages.iter().enumerate() {
        let id = PackageId(i as u32);
        let case = Case::of(package, &report.image);
        let choice = config.choices.iter().position(|c| c.purl.matches(&case.subject));
        let number = choice;
        let choice = choice.and_then(|c| config.choices.get(c));
        let lacks = |branch: &Judged| lacks(&texts, config, id, package, branch);
        let judged = rules::judge(report, &config.policy, choice, &case, &lacks);
        if let Some(rule) = judged.deciding().and_then(|t| t.rule).and_then(|r| policy.rules.get_mut(r)) {
            rule.packages += 1;
        }
        let concluded = package.licensing.concluded.expression();
        let is_met = choice.is_some_and(|c| concluded.is_some_and(|e| choose::offers(e, &c.take)));
        if let Some(used) = number.filter(|_| is_met).and_then(|n| choices.get_mut(n)) {
            used.packages += 1;
            fixed.insert(id);
        }
        let mut of_package = objections(&texts, config, id, package, &judged);
        if let Some(choice) = choice.filter(|_| !is_met) {
            of_package.push(choose::unmet(choice, id, package));
        }
        verdicts.push(PackageVerdict {
            verdict: judged.verdict,
            effective: judged.verdict,
            rule: judged.deciding().and_then(|t| t.rule).map(|r| config.policy.rules[r].id.clone()),
            term: judged.deciding().and_then(|t| t.leaf.clone()),
            taken: judged.taken.filter(|t| Some(t) != concluded),
        });
        own.push(of_package);
    }
    for (i, of_package) in own.into_iter().enumerate() {
        match report.packages[i].owner {
            None => findings.extend(of_package),
            Some(owner) => findings.extend(beyond_owner(report, config, &verdicts, i, owner, of_package)),
        }
    }
    // The scan looked at the papers before anybody had set or chosen a licence.
    let clarified = clarifications.iter().any(|c| c.status == ClarificationStatus::Applied);
    if clarified || verdicts.iter().any(|v| v.taken.is_some()) {
        findings.retain(|f| !papers::RULES.contains(&&*f.rule));
        findings.extend(papers::check_settled(report, &verdicts, &fixed));
    }
    findings.extend(gaps(report));
    findings.extend(choose::unused(&choices, &findings));
    findings.extend(no_base(report, config));
    findings.extend(unmet::check(report, config));
    let waivers = waive::apply(report, config, today, &mut findings);
    finding::settle(&mut findings, &report.packages);
    count_waived(report, &findings, &mut verdicts);
    let verdict = findings.iter().map(Finding::effective).max().unwrap_or_default();
    let expire = config.waivers.iter().any(|w| w.expires.is_some());
    policy.judged_on = today.filter(|_| expire).map(|d| d.to_string().into());
    let failed = policy.fail_on.is_some_and(|least| verdict >= least);
    settle_classes(report, &verdicts);
    report.findings = findings;
    report.audit = Some(Audit { policy, packages: verdicts, waivers, clarifications, choices, verdict, failed });
}

/// The class of what was taken of a choice, where that is another than the mildest: it is the one that counts from here on, in every
/// document. What is taken has no choice in it.
fn settle_classes(report: &mut Report, verdicts: &[PackageVerdict]) {
    for (i, verdict) in verdicts.iter().enumerate() {
        let Some(taken) = &verdict.taken else { continue };
        let class = taken.leaves().into_iter().map(|leaf| report.class_of(leaf)).max();
        let Some(licensing) = report.packages.get_mut(i).map(|p| &mut p.licensing) else { continue };
        if let Some(class) = class.filter(|c| *c != licensing.class) {
            licensing.class = class;
            licensing.choice = Some(taken.clone());
        }
    }
}

/// What is objected to in a part of another package: only what is more than what is said of the whole. Terms that the whole is under
/// as well were judged there, but for rules that name the part itself.
fn beyond_owner(
    report: &Report,
    config: &Config,
    verdicts: &[PackageVerdict],
    part: usize,
    owner: PackageId,
    findings: Vec<Finding>,
) -> Vec<Finding> {
    let Some(whole) = report.packages.get(owner.0 as usize) else { return findings };
    // Nothing is known of the part beyond what is known of the whole.
    if report.packages[part].licensing.concluded.expression().is_none() {
        let stricter = verdicts.get(owner.0 as usize).is_none_or(|w| verdicts[part].verdict > w.verdict);
        return if stricter { findings } else { Vec::new() };
    }
    let leaves = whole.licensing.concluded.expression().map(Expr::leaves).unwrap_or_default();
    let terms: Vec<String> = leaves.into_iter().map(ToString::to_string).collect();
    let names_it = |f: &Finding| config.policy.rules.iter().any(|r| r.id == f.rule && !r.purl.is_empty());
    let is_more = |f: &Finding| names_it(f) || f.term.as_ref().is_none_or(|t| !terms.iter().any(|own| **own == **t));
    findings.into_iter().filter(is_more).collect()
}

/// What counts for each package after waivers: the strictest of its open findings.
fn count_waived(report: &Report, findings: &[Finding], verdicts: &mut [PackageVerdict]) {
    let mut open: Vec<Option<Verdict>> = vec![None; verdicts.len()];
    for finding in findings {
        if let Some(slot) = finding.package.and_then(|id| open.get_mut(id.0 as usize)) {
            *slot = (*slot).max(Some(finding.effective()));
        }
    }
    for (i, open) in open.iter().enumerate() {
        // A package without findings of its own is allowed, or a part that shares those of its owner.
        verdicts[i].effective = open.unwrap_or(Verdict::Allow);
    }
    for i in 0..verdicts.len() {
        let owner = report.packages[i].owner.and_then(|o| verdicts.get(o.0 as usize));
        if let Some(owner) = owner.filter(|_| open[i].is_none()).map(|o| o.effective) {
            verdicts[i].effective = owner.min(verdicts[i].verdict);
        }
    }
}

/// A finding for every term that is not allowed, and for every requirement that is not met.
fn objections(texts: &Texts<'_>, config: &Config, id: PackageId, package: &Package, judged: &Judged) -> Vec<Finding> {
    let mut out: Vec<Finding> = Vec::new();
    for term in &judged.terms {
        let rule = term.rule.and_then(|r| config.policy.rules.get(r));
        let base = Finding {
            rule: rule.map_or("policy-default", |r| &*r.id).into(),
            place: match rule {
                Some(rule) => rule.place.clone(),
                None => default_place(config, term),
            },
            package: Some(id),
            term: term.leaf.as_ref().map(|l| l.to_string().into()),
            evidence: term.leaf.as_ref().and_then(|l| evidence(package, l)),
            layer: Some(package.layer),
            ..Finding::default()
        };
        if term.verdict > Verdict::Allow {
            out.push(Finding {
                verdict: term.verdict,
                message: format!("{}{}", message(config, term, rule), hidden(package)).into(),
                clear: with_layers(package, clear(term, rule)).into(),
                ..base.clone()
            });
        }
        let Some(rule) = rule else { continue };
        for required in &rule.require {
            if let Some((lack, clear)) = lacking(texts, id, package, term, *required) {
                out.push(Finding {
                    verdict: term.verdict.max(Verdict::Review),
                    message: format!("rule {} requires {}: {lack}", rule.id, required.as_str()).into(),
                    term: Some(
                        format!(
                            "{} [{}]",
                            term.leaf.as_ref().map(ToString::to_string).unwrap_or_default(),
                            required.as_str()
                        )
                        .trim()
                        .into(),
                    ),
                    clear: rule.how_to_fix.clone().unwrap_or_else(|| clear.into()),
                    ..base.clone()
                });
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

fn message(config: &Config, term: &Term, rule: Option<&Rule>) -> String {
    let says = match term.verdict {
        Verdict::Deny => "denies it",
        _ => "wants it reviewed",
    };
    let what = match (&term.leaf, term.class) {
        (None, _) => "no licence is known".to_owned(),
        (Some(leaf), class) => format!("{leaf} ({})", class.as_str()),
    };
    match (rule, term.class) {
        (Some(rule), _) => format!("{what}: rule {} {says}", rule.id),
        (None, Class::Unknown) if term.leaf.is_none() => format!("{what}: the policy for what is unknown {says}"),
        (None, Class::Unknown) => {
            format!("{what}: what this licence asks is not known, and the policy for that {says}")
        }
        (None, _) => format!("{what}: no rule of {} speaks of it, and the default {says}", config.file),
    }
}

fn clear(term: &Term, rule: Option<&Rule>) -> String {
    if let Some(how) = rule.and_then(|r| r.how_to_fix.as_ref()) {
        return how.to_string();
    }
    match (&term.leaf, term.class, rule) {
        (None, ..) => {
            "find out the licence and set it with a [[clarify]] block ('supercargo clarify IMAGE PURL' prints it), or pass it in with --licenses-from".into()
        }
        (_, Class::Unknown, None) => {
            "read the licence's words in the report; then add a rule for it, or set what it is with a [[clarify]] block".into()
        }
        (Some(leaf), _, None) => format!("add a rule for {leaf} or for its class {}", term.class.as_str()),
        _ => "take the package out or replace it, get other terms, or add a [[waiver]] that somebody answers for".into(),
    }
}

/// That a container does not show the package, which whoever looks for it should know.
fn hidden(package: &Package) -> String {
    let by = package.state.removed_by();
    by.map_or_else(String::new, |by| {
        format!(" (layer {by} deletes it, but its bytes are distributed in layer {})", package.layer)
    })
}

/// What helps against hidden packages beside what the rule says.
fn with_layers(package: &Package, clear: String) -> String {
    match package.state.removed_by() {
        Some(_) => format!(
            "build the image so that no layer holds it (delete it in the step that brings it, or build in stages); or else: {clear}"
        ),
        None => clear,
    }
}

/// Where the key stands that decided in the place of a rule.
fn default_place(config: &Config, term: &Term) -> Option<crate::model::RulePlace> {
    let key = if term.class == Class::Unknown { "unknown" } else { "default" };
    config.policy.places.get(key).cloned()
}

/// What shows a term: a text rather than a declaration, the surest first.
fn evidence(package: &Package, leaf: &Expr) -> Option<u32> {
    let list = package.licensing.evidence.iter().enumerate();
    let with = list.filter(|(_, e)| e.expression.as_ref().is_some_and(|x| x.leaves().contains(&leaf)));
    with.max_by_key(|(i, e)| (e.text.is_some(), e.confidence, std::cmp::Reverse(*i))).map(|(i, _)| i as u32)
}

/// What a branch of a choice lacks: something that the rules for it require, and any text that its licences ask for.
fn lacks(texts: &Texts<'_>, config: &Config, id: PackageId, package: &Package, branch: &Judged) -> Lacks {
    let unmet = |term: &Term| {
        let rule = term.rule.and_then(|r| config.policy.rules.get(r));
        rule.is_some_and(|rule| rule.require.iter().any(|r| lacking(texts, id, package, term, *r).is_some()))
    };
    let leaves = || branch.terms.iter().filter_map(|t| t.leaf.as_ref());
    Lacks { required: branch.terms.iter().any(unmet), text: leaves().any(|leaf| !texts.is_there(package, leaf)) }
}

/// What a requirement lacks, and what would meet it.
fn lacking(
    texts: &Texts<'_>,
    id: PackageId,
    package: &Package,
    term: &Term,
    required: Require,
) -> Option<(String, &'static str)> {
    match required {
        Require::LicenseText => {
            // Asked of the term itself: whether another branch of a choice asks for less does not matter any more.
            let lacks = term.leaf.as_ref().is_none_or(|leaf| !texts.is_there(package, leaf));
            lacks.then(|| {
                let what = term.leaf.as_ref().map_or("its licence".to_owned(), ToString::to_string);
                (
                    format!("the image does not carry the text of {what}"),
                    "put the text into the image, or hand out what 'supercargo notice' writes",
                )
            })
        }
        Require::Copyright => {
            let mut texts = package.licensing.evidence.iter().filter_map(|e| texts.report().texts.get(&e.text?));
            let known = texts.any(|t| !t.copyrights.is_empty());
            (!known).then(|| {
                (
                    "no copyright holder is known".to_owned(),
                    "find out who holds the copyright and name them in the notices",
                )
            })
        }
        Require::SourceOffer => {
            let lack = source::of(texts.report(), id).err()?;
            Some((
                format!("its exact source is not known ({lack})"),
                "find out the source that it was built from and keep it; 'supercargo sources' lists what is known",
            ))
        }
    }
}

/// What could not be read: a report with a gap is no clean report.
fn gaps(report: &Report) -> Option<Finding> {
    let errors = report.issues.iter().filter(|i| i.severity == Severity::Error).count();
    (errors > 0).then(|| Finding {
        rule: "scan-incomplete".into(),
        verdict: Verdict::Review,
        message: format!(
            "{} of the image could not be read; packages may be missing here",
            count(errors as u32, "part")
        )
        .into(),
        clear: "see the issues of the report; mend the image or judge what could not be read by hand".into(),
        ..Finding::default()
    })
}

/// Rules about base and application without a known base hold everything against the application's rules.
fn no_base(report: &Report, config: &Config) -> Option<Finding> {
    let rule = config.policy.rules.iter().find(|r| !r.origin.is_empty())?;
    let guessed = |base: &crate::model::Base| Finding {
        rule: "base-guessed".into(),
        place: rule.place.clone(),
        verdict: Verdict::Review,
        message: format!(
            "rules speak of base and application, and where the base image ends is a guess: {}",
            base.note
        )
        .into(),
        clear: "name the base image with --base, which makes it certain".into(),
        ..Finding::default()
    };
    if let Some(base) = &report.image.base {
        return (!base.evidence.is_certain()).then(|| guessed(base));
    }
    Some(Finding {
        rule: "base-unknown".into(),
        place: rule.place.clone(),
        message: "rules speak of base and application, but it is not known where the base image ends; everything was judged as the application's".into(),
        clear: "name the base image with --base".into(),
        ..Finding::default()
    })
}

fn described(config: &Config) -> PolicyUsed {
    let policy = &config.policy;
    PolicyUsed {
        name: policy.name.clone().unwrap_or_default(),
        source: config.file.clone(),
        in_repository: config.in_repository.clone(),
        hash: config.hash.clone(),
        default: policy.default,
        unknown: policy.unknown,
        fail_on: policy.fail_on,
        rules: policy
            .rules
            .iter()
            .map(|r| RuleUsed {
                id: r.id.clone(),
                place: r.place.clone(),
                conditions: r.written.clone(),
                verdict: r.verdict,
                how_to_fix: r.how_to_fix.clone(),
                require: r.require.iter().map(|r| r.as_str()).collect(),
                packages: 0,
            })
            .collect(),
        judged_on: None,
    }
}

#[cfg(test)]
mod tests;
