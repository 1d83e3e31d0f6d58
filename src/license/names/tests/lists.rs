//! Statements of several names: labels, parts of a work, slashes, names glued together, and what only looks like a list.

use super::*;

#[test]
fn a_label_is_no_licence() {
    all(
        Grammar::Any,
        &[
            ("Ruby: GPL-3.0", "GPL-3.0-only"),
            ("JSON: GPLv3", "GPL-3.0-only"),
            ("BSD: GPLv2", "GPL-2.0-only"),
            ("MIT: GPL", "GPL-1.0-or-later"),
            ("Python: MIT, C: Zlib", "MIT AND Zlib"),
            ("X11: MIT, Zlib: GPLv2", "MIT AND GPL-2.0-only"),
            ("MIT: see LICENSE", "MIT"),
            ("GPLv2: GNU General Public License, version 2", "GPL-2.0-only"),
            ("LGPL-2.1: Lesser GPL", "LGPL-2.1-only"),
        ],
    );
    let read = normalize(Grammar::Any, &["Ruby: GPL-3.0"]);
    assert!(read.ambiguous && read.unresolved == ["Ruby"], "{read:?}");
}

#[test]
fn a_part_of_a_work_is_no_name() {
    all(
        Grammar::Any,
        &[
            ("CC-BY-4.0 for docs, MIT for code", "CC-BY-4.0 AND MIT"),
            ("LGPLv3 for the library, GPLv3 for the tools", "LGPL-3.0-only AND GPL-3.0-only"),
            ("LGPLv2.1+, GPLv2+ for parts", "LGPL-2.1-or-later AND GPL-2.0-or-later"),
            ("MIT License (see LICENSE) and BSD for bundled code", "MIT AND LicenseRef-BSD"),
            ("MIT (and Apache-2.0 for the examples)", "MIT AND Apache-2.0"),
            ("GPLv3+ (program), GFDL 1.3 (docs)", "GPL-3.0-or-later AND GFDL-1.3-only"),
            ("Code: MIT, Docs: CC-BY-4.0", "MIT AND CC-BY-4.0"),
            // What is for somebody is no part.
            ("MIT for non-commercial use", "LicenseRef-MIT-for-non-commercial-use"),
        ],
    );
}

#[test]
fn a_slash_in_a_path_is_no_choice() {
    all(
        Grammar::Any,
        &[
            ("MIT, except for src/foo which is GPLv2", "MIT AND LicenseRef-except-for-src-foo-which-is-GPLv2"),
            ("MIT, GPLv3 in contrib/bar", "MIT AND LicenseRef-GPLv3-in-contrib-bar"),
            ("BSD, some parts GPL/LGPL", "LicenseRef-BSD AND LicenseRef-some-parts-GPL-LGPL"),
            ("Apache-2.0 and vendor/foo GPLv3", "Apache-2.0 AND LicenseRef-vendor-foo-GPLv3"),
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("MIT/Acme", "MIT OR LicenseRef-Acme"),
            // A slash binds before a word, and says nothing of commas.
            ("BSD-3-Clause and GPLv2/MIT", "BSD-3-Clause AND (GPL-2.0-only OR MIT)"),
            ("Zlib, GPLv2/MIT", "Zlib AND (GPL-2.0-only OR MIT)"),
        ],
    );
}

#[test]
fn mozillas_three_licences_are_a_choice_where_slashes_part_them() {
    const CHOICE: &str = "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later";
    const ALL: &str = "MPL-1.1 AND GPL-2.0-only AND LGPL-2.1-only";
    all(Grammar::PypiLicense, &[("MPL 1.1/GPL 2.0/LGPL 2.1", CHOICE)]);
    all(Grammar::Alpine, &[("MPL-1.1 GPL-2.0 LGPL-2.1", ALL)]);
    all(Grammar::DebianDep5, &[("MPL-1.1, GPL-2, LGPL-2.1", ALL)]);
    all(Grammar::RpmCallaway, &[("MPL-1.1, GPL-2.0, LGPL-2.1", ALL)]);
    all(Grammar::Any, &[("MPL 1.1 or GPL 2.0 or LGPL 2.1", "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-only")]);
}

#[test]
fn names_may_be_glued() {
    all(
        Grammar::DebianDep5,
        &[
            ("LGPLv3+_or_GPLv2+", "LGPL-3.0-or-later OR GPL-2.0-or-later"),
            ("GPL-2+-or-X11", "GPL-2.0-or-later OR X11"),
            ("MIT-or-Apache-2.0", "MIT OR Apache-2.0"),
            ("LGPL-2.1-or-later-or-MIT", "LGPL-2.1-or-later OR MIT"),
            ("Acme-or-MIT", "LicenseRef-Acme-or-MIT"),
        ],
    );
}

#[test]
fn sentences_are_one_name() {
    let sentence = "provided without support or warranty";
    all(Grammar::Maven, &[(sentence, "LicenseRef-provided-without-support-or-warranty")]);
    all(Grammar::Any, &[("Acme or Foo", "LicenseRef-Acme OR LicenseRef-Foo")]);
}

#[test]
fn an_address_in_brackets_belongs_to_its_name() {
    let bsd = "3-clause BSD <http://www.opensource.org/licenses/bsd-license.php>";
    all(Grammar::PypiLicense, &[(bsd, "BSD-3-Clause")]);
    let npm = r#"[{"type": "MIT"}, {"url": "http://www.gnu.org/licenses/gpl-2.0.html"}]"#;
    all(Grammar::Npm, &[(npm, "MIT OR GPL-2.0-only"), (r#"{"type": ["MIT", "ISC"]}"#, "MIT OR ISC")]);
}

#[test]
fn several_classifiers_may_stand_in_one_line() {
    let (gpl, mit) =
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "License :: OSI Approved :: MIT License");
    for between in ["; ", ", ", " | ", " "] {
        all(Grammar::PypiClassifier, &[(&format!("{gpl}{between}{mit}"), "GPL-3.0-only AND MIT")]);
    }
}

#[test]
fn alpine_lists_go_on_behind_an_exception() {
    let list = "GPL-2.0-only WITH Classpath-exception-2.0 MIT";
    all(Grammar::Alpine, &[(list, "GPL-2.0-only WITH Classpath-exception-2.0 AND MIT")]);
}

#[test]
fn what_was_mended_is_said() {
    for broken in ["GPL-2.0-only AND", "AND MIT", "MIT OR OR BSD"] {
        assert!(normalize(Grammar::Any, &[broken]).ambiguous, "{broken}");
    }
    let unknown = normalize(Grammar::Any, &["GPL-2.0-only WITH foo-exception"]);
    assert_eq!(unknown.unresolved, ["GPL-2.0-only WITH foo-exception"]);
    all(Grammar::Any, &[("LicenseRef-foo_bar", "LicenseRef-foo-bar")]);
}
