//! A blob that lies in a file: read, or passed over by seeking.

use super::Place;
use super::decompress::{Compression, sniff};
use super::tar::Skip;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// Headers of small files are mostly in one piece with the next.
const BUFFER: usize = 64 << 10;

/// The part of a file that a blob is.
pub(super) struct Section {
    file: File,
    start: u64,
    length: u64,
    at: u64,
}

impl Section {
    /// Opens the file.
    pub fn open(place: &Place) -> io::Result<Section> {
        let mut file = File::open(&place.file)?;
        file.seek(SeekFrom::Start(place.offset))?;
        Ok(Section { file, start: place.offset, length: place.length, at: 0 })
    }

    /// Whether the blob is not compressed, by its first bytes; they are read again.
    pub fn is_plain(&mut self) -> io::Result<bool> {
        let mut head = [0u8; 8];
        let n = self.read(&mut head)?;
        self.seek_to(0)?;
        Ok(sniff(head.get(..n).unwrap_or_default()) == Compression::Plain)
    }

    /// To be passed over by seeking.
    pub fn seeked(self) -> Seeked {
        Seeked(BufReader::with_capacity(BUFFER, self))
    }

    fn seek_to(&mut self, at: u64) -> io::Result<()> {
        self.at = at.min(self.length);
        self.file.seek(SeekFrom::Start(self.start + self.at))?;
        Ok(())
    }
}

impl Read for Section {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let want = (self.length - self.at).min(buf.len() as u64) as usize;
        let n = self.file.read(&mut buf[..want])?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Section {
    /// Adds up to `n` bytes to `out`, into the room that it has: it is not filled with zeros first.
    pub fn append(&mut self, n: u64, out: &mut Vec<u8>) -> io::Result<()> {
        let n = n.min(self.length - self.at);
        let before = out.len();
        let done = (&self.file).take(n).read_to_end(out);
        self.at += (out.len() - before) as u64;
        done.map(|_| ())
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(n) => Some(n),
            SeekFrom::Current(n) => self.at.checked_add_signed(n),
            SeekFrom::End(n) => self.length.checked_add_signed(n),
        };
        let at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.seek_to(at)?;
        Ok(self.at)
    }
}

/// Skips by seeking.
pub(super) struct Seeked(BufReader<Section>);

impl Read for Seeked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl Skip for Seeked {
    fn skip(&mut self, n: u64) -> io::Result<u64> {
        let buffered = self.0.buffer().len() as u64;
        let left = self.0.get_ref().length - self.0.get_ref().at + buffered;
        let n = n.min(left);
        let by = i64::try_from(n).map_err(io::Error::other)?;
        self.0.seek_relative(by)?;
        Ok(n)
    }

    /// What is not in the buffer comes from the file without a way through it.
    fn append(&mut self, n: u64, out: &mut Vec<u8>) -> io::Result<u64> {
        let before = out.len();
        let buffered = self.0.buffer();
        let first = buffered.len().min(usize::try_from(n).unwrap_or(usize::MAX));
        out.try_reserve(first)?;
        out.extend_from_slice(&buffered[..first]);
        self.0.consume(first);
        let left = n - first as u64;
        if left >= BUFFER as u64 {
            self.0.get_mut().append(left, out)?;
        } else {
            self.0.by_ref().take(left).read_to_end(out)?;
        }
        Ok((out.len() - before) as u64)
    }
}
