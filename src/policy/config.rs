//! The configuration, `supercargo.toml`: a policy with its rules, waivers, clarifications, choices. Read once into types; whoever
//! holds a [`Config`] holds one without mistakes. `docs/policy.md` describes every key for those who write one.

mod reader;

use super::pattern::{PurlPattern, glob};
use crate::license::{db, expr};
use crate::model::{Class, Expr, Flag, RulePlace, Verdict};
use reader::{At, Doc, Table, near};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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
    /// Its id; made of its place where the file gives none.
    pub id: Box<str>,
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
            doc.error(span, "", format!("this is no TOML: {}", e.message().trim()))
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
        let waivers = root.tables("waiver")?;
        let waivers = waivers.iter().map(|t| waiver(t, &rules)).collect::<Result<Vec<_>, _>>()?;
        let clarifications = root.tables("clarify")?.iter().map(clarification).collect::<Result<_, _>>()?;
        let choices = root.tables("choice")?.iter().map(choice).collect::<Result<_, _>>()?;
        let hash = crate::model::Digest::sha256(&Sha256::digest(text.as_bytes()).into());
        Ok(Config { file: file.into(), hash: hash.as_str().into(), policy, waivers, clarifications, choices })
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

const CLASSES: [(&str, &[Class]); 10] = [
    ("public-domain", &[Class::PublicDomain]),
    ("permissive", &[Class::Permissive]),
    ("weak-copyleft", &[Class::WeakCopyleftFile, Class::WeakCopyleftLibrary]),
    ("weak-copyleft-file", &[Class::WeakCopyleftFile]),
    ("weak-copyleft-library", &[Class::WeakCopyleftLibrary]),
    ("strong-copyleft", &[Class::StrongCopyleft]),
    ("network-copyleft", &[Class::NetworkCopyleft]),
    ("source-available", &[Class::SourceAvailable]),
    ("proprietary", &[Class::Proprietary]),
    ("unknown", &[Class::Unknown]),
];

/// The keys of a rule that are conditions, in the order of reports.
pub(super) const CONDITIONS: [&str; 8] =
    ["class", "flag", "license", "exception", "ecosystem", "purl", "origin", "state"];

fn rule(table: &Table<'_, '_>) -> Result<(Rule, At<String>), ConfigError> {
    const OTHERS: [&str; 4] = ["id", "verdict", "how-to-fix", "require"];
    table.only(&[&OTHERS[..], &CONDITIONS[..]].concat())?;
    let id = table.string("id")?.ok_or_else(|| table.missing("id", "findings and waivers name a rule by it"))?;
    if id.value.trim().is_empty()
        || id.value.len() > 200
        || id.value.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(table.wrong(&id, "an id is one word, such as no-network-copyleft"));
    }
    let mut written: Vec<(&'static str, Vec<Box<str>>)> = Vec::new();
    let mut lists: BTreeMap<&'static str, Vec<At<String>>> = BTreeMap::new();
    for key in CONDITIONS {
        let values = table.strings(key)?;
        if !values.is_empty() {
            written.push((key, values.iter().map(|v| v.value.as_str().into()).collect()));
        }
        lists.insert(key, values);
    }
    if written.is_empty() {
        let message = format!("the rule has no condition; give it one of {}", CONDITIONS.join(", "));
        return Err(table.wrong(&id, message));
    }
    let of = |key: &str| lists.get(key).map_or(&[][..], Vec::as_slice);
    let class = of("class").iter().map(|at| table.word(at, &CLASSES)).collect::<Result<Vec<_>, _>>()?.concat();
    let flag = of("flag").iter().map(|at| table.word(at, &[("content", Flag::Content)])).collect::<Result<_, _>>()?;
    let license = of("license").iter().map(|at| license_term(table, at)).collect::<Result<_, _>>()?;
    let exception = of("exception").iter().map(|at| exception(table, at)).collect::<Result<_, _>>()?;
    let ecosystem = of("ecosystem").iter().map(|at| ecosystem(table, at)).collect::<Result<_, _>>()?;
    let purl = of("purl").iter().map(|at| pattern(table, at)).collect::<Result<_, _>>()?;
    let words = |key: &str, known: [&'static str; 2]| -> Result<Vec<&'static str>, ConfigError> {
        of(key).iter().map(|at| table.word(at, &known.map(|w| (w, w)))).collect()
    };
    let verdict = table.string("verdict")?.ok_or_else(|| table.missing("verdict", "say allow, review or deny"))?;
    let require = table.strings("require")?;
    let rule = Rule {
        place: table.place_of("id").or_else(|| Some(table.place())),
        class,
        flag,
        license,
        exception,
        ecosystem,
        purl,
        origin: words("origin", ["base", "app"])?,
        state: words("state", ["present", "hidden"])?,
        verdict: table.word(&verdict, &VERDICTS)?,
        how_to_fix: table.string("how-to-fix")?.map(|at| at.value.into()),
        require: require.iter().map(|at| table.word(at, &Require::ALL)).collect::<Result<_, _>>()?,
        written,
        id: id.value.as_str().into(),
    };
    Ok((rule, id))
}

/// A term in the form that reports print, so that it is compared letter by letter: `GPL-2.0+` is `GPL-2.0-or-later`.
fn license_term(table: &Table<'_, '_>, at: &At<String>) -> Result<Box<str>, ConfigError> {
    let text = at.value.trim();
    if text.contains('*') {
        let mut terms = db::license_ids().filter(|id| db::replacement(id).is_none());
        let met = text.starts_with("LicenseRef-")
            || text.contains(" WITH ")
            || terms.any(|id| glob(text.as_bytes(), id.as_bytes()));
        return if met {
            Ok(text.into())
        } else {
            Err(table.wrong(at, format!("no licence of the SPDX list is like {text:?}")))
        };
    }
    match expr::parse_lenient(text) {
        Ok(e @ (Expr::License { .. } | Expr::Ref(_) | Expr::With(..))) => Ok(e.to_string().into()),
        Ok(_) => Err(table.wrong(
            at,
            format!("{text:?} is an expression; name one licence each: a rule judges every licence by itself"),
        )),
        Err(_) => {
            let ids: Vec<&str> = db::license_ids().collect();
            let message = format!("{text:?} is no licence of the SPDX list and no LicenseRef-{}", near(text, &ids));
            Err(table.wrong(at, message))
        }
    }
}

fn exception(table: &Table<'_, '_>, at: &At<String>) -> Result<Box<str>, ConfigError> {
    let text = at.value.trim();
    let met = |id: &str| glob(text.as_bytes(), id.as_bytes());
    if text.contains('*') && db::exception_ids().any(met) {
        return Ok(text.into());
    }
    match db::exception_id(text) {
        Some(id) => Ok(db::replacement(id).unwrap_or(id).into()),
        None => {
            let ids: Vec<&str> = db::exception_ids().collect();
            Err(table.wrong(at, format!("{text:?} is no exception of the SPDX list{}", near(text, &ids))))
        }
    }
}

/// The types of the purl specification that packages in images have, and those that this program gives.
const PURL_TYPES: [&str; 40] = [
    "alpm",
    "apk",
    "bitnami",
    "brew",
    "cargo",
    "cocoapods",
    "composer",
    "conan",
    "conda",
    "cpan",
    "cran",
    "deb",
    "dart",
    "ebuild",
    "gem",
    "generic",
    "github",
    "golang",
    "hackage",
    "hex",
    "julia",
    "luarocks",
    "maven",
    "nix",
    "npm",
    "nuget",
    "oci",
    "opam",
    "opkg",
    "otp",
    "pear",
    "pub",
    "pypi",
    "rpm",
    "snap",
    "swid",
    "swift",
    "vcpkg",
    "wordpress-plugin",
    "wordpress-theme",
];

/// Purl types are many, and new ones come: only their form is held against the purl specification.
fn ecosystem(table: &Table<'_, '_>, at: &At<String>) -> Result<Box<str>, ConfigError> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".+-".contains(c);
    if at.value.is_empty() || !at.value.chars().all(good) {
        return Err(table.wrong(at, format!("{:?} is no purl type; write one such as deb, npm or pypi", at.value)));
    }
    // Names of tools and languages that people write in place of the type.
    let meant = match at.value.as_str() {
        "python" | "pip" => "pypi",
        "go" => "golang",
        "debian" | "dpkg" => "deb",
        "alpine" => "apk",
        "java" => "maven",
        "rust" | "crates" => "cargo",
        "ruby" | "rubygems" => "gem",
        "node" | "nodejs" | "javascript" => "npm",
        "php" => "composer",
        "dotnet" => "nuget",
        _ => {
            return match near(&at.value, &PURL_TYPES) {
                _ if PURL_TYPES.contains(&at.value.as_str()) => Ok(at.value.as_str().into()),
                near if near.is_empty() => Ok(at.value.as_str().into()),
                near => Err(table.wrong(at, format!("{:?} is no purl type that is known here{near}", at.value))),
            };
        }
    };
    Err(table.wrong(at, format!("the purl type of {} is {meant:?}", at.value)))
}

fn pattern(table: &Table<'_, '_>, at: &At<String>) -> Result<PurlPattern, ConfigError> {
    PurlPattern::parse(&at.value).map_err(|why| table.wrong(at, why))
}

fn the_pattern(table: &Table<'_, '_>) -> Result<PurlPattern, ConfigError> {
    let at = table.string("purl")?.ok_or_else(|| table.missing("purl", "say for which packages"))?;
    pattern(table, &at)
}

fn expression(table: &Table<'_, '_>, at: &At<String>) -> Result<Expr, ConfigError> {
    expr::parse_lenient(at.value.trim())
        .map_err(|word| table.wrong(at, format!("{:?} is no SPDX expression: {word} cannot be read", at.value)))
}

/// A SHA-256 with or without its name before it.
fn sha256(table: &Table<'_, '_>, at: &At<String>) -> Result<Box<str>, ConfigError> {
    let hex = at.value.strip_prefix("sha256:").unwrap_or(&at.value).to_ascii_lowercase();
    if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(hex.into())
    } else {
        Err(table.wrong(at, "a SHA-256 should stand here: sha256: and 64 hexadecimal digits"))
    }
}

fn waiver(table: &Table<'_, '_>, rules: &[&str]) -> Result<Waiver, ConfigError> {
    table.only(&["id", "purl", "rule", "reason", "comment", "owner", "ticket", "expires", "text"])?;
    let purl = the_pattern(table)?;
    let rule = table.string("rule")?;
    if let Some(at) = &rule {
        let built_in = super::BUILT_IN_RULES;
        if !rules.contains(&at.value.as_str()) && !built_in.contains(&at.value.as_str()) {
            let all: Vec<&str> = rules.iter().copied().chain(built_in).collect();
            return Err(table.wrong(at, format!("no rule is called {:?}{}", at.value, near(&at.value, &all))));
        }
    }
    let reason = table
        .string("reason")?
        .ok_or_else(|| table.missing("reason", &format!("say one of {}", REASONS.map(|(name, _)| name).join(", "))))?;
    let owner = table.string("owner")?.ok_or_else(|| table.missing("owner", "somebody must answer for a waiver"))?;
    let place = table.place_of("purl").unwrap_or_else(|| table.place());
    let text =
        |key: &str| -> Result<Option<Box<str>>, ConfigError> { Ok(table.string(key)?.map(|at| at.value.into())) };
    Ok(Waiver {
        id: text("id")?.unwrap_or_else(|| format!("waiver in line {}", place.line).into()),
        purl,
        rule: rule.map(|at| at.value.into()),
        reason: table.word(&reason, &REASONS.map(|(name, _)| (name, name)))?,
        comment: text("comment")?,
        owner: owner.value.into(),
        ticket: text("ticket")?,
        expires: table.date("expires")?.map(|at| at.value),
        texts: table.strings("text")?.iter().map(|at| sha256(table, at)).collect::<Result<_, _>>()?,
        place,
    })
}

fn clarification(table: &Table<'_, '_>) -> Result<Clarification, ConfigError> {
    table.only(&["purl", "license", "comment", "file"])?;
    let purl = the_pattern(table)?;
    let license = table.string("license")?.ok_or_else(|| table.missing("license", "say which licence it is"))?;
    let files = table.tables("file")?.into_iter().map(|file| {
        file.only(&["path", "sha256"])?;
        let path = file.string("path")?.ok_or_else(|| file.missing("path", "say which file"))?;
        let hash = file.string("sha256")?.ok_or_else(|| file.missing("sha256", "say what it hashed to"))?;
        Ok((path.value.trim_start_matches('/').into(), sha256(&file, &hash)?))
    });
    Ok(Clarification {
        place: table.place_of("purl").unwrap_or_else(|| table.place()),
        purl,
        license: expression(table, &license)?,
        comment: table.string("comment")?.map(|at| at.value.into()),
        files: files.collect::<Result<_, _>>()?,
    })
}

fn choice(table: &Table<'_, '_>) -> Result<Choice, ConfigError> {
    table.only(&["purl", "take"])?;
    let purl = the_pattern(table)?;
    let take = table.string("take")?.ok_or_else(|| table.missing("take", "say which branch of the choice"))?;
    let parsed = expression(table, &take)?;
    if matches!(parsed, Expr::Or(_)) {
        return Err(table.wrong(&take, "this is a choice itself; name the branch that is taken"));
    }
    Ok(Choice { place: table.place_of("purl").unwrap_or_else(|| table.place()), purl, take: parsed })
}

#[cfg(test)]
mod tests;
