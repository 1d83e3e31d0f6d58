//! The configuration, `supercargo.toml`: a policy with its rules, waivers, clarifications, choices. Read once into types; whoever
//! holds a [`Config`] holds one without mistakes. `docs/policy.md` describes every key for those who write one.

mod people;
mod reader;
mod rule;

use super::pattern::PurlPattern;
use crate::license::expr;
use crate::model::{Class, Expr, Flag, RulePlace, Verdict};
use reader::{At, Doc, Table};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use people::{choice, clarification, waiver};
use rule::rule;

pub use reader::ConfigError;

/// The version of the form that is read here.
const VERSION: i64 = 1;

/// Longest configuration that is read. One with a thousand waivers has some 300 KB.
pub const MAX_CONFIG: usize = 8 << 20;

/// A whole configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file that it came from, as errors and reports name it.
    pub file: Box<str>,
    /// Its path in a repository, which only who opened the file can know.
    pub in_repository: Option<Box<str>>,
    /// SHA-256 of its text: `sha256:...`.
    pub hash: Box<str>,
    /// The policy.
    pub policy: Policy,
    /// `[[waiver]]`, in the order of the file.
    pub waivers: Vec<Waiver>,
    /// `[[clarify]]`, in the order of the file.
    pub clarifications: Vec<Clarification>,
    /// `[[choice]]`, in the order of the file.
    pub choices: Vec<Choice>,
}

/// The table `policy`.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Its name.
    pub name: Option<Box<str>>,
    /// For what no rule meets.
    pub default: Verdict,
    /// For packages and terms of which nothing is known.
    pub unknown: Verdict,
    /// The mildest verdict that fails; `None`: none does.
    pub fail_on: Option<Verdict>,
    /// Where the keys stand that the file has; what is not here is a default.
    pub places: BTreeMap<&'static str, RulePlace>,
    /// `[[policy.rule]]`, in the order of the file.
    pub rules: Vec<Rule>,
}

/// One rule: for which licences of which packages, and what then.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// Its id, unique in the file.
    pub id: Box<str>,
    /// Where it stands.
    pub place: Option<RulePlace>,
    /// Classes; `weak-copyleft` stands for both scopes.
    pub class: Vec<Class>,
    /// Flags.
    pub flag: Vec<Flag>,
    /// Licences, each one term: an id, an id with an exception, a `LicenseRef-`; `*` stands for anything.
    pub license: Vec<Box<str>>,
    /// Exceptions; `*` stands for anything.
    pub exception: Vec<Box<str>>,
    /// Ecosystems, by their purl types.
    pub ecosystem: Vec<Box<str>>,
    /// Packages.
    pub purl: Vec<PurlPattern>,
    /// `base` or `app`.
    pub origin: Vec<&'static str>,
    /// `present` or `hidden`.
    pub state: Vec<&'static str>,
    /// What it says.
    pub verdict: Verdict,
    /// What to do about it.
    pub how_to_fix: Option<Box<str>>,
    /// What must be met beside.
    pub require: Vec<Require>,
    /// The conditions as written, for reports.
    pub written: Vec<(&'static str, Vec<Box<str>>)>,
}

/// What a rule can ask for beside the licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Require {
    /// The image carries the licence's text.
    LicenseText,
    /// Somebody is named as the holder of the copyright.
    Copyright,
    /// The exact source is known, so that it can be offered.
    SourceOffer,
}

impl Require {
    const ALL: [(&'static str, Require); 3] = [
        ("license-text", Require::LicenseText),
        ("copyright", Require::Copyright),
        ("source-offer", Require::SourceOffer),
    ];

    /// The name in configurations and reports.
    pub fn as_str(self) -> &'static str {
        Require::ALL.iter().find(|(_, r)| *r == self).map_or("", |(name, _)| name)
    }
}

/// An exception that somebody answers for.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Its id, unique in the file; made of what it binds where the file gives none.
    pub id: Box<str>,
    /// Whether the file gives the id.
    pub is_named: bool,
    /// Where it stands.
    pub place: RulePlace,
    /// The packages.
    pub purl: PurlPattern,
    /// The rule; `None` for all.
    pub rule: Option<Box<str>>,
    /// The kind of reason, one of [`REASONS`].
    pub reason: &'static str,
    /// The reason in words.
    pub comment: Option<Box<str>>,
    /// Who answers for it.
    pub owner: Box<str>,
    /// Where it was discussed.
    pub ticket: Option<Box<str>>,
    /// The last day on which it holds.
    pub expires: Option<chrono::NaiveDate>,
    /// SHA-256 of licence texts, in hexadecimal: it holds as long as the package shows all of these.
    pub texts: Vec<Box<str>>,
}

/// The kinds of reasons for a waiver, with what each says.
pub const REASONS: [(&str, &str); 6] = [
    ("commercial-license", "we have other terms from the owner"),
    ("not-distributed", "this does not leave the house"),
    ("obligations-met", "what the licence asks is done"),
    ("legal-approval", "a lawyer looked at this case and agreed"),
    ("false-positive", "the report is wrong here"),
    ("temporary", "it will be replaced"),
];

/// The licence of a package, set by a person who looked at its files.
#[derive(Clone, Debug)]
pub struct Clarification {
    /// Where it stands.
    pub place: RulePlace,
    /// The packages.
    pub purl: PurlPattern,
    /// The licence.
    pub license: Expr,
    /// Why.
    pub comment: Option<Box<str>>,
    /// The files that it was judged by: path in the image, SHA-256 in hexadecimal.
    pub files: Vec<(Box<str>, Box<str>)>,
}

/// Which branch of an OR is taken.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Where it stands.
    pub place: RulePlace,
    /// The packages.
    pub purl: PurlPattern,
    /// The branch.
    pub take: Expr,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// The first mistake, with its key, file and line.
    pub fn parse(text: &str, file: &str) -> Result<Config, ConfigError> {
        let doc = Doc { file, text };
        if text.len() > MAX_CONFIG {
            return Err(doc.error(0..0, "", "the file is larger than 8 MiB"));
        }
        let parsed = toml::de::DeTable::parse(text).map_err(|e| {
            let span = e.span().unwrap_or(0..0);
            // Of two equal keys the second is not kept, so that its own words name it.
            let twice = || text.get(span.clone()).filter(|_| e.message().contains("duplicate key"));
            let key = reader::key_at(text, span.start).or_else(|| twice().map(|k| k.escape_debug().to_string()));
            let key = key.unwrap_or_default();
            doc.error(span, &key, format!("this cannot be read as TOML: {}", e.message().trim()))
        })?;
        let root = Table::root(doc, &parsed);
        root.only(&["version", "policy", "waiver", "clarify", "choice"])?;
        match root.integer("version")? {
            Some(at) if at.value == VERSION => {}
            Some(at) => {
                return Err(root.wrong(&at, format!("version {} is not known here; this program reads 1", at.value)));
            }
            None => return Err(root.missing("version", "write version = 1 at the top")),
        }
        let policy = match root.table("policy")? {
            Some(table) => policy(&table)?,
            None => Policy {
                default: Verdict::Review,
                unknown: Verdict::Review,
                fail_on: Some(Verdict::Deny),
                ..Policy::default()
            },
        };
        let rules: Vec<&str> = policy.rules.iter().map(|r| &*r.id).collect();
        let mut waivers: Vec<Waiver> = Vec::new();
        for table in root.tables("waiver")? {
            waivers.push(waiver(&table, &rules, &waivers)?);
        }
        let clarifications = root.tables("clarify")?.iter().map(clarification).collect::<Result<_, _>>()?;
        let choices = root.tables("choice")?.iter().map(choice).collect::<Result<_, _>>()?;
        let hash = crate::model::Digest::sha256(&Sha256::digest(text.as_bytes()).into());
        let hash = hash.as_str().into();
        Ok(Config { file: file.into(), in_repository: None, hash, policy, waivers, clarifications, choices })
    }
}

fn policy(table: &Table<'_, '_>) -> Result<Policy, ConfigError> {
    const KEYS: [&str; 5] = ["name", "default", "unknown", "fail-on", "rule"];
    table.only(&KEYS)?;
    let verdict = |key: &str, otherwise: Verdict| match table.string(key)? {
        Some(at) => table.word(&at, &VERDICTS),
        None => Ok(otherwise),
    };
    let default = verdict("default", Verdict::Review)?;
    let unknown = verdict("unknown", Verdict::Review)?;
    let fail_on = match table.string("fail-on")? {
        Some(at) => table.word(&at, &FAIL_ON)?,
        None => Some(Verdict::Deny),
    };
    let mut rules: Vec<Rule> = Vec::new();
    for t in table.tables("rule")? {
        let (rule, id) = rule(&t)?;
        if let Some(other) = rules.iter().find(|r| r.id == rule.id) {
            let first = other.place.as_ref().map_or(0, |p| p.line);
            return Err(t.wrong(&id, format!("another rule, in line {first}, is called {:?} too", rule.id)));
        }
        rules.push(rule);
    }
    let places = KEYS.iter().filter_map(|k| Some((*k, table.place_of(k)?))).collect();
    let name = table.string("name")?.map(|at| at.value.into());
    Ok(Policy { name, default, unknown, fail_on, places, rules })
}

const VERDICTS: [(&str, Verdict); 3] =
    [("allow", Verdict::Allow), ("review", Verdict::Review), ("deny", Verdict::Deny)];

/// What can stand behind `fail-on`, in the file and on the command line.
pub const FAIL_ON: [(&str, Option<Verdict>); 3] =
    [("deny", Some(Verdict::Deny)), ("review", Some(Verdict::Review)), ("never", None)];

fn pattern(table: &Table<'_, '_>, at: &At<String>) -> Result<PurlPattern, ConfigError> {
    let pattern = PurlPattern::parse(&at.value).map_err(|why| table.wrong(at, why))?;
    match rule::unknown_type(pattern.ty()) {
        Some(why) => Err(table.wrong(at, why)),
        None => Ok(pattern),
    }
}

fn the_pattern(table: &Table<'_, '_>) -> Result<PurlPattern, ConfigError> {
    let at = table.string("purl")?.ok_or_else(|| table.missing("purl", "say for which packages"))?;
    pattern(table, &at)
}

fn expression(table: &Table<'_, '_>, at: &At<String>) -> Result<Expr, ConfigError> {
    expr::parse_lenient(at.value.trim())
        .map_err(|word| table.wrong(at, format!("{:?} is no SPDX expression: {word} cannot be read", at.value)))
}

#[cfg(test)]
mod tests;
