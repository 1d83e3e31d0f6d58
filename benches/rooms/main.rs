//! Each room by itself: how fast a layer is walked, databases are parsed, licences are read, documents are written.
//!
//! `cargo bench` runs all, `cargo bench -- texts` those whose name holds the word. Input is made here, so that the numbers do
//! not depend on what lies on the machine; whole images and peers are compared by `tests/bench/`. See `docs/performance.md`.

mod input;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Duration;
use supercargo::catalog::{
    Cataloger, Group, Input, TABLE, Wanted, apk, dpkg, golang, java, lockfile, python, rpm, rust_audit,
};
use supercargo::emit::{Format, write};
use supercargo::layers::IssueSink;
use supercargo::layers::tree::Tree;
use supercargo::layers::walk::{WalkOptions, walk_stream};
use supercargo::license::{copyright, names, text};
use supercargo::model::Grammar;

/// Some 3,000 files, a tenth of which a cataloger wants: archive to entries and finds, and the stacking of two such layers.
fn layers(c: &mut Criterion) {
    let wanted = Wanted::new(TABLE, &[Group::Installed, Group::Lockfile]);
    let archive = input::layer(3000);
    let options = WalkOptions { wanted: &wanted, verify: false, once: false, desk: None };
    let walk = |bytes: &[u8]| walk_stream(bytes, options).expect("a slice does not fail");
    let mut group = c.benchmark_group("layers");
    group.throughput(Throughput::Bytes(archive.len() as u64));
    group.bench_function("walk-plain", |b| b.iter(|| walk(black_box(&archive))));
    let packed = input::gzip(&archive);
    group.bench_function("walk-gzip", |b| b.iter(|| walk(black_box(&packed))));
    let scan = walk(&archive);
    group.throughput(Throughput::Elements(2 * scan.entries.len() as u64));
    group.bench_function("stack", |b| {
        b.iter_batched(
            Tree::default,
            |mut tree| {
                tree.apply(&scan, &mut IssueSink::default());
                tree.apply(&scan, &mut IssueSink::default());
                tree
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// A file, its cataloger, and how many finds there are in it.
type File<'a> = (&'a str, &'a str, Vec<u8>, Cataloger, usize);

/// How fast each cataloger reads its file, which it must read whole and without an issue.
fn parsers(c: &mut Criterion, group: &str, files: &[File<'_>]) {
    let mut group = c.benchmark_group(group);
    for (name, path, bytes, cataloger, finds) in files {
        let parsed = (cataloger.parse)(&Input { path, bytes });
        assert_eq!((parsed.finds.len(), parsed.issues.len()), (*finds, 0), "{name}: {:?}", parsed.issues.first());
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(*name, |b| b.iter(|| (cataloger.parse)(&Input { path, bytes: black_box(bytes) })));
    }
    group.finish();
}

/// Databases of 1,000 packages.
fn databases(c: &mut Criterion) {
    let files = [
        ("dpkg-status", "var/lib/dpkg/status", input::dpkg_status(1000), dpkg::CATALOGER, 1000),
        ("dpkg-list", "var/lib/dpkg/info/p.list", input::dpkg_list(1000), dpkg::CATALOGER, 1),
        ("apk-installed", "lib/apk/db/installed", input::apk_installed(1000), apk::CATALOGER, 1000),
        ("rpm-ndb", "usr/lib/sysimage/rpm/Packages.db", input::rpm_ndb(1000), rpm::CATALOGER, 1000),
        ("package-lock", "srv/package-lock.json", input::package_lock(1000), lockfile::CATALOGER, 1000),
    ];
    parsers(c, "databases", &files);
}

/// Archives that are packages, and hold more of them.
fn archives(c: &mut Criterion) {
    let files = [
        ("jar", "opt/a.jar", input::jar(2000, 0), java::CATALOGER, 1),
        ("war", "opt/a.war", input::jar(200, 40), java::CATALOGER, 41),
        ("wheel", "opt/part-1.0-py3-none-any.whl", input::wheel(500), python::CATALOGER, 1),
    ];
    parsers(c, "archives", &files);
}

/// Programs of some megabytes: one that lists its modules, one that only its messages tell of, one that tells nothing.
fn programs(c: &mut Criterion) {
    let files = [
        ("go", "usr/bin/a", input::go_program(500), golang::CATALOGER, 502),
        ("rust-recovered", "usr/bin/b", input::rust_program(100), rust_audit::CATALOGER, 100),
        ("no-rust", "usr/lib/c.so", input::library(), rust_audit::CATALOGER, 0),
        ("no-go", "usr/lib/c.so", input::library(), golang::CATALOGER, 0),
    ];
    parsers(c, "programs", &files);
}

/// The matcher of texts: licences one after the other, words without any, and the first start with the index.
fn texts(c: &mut Criterion) {
    let mut group = c.benchmark_group("texts");
    for (name, words) in [("licences", input::licences(60)), ("no-licence", input::prose(200_000))] {
        group.throughput(Throughput::Bytes(words.len() as u64));
        group.bench_function(name, |b| b.iter(|| text::identify(black_box(&words))));
    }
    group.finish();
    // The index is loaded once a process. The difference between these two is what it costs, and the little that reading an
    // empty file does.
    let mut group = c.benchmark_group("process");
    let run = |arguments: &[&str]| {
        let status = Command::new(env!("CARGO_BIN_EXE_supercargo"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .expect("the program runs");
        assert!(status.success());
    };
    group.bench_function("version", |b| b.iter(|| run(&["--version"])));
    group.bench_function("identify-nothing", |b| b.iter(|| run(&["licenses", "identify", "-"])));
    group.finish();
}

/// Names from metadata, one of each kind.
fn names_of_licences(c: &mut Criterion) {
    let list = input::NAMES;
    let mut group = c.benchmark_group("names");
    group.throughput(Throughput::Elements(list.len() as u64));
    group.bench_function("normalize", |b| {
        b.iter(|| list.iter().map(|(g, n)| names::normalize(*g, &[black_box(n)]).unresolved.len()).sum::<usize>());
    });
    group.bench_function("normalize-any", |b| {
        b.iter(|| list.iter().map(|(_, n)| names::normalize(Grammar::Any, &[n]).unresolved.len()).sum::<usize>());
    });
    group.finish();
}

/// Debian copyright files: a machine-readable one of 40 paragraphs, a free-form one.
fn copyrights(c: &mut Criterion) {
    let mut group = c.benchmark_group("copyright");
    for (name, words) in [("dep5", input::dep5(40)), ("free-form", input::free_form())] {
        group.throughput(Throughput::Bytes(words.len() as u64));
        group.bench_function(name, |b| b.iter(|| copyright::read(black_box(&words))));
    }
    group.finish();
}

/// Every format over a report of 1,000 packages.
fn documents(c: &mut Criterion) {
    let report = input::report(1000);
    let mut group = c.benchmark_group("documents");
    group.throughput(Throughput::Elements(1000));
    for format in Format::ALL {
        let mut out = Vec::new();
        group.bench_function(format.as_str(), |b| {
            b.iter(|| {
                out.clear();
                write(format, black_box(&report), &mut out).expect("memory takes all");
                out.len()
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    targets = layers, databases, archives, programs, texts, names_of_licences, copyrights, documents
}
criterion_main!(benches);
