//! Debian packages: dpkg's `status`, the `status.d` folder of distroless images, and the file lists in `info`.
//!
//! dpkg records no licence; the package's copyright file says it, which the inventory joins. Specification: dpkg(1),
//! dpkg-query(1) (states), Debian policy 5 and 7 (fields and relations).

use super::deb822::{Ends, Paragraph, paragraphs};
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, OwnedFile, OwnedKind, PackageFind, Requirement, SourcePackage};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "dpkg",
    group: Group::Installed,
    wants: &[
        Want::Path("var/lib/dpkg/status"),
        Want::Folder { folder: "var/lib/dpkg/status.d", suffix: "" },
        Want::Folder { folder: "var/lib/dpkg/info", suffix: ".list" },
        Want::Folder { folder: "var/lib/dpkg/info", suffix: ".md5sums" },
        // The same under another prefix: a database moved behind a link, a root file system inside the image.
        Want::Like(is_info_list),
    ],
    parse,
};

fn is_info_list(path: &str, base: &str) -> bool {
    (base.ends_with(".list") || base.ends_with(".md5sums"))
        && path.strip_suffix(base).is_some_and(|folder| folder.ends_with("/dpkg/info/"))
}

/// Reads a database of packages or a list of files, told apart by the name: a link may have led to a `status` of
/// another name, but lists are always found by their ending.
pub fn parse(input: &Input<'_>) -> Parsed {
    let base = paths::base(input.path);
    if let Some(name) = base.strip_suffix(".list") {
        file_list(name, input.bytes, |line| Some(line))
    } else if let Some(name) = base.strip_suffix(".md5sums") {
        file_list(name, input.bytes, md5sums_path)
    } else {
        database(input.bytes)
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
    let raw_name = p.get("Package").unwrap_or_default();
    if p.fields.is_empty() {
        parsed.record_lost(format!("{} lines at byte {} are no package and were passed over", p.stray, p.range.start));
        return;
    }
    match p.get("Status").as_deref().map(state) {
        Some(State::Absent) => return,
        Some(State::Unknown) => parsed.record_issue(format!(
            "the status of package {} is unknown; it was taken as installed",
            decode::shown(&raw_name)
        )),
        // `status.d` has no such field: what lies there is installed.
        Some(State::Present) | None => {}
    }
    let Some(name) = decode::token(&raw_name) else {
        parsed.record_lost(format!("the record at byte {} has no valid package name and was left out", p.range.start));
        return;
    };
    let Some(version) = p.get("Version").and_then(|v| decode::token(&v)) else {
        parsed.record_lost(format!("package {} has no valid version and was left out", decode::shown(&name)));
        return;
    };
    if p.stray > 0 {
        let name = decode::shown(&name);
        parsed.record_issue(format!("{} lines in the record of package {name} were passed over", p.stray));
    }
    let line = |field: &str| p.get(field).and_then(|v| decode::one_line(&v));
    let mut requires = Vec::new();
    for field in ["Pre-Depends", "Depends"] {
        requires.extend(p.get(field).iter().flat_map(|v| relations(v)).map(Requirement::AnyOf));
    }
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: Ecosystem::DEB,
        arch: p.get("Architecture").and_then(|v| decode::token(&v)),
        source: Some(source(p.get("Source").as_deref(), &name, &version)),
        supplier: line("Maintainer"),
        description: p.field("Description").and_then(|f| decode::one_line(&f.lines().next()?)),
        homepage: line("Homepage"),
        provides: p.get("Provides").iter().flat_map(|v| relations(v)).flatten().collect(),
        requires,
        texts: paths::resolve("usr/share/doc", &format!("{name}/copyright")).into_iter().collect(),
        name,
        version,
        ..PackageFind::default()
    }));
}

enum State {
    Present,
    Absent,
    Unknown,
}

/// The third word of `Status:`; the first two say what the administrator wants and whether something is wrong.
/// `half-installed` counts: unpacking began, so that (some of) the files are in the layer and are distributed; a
/// package too many is seen, a missing one is not.
fn state(status: &str) -> State {
    match status.split_whitespace().nth(2) {
        Some(
            "installed" | "half-configured" | "unpacked" | "triggers-awaited" | "triggers-pending" | "half-installed",
        ) => State::Present,
        Some("not-installed" | "config-files") => State::Absent,
        _ => State::Unknown,
    }
}

/// `Source: name (version)`. Absent, the source has the package's name; without a version, the package's version.
fn source(field: Option<&str>, name: &str, version: &str) -> SourcePackage {
    let (source, in_parentheses) = match field.unwrap_or("").split_once('(') {
        Some((source, rest)) => (source, decode::token(rest.trim_end().trim_end_matches(')'))),
        None => (field.unwrap_or(""), None),
    };
    SourcePackage {
        name: decode::token(source).unwrap_or_else(|| name.into()),
        version: in_parentheses.or_else(|| Some(version.into())),
    }
}

/// `a (>= 1) | b:any, c [amd64]`: groups of alternatives, names only.
pub(super) fn relations(value: &str) -> Vec<Vec<Box<str>>> {
    value
        .split(',')
        .map(|group| group.split('|').filter_map(relation_name).collect::<Vec<_>>())
        .filter(|g| !g.is_empty())
        .collect()
}

pub(super) fn relation_name(one: &str) -> Option<Box<str>> {
    let one = one.trim();
    let end = one.find(|c: char| c.is_whitespace() || "([<:".contains(c)).unwrap_or(one.len());
    decode::token(one.get(..end)?)
}

/// Reads one path a line; folders appear too and are kept. `name` is the file's name without its ending:
/// `libc6:amd64` where the package can be installed for several architectures.
fn file_list(name: &str, bytes: &[u8], path_of: fn(&str) -> Option<&str>) -> Parsed {
    let mut parsed = Parsed::default();
    let (name, arch) = match name.split_once(':') {
        Some((name, arch)) => (name, decode::token(arch)),
        None => (name, None),
    };
    let Some(name) = decode::token(name) else {
        parsed.file_issue("the file's name holds no package name; the list was passed over");
        return parsed;
    };
    let mut files = Vec::new();
    let mut bad = 0_usize;
    for line in decode::lines(bytes).filter(|line| !line.is_empty()) {
        // Paths are matched with those of the archive, where bytes that are no UTF-8 are replaced.
        let line = String::from_utf8_lossy(line);
        match path_of(&line) {
            Some("/." | "/" | ".") => {}
            Some(path) => match paths::resolve("", path) {
                Some(path) => files.push(OwnedFile { path, kind: OwnedKind::Plain }),
                None => bad += 1,
            },
            None => bad += 1,
        }
    }
    if bad > 0 {
        parsed.record_issue(format!("{bad} lines of the list of package {name} name no file and were passed over"));
    }
    parsed.finds.push(Find::Files { ecosystem: Ecosystem::DEB, name, arch, files });
    parsed
}

/// The path behind the checksum: 32 hexadecimal digits, a space, a space or a star.
fn md5sums_path(line: &str) -> Option<&str> {
    let (sum, rest) = line.split_at_checked(32)?;
    let path = rest.strip_prefix(' ')?;
    let path = path.strip_prefix([' ', '*']).unwrap_or(path);
    (sum.bytes().all(|b| b.is_ascii_hexdigit()) && !path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, bytes: &[u8]) -> Parsed {
        parse(&Input { path, bytes })
    }

    fn packages(text: &[u8]) -> Vec<PackageFind> {
        let finds = read("var/lib/dpkg/status", text).finds;
        finds.into_iter().filter_map(Find::into_package).collect()
    }

    const APT: &str = "Package: apt\nStatus: install ok installed\nPriority: important\nSection: admin\n\
        Installed-Size: 4232\nMaintainer: APT Development Team <deity@lists.debian.org>\nArchitecture: amd64\n\
        Version: 2.6.2\nProvides: apt-transport-https (= 2.6.2)\n\
        Depends: adduser, gpgv | gpgv2 | gpgv1, libc6 (>= 2.34), python3:any (>= 3.9~)\nPre-Depends: dpkg [amd64]\n\
        Conffiles:\n /etc/apt/apt.conf.d/01autoremove 879455db9b938ce287b23383629aedce\n\
        Description: commandline package manager\n This package provides commandline tools.\n";

    #[test]
    fn a_real_record() {
        let apt = packages(APT.as_bytes()).pop().unwrap();
        let any = |names: &[&str]| Requirement::AnyOf(names.iter().map(|&n| n.into()).collect());
        assert_eq!((&*apt.name, &*apt.version, apt.arch.as_deref()), ("apt", "2.6.2", Some("amd64")));
        assert_eq!(apt.supplier.as_deref(), Some("APT Development Team <deity@lists.debian.org>"));
        assert_eq!(apt.description.as_deref(), Some("commandline package manager"));
        assert_eq!(apt.provides, ["apt-transport-https".into()]);
        assert_eq!(
            apt.requires,
            [any(&["dpkg"]), any(&["adduser"]), any(&["gpgv", "gpgv2", "gpgv1"]), any(&["libc6"]), any(&["python3"])]
        );
        assert_eq!(apt.texts, ["usr/share/doc/apt/copyright".into()]);
        assert_eq!(apt.source, Some(SourcePackage { name: "apt".into(), version: Some("2.6.2".into()) }));
        assert!(apt.declared.is_empty());
    }

    #[test]
    fn the_status_decides() {
        let check = |status: &str, expected: usize, issues: usize| {
            let text = format!("Package: x\nStatus: {status}\nVersion: 1\n");
            let got = read("var/lib/dpkg/status", text.as_bytes());
            assert_eq!((got.finds.len(), got.issues.len()), (expected, issues), "{status}");
        };
        check("install ok installed", 1, 0);
        check("hold ok installed", 1, 0);
        check("deinstall ok installed", 1, 0);
        check("install ok unpacked", 1, 0);
        check("install ok half-configured", 1, 0);
        check("install reinstreq half-installed", 1, 0);
        check("install ok triggers-pending", 1, 0);
        check("install ok triggers-awaited", 1, 0);
        check("deinstall ok config-files", 0, 0);
        check("purge ok not-installed", 0, 0);
        check("install ok", 1, 1);
        // No Status at all: status.d.
        assert_eq!(read("var/lib/dpkg/status.d/netbase", b"Package: netbase\nVersion: 6.4\n").finds.len(), 1);
    }

    #[test]
    fn sources() {
        let check = |field: Option<&str>, name: &str, version: &str| {
            let expected = SourcePackage { name: name.into(), version: Some(version.into()) };
            assert_eq!(source(field, "libssl3", "3.0-1+b1"), expected, "{field:?}");
        };
        check(None, "libssl3", "3.0-1+b1");
        check(Some("openssl"), "openssl", "3.0-1+b1");
        check(Some("openssl (3.0-1)"), "openssl", "3.0-1");
        check(Some("openssl (1:3.0-1"), "openssl", "1:3.0-1");
        check(Some("()"), "libssl3", "3.0-1+b1");
    }

    #[test]
    fn one_malformed_record_loses_one_record() {
        let check = |text: &[u8], names: &[&str], issues: usize| {
            let got = read("var/lib/dpkg/status", text);
            let found: Vec<String> = packages(text).iter().map(|p| p.name.to_string()).collect();
            assert_eq!((found, got.issues.len()), (names.iter().map(|n| n.to_string()).collect(), issues));
        };
        check(b"", &[], 0);
        check(b"Package: a\nVersion: 1\n\nVersion: 2\n\nPackage: c\nVersion: 3\n", &["a", "c"], 1);
        check(b"Package: a\nVersion: 1\n\nPackage: b\nSta", &["a"], 1);
        check(b"\xff\xff\0\n\nPackage: b\nVersion: 1\n", &["b"], 1);
        check(b"\xef\xbb\xbfPackage: b\r\nVersion: 1\r\n\r\n", &["b"], 0);
        check(b"Package: ../../etc\nVersion: 1\n", &[], 1);
        check(b"Package: a\nPackage: b\nVersion: 1\nVersion: 2\n", &["a"], 0);
        check(b"Package: a\nstray\nVersion: 1\n", &["a"], 1);
        check(b"package: a\nVERSION:\t1\nMaintainer: Jos\xe9\n", &["a"], 0);
        let huge = [b"Package: a\nVersion: 1\nDescription: ".as_slice(), &[b'x'; 1 << 20]].concat();
        assert!(packages(&huge)[0].description.as_ref().unwrap().len() < 5000);
        for end in 0..APT.len() {
            let _ = packages(&APT.as_bytes()[..end]);
        }
    }

    #[test]
    fn file_lists() {
        let check = |path: &str, text: &[u8], name: &str, arch: Option<&str>, expected: &[&str], issues: usize| {
            let got = read(path, text);
            assert_eq!(got.issues.len(), issues, "{path}");
            let [Find::Files { name: n, arch: a, files, .. }] = &got.finds[..] else { panic!("{path}") };
            assert_eq!((&**n, a.as_deref()), (name, arch));
            assert_eq!(files.iter().map(|f| &*f.path).collect::<Vec<_>>(), expected);
        };
        let info = "var/lib/dpkg/info";
        check(&format!("{info}/tar.list"), b"/.\n/bin\n/bin/tar\n", "tar", None, &["bin", "bin/tar"], 0);
        check(&format!("{info}/libc6:amd64.list"), b"/lib/x\n", "libc6", Some("amd64"), &["lib/x"], 0);
        check(
            &format!("{info}/base-files.md5sums"),
            b"07d31e7e63800ab1b7966980709c51eb  usr/lib/os-release\nnothing\n0a540d50c157ed0070459b82c358a05a  ./a b\n",
            "base-files",
            None,
            &["usr/lib/os-release", "a b"],
            1,
        );
        check(&format!("{info}/x.list"), b"/../../etc\n/a/../b\n/\xff\n", "x", None, &["b", "\u{fffd}"], 1);
        check("var/lib/dpkg/status.d/netbase.md5sums", b"", "netbase", None, &[], 0);
        assert!(is_info_list("usr/lib/sysimage/dpkg/info/a.list", "a.list"));
        assert!(!is_info_list("etc/apt/sources.list", "sources.list"));
    }
}
