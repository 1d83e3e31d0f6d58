//! gzip (RFC 1952) through ISA-L, the fastest inflate that we measured: the feature `isal`. The rest of the house knows only that
//! it reads like flate2's decoder: member after member, checksums verified, and the blob's own bytes still there when it is done.

use isal_sys::igzip_lib::{self as ffi, inflate_state};
use std::io::{self, BufRead, Read};

/// Inflates members until the bytes end. What follows the last member and is no gzip is an error of the read that meets it, and stays
/// in the reader.
pub struct Gzip<R> {
    inner: R,
    state: Box<inflate_state>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before a member.
    Between,
    /// Inside of a member.
    Inside,
    /// At the end of the bytes, or after an error.
    Ended,
}

impl<R: BufRead> Gzip<R> {
    /// Begins at the head of the first member.
    pub fn new(inner: R) -> Self {
        Gzip { inner, state: fresh(), stage: Stage::Between }
    }

    /// The reader of the blob.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The reader of the blob, where it stands.
    pub fn into_inner(self) -> R {
        self.inner
    }

    fn failed(&mut self, why: &str) -> io::Error {
        self.stage = Stage::Ended;
        io::Error::new(io::ErrorKind::InvalidData, format!("damaged gzip stream: {why}"))
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            if self.stage == Stage::Ended {
                return Ok(0);
            }
            let input = self.inner.fill_buf()?;
            let at_end = input.is_empty();
            if self.stage == Stage::Between {
                if at_end {
                    self.stage = Stage::Ended;
                    return Ok(0);
                }
                restart(&mut self.state);
                self.stage = Stage::Inside;
            }
            let Step { used, made, code } = step(&mut self.state, input, buf);
            self.inner.consume(used);
            if code < 0 {
                let why = match code {
                    ffi::ISAL_INCORRECT_CHECKSUM => "its checksum is wrong",
                    ffi::ISAL_INVALID_WRAPPER => "no gzip member where one should begin",
                    _ => "its bits are no DEFLATE",
                };
                return Err(self.failed(why));
            }
            if self.state.block_state == ffi::isal_block_state_ISAL_BLOCK_FINISH {
                self.stage = Stage::Between;
            } else if made == 0 && used == 0 && !at_end {
                return Err(self.failed("nothing comes of its bits"));
            } else if at_end && made == 0 {
                self.stage = Stage::Ended;
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the gzip stream ends in the middle"));
            }
            if made > 0 {
                return Ok(made);
            }
        }
    }
}

/// What one call did.
struct Step {
    used: usize,
    made: usize,
    code: i32,
}

/// A state that waits for a member's head.
#[allow(unsafe_code)]
fn fresh() -> Box<inflate_state> {
    // SAFETY: the structure holds numbers, arrays of numbers and two pointers, for which zero bytes are values; `isal_inflate_init`
    // writes to the structure alone. It is made in its place on the heap, for it has 80 KiB.
    let mut state: Box<inflate_state> = unsafe { Box::new_zeroed().assume_init() };
    unsafe { ffi::isal_inflate_init(&mut *state) };
    state.crc_flag = ffi::ISAL_GZIP;
    state
}

/// Makes the state ready for the next member.
#[allow(unsafe_code)]
fn restart(state: &mut inflate_state) {
    // SAFETY: it writes to the structure alone.
    unsafe { ffi::isal_inflate_reset(state) };
    state.crc_flag = ffi::ISAL_GZIP;
}

/// Inflates from `input` to `out`, as far as both last.
#[allow(unsafe_code)]
fn step(state: &mut inflate_state, input: &[u8], out: &mut [u8]) -> Step {
    let given = input.len().min(u32::MAX as usize);
    let room = out.len().min(u32::MAX as usize);
    state.next_in = input.as_ptr().cast_mut();
    state.avail_in = given as u32;
    state.next_out = out.as_mut_ptr();
    state.avail_out = room as u32;
    // SAFETY: the pointers and lengths are those of the slices; ISA-L reads its input and never writes it. Window and bits that it
    // still needs are kept in the structure.
    let code = unsafe { ffi::isal_inflate(state) };
    let step = Step { used: given - state.avail_in as usize, made: room - state.avail_out as usize, code };
    // No pointer outlives the slices.
    state.next_in = std::ptr::null_mut();
    state.next_out = std::ptr::null_mut();
    state.avail_in = 0;
    state.avail_out = 0;
    step
}
