//! A fingerprint of everything that decides what one layer says: the code that walks layers and reads files, the types that it
//! fills, the versions of all dependencies. The cache of layer facts has it in its keys, so that facts of another build of the
//! collectors are never taken for this one's.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What decides. `src/license` does not: conclusions are drawn anew in every scan.
pub const PARTS: [&str; 8] = [
    "src/catalog",
    "src/catalog.rs",
    "src/layers",
    "src/layers.rs",
    "src/model",
    "src/model.rs",
    "src/purl.rs",
    "Cargo.lock",
];

/// The fingerprint, as hexadecimal digits.
///
/// # Errors
/// Those of reading the files.
pub fn fingerprint() -> io::Result<String> {
    let mut files: Vec<PathBuf> = Vec::new();
    for part in PARTS {
        gather(Path::new(part), &mut files)?;
    }
    files.sort();
    // The standard hasher has fixed keys where it is made so; it need not be the same for another compiler.
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    // A feature changes which decoder reads the layers.
    let mut features: Vec<String> =
        env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CARGO_FEATURE_")).collect();
    features.sort();
    features.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// The files below a path, itself included. In a package without a lock file that one is left out.
fn gather(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            gather(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}
