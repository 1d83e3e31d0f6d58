//! What the templates see: the report with every text made safe to look at, sizes and times in words, places
//! numbered and linked. Templates format and do not decide, so every choice of words that depends on the report is
//! made here. Nothing is left out of the lists.

mod rows;

use super::tally::{self, Tally};
use super::{visible, words};
use crate::model::{Class, PackageId, Report};
use rows::Names;
use serde::Serialize;

/// Text from an image that went through [`visible`]. Only that makes one, so no field is forgotten.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Seen(String);

impl Seen {
    fn line(s: &str) -> Seen {
        Seen(visible::line(s))
    }

    fn text(s: &str) -> Seen {
        Seen(visible::text(s))
    }
}

/// The whole document. Field names are what a replaced template uses. None may be the name of a handlebars helper (`raw`,
/// `len`, `log`, `lookup`, ...) or begin with `else`: handlebars would not see a field in it.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub reference: Seen,
    pub subject: Vec<Fact>,
    pub tool: String,
    pub tiles: Vec<Tile>,
    pub total: Counted,
    pub ecosystems: Vec<Counted>,
    pub classes: Vec<ClassRow>,
    pub packages: Vec<PackageRow>,
    pub hidden: Vec<HiddenRow>,
    pub licenses: Vec<LicenseRow>,
    pub layers: Vec<LayerRow>,
    pub findings: Vec<FindingRow>,
    pub issues: Vec<IssueRow>,
    pub issues_summary: String,
}

/// One line about the subject.
#[derive(Debug, Serialize)]
pub(super) struct Fact {
    label: &'static str,
    value: Seen,
    /// Set in a fixed-width face: digests and names that are compared letter by letter.
    code: bool,
}

/// One number of the summary.
#[derive(Debug, Serialize)]
pub(super) struct Tile {
    label: &'static str,
    value: usize,
    note: String,
    href: &'static str,
    /// Whether somebody should look.
    attention: bool,
}

/// Packages of an ecosystem, by what became of them.
#[derive(Debug, Serialize)]
pub(super) struct Counted {
    name: Seen,
    present: usize,
    hidden: usize,
    contained: usize,
}

/// A class with its name, and the name of its colour.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ClassName {
    name: String,
    slug: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct ClassRow {
    class: ClassName,
    meaning: &'static str,
    packages: usize,
    hidden: usize,
    /// Length of the bar, of 1,000.
    bar: usize,
}

/// A layer that something refers to; no anchor where the image has no such layer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LayerLink {
    index: u32,
    exists: bool,
}

/// A package that something refers to; no anchor where it has no row of its own.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PackageLink {
    anchor: Option<String>,
    name: Seen,
    version: Seen,
    hidden: bool,
}

/// A word of an expression, linked where it is a licence.
#[derive(Debug, Serialize)]
pub(super) struct Word {
    text: Seen,
    anchor: Option<String>,
}

/// What is said of a licence by one of the three sources.
#[derive(Debug, Serialize)]
pub(super) struct Statement {
    words: Vec<Word>,
    /// In place of words, where nothing is said.
    silence: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Place {
    path: Seen,
    layer: LayerLink,
}

#[derive(Debug, Serialize)]
pub(super) struct PackageRow {
    anchor: String,
    name: Seen,
    version: Seen,
    ecosystem: Seen,
    purl: Seen,
    homepage: Option<Seen>,
    /// The same, where it may be followed.
    homepage_url: Option<String>,
    source: Option<Seen>,
    owner: Option<PackageLink>,
    contains: Vec<PackageLink>,
    declared: Statement,
    /// The declaration word for word, where it differs from the expression.
    as_written: Option<Seen>,
    detected: Statement,
    concluded: Statement,
    choice: Option<Seen>,
    class: ClassName,
    flags: Vec<&'static str>,
    layer: LayerLink,
    state: &'static str,
    removed_by: Option<LayerLink>,
    location: Option<Place>,
    more_locations: Vec<Place>,
    more_count: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct HiddenRow {
    package: PackageLink,
    ecosystem: Seen,
    concluded: Statement,
    class: ClassName,
    layer: LayerLink,
    removed_by: LayerLink,
    owner: Option<PackageLink>,
}

#[derive(Debug, Serialize)]
pub(super) struct LicenseRow {
    anchor: String,
    id: Seen,
    url: Option<String>,
    class: ClassName,
    /// Packages whose conclusion has it.
    packages: Vec<PackageLink>,
    count: usize,
    /// Further packages that declare or show it, but whose conclusion does not have it.
    others: Vec<PackageLink>,
    others_count: usize,
    /// Packages without a row of their own, parts of others, that have it in any statement.
    parts: Vec<PackageLink>,
    parts_count: usize,
    text: Option<Seen>,
}

#[derive(Debug, Serialize)]
pub(super) struct LayerRow {
    index: u32,
    digest: Option<Seen>,
    diff_id: Option<Seen>,
    size: String,
    blob_size: String,
    entries: u64,
    origin: Option<&'static str>,
    instruction: Option<Seen>,
    added: Vec<PackageLink>,
    added_count: usize,
    removed: Vec<PackageLink>,
    removed_count: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingRow {
    rule: String,
    package: Option<PackageLink>,
    message: Seen,
}

#[derive(Debug, Serialize)]
pub(super) struct IssueRow {
    severity: &'static str,
    code: &'static str,
    layer: Option<LayerLink>,
    path: Option<Seen>,
    message: Seen,
}

impl View {
    /// What a report looks like.
    pub fn of(report: &Report) -> View {
        let tally = Tally::of(report);
        let names = Names::of(report);
        let most = tally.classes.iter().map(|c| c.packages).max().unwrap_or(0).max(1);
        let counted = |name: &str, c: &tally::Counts| Counted {
            name: Seen::line(name),
            present: c.present,
            hidden: c.hidden,
            contained: c.contained,
        };
        View {
            reference: Seen::line(&report.image.title()),
            subject: subject(report),
            tool: format!("{} {}", report.tool.name, report.tool.version),
            tiles: tiles(report, &tally),
            total: counted("all", &tally.total),
            ecosystems: tally.ecosystems.iter().map(|(e, c)| counted(e.as_str(), c)).collect(),
            classes: tally
                .classes
                .iter()
                .map(|c| ClassRow {
                    class: class_name(c.class),
                    meaning: meaning(c.class),
                    packages: c.packages,
                    hidden: c.hidden,
                    bar: c.packages * 1_000 / most,
                })
                .collect(),
            packages: report.shown().map(|(id, p)| names.package_row(id, p)).collect(),
            hidden: tally::hidden(report)
                .map(|(i, p, removed_by, owner)| HiddenRow {
                    package: names.package(PackageId(i as u32)),
                    ecosystem: Seen::line(p.ecosystem.as_str()),
                    concluded: names.statement(&p.licensing.concluded),
                    class: class_name(p.licensing.class),
                    layer: names.layer(p.layer),
                    removed_by: names.layer(removed_by),
                    owner: owner.and(p.owner).map(|id| names.package(id)),
                })
                .collect(),
            licenses: names.licenses(),
            layers: names.layers(),
            findings: report
                .findings
                .iter()
                .map(|f| FindingRow {
                    rule: f.rule.to_string(),
                    package: f.package.map(|id| names.package(id)),
                    message: Seen::line(&f.message),
                })
                .collect(),
            issues: names.issues(),
            issues_summary: tally.issues(),
        }
    }
}

/// The facts that say what the report is about.
fn subject(report: &Report) -> Vec<Fact> {
    let image = &report.image;
    let mut facts = Vec::new();
    let mut fact = |label, value: Option<String>, code| {
        facts.extend(value.map(|v| Fact { label, value: Seen::line(&v), code }));
    };
    fact("Reference", Some(image.reference.to_string()), true);
    fact("Digest", image.digest.as_ref().map(ToString::to_string), true);
    fact("Image id", image.config_digest.as_ref().map(ToString::to_string), true);
    fact("Platform", image.platform.as_ref().map(ToString::to_string), false);
    fact("Distribution", report.distro.as_ref().map(distro), false);
    fact("Read from", Some(image.source.to_string()), false);
    fact("Image made", image.created.map(words::time), false);
    fact("Report dated", report.created.map(words::time), false);
    fact("Made by", Some(format!("{} {}", report.tool.name, report.tool.version)), false);
    fact("SPDX licence list", Some(report.tool.spdx_list.to_string()), false);
    facts
}

/// The distribution, and whether its own file is still there.
fn distro(distro: &crate::model::Distro) -> String {
    let name = words::distro(distro);
    match distro.removed_by {
        Some(layer) => format!("{name} (its {} is removed by layer {layer})", distro.path),
        None => name,
    }
}

fn tiles(report: &Report, tally: &Tally) -> Vec<Tile> {
    let unknown = tally.unknown();
    let hidden = tally::hidden(report).count();
    let parts = hidden - tally::hidden(report).filter(|(_, p, _, _)| p.owner.is_none()).count();
    let tile = |label, value, note: String, href, attention| Tile { label, value, note, href, attention };
    vec![
        tile("Packages present", tally.total.present, "visible in a running container".into(), "#packages", false),
        tile(
            "Packages hidden",
            tally.total.hidden,
            match parts {
                0 => "removed by a later layer, still distributed".into(),
                n => format!("removed by a later layer, still distributed; {n} more as parts of others"),
            },
            "#hidden",
            hidden > 0,
        ),
        tile("Packages contained", tally.total.contained, "part of another package".into(), "#packages", false),
        tile(
            "Licence unknown",
            unknown,
            "no class can be given; never to be taken as permissive".into(),
            "#licenses",
            unknown > 0,
        ),
        tile(
            "Findings",
            report.findings.len(),
            "for a person to decide".into(),
            "#findings",
            !report.findings.is_empty(),
        ),
        tile("Issues", report.issues.len(), tally.issues(), "#issues", tally.errors > 0),
    ]
}

/// What a class means, in a line.
fn meaning(class: Class) -> &'static str {
    match class {
        Class::PublicDomain => "no rights reserved",
        Class::Permissive => "notice and attribution",
        Class::WeakCopyleftFile => "copyleft that ends at the file",
        Class::WeakCopyleftLibrary => "copyleft that ends at the library",
        Class::StrongCopyleft => "copyleft over the whole work",
        Class::NetworkCopyleft => "copyleft that reaches use over a network",
        Class::SourceAvailable => "source can be seen, use is restricted",
        Class::Proprietary => "rights reserved or commercial terms",
        Class::Unknown => "nothing is known; may be anything",
    }
}

fn class_name(class: Class) -> ClassName {
    ClassName { name: words::class(class), slug: class.as_str() }
}
