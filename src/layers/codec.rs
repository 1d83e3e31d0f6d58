//! What one layer says by itself, as bytes and back: the form in which the cache keeps a [`LayerScan`]. It is for this very build
//! of the program alone (the cache's key holds a fingerprint of the collectors), so that it needs neither names nor versions; bytes
//! that are not as they should be give `None`, and the layer is read again.
//!
//! Every type lists its fields once; the compiler refuses one that forgets a field.

use super::{Entry, EntryKind, FileFinds, IssueSink, LayerScan, RawIssue};
use crate::model::{
    Basis, Coordinates, Declared, Digest, DistroFind, Ecosystem, EmbeddedText, Find, Grammar, IssueCode, OwnedFile,
    OwnedKind, PackageFind, Requirement, Severity, SourcePackage, TextId,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex};

/// Names that the program's own code has as literals (fields, ecosystems, issue codes). There are some hundreds.
const MAX_NAMES: usize = 10_000;

/// A layer's facts as bytes.
pub fn encode(scan: &LayerScan) -> Vec<u8> {
    let mut out = Vec::new();
    scan.put(&mut out);
    out
}

/// The same back; `None` where the bytes are no layer's facts.
pub fn decode(bytes: &[u8]) -> Option<LayerScan> {
    let mut reader = Reader { bytes };
    let scan = LayerScan::get(&mut reader)?;
    reader.bytes.is_empty().then_some(scan)
}

/// Bytes of single files, by index of the entry, as bytes and back.
pub fn encode_files(files: &BTreeMap<u32, Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    files.put(&mut out);
    out
}

/// See [`encode_files`].
pub fn decode_files(bytes: &[u8]) -> Option<BTreeMap<u32, Vec<u8>>> {
    let mut reader = Reader { bytes };
    let files: BTreeMap<u32, Vec<u8>> = Codec::get(&mut reader)?;
    reader.bytes.is_empty().then_some(files)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(n)?;
        self.bytes = rest;
        Some(head)
    }

    /// A length, which cannot be more than what is left: every item has a byte at least.
    fn length(&mut self) -> Option<usize> {
        let n = usize::try_from(u64::get(self)?).ok()?;
        (n <= self.bytes.len()).then_some(n)
    }
}

trait Codec: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn get(from: &mut Reader<'_>) -> Option<Self>;
}

/// Seven bits a byte, the lowest first.
impl Codec for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        let mut n = *self;
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
    }

    fn get(from: &mut Reader<'_>) -> Option<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *from.take(1)?.first()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }
}

impl Codec for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<u32> {
        u32::try_from(u64::get(from)?).ok()
    }
}

impl Codec for u16 {
    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<u16> {
        u16::try_from(u64::get(from)?).ok()
    }
}

impl Codec for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn get(from: &mut Reader<'_>) -> Option<bool> {
        match from.take(1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

fn put_str(s: &str, out: &mut Vec<u8>) {
    (s.len() as u64).put(out);
    out.extend_from_slice(s.as_bytes());
}

fn get_str<'a>(from: &mut Reader<'a>) -> Option<&'a str> {
    let n = from.length()?;
    std::str::from_utf8(from.take(n)?).ok()
}

impl Codec for Box<str> {
    fn put(&self, out: &mut Vec<u8>) {
        put_str(self, out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Box<str>> {
        get_str(from).map(Into::into)
    }
}

impl Codec for Arc<str> {
    fn put(&self, out: &mut Vec<u8>) {
        put_str(self, out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Arc<str>> {
        get_str(from).map(Into::into)
    }
}

/// A literal of the program. Those that are read are kept for good, each once, so that they are literals again.
impl Codec for &'static str {
    fn put(&self, out: &mut Vec<u8>) {
        put_str(self, out);
    }
    fn get(from: &mut Reader<'_>) -> Option<&'static str> {
        static NAMES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
        let name = get_str(from)?;
        let mut names = NAMES.lock().ok()?;
        let names = names.get_or_insert_default();
        if let Some(known) = names.get(name) {
            return Some(known);
        }
        if names.len() >= MAX_NAMES {
            return None;
        }
        let kept: &'static str = Box::leak(name.into());
        names.insert(kept);
        Some(kept)
    }
}

impl Codec for Vec<u8> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        out.extend_from_slice(self);
    }
    fn get(from: &mut Reader<'_>) -> Option<Vec<u8>> {
        let n = from.length()?;
        from.take(n).map(<[u8]>::to_vec)
    }
}

fn put_all<'a, T: Codec + 'a>(items: impl ExactSizeIterator<Item = &'a T>, out: &mut Vec<u8>) {
    (items.len() as u64).put(out);
    items.for_each(|item| item.put(out));
}

macro_rules! vectors {
    ($($of:ty),*) => {$(
        impl Codec for Vec<$of> {
            fn put(&self, out: &mut Vec<u8>) {
                put_all(self.iter(), out);
            }
            fn get(from: &mut Reader<'_>) -> Option<Self> {
                let n = from.length()?;
                (0..n).map(|_| Codec::get(from)).collect()
            }
        }
    )*};
}

// `Vec<u8>` has a form of its own, so that the others are named.
vectors!(
    Box<str>,
    u16,
    (u16, Find),
    (&'static str, Box<str>),
    Declared,
    Requirement,
    OwnedFile,
    EmbeddedText,
    Entry,
    RawIssue
);

impl<T: Codec> Codec for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        if bool::get(from)? { T::get(from).map(Some) } else { Some(None) }
    }
}

impl<T: Codec> Codec for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        T::get(from).map(Box::new)
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::get(from)?, B::get(from)?))
    }
}

impl<K: Codec + Ord, V: Codec> Codec for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let n = from.length()?;
        (0..n).map(|_| Some((K::get(from)?, V::get(from)?))).collect()
    }
}

impl Codec for BTreeSet<u32> {
    fn put(&self, out: &mut Vec<u8>) {
        put_all(self.iter(), out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let n = from.length()?;
        (0..n).map(|_| u32::get(from)).collect()
    }
}

/// In the order of the keys, so that the same layer gives the same bytes.
impl<K: Codec + Hash + Ord, V: Codec> Codec for HashMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        let mut items: Vec<(&K, &V)> = self.iter().collect();
        items.sort_by_key(|(key, _)| *key);
        (items.len() as u64).put(out);
        for (key, value) in items {
            key.put(out);
            value.put(out);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let n = from.length()?;
        (0..n).map(|_| Some((K::get(from)?, V::get(from)?))).collect()
    }
}

impl Codec for TextId {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.take(32)?.try_into().ok().map(TextId)
    }
}

impl Codec for Digest {
    fn put(&self, out: &mut Vec<u8>) {
        put_str(self.as_str(), out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Digest::parse(get_str(from)?)
    }
}

impl Codec for Grammar {
    fn put(&self, out: &mut Vec<u8>) {
        put_str(self.as_str(), out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let name = get_str(from)?;
        Grammar::ALL.iter().find(|(known, _)| *known == name).map(|(_, g)| *g)
    }
}

/// Types with names for their fields.
macro_rules! fields {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let $name { $($field),* } = self;
                $($field.put(out);)*
            }
            fn get(from: &mut Reader<'_>) -> Option<Self> {
                $(let $field = Codec::get(from)?;)*
                Some($name { $($field),* })
            }
        }
    )*};
}

fields! {
    LayerScan { blob_digest, diff_id, blob_size, size, entries, files, programs, texts, spares, issues }
    Entry { path, kind }
    FileFinds { catalogers, finds, text }
    IssueSink { issues, counts }
    RawIssue { path, code, severity, message }
    Declared { grammar, field, values }
    SourcePackage { name, version }
    OwnedFile { path, kind }
    EmbeddedText { path, words }
    Coordinates { namespace, name, version }
    DistroFind { id, version_id, codename, id_like, pretty_name, name, cpe_name, home_url }
    PackageFind {
        ecosystem, namespace, name, version, arch, epoch, qualifiers, source, commit, supplier, description, homepage,
        declared, parent, provides, requires, files, texts, text_folder, embedded, inner, basis
    }
}

impl Codec for Ecosystem {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Codec::get(from).map(Ecosystem)
    }
}

impl Codec for IssueCode {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Codec::get(from).map(IssueCode)
    }
}

/// Types with variants, each with its number; a variant without one does not compile.
macro_rules! variants {
    ($($name:ident { $($variant:ident $( { $($field:ident),* } )? $( ( $inner:ident ) )? = $number:literal),* $(,)? })*) => {$(
        impl Codec for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $($name::$variant $( { $($field),* } )? $( ( $inner ) )? => {
                        out.push($number);
                        $($($field.put(out);)*)?
                        $($inner.put(out);)?
                    })*
                }
            }
            fn get(from: &mut Reader<'_>) -> Option<Self> {
                match from.take(1)? {
                    $([$number] => {
                        $($(let $field = Codec::get(from)?;)*)?
                        $(let $inner = Codec::get(from)?;)?
                        Some($name::$variant $( { $($field),* } )? $( ( $inner ) )?)
                    })*
                    _ => None,
                }
            }
        }
    )*};
}

variants! {
    EntryKind {
        File { size, executable } = 0, Dir = 1, Symlink(target) = 2, Hardlink(target) = 3, Whiteout = 4, Opaque = 5,
        Other = 6,
    }
    Severity { Info = 0, Warning = 1, Error = 2 }
    OwnedKind { Plain = 0, License = 1, Folder = 2 }
    Requirement { AnyOf(names) = 0, NodeModule(name) = 1 }
    Basis {
        Installed = 0, Archive = 1, Embedded = 2, Classified = 3, Recovered = 4, Document = 5, Lockfile = 6,
    }
    Find {
        Package(package) = 0, Source(package) = 1, Distro(distro) = 2, Files { ecosystem, name, arch, files } = 3,
        LicenseText = 4, LicenseSection(section) = 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of everything.
    fn scan() -> LayerScan {
        let package = PackageFind {
            ecosystem: Ecosystem::NPM,
            namespace: Some("@a".into()),
            name: "b".into(),
            version: "1".into(),
            epoch: Some(3),
            qualifiers: vec![("modularity", "x".into())],
            source: Some(SourcePackage { name: "s".into(), version: None }),
            declared: vec![Declared { grammar: Grammar::Npm, field: "license", values: vec!["MIT".into()] }],
            requires: vec![Requirement::AnyOf(vec!["c".into()]), Requirement::NodeModule("d".into())],
            files: vec![OwnedFile { path: "e".into(), kind: OwnedKind::Folder }],
            embedded: vec![EmbeddedText { path: "f".into(), words: "words".into() }],
            parent: Some(Coordinates { namespace: None, name: "p".into(), version: "2".into() }),
            basis: Basis::Archive,
            ..PackageFind::default()
        };
        let files = Find::Files { ecosystem: Ecosystem::DEB, name: "n".into(), arch: None, files: Vec::new() };
        let finds = vec![
            (3, Find::Package(Box::new(package.clone()))),
            (4, Find::Source(Box::new(package))),
            (5, Find::Distro(DistroFind { id: "debian".into(), ..DistroFind::default() })),
            (6, files),
            (7, Find::LicenseText),
            (8, Find::LicenseSection(EmbeddedText { path: "License".into(), words: "MIT".into() })),
        ];
        let mut issues = IssueSink::default();
        issues.push(Some("g"), IssueCode("malformed-file"), Severity::Error, "no");
        let entry = |path: &str, kind| Entry { path: path.into(), kind };
        LayerScan {
            blob_digest: Some(Digest::sha256(&[7; 32])),
            diff_id: None,
            blob_size: 1 << 40,
            size: 127,
            entries: vec![
                entry("h", EntryKind::File { size: 128, executable: true }),
                entry("i", EntryKind::Symlink("j".into())),
                entry("k", EntryKind::Hardlink("h".into())),
                entry("", EntryKind::Opaque),
            ],
            files: BTreeMap::from([(0, FileFinds { catalogers: vec![3, 4], finds, text: Some(TextId([9; 32])) })]),
            programs: BTreeSet::from([0]),
            texts: HashMap::from([(TextId([9; 32]), "words".into()), (TextId([8; 32]), "others".into())]),
            spares: BTreeMap::from([(2, vec![0, 1, 2])]),
            issues,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let scan = scan();
        let bytes = encode(&scan);
        let back = decode(&bytes).unwrap();
        // The types compare in parts; their bytes say all.
        assert_eq!(encode(&back), bytes);
        assert_eq!((&back.files, &back.entries, &back.texts), (&scan.files, &scan.entries, &scan.texts));
        assert_eq!(back.issues.of_layer(None), scan.issues.of_layer(None));
    }

    /// A cache that was damaged is read as nothing, never as something else or as an endless list.
    #[test]
    fn damaged_bytes_are_nothing() {
        let bytes = encode(&scan());
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_none(), "{end}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(decode(&longer).is_none());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] = 0xff;
            let _ = decode(&changed);
        }
        assert!(decode(&[0xff; 64]).is_none());
    }
}
