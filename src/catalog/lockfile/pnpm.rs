//! pnpm-lock.yaml, versions 5 (pnpm 3 to 7), 6 (pnpm 8) and 9 (pnpm 9 and later).
//!
//! Only `packages` is read: `importers` says what the tree asked for, `snapshots` how peers were put together. Its keys are
//! names and versions, divided by a slash in version 5 and by `@` since, with peers behind the version; what comes from elsewhere
//! than a registry has fields for them. Left out: folders of the tree, and pnpm itself (pnpm 11 puts a document before the
//! tree's own that says with what version of itself it runs). Specification: `@pnpm/lockfile.types` and `@pnpm/dependency-path`.

use super::{Found, yaml};
use std::borrow::Cow;

/// The versions that were looked at; others are read like the nearest, and that is said.
const KNOWN: [u32; 3] = [5, 6, 9];

/// Reads one lock file.
pub(super) fn read(content: &str, found: &mut Found) {
    let mut reader = Reader::default();
    for line in content.lines().filter(|line| !yaml::is_blank(line)) {
        reader.line(line, found);
    }
    reader.finish(found);
    if reader.major.is_none() && !content.trim().is_empty() {
        found.broken("it has no lockfileVersion");
    }
}

#[derive(Default)]
struct Reader<'a> {
    /// Of this or an earlier document.
    major: Option<u32>,
    in_packages: bool,
    /// Whether this document is about pnpm itself.
    of_pnpm: bool,
    entry: Option<Entry<'a>>,
}

#[derive(Default)]
struct Entry<'a> {
    key: Cow<'a, str>,
    name: Option<Cow<'a, str>>,
    version: Option<Cow<'a, str>>,
    is_folder: bool,
    /// The address of the archive or the repository, which the lock file has of what comes from elsewhere than the registry.
    address: Option<Cow<'a, str>>,
    commit: Option<Cow<'a, str>>,
    integrity: Option<Cow<'a, str>>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, text: &'a str, found: &mut Found) {
        if text.trim_end() == "---" {
            self.finish(found);
            self.in_packages = false;
            self.of_pnpm = false;
            return;
        }
        let indent = text.len() - text.trim_start_matches(' ').len();
        if !self.in_packages && indent > 0 {
            if indent == 4 && text.trim_end() == "    packageManagerDependencies:" {
                self.of_pnpm = true;
                found.note("the document of pnpm's own packages was left out");
            }
            return;
        }
        // Texts of several lines and lists stand deeper than what is of interest.
        if indent > 6 {
            return;
        }
        // The value of a long key.
        if indent == 2
            && let Some(field) = text.get(2..).and_then(|t| t.strip_prefix(": "))
        {
            return self.field(field);
        }
        if indent >= 4 {
            return self.field(text);
        }
        self.finish(found);
        let Some(line) = yaml::line(text) else { return found.odd(text) };
        match line.indent {
            0 => {
                self.in_packages = line.key == "packages";
                if line.key == "lockfileVersion" {
                    self.version(line.rest, found);
                }
            }
            2 => {
                self.entry = Some(Entry { key: line.key, is_folder: is_folder(line.rest), ..Entry::default() });
            }
            _ => found.odd(text),
        }
    }

    fn version(&mut self, text: &str, found: &mut Found) {
        let text = yaml::scalar(text).unwrap_or_default();
        let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(&*text, |at| text.get(..at).unwrap_or(""));
        self.major = digits.parse().ok();
        if let Some(major) = self.major.filter(|m| !KNOWN.contains(m)) {
            let read = if major < 6 { "5" } else { "9" };
            found.parsed.record_issue(format!("lockfileVersion {major} is unknown; it was read like {read}"));
        }
    }

    fn field(&mut self, text: &'a str) {
        let (Some(entry), Some(line)) = (&mut self.entry, yaml::line(text)) else { return };
        match (line.indent, &*line.key) {
            (0 | 4, "name") => entry.name = yaml::scalar(line.rest),
            (0 | 4, "version") => entry.version = yaml::scalar(line.rest),
            (0 | 4, "resolution") => {
                entry.is_folder |= is_folder(line.rest);
                let one = |key| in_braces(line.rest, key).and_then(yaml::scalar);
                entry.address = one("tarball").or_else(|| one("repo"));
                entry.commit = one("commit");
                entry.integrity = one("integrity");
            }
            (6, "type") => entry.is_folder |= line.rest == "directory",
            (6, "tarball" | "repo") => entry.address = yaml::scalar(line.rest),
            (6, "commit") => entry.commit = yaml::scalar(line.rest),
            (6, "integrity") => entry.integrity = yaml::scalar(line.rest),
            _ => {}
        }
    }

    fn finish(&mut self, found: &mut Found) {
        let Some(entry) = self.entry.take().filter(|e| !e.is_folder && !self.of_pnpm) else { return };
        let key = entry.key.split('(').next().unwrap_or("");
        let key = key.strip_prefix('/').unwrap_or(key);
        let by_key = if self.major.is_some_and(|m| m < 6) {
            key.rsplit_once('/').map(|(name, version)| (name, version.split('_').next().unwrap_or("")))
        } else {
            let at = key.char_indices().skip(1).find(|(i, c)| *c == '@' && !key.get(..*i).unwrap_or("").ends_with('/'));
            at.and_then(|(i, _)| Some((key.get(..i)?, key.get(i + 1..)?)))
        };
        let name = entry.name.as_deref().or(by_key.map(|(name, _)| without_host(name)));
        let version = entry.version.as_deref().or(by_key.map(|(_, version)| version));
        match (name, version) {
            (Some(name), Some(version)) => {
                let address = match (&entry.address, &entry.commit) {
                    (Some(repository), Some(commit)) => Some(Cow::Owned(format!("{repository}#{commit}"))),
                    (address, _) => address.clone(),
                };
                found.node_hashed(name, version, address.as_deref(), entry.integrity.as_deref());
            }
            _ => found.unnamed(Some(key)),
        }
    }
}

/// What stands under a key in `{integrity: sha512-x, tarball: y}`.
fn in_braces<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let values = inner.split(',').filter_map(|one| one.trim().strip_prefix(key)?.strip_prefix(':'));
    values.map(str::trim).next()
}

/// `{directory: lru, type: directory}`.
fn is_folder(resolution: &str) -> bool {
    resolution.contains("type: directory")
}

/// `@a/b` of `registry.example.com/@a/b`: what comes from another registry than the default one has its host before the name.
fn without_host(name: &str) -> &str {
    let at = name.find("/@").or_else(|| name.rfind('/').filter(|_| !name.starts_with('@')));
    at.and_then(|at| name.get(at + 1..)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn version_5() {
        let text = "lockfileVersion: 5.4\n\nspecifiers:\n  '@babel/core': 7.22.0\n  ms: 2.1.3\n\ndependencies:\n  ms: 2.1.3\n\n\
            packages:\n\n  /@babel/core/7.22.0:\n    resolution: {integrity: sha512-D58==}\n    engines: {node: '>=6.9.0'}\n\
            \x20   dependencies:\n      debug: 4.4.3\n    transitivePeerDependencies:\n      - supports-color\n    dev: false\n\n\
            \x20 /@babel/helper-module-transforms/7.29.14_@babel+core@7.22.0:\n    resolution: {integrity: sha512-2X==}\n\
            \x20   peerDependencies:\n      '@babel/core': ^7.0.0\n    dev: false\n\n\
            \x20 /react-dom/18.3.1_react@18.3.1:\n    deprecated: |-\n      version: 9\n      more\n    dev: false\n\n\
            \x20 /x/1.0.0_2tqz3q4wv:\n    dev: true\n\n\
            \x20 registry.example.com/@a/b/2.0.0:\n    resolution: {tarball: x}\n    dev: true\n\n\
            \x20 github.com/jonschlinkert/is-odd/bd8b3ac:\n    resolution: {tarball: https://codeload.github.com/x}\n\
            \x20   name: is-odd\n    version: 3.0.1\n    dev: true\n\n\
            \x20 file:lru:\n    resolution: {directory: lru, type: directory}\n    name: lru\n    version: 0.0.1\n    dev: false\n";
        let expected = [
            "npm/%40babel/core@7.22.0",
            "npm/%40babel/helper-module-transforms@7.29.14",
            "npm/react-dom@18.3.1",
            "npm/x@1.0.0",
            "npm/%40a/b@2.0.0",
            "npm/is-odd@3.0.1",
        ];
        check("pnpm-lock.yaml", text, &expected, 0);
    }

    #[test]
    fn version_6() {
        let text = "lockfileVersion: '6.0'\n\ndependencies:\n  lodash4:\n    specifier: npm:lodash@4.17.21\n    version: /lodash@4.17.21\n\n\
            packages:\n\n  /@babel/helper-module-transforms@7.29.14(@babel/core@7.22.0):\n    dev: false\n\n\
            \x20 /lodash@4.17.21:\n    dev: false\n\n  /react-dom@18.3.1(react@18.3.1):\n    dev: false\n\n\
            \x20 registry.example.com/@a/b@2.0.0:\n    dev: false\n\n  registry.example.com/c@2.0.0:\n    dev: false\n\n\
            \x20 '@github.com/x/y/abc':\n    name: y\n    version: 1.0.0\n\n\
            \x20 file:lru:\n    resolution: {directory: lru, type: directory}\n    name: lru\n    version: 0.0.1\n";
        let expected = [
            "npm/%40babel/helper-module-transforms@7.29.14",
            "npm/lodash@4.17.21",
            "npm/react-dom@18.3.1",
            "npm/%40a/b@2.0.0",
            "npm/c@2.0.0",
            "npm/y@1.0.0",
        ];
        check("pnpm-lock.yaml", text, &expected, 0);
    }

    #[test]
    fn version_9() {
        let text = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      ms:\n        specifier: 2.1.3\n        version: 2.1.3\n\n\
            packages:\n\n  '@colors/colors@1.6.0':\n    resolution: {integrity: sha512-Ir==}\n    engines: {node: '>=0.1.90'}\n\n\
            \x20 debug@4.4.3:\n    resolution: {integrity: sha512-RG==}\n    peerDependencies:\n      supports-color: '*'\n\
            \x20   peerDependenciesMeta:\n      supports-color:\n        optional: true\n\n\
            \x20 is-odd@https://codeload.github.com/jonschlinkert/is-odd/tar.gz/bd8b3ac:\n    resolution: {tarball: https://x}\n\
            \x20   version: 3.0.1\n\n  lru@file:lru:\n    resolution: {directory: lru, type: directory}\n\n\
            \x20 ? long@1.0.0\n  : resolution: {integrity: sha512-x}\n    engines: {node: '>=4'}\n\n\
            snapshots:\n\n  '@colors/colors@1.6.0': {}\n\n  react-dom@18.3.1(react@18.3.1):\n    dependencies:\n      react: 18.3.1\n";
        let expected = ["npm/%40colors/colors@1.6.0", "npm/debug@4.4.3", "npm/is-odd@3.0.1", "npm/long@1.0.0"];
        check("pnpm-lock.yaml", text, &expected, 0);
        let of_pnpm = "---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    configDependencies: {}\n    packageManagerDependencies:\n\
            \x20     pnpm:\n        specifier: 12.3.4\n        version: 12.3.4\n\npackages:\n\n  pnpm@12.3.4:\n    resolution: {}\n\n---\n";
        check("pnpm-lock.yaml", &format!("{of_pnpm}{text}"), &expected, 1);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        check("pnpm-lock.yaml", "a: b\n", &[], 1);
        check("pnpm-lock.yaml", "lockfileVersion: '9.0'\n", &[], 0);
        check("pnpm-lock.yaml", "lockfileVersion: 10\npackages:\n  a@1.0.0: {}\n", &["npm/a@1.0.0"], 1);
        let odd = "lockfileVersion: '9.0'\npackages:\n<<<<<<< a\n  a@1.0.0: {}\n  b: {}\n  c@x: {}\n  'd\n   e:\n  f@1.0.0: {}\n";
        check("pnpm-lock.yaml", odd, &["npm/a@1.0.0", "npm/f@1.0.0"], 5);
    }
}
