//! The cache: what a second scan says, what it does not take on trust, and its folder.

use crate::support::{Layout, Run, Tar, cli, gzip, shared, write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { dir: TempDir::new().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    fn run(&self, args: &[&str]) -> Run {
        cli(args).env("SUPERCARGO_CACHE_DIR", self.folder().to_str().unwrap()).run()
    }

    /// An OCI layout of one gzip layer with one package.
    fn image(&self, name: &str) -> PathBuf {
        let layer =
            Tar::new().file("app/node_modules/a/package.json", format!(r#"{{"name":"{name}","version":"1.0.0"}}"#));
        let mut layout = Layout::default();
        let image = layout.image(&[gzip(&layer)], "linux/amd64");
        let folder = self.dir.path().join(name);
        for (path, bytes) in layout.put(image).members() {
            write(&folder, &path, bytes);
        }
        folder
    }

    /// What the entries are, sorted.
    fn kinds(&self) -> Vec<String> {
        let of = |f: PathBuf| f.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
        let mut out: Vec<String> = self.files().into_iter().map(of).collect();
        out.sort();
        out
    }

    fn files(&self) -> Vec<PathBuf> {
        fn below(folder: &Path, out: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() { below(&entry.path(), out) } else { out.push(entry.path()) }
            }
        }
        let mut out = Vec::new();
        below(&self.folder(), &mut out);
        out.sort();
        out
    }
}

const SAID: &str = "1 of 1 layers from the cache, not read and hashed again; --verify does";

#[test]
fn a_second_scan_says_the_same_and_that_it_did_not_read() {
    let place = Place::new();
    let image = place.image("a");
    let args = ["scan", image.to_str().unwrap(), "-o", "json"];
    let first = place.run(&args);
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    // What the layer says, and what the scan said.
    assert_eq!(place.kinds(), ["facts", "report"]);
    let second = place.run(&args);
    assert_eq!(second.stdout, first.stdout);
    assert!(second.stderr.contains(SAID), "{}", second.stderr);
    // Without the whole it is put together again from the layers.
    place
        .files()
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "report"))
        .for_each(|f| std::fs::remove_file(f).unwrap());
    let third = place.run(&args);
    assert_eq!(third.stdout, first.stdout);
    assert!(third.stderr.contains(SAID), "{}", third.stderr);
    assert_eq!(place.kinds(), ["facts", "report"]);
    // Options that ask for other files have facts of their own.
    let more = place.run(&[&args[..], &["--lockfiles"]].concat());
    assert_eq!((more.code, more.stderr.as_str()), (0, ""));
    assert_eq!(place.kinds(), ["facts", "facts", "report", "report"]);
    for flag in ["--no-cache", "--verify"] {
        let run = place.run(&[&args[..], &[flag]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{flag}");
    }
    assert!(place.run(&[&args[..], &["-q"]].concat()).stderr.is_empty());
}

#[test]
fn without_the_flag_or_a_folder_nothing_is_written() {
    let place = Place::new();
    let image = place.image("a");
    assert_eq!(place.run(&["scan", image.to_str().unwrap(), "--no-cache"]).code, 0);
    assert!(!place.folder().exists());
    let file = write(place.dir.path(), "no-folder", "x");
    let run = cli(&["scan", image.to_str().unwrap(), "-o", "json"])
        .env("SUPERCARGO_CACHE_DIR", file.join("x").to_str().unwrap())
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "a cache that cannot be written is no reason to fail");
}

/// Bytes that are not what their name says never get facts under that name, and `--verify` sees them beside a hit.
#[test]
fn what_an_image_merely_claims_is_not_believed() {
    let place = Place::new();
    let (good, bad) = (place.image("a"), place.image("b"));
    let blob = |image: &Path| {
        let blobs = std::fs::read_dir(image.join("blobs/sha256")).unwrap().map(|e| e.unwrap().path());
        blobs.into_iter().find(|p| std::fs::read(p).unwrap().starts_with(&[0x1f, 0x8b])).unwrap()
    };
    // The layer of the one under the name of the other.
    let (a, b) = (std::fs::read(blob(&good)).unwrap(), std::fs::read(blob(&bad)).unwrap());
    assert_eq!(a.len(), b.len(), "or the test shows nothing");
    std::fs::write(blob(&good), &b).unwrap();
    let args = ["scan", good.to_str().unwrap(), "-o", "json"];
    assert_eq!(place.run(&args).code, 1);
    assert_eq!(place.run(&args).code, 1, "the wrong bytes were kept under the name");
    std::fs::write(blob(&good), &a).unwrap();
    assert_eq!(place.run(&args).json()["packages"][0]["name"], "a");
    std::fs::write(blob(&good), &b).unwrap();
    let hit = place.run(&args);
    assert!(hit.code == 0 && hit.stderr.contains(SAID), "{}", hit.stderr);
    assert_eq!(hit.json()["packages"][0]["name"], "a");
    assert_eq!(place.run(&[&args[..], &["--verify"]].concat()).code, 1);
}

/// What comes from outside of the image is no part of what is kept: other licences given, another base, another answer.
#[test]
fn what_else_goes_in_is_asked_again() {
    let place = Place::new();
    let image = place.image("a");
    let args = ["scan", image.to_str().unwrap(), "-o", "json"];
    let concluded = |run: Run| run.json()["packages"][0]["licenses"]["concluded"].as_str().unwrap().to_string();
    assert_eq!(concluded(place.run(&args)), "NOASSERTION");
    let given = write(place.dir.path(), "given.tsv", "pkg:npm/a@1.0.0\tMIT\n");
    let more = [&args[..], &["--licenses-from", given.to_str().unwrap()]].concat();
    assert_eq!(concluded(place.run(&more)), "MIT");
    assert_eq!(concluded(place.run(&args)), "NOASSERTION");
    write(place.dir.path(), "given.tsv", "pkg:npm/a@1.0.0\tISC\n");
    assert_eq!(concluded(place.run(&more)), "ISC");
    // A policy is applied to what is kept.
    let policy = write(place.dir.path(), "p.toml", "version = 1\n[policy]\nunknown = \"deny\"\n");
    let judged = place.run(&["check", image.to_str().unwrap(), "--config", policy.to_str().unwrap(), "-o", "json"]);
    assert!(judged.code == 2 && judged.stderr.contains(SAID), "{}", judged.stderr);
    assert!(place.run(&args).json()["audit"].is_null());
}

#[test]
fn damaged_entries_are_read_anew() {
    let place = Place::new();
    let image = place.image("a");
    let args = ["scan", image.to_str().unwrap(), "-o", "json"];
    let first = place.run(&args);
    let entries: Vec<_> = place.files().into_iter().map(|f| (std::fs::read(&f).unwrap(), f)).collect();
    for damage in [|b: &[u8]| b[..b.len() / 2].to_vec(), |_: &[u8]| Vec::new(), |_: &[u8]| b"not an entry".to_vec()] {
        for (bytes, entry) in &entries {
            std::fs::write(entry, damage(bytes)).unwrap();
        }
        let run = place.run(&args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(run.stdout, first.stdout);
        for (bytes, entry) in &entries {
            assert_eq!(&std::fs::read(entry).unwrap(), bytes, "it is mended");
        }
    }
}

/// A database behind a link is fetched by a second look into its layer; that is kept too.
#[test]
fn real_images_give_the_same_documents_twice() {
    for name in ["images/wh-debian.oci.tar", "images/alpine-3.20-zstd.oci.tar"] {
        let Some(image) = shared(name) else { return };
        let place = Place::new();
        let args = ["scan", image.to_str().unwrap(), "-o", "json", "--owned"];
        let first = place.run(&args);
        let layers = first.json()["image"]["layers"].as_array().unwrap().len();
        let kept = place.files();
        let second = place.run(&args);
        assert!(second.stderr.contains(&format!("{layers} of {layers} layers from the cache")), "{}", second.stderr);
        assert!(second.stdout == first.stdout, "{name}");
        assert_eq!(place.files(), kept);
    }
}

/// Of long documents; those of another policy, other options or another template are documents of their own.
#[test]
fn documents_are_made_once() {
    let Some(image) = shared("images/storefront.oci.tar") else { return };
    let place = Place::new();
    let file = |name: &str| place.dir.path().join(name);
    let scan = |more: &[&str]| {
        let outputs = ["cyclonedx-json", "spdx-json", "json", "html"].map(|f| format!("{f}={}", file(f).display()));
        let mut args = vec!["scan", image.to_str().unwrap(), "-q"];
        args.extend(outputs.iter().flat_map(|o| ["-o", o]));
        args.extend(more);
        assert_eq!(place.run(&args).code, 0);
        ["cyclonedx-json", "spdx-json", "json", "html"].map(|f| std::fs::read(file(f)).unwrap())
    };
    let documents = || -> Vec<PathBuf> {
        place.files().into_iter().filter(|f| f.extension().is_some_and(|e| e == "document")).collect()
    };
    let first = scan(&[]);
    let kept = documents();
    assert_eq!(kept.len(), first.iter().filter(|d| d.len() >= 128 << 10).count());
    assert!(kept.len() >= 3, "{} documents", kept.len());
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for document in &kept {
        std::fs::File::options().write(true).open(document).unwrap().set_modified(old).unwrap();
    }
    assert!(scan(&[]) == first);
    assert_eq!(documents(), kept);
    for document in &kept {
        assert_ne!(std::fs::metadata(document).unwrap().modified().unwrap(), old, "it was not read");
    }
    let policy = write(place.dir.path(), "p.toml", "version = 1\n[policy]\nunknown = \"review\"\n");
    let judged = scan(&["--config", policy.to_str().unwrap()]);
    let differ = |other: &[Vec<u8>], which: &[usize]| which.iter().all(|i| other[*i] != first[*i]);
    assert!(differ(&judged, &[0, 2, 3]), "SPDX says nothing of a policy");
    assert!(differ(&scan(&["--owned"]), &[0, 1, 2]));
    assert!(scan(&["--no-cache"]) == first && scan(&["-j", "1"]) == first);
    let template = write(place.dir.path(), "own.hbs", "<p>{{reference}}</p>".repeat(10_000));
    assert!(scan(&["--html-template", template.to_str().unwrap()])[3].starts_with(b"<p>"));
    assert!(scan(&[]) == first);
}

#[test]
fn the_folder_is_told_and_pruned() {
    let place = Place::new();
    let image = place.image("a");
    assert_eq!(place.run(&["cache", "path"]).text(), format!("{}\n", place.folder().display()));
    assert_eq!(place.run(&["scan", image.to_str().unwrap()]).code, 0);
    assert!(place.run(&["cache", "prune", "--max-size", "1G"]).text().starts_with("deleted 0 files"));
    assert!(place.run(&["cache", "prune"]).text().starts_with("deleted 2 files"));
    assert!(place.files().is_empty());
    assert_eq!(place.run(&["cache", "prune", "--max-size", "much"]).code, 64);
    let none = cli(&["cache", "path"]).run();
    assert!(none.code == 1 && none.stderr.contains("SUPERCARGO_CACHE_DIR"), "{}", none.stderr);
}
