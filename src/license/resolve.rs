//! Joins what a package declares (`declared`) and what its texts show (`texts`) to one conclusion, with the evidence for each. The rules
//! (`rules`) are few; each has a name, which stands in the report. They are written down for readers in `docs/licences.md`.
//!
//! A conclusion is never milder than its evidence: where the two disagree, both apply until a person decides, and the
//! disagreement is a finding.

mod declared;
mod rules;
mod texts;

use super::copyright::CopyrightFile;
use super::db;
use super::known::Known;
use super::text::Identified;
use crate::model::{Declared, Evidence, EvidenceKind, Expr, Licensing, Outcome, TextId};
use declared::read_declared;
use rules::{conclude, mildest};
use std::collections::BTreeMap;
use texts::read_texts;

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
    /// The licences that it is about, as they were called before a report gave every reference one text.
    pub about: Vec<Expr>,
    /// Index of what shows it, in the package's evidence.
    pub evidence: Option<u32>,
}

/// A fact about the product in general, not about the copy at hand.
const EXTERNAL_CONFIDENCE: u8 = 70;

/// Concludes.
pub fn resolve(declared: &[DeclaredAt<'_>], texts: &[TextRead<'_>]) -> (Licensing, Vec<Note>) {
    let mut notes = Vec::new();
    let mut out = Licensing::default();
    let mut refs = BTreeMap::new();
    let stated = read_declared(declared, &mut out, &mut refs, &mut notes);
    // The comment above a pom is about the file as much as about the work: it speaks where nothing else does.
    let is_head = |t: &TextRead<'_>| t.path.ends_with("!/comment");
    let without_heads: Vec<TextRead<'_>>;
    let texts = if texts.iter().any(is_head) && (stated.expression.is_some() || !texts.iter().all(is_head)) {
        without_heads = texts.iter().filter(|t| !is_head(t)).cloned().collect();
        &without_heads
    } else {
        texts
    };
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
    for note in notes.iter_mut().filter(|n| n.evidence.is_none()) {
        note.evidence = shows(&out.evidence, &note.about);
    }
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

/// The text that shows one of these licences: one that shows nothing else says it the most plainly.
fn shows(evidence: &[Evidence], about: &[Expr]) -> Option<u32> {
    let leaves: Vec<&Expr> = about.iter().flat_map(Expr::leaves).collect();
    let found = evidence.iter().enumerate().filter_map(|(i, e)| {
        let own = e.expression.as_ref().filter(|_| e.text.is_some())?.leaves();
        // Of a licence with an exception one file may have the one and another the other.
        let says = |own: &&&Expr| {
            leaves.iter().any(|l| own.same_words(l) || matches!(l, Expr::With(inner, _) if own.same_words(inner)))
        };
        let others = own.len() - own.iter().filter(says).count();
        (others < own.len()).then_some((others, i as u32))
    });
    found.min().map(|(_, i)| i)
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

#[cfg(test)]
mod tests;
