//! What people answer for: `[[waiver]]`, `[[clarify]]`, `[[choice]]`.

use super::reader::{At, ConfigError, Table, near};
use super::{Choice, Clarification, REASONS, Waiver, expression, the_pattern};
use crate::model::Expr;
use crate::policy::pattern::PurlPattern;
use crate::policy::{BUILT_IN_NOTES, BUILT_IN_RULES, WAIVER_RULES};

/// A SHA-256 with or without its name before it.
fn sha256(table: &Table<'_, '_>, at: &At<String>) -> Result<Box<str>, ConfigError> {
    let hex = at.value.strip_prefix("sha256:").unwrap_or(&at.value).to_ascii_lowercase();
    if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(hex.into())
    } else {
        Err(table.wrong(at, "a SHA-256 should stand here: sha256: and 64 hexadecimal digits"))
    }
}

/// The id of a waiver that has none in the file: what it binds and not where it stands, so that it stays when lines come and go. Of
/// equal ones the second has a number.
fn id_of(purl: &PurlPattern, rule: Option<&str>, before: &[Waiver]) -> Box<str> {
    let equal = |w: &&Waiver| !w.is_named && w.purl == *purl && w.rule.as_deref() == rule;
    let number = match before.iter().filter(equal).count() {
        0 => String::new(),
        n => format!(" ({})", n + 1),
    };
    format!("waiver of {} for {purl}{number}", rule.unwrap_or("all findings")).into()
}

/// Reads a waiver; `rules` are the ids of the file's rules, `before` the waivers that stand above.
pub(super) fn waiver(table: &Table<'_, '_>, rules: &[&str], before: &[Waiver]) -> Result<Waiver, ConfigError> {
    table.only(&["id", "purl", "rule", "reason", "comment", "owner", "ticket", "expires", "text"])?;
    let purl = the_pattern(table)?;
    let rule = table.string("rule")?;
    if let Some(at) = &rule {
        if BUILT_IN_NOTES.contains(&at.value.as_str()) {
            return Err(table
                .wrong(at, format!("{} is a note, which fails nothing and needs no waiver; take it out", at.value)));
        }
        if WAIVER_RULES.contains(&at.value.as_str()) {
            return Err(
                table.wrong(at, format!("{} is about a waiver, which no other can waive; mend that one", at.value))
            );
        }
        let built_in = BUILT_IN_RULES;
        if !rules.contains(&at.value.as_str()) && !built_in.contains(&at.value.as_str()) {
            let all: Vec<&str> = rules.iter().copied().chain(built_in).collect();
            let near = match near(&at.value, &all) {
                near if near.is_empty() && rules.is_empty() => format!("; built in are {}", built_in.join(", ")),
                near if near.is_empty() => format!("; the file has {}", rules.join(", ")),
                near => near,
            };
            return Err(table.wrong(at, format!("no rule is called {:?}{near}", at.value)));
        }
    }
    let reason = table
        .string("reason")?
        .ok_or_else(|| table.missing("reason", &format!("say one of {}", REASONS.map(|(name, _)| name).join(", "))))?;
    let owner = table.string("owner")?.ok_or_else(|| table.missing("owner", "somebody must answer for a waiver"))?;
    if owner.value.trim().is_empty() {
        return Err(table.wrong(&owner, "somebody must answer for a waiver: name a person or a team"));
    }
    let place = table.place_of("purl").unwrap_or_else(|| table.place());
    let id = table.string("id")?;
    if let Some(at) = &id {
        if at.value.trim().is_empty() || at.value.chars().any(char::is_control) {
            return Err(table.wrong(at, "an id is a name in one line, such as W-12; leave the key out for none"));
        }
        if let Some(other) = before.iter().find(|w| *w.id == *at.value) {
            let first = other.place.line;
            return Err(table.wrong(at, format!("another waiver, in line {first}, is called {:?} too", at.value)));
        }
    }
    let text =
        |key: &str| -> Result<Option<Box<str>>, ConfigError> { Ok(table.string(key)?.map(|at| at.value.into())) };
    let rule_name = rule.as_ref().map(|at| at.value.as_str());
    Ok(Waiver {
        is_named: id.is_some(),
        id: id.map_or_else(|| id_of(&purl, rule_name, before), |at| at.value.into()),
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

pub(super) fn clarification(table: &Table<'_, '_>) -> Result<Clarification, ConfigError> {
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

pub(super) fn choice(table: &Table<'_, '_>) -> Result<Choice, ConfigError> {
    table.only(&["purl", "take"])?;
    let purl = the_pattern(table)?;
    let take = table.string("take")?.ok_or_else(|| table.missing("take", "say which branch of the choice"))?;
    let parsed = expression(table, &take)?;
    if matches!(parsed, Expr::Or(_)) {
        return Err(table.wrong(&take, "this is a choice itself; name the branch that is taken"));
    }
    Ok(Choice { place: table.place_of("purl").unwrap_or_else(|| table.place()), purl, take: parsed })
}
