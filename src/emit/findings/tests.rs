//! The formats for pipelines on one report that a policy objects to.

use crate::emit::fixture::{self, HOSTILE, POLICY, judged};
use crate::emit::{Format, template, write};
use crate::model::*;
use crate::policy::{config::Config, judge};
use serde_json::Value;

fn text(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    write(format, report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Names of the image never come out as they are: no control characters, no marks that turn the line.
#[track_caller]
fn is_safe(text: &str) {
    let bad =
        text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r') || matches!(c, '\u{202e}' | '\u{200b}'));
    assert_eq!(bad, None);
}

#[test]
fn the_fixture_has_every_kind_of_finding() {
    let report = judged();
    let kinds = |waived: bool, verdict: Verdict| {
        report.findings.iter().any(|f| f.waiver.is_some() == waived && f.verdict == verdict)
    };
    assert!(kinds(true, Verdict::Deny) && kinds(false, Verdict::Deny) && kinds(false, Verdict::Review));
    assert!(kinds(false, Verdict::Allow));
}

#[test]
fn sarif_has_a_rule_for_every_result_and_fingerprints_that_stay() {
    let report = judged();
    let log: Value = serde_json::from_str(&text(Format::Sarif, &report)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules[0]["id"], "no-mit");
    assert_eq!(rules[0]["help"]["text"], "take <another>, \"please\"");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), report.findings.len());
    let mut prints = std::collections::BTreeSet::new();
    for (result, finding) in results.iter().zip(&report.findings) {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let level = if finding.waiver.is_some() { "note" } else { level_of(finding.verdict) };
        assert_eq!(result["level"], level);
        assert!(result.pointer("/locations/0/physicalLocation").is_some(), "{result}");
        assert_eq!(result["partialFingerprints"]["supercargoFinding/v1"], *finding.id);
        assert!(prints.insert(finding.id.clone()), "{} twice", finding.id);
        assert_eq!(result.get("suppressions").is_some(), finding.waiver.is_some());
        let uri = result.pointer("/locations/0/physicalLocation/artifactLocation/uri").and_then(Value::as_str);
        // RFC 3986: nothing but what a relative reference may hold.
        assert!(uri.is_none_or(|u| u.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b))), "{uri:?}");
        assert!(result["locations"].as_array().is_some_and(|l| !l.is_empty()));
    }
    let waived = results.iter().find(|r| r.get("suppressions").is_some()).unwrap();
    assert_eq!(waived["suppressions"][0]["justification"], "temporary; until the refit; the <mate>");
    assert_eq!(waived["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 7);
}

fn level_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "note",
        Verdict::Review => "warning",
        Verdict::Deny => "error",
    }
}

#[test]
fn junit_is_xml_and_counts_what_it_holds() {
    use quick_xml::events::Event;
    let report = judged();
    let xml = text(Format::Junit, &report);
    is_safe(&xml);
    let mut reader = quick_xml::Reader::from_str(&xml);
    let (mut cases, mut failures, mut skipped) = (0, 0, 0);
    let mut told = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) | Event::Empty(e) => match e.name().as_ref() {
                "testsuites" => {
                    let get = |name: &str| {
                        let value = e.try_get_attribute(name).unwrap().unwrap().value;
                        value.parse::<usize>().unwrap()
                    };
                    told = Some((get("tests"), get("failures"), get("skipped")));
                }
                "testcase" => cases += 1,
                "failure" => failures += 1,
                "skipped" => skipped += 1,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    let (tests, failed, waived) = told.unwrap();
    assert_eq!((tests, waived), (cases, skipped));
    assert!(failed > 0 && failures >= failed && skipped > 0, "{failed} {failures} {skipped}");
    assert!(cases >= report.shown().count());
}

/// What wants a review breaks a build only where the policy says so.
#[test]
fn junit_fails_on_what_the_policy_fails_on() {
    let failures = |fail_on: &str| {
        let mut report = fixture::report();
        let policy = POLICY.trim_start().replace("[policy]", &format!("[policy]\nfail-on = \"{fail_on}\""));
        judge::apply(&mut report, &Config::parse(&policy, "supercargo.toml").unwrap(), None);
        text(Format::Junit, &report).matches("<failure").count()
    };
    assert!(failures("review") > failures("deny") && failures("deny") > 0);
    assert_eq!(failures("never"), 0);
}

/// A reader of pipelines takes "skipped" for settled.
#[test]
fn junit_skips_nothing_that_is_open() {
    let mut report = judged();
    let package = report.findings.iter().find(|f| f.waiver.is_some()).unwrap().package;
    let skipped = |report: &Report| text(Format::Junit, report).matches("<skipped").count();
    let before = skipped(&report);
    report.audit.as_mut().unwrap().policy.fail_on = None;
    for verdict in [Verdict::Allow, Verdict::Review] {
        report.findings.push(Finding { rule: "more".into(), verdict, package, ..Finding::default() });
    }
    let note = Report { findings: report.findings[..report.findings.len() - 1].to_vec(), ..report.clone() };
    assert!(skipped(&note) > skipped(&report), "{before}");
}

/// A waiver speaks of packages, and so does what became of it.
#[test]
fn waivers_that_hold_no_more_name_their_packages() {
    let mut report = fixture::report();
    let policy = POLICY.trim_start().replace("owner = ", "expires = 2020-01-01\nowner = ");
    judge::apply(
        &mut report,
        &Config::parse(&policy, "supercargo.toml").unwrap(),
        chrono::NaiveDate::from_ymd_opt(2026, 11, 26),
    );
    assert!(report.findings.iter().any(|f| &*f.rule == "waiver-expired"));
    let verdict = text(Format::Verdict, &report);
    assert!(verdict.contains("deny pkg:npm/%40crew/*\n  the waiver of the <mate>"), "{verdict}");
    assert!(text(Format::Junit, &report).contains("name=\"pkg:npm/%40crew/*\""));
    assert!(text(Format::Markdown, &report).contains("| deny | pkg\\:npm/%40crew/\\* |"));
    let log: Value = serde_json::from_str(&text(Format::Sarif, &report)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let expired = results.iter().find(|r| r["ruleId"] == "waiver-expired").unwrap();
    assert_eq!(expired["relatedLocations"][0]["message"]["text"], "the waiver");
}

/// Pages that show a change look for the file from the root of its repository.
#[test]
fn the_configuration_has_its_path_in_the_repository() {
    let paths = |file: &str, in_repository: Option<&str>| {
        let mut report = fixture::report();
        let config = Config::parse(POLICY.trim_start(), file).unwrap();
        judge::apply(&mut report, &Config { in_repository: in_repository.map(Into::into), ..config }, None);
        let list: Value = serde_json::from_str(&text(Format::CodeQuality, &report)).unwrap();
        let of_rule = list.as_array().unwrap().iter().find(|e| e["check_name"] == "no-mit").unwrap();
        let log: Value = serde_json::from_str(&text(Format::Sarif, &report)).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let waived = results.iter().find(|r| r.get("suppressions").is_some()).unwrap();
        let location = &waived["suppressions"][0]["location"];
        assert_eq!(location["message"]["text"], "the waiver");
        let uri = &location["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(waived["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], *uri);
        assert_eq!(of_rule["location"]["path"], *uri);
        uri.as_str().unwrap().to_owned()
    };
    assert_eq!(paths("../supercargo.toml", Some("ci/supercargo.toml")), "ci/supercargo.toml");
    assert_eq!(paths("./ci/supercargo.toml", None), "ci/supercargo.toml");
    assert_eq!(paths(".gitlab/supercargo.toml", None), ".gitlab/supercargo.toml");
    for away in ["../supercargo.toml", "/etc/x/supercargo.toml", "~/.config/supercargo/supercargo.toml"] {
        assert_eq!(paths(away, None), "supercargo.toml");
    }
}

#[test]
fn markdown_escapes_what_the_image_says() {
    let summary = text(Format::Markdown, &judged());
    is_safe(&summary);
    assert!(summary.starts_with("## Licences of "), "{summary:.200}");
    assert!(summary.contains("do not distribute") && summary.contains("**failed**"), "{summary:.400}");
    assert!(!summary.contains("<script>") && summary.contains("\\<script\\>"));
    // No name breaks a table: all rows of the table of decisions have five cells.
    let rows = summary.lines().skip_while(|l| !l.starts_with("|---|---|---|---|---|")).skip(1);
    for row in rows.take_while(|l| l.starts_with('|')) {
        let bars = row.replace("\\\\", "").replace("\\|", "").matches('|').count();
        assert_eq!(bars, 6, "{row}");
    }
}

#[test]
fn gitlab_gets_what_is_open_with_its_place() {
    let report = judged();
    let list: Vec<Value> = serde_json::from_str(&text(Format::CodeQuality, &report)).unwrap();
    assert_eq!(list.len(), report.findings.iter().filter(|f| f.effective() > Verdict::Allow).count());
    let denied = list.iter().find(|e| e["check_name"] == "no-mit").unwrap();
    assert_eq!((&denied["severity"], &denied["location"]["path"]), (&"blocker".into(), &"supercargo.toml".into()));
    assert_eq!(denied["location"]["lines"]["begin"], 7);
}

#[test]
fn csv_has_a_line_a_package_and_no_formula() {
    let mut report = judged();
    report.packages[0].name = "=HYPERLINK(\"http://x\",\"y\")".into();
    let csv = text(Format::Csv, &report);
    is_safe(&csv);
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 1 + report.shown().count());
    assert!(lines[0].starts_with("name,version,ecosystem,purl,"));
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""), "{csv:.600}");
    // As many cells in every line as in the head, quotes seen.
    for line in &lines {
        let mut quoted = false;
        let commas = line
            .chars()
            .filter(|c| {
                if *c == '"' {
                    quoted = !quoted;
                }
                *c == ',' && !quoted
            })
            .count();
        assert_eq!(commas, 19, "{line}");
    }
}

#[test]
fn the_verdict_in_words() {
    let words = text(Format::Verdict, &judged());
    is_safe(&words);
    assert!(
        words.contains("rule:     no-mit (supercargo.toml:7)") && words.contains("clear it: take <another>"),
        "{words}"
    );
    let last = words.lines().last().unwrap();
    assert!(last.starts_with("do not distribute: ") && last.ends_with("(policy house, supercargo.toml)"), "{last}");
    assert!(words.contains("waived @crew/"), "{words}");
    assert!(words.find("\ndeny ").is_none_or(|deny| words.find("\nreview ").is_none_or(|review| deny < review)));
}

#[test]
fn templates_of_the_user_are_strict() {
    let fill = |words: &str, escape: bool| {
        let mut out = Vec::new();
        template::write(&judged(), words, escape, &mut out).map(|()| String::from_utf8(out).unwrap())
    };
    let rows = "{{#each findings}}{{#if package}}{{package}}={{verdict}} {{/if}}{{/each}}{{audit.verdict}}";
    let filled = fill(rows, false).unwrap();
    assert!(filled.ends_with("deny") && filled.contains("=deny "), "{filled}");
    let error = fill("a\n{{findigns}}", false).unwrap_err().to_string();
    assert!(error.starts_with("2: no field \"findigns\"; docs/json-report.md"), "{error}");
    assert_eq!(template::check("{{upper tool.name}}").unwrap_err().to_string(), "1: no helper \"upper\"");
    assert!(fill("{{#if audit.nope}}x{{/if}}", false).is_err());
    assert!(fill("{{#each", false).is_err());
    let names = "{{#each packages}}{{name}}\n{{/each}}";
    assert!(fill(names, false).unwrap().contains(HOSTILE));
    assert!(!fill(names, true).unwrap().contains("<script>"));
}

/// Three packages that one rule objects to for one licence, and one that it objects to for another.
fn alike() -> Report {
    let mut report = judged();
    let ids: Vec<PackageId> = report.shown().map(|(id, _)| id).take(4).collect();
    let finding = |(i, id): (usize, &PackageId)| Finding {
        id: format!("f-{i:016}").into(),
        rule: "no-gpl".into(),
        verdict: Verdict::Deny,
        package: Some(*id),
        term: Some(if i < 3 { "GPL-2.0-only" } else { "GPL-3.0-only" }.into()),
        message: if i < 3 { "rule no-gpl denies it" } else { "GPL-3.0-only is denied" }.into(),
        clear: "take it out".into(),
        ..Finding::default()
    };
    report.findings = ids.iter().enumerate().map(finding).collect();
    report
}

/// What reads alike stands in one block where people read it; programs get one a finding.
#[test]
fn findings_that_read_alike_are_one_block_for_people() {
    let report = alike();
    let names: Vec<&str> = report
        .findings
        .iter()
        .map(|f| &*report.packages[f.package.unwrap().0 as usize].name)
        .map(|n| &n[..3])
        .collect();
    let verdict = text(Format::Verdict, &report);
    assert_eq!(verdict.matches("deny 3 packages\n  rule no-gpl denies it\n").count(), 1, "{verdict}");
    assert_eq!(
        (verdict.matches("rule:     no-gpl").count(), verdict.matches("clear it: ").count()),
        (2, 2),
        "{verdict}"
    );
    let markdown = text(Format::Markdown, &report);
    assert!(markdown.contains("| deny | "), "{markdown}");
    assert_eq!(markdown.matches("take it out").count(), 2, "{markdown}");
    for name in names {
        assert!(verdict.contains(name) && markdown.contains(name), "{name}");
    }
    let html = text(Format::Html, &report);
    assert_eq!(html.matches("<article class=\"finding deny\"").count(), 2);
    for finding in &report.findings {
        assert_eq!(html.matches(&format!(" id=\"{}\"", finding.id)).count(), 1, "{}", finding.id);
    }
    let log: Value = serde_json::from_str(&text(Format::Sarif, &report)).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 4);
}

/// What differs in the hash of a licence's words alone is one block.
#[test]
fn licences_without_a_name_are_one_block() {
    let mut report = alike();
    let mut finding = report.findings[0].clone();
    report.findings.clear();
    for (i, package) in [0, 1, 0, 1, 0].into_iter().enumerate() {
        let hash = format!("LicenseRef-{:012x}", i / 2);
        finding.id = format!("f-{i}").into();
        finding.package = Some(PackageId(package));
        finding.message = format!("{hash} (unknown): the policy wants it reviewed").into();
        finding.term = Some(hash.into());
        report.findings.push(finding.clone());
    }
    let verdict = text(Format::Verdict, &report);
    let expected = "deny 2 packages\n  2 licences, each (unknown): the policy wants it reviewed:\n    \
        LicenseRef-000000000000, LicenseRef-000000000001\n";
    assert_eq!(verdict.matches(expected).count(), 1, "{verdict}");
    // The third is that of one package alone.
    assert_eq!(verdict.matches("LicenseRef-000000000002 (unknown)").count(), 1, "{verdict}");
    assert_eq!(verdict.matches("\ndeny ").count() + 1, 2, "{verdict}");
}

/// A reason that is a package's own is told beside it.
#[test]
fn different_reasons_in_a_group_are_all_told() {
    let mut report = alike();
    report.findings[1].message = "layer 5 deletes it".into();
    let (verdict, html) = (text(Format::Verdict, &report), text(Format::Html, &report));
    assert!(verdict.contains(": layer 5 deletes it\n") && verdict.contains(": rule no-gpl denies it\n"), "{verdict}");
    assert!(html.contains("<br>layer 5 deletes it") && html.contains("<br>rule no-gpl denies it"));
}

/// A waiver that covers nothing fails nothing, and is more than a note.
#[test]
fn an_unused_waiver_is_a_warning() {
    let mut report = fixture::report();
    let waiver = "version = 1\n[[waiver]]\npurl = \"pkg:npm/gone\"\nreason = \"temporary\"\nowner = \"mate\"\n";
    judge::apply(&mut report, &Config::parse(waiver, "supercargo.toml").unwrap(), None);
    let verdict = text(Format::Verdict, &report);
    assert!(
        verdict.contains("warning the image: the waiver of mate for pkg:npm/gone covers nothing here"),
        "{verdict}"
    );
    let log: Value = serde_json::from_str(&text(Format::Sarif, &report)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of_waiver = results.iter().find(|r| r["ruleId"] == "waiver-unused").unwrap();
    assert_eq!(of_waiver["level"], "warning");
    assert!(
        text(Format::Markdown, &report).contains("- Warning: the waiver of mate for pkg\\:npm/gone covers nothing")
    );
    assert!(text(Format::Html, &report).contains("<span class=\"pill warning\">warning</span>"));
    assert_eq!(report.findings.iter().filter(|f| f.is_warning()).map(Finding::effective).max(), Some(Verdict::Allow));
}

/// A long list of rules that have nothing to do with this image is one line.
#[test]
fn many_rules_that_meet_nothing_are_one_line() {
    let lines = |count: usize| {
        let mut report = fixture::report();
        let rule = |i| format!("[[policy.rule]]\nid = \"r{i}\"\npurl = [\"pkg:npm/gone{i}\"]\nverdict = \"deny\"\n");
        let rules: String = (0..count).map(rule).collect();
        judge::apply(&mut report, &Config::parse(&format!("version = 1\n{rules}"), "supercargo.toml").unwrap(), None);
        text(Format::Verdict, &report)
    };
    assert_eq!(lines(2).matches("meets nothing in this image: purl pkg:npm/gone").count(), 2);
    assert!(
        lines(7)
            .contains("note the image: 7 rules name what this image does not hold:\n  r0, r1, r2, r3, r4, r5, r6\n")
    );
}

/// Messages quote the image, over several lines perhaps.
#[test]
fn junit_has_no_character_that_xml_has_not() {
    let mut report = judged();
    let package = report.findings.iter().find(|f| f.package.is_some()).and_then(|f| f.package);
    let message = "the field says \"a\u{7}b\u{1b}[31m\u{202e}\"\nand more".into();
    report.findings.push(Finding {
        rule: "more".into(),
        verdict: Verdict::Deny,
        package,
        message,
        ..Finding::default()
    });
    let xml = text(Format::Junit, &report);
    is_safe(&xml);
    assert!(xml.contains("a\u{2407}b\u{241b}[31m[U+202E]"), "{xml}");
}
