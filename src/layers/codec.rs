//! What one layer says by itself, as bytes and back: the form in which the cache keeps a [`LayerScan`].

use super::{Entry, EntryKind, FileFinds, IssueSink, LayerScan, RawIssue};
use crate::codec::{self, Codec, Reader, fields, get_str, put_str, variants, vectors};
use crate::model::{
    Archive, ArchiveKind, Basis, Coordinates, Declared, Digest, DistroFind, Ecosystem, Elsewhere, EmbeddedText, Find,
    Grammar, IssueCode, OwnedFile, OwnedKind, PackageFind, Requirement, Severity, SourcePackage,
};
use std::collections::BTreeMap;

/// A layer's facts as bytes.
pub fn encode(scan: &LayerScan) -> Vec<u8> {
    codec::encode(scan)
}

/// The same back; `None` where the bytes are no layer's facts.
pub fn decode(bytes: &[u8]) -> Option<LayerScan> {
    codec::decode(bytes)
}

/// Bytes of single files, by index of the entry, as bytes and back.
pub fn encode_files(files: &BTreeMap<u32, Vec<u8>>) -> Vec<u8> {
    codec::encode(files)
}

/// See [`encode_files`].
pub fn decode_files(bytes: &[u8]) -> Option<BTreeMap<u32, Vec<u8>>> {
    codec::decode(bytes)
}

vectors!(
    u16,
    (u16, Find),
    (&'static str, Box<str>),
    Declared,
    Digest,
    Requirement,
    OwnedFile,
    EmbeddedText,
    Entry,
    RawIssue
);

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

fields! {
    LayerScan { blob_digest, diff_id, blob_size, size, entries, files, programs, texts, spares, issues }
    Entry { path, kind }
    FileFinds { catalogers, finds, text }
    IssueSink { issues, counts }
    RawIssue { path, code, severity, message }
    Declared { grammar, field, values }
    SourcePackage { name, version }
    Archive { file, kind, hashes }
    OwnedFile { path, kind }
    EmbeddedText { path, words }
    Coordinates { namespace, name, version }
    DistroFind { id, version_id, codename, id_like, pretty_name, name, cpe_name, home_url }
    PackageFind {
        ecosystem, namespace, name, version, arch, epoch, qualifiers, source, commit, archive, elsewhere, supplier, description,
        homepage, declared, parent, provides, requires, files, texts, text_folder, embedded, inner, basis
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

variants! {
    EntryKind {
        File { size, executable } = 0, Dir = 1, Symlink(target) = 2, Hardlink(target) = 3, Whiteout = 4, Opaque = 5,
        Other = 6,
    }
    Severity { Info = 0, Warning = 1, Error = 2 }
    ArchiveKind { Package = 0, Source = 1 }
    Elsewhere { Commit { repository, commit } = 0, Place(place) = 1 }
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
    use crate::model::TextId;
    use std::collections::{BTreeSet, HashMap};
    use std::sync::Arc;

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
            archive: Archive::new("b-1.tgz", ArchiveKind::Source, [Digest::sha256(&[7; 32])]),
            elsewhere: Some(Elsewhere::Place("x".into())),
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
        let found = FileFinds { catalogers: vec![3, 4], finds, text: Some(TextId([9; 32])) };
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
            files: BTreeMap::from([(0, Arc::new(found))]),
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
