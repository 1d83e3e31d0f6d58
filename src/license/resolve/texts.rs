//! What the texts of a package show, as one expression, with the evidence for it: its own texts, else those about what it includes; a Debian
//! copyright file alone where there is one.

use super::rules::{FileShows, join, without_open};
use super::{Note, Reading, TextRead};
use crate::license::copyright::CopyrightFile;
use crate::license::db;
use crate::license::text::{Identified, Match};
use crate::model::{Evidence, EvidenceKind, Expr, Licensing, Outcome};
use std::collections::BTreeMap;

/// A file that is only named like a licence.
const UNREAD_CONFIDENCE: u8 = 20;

/// What the texts show, joined.
#[derive(Default)]
pub(super) struct Shown {
    /// Licence texts, or Debian copyright files.
    pub expression: Option<Expr>,
    /// Set where a Debian copyright file decides all.
    pub copyright: bool,
    /// Whether a README alone says it.
    pub section: bool,
    /// What a copyright file declares for the package as a whole.
    pub declared: Option<Outcome>,
    /// What texts show that are those of a part of the work by their names.
    pub parts: Vec<Expr>,
    /// Texts under the name of a licence in which nothing speaks of one.
    pub unread: Vec<(Expr, Box<str>)>,
    /// For a text that no licence matches: what it is nearest to.
    pub nearest: Vec<(Expr, Box<str>, f32)>,
}

pub(super) fn read_texts(
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
                if names_part(text.path) {
                    shown.parts.push(expression.clone());
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
            about: Vec::new(),
            evidence: out.evidence.iter().position(|e| e.text == Some(changed.id)).map(|i| i as u32),
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
        about: Vec::new(),
        evidence: Some(out.evidence.len() as u32),
    });
    out.evidence.push(unread_evidence(text, EvidenceKind::Text, "unidentified-text"));
    shown.unread.push((expression, text.words.into()));
}

/// Whether a file fills in who holds the rights in a licence that the metadata names: R's `MIT + file LICENSE` has lines `YEAR: 2020`
/// and `COPYRIGHT HOLDER: Ann` in that file and no more.
pub(super) fn is_holders(words: &str) -> bool {
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
pub(super) fn attach(exceptions: &[Expr], files: &mut Vec<FileShows>) {
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
pub(super) fn is_exception(e: &Expr) -> bool {
    e.leaves().into_iter().all(|leaf| match leaf {
        Expr::Ref(name) => db::exception_id(name.trim_start_matches("LicenseRef-")).is_some(),
        _ => false,
    })
}

/// Whether a licence file is named after a part of the work: `LICENSE-GRAPHICS`, `LICENSE.docs.md`, `FONT-LICENSE.txt`.
pub(super) fn names_part(path: &str) -> bool {
    const PARTS: [&str; 27] = [
        "art",
        "artwork",
        "asset",
        "assets",
        "code",
        "content",
        "data",
        "doc",
        "docs",
        "documentation",
        "example",
        "examples",
        "font",
        "fonts",
        "graphics",
        "icon",
        "icons",
        "image",
        "images",
        "logo",
        "logos",
        "media",
        "sample",
        "samples",
        "sound",
        "sounds",
        "text",
    ];
    let base = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = [".txt", ".md", ".rst", ".html", ".text", ".markdown"]
        .iter()
        .find_map(|end| base.strip_suffix(end))
        .unwrap_or(&base);
    let mut words = stem.split(|c: char| !c.is_ascii_alphanumeric());
    words.clone().any(|w| w.starts_with("licen") || w == "copying") && words.any(|w| PARTS.contains(&w))
}

/// Files about what a package includes rather than about itself.
pub(super) fn is_secondary(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let base = lower.rsplit('/').next().unwrap_or(&lower);
    let bundled = ["notice", "third", "3rd", "bundled", "vendor", "dependenc", "credits", "authors", "patents"];
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
