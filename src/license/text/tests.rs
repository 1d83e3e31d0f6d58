//! The whole SPDX list against itself, in the shapes in which people keep licences, and the files of `../shared`.

use super::built::index;
use super::index::Kind;
use super::*;
use std::collections::BTreeMap;

mod forms;
mod near;
mod statements;

/// The expression as printed, or nothing.
fn said(text: &str) -> String {
    identify(text).expression.map(|e| e.to_string()).unwrap_or_default()
}

fn check(text: &str, expected: &str) {
    assert_eq!(said(text), expected, "{}", text.chars().take(300).collect::<String>());
}

/// What the text of each id of the index must come out as: itself, or the id whose text is the same.
fn corpus() -> Vec<(Kind, String, String, String)> {
    let mut out = Vec::new();
    for doc in &index().docs {
        let license = || doc.listed.parse::<&dyn license::License>().expect("an id of the list");
        let (text, expected) = match doc.kind {
            Kind::License => (license().text(), ids::bare(&doc.listed)),
            Kind::Header => (license().header().unwrap_or(""), doc.id.to_string()),
            Kind::Exception => {
                let exception = doc.listed.parse::<&dyn license::Exception>().expect("an exception of the list");
                (exception.text(), format!("LicenseRef-{}", doc.id))
            }
        };
        out.push((doc.kind, doc.listed.to_string(), text.to_string(), expected));
    }
    out
}

/// Every text of the list, changed by `change`, still is what it is. `spare` are ids for which the change goes too far.
fn survives(change: impl Fn(&str) -> String, spare: &[&str]) {
    let mut wrong = Vec::new();
    for (kind, id, text, expected) in corpus() {
        let got = said(&change(&text));
        if got != expected && !spare.contains(&id.as_str()) {
            wrong.push(format!("{kind:?} {id}: {got} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Paragraphs filled anew.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            if column > 0 && column + word.len() > width {
                out.push('\n');
                column = 0;
            }
            if column > 0 {
                out.push(' ');
            }
            out.push_str(word);
            column += word.len() + 1;
        }
        out.push_str("\n\n");
    }
    out
}

#[test]
fn every_text_is_itself() {
    survives(str::to_string, &[]);
}

#[test]
fn every_text_is_itself_in_comment_marks() {
    let comment = |mark: &str, text: &str| text.lines().map(|l| format!("{mark}{l}\n")).collect::<String>();
    survives(|t| comment("// ", t), &[]);
    survives(|t| format!("/*\n{}*/\n", comment(" * ", t)), &[]);
    survives(|t| comment("dnl ", t), &[]);
}

#[test]
fn every_text_is_itself_with_typographic_quotes() {
    survives(
        |t| {
            let mut open = false;
            let quote = |c| match c {
                '"' => {
                    open = !open;
                    if open { '“' } else { '”' }
                }
                '\'' => '’',
                '-' => '\u{2010}',
                c => c,
            };
            t.chars().map(quote).collect()
        },
        &[],
    );
}

#[test]
fn every_text_is_itself_at_other_widths() {
    survives(|t| wrap(t, 60), &[]);
    survives(|t| wrap(t, 100), &[]);
    // As in the extended field of a Debian copyright file.
    survives(
        |t| wrap(t, 78).lines().map(|l| if l.is_empty() { " .\n".into() } else { format!(" {l}\n") }).collect(),
        &[],
    );
}

#[test]
fn every_text_is_itself_under_other_holders() {
    survives(
        |t| {
            format!(
                "Copyright (c) 2015-2021 Jane Roe <jane@example.org>\nCopyright 2022, The Example Authors. All rights reserved.\n\n{t}"
            )
        },
        &[],
    );
    survives(
        |t| {
            let line = |l: &str| match l.trim_start().to_lowercase().starts_with("copyright (c)") {
                true => "Copyright (C) 1999, 2004-2011 by Ýrsa & Sons GmbH\n".to_string(),
                false => format!("{l}\n"),
            };
            t.lines().map(line).collect()
        },
        // Their statement shares its line with the licence, which this change takes away.
        &["BSD-3-Clause-LBNL", "OPUBL-1.0", "bcrypt-Solar-Designer"],
    );
}

#[test]
fn every_gnu_header_is_its_licence() {
    let mut wrong = Vec::new();
    for doc in
        index().docs.iter().filter(|d| d.kind == Kind::License && d.id == d.listed && gnu::Family::of(&d.id).is_some())
    {
        let license: &dyn license::License = doc.listed.parse().expect("an id of the list");
        let Some(header) = license.header() else { continue };
        let got = said(header);
        // The headers of plain GFDL ids name invariant sections too.
        let plain = got.replace("-no-invariants", "").replace("-invariants", "");
        if got != *doc.listed && plain != *doc.listed {
            wrong.push(format!("{}: {got}", doc.listed));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_with_the_same_text_are_listed() {
    let table = include_str!("../../../license-db/same-text.tsv");
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for doc in index().docs.iter().filter(|d| d.kind == Kind::License) {
        let license: &dyn license::License = doc.listed.parse().expect("an id of the list");
        let ids = groups.entry(said(license.text())).or_default();
        // Some are in the index twice: as a whole and without what goes with them.
        if !ids.contains(&doc.listed.to_string()) {
            ids.push(doc.listed.to_string());
        }
    }
    groups.retain(|said, ids| ids.len() > 1 || ids[0] != *said);
    let lines: Vec<String> = groups.iter().map(|(said, ids)| format!("{said}\t{}", ids.join(" "))).collect();
    let listed: Vec<&str> = table.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(listed, lines, "the table should read:\n{}", lines.join("\n"));
}

#[test]
fn notices_say_what_is_granted() {
    check("License: MIT\n", "MIT");
    check("MIT\n", "MIT");
    check("This project is licensed under the MIT License.\n", "MIT");
    check("Released under the Apache License, Version 2.0.", "Apache-2.0");
    check("Dual licensed under the MIT and GPL licenses.", "MIT OR GPL-1.0-or-later");
    check("Licensed under either of Apache License, Version 2.0 or MIT license at your option.", "Apache-2.0 OR MIT");
    check("Licensed under MIT/Apache-2.0", "MIT OR Apache-2.0");
    check("// SPDX-License-Identifier: GPL-2.0+ OR BSD-3-Clause\n#include <x.h>\n", "GPL-2.0-or-later OR BSD-3-Clause");
    check("/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */", "GPL-2.0-only WITH Linux-syscall-note");
    check(
        "This program is free software; you can redistribute it and/or modify it under the same terms as Perl itself.",
        "Artistic-1.0-Perl OR GPL-1.0-or-later",
    );
    check("This code is hereby placed in the public domain.", "LicenseRef-public-domain");
    check("This is licensed under the BSD license.", "LicenseRef-BSD");
}

#[test]
fn grants_of_gnu_licences_keep_their_version() {
    check("You may redistribute it under the terms of the GNU GPL, version 2 only.", "GPL-2.0-only");
    check("under the terms of version 2 of the GNU General Public License", "GPL-2.0-only");
    check("under version 2 (or later) of the GNU General Public License", "GPL-2.0-or-later");
    check("is licensed under the GNU Lesser General Public License, v2.1 or later", "LGPL-2.1-or-later");
    check(
        "License (library): LGPLv2.1+\nLicense (manual and tools): GPLv2+\n",
        "LGPL-2.1-or-later AND GPL-2.0-or-later",
    );
    check("it is covered by the GNU GPL", "GPL-1.0-or-later");
    check("under the GPL. The full text is in /usr/share/common-licenses/GPL-2.", "GPL-2.0-only");
    check(
        "under the terms of the GNU GPL; either version 2, or (at your option) any later version.\n\n\
         On Debian systems, the text of the GPL-3 can be found in /usr/share/common-licenses/GPL-3.",
        "GPL-2.0-or-later",
    );
    check(
        "under the terms of either GPL version 2 or later, or the Artistic License",
        "GPL-2.0-or-later OR Artistic-1.0-Perl",
    );
    check("GPL v2 or v3", "GPL-2.0-only OR GPL-3.0-only");
    check("This library is GPL-compatible and does not use the GPL.", "");
}

#[test]
fn other_texts_say_nothing() {
    check("", "");
    check("fn main() {\n    let permission = check(license_plate);\n    println!(\"{permission}\");\n}\n", "");
    check("A quiet town by the sea. Its free library holds the general public's letters.\n", "");
    let mut state = 7u64;
    let mut noise = String::new();
    for _ in 0..20_000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        noise.push(char::from(b' ' + (state >> 33) as u8 % 95));
    }
    check(&noise, "");
}

#[test]
fn strange_texts_do_no_harm() {
    let long = "a".repeat(2 << 20);
    check(&long, "");
    check(&"\0".repeat(1 << 20), "");
    check(&"\n".repeat(1 << 20), "");
    check(&"the above copyright notice ".repeat(40_000), "");
    identify(&"license under the terms of the GNU ".repeat(30_000));
    identify(&"é©“<&(1.".repeat(50_000));
    for cut in 0..60 {
        let text =
            "Copyright © 2020 Ýrsa & Söhne\nPermission is hereby granted, free of charge, … <b>to any</b> person";
        if text.is_char_boundary(cut) {
            identify(&text[cut..]);
            identify(&text[..cut]);
        }
    }
}

#[test]
fn a_text_of_its_own_keeps_its_words() {
    let text = "Permission is granted to anyone to bake this cake on Sundays, to eat it with friends, and to sell no part of it, \
                provided that the baker is thanked in verse and that no warranty for the cake is asked of anybody.";
    let found = identify(text);
    assert!(found.expression.is_some_and(|e| e.to_string().starts_with("LicenseRef-")));
    let more = format!("/* {} */", text.replace(' ', "\n * "));
    assert_eq!(said(text), said(&more), "comment marks do not change what it is called");
}

#[test]
fn files_of_npm_packages() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/licenses/texts");
    let Ok(table) = std::fs::read_to_string(format!("{folder}/npm.tsv")) else {
        assert!(std::env::var_os("CI").is_none(), "the shared texts are missing in CI");
        return;
    };
    // Where the other scanner is wrong: a choice that it took for both; words that are no tag of the text.
    let ours = BTreeMap::from([("abbrev__LICENSE", "ISC OR MIT"), ("uri-js__LICENSE", "BSD-2-Clause-Views")]);
    for line in table.lines().skip(1) {
        let mut fields = line.split('\t');
        let (Some(file), Some(theirs)) = (fields.next(), fields.nth(1)) else { continue };
        let bytes = std::fs::read(format!("{folder}/npm/{file}")).expect("a file of the table");
        let expected = ours.get(file).copied().unwrap_or(theirs);
        assert_eq!(said(&String::from_utf8_lossy(&bytes)), expected, "{file}");
    }
}

#[test]
fn sentences_from_debian_copyright_files() {
    // A footnote of the Python licence.
    check("GPL-compatible doesn't mean that we're distributing Python under the GPL.", "");
    check("The kernel code is released under its own conditions (i.e. the GPL, version 2).", "GPL-2.0-only");
    check(
        "This manual is dually licensed under the GNU FDL and the GNU GPL. This means that you can redistribute this manual \
         under either of these two licenses, at your choice.\n\nThis manual is covered by the GNU FDL. Permission is granted to \
         copy, distribute and/or modify this document under the terms of the GNU Free Documentation License (FDL), either \
         version 1.2 of the License, or (at your option) any later version published by the Free Software Foundation (FSF); \
         with no Invariant Sections, with no Front-Cover Text, and with no Back-Cover Texts.\n\nThis manual is covered by the \
         GNU GPL. You can redistribute it and/or modify it under the terms of the GNU General Public License (GPL), either \
         version 2 of the License, or (at your option) any later version.\n",
        "GFDL-1.2-no-invariants-or-later OR GPL-2.0-or-later",
    );
    check(
        "it under the terms of the GNU General Public License as published by\n the Free Software Foundation; version 3 dated \
         June, 2007, or (at\n your option) any later version.",
        "GPL-3.0-or-later",
    );
    check(
        "under the terms of the GNU General Public License, version 3 or later.\n\nThe GPL-3 may be found in \
         /usr/share/common-licenses/GPL-3 on a Debian system.\n",
        "GPL-3.0-or-later",
    );
    check(
        "KSBA is free software; you can redistribute it and/or modify\nit under the terms of either\n\n  - the GNU Lesser General \
         Public License as published by the Free\n    Software Foundation; either version 3 of the License, or (at\n    your \
         option) any later version.\n\nor\n\n  - the GNU General Public License as published by the Free\n    Software \
         Foundation; either version 2 of the License, or (at\n    your option) any later version.\n\nor both in parallel.\n",
        "LGPL-3.0-or-later OR GPL-2.0-or-later",
    );
    check(
        "GNU Lesser General Public License (LGPL) version 2.1 or the Mozilla Public License (MPL) version 1.1",
        "LGPL-2.1-only OR MPL-1.1",
    );
}

#[test]
fn common_licenses_give_open_names_their_version() {
    check(
        "This program is free software; you can redistribute it and/or modify it under the terms of the Artistic License, which \
         comes with Perl.\n\nOn Debian systems, the complete text of the Artistic License can be found in \
         `/usr/share/common-licenses/Artistic'.\n",
        "Artistic-1.0-Perl",
    );
    check("It is under the BSD license, see /usr/share/common-licenses/BSD.", "BSD-3-Clause");
    check("The author dedicated this work to the public domain under CC0 1.0 Universal.", "CC0-1.0");
}

/// The text of an id.
fn text_of(id: &str) -> &'static str {
    let license: &dyn license::License = id.parse().expect("an id of the list");
    license.text()
}

#[test]
fn lists_to_choose_from() {
    check(
        "You can choose any one of those:\n\nThe MIT License (MIT):\n\nlink:http://opensource.org/licenses/MIT\n\nLGPL:\n\
         http://www.gnu.org/licenses/lgpl.html\n",
        "MIT OR LGPL-2.0-or-later",
    );
    check(
        "We distribute it under two mutually exclusive open-source licenses.\n\nThis means that *you* must choose *one* of the two \
         licenses described below, then obey all its terms.\n\n  - The FreeType License, found in the file `docs/FTL.TXT`, which is \
         similar to the original BSD license *with* an advertising clause.\n\n  - The GNU General Public License version 2, found in \
         `docs/GPLv2.TXT`, for programs which already use the GPL.\n",
        "FTL OR GPL-2.0-only",
    );
    // A choice of one alone is none.
    check("You may choose one of the following licenses:\n\n- the MIT License\n", "MIT");
    let text = identify(
        "Licensed under, and subject to the restrictions of:\n1. The terms of the GNU General Public License Version 2 or later; \
         or\n2. The Acme Software Terms of Use presented at https://acme.example/legal, unless you have signed an agreement.\n\n\
         If you are uncertain, please ask.\n",
    );
    let expression = text.expression.map(|e| e.to_string()).unwrap_or_default();
    assert!(expression.starts_with("GPL-2.0-or-later OR LicenseRef-"), "{expression}");
}

#[test]
fn choices_that_packages_offer() {
    let (mit, gpl3, bsd3, apache) =
        (text_of("MIT"), text_of("GPL-3.0-only"), text_of("BSD-3-Clause"), text_of("Apache-2.0"));
    check(
        &format!(
            "JSZip is dual licensed. At your choice you may use it under the MIT license *or* the GPLv3\nlicense.\n\nThe MIT License\n\
             ===============\n\n{mit}\n\nGPL version 3\n=============\n\n{gpl3}"
        ),
        "MIT OR GPL-3.0-only",
    );
    check(
        &format!(
            "You may use the Forge project under the terms of either the BSD License or the\nGNU General Public License (GPL) \
             Version 2.\n\nThe BSD License is recommended for most projects. It is simple and easy to\nunderstand.\n\n\
             New BSD License (3-clause)\n\n{bsd3}\n"
        ),
        "BSD-3-Clause OR GPL-2.0-only",
    );
    check(
        "Dojo is available under *either* the terms of the BSD 3-Clause \"New\" License *or* the\nAcademic Free License version \
         2.1. As a recipient of Dojo, you may choose which\nlicense to receive this code under.\n",
        "BSD-3-Clause OR AFL-2.1",
    );
    check(
        &format!(
            "At your option you may choose either of the following licenses:\n\n  * The MIT License (MIT)\n  * The Apache License 2.0 (Apache-2.0)\n\n\n{mit}\n\n\n{apache}"
        ),
        "MIT OR Apache-2.0",
    );
    check(
        &format!("{mit}\n\n---\n\nThe files in lib/zlib are under another licence:\n\n{}", text_of("Zlib")),
        "MIT AND Zlib",
    );
    check("# License\n\n[MIT](https://example.mit-license.org)\n", "MIT");
    check("## License\n\nMIT © [Jane Roe](https://example.org)\n", "MIT");
    check(
        "Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use this file except in compliance with the License.",
        "Apache-2.0",
    );
    check(
        &format!(
            "{mit}\n\nString.fromCodePoint by Mathias Bynens is used according to the terms of the MIT\nLicense, as follows:\n\n{mit}"
        ),
        "MIT",
    );
}

#[test]
fn neighbours_are_told_apart() {
    let bsd2 = text_of("BSD-2-Clause");
    // A clause that no licence of the list has.
    let more = bsd2.replace("THIS SOFTWARE IS", "3. The software may not be used on ships, nor by anyone who builds or sails or owns or rents ships.\n\nTHIS SOFTWARE IS");
    assert!(said(&more).starts_with("LicenseRef-"), "{}", said(&more));
    let mit = text_of("MIT");
    let end = mit.find("THE SOFTWARE IS PROVIDED").expect("its disclaimer");
    let subject = mit.find(", subject to").expect("its heading");
    check(&format!("{}.\n\n{}", &mit[..subject], &mit[end..]), "MIT-0");
    // One word can turn a licence around.
    let turned = said(&mit.replace("to deal in the Software", "not to deal in the Software"));
    assert!(turned.starts_with("LicenseRef-"), "{turned}");
}

#[test]
fn a_licence_cut_short_under_its_name_is_the_licence() {
    let mit = text_of("MIT");
    let end = mit.find("EXPRESS OR").expect("its disclaimer");
    check(&format!("This software is released under the MIT license:\n\n{}\n", &mit[..end]), "MIT");
    check(
        "This is proprietary and confidential software of Example Inc. Unauthorized copying is prohibited.",
        "LicenseRef-proprietary",
    );
}

#[test]
fn longer_texts_say_how_far_they_were_read() {
    let found = identify(&format!("{}\n{}", text_of("MIT"), "é ".repeat(MAX_TEXT / 2)));
    assert_eq!(found.expression, Some(Expr::id("MIT")));
    assert!(found.cut.is_some_and(|n| n <= MAX_TEXT && n + 4 > MAX_TEXT));
    assert_eq!(identify("MIT").cut, None);
}

#[test]
fn copyright_statements_are_collected() {
    let found = identify(
        "/*\n * Copyright (c) 2015-2020  Jane Roe\n * © 2021 Example GmbH\n */\nThe above copyright notice is kept. License: MIT\n",
    );
    let statements: Vec<&str> = found.copyrights.iter().map(|c| &*c.statement).collect();
    assert_eq!(statements, ["Copyright (c) 2015-2020 Jane Roe", "© 2021 Example GmbH"]);
}

#[test]
fn alternatives_and_short_names_lose_no_choice() {
    check(
        "The contents of this file are subject to the Mozilla Public License Version 1.1 (the \"License\"); you may not use this \
         file except in compliance with the License.\n\nAlternatively, the contents of this file may be used under the terms of \
         either the GNU General Public License Version 2 or later (the \"GPL\"), or the GNU Lesser General Public License \
         Version 2.1 or later (the \"LGPL\"), in which case the provisions of the GPL or the LGPL are applicable instead of \
         those above.\n",
        "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
    );
    check("Licensed under the Apache License v. 2.0\n", "Apache-2.0");
    check(
        "This software is licensed under the MIT license or, at your option, the Apache License v. 2.0.\n",
        "MIT OR Apache-2.0",
    );
}
