//! Our own report as JSON; `docs/json-report.md` documents every name.
//!
//! The names are a promise: new ones may come, none changes its meaning while [`SCHEMA_VERSION`] stays.

mod audit;

use super::shown::{Item, Shown};
use super::{fields, write_json};
use crate::model::{Base, Digest, Evidence, Image, Issue, Layer, Licensing, Report};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Grows when a name goes or changes its meaning, not when one comes.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let shown = Shown::new(report);
    write_json(&document(&shown), out)
}

/// The same as a value, for templates.
pub(super) fn value(report: &Report) -> io::Result<serde_json::Value> {
    Ok(serde_json::to_value(document(&Shown::new(report)))?)
}

fn document<'a>(shown: &'a Shown<'a>) -> WireReport<'a> {
    let report = shown.report;
    let purl_of = |id: crate::model::PackageId| report.packages.get(id.0 as usize).map(|p| &*p.purl);
    WireReport {
        schema_version: SCHEMA_VERSION,
        tool: WireTool {
            name: report.tool.name,
            version: report.tool.version,
            spdx_license_list: report.tool.spdx_list,
        },
        created: report.created.and_then(fields::timestamp),
        image: image(&report.image),
        distro: report.distro.as_ref().map(distro),
        packages: Packages(shown),
        license_refs: report
            .refs
            .iter()
            .map(|r| WireRef {
                id: &r.id,
                name: &r.name,
                class: r.class.as_str(),
                class_scope: r.class.scope(),
                text: &r.text,
            })
            .collect(),
        texts: report
            .texts
            .iter()
            .map(|(id, text)| {
                let wire = WireText {
                    expression: text.expression.as_ref().map(ToString::to_string),
                    copyrights: &text.copyrights,
                    words: &text.words,
                };
                (id.to_string(), wire)
            })
            .collect(),
        unowned: report
            .unowned
            .iter()
            .map(|u| WireUnowned { path: &u.path, layer: u.layer, size: u.size, kind: u.kind.as_str() })
            .collect(),
        findings: report
            .findings
            .iter()
            .map(|f| WireFinding {
                id: &f.id,
                rule: &f.rule,
                place: f.place.as_ref().map(ToString::to_string),
                verdict: f.verdict.as_str(),
                effective: f.effective().as_str(),
                package: f.package.and_then(purl_of),
                term: f.term.as_deref(),
                evidence: f.evidence,
                layer: f.layer,
                message: &f.message,
                clear: &f.clear,
                warning: f.is_warning(),
                waiver: f.waiver,
            })
            .collect(),
        audit: report.audit.as_ref().map(audit::audit),
        issues: report.issues.iter().map(issue).collect(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireReport<'a> {
    schema_version: u32,
    tool: WireTool<'a>,
    created: Option<String>,
    image: WireImage<'a>,
    distro: Option<WireDistro<'a>>,
    packages: Packages<'a>,
    license_refs: Vec<WireRef<'a>>,
    texts: BTreeMap<String, WireText<'a>>,
    unowned: Vec<WireUnowned<'a>>,
    findings: Vec<WireFinding<'a>>,
    audit: Option<audit::WireAudit<'a>>,
    issues: Vec<WireIssue<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireTool<'a> {
    name: &'a str,
    version: &'a str,
    spdx_license_list: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireImage<'a> {
    reference: &'a str,
    name: &'a str,
    repository: Option<&'a str>,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
    config_digest: Option<&'a str>,
    platform: Option<String>,
    source: &'a str,
    created: Option<String>,
    base: Option<WireBase<'a>>,
    layers: Vec<WireLayer<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireBase<'a> {
    layers: u32,
    name: Option<&'a str>,
    digest: Option<&'a str>,
    evidence: &'a str,
    certain: bool,
    note: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireLayer<'a> {
    index: u32,
    digest: Option<&'a str>,
    diff_id: Option<&'a str>,
    size: u64,
    blob_size: u64,
    entries: u64,
    created_by: Option<&'a str>,
    origin: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireDistro<'a> {
    id: &'a str,
    version_id: Option<&'a str>,
    codename: Option<&'a str>,
    name: Option<&'a str>,
    pretty_name: Option<&'a str>,
    id_like: &'a [Box<str>],
    cpe_name: Option<&'a str>,
    home_url: Option<&'a str>,
    path: &'a str,
    layer: u32,
    removed_by: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePackage<'a> {
    purl: &'a str,
    name: &'a str,
    version: &'a str,
    ecosystem: &'a str,
    arch: Option<&'a str>,
    basis: &'a str,
    state: &'a str,
    layer: u32,
    origin: Option<&'a str>,
    removed_by: Option<u32>,
    locations: Vec<WireLocation<'a>>,
    bytes: u64,
    owner: Option<&'a str>,
    contains: Vec<&'a str>,
    depends_on: Vec<&'a str>,
    source: Option<WireSource<'a>>,
    commit: Option<&'a str>,
    archive: Option<WireArchive<'a>>,
    supplier: Option<&'a str>,
    description: Option<&'a str>,
    homepage: Option<&'a str>,
    licenses: WireLicenses<'a>,
    policy: Option<audit::WireVerdict<'a>>,
}

#[derive(Serialize)]
struct WireLocation<'a> {
    path: &'a str,
    layer: u32,
}

#[derive(Serialize)]
struct WireArchive<'a> {
    file: &'a str,
    kind: &'a str,
    checksums: Vec<&'a str>,
}

#[derive(Serialize)]
struct WireSource<'a> {
    name: &'a str,
    version: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireLicenses<'a> {
    declared: String,
    declared_raw: Vec<WireDeclared<'a>>,
    detected: String,
    concluded: String,
    class: &'a str,
    class_scope: Option<&'a str>,
    rule: &'a str,
    choice: Option<String>,
    flags: Vec<&'a str>,
    evidence: Vec<WireEvidence<'a>>,
}

#[derive(Serialize)]
struct WireDeclared<'a> {
    field: &'a str,
    grammar: &'a str,
    values: &'a [Box<str>],
}

#[derive(Serialize)]
struct WireEvidence<'a> {
    kind: &'a str,
    path: &'a str,
    layer: Option<u32>,
    hidden: bool,
    method: &'a str,
    range: Option<[usize; 2]>,
    confidence: u8,
    expression: Option<String>,
    raw: Option<&'a str>,
    text: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireRef<'a> {
    id: &'a str,
    name: &'a str,
    class: &'a str,
    class_scope: Option<&'a str>,
    text: &'a str,
}

#[derive(Serialize)]
struct WireText<'a> {
    expression: Option<String>,
    copyrights: &'a [Box<str>],
    words: &'a str,
}

#[derive(Serialize)]
struct WireUnowned<'a> {
    path: &'a str,
    layer: u32,
    size: u64,
    kind: &'a str,
}

#[derive(Serialize)]
struct WireFinding<'a> {
    id: &'a str,
    rule: &'a str,
    place: Option<String>,
    verdict: &'a str,
    effective: &'a str,
    package: Option<&'a str>,
    term: Option<&'a str>,
    evidence: Option<u32>,
    layer: Option<u32>,
    message: &'a str,
    clear: &'a str,
    warning: bool,
    waiver: Option<u32>,
}

#[derive(Serialize)]
struct WireIssue<'a> {
    code: &'a str,
    severity: &'a str,
    layer: Option<u32>,
    path: &'a str,
    message: &'a str,
}

/// The packages, made while they are written.
struct Packages<'a>(&'a Shown<'a>);

impl Serialize for Packages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.items.iter().map(|item| package(self.0, item)))
    }
}

fn image(image: &Image) -> WireImage<'_> {
    WireImage {
        reference: &image.reference,
        name: &image.name,
        repository: image.repository.as_deref(),
        tag: image.tag.as_deref(),
        digest: image.digest.as_ref().map(|d| d.as_str()),
        config_digest: image.config_digest.as_ref().map(|d| d.as_str()),
        platform: image.platform.as_ref().map(ToString::to_string),
        source: image.source,
        created: image.created.and_then(fields::timestamp),
        base: image.base.as_ref().map(base),
        layers: image.layers.iter().map(layer).collect(),
    }
}

pub(super) fn base(base: &Base) -> WireBase<'_> {
    WireBase {
        layers: base.layers,
        name: base.name.as_deref(),
        digest: base.digest.as_ref().map(|d| d.as_str()),
        evidence: base.evidence.as_str(),
        certain: base.evidence.is_certain(),
        note: &base.note,
    }
}

pub(super) fn layer(layer: &Layer) -> WireLayer<'_> {
    WireLayer {
        index: layer.index,
        digest: layer.digest.as_ref().map(|d| d.as_str()),
        diff_id: layer.diff_id.as_ref().map(|d| d.as_str()),
        size: layer.size,
        blob_size: layer.blob_size,
        entries: layer.entries,
        created_by: layer.created_by.as_deref(),
        origin: layer.origin,
    }
}

fn distro(distro: &crate::model::Distro) -> WireDistro<'_> {
    let facts = &distro.facts;
    WireDistro {
        id: &facts.id,
        version_id: facts.version_id.as_deref(),
        codename: facts.codename.as_deref(),
        name: facts.name.as_deref(),
        pretty_name: facts.pretty_name.as_deref(),
        id_like: &facts.id_like,
        cpe_name: facts.cpe_name.as_deref(),
        home_url: facts.home_url.as_deref(),
        path: &distro.path,
        layer: distro.layer,
        removed_by: distro.removed_by,
    }
}

fn package<'a>(shown: &Shown<'a>, item: &Item<'a>) -> WirePackage<'a> {
    let package = item.package;
    let audit = shown.report.audit.as_ref();
    let owner = package.owner.and_then(|id| shown.report.packages.get(id.0 as usize));
    WirePackage {
        purl: &package.purl,
        name: &package.name,
        version: &package.version,
        ecosystem: package.ecosystem.as_str(),
        arch: package.arch.as_deref(),
        basis: package.basis.as_str(),
        state: package.state.as_str(),
        layer: package.layer,
        origin: shown.report.image.origin_of(package.layer),
        removed_by: package.state.removed_by(),
        locations: package.locations.iter().map(|l| WireLocation { path: &l.path, layer: l.layer }).collect(),
        bytes: package.bytes,
        owner: owner.map(|o| &*o.purl),
        contains: shown.purls(&package.contains),
        depends_on: shown.purls(&package.depends_on),
        source: package.source.as_ref().map(|s| WireSource { name: &s.name, version: s.version.as_deref() }),
        commit: package.commit.as_deref(),
        archive: package.archive.as_ref().map(|a| WireArchive {
            file: &a.file,
            kind: a.kind.as_str(),
            checksums: a.hashes.iter().map(Digest::as_str).collect(),
        }),
        supplier: package.supplier.as_deref(),
        description: package.description.as_deref(),
        homepage: package.homepage.as_deref(),
        licenses: licenses(&package.licensing),
        policy: audit.and_then(|a| a.packages.get(item.id.0 as usize)).map(audit::verdict),
    }
}

fn licenses(licensing: &Licensing) -> WireLicenses<'_> {
    WireLicenses {
        declared: licensing.declared.to_string(),
        declared_raw: licensing
            .declared_raw
            .iter()
            .map(|d| WireDeclared { field: d.field, grammar: d.grammar.as_str(), values: &d.values })
            .collect(),
        detected: licensing.detected.to_string(),
        concluded: licensing.concluded.to_string(),
        class: licensing.class.as_str(),
        class_scope: licensing.class.scope(),
        rule: licensing.rule,
        choice: licensing.choice.as_ref().map(ToString::to_string),
        flags: licensing.flags.iter().map(|f| f.as_str()).collect(),
        evidence: licensing.evidence.iter().map(evidence).collect(),
    }
}

fn evidence(e: &Evidence) -> WireEvidence<'_> {
    WireEvidence {
        kind: e.kind.as_str(),
        path: &e.path,
        layer: e.layer,
        hidden: e.hidden,
        method: e.method,
        range: e.range.as_ref().map(|r| [r.start, r.end]),
        confidence: e.confidence,
        expression: e.expression.as_ref().map(ToString::to_string),
        raw: e.raw.as_deref(),
        text: e.text.map(|t| t.to_string()),
    }
}

fn issue(issue: &Issue) -> WireIssue<'_> {
    WireIssue {
        code: issue.code.0,
        severity: issue.severity.as_str(),
        layer: issue.layer,
        path: &issue.path,
        message: &issue.message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::fixture;
    use serde_json::{Value, json};

    fn document(report: &Report) -> Value {
        let mut bytes = Vec::new();
        write(report, &mut bytes).expect("a document");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn package<'a>(document: &'a Value, name: &str) -> &'a Value {
        let list = document["packages"].as_array().expect("packages");
        list.iter().find(|p| p["name"] == name).expect("a package of that name")
    }

    #[test]
    fn an_image_is_told_with_its_layers() {
        let document = document(&fixture::report());
        assert_eq!(document["schemaVersion"], 1);
        assert_eq!(document["tool"]["spdxLicenseList"], "3.29.0");
        let image = &document["image"];
        assert_eq!(image["platform"], "linux/arm64/v8");
        assert_eq!(image["layers"][1]["diffId"], format!("sha256:{}", "21".repeat(32)));
        assert_eq!(image["layers"][1]["size"], 81_920);
        assert_eq!(image["layers"][1]["origin"], "app");
    }

    #[test]
    fn a_package_is_told_with_its_evidence() {
        let document = document(&fixture::report());
        let bash = package(&document, "bash");
        assert_eq!(bash["ecosystem"], "deb");
        assert_eq!((&bash["state"], &bash["removedBy"]), (&json!("present"), &Value::Null));
        assert_eq!(bash["locations"], json!([{"path": "var/lib/dpkg/status", "layer": 0}]));
        let licenses = &bash["licenses"];
        assert_eq!(licenses["concluded"], "GPL-3.0-or-later AND LicenseRef-manual");
        assert_eq!(licenses["evidence"][0]["range"], json!([120, 480]));
        assert_eq!(licenses["evidence"][0]["raw"], "GPL-3+");
        let text = licenses["evidence"][1]["text"].as_str().unwrap_or_default();
        assert_eq!(document["texts"][text]["expression"], "MIT");
        let libc = &package(&document, "libc6")["licenses"];
        assert_eq!((&libc["class"], &libc["classScope"]), (&json!("weak-copyleft"), &json!("library")));
    }

    #[test]
    fn hidden_owned_and_unknown_packages_are_told() {
        let document = document(&fixture::report());
        let nano = package(&document, "nano");
        assert_eq!((&nano["state"], &nano["removedBy"]), (&json!("hidden"), &json!(1)));
        assert_eq!(package(&document, "python3-wheel")["contains"], json!(["pkg:pypi/wheel@0.38.4"]));
        assert_eq!(package(&document, "drifter")["licenses"]["concluded"], "NOASSERTION");
        assert_eq!(package(&document, fixture::HOSTILE)["licenses"]["declared"], "NONE");
        let mut report = fixture::report();
        report.show_owned = true;
        let owned = super::tests::document(&report);
        assert_eq!(package(&owned, "wheel")["owner"], package(&owned, "python3-wheel")["purl"]);
    }

    #[test]
    fn findings_and_issues_are_told() {
        let document = document(&fixture::report());
        assert_eq!(document["findings"][0]["package"], "pkg:npm/%40crew/sextant@1.4.0");
        assert_eq!(document["findings"][1]["package"], Value::Null);
        assert_eq!(document["issues"][0]["code"], "foreign-layer");
        assert_eq!(document["issues"][1]["severity"], "error");
    }

    /// Every name in a document stands in its documentation, and no name there is out of date.
    #[test]
    fn every_name_is_documented() {
        fixture::check_documented(&document(&fixture::judged()), include_str!("../../docs/json-report.md"));
    }
}
