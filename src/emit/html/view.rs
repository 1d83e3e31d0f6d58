//! What the templates see: the report with every text made safe to look at, sizes and times in words, places
//! numbered and linked. Templates format and do not decide, so every choice of words that depends on the report is
//! made here. Nothing is left out of the lists.

use super::link::{self, Anchors};
use super::tally::{self, Tally};
use super::{visible, words};
use crate::model::{Class, Expr, Licensing, Outcome, Package, PackageId, Report, Severity};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

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
    rule: &'static str,
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
            reference: Seen::line(&report.image.reference),
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
                    rule: f.rule,
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

/// The report with the anchors of its packages and licences.
struct Names<'a> {
    report: &'a Report,
    /// Of the packages that have a row.
    packages: BTreeMap<PackageId, String>,
    /// Of the leaves of expressions, by their printed form.
    licenses: BTreeMap<String, String>,
    /// The leaves, each with who has it.
    uses: BTreeMap<&'a Expr, Uses>,
}

/// The packages that have a licence.
#[derive(Default)]
struct Uses {
    concluded: Vec<PackageId>,
    others: Vec<PackageId>,
    parts: Vec<PackageId>,
}

impl<'a> Names<'a> {
    fn of(report: &'a Report) -> Names<'a> {
        let mut anchors = Anchors::default();
        let packages: BTreeMap<PackageId, String> = report
            .shown()
            .map(|(id, p)| (id, anchors.name("pkg", &[p.ecosystem.as_str(), &p.name, &p.version])))
            .collect();
        let mut uses: BTreeMap<&Expr, Uses> = BTreeMap::new();
        for (i, package) in report.packages.iter().enumerate() {
            let id = PackageId(i as u32);
            let Licensing { declared, detected, concluded, .. } = &package.licensing;
            for (outcome, is_conclusion) in [(concluded, true), (declared, false), (detected, false)] {
                for leaf in outcome.expression().map(Expr::leaves).unwrap_or_default() {
                    let Uses { concluded, others, parts } = uses.entry(leaf).or_default();
                    // Ids come in order, so the last ones tell whether this package is there already.
                    if [&*concluded, &*others, &*parts].iter().any(|list| list.last() == Some(&id)) {
                        continue;
                    }
                    match (packages.contains_key(&id), is_conclusion) {
                        (true, true) => concluded.push(id),
                        (true, false) => others.push(id),
                        (false, _) => parts.push(id),
                    }
                }
            }
        }
        let licenses = uses
            .keys()
            .map(|leaf| leaf.to_string())
            .map(|id| {
                let anchor = anchors.name("lic", &[&id]);
                (id, anchor)
            })
            .collect();
        Names { report, packages, licenses, uses }
    }

    fn layer(&self, index: u32) -> LayerLink {
        LayerLink { index, exists: self.report.image.layers.iter().any(|l| l.index == index) }
    }

    fn package(&self, id: PackageId) -> PackageLink {
        let package = self.report.packages.get(id.0 as usize);
        PackageLink {
            anchor: self.packages.get(&id).cloned(),
            name: Seen::line(package.map_or("", |p| &p.name)),
            version: Seen::line(package.map_or("", |p| &p.version)),
            hidden: package.is_some_and(|p| p.state.removed_by().is_some()),
        }
    }

    fn links(&self, ids: &[PackageId]) -> Vec<PackageLink> {
        ids.iter().map(|id| self.package(*id)).collect()
    }

    fn package_row(&self, id: PackageId, p: &Package) -> PackageRow {
        let licensing = &p.licensing;
        let mut places = p.locations.iter().map(|l| Place { path: Seen::line(&l.path), layer: self.layer(l.layer) });
        let location = places.next();
        let more_locations: Vec<Place> = places.collect();
        PackageRow {
            anchor: self.packages.get(&id).cloned().unwrap_or_default(),
            name: Seen::line(&p.name),
            version: Seen::line(&p.version),
            ecosystem: Seen::line(p.ecosystem.as_str()),
            purl: Seen::line(&p.purl),
            homepage: p.homepage.as_deref().map(Seen::line),
            homepage_url: p.homepage.as_deref().and_then(link::address).map(str::to_string),
            source: source(p),
            owner: p.owner.map(|id| self.package(id)),
            contains: self.links(&p.contains),
            declared: self.statement(&licensing.declared),
            as_written: as_written(licensing),
            detected: self.statement(&licensing.detected),
            concluded: self.statement(&licensing.concluded),
            choice: licensing.choice.as_ref().map(|e| Seen::line(&e.to_string())),
            class: class_name(licensing.class),
            flags: licensing.flags.iter().map(|f| f.as_str()).collect(),
            layer: self.layer(p.layer),
            state: p.state.as_str(),
            removed_by: p.state.removed_by().map(|i| self.layer(i)),
            location,
            more_count: more_locations.len(),
            more_locations,
        }
    }

    fn statement(&self, outcome: &Outcome) -> Statement {
        let mut words = Vec::new();
        if let Some(e) = outcome.expression() {
            self.words(e, &mut words);
        }
        Statement { words, silence: words::silence(outcome) }
    }

    /// The words of an expression, as [`Expr`] prints them.
    fn words(&self, e: &Expr, out: &mut Vec<Word>) {
        let plain = |s: &str| Word { text: Seen::line(s), anchor: None };
        let (operands, joint) = match e {
            Expr::And(operands) => (operands, " AND "),
            Expr::Or(operands) => (operands, " OR "),
            leaf => {
                let id = leaf.to_string();
                out.push(Word { anchor: self.licenses.get(&id).cloned(), text: Seen::line(&id) });
                return;
            }
        };
        for (i, operand) in operands.iter().enumerate() {
            if i > 0 {
                out.push(plain(joint));
            }
            match operand {
                Expr::And(_) | Expr::Or(_) => {
                    out.push(plain("("));
                    self.words(operand, out);
                    out.push(plain(")"));
                }
                leaf => self.words(leaf, out),
            }
        }
    }

    fn licenses(&self) -> Vec<LicenseRow> {
        let mut uses: Vec<_> = self.uses.iter().map(|(leaf, uses)| (self.report.class_of(leaf), *leaf, uses)).collect();
        // The strictest first, for it needs eyes first; then the most used. Stable: equals stay in the order of ids.
        uses.sort_by_key(|(class, _, uses)| (Reverse(*class), Reverse(uses.concluded.len())));
        uses.into_iter()
            .map(|(class, leaf, uses)| {
                let id = leaf.to_string();
                LicenseRow {
                    anchor: self.licenses.get(&id).cloned().unwrap_or_default(),
                    url: list_page(leaf),
                    class: class_name(class),
                    packages: self.links(&uses.concluded),
                    count: uses.concluded.len(),
                    others: self.links(&uses.others),
                    others_count: uses.others.len(),
                    parts: self.links(&uses.parts),
                    parts_count: uses.parts.len(),
                    text: self.own_words(leaf).map(Seen::text),
                    id: Seen::line(&id),
                }
            })
            .collect()
    }

    /// The words of a licence that the SPDX list does not have.
    fn own_words(&self, leaf: &Expr) -> Option<&'a str> {
        let refs = leaf.refs();
        let id = refs.first()?;
        self.report.refs.iter().find(|r| *r.id == **id).map(|r| &*r.text)
    }

    fn layers(&self) -> Vec<LayerRow> {
        self.report
            .image
            .layers
            .iter()
            .map(|layer| {
                let ids = |is_of: &dyn Fn(&Package) -> bool| -> Vec<PackageId> {
                    self.report.shown().filter(|(_, p)| is_of(p)).map(|(id, _)| id).collect()
                };
                let added = ids(&|p| p.layer == layer.index);
                let removed = ids(&|p| p.state.removed_by() == Some(layer.index));
                LayerRow {
                    index: layer.index,
                    digest: layer.digest.as_ref().map(|d| Seen::line(d.as_str())),
                    // Where the blob is not compressed the two are one, and one is enough to read.
                    diff_id: layer
                        .diff_id
                        .as_ref()
                        .filter(|d| layer.digest.as_ref() != Some(d))
                        .map(|d| Seen::line(d.as_str())),
                    size: words::size(layer.size),
                    blob_size: words::size(layer.blob_size),
                    entries: layer.entries,
                    origin: layer.origin,
                    instruction: layer.created_by.as_deref().map(Seen::line),
                    added: self.links(&added),
                    added_count: added.len(),
                    removed: self.links(&removed),
                    removed_count: removed.len(),
                }
            })
            .collect()
    }

    fn issues(&self) -> Vec<IssueRow> {
        let mut issues: Vec<_> = self.report.issues.iter().collect();
        issues.sort_by_key(|i| Reverse(i.severity)); // stable: within one severity by layer and path
        issues
            .into_iter()
            .map(|i| IssueRow {
                severity: if i.severity == Severity::Info { "note" } else { i.severity.as_str() },
                code: i.code.0,
                layer: i.layer.map(|index| self.layer(index)),
                path: Some(&*i.path).filter(|p| !p.is_empty()).map(Seen::line),
                message: Seen::line(&i.message),
            })
            .collect()
    }
}

/// The source package; `None` where it is named as the package itself.
fn source(p: &Package) -> Option<Seen> {
    let source = p.source.as_ref()?;
    match &source.version {
        Some(version) if *version != p.version => Some(Seen::line(&format!("{} {version}", source.name))),
        _ if source.name != p.name => Some(Seen::line(&source.name)),
        _ => None,
    }
}

/// The declaration word for word; `None` where it says nothing that the expression does not.
fn as_written(licensing: &Licensing) -> Option<Seen> {
    let mut values: Vec<&str> = licensing.declared_raw.iter().flat_map(|d| &d.values).map(|v| &**v).collect();
    values.dedup();
    let expression = licensing.declared.to_string();
    let says_more = !values.is_empty() && values != [expression.as_str()];
    says_more.then(|| Seen::line(&values.join("; ")))
}

/// The page of a licence on the SPDX list.
fn list_page(leaf: &Expr) -> Option<String> {
    match leaf {
        Expr::License { id, .. } => Some(format!("https://spdx.org/licenses/{id}.html")),
        Expr::With(inner, _) => list_page(inner),
        _ => None,
    }
    .filter(|url| link::address(url).is_some())
}
