//! How layers stack, to the letter of the OCI image layer specification, seen through the packages that stand or fall with it.
//! A line `name@version 0 -1` says: came with layer 0, hidden by layer 1.

use crate::support::{
    Blob, Tar, archive, cli, codes, gzip, gzip_bytes, has_issue, lines, oci, plain, scan, sha256, with_layers,
    zstd_bytes,
};
use serde_json::Value;

/// Stacks the layers and compares the packages: read in place, and as they pass by.
#[track_caller]
fn check(layers: &[Tar], expected: &[&str]) -> Value {
    let bytes = with_layers(layers);
    let report = scan(&bytes).expect("a report");
    assert_eq!(lines(&report), expected);
    let passing = scan(&gzip_bytes(&bytes)).expect("a report");
    assert_eq!(lines(&passing), expected, "in a compressed archive");
    report
}

/// The same where nothing is wrong with the layers.
#[track_caller]
fn check_clean(layers: &[Tar], expected: &[&str]) {
    let report = check(layers, expected);
    assert_eq!(codes(&report), [""; 0]);
}

fn layer() -> Tar {
    Tar::new()
}

/// The layer that most of these begin with.
fn a() -> Tar {
    layer().npm("a", "1.0.0")
}

#[test]
fn a_whiteout_deletes_a_file_or_a_folder() {
    for path in ["app/node_modules/a/package.json", "app/node_modules/a", "app/node_modules", "app"] {
        check_clean(&[a(), layer().gone(path)], &["a@1.0.0 0 -1"]);
    }
    for path in ["app/node_modules/ab", "app/node_modules/a/other", "ap"] {
        check_clean(&[a(), layer().gone(path)], &["a@1.0.0 0"]);
    }
}

#[test]
fn a_whiteout_acts_on_the_layers_below_only() {
    let both = ["a@1.0.0 0 -1", "a@2.0.0 1"];
    check_clean(&[a(), layer().gone("app/node_modules/a").npm("a", "2.0.0")], &both);
    check_clean(&[a(), layer().npm("a", "2.0.0").gone("app/node_modules/a")], &both);
    check_clean(&[a(), layer().npm("b", "2.0.0").gone("app")], &["a@1.0.0 0 -1", "b@2.0.0 1"]);
    // The same again in its own place was never away.
    check_clean(&[a(), a().gone("app/node_modules/a")], &["a@1.0.0 0"]);
}

#[test]
fn an_opaque_folder_hides_what_was_below_wherever_the_marker_stands() {
    let expected = ["a@1.0.0 0 -1", "b@2.0.0 1"];
    check_clean(&[a(), layer().opaque("app/node_modules").npm("b", "2.0.0")], &expected);
    check_clean(&[a(), layer().npm("b", "2.0.0").opaque("app/node_modules")], &expected);
    check_clean(&[a(), layer().npm("b", "2.0.0").opaque("app")], &expected);
    check_clean(&[a(), layer().opaque("other")], &["a@1.0.0 0"]);
    check_clean(&[a(), layer().file(".wh..wh..opq", "").npm("b", "2.0.0")], &expected);
}

#[test]
fn markers_act_through_a_linked_folder() {
    let base = || layer().npm_at("real/node_modules/a", "a", "1.0.0").symlink("link", "real");
    check_clean(&[base()], &["a@1.0.0 0"]);
    check_clean(&[base(), layer().gone("link/node_modules/a")], &["a@1.0.0 0 -1"]);
    check_clean(&[base(), layer().opaque("link/node_modules")], &["a@1.0.0 0 -1"]);
    let more = layer().npm_at("link/node_modules/b", "b", "2.0.0").opaque("link/node_modules");
    check_clean(&[base(), more], &["a@1.0.0 0 -1", "b@2.0.0 1"]);
    // The link itself is a file among others.
    check_clean(&[base(), layer().gone("link")], &["a@1.0.0 0"]);
}

#[test]
fn the_last_of_a_path_twice_in_a_layer_wins() {
    let report = check(&[a().npm("a", "2.0.0")], &["a@1.0.0 0 -0", "a@2.0.0 0"]);
    assert_eq!(codes(&report), [""; 0]);
    check_clean(&[a().npm("a", "1.0.0")], &["a@1.0.0 0"]);
}

#[test]
fn files_and_folders_take_each_others_place() {
    let path = "app/node_modules/a";
    check_clean(&[layer().file(path, "x"), a()], &["a@1.0.0 1"]);
    check_clean(&[a(), layer().file(path, "x")], &["a@1.0.0 0 -1"]);
    check_clean(&[a(), layer().file(path, "x"), a()], &["a@1.0.0 2"]);
    check_clean(&[a(), layer().file("app", "x")], &["a@1.0.0 0 -1"]);
    check_clean(&[a(), layer().symlink(path, "/nowhere")], &["a@1.0.0 0 -1"]);
    // A folder again is the same folder.
    check_clean(&[a(), layer().dir("app").dir(path)], &["a@1.0.0 0"]);
}

#[test]
fn a_link_replaced_by_a_folder_is_a_folder() {
    let base = || {
        layer()
            .npm_at("real/node_modules/a", "a", "1.0.0")
            .dir("app")
            .symlink("app/node_modules", "../real/node_modules")
    };
    check_clean(&[base(), layer().npm("b", "2.0.0")], &["a@1.0.0 0", "b@2.0.0 1"]);
    let replaced = layer().dir("app").dir("app/node_modules").npm("b", "2.0.0");
    check_clean(&[base(), replaced.clone(), layer().gone("real/node_modules")], &["a@1.0.0 0 -2", "b@2.0.0 1"]);
    let hidden = check(&[base(), replaced, layer().gone("app/node_modules/b")], &["a@1.0.0 0", "b@2.0.0 1 -2"]);
    assert_eq!(hidden["packages"][1]["locations"][0]["path"], "app/node_modules/b/package.json");
    // Without the folder's own member the package lies behind the link, and is reported where it lies.
    let behind = check(&[base(), layer().npm("b", "2.0.0")], &["a@1.0.0 0", "b@2.0.0 1"]);
    assert_eq!(behind["packages"][1]["locations"][0]["path"], "real/node_modules/b/package.json");
}

#[test]
fn a_hardlink_keeps_the_bytes_that_a_later_layer_deletes_elsewhere() {
    let content = r#"{"name":"a","version":"1.0.0"}"#;
    let path = "app/node_modules/a/package.json";
    check_clean(&[layer().file("store/1", content).hardlink(path, "store/1")], &["a@1.0.0 0"]);
    check_clean(&[layer().file("store/1", content), layer().hardlink(path, "store/1")], &["a@1.0.0 1"]);
    check_clean(
        &[layer().file("store/1", content), layer().hardlink(path, "store/1"), layer().gone("store")],
        &["a@1.0.0 1"],
    );
    let report = check(&[layer().hardlink(path, "store/1")], &[]);
    has_issue(&report, "broken-hardlink", "warning", Some(0));
}

/// What lies behind a circle can be reached by nobody, but its bytes are distributed: it stays in the report, with an issue.
#[test]
fn links_that_loop_cost_only_what_is_behind_them() {
    let circle = || layer().symlink("x", "y").symlink("y", "x").symlink("lib", "lib").npm("a", "1.0.0");
    check_clean(&[circle()], &["a@1.0.0 0"]);
    let report = check(&[circle().npm_at("x/node_modules/b", "b", "2.0.0")], &["a@1.0.0 0", "b@2.0.0 0"]);
    has_issue(&report, "link-loop", "warning", Some(0));
    check_clean(&[a().symlink("lib/apk/db/installed", "installed"), layer().gone("x/y/z")], &["a@1.0.0 0"]);
}

#[test]
fn links_and_names_cannot_climb_out_of_the_root() {
    let climbing =
        layer().symlink("lib/apk/db", "../../../../../../../data/apk").apk("data/apk/installed", &["musl 1.2.5-r0"]);
    check_clean(&[climbing], &["musl@1.2.5-r0 0"]);
    let absolute =
        layer().symlink("lib/apk/db/installed", "/data/apk/installed").apk("data/apk/installed", &["musl 1.2.5-r0"]);
    check_clean(&[absolute], &["musl@1.2.5-r0 0"]);
    for name in ["../../app/node_modules/a/package.json", "x/../../app/node_modules/a/package.json"] {
        let report = check(&[layer().file(name, r#"{"name":"a","version":"1.0.0"}"#)], &["a@1.0.0 0"]);
        has_issue(&report, "path-escapes", "warning", Some(0));
        assert_eq!(report["packages"][0]["locations"][0]["path"], "app/node_modules/a/package.json");
    }
    check_clean(&[layer().npm_at("/./app//node_modules/./a", "a", "1.0.0")], &["a@1.0.0 0"]);
}

#[test]
fn a_whiteout_of_nothing_deletes_nothing() {
    check_clean(&[layer().gone("never/was"), a(), layer().gone("app/node_modules/b").gone("other")], &["a@1.0.0 1"]);
    let report = check(&[a(), layer().file("app/.wh.", "").file(".wh...", "")], &["a@1.0.0 0"]);
    has_issue(&report, "bad-whiteout", "warning", Some(1));
    // What union file systems keep for themselves.
    check_clean(&[a(), layer().file(".wh..wh.aufs", "").dir(".wh..wh.plnk")], &["a@1.0.0 0"]);
}

#[test]
fn an_empty_layer_counts() {
    check_clean(&[layer(), a(), layer(), layer().gone("app")], &["a@1.0.0 1 -3"]);
    // Not even the two empty blocks.
    let nothing = Blob { bytes: Vec::new(), diff_id: sha256(b""), ..plain(&layer()) };
    let report = scan(&archive(&oci(&[nothing, plain(&a())]))).unwrap();
    assert_eq!(lines(&report), ["a@1.0.0 1"]);
}

#[test]
fn the_same_layer_twice_is_one_introduction() {
    check_clean(&[a(), a()], &["a@1.0.0 0"]);
    // Deleted and brought back: the newest unbroken run begins with the last.
    check_clean(&[a(), layer().gone("app"), a()], &["a@1.0.0 2"]);
    check_clean(&[a(), layer().gone("app"), a(), layer().gone("app")], &["a@1.0.0 2 -3"]);
}

#[test]
fn each_version_of_a_database_counts() {
    let db = "lib/apk/db/installed";
    check_clean(
        &[
            layer().apk(db, &["musl 1.2.5-r0", "zlib 1.3-r0"]),
            layer().apk(db, &["musl 1.2.5-r0", "zlib 1.3.1-r1", "curl 8.0-r0"]),
            layer().apk(db, &["musl 1.2.5-r0", "zlib 1.3.1-r1"]),
        ],
        &["curl@8.0-r0 1 -2", "musl@1.2.5-r0 0", "zlib@1.3-r0 0 -1", "zlib@1.3.1-r1 1"],
    );
    let status = "var/lib/dpkg/status";
    check_clean(
        &[
            layer().dpkg(status, &["nano 7.2", "sed 4.9"]),
            layer().dpkg(status, &["sed 4.9"]),
            layer().python("flask", "2.3.0"),
        ],
        &["nano@7.2 0 -1", "sed@4.9 0", "flask@2.3.0 2"],
    );
}

/// Databases lie where no cataloger looks, and links lead there; from a pipe their bytes cannot be had a second time.
#[test]
fn databases_behind_links_are_read() {
    let layers = [
        [
            layer().dpkg("data/dpkg-status", &["nano 7.2"]).symlink("var/lib/dpkg/status", "../../../data/dpkg-status"),
            layer(),
        ],
        [layer().dpkg("data/dpkg-status", &["nano 7.2"]), layer().symlink("var/lib/dpkg/status", "/data/dpkg-status")],
        [layer().dpkg("data/dpkg/status", &["nano 7.2"]).symlink("var/lib/dpkg", "/data/dpkg"), layer()],
        [layer().symlink("var/lib/dpkg", "/data/dpkg"), layer().dpkg("data/dpkg/status", &["nano 7.2"])],
    ];
    for (i, layers) in layers.iter().enumerate() {
        let expected = if i == 3 || i == 1 { "nano@7.2 1" } else { "nano@7.2 0" };
        check_clean(layers, &[expected]);
        let piped = cli(&["scan", "-", "-o", "json"]).input(&with_layers(layers)).run().json();
        assert_eq!(lines(&piped), [expected], "from a pipe, case {i}");
        assert_eq!(codes(&piped), [""; 0]);
    }
}

#[test]
fn gzip_of_several_members_and_zstd_of_several_frames_are_whole() {
    let tar = a().npm("b", "2.0.0");
    let bytes = tar.bytes();
    let (first, second) = bytes.split_at(700);
    let base = plain(&tar);
    let blob = |media: &str, parts: &[Vec<u8>]| Blob { bytes: parts.concat(), ..base.clone() }.called(media);
    let (gz, zst) = ("application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.oci.image.layer.v1.tar+zstd");
    // RFC 8878, 3.1.2: a frame for other programs.
    let skippable = [&[0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"hello"].concat();
    for blob in [
        blob(gz, &[gzip_bytes(first), gzip_bytes(second)]),
        blob(gz, &[gzip_bytes(first), gzip_bytes(b""), gzip_bytes(second)]),
        blob(zst, &[zstd_bytes(first), zstd_bytes(second)]),
        blob(zst, &[skippable.clone(), zstd_bytes(first), skippable.clone(), zstd_bytes(second), skippable.clone()]),
        // What the bytes are counts, not what the media type says.
        gzip(&tar).called(zst),
    ] {
        let report = scan(&archive(&oci(&[blob]))).unwrap();
        assert_eq!(lines(&report), ["a@1.0.0 0", "b@2.0.0 0"]);
        assert_eq!(codes(&report), [""; 0]);
    }
}

#[test]
fn long_names_are_read_in_every_form() {
    let folder = format!("app/{}/node_modules/a", "long/".repeat(40).trim_end_matches('/'));
    let (path, content) = (format!("{folder}/package.json"), r#"{"name":"a","version":"1.0.0"}"#);
    let pax = layer().pax(&[("path", &path)]).file("short", content);
    let gnu = layer().gnu_name(&path).file("short", content);
    for tar in [pax, gnu] {
        let report = check(std::slice::from_ref(&tar), &["a@1.0.0 0"]);
        assert_eq!(report["packages"][0]["locations"][0]["path"], path.as_str());
        let gone = format!("{folder}/.wh.package.json");
        check_clean(&[tar, layer().pax(&[("path", &gone)]).file("short", "")], &["a@1.0.0 0 -1"]);
    }
    let target = format!("{}installed", "deep/".repeat(40));
    let linked = layer().pax(&[("path", &target)]).apk("short", &["musl 1.2.5-r0"]);
    let linked = linked.pax(&[("linkpath", &format!("/{target}"))]).symlink("lib/apk/db/installed", "short");
    check_clean(&[linked], &["musl@1.2.5-r0 0"]);
}

/// A database with a hole in it, in the form that GNU tar writes today: the map stands before the data.
#[test]
fn sparse_files_are_filled() {
    let (head, tail) = ("P:musl\nV:1.2.5-r0\n\n", "\n\nP:zlib\nV:1.3-r0\n\n");
    let (hole, real) = (8192, 8192 + tail.len());
    let mut body = format!("2\n0\n{}\n{hole}\n{}\n", head.len(), tail.len()).into_bytes();
    body.resize(512, 0);
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(tail.as_bytes());
    let tar = layer()
        .pax(&[
            ("GNU.sparse.major", "1"),
            ("GNU.sparse.minor", "0"),
            ("GNU.sparse.name", "lib/apk/db/installed"),
            ("GNU.sparse.realsize", &real.to_string()),
        ])
        .file("GNUSparseFile.0/installed", body)
        .npm("a", "1.0.0");
    check(&[tar], &["musl@1.2.5-r0 0", "zlib@1.3-r0 0", "a@1.0.0 0"]);
}

#[test]
fn devices_and_unknown_members_are_passed_over() {
    let tar = layer()
        .member("dev/null", b'3', "", b"")
        .member("dev/sda", b'4', "", b"")
        .member("run/fifo", b'6', "", b"")
        .member("odd", b'Z', "", b"what nobody knows")
        .npm("a", "1.0.0");
    check_clean(&[tar], &["a@1.0.0 0"]);
}

/// What a package brought is counted where it lies, also when a later layer hides it; nested packages count their own.
#[test]
fn bytes_are_those_of_the_packages_files() {
    let body = |n: usize| "x".repeat(n);
    let lower = Tar::new()
        .npm("a", "1.0.0")
        .file("app/node_modules/a/index.js", body(100))
        .npm_at("app/node_modules/a/node_modules/b", "b", "1.0.0")
        .file("app/node_modules/a/node_modules/b/index.js", body(40))
        .dpkg("var/lib/dpkg/status", &["c 1.0"])
        .file("var/lib/dpkg/info/c.list", "/usr/share/c\n/usr/share/c/data\n")
        .file("usr/share/c/data", body(7))
        .file("srv/nobodys", body(1000));
    let upper = Tar::new().gone("app/node_modules/a");
    let report = scan(&with_layers(&[lower, upper])).unwrap();
    let of = |name: &str| {
        let package = report["packages"].as_array().unwrap().iter().find(|p| p["name"] == name).unwrap();
        (package["state"].as_str().unwrap().to_owned(), package["bytes"].as_u64().unwrap())
    };
    let manifest = |name: &str| format!(r#"{{"name":"{name}","version":"1.0.0"}}"#).len() as u64;
    assert_eq!(of("a"), ("hidden".into(), 100 + manifest("a")));
    assert_eq!(of("b"), ("hidden".into(), 40 + manifest("b")));
    assert_eq!(of("c"), ("present".into(), 7));
}
