//! SQLite, `rpmdb.sqlite` of rpm 4.16 and later: a table `Packages` of numbers and header blobs.
//!
//! Records are fetched one by one, so that a damaged page costs the records in it and no more.
//!
//! Left out: the write-ahead log, a second file that may hold newer pages.
//!
//! Specification: <https://www.sqlite.org/fileformat2.html>; the table is made in rpm's `lib/backend/sqlite.c`.

use super::Sink;
use crate::catalog::sqlite::{open, plain};
use rusqlite::{Connection, Statement};
use std::ops::ControlFlow;

/// Hands over every record.
pub fn read(bytes: &[u8], sink: &mut Sink) {
    check_length(bytes, sink);
    let result = open(bytes).and_then(|connection| {
        if has_table(&connection)? {
            read_table(&connection, sink)
        } else {
            let hint = "its pages may still be in the write-ahead log, which is not read";
            sink.parsed.file_issue(format!("found no table of packages in the SQLite database; {hint}"));
            Ok(())
        }
    });
    if let Err(why) = result {
        sink.parsed.file_issue(format!("could not read the SQLite database: {}", plain(&why)));
    }
}

/// SQLite reads on where pages are missing (see [`open`]), so that this says that they are.
fn check_length(bytes: &[u8], sink: &mut Sink) {
    let number = |at: usize, len: usize| {
        bytes.get(at..at + len).map(|bytes| bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte)))
    };
    let (Some(page_size), Some(pages)) = (number(16, 2), number(28, 4)) else { return };
    // 65536 does not fit in the field and is written as 1.
    let page_size = if page_size == 1 { 65536 } else { page_size };
    // The count of pages holds only where the last writer knew of it, and then the two counters are the same.
    let claimed = if number(24, 4) == number(92, 4) { page_size * pages } else { 0 };
    let have = bytes.len() as u64;
    if have < claimed {
        sink.parsed.file_issue(format!("the SQLite database has {have} bytes and should have {claimed}"));
    }
}

/// Whether there is a plain table of packages. A view, a virtual table or a computed column would run what somebody
/// put in the schema, for as long as that takes; a column called `rowid` would stand for the number of the row, by
/// which records are found without a search.
fn has_table(connection: &Connection) -> rusqlite::Result<bool> {
    let count = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0));
    let tables = "SELECT count(*) FROM pragma_table_list('Packages') WHERE schema = 'main' AND type = 'table'";
    let blobs = "SELECT count(*) FROM pragma_table_xinfo('Packages') WHERE lower(name) = 'blob' AND hidden = 0";
    let impostors = "SELECT count(*) FROM pragma_table_xinfo('Packages') WHERE lower(name) = 'rowid'";
    Ok(count(tables)? == 1 && count(blobs)? == 1 && count(impostors)? == 0)
}

fn read_table(connection: &Connection, sink: &mut Sink) -> rusqlite::Result<()> {
    // What is longer than the file is not fetched: SQLite would go round a circle of pages to make it as long.
    let record = "SELECT CASE WHEN typeof(blob) = 'blob' AND length(blob) <= ?2 THEN blob END \
                  FROM Packages NOT INDEXED WHERE rowid = ?1";
    let mut record = connection.prepare(record)?;
    let mut rows = connection.prepare("SELECT rowid FROM Packages NOT INDEXED")?;
    let mut rows = rows.query([])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let row = row.get::<_, i64>(0)?;
        // The table is kept in the order of these, so that pages which run in a circle show here.
        if last.is_some_and(|last| row <= last) {
            sink.parsed.file_issue("the records of the SQLite database are out of order; stopped reading here");
            return Ok(());
        }
        last = Some(row);
        if read_record(&mut record, row, sink).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn read_record(statement: &mut Statement<'_>, number: i64, sink: &mut Sink) -> ControlFlow<()> {
    let longest = i64::try_from(sink.bytes_left).unwrap_or(i64::MAX);
    let mut flow = ControlFlow::Continue(());
    let result = statement.query_row([number, longest], |row| {
        match row.get_ref(0)?.as_blob_or_null()? {
            Some(blob) => flow = sink.record(number, blob, None),
            None => sink.lost(number, "it is no blob, or longer than what is left of the file"),
        }
        Ok(())
    });
    if let Err(why) = result {
        sink.lost(number, &plain(&why));
    }
    flow
}
