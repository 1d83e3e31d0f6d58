//! Reads a name by its parts: family, version, "only" or "or later". Nothing may be left over: a name with a word that
//! has no meaning here is not read at all.

use super::wording::{date_words, later_words, number_word};
use crate::license::db::{self, families, families::Later, key};
use crate::license::expr;
use crate::model::Expr;

/// A name that was read by its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Structured {
    /// What it says.
    pub expr: Expr,
    /// Its family, by which a bare version further on is understood (`GPL v2 or v3`).
    pub family: &'static str,
    /// Whether there are other reasonable readings.
    pub ambiguous: bool,
    /// How often the family is named.
    mentions: usize,
}

/// Names longer than this many parts are prose.
const MAX_PARTS: usize = 40;

/// Reads one name.
pub fn read(text: &str) -> Option<Structured> {
    let tokens = key::tokens(text);
    if tokens.len() > MAX_PARTS {
        return None;
    }
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let read = creative_commons(&tokens).or_else(|| bsd(text, &tokens));
    // A parenthesis may repeat a name with less; anywhere else, `GPLv2+, GPLv2` are two.
    let found = read.or_else(|| family(&tokens, None, text.contains('(')))?;
    (found.mentions < 2 || !text.contains(JOINERS)).then_some(found)
}

/// Between two mentions of a family these part two names (`GPL/GPLv3`). A comma often repeats one.
const JOINERS: [char; 4] = ['/', '|', '&', ';'];

/// Reads a version alone, as one of `family` (`3`, `v3 or later`).
pub fn read_version(text: &str, family_name: &str) -> Option<Structured> {
    let tokens = key::tokens(text);
    let mut tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    tokens.retain(|t| !key::is_filler(t));
    if !starts_with_digit(tokens.first()?) {
        return None;
    }
    let (known, _) = families::at_start(&[family_name])?;
    family(&tokens, Some(known), true)
}

fn starts_with_digit(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit())
}

/// Words that say nothing beside a family's name.
const FILLERS: [&str; 22] = [
    "of",
    "under",
    "terms",
    "public",
    "software",
    "source",
    "code",
    "free",
    "open",
    "foundation",
    "inc",
    "agreement",
    "published",
    "by",
    "fsf",
    "as",
    "gnu",
    "s",
    "a",
    "general",
    "number",
    "rev",
];

/// Reads the parts of a name of one family. `may_repeat` says whether the name may come again without "or later".
fn family(tokens: &[&str], known: Option<&'static families::Family>, may_repeat: bool) -> Option<Structured> {
    let mut found = known;
    let mut version: Option<String> = None;
    let (mut later, mut only) = (false, false);
    let mut variant = "";
    let mut rest = tokens;
    // Whether each mention of the family that has a version means later ones too.
    let mut mentions: Vec<bool> = Vec::new();
    let (mut versioned, mut later_here) = (false, false);
    let mut names = 0;
    while let Some(token) = rest.first() {
        let taken = if let Some((family, words)) = families::at_start(rest) {
            if found.is_some_and(|known| known.name != family.name) {
                return None;
            }
            names += 1;
            if versioned {
                mentions.push(std::mem::take(&mut later_here));
                versioned = false;
            }
            found = Some(family);
            words
        } else if let Some(words) = date_words(rest, version.is_some()) {
            words
        } else if let Some(number) = Some(*token).filter(|t| starts_with_digit(t)).or_else(|| number_word(token)) {
            // `1.3c` comes as two tokens.
            let lettered = rest.get(1).filter(|t| t.len() == 1 && ["a", "b", "c"].contains(*t));
            let (this, words) = match lettered {
                Some(letter) => (format!("{number}{letter}"), 2),
                None => (number.to_string(), 1),
            };
            if version.as_ref().is_some_and(|v| *v != this) {
                return None;
            }
            version = Some(this);
            versioned = true;
            words
        } else if let Some(words) = later_words(rest) {
            (later, later_here) = (true, true);
            words
        } else if *token == "only" {
            only = true;
            1
        } else if rest.starts_with(&["no", "invariants"]) || rest.starts_with(&["no", "invariant", "sections"]) {
            variant = "-no-invariants";
            if rest.get(1) == Some(&"invariants") { 2 } else { 3 }
        } else if rest.starts_with(&["no", "invariant"]) {
            variant = "-no-invariants";
            2
        } else if *token == "niv" {
            variant = "-no-invariants";
            1
        } else if *token == "invariants" {
            variant = "-invariants";
            1
        } else if key::is_filler(token) || FILLERS.contains(token) {
            1
        } else {
            return None;
        };
        rest = rest.get(taken..)?;
    }
    let family = found?;
    if !may_repeat && versioned && mentions.iter().any(|m| *m != later_here) {
        return None;
    }
    if (later && only) || (!variant.is_empty() && family.name != "gfdl") {
        return None;
    }
    let Some(version) = version else {
        // "only" without a version says nothing that could be written down.
        if only {
            return None;
        }
        let unversioned = match variant {
            "" => family.unversioned.to_string(),
            variant => format!("GFDL-1.1{variant}-or-later"),
        };
        let expr = expr::parse(&unversioned).ok()?;
        return Some(Structured { expr, family: family.name, ambiguous: family.ambiguous, mentions: names });
    };
    let id = family.version(&version)?;
    let expr = match family.later {
        Later::Ids => Expr::id(db::license_id(&format!("{id}{variant}-{}", if later { "or-later" } else { "only" }))?),
        Later::Plus => Expr::License { id: db::license_id(id)?.into(), plus: later },
    };
    Some(Structured { expr, family: family.name, ambiguous: false, mentions: names })
}

/// The BSD licences, told apart by the number of their clauses or by what people call them.
fn bsd(text: &str, tokens: &[&str]) -> Option<Structured> {
    if !tokens.iter().any(|t| matches!(*t, "bsd" | "bsdl" | "bdsl")) {
        return None;
    }
    let mentions = tokens.iter().filter(|t| matches!(**t, "bsd" | "bsdl")).count();
    if mentions > 1 && text.contains(',') {
        return None;
    }
    // `"New" or "Revised"`, `"Simplified" or "FreeBSD"`.
    let epithet = |t: Option<&&str>| t.is_some_and(|t| EPITHETS.contains(t));
    let mut clauses = None;
    for (i, token) in tokens.iter().enumerate() {
        let said = match *token {
            "0" | "zero" => 0,
            "1" | "one" => 1,
            "2" | "two" | "simplified" | "freebsd" => 2,
            "3" | "three" | "new" | "revised" | "modified" => 3,
            "4" | "four" | "original" | "old" => 4,
            "bsd" | "bsdl" | "bdsl" | "clause" | "clauses" | "c" | "cl" | "style" | "styled" | "like" | "type"
            | "berkeley" | "software" | "distribution" | "open" | "source" | "a" | "standard" => continue,
            "or" if i > 0 && epithet(tokens.get(i - 1)) && epithet(tokens.get(i + 1)) => continue,
            filler if key::is_filler(filler) => continue,
            _ => return None,
        };
        if clauses.is_some_and(|c| c != said) {
            return None;
        }
        clauses = Some(said);
    }
    // `BSD 2.0` counts versions of something, not clauses.
    if text.contains(".0") {
        return None;
    }
    let id = match clauses {
        None => return Some(Structured { expr: Expr::reference("BSD"), family: "bsd", ambiguous: true, mentions }),
        Some(0) => "0BSD",
        Some(1) => "BSD-1-Clause",
        Some(2) => "BSD-2-Clause",
        Some(3) => "BSD-3-Clause",
        Some(_) => "BSD-4-Clause",
    };
    Some(Structured { expr: Expr::id(id), family: "bsd", ambiguous: false, mentions })
}

/// What people call the BSD licences, instead of counting clauses or beside it.
const EPITHETS: [&str; 8] = ["new", "revised", "modified", "simplified", "freebsd", "original", "old", "standard"];

/// Creative Commons licences by their elements, in any order and spelling.
fn creative_commons(tokens: &[&str]) -> Option<Structured> {
    if !(tokens.contains(&"cc") || tokens.starts_with(&["creative", "common"]) || tokens.contains(&"commons")) {
        return None;
    }
    let (mut by, mut nc, mut nd, mut sa, mut later) = (false, false, false, false, false);
    let mut version: Option<&str> = None;
    let mut country: Option<String> = None;
    let mut rest = tokens;
    while let Some(token) = rest.first() {
        let mut taken = 1;
        match *token {
            "cc" | "creative" | "commons" | "common" | "international" | "intl" | "unported" | "generic" | "public"
            | "legal" | "code" => {}
            "by" | "attribution" => by = true,
            "nc" | "noncommercial" => nc = true,
            "nd" | "noderivs" | "noderivatives" | "noderivates" => nd = true,
            "sa" | "sharealike" => sa = true,
            "non" if rest.get(1) == Some(&"commercial") => (nc, taken) = (true, 2),
            "share" if rest.get(1) == Some(&"alike") => (sa, taken) = (true, 2),
            "no" if rest.get(1).is_some_and(|t| t.starts_with("deriv")) => (nd, taken) = (true, 2),
            "+" => later = true,
            digits if digits.starts_with(|c: char| c.is_ascii_digit()) => {
                if version.is_some_and(|v| v != digits) {
                    return None;
                }
                version = Some(digits);
            }
            filler if key::is_filler(filler) => {}
            word if word.len() <= 3 && by && version.is_some() => country = Some(word.to_ascii_uppercase()),
            _ => return None,
        }
        rest = rest.get(taken..)?;
    }
    // Only CC-SA-1.0 has no attribution; nobody means it without saying so in full.
    if !by || (nd && sa) {
        return None;
    }
    let mut id = "CC-BY".to_string();
    for (said, part) in [(nc, "-NC"), (nd, "-ND"), (sa, "-SA")] {
        id.push_str(if said { part } else { "" });
    }
    let Some(version) = version else {
        return Some(Structured { expr: Expr::reference(&id), family: "cc", ambiguous: true, mentions: 1 });
    };
    let version = if version.contains('.') { version.to_string() } else { format!("{version}.0") };
    let id = match country {
        Some(country) => format!("{id}-{version}-{country}"),
        None => format!("{id}-{version}"),
    };
    Some(Structured {
        expr: Expr::License { id: db::license_id(&id)?.into(), plus: later },
        family: "cc",
        ambiguous: false,
        mentions: 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: &str) {
        for name in names {
            assert_eq!(read(name).map(|s| s.expr.to_string()).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn gnu_licences() {
        check(
            &[
                "GPLv2+",
                "GPL version 2 or later",
                "GPL-2+",
                "GNU GPL v2 or newer",
                "gpl2+",
                "GPL (v2 or later)",
                "GPL (>= 2)",
                "gpl (≥ 2)",
            ],
            "GPL-2.0-or-later",
        );
        check(&["GNU General Public License (GPL) v3 or newer"], "GPL-3.0-or-later");
        check(&["GNU General Public License v2 or later (GPLv2+)"], "GPL-2.0-or-later");
        check(&["GPL-3", "GPL3", "GPLv3 only", "GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007"], "GPL-3.0-only");
        check(
            &["LGPL-2.1+", "LGPLv2.1+", "GNU Lesser General Public License (LGPL), version 2.1 or later"],
            "LGPL-2.1-or-later",
        );
        check(&["LGPL", "GNU Library or Lesser General Public License (LGPL)", "LGPL+"], "LGPL-2.0-or-later");
        check(&["GPL", "GNU General Public License"], "GPL-1.0-or-later");
        check(&["AGPLv3+", "GNU Affero GPL 3 or later"], "AGPL-3.0-or-later");
        check(&["GFDL-NIV-1.3+"], "GFDL-1.3-no-invariants-or-later");
        check(&["GFDL 1.2", "GNU Free Documentation License, Version 1.2"], "GFDL-1.2-only");
    }

    #[test]
    fn others() {
        check(&["Apache 2", "ASL 2.0", "Apache License, Version 2.0", "Apache v2.0, January 2004"], "Apache-2.0");
        check(&["MPLv1.1+"], "MPL-1.1+");
        check(&["LPPL-1.3c"], "LPPL-1.3c");
        check(
            &[
                "BSD 3-clause",
                "3-Clause BSD License",
                "New BSD",
                "BSD3c",
                "BSD 3-Clause \"New\" or \"Revised\" License",
            ],
            "BSD-3-Clause",
        );
        check(&["Simplified BSD", "two-clause BSD"], "BSD-2-Clause");
        check(&["BSD", "BSD-style", "BSD-like license"], "LicenseRef-BSD");
        check(&["CC BY-SA 4.0", "Creative Commons Attribution-ShareAlike 4.0 International"], "CC-BY-SA-4.0");
        check(&["CC-by-3.0-us"], "CC-BY-3.0-US");
        check(&["CC BY-NC"], "LicenseRef-CC-BY-NC");
    }

    #[test]
    fn what_has_a_word_too_many_is_not_read() {
        for name in [
            "GPL-2 or GPL-3",
            "GPLv2 and LGPLv2",
            "GPL-9",
            "GPL v2 with exceptions",
            "MPL/GPL",
            "BSD 2.0",
            "2",
            "",
            "GPL (> 2)",
            "GPL (< 3)",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }

    #[test]
    fn a_version_alone_is_read_within_a_family() {
        assert_eq!(read_version("3 or later", "gpl").unwrap().expr.to_string(), "GPL-3.0-or-later");
        assert_eq!(read_version("MIT", "gpl"), None);
    }
}
