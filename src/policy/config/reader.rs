//! Reads TOML table by table and remembers where everything stood, so that a mistake is told with its key, file and line
//! (TOML 1.0). What the keys mean is not known here.

use crate::model::RulePlace;
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file and the line.
    pub place: RulePlace,
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// The key, with the tables above it: `policy.rule[2].verdict`. Empty where the file is no TOML, and no value is to blame.
    pub key: Box<str>,
    /// What is wrong, and what to write instead.
    pub message: Box<str>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

/// The file that is read.
#[derive(Clone, Copy)]
pub(super) struct Doc<'t> {
    /// Its name, for places.
    pub file: &'t str,
    /// Its words.
    pub text: &'t str,
}

impl Doc<'_> {
    /// The line of a byte, from 1.
    pub fn place(&self, at: usize) -> RulePlace {
        let lines = self.text.bytes().take(at).filter(|b| *b == b'\n').count();
        RulePlace { file: self.file.into(), line: lines as u32 + 1 }
    }

    pub fn error(&self, span: Range<usize>, key: &str, message: impl Into<Box<str>>) -> ConfigError {
        ConfigError { place: self.place(span.start), span, key: key.into(), message: message.into() }
    }
}

/// The key whose value stands at a byte of a text that is no TOML throughout: what can be read of it is read all the same.
pub(super) fn key_at(text: &str, at: usize) -> Option<String> {
    let (read, _) = DeTable::parse_recoverable(text);
    in_table(&Table::root(Doc { file: "", text }, &read), at)
}

fn in_table(table: &Table<'_, '_>, at: usize) -> Option<String> {
    table.table.iter().find_map(|(key, value)| {
        let name = table.path(key.get_ref());
        let inside = |inner, name| in_table(&Table { doc: table.doc, table: inner, span: 0..0, name }, at);
        let whole = (key.span().start..=value.span().end).contains(&at);
        match value.get_ref() {
            // Tables have their keys anywhere in the file.
            DeValue::Table(inner) => inside(inner, name),
            DeValue::Array(list) => list
                .iter()
                .enumerate()
                .find_map(|(i, item)| match item.get_ref() {
                    DeValue::Table(inner) => inside(inner, format!("{name}[{}]", i + 1)),
                    _ => None,
                })
                .or_else(|| whole.then_some(name)),
            _ => whole.then_some(name),
        }
    })
}

/// A value with where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub value: T,
    pub span: Range<usize>,
    /// The key with the tables above it.
    pub key: String,
}

/// One table.
#[derive(Clone)]
pub(super) struct Table<'a, 't> {
    doc: Doc<'t>,
    table: &'a DeTable<'t>,
    span: Range<usize>,
    /// The tables above, joined by points; empty for the root.
    name: String,
}

impl<'a, 't> Table<'a, 't> {
    pub fn root(doc: Doc<'t>, table: &'a Spanned<DeTable<'t>>) -> Table<'a, 't> {
        Table { doc, table: table.get_ref(), span: 0..0, name: String::new() }
    }

    /// Where the table stands.
    pub fn place(&self) -> RulePlace {
        self.doc.place(self.span.start)
    }

    /// Where a key stands.
    pub fn place_of(&self, key: &str) -> Option<RulePlace> {
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(k, _)| self.doc.place(k.span().start))
    }

    fn path(&self, key: &str) -> String {
        // A key comes from a file that somebody may have sent; nothing in it reaches a terminal raw.
        let key = key.escape_debug();
        if self.name.is_empty() { key.to_string() } else { format!("{}.{key}", self.name) }
    }

    /// A mistake of the table as a whole: a key that is missing.
    pub fn missing(&self, key: &str, why: &str) -> ConfigError {
        self.doc.error(self.span.clone(), &self.path(key), format!("{key} is missing: {why}"))
    }

    /// A mistake of one value.
    pub fn wrong<T>(&self, at: &At<T>, message: impl Into<Box<str>>) -> ConfigError {
        self.doc.error(at.span.clone(), &at.key, message)
    }

    /// Keys that nobody knows are mistakes: a misspelt condition would silently widen a rule.
    pub fn only(&self, known: &[&str]) -> Result<(), ConfigError> {
        for key in self.table.keys() {
            if !known.contains(&&**key.get_ref()) {
                let message = format!("there is no key {:?} here{}", key.get_ref(), suggestion(key.get_ref(), known));
                return Err(self.doc.error(key.span(), &self.path(key.get_ref()), message));
            }
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    fn kind<T>(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) -> Result<T, ConfigError> {
        let message = format!("{wanted} should stand here; this is of type {}", value.get_ref().type_str());
        Err(self.doc.error(value.span(), &self.path(key), message))
    }

    pub fn string(&self, key: &str) -> Result<Option<At<String>>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::String(s) => Ok(Some(At { value: s.to_string(), span: value.span(), key: self.path(key) })),
            _ => self.kind(key, value, "a string"),
        }
    }

    pub fn integer(&self, key: &str) -> Result<Option<At<i64>>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = match value.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
            _ => None,
        };
        match number {
            Some(n) => Ok(Some(At { value: n, span: value.span(), key: self.path(key) })),
            None => self.kind(key, value, "a number"),
        }
    }

    /// A list of strings; a string alone is a list of one. An empty list is a mistake: nobody means a condition that nothing meets.
    pub fn strings(&self, key: &str) -> Result<Vec<At<String>>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let one = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::String(s) => Ok(At { value: s.to_string(), span: value.span(), key: self.path(key) }),
            _ => self.kind(key, value, "a string"),
        };
        match value.get_ref() {
            DeValue::String(_) => Ok(vec![one(value)?]),
            DeValue::Array(list) if list.is_empty() => Err(self.doc.error(
                value.span(),
                &self.path(key),
                "the list is empty: name something, or leave the key out",
            )),
            DeValue::Array(list) => list.iter().map(one).collect(),
            _ => self.kind(key, value, "a list of strings"),
        }
    }

    /// A day (TOML's local date, or the same as a string).
    pub fn date(&self, key: &str) -> Result<Option<At<chrono::NaiveDate>>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = match value.get_ref() {
            DeValue::Datetime(d) if d.time.is_none() => d.to_string(),
            DeValue::String(s) => s.to_string(),
            _ => String::new(),
        };
        match chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
            Ok(day) => Ok(Some(At { value: day, span: value.span(), key: self.path(key) })),
            Err(_) => Err(self.doc.error(value.span(), &self.path(key), "a day should stand here, such as 2027-01-31")),
        }
    }

    pub fn table(&self, key: &str) -> Result<Option<Table<'a, 't>>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.get_ref() {
            DeValue::Table(table) => Ok(Some(Table { doc: self.doc, table, span: value.span(), name: self.path(key) })),
            _ => self.kind(key, value, "a table"),
        }
    }

    /// A list of tables (`[[key]]`).
    pub fn tables(&self, key: &str) -> Result<Vec<Table<'a, 't>>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(list) = value.get_ref() else {
            return self.kind(key, value, &format!("a list of tables, each under [[{}]],", self.path(key)));
        };
        list.iter()
            .enumerate()
            .map(|(i, item)| match item.get_ref() {
                DeValue::Table(table) => {
                    let name = format!("{}[{}]", self.path(key), i + 1);
                    Ok(Table { doc: self.doc, table, span: item.span(), name })
                }
                _ => self.kind(key, item, "a table"),
            })
            .collect()
    }

    /// One of several words.
    pub fn word<T: Copy>(&self, at: &At<String>, known: &[(&str, T)]) -> Result<T, ConfigError> {
        match known.iter().find(|(name, _)| *name == at.value) {
            Some((_, value)) => Ok(*value),
            None => {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                let message = format!("{:?} is none of {}{}", at.value, names.join(", "), near(&at.value, &names));
                Err(self.wrong(at, message))
            }
        }
    }
}

/// `; did you mean x?` for the nearest of the words, else all of them.
fn suggestion(word: &str, known: &[&str]) -> String {
    match near(word, known) {
        near if near.is_empty() => format!("; known are {}", known.join(", ")),
        near => near,
    }
}

/// `; did you mean x?`, where one of the words is near.
pub(super) fn near(word: &str, known: &[&str]) -> String {
    // Two slips of the finger in a word of some length, one in a short one.
    let limit = if word.chars().count() > 4 { 2 } else { 1 };
    let best = known.iter().map(|k| (strsim::damerau_levenshtein(word, k), *k)).min();
    match best {
        Some((distance, k)) if distance <= limit => format!("; did you mean {k:?}?"),
        _ => String::new(),
    }
}
