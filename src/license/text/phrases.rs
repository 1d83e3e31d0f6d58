//! Sentences that name more than one licence or none: choices (`under either A or B`), Perl's terms, the public domain,
//! `SPDX-License-Identifier`, and the copies that Debian keeps in `/usr/share/common-licenses`.

use super::fields;
use super::gnu;
use super::grammar::{Force, Mention, Text, begins};
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
    mentions.extend(common_licenses(text));
    mentions.extend(fields::expressions(text));
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
    // `the GNU General Public License Version 2 (the "GPL")`: a short name for later use, and no second licence.
    let family = |m: &Mention| m.expression.to_string().split('-').next().map(str::to_string);
    let mut named: Vec<Mention> = Vec::with_capacity(kept.len());
    for m in kept {
        let short = named.last().is_some_and(|last| {
            let between = last.words.end..m.words.start;
            m.open
                && !last.open
                && family(last) == family(&m)
                && between.len() <= 2
                && between.clone().all(|i| matches!(text.word(i), "the" | "a" | "called"))
                && text.gap(last.words.end - 1).contains('(')
        });
        if !short {
            named.push(m);
        }
    }
    let mut statements = join(text, &named);
    fields::add_addresses(text, &mut statements);
    statements
}

/// How many words may stand between two names of one list.
const MOST_BETWEEN: usize = 14;

/// Joins mentions that one sentence lists.
fn join(text: &Text, mentions: &[Mention]) -> Vec<Statement> {
    let mut out: Vec<Statement> = Vec::new();
    let mut i = 0;
    while i < mentions.len() {
        let first = &mentions[i];
        let mut group = vec![first];
        let mut or = false;
        let mut and = false;
        while let Some(next) = mentions.get(i + group.len()) {
            let last = group[group.len() - 1];
            match link(text, last, next) {
                Some(Link::Or) => or = true,
                Some(Link::And) => and = true,
                Some(Link::Comma) => {}
                None => break,
            }
            group.push(next);
        }
        i += group.len();
        let words = first.words.start..group[group.len() - 1].words.end;
        if group.len() > 1 {
            let choice = or || dual(text, &words);
            let force = group.iter().map(|m| m.force).max().unwrap_or(first.force);
            if choice || and || force == Force::Grant {
                let artistic_with_gpl = group.iter().any(|m| m.expression.to_string().starts_with("GPL-"));
                let operands = group.iter().map(|m| match &m.expression {
                    // Perl's pair: the Artistic License beside the GPL is Perl's.
                    Expr::Ref(r) if &**r == "LicenseRef-Artistic" && artistic_with_gpl => Expr::id("Artistic-1.0-Perl"),
                    e => e.clone(),
                });
                let expression = if choice { Expr::or(operands) } else { Expr::and(operands) };
                let open = group.iter().all(|m| m.open);
                if let Some(expression) = expression {
                    out.push(Statement { expression, words, force, open, method: "notice", choice });
                }
                continue;
            }
        }
        for m in group {
            out.push(Statement {
                expression: m.expression.clone(),
                words: m.words.clone(),
                force: m.force,
                open: m.open,
                method: m.method,
                choice: false,
            });
        }
    }
    out
}

enum Link {
    Or,
    And,
    Comma,
}

/// How two mentions are joined, where they are one list.
fn link(text: &Text, a: &Mention, b: &Mention) -> Option<Link> {
    if a.method != "notice" || b.method != "notice" || a.force == Force::Reference || b.force == Force::Reference {
        return None;
    }
    let between = a.words.end..b.words.start;
    if between.len() > MOST_BETWEEN {
        return None;
    }
    let gap = text.gap(a.words.end - 1);
    if between.is_empty() {
        let gap = gap.trim_start_matches('+');
        return match gap.trim() {
            "/" | "|" | "||" => Some(Link::Or),
            "," | "&" | "+" => Some(if gap.trim() == "," { Link::Comma } else { Link::And }),
            _ => None,
        };
    }
    let mut link = None;
    // Items of a list stand in paragraphs of their own, begin with `or`, or end with it.
    let mut paragraph = gap.matches('\n').count() > 1 || text.ends(a.words.end - 1);
    // `the GPL. You can redistribute it under the terms of the GPL version 2` speaks of one licence.
    let family = |m: &Mention| m.expression.to_string().split('-').next().map(str::to_string);
    if a.open != b.open && family(a) == family(b) {
        return None;
    }
    for i in between.clone() {
        match text.word(i) {
            "and" if text.word(i + 1) == "or" => return None,
            "or" | "alternatively" => link = Some(Link::Or),
            "and" | "plus" if link.is_none() => link = Some(Link::And),
            "the" | "a" | "an" | "license" | "licenses" | "either" | "version" | "terms" | "of" | "under" | "both"
            | "licensed" | "at" | "your" | "option" | "gnu" | "with" | "which" | "comes" | "this" | "kit" | "style"
            | "also" | "as" | "same" | "conditions" | "public" | "choice" | "2.0" | "2" | "software" | "free"
            | "foundation" | "published" | "by" | "it" | "you" | "may" | "distribute" | "available" | "new"
            | "perl" | "open" | "modify" | "redistribute" | "can" | "use" | "any" | "later" => {}
            _ => return None,
        }
        if i + 1 < between.end && text.ends(i) {
            paragraph = true;
        }
    }
    if paragraph && !matches!(link, Some(Link::Or)) {
        return None;
    }
    link.or_else(|| gap.trim().starts_with(',').then_some(Link::Comma))
}

/// Whether the sentence around a list offers a choice.
fn dual(text: &Text, words: &std::ops::Range<usize>) -> bool {
    let window = |range: std::ops::Range<usize>| {
        range.into_iter().any(|i| {
            matches!(
                text.word(i),
                "either"
                    | "dual"
                    | "dually"
                    | "duallicensed"
                    | "choice"
                    | "choose"
                    | "whichever"
                    | "disjunctive"
                    | "any"
            ) && (text.word(i) != "any" || text.word(i + 1) == "of" && !matches!(text.word(i + 2), "this"))
                && !(text.word(i) == "either" && matches!(text.word(i + 1), "version" | "express"))
        })
    };
    let from = (words.start.saturating_sub(14)..words.start)
        .rev()
        .find(|&i| text.ends(i))
        .map_or(words.start.saturating_sub(14), |i| i + 1);
    let mut to = words.end;
    while to < text.len() && to < words.end + 16 && !text.ends(to.saturating_sub(1)) {
        to += 1;
    }
    window(from..words.start)
        || window(words.end..to)
        || (words.end..to).any(|i| text.reads(i, &["at", "your", "option"]) && !text.reads(i + 3, &["any", "later"]))
        || window(to..(to + 12).min(text.len())) && !window_taken(text, to)
}

fn window_taken(text: &Text, at: usize) -> bool {
    text.taken.get(at).copied().unwrap_or(true)
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
            || text.ends(i - 1);
        let denied = text
            .before(
                i,
                6,
                &["not", "no", "neither", "nor", "if", "without", "where", "fallen", "same", "fork", "similar"],
            )
            .is_some()
            || (i.saturating_sub(6)..i).any(|j| text.reads(j, &["used", "to", "be"]));
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
