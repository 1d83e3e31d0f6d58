//! What rooms hand to each other, as bytes and back, so that the cache can keep it.

use super::{
    Archive, ArchiveKind, Base, BaseEvidence, Basis, Class, Coordinates, Declared, Digest, Distro, DistroFind,
    Ecosystem, Elsewhere, EmbeddedText, Evidence, EvidenceKind, Expr, Find, Finding, Flag, Grammar, History, Image,
    Issue, IssueCode, Layer, LicenseRef, Licensing, Location, Outcome, OwnedFile, OwnedKind, Package, PackageFind,
    PackageId, Papers, Platform, Report, Requirement, RulePlace, Severity, SourcePackage, State, Text, TextId, Tool,
    Unowned, UnownedKind, Verdict,
};
use crate::codec::{self, Codec, Reader, fields, get_str, put_all, put_str, variants, vectors};

impl Report {
    /// As bytes, for this very build of the program. Only what a scan says: a report that was judged has none.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        self.audit.is_none().then(|| codec::encode(self))
    }

    /// The same back; `None` where the bytes are no report.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Report> {
        codec::decode(bytes)
    }
}

impl Image {
    /// As bytes, to be part of a key.
    pub(crate) fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

impl Issue {
    /// Issues as bytes, to be part of a key.
    pub(crate) fn encode_all(issues: &[Issue]) -> Vec<u8> {
        let mut out = Vec::new();
        put_all(issues.iter(), &mut out);
        out
    }
}

vectors!(
    (&'static str, Box<str>),
    (Box<str>, Box<str>),
    (PackageId, Option<u32>),
    Declared,
    Digest,
    EmbeddedText,
    Evidence,
    Expr,
    Finding,
    History,
    Issue,
    Layer,
    LicenseRef,
    Location,
    OwnedFile,
    Package,
    PackageId,
    Requirement,
    Unowned
);

fields! {
    Archive { file, kind, hashes }
    Base { layers, name, digest, evidence, note }
    Coordinates { namespace, name, version }
    Declared { grammar, field, values }
    Distro { facts, path, layer, removed_by }
    DistroFind { id, version_id, codename, id_like, pretty_name, name, cpe_name, home_url }
    EmbeddedText { path, words }
    Evidence { kind, path, layer, hidden, method, range, confidence, raw, expression, text }
    Finding { id, rule, place, verdict, package, term, evidence, layer, message, clear, waiver }
    History { created_by, empty_layer, comment }
    Image {
        reference, name, repository, tag, digest, config_digest, platform, source, created, labels, annotations, history, layers, base
    }
    Issue { layer, path, code, severity, message }
    Layer { index, digest, diff_id, size, blob_size, created_by, origin, entries }
    LicenseRef { id, name, text, class }
    Licensing { declared_raw, declared, detected, concluded, rule, class, choice, flags, evidence, refs }
    Location { path, layer }
    OwnedFile { path, kind }
    Package {
        purl, ecosystem, namespace, name, version, arch, basis, state, layer, locations, bytes, owner, contains, depends_on, source, commit,
        archive, elsewhere, supplier, description, homepage, licensing
    }
    PackageFind {
        ecosystem, namespace, name, version, arch, epoch, qualifiers, source, commit, archive, elsewhere, supplier, description, homepage,
        declared, parent, provides, requires, files, texts, text_folder, embedded, inner, basis
    }
    Papers { common_licenses, copyright_gone }
    Platform { os, architecture, variant }
    RulePlace { file, line }
    SourcePackage { name, version }
    Text { words, expression, copyrights }
    Tool { name, version, spdx_list }
    Unowned { path, layer, size, kind }
}

variants! {
    ArchiveKind { Package = 0, Source = 1 }
    BaseEvidence { Given = 0, Recorded = 1, Named = 2, History = 3 }
    Basis {
        Installed = 0, Archive = 1, Embedded = 2, Classified = 3, Recovered = 4, Document = 5, Lockfile = 6,
    }
    Class {
        PublicDomain = 0, Permissive = 1, WeakCopyleftFile = 2, WeakCopyleftLibrary = 3, StrongCopyleft = 4, NetworkCopyleft = 5,
        SourceAvailable = 6, Proprietary = 7, Unknown = 8,
    }
    Elsewhere { Commit { repository, commit } = 0, Place(place) = 1 }
    EvidenceKind { Declared = 0, Copyright = 1, Text = 2, Notice = 3, External = 4 }
    Find {
        Package(package) = 0, Source(package) = 1, Distro(distro) = 2, Files { ecosystem, name, arch, files } = 3,
        LicenseText = 4, LicenseSection(section) = 5,
    }
    Flag { Content = 0 }
    Outcome { Expression(expression) = 0, None = 1, NoAssertion = 2 }
    OwnedKind { Plain = 0, License = 1, Folder = 2 }
    Requirement { AnyOf(names) = 0, NodeModule(name) = 1 }
    Severity { Info = 0, Warning = 1, Error = 2 }
    State { Present = 0, Hidden { removed_by } = 1 }
    UnownedKind { Program = 0, Archive = 1 }
    Verdict { Allow = 0, Review = 1, Deny = 2 }
}

impl Codec for Report {
    fn put(&self, out: &mut Vec<u8>) {
        let Report {
            tool,
            created,
            image,
            distro,
            packages,
            show_owned,
            refs,
            classes,
            texts,
            papers,
            unowned,
            findings,
            audit: _,
            issues,
        } = self;
        tool.put(out);
        created.put(out);
        image.put(out);
        distro.put(out);
        packages.put(out);
        show_owned.put(out);
        refs.put(out);
        classes.put(out);
        texts.put(out);
        papers.put(out);
        unowned.put(out);
        findings.put(out);
        issues.put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Report> {
        Some(Report {
            tool: Codec::get(from)?,
            created: Codec::get(from)?,
            image: Codec::get(from)?,
            distro: Codec::get(from)?,
            packages: Codec::get(from)?,
            show_owned: Codec::get(from)?,
            refs: Codec::get(from)?,
            classes: Codec::get(from)?,
            texts: Codec::get(from)?,
            papers: Codec::get(from)?,
            unowned: Codec::get(from)?,
            findings: Codec::get(from)?,
            audit: None,
            issues: Codec::get(from)?,
        })
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

impl Codec for PackageId {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Codec::get(from).map(PackageId)
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

/// Expressions nest; those of a text some levels deep. Bytes that say more are damaged.
const MAX_DEPTH: u8 = 64;

impl Codec for Expr {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Expr::License { id, plus } => {
                out.push(0);
                id.put(out);
                plus.put(out);
            }
            Expr::Ref(id) => {
                out.push(1);
                id.put(out);
            }
            Expr::With(license, exception) => {
                out.push(2);
                license.put(out);
                exception.put(out);
            }
            Expr::And(parts) => {
                out.push(3);
                parts.put(out);
            }
            Expr::Or(parts) => {
                out.push(4);
                parts.put(out);
            }
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Expr> {
        from.nested(MAX_DEPTH, |from| {
            Some(match u8::get(from)? {
                0 => Expr::License { id: Codec::get(from)?, plus: Codec::get(from)? },
                1 => Expr::Ref(Codec::get(from)?),
                2 => Expr::With(Codec::get(from)?, Codec::get(from)?),
                3 => Expr::And(Codec::get(from)?),
                4 => Expr::Or(Codec::get(from)?),
                _ => return None,
            })
        })
    }
}
