//! CycloneDX 1.6 as JSON (ECMA-424, <https://cyclonedx.org/docs/1.6/json/>).
//!
//! The document is built in the model of the crate `cyclonedx-bom`, which ends at 1.5; a pass over its JSON adds what 1.6
//! has (acknowledgements of licences) and the crate cannot say (plain words). Components go through both in small batches,
//! so that the memory for them does not grow with their number; what nothing is added to stays as the crate wrote it.
//!
//! Left out: vulnerabilities, services, signatures. Hidden packages are components like all others, because they are
//! distributed like all others: `scope` stays unset (`excluded` would tell readers to pass over them), and
//! `supercargo:state` says what they are.

mod choice;
mod component;
mod ids;

use super::shown::{Shown, roots};
use super::subject::Subject;
use super::{fields, seal, write_json};
use crate::model::{Report, Severity};
use component::{bom_ref, component, operating_system, properties, root, tool};
use cyclonedx_bom::external_models::date_time::DateTime;
use cyclonedx_bom::models::bom::{Bom, BomReference, SpecVersion, UrnUuid};
use cyclonedx_bom::models::component::{Component, Components};
use cyclonedx_bom::models::composition::{AggregateType, Composition, Compositions};
use cyclonedx_bom::models::dependency::{Dependencies, Dependency};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::models::tool::Tools;
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

const SCHEMA: &str = "http://cyclonedx.org/schema/bom-1.6.schema.json";

/// How many components are built at once. Any number works; this one keeps a batch in the processor's cache.
const BATCH: usize = 64;

/// Writes a CycloneDX 1.6 document.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let shown = Shown::new(report);
    let subject = Subject::of(report);
    let root = root(report, &subject);
    let root_ref = root.bom_ref.clone().unwrap_or_default();
    let system = report.distro.as_ref().map(|d| operating_system(report, d));
    let system_ref = system.as_ref().and_then(|c| c.bom_ref.clone());
    let refs: Vec<String> = shown.items.iter().map(|i| bom_ref(&i.package.purl, &i.key)).collect();

    let mut envelope = empty();
    envelope.serial_number = UrnUuid::new(format!("urn:uuid:{}", seal::document("cyclonedx-json", &shown))).ok();
    envelope.metadata = Some(Metadata {
        timestamp: report.created.and_then(fields::timestamp).and_then(|t| DateTime::try_from(t).ok()),
        tools: Some(Tools::Object { services: None, components: Some(Components(vec![tool(report)])) }),
        component: Some(root),
        properties: properties(document_properties(report)),
        ..Metadata::default()
    });
    envelope.dependencies = Some(Dependencies(dependencies(&root_ref, system_ref.as_deref(), &refs, &shown)));
    // Complete is never said: nobody can know that an image holds nothing that no cataloger reads.
    let gap = report.issues.iter().any(|i| i.severity == Severity::Error);
    envelope.compositions = Some(Compositions(vec![Composition {
        bom_ref: None,
        aggregate: if gap { AggregateType::Incomplete } else { AggregateType::Unknown },
        assemblies: Some(vec![BomReference::new(root_ref)]),
        dependencies: None,
        vulnerabilities: None,
        signature: None,
    }]));
    let mut envelope = to_value(envelope).map_err(io::Error::other)?;
    let mut take = |key: &str| envelope.get_mut(key).map(Value::take).unwrap_or_default();

    let document = Document {
        schema: SCHEMA,
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: take("serialNumber"),
        version: 1,
        metadata: take("metadata"),
        components: Stream { shown: &shown, refs: &refs, system, words: choice::words(report) },
        dependencies: take("dependencies"),
        compositions: take("compositions"),
        properties: report
            .refs
            .iter()
            .map(|r| json!({"name": format!("supercargo:licenseRef:{}", r.id), "value": &*r.text}))
            .collect(),
    };
    write_json(&document, out)
}

/// The document in the order that its specification lists.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: Value,
    version: u32,
    metadata: Value,
    components: Stream<'a>,
    dependencies: Value,
    compositions: Value,
    /// The words of every licence that the SPDX list does not have: `licenses` has no place for those inside an expression.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Value>,
}

/// The components, made while they are written.
struct Stream<'a> {
    shown: &'a Shown<'a>,
    refs: &'a [String],
    system: Option<Component>,
    words: choice::Words<'a>,
}

impl Serialize for Stream<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        let system = batch(self.system.iter().cloned().collect()).map_err(S::Error::custom)?;
        for component in written(&system).map_err(S::Error::custom)? {
            seq.serialize_element(&component)?;
        }
        for (items, refs) in self.shown.items.chunks(BATCH).zip(self.refs.chunks(BATCH)) {
            let mut components = Vec::with_capacity(items.len());
            let mut acknowledgements = Vec::with_capacity(items.len());
            for (item, bom_ref) in items.iter().zip(refs) {
                let mut entries = choice::entries(&item.package.licensing);
                acknowledgements.push(std::mem::take(&mut entries.acknowledgements));
                components.push(component(self.shown, item, bom_ref, entries));
            }
            let bytes = batch(components).map_err(S::Error::custom)?;
            for (mut component, said) in written(&bytes).map_err(S::Error::custom)?.into_iter().zip(&acknowledgements) {
                let licenses = |of: &mut Written<'_>, said: &[_]| {
                    of.mend("licenses", |licenses| choice::mend(Some(licenses), said, &self.words))
                };
                licenses(&mut component, said).map_err(S::Error::custom)?;
                component.within("evidence", |evidence| licenses(evidence, &[])).map_err(S::Error::custom)?;
                seq.serialize_element(&component)?;
            }
        }
        seq.end()
    }
}

/// A document without anything. `Bom::default` draws a random serial number.
fn empty() -> Bom {
    Bom {
        version: 1,
        serial_number: None,
        metadata: None,
        components: None,
        services: None,
        external_references: None,
        dependencies: None,
        compositions: None,
        properties: None,
        vulnerabilities: None,
        signature: None,
        annotations: None,
        formulation: None,
        spec_version: SpecVersion::V1_5,
    }
}

fn to_bytes(bom: Bom) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    bom.output_as_json_v1_5(&mut bytes).map_err(|e| format!("could not write a CycloneDX document: {e}"))?;
    Ok(bytes)
}

fn from_bytes<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|e| format!("could not read back a CycloneDX document: {e}"))
}

fn to_value(bom: Bom) -> Result<Value, String> {
    from_bytes(&to_bytes(bom)?)
}

/// A document of these components alone.
fn batch(components: Vec<Component>) -> Result<Vec<u8>, String> {
    to_bytes(Bom { components: Some(Components(components)), ..empty() })
}

/// The components of a document. They stand as deep in it as in the whole one, so that their lines are indented alike.
fn written(document: &[u8]) -> Result<Vec<Written<'_>>, String> {
    #[derive(Deserialize)]
    struct Batch<'a> {
        #[serde(borrow, default)]
        components: Vec<Written<'a>>,
    }
    from_bytes::<Batch>(document).map(|batch| batch.components)
}

/// The members of an object as they were written, and those of them that something was added to.
#[derive(Deserialize)]
#[serde(transparent)]
struct Written<'a> {
    #[serde(borrow)]
    members: BTreeMap<&'a str, &'a RawValue>,
    #[serde(skip)]
    mended: BTreeMap<&'static str, Mended<'a>>,
}

/// A member that something was added to: to itself, or to one of its own.
#[derive(Serialize)]
#[serde(untagged)]
enum Mended<'a> {
    Value(Value),
    Object(Written<'a>),
}

impl<'a> Written<'a> {
    /// Changes a member, where there is one.
    fn mend(&mut self, name: &'static str, change: impl FnOnce(&mut Value)) -> Result<(), String> {
        if let Some(member) = self.members.get(name) {
            let mut value = from_bytes(member.get().as_bytes())?;
            change(&mut value);
            self.mended.insert(name, Mended::Value(value));
        }
        Ok(())
    }

    /// Changes a member that is an object, where there is one, and reads of it no more than the names of its own.
    fn within(
        &mut self,
        name: &'static str,
        change: impl FnOnce(&mut Written<'a>) -> Result<(), String>,
    ) -> Result<(), String> {
        if let Some(member) = self.members.get(name) {
            let mut object = from_bytes(member.get().as_bytes())?;
            change(&mut object)?;
            self.mended.insert(name, Mended::Object(object));
        }
        Ok(())
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (name, written) in &self.members {
            match self.mended.get(name) {
                Some(value) => map.serialize_entry(name, value)?,
                None => map.serialize_entry(name, written)?,
            }
        }
        map.end()
    }
}

fn document_properties(report: &Report) -> Vec<(String, String)> {
    let count = |severity| report.issues.iter().filter(|i| i.severity == severity).count().to_string();
    let mut out = vec![
        ("supercargo:spdxListVersion".into(), report.tool.spdx_list.to_string()),
        ("supercargo:issues:error".into(), count(Severity::Error)),
        ("supercargo:issues:warning".into(), count(Severity::Warning)),
        ("supercargo:findings".into(), report.findings.len().to_string()),
    ];
    if let Some(audit) = &report.audit {
        out.push(("supercargo:policy:verdict".into(), audit.verdict.to_string()));
        out.push(("supercargo:policy:source".into(), audit.policy.source.to_string()));
        out.push(("supercargo:policy:hash".into(), audit.policy.hash.to_string()));
    }
    out
}

/// An entry for every component. The root needs what nobody else needs, so that everything is reached from it and the
/// direct dependencies of the image can be told from what came with them.
fn dependencies(root: &str, system: Option<&str>, refs: &[String], shown: &Shown<'_>) -> Vec<Dependency> {
    let edges = shown.edges();
    let sorted = |places: &[usize], more: Option<&str>| {
        let mut out: Vec<String> = places.iter().filter_map(|&i| refs.get(i).cloned()).collect();
        out.extend(more.map(str::to_string));
        out.sort_unstable();
        out.dedup();
        out
    };
    let mut list = vec![Dependency { dependency_ref: root.to_string(), dependencies: sorted(&roots(&edges), system) }];
    list.extend(system.map(|s| Dependency { dependency_ref: s.to_string(), dependencies: Vec::new() }));
    list.extend(
        refs.iter().zip(&edges).map(|(r, to)| Dependency { dependency_ref: r.clone(), dependencies: sorted(to, None) }),
    );
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::{fixture, schemas};
    use crate::model::Outcome;
    use std::collections::BTreeSet;

    fn document(report: &Report) -> Value {
        let mut bytes = Vec::new();
        write(report, &mut bytes).expect("a document");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn component<'a>(document: &'a Value, name: &str) -> &'a Value {
        let list = document["components"].as_array().expect("components");
        list.iter().find(|c| c["name"] == name).expect("a component of that name")
    }

    fn property<'a>(component: &'a Value, name: &str) -> Vec<&'a str> {
        let list = component["properties"].as_array().into_iter().flatten();
        list.filter(|p| p["name"] == name).filter_map(|p| p["value"].as_str()).collect()
    }

    #[test]
    fn documents_are_valid() {
        let others = ["spdx.schema.json", "jsf-0.82.schema.json"];
        let Some(validator) = schemas::validator("bom-1.6.schema.json", &others) else { return };
        schemas::check(&validator, &document(&fixture::report()));
        schemas::check(&validator, &document(&fixture::rootfs()));
        let mut report = fixture::report();
        report.show_owned = true;
        schemas::check(&validator, &document(&report));
        report.packages.clear();
        report.refs.clear();
        report.distro = None;
        schemas::check(&validator, &document(&report));
    }

    #[test]
    fn the_root_is_the_image() {
        let document = document(&fixture::report());
        let root = &document["metadata"]["component"];
        assert_eq!(root["type"], "container");
        assert_eq!(root["name"], "registry.example/crew/Galley");
        assert_eq!(root["version"], format!("sha256:{}", "ab".repeat(32)));
        assert!(root["purl"].as_str().is_some_and(|p| p.starts_with("pkg:oci/galley@sha256:")));
        assert_eq!(document["metadata"]["timestamp"], "2024-05-06T07:08:09Z");
        assert_eq!(document["specVersion"], "1.6");
        // The second layer's instruction, its line ends made spaces.
        let instruction = property(root, "supercargo:image:layer:1:createdBy");
        assert_eq!(instruction, ["RUN /bin/sh -c apt-get purge nano \\  && echo \"<done>\""]);
    }

    #[test]
    fn a_root_file_system_claims_neither_digest_nor_time() {
        let document = document(&fixture::rootfs());
        let root = &document["metadata"]["component"];
        assert_eq!((&root["type"], &root["name"]), (&json!("operating-system"), &json!("galley-root")));
        assert_eq!((&root["version"], &root["purl"]), (&Value::Null, &Value::Null));
        assert_eq!(document["metadata"]["timestamp"], Value::Null);
        let mut report = fixture::rootfs();
        report.distro = None;
        assert_eq!(super::tests::document(&report)["metadata"]["component"]["type"], "file");
    }

    #[test]
    fn every_reference_is_defined_once_and_reached() {
        for show_owned in [false, true] {
            let mut report = fixture::report();
            report.show_owned = show_owned;
            let copies = report.packages.clone();
            report.packages.extend(copies);
            let document = document(&report);
            let root = document["metadata"]["component"]["bom-ref"].as_str().expect("a reference").to_string();
            let mut refs = BTreeSet::from([root.as_str()]);
            for c in document["components"].as_array().expect("components") {
                let bom_ref = c["bom-ref"].as_str().expect("a reference");
                assert!(refs.insert(bom_ref), "{bom_ref} twice");
                assert_ne!(Some(bom_ref), c["purl"].as_str());
            }
            let mut graph = std::collections::BTreeMap::new();
            for d in document["dependencies"].as_array().expect("dependencies") {
                let to: Vec<&str> = d["dependsOn"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                assert!(to.windows(2).all(|w| w[0] < w[1]), "sorted, each once");
                assert!(graph.insert(d["ref"].as_str().expect("a reference"), to).is_none());
            }
            assert_eq!(graph.keys().copied().collect::<BTreeSet<_>>(), refs);
            let mut reached = BTreeSet::new();
            let mut open = vec![root.as_str()];
            while let Some(node) = open.pop() {
                if reached.insert(node) {
                    open.extend(&graph[node]);
                }
            }
            assert_eq!(reached, refs);
        }
    }

    #[test]
    fn a_hidden_package_is_a_component_that_says_so() {
        let document = document(&fixture::report());
        let nano = component(&document, "nano");
        assert_eq!(property(nano, "supercargo:state"), ["hidden"]);
        assert_eq!(property(nano, "supercargo:removedBy"), ["1"]);
        assert_eq!(nano["scope"], Value::Null);
        assert_eq!(
            nano["licenses"],
            json!([{"expression": "GPL-2.0-or-later WITH Classpath-exception-2.0", "acknowledgement": "concluded"}])
        );
        let declared = property(nano, "supercargo:license:declared");
        assert_eq!(declared, ["GPL-2.0-or-later WITH Classpath-exception-2.0 OR Artistic-1.0-Perl"]);
    }

    #[test]
    fn a_scope_is_a_group_and_a_distribution_is_none() {
        let document = document(&fixture::report());
        assert_eq!(component(&document, "sextant")["group"], "@crew");
        let hash = "5b8a3a7765dfe001261dde915589e782f8c94d1e";
        assert_eq!(component(&document, "sextant")["hashes"], json!([{"alg": "SHA-1", "content": hash}]));
        assert_eq!(component(&document, "bash")["group"], Value::Null);
    }

    #[test]
    fn layers_are_told_in_our_names_and_in_syfts() {
        let document = document(&fixture::report());
        let bash = component(&document, "bash");
        assert_eq!(property(bash, "supercargo:layer:index"), ["0"]);
        assert_eq!(property(bash, "supercargo:layer:digest"), [format!("sha256:{}", "10".repeat(32))]);
        let diff_id = format!("sha256:{}", "20".repeat(32));
        assert_eq!(property(bash, "supercargo:layer:diffId"), [diff_id.as_str()]);
        assert_eq!(property(bash, "syft:location:0:layerID"), [diff_id.as_str()]);
        assert_eq!(property(bash, "syft:location:0:path"), ["/var/lib/dpkg/status"]);
        assert_eq!(bash["evidence"]["occurrences"][0]["location"], "/var/lib/dpkg/status");
    }

    #[test]
    fn what_is_owned_stands_with_its_owner() {
        let document = document(&fixture::report());
        assert_eq!(property(component(&document, "python3-wheel"), "supercargo:contains"), ["pkg:pypi/wheel@0.38.4"]);
        assert!(document["components"].as_array().is_some_and(|l| l.iter().all(|c| c["name"] != "wheel")));
    }

    #[test]
    fn the_words_of_own_licences_are_carried() {
        let document = document(&fixture::report());
        let words: Vec<&str> = property(&document, "supercargo:licenseRef:LicenseRef-house");
        assert!(matches!(words.as_slice(), [w] if w.contains("THE RULE OF THE HOUSE\n\n1.")));
        let own = &component(&document, "python3-wheel")["licenses"][0]["license"];
        assert_eq!(own["name"], "LicenseRef-house");
        assert_eq!(own["text"]["content"].as_str(), words.first().copied());
    }

    #[test]
    fn no_conclusion_claims_no_licence() {
        let document = document(&fixture::report());
        let drifter = component(&document, "drifter");
        assert_eq!(drifter["licenses"], Value::Null);
        assert_eq!(property(drifter, "supercargo:license:concluded"), ["NOASSERTION"]);
        let hostile = document["components"].as_array().into_iter().flatten();
        let hostile: Vec<&Value> =
            hostile.filter(|c| property(c, "supercargo:license:concluded") == ["NONE"]).collect();
        assert_eq!(hostile.len(), 1);
        assert!(hostile.iter().all(|c| c["externalReferences"].is_null()));
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let bytes = |report: &Report| {
            let mut out = Vec::new();
            write(report, &mut out).expect("a document");
            out
        };
        let report = fixture::report();
        assert_eq!(bytes(&report), bytes(&report.clone()));
        let mut other = report.clone();
        if let Some(p) = other.packages.first_mut() {
            p.licensing.concluded = Outcome::None;
        }
        assert_ne!(document(&report)["serialNumber"], document(&other)["serialNumber"]);
    }
}
