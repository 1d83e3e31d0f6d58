//! The code of an ELF file: no cataloger looks into it, and it is half of the bytes of an image's programs and libraries. Whoever
//! reads such a file passes over it ([`range`]) and mends what is left ([`close`]) to a file that says the same about all else.
//!
//! What is mended is what `objcopy --only-keep-debug` does for sections that it leaves out: they have no bytes in the file (`SHT_NOBITS`), and
//! segments end where their bytes do. What stands behind moves up by whole pages of 4 KiB, so that sections stay aligned.
//!
//! The code is told from the first bytes of the file, for a reader of a stream sees no others. Two layouts are common. Linkers keep
//! headers and constants in a segment of their own and code in the next; their table of sections stands at the end of the file. Go's has the
//! headers and the code in one segment, and the table of sections among the headers. In other layouts the file is kept whole: gold, and GNU ld
//! for most processors but x86, have headers, constants and code in one segment and the table at the end.
//!
//! Specification: System V ABI, "Object Files" and "Program Loading".

use std::ops::Range;

/// Types of files, of segments and of sections, and flags of these, as the specification names them.
const ET_EXEC: u64 = 2;
const ET_DYN: u64 = 3;
const PT_NULL: u32 = 0;
const PT_LOAD: u32 = 1;
const PT_INTERP: u32 = 3;
const PF_X: u32 = 1;
const PF_W: u32 = 2;
const SHT_NULL: u32 = 0;
const SHT_PROGBITS: u32 = 1;
const SHT_NOBITS: u32 = 8;
const SHF_EXECINSTR: u64 = 4;

/// So many of the first bytes of a file are looked at: headers stand there, in Go's programs the table of sections too.
pub const HEAD_BYTES: usize = 4096;

/// Less code than this is not worth leaving out.
const MIN_BYTES: u64 = 64 << 10;

/// How names of sections begin that hold no code, even where their flags say so.
const DATA: [&[u8]; 6] = [b".rodata", b".data", b".noptrdata", b".debug", b".dep-v0", b".go"];

/// What is left out is a multiple of this.
const PAGE: u64 = 4096;

/// Where a file has its code, from its first [`HEAD_BYTES`] and its size; `None` where that cannot be told, or there is little of it. It begins behind
/// these first bytes.
pub fn range(head: &[u8], size: u64) -> Option<Range<u64>> {
    let file = File::new(head)?;
    if ![ET_EXEC, ET_DYN].contains(&file.number(16, 2)?) {
        return None;
    }
    let sections = file.section_table()?;
    // Without the table of sections whoever looks for something looks everywhere.
    if sections.count == 0 || sections.end() > size {
        return None;
    }
    let segments: Vec<Segment> = file.segments().collect::<Option<_>>()?;
    // Debug information that was taken out of a program may have its segments without their bytes; the name of the loader is in the first.
    let loader = segments.iter().find(|s| s.kind == PT_INTERP && s.size > 0).map(|s| file.number(s.offset, 1));
    if loader.flatten().is_some_and(|first| first != u64::from(b'/')) {
        return None;
    }
    let stored = |s: &&Segment| s.kind != PT_NULL && s.size > 0;
    let is_code = |s: &&Segment| s.kind == PT_LOAD && s.flags & PF_X != 0 && s.flags & PF_W == 0;
    let code = segments.iter().filter(stored).filter(is_code).max_by_key(|s| s.size)?;
    let end = code.end().min(size);
    let mut start = code.offset.max(head.len() as u64);
    match sections.rows(&file) {
        // All else that stands in the segment is told by the table.
        Some(rows) => {
            let kept = rows.iter().filter(|s| s.is_stored() && !s.is_code() && s.offset < end && s.end() > start);
            start = kept.map(Section::end).fold(start, u64::max);
        }
        // Nothing but the habit of linkers tells that there are no constants among the code: where they keep headers apart, constants are with these.
        // (What patchelf puts before all else can be written.)
        None => {
            let apart = |s: &Segment| s.kind == PT_LOAD && s.flags & (PF_X | PF_W) == 0 && s.offset == 0 && s.size > 0;
            if !segments.iter().any(apart) {
                return None;
            }
        }
    }
    // What is written among the code and is none: another segment (notes, unwinding tables), the table of sections.
    let others = segments.iter().filter(stored).filter(|s| *s != code && s.offset < end && s.end() > start);
    let start = others.map(Segment::end).fold(start, u64::max).checked_next_multiple_of(16)?;
    let end = start + end.checked_sub(start)? / PAGE * PAGE;
    let table = sections.offset < end && sections.end() > start;
    (end - start >= MIN_BYTES && !table).then_some(start..end)
}

/// Makes a file whole again whose bytes of this range are missing. The answer tells the place of the first section that lost bytes and is no code, if there is
/// one: its offset in the whole file. Nothing is done where the headers are broken.
pub fn close(bytes: &mut [u8], code: &Range<u64>) -> Option<u64> {
    let file = File::new(bytes)?;
    let sections = file.section_table()?;
    let moved =
        |offset: u64| if offset >= code.end { offset - (code.end - code.start) } else { offset.min(code.start) };
    let segments: Vec<Segment> = file.segments().map_while(|s| s).collect();
    let table = Table { offset: moved(sections.offset), ..sections };
    let rows = table.rows(&file).unwrap_or_default();
    let names =
        rows.get(file.number(if file.wide { 62 } else { 50 }, 2)? as usize).map(|s| moved(s.offset)..moved(s.end()));
    let names =
        names.and_then(|r| bytes.get(usize::try_from(r.start).ok()?..usize::try_from(r.end).ok()?)).unwrap_or_default();
    let is_data = |s: &Section| {
        let name = names.get(s.name as usize..).unwrap_or_default();
        !s.is_code() || s.kind != SHT_PROGBITS || DATA.iter().any(|data| name.starts_with(data))
    };
    let shortened = |s: &Section| s.is_stored() && s.offset < code.end && s.end() > code.start;
    let lost = rows.iter().find(|s| shortened(s) && is_data(s)).map(|s| s.offset);
    let (wide, big) = (file.wide, file.big);
    let mut put = |at: u64, width: usize, value: u64| {
        let field = usize::try_from(at).ok().and_then(|at| bytes.get_mut(at..at.checked_add(width)?));
        if let Some(field) = field {
            match big {
                true => field.copy_from_slice(&value.to_be_bytes()[8 - width..]),
                false => field.copy_from_slice(&value.to_le_bytes()[..width]),
            }
        }
    };
    let word = if wide { 8 } else { 4 };
    put(if wide { 40 } else { 32 }, word, table.offset);
    for s in segments {
        // The part of it before the code; what lies behind begins there too.
        let size =
            if s.offset < code.end && s.end() > code.start { code.start.saturating_sub(s.offset) } else { s.size };
        put(s.at + if wide { 8 } else { 4 }, word, moved(s.offset));
        put(s.at + if wide { 32 } else { 16 }, word, size);
    }
    for s in rows.iter().filter(|s| s.is_stored()) {
        put(s.at + if wide { 24 } else { 16 }, word, moved(s.offset));
        if shortened(s) {
            let left = code.start.saturating_sub(s.offset);
            put(s.at + if wide { 32 } else { 20 }, word, left);
            if left == 0 {
                put(s.at + 4, 4, SHT_NOBITS.into());
            }
        }
    }
    lost
}

/// The fields of an ELF file, of both classes and byte orders.
struct File<'a> {
    bytes: &'a [u8],
    wide: bool,
    big: bool,
}

/// A row of the program header table.
#[derive(PartialEq, Eq)]
struct Segment {
    /// Where the row stands.
    at: u64,
    kind: u32,
    flags: u32,
    offset: u64,
    size: u64,
}

/// A row of the section header table.
struct Section {
    /// Where the row stands.
    at: u64,
    /// Where its name stands among the names.
    name: u64,
    kind: u32,
    flags: u64,
    offset: u64,
    size: u64,
}

/// Where the section header table stands.
struct Table {
    offset: u64,
    row: u64,
    count: u64,
}

impl Segment {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }
}

impl Section {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }

    fn is_stored(&self) -> bool {
        self.kind != SHT_NULL && self.kind != SHT_NOBITS && self.size > 0
    }

    fn is_code(&self) -> bool {
        self.flags & SHF_EXECINSTR != 0
    }
}

impl Table {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.row.saturating_mul(self.count))
    }

    /// All rows, where the bytes reach so far.
    fn rows(&self, file: &File<'_>) -> Option<Vec<Section>> {
        if self.end() > file.bytes.len() as u64 {
            return None;
        }
        let row = |at: u64| {
            let n = |narrow: u64, wide: u64| file.word(at + if file.wide { wide } else { narrow });
            let kind = file.number(at + 4, 4)? as u32;
            Some(Section { at, name: file.number(at, 4)?, kind, flags: n(8, 8)?, offset: n(16, 24)?, size: n(20, 32)? })
        };
        (0..self.count).map(|n| row(self.offset + n * self.row)).collect()
    }
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Option<File<'a>> {
        let (class, order) = match bytes {
            [0x7f, b'E', b'L', b'F', class, order, ..] => (*class, *order),
            _ => return None,
        };
        let known = matches!((class, order), (1 | 2, 1 | 2));
        known.then_some(File { bytes, wide: class == 2, big: order == 2 })
    }

    fn number(&self, at: u64, width: usize) -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let field = self.bytes.get(at..at.checked_add(width)?)?;
        let mut number = [0; 8];
        Some(if self.big {
            number[8 - width..].copy_from_slice(field);
            u64::from_be_bytes(number)
        } else {
            number[..width].copy_from_slice(field);
            u64::from_le_bytes(number)
        })
    }

    fn word(&self, at: u64) -> Option<u64> {
        self.number(at, if self.wide { 8 } else { 4 })
    }

    /// The rows of the program header table; `None` for one that the bytes do not hold.
    fn segments(&self) -> impl Iterator<Item = Option<Segment>> {
        let fields = if self.wide { (32, 54, 56) } else { (28, 42, 44) };
        let row = self.number(fields.1, 2).filter(|row| *row == if self.wide { 56 } else { 32 });
        let (offset, count) = (self.word(fields.0), self.number(fields.2, 2));
        (0..count.unwrap_or(0)).map(move |n| {
            let at = offset?.checked_add(n * row?)?;
            let word = |narrow: u64, wide: u64| self.word(at.checked_add(if self.wide { wide } else { narrow })?);
            let half = |narrow: u64, wide: u64| self.number(at.checked_add(if self.wide { wide } else { narrow })?, 4);
            let (kind, flags) = (self.number(at, 4)? as u32, half(24, 4)? as u32);
            Some(Segment { at, kind, flags, offset: word(4, 8)?, size: word(16, 32)? })
        })
    }

    /// Tables of more than 65,279 sections, whose number stands elsewhere, count as none.
    fn section_table(&self) -> Option<Table> {
        let (offset, row, count) = if self.wide { (40, 58, 60) } else { (32, 46, 48) };
        let row = self.number(row, 2)?;
        let expected = if self.wide { 64 } else { 40 };
        (row == expected).then_some(Table { offset: self.word(offset)?, row, count: self.number(count, 2)? })
    }
}

/// Programs for tests, made by hand.
#[cfg(test)]
pub(crate) mod build {
    use super::{ET_DYN, SHF_EXECINSTR};

    pub const R: u32 = 4;
    pub const RX: u32 = 5;
    pub const RW: u32 = 6;
    pub const CODE: u64 = SHF_EXECINSTR | 2;

    /// An ELF file of made-up bytes: class, byte order, segments (type, flags, offset, size), sections (name, flags, offset, size), where the
    /// table of sections stands. Each byte is loaded at its offset.
    pub struct Made<'a> {
        pub wide: bool,
        pub big: bool,
        pub segments: &'a [(u32, u32, u64, u64)],
        pub sections: &'a [(&'a str, u64, u64, u64)],
        pub table: u64,
    }

    impl Made<'_> {
        /// The file.
        pub fn bytes(&self, size: usize) -> Vec<u8> {
            let mut out: Vec<u8> = (0..size).map(|n| (n % 251) as u8 | 1).collect();
            let mut put = |at: u64, width: usize, value: u64| {
                let (le, be) = (value.to_le_bytes(), value.to_be_bytes());
                let field = if self.big { &be[8 - width..] } else { &le[..width] };
                out[at as usize..at as usize + width].copy_from_slice(field);
            };
            let (word, w) = if self.wide { (8, 8_u64) } else { (4, 4) };
            put(0, 8, 0);
            put(8, 8, 0);
            let header = if self.wide { [32, 40, 54, 56, 58, 60, 62] } else { [28, 32, 42, 44, 46, 48, 50] };
            let (head, segment, row) = if self.wide { (64, 56, 64) } else { (52, 32, 40) };
            put(16, 2, ET_DYN);
            put(20, 4, 1);
            put(header[0], word, head);
            put(header[1], word, self.table);
            let counts =
                [segment, self.segments.len() as u64, row, self.sections.len() as u64, self.sections.len() as u64 - 1];
            for (at, value) in header[2..].iter().zip(counts) {
                put(*at, 2, value);
            }
            for (n, (kind, flags, offset, length)) in self.segments.iter().enumerate() {
                let at = head + n as u64 * segment;
                put(at, 4, u64::from(*kind));
                put(at + if self.wide { 4 } else { 24 }, 4, u64::from(*flags));
                let first = if self.wide { 8 } else { 4 };
                for (n, value) in [*offset, *offset, *offset, *length, *length].iter().enumerate() {
                    put(at + first + n as u64 * w, word, *value);
                }
            }
            let mut names = Vec::new();
            for (n, (name, flags, offset, length)) in self.sections.iter().enumerate() {
                let at = self.table + n as u64 * row;
                put(at, 4, names.len() as u64);
                put(at + 4, 4, 1);
                for (n, value) in [*flags, 0, *offset, *length].iter().enumerate() {
                    put(at + 8 + n as u64 * w, word, *value);
                }
                names.extend_from_slice(name.as_bytes());
                names.push(0);
            }
            let (_, _, at, _) = self.sections.last().unwrap();
            out[*at as usize..*at as usize + names.len()].copy_from_slice(&names);
            out[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 1 + u8::from(self.wide), 1 + u8::from(self.big)]);
            out[6] = 1;
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Cataloger, Input, TABLE, Want};
    use super::super::{at, regions, section};
    use super::build::{CODE, Made, R, RW, RX};
    use super::*;

    /// The file as it is kept, and what was left out.
    fn kept(bytes: &[u8]) -> (Vec<u8>, Option<Range<u64>>, Option<u64>) {
        let code = range(&bytes[..HEAD_BYTES.min(bytes.len())], bytes.len() as u64);
        let mut left = bytes.to_vec();
        let mut lost = None;
        if let Some(code) = &code {
            left.drain(code.start as usize..code.end as usize);
            lost = close(&mut left, code);
        }
        (left, code, lost)
    }

    const SEGMENTS: [(u32, u32, u64, u64); 4] =
        [(PT_LOAD, R, 0, 0x1800), (PT_LOAD, RX, 0x1800, 0x20100), (PT_LOAD, RW, 0x22000, 0x800), (4, R, 0x1000, 0x10)];
    const SECTIONS: [(&str, u64, u64, u64); 6] = [
        (".rodata", 2, 0x1000, 0x800),
        (".init", CODE, 0x1800, 8),
        (".text", CODE, 0x1810, 0x200f0),
        (".data", 3, 0x22000, 0x800),
        (".comment", 0, 0x22800, 16),
        (".shstrtab", 0, 0x22900, 0x100),
    ];

    #[test]
    fn all_but_code_is_left() {
        for (wide, big) in [(true, false), (true, true), (false, false), (false, true)] {
            let made = Made { wide, big, segments: &SEGMENTS, sections: &SECTIONS, table: 0x23000 };
            let whole = made.bytes(0x24000);
            let (left, code, lost) = kept(&whole);
            assert_eq!((code, lost), (Some(0x1800..0x21800), None), "{wide} {big}");
            assert_eq!(left.len(), 0x4000);
            for name in [".rodata", ".data", ".comment", ".shstrtab"] {
                assert!(section(&whole, name).is_some_and(|s| !s.is_empty()), "{name} {wide} {big}");
                assert_eq!(section(&left, name), section(&whole, name), "{name} {wide} {big}");
            }
            assert_eq!(section(&left, ".text"), Some(&b""[..]));
            assert_eq!(regions(&left, &[".data", ".rodata"]), regions(&whole, &[".data", ".rodata"]));
            for address in [0x900, 0x1000, 0x17ff, 0x22000, 0x227ff] {
                assert!(at(&whole, address).is_some());
                assert_eq!(at(&left, address), at(&whole, address), "{address:#x} {wide} {big}");
            }
            assert_eq!((at(&left, 0x1800), at(&left, 0x21900)), (None, None));
        }
    }

    #[test]
    fn a_table_among_the_headers_tells_where_code_is() {
        let segments = [(PT_LOAD, RX, 0, 0x30000), (PT_LOAD, R, 0x30000, 0x1000), (PT_LOAD, RW, 0x31000, 0x1000)];
        let sections = [
            (".note.go.buildid", 2, 0xf00, 0x100),
            (".text", CODE, 0x1000, 0x2f000),
            (".rodata", 2, 0x30000, 0x1000),
            (".go.buildinfo", 3, 0x31000, 0x100),
            (".shstrtab", 0, 0x32000, 0x100),
        ];
        let made = Made { wide: true, big: false, segments: &segments, sections: &sections, table: 400 };
        let whole = made.bytes(0x33000);
        let (left, code, lost) = kept(&whole);
        assert_eq!((code, lost), (Some(0x1000..0x30000), None));
        for name in [".note.go.buildid", ".rodata", ".go.buildinfo", ".shstrtab"] {
            assert_eq!(section(&left, name), section(&whole, name), "{name}");
        }
        assert_eq!((at(&left, 0xf00).map(<[u8]>::len), at(&left, 0x31000)), (Some(0x100), at(&whole, 0x31000)));
        // Constants behind half of the code: what lies behind them is left out.
        let mut mixed = sections.to_vec();
        mixed[1].3 = 0x7000;
        mixed.insert(2, (".eh_frame", 2, 0x8000, 0x8000));
        let made = Made { sections: &mixed, ..made };
        assert_eq!(kept(&made.bytes(0x33000)).1, Some(0x10000..0x30000));
    }

    #[test]
    fn what_cannot_be_told_is_kept() {
        let check = |segments: &[(u32, u32, u64, u64)], table: u64, why: &str| {
            let made = Made { wide: true, big: false, segments, sections: &SECTIONS, table };
            let whole = made.bytes(0x24000);
            assert_eq!(range(&whole[..HEAD_BYTES], whole.len() as u64), None, "{why}");
        };
        let [headers, code, data, note] = SEGMENTS;
        check(&[(PT_LOAD, RX, 0, 0x22000), data], 0x23000, "constants and code in one segment, the table at the end");
        check(&[headers, (PT_LOAD, RX, 0x1800, 0xf000), data], 0x23000, "little code");
        check(&[headers, (PT_LOAD, 7, 0x1800, 0x20100), data], 0x23000, "code that can be written");
        check(&[headers, code, data, (4, R, 0x21800, 0x100)], 0x23000, "a note behind the code");
        check(&[headers, code, data, (PT_LOAD, R, 0, 0x24000)], 0x23000, "a segment of all");
        check(&[headers, code, data, note], 0x21000, "the table among the code");
        check(&[code, data], 0x23000, "headers that are not loaded");
        check(&[(PT_LOAD, RW, 0, 0x1000), code, data], 0x23000, "headers that patchelf moved");
        check(&[(PT_LOAD, RX, 0x1000, 0x21000), data], 0x23000, "constants and code in one segment behind the headers");
        check(&[(PT_INTERP, R, 0x900, 0x10), headers, code, data], 0x23000, "a loader that is not named");
        let made = Made { wide: true, big: false, segments: &SEGMENTS, sections: &SECTIONS, table: 0x23000 };
        let whole = made.bytes(0x24000);
        for (at, value, why) in [
            (16, 1, "an object file"),
            (60, 0, "no sections"),
            (58, 63, "rows of no size"),
            (54, 0, "segments of no size"),
        ] {
            let mut file = whole.clone();
            file[at] = value;
            assert_eq!(range(&file[..HEAD_BYTES], file.len() as u64), None, "{why}");
        }
        assert_eq!(range(&whole[..HEAD_BYTES], 0x23010), None, "a table behind the end");
        assert_eq!(range(&whole[..100], 0x24000), None, "no segments");
    }

    #[test]
    fn data_among_code_are_told() {
        // Flags are the linker's; who looks for something goes by the name.
        for (name, flags, expected) in
            [(".rodata.hot", 2, Some(0x12000)), (".rodata.hot", CODE, Some(0x12000)), (".text.hot", CODE, None)]
        {
            let mut sections = SECTIONS.to_vec();
            sections[2].3 = 0x10000;
            sections.insert(3, (name, flags, 0x12000, 0x100));
            let made = Made { wide: true, big: false, segments: &SEGMENTS, sections: &sections, table: 0x23000 };
            let (left, code, lost) = kept(&made.bytes(0x24000));
            assert_eq!((code, lost), (Some(0x1800..0x21800), expected), "{name} {flags}");
            assert_eq!(section(&left, name), Some(&b""[..]));
        }
    }

    /// This program names the crates that it was built from, in its constants and in what debuggers read.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    #[test]
    fn catalogers_find_what_they_find_in_the_whole() {
        let whole = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let (left, code, lost) = kept(&whole);
        assert!(code.is_some_and(|c| c.end - c.start > 1 << 20) && lost.is_none());
        let wants = |c: &&Cataloger| c.wants.iter().any(|w| matches!(w, Want::Program));
        let mut found = 0;
        for cataloger in TABLE.iter().filter(wants) {
            let parsed = |bytes: &[u8]| (cataloger.parse)(&Input { path: "usr/bin/x", bytes });
            assert_eq!(parsed(&left), parsed(&whole), "{}", cataloger.name);
            found += parsed(&left).finds.len();
        }
        assert!(found > 10, "{found}");
    }

    #[test]
    fn hostile_headers_do_no_harm() {
        let made = Made { wide: true, big: false, segments: &SEGMENTS, sections: &SECTIONS, table: 0x23000 };
        let whole = made.bytes(0x24000);
        for at in 0..64 + 4 * 56 {
            for value in [0, 1, 0x7f, 0xff] {
                let mut file = whole.clone();
                file[at] = value;
                let (left, code, _) = kept(&file);
                assert!(code.is_none_or(|c| c.start >= HEAD_BYTES as u64 && c.end <= file.len() as u64));
                let _ = (section(&left, ".data"), super::super::at(&left, 0x22000));
            }
        }
        let code = 0x1800..0x21800;
        for cut in (0..HEAD_BYTES).chain([0x1800, 0x1801, 0x2000, 0x3000, 0x3001]) {
            let mut left = whole[..cut].to_vec();
            close(&mut left, &code);
        }
    }
}
