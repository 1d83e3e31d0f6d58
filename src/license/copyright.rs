//! Debian copyright files: machine-readable ones (DEP-5, copyright-format 1.0) and free-form ones.
//!
//! Declared is what the paragraph `Files: *` says. Concluded are the distinct expressions of all paragraphs of files
//! joined by AND, but those that are about `debian/` alone; a choice stays a choice, and nothing is absorbed: `GPL-2+` and
//! `GPL-3+` both stay. Free-form files are read by their words, without what they say of the packaging alone.
//!
//! In reading order: `fields` (paragraphs with their bytes), `dep5` (what the paragraphs say), `settle` (a name against the
//! words under it) with `likeness` (how near the two are), `said` (what a text says) with `pointers` (at Debian's own
//! copies), `free` (prose). Not here: what short names mean (`names`), what texts are
//! (`text`). Specification: copyright-format 1.0, Debian policy 12.5.

mod dep5;
mod fields;
mod free;
mod likeness;
mod pointers;
mod said;
mod settle;

pub use pointers::common_license;

use crate::model::{Expr, Outcome};
use dep5::Dep5;
use fields::{Mode, Paragraph};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::collections::BTreeMap;
use std::hash::Hash;
use std::ops::Range;
use std::rc::Rc;

/// What a Debian copyright file says.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyrightFile {
    /// Whether it is machine-readable.
    pub machine_readable: bool,
    /// Of the paragraph `Files: *`.
    pub declared: Outcome,
    /// AND of the distinct expressions of all Files paragraphs but those solely under `debian/`.
    pub concluded: Outcome,
    /// The statements one by one, with the bytes that they stand in.
    pub statements: Vec<Statement>,
    /// For every `LicenseRef-` in `concluded` or `declared` the licence's words (or its name, where no words are given).
    pub refs: Vec<(Box<str>, Box<str>)>,
    /// Copyright statements.
    pub copyrights: Vec<Box<str>>,
}

/// One licence statement of a copyright file.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it says.
    pub expression: Expr,
    /// The words of the field `License`, for a machine-readable file.
    pub raw: Option<Box<str>>,
    /// Bytes of the file.
    pub range: Range<usize>,
    /// `dep5` for a name, `dep5-text` where the inline text decided, otherwise the text matcher's method.
    pub method: &'static str,
    /// From 0 to 100.
    pub confidence: u8,
}

/// How much of a file is read. The longest known ones (browsers, the kernel) have some 2 MB; a hostile one should not
/// cost more than they do.
const MAX_BYTES: usize = 8 << 20;

/// How sure a pointer to Debian's own copies is, where nothing else is said.
const POINTED: u8 = 60;

/// Reads a copyright file, of either kind.
pub fn read(words: &str) -> CopyrightFile {
    let end = (0..=MAX_BYTES.min(words.len())).rev().find(|&i| words.is_char_boundary(i)).unwrap_or(0);
    let words = words.get(..end).unwrap_or_default();
    let paragraphs = fields::paragraphs(words, Mode::Whole);
    if is_machine_readable(words, &paragraphs) {
        let dep5 = dep5::read(&paragraphs);
        if dep5.header.is_some() || !dep5.files.is_empty() || !dep5.packaging.is_empty() {
            return machine_readable(dep5);
        }
    }
    free_form(words)
}

/// Whether the whole file is in the machine-readable form: it begins with a field, and either says so or has paragraphs
/// of files.
fn is_machine_readable(words: &str, paragraphs: &[Paragraph<'_>]) -> bool {
    let Some(first) = paragraphs.first() else { return false };
    let begins = first.range().start;
    let before = words.get(..begins).unwrap_or_default();
    let prose =
        before.lines().filter(|l| !l.trim_start_matches('\u{feff}').trim().is_empty() && !l.starts_with('#')).count();
    let says_so = first.field("Format").or_else(|| first.field("Format-Specification")).is_some();
    let files = paragraphs.iter().any(|p| p.field("Files").is_some() && p.licenses().next().is_some());
    says_so || (prose == 0 && files)
}

fn machine_readable(dep5: Dep5) -> CopyrightFile {
    let files = if !dep5.files.is_empty() {
        dep5.files
    } else if let Some(header) = dep5.header {
        vec![header]
    } else {
        dep5.packaging
    };
    let mut concluded = Joined::default();
    for (_, expression) in files {
        concluded.add(expression);
    }
    finish(true, dep5.declared, concluded, dep5.statements, shared(dep5.refs), dep5.copyrights)
}

fn free_form(words: &str) -> CopyrightFile {
    let (paragraphs, ranges) = islands(words);
    let dep5 = dep5::read(&paragraphs);
    let said = free::read(words, &ranges);
    let mut statements = dep5.statements;
    let mut found: Vec<(usize, Expr)> = dep5.files;
    statements.extend(said.matches.iter().map(|m| Statement {
        expression: m.expression.clone(),
        raw: None,
        range: m.range.clone(),
        method: m.method,
        confidence: m.confidence,
    }));
    if let Some(expression) = &said.expression {
        // Each operand stands where it is said first.
        let mut first: HashMap<&Expr, usize> = HashMap::new();
        for m in &said.matches {
            for leaf in m.expression.leaves() {
                first.entry(leaf).or_insert(m.range.start);
            }
        }
        for operand in said::operands(expression) {
            let at = operand.leaves().iter().filter_map(|leaf| first.get(leaf)).min().copied();
            found.push((at.unwrap_or(0), operand));
        }
    } else if found.is_empty() {
        let pointed = said.pointers.iter().map(|(e, range)| (range.clone(), e.clone()));
        statements.extend(pointed.map(|(range, expression)| Statement {
            expression,
            raw: None,
            range,
            method: "reference",
            confidence: POINTED,
        }));
        found.extend(said.pointed.iter().map(|e| (0, e.clone())));
    }
    let mut refs: BTreeMap<Box<str>, Box<str>> = shared(dep5.refs);
    if found.is_empty() {
        found = dep5.packaging;
    }
    if found.is_empty()
        && let Some(unknown) = said.unknown
    {
        statements.push(Statement {
            expression: unknown.clone(),
            raw: None,
            range: 0..words.len(),
            method: "text",
            confidence: 0,
        });
        found.push((0, unknown));
    }
    found.sort_by_key(|(at, _)| *at);
    statements.sort_by_key(|s| s.range.start);
    let mut own: HashMap<&str, Range<usize>> = HashMap::new();
    for s in &statements {
        if let Expr::Ref(id) = &s.expression {
            own.entry(id).or_insert_with(|| s.range.clone());
        }
    }
    let mut concluded = Joined::default();
    for (_, expression) in found {
        for id in expression.refs() {
            refs.entry(id.into()).or_insert_with(|| words_of(words, &own, id).into());
        }
        concluded.add(expression);
    }
    let mut copyrights = dep5.copyrights;
    said.copyrights.into_iter().for_each(|c| copyrights.push(c));
    finish(false, dep5.declared, concluded, statements, refs, copyrights)
}

/// The words that a reference stands for: those of its statement, where that is one of its own, else the whole file's.
fn words_of<'a>(words: &'a str, own: &HashMap<&str, Range<usize>>, id: &str) -> &'a str {
    own.get(id).and_then(|range| words.get(range.clone())).unwrap_or(words).trim()
}

fn shared(refs: BTreeMap<Box<str>, Rc<str>>) -> BTreeMap<Box<str>, Box<str>> {
    refs.into_iter().map(|(id, words)| (id, (&*words).into())).collect()
}

/// Paragraphs of files among prose, each with the stand-alone texts that follow it.
fn islands(words: &str) -> (Vec<Paragraph<'_>>, Vec<Range<usize>>) {
    let mut inside = false;
    let mut out = Vec::new();
    for paragraph in fields::paragraphs(words, Mode::Islands) {
        let licensed = paragraph.licenses().next().is_some();
        let files = paragraph.field("Files").is_some();
        let text = paragraph.fields.first().is_some_and(|f| f.is("License") && !f.first_line().is_empty());
        inside = licensed && (files || (inside && text));
        if inside {
            out.push(paragraph);
        }
    }
    let ranges = out.iter().map(Paragraph::range).collect();
    (out, ranges)
}

fn finish(
    machine_readable: bool,
    declared: Option<Expr>,
    concluded: Joined<Expr>,
    statements: Vec<Statement>,
    refs: BTreeMap<Box<str>, Box<str>>,
    copyrights: Joined<Box<str>>,
) -> CopyrightFile {
    let concluded = concluded.and();
    let used: HashSet<&str> = declared.iter().chain(&concluded).flat_map(|e| e.refs()).collect();
    let refs = refs.into_iter().filter(|(id, _)| used.contains(&**id)).collect();
    CopyrightFile {
        machine_readable,
        declared: declared.into(),
        concluded: concluded.into(),
        statements,
        refs,
        copyrights: copyrights.list,
    }
}

/// Distinct values in the order of their first appearance. Files with thousands of paragraphs are common enough that
/// each must not be compared with each.
#[derive(Clone, Debug)]
struct Joined<T> {
    list: Vec<T>,
    seen: HashSet<T>,
}

impl<T> Default for Joined<T> {
    fn default() -> Self {
        Joined { list: Vec::new(), seen: HashSet::new() }
    }
}

impl<T: Clone + Eq + Hash> Joined<T> {
    fn push(&mut self, value: T) {
        if self.seen.insert(value.clone()) {
            self.list.push(value);
        }
    }
}

impl Joined<Expr> {
    /// Adds an operand; an AND is made flat.
    fn add(&mut self, expression: Expr) {
        match expression {
            Expr::And(list) => list.into_iter().for_each(|e| self.push(e)),
            other => self.push(other),
        }
    }

    fn and(mut self) -> Option<Expr> {
        if self.list.len() > 1 { Some(Expr::And(self.list)) } else { self.list.pop() }
    }
}

#[cfg(test)]
mod tests;
