//! Where the base image ends: who may say it, and what the outputs make of it.

use crate::support::{Blob, Layout, Tar, archive, cli, has_issue, plain, scan, sha256, shared, with_layers, write};
use serde_json::{Value, json};
use tempfile::TempDir;

fn layers() -> Vec<Blob> {
    [Tar::new().npm("a", "1.0.0"), Tar::new().npm("b", "1.0.0"), Tar::new().npm("c", "1.0.0")]
        .iter()
        .map(plain)
        .collect()
}

/// A configuration with these labels, whose history tells of nothing.
fn config(layers: &[Blob], labels: Value) -> Value {
    json!({
        "os": "linux",
        "architecture": "amd64",
        "config": {"Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": layers.iter().map(|l| l.diff_id.as_str()).collect::<Vec<_>>()},
    })
}

/// Number of layers, evidence, name and the sides of the layers.
#[track_caller]
fn check(report: &Value, expected: (u64, &str, Option<&str>)) {
    let base = &report["image"]["base"];
    let found = (base["layers"].as_u64().unwrap_or(0), base["evidence"].as_str().unwrap_or(""), base["name"].as_str());
    assert_eq!(found, expected, "{base:#}");
    for package in report["packages"].as_array().unwrap() {
        let side = if package["layer"].as_u64().unwrap() < expected.0 { "base" } else { "app" };
        assert_eq!(package["origin"], side);
        assert_eq!(report["image"]["layers"][package["layer"].as_u64().unwrap() as usize]["origin"], side);
    }
}

/// An attestation manifest about an image, with a provenance that says that the lowest layers are an image's.
fn attestation(layout: &mut Layout, of: &Value, base: &[Blob]) -> Value {
    let told: Vec<Value> = base.iter().map(|l| json!({"digest": sha256(&l.bytes), "size": l.bytes.len()})).collect();
    let identifier = "docker-image://registry.example/hull:12";
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {"internalParameters": {"buildConfig": {"llbDefinition": [
                {"id": "step0", "op": {"Op": {"source": {"identifier": identifier}}}},
            ]}}},
            "runDetails": {"metadata": {"buildkit_metadata": {"layers": {"step0:0": [told]}}}},
        },
    });
    let mut layer = layout.blob("application/vnd.in-toto+json", statement.to_string().as_bytes());
    layer["annotations"] = json!({"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"});
    let mut out = layout.manifest_of(&[layer], &json!({"os": "unknown", "architecture": "unknown"}));
    out["annotations"] =
        json!({"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of["digest"]});
    out
}

/// An image with a provenance that says where its base of two layers ends.
fn attested() -> (Layout, Value) {
    let mut layout = Layout::default();
    let layers = layers();
    let config = config(&layers, json!({}));
    let image = layout.image_with(&layers, &config);
    let attestation = attestation(&mut layout, &image, &layers[..2]);
    (layout.put(image).put(attestation), config)
}

#[test]
fn a_given_base_has_the_lowest_layers() {
    let dir = TempDir::new().unwrap();
    let file = |name: &str, layers: &[Tar]| write(dir.path(), name, with_layers(layers)).to_str().unwrap().to_string();
    let (a, b, c) = (Tar::new().npm("a", "1.0.0"), Tar::new().npm("b", "1.0.0"), Tar::new().npm("c", "1.0.0"));
    let app = file("app.tar", &[a.clone(), b.clone(), c.clone()]);
    let base = file("hull.oci.tar", &[a.clone(), b.clone()]);
    let run = cli(&["scan", &app, "--base", &base, "-o", "json", "-q"]).run().json();
    check(&run, (2, "given", Some("hull.oci.tar")));
    assert_eq!(
        run["image"]["base"]["note"],
        "the diffIDs of hull.oci.tar are those of the lowest 2 layers of this image"
    );
    // Compressed, it is read from front to back.
    let packed = crate::support::gzip_bytes(&std::fs::read(&base).unwrap());
    let packed = write(dir.path(), "hull.oci.tar.gz", packed);
    let run = cli(&["scan", &app, "--base", packed.to_str().unwrap(), "-o", "json", "-q"]).run().json();
    assert_eq!(run["image"]["base"]["layers"], 2);
    // An image may add nothing but settings.
    let run = cli(&["scan", &base, "--base", &base, "-o", "json", "-q"]).run().json();
    check(&run, (2, "given", Some("hull.oci.tar")));

    let older = file("older.tar", &[a.clone(), c.clone()]);
    let taller = file("taller.tar", &[a.clone(), b, c.clone(), a.clone()]);
    let root = write(dir.path(), "root/etc/os-release", "ID=debian\n");
    let root = &format!("rootfs-dir:{}", root.parent().unwrap().parent().unwrap().display());
    for (base, words) in [
        (older.as_str(), "part at layer 1 of 2"),
        (older.as_str(), "older version of the base"),
        (taller.as_str(), "has 4 layers, this image has only 3"),
        (root.as_str(), "is a root file system"),
    ] {
        let run = cli(&["scan", &app, "--base", base, "-o", "json", "-q"]).run();
        assert_eq!((run.code, run.text().as_str()), (64, ""), "{base}");
        assert!(run.stderr.contains(words), "{base}: {}", run.stderr);
    }
    let run = cli(&["scan", root, "--base", &app, "-q"]).run();
    assert!(run.code == 64 && run.stderr.contains("leave --base out"), "{}", run.stderr);
    assert_eq!(cli(&["scan", &app, "--base", "nowhere.tar", "-q"]).run().code, 1);
}

#[test]
fn a_provenance_beside_the_image_says_where_the_base_ends() {
    let (layout, config) = attested();
    let members = layout.members();
    let report = scan(&archive(&members)).unwrap();
    check(&report, (2, "recorded", Some("registry.example/hull:12")));
    // The same out of a docker-archive, which is known by its configuration.
    let path = |digest: String| format!("blobs/{}", digest.replace(':', "/"));
    let manifest = json!([{
        "Config": path(sha256(config.to_string().as_bytes())),
        "RepoTags": ["app:1"],
        "Layers": layers().iter().map(|l| path(sha256(&l.bytes))).collect::<Vec<_>>(),
    }]);
    let mut docker = members.clone();
    docker.push(("manifest.json".into(), manifest.to_string().into()));
    let report = scan(&archive(&docker)).unwrap();
    assert_eq!(report["image"]["source"], "docker-archive");
    check(&report, (2, "recorded", Some("registry.example/hull:12")));
    // A damaged one costs what it says.
    let mut damaged = members;
    let statement = damaged.iter_mut().find(|(_, bytes)| bytes.starts_with(b"{\"_type\"")).unwrap();
    statement.1 = b"{}".to_vec();
    let report = scan(&archive(&damaged)).unwrap();
    has_issue(&report, "attestation-unreadable", "warning", None);
    assert_eq!(report["image"]["base"], Value::Null);
}

#[test]
fn sure_sources_that_differ_are_an_issue() {
    let dir = TempDir::new().unwrap();
    let app = write(dir.path(), "app.tar", archive(&attested().0.members()));
    let base = write(dir.path(), "hull.tar", with_layers(&[Tar::new().npm("a", "1.0.0")]));
    let run = cli(&["scan", app.to_str().unwrap(), "--base", base.to_str().unwrap(), "-o", "json", "-q"]).run().json();
    check(&run, (1, "given", Some("hull.tar")));
    has_issue(&run, "base-differs", "warning", None);
}

#[test]
fn a_base_in_the_same_archive_is_known_by_its_digest() {
    let name = "org.opencontainers.image.base.name";
    let digest = "org.opencontainers.image.base.digest";
    for (kept, expected) in [(2, (2, "recorded", Some("registry.example/hull"))), (0, (0, "", None))] {
        let mut layout = Layout::default();
        let all = layers();
        let hull = if kept > 0 { all[..kept].to_vec() } else { vec![all[2].clone()] };
        let hull_config = config(&hull, json!({}));
        let hull = layout.image_with(&hull, &hull_config);
        let labels = json!({name: "registry.example/hull", digest: hull["digest"]});
        let app = layout.image_with(&all, &config(&all, labels));
        let report = scan(&archive(&layout.put(app).members())).unwrap();
        if kept > 0 {
            check(&report, expected);
        } else {
            assert_eq!(report["image"]["base"], Value::Null);
            has_issue(&report, "base-differs", "warning", None);
            has_issue(&report, "base-end-unknown", "info", None);
        }
    }
}

#[test]
fn both_sides_are_shown() {
    let dir = TempDir::new().unwrap();
    let app = write(dir.path(), "app.tar", archive(&attested().0.members()));
    let app = app.to_str().unwrap();
    let text = cli(&["base", app]).run().text();
    assert!(text.contains("\nBase       registry.example/hull:12: 2 layers (recorded)\n"), "{text}");
    assert!(
        text.contains("\nBase image: 2 present, 0 hidden\n") && text.contains("\nApplication: 1 present"),
        "{text}"
    );
    let sides = cli(&["base", app, "-o", "json"]).run().json();
    let names = |i: usize| {
        sides["sides"][i]["packages"].as_array().unwrap().iter().map(|p| p["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((names(0), names(1)), (vec![json!("a"), json!("b")], vec![json!("c")]));
    let bom = cli(&["scan", app, "-o", "cyclonedx-json", "-q"]).run().json();
    let property = |list: &Value, name: &str| {
        list.as_array().unwrap().iter().find(|p| p["name"] == name).map(|p| p["value"].clone()).unwrap_or_default()
    };
    for component in bom["components"].as_array().unwrap() {
        let side = if component["name"] == "c" { "app" } else { "base" };
        assert_eq!(property(&component["properties"], "supercargo:origin"), side);
    }
    let root = &bom["metadata"]["component"]["properties"];
    assert_eq!(property(root, "supercargo:image:base:name"), "registry.example/hull:12");
    assert_eq!(property(root, "supercargo:image:layer:2:origin"), "app");
    let table = cli(&["scan", app, "-q"]).run().text();
    assert!(table.contains("  #  SIDE ") && table.contains("\n  1  base "), "{table}");
    let notices = cli(&["notice", app, "--split-by", "origin", "-q"]).run().text();
    let at = |words: &str| notices.find(words).unwrap_or_else(|| panic!("no {words:?} in {notices}"));
    assert!(at("\nBase image: registry.example/hull:12\n") < at("\nb 1.0.0\n"));
    assert!(at("\nb 1.0.0\n") < at("\nApplication\n") && at("\nApplication\n") < at("\nc 1.0.0\n"));
    assert_eq!(cli(&["base", app, "-o", "xml"]).run().code, 64);
}

#[test]
fn without_a_base_nothing_is_said_of_sides() {
    let dir = TempDir::new().unwrap();
    let app = write(dir.path(), "app.tar", with_layers(&[Tar::new().npm("a", "1.0.0"), Tar::new().npm("b", "1.0.0")]));
    let app = app.to_str().unwrap();
    let report = cli(&["scan", app, "-o", "json", "-q"]).run().json();
    assert_eq!((&report["image"]["base"], &report["packages"][0]["origin"]), (&Value::Null, &Value::Null));
    assert!(!cli(&["scan", app, "-q"]).run().text().contains("SIDE"));
    let run = cli(&["base", app]).run();
    assert!(run.code == 0 && run.text().contains("not known") && run.text().contains("--base"));
    let run = cli(&["notice", app, "--split-by", "origin", "-q"]).run();
    assert!(run.code == 1 && run.text().is_empty() && run.stderr.contains("--base"), "{}", run.stderr);
}

/// What the real images have; none of them was built with a provenance.
#[test]
fn real_images() {
    let image = |name: &str| shared(&format!("images/{name}")).map(|p| p.to_str().unwrap().to_string());
    for (name, expected) in [
        ("storefront.oci.tar", (1, "named", Some("docker.io/library/alpine:3.20"))),
        ("wh-debian.oci.tar", (1, "history", None)),
        ("wh-alpine.oci.tar", (1, "history", None)),
        ("rust-distroless.oci.tar", (6, "history", None)),
        // Bases themselves.
        ("distroless-like.oci.tar", (0, "", None)),
        ("debian-bookworm-slim.oci.tar", (0, "", None)),
    ] {
        let Some(path) = image(name) else { return };
        let base = &cli(&["base", &path, "-o", "json", "-q"]).run().json()["base"];
        let found =
            (base["layers"].as_u64().unwrap_or(0), base["evidence"].as_str().unwrap_or(""), base["name"].as_str());
        assert_eq!(found, expected, "{name}");
    }
    let (Some(app), Some(base)) = (image("storefront.oci.tar"), image("alpine-3.20-multiarch.oci.tar")) else { return };
    let report = cli(&["scan", &app, "--base", &base, "-o", "json", "-q"]).run().json();
    check(&report, (1, "given", Some("alpine-3.20-multiarch (3.20)")));
}
