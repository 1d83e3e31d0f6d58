//! A streaming tar reader that bounds every allocation and survives damaged archives.
//!
//! Reads v7, ustar and GNU headers (POSIX.1-2017 `pax`, section "ustar Interchange Format"; GNU tar manual, "Basic Tar
//! Format") with PAX records, GNU long names, base-256 numbers, and the four ways to store sparse files. What follows
//! a bad header is searched for the next good one, so that damage costs one member rather than the rest of a layer.
//! Bodies are handed over as bytes; nothing is written anywhere. Paths come out raw: [`super::path`] judges them.

mod fields;

pub use fields::is_header;
use fields::{MAX_SPARSE_REGIONS, Pax, Region, checksum_ok, number, padded, parse_pax, push_regions, until_nul};
use std::io::{self, BufRead, BufReader, Read};

/// Size of a header and the unit of padding.
pub const BLOCK: usize = 512;
/// A PAX or long-name member beyond this is an attack: a path has at most 4,096 bytes on Linux, extended attributes
/// at most 64 KiB each.
pub const MAX_META_BYTES: u64 = 1 << 20;
/// The most that is reserved for a body at once.
const MAX_RESERVED: u64 = 512 << 20;
/// How far past a bad header the next good one is searched for.
const MAX_RESYNC_BYTES: u64 = 64 << 20;

/// A reader that can move forward without handing over the bytes.
pub trait Skip: Read {
    /// Moves forward by up to `n` bytes; returns how far it got (less only at the end).
    fn skip(&mut self, n: u64) -> io::Result<u64>;

    /// Adds up to `n` bytes to `out`; returns how many (fewer only at the end).
    fn append(&mut self, n: u64, out: &mut Vec<u8>) -> io::Result<u64>
    where
        Self: Sized,
    {
        self.by_ref().take(n).read_to_end(out).map(|got| got as u64)
    }
}

/// Passes over what it is to skip by reading it: for streams. It takes large pieces at a time, whatever it is asked for: a decompressor that gives a header
/// of 512 bytes keeps its window in order as long as one that gives a piece of many.
pub struct Streamed<R> {
    inner: BufReader<R>,
}

/// No more than the second cache of most processors, and many times the window of DEFLATE, which ISA-L moves after each piece.
const PIECE: usize = 512 << 10;

impl<R: Read> Streamed<R> {
    /// Wraps a stream.
    pub fn new(inner: R) -> Self {
        Streamed { inner: BufReader::with_capacity(PIECE, inner) }
    }

    /// The stream itself, where it stands now: some of what comes next was taken from it already.
    pub fn into_inner(self) -> R {
        self.inner.into_inner()
    }
}

impl<R: Read> Read for Streamed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf)
    }
}

impl<R: Read> Streamed<R> {
    /// Shows the next `n` bytes piece by piece.
    fn pass(&mut self, n: u64, mut see: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<u64> {
        let mut left = n;
        while left > 0 {
            match self.inner.fill_buf() {
                Ok([]) => break,
                Ok(piece) => {
                    let passed = left.min(piece.len() as u64) as usize;
                    see(&piece[..passed])?;
                    self.inner.consume(passed);
                    left -= passed as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(n - left)
    }
}

impl<R: Read> Skip for Streamed<R> {
    fn skip(&mut self, n: u64) -> io::Result<u64> {
        self.pass(n, |_| Ok(()))
    }

    /// Copied from a piece that the processor still has in its cache: a vector that is read into is filled with zeros first.
    fn append(&mut self, n: u64, out: &mut Vec<u8>) -> io::Result<u64> {
        self.pass(n, |piece| {
            out.try_reserve(piece.len())?;
            out.extend_from_slice(piece);
            Ok(())
        })
    }
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, sparse ones too.
    File,
    /// Another name for a member that came before, in this layer or below.
    Hardlink,
    /// A symbolic link.
    Symlink,
    /// A folder.
    Dir,
    /// A device, a FIFO, or a type that nobody knows.
    Other,
}

/// One member's header.
#[derive(Clone, Debug)]
pub struct Header {
    /// The name, raw.
    pub path: Vec<u8>,
    /// The target of a link, raw.
    pub link: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// How many bytes the file has when it is unpacked.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Where the body begins in the archive.
    pub offset: u64,
}

/// Trouble that the reader got over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A header's checksum is wrong; reading went on at the next good header.
    BadHeader {
        /// Where it is in the archive.
        offset: u64,
    },
    /// The archive ends inside a member.
    Truncated {
        /// Where it ends.
        offset: u64,
    },
    /// A PAX record or long name is malformed or past [`MAX_META_BYTES`] and was left out.
    BadMeta {
        /// Where it is in the archive.
        offset: u64,
    },
}

/// Reads members one after the other.
pub struct Reader<R> {
    inner: R,
    /// Bytes of the archive that were passed.
    position: u64,
    /// Bytes of the current body that were not yet read, without padding.
    body_left: u64,
    padding: u64,
    sparse: Option<(Vec<Region>, u64)>,
    /// PAX records of a global header (type `g`), which hold for all members that follow.
    global: Pax,
    troubles: Vec<Trouble>,
    ended: bool,
}

impl<R: Skip> Reader<R> {
    /// Begins at the first header.
    pub fn new(inner: R) -> Self {
        Reader {
            inner,
            position: 0,
            body_left: 0,
            padding: 0,
            sparse: None,
            global: Pax::default(),
            troubles: Vec::new(),
            ended: false,
        }
    }

    /// How many bytes of the archive were passed.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The underlying reader, to drain what follows the end of the archive.
    pub fn into_inner(self) -> R {
        self.inner
    }

    /// What the reader got over since the last call.
    pub fn take_troubles(&mut self) -> Vec<Trouble> {
        std::mem::take(&mut self.troubles)
    }

    /// The next member, or `None` at the end of the archive. The rest of the last body is passed over.
    ///
    /// # Errors
    /// Only those of the underlying reader; a damaged archive is a [`Trouble`].
    pub fn next_header(&mut self) -> io::Result<Option<Header>> {
        if self.ended {
            return Ok(None);
        }
        self.finish_body()?;
        let mut pax = self.global.clone();
        let mut long_path: Option<Vec<u8>> = None;
        let mut long_link: Option<Vec<u8>> = None;
        let mut zero_blocks = 0;
        loop {
            let start = self.position;
            let mut block = [0u8; BLOCK];
            let got = self.read_full(&mut block)?;
            if got < BLOCK {
                // An archive may end without its two empty blocks, but not within one.
                if got > 0 {
                    self.troubles.push(Trouble::Truncated { offset: self.position });
                }
                self.ended = true;
                return Ok(None);
            }
            if block.iter().all(|b| *b == 0) {
                zero_blocks += 1;
                if zero_blocks == 2 {
                    self.ended = true;
                    return Ok(None);
                }
                continue;
            }
            zero_blocks = 0;
            if !checksum_ok(&block) {
                self.troubles.push(Trouble::BadHeader { offset: start });
                let Some(good) = self.resync()? else {
                    self.ended = true;
                    return Ok(None);
                };
                block = good;
            }
            let type_flag = block[156];
            let size = number(&block[124..136]).unwrap_or(0);
            match type_flag {
                b'L' | b'K' => {
                    let offset = self.position;
                    match self.meta(size)? {
                        Some(mut bytes) => {
                            while bytes.last() == Some(&0) {
                                bytes.pop();
                            }
                            if type_flag == b'L' {
                                long_path = Some(bytes);
                            } else {
                                long_link = Some(bytes);
                            }
                        }
                        None => self.troubles.push(Trouble::BadMeta { offset }),
                    }
                }
                b'x' | b'X' | b'g' => {
                    let offset = self.position;
                    match self.meta(size)? {
                        Some(bytes) => {
                            let into = if type_flag == b'g' { &mut self.global } else { &mut pax };
                            if !parse_pax(&bytes, into) {
                                self.troubles.push(Trouble::BadMeta { offset });
                            }
                            if type_flag == b'g' {
                                pax = self.global.clone();
                            }
                        }
                        None => self.troubles.push(Trouble::BadMeta { offset }),
                    }
                }
                // A volume label and the multi-volume continuation hold no member of their own.
                b'V' | b'M' => {
                    self.skip_exact(padded(size))?;
                }
                _ => return self.member(&block, size, pax, long_path, long_link).map(Some),
            }
        }
    }

    fn member(
        &mut self,
        block: &[u8; BLOCK],
        size: u64,
        pax: Pax,
        long_path: Option<Vec<u8>>,
        long_link: Option<Vec<u8>>,
    ) -> io::Result<Header> {
        let type_flag = block[156];
        let name = until_nul(&block[0..100]);
        let ustar = &block[257..263] == b"ustar\0";
        let mut path = Vec::with_capacity(name.len() + 1);
        let prefix = until_nul(&block[345..500]);
        if ustar && !prefix.is_empty() {
            path.extend_from_slice(prefix);
            path.push(b'/');
        }
        path.extend_from_slice(name);
        let path = pax.sparse_name.or(pax.path).or(long_path).unwrap_or(path);
        let link = pax.link.or(long_link).unwrap_or_else(|| until_nul(&block[157..257]).to_vec());
        let kind = match type_flag {
            // Old archives mark folders by a trailing slash only.
            b'0' | 0 | b'7' if path.ends_with(b"/") => Kind::Dir,
            b'0' | 0 | b'7' | b'S' => Kind::File,
            b'1' => Kind::Hardlink,
            b'2' => Kind::Symlink,
            b'5' | b'D' => Kind::Dir,
            _ => Kind::Other,
        };
        let stored = pax.size.unwrap_or(size);
        // Only files have a body, whatever the header says (the size of a hardlink is that of its target in some
        // archives); GNU's dump folders and types that nobody knows have one too.
        self.body_left = match type_flag {
            b'1' | b'2' | b'3' | b'4' | b'5' | b'6' => 0,
            _ => stored,
        };
        self.padding = padded(self.body_left) - self.body_left;
        self.sparse = None;
        let mut real = self.body_left;
        if type_flag == b'S' {
            let regions = self.old_gnu_regions(block)?;
            real = number(&block[483..495]).unwrap_or(0);
            self.sparse = Some((regions, real));
        } else if kind == Kind::File && pax.sparse_major == Some(1) {
            let regions = self.pax_1_regions()?;
            real = pax.sparse_size.unwrap_or(0);
            self.sparse = Some((regions, real));
        } else if kind == Kind::File && !pax.sparse_map.is_empty() {
            let regions = pax.sparse_map.chunks_exact(2).map(|c| Region { offset: c[0], length: c[1] }).collect();
            real = pax.sparse_size.unwrap_or(0);
            self.sparse = Some((regions, real));
        }
        Ok(Header {
            path,
            link,
            kind,
            size: real,
            mode: number(&block[100..108]).unwrap_or(0) as u32,
            offset: self.position,
        })
    }

    /// Reads the current member's file, holes filled with zeros. `None` when it is larger than `limit`; its body is then
    /// passed over with the next header. A short body gives what is there, and a [`Trouble`].
    pub fn read_file(&mut self, size: u64, limit: u64) -> io::Result<Option<Vec<u8>>> {
        if size > limit || self.body_left > limit {
            return Ok(None);
        }
        let mut stored = Vec::new();
        reserve(&mut stored, self.body_left);
        self.body().append(u64::MAX, &mut stored)?;
        if self.body_left > 0 {
            self.troubles.push(Trouble::Truncated { offset: self.position });
            (self.body_left, self.padding) = (0, 0);
            self.ended = true;
        }
        Ok(Some(self.expand(stored)))
    }

    /// Bytes of the current member's stored body that were not read yet.
    pub fn stored_left(&self) -> u64 {
        self.body_left
    }

    /// Whether the current member's file has holes that its stored body leaves out.
    pub fn is_sparse(&self) -> bool {
        self.sparse.is_some()
    }

    /// The file of the current member, made of its stored body: holes filled with zeros. The size that the header states is taken at its word.
    pub fn expand(&mut self, stored: Vec<u8>) -> Vec<u8> {
        let Some((regions, real)) = self.sparse.take() else { return stored };
        let mut out = vec![0u8; real as usize];
        let mut at = 0usize;
        for region in regions {
            let length = region.length.min((stored.len() - at) as u64) as usize;
            let Some(end) = region.offset.checked_add(length as u64).filter(|end| *end <= real) else { continue };
            out[region.offset as usize..end as usize].copy_from_slice(&stored[at..at + length]);
            at += length;
        }
        out
    }

    /// The current member's stored body as a reader, for members that are archives themselves.
    pub fn body(&mut self) -> Body<'_, R> {
        Body { reader: self }
    }

    fn finish_body(&mut self) -> io::Result<()> {
        let n = self.body_left.saturating_add(self.padding);
        (self.body_left, self.padding) = (0, 0);
        self.skip_exact(n)
    }

    fn skip_exact(&mut self, n: u64) -> io::Result<()> {
        if n == 0 {
            return Ok(());
        }
        let got = self.inner.skip(n)?;
        self.position += got;
        if got < n {
            self.troubles.push(Trouble::Truncated { offset: self.position });
            self.ended = true;
        }
        Ok(())
    }

    fn read_full(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut at = 0;
        while at < buf.len() {
            match self.inner.read(&mut buf[at..]) {
                Ok(0) => break,
                Ok(n) => at += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.position += at as u64;
                    return Err(e);
                }
            }
        }
        self.position += at as u64;
        Ok(at)
    }

    /// A member that describes the next one. `None` when it is past the limit.
    fn meta(&mut self, size: u64) -> io::Result<Option<Vec<u8>>> {
        if size > MAX_META_BYTES {
            self.skip_exact(padded(size))?;
            return Ok(None);
        }
        let mut bytes = vec![0u8; padded(size) as usize];
        let got = self.read_full(&mut bytes)?;
        if got < bytes.len() {
            self.troubles.push(Trouble::Truncated { offset: self.position });
            self.ended = true;
        }
        bytes.truncate((size as usize).min(got));
        Ok(Some(bytes))
    }

    /// Reads blocks until one has a good checksum and says that it is of the ustar family.
    fn resync(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let from = self.position;
        let mut block = [0u8; BLOCK];
        while self.position - from < MAX_RESYNC_BYTES {
            if self.read_full(&mut block)? < BLOCK {
                return Ok(None);
            }
            if &block[257..262] == b"ustar" && checksum_ok(&block) {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    fn old_gnu_regions(&mut self, block: &[u8; BLOCK]) -> io::Result<Vec<Region>> {
        let mut regions = Vec::new();
        push_regions(&block[386..482], &mut regions);
        let mut more = block[482] != 0;
        while more && regions.len() < MAX_SPARSE_REGIONS {
            let mut extension = [0u8; BLOCK];
            if self.read_full(&mut extension)? < BLOCK {
                self.troubles.push(Trouble::Truncated { offset: self.position });
                self.ended = true;
                break;
            }
            push_regions(&extension[0..504], &mut regions);
            more = extension[504] != 0;
        }
        Ok(regions)
    }

    /// The map at the head of the body: decimal numbers, one a line, the count first (GNU tar manual, "PAX Format,
    /// version 1.0").
    fn pax_1_regions(&mut self) -> io::Result<Vec<Region>> {
        let mut numbers: Vec<u64> = Vec::new();
        let mut wanted: Option<usize> = None;
        let mut digits: u64 = 0;
        while wanted.is_none_or(|n| numbers.len() < n) && self.body_left >= BLOCK as u64 {
            let mut block = [0u8; BLOCK];
            let got = self.read_full(&mut block)?;
            self.body_left -= BLOCK as u64;
            if got < BLOCK {
                self.troubles.push(Trouble::Truncated { offset: self.position });
                self.ended = true;
                break;
            }
            for b in block {
                match b {
                    b'0'..=b'9' => digits = digits.saturating_mul(10).saturating_add(u64::from(b - b'0')),
                    b'\n' => {
                        match wanted {
                            None => wanted = Some((digits.min(MAX_SPARSE_REGIONS as u64) * 2) as usize),
                            Some(n) if numbers.len() < n => numbers.push(digits),
                            Some(_) => {}
                        }
                        digits = 0;
                    }
                    _ => {}
                }
            }
        }
        Ok(numbers.chunks_exact(2).map(|c| Region { offset: c[0], length: c[1] }).collect())
    }
}

/// Takes the place for a body that has `size` bytes in all, so that it need not be moved while it grows. The size is only what the header
/// says: addresses are taken, memory not before it is written to, and where even that is refused the body grows as it comes.
pub fn reserve(body: &mut Vec<u8>, size: u64) {
    let more = usize::try_from(size.min(MAX_RESERVED)).unwrap_or(0).saturating_sub(body.len());
    let _ = body.try_reserve_exact(more);
}

/// The stored bytes of one member.
pub struct Body<'a, R> {
    reader: &'a mut Reader<R>,
}

impl<R: Skip> Read for Body<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let want = self.reader.body_left.min(buf.len() as u64) as usize;
        if want == 0 {
            return Ok(0);
        }
        let got = self.reader.inner.read(&mut buf[..want])?;
        self.reader.body_left -= got as u64;
        self.reader.position += got as u64;
        Ok(got)
    }
}

impl<R: Skip> Skip for Body<'_, R> {
    fn skip(&mut self, n: u64) -> io::Result<u64> {
        let got = self.reader.inner.skip(n.min(self.reader.body_left))?;
        self.reader.body_left -= got;
        self.reader.position += got;
        Ok(got)
    }

    fn append(&mut self, n: u64, out: &mut Vec<u8>) -> io::Result<u64> {
        let before = out.len();
        let done = self.reader.inner.append(n.min(self.reader.body_left), out);
        // What came before an error was taken too.
        let got = (out.len() - before) as u64;
        self.reader.body_left -= got;
        self.reader.position += got;
        done
    }
}

#[cfg(test)]
mod tests;
