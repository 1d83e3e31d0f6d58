//! What a text says about its licence: grants and licence texts through the text matcher, and apart from these the pointers
//! to the copies that every Debian system holds in `/usr/share/common-licenses`.
//!
//! A pointer says where a text can be read, and only where nothing else is said does it say which licence it is: `GPL` is
//! a link to the newest version, and people point at `GPL-1` or `GPL-3` whatever version they grant.

use super::pointers::pointers;
use super::settle::is_public_domain;
use crate::license::text;
use crate::model::Expr;
use foldhash::{HashMap, HashMapExt, HashSet};
use std::ops::Range;

/// What a text says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Its grants and licence texts, joined.
    pub expression: Option<Expr>,
    /// How sure that is, from 0 to 100.
    pub sure: u8,
    /// Whether every licence text in it is one to the letter, or nearly.
    pub exact: bool,
    /// Whether the words tell the version of a GNU licence, but not whether later ones are allowed: its whole text, or a
    /// grant that breaks off (`either version 2 of the License.`).
    pub only_version: bool,
    /// Of its licences those whose version it leaves open (`under the GPL`).
    pub versionless: Vec<Expr>,
    /// What its pointers lead to.
    pub pointed: Option<Expr>,
    /// The matches that `expression` is made of.
    pub matches: Vec<text::Match>,
    /// The pointers, with their bytes.
    pub pointers: Vec<(Expr, Range<usize>)>,
    /// For words about a licence that nobody knows: the reference that stands for them.
    pub unknown: Option<Expr>,
    /// Who holds rights.
    pub copyrights: Vec<Box<str>>,
}

impl Said {
    /// What it comes to where nothing else is known: what it grants, else where it points, else that it is unknown.
    pub fn conclusion(&self) -> Option<Expr> {
        self.expression.clone().or_else(|| self.pointed.clone()).or_else(|| self.unknown.clone())
    }

    /// Whether the whole text of a licence stands there, to the letter or nearly.
    pub fn has_text(&self, licence: &Expr) -> bool {
        let text = |m: &text::Match| m.method.starts_with("text") && m.confidence >= EXACT;
        self.matches.iter().any(|m| text(m) && m.expression.leaves().contains(&licence))
    }

    /// Whether a licence is given in full: by its text, or by a grant that is more than its name.
    pub fn gives(&self, licence: &Expr) -> bool {
        let full = |m: &text::Match| m.method != "reference" && m.range.len() >= FULL_GRANT && is_gnu(&bare(licence));
        let of_it =
            |m: &&text::Match| m.expression.leaves().into_iter().any(|leaf| leaf == licence || *leaf == bare(licence));
        self.has_text(licence) || self.matches.iter().filter(of_it).any(full)
    }
}

/// What stands for all versions of a family.
const OPEN_IDS: [&str; 4] = ["GPL-1.0-or-later", "LGPL-2.0-or-later", "AGPL-1.0-or-later", "GFDL-1.1-or-later"];

/// From this on a text differs from the list's by nothing but names.
const EXACT: u8 = 95;
/// Fewer bytes name a licence; a grant that says what may be done and whether later versions are meant has more.
const FULL_GRANT: usize = 80;

/// Reads a text.
pub fn read(words: &str) -> Said {
    let pointers = pointers(words);
    let masked = mask(words, pointers.iter().map(|p| p.clause.clone()));
    let found = text::identify(&masked);
    let pointed = Expr::and(pointers.iter().filter_map(|p| p.expression.clone()));
    let mut said = Said {
        copyrights: found.copyrights.into_iter().map(|c| c.statement).collect(),
        pointers: pointers.into_iter().filter_map(|p| Some((p.expression?, p.clause))).collect(),
        pointed,
        ..Said::default()
    };
    let Some(expression) = found.expression else { return said };
    if matches!(&expression, Expr::Ref(_)) && !is_public_domain(&expression) {
        said.unknown = Some(expression);
        return said;
    }
    let counted: HashSet<Expr> = operands(&expression).into_iter().flat_map(|o| [bare(&o), o]).collect();
    let counts = |e: &Expr| match e {
        // One text of the list is a stack of licences.
        Expr::And(list) => list.iter().all(|o| counted.contains(o)),
        one => counted.contains(one),
    };
    said.matches = found.matches.into_iter().filter(|m| counts(&m.expression)).collect();
    if !said.matches.is_empty() && said.matches.iter().all(|m| m.method == "reference") {
        said.matches.clear();
        said.pointed = Expr::and(said.pointed.take().into_iter().chain([expression]));
        return said;
    }
    said.exact = said.matches.iter().all(|m| !m.method.starts_with("text") || m.confidence >= EXACT);
    // The same licence may be named again in passing.
    let mut sure: HashMap<&Expr, u8> = HashMap::new();
    for m in &said.matches {
        let best = sure.entry(&m.expression).or_insert(0);
        *best = m.confidence.max(*best);
    }
    said.sure = sure.into_values().min().unwrap_or(0);
    let breaks_off =
        |m: &text::Match| words.get(m.range.clone()).is_some_and(|w| w.to_ascii_lowercase().contains("either"));
    said.only_version =
        said.matches.iter().any(|m| is_gnu(&m.expression) && (m.method.starts_with("text") || breaks_off(m)));
    let digits = |m: &text::Match| words.get(m.range.clone()).is_none_or(|w| w.bytes().any(|b| b.is_ascii_digit()));
    for leaf in
        said.matches.iter().filter(|m| !m.method.starts_with("text") && !digits(m)).flat_map(|m| m.expression.leaves())
    {
        if let Some(id) = bare(leaf).as_plain_id().filter(|id| OPEN_IDS.contains(id)) {
            said.versionless.push(Expr::id(id));
        }
    }
    said.versionless.retain(|open| !said.matches.iter().any(|m| digits(m) && m.expression.leaves().contains(&open)));
    let expression = versioned(words, with_exceptions(expression), &mut said.matches, &said.pointers);
    said.expression = Some(expression);
    said
}

/// An exception that stands behind a licence of another family than it is mostly used with belongs to it all the same.
fn with_exceptions(e: Expr) -> Expr {
    let Expr::And(list) = &e else { return e };
    let mut out: Vec<Expr> = Vec::new();
    for operand in list {
        let exception = match operand {
            Expr::Ref(r) => r.strip_prefix("LicenseRef-").filter(|r| r.ends_with("-exception")),
            _ => None,
        };
        match (exception, out.last_mut()) {
            (Some(exception), Some(last @ Expr::License { .. })) => {
                *last = Expr::With(Box::new(last.clone()), exception.into());
            }
            _ => out.push(operand.clone()),
        }
    }
    Expr::and(out).unwrap_or(e)
}

/// What a sum is made of.
pub fn operands(e: &Expr) -> Vec<Expr> {
    match e {
        Expr::And(list) => list.clone(),
        other => vec![other.clone()],
    }
}

/// A licence without its exception.
fn bare(e: &Expr) -> Expr {
    match e {
        Expr::With(inner, _) => (**inner).clone(),
        other => other.clone(),
    }
}

/// Where all grants of a family leave the version open (`under the GPL`), a pointer at a certain version says it.
fn versioned(words: &str, e: Expr, matches: &mut [text::Match], pointers: &[(Expr, Range<usize>)]) -> Expr {
    let mut out = e;
    for leaf in out.clone().leaves() {
        let Some(prefix) = open_family(leaf) else { continue };
        let of_it = |m: &text::Match| m.expression.leaves().contains(&leaf);
        // What a licence text offers in its own place (`Alternatively, ... the GPL`) no pointer of the file is about.
        if matches.iter().any(|m| of_it(m) && m.method.starts_with("text")) {
            continue;
        }
        let says = |m: &text::Match| words.get(m.range.clone()).is_none_or(|w| w.bytes().any(|b| b.is_ascii_digit()));
        let only = |e: &Expr| e.as_plain_id().is_some_and(|id| id.starts_with(prefix) && !id.ends_with("-or-later"));
        let mut pointed = pointers.iter().map(|(e, _)| e).filter(|e| only(e));
        let (false, Some(one)) = (matches.iter().filter(|m| of_it(m)).any(says), pointed.next()) else { continue };
        // Copies of several versions settle nothing.
        if pointed.all(|other| other == one) {
            out = super::settle::replace(&out, leaf, one);
            for m in matches.iter_mut() {
                m.expression = super::settle::replace(&m.expression, leaf, one);
            }
        }
    }
    out
}

/// The beginning of the ids of a family, for what stands for any of its versions.
fn open_family(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::License { .. } => match e.as_plain_id()? {
            "GPL-1.0-or-later" => "GPL-",
            "LGPL-2.0-or-later" => "LGPL-",
            "GFDL-1.1-or-later" => "GFDL-",
            _ => return None,
        },
        Expr::Ref(r) => match &**r {
            "LicenseRef-Artistic" => "Artistic-",
            "LicenseRef-BSD" => "BSD-",
            "LicenseRef-MPL" => "MPL-",
            _ => return None,
        },
        _ => return None,
    })
}

fn is_gnu(e: &Expr) -> bool {
    e.as_plain_id().is_some_and(|id| ["GPL-", "LGPL-", "AGPL-", "GFDL-"].iter().any(|f| id.starts_with(f)))
}

/// The text with some of its bytes blanked: all offsets stay, and so do the lines.
pub fn mask(words: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut out = String::with_capacity(words.len());
    let mut at = 0;
    for range in ranges {
        let start = range.start.max(at);
        let (Some(kept), Some(gone)) = (words.get(at..start), words.get(start..range.end)) else { continue };
        out.push_str(kept);
        out.extend(gone.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        at = range.end;
    }
    out.push_str(words.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_bytes_keep_their_places() {
        assert_eq!(mask("ab\u{e9}\ncd", [1..4, 3..5].into_iter()), "a   \ncd");
        assert_eq!(mask("abc", std::iter::once(2..9)), "abc");
    }

    #[test]
    fn odd_bytes_break_nothing() {
        let words =
            "\u{a0}. \u{2003}See\u{a0}\u{e9} (\u{e9}/usr/share/common-licenses/GPL-\u{e9}\n.\n/common-licenses/.";
        for (i, _) in words.char_indices() {
            let _ = (read(&words[i..]), read(&words[..i]));
        }
    }
}
