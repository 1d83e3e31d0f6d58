//! The fields of a tar header and the records of a PAX header: bytes to values.

use super::BLOCK;

/// Extension blocks of an old GNU sparse header: 21 regions each; a million regions is far beyond any real file.
pub(super) const MAX_SPARSE_REGIONS: usize = 1 << 20;

/// A region of a sparse file that holds data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub offset: u64,
    pub length: u64,
}

/// What PAX records say of a member.
#[derive(Clone, Default)]
pub(super) struct Pax {
    pub path: Option<Vec<u8>>,
    pub link: Option<Vec<u8>>,
    pub size: Option<u64>,
    pub sparse_name: Option<Vec<u8>>,
    pub sparse_size: Option<u64>,
    pub sparse_map: Vec<u64>,
    pub sparse_offset: Option<u64>,
    pub sparse_major: Option<u64>,
}

/// Whether a block is a tar header: its checksum holds.
pub fn is_header(block: &[u8]) -> bool {
    block.first_chunk::<BLOCK>().is_some_and(|b| b.iter().any(|b| *b != 0) && checksum_ok(b))
}

pub(super) fn padded(n: u64) -> u64 {
    n.checked_next_multiple_of(BLOCK as u64).unwrap_or(u64::MAX)
}

pub(super) fn until_nul(field: &[u8]) -> &[u8] {
    &field[..memchr::memchr(0, field).unwrap_or(field.len())]
}

/// Sum of all bytes with the checksum's own field as spaces; some old programs summed signed bytes.
pub(super) fn checksum_ok(block: &[u8; BLOCK]) -> bool {
    let Some(stated) = number(&block[148..156]) else { return false };
    let spaces = 8 * u64::from(b' ');
    let unsigned = |bytes: &[u8]| bytes.iter().map(|b| u32::from(*b)).sum::<u32>();
    if stated == u64::from(unsigned(block) - unsigned(&block[148..156])) + spaces {
        return true;
    }
    let signed = |bytes: &[u8]| bytes.iter().map(|b| i64::from(*b as i8)).sum::<i64>();
    i64::try_from(stated) == Ok(signed(block) - signed(&block[148..156]) + spaces as i64)
}

/// A number field: octal digits, or base 256 where the first bit is set. `None` for anything else, and for negative
/// numbers.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    let first = *field.first()?;
    if first & 0x80 != 0 {
        if first & 0x40 != 0 {
            return None;
        }
        return field.iter().enumerate().try_fold(0u64, |n, (i, b)| {
            let b = if i == 0 { b & 0x3f } else { *b };
            n.checked_mul(256)?.checked_add(u64::from(b))
        });
    }
    let mut n = 0u64;
    let mut seen = false;
    for b in field {
        match b {
            b'0'..=b'7' => {
                n = n.checked_mul(8)?.checked_add(u64::from(b - b'0'))?;
                seen = true;
            }
            b' ' if !seen => {}
            b' ' | 0 => break,
            _ => return None,
        }
    }
    Some(n)
}

pub(super) fn push_regions(field: &[u8], out: &mut Vec<Region>) {
    for pair in field.chunks_exact(24) {
        let (Some(offset), Some(length)) = (number(&pair[..12]), number(&pair[12..])) else { break };
        if pair[0] == 0 || (offset == 0 && length == 0 && pair[12] == 0) {
            break;
        }
        out.push(Region { offset, length });
    }
}

/// Records of the form `length key=value\n` (POSIX.1-2017 `pax`, "pax Extended Header"). Returns whether all were good.
pub(super) fn parse_pax(mut bytes: &[u8], pax: &mut Pax) -> bool {
    while !bytes.is_empty() {
        // Some writers pad with zeros.
        if bytes.iter().all(|b| *b == 0) {
            return true;
        }
        let Some(space) = memchr::memchr(b' ', bytes) else { return false };
        let Some(length) = std::str::from_utf8(&bytes[..space]).ok().and_then(|s| s.parse::<usize>().ok()) else {
            return false;
        };
        if length <= space + 1 || length > bytes.len() {
            return false;
        }
        let record = &bytes[space + 1..length];
        bytes = &bytes[length..];
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let Some(equals) = memchr::memchr(b'=', record) else { return false };
        let (key, value) = (&record[..equals], &record[equals + 1..]);
        let decimal = || std::str::from_utf8(value).ok().and_then(|s| s.parse::<u64>().ok());
        let word = || (!value.is_empty()).then(|| value.to_vec());
        match key {
            b"path" => pax.path = word(),
            b"linkpath" => pax.link = word(),
            b"size" => pax.size = decimal(),
            b"GNU.sparse.name" => pax.sparse_name = word(),
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => pax.sparse_size = decimal(),
            b"GNU.sparse.major" => pax.sparse_major = decimal(),
            // Version 0.0: one record a region, offset before length.
            b"GNU.sparse.offset" => pax.sparse_offset = decimal(),
            b"GNU.sparse.numbytes" => {
                if let (Some(offset), Some(length)) = (pax.sparse_offset.take(), decimal())
                    && pax.sparse_map.len() < 2 * MAX_SPARSE_REGIONS
                {
                    pax.sparse_map.extend([offset, length]);
                }
            }
            // Version 0.1: all regions in one record.
            b"GNU.sparse.map" => {
                let numbers = value.split(|b| *b == b',').map(|n| std::str::from_utf8(n).ok()?.parse().ok());
                match numbers.collect::<Option<Vec<u64>>>() {
                    Some(map) => pax.sparse_map = map,
                    None => return false,
                }
            }
            _ => {}
        }
    }
    true
}
