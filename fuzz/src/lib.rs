//! What the fuzz targets call. Each check takes any bytes, hands them to one parser that sees bytes of an image, and asserts
//! what must hold of the answer: not only that nothing panics, but that paths are in their normal form, that ranges lie
//! within the text, that what was printed can be read back, that one broken record costs no other.
//!
//! The checks are plain functions, so that `cargo test` in this folder runs every one of them over its seeds and over
//! simple mutations of these without the fuzzer. The files in `fuzz_targets/` only name them.
//!
//! In reading order: [`image`] (archives, paths, decompression, layers, the tree), [`catalog`] (package databases),
//! [`license`] (expressions, names, texts, copyright files), [`report`] (package URLs, documents), then what these share:
//! [`tarball`] (archives made in code), [`rpmdb`] (rpm databases made in code), [`elf`] (programs made in code), [`seeds`].

pub mod catalog;
pub mod elf;
pub mod image;
pub mod lang;
pub mod license;
pub mod report;
pub mod rpmdb;
pub mod seeds;
pub mod tarball;

use std::fs;
use std::path::Path;

/// One target: its name, what it checks, what it begins with.
pub struct Target {
    /// As in `fuzz_targets/` and in `cargo fuzz run`.
    pub name: &'static str,
    /// Panics where an invariant does not hold.
    pub check: fn(&[u8]),
    /// Small inputs that reach deep.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "path", check: image::path, seeds: seeds::path },
    Target { name: "tar", check: image::tar, seeds: seeds::tar },
    Target { name: "walk", check: image::walk, seeds: seeds::tar },
    Target { name: "layers", check: image::layers, seeds: seeds::layers },
    Target { name: "decompress", check: image::decompress, seeds: seeds::decompress },
    Target { name: "tree", check: image::tree, seeds: seeds::layers },
    Target { name: "archive", check: image::archive, seeds: seeds::archive },
    Target { name: "dpkg", check: catalog::dpkg, seeds: seeds::dpkg },
    Target { name: "apk", check: catalog::apk, seeds: seeds::apk },
    Target { name: "rpm", check: catalog::rpm, seeds: seeds::rpm },
    Target { name: "rpm_header", check: catalog::rpm_header, seeds: seeds::rpm_header },
    Target { name: "classify", check: catalog::classify, seeds: seeds::classify },
    Target { name: "lockfile", check: catalog::lockfile, seeds: seeds::lockfile },
    Target { name: "npm", check: catalog::npm, seeds: seeds::npm },
    Target { name: "yarn", check: catalog::yarn, seeds: seeds::yarn },
    Target { name: "java", check: catalog::java, seeds: seeds::java },
    Target { name: "jdk", check: catalog::jdk, seeds: seeds::jdk },
    Target { name: "python", check: catalog::python, seeds: seeds::python },
    Target { name: "go", check: catalog::go, seeds: seeds::go },
    Target { name: "rust", check: catalog::rust, seeds: seeds::rust },
    Target { name: "programs", check: catalog::programs, seeds: seeds::programs },
    Target { name: "os_release", check: catalog::os_release, seeds: seeds::os_release },
    Target { name: "ruby", check: lang::ruby, seeds: seeds::ruby },
    Target { name: "php", check: lang::php, seeds: seeds::php },
    Target { name: "dotnet", check: lang::dotnet, seeds: seeds::dotnet },
    Target { name: "erlang", check: lang::erlang, seeds: seeds::erlang },
    Target { name: "perl", check: lang::perl, seeds: seeds::perl },
    Target { name: "lua", check: lang::lua, seeds: seeds::lua },
    Target { name: "lang", check: lang::lang, seeds: seeds::lang },
    Target { name: "readme", check: catalog::readme, seeds: seeds::readme },
    Target { name: "opkg", check: catalog::opkg, seeds: seeds::opkg },
    Target { name: "pacman", check: catalog::pacman, seeds: seeds::pacman },
    Target { name: "portage", check: catalog::portage, seeds: seeds::portage },
    Target { name: "conda", check: catalog::conda, seeds: seeds::conda },
    Target { name: "nix", check: catalog::nix, seeds: seeds::nix },
    Target { name: "homebrew", check: catalog::homebrew, seeds: seeds::homebrew },
    Target { name: "snap", check: catalog::snap, seeds: seeds::snap },
    Target { name: "bitnami", check: catalog::bitnami, seeds: seeds::bitnami },
    Target { name: "chisel", check: catalog::chisel, seeds: seeds::chisel },
    Target { name: "rpm_manifest", check: catalog::rpm_manifest, seeds: seeds::rpm_manifest },
    Target { name: "sbom", check: catalog::sbom, seeds: seeds::sbom },
    Target { name: "diff", check: report::diff, seeds: seeds::diff },
    Target { name: "expr", check: license::expr, seeds: seeds::expr },
    Target { name: "names", check: license::names, seeds: seeds::names },
    Target { name: "text", check: license::text, seeds: seeds::text },
    Target { name: "copyright", check: license::copyright, seeds: seeds::copyright },
    Target { name: "purl", check: report::purl, seeds: seeds::purl },
    Target { name: "emit", check: report::emit, seeds: seeds::emit },
];

/// Writes a target's seeds to its corpus, where they are not there yet. Each target does so before its fuzzer reads it.
pub fn plant(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let Some(target) = TARGETS.iter().find(|t| t.name == name) else { return };
    // A corpus elsewhere, or on a machine that does not let one write, is fuzzed without seeds.
    if fs::create_dir_all(&folder).is_err() {
        return;
    }
    for (i, seed) in (target.seeds)().into_iter().enumerate() {
        let path = folder.join(format!("seed-{i:02}"));
        if !path.exists() && fs::write(path, seed).is_err() {
            return;
        }
    }
}

/// Bytes as text, as the program reads texts; what is no text as Latin-1.
pub fn words(data: &[u8]) -> String {
    match supercargo::layers::parse::words_of(data) {
        Some(words) => words.to_string(),
        None => data.iter().map(|b| char::from(*b)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_holds_for_its_seeds() {
        for target in TARGETS {
            let seeds = (target.seeds)();
            assert!(!seeds.is_empty(), "{} has no seeds", target.name);
            (target.check)(b"");
            for seed in &seeds {
                (target.check)(seed);
            }
        }
    }

    /// A fixed sequence of cuts, repeats and single bytes: what can be found without feedback.
    #[test]
    fn every_target_holds_for_broken_seeds() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below.max(1) as u64) as usize
        };
        for target in TARGETS {
            for seed in (target.seeds)().iter().filter(|s| s.len() < 20_000) {
                for _ in 0..20 {
                    let mut bytes = seed.clone();
                    for _ in 0..=random(3) {
                        let from = random(bytes.len() + 1);
                        let to = from + random((bytes.len() - from + 1).min(64));
                        match random(3) {
                            0 => drop(bytes.drain(from..to)),
                            1 => {
                                let copy = bytes[from..to].to_vec();
                                bytes.splice(from..from, copy);
                            }
                            _ => bytes.splice(from..to, [random(256) as u8]).for_each(drop),
                        }
                    }
                    (target.check)(&bytes);
                }
            }
        }
    }

    #[test]
    fn every_target_has_its_file() {
        let manifest = include_str!("../Cargo.toml");
        for target in TARGETS {
            assert!(manifest.contains(&format!("name = \"{}\"\n", target.name)), "{} is in no [[bin]]", target.name);
        }
    }
}
