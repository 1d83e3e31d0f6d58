//! What the image says of its own licences, and whether the texts that its packages must bring along are in it. Notes, not
//! objections: what a licence asks for may also be met beside the image, which nothing in it shows.
//!
//! # When a text is there
//!
//! Where a licence's text may stand, [`TextDuty`] says. A text *of the package's own* is one that its own evidence holds: a licence
//! file, or Debian's copyright file, which must hold the words of every licence that it names (Debian policy 12.5) but for those
//! that it may point at in `/usr/share/common-licenses`. That is the only reading that is safe for texts that begin with the
//! holders: somebody else's MIT licence names somebody else. A text that is the same for everybody (GPL, Apache) counts
//! *anywhere* in the image, with any package or among Debian's shared copies: who has the image has it.
//!
//! Only what is visible at the end counts, for that is what the image offers to who runs it; the words that a later layer
//! deleted are in the archive, but nobody is given them. For a package that is itself hidden its hidden texts count: they
//! lie where it lies. Of a choice that no policy settled the operand that lacks the least is looked at. A text of a later version
//! serves a licence that allows it.

use crate::license::copyright::common_license;
use crate::license::db::papers::{TextDuty, text_duty};
use crate::license::expr;
use crate::model::expression::without_later;
use crate::model::{
    Ecosystem, Evidence, EvidenceKind, Expr, Finding, Package, PackageId, PackageVerdict, Report, State, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

/// How many packages or licences a finding names.
const NAMED: usize = 5;
/// Characters of a label that a finding repeats.
const LABEL: usize = 200;
/// Where an image says its licences (OCI image specification 1.1, annotations; by custom a label too).
const LICENSES: &str = "org.opencontainers.image.licenses";

/// The texts of an image, ready to be asked for many packages.
pub struct Texts<'a> {
    report: &'a Report,
    /// Licences whose text is visible somewhere, by what names the text.
    anywhere: BTreeSet<String>,
}

impl<'a> Texts<'a> {
    /// Collects what is visible.
    pub fn of(report: &'a Report) -> Texts<'a> {
        let mut anywhere = BTreeSet::new();
        let mut add = |leaf: &Expr| {
            if let Expr::License { id, .. } = licence(leaf) {
                anywhere.insert(without_later(id).to_owned());
            }
        };
        report.papers.common_licenses.iter().filter_map(|name| common_license(name)).for_each(|leaf| add(&leaf));
        for evidence in report.packages.iter().flat_map(|p| &p.licensing.evidence).filter(|e| !e.hidden) {
            for leaf in evidence.expression.iter().flat_map(Expr::leaves).filter(|leaf| evidence.carries(leaf)) {
                add(leaf);
            }
        }
        Texts { report, anywhere }
    }

    /// The licences of a package, of all that bind it, that ask for a text which is not there.
    fn missing<'e>(&self, package: &Package, binding: Option<&'e Expr>) -> Vec<&'e Expr> {
        binding.map_or_else(Vec::new, |e| lacking(e, &|leaf| self.is_there(package, leaf)))
    }

    /// Whether the text that one licence of a package asks for is there; so it is where it asks for none.
    pub fn is_there(&self, package: &Package, leaf: &Expr) -> bool {
        let leaf = licence(leaf);
        let duty = text_duty(leaf);
        let own = |e: &&Evidence| !e.hidden || package.state != State::Present;
        let mut own = package.licensing.evidence.iter().filter(own);
        duty == TextDuty::None
            || (duty == TextDuty::Any && self.is_anywhere(leaf))
            || own.any(|e| e.carries(leaf) || in_copyright_file(e, leaf) || is_word_for(e, leaf))
    }

    fn is_anywhere(&self, leaf: &Expr) -> bool {
        let Expr::License { id, .. } = leaf else { return false };
        let text = without_later(id);
        if self.anywhere.contains(text) {
            return true;
        }
        // `GPL-2.0-or-later` may be passed on under version 3.
        let later = id.ends_with("-or-later").then(|| text.rsplit_once('-')).flatten();
        later.is_some_and(|(family, version)| {
            let other = |t: &String| t.rsplit_once('-').is_some_and(|(f, v)| f == family && v > version);
            self.anywhere.iter().any(other)
        })
    }

    /// The report.
    pub fn report(&self) -> &'a Report {
        self.report
    }
}

/// The licences of one package that ask for a text which the image does not carry. For many packages make [`Texts`] once.
pub fn missing_texts<'a>(report: &'a Report, package: &'a Package) -> Vec<&'a Expr> {
    Texts::of(report).missing(package, package.licensing.concluded.expression())
}

/// The leaves that do not hold: all of an AND, of an OR those of the operand that lacks the least.
fn lacking<'a>(e: &'a Expr, holds: &dyn Fn(&Expr) -> bool) -> Vec<&'a Expr> {
    match e {
        Expr::And(list) => list.iter().flat_map(|e| lacking(e, holds)).collect(),
        Expr::Or(list) => list.iter().map(|e| lacking(e, holds)).min_by_key(Vec::len).unwrap_or_default(),
        leaf if holds(leaf) => Vec::new(),
        leaf => vec![leaf],
    }
}

/// The licence itself, without an exception to it.
fn licence(leaf: &Expr) -> &Expr {
    match leaf {
        Expr::With(inner, _) => inner,
        other => other,
    }
}

/// Whether Debian's copyright file has the words: it must, but for what it may point at.
fn in_copyright_file(evidence: &Evidence, leaf: &Expr) -> bool {
    let names = || evidence.expression.iter().flat_map(Expr::leaves).any(|own| licence(own).same_words(leaf));
    evidence.kind == EvidenceKind::Copyright
        && evidence.text.is_some()
        && evidence.method != "reference"
        && names()
        && !is_common(leaf)
}

/// Debian's shared copies, as the package base-files has had them.
const COMMON: [&str; 15] = [
    "Apache-2.0",
    "Artistic",
    "BSD",
    "CC0-1.0",
    "GFDL-1.2",
    "GFDL-1.3",
    "GPL",
    "GPL-1",
    "GPL-2",
    "GPL-3",
    "LGPL-2",
    "LGPL-2.1",
    "LGPL-3",
    "MPL-1.1",
    "MPL-2.0",
];

/// Whether a copyright file may point at a shared copy of this text. Nobody may at the BSD licence any more, which names its
/// holders.
fn is_common(leaf: &Expr) -> bool {
    text_duty(leaf) == TextDuty::Any
        && COMMON.iter().filter_map(|name| common_license(name)).any(|c| c.same_words(leaf))
}

/// Whether a reference stands for the words of this very file.
fn is_word_for(evidence: &Evidence, leaf: &Expr) -> bool {
    let Expr::Ref(id) = leaf else { return false };
    let same = || evidence.expression.as_ref().is_some_and(|e| e.refs().contains(&&**id));
    evidence.text.is_some() && (evidence.method == "unidentified-text" || same())
}

/// The names of these findings.
pub const RULES: [&str; 2] = ["license-text-missing", "image-license-label"];

/// What is to be known of the papers, before a policy settles any choice.
pub fn check(report: &Report) -> Vec<Finding> {
    check_settled(report, &[], &BTreeSet::new())
}

/// The same where a policy took branches of choices: their texts are asked for, as in every document. A label need not name the
/// branch that merely came first among equals, so that it is held against those alone that a block `[[choice]]` fixed.
pub fn check_settled(report: &Report, verdicts: &[PackageVerdict], fixed: &BTreeSet<PackageId>) -> Vec<Finding> {
    let mut out = Vec::new();
    out.extend(texts(report, &binding(report, verdicts, &|_| true)));
    out.extend(label(report, &binding(report, verdicts, &|id| fixed.contains(&id))));
    out
}

/// The licences that bind each package of which any is known; what was taken of a choice where that is settled.
fn binding<'a>(
    report: &'a Report,
    verdicts: &'a [PackageVerdict],
    settled: &dyn Fn(PackageId) -> bool,
) -> Vec<(&'a Package, &'a Expr)> {
    let of = |(i, p): (usize, &'a Package)| {
        let taken = verdicts.get(i).and_then(|v| v.taken.as_ref()).filter(|_| settled(PackageId(i as u32)));
        Some((p, taken.or_else(|| p.licensing.concluded.expression())?))
    };
    report.packages.iter().enumerate().filter_map(of).collect()
}

fn note(rule: &str, message: String, clear: &str) -> Finding {
    Finding {
        rule: rule.into(),
        verdict: Verdict::Allow,
        message: message.into(),
        clear: clear.into(),
        ..Finding::default()
    }
}

fn texts(report: &Report, licences: &[(&Package, &Expr)]) -> Option<Finding> {
    let texts = Texts::of(report);
    let packages: Vec<&(&Package, &Expr)> = licences.iter().filter(|(p, _)| p.owner.is_none()).collect();
    let missing = packages.iter().map(|(p, binding)| (*p, texts.missing(p, Some(binding))));
    let lacking: Vec<(&Package, Vec<&Expr>)> = missing.filter(|(_, missing)| !missing.is_empty()).collect();
    let (wiped, layer) = wiped(report);
    if lacking.is_empty() && wiped.is_empty() {
        return None;
    }
    let mut said = Vec::new();
    if !lacking.is_empty() {
        let name = |(p, missing): &(&Package, Vec<&Expr>)| {
            let missing: BTreeSet<String> = missing.iter().map(|e| e.to_string()).collect();
            format!("{} {} ({})", p.name, p.version, few(missing.into_iter()))
        };
        said.push(format!(
            "the image does not carry the texts that the licences of {} of {} packages with a known licence ask to go along: {}",
            lacking.len(),
            packages.len(),
            few(lacking.iter().map(name))
        ));
    }
    said.extend(wiped);
    let clear = "write the missing papers with 'supercargo notice IMAGE' and put them into the image, or give them along with it";
    Some(Finding { layer, ..note("license-text-missing", said.join("; "), clear) })
}

/// What became of Debian's copyright files, and the layer, where it was one.
fn wiped(report: &Report) -> (Vec<String>, Option<u32>) {
    let gone = &report.papers.copyright_gone;
    let mut by_layer: BTreeMap<Option<u32>, Vec<&str>> = BTreeMap::new();
    for (id, layer) in gone {
        by_layer.entry(*layer).or_default().push(&report.package(*id).name);
    }
    let of_debian = |p: &&Package| p.ecosystem == Ecosystem::DEB && p.state == State::Present;
    let all = gone.len() == report.packages.iter().filter(of_debian).count();
    let mut out = Vec::new();
    for (layer, names) in &by_layer {
        let what = if all && by_layer.len() == 1 {
            format!("/usr/share/doc was wiped: the copyright files of all {} packages of Debian are gone", names.len())
        } else {
            format!(
                "the copyright files of {} are gone, though dpkg installed them",
                few(names.iter().map(|n| n.to_string()))
            )
        };
        out.push(match layer {
            Some(layer) => format!("{what} (layer {layer} removed them)"),
            None => format!("{what} (the layers that installed the packages left them out)"),
        });
    }
    let layer = if by_layer.len() == 1 { by_layer.keys().next().copied().flatten() } else { None };
    (out, layer)
}

fn label(report: &Report, licences: &[(&Package, &Expr)]) -> Option<Finding> {
    let image = &report.image;
    let annotation = image.annotations.get(LICENSES).map(|said| (said, "annotation", ""));
    let handed = " (a label may be one of the base image, handed down)";
    let (said, what, handed) = annotation.or_else(|| image.labels.get(LICENSES).map(|said| (said, "label", handed)))?;
    let said = said.trim();
    if said.is_empty() || said == "NOASSERTION" {
        return None;
    }
    let shown: String = said.chars().take(LABEL).collect();
    let expression = match expr::parse(said) {
        Ok(expression) => expression,
        Err(_) => {
            return Some(note(
                "image-license-label",
                format!("the {what} {LICENSES} says {shown:?}, which is no SPDX expression{handed}"),
                "write it as an SPDX expression, as in 'MIT AND GPL-2.0-only', or leave it out",
            ));
        }
    };
    let named = expression.leaves();
    let holds = |leaf: &Expr| named.contains(&leaf) || named.contains(&licence(leaf));
    let more: BTreeSet<&Expr> = licences.iter().flat_map(|(_, e)| lacking(e, &holds)).collect();
    if more.is_empty() {
        return None;
    }
    // The strictest first: those are what a reader of the label should have been told.
    let mut more: Vec<&Expr> = more.into_iter().collect();
    more.sort_by_key(|leaf| std::cmp::Reverse(report.class_of(leaf)));
    let message = format!(
        "the {what} {LICENSES} says {shown:?}, but packages in the image are under more than that: {}{handed}",
        few(more.iter().map(|e| e.to_string()))
    );
    let clear = "let it name the licences of all that the image holds, or leave it out: 'supercargo notice IMAGE' says it package by package";
    Some(note("image-license-label", message, clear))
}

/// The first few, and how many more there are.
fn few(mut list: impl ExactSizeIterator<Item = String>) -> String {
    let left = list.len().saturating_sub(NAMED);
    let first: Vec<String> = list.by_ref().take(NAMED).collect();
    let more = if left > 0 { format!(" and {left} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

#[cfg(test)]
mod tests;
