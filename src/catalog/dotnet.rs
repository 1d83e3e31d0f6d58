//! .NET: the `*.deps.json` that a build lays beside an application or a shared framework, and the `.nuspec` of every package
//! that NuGet unpacked.
//!
//! A deps.json names what the build saw; of it, packages count whose files were copied, and those that need one of these.
//! Build tools (SourceLink, analyzers) leave no file and are left out. A `.nuspec` lies in a package cache, so it is a
//! source: of licences, of texts. Left out: the version resources of DLLs. They hold file versions and product
//! names (`4.700.22.12208`, `Json.NET`), not NuGet's, and what they say of a DLL a deps.json says better. Specification:
//! runtime-configuration-file.md of dotnet/sdk, the .nuspec reference of NuGet.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, OwnedFile, OwnedKind, PackageFind, Requirement};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "dotnet",
    group: Group::Installed,
    wants: &[Want::Suffix(".deps.json"), Want::Suffix(".nuspec")],
    parse,
};

/// Longest value read of a nuspec (release notes may be long, but no field that is wanted is).
const VALUE_LIMIT: usize = 64 << 10;

/// Reads a deps.json or a nuspec, told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    if input.path.ends_with(".nuspec") { nuspec(input) } else { deps(input) }
}

/// What one target says of a library.
#[derive(Debug, Default)]
struct Library<'a> {
    needs: BTreeSet<&'a str>,
    files: BTreeSet<Box<str>>,
}

fn deps(input: &Input<'_>) -> Parsed {
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
        parsed.finds.push(Find::Package(Box::new(PackageFind {
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
        })));
    }
    parsed
}

/// NuGet versions begin with a digit.
fn is_version(version: &str) -> bool {
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

/// The elements of a nuspec that are of interest.
#[derive(Debug, Default)]
struct Nuspec {
    fields: BTreeMap<&'static str, String>,
    license_type: String,
    needs: BTreeSet<String>,
}

/// Elements of `metadata` whose text is kept.
const FIELDS: [&str; 8] = ["id", "version", "authors", "description", "summary", "projectUrl", "license", "licenseUrl"];

fn nuspec(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let spec = match read_nuspec(&text) {
        Ok(spec) => spec,
        Err(error) => {
            parsed.file_issue(format!(
                "the XML is broken ({}); the package was left out",
                decode::shown(&error.to_string())
            ));
            return parsed;
        }
    };
    let field = |name: &str| spec.fields.get(name).map(|s| s.trim()).filter(|s| !s.is_empty());
    let (Some(name), Some(version)) =
        (field("id").and_then(decode::token), field("version").and_then(decode::token).filter(|v| is_version(v)))
    else {
        // Templates have `$id$` and `$version$`.
        return parsed;
    };
    let folder = paths::parent(input.path);
    let mut declared = Vec::new();
    let mut texts = Vec::new();
    match (spec.license_type.as_str(), field("license")) {
        ("file", Some(path)) => texts.extend(paths::resolve(folder, &path.replace('\\', "/"))),
        (_, Some(expression)) => {
            declared.push(Declared { grammar: Grammar::Nuget, field: "license", values: vec![expression.into()] });
        }
        _ => {}
    }
    // The address that NuGet fills in where an expression or a file is said says nothing.
    if let Some(url) = field("licenseUrl").filter(|url| !url.contains("aka.ms/deprecateLicenseUrl")) {
        declared.push(Declared { grammar: Grammar::Nuget, field: "licenseUrl", values: vec![url.into()] });
    }
    parsed.finds.push(Find::Source(Box::new(PackageFind {
        ecosystem: Ecosystem::NUGET,
        name,
        version,
        supplier: field("authors").and_then(decode::one_line),
        description: field("summary").or(field("description")).and_then(decode::one_line),
        homepage: field("projectUrl").and_then(decode::one_line),
        declared,
        requires: spec
            .needs
            .iter()
            .filter_map(|n| decode::token(n))
            .map(|name| Requirement::AnyOf(vec![name]))
            .collect(),
        texts,
        text_folder: (!folder.is_empty()).then(|| folder.into()),
        ..PackageFind::default()
    })));
    parsed
}

fn read_nuspec(text: &str) -> Result<Nuspec, quick_xml::Error> {
    let mut reader = Reader::from_str(text);
    let mut spec = Nuspec::default();
    // Only the depth and the one open field are kept; a file may nest as deep as it likes.
    let mut depth = 0_usize;
    let mut open: Option<&'static str> = None;
    loop {
        match reader.read_event()? {
            Event::Start(element) => {
                depth += 1;
                open = if depth == 3 { spec.begin(&element) } else { None };
                spec.dependency(&element);
            }
            Event::Empty(element) => spec.dependency(&element),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                open = None;
            }
            Event::Text(text) => spec.add(open, &text),
            Event::CData(text) => spec.add(open, &text),
            Event::GeneralRef(name) => spec.add(open, entity(&name)),
            Event::Eof => return Ok(spec),
            _ => {}
        }
    }
}

fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => " ",
    }
}

impl Nuspec {
    /// The first of a field counts.
    fn begin(&mut self, element: &BytesStart<'_>) -> Option<&'static str> {
        let name = element.local_name();
        let field = *FIELDS.iter().find(|f| **f == name.as_ref())?;
        if self.fields.contains_key(field) {
            return None;
        }
        self.fields.insert(field, String::new());
        if field == "license" {
            self.license_type = attribute(element, "type").unwrap_or_default();
        }
        Some(field)
    }

    fn add(&mut self, field: Option<&'static str>, text: &str) {
        if let Some(value) = field.and_then(|f| self.fields.get_mut(f))
            && value.len() + text.len() <= VALUE_LIMIT
        {
            value.push_str(text);
        }
    }

    fn dependency(&mut self, element: &BytesStart<'_>) {
        if element.local_name().as_ref() == "dependency" {
            self.needs.extend(attribute(element, "id"));
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    // The check for doubles takes time in the square of their number.
    let found = element.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == name)?;
    Some(found.value.into_owned())
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
    fn a_package_in_the_cache() {
        let check = |metadata: &str, declared: &[(&str, &str)], texts: &[&str]| {
            let text = format!(
                "\u{feff}<?xml version=\"1.0\"?>\n<package xmlns=\"http://x\">\n<metadata minClientVersion=\"2.12\">\n\
                 <id>Newtonsoft.Json</id><version>13.0.1</version><authors>James &amp; Co</authors>{metadata}\
                 <dependencies><group><dependency id=\"A.B\" version=\"1\"/></group></dependencies></metadata></package>"
            );
            let got = read("root/.nuget/packages/newtonsoft.json/13.0.1/newtonsoft.json.nuspec", &text);
            let Some(Find::Source(p)) = got.finds.first() else { panic!("{got:?}") };
            assert_eq!(
                (&*p.name, &*p.version, p.supplier.as_deref()),
                ("Newtonsoft.Json", "13.0.1", Some("James & Co"))
            );
            let said: Vec<(&str, &str)> = p.declared.iter().map(|d| (d.field, &*d.values[0])).collect();
            assert_eq!(said, declared);
            let folder = "root/.nuget/packages/newtonsoft.json/13.0.1";
            let texts: Vec<Box<str>> = texts.iter().map(|t| format!("{folder}/{t}").into()).collect();
            assert_eq!(p.texts, texts);
            assert_eq!(p.text_folder.as_deref(), Some(folder));
            assert_eq!(p.requires, [Requirement::AnyOf(vec!["A.B".into()])]);
        };
        check(
            "<license type=\"expression\">MIT</license><licenseUrl>https://licenses.nuget.org/MIT</licenseUrl>",
            &[("license", "MIT"), ("licenseUrl", "https://licenses.nuget.org/MIT")],
            &[],
        );
        check(
            "<license type=\"file\">docs\\LICENSE.md</license><licenseUrl>https://aka.ms/deprecateLicenseUrl</licenseUrl>",
            &[],
            &["docs/LICENSE.md"],
        );
        check("<licenseUrl><![CDATA[http://x?a&b]]></licenseUrl>", &[("licenseUrl", "http://x?a&b")], &[]);
        check("<id>Other</id><license/>", &[], &[]);
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
        check("a.nuspec", "", 0, 0);
        check("a.nuspec", "<package><metadata></package>", 0, 1);
        check("a.nuspec", "<package><metadata><id>$id$</id><version>$version$</version></metadata></package>", 0, 0);
        check("a.nuspec", &"<a>".repeat(100_000), 0, 0);
    }
}
