//! JUnit XML, as test pages of pipelines read it: a case a package, a suite an ecosystem, and a suite for the image. What is
//! denied fails; what wants a review fails where the policy fails on that, and is said in the case's output otherwise; what is
//! waived is skipped, with the waiver as the reason, where nothing else of the package is open.

use super::findings::{self, Seen};
use super::html::visible;
use crate::model::{Report, Verdict};
use quick_xml::escape::escape;
use std::collections::BTreeMap;
use std::io::{self, Write};

struct Case<'a> {
    name: String,
    findings: Vec<Seen<'a>>,
}

/// Writes the findings.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let fails = report.audit.as_ref().map_or(Some(Verdict::Deny), |a| a.policy.fail_on);
    let mut suites: BTreeMap<&str, Vec<Case<'_>>> = BTreeMap::new();
    let mut by_package: BTreeMap<u32, Vec<Seen<'_>>> = BTreeMap::new();
    let mut of_image = vec![Case { name: "image".into(), findings: Vec::new() }];
    for seen in findings::all(report) {
        if let Some(id) = seen.finding.package {
            by_package.entry(id.0).or_default().push(seen);
            continue;
        }
        // What is about a waiver stands under the packages that it names.
        let name = seen.named().unwrap_or_else(|| "image".into());
        match of_image.iter_mut().find(|c| c.name == name) {
            Some(case) => case.findings.push(seen),
            None => of_image.push(Case { name, findings: vec![seen] }),
        }
    }
    let is_shown: std::collections::BTreeSet<u32> = report.shown().map(|(id, _)| id.0).collect();
    for (i, package) in report.packages.iter().enumerate() {
        let found = by_package.remove(&(i as u32)).unwrap_or_default();
        if is_shown.contains(&(i as u32)) || !found.is_empty() {
            let name = visible::line(&package.purl);
            suites.entry(package.ecosystem.as_str()).or_default().push(Case { name, findings: found });
        }
    }
    suites.entry("image").or_default().extend(of_image);
    let counts = |cases: &[Case<'_>]| {
        let failures = cases.iter().filter(|c| c.findings.iter().any(|s| is_failure(s, fails))).count();
        let skipped = cases.iter().filter(|c| is_skipped(c)).count();
        (cases.len(), failures, skipped)
    };
    let total = suites.values().map(|c| counts(c)).fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text += &format!(
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" errors=\"0\">\n",
        attribute(&format!("licences of {}", report.image.title())),
        total.0,
        total.1,
        total.2
    );
    for (ecosystem, cases) in &suites {
        let (tests, failures, skipped) = counts(cases);
        text += &format!(
            "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\">\n",
            attribute(ecosystem)
        );
        for case in cases {
            one(ecosystem, case, fails, &mut text);
        }
        text += "  </testsuite>\n";
    }
    text += "</testsuites>\n";
    out.write_all(text.as_bytes())
}

/// Whether it breaks the build.
fn is_failure(seen: &Seen<'_>, fails: Option<Verdict>) -> bool {
    seen.is_open() && fails.is_some_and(|least| seen.finding.effective() >= least)
}

/// Whether waivers leave nothing to decide. What is open is not waived, though it may fail nothing.
fn is_skipped(case: &Case<'_>) -> bool {
    case.findings.iter().any(|s| s.waiver.is_some()) && !case.findings.iter().any(Seen::is_open)
}

fn one(ecosystem: &str, case: &Case<'_>, fails: Option<Verdict>, text: &mut String) {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
        attribute(&format!("supercargo.{ecosystem}")),
        attribute(&case.name)
    );
    if case.findings.is_empty() {
        *text += &format!("{head}/>\n");
        return;
    }
    *text += &format!("{head}>\n");
    for seen in case.findings.iter().filter(|s| is_failure(s, fails)) {
        let f = seen.finding;
        *text += &format!(
            "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
            attribute(&f.rule),
            attribute(&seen.message()),
            body(&lines(seen))
        );
    }
    if is_skipped(case) {
        let why: Vec<String> = case
            .findings
            .iter()
            .filter_map(|s| s.waiver)
            .map(|w| format!("waived by {} ({})", w.owner, w.reason))
            .collect();
        *text += &format!("      <skipped message=\"{}\"/>\n", attribute(&why.join("; ")));
    }
    let rest: Vec<String> = case.findings.iter().filter(|s| !is_failure(s, fails)).map(lines).collect();
    if !rest.is_empty() {
        *text += &format!("      <system-out>{}</system-out>\n", body(&rest.join("\n\n")));
    }
    *text += "    </testcase>\n";
}

fn lines(seen: &Seen<'_>) -> String {
    let f = seen.finding;
    let mut out = format!("{} {} {}\n{}", f.verdict, f.rule, f.id, seen.message());
    if let Some(place) = &f.place {
        out += &format!("\nrule: {}", visible::line(&place.to_string()));
    }
    if let Some(path) = seen.path() {
        out += &format!("\nshown by: {}", visible::line(path));
    }
    if !f.clear.is_empty() {
        out += &format!("\nto clear it: {}", visible::line(&f.clear));
    }
    out
}

fn attribute(s: &str) -> String {
    escape(visible::line(s)).into_owned()
}

/// Lines; XML has no control characters but those that end them (XML 1.0, section 2.2).
fn body(s: &str) -> String {
    escape(visible::text(s)).into_owned()
}
