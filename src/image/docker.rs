//! What `docker save` writes: `manifest.json` with members `<id>.json` and `<id>/layer.tar`, or (from Docker 25) the blobs of an
//! OCI layout beside it. Other programs write the same form with other names for their members.

use super::oci::{describe, digest_matches, fits_text, names_match, platform_of, split_reference, title};
use super::source::Source;
use super::store::Store;
use super::wire::{Config, DockerImage};
use super::{Choice, LayerSource, Opened, OpenedLayer};
use crate::Error;
use crate::model::{Digest, Image, Issue, IssueCode, Severity};
use sha2::{Digest as _, Sha256};

/// Opens a docker-archive.
///
/// # Errors
/// When nothing fits the choice, or the configuration does not hash to the name that it has.
pub fn open(store: &Store, source: &Source, choice: &Choice) -> Result<Opened, Error> {
    let malformed = |why: String| Error::Malformed { name: "manifest.json".into(), why };
    let bytes = store.read("manifest.json")?.ok_or_else(|| malformed("it is not there".into()))?;
    let images: Vec<DockerImage> = serde_json::from_slice(&bytes).map_err(|e| malformed(e.to_string()))?;
    let chosen = choose(images, choice)?;
    let bytes = store
        .read(&chosen.config)?
        .ok_or_else(|| malformed(format!("the configuration {:?} is not in the archive", chosen.config)))?;
    let id = Digest::sha256(&Sha256::digest(&bytes).into());
    check_name(&chosen.config, &id)?;
    let config: Config = serde_json::from_slice(&bytes)
        .map_err(|e| Error::Malformed { name: chosen.config.clone(), why: e.to_string() })?;
    let platform = platform_of(&config);
    if let Some(wanted) = &choice.platform
        && !fits_text(&platform, wanted)?
    {
        return Err(Error::NoSuchPlatform { wanted: wanted.clone(), available: vec![platform.to_string()] });
    }
    let name = chosen.repo_tags.first().cloned();
    let (repository, tag) = name.as_deref().map_or((None, None), split_reference);
    let mut issues = Vec::new();
    let mut image = Image {
        reference: name.as_deref().map_or(source.name.clone(), Into::into),
        name: title(&repository, &config, source),
        repository: repository.map(Into::into),
        tag: tag.map(Into::into),
        digest: Some(id.clone()),
        config_digest: Some(id),
        platform: Some(platform),
        source: "docker-archive",
        ..Image::default()
    };
    let layers = chosen.layers.iter().enumerate().map(|(i, member)| layer(store, member, i as u32, &mut issues));
    let layers = layers.collect();
    let layers = describe(&mut image, &config, layers, &mut issues);
    Ok(Opened { image, layers, bases: Vec::new(), issues })
}

fn choose(mut images: Vec<DockerImage>, choice: &Choice) -> Result<DockerImage, Error> {
    let label = |i: &DockerImage| i.repo_tags.first().cloned().unwrap_or_else(|| i.config.clone());
    let available: Vec<String> = images.iter().map(label).collect();
    if let Some(wanted) = &choice.image {
        images.retain(|i| {
            i.repo_tags.iter().any(|t| names_match(t, wanted))
                || claimed_digest(&i.config).is_some_and(|d| digest_matches(d.as_str(), wanted))
        });
        if images.is_empty() {
            return Err(Error::NoSuchImage { wanted: wanted.clone(), available });
        }
    }
    // One image for several platforms stands there once a platform, under one tag.
    match images.len() {
        0 => Err(Error::Malformed { name: "manifest.json".into(), why: "it names no image".into() }),
        1 => Ok(images.remove(0)),
        _ => Err(Error::SeveralImages { available }),
    }
}

fn layer(store: &Store, member: &str, index: u32, issues: &mut Vec<Issue>) -> OpenedLayer {
    let source = store.layer(member);
    if matches!(source, LayerSource::Missing) {
        issues.push(Issue {
            layer: Some(index),
            path: "".into(),
            code: IssueCode("layer-missing"),
            severity: Severity::Error,
            message: format!("{member:?} is not in the archive; what it holds is not in this report").into(),
        });
    }
    // Only the blobs of an OCI layout are named by what they hash to; `<id>/layer.tar` is not.
    let digest = member.strip_prefix("blobs/").and_then(|rest| Digest::parse(&rest.replacen('/', ":", 1)));
    OpenedLayer { source, digest, size: None, diff_id: None }
}

/// The digest that a configuration's name claims: `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`.
fn claimed_digest(member: &str) -> Option<Digest> {
    let base = member.rsplit('/').next().unwrap_or(member);
    let hex = base.strip_prefix("sha256:").unwrap_or(base);
    let hex = hex.strip_suffix(".json").unwrap_or(hex);
    Digest::parse(&format!("sha256:{hex}"))
}

fn check_name(member: &str, id: &Digest) -> Result<(), Error> {
    match claimed_digest(member) {
        Some(claimed) if claimed != *id => Err(Error::DigestMismatch {
            what: format!("the configuration {member}"),
            expected: claimed.to_string(),
            actual: id.to_string(),
        }),
        _ => Ok(()),
    }
}
