//! What the benchmarks read: made in code, the same at every run.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use supercargo::license::db;
use supercargo::model::{
    Class, Declared, Digest, Distro, DistroFind, Ecosystem, Evidence, EvidenceKind, Expr, Grammar, Image, Layer,
    Licensing, Location, Outcome, Package, PackageId, Papers, Platform, Report, State, Text, TextId, Tool,
};

/// A fixed sequence of numbers that look random.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// Words that no licence is known by.
pub fn prose(bytes: usize) -> String {
    const SYLLABLES: &[&str] = &["ka", "lo", "mi", "ren", "sta", "vo", "pu", "tes", "dra", "ni", "gol", "wex"];
    let mut numbers = Sequence(0x2545_f491_4f6c_dd1d);
    let mut out = String::with_capacity(bytes + 32);
    while out.len() < bytes {
        for _ in 0..=numbers.below(3) {
            out.push_str(SYLLABLES[numbers.below(SYLLABLES.len())]);
        }
        out.push_str(["; ", " ", " ", " ", " = ", "(", ") ", ".\n"][numbers.below(8)]);
    }
    out
}

/// The texts of the list's first `count` licences that are in use, one after the other.
pub fn licences(count: usize) -> String {
    let texts = db::license_ids().filter_map(db::license_info).filter(|l| !l.deprecated && l.osi).map(|l| l.text);
    texts.take(count).collect::<Vec<_>>().join("\n\n----\n\n")
}

/// An archive of files that nobody wants, licence files and package.json, in the shares of a real `/usr`.
pub fn layer(files: usize) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let body = prose(8 << 10);
    let mit = db::license_info("MIT").map_or("", |l| l.text);
    let mut put = |path: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes).expect("memory takes all");
    };
    put("etc/os-release", b"ID=debian\nVERSION_ID=12\n");
    put("var/lib/dpkg/status", &dpkg_status(200));
    for i in 0..files {
        match i % 20 {
            0 => {
                let json = format!("{{\"name\":\"part-{i}\",\"version\":\"1.0.{i}\",\"license\":\"MIT\"}}");
                put(&format!("srv/node_modules/part-{i}/package.json"), json.as_bytes());
            }
            1 => put(&format!("usr/share/doc/part-{i}/copyright"), format!("{i}\n{mit}").as_bytes()),
            n => put(&format!("usr/lib/part/{n}/file-{i}.so.1"), body.get(..n * 400).unwrap_or(&body).as_bytes()),
        }
    }
    tar.into_inner().expect("memory takes all")
}

/// As layers usually are.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// dpkg's list of the files of a package.
pub fn dpkg_list(count: usize) -> Vec<u8> {
    let lines = (0..count).map(|i| format!("/usr/share/part/{}/file-{i}.txt\n", i % 37));
    lines.collect::<String>().into_bytes()
}

/// Alpine's database.
pub fn apk_installed(count: usize) -> Vec<u8> {
    let mut out = String::new();
    for i in 0..count {
        let _ = write!(
            out,
            "C:Q1pSfvJ5Ha2wzhYRbnM0PX2dQx9oM=\nP:part-{i}\nV:1.{i}-r0\nA:x86_64\nS:1000\nI:3000\nT:A part of many\n\
             U:https://example.org/part\nL:MIT\no:part\nm:Somebody <somebody@example.org>\nD:so:libc.musl-x86_64.so.1\n\
             p:so:libpart{i}.so.1=1\nF:usr/lib\nR:libpart{i}.so.1\na:0:0:755\nF:usr/share/part-{i}\nR:a.txt\nR:b.txt\n\n"
        );
    }
    out.into_bytes()
}

/// npm's lock file.
pub fn package_lock(count: usize) -> Vec<u8> {
    let mut out =
        String::from("{\"name\":\"a\",\"version\":\"1.0.0\",\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"a\"}");
    for i in 0..count {
        let _ = write!(
            out,
            ",\n\"node_modules/part-{i}\":{{\"version\":\"1.0.{i}\",\"license\":\"MIT\",\"dependencies\":{{\"part-{}\":\"^1.0.0\"}}}}",
            (i + 1) % count
        );
    }
    out.push_str("}}");
    out.into_bytes()
}

/// A zip archive of these files.
fn zip(files: impl Iterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("memory takes all");
        zip.write_all(&bytes).expect("memory takes all");
    }
    zip.finish().expect("memory takes all").into_inner()
}

/// A jar of classes, with other jars in it.
pub fn jar(classes: usize, inner: usize) -> Vec<u8> {
    let body = prose(2 << 10).into_bytes();
    let pom = |name: &str| {
        let place = format!("META-INF/maven/org.example/{name}/pom.properties");
        (place, format!("groupId=org.example\nartifactId={name}\nversion=1.0\n").into_bytes())
    };
    let class = |i| (format!("org/example/part/C{i}.class"), body.clone());
    let inner = (0..inner).map(|i| {
        let name = format!("inner-{i}");
        (format!("WEB-INF/lib/{name}-1.0.jar"), zip((0..20).map(class).chain([pom(&name)])))
    });
    let manifest = ("META-INF/MANIFEST.MF".to_string(), b"Manifest-Version: 1.0\n\n".to_vec());
    zip([manifest].into_iter().chain((0..classes).map(class)).chain(inner).chain([pom("outer")]))
}

/// A wheel.
pub fn wheel(files: usize) -> Vec<u8> {
    let metadata = b"Metadata-Version: 2.1\nName: part\nVersion: 1.0\nLicense: MIT\n\nA part.\n".to_vec();
    let body = prose(4 << 10).into_bytes();
    let modules = (0..files).map(|i| (format!("part/m{i}.py"), body.clone()));
    zip(modules.chain([("part-1.0.dist-info/METADATA".to_string(), metadata)]))
}

/// A program (ELF, 64 bits) of these sections.
fn elf(sections: &[(&str, &[u8])]) -> Vec<u8> {
    let mut names = b"\0.shstrtab\0".to_vec();
    let mut body = vec![0u8; 64];
    // Name, type, offset, size.
    let mut table = vec![[0u64; 4]];
    for (name, bytes) in sections {
        table.push([names.len() as u64, 1, body.len() as u64, bytes.len() as u64]);
        names.extend(name.bytes().chain([0]));
        body.extend_from_slice(bytes);
    }
    table.push([1, 3, body.len() as u64, names.len() as u64]);
    body.extend_from_slice(&names);
    body.resize(body.len().next_multiple_of(8), 0);
    let start = body.len() as u64;
    for [name, kind, offset, size] in &table {
        for n in [*name as u32, *kind as u32] {
            body.extend_from_slice(&n.to_le_bytes());
        }
        for n in [0, 0, *offset, *size, 0, 1, 0] {
            body.extend_from_slice(&n.to_le_bytes());
        }
    }
    // Magic number, class, byte order, version; a shared object for x86-64; its sections.
    body[..20].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0");
    body[20] = 1;
    body[40..48].copy_from_slice(&start.to_le_bytes());
    body[52] = 64;
    body[58] = 64;
    body[60..62].copy_from_slice(&(table.len() as u16).to_le_bytes());
    body[62..64].copy_from_slice(&(table.len() as u16 - 1).to_le_bytes());
    body
}

/// A program that Go built of so many modules.
pub fn go_program(modules: usize) -> Vec<u8> {
    let mut text = String::from("path\texample.org/a\nmod\texample.org/a\tv1.0.0\t\n");
    for i in 0..modules {
        let _ = writeln!(text, "dep\texample.org/part/m{i}\tv1.0.{i}\th1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
    let marked = [&[0x30; 16], text.as_bytes(), &[0xf9; 16]].concat();
    let counted = |bytes: &[u8]| {
        let mut out = Vec::new();
        let mut n = bytes.len();
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
        [&out[..], bytes].concat()
    };
    let mut info = b"\xff Go buildinf:\x08\x02".to_vec();
    info.resize(32, 0);
    let info = [info, counted(b"go1.22.3"), counted(&marked)].concat();
    let code = prose(4 << 20).into_bytes();
    elf(&[(".text", &code), (".rodata", &code[..1 << 20]), (".go.buildinfo", &info)])
}

/// A program that names so many crates in its messages only.
pub fn rust_program(crates: usize) -> Vec<u8> {
    let code = prose(4 << 20).into_bytes();
    let mut constants = code[..1 << 20].to_vec();
    // Every program of Rust has places of its standard library.
    constants.extend_from_slice(b"/rustc/0123456789abcdef0123456789abcdef01234567/library/core/src/slice/index.rs");
    for i in 0..crates {
        let place =
            format!("/home/crew/.cargo/registry/src/registry.example-0123456789abcdef/part{i}-1.0.{i}/src/lib.rs");
        constants.extend_from_slice(place.as_bytes());
        constants.extend_from_slice(&code[i * 500..(i + 1) * 500]);
    }
    elf(&[(".text", &code), (".rodata", &constants)])
}

/// A library that tells nothing of what it was built from.
pub fn library() -> Vec<u8> {
    let code = prose(4 << 20).into_bytes();
    elf(&[(".text", &code), (".rodata", &code[..1 << 20]), (".data", &code[..1 << 18])])
}

/// dpkg's database.
pub fn dpkg_status(count: usize) -> Vec<u8> {
    let mut out = String::new();
    for i in 0..count {
        let _ = write!(
            out,
            "Package: part-{i}\nStatus: install ok installed\nPriority: optional\nSection: libs\nInstalled-Size: {i}\n\
             Maintainer: A Crew <crew@example.org>\nArchitecture: amd64\nMulti-Arch: same\nSource: parts (1.{i})\n\
             Version: 1.{i}-2+deb12u1\nDepends: libc6 (>= 2.36), part-{} (= 1.0) | part-{}:any, libx (>= 1:2)\n\
             Provides: virtual-{i} (= 1)\nConffiles:\n /etc/part-{i} 0123456789abcdef0123456789abcdef\n\
             Description: part number {i} of the whole\n It does what parts do, and says so in a few lines\n .\n as all do.\n\
             Homepage: https://example.org/part-{i}\n\n",
            i + 1,
            i + 2
        );
    }
    out.into_bytes()
}

/// An rpm database of the kind that SUSE has: slots, then header blobs in blocks of 16 bytes.
pub fn rpm_ndb(count: usize) -> Vec<u8> {
    let pages = (32 + count * 16).div_ceil(4096);
    let words = |list: &[usize]| list.iter().flat_map(|n| (*n as u32).to_le_bytes()).collect::<Vec<u8>>();
    let mut slots = [b"RpmP".to_vec(), words(&[0, 1, pages, count + 1, 0, 0, 0])].concat();
    let mut body = Vec::new();
    for number in 1..=count {
        let blob = rpm_header(number);
        let blocks = (16 + blob.len() + 12).div_ceil(16);
        slots.extend_from_slice(b"Slot");
        slots.extend(words(&[number, (pages * 4096 + body.len()) / 16, blocks]));
        let end = body.len() + blocks * 16;
        body.extend_from_slice(b"BlbS");
        body.extend(words(&[number, 1, blob.len()]));
        body.extend_from_slice(&blob);
        body.resize(end - 12, 0);
        body.extend(words(&[0, blob.len()]));
        body.extend_from_slice(b"BlbE");
    }
    while slots.len() < pages * 4096 {
        slots.extend_from_slice(b"Slot\0\0\0\0\0\0\0\0\0\0\0\0");
    }
    [slots, body].concat()
}

/// A header of a package with 50 files.
fn rpm_header(number: usize) -> Vec<u8> {
    let string = |s: &str| [s.as_bytes(), b"\0"].concat();
    let list = |f: &dyn Fn(usize) -> String| (0..50).flat_map(|i| string(&f(i))).collect::<Vec<u8>>();
    let numbers = |f: &dyn Fn(usize) -> u32| (0..50).flat_map(|i| f(i).to_be_bytes()).collect::<Vec<u8>>();
    let rows: Vec<(u32, u32, usize, Vec<u8>)> = vec![
        (1000, 6, 1, string(&format!("part-{number}"))),
        (1001, 6, 1, string("1.2.3")),
        (1002, 6, 1, string("4.el9")),
        (1004, 9, 1, string("one line about it")),
        (1014, 6, 1, string("GPLv2+ and MIT")),
        (1022, 6, 1, string("x86_64")),
        (1044, 6, 1, string("parts-1.2.3-4.el9.src.rpm")),
        (1037, 4, 50, numbers(&|i| if i == 0 { 128 } else { 0 })),
        (1116, 4, 50, numbers(&|i| (i % 2) as u32)),
        (1117, 8, 50, list(&|i| format!("file-{i}.so"))),
        (1118, 8, 2, [string("/usr/lib64/"), string(&format!("/usr/share/licenses/part-{number}/"))].concat()),
    ];
    let (mut table, mut store) = (Vec::new(), Vec::new());
    for (tag, kind, count, data) in &rows {
        // Numbers begin where their size divides the offset.
        while *kind == 4 && store.len() % 4 != 0 {
            store.push(0);
        }
        for word in [*tag, *kind, store.len() as u32, *count as u32] {
            table.extend(word.to_be_bytes());
        }
        store.extend_from_slice(data);
    }
    let sizes = [rows.len() as u32, store.len() as u32];
    [sizes.iter().flat_map(|n| n.to_be_bytes()).collect(), table, store].concat()
}

/// Names of every kind, in the words of their ecosystems.
pub const NAMES: &[(Grammar, &str)] = &[
    (Grammar::Spdx, "MIT OR Apache-2.0"),
    (Grammar::Cargo, "MIT/Apache-2.0"),
    (Grammar::DebianDep5, "GPL-2+ with OpenSSL exception, and LGPL-2.1 or Artistic"),
    (Grammar::RpmCallaway, "GPLv2+ and (LGPLv2+ or MIT) and Public Domain"),
    (Grammar::RpmSpdx, "GPL-2.0-or-later AND SUSE-Public-Domain"),
    (Grammar::Alpine, "GPL-2.0-or-later WITH GCC-exception-2.0 MIT"),
    (Grammar::Gentoo, "|| ( GPL-2 LGPL-3+ ) MIT"),
    (Grammar::PypiLicense, "Apache License, Version 2.0"),
    (Grammar::PypiClassifier, "License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)"),
    (Grammar::Npm, "(BSD-2-Clause OR MIT OR Apache-2.0)"),
    (Grammar::Maven, "https://www.apache.org/licenses/LICENSE-2.0.txt"),
    (Grammar::Cran, "GPL (>= 2) | file LICENSE"),
    (Grammar::Perl, "perl_5"),
    (Grammar::Any, "The house rules of a name that no table knows"),
];

/// A machine-readable Debian copyright file.
pub fn dep5(paragraphs: usize) -> String {
    let mut out = String::from(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: parts\n\n",
    );
    let licences = ["GPL-2+", "Expat", "BSD-3-clause", "LGPL-2.1+ or Artistic", "Apache-2.0"];
    for i in 0..paragraphs {
        let name = licences[i % licences.len()];
        let files = if i == 0 { "*".to_string() } else { format!("src/part-{i}/*") };
        let _ =
            write!(out, "Files: {files}\nCopyright: 20{:02} A Crew <crew@example.org>\nLicense: {name}\n\n", i % 26);
    }
    for (short, id) in [("GPL-2+", "GPL-2.0-only"), ("Expat", "MIT"), ("BSD-3-clause", "BSD-3-Clause")] {
        let text = db::license_info(id).map_or("", |l| l.text);
        let indented = text.lines().map(|l| if l.trim().is_empty() { " .".to_string() } else { format!(" {l}") });
        let _ = write!(out, "License: {short}\n{}\n\n", indented.collect::<Vec<_>>().join("\n"));
    }
    out
}

/// A free-form one.
pub fn free_form() -> String {
    let grant = "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public \
                 License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any \
                 later version.\n\nOn Debian systems, the complete text is in /usr/share/common-licenses/GPL-2.\n";
    let bsd = db::license_info("BSD-3-Clause").map_or("", |l| l.text);
    format!(
        "This package was put together by A Crew.\n\nCopyright (C) 1999-2020 A Crew\n\n{grant}\nThe files in lib/ are:\n\n{bsd}\n"
    )
}

/// A report of packages of several kinds, each of which needs the next two; every fifth is hidden.
pub fn report(count: u32) -> Report {
    let house = Expr::reference("house");
    let text = TextId([7; 32]);
    let package = |i: u32| {
        let expression = match i % 3 {
            0 => Expr::id("MIT"),
            1 => Expr::or([Expr::id("Apache-2.0"), Expr::id("GPL-2.0-or-later")]).expect("two operands"),
            _ => Expr::and([Expr::id("BSD-3-Clause"), house.clone()]).expect("two operands"),
        };
        let path: Box<str> = format!("usr/lib/node_modules/part-{i:04}/package.json").into();
        Package {
            purl: format!("pkg:npm/part-{i:04}@1.0.{i}").into(),
            ecosystem: Ecosystem::NPM,
            name: format!("part-{i:04}").into(),
            version: format!("1.0.{i}").into(),
            state: if i % 5 == 4 { State::Hidden { removed_by: 1 } } else { State::Present },
            layer: i % 2,
            locations: vec![Location { path: path.clone(), layer: i % 2 }],
            depends_on: (i + 1..count.min(i + 3)).map(PackageId).collect(),
            supplier: Some("A Crew <crew@example.org>".into()),
            description: Some("one part of the whole".into()),
            homepage: Some("https://example.org/parts".into()),
            licensing: Licensing {
                declared_raw: vec![Declared {
                    grammar: Grammar::Npm,
                    field: "license",
                    values: vec![expression.to_string().into()],
                }],
                declared: Outcome::Expression(expression.clone()),
                detected: Outcome::Expression(expression.clone()),
                concluded: Outcome::Expression(expression.clone()),
                rule: "declared-and-detected-agree",
                class: db::class_of(&expression),
                evidence: vec![Evidence {
                    kind: EvidenceKind::Declared,
                    path,
                    layer: Some(i % 2),
                    hidden: false,
                    method: "spdx-expression",
                    range: None,
                    confidence: 100,
                    raw: Some(expression.to_string().into()),
                    expression: Some(expression),
                    text: None,
                }],
                refs: BTreeMap::from([("LicenseRef-house".into(), "the rule of the house".into())]),
                ..Licensing::default()
            },
            ..Package::default()
        }
    };
    let layer = |index: u32| Layer {
        index,
        digest: Some(Digest::sha256(&[index as u8; 32])),
        diff_id: Some(Digest::sha256(&[index as u8 + 2; 32])),
        size: 1 << 20,
        created_by: Some("RUN make install".into()),
        ..Layer::default()
    };
    Report {
        tool: Tool { name: "supercargo", version: "0.0.0", spdx_list: "3.29.0" },
        created: Some(1_714_979_289),
        image: Image {
            reference: "registry.example/crew/parts:1".into(),
            name: "registry.example/crew/parts".into(),
            repository: Some("registry.example/crew/parts".into()),
            tag: Some("1".into()),
            digest: Some(Digest::sha256(&[9; 32])),
            platform: Some(Platform { os: "linux".into(), architecture: "amd64".into(), variant: None }),
            source: "oci-archive",
            layers: vec![layer(0), layer(1)],
            ..Image::default()
        },
        distro: Some(Distro {
            facts: DistroFind { id: "debian".into(), version_id: Some("12".into()), ..DistroFind::default() },
            path: "etc/os-release".into(),
            ..Distro::default()
        }),
        packages: (0..count).map(package).collect(),
        show_owned: false,
        refs: vec![supercargo::model::LicenseRef {
            id: "LicenseRef-house".into(),
            name: "house".into(),
            text: "the rule of the house".into(),
            class: Class::Unknown,
        }],
        classes: db::license_ids().map(|id| (id.into(), db::class_of(&Expr::id(id)))).collect(),
        texts: BTreeMap::from([(
            text,
            Text { words: "the rule of the house".into(), expression: Some(house), copyrights: Vec::new() },
        )]),
        papers: Papers::default(),
        unowned: Vec::new(),
        findings: Vec::new(),
        audit: None,
        issues: Vec::new(),
    }
}
