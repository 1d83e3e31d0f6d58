//! Tests of the whole HTML document.

use super::fixture::{self, HOSTILE};
use super::*;
use crate::emit::sources::is_owed;
use crate::model::{Class, Expr, Finding, Licensing, Outcome, PackageId, Verdict};

fn html(report: &Report) -> String {
    let mut out = Vec::new();
    write(report, &HtmlOptions::default(), &mut out).expect("the report is written");
    String::from_utf8(out).expect("the report is UTF-8")
}

fn with_template(template: &str) -> io::Result<String> {
    let mut out = Vec::new();
    let options = HtmlOptions { template: Some(template.to_string()) };
    let result = write(&fixture::small(), &options, &mut out);
    assert_eq!(result.is_err(), out.is_empty(), "written whole or not at all");
    result.map(|()| String::from_utf8(out).expect("UTF-8"))
}

fn between<'a>(document: &'a str, open: &str, close: &str) -> &'a str {
    document.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map_or("", |(inner, _)| inner)
}

/// What stands between `<` and `>`: every tag of a document in which all other such signs are escaped.
fn tags(document: &str) -> Vec<&str> {
    document.split('<').skip(1).filter_map(|s| s.split_once('>').map(|(tag, _)| tag)).collect()
}

#[test]
fn every_section_is_there() {
    let document = html(&fixture::small());
    let sections = [
        "verdict",
        "subject",
        "decisions",
        "unknowns",
        "licenses",
        "obligations",
        "packages",
        "hidden",
        "texts",
        "layers",
        "waivers",
        "policy",
        "unowned",
        "signoff",
        "artefacts",
    ];
    let places: Vec<Option<usize>> =
        sections.iter().map(|section| document.find(&format!("<section id=\"{section}\""))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    for section in sections {
        assert!(document.contains(&format!("<a href=\"#{section}\"")), "{section}");
    }
    for fact in [
        "example.org/shop:1.0",
        "Debian GNU/Linux 12 (bookworm)",
        "linux/amd64",
        "2024-11-20T18:13:06Z",
        "3.29.0",
        "74.8 MiB",
        "as written: BSD and house rules",
        "class by the choice of: MIT",
        "<pre tabindex=\"0\">Use it well.\nReturn it clean.</pre>",
        "contains: pip 23.0",
        "<tr id=\"pkg-deb-nano-7.2\">",
        "<a href=\"#layer-2\">2</a>",
        "<h2 id=\"verdict-h\">No policy was applied</h2>",
        "1 hidden package is distributed all the same",
        "No policy was applied: this report says what is there",
        "These are facts, not legal advice.",
    ] {
        assert!(document.contains(fact), "{fact}");
    }
}

#[test]
fn every_link_within_leads_somewhere() {
    for report in [fixture::small(), fixture::audited(), fixture::large(200), fixture::hostile()] {
        let document = html(&report);
        let ids: Vec<&str> = document.split(" id=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
        let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "an id twice");
        for target in document.split(" href=\"#").skip(1).filter_map(|s| s.split('"').next()) {
            assert!(distinct.contains(target), "#{target}");
        }
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let document = html(&fixture::hostile());
    for text in HOSTILE.iter().filter(|t| t.contains(['<', '"', '>'])) {
        assert!(!document.contains(text), "{text}");
    }
    // What the hostile report adds is the same tags that the harmless one has.
    let names = |d: &str| -> std::collections::BTreeSet<String> {
        tags(d).iter().map(|t| t.split([' ', '\n']).next().unwrap_or("").to_string()).collect()
    };
    let harmless: Vec<String> = names(&html(&fixture::audited())).into_iter().collect();
    for name in names(&document) {
        assert!(harmless.contains(&name), "<{name}>");
    }
    for tag in tags(&document) {
        assert!(!tag.contains("onerror=") && !tag.contains("onmouseover=\""), "<{tag}>");
        assert!(!tag.contains("href=\"javascript") && !tag.contains("href='"), "<{tag}>");
    }
    assert_eq!(document.matches("<script").count(), 1);
    assert_eq!(document.matches("</style").count(), 1);
    assert!(!document.contains(|c| c != '\n' && visible::deceives(c)), "a character that deceives");
    assert!(document.contains("safe[U+202E]txt.exe[U+200B]␛[31m␀"));
    assert!(document.contains("{{title}}{{{style}}}"), "a text is no template");
}

#[test]
fn nothing_is_loaded() {
    for document in [html(&fixture::small()), html(&fixture::large(20))] {
        for reference in [
            " src=",
            "@import",
            "url(",
            "<link",
            "<iframe",
            "<img",
            "<object",
            "<base",
            "<form",
            " style=",
            " onclick=",
        ] {
            assert!(!document.contains(reference), "{reference}");
        }
    }
}

#[test]
fn the_policy_names_what_is_inline() {
    let document = html(&fixture::small());
    let policy = between(&document, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")
        .replace("&#x27;", "'")
        .replace("&#x3D;", "=");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let content = between(&document, open, close);
        assert!(!content.is_empty());
        let hash = STANDARD.encode(Sha256::digest(content.as_bytes()));
        assert!(policy.contains(&format!("-src 'sha256-{hash}';")), "{open}: {policy}");
    }
    assert!(!policy.contains("unsafe"));
}

#[test]
fn only_style_and_script_go_in_unescaped() {
    for (name, template) in PARTIALS.iter().chain(&[("report", REPORT)]) {
        let raw: Vec<&str> = template.split("{{{").skip(1).filter_map(|s| s.split("}}}").next()).collect();
        let allowed: &[&str] = if *name == "report" { &["style", "script"] } else { &[] };
        assert_eq!(raw, allowed, "{name}");
        assert!(!template.contains("{{&") && !template.contains("{{~&"), "{name}");
        // Every attribute with a value from the report is quoted.
        assert!(!template.contains("={{"), "{name}");
    }
    assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
}

#[test]
fn a_field_that_does_not_exist_fails_loudly() {
    for template in [
        "{{refrence}}",
        "{{#each pakages}}x{{/each}}",
        "{{#if hiden}}x{{/if}}",
        "{{#unless hiden}}x{{/unless}}",
        "{{#each layers}}{{inde}}{{/each}}",
        "{{#each blocks}}{{#each packages}}{{#if stat}}x{{/if}}{{/each}}{{/each}}",
        "{{> packges}}",
        "{{#each packages}}",
    ] {
        let error = with_template(template).expect_err(template);
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{template}: {error}");
    }
}

#[test]
fn a_template_of_the_user_sees_the_same_values() {
    let document = with_template(
        "{{reference}}: {{#each blocks}}{{#each packages}}{{name}} {{version}}{{#if removed_by}}!{{/if}}, {{/each}}{{/each}}",
    );
    assert_eq!(
        document.expect("written"),
        "example.org/shop:1.0: base-files 12.4, nano 7.2!, python3-pip 23.0, dual 1, flask 2.3.0, "
    );
    assert!(with_template("{{> licenses}}").expect("written").contains("LicenseRef-house-rules"));
}

#[test]
fn parts_of_others_have_rows_on_request() {
    let mut report = fixture::small();
    assert!(!html(&report).contains("id=\"pkg-pypi-pip-23.0\""));
    report.show_owned = true;
    let document = html(&report);
    assert!(document.contains("id=\"pkg-pypi-pip-23.0\""));
    assert!(document.contains("part of: python3-pip 23.0"));
}

#[test]
fn the_licence_of_a_part_is_not_lost() {
    let mut report = fixture::small();
    for package in report.packages.iter_mut().filter(|p| p.owner.is_some()) {
        package.licensing.concluded = Outcome::Expression(Expr::id("Zlib"));
    }
    let document = html(&report);
    assert!(document.contains("<tr id=\"lic-Zlib\">"));
    assert!(document.contains("<summary>of parts of other packages: 1</summary>"));
}

/// Relative luminance and contrast (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
#[test]
fn every_text_stands_out_in_light_dark_and_print() {
    fn luminance(colour: &str) -> f64 {
        let part = |i: usize| {
            let v = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).expect("a colour")) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }
    let themes: Vec<std::collections::BTreeMap<&str, &str>> = STYLE
        .split(":root {")
        .skip(1)
        .map(|s| s.split('}').next().unwrap_or(""))
        .map(|s| s.split(';').filter_map(|d| d.split_once(':')).map(|(k, v)| (k.trim(), v.trim())).collect())
        .collect();
    assert_eq!(themes.len(), 3);
    for theme in themes {
        let check = |ink: &str, ground: &str, least: f64| {
            let (a, b) = (luminance(theme[ink]), luminance(theme[ground]));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= least, "{ink} on {ground}: {contrast:.2}");
        };
        for ground in ["--ground", "--raised", "--warn-ground"] {
            for ink in ["--ink", "--soft", "--link"] {
                check(ink, ground, 4.5);
            }
        }
        check("--warn-ink", "--warn-ground", 4.5);
        check("--bad-ink", "--bad-ground", 4.5);
        check("--good-ink", "--good-ground", 4.5);
        for tile in ["--base-ground", "--app-ground", "--raised"] {
            check("--ink", tile, 4.5);
        }
        for mark in theme.keys().filter(|k| k.starts_with("--c-")) {
            check(mark, "--ground", 3.0);
        }
        if let Some(focus) = theme.contains_key("--focus").then_some("--focus") {
            check(focus, "--ground", 3.0);
        }
    }
}

#[test]
fn a_report_of_nothing_says_so() {
    let mut report = fixture::small();
    report.packages.clear();
    report.refs.clear();
    report.findings.clear();
    report.issues.clear();
    report.image.layers.clear();
    report.image.digest = None;
    report.image.platform = None;
    report.distro = None;
    let document = html(&report);
    let nothing = "Nothing was found that a person would have to look at first.";
    for words in
        ["No packages were found.", "No licence was found.", "The image has no layers.", "None: everything", nothing]
    {
        assert!(document.contains(words), "{words}");
    }
}

#[test]
fn an_audit_is_shown_whole() {
    let document = html(&fixture::audited());
    for fact in [
        "<section id=\"verdict\" class=\"banner deny\"",
        "Do not distribute",
        "The check fails, as it does on deny.",
        "<article class=\"finding deny\" id=\"f-0000000000000001\">",
        "<span class=\"code\">policy.toml:12</span>",
        "<blockquote>Licensed under the AGPL, version 3 only</blockquote>",
        "take another library, or publish the source of the service",
        "<summary>Waived: 1</summary>",
        "<a href=\"#waiver-1\">house-rules</a>",
        "<summary>Worth knowing, nothing to decide: 1</summary>",
        "<span class=\"pill drift\">drift</span>",
        "class: network-copyleft, unknown",
        "example.org/debian:12",
        "Ask the harbour master.",
        "opt/tool/bin/hawser",
        "verdict: allow after waivers, review before, by the default",
        "deny by network-copyleft (#f-0000000000000001)",
    ] {
        assert!(document.contains(fact), "{fact}");
    }
    let place = |words: &str| document.find(words).unwrap_or_else(|| panic!("{words}"));
    assert!(place("finding deny") < place("finding review"), "the strictest first");
}

/// An obligation counts for the branch of a choice that binds, and only once.
#[test]
fn obligations_are_those_of_what_binds() {
    let mut report = fixture::audited();
    let network = "offer the source of a changed version to everybody who uses it over a network";
    assert!(!html(&report).contains(network), "MIT OR AGPL-3.0-only is MIT by the choice of the mildest");
    if let Some(verdict) = report.audit.as_mut().and_then(|a| a.packages.get_mut(3)) {
        verdict.taken = Some(Expr::id("AGPL-3.0-only"));
    }
    assert_eq!(html(&report).matches(network).count(), 1);
}

#[test]
fn a_string_of_the_style_ends_nothing() {
    assert_eq!(css_string("a\"b</style>"), "\"a\\22 b\\3c \\2f style\\3e \"");
    let document = html(&fixture::hostile());
    let style = between(&document, "<style>", "</style>");
    assert!(style.contains("@top-left { content: \"\\3c script"), "the running head is there");
    assert!(!style.contains("evil.example"));
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let document = html(&fixture::large(2_000));
    assert!(document.contains(" more; the <a href=\"#packages\">register</a> has all"));
    // A row must stay small: thousands are opened at once.
    assert!(document.len() < 2_000 * 2_500 + 400_000, "{} bytes", document.len());
}

/// A template of the user's own needs the names, so none is missing from the documentation.
#[test]
fn every_field_is_documented() {
    fn names(value: &serde_json::Value, out: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                out.extend(fields.keys().cloned());
                fields
                    .iter()
                    .filter(|(name, _)| !name.ends_with("chart") && *name != "treemap")
                    .for_each(|(_, v)| names(v, out));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|v| names(v, out)),
            _ => {}
        }
    }
    let documentation = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/html-report.md"));
    let mut fields = std::collections::BTreeSet::new();
    let view = view::View::of(&fixture::audited());
    names(&serde_json::to_value(&view).expect("the view is plain data"), &mut fields);
    assert!(fields.len() > 100);
    for field in fields {
        assert!(documentation.contains(&format!("`{field}`")), "{field} is not in docs/html-report.md");
    }
}

/// What a policy passed over in a choice binds nobody; without a policy nothing is settled, and both branches count.
#[test]
fn only_the_branch_that_was_taken_is_counted() {
    let mut report = crate::emit::fixture::report();
    report.packages.truncate(1);
    report.findings.clear();
    let package = &mut report.packages[0];
    (package.owner, package.contains, package.depends_on) = (None, Vec::new(), Vec::new());
    package.licensing = Licensing {
        concluded: Outcome::Expression(Expr::Or(vec![Expr::id("MIT"), Expr::id("Sleepycat")])),
        ..Licensing::default()
    };
    let row = |report: &Report| {
        let html = html(report);
        let at = html.find("id=\"lic-sleepycat\"").or_else(|| html.find("id=\"lic-Sleepycat\"")).unwrap();
        html[at..].split("</tr>").next().unwrap().to_owned()
    };
    assert!(row(&report).contains("<td class=\"num\">1</td>"));
    let rule = "version = 1\n[[policy.rule]]\nid = \"mit\"\nlicense = [\"MIT\"]\nverdict = \"allow\"\n";
    let config = crate::policy::config::Config::parse(rule, "supercargo.toml").unwrap();
    crate::policy::judge::apply(&mut report, &config, None);
    let row = row(&report);
    assert!(
        row.contains("<td class=\"num\">0</td>") && row.contains("offered in a choice that took another: 1"),
        "{row}"
    );
}

/// A number of unknown packages helps nobody to find them.
#[test]
fn unknown_packages_are_listed_where_licences_and_obligations_are() {
    let mut report = fixture::small();
    report.packages.iter_mut().for_each(|p| p.licensing = Licensing::default());
    let html = html(&report);
    for section in ["licenses", "obligations"] {
        let section = between(&html, &format!("<section id=\"{section}\""), "</section>");
        for (_, p) in report.shown() {
            assert!(section.contains(&format!("{} {}</a>", p.name, p.version)), "{}: {section}", p.name);
        }
    }
}

/// A package asks by each licence that it is under; one more of which nothing is known takes nothing back.
#[test]
fn the_head_counts_obligations_by_terms() {
    let mut report = fixture::audited();
    let asking = |report: &Report| {
        let html = html(report);
        let at = html.find(" asks for its source").or_else(|| html.find(" ask for their sources")).unwrap();
        let words = html[..at].rsplit('>').next().unwrap();
        words.split(' ').next().unwrap().parse::<usize>().unwrap()
    };
    let before = asking(&report);
    assert_eq!(before, (0..report.packages.len() as u32).filter(|i| is_owed(&report, PackageId(*i))).count());
    for package in &mut report.packages {
        if let Outcome::Expression(e) = &package.licensing.concluded {
            let unknown = Expr::Ref("LicenseRef-house-rules".into());
            package.licensing.concluded = Expr::and([e.clone(), unknown]).into();
            (package.licensing.class, package.licensing.choice) = (Class::Unknown, None);
        }
    }
    assert_eq!(asking(&report), before);
}

/// What only the image as a whole is open for is no number of packages.
#[test]
fn the_head_names_findings_of_the_image() {
    let mut report = fixture::audited();
    report.findings = vec![Finding {
        id: "f-1".into(),
        rule: "scan-incomplete".into(),
        verdict: Verdict::Review,
        message: "one part could not be read".into(),
        ..Finding::default()
    }];
    if let Some(audit) = &mut report.audit {
        audit.verdict = Verdict::Review;
        audit.packages.iter_mut().for_each(|p| p.effective = Verdict::Allow);
    }
    let html = html(&report);
    assert!(html.contains("a person must decide first (the image: scan-incomplete)."));
}

/// Nobody can look for a package of which no place is told.
#[test]
fn a_finding_without_evidence_names_the_file_of_the_package() {
    let mut report = fixture::audited();
    let ids: Vec<PackageId> = report.shown().map(|(id, _)| id).take(2).collect();
    let finding = |(i, id): (usize, &PackageId)| Finding {
        id: format!("f-{i}").into(),
        rule: "policy-default".into(),
        verdict: Verdict::Review,
        package: Some(*id),
        message: "no licence is known".into(),
        ..Finding::default()
    };
    report.findings = ids.iter().enumerate().map(finding).collect();
    let html = html(&report);
    for id in ids {
        let at = &report.package(id).locations[0];
        assert!(html.contains(&format!("is described in {}, layer {}</small>", at.path, at.layer)), "{}", at.path);
    }
}

#[test]
fn a_fault_is_told_with_its_line() {
    for (template, expected) in [
        ("a\n{{nope}}", "2: no field \"nope\"; docs/html-report.md"),
        // A section of ours that stands before it moves no line.
        ("{{> nav}}\n{{> subject}}\n{{#if nope}}x{{/if}}", "3: no field \"nope\"; docs"),
    ] {
        let error = with_template(template).expect_err(template).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    assert_eq!(check("a\n{{upper reference}}").unwrap_err().to_string(), "2: no helper \"upper\"");
    assert_eq!(check("{{> head}}").unwrap_err().to_string(), "1: no partial \"head\"");
    assert_eq!(check(REPORT), Ok(()));
}

#[test]
fn what_handlebars_escapes_is_escaped() {
    let each = (0..=0x17f).filter_map(char::from_u32).map(|c| format!("a{c}b"));
    let more = ["", "<&>", "====", "a<b>\"c\" & 'd' `e` f=g", "Müller & Söhne = ü<", "日本<語"].map(String::from);
    for text in each.chain(more) {
        assert_eq!(super::escape(&text), handlebars::html_escape(&text), "{text:?}");
    }
}
