//! Anchors and links: packages, licences, layers and findings as other sections refer to them.

use super::{FOLD_LIMIT, LIST_LIMIT, LayerLink, PackageLink, PackageList, Seen, Statement, Word};
use crate::emit::html::link::Anchors;
use crate::emit::html::words;
use crate::model::{Expr, Licensing, Outcome, PackageId, Report, TextId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The report with the anchors of its parts.
pub(super) struct Names<'a> {
    pub report: &'a Report,
    /// Of the packages that have a row.
    packages: BTreeMap<PackageId, String>,
    /// Of the leaves of expressions, by their printed form.
    licenses: BTreeMap<String, String>,
    /// Of the findings, in their order.
    pub findings: Vec<String>,
    /// Which findings speak of a package.
    pub findings_of: HashMap<PackageId, Vec<usize>>,
    /// The leaves, each with who has it.
    pub uses: BTreeMap<&'a Expr, Uses>,
    layers: BTreeSet<u32>,
}

/// The packages that have a licence.
#[derive(Default)]
pub(super) struct Uses {
    /// Their conclusion has it, and no choice was settled another way.
    pub concluded: Vec<PackageId>,
    /// Their conclusion offers it in a choice, of which the policy took another branch.
    pub passed: Vec<PackageId>,
    /// They declare or show it, but their conclusion does not have it.
    pub others: Vec<PackageId>,
    /// They have no row of their own, and have it in any statement.
    pub parts: Vec<PackageId>,
}

/// What says that a package has a licence.
#[derive(Clone, Copy)]
enum By {
    Conclusion,
    Choice,
    Others,
}

impl<'a> Names<'a> {
    pub fn of(report: &'a Report) -> Names<'a> {
        let mut anchors = Anchors::default();
        // Findings first: their ids are the same in the next report, whatever else is in it.
        let findings: Vec<String> = report.findings.iter().map(|f| anchors.keep(&f.id)).collect();
        let packages: BTreeMap<PackageId, String> = report
            .shown()
            .map(|(id, p)| (id, anchors.name("pkg", &[p.ecosystem.as_str(), &p.name, &p.version])))
            .collect();
        let mut uses: BTreeMap<&Expr, Uses> = BTreeMap::new();
        for (i, package) in report.packages.iter().enumerate() {
            let id = PackageId(i as u32);
            let Licensing { declared, detected, concluded, .. } = &package.licensing;
            let taken = report.audit.as_ref().and_then(|audit| audit.taken(id));
            let of =
                |e: Option<&'a Expr>, by: By| e.map(Expr::leaves).unwrap_or_default().into_iter().map(move |l| (l, by));
            let said = [declared, detected].into_iter().flat_map(|outcome| of(outcome.expression(), By::Others));
            // What binds comes first; where nothing was settled, that is all of the conclusion.
            let (binds, offers) = (taken.or(concluded.expression()), concluded.expression());
            for (leaf, by) in of(binds, By::Conclusion).chain(of(offers, By::Choice)).chain(said) {
                let Uses { concluded, passed, others, parts } = uses.entry(leaf).or_default();
                // Ids come in order, so the last ones tell whether this package is there already.
                if [&*concluded, &*passed, &*others, &*parts].iter().any(|list| list.last() == Some(&id)) {
                    continue;
                }
                match (packages.contains_key(&id), by) {
                    (true, By::Conclusion) => concluded.push(id),
                    (true, By::Choice) => passed.push(id),
                    (true, By::Others) => others.push(id),
                    (false, _) => parts.push(id),
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
        let mut findings_of: HashMap<PackageId, Vec<usize>> = HashMap::new();
        for (i, finding) in report.findings.iter().enumerate() {
            if let Some(id) = finding.package {
                findings_of.entry(id).or_default().push(i);
            }
        }
        let layers = report.image.layers.iter().map(|l| l.index).collect();
        Names { report, packages, licenses, findings, findings_of, uses, layers }
    }

    pub fn layer(&self, index: u32) -> LayerLink {
        LayerLink { index, exists: self.layers.contains(&index), origin: self.report.image.origin_of(index) }
    }

    /// Whether a person still has to decide about the finding of this number.
    pub fn is_open(&self, finding: usize) -> bool {
        self.report.findings.get(finding).is_some_and(super::banner::is_open)
    }

    pub fn anchor(&self, id: PackageId) -> Option<&String> {
        self.packages.get(&id)
    }

    pub fn license_anchor(&self, leaf: &str) -> Option<&String> {
        self.licenses.get(leaf)
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

    /// Links to packages, the first of a long list.
    pub fn list(&self, ids: &[PackageId]) -> PackageList {
        let shown: Vec<PackageLink> = ids.iter().take(LIST_LIMIT).map(|id| self.package(*id)).collect();
        PackageList { count: ids.len(), more: ids.len() - shown.len(), long: ids.len() > FOLD_LIMIT, shown }
    }

    pub fn statement(&self, outcome: &Outcome) -> Statement {
        let mut words = Vec::new();
        if let Some(e) = outcome.expression() {
            self.words(e, &mut words);
        }
        Statement { words, silence: words::silence(outcome) }
    }

    /// A licence with the link to its row.
    pub fn leaf(&self, leaf: &Expr) -> Word {
        let id = leaf.to_string();
        Word { anchor: self.licenses.get(&id).cloned(), text: Seen::line(&id) }
    }

    /// The words of an expression, as [`Expr`] prints them.
    fn words(&self, e: &Expr, out: &mut Vec<Word>) {
        let plain = |s: &str| Word { text: Seen::line(s), anchor: None };
        let (operands, joint) = match e {
            Expr::And(operands) => (operands, " AND "),
            Expr::Or(operands) => (operands, " OR "),
            leaf => return out.push(self.leaf(leaf)),
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

    /// The packages whose evidence holds each text, with the place where the first of them has it.
    pub fn texts(&self) -> BTreeMap<TextId, TextUse<'a>> {
        let mut out: BTreeMap<TextId, TextUse<'a>> = BTreeMap::new();
        for (i, package) in self.report.packages.iter().enumerate() {
            for evidence in &package.licensing.evidence {
                let Some(text) = evidence.text else { continue };
                let uses = out.entry(text).or_insert_with(|| TextUse {
                    path: &evidence.path,
                    layer: evidence.layer,
                    packages: Vec::new(),
                });
                if uses.packages.last() != Some(&PackageId(i as u32)) {
                    uses.packages.push(PackageId(i as u32));
                }
            }
        }
        out
    }
}

/// Who has a text.
pub(super) struct TextUse<'a> {
    pub path: &'a str,
    pub layer: Option<u32>,
    pub packages: Vec<PackageId>,
}
