//! The components of a CycloneDX document: the root, the operating system, the packages; each with its properties.

use super::choice;
use crate::emit::fields;
use crate::emit::shown::{Item, Shown};
use crate::emit::subject::Subject;
use crate::model::{Archive, ArchiveKind, Digest, Distro, Layer, Outcome, Package, Report};
use crate::seal::Seal;
use cyclonedx_bom::external_models::normalized_string::NormalizedString;
use cyclonedx_bom::external_models::uri::Uri;
use cyclonedx_bom::models::component::{
    Classification, Component, ComponentEvidence, Copyright, CopyrightTexts, Cpe, Occurrence, Occurrences,
};
use cyclonedx_bom::models::external_reference::{ExternalReference, ExternalReferenceType, ExternalReferences};
use cyclonedx_bom::models::hash::{Hash, HashAlgorithm, HashValue, Hashes};
use cyclonedx_bom::models::organization::{OrganizationalContact, OrganizationalEntity};
use cyclonedx_bom::models::property::{Properties, Property};

/// The purl with a qualifier that makes it this very copy, so that it never equals the purl that other documents may use as
/// a reference of their own.
pub(super) fn bom_ref(purl: &str, key: &str) -> String {
    if purl.is_empty() {
        return format!("package:{key}");
    }
    let (main, subpath) = purl.split_once('#').map_or((purl, None), |(main, sub)| (main, Some(sub)));
    let joint = if main.contains('?') { '&' } else { '?' };
    let mut out = format!("{main}{joint}package-id={key}");
    if let Some(subpath) = subpath {
        out.push('#');
        out.push_str(subpath);
    }
    out
}

fn bare(kind: Classification, name: &str, bom_ref: Option<String>) -> Component {
    let mut component = Component::new(kind, name, "", bom_ref);
    component.version = None;
    component
}

fn text(s: &str) -> NormalizedString {
    NormalizedString::new(s)
}

pub(super) fn tool(report: &Report) -> Component {
    let mut component = bare(Classification::Application, report.tool.name, None);
    component.version = Some(text(report.tool.version));
    component
}

/// `metadata.component`: the image, or the root file system.
pub(super) fn root(report: &Report, subject: &Subject<'_>) -> Component {
    let mut id = Seal::new("subject");
    id.part(subject.name());
    id.part(subject.digest().map_or("", |d| d.as_str()));
    let id = id.short();
    let kind = match (subject, &report.distro) {
        (Subject::Image { .. }, _) => Classification::Container,
        (Subject::Rootfs { .. }, Some(_)) => Classification::OperatingSystem,
        (Subject::Rootfs { .. }, None) => Classification::File,
    };
    let bom_ref = subject.purl().map_or_else(|| format!("subject:{id}"), |purl| bom_ref(purl, &id));
    let mut component = bare(kind, subject.name(), Some(bom_ref));
    if let Some(digest) = subject.digest() {
        component.version = Some(text(digest.as_str()));
    }
    component.purl = subject.purl().and_then(|p| p.parse().ok());
    let image = &report.image;
    let mut list: Vec<(String, String)> = vec![("supercargo:image:reference".into(), image.reference.to_string())];
    let mut add = |name: &str, value: Option<String>| list.extend(value.map(|v| (name.to_string(), v)));
    add("supercargo:image:tag", image.tag.as_deref().map(str::to_string));
    add("supercargo:image:configDigest", image.config_digest.as_ref().map(ToString::to_string));
    add("supercargo:image:platform", image.platform.as_ref().map(ToString::to_string));
    if let Some(base) = &image.base {
        add("supercargo:image:base:name", base.name.as_deref().map(str::to_string));
        add("supercargo:image:base:digest", base.digest.as_ref().map(ToString::to_string));
        add("supercargo:image:base:layers", Some(base.layers.to_string()));
        add("supercargo:image:base:evidence", Some(base.evidence.as_str().into()));
    }
    for layer in &image.layers {
        let mut add = |what: &str, value: Option<String>| {
            list.extend(value.map(|v| (format!("supercargo:image:layer:{}:{what}", layer.index), v)));
        };
        add("digest", layer.digest.as_ref().map(ToString::to_string));
        add("diffId", layer.diff_id.as_ref().map(ToString::to_string));
        add("size", Some(layer.size.to_string()));
        add("createdBy", layer.created_by.as_deref().map(str::to_string));
        add("origin", layer.origin.map(str::to_string));
    }
    component.properties = properties(list);
    component
}

pub(super) fn properties(list: Vec<(String, String)>) -> Option<Properties> {
    let list: Vec<Property> = list.into_iter().map(|(name, value)| Property::new(name, &value)).collect();
    (!list.is_empty()).then_some(Properties(list))
}

/// The component without which readers such as Grype pass over the packages of a distribution.
pub(super) fn operating_system(report: &Report, distro: &Distro) -> Component {
    let facts = &distro.facts;
    let name = if facts.id.is_empty() { "linux" } else { &facts.id };
    let version = facts.version_id.as_deref().unwrap_or("");
    let mut component = bare(Classification::OperatingSystem, name, Some(format!("os:{name}@{version}")));
    component.version = facts.version_id.as_deref().map(text);
    component.description = facts.pretty_name.as_deref().map(text);
    component.cpe = facts.cpe_name.as_deref().and_then(fields::cpe).map(|(_, cpe)| Cpe::new(cpe));
    component.external_references = facts.home_url.as_deref().and_then(website);
    let mut list = location(report, 0, &distro.path, distro.layer);
    list.extend(layer(report, distro.layer));
    list.push(("supercargo:state".into(), if distro.removed_by.is_some() { "hidden" } else { "present" }.into()));
    list.extend(distro.removed_by.map(|by| ("supercargo:removedBy".to_string(), by.to_string())));
    let mut syft = |what: &str, value: Option<&str>| {
        list.extend(value.map(|v| (format!("syft:distro:{what}"), v.to_string())));
    };
    syft("id", Some(name));
    syft("versionID", facts.version_id.as_deref());
    syft("versionCodename", facts.codename.as_deref());
    syft("prettyName", facts.pretty_name.as_deref());
    for (i, like) in facts.id_like.iter().enumerate() {
        syft(&format!("idLike:{i}"), Some(like));
    }
    component.properties = properties(list);
    component
}

fn website(url: &str) -> Option<ExternalReferences> {
    let url = fields::web_url(url)?;
    Some(ExternalReferences(vec![ExternalReference::new(ExternalReferenceType::Website, Uri::new(url))]))
}

/// Checksums of the component as it is distributed; those of a source that is served beside built ones are of another file.
fn hashes(archive: &Archive) -> Option<Hashes> {
    let hash = |digest: &Digest| {
        let alg = match digest.algorithm() {
            "md5" => HashAlgorithm::MD5,
            "sha1" => HashAlgorithm::SHA1,
            "sha256" => HashAlgorithm::SHA_256,
            "sha384" => HashAlgorithm::SHA_384,
            "sha512" => HashAlgorithm::SHA_512,
            _ => return None,
        };
        Some(Hash { alg, content: HashValue(digest.hex().to_owned()) })
    };
    let hashes: Vec<Hash> = archive.hashes.iter().filter_map(hash).collect();
    (archive.kind == ArchiveKind::Package && !hashes.is_empty()).then_some(Hashes(hashes))
}

pub(super) fn component(shown: &Shown<'_>, item: &Item<'_>, bom_ref: &str, entries: choice::Entries) -> Component {
    let package = item.package;
    let (group, name) = group_and_name(package);
    // Everything that an image holds is a library here: what a package is for is not known.
    let mut component = bare(Classification::Library, name, Some(bom_ref.to_string()));
    component.group = group.map(text);
    component.version = (!package.version.is_empty()).then(|| text(&package.version));
    component.supplier = package.supplier.as_deref().and_then(supplier);
    component.description = package.description.as_deref().map(text);
    component.purl = (!package.purl.is_empty()).then(|| package.purl.parse().ok()).flatten();
    component.external_references = package.homepage.as_deref().and_then(website);
    component.hashes = package.archive.as_ref().and_then(hashes);

    let (copyrights, left_out) = shown.copyrights(package);
    let occurrences: Vec<Occurrence> =
        package.locations.iter().map(|l| Occurrence::new(&format!("/{}", l.path))).collect();
    component.properties = properties(package_properties(shown, item, &entries, left_out));
    component.licenses = entries.licenses;
    component.evidence = Some(ComponentEvidence {
        licenses: entries.evidence,
        copyright: (!copyrights.is_empty())
            .then(|| CopyrightTexts(copyrights.iter().map(|c| Copyright(c.to_string())).collect())),
        occurrences: (!occurrences.is_empty()).then_some(Occurrences(occurrences)),
        callstack: None,
        identity: None,
    })
    .filter(|e| e.licenses.is_some() || e.copyright.is_some() || e.occurrences.is_some());
    component
}

/// `@scope` and `x` of `@scope/x`, as the purl divides them. The namespace of an OS package is its distribution, which is no
/// part of what people call it.
fn group_and_name(package: &Package) -> (Option<&str>, &str) {
    let Some(namespace) = package.namespace.as_deref().filter(|n| !n.is_empty() && !package.ecosystem.is_os()) else {
        return (None, &package.name);
    };
    let rest = package.name.strip_prefix(namespace).and_then(|r| r.strip_prefix(['/', ':']));
    match rest {
        Some(name) if !name.is_empty() => (Some(namespace), name),
        _ => (None, &package.name),
    }
}

fn supplier(raw: &str) -> Option<OrganizationalEntity> {
    let who = fields::supplier(raw)?;
    let contact = who.email.map(|email| OrganizationalContact {
        bom_ref: None,
        name: None,
        email: Some(text(&email)),
        phone: None,
    });
    Some(OrganizationalEntity {
        bom_ref: None,
        name: Some(text(&who.name)),
        url: None,
        contact: contact.map(|c| vec![c]),
    })
}

fn package_properties(
    shown: &Shown<'_>,
    item: &Item<'_>,
    entries: &choice::Entries,
    copyrights_left_out: usize,
) -> Vec<(String, String)> {
    let package = item.package;
    let (report, licensing) = (shown.report, &package.licensing);
    let judged = report.audit.as_ref().and_then(|a| a.packages.get(item.id.0 as usize));
    let mut list = layer(report, package.layer);
    let mut add = |name: &str, value: Option<String>| list.extend(value.map(|v| (name.to_string(), v)));
    add("supercargo:basis", Some(package.basis.as_str().into()));
    add("supercargo:state", Some(package.state.as_str().into()));
    add("supercargo:removedBy", package.state.removed_by().map(|by| by.to_string()));
    add("supercargo:policy:verdict", judged.map(|v| v.effective.to_string()));
    add("supercargo:policy:rule", judged.and_then(|v| v.rule.as_ref()).map(ToString::to_string));
    add("supercargo:policy:taken", judged.and_then(|v| v.taken.as_ref()).map(ToString::to_string));
    add("supercargo:license:class", Some(licensing.class.as_str().into()));
    add("supercargo:license:classScope", licensing.class.scope().map(str::to_string));
    add("supercargo:license:choice", licensing.choice.as_ref().map(ToString::to_string));
    for flag in &licensing.flags {
        add("supercargo:license:flag", Some(flag.as_str().into()));
    }
    // What stands in `licenses` or `evidence.licenses` is not said twice; NONE and NOASSERTION can stand in neither.
    add("supercargo:license:declared", (!entries.declared_stands).then(|| licensing.declared.to_string()));
    for (name, outcome) in
        [("supercargo:license:detected", &licensing.detected), ("supercargo:license:concluded", &licensing.concluded)]
    {
        add(name, (!matches!(outcome, Outcome::Expression(_))).then(|| outcome.to_string()));
    }
    add("supercargo:copyright:leftOut", (copyrights_left_out > 0).then(|| copyrights_left_out.to_string()));
    add("supercargo:source:name", package.source.as_ref().map(|s| s.name.to_string()));
    add("supercargo:source:version", package.source.as_ref().and_then(|s| s.version.as_deref()).map(str::to_string));
    add("supercargo:source:commit", package.commit.as_deref().map(str::to_string));
    let homepage = package.homepage.as_deref().filter(|h| !h.is_empty() && fields::web_url(h).is_none());
    add("supercargo:homepage", homepage.map(str::to_string));
    let owner = package.owner.and_then(|id| report.packages.get(id.0 as usize));
    add("supercargo:owner", owner.map(|o| o.purl.to_string()));
    for purl in shown.purls(&package.contains) {
        add("supercargo:contains", Some(purl.to_string()));
    }
    for (i, l) in package.locations.iter().enumerate() {
        list.extend(location(report, i, &l.path, l.layer));
    }
    list
}

fn report_layer(report: &Report, index: u32) -> Option<&Layer> {
    report.image.layers.get(index as usize)
}

fn layer(report: &Report, index: u32) -> Vec<(String, String)> {
    let mut list = vec![("supercargo:layer:index".to_string(), index.to_string())];
    let layer = report_layer(report, index);
    let digests = [
        ("supercargo:layer:digest", layer.and_then(|l| l.digest.as_ref())),
        ("supercargo:layer:diffId", layer.and_then(|l| l.diff_id.as_ref())),
    ];
    list.extend(digests.into_iter().filter_map(|(name, d)| Some((name.to_string(), d?.to_string()))));
    list.extend(report.image.origin_of(index).map(|side| ("supercargo:origin".to_string(), side.to_string())));
    list
}

/// Syft's names for where a package was found; its layer id is the diffID.
fn location(report: &Report, n: usize, path: &str, index: u32) -> Vec<(String, String)> {
    let id = report_layer(report, index).and_then(|l| l.diff_id.as_ref().or(l.digest.as_ref()));
    let mut list: Vec<(String, String)> =
        id.map(|id| (format!("syft:location:{n}:layerID"), id.to_string())).into_iter().collect();
    list.push((format!("syft:location:{n}:path"), format!("/{path}")));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_put_before_a_subpath() {
        assert_eq!(bom_ref("pkg:npm/a@1", "k"), "pkg:npm/a@1?package-id=k");
        assert_eq!(bom_ref("pkg:deb/a@1?arch=x", "k"), "pkg:deb/a@1?arch=x&package-id=k");
        assert_eq!(bom_ref("pkg:golang/a@1?x=y#sub", "k"), "pkg:golang/a@1?x=y&package-id=k#sub");
        assert_eq!(bom_ref("", "k"), "package:k");
    }
}
