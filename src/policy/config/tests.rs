use super::*;
use crate::policy::{BUILT_IN_NOTES, BUILT_IN_RULES, WAIVER_RULES};

#[track_caller]
fn good(text: &str) -> Config {
    Config::parse(&format!("version = 1\n{text}"), "supercargo.toml").unwrap_or_else(|e| panic!("{e}"))
}

/// The key and the line of the mistake, and words of its message.
#[track_caller]
fn wrong(text: &str, key: &str, line: u32, says: &str) {
    let error = Config::parse(text, "supercargo.toml").expect_err(text);
    let shown = error.to_string();
    assert_eq!((&*error.key, error.place.line), (key, line), "{shown}");
    assert!(shown.contains(says) && shown.starts_with(&format!("supercargo.toml:{line}: ")), "{shown}");
}

#[test]
fn everything_is_read() {
    let config = good(
        r#"
[policy]
name = "house"
default = "allow"
unknown = "deny"
fail-on = "review"

[[policy.rule]]
id = "a"
class = ["weak-copyleft", "unknown"]
flag = "content"
license = ["GPL-2.0+", "gpl-2.0-only with classpath-exception-2.0", "LicenseRef-x", "AGPL-*"]
exception = ["Classpath-exception-2.0"]
ecosystem = ["npm", "swid"]
purl = ["pkg:npm/x@>=1"]
origin = ["app"]
state = ["hidden", "present"]
verdict = "deny"
how-to-fix = "do not"
require = ["license-text", "source-offer", "copyright"]

[[waiver]]
purl = "pkg:npm/x"
rule = "a"
reason = "temporary"
comment = "until May"
owner = "crew"
ticket = "T-1"
expires = 2027-01-31
text = ["sha256:0000000000000000000000000000000000000000000000000000000000000000"]

[[clarify]]
purl = "pkg:npm/y@1"
license = "MIT or ISC"
[[clarify.file]]
path = "/a/LICENSE"
sha256 = "00000000000000000000000000000000000000000000000000000000000000AA"

[[choice]]
purl = "pkg:npm/y"
take = "ISC"
"#,
    );
    let rule = &config.policy.rules[0];
    assert_eq!(rule.class, [Class::WeakCopyleftFile, Class::WeakCopyleftLibrary, Class::Unknown]);
    assert_eq!(
        rule.license.iter().map(|l| &**l).collect::<Vec<_>>(),
        ["GPL-2.0-or-later", "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-x", "AGPL-*"]
    );
    assert_eq!(rule.place.as_ref().map(|p| p.line), Some(10));
    assert_eq!(rule.require, [Require::LicenseText, Require::SourceOffer, Require::Copyright]);
    assert_eq!(config.policy.fail_on, Some(Verdict::Review));
    let waiver = &config.waivers[0];
    assert_eq!((waiver.reason, waiver.expires.map(|d| d.to_string()).as_deref()), ("temporary", Some("2027-01-31")));
    assert_eq!(config.clarifications[0].license.to_string(), "MIT OR ISC");
    assert_eq!(&*config.clarifications[0].files[0].0, "a/LICENSE");
    assert!(config.clarifications[0].files[0].1.ends_with("aa"));
    assert_eq!(config.choices[0].take.to_string(), "ISC");
}

#[test]
fn what_is_not_said_has_defaults() {
    let config = good("");
    assert_eq!(
        (config.policy.default, config.policy.unknown, config.policy.fail_on),
        (Verdict::Review, Verdict::Review, Some(Verdict::Deny))
    );
    assert_eq!(good("[policy]\nfail-on = \"never\"").policy.fail_on, None);
}

/// The page on policies lists what is built in: no rule can have such a name, and of what the names are for a waiver is told.
#[test]
fn names_of_built_in_findings_are_taken() {
    let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/policy.md"));
    let list = page.split("there are built-in ones:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let named: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let ours = || BUILT_IN_RULES.iter().chain(&BUILT_IN_NOTES).chain(&WAIVER_RULES);
    for name in &named {
        assert!(ours().any(|n| n == name), "{name} is in docs/policy.md and not refused");
    }
    for name in ours() {
        wrong(
            &format!("version = 1\n[[policy.rule]]\nid = \"{name}\"\nclass = \"unknown\"\nverdict = \"deny\""),
            "policy.rule[1].id",
            3,
            "built-in",
        );
    }
    let waiver = |rule: &str| {
        format!(
            "version = 1\n[[waiver]]\npurl = \"pkg:npm/a\"\nreason = \"temporary\"\nowner = \"me\"\nrule = \"{rule}\""
        )
    };
    BUILT_IN_RULES.iter().for_each(|name| assert!(Config::parse(&waiver(name), "x.toml").is_ok(), "{name}"));
    BUILT_IN_NOTES.iter().for_each(|name| wrong(&waiver(name), "waiver[1].rule", 6, "needs no waiver"));
    WAIVER_RULES.iter().for_each(|name| wrong(&waiver(name), "waiver[1].rule", 6, "about a waiver"));
}

/// What is no TOML is told with its key, where the reader of TOML says which value it is.
#[test]
fn what_is_no_toml_names_its_key() {
    let waiver = "version = 1\n[[waiver]]\npurl = \"pkg:npm/a\"\n[[waiver]]\npurl = \"pkg:npm/b\"\n";
    wrong(&format!("{waiver}expires = 2027-02-30"), "waiver[2].expires", 6, "cannot be read");
    wrong(&format!("{waiver}owner = me"), "waiver[2].owner", 6, "cannot be read");
    wrong("version = 1\nversion = 1", "version", 2, "cannot be read");
    // Of a line without a key nothing is made up.
    wrong(&format!("{waiver}owner \"me\""), "", 6, "cannot be read");
}

#[test]
fn mistakes_have_key_and_line() {
    wrong("[policy]", "version", 1, "version = 1");
    wrong("version = 2", "version", 1, "reads 1");
    wrong("version = 1\npolicy = [", "policy", 2, "cannot be read");
    wrong("version = 1\nrules = 3", "rules", 2, "known are");
    wrong("version = 1\n[policy]\ndefualt = \"allow\"", "policy.defualt", 3, "did you mean \"default\"?");
    wrong("version = 1\n[policy]\ndefault = \"alow\"", "policy.default", 3, "did you mean \"allow\"?");
    wrong("version = 1\n[policy]\ndefault = 3", "policy.default", 3, "this is of type integer");
    let rule = |lines: &str| format!("version = 1\n[[policy.rule]]\nid = \"a\"\nverdict = \"deny\"\n{lines}");
    wrong(&rule(""), "policy.rule[1].id", 3, "no condition");
    wrong(&rule("class = []"), "policy.rule[1].class", 5, "the list is empty");
    wrong(&rule("class = [\"copyleft\"]"), "policy.rule[1].class", 5, "none of public-domain");
    wrong(&rule("license = [\"GPL-2.0-onyl\"]"), "policy.rule[1].license", 5, "did you mean \"GPL-2.0-only\"?");
    wrong(&rule("license = [\n  \"MIT\",\n  \"MIT OR ISC\",\n]"), "policy.rule[1].license", 7, "is an expression");
    wrong(&rule("license = [\"XYZ-*\"]"), "policy.rule[1].license", 5, "no licence of the SPDX list is like");
    wrong(
        &rule("license = [\"GPL-2.0* WITH Foo*\"]"),
        "policy.rule[1].license",
        5,
        "no licence of the SPDX list is like",
    );
    wrong(&rule("purl = [\"pkg:npn/x\"]"), "policy.rule[1].purl", 5, "did you mean \"npm\"?");
    wrong(&rule("class = \"unknown\"").replace("\"a\"", "\"license-conflict\""), "policy.rule[1].id", 3, "built-in");
    wrong(&rule("exception = [\"Classpath\"]"), "policy.rule[1].exception", 5, "no exception");
    wrong(&rule("ecosystem = [\"python\"]"), "policy.rule[1].ecosystem", 5, "is \"pypi\"");
    wrong(&rule("ecosystem = [\"nmp\"]"), "policy.rule[1].ecosystem", 5, "did you mean \"npm\"?");
    wrong(&rule("purl = \"left-pad\""), "policy.rule[1].purl", 5, "no pattern");
    wrong(&rule("origin = [\"top\"]"), "policy.rule[1].origin", 5, "none of base, app");
    wrong(&rule("class = \"unknown\"\nrequire = [\"texts\"]"), "policy.rule[1].require", 6, "none of license-text");
    wrong(
        &rule("class = \"unknown\"\nhow_to_fix = \"x\""),
        "policy.rule[1].how_to_fix",
        6,
        "did you mean \"how-to-fix\"?",
    );
    wrong(
        &rule("class = \"unknown\"\n[[policy.rule]]\nid = \"a\"\nclass = \"unknown\"\nverdict = \"deny\""),
        "policy.rule[2].id",
        7,
        "in line 3",
    );
    let waiver = |lines: &str| format!("version = 1\n[[waiver]]\npurl = \"pkg:npm/a\"\n{lines}");
    wrong(&waiver("owner = \"me\""), "waiver[1].reason", 2, "reason is missing");
    wrong(&waiver("reason = \"because\"\nowner = \"me\""), "waiver[1].reason", 4, "none of commercial-license");
    wrong(&waiver("reason = \"temporary\""), "waiver[1].owner", 2, "owner is missing");
    wrong(&waiver("reason = \"temporary\"\nowner = \" \""), "waiver[1].owner", 5, "somebody must answer");
    wrong(&waiver("reason = \"temporary\"\nowner = \"me\"\nrule = \"no\""), "waiver[1].rule", 6, "no rule is called");
    let built_in = "\"no\"; built in are base-guessed, license-conflict";
    wrong(&waiver("reason = \"temporary\"\nowner = \"me\"\nrule = \"no\""), "waiver[1].rule", 6, built_in);
    let named = |id: &str| format!("reason = \"temporary\"\nowner = \"me\"\nid = \"{id}\"");
    wrong(&waiver(&named("")), "waiver[1].id", 6, "a name in one line");
    let second = format!("[[waiver]]\npurl = \"pkg:npm/b\"\n{}", named("W1"));
    wrong(
        &format!("{}\n{second}", waiver(&named("W1"))),
        "waiver[2].id",
        11,
        "another waiver, in line 3, is called \"W1\"",
    );
    let range = waiver("reason = \"temporary\"\nowner = \"me\"").replace("pkg:npm/a", "pkg:npm/a@^1.2");
    wrong(&range, "waiver[1].purl", 3, "such as @>=1.2,<2");
    // What people write elsewhere is told by its id.
    for (name, id) in [("GPL3", "GPL-3.0-only"), ("Apache License 2.0", "Apache-2.0"), ("Apache-2", "Apache-2.0")] {
        wrong(
            &rule(&format!("license = [\"{name}\"]")),
            "policy.rule[1].license",
            5,
            &format!("did you mean \"{id}\"?"),
        );
    }
    wrong(&waiver("reason = \"temporary\"\nowner = \"me\"\nexpires = \"soon\""), "waiver[1].expires", 6, "2027-01-31");
    wrong(&waiver("reason = \"temporary\"\nowner = \"me\"\ntext = \"abc\""), "waiver[1].text", 6, "SHA-256");
    wrong("version = 1\n[[clarify]]\npurl = \"pkg:npm/a\"\nlicense = \"MIT and\"", "clarify[1].license", 4, "no SPDX");
    wrong(
        "version = 1\n[[choice]]\npurl = \"pkg:npm/a\"\ntake = \"MIT OR ISC\"",
        "choice[1].take",
        4,
        "a choice itself",
    );
    wrong("version = 1\n[choice]\npurl = \"pkg:npm/a\"", "choice", 2, "[[choice]]");
}
