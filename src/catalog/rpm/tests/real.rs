//! Databases out of the shared images; what is expected was read from them with rpm itself, or, where rpm could not
//! open them (NDB), with a reader in another language.

use super::{packages, parsed};
use crate::catalog::rpm::CATALOGER;
use crate::catalog::{Parsed, Want};
use crate::model::{OwnedKind, PackageFind, Requirement};
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// The rpm database in an image of the shared folder; `None`, said aloud, where the folder is not there.
#[allow(clippy::print_stderr)]
fn database(image: &str) -> Option<Vec<u8>> {
    let path = format!("{}/../shared/images/{image}.oci.tar", env!("CARGO_MANIFEST_DIR"));
    let Ok(archive) = std::fs::read(&path) else {
        assert!(std::env::var_os("CI").is_none(), "{path} is absent");
        eprintln!("skipped: {path} is absent");
        return None;
    };
    let mut archive = tar::Archive::new(&*archive);
    for member in archive.entries().unwrap() {
        let mut bytes = Vec::new();
        member.unwrap().read_to_end(&mut bytes).unwrap();
        if bytes.starts_with(&[0x1f, 0x8b])
            && let Some(database) = member_of_layer(flate2::read::MultiGzDecoder::new(&*bytes))
        {
            return Some(database);
        }
    }
    panic!("{path} has no rpm database");
}

fn member_of_layer(layer: impl Read) -> Option<Vec<u8>> {
    for member in tar::Archive::new(layer).entries().unwrap() {
        let mut member = member.unwrap();
        let path = member.path().unwrap().to_string_lossy().trim_start_matches("./").to_owned();
        let wanted = CATALOGER.wants.iter().any(|want| matches!(want, Want::Path(wanted) if *wanted == path));
        if wanted && member.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            io::copy(&mut member, &mut bytes).unwrap();
            return Some(bytes);
        }
    }
    None
}

/// The finds of an image's database, which must have no issue, and `count` packages.
fn image(name: &str, count: usize) -> Option<Parsed> {
    let parsed = parsed(&database(name)?);
    assert_eq!(parsed.issues, []);
    assert_eq!(packages(&parsed).len(), count, "{name}");
    Some(parsed)
}

fn named<'a>(parsed: &'a Parsed, name: &str) -> &'a PackageFind {
    packages(parsed).into_iter().find(|package| &*package.name == name).unwrap()
}

/// Compares version, epoch, architecture, licence, and source package.
fn check(parsed: &Parsed, name: &str, version: &str, epoch: Option<u32>, arch: &str, license: &str, source: &str) {
    let package = named(parsed, name);
    let from = package.source.as_ref().unwrap();
    assert_eq!(&*package.version, version);
    assert_eq!(package.epoch, epoch);
    assert_eq!(package.arch.as_deref(), Some(arch));
    assert_eq!(&*package.declared[0].values[0], license);
    assert_eq!(format!("{} {}", from.name, from.version.as_deref().unwrap()), source);
}

fn texts(package: &PackageFind) -> Vec<&str> {
    package.texts.iter().map(|text| &**text).collect()
}

#[test]
fn acme_sqlite() {
    let Some(parsed) = image("rpm-acme", 13) else { return };
    let p = &parsed;
    let paren = "(GPL+ or Artistic) and MIT and (LGPLv2+ or MPLv1.1)";
    check(p, "acme-paren", "1.7-8.el9", None, "noarch", paren, "acme-paren 1.7-8.el9");
    let public_domain = "LicenseRef-Fedora-Public-Domain AND MIT";
    check(p, "acme-epoch", "1.9-10.el9", Some(2), "noarch", public_domain, "acme-epoch 1.9-10.el9");
    check(p, "acme-dual-sub", "1.2-3.el9", None, "noarch", "CC0-1.0", "acme-dual 1.2-3.el9");
    check(p, "acme-comma", "1.11-12.el9", None, "noarch", "GPLv2, LGPLv2.1, BSD-3-Clause", "acme-comma 1.11-12.el9");
    let dual = named(p, "acme-dual");
    assert_eq!(dual.qualifiers, [("rpmmod", "acme:1:2:abc".into())]);
    assert_eq!(dual.supplier.as_deref(), Some("Acme"));
    assert_eq!(texts(dual), ["usr/share/licenses/acme-dual/LICENSE"]);
    let files: Vec<_> = dual.files.iter().map(|file| (&*file.path, file.kind)).collect();
    let license = ("usr/share/licenses/acme-dual/LICENSE", OwnedKind::License);
    assert_eq!(files, [("usr/share/acme-dual/data", OwnedKind::Plain), license]);
    assert_eq!(dual.requires, []);
}

#[test]
fn mariner_sqlite() {
    let Some(parsed) = image("rpm-mariner-sqlite", 129) else { return };
    let p = &parsed;
    check(p, "bash", "5.1.8-1.cm2", None, "x86_64", "GPLv3", "bash 5.1.8-1.cm2");
    check(p, "ca-certificates-base", "2.0.0-1.cm2", Some(1), "noarch", "MPLv2.0", "ca-certificates 2.0.0-1.cm2");
    let archive = "BSD AND Public Domain AND (ASL 2.0 OR CC0 1.0 OR OpenSSL)";
    check(p, "libarchive", "3.4.2-3.cm2", None, "x86_64", archive, "libarchive 3.4.2-3.cm2");
    check(p, "libstdc++", "11.2.0-1.cm2", None, "x86_64", "GPLv2+", "gcc 11.2.0-1.cm2");
    assert_eq!(named(p, "bash").supplier.as_deref(), Some("Microsoft Corporation"));
}

#[test]
fn libuuid_berkeley_db() {
    let Some(parsed) = image("rpm-libuuid-bdb", 1) else { return };
    check(&parsed, "libuuid", "2.32.1-42.el8_8", None, "x86_64", "BSD", "util-linux 2.32.1-42.el8_8");
    let libuuid = named(&parsed, "libuuid");
    assert_eq!(libuuid.description.as_deref(), Some("Universally unique ID library"));
    assert_eq!(libuuid.homepage.as_deref(), Some("http://en.wikipedia.org/wiki/Util-linux"));
    assert_eq!(libuuid.supplier.as_deref(), Some("Red Hat, Inc."));
}

#[test]
fn sle15_ndb() {
    let Some(parsed) = image("rpm-sle15-ndb", 35) else { return };
    let p = &parsed;
    check(p, "bash", "4.4-19.6.1", None, "x86_64", "GPL-3.0-or-later", "bash 4.4-19.6.1");
    check(p, "libreadline7", "7.0-19.6.1", None, "x86_64", "GPL-3.0-or-later", "bash 4.4-19.6.1");
    check(p, "perl-base", "5.26.1-15.87", None, "x86_64", "Artistic-1.0 or GPL-2.0+", "perl 5.26.1-15.87");
    let elf = "SUSE-GPL-2.0-with-OSI-exception";
    check(p, "libelf1", "0.168-4.5.3", None, "x86_64", elf, "elfutils 0.168-4.5.3");
    let xz = named(p, "liblzma5");
    assert_eq!(xz.description.as_deref(), Some("Lempel–Ziv–Markov chain algorithm compression library"));
    assert_eq!(named(p, "sles-release").texts.len(), 12);
    // Of its 788 entries all others are folders and ghosts.
    let files: Vec<_> = named(p, "filesystem").files.iter().map(|file| &*file.path).collect();
    let conf = ["fs-tmp.conf", "fs-var-tmp.conf", "fs-var.conf"].map(|name| format!("usr/lib/tmpfiles.d/{name}"));
    assert_eq!(files, [&*conf[0], &conf[1], &conf[2], "var/mail"]);
}

#[test]
fn almalinux_sqlite() {
    let Some(parsed) = image("almalinux-9-micro-arm64", 22) else { return };
    let p = &parsed;
    check(p, "bash", "5.1.8-6.el9_1", None, "aarch64", "GPLv3+", "bash 5.1.8-6.el9_1");
    check(p, "tzdata", "2023c-1.el9", None, "noarch", "Public Domain", "tzdata 2023c-1.el9");
    let glibc = named(p, "glibc");
    assert_eq!(
        texts(glibc),
        ["COPYING", "COPYING.LIB", "LICENSES"].map(|name| format!("usr/share/licenses/glibc/{name}"))
    );
    let names: Vec<_> = glibc
        .requires
        .iter()
        .map(|requirement| match requirement {
            Requirement::AnyOf(names) => names.join("|"),
            Requirement::NodeModule(name) => panic!("{name}"),
        })
        .collect();
    // What it provides itself (its libraries, its configuration) and rpmlib() are not there.
    let expected = ["basesystem", "glibc-common", "glibc-langpack", "libgcc(aarch-64)", "glibc-gconv-extra(aarch-64)"];
    assert_eq!(names, expected);
    assert!(named(p, "bash").files.iter().any(|file| &*file.path == "usr/bin/bash"));
    assert!(named(p, "bash").provides.iter().any(|name| &**name == "/bin/sh"));
}

const IMAGES: [&str; 4] = ["rpm-acme", "rpm-libuuid-bdb", "rpm-sle15-ndb", "almalinux-9-micro-arm64"];

#[test]
fn any_cut_of_a_real_database_is_survived_and_said() {
    for image in IMAGES {
        let Some(whole) = database(image) else { return };
        let all = packages(&parsed(&whole)).len();
        let start = Instant::now();
        let step = whole.len() / 100 + 1;
        for end in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
            let cut = parsed(&whole[..end]);
            assert!(packages(&cut).len() <= all);
            assert!(!cut.issues.is_empty(), "{image}: nothing was said of a cut at {end} of {}", whole.len());
        }
        // What was read before the cut is kept.
        let half = packages(&parsed(&whole[..whole.len() - 1])).len();
        assert!(half + 1 >= all, "{image}: {half} of {all}");
        assert!(start.elapsed() < Duration::from_secs(60), "{image} took {:?}", start.elapsed());
    }
}

#[test]
fn garbled_bytes_of_a_real_database_are_survived() {
    for image in IMAGES {
        let Some(whole) = database(image) else { return };
        let start = Instant::now();
        // A generator of numbers that is the same on every run (Knuth's multiplier).
        let mut state = 1_u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        for _ in 0..60 {
            let mut garbled = whole.clone();
            for _ in 0..200 {
                let at = next() % garbled.len();
                garbled[at] = next() as u8;
            }
            parsed(&garbled);
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{image} took {:?}", start.elapsed());
    }
}
