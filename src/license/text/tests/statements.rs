//! What sentences state, deny or only mention; one rule of the joining a test.

use super::{check, said, text_of};

#[test]
fn what_something_was_under_once_does_not_count() {
    check("Formerly under the GPL version 2, re-licensed in 3.0 with the MIT license.", "MIT");
    check("Formerly GPL-2+, relicensed in 3.0.", "");
    check(
        "It was previously licensed under the GNU General Public License version 2; since then it is under the MIT license.",
        "MIT",
    );
    check("Originally released under the LGPL 2.1.\n\nThis file is released under the MIT license.\n", "MIT");
    check("It used to be distributed under the terms of the GNU GPL, version 2.\n\nLicense: ISC\n", "ISC");
}

/// What stands behind the mark of a list counts, whatever its neighbours are.
#[test]
fn no_item_of_a_list_is_lost() {
    let three = "foo contains code under these licenses:\n\n1. MIT license\n2. The GNU General Public License version 3\n3. Apache License 2.0\n";
    check(three, "MIT AND GPL-3.0-only AND Apache-2.0");
    check(
        &three.replace("1. ", "- ").replace("2. The", "- The").replace("3. A", "- A"),
        "MIT AND GPL-3.0-only AND Apache-2.0",
    );
}

/// A contract with users that names a licence of parts is not under that licence.
#[test]
fn a_contract_is_not_under_what_it_says_of_parts() {
    let words = "END USER LICENSE AGREEMENT\n\nExample Corp grants you a non-exclusive, non-transferable license to install and use the \
                 SOFTWARE.\nYou may not rent the SOFTWARE.\nThe SOFTWARE will not contain any third-party libraries or open-source \
                 software other than that open-source software licensed through MIT.\nYou may not reverse engineer the SOFTWARE.\n";
    assert!(said(words).starts_with("LicenseRef-"), "{}", said(words));
}

#[test]
fn an_exception_is_that_of_its_own_work() {
    check(
        "bar is licensed under GPL-2.0-only WITH Classpath-exception-2.0.\n\nbaz is licensed under the GNU General Public License version 2.\n",
        "GPL-2.0-only WITH Classpath-exception-2.0 AND GPL-2.0-only",
    );
}

#[test]
fn licences_of_data_have_names() {
    check("The data is made available under the Open Database License version 1.0.\n", "ODbL-1.0");
    check("Released under the PDDL version 1.0.\n", "PDDL-1.0");
    check("Place your modifications in the Public Domain.\n", "");
}

#[test]
fn the_licence_of_another_work_does_not_count() {
    check("The program links to libfoo, which is distributed under the GNU General Public License version 2.", "");
    check(
        "This file is theirs. Please note that the actual code of foo is covered by the GNU General Public License.\n\nLicense: ISC\n",
        "ISC",
    );
    check("Under section 7 of the GPL version 3 you are given more permissions.\n\nLicense: MIT\n", "MIT");
    check(
        "License: ISC\n\n1.5 \"Free Software\" means software whose source is under the GPL version 2 or the MIT license.\n",
        "ISC",
    );
}

#[test]
fn alternatives_join_the_text_around_or_before_them() {
    let (mit, bsd3) = (text_of("MIT"), text_of("BSD-3-Clause"));
    let sentence = "ALTERNATIVELY, this product may be distributed under the terms of the GNU General Public License, in which case \
                    the provisions of the GPL2 are required INSTEAD OF the above restrictions. (This clause is necessary due to \
                    a potential bad interaction.)\n\n";
    check(&bsd3.replace("THIS SOFTWARE IS", &format!("{sentence}THIS SOFTWARE IS")), "BSD-3-Clause OR GPL-2.0-only");
    check(
        &format!(
            "{mit}\n\nAlternatively, this software may be distributed under the terms of the GNU General Public License, version 2 or later.\n"
        ),
        "MIT OR GPL-2.0-or-later",
    );
    check(&format!("License: Zlib\n\nAlternatively, it may be used under these terms:\n\n{mit}\n"), "Zlib OR MIT");
    let gpl = "This library is free software; you can redistribute it and/or modify it under the terms of the GNU Lesser General \
               Public License as published by the Free Software Foundation; either version 2 of the License, or (at your option) \
               any later version.\n";
    check(&format!("{mit}\n or\n\n{gpl}"), "MIT OR LGPL-2.0-or-later");
    check(&format!("{mit}\n .\n - or -\n .\n{gpl}"), "MIT OR LGPL-2.0-or-later");
    check(&format!("{mit}\n\n{gpl}"), "MIT AND LGPL-2.0-or-later");
}

#[test]
fn lists_offer_choices() {
    check("You may choose either the Apache License, Version 2.0 or the MIT license.", "Apache-2.0 OR MIT");
    check(
        "Licensed under the Apache License, Version 2.0 <LICENSE-APACHE or\nhttp://www.apache.org/licenses/LICENSE-2.0> or the MIT license\n<LICENSE-MIT or http://opensource.org/licenses/MIT>, at your\noption.",
        "Apache-2.0 OR MIT",
    );
    check(
        "Licensed under the terms of any of the following licenses at your choice:\n\n*   GNU General Public License Version 2 or later (the \"GPL\"):\n    http://www.gnu.org/licenses/gpl.html\n\n*   Mozilla Public License Version 1.1 (the \"MPL\"):\n    http://www.mozilla.org/MPL/MPL-1.1.html\n",
        "GPL-2.0-or-later OR MPL-1.1",
    );
    check(
        &format!("Dual licensed under WTFPL and MIT:\n\n{}\n\n---\n\n{}", text_of("WTFPL"), text_of("MIT")),
        "WTFPL OR MIT",
    );
    check(
        "Multi-licensed under the two-clause BSD License, MIT License, or Apache License, version 2.0",
        "BSD-2-Clause OR MIT OR Apache-2.0",
    );
    check("It is dual licensed under the Apache 2.0 license as well as the MIT license.", "Apache-2.0 OR MIT");
    // The grants that follow say what the choice is.
    check(
        "Dual licensed under the MIT and GPL licenses.\n\nLicense: MIT\n\nThis program is free software under the GNU General Public License, version 2 or later.\n",
        "MIT OR GPL-2.0-or-later",
    );
}

/// The words of choice may stand before the list or behind it, and its marks are bullets, numbers or letters.
#[test]
fn lists_in_lines_offer_choices_where_words_say_so() {
    let list = "1. MIT\n2. Apache-2.0\n";
    check(&format!("This software is available under either of:\n{list}"), "MIT OR Apache-2.0");
    check(&format!("This work is licensed under:\n\n{list}\nat your option.\n"), "MIT OR Apache-2.0");
    check(
        &format!("You may use this software under the terms of one of the following licenses:\n\n{list}"),
        "MIT OR Apache-2.0",
    );
    check(
        "It is available under any of the following licenses:\n  (a) GNU General Public License version 2\n  (b) MIT license\n  (c) the zlib license\n",
        "GPL-2.0-only OR MIT OR Zlib",
    );
    // Without them it is a sum.
    check(&format!("The following licenses apply to this distribution:\n{list}"), "MIT AND Apache-2.0");
    check(&format!("Each file is under one of the following licenses:\n\n{list}"), "MIT AND Apache-2.0");
    // Items may say more than a name, and one of them may be known by its kind alone.
    check(
        "It can be used under one of three licenses.\n\n1. The GNU General Public License, version 3.0, in LICENSE-gpl3.txt\n\
         2. A BSD-Style License, in LICENSE-bsd.txt.\n3. The more liberal original HIDAPI license. LICENSE-orig.txt\n",
        "GPL-3.0-only OR LicenseRef-BSD OR HIDAPI",
    );
}

#[test]
fn the_exception_of_llvm_is_written_out() {
    let three = "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT";
    check("x is triple-licensed under Apache 2.0 with the LLVM Exception, Apache 2.0, and MIT terms.", three);
    check(
        "x is triple licensed under the terms of:\n\n * the Apache License, Version 2.0 with LLVM Exception (LICENSE-A)\n \
         * the Apache License, Version 2.0 (LICENSE-APACHE)\n * the MIT license (LICENSE-MIT)\n\nat your option.\n",
        three,
    );
}

#[test]
fn rights_waived_by_a_dedication_count_beside_the_licence() {
    check(
        &format!("{}\n\n====\n\nCopyright and related rights for sample code are waived via CC0.\n", text_of("MIT")),
        "MIT AND CC0-1.0",
    );
}

#[test]
fn terms_that_are_sold_are_a_branch() {
    let gpl = "GPL-2.0-or-later OR LicenseRef-proprietary";
    check("It is licensed under the GPL version 2 or later, or under a commercial license.", gpl);
    check("It is dual licensed under the GPL version 2 or later and a commercial license.", gpl);
    check(
        "Licensed under the GPL version 2 or later, or the MPL 1.1, or a commercial license.",
        "GPL-2.0-or-later OR MPL-1.1 OR LicenseRef-proprietary",
    );
    // Who is asked for one offers nothing here.
    check(
        "It is licensed under the GPL version 2 or later. If you need a commercial license, ask us.",
        "GPL-2.0-or-later",
    );
    check("It is licensed under the GPL version 2 or later or ask us for a commercial license.", "GPL-2.0-or-later");
}

#[test]
fn a_name_that_announces_a_grant_gives_way_to_it() {
    let grant = "either version 3 of the License, or (at your option) any later version.\n";
    check(
        &format!(
            "The other parts are distributed under the following terms (GPLv3):\n\nIt is under the terms of the GNU General Public License; {grant}"
        ),
        "GPL-3.0-or-later",
    );
    check(
        &format!("The manual is under the GPLv2:\n\nIt is under the terms of the GNU General Public License; {grant}"),
        "GPL-2.0-only AND GPL-3.0-or-later",
    );
}

#[test]
fn names_without_a_version() {
    check("Licensed under the Apache License.", "Apache-2.0");
    check("Licensed under the Apache License. The old parts are under the Apache License, Version 1.1.", "Apache-1.1");
    check(
        "The code is under the GPL, version 2.\n\nThe icons are under the Artistic License.\n",
        "GPL-2.0-only AND Artistic-1.0-Perl",
    );
    check("Released under the SIL Open Font License (OFL) v1.1.", "OFL-1.1");
    check("CC0-1.0\nhttps://example.org/some/icons\nhttps://example.org/other/icons\n", "CC0-1.0");
    check(
        "The author has dedicated all rights to this software to the public domain.\n\nSee <http://creativecommons.org/publicdomain/zero/1.0/>.\n",
        "CC0-1.0",
    );
    check("License: GPL-3.0-or-later WITH GCC-exception-3.1\n", "GPL-3.0-or-later WITH GCC-exception-3.1");
}

#[test]
fn siblings_are_told_apart_by_what_they_grant() {
    let sell = "Copyright 1990 by A\n\nPermission to use, copy, modify, distribute, and sell this documentation\nfor any purpose and without fee is hereby \
                granted, provided that the above\ncopyright notice and this permission notice appear in all copies.\nB makes no representations \
                about the suitability for any purpose\nof the information in this document. It is provided \"as is\" without\nexpress or implied warranty.\n";
    check(sell, "HPND-doc-sell");
    assert_ne!(said(&text_of("HPND-doc-sell").replace(", and sell this", ", and this")), "HPND-doc-sell");
    check(
        "This file is free software; the author gives unlimited permission to copy and/or distribute it, with or without modifications, as long as this notice is preserved.",
        "FSFULLR",
    );
    let unicode = text_of("Unicode-DFS-2016");
    check(&unicode[unicode.find("Permission is hereby granted").expect("its grant")..], "Unicode-DFS-2016");
    let lgpl = text_of("LGPL-3.0-only");
    let end = lgpl
        .find("GNU GENERAL PUBLIC LICENSE\nVersion 3")
        .or(lgpl[100..].find("GNU GENERAL PUBLIC LICENSE").map(|n| n + 100));
    check(&lgpl[..end.expect("the GPL in it")], "LGPL-3.0-only");
}

#[test]
fn a_title_of_another_licence_is_believed() {
    let changed = text_of("BSD-2-Clause")
        .replace("following disclaimer", "following useful long disclaimer")
        .replace("permitted provided", "allowed provided");
    let titled = said(&format!("Example University Parrot License\n\nVersion 1.2\n\n{changed}"));
    assert!(titled.starts_with("LicenseRef-"), "{titled}");
}

#[test]
fn several_licences_in_a_row_are_no_other_one() {
    let bsd = text_of("BSD-3-Clause");
    let holder =
        |name: &str| format!("Copyright 2001 {name}\n\n{}\n\n----------\n\n", bsd.replace("copyright holder", name));
    check(&format!("{}{}{}", holder("A University"), holder("B Institute"), holder("C Company")), "BSD-3-Clause");
    let bound = bsd.replace(
        "3. Neither",
        "3. All changes must be clearly marked.\n4. The link to the site must not be removed.\n5. Neither",
    );
    assert!(said(&bound).starts_with("LicenseRef-"), "{}", said(&bound));
}

#[test]
fn a_text_of_its_own_ends_where_something_else_begins() {
    let own = "Permission is granted to anyone to bake this cake on Sundays and to eat it with friends, provided that the baker is thanked.\n";
    let one = said(own);
    assert!(one.starts_with("LicenseRef-"), "{one}");
    check(
        &format!(
            "{own}\n----------\n\nCopyright 1999 Somebody\nAll rights reserved to the terms and conditions of the copyright license.\n"
        ),
        &one,
    );
}

#[test]
fn what_grants_nothing_to_users_is_said_aside() {
    check(
        "Foo is under the MIT license.\n\nAs a contributor, you agree that your code can be used under the Apache-2.0 license.\n",
        "MIT",
    );
    check("Foo is under the MIT license. Placing it under the GNU GPL has been withdrawn.\n", "MIT");
    check(
        "Foo is under the GPL, version 2 or later.\n\nIf the terms and conditions of the AGPL v3 would prevent you from using Foo, ask us.\n",
        "GPL-2.0-or-later",
    );
    check(
        "Foo is under the MIT license.\n\nFor your convenience, the GPL version 2.0 and the BSD license are included here.\n",
        "MIT",
    );
}

#[test]
fn items_of_a_list_may_say_what_they_are_for() {
    check(
        "Parts come under other licenses:\n\n* MIT: json.cc, json.h\n* zlib: util/sha1.cc\n* Apache v2: pcg.cc\n",
        "MIT AND Zlib AND Apache-2.0",
    );
}

#[test]
fn later_versions_may_be_better() {
    let grant = "You may use it under the GNU General Public License, version 2 or better.\n";
    check(grant, "GPL-2.0-or-later");
}

#[test]
fn a_choice_for_all_but_a_part_is_no_choice_among_all() {
    let words = format!(
        "All code with the exception of x.py is under either the license immediately below, or (at your choice) the second \
         one. x.py is under the third.\n\n{}\n\n{}\n\n{}\n",
        super::text_of("BSD-3-Clause"),
        super::text_of("ZPL-2.1"),
        super::text_of("MIT-CMU")
    );
    check(&words, "BSD-3-Clause AND ZPL-2.1 AND MIT-CMU");
}

#[test]
fn who_accepts_later_versions_is_a_branch_of_its_own() {
    check(
        "Under the GNU Lesser General Public License as published by the Free Software Foundation; either version 2.1 of the License, or \
         (at your option) version 3, or any later version accepted by the membership of KDE e.V.\n",
        "LGPL-2.1-only OR LGPL-3.0-only OR LicenseRef-KDE-Accepted-LGPL",
    );
    check("The license is the LGPL version 2.1 or later.\n", "LGPL-2.1-or-later");
}

#[test]
fn a_dedication_may_be_said_in_many_ways() {
    for words in
        ["I hereby dedicate this file to the public domain.", "The author donates this code to the public domain."]
    {
        check(words, "LicenseRef-public-domain");
    }
}

#[test]
fn the_terms_of_an_unknown_grant_are_a_part_of_it() {
    let words = "This program may be freely used, copied and passed on provided that:\n\n\
                 (1) the name of its maker stays where it is in every one of the files;\n\n\
                 (2) changes go out as patches beside what was there before, and say so;\n\n\
                 (3) nobody claims to have made it.\n\nHave fun, and tell your friends about this window manager of mine.\n";
    let found = crate::license::text::identify(words);
    let last = found.matches.last().expect("one");
    assert!(words[last.range.clone()].trim_end().ends_with("made it"), "{:?}", &words[last.range.clone()]);
}
