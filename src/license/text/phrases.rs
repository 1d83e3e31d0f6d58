//! Sentences that license without a licence's name: Perl's terms, the public domain, `SPDX-License-Identifier`, and the
//! copies that Debian keeps in `/usr/share/common-licenses`. All that a text states is gathered here.

use super::asides;
use super::fields;
use super::gnu;
use super::grammar::{Force, Mention, Text, begins};
use super::lists;
use super::names;
use crate::model::Expr;

/// A statement of a text: one licence, or several joined as its sentence joins them.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it says.
    pub expression: Expr,
    /// Its words.
    pub words: std::ops::Range<usize>,
    /// How sure it is a grant.
    pub force: Force,
    /// Whether the version was left open in all of it.
    pub open: bool,
    /// How it was found.
    pub method: &'static str,
    /// Whether it offers a choice.
    pub choice: bool,
}

/// All statements, by place.
pub fn statements(text: &Text) -> Vec<Statement> {
    let mut mentions = gnu::mentions(text);
    mentions.extend(names::mentions(text));
    mentions.extend(tags(text));
    mentions.extend(perl(text));
    mentions.extend(public_domain(text));
    mentions.extend(proprietary(text));
    mentions.extend(unlimited(text));
    mentions.extend(common_licenses(text));
    mentions.extend(zero(text));
    mentions.extend(fields::expressions(text));
    mentions.retain(|m| m.method == "tag" || !asides::is_aside(text, m.words.start));
    for m in mentions.iter_mut().filter(|m| m.method == "notice") {
        with_exception(text, m);
    }
    for m in mentions.iter_mut().filter(|m| m.method == "notice") {
        with_llvm(text, m);
        // `rights for sample code are waived via CC0`
        if m.expression.as_plain_id() == Some("CC0-1.0") && text.before(m.words.start, 8, &["waived"]).is_some() {
            m.force = Force::Grant;
        }
    }
    mentions.sort_by_key(|m| (m.words.start, std::cmp::Reverse(m.words.end)));
    // Of mentions that overlap the longer counts (`GNU General Public License` within Perl's sentence).
    let mut kept: Vec<Mention> = Vec::new();
    for m in mentions {
        match kept.last_mut() {
            Some(last) if m.words.start < last.words.end => {
                if m.words.len() > last.words.len() || m.force > last.force {
                    *last = m;
                }
            }
            _ => kept.push(m),
        }
    }
    let mut statements = lists::join(text, &lists::without_repeats(text, kept));
    fields::add_addresses(text, &mut statements);
    statements
}

/// `License: GPL-3.0-or-later WITH GCC-exception-3.1`, without the tag.
fn with_exception(text: &Text, m: &mut Mention) {
    if text.word(m.words.end) != "with" || m.expression.as_plain_id().is_none() {
        return;
    }
    let rest = text.raw.get(text.bytes(&(m.words.end..m.words.end + 1)).end..).unwrap_or_default().trim_start();
    let id = rest.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))).next().unwrap_or_default();
    let id = id.trim_end_matches('.');
    if let Some(exception) = crate::license::db::exception_id(id) {
        m.expression = Expr::With(Box::new(m.expression.clone()), exception.into());
        let mut last = m.words.end + 1;
        let from = text.words.at.get(last).map_or(0, |w| w.0 as usize);
        while text.words.at.get(last).is_some_and(|w| (w.0 as usize) < from + id.len()) {
            last += 1;
        }
        m.words.end = last;
    }
}

/// `Apache License, Version 2.0, with the LLVM Exception`: the one exception that people write out behind a licence that is not GNU's.
fn with_llvm(text: &Text, m: &mut Mention) {
    if text.word(m.words.end) != "with" || m.expression.as_plain_id() != Some("Apache-2.0") {
        return;
    }
    let at = m.words.end + 1 + usize::from(text.word(m.words.end + 1) == "the");
    let exception = |word: &str| word.eq_ignore_ascii_case("exception") || word.eq_ignore_ascii_case("exceptions");
    if text.slice(at).eq_ignore_ascii_case("llvm") && exception(text.slice(at + 1)) {
        m.expression = Expr::With(Box::new(m.expression.clone()), "LLVM-exception".into());
        m.words.end = at + 2;
        m.open = false;
    }
}

/// `SPDX-License-Identifier: ...`
fn tags(text: &Text) -> Vec<Mention> {
    const TAG: &str = "SPDX-License-Identifier:";
    let mut out = Vec::new();
    for at in memchr::memmem::find_iter(text.raw.as_bytes(), TAG) {
        let start = at + TAG.len();
        let rest = text.raw.get(start..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("");
        let Some((expression, length)) = super::tag::expression(line) else { continue };
        let first = text.words.at.partition_point(|w| (w.0 as usize) < at);
        let last = text.words.at.partition_point(|w| (w.0 as usize) < start + length);
        // A licence that explains the tag does not use it.
        if !text.taken.get(first).copied().unwrap_or(false) {
            out.push(Mention {
                expression,
                words: first..last.max(first + 1),
                force: Force::Grant,
                open: false,
                method: "tag",
            });
        }
    }
    out
}

/// `under the same terms as Perl itself`
fn perl(text: &Text) -> Vec<Mention> {
    let mut out = Vec::new();
    for i in 0..text.len() {
        if !text.begins(i, begins::PERL) || text.taken[i] {
            continue;
        }
        let same = text.before(i, 6, &["same"]).filter(|&s| {
            (s..i)
                .any(|j| matches!(text.word(j), "terms" | "license" | "conditions" | "licenses" | "licensing" | "way"))
                && (s..i).any(|j| text.word(j) == "as")
        });
        // `the terms of the Perl 5 programming language system itself`
        let system = text.before(i, 5, &["terms"]).filter(|_| {
            (i + 1..i + 7).any(|j| text.word(j) == "itself")
                && (i + 1..i + 6).any(|j| matches!(text.word(j), "language" | "system"))
        });
        if let Some(start) = same.or(system) {
            let mut end = i + 1;
            while matches!(text.word(end), "itself" | "5" | "programming" | "language" | "system") {
                end += 1;
            }
            let expression = Expr::Or(vec![Expr::id("Artistic-1.0-Perl"), Expr::id("GPL-1.0-or-later")]);
            out.push(Mention { expression, words: start..end, force: Force::Grant, open: false, method: "phrase" });
        }
    }
    out
}

/// `placed in the public domain`
fn public_domain(text: &Text) -> Vec<Mention> {
    let mut out = Vec::new();
    for i in 0..text.len() {
        if !text.begins(i, begins::PUBLIC) || text.word(i + 1) != "domain" || text.taken[i] {
            continue;
        }
        let said = text
            .before(
                i,
                7,
                &[
                    "in",
                    "into",
                    "is",
                    "are",
                    "committed",
                    "belongs",
                    "given",
                    "placed",
                    "released",
                    "dedicated",
                    "dedicate",
                    "dedicates",
                    "donate",
                    "donates",
                    "put",
                    "license",
                    "under",
                    "licensed",
                    "copyright",
                    "donated",
                ],
            )
            .is_some()
            || i == 0
            || text.ends(i - 1)
            // `it's public domain`
            || i > 1 && text.reads(i - 2, &["it", "s"]);
        let denied = text
            .before(
                i,
                6,
                &["not", "no", "neither", "nor", "if", "without", "where", "fallen", "same", "fork", "similar"],
            )
            .is_some()
            || (i.saturating_sub(6)..i).any(|j| {
                // A condition on changes (Artistic, Ruby) is no dedication of the work.
                text.reads(j, &["used", "to", "be"]) || text.reads(j, &["your", "modifications"])
            });
        if said && !denied {
            let expression = Expr::reference("public-domain");
            out.push(Mention { expression, words: i..i + 2, force: Force::Grant, open: false, method: "phrase" });
        }
    }
    out
}

/// `proprietary and confidential`
fn proprietary(text: &Text) -> Vec<Mention> {
    const SAID: [&[&str]; 4] = [
        &["proprietary", "and", "confidential"],
        &["confidential", "and", "proprietary"],
        &["unauthorized", "copying"],
        &["unauthorised", "copying"],
    ];
    let at = (0..text.len()).filter(|&i| text.begins(i, begins::CLOSED) && !text.taken[i]);
    let said = at.filter_map(|i| SAID.iter().find(|s| text.reads(i, s)).map(|s| i..i + s.len()));
    let expression = Expr::reference("proprietary");
    said.map(|words| Mention {
        expression: expression.clone(),
        words,
        force: Force::Grant,
        open: false,
        method: "phrase",
    })
    .collect()
}

/// `the author gives unlimited permission to copy and/or distribute it, with or without modifications, as long as this
/// notice is preserved`: the words of the Free Software Foundation, by somebody else.
fn unlimited(text: &Text) -> Vec<Mention> {
    const SAID: [&str; 18] = [
        "unlimited",
        "permission",
        "to",
        "copy",
        "and",
        "or",
        "distribute",
        "it",
        "with",
        "or",
        "without",
        "modifications",
        "as",
        "long",
        "as",
        "this",
        "notice",
        "is",
    ];
    let mut out = Vec::new();
    for i in 0..text.len() {
        if !text.begins(i, begins::UNLIMITED) || text.taken[i] || !text.reads(i, &SAID) {
            continue;
        }
        let end = i + SAID.len() + 1;
        let warns = text.reads(end, &["this", "program", "is", "distributed", "in", "the", "hope"])
            || text.reads(end, &["this", "file", "is", "distributed", "in", "the", "hope"]);
        let expression = Expr::id(if warns { "FSFULLRWD" } else { "FSFULLR" });
        out.push(Mention {
            expression,
            words: i..end.min(text.len()),
            force: Force::Grant,
            open: false,
            method: "phrase",
        });
    }
    out
}

/// `dedicated to the public domain, see http://creativecommons.org/publicdomain/zero/1.0/`
fn zero(text: &Text) -> Vec<Mention> {
    const ADDRESS: &str = "creativecommons.org/publicdomain/zero/";
    let mention = |at: usize| {
        let first = text.words.at.partition_point(|w| (w.0 as usize) < at);
        let last = text.words.at.partition_point(|w| (w.0 as usize) < at + ADDRESS.len());
        Mention {
            expression: Expr::id("CC0-1.0"),
            words: first..last.max(first + 1),
            force: Force::Reference,
            open: false,
            method: "reference",
        }
    };
    let found = memchr::memmem::find_iter(text.raw.as_bytes(), ADDRESS).map(mention);
    found.filter(|m| !text.taken.get(m.words.start).copied().unwrap_or(true)).collect()
}

/// Copies of licences that Debian keeps, and what each is.
const COMMON: [(&str, &str); 21] = [
    ("Apache-2.0", "Apache-2.0"),
    ("Artistic", "Artistic-1.0-Perl"),
    ("BSD", "BSD-3-Clause"),
    ("CC0-1.0", "CC0-1.0"),
    ("GFDL", "GFDL-1.1-or-later"),
    ("GFDL-1.2", "GFDL-1.2-only"),
    ("GFDL-1.3", "GFDL-1.3-only"),
    ("GPL", "GPL-1.0-or-later"),
    ("GPL-1", "GPL-1.0-only"),
    ("GPL-2", "GPL-2.0-only"),
    ("GPL-3", "GPL-3.0-only"),
    ("LGPL", "LGPL-2.0-or-later"),
    ("LGPL-2", "LGPL-2.0-only"),
    ("LGPL-2.1", "LGPL-2.1-only"),
    ("LGPL-3", "LGPL-3.0-only"),
    ("MPL-1.1", "MPL-1.1"),
    ("MPL-2.0", "MPL-2.0"),
    ("GPL-2+", "GPL-2.0-or-later"),
    ("GPL-3+", "GPL-3.0-or-later"),
    ("LGPL-2.1+", "LGPL-2.1-or-later"),
    ("LGPL-3+", "LGPL-3.0-or-later"),
];

/// `/usr/share/common-licenses/GPL-2`
fn common_licenses(text: &Text) -> Vec<Mention> {
    const FOLDER: &str = "/common-licenses/";
    let mut out = Vec::new();
    for at in memchr::memmem::find_iter(text.raw.as_bytes(), FOLDER) {
        let start = at + FOLDER.len();
        let rest = text.raw.get(start..).unwrap_or("");
        let length =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or("").trim_end_matches(['.', '-']);
        let Some((_, id)) = COMMON.iter().find(|(n, _)| *n == name) else { continue };
        let first = text.words.at.partition_point(|w| (w.0 as usize) < at);
        let last = text.words.at.partition_point(|w| (w.0 as usize) < start + name.len());
        let open = !name.contains(|c: char| c.is_ascii_digit()) && !matches!(name, "Artistic" | "BSD");
        out.push(Mention {
            expression: Expr::id(id),
            words: first..last.max(first + 1),
            force: Force::Reference,
            open,
            method: "reference",
        });
    }
    out
}
