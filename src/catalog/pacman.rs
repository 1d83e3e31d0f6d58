//! Arch Linux packages (also Manjaro, MSYS2, SteamOS): pacman's local database, one folder a package with the files `desc`
//! and `files`.
//!
//! Both are sections: a line `%NAME%`, then a value a line up to an empty line. Left out: the texts in
//! `usr/share/licenses/common` (now the package `licenses`), which are nobody's in particular. Specification:
//! <https://alpm.archlinux.page/specifications/alpm-db-desc.5.html>, alpm-db-files.5.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, OwnedFile, OwnedKind, PackageFind, Requirement, SourcePackage};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "pacman", group: Group::Installed, wants: &[Want::Like(is_record)], parse };

const ALPM: Ecosystem = Ecosystem("alpm");

fn is_record(path: &str, base: &str) -> bool {
    matches!(base, "desc" | "files") && paths::parent(paths::parent(path)).ends_with("lib/pacman/local")
}

/// Reads a description or a list of files, told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    if paths::base(input.path) == "files" { files(input) } else { desc(input) }
}

/// Every line that is a value, with the section that it stands in.
fn values(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut section: &[u8] = b"";
    decode::lines(bytes).filter_map(move |line| match line {
        [] => None,
        [b'%', name @ .., b'%'] if !name.is_empty() => {
            section = name;
            None
        }
        value => Some((section, value)),
    })
}

fn desc(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut find = PackageFind { ecosystem: ALPM, ..PackageFind::default() };
    let mut base = None;
    let mut licenses: Vec<Box<str>> = Vec::new();
    let mut stray = 0_usize;
    for (section, value) in values(input.bytes) {
        let value = decode::decode_part(value);
        let value = value.trim();
        match section {
            // The first of a field counts.
            b"NAME" if find.name.is_empty() => find.name = decode::token(value).unwrap_or_default(),
            b"VERSION" if find.version.is_empty() => find.version = decode::token(value).unwrap_or_default(),
            b"BASE" => base = base.or_else(|| decode::token(value)),
            b"ARCH" => find.arch = find.arch.or_else(|| decode::token(value)),
            b"DESC" => find.description = find.description.or_else(|| decode::one_line(value)),
            b"URL" => find.homepage = find.homepage.or_else(|| decode::one_line(value)),
            b"PACKAGER" => {
                let said = Some(value).filter(|v| *v != "Unknown Packager");
                find.supplier = find.supplier.or_else(|| said.and_then(decode::one_line));
            }
            b"LICENSE" if !value.is_empty() => licenses.push(value.into()),
            b"DEPENDS" => find.requires.extend(capability(value).map(|name| Requirement::AnyOf(vec![name]))),
            b"PROVIDES" => find.provides.extend(capability(value)),
            b"" => stray += 1,
            _ => {}
        }
    }
    if find.name.is_empty() || find.version.is_empty() {
        let missing = if find.name.is_empty() { "name" } else { "version" };
        parsed.file_issue(format!("the description has no valid {missing}; the package was left out"));
        return parsed;
    }
    if stray > 0 {
        parsed.record_issue(format!("{stray} lines before the first section were passed over"));
    }
    if !licenses.is_empty() {
        find.declared.push(Declared { grammar: Grammar::Arch, field: "LICENSE", values: licenses });
    }
    find.source = base.map(|name| SourcePackage { name, version: Some(find.version.clone()) });
    find.text_folder = paths::resolve("usr/share/licenses", &find.name);
    parsed.finds.push(Find::package(find));
    parsed
}

/// The name in `glibc>=2.38`, `libz.so=1-64`, `sh`.
fn capability(value: &str) -> Option<Box<str>> {
    let end = value.find(['=', '<', '>', ':']).unwrap_or(value.len());
    decode::token(value.get(..end)?)
}

fn files(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let folder = paths::base(paths::parent(input.path));
    // `name-version-release`: neither version nor release holds a hyphen.
    let name = folder.rsplitn(3, '-').nth(2).and_then(decode::token);
    let Some(name) = name else {
        parsed.file_issue("the folder's name holds no package name; the list was passed over");
        return parsed;
    };
    let mut files = Vec::new();
    let mut bad = 0_usize;
    // Folders end with a slash and are everybody's.
    let listed = values(input.bytes).filter(|(section, value)| *section == b"FILES" && !value.ends_with(b"/"));
    for (_, value) in listed {
        match paths::resolve("", &String::from_utf8_lossy(value)) {
            Some(path) => files.push(OwnedFile { path, kind: OwnedKind::Plain }),
            None => bad += 1,
        }
    }
    if bad > 0 {
        parsed.record_issue(format!("{bad} lines of the list of package {name} name no file and were passed over"));
    }
    parsed.finds.push(Find::Files { ecosystem: ALPM, name, arch: None, files });
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the form of pacman 6.0.2, whose own database of a package made for it was read as well.
    const ZLIB: &str = "%NAME%\nzlib\n\n%VERSION%\n1:1.3.1-2\n\n%BASE%\nzlib-ng\n\n%DESC%\nCompression library\n\n\
        %URL%\nhttps://www.zlib.net/\n\n%ARCH%\nx86_64\n\n%BUILDDATE%\n1718115735\n\n%PACKAGER%\nA B <a@b>\n\n%SIZE%\n\
        353461\n\n%LICENSE%\nZlib\ncustom:BSD\n\n%VALIDATION%\npgp\n\n%DEPENDS%\nglibc>=2.38\nsh\n\n%OPTDEPENDS%\n\
        perl: for scripts\n\n%PROVIDES%\nlibz.so=1-64\n\n";

    fn read(path: &str, bytes: &[u8]) -> Parsed {
        parse(&Input { path, bytes })
    }

    #[test]
    fn a_description() {
        let found = read("var/lib/pacman/local/zlib-1:1.3.1-2/desc", ZLIB.as_bytes());
        assert_eq!(found.issues, []);
        let [Find::Package(p)] = &found.finds[..] else { panic!("{found:?}") };
        assert_eq!(
            p.declared,
            [Declared { grammar: Grammar::Arch, field: "LICENSE", values: vec!["Zlib".into(), "custom:BSD".into()] }]
        );
        assert_eq!(p.requires, ["glibc", "sh"].map(|n| Requirement::AnyOf(vec![n.into()])));
        assert_eq!(p.provides, ["libz.so".into()]);
        assert_eq!(p.supplier.as_deref(), Some("A B <a@b>"));
        assert_eq!(p.text_folder.as_deref(), Some("usr/share/licenses/zlib"));
        let arch = crate::model::DistroFind { id: "arch".into(), ..Default::default() };
        assert_eq!(
            crate::purl::purl(p, Some(&arch)).unwrap(),
            "pkg:alpm/arch/zlib@1:1.3.1-2?arch=x86_64&distro=arch&upstream=zlib-ng"
        );
    }

    #[test]
    fn a_list_of_files() {
        let check = |path: &str, text: &str, expected: Option<(&str, &[&str])>, issues: usize| {
            let found = read(path, text.as_bytes());
            let got = found.finds.first().map(|f| {
                let Find::Files { name, files, .. } = f else { panic!("{f:?}") };
                (&**name, files.iter().map(|f| &*f.path).collect::<Vec<_>>())
            });
            assert_eq!(got, expected.map(|(n, f)| (n, f.to_vec())), "{path}");
            assert_eq!(found.issues.len(), issues);
        };
        let text = "%FILES%\nusr/\nusr/lib/libz.so\n../x\n\n%BACKUP%\netc/x\tabc\n";
        check("var/lib/pacman/local/lib32-zlib-1:1.3.1-2/files", text, Some(("lib32-zlib", &["usr/lib/libz.so"])), 1);
        check("var/lib/pacman/local/odd/files", text, None, 1);
        check("var/lib/pacman/local/a-1-1/files", "", Some(("a", &[])), 0);
    }

    #[test]
    fn broken_descriptions() {
        let check = |text: &[u8], finds: usize, issues: usize| {
            let found = read("var/lib/pacman/local/x-1-1/desc", text);
            assert_eq!((found.finds.len(), found.issues.len()), (finds, issues), "{text:?}");
        };
        check(b"", 0, 1);
        check(b"%NAME%\nx\n", 0, 1);
        check(b"%NAME%\n../x\n\n%VERSION%\n1-1\n", 0, 1);
        check(b"%NAME%\nx\n%VERSION%\n1-1", 1, 0);
        check(b"\xef\xbb\xbf%NAME%\r\nx\r\n\r\n%VERSION%\r\n1-1\r\n", 1, 0);
        check(b"stray\n%NAME%\nx\n\n%VERSION%\n1-1\n\n%PACKAGER%\nJos\xe9\n", 1, 1);
        for end in 0..ZLIB.len() {
            read("var/lib/pacman/local/x-1-1/desc", &ZLIB.as_bytes()[..end]);
        }
    }

    #[test]
    fn which_files_are_records() {
        assert!(is_record("var/lib/pacman/local/x-1-1/desc", "desc"));
        assert!(!is_record("var/lib/pacman/sync/x-1-1/desc", "desc"));
        assert!(!is_record("var/lib/pacman/local/desc", "desc"));
    }
}
