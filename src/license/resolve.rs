//! Joins what a package declares and what its texts show to one conclusion, with the evidence for each. The rules (`rules`) are
//! few; each has a name, which stands in the report. They are written down for readers in `docs/licences.md`.
//!
//! A conclusion is never milder than its evidence: where the two disagree, both apply until a person decides, and the
//! disagreement is a finding.

mod rules;

use super::copyright::CopyrightFile;
use super::db;
use super::known::Known;
use super::names::{Normalized, normalize};
use super::text::{Identified, Match};
use crate::model::{Declared, Evidence, EvidenceKind, Expr, Grammar, Licensing, Outcome, TextId};
use rules::{FileShows, conclude, join, mildest, without_open};
use std::collections::BTreeMap;

/// A declaration and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredAt<'a> {
    /// The statement.
    pub declared: &'a Declared,
    /// The file.
    pub path: &'a str,
    /// Its layer.
    pub layer: u32,
    /// Whether the file is no longer visible.
    pub hidden: bool,
}

/// What a text was read as.
#[derive(Clone, Copy, Debug)]
pub enum Reading<'a> {
    /// A licence text or notice.
    License(&'a Identified),
    /// A Debian copyright file.
    Copyright(&'a CopyrightFile),
    /// The section about the licence of a README or a description.
    Section(&'a Identified),
}

/// A text of the package and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct TextRead<'a> {
    /// The file.
    pub path: &'a str,
    /// Its layer.
    pub layer: u32,
    /// Whether it is no longer visible.
    pub hidden: bool,
    /// Whether another text took its place.
    pub replaced: bool,
    /// Which text.
    pub id: TextId,
    /// The words.
    pub words: &'a str,
    /// What it was read as.
    pub reading: Reading<'a>,
}

/// Something that a person should decide, without the package, which the caller knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Stable name.
    pub rule: &'static str,
    /// What it says.
    pub message: String,
}

/// Where an unidentified text is this near to a declared licence, it is taken as a variant of it.
const NEAR: f32 = 0.95;
/// How sure a plain declaration is: metadata is often careless.
const DECLARED_CONFIDENCE: u8 = 80;
/// A file that is only named like a licence.
const UNREAD_CONFIDENCE: u8 = 20;
/// A declaration with more than one reading, or with words that nobody knows.
const VAGUE_CONFIDENCE: u8 = 40;
/// A fact about the product in general, not about the copy at hand.
const EXTERNAL_CONFIDENCE: u8 = 70;

/// Concludes.
pub fn resolve(declared: &[DeclaredAt<'_>], texts: &[TextRead<'_>]) -> (Licensing, Vec<Note>) {
    let mut notes = Vec::new();
    let mut out = Licensing::default();
    let mut refs = BTreeMap::new();
    let stated = read_declared(declared, &mut out, &mut refs, &mut notes);
    let mut shown = read_texts(texts, &mut out, &mut refs, &mut notes);
    // Words that say nothing to us are all that there is: they stand for themselves.
    if stated.expression.is_none() && shown.expression.is_none() {
        shown.expression = Expr::and(shown.unread.iter().map(|(e, _)| e.clone()));
        refs.extend(shown.unread.iter().map(|(e, words)| (e.to_string().into(), words.clone())));
    }
    out.detected = match (&shown.expression, texts.is_empty()) {
        (Some(e), _) => Outcome::Expression(e.clone()),
        (None, true) => Outcome::None,
        (None, false) => Outcome::NoAssertion,
    };
    let (rule, concluded) = conclude(&stated, &shown, &mut notes);
    out.rule = rule;
    out.concluded = concluded.into();
    if let Some(declared) = shown.declared {
        out.declared = declared;
    }
    judge(&mut out);
    refs.retain(|id, _| {
        [&out.declared, &out.detected, &out.concluded]
            .into_iter()
            .filter_map(Outcome::expression)
            .chain(out.evidence.iter().filter_map(|e| e.expression.as_ref()))
            .any(|e| e.refs().contains(&&**id))
    });
    out.refs = refs;
    (out, notes)
}

/// Class, flags and choice of the conclusion.
fn judge(out: &mut Licensing) {
    if let Outcome::Expression(e) = &out.concluded {
        out.class = db::class_of(e);
        out.flags = db::flags_of(e);
        out.choice = mildest(e);
    }
}

/// Takes over what is known from outside of the image, where the image itself says nothing.
pub fn complete(out: &mut Licensing, known: &Known) {
    if out.concluded.expression().is_none() {
        set(out, known);
    }
}

/// Sets the conclusion to what somebody outside of the image says, whatever the image says.
pub fn set(out: &mut Licensing, known: &Known) {
    out.evidence.push(Evidence {
        kind: EvidenceKind::External,
        path: known.source.clone(),
        layer: None,
        hidden: false,
        method: known.rule,
        range: None,
        confidence: EXTERNAL_CONFIDENCE,
        raw: known.note.clone(),
        expression: Some(known.expression.clone()),
        text: None,
    });
    for id in known.expression.refs() {
        out.refs.entry(id.into()).or_insert_with(|| known.note.clone().unwrap_or_else(|| id.into()));
    }
    out.rule = known.rule;
    out.concluded = Outcome::Expression(known.expression.clone());
    judge(out);
}

/// What the metadata says, joined.
#[derive(Default)]
struct Stated {
    expression: Option<Expr>,
    /// Whether it leaves something open: a family without a version, words that nobody knows.
    vague: bool,
    /// Whether it is a list that does not say whether all of it applies or one of it.
    is_list: bool,
    /// Whether it says in so many words that no other version applies.
    says_only: bool,
}

fn read_declared(
    declared: &[DeclaredAt<'_>],
    out: &mut Licensing,
    refs: &mut BTreeMap<Box<str>, Box<str>>,
    notes: &mut Vec<Note>,
) -> Stated {
    // Copies of one package mostly say the same; each distinct statement is read once.
    let mut read: Vec<(&DeclaredAt<'_>, Normalized)> = Vec::new();
    for at in declared {
        if read.iter().any(|(seen, _)| seen.declared == at.declared) {
            continue;
        }
        let values: Vec<&str> = at.declared.values.iter().map(|v| &**v).collect();
        let normalized = normalize(at.declared.grammar, &values);
        out.declared_raw.push(at.declared.clone());
        refs.extend(normalized.refs.iter().cloned());
        out.evidence.push(Evidence {
            kind: EvidenceKind::Declared,
            path: at.path.into(),
            layer: Some(at.layer),
            hidden: at.hidden,
            method: normalized.method,
            range: None,
            confidence: if is_vague(&normalized) { VAGUE_CONFIDENCE } else { DECLARED_CONFIDENCE },
            raw: Some(values.join(", ").into()),
            expression: normalized.expression.expression().cloned(),
            text: None,
        });
        if !normalized.unresolved.is_empty() {
            notes.push(Note {
                rule: "license-words-unresolved",
                message: format!(
                    "the field {} says {:?}; not understood: {}",
                    at.declared.field,
                    values.join(", "),
                    normalized.unresolved.join(", ")
                ),
            });
        }
        read.push((at, normalized));
    }
    if read.is_empty() {
        out.declared = Outcome::None;
        return Stated::default();
    }
    // An expression field is meant to be read by machines; of the others the clearest speaks, of equals the first.
    let rank = |at: &DeclaredAt<'_>, n: &Normalized| {
        let says = n.expression.expression().is_some();
        let spdx = at.declared.grammar == Grammar::Spdx;
        (!says, !spdx, is_vague(n))
    };
    let best = read.iter().min_by_key(|(at, n)| rank(at, n)).map(|(_, n)| n.clone());
    let Some(mut best) = best else { return Stated::default() };
    // A list of classifiers does not say what joins them; a field beside it that says `Dual License` does.
    if let Outcome::Expression(Expr::And(list)) = &best.expression
        && read.iter().any(|(_, n)| says_choice(n, out))
        && read.iter().any(|(at, n)| at.declared.grammar == Grammar::PypiClassifier && *n == best)
    {
        best.expression = Expr::or(list.iter().cloned()).into();
    }
    out.declared = best.expression.clone();
    let of_best = || read.iter().filter(|(_, n)| n.expression == best.expression).map(|(at, _)| at.declared);
    let only = |d: &Declared| d.values.iter().any(|v| v.to_ascii_lowercase().contains("only"));
    Stated {
        is_list: matches!(best.expression, Outcome::Expression(Expr::And(_)))
            && of_best().all(|d| d.grammar == Grammar::PypiClassifier),
        says_only: of_best().any(only),
        vague: is_vague(&best),
        expression: best.expression.expression().cloned(),
    }
}

/// Whether a statement without a licence in it speaks of a choice.
fn says_choice(n: &Normalized, out: &Licensing) -> bool {
    n.expression == Outcome::NoAssertion
        && out.declared_raw.iter().flat_map(|d| &d.values).any(|v| {
            let lower = v.to_ascii_lowercase();
            lower.starts_with("dual") || lower.starts_with("multi") || lower.contains("either")
        })
}

fn is_vague(n: &Normalized) -> bool {
    n.ambiguous || !n.unresolved.is_empty() || n.expression.expression().is_some_and(|e| !e.refs().is_empty())
}

/// What the texts show, joined.
#[derive(Default)]
struct Shown {
    /// Licence texts, or Debian copyright files.
    expression: Option<Expr>,
    /// Set where a Debian copyright file decides all.
    copyright: bool,
    /// Whether a README alone says it.
    section: bool,
    /// What a copyright file declares for the package as a whole.
    declared: Option<Outcome>,
    /// Texts under the name of a licence in which nothing speaks of one.
    unread: Vec<(Expr, Box<str>)>,
    /// For a text that no licence matches: what it is nearest to.
    nearest: Vec<(Expr, Box<str>, f32)>,
}

fn read_texts(
    texts: &[TextRead<'_>],
    out: &mut Licensing,
    refs: &mut BTreeMap<Box<str>, Box<str>>,
    notes: &mut Vec<Note>,
) -> Shown {
    let mut shown = Shown::default();
    let (mut primary, mut secondary, mut copyrights, mut declared) = (vec![], vec![], vec![], vec![]);
    let mut exceptions: Vec<Expr> = Vec::new();
    for text in texts {
        match text.reading {
            Reading::Copyright(file) => {
                refs.extend(file.refs.iter().cloned());
                let expression = file.concluded.expression().cloned();
                out.evidence.extend(copyright_evidence(text, file));
                match expression {
                    Some(e) => copyrights.push((text, e)),
                    None => unread_text(text, out, &mut shown, notes),
                }
                if let Some(e) = file.declared.expression() {
                    declared.push(e.clone());
                }
            }
            Reading::Section(identified) => {
                let Some(expression) = &identified.expression else {
                    out.evidence.push(unread_evidence(text, EvidenceKind::Notice, "no-licence-named"));
                    continue;
                };
                shown.section = true;
                out.evidence.extend(section_evidence(text, identified, expression));
                for id in expression.refs() {
                    refs.entry(id.into()).or_insert_with(|| text.words.into());
                }
                primary.push(FileShows { expression: expression.clone(), bare: false });
            }
            Reading::License(identified) => {
                let Some(expression) = &identified.expression else {
                    unread_text(text, out, &mut shown, notes);
                    continue;
                };
                out.evidence.extend(text_evidence(text, identified, expression));
                for id in expression.refs() {
                    refs.entry(id.into()).or_insert_with(|| text.words.into());
                }
                if let (Expr::Ref(_), Some((id, share))) = (expression, &identified.nearest) {
                    shown.nearest.push((expression.clone(), id.clone(), *share));
                }
                // The text of an exception alone does not say to which licence it is one.
                if is_exception(expression) {
                    exceptions.extend(expression.leaves().into_iter().cloned());
                    continue;
                }
                let whole = |m: &Match| m.expression == *expression && m.method.starts_with("text");
                let bare = identified.matches.iter().any(whole);
                let shows = FileShows { expression: expression.clone(), bare };
                if is_secondary(text.path) { &mut secondary } else { &mut primary }.push(shows);
            }
        }
    }
    if let Some((changed, _)) = copyrights.iter().find(|(t, _)| t.replaced) {
        let now: Vec<String> =
            copyrights.iter().filter(|(t, _)| !t.replaced).map(|(t, e)| format!("{e} (layer {})", t.layer)).collect();
        let before: Vec<String> =
            copyrights.iter().filter(|(t, _)| t.replaced).map(|(t, e)| format!("{e} (layer {})", t.layer)).collect();
        notes.push(Note {
            rule: "license-text-replaced",
            message: format!(
                "a later layer replaced {}: it said {}, it says {}; both are taken to apply",
                changed.path,
                before.join(" and "),
                if now.is_empty() { "nothing".to_string() } else { now.join(" and ") }
            ),
        });
    }
    if copyrights.is_empty() {
        let mut chosen = if primary.is_empty() { secondary } else { primary };
        attach(&exceptions, &mut chosen);
        shown.expression = join(&chosen).map(without_open);
    } else {
        shown.copyright = true;
        shown.expression = Expr::and(copyrights.into_iter().map(|(_, e)| e));
        shown.declared = Some(Expr::and(declared).into());
    }
    shown
}

/// A text in which nothing speaks of a licence. What is named like the licence itself makes the package's licence unknown; notices, authors
/// and the like go along with it.
fn unread_text(text: &TextRead<'_>, out: &mut Licensing, shown: &mut Shown, notes: &mut Vec<Note>) {
    let base = text.path.rsplit('/').next().unwrap_or(text.path).to_ascii_lowercase();
    let named = ["licen", "copying", "unlicen", "copyright"].iter().any(|word| base.contains(word));
    let named = named && !is_holders(text.words);
    let Some(expression) = crate::license::text::reference(text.words).filter(|_| named && !is_secondary(text.path))
    else {
        if !text.words.trim().is_empty() {
            out.evidence.push(unread_evidence(text, EvidenceKind::Notice, "no-licence-named"));
        }
        return;
    };
    notes.push(Note {
        rule: "license-text-unidentified",
        message: format!("nothing in {} speaks of a licence that is known; read it", text.path),
    });
    out.evidence.push(unread_evidence(text, EvidenceKind::Text, "unidentified-text"));
    shown.unread.push((expression, text.words.into()));
}

/// Whether a file fills in who holds the rights in a licence that the metadata names: R's `MIT + file LICENSE` has lines `YEAR: 2020`
/// and `COPYRIGHT HOLDER: Ann` in that file and no more.
fn is_holders(words: &str) -> bool {
    const FIELDS: [&str; 5] = ["year", "copyright holder", "copyright holders", "organization", "organisation"];
    let mut lines = words.lines().filter(|l| !l.trim().is_empty()).peekable();
    let of_field = |line: &str| {
        line.split_once(':').is_some_and(|(field, _)| FIELDS.iter().any(|f| f.eq_ignore_ascii_case(field.trim())))
    };
    lines.peek().is_some_and(|first| of_field(first)) && lines.all(|l| of_field(l) || l.starts_with([' ', '\t']))
}

fn unread_evidence(text: &TextRead<'_>, kind: EvidenceKind, method: &'static str) -> Evidence {
    Evidence {
        kind,
        path: text.path.into(),
        layer: Some(text.layer),
        hidden: text.hidden,
        method,
        range: None,
        confidence: UNREAD_CONFIDENCE,
        raw: None,
        expression: None,
        text: Some(text.id),
    }
}

/// Exceptions that have a file of their own are to the GNU licence of another file.
fn attach(exceptions: &[Expr], files: &mut Vec<FileShows>) {
    let base = files.iter().flat_map(|f| f.expression.leaves()).find_map(|leaf| match leaf {
        Expr::With(inner, _) => Some((**inner).clone()),
        Expr::License { id, .. } if id.contains("GPL-") => Some(leaf.clone()),
        _ => None,
    });
    let Some(base) = base else { return };
    for exception in exceptions {
        if let Some(name) = exception.to_string().strip_prefix("LicenseRef-") {
            let with = Expr::With(Box::new(base.clone()), name.into());
            if !files.iter().any(|f| f.expression.leaves().contains(&&with)) {
                files.push(FileShows { expression: with, bare: false });
            }
        }
    }
}

/// Whether all that a text shows are exceptions of the SPDX list.
fn is_exception(e: &Expr) -> bool {
    e.leaves().into_iter().all(|leaf| match leaf {
        Expr::Ref(name) => db::exception_id(name.trim_start_matches("LicenseRef-")).is_some(),
        _ => false,
    })
}

/// Files about what a package includes rather than about itself.
fn is_secondary(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let base = lower.rsplit('/').next().unwrap_or(&lower);
    let bundled = ["notice", "third", "3rd", "bundled", "vendor", "credits", "authors", "patents"];
    // Below `licenses/` of Python metadata the folders of the source tree stand again: what lies deeper is vendored, but for a
    // folder of the package's own licences.
    let own = |folder: &str| matches!(folder, "license" | "licenses" | "licence" | "licences");
    let nested = lower
        .split_once(".dist-info/licenses/")
        .and_then(|(_, rest)| rest.rsplit_once('/'))
        .is_some_and(|(folders, _)| !folders.split('/').all(own));
    nested || bundled.iter().any(|word| base.contains(word))
}

fn copyright_evidence(text: &TextRead<'_>, file: &CopyrightFile) -> Vec<Evidence> {
    file.statements
        .iter()
        .map(|s| Evidence {
            kind: EvidenceKind::Copyright,
            path: text.path.into(),
            layer: Some(text.layer),
            hidden: text.hidden,
            method: s.method,
            range: Some(s.range.clone()),
            confidence: s.confidence,
            raw: s.raw.clone(),
            expression: Some(s.expression.clone()),
            text: Some(text.id),
        })
        .collect()
}

fn text_evidence(text: &TextRead<'_>, identified: &Identified, whole: &Expr) -> Vec<Evidence> {
    let evidence = |expression: &Expr, method, range, confidence| Evidence {
        kind: if is_secondary(text.path) { EvidenceKind::Notice } else { EvidenceKind::Text },
        path: text.path.into(),
        layer: Some(text.layer),
        hidden: text.hidden,
        method,
        range,
        confidence,
        raw: None,
        expression: Some(expression.clone()),
        text: Some(text.id),
    };
    if identified.matches.is_empty() {
        return vec![evidence(whole, "unidentified-text", None, 50)];
    }
    identified.matches.iter().map(|m| evidence(&m.expression, m.method, Some(m.range.clone()), m.confidence)).collect()
}

/// Only a text that stands in the section in full is one; a name or a sentence is a notice.
fn section_evidence(text: &TextRead<'_>, identified: &Identified, whole: &Expr) -> Vec<Evidence> {
    let mut out = text_evidence(text, identified, whole);
    for evidence in out.iter_mut().filter(|e| !e.method.starts_with("text")) {
        evidence.kind = EvidenceKind::Notice;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::rules::*;
    use super::*;
    use crate::license::expr::parse;
    use crate::model::Class;

    fn stated(e: Expr, vague: bool) -> Stated {
        Stated { expression: Some(e), vague, ..Stated::default() }
    }

    fn shown(e: Expr) -> Shown {
        Shown { expression: Some(e), ..Shown::default() }
    }

    fn id(s: &str) -> Expr {
        Expr::id(s)
    }

    /// Rule, conclusion and the names of the notes.
    fn check(stated: Stated, shown: Shown, expected: (&str, &str, &[&str])) {
        let mut notes = Vec::new();
        let (rule, concluded) = conclude(&stated, &shown, &mut notes);
        let concluded = concluded.map(|e| e.to_string()).unwrap_or_default();
        let rules: Vec<&str> = notes.iter().map(|n| n.rule).collect();
        assert_eq!((rule, concluded.as_str(), &rules[..]), expected);
    }

    #[test]
    fn agreement_keeps_what_is_declared() {
        check(stated(id("MIT"), false), shown(id("MIT")), ("declared-and-text-agree", "MIT", &[]));
        let either = Expr::or([id("MIT"), id("Apache-2.0")]).unwrap();
        let both = Expr::and([id("MIT"), id("Apache-2.0")]).unwrap();
        check(stated(either.clone(), false), shown(both), ("declared-and-text-agree", "MIT OR Apache-2.0", &[]));
        check(stated(either, false), shown(id("MIT")), ("declared-and-text-agree", "MIT OR Apache-2.0", &[]));
        // The bare text of the GPL does not say whether later versions are allowed; the declaration does.
        check(
            stated(id("GPL-2.0-or-later"), false),
            shown(id("GPL-2.0-only")),
            ("declared-and-text-agree", "GPL-2.0-or-later", &[]),
        );
    }

    #[test]
    fn later_versions_and_variants_are_explained() {
        check(
            stated(id("LGPL-2.0-or-later"), false),
            shown(id("LGPL-2.1-only")),
            ("declared-and-text-agree", "LGPL-2.0-or-later", &[]),
        );
        check(
            stated(id("LGPL-2.1-only"), false),
            shown(id("LGPL-3.0-only")),
            ("declared-and-text-differ", "LGPL-2.1-only AND LGPL-3.0-only", &["license-conflict"]),
        );
        let either = Expr::or([id("BSD-2-Clause"), id("MIT")]).unwrap();
        check(
            stated(either, false),
            shown(id("BSD-2-Clause-Views")),
            ("declared-and-text-agree", "BSD-2-Clause-Views OR MIT", &[]),
        );
    }

    #[test]
    fn a_text_settles_what_a_name_leaves_open() {
        let bsd = || stated(Expr::reference("BSD"), true);
        check(bsd(), shown(id("BSD-3-Clause")), ("text-settles-declared", "BSD-3-Clause", &[]));
        check(
            stated(id("GPL-1.0-or-later"), true),
            shown(id("GPL-3.0-only")),
            ("text-settles-declared", "GPL-3.0-only", &[]),
        );
        let either = Expr::or([id("AFL-2.1"), Expr::reference("BSD")]).unwrap();
        check(
            stated(either, true),
            shown(id("BSD-2-Clause")),
            ("text-settles-declared", "AFL-2.1 OR BSD-2-Clause", &[]),
        );
        let both = Expr::and([id("GPL-2.0-or-later"), Expr::reference("Callaway-LGPLv2-with-exceptions")]).unwrap();
        let shown_both = Expr::and([id("GPL-2.0-or-later"), id("LGPL-2.0-or-later")]).unwrap();
        check(
            stated(both, true),
            shown(shown_both),
            (
                "text-adds-to-declared",
                "GPL-2.0-or-later AND LicenseRef-Callaway-LGPLv2-with-exceptions AND LGPL-2.0-or-later",
                &["license-text-adds"],
            ),
        );
        // MIT does not say which BSD is meant.
        check(bsd(), shown(id("MIT")), ("declared-and-text-differ", "LicenseRef-BSD AND MIT", &["license-conflict"]));
    }

    #[test]
    fn files_of_a_package_are_read_together() {
        let files = |list: &[(&str, bool)]| {
            let shows = |(e, bare): &(&str, bool)| FileShows { expression: parse(e).unwrap(), bare: *bare };
            join(&list.iter().map(shows).collect::<Vec<_>>()).unwrap().to_string()
        };
        // A choice in one file, the texts of its branches in others.
        let choice = "(Apache-2.0 OR LGPL-2.1-only) AND (LGPL-2.1-or-later OR Apache-2.0)";
        let texts = [(choice, false), ("Apache-2.0", true), ("LGPL-2.1-only", true)];
        assert_eq!(files(&texts), "Apache-2.0 OR LGPL-2.1-or-later");
        assert_eq!(files(&[("MIT OR LicenseRef-BSD", false), ("BSD-3-Clause", true)]), "MIT OR BSD-3-Clause");
        // What a branch does not explain stays, and so does a grant that is more than a text.
        assert_eq!(files(&[("MIT OR LicenseRef-Acme", false), ("Zlib", true)]), "(MIT OR LicenseRef-Acme) AND Zlib");
        assert_eq!(files(&[("MIT OR Apache-2.0", false), ("MIT", false)]), "(MIT OR Apache-2.0) AND MIT");
        // Grants and exceptions say more than the texts that they are about.
        assert_eq!(files(&[("GPL-2.0-only", true), ("GPL-2.0-or-later", false)]), "GPL-2.0-or-later");
        let with = "GPL-2.0-only WITH Classpath-exception-2.0";
        assert_eq!(files(&[("GPL-2.0-only", true), (with, false)]), with);
        assert_eq!(files(&[("GPL-3.0-only", true), ("LGPL-3.0-only", true)]), "LGPL-3.0-only");
        assert_eq!(files(&[("GPL-3.0-only", true), ("LGPL-2.1-only", true)]), "GPL-3.0-only AND LGPL-2.1-only");
    }

    #[test]
    fn an_exception_in_a_file_of_its_own_belongs_to_the_licence() {
        let shows = |e: &str, bare| FileShows { expression: parse(e).unwrap(), bare };
        let joined = |files: &[(&str, bool)], exception: &str| {
            let mut files: Vec<FileShows> = files.iter().map(|(e, bare)| shows(e, *bare)).collect();
            attach(&[Expr::reference(exception)], &mut files);
            join(&files).map(|e| e.to_string()).unwrap_or_default()
        };
        let classpath = "GPL-2.0-only WITH Classpath-exception-2.0";
        assert_eq!(joined(&[("GPL-2.0-only", true)], "Classpath-exception-2.0"), classpath);
        assert_eq!(
            joined(&[(classpath, false)], "OpenJDK-assembly-exception-1.0"),
            format!("{classpath} AND GPL-2.0-only WITH OpenJDK-assembly-exception-1.0")
        );
        // Alone it is to nothing that is known.
        assert_eq!(joined(&[], "OpenJDK-assembly-exception-1.0"), "");
        assert!(is_exception(&Expr::reference("OpenJDK-assembly-exception-1.0")));
        assert!(!is_exception(&Expr::reference("BSD")));
    }

    #[test]
    fn a_choice_in_a_text_stays_one() {
        let parsed = |e: &str| parse(e).unwrap();
        check(
            stated(parsed("BSD-2-Clause AND MIT"), false),
            shown(parsed("BSD-2-Clause AND (Apache-2.0 OR ISC OR MIT)")),
            ("declared-and-text-agree", "BSD-2-Clause AND MIT", &[]),
        );
        check(
            stated(parsed("BSD-2-Clause"), false),
            shown(parsed("BSD-2-Clause AND (Apache-2.0 OR ISC)")),
            ("text-adds-to-declared", "BSD-2-Clause AND (Apache-2.0 OR ISC)", &["license-text-adds"]),
        );
        // One who may take Apache-2.0 by the declaration does not meet the text by it.
        check(
            stated(parsed("MIT OR Apache-2.0"), false),
            shown(parsed("MIT OR Zlib")),
            ("declared-and-text-differ", "(MIT OR Apache-2.0) AND (MIT OR Zlib)", &["license-conflict"]),
        );
        // Nor does a name that nobody knows make a sum of a choice.
        check(
            stated(Expr::reference("House-terms"), true),
            shown(parsed("(MIT OR GPL-2.0-only) AND LicenseRef-abc")),
            ("text-settles-declared", "(MIT OR GPL-2.0-only) AND LicenseRef-abc", &[]),
        );
        // Classifiers say nothing of how they are joined.
        let list =
            Stated { is_list: true, ..stated(parsed("GPL-2.0-or-later AND LGPL-2.0-or-later AND MPL-1.1"), true) };
        let choice = "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1";
        check(list, shown(parsed(choice)), ("text-settles-declared", choice, &[]));
        let list = Stated { is_list: true, ..stated(parsed("MIT AND Zlib"), true) };
        check(list, shown(parsed("MIT OR Apache-2.0")), ("declared-and-text-agree", "MIT AND Zlib", &[]));
    }

    #[test]
    fn a_grant_of_later_versions_counts_where_metadata_cannot_say_it() {
        let text = || shown(id("GPL-2.0-or-later"));
        check(stated(id("GPL-2.0-only"), false), text(), ("declared-and-text-agree", "GPL-2.0-or-later", &[]));
        let only = Stated { says_only: true, ..stated(id("GPL-2.0-only"), false) };
        check(only, text(), ("declared-and-text-agree", "GPL-2.0-only", &[]));
    }

    #[test]
    fn a_dedication_settles_public_domain() {
        let public = || stated(Expr::reference("public-domain"), true);
        check(public(), shown(id("Unlicense")), ("text-settles-declared", "Unlicense", &[]));
        check(
            public(),
            shown(id("MIT")),
            ("declared-and-text-differ", "LicenseRef-public-domain AND MIT", &["license-conflict"]),
        );
    }

    #[test]
    fn disagreement_takes_both_and_says_so() {
        check(
            stated(id("MIT"), false),
            shown(id("GPL-3.0-only")),
            ("declared-and-text-differ", "MIT AND GPL-3.0-only", &["license-conflict"]),
        );
        let both = Expr::and([id("MIT"), id("BSD-3-Clause")]).unwrap();
        check(
            stated(id("MIT"), false),
            shown(both),
            ("text-adds-to-declared", "MIT AND BSD-3-Clause", &["license-text-adds"]),
        );
    }

    #[test]
    fn one_side_alone_speaks() {
        check(stated(id("MIT"), false), Shown::default(), ("declared-only", "MIT", &[]));
        check(Stated::default(), shown(id("MIT")), ("text-only", "MIT", &[]));
        check(Stated::default(), Shown::default(), ("nothing-known", "", &[]));
    }

    #[test]
    fn a_family_named_without_its_version_adds_nothing() {
        let both = Expr::and([id("BSD-3-Clause"), Expr::reference("BSD"), id("GPL-1.0-or-later")]).unwrap();
        assert_eq!(without_open(both.clone()).to_string(), "BSD-3-Clause AND GPL-1.0-or-later");
        let declared = Expr::or([id("BSD-3-Clause"), id("GPL-2.0-only")]).unwrap();
        check(stated(declared, false), shown(both), ("declared-and-text-agree", "BSD-3-Clause OR GPL-2.0-only", &[]));
        // What has no version at all stays.
        let other = Expr::and([id("MIT"), Expr::reference("BSD")]).unwrap();
        assert_eq!(without_open(other.clone()), other);
    }

    #[test]
    fn a_licence_file_that_nobody_understands_is_not_passed_over() {
        let words = "Ask the harbour master.";
        let identified = Identified::default();
        let text = TextRead {
            path: "x/LICENSE.md",
            layer: 0,
            hidden: false,
            replaced: false,
            id: TextId([0; 32]),
            words,
            reading: Reading::License(&identified),
        };
        let (alone, notes) = resolve(&[], &[text]);
        let Outcome::Expression(Expr::Ref(id)) = &alone.concluded else { panic!("{}", alone.concluded) };
        assert_eq!((alone.class, &*alone.refs[id]), (Class::Unknown, words));
        assert_eq!(notes[0].rule, "license-text-unidentified");
        let declared = Declared { grammar: Grammar::Spdx, field: "license", values: vec!["MIT".into()] };
        let at = DeclaredAt { declared: &declared, path: "x/package.json", layer: 0, hidden: false };
        let (both, notes) = resolve(&[at], &[text]);
        assert_eq!((both.concluded.to_string().as_str(), notes.len()), ("MIT", 1));
        assert_eq!(both.evidence.len(), 2);
    }

    #[test]
    fn a_file_that_only_names_holders_is_no_licence() {
        assert!(is_holders("YEAR: 2014-2020\nCOPYRIGHT HOLDER: Ann;\n  Bob\n"));
        assert!(is_holders("\nYear: 2014\nCopyright holder: Ann\nOrganization: X\n"));
        assert!(!is_holders("YEAR: 2014\nAsk the harbour master.\n"));
        assert!(!is_holders(""));
    }

    #[test]
    fn notices_are_secondary() {
        assert!(is_secondary("x/THIRD-PARTY-NOTICES.txt"));
        assert!(is_secondary("lib/a.dist-info/licenses/vendored/LICENSE"));
        assert!(!is_secondary("lib/a.dist-info/licenses/LICENSE"));
        assert!(!is_secondary("lib/a.dist-info/licenses/licenses/LICENSE.zeromq.txt"));
        assert!(is_secondary("lib/a.dist-info/licenses/vendor/licenses/LICENSE"));
        assert!(!is_secondary("node_modules/vendor-x/LICENSE"));
    }
}
