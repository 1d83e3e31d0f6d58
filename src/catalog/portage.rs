//! Gentoo packages: Portage's database of what is installed, `var/db/pkg/<category>/<name>-<version>/`, where every field
//! is a file.
//!
//! A cataloger sees one file at a time, and name and version stand in the path alone. `CONTENTS`, which every package has
//! (empty where it is a virtual one), carries the package; `LICENSE` is a source of the same package, which adds what it
//! says of the licence. Left out, for there is no way to join them: `DESCRIPTION`, `HOMEPAGE` and `RDEPEND`. Gentoo
//! installs licence texts only among a package's documentation. Specification: <https://wiki.gentoo.org/wiki//var/db/pkg>;
//! for names and versions the Package Manager Specification, 3.1 and 3.2.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, OwnedFile, OwnedKind, PackageFind};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "portage", group: Group::Installed, wants: &[Want::Like(is_record)], parse };

/// Whether it is a file of the database. (`LICENSE` holds names and is no licence text, whatever it is called.)
pub(super) fn is_record(path: &str, base: &str) -> bool {
    matches!(base, "CONTENTS" | "LICENSE") && database_of(path).is_some()
}

/// The database's folder, category and folder of the package. A root file system may lie below another folder.
fn database_of(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.rsplitn(4, '/').skip(1);
    let (package, category, database) = (parts.next()?, parts.next()?, parts.next()?);
    (database == "var/db/pkg" || database.ends_with("/var/db/pkg")).then_some((category, package))
}

/// Reads one field of one package.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let Some((category, folder)) = database_of(input.path) else { return parsed };
    // Portage's own folder for a package that it is about to add.
    if folder.starts_with('-') || category.starts_with('-') {
        return parsed;
    }
    let named = split(folder)
        .and_then(|(name, version)| Some((decode::token(category)?, decode::token(name)?, decode::token(version)?)));
    let Some((category, name, version)) = named else {
        let folder = decode::shown(folder);
        parsed.file_issue(format!("the folder's name {folder} is no name with a version; the package was left out"));
        return parsed;
    };
    let find = PackageFind {
        ecosystem: Ecosystem("ebuild"),
        namespace: Some(category),
        name,
        version,
        ..PackageFind::default()
    };
    if paths::base(input.path) == "LICENSE" {
        // It may have line ends where the ebuild had them.
        let text = decode::decode(input.bytes);
        let value = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !value.is_empty() {
            let declared = Declared { grammar: Grammar::Gentoo, field: "LICENSE", values: vec![value.into()] };
            parsed.finds.push(Find::source(PackageFind { declared: vec![declared], ..find }));
        }
        return parsed;
    }
    let files = contents(input.bytes, &mut parsed);
    let text_folder = paths::resolve("usr/share/doc", folder);
    parsed.finds.push(Find::package(PackageFind { files, text_folder, ..find }));
    parsed
}

/// `skopeo-1.5.1-r1` as name and version with its revision. A version begins with a digit and holds no hyphen but that of
/// the revision.
fn split(folder: &str) -> Option<(&str, &str)> {
    let is_revision =
        |word: &str| word.strip_prefix('r').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let without = match folder.rsplit_once('-') {
        Some((before, last)) if is_revision(last) => before,
        _ => folder,
    };
    let (name, _) = without.rsplit_once('-')?;
    let version = folder.get(name.len() + 1..)?;
    (!name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit())).then_some((name, version))
}

/// `obj path md5 time`, `sym path -> target time`; folders (`dir path`) are everybody's.
fn contents(bytes: &[u8], parsed: &mut Parsed) -> Vec<OwnedFile> {
    let mut files = Vec::new();
    let mut bad = 0_usize;
    for line in decode::lines(bytes).filter(|l| !l.is_empty()) {
        let line = String::from_utf8_lossy(line);
        let path = match line.split_once(' ') {
            Some(("dir", _)) => continue,
            Some(("obj", rest)) => rest.rsplitn(3, ' ').nth(2),
            Some(("sym", rest)) => rest.split_once(" -> ").map(|(path, _)| path),
            Some(("fif" | "dev", rest)) => Some(rest),
            _ => None,
        };
        match path.and_then(|p| paths::resolve("", p)) {
            Some(path) => files.push(OwnedFile { path, kind: OwnedKind::Plain }),
            None => bad += 1,
        }
    }
    if bad > 0 {
        parsed.record_issue(format!("{bad} lines name no file and were passed over"));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &[u8]) -> Parsed {
        parse(&Input { path, bytes: text })
    }

    #[test]
    fn names_and_versions() {
        let check = |folder: &str, expected: Option<(&str, &str)>| assert_eq!(split(folder), expected, "{folder}");
        check("skopeo-1.5.1", Some(("skopeo", "1.5.1")));
        check("skopeo-1.5.1-r1", Some(("skopeo", "1.5.1-r1")));
        check("font-adobe-100dpi-1.0.4", Some(("font-adobe-100dpi", "1.0.4")));
        check("gtk+-3.24.38", Some(("gtk+", "3.24.38")));
        check("openssl-3.0.13_pre20240101_p2-r10", Some(("openssl", "3.0.13_pre20240101_p2-r10")));
        check("linux-firmware-20240115-r1", Some(("linux-firmware", "20240115-r1")));
        check("x-9999", Some(("x", "9999")));
        check("x", None);
        check("x-r1", None);
        check("x-y", None);
        check("-1.0", None);
        check("", None);
        check("-", None);
        check("-r1", None);
    }

    #[test]
    fn contents_carry_the_package() {
        let text = b"dir /usr\nobj /usr/bin/a b 376c02bd3b22804df8fdfdc895e7dbfb 1649284374\n\
            sym /usr/lib/libx.so -> libx.so.1 1649284374\nobj /../../x 3 4\nnothing\nfif /run/x\n";
        let found = read("var/db/pkg/app-containers/skopeo-1.5.1-r1/CONTENTS", text);
        let [Find::Package(p)] = &found.finds[..] else { panic!("{found:?}") };
        let files: Vec<&str> = p.files.iter().map(|f| &*f.path).collect();
        assert_eq!(files, ["usr/bin/a b", "usr/lib/libx.so", "run/x"]);
        assert_eq!(found.issues.len(), 1);
        assert_eq!(p.text_folder.as_deref(), Some("usr/share/doc/skopeo-1.5.1-r1"));
        let purl = "pkg:ebuild/app-containers/skopeo@1.5.1-r1";
        assert_eq!(crate::purl::purl(p, None).unwrap(), purl);
        // The namespace is the category, so that there is none for the distribution.
        let gentoo = crate::model::DistroFind { id: "gentoo".into(), ..Default::default() };
        assert_eq!(crate::purl::purl(p, Some(&gentoo)).unwrap(), purl);
        assert_eq!(read("var/db/pkg/virtual/libc-1-r1/CONTENTS", b"").finds.len(), 1);
    }

    #[test]
    fn the_licence_is_a_source_of_the_same_package() {
        let path = "mnt/var/db/pkg/dev-lang/perl-5.38.2-r3/LICENSE";
        let found = read(path, b"|| ( Artistic GPL-1+ )\n\n  BSD\n");
        let [Find::Source(p)] = &found.finds[..] else { panic!("{found:?}") };
        assert_eq!(p.declared[0].values, ["|| ( Artistic GPL-1+ ) BSD".into()]);
        assert_eq!((p.namespace.as_deref(), &*p.name, &*p.version), (Some("dev-lang"), "perl", "5.38.2-r3"));
        assert_eq!(read(path, b" \n"), Parsed::default());
        assert!(is_record(path, "LICENSE") && !super::super::license_file::is_license(path, "LICENSE"));
    }

    #[test]
    fn what_is_no_package() {
        let check = |path: &str, issues: usize| {
            let found = read(path, b"");
            assert_eq!((found.finds.len(), found.issues.len()), (0, issues), "{path}");
        };
        check("var/db/pkg/sys-apps/-MERGING-sed-4.9/CONTENTS", 0);
        check("var/db/pkg/sys-apps/sed/CONTENTS", 1);
        check("CONTENTS", 0);
        assert!(!is_record("srv/CONTENTS", "CONTENTS"));
        assert!(!is_record("var/db/pkg/sys-apps/CONTENTS", "CONTENTS"));
        assert!(!is_record("xvar/db/pkg/a/b-1/CONTENTS", "CONTENTS"));
    }
}
