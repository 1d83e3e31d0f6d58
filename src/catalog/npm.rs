//! Node packages: every `package.json` that stands for an installed package.
//!
//! Most `package.json` files of an image do, many do not: builds put one with nothing but `"type"` into `dist/esm`,
//! packages carry test fixtures and templates. What Node resolves is the rule here: directly in a `node_modules`
//! folder (or in a scope folder of it), everything is a package; deeper inside such a package nothing is, up to the
//! next `node_modules`; elsewhere (an application, Debian's `usr/share/nodejs`) it is one where it has a name and
//! a version.
//!
//! Stores follow the same rule: pnpm's (`.pnpm/x@1.0.0/node_modules/x`; what a package needs lies beside it as links), that of
//! Yarn's linker `pnpm` (`.store/x-npm-1.0.0-hash/package`), Yarn's unplugged packages, and the cache from which Deno runs
//! programs (`npm/registry.npmjs.org/x/1.0.0`). Yarn's archives are read in `yarn.rs`. Left out: npm's cache `_cacache` and
//! pnpm's store, whose files have no names; nothing of them is used until it is unpacked elsewhere.
//!
//! `archives` has what trees and packages keep of the archives that they were installed from.
//!
//! Specification: package.json of the npm documentation, and what older npm versions wrote.

mod archives;

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "npm",
    group: Group::Installed,
    wants: &[Want::Name("package.json"), Want::Suffix(archives::NPM), Want::Suffix(archives::PNPM)],
    parse,
};

/// Folders in which packages lie as in `node_modules` (Debian's are not called so).
const MODULE_FOLDERS: [&str; 3] = ["usr/share/nodejs/", "usr/lib/nodejs/", "usr/share/javascript/"];

/// Where a `package.json` lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The root folder of an installed package.
    Root,
    /// Somewhere inside an installed package.
    Inside,
    /// In no `node_modules`.
    Elsewhere,
}

/// Reads one `package.json`, or what npm keeps of a tree.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if archives::is_record(input.path) {
        archives::read(input, &mut parsed);
        return parsed;
    }
    let place = place(input.path);
    if place == Place::Inside {
        return parsed;
    }
    let value = match serde_json::from_str::<Value>(&decode::decode(input.bytes)) {
        Ok(Value::Object(object)) => object,
        // Elsewhere any file may have this name (a template, a fixture); only Node's own folders promise one.
        Ok(_) if place == Place::Root => {
            parsed.file_issue("the file holds no JSON object; the package was left out");
            return parsed;
        }
        Err(error) if place == Place::Root => {
            parsed.file_issue(format!("the JSON is broken ({error}); the package was left out"));
            return parsed;
        }
        _ => return parsed,
    };
    let (Some(name), Some(version)) = (text(&value, "name"), text(&value, "version")) else { return parsed };
    match (split_name(name), version_of(version)) {
        (Some((namespace, name)), Some(version)) => {
            parsed.finds.push(Find::package(package(&value, input.path, namespace, name, version)));
        }
        _ if place == Place::Root => parsed.record_lost(format!(
            "name {} or version {} is none that npm allows; the package was left out",
            decode::shown(name),
            decode::shown(version)
        )),
        _ => {}
    }
    parsed
}

/// Whether a path is that of a file directly in the folder of an installed package.
pub(super) fn is_root(path: &str) -> bool {
    place(path) == Place::Root
}

fn place(path: &str) -> Place {
    let folder = paths::parent(path);
    let inside = below(folder, "node_modules/").or_else(|| MODULE_FOLDERS.iter().find_map(|f| folder.strip_prefix(f)));
    // Bower's folder may lie in a package of npm.
    let inside = match inside {
        Some(inside) => Some(below(inside, "bower_components/").unwrap_or(inside)),
        None => below(folder, "bower_components/"),
    };
    let Some(inside) = inside else { return in_deno(folder) };
    // What a package brings along to test itself with is no package.
    let around = folder.strip_suffix(inside).unwrap_or("");
    let within = around.find("node_modules/").and_then(|at| around.get(at..)).unwrap_or("");
    if within.split('/').any(|name| matches!(name, "fixtures" | "__fixtures__")) {
        return Place::Inside;
    }
    let root = match inside.split_once('/') {
        Some((".store", rest)) => rest.split_once('/').is_some_and(|(_, folder)| folder == "package"),
        // `.bin`, `.cache`, `.pnpm`: the package manager's own.
        _ if inside.starts_with('.') => false,
        Some((scope, name)) => scope.starts_with('@') && !name.contains('/'),
        None => !inside.starts_with('@'),
    };
    if root { Place::Root } else { Place::Inside }
}

/// What follows the last folder of this name.
fn below<'a>(folder: &'a str, name: &str) -> Option<&'a str> {
    // It must be the whole name of the folder, not the end of one.
    let at = folder.rfind(name).filter(|at| *at == 0 || folder.as_bytes().get(at - 1) == Some(&b'/'))?;
    folder.get(at + name.len()..)
}

/// Deno's cache of npm: `npm/HOST/[@SCOPE/]NAME/VERSION` in a folder that can have any name. Hosts with a port are written with
/// an underscore there.
fn in_deno(folder: &str) -> Place {
    let mut rest = folder;
    loop {
        rest = match rest.strip_prefix("npm/") {
            Some(inside) => {
                let parts = inside.split_once('/').filter(|(host, _)| host.contains(['.', '_']));
                let place = parts.map_or(Place::Elsewhere, |(_, package)| in_registry(package));
                if place != Place::Elsewhere {
                    return place;
                }
                inside
            }
            None => match rest.split_once('/') {
                Some((_, inside)) => inside,
                None => return Place::Elsewhere,
            },
        };
    }
}

/// The place of a folder, as it follows the host.
fn in_registry(package: &str) -> Place {
    let mut parts = package.split('/');
    if package.starts_with('@') {
        parts.next();
    }
    let (name, version) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    // Three numbers, as every version of npm has them.
    let is_version = version.starts_with(|c: char| c.is_ascii_digit()) && version.split('.').count() >= 3;
    match (name.is_empty() || !is_version, parts.next()) {
        (true, _) => Place::Elsewhere,
        (false, None) => Place::Root,
        (false, Some(_)) => Place::Inside,
    }
}

fn package(
    json: &Map<String, Value>,
    path: &str,
    namespace: Option<Box<str>>,
    name: Box<str>,
    version: Box<str>,
) -> PackageFind {
    let folder = paths::parent(path);
    let mut find = PackageFind {
        ecosystem: Ecosystem::NPM,
        namespace,
        name,
        version,
        supplier: ["author", "authors", "maintainers", "contributors"].iter().find_map(|k| person(json.get(*k)?)),
        description: text(json, "description").and_then(decode::one_line),
        homepage: text(json, "homepage").and_then(decode::one_line),
        declared: declared(json),
        requires: requires(json),
        text_folder: (!folder.is_empty()).then(|| folder.into()),
        ..PackageFind::default()
    };
    archives::of_package(json, &mut find);
    find
}

fn text<'a>(json: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty())
}

/// `@scope/name` or `name`. What npm accepted in its first years is accepted: capitals, and `!'()*~`.
pub(super) fn split_name(full: &str) -> Option<(Option<Box<str>>, Box<str>)> {
    let good = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.len() <= decode::NAME_LIMIT
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!'()*".contains(&b))
    };
    match full.strip_prefix('@') {
        Some(scoped) => {
            let (scope, name) = scoped.split_once('/')?;
            (good(scope) && good(name)).then(|| (Some(format!("@{scope}").into()), name.into()))
        }
        None => good(full).then(|| (None, full.into())),
    }
}

/// A version begins with a digit, after a `v` or `=` that npm tolerates; `${version}` of a template does not.
pub(super) fn version_of(version: &str) -> Option<Box<str>> {
    let version = decode::token(version)?;
    version.trim_start_matches(['v', '=']).starts_with(|c: char| c.is_ascii_digit()).then_some(version)
}

/// `license` and, in old packages, `licenses` (and the British spelling, which some authors took): a string, an
/// object with a type, or a list of these.
fn declared(json: &Map<String, Value>) -> Vec<Declared> {
    ["license", "licenses", "licence"]
        .into_iter()
        .filter_map(|field| {
            let mut values = Vec::new();
            match json.get(field)? {
                Value::Array(list) => values.extend(list.iter().filter_map(license_name)),
                one => values.extend(license_name(one)),
            }
            (!values.is_empty()).then_some(Declared { grammar: Grammar::Npm, field, values })
        })
        .collect()
}

/// One licence: its name, or its address where it has nothing else.
fn license_name(value: &Value) -> Option<Box<str>> {
    match value {
        Value::String(s) => Some(s.trim()).filter(|s| !s.is_empty()).map(Into::into),
        Value::Object(o) => ["type", "name", "license", "url"].iter().find_map(|k| text(o, k)).map(Into::into),
        _ => None,
    }
}

/// `"Name <mail> (url)"`, an object of these, or a list whose first counts.
fn person(value: &Value) -> Option<Box<str>> {
    match value {
        // The address of a home page adds nothing to who it is.
        Value::String(s) => decode::one_line(s.split(" (http").next().unwrap_or(s)),
        Value::Object(o) => match (text(o, "name"), text(o, "email")) {
            (Some(name), Some(email)) => decode::one_line(&format!("{name} <{email}>")),
            (one, other) => decode::one_line(one.or(other)?),
        },
        Value::Array(list) => list.iter().find_map(person),
        _ => None,
    }
}

/// What the package loads at run time. Optional and peer dependencies count: where they are in the image, the
/// package uses them, and where they are not, nothing is linked.
fn requires(json: &Map<String, Value>) -> Vec<Requirement> {
    let names: BTreeSet<&str> = ["dependencies", "optionalDependencies", "peerDependencies"]
        .iter()
        .filter_map(|key| json.get(*key)?.as_object())
        .flat_map(|o| o.keys())
        .map(String::as_str)
        .filter(|name| split_name(name).is_some())
        .collect();
    names.into_iter().map(|name| Requirement::NodeModule(name.into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "srv/app/node_modules/x/package.json";

    fn read(path: &str, bytes: &[u8]) -> Parsed {
        parse(&Input { path, bytes })
    }

    fn one(path: &str, text: &[u8]) -> Option<PackageFind> {
        match read(path, text).finds.pop() {
            Some(Find::Package(p)) => Some((*p).clone()),
            _ => None,
        }
    }

    #[test]
    fn what_is_a_package_and_what_is_not() {
        let check = |path: &str, expected: Place| assert_eq!(place(path), expected, "{path}");
        check("package.json", Place::Elsewhere);
        check("srv/app/package.json", Place::Elsewhere);
        check("srv/app/node_modules/ms/package.json", Place::Root);
        check("node_modules/ms/package.json", Place::Root);
        check("srv/app/node_modules/@colors/colors/package.json", Place::Root);
        check("srv/app/node_modules/logform/node_modules/@colors/colors/package.json", Place::Root);
        check("srv/app/node_modules/node-forge/flash/package.json", Place::Inside);
        check("srv/app/node_modules/tslib/modules/package.json", Place::Inside);
        check("srv/app/node_modules/@a/package.json", Place::Inside);
        check("srv/app/node_modules/@a/b/dist/package.json", Place::Inside);
        check("srv/app/node_modules/package.json", Place::Elsewhere);
        check("a/node_modules/.cache/package.json", Place::Inside);
        check("a/node_modules/.pnpm/ms@2.1.3/node_modules/ms/package.json", Place::Root);
        check("a/node_modules/.pnpm/@a+b@1.0.0_c@2.0.0/node_modules/@a/b/package.json", Place::Root);
        check("a/node_modules/.pnpm/ms@2.1.3/node_modules/ms/dist/package.json", Place::Inside);
        check("a/node_modules/.store/ms-npm-2.1.3-81ff3cfac1/package/package.json", Place::Root);
        check("a/node_modules/.store/ms-npm-2.1.3-81ff3cfac1/package/dist/package.json", Place::Inside);
        check("a/node_modules/.store/ms-npm-2.1.3-81ff3cfac1/package.json", Place::Inside);
        check("a/.yarn/unplugged/node-gyp-npm-13.1.0-f9d5b0b5a3/node_modules/node-gyp/package.json", Place::Root);
        check("a/my_node_modules/x/y/package.json", Place::Elsewhere);
        check("a/bower_components/x/package.json", Place::Root);
        check("a/node_modules/x/test/fixtures/lib/node_modules/y/package.json", Place::Inside);
        check("srv/fixtures/app/node_modules/y/package.json", Place::Root);
        check("a/node_modules/x/bower_components/y/package.json", Place::Root);
        check("a/node_modules/x/bower_components/y/test/package.json", Place::Inside);
        check("root/.cache/deno/npm/registry.npmjs.org/ms/2.1.3/package.json", Place::Root);
        check("deno-dir/npm/registry.npmjs.org/@colors/colors/1.6.0/package.json", Place::Root);
        check("deno-dir/npm/localhost_4873/ms/2.1.3/package.json", Place::Root);
        check("npm/registry.npmjs.org/ms/2.1.3/dist/esm/package.json", Place::Inside);
        check("npm/registry.npmjs.org/ms/2.1.3/node_modules/b/package.json", Place::Root);
        check("deno-dir/npm/registry.npmjs.org/ms/package.json", Place::Elsewhere);
        check("srv/npm/own.app/src/package.json", Place::Elsewhere);
        check("srv/npm/npm/registry.npmjs.org/ms/2.1.3/package.json", Place::Root);
        check("usr/share/nodejs/yallist/package.json", Place::Root);
        check("usr/share/nodejs/@types/node/package.json", Place::Root);
        check("usr/share/nodejs/yallist/test/package.json", Place::Inside);
        check("usr/lib/node_modules/npm/package.json", Place::Root);
    }

    #[test]
    fn a_real_package() {
        let text = br#"{"name":"@colors/colors","description":"get colors in your node.js console","version":"1.6.0",
            "author":{"name":"DABH","email":"d@x"},"homepage":"https://github.com/DABH/colors.js","license":"MIT",
            "dependencies":{"b":"1","a":"^2"},"optionalDependencies":{"a":"^2","c":"*"},"peerDependencies":{"@p/q":"1"}}"#;
        let p = one("srv/app/node_modules/@colors/colors/package.json", text).unwrap();
        assert_eq!((p.namespace.as_deref(), &*p.name, &*p.version), (Some("@colors"), "colors", "1.6.0"));
        assert_eq!(p.supplier.as_deref(), Some("DABH <d@x>"));
        assert_eq!(p.declared[0].values, ["MIT".into()]);
        let names = ["@p/q", "a", "b", "c"].map(|n| Requirement::NodeModule(n.into()));
        assert_eq!(p.requires, names);
        assert_eq!(p.text_folder.as_deref(), Some("srv/app/node_modules/@colors/colors"));
    }

    #[test]
    fn licences_in_every_form() {
        let check = |json: &str, expected: &[(&str, &[&str])]| {
            let p = one(ROOT, format!(r#"{{"name":"x","version":"1.0.0",{json}}}"#).as_bytes()).unwrap();
            let got: Vec<(&str, Vec<&str>)> =
                p.declared.iter().map(|d| (d.field, d.values.iter().map(AsRef::as_ref).collect())).collect();
            let want: Vec<(&str, Vec<&str>)> = expected.iter().map(|(f, v)| (*f, v.to_vec())).collect();
            assert_eq!(got, want, "{json}");
        };
        check(r#""license":"(MIT OR GPL-2.0)""#, &[("license", &["(MIT OR GPL-2.0)"])]);
        check(r#""license":{"type":"MIT","url":"https://x"}"#, &[("license", &["MIT"])]);
        check(r#""license":{"url":"https://x"}"#, &[("license", &["https://x"])]);
        check(r#""licenses":[{"type":"MIT"},"BSD",3,{"type":""}]"#, &[("licenses", &["MIT", "BSD"])]);
        check(r#""licenses":{"type":"MIT"}"#, &[("licenses", &["MIT"])]);
        check(r#""licenses":"MIT""#, &[("licenses", &["MIT"])]);
        check(r#""license":["MIT","Apache-2.0"]"#, &[("license", &["MIT", "Apache-2.0"])]);
        check(r#""license":"UNLICENSED","private":true"#, &[("license", &["UNLICENSED"])]);
        check(r#""license":"MIT","licenses":["BSD"]"#, &[("license", &["MIT"]), ("licenses", &["BSD"])]);
        check(r#""licence":"ISC""#, &[("licence", &["ISC"])]);
        check(r#""license":"","licenses":[]"#, &[]);
        check(r#""license":false"#, &[]);
    }

    #[test]
    fn suppliers() {
        let check = |json: &str, expected: Option<&str>| {
            let p = one(ROOT, format!(r#"{{"name":"x","version":"1.0.0",{json}}}"#).as_bytes()).unwrap();
            assert_eq!(p.supplier.as_deref(), expected, "{json}");
        };
        check(r#""author":"A B <a@b> (https://a)""#, Some("A B <a@b>"));
        check(r#""author":"","maintainers":[{"name":"M"}]"#, Some("M"));
        check(r#""author":{"email":"a@b"}"#, Some("a@b"));
        check(r#""author":7"#, None);
    }

    #[test]
    fn files_that_are_no_package() {
        let check = |path: &str, text: &[u8], finds: usize, issues: usize| {
            let got = read(path, text);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{path} {:?}", got.issues);
        };
        let good = br#"{"name":"x","version":"1.0.0"}"#;
        check(ROOT, good, 1, 0);
        check("srv/app/package.json", good, 1, 0);
        check("srv/app/node_modules/x/test/fixture/package.json", good, 0, 0);
        check(ROOT, br#"{"type":"module"}"#, 0, 0);
        check(ROOT, br#"{"name":"x"}"#, 0, 0);
        check(ROOT, br#"{"name":"x","version":""}"#, 0, 0);
        check(ROOT, br#"{"name":["x"],"version":1}"#, 0, 0);
        check(ROOT, br#"{"name":"x","version":"${v}"}"#, 0, 1);
        check(ROOT, br#"{"name":"../x","version":"1.0.0"}"#, 0, 1);
        check(ROOT, br#"{"name":"@/x","version":"1.0.0"}"#, 0, 1);
        check("templates/package.json", br#"{"name":"<%= name %>","version":"1.0.0"}"#, 0, 0);
        check(ROOT, b"{\"name\":", 0, 1);
        check(ROOT, b"[]", 0, 1);
        check(ROOT, b"", 0, 1);
        check("srv/package.json", b"{{", 0, 0);
        check("srv/app/node_modules/x/test/package.json", b"{{", 0, 0);
        check(ROOT, "[".repeat(100_000).as_bytes(), 0, 1);
    }

    #[test]
    fn encodings() {
        let good = r#"{"name":"x","version":"v1.0.0","author":"José"}"#;
        let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [
            good.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", good.as_bytes()].concat(),
            [b"\xff\xfe".to_vec(), utf16].concat(),
            good.replace('é', "\u{1}").into_bytes().iter().map(|&b| if b == 1 { 0xe9 } else { b }).collect(),
        ] {
            let p = one(ROOT, &bytes).unwrap();
            assert_eq!((&*p.version, p.supplier.as_deref()), ("v1.0.0", Some("José")));
        }
    }
}
