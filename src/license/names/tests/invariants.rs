//! Texts in a name's place, long tags, and what holds for every statement.

use super::*;
use crate::license::db;
use crate::model::Class;
use proptest::prelude::*;

#[test]
fn a_whole_text_is_no_name() {
    let text = "Acme licence\n\nYou may look at this software, but you may not touch it, on any day of the week.";
    let got = normalize(Grammar::PypiLicense, &[text]);
    let name = got.expression.to_string();
    assert!(name.starts_with("LicenseRef-") && name.len() == 23, "{name}");
    assert_eq!(got.refs, [(Box::from(name.as_str()), Box::from(text))]);
    assert_eq!(got.unresolved.len(), 1);
    // White space does not count.
    let wrapped = text.replace(' ', "  ");
    assert_eq!(normalize(Grammar::PypiLicense, &[&wrapped]).expression, got.expression);
}

#[test]
fn a_name_and_a_copyright_line_are_no_text() {
    let got = normalize(Grammar::PypiLicense, &["MIT License\n\nCopyright (c) 2020 Jane Roe"]);
    assert_eq!(got.expression.to_string(), "MIT");
    assert_eq!(got.unresolved, ["Copyright (c) 2020 Jane Roe"]);
    assert_eq!(normalize(Grammar::PypiLicense, &["MIT\nApache-2.0"]).expression.to_string(), "MIT AND Apache-2.0");
}

#[test]
fn a_long_tag_is_read_as_a_tag() {
    let tag = ["GPLv2+", "LGPLv2+", "MIT", "ISC", "zlib", "Boost", "Vim", "PHP", "TCL", "NTP"].join(" and ");
    let tag = format!(
        "{tag} and (MPLv1.1 or GPLv2+ or LGPLv2+) and Public Domain and OpenSSL and Rdisc and Sendmail and Ruby and W3C and NCSA and Frobozz and Qhull and Wsuipa and Xerox"
    );
    let got = normalize(Grammar::RpmCallaway, &[&tag]);
    assert_eq!(got.unresolved, ["Frobozz"]);
}

/// Names that each have a plain id, for lists that are made up.
const KNOWN: [(&str, &str); 8] = [
    ("GPL-2+", "GPL-2.0-or-later"),
    ("MIT", "MIT"),
    ("Apache License, Version 2.0", "Apache-2.0"),
    ("LGPLv2.1+", "LGPL-2.1-or-later"),
    ("ISC", "ISC"),
    ("GNU General Public License version 3 or later", "GPL-3.0-or-later"),
    ("MPL 2.0", "MPL-2.0"),
    ("zlib/libpng License", "Zlib"),
];

/// A statement with the ids that must be in what it becomes.
fn statement() -> impl Strategy<Value = (String, Vec<&'static str>)> {
    let leaf = prop::sample::select(&KNOWN[..]).prop_map(|(name, id)| (name.to_string(), vec![id]));
    leaf.prop_recursive(3, 12, 4, |inner| {
        (prop::collection::vec(inner, 2..4), prop::bool::ANY).prop_map(|(parts, and)| {
            let ids = parts.iter().flat_map(|(_, ids)| ids.clone()).collect();
            let words: Vec<String> =
                parts.into_iter().map(|(text, ids)| if ids.len() > 1 { format!("({text})") } else { text }).collect();
            (words.join(if and { " and " } else { " or " }), ids)
        })
    })
}

proptest! {
    #[test]
    fn no_operand_is_lost((text, ids) in statement()) {
        for grammar in [Grammar::Spdx, Grammar::RpmCallaway, Grammar::DebianDep5, Grammar::Any] {
            let got = normalize(grammar, &[&text]);
            let expr = got.expression.expression().cloned().unwrap();
            let leaves: Vec<String> = expr.leaves().into_iter().map(ToString::to_string).collect();
            prop_assert!(got.unresolved.is_empty(), "{text}: {got:?}");
            for id in &ids {
                prop_assert!(leaves.iter().any(|l| l == id), "{text}: {id} is not in {expr}");
            }
            prop_assert!(leaves.iter().all(|l| ids.contains(&l.as_str())), "{text}: {expr}");
        }
    }

    #[test]
    fn what_comes_out_parses_again(text in "[A-Za-z0-9 ()+,./|&-]{0,60}", grammar in prop::sample::select(&Grammar::ALL[..])) {
        let got = normalize(grammar.1, &[&text]);
        if let Some(expr) = got.expression.expression() {
            prop_assert_eq!(expr::parse(&expr.to_string()), Ok(expr.clone()));
        }
    }

    #[test]
    fn nothing_makes_it_panic(text in "\\PC{0,80}", grammar in prop::sample::select(&Grammar::ALL[..])) {
        let _ = normalize(grammar.1, &[&text, "MIT"]);
    }

    #[test]
    fn joining_by_and_is_never_milder((a, _) in statement(), (b, _) in statement()) {
        let class = |text: &str| normalize(Grammar::Spdx, &[text]).expression.expression().map_or(Class::Unknown, db::class_of);
        let joined = class(&format!("({a}) and ({b})"));
        prop_assert!(joined >= class(&a).max(class(&b)));
    }
}
