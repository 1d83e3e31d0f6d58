//! What BuildKit recorded beside the image: an index that names, besides our manifest, one of attestations
//! (`vnd.docker.reference.type`, with the digest of ours), whose layers are in-toto statements. Of these the SLSA provenance
//! is read, v0.2 and v1.
//!
//! With `mode=max` it tells for every step of the build the layers of its result, and which steps are images. The base is the image
//! whose layers are the lowest of ours; of several the one with the most. With `mode=min` it tells only which images the
//! build took, not for what: where that is one alone, it is the name of the base.
//!
//! The specification is BuildKit's "SLSA definitions". Signatures are not checked: whoever can change the image can change what
//! lies beside it.

use super::super::oci::{blob_name, read_blob};
use super::super::store::Store;
use super::super::wire::{Descriptor, Manifest};
use super::{Named, image_issue, lowest};
use crate::model::{Base, BaseEvidence, Digest, Image, Issue, Severity};
use packageurl::PackageUrl;
use serde_json::Value;
use std::str::FromStr;

/// Descriptors of one layout that are looked at for attestations; images for many platforms have some sixty.
const MAX_DESCRIPTORS: usize = 1_000;
/// Statements of one image that are read; BuildKit writes one provenance and one SBOM.
const MAX_STATEMENTS: usize = 16;
/// Indexes in indexes; real ones have two.
const MAX_DEPTH: usize = 8;

/// What the provenance says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Provenance {
    /// The base, with its boundary.
    pub base: Option<Base>,
    /// Else its name.
    pub named: Option<Named>,
}

/// Reads what lies beside the image.
pub(super) fn read(store: &Store, image: &Image, issues: &mut Vec<Issue>) -> Provenance {
    let mut looked = Looked::default();
    let index = store.read("index.json").ok().flatten().and_then(|b| serde_json::from_slice::<Manifest>(&b).ok());
    looked.walk(store, image, index.and_then(|i| i.manifests).unwrap_or_default(), 0);
    let mut out = Provenance::default();
    let mut left = MAX_STATEMENTS;
    for (of, descriptor) in &looked.attestations {
        if !looked.ours.contains(of) {
            continue;
        }
        let Some(list) = blob(store, descriptor, issues).and_then(|b| serde_json::from_slice::<Manifest>(&b).ok())
        else {
            continue;
        };
        for layer in list.layers.unwrap_or_default() {
            let kind = layer.annotations.get("in-toto.io/predicate-type");
            if left == 0 || kind.is_some_and(|k| !k.contains("slsa.dev/provenance/")) {
                continue;
            }
            left -= 1;
            let statement = blob(store, &layer, issues).and_then(|b| serde_json::from_slice::<Value>(&b).ok());
            let Some(found) = statement.and_then(|s| statement_of(&s, image)) else { continue };
            out.base = out.base.or(found.base);
            out.named = out.named.or(found.named);
        }
    }
    out
}

/// A damaged attestation costs what it says, not the scan of the image.
fn blob(store: &Store, descriptor: &Descriptor, issues: &mut Vec<Issue>) -> Option<Vec<u8>> {
    match read_blob(store, descriptor, "attestation") {
        Ok(bytes) => bytes,
        Err(e) => {
            issues.push(image_issue(
                "attestation-unreadable",
                Severity::Warning,
                format!("{e}; what it says was not read"),
            ));
            None
        }
    }
}

/// What an index names.
#[derive(Default)]
struct Looked {
    seen: usize,
    /// Digests of manifests that are our image.
    ours: Vec<String>,
    /// Manifests of attestations, each with the digest of the manifest that it is about.
    attestations: Vec<(String, Descriptor)>,
}

impl Looked {
    fn walk(&mut self, store: &Store, image: &Image, list: Vec<Descriptor>, depth: usize) {
        for descriptor in list {
            self.seen += 1;
            if self.seen > MAX_DESCRIPTORS || depth > MAX_DEPTH {
                return;
            }
            let note = |key: &str| descriptor.annotations.get(key).map(String::as_str);
            if note("vnd.docker.reference.type") == Some("attestation-manifest") {
                if let Some(of) = note("vnd.docker.reference.digest") {
                    self.attestations.push((of.to_owned(), descriptor.clone()));
                }
                continue;
            }
            if image.digest.as_ref().is_some_and(|d| d.as_str() == descriptor.digest) {
                self.ours.push(descriptor.digest);
                continue;
            }
            let Some(digest) = Digest::parse(&descriptor.digest).filter(|d| store.has(&blob_name(d))) else { continue };
            let manifest = read_blob(store, &descriptor, "manifest").ok().flatten();
            let Some(manifest) = manifest.and_then(|b| serde_json::from_slice::<Manifest>(&b).ok()) else { continue };
            if let Some(nested) = manifest.manifests {
                self.walk(store, image, nested, depth + 1);
            } else if image.source == "docker-archive"
                && manifest.config.is_some_and(|c| image.config_digest.as_ref().is_some_and(|d| d.as_str() == c.digest))
            {
                // A docker-archive is known by its configuration; the layout beside it has the manifest.
                self.ours.push(digest.to_string());
            }
        }
    }
}

/// Reads one in-toto statement.
fn statement_of(statement: &Value, image: &Image) -> Option<Provenance> {
    let predicate = statement.get("predicate")?;
    let kind = statement.get("predicateType").and_then(Value::as_str).unwrap_or("");
    let (steps, told, materials) = if kind.ends_with("/v0.2") {
        (
            predicate.pointer("/buildConfig/llbDefinition"),
            predicate.get("metadata").and_then(|m| m.get("https://mobyproject.org/buildkit@v1#metadata")),
            predicate.get("materials"),
        )
    } else if kind.ends_with("/v1") {
        (
            predicate.pointer("/buildDefinition/internalParameters/buildConfig/llbDefinition"),
            predicate.pointer("/runDetails/metadata/buildkit_metadata"),
            predicate.pointer("/buildDefinition/resolvedDependencies"),
        )
    } else {
        return None;
    };
    let told = told.and_then(|m| m.get("layers"));
    let base = base(steps, told, image, kind);
    let named = if base.is_some() { None } else { only_image(materials, kind) };
    Some(Provenance { base, named })
}

/// The image of the build whose layers are the lowest of ours, and the most.
fn base(steps: Option<&Value>, told: Option<&Value>, image: &Image, kind: &str) -> Option<Base> {
    let mut best: Option<(usize, &str)> = None;
    for step in steps?.as_array()? {
        let id = step.get("id").and_then(Value::as_str);
        let source = step.pointer("/op/Op/source/identifier").and_then(Value::as_str);
        let (Some(id), Some(name)) = (id, source.and_then(|s| s.strip_prefix("docker-image://"))) else { continue };
        let results = told?.as_object()?.iter().filter(|(key, _)| key.rsplit_once(':').is_some_and(|(s, _)| s == id));
        for list in results.filter_map(|(_, lists)| lists.as_array()).flatten().filter_map(Value::as_array) {
            if list.len() > best.map_or(0, |(n, _)| n) && are_lowest(list, image) {
                best = Some((list.len(), name));
            }
        }
    }
    let (n, identifier) = best?;
    let (name, digest) = identifier.split_once('@').map_or((identifier, None), |(name, d)| (name, Digest::parse(d)));
    Some(Base {
        layers: n as u32,
        name: Some(name.into()),
        digest,
        evidence: BaseEvidence::Recorded,
        note: format!("the provenance beside the image ({kind}) has {} as those of {name:?}", lowest(n)).into(),
    })
}

fn are_lowest(list: &[Value], image: &Image) -> bool {
    list.len() <= image.layers.len()
        && list.iter().zip(&image.layers).all(|(told, own)| {
            let told = told.get("digest").and_then(Value::as_str);
            told.is_some() && told == own.digest.as_ref().map(Digest::as_str)
        })
}

/// Images that a build takes for its own work: the reader of Dockerfiles, the scanner that makes its SBOM.
const TOOLS: [&str; 4] =
    ["docker/dockerfile", "docker/dockerfile-upstream", "docker/buildkit-syft-scanner", "buildkit-syft-scanner"];

/// The only image that the build took. Of several none says whether it was the base or one that files were copied from.
fn only_image(materials: Option<&Value>, kind: &str) -> Option<Named> {
    let mut found: Vec<Named> = Vec::new();
    for material in materials?.as_array()? {
        let uri = material.get("uri").and_then(Value::as_str).unwrap_or("");
        let Some(purl) = uri.starts_with("pkg:docker/").then(|| PackageUrl::from_str(uri).ok()).flatten() else {
            continue;
        };
        let repository = purl.namespace().map_or(purl.name().to_owned(), |n| format!("{n}/{}", purl.name()));
        if TOOLS.iter().any(|tool| repository == *tool || repository.ends_with(&format!("/{tool}"))) {
            continue;
        }
        let digest = material.pointer("/digest/sha256").and_then(Value::as_str);
        let named = Named {
            name: Some(purl.version().map_or(repository.clone(), |v| format!("{repository}:{v}")).into()),
            digest: digest.and_then(|d| Digest::parse(&format!("sha256:{d}"))),
            by: format!("the provenance beside the image ({kind})").into(),
        };
        if !found.contains(&named) {
            found.push(named);
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Layer;
    use serde_json::json;

    fn digest(n: u8) -> String {
        Digest::sha256(&[n; 32]).to_string()
    }

    fn image() -> Image {
        let layer = |n: u32| Layer { index: n, digest: Digest::parse(&digest(n as u8)), ..Layer::default() };
        Image { layers: (0..4).map(layer).collect(), ..Image::default() }
    }

    fn list(layers: &[u8]) -> Value {
        json!([layers.iter().map(|n| json!({"digest": digest(*n), "size": 1})).collect::<Vec<_>>()])
    }

    /// A build that takes files from one image and stands on another.
    fn steps() -> Value {
        let image = |id: &str, name: &str| json!({"id": id, "op": {"Op": {"source": {"identifier": name}}}});
        json!([
            image("step0", "docker-image://docker.example/library/golang:1.23"),
            image("step1", &format!("docker-image://docker.example/library/alpine:3.20@{}", digest(9))),
            image("step2", "local://context"),
            {"id": "step3", "op": {"Op": {"exec": {}}}, "inputs": ["step1:0"]},
            {"id": "step4", "op": {"Op": null}, "inputs": ["step3:0"]},
        ])
    }

    fn told() -> Value {
        json!({"step0:0": list(&[0, 1, 7]), "step1:0": list(&[0, 1]), "step3:0": list(&[0, 1, 2])})
    }

    fn check(statement: Value, expected: &str) {
        let found = statement_of(&statement, &image());
        let base = |b: &Base| format!("{} {} {}", b.layers, b.name.as_deref().unwrap_or(""), b.digest.is_some());
        let named = |n: &Named| format!("{} {}", n.name.as_deref().unwrap_or(""), n.digest.is_some());
        let said = found.map_or_else(
            || "nothing".into(),
            |p| match (&p.base, &p.named) {
                (Some(b), _) => base(b),
                (None, Some(n)) => named(n),
                (None, None) => "no base".into(),
            },
        );
        assert_eq!(said, expected, "{statement}");
    }

    #[test]
    fn the_image_whose_layers_are_the_lowest_is_the_base() {
        check(
            json!({"predicateType": "https://slsa.dev/provenance/v0.2", "predicate": {
                "buildConfig": {"llbDefinition": steps()},
                "metadata": {"https://mobyproject.org/buildkit@v1#metadata": {"layers": told()}},
            }}),
            "2 docker.example/library/alpine:3.20 true",
        );
        check(
            json!({"predicateType": "https://slsa.dev/provenance/v1", "predicate": {
                "buildDefinition": {"internalParameters": {"buildConfig": {"llbDefinition": steps()}}},
                "runDetails": {"metadata": {"buildkit_metadata": {"layers": told()}}},
            }}),
            "2 docker.example/library/alpine:3.20 true",
        );
    }

    #[test]
    fn the_only_image_is_named_and_of_several_none() {
        let material = |uri: &str| json!({"uri": uri, "digest": {"sha256": "ab".repeat(32)}});
        let statement = |materials: &[Value]| json!({"predicateType": "https://slsa.dev/provenance/v0.2", "predicate": {"materials": materials}});
        let alpine = material("pkg:docker/alpine@3.20?platform=linux%2Famd64");
        let reader = material("pkg:docker/docker/dockerfile@1");
        let ours = material("pkg:docker/registry.example%3A5000/crew/base@2");
        check(statement(&[reader.clone(), alpine.clone(), alpine.clone()]), "alpine:3.20 true");
        check(statement(&[alpine, ours.clone()]), "no base");
        check(statement(&[ours]), "registry.example:5000/crew/base:2 true");
        check(statement(&[reader]), "no base");
    }

    #[test]
    fn what_is_malformed_says_nothing() {
        for statement in [
            json!(null),
            json!({"predicateType": "https://slsa.dev/provenance/v1"}),
            json!({"predicateType": "https://spdx.dev/Document", "predicate": {}}),
        ] {
            check(statement, "nothing");
        }
        let odd = json!({"predicateType": "https://slsa.dev/provenance/v1", "predicate": {
            "buildDefinition": {"internalParameters": {"buildConfig": {"llbDefinition": [7, {"id": []}, steps()[1]]}}},
            "runDetails": {"metadata": {"buildkit_metadata": {"layers": {"step1:0": [[{"digest": 7}], 5], "step1:1": 3}}}},
        }});
        check(odd, "no base");
    }
}
