//! Fingerprints of the code that decides what the cache keeps, which has them in its keys: what another build worked out is never
//! taken for this one's.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What decides what one layer says: the code that walks layers and reads files, the types that it fills, the versions of all
/// dependencies. `src/license` does not: what a licence is called does not change what lies in a layer.
pub const COLLECTOR: [&str; 10] = [
    "src/catalog",
    "src/catalog.rs",
    "src/codec.rs",
    "src/layers",
    "src/layers.rs",
    "src/model",
    "src/model.rs",
    "src/purl.rs",
    "Cargo.lock",
    "Cargo.toml",
];

/// What decides what one text is read as: the reader, the index's making, the tables of names, the licence list's version.
pub const READER: [&str; 9] = [
    "build",
    "license-db",
    "src/codec.rs",
    "src/license",
    "src/license.rs",
    "src/model",
    "src/model.rs",
    "Cargo.lock",
    "Cargo.toml",
];

/// What decides what a scan says, beside the two above.
pub const SCAN: [&str; 8] = [
    "src/image",
    "src/image.rs",
    "src/inventory",
    "src/inventory.rs",
    "src/policy",
    "src/policy.rs",
    "src/scan",
    "src/scan.rs",
];

/// What decides what a document of a report looks like, beside the three above.
pub const EMITTER: [&str; 8] =
    ["src/diff", "src/diff.rs", "src/emit", "src/emit.rs", "src/seal.rs", "src/source", "src/source.rs", "templates"];

/// The fingerprint of these files and folders, as hexadecimal digits.
///
/// # Errors
/// Those of reading the files.
pub fn of(parts: &[&str]) -> io::Result<String> {
    let mut files: Vec<PathBuf> = Vec::new();
    for part in parts {
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
            let entry = entry?;
            // What editors and test tools leave behind is no part of the program.
            if !entry.file_name().to_string_lossy().starts_with('.') {
                gather(&entry.path(), files)?;
            }
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}
