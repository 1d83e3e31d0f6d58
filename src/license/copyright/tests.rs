//! Whole copyright files, cut short, and the hand-read examples.

use super::*;

/// What is concluded.
fn check(words: &str, expected: &str) {
    let file = read(words);
    assert_eq!(file.concluded.to_string(), expected, "{words:?}: {:#?}", file.statements);
}

#[test]
fn nothing_is_nothing() {
    check("", "NOASSERTION");
    check("Format: x\n", "NOASSERTION");
}

const FORMAT: &str = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";

/// A machine-readable file: what is concluded and declared.
fn dep5(paragraphs: &str, concluded: &str, declared: &str) -> CopyrightFile {
    let file = read(&format!("{FORMAT}{paragraphs}"));
    assert!(file.machine_readable);
    let got = (file.concluded.to_string(), file.declared.to_string());
    assert_eq!(got, (concluded.to_string(), declared.to_string()), "{paragraphs:?}: {:#?}", file.statements);
    file
}

#[test]
fn files_are_joined_and_packaging_is_left_out() {
    dep5(
        "Files: *\nLicense: GPL-2+\n\nFiles: a\nLicense: GPL-3+ or MIT\n\nFiles: b\nLicense: GPL-2+\n\nFiles: debian/*\nLicense: Zlib\n",
        "GPL-2.0-or-later AND (GPL-3.0-or-later OR MIT)",
        "GPL-2.0-or-later",
    );
    dep5("Files: debian/*\nLicense: Zlib\n", "Zlib", "NOASSERTION");
    dep5("Files: a debian/b\nLicense: Zlib\n", "Zlib", "NOASSERTION");
    dep5("Files: *\nLicense: ISC and (MIT or Zlib)\n", "ISC AND (MIT OR Zlib)", "ISC AND (MIT OR Zlib)");
}

#[test]
fn old_and_careless_forms_are_read() {
    check(
        "Format-Specification: http://dep.debian.net/deps/dep5\n\nCopyright: 2010 A\nLicense: GPL-2+\n",
        "GPL-2.0-or-later",
    );
    check("Files: *\nCopyright: A\nLicense: MIT\n\nFiles: b\nLicense: ISC\n", "MIT AND ISC");
    check("Format: x\nUpstream-Name: y\nLicense: MIT\n", "MIT");
    check("Format: x\n\nFiles: *\n\nCopyright: A\n\nLicense: MIT\n", "MIT");
    check("Format: x\r\n\r\nFiles: *\r\nLicense:\r\n MIT\r\n", "MIT");
    check("Format: x\nLicense: GPL-3+\n some words\n", "GPL-3.0-or-later");
    check("Written by A.\n\nFiles: *\nLicense: MIT\n\nThe end.\n", "MIT");
}

#[test]
fn texts_are_found_by_name_and_by_part() {
    let artistic = "License: Artistic\n On Debian systems, see /usr/share/common-licenses/Artistic\n";
    let file = dep5(
        &format!(
            "Files: *\nLicense: Artistic or GPL-1+\n\n{artistic}\nLicense: GPL-1+\n On Debian systems, see `/usr/share/common-licenses/GPL-1'.\n"
        ),
        "Artistic-1.0-Perl OR GPL-1.0-or-later",
        "Artistic-1.0-Perl OR GPL-1.0-or-later",
    );
    assert_eq!(file.statements[0].raw.as_deref(), Some("Artistic or GPL-1+"));
    let text = "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General \
                Public License as published by the Free Software Foundation; either version 2 of the License, or (at \
                your option) any later version.";
    let file = dep5(&format!("Files: *\nLicense: GPL-2\n {text}\n"), "GPL-2.0-or-later", "GPL-2.0-or-later");
    let methods: Vec<(&str, String)> = file.statements.iter().map(|s| (s.method, s.expression.to_string())).collect();
    assert_eq!(methods, [("dep5", "GPL-2.0-only".to_string()), ("dep5-text", "GPL-2.0-or-later".to_string())]);
    dep5(&format!("Files: *\nLicense: other\n\nLicense: other\n {text}\n"), "GPL-2.0-or-later", "GPL-2.0-or-later");
}

#[test]
fn references_keep_their_words() {
    let file = dep5(
        "Files: *\nCopyright: 2010 A\n .\n  2011 B\nLicense: odd\n  You may look\n .\n at it.\n\nFiles: b\nLicense: public-domain\n No rights.\n",
        "LicenseRef-odd AND LicenseRef-public-domain",
        "LicenseRef-odd",
    );
    let refs: Vec<(&str, &str)> = file.refs.iter().map(|(id, words)| (&**id, &**words)).collect();
    assert_eq!(refs, [("LicenseRef-odd", " You may look\n\nat it."), ("LicenseRef-public-domain", "No rights.")]);
    assert_eq!(file.copyrights, ["2010 A".into(), "2011 B".into()] as [Box<str>; 2]);
    dep5("Files: *\nLicense: MIT\n\nFiles: b\nLicense: same-as-rest\n As the rest of the package.\n", "MIT", "MIT");
}

#[test]
fn prose() {
    let debian = "On Debian systems, the complete text of the GNU General Public License can be found in\n`/usr/share/common-licenses/GPL-3'.\n";
    let program = "This program is free software; you can redistribute it and/or modify it under the terms of the GNU\nGeneral Public License as published by the Free Software Foundation; ";
    check(&format!("{program}version 2 dated June, 1991.\n\n{debian}"), "GPL-2.0-only");
    check(
        &format!("{program}either version 2 of the License, or\n(at your option) any later version.\n\n{debian}"),
        "GPL-2.0-or-later",
    );
    check(&format!("Copyright:\n\n{debian}"), "GPL-3.0-only");
    check("It is licensed under the GPL, see /usr/share/common-licenses/GPL-2.\n", "GPL-2.0-only");
    check("It is licensed under the GPL, see /usr/share/common-licenses/GPL.\n", "GPL-1.0-or-later");
    check(
        "This program is free software; you can redistribute it and/or modify it under the same terms as Perl itself.\n\n\
         Perl is distributed under your choice of the GNU General Public License or the Artistic License.\n\n\
         On Debian GNU/Linux systems, the complete text of the GNU General Public License can be found in\n\
         `/usr/share/common-licenses/GPL' and the Artistic Licence in `/usr/share/common-licenses/Artistic'.\n",
        "Artistic-1.0-Perl OR GPL-1.0-or-later",
    );
    check(
        "This program is free software; you can redistribute it and/or modify it under the terms of either:\n\n\
         a) the GNU General Public License as published by the Free Software Foundation; either version 1, or (at your\n\
         option) any later version, or\n\nb) the \"Artistic License\" which comes with Perl.\n",
        "GPL-1.0-or-later OR Artistic-1.0-Perl",
    );
    check("Released under the Apache License 2.0, see /usr/share/common-licenses/Apache-2.0.\n", "Apache-2.0");
    check("License: LGPL-2.1+, see /usr/share/common-licenses/LGPL-2.1\n", "LGPL-2.1-or-later");
}

#[test]
fn what_is_said_of_the_packaging_does_not_count() {
    let mit = "License:\n\n    This is licensed under the MIT license.\n\n";
    check(
        &format!(
            "{mit}The Debian packaging is (C) 2009, A <a@b> and\nis licensed under the GPL, see `/usr/share/common-licenses/GPL'.\n"
        ),
        "MIT",
    );
    check(
        &format!(
            "{mit}The Debian packaging is:\n\n    Copyright (C) 2009 A\n\nand is licensed under the GPL version 3,\nsee `/usr/share/common-licenses/GPL-3'.\n"
        ),
        "MIT",
    );
    check("The Debian packaging is licensed under the GPL, version 2 or later.\n", "GPL-2.0-or-later");
}

/// The text of an id, as it stands under a short name.
fn under(name: &str, text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|l| if l.trim().is_empty() { " .".to_string() } else { format!(" {l}") }).collect();
    format!("License: {name}\n{}\n", lines.join("\n"))
}

fn text_of(id: &str) -> &'static str {
    let license: &dyn license::License = id.parse().expect("an id of the list");
    license.text()
}

/// What one paragraph of files comes to, that has this text under this name.
fn named(name: &str, text: &str, expected: &str) {
    let file = read(&format!("{FORMAT}Files: *\n{}", under(name, text)));
    assert_eq!(file.concluded.to_string(), expected, "{name}: {:#?}", file.statements);
}

#[test]
fn a_text_of_a_more_exact_id_gives_that_id() {
    for id in ["BSD-2-Clause-Views", "BSD-2-Clause-Patent", "BSD-3-Clause-Tso", "BSD-3-Clause-Clear", "BSD-4-Clause-UC"]
    {
        named(&id[..12], text_of(id), id);
    }
    named("BSD-3-clause", text_of("BSD-3-Clause"), "BSD-3-Clause");
    named("public-domain", text_of("blessing"), "blessing");
    named("public-domain", text_of("CC0-1.0"), "CC0-1.0");
    named("public-domain", "No rights are kept; compare CC0.", "LicenseRef-public-domain");
}

#[test]
fn all_licences_under_a_name_count() {
    let (bsd2, isc) = (text_of("BSD-2-Clause"), text_of("ISC"));
    named(
        "BSD-2-clause",
        &format!("{bsd2}\n\nSome code is under an ISC-style license:\n\n{isc}"),
        "BSD-2-Clause AND ISC",
    );
    let grant = "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public \
                 License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any \
                 later version.";
    named("Expat", &format!("{}\n\nExcept for x.c:\n\n{grant}", text_of("MIT")), "MIT AND GPL-2.0-or-later");
    // A mention is no grant.
    named("GPL-2+", &format!("{grant}\n\nThe plugins rely on a library under the LGPL-3."), "GPL-2.0-or-later");
    // A choice of versions is in the name's place as a whole.
    named("GPL-2+", "It is under the GNU General Public License version 2 or 3.", "GPL-2.0-only OR GPL-3.0-only");
}

#[test]
fn words_without_a_version_leave_it_to_the_name() {
    let grant = "You may copy it under the terms of the GNU General Public License. As a special exception to the GNU General \
                 Public License, if you distribute this file as part of a program that contains a configuration script \
                 generated by Autoconf, you may include it under the same distribution terms that you use for the rest of \
                 that program.";
    named("GPL-2+ with Autoconf exception", grant, "GPL-2.0-or-later WITH Autoconf-exception-generic");
    named("GPL-3+", "You may copy it under the terms of the GNU General Public License.", "GPL-3.0-or-later");
    named(
        "LGPL-3+ with special exception granted by the copyright holders",
        "You may copy it under the terms of the GNU Lesser General Public License, version 3 or later. As a special exception you may sing it.",
        "LicenseRef-LGPL-3-with-special-exception-granted-by-the-copyright-holders",
    );
}

#[test]
fn a_name_for_a_licence_and_more_stands_for_both() {
    let patents = "Subject to the terms of this license, the Gopher hereby grants to you a perpetual, worldwide patent license. Any \
                   patent licenses granted to you under this license shall terminate if you sue anybody over patents.";
    let text = format!("{}\n\n{patents}", text_of("BSD-3-Clause"));
    named("Go", &text, "BSD-3-Clause AND LicenseRef-Go");
    named("BSD-3-clause", &text, "BSD-3-Clause");
}

#[test]
fn who_made_the_packaging_says_nothing_of_its_licence() {
    check(
        "The Debian packaging was done by A <a@b>.\n\nThis program falls under the license:\n\n  This is licensed under the MIT license.\n",
        "MIT",
    );
}

#[test]
fn a_pointer_gives_a_name_its_version_beside_other_licences() {
    check(
        "This program is licensed under the GPL, version 2 or later.\n\nThe docs are under the BSD license, see `/usr/share/common-licenses/BSD'.\n",
        "GPL-2.0-or-later AND BSD-3-Clause",
    );
}

proptest::proptest! {
    #[test]
    fn nothing_panics(words in "(Files|License|Copyright|Format|debian/\\*|GPL-2\\+|BSD|or|and|/usr/share/common-licenses/|[ .:*\n\t\r]|\\PC){0,60}") {
        let file = read(&words);
        for statement in &file.statements {
            assert!(words.get(statement.range.clone()).is_some());
        }
    }
}

/// Files read by hand: the name and what must be concluded.
const READ_BY_HAND: &str = include_str!("../../../tests/data/debian-copyright.tsv");

/// The operands of a sum, each with its choices in order.
fn parts(expression: &str) -> Vec<Vec<String>> {
    let choices = |part: &str| {
        let mut choices: Vec<String> = part.trim_matches(['(', ')']).split(" OR ").map(str::to_string).collect();
        choices.sort();
        choices
    };
    let mut parts: Vec<Vec<String>> = expression.split(" AND ").map(choices).collect();
    parts.sort();
    parts
}

#[test]
#[allow(clippy::print_stderr)] // A test that has nothing to read says so.
fn files_read_by_hand() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/licenses/texts/debian");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in READ_BY_HAND.lines().filter(|l| !l.starts_with('#')) {
        let Some((name, expected)) = line.split_once('\t') else { panic!("no tab: {line}") };
        let Ok(bytes) = std::fs::read(format!("{dir}/{name}")) else {
            assert!(std::env::var_os("CI").is_none(), "the licence texts are absent: {dir}");
            eprintln!("the licence texts are absent, nothing was tested: {dir}");
            return;
        };
        count += 1;
        let file = read(&String::from_utf8_lossy(&bytes));
        let got = file.concluded.to_string();
        // The order in which the parts are named is no part of the answer.
        if got != expected && parts(&got) != parts(expected) {
            wrong.push(format!("{name}\n  got  {got}\n  want {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn later_versions_by_proxy_count_under_a_name_of_their_own() {
    let words = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: 2020 A\n\
                 License: LGPL-2.1+3+KDEeV\n This library is free software; you can redistribute it and/or\n \
                 modify it under the terms of the GNU Lesser General Public\n License as published by the Free Software \
                 Foundation; either\n version 2.1 of the License, or (at your option) version 3, or any\n later version \
                 accepted by the membership of KDE e.V. (or its\n successor approved by the membership of KDE e.V.), which \
                 shall\n act as a proxy defined in Section 6 of version 3 of the license.\n";
    let concluded = read(words).concluded.to_string();
    assert_eq!(concluded, "LGPL-2.1-only OR LGPL-3.0-only OR LicenseRef-KDE-Accepted-LGPL");
}
