//! Images made to do harm. Whatever they hold: a report, in bounded time and memory, that a terminal, a browser and a parser
//! can be given.

use crate::documents::check_documents;
use crate::support::{
    Blob, Layout, Tar, archive, cli, codes, gzip_bytes, has_issue, header, issues, lines, oci, plain, scan, sha256,
    with_layers, write,
};
use serde_json::json;
use tempfile::TempDir;

#[test]
fn a_size_past_the_end_costs_that_member_only() {
    let lying = |size| Tar::new().npm("a", "1.0.0").raw(&header(b"lib/apk/db/installed", b'0', size, b"")).bytes();
    for size in [1 << 20, 4 << 30, (8 << 30) - 1] {
        let blob = Blob { bytes: lying(size), ..plain(&Tar::new()) };
        let blob = Blob { diff_id: sha256(&blob.bytes), ..blob };
        let bytes = archive(&oci(&[blob, plain(&Tar::new().npm("b", "2.0.0"))]));
        for bytes in [bytes.clone(), gzip_bytes(&bytes)] {
            let report = scan(&bytes).unwrap();
            assert_eq!(lines(&report), ["a@1.0.0 0", "b@2.0.0 1"], "{size}");
            assert!(issues(&report).iter().any(|i| i["severity"] == "error" && i["layer"] == 0), "{size}: {report:#}");
        }
    }
}

/// Numbers past every file, in the forms that tar has for them.
#[test]
fn impossible_numbers_are_not_believed() {
    let mut base256 = header(b"x", b'0', 0, b"");
    base256[124..136].copy_from_slice(&[0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    base256[148..156].fill(b' ');
    let sum: u32 = base256.iter().map(|b| u32::from(*b)).sum();
    base256[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    for tar in [
        Tar::new().npm("a", "1.0.0").raw(&base256),
        Tar::new().npm("a", "1.0.0").pax(&[("size", "99999999999999999999999999")]).file("x", "y"),
        Tar::new().npm("a", "1.0.0").pax(&[("size", "-1")]).file("x", "y"),
        Tar::new()
            .npm("a", "1.0.0")
            .pax(&[("GNU.sparse.realsize", "18446744073709551615"), ("GNU.sparse.major", "1")])
            .file("LICENSE", "1\n0\n99999999999999\n"),
        Tar::new().npm("a", "1.0.0").member("long", b'L', "", &vec![b'x'; 2 << 20]).file("x", "y"),
    ] {
        let report = scan(&with_layers(&[tar])).unwrap();
        assert_eq!(lines(&report), ["a@1.0.0 0"], "{report:#}");
    }
}

/// Some 80 kB that unpack to more than a gigabyte. A member that nobody wants is passed over, but not for ever.
#[test]
fn a_bomb_is_put_out() {
    let zeros = zstd::encode_all(&vec![0u8; 16 << 20][..], 1).unwrap();
    let start = Tar::new().npm("a", "1.0.0").raw(&header(b"zeros", b'0', (8 << 30) - 1, b"")).open_bytes();
    let mut bytes = zstd::encode_all(&start[..], 1).unwrap();
    for _ in 0..100 {
        bytes.extend_from_slice(&zeros);
    }
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let blob = Blob { bytes, ..plain(&Tar::new()) }.called("application/vnd.oci.image.layer.v1.tar+zstd");
    let report = scan(&archive(&oci(&[blob, plain(&Tar::new().npm("b", "2.0.0"))]))).unwrap();
    assert_eq!(lines(&report), ["a@1.0.0 0", "b@2.0.0 1"]);
    has_issue(&report, "layer-damaged", "error", Some(0));
    let unpacked = report["image"]["layers"][0]["size"].as_u64().unwrap();
    assert!(unpacked < 1100 << 20, "{unpacked} bytes were unpacked");
}

/// What a terminal, a browser, a reader of JSON or an eye could be led astray by.
const NASTY: [&str; 8] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "line\nfeed\r\ttab",
    "\u{202e}gnp.exe\u{2066}",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>{{this}}",
    "\u{9b}31m\u{85}\u{2028}\u{0}\u{feff}",
    "'; DROP TABLE packages; --",
];

/// An image with a nasty string wherever an image can say something.
fn nasty(words: &str) -> Vec<u8> {
    let safe = words.replace('\0', "");
    let line = safe.replace(['\n', '\r', '\u{85}', '\u{2028}'], " ");
    let quoted = serde_json::to_string(&format!("text {words}")).unwrap();
    let path: String = safe.chars().filter(|c| *c != '/').take(20).collect();
    let first = Tar::new()
        .file("etc/os-release", format!("ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian {line}\"\nHOME_URL=\"javascript:alert(1)//{line}\"\n"))
        .file(
            "var/lib/dpkg/status",
            format!(
                "Package: good\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nMaintainer: {line} <x@y.example>\nHomepage: javascript:{line}\nDescription: {line}\n\n\
                 Package: {line}\nStatus: install ok installed\nArchitecture: all\nVersion: {line}\n\n"
            ),
        )
        .file("usr/share/doc/good/copyright", format!("Copyright {safe}\n\nDo as {safe} says.\n"))
        .file("lib/apk/db/installed", format!("P:fine\nV:1\nA:x86_64\nL:{line}\nT:{line}\nU:{line}\n\nP:{line}\nV:{line}\n\n"))
        .file(
            "app/node_modules/a/package.json",
            format!(r#"{{"name":"a","version":"1.0.0","description":{quoted},"license":{quoted},"homepage":{quoted},"author":{quoted}}}"#),
        )
        .file("app/node_modules/a/LICENSE", format!("My terms: {words}\n"))
        .file(&format!("app/{path}/node_modules/b/package.json"), r#"{"name":"b","version":"2.0.0"}"#)
        .file(
            "usr/lib/python3/dist-packages/c-1.dist-info/METADATA",
            format!("Metadata-Version: 2.1\nName: c\nVersion: 1\nLicense: {line}\nSummary: {line}\nHome-page: {line}\n\n{words}"),
        );
    let last = Tar::new().gone("app/node_modules/a");
    let layers = [plain(&first), plain(&last)];
    let config = json!({
        "os": "linux",
        "architecture": "amd64",
        "created": "2024-05-06T07:08:09Z",
        "config": {"Labels": {"org.opencontainers.image.title": words, "org.opencontainers.image.base.name": words}},
        "rootfs": {"diff_ids": [layers[0].diff_id, layers[1].diff_id]},
        "history": [{"created_by": words}, {"created_by": format!("RUN {words}")}],
    });
    let mut layout = Layout::default();
    let image = layout.image_with(&layers, &config);
    archive(&layout.name(image, &format!("harbour/{words}:1")).members())
}

#[test]
fn hostile_strings_stay_strings() {
    let dir = TempDir::new().unwrap();
    for (i, words) in NASTY.iter().enumerate() {
        let path = write(dir.path(), "image.tar", nasty(words));
        let source = path.to_str().unwrap();
        let report = cli(&["scan", source, "-o", "json"]).run().json();
        let found = lines(&report);
        for name in ["good@1 0", "fine@1 0", "a@1.0.0 0 -1", "b@2.0.0 0", "c@1 0"] {
            assert!(found.iter().any(|l| l == name), "{i}: no {name} in {found:#?}");
        }
        check_documents(source, &format!("hostile {i}"));
        for arguments in [&["scan", source][..], &["scan", source, "--all"]] {
            let run = cli(arguments).run();
            for text in [run.text(), run.stderr] {
                let bad: Vec<char> = text.chars().filter(|c| is_dangerous(*c)).collect();
                assert!(bad.is_empty(), "{i}: {bad:?} in {text:?}");
            }
        }
        let html = cli(&["scan", source, "-o", "html"]).run().text();
        for markup in ["<script>alert", "<img src=x", "<svg/onload", "href=\"javascript:", "href='javascript:"] {
            assert!(!html.contains(markup), "{i}: {markup}");
        }
        let verbose = cli(&["scan", source, "-vv", "-o", "json=/dev/null"]).run();
        assert!(!verbose.stderr.chars().any(is_dangerous), "{i}: {:?}", verbose.stderr);
    }
}

/// Control characters but for the line feed, and what turns the direction of a line.
fn is_dangerous(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
}

#[test]
fn issues_without_number_are_counted_not_listed() {
    let many = (0..10_000).fold(Tar::new().npm("a", "1.0.0"), |tar, i| tar.hardlink(&format!("x{i}"), "nowhere"));
    let report = scan(&with_layers(&[many])).unwrap();
    assert_eq!(lines(&report), ["a@1.0.0 0"]);
    let listed = issues(&report);
    assert!(listed.len() < 300, "{}", listed.len());
    assert!(report["issues"].to_string().contains("9800 more of this kind"), "{:#}", listed.last().unwrap());
    let records = "V:1\n\n".repeat(10_000);
    let report = scan(&with_layers(&[Tar::new().file("lib/apk/db/installed", records)])).unwrap();
    assert!(issues(&report).len() < 300);
}

#[test]
fn a_malformed_record_loses_only_itself() {
    let db = "P:musl\nV:1.2.5-r0\n\nV:no name\n\nP:zlib\nV:1.3.1-r1\n\n";
    let status = "Package: sed\nStatus: install ok installed\nVersion: 4.9\nArchitecture: all\n\nStatus: install ok installed\nVersion: 1\n\n\
                  Package: tar\nStatus: install ok installed\nVersion: 1.34\nArchitecture: all\n";
    let layer = Tar::new()
        .file("lib/apk/db/installed", db)
        .file("var/lib/dpkg/status", status)
        .file("app/node_modules/broken/package.json", "{\"name\":")
        .npm("a", "1.0.0")
        .file("usr/lib/python3/dist-packages/d-1.dist-info/METADATA", "no metadata at all")
        .python("c", "3.0");
    // The folder of a broken METADATA still names its package.
    let report = scan(&with_layers(&[layer])).unwrap();
    assert_eq!(
        lines(&report),
        ["musl@1.2.5-r0 0", "zlib@1.3.1-r1 0", "sed@4.9 0", "tar@1.34 0", "a@1.0.0 0", "c@3.0 0", "d@1 0"]
    );
    let paths: Vec<String> = issues(&report).iter().map(|i| i["path"].as_str().unwrap().to_string()).collect();
    for path in [
        "lib/apk/db/installed",
        "var/lib/dpkg/status",
        "app/node_modules/broken/package.json",
        "usr/lib/python3/dist-packages/d-1.dist-info/METADATA",
    ] {
        assert!(paths.iter().any(|p| p == path), "no issue for {path}: {paths:?}");
    }
}

#[test]
fn damage_inside_a_layer_costs_the_member_that_it_is_in() {
    let tar = Tar::new().npm("a", "1.0.0").raw(&[0xaa; 512]).npm("b", "2.0.0");
    let report = scan(&with_layers(&[tar])).unwrap();
    assert_eq!(lines(&report), ["a@1.0.0 0", "b@2.0.0 0"]);
    has_issue(&report, "layer-damaged", "error", Some(0));
    assert_eq!(codes(&report).len(), 1);
}

/// JSON that is nested deeper than a stack, in the files of the image and in the image's own.
#[test]
fn deep_nesting_overflows_nothing() {
    let deep = "[".repeat(1_000_000);
    let layer = Tar::new().file("app/node_modules/x/package.json", format!("{{\"name\":{deep}")).npm("a", "1.0.0");
    assert_eq!(lines(&scan(&with_layers(&[layer])).unwrap()), ["a@1.0.0 0"]);
    let expression = format!("{}MIT{}", "(".repeat(100_000), ")".repeat(100_000));
    let package = format!(r#"{{"name":"x","version":"1.0.0","license":"{expression}"}}"#);
    let layer = Tar::new().file("app/node_modules/x/package.json", package);
    let run = cli(&["scan", "-", "-o", "json"]).input(&with_layers(&[layer])).run();
    assert_eq!(lines(&run.json()), ["x@1.0.0 0"]);
    let index = archive(&[("index.json".into(), deep.clone().into_bytes()), ("oci-layout".into(), b"{}".to_vec())]);
    let run = cli(&["scan", "oci-archive:-"]).input(&index).run();
    assert_eq!(run.code, 1, "{}", run.stderr);
}
