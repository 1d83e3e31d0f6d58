//! Named blobs, whatever holds them: a folder, an archive that is read where it lies, or what passed by in a stream.

use super::source::{Forced, Source};
use super::{LayerSource, stream};
use crate::Error;
use crate::layers::path::{self, Normal};
use crate::layers::tar::{Kind, Reader, Skip};
use crate::layers::{LayerScan, Place};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

/// Manifests and configurations beyond this are no images: registries refuse more than 4 MiB.
pub const MAX_JSON_BYTES: u64 = 16 << 20;
/// An archive has a few members a layer; this is far beyond any image.
const MAX_MEMBERS: usize = 1_000_000;
/// Links between members: Docker writes one, from a layer to its twin.
const MAX_MEMBER_LINKS: usize = 8;

/// What holds the blobs.
#[derive(Debug)]
pub enum Store {
    /// A folder of the machine.
    Folder(PathBuf),
    /// An uncompressed archive.
    Archive {
        /// Members by name.
        members: HashMap<String, Place>,
        /// Links between members.
        links: HashMap<String, String>,
    },
    /// A stream that passed.
    Passed {
        /// Small JSON members by name.
        json: HashMap<String, Vec<u8>>,
        /// Members that may be layers, walked.
        layers: HashMap<String, Arc<LayerScan>>,
        /// Links between members.
        links: HashMap<String, String>,
        /// The compressed archive, where it can be read again.
        again: Option<PathBuf>,
    },
}

impl Store {
    /// Lists an archive's members by seeking past their bodies. `None` when it is a root file system.
    ///
    /// # Errors
    /// When it cannot be read or has too many members.
    pub fn index_archive(file: &std::path::Path, source: &Source) -> Result<Option<Store>, Error> {
        if source.forced == Some(Forced::RootfsTar) {
            return Ok(None);
        }
        let at = || Error::io(source.name.as_ref());
        let opened = File::open(file).map_err(at())?;
        let length = opened.metadata().map_err(at())?.len();
        let mut tar = Reader::new(Seeked { inner: BufReader::with_capacity(8 << 10, opened), length });
        let mut members = HashMap::new();
        let mut links = HashMap::new();
        let mut first = true;
        while let Some(header) = tar.next_header().map_err(at())? {
            let (Normal::Path(name) | Normal::Clamped(name)) = path::normalise(&header.path) else { continue };
            if name.is_empty() {
                continue;
            }
            // A root file system is known by its first member; the rest of a large one need not be listed.
            if first && source.forced.is_none() && !stream::is_image_member(&name) {
                return Ok(None);
            }
            first = false;
            if members.len() + links.len() >= MAX_MEMBERS {
                return Err(Error::Malformed {
                    name: source.name.to_string(),
                    why: format!("more than {MAX_MEMBERS} members"),
                });
            }
            match header.kind {
                Kind::File => {
                    let place = Place { file: file.to_path_buf(), offset: header.offset, length: header.size };
                    members.insert(name, place);
                }
                Kind::Symlink => {
                    let target = path::join(path::split(&name).0, &path::text_of(&header.link));
                    links.insert(name, target);
                }
                Kind::Hardlink => {
                    if let Normal::Path(target) = path::normalise(&header.link) {
                        links.insert(name, target);
                    }
                }
                Kind::Dir | Kind::Other => {}
            }
        }
        let is_image = members.contains_key("manifest.json") || members.contains_key("index.json");
        if !is_image && source.forced.is_none() {
            // It began like an image. One that lost its end must not pass for a root file system with nothing in it.
            let of_an_image = |name: &String| stream::is_image_member(name);
            return if members.keys().all(of_an_image) {
                Err(Error::UnknownKind {
                    name: source.name.to_string(),
                    why: "it holds blobs but neither manifest.json nor index.json, so it may be cut off".into(),
                })
            } else {
                Ok(None)
            };
        }
        Ok(Some(Store::Archive { members, links }))
    }

    /// Whether there is a blob of this name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Store::Folder(root) => root.join(name).is_file(),
            Store::Archive { members, .. } => members.contains_key(name),
            Store::Passed { json, .. } => json.contains_key(name),
        }
    }

    /// The bytes of a small blob; `None` where it is not there.
    ///
    /// # Errors
    /// When it cannot be read or is too large.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let name = self.real_name(name);
        let place = match self {
            Store::Passed { json, .. } => return Ok(json.get(&name).cloned()),
            _ => match self.place(&name) {
                Some(place) => place,
                None => return Ok(None),
            },
        };
        if place.length > MAX_JSON_BYTES {
            return Err(Error::Malformed {
                name,
                why: format!("{} bytes are too many for a manifest or a configuration", place.length),
            });
        }
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&place.file)?;
            file.seek(io::SeekFrom::Start(place.offset))?;
            let mut bytes = Vec::with_capacity(place.length as usize);
            file.take(place.length).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map(Some).map_err(Error::io(name.clone()))
    }

    /// Where a layer is.
    pub fn layer(&self, name: &str) -> LayerSource {
        let name = self.real_name(name);
        match self {
            Store::Passed { layers, again, .. } => match layers.get(&name) {
                Some(scan) => LayerSource::Passed {
                    scan: scan.clone(),
                    again: again.as_ref().map(|file| (file.clone(), name.as_str().into())),
                },
                None => LayerSource::Missing,
            },
            _ => self.place(&name).map_or(LayerSource::Missing, LayerSource::Place),
        }
    }

    fn place(&self, name: &str) -> Option<Place> {
        match self {
            Store::Folder(root) => {
                let file = root.join(name);
                let meta = std::fs::metadata(&file).ok().filter(std::fs::Metadata::is_file)?;
                Some(Place { file, offset: 0, length: meta.len() })
            }
            Store::Archive { members, .. } => members.get(name).cloned(),
            Store::Passed { .. } => None,
        }
    }

    /// A name in the normal form, links between members followed. It never leads out of the store.
    fn real_name(&self, name: &str) -> String {
        let mut name = match path::normalise(name.as_bytes()) {
            Normal::Path(n) | Normal::Clamped(n) => n,
            Normal::Bad => return String::new(),
        };
        if let Store::Archive { links, .. } | Store::Passed { links, .. } = self {
            for _ in 0..MAX_MEMBER_LINKS {
                match links.get(&name) {
                    Some(target) => name = target.clone(),
                    None => break,
                }
            }
        }
        name
    }
}

/// Skips by seeking, and knows the end.
struct Seeked {
    inner: BufReader<File>,
    length: u64,
}

impl Read for Seeked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf)
    }
}

impl Skip for Seeked {
    fn skip(&mut self, n: u64) -> io::Result<u64> {
        let at = self.inner.stream_position()?;
        let n = n.min(self.length.saturating_sub(at));
        self.inner.seek_relative(i64::try_from(n).map_err(io::Error::other)?)?;
        Ok(n)
    }
}
