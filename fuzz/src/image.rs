//! Archives, paths, decompression, layers, the tree.

use crate::tarball::{self, Member};
use flate2::Compression as Level;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::{Arc, LazyLock};
use supercargo::catalog::{Group, TABLE, Wanted};
use supercargo::image::{Choice, Source, open};
use supercargo::layers::decompress::{Compression, Unpacked, sniff};
use supercargo::layers::path::{MAX_PATH_BYTES, Normal, join, normalise, split};
use supercargo::layers::tar::{Kind, Reader, Skip, Streamed, is_header};
use supercargo::layers::tree::{Node, Tree};
use supercargo::layers::parse::text_id;
use supercargo::layers::walk::{WalkOptions, walk_place, walk_stream};
use supercargo::layers::{Entry, EntryKind, FileRef, IssueSink, LayerScan, Place};
use supercargo::{Options, scan};

static WANTED: LazyLock<Wanted> = LazyLock::new(|| Wanted::new(TABLE, &[Group::Installed, Group::Lockfile]));

/// More of a body than this is not read here: a sparse file may say that it has exabytes.
const READ: u64 = 1 << 20;

/// Whether a path is in its normal form, the root's aside.
pub fn is_normal(path: &str) -> bool {
    !path.contains('\0') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn check_normal(path: &str) {
    assert!(path.is_empty() || is_normal(path), "{path:?} is not normal");
}

/// The normal form of names and the joining of link targets.
pub fn path(data: &[u8]) {
    if let Normal::Path(path) | Normal::Clamped(path) = normalise(data) {
        check_normal(&path);
        // Bytes that are no text take four times their room.
        if path.len() <= MAX_PATH_BYTES {
            assert_eq!(normalise(path.as_bytes()), Normal::Path(path.clone()));
        }
        let (folder, base) = split(&path);
        check_normal(folder);
        assert!(!base.contains('/'));
        assert_eq!(join(folder, base), path);
        assert_eq!(join("etc", &format!("/{path}")), path);
        let climbs = format!("{}{path}", "../".repeat(path.split('/').count()));
        assert_eq!(join(folder, &climbs), path, "{folder:?} {climbs:?}");
    } else {
        assert!(data.len() > MAX_PATH_BYTES || data.contains(&0));
    }
    let text = crate::words(data);
    if !text.contains('\0') {
        check_normal(&join("usr/lib", &text));
    }
}

/// A source that skips by moving on, as the program does in uncompressed archives.
struct Seeking<'a>(Cursor<&'a [u8]>);

impl Read for Seeking<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buf)
    }
}

impl Skip for Seeking<'_> {
    fn skip(&mut self, n: u64) -> std::io::Result<u64> {
        let n = n.min(self.0.get_ref().len() as u64 - self.0.position());
        self.0.set_position(self.0.position() + n);
        Ok(n)
    }
}

/// Members of an archive, with and without right checksums.
pub fn tar(data: &[u8]) {
    for bytes in [data, &tarball::mend(data)] {
        let mut streamed = Reader::new(Streamed::new(bytes));
        let mut seeking = Reader::new(Seeking(Cursor::new(bytes)));
        let mut file = Reader::new(Streamed::new(bytes));
        let mut before = 0;
        loop {
            let header = streamed.next_header().expect("a slice does not fail");
            let same = seeking.next_header().expect("a slice does not fail");
            let third = file.next_header().expect("a slice does not fail");
            assert_eq!(format!("{header:?}"), format!("{same:?}"), "skipping by reading and by moving on differ");
            assert_eq!(format!("{header:?}"), format!("{third:?}"), "reading a body changes what follows");
            assert_eq!(streamed.take_troubles(), seeking.take_troubles());
            file.take_troubles();
            assert!(streamed.position() >= before && streamed.position() <= bytes.len() as u64);
            before = streamed.position();
            let Some(header) = header else { break };
            assert!(header.offset <= bytes.len() as u64);
            if header.kind != Kind::File {
                continue;
            }
            let stored = {
                let mut stored = Vec::new();
                seeking.body().read_to_end(&mut stored).expect("a slice does not fail");
                stored
            };
            let held = &bytes[header.offset as usize..];
            assert!(held.starts_with(&stored), "a body is other bytes than the archive has there");
            if let Some(read) = file.read_file(header.size, READ).expect("a slice does not fail") {
                let cut = !file.take_troubles().is_empty();
                assert!(cut || read.len() as u64 == header.size, "{} bytes of {}", read.len(), header.size);
            }
        }
        assert_eq!(streamed.next_header().expect("a slice does not fail").map(|h| h.path), None);
    }
}

/// What can be compared of two walks.
fn shape(scan: &LayerScan) -> String {
    let issues = scan.issues.of_layer(None);
    format!("{:?} {:?} {issues:?}", scan.entries, scan.files)
}

fn check_scan(scan: &LayerScan) {
    for entry in &scan.entries {
        check_normal(&entry.path);
        match &entry.kind {
            EntryKind::Hardlink(target) => check_normal(target),
            EntryKind::Whiteout => assert!(!entry.path.is_empty()),
            _ => {}
        }
    }
    for (index, file) in &scan.files {
        let entry = &scan.entries[*index as usize];
        assert!(matches!(entry.kind, EntryKind::File { .. }), "{entry:?} has finds");
        assert!(!file.catalogers.is_empty());
        assert!(file.text.is_none_or(|id| scan.texts.contains_key(&id)));
    }
    for issue in scan.issues.of_layer(Some(0)) {
        assert_ne!(issue.code.0, "parser-failed", "{issue:?}");
        assert!(!issue.message.is_empty());
    }
}

fn options(verify: bool, once: bool) -> WalkOptions<'static> {
    WalkOptions { wanted: &WANTED, verify, once, desk: None }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// A layer's bytes, whatever they are, to its entries and finds, over all catalogers.
pub fn walk(data: &[u8]) {
    let mended = tarball::mend(data);
    let scan = walk_stream(data, options(false, false)).expect("a slice does not fail");
    check_scan(&scan);
    if !matches!(sniff(data), Compression::Unknown(_)) {
        assert_eq!(scan.blob_size, data.len() as u64, "a layer is read to its end");
        assert_eq!(scan.blob_digest.as_ref().map(|d| d.hex().to_string()), Some(text_id(data).to_string()));
    }
    let scan = walk_stream(&mended[..], options(true, true)).expect("a slice does not fail");
    check_scan(&scan);
    if sniff(&mended) != Compression::Plain {
        return;
    }
    // The same archive packed, and from a place in a file, says the same.
    let packed = walk_stream(&gzip(&mended)[..], options(true, false)).expect("a slice does not fail");
    assert_eq!(shape(&packed), shape(&scan));
    assert_eq!(packed.diff_id, scan.diff_id);
    assert_eq!(packed.size, mended.len() as u64);
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(b"before")
        .and_then(|()| file.write_all(&mended))
        .and_then(|()| file.write_all(b"after"))
        .expect("a file");
    let place = Place { file: file.path().to_path_buf(), offset: 6, length: mended.len() as u64 };
    let placed = walk_place(&place, options(false, false)).expect("a file that is there");
    assert_eq!(shape(&placed), shape(&scan));
}

/// Blobs to archives.
pub fn decompress(data: &[u8]) {
    let mut unpacked = match Unpacked::new(data, true, true) {
        Ok(unpacked) => unpacked,
        Err(e) => {
            assert!(e.kind() == std::io::ErrorKind::Unsupported || sniff(data) == Compression::Zstd, "{e}");
            return;
        }
    };
    let mut out = Vec::new();
    let whole = (&mut unpacked).take(READ).read_to_end(&mut out).is_ok() && (out.len() as u64) < READ;
    let passed = unpacked.finish().expect("a slice does not fail");
    assert_eq!(passed.blob_size, data.len() as u64);
    assert_eq!(passed.blob_digest, Some(text_id(data).0));
    assert!(passed.size >= out.len() as u64);
    if whole {
        assert_eq!(passed.size, out.len() as u64, "more came after the end");
        assert_eq!(passed.diff_id, Some(text_id(&out).0));
    }
    if sniff(data) == Compression::Plain {
        assert_eq!(out, data[..data.len().min(READ as usize)]);
    }
    // What we pack comes back, in one piece and in two.
    let (head, tail) = data.split_at(data.len() / 2);
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 1).expect("memory takes all");
    for blob in [gzip(data), zstd(data), [gzip(head), gzip(tail)].concat(), [zstd(head), zstd(tail)].concat()] {
        let mut unpacked = Unpacked::new(&blob[..], false, false).expect("a known compression");
        let mut out = Vec::new();
        unpacked.read_to_end(&mut out).expect("what was packed here");
        assert_eq!(out, data);
    }
}

/// Layers made of a script: archive, walk with all catalogers, stacking.
pub fn layers(data: &[u8]) {
    let mut tree = Tree::default();
    for members in tarball::script(data) {
        let archive = tarball::tar(&members);
        let scan = walk_stream(&archive[..], options(false, true)).expect("a slice does not fail");
        check_scan(&scan);
        // An empty name in a header is no member of ours; with a NUL it ends early.
        if members.iter().all(|m| !m.path.contains(&0) && !m.data.contains(&0)) {
            assert_eq!(scan.entries.len(), members.len(), "{members:?}\n{:?}", scan.entries);
        }
        tree.apply(&scan, &mut IssueSink::default());
    }
    let Some(last) = tree.layers().checked_sub(1) else { return };
    for (path, _) in tree.visible() {
        assert!(is_normal(path));
        if let Some(found) = tree.resolve(last, path) {
            check_normal(&found.path);
        }
    }
}

/// The entries of a script, without an archive.
fn entries(members: &[Member]) -> Vec<Entry> {
    let of = |m: &Member| {
        let target = || Arc::from(crate::words(&m.data).as_str());
        let (Normal::Path(path) | Normal::Clamped(path)) = normalise(&m.path) else { return None };
        let kind = match m.kind {
            b'f' => EntryKind::File { size: m.data.len() as u64, executable: false },
            b'd' => EntryKind::Dir,
            b's' if m.data.contains(&0) => EntryKind::Other,
            b's' => EntryKind::Symlink(target()),
            b'h' => match normalise(&m.data) {
                Normal::Path(target) | Normal::Clamped(target) => EntryKind::Hardlink(target.into()),
                Normal::Bad => EntryKind::Other,
            },
            b'w' if path.is_empty() => return None,
            b'w' => EntryKind::Whiteout,
            _ => EntryKind::Opaque,
        };
        Some(Entry { path: path.into(), kind })
    };
    members.iter().filter_map(of).collect()
}

/// The stacking of layers, step by step.
pub fn tree(data: &[u8]) {
    let script = tarball::script(data);
    if script.iter().map(Vec::len).sum::<usize>() > 200 {
        return;
    }
    let layers: Vec<LayerScan> =
        script.iter().map(|m| LayerScan { entries: entries(m), ..LayerScan::default() }).collect();
    let links = |e: &Entry| matches!(e.kind, EntryKind::Symlink(_) | EntryKind::Hardlink(_));
    let mut model = Some(BTreeMap::new()).filter(|_| !layers.iter().flat_map(|l| &l.entries).any(links));
    let mut tree = Tree::default();
    let mut history: Vec<BTreeMap<Arc<str>, Node>> = Vec::new();
    for (moment, layer) in layers.iter().enumerate() {
        tree.apply(layer, &mut IssueSink::default());
        let now = moment as u32;
        for (past, nodes) in history.iter().enumerate() {
            assert_eq!(*nodes, snapshot(&tree, past as u32), "layer {now} changed what was at moment {past}");
        }
        let nodes = snapshot(&tree, now);
        check_moment(&tree, now, &nodes, &layers);
        let visible: BTreeMap<Arc<str>, Node> = tree.visible().map(|(p, n)| (p.clone(), n.clone())).collect();
        let files = nodes.iter().filter(|(_, n)| **n != Node::Dir).map(|(p, n)| (p.clone(), n.clone()));
        assert_eq!(files.collect::<BTreeMap<_, _>>(), visible);
        if let Some(model) = &mut model {
            model_apply(model, now, &layer.entries);
            let shown: BTreeMap<String, Option<FileRef>> =
                nodes.iter().map(|(p, n)| (p.to_string(), file_of(n))).collect();
            assert_eq!(shown, *model, "the tree and a plain map of paths differ at moment {now}");
        }
        history.push(nodes);
    }
}

fn file_of(node: &Node) -> Option<FileRef> {
    match node {
        Node::Dir => None,
        Node::File { at, .. } | Node::Symlink { at, .. } | Node::Other { at } => Some(*at),
    }
}

/// Every path at a moment, found by going down from the root.
fn snapshot(tree: &Tree, moment: u32) -> BTreeMap<Arc<str>, Node> {
    let mut out = BTreeMap::new();
    let mut folders: Vec<Arc<str>> = vec!["".into()];
    while let Some(folder) = folders.pop() {
        for (path, node) in tree.children(moment, &folder) {
            if node == Node::Dir {
                folders.push(path.clone());
            }
            assert!(out.insert(path, node).is_none(), "a child is listed twice");
        }
    }
    out
}

fn check_moment(tree: &Tree, moment: u32, nodes: &BTreeMap<Arc<str>, Node>, layers: &[LayerScan]) {
    for (path, node) in nodes {
        assert!(is_normal(path));
        assert_eq!(tree.node(moment, path), Some(node));
        for at in file_of(node).into_iter().chain(match node {
            Node::File { content, .. } => Some(*content),
            _ => None,
        }) {
            assert!(at.layer <= moment, "{path} comes from a layer that is not there yet");
            assert!((at.entry as usize) < layers[at.layer as usize].entries.len());
        }
        if let Node::File { at, content } = node {
            let of = |at: &FileRef| &layers[at.layer as usize].entries[at.entry as usize].kind;
            assert!(matches!(of(content), EntryKind::File { .. }), "{path} has no content");
            assert!(at == content || matches!(of(at), EntryKind::Hardlink(_)));
            // What is visible was not removed.
            assert!(tree.removed_by(*at).is_none_or(|by| by > moment), "{path} is there and removed");
        }
        let Some(found) = tree.resolve(moment, path) else {
            assert!(matches!(node, Node::Symlink { .. }), "{path} is there and leads nowhere");
            continue;
        };
        check_normal(&found.path);
        assert!(!matches!(found.node, Node::Symlink { .. }));
        if !found.path.is_empty() {
            assert_eq!(tree.node(moment, &found.path), Some(&found.node));
        }
        assert_eq!(tree.resolve(moment, &found.path).as_ref(), Some(&found), "resolving again leads elsewhere");
        if !matches!(node, Node::Symlink { .. }) {
            assert_eq!(*found.path, **path);
        }
    }
}

/// What layers without links mean, in the plainest way: a map of paths; folders have no entry of their own.
fn model_apply(model: &mut BTreeMap<String, Option<FileRef>>, layer: u32, entries: &[Entry]) {
    let below = |path: &str, folder: &str| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    for entry in entries {
        match entry.kind {
            // A whiteout or an opaque marker below a file names nothing.
            EntryKind::Whiteout => model.retain(|p, _| *p != *entry.path && !below(p, &entry.path)),
            EntryKind::Opaque => model.retain(|p, _| !below(p, &entry.path)),
            _ => {}
        }
    }
    for (i, entry) in entries.iter().enumerate() {
        if entry.path.is_empty() || matches!(entry.kind, EntryKind::Whiteout | EntryKind::Opaque) {
            continue;
        }
        for (end, _) in entry.path.match_indices('/') {
            model.insert(entry.path[..end].to_string(), None);
        }
        if matches!(entry.kind, EntryKind::Dir) {
            model.insert(entry.path.to_string(), None);
        } else {
            model.retain(|p, _| !below(p, &entry.path));
            model.insert(entry.path.to_string(), Some(FileRef { layer, entry: i as u32 }));
        }
    }
}

/// An archive on disk, as one opens it and as it is scanned to its end. Input that is no archive is read as a script.
pub fn archive(data: &[u8]) {
    let bytes =
        if data.starts_with(b"\t") { tarball::tar(&tarball::script(data).swap_remove(0)) } else { tarball::mend(data) };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("image.tar");
    std::fs::write(&file, &bytes).expect("a file");
    let source = Source::parse(&file.to_string_lossy());
    let choice = Choice { platform: Some("linux/amd64".into()), image: None };
    let walk = |reader: &mut dyn Read, once: bool| walk_stream(reader, options(false, once));
    let place = folder.path().to_string_lossy().into_owned();
    match open(&source, &choice, &walk) {
        Ok(opened) => {
            assert_eq!(opened.layers.len(), opened.image.layers.len());
            assert!(!opened.image.reference.contains(&place));
        }
        Err(e) => {
            assert!(!e.to_string().contains(&place), "a message names a folder of the machine: {e}");
            return;
        }
    }
    let whole = |jobs: usize| {
        let report = scan(&source, &Options { choice: choice.clone(), jobs, epoch: Some(0), ..Options::default() });
        report.map(|r| format!("{r:?}")).map_err(|e| e.to_string())
    };
    let report = whole(1);
    assert_eq!(report, whole(2), "the number of threads changes the report");
    if is_header(bytes.get(..512).unwrap_or_default()) {
        // From a compressed archive the same layers are read as they arrive.
        let packed = folder.path().join("image.tar.gz");
        std::fs::write(&packed, gzip(&bytes)).expect("a file");
        let opened = open(&Source::parse(&packed.to_string_lossy()), &choice, &walk);
        assert!(opened.is_ok() || report.is_ok());
    }
}
