use super::*;
use crate::diff::side::Reader;

/// `purl licence`, and a verdict behind it.
fn side(lines: &[&str]) -> Side {
    let mut reader = Reader::default();
    let entries: Vec<Entry> = lines
        .iter()
        .map(|line| {
            let mut words = line.split_whitespace();
            let mut entry = Entry::new(words.next(), "", "");
            entry.set_license(&reader.read(&words.next().unwrap_or("").replace('_', " ")), None);
            entry.verdict = words.next().and_then(|name| Verdict::ALL.into_iter().find(|v| v.as_str() == name));
            entry
        })
        .collect();
    let judged = entries.iter().any(|e| e.verdict.is_some()).then(Judged::default);
    Side { title: "t".into(), kind: "report", entries, judged }
}

fn lines(d: &Difference) -> Vec<String> {
    let one = |sign: &str, e: &Entry| format!("{sign} {} {}", e.name, e.version);
    let mut out: Vec<String> = d.added.iter().map(|e| one("+", e)).collect();
    out.extend(d.removed.iter().map(|e| one("-", e)));
    out.extend(d.changed.iter().map(|c| {
        let license = if c.license() { format!(": {} to {}", c.old.license(), c.new.license()) } else { String::new() };
        format!("~ {} {} to {}{license}", c.new.name, c.old.version, c.new.version)
    }));
    out
}

#[track_caller]
fn check(old: &[&str], new: &[&str], expected: &[&str]) -> Difference {
    let difference = compare(side(old), side(new));
    assert_eq!(lines(&difference), expected);
    assert_eq!(difference.is_empty(), expected.is_empty());
    difference
}

#[test]
fn packages_come_go_and_change() {
    let old = ["pkg:npm/a@1 MIT", "pkg:npm/b@1 MIT", "pkg:npm/c@1 MIT", "pkg:npm/d@1 MIT"];
    let new = ["pkg:npm/b@1 MIT", "pkg:npm/c@2 MIT", "pkg:npm/d@1 ISC", "pkg:npm/e@1 MIT"];
    let d = check(&old, &new, &["+ e 1", "- a 1", "~ c 1 to 2", "~ d 1 to 1: MIT to ISC"]);
    assert_eq!(d.packages, (4, 4));
    assert_eq!(d.licenses.came, BTreeMap::from([("ISC".to_owned(), 1)]));
    assert!(d.licenses.went.is_empty());
    assert_eq!(d.classes, [(Class::Permissive, 4, 4)]);
}

#[test]
fn the_same_twice_is_no_difference() {
    let old = ["pkg:npm/a@1 MIT_AND_ISC", "pkg:npm/a@1 MIT_AND_ISC", "pkg:npm/a@2 MIT"];
    check(&old, &["pkg:npm/a@2 MIT", "pkg:npm/a@1 ISC_AND_MIT"], &[]);
}

#[test]
fn versions_side_by_side_are_paired_from_the_lowest() {
    let old = ["pkg:npm/a@1 MIT", "pkg:npm/a@9 MIT", "pkg:npm/a@10 MIT"];
    check(&old, &["pkg:npm/a@1 MIT", "pkg:npm/a@11 MIT"], &["- a 10", "~ a 9 to 11"]);
    check(&["pkg:npm/a@1 MIT"], &["pkg:npm/a@1 MIT", "pkg:npm/a@2 MIT"], &["+ a 2"]);
}

#[test]
fn versions_are_ordered_as_people_do() {
    let order = ["1", "1.2", "1.09", "1.10", "1.10a", "2", "10", "a", "b1", "b02"];
    for (i, a) in order.iter().enumerate() {
        for (j, b) in order.iter().enumerate() {
            assert_eq!(natural(a, b), i.cmp(&j), "{a} {b}");
        }
    }
}

#[track_caller]
fn meets(old: &[&str], new: &[&str], condition: Condition, expected: Option<&[&str]>) {
    let found = compare(side(old), side(new)).meeting(condition);
    let expected = expected.map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(found, expected);
}

#[test]
fn conditions() {
    use Condition::*;
    let old = ["pkg:npm/a@1 MIT", "pkg:npm/b@1 GPL-2.0-only"];
    // A further version is no new package.
    let more = ["pkg:npm/a@1 MIT", "pkg:npm/a@2 MIT", "pkg:npm/c@1 MIT"];
    meets(&old, &more, NewPackage, Some(&["c 1"]));
    meets(&old, &more, NewLicense, Some(&[]));
    meets(&old, &["pkg:npm/c@1 MIT_OR_Zlib"], NewLicense, Some(&["Zlib"]));
    // Not knowing is stricter than knowing; a new package has nothing that it could be stricter than.
    meets(&old, &["pkg:npm/a@2", "pkg:npm/b@2 MIT", "pkg:npm/c@1 AGPL-3.0-only"], StricterClass, Some(&["a 2"]));
    meets(&old, &["pkg:npm/a@1 MIT", "pkg:npm/a@2 LGPL-2.1-only"], StricterClass, Some(&["a 2"]));
    meets(&["pkg:npm/b@1 GPL-2.0-only", "pkg:npm/b@2 MIT"], &["pkg:npm/b@3 GPL-2.0-only"], StricterClass, Some(&[]));
}

#[test]
fn denials_need_verdicts_on_both_sides() {
    let old = ["pkg:npm/a@1 MIT allow", "pkg:npm/b@1 MIT deny"];
    let new = ["pkg:npm/a@1 MIT deny", "pkg:npm/b@2 MIT deny", "pkg:npm/c@1 MIT deny"];
    meets(&old, &new, Condition::NewDeny, Some(&["a 1", "c 1"]));
    meets(&["pkg:npm/a@1 MIT"], &new, Condition::NewDeny, None);
    meets(&old, &["pkg:npm/a@1 MIT"], Condition::NewDeny, None);
    let d = compare(side(&old), side(&new));
    assert_eq!(d.verdicts, [(Verdict::Allow, 1, 0), (Verdict::Review, 0, 0), (Verdict::Deny, 1, 3)]);
    assert!(d.changed[0].verdict());
}

/// What one side does not know is no difference.
#[test]
fn only_what_both_sides_know_is_compared() {
    let (mut old, mut new) = (side(&["pkg:npm/a@1 MIT"]), side(&["pkg:npm/a@1 MIT"]));
    let set = |words: &[&str]| Some(words.iter().map(ToString::to_string).collect());
    old.entries[0].holders = set(&["A", "B"]);
    old.entries[0].texts = set(&["ab"]);
    assert!(compare(old.clone(), new.clone()).is_empty());
    new.entries[0].holders = set(&["B", "C"]);
    let d = compare(old, new);
    assert_eq!(d.changed[0].holders(), (vec!["C"], vec!["A"]));
    assert_eq!(d.texts, None);
    let holders = d.holders.unwrap();
    assert_eq!(
        (holders.came.into_keys().collect::<Vec<_>>(), holders.went.into_keys().collect::<Vec<_>>()),
        (vec!["C".into()], vec!["A".into()] as Vec<String>)
    );
}
