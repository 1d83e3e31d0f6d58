//! Names of licences in sentences: every full name and id of the SPDX list, and the names that people use instead.
//! GNU names are read by [`super::gnu`].

use super::conclude::family;
use super::grammar::{Force, Mention, Text};
use super::index::{Kind, index};
use super::token::{self, Words};
use crate::model::Expr;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Names in use and what they mean. An empty expression says that the name leaves the version open; what it means then
/// comes from [`open`].
const ALIASES: [(&str, &str); 123] = [
    ("MIT", "MIT"),
    ("MIT License", "MIT"),
    ("MIT X11", "MIT"),
    ("MIT Expat", "MIT"),
    ("Expat MIT", "MIT"),
    ("MIT style", ""),
    ("MIT like", ""),
    ("BSD style", ""),
    ("BSD like", ""),
    ("Apache style", ""),
    ("X11 style", ""),
    ("Expat", "MIT"),
    ("Expat License", "MIT"),
    ("X11", "X11"),
    ("X11 License", "X11"),
    ("X Consortium License", "X11"),
    ("ISC", "ISC"),
    ("ISC License", "ISC"),
    ("BSD", "BSD"),
    ("BSD License", "BSD"),
    ("Berkeley Software Distribution License", "BSD"),
    ("0BSD", "0BSD"),
    ("Zero Clause BSD", "0BSD"),
    ("BSD 1 Clause", "BSD-1-Clause"),
    ("BSD 2 Clause", "BSD-2-Clause"),
    ("2 Clause BSD", "BSD-2-Clause"),
    ("two clause BSD", "BSD-2-Clause"),
    ("BSD two clause", "BSD-2-Clause"),
    ("Simplified BSD", "BSD-2-Clause"),
    ("FreeBSD License", "BSD-2-Clause"),
    ("BSD 2", "BSD-2-Clause"),
    ("BSD 3 Clause", "BSD-3-Clause"),
    ("3 Clause BSD", "BSD-3-Clause"),
    ("three clause BSD", "BSD-3-Clause"),
    ("BSD three clause", "BSD-3-Clause"),
    ("New BSD", "BSD-3-Clause"),
    ("Modified BSD", "BSD-3-Clause"),
    ("Revised BSD", "BSD-3-Clause"),
    ("BSD 3", "BSD-3-Clause"),
    ("BSD 4 Clause", "BSD-4-Clause"),
    ("4 Clause BSD", "BSD-4-Clause"),
    ("four clause BSD", "BSD-4-Clause"),
    ("original BSD", "BSD-4-Clause"),
    ("Apache License", "Apache"),
    ("Apache", "Apache"),
    ("Apache Software License", "Apache"),
    ("Apache 2", "Apache-2.0"),
    ("Apache 2.0", "Apache-2.0"),
    ("Apache v2", "Apache-2.0"),
    ("Apache v2.0", "Apache-2.0"),
    ("Apache License 2", "Apache-2.0"),
    ("Apache License 2.0", "Apache-2.0"),
    ("Apache License v2", "Apache-2.0"),
    ("Apache License v2.0", "Apache-2.0"),
    ("Apache License version 2", "Apache-2.0"),
    ("Apache License version 2.0", "Apache-2.0"),
    ("Apache version 2.0", "Apache-2.0"),
    ("Apache Software License 2.0", "Apache-2.0"),
    ("Apache Software License version 2.0", "Apache-2.0"),
    ("Apache Software License version 1.1", "Apache-1.1"),
    ("Apache 2.0 License", "Apache-2.0"),
    ("ASL 2.0", "Apache-2.0"),
    ("ASL 2", "Apache-2.0"),
    ("Mozilla Public License", "MPL"),
    ("MPL", "MPL"),
    ("MPL 1.0", "MPL-1.0"),
    ("MPL 1.1", "MPL-1.1"),
    ("MPL 2.0", "MPL-2.0"),
    ("MPL 2", "MPL-2.0"),
    ("MPLv2", "MPL-2.0"),
    ("MPLv2.0", "MPL-2.0"),
    ("MPL v2.0", "MPL-2.0"),
    ("MPL version 1.1", "MPL-1.1"),
    ("MPL version 2.0", "MPL-2.0"),
    ("Mozilla Public License version 1.0", "MPL-1.0"),
    ("Mozilla Public License version 1.1", "MPL-1.1"),
    ("Mozilla Public License 1.1", "MPL-1.1"),
    ("Mozilla Public License version 2.0", "MPL-2.0"),
    ("Mozilla Public License v2.0", "MPL-2.0"),
    ("Mozilla Public License v 2.0", "MPL-2.0"),
    ("zlib", "Zlib"),
    ("zlib License", "Zlib"),
    ("zlib libpng", "Zlib"),
    ("Boost Software License", "BSL-1.0"),
    ("Boost Software License version 1.0", "BSL-1.0"),
    ("Boost License", "BSL-1.0"),
    ("CC0", "CC0-1.0"),
    ("CC0 1.0", "CC0-1.0"),
    ("CC0 1.0 Universal", "CC0-1.0"),
    ("Creative Commons Zero", "CC0-1.0"),
    ("Creative Commons CC0", "CC0-1.0"),
    ("Creative Commons Attribution 3.0", "CC-BY-3.0"),
    ("Creative Commons Attribution 4.0", "CC-BY-4.0"),
    ("Creative Commons Attribution ShareAlike 3.0", "CC-BY-SA-3.0"),
    ("Creative Commons Attribution ShareAlike 4.0", "CC-BY-SA-4.0"),
    ("Creative Commons Attribution Share Alike 3.0", "CC-BY-SA-3.0"),
    ("Creative Commons Attribution Share Alike 4.0", "CC-BY-SA-4.0"),
    ("CC BY 4.0", "CC-BY-4.0"),
    ("CC BY SA 4.0", "CC-BY-SA-4.0"),
    ("CC BY SA 3.0", "CC-BY-SA-3.0"),
    ("Unlicense", "Unlicense"),
    ("The Unlicense", "Unlicense"),
    ("WTFPL", "WTFPL"),
    ("Do What The Fuck You Want To Public License", "WTFPL"),
    ("Artistic License", "Artistic"),
    ("Artistic", "Artistic"),
    ("Perl Artistic License", "Artistic-1.0-Perl"),
    ("Artistic License version 2.0", "Artistic-2.0"),
    ("Artistic License 2.0", "Artistic-2.0"),
    ("Artistic License 2", "Artistic-2.0"),
    ("Artistic 2.0", "Artistic-2.0"),
    ("Eclipse Public License version 1.0", "EPL-1.0"),
    ("Eclipse Public License v1.0", "EPL-1.0"),
    ("Eclipse Public License v 2.0", "EPL-2.0"),
    ("Eclipse Public License version 2.0", "EPL-2.0"),
    ("Common Development and Distribution License", "CDDL-1.0"),
    ("SIL Open Font License version 1.1", "OFL-1.1"),
    ("SIL Open Font License", "OFL-1.1"),
    ("Open Font License", "OFL-1.1"),
    ("SIL OFL", "OFL-1.1"),
    ("OFL 1.1", "OFL-1.1"),
    ("Universal Permissive License", "UPL-1.0"),
    ("Python Software Foundation License", "PSF-2.0"),
];

/// What a name means, and whether it leaves the version open.
fn meaning(name: &str) -> Option<(Expr, bool)> {
    Some(match name {
        "" => return None,
        "BSD" => (Expr::reference("BSD"), true),
        // Nobody who says it without a version today means an older one; where the text has an older one, that counts.
        "Apache" => (Expr::id("Apache-2.0"), true),
        "MPL" => (Expr::reference("MPL"), true),
        "Artistic" => (Expr::reference("Artistic"), true),
        id => (Expr::id(id), false),
    })
}

struct Name {
    words: Vec<u16>,
    means: Option<(Expr, bool)>,
    /// One word that is also an everyday one needs `license` beside it.
    weak: bool,
}

/// Names by their first word, the longest first.
fn names() -> &'static HashMap<u16, Vec<Name>> {
    static NAMES: OnceLock<HashMap<u16, Vec<Name>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let index = index();
        let mut map: HashMap<u16, Vec<Name>> = HashMap::new();
        let mut add = |name: &str, means: Option<(Expr, bool)>| {
            let mut words = Words::default();
            // A word before it, so that a leading number is no list mark.
            token::read(&format!("x {name}"), 2..name.len() + 2, &mut index.lexicon(), &mut words);
            let weak = words.ids.len() == 1;
            let Some(&first) = words.ids.first() else { return };
            if !words.ids.contains(&token::UNKNOWN) {
                map.entry(first).or_default().push(Name { words: words.ids, means, weak });
            }
        };
        for (name, means) in ALIASES {
            add(name, meaning(means));
        }
        for doc in index.docs.iter().filter(|d| d.kind == Kind::License) {
            if super::gnu::Family::of(&doc.listed).is_some() || *doc.id != *doc.listed {
                continue;
            }
            let words = doc.name.split_whitespace().count();
            if words >= 2 {
                add(&doc.name, Some((Expr::id(&doc.id), false)));
            }
            // `Academic Free License v2.1` is also written with `version 2.1` and with the bare number.
            if let Some((name, version)) = doc.name.rsplit_once(' ')
                && let number = version.trim_start_matches('v')
                && number.starts_with(|c: char| c.is_ascii_digit())
                && words >= 3
            {
                for between in ["version ", "v", ""] {
                    add(&format!("{name} {between}{number}"), Some((Expr::id(&doc.id), false)));
                }
            }
            if doc.id.contains('-') && doc.id.contains(|c: char| c.is_ascii_digit()) {
                add(&doc.id, Some((Expr::id(&doc.id), false)));
            }
        }
        for list in map.values_mut() {
            list.sort_by_key(|n| std::cmp::Reverse(n.words.len()));
        }
        map
    })
}

/// Words with which a licence is granted, right before its name or a few words before.
const GRANTING: [&str; 12] = [
    "under",
    "licensed",
    "terms",
    "released",
    "distributed",
    "covered",
    "governed",
    "subject",
    "licensing",
    "relicensed",
    "use",
    "uses",
];

/// All names of licences outside of whole texts, whether granted or only spoken of.
pub fn mentions(text: &Text) -> Vec<Mention> {
    let names = names();
    let mut out: Vec<Mention> = Vec::new();
    let mut i = 0;
    while i < text.len() {
        let here = names.get(&text.words.ids[i]).filter(|_| !text.taken[i] && text.words.ids[i] != token::UNKNOWN);
        let found = here.and_then(|list| list.iter().find(|n| text.words.ids[i..].starts_with(&n.words)));
        let Some(name) = found else {
            i += 1;
            continue;
        };
        let words = i..i + name.words.len();
        let next = i;
        i = words.end;
        let Some((expression, open)) = &name.means else { continue };
        let (mut expression, mut open, mut words) = (expression.clone(), *open, words);
        if expression == Expr::reference("Artistic") && (words.end..words.end + 8).any(|j| text.word(j) == "perl") {
            (expression, open) = (Expr::id("Artistic-1.0-Perl"), false);
        }
        if open && let Some((id, end)) = version(text, &expression, words.end) {
            (expression, open) = (Expr::id(id), false);
            words.end = end;
            i = end;
        }
        if name.weak && !written_as_name(text.slice(next)) {
            continue;
        }
        // `libraries/mit/...`, `apache.org`, `user@mit.edu` name no licence; `MIT/X11`, `(MIT)` do.
        let before = text.words.at.get(next).and_then(|w| text.raw.as_bytes().get((w.0 as usize).wrapping_sub(1)));
        let after = text.gap(words.end - 1).as_bytes();
        if matches!(before, Some(b'@' | b'.' | b'_' | b':'))
            || words.end < text.len() && matches!(after, b"." | b"@" | b"_" | b"://" | b"::")
        {
            continue;
        }
        if matches!(
            text.word(words.end),
            "foundation" | "commons" | "compatible" | "project" | "university" | "org" | "com" | "server"
        ) && name.words.len() <= 2
        {
            continue;
        }
        if text.before(next, 4, &["compatible", "not", "neither", "than"]).is_some() {
            continue;
        }
        let quoted = text.before(next, 4, &["copy", "copies", "text", "texts", "see", "read", "found"]).is_some();
        let granted = grants(text, next)
            || matches!(text.word(words.end), "license" | "licensed" | "licenses")
                && !matches!(text.word(words.end + 1), "text" | "texts" | "header" | "headers")
            || words.len() >= 2 && name.words.len() > 1 && text.word(words.end - 1) == "license" && alone(text, &words);
        let force = match (quoted, granted) {
            (true, _) => Force::Reference,
            (_, true) => Force::Grant,
            _ => Force::Mention,
        };
        out.push(Mention { expression, words, force, open, method: "notice" });
    }
    out
}

/// Whether the words before a name grant by it. `license` alone does so as the name of a field or as a heading.
fn grants(text: &Text, name: usize) -> bool {
    if text.before(name, 8, &GRANTING).is_some() {
        return true;
    }
    let field = |i: usize| {
        let gap = text.gap(i).trim_start();
        matches!(text.word(i), "license" | "licenses")
            && (gap.starts_with(':') || gap.starts_with('=') || text.gap(i).contains('\n'))
    };
    (name.saturating_sub(4)..name).any(field)
        || text.before(name, 5, &["license", "licenses"]).is_some_and(|i| matches!(text.word(i + 1), "is" | "are"))
}

/// The version behind a name that leaves it open, as in `Mozilla Public License (MPL) version 1.1`: the id, and where it
/// ends.
fn version(text: &Text, open: &Expr, from: usize) -> Option<(&'static str, usize)> {
    let family = family(open);
    let mut at = from;
    for _ in 0..5 {
        // A full stop ends it, but not that of `v. 2.0`.
        if at > 0 && text.ends(at - 1) && !matches!(text.word(at - 1), "v" | "ver") {
            return None;
        }
        let word = text.word(at);
        let id = match (family.as_str(), word.strip_prefix('v').unwrap_or(word)) {
            ("MPL", "1.0") => "MPL-1.0",
            ("MPL", "1.1") => "MPL-1.1",
            ("MPL", "2" | "2.0") => "MPL-2.0",
            ("Apache", "1.0") => "Apache-1.0",
            ("Apache", "1.1") => "Apache-1.1",
            ("Apache", "2" | "2.0") => "Apache-2.0",
            ("Artistic", "1.0") => "Artistic-1.0",
            ("Artistic", "2" | "2.0") => "Artistic-2.0",
            _ if matches!(
                word,
                "mpl" | "asl" | "version" | "v" | "license" | "software" | "the" | "ver" | "public"
            ) =>
            {
                at += 1;
                continue;
            }
            _ => return None,
        };
        return Some((id, at + 1));
    }
    None
}

/// Whether a name stands in a line of its own.
fn alone(text: &Text, words: &std::ops::Range<usize>) -> bool {
    let starts = words.start == 0 || text.gap(words.start - 1).contains('\n');
    starts && text.gap(words.end - 1).contains('\n')
}

/// `Expat`, `MIT`, `zlib`, but not `apache` or `artistic` in the middle of a sentence.
fn written_as_name(word: &str) -> bool {
    matches!(word, "zlib" | "expat") || word.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
}
