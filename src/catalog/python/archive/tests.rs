use super::*;
use crate::catalog::archive::tests::zip_of;

const WHEEL: &str = "srv/hello_world-1.0-py3-none-any.whl";
const META: &str = "Metadata-Version: 2.4\nName: Hello_World\nVersion: 1.0\nLicense-Expression: MIT\n\
                    License-File: docs/COPYING.gnu\nRequires-Dist: six\n";

fn read(path: &str, bytes: &[u8]) -> Parsed {
    super::super::parse(&Input { path, bytes })
}

fn packages(parsed: &Parsed) -> Vec<&PackageFind> {
    parsed.finds.iter().map(|f| if let Find::Package(p) = f { &**p } else { panic!("{f:?}") }).collect()
}

/// Each package as `name@version basis inner`, with the paths of its texts.
fn shown(parsed: &Parsed) -> Vec<String> {
    let texts = |p: &PackageFind| p.embedded.iter().map(|t| format!(" {}", t.path)).collect::<String>();
    let inner = |p: &PackageFind| p.inner.as_deref().unwrap_or("-").to_owned();
    let line = |p: &&PackageFind| format!("{}@{} {} {}{}", p.name, p.version, p.basis.as_str(), inner(p), texts(p));
    packages(parsed).iter().map(line).collect()
}

fn check(path: &str, files: &[(&str, &[u8])], expected: &[&str], issues: usize) {
    let parsed = read(path, &zip_of(files));
    assert_eq!(shown(&parsed), expected, "{path}");
    assert_eq!(parsed.issues.len(), issues, "{path}: {:?}", parsed.issues);
}

#[test]
fn a_wheel_with_its_texts() {
    let files: &[(&str, &[u8])] = &[
        ("hello/__init__.py", b""),
        ("hello/LICENSE", b"of a part"),
        ("LICENSE", b"at the top"),
        ("hello_world-1.0.dist-info/METADATA", META.as_bytes()),
        ("hello_world-1.0.dist-info/NOTICE", b"beside"),
        ("hello_world-1.0.dist-info/NOTICE.empty", b" \n"),
        ("hello_world-1.0.dist-info/licenses/docs/COPYING.gnu", b"nested"),
        ("hello_world-1.0.dist-info/licenses/vendored/x/AUTHORS", b"nested deeper"),
        ("hello_world-1.0.dist-info/sboms/LICENSE", b"elsewhere"),
        ("hello_world-1.0.dist-info/RECORD", b""),
    ];
    let dist = "hello_world-1.0.dist-info";
    let expected = format!(
        "hello-world@1.0 archive {dist}/METADATA {dist}/NOTICE {dist}/licenses/docs/COPYING.gnu \
         {dist}/licenses/vendored/x/AUTHORS LICENSE"
    );
    check(WHEEL, files, &[&expected], 0);
    let parsed = read(WHEEL, &zip_of(files));
    let p = packages(&parsed)[0];
    assert_eq!(p.declared.first().map(|d| &*d.values[0]), Some("MIT"));
    assert_eq!(&*p.embedded[0].words, "beside");
    assert_eq!(p.requires.len(), 1);
    assert!(p.texts.is_empty() && p.text_folder.is_none(), "these are paths of the image");
}

/// The wheel and its unpacked form are one package to the inventory, which joins by what is in the purl.
#[test]
fn a_wheel_and_its_unpacked_form_have_one_purl() {
    let wheel = read(WHEEL, &zip_of(&[("hello_world-1.0.dist-info/METADATA", META.as_bytes())]));
    let unpacked = read("lib/site-packages/hello_world-1.0.dist-info/METADATA", META.as_bytes());
    let purl = |p: &PackageFind| crate::purl::purl(p, None).unwrap();
    let (wheel, unpacked) = (packages(&wheel)[0], packages(&unpacked)[0]);
    assert_eq!((purl(wheel), &wheel.qualifiers), (purl(unpacked), &unpacked.qualifiers));
    assert!(unpacked.basis < wheel.basis, "the installed form speaks for both");
}

#[test]
fn what_a_wheel_carries() {
    let inner = zip_of(&[
        ("pip-25.3.dist-info/METADATA", b"Name: pip\nVersion: 25.3\n"),
        ("pip/_vendor/vendor.txt", b"CacheControl==0.14.3\nsix==1.16.0\n"),
        ("pip/_vendor/cachecontrol/LICENSE.txt", b"x"),
        ("pip/_vendor/cachecontrol/caches/LICENSE", b"deeper"),
        ("pip/_vendor/six.LICENSE", b"x"),
        ("pip/_vendor/six.py", b"x"),
    ]);
    let embedded = "virtualenv/embed/pip-25.3-py3-none-any.whl";
    check(
        "virtualenv-20-py3-none-any.whl",
        &[
            ("setuptools/_vendor/zipp-3.19.2.dist-info/METADATA", b"Name: zipp\nVersion: 3.19.2\n"),
            ("setuptools/_vendor/zipp-3.19.2.dist-info/LICENSE", b"x"),
            ("pkg_resources/tests/data/my_test-1.0.dist-info/METADATA", b"Name: my-test\nVersion: 1.0\n"),
            ("virtualenv-20.dist-info/METADATA", b"Name: virtualenv\nVersion: 20\n"),
            (embedded, &inner),
        ],
        &[
            "zipp@3.19.2 archive setuptools/_vendor/zipp-3.19.2.dist-info/METADATA \
             setuptools/_vendor/zipp-3.19.2.dist-info/LICENSE",
            "virtualenv@20 archive virtualenv-20.dist-info/METADATA",
            &format!("pip@25.3 archive {embedded}!/pip-25.3.dist-info/METADATA"),
            &format!(
                "cachecontrol@0.14.3 embedded {embedded}!/pip/_vendor/vendor.txt pip/_vendor/cachecontrol/LICENSE.txt"
            ),
            &format!("six@1.16.0 embedded {embedded}!/pip/_vendor/vendor.txt pip/_vendor/six.LICENSE"),
        ],
        0,
    );
}

#[test]
fn eggs() {
    // Made with setuptools 56.0.0 (`bdist_egg`), which writes what is needed in a file of its own.
    let needs = b"six>=1\n\n[:python_version < \"3\"]\nidna\n\n[x]\nflask\n";
    let info = b"Metadata-Version: 2.1\nName: Hello-Egg\nVersion: 1.2.post1\nHome-page: UNKNOWN\nLicense: MIT\n";
    let files: &[(&str, &[u8])] = &[
        ("EGG-INFO/PKG-INFO", info),
        ("EGG-INFO/requires.txt", needs),
        ("EGG-INFO/LICENSE", b"x"),
        ("EGG-INFO/licenses/MIT.txt", b"y"),
        ("hello/__init__.py", b""),
    ];
    let path = "dist/Hello_Egg-1.2.post1-py3.8.egg";
    check(
        path,
        files,
        &["hello-egg@1.2.post1 archive EGG-INFO/PKG-INFO EGG-INFO/LICENSE EGG-INFO/licenses/MIT.txt"],
        0,
    );
    let parsed = read(path, &zip_of(files));
    let needed = ["six", "idna"].map(|n| Requirement::AnyOf(vec![n.into()]));
    assert_eq!(packages(&parsed)[0].requires, needed);
    // The name of the egg stands in where its metadata says none.
    check(path, &[("EGG-INFO/PKG-INFO", b"X: y\n")], &["hello-egg@1.2.post1 archive EGG-INFO/PKG-INFO"], 1);
    check("data/chicken.egg", &[("yolk", b"")], &[], 0);
    assert_eq!(read("data/chicken.egg", b"an egg"), Parsed::default());
    assert_eq!(read("data/chicken.egg", b""), Parsed::default());
}

#[test]
fn applications_in_one_file() {
    let meta: (&str, &[u8]) = ("site-packages/a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n");
    let shebang = [b"#!/usr/bin/env python3\n".as_slice(), &zip_of(&[("__main__.py", b""), meta])].concat();
    assert_eq!(shown(&read("usr/bin/a.pyz", &shebang)), ["a@1 archive site-packages/a-1.dist-info/METADATA"]);
    let deep = ".deps/b-2-py3-none-any.whl/b-2.dist-info/METADATA";
    check("app.pex", &[(deep, b"Name: b\nVersion: 2\n")], &[&format!("b@2 archive {deep}")], 0);
    check("app.pyz", &[("__main__.py", b"")], &[], 0);
    assert_eq!(read("x.pyz", b"#!/bin/sh\n"), Parsed::default());
}

#[test]
fn a_wheel_that_cannot_be_read_has_a_name() {
    let good = zip_of(&[("hello_world-1.0.dist-info/METADATA", META.as_bytes())]);
    let cut = &good[..good.len() - 30];
    let by_name = |path: &str, expected: &[&str]| {
        let parsed = read(path, cut);
        assert_eq!(shown(&parsed), expected, "{path}");
        assert_eq!(parsed.issues.len(), 1, "{path}: {:?}", parsed.issues);
    };
    by_name(WHEEL, &["hello-world@1.0 archive -"]);
    by_name("zope.interface-5.0-2-cp311-cp311-linux_x86_64.whl", &["zope.interface@5.0 archive -"]);
    by_name("Hello_Egg-1.2-py3.8.egg", &["hello-egg@1.2 archive -"]);
    by_name("latest.whl", &[]);
    by_name("a-b-c-d-e.whl", &[]);
    by_name("latest.egg", &[]);
    by_name("x-1.0-py3.pyz", &[]);
    for bytes in [&b""[..], b"<html>404</html>"] {
        let parsed = read(WHEEL, bytes);
        assert_eq!((parsed.finds.len(), parsed.issues.len()), (0, 1), "no archive is no package");
    }
    check(WHEEL, &[("hello/__init__.py", b"")], &["hello-world@1.0 archive -"], 1);
    // What it carries is not what it is; and metadata without a name is none.
    let carried: (&str, &[u8]) = ("hello/_vendor/a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n");
    let place = format!("a@1 archive {}", carried.0);
    check(WHEEL, &[carried], &[&place, "hello-world@1.0 archive -"], 1);
    check(WHEEL, &[("x.dist-info/METADATA", b"Name: x\n")], &["hello-world@1.0 archive -"], 2);
    for end in 0..good.len() {
        read(WHEEL, &good[..end]);
    }
}

#[test]
fn limits() {
    let names: Vec<String> = (0..=LIMITS.packages).map(|i| format!("a-{i}.dist-info/METADATA")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (&**n, &b"Name: a\nVersion: 1\n"[..])).collect();
    let parsed = read("x.pex", &zip_of(&files));
    assert_eq!((parsed.finds.len(), parsed.issues.len()), (LIMITS.packages, 1));
    // A wheel in a wheel in a wheel, deeper than is read.
    let mut bytes = zip_of(&[("a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n")]);
    for _ in 0..DEPTH_LIMIT + 1 {
        bytes = zip_of(&[("a-1-py3-none-any.whl", &bytes), ("a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n")]);
    }
    let parsed = read(WHEEL, &bytes);
    assert_eq!((parsed.finds.len(), parsed.issues.len()), (DEPTH_LIMIT, 1));
    // A bomb in the place of a text ends at the bound of a text, and the package is there.
    let bomb = vec![0; 64 << 20];
    check(
        WHEEL,
        &[("a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n"), ("a-1.dist-info/LICENSE", &bomb)],
        &["a@1 archive a-1.dist-info/METADATA"],
        1,
    );
    // Texts past the bound of one, and of all together.
    let long = vec![b'a'; archive::TEXT_LIMIT as usize + 1];
    check(
        WHEEL,
        &[("a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n"), ("a-1.dist-info/LICENSE", &long)],
        &["a@1 archive a-1.dist-info/METADATA"],
        1,
    );
}
