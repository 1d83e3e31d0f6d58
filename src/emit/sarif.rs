//! SARIF 2.1.0 (OASIS): findings for code-scanning pages. One rule of the log is one rule of the policy (or a built-in one that
//! was met); fingerprints are the ids of findings, which stay from scan to scan.

use super::findings::{self, Seen};
use super::html::visible;
use super::{subject::Subject, write_json};
use crate::model::{Issue, Report, RulePlace, Severity, Verdict};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes the findings.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let rules = rules(report);
    let results: Vec<Value> = findings::all(report).map(|seen| result(report, &seen, &rules)).collect();
    let subject = Subject::of(report);
    let mut run = json!({
        "tool": {"driver": {
            "name": report.tool.name,
            "version": report.tool.version,
            "semanticVersion": report.tool.version,
            "rules": rules.iter().map(|r| r.value.clone()).collect::<Vec<_>>(),
        }},
        "invocations": [{
            // The work was done; whether the policy fails is said by the results.
            "executionSuccessful": true,
            "toolExecutionNotifications": report.issues.iter().map(notification).collect::<Vec<_>>(),
        }],
        "results": results,
        "columnKind": "utf16CodeUnits",
        "properties": {
            "image": visible::line(subject.name()),
            "digest": subject.digest().map(|d| d.as_str()),
            "verdict": report.audit.as_ref().map(|a| a.verdict.as_str()),
            "policy": report.audit.as_ref().map(|a| json!({
                "name": visible::line(&a.policy.name),
                "source": visible::line(&a.policy.source),
                "hash": &*a.policy.hash,
            })),
        },
    });
    // Pages that take several logs of one commit tell them apart by this.
    run["automationDetails"] = json!({"id": format!("supercargo/{}/", visible::line(subject.name()))});
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    write_json(&log, out)
}

/// Where nothing more special is to be said.
const HELP: &str = "See the message of the finding, and docs/policy.md on rules, waivers and clarifications.";

struct Descriptor {
    id: String,
    value: Value,
}

/// The rules of the policy in the order of its file, then the built-in ones that were met.
fn rules(report: &Report) -> Vec<Descriptor> {
    let of_policy = report.audit.iter().flat_map(|a| &a.policy.rules);
    let mut out: Vec<Descriptor> = of_policy
        .map(|r| {
            let conditions: Vec<String> =
                r.conditions.iter().map(|(key, values)| format!("{key}: {}", values.join(", "))).collect();
            let text = format!("{} for {}", r.verdict, conditions.join("; "));
            let value = json!({
                "id": &*r.id,
                "shortDescription": {"text": visible::line(&text)},
                "fullDescription": {"text": visible::line(&text)},
                "help": {"text": r.how_to_fix.as_deref().map_or_else(|| HELP.to_owned(), visible::line)},
                "defaultConfiguration": {"level": level(r.verdict)},
            });
            Descriptor { id: r.id.to_string(), value }
        })
        .collect();
    for finding in &report.findings {
        if !out.iter().any(|d| *d.id == *finding.rule) {
            let text = finding.rule.replace('-', " ");
            let help = if finding.clear.is_empty() { HELP.to_owned() } else { visible::line(&finding.clear) };
            let value = json!({
                "id": &*finding.rule,
                "shortDescription": {"text": &text},
                "fullDescription": {"text": &text},
                "help": {"text": help},
                "defaultConfiguration": {"level": if finding.is_warning() { "warning" } else { level(finding.verdict) }},
            });
            out.push(Descriptor { id: finding.rule.to_string(), value });
        }
    }
    out
}

fn level(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "note",
        Verdict::Review => "warning",
        Verdict::Deny => "error",
    }
}

fn result(report: &Report, seen: &Seen<'_>, rules: &[Descriptor]) -> Value {
    let f = seen.finding;
    let configuration = |place: &RulePlace| configuration(report, place, what_stands_at(&f.rule));
    let fix = if f.clear.is_empty() { String::new() } else { format!(". To clear it: {}", visible::line(&f.clear)) };
    let mut location = json!({});
    if let Some(path) = seen.path() {
        location["physicalLocation"] =
            json!({"artifactLocation": {"uri": findings::uri(path)}, "region": {"startLine": 1}});
    }
    if let Some(package) = seen.package {
        location["logicalLocations"] = json!([{
            "name": visible::line(&package.name),
            "fullyQualifiedName": &*package.purl,
            "kind": "package",
        }]);
    }
    if location.get("physicalLocation").is_none() {
        // Readers want a file for every result: that of the configuration, else one that stands for the image.
        let place = f.place.as_ref().filter(|p| is_file(p)).map(&configuration);
        let of_image =
            || json!({"physicalLocation": {"artifactLocation": {"uri": "image"}, "region": {"startLine": 1}}});
        location["physicalLocation"] = place.unwrap_or_else(of_image)["physicalLocation"].take();
    }
    let mut out = json!({
        "ruleId": &*f.rule,
        "ruleIndex": rules.iter().position(|d| *d.id == *f.rule),
        // Not every reader knows suppressions: what is waived is a note in any case.
        "level": match (seen.waiver, f.is_warning()) {
            (Some(_), _) => "note",
            (None, true) => "warning",
            (None, false) => level(f.verdict),
        },
        "message": {"text": format!("{}: {}{fix}", seen.subject(), seen.message())},
        "locations": [location],
        // GitHub tells results apart by the second of these alone.
        "partialFingerprints": {"supercargoFinding/v1": &*f.id, "primaryLocationLineHash": format!("{}:1", f.id)},
        "properties": {
            "verdict": f.verdict.as_str(),
            "term": f.term.as_deref().map(visible::line),
            "layer": f.layer,
            "purl": seen.package.map(|p| &*p.purl),
        },
    });
    if let Some(place) = f.place.as_ref().filter(|p| is_file(p)) {
        out["relatedLocations"] = json!([configuration(place)]);
    }
    if let Some(w) = seen.waiver {
        let words = [Some(w.reason), w.comment.as_deref(), Some(&*w.owner), w.ticket.as_deref()];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        out["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": visible::line(&words.join("; ")),
            "location": self::configuration(report, &w.place, "the waiver"),
        }]);
    }
    out
}

/// Whether a place is one in a file, and not in a built-in policy.
fn is_file(place: &RulePlace) -> bool {
    !place.file.starts_with("built-in ")
}

/// What a finding's place in the configuration holds.
fn what_stands_at(rule: &str) -> &'static str {
    match rule {
        "waiver-expired" | "waiver-void" | "waiver-unused" => "the waiver",
        "choice-unmet" | "choice-unused" => "the choice",
        "policy-default" => "the default",
        _ => "the rule",
    }
}

fn configuration(report: &Report, place: &RulePlace, what: &str) -> Value {
    let uri = findings::uri(&findings::in_repository(report, &place.file));
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": place.line},
        },
        "message": {"text": what},
    })
}

fn notification(issue: &Issue) -> Value {
    let level = match issue.severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut out = json!({
        "descriptor": {"id": issue.code.0},
        "level": level,
        "message": {"text": visible::line(&issue.message)},
    });
    if !issue.path.is_empty() {
        out["locations"] = json!([{"physicalLocation": {"artifactLocation": {"uri": findings::uri(&issue.path)}}}]);
    }
    out
}
