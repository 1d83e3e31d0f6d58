//! NuGet packages as their makers describe them: the `.nuspec` in the folder of every package that NuGet unpacked.
//!
//! Such a folder is a cache, so what is found is a source: of licences, of texts. Left out: `.nupkg` archives.
//! Specification: the .nuspec reference of NuGet.

use super::dotnet::is_version;
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "nuspec", group: Group::Installed, wants: &[Want::Suffix(".nuspec")], parse };

/// Longest value read (release notes may be long, but no field that is wanted is).
const VALUE_LIMIT: usize = 64 << 10;

/// Reads one nuspec.
pub fn parse(input: &Input<'_>) -> Parsed {
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
    parsed.finds.push(Find::source(PackageFind {
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
    }));
    parsed
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
        let check = |text: &str, finds: usize, issues: usize| {
            let got = read("a.nuspec", text);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{text}: {:?}", got.issues);
        };
        check("", 0, 0);
        check("<package><metadata></package>", 0, 1);
        check("<package><metadata><id>$id$</id><version>$version$</version></metadata></package>", 0, 0);
        check("<package><metadata><id>x</id><version>1</version></metadata>", 1, 0);
        check(&"<a>".repeat(100_000), 0, 0);
        let attributes: String = (0..50_000).map(|i| format!(" a{i}=''")).collect();
        check(&format!("<package><metadata><dependency{attributes}/></metadata></package>"), 0, 0);
    }
}
