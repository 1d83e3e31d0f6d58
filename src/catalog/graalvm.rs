//! Java artifacts that are built into GraalVM native images: the SBOM that `native-image --enable-sbom` embeds.
//!
//! It is CycloneDX JSON, packed by gzip, at the symbol `sbom` of the program; `sbom_length` is its length, a number of eight
//! bytes. Components are taken with the purl that they have (Maven's in practice), what they say of their licences, and what the
//! document says that they need.
//!
//! Left out: native images for Windows and macOS, whose symbols are not read, and components without a purl.
//!
//! Specification: <https://www.graalvm.org/latest/security-guide/native-image/sbom/>, CycloneDX 1.4 and 1.5.

use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, decode, program};
use crate::model::{Basis, Declared, Ecosystem, Find, Grammar, PackageFind, Requirement, Severity};
use crate::purl;
use flate2::read::GzDecoder;
use memchr::memmem;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Read;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger { name: "graalvm", group: Group::Installed, wants: &[Want::Program], parse };

/// The longest document, unpacked: a component takes some 500 bytes, and with its classes listed some 20,000.
const DOCUMENT_LIMIT: u64 = 16 << 20;

/// The most components; applications have some 300.
const COMPONENT_LIMIT: usize = 20_000;

/// Reads one program.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut names = [".dynstr", ".strtab"].into_iter().filter_map(|name| program::section(input.bytes, name));
    if !names.any(|names| memmem::find(names, b"\0sbom_length\0").is_some()) {
        return parsed;
    }
    let address = |name: &str| program::symbol(input.bytes, name).and_then(|at| program::at(input.bytes, at));
    let (Some(bytes), Some(length)) = (address("sbom"), address("sbom_length")) else { return parsed };
    let length = length.first_chunk().map(|n| match program::is_big_endian(input.bytes) {
        true => u64::from_be_bytes(*n),
        false => u64::from_le_bytes(*n),
    });
    let packed = length.and_then(|n| bytes.get(..usize::try_from(n).ok()?));
    let Some(packed) = packed else {
        parsed.record_lost("the SBOM of the native image ends behind the program; its components were left out");
        return parsed;
    };
    let mut json = Vec::new();
    match GzDecoder::new(packed).take(DOCUMENT_LIMIT + 1).read_to_end(&mut json) {
        Ok(_) if json.len() as u64 > DOCUMENT_LIMIT => {
            let message = format!("the SBOM of the native image has more than {DOCUMENT_LIMIT} bytes; it was left out");
            parsed.issue(RECORD_LIMIT, Severity::Error, message);
        }
        Ok(_) => match serde_json::from_slice(&json) {
            Ok(document) => components(&document, &mut parsed),
            Err(error) => parsed.record_lost(format!("the SBOM of the native image is broken ({error})")),
        },
        Err(error) => parsed.record_lost(format!("the SBOM of the native image cannot be unpacked ({error})")),
    }
    parsed
}

fn components(document: &Value, parsed: &mut Parsed) {
    let list = |value: &'_ Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let components = list(document, "components");
    if components.len() > COMPONENT_LIMIT {
        let message =
            format!("the SBOM of the native image has more than {COMPONENT_LIMIT} components; it was left out");
        return parsed.issue(RECORD_LIMIT, Severity::Error, message);
    }
    let mut finds: Vec<PackageFind> = Vec::new();
    let mut by_reference: HashMap<&str, usize> = HashMap::new();
    for component in &components {
        let Some(url) = component.get("purl").and_then(Value::as_str) else { continue };
        match package(component, url) {
            Some(find) => {
                let reference = component.get("bom-ref").and_then(Value::as_str).unwrap_or(url);
                by_reference.insert(reference, finds.len());
                finds.push(find);
            }
            None => parsed
                .record_lost(format!("{} is no purl with a version; its component was left out", decode::shown(url))),
        }
    }
    for dependency in &list(document, "dependencies") {
        let from = dependency.get("ref").and_then(Value::as_str).and_then(|r| by_reference.get(r));
        let Some(from) = from.copied() else { continue };
        let to = dependency.get("dependsOn").and_then(Value::as_array).into_iter().flatten();
        let to = to.filter_map(|r| by_reference.get(r.as_str()?));
        let needs: Vec<Requirement> =
            to.filter_map(|to| Some(Requirement::AnyOf(vec![finds.get(*to)?.provides.last()?.clone()]))).collect();
        if let Some(find) = finds.get_mut(from) {
            find.requires = needs;
        }
    }
    parsed.finds.extend(finds.into_iter().map(Find::package));
}

fn package(component: &Value, url: &str) -> Option<PackageFind> {
    const KNOWN: [Ecosystem; 4] = [Ecosystem::MAVEN, Ecosystem::NPM, Ecosystem::PYPI, Ecosystem::GENERIC];
    let url = purl::parse(url).ok()?;
    let ecosystem = KNOWN.into_iter().find(|e| e.as_str() == url.ty())?;
    let version = decode::token(url.version()?)?;
    let namespace = url.namespace().filter(|n| !n.is_empty());
    let named = purl::display_name(ecosystem, namespace, url.name());
    Some(PackageFind {
        ecosystem,
        namespace: namespace.map(Into::into),
        name: decode::token(url.name())?,
        provides: vec![named.clone().into(), format!("{named}@{version}").into()],
        version,
        supplier: ["publisher", "author"].iter().find_map(|k| decode::one_line(component.get(*k)?.as_str()?)),
        description: component.get("description").and_then(Value::as_str).and_then(decode::one_line),
        declared: declared(component),
        basis: Basis::Embedded,
        ..PackageFind::default()
    })
}

/// CycloneDX's `licenses`: expressions, ids of the SPDX list, and names, which may say anything. Several entries are alternatives
/// of nobody's choice: the document does not say what joins them, so they are one statement with several values.
fn declared(component: &Value) -> Vec<Declared> {
    let mut out = Vec::new();
    let mut values = |grammar: Grammar, read: fn(&Value) -> Option<&str>| {
        let list = component.get("licenses").and_then(Value::as_array).into_iter().flatten();
        let values: Vec<Box<str>> =
            list.filter_map(read).map(str::trim).filter(|s| !s.is_empty()).map(Into::into).collect();
        if !values.is_empty() {
            out.push(Declared { grammar, field: "licenses", values });
        }
    };
    values(Grammar::Spdx, |l| l.get("expression").or_else(|| l.get("license")?.get("id"))?.as_str());
    values(Grammar::Maven, |l| {
        let license = l.get("license").filter(|license| license.get("id").is_none())?;
        license.get("name").or_else(|| license.get("url"))?.as_str()
    });
    out
}

#[cfg(test)]
mod tests {
    use super::super::program::build;
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    const DOCUMENT: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
        {"type":"library","group":"io.netty","name":"netty-common","version":"4.1.76.Final",
         "purl":"pkg:maven/io.netty/netty-common@4.1.76.Final","bom-ref":"a","publisher":"Netty",
         "licenses":[{"license":{"id":"Apache-2.0"}}]},
        {"type":"library","group":"g","name":"x","version":"1","purl":"pkg:maven/g/x@1","bom-ref":"b",
         "licenses":[{"license":{"name":"BSD"}},{"expression":"MIT OR ISC"}]},
        {"type":"library","name":"y"},
        {"type":"library","name":"y","purl":"pkg:maven/g/y"}],
        "dependencies":[{"ref":"b","dependsOn":["a","none",1]},{"ref":"none","dependsOn":["a"]},{}]}"#;

    fn packed(json: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(json).unwrap();
        encoder.finish().unwrap()
    }

    /// A program whose `sbom_length` says `length`.
    fn image(sbom: &[u8], length: u64) -> Vec<u8> {
        let row =
            |name: u32, value: u64| [&name.to_le_bytes()[..], &[0x11, 0, 1, 0], &value.to_le_bytes(), &[0; 8]].concat();
        let data = [&length.to_le_bytes()[..], &[0; 8], sbom].concat();
        // The data comes first, so that its place is known.
        let place = build::BASE + 128;
        let symbols = [row(1, place + 16), row(6, place)].concat();
        build::elf_of(&[
            (".data", &data, 1, 0),
            (".dynsym", &symbols, 11, 3),
            (".dynstr", b"\0sbom\0sbom_length\0", 3, 0),
        ])
        .0
    }

    fn read(bytes: &[u8]) -> (Vec<PackageFind>, usize) {
        let parsed = parse(&Input { path: "app", bytes });
        let finds = parsed.finds.into_iter().map(|find| match find {
            Find::Package(p) => (*p).clone(),
            other => panic!("{other:?}"),
        });
        (finds.collect(), parsed.issues.len())
    }

    #[test]
    fn a_native_image() {
        let sbom = packed(DOCUMENT.as_bytes());
        let (finds, issues) = read(&image(&sbom, sbom.len() as u64));
        assert_eq!((finds.len(), issues), (2, 1));
        assert_eq!(purl::purl(&finds[0], None).unwrap(), "pkg:maven/io.netty/netty-common@4.1.76.Final");
        assert_eq!(finds[0].provides, ["io.netty:netty-common".into(), "io.netty:netty-common@4.1.76.Final".into()]);
        assert_eq!((finds[0].supplier.as_deref(), finds[0].basis), (Some("Netty"), Basis::Embedded));
        assert_eq!(finds[1].requires, [Requirement::AnyOf(vec!["io.netty:netty-common@4.1.76.Final".into()])]);
        let said: Vec<(Grammar, &str)> =
            finds.iter().flat_map(|f| &f.declared).map(|d| (d.grammar, &*d.values[0])).collect();
        assert_eq!(said, [(Grammar::Spdx, "Apache-2.0"), (Grammar::Spdx, "MIT OR ISC"), (Grammar::Maven, "BSD")]);
    }

    #[test]
    fn broken_images() {
        let check = |sbom: &[u8], length: usize, issues: usize| {
            let (finds, said) = read(&image(sbom, length as u64));
            assert_eq!((finds.len(), said), (0, issues));
        };
        let sbom = packed(DOCUMENT.as_bytes());
        check(&sbom, sbom.len() / 2, 1);
        check(&sbom, usize::MAX, 1);
        check(&sbom, 0, 1);
        check(b"no gzip", 7, 1);
        let check_json = |json: &[u8], issues: usize| check(&packed(json), packed(json).len(), issues);
        check_json(b"{", 1);
        check_json(b"[]", 0);
        check_json(b"{\"components\":[{\"purl\":\"x\"},{\"purl\":\"pkg:deb/a@1\"}]}", 2);
        check_json(&vec![b' '; DOCUMENT_LIMIT as usize + 1], 1);
        // Another program that uses the word.
        assert_eq!(read(&build::elf(&[(".rodata", b"\0sbom\0sbom_length\0")]).0).1, 0);
    }
}
