//! The source of one package: what names it for good, and where it is kept. Only what is sure is said: an address that follows
//! from the rules of an archive, never one that is guessed.
//!
//! Here are the systems' package managers; `registry` has the registries of languages. Specifications: Debian policy 5.6 (source
//! and version of binary packages, names of `.dsc` files), the types of the purl specification (`arch=source`, `arch=src`).

use super::registry::{self, address};
use crate::model::{Archive, Basis, Ecosystem, Package, SourcePackage};
use crate::purl::{self, Parts};

/// A source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The purl type.
    pub ecosystem: &'static str,
    /// The distribution, for packages of the system.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its package URL; `None` where none can be made of its name.
    pub purl: Option<String>,
    /// The name of the file that it is, or that describes it.
    pub file: Option<String>,
    /// What that file hashes to, as `algorithm:hex`, where a record in the image says so.
    pub hashes: Vec<String>,
    /// The commit of the recipe, or of the repository.
    pub commit: Option<String>,
    /// Where the file itself can be had.
    pub download: Option<String>,
    /// A page that leads to it, and that stays.
    pub page: Option<String>,
    /// What else must be known to get it: a sentence.
    pub note: Option<&'static str>,
}

/// The source of a package, or why none can be named: lower case, no full stop.
pub(super) fn of(package: &Package) -> Result<Origin, String> {
    if package.version.is_empty() {
        return Err("its version is not known".into());
    }
    if package.basis == Basis::Classified {
        return Err("it was recognised by its contents alone; from what it was built is not recorded".into());
    }
    match package.ecosystem {
        Ecosystem::DEB => debian(package),
        Ecosystem::APK => alpine(package),
        Ecosystem::RPM => rpm(package),
        Ecosystem("alpm" | "opkg" | "ebuild") => recipe(package),
        _ => registry::of(package).map(|origin| with_archive(package, origin)),
    }
}

/// Adds what the image knows of the archive, where that is the very file that is named as the source: not a wheel, not a gem for one
/// platform.
fn with_archive(package: &Package, mut origin: Origin) -> Origin {
    let Some(archive) = &package.archive else { return origin };
    let is_source = match (package.ecosystem, origin.file.as_deref()) {
        (_, Some(file)) => file == &*archive.file,
        // What of it was installed was built from a source distribution, whose name the registry's rules do not give.
        (Ecosystem::PYPI, None) => Archive::is_sdist(&archive.file),
        (_, None) => false,
    };
    if is_source {
        origin.file = Some(archive.file.to_string());
        origin.hashes = archive.hashes.iter().map(ToString::to_string).collect();
    }
    origin
}

/// The distribution, which only the purl of a package of the system names.
fn distribution(package: &Package) -> Option<String> {
    let url = purl::parse(&package.purl).ok()?;
    url.namespace().filter(|n| !n.is_empty()).map(str::to_owned)
}

fn source(package: &Package) -> Result<&SourcePackage, String> {
    let named = package.source.as_ref().filter(|s| !s.name.is_empty());
    named.ok_or_else(|| "its record names no source package".to_owned())
}

fn origin(package: &Package, name: &str, version: &str, arch: &str) -> Origin {
    let namespace = distribution(package);
    let ty = package.ecosystem.as_str();
    let qualifiers = [("arch", arch)];
    let purl = purl::build(&Parts {
        ty,
        namespace: namespace.as_deref(),
        name,
        version: Some(version),
        qualifiers: &qualifiers,
        ..Parts::default()
    });
    Origin {
        ecosystem: ty,
        namespace,
        name: name.to_owned(),
        version: version.to_owned(),
        purl: purl.ok(),
        commit: package.commit.as_deref().map(str::to_owned),
        ..Origin::default()
    }
}

fn debian(package: &Package) -> Result<Origin, String> {
    let source = source(package)?;
    // Where the record says no other version the source has the package's, but for the mark of a rebuild.
    let version = match source.version.as_deref() {
        Some(version) if *version != *package.version => version,
        _ => without_rebuild(&package.version),
    };
    let mut origin = origin(package, &source.name, version, "source");
    let in_file = version.split_once(':').map_or(version, |(_, rest)| rest);
    origin.file = Some(format!("{}_{in_file}.dsc", source.name));
    match origin.namespace.as_deref() {
        Some("debian") => {
            origin.page = address("https://snapshot.debian.org/package", &[&source.name, version]).map(|a| a + "/");
        }
        Some("ubuntu") => {
            origin.page = address("https://launchpad.net/ubuntu/+source", &[&source.name, version]);
        }
        _ => origin.note = Some("The archive of the distribution keeps it; no address of it is sure."),
    }
    Ok(origin)
}

/// `2.36-9+b1` is `2.36-9` built once more: a binary rebuild has no source of its own (Debian developer's reference 5.10.2.1).
fn without_rebuild(version: &str) -> &str {
    match version.rsplit_once("+b") {
        Some((rest, count)) if !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => version,
    }
}

fn alpine(package: &Package) -> Result<Origin, String> {
    let source = source(package)?;
    let version = source.version.as_deref().unwrap_or(&package.version);
    let mut origin = origin(package, &source.name, version, "");
    let commit = origin.commit.as_deref().filter(|c| c.len() >= 40 && c.bytes().all(|b| b.is_ascii_hexdigit()));
    if origin.namespace.as_deref() == Some("alpine") {
        origin.page = commit.and_then(|c| address("https://gitlab.alpinelinux.org/alpine/aports/-/commit", &[c]));
        origin.note = Some(match &origin.page {
            Some(_) => {
                "The recipe (APKBUILD) as of this commit holds the patches and names the original archives. It lies in the \
                 folder of its name under main or community; which of them, the database does not say."
            }
            None => {
                "The recipe (APKBUILD) of this version holds the patches and names the original archives; the database has no \
                 commit of it."
            }
        });
    } else {
        origin.note =
            Some("The recipe in the distribution's repository names the original archives; no address of it is sure.");
    }
    Ok(origin)
}

fn rpm(package: &Package) -> Result<Origin, String> {
    let source = source(package)?;
    let Some(version) = source.version.as_deref() else {
        return Err(format!("its record names the source {}, but not of which version", source.name));
    };
    let mut origin = origin(package, &source.name, version, "src");
    origin.file = Some(format!("{}-{version}.src.rpm", source.name));
    origin.note = Some("The source repositories of the distribution keep it; no address of it is sure.");
    Ok(origin)
}

/// What is built from a recipe whose name and version are known, and that names the original archives.
fn recipe(package: &Package) -> Result<Origin, String> {
    let (name, version) = match &package.source {
        Some(source) => (&*source.name, source.version.as_deref().unwrap_or(&package.version)),
        // Of Gentoo's packages there are no others than those of the recipe itself.
        None if package.ecosystem.as_str() == "ebuild" => (&*package.name, &*package.version),
        None => return Err("its record names no source package".into()),
    };
    let mut origin = origin(package, name, version, "");
    if package.source.is_none() {
        origin.purl = Some(package.purl.to_string());
    }
    origin.note =
        Some("The recipe in the distribution's repository names the original archives; no address of it is sure.");
    Ok(origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tests::package;

    fn check(package: &Package, name: &str, version: &str, file: Option<&str>, page: Option<&str>) {
        let found = of(package).unwrap();
        assert_eq!((found.name.as_str(), found.version.as_str()), (name, version));
        assert_eq!((found.file.as_deref(), found.page.as_deref()), (file, page));
    }

    #[test]
    fn debian_sources_have_neither_epoch_in_files_nor_rebuilds() {
        let of = |version: &str, source: &str, of: Option<&str>| {
            let mut p = package("pkg:deb/debian/x?arch=amd64", Ecosystem::DEB, "x", version);
            p.source = Some(SourcePackage { name: source.into(), version: of.map(Into::into) });
            p
        };
        let page = |rest: &str| Some(format!("https://snapshot.debian.org/package/{rest}/"));
        check(
            &of("1:4.13+dfsg1-1+b1", "shadow", Some("1:4.13+dfsg1-1")),
            "shadow",
            "1:4.13+dfsg1-1",
            Some("shadow_4.13+dfsg1-1.dsc"),
            page("shadow/1:4.13+dfsg1-1").as_deref(),
        );
        // A document says no version where it is that of the package.
        check(&of("2.36-9+b12", "x", None), "x", "2.36-9", Some("x_2.36-9.dsc"), page("x/2.36-9").as_deref());
        check(&of("1+b1", "x", Some("1+b1")), "x", "1", Some("x_1.dsc"), page("x/1").as_deref());
        // An upstream version may look like the mark.
        check(&of("1+beta", "x", Some("1+beta")), "x", "1+beta", Some("x_1+beta.dsc"), page("x/1+beta").as_deref());
        check(&of("1", "../x", None), "../x", "1", Some("../x_1.dsc"), page("..%2Fx/1").as_deref());
        let found = super::of(&of("1:1-1", "x", None)).unwrap();
        assert_eq!(found.purl.as_deref(), Some("pkg:deb/debian/x@1:1-1?arch=source"));
    }

    #[test]
    fn only_sure_addresses_are_told() {
        let mut p = package("pkg:deb/ubuntu/x@1", Ecosystem::DEB, "x", "1ubuntu2");
        p.source = Some(SourcePackage { name: "y".into(), version: Some("1ubuntu2".into()) });
        let page = Some("https://launchpad.net/ubuntu/+source/y/1ubuntu2");
        check(&p, "y", "1ubuntu2", Some("y_1ubuntu2.dsc"), page);
        p.purl = "pkg:deb/vyos/x@1".into();
        check(&p, "y", "1ubuntu2", Some("y_1ubuntu2.dsc"), None);
        p.source = None;
        assert_eq!(of(&p).unwrap_err(), "its record names no source package");
    }

    #[test]
    fn alpine_recipes_are_named_by_their_commit() {
        let mut p = package("pkg:apk/alpine/ssl_client@1-r0", Ecosystem::APK, "ssl_client", "1-r0");
        p.source = Some(SourcePackage { name: "busybox".into(), version: Some("1-r0".into()) });
        let commit = "66187892e05b03a41d08e9acabd19b7576a1c875";
        p.commit = Some(commit.into());
        let page = format!("https://gitlab.alpinelinux.org/alpine/aports/-/commit/{commit}");
        check(&p, "busybox", "1-r0", None, Some(&page));
        assert_eq!(of(&p).unwrap().purl.as_deref(), Some("pkg:apk/alpine/busybox@1-r0"));
        p.commit = Some("master".into());
        check(&p, "busybox", "1-r0", None, None);
    }

    #[test]
    fn a_source_rpm_needs_its_version() {
        let mut p = package("pkg:rpm/fedora/bash-doc@5-1", Ecosystem::RPM, "bash-doc", "5-1");
        p.source = Some(SourcePackage { name: "bash".into(), version: Some("5-1".into()) });
        check(&p, "bash", "5-1", Some("bash-5-1.src.rpm"), None);
        assert_eq!(of(&p).unwrap().purl.as_deref(), Some("pkg:rpm/fedora/bash@5-1?arch=src"));
        p.source = Some(SourcePackage { name: "bash".into(), version: None });
        assert_eq!(of(&p).unwrap_err(), "its record names the source bash, but not of which version");
    }

    #[test]
    fn what_was_recognised_or_has_no_version_is_a_gap() {
        let mut p = package("pkg:npm/x", Ecosystem::NPM, "x", "");
        assert_eq!(of(&p).unwrap_err(), "its version is not known");
        p.version = "1".into();
        p.basis = Basis::Classified;
        assert!(of(&p).unwrap_err().contains("by its contents alone"));
    }
}
