//! Machine-readable copyright files: which paragraph is what, and what their licences come to.
//!
//! A text is looked for under the name itself, in the stand-alone paragraph of that name, in the paragraphs of its parts
//! (`GPL-2+ or Artistic`), and last where another paragraph of files has it. Specification: copyright-format 1.0; the
//! drafts before it (`Format-Specification`, paragraphs without `Files`) are read as well.

use super::fields::{Field, Paragraph};
use super::said::{self, Said};
use super::settle::{self, Settled, settle};
use super::{Joined, Statement};
use crate::license::names::{self, Normalized, normalize};
use crate::model::{Expr, Grammar, Outcome};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// What the paragraphs say.
#[derive(Debug, Default)]
pub struct Dep5 {
    /// Of the paragraph `Files: *`, else of the header.
    pub declared: Option<Expr>,
    /// Of each paragraph of files, with the place where it stands.
    pub files: Vec<(usize, Expr)>,
    /// The same of the paragraphs that are about `debian/` only.
    pub packaging: Vec<(usize, Expr)>,
    /// What the header says of the whole.
    pub header: Option<(usize, Expr)>,
    /// The statements, each distinct one once.
    pub statements: Vec<Statement>,
    /// Words of the references.
    pub refs: BTreeMap<Box<str>, Rc<str>>,
    /// Copyright statements.
    pub copyrights: Joined<Box<str>>,
}

/// What a paragraph is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// The file as a whole.
    Header,
    /// All files.
    Everything,
    /// Some files.
    Files,
    /// Files under `debian/` only.
    Packaging,
    /// A licence's text.
    Text,
}

/// Reads the paragraphs of one file.
pub fn read(paragraphs: &[Paragraph<'_>]) -> Dep5 {
    let sorted = sort(paragraphs);
    let mut reader = Reader { texts: texts(&sorted), settled: HashMap::new() };
    let mut out = Dep5::default();
    let mut seen = HashSet::new();
    for (about, fields) in &sorted {
        for field in fields.iter().filter(|f| f.is("Copyright")) {
            field.items().for_each(|item| out.copyrights.push(item.into()));
        }
        if *about == About::Text {
            continue;
        }
        let mut found = Vec::new();
        for field in fields.iter().filter(|f| is_license(f)) {
            let Some(mut read) = reader.license(field, fields) else { continue };
            if let (Some(declared), true) = (&out.declared, read.is_same_as_rest()) {
                read.expression = declared.clone();
                read.refs.clear();
            }
            found.push(read.expression.clone());
            out.refs.extend(read.refs.iter().cloned());
            for (expression, method, confidence, range) in read.statements(field) {
                let raw: Option<Box<str>> = (!read.raw.is_empty()).then(|| read.raw.as_str().into());
                if seen.insert((raw.clone(), expression.clone(), method)) {
                    out.statements.push(Statement { expression, raw, range, method, confidence });
                }
            }
        }
        let Some(expression) = Expr::and(found) else { continue };
        let at = fields.first().map_or(0, |f| f.range.start);
        match about {
            About::Header => out.header = Some((at, expression)),
            About::Packaging => out.packaging.push((at, expression)),
            About::Everything if out.declared.is_none() => {
                out.declared = Some(expression.clone());
                out.files.push((at, expression));
            }
            _ => out.files.push((at, expression)),
        }
    }
    if out.declared.is_none() {
        out.declared = out.header.as_ref().map(|(_, e)| e.clone());
    }
    out
}

fn is_license(field: &Field<'_>) -> bool {
    field.is("License") || field.is("Licence")
}

/// Says of each paragraph what it is about. A paragraph of files whose licence stands behind an empty line is joined
/// with the one that has it.
fn sort<'p, 'a>(paragraphs: &'p [Paragraph<'a>]) -> Vec<(About, Vec<&'p Field<'a>>)> {
    let mut out: Vec<(About, Vec<&'p Field<'a>>)> = Vec::new();
    let mut everything = false;
    // Whether the last paragraph is about files whose licence has not been seen yet.
    let mut lacks = false;
    for (i, paragraph) in paragraphs.iter().enumerate() {
        let fields: Vec<&Field<'a>> = paragraph.fields.iter().collect();
        let has = |name: &str| paragraph.field(name).is_some();
        let licensed = paragraph.licenses().next().is_some();
        if lacks && !has("Files") && (licensed || has("Copyright")) {
            if let Some((_, before)) = out.last_mut() {
                before.extend(fields);
            }
            lacks = !licensed;
            continue;
        }
        let about = if let Some(files) = paragraph.field("Files") {
            about_files(files)
        } else if i == 0 && (is_header(paragraph) || !licensed) {
            About::Header
        } else if licensed && has("Copyright") {
            // The drafts: a paragraph without `Files` is about everything, where it is the first.
            if everything { About::Files } else { About::Everything }
        } else if licensed {
            About::Text
        } else {
            About::Header
        };
        everything |= about == About::Everything;
        lacks = !licensed && has("Files");
        out.push((about, fields));
    }
    // Where nothing is said of files, a lone text is about all.
    if !out.iter().any(|(about, fields)| *about != About::Text && fields.iter().any(|f| is_license(f))) {
        for (about, _) in out.iter_mut().filter(|(about, _)| *about == About::Text) {
            *about = About::Files;
        }
    }
    out
}

/// Whether the first paragraph is a header.
pub fn is_header(paragraph: &Paragraph<'_>) -> bool {
    [
        "Format",
        "Format-Specification",
        "Upstream-Name",
        "Upstream-Contact",
        "Source",
        "Upstream-Source",
        "Files-Excluded",
    ]
    .iter()
    .any(|name| paragraph.field(name).is_some())
}

fn about_files(field: &Field<'_>) -> About {
    let mut patterns = field
        .items()
        .flat_map(|line| line.split([' ', '\t', ',']))
        .map(|p| p.trim_matches(['"', '\'']).trim_start_matches("./"))
        .filter(|p| !p.is_empty())
        .peekable();
    if patterns.peek().is_none() {
        return About::Files;
    }
    let (mut all, mut packaging) = (false, true);
    // Some lists have thousands of names; mostly the first one decides.
    let may_be_all = field.value.contains('*');
    for pattern in patterns {
        if !packaging && (all || !may_be_all) {
            break;
        }
        all |= matches!(pattern, "*" | "**" | "*.*" | "*/*");
        packaging &= pattern == "debian" || pattern.starts_with("debian/");
    }
    match (all, packaging) {
        (true, _) => About::Everything,
        (_, true) => About::Packaging,
        _ => About::Files,
    }
}

/// A text that stands under a name. It is shared, for many names may be read against it, and read once.
#[derive(Debug)]
struct Text {
    words: Rc<str>,
    range: Range<usize>,
    said: OnceCell<Said>,
}

impl Text {
    fn said(&self) -> &Said {
        self.said.get_or_init(|| said::read(&self.words))
    }
}

/// The texts by name, the stand-alone ones first.
fn texts(sorted: &[(About, Vec<&Field<'_>>)]) -> HashMap<String, Rc<Text>> {
    let mut out = HashMap::new();
    for alone in [true, false] {
        for (_, fields) in sorted.iter().filter(|(about, _)| (*about == About::Text) == alone) {
            for field in fields.iter().filter(|f| is_license(f)) {
                let (name, text) = name_and_text(field, fields);
                if let (false, Some(text)) = (name.is_empty(), text) {
                    out.entry(key(&name)).or_insert(text);
                }
            }
        }
    }
    out
}

/// A name without the differences that mean nothing.
fn key(name: &str) -> String {
    let name = name.to_lowercase();
    name.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches(['"', '\'', ',', '.', '(', ')']).to_string()
}

/// Longest line that is taken for names of licences; a longer one is a text.
const MAX_NAME: usize = 160;

/// The short name and the text of a field. What reads as a sentence is text, also on the first line; a name may stand on
/// the second line. Fields that people put beside it (`License-Grant`, `Reference`) are part of the text.
fn name_and_text(field: &Field<'_>, fields: &[&Field<'_>]) -> (String, Option<Rc<Text>>) {
    let first = field.first_line();
    let rest = field.text();
    let (name, mut words) = if first.is_empty() {
        match rest.split_once('\n') {
            Some((line, behind)) if is_name(line) => (line.trim().to_string(), behind.trim_matches('\n').to_string()),
            None if is_name(&rest) => (rest.trim().to_string(), String::new()),
            _ => (String::new(), rest),
        }
    } else if is_name(first) {
        (first.to_string(), rest)
    } else {
        (String::new(), format!("{first}\n{rest}"))
    };
    let mut range = if name.is_empty() { field.range.clone() } else { field.rest_range() };
    for beside in fields.iter().filter(|f| f.is("License-Grant") || f.is("Reference")) {
        if words.is_empty() {
            range = beside.range.clone();
        }
        words.push('\n');
        words.push_str(beside.first_line());
        words.push('\n');
        words.push_str(&beside.text());
    }
    let text = (!words.trim().is_empty())
        .then(|| Rc::new(Text { words: words.trim_matches('\n').into(), range, said: OnceCell::new() }));
    (name, text)
}

/// Longer words are terms of their own.
const SHORT: usize = 300;

/// Whether a line reads as names of licences and not as a sentence.
fn is_name(line: &str) -> bool {
    let lower = line.trim().to_ascii_lowercase();
    let words: Vec<&str> = lower.split([' ', '\t', ',']).filter(|w| !w.is_empty()).collect();
    let telling = [
        "is",
        "are",
        "be",
        "you",
        "may",
        "this",
        "these",
        "permission",
        "redistribution",
        "permitted",
        "copyright",
        "all",
        "by",
        "can",
        "has",
        "have",
        "released",
        "licensed",
        "distributed",
        "under",
        "please",
    ];
    // `LGPL-3+ with special exception granted by the copyright holders`
    if lower.contains(" with ") && lower.contains("exception") && !lower.contains(" under ") && line.len() <= MAX_NAME {
        return true;
    }
    !words.is_empty() && line.len() <= MAX_NAME && !(words.len() > 3 && words.iter().any(|w| telling.contains(w)))
}

/// What one field comes to.
#[derive(Clone, Debug)]
struct Read {
    expression: Expr,
    raw: String,
    parts: Vec<(Settled, Option<Range<usize>>)>,
    refs: Vec<(Box<str>, Rc<str>)>,
}

impl Read {
    /// Whether its words say that it is as the rest of the package.
    fn is_same_as_rest(&self) -> bool {
        let says = |words: &str| {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
            let same = ["same license as", "same licence as", "same terms as", "same-as-", "same as "];
            let rest = ["package", "rest", "project", "program", "library", "itself", "upstream"];
            same.iter().any(|s| {
                words.find(s).is_some_and(|at| rest.iter().any(|r| words.get(at..).is_some_and(|w| w.contains(r))))
            })
        };
        matches!(&self.expression, Expr::Ref(r) if !settle::is_public_domain(&self.expression)
            && self.refs.iter().any(|(id, words)| id == r && words.len() < SHORT && (says(words) || says(&self.raw))))
    }

    /// The statements: what counts, and what speaks against it.
    fn statements(&self, field: &Field<'_>) -> Vec<(Expr, &'static str, u8, Range<usize>)> {
        let mut out = Vec::new();
        let sure = self.parts.iter().map(|(s, _)| s.confidence).min().unwrap_or(0);
        let by_text = self.parts.iter().any(|(s, _)| s.by_text);
        let at = |text: &Option<Range<usize>>| text.clone().unwrap_or_else(|| field.range.clone());
        if let [(one, text)] = self.parts.as_slice() {
            if let Some(against) = &one.against {
                out.push((against.clone(), "dep5", sure, field.head_range()));
            }
            let range = if one.by_text { at(text) } else { field.head_range() };
            out.push((one.expression.clone(), if one.by_text { "dep5-text" } else { "dep5" }, sure, range));
            return out;
        }
        out.push((self.expression.clone(), if by_text { "dep5-text" } else { "dep5" }, sure, field.head_range()));
        for (part, text) in self.parts.iter().filter(|(s, _)| s.against.is_some()) {
            out.extend(part.against.clone().map(|against| (against, "dep5", sure, field.head_range())));
            out.push((part.expression.clone(), "dep5-text", sure, at(text)));
        }
        out
    }
}

/// What is known while the paragraphs are read: nothing is read twice.
struct Reader {
    texts: HashMap<String, Rc<Text>>,
    settled: HashMap<(String, Rc<str>), Option<Read>>,
}

impl Reader {
    /// Reads a licence field; `None` where it says nothing.
    fn license(&mut self, field: &Field<'_>, fields: &[&Field<'_>]) -> Option<Read> {
        let (name, own) = name_and_text(field, fields);
        let id = (name.clone(), own.as_ref().map_or_else(|| Rc::from(""), |t| t.words.clone()));
        if let Some(known) = self.settled.get(&id) {
            return known.clone();
        }
        let read = if name.is_empty() { own.and_then(|text| unnamed(&text)) } else { Some(self.named(&name, own)) };
        self.settled.insert(id, read.clone());
        read
    }

    /// A name, with its own text or that of another paragraph.
    fn named(&mut self, name: &str, own: Option<Rc<Text>>) -> Read {
        let own = own.or_else(|| self.texts.get(&key(name)).cloned());
        let apart = names::unglued(Grammar::DebianDep5, name);
        let name = apart.as_deref().unwrap_or(name);
        let whole = normalize(Grammar::DebianDep5, &[name]);
        let parts: Vec<(&str, Normalized)> =
            parts(name).into_iter().map(|part| (part, normalize(Grammar::DebianDep5, &[part]))).collect();
        let open: Vec<Expr> = parts.iter().flat_map(|(_, read)| open_leaves(read)).collect();
        let text = own;
        if text.is_some() || parts.len() <= 1 {
            let settled = settle(name, &whole, &open, text.as_ref().map(|t| t.said()));
            let refs = refs_of(&settled.expression, &words_or(&text, name));
            let expression = settled.expression.clone();
            let parts = vec![(settled, text.map(|t| t.range.clone()))];
            return Read { expression, raw: name.into(), parts, refs };
        }
        let mut expression = match &whole.expression {
            Outcome::Expression(e) => e.clone(),
            _ => Expr::reference(name),
        };
        let (mut read, mut refs) = (Vec::new(), Vec::new());
        for (part, normalized) in &parts {
            let text = self.texts.get(&key(part)).cloned();
            let settled = settle(part, normalized, &open_leaves(normalized), text.as_ref().map(|t| t.said()));
            if let Outcome::Expression(before) = &normalized.expression {
                expression = settle::replace(&expression, before, &settled.expression);
            }
            refs.extend(refs_of(&settled.expression, &words_or(&text, part)));
            read.push((settled, text.map(|t| t.range.clone())));
        }
        let rest =
            refs_of(&expression, &name.into()).into_iter().filter(|(id, _)| !refs.iter().any(|(known, _)| known == id));
        let rest: Vec<_> = rest.collect();
        refs.extend(rest);
        Read { expression, raw: name.into(), parts: read, refs }
    }
}

/// A text without a name.
fn unnamed(text: &Text) -> Option<Read> {
    let said = text.said();
    let expression = said.conclusion()?;
    let refs = refs_of(&expression, &text.words);
    let confidence = said.sure.max(settle::OPEN);
    let settled = Settled { expression: expression.clone(), confidence, against: None, by_text: true };
    Some(Read { expression, raw: String::new(), parts: vec![(settled, Some(text.range.clone()))], refs })
}

/// The text's words, or the name where there is none.
fn words_or(text: &Option<Rc<Text>>, name: &str) -> Rc<str> {
    text.as_ref().map_or_else(|| name.into(), |t| t.words.clone())
}

fn refs_of(expression: &Expr, words: &Rc<str>) -> Vec<(Box<str>, Rc<str>)> {
    expression.refs().into_iter().map(|id| (id.into(), words.clone())).collect()
}

/// The operands that a name leaves open.
fn open_leaves(read: &Normalized) -> Vec<Expr> {
    match &read.expression {
        Outcome::Expression(e) if read.ambiguous => e.leaves().into_iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The names of a statement: between `and`, `or`, `and/or`, commas and bars, without parentheses.
fn parts(name: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut cut = |from: usize, to: usize| {
        let part = name.get(from..to).unwrap_or_default().trim_matches([' ', '\t', '(', ')', ',']);
        if !part.is_empty() {
            out.push(part);
        }
    };
    let mut at = 0;
    for word in name.split_inclusive([' ', '\t', ',', '|', '(', ')']) {
        let bare = word.trim_end_matches([' ', '\t', ',', '|', '(', ')']);
        if ["and", "or", "and/or"].iter().any(|w| bare.eq_ignore_ascii_case(w)) {
            cut(from, at);
            from = at + word.len();
        } else if word.ends_with([',', '|']) {
            cut(from, at + bare.len());
            from = at + word.len();
        }
        at += word.len();
    }
    cut(from, name.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_names() {
        let check = |name: &str, expected: &[&str]| assert_eq!(parts(name), expected, "{name:?}");
        check("GPL-2+", &["GPL-2+"]);
        check("GPL-2+ or Artistic", &["GPL-2+", "Artistic"]);
        check("GPL-2+ with OpenSSL exception, and (BSD and/or MIT)", &["GPL-2+ with OpenSSL exception", "BSD", "MIT"]);
        check("A | B", &["A", "B"]);
        check("and", &[]);
    }

    #[test]
    fn names_and_sentences() {
        for name in ["GPL-2+", "GPL-2+ with Autoconf exception or MIT", "MIT/X Consortium License", "other"] {
            assert!(is_name(name), "{name}");
        }
        for sentence in ["Permission is hereby granted, free of charge, to any person", "This file is free software"] {
            assert!(!is_name(sentence), "{sentence}");
        }
    }

    #[test]
    fn files_and_packaging() {
        let check = |files: &str, expected: About| {
            let words = format!("Files: {files}\n");
            let all = super::super::fields::paragraphs(&words, super::super::fields::Mode::Whole);
            assert_eq!(about_files(&all[0].fields[0]), expected, "{files:?}");
        };
        check("*", About::Everything);
        check("debian/*", About::Packaging);
        check("debian/* ./debian/x,debian/y", About::Packaging);
        check("debian/*\n src/x", About::Files);
        check("* debian/*", About::Everything);
        check("", About::Files);
    }
}
