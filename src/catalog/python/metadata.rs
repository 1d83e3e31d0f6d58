//! Core metadata, as `METADATA` and `PKG-INFO` have it. Of the long description only a section about the licence is read, and only
//! where nothing else of the metadata speaks of it. Specification: core metadata 1.0 to
//! 2.4.

use super::{compare_name, purl_name};
use crate::catalog::deb822::{Ends, Field, Paragraph, paragraphs};
use crate::catalog::{Input, Parsed, RECORD_LIMIT, decode, paths, readme};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement, Severity};
use std::borrow::Cow;

/// Most values read of a field that may repeat and is compared with itself (classifiers, licence files): real
/// distributions have below 150, and comparing takes time in the square of the number.
const REPEAT_LIMIT: usize = 1000;

/// Reads one file of metadata.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    // Latin-1 is decided part by part; only UTF-16 needs the whole file decoded first.
    let bytes = if input.bytes.contains(&0) { text.as_bytes() } else { input.bytes };
    let header = paragraphs(bytes, Ends::Empty).next().unwrap_or_default();
    let (folder_name, folder_version) = named_by_path(input.path);
    let valid = |field: &str| header.get(field).filter(|v| !unknown(v)).and_then(|v| decode::token(&v));
    let name = valid("Name");
    let version = valid("Version");
    if name.is_none() || version.is_none() {
        let missing = if name.is_none() { "name" } else { "version" };
        if name.as_deref().or(folder_name).is_none() || version.as_deref().or(folder_version).is_none() {
            parsed.file_issue(format!("the metadata has no valid {missing}; the distribution was left out"));
            return parsed;
        }
        parsed.record_issue(format!("the metadata has no valid {missing}; that of the path was taken"));
    }
    let (Some(name), Some(version)) =
        (name.as_deref().or(folder_name), version.as_deref().or(folder_version).and_then(decode::token))
    else {
        return parsed;
    };
    for field in ["Classifier", "License-File"] {
        if header.all(field).nth(REPEAT_LIMIT).is_some() {
            let message = format!("there are more than {REPEAT_LIMIT} fields {field}; the rest was passed over");
            parsed.issue(RECORD_LIMIT, Severity::Warning, message);
        }
    }
    let purl_name = purl_name(name);
    let compared = compare_name(name);
    let mut provides: Vec<Box<str>> = Vec::new();
    provides.extend((compared != purl_name).then(|| compared.into()));
    provides.extend(header.all("Provides-Dist").filter_map(|f| requirement_name(&f.folded())));
    let folder = metadata_folder(input.path);
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: Ecosystem::PYPI,
        name: purl_name.into(),
        version,
        supplier: supplier(&header),
        description: header.get("Summary").filter(|v| !unknown(v)).and_then(|v| decode::one_line(&v)),
        homepage: homepage(&header),
        declared: declared(&header),
        provides,
        requires: header.all("Requires-Dist").filter_map(|f| requirement(&f.folded())).collect(),
        texts: folder.map(|folder| texts(&header, folder)).unwrap_or_default(),
        text_folder: folder.map(Into::into),
        ..PackageFind::default()
    }));
    if let Some(Find::Package(find)) = parsed.finds.first()
        && find.declared.iter().flat_map(|d| &d.values).all(|v| unknown(v))
        && header.field("License-File").is_none()
    {
        let section = readme::section(&description(&header, &text));
        parsed.finds.extend(section.map(Find::LicenseSection));
    }
    parsed
}

/// The long description: a field of its own in old metadata, what follows the fields in new one.
fn description<'a>(header: &Paragraph<'_>, text: &'a str) -> Cow<'a, str> {
    match header.field("Description") {
        Some(field) => unfold(field).into(),
        None => {
            let body = text.find("\n\n").or_else(|| text.find("\n\r\n")).and_then(|at| text.get(at..));
            body.unwrap_or("").into()
        }
    }
}

/// The folder that holds the metadata and its licence files; none where the metadata is a file among others.
fn metadata_folder(path: &str) -> Option<&str> {
    Some(paths::parent(path)).filter(|f| !path.ends_with(".egg-info") && !f.is_empty())
}

/// Old tools write `UNKNOWN` where nothing was said. (In `License` it stays, as the room `license` knows it.)
fn unknown(value: &str) -> bool {
    value.eq_ignore_ascii_case("UNKNOWN")
}

/// Name and version of `requests-2.31.0.dist-info/METADATA`, `wheel-0.38.4-py3.11.egg-info`, and of the folder of an
/// egg.
pub fn named_by_path(path: &str) -> (Option<&str>, Option<&str>) {
    let mut parts = path.rsplit('/').filter(|p| !matches!(*p, "METADATA" | "PKG-INFO" | "EGG-INFO"));
    let part = parts.next().unwrap_or("");
    let stem = [".dist-info", ".egg-info", ".egg"].iter().find_map(|e| part.strip_suffix(e)).unwrap_or("");
    let mut words = stem.split('-');
    let name = words.next().filter(|n| !n.is_empty());
    let version = words.next().filter(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    (name, version)
}

fn declared(header: &Paragraph<'_>) -> Vec<Declared> {
    let mut declared = Vec::new();
    if let Some(value) = header.get("License-Expression") {
        let values = vec![value.as_ref().into()];
        declared.push(Declared { grammar: Grammar::Spdx, field: "License-Expression", values });
    }
    if let Some(text) = header.field("License").map(unfold).filter(|t| !t.trim().is_empty()) {
        let values = vec![text.trim().into()];
        declared.push(Declared { grammar: Grammar::PypiLicense, field: "License", values });
    }
    let mut values: Vec<Box<str>> = Vec::new();
    let classifiers = header.all("Classifier").take(REPEAT_LIMIT).map(Field::folded);
    for value in classifiers.filter(|v| v.starts_with("License ::")) {
        if !values.iter().any(|v| **v == *value) {
            values.push(value.as_ref().into());
        }
    }
    if !values.is_empty() {
        declared.push(Declared { grammar: Grammar::PypiClassifier, field: "Classifier", values });
    }
    declared
}

/// The value with its lines: continuation lines lose the eight columns (or seven and a bar) that the tools put before
/// them, so that a licence text stays as it was.
fn unfold(field: &Field<'_>) -> String {
    let mut text = String::with_capacity(field.raw.len());
    for (i, line) in field.lines().enumerate() {
        let line: &str = &line;
        if i > 0 {
            text.push('\n');
            let kept = line.strip_prefix("       |").or_else(|| line.strip_prefix("        "));
            text.push_str(kept.unwrap_or_else(|| line.trim_start()));
        } else {
            text.push_str(line);
        }
    }
    text
}

/// Whom to name: the author, else the maintainer; with the address where it is one address.
fn supplier(header: &Paragraph<'_>) -> Option<Box<str>> {
    let value = |field: &str| header.get(field).filter(|v| !unknown(v)).and_then(|v| decode::one_line(&v));
    ["Author", "Maintainer"].iter().find_map(|who| {
        match (value(who), value(&format!("{who}-email"))) {
            (Some(name), Some(email)) if !email.contains(['<', ',', ' ']) && !name.contains('<') => {
                Some(format!("{name} <{email}>").into())
            }
            // Since metadata 2.1 the address field holds `Name <address>`, and the name field is left out.
            (one, other) => one.or(other),
        }
    })
}

/// `Home-page`, or the project's address that calls itself so.
fn homepage(header: &Paragraph<'_>) -> Option<Box<str>> {
    let labelled = || {
        header.all("Project-URL").map(Field::folded).find_map(|value| {
            let (label, url) = value.split_once(',')?;
            let label: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
            label.eq_ignore_ascii_case("homepage").then(|| Cow::<str>::Owned(url.trim().to_owned()))
        })
    };
    header.get("Home-page").filter(|v| !unknown(v)).or_else(labelled).and_then(|v| decode::one_line(&v))
}

/// `License-File` says a path in the source; installed it lies in `licenses/` (metadata 2.4) or beside the metadata,
/// there under its base name only. Beside the source itself, where an editable install leaves its `egg-info`, it is that path.
fn texts(header: &Paragraph<'_>, folder: &str) -> Vec<Box<str>> {
    let mut texts = Vec::new();
    let licenses = format!("{folder}/licenses");
    let project = project(folder);
    for value in header.all("License-File").take(REPEAT_LIMIT).map(Field::folded).filter(|v| !v.is_empty()) {
        // Some wheels are made on Windows.
        let value = value.replace('\\', "/");
        let mut add = |within: &str, path: &str| {
            // An absolute path, or one that climbs, names a file of somebody else.
            if let Some(path) = paths::resolve(within, path)
                && path.strip_prefix(within).is_some_and(|p| p.starts_with('/'))
                && !texts.contains(&path)
            {
                texts.push(path);
            }
        };
        add(&licenses, &value);
        add(folder, paths::base(&value));
        if let Some(project) = project {
            add(project, &value);
        }
    }
    texts
}

/// The folder of the source that an `egg-info` lies in: the one around it, or the one around `src`. Among installed packages
/// there is none.
fn project(folder: &str) -> Option<&str> {
    let around = paths::parent(folder.strip_suffix(".egg-info")?);
    let project = if paths::base(around) == "src" { paths::parent(around) } else { around };
    let installed = matches!(paths::base(around), "site-packages" | "dist-packages");
    (!installed && !project.is_empty()).then_some(project)
}

/// A dependency that is no extra's. Other markers (platform, Python version) do not matter: what is not installed is
/// not linked.
pub fn requirement(value: &str) -> Option<Requirement> {
    let (what, marker) = value.split_once(';').unwrap_or((value, ""));
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if marker.split(|c| !is_word(c)).any(|word| word == "extra") {
        return None;
    }
    Some(Requirement::AnyOf(vec![requirement_name(what)?]))
}

fn requirement_name(value: &str) -> Option<Box<str>> {
    let value = value.trim();
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(value.len());
    let name = decode::token(value.get(..end)?)?;
    Some(compare_name(&name).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: &str = "usr/lib/python3.12/site-packages/requests-2.31.0.dist-info/METADATA";

    fn read(path: &str, bytes: &[u8]) -> Parsed {
        parse(&Input { path, bytes })
    }

    fn one(path: &str, bytes: &[u8]) -> PackageFind {
        match read(path, bytes).finds.pop() {
            Some(Find::Package(p)) => (*p).clone(),
            other => panic!("{other:?}"),
        }
    }

    const REQUESTS: &str = "Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\nSummary: Python HTTP for Humans.\n\
        Home-page: https://requests.readthedocs.io\nAuthor: Kenneth Reitz\nAuthor-email: me@kennethreitz.org\n\
        License: Apache 2.0\nPlatform: UNKNOWN\nClassifier: Environment :: Web Environment\n\
        Classifier: License :: OSI Approved :: Apache Software License\n\
        Classifier: License :: OSI Approved :: Apache Software License\nLicense-File: LICENSE\n\
        Requires-Dist: charset-normalizer (<4,>=2)\nRequires-Dist: idna>=2.5; python_version < '4'\n\
        Requires-Dist: zope.interface[test] ; sys_platform == 'win32'\n\
        Requires-Dist: PySocks (!=1.5.7) ; extra == 'socks'\nProvides-Extra: socks\n\n# Requests\nName: body\n";

    #[test]
    fn a_real_distribution() {
        let p = one(META, REQUESTS.as_bytes());
        assert_eq!((&*p.name, &*p.version), ("requests", "2.31.0"));
        assert_eq!(p.supplier.as_deref(), Some("Kenneth Reitz <me@kennethreitz.org>"));
        assert_eq!(p.homepage.as_deref(), Some("https://requests.readthedocs.io"));
        let declared: Vec<(&str, &[Box<str>])> = p.declared.iter().map(|d| (d.field, &d.values[..])).collect();
        assert_eq!(
            declared,
            [
                ("License", &["Apache 2.0".into()][..]),
                ("Classifier", &["License :: OSI Approved :: Apache Software License".into()][..])
            ]
        );
        let needs = ["charset-normalizer", "idna", "zope-interface"];
        assert_eq!(p.requires, needs.map(|n| Requirement::AnyOf(vec![n.into()])));
        let folder = paths::parent(META);
        assert_eq!(p.texts, [format!("{folder}/licenses/LICENSE").into(), format!("{folder}/LICENSE").into()]);
        assert_eq!(p.text_folder.as_deref(), Some(folder));
        assert!(p.provides.is_empty());
    }

    #[test]
    fn names() {
        assert_eq!(purl_name("Zope.Interface_x"), "zope.interface-x");
        assert_eq!(compare_name("Zope.__Interface"), "zope-interface");
        let p = one("a/zope.interface-5.0.dist-info/METADATA", b"Name: zope.interface\nVersion: 5.0\n");
        assert_eq!((&*p.name, &p.provides[..]), ("zope.interface", &["zope-interface".into()][..]));
    }

    #[test]
    fn fields_of_newer_metadata() {
        let text = b"Name: PyNaCl\nVersion: 1.6.2\nAuthor-email: The PyNaCl developers <c@python.org>\n\
            License-Expression: MIT OR Apache-2.0\nProject-URL: Source, https://s\nProject-URL: Home Page, https://h\n\
            License-File: licenses/LICENSE.libsodium.txt\nLicense-File: ../../../etc/passwd\nLicense-File: /etc/shadow\n";
        let p = one("s/pynacl-1.6.2.dist-info/METADATA", text);
        assert_eq!(p.name.as_ref(), "pynacl");
        assert_eq!(p.supplier.as_deref(), Some("The PyNaCl developers <c@python.org>"));
        assert_eq!(p.homepage.as_deref(), Some("https://h"));
        assert_eq!((p.declared[0].grammar, &*p.declared[0].values[0]), (Grammar::Spdx, "MIT OR Apache-2.0"));
        assert_eq!(
            p.texts,
            [
                "s/pynacl-1.6.2.dist-info/licenses/licenses/LICENSE.libsodium.txt".into(),
                "s/pynacl-1.6.2.dist-info/LICENSE.libsodium.txt".into(),
                "s/pynacl-1.6.2.dist-info/passwd".into(),
                "s/pynacl-1.6.2.dist-info/shadow".into(),
            ]
        );
    }

    #[test]
    fn a_licence_text_keeps_its_lines() {
        let check = |text: &str, expected: &str| {
            let p = one(META, format!("Name: x\nVersion: 1\n{text}").as_bytes());
            assert_eq!(p.declared[0].values, [expected.into()], "{text:?}");
        };
        check("License: UNKNOWN\n", "UNKNOWN");
        check(
            "License: Copyright A\n        \n        Do what you\n          want.\n",
            "Copyright A\n\nDo what you\n  want.",
        );
        check("License: A\n       |B\n", "A\nB");
        check("License:\n  A\n\n  B\nClassifier: License :: X\n", "A\n\nB");
        check("License: A\r\n        B\r\n", "A\nB");
    }

    #[test]
    fn where_licence_files_may_lie() {
        let check = |path: &str, file: &str, expected: &[&str]| {
            let p = one(path, format!("Name: a\nVersion: 1\nLicense-File: {file}\n").as_bytes());
            assert_eq!(p.texts.iter().map(|t| &**t).collect::<Vec<_>>(), expected, "{path} {file}");
        };
        // pip 25.3 lists the texts of what it carries.
        check(
            "s/pip-25.3.dist-info/METADATA",
            "src/pip/_vendor/idna/LICENSE.md",
            &["s/pip-25.3.dist-info/licenses/src/pip/_vendor/idna/LICENSE.md", "s/pip-25.3.dist-info/LICENSE.md"],
        );
        check(
            "s/a-1.dist-info/METADATA",
            "LICENSES\\MIT.txt",
            &["s/a-1.dist-info/licenses/LICENSES/MIT.txt", "s/a-1.dist-info/MIT.txt"],
        );
        check("s/a-1.dist-info/METADATA", "../../x", &["s/a-1.dist-info/x"]);
        let source = |base: &str| [format!("{base}/licenses/docs/COPYING"), format!("{base}/COPYING")];
        let with = |base: &str, more: &[&str]| {
            let path = format!("{base}/PKG-INFO");
            let both = source(base);
            let expected: Vec<&str> = both.iter().map(|s| &**s).chain(more.iter().copied()).collect();
            check(&path, "docs/COPYING", &expected);
        };
        with("app/a.egg-info", &["app/docs/COPYING"]);
        with("app/src/a.egg-info", &["app/docs/COPYING"]);
        with("lib/python3.12/site-packages/a.egg-info", &[]);
        with("a.egg-info", &[]);
        with("src/a.egg-info", &[]);
    }

    #[test]
    fn places() {
        let check = |path: &str, text: &[u8], expected: &str, issues: usize, folder: Option<&str>| {
            let got = read(path, text);
            assert_eq!(got.issues.len(), issues, "{path}: {:?}", got.issues);
            let p = one(path, text);
            assert_eq!(format!("{}@{}", p.name, p.version), expected, "{path}");
            assert_eq!(p.text_folder.as_deref(), folder, "{path}");
        };
        let good = b"Name: wheel\nVersion: 0.38.4\n";
        check("d/wheel-0.38.4.egg-info/PKG-INFO", good, "wheel@0.38.4", 0, Some("d/wheel-0.38.4.egg-info"));
        check("d/wheel-0.38.4.egg-info", good, "wheel@0.38.4", 0, None);
        check("d/w.egg/EGG-INFO/PKG-INFO", good, "wheel@0.38.4", 0, Some("d/w.egg/EGG-INFO"));
        check("d/My_Lib-1.0.dist-info/METADATA", b"", "my-lib@1.0", 1, Some("d/My_Lib-1.0.dist-info"));
        check("d/a-1.0-py3.11.egg-info", b"Name: a\n", "a@1.0", 1, None);
        check("d/a-1.0-py3.11.egg/EGG-INFO/PKG-INFO", b"Vers", "a@1.0", 1, Some("d/a-1.0-py3.11.egg/EGG-INFO"));
        check("d/a-1.0.dist-info/METADATA", b"Name: ../b\nVersion: 2\n", "a@2", 1, Some("d/a-1.0.dist-info"));
        check(
            "d/a-1.0.dist-info/METADATA",
            b"\xef\xbb\xbfNAME: b\r\nversion:\t2\r\n\r\nName: c\r\n",
            "b@2",
            0,
            Some("d/a-1.0.dist-info"),
        );
        check(
            "d/a-1.0.dist-info/METADATA",
            b"Name: a\nName: b\nVersion: 1\nAuthor: Jos\xe9\n",
            "a@1",
            0,
            Some("d/a-1.0.dist-info"),
        );
        let lost = read("d/a.egg-info/PKG-INFO", b"Metadata-Version: 1.0\n");
        assert_eq!((lost.finds.len(), lost.issues.len()), (0, 1));
        let many = format!("Name: a\nVersion: 1\n{}", "Classifier: License :: X\n".repeat(REPEAT_LIMIT + 1));
        check("d/a-1.0.dist-info/METADATA", many.as_bytes(), "a@1", 1, Some("d/a-1.0.dist-info"));
        let utf16: Vec<u8> = "Name: b\nVersion: 2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(
            "d/a-1.0.dist-info/METADATA",
            &[b"\xff\xfe".to_vec(), utf16].concat(),
            "b@2",
            0,
            Some("d/a-1.0.dist-info"),
        );
        for end in 0..REQUESTS.len() {
            let _ = read(META, &REQUESTS.as_bytes()[..end]);
        }
    }
}
