//! Every real image beside the project: what a right scan finds in it.

use crate::support::{Run, cli, each_image, lines, scan_with, shared};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use supercargo::Options;
use supercargo::image::Choice;

/// Scans one of the images; `None` where it is absent.
fn image(name: &str, platform: Option<&str>) -> Option<Value> {
    let path = shared(&format!("images/{name}"))?;
    let choice = Choice { platform: platform.map(str::to_string), image: None };
    Some(scan_with(path.to_str().unwrap(), &Options { choice, ..Options::default() }).expect("the image is scanned"))
}

/// How many packages are present, distinct by name and version, of each ecosystem.
fn present(report: &Value) -> BTreeMap<String, usize> {
    let mut seen: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for p in report["packages"].as_array().unwrap().iter().filter(|p| p["state"] == "present") {
        seen.entry(p["ecosystem"].as_str().unwrap().to_string())
            .or_default()
            .insert((p["name"].to_string(), p["version"].to_string()));
    }
    seen.into_iter().map(|(k, v)| (k, v.len())).collect()
}

/// The ecosystems that are counted here; others may be found too.
const COUNTED: [&str; 5] = ["apk", "deb", "rpm", "npm", "pypi"];

#[track_caller]
fn check(name: &str, expected: &[(&str, usize)]) {
    check_platform(name, None, expected);
}

#[track_caller]
fn check_platform(name: &str, platform: Option<&str>, expected: &[(&str, usize)]) {
    let Some(report) = image(name, platform) else { return };
    let mut found = present(&report);
    found.retain(|ecosystem, _| COUNTED.contains(&ecosystem.as_str()));
    let expected: BTreeMap<String, usize> = expected.iter().map(|(e, n)| (e.to_string(), *n)).collect();
    assert_eq!(found, expected, "{name}");
    let errors: Vec<&Value> =
        report["issues"].as_array().unwrap().iter().filter(|i| i["severity"] == "error").collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[test]
fn apk_images_have_their_packages() {
    check("alpine-3.20.oci.tar", &[("apk", 14)]);
    check("alpine-3.20-zstd.oci.tar", &[("apk", 14)]);
    check("alpine-3.6.docker.tar.gz", &[("apk", 13)]);
    check("busybox-musl.oci.tar", &[]);
}

#[test]
fn deb_images_have_their_packages() {
    check("debian-bookworm-slim.oci.tar", &[("deb", 99)]);
    check("distroless-like.oci.tar", &[("deb", 6)]);
    check("rust-distroless.oci.tar", &[("deb", 6)]);
    check("wh-debian.oci.tar", &[("deb", 141), ("pypi", 11)]);
}

#[test]
fn rpm_images_have_their_packages() {
    check("rpm-acme.oci.tar", &[("rpm", 13)]);
    check("rpm-mariner-sqlite.oci.tar", &[("rpm", 129)]);
    check("rpm-libuuid-bdb.oci.tar", &[("rpm", 1)]);
    check("rpm-sle15-ndb.oci.tar", &[("rpm", 35)]);
    // The 23rd entry of its database is a key.
    check("almalinux-9-micro-arm64.oci.tar", &[("rpm", 22)]);
}

/// Syft counts 128 npm packages: its 128th is `node-forge/flash/package.json`, which configures a build inside a package.
#[test]
fn an_application_image_has_its_packages() {
    check("storefront.oci.tar", &[("apk", 14), ("npm", 127), ("pypi", 25)]);
    let Some(report) = image("storefront.oci.tar", None) else { return };
    let hidden: Vec<String> = lines(&report).into_iter().filter(|l| l.contains(" -")).collect();
    let names: Vec<&str> = hidden.iter().map(|l| l.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["rc@1.2.8", "docutils@0.20.1"]);
    let last = report["image"]["layers"].as_array().unwrap().len() - 1;
    assert!(hidden.iter().all(|l| l.ends_with(&format!("-{last}"))), "{hidden:?}");
}

/// What builds put into programs, what lies in archives, and on what each is known.
#[test]
fn programs_and_archives_say_what_they_are_made_of() {
    let count = |report: &Value, ecosystem: &str, basis: &str| {
        let packages = report["packages"].as_array().unwrap();
        packages.iter().filter(|p| p["ecosystem"] == ecosystem && p["basis"] == basis).count()
    };
    let Some(rust) = image("rust-distroless.oci.tar", None) else { return };
    // One program has its list of crates, the other only paths that its panics print.
    assert_eq!(count(&rust, "cargo", "embedded"), 56);
    assert!(count(&rust, "cargo", "recovered") > 0);
    assert_eq!(rust["unowned"][0]["path"], "usr/lib/x86_64-linux-gnu/libgcc_s.so.1");
    let Some(store) = image("storefront.oci.tar", None) else { return };
    assert_eq!(count(&store, "cargo", "embedded"), 56);
    let of = |purl: &str| -> Value {
        let packages = store["packages"].as_array().unwrap();
        packages.iter().find(|p| p["purl"] == purl).unwrap_or_else(|| panic!("no {purl}")).clone()
    };
    // Seven jars, and what is shaded into one of them; one thing is there both ways.
    assert_eq!(count(&store, "maven", "archive"), 14);
    let mysql = of("pkg:maven/mysql/mysql-connector-java@8.0.28");
    assert_eq!(mysql["locations"].as_array().unwrap().len(), 2);
    assert_eq!(mysql["licenses"]["concluded"], "GPL-2.0-only WITH Universal-FOSS-exception-1.0");
    // Go's own library carries no licence in any program.
    let go = of("pkg:golang/stdlib@1.19.8");
    assert_eq!(
        (&go["licenses"]["concluded"], &go["licenses"]["rule"]),
        (&"BSD-3-Clause".into(), &"known-product".into())
    );
    assert_eq!(go["licenses"]["evidence"][0]["kind"], "external");
    of("pkg:golang/github.com/opencontainers/umoci");
}

/// No image is left out of these tests.
#[test]
fn every_image_is_known_here() {
    let known = include_str!("images.rs");
    for (name, _) in each_image() {
        assert!(known.contains(&format!("\"{name}\"")), "{name} is in no test");
    }
}

#[test]
fn each_platform_of_an_image_can_be_had() {
    let name = "alpine-3.20-multiarch.oci.tar";
    for (platform, said) in
        [("linux/amd64", "linux/amd64"), ("linux/arm64", "linux/arm64/v8"), ("linux/arm64/v8", "linux/arm64/v8")]
    {
        check_platform(name, Some(platform), &[("apk", 14)]);
        let Some(report) = image(name, Some(platform)) else { return };
        assert_eq!(report["image"]["platform"], said);
        let arch = if platform.contains("arm64") { "aarch64" } else { "x86_64" };
        assert!(report["packages"].as_array().unwrap().iter().all(|p| p["arch"] == arch || p["arch"] == "noarch"));
    }
}

#[test]
fn what_an_alpine_image_deleted_is_hidden() {
    let Some(report) = image("wh-alpine.oci.tar", None) else { return };
    let found = lines(&report);
    let expected = [
        "alpine-baselayout-data@3.6.5-r0 0 -2",
        "alpine-baselayout@3.6.5-r0 0 -2",
        "alpine-keys@2.4-r1 0 -2",
        "apk-tools@2.14.4-r0 0 -2",
        "busybox-binsh@1.36.1-r29 0 -2",
        "busybox@1.36.1-r29 0 -2",
        "ca-certificates-bundle@20240705-r0 0 -2",
        "libcrypto3@3.3.2-r0 0 -2",
        "libssl3@3.3.2-r0 0 -2",
        "musl-utils@1.2.5-r0 0 -2",
        "musl@1.2.5-r0 0 -2",
        "scanelf@1.3.7-r2 0 -1",
        "ssl_client@1.36.1-r29 0 -1",
        "zlib@1.3.1-r1 0 -2",
    ];
    assert_eq!(found, expected);
    // What is hidden names its distribution all the same.
    assert_eq!(report["distro"]["id"], "alpine");
    assert_eq!(report["distro"]["versionId"], "3.20.3");
}

#[test]
fn what_a_debian_image_deleted_is_hidden() {
    let Some(report) = image("wh-debian.oci.tar", None) else { return };
    let found = lines(&report);
    let hidden: Vec<&String> = found.iter().filter(|l| l.contains(" -")).collect();
    assert_eq!(hidden, ["nano@7.2-1+deb12u1 1 -3", "flask@2.3.0 2 -4", "urllib3@1.26.18 2 -4"]);
    for line in [
        "urllib3@2.2.1 4",
        "requests@2.31.0 2",
        "jq@1.6-2.1+deb12u3 1",
        "sl@5.02-1+b1 1",
        "tar@1.34+dfsg-1.2+deb12u1 0",
    ] {
        let name = line.split('@').next().unwrap();
        let near: Vec<&String> = found.iter().filter(|l| l.starts_with(name)).collect();
        assert!(found.iter().any(|l| l == line), "no {line}, but {near:?}");
    }
    // Documentation that a later layer deleted is evidence still, and said to be hidden.
    let jq = report["packages"].as_array().unwrap().iter().find(|p| p["name"] == "jq").unwrap();
    let copyright: Vec<&Value> =
        jq["licenses"]["evidence"].as_array().unwrap().iter().filter(|e| e["kind"] == "copyright").collect();
    assert!(!copyright.is_empty() && copyright.iter().all(|e| e["hidden"] == true), "{copyright:#?}");
}

/// What a deb installs of Python is a part of that deb, and a component of its own only on request.
#[test]
fn owned_packages_stand_in_their_owner() {
    let Some(path) = shared("images/wh-debian.oci.tar") else { return };
    let owners = [
        ("python3-pip", "pkg:pypi/pip@23.0.1"),
        ("python3-setuptools", "pkg:pypi/setuptools@66.1.1"),
        ("python3-wheel", "pkg:pypi/wheel@0.38.4"),
    ];
    let run = |more: &[&str]| -> Run {
        let arguments = [&["scan", path.to_str().unwrap(), "-o", "json"], more].concat();
        cli(&arguments).run()
    };
    let (without, with) = (run(&[]).json(), run(&["--owned"]).json());
    for (owner, owned) in owners {
        for report in [&without, &with] {
            let packages = report["packages"].as_array().unwrap();
            let deb = packages.iter().find(|p| p["name"] == owner).unwrap();
            assert!(deb["contains"].as_array().unwrap().iter().any(|c| c == owned), "{owned}");
        }
        let shows = |r: &Value| r["packages"].as_array().unwrap().iter().any(|p| p["purl"] == owned);
        assert!(!shows(&without) && shows(&with), "{owned}");
    }
    // Three that are installed of debs, and 23 that pip carries in itself, of whose licences its own papers speak.
    assert_eq!(present(&with)["pypi"], 11 + 3 + 23);
    let carried = with["packages"].as_array().unwrap().iter().find(|p| p["purl"] == "pkg:pypi/tomli@2.0.1").unwrap();
    let deb = with["packages"].as_array().unwrap().iter().find(|p| p["name"] == "python3-pip").unwrap();
    assert_eq!(
        (&carried["licenses"]["rule"], &carried["licenses"]["concluded"]),
        (&"owner".into(), &deb["licenses"]["concluded"])
    );
    assert!(with["packages"].as_array().unwrap().iter().all(|p| p["licenses"]["concluded"] != "NOASSERTION"));
}
