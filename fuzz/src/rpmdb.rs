//! rpm databases made in code: one header blob a record. Enough of each format for the program's readers; what these need is
//! told in their own files.

use rusqlite::{Connection, MAIN_DB};

/// A header blob of rows (tag, type, count, data).
pub fn header(rows: &[(u32, u32, u32, &[u8])]) -> Vec<u8> {
    let mut store: Vec<u8> = Vec::new();
    let mut table = Vec::new();
    for (tag, kind, count, data) in rows {
        for word in [*tag, *kind, store.len() as u32, *count] {
            table.extend(word.to_be_bytes());
        }
        store.extend_from_slice(data);
    }
    let sizes = [rows.len() as u32, store.len() as u32];
    [sizes.iter().flat_map(|n| n.to_be_bytes()).collect(), table, store].concat()
}

/// A header that nobody can find fault with.
pub fn good() -> Vec<u8> {
    header(&[
        (1000, 6, 1, b"zz-good\0"),
        (1001, 6, 1, b"1\0"),
        (1002, 6, 1, b"2\0"),
        (1014, 6, 1, b"GPLv2+ and MIT\0"),
        (1022, 6, 1, b"noarch\0"),
    ])
}

/// One with files, licence files, requirements, an epoch.
pub fn rich() -> Vec<u8> {
    let numbers = |list: &[u32]| list.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
    let halves = |list: &[u16]| list.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
    header(&[
        (1000, 6, 1, b"rich\0"),
        (1001, 6, 1, b"2.0\0"),
        (1002, 6, 1, b"3.el9\0"),
        (1003, 4, 1, &numbers(&[1])),
        (1004, 9, 1, b"one line\0"),
        (1011, 6, 1, b"A vendor\0"),
        (1014, 6, 1, b"MIT OR Apache-2.0\0"),
        (1022, 6, 1, b"x86_64\0"),
        (1044, 6, 1, b"rich-2.0-3.el9.src.rpm\0"),
        (1047, 8, 2, b"rich\0lib(x)\0"),
        (1049, 8, 2, b"(a if b)\0/bin/sh\0"),
        (1048, 4, 2, &numbers(&[0, 0])),
        (1030, 3, 2, &halves(&[0o100_755, 0o100_644])),
        (1037, 4, 2, &numbers(&[0, 128])),
        (1116, 4, 2, &numbers(&[0, 1])),
        (1117, 8, 2, b"rich\0LICENSE\0"),
        (1118, 8, 2, b"/usr/bin/\0/usr/share/licenses/rich/\0"),
        (5096, 6, 1, b"m:1:2:3\0"),
    ])
}

/// NDB: slots, then blobs in blocks of 16 bytes.
pub fn ndb(blobs: &[Vec<u8>]) -> Vec<u8> {
    let words = |list: &[u32]| list.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let mut out = [b"RpmP".to_vec(), words(&[0, 1, 1, blobs.len() as u32 + 1, 0, 0, 0])].concat();
    let mut body = Vec::new();
    for (number, blob) in (1u32..).zip(blobs) {
        let blocks = (16 + blob.len() + 12).div_ceil(16);
        out.extend_from_slice(b"Slot");
        out.extend(words(&[number, ((4096 + body.len()) / 16) as u32, blocks as u32]));
        let end = body.len() + blocks * 16;
        body.extend_from_slice(b"BlbS");
        body.extend(words(&[number, 1, blob.len() as u32]));
        body.extend_from_slice(blob);
        body.resize(end - 12, 0);
        body.extend(words(&[0, blob.len() as u32]));
        body.extend_from_slice(b"BlbE");
    }
    while out.len() < 4096 {
        out.extend_from_slice(b"Slot\0\0\0\0\0\0\0\0\0\0\0\0");
    }
    out.truncate(4096);
    out.extend(body);
    out
}

/// SQLite, in write-ahead mode as rpm leaves it.
pub fn sqlite(blobs: &[Vec<u8>]) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().expect("a database in memory");
    connection
        .execute_batch("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
        .expect("a table");
    for blob in blobs {
        connection.execute("INSERT INTO Packages (blob) VALUES (?1)", [blob]).expect("a row");
    }
    let mut bytes = connection.serialize(MAIN_DB).expect("bytes").to_vec();
    bytes[18..20].fill(2);
    bytes
}

/// BerkeleyDB, little-endian: one hash page, every blob in overflow pages.
pub fn bdb(blobs: &[Vec<u8>]) -> Vec<u8> {
    const PAGE: usize = 4096;
    let put = |page: &mut [u8], at: usize, n: usize| page[at..at + 4].copy_from_slice(&(n as u32).to_le_bytes());
    let half = |page: &mut [u8], at: usize, n: usize| page[at..at + 2].copy_from_slice(&(n as u16).to_le_bytes());
    let inline = |n: usize| [&[1][..], &(n as u32).to_le_bytes()].concat();
    let mut items = vec![inline(0), inline(blobs.len())];
    let mut overflow: Vec<Vec<u8>> = Vec::new();
    for (number, blob) in (1..).zip(blobs) {
        let first = 2 + overflow.len();
        let mut item = vec![3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        put(&mut item, 4, first);
        put(&mut item, 8, blob.len());
        items.extend([inline(number), item]);
        let parts: Vec<&[u8]> = blob.chunks(PAGE - 26).collect();
        for (i, part) in parts.iter().enumerate() {
            let mut page = vec![0; PAGE];
            put(&mut page, 8, first + i);
            put(&mut page, 16, if i + 1 < parts.len() { first + i + 1 } else { 0 });
            half(&mut page, 20, 1);
            half(&mut page, 22, part.len());
            page[25] = 7;
            page[26..26 + part.len()].copy_from_slice(part);
            overflow.push(page);
        }
    }
    let (mut hash, mut end) = (vec![0; PAGE], PAGE);
    for (i, item) in items.iter().enumerate() {
        hash[end - item.len()..end].copy_from_slice(item);
        end -= item.len();
        half(&mut hash, 26 + 2 * i, end);
    }
    put(&mut hash, 8, 1);
    half(&mut hash, 20, items.len());
    half(&mut hash, 22, end);
    hash[25] = 13;
    let mut meta = vec![0; PAGE];
    put(&mut meta, 12, 0x0006_1561);
    put(&mut meta, 16, 9);
    put(&mut meta, 20, PAGE);
    meta[25] = 8;
    put(&mut meta, 32, 1 + overflow.len());
    [vec![meta, hash], overflow].concat().concat()
}
