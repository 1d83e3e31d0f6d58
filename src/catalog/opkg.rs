//! opkg packages (OpenWrt, Entware, Yocto): the database `status`, and of each package `info/*.control` and `info/*.list`.
//!
//! `status` says what is installed; licence, recipe and home page stand in the control file alone, so that both are read
//! and are records of one package. Left out: licence texts by the field `LicenseFiles`, which names files of the source
//! that OpenWrt does not install. Specification: opkg's manual (<https://git.yoctoproject.org/opkg>), whose files follow
//! deb822(5); the fields are those of OpenWrt's `include/package-pack.mk` and Yocto's `package_ipk.bbclass`.

use super::deb822::{Ends, Paragraph, paragraphs};
use super::{Cataloger, Group, Input, Parsed, Want, decode, dpkg, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, OwnedFile, OwnedKind, PackageFind, Requirement, SourcePackage};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "opkg",
    group: Group::Installed,
    // Entware keeps it in `opt/lib/opkg`; any folder of this name is opkg's.
    wants: &[
        Want::Path("usr/lib/opkg/status"),
        Want::Path("var/lib/opkg/status"),
        Want::Path("opt/lib/opkg/status"),
        Want::Like(is_info),
    ],
    parse,
};

/// The purl type; the specification has none for opkg, and this is the one that is used.
const OPKG: Ecosystem = Ecosystem("opkg");

fn is_info(path: &str, base: &str) -> bool {
    (base.ends_with(".control") || base.ends_with(".list"))
        && path.strip_suffix(base).is_some_and(|folder| folder.ends_with("/opkg/info/"))
}

/// Reads a database, a control file, or a list of files; they are told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    match paths::base(input.path).strip_suffix(".list") {
        Some(name) => file_list(name, input.bytes),
        None => database(input.bytes),
    }
}

fn database(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    for paragraph in paragraphs(bytes, Ends::Blank) {
        package(&paragraph, &mut parsed);
    }
    parsed
}

fn package(p: &Paragraph<'_>, parsed: &mut Parsed) {
    if p.fields.is_empty() {
        parsed.record_lost(format!("{} lines at byte {} are no package and were passed over", p.stray, p.range.start));
        return;
    }
    // The third word is the state; a control file has no such field. `unpacked` counts: the files are there.
    let state = p.get("Status").and_then(|s| s.split_whitespace().nth(2).map(str::to_owned));
    if matches!(state.as_deref(), Some("not-installed" | "config-files" | "removal-failed")) {
        return;
    }
    let raw_name = p.get("Package").unwrap_or_default();
    let Some(name) = decode::token(&raw_name) else {
        parsed.record_lost(format!("the record at byte {} has no valid package name and was left out", p.range.start));
        return;
    };
    let Some(version) = p.get("Version").and_then(|v| decode::token(&v)) else {
        parsed.record_lost(format!("package {} has no valid version and was left out", decode::shown(&name)));
        return;
    };
    let line = |field: &str| p.get(field).and_then(|v| decode::one_line(&v));
    let mut requires = Vec::new();
    for field in ["Pre-Depends", "Depends"] {
        requires.extend(p.get(field).iter().flat_map(|v| dpkg::relations(v)).map(Requirement::AnyOf));
    }
    let recipe = ["OE", "SourceName"].iter().find_map(|f| p.get(f).and_then(|v| decode::token(&v)));
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: OPKG,
        arch: p.get("Architecture").and_then(|v| decode::token(&v)),
        // Neither says the version of the source, which is that of the package.
        source: recipe.map(|name| SourcePackage { name, version: Some(version.clone()) }),
        supplier: line("Maintainer"),
        description: p.field("Description").and_then(|f| f.lines().find_map(|l| decode::one_line(&l))),
        homepage: line("URL").or_else(|| line("Homepage")),
        declared: p.get("License").and_then(|v| declared(&v)).into_iter().collect(),
        provides: p.get("Provides").iter().flat_map(|v| dpkg::relations(v)).flatten().collect(),
        requires,
        text_folder: paths::resolve("usr/share/licenses", &name),
        name,
        version,
        ..PackageFind::default()
    }));
}

/// OpenWrt joins identifiers with spaces (`GPL-2.0-only BSD-3-Clause`), which makes a list of them; Yocto writes
/// expressions with `&` and `|`, which stay whole, as do names of several words.
fn declared(value: &str) -> Option<Declared> {
    let identifier = |word: &&str| {
        let good = |b: u8| b.is_ascii_alphanumeric() || b"-.+".contains(&b);
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.bytes().all(good)
            && (word.bytes().any(|b| b.is_ascii_digit()) || !word.bytes().any(|b| b.is_ascii_lowercase()))
            && !matches!(*word, "AND" | "OR" | "WITH")
    };
    let words: Vec<&str> = value.split_whitespace().collect();
    let list = words.len() > 1 && words.iter().all(identifier);
    let values: Vec<Box<str>> =
        if list { words.into_iter().map(Into::into).collect() } else { vec![value.trim().into()] };
    (!value.trim().is_empty()).then_some(Declared { grammar: Grammar::Any, field: "License", values })
}

/// One path a line; newer versions put the mode and the target of a link behind tabs.
fn file_list(name: &str, bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let Some(name) = decode::token(name) else {
        parsed.file_issue("the file's name holds no package name; the list was passed over");
        return parsed;
    };
    let mut files = Vec::new();
    let mut bad = 0_usize;
    for line in decode::lines(bytes).filter(|line| !line.is_empty()) {
        let line = String::from_utf8_lossy(line);
        match line.split('\t').next().and_then(|path| paths::resolve("", path)) {
            Some(path) => files.push(OwnedFile { path, kind: OwnedKind::Plain }),
            None if matches!(&*line, "/" | "/." | ".") => {}
            None => bad += 1,
        }
    }
    if bad > 0 {
        parsed.record_issue(format!("{bad} lines of the list of package {name} name no file and were passed over"));
    }
    parsed.finds.push(Find::Files { ecosystem: OPKG, name, arch: None, files });
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, bytes: &[u8]) -> Parsed {
        parse(&Input { path, bytes })
    }

    fn packages(text: &[u8]) -> Vec<PackageFind> {
        let finds = read("usr/lib/opkg/status", text).finds;
        finds.into_iter().filter_map(Find::into_package).collect()
    }

    /// The fields that OpenWrt 23.05 writes.
    const CONTROL: &str = "Package: dropbear\nVersion: 2022.82-6\nDepends: libc, libubox20230523 (>= 1)\n\
        Source: package/network/services/dropbear\nSourceName: dropbear\nLicense: MIT\n\
        LicenseFiles: LICENSE libtomcrypt/LICENSE\nSection: net\nURL: https://matt.ucc.asn.au/dropbear/\n\
        Maintainer: Somebody <a@b>\nArchitecture: x86_64\nInstalled-Size: 112640\n\
        Description:  A small SSH2 server/client designed for small memory environments.\n";

    #[test]
    fn a_control_file_and_the_database_are_one_package() {
        let found = read("usr/lib/opkg/info/dropbear.control", CONTROL.as_bytes());
        assert_eq!(found.issues, []);
        let [Find::Package(p)] = &found.finds[..] else { panic!("{found:?}") };
        assert_eq!((&*p.name, &*p.version, p.arch.as_deref()), ("dropbear", "2022.82-6", Some("x86_64")));
        assert_eq!(p.declared[0].values, ["MIT".into()]);
        assert_eq!(p.requires.len(), 2);
        assert_eq!(p.source.as_ref().map(|s| &*s.name), Some("dropbear"));
        assert_eq!(
            p.description.as_deref(),
            Some("A small SSH2 server/client designed for small memory environments.")
        );
        let status = b"Package: dropbear\nVersion: 2022.82-6\nDepends: libc\nStatus: install user installed\n\
            Architecture: x86_64\nConffiles:\n /etc/config/dropbear 4f0c\nInstalled-Time: 1\n";
        let other = &packages(status)[0];
        assert_eq!((&other.name, &other.version, &other.arch), (&p.name, &p.version, &p.arch));
        assert_eq!(crate::purl::purl(p, None).unwrap(), "pkg:opkg/dropbear@2022.82-6?arch=x86_64");
    }

    #[test]
    fn the_status_decides() {
        let check = |status: &str, expected: usize| {
            let text = format!("Package: x\nStatus: {status}\nVersion: 1\n");
            assert_eq!(packages(text.as_bytes()).len(), expected, "{status}");
        };
        check("install user installed", 1);
        check("install ok installed", 1);
        check("install user unpacked", 1);
        check("install hold,user installed", 1);
        check("unknown ok not-installed", 0);
        check("deinstall ok config-files", 0);
    }

    #[test]
    fn licences_of_both_worlds() {
        let check = |value: &str, expected: &[&str]| {
            let found = declared(value).map(|d| d.values).unwrap_or_default();
            assert_eq!(found.iter().map(|v| &**v).collect::<Vec<_>>(), expected, "{value}");
        };
        check("GPL-2.0-only", &["GPL-2.0-only"]);
        check("GPL-2.0-only MIT", &["GPL-2.0-only", "MIT"]);
        check("LGPL-2.1-or-later BSD-3-Clause", &["LGPL-2.1-or-later", "BSD-3-Clause"]);
        check("GPL-2.0-only & MIT", &["GPL-2.0-only & MIT"]);
        check("GPL-2.0 WITH GCC-exception-2.0", &["GPL-2.0 WITH GCC-exception-2.0"]);
        check("Public Domain", &["Public Domain"]);
        check("BSD 3-Clause", &["BSD 3-Clause"]);
        check(" ", &[]);
    }

    #[test]
    fn file_lists() {
        let found = read("usr/lib/opkg/info/x.list", b"/usr/bin/x\n/etc/y\t0100644\t\n/..\n\n");
        let [Find::Files { name, files, .. }] = &found.finds[..] else { panic!("{found:?}") };
        assert_eq!(&**name, "x");
        assert_eq!(files.iter().map(|f| &*f.path).collect::<Vec<_>>(), ["usr/bin/x", "etc/y"]);
        assert_eq!(found.issues.len(), 1);
        assert!(is_info("opt/lib/opkg/info/a.control", "a.control"));
        assert!(!is_info("var/lib/dpkg/info/a.list", "a.list"));
    }

    #[test]
    fn one_malformed_record_loses_one_record() {
        let check = |text: &[u8], names: &[&str], issues: usize| {
            let found: Vec<String> = packages(text).iter().map(|p| p.name.to_string()).collect();
            assert_eq!(
                (found, read("status", text).issues.len()),
                (names.iter().map(|n| n.to_string()).collect(), issues)
            );
        };
        check(b"", &[], 0);
        check(b"Package: a\nVersion: 1\n\nVersion: 2\n\nPackage: c\nVersion: 3\n", &["a", "c"], 1);
        check(b"\xff\xff\0\n\nPackage: b\nVersion: 1\n", &["b"], 1);
        check(b"\xef\xbb\xbfPackage: b\r\nVersion: 1\r\n", &["b"], 0);
        check(b"Package: ../x\nVersion: 1\n", &[], 1);
    }
}
