//! Python distributions: `METADATA` of `*.dist-info`, `PKG-INFO` of `*.egg-info` and of eggs, `*.egg-info` files
//! (`python/metadata.rs`), the lists of installed files beside them (here), `direct_url.json` (`python/origin.rs`), wheels, eggs
//! and applications that are archives (`python/archive.rs`), and lists of vendored packages (`python/vendored.rs`).
//!
//! A list of files (`RECORD`, `installed-files.txt`) is another file than the metadata and need not even say the
//! same name, so its [`Find::Files`] is joined by place: its `name` is the path of the metadata file that it belongs
//! to. An editable install is found by its metadata like any other: by its `dist-info`, or, where an `*.egg-link` leads to it, by
//! the `*.egg-info` in the project's folder; link and `__editable__*.pth` name no version, and a project that is not in the
//! image (a mounted folder) is no package of it. Left out: `requires.txt` of unpacked eggs; source distributions
//! (`*.tar.gz`), which any archive may look like and which must be unpacked to the end to be told; bodies in pip's cache of
//! downloads, which have no names; vendored code that nobody lists (`requests/packages` of before 2016). Specification: core
//! metadata 1.0 to 2.4, recording installed projects.

mod archive;
mod metadata;
mod origin;
mod vendored;

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, OwnedFile, OwnedKind};
use std::borrow::Cow;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "python",
    group: Group::Installed,
    wants: &[
        Want::Suffix(".dist-info/METADATA"),
        Want::Suffix(".dist-info/RECORD"),
        Want::Suffix(".dist-info/direct_url.json"),
        Want::Suffix(".egg-info/PKG-INFO"),
        Want::Suffix(".egg-info/installed-files.txt"),
        Want::Suffix("/EGG-INFO/PKG-INFO"),
        Want::Suffix(".egg-info"),
        Want::Suffix(".whl"),
        Want::Suffix(".egg"),
        Want::Suffix(".pyz"),
        Want::Suffix(".pex"),
        Want::Like(vendored::is_wanted),
    ],
    parse,
};

/// Reads one file, told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    if is_test_data(input.path, false) {
        return Parsed::default();
    }
    match paths::base(input.path) {
        "RECORD" => record(input),
        "installed-files.txt" => installed_files(input),
        "direct_url.json" => origin::parse(input),
        base if vendored::is_wanted(input.path, base) => vendored::parse(input),
        base => match archive::Kind::of(base) {
            Some(kind) => archive::parse(input, kind),
            None => metadata::parse(input),
        },
    }
}

/// Whether it is data of a library's tests: setuptools installs the eggs of its tests (`pkg_resources/tests/data`), CPython
/// wheels and eggs of a package `example` (`test/test_importlib/data`); nobody can import them. Only below the folder of a
/// Python library (`in_library`: it begins in one), for elsewhere people call their own folders so.
fn is_test_data(path: &str, in_library: bool) -> bool {
    #[derive(PartialEq)]
    enum At {
        Outside,
        Library,
        Tests,
        Data,
    }
    let mut at = if in_library { At::Library } else { At::Outside };
    for part in paths::parent(path).split('/') {
        at = match part {
            "site-packages" | "dist-packages" => At::Library,
            "test" | "tests" if at == At::Library => At::Tests,
            "data" | "fixtures" if at == At::Tests => At::Data,
            // `python3.12`, and not `python3` alone, which is no library but a folder of them.
            _ if at == At::Outside && part.strip_prefix("python").is_some_and(|v| v.contains('.')) => At::Library,
            _ => at,
        };
    }
    at == At::Data
}

/// The name as the purl has it: lower case, `_` as `-`.
pub fn purl_name(name: &str) -> String {
    name.trim().to_lowercase().replace('_', "-")
}

/// The name as Python compares it: lower case, each run of `-`, `_` and `.` as one `-` (PEP 503). It is what stands in
/// [`PackageFind::requires`](crate::model::PackageFind::requires) and, where it differs from the purl's, in [`PackageFind::provides`](crate::model::PackageFind::provides).
pub fn compare_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// `RECORD`: a CSV whose first column is a path, relative to the folder that holds the `.dist-info`, or absolute.
fn record(input: &Input<'_>) -> Parsed {
    let folder = paths::parent(input.path);
    let lines = decode::lines(input.bytes).map(|line| first_column(&String::from_utf8_lossy(line)).into_owned());
    files(&format!("{folder}/METADATA"), paths::parent(folder), lines)
}

/// `installed-files.txt`: a path a line, relative to the `.egg-info` folder.
fn installed_files(input: &Input<'_>) -> Parsed {
    let folder = paths::parent(input.path);
    let lines = decode::lines(input.bytes).map(|line| String::from_utf8_lossy(line).trim().to_owned());
    files(&format!("{folder}/PKG-INFO"), folder, lines)
}

fn files(metadata: &str, folder: &str, lines: impl Iterator<Item = String>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut files = Vec::new();
    let mut bad = 0_usize;
    for path in lines.filter(|line| !line.is_empty()) {
        match paths::resolve(folder, &path) {
            Some(path) => files.push(OwnedFile { path, kind: OwnedKind::Plain }),
            None => bad += 1,
        }
    }
    if bad > 0 {
        parsed.record_issue(format!("{bad} lines name no file of the image and were passed over"));
    }
    parsed.finds.push(Find::Files { ecosystem: Ecosystem::PYPI, name: metadata.into(), arch: None, files });
    parsed
}

/// The first column of a line of CSV: quoted where it holds a comma or a quote.
fn first_column(line: &str) -> Cow<'_, str> {
    let Some(quoted) = line.strip_prefix('"') else {
        return Cow::Borrowed(line.split(',').next().unwrap_or(line).trim());
    };
    let mut out = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' if chars.as_str().starts_with('"') => {
                chars.next();
                out.push('"');
            }
            '"' => break,
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, bytes: &[u8]) -> Parsed {
        parse(&Input { path, bytes })
    }

    #[test]
    fn file_lists() {
        let check = |path: &str, text: &[u8], name: &str, expected: &[&str], issues: usize| {
            let got = read(path, text);
            assert_eq!(got.issues.len(), issues, "{path}");
            let [Find::Files { name: n, files, .. }] = &got.finds[..] else { panic!("{path}") };
            assert_eq!(&**n, name);
            assert_eq!(files.iter().map(|f| &*f.path).collect::<Vec<_>>(), expected);
        };
        check(
            "usr/lib/python3.12/site-packages/docutils-0.20.1.dist-info/RECORD",
            b"../../../bin/docutils,sha256=nlt2,240\r\ndocutils/__init__.py,sha256=x,1\n\"a,\"\"b.py\",,\n\
              /opt/x,,\n../../../../../../etc,,\n",
            "usr/lib/python3.12/site-packages/docutils-0.20.1.dist-info/METADATA",
            &[
                "usr/bin/docutils",
                "usr/lib/python3.12/site-packages/docutils/__init__.py",
                "usr/lib/python3.12/site-packages/a,\"b.py",
                "opt/x",
            ],
            1,
        );
        check(
            "d/x.egg-info/installed-files.txt",
            b"../x/y.py\nPKG-INFO\n",
            "d/x.egg-info/PKG-INFO",
            &["d/x/y.py", "d/x.egg-info/PKG-INFO"],
            0,
        );
        check("d/x.dist-info/RECORD", b"", "d/x.dist-info/METADATA", &[], 0);
    }

    #[test]
    fn test_data_is_no_package() {
        let check = |path: &str, expected: bool| assert_eq!(is_test_data(path, false), expected, "{path}");
        let egg =
            "pkg_resources/tests/data/my-test-package_unpacked-egg/my_test_package-1.0-py3.7.egg/EGG-INFO/PKG-INFO";
        check(&format!("usr/lib/python3/dist-packages/{egg}"), true);
        check(&format!("usr/local/lib/python3.12/site-packages/{egg}"), true);
        assert!(is_test_data(egg, true));
        check("usr/lib/python3.13/test/test_importlib/metadata/data/example-21.12-py3-none-any.whl", true);
        // A real one, which the tests of CPython install.
        check("usr/lib/python3.13/test/wheeldata/setuptools-67.6.1-py3-none-any.whl", false);
        check("home/test/data/x-1.0-py3-none-any.whl", false);
        check("srv/python3.12/tests/data/venv/lib/python3.12/site-packages/x-1.0.dist-info/METADATA", false);
        check("usr/lib/python3/dist-packages/data/tests/x-1.0.dist-info/METADATA", false);
        let path = format!("usr/lib/python3/dist-packages/{egg}");
        assert_eq!(read(&path, b"Name: my-test-package\nVersion: 1.0\n"), Parsed::default());
    }

    /// An editable install has two records of one package, and a link that is none.
    #[test]
    fn an_editable_install_is_one_package() {
        let text = b"Metadata-Version: 2.4\nName: Hello_World.x\nVersion: 1.0\nLicense-File: LICENSE\n";
        let key = |path: &str| match &read(path, text).finds[..] {
            [Find::Package(p)] => (p.name.clone(), p.version.clone(), p.qualifiers.len()),
            other => panic!("{path}: {other:?}"),
        };
        let installed = key("v/lib/python3.11/site-packages/hello_world_x-1.0.dist-info/METADATA");
        assert_eq!(installed, ("hello-world.x".into(), "1.0".into(), 0));
        assert_eq!(key("app/src/Hello_World.x.egg-info/PKG-INFO"), installed);
        for path in ["site-packages/Hello_World.x.egg-link", "site-packages/__editable__.hello_world_x-1.0.pth"] {
            let wants = |want: &Want| match want {
                Want::Suffix(suffix) => path.ends_with(suffix),
                Want::Like(like) => like(path, paths::base(path)),
                other => panic!("{other:?}"),
            };
            assert!(!CATALOGER.wants.iter().any(wants), "{path}");
        }
    }
}
