//! One file of the cache: a frame of zstd (RFC 8878) with a checksum, behind the length of what it holds, which is known at the end.

use super::{Cache, private};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tempfile::NamedTempFile;

/// Longest file that is kept, in bytes, unpacked. What would stand in longer ones is worked out again.
const MAX_BYTES: u64 = 2 << 30;

/// zstd's level: files are written once and read often, but the first scan should not wait.
const LEVEL: i32 = 1;

/// How a file begins that is not yet one of the cache.
pub const PART: &str = ".part-";

/// A file of the cache, opened.
pub struct Unpacked {
    file: File,
    length: u64,
}

impl Unpacked {
    /// Opens it; `None` where there is none that could be whole.
    pub fn open(path: &Path) -> Option<Unpacked> {
        let mut file = File::open(path).ok()?;
        let mut length = [0; 8];
        file.read_exact(&mut length).ok()?;
        let length = Some(u64::from_le_bytes(length)).filter(|n| (1..=MAX_BYTES).contains(n))?;
        // What was used last is deleted last.
        let _ = file.set_modified(SystemTime::now());
        Some(Unpacked { file, length })
    }

    /// What it holds; `None` where it is damaged.
    pub fn bytes(mut self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        out.try_reserve_exact(usize::try_from(self.length).ok()?).ok()?;
        self.unpack(&mut out).ok()?;
        Some(out)
    }

    /// Copies what it holds, in pieces; `None`, and nothing copied, where it is damaged.
    pub fn copy(mut self, out: &mut dyn Write) -> Option<io::Result<()>> {
        // Whether the checksum is right is known at the end.
        self.unpack(&mut io::sink()).ok()?;
        Some(self.unpack(out))
    }

    fn unpack(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(8))?;
        let mut decoder = zstd::Decoder::new(&self.file)?;
        let length = io::copy(&mut decoder.by_ref().take(self.length), out)?;
        // To the end of the frame, where its checksum stands.
        match length == self.length && io::copy(&mut decoder, &mut io::sink())? == 0 {
            true => Ok(()),
            false => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// A file in the making, packed as its bytes come. What goes wrong is told by there being none in the end.
pub struct Packed {
    encoder: zstd::Encoder<'static, NamedTempFile>,
    length: u64,
    good: bool,
    path: PathBuf,
}

impl Packed {
    /// Begins one beside its place.
    ///
    /// # Errors
    /// Those of making folders and files.
    pub fn new(cache: &Cache, path: &Path) -> io::Result<Packed> {
        let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        private(&cache.folder)?;
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(PART).tempfile_in(folder)?;
        file.write_all(&[0; 8])?;
        let mut encoder = zstd::Encoder::new(file, LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Packed { encoder, length: 0, good: true, path: path.to_owned() })
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.good = self.good && self.length <= MAX_BYTES && self.encoder.write_all(bytes).is_ok();
    }

    /// Puts it in its place, and tells whether it is there.
    pub fn finish(self) -> bool {
        let Packed { encoder, length, good, path } = self;
        let whole = || -> io::Result<()> {
            let mut file = encoder.finish()?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&length.to_le_bytes())?;
            file.persist(path)?;
            Ok(())
        };
        good && whole().is_ok()
    }
}
