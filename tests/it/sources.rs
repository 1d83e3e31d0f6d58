//! `sources`: the exact source of everything under copyleft.

use crate::support::{Tar, cli, shared, with_layers, write};
use serde_json::Value;
use std::collections::BTreeSet;
use tempfile::TempDir;

fn list(json: &Value, key: &str) -> Vec<Value> {
    json[key].as_array().unwrap().clone()
}

/// Whether an expression names a licence of a GNU family.
fn is_gnu(license: &str) -> bool {
    license
        .split(|c: char| c.is_whitespace() || "()".contains(c))
        .any(|w| ["GPL-", "LGPL-", "AGPL-", "GFDL-"].iter().any(|family| w.starts_with(family)))
}

/// Every GNU package of a real Debian has a source with a version that Debian's rules allow, and a place.
#[test]
fn debian_has_a_source_for_every_gnu_package() {
    let Some(path) = shared("images/debian-bookworm-slim.oci.tar") else { return };
    let path = path.to_str().unwrap();
    let report = cli(&["scan", path, "-o", "json", "-q", "--owned"]).run().json();
    let run = cli(&["sources", path, "--format", "json"]).run();
    assert_eq!(run.stderr, "", "there are no gaps");
    let json = run.json();
    let mut listed = BTreeSet::new();
    for source in list(&json, "sources") {
        let text = |key: &str| source[key].as_str().unwrap().to_owned();
        let (name, version) = (text("name"), text("version"));
        assert_eq!(text("page"), format!("https://snapshot.debian.org/package/{name}/{version}/"));
        assert!(text("purl").ends_with("?arch=source"));
        let plain = version.split_once(':').map_or(version.as_str(), |(_, rest)| rest);
        assert_eq!(text("file"), format!("{name}_{plain}.dsc"));
        let rebuilt = version.rsplit_once("+b").is_some_and(|(_, n)| n.bytes().all(|b| b.is_ascii_digit()));
        assert!(!rebuilt, "{name} {version}");
        listed.extend(list(&source, "packages").iter().map(|p| p["purl"].as_str().unwrap().to_owned()));
    }
    let mut count = 0;
    for package in list(&report, "packages") {
        if is_gnu(package["licenses"]["concluded"].as_str().unwrap()) {
            count += 1;
            assert!(listed.contains(package["purl"].as_str().unwrap()), "{}", package["purl"]);
        }
    }
    assert!(count > 60, "{count}");
    // Rebuilt packages stand by the source without the mark, next to those that were not rebuilt.
    let shadow = list(&json, "sources").into_iter().find(|s| s["name"] == "shadow").unwrap();
    assert!(shadow["version"].as_str().unwrap().starts_with("1:4.13+dfsg1-1"), "{shadow}");
    assert_eq!(list(&shadow, "packages").len(), 2);
}

#[test]
fn alpine_and_rpm_name_recipes_and_source_rpms() {
    let Some(path) = shared("images/alpine-3.20.oci.tar") else { return };
    let json = cli(&["sources", path.to_str().unwrap(), "--format", "json", "-q"]).run().json();
    let busybox = list(&json, "sources").into_iter().find(|s| s["name"] == "busybox").unwrap();
    let names: Vec<String> =
        list(&busybox, "packages").iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["busybox-binsh", "busybox", "ssl_client", "busybox"]);
    assert!(busybox["packages"][3]["partOf"].as_str().unwrap().starts_with("pkg:apk/alpine/busybox@"));
    assert_eq!(busybox["commit"].as_str().unwrap().len(), 40);
    assert!(busybox["page"].as_str().unwrap().ends_with(busybox["commit"].as_str().unwrap()));
    assert!(busybox["note"].as_str().unwrap().contains("main or community"));
    for image in ["images/rpm-sle15-ndb.oci.tar", "images/rpm-mariner-sqlite.oci.tar"] {
        let Some(path) = shared(image) else { return };
        let json = cli(&["sources", path.to_str().unwrap(), "--format", "json", "-q"]).run().json();
        let sources = list(&json, "sources");
        assert!(sources.len() > 10, "{image}: {}", sources.len());
        assert_eq!(list(&json, "gaps"), Vec::<Value>::new(), "{image}");
        for source in &sources {
            let expected =
                format!("{}-{}.src.rpm", source["name"].as_str().unwrap(), source["version"].as_str().unwrap());
            assert_eq!(source["file"], expected.as_str(), "{image}");
        }
    }
}

/// A program that no package manager knows is a gap that is named, in the list and on stderr.
#[test]
fn a_program_of_nobody_is_a_gap() {
    let Some(path) = shared("images/busybox-musl.oci.tar") else { return };
    let run = cli(&["sources", path.to_str().unwrap()]).run();
    let text = run.text();
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("gaps: 1 package without a source"), "{}", run.stderr);
    assert!(text.contains("0 sources of 0 packages, 1 gap."), "{text}");
    assert!(text.contains("Why: it was recognised by its contents alone"), "{text}");
}

/// Another registry may serve something else under a name; a checksum of its archive is none of the public one's.
#[test]
fn what_came_from_elsewhere_is_not_said_to_be_at_the_public_registry() {
    let dir = TempDir::new().unwrap();
    let sri = "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";
    let commit = "a".repeat(40);
    let resolved = [
        ("good", "https://registry.npmjs.org/good/-/good-1.0.0.tgz".to_owned()),
        ("mirror", "https://registry.yarnpkg.com/mirror/-/mirror-1.0.0.tgz".to_owned()),
        ("priv", "https://npm.corp.example/priv/-/priv-1.0.0.tgz".to_owned()),
        ("git", format!("git+ssh://git@github.com/x/git.git#{commit}")),
        ("filed", "file:../filed-1.0.0.tgz".to_owned()),
    ];
    let mut layer = Tar::new();
    let mut lock: Vec<String> = Vec::new();
    for (name, address) in &resolved {
        let text = format!(r#"{{"name":"{name}","version":"1.0.0","license":"LGPL-2.1-only"}}"#);
        layer = layer.file(&format!("app/node_modules/{name}/package.json"), text);
        lock.push(format!(r#""node_modules/{name}":{{"version":"1.0.0","resolved":"{address}","integrity":"{sri}"}}"#));
    }
    let lock = format!(r#"{{"lockfileVersion":3,"packages":{{{}}}}}"#, lock.join(","));
    let old = r#"{"name":"old","version":"1.0.0","license":"LGPL-2.1-only","_shasum":"5b8a3a7765dfe001261dde915589e782f8c94d1e","_resolved":"https://npm.corp.example/old/-/old-1.0.0.tgz"}"#;
    let layer = layer.file("app/node_modules/.package-lock.json", lock).file("app/node_modules/old/package.json", old);
    let image = write(dir.path(), "image.tar", with_layers(&[layer]));
    let image = image.to_str().unwrap();
    let json = cli(&["sources", image, "--format", "json"]).run().json();
    let named = |s: &Value| {
        let hashes = list(s, "checksums").len();
        let place = s["download"].as_str().or(s["page"].as_str()).unwrap_or("").to_owned();
        format!("{} {hashes} {place}", s["name"].as_str().unwrap())
    };
    let sources: Vec<String> = list(&json, "sources").iter().map(named).collect();
    assert_eq!(
        sources,
        [
            "git 0 https://github.com/x/git",
            "good 1 https://registry.npmjs.org/good/-/good-1.0.0.tgz",
            "mirror 1 https://registry.npmjs.org/mirror/-/mirror-1.0.0.tgz",
        ]
    );
    assert_eq!(json["sources"][0]["commit"], commit.as_str());
    let gaps = list(&json, "gaps");
    let gaps: Vec<&str> = gaps.iter().map(|g| g["reason"].as_str().unwrap()).collect();
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    assert!(gaps[0].contains("from a local file,"), "{gaps:?}");
    assert!(gaps[1..].iter().all(|g| g.contains("from npm.corp.example,")), "{gaps:?}");
    let policy = "version = 1\n[policy]\ndefault = \"allow\"\n[[policy.rule]]\nid = \"lgpl\"\nclass = \"weak-copyleft\"\nverdict = \"allow\"\nrequire = [\"source-offer\"]\n";
    let policy = write(dir.path(), "policy.toml", policy);
    let report = cli(&["scan", image, "-o", "json", "--config", policy.to_str().unwrap()]).run().json();
    let findings = list(&report, "findings");
    let unmet = findings.iter().filter(|f| f["term"].as_str().is_some_and(|t| t.contains("[source-offer]")));
    assert_eq!(unmet.count(), 3);
}

#[test]
fn forms_offers_and_wrong_uses() {
    let dir = TempDir::new().unwrap();
    let layer = Tar::new()
        .file("app/node_modules/a/package.json", r#"{"name":"a","version":"1.0.0","license":"GPL-2.0-only"}"#)
        .file("app/node_modules/b/package.json", r#"{"name":"b","version":"2.0.0","license":"MIT"}"#);
    let image = write(dir.path(), "image.tar", with_layers(&[layer]));
    let image = image.to_str().unwrap();
    let text = cli(&["sources", image]).run().text();
    assert!(text.contains("Download: https://registry.npmjs.org/a/-/a-1.0.0.tgz\n"), "{text}");
    assert!(text.contains("valid for at least three years") && !text.contains("b 2.0.0"), "{text}");
    let all = cli(&["sources", image, "--all", "--format", "md"]).run().text();
    assert!(all.starts_with("# Corresponding source\n") && all.contains("\n### b 2.0.0\n"), "{all}");
    let offer = write(dir.path(), "offer.hbs", "Ask the crew of {{image}}.");
    let place = dir.path().join("sources.txt");
    let arguments = ["sources", image, "--offer", offer.to_str().unwrap(), "-o", place.to_str().unwrap()];
    let run = cli(&arguments).run();
    assert_eq!((run.code, run.text().as_str()), (0, ""));
    assert!(run.stderr.contains("wrote"));
    let written = std::fs::read_to_string(place).unwrap();
    assert!(written.contains("Ask the crew of image.") && !written.contains("three years"), "{written}");
    let broken = write(dir.path(), "broken.hbs", "{{#if");
    let run = cli(&["sources", image, "--offer", broken.to_str().unwrap()]).run();
    assert_eq!((run.code, run.text().as_str()), (64, ""));
    assert!(run.stderr.contains("broken.hbs:1: no template: "), "{}", run.stderr);
    for wrong in [
        &["sources"][..],
        &["sources", image, "--format", "pdf"],
        &["sources", image, "--format", "json", "--offer", offer.to_str().unwrap()],
    ] {
        assert_eq!(cli(wrong).run().code, 64, "{wrong:?}");
    }
}
