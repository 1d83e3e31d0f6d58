use super::*;
use crate::diff::{Entry, Judged, Side, compare};
use crate::emit::fixture::{self, HOSTILE};
use crate::model::{Expr, Outcome, Verdict};
use std::collections::BTreeSet;

fn entry(purl: &str, license: &str, holder: &str, verdict: Verdict) -> Entry {
    let mut entry = Entry::new(Some(purl), "", "");
    entry.set_license(&Outcome::Expression(Expr::id(license)), None);
    entry.texts = Some(BTreeSet::from([holder.repeat(20)]));
    entry.holders = Some(BTreeSet::from([holder.to_owned()]));
    entry.verdict = Some(verdict);
    entry
}

fn side(title: &str, entries: Vec<Entry>) -> Side {
    let judged = Judged { policy: "policy.toml".into(), hash: Some("sha256:ab".into()) };
    Side { title: title.into(), kind: "image", entries, judged: Some(judged) }
}

fn example() -> Difference {
    let old = vec![
        entry("pkg:npm/a@1", "MIT", "A", Verdict::Allow),
        entry("pkg:npm/b@1", "MIT", "A", Verdict::Allow),
        entry("pkg:npm/same@1", "MIT", "A", Verdict::Allow),
    ];
    let new = vec![
        entry("pkg:npm/b@2", "GPL-2.0-only", "B", Verdict::Deny),
        entry("pkg:npm/c@1", "ISC", "A", Verdict::Review),
        entry("pkg:npm/same@1", "MIT", "A", Verdict::Allow),
    ];
    compare(side("old:1", old), side("new:2", new))
}

fn written(d: &Difference, format: DiffFormat) -> String {
    let mut out = Vec::new();
    write(d, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn plain_text() {
    let expected = "\
- old:1 (image)
+ new:2 (image)

3 packages before, 3 after: 1 came, 1 went, 1 changed. Licence texts: 1 came, 0 went. Copyright statements: 1 came, 0 went.

CLASSES
  permissive       3 -> 2
  strong-copyleft  0 -> 1
  verdict allow    3 -> 1
  verdict review   0 -> 1
  verdict deny     0 -> 1

LICENCES
+ GPL-2.0-only  1 package
+ ISC  1 package

PACKAGES
- a 1  MIT (permissive)
+ c 1  ISC (permissive, review)
~ b 1 -> 2
    licence: MIT -> GPL-2.0-only
    class: permissive -> strong-copyleft
    verdict: allow -> deny
    texts: -AAAAAAAAAAAA +BBBBBBBBBBBB
    - A
    + B
";
    assert_eq!(written(&example(), DiffFormat::Text), expected);
}

#[test]
fn markdown_for_a_comment() {
    let text = written(&example(), DiffFormat::Markdown);
    for line in [
        "| permissive | 3 | **2** |",
        "- \\+ GPL\\-2.0\\-only (1 package)",
        "- \\- **a 1** MIT \\(permissive\\)",
        "- \\~ **b 1 \\-\\> 2**",
        "  - licence\\: MIT \\-\\> GPL\\-2.0\\-only",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}: {text}");
    }
    assert!(!text.contains("same"));
}

/// A comment that is too long is refused as a whole, which helps nobody.
#[test]
fn a_comment_stays_below_what_it_may_hold() {
    let entries = (0..5_000).map(|i| entry(&format!("pkg:npm/package-{i}@1"), "MIT", "A", Verdict::Allow));
    let text = written(&compare(side("a", Vec::new()), side("b", entries.collect())), DiffFormat::Markdown);
    assert!(text.len() < 65_000 && text.contains("more; the forms txt and json have them all"), "{}", text.len());
}

#[test]
fn nothing_differs() {
    let one = || side("a", vec![entry("pkg:npm/a@1", "MIT", "A", Verdict::Allow)]);
    let d = compare(one(), one());
    assert!(written(&d, DiffFormat::Text).ends_with("No package differs in what both sides know of it.\n"));
    assert!(written(&d, DiffFormat::Markdown).contains("No package differs"));
}

#[test]
fn nothing_of_an_image_becomes_markup_or_a_control_character() {
    let hostile = || {
        let mut e = entry("pkg:npm/a@1", "MIT", HOSTILE, Verdict::Allow);
        (e.name, e.version) = (HOSTILE.into(), HOSTILE.into());
        e.licenses = [(HOSTILE.to_owned(), HOSTILE.to_owned())].into();
        e
    };
    let before = entry("pkg:npm/a@1", "MIT", "A", Verdict::Allow);
    let mut other = hostile();
    other.key = "other".into();
    let d = compare(side(HOSTILE, vec![before]), side(HOSTILE, vec![hostile(), other]));
    for format in [DiffFormat::Text, DiffFormat::Markdown] {
        let text = written(&d, format);
        assert!(
            !text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}' || c == '\u{200b}'),
            "{text}"
        );
        let markup = text.match_indices("<script").any(|(at, _)| !text[..at].ends_with('\\'));
        assert!(format == DiffFormat::Text || !markup, "{text}");
    }
}

/// Every name in the JSON stands in its documentation.
#[test]
fn every_name_is_documented() {
    let json: serde_json::Value = serde_json::from_str(&written(&example(), DiffFormat::Json)).unwrap();
    fixture::check_documented(&json, include_str!("../../../docs/json-diff.md"));
    assert_eq!(json["denied"], serde_json::json!(["b 2"]));
    assert_eq!(
        json["changed"][0]["what"],
        serde_json::json!(["version", "license", "class", "verdict", "texts", "holders"])
    );
}

/// Verdicts of two policies differ though no package does.
#[test]
fn other_policies_are_said() {
    let check = |old: Option<(&str, Option<&str>)>, new: Option<(&str, Option<&str>)>, expected: &str| {
        let judged = |by: Option<(&str, Option<&str>)>| {
            by.map(|(policy, hash)| Judged { policy: policy.into(), hash: hash.map(str::to_owned) })
        };
        let mut d = example();
        d.judged = (judged(old), judged(new));
        for format in [DiffFormat::Text, DiffFormat::Markdown] {
            let written = written(&d, format).replace('\\', "");
            assert_eq!(written.contains("olicy") || written.contains("olicies"), !expected.is_empty(), "{written}");
            assert!(written.contains(expected), "{written}");
            d.changed.clear();
        }
    };
    let (a, b) = (Some(("a", Some("sha256:aa"))), Some(("b\u{202e}", Some("sha256:bb"))));
    check(a, a, "");
    check(None, None, "");
    check(a, Some(("", None)), "");
    check(a, b, "The sides were judged by different policies: a (sha256:aa) and b[U+202E] (sha256:bb).");
    check(None, a, "Only the new side was judged by a policy (a): verdicts are not compared.");
    check(b, None, "Only the old side was judged by a policy (b[U+202E]): verdicts are not compared.");
}
