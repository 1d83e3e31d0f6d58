//! Waivers: findings that somebody answers for.

use super::config::{Config, Waiver};
use super::pattern::Subject;
use crate::model::{Finding, Report, Verdict, WaiverStatus, WaiverUse};
use crate::purl;
use chrono::NaiveDate;

/// Marks what waivers cover, and says what became of each waiver. Findings about waivers themselves are added.
pub fn apply(
    report: &Report,
    config: &Config,
    today: Option<NaiveDate>,
    findings: &mut Vec<Finding>,
) -> Vec<WaiverUse> {
    let image = image_subject(report);
    let subjects: Vec<Subject> = report.packages.iter().map(Subject::of).collect();
    let mut uses: Vec<WaiverUse> = config.waivers.iter().map(described).collect();
    let mut void: Vec<u32> = vec![0; uses.len()];
    let mut expired: Vec<u32> = vec![0; uses.len()];
    for finding in findings.iter_mut().filter(|f| f.verdict > Verdict::Allow) {
        let subject = match finding.package {
            Some(id) => subjects.get(id.0 as usize),
            None => image.as_ref(),
        };
        let Some(subject) = subject else { continue };
        let (mut late, mut changed) = (Vec::new(), Vec::new());
        for (i, waiver) in config.waivers.iter().enumerate() {
            if !waiver.purl.matches(subject) || waiver.rule.as_ref().is_some_and(|r| *r != finding.rule) {
                continue;
            }
            if waiver.expires.is_some_and(|last| today.is_some_and(|today| today > last)) {
                late.push(i);
            } else if !shows_all(report, finding, waiver) {
                changed.push(i);
            } else {
                finding.waiver = Some(i as u32);
                uses[i].findings += 1;
                break;
            }
        }
        // What another waiver covers does not count again.
        if finding.waiver.is_none() {
            late.into_iter().for_each(|i| expired[i] += 1);
            changed.into_iter().for_each(|i| void[i] += 1);
        }
    }
    let mut more = Vec::new();
    for (i, (waiver, used)) in config.waivers.iter().zip(&mut uses).enumerate() {
        let (rule, verdict, message, clear) = if expired[i] > 0 {
            used.status = WaiverStatus::Expired;
            let last = waiver.expires.map(|d| d.to_string()).unwrap_or_default();
            let message = format!(
                "the waiver of {} for {} was good until {last}; what it covered counts again ({})",
                waiver.owner,
                waiver.purl,
                count(expired[i], "finding")
            );
            (
                "waiver-expired",
                Verdict::Deny,
                message,
                "decide again: renew the waiver with a new day, or mend what it covered",
            )
        } else if void[i] > 0 {
            used.status = WaiverStatus::Void;
            let message = format!(
                "the waiver of {} for {} was given for a licence text that the package does not show any more",
                waiver.owner, waiver.purl
            );
            (
                "waiver-void",
                Verdict::Review,
                message,
                "read the text that is there now and put its hash into the waiver, or take the waiver out",
            )
        } else if used.findings == 0 {
            used.status = WaiverStatus::Unused;
            let message = format!("the waiver of {} for {} covers nothing here", waiver.owner, waiver.purl);
            ("waiver-unused", Verdict::Allow, message, "take it out, or correct the packages or the rule that it names")
        } else {
            continue;
        };
        more.push(Finding {
            rule: rule.into(),
            place: Some(waiver.place.clone()),
            verdict,
            // Several waivers of one kind are told apart by what they are for, which an id made here says already.
            term: Some(match waiver.is_named {
                true => format!("{} {}", waiver.id, waiver.purl).into(),
                false => waiver.id.clone(),
            }),
            message: message.into(),
            clear: clear.into(),
            ..Finding::default()
        });
    }
    findings.extend(more);
    uses
}

/// Whether the package of the finding still shows every text that the waiver was given for.
fn shows_all(report: &Report, finding: &Finding, waiver: &Waiver) -> bool {
    let package = finding.package.and_then(|id| report.packages.get(id.0 as usize));
    let shows = |hash: &str| {
        let evidence = package.map(|p| &p.licensing.evidence);
        evidence.into_iter().flatten().filter_map(|e| e.text).any(|id| id.to_string() == hash)
    };
    waiver.texts.iter().all(|hash| shows(hash))
}

/// What findings about the image as a whole are waived by: `pkg:oci/NAME`. A root file system has a name and no digest.
fn image_subject(report: &Report) -> Option<Subject> {
    let named = || {
        let name = purl::oci_name(&report.image);
        purl::build(&purl::Parts { ty: "oci", name: &name, ..purl::Parts::default() })
    };
    let purl = purl::oci(&report.image).and_then(Result::ok).or_else(|| named().ok());
    purl.as_deref().and_then(Subject::parse).or_else(|| Subject::parse("pkg:oci/image"))
}

fn described(waiver: &Waiver) -> WaiverUse {
    WaiverUse {
        id: waiver.id.clone(),
        place: waiver.place.clone(),
        purl: waiver.purl.to_string().into(),
        rule: waiver.rule.clone(),
        reason: waiver.reason,
        comment: waiver.comment.clone(),
        owner: waiver.owner.clone(),
        ticket: waiver.ticket.clone(),
        expires: waiver.expires.map(|d| d.to_string().into()),
        texts: waiver.texts.clone(),
        status: WaiverStatus::Used,
        findings: 0,
    }
}

pub(super) fn count(n: u32, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
