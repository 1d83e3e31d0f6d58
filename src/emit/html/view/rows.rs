//! The rows of the document's tables, with the anchors that join them: packages to licences, layers and each other.

use super::{
    IssueRow, LayerLink, LayerRow, LicenseRow, PackageLink, PackageRow, Place, Seen, Statement, Word, class_name,
};
use crate::emit::html::link::{self, Anchors};
use crate::emit::html::words;
use crate::model::{Expr, Licensing, Outcome, Package, PackageId, Report, Severity};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The report with the anchors of its packages and licences.
pub(super) struct Names<'a> {
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
    pub fn of(report: &'a Report) -> Names<'a> {
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

    pub fn layer(&self, index: u32) -> LayerLink {
        LayerLink { index, exists: self.report.image.layers.iter().any(|l| l.index == index) }
    }

    pub fn package(&self, id: PackageId) -> PackageLink {
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

    pub fn package_row(&self, id: PackageId, p: &Package) -> PackageRow {
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

    pub fn statement(&self, outcome: &Outcome) -> Statement {
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

    pub fn licenses(&self) -> Vec<LicenseRow> {
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

    pub fn layers(&self) -> Vec<LayerRow> {
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

    pub fn issues(&self) -> Vec<IssueRow> {
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
