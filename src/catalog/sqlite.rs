//! Opens an SQLite database from its bytes, trusting nothing in it.
//!
//! The database is copied into SQLite's memory and read there. A copy is needed anyway, because real ones are often in
//! write-ahead mode, which a database in memory cannot be in: two bytes of the header have to change. Left out: the
//! write-ahead log, a second file that may hold newer pages. Specification: <https://www.sqlite.org/fileformat2.html>.

use rusqlite::{Connection, MAIN_DB, OpenFlags};
use std::io::Read;

const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the header says in which mode a database is written and read; 1 is the rollback journal, 2 write-ahead.
const AT_MODES: usize = 18;

/// Whether the file opens like one.
pub fn recognises(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Opens it.
pub fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory_with_flags(
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_MEMORY,
    )?;
    let (before, rest) = bytes.split_at_checked(AT_MODES).unwrap_or((bytes, &[]));
    let (modes, after) = rest.split_at_checked(2).unwrap_or((rest, &[]));
    let modes = &[1, 1][..modes.len()];
    connection.deserialize_read_exact(MAIN_DB, before.chain(modes).chain(after), bytes.len(), true)?;
    // Whoever made the database has a say in its schema, so that nothing in it is trusted. A "writable" schema makes
    // SQLite read on where the schema or the length of the file is not as it should be; the database is opened for
    // reading only and cannot be written all the same.
    connection
        .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA writable_schema = ON")?;
    Ok(connection)
}

/// SQLite's words, without the code that repeats them.
pub fn plain(why: &rusqlite::Error) -> String {
    match why {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}
