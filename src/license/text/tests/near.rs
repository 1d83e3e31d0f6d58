//! Texts that are a licence of the list but for something: several in a row, parts left out, conditions added.

use super::{check, said, text_of};

/// A text under a holder of its own.
fn held(id: &str, holder: &str) -> String {
    format!("{holder}.c is\nCopyright (c) 2011 {holder}\n\n{}\n\n", text_of(id))
}

#[test]
fn texts_in_a_row_are_each_themselves() {
    for n in 2..=12 {
        let row: String = (0..n).map(|i| held("BSD-3-Clause", &format!("Holder{i} Example"))).collect();
        check(&row, "BSD-3-Clause");
    }
    for (ids, expected) in [
        (&["BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause"][..], "BSD-2-Clause AND BSD-3-Clause"),
        (&["BSD-2-Clause", "BSD-2-Clause", "BSD-3-Clause"], "BSD-2-Clause AND BSD-3-Clause"),
        (&["NTP", "ISC"], "NTP AND ISC"),
        (&["MIT", "Zlib", "MIT", "0BSD"], "MIT AND Zlib AND 0BSD"),
        (&["Sleepycat"], "Sleepycat"),
        (&["OpenSSL", "BSD-3-Clause"], "OpenSSL AND BSD-3-Clause"),
    ] {
        let row: String = ids.iter().map(|id| format!("{}\n\n---\n\n", text_of(id))).collect();
        check(&row, expected);
    }
}

#[test]
fn texts_without_their_annexes_are_themselves() {
    let until = |id: &str, heading: &str| {
        let text = text_of(id);
        text[..text.rfind(heading).expect("its heading")].to_string()
    };
    let lesser = until("LGPL-3.0-only", "GNU GENERAL PUBLIC LICENSE");
    check(&lesser, "LGPL-3.0-only");
    check(&format!("{lesser}\n\n{}", text_of("GPL-3.0-only")), "LGPL-3.0-only");
    check(&format!("{}\n\n{lesser}", text_of("GPL-3.0-only")), "LGPL-3.0-only");
    check(&until("MPL-2.0", "Exhibit A"), "MPL-2.0");
    check(&until("MPL-1.1", "Exhibit A - "), "MPL-1.1");
    check(&until("EPL-2.0", "Exhibit A \u{2013}"), "EPL-2.0");
    check(&until("EUPL-1.2", "Appendix\n"), "EUPL-1.2");
    for id in ["CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0"] {
        let text = text_of(id);
        let start = text.find("By exercising the Licensed Rights").expect("its first words");
        check(&text[start..], id);
    }
}

/// Not the plain licence, whatever else.
fn not_plain(text: &str, id: &str) {
    assert_ne!(said(text), id, "{}", text.chars().take(400).collect::<String>());
}

#[test]
fn conditions_that_are_added_are_seen() {
    for clause in [
        "You may not use this software for commercial purposes.",
        "Commercial use requires a separate license from the author.",
        "All modifications to the source code must be clearly marked as such.",
        "This software may not be used in nuclear facilities.",
        "You must send the author a postcard.",
        "The software may not be sold.",
        "Use by military organisations is prohibited.",
    ] {
        for (id, before, mark) in [
            ("MIT", "THE SOFTWARE IS PROVIDED", ""),
            ("ISC", "THE SOFTWARE IS PROVIDED", ""),
            ("BSD-2-Clause", "THIS SOFTWARE IS PROVIDED", "3. "),
            ("BSD-3-Clause", "THIS SOFTWARE IS PROVIDED", "4. "),
            ("Zlib", "3. This notice", ""),
        ] {
            not_plain(&text_of(id).replacen(before, &format!("{mark}{clause}\n\n{before}"), 1), id);
        }
        not_plain(
            &text_of("Apache-2.0").replacen("3. Grant of Patent", &format!("{clause}\n\n3. Grant of Patent"), 1),
            "Apache-2.0",
        );
        // Beside the licence they stand as a licence of their own.
        for text in
            [format!("{}\n\n{clause}\n", text_of("MIT")), format!("The foo license\n\n{clause}\n\n{}", text_of("MIT"))]
        {
            assert!(said(&text).contains("MIT") && said(&text).contains("LicenseRef-"), "{clause}: {}", said(&text));
        }
    }
}

#[test]
fn words_that_are_turned_are_seen() {
    for (id, from, to) in [
        ("MIT", "without restriction", "with restrictions"),
        ("MIT", "sublicense, and/or sell", "and/or sublicense"),
        ("MIT", "is hereby granted", "is hereby not granted"),
        ("MIT", "free of charge, ", "free of charge, for non-commercial purposes only, "),
        ("ISC", "for any purpose", "for any non-commercial purpose"),
        ("BSD-3-Clause", "are permitted", "are not permitted"),
        ("BSD-2-Clause", "are permitted", "for research purposes only are permitted"),
    ] {
        assert!(text_of(id).contains(from), "{id} {from}");
        not_plain(&text_of(id).replacen(from, to, 1), id);
    }
    // The heading of its conditions is no part of MIT-0.
    let mit = text_of("MIT");
    let (start, end) = (mit.find("The above copyright notice"), mit.find("THE SOFTWARE IS PROVIDED"));
    let text = format!("{}{}", &mit[..start.expect("its clause")], &mit[end.expect("its disclaimer")..]);
    not_plain(&text, "MIT-0");
}

#[test]
fn words_parted_at_the_end_of_a_line_are_one() {
    let text = text_of("MIT").replace("restriction", "restric-\n * tion").replace("obtaining", "ob-\ntaining");
    check(&text, "MIT");
    check("Licensed under the terms of the Apache License, ver-\nsion 2.0.\n", "Apache-2.0");
}

#[test]
fn strings_of_programs_hold_texts() {
    for id in ["MIT", "BSD-3-Clause", "Zlib"] {
        let text = format!("Copyright (c) 2020 Jane Roe\n\n{}", text_of(id));
        check(&format!("const LICENSE = \"{}\";\n", text.replace('"', "\\\"").replace('\n', "\\n")), id);
    }
}

#[test]
fn an_address_below_a_name_is_no_part_of_the_text() {
    let text = text_of("WTFPL");
    let line = text.lines().find(|l| l.starts_with("Copyright")).expect("its holder");
    let more = text.replacen(line, &format!("{line}\n 22 rue de Plaisance, 75014 Paris, France"), 1);
    check(&more, "WTFPL");
}
