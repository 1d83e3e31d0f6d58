//! What one layer says by itself, as bytes and back: the form in which the cache keeps a [`LayerScan`].

use super::{Entry, EntryKind, FileFinds, IssueSink, LayerScan, RawIssue};
use crate::codec::{Codec, Reader, Sink, fields, variants, vectors};
use crate::model::Find;

vectors!(u16, (u16, Find), Entry, RawIssue);

fields! {
    LayerScan { blob_digest, diff_id, blob_size, size, entries, files, programs, texts, spares, issues }
    Entry { path, kind }
    FileFinds { catalogers, finds, text }
    IssueSink { issues, counts }
    RawIssue { path, code, severity, message }
}

variants! {
    EntryKind {
        File { size, executable } = 0, Dir = 1, Symlink(target) = 2, Hardlink(target) = 3, Whiteout = 4, Opaque = 5,
        Other = 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{decode, encode};
    use crate::model::{
        Archive, ArchiveKind, Basis, Coordinates, Declared, Digest, DistroFind, Ecosystem, EmbeddedText, Grammar,
        IssueCode, OwnedFile, OwnedKind, PackageFind, Requirement, Severity, SourcePackage, TextId,
    };
    use std::collections::{BTreeMap, BTreeSet, HashMap};
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
            elsewhere: Some(crate::model::Elsewhere::Place("x".into())),
            archive: Archive::new("b-1.tgz", ArchiveKind::Source, [Digest::sha256(&[7; 32])]),
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
            (3, Find::package(package.clone())),
            (4, Find::source(package)),
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
        let back: LayerScan = decode(&bytes).unwrap();
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
            assert!(decode::<LayerScan>(&bytes[..end]).is_none(), "{end}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(decode::<LayerScan>(&longer).is_none());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] = 0xff;
            let _ = decode::<LayerScan>(&changed);
        }
        assert!(decode::<LayerScan>(&[0xff; 64]).is_none());
    }
}
