//! Where images come from. Opens a source, recognises its kind, chooses the image and the platform, checks manifest and
//! configuration, and says where each layer's bytes are. Knows nothing of packages.
//!
//! In reading order: [`source`] (what the user named), [`store`] (named blobs, whatever holds them), [`stream`] (archives that can
//! only be read from front to back), [`wire`] (the JSON documents), [`oci`] (OCI image layouts), [`docker`]
//! (what `docker save` writes), [`base`] (where the base image ends).

pub mod base;
pub mod docker;
pub mod oci;
pub mod source;
pub mod store;
pub mod stream;
pub mod wire;

use crate::Error;
use crate::layers::{LayerScan, Place};
use crate::model::{Base, Digest, Image, Issue, IssueCode, Severity};
use source::Kind;
pub use source::Source;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use store::Store;

/// Which image of a source.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// `os/arch[/variant]`; by default the host's, else the only one.
    pub platform: Option<String>,
    /// A reference, where the archive holds several images.
    pub image: Option<String>,
}

/// Where one layer's bytes are.
#[derive(Clone, Debug)]
pub enum LayerSource {
    /// In a part of a file.
    Place(Place),
    /// They passed by and were walked.
    Passed {
        /// What the walk found.
        scan: Arc<LayerScan>,
        /// The archive and the member to read again, where that is possible.
        again: Option<(PathBuf, Box<str>)>,
    },
    /// A folder of the machine.
    Folder(PathBuf),
    /// Nowhere: an issue of the image says why.
    Missing,
}

/// One layer of an opened image.
#[derive(Clone, Debug)]
pub struct OpenedLayer {
    /// Where its bytes are.
    pub source: LayerSource,
    /// What the blob should hash to, where the image says it.
    pub digest: Option<Digest>,
    /// How long the blob should be.
    pub size: Option<u64>,
    /// What the uncompressed archive should hash to, as the configuration says.
    pub diff_id: Option<Digest>,
}

/// An image, ready to be walked.
#[derive(Debug)]
pub struct Opened {
    /// Everything but the layers' sizes, which the walk finds out.
    pub image: Image,
    /// The layers from the lowest to the highest, as many as `image.layers`.
    pub layers: Vec<OpenedLayer>,
    /// Where its base image ends, from what the source itself says: the surest first, none where nothing says it.
    pub bases: Vec<Base>,
    /// Trouble with the image as a whole or with layers that cannot be walked.
    pub issues: Vec<Issue>,
}

/// Walks a layer as it arrives: what [`stream`] calls for each member that may be one.
pub type WalkStream<'a> = &'a (dyn Fn(&mut dyn Read, bool) -> std::io::Result<LayerScan> + Sync);

/// Opens a source.
///
/// # Errors
/// When it cannot be read, is of no known kind, does not hold what was asked for, or does not hash to its own names.
pub fn open(source: &Source, choice: &Choice, walk: WalkStream<'_>) -> Result<Opened, Error> {
    let store = match source.detect()? {
        Kind::Folder(kind) => match kind {
            source::FolderKind::Rootfs => return Ok(rootfs(source, LayerSource::Folder(source.path.clone()), choice)),
            source::FolderKind::Oci | source::FolderKind::Docker => Store::Folder(source.path.clone()),
        },
        Kind::Tar => match Store::index_archive(&source.path, source)? {
            Some(store) => store,
            None => {
                let length = std::fs::metadata(&source.path).map_err(Error::io(source.name.as_ref()))?.len();
                let place = Place { file: source.path.clone(), offset: 0, length };
                return Ok(rootfs(source, LayerSource::Place(place), choice));
            }
        },
        Kind::Stream => match stream::read(source, walk)? {
            stream::Passed::Archive(store) => store,
            stream::Passed::Rootfs(scan) => {
                let again = source.again().map(|p| (p, "".into()));
                let mut opened = rootfs(source, LayerSource::Passed { scan: Arc::new(scan), again }, choice);
                opened.image.source = "rootfs-tar";
                return Ok(opened);
            }
        },
    };
    // What `docker save` writes today is both; it is read as what it was meant to be.
    let mut opened = match source.forced {
        Some(source::Forced::OciArchive | source::Forced::OciDir) => oci::open(&store, source, choice),
        Some(source::Forced::DockerArchive) => docker::open(&store, source, choice),
        _ if store.has("manifest.json") => docker::open(&store, source, choice),
        _ if store.has("index.json") => oci::open(&store, source, choice),
        _ => Err(Error::UnknownKind {
            name: source.name.to_string(),
            why: "it holds neither manifest.json nor index.json".into(),
        }),
    }?;
    opened.bases = base::told(&store, &opened.image, &mut opened.issues);
    Ok(opened)
}

fn rootfs(source: &Source, layer: LayerSource, choice: &Choice) -> Opened {
    let mut issues = Vec::new();
    if choice.platform.is_some() || choice.image.is_some() {
        issues.push(image_issue(
            "option-ignored",
            Severity::Info,
            "a root file system has neither platform nor name; --platform and --image mean nothing here",
        ));
    }
    let is_folder = matches!(layer, LayerSource::Folder(_));
    let image = Image {
        reference: source.name.clone(),
        name: source.title(),
        source: if is_folder { "rootfs-dir" } else { "rootfs-tar" },
        layers: vec![crate::model::Layer::default()],
        ..Image::default()
    };
    let layers = vec![OpenedLayer { source: layer, digest: None, size: None, diff_id: None }];
    Opened { image, layers, bases: Vec::new(), issues }
}

fn image_issue(code: &'static str, severity: Severity, message: impl Into<Box<str>>) -> Issue {
    Issue { layer: None, path: "".into(), code: IssueCode(code), severity, message: message.into() }
}
