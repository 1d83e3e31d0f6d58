//! Programs and libraries (ELF, PE, Mach-O), read as far as the catalogers of executables need it: a section by its name,
//! the bytes at an address, a symbol.
//!
//! No cataloger of its own. Thousands of libraries of an image pass by here and nearly all say nothing, so a look-up reads the
//! table of sections and nothing else, and allocates nothing for ELF. Names are compared in place: reading every name up to its
//! NUL byte would let a file of a few megabytes, whose names have no end, cost minutes. Left out: section tables that
//! were stripped (what only segments say), compressed sections, symbols of PE and Mach-O.
//!
//! Specifications: System V ABI ("gABI") for ELF, Microsoft's PE/COFF, Apple's `mach-o/loader.h` and `mach-o/fat.h`.

pub mod code;

use object::elf::{FileHeader32, FileHeader64, PT_LOAD, SHT_DYNSYM, SHT_SYMTAB};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};
use object::read::macho::{FatArch, MachOFatFile32};
use object::{Endianness, File, Object, ObjectSection, ObjectSegment};

/// Sections looked at in a PE or Mach-O file: Windows loads at most 96, Mach-O's symbols can name 255.
const SECTION_LIMIT: usize = 256;

/// Programs looked at in a universal Mach-O file: there are real ones with four.
const SLICE_LIMIT: usize = 16;

/// The programs in a file: itself, or the parts of a universal Mach-O file, one for each processor.
pub fn slices(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(&[0xca, 0xfe, 0xba, 0xbe]) {
        return vec![bytes];
    }
    let Ok(fat) = MachOFatFile32::parse(bytes) else { return Vec::new() };
    fat.arches().iter().take(SLICE_LIMIT).filter_map(|arch| arch.data(bytes).ok()).collect()
}

/// The bytes of the first section of this name. In Mach-O files a leading dot may stand for two underscores, as linkers
/// have it.
pub fn section<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    match class(bytes) {
        Class::Elf32 => elf_section::<FileHeader32<Endianness>>(bytes, name),
        Class::Elf64 => elf_section::<FileHeader64<Endianness>>(bytes, name),
        Class::Other => {
            let file = File::parse(bytes).ok()?;
            let dotless = name.strip_prefix('.');
            file.sections().take(SECTION_LIMIT).find_map(|section| {
                let found = section.name_bytes().ok()?;
                let underscored = found.strip_prefix(b"__").is_some_and(|f| Some(f) == dotless.map(str::as_bytes));
                (found == name.as_bytes() || underscored).then(|| section.data().ok()).flatten()
            })
        }
    }
}

/// Where to look for something that lies in one of these sections: in them or, where the file has no table of sections (or is
/// no ELF file), everywhere. Searching `.rodata` alone costs a fifth of searching a library.
pub fn regions<'a>(bytes: &'a [u8], names: &[&str]) -> Vec<&'a [u8]> {
    match section(bytes, ".shstrtab") {
        Some(_) if class(bytes) != Class::Other => names.iter().filter_map(|name| section(bytes, name)).collect(),
        _ => vec![bytes],
    }
}

/// The bytes of the file from this address of the loaded program up to the end of its segment.
pub fn at(bytes: &[u8], address: u64) -> Option<&[u8]> {
    match class(bytes) {
        Class::Elf32 => elf_at::<FileHeader32<Endianness>>(bytes, address),
        Class::Elf64 => elf_at::<FileHeader64<Endianness>>(bytes, address),
        Class::Other => {
            let file = File::parse(bytes).ok()?;
            file.segments().take(SECTION_LIMIT).find_map(|segment| {
                let offset = usize::try_from(address.checked_sub(segment.address())?).ok()?;
                segment.data().ok()?.get(offset..).filter(|rest| !rest.is_empty())
            })
        }
    }
}

/// The address of a symbol that an ELF file defines.
pub fn symbol(bytes: &[u8], name: &str) -> Option<u64> {
    match class(bytes) {
        Class::Elf32 => elf_symbol::<FileHeader32<Endianness>>(bytes, name),
        Class::Elf64 => elf_symbol::<FileHeader64<Endianness>>(bytes, name),
        Class::Other => None,
    }
}

/// Whether the numbers in an ELF file have their highest byte first.
pub fn is_big_endian(bytes: &[u8]) -> bool {
    bytes.get(5) == Some(&2)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Elf32,
    Elf64,
    Other,
}

fn class(bytes: &[u8]) -> Class {
    match bytes {
        [0x7f, b'E', b'L', b'F', 1, ..] => Class::Elf32,
        [0x7f, b'E', b'L', b'F', 2, ..] => Class::Elf64,
        _ => Class::Other,
    }
}

/// Whether a name stands at an offset of a string table, whole.
fn named(table: &[u8], offset: u32, name: &str) -> bool {
    let found = table.get(offset as usize..).and_then(|rest| rest.strip_prefix(name.as_bytes()));
    found.is_some_and(|rest| rest.first() == Some(&0))
}

fn elf_section<'a, E: FileHeader<Endian = Endianness>>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let header = E::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let headers = header.section_headers(endian, bytes).ok()?;
    let names = headers.get(header.shstrndx(endian, bytes).ok()? as usize)?.data(endian, bytes).ok()?;
    headers.iter().find(|s| named(names, s.sh_name(endian), name))?.data(endian, bytes).ok()
}

fn elf_at<E: FileHeader<Endian = Endianness>>(bytes: &[u8], address: u64) -> Option<&[u8]> {
    let header = E::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, bytes).ok()?;
    segments.iter().filter(|s| s.p_type(endian) == PT_LOAD).find_map(|segment| {
        let offset = usize::try_from(address.checked_sub(segment.p_vaddr(endian).into())?).ok()?;
        segment.data(endian, bytes).ok()?.get(offset..).filter(|rest| !rest.is_empty())
    })
}

fn elf_symbol<E: FileHeader<Endian = Endianness>>(bytes: &[u8], name: &str) -> Option<u64> {
    let header = E::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let headers = header.section_headers(endian, bytes).ok()?;
    [SHT_DYNSYM, SHT_SYMTAB].into_iter().find_map(|kind| {
        let table = headers.iter().find(|s| s.sh_type(endian) == kind)?;
        let names = headers.get(table.sh_link(endian) as usize)?.data(endian, bytes).ok()?;
        let symbols: &[E::Sym] = table.data_as_array(endian, bytes).ok()?;
        let symbol = symbols.iter().find(|s| !s.is_undefined(endian) && named(names, s.st_name(endian), name))?;
        Some(symbol.st_value(endian).into())
    })
}

/// Programs for tests, made by hand.
#[cfg(test)]
pub mod build {
    /// Where the made ELF files are loaded: the address of a byte is this and its offset.
    pub const BASE: u64 = 0x40_0000;

    fn put(out: &mut [u8], at: usize, bytes: &[u8]) {
        out[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// A little-endian 64-bit ELF file with these sections and one segment that holds all of it. Their offsets are told
    /// too: multiples of 16, the first is at 128.
    pub fn elf(sections: &[(&str, &[u8])]) -> (Vec<u8>, Vec<usize>) {
        let typed: Vec<(&str, &[u8], u32, u32)> = sections.iter().map(|(n, b)| (*n, *b, 1, 0)).collect();
        elf_of(&typed)
    }

    /// The same with the type and link of each section.
    pub fn elf_of(sections: &[(&str, &[u8], u32, u32)]) -> (Vec<u8>, Vec<usize>) {
        let mut out = vec![0_u8; 128];
        put(&mut out, 0, &[0x7f, b'E', b'L', b'F', 2, 1, 1]);
        let mut names = vec![0_u8];
        let mut offsets = Vec::new();
        let mut rows: Vec<(usize, usize, usize, u32, u32)> = Vec::new();
        for (name, bytes, kind, link) in sections {
            out.resize(out.len().next_multiple_of(16), 0);
            offsets.push(out.len());
            rows.push((names.len(), out.len(), bytes.len(), *kind, *link));
            out.extend_from_slice(bytes);
            names.extend_from_slice(name.as_bytes());
            names.push(0);
        }
        let own = names.len();
        names.extend_from_slice(b".shstrtab\0");
        rows.push((own, out.len(), names.len(), 3, 0));
        out.extend_from_slice(&names);
        out.resize(out.len().next_multiple_of(16), 0);
        let table = out.len();
        out.extend_from_slice(&[0; 64]);
        for (name, offset, size, kind, link) in &rows {
            let mut row = [0_u8; 64];
            put(&mut row, 0, &(*name as u32).to_le_bytes());
            put(&mut row, 4, &kind.to_le_bytes());
            put(&mut row, 16, &(BASE + *offset as u64).to_le_bytes());
            put(&mut row, 24, &(*offset as u64).to_le_bytes());
            put(&mut row, 32, &(*size as u64).to_le_bytes());
            put(&mut row, 40, &link.to_le_bytes());
            out.extend_from_slice(&row);
        }
        put(&mut out, 16, &[2, 0, 62, 0, 1, 0, 0, 0]);
        put(&mut out, 32, &64_u64.to_le_bytes());
        put(&mut out, 40, &(table as u64).to_le_bytes());
        let counts = [64_u16, 56, 1, 64, rows.len() as u16 + 1, rows.len() as u16];
        put(&mut out, 52, &counts.map(u16::to_le_bytes).concat());
        // The one segment.
        put(&mut out, 64, &[1, 0, 0, 0, 7, 0, 0, 0]);
        put(&mut out, 80, &BASE.to_le_bytes());
        let size = (out.len() as u64).to_le_bytes();
        put(&mut out, 96, &size);
        put(&mut out, 104, &size);
        (out, offsets)
    }

    /// A 64-bit PE file with one section, loaded at `0x1_4000_0000`, the section at `0x1000` of it.
    pub fn pe(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![0_u8; 0x200];
        put(&mut out, 0, b"MZ");
        put(&mut out, 0x3c, &0x40_u32.to_le_bytes());
        put(&mut out, 0x40, b"PE\0\0");
        put(&mut out, 0x44, &[0x64, 0x86, 1, 0]);
        put(&mut out, 0x54, &[240, 0, 0x22, 0]);
        put(&mut out, 0x58, &[0x0b, 0x02]);
        put(&mut out, 0x70, &0x1_4000_0000_u64.to_le_bytes());
        put(&mut out, 0x58 + 108, &16_u32.to_le_bytes());
        let row = 0x58 + 240;
        put(&mut out, row, name.as_bytes());
        for (at, value) in [(8, bytes.len() as u32), (12, 0x1000), (16, bytes.len() as u32), (20, 0x200)] {
            put(&mut out, row + at, &value.to_le_bytes());
        }
        out.extend_from_slice(bytes);
        out
    }

    /// A 64-bit Mach-O file with one section in `__DATA`, loaded at `0x1_0000_0000`.
    pub fn macho(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![0_u8; 192];
        let words = [0xfeed_facf_u32, 0x0100_000c, 0, 2, 1, 152, 0, 0, 0x19, 152];
        put(&mut out, 0, &words.map(u32::to_le_bytes).concat());
        put(&mut out, 40, b"__DATA");
        let size = bytes.len() as u64;
        put(&mut out, 56, &[0x1_0000_0000, size, 192, size].map(u64::to_le_bytes).concat());
        put(&mut out, 88, &[7_u32, 7, 1, 0].map(u32::to_le_bytes).concat());
        put(&mut out, 104, name.as_bytes());
        put(&mut out, 120, b"__DATA");
        put(&mut out, 136, &[0x1_0000_0000, size].map(u64::to_le_bytes).concat());
        put(&mut out, 152, &192_u32.to_le_bytes());
        out.extend_from_slice(bytes);
        out
    }

    /// A universal Mach-O file of one program.
    pub fn universal(program: &[u8]) -> Vec<u8> {
        let words = [0xcafe_babe_u32, 1, 0x0100_000c, 0, 64, program.len() as u32, 4];
        let mut out = words.map(u32::to_be_bytes).concat();
        out.resize(64, 0);
        out.extend_from_slice(program);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_by_name_in_every_format() {
        let check = |bytes: &[u8], name: &str, expected: Option<&[u8]>| {
            assert_eq!(section(bytes, name), expected, "{name}");
        };
        let (elf, _) = build::elf(&[(".a", b"one"), (".ab", b"two")]);
        check(&elf, ".a", Some(b"one"));
        check(&elf, ".ab", Some(b"two"));
        check(&elf, ".abc", None);
        check(&elf, "", Some(b""));
        check(&build::pe(".dep-v0", b"three"), ".dep-v0", Some(b"three"));
        check(&build::pe(".dep-v0", b"three"), ".dep", None);
        check(&build::macho(".dep-v0", b"four"), ".dep-v0", Some(b"four"));
        check(&build::macho("__dep", b"four"), ".dep", Some(b"four"));
        check(&build::macho("__dep", b"four"), "dep", None);
        check(b"", ".a", None);
        check(b"MZ", ".a", None);
        for cut in 0..elf.len() {
            let _ = section(&elf[..cut], ".ab");
        }
    }

    #[test]
    fn regions_are_sections_where_there_are_any() {
        let (elf, _) = build::elf(&[(".a", b"one"), (".b", b"two")]);
        assert_eq!(regions(&elf, &[".b", ".c", ".a"]), [b"two", b"one"]);
        assert_eq!(regions(&elf[..200], &[".b"]), [&elf[..200]]);
        let pe = build::pe(".a", b"one");
        assert_eq!(regions(&pe, &[".a"]), [&pe[..]]);
    }

    #[test]
    fn bytes_at_addresses() {
        let (elf, offsets) = build::elf(&[(".a", b"one")]);
        assert!(at(&elf, build::BASE + offsets[0] as u64).unwrap().starts_with(b"one"));
        assert_eq!(at(&elf, build::BASE - 1), None);
        assert_eq!(at(&elf, u64::MAX), None);
        assert_eq!(at(&build::pe(".a", b"three"), 0x1_4000_1002), Some(&b"ree"[..]));
        assert_eq!(at(&build::macho("__a", b"four"), 0x1_0000_0001), Some(&b"our"[..]));
    }

    #[test]
    fn symbols_that_are_defined() {
        let row = |name: u32, section: u16, value: u64| {
            [&name.to_le_bytes()[..], &[0, 0], &section.to_le_bytes(), &value.to_le_bytes(), &[0; 8]].concat()
        };
        let symbols = [row(0, 0, 0), row(1, 0, 1), row(1, 1, 2), row(3, 1, 3)].concat();
        let (elf, _) = build::elf_of(&[(".dynsym", &symbols, 11, 2), (".dynstr", b"\0a\0ab\0", 3, 0)]);
        assert_eq!((symbol(&elf, "a"), symbol(&elf, "ab"), symbol(&elf, "b")), (Some(2), Some(3), None));
        assert_eq!(symbol(&build::pe(".a", b""), "a"), None);
    }

    #[test]
    fn universal_files_are_taken_apart() {
        let thin = build::macho("__a", b"x");
        assert_eq!(slices(&build::universal(&thin)), [&thin[..]]);
        assert_eq!(slices(b"\xca\xfe\xba\xbe\0\0\0\x02"), [&b""[..]; 0]);
        assert_eq!(slices(b"\x7fELF"), [b"\x7fELF"]);
    }
}
