//! Documents that lie in the image and list components: CycloneDX (JSON, XML), SPDX (2.x as JSON and tag-value, 3.0 as
//! JSON), and Syft's own JSON. Distributions put them beside their packages (Chainguard's `var/lib/db/sbom`), wheels name
//! the libraries that were copied into them (PEP 770, `*.dist-info/sboms`), applications bring that of their build.
//!
//! What a document says is evidence of its own kind ([`Basis::Document`]); what is really installed has the same purl parts
//! and speaks for itself. Here stands which files are documents and which components are packages; `cyclonedx`, `xml` and
//! `spdx` read the formats. Left out: components that name images, repositories or files, parts that the document says are
//! not delivered, dependencies between components, and documents among test data.
//!
//! Specifications: <https://cyclonedx.org/docs/1.6/json/>, <https://spdx.github.io/spdx-spec/v2.3/>,
//! <https://spdx.github.io/spdx-spec/v3.0.1/>, <https://peps.python.org/pep-0770/>.

mod cyclonedx;
mod spdx;
mod xml;

use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, bitnami, decode, paths, python};
use crate::model::{Basis, Declared, Ecosystem, EmbeddedText, Find, Grammar, PackageFind, Severity, SourcePackage};
use crate::purl;
use serde_json::Value;
use std::collections::HashMap;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "sbom", group: Group::Installed, wants: &[Want::Like(is_document)], parse };

/// The largest document that is read: JSON takes some five times its size in memory. The largest seen, of an image with
/// 20,000 packages and their files, has 50 MB.
const MAX_BYTES: usize = 128 << 20;

/// Most components that are taken from one document: the largest distributions have 70,000 packages.
const MAX_COMPONENTS: usize = 100_000;

/// How names of documents end: what the two specifications recommend, and Syft's.
const ENDINGS: [&str; 8] =
    [".cdx.json", ".cdx.xml", ".spdx.json", ".spdx", ".syft.json", ".sbom.json", ".bom.json", ".sbom"];

/// Whole names that build tools give them.
const NAMES: [&str; 6] = ["bom.json", "bom.xml", "sbom.json", "sbom.xml", "cyclonedx.json", "manifest.spdx.json"];

/// Folders of test data and examples, whose documents are about nothing in the image.
const TEST_FOLDERS: [&str; 7] = ["test", "tests", "testdata", "test-data", "fixtures", "examples", "__tests__"];

fn is_document(path: &str, base: &str) -> bool {
    if !base.ends_with(['n', 'l', 'x', 'm']) {
        return false;
    }
    let named = ENDINGS.iter().any(|end| base.ends_with(end)) || NAMES.contains(&base);
    let in_folder = || {
        (base.ends_with(".json") || base.ends_with(".xml"))
            && matches!(paths::base(paths::parent(path)), "sbom" | "sboms")
    };
    // Homebrew puts one into every keg, which names the compiler too, installed or not; its receipt knows better.
    let in_keg = || base == "sbom.spdx.json" && path.contains("/Cellar/");
    (named || in_folder())
        && !bitnami::is_record(path, base)
        && !in_keg()
        && !paths::parent(path).split('/').any(|folder| TEST_FOLDERS.contains(&folder))
}

/// A component as a document has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Component {
    /// What kind of thing it is, in the document's words, in lower case.
    pub kind: String,
    pub purl: Option<String>,
    pub name: Option<String>,
    pub version: Option<String>,
    pub supplier: Option<String>,
    pub description: Option<String>,
    pub homepage: Option<String>,
    pub declared: Vec<Declared>,
    pub embedded: Vec<EmbeddedText>,
}

/// Reads one document.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let components = components(input, &mut parsed);
    let found = packages(&components, input.path);
    parsed.finds = found.into_iter().map(Find::package).collect();
    parsed
}

/// The packages among components, each once: a part of a package (a purl with a subpath) and a second file of it are the
/// package again, and say at most the licence that the first did not.
pub(super) fn packages(components: &[Component], path: &str) -> Vec<PackageFind> {
    let mut out: Vec<PackageFind> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for find in components.iter().filter_map(|component| package(component, path)) {
        let identity = purl::purl(&find, None).unwrap_or_else(|_| purl::fallback(&find));
        match places.get(&identity).and_then(|place| out.get_mut(*place)) {
            Some(first) if first.declared.is_empty() => first.declared = find.declared,
            Some(_) => {}
            None => {
                places.insert(identity, out.len());
                out.push(find);
            }
        }
    }
    out
}

/// The components of a document, whatever its format; a file that is none has none, for names like `bom.json` are nobody's
/// in particular.
pub(super) fn components(input: &Input<'_>, parsed: &mut Parsed) -> Vec<Component> {
    let mut out = Vec::new();
    if input.bytes.len() > MAX_BYTES {
        let message = format!("the document has more than {MAX_BYTES} bytes and was not read");
        parsed.issue(RECORD_LIMIT, Severity::Error, message);
        return out;
    }
    let text = decode::decode(input.bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let promised = ["cdx.json", "spdx.json", "syft.json"].iter().any(|end| input.path.ends_with(end));
    if text.starts_with('{') || promised {
        match serde_json::from_str::<Value>(text) {
            Ok(json) => {
                cyclonedx::read(&json, &mut out);
                spdx::read(&json, &mut out);
                syft(&json, &mut out);
            }
            Err(error) if promised => {
                parsed.file_issue(format!("the JSON is broken ({error}); the document was left out"))
            }
            Err(_) => {}
        }
    } else if text.starts_with('<') {
        xml::read(text, parsed, &mut out);
    } else if text.starts_with("SPDXVersion:") || text.contains("\nSPDXVersion:") {
        spdx::read_tags(text, &mut out);
    }
    if out.len() > MAX_COMPONENTS {
        out.truncate(MAX_COMPONENTS);
        let message = format!("the document has more than {MAX_COMPONENTS} components; the rest was left out");
        parsed.issue(RECORD_LIMIT, Severity::Error, message);
    }
    out
}

/// Types of purls of repositories, which name a library where a library of C is copied from one.
const REPOSITORIES: [&str; 3] = ["bitbucket", "github", "gitlab"];

/// Qualifiers that belong to the identity of a package; the others say where it was downloaded.
const QUALIFIERS: [(&str, &str); 8] = [
    ("bitnami", "arch"),
    ("conda", "build"),
    ("conda", "channel"),
    ("conda", "subdir"),
    ("conda", "type"),
    ("gem", "platform"),
    ("maven", "classifier"),
    ("rpm", "rpmmod"),
];

/// The package that a component is; `None` where it is none.
fn package(component: &Component, path: &str) -> Option<PackageFind> {
    let not_delivered = matches!(
        component.kind.as_str(),
        "container"
            | "cryptographic-asset"
            | "data"
            | "device"
            | "device-driver"
            | "excluded"
            | "file"
            | "machine-learning-model"
            | "operating-system"
            | "operating_system"
            | "platform"
            | "source"
    );
    if not_delivered {
        return None;
    }
    let mut find = match component.purl.as_deref() {
        Some(purl) => of_purl(purl, path)?,
        None => unnamed(component)?,
    };
    if find.version.is_empty() {
        find.version = component.version.as_deref().and_then(decode::token)?;
    }
    let line = |s: &Option<String>| s.as_deref().and_then(decode::one_line);
    find.basis = Basis::Document;
    find.supplier = line(&component.supplier);
    find.description = line(&component.description);
    find.homepage = line(&component.homepage);
    find.declared = component.declared.clone();
    find.embedded = component.embedded.clone();
    Some(find)
}

/// A component without a purl is a package where it says that it is one, with name and version.
fn unnamed(component: &Component) -> Option<PackageFind> {
    matches!(component.kind.as_str(), "application" | "firmware" | "framework" | "library").then_some(())?;
    // SPDX says "no idea" with these words. A name may have spaces (`Little CMS 2`).
    let said = |s: &Option<String>| {
        let s = s.as_deref().map(str::trim).filter(|s| !matches!(*s, "NOASSERTION" | "NONE" | "unknown" | "UNKNOWN"));
        s.filter(|s| is_plain(s)).map(str::to_owned)
    };
    Some(PackageFind {
        ecosystem: Ecosystem::GENERIC,
        name: said(&component.name)?.into(),
        version: said(&component.version).and_then(|v| decode::token(&v))?,
        ..PackageFind::default()
    })
}

fn of_purl(text: &str, path: &str) -> Option<PackageFind> {
    let url = purl::parse(text.trim()).ok()?;
    // A type that the specification knows is lower case; so are the words of the table.
    let ty = purl::PACKAGE_TYPES.iter().chain(&REPOSITORIES).find(|ty| **ty == url.ty()).copied()?;
    let ecosystem = Ecosystem(ty);
    // Chainguard's documents name for each package the repository of its recipe and of its sources.
    if path.contains("var/lib/db/sbom/") && ty != "apk" || (REPOSITORIES.contains(&ty) && url.subpath().is_some()) {
        return None;
    }
    let qualifier = |key: &str| url.qualifiers().get(key).map(|v| v.trim()).filter(|v| is_plain(v));
    let mut qualifiers: Vec<(&'static str, Box<str>)> = QUALIFIERS
        .iter()
        .filter(|(of, _)| *of == ty)
        .filter_map(|(_, key)| Some((*key, qualifier(key)?.into())))
        .collect();
    // A jar is what every Maven package is.
    qualifiers
        .extend(qualifier("type").filter(|kind| ty == "maven" && *kind != "jar").map(|kind| ("type", kind.into())));
    let mut namespace = url.namespace().filter(|n| !n.is_empty());
    if ecosystem.is_os() && ty != "ebuild" && !path.contains(".dist-info/sboms/") {
        // The document speaks of the image that it lies in, whose distribution the inventory adds. The libraries in a wheel
        // are of the system on which it was built.
        namespace = None;
    } else if ecosystem.is_os() || ty == "bitnami" {
        qualifiers.extend(qualifier("distro").map(|distro| ("distro", distro.into())));
    }
    if ty == "brew" && namespace == Some("homebrew/core") {
        namespace = None;
    }
    qualifiers.sort();
    let name = match ty {
        "pypi" => python::purl_name(url.name()),
        _ => url.name().to_owned(),
    };
    let version = url.version().unwrap_or("");
    if !is_plain(&name) || !(version.is_empty() || is_plain(version)) || !namespace.is_none_or(is_plain) {
        return None;
    }
    Some(PackageFind {
        ecosystem,
        namespace: namespace.map(Into::into),
        source: qualifier("upstream").filter(|_| ecosystem.is_os()).map(|u| source(ecosystem, u)),
        arch: qualifier("arch").filter(|_| ecosystem.is_os()).map(Into::into),
        epoch: qualifier("epoch")
            .filter(|_| ecosystem == Ecosystem::RPM)
            .and_then(|e| e.parse().ok())
            .filter(|e| *e > 0),
        name: name.into(),
        version: version.into(),
        qualifiers,
        ..PackageFind::default()
    })
}

fn is_plain(s: &str) -> bool {
    !s.is_empty() && s.len() <= decode::NAME_LIMIT && !s.chars().any(char::is_control)
}

/// The qualifier `upstream`: `name`, `name@version`, or the file of a source rpm.
fn source(ecosystem: Ecosystem, upstream: &str) -> SourcePackage {
    if ecosystem == Ecosystem::RPM && upstream.ends_with(".rpm") {
        return super::rpm::source_package(upstream);
    }
    match upstream.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() => SourcePackage { name: name.into(), version: Some(version.into()) },
        _ => SourcePackage { name: upstream.into(), version: None },
    }
}

/// Syft's own format: `artifacts`.
fn syft(json: &Value, out: &mut Vec<Component>) {
    if json.get("descriptor").is_none() {
        return;
    }
    for artifact in json.get("artifacts").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| artifact.get(key).and_then(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned);
        let licenses = artifact.get("licenses").and_then(Value::as_array).into_iter().flatten();
        let mut declared = Vec::new();
        for license in licenses.filter(|l| l.get("type").and_then(Value::as_str) != Some("concluded")) {
            let said = ["spdxExpression", "value"].iter().find_map(|k| license.get(*k)?.as_str());
            declared.extend(said.and_then(|value| statement("licenses", Grammar::Spdx, value)));
        }
        let declared = one_list(declared);
        let (name, version, purl) = (text("name"), text("version"), text("purl"));
        out.push(Component { kind: "library".into(), purl, name, version, declared, ..Component::default() });
    }
}

/// Several licences of one component as one list, none of which may get lost. Nowhere is it said whether they are a choice; lists
/// of these grammars are taken to apply as a whole.
fn one_list(declared: Vec<Declared>) -> Vec<Declared> {
    if declared.len() < 2 {
        return declared;
    }
    let spdx = declared.iter().all(|d| d.grammar == Grammar::Spdx);
    let grammar = if spdx { Grammar::Spdx } else { Grammar::Any };
    vec![Declared { grammar, field: "licenses", values: declared.into_iter().flat_map(|d| d.values).collect() }]
}

/// One statement about the licence, unless it says that there is none to make.
fn statement(field: &'static str, grammar: Grammar, value: &str) -> Option<Declared> {
    let value = value.trim();
    let says = !value.is_empty() && !matches!(value, "NOASSERTION" | "NONE");
    says.then(|| Declared { grammar, field, values: vec![value.into()] })
}

#[cfg(test)]
mod tests;
