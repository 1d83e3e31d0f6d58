//! The JSON documents of images: OCI image specification 1.1 (`index.json`, manifests, configurations) and what `docker save`
//! writes (`manifest.json`). Lenient: what we do not use may be anything, `null` stands for empty.

use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(d: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(d)?.unwrap_or_default())
}

/// A pointer to a blob.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What the blob is.
    #[serde(default, deserialize_with = "or_default")]
    pub media_type: String,
    /// What it hashes to.
    #[serde(default, deserialize_with = "or_default")]
    pub digest: String,
    /// How long it is.
    pub size: Option<u64>,
    /// For manifests in an index: what they run on.
    pub platform: Option<WirePlatform>,
    /// Names, kinds of attestations.
    #[serde(default, deserialize_with = "or_default")]
    pub annotations: BTreeMap<String, String>,
}

/// The platform of a descriptor.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WirePlatform {
    /// Go's name.
    #[serde(default, deserialize_with = "or_default")]
    pub os: String,
    /// Go's name.
    #[serde(default, deserialize_with = "or_default")]
    pub architecture: String,
    /// Of the architecture.
    pub variant: Option<String>,
}

/// An index or a manifest: told apart by what it holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// What it says that it is.
    #[serde(default, deserialize_with = "or_default")]
    pub media_type: String,
    /// Set where it is no image.
    pub artifact_type: Option<String>,
    /// Of an index.
    pub manifests: Option<Vec<Descriptor>>,
    /// Of a manifest.
    pub config: Option<Descriptor>,
    /// Of a manifest.
    pub layers: Option<Vec<Descriptor>>,
    /// Free.
    #[serde(default, deserialize_with = "or_default")]
    pub annotations: BTreeMap<String, String>,
}

/// An image configuration.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Config {
    /// RFC 3339.
    pub created: Option<String>,
    /// Go's name.
    #[serde(default, deserialize_with = "or_default")]
    pub architecture: String,
    /// Go's name.
    #[serde(default, deserialize_with = "or_default")]
    pub os: String,
    /// Of the architecture.
    pub variant: Option<String>,
    /// What a container is started with.
    #[serde(default, deserialize_with = "or_default")]
    pub config: RunConfig,
    /// The layers' hashes.
    #[serde(default, deserialize_with = "or_default")]
    pub rootfs: Rootfs,
    /// The steps.
    #[serde(default, deserialize_with = "or_default")]
    pub history: Vec<WireHistory>,
}

/// The part of it that we read.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RunConfig {
    /// Free.
    #[serde(rename = "Labels", default, deserialize_with = "or_default")]
    pub labels: BTreeMap<String, String>,
}

/// The layers' hashes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Rootfs {
    /// Of the uncompressed archives.
    #[serde(default, deserialize_with = "or_default")]
    pub diff_ids: Vec<String>,
}

/// One step.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WireHistory {
    /// The instruction.
    pub created_by: Option<String>,
    /// Whether it made no layer.
    #[serde(default, deserialize_with = "or_default")]
    pub empty_layer: bool,
    /// The builder's note.
    pub comment: Option<String>,
}

/// One image of a docker-archive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DockerImage {
    /// The member that holds the configuration.
    #[serde(default, deserialize_with = "or_default")]
    pub config: String,
    /// `name:tag`.
    #[serde(default, deserialize_with = "or_default")]
    pub repo_tags: Vec<String>,
    /// The members that hold the layers.
    #[serde(default, deserialize_with = "or_default")]
    pub layers: Vec<String>,
    /// Descriptors by diffID, for layers that are not plain archives.
    #[serde(default, deserialize_with = "or_default")]
    pub layer_sources: BTreeMap<String, Descriptor>,
}
