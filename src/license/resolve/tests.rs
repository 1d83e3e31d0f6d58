//! The rules on expressions, and whole packages through [`resolve`].

use super::declared::Stated;
use super::rules::*;
use super::texts::*;
use super::*;
use crate::license::expr::parse;
use crate::model::{Class, Grammar};

fn stated(e: Expr, vague: bool) -> Stated {
    Stated { expression: Some(e), vague, ..Stated::default() }
}

fn shown(e: Expr) -> Shown {
    Shown { expression: Some(e), ..Shown::default() }
}

fn id(s: &str) -> Expr {
    Expr::id(s)
}

/// Rule, conclusion and the names of the notes.
fn check(stated: Stated, shown: Shown, expected: (&str, &str, &[&str])) {
    let mut notes = Vec::new();
    let (rule, concluded) = conclude(&stated, &shown, &mut notes);
    let concluded = concluded.map(|e| e.to_string()).unwrap_or_default();
    let rules: Vec<&str> = notes.iter().map(|n| n.rule).collect();
    assert_eq!((rule, concluded.as_str(), &rules[..]), expected);
}

#[test]
fn agreement_keeps_what_is_declared() {
    check(stated(id("MIT"), false), shown(id("MIT")), ("declared-and-text-agree", "MIT", &[]));
    let either = Expr::or([id("MIT"), id("Apache-2.0")]).unwrap();
    let both = Expr::and([id("MIT"), id("Apache-2.0")]).unwrap();
    check(stated(either.clone(), false), shown(both), ("declared-and-text-agree", "MIT OR Apache-2.0", &[]));
    check(stated(either, false), shown(id("MIT")), ("declared-and-text-agree", "MIT OR Apache-2.0", &[]));
    // The bare text of the GPL does not say whether later versions are allowed; the declaration does.
    check(
        stated(id("GPL-2.0-or-later"), false),
        shown(id("GPL-2.0-only")),
        ("declared-and-text-agree", "GPL-2.0-or-later", &[]),
    );
}

#[test]
fn later_versions_and_variants_are_explained() {
    check(
        stated(id("LGPL-2.0-or-later"), false),
        shown(id("LGPL-2.1-only")),
        ("declared-and-text-agree", "LGPL-2.0-or-later", &[]),
    );
    check(
        stated(id("LGPL-2.1-only"), false),
        shown(id("LGPL-3.0-only")),
        ("declared-and-text-differ", "LGPL-2.1-only AND LGPL-3.0-only", &["license-conflict"]),
    );
    let either = Expr::or([id("BSD-2-Clause"), id("MIT")]).unwrap();
    check(
        stated(either, false),
        shown(id("BSD-2-Clause-Views")),
        ("declared-and-text-agree", "BSD-2-Clause-Views OR MIT", &[]),
    );
}

#[test]
fn a_text_settles_what_a_name_leaves_open() {
    let bsd = || stated(Expr::reference("BSD"), true);
    check(bsd(), shown(id("BSD-3-Clause")), ("text-settles-declared", "BSD-3-Clause", &[]));
    check(
        stated(id("GPL-1.0-or-later"), true),
        shown(id("GPL-3.0-only")),
        ("text-settles-declared", "GPL-3.0-only", &[]),
    );
    let either = Expr::or([id("AFL-2.1"), Expr::reference("BSD")]).unwrap();
    check(stated(either, true), shown(id("BSD-2-Clause")), ("text-settles-declared", "AFL-2.1 OR BSD-2-Clause", &[]));
    let both = Expr::and([id("GPL-2.0-or-later"), Expr::reference("Callaway-LGPLv2-with-exceptions")]).unwrap();
    let shown_both = Expr::and([id("GPL-2.0-or-later"), id("LGPL-2.0-or-later")]).unwrap();
    check(
        stated(both, true),
        shown(shown_both),
        (
            "text-adds-to-declared",
            "GPL-2.0-or-later AND LicenseRef-Callaway-LGPLv2-with-exceptions AND LGPL-2.0-or-later",
            &["license-text-adds"],
        ),
    );
    // MIT does not say which BSD is meant.
    check(bsd(), shown(id("MIT")), ("declared-and-text-differ", "LicenseRef-BSD AND MIT", &["license-conflict"]));
}

#[test]
fn files_of_a_package_are_read_together() {
    let files = |list: &[(&str, bool)]| {
        let shows = |(e, bare): &(&str, bool)| FileShows { expression: parse(e).unwrap(), bare: *bare };
        join(&list.iter().map(shows).collect::<Vec<_>>()).unwrap().to_string()
    };
    // A choice in one file, the texts of its branches in others.
    let choice = "(Apache-2.0 OR LGPL-2.1-only) AND (LGPL-2.1-or-later OR Apache-2.0)";
    let texts = [(choice, false), ("Apache-2.0", true), ("LGPL-2.1-only", true)];
    assert_eq!(files(&texts), "Apache-2.0 OR LGPL-2.1-or-later");
    assert_eq!(files(&[("MIT OR LicenseRef-BSD", false), ("BSD-3-Clause", true)]), "MIT OR BSD-3-Clause");
    // What a branch does not explain stays, and so does a grant that is more than a text.
    assert_eq!(files(&[("MIT OR LicenseRef-Acme", false), ("Zlib", true)]), "(MIT OR LicenseRef-Acme) AND Zlib");
    assert_eq!(files(&[("MIT OR Apache-2.0", false), ("MIT", false)]), "(MIT OR Apache-2.0) AND MIT");
    // Grants and exceptions say more than the texts that they are about.
    assert_eq!(files(&[("GPL-2.0-only", true), ("GPL-2.0-or-later", false)]), "GPL-2.0-or-later");
    let with = "GPL-2.0-only WITH Classpath-exception-2.0";
    assert_eq!(files(&[("GPL-2.0-only", true), (with, false)]), with);
    assert_eq!(files(&[("GPL-3.0-only", true), ("LGPL-3.0-only", true)]), "LGPL-3.0-only");
    assert_eq!(files(&[("GPL-3.0-only", true), ("LGPL-2.1-only", true)]), "GPL-3.0-only AND LGPL-2.1-only");
}

#[test]
fn an_exception_in_a_file_of_its_own_belongs_to_the_licence() {
    let shows = |e: &str, bare| FileShows { expression: parse(e).unwrap(), bare };
    let joined = |files: &[(&str, bool)], exception: &str| {
        let mut files: Vec<FileShows> = files.iter().map(|(e, bare)| shows(e, *bare)).collect();
        attach(&[Expr::reference(exception)], &mut files);
        join(&files).map(|e| e.to_string()).unwrap_or_default()
    };
    let classpath = "GPL-2.0-only WITH Classpath-exception-2.0";
    assert_eq!(joined(&[("GPL-2.0-only", true)], "Classpath-exception-2.0"), classpath);
    assert_eq!(
        joined(&[(classpath, false)], "OpenJDK-assembly-exception-1.0"),
        format!("{classpath} AND GPL-2.0-only WITH OpenJDK-assembly-exception-1.0")
    );
    // Alone it is to nothing that is known.
    assert_eq!(joined(&[], "OpenJDK-assembly-exception-1.0"), "");
    assert!(is_exception(&Expr::reference("OpenJDK-assembly-exception-1.0")));
    assert!(!is_exception(&Expr::reference("BSD")));
}

#[test]
fn a_choice_in_a_text_stays_one() {
    let parsed = |e: &str| parse(e).unwrap();
    check(
        stated(parsed("BSD-2-Clause AND MIT"), false),
        shown(parsed("BSD-2-Clause AND (Apache-2.0 OR ISC OR MIT)")),
        ("declared-and-text-agree", "BSD-2-Clause AND MIT", &[]),
    );
    check(
        stated(parsed("BSD-2-Clause"), false),
        shown(parsed("BSD-2-Clause AND (Apache-2.0 OR ISC)")),
        ("text-adds-to-declared", "BSD-2-Clause AND (Apache-2.0 OR ISC)", &["license-text-adds"]),
    );
    // One who may take Apache-2.0 by the declaration does not meet the text by it.
    check(
        stated(parsed("MIT OR Apache-2.0"), false),
        shown(parsed("MIT OR Zlib")),
        ("declared-and-text-differ", "(MIT OR Apache-2.0) AND (MIT OR Zlib)", &["license-conflict"]),
    );
    // Nor does a name that nobody knows make a sum of a choice.
    check(
        stated(Expr::reference("House-terms"), true),
        shown(parsed("(MIT OR GPL-2.0-only) AND LicenseRef-abc")),
        ("text-settles-declared", "(MIT OR GPL-2.0-only) AND LicenseRef-abc", &[]),
    );
    // Classifiers say nothing of how they are joined.
    let list = Stated { is_list: true, ..stated(parsed("GPL-2.0-or-later AND LGPL-2.0-or-later AND MPL-1.1"), true) };
    let choice = "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1";
    check(list, shown(parsed(choice)), ("text-settles-declared", choice, &[]));
    let list = Stated { is_list: true, ..stated(parsed("MIT AND Zlib"), true) };
    check(list, shown(parsed("MIT OR Apache-2.0")), ("declared-and-text-agree", "MIT AND Zlib", &[]));
}

/// `["MIT", "CC-BY-4.0"]` beside LICENSE and LICENSE-GRAPHICS.
#[test]
fn texts_of_different_parts_make_a_sum_of_a_list() {
    let list = || Stated { is_choice_by_list: true, ..stated(parse("MIT OR CC-BY-4.0").unwrap(), false) };
    let both = |parts: &[&str]| Shown {
        parts: parts.iter().map(|e| id(e)).collect(),
        ..shown(parse("MIT AND CC-BY-4.0").unwrap())
    };
    check(list(), both(&["CC-BY-4.0"]), ("text-settles-declared", "MIT AND CC-BY-4.0", &[]));
    check(list(), both(&[]), ("declared-and-text-agree", "MIT OR CC-BY-4.0", &[]));
    let said = stated(parse("MIT OR CC-BY-4.0").unwrap(), false);
    check(said, both(&["CC-BY-4.0"]), ("declared-and-text-agree", "MIT OR CC-BY-4.0", &[]));
    let one = Shown { parts: vec![id("CC-BY-4.0")], ..shown(id("CC-BY-4.0")) };
    check(list(), one, ("declared-and-text-agree", "MIT OR CC-BY-4.0", &[]));
    for path in ["x/LICENSE-GRAPHICS", "x/LICENSE.docs.md", "x/font-license.txt", "x/LICENSE_code.txt"] {
        assert!(names_part(path), "{path}");
    }
    for path in ["x/LICENSE", "x/LICENSE-MIT", "x/LICENSE.txt", "docs/LICENSE", "x/COPYING.LIB", "x/docs.txt"] {
        assert!(!names_part(path), "{path}");
    }
}

#[test]
fn a_grant_of_later_versions_counts_where_metadata_cannot_say_it() {
    let text = || shown(id("GPL-2.0-or-later"));
    check(stated(id("GPL-2.0-only"), false), text(), ("declared-and-text-agree", "GPL-2.0-or-later", &[]));
    let only = Stated { says_only: true, ..stated(id("GPL-2.0-only"), false) };
    check(only, text(), ("declared-and-text-agree", "GPL-2.0-only", &[]));
}

#[test]
fn a_dedication_settles_public_domain() {
    let public = || stated(Expr::reference("public-domain"), true);
    check(public(), shown(id("Unlicense")), ("text-settles-declared", "Unlicense", &[]));
    check(
        public(),
        shown(id("MIT")),
        ("declared-and-text-differ", "LicenseRef-public-domain AND MIT", &["license-conflict"]),
    );
}

#[test]
fn disagreement_takes_both_and_says_so() {
    check(
        stated(id("MIT"), false),
        shown(id("GPL-3.0-only")),
        ("declared-and-text-differ", "MIT AND GPL-3.0-only", &["license-conflict"]),
    );
    let both = Expr::and([id("MIT"), id("BSD-3-Clause")]).unwrap();
    check(
        stated(id("MIT"), false),
        shown(both),
        ("text-adds-to-declared", "MIT AND BSD-3-Clause", &["license-text-adds"]),
    );
}

#[test]
fn one_side_alone_speaks() {
    check(stated(id("MIT"), false), Shown::default(), ("declared-only", "MIT", &[]));
    check(Stated::default(), shown(id("MIT")), ("text-only", "MIT", &[]));
    check(Stated::default(), Shown::default(), ("nothing-known", "", &[]));
}

#[test]
fn a_family_named_without_its_version_adds_nothing() {
    let both = Expr::and([id("BSD-3-Clause"), Expr::reference("BSD"), id("GPL-1.0-or-later")]).unwrap();
    assert_eq!(without_open(both.clone()).to_string(), "BSD-3-Clause AND GPL-1.0-or-later");
    let declared = Expr::or([id("BSD-3-Clause"), id("GPL-2.0-only")]).unwrap();
    check(stated(declared, false), shown(both), ("declared-and-text-agree", "BSD-3-Clause OR GPL-2.0-only", &[]));
    // What has no version at all stays.
    let other = Expr::and([id("MIT"), Expr::reference("BSD")]).unwrap();
    assert_eq!(without_open(other.clone()), other);
}

#[test]
fn a_licence_file_that_nobody_understands_is_not_passed_over() {
    let words = "Ask the harbour master.";
    let identified = Identified::default();
    let text = TextRead {
        path: "x/LICENSE.md",
        layer: 0,
        hidden: false,
        replaced: false,
        id: TextId([0; 32]),
        words,
        reading: Reading::License(&identified),
    };
    let (alone, notes) = resolve(&[], &[text]);
    let Outcome::Expression(Expr::Ref(id)) = &alone.concluded else { panic!("{}", alone.concluded) };
    assert_eq!((alone.class, &*alone.refs[id]), (Class::Unknown, words));
    assert_eq!(notes[0].rule, "license-text-unidentified");
    let declared = Declared { grammar: Grammar::Spdx, field: "license", values: vec!["MIT".into()] };
    let at = DeclaredAt { declared: &declared, path: "x/package.json", layer: 0, hidden: false };
    let (both, notes) = resolve(&[at], &[text]);
    assert_eq!((both.concluded.to_string().as_str(), notes.len()), ("MIT", 1));
    assert_eq!(both.evidence.len(), 2);
}

/// The words beside a finding are those that say what it says.
#[test]
fn a_note_points_at_the_text_that_shows_it() {
    let mit = Identified { expression: Some(id("MIT")), ..Identified::default() };
    let zero = Identified { expression: Some(id("CC0-1.0")), ..Identified::default() };
    let both = Identified { expression: parse("MIT AND CC0-1.0").ok(), ..Identified::default() };
    let text = |path, n, identified| TextRead {
        path,
        layer: 0,
        hidden: false,
        replaced: false,
        id: TextId([n; 32]),
        words: "x",
        reading: Reading::License(identified),
    };
    let declared = Declared { grammar: Grammar::Npm, field: "license", values: vec!["MIT".into()] };
    let at = DeclaredAt { declared: &declared, path: "x/package.json", layer: 0, hidden: false };
    let (found, notes) =
        resolve(&[at], &[text("x/LICENSE", 1, &mit), text("x/COPYING", 2, &both), text("x/LICENSE-data", 3, &zero)]);
    let [note] = &notes[..] else { panic!("{notes:?}") };
    assert_eq!((note.rule, &note.about[..]), ("license-text-adds", &[id("CC0-1.0")][..]));
    let shows = note.evidence.and_then(|e| found.evidence.get(e as usize));
    assert_eq!(shows.map(|e| &*e.path), Some("x/LICENSE-data"));
    // What nobody understands is shown as it stands.
    let none = Identified::default();
    let (found, notes) = resolve(&[at], &[text("x/LICENSE", 1, &mit), text("x/COPYING", 2, &none)]);
    let shows = notes[0].evidence.and_then(|e| found.evidence.get(e as usize));
    assert_eq!(shows.map(|e| &*e.path), Some("x/COPYING"));
}

#[test]
fn a_file_that_only_names_holders_is_no_licence() {
    assert!(is_holders("YEAR: 2014-2020\nCOPYRIGHT HOLDER: Ann;\n  Bob\n"));
    assert!(is_holders("\nYear: 2014\nCopyright holder: Ann\nOrganization: X\n"));
    assert!(!is_holders("YEAR: 2014\nAsk the harbour master.\n"));
    assert!(!is_holders(""));
}

#[test]
fn notices_are_secondary() {
    assert!(is_secondary("x/THIRD-PARTY-NOTICES.txt"));
    assert!(is_secondary("lib/a.dist-info/licenses/vendored/LICENSE"));
    assert!(!is_secondary("lib/a.dist-info/licenses/LICENSE"));
    assert!(!is_secondary("lib/a.dist-info/licenses/licenses/LICENSE.zeromq.txt"));
    assert!(is_secondary("lib/a.dist-info/licenses/vendor/licenses/LICENSE"));
    assert!(!is_secondary("node_modules/vendor-x/LICENSE"));
}
