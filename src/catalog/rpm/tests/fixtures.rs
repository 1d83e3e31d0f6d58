//! Builders of headers and of the three databases.

use crate::catalog::rpm::header::Tag;
use rusqlite::{Connection, MAIN_DB};

/// Builds a header blob, row by row.
#[derive(Default)]
pub struct Builder {
    rows: Vec<[u32; 4]>,
    store: Vec<u8>,
}

impl Builder {
    /// A row that points anywhere.
    pub fn row(mut self, tag: Tag, kind: u32, offset: u32, count: u32) -> Builder {
        self.rows.push([tag.0, kind, offset, count]);
        self
    }

    /// A row with its data.
    pub fn raw(mut self, tag: Tag, kind: u32, count: usize, data: &[u8]) -> Builder {
        let offset = self.store.len() as u32;
        self.store.extend_from_slice(data);
        self.row(tag, kind, offset, count as u32)
    }

    pub fn string(self, tag: Tag, value: &str) -> Builder {
        self.strings(tag, 6, &[value])
    }

    pub fn strings(self, tag: Tag, kind: u32, values: &[&str]) -> Builder {
        let data: Vec<u8> = values.iter().flat_map(|value| value.bytes().chain([0])).collect();
        self.raw(tag, kind, values.len(), &data)
    }

    pub fn numbers(self, tag: Tag, values: &[u32]) -> Builder {
        let data: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
        self.raw(tag, 4, values.len(), &data)
    }

    pub fn short_numbers(self, tag: Tag, values: &[u16]) -> Builder {
        let data: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
        self.raw(tag, 3, values.len(), &data)
    }

    pub fn bytes(self, tag: Tag, values: &[u8]) -> Builder {
        self.raw(tag, 1, values.len(), values)
    }

    pub fn build(self) -> Vec<u8> {
        let preamble = [self.rows.len() as u32, self.store.len() as u32];
        let words = preamble.into_iter().chain(self.rows.into_iter().flatten());
        words.flat_map(u32::to_be_bytes).chain(self.store).collect()
    }
}

/// An NDB database with the headers as records 1, 2, ...
pub fn ndb(headers: &[Vec<u8>]) -> Vec<u8> {
    let pages = (32 + headers.len() * 16).div_ceil(4096);
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut slots = [b"RpmP".to_vec(), words(&[0, 1, pages as u32, headers.len() as u32 + 1, 0, 0, 0])].concat();
    let mut blobs = Vec::new();
    for (number, header) in (1..).zip(headers) {
        let at = (pages * 4096 + blobs.len()) / 16;
        let blocks = (16 + header.len() + 12).div_ceil(16);
        slots.extend_from_slice(b"Slot");
        slots.extend(words(&[number, at as u32, blocks as u32]));
        let end = blobs.len() + blocks * 16;
        blobs.extend_from_slice(b"BlbS");
        blobs.extend(words(&[number, 1, header.len() as u32]));
        blobs.extend_from_slice(header);
        blobs.resize(end - 12, 0);
        blobs.extend(words(&[0, header.len() as u32]));
        blobs.extend_from_slice(b"BlbE");
    }
    while slots.len() < pages * 4096 {
        slots.extend_from_slice(b"Slot");
        slots.extend(words(&[0, 0, 0]));
    }
    slots.extend(blobs);
    slots
}

/// An SQLite database in write-ahead mode, with the headers as records 1, 2, ...
pub fn sqlite(headers: &[Vec<u8>]) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    let schema = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)";
    connection.execute_batch(schema).unwrap();
    for header in headers {
        connection.execute("INSERT INTO Packages (blob) VALUES (?1)", [header]).unwrap();
    }
    let mut bytes = connection.serialize(MAIN_DB).unwrap().to_vec();
    bytes[18..20].fill(2);
    bytes
}

/// An SQLite database with any schema and nothing in it.
pub fn sqlite_of(schema: &str) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(schema).unwrap();
    connection.serialize(MAIN_DB).unwrap().to_vec()
}

/// A byte order.
pub trait Order {
    fn word(number: usize) -> [u8; 4];
    fn half(number: usize) -> [u8; 2];
}

pub struct LittleEndian;
pub struct BigEndian;

impl Order for LittleEndian {
    fn word(number: usize) -> [u8; 4] {
        (number as u32).to_le_bytes()
    }
    fn half(number: usize) -> [u8; 2] {
        (number as u16).to_le_bytes()
    }
}

impl Order for BigEndian {
    fn word(number: usize) -> [u8; 4] {
        (number as u32).to_be_bytes()
    }
    fn half(number: usize) -> [u8; 2] {
        (number as u16).to_be_bytes()
    }
}

/// A BerkeleyDB hash database with the headers as records 1, 2, ...: those that are short stand in the hash page, the
/// others in overflow pages. There is one hash page, and in it the record 0 that rpm keeps.
pub fn bdb<O: Order>(headers: &[Vec<u8>], page_size: usize) -> Vec<u8> {
    let mut hash_page = vec![0; page_size];
    let mut overflow: Vec<Vec<u8>> = Vec::new();
    let mut items = vec![inline(&O::word(0)), inline(&O::word(headers.len()))];
    for (number, header) in (1..).zip(headers) {
        items.push(inline(&O::word(number)));
        if header.len() < 100 {
            items.push(inline(header));
            continue;
        }
        let first = 2 + overflow.len();
        items.push([vec![3, 0, 0, 0], O::word(first).to_vec(), O::word(header.len()).to_vec()].concat());
        let parts: Vec<_> = header.chunks(page_size - 26).collect();
        for (at, part) in parts.iter().enumerate() {
            let number = first + at;
            let next = if at + 1 < parts.len() { number + 1 } else { 0 };
            let mut page = vec![0; page_size];
            page[8..12].copy_from_slice(&O::word(number));
            page[16..20].copy_from_slice(&O::word(next));
            page[20..22].copy_from_slice(&O::half(1));
            page[22..24].copy_from_slice(&O::half(part.len()));
            page[25] = 7;
            page[26..26 + part.len()].copy_from_slice(part);
            overflow.push(page);
        }
    }
    let mut end = page_size;
    for (at, item) in items.iter().enumerate() {
        hash_page[end - item.len()..end].copy_from_slice(item);
        end -= item.len();
        hash_page[26 + 2 * at..28 + 2 * at].copy_from_slice(&O::half(end));
    }
    hash_page[8..12].copy_from_slice(&O::word(1));
    hash_page[20..22].copy_from_slice(&O::half(items.len()));
    hash_page[22..24].copy_from_slice(&O::half(end));
    hash_page[25] = 13;
    let mut meta = vec![0; page_size];
    meta[12..16].copy_from_slice(&O::word(0x0006_1561));
    meta[16..20].copy_from_slice(&O::word(9));
    meta[20..24].copy_from_slice(&O::word(page_size));
    meta[25] = 8;
    meta[32..36].copy_from_slice(&O::word(1 + overflow.len()));
    [vec![meta, hash_page], overflow].concat().concat()
}

fn inline(data: &[u8]) -> Vec<u8> {
    [&[1], data].concat()
}
