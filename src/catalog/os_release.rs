//! The distribution: os-release(5), and what systems without it have (`alpine-release`, `redhat-release`,
//! `lsb-release`, `debian_version`, ...).
//!
//! Which of several files is believed is the inventory's decision; [`PATHS`] lists them from the best. `VERSION_ID`
//! stays as it is written, since advisories and purls use it so.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{DistroFind, Find};

/// The files, the most trustworthy first: os-release says everything; a file of one distribution says more than one
/// that its derivatives keep (`redhat-release` stands in Oracle Linux too, `debian_version` in Ubuntu).
pub const PATHS: &[&str] = &[
    "etc/os-release",
    "usr/lib/os-release",
    "etc/alpine-release",
    "etc/almalinux-release",
    "etc/rocky-release",
    "etc/oracle-release",
    "etc/centos-release",
    "etc/fedora-release",
    "etc/redhat-release",
    "etc/system-release",
    "etc/SuSE-release",
    "etc/lsb-release",
    "etc/debian_version",
];

/// How many of [`PATHS`] are os-release files.
pub const OS_RELEASE_PATHS: usize = 2;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "os-release",
    group: Group::Installed,
    wants: &[
        Want::Path("etc/os-release"),
        Want::Path("usr/lib/os-release"),
        Want::Path("etc/alpine-release"),
        Want::Path("etc/almalinux-release"),
        Want::Path("etc/rocky-release"),
        Want::Path("etc/oracle-release"),
        Want::Path("etc/centos-release"),
        Want::Path("etc/fedora-release"),
        Want::Path("etc/redhat-release"),
        Want::Path("etc/system-release"),
        Want::Path("etc/SuSE-release"),
        Want::Path("etc/lsb-release"),
        Want::Path("etc/debian_version"),
    ],
    parse,
};

/// Ids by a part of the name that a one-line release file begins with, the narrower names first.
const NAMES: &[(&str, &str)] = &[
    ("red hat", "rhel"),
    ("centos", "centos"),
    ("fedora", "fedora"),
    ("almalinux", "almalinux"),
    ("rocky", "rocky"),
    ("oracle", "ol"),
    ("enterprise linux enterprise linux", "ol"),
    ("amazon", "amzn"),
    ("scientific", "scientific"),
    ("photon", "photon"),
    ("mariner", "mariner"),
    ("azure linux", "azurelinux"),
    ("suse linux enterprise desktop", "sled"),
    ("suse linux enterprise", "sles"),
    ("opensuse", "opensuse"),
    ("alpine", "alpine"),
    ("ubuntu", "ubuntu"),
    ("debian", "debian"),
    ("wolfi", "wolfi"),
];

/// Reads one of [`PATHS`]. A link may have led to a file of any name, so everything that is not known by its name is
/// read as os-release.
pub fn parse(input: &Input<'_>) -> Parsed {
    let text = decode::decode(input.bytes);
    let base = paths::base(input.path);
    let found = match base {
        "os-release" => os_release(&text),
        "alpine-release" => version_file("alpine", &text),
        "debian_version" => debian_version(&text),
        "lsb-release" => lsb_release(&text),
        _ if base.ends_with("-release") => release_line(&text),
        _ => os_release(&text),
    };
    let mut parsed = Parsed::default();
    match found {
        Some(distro) => parsed.finds.push(Find::Distro(distro)),
        // An empty file is common (a placeholder that a build leaves behind) and says nothing wrong.
        None if text.trim().is_empty() => {}
        None => parsed.file_issue("no distribution is named; the file was passed over"),
    }
    parsed
}

fn os_release(text: &str) -> Option<DistroFind> {
    let mut distro = DistroFind::default();
    for (key, value) in assignments(text) {
        let value = decode::one_line(&value);
        match key {
            "ID" => distro.id = id(value.as_deref().unwrap_or("")),
            "VERSION_ID" => distro.version_id = value.and_then(|v| decode::token(&v)),
            "VERSION_CODENAME" => distro.codename = value,
            "ID_LIKE" => distro.id_like = value.unwrap_or_default().split_whitespace().map(id).collect(),
            "PRETTY_NAME" => distro.pretty_name = value,
            "NAME" => distro.name = value,
            "CPE_NAME" => distro.cpe_name = value,
            "HOME_URL" => distro.home_url = value,
            _ => {}
        }
    }
    if distro.id.is_empty() {
        // The specification's default is `linux`, which helps nobody where the name says more.
        let name = distro.name.as_deref().or(distro.pretty_name.as_deref())?;
        distro.id = id_of_name(name).unwrap_or("linux").into();
    }
    Some(distro)
}

/// The assignments of a shell-like file, in order; what is neither assignment nor comment is passed over.
fn assignments(text: &str) -> impl Iterator<Item = (&str, String)> {
    text.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let (key, value) = line.split_once('=')?;
        let key = key.trim_end();
        let good = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        good.then(|| (key, unquote(value.trim_start())))
    })
}

/// One shell word: quotes taken off, escapes resolved, up to the first unquoted white space. A quote that is never
/// closed ends with the line. No expansion, as os-release(5) says.
fn unquote(value: &str) -> String {
    let mut word = String::with_capacity(value.len());
    let mut quote = None;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            (None, '\\') => word.extend(chars.next()),
            // Inside double quotes a backslash stands for itself unless what follows is special there.
            (Some('"'), '\\') => match chars.next() {
                Some(next @ ('"' | '$' | '`' | '\\')) => word.push(next),
                Some(next) => word.extend(['\\', next]),
                None => word.push('\\'),
            },
            // Unquoted white space ends a shell's word; a file that forgot its quotes still means the whole line,
            // but a comment behind the value is none of it.
            (None, c) if c.is_whitespace() && chars.as_str().trim_start().starts_with('#') => break,
            (_, c) => word.push(c),
        }
    }
    word.truncate(word.trim_end().len());
    word
}

/// An id as os-release(5) wants it: lower case letters, digits, `.`, `_`, `-`.
fn id(value: &str) -> Box<str> {
    let clean: String = value
        .trim()
        .chars()
        .take(decode::NAME_LIMIT)
        .map(|c| c.to_ascii_lowercase())
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' })
        .collect();
    clean.into()
}

fn id_of_name(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    NAMES.iter().find(|(part, _)| name.contains(part)).map(|(_, id)| *id)
}

/// A file that holds nothing but the version.
fn version_file(id: &str, text: &str) -> Option<DistroFind> {
    let version = decode::token(text.lines().find(|l| !l.trim().is_empty())?)?;
    Some(DistroFind { id: id.into(), version_id: Some(version), ..DistroFind::default() })
}

/// `12.15`, or `trixie/sid` before a release. os-release's `VERSION_ID` is the major number since Debian 7, and
/// only that names a release since then; `6.0.10` and older were named by two.
fn debian_version(text: &str) -> Option<DistroFind> {
    let line = decode::one_line(text)?;
    let mut distro = DistroFind { id: "debian".into(), ..DistroFind::default() };
    if line.starts_with(|c: char| c.is_ascii_digit()) {
        let mut numbers = line.split('.');
        let major = numbers.next().unwrap_or("");
        let old = major.parse::<u32>().is_ok_and(|m| m < 7);
        distro.version_id = match numbers.next().filter(|_| old) {
            Some(minor) => decode::token(&format!("{major}.{minor}")),
            None => decode::token(major),
        };
    } else {
        distro.codename = decode::token(line.split('/').next().unwrap_or(""));
        distro.codename.as_ref()?;
    }
    Some(distro)
}

fn lsb_release(text: &str) -> Option<DistroFind> {
    let mut distro = DistroFind::default();
    for (key, value) in assignments(text) {
        let value = decode::one_line(&value);
        match key {
            "DISTRIB_ID" => {
                distro.id = id(value.as_deref().unwrap_or(""));
                distro.name = value;
            }
            "DISTRIB_RELEASE" => distro.version_id = value.and_then(|v| decode::token(&v)),
            "DISTRIB_CODENAME" => distro.codename = value,
            "DISTRIB_DESCRIPTION" => distro.pretty_name = value,
            _ => {}
        }
    }
    // Older CentOS and Amazon Linux have a file of this name with only `LSB_VERSION` in it.
    (!distro.id.is_empty()).then_some(distro)
}

/// `CentOS release 6.10 (Final)`, `openSUSE 13.1 (x86_64)`, `VMware Photon OS 3.0`.
fn release_line(text: &str) -> Option<DistroFind> {
    let line = decode::one_line(text)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let version = words.iter().find(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let id = match id_of_name(&line) {
        Some(id) => id.into(),
        // Without a name that is known, only the usual wording shows that this is no other kind of file.
        None if words.contains(&"release") => id(words.first()?),
        None => return None,
    };
    let name: Vec<&str> =
        words.iter().copied().take_while(|w| *w != "release" && !w.starts_with(|c: char| c.is_ascii_digit())).collect();
    let codename = line.rsplit_once('(').and_then(|(_, tail)| tail.split_once(')')).map(|(name, _)| name.trim());
    Some(DistroFind {
        id,
        version_id: version.and_then(|v| decode::token(v)),
        codename: codename.filter(|c| !c.is_empty() && !c.contains("86")).map(Into::into),
        name: decode::one_line(&name.join(" ")),
        pretty_name: Some(line),
        ..DistroFind::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, bytes: &[u8]) -> Option<DistroFind> {
        match parse(&Input { path, bytes }).finds.pop() {
            Some(Find::Distro(d)) => Some(d),
            _ => None,
        }
    }

    /// `id version codename`, a hyphen for what is absent.
    fn check(path: &str, text: &str, expected: &str) {
        let got = match read(path, text.as_bytes()) {
            Some(d) => {
                format!("{} {} {}", d.id, d.version_id.as_deref().unwrap_or("-"), d.codename.as_deref().unwrap_or("-"))
            }
            None => "none".to_owned(),
        };
        assert_eq!(got, expected, "{path}: {text:?}");
    }

    #[test]
    fn os_release_files() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n\
                      VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n\
                      HOME_URL=\"https://www.debian.org/\"\n";
        check("usr/lib/os-release", debian, "debian 12 bookworm");
        let found = read("etc/os-release", debian.as_bytes()).unwrap();
        assert_eq!(found.pretty_name.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(found.home_url.as_deref(), Some("https://www.debian.org/"));
        check("etc/os-release", "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\n", "alpine 3.20.3 -");
        check("etc/os-release", "\u{feff}ID='RHEL' # upper\r\nVERSION_ID=\"9.4\"\r\n", "rhel 9.4 -");
        check("etc/os-release", "# ID=no\nexport ID=a\\b\nID=\"x\\\"y\"\n", "x-y - -");
        check("etc/os-release", "ID=one\nID=two\n", "two - -");
        check("etc/os-release", "ID=\"open", "open - -");
        check("etc/os-release", "NAME=\"Rocky Linux\"\n", "rocky - -");
        check("etc/os-release", "NAME=Nobody\n", "linux - -");
        check("etc/os-release", "hello\n", "none");
        check("etc/os-release", "", "none");
        // A link to a file of another name.
        check("usr/lib/os.release.d/os-release-fedora", "ID=fedora\nVERSION_ID=40\n", "fedora 40 -");
        let like = read("etc/os-release", b"ID=rocky\nID_LIKE=\"rhel centos fedora\"\n").unwrap();
        assert_eq!(like.id_like.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["rhel", "centos", "fedora"]);
    }

    #[test]
    fn quotes_and_escapes() {
        let check = |raw: &str, expected: &str| assert_eq!(unquote(raw), expected, "{raw}");
        check("plain", "plain");
        check("\"a b\"", "a b");
        check("'a $b'", "a $b");
        check("\"a\\$b \\n \\\\\"", "a$b \\n \\");
        check("a\\ b", "a b");
        check("\"a\"'b'c", "abc");
        check("a # comment", "a");
        check("two words", "two words");
        check("'open", "open");
        check("\\", "");
        check("\"\\", "\\");
    }

    #[test]
    fn older_files() {
        check("etc/alpine-release", "3.20.3\n", "alpine 3.20.3 -");
        check("etc/debian_version", "12.15\n", "debian 12 -");
        check("etc/debian_version", "6.0.10\n", "debian 6.0 -");
        check("etc/debian_version", "trixie/sid\n", "debian - trixie");
        check("etc/centos-release", "CentOS release 6.10 (Final)\n", "centos 6.10 Final");
        check("etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n", "rhel 6.10 Santiago");
        check("etc/redhat-release", "AlmaLinux release 9.4 (Seafoam Ocelot)\n", "almalinux 9.4 Seafoam Ocelot");
        check("etc/system-release", "Amazon Linux AMI release 2018.03\n", "amzn 2018.03 -");
        check("etc/system-release", "Thing release 7\n", "thing 7 -");
        check("etc/SuSE-release", "openSUSE 13.1 (x86_64)\nVERSION = 13.1\nCODENAME = Bottle\n", "opensuse 13.1 -");
        check("etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\n", "sles 11 -");
        check(
            "etc/lsb-release",
            "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\nDISTRIB_CODENAME=trusty\nDISTRIB_DESCRIPTION=\"Ubuntu 14.04.6 LTS\"\n",
            "ubuntu 14.04 trusty",
        );
        check("etc/lsb-release", "LSB_VERSION=base-4.0-amd64\n", "none");
        check("etc/system-release", "\0\u{1}\u{2}", "none");
    }

    #[test]
    fn every_path_is_wanted() {
        let wanted: Vec<&str> = CATALOGER.wants.iter().map(|w| if let Want::Path(p) = w { *p } else { "" }).collect();
        assert_eq!(wanted, PATHS);
    }
}
