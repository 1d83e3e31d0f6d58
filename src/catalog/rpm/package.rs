//! From a header to a package.
//!
//! Nothing is judged: the licence stays as it is written, and what joins a package with the distribution or with
//! other packages is left to the inventory.

use super::files;
use super::header::{self, Header, Trouble};
use super::requires;
use crate::model::{Declared, Ecosystem, Grammar, PackageFind, SourcePackage};

/// Reads the package that a header describes; `Ok(None)` where it describes a key. With it comes the name, also
/// where there is no package, to tell the user of which record the notes are.
///
/// `notes` takes what is wrong with tags that a package can do without; `path_bytes` is what may still be spent on paths.
pub fn read(
    header: &Header<'_>,
    path_bytes: &mut usize,
    notes: &mut Vec<String>,
) -> (Option<String>, Result<Option<PackageFind>, Trouble>) {
    let name = match header.string(header::NAME) {
        Ok(Some(name)) => name,
        Ok(None) => return (None, Err("it has no NAME".into())),
        Err(why) => return (None, Err(why)),
    };
    let label = Some(header::text(name).into_owned());
    // Keys that were imported to verify packages are kept as records of this name.
    if name == b"gpg-pubkey" {
        return (label, Ok(None));
    }
    (label, package(header, name, path_bytes, notes).map(Some))
}

fn package(
    header: &Header<'_>,
    name: &[u8],
    path_bytes: &mut usize,
    notes: &mut Vec<String>,
) -> Result<PackageFind, Trouble> {
    let version = header.string(header::VERSION)?.ok_or("it has no VERSION")?;
    if header.missing > 0 {
        notes.push(format!("its header is cut off by {} bytes", header.missing));
    }
    let version = match or_note(header.string(header::RELEASE), notes) {
        Some(release) => format!("{}-{}", header::text(version), header::text(release)).into_boxed_str(),
        None => {
            notes.push("it has no RELEASE, its version stands alone".into());
            header::owned(version)
        }
    };
    let mut string = |tag| or_note(header.string(tag), notes).map(header::owned);
    let arch = string(header::ARCH);
    let source = string(header::SOURCE_RPM).map(|file| source_package(&file));
    let supplier = string(header::VENDOR).or_else(|| string(header::PACKAGER));
    let homepage = string(header::URL);
    let license = string(header::LICENSE);
    let label = string(header::MODULARITY_LABEL);
    let description = or_note(header.localised(header::SUMMARY), notes).map(header::owned);
    let epoch = or_note(header.numbers(header::EPOCH).map(|epochs| epochs.get(0)), notes);
    let provides = or_note(header.strings(header::PROVIDE_NAME).map(Some), notes).unwrap_or_default();
    let files = files::read(header, path_bytes, notes);
    Ok(PackageFind {
        ecosystem: Ecosystem::RPM,
        name: header::owned(name),
        version,
        arch,
        epoch,
        qualifiers: label.map(|label| ("rpmmod", label)).into_iter().collect(),
        source,
        supplier,
        description,
        homepage,
        declared: license
            .map(|raw| Declared { grammar: Grammar::RpmCallaway, field: "License", values: vec![raw] })
            .into_iter()
            .collect(),
        requires: requires::read(header, name, &provides, notes),
        provides: requires::unique(provides, name),
        files: files.owned,
        texts: files.texts,
        ..PackageFind::default()
    })
}

/// The value, where the tag can be read; otherwise a note.
fn or_note<T>(value: Result<Option<T>, Trouble>, notes: &mut Vec<String>) -> Option<T> {
    value.unwrap_or_else(|why| {
        notes.push(why);
        None
    })
}

/// Splits the name of a source rpm, `name-version-release.src.rpm`; neither version nor release holds a hyphen.
pub fn source_package(file: &str) -> SourcePackage {
    let stem = file.strip_suffix(".rpm").unwrap_or(file);
    let stem = stem.strip_suffix(".src").or_else(|| stem.strip_suffix(".nosrc")).unwrap_or(stem);
    let mut hyphens = stem.rmatch_indices('-').map(|(at, _)| at);
    match (hyphens.next(), hyphens.next()) {
        (Some(_), Some(at)) if at > 0 => {
            SourcePackage { name: stem[..at].into(), version: Some(stem[at + 1..].into()) }
        }
        _ => SourcePackage { name: stem.into(), version: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_rpm_names_are_split_from_the_right() {
        fn check(file: &str, name: &str, version: Option<&str>) {
            let source = source_package(file);
            assert_eq!((&*source.name, source.version.as_deref()), (name, version), "{file}");
        }
        check("bash-5.1.8-6.el9_1.src.rpm", "bash", Some("5.1.8-6.el9_1"));
        check("java-11-openjdk-11.0.1-2.src.rpm", "java-11-openjdk", Some("11.0.1-2"));
        check("game-1-2.nosrc.rpm", "game", Some("1-2"));
        check("x-1~rc1-2^git.src.rpm", "x", Some("1~rc1-2^git"));
        check("oddity-1.src.rpm", "oddity-1", None);
        check("oddity", "oddity", None);
        check("-1-2.src.rpm", "-1-2", None);
        check("", "", None);
    }
}
