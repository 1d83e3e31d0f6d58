//! What a policy said, in the JSON report.

use crate::model::{Audit, PackageVerdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// The object `audit` of the document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireAudit<'a> {
    verdict: &'a str,
    failed: bool,
    policy: WirePolicy<'a>,
    waivers: Vec<WireWaiver<'a>>,
    clarifications: Vec<WireClarification<'a>>,
    choices: Vec<WireChoice<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePolicy<'a> {
    name: &'a str,
    source: &'a str,
    hash: &'a str,
    default: &'a str,
    unknown: &'a str,
    fail_on: &'a str,
    judged_on: Option<&'a str>,
    rules: Vec<WireRule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireRule<'a> {
    id: &'a str,
    place: Option<String>,
    conditions: BTreeMap<&'a str, &'a [Box<str>]>,
    verdict: &'a str,
    how_to_fix: Option<&'a str>,
    require: &'a [&'static str],
    packages: u32,
}

#[derive(Serialize)]
struct WireWaiver<'a> {
    id: &'a str,
    place: String,
    purl: &'a str,
    rule: Option<&'a str>,
    reason: &'a str,
    comment: Option<&'a str>,
    owner: &'a str,
    ticket: Option<&'a str>,
    expires: Option<&'a str>,
    texts: &'a [Box<str>],
    status: &'a str,
    findings: u32,
}

#[derive(Serialize)]
struct WireClarification<'a> {
    place: String,
    purl: &'a str,
    license: String,
    comment: Option<&'a str>,
    files: Vec<WireFile<'a>>,
    status: &'a str,
    packages: u32,
}

#[derive(Serialize)]
struct WireChoice<'a> {
    place: String,
    purl: &'a str,
    take: String,
    packages: u32,
}

#[derive(Serialize)]
struct WireFile<'a> {
    path: &'a str,
    sha256: &'a str,
}

/// The object `policy` of a package.
#[derive(Serialize)]
pub(super) struct WireVerdict<'a> {
    verdict: &'a str,
    effective: &'a str,
    rule: Option<&'a str>,
    term: Option<String>,
    taken: Option<String>,
}

pub(super) fn audit(audit: &Audit) -> WireAudit<'_> {
    let policy = &audit.policy;
    WireAudit {
        verdict: audit.verdict.as_str(),
        failed: audit.failed,
        policy: WirePolicy {
            name: &policy.name,
            source: &policy.source,
            hash: &policy.hash,
            default: policy.default.as_str(),
            unknown: policy.unknown.as_str(),
            fail_on: policy.fail_on.map_or("never", |v| v.as_str()),
            judged_on: policy.judged_on.as_deref(),
            rules: policy
                .rules
                .iter()
                .map(|r| WireRule {
                    id: &r.id,
                    place: r.place.as_ref().map(ToString::to_string),
                    conditions: r.conditions.iter().map(|(key, values)| (*key, &**values)).collect(),
                    verdict: r.verdict.as_str(),
                    how_to_fix: r.how_to_fix.as_deref(),
                    require: &r.require,
                    packages: r.packages,
                })
                .collect(),
        },
        waivers: audit
            .waivers
            .iter()
            .map(|w| WireWaiver {
                id: &w.id,
                place: w.place.to_string(),
                purl: &w.purl,
                rule: w.rule.as_deref(),
                reason: w.reason,
                comment: w.comment.as_deref(),
                owner: &w.owner,
                ticket: w.ticket.as_deref(),
                expires: w.expires.as_deref(),
                texts: &w.texts,
                status: w.status.as_str(),
                findings: w.findings,
            })
            .collect(),
        clarifications: audit
            .clarifications
            .iter()
            .map(|c| WireClarification {
                place: c.place.to_string(),
                purl: &c.purl,
                license: c.license.to_string(),
                comment: c.comment.as_deref(),
                files: c.files.iter().map(|(path, sha256)| WireFile { path, sha256 }).collect(),
                status: c.status.as_str(),
                packages: c.packages,
            })
            .collect(),
        choices: audit
            .choices
            .iter()
            .map(|c| WireChoice {
                place: c.place.to_string(),
                purl: &c.purl,
                take: c.take.to_string(),
                packages: c.packages,
            })
            .collect(),
    }
}

pub(super) fn verdict(v: &PackageVerdict) -> WireVerdict<'_> {
    WireVerdict {
        verdict: v.verdict.as_str(),
        effective: v.effective.as_str(),
        rule: v.rule.as_deref(),
        term: v.term.as_ref().map(ToString::to_string),
        taken: v.taken.as_ref().map(ToString::to_string),
    }
}
