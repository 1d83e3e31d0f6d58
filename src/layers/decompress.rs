//! One blob to its uncompressed archive, as a stream: gzip (RFC 1952, several members too), zstd (RFC 8878, skippable
//! frames too) or plain, recognised by what the bytes say. The bytes are counted, hashed and bounded on the way.

#[cfg(feature = "isal")]
use super::isal::Gzip;
#[cfg(not(feature = "isal"))]
use flate2::bufread::MultiGzDecoder as Gzip;
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead, BufReader, Read};

/// What a layer may unpack to at most: twice the largest images in the wild (some 60 GiB of model weights).
pub const MAX_LAYER_BYTES: u64 = 128 << 30;
/// Above [`RATIO_FROM`] unpacked bytes, more than this many bytes out of one is a bomb: DEFLATE cannot pass 1,032, and
/// real layers stay below 100.
pub const MAX_RATIO: u64 = 2000;
/// Small inputs may have any ratio.
pub const RATIO_FROM: u64 = 1 << 30;
/// zstd frames may ask for this window (as a power of two) at most; the format's tools refuse larger ones by default.
const MAX_ZSTD_WINDOW_LOG: u32 = 27;
/// One system call's worth of compressed bytes.
const BUFFER: usize = 256 << 10;

/// How a blob is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
    /// A format that images do not use (the name is for the message).
    Unknown(&'static str),
}

/// Recognises a compression by the first bytes.
pub fn sniff(head: &[u8]) -> Compression {
    match head {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
        // A skippable frame (0x184D2A50 to 5F) comes first in some writers' output.
        [b, 0x2a, 0x4d, 0x18, ..] if b & 0xf0 == 0x50 => Compression::Zstd,
        [b'B', b'Z', b'h', ..] => Compression::Unknown("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Compression::Unknown("xz"),
        [b'h', b's', b'q', b's', ..] => Compression::Unknown("squashfs"),
        _ => Compression::Plain,
    }
}

/// Counts what passes, and hashes it where that is wanted.
pub struct Meter<R> {
    inner: R,
    hasher: Option<Sha256>,
    count: u64,
    /// The first error of the reader beneath: what was read before and after it is not the blob.
    failed: Option<io::Error>,
}

impl<R: Read> Meter<R> {
    /// Wraps a reader.
    pub fn new(inner: R, hash: bool) -> Self {
        Meter { inner, hasher: hash.then(Sha256::new), count: 0, failed: None }
    }

    /// How many bytes passed.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The digest of what passed, and its length.
    ///
    /// # Errors
    /// The first that the reader beneath had, whoever met it then.
    pub fn finish(self) -> io::Result<(Option<[u8; 32]>, u64)> {
        match self.failed {
            Some(e) => Err(e),
            None => Ok((self.hasher.map(|h| h.finalize().into()), self.count)),
        }
    }
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf).inspect_err(|e| {
            if e.kind() != io::ErrorKind::Interrupted && self.failed.is_none() {
                self.failed = Some(io::Error::new(e.kind(), e.to_string()));
            }
        })?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buf[..n]);
        }
        self.count += n as u64;
        Ok(n)
    }
}

/// A blob's bytes, buffered and metered.
type Raw<R> = BufReader<Meter<R>>;

enum Decoder<R: Read> {
    Plain(Raw<R>),
    Gzip(Box<Gzip<Raw<R>>>),
    Zstd(zstd::stream::read::Decoder<'static, Raw<R>>),
}

/// The uncompressed archive.
pub struct Unpacked<R: Read> {
    decoder: Decoder<R>,
    hasher: Option<Sha256>,
    produced: u64,
    compression: Compression,
}

/// What passed through an [`Unpacked`].
#[derive(Clone, Debug)]
pub struct Passed {
    /// SHA-256 of the blob, where it was asked for.
    pub blob_digest: Option<[u8; 32]>,
    /// Bytes of the blob.
    pub blob_size: u64,
    /// SHA-256 of the uncompressed archive, where it was asked for.
    pub diff_id: Option<[u8; 32]>,
    /// Bytes of the uncompressed archive.
    pub size: u64,
}

impl<R: Read> Unpacked<R> {
    /// Looks at the first bytes and chooses the decoder.
    ///
    /// # Errors
    /// Those of the reader, and `Unsupported` for a compression that images do not use.
    pub fn new(reader: R, hash_blob: bool, hash_diff: bool) -> io::Result<Self> {
        let mut raw = BufReader::with_capacity(BUFFER, Meter::new(reader, hash_blob));
        let compression = sniff(raw.fill_buf()?);
        let decoder = match compression {
            Compression::Plain => Decoder::Plain(raw),
            Compression::Gzip => Decoder::Gzip(Box::new(Gzip::new(raw))),
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(raw)?;
                decoder.window_log_max(MAX_ZSTD_WINDOW_LOG)?;
                Decoder::Zstd(decoder)
            }
            Compression::Unknown(name) => {
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    format!("{name} compression is not used by any image format"),
                ));
            }
        };
        Ok(Unpacked { decoder, hasher: hash_diff.then(Sha256::new), produced: 0, compression })
    }

    /// How the blob is compressed.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    fn consumed(&self) -> u64 {
        match &self.decoder {
            Decoder::Plain(raw) => raw.get_ref().count(),
            Decoder::Gzip(d) => d.get_ref().get_ref().count(),
            Decoder::Zstd(d) => d.get_ref().get_ref().count(),
        }
    }

    /// Reads the blob to its end, so that its digest is whole, and gives what passed. Trouble in what follows the end of
    /// the archive (padding after the last gzip member, say) is of no interest; the blob's own bytes are.
    ///
    /// # Errors
    /// Those of the underlying reader.
    pub fn finish(mut self) -> io::Result<Passed> {
        let mut scratch = vec![0u8; 64 << 10];
        loop {
            match self.read(&mut scratch) {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        let mut raw = match self.decoder {
            Decoder::Plain(raw) => raw,
            Decoder::Gzip(d) => d.into_inner(),
            Decoder::Zstd(d) => d.finish(),
        };
        loop {
            match raw.read(&mut scratch) {
                Ok(0) => break,
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        let (blob_digest, blob_size) = raw.into_inner().finish()?;
        Ok(Passed { blob_digest, blob_size, diff_id: self.hasher.map(|h| h.finalize().into()), size: self.produced })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = match &mut self.decoder {
            Decoder::Plain(raw) => raw.read(buf),
            Decoder::Gzip(d) => d.read(buf),
            Decoder::Zstd(d) => d.read(buf),
        }?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buf[..n]);
        }
        self.produced += n as u64;
        if self.produced > MAX_LAYER_BYTES
            || (self.produced > RATIO_FROM && self.produced / self.consumed().max(1) > MAX_RATIO)
        {
            return Err(io::Error::other(format!(
                "decompression bomb: {} bytes out of {}, reading stops here",
                self.produced,
                self.consumed()
            )));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        e.write_all(bytes).unwrap();
        e.finish().unwrap()
    }

    fn unpack(bytes: &[u8]) -> (Vec<u8>, Passed) {
        let mut u = Unpacked::new(bytes, true, true).unwrap();
        let mut out = Vec::new();
        let _ = u.read_to_end(&mut out);
        (out, u.finish().unwrap())
    }

    #[test]
    fn every_compression_gives_the_same_bytes() {
        let members = [gzip(b"hello "), gzip(b"world")].concat();
        let frames =
            [zstd::encode_all(&b"hello "[..], 1).unwrap(), zstd::encode_all(&b"world"[..], 1).unwrap()].concat();
        let skippable = [&[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3], &frames[..]].concat();
        for blob in [&b"hello world"[..], &members, &frames, &skippable] {
            let (out, passed) = unpack(blob);
            assert_eq!(out, b"hello world");
            assert_eq!(passed.size, 11);
            assert_eq!(passed.blob_size, blob.len() as u64);
            assert_eq!(passed.blob_digest.unwrap(), <[u8; 32]>::from(Sha256::digest(blob)));
            assert_eq!(passed.diff_id.unwrap(), <[u8; 32]>::from(Sha256::digest(b"hello world")));
        }
    }

    #[test]
    fn what_follows_the_last_member_is_hashed_all_the_same() {
        let blob = [gzip(b"hello"), vec![0; 700]].concat();
        let (out, passed) = unpack(&blob);
        assert_eq!(out, b"hello");
        assert_eq!(passed.blob_size, blob.len() as u64);
        assert_eq!(passed.blob_digest.unwrap(), <[u8; 32]>::from(Sha256::digest(&blob)));
    }

    #[test]
    fn a_stream_that_is_cut_or_changed_is_an_error() {
        let words: Vec<u8> = (0..200_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let blob = gzip(&words);
        for cut in [5, 11, 200, blob.len() / 2, blob.len() - 9, blob.len() - 1] {
            let mut out = Vec::new();
            let e = Unpacked::new(&blob[..cut], false, false).and_then(|mut u| u.read_to_end(&mut out));
            assert!(e.is_err(), "cut at {cut}");
            assert!(words.starts_with(&out));
        }
        for at in [20, blob.len() / 2, blob.len() - 6] {
            let mut bad = blob.clone();
            bad[at] ^= 0x55;
            let mut out = Vec::new();
            assert!(Unpacked::new(&bad[..], false, false).unwrap().read_to_end(&mut out).is_err(), "changed at {at}");
        }
    }

    #[test]
    fn reads_of_any_size_give_the_same_bytes() {
        let words: Vec<u8> = (0..60_000u32).flat_map(|n| (n / 7).to_le_bytes()).collect();
        let blob = [gzip(&words[..70_000]), gzip(&words[70_000..])].concat();
        for size in [1, 7, 512, 100_000] {
            let (mut u, mut out, mut piece) =
                (Unpacked::new(&blob[..], false, false).unwrap(), Vec::new(), vec![0; size]);
            loop {
                match u.read(&mut piece).unwrap() {
                    0 => break,
                    n => out.extend_from_slice(&piece[..n]),
                }
            }
            assert!(out == words, "pieces of {size}");
        }
    }

    /// Fails once, in the midst, and goes on as if nothing had been.
    struct Shaky<'a>(&'a [u8], usize);

    impl Read for Shaky<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            if self.1 == 3 {
                return Err(io::Error::other("the cable"));
            }
            let n = buf.len().min(1000);
            self.0.read(&mut buf[..n])
        }
    }

    /// Otherwise half a layer would be known by the digest of the whole.
    #[test]
    fn an_error_that_passes_is_not_forgotten() {
        let words: Vec<u8> = (0..60_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for blob in [gzip(&words), words] {
            let mut unpacked = Unpacked::new(Shaky(&blob, 0), true, false).unwrap();
            assert!(unpacked.read_to_end(&mut Vec::new()).is_err());
            assert_eq!(unpacked.finish().err().map(|e| e.to_string()).as_deref(), Some("the cable"));
        }
    }

    #[test]
    fn other_compressions_are_named() {
        let e = Unpacked::new(&b"BZh9xxxx"[..], false, false).err().unwrap();
        assert_eq!(e.kind(), io::ErrorKind::Unsupported);
        assert!(e.to_string().contains("bzip2"));
    }
}
