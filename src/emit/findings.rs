//! What the formats for pipelines share: findings with everything that they refer to, in plain words; and the groups in which people
//! read them.

use super::html::visible;
use crate::model::{Finding, Package, Report, Verdict};
use std::collections::BTreeMap;

/// A finding with what it refers to.
pub(super) struct Seen<'a> {
    pub finding: &'a Finding,
    pub package: Option<&'a Package>,
    /// The waiver that covers it.
    pub waiver: Option<&'a crate::model::WaiverUse>,
}

/// All findings, in the order of the report.
pub(super) fn all(report: &Report) -> impl Iterator<Item = Seen<'_>> {
    report.findings.iter().map(|finding| Seen {
        finding,
        package: finding.package.and_then(|id| report.packages.get(id.0 as usize)),
        waiver: finding.waiver.and_then(|w| report.audit.as_ref()?.waivers.get(w as usize)),
    })
}

/// Puts together what reads alike: findings of one rule about one term that the same thing clears, each of a package. The order is
/// that of the first of each group. Only documents for people group; programs get one a finding.
pub(super) fn grouped<'a, T>(items: impl Iterator<Item = T>, finding: impl Fn(&T) -> &'a Finding) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    let mut at = BTreeMap::new();
    for item in items {
        let f = finding(&item);
        // What is about the whole image stands alone.
        let key = f.package.map(|_| (f.verdict, &f.rule, &f.place, &f.term, &f.clear, f.waiver));
        let group = *key.map_or(&mut groups.len(), |key| at.entry(key).or_insert(groups.len()));
        match groups.get_mut(group) {
            Some(list) => list.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// What all of a group say, where they say the same.
pub(super) fn shared<'a>(mut messages: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = messages.next()?;
    messages.all(|m| m == first).then_some(first)
}

impl Seen<'_> {
    /// Whether somebody still has to do something.
    pub fn is_open(&self) -> bool {
        self.finding.effective() > Verdict::Allow
    }

    /// `name version`, the packages that a waiver names, or the image.
    pub fn subject(&self) -> String {
        match self.package {
            Some(p) => visible::line(&format!("{} {}", p.name, p.version)).trim_end().to_owned(),
            None => self.named().unwrap_or_else(|| "the image".to_owned()),
        }
    }

    /// The packages that a waiver names which does not hold any more; the finding is about them, and not about the image.
    pub fn named(&self) -> Option<String> {
        let of_waiver = matches!(&*self.finding.rule, "waiver-expired" | "waiver-void");
        let term = self.finding.term.as_deref().filter(|_| of_waiver)?;
        // Its id, which may be a place in a file, and the packages.
        Some(visible::line(term.rsplit_once(' ').map_or(term, |(_, purl)| purl)))
    }

    /// The message on one line, safe to look at.
    pub fn message(&self) -> String {
        visible::line(&self.finding.message)
    }

    /// The file in the image that it is about, and its layer: what shows the term, else what describes the package.
    pub fn place(&self) -> Option<(&str, u32)> {
        let package = self.package?;
        let shown = self.finding.evidence.and_then(|e| package.licensing.evidence.get(e as usize));
        let shown = shown.and_then(|e| Some((&*e.path, e.layer?)));
        shown.or_else(|| package.locations.first().map(|l| (&*l.path, l.layer))).filter(|(path, _)| !path.is_empty())
    }

    /// The same without the layer.
    pub fn path(&self) -> Option<&str> {
        self.place().map(|(path, _)| path)
    }
}

/// What a verdict is called where it stands alone.
pub(super) fn banner(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "ship",
        Verdict::Review => "review",
        Verdict::Deny => "do not distribute",
    }
}

/// A path of the configuration as it stands in a repository: what the program found out where it read it, or else what its name says,
/// without what leads up or to the machine's root. Built-in policies have the usual name.
pub(super) fn in_repository(report: &Report, file: &str) -> String {
    const USUAL: &str = "supercargo.toml";
    if file.starts_with("built-in ") {
        return USUAL.to_owned();
    }
    let policy = report.audit.as_ref().map(|a| &a.policy).filter(|p| *p.source == *file);
    if let Some(path) = policy.and_then(|p| p.in_repository.as_deref()) {
        return path.to_owned();
    }
    let parts: Vec<&str> = file.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let leads_away = file.starts_with(['/', '~', '$']) || parts.contains(&"..");
    let name = parts.last().copied().unwrap_or(USUAL);
    if leads_away { name.to_owned() } else { parts.join("/") }
}

/// A relative reference (RFC 3986) for a path of the image.
pub(super) fn uri(path: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests;
