//! Layers by their bytes: walked in parallel or taken from the cache, checked against their names, and looked into once more for what a
//! join turned out to need.

use super::Options;
use crate::Error;
use crate::cache::{Cache, Key};
use crate::catalog::Wanted;
use crate::image::{self, LayerSource, OpenedLayer};
use crate::inventory::{self, SourceFile};
use crate::layers::desk::Desk;
use crate::layers::walk::{self, MAX_WANTED_BYTES, WalkOptions};
use crate::layers::{FileRef, IssueSink, LayerScan, folder, parse};
use crate::model::{Digest, Image, Issue, IssueCode, Layer, Report, Severity, TextId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Walks all layers, the largest first, on as many threads as asked for; those without a layer parse files for the others. The answer is in the
/// order of the layers.
pub(super) fn walk_layers(
    layers: &[OpenedLayer],
    wanted: &Wanted,
    options: &Options,
    jobs: usize,
    kept: Kept<'_>,
) -> Result<Vec<Arc<LayerScan>>, Error> {
    let length = |l: &OpenedLayer| match &l.source {
        LayerSource::Place(place) => place.length,
        _ => 0,
    };
    let progress = &options.progress;
    progress.total.store(layers.iter().map(length).sum(), Ordering::Relaxed);
    let desk = Desk::new(jobs);
    let walk_options =
        WalkOptions { wanted, verify: options.verify, once: false, desk: Some(&desk).filter(|_| jobs > 1) };
    let walk_one = |layer: &OpenedLayer| -> io::Result<Arc<LayerScan>> {
        let scan = match &layer.source {
            LayerSource::Place(place) => match kept.layer(layer).filter(|_| !options.verify) {
                Some(scan) => {
                    progress.cached.fetch_add(1, Ordering::Relaxed);
                    Arc::new(scan)
                }
                None => {
                    let scan = walk::walk_place(place, walk_options)?;
                    kept.keep(&scan);
                    Arc::new(scan)
                }
            },
            LayerSource::Folder(root) => Arc::new(folder::walk(root, walk_options)?),
            LayerSource::Passed { scan, .. } => scan.clone(),
            LayerSource::Missing => Arc::new(LayerScan::default()),
        };
        progress.done.fetch_add(length(layer), Ordering::Relaxed);
        Ok(scan)
    };
    let mut order: Vec<usize> = (0..layers.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(length(&layers[*i])));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let seat = desk.seat();
                while let Some(&i) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = walk_one(&layers[i]);
                    results.lock().unwrap_or_else(PoisonError::into_inner).insert(i, result);
                }
                desk.serve(seat, wanted);
            });
        }
    });
    let mut out = Vec::with_capacity(layers.len());
    for (i, result) in results.into_inner().unwrap_or_else(PoisonError::into_inner) {
        out.push(result.map_err(Error::io(format!("layer {i}")))?);
    }
    if let Some(cache) = kept.cache.filter(|_| progress.cached.load(Ordering::Relaxed) < layers.len()) {
        cache.trim();
    }
    Ok(out)
}

/// The source was there and is not now, or only for a while: another scan may say more.
pub(super) const SECOND_READ_FAILED: IssueCode = IssueCode("second-read-failed");

/// The cache, and what the catalogers were asked for.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    pub cache: Option<&'a Cache>,
    pub groups: &'static str,
}

impl Kept<'_> {
    /// What is known of a layer by the name that the image gives it. What is kept under that name was computed over bytes that
    /// hashed to it; whether the bytes here still do is not asked, but for their length.
    fn layer(&self, layer: &OpenedLayer) -> Option<LayerScan> {
        let (cache, LayerSource::Place(place)) = (self.cache?, &layer.source) else { return None };
        // The digest of a plain archive is its diffID.
        let scan = cache.layer(&Key::layer(layer.digest.as_ref().or(layer.diff_id.as_ref())?, self.groups))?;
        (scan.blob_size == place.length).then_some(scan)
    }

    /// The name of what a scan says, where all that it depends on is in it: the layers by the digests that the image gives them. `None`
    /// where a layer has none, or something else goes in.
    pub fn whole(&self, image: &Image, issues: &[Issue], layers: &[OpenedLayer], options: &Options) -> Option<Key> {
        self.cache?;
        if options.verify || options.base.is_some() || options.licenses_from.is_some() {
            return None;
        }
        let digests: Option<Vec<&Digest>> = layers
            .iter()
            .map(|layer| match layer.source {
                LayerSource::Place(_) => layer.digest.as_ref(),
                _ => None,
            })
            .collect();
        let mut digests = digests?;
        digests.extend(layers.iter().filter_map(|layer| layer.diff_id.as_ref()));
        let asked = format!("{} {} {:?}", self.groups, options.show_owned, options.epoch);
        Some(Key::report(image, issues, &digests, &asked))
    }

    /// What a scan of the same said before, where the layers have the lengths that they had then.
    pub fn report(&self, key: Option<&Key>, layers: &[OpenedLayer]) -> Option<Report> {
        let report = self.cache?.report(key?)?;
        let same = |(then, now): (&Layer, &OpenedLayer)| match &now.source {
            LayerSource::Place(place) => {
                place.length == then.blob_size && now.size.is_none_or(|size| size == then.blob_size)
            }
            _ => false,
        };
        (report.image.layers.len() == layers.len() && report.image.layers.iter().zip(layers).all(same))
            .then_some(report)
    }

    /// Keeps what a scan said.
    pub fn keep_report(&self, key: Option<&Key>, report: &Report) {
        if let (Some(cache), Some(key)) = (self.cache, key) {
            cache.keep_report(key, report);
            cache.trim();
        }
    }

    /// Keeps a layer under the digest that was computed over its blob.
    fn keep(&self, scan: &LayerScan) {
        if let (Some(cache), Some(key)) = (self.cache, self.key(scan)) {
            cache.keep_layer(&key, scan);
        }
    }

    fn key(&self, scan: &LayerScan) -> Option<Key> {
        Some(Key::layer(scan.blob_digest.as_ref()?, self.groups))
    }

    /// The bytes of single files: those that are kept, else what `read` gives, which is kept then.
    fn files(
        &self,
        scan: &LayerScan,
        entries: &BTreeSet<u32>,
        read: impl FnOnce() -> io::Result<BTreeMap<u32, Vec<u8>>>,
    ) -> io::Result<BTreeMap<u32, Vec<u8>>> {
        let (Some(cache), Some(key)) = (self.cache, self.key(scan)) else { return read() };
        let mut known = cache.files(&key);
        known.retain(|entry, _| entries.contains(entry));
        if known.len() == entries.len() {
            return Ok(known);
        }
        let files = read()?;
        cache.keep_files(&key, &files);
        Ok(files)
    }
}

/// Whether every layer was hashed, now or when its facts were kept, to the digest that the image gives it.
pub(super) fn all_hashed(layers: &[OpenedLayer], scans: &[Arc<LayerScan>]) -> bool {
    let hashed =
        |(layer, scan): (&OpenedLayer, &Arc<LayerScan>)| scan.blob_digest.is_some() && scan.blob_digest == layer.digest;
    layers.iter().zip(scans).all(hashed)
}

/// A layer that does not hash to its own name is an error: nothing in it can be trusted.
pub(super) fn check_layer(index: usize, layer: &OpenedLayer, scan: &LayerScan, verify: bool) -> Result<(), Error> {
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

pub(super) fn describe_layer(out: &mut Layer, layer: &OpenedLayer, scan: &LayerScan, kind: &str) {
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
pub(super) struct Fetcher<'a> {
    pub layers: &'a [OpenedLayer],
    pub scans: &'a [Arc<LayerScan>],
    pub wanted: &'a Wanted,
    pub kept: Kept<'a>,
    pub texts: Mutex<HashMap<TextId, Arc<str>>>,
}

impl Fetcher<'_> {
    pub fn fetch(&self, requests: &[inventory::Request], issues: &mut Vec<Issue>) -> Vec<SourceFile> {
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
                    SECOND_READ_FAILED,
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
            let mut found = parse::parse_file(self.wanted, &r.catalogers, &r.path, bytes, sink);
            if found.finds.iter().any(|(_, f)| matches!(f, crate::model::Find::LicenseText))
                && let Some(words) = parse::words_of(bytes)
            {
                let id = parse::text_id(bytes);
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
            LayerSource::Place(place) => {
                self.kept.files(scan, entries, || walk::fetch_place(place, entries, MAX_WANTED_BYTES))
            }
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
