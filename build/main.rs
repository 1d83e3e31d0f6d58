//! Makes the index of licence texts from the SPDX licence list that the crate `license` carries in its sources: the
//! templates with their variables and optional parts, the standard headers and the exceptions ([`texts`], [`template`]), and
//! the seeds by which they are found ([`sow`]); and fingerprints of the code, for the cache ([`fingerprint`]). What the index is, and how words are read, is the program's own code.
//!
//! The crate's API gives texts but no templates, so the JSON files are read. They are looked for where
//! `SUPERCARGO_SPDX_LIST` says, where cargo says (which knows vendored and replaced sources), then in cargo's own folders.

#![allow(clippy::print_stdout)] // It is how a build script talks to cargo.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[path = "../src/license/text/aliases.rs"]
mod aliases;
mod fingerprint;
#[allow(dead_code)]
#[path = "../src/license/text/index.rs"]
mod index;
#[allow(dead_code)]
#[path = "../src/license/text/notice.rs"]
mod notice;
#[allow(dead_code)]
#[path = "../src/license/text/packed.rs"]
mod packed;
#[allow(dead_code)]
#[path = "../src/license/text/seeds.rs"]
mod seeds;
mod sow;
mod template;
mod texts;
#[allow(dead_code)]
#[path = "../src/license/text/token.rs"]
mod token;
#[allow(dead_code)]
#[path = "../src/license/text/vocabulary.rs"]
mod vocabulary;

/// The version of the licence list that the index must be made of, as `Cargo.toml` asks for the crate.
const CRATE: &str = "license-3.9.0";

fn main() {
    println!("cargo::rerun-if-changed=build");
    for shared in ["aliases", "index", "notice", "packed", "seeds", "token", "vocabulary"] {
        println!("cargo::rerun-if-changed=src/license/text/{shared}.rs");
    }
    println!("cargo::rerun-if-changed=license-db/deprecated.tsv");
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rerun-if-env-changed=SUPERCARGO_SPDX_LIST");
    let kept = [
        ("COLLECTOR", &fingerprint::COLLECTOR[..]),
        ("READER", &fingerprint::READER),
        ("SCAN", &fingerprint::SCAN),
        ("EMITTER", &fingerprint::EMITTER),
    ];
    for (name, parts) in kept {
        for part in parts {
            println!("cargo::rerun-if-changed={part}");
        }
        match fingerprint::of(parts) {
            Ok(fingerprint) => println!("cargo::rustc-env=SUPERCARGO_{name}={fingerprint}"),
            Err(e) => println!("cargo::error=reading the sources for the fingerprint of the cache: {e}"),
        }
    }
    let Some(list) = find_list() else {
        println!(
            "cargo::error=the SPDX licence list was not found in the sources of the crate `license`; \
             set SUPERCARGO_SPDX_LIST to its folder license-list-data/json"
        );
        return;
    };
    match texts::read(&list) {
        Ok(index) => {
            let (index, groups) = sow::sow(index);
            let bytes = packed::write(&index, &groups);
            let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default().join("licenses.index");
            if let Err(e) = fs::write(&out, bytes) {
                println!("cargo::error=writing {}: {e}", out.display());
            }
        }
        Err(e) => println!("cargo::error=reading the SPDX licence list in {}: {e}", list.display()),
    }
}

fn is_list(folder: &Path) -> bool {
    folder.join("details").is_dir() && folder.join("exceptions").is_dir()
}

fn find_list() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("SUPERCARGO_SPDX_LIST") {
        return Some(PathBuf::from(folder)).filter(|f| is_list(f));
    }
    let json = |package: &Path| package.join("license-list-data").join("json");
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    // Cargo names the place for certain. Offline first: all that this build needs is there already, though perhaps not
    // what the tests need, which cargo resolves too; then only a look into the folders is left.
    if let Some(list) = ask_cargo(&manifest).map(|p| json(&p)).filter(|f| is_list(f)) {
        return Some(list);
    }
    let mut places = vec![manifest.join("vendor")];
    places.extend(manifest.parent().map(Path::to_path_buf));
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    if let Some(entries) = home.and_then(|h| fs::read_dir(h.join("registry").join("src")).ok()) {
        let mut registries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        registries.sort();
        places.append(&mut registries);
    }
    for place in places {
        let mut packages: Vec<PathBuf> =
            fs::read_dir(&place).into_iter().flatten().flatten().map(|e| e.path()).collect();
        packages.sort();
        let found = packages.iter().find(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            (name == "license" || name.starts_with(CRATE)) && is_list(&json(p))
        });
        if let Some(package) = found {
            return Some(json(package));
        }
    }
    None
}

/// The folder of the package `license` by `cargo metadata`.
fn ask_cargo(manifest: &Path) -> Option<PathBuf> {
    let output = Command::new(env::var_os("CARGO")?)
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &env::var("TARGET").ok()?])
        .current_dir(manifest)
        .output()
        .ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let package = metadata["packages"].as_array()?.iter().find(|p| p["name"] == "license")?;
    Some(Path::new(package["manifest_path"].as_str()?).parent()?.to_path_buf())
}
