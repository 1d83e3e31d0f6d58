//! Where images come from, and bytes that are not what they should be.

use crate::support::{
    Layout, Tar, archive, cli, codes, docker_new, docker_old, dotted, gzip, gzip_bytes, has_issue, lines, oci, plain,
    scan, scan_archive, scan_with, sha256, with_layers, write, zstd, zstd_bytes,
};
use serde_json::{Value, json};
use std::path::Path;
use supercargo::image::Choice;
use supercargo::{Error, Options};
use tempfile::TempDir;

/// Three layers with something to find, to hide and to fetch through a link.
fn some_layers() -> Vec<Tar> {
    vec![
        Tar::new()
            .file("etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\n")
            .apk("data/apk/installed", &["musl 1.2.5-r0"])
            .symlink("lib/apk/db", "../../data/apk")
            .npm("a", "1.0.0"),
        Tar::new().gone("app/node_modules/a").npm("b", "2.0.0"),
        Tar::new().python("c", "3.0").file("noise", noise()),
    ]
}

/// Bytes that no compression makes fewer.
fn noise() -> Vec<u8> {
    (0..1000u32).flat_map(|i| sha256(&i.to_le_bytes()).into_bytes()).collect()
}

const SOME_LINES: [&str; 4] = ["musl@1.2.5-r0 0", "a@1.0.0 0 -1", "b@2.0.0 1", "c@3.0 2"];

/// The same image in every form of an archive: name, prefix that fits, bytes.
fn forms() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let layers = some_layers();
    let blobs = |f: fn(&Tar) -> crate::support::Blob| layers.iter().map(f).collect::<Vec<_>>();
    let docker: [(&str, &[Tar]); 1] = [("harbour/app:1", &layers)];
    vec![
        ("oci", "oci-archive:", archive(&oci(&blobs(plain)))),
        ("oci gzip", "oci-archive:", archive(&oci(&blobs(gzip)))),
        ("oci zstd", "oci-archive:", archive(&oci(&blobs(zstd)))),
        ("oci dotted", "oci-archive:", dotted(&oci(&blobs(gzip)))),
        ("oci in gzip", "oci-archive:", gzip_bytes(&archive(&oci(&blobs(plain))))),
        ("oci in zstd", "oci-archive:", zstd_bytes(&archive(&oci(&blobs(gzip))))),
        ("docker old", "docker-archive:", archive(&docker_old(&docker))),
        ("docker old dotted", "docker-archive:", dotted(&docker_old(&docker))),
        ("docker old in gzip", "docker-archive:", gzip_bytes(&archive(&docker_old(&docker)))),
        ("docker new", "docker-archive:", archive(&docker_new(&docker))),
        ("docker new as oci", "oci-archive:", archive(&docker_new(&docker))),
        ("docker new in zstd", "docker-archive:", zstd_bytes(&archive(&docker_new(&docker)))),
    ]
}

#[test]
fn every_form_is_recognised_and_read_the_same() {
    let dir = TempDir::new().unwrap();
    for (name, prefix, bytes) in forms() {
        let path = write(dir.path(), "image", &bytes);
        let path = path.to_str().unwrap();
        for source in [path.to_string(), format!("{prefix}{path}")] {
            let report = scan_with(&source, &Options::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(lines(&report), SOME_LINES, "{name}");
            assert_eq!(codes(&report), [""; 0], "{name}");
            assert_eq!(report["image"]["layers"][1]["createdBy"], "RUN step 1", "{name}");
            assert!(report["image"]["digest"].as_str().unwrap().starts_with("sha256:"), "{name}");
        }
    }
}

/// The manifest comes last in these archives, and nothing in a pipe can be read twice.
#[test]
fn a_pipe_gives_the_same_report_as_the_file() {
    let dir = TempDir::new().unwrap();
    for (name, prefix, bytes) in forms() {
        let path = write(dir.path(), "image", &bytes);
        for prefix in ["", prefix] {
            let mut from_file = scan_with(&format!("{prefix}{}", path.display()), &Options::default()).unwrap();
            let mut from_pipe = cli(&["scan", &format!("{prefix}-"), "-o", "json"]).input(&bytes).run().json();
            // An image without a name is called after its file.
            if from_pipe["image"]["reference"] == "stdin" {
                assert_eq!(from_file["image"]["reference"], "image");
                for report in [&mut from_file, &mut from_pipe] {
                    report["image"]["reference"].take();
                    report["image"]["name"].take();
                }
            }
            assert_eq!(from_pipe, from_file, "{prefix}{name}");
        }
    }
}

/// Docker writes a layer that two images share once, and a link in the other's place.
#[test]
fn linked_members_of_an_archive_are_followed() {
    let layers = some_layers();
    let members = docker_old(&[("harbour/app:1", &layers)]);
    let mut first = String::new();
    let tar = members.iter().fold(Tar::new(), |tar, (name, bytes)| {
        if name.ends_with("/layer.tar") && first.is_empty() {
            first = "shared/layer.tar".into();
            return tar.symlink(name, "../shared/layer.tar").file("shared/layer.tar", bytes);
        }
        tar.file(name, bytes)
    });
    for bytes in [tar.bytes(), gzip_bytes(&tar.bytes())] {
        let dir = TempDir::new().unwrap();
        let path = write(dir.path(), "image", &bytes);
        let report = scan_with(&format!("docker-archive:{}", path.display()), &Options::default()).unwrap();
        assert_eq!(lines(&report), SOME_LINES);
    }
}

fn unpack(dir: &Path, members: &[(String, Vec<u8>)]) {
    for (name, bytes) in members {
        write(dir, name, bytes);
    }
}

#[test]
fn a_layout_in_a_folder_is_read() {
    let dir = TempDir::new().unwrap();
    unpack(dir.path(), &oci(&some_layers().iter().map(gzip).collect::<Vec<_>>()));
    let path = dir.path().to_str().unwrap();
    for source in [path.to_string(), format!("oci-dir:{path}")] {
        let report = scan_with(&source, &Options::default()).unwrap();
        assert_eq!(lines(&report), SOME_LINES);
        assert_eq!(report["image"]["source"], "oci-dir");
    }
}

#[test]
fn a_prefix_that_does_not_fit_is_a_wrong_use() {
    let dir = TempDir::new().unwrap();
    let file = write(dir.path(), "image.tar", with_layers(&some_layers()));
    let (dir, file) = (dir.path().to_str().unwrap(), file.to_str().unwrap());
    for source in [format!("oci-archive:{dir}"), format!("oci-dir:{file}"), "oci-dir:-".into(), "rootfs-dir:-".into()] {
        assert_eq!(cli(&["scan", &source]).run().code, 64, "{source}");
    }
    assert_eq!(cli(&["scan", &format!("docker-archive:{file}")]).run().code, 1);
    assert_eq!(cli(&["scan", "no-such-file.tar"]).run().code, 1);
}

#[test]
fn what_is_no_image_is_refused() {
    let dir = TempDir::new().unwrap();
    for (name, bytes) in [("text", b"not an image".to_vec()), ("zeros", vec![0; 4096]), ("gz", gzip_bytes(b"text"))] {
        let path = write(dir.path(), name, &bytes);
        let run = cli(&["scan", path.to_str().unwrap()]).run();
        assert_eq!((run.code, run.stdout.len()), (1, 0), "{name}: {}", run.stderr);
        let piped = cli(&["scan", "-"]).input(&bytes).run();
        assert_eq!((piped.code, piped.stdout.len()), (1, 0), "{name}: {}", piped.stderr);
    }
    assert_eq!(cli(&["scan", "-"]).run().code, 1);
}

/// Asks for an image and a platform.
fn ask(image: Option<&str>, platform: Option<&str>) -> Options {
    let choice = Choice { image: image.map(str::to_string), platform: platform.map(str::to_string) };
    Options { choice, ..Options::default() }
}

#[test]
fn several_images_are_listed_and_one_can_be_chosen() {
    let (one, two) = ([Tar::new().npm("a", "1.0.0")], [Tar::new().npm("b", "2.0.0")]);
    let images: [(&str, &[Tar]); 2] = [("harbour/one:1", &one), ("registry.example:5000/two:latest", &two)];
    for members in [docker_old(&images), docker_new(&images)] {
        for bytes in [archive(&members), gzip_bytes(&archive(&members))] {
            let error = scan(&bytes).expect_err("two images").to_string();
            assert!(error.contains("harbour/one:1") && error.contains("registry.example:5000/two:latest"), "{error}");
            let two = scan_archive(&bytes, &ask(Some("registry.example:5000/two"), None)).unwrap();
            assert_eq!(lines(&two), ["b@2.0.0 0"]);
            let none = scan_archive(&bytes, &ask(Some("three"), None)).expect_err("no such image").to_string();
            assert!(none.contains("three") && none.contains("harbour/one:1"), "{none}");
        }
    }
    let mut layout = Layout::default();
    let first = layout.image(&[plain(&one[0])], "linux/amd64");
    let second = layout.image(&[plain(&two[0])], "linux/amd64");
    let digest = second["digest"].as_str().unwrap().to_string();
    let bytes = archive(&layout.name(first, "one:1").name(second, "two:2").members());
    assert!(matches!(scan(&bytes), Err(Error::SeveralImages { .. })));
    for wanted in ["two:2", &digest, &digest["sha256:".len()..][..12]] {
        assert_eq!(lines(&scan_archive(&bytes, &ask(Some(wanted), None)).unwrap()), ["b@2.0.0 0"], "{wanted}");
    }
}

#[test]
fn several_platforms_are_listed_and_one_can_be_chosen() {
    let mut layout = Layout::default();
    // None of these is any machine's that runs the tests.
    let s390x = layout.image(&[plain(&Tar::new().npm("a", "1.0.0"))], "linux/s390x");
    let riscv = layout.image(&[plain(&Tar::new().npm("b", "2.0.0"))], "linux/riscv64");
    let arm6 = layout.image(&[plain(&Tar::new().npm("c", "3.0.0"))], "linux/arm/v6");
    // Attestations are of no platform.
    let mut attestation = layout.image(&[plain(&Tar::new().npm("d", "4.0.0"))], "linux/amd64");
    attestation["platform"] = json!({"os": "unknown", "architecture": "unknown"});
    attestation["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest"});
    let only = layout.clone().put(riscv.clone()).put(attestation.clone());
    assert_eq!(lines(&scan(&archive(&only.members())).unwrap()), ["b@2.0.0 0"], "the only one needs no flag");
    // An index in an index, as builders write for a tag.
    let nested = json!({"schemaVersion": 2, "manifests": [s390x, riscv, arm6, attestation]});
    let nested = layout.blob("application/vnd.oci.image.index.v1+json", nested.to_string().as_bytes());
    let bytes = archive(&layout.name(nested, "harbour/app:1").members());
    let error = scan(&bytes).expect_err("three platforms").to_string();
    assert!(error.contains("linux/s390x") && error.contains("linux/arm/v6") && !error.contains("unknown"), "{error}");
    for (platform, line) in [("linux/s390x", "a@1.0.0 0"), ("linux/arm", "c@3.0.0 0"), ("linux/arm/v6", "c@3.0.0 0")] {
        let report = scan_archive(&bytes, &ask(None, Some(platform))).unwrap();
        assert_eq!(lines(&report), [line], "{platform}");
        assert_eq!(report["image"]["reference"], "harbour/app:1");
    }
    assert!(matches!(scan_archive(&bytes, &ask(None, Some("linux/mips"))), Err(Error::NoSuchPlatform { .. })));
    let dir = TempDir::new().unwrap();
    let path = write(dir.path(), "image.tar", &bytes);
    assert_eq!(cli(&["scan", path.to_str().unwrap(), "--platform", "linux"]).run().code, 64);
    assert_eq!(cli(&["scan", path.to_str().unwrap(), "--platform", "linux/mips"]).run().code, 1);
}

#[test]
fn layers_that_cannot_be_read_are_issues_and_the_rest_goes_on() {
    let (first, last) = (plain(&Tar::new().npm("a", "1.0.0")), plain(&Tar::new().npm("b", "2.0.0")));
    let odd = gzip(&Tar::new().npm("odd", "9.0.0"));
    let base = "application/vnd.oci.image.layer.v1.tar";
    let check = |media: &str, held: bool, code: &str, severity: &str, expected: &[&str]| {
        let mut layout = Layout::default();
        let mut descriptors: Vec<Value> =
            [&first, &odd, &last].iter().map(|b| layout.blob(&b.media, &b.bytes)).collect();
        descriptors[1]["mediaType"] = media.into();
        if !held {
            layout.blobs.retain(|(_, bytes)| *bytes != odd.bytes);
        }
        let config = json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": [first.diff_id, odd.diff_id, last.diff_id]}});
        let image = layout.manifest_of(&descriptors, &config);
        let report = scan(&archive(&layout.put(image).members())).unwrap();
        has_issue(&report, code, severity, Some(1));
        assert_eq!(lines(&report), expected, "{media}");
        assert_eq!(report["image"]["layers"].as_array().unwrap().len(), 3);
    };
    let (two, three) = (["a@1.0.0 0", "b@2.0.0 2"], ["a@1.0.0 0", "b@2.0.0 2", "odd@9.0.0 1"]);
    check(&format!("{base}+gzip"), false, "layer-missing", "error", &two);
    check(&format!("{base}+gzip+encrypted"), true, "encrypted-layer", "error", &two);
    check("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", false, "foreign-layer", "error", &two);
    check("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", true, "foreign-layer", "warning", &three);
    check("application/vnd.example.odd", true, "unknown-media-type", "warning", &three);
}

#[test]
fn layers_of_windows_are_issues() {
    let mut layout = Layout::default();
    let layer = plain(&Tar::new().npm("a", "1.0.0"));
    let image = layout.image(&[layer], "windows/amd64");
    let report = scan(&archive(&layout.put(image).members())).unwrap();
    has_issue(&report, "windows-layer", "error", Some(0));
    assert_eq!(lines(&report), [""; 0]);
}

#[test]
fn what_an_index_names_beside_images_is_an_issue() {
    let mut layout = Layout::default();
    let image = layout.image(&[plain(&Tar::new().npm("a", "1.0.0"))], "linux/amd64");
    let empty = layout.blob("application/vnd.oci.empty.v1+json", b"{}");
    let artefact = json!({"schemaVersion": 2, "artifactType": "application/vnd.example.chart", "config": empty, "layers": [empty]});
    let artefact = layout.blob("application/vnd.oci.image.manifest.v1+json", artefact.to_string().as_bytes());
    let both = archive(&layout.clone().put(artefact.clone()).put(image).members());
    let report = scan(&both).unwrap();
    assert_eq!(lines(&report), ["a@1.0.0 0"]);
    assert!(report["issues"].to_string().contains("application/vnd.example.chart"), "{:#}", report["issues"]);
    // Alone it leaves nothing to report but itself.
    let alone = scan(&archive(&layout.put(artefact).members())).unwrap();
    assert_eq!(lines(&alone), [""; 0]);
    assert!(alone["issues"].to_string().contains("application/vnd.example.chart"), "{:#}", alone["issues"]);
}

/// Changes one byte of the blob that holds the needle, under the same name.
fn damaged(members: &[(String, Vec<u8>)], needle: &[u8], at: usize) -> Vec<u8> {
    let mut members = members.to_vec();
    let (_, bytes) = members
        .iter_mut()
        .find(|(name, bytes)| name.starts_with("blobs/") && bytes.windows(needle.len()).any(|w| w == needle))
        .expect("a blob");
    let start = bytes.windows(needle.len()).position(|w| w == needle).unwrap();
    bytes[start + at] ^= 1;
    archive(&members)
}

#[test]
fn bytes_that_do_not_hash_to_their_name_end_the_scan() {
    let members = oci(&[plain(&Tar::new().npm("b", "2.0.0")), gzip(&Tar::new().npm("a", "1.0.0"))]);
    // The time in a gzip header changes nothing but the hash.
    let layer = damaged(&members, &[0x1f, 0x8b, 8, 0], 4);
    let config = damaged(&members, b"RUN step 1", 9);
    let manifest = damaged(&members, b"\"schemaVersion\":2", 16);
    let dir = TempDir::new().unwrap();
    for (name, bytes) in [("layer 1", layer), ("configuration", config), ("manifest", manifest)] {
        let path = write(dir.path(), "image.tar", &bytes);
        for run in [cli(&["scan", path.to_str().unwrap()]).run(), cli(&["scan", "-"]).input(&bytes).run()] {
            assert_eq!((run.code, run.stdout.len()), (1, 0), "{name}: {}", run.stderr);
            assert!(run.stderr.contains(name) && run.stderr.contains("sha256:"), "{name}: {}", run.stderr);
        }
    }
}

/// A plain layer's bytes are walked over; only `--verify` hashes them.
#[test]
fn verify_hashes_every_uncompressed_byte() {
    let layers = [plain(&Tar::new().npm("b", "2.0.0").file("x", "harbour")), plain(&Tar::new().npm("a", "1.0.0"))];
    let bytes = damaged(&oci(&layers), b"harbour", 0);
    assert_eq!(lines(&scan(&bytes).unwrap()).len(), 2);
    let verify = Options { verify: true, ..Options::default() };
    let error = scan_archive(&bytes, &verify).expect_err("the layer was changed").to_string();
    assert!(error.contains("layer 0"), "{error}");
    // A diffID that is not that of the bytes.
    let wrong = sha256(b"something else");
    let members = oci(&[crate::support::Blob { diff_id: wrong.clone(), ..gzip(&Tar::new().npm("a", "1.0.0")) }]);
    let bytes = archive(&members);
    assert_eq!(lines(&scan(&bytes).unwrap()), ["a@1.0.0 0"]);
    let error = scan_archive(&bytes, &verify).expect_err("the diffID is wrong").to_string();
    assert!(error.contains("layer 0") && error.contains("diffID") && error.contains(&wrong), "{error}");
    assert!(scan_archive(&archive(&oci(&layers)), &verify).is_ok());
}

#[test]
fn sizes_that_differ_end_the_scan() {
    let layer = gzip(&Tar::new().npm("a", "1.0.0"));
    let config = json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": [layer.diff_id]}});
    let grow = |descriptor: &mut Value| descriptor["size"] = (descriptor["size"].as_u64().unwrap() + 1).into();
    for what in ["layer 0", "configuration", "manifest"] {
        let mut layout = Layout::default();
        let mut described = layout.blob(&layer.media, &layer.bytes);
        let mut config = layout.blob("application/vnd.oci.image.config.v1+json", config.to_string().as_bytes());
        match what {
            "layer 0" => grow(&mut described),
            "configuration" => grow(&mut config),
            _ => {}
        }
        let manifest = json!({"schemaVersion": 2, "config": config, "layers": [described]}).to_string();
        let mut manifest = layout.blob("application/vnd.oci.image.manifest.v1+json", manifest.as_bytes());
        if what == "manifest" {
            grow(&mut manifest);
        }
        let bytes = archive(&layout.put(manifest).members());
        for bytes in [bytes.clone(), gzip_bytes(&bytes)] {
            let error = scan(&bytes).expect_err("a size is wrong");
            assert!(matches!(error, Error::SizeMismatch { .. }), "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
    }
}

/// A layer that is cut off but hashes to its name was made so: what stands before the cut is in the report.
#[test]
fn a_layer_that_is_cut_off_keeps_what_it_has() {
    let whole = Tar::new().npm("a", "1.0.0").file("large", vec![7; 100_000]).npm("b", "2.0.0");
    let bytes = whole.bytes();
    let mut cut = plain(&whole);
    cut.bytes.truncate(bytes.len() / 2);
    cut.diff_id = sha256(&cut.bytes);
    let mut cut_gzip = gzip(&whole);
    cut_gzip.bytes.truncate(cut_gzip.bytes.len() - 100);
    for blob in [cut, cut_gzip] {
        let bytes = archive(&oci(&[blob, plain(&Tar::new().npm("c", "3.0.0"))]));
        for bytes in [bytes.clone(), gzip_bytes(&bytes)] {
            let report = scan(&bytes).unwrap();
            let found = lines(&report);
            assert!(found.contains(&"a@1.0.0 0".into()) && found.contains(&"c@3.0.0 1".into()), "{found:?}");
            assert!(report["issues"].as_array().unwrap().iter().any(|i| i["severity"] == "error" && i["layer"] == 0));
        }
    }
}

/// An archive that is cut off has lost members: whatever is left of it, no report looks whole.
#[test]
fn an_archive_that_is_cut_off_is_an_error_or_an_issue() {
    let layers = some_layers();
    let reversed = |mut members: Vec<(String, Vec<u8>)>| {
        members.reverse();
        archive(&members)
    };
    let mut forms = forms();
    forms.push(("oci, index first", "oci-archive:", reversed(oci(&layers.iter().map(gzip).collect::<Vec<_>>()))));
    forms.push((
        "oci plain, index first",
        "oci-archive:",
        reversed(oci(&layers.iter().map(plain).collect::<Vec<_>>())),
    ));
    forms.push(("docker, manifest first", "docker-archive:", reversed(docker_old(&[("harbour/app:1", &layers)]))));
    let dir = TempDir::new().unwrap();
    for (name, prefix, bytes) in forms {
        for part in [2, 3, 5, 7] {
            let cut = &bytes[..bytes.len() - bytes.len() / part];
            let path = write(dir.path(), "image", cut);
            for prefix in ["", prefix] {
                let result = scan_with(&format!("{prefix}{}", path.display()), &Options::default());
                let told = result
                    .as_ref()
                    .map_or(true, |r| r["issues"].as_array().unwrap().iter().any(|i| i["severity"] == "error"));
                assert!(told, "{prefix}{name} cut to {} bytes: {:#}", cut.len(), result.unwrap());
            }
        }
    }
}

fn rootfs() -> Tar {
    Tar::new()
        .dir("etc")
        .file("etc/os-release", "ID=debian\nVERSION_ID=12\n")
        .symlink("var/lib/dpkg/status", "../../../data/status")
        .dpkg("data/status", &["base-files 12.4"])
        .npm("a", "1.0.0")
}

const ROOTFS_LINES: [&str; 2] = ["base-files@12.4 0", "a@1.0.0 0"];

#[test]
fn a_root_file_system_in_a_tar_is_read() {
    let dir = TempDir::new().unwrap();
    for bytes in [rootfs().bytes(), gzip_bytes(&rootfs().bytes()), zstd_bytes(&rootfs().bytes())] {
        let path = write(dir.path(), "root.tar", &bytes);
        let path = path.to_str().unwrap();
        let reports = [
            scan_with(path, &Options::default()).unwrap(),
            scan_with(&format!("rootfs-tar:{path}"), &Options::default()).unwrap(),
            cli(&["scan", "-", "-o", "json"]).input(&bytes).run().json(),
            cli(&["scan", "rootfs-tar:-", "-o", "json"]).input(&bytes).run().json(),
        ];
        for report in reports {
            assert_eq!(lines(&report), ROOTFS_LINES);
            assert_eq!(report["image"]["source"], "rootfs-tar");
            assert_eq!(report["image"]["digest"], Value::Null);
            assert_eq!(codes(&report), [""; 0]);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_root_file_system_in_a_folder_is_read() {
    let dir = TempDir::new().unwrap();
    let root = dir.path().join("harbour-root");
    write(&root, "etc/os-release", "ID=debian\nVERSION_ID=12\n");
    write(
        &root,
        "data/status",
        "Package: base-files\nStatus: install ok installed\nArchitecture: all\nVersion: 12.4\n",
    );
    std::fs::create_dir_all(root.join("var/lib/dpkg")).unwrap();
    // An absolute link is one of the image, not of the machine.
    std::os::unix::fs::symlink("/data/status", root.join("var/lib/dpkg/status")).unwrap();
    std::os::unix::fs::symlink("/etc", root.join("outside")).unwrap();
    write(&root, "app/node_modules/a/package.json", r#"{"name":"a","version":"1.0.0"}"#);
    let path = root.to_str().unwrap();
    for source in [path.to_string(), format!("rootfs-dir:{path}")] {
        let report = scan_with(&source, &Options::default()).unwrap();
        assert_eq!(lines(&report), ROOTFS_LINES);
        assert_eq!(report["image"]["source"], "rootfs-dir");
        assert_eq!(report["image"]["reference"], "harbour-root");
        assert_eq!(report["image"]["digest"], Value::Null);
        assert_eq!(report["distro"]["id"], "debian");
    }
}
