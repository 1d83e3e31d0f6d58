//! Lock files: what a source tree declares, which need not be installed anywhere. They are read in a source tree (`dir:`), and
//! in an image only where it is asked for.
//!
//! One file of `lockfile/` holds one form. Left out are the packages that the tree itself is (crates without a source, npm's
//! root and workspaces, folders that are linked in), and the lock files that dependencies brought along in `node_modules`,
//! `vendor` and the like: what they declare is wanted by who works on the dependency, not by who uses it.
//!
//! Checksums are read where they are those of the archive that a registry serves; where a form has several without saying of which
//! file each is (pipenv, requirements), or those of something else (NuGet's contents, Yarn's own archives), they are left out.
//!
//! Also left out is go.sum: it holds the checksums (of contents, not of archives) of every version that was ever looked at, and which of these are used only
//! the go.mod beside it says, which one file cannot know.

mod bun;
mod bundler;
mod deno;
mod golang;
mod gradle;
mod json;
mod pnpm;
mod requirements;
mod swift;
mod toml;
mod yaml;
mod yarn;

use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, decode, golang_source, integrity, npm, paths};
use crate::model::{Basis, Ecosystem, Find, PackageFind, Severity};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "lockfile", group: Group::Lockfile, wants: &[Want::Like(is_wanted)], parse };

/// Most packages of one file; the largest real trees have some 10,000.
const MAX_PACKAGES: usize = 200_000;

/// Folders of dependencies, whose lock files are not the tree's.
const FOREIGN: [&str; 5] = ["node_modules", "vendor", "site-packages", "dist-packages", "checkouts"];

/// Reads the text of one lock file.
type Reader = fn(&str, &mut Found);

/// Reads one lock file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut found = Found::default();
    if let Some(reader) = reader(input.path, paths::base(input.path)) {
        reader(&decode::decode(input.bytes), &mut found);
    }
    found.parsed
}

/// Whether a file is a lock file of the tree. It sees every path: the name decides first.
fn is_wanted(path: &str, base: &str) -> bool {
    reader(path, base).is_some() && !is_foreign(path, base)
}

/// Who reads a file, by its name.
fn reader(path: &str, base: &str) -> Option<Reader> {
    Some(match base {
        "Cargo.lock" => toml::cargo,
        "poetry.lock" | "uv.lock" | "pdm.lock" => toml::python,
        "package-lock.json" | "npm-shrinkwrap.json" => json::npm,
        "composer.lock" => json::composer,
        "Pipfile.lock" => json::pipfile,
        "packages.lock.json" => json::nuget,
        "yarn.lock" => yarn::read,
        "pnpm-lock.yaml" => pnpm::read,
        "deno.lock" => deno::read,
        "bun.lock" => bun::read,
        "Gemfile.lock" | "gems.locked" => bundler::read,
        "go.mod" => golang::read,
        "Package.resolved" => swift::read,
        "gradle.lockfile" => gradle::read,
        "verification-metadata.xml" if paths::base(paths::parent(path)) == "gradle" => gradle::verification,
        _ if base.ends_with(".lockfile") => {
            // Before one file held all, Gradle wrote one a configuration; build scripts have their own.
            let of_gradle =
                base.ends_with("-gradle.lockfile") || paths::parent(path).ends_with("gradle/dependency-locks");
            return of_gradle.then_some(gradle::read as Reader);
        }
        _ if base.starts_with("pylock.") && base.ends_with(".toml") => toml::pylock,
        _ if base.ends_with(".txt") && base.contains("requirements") => requirements::read,
        _ => return None,
    })
}

/// What pnpm's lock file says of archives and of nothing else, for a tree whose packages have files of their own.
pub(super) fn pnpm_archives(content: &str) -> impl Iterator<Item = PackageFind> + use<> {
    let mut found = Found::default();
    pnpm::read(content, &mut found);
    found.parsed.finds.into_iter().filter_map(|find| match find {
        Find::Package(p) if p.archive.is_some() || p.elsewhere.is_some() => {
            Some(PackageFind { basis: Basis::Installed, ..Arc::unwrap_or_clone(p) })
        }
        _ => None,
    })
}

/// Whether it lies in something that was fetched.
fn is_foreign(path: &str, base: &str) -> bool {
    let mut parts = paths::parent(path).split('/').peekable();
    while let Some(part) = parts.next() {
        // Gems lie in `gems/NAME-VERSION`, crates in `registry/src`.
        let next = parts.peek().copied().unwrap_or("");
        let is_gem =
            part == "gems" && next.rsplit_once('-').is_some_and(|(_, v)| v.starts_with(|c: char| c.is_ascii_digit()));
        if FOREIGN.contains(&part) || is_gem || (part == "registry" && next == "src") {
            return true;
        }
    }
    golang_source::is_cached(path, base)
}

/// What was found so far in one file.
#[derive(Default)]
struct Found {
    parsed: Parsed,
    seen: BTreeSet<Key>,
    is_full: bool,
}

/// Namespace, name, version, platform.
type Key = (Option<Box<str>>, Box<str>, Box<str>, Option<Box<str>>);

impl Found {
    /// Adds a package by its full name, whose namespace stands before the last slash.
    fn add(&mut self, ecosystem: Ecosystem, name: &str, version: &str) {
        self.add_with(ecosystem, name, version, |_| {});
    }

    /// The same, with what else is said of it.
    fn add_with(&mut self, ecosystem: Ecosystem, full: &str, version: &str, more: impl FnOnce(&mut PackageFind)) {
        let (namespace, name) = match full.rsplit_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, full),
        };
        let good = namespace.is_none_or(|n| n.split('/').all(|part| decode::token(part).as_deref() == Some(part)));
        let (true, Some(name), Some(version)) = (good, decode::token(name), decode::token(version)) else {
            let (name, version) = (decode::shown(full), decode::shown(version));
            self.parsed.record_lost(format!("{name} {version} is no package's name and version; it was left out"));
            return;
        };
        let mut find = PackageFind {
            ecosystem,
            namespace: namespace.map(Into::into),
            name,
            version,
            basis: Basis::Lockfile,
            ..PackageFind::default()
        };
        more(&mut find);
        self.push(find);
    }

    fn push(&mut self, find: PackageFind) {
        let qualifier = find.qualifiers.first().map(|(_, value)| value.clone());
        let key = (find.namespace.clone(), find.name.clone(), find.version.clone(), qualifier);
        if self.seen.contains(&key) {
            return;
        }
        if self.seen.len() >= MAX_PACKAGES {
            if !std::mem::replace(&mut self.is_full, true) {
                let why =
                    format!("the lock file names more than {MAX_PACKAGES} packages; the rest is not in the report");
                self.parsed.issue(RECORD_LIMIT, Severity::Error, why);
            }
            return;
        }
        self.seen.insert(key);
        self.parsed.finds.push(Find::package(find));
    }

    /// A package of npm, by npm's rules for names and versions.
    fn node(&mut self, full: &str, version: &str) {
        self.node_with(full, version, |_| {});
    }

    /// The same, with what else is said of it.
    fn node_with(&mut self, full: &str, version: &str, more: impl FnOnce(&mut PackageFind)) {
        if npm::split_name(full).is_some() && npm::version_of(version).is_some() {
            return self.add_with(Ecosystem::NPM, full, version, more);
        }
        let (name, version) = (decode::shown(full), decode::shown(version));
        self.parsed.record_lost(format!("{name} {version} is no name and version of npm; it was left out"));
    }

    /// A package of npm's registry, with what its archive hashes to.
    fn node_hashed(&mut self, full: &str, version: &str, resolved: Option<&str>, integrity: Option<&str>) {
        self.node_with(full, version, |find| node_archive(find, resolved, integrity));
    }

    /// A line that is none of a lock file, such as the marks of a merge: what it stands for is lost.
    fn odd(&mut self, line: &str) {
        let line = decode::shown(line);
        self.parsed.record_lost(format!("{line} is no line of a lock file; it was passed over"));
    }

    /// A record without name or version.
    fn unnamed(&mut self, name: Option<&str>) {
        let name = decode::shown(name.unwrap_or(""));
        self.parsed.record_lost(format!("{name} has no name and version; it was left out"));
    }

    /// A whole file that cannot be read.
    fn broken(&mut self, why: &str) {
        let why = decode::one_line(why).unwrap_or_default();
        self.parsed.file_issue(format!("the lock file is broken ({why}); what it declares is not in the report"));
    }

    /// What is declared by rule, but has no name and version.
    fn note(&mut self, message: impl Into<String>) {
        self.parsed.issue(super::MALFORMED_RECORD, Severity::Info, message);
    }
}

/// The archive of a package of npm, or where else it came from.
fn node_archive(find: &mut PackageFind, resolved: Option<&str>, integrity: Option<&str>) {
    integrity::of_node(find, resolved, integrity.into_iter().flat_map(integrity::sri));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purl;

    /// Reads a file and compares purls, each with its licences behind it, and the number of issues.
    pub(super) fn check(path: &str, text: &str, expected: &[&str], issues: usize) {
        assert!(is_wanted(path, paths::base(path)), "{path} is not wanted");
        let parsed = parse(&Input { path, bytes: text.as_bytes() });
        let got: Vec<String> = parsed
            .finds
            .iter()
            .map(|find| match find {
                Find::Package(p) => {
                    assert_eq!(p.basis, Basis::Lockfile);
                    let licenses: Vec<&str> = p.declared.iter().flat_map(|d| &d.values).map(|v| &**v).collect();
                    format!("{} {}", purl::purl(p, None).unwrap(), licenses.join(",")).trim_end().to_owned()
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let expected: Vec<String> = expected.iter().map(|e| format!("pkg:{e}")).collect();
        assert_eq!(got, expected, "{path}: {:?}", parsed.issues);
        assert_eq!(parsed.issues.len(), issues, "{path}: {:?}", parsed.issues);
    }

    /// What a file says of archives: `name file hash`, the hashes without most of their digits.
    pub(super) fn check_archives(path: &str, text: &str, expected: &[&str]) {
        let parsed = parse(&Input { path, bytes: text.as_bytes() });
        let archives = parsed.finds.iter().filter_map(|find| match find {
            Find::Package(p) => p.archive.as_ref().map(|a| {
                let hashes: Vec<&str> = a.hashes.iter().map(|h| h.as_str().get(..12).unwrap_or("")).collect();
                format!("{} {} {}", p.name, a.file, hashes.join(","))
            }),
            _ => None,
        });
        assert_eq!(archives.collect::<Vec<_>>(), expected, "{path}: {:?}", parsed.issues);
    }

    #[test]
    fn only_the_lock_files_of_the_tree_are_wanted() {
        let wants = |path: &str, expected: bool| assert_eq!(is_wanted(path, paths::base(path)), expected, "{path}");
        for path in [
            "yarn.lock",
            "packages/a/yarn.lock",
            "srv/go.mod",
            "gems/own/Gemfile.lock",
            "app/gradle.lockfile",
            "app/buildscript-gradle.lockfile",
            "gradle/dependency-locks/compileClasspath.lockfile",
            "gradle/verification-metadata.xml",
            "pylock.toml",
            "pylock.dev.toml",
            "requirements.txt",
            "requirements-dev.txt",
            "dev-requirements.txt",
            "App.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved",
        ] {
            wants(path, true);
        }
        for path in [
            "node_modules/x/yarn.lock",
            "a/node_modules/@b/c/package-lock.json",
            "vendor/bundle/ruby/3.1.0/gems/x-1.0/Gemfile.lock",
            "usr/lib/ruby/gems/3.1.0/gems/x-1.0/Gemfile.lock",
            "root/go/pkg/mod/a.b/c@v1.0.0/go.mod",
            "home/crew/.cargo/registry/src/registry.example-0123456789abcdef/x-1.0.0/Cargo.lock",
            "venv/lib/python3.12/site-packages/x/requirements.txt",
            ".build/checkouts/x/Package.resolved",
            "app/verification-metadata.xml",
            "app/x.lockfile",
            "go.sum",
            "lock.yaml",
        ] {
            wants(path, false);
        }
    }

    /// Real entries, with what the registries say of the same archives.
    #[test]
    fn checksums_are_those_of_archives_of_the_registry() {
        const SRI: &str =
            "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";
        const AT: &str = "https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz";
        let left_pad = ["left-pad left-pad-1.3.0.tgz sha512:5c8e4"];
        let node =
            |resolved: &str| format!("{{\"version\":\"1.3.0\",\"resolved\":\"{resolved}\",\"integrity\":\"{SRI}\"}}");
        let npm = |resolved: &str| format!("{{\"packages\":{{\"node_modules/left-pad\":{}}}}}", node(resolved));
        check_archives("package-lock.json", &npm(AT), &left_pad);
        check_archives("package-lock.json", &npm("git+ssh://git@github.com/left-pad/left-pad.git#1"), &[]);
        check_archives("package-lock.json", &format!("{{\"dependencies\":{{\"left-pad\":{}}}}}", node(AT)), &left_pad);
        let yarn = format!("left-pad@^1:\n  version \"1.3.0\"\n  resolved \"{AT}#5b8a\"\n  integrity {SRI}\n");
        check_archives("yarn.lock", &yarn, &left_pad);
        let berry = "__metadata:\n  version: 8\n\n\"a@npm:1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  checksum: 10c0/aa\n";
        check_archives("yarn.lock", berry, &[]);
        let pnpm = |more: &str| {
            format!(
                "lockfileVersion: '9.0'\n\npackages:\n\n  left-pad@1.3.0:\n    resolution: {{integrity: {SRI}{more}}}\n"
            )
        };
        check_archives("pnpm-lock.yaml", &pnpm(""), &left_pad);
        check_archives("pnpm-lock.yaml", &pnpm(", tarball: https://x/y.tgz"), &[]);
        let bun = |at: &str| format!("{{\"packages\":{{\"left-pad\":[\"left-pad@1.3.0\",\"{at}\",{{}},\"{SRI}\"],}}}}");
        check_archives("bun.lock", &bun(""), &left_pad);
        check_archives("bun.lock", &bun("https://x"), &[]);
        let deno = format!("{{\"version\":\"5\",\"npm\":{{\"left-pad@1.3.0\":{{\"integrity\":\"{SRI}\"}}}}}}");
        check_archives("deno.lock", &deno, &left_pad);
        let krate = |source: &str| {
            format!(
                "[[package]]\nname = \"memchr\"\nversion = \"2.7.4\"\nsource = \"{source}\"\nchecksum = \
                 \"78ca9ab1a0babb1e7d5695e3530886289c18cf2f87ec19a575a0abdce112e3a3\"\n"
            )
        };
        check_archives("Cargo.lock", &krate("registry+https://x"), &["memchr memchr-2.7.4.crate sha256:78ca9"]);
        check_archives("Cargo.lock", &krate("git+https://x#1"), &[]);
        let wheel = "82fee1fc78add43492d3a1898bfa6d8a904cc97d8427f683ed8e798d07761aa0";
        let sdist = "028ff3aadf0609c1fd278d8ea3089299412a7a8b9bd005dd08b9f8285bcb5cfc";
        let idna = "[[package]]\nname = \"idna\"\nversion = \"3.7\"\n";
        let expected = ["idna idna-3.7.tar.gz sha256:028ff"];
        let poetry = format!(
            "{idna}files = [\n    {{file = \"idna-3.7-py3-none-any.whl\", hash = \"sha256:{wheel}\"}},\n    {{file = \
             \"idna-3.7.tar.gz\", hash = \"sha256:{sdist}\"}},\n]\n"
        );
        check_archives("poetry.lock", &poetry, &expected);
        check_archives("poetry.lock", &format!("{poetry}[package.source]\ntype = \"git\"\nurl = \"x\"\n"), &[]);
        let uv = format!(
            "{idna}source = {{ registry = \"https://pypi.org/simple\" }}\nsdist = {{ url = \"https://x/y/idna-3.7.tar.gz\", \
             hash = \"sha256:{sdist}\", size = 189575 }}\nwheels = [\n    {{ url = \"https://x/idna-3.7-py3-none-any.whl\", hash = \
             \"sha256:{wheel}\" }},\n]\n"
        );
        check_archives("uv.lock", &uv, &expected);
        let pylock = format!(
            "[[packages]]\nname = \"idna\"\nversion = \"3.7\"\nsdist = {{ name = \"idna-3.7.tar.gz\", url = \"x\", hashes = {{ \
             sha256 = \"{sdist}\" }} }}\n"
        );
        check_archives("pylock.toml", &pylock, &expected);
        let gems = "GIT\n  remote: x\n  specs:\n    own (1.0)\n\nGEM\n  remote: x\n  specs:\n    rack (3.1.7)\n    ffi (1.17.0-java)\n    old (1.0)\n\n\
            CHECKSUMS\n  own (1.0)\n  rack (3.1.7) sha256=82fee1fc78add43492d3a1898bfa6d8a904cc97d8427f683ed8e798d07761aa0\n  ffi (1.17.0-java) \
            sha256=028ff3aadf0609c1fd278d8ea3089299412a7a8b9bd005dd08b9f8285bcb5cfc\n  old (1.0)\n\nBUNDLED WITH\n   2.5.11\n";
        check_archives(
            "Gemfile.lock",
            gems,
            &["rack rack-3.1.7.gem sha256:82fee", "ffi ffi-1.17.0-java.gem sha256:028ff"],
        );
    }

    #[test]
    fn broken_files_are_said() {
        for path in [
            "Cargo.lock",
            "package-lock.json",
            "composer.lock",
            "uv.lock",
            "deno.lock",
            "Package.resolved",
            "yarn.lock",
            "pnpm-lock.yaml",
            "Gemfile.lock",
            "go.mod",
            "gradle.lockfile",
            "gradle/verification-metadata.xml",
        ] {
            for text in ["[[package", "{", "\u{0}", "\u{1b}[31m", "<a><b></a>"] {
                let parsed = parse(&Input { path, bytes: text.as_bytes() });
                assert_eq!(parsed.finds.len(), 0, "{path}");
                assert!(!parsed.issues.is_empty(), "{path} {text}");
            }
        }
    }

    #[test]
    fn too_many_packages_are_said() {
        let mut found = Found::default();
        for i in 0..MAX_PACKAGES + 2 {
            found.add(Ecosystem::NPM, "x", &i.to_string());
        }
        assert_eq!((found.parsed.finds.len(), found.parsed.issues.len()), (MAX_PACKAGES, 1));
    }

    #[test]
    fn names_that_are_paths_are_none() {
        check("gradle.lockfile", "a:../b:1=x\n", &[], 1);
        check("go.mod", "go 1.22\nrequire a/../b v1.0.0\n", &[], 1);
    }
}
