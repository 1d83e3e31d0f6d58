//! The way that data takes, from a source to a report. Each step is a room of its own; here they are put in a row.

use crate::Error;
use crate::catalog::{self, Wanted};
use crate::image::{self, Choice, LayerSource, Opened, OpenedLayer, Source};
use crate::inventory::{
    self, Draft, Instance, SourceFile, Span, TextAt, depends, distro, merge, owners, sources, texts,
};
use crate::layers::tree::Tree;
use crate::layers::walk::{self, MAX_WANTED_BYTES, WalkOptions};
use crate::layers::{FileFinds, FileRef, IssueSink, LayerScan, folder};
use crate::license::copyright::{self, CopyrightFile};
use crate::license::resolve::{DeclaredAt, Reading, TextRead, resolve};
use crate::license::text::{self, Identified};
use crate::license::{db, refs};
use crate::model::{
    Class, Digest, Ecosystem, Expr, Finding, Image, Issue, IssueCode, Layer, Package, PackageId, Report, Severity,
    Text, TextId, Tool,
};
use crate::purl;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How to scan.
#[derive(Debug, Default)]
pub struct Options {
    /// Which image of the source.
    pub choice: Choice,
    /// Whether to hash every uncompressed byte and compare with the diffIDs.
    pub verify: bool,
    /// How many threads; 0 for as many as there are cores. The report does not depend on it.
    pub jobs: usize,
    /// Whether documents show packages that others own as components of their own.
    pub show_owned: bool,
    /// Seconds since 1970 for the report's date (`SOURCE_DATE_EPOCH`); by default the image's own.
    pub epoch: Option<i64>,
    /// How far the scan is, for whoever wants to show it.
    pub progress: Arc<Progress>,
}

/// How far a scan is. Written by the scan, read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes of all layers as they lie in the source; 0 while that is not known.
    pub total: AtomicU64,
    /// How many of them were read.
    pub done: AtomicU64,
    /// 0 opening, 1 layers, 2 packages, 3 licences, 4 done.
    pub stage: AtomicUsize,
}

/// Scans a source.
///
/// # Errors
/// When the source cannot be opened, does not hold what was asked for, or its bytes do not hash to their names. Whatever is
/// wrong inside the image is an issue in the report.
pub fn scan(source: &Source, options: &Options) -> Result<Report, Error> {
    let wanted = Wanted::new(catalog::TABLE);
    let jobs = match options.jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n,
    };
    let progress = &options.progress;
    let walk_stream = |reader: &mut dyn Read, once: bool| {
        let counted = Counted { inner: reader, progress };
        walk::walk_stream(counted, WalkOptions { wanted: &wanted, verify: options.verify, once })
    };
    let opened = image::open(source, &options.choice, &walk_stream)?;
    progress.stage.store(1, Ordering::Relaxed);
    let Opened { mut image, layers, mut issues } = opened;
    let scans = walk_layers(&layers, &wanted, options, jobs)?;
    for (i, (layer, scan)) in layers.iter().zip(&scans).enumerate() {
        check_layer(i, layer, scan, options.verify)?;
        issues.extend(scan.issues.of_layer(Some(i as u32)));
        describe_layer(&mut image.layers[i], layer, scan, image.source);
    }
    progress.stage.store(2, Ordering::Relaxed);
    let mut tree = Tree::default();
    for (i, scan) in scans.iter().enumerate() {
        let mut sink = IssueSink::default();
        tree.apply(scan, &mut sink);
        issues.extend(sink.of_layer(Some(i as u32)));
    }
    let fetcher = Fetcher { layers: &layers, scans: &scans, wanted: &wanted, texts: Mutex::default() };
    let inventory = take_inventory(&tree, &scans, &wanted, &fetcher, &mut issues);
    progress.stage.store(3, Ordering::Relaxed);
    let report = assemble(image, inventory, &scans, &fetcher, options, jobs, issues);
    progress.stage.store(4, Ordering::Relaxed);
    Ok(report)
}

/// Counts what is read, for the progress.
struct Counted<'a, R> {
    inner: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.progress.done.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Walks all layers, the largest first, on as many threads as asked for. The answer is in the order of the layers.
fn walk_layers(
    layers: &[OpenedLayer],
    wanted: &Wanted,
    options: &Options,
    jobs: usize,
) -> Result<Vec<Arc<LayerScan>>, Error> {
    let length = |l: &OpenedLayer| match &l.source {
        LayerSource::Place(place) => place.length,
        _ => 0,
    };
    let progress = &options.progress;
    progress.total.store(layers.iter().map(length).sum(), Ordering::Relaxed);
    let walk_options = WalkOptions { wanted, verify: options.verify, once: false };
    let walk_one = |layer: &OpenedLayer| -> io::Result<Arc<LayerScan>> {
        let scan = match &layer.source {
            LayerSource::Place(place) => Arc::new(walk::walk_place(place, walk_options)?),
            LayerSource::Folder(root) => Arc::new(folder::walk(root, walk_options)?),
            LayerSource::Passed { scan, .. } => scan.clone(),
            LayerSource::Missing => Arc::new(LayerScan::default()),
        };
        progress.done.fetch_add(length(layer), Ordering::Relaxed);
        Ok(scan)
    };
    let mut order: Vec<usize> = (0..layers.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(length(&layers[*i])));
    let results = in_parallel(&order, jobs, |i| walk_one(&layers[*i]));
    let mut out = vec![Arc::new(LayerScan::default()); layers.len()];
    for (i, result) in order.into_iter().zip(results) {
        out[i] = result.map_err(Error::io(format!("layer {i}")))?;
    }
    Ok(out)
}

/// Maps on several threads; the answer is in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], jobs: usize, f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if jobs <= 1 || items.len() <= 1 {
        return items.iter().map(f).collect();
    }
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    let result = f(item);
                    if let Ok(mut slot) = slots[i].lock() {
                        *slot = Some(result);
                    }
                }
            });
        }
    });
    slots.into_iter().filter_map(|s| s.into_inner().ok().flatten()).collect()
}

/// A layer that does not hash to its own name is an error: nothing in it can be trusted.
fn check_layer(index: usize, layer: &OpenedLayer, scan: &LayerScan, verify: bool) -> Result<(), Error> {
    if matches!(layer.source, LayerSource::Missing) {
        return Ok(());
    }
    let differs = |what: &str, expected: &Option<Digest>, actual: &Option<Digest>| match (expected, actual) {
        (Some(expected), Some(actual)) if expected.algorithm() == actual.algorithm() && expected != actual => {
            Err(Error::DigestMismatch {
                what: format!("{what} of layer {index}"),
                expected: expected.to_string(),
                actual: actual.to_string(),
            })
        }
        _ => Ok(()),
    };
    if let Some(expected) = layer.size.filter(|s| *s != scan.blob_size) {
        return Err(Error::SizeMismatch {
            what: format!("the blob of layer {index}"),
            expected,
            actual: scan.blob_size,
        });
    }
    differs("the blob", &layer.digest, &scan.blob_digest)?;
    if verify { differs("the uncompressed archive (diffID)", &layer.diff_id, &scan.diff_id) } else { Ok(()) }
}

fn describe_layer(out: &mut Layer, layer: &OpenedLayer, scan: &LayerScan, kind: &str) {
    out.size = scan.size;
    out.blob_size = scan.blob_size;
    out.entries = scan.entries.len() as u64;
    // A plain archive is its own blob: what it hashes to is the diffID.
    let plain = scan.blob_size == scan.size && kind == "docker-archive";
    let own = scan.blob_digest.clone().filter(|_| !kind.starts_with("rootfs"));
    out.digest = layer.digest.clone().or(own).or_else(|| layer.diff_id.clone().filter(|_| plain));
    out.diff_id = layer.diff_id.clone().or_else(|| scan.diff_id.clone());
}

/// Reads bytes that a join turned out to need, in one more pass over the layers that hold them.
struct Fetcher<'a> {
    layers: &'a [OpenedLayer],
    scans: &'a [Arc<LayerScan>],
    wanted: &'a Wanted,
    texts: Mutex<HashMap<TextId, Arc<str>>>,
}

impl Fetcher<'_> {
    fn fetch(&self, requests: &[inventory::Request], issues: &mut Vec<Issue>) -> Vec<SourceFile> {
        let mut by_layer: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for r in requests {
            by_layer.entry(r.content.layer).or_default().insert(r.content.entry);
        }
        let mut bytes: HashMap<FileRef, Vec<u8>> = HashMap::new();
        let mut sinks: BTreeMap<u32, IssueSink> = BTreeMap::new();
        for (layer, entries) in by_layer {
            match self.read(layer, &entries) {
                Ok(found) => {
                    bytes.extend(found.into_iter().map(|(entry, b)| (FileRef { layer, entry }, b)));
                }
                Err(e) => sinks.entry(layer).or_default().push(
                    None,
                    IssueCode("second-read-failed"),
                    Severity::Error,
                    format!("files that links lead to could not be read: {e}"),
                ),
            }
        }
        let mut out = Vec::new();
        for r in requests {
            let sink = sinks.entry(r.content.layer).or_default();
            let Some(bytes) = bytes.get(&r.content) else {
                sink.push(
                    Some(&r.shown),
                    IssueCode("behind-a-link"),
                    Severity::Error,
                    format!("{} leads to this file, whose bytes could not be read a second time; scan the archive from a file", r.path),
                );
                continue;
            };
            let mut found = walk::parse_file(self.wanted, &r.catalogers, &r.path, bytes, sink);
            if found.finds.iter().any(|(_, f)| matches!(f, crate::model::Find::LicenseText))
                && let Some(words) = walk::words_of(bytes)
            {
                let id = walk::text_id(bytes);
                found.text = Some(id);
                if let Ok(mut texts) = self.texts.lock() {
                    texts.insert(id, words);
                }
            }
            out.push(SourceFile { path: r.shown.clone(), content: r.content, span: r.span, found: Arc::new(found) });
        }
        for (layer, sink) in sinks {
            issues.extend(sink.of_layer(Some(layer)));
        }
        out
    }

    fn read(&self, layer: u32, entries: &BTreeSet<u32>) -> io::Result<BTreeMap<u32, Vec<u8>>> {
        let (source, scan) = (&self.layers[layer as usize].source, &self.scans[layer as usize]);
        match source {
            LayerSource::Place(place) => walk::fetch_place(place, entries, MAX_WANTED_BYTES),
            LayerSource::Folder(root) => folder::fetch(root, scan, entries),
            LayerSource::Passed { again: Some((file, member)), .. } => {
                image::stream::reread(file, member, &mut |r| walk::fetch_stream(r, entries, MAX_WANTED_BYTES))
            }
            // What looked like a database was kept when it passed by.
            LayerSource::Passed { again: None, .. } => {
                Ok(entries.iter().filter_map(|e| Some((*e, scan.spares.get(e)?.clone()))).collect())
            }
            LayerSource::Missing => Ok(BTreeMap::new()),
        }
    }
}

/// What the inventory hands on.
struct Inventory {
    drafts: Vec<Draft>,
    owners: Vec<Option<u32>>,
    depends: Vec<Vec<u32>>,
    texts: Vec<Vec<TextAt>>,
    distro: Option<crate::model::Distro>,
}

fn take_inventory(
    tree: &Tree,
    scans: &[Arc<LayerScan>],
    wanted: &Wanted,
    fetcher: &Fetcher<'_>,
    issues: &mut Vec<Issue>,
) -> Inventory {
    let gathered = sources::gather(tree, scans, wanted);
    let mut files = gathered.files;
    files.extend(fetcher.fetch(&gathered.requests, issues));
    let distro = distro::choose(&files, catalog::os_release::PATHS, catalog::os_release::OS_RELEASE_PATHS);
    let drafts = merge::merge(&files, distro::rpm_grammar(distro.as_ref().map(|d| &d.facts)));
    let owners = owners::Owners::new(&drafts, &files, tree);
    let layers = tree.layers();
    let owner_of = drafts.iter().map(|d| owner_of(d, &drafts, &owners, layers)).collect();
    let depends = depends::resolve(&drafts, &owners, layers);
    let mut fetched: BTreeMap<FileRef, Arc<FileFinds>> = BTreeMap::new();
    for file in files.iter().filter(|f| f.found.text.is_some()) {
        fetched.insert(file.content, file.found.clone());
    }
    let text_row = catalog::TABLE.iter().position(|c| c.name == "license-file").unwrap_or(0) as u16;
    let look = |fetched: &BTreeMap<FileRef, Arc<FileFinds>>| -> (Vec<inventory::Request>, Vec<Vec<TextAt>>) {
        let texts = texts::Texts { tree, scans, fetched, wanted, text_row };
        (drafts.iter().flat_map(|d| texts.requests(d)).collect(), drafts.iter().map(|d| texts.of(d)).collect())
    };
    let (mut requests, mut found) = look(&fetched);
    requests.retain(|r| !fetched.contains_key(&r.content));
    if !requests.is_empty() {
        requests.sort();
        requests.dedup_by(|a, b| a.content == b.content);
        for file in fetcher.fetch(&requests, issues) {
            fetched.insert(file.content, file.found);
        }
        found = look(&fetched).1;
    }
    Inventory { drafts, owners: owner_of, depends, texts: found, distro }
}

/// The operating-system package that owns every current record of a language package.
fn owner_of(draft: &Draft, drafts: &[Draft], owners: &owners::Owners, layers: u32) -> Option<u32> {
    if draft.find.ecosystem.is_os() {
        return None;
    }
    let of = |i: &Instance| owners.of(&i.path, i.span.last(layers)).first().copied();
    let mut list = draft.current().map(of);
    let first = list.next()??;
    debug_assert!((first as usize) < drafts.len());
    list.all(|o| o.is_some()).then_some(first)
}

/// What the texts of the image were read as, each once.
struct Read_ {
    license: HashMap<TextId, Identified>,
    copyright: HashMap<TextId, CopyrightFile>,
}

fn assemble(
    image: Image,
    inventory: Inventory,
    scans: &[Arc<LayerScan>],
    fetcher: &Fetcher<'_>,
    options: &Options,
    jobs: usize,
    mut issues: Vec<Issue>,
) -> Report {
    let Inventory { drafts, owners, depends, texts, distro } = inventory;
    let fetched = fetcher.texts.lock().map(|t| t.clone()).unwrap_or_default();
    let words_of = |id: &TextId| scans.iter().find_map(|s| s.texts.get(id)).or_else(|| fetched.get(id)).cloned();
    let mut wanted_texts: BTreeMap<TextId, (Arc<str>, bool, bool)> = BTreeMap::new();
    for (draft, list) in drafts.iter().zip(&texts) {
        for at in list {
            let Some(words) = words_of(&at.text) else { continue };
            let entry = wanted_texts.entry(at.text).or_insert((words, false, false));
            if is_copyright(draft, at) { entry.2 = true } else { entry.1 = true }
        }
    }
    let items: Vec<(&TextId, &(Arc<str>, bool, bool))> = wanted_texts.iter().collect();
    let read = in_parallel(&items, jobs, |(_, (words, license, deb))| {
        (license.then(|| text::identify(words)), deb.then(|| copyright::read(words)))
    });
    let mut known = Read_ { license: HashMap::new(), copyright: HashMap::new() };
    for ((id, _), (license, deb)) in items.iter().zip(read) {
        known.license.extend(license.map(|l| (**id, l)));
        known.copyright.extend(deb.map(|c| (**id, c)));
    }
    let facts = distro.as_ref().map(|d| &d.facts);
    let mut packages = Vec::with_capacity(drafts.len());
    let mut notes = Vec::new();
    for (i, draft) in drafts.iter().enumerate() {
        let purl = match purl::purl(&draft.find, facts) {
            Ok(purl) => purl,
            Err(e) => {
                issues.push(Issue {
                    layer: Some(draft.run.from),
                    path: draft.instances.first().map_or("", |i| &i.path).into(),
                    code: IssueCode("no-purl"),
                    severity: Severity::Warning,
                    message: format!("{e}; the package stands in the report without a package URL of its own type")
                        .into(),
                });
                purl::fallback(&draft.find)
            }
        };
        let (licensing, found) = license_of(draft, &texts[i], &known, &words_of);
        notes.extend(found.into_iter().map(|n| (i, n)));
        packages.push((i, package(draft, purl, licensing)));
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
    let mut findings: Vec<Finding> = notes
        .into_iter()
        .map(|(draft, n)| Finding { rule: n.rule, package: Some(id_of[draft]), message: n.message.into() })
        .collect();
    findings.sort();
    findings.dedup();
    let refs = refs::name(&mut out);
    let classes = classes_of(&out);
    let texts = wanted_texts
        .iter()
        .map(|(id, (words, ..))| (*id, report_text(words, known.license.get(id), known.copyright.get(id))))
        .collect();
    issues.sort();
    issues.dedup();
    Report {
        tool: Tool { name: "supercargo", version: env!("CARGO_PKG_VERSION"), spdx_list: db::list_version() },
        created: options.epoch.or(image.created),
        image,
        distro,
        packages: out,
        show_owned: options.show_owned,
        refs,
        classes,
        texts,
        findings,
        issues,
    }
}

/// Whether a text is a Debian copyright file, which has a form of its own.
fn is_copyright(draft: &Draft, at: &TextAt) -> bool {
    draft.find.ecosystem == Ecosystem::DEB && at.path.ends_with("/copyright")
}

fn license_of(
    draft: &Draft,
    texts: &[TextAt],
    known: &Read_,
    words_of: &dyn Fn(&TextId) -> Option<Arc<str>>,
) -> (crate::model::Licensing, Vec<crate::license::resolve::Note>) {
    let declared: Vec<DeclaredAt<'_>> = draft
        .current()
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
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
            let reading = if is_copyright(draft, at) {
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
        state: draft.state(),
        layer: from,
        locations: draft.locations(),
        owner: None,
        contains: Vec::new(),
        depends_on: Vec::new(),
        source: find.source.clone(),
        commit: find.commit.clone(),
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

fn report_text(words: &str, license: Option<&Identified>, copyright: Option<&CopyrightFile>) -> Text {
    let mut copyrights: Vec<Box<str>> = Vec::new();
    copyrights.extend(license.iter().flat_map(|l| l.copyrights.iter().map(|c| c.statement.clone())));
    copyrights.extend(copyright.iter().flat_map(|c| c.copyrights.iter().cloned()));
    let expression = license
        .and_then(|l| l.expression.clone())
        .or_else(|| copyright.and_then(|c| c.concluded.expression().cloned()));
    Text { words: words.into(), expression, copyrights }
}
