//! The last step of a scan: texts are identified, licences concluded, everything is sorted into the report.

use super::readings::{self, Wanted};
use super::{Inventory, Options, in_parallel};
use crate::inventory::texts::embedded_id;
use crate::inventory::{Draft, Span, TextAt};
use crate::license::copyright::CopyrightFile;
use crate::license::known::{self, Known};
use crate::license::resolve::{DeclaredAt, Reading, TextRead, complete, resolve};
use crate::license::text::Identified;
use crate::license::{Readings, db, refs};
use crate::model::{
    Class, Ecosystem, Expr, Finding, Image, Issue, IssueCode, Outcome, Package, PackageId, Papers, Report, Severity,
    Text, TextId, Tool,
};
use crate::policy::{finding, papers};
use crate::purl;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Identifies the texts, of which `words` has those that packages show, concludes for every package, names references, sorts.
pub(super) fn assemble(
    image: Image,
    inventory: Inventory,
    mut words: HashMap<TextId, Arc<str>>,
    options: &Options,
    jobs: usize,
    mut issues: Vec<Issue>,
) -> Report {
    let Inventory { drafts, unowned, bytes, owners, depends, texts, distro, common_licenses, gone, sections } =
        inventory;
    words.extend(embedded(&drafts));
    words.extend(sections.values().map(|section| (embedded_id(section), section.words.clone())));
    let words_of = |id: &TextId| words.get(id).cloned();
    let mut wanted_texts: BTreeMap<TextId, Wanted> = BTreeMap::new();
    for (draft, list) in drafts.iter().zip(&texts) {
        for at in list {
            let Some(words) = words_of(&at.text) else { continue };
            let fresh = Wanted { words, layer: at.layer, read_as: 0 };
            let entry = wanted_texts.entry(at.text).or_insert(fresh);
            entry.layer = entry.layer.min(at.layer);
            entry.read_as |= match (at.section, is_copyright(draft, at)) {
                (true, _) => readings::SECTION,
                (false, true) => readings::COPYRIGHT,
                (false, false) => readings::LICENSE,
            };
        }
    }
    let readings = readings::read(&wanted_texts, options.cache.as_ref(), jobs);
    let facts = distro.as_ref().map(|d| &d.facts);
    let mut packages = Vec::with_capacity(drafts.len());
    let mut notes = Vec::new();
    let each: Vec<(&Draft, &Vec<TextAt>)> = drafts.iter().zip(&texts).collect();
    let concluded = in_parallel(&each, jobs, |(draft, texts)| {
        let (purl, trouble) = match purl::purl(&draft.find, facts) {
            Ok(purl) => (purl, None),
            Err(e) => (purl::fallback(&draft.find), Some(e)),
        };
        let (mut licensing, notes) = license_of(draft, texts, &readings, &words_of);
        let outside = options.licenses_from.as_ref().and_then(|given| given.of(&purl));
        if let Some(outside) = outside.or_else(|| known::product(&draft.find)) {
            complete(&mut licensing, &outside);
        }
        (package(draft, purl, licensing), notes, trouble)
    });
    for (i, (package, found, trouble)) in concluded.into_iter().enumerate() {
        let draft = &drafts[i];
        issues.extend(trouble.map(|e| Issue {
            layer: Some(draft.run.from),
            path: draft.instances.first().map_or("", |i| &i.path).into(),
            code: IssueCode("no-purl"),
            severity: Severity::Warning,
            message: format!("{e}; the package stands in the report without a package URL of its own type").into(),
        }));
        notes.extend(found.into_iter().map(|n| (i, n)));
        packages.push((i, Package { bytes: bytes.get(i).copied().unwrap_or(0), ..package }));
    }
    // Sorted for good; ids are places in the sorted list.
    packages.sort_by(|(_, a), (_, b)| (&a.purl, a.state, &a.locations).cmp(&(&b.purl, b.state, &b.locations)));
    let mut id_of = vec![PackageId(0); packages.len()];
    for (id, (draft, _)) in packages.iter().enumerate() {
        id_of[*draft] = PackageId(id as u32);
    }
    let mut out: Vec<Package> = Vec::with_capacity(packages.len());
    let order: Vec<usize> = packages.iter().map(|(draft, _)| *draft).collect();
    for (draft, mut package) in packages {
        package.depends_on = depends[draft].iter().map(|d| id_of[*d as usize]).collect();
        package.depends_on.sort_unstable();
        package.owner = owners[draft].map(|o| id_of[o as usize]);
        out.push(package);
    }
    for (id, draft) in order.iter().enumerate() {
        if let Some(owner) = owners[*draft] {
            out[id_of[owner as usize].0 as usize].contains.push(PackageId(id as u32));
        }
    }
    take_from_owners(&mut out);
    let mut copyright_gone: Vec<_> = gone.iter().map(|g| (id_of[g.draft], g.removed_by)).collect();
    copyright_gone.sort_unstable();
    let refs = refs::name(&mut out);
    let findings: Vec<Finding> = notes
        .into_iter()
        .map(|(draft, note)| {
            let id = id_of[draft];
            finding::noticed(&note, id, &out[id.0 as usize])
        })
        .collect();
    let classes = classes_of(&out);
    let license = |id| readings.license.get(id).or_else(|| readings.section.get(id));
    let texts = wanted_texts
        .iter()
        .map(|(id, t)| (*id, report_text(&t.words, license(id), readings.copyright.get(id))))
        .collect();
    issues.sort();
    issues.dedup();
    let mut report = Report {
        tool: Tool { name: "supercargo", version: env!("CARGO_PKG_VERSION"), spdx_list: db::list_version() },
        created: options.epoch.or(image.created),
        image,
        distro,
        packages: out,
        show_owned: options.show_owned,
        refs,
        classes,
        texts,
        papers: Papers { common_licenses, copyright_gone },
        unowned,
        findings,
        audit: None,
        issues,
    };
    let about_papers = papers::check(&report);
    report.findings.extend(about_papers);
    finding::settle(&mut report.findings, &report.packages);
    report
}

/// A part of another package that says nothing of its licence itself is under what the papers of the whole say of all that is in it.
fn take_from_owners(packages: &mut [Package]) {
    for i in 0..packages.len() {
        let licensing = &packages[i].licensing;
        let Some(owner) = packages[i].owner.filter(|_| licensing.concluded == Outcome::NoAssertion) else { continue };
        let Some(owner) = packages.get(owner.0 as usize) else { continue };
        let Some(expression) = owner.licensing.concluded.expression().cloned() else { continue };
        let note = format!("a part of {}, whose papers speak of all that is in it", owner.purl);
        let whole = Known { expression, rule: "owner", source: owner.purl.clone(), note: Some(note.into()) };
        let refs = owner.licensing.refs.clone();
        let licensing = &mut packages[i].licensing;
        licensing.refs.extend(refs.into_iter().filter(|(id, _)| whole.expression.refs().contains(&&**id)));
        complete(licensing, &whole);
    }
}

/// Texts that stand inside other files, by their hash.
fn embedded(drafts: &[Draft]) -> impl Iterator<Item = (TextId, Arc<str>)> {
    let all = drafts.iter().flat_map(|d| d.instances.iter().chain(&d.sources)).flat_map(|i| &i.find.embedded);
    all.map(|text| (embedded_id(text), text.words.clone()))
}

/// Whether a text is a Debian copyright file, which has a form of its own.
fn is_copyright(draft: &Draft, at: &TextAt) -> bool {
    draft.find.ecosystem == Ecosystem::DEB && at.path.ends_with("/copyright")
}

fn license_of(
    draft: &Draft,
    texts: &[TextAt],
    known: &Readings,
    words_of: &(dyn Fn(&TextId) -> Option<Arc<str>> + Sync),
) -> (crate::model::Licensing, Vec<crate::license::resolve::Note>) {
    let declared: Vec<DeclaredAt<'_>> = draft
        .current()
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .chain(&draft.sources)
        .flat_map(|i| {
            i.find.declared.iter().map(|declared| DeclaredAt {
                declared,
                path: &i.path,
                layer: i.content.layer,
                hidden: i.span.to.is_some(),
            })
        })
        .collect();
    let words: Vec<Arc<str>> = texts.iter().map(|t| words_of(&t.text).unwrap_or_else(|| Arc::from(""))).collect();
    let reads: Vec<TextRead<'_>> = texts
        .iter()
        .zip(&words)
        .filter_map(|(at, words)| {
            let reading = if at.section {
                Reading::Section(known.section.get(&at.text)?)
            } else if is_copyright(draft, at) {
                Reading::Copyright(known.copyright.get(&at.text)?)
            } else {
                Reading::License(known.license.get(&at.text)?)
            };
            Some(TextRead {
                path: &at.path,
                layer: at.layer,
                hidden: at.hidden,
                replaced: at.replaced,
                id: at.text,
                words,
                reading,
            })
        })
        .collect();
    resolve(&declared, &reads)
}

fn package(draft: &Draft, purl: String, licensing: crate::model::Licensing) -> Package {
    let find = &draft.find;
    let Span { from, .. } = draft.run;
    Package {
        purl: purl.into(),
        ecosystem: find.ecosystem,
        namespace: find.namespace.clone(),
        name: purl::display_name(find.ecosystem, find.namespace.as_deref(), &find.name).into(),
        version: find.version.clone(),
        arch: find.arch.clone(),
        basis: find.basis,
        state: draft.state(),
        layer: from,
        locations: draft.locations(),
        bytes: 0,
        owner: None,
        contains: Vec::new(),
        depends_on: Vec::new(),
        source: find.source.clone(),
        commit: find.commit.clone(),
        archive: draft.archive(),
        elsewhere: draft.elsewhere(),
        supplier: find.supplier.clone(),
        description: find.description.clone(),
        homepage: find.homepage.clone(),
        licensing,
    }
}

/// The class of every licence that the packages' statements name.
fn classes_of(packages: &[Package]) -> BTreeMap<Box<str>, Class> {
    let mut out = BTreeMap::new();
    for licensing in packages.iter().map(|p| &p.licensing) {
        let said = [&licensing.declared, &licensing.detected, &licensing.concluded];
        for leaf in said.into_iter().filter_map(|o| o.expression()).flat_map(Expr::leaves) {
            if !matches!(leaf, Expr::Ref(_)) {
                out.entry(leaf.to_string().into()).or_insert_with(|| db::class_of(leaf));
            }
        }
    }
    out
}

fn report_text(words: &Arc<str>, license: Option<&Identified>, copyright: Option<&CopyrightFile>) -> Text {
    let mut copyrights: Vec<Box<str>> = Vec::new();
    copyrights.extend(license.iter().flat_map(|l| l.copyrights.iter().map(|c| c.statement.clone())));
    copyrights.extend(copyright.iter().flat_map(|c| c.copyrights.iter().cloned()));
    let expression = license
        .and_then(|l| l.expression.clone())
        .or_else(|| copyright.and_then(|c| c.concluded.expression().cloned()));
    Text { words: words.clone(), expression, copyrights }
}
