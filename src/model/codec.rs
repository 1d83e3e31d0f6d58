//! What rooms hand to each other, as bytes and back, so that the cache can keep it.

use super::{
    Archive, ArchiveKind, Audit, Base, BaseEvidence, Basis, ChoiceUse, ClarificationStatus, ClarificationUse, Class,
    Coordinates, Declared, Digest, Distro, DistroFind, Ecosystem, Elsewhere, EmbeddedText, Evidence, EvidenceKind,
    Expr, Find, Finding, Flag, Grammar, History, Image, Issue, IssueCode, Layer, LicenseRef, Licensing, Location,
    Outcome, OwnedFile, OwnedKind, Package, PackageFind, PackageId, PackageVerdict, Papers, Platform, PolicyUsed,
    Report, Requirement, RulePlace, RuleUsed, Severity, SourcePackage, State, Text, TextId, Tool, Unowned, UnownedKind,
    Verdict, WaiverStatus, WaiverUse,
};
use crate::codec::{Codec, Reader, Sink, fields, get_str, put_str, variants, vectors};

vectors!(
    &'static str,
    (&'static str, Box<str>),
    (&'static str, Vec<Box<str>>),
    (Box<str>, Box<str>),
    (PackageId, Option<u32>),
    ChoiceUse,
    ClarificationUse,
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
    PackageVerdict,
    Requirement,
    RuleUsed,
    Unowned,
    WaiverUse
);

fields! {
    Archive { file, kind, hashes }
    Audit { policy, packages, waivers, clarifications, choices, verdict, failed }
    Base { layers, name, digest, evidence, note }
    ChoiceUse { place, purl, take, packages }
    ClarificationUse { place, purl, license, comment, files, status, packages }
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
    PackageVerdict { verdict, effective, rule, term, taken }
    Papers { common_licenses, copyright_gone }
    Platform { os, architecture, variant }
    PolicyUsed { name, source, in_repository, hash, default, unknown, fail_on, rules, judged_on }
    Report {
        tool, created, image, distro, packages, show_owned, refs, classes, texts, papers, unowned, findings, audit, issues
    }
    RulePlace { file, line }
    RuleUsed { id, place, conditions, verdict, how_to_fix, require, packages }
    SourcePackage { name, version }
    Text { words, expression, copyrights }
    Tool { name, version, spdx_list }
    Unowned { path, layer, size, kind }
    WaiverUse { id, place, purl, rule, reason, comment, owner, ticket, expires, texts, status, findings }
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
    ClarificationStatus { Applied = 0, Unused = 1, Drift = 2 }
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
    WaiverStatus { Used = 0, Unused = 1, Expired = 2, Void = 3 }
}

impl Codec for Digest {
    fn put(&self, out: &mut Sink<'_>) {
        put_str(self.as_str(), out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Digest::parse(get_str(from)?)
    }
}

impl Codec for Grammar {
    fn put(&self, out: &mut Sink<'_>) {
        put_str(self.as_str(), out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let name = get_str(from)?;
        Grammar::ALL.iter().find(|(known, _)| *known == name).map(|(_, g)| *g)
    }
}

impl Codec for Ecosystem {
    fn put(&self, out: &mut Sink<'_>) {
        self.0.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Codec::get(from).map(Ecosystem)
    }
}

impl Codec for IssueCode {
    fn put(&self, out: &mut Sink<'_>) {
        self.0.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Codec::get(from).map(IssueCode)
    }
}

impl Codec for PackageId {
    fn put(&self, out: &mut Sink<'_>) {
        self.0.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Codec::get(from).map(PackageId)
    }
}

impl Codec for TextId {
    fn put(&self, out: &mut Sink<'_>) {
        out.extend_from_slice(&self.0);
    }
    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.take(32)?.try_into().ok().map(TextId)
    }
}

/// Expressions nest; those of a text some levels deep. Bytes that say more are damaged.
const MAX_DEPTH: u8 = 64;

impl Codec for Expr {
    fn put(&self, out: &mut Sink<'_>) {
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
