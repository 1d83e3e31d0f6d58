//! Tests of whole databases: real ones, out of real images, and small ones that are made here.
//!
//! `fixtures` builds headers and the three kinds of database; `real` reads the shared images; here is what can be
//! wrong with a record or a database.

mod fixtures;
mod real;

use super::header::*;
use super::*;
use crate::model::{OwnedKind, PackageFind, Requirement};
use fixtures::{BigEndian, Builder, LittleEndian, bdb, ndb, sqlite};

/// Parses bytes as a database; the name of the file tells nothing.
fn parsed(bytes: &[u8]) -> Parsed {
    parse(&Input { path: "var/lib/rpm/Packages", bytes })
}

/// The packages of a file.
fn packages(parsed: &Parsed) -> Vec<&PackageFind> {
    let packages = parsed.finds.iter().map(|find| match find {
        Find::Package(package) => &**package,
        other => panic!("{other:?}"),
    });
    packages.collect()
}

/// `name version` of each package, then the messages of the issues; joined by line ends.
fn summary(parsed: &Parsed) -> String {
    let packages = packages(parsed).into_iter().map(|package| format!("{} {}", package.name, package.version));
    let issues = parsed.issues.iter().map(|issue| format!("{}: {}", issue.code.0, issue.message));
    packages.chain(issues).collect::<Vec<_>>().join("\n")
}

/// Reads one header through a database, and compares the summary.
fn check(header: Vec<u8>, expected: &str) {
    assert_eq!(summary(&parsed(&ndb(&[header]))), expected);
}

fn simple(name: &str) -> Builder {
    Builder::default().string(NAME, name).string(VERSION, "1.0").string(RELEASE, "2")
}

/// The package of a header, which must have no issue.
fn package(header: Vec<u8>) -> PackageFind {
    let parsed = parsed(&ndb(&[header]));
    assert_eq!(parsed.issues, []);
    packages(&parsed)[0].clone()
}

#[test]
fn every_field_is_read() {
    let header = simple("x")
        .numbers(EPOCH, &[0])
        .string(ARCH, "noarch")
        .string(LICENSE, "GPLv2+ and (MIT or BSD)")
        .string(SOURCE_RPM, "x-src-1.0-2.src.rpm")
        .string(VENDOR, "(none)")
        .string(PACKAGER, "Somebody")
        .string(URL, "https://example.org")
        .string(MODULARITY_LABEL, "x:1:2:3")
        .strings(I18N_TABLE, 8, &["de", "C"])
        .strings(SUMMARY, 9, &["Ein X", "An X"])
        .strings(PROVIDE_NAME, 8, &["x", "x(x86-64)", "libx.so.1()(64bit)", "config(x)", "x(x86-64)"])
        .strings(
            REQUIRE_NAME,
            8,
            &["rpmlib(A)", "b", "feature", "hint", "config(x)", "/bin/sh", "b", "(c or d)", "(b and b)"],
        )
        .numbers(REQUIRE_FLAGS, &[0, 0, 1 << 24, 1 << 19, 1 << 28, 0, 0, 0, 0]);
    let any = |names: &[&str]| Requirement::AnyOf(names.iter().map(|name| Box::from(*name)).collect());
    let found = package(header.build());
    assert_eq!(
        found,
        PackageFind {
            ecosystem: crate::model::Ecosystem::RPM,
            name: "x".into(),
            version: "1.0-2".into(),
            arch: Some("noarch".into()),
            epoch: Some(0),
            qualifiers: vec![("rpmmod", "x:1:2:3".into())],
            source: Some(crate::model::SourcePackage { name: "x-src".into(), version: Some("1.0-2".into()) }),
            supplier: Some("Somebody".into()),
            description: Some("An X".into()),
            homepage: Some("https://example.org".into()),
            declared: vec![crate::model::Declared {
                grammar: crate::model::Grammar::RpmCallaway,
                field: "License",
                values: vec!["GPLv2+ and (MIT or BSD)".into()],
            }],
            provides: ["x(x86-64)", "libx.so.1()(64bit)", "config(x)"].map(Box::from).to_vec(),
            requires: vec![any(&["b"]), any(&["/bin/sh"]), any(&["c", "d"])],
            ..PackageFind::default()
        }
    );
}

/// `path` of each file, with `!` before a licence text; then the texts.
fn check_files(header: Builder, files: &[&str], texts: &[&str]) {
    let package = package(header.build());
    let mark = |kind| if kind == OwnedKind::License { "!" } else { "" };
    let owned: Vec<_> = package.files.iter().map(|file| format!("{}{}", mark(file.kind), file.path)).collect();
    assert_eq!(owned, files);
    assert_eq!(package.texts.iter().map(|text| &**text).collect::<Vec<_>>(), texts);
}

#[test]
fn files_are_joined_and_told_apart() {
    let header = simple("x")
        .strings(BASE_NAMES, 8, &["x", "COPYING", "x.log", "lib", "gone", "LICENSE"])
        .strings(DIR_NAMES, 8, &["/usr/bin/", "/usr/share/licenses/x/", "/var/log/", "/", "/usr/share/doc/x/"])
        .numbers(DIR_INDEXES, &[0, 1, 2, 3, 0, 4])
        .numbers(FILE_FLAGS, &[0, 1 << 7, 1 << 6, 0, 0, 1 << 1])
        .short_numbers(FILE_MODES, &[0o100755, 0o100644, 0o100644, 0o040755, 0o100644, 0o100644])
        .bytes(FILE_STATES, &[0, 0, 0, 0, 2, 2]);
    check_files(
        header,
        &["usr/bin/x", "!usr/share/licenses/x/COPYING"],
        &["usr/share/licenses/x/COPYING", "usr/share/doc/x/LICENSE"],
    );
    let old = simple("x").strings(OLD_FILE_NAMES, 8, &["/bin/x", "/etc//./x.conf", "/x"]);
    check_files(old, &["bin/x", "etc/x.conf", "x"], &[]);
}

#[test]
fn paths_that_no_image_holds_are_left_out_and_said() {
    let header = simple("x")
        .strings(BASE_NAMES, 8, &["a", "b", "..", "c/d", "", "e", "f"])
        .strings(DIR_NAMES, 8, &["/usr/", "/usr/../etc/"])
        .numbers(DIR_INDEXES, &[0, 1, 0, 0, 0, 7]);
    check(header.build(), "x 1.0-2\nmalformed-record: record 1 (x): 6 of its files have no usable path");
}

#[test]
fn a_few_long_folders_do_not_fill_the_memory() {
    let folder = format!("/{}/", "d".repeat(4000));
    let names = vec!["f"; 100_000];
    let header = simple("x")
        .strings(BASE_NAMES, 8, &names)
        .strings(DIR_NAMES, 8, &[&folder])
        .numbers(DIR_INDEXES, &vec![0; names.len()]);
    let database = ndb(&[header.build(), simple("y").build()]);
    let parsed = parsed(&database);
    let bytes: usize = packages(&parsed)[0].files.iter().map(|file| file.path.len()).sum();
    assert!(bytes <= database.len() * PATH_BYTES_PER_BYTE, "{bytes}");
    assert_eq!(packages(&parsed).len(), 2);
    assert!(parsed.issues[0].message.contains("longer than the database explains"), "{:?}", parsed.issues);
}

#[test]
fn strings_that_are_not_utf8_are_latin_1() {
    let header = simple("x").raw(VENDOR, 6, 1, b"M\xfcller\0").build();
    assert_eq!(package(header).supplier.as_deref(), Some("Müller"));
}

#[test]
fn keys_are_no_packages() {
    check(simple("gpg-pubkey").build(), "");
}

#[test]
fn what_is_added_on_installation_stands_for_what_was_there() {
    let header = simple("x").string(VENDOR, "old").string(VENDOR, "new").build();
    assert_eq!(package(header).supplier.as_deref(), Some("new"));
}

#[test]
fn malformed_headers() {
    let ok = || simple("x");
    check(vec![], "malformed-record: record 1: its header ends after 0 bytes; the record was left out");
    check(vec![0; 8], "malformed-record: record 1: its header claims 0 tags; the record was left out");
    check(vec![0xff; 64], "malformed-record: record 1: its header claims 4294967295 tags; the record was left out");
    let mut many = ok().build();
    many[3] = 200;
    check(many, "malformed-record: record 1: its header claims 200 tags and has 64 bytes; the record was left out");
    check(
        Builder::default().string(VERSION, "1").build(),
        "malformed-record: record 1: it has no NAME; the record was left out",
    );
    check(
        Builder::default().string(NAME, "x").build(),
        "malformed-record: record 1 (x): it has no VERSION; the record was left out",
    );
    check(
        Builder::default().string(NAME, "x").string(VERSION, "1").build(),
        "x 1\nmalformed-record: record 1 (x): it has no RELEASE, its version stands alone",
    );
    check(
        Builder::default().raw(NAME, 6, 1, b"x").build(),
        "malformed-record: record 1: its NAME has no end; the record was left out",
    );
    check(
        Builder::default().numbers(NAME, &[7]).build(),
        "malformed-record: record 1: its NAME has type 4, which is no string; the record was left out",
    );
    // What a package can do without costs no package.
    check(
        ok().row(LICENSE, 6, 0xffff_ffff, 1).build(),
        "x 1.0-2\nmalformed-record: record 1 (x): its LICENSE lies outside the header",
    );
    check(
        ok().row(EPOCH, 4, 0, 0xffff_ffff).string(EPOCH, "1").build(),
        "x 1.0-2\nmalformed-record: record 1 (x): its EPOCH has type 6, which is no number of 4 bytes",
    );
    check(
        ok().raw(BASE_NAMES, 8, 3, b"a\0b\0").build(),
        "x 1.0-2\nmalformed-record: record 1 (x): its BASENAMES ends after 2 of 3 strings",
    );
    check(
        ok().row(PROVIDE_NAME, 8, 0, 0xffff_ffff).build(),
        "x 1.0-2\nmalformed-record: record 1 (x): its PROVIDENAME claims 4294967295 strings in 8 bytes",
    );
    check(
        ok().raw(DIR_INDEXES, 4, 9, b"\0\0\0\0").strings(BASE_NAMES, 8, &["a"]).strings(DIR_NAMES, 8, &["/"]).build(),
        "x 1.0-2\nmalformed-record: record 1 (x): its DIRINDEXES claims 9 numbers and has 2; \
         1 of its files have no usable path",
    );
    let mut cut = ok().string(LICENSE, "MIT").build();
    cut.truncate(cut.len() - 2);
    check(cut, "x 1.0-2\nmalformed-record: record 1 (x): its header is cut off by 2 bytes; its LICENSE has no end");
}

#[test]
fn every_database_gives_its_records() {
    let long = "l".repeat(5000);
    let headers = [simple("a").build(), simple("b").string(SUMMARY, &long).build(), simple("c").build()];
    let expected = "a 1.0-2\nb 1.0-2\nc 1.0-2";
    assert_eq!(summary(&parsed(&ndb(&headers))), expected);
    assert_eq!(summary(&parsed(&sqlite(&headers))), expected);
    for page_size in [512, 4096, 65536] {
        assert_eq!(summary(&parsed(&bdb::<LittleEndian>(&headers, page_size))), expected, "{page_size}");
        assert_eq!(summary(&parsed(&bdb::<BigEndian>(&headers, page_size))), expected, "{page_size}");
    }
}

#[test]
fn one_malformed_record_costs_one_record() {
    let headers = [simple("a").build(), vec![0xff; 100], simple("c").build()];
    let expected = "a 1.0-2\nc 1.0-2\n\
                    malformed-record: record 2: its header claims 4294967295 tags; the record was left out";
    assert_eq!(summary(&parsed(&ndb(&headers))), expected);
    assert_eq!(summary(&parsed(&sqlite(&headers))), expected);
    assert_eq!(summary(&parsed(&bdb::<LittleEndian>(&headers, 512))), expected);
    // It is a gap in the report; what was read all the same is not.
    let severities = |header| parsed(&ndb(&[header])).issues.iter().map(|i| i.severity).collect::<Vec<_>>();
    assert_eq!(severities(vec![0xff; 100]), [Severity::Error]);
    assert_eq!(severities(Builder::default().string(NAME, "x").string(VERSION, "1").build()), [Severity::Warning]);
}

#[test]
fn hostile_names_do_not_break_the_lines_of_messages() {
    let header = Builder::default().string(NAME, "\u{1}a\nb").build();
    check(header, "malformed-record: record 1 (ab): it has no VERSION; the record was left out");
}

#[test]
fn a_garbled_database_lists_a_bounded_number_of_issues() {
    let headers = vec![vec![0; 16]; 500];
    let parsed = parsed(&ndb(&headers));
    assert_eq!(parsed.issues.len(), MAX_RECORD_ISSUES as usize + 1);
    assert!(parsed.issues[99].message.contains("401 more"), "{:?}", parsed.issues[99]);
}

#[test]
fn what_is_no_database_is_an_issue() {
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(summary(&parsed(bytes)), format!("malformed-file: {expected}"));
    }
    check(b"", "looked for an rpm database and found an empty file");
    check(b"hello", "looked for an rpm database and found none of SQLite, NDB and BerkeleyDB");
    check(b"RpmP", "the NDB database ends in its header");
    let mut btree = bdb::<LittleEndian>(&[], 512);
    btree[12..16].copy_from_slice(&0x0005_3162_u32.to_le_bytes());
    check(&btree, "found a BerkeleyDB database that is no hash, which rpm's list of packages always is");
    let mut page = bdb::<LittleEndian>(&[], 512);
    page[20..24].copy_from_slice(&1000_u32.to_le_bytes());
    check(&page, "the BerkeleyDB database claims pages of 1000 bytes");
    let mut encrypted = bdb::<LittleEndian>(&[], 512);
    encrypted[24] = 1;
    check(&encrypted, "found an encrypted or checksummed BerkeleyDB database, which cannot be read");
    check(&bdb::<LittleEndian>(&[], 512)[..16], "the BerkeleyDB database ends in its first page");
    check(
        &fixtures::sqlite_of("CREATE TABLE Other (x)"),
        "found no table of packages in the SQLite database; its pages may still be in the write-ahead log, \
         which is not read",
    );
}

/// Overflow pages are found by their type; the first of them is changed by `edit`.
fn check_overflow(edit: fn(&mut [u8], u32), expected: &str) {
    let headers = [simple("a").string(SUMMARY, &"l".repeat(2000)).build(), simple("b").build()];
    let mut database = bdb::<LittleEndian>(&headers, 512);
    let first = database.chunks_exact(512).position(|page| page[25] == 7).unwrap();
    edit(&mut database[first * 512..][..512], first as u32);
    assert_eq!(
        summary(&parsed(&database)),
        format!("b 1.0-2\n{expected}").replace("b 1.0-2\na 1.0-2", "a 1.0-2\nb 1.0-2")
    );
}

#[test]
fn chains_of_overflow_pages_end() {
    let kept = "a 1.0-2\nmalformed-record: record 1 (a): ";
    let cut = "; its header is cut off by 1595 bytes; its SUMMARY has no end";
    check_overflow(
        |page, number| page[16..20].copy_from_slice(&number.to_le_bytes()),
        &format!("{kept}its pages run in a circle, or into another record's{cut}"),
    );
    check_overflow(|page, _| page[16..20].fill(0xff), &format!("{kept}a page that it needs is not in the file{cut}"));
    check_overflow(|page, _| page[16..20].fill(0), &format!("{kept}a page that it needs is not in the file{cut}"));
    let lost = "malformed-record: record 1: one of its pages is damaged; \
                its header ends after 0 bytes; the record was left out";
    check_overflow(
        |page, _| page[25] = 13,
        &format!("{lost}\nmalformed-file: 1 pages or items of the BerkeleyDB database are damaged"),
    );
    check_overflow(|page, _| page[22..24].fill(0xff), lost);
}

#[test]
fn two_records_do_not_share_a_chain() {
    let long = simple("a").string(SUMMARY, &"l".repeat(2000)).build();
    let mut database = bdb::<LittleEndian>(&[long.clone(), long], 512);
    // The items of both records are in page 1, each with the number of its first overflow page at 4.
    let at: Vec<_> = (512..1024).filter(|at| database[*at] == 3 && database[at + 1..at + 4] == [0; 3]).collect();
    let first = database[at[0] + 4..at[0] + 8].to_vec();
    database[at[1] + 4..at[1] + 8].copy_from_slice(&first);
    assert!(summary(&parsed(&database)).contains("run in a circle, or into another record's"));
}

#[test]
fn ndb_slots_that_lie() {
    fn check(edit: fn(&mut [u8]), expected: &str) {
        let mut database = ndb(&[simple("a").build(), simple("b").build()]);
        edit(&mut database);
        assert_eq!(summary(&parsed(&database)), expected);
    }
    let lost = |why: &str| format!("b 1.0-2\nmalformed-record: record 1: {why}; the record was left out");
    check(|db| db[36..40].fill(0), "b 1.0-2");
    check(|db| db[32] = 0, "b 1.0-2\nmalformed-file: 1 slots of the NDB database are damaged");
    check(|db| db[40..44].fill(0xff), &lost("its blob lies outside the file"));
    check(|db| db[40] = 1, &lost("its slot points to something else than its blob"));
    check(|db| db[44..48].fill(0), &lost("its blob claims to be longer than its slot says"));
    check(
        |db| db[52] = 1,
        "a 1.0-2\nmalformed-record: record 1: a second slot has its number; the record was left out",
    );
    check(|db| db[44] += 1, "a 1.0-2\nb 1.0-2\nmalformed-record: record 1 (a): the end of its blob is damaged");
    check(|db| db[4] = 9, "a 1.0-2\nb 1.0-2\nmalformed-file: read an NDB database of version 9, and know only 0");
    check(
        |db| db[12..16].fill(0xff),
        "a 1.0-2\nb 1.0-2\n\
         malformed-file: the NDB database has 4288 bytes, its slots alone should take 17592186040320\n\
         malformed-file: 12 slots of the NDB database are damaged",
    );
}

#[test]
fn ndb_blobs_that_overlap_are_not_read_again_and_again() {
    // Every blob claims to run to the end of the file, with the blobs behind it inside.
    let headers: Vec<_> = (0..2000).map(|i| simple(&format!("p{i}")).build()).collect();
    let mut database = ndb(&headers);
    let len = database.len();
    for slot in (32..).step_by(16).take(headers.len()) {
        let start = u32::from_le_bytes(database[slot + 8..slot + 12].try_into().unwrap()) as usize * 16;
        database[slot + 12..slot + 16].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
        let body = (len - start - 64) as u32;
        database[start + 12..start + 16].copy_from_slice(&body.to_le_bytes());
    }
    let parsed = parsed(&database);
    assert!(packages(&parsed).len() < 20);
    assert!(parsed.issues.iter().any(|issue| issue.message.contains("overlap")), "{:?}", parsed.issues);
}

#[test]
fn sqlite_schemas_that_would_run_something_are_refused() {
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS hnum, '' AS blob FROM n";
    for schema in [
        format!("CREATE VIEW Packages AS {endless}"),
        "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob AS (zeroblob(1000000000)))".into(),
        "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, data BLOB)".into(),
    ] {
        let parsed = parsed(&fixtures::sqlite_of(&schema));
        assert!(parsed.finds.is_empty());
        assert!(parsed.issues[0].message.starts_with("found no table of packages"), "{:?}", parsed.issues);
    }
}

#[test]
fn any_cut_and_any_garbled_byte_of_a_small_database_is_survived() {
    let headers = [simple("a").build(), simple("b").string(SUMMARY, &"l".repeat(3000)).build()];
    for whole in [ndb(&headers), sqlite(&headers), bdb::<LittleEndian>(&headers, 512), bdb::<BigEndian>(&headers, 512)]
    {
        for end in (0..whole.len()).step_by(whole.len() / 400 + 1) {
            let parsed = parsed(&whole[..end]);
            assert!(!parsed.issues.is_empty(), "nothing was said of a cut at {end} of {}", whole.len());
        }
        for at in (0..whole.len()).step_by(whole.len() / 1500 + 1) {
            for value in [0, 1, 0x7f, 0xff] {
                let mut garbled = whole.clone();
                garbled[at] = value;
                parsed(&garbled);
            }
        }
    }
}

#[test]
fn a_damaged_page_of_sqlite_costs_the_record_on_it() {
    let headers = [simple("a").build(), simple("b").string(SUMMARY, &"l".repeat(20_000)).build(), simple("c").build()];
    let mut database = sqlite(&headers);
    let overflow = database.chunks_exact_mut(4096).find(|page| page[4..].starts_with(b"llll")).unwrap();
    overflow[..4].fill(0xff);
    let expected = "a 1.0-2\nc 1.0-2\n\
                    malformed-record: record 2: database disk image is malformed; the record was left out";
    assert_eq!(summary(&parsed(&database)), expected);
}

#[test]
fn sqlite_values_that_are_no_blobs_are_records_lost() {
    let fill = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB);
                INSERT INTO Packages VALUES (7, 'words'), (8, NULL), (-1, zeroblob(10))";
    let lost = |number: i64, why: &str| format!("malformed-record: record {number}: {why}; the record was left out");
    let no_blob = "it is no blob, or longer than what is left of the file";
    let expected = [lost(-1, "its header claims 0 tags"), lost(7, no_blob), lost(8, no_blob)];
    assert_eq!(summary(&parsed(&fixtures::sqlite_of(fill))), expected.join("\n"));
}

#[test]
fn a_record_that_claims_the_whole_file_costs_no_other() {
    let mut database = ndb(&[simple("a").build(), simple("b").build()]);
    let rest = (database.len() - 4096 - 64) as u32;
    database[44..48].fill(0x0f);
    database[4096 + 12..4096 + 16].copy_from_slice(&rest.to_le_bytes());
    let expected = "a 1.0-2\nb 1.0-2\nmalformed-record: record 1 (a): the end of its blob is damaged";
    assert_eq!(summary(&parsed(&database)), expected);
}

#[test]
fn the_number_of_records_is_bounded() {
    let parsed = parsed(&ndb(&vec![simple("a").build(); MAX_RECORDS as usize + 5]));
    assert_eq!(parsed.finds.len(), MAX_RECORDS as usize);
    assert_eq!(parsed.issues.len(), 1);
    assert_eq!(parsed.issues[0].code, RECORD_LIMIT);
}
