//! conda packages: `conda-meta/*.json` of an environment, one record a package, which names its files too.
//!
//! Licence texts are not installed; they stay in the package cache, where the record says that it is. Left out: the cache
//! itself (`pkgs/`), which holds packages that need not be installed, and virtual packages (`__glibc`). Specification:
//! CEP 34 and conda's `PrefixRecord`; purls as in the type's definition.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, OwnedFile, OwnedKind, PackageFind, Requirement};
use serde_json::{Map, Value};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "conda", group: Group::Installed, wants: &[Want::Like(is_record)], parse };

fn is_record(path: &str, base: &str) -> bool {
    base.ends_with(".json") && paths::base(paths::parent(path)) == "conda-meta"
}

/// Reads one record.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let record = match serde_json::from_str::<Value>(&decode::decode(input.bytes)) {
        Ok(Value::Object(record)) => record,
        Ok(_) => {
            parsed.file_issue("the file holds no JSON object; the package was left out");
            return parsed;
        }
        Err(error) => {
            parsed.file_issue(format!("the JSON is broken ({error}); the package was left out"));
            return parsed;
        }
    };
    // Other tools leave their state here (`conda-meta/pixi_env_prefix.json`), which names no package at all.
    let (name, version) = (text(&record, "name"), text(&record, "version"));
    if name.is_none() && version.is_none() {
        return parsed;
    }
    let (Some(name), Some(version)) = (name.and_then(decode::token), version.and_then(decode::token)) else {
        parsed.file_issue("the record has no valid name or version; the package was left out");
        return parsed;
    };
    let prefix = paths::parent(paths::parent(input.path));
    let cache = cache(&record, prefix);
    let mut bad = 0_usize;
    let files = files(&record, prefix, cache.as_deref(), &mut bad);
    if bad > 0 {
        parsed.record_issue(format!("{bad} entries of the list of files name no file and were passed over"));
    }
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: Ecosystem::CONDA,
        name: name.to_lowercase().into(),
        version,
        qualifiers: qualifiers(&record),
        declared: declared(&record),
        requires: requires(&record),
        text_folder: cache.and_then(|c| paths::resolve(&c, "info")),
        files,
        ..PackageFind::default()
    }));
    parsed
}

fn text<'a>(record: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    record.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty())
}

fn qualifiers(record: &Map<String, Value>) -> Vec<(&'static str, Box<str>)> {
    let place = ["channel", "url"].iter().find_map(|k| text(record, k).map(channel)).filter(|c| !c.is_empty());
    let file = text(record, "fn").or_else(|| text(record, "url")).unwrap_or("");
    let kind = ["conda", "tar.bz2"].into_iter().find(|kind| file.ends_with(&format!(".{kind}")));
    let build = ["build", "build_string"].iter().find_map(|k| text(record, k)).and_then(decode::token);
    let all = [
        ("build", build),
        ("channel", place.map(Into::into)),
        ("subdir", text(record, "subdir").and_then(decode::token)),
        ("type", kind.map(Into::into)),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The name of a channel: `conda-forge` of `https://conda.anaconda.org/conda-forge/linux-64`, `main` of
/// `https://repo.anaconda.com/pkgs/main/noarch`. The address itself stays out, since it may hold a user's token.
fn channel(address: &str) -> String {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address,
    };
    let mut parts: Vec<&str> =
        path.split(['?', '#']).next().unwrap_or("").split('/').filter(|p| !p.is_empty()).collect();
    if parts.last().is_some_and(|p| p.ends_with(".conda") || p.ends_with(".tar.bz2")) {
        parts.pop();
    }
    let platform = |p: &&str| {
        let systems = ["linux-", "osx-", "win-", "freebsd-", "emscripten-", "wasi-", "zos-"];
        *p == "noarch" || systems.iter().any(|s| p.starts_with(s))
    };
    if parts.len() > 1 && parts.last().is_some_and(platform) {
        parts.pop();
    }
    if let ["t", _token, ..] = parts[..] {
        parts.drain(..2);
    }
    if let ["pkgs", _, ..] = parts[..] {
        parts.remove(0);
    }
    let name = parts.join("/");
    if name.len() > decode::NAME_LIMIT || name.chars().any(char::is_control) { String::new() } else { name }
}

/// The licence; the family alone says too little, and stands in where there is nothing else.
fn declared(record: &Map<String, Value>) -> Vec<Declared> {
    let family = || text(record, "license_family").filter(|f| !matches!(*f, "OTHER" | "Other" | "NONE" | "None"));
    let found = text(record, "license")
        .map(|value| ("license", value))
        .or_else(|| family().map(|value| ("license_family", value)));
    let declare =
        |(field, value): (&'static str, &str)| Declared { grammar: Grammar::Conda, field, values: vec![value.into()] };
    found.map(declare).into_iter().collect()
}

/// `python >=3.10,<3.11.0a0`: the name is the first word, perhaps behind a channel.
fn requires(record: &Map<String, Value>) -> Vec<Requirement> {
    let depends = record.get("depends").and_then(Value::as_array);
    depends
        .into_iter()
        .flatten()
        .filter_map(|one| {
            let spec = one.as_str()?.trim();
            let spec = spec.rsplit_once("::").map_or(spec, |(_, spec)| spec);
            let end = spec.find(|c: char| c.is_whitespace() || "=<>!~[;".contains(c)).unwrap_or(spec.len());
            let name = decode::token(spec.get(..end)?)?;
            (!name.starts_with("__")).then(|| Requirement::AnyOf(vec![name]))
        })
        .collect()
}

/// The folder of the unpacked package in the cache. `link.source` says the same; a record that was made on another system
/// says neither, and the cache is then looked for where it is by default, beside the environments.
fn cache(record: &Map<String, Value>, prefix: &str) -> Option<Box<str>> {
    let link = record.get("link").and_then(|l| l.get("source")).and_then(Value::as_str);
    let said = text(record, "extracted_package_dir").or(link).filter(|p| p.starts_with('/'));
    if let Some(folder) = said.and_then(|p| paths::resolve("", p)) {
        return Some(folder);
    }
    let file = text(record, "fn")?;
    let dist = file.strip_suffix(".conda").or_else(|| file.strip_suffix(".tar.bz2"))?;
    let root = prefix.rsplit_once("/envs/").map_or(prefix, |(root, _)| root);
    paths::resolve(&paths::resolve(root, "pkgs")?, &decode::token(dist)?)
}

/// The files of the environment, and the same in the cache, from which they are hard links: what lies there belongs to the
/// package as well.
fn files(record: &Map<String, Value>, prefix: &str, cache: Option<&str>, bad: &mut usize) -> Vec<OwnedFile> {
    let listed = record.get("files").and_then(Value::as_array);
    let entries = record.get("paths_data").and_then(|p| p.get("paths")).and_then(Value::as_array);
    let names = listed.into_iter().flatten().map(Value::as_str);
    // Newer records may have but this one.
    let entries = entries.filter(|_| listed.is_none()).into_iter().flatten();
    let names = names.chain(entries.map(|e| e.get("_path").and_then(Value::as_str)));
    let mut files = Vec::new();
    for name in names {
        match name.filter(|n| !n.starts_with('/')).and_then(|n| paths::resolve(prefix, n).map(|path| (n, path))) {
            Some((name, path)) => {
                files.push(OwnedFile { path, kind: OwnedKind::Plain });
                let copy = cache.and_then(|c| paths::resolve(c, name));
                files.extend(copy.map(|path| OwnedFile { path, kind: OwnedKind::Plain }));
            }
            None => *bad += 1,
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "opt/conda/conda-meta/zlib-1.2.13-hd590300_5.json";

    fn read(text: &str) -> Parsed {
        parse(&Input { path: PATH, bytes: text.as_bytes() })
    }

    fn one(text: &str) -> PackageFind {
        let mut found = read(text);
        assert_eq!(found.issues, [], "{text}");
        let Some(Find::Package(p)) = found.finds.pop() else { panic!("{text}") };
        (*p).clone()
    }

    /// The fields that conda writes. A record by rattler has the same.
    const ZLIB: &str = r#"{"arch":"x86_64","build":"hd590300_5","build_number":5,
        "channel":"https://conda.anaconda.org/conda-forge/linux-64","constrains":[],
        "depends":["libgcc-ng >=12","libzlib 1.2.13 hd590300_5","__glibc >=2.17","conda-forge::a>=2","B[build=x]"],
        "extracted_package_dir":"/opt/conda/pkgs/zlib-1.2.13-hd590300_5","features":"",
        "files":["include/zlib.h","lib/libz.so"],"fn":"zlib-1.2.13-hd590300_5.conda","license":"Zlib",
        "license_family":"Other","link":{"source":"/opt/conda/pkgs/zlib-1.2.13-hd590300_5","type":1},"name":"zlib",
        "subdir":"linux-64","url":"https://conda.anaconda.org/conda-forge/linux-64/zlib-1.2.13-hd590300_5.conda",
        "version":"1.2.13"}"#;

    #[test]
    fn a_record() {
        let p = one(ZLIB);
        assert_eq!(
            crate::purl::purl(&p, None).unwrap(),
            "pkg:conda/zlib@1.2.13?build=hd590300_5&channel=conda-forge&subdir=linux-64&type=conda"
        );
        assert_eq!(p.declared[0].values, ["Zlib".into()]);
        let names: Vec<&str> = p
            .requires
            .iter()
            .flat_map(|r| if let Requirement::AnyOf(names) = r { names.as_slice() } else { &[] })
            .map(|n| &**n)
            .collect();
        assert_eq!(names, ["libgcc-ng", "libzlib", "a", "B"]);
        assert_eq!(
            p.files.iter().map(|f| &*f.path).collect::<Vec<_>>(),
            [
                "opt/conda/include/zlib.h",
                "opt/conda/pkgs/zlib-1.2.13-hd590300_5/include/zlib.h",
                "opt/conda/lib/libz.so",
                "opt/conda/pkgs/zlib-1.2.13-hd590300_5/lib/libz.so"
            ]
        );
        assert_eq!(p.text_folder.as_deref(), Some("opt/conda/pkgs/zlib-1.2.13-hd590300_5/info"));
    }

    #[test]
    fn channels() {
        let check = |address: &str, expected: &str| assert_eq!(channel(address), expected, "{address}");
        check("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge");
        check("https://conda.anaconda.org/conda-forge/label/dev/noarch", "conda-forge/label/dev");
        check("https://repo.anaconda.com/pkgs/main/linux-64", "main");
        check("https://repo.anaconda.com/pkgs/main/linux-64/zlib-1.2.13-h5eee18b_0.conda", "main");
        check("https://conda.anaconda.org/t/SECRET/private/linux-64", "private");
        check("https://user:password@example.org/conda-forge", "conda-forge");
        check("conda-forge", "conda-forge");
        check("pkgs/main", "main");
        check("<unknown>", "<unknown>");
        check("https://x", "");
        check("", "");
    }

    #[test]
    fn where_the_texts_are() {
        let check = |fields: &str, path: &str, expected: Option<&str>| {
            let text = format!(r#"{{"name":"x","version":"1",{fields}}}"#);
            let mut found = parse(&Input { path, bytes: text.as_bytes() });
            let Some(Find::Package(p)) = found.finds.pop() else { panic!("{fields}") };
            assert_eq!(p.text_folder.as_deref(), expected, "{fields}");
        };
        check(r#""link":{"source":"/c/pkgs/x-1-0"}"#, PATH, Some("c/pkgs/x-1-0/info"));
        check(r#""fn":"x-1-0.tar.bz2""#, PATH, Some("opt/conda/pkgs/x-1-0/info"));
        check(r#""fn":"x-1-0.conda""#, "opt/conda/envs/e/conda-meta/x-1-0.json", Some("opt/conda/pkgs/x-1-0/info"));
        check(r#""extracted_package_dir":"C:\\x","fn":"x-1-0.conda""#, PATH, Some("opt/conda/pkgs/x-1-0/info"));
        check(r#""fn":"../../x.conda""#, PATH, None);
        check(r#""link":{"source":"/../.."}"#, PATH, None);
        check(r#""fn":"x-1-0.conda""#, "conda-meta/x-1-0.json", Some("pkgs/x-1-0/info"));
    }

    #[test]
    fn licences() {
        let check = |fields: &str, expected: Option<(&str, &str)>| {
            let p = one(&format!(r#"{{"name":"x","version":"1",{fields}}}"#));
            assert_eq!(p.declared.first().map(|d| (d.field, &*d.values[0])), expected, "{fields}");
        };
        check(r#""license":"GPL-3.0-only WITH GCC-exception-3.1""#, {
            Some(("license", "GPL-3.0-only WITH GCC-exception-3.1"))
        });
        check(r#""license":"","license_family":"BSD""#, Some(("license_family", "BSD")));
        check(r#""license_family":"Other""#, None);
        check(r#""license":7"#, None);
    }

    #[test]
    fn what_is_no_package() {
        let check = |text: &str, finds: usize, issues: usize| {
            let found = read(text);
            assert_eq!((found.finds.len(), found.issues.len()), (finds, issues), "{text}");
        };
        check("{\"manifest_path\":\"/x\"}", 0, 0);
        check("{\"name\":\"x\"}", 0, 1);
        check("{\"name\":\"../x\",\"version\":\"1\"}", 0, 1);
        check("{\"name\":\"x\",\"version\":\"1\",\"files\":[\"../../../x\",7,\"/x\",\"a\"]}", 1, 1);
        check("{\"name\":\"x\",\"version\":\"1\",\"paths_data\":{\"paths\":[{\"_path\":\"a\"}]}}", 1, 0);
        check("[]", 0, 1);
        check("{", 0, 1);
        check("", 0, 1);
        for end in 0..ZLIB.len() {
            read(&ZLIB[..end]);
        }
    }
}
