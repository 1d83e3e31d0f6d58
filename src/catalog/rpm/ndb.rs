//! NDB, rpm's own database (`Packages.db`): slots that point to blobs.
//!
//! The file opens with a header of 32 bytes; behind it, to the end of the pages that the header counts, stand slots
//! of 16 bytes. A slot in use names a package number, and where its blob lies, in units of 16 bytes. A blob has a
//! head that repeats the package number and says its length, and a tail that repeats the length. All numbers are
//! little-endian on every machine.
//!
//! Left out: the checksums of blobs, which rpm itself does not look at when it reads.
//!
//! Specification: rpm's `lib/backend/ndb/rpmpkg.c`; there is no other.

use super::Sink;
use std::collections::HashSet;
use std::ops::ControlFlow;

const MAGIC: &[u8] = b"RpmP";
const SLOT_MAGIC: &[u8] = b"Slot";
const HEAD_MAGIC: &[u8] = b"BlbS";
const TAIL_MAGIC: &[u8] = b"BlbE";

const HEADER: usize = 32;
const SLOT: usize = 16;
const HEAD: usize = 16;
const TAIL: usize = 12;
/// Blobs start at a multiple of this.
const BLOCK: usize = 16;
const PAGE: usize = 4096;

/// Whether the file opens like one.
pub fn recognises(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Hands over every record.
pub fn read(bytes: &[u8], sink: &mut Sink) {
    if let Some(version) = word(bytes, 4).filter(|version| *version != 0) {
        sink.parsed.file_issue(format!("read an NDB database of version {version}, and know only 0"));
    }
    let Some(pages) = word(bytes, 12) else {
        sink.parsed.file_issue("the NDB database ends in its header");
        return;
    };
    let slots_end = (pages as usize).saturating_mul(PAGE);
    if slots_end > bytes.len() {
        let len = bytes.len();
        sink.parsed.file_issue(format!("the NDB database has {len} bytes, its slots alone should take {slots_end}"));
    }
    let slots = bytes.get(HEADER..slots_end.min(bytes.len())).unwrap_or_default();
    let mut seen = HashSet::new();
    let mut broken = 0;
    for slot in slots.chunks_exact(SLOT) {
        let (Some(number), Some(at), Some(blocks)) = (word(slot, 4), word(slot, 8), word(slot, 12)) else { continue };
        if !slot.starts_with(SLOT_MAGIC) {
            broken += 1;
            continue;
        }
        if number == 0 {
            continue;
        }
        if !seen.insert(number) {
            sink.lost(number.into(), "a second slot has its number");
            continue;
        }
        let start = (at as usize).saturating_mul(BLOCK);
        match blob(bytes, start, blocks, number) {
            Ok((blob, damage)) => {
                if let ControlFlow::Break(()) = sink.record(number.into(), blob, damage) {
                    return;
                }
            }
            Err(why) => sink.lost(number.into(), why),
        }
    }
    if broken > 0 {
        sink.parsed.file_issue(format!("{broken} slots of the NDB database are damaged"));
    }
}

/// The blob of a slot, and what is wrong with it.
fn blob(bytes: &[u8], start: usize, blocks: u32, number: u32) -> Result<(&[u8], Option<&'static str>), &'static str> {
    let head = bytes.get(start..).and_then(|rest| rest.get(..HEAD)).ok_or("its blob lies outside the file")?;
    if !head.starts_with(HEAD_MAGIC) || word(head, 4) != Some(number) {
        return Err("its slot points to something else than its blob");
    }
    let len = word(head, 12).unwrap_or(0) as usize;
    let space = (blocks as usize).saturating_mul(BLOCK);
    if len.saturating_add(HEAD + TAIL) > space {
        return Err("its blob claims to be longer than its slot says");
    }
    let body = bytes.get(start + HEAD..).unwrap_or_default();
    let Some(blob) = body.get(..len) else { return Ok((body, Some("the file ends in its blob"))) };
    let tail = start.checked_add(space - TAIL).and_then(|at| bytes.get(at..)).and_then(|rest| rest.get(..TAIL));
    let sound =
        tail.is_some_and(|tail| tail.ends_with(TAIL_MAGIC) && word(tail, 4).is_some_and(|word| word as usize == len));
    Ok((blob, (!sound).then_some("the end of its blob is damaged")))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
