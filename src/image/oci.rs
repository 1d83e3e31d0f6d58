//! OCI image layouts (OCI image specification 1.1, "Image Layout"): from `index.json` through nested indexes to one manifest.

use super::source::Source;
use super::store::Store;
use super::wire::{Config, Descriptor, Manifest};
use super::{Choice, LayerSource, Opened, OpenedLayer, image_issue};
use crate::Error;
use crate::model::{Digest, History, Image, Issue, IssueCode, Layer, Platform, Severity};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Indexes in indexes; real ones have two.
const MAX_INDEX_DEPTH: usize = 8;
/// Manifests of one layout; multi-platform images have some thirty.
const MAX_MANIFESTS: usize = 10_000;

/// One manifest that could be meant.
struct Candidate {
    names: Vec<String>,
    descriptor: Descriptor,
    platform: Platform,
    manifest: Manifest,
    config: Config,
    config_digest: Option<Digest>,
}

/// Opens a layout.
///
/// # Errors
/// When nothing fits the choice, or bytes do not hash to their names.
pub fn open(store: &Store, source: &Source, choice: &Choice) -> Result<Opened, Error> {
    let index = read_json::<Manifest>(store, "index.json")?
        .ok_or_else(|| Error::Malformed { name: source.name.to_string(), why: "it has no index.json".into() })?;
    let mut issues = Vec::new();
    let mut found = Vec::new();
    let manifests = index.manifests.unwrap_or_default();
    collect(store, manifests, &[], 0, &mut found, &mut issues)?;
    let candidate = choose(found, choice, source, &mut issues)?;
    let Some(candidate) = candidate else {
        // Nothing in it is an image: the issues say what there is.
        let image =
            Image { reference: source.name.clone(), name: source.title(), source: kind_of(store), ..Image::default() };
        return Ok(Opened { image, layers: Vec::new(), bases: Vec::new(), issues });
    };
    let full = candidate.names.iter().find(|n| n.contains('/') || n.contains(':'));
    let name = full.or(candidate.names.first()).cloned();
    let (repository, tag) = match &name {
        Some(n) if full.is_some() => split_reference(n),
        Some(tag) => (None, Some(tag.clone())),
        None => (None, None),
    };
    let descriptors = candidate.manifest.layers.clone().unwrap_or_default();
    let mut image = Image {
        reference: name.as_deref().map_or(source.name.clone(), Into::into),
        name: title(&repository, &candidate.config, source),
        repository: repository.map(Into::into),
        tag: tag.map(Into::into),
        digest: Digest::parse(&candidate.descriptor.digest),
        config_digest: candidate.config_digest.clone(),
        platform: Some(candidate.platform.clone()),
        source: kind_of(store),
        annotations: boxed(&candidate.manifest.annotations),
        ..Image::default()
    };
    let layers = descriptors.iter().enumerate().map(|(i, d)| layer(store, d, i as u32, &mut issues)).collect();
    let layers = describe(&mut image, &candidate.config, layers, &mut issues);
    Ok(Opened { image, layers, bases: Vec::new(), issues })
}

fn kind_of(store: &Store) -> &'static str {
    if matches!(store, Store::Folder(_)) { "oci-dir" } else { "oci-archive" }
}

fn collect(
    store: &Store,
    descriptors: Vec<Descriptor>,
    names: &[String],
    depth: usize,
    out: &mut Vec<Candidate>,
    issues: &mut Vec<Issue>,
) -> Result<(), Error> {
    for descriptor in descriptors {
        if depth > MAX_INDEX_DEPTH || out.len() >= MAX_MANIFESTS {
            issues.push(image_issue(
                "index-limit",
                Severity::Error,
                format!("indexes are nested deeper than {MAX_INDEX_DEPTH} or name more than {MAX_MANIFESTS} manifests; the rest was left out"),
            ));
            return Ok(());
        }
        let platform = descriptor.platform.as_ref();
        let attests =
            descriptor.annotations.get("vnd.docker.reference.type").map(String::as_str) == Some("attestation-manifest");
        if attests || platform.is_some_and(|p| p.os == "unknown" && p.architecture == "unknown") {
            continue;
        }
        let mut own: Vec<String> = names.to_vec();
        for key in ["io.containerd.image.name", "org.opencontainers.image.ref.name"] {
            if let Some(name) = descriptor.annotations.get(key).filter(|n| !n.is_empty() && !own.contains(*n)) {
                own.push(name.clone());
            }
        }
        let Some(bytes) = read_blob(store, &descriptor, "manifest")? else {
            issues.push(image_issue(
                "manifest-missing",
                Severity::Info,
                format!(
                    "the index names {} ({}), which the archive does not hold",
                    descriptor.digest,
                    platform_text(&descriptor)
                ),
            ));
            continue;
        };
        let manifest: Manifest = match serde_json::from_slice(&bytes) {
            Ok(manifest) => manifest,
            Err(e) => {
                issues.push(not_an_image(&descriptor, &format!("its manifest cannot be read: {e}")));
                continue;
            }
        };
        if let Some(nested) = manifest.manifests {
            collect(store, nested, &own, depth + 1, out, issues)?;
            continue;
        }
        let Some(config_descriptor) = manifest.config.clone() else {
            issues.push(not_an_image(&descriptor, "its manifest has no configuration"));
            continue;
        };
        let is_config = matches!(
            config_descriptor.media_type.as_str(),
            "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json" | ""
        );
        if !is_config || manifest.artifact_type.is_some() && config_descriptor.media_type.contains("empty") {
            let kind = manifest.artifact_type.clone().unwrap_or(config_descriptor.media_type);
            issues.push(not_an_image(&descriptor, &format!("it is an artefact of type {kind}")));
            continue;
        }
        let Some(bytes) = read_blob(store, &config_descriptor, "configuration")? else {
            issues.push(image_issue(
                "config-missing",
                Severity::Error,
                format!(
                    "the configuration {} of {} is not in the archive",
                    config_descriptor.digest, descriptor.digest
                ),
            ));
            continue;
        };
        let config: Config = match serde_json::from_slice(&bytes) {
            Ok(config) => config,
            Err(e) => {
                issues.push(not_an_image(&descriptor, &format!("its configuration cannot be read: {e}")));
                continue;
            }
        };
        let platform = match &descriptor.platform {
            Some(p) if !p.os.is_empty() => Platform {
                os: p.os.as_str().into(),
                architecture: p.architecture.as_str().into(),
                variant: p.variant.as_deref().filter(|v| !v.is_empty()).map(Into::into),
            },
            _ => platform_of(&config),
        };
        let config_digest = Some(Digest::sha256(&Sha256::digest(&bytes).into()));
        out.push(Candidate { names: own, descriptor, platform, manifest, config, config_digest });
    }
    Ok(())
}

fn choose(
    mut found: Vec<Candidate>,
    choice: &Choice,
    source: &Source,
    issues: &mut [Issue],
) -> Result<Option<Candidate>, Error> {
    let label = |c: &Candidate| c.names.first().cloned().unwrap_or_else(|| c.descriptor.digest.clone());
    let labels =
        |found: &[Candidate]| -> Vec<String> { found.iter().map(label).collect::<BTreeSet<_>>().into_iter().collect() };
    if let Some(wanted) = &choice.image {
        let available = labels(&found);
        found
            .retain(|c| c.names.iter().any(|n| names_match(n, wanted)) || digest_matches(&c.descriptor.digest, wanted));
        if found.is_empty() {
            return Err(Error::NoSuchImage { wanted: wanted.clone(), available });
        }
    } else {
        // Manifests without a name stand for one image on several platforms; one platform twice makes them several.
        let several_names = found.iter().map(|c| &c.names).collect::<BTreeSet<_>>().len() > 1;
        let unnamed = found.iter().all(|c| c.names.is_empty());
        let mut seen = BTreeSet::new();
        let twice = found.iter().any(|c| !seen.insert(&c.platform));
        let digests = found.iter().map(|c| &c.descriptor.digest).collect::<BTreeSet<_>>().len();
        if digests > 1 && (several_names || (unnamed && twice)) {
            return Err(Error::SeveralImages { available: labels(&found) });
        }
    }
    // One image under several names is one.
    let mut digests = BTreeSet::new();
    found.retain(|c| digests.insert(c.descriptor.digest.clone()));
    let available: Vec<String> =
        found.iter().map(|c| c.platform.to_string()).collect::<BTreeSet<_>>().into_iter().collect();
    if let Some(wanted) = &choice.platform {
        let wanted = parse_platform(wanted)?;
        found.retain(|c| fits(&c.platform, &wanted));
        if found.is_empty() {
            return Err(Error::NoSuchPlatform { wanted: wanted.to_string(), available });
        }
    } else if found.len() > 1 {
        let host = host_platform();
        found.retain(|c| fits(&c.platform, &host));
        if found.is_empty() {
            return Err(Error::SeveralPlatforms { available });
        }
    }
    if found.len() > 1 {
        return Err(Error::SeveralPlatforms { available });
    }
    if found.is_empty() {
        if issues.is_empty() {
            return Err(Error::Malformed { name: source.name.to_string(), why: "its index names no image".into() });
        }
        for issue in issues.iter_mut().filter(|i| i.code.0 == "manifest-missing") {
            issue.severity = Severity::Error;
        }
    }
    Ok(found.pop())
}

fn layer(store: &Store, descriptor: &Descriptor, index: u32, issues: &mut Vec<Issue>) -> OpenedLayer {
    let mut issue = |code, severity, message: String| {
        issues.push(Issue {
            layer: Some(index),
            path: "".into(),
            code: IssueCode(code),
            severity,
            message: message.into(),
        });
    };
    let digest = Digest::parse(&descriptor.digest);
    let found = digest.as_ref().map_or(LayerSource::Missing, |d| store.layer(&blob_name(d)));
    let media = descriptor.media_type.as_str();
    let foreign = media.contains("nondistributable") || media.contains(".foreign.");
    let mut taken = found;
    if media.ends_with("+encrypted") {
        issue(
            "encrypted-layer",
            Severity::Error,
            format!("the layer {} is encrypted; what it holds is not in this report", descriptor.digest),
        );
        taken = LayerSource::Missing;
    } else if matches!(taken, LayerSource::Missing) {
        let (code, what) = if foreign {
            ("foreign-layer", "is foreign (its bytes are kept elsewhere by its owner)")
        } else if digest.is_none() {
            ("layer-missing", "has no valid digest")
        } else {
            ("layer-missing", "is not in the archive")
        };
        issue(
            code,
            Severity::Error,
            format!("the layer {} {what}; what it holds is not in this report", descriptor.digest),
        );
    } else if foreign {
        issue(
            "foreign-layer",
            Severity::Warning,
            format!("the layer {} may not be distributed freely, says its media type; it was read", descriptor.digest),
        );
    } else if !is_known_layer(media) {
        issue(
            "unknown-media-type",
            Severity::Warning,
            format!(
                "the layer {} is of the unknown media type {media:?}; it was read as its bytes look",
                descriptor.digest
            ),
        );
    }
    OpenedLayer { source: taken, digest, size: descriptor.size, diff_id: None }
}

fn is_known_layer(media: &str) -> bool {
    media.is_empty()
        || matches!(
            media,
            "application/vnd.oci.image.layer.v1.tar"
                | "application/vnd.oci.image.layer.v1.tar+gzip"
                | "application/vnd.oci.image.layer.v1.tar+zstd"
                | "application/vnd.docker.image.rootfs.diff.tar"
                | "application/vnd.docker.image.rootfs.diff.tar.gzip"
                | "application/vnd.docker.image.rootfs.diff.tar.zstd"
        )
}

/// Fills in what the configuration says of the image and its layers.
pub(super) fn describe(
    image: &mut Image,
    config: &Config,
    mut layers: Vec<OpenedLayer>,
    issues: &mut Vec<Issue>,
) -> Vec<OpenedLayer> {
    image.created = config.created.as_deref().and_then(seconds);
    image.labels = boxed(&config.config.labels);
    image.history = config
        .history
        .iter()
        .map(|h| History {
            created_by: h.created_by.as_deref().unwrap_or("").into(),
            empty_layer: h.empty_layer,
            comment: h.comment.as_deref().filter(|c| !c.is_empty()).map(Into::into),
        })
        .collect();
    let diff_ids: Vec<Option<Digest>> = config.rootfs.diff_ids.iter().map(|d| Digest::parse(d)).collect();
    if diff_ids.len() != layers.len() {
        issues.push(image_issue(
            "diff-ids-differ",
            Severity::Warning,
            format!(
                "the configuration names {} layers, the manifest {}; diffIDs are left out",
                diff_ids.len(),
                layers.len()
            ),
        ));
    } else {
        for (layer, diff_id) in layers.iter_mut().zip(diff_ids) {
            layer.diff_id = diff_id;
        }
    }
    let steps: Vec<&History> = image.history.iter().filter(|h| !h.empty_layer).collect();
    let told = steps.len() == layers.len();
    if !told && !image.history.is_empty() {
        issues.push(image_issue(
            "history-differs",
            Severity::Info,
            format!(
                "the history tells of {} layers, there are {}; instructions are left out",
                steps.len(),
                layers.len()
            ),
        ));
    }
    image.layers = (0..layers.len())
        .map(|i| Layer {
            index: i as u32,
            digest: layers[i].digest.clone(),
            diff_id: layers[i].diff_id.clone(),
            created_by: told.then(|| steps[i].created_by.clone()).filter(|s| !s.is_empty()),
            ..Layer::default()
        })
        .collect();
    if config.os == "windows" {
        for (i, layer) in layers.iter_mut().enumerate() {
            layer.source = LayerSource::Missing;
            issues.push(Issue {
                layer: Some(i as u32),
                path: "".into(),
                code: IssueCode("windows-layer"),
                severity: Severity::Error,
                message: "a Windows layer; it was not read, what it holds is not in this report".into(),
            });
        }
    }
    layers
}

/// The platform that a configuration states.
pub(super) fn platform_of(config: &Config) -> Platform {
    let or = |s: &str, default: &str| -> Box<str> { if s.is_empty() { default } else { s }.into() };
    Platform {
        os: or(&config.os, "linux"),
        architecture: or(&config.architecture, "unknown"),
        variant: config.variant.as_deref().filter(|v| !v.is_empty()).map(Into::into),
    }
}

/// What to call an image: its repository, its title, else the file's name.
pub(super) fn title(repository: &Option<String>, config: &Config, source: &Source) -> Box<str> {
    let label = config.config.labels.get("org.opencontainers.image.title");
    match (repository, label) {
        (Some(r), _) => r.as_str().into(),
        (None, Some(t)) if !t.trim().is_empty() => t.trim().into(),
        _ => source.title(),
    }
}

/// A reference to its repository and tag: `host:5000/a/b:tag@digest`.
pub(super) fn split_reference(reference: &str) -> (Option<String>, Option<String>) {
    let named = reference.split('@').next().unwrap_or(reference);
    let after_slash = named.rfind('/').map_or(0, |i| i + 1);
    match named[after_slash..].rfind(':') {
        Some(colon) => {
            (Some(named[..after_slash + colon].to_string()), Some(named[after_slash + colon + 1..].to_string()))
        }
        None => (Some(named.to_string()), None),
    }
}

/// Whether a reference that the user typed means this name: `alpine` means `docker.io/library/alpine:latest`.
pub(super) fn names_match(name: &str, wanted: &str) -> bool {
    let full = |s: &str| {
        let (repository, tag) = split_reference(s);
        let repository = repository.unwrap_or_default();
        let repository = repository.strip_prefix("docker.io/").unwrap_or(&repository);
        let repository = repository.strip_prefix("library/").unwrap_or(repository).to_string();
        (repository, tag.unwrap_or_else(|| "latest".into()))
    };
    name == wanted || full(name) == full(wanted)
}

/// Whether what the user typed is this digest, or enough of its beginning.
pub(super) fn digest_matches(digest: &str, wanted: &str) -> bool {
    /// As many characters as Docker shows.
    const SHORT: usize = 12;
    let hex = digest.split_once(':').map_or(digest, |(_, h)| h);
    let wanted = wanted.strip_prefix("sha256:").unwrap_or(wanted);
    wanted.len() >= SHORT && hex.starts_with(wanted)
}

fn parse_platform(text: &str) -> Result<Platform, Error> {
    let mut parts = text.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(os), Some(arch), variant, None) if !os.is_empty() && !arch.is_empty() => Ok(Platform {
            os: os.to_lowercase().into(),
            architecture: go_architecture(&arch.to_lowercase()).into(),
            variant: variant.map(|v| v.to_lowercase().into()),
        }),
        _ => Err(Error::Usage(format!(
            "{text:?} is no platform; write os/arch or os/arch/variant, as in linux/arm64/v8"
        ))),
    }
}

/// Go's name for an architecture that goes by others too.
fn go_architecture(name: &str) -> &str {
    match name {
        "x86_64" | "x86-64" => "amd64",
        "aarch64" => "arm64",
        "i386" | "i686" | "x86" => "386",
        "armhf" | "armv7" => "arm",
        "powerpc64le" => "ppc64le",
        other => other,
    }
}

/// Containers run Linux, whatever the host.
fn host_platform() -> Platform {
    Platform { os: "linux".into(), architecture: go_architecture(std::env::consts::ARCH).into(), variant: None }
}

/// Whether an image fits a request; a request without variant takes any, and arm64 means v8.
pub(super) fn fits(image: &Platform, wanted: &Platform) -> bool {
    let variant = |p: &Platform| match (&*p.architecture, p.variant.as_deref()) {
        ("arm64", None) => Some("v8".to_string()),
        (_, v) => v.map(str::to_string),
    };
    image.os == wanted.os
        && go_architecture(&image.architecture) == &*wanted.architecture
        && (wanted.variant.is_none() || variant(image) == variant(wanted))
}

pub(super) fn fits_text(image: &Platform, wanted: &str) -> Result<bool, Error> {
    Ok(fits(image, &parse_platform(wanted)?))
}

fn platform_text(descriptor: &Descriptor) -> String {
    descriptor.platform.as_ref().map_or_else(
        || "no platform".to_string(),
        |p| format!("{}/{}{}", p.os, p.architecture, p.variant.as_ref().map(|v| format!("/{v}")).unwrap_or_default()),
    )
}

fn not_an_image(descriptor: &Descriptor, why: &str) -> Issue {
    image_issue("not-an-image", Severity::Error, format!("{} is no image: {why}; it was left out", descriptor.digest))
}

/// `blobs/<algorithm>/<hex>`.
pub(super) fn blob_name(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm(), digest.hex())
}

fn read_json<T: serde::de::DeserializeOwned>(store: &Store, name: &str) -> Result<Option<T>, Error> {
    let Some(bytes) = store.read(name)? else { return Ok(None) };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(bytes).map(Some).map_err(|e| Error::Malformed { name: name.to_string(), why: e.to_string() })
}

/// A manifest or configuration, checked against its descriptor.
pub(super) fn read_blob(store: &Store, descriptor: &Descriptor, what: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(digest) = Digest::parse(&descriptor.digest) else {
        return Err(Error::Malformed { name: what.to_string(), why: format!("{:?} is no digest", descriptor.digest) });
    };
    let Some(bytes) = store.read(&blob_name(&digest))? else { return Ok(None) };
    let actual = match digest.algorithm() {
        "sha256" => Digest::sha256(&Sha256::digest(&bytes).into()),
        // Registered in the specification and never seen; nothing to check against.
        _ => digest.clone(),
    };
    if actual != digest {
        return Err(Error::DigestMismatch {
            what: format!("the {what} {digest}"),
            expected: digest.to_string(),
            actual: actual.to_string(),
        });
    }
    match descriptor.size {
        Some(size) if size != bytes.len() as u64 => Err(Error::SizeMismatch {
            what: format!("the {what} {digest}"),
            expected: size,
            actual: bytes.len() as u64,
        }),
        _ => Ok(Some(bytes)),
    }
}

fn boxed(map: &BTreeMap<String, String>) -> BTreeMap<Box<str>, Box<str>> {
    map.iter().map(|(k, v)| (k.as_str().into(), v.as_str().into())).collect()
}

/// RFC 3339 to seconds since 1970.
fn seconds(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|t| t.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_split() {
        let split = |s| {
            let (r, t) = split_reference(s);
            format!("{} {}", r.unwrap_or_default(), t.unwrap_or_default())
        };
        assert_eq!(split("alpine:3.20"), "alpine 3.20");
        assert_eq!(split("host:5000/a/b"), "host:5000/a/b ");
        assert_eq!(split("host:5000/a/b:t@sha256:00"), "host:5000/a/b t");
        assert!(names_match("docker.io/library/alpine:latest", "alpine"));
        assert!(!names_match("docker.io/library/alpine:3.20", "alpine"));
    }

    #[test]
    fn platforms_fit() {
        let p = |s: &str| parse_platform(s).unwrap();
        for (image, wanted, expected) in [
            ("linux/amd64", "linux/x86_64", true),
            ("linux/arm64/v8", "linux/arm64", true),
            ("linux/arm64", "linux/arm64/v8", true),
            ("linux/arm/v6", "linux/arm/v7", false),
            ("linux/arm/v6", "linux/arm", true),
            ("linux/amd64", "linux/arm64", false),
        ] {
            assert_eq!(fits(&p(image), &p(wanted)), expected, "{image} {wanted}");
        }
        assert!(parse_platform("linux").is_err());
        assert!(parse_platform("a/b/c/d").is_err());
    }
}
