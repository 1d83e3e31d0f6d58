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
        if got != expected {
            wrong.push(format!("{name}\n  got  {got}\n  want {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}
