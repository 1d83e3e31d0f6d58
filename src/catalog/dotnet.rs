//! .NET: the `*.deps.json` that a build lays beside an application or a shared framework.
//!
//! It names what the build saw; of it, packages count whose files were copied, and those that need one of these. Build
//! tools (SourceLink, analyzers) leave no file and are left out. The version resources of DLLs that no deps.json names are read
//! by [`super::dotnet_pe`]. Specification: runtime-configuration-file.md of dotnet/sdk.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, OwnedFile, OwnedKind, PackageFind, Requirement};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "dotnet", group: Group::Installed, wants: &[Want::Suffix(".deps.json")], parse };

/// Reads one deps.json.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let json = match serde_json::from_str::<Value>(&decode::decode(input.bytes)) {
        Ok(Value::Object(json)) => json,
        Ok(_) => {
            parsed.file_issue("the file holds no JSON object; its packages were left out");
            return parsed;
        }
        Err(error) => {
            parsed.file_issue(format!("the JSON is broken ({error}); its packages were left out"));
            return parsed;
        }
    };
    let Some(libraries) = json.get("libraries").and_then(Value::as_object) else {
        // A file of this name that is none of .NET's.
        if json.contains_key("runtimeTarget") {
            parsed.file_issue("the file lists no libraries");
        }
        return parsed;
    };
    let folder = paths::parent(input.path);
    let targets = targets(&json, folder);
    let kept = kept(&targets);
    let stem = paths::base(input.path).strip_suffix(".deps.json").unwrap_or("");
    for (key, library) in libraries {
        let kind = library.get("type").and_then(Value::as_str).unwrap_or("");
        // `reference` is a DLL that the build was pointed at: it has no package.
        let kind = kind.to_ascii_lowercase();
        if !matches!(kind.as_str(), "package" | "project" | "runtimepack") {
            continue;
        }
        let Some((full, version)) = key.split_once('/') else {
            parsed.record_lost(format!("library {} has no version and was left out", decode::shown(key)));
            continue;
        };
        let name = full.strip_prefix("runtimepack.").filter(|_| kind == "runtimepack").unwrap_or(full);
        let (Some(name), Some(version)) = (decode::token(name), decode::token(version).filter(|v| is_version(v)))
        else {
            parsed
                .record_lost(format!("library {} has no valid name and version and was left out", decode::shown(key)));
            continue;
        };
        if kind != "project" && !kept.contains(full) {
            continue;
        }
        let target = targets.get(full);
        let own = kind == "project" && full == stem;
        parsed.finds.push(Find::package(PackageFind {
            ecosystem: Ecosystem::NUGET,
            requires: target
                .into_iter()
                .flat_map(|t| &t.needs)
                .filter_map(|n| decode::token(n))
                .map(|name| Requirement::AnyOf(vec![name]))
                .collect(),
            files: target
                .into_iter()
                .flat_map(|t| &t.files)
                .map(|path| OwnedFile { path: path.clone(), kind: OwnedKind::Plain })
                .collect(),
            texts: framework_texts(folder),
            text_folder: (own && !folder.is_empty()).then(|| folder.into()),
            name,
            version,
            ..PackageFind::default()
        }));
    }
    parsed
}

/// What one target says of a library.
#[derive(Debug, Default)]
struct Library<'a> {
    needs: BTreeSet<&'a str>,
    files: BTreeSet<Box<str>>,
}

/// NuGet versions begin with a digit; `$version$` of a template does not.
pub fn is_version(version: &str) -> bool {
    version.starts_with(|c: char| c.is_ascii_digit())
}

/// All targets together, by the name of the library.
fn targets<'a>(json: &'a Map<String, Value>, folder: &str) -> BTreeMap<&'a str, Library<'a>> {
    let mut out: BTreeMap<&str, Library<'_>> = BTreeMap::new();
    let all = json.get("targets").and_then(Value::as_object).into_iter().flat_map(Map::values);
    for (key, library) in all.filter_map(Value::as_object).flatten() {
        let name = key.split_once('/').map_or(key.as_str(), |(name, _)| name);
        let entry = out.entry(name).or_default();
        let object = |key: &str| library.get(key).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        entry.needs.extend(object("dependencies").map(String::as_str));
        // A published application has the files flat beside it, those of other languages and systems in folders.
        for path in object("runtime").chain(object("native")).filter(|p| !p.ends_with("/_._")) {
            entry.files.extend(paths::resolve(folder, paths::base(path)));
        }
        for path in object("runtimeTargets").filter(|p| !p.ends_with("/_._")) {
            entry.files.extend(paths::resolve(folder, path));
        }
        for path in object("resources") {
            let place = paths::parent(path);
            entry.files.extend(paths::resolve(folder, &format!("{}/{}", paths::base(place), paths::base(path))));
        }
    }
    out
}

/// The libraries that have files, and those that need one of these.
fn kept<'a>(targets: &BTreeMap<&'a str, Library<'a>>) -> BTreeSet<&'a str> {
    let mut needed_by: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    for (name, library) in targets {
        for need in &library.needs {
            needed_by.entry(need).or_default().push(name);
        }
    }
    let mut kept: BTreeSet<&str> = targets.iter().filter(|(_, l)| !l.files.is_empty()).map(|(n, _)| *n).collect();
    let mut todo: Vec<&str> = kept.iter().copied().collect();
    while let Some(name) = todo.pop() {
        for parent in needed_by.get(name).into_iter().flatten() {
            if kept.insert(parent) {
                todo.push(parent);
            }
        }
    }
    kept
}

/// A shared framework lies in `shared/NAME/VERSION` of the .NET root, which holds the licence of all.
fn framework_texts(folder: &str) -> Vec<Box<str>> {
    let above = paths::parent(paths::parent(folder));
    if paths::base(above) != "shared" {
        return Vec::new();
    }
    let root = paths::parent(above);
    ["LICENSE.txt", "ThirdPartyNotices.txt"].iter().filter_map(|name| paths::resolve(root, name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Input { path, bytes: text.as_bytes() })
    }

    fn packages(parsed: &Parsed) -> Vec<&PackageFind> {
        parsed.finds.iter().filter_map(|f| if let Find::Package(p) = f { Some(&**p) } else { None }).collect()
    }

    /// Of pythonnet 3.2.1, shortened.
    const PYTHONNET: &str = r#"{"runtimeTarget":{"name":".NETStandard,Version=v2.0/"},"targets":{
        ".NETStandard,Version=v2.0":{},".NETStandard,Version=v2.0/":{
        "Python.Runtime/3.2.1":{"dependencies":{"Meta":"1.0","Microsoft.SourceLink.GitHub":"10"},"runtime":{"Python.Runtime.dll":{}}},
        "Meta/1.0":{"dependencies":{"System.Memory":"4.6.3"}},
        "Microsoft.SourceLink.GitHub/10.0.401":{"dependencies":{"Microsoft.SourceLink.Common":"1"}},
        "Microsoft.SourceLink.Common/1.0.0":{"compile":{"lib/_._":{}},"runtime":{"lib/net/_._":{}}},
        "System.Memory/4.6.3":{"runtime":{"lib/netstandard2.0/System.Memory.dll":{"assemblyVersion":"4.0.2.0"}},
          "resources":{"lib/netstandard2.0/de/System.Memory.resources.dll":{"locale":"de"}},
          "runtimeTargets":{"runtimes/win/native/m.dll":{"rid":"win"}}}}},
        "libraries":{"Python.Runtime/3.2.1":{"type":"project","sha512":""},"Meta/1.0":{"type":"package"},
        "Microsoft.SourceLink.GitHub/10.0.401":{"type":"package"},"Microsoft.SourceLink.Common/1.0.0":{"type":"package"},
        "System.Memory/4.6.3":{"type":"package","path":"system.memory/4.6.3"},"Some.Dll/1.0.0.0":{"type":"reference"}}}"#;

    #[test]
    fn a_real_application() {
        let got = read("app/runtime/Python.Runtime.deps.json", PYTHONNET);
        assert!(got.issues.is_empty());
        let found = packages(&got);
        let purls: Vec<String> = found.iter().map(|p| crate::purl::purl(p, None).unwrap()).collect();
        assert_eq!(purls, ["pkg:nuget/Meta@1.0", "pkg:nuget/Python.Runtime@3.2.1", "pkg:nuget/System.Memory@4.6.3"]);
        let files: Vec<&str> = found[2].files.iter().map(|f| &*f.path).collect();
        assert_eq!(
            files,
            [
                "app/runtime/System.Memory.dll",
                "app/runtime/de/System.Memory.resources.dll",
                "app/runtime/runtimes/win/native/m.dll"
            ]
        );
        assert_eq!(found[0].requires, [Requirement::AnyOf(vec!["System.Memory".into()])]);
        assert_eq!((found[0].text_folder.as_deref(), found[1].text_folder.as_deref()), (None, Some("app/runtime")));
    }

    #[test]
    fn a_shared_framework() {
        let text = r#"{"targets":{"t/linux-x64":{"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{
            "native":{"libclrjit.so":{}}}}},
            "libraries":{"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"type":"runtimepack"}}}"#;
        let got = read("usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json", text);
        let p = packages(&got)[0];
        assert_eq!(crate::purl::purl(p, None).unwrap(), "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1");
        assert_eq!(p.texts, ["usr/share/dotnet/LICENSE.txt".into(), "usr/share/dotnet/ThirdPartyNotices.txt".into()]);
    }

    #[test]
    fn broken_files() {
        let check = |path: &str, text: &str, finds: usize, issues: usize| {
            let got = read(path, text);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{text}: {:?}", got.issues);
        };
        check("a.deps.json", "", 0, 1);
        check("a.deps.json", "[]", 0, 1);
        check("a.deps.json", "{}", 0, 0);
        check("a.deps.json", r#"{"runtimeTarget":{}}"#, 0, 1);
        check("a.deps.json", r#"{"libraries":{"x":{"type":"package"},"x/v":{"type":"project"},"x/1":7}}"#, 0, 2);
        check("a.deps.json", &"[".repeat(100_000), 0, 1);
    }
}
