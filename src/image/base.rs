//! Where the base image ends and the application begins. What says it, from sure to guessed:
//!
//! 1. a base image that the user names ([`given`]): its layers are the lowest of this image, by their diffIDs;
//! 2. what the build recorded: BuildKit's provenance beside the image (`provenance`), the label of Cloud Native
//!    Buildpacks (`buildpacks`), the base image's own manifest in the same archive;
//! 3. a name without a boundary (annotations or labels of the OCI image specification, provenance that tells no layers): where
//!    it ends is read from the history;
//! 4. the history alone (`history`).
//!
//! The surest one counts ([`settle`]). Two sure ones that differ are an issue. Where nothing is told and the history shows no
//! end, there is no base: a wrong boundary would put packages on the wrong side, and nobody would look again.

mod buildpacks;
mod history;
mod provenance;

use super::oci::{blob_name, fits, read_blob};
use super::source::Source;
use super::store::Store;
use super::wire::{Config, Descriptor, Manifest, WirePlatform};
use super::{Choice, image_issue};
use crate::Error;
use crate::layers::LayerScan;
use crate::model::{Base, BaseEvidence, Digest, Image, Issue, Layer, Platform, Severity};
use std::collections::BTreeMap;

// What comes from the image is quoted in sentences, for issues and notes may be shown on a terminal.

/// A base image of which something tells the name, and nothing where it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Named {
    name: Option<Box<str>>,
    digest: Option<Digest>,
    /// What tells it: `the annotation org.opencontainers.image.base.name`.
    by: Box<str>,
}

/// The keys of the OCI image specification 1.1 (annotations, "Pre-Defined Annotation Keys").
const BASE_NAME: &str = "org.opencontainers.image.base.name";
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// What the source itself says of the image's base, the surest first.
pub fn told(store: &Store, image: &Image, issues: &mut Vec<Issue>) -> Vec<Base> {
    let mut out = Vec::new();
    let provenance = provenance::read(store, image, issues);
    out.extend(provenance.base);
    out.extend(buildpacks::read(image));
    let named = named(image).or(provenance.named);
    if let Some(named) = &named {
        out.extend(kept(store, image, named, issues));
    }
    if out.is_empty() {
        out.extend(by_history(image, named, issues));
    }
    out
}

/// The base image that the user names. Only its diffIDs are needed: its layers are not read.
///
/// # Errors
/// When it cannot be opened, or its layers are not the lowest of this image.
pub fn given(source: &Source, image: &Image) -> Result<Base, Error> {
    if image.source.starts_with("rootfs") {
        return Err(Error::Usage(
            "a root file system has no layers to compare with those of a base; leave --base out".into(),
        ));
    }
    let base = open(source, image)?.image;
    if base.source.starts_with("rootfs") {
        return Err(Error::Usage(format!(
            "the base {} is a root file system, which has no layers to compare; give the image (a docker-archive or an OCI layout)",
            source.name
        )));
    }
    let total = base.layers.len();
    if total == 0 {
        return Err(Error::Usage(format!("the base {} has no layers; give another image", source.name)));
    }
    for (i, below) in base.layers.iter().enumerate() {
        let Some(own) = image.layers.get(i) else {
            return Err(Error::Usage(format!(
                "the base {} has {total} layers, this image has only {}; it does not stand on that base",
                source.name,
                image.layers.len()
            )));
        };
        if !same_layer(below, own) {
            return Err(Error::Usage(differs(source, i, total, below, own)));
        }
    }
    Ok(Base {
        layers: total as u32,
        name: Some(base.title().into()),
        // What a docker-archive has is the digest of the configuration.
        digest: base.digest.filter(|_| base.source.starts_with("oci")),
        evidence: BaseEvidence::Given,
        note: format!("the diffIDs of {} are those of {} of this image", source.name, lowest(total)).into(),
    })
}

/// Opens a base for the platform of the image.
fn open(source: &Source, image: &Image) -> Result<super::Opened, Error> {
    // What passes by in a compressed archive is skipped, not walked.
    let skip = |_: &mut dyn std::io::Read, _: bool| Ok(LayerScan::default());
    let platform = image.platform.as_ref();
    let open = |platform: Option<String>| super::open(source, &Choice { platform, image: None }, &skip);
    let opened = match open(platform.map(ToString::to_string)) {
        // Many an image leaves its variant out; the layers decide anyway.
        Err(Error::NoSuchPlatform { .. }) if platform.is_some_and(|p| p.variant.is_some()) && !source.pipe => {
            open(platform.map(|p| format!("{}/{}", p.os, p.architecture)))
        }
        other => other,
    };
    opened.map_err(|e| match e {
        Error::SeveralImages { available } => Error::Usage(format!(
            "the base {} holds several images ({}); give an archive with the base alone",
            source.name,
            available.join(", ")
        )),
        Error::NoSuchPlatform { wanted, available } => Error::Usage(format!(
            "the base {} is not for {wanted}, the platform of the image, but for {}",
            source.name,
            available.join(", ")
        )),
        other => other,
    })
}

/// By the diffIDs, which do not depend on how a layer is compressed; where one has none, by the blobs.
fn same_layer(a: &Layer, b: &Layer) -> bool {
    match (&a.diff_id, &b.diff_id) {
        (Some(a), Some(b)) => a == b,
        _ => a.digest.is_some() && a.digest == b.digest,
    }
}

fn differs(source: &Source, at: usize, total: usize, below: &Layer, own: &Layer) -> String {
    let id =
        |l: &Layer| l.diff_id.as_ref().or(l.digest.as_ref()).map_or_else(|| "no diffID".into(), ToString::to_string);
    let common = match at {
        0 => "no layer in common".to_owned(),
        n => format!("{} in common", lowest(n)),
    };
    format!(
        "this image does not stand on the base {} as it is: they have {common} and part at layer {at} of {total} (the base has {}, \
         the image {}); mostly the image was built on an older version of the base: give that version, or build the image anew",
        source.name,
        id(below),
        id(own)
    )
}

/// Takes the surest base, tells every layer its side, and says where sure ones differ.
pub fn settle(image: &mut Image, given: Option<Base>, told: Vec<Base>, issues: &mut Vec<Issue>) {
    let mut all = given.into_iter().chain(told);
    image.base = all.next();
    for i in 0..image.layers.len() {
        let origin = image.origin_of(i as u32);
        image.layers[i].origin = origin;
    }
    let Some(base) = &image.base else { return };
    for other in all.filter(|b| b.evidence.is_certain() && b.layers != base.layers) {
        let message = format!(
            "the base image ends after {} ({}), but another source says after {} ({}); the first was taken",
            layers(base.layers as usize),
            base.note,
            layers(other.layers as usize),
            other.note
        );
        issues.push(image_issue("base-differs", Severity::Warning, message));
    }
}

/// What annotations or, else, labels name.
fn named(image: &Image) -> Option<Named> {
    let read = |map: &BTreeMap<Box<str>, Box<str>>, what: &str| {
        let value = |key: &str| map.get(key).map(|v| v.trim()).filter(|v| !v.is_empty());
        let (name, digest) = (value(BASE_NAME), value(BASE_DIGEST).and_then(Digest::parse));
        let key = if name.is_some() { BASE_NAME } else { BASE_DIGEST };
        (name.is_some() || digest.is_some()).then(|| Named {
            name: name.map(Into::into),
            digest,
            by: format!("the {what} {key}").into(),
        })
    };
    // Labels are handed down: one may be about the base of the base. Annotations are not.
    read(&image.annotations, "annotation").or_else(|| read(&image.labels, "label"))
}

/// The boundary from the base's own manifest, where the archive holds it.
fn kept(store: &Store, image: &Image, named: &Named, issues: &mut Vec<Issue>) -> Option<Base> {
    let digest = named.digest.as_ref()?;
    let diff_ids = diff_ids(store, digest, image, 0)?;
    let same = diff_ids.iter().zip(&image.layers).take_while(|(d, l)| l.diff_id.as_ref() == Some(d)).count();
    if diff_ids.is_empty() || same < diff_ids.len() {
        let message = format!(
            "{} names {digest}, which the archive holds, but its layers are not the lowest of this image; it was not taken",
            named.by
        );
        issues.push(image_issue("base-differs", Severity::Warning, message));
        return None;
    }
    Some(Base {
        layers: same as u32,
        name: named.name.clone(),
        digest: Some(digest.clone()),
        evidence: BaseEvidence::Recorded,
        note: format!(
            "{} names {digest}, whose configuration in the archive has the lowest {}",
            named.by,
            layers(same)
        )
        .into(),
    })
}

/// Indexes in indexes that lead to a base's manifest; real ones have one.
const MAX_DEPTH: usize = 4;

/// The diffIDs of an image in the archive, of which only the digest is known (its manifest's, or its index's).
fn diff_ids(store: &Store, digest: &Digest, image: &Image, depth: usize) -> Option<Vec<Digest>> {
    if depth > MAX_DEPTH || !store.has(&blob_name(digest)) {
        return None;
    }
    let of = |digest: &str| Descriptor { digest: digest.into(), ..Descriptor::default() };
    let bytes = read_blob(store, &of(digest.as_str()), "manifest of the base").ok()??;
    let manifest: Manifest = serde_json::from_slice(&bytes).ok()?;
    if let Some(list) = manifest.manifests {
        let platform = image.platform.as_ref()?;
        let ours = list.iter().find(|d| d.platform.as_ref().is_some_and(|p| fits(&platform_of(p), platform)))?;
        return diff_ids(store, &Digest::parse(&ours.digest)?, image, depth + 1);
    }
    let bytes = read_blob(store, &manifest.config?, "configuration of the base").ok()??;
    let config: Config = serde_json::from_slice(&bytes).ok()?;
    config.rootfs.diff_ids.iter().map(|d| Digest::parse(d)).collect()
}

fn platform_of(wire: &WirePlatform) -> Platform {
    Platform {
        os: wire.os.as_str().into(),
        architecture: wire.architecture.as_str().into(),
        variant: wire.variant.as_deref().filter(|v| !v.is_empty()).map(Into::into),
    }
}

/// The boundary from the history, for a base that something names or that nothing names.
fn by_history(image: &Image, named: Option<Named>, issues: &mut Vec<Issue>) -> Option<Base> {
    let end = history::end(&image.history, image.layers.len());
    let Some(named) = named else {
        let end = end?;
        return Some(Base {
            layers: end.layers,
            name: end.name,
            digest: None,
            evidence: BaseEvidence::History,
            note: format!("read from the history alone: {}", end.why).into(),
        });
    };
    let Some(end) = end else {
        let name = named.name.as_deref().or(named.digest.as_ref().map(Digest::as_str)).unwrap_or_default();
        let message = format!(
            "{} names the base image {name:?}, but nothing says where it ends; give it with --base to tell its packages from the application's",
            named.by
        );
        issues.push(image_issue("base-end-unknown", Severity::Info, message));
        return None;
    };
    Some(Base {
        layers: end.layers,
        name: named.name,
        digest: named.digest,
        evidence: BaseEvidence::Named,
        note: format!("named by {}; where it ends is read from the history: {}", named.by, end.why).into(),
    })
}

/// `the lowest layer`, `the lowest 2 layers`.
fn lowest(count: usize) -> String {
    if count == 1 { "the lowest layer".into() } else { format!("the lowest {count} layers") }
}

/// `1 layer`, `2 layers`.
fn layers(count: usize) -> String {
    format!("{count} {}", if count == 1 { "layer" } else { "layers" })
}

#[cfg(test)]
mod tests;
