//! go.mod: the modules that a Go module requires, also those that others of them do (`// indirect`).
//!
//! What replaces a module is reported in its place. A module that a folder replaces keeps its own name and version, as in the
//! programs that are built from it; where its version is none (`v0.0.0`), it is one of the tree's own. Left out: the module
//! itself, Go and its tools, `exclude` and `retract`, which only say what was not chosen. Before Go 1.17 only direct
//! requirements stand there; that is said. Specification: <https://go.dev/ref/mod#go-mod-file>.

use super::Found;
use crate::catalog::{decode, golang};
use crate::model::{Basis, PackageFind};
use std::collections::HashMap;

/// Since this version all modules are listed that the build needs.
const LISTS_ALL: (u32, u32) = (1, 17);

/// The version of a module that has never had one.
const NO_VERSION: [&str; 2] = ["v0.0.0", "v0.0.0-00010101000000-000000000000"];

/// Path and version.
type Module = (String, Option<String>);

/// Reads one file.
pub(super) fn read(content: &str, found: &mut Found) {
    let mut required: Vec<(String, String)> = Vec::new();
    let mut replaced: HashMap<Module, Module> = HashMap::new();
    let mut go = (1, 16);
    let mut block: Option<String> = None;
    for line in content.lines() {
        let words = words(line);
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        match (&block, &*words) {
            (_, []) => continue,
            (Some(_), [")"]) => {
                block = None;
                continue;
            }
            (None, [verb, "("]) => {
                block = Some((*verb).to_owned());
                continue;
            }
            _ => {}
        }
        let verb = match &block {
            Some(verb) => verb.as_str(),
            None => words.remove(0),
        };
        match (verb, &*words) {
            ("require", [path, version]) => required.push(((*path).into(), (*version).into())),
            ("replace", rest) => match replacement(rest) {
                Some((old, new)) => drop(replaced.insert(old, new)),
                None => found.odd(line),
            },
            ("go", [version]) => go = language(version).unwrap_or(go),
            ("module" | "exclude" | "retract" | "toolchain" | "tool" | "godebug" | "ignore", _) => {}
            _ => found.odd(line),
        }
    }
    if block.is_some() {
        found.broken("a block does not end");
    }
    if go < LISTS_ALL && !required.is_empty() {
        let (major, minor) = go;
        found.parsed.record_issue(format!(
            "a go.mod of Go {major}.{minor} lists only what the module itself imports; what that needs is not in the report"
        ));
    }
    for (path, version) in required {
        let by_version = replaced.get(&(path.clone(), Some(version.clone())));
        let by_path = || replaced.get(&(path.clone(), None));
        let module = match by_version.or_else(by_path) {
            Some((new, Some(version))) => package(new, version),
            Some((_, None)) if NO_VERSION.contains(&&*version) => continue,
            _ => package(&path, &version),
        };
        match module {
            Some(module) => found.push(module),
            None => {
                let (path, version) = (decode::shown(&path), decode::shown(&version));
                found.parsed.record_lost(format!("{path} {version} is no module and version; it was left out"));
            }
        }
    }
}

fn package(path: &str, version: &str) -> Option<PackageFind> {
    let module = golang::package(path, version).filter(|_| version.starts_with('v'))?;
    Some(PackageFind { basis: Basis::Lockfile, ..module })
}

/// The words of a line, without its comment; a path may be in quotes.
fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    for word in line.split_whitespace() {
        if word.starts_with("//") {
            break;
        }
        // A word and what follows at once: `require(`.
        let (word, opens) = match word.strip_suffix('(') {
            Some(before) if !before.is_empty() => (before, true),
            _ => (word, false),
        };
        out.push(word.trim_matches(['"', '`']).to_owned());
        if opens {
            out.push("(".to_owned());
        }
    }
    out
}

/// `path [version] => path [version]`.
fn replacement(words: &[&str]) -> Option<(Module, Module)> {
    let at = words.iter().position(|w| *w == "=>")?;
    let side = |words: &[&str]| match words {
        [path] => Some(((*path).to_owned(), None)),
        [path, version] => Some(((*path).to_owned(), Some((*version).to_owned()))),
        _ => None,
    };
    Some((side(words.get(..at)?)?, side(words.get(at + 1..)?)?))
}

/// `1.22.3`, `1.21rc1`.
fn language(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?;
    let digits = minor.find(|c: char| !c.is_ascii_digit()).unwrap_or(minor.len());
    Some((major, minor.get(..digits)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn modules() {
        let text = "module github.com/own/app // it\n\ngo 1.22.3\n\ntoolchain go1.22.5\n\nrequire github.com/BurntSushi/toml v1.2.3\n\n\
            require (\n\tgolang.org/x/sys v0.1.0 // indirect\n\tgithub.com/a/b/v2 v2.0.0+incompatible\n\t\"gopkg.in/yaml.v3\" v3.0.1\n\
            \t// a comment\n\tx.y/old v1.0.0\n\tx.y/fork v1.0.0\n\tx.y/third v1.2.0\n\tx.y/other v1.0.0\n\town.example/lib v0.0.0\n)\n\n\
            exclude golang.org/x/sys v0.0.9\n\nreplace (\n\tx.y/old => w.z/new v1.1.0\n\tx.y/fork v1.0.0 => w.z/fork v1.0.1\n\
            \tx.y/third => ./third\n\tx.y/other v0.9.0 => w.z/no v9.0.0\n\town.example/lib => ../lib\n)\n\n\
            retract [v1.0.0, v1.1.0]\nretract (\n\tv0.1.0 // bad\n)\ntool golang.org/x/tools/cmd/stringer\ngodebug default=go1.21\n";
        let expected = [
            "golang/github.com/burntsushi/toml@v1.2.3",
            "golang/golang.org/x/sys@v0.1.0",
            "golang/github.com/a/b/v2@v2.0.0%2Bincompatible",
            "golang/gopkg.in/yaml.v3@v3.0.1",
            "golang/w.z/new@v1.1.0",
            "golang/w.z/fork@v1.0.1",
            "golang/x.y/third@v1.2.0",
            "golang/x.y/other@v1.0.0",
        ];
        check("go.mod", text, &expected, 0);
        check("go.mod", &text.replace('\n', "\r\n"), &expected, 0);
        check("go.mod", "module m\n", &[], 0);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        check("go.mod", "module m\ngo 1.16\nrequire a.b/c v1.0.0\n", &["golang/a.b/c@v1.0.0"], 1);
        check("go.mod", "module m\nrequire(\n a.b/c v1.0.0\n", &["golang/a.b/c@v1.0.0"], 2);
        let odd = "go 1.22\nrequire a.b/c\nwhat\nreplace a b c => d\nrequire a.b/c ${v}\nrequire a.b/d v1.0.0\n";
        check("go.mod", odd, &["golang/a.b/d@v1.0.0"], 4);
    }
}
