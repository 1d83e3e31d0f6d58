//! The way that data takes, from a source to a report. Each step is a room of its own; here they are put in a row.

mod assemble;
mod read;
mod readings;

use crate::Error;
use crate::cache::Cache;
use crate::catalog::{self, Group, Wanted};
use crate::image::{self, Choice, Opened, Source};
use crate::inventory::{self, Draft, TextAt, bytes, depends, distro, merge, owners, papers, sources, texts, unowned};
use crate::layers::tree::Tree;
use crate::layers::walk::{self, WalkOptions};
use crate::layers::{FileFinds, FileRef, IssueSink, LayerScan};
use crate::license::known::Given;
use crate::model::{Basis, Ecosystem, Issue, Report, TextId, Unowned};
use assemble::assemble;
use read::{Fetcher, Kept, SECOND_READ_FAILED, all_hashed, check_layer, describe_layer, walk_layers};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Read};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How to scan.
#[derive(Debug, Default)]
pub struct Options {
    /// Which image of the source.
    pub choice: Choice,
    /// The image that it stands on, where the user has it.
    pub base: Option<Source>,
    /// Whether to hash every uncompressed byte and compare with the diffIDs.
    pub verify: bool,
    /// How many threads; 0 for as many as there are cores. The report does not depend on it.
    pub jobs: usize,
    /// Whether documents show packages that others own as components of their own.
    pub show_owned: bool,
    /// Licences that the user knows, for packages of which the image itself says nothing.
    pub licenses_from: Option<Given>,
    /// Whether lock files are read for what they declare; by default in a source tree only.
    pub lockfiles: Option<bool>,
    /// Seconds since 1970 for the report's date (`SOURCE_DATE_EPOCH`); by default the image's own.
    pub epoch: Option<i64>,
    /// Where what layers say is kept from scan to scan; by default nowhere. It is not read where `verify` is set, since only bytes
    /// that are read can be hashed.
    pub cache: Option<Cache>,
    /// How far the scan is, for whoever wants to show it.
    pub progress: Arc<Progress>,
    /// Called between the steps, when much was freed that the last one needed: a program whose allocator keeps what is freed can give
    /// it back to the system.
    pub freed: Option<fn()>,
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
    /// How many layers came from the cache; their blobs were not hashed again.
    pub cached: AtomicUsize,
}

/// How many threads work where so many were asked for; 0 asks for one a core.
pub fn threads(jobs: usize) -> usize {
    match jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n,
    }
}

/// Scans a source.
///
/// # Errors
/// When the source cannot be opened, does not hold what was asked for, or its bytes do not hash to their names. Whatever is
/// wrong inside the image is an issue in the report.
pub fn scan(source: &Source, options: &Options) -> Result<Report, Error> {
    let declared = options.lockfiles.unwrap_or_else(|| source.is_tree());
    let groups: &[Group] = if declared { &[Group::Installed, Group::Lockfile] } else { &[Group::Installed] };
    let wanted = Wanted::new(catalog::TABLE, groups);
    let jobs = threads(options.jobs);
    let progress = &options.progress;
    let freed = || options.freed.iter().for_each(|freed| freed());
    let walk_stream = |reader: &mut dyn Read, once: bool| {
        let counted = Counted { inner: reader, progress };
        walk::walk_stream(counted, WalkOptions { wanted: &wanted, verify: options.verify, once, desk: None })
    };
    let opened = image::open(source, &options.choice, &walk_stream)?;
    let Opened { mut image, layers, bases, mut issues } = opened;
    let given = options.base.as_ref().map(|base| image::base::given(base, &image)).transpose()?;
    image::base::settle(&mut image, given, bases, &mut issues);
    progress.stage.store(1, Ordering::Relaxed);
    let kept =
        Kept { cache: options.cache.as_ref(), groups: if declared { "installed lockfiles" } else { "installed" } };
    let whole = kept.whole(&image, &issues, &layers, options);
    if let Some(report) = kept.report(whole.as_ref(), &layers) {
        progress.cached.store(layers.len(), Ordering::Relaxed);
        progress.stage.store(4, Ordering::Relaxed);
        return Ok(report);
    }
    let scans = walk_layers(&layers, &wanted, options, jobs, kept)?;
    freed();
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
    let fetcher = Fetcher { layers: &layers, scans: &scans, wanted: &wanted, kept, texts: Mutex::default() };
    let inventory = take_inventory(&tree, &scans, &wanted, &fetcher, jobs, &mut issues);
    progress.stage.store(3, Ordering::Relaxed);
    let fetched = fetcher.texts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let words = words_of(&inventory, &scans, fetched);
    let whole = whole.filter(|_| all_hashed(&layers, &scans) && !issues.iter().any(|i| i.code == SECOND_READ_FAILED));
    // What comes next needs as much again.
    drop((tree, scans, layers));
    freed();
    let report = assemble(image, inventory, words, options, jobs, issues);
    kept.keep_report(whole.as_ref(), &report);
    progress.stage.store(4, Ordering::Relaxed);
    Ok(report)
}

/// The words of the texts that packages show.
fn words_of(
    inventory: &Inventory,
    scans: &[Arc<LayerScan>],
    fetched: HashMap<TextId, Arc<str>>,
) -> HashMap<TextId, Arc<str>> {
    let mut out = fetched;
    for text in inventory.texts.iter().flatten() {
        if let Some(words) = scans.iter().find_map(|s| s.texts.get(&text.text)) {
            out.entry(text.text).or_insert_with(|| words.clone());
        }
    }
    out
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

/// Two answers, on two threads where there may be as many.
fn join<A: Send, B: Send>(jobs: usize, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    if jobs <= 1 {
        return (a(), b());
    }
    std::thread::scope(|scope| {
        let b = scope.spawn(b);
        (a(), b.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// What the inventory hands on.
struct Inventory {
    drafts: Vec<Draft>,
    unowned: Vec<Unowned>,
    bytes: Vec<u64>,
    owners: Vec<Option<u32>>,
    depends: Vec<Vec<u32>>,
    texts: Vec<Vec<TextAt>>,
    distro: Option<crate::model::Distro>,
    common_licenses: BTreeSet<Box<str>>,
    gone: Vec<papers::Gone>,
    sections: texts::Sections,
}

fn take_inventory(
    tree: &Tree,
    scans: &[Arc<LayerScan>],
    wanted: &Wanted,
    fetcher: &Fetcher<'_>,
    jobs: usize,
    issues: &mut Vec<Issue>,
) -> Inventory {
    let gathered = sources::gather(tree, scans, wanted);
    let mut files = gathered.files;
    files.extend(fetcher.fetch(&gathered.requests, issues));
    let distro = distro::choose(&files, catalog::os_release::PATHS, catalog::os_release::OS_RELEASE_PATHS);
    let all = merge::merge(&files, tree, distro::rpm_grammar(distro.as_ref().map(|d| &d.facts)));
    let mut owners = owners::Owners::new(&all, &files, tree, scans);
    let listed = listed_files(&all);
    let goes = |draft: &Draft| is_note_of_another(draft, &owners) || is_listed(draft, &listed);
    let kept: Vec<bool> = all.iter().map(|draft| !goes(draft)).collect();
    // The owners' paths are those of all drafts, which therefore stay until nobody asks for owners any more.
    let drafts = match kept.contains(&false) {
        true => {
            owners.retain(&kept);
            all.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(draft, _)| draft.clone()).collect()
        }
        false => Cow::Borrowed(&all[..]),
    };
    let layers = tree.layers();
    let owner_of = drafts.iter().map(|d| owner_of(d, &owners)).collect();
    let (bytes, (unowned, depends)) = join(
        jobs,
        || bytes::count(tree, scans, &files, &drafts, &owners),
        || (unowned::list(tree, scans, &files, &drafts, &owners), depends::resolve(&drafts, &owners, layers)),
    );
    let mut fetched: BTreeMap<FileRef, Arc<FileFinds>> = BTreeMap::new();
    for file in files.iter().filter(|f| f.found.text.is_some()) {
        fetched.insert(file.content, file.found.clone());
    }
    let text_row = catalog::TABLE.iter().position(|c| c.name == "license-file").unwrap_or(0) as u16;
    let sections = texts::sections(&files);
    let look = |fetched: &BTreeMap<FileRef, Arc<FileFinds>>| -> (Vec<inventory::Request>, Vec<Vec<TextAt>>) {
        let texts = texts::Texts { tree, scans, fetched, wanted, text_row, sections: &sections };
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
    let (common_licenses, gone) = (papers::common_licenses(tree), papers::gone(&drafts, &files, tree));
    let drafts = match drafts {
        Cow::Owned(drafts) => Some(drafts),
        Cow::Borrowed(_) => None,
    };
    Inventory {
        drafts: drafts.unwrap_or(all),
        unowned,
        bytes,
        owners: owner_of,
        depends,
        texts: found,
        distro,
        common_licenses,
        gone,
        sections,
    }
}

/// A note in a program that names a package of the operating system, while the program is a file of an installed one: mostly the
/// note has the name of the source package, and it is the same thing a second time.
fn is_note_of_another(draft: &Draft, owners: &owners::Owners) -> bool {
    let embedded = draft.find.ecosystem.is_os() && draft.find.basis == Basis::Embedded;
    embedded && draft.current().all(|i| owners.of_file(&i.path, i.span).is_some())
}

/// Files of language packages whose metadata lists them, by ecosystem.
fn listed_files(drafts: &[Draft]) -> HashSet<(Ecosystem, &str)> {
    let sure = drafts.iter().filter(|d| d.find.basis == Basis::Installed && !d.find.ecosystem.owns_files());
    let files = |d| Draft::current(d).flat_map(|i| &i.find.files).map(|f| (d.find.ecosystem, &*f.path));
    sure.flat_map(files).collect()
}

/// What a build put into a file that a package of the same ecosystem lists: the package says it better.
fn is_listed(draft: &Draft, listed: &HashSet<(Ecosystem, &str)>) -> bool {
    let embedded = draft.find.basis == Basis::Embedded && !draft.find.ecosystem.owns_files();
    embedded && draft.current().all(|i| listed.contains(&(draft.find.ecosystem, &*i.path)))
}

/// The package (of the operating system, or of another manager that lists its files) that owns every current record of a
/// language package or program.
fn owner_of(draft: &Draft, owners: &owners::Owners) -> Option<u32> {
    if draft.find.ecosystem.owns_files() {
        return None;
    }
    let mut list = draft.current().map(|i| owners.of_file(&i.path, i.span));
    let first = list.next()??;
    list.all(|o| o.is_some()).then_some(first)
}
