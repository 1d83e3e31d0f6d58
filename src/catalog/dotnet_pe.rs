//! .NET assemblies by the version resource that a compiler puts into each: what is known of a DLL or program beside which no
//! `*.deps.json` names it.
//!
//! The name is the assembly's (`InternalName`, which compilers set to the file's name), which is mostly that of its NuGet
//! package; the product's name is not (`Json.NET`). The version is the product's, up to the commit that a build adds
//! (`13.0.3+0a2e291c`), else the file's. Where a deps.json lists the file, the inventory drops what stands here. Left out: PE
//! files without managed code, satellite assemblies (translations), and what has no name or version.
//!
//! Specifications: Microsoft's PE format ("The .rsrc Section"), `VS_VERSIONINFO`; ECMA-335 II.25.3.3 (CLI header).

use super::{Cataloger, Group, Input, Parsed, Want, decode, dotnet, paths};
use crate::model::{Basis, Ecosystem, Find, PackageFind};
use object::LittleEndian as LE;
use object::pe::{IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR, ImageNtHeaders32, ImageNtHeaders64, RT_VERSION};
use object::read::pe::{ImageNtHeaders, PeFile, ResourceDirectoryEntryData};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "dotnet-pe", group: Group::Installed, wants: &[Want::Program], parse };

/// Longest version resource that is read; real ones have about a kilobyte.
const RESOURCE_LIMIT: usize = 64 << 10;

/// Most entries of a folder of resources that are looked at: languages of one resource, of which there is mostly one.
const ENTRY_LIMIT: usize = 64;

/// Longest value of a resource that is read.
const VALUE_LIMIT: usize = 512;

/// Reads one DLL or program.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if !input.bytes.starts_with(b"MZ") {
        return parsed;
    }
    let resource = resource::<ImageNtHeaders32>(input.bytes).or_else(|| resource::<ImageNtHeaders64>(input.bytes));
    let Some(resource) = resource else { return parsed };
    let value = |key: &str| string(resource, key).and_then(|v| decode::one_line(&v));
    let file = |name: &str| {
        let name = name.rsplit_once('.').filter(|(_, end)| is_extension(end)).map_or(name, |(stem, _)| stem);
        decode::token(name)
    };
    let name = ["InternalName", "OriginalFilename"].iter().find_map(|key| file(&value(key)?));
    let version = ["ProductVersion", "FileVersion"].iter().find_map(|key| {
        let value = value(key)?;
        let version = value.split(['+', ' ', ',']).next()?;
        decode::token(version).filter(|v| dotnet::is_version(v))
    });
    let name = name.or_else(|| file(paths::base(input.path))).filter(|n| !n.ends_with(".resources"));
    let (Some(name), Some(version)) = (name, version) else { return parsed };
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: Ecosystem::NUGET,
        name,
        version,
        supplier: value("CompanyName"),
        description: value("FileDescription"),
        basis: Basis::Embedded,
        ..PackageFind::default()
    }));
    parsed
}

fn is_extension(end: &str) -> bool {
    end.eq_ignore_ascii_case("dll") || end.eq_ignore_ascii_case("exe")
}

/// The version resource of a file with managed code.
fn resource<P: ImageNtHeaders>(bytes: &[u8]) -> Option<&[u8]> {
    let file = PeFile::<P>::parse(bytes).ok()?;
    let directories = file.data_directories();
    let managed = directories.get(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR)?;
    if managed.virtual_address.get(LE) == 0 {
        return None;
    }
    let resources = directories.resource_directory(bytes, &file.section_table()).ok()??;
    let id = |e: &&object::pe::ImageResourceDirectoryEntry| e.name_or_id().id() == Some(RT_VERSION);
    let root = resources.root().ok()?;
    let mut data = root.entries.iter().take(ENTRY_LIMIT).find(id)?.data(resources).ok()?;
    // The type, then the name, then the language.
    for _ in 0..2 {
        let ResourceDirectoryEntryData::Table(table) = data else { break };
        data = table.entries.first()?.data(resources).ok()?;
    }
    let entry = data.data()?;
    let (address, size) = (entry.offset_to_data.get(LE), entry.size.get(LE) as usize);
    let body = file.section_table().pe_data_at(bytes, address)?;
    body.get(..size.min(body.len()).min(RESOURCE_LIMIT))
}

/// The value of a string of a version resource: its key in UTF-16 with an end, padding to four bytes, then the value with an
/// end. The lengths in the structure are not needed, and lie in some files.
fn string(resource: &[u8], key: &str) -> Option<String> {
    let wanted: Vec<u8> = key.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let at = memchr::memmem::find_iter(resource, &wanted).find(|at| at % 2 == 0)? + wanted.len();
    let units = resource.get(at.next_multiple_of(4)..)?.as_chunks::<2>().0;
    let units: Vec<u16> =
        units.iter().take(VALUE_LIMIT).map(|u| u16::from_le_bytes(*u)).take_while(|u| *u != 0).collect();
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A version resource with these strings.
    fn version(strings: &[(&str, &str)]) -> Vec<u8> {
        let wide = |text: &str| -> Vec<u8> { text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect() };
        let mut out = vec![0; 6];
        out.extend(wide("VS_VERSION_INFO"));
        for (key, value) in strings {
            out.resize(out.len().next_multiple_of(4), 0);
            out.extend([0; 6]);
            out.extend(wide(key));
            out.resize(out.len().next_multiple_of(4), 0);
            out.extend(wide(value));
        }
        out
    }

    /// A 32-bit PE file with one section that holds resources, and a CLI header where it is managed.
    fn pe(resource: &[u8], managed: bool) -> Vec<u8> {
        const HEAD: usize = 0x200;
        let mut out = vec![0u8; HEAD];
        out[..2].copy_from_slice(b"MZ");
        out[0x3c] = 0x40;
        out[0x40..0x44].copy_from_slice(b"PE\0\0");
        // Processor, one section, the size of the optional header.
        out[0x44..0x48].copy_from_slice(&[0x4c, 0x01, 1, 0]);
        out[0x54] = 0xe0;
        let optional = 0x58;
        out[optional..optional + 2].copy_from_slice(&[0x0b, 0x01]);
        out[optional + 92] = 16;
        let directory = |out: &mut Vec<u8>, n: usize, address: u32, size: u32| {
            let at = optional + 96 + n * 8;
            out[at..at + 4].copy_from_slice(&address.to_le_bytes());
            out[at + 4..at + 8].copy_from_slice(&size.to_le_bytes());
        };
        let address = 0x2000_u32;
        // Three folders with an entry each, then the entry of the data.
        let mut body = Vec::new();
        for (id, to) in [(16u32, 0x8000_0018_u32), (1, 0x8000_0030), (0, 0x48)] {
            body.extend([0; 12]);
            body.extend([0, 0, 1, 0]);
            body.extend(id.to_le_bytes());
            body.extend(to.to_le_bytes());
        }
        body.extend((address + 0x58).to_le_bytes());
        body.extend((resource.len() as u32).to_le_bytes());
        body.extend([0; 8]);
        body.extend(resource);
        directory(&mut out, 2, address, body.len() as u32);
        if managed {
            directory(&mut out, 14, address, 8);
        }
        let section = optional + 0xe0;
        out[section..section + 5].copy_from_slice(b".rsrc");
        for (n, value) in [(8, body.len() as u32), (12, address), (16, body.len() as u32), (20, HEAD as u32)] {
            out[section + n..section + n + 4].copy_from_slice(&value.to_le_bytes());
        }
        out.extend(body);
        out
    }

    fn read(path: &str, bytes: &[u8]) -> Vec<String> {
        let parsed = parse(&Input { path, bytes });
        assert!(parsed.issues.is_empty());
        let show = |find: &Find| match find {
            Find::Package(p) => format!("{} {} ({:?})", p.name, p.version, p.basis),
            other => panic!("{other:?}"),
        };
        parsed.finds.iter().map(show).collect()
    }

    #[test]
    fn an_assembly_says_its_name_and_version() {
        let strings = version(&[
            ("CompanyName", "Newtonsoft"),
            ("FileVersion", "13.0.3.27908"),
            ("InternalName", "Newtonsoft.Json.dll"),
            ("OriginalFilename", "Newtonsoft.Json.dll"),
            ("ProductName", "Json.NET"),
            ("ProductVersion", "13.0.3+0a2e291c0d9c0c7675d445703e51750363a549ef"),
        ]);
        assert_eq!(read("app/renamed.dll", &pe(&strings, true)), ["Newtonsoft.Json 13.0.3 (Embedded)"]);
        assert_eq!(read("app/x.dll", &pe(&strings, false)), [""; 0], "no managed code");
        let nameless = version(&[("FileVersion", "4.700.22.12208")]);
        assert_eq!(read("app/System.Runtime.dll", &pe(&nameless, true)), ["System.Runtime 4.700.22.12208 (Embedded)"]);
        let translation = version(&[("FileVersion", "1.0"), ("InternalName", "A.resources.dll")]);
        assert_eq!(read("app/de/A.resources.dll", &pe(&translation, true)), [""; 0]);
        assert_eq!(read("app/x.dll", &pe(&version(&[("ProductVersion", "unknown")]), true)), [""; 0]);
    }

    #[test]
    fn any_cut_is_read() {
        let whole = pe(&version(&[("FileVersion", "1.0"), ("InternalName", "A")]), true);
        for end in 0..whole.len() {
            let _ = parse(&Input { path: "a.dll", bytes: &whole[..end] });
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            let _ = parse(&Input { path: "a.dll", bytes: &bytes });
        }
    }
}
