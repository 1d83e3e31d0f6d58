//! What the user named: a path, a prefix that forces a kind, or `-` for a pipe; and which kind it turns out to be.

use crate::Error;
use crate::layers::decompress::{Compression, sniff};
use crate::layers::tar;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A kind that the user forces by a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forced {
    /// `docker-archive:`
    DockerArchive,
    /// `oci-archive:`
    OciArchive,
    /// `oci-dir:`
    OciDir,
    /// `rootfs-dir:`
    RootfsDir,
    /// `rootfs-tar:`
    RootfsTar,
    /// `dir:`, a source tree
    Tree,
}

const PREFIXES: [(&str, Forced); 6] = [
    ("dir:", Forced::Tree),
    ("docker-archive:", Forced::DockerArchive),
    ("oci-archive:", Forced::OciArchive),
    ("oci-dir:", Forced::OciDir),
    ("rootfs-dir:", Forced::RootfsDir),
    ("rootfs-tar:", Forced::RootfsTar),
];

/// A source, as the user named it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The kind that a prefix forces.
    pub forced: Option<Forced>,
    /// Where it lies; empty for a pipe.
    pub path: PathBuf,
    /// Whether it is the standard input.
    pub pipe: bool,
    /// The base name, `stdin` for a pipe: what messages and reports call it. Never a folder of the machine.
    pub name: Box<str>,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Folder(FolderKind),
    /// An uncompressed tar archive on disk: members are read where they lie.
    Tar,
    /// A pipe or a compressed archive: read from front to back.
    Stream,
}

/// What a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderKind {
    /// An OCI image layout.
    Oci,
    /// An unpacked docker-archive.
    Docker,
    /// A root file system.
    Rootfs,
}

impl Source {
    /// Reads what the user typed.
    pub fn parse(text: &str) -> Source {
        let (forced, rest) = PREFIXES
            .iter()
            .find_map(|(prefix, forced)| Some((Some(*forced), text.strip_prefix(prefix)?)))
            .unwrap_or((None, text));
        let path = PathBuf::from(rest);
        let pipe = rest == "-";
        let name = if pipe { "stdin".into() } else { base_name(&path).unwrap_or_else(|| "root".into()) };
        Source { forced, path, pipe, name }
    }

    /// What to call an image that has no name of its own: the base name without the endings of archives.
    pub fn title(&self) -> Box<str> {
        let mut title = &*self.name;
        for ending in [".gz", ".zst", ".tgz", ".tzst", ".tar", ".oci", ".docker"] {
            title = title.strip_suffix(ending).filter(|t| !t.is_empty()).unwrap_or(title);
        }
        title.into()
    }

    /// Whether it is a source tree, in which lock files say what it is made of.
    pub fn is_tree(&self) -> bool {
        self.forced == Some(Forced::Tree)
    }

    /// The file to read a second time, where there is one.
    pub fn again(&self) -> Option<PathBuf> {
        (!self.pipe).then(|| self.path.clone())
    }

    /// Looks at the source.
    ///
    /// # Errors
    /// When it cannot be read, or is not of the forced kind.
    pub fn detect(&self) -> Result<Kind, Error> {
        if self.pipe {
            return match self.forced {
                Some(Forced::OciDir | Forced::RootfsDir | Forced::Tree) => {
                    Err(Error::Usage("a pipe carries an archive; a folder cannot be read from it".into()))
                }
                _ => Ok(Kind::Stream),
            };
        }
        let meta = std::fs::metadata(&self.path).map_err(Error::io(self.name.as_ref()))?;
        if meta.is_dir() {
            let has = |name: &str| self.path.join(name).is_file();
            return match self.forced {
                Some(Forced::RootfsDir | Forced::Tree) => Ok(Kind::Folder(FolderKind::Rootfs)),
                Some(Forced::OciDir) => Ok(Kind::Folder(FolderKind::Oci)),
                Some(Forced::OciArchive | Forced::DockerArchive | Forced::RootfsTar) => {
                    Err(Error::Usage(format!("{} is a folder; the prefix asks for an archive", self.name)))
                }
                None if has("index.json") && (has("oci-layout") || self.path.join("blobs").is_dir()) => {
                    Ok(Kind::Folder(FolderKind::Oci))
                }
                None if has("manifest.json") => Ok(Kind::Folder(FolderKind::Docker)),
                None if looks_like_rootfs(&self.path) => Ok(Kind::Folder(FolderKind::Rootfs)),
                None => Err(Error::UnknownKind {
                    name: self.name.to_string(),
                    why: "the folder holds neither index.json nor manifest.json nor what a root file system has (etc, usr, bin, lib, var)".into(),
                }),
            };
        }
        if let Some(Forced::OciDir | Forced::RootfsDir) = self.forced {
            return Err(Error::Usage(format!("{} is a file; the prefix asks for a folder", self.name)));
        }
        if !meta.is_file() {
            // A FIFO or a device: it can be read once.
            return Ok(Kind::Stream);
        }
        let mut head = Vec::with_capacity(tar::BLOCK);
        File::open(&self.path)
            .and_then(|f| f.take(tar::BLOCK as u64).read_to_end(&mut head))
            .map_err(Error::io(self.name.as_ref()))?;
        match sniff(&head) {
            Compression::Gzip | Compression::Zstd => Ok(Kind::Stream),
            Compression::Plain if tar::is_header(&head) => Ok(Kind::Tar),
            Compression::Plain => {
                Err(Error::UnknownKind { name: self.name.to_string(), why: "it is no tar archive".into() })
            }
            Compression::Unknown(name) => Err(Error::UnknownKind {
                name: self.name.to_string(),
                why: format!(
                    "{name} is not read; unpack it and pipe it in, as in `{name} -dc FILE | supercargo scan -`"
                ),
            }),
        }
    }
}

fn base_name(path: &Path) -> Option<Box<str>> {
    let named = path.file_name().map(|n| n.to_string_lossy().into());
    // `.` and `/` have none; the folder behind `.` has.
    named.or_else(|| path.canonicalize().ok()?.file_name().map(|n| n.to_string_lossy().into()))
}

fn looks_like_rootfs(path: &Path) -> bool {
    let known = ["etc", "usr", "bin", "lib", "var", "opt", "sbin", "home", "root"];
    known.iter().filter(|name| std::fs::symlink_metadata(path.join(name)).is_ok()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_names() {
        let s = Source::parse("oci-archive:some/folder/app.oci.tar");
        assert_eq!((s.forced, &*s.name, &*s.title()), (Some(Forced::OciArchive), "app.oci.tar", "app"));
        let s = Source::parse("-");
        assert!(s.pipe && s.again().is_none());
        let s = Source::parse("docker-archive:-");
        assert!(s.pipe && s.forced == Some(Forced::DockerArchive));
        assert_eq!(&*Source::parse("x.docker.tar.gz").title(), "x");
        assert_eq!(&*Source::parse(".tar").title(), ".tar");
    }
}
