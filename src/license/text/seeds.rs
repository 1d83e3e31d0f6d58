//! Seeds: short runs of words by which a text finds the licences that it may be. The build script chooses them, the program
//! looks them up.
//!
//! The build script has this file too, so it uses the standard library only.

use std::ops::Range;

/// Length of a seed in words: long enough to be rare, short enough to survive a change in every other line.
pub const SEED: usize = 5;

/// The hash of a run of words.
pub fn hash(run: &[u16]) -> u32 {
    let mut h = 0u64;
    for &w in run {
        h = (h.rotate_left(17) ^ u64::from(w)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (h >> 32) as u32
}

/// The hash of all words of a text.
pub fn hash_all(words: &[u16]) -> u64 {
    let mut h = words.len() as u64;
    for &w in words {
        h = (h.rotate_left(5) ^ u64::from(w)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    h
}

/// Seeds to ranges of places: a bit for "surely not here", then open addressing.
#[derive(Default)]
pub struct Table {
    bits: Vec<u64>,
    slots: Vec<(u32, u32, u32)>,
}

impl Table {
    /// From the hashes and how many places each has, in their order.
    pub fn build(groups: &[(u32, u16)]) -> Table {
        let mut table = Table {
            bits: vec![0; (groups.len() * 8).next_power_of_two() / 64 + 1],
            slots: vec![(0, 0, 0); (groups.len() * 2).next_power_of_two().max(2)],
        };
        let mask = table.slots.len() - 1;
        let bits = table.bits.len() * 64 - 64;
        let mut start = 0u32;
        for &(hash, count) in groups {
            let end = start + u32::from(count);
            let mut slot = hash as usize & mask;
            while table.slots[slot].2 != 0 {
                slot = (slot + 1) & mask;
            }
            table.slots[slot] = (hash, start, end);
            let bit = (hash >> 4) as usize & (bits - 1);
            table.bits[bit / 64] |= 1 << (bit % 64);
            start = end;
        }
        table
    }

    /// The places of a hash.
    pub fn get(&self, hash: u32) -> Option<Range<usize>> {
        let bits = (self.bits.len() * 64).checked_sub(64)?;
        let bit = (hash >> 4) as usize & (bits - 1);
        if self.bits[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let (h, start, end) = self.slots[slot];
            if end == 0 {
                return None;
            }
            if h == hash {
                return Some(start as usize..end as usize);
            }
            slot = (slot + 1) & mask;
        }
    }
}
