//! The policy as it was applied, its waivers and its clarifications.

use super::Seen;
use crate::model::Report;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct PolicyFacts {
    name: Seen,
    source: Seen,
    hash: Seen,
    default: &'static str,
    unknown: &'static str,
    fail_on: Option<&'static str>,
    judged_on: Option<Seen>,
    rules: Vec<RuleRow>,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct RuleRow {
    id: Seen,
    place: Option<Seen>,
    conditions: Vec<Seen>,
    verdict: &'static str,
    fix: Option<Seen>,
    require: Vec<&'static str>,
    packages: u32,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct WaiverRow {
    number: usize,
    id: Seen,
    place: Seen,
    purl: Seen,
    rule: Option<Seen>,
    reason: &'static str,
    comment: Option<Seen>,
    owner: Seen,
    ticket: Option<Seen>,
    expires: Option<Seen>,
    texts: Vec<Seen>,
    status: &'static str,
    findings: u32,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct ChoiceRow {
    place: Seen,
    purl: Seen,
    take: Seen,
    packages: u32,
}

#[derive(Debug, Serialize)]
pub(in crate::emit::html) struct ClarificationRow {
    place: Seen,
    purl: Seen,
    license: Seen,
    comment: Option<Seen>,
    files: Vec<Seen>,
    status: &'static str,
    packages: u32,
}

fn line(s: &Option<Box<str>>) -> Option<Seen> {
    s.as_deref().map(Seen::line)
}

pub(super) fn policy(report: &Report) -> Option<PolicyFacts> {
    let policy = &report.audit.as_ref()?.policy;
    let rules = policy.rules.iter().map(|r| RuleRow {
        id: Seen::line(&r.id),
        place: r.place.as_ref().map(|p| Seen::line(&p.to_string())),
        conditions: r
            .conditions
            .iter()
            .map(|(key, values)| Seen::line(&format!("{key}: {}", values.join(", "))))
            .collect(),
        verdict: r.verdict.as_str(),
        fix: line(&r.how_to_fix),
        require: r.require.clone(),
        packages: r.packages,
    });
    Some(PolicyFacts {
        name: Seen::line(&policy.name),
        source: Seen::line(&policy.source),
        hash: Seen::line(&policy.hash),
        default: policy.default.as_str(),
        unknown: policy.unknown.as_str(),
        fail_on: policy.fail_on.map(|v| v.as_str()),
        judged_on: line(&policy.judged_on),
        rules: rules.collect(),
    })
}

pub(super) fn waivers(report: &Report) -> Vec<WaiverRow> {
    let waivers = report.audit.iter().flat_map(|a| &a.waivers).enumerate();
    waivers
        .map(|(i, w)| WaiverRow {
            number: i + 1,
            id: Seen::line(&w.id),
            place: Seen::line(&w.place.to_string()),
            purl: Seen::line(&w.purl),
            rule: line(&w.rule),
            reason: w.reason,
            comment: line(&w.comment),
            owner: Seen::line(&w.owner),
            ticket: line(&w.ticket),
            expires: line(&w.expires),
            texts: w.texts.iter().map(|t| Seen::line(t)).collect(),
            status: w.status.as_str(),
            findings: w.findings,
        })
        .collect()
}

pub(super) fn choices(report: &Report) -> Vec<ChoiceRow> {
    let choices = report.audit.iter().flat_map(|a| &a.choices);
    choices
        .map(|c| ChoiceRow {
            place: Seen::line(&c.place.to_string()),
            purl: Seen::line(&c.purl),
            take: Seen::line(&c.take.to_string()),
            packages: c.packages,
        })
        .collect()
}

pub(super) fn clarifications(report: &Report) -> Vec<ClarificationRow> {
    let clarifications = report.audit.iter().flat_map(|a| &a.clarifications);
    clarifications
        .map(|c| ClarificationRow {
            place: Seen::line(&c.place.to_string()),
            purl: Seen::line(&c.purl),
            license: Seen::line(&c.license.to_string()),
            comment: line(&c.comment),
            files: c.files.iter().map(|(path, hash)| Seen::line(&format!("{path} (SHA-256 {hash})"))).collect(),
            status: c.status.as_str(),
            packages: c.packages,
        })
        .collect()
}
