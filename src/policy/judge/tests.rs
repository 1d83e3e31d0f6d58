use super::*;
use crate::license::db;
use crate::license::resolve::Note;
use crate::model::*;
use std::collections::BTreeMap;

/// A report of packages: purl, expression (empty: not known), layer, and whether it is hidden.
fn report(packages: &[(&str, &str)]) -> Report {
    let packages: Vec<Package> = packages.iter().map(|(purl, expression)| package(purl, expression)).collect();
    let classes = packages
        .iter()
        .filter_map(|p| p.licensing.concluded.expression())
        .flat_map(Expr::leaves)
        .map(|leaf| (leaf.to_string().into(), db::class_of(leaf)))
        .collect();
    Report {
        tool: Tool { name: "supercargo", version: "0", spdx_list: "3" },
        created: None,
        image: Image { name: "galley".into(), ..Image::default() },
        distro: None,
        packages,
        show_owned: false,
        refs: Vec::new(),
        classes,
        texts: BTreeMap::new(),
        papers: Papers::default(),
        unowned: Vec::new(),
        findings: Vec::new(),
        audit: None,
        issues: Vec::new(),
    }
}

fn package(purl: &str, expression: &str) -> Package {
    let url = crate::purl::parse(purl).unwrap();
    let concluded = crate::license::expr::parse(expression).ok();
    let mut licensing = Licensing::default();
    if let Some(e) = &concluded {
        licensing.class = db::class_of(e);
    }
    licensing.concluded = concluded.into();
    const TYPES: [&str; 10] = ["conda", "cran", "deb", "generic", "golang", "hex", "maven", "npm", "nuget", "pub"];
    let ecosystem = Ecosystem(TYPES.into_iter().find(|t| *t == url.ty()).unwrap_or_else(|| panic!("{purl}")));
    Package {
        purl: purl.into(),
        ecosystem,
        name: url.name().into(),
        version: url.version().unwrap_or("").into(),
        licensing,
        ..Package::default()
    }
}

fn text(id: u8, words: &str, copyrights: &[&str]) -> (TextId, Text) {
    let copyrights = copyrights.iter().map(|c| (*c).into()).collect();
    (TextId([id; 32]), Text { words: words.into(), expression: None, copyrights })
}

/// Shows a text as the evidence of a package's licence.
fn show(report: &mut Report, package: usize, path: &str, id: u8, copyrights: &[&str]) {
    let (text_id, text) = text(id, "words", copyrights);
    report.texts.insert(text_id, text);
    let licensing = &mut report.packages[package].licensing;
    licensing.evidence.push(Evidence {
        kind: EvidenceKind::Text,
        path: path.into(),
        layer: Some(0),
        hidden: false,
        method: "text",
        range: None,
        confidence: 100,
        raw: None,
        expression: licensing.concluded.expression().cloned(),
        text: Some(text_id),
    });
}

#[track_caller]
fn judged_on(mut report: Report, config: &str, today: Option<&str>) -> Report {
    let config = Config::parse(&format!("version = 1\n{config}"), "supercargo.toml").unwrap_or_else(|e| panic!("{e}"));
    apply(&mut report, &config, today.map(|d| d.parse().unwrap()));
    report
}

#[track_caller]
fn judged(packages: &[(&str, &str)], config: &str) -> Report {
    judged_on(report(packages), config, None)
}

/// `rule verdict term` of every finding, in order. The papers of the image are left out: no image here carries texts.
fn findings(report: &Report) -> Vec<String> {
    let line = |f: &Finding| format!("{} {} {}", f.rule, f.verdict, f.term.as_deref().unwrap_or("-"));
    report.findings.iter().filter(|f| !papers::RULES.contains(&&*f.rule)).map(line).collect()
}

/// The verdict of one package with this licence under these rules, and the rule.
#[track_caller]
fn check(expression: &str, rules: &str, expected: (Verdict, Option<&str>)) {
    let report = judged(&[("pkg:npm/a@1.0.0", expression)], rules);
    let verdict = &report.audit.unwrap().packages[0];
    assert_eq!((verdict.verdict, verdict.rule.as_deref()), expected, "{expression} under {rules}");
}

fn rule(id: &str, condition: &str, verdict: &str) -> String {
    format!("[[policy.rule]]\nid = \"{id}\"\n{condition}\nverdict = \"{verdict}\"\n")
}

use Verdict::{Allow, Deny, Review};

#[test]
fn the_most_specific_rule_wins() {
    let rules = [
        rule("by-class", "class = \"strong-copyleft\"", "deny"),
        rule("by-license", "license = \"GPL-3.0-only\"", "review"),
        rule("by-exception", "exception = \"Classpath-exception-2.0\"", "deny"),
        rule("by-license-and-exception", "license = \"GPL-2.0-only WITH Classpath-exception-2.0\"", "review"),
        rule("by-ecosystem", "ecosystem = \"npm\"", "deny"),
        rule("mild", "class = [\"permissive\", \"weak-copyleft\"]", "allow"),
    ]
    .concat();
    check("GPL-2.0-only", &rules, (Deny, Some("by-class")));
    check("GPL-3.0-only", &rules, (Review, Some("by-license")));
    // Both name the exception: the strictest counts.
    check("GPL-2.0-only WITH Classpath-exception-2.0", &rules, (Deny, Some("by-exception")));
    check("MIT", &rules, (Allow, Some("mild")));
    check("AGPL-3.0-only", &rules, (Deny, Some("by-ecosystem")));
    let rules = rules + &rule("by-purl", "purl = \"pkg:npm/a@<2\"", "allow");
    check("GPL-3.0-only", &rules, (Allow, Some("by-purl")));
}

#[test]
fn ties_go_to_the_strictest_whatever_the_order() {
    let (a, b) = (rule("a", "class = \"permissive\"", "allow"), rule("b", "class = \"permissive\"", "deny"));
    check("MIT", &format!("{a}{b}"), (Deny, Some("b")));
    check("MIT", &format!("{b}{a}"), (Deny, Some("b")));
}

#[test]
fn all_conditions_of_a_rule_must_hold() {
    let rules = rule("a", "class = \"permissive\"\necosystem = [\"deb\", \"pypi\"]", "allow");
    check("MIT", &rules, (Review, None));
    let rules = rule("a", "class = \"permissive\"\necosystem = [\"deb\", \"npm\"]", "allow");
    check("MIT", &rules, (Allow, Some("a")));
}

#[test]
fn with_is_a_licence_of_its_own() {
    let rules = rule("gpl", "license = \"GPL-2.0-*\"", "deny");
    check("GPL-2.0-or-later", &rules, (Deny, Some("gpl")));
    check("GPL-2.0-or-later WITH Bison-exception-2.2", &rules, (Review, None));
    let rules = rule("x", "license = \"GPL-2.0-or-later\"\nexception = \"Bison-*\"", "allow");
    check("GPL-2.0-or-later WITH Bison-exception-2.2", &rules, (Allow, Some("x")));
    check("GPL-3.0-or-later WITH Bison-exception-2.2", &rules, (Review, None));
    check("GPL-2.0-or-later", &rules, (Review, None));
}

#[test]
fn or_takes_the_best_branch_and_and_the_worst() {
    let rules = [
        rule("good", "class = [\"permissive\", \"public-domain\"]", "allow"),
        rule("bad", "class = \"strong-copyleft\"", "deny"),
    ]
    .concat();
    check("GPL-3.0-only OR MIT", &rules, (Allow, Some("good")));
    check("GPL-3.0-only AND MIT", &rules, (Deny, Some("bad")));
    check("(GPL-3.0-only OR MIT) AND LGPL-2.1-only", &rules, (Review, None));
    check("GPL-3.0-only OR (MIT AND AGPL-3.0-only)", &rules, (Review, None));
    let report = judged(&[("pkg:npm/a@1", "(GPL-3.0-only OR MIT OR Unlicense) AND ISC")], &rules);
    let taken = report.audit.unwrap().packages[0].taken.clone();
    // Of two allowed branches the milder one.
    assert_eq!(taken.map(|e| e.to_string()).as_deref(), Some("Unlicense AND ISC"));
}

#[test]
fn a_choice_fixes_the_branch() {
    let rules = [
        rule("good", "class = \"permissive\"", "allow"),
        rule("bad", "class = \"strong-copyleft\"", "deny"),
        "[[choice]]\npurl = \"pkg:npm/a\"\ntake = \"GPL-3.0-only\"\n".into(),
    ]
    .concat();
    let report = judged(&[("pkg:npm/a@1", "GPL-3.0-only OR MIT"), ("pkg:npm/b@1", "GPL-3.0-only OR MIT")], &rules);
    assert_eq!(findings(&report), ["bad deny GPL-3.0-only"]);
    assert_eq!(report.findings[0].package, Some(PackageId(0)));
    let report = judged(&[("pkg:npm/a@1", "Zlib OR MIT")], &rules);
    // One mistake is one finding.
    assert_eq!(findings(&report), ["choice-unmet review GPL-3.0-only"]);
    let report = judged(&[("pkg:npm/c@1", "MIT")], &rules);
    assert_eq!(findings(&report), ["choice-unused allow GPL-3.0-only for pkg:npm/a"]);
}

#[test]
fn unknown_is_never_permissive() {
    let rules = [
        "[policy]\ndefault = \"allow\"\nunknown = \"review\"\n".into(),
        rule("trusted", "ecosystem = \"npm\"", "allow"),
    ]
    .concat();
    check("MIT", &rules, (Allow, Some("trusted")));
    check("", &rules, (Review, None));
    check("LicenseRef-what", &rules, (Review, None));
    check("MIT AND LicenseRef-what", &rules, (Review, None));
    check("MIT OR LicenseRef-what", &rules, (Allow, Some("trusted")));
    let rules = rules
        + &rule("known-case", "license = \"LicenseRef-what\"", "allow")
        + &rule("none", "class = \"unknown\"", "deny");
    check("LicenseRef-what", &rules, (Allow, Some("known-case")));
    check("", &rules, (Deny, Some("none")));
}

/// A star that stands alone is for everything, so that it names nothing.
#[test]
fn a_lone_star_does_not_make_the_unknown_milder() {
    let under =
        |condition: &str, verdict: &str| "[policy]\nunknown = \"deny\"\n".to_owned() + &rule("r", condition, verdict);
    let with = "LicenseRef-foo WITH Classpath-exception-2.0";
    check(with, &under("exception = [\"*\"]", "allow"), (Deny, None));
    check(with, &under("exception = [\"Classpath-*\"]", "allow"), (Deny, None));
    check(with, &under("license = [\"* WITH *\"]", "allow"), (Deny, None));
    check(with, &under("license = [\"LicenseRef-f* WITH *\"]", "allow"), (Allow, Some("r")));
    check("LicenseRef-foo", &under("license = [\"*\"]", "allow"), (Deny, None));
    check("LicenseRef-foo", &under("license = [\"LicenseRef-*\"]", "allow"), (Allow, Some("r")));
    check("LicenseRef-foo", &under("license = [\"*\"]\nclass = [\"unknown\"]", "allow"), (Allow, Some("r")));
    // It makes it stricter as before, and is for what is known.
    let rules = under("license = [\"*\"]", "deny").replace("unknown = \"deny\"", "unknown = \"review\"");
    check("LicenseRef-foo", &rules, (Deny, Some("r")));
    check("MIT", &under("license = [\"*\"]", "allow"), (Allow, Some("r")));
    check("GPL-2.0-only WITH Classpath-exception-2.0", &under("exception = [\"*\"]", "allow"), (Allow, Some("r")));
}

#[test]
fn base_and_application_present_and_hidden() {
    let rules = [
        rule("base", "class = \"strong-copyleft\"\norigin = \"base\"", "allow"),
        rule("app", "class = \"strong-copyleft\"\norigin = \"app\"", "deny"),
        rule("gone", "class = \"permissive\"\nstate = \"hidden\"", "review"),
        rule("there", "class = \"permissive\"\nstate = \"present\"", "allow"),
    ]
    .concat();
    let packages = [
        ("pkg:deb/debian/a@1", "GPL-3.0-only"),
        ("pkg:deb/debian/b@1", "GPL-3.0-only"),
        ("pkg:npm/c@1", "MIT"),
        ("pkg:npm/d@1", "MIT"),
    ];
    let mut r = report(&packages);
    r.packages[1].layer = 3;
    r.packages[3].state = State::Hidden { removed_by: 2 };
    r.image.base = Some(Base { layers: 2, name: None, digest: None, evidence: BaseEvidence::Given, note: "".into() });
    let done = judged_on(r.clone(), &rules, None);
    assert_eq!(findings(&done), ["app deny GPL-3.0-only", "gone review MIT"]);
    assert_eq!(done.findings.iter().map(|f| f.package.unwrap().0).collect::<Vec<_>>(), [1, 3]);
    // Without a known base all is the application's, and that is said.
    r.image.base = None;
    let done = judged_on(r, &rules, None);
    let expected = ["app deny GPL-3.0-only", "app deny GPL-3.0-only", "gone review MIT", "base-unknown allow -"];
    assert_eq!(findings(&done), expected);
}

#[test]
fn flags_are_conditions() {
    let rules = rule("fonts", "flag = \"content\"", "allow");
    check("OFL-1.1", &rules, (Allow, Some("fonts")));
    check("MIT", &rules, (Review, None));
}

#[test]
fn requirements_that_are_not_met_are_findings() {
    let rules = "[[policy.rule]]\nid = \"r\"\nclass = \"permissive\"\nverdict = \"allow\"\nrequire = [\"license-text\", \"copyright\", \"source-offer\"]\n";
    let mut r = report(&[("pkg:npm/a@1", "MIT"), ("pkg:generic/b@1", "MIT")]);
    show(&mut r, 0, "a/LICENSE", 1, &["Copyright 2020 Ann"]);
    let done = judged_on(r, rules, None);
    assert_eq!(
        findings(&done),
        ["r review MIT [copyright]", "r review MIT [license-text]", "r review MIT [source-offer]"]
    );
    assert!(done.findings.iter().all(|f| f.package == Some(PackageId(1))));
    let audit = done.audit.unwrap();
    assert_eq!((audit.packages[0].effective, audit.packages[1].effective), (Allow, Review));
}

/// That another branch would ask for less does not meet what is required of the one that was taken.
#[test]
fn a_text_is_required_of_the_branch_that_is_taken() {
    let rules = "[policy]\ndefault = \"allow\"\n[[policy.rule]]\nid = \"r\"\nclass = [\"permissive\", \"strong-copyleft\"]\nverdict = \"allow\"\nrequire = [\"license-text\"]\n";
    let both = [("pkg:npm/a@1", "MIT OR Apache-2.0"), ("pkg:npm/b@1", "MIT AND (GPL-3.0-only OR Unlicense)")];
    let expected = ["r review MIT [license-text]", "r review MIT [license-text]"];
    assert_eq!(findings(&judged(&both, rules)), expected);
    let choice = format!("{rules}[[choice]]\npurl = \"pkg:npm/b\"\ntake = \"GPL-3.0-only\"\n");
    let (mit, gpl) = ("r review MIT [license-text]", "r review GPL-3.0-only [license-text]");
    assert_eq!(findings(&judged(&both, &choice)), [mit, gpl, mit]);
}

/// Of branches with one verdict: what is required, then the class, then the text, then the order.
#[test]
fn of_equal_branches_the_one_that_lacks_nothing_is_taken() {
    let taken = |show_text: bool, rules: &str| {
        let mut r = report(&[("pkg:npm/a@1", "MIT OR BSD-3-Clause OR ISC")]);
        if show_text {
            show(&mut r, 0, "a/LICENSE", 1, &[]);
            r.packages[0].licensing.evidence[0].expression = crate::license::expr::parse("BSD-3-Clause").ok();
        }
        let done = judged_on(r, rules, None);
        let taken = done.audit.as_ref().unwrap().packages[0].taken.as_ref().map(ToString::to_string);
        (taken.unwrap(), findings(&done).len())
    };
    let plain = rule("ok", "class = \"permissive\"", "allow");
    assert_eq!(taken(false, &plain), ("MIT".into(), 0));
    assert_eq!(taken(true, &plain), ("BSD-3-Clause".into(), 0));
    let required = format!("{plain}require = [\"license-text\"]\n");
    assert_eq!(taken(true, &required), ("BSD-3-Clause".into(), 0));
    assert_eq!(taken(false, &required), ("MIT".into(), 1));
    // One licence alone is free of the requirement.
    let required = required + &rule("isc", "license = \"ISC\"", "allow");
    assert_eq!(taken(false, &required), ("ISC".into(), 0));
    // Where both want a review, a text that is missing does not lead to the stricter licence.
    let done = judged(
        &[("pkg:npm/a@1", "AGPL-3.0-only OR (MIT AND LGPL-3.0-only)")],
        &format!("{plain}require = [\"license-text\"]\n"),
    );
    let taken = done.audit.as_ref().unwrap().packages[0].taken.as_ref().map(ToString::to_string);
    assert_eq!(taken.as_deref(), Some("MIT AND LGPL-3.0-only"));
}

/// Whoever takes the stricter branch counts under its class, in every document.
#[test]
fn the_branch_that_is_taken_gives_the_class() {
    let class = |config: &str| {
        let done = judged(&[("pkg:npm/a@1", "MIT OR GPL-2.0-only")], config);
        let licensing = &done.packages[0].licensing;
        (licensing.class, licensing.choice.as_ref().map(ToString::to_string))
    };
    let (mild, _) = class("[policy]\ndefault = \"allow\"\n");
    assert_eq!(mild, Class::Permissive);
    let choice = "[policy]\ndefault = \"allow\"\n[[choice]]\npurl = \"pkg:npm/a\"\ntake = \"GPL-2.0-only\"\n";
    assert_eq!(class(choice), (Class::StrongCopyleft, Some("GPL-2.0-only".to_owned())));
    // By the verdict alone, too.
    let by_verdict = rule("no-mit", "license = [\"MIT\"]", "deny") + &rule("gpl", "license = [\"GPL-*\"]", "allow");
    assert_eq!(class(&by_verdict), (Class::StrongCopyleft, Some("GPL-2.0-only".to_owned())));
}

/// What is required can be met by what `supercargo sources` lists: both have one idea of it.
#[test]
fn a_source_offer_is_required_of_what_the_list_of_sources_can_name() {
    let purls = [
        "pkg:npm/a@1",
        "pkg:cran/a@1",
        "pkg:hex/a@1",
        "pkg:pub/a@1",
        "pkg:nuget/a@1",
        "pkg:conda/a@1",
        "pkg:maven/a@1",
        "pkg:golang/example.com/a@v1%2Bdirty",
        "pkg:deb/debian/a@1",
    ];
    let packages: Vec<(&str, &str)> = purls.iter().map(|p| (*p, "LGPL-2.1-only")).collect();
    let rules =
        "[[policy.rule]]\nid = \"r\"\nclass = \"weak-copyleft\"\nverdict = \"allow\"\nrequire = [\"source-offer\"]\n";
    let done = judged(&packages, rules);
    let unmet: Vec<&str> = done.findings.iter().map(|f| &*done.package(f.package.unwrap()).purl).collect();
    let list = crate::emit::sources::Sources::of(&done, false);
    let gaps: Vec<&str> = list.gaps.iter().map(|g| &*g.package.purl).collect();
    assert_eq!(unmet, gaps);
    assert_eq!(
        unmet,
        [
            "pkg:nuget/a@1",
            "pkg:conda/a@1",
            "pkg:maven/a@1",
            "pkg:golang/example.com/a@v1%2Bdirty",
            "pkg:deb/debian/a@1"
        ]
    );
    assert!(
        done.findings[0]
            .message
            .ends_with("(its registry keeps what was built and no sources; its metadata may name a repository)")
    );
}

#[test]
fn what_fails_is_what_fail_on_says() {
    let failed = |fail_on: &str, expression: &str| {
        let rules = format!("[policy]\nfail-on = \"{fail_on}\"\n{}", rule("no", "class = \"strong-copyleft\"", "deny"));
        let audit = judged(&[("pkg:npm/a@1", expression)], &rules).audit.unwrap();
        (audit.failed, audit.verdict)
    };
    assert_eq!(failed("deny", "GPL-2.0-only"), (true, Deny));
    assert_eq!(failed("deny", "MIT"), (false, Review));
    assert_eq!(failed("review", "MIT"), (true, Review));
    assert_eq!(failed("never", "GPL-2.0-only"), (false, Deny));
}

const NO_GPL: &str =
    "[policy]\ndefault = \"allow\"\n[[policy.rule]]\nid = \"no-gpl\"\nlicense = \"GPL-*\"\nverdict = \"deny\"\n";

fn waiver(more: &str) -> String {
    format!(
        "{NO_GPL}[[waiver]]\nid = \"W1\"\npurl = \"pkg:npm/a@<2\"\nreason = \"legal-approval\"\nowner = \"crew\"\n{more}"
    )
}

#[test]
fn a_waiver_covers_its_packages_and_rule() {
    let one = [("pkg:npm/a@1.5", "GPL-2.0-only")];
    let done = judged(&one, &waiver(""));
    let audit = done.audit.as_ref().unwrap();
    assert_eq!(
        (audit.failed, audit.verdict, audit.waivers[0].status, audit.waivers[0].findings),
        (false, Allow, WaiverStatus::Used, 1)
    );
    assert_eq!(
        (done.findings[0].waiver, audit.packages[0].verdict, audit.packages[0].effective),
        (Some(0), Deny, Allow)
    );
    // Another version, another rule: it covers nothing, which is said.
    let done = judged(&[("pkg:npm/a@2.0", "GPL-2.0-only")], &waiver("rule = \"no-gpl\"\n"));
    assert_eq!(findings(&done), ["no-gpl deny GPL-2.0-only", "waiver-unused allow W1 pkg:npm/a@<2"]);
    let done = judged(&one, &waiver("rule = \"license-conflict\"\n"));
    assert!(done.audit.unwrap().failed);
}

#[test]
fn an_expired_waiver_fails() {
    let one = || report(&[("pkg:npm/a@1.5", "GPL-2.0-only")]);
    let waiver = waiver("expires = 2026-11-26\n");
    let last_day = judged_on(one(), &waiver, Some("2026-11-26"));
    assert_eq!((last_day.audit.as_ref().unwrap().failed, findings(&last_day).len()), (false, 1));
    let after = judged_on(one(), &waiver, Some("2026-11-27"));
    assert_eq!(findings(&after), ["no-gpl deny GPL-2.0-only", "waiver-expired deny W1 pkg:npm/a@<2"]);
    let audit = after.audit.unwrap();
    assert_eq!((audit.failed, audit.waivers[0].status), (true, WaiverStatus::Expired));
    assert_eq!(audit.policy.judged_on.as_deref(), Some("2026-11-27"));
}

/// An expired waiver fails by itself, though what it covered would only want a review.
#[test]
fn an_expired_waiver_of_a_review_fails() {
    let rules = waiver("expires = 2020-01-01\n").replace("verdict = \"deny\"", "verdict = \"review\"");
    let done = judged_on(report(&[("pkg:npm/a@1.5", "GPL-2.0-only")]), &rules, Some("2026-11-27"));
    assert!(done.audit.unwrap().failed);
}

/// A line that comes or goes above a waiver does not make a new finding of it.
#[test]
fn findings_about_waivers_keep_their_ids() {
    let waiver =
        |more: &str| format!("[[waiver]]\npurl = \"pkg:npm/gone\"\nreason = \"temporary\"\nowner = \"crew\"\n{more}");
    let three = [waiver(""), waiver("rule = \"no-gpl\"\n"), waiver("")].concat();
    let seen = |config: &str| -> Vec<(String, String)> {
        let done = judged(&[("pkg:npm/a@1", "GPL-2.0-only")], config);
        let about = done.findings.iter().filter(|f| &*f.rule == "waiver-unused");
        about.map(|f| (f.term.as_deref().unwrap_or("").to_owned(), f.id.to_string())).collect()
    };
    let before = seen(&format!("{NO_GPL}{three}"));
    let terms: Vec<&str> = before.iter().map(|(term, _)| term.as_str()).collect();
    assert_eq!(
        terms,
        [
            "waiver of all findings for pkg:npm/gone",
            "waiver of no-gpl for pkg:npm/gone",
            "waiver of all findings for pkg:npm/gone (2)"
        ]
    );
    assert_eq!(seen(&format!("# a line more\n{NO_GPL}\n{three}")), before);
}

/// Findings about the image as a whole are waived by its name, which a root file system has without a digest.
#[test]
fn findings_about_the_image_are_waived_by_its_name() {
    let mut r = report(&[("pkg:npm/a@1", "MIT")]);
    r.image.name = "Galley".into();
    r.issues.push(Issue {
        layer: None,
        path: "x".into(),
        code: IssueCode("malformed-file"),
        severity: Severity::Error,
        message: "no".into(),
    });
    let waived = |r: &Report, purl: &str| {
        let waiver = format!(
            "[[waiver]]\npurl = \"{purl}\"\nrule = \"scan-incomplete\"\nreason = \"false-positive\"\nowner = \"crew\"\n"
        );
        let done = judged_on(r.clone(), &format!("[policy]\ndefault = \"allow\"\n{waiver}"), None);
        done.audit.unwrap().verdict == Allow
    };
    for digest in [None, Some(Digest::sha256(&[7; 32]))] {
        r.image.digest = digest;
        assert!(waived(&r, "pkg:oci/galley") && waived(&r, "pkg:oci/Galley"));
        assert!(!waived(&r, "pkg:oci/image"));
    }
}

#[test]
fn a_changed_text_voids_a_waiver() {
    let hash = "01".repeat(32);
    let waiver = waiver(&format!("text = [\"sha256:{hash}\"]\n"));
    let with = |id: u8| {
        let mut r = report(&[("pkg:npm/a@1.5", "GPL-2.0-only")]);
        show(&mut r, 0, "a/COPYING", id, &[]);
        judged_on(r, &waiver, None)
    };
    assert!(!with(1).audit.unwrap().failed);
    let done = with(2);
    assert_eq!(findings(&done), ["no-gpl deny GPL-2.0-only", "waiver-void review W1 pkg:npm/a@<2"]);
    assert_eq!(done.audit.unwrap().waivers[0].status, WaiverStatus::Void);
}

#[test]
fn a_clarification_sets_the_licence_while_its_files_are_the_same() {
    let rules = format!(
        "{NO_GPL}[[clarify]]\npurl = \"pkg:npm/a\"\nlicense = \"MIT\"\ncomment = \"read it\"\n[[clarify.file]]\npath = \"a/LICENSE\"\nsha256 = \"{}\"\n",
        "01".repeat(32)
    );
    let with = |id: u8| {
        let mut r = report(&[("pkg:npm/a@1", "GPL-2.0-only")]);
        show(&mut r, 0, "a/LICENSE", id, &[]);
        let about = vec![Expr::id("MIT")];
        let note = Note { rule: "license-conflict", message: "two".into(), about, evidence: None };
        r.findings.push(finding::noticed(&note, PackageId(0), &r.packages[0]));
        judged_on(r, &rules, None)
    };
    let done = with(1);
    let licensing = &done.packages[0].licensing;
    assert_eq!(
        (licensing.concluded.to_string().as_str(), licensing.rule, licensing.class),
        ("MIT", "clarified", Class::Permissive)
    );
    assert_eq!(licensing.evidence.last().map(|e| &*e.path), Some("supercargo.toml:9"));
    // The contradiction that the scan noticed is settled by it.
    assert_eq!(findings(&done), ["license-conflict allow MIT", "rule-unmet allow no-gpl"]);
    let audit = done.audit.unwrap();
    assert_eq!((audit.verdict, audit.clarifications[0].status), (Allow, ClarificationStatus::Applied));
    let done = with(2);
    assert_eq!(
        findings(&done),
        ["no-gpl deny GPL-2.0-only", "clarification-drift review -", "license-conflict review MIT"]
    );
}

/// What the scan said of the image's papers holds no longer once a licence is set or chosen.
#[test]
fn papers_are_looked_at_again_after_clarifications_and_choices() {
    let mut r = report(&[
        ("pkg:npm/a@1", "LicenseRef-what"),
        ("pkg:npm/b@1", "GPL-3.0-only OR MIT-0"),
        ("pkg:npm/c@1", "Zlib OR MIT-0"),
    ]);
    r.image.labels.insert("org.opencontainers.image.licenses".into(), "MIT AND MIT-0 AND Zlib".into());
    r.findings = papers::check(&r);
    let says = |report: &Report| -> Vec<String> {
        let about = report.findings.iter().filter(|f| papers::RULES.contains(&&*f.rule));
        about.map(|f| f.message.rsplit(": ").next().unwrap_or("").to_owned()).collect()
    };
    assert_eq!(
        says(&r),
        ["a 1 (LicenseRef-what)", "LicenseRef-what (a label may be one of the base image, handed down)"]
    );
    let allow = "[policy]\ndefault = \"allow\"\nunknown = \"allow\"\n";
    let clarified = format!("{allow}[[clarify]]\npurl = \"pkg:npm/a\"\nlicense = \"MIT\"\n");
    let done = judged_on(r.clone(), &clarified, None);
    assert_eq!(says(&done), ["a 1 (MIT)"]);
    let chosen = format!("{clarified}[[choice]]\npurl = \"pkg:npm/b\"\ntake = \"GPL-3.0-only\"\n");
    let done = judged_on(r, &chosen, None);
    assert_eq!(
        says(&done),
        ["GPL-3.0-only (a label may be one of the base image, handed down)", "a 1 (MIT), b 1 (GPL-3.0-only)"]
    );
}

#[test]
fn a_part_is_objected_to_only_beyond_its_owner() {
    let mut r =
        report(&[("pkg:deb/debian/a@1", "GPL-2.0-only"), ("pkg:npm/b@1", "GPL-2.0-only"), ("pkg:npm/c@1", "MIT")]);
    r.packages[1].owner = Some(PackageId(0));
    r.packages[2].owner = Some(PackageId(0));
    let rules = format!("{NO_GPL}{}", rule("no-npm-mit", "license = \"MIT\"\npurl = \"pkg:npm/*\"", "deny"));
    let done = judged_on(r.clone(), &rules, None);
    // What the whole is denied for says nothing of what else is wrong with a part.
    assert_eq!(findings(&done), ["no-gpl deny GPL-2.0-only", "no-npm-mit deny MIT"]);
    // A program that is found by its contents, too, in a package that was allowed.
    let by_system =
        "[[policy.rule]]\nid = \"system\"\nclass = \"strong-copyleft\"\necosystem = \"deb\"\nverdict = \"allow\"\n";
    assert_eq!(findings(&judged_on(r.clone(), by_system, None)), ["policy-default review MIT"]);
    r.packages[0] = package("pkg:deb/debian/a@1", "ISC");
    r.classes.insert("ISC".into(), Class::Permissive);
    let done = judged_on(r, &rules, None);
    assert_eq!(findings(&done), ["no-gpl deny GPL-2.0-only", "no-npm-mit deny MIT"]);
}

#[test]
fn what_could_not_be_read_wants_a_review() {
    let mut r = report(&[("pkg:npm/a@1", "MIT")]);
    r.issues.push(Issue {
        layer: None,
        path: "x".into(),
        code: IssueCode("malformed-file"),
        severity: Severity::Error,
        message: "no".into(),
    });
    let done = judged_on(r, "[policy]\ndefault = \"allow\"\n", None);
    assert_eq!((findings(&done), done.audit.unwrap().verdict), (vec!["scan-incomplete review -".to_owned()], Review));
}

#[test]
fn findings_say_rule_place_term_and_what_clears_them() {
    let mut r = report(&[("pkg:npm/a@1", "MIT AND GPL-2.0-only")]);
    show(&mut r, 0, "a/COPYING", 1, &[]);
    let rules = format!("{NO_GPL}how-to-fix = \"take b\"\n");
    let done = judged_on(r.clone(), &rules, None);
    let f = &done.findings[0];
    assert_eq!(f.place.as_ref().map(ToString::to_string).as_deref(), Some("supercargo.toml:5"));
    assert_eq!((f.term.as_deref(), f.evidence, f.layer, &*f.clear), (Some("GPL-2.0-only"), Some(0), Some(0), "take b"));
    assert!(f.message.contains("rule no-gpl denies it"), "{}", f.message);
    // The id stays when the rule moves in the file.
    let moved = judged_on(r, &format!("# a line more\n{rules}"), None);
    assert_eq!((&moved.findings[0].id, f.id.len()), (&f.id, 18));
}

#[test]
fn starters_are_read_and_explained() {
    for starter in crate::policy::starters::STARTERS {
        let config = starter.config().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(config.policy.name.as_deref(), Some(starter.name));
        assert!(starter.text.starts_with("# ") && starter.text.contains("not legal advice"), "{}", starter.name);
    }
}
