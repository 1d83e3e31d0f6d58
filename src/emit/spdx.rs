//! SPDX 2.3 as JSON (ISO/IEC 5962, <https://spdx.github.io/spdx-spec/v2.3/>).
//!
//! Packages are built in the model of the crate `spdx-rs` and mended on their way out: its licence fields want expressions
//! that its own parser has read, which knows neither every expression that ours prints nor a bound on its recursion, so
//! ours are written in as they are.
//!
//! Left out: files and snippets (`filesAnalyzed` is false everywhere: what we read of files stands in `licenseComments`,
//! `sourceInfo` and `copyrightText`), and annotations, which would need a date for each.

mod readers;

use super::shown::{Item, Shown};
use super::subject::Subject;
use super::{fields, seal, write_json};
use crate::model::{Digest, Distro, Expr, Outcome, Package, Report, State};
use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use spdx_rs::models::{
    Algorithm, Checksum, CreationInfo, ExternalPackageReference, ExternalPackageReferenceCategory,
    OtherLicensingInformationDetected, PackageInformation, PrimaryPackagePurpose, Relationship, RelationshipType,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const NO_ASSERTION: &str = "NOASSERTION";

/// The field `created` is mandatory. Where neither the caller nor the image gives a time, this one says by its
/// impossibility that none is known, and keeps the document the same on every run.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

/// Writes an SPDX 2.3 document.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let shown = Shown::new(report);
    let subject = Subject::of(report);
    let root = root(report, &subject);
    let system = report.distro.as_ref().map(|d| operating_system(report, d));
    let ids: Vec<String> = shown.items.iter().map(package_id).collect();
    let relationships = relationships(&root, system.as_ref(), &ids, &shown);
    let namespace = format!(
        "https://spdx.org/spdxdocs/supercargo/{}-{}",
        idstring(subject.name()),
        seal::document("spdx-json", &shown)
    );
    let document = Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        spdx_id: DOCUMENT,
        name: fields::one_line(&report.image.title()),
        document_namespace: namespace,
        creation_info: creation_info(report)?,
        comment: comment(report),
        packages: Stream { shown: &shown, ids: &ids, root, system },
        has_extracted_licensing_infos: extracted(&shown),
        relationships,
    };
    write_json(&document, out)
}

/// The document in the order that its specification lists. (The crate's own struct adds empty lists of files, snippets and
/// annotations, and holds all packages at once.)
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    spdx_id: &'static str,
    name: String,
    document_namespace: String,
    creation_info: CreationInfo,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    packages: Stream<'a>,
    has_extracted_licensing_infos: Vec<OtherLicensingInformationDetected>,
    relationships: Vec<Relationship>,
}

/// The packages, made while they are written.
struct Stream<'a> {
    shown: &'a Shown<'a>,
    ids: &'a [String],
    root: PackageInformation,
    system: Option<PackageInformation>,
}

impl Serialize for Stream<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for package in std::iter::once(&self.root).chain(&self.system) {
            let outcome = &Outcome::NoAssertion;
            seq.serialize_element(&mend(package, outcome, outcome).map_err(S::Error::custom)?)?;
        }
        for (item, id) in self.shown.items.iter().zip(self.ids) {
            let licensing = &item.package.licensing;
            let package = package(self.shown, item, id);
            let value = mend(&package, &licensing.declared, &licensing.concluded);
            seq.serialize_element(&value.map_err(S::Error::custom)?)?;
        }
        seq.end()
    }
}

/// Writes the licences into a finished package.
fn mend(package: &PackageInformation, declared: &Outcome, concluded: &Outcome) -> Result<Value, String> {
    let mut value = serde_json::to_value(package)
        .map_err(|e| format!("could not write the SPDX package {}: {e}", package.package_spdx_identifier))?;
    if let Some(object) = value.as_object_mut() {
        // What the document has to bring along is listed once, by `extracted`.
        let mut brought = BTreeMap::new();
        object.insert("licenseDeclared".into(), readers::outcome(declared, &mut brought).into());
        object.insert("licenseConcluded".into(), readers::outcome(concluded, &mut brought).into());
    }
    Ok(value)
}

/// The crate's own default takes the clock and names a Jane Doe; reading it from JSON takes neither.
fn creation_info(report: &Report) -> io::Result<CreationInfo> {
    let tool = &report.tool;
    let mut value = json!({
        "created": report.created.and_then(fields::timestamp).unwrap_or_else(|| NO_TIME.to_string()),
        "creators": [format!("Tool: {}-{}", tool.name, tool.version)],
    });
    // The field holds two numbers (section 6.7).
    let list: Vec<&str> = tool.spdx_list.split('.').take(2).collect();
    if let (&[major, minor], Some(object)) = (list.as_slice(), value.as_object_mut()) {
        object.insert("licenseListVersion".into(), format!("{major}.{minor}").into());
    }
    serde_json::from_value(value).map_err(io::Error::other)
}

fn comment(report: &Report) -> Option<String> {
    let gaps = report.issues.iter().filter(|i| i.severity == crate::model::Severity::Error).count();
    (gaps > 0).then(|| format!("this document may be incomplete: errors while reading the image: {gaps}"))
}

/// What an id can hold: `[A-Za-z0-9.-]`, all else becomes a hyphen. Cut, for names have no bound and a key follows.
fn idstring(s: &str) -> String {
    let mut out = String::new();
    for c in s.chars().take(64) {
        match c {
            _ if c.is_ascii_alphanumeric() || c == '.' => out.push(c),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    let end = out.trim_end_matches('-').len();
    out.truncate(end);
    if out.is_empty() { "unnamed".to_string() } else { out }
}

fn package_id(item: &Item<'_>) -> String {
    let package = item.package;
    format!("SPDXRef-Package-{}-{}-{}", idstring(package.ecosystem.as_str()), idstring(&package.name), item.key)
}

/// A package with the fields that all have; the crate's default says less.
fn bare(id: String, name: &str) -> PackageInformation {
    let name = fields::one_line(name);
    PackageInformation {
        package_name: if name.is_empty() { NO_ASSERTION.to_string() } else { name },
        package_spdx_identifier: id,
        package_supplier: Some(NO_ASSERTION.to_string()),
        package_download_location: NO_ASSERTION.to_string(),
        files_analyzed: Some(false),
        copyright_text: Some(NO_ASSERTION.to_string()),
        ..PackageInformation::default()
    }
}

fn purl(purl: &str) -> ExternalPackageReference {
    let category = ExternalPackageReferenceCategory::PackageManager;
    ExternalPackageReference::new(category, "purl".to_string(), purl.to_string(), None)
}

fn checksum(digest: &Digest) -> Option<Checksum> {
    let algorithm = match digest.algorithm() {
        "md5" => Algorithm::MD5,
        "sha1" => Algorithm::SHA1,
        "sha256" => Algorithm::SHA256,
        "sha384" => Algorithm::SHA384,
        "sha512" => Algorithm::SHA512,
        _ => return None,
    };
    Some(Checksum::new(algorithm, digest.hex()))
}

/// The image or the root file system, which the document describes.
fn root(report: &Report, subject: &Subject<'_>) -> PackageInformation {
    let (purpose, what) = match (subject, &report.distro) {
        (Subject::Image { .. }, _) => (PrimaryPackagePurpose::Container, "Image"),
        (Subject::Rootfs { .. }, Some(_)) => (PrimaryPackagePurpose::OperatingSystem, "Rootfs"),
        (Subject::Rootfs { .. }, None) => (PrimaryPackagePurpose::File, "Rootfs"),
    };
    let mut package = bare(format!("SPDXRef-{what}-{}", idstring(subject.name())), subject.name());
    package.primary_package_purpose = Some(purpose);
    package.package_version = subject.digest().map(|d| d.to_string());
    package.package_checksum = subject.digest().and_then(checksum).into_iter().collect();
    package.external_reference = subject.purl().map(purl).into_iter().collect();
    package.source_information = Some(layers(report));
    package
}

fn layers(report: &Report) -> String {
    let image = &report.image;
    let mut out = format!("reference {}", fields::one_line(&image.reference));
    if let Some(platform) = &image.platform {
        let _ = write!(out, "; platform {platform}");
    }
    for layer in &image.layers {
        let _ = write!(out, "; layer {}", layer.index);
        for (what, digest) in [("digest", &layer.digest), ("diffID", &layer.diff_id)] {
            if let Some(digest) = digest {
                let _ = write!(out, " {what} {digest}");
            }
        }
    }
    out
}

fn operating_system(report: &Report, distro: &Distro) -> PackageInformation {
    let facts = &distro.facts;
    let name = if facts.id.is_empty() { "linux" } else { &facts.id };
    let version = facts.version_id.as_deref().unwrap_or("");
    let mut package = bare(format!("SPDXRef-OperatingSystem-{}-{}", idstring(name), idstring(version)), name);
    package.primary_package_purpose = Some(PrimaryPackagePurpose::OperatingSystem);
    package.package_version = facts.version_id.as_deref().map(fields::one_line);
    package.package_summary_description = facts.pretty_name.as_deref().map(fields::one_line);
    package.package_home_page = facts.home_url.as_deref().and_then(fields::web_url).map(str::to_string);
    package.source_information = Some(format!("found at {}", place(report, &distro.path, distro.layer)));
    package.package_comment = distro.removed_by.map(|by| format!("hidden: layer {by} deletes the file that names it"));
    package.external_reference = facts
        .cpe_name
        .as_deref()
        .and_then(fields::cpe)
        .map(|(kind, cpe)| {
            let category = ExternalPackageReferenceCategory::Security;
            ExternalPackageReference::new(category, kind.to_string(), cpe.to_string(), None)
        })
        .into_iter()
        .collect();
    package
}

fn package(shown: &Shown<'_>, item: &Item<'_>, id: &str) -> PackageInformation {
    let (report, found) = (shown.report, item.package);
    let mut package = bare(id.to_string(), &found.name);
    package.package_version = (!found.version.is_empty()).then(|| fields::one_line(&found.version));
    if let Some(who) = found.supplier.as_deref().and_then(fields::supplier) {
        package.package_supplier = Some(actor(&who));
    }
    package.package_home_page = found.homepage.as_deref().and_then(fields::web_url).map(str::to_string);
    package.package_summary_description = found.description.as_deref().map(fields::one_line).filter(|d| !d.is_empty());
    package.source_information = Some(source_info(report, found));
    package.comments_on_license = Some(license_comments(report, found));
    let (copyrights, left_out) = shown.copyrights(found);
    if !copyrights.is_empty() {
        let mut words = copyrights.join("\n");
        if left_out > 0 {
            let _ = write!(words, "\n({left_out} more statements are left out)");
        }
        package.copyright_text = Some(words);
    }
    // SPDX means the file that it names beside (7.4, 7.10).
    if let Some(archive) = &found.archive {
        package.package_file_name = Some(fields::one_line(&archive.file));
        package.package_checksum = archive.hashes.iter().filter_map(checksum).collect();
    }
    package.external_reference = (!found.purl.is_empty()).then(|| purl(&found.purl)).into_iter().collect();
    package.package_comment = comments(report, found);
    package
}

/// `Person: Name (address)`. The parentheses always stand, empty ones too: otherwise a name that ends in parentheses would
/// be read as one with an address.
fn actor(who: &fields::Supplier) -> String {
    let kind = if who.organization { "Organization" } else { "Person" };
    format!("{kind}: {} ({})", who.name, who.email.as_deref().unwrap_or(""))
}

fn place(report: &Report, path: &str, layer: u32) -> String {
    let digest = report.image.layers.get(layer as usize).and_then(|l| l.digest.as_ref().or(l.diff_id.as_ref()));
    let path = fields::one_line(path);
    match digest {
        Some(digest) => format!("/{path} in layer {layer} ({digest})"),
        None => format!("/{path} in layer {layer}"),
    }
}

fn source_info(report: &Report, package: &Package) -> String {
    let mut out = format!("introduced by layer {}", package.layer);
    if let Some(origin) = report.image.origin_of(package.layer) {
        let _ = write!(out, " ({origin})");
    }
    let _ = write!(out, "; basis: {}", package.basis.as_str());
    for location in &package.locations {
        let _ = write!(out, "; found at {}", place(report, &location.path, location.layer));
    }
    if let Some(source) = &package.source {
        let _ = write!(out, "; built from {}", fields::one_line(&source.name));
        if let Some(version) = &source.version {
            let _ = write!(out, " {}", fields::one_line(version));
        }
    }
    if let Some(commit) = &package.commit {
        let what = if package.ecosystem.is_os() { "packaging commit" } else { "commit" };
        let _ = write!(out, "; {what} {}", fields::one_line(commit));
    }
    out
}

fn license_comments(report: &Report, package: &Package) -> String {
    let licensing = &package.licensing;
    let mut out = format!("class: {}", licensing.class);
    if let Some(scope) = licensing.class.scope() {
        let _ = write!(out, " ({scope})");
    }
    if let Some(choice) = &licensing.choice {
        let _ = write!(out, ", by the choice of {choice}");
    }
    for flag in &licensing.flags {
        let _ = write!(out, "; flag: {}", flag.as_str());
    }
    let _ = write!(out, "; detected in files: {}", licensing.detected);
    for evidence in &licensing.evidence {
        let _ = write!(out, "; {} evidence", evidence.kind.as_str());
        if let Some(expression) = &evidence.expression {
            let _ = write!(out, " for {expression}");
        }
        let _ = match evidence.layer {
            Some(layer) => write!(out, " at {}", place(report, &evidence.path, layer)),
            None => write!(out, " at {}", fields::one_line(&evidence.path)),
        };
        let _ = write!(out, " by {} ({} %)", evidence.method, evidence.confidence);
        if evidence.hidden {
            out.push_str(", in a file that a later layer removes");
        }
    }
    out
}

fn comments(report: &Report, package: &Package) -> Option<String> {
    let mut out: Vec<String> = Vec::new();
    if let State::Hidden { removed_by } = package.state {
        out.push(format!(
            "hidden: layer {removed_by} removes or replaces it, so that a container does not see it; it is distributed all the same"
        ));
    }
    if let Some(homepage) = package.homepage.as_deref().filter(|h| !h.is_empty() && fields::web_url(h).is_none()) {
        out.push(format!("home page as written: {}", fields::one_line(homepage)));
    }
    for &id in &package.contains {
        if let Some(part) = report.packages.get(id.0 as usize) {
            out.push(format!("contains {}", part.purl));
        }
    }
    (!out.is_empty()).then(|| out.join("; "))
}

/// Every `LicenseRef-` that the document uses, with its words; the ones that the report lists and no package uses too.
fn extracted(shown: &Shown<'_>) -> Vec<OtherLicensingInformationDetected> {
    let mut all: BTreeMap<&str, (&str, &str)> =
        shown.report.refs.iter().map(|r| (&*r.id, (&*r.name, &*r.text))).collect();
    for item in &shown.items {
        let licensing = &item.package.licensing;
        let statements = [&licensing.declared, &licensing.detected, &licensing.concluded];
        let expressions = statements.into_iter().filter_map(Outcome::expression);
        let found = licensing.evidence.iter().filter_map(|e| e.expression.as_ref());
        for id in expressions.chain(found).flat_map(Expr::refs) {
            let words = licensing.refs.get(id).map_or("", |w| w);
            all.entry(id).or_insert((id.strip_prefix("LicenseRef-").unwrap_or(id), words));
        }
    }
    let mut brought = BTreeMap::new();
    for item in &shown.items {
        let licensing = &item.package.licensing;
        for e in [&licensing.declared, &licensing.concluded].into_iter().filter_map(|o| o.expression()) {
            readers::readable(e, &mut brought);
        }
    }
    let listed = brought.into_values().map(|b| OtherLicensingInformationDetected {
        license_identifier: b.id,
        extracted_text: b.text,
        license_name: b.name,
        license_cross_reference: b.pages,
        license_comment: Some(
            "stands on the SPDX licence list; written as a reference for readers that do not know it".into(),
        ),
    });
    all.into_iter()
        .map(|(id, (name, words))| OtherLicensingInformationDetected {
            license_identifier: id.to_string(),
            // The field must not be empty.
            extracted_text: if words.trim().is_empty() {
                format!("No words are known of this licence but its name: {name}")
            } else {
                words.to_string()
            },
            license_name: if name.is_empty() { NO_ASSERTION.to_string() } else { fields::one_line(name) },
            license_cross_reference: Vec::new(),
            license_comment: None,
        })
        .chain(listed)
        .collect()
}

fn relationships(
    root: &PackageInformation,
    system: Option<&PackageInformation>,
    ids: &[String],
    shown: &Shown<'_>,
) -> Vec<Relationship> {
    let root = root.package_spdx_identifier.as_str();
    let mut out = vec![Relationship::new(DOCUMENT, root, RelationshipType::Describes, None)];
    let mut relate = |from: &str, to: &str, kind: RelationshipType| out.push(Relationship::new(from, to, kind, None));
    if let Some(system) = system {
        relate(root, &system.package_spdx_identifier, RelationshipType::Contains);
    }
    for (item, id) in shown.items.iter().zip(ids) {
        // A part is contained by its owner, which the image contains.
        let owner = item.package.owner.and_then(|o| shown.place(o)).and_then(|i| ids.get(i)).filter(|o| *o != id);
        relate(owner.map_or(root, |o| o), id, RelationshipType::Contains);
    }
    for (from, edges) in ids.iter().zip(shown.edges()) {
        for to in edges.into_iter().filter_map(|i| ids.get(i)) {
            relate(from, to, RelationshipType::DependsOn);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::{fixture, schemas};
    use std::collections::BTreeSet;

    fn document(report: &Report) -> Value {
        let mut bytes = Vec::new();
        write(report, &mut bytes).expect("a document");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn package<'a>(document: &'a Value, name: &str) -> &'a Value {
        let list = document["packages"].as_array().expect("packages");
        list.iter().find(|p| p["name"] == name).expect("a package of that name")
    }

    fn related<'a>(document: &'a Value, kind: &str) -> Vec<(&'a str, &'a str)> {
        let list = document["relationships"].as_array().into_iter().flatten();
        list.filter(|r| r["relationshipType"] == kind)
            .filter_map(|r| Some((r["spdxElementId"].as_str()?, r["relatedSpdxElement"].as_str()?)))
            .collect()
    }

    #[test]
    fn documents_are_valid() {
        let Some(validator) = schemas::validator("spdx-2.3.schema.json", &[]) else { return };
        schemas::check(&validator, &document(&fixture::report()));
        schemas::check(&validator, &document(&fixture::rootfs()));
        let mut report = fixture::report();
        report.show_owned = true;
        schemas::check(&validator, &document(&report));
        report.packages.clear();
        report.refs.clear();
        report.distro = None;
        schemas::check(&validator, &document(&report));
    }

    #[test]
    fn one_thing_is_described_and_all_ids_are_defined() {
        for show_owned in [false, true] {
            let mut report = fixture::report();
            report.show_owned = show_owned;
            let copies = report.packages.clone();
            report.packages.extend(copies);
            let document = document(&report);
            let described = related(&document, "DESCRIBES");
            assert_eq!(described.len(), 1);
            let mut ids = BTreeSet::from([DOCUMENT]);
            for p in document["packages"].as_array().expect("packages") {
                let id = p["SPDXID"].as_str().expect("an id");
                let rest = id.strip_prefix("SPDXRef-").unwrap_or_default();
                assert!(!rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-'));
                assert!(ids.insert(id), "{id} twice");
                assert_eq!(p["filesAnalyzed"], false);
            }
            let mut contained = BTreeSet::new();
            for kind in ["DESCRIBES", "CONTAINS", "DEPENDS_ON"] {
                for (from, to) in related(&document, kind) {
                    assert!(ids.contains(from) && ids.contains(to) && from != to);
                    assert!(kind != "CONTAINS" || contained.insert(to), "{to} is contained twice");
                }
            }
            assert_eq!(contained.len() + 2, ids.len());
        }
    }

    #[test]
    fn the_root_is_a_container_with_digest_and_purl() {
        let document = document(&fixture::report());
        let root = package(&document, "registry.example/crew/Galley");
        assert_eq!(root["primaryPackagePurpose"], "CONTAINER");
        let hex = "ab".repeat(32);
        assert_eq!(root["versionInfo"], format!("sha256:{hex}"));
        assert_eq!(root["checksums"], json!([{"algorithm": "SHA256", "checksumValue": hex}]));
        let reference = &root["externalRefs"][0];
        assert_eq!(reference["referenceCategory"], "PACKAGE-MANAGER");
        assert!(reference["referenceLocator"].as_str().is_some_and(|p| p.starts_with("pkg:oci/galley@")));
        assert_eq!(package(&document, "debian")["primaryPackagePurpose"], "OPERATING_SYSTEM");
        assert_eq!(document["creationInfo"]["created"], "2024-05-06T07:08:09Z");
        assert_eq!(document["creationInfo"]["licenseListVersion"], "3.29");
        assert_eq!(document["creationInfo"]["creators"], json!(["Tool: supercargo-0.1.0"]));
    }

    #[test]
    fn the_archive_of_a_package_stands_with_its_checksum() {
        let document = document(&fixture::report());
        let found = package(&document, "@crew/sextant");
        assert_eq!(found["packageFileName"], "sextant-1.4.0.tgz");
        let sha1 = "5b8a3a7765dfe001261dde915589e782f8c94d1e";
        assert_eq!(found["checksums"], json!([{"algorithm": "SHA1", "checksumValue": sha1}]));
    }

    #[test]
    fn a_document_without_a_time_says_the_epoch() {
        assert_eq!(document(&fixture::rootfs())["creationInfo"]["created"], NO_TIME);
    }

    #[test]
    fn statements_stand_as_they_are() {
        let document = document(&fixture::report());
        let check = |name, declared, concluded| {
            let p = package(&document, name);
            assert_eq!(
                (&p["licenseDeclared"], &p["licenseConcluded"]),
                (&json!(declared), &json!(concluded)),
                "{name}"
            );
        };
        check("bash", "GPL-3.0-or-later", "GPL-3.0-or-later AND LicenseRef-manual");
        check("libc6", "LGPL-2.1-or-later", "LGPL-2.1-or-later AND (MIT OR MPL-2.0)");
        check("drifter", "NOASSERTION", "NOASSERTION");
        let hostile = document["packages"].as_array().into_iter().flatten();
        assert_eq!(hostile.filter(|p| p["licenseConcluded"] == "NONE").count(), 1);
    }

    #[test]
    fn every_own_licence_has_its_words() {
        let mut report = fixture::report();
        // One that the report forgot, in evidence alone.
        if let Some(evidence) = report.packages.first_mut().and_then(|p| p.licensing.evidence.first_mut()) {
            evidence.expression = Some(Expr::reference("forgotten"));
        }
        let document = document(&report);
        let list = document["hasExtractedLicensingInfos"].as_array().expect("a list");
        let ids: Vec<&str> = list.iter().filter_map(|l| l["licenseId"].as_str()).collect();
        assert_eq!(ids, ["LicenseRef-forgotten", "LicenseRef-house", "LicenseRef-manual"]);
        assert!(list.iter().all(|l| l["extractedText"].as_str().is_some_and(|t| !t.is_empty())));
    }

    #[test]
    fn a_hidden_package_says_so() {
        let document = document(&fixture::report());
        let comment = package(&document, "nano")["comment"].as_str().unwrap_or_default().to_string();
        assert!(comment.starts_with("hidden: layer 1 "), "{comment}");
    }

    #[test]
    fn people_and_places_are_named() {
        let document = document(&fixture::report());
        let bash = package(&document, "bash");
        assert_eq!(bash["supplier"], "Organization: Harbour Shell Maintainers (shells@harbour.example)");
        assert_eq!(package(&document, "libc6")["supplier"], "Person: Ann Onym (ann@harbour.example)");
        assert_eq!(bash["copyrightText"], "Copyright (c) 2019 Jane Roe\nCopyright (c) 2021 <b>Ann & Co.</b>");
        let digest = "10".repeat(32);
        assert_eq!(
            bash["sourceInfo"],
            format!(
                "introduced by layer 0 (base); basis: installed; found at /var/lib/dpkg/status in layer 0 (sha256:{digest}); built from bash 5.2.15-2"
            )
        );
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let bytes = |report: &Report| {
            let mut out = Vec::new();
            write(report, &mut out).expect("a document");
            out
        };
        assert_eq!(bytes(&fixture::report()), bytes(&fixture::report()));
    }

    #[test]
    fn ids_hold_only_what_they_may() {
        assert_eq!(idstring("@crew/sextant_2"), "crew-sextant-2");
        assert_eq!(idstring("§"), "unnamed");
        assert_eq!(idstring(&"x".repeat(900)).len(), 64);
    }
}
