//! The list as JSON. Names are a promise, as in the report: `docs/json-sources.md` documents them.

use super::{Binary, Gap, Source, Sources};
use crate::emit::write_json;
use serde::Serialize;
use std::io::{self, Write};

/// Grows when a name goes or changes its meaning, not when one comes.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSources<'a> {
    schema_version: u32,
    tool: &'a str,
    image: &'a str,
    digest: Option<&'a str>,
    created: Option<&'a str>,
    all: bool,
    sources: Vec<WireSource<'a>>,
    gaps: Vec<WireGap<'a>>,
}

#[derive(Serialize)]
struct WireSource<'a> {
    ecosystem: &'a str,
    distribution: Option<&'a str>,
    name: &'a str,
    version: &'a str,
    purl: Option<&'a str>,
    file: Option<&'a str>,
    checksums: &'a [String],
    commit: Option<&'a str>,
    download: Option<&'a str>,
    page: Option<&'a str>,
    note: Option<&'a str>,
    packages: Vec<WirePackage<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePackage<'a> {
    purl: &'a str,
    name: &'a str,
    version: &'a str,
    arch: Option<&'a str>,
    license: &'a str,
    taken: Option<&'a str>,
    class: &'a str,
    class_scope: Option<&'a str>,
    layer: u32,
    removed_by: Option<u32>,
    part_of: Option<&'a str>,
    homepage: Option<&'a str>,
}

#[derive(Serialize)]
struct WireGap<'a> {
    undecided: bool,
    reason: &'a str,
    source: Option<&'a str>,
    package: WirePackage<'a>,
}

/// Writes it.
pub fn write(sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let document = WireSources {
        schema_version: SCHEMA_VERSION,
        tool: &sources.tool,
        image: &sources.subject,
        digest: sources.digest.as_deref(),
        created: sources.created.as_deref(),
        all: sources.all,
        sources: sources.sources.iter().map(source).collect(),
        gaps: sources.gaps.iter().map(gap).collect(),
    };
    write_json(&document, out)
}

fn source(source: &Source) -> WireSource<'_> {
    let o = &source.origin;
    WireSource {
        ecosystem: o.ecosystem,
        distribution: o.namespace.as_deref(),
        name: &o.name,
        version: &o.version,
        purl: o.purl.as_deref(),
        file: o.file.as_deref(),
        checksums: &o.hashes,
        commit: o.commit.as_deref(),
        download: o.download.as_deref(),
        page: o.page.as_deref(),
        note: o.note,
        packages: source.packages.iter().map(package).collect(),
    }
}

fn gap(gap: &Gap) -> WireGap<'_> {
    WireGap {
        undecided: gap.undecided,
        reason: &gap.reason,
        source: gap.origin.as_ref().and_then(|o| o.purl.as_deref().or(o.file.as_deref())),
        package: package(&gap.package),
    }
}

fn package(p: &Binary) -> WirePackage<'_> {
    WirePackage {
        purl: &p.purl,
        name: &p.name,
        version: &p.version,
        arch: p.arch.as_deref(),
        license: p.license.as_deref().unwrap_or("NOASSERTION"),
        taken: p.taken.as_deref(),
        class: p.class.as_str(),
        class_scope: p.class.scope(),
        layer: p.layer,
        removed_by: p.hidden_by,
        part_of: p.part_of.as_deref(),
        homepage: p.homepage.as_deref(),
    }
}
