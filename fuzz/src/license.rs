//! Licence expressions, names of every ecosystem, texts, Debian copyright files.

use crate::words;
use std::ops::Range;
use supercargo::license::expr::{parse, parse_lenient};
use supercargo::license::{copyright as deb, db, names as table, text as matcher};
use supercargo::model::{Class, Expr, Grammar, Outcome};

/// What holds of every expression that the program makes: it prints to something that it, and others, can read back as
/// the same; its shape is flat; the class gets no milder by AND and no stricter by OR.
pub fn check(e: &Expr) {
    let printed = e.to_string();
    assert_eq!(parse(&printed).as_ref(), Ok(e), "{printed} reads back as something else");
    // The other parser knows no exception after a LicenseRef (SPDX 3), and counts no nesting.
    let with_ref = |l: &&Expr| matches!(l, Expr::With(inner, _) if matches!(**inner, Expr::Ref(_)));
    if !e.leaves().iter().any(with_ref) {
        assert!(spdx::Expression::parse(&printed).is_ok(), "{printed} is no SPDX expression");
    }
    shape(e);
    let class = db::class_of(e);
    let copyleft = Expr::id("AGPL-3.0-only");
    let and = Expr::and([e.clone(), copyleft.clone()]).expect("two operands");
    let or = Expr::or([e.clone(), copyleft]).expect("two operands");
    assert!(db::class_of(&and) >= class.max(Class::NetworkCopyleft));
    assert!(db::class_of(&or) <= class.min(Class::NetworkCopyleft));
}

fn shape(e: &Expr) {
    match e {
        Expr::License { id, .. } => {
            assert_eq!(db::license_id(id), Some(&**id), "not as the list writes it");
            assert_eq!(db::replacement(id), None, "{id} is deprecated");
        }
        Expr::Ref(id) => {
            let last = id.rsplit(':').next().unwrap_or("");
            let own = last.strip_prefix("LicenseRef-").unwrap_or("");
            assert!(!own.is_empty() && own.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b)), "{id}");
        }
        Expr::With(inner, exception) => {
            assert!(matches!(**inner, Expr::License { .. } | Expr::Ref(_)));
            assert_eq!(db::exception_id(exception), Some(&**exception));
            shape(inner);
        }
        Expr::And(list) => {
            assert!(list.len() > 1 && !list.iter().any(|e| matches!(e, Expr::And(_))));
            list.iter().for_each(shape);
        }
        Expr::Or(list) => {
            assert!(list.len() > 1 && !list.iter().any(|e| matches!(e, Expr::Or(_))));
            list.iter().for_each(shape);
        }
    }
}

fn has(outcome: &Outcome, leaf: &Expr) -> bool {
    outcome.expression().is_some_and(|e| e.leaves().contains(&leaf))
}

/// SPDX expressions: what is read prints, what is printed reads, no operand is lost.
pub fn expr(data: &[u8]) {
    let text = words(data);
    let strict = parse(&text);
    let lenient = parse_lenient(&text);
    if let Ok(e) = &strict {
        assert_eq!(lenient.as_ref(), Ok(e), "the lenient parser reads what the strict one reads, and the same");
    }
    let Ok(e) = lenient else { return };
    check(&e);
    // Every word that is an id or a reference is among the leaves.
    let spaced = text.replace(['(', ')'], " ");
    let mut after_with = false;
    for word in spaced.split_whitespace() {
        let operator = ["AND", "OR", "WITH"].iter().any(|o| o.eq_ignore_ascii_case(word));
        if !operator && !after_with {
            let one = parse(word).unwrap_or_else(|w| panic!("{w} is read in {text:?} and not alone"));
            for leaf in one.leaves() {
                let found =
                    e.leaves().iter().any(|l| *l == leaf || matches!(l, Expr::With(inner, _) if **inner == *leaf));
                assert!(found, "{word} is lost in {e}");
            }
        }
        after_with = word.eq_ignore_ascii_case("WITH");
    }
}

/// What metadata says, in every grammar.
pub fn names(data: &[u8]) {
    let text = words(data);
    let zlib = Expr::id("Zlib");
    for (name, grammar) in Grammar::ALL {
        let found = table::normalize(grammar, &[&text]);
        assert_eq!(table::normalize(grammar, &[&text]), found, "{name} is not of one mind");
        if let Some(e) = found.expression.expression() {
            check(e);
            let refs: Vec<&str> = found.refs.iter().map(|(id, _)| &**id).collect();
            for id in e.refs() {
                assert!(refs.contains(&id), "{name}: no words for {id} of {text:?}");
            }
            for id in refs {
                assert!(e.refs().contains(&id), "{name}: {id} is not in {e}");
            }
        } else {
            let silent = matches!(found.method, "none" | "reference" | "alias" | "structure" | "url" | "unknown");
            assert!(silent || !found.unresolved.is_empty(), "{name}: {text:?} came to nothing by {}", found.method);
        }
        // A name that everybody knows is kept, whatever stands beside it.
        for list in [["Zlib", &text], [&text, "Zlib"]] {
            let pair = table::normalize(grammar, &list);
            assert!(
                has(&pair.expression, &zlib) || pair.unresolved.iter().any(|w| w.contains("Zlib")),
                "{name}: Zlib is lost in {list:?}: {pair:?}"
            );
        }
    }
}

fn check_range(text: &str, range: &Range<usize>) {
    assert!(range.start <= range.end, "{range:?}");
    assert!(text.get(range.clone()).is_some(), "{range:?} cuts a character or leaves the text of {}", text.len());
}

/// The matcher of texts, alone and around a licence that must be found.
pub fn text(data: &[u8]) {
    let text = words(data);
    let found = matcher::identify(&text);
    check_identified(&text, &found);
    assert_eq!(matcher::identify(&text), found, "the matcher is not of one mind");
    let Some(info) = db::license_info("Zlib") else { return };
    let at = (0..=text.len() / 2).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
    let (before, after) = text.split_at(at);
    let whole = format!("{before}\n\n{}\n\n{after}", info.text);
    let around = matcher::identify(&whole);
    check_identified(&whole, &around);
    let zlib = Expr::id("Zlib");
    assert!(
        around.matches.iter().any(|m| m.expression.leaves().contains(&&zlib)),
        "a licence between {before:?} and {after:?} was not found: {:?}",
        around.matches
    );
}

/// What the licence section of a README says.
pub fn section(words: &str) {
    check_identified(words, &supercargo::license::section::read(words));
}

fn check_identified(text: &str, found: &matcher::Identified) {
    if let Some(e) = &found.expression {
        check(e);
    }
    let mut before = 0;
    for m in &found.matches {
        check_range(text, &m.range);
        assert!(m.range.start >= before, "matches are not in order: {:?}", found.matches);
        before = m.range.start;
        check(&m.expression);
        assert!((0.0..=1.0).contains(&m.coverage), "{m:?}");
        assert!(m.confidence <= 100);
    }
    for c in &found.copyrights {
        check_range(text, &c.range);
        assert!(!c.statement.is_empty() && !c.statement.contains('\n'));
    }
    if let Some((id, share)) = &found.nearest {
        assert!(db::license_id(id).is_some(), "{id}");
        assert!((0.0..=1.0).contains(share), "{share}");
    }
}

/// Debian copyright files, of either kind.
pub fn copyright(data: &[u8]) {
    let text = words(data);
    let found = deb::read(&text);
    assert_eq!(deb::read(&text), found, "the reader is not of one mind");
    for outcome in [&found.declared, &found.concluded] {
        let Some(e) = outcome.expression() else { continue };
        check(e);
        for id in e.refs() {
            assert!(found.refs.iter().any(|(r, _)| **r == *id), "no words for {id}");
        }
    }
    for s in &found.statements {
        check_range(&text, &s.range);
        check(&s.expression);
        assert!(s.confidence <= 100);
    }
    for c in &found.copyrights {
        assert!(!c.is_empty() && !c.contains('\n'), "{c:?}");
    }
}
