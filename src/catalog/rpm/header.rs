//! The header blob: a table of tags over a store of data, as rpm's databases hold it (without the magic that it
//! has in a package file).
//!
//! Every number is big-endian. The blob opens with the number of tags and the length of the store; a tag has its
//! number, type, offset into the store, and count. Only the types that the tags of interest have are read.
//!
//! Specification: <https://rpm-software-management.github.io/rpm/manual/format_header.html>; the tags and their
//! types: <https://rpm-software-management.github.io/rpm/manual/tags.html>.

use std::borrow::Cow;

/// A tag: its number, and its name for issues.
#[derive(Clone, Copy)]
pub struct Tag(pub u32, pub &'static str);

/// The locales of all localised strings, in their order.
pub const I18N_TABLE: Tag = Tag(100, "HEADERI18NTABLE");

// The tags of interest, in the order of their numbers.
pub const NAME: Tag = Tag(1000, "NAME");
pub const VERSION: Tag = Tag(1001, "VERSION");
pub const RELEASE: Tag = Tag(1002, "RELEASE");
pub const EPOCH: Tag = Tag(1003, "EPOCH");
pub const SUMMARY: Tag = Tag(1004, "SUMMARY");
pub const VENDOR: Tag = Tag(1011, "VENDOR");
pub const LICENSE: Tag = Tag(1014, "LICENSE");
pub const PACKAGER: Tag = Tag(1015, "PACKAGER");
pub const URL: Tag = Tag(1020, "URL");
pub const ARCH: Tag = Tag(1022, "ARCH");
pub const OLD_FILE_NAMES: Tag = Tag(1027, "OLDFILENAMES");
pub const FILE_STATES: Tag = Tag(1029, "FILESTATES");
pub const FILE_MODES: Tag = Tag(1030, "FILEMODES");
pub const FILE_FLAGS: Tag = Tag(1037, "FILEFLAGS");
pub const SOURCE_RPM: Tag = Tag(1044, "SOURCERPM");
pub const PROVIDE_NAME: Tag = Tag(1047, "PROVIDENAME");
pub const REQUIRE_FLAGS: Tag = Tag(1048, "REQUIREFLAGS");
pub const REQUIRE_NAME: Tag = Tag(1049, "REQUIRENAME");
pub const DIR_INDEXES: Tag = Tag(1116, "DIRINDEXES");
pub const BASE_NAMES: Tag = Tag(1117, "BASENAMES");
pub const DIR_NAMES: Tag = Tag(1118, "DIRNAMES");
pub const MODULARITY_LABEL: Tag = Tag(5096, "MODULARITYLABEL");

const CHAR: u32 = 1;
const INT8: u32 = 2;
const INT16: u32 = 3;
const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const I18N_STRING: u32 = 9;

/// The most tags in a header; rpm itself refuses more.
const MAX_TAGS: usize = 0xffff;

/// The two numbers that open a blob.
const PREAMBLE: usize = 8;

/// One row of the table.
const ROW: usize = 16;

/// A header blob whose table is whole.
pub struct Header<'a> {
    table: &'a [u8],
    store: &'a [u8],
    /// How many bytes of the store are missing at its end.
    pub missing: usize,
}

/// A row of the table.
#[derive(Clone, Copy)]
struct Row {
    kind: u32,
    offset: usize,
    count: usize,
}

/// What is wrong with a tag, as the end of a sentence.
pub type Trouble = String;

impl<'a> Header<'a> {
    /// Reads the preamble. A store that is cut off is let pass, since names and versions stand near its beginning.
    pub fn parse(blob: &'a [u8]) -> Result<Header<'a>, Trouble> {
        let word = |at: usize| blob.get(at..at + 4).and_then(be32).map(|word| word as usize);
        let (Some(tags), Some(len)) = (word(0), word(4)) else {
            return Err(format!("its header ends after {} bytes", blob.len()));
        };
        if tags == 0 || tags > MAX_TAGS {
            return Err(format!("its header claims {tags} tags"));
        }
        let Some((table, store)) = blob.get(PREAMBLE..).and_then(|rest| rest.split_at_checked(tags * ROW)) else {
            return Err(format!("its header claims {tags} tags and has {} bytes", blob.len()));
        };
        let store = store.get(..len).unwrap_or(store);
        Ok(Header { table, store, missing: len - store.len() })
    }

    /// The last row with this tag: rpm appends what it adds on installation, and that stands for what was there.
    fn row(&self, tag: Tag) -> Option<Row> {
        let row = self.table.chunks_exact(ROW).rev().find(|row| row.get(..4).and_then(be32) == Some(tag.0))?;
        let word = |at: usize| row.get(at..at + 4).and_then(be32);
        Some(Row { kind: word(4)?, offset: word(8)? as usize, count: word(12)? as usize })
    }

    /// The bytes from a row's offset to the end of the store.
    fn rest(&self, tag: Tag, row: Row) -> Result<&'a [u8], Trouble> {
        self.store.get(row.offset..).ok_or_else(|| format!("its {} lies outside the header", tag.1))
    }

    /// All strings of a tag; none where the tag is absent.
    pub fn strings(&self, tag: Tag) -> Result<Vec<&'a [u8]>, Trouble> {
        let Some(row) = self.row(tag) else { return Ok(Vec::new()) };
        if !matches!(row.kind, STRING | STRING_ARRAY | I18N_STRING) {
            return Err(format!("its {} has type {}, which is no string", tag.1, row.kind));
        }
        let rest = self.rest(tag, row)?;
        // Each string has its NUL at least, so that a true count is no larger than what is left.
        if row.count > rest.len() {
            return Err(format!("its {} claims {} strings in {} bytes", tag.1, row.count, rest.len()));
        }
        let mut strings = Vec::with_capacity(row.count);
        let mut start = 0;
        for end in memchr::memchr_iter(0, rest).take(row.count) {
            strings.push(&rest[start..end]);
            start = end + 1;
        }
        if strings.len() < row.count {
            return Err(format!("its {} ends after {} of {} strings", tag.1, strings.len(), row.count));
        }
        Ok(strings)
    }

    /// The first string of a tag. Strings that say nothing (empty, or `(none)`, which is how rpm prints an absent
    /// tag and some builders store it) are none.
    pub fn string(&self, tag: Tag) -> Result<Option<&'a [u8]>, Trouble> {
        let Some(row) = self.row(tag) else { return Ok(None) };
        if !matches!(row.kind, STRING | STRING_ARRAY | I18N_STRING) {
            return Err(format!("its {} has type {}, which is no string", tag.1, row.kind));
        }
        let rest = self.rest(tag, row)?;
        let end = memchr::memchr(0, rest).ok_or_else(|| format!("its {} has no end", tag.1))?;
        Ok(Some(&rest[..end]).filter(|string| says_something(string)))
    }

    /// A localised string in the locale `C`, or the first that there is.
    pub fn localised(&self, tag: Tag) -> Result<Option<&'a [u8]>, Trouble> {
        if !matches!(self.row(tag), Some(Row { kind: I18N_STRING, count: 2.., .. })) {
            return self.string(tag);
        }
        let locales = self.strings(I18N_TABLE)?;
        let strings = self.strings(tag)?;
        let c = locales.iter().position(|locale| *locale == b"C").and_then(|at| strings.get(at));
        Ok(c.into_iter().chain(&strings).copied().find(|string| says_something(string)))
    }

    /// All 32-bit numbers of a tag; none where the tag is absent.
    pub fn numbers(&self, tag: Tag) -> Result<Numbers<'a, 4>, Trouble> {
        self.array(tag, &[INT32])
    }

    /// All 16-bit numbers of a tag; none where the tag is absent.
    pub fn short_numbers(&self, tag: Tag) -> Result<Numbers<'a, 2>, Trouble> {
        self.array(tag, &[INT16])
    }

    /// All 8-bit numbers of a tag; none where the tag is absent.
    pub fn bytes(&self, tag: Tag) -> Result<Numbers<'a, 1>, Trouble> {
        self.array(tag, &[CHAR, INT8])
    }

    fn array<const N: usize>(&self, tag: Tag, kinds: &[u32]) -> Result<Numbers<'a, N>, Trouble> {
        let Some(row) = self.row(tag) else { return Ok(Numbers(&[])) };
        if !kinds.contains(&row.kind) {
            return Err(format!("its {} has type {}, which is no number of {N} bytes", tag.1, row.kind));
        }
        let (numbers, _) = self.rest(tag, row)?.as_chunks::<N>();
        match numbers.get(..row.count) {
            Some(numbers) => Ok(Numbers(numbers)),
            None => Err(format!("its {} claims {} numbers and has {}", tag.1, row.count, numbers.len())),
        }
    }
}

/// Big-endian numbers of N bytes.
#[derive(Clone, Copy)]
pub struct Numbers<'a, const N: usize>(&'a [[u8; N]]);

impl<const N: usize> Numbers<'_, N> {
    /// None of them.
    pub const NONE: Self = Numbers(&[]);

    /// The number at an index.
    pub fn get(&self, index: usize) -> Option<u32> {
        Some(self.0.get(index)?.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
    }
}

/// The text of a string. rpm headers are UTF-8 since 4.14 or so, older ones are in whatever the packager typed:
/// Latin-1 loses no byte, where a replacement character would.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

/// The text of a string, owned.
pub fn owned(bytes: &[u8]) -> Box<str> {
    text(bytes).into_owned().into_boxed_str()
}

fn says_something(string: &[u8]) -> bool {
    !matches!(string.trim_ascii(), b"" | b"(none)")
}

fn be32(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_be_bytes)
}
