//! Images and their layers (OCI image specification 1.1).

use std::collections::BTreeMap;
use std::fmt;

/// `algorithm:hex`, as in OCI descriptors. Only `sha256` is ever computed here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(Box<str>);

impl Digest {
    /// Takes a digest in its printed form; `None` where it is not `algorithm:hex` (OCI descriptor, digests).
    pub fn parse(s: &str) -> Option<Digest> {
        let (algorithm, hex) = s.split_once(':')?;
        let good = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"+._-".contains(&c);
        let length = match algorithm {
            "md5" => 32,
            "sha1" => 40,
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => hex.len(),
        };
        let ok = !algorithm.is_empty()
            && algorithm.bytes().all(good)
            && !hex.is_empty()
            && hex.len() == length
            && hex.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
        ok.then(|| Digest(s.into()))
    }

    /// The SHA-256 digest from its 32 bytes.
    pub fn sha256(bytes: &[u8; 32]) -> Digest {
        use fmt::Write;
        let mut s = String::with_capacity(71);
        s.push_str("sha256:");
        for b in bytes {
            let _ = write!(s, "{b:02x}");
        }
        Digest(s.into())
    }

    /// `algorithm:hex`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the colon.
    pub fn algorithm(&self) -> &str {
        self.0.split(':').next().unwrap_or("")
    }

    /// The part after the colon.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an image runs on, in Go's names (OCI image index, `platform`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// `linux`, `windows`, ...
    pub os: Box<str>,
    /// `amd64`, `arm64`, ...
    pub architecture: Box<str>,
    /// `v7`, `v8`, ...
    pub variant: Option<Box<str>>,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(v) => write!(f, "/{v}"),
            None => Ok(()),
        }
    }
}

/// One step of the image's making (OCI image configuration, `history`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The instruction, as the builder wrote it.
    pub created_by: Box<str>,
    /// Whether it made no layer.
    pub empty_layer: bool,
    /// What the builder noted beside it: mostly its own name, with buildah what the build began from.
    pub comment: Option<Box<str>>,
}

/// How it is known where the base image ends, from sure to guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseEvidence {
    /// The lowest layers are those of a base image that the user named (same diffIDs).
    Given,
    /// The build recorded the base image's layers or its topmost one (provenance, a builder's label).
    Recorded,
    /// Annotations or labels name the base image; where it ends is read from the history.
    Named,
    /// The history alone.
    History,
}

impl BaseEvidence {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            BaseEvidence::Given => "given",
            BaseEvidence::Recorded => "recorded",
            BaseEvidence::Named => "named",
            BaseEvidence::History => "history",
        }
    }

    /// Whether the boundary is known rather than guessed.
    pub fn is_certain(self) -> bool {
        matches!(self, BaseEvidence::Given | BaseEvidence::Recorded)
    }
}

/// The base image that this image stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// How many of the lowest layers are the base's.
    pub layers: u32,
    /// Its name, where something says it.
    pub name: Option<Box<str>>,
    /// The digest of its manifest, where something says it.
    pub digest: Option<Digest>,
    /// How it is known where the base ends.
    pub evidence: BaseEvidence,
    /// The same in a sentence: what was read, and where.
    pub note: Box<str>,
}

/// What was scanned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// The tag, else the file's base name; never a folder of the machine.
    pub reference: Box<str>,
    /// What to call it: the repository, else its title label, else the file's base name without endings.
    pub name: Box<str>,
    /// The repository part of the reference (`docker.io/library/alpine`), where the image names one.
    pub repository: Option<Box<str>>,
    /// The tag alone, where there is one.
    pub tag: Option<Box<str>>,
    /// The manifest's digest; for a docker-archive the image id. `None` for a root file system.
    pub digest: Option<Digest>,
    /// The digest of the configuration (the image id).
    pub config_digest: Option<Digest>,
    /// `None` for a root file system.
    pub platform: Option<Platform>,
    /// How the image came to us: `docker-archive`, `oci-archive`, `oci-dir`, `rootfs-dir`, `rootfs-tar`.
    pub source: &'static str,
    /// When the image says that it was made: seconds since 1970, UTC.
    pub created: Option<i64>,
    /// Labels of the configuration.
    pub labels: BTreeMap<Box<str>, Box<str>>,
    /// Annotations of the manifest.
    pub annotations: BTreeMap<Box<str>, Box<str>>,
    /// The steps, those without a layer too.
    pub history: Vec<History>,
    /// From the lowest to the highest.
    pub layers: Vec<Layer>,
    /// The base image, where it is known where it ends.
    pub base: Option<Base>,
}

/// One layer, as it is reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// Zero-based, from the lowest.
    pub index: u32,
    /// Of the blob as it lies in the source: verified where the source gives one to verify against.
    pub digest: Option<Digest>,
    /// Of the uncompressed archive, as the configuration claims it (verified only on request).
    pub diff_id: Option<Digest>,
    /// Uncompressed size of the archive in bytes.
    pub size: u64,
    /// Size of the blob as it lies in the source, in bytes.
    pub blob_size: u64,
    /// The instruction that made it.
    pub created_by: Option<Box<str>>,
    /// Whether it is of the base image or of the application, where that is known.
    pub origin: Option<&'static str>,
    /// How many files, links and folders it holds, whiteouts too.
    pub entries: u64,
}

impl Image {
    /// `base` or `app`: to which side something belongs that this layer brought; `None` where no base is known.
    pub fn origin_of(&self, layer: u32) -> Option<&'static str> {
        let base = self.base.as_ref()?;
        Some(if layer < base.layers { "base" } else { "app" })
    }

    /// The name and the reference in one line for people: `storefront (latest)`.
    pub fn title(&self) -> String {
        if self.name.is_empty() || self.reference.contains(&*self.name) {
            self.reference.to_string()
        } else {
            format!("{} ({})", self.name, self.reference)
        }
    }
}
