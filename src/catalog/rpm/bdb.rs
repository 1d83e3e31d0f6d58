//! BerkeleyDB, the hash database `Packages` of rpm before 4.16.
//!
//! The file is a row of pages, in the byte order of the machine that made it. Page 0 describes the database. Hash
//! pages hold pairs of items, a record's number and its header; an item that does not fit in a page lies in a chain
//! of overflow pages. The pages are read one after the other, not by the buckets of the hash: a page that is free
//! says so, and a damaged bucket would hide what is in the others.
//!
//! Left out: encrypted and checksummed databases, B-trees, duplicate items; rpm makes none of them.
//!
//! Specification: BerkeleyDB's `src/dbinc/db_page.h`; there is no other.

use super::Sink;
use std::collections::HashSet;
use std::ops::ControlFlow;

const HASH_MAGIC: u32 = 0x0006_1561;
const BTREE_MAGIC: u32 = 0x0005_3162;

/// Where page 0 has its magic, page size, encryption, and flags.
const AT_MAGIC: usize = 12;
const AT_PAGE_SIZE: usize = 20;
const AT_ENCRYPTION: usize = 24;
const AT_META_FLAGS: usize = 26;
const AT_LAST_PAGE: usize = 32;
/// The flag of databases with a checksum in each page, whose pages are laid out in another way.
const CHECKSUMMED: u8 = 1;

/// Where other pages have the number of the next, the count of items, the length of an overflow page, and their type.
const AT_NEXT: usize = 16;
const AT_ITEMS: usize = 20;
const AT_LENGTH: usize = 22;
const AT_TYPE: usize = 25;
const PAGE_HEADER: usize = 26;

const UNSORTED_HASH_PAGE: u8 = 2;
const OVERFLOW_PAGE: u8 = 7;
const HASH_PAGE: u8 = 13;

/// An item in its page, and one in a chain of overflow pages.
const ITEM_INLINE: u8 = 1;
const ITEM_OVERFLOW: u8 = 3;

/// A byte order.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

/// A database whose first page makes sense.
struct Database<'a> {
    bytes: &'a [u8],
    order: Order,
    page_size: usize,
    /// Overflow pages that a record has used. Each belongs to one record, so that a second use is a loop or a lie:
    /// this is what bounds a chain, to the pages of the file.
    used: Vec<bool>,
}

/// Whether the file is one, or another of BerkeleyDB's.
pub fn recognises(bytes: &[u8]) -> bool {
    magic(bytes).is_some()
}

fn magic(bytes: &[u8]) -> Option<(u32, Order)> {
    [Order::Little, Order::Big]
        .into_iter()
        .filter_map(|order| Some((word(bytes, AT_MAGIC, order)?, order)))
        .find(|(magic, _)| matches!(*magic, HASH_MAGIC | BTREE_MAGIC))
}

/// Hands over every record.
pub fn read(bytes: &[u8], sink: &mut Sink) {
    let (mut database, pages) = match open(bytes, sink) {
        Ok(opened) => opened,
        Err(why) => return sink.parsed.file_issue(why),
    };
    let mut blob = Vec::new();
    let mut seen = HashSet::new();
    let mut broken = 0;
    for number in 1..pages {
        let Some(page) = database.page(number) else { break };
        if !matches!(page.get(AT_TYPE), Some(&(UNSORTED_HASH_PAGE | HASH_PAGE))) {
            continue;
        }
        let Some(items) = items(page, database.order) else {
            broken += 1;
            continue;
        };
        for pair in items.chunks_exact(2) {
            let &[key, value] = pair else { continue };
            // A record's number is in the machine's byte order too. Number 0 is no package, it counts the numbers.
            let Some((&ITEM_INLINE, key)) = key.split_first().filter(|(_, key)| key.len() == 4) else {
                broken += 1;
                continue;
            };
            let key = word(key, 0, database.order).unwrap_or(0);
            if key == 0 {
                continue;
            }
            let key = i64::from(key);
            if !seen.insert(key) {
                sink.lost(key, "a second item has its number");
                continue;
            }
            let flow = match value.split_first() {
                Some((&ITEM_INLINE, value)) => sink.record(key, value, None),
                Some((&ITEM_OVERFLOW, _)) => match database.chain(value, &mut blob) {
                    Ok(damage) => sink.record(key, &blob, damage),
                    Err(why) => {
                        sink.lost(key, why);
                        ControlFlow::Continue(())
                    }
                },
                _ => {
                    sink.lost(key, "its item is of a kind that rpm does not use");
                    ControlFlow::Continue(())
                }
            };
            if flow.is_break() {
                return;
            }
        }
    }
    if broken > 0 {
        sink.parsed.file_issue(format!("{broken} pages or items of the BerkeleyDB database are damaged"));
    }
}

/// Reads page 0; gives the database and how many pages it has.
fn open<'a>(bytes: &'a [u8], sink: &mut Sink) -> Result<(Database<'a>, usize), String> {
    let Some((HASH_MAGIC, order)) = magic(bytes) else {
        return Err("found a BerkeleyDB database that is no hash, which rpm's list of packages always is".into());
    };
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    if byte(AT_ENCRYPTION) != 0 || byte(AT_META_FLAGS) & CHECKSUMMED != 0 {
        return Err("found an encrypted or checksummed BerkeleyDB database, which cannot be read".into());
    }
    let (Some(page_size), Some(last)) = (word(bytes, AT_PAGE_SIZE, order), word(bytes, AT_LAST_PAGE, order)) else {
        return Err("the BerkeleyDB database ends in its first page".into());
    };
    let page_size = page_size as usize;
    if !page_size.is_power_of_two() || !(512..=65536).contains(&page_size) {
        return Err(format!("the BerkeleyDB database claims pages of {page_size} bytes"));
    }
    let pages = bytes.len() / page_size;
    let (have, claimed) = (bytes.len(), (last as usize).saturating_add(1).saturating_mul(page_size));
    if have < claimed {
        sink.parsed.file_issue(format!("the BerkeleyDB database has {have} bytes and should have {claimed}"));
    }
    Ok((Database { bytes, order, page_size, used: vec![false; pages] }, pages))
}

impl<'a> Database<'a> {
    fn page(&self, number: usize) -> Option<&'a [u8]> {
        let start = number.checked_mul(self.page_size)?;
        self.bytes.get(start..start.checked_add(self.page_size)?)
    }

    /// Gathers an item from its overflow pages into `blob`; gives what is wrong with it, where some of it is there.
    fn chain(&mut self, item: &[u8], blob: &mut Vec<u8>) -> Result<Option<&'static str>, &'static str> {
        blob.clear();
        let (Some(mut next), Some(len)) = (word(item, 4, self.order), word(item, 8, self.order)) else {
            return Err("its item is cut off");
        };
        let len = len as usize;
        if len > self.bytes.len() {
            return Err("its item claims to be longer than the file");
        }
        blob.reserve(len);
        while blob.len() < len {
            let number = next as usize;
            let Some(page) = self.page(number).filter(|_| number != 0) else {
                return Ok(Some("a page that it needs is not in the file"));
            };
            match self.used.get_mut(number) {
                Some(used) if !*used => *used = true,
                _ => return Ok(Some("its pages run in a circle, or into another record's")),
            }
            let data = half(page, AT_LENGTH, self.order)
                .filter(|_| page.get(AT_TYPE) == Some(&OVERFLOW_PAGE))
                .and_then(|used| page.get(PAGE_HEADER..)?.get(..usize::from(used)))
                .filter(|data| data.len() <= len - blob.len());
            let Some(data) = data else { return Ok(Some("one of its pages is damaged")) };
            blob.extend_from_slice(data);
            next = word(page, AT_NEXT, self.order).unwrap_or(0);
        }
        Ok(None)
    }
}

/// The items of a hash page, each with its byte of type. They fill the page from its end.
fn items(page: &[u8], order: Order) -> Option<Vec<&[u8]>> {
    let count = usize::from(half(page, AT_ITEMS, order)?);
    let floor = PAGE_HEADER + 2 * count;
    let mut end = page.len();
    let mut items = Vec::with_capacity(count);
    for at in 0..count {
        let start = usize::from(half(page, PAGE_HEADER + 2 * at, order)?);
        if start < floor {
            return None;
        }
        items.push(page.get(start..end)?);
        end = start;
    }
    Some(items)
}

fn word(bytes: &[u8], at: usize, order: Order) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(match order {
        Order::Little => u32::from_le_bytes(bytes),
        Order::Big => u32::from_be_bytes(bytes),
    })
}

fn half(bytes: &[u8], at: usize, order: Order) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(match order {
        Order::Little => u16::from_le_bytes(bytes),
        Order::Big => u16::from_be_bytes(bytes),
    })
}
