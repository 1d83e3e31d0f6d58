//! Lists of the packages that a package carries in itself: `_vendor/vendor.txt` of pip, poetry and wheel, `vendored.txt`,
//! `patched.txt` of Pipenv.
//!
//! They are requirements files, written for the tool that fetches what is vendored, and shipped with it; only pinned versions
//! (`name==version`) say what is there. What Debian and Fedora take out of such a folder the list still names, and no other
//! list tells. Left out: hashes, URLs, options, and other files of requirements, which say what shall be installed, not what
//! is. Specification: the requirements file format of pip, PEP 440, PEP 508.

use super::{compare_name, purl_name};
use crate::catalog::{Input, Parsed, RECORD_LIMIT, decode, paths};
use crate::model::{Basis, Ecosystem, Find, PackageFind, Severity};
use std::collections::HashSet;

/// Most packages of one list: real ones have below 50.
const PACKAGE_LIMIT: usize = 1000;

/// Folders that hold nothing but what others wrote.
const FOLDERS: [&str; 4] = ["_vendor", "vendor", "_vendored", "vendored"];

/// Packages whose module has another name than [`module`] makes of theirs. Of setuptools pip carries a part.
const MODULES: [(&str, &str); 4] =
    [("setuptools", "pkg_resources"), ("python-dotenv", "dotenv"), ("python-dateutil", "dateutil"), ("pyyaml", "yaml")];

/// Whether a file is such a list.
pub fn is_wanted(path: &str, base: &str) -> bool {
    let folder = || paths::base(paths::parent(path));
    match base {
        "vendor.txt" | "vendored.txt" => FOLDERS.contains(&folder()),
        "patched.txt" => folder() == "patched",
        _ => false,
    }
}

/// Reads a list.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let folder = paths::parent(input.path);
    let text = decode::decode(input.bytes);
    let mut seen = HashSet::new();
    for (name, version) in text.lines().filter_map(pinned) {
        if !seen.insert((compare_name(name), version)) {
            continue;
        }
        if parsed.finds.len() == PACKAGE_LIMIT {
            let message = format!("there are more than {PACKAGE_LIMIT} packages in the list; the rest was left out");
            parsed.issue(RECORD_LIMIT, Severity::Error, message);
            break;
        }
        parsed.finds.push(Find::package(package(name, version, folder)));
    }
    parsed
}

/// Name and version of `name[extra]==version ; marker  # comment`.
fn pinned(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once("==")?;
    let name = name.split('[').next().unwrap_or(name).trim();
    let is_edge = |c: char| c.is_ascii_alphanumeric();
    let good = name.starts_with(is_edge)
        && name.ends_with(is_edge)
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let end = rest.find(|c: char| c.is_whitespace() || ";,\\#".contains(c)).unwrap_or(rest.len());
    let version = rest.get(..end)?;
    // `==1.*` pins nothing.
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || ".!+-_".contains(c));
    let fits = name.len() <= decode::NAME_LIMIT && version.len() <= decode::NAME_LIMIT;
    (good && is_version && fits).then_some((name, version))
}

fn package(name: &str, version: &str, folder: &str) -> PackageFind {
    let purl_name = purl_name(name);
    let compared = compare_name(name);
    let module = module(name);
    let at = |part: &str| if folder.is_empty() { part.to_owned() } else { format!("{folder}/{part}") };
    // Of a package that is one file the text stands beside it: `six.LICENSE`.
    let mut texts: Vec<Box<str>> = vec![at(&format!("{module}.LICENSE")).into()];
    if name != module {
        texts.push(at(&format!("{name}.LICENSE")).into());
    }
    PackageFind {
        ecosystem: Ecosystem::PYPI,
        provides: (compared != purl_name).then(|| compared.into()).into_iter().collect(),
        name: purl_name.into(),
        version: version.into(),
        texts,
        text_folder: Some(at(&module).into()),
        basis: Basis::Embedded,
        ..PackageFind::default()
    }
}

/// The module of a package, as nearly all are called: `tomli_w` of `tomli-w`, `cachecontrol` of `CacheControl`.
fn module(name: &str) -> String {
    let compared = compare_name(name);
    match MODULES.iter().find(|(package, _)| *package == compared) {
        Some((_, module)) => (*module).to_owned(),
        None => compared.replace('-', "_"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[&str]) {
        let parsed = parse(&Input { path, bytes: text.as_bytes() });
        let got: Vec<String> = parsed
            .finds
            .iter()
            .map(|find| match find {
                Find::Package(p) => {
                    assert_eq!(p.basis, Basis::Embedded);
                    format!("{}@{} {}", p.name, p.version, p.text_folder.as_deref().unwrap_or(""))
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(got, expected, "{path}");
        assert!(parsed.issues.is_empty(), "{:?}", parsed.issues);
    }

    #[test]
    fn real_lists() {
        // pip 23.0.1, shortened.
        check(
            "s/pip/_vendor/vendor.txt",
            "CacheControl==0.12.11  # Make sure to update the license in pyproject.toml for this.\nrequests==2.28.2\n\
             \x20   urllib3==1.26.14\npyproject-hooks==1.0.0\ntyping_extensions==4.4.0\nsetuptools==44.0.0\n",
            &[
                "cachecontrol@0.12.11 s/pip/_vendor/cachecontrol",
                "requests@2.28.2 s/pip/_vendor/requests",
                "urllib3@1.26.14 s/pip/_vendor/urllib3",
                "pyproject-hooks@1.0.0 s/pip/_vendor/pyproject_hooks",
                "typing-extensions@4.4.0 s/pip/_vendor/typing_extensions",
                "setuptools@44.0.0 s/pip/_vendor/pkg_resources",
            ],
        );
        // poetry-core 2.1.3, and Pipenv 2023.12.1.
        check(
            "s/poetry/core/_vendor/vendor.txt",
            "lark==1.2.2 ; python_version >= \"3.9\" and python_version < \"4.0\"\r\n",
            &["lark@1.2.2 s/poetry/core/_vendor/lark"],
        );
        check("pipenv/patched/patched.txt", "pip==23.3.2\n", &["pip@23.3.2 pipenv/patched/pip"]);
        let parsed = parse(&Input { path: "p/vendor/vendor.txt", bytes: b"ruamel.yaml==0.17.39\n" });
        let [Find::Package(p)] = &parsed.finds[..] else { panic!() };
        assert_eq!((&*p.name, &p.provides[..]), ("ruamel.yaml", &["ruamel-yaml".into()][..]));
        assert_eq!(p.texts, ["p/vendor/ruamel_yaml.LICENSE".into(), "p/vendor/ruamel.yaml.LICENSE".into()]);
    }

    #[test]
    fn only_pinned_versions_count() {
        let text = "# a==1\n-r b==1.txt\nc>=1\nd\ne==1.*\nf=={{v}}\ngit+https://x/y@z==1\nh ==\n==1\nj k==1\n-l==1\n\
                    ok[x,y] == 1!2.0.post1+a, <3\nok==1!2.0.post1+a \\\n    --hash=sha256:00==\nid===1\n\u{e9}==1\n";
        check("_vendor/vendor.txt", text, &["ok@1!2.0.post1+a _vendor/ok", "id@1 _vendor/id"]);
        check("_vendor/vendor.txt", "", &[]);
        let many: String = (0..=PACKAGE_LIMIT).map(|i| format!("a{i}==1\n")).collect();
        let parsed = parse(&Input { path: "_vendor/vendor.txt", bytes: many.as_bytes() });
        assert_eq!((parsed.finds.len(), parsed.issues.len()), (PACKAGE_LIMIT, 1));
    }

    #[test]
    fn other_files_are_no_lists() {
        let check = |path: &str, expected: bool| assert_eq!(is_wanted(path, paths::base(path)), expected, "{path}");
        check("s/pip/_vendor/vendor.txt", true);
        check("s/wheel/vendored/vendor.txt", true);
        check("s/setuptools/_vendor/vendored.txt", true);
        check("s/pipenv/patched/patched.txt", true);
        check("etc/vendor.txt", false);
        check("vendor.txt", false);
        check("s/pip/_vendor/requirements.txt", false);
    }
}
