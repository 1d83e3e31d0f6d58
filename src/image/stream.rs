//! Archives that can only be read from front to back: a pipe, or a compressed archive. The manifest may come last, so each
//! member that may be a layer is walked as it arrives; what belongs to the image is known afterwards. Nothing is spooled.

use super::WalkStream;
use super::source::{Forced, Source};
use super::store::{MAX_JSON_BYTES, Store};
use crate::Error;
use crate::layers::LayerScan;
use crate::layers::decompress::{Compression, Unpacked, sniff};
use crate::layers::path::{self, Normal};
use crate::layers::tar::{BLOCK, Kind, Reader, Streamed, is_header};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// All JSON members of one stream together.
const MAX_ALL_JSON_BYTES: u64 = 256 << 20;

/// What passed by.
#[derive(Debug)]
pub enum Passed {
    /// An image archive.
    Archive(Store),
    /// A root file system.
    Rootfs(LayerScan),
}

/// Whether a member's name is one that image archives begin with. Root file systems begin with `bin`, `etc`, `./` and so on.
pub fn is_image_member(name: &str) -> bool {
    let (top, rest) = name.split_once('/').unwrap_or((name, ""));
    let hex = |s: &str| s.len() == 64 && s.bytes().all(|b| b.is_ascii_hexdigit());
    let stem = top.split('.').next().unwrap_or("");
    match top {
        "manifest.json" | "index.json" | "oci-layout" | "repositories" if rest.is_empty() => true,
        "blobs" => rest.is_empty() || rest.split('/').next().is_some_and(|a| a.starts_with("sha")),
        _ if hex(top) => true,
        // `<id>.json`, `<id>.tar`, `<id>.tar.gz`, and `sha256:<id>` of other builders.
        _ if rest.is_empty()
            && (hex(stem) || top.strip_prefix("sha256:").is_some_and(|s| hex(&s[..s.len().min(64)]))) =>
        {
            true
        }
        _ => rest.is_empty() && (top.ends_with(".tar") || top.ends_with(".tar.gz")),
    }
}

/// Reads a stream to its end.
///
/// # Errors
/// When it cannot be read or is no archive.
pub fn read(source: &Source, walk: WalkStream<'_>) -> Result<Passed, Error> {
    let at = || Error::io(source.name.as_ref());
    let mut reader = open(source)?;
    // The first block tells an image archive from a root file system.
    let mut head = vec![0u8; BLOCK];
    let n = fill(&mut reader, &mut head).map_err(at())?;
    head.truncate(n);
    if n < BLOCK || !is_header(&head) {
        return Err(Error::UnknownKind { name: source.name.to_string(), why: "it is no tar archive".into() });
    }
    let once = source.again().is_none();
    let mut reader = io::Cursor::new(head.clone()).chain(reader);
    if source.forced == Some(Forced::RootfsTar) {
        return walk(&mut reader, once).map(Passed::Rootfs).map_err(at());
    }
    if source.forced.is_none() && !begins_like_an_image(&head) {
        // `./` alone says nothing: the second header decides.
        let mut second = vec![0u8; BLOCK];
        if names_the_root(&head) {
            let mut first = [0u8; BLOCK];
            fill(&mut reader, &mut first).map_err(at())?;
            let n = fill(&mut reader, &mut second).map_err(at())?;
            second.truncate(n);
            let both = [&first[..], &second[..]].concat();
            let reader = io::Cursor::new(both).chain(reader);
            return if begins_like_an_image(&second) {
                archive(source, Box::new(reader), walk)
            } else {
                let mut reader = reader;
                walk(&mut reader, once).map(Passed::Rootfs).map_err(at())
            };
        }
        return walk(&mut reader, once).map(Passed::Rootfs).map_err(at());
    }
    archive(source, Box::new(reader), walk)
}

/// Reads one member of a compressed archive again (an empty name: the archive itself).
///
/// # Errors
/// When it cannot be read, or the member is no longer there.
pub fn reread<T>(
    file: &std::path::Path,
    member: &str,
    f: &mut dyn FnMut(&mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    let mut unpacked = Unpacked::new(File::open(file)?, false, false)?;
    if member.is_empty() {
        return f(&mut unpacked);
    }
    let mut tar = Reader::new(Streamed::new(unpacked));
    while let Some(header) = tar.next_header()? {
        if path::normalise(&header.path) == Normal::Path(member.to_string()) {
            return f(&mut tar.body());
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, format!("the archive no longer holds {member}")))
}

fn open(source: &Source) -> Result<Box<dyn Read>, Error> {
    let at = || Error::io(source.name.as_ref());
    let raw: Box<dyn Read> =
        if source.pipe { Box::new(io::stdin().lock()) } else { Box::new(File::open(&source.path).map_err(at())?) };
    match Unpacked::new(raw, false, false) {
        Ok(unpacked) => Ok(Box::new(unpacked)),
        Err(e) if e.kind() == io::ErrorKind::Unsupported => {
            Err(Error::UnknownKind { name: source.name.to_string(), why: e.to_string() })
        }
        Err(e) => Err(at()(e)),
    }
}

fn archive(source: &Source, reader: Box<dyn Read + '_>, walk: WalkStream<'_>) -> Result<Passed, Error> {
    let at = || Error::io(source.name.as_ref());
    let once = source.again().is_none();
    let mut tar = Reader::new(Streamed::new(reader));
    let (mut json, mut layers, mut links) = (HashMap::new(), HashMap::new(), HashMap::new());
    let mut json_bytes = 0u64;
    while let Some(header) = tar.next_header().map_err(at())? {
        let (Normal::Path(name) | Normal::Clamped(name)) = path::normalise(&header.path) else { continue };
        match header.kind {
            Kind::Symlink => {
                links.insert(name.clone(), path::join(path::split(&name).0, &path::text_of(&header.link)));
            }
            Kind::Hardlink => {
                if let Normal::Path(target) = path::normalise(&header.link) {
                    links.insert(name, target);
                }
            }
            Kind::File => {
                let mut head = vec![0u8; BLOCK];
                let n = fill(&mut tar.body(), &mut head).map_err(at())?;
                head.truncate(n);
                if is_json(&head) && header.size <= MAX_JSON_BYTES && json_bytes + header.size <= MAX_ALL_JSON_BYTES {
                    tar.body().take(MAX_JSON_BYTES).read_to_end(&mut head).map_err(at())?;
                    json_bytes += head.len() as u64;
                    json.insert(name, head);
                } else if may_be_layer(&name, &head) {
                    let scan = walk(&mut io::Cursor::new(head).chain(tar.body()), once).map_err(at())?;
                    layers.insert(name, Arc::new(scan));
                }
            }
            Kind::Dir | Kind::Other => {}
        }
        if let Some(trouble) = tar.take_troubles().first() {
            return Err(Error::Malformed {
                name: source.name.to_string(),
                why: format!("the archive is cut off or damaged ({trouble:?})"),
            });
        }
    }
    Ok(Passed::Archive(Store::Passed { json, layers, links, again: source.again() }))
}

fn is_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    matches!(head.iter().find(|b| !b.is_ascii_whitespace()), Some(b'{' | b'['))
}

fn may_be_layer(name: &str, head: &[u8]) -> bool {
    let empty = head.len() == BLOCK && head.iter().all(|b| *b == 0);
    sniff(head) != Compression::Plain
        || is_header(head)
        || (empty && (name.ends_with(".tar") || name.starts_with("blobs/")))
}

fn begins_like_an_image(head: &[u8]) -> bool {
    name_of(head).is_some_and(|name| is_image_member(&name))
}

fn names_the_root(head: &[u8]) -> bool {
    name_of(head).is_some_and(|name| name.is_empty())
}

/// The name in a header; the long names that need a second header are of no image archive.
fn name_of(head: &[u8]) -> Option<String> {
    let field = head.get(..100)?;
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    match path::normalise(&field[..end]) {
        Normal::Path(name) | Normal::Clamped(name) => Some(name),
        Normal::Bad => None,
    }
}

fn fill(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while at < buf.len() {
        match reader.read(&mut buf[at..]) {
            Ok(0) => break,
            Ok(n) => at += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_archives_are_told_from_root_file_systems() {
        let id = "0123456789abcdef".repeat(4);
        for name in [
            "manifest.json",
            "index.json",
            "oci-layout",
            "blobs",
            "blobs/sha256/ab",
            &format!("{id}.json"),
            &format!("{id}/layer.tar"),
            &format!("{id}.tar.gz"),
            &format!("sha256:{id}"),
            "layer.tar",
        ] {
            assert!(is_image_member(name), "{name}");
        }
        for name in ["bin", "etc/passwd", "usr", ".dockerenv", "blobs/other", "app/package.json", "var/x.tar"] {
            assert!(!is_image_member(name), "{name}");
        }
    }
}
