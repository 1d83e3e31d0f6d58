//! What is said in fields, in lines of their own, by addresses and by names with a short name in parentheses.

use super::check;
use crate::license::text::built::index;
use crate::license::text::index::Kind;
use crate::license::text::{gnu, ids};

#[test]
fn every_id_and_name_is_itself() {
    let mut wrong = Vec::new();
    for doc in index().docs.iter().filter(|d| d.kind == Kind::License && d.id == d.listed) {
        // Deprecated for an expression; and names that begin with the name of another.
        let spare = ["Net-SNMP", "Sun-PPP", "Unlicense-libtelnet", "Unlicense-libwhirlpool"];
        if gnu::Family::of(&doc.id).is_some() || spare.contains(&&*doc.id) {
            continue;
        }
        let expected = doc.id.to_string();
        for text in [
            format!("{}\n", doc.id),
            format!("License: {}\n", doc.id),
            format!("This package is licensed under the {} license.\n", doc.id),
        ] {
            let got = super::said(&text);
            if got != expected && got != ids::bare(&doc.id) {
                wrong.push(format!("{text:?}: {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn fields_hold_expressions() {
    check("License: FTL OR GPL-2.0-or-later\n", "FTL OR GPL-2.0-or-later");
    check("License: BSD-3-Clause-Open-MPI\n", "BSD-3-Clause-Open-MPI");
    check("/**\n * @license WTFPL\n */\n", "WTFPL");
    check("{ \"name\": \"foo\", \"license\": \"0BSD\", \"version\": \"1.0.0\" }\n", "0BSD");
    check("(MIT OR CC0-1.0)\n", "MIT OR CC0-1.0");
    check("The Ruby program that reads Vim files is fair.\n", "");
    let texts = format!("MIT OR Apache-2.0\n\n{}\n\n{}\n", super::text_of("MIT"), super::text_of("Apache-2.0"));
    check(&texts, "MIT OR Apache-2.0");
    check(
        "# Icons: CC BY 4.0 License\n\n# Fonts: SIL OFL 1.1 License\n\n# Code: MIT License\n",
        "CC-BY-4.0 AND OFL-1.1 AND MIT",
    );
    check("/*! curves - MIT License (c) 2022 Jane Roe (example.org) */", "MIT");
    check("/*! normal.css v8.0.1 | MIT License | example.org/normal.css */", "MIT");
    check("Source code is MIT. Documentation is CC-BY-4.0.", "MIT AND CC-BY-4.0");
}

#[test]
fn addresses_stand_for_licences() {
    check("http://www.apache.org/licenses/LICENSE-2.0\n", "Apache-2.0");
    check(
        "To the extent possible under law, the author has dedicated all copyright to this software to the public domain \
         worldwide. See <http://creativecommons.org/publicdomain/zero/1.0/>.",
        "CC0-1.0",
    );
    check(
        "Code released under the MIT License. Docs released under [Creative Commons](https://creativecommons.org/licenses/by/3.0/).",
        "MIT AND CC-BY-3.0",
    );
    // The page holds version 3; the sentence grants more.
    check(
        "under the terms of the GNU GPL, version 2 or later, see https://www.gnu.org/licenses/gpl-3.0.html",
        "GPL-2.0-or-later",
    );
}

#[test]
fn short_names_in_parentheses_are_passed_over() {
    check("published under the SIL Open Font License (OFL) v1.1", "OFL-1.1");
    check("Licensed under the Eclipse Public License (EPL), version 2.0.", "EPL-2.0");
    check("Licensed under the Academic Free License (AFL) version 2.1", "AFL-2.1");
    check("Licensed under the European Union Public Licence (EUPL) v1.2", "EUPL-1.2");
    check(
        "This work is licensed under the Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International License.",
        "CC-BY-NC-SA-4.0",
    );
}

#[test]
fn what_was_public_domain_or_is_like_it_is_not() {
    check("Foo 4.3 and earlier was \"public domain\". Foo is now under the MIT license.", "MIT");
    check("Foo used to be in the public domain. It is now licensed under the MIT license.", "MIT");
    check("Jane Roe and others that have contributed code to the public domain. License: MIT\n", "MIT");
    check("The author hereby dedicated this code to the public domain.", "LicenseRef-public-domain");
}

#[test]
fn choices_count_once() {
    check(
        "Released under the AFL or BSD license: Foo is available under either the BSD 3-Clause license or the Academic Free \
         License version 2.1.\n\nCode that is incompatible with the AFL-2.1 is not taken.",
        "BSD-3-Clause OR AFL-2.1",
    );
    check(
        "License: GPL-3.0-or-later WITH GCC-exception-3.1\n\nUnder Section 7 of GPL version 3, you are granted additional \
         permissions.\n",
        "GPL-3.0-or-later WITH GCC-exception-3.1",
    );
    check(
        "This software is made available under the terms of *either* of the licenses found in LICENSE.MIT or LICENSE.BSD.",
        "MIT OR LicenseRef-BSD",
    );
    check("See LICENSE-MIT for details.", "");
}
