//! Java archives (jar, war, ear and their kin, nested to any depth within bounds) and the poms of local repositories.
//!
//! Every archive is one package. Which one is told by the pom that fits its name, else by its manifest, else by its file name
//! (`java/name.rs`, `java/group.rs`); the other poms in it belong to what was shaded into it and are packages of their own. A pom in a
//! repository (`~/.m2`, Debian's `usr/share/maven-repo`) is no package: it tells the licence of one. Left out: class files,
//! Android's and Gradle's own metadata, `.jmod`, parents of poms in other files. Specifications: JAR File Specification, POM
//! Reference, OSGi Core.

mod group;
mod listing;
mod manifest;
mod name;
mod pom;

use super::archive::{self, Archive, DEPTH_LIMIT, Limits, Nested, Trouble};
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{self, Basis, Declared, Ecosystem, EmbeddedText, Find, Grammar, PackageFind, Requirement};
use listing::list;
use manifest::Manifest;
use name::FileName;
use pom::{Coordinates, Pom, is_id, is_version};
use std::collections::{BTreeSet, HashMap};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "java", group: Group::Installed, wants: &[Want::Like(is_wanted)], parse };

/// Archives of Java alone.
const SURE: [&str; 5] = ["jar", "war", "ear", "jpi", "hpi"];

/// Archives of Java whose names other formats have too (RAR, Parchive, karaoke): what is no zip archive with something of
/// Java in it is none of them.
const UNSURE: [&str; 7] = ["par", "sar", "rar", "nar", "kar", "lpkg", "aar"];

/// Most bytes read of a manifest, a pom or its properties; the longest manifests, of signed jars, have some 5 MB.
const METADATA_LIMIT: u64 = 16 << 20;

/// Most bytes of an archive in an archive.
const INNER_LIMIT: u64 = 512 << 20;

/// The texts of real files have below 2 MB; the packages are ten times those of the largest application seen.
const LIMITS: Limits = Limits { texts: 64 << 20, packages: 20_000 };

/// Whether a file is wanted, by its ending.
fn is_wanted(_: &str, base: &str) -> bool {
    matches!(ending(base), Some(Ending::Sure | Ending::Unsure | Ending::Pom))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Sure,
    Unsure,
    Pom,
}

fn ending(base: &str) -> Option<Ending> {
    let (_, extension) = base.rsplit_once('.')?;
    let is = |list: &[&str]| list.iter().any(|e| extension.eq_ignore_ascii_case(e));
    match () {
        () if is(&SURE) => Some(Ending::Sure),
        () if is(&UNSURE) => Some(Ending::Unsure),
        () if extension == "pom" => Some(Ending::Pom),
        () => None,
    }
}

/// Reads an archive with all that is nested in it, or a pom.
pub fn parse(input: &Input<'_>) -> Parsed {
    let file = paths::base(input.path);
    match ending(file) {
        Some(Ending::Pom) => repository_pom(input.bytes),
        Some(_) => {
            let mut reader = Reader { out: Nested::new(input.bytes.len(), LIMITS) };
            reader.archive(&Place { file, inner: None, is_part: false }, input.bytes, None, 0);
            reader.out.parsed
        }
        None => Parsed::default(),
    }
}

/// A pom in a repository: what it says of its artifact's licence.
fn repository_pom(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let pom = Pom::parse(bytes);
    let none = |_: &Coordinates| None;
    let declared = pom.declared(&none);
    let Some(identity) = valid(&pom.coordinates(&none)) else {
        // Other files may end so too.
        if let Some(why) = pom.broken.filter(|_| memchr::memmem::find(bytes, b"<project").is_some()) {
            parsed.file_issue(format!("{why}; what it says of licences was not read"));
        }
        return parsed;
    };
    if let Some(why) = &pom.broken {
        parsed.record_issue(format!("{why}; the rest was not read"));
    }
    let parent = parent(&pom, &declared, &none);
    let embedded = if declared.is_empty() { head(&pom, "comment").into_iter().collect() } else { Vec::new() };
    // One that says nothing of licences leads on to its parent, and names the jar beside it.
    parsed.finds.push(Find::source(PackageFind { declared, parent, embedded, ..package(identity) }));
    parsed
}

/// The licence at the head of a pom's file.
fn head(pom: &Pom, path: &str) -> Option<EmbeddedText> {
    pom.head().map(|words| EmbeddedText { path: path.into(), words: words.into() })
}

/// The parent that says what a pom does not say of its licences, where that is in another file.
fn parent(pom: &Pom, declared: &[Declared], lookup: &pom::Lookup<'_, '_>) -> Option<model::Coordinates> {
    // What a broken pom does not say it may have said.
    let elsewhere = pom.parent_elsewhere(lookup).filter(|_| declared.is_empty() && pom.broken.is_none())?;
    let Identity { group, artifact, version } = valid(&elsewhere)?;
    Some(model::Coordinates { namespace: Some(group), name: artifact, version })
}

/// Group, artifact and version, checked.
struct Identity {
    group: Box<str>,
    artifact: Box<str>,
    version: Box<str>,
}

fn valid(coordinates: &Coordinates) -> Option<Identity> {
    let Coordinates { group: Some(group), artifact: Some(artifact), version: Some(version) } = coordinates else {
        return None;
    };
    let good = is_id(group) && is_id(artifact) && is_version(version);
    good.then(|| Identity {
        group: group.as_str().into(),
        artifact: artifact.as_str().into(),
        version: version.as_str().into(),
    })
}

fn package(identity: Identity) -> PackageFind {
    PackageFind {
        ecosystem: Ecosystem::MAVEN,
        provides: vec![format!("{}:{}", identity.group, identity.artifact).into()],
        namespace: Some(identity.group),
        name: identity.artifact,
        version: identity.version,
        basis: Basis::Archive,
        ..PackageFind::default()
    }
}

/// Where an archive stands.
struct Place<'a> {
    /// Its own name.
    file: &'a str,
    /// Where it is in the file of the image; none for that file itself.
    inner: Option<&'a str>,
    /// Whether it is the code of the archive around it (`classes.jar` of an Android library), and no package.
    is_part: bool,
}

impl Place<'_> {
    fn of(&self, entry: &str) -> String {
        archive::place(self.inner, entry)
    }
}

/// The poms of an archive and of those around it, for parents.
struct Scope<'a> {
    poms: HashMap<Coordinates, &'a Pom>,
    outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    fn find(&self, coordinates: &Coordinates) -> Option<&'a Pom> {
        self.poms.get(coordinates).copied().or_else(|| self.outer?.find(coordinates))
    }
}

/// A folder with a pom or its properties.
#[derive(Default)]
struct Described {
    properties: Coordinates,
    has_properties: bool,
    pom: Option<Pom>,
}

struct Reader {
    out: Nested,
}

impl Reader {
    fn archive(&mut self, place: &Place<'_>, bytes: &[u8], outer: Option<&Scope<'_>>, depth: usize) {
        let is_sure = ending(place.file) == Some(Ending::Sure);
        let mut archive = match Archive::open(bytes, &mut self.out.budget) {
            Ok(archive) => archive,
            Err(trouble) => {
                if is_sure || bytes.starts_with(b"PK\x03\x04") {
                    self.unreadable(place, bytes, &trouble);
                }
                return;
            }
        };
        for note in archive.notes().to_vec() {
            self.out.parsed.record_issue(decode::shown(&place.of("")) + ": " + &note);
        }
        let entries = archive.entries().to_vec();
        let listed = list(&entries);
        let is_java = listed.manifest.is_some()
            || listed.has_classes
            || !listed.described.is_empty()
            || !listed.archives.is_empty();
        if entries.is_empty() || !(is_sure || is_java) {
            return;
        }
        let manifest = match listed.manifest.and_then(|e| self.out.read(&mut archive, place.inner, e, METADATA_LIMIT)) {
            Some(bytes) => Manifest::parse(&bytes),
            None => Manifest::default(),
        };
        let mut described = Vec::new();
        for (folder, entries) in &listed.described {
            let mut one = Described::default();
            for entry in entries {
                let Some(bytes) = self.out.read(&mut archive, place.inner, entry, METADATA_LIMIT) else { continue };
                if entry.name.ends_with(".properties") {
                    one.properties = pom::properties(&bytes);
                    one.has_properties = true;
                    continue;
                }
                let pom = Pom::parse(&bytes);
                if let Some(why) = &pom.broken {
                    let entry = decode::shown(&place.of(&entry.name));
                    self.out.parsed.record_issue(format!("{entry}: {why}; the rest was not read"));
                }
                one.pom = Some(pom);
            }
            described.push((*folder, one));
        }
        let none = |_: &Coordinates| None;
        let poms = described.iter().filter_map(|(_, d)| d.pom.as_ref()).map(|p| (p.coordinates(&none), p)).collect();
        let scope = Scope { poms, outer };
        let texts = self.out.texts(&mut archive, place.inner, &listed.texts);
        self.packages(place, &described, &scope, &manifest, listed.classes.as_deref(), texts);
        for entry in listed.archives {
            if self.out.budget.is_spent() {
                return;
            }
            let inner = place.of(&entry.name);
            if depth + 1 >= DEPTH_LIMIT {
                Trouble::Limit(format!("archives are nested deeper than {DEPTH_LIMIT}; it was not read"))
                    .report(&inner, &mut self.out.parsed);
                continue;
            }
            let Some(bytes) = self.out.read(&mut archive, place.inner, entry, INNER_LIMIT) else { continue };
            let is_part = place.file.ends_with(".aar") && &*entry.name == "classes.jar";
            let inner = Place { file: paths::base(&entry.name), inner: Some(&inner), is_part };
            self.archive(&inner, &bytes, Some(&scope), depth + 1);
        }
    }

    /// What is left of an archive that cannot be opened: an issue, and what its name says where it begins like an archive.
    fn unreadable(&mut self, place: &Place<'_>, bytes: &[u8], trouble: &Trouble) {
        match (place.inner, trouble) {
            (None, Trouble::Broken(why)) => {
                self.out.parsed.file_issue(format!("the archive cannot be read ({why}); what is in it is not known"));
            }
            _ => trouble.report(place.inner.unwrap_or(place.file), &mut self.out.parsed),
        }
        let file = name::split(place.file);
        if file.version.is_some() && bytes.starts_with(b"PK\x03\x04") && !place.is_part {
            let coordinates = name::guess(&file, &Manifest::default(), None);
            if let Some(identity) = guessed(coordinates) {
                self.out.push(PackageFind { inner: place.inner.map(Into::into), ..package(identity) });
            }
        }
    }

    /// The archive's own package, and those that are shaded into it.
    fn packages(
        &mut self,
        place: &Place<'_>,
        described: &[(&str, Described)],
        scope: &Scope<'_>,
        manifest: &Manifest,
        classes: Option<&str>,
        embedded: Vec<EmbeddedText>,
    ) {
        let lookup = |c: &Coordinates| scope.find(c);
        let file = name::split(place.file);
        let mut poms: Vec<(&str, Coordinates, &Described)> = described
            .iter()
            .filter(|(_, d)| d.has_properties || d.pom.as_ref().is_some_and(|p| !p.is_parent()))
            .map(|(folder, d)| (*folder, coordinates(folder, d, scope), d))
            .collect();
        let own = if place.is_part { None } else { own(&poms, &file, manifest) }.map(|at| poms.remove(at));
        let mut seen: BTreeSet<(Box<str>, Box<str>, Box<str>)> = BTreeSet::new();
        if !place.is_part {
            // Among classes of many projects those of the largest library would win.
            let guess = name::guess(&file, manifest, classes.filter(|_| poms.is_empty()));
            let (coordinates, pom) = match &own {
                Some((_, c, d)) => {
                    // A version or group that its pom leaves open is in the manifest or the file's name.
                    let version = c.version.clone().filter(|v| is_version(v)).or(guess.version);
                    let group = c.group.clone().filter(|g| is_id(g)).or(guess.group);
                    (Coordinates { group, artifact: c.artifact.clone(), version }, d.pom.as_ref())
                }
                None => (guess, None),
            };
            match guessed(coordinates) {
                Some(identity) => {
                    let id = (identity.group.clone(), identity.artifact.clone(), identity.version.clone());
                    seen.insert(id);
                    let mut find = describe(package(identity), pom, &lookup, Some(manifest));
                    find.embedded = embedded;
                    if let Some((folder, _, Described { pom: Some(pom), .. })) = &own
                        && find.embedded.is_empty()
                        && find.declared.is_empty()
                    {
                        find.embedded.extend(head(pom, &format!("{folder}/pom.xml!/comment")));
                    }
                    find.inner = place.inner.map(Into::into);
                    self.out.push(find);
                }
                None => self.out.parsed.record_lost(format!(
                    "{}: neither the archive nor its name says what it is; it was left out",
                    decode::shown(place.inner.unwrap_or(place.file))
                )),
            }
        }
        for (folder, coordinates, described) in poms {
            // A template, or one that needs a parent from elsewhere.
            let Some(identity) = valid(&coordinates) else { continue };
            if !seen.insert((identity.group.clone(), identity.artifact.clone(), identity.version.clone())) {
                continue;
            }
            let mut find = describe(package(identity), described.pom.as_ref(), &lookup, None);
            if find.declared.is_empty() {
                find.embedded.extend(described.pom.as_ref().and_then(|pom| head(pom, "comment")));
            }
            let by_properties = described.has_properties && find.embedded.is_empty();
            let file = if by_properties { "pom.properties" } else { "pom.xml" };
            find.inner = Some(place.of(&format!("{folder}/{file}")).into());
            self.out.push(find);
        }
    }
}

/// What was told from names: without a version it is a package still, for the file is there.
fn guessed(coordinates: Coordinates) -> Option<Identity> {
    let (group, artifact) = (coordinates.group?, coordinates.artifact?);
    let version = coordinates.version.unwrap_or_default();
    Some(Identity { group: group.into(), artifact: artifact.into(), version: version.into() })
}

/// The coordinates of a pom's folder: those of the properties, what is missing there from the pom, then from the folder's
/// own name (`META-INF/maven/GROUP/ARTIFACT`).
fn coordinates(folder: &str, described: &Described, scope: &Scope<'_>) -> Coordinates {
    let lookup = |c: &Coordinates| scope.find(c);
    let from_pom = described.pom.as_ref().map(|p| p.coordinates(&lookup)).unwrap_or_default();
    let names = folder.rsplit_once("META-INF/maven/").and_then(|(_, rest)| rest.split_once('/'));
    let (group, artifact) = names.unzip();
    let first = |a: &Option<String>, b: Option<String>, c: Option<&str>, good: fn(&str) -> bool| {
        a.clone().filter(|v| good(v)).or(b.filter(|v| good(v))).or(c.map(str::to_owned).filter(|v| good(v)))
    };
    Coordinates {
        group: first(&described.properties.group, from_pom.group, group, is_id),
        artifact: first(&described.properties.artifact, from_pom.artifact, artifact, is_id),
        version: first(&described.properties.version, from_pom.version, None, is_version),
    }
}

/// Which of the poms is the archive's own.
fn own(poms: &[(&str, Coordinates, &Described)], file: &FileName, manifest: &Manifest) -> Option<usize> {
    /// From here on the name says it; below, only a version does, which several may have.
    const BY_NAME: u32 = 30;
    let scores: Vec<u32> = poms.iter().map(|(_, c, _)| name::fits(c, file, manifest)).collect();
    let best = scores.iter().copied().max()?;
    let at = scores.iter().position(|s| *s == best)?;
    let alone = scores.iter().filter(|s| **s == best).count() == 1;
    if best >= BY_NAME || (best > 0 && alone) {
        return Some(at);
    }
    // A renamed file (`app.jar`) with one pom: it is its own, unless file or manifest name another.
    let title =
        manifest.get("Implementation-Title").is_some_and(is_id) && manifest.get("Implementation-Version").is_some();
    let bundle = manifest.symbolic_name().is_some() && manifest.get("Bundle-Version").is_some();
    let title = title || bundle;
    (poms.len() == 1 && file.version.is_none() && !title).then_some(0)
}

/// Adds what pom and manifest say.
fn describe(
    mut find: PackageFind,
    pom: Option<&Pom>,
    lookup: &pom::Lookup<'_, '_>,
    manifest: Option<&Manifest>,
) -> PackageFind {
    if let Some(pom) = pom {
        find.declared = pom.declared(lookup);
        find.parent = parent(pom, &find.declared, lookup);
        find.requires = pom.requires(lookup).into_iter().map(|name| Requirement::AnyOf(vec![name.into()])).collect();
        find.supplier = pom.supplier(lookup);
        find.description = pom.description(lookup);
        find.homepage = pom.homepage(lookup);
    }
    if let Some(manifest) = manifest {
        let line = |names: &[&str]| names.iter().find_map(|n| decode::one_line(manifest.get(n)?));
        for (field, values) in
            [("Bundle-License", manifest.licenses()), ("Plugin-License-Name", manifest.plugin_license())]
        {
            if !values.is_empty() {
                find.declared.push(Declared { grammar: Grammar::Maven, field, values });
            }
        }
        find.supplier = find.supplier.or_else(|| line(&["Implementation-Vendor", "Bundle-Vendor"]));
        find.description =
            find.description.or_else(|| line(&["Bundle-Description", "Implementation-Title", "Bundle-Name"]));
        find.homepage = find.homepage.or_else(|| line(&["Implementation-URL", "Bundle-DocURL"]));
    }
    find
}

#[cfg(test)]
mod tests;
