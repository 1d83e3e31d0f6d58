//! Programs made in code: an ELF file with one section.

/// A little-endian 64-bit ELF file whose one named section holds `bytes`.
pub fn elf(name: &str, bytes: &[u8]) -> Vec<u8> {
    const HEADER: usize = 64;
    let mut names = vec![0];
    names.extend_from_slice(name.as_bytes());
    names.push(0);
    let names_at = HEADER + bytes.len();
    let table = (names_at + names.len()).next_multiple_of(8);
    let mut out = vec![0x7f, b'E', b'L', b'F', 2, 1, 1];
    out.resize(16, 0);
    out.extend_from_slice(&[2, 0, 62, 0, 1, 0, 0, 0]);
    // Entry, program headers, section headers.
    out.extend_from_slice(&[0, 0, table as u64].map(u64::to_le_bytes).concat());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&[64_u16, 56, 0, 64, 3, 2].map(u16::to_le_bytes).concat());
    out.extend_from_slice(bytes);
    out.extend_from_slice(&names);
    out.resize(table + 64, 0);
    for (name, kind, at, size) in [(1_u32, 1_u32, HEADER, bytes.len()), (0, 3, names_at, names.len())] {
        out.extend_from_slice(&[name, kind, 0, 0].map(u32::to_le_bytes).concat());
        out.extend_from_slice(&[0, at as u64, size as u64, 0, 1, 0].map(u64::to_le_bytes).concat());
    }
    out
}
