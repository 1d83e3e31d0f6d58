//! `[[policy.rule]]`: conditions that are checked against what there is, so that a misspelt licence does not make a rule that meets
//! nothing.

use super::reader::{At, ConfigError, Table, near};
use super::{Require, Rule, VERDICTS, pattern};
use crate::license::{db, expr, names};
use crate::model::Grammar;
use crate::model::{Class, Expr, Flag};
use crate::policy::pattern::glob;
use crate::policy::{BUILT_IN_NOTES, BUILT_IN_RULES, WAIVER_RULES};
use crate::purl;
use std::collections::BTreeMap;

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
const CONDITIONS: [&str; 8] = ["class", "flag", "license", "exception", "ecosystem", "purl", "origin", "state"];

pub(super) fn rule(table: &Table<'_, '_>) -> Result<(Rule, At<String>), ConfigError> {
    const OTHERS: [&str; 4] = ["id", "verdict", "how-to-fix", "require"];
    table.only(&[&OTHERS[..], &CONDITIONS[..]].concat())?;
    let id = table.string("id")?.ok_or_else(|| table.missing("id", "findings and waivers name a rule by it"))?;
    if id.value.trim().is_empty()
        || id.value.len() > 200
        || id.value.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(table.wrong(&id, "an id is one word, such as no-network-copyleft"));
    }
    if BUILT_IN_RULES.iter().chain(&BUILT_IN_NOTES).chain(&WAIVER_RULES).any(|name| *name == id.value) {
        return Err(table.wrong(&id, format!("{:?} is the name of a built-in rule; take another", id.value)));
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
        let (license, exception) = text.split_once(" WITH ").unwrap_or((text, "*"));
        let listed = db::license_ids()
            .filter(|id| db::replacement(id).is_none())
            .any(|id| glob(license.as_bytes(), id.as_bytes()));
        let excepted = db::exception_ids().any(|id| glob(exception.as_bytes(), id.as_bytes()));
        let met = license.starts_with("LicenseRef-") || listed && excepted;
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
            // What people call licences elsewhere (`GPL3`, `Apache License 2.0`) is understood in metadata, but not guessed here.
            let read = names::normalize(Grammar::Any, &[text]).expression;
            let meant = match read.expression() {
                Some(e @ (Expr::License { .. } | Expr::With(..))) => format!("; did you mean \"{e}\"?"),
                _ => near(text, &db::license_ids().collect::<Vec<&str>>()),
            };
            let message = format!("{text:?} is no licence of the SPDX list and no LicenseRef-{meant}");
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

/// Why a purl type is most likely a slip: it is none that is known, and near to one. New types come, so that others pass.
pub(super) fn unknown_type(ty: &str) -> Option<String> {
    let known = || purl::PACKAGE_TYPES.into_iter().chain(purl::OTHER_TYPES);
    if ty.contains('*') || known().any(|known| known == ty) {
        return None;
    }
    let near = near(ty, &known().collect::<Vec<_>>());
    (!near.is_empty()).then(|| format!("{ty:?} is no purl type that is known here{near}"))
}

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
            return match unknown_type(&at.value) {
                None => Ok(at.value.as_str().into()),
                Some(why) => Err(table.wrong(at, why)),
            };
        }
    };
    Err(table.wrong(at, format!("the purl type of {} is {meant:?}", at.value)))
}
