//! What was worked out in earlier scans, in four layers: what layers say by themselves, what texts were read as, what a whole scan
//! said, and the documents that were made of that ([`documents`]). A base image that was seen once is not read again under another one; the
//! same image with the same options is not even put together again. Policies are applied anew each time.
//!
//! An entry is named by digests that were computed over the bytes it speaks of, never by those that an image merely claims; by a
//! fingerprint of the code that made it; and by what was asked of that. So a new licence table makes texts be read and licences be
//! concluded again, but no layer is read.
//! An entry is written beside its place and renamed, so that processes can share the folder, and carries a checksum: one that is
//! damaged is none. Nothing here fails a scan.

pub mod documents;
mod packed;

use crate::codec::{self, Codec};
use crate::layers::LayerScan;
use crate::license::Readings;
use crate::model::{Digest, Image, Issue, Report, TextId};
use packed::{Packed, Unpacked};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A fingerprint of the collectors' code, made by the build script.
const COLLECTOR: &str = env!("SUPERCARGO_COLLECTOR");
/// A fingerprint of the code and the tables that texts are read with, made by the build script.
const READER: &str = env!("SUPERCARGO_READER");

/// A fingerprint of what else decides what a scan says, made by the build script.
const SCAN: &str = env!("SUPERCARGO_SCAN");

/// A fingerprint of what else decides what a document looks like, made by the build script.
const EMITTER: &str = env!("SUPERCARGO_EMITTER");

/// How many bytes the folder may take by default; the entries of a layer of a gigabyte take some ten megabytes.
pub const DEFAULT_LIMIT: u64 = 2 << 30;

/// The folder of the entries in the folder of the cache.
const ENTRIES: &str = "entries";

/// Documents take at most this part of the folder: they are made sooner than layers are read.
const DOCUMENTS_PART: u64 = 4;

/// A file that is being written for longer than this was left behind by a process that died.
const STALE: Duration = Duration::from_secs(3600);

/// The cache of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
}

/// The name of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// For a layer of this digest, read by catalogers of these groups.
    pub fn layer(digest: &Digest, groups: &str) -> Key {
        Key::of(&["layer", COLLECTOR, groups, digest.as_str()])
    }

    /// For texts that were read together, in their order, and as what each was read (bits that mean the same within a build).
    pub fn texts(texts: impl Iterator<Item = (TextId, u8)>) -> Key {
        let mut name = Name::of(&["texts", READER]);
        let texts: Vec<u8> = texts.flat_map(|(id, read_as)| id.0.into_iter().chain([read_as])).collect();
        name.part(&texts);
        name.key()
    }

    /// For what a scan says of an image: of what the image says of itself, of these layers, and with these options.
    pub fn report(image: &Image, issues: &[Issue], layers: &[&Digest], options: &str) -> Key {
        let mut name = Name::of(&["report", COLLECTOR, READER, SCAN, options]);
        name.value(image);
        for issue in issues {
            name.value(issue);
        }
        name.part(b"layers");
        for digest in layers {
            name.part(digest.as_str().as_bytes());
        }
        name.key()
    }

    fn of(parts: &[&str]) -> Key {
        Name::of(parts).key()
    }
}

/// A key in the making. No two lists of parts give the same bytes to be hashed.
struct Name(Sha256);

impl Name {
    fn of(parts: &[&str]) -> Name {
        let mut name = Name(Sha256::new());
        for part in parts {
            name.part(part.as_bytes());
        }
        name
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// All that a value says: its bytes in pieces, each with its length, then nothing.
    fn value(&mut self, value: &impl Codec) {
        codec::encode_to(value, &mut |piece| self.part(piece));
        self.part(b"");
    }

    fn key(self) -> Key {
        Key(self.0.finalize().iter().fold(String::with_capacity(64), |mut out, b| {
            let _ = write!(out, "{b:02x}");
            out
        }))
    }
}

/// What [`Cache::prune`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Files that were deleted.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes that are left.
    pub left: u64,
}

impl Cache {
    /// A cache in this folder, which need not exist, of at most so many bytes.
    pub fn new(folder: PathBuf, limit: u64) -> Cache {
        Cache { folder, limit }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn place(&self, key: &Key, ending: &str) -> PathBuf {
        let (head, rest) = key.0.split_at_checked(2).unwrap_or(("", &key.0));
        self.folder.join(ENTRIES).join(head).join(format!("{rest}.{ending}"))
    }

    /// What a layer says, where it is known.
    pub fn layer(&self, key: &Key) -> Option<LayerScan> {
        self.read(&self.place(key, "facts"))
    }

    /// Keeps what a layer says.
    pub fn keep_layer(&self, key: &Key, scan: &LayerScan) {
        self.write(&self.place(key, "facts"), scan);
    }

    /// Bytes of single files of a layer that joins needed in earlier scans, by index of the entry.
    pub fn files(&self, key: &Key) -> BTreeMap<u32, Vec<u8>> {
        self.read(&self.place(key, "files")).unwrap_or_default()
    }

    /// Adds bytes of single files of a layer.
    pub fn keep_files(&self, key: &Key, files: &BTreeMap<u32, Vec<u8>>) {
        let mut all = self.files(key);
        all.extend(files.iter().map(|(entry, bytes)| (*entry, bytes.clone())));
        self.write(&self.place(key, "files"), &all);
    }

    /// What a scan said, before it was judged.
    pub fn report(&self, key: &Key) -> Option<Report> {
        self.read(&self.place(key, "report"))
    }

    /// Keeps what a scan said; nothing of a report that was judged.
    pub fn keep_report(&self, key: &Key, report: &Report) {
        if report.audit.is_none() {
            self.write(&self.place(key, "report"), report);
        }
    }

    /// What texts were read as, where they were read together before.
    pub fn readings(&self, key: &Key) -> Option<Readings> {
        self.read(&self.place(key, "texts"))
    }

    /// Keeps what texts were read as.
    pub fn keep_readings(&self, key: &Key, readings: &Readings) {
        self.write(&self.place(key, "texts"), readings);
    }

    fn read<T: Codec>(&self, path: &Path) -> Option<T> {
        codec::decode(&Unpacked::open(path)?.bytes()?)
    }

    fn write(&self, path: &Path, value: &impl Codec) {
        let Ok(mut packed) = Packed::new(self, path) else { return };
        codec::encode_to(value, &mut |piece| packed.add(piece));
        packed.finish();
    }

    /// Deletes what was not used for longest, until the folder has the size that it may have; [`Cache::prune`] with its limit.
    pub fn trim(&self) -> Pruned {
        self.prune(self.limit)
    }

    /// Deletes what was not used for longest, until no more than `limit` bytes are left, a quarter of them of documents, and what dead
    /// processes left behind.
    pub fn prune(&self, limit: u64) -> Pruned {
        let now = SystemTime::now();
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        let folders = fs::read_dir(self.folder.join(ENTRIES)).into_iter().flatten().flatten();
        for entry in folders.flat_map(|f| fs::read_dir(f.path()).into_iter().flatten().flatten()) {
            let Some(meta) = entry.metadata().ok().filter(fs::Metadata::is_file) else { continue };
            let used = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let half = entry.file_name().to_string_lossy().starts_with(packed::PART);
            match half {
                true if now.duration_since(used).is_ok_and(|age| age > STALE) => {
                    files.push((SystemTime::UNIX_EPOCH, 0, entry.path()));
                }
                true => {}
                false => files.push((used, meta.len(), entry.path())),
            }
        }
        files.sort();
        let is_document = |path: &Path| path.extension().is_some_and(|e| e == documents::ENDING);
        let mut out = Pruned { left: files.iter().map(|f| f.1).sum(), ..Pruned::default() };
        let mut documents: u64 = files.iter().filter(|f| is_document(&f.2)).map(|f| f.1).sum();
        let remove = |size: u64, path: &Path, out: &mut Pruned| -> bool {
            let done = fs::remove_file(path).is_ok();
            if done {
                out.files += 1;
                out.bytes += size;
                out.left -= size;
            }
            done
        };
        // Documents down to their part first, so that no others go for them.
        files.retain(|(_, size, path)| {
            let over = is_document(path) && documents > limit / DOCUMENTS_PART;
            let gone = over && remove(*size, path, &mut out);
            documents -= if gone { *size } else { 0 };
            !gone
        });
        for (used, size, path) in files {
            if out.left <= limit && used != SystemTime::UNIX_EPOCH {
                break;
            }
            remove(size, &path, &mut out);
        }
        out
    }
}

/// Makes the folder for this user alone: others could put facts into it.
fn private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Entry, EntryKind};
    use std::fs::File;

    fn key(n: u8) -> Key {
        Key::layer(&Digest::sha256(&[n; 32]), "installed")
    }

    fn scan(size: u64) -> LayerScan {
        let entry = Entry { path: "a".into(), kind: EntryKind::File { size, executable: false } };
        LayerScan { size, entries: vec![entry], ..LayerScan::default() }
    }

    fn cache() -> (tempfile::TempDir, Cache) {
        let dir = tempfile::TempDir::new().unwrap();
        let cache = Cache::new(dir.path().join("cache"), DEFAULT_LIMIT);
        (dir, cache)
    }

    #[test]
    fn what_is_kept_is_found_by_its_key_alone() {
        let (_dir, cache) = cache();
        assert!(cache.layer(&key(1)).is_none());
        cache.keep_layer(&key(1), &scan(7));
        assert_eq!(cache.layer(&key(1)).map(|s| s.size), Some(7));
        assert!(cache.layer(&key(2)).is_none());
        assert_ne!(Key::layer(&Digest::sha256(&[1; 32]), "installed lockfiles"), key(1));
    }

    #[test]
    fn files_are_added_to_an_entry() {
        let (_dir, cache) = cache();
        cache.keep_files(&key(1), &BTreeMap::from([(3, vec![1, 2])]));
        cache.keep_files(&key(1), &BTreeMap::from([(5, vec![])]));
        assert_eq!(cache.files(&key(1)), BTreeMap::from([(3, vec![1, 2]), (5, vec![])]));
    }

    #[test]
    fn a_damaged_entry_is_none() {
        let (_dir, cache) = cache();
        cache.keep_layer(&key(1), &scan(7));
        let place = cache.place(&key(1), "facts");
        let bytes = fs::read(&place).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            fs::write(&place, &changed).unwrap();
            let read = cache.layer(&key(1));
            assert!(read.is_none_or(|s| s.size == 7), "byte {at}");
            fs::write(&place, &bytes[..at]).unwrap();
            assert!(cache.layer(&key(1)).is_none(), "{at} bytes");
        }
    }

    #[test]
    fn what_was_used_last_is_deleted_last() {
        let (_dir, cache) = cache();
        for n in 1..=3 {
            cache.keep_layer(&key(n), &scan(n.into()));
            let file = File::open(cache.place(&key(n), "facts")).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(n) * 100)).unwrap();
        }
        // Reading makes the oldest the newest.
        assert!(cache.layer(&key(1)).is_some());
        let size = fs::metadata(cache.place(&key(1), "facts")).unwrap().len();
        let pruned = cache.prune(size + size / 2);
        assert_eq!((pruned.files, pruned.left), (2, size));
        assert!(cache.layer(&key(1)).is_some() && cache.layer(&key(3)).is_none());
        assert_eq!(cache.prune(0).left, 0);
    }

    /// Documents go first where they are many: what layers say is dearer.
    #[test]
    fn documents_have_a_part_of_the_folder() {
        let (_dir, cache) = cache();
        let put = |n: u8, ending: &str, seconds: u64| {
            let place = cache.place(&key(n), ending);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(&place, [0; 100]).unwrap();
            let file = File::options().write(true).open(&place).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
            place
        };
        let facts = put(1, "facts", 1);
        let documents: Vec<PathBuf> = (2..=5).map(|n| put(n, documents::ENDING, n.into())).collect();
        let pruned = cache.prune(800);
        assert_eq!((pruned.files, pruned.left), (2, 300));
        assert!(facts.exists() && documents[2..].iter().all(|d| d.exists()));
        // The facts are older than all of them, and stay where there is room without the documents.
        let pruned = cache.prune(200);
        assert_eq!((pruned.files, pruned.left), (2, 100));
        assert!(facts.exists());
    }

    /// What another process is writing stays; what one left behind an hour ago goes.
    #[test]
    fn half_files_go_when_they_are_old() {
        let (_dir, cache) = cache();
        cache.keep_layer(&key(1), &scan(1));
        let folder = cache.place(&key(1), "facts").parent().unwrap().to_owned();
        let (young, old) = (folder.join(".part-young"), folder.join(".part-old"));
        for path in [&young, &old] {
            fs::write(path, "x").unwrap();
        }
        File::options().write(true).open(&old).unwrap().set_modified(SystemTime::now() - STALE * 2).unwrap();
        cache.trim();
        assert!(young.exists() && !old.exists() && cache.layer(&key(1)).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_the_users_alone() {
        use std::os::unix::fs::PermissionsExt;
        let (_dir, cache) = cache();
        cache.keep_layer(&key(1), &scan(1));
        assert_eq!(fs::metadata(cache.folder()).unwrap().permissions().mode() & 0o077, 0);
    }
}
