//! Wheels (`*.whl`), zipped eggs (`*.egg`) and applications in one file (`*.pyz` of shiv, `*.pex`) that lie in the image: the
//! packages whose metadata they hold, with their licence texts.
//!
//! A wheel is one package, and what it carries besides is each a package of its own: `*.dist-info` folders below a `_vendor`, lists of
//! vendored packages, wheels inside it (virtualenv's). The same package installed elsewhere has the same purl, and the
//! inventory makes one component of both. Left out: licence texts beside the code (`numpy/random/LICENSE.md`), which are of
//! parts of it; wheels that are unpacked in a `.pex` folder need nothing of this file. Specifications: binary distribution
//! format (PEP 427), the internal structure of Python eggs, zipapp (PEP 441).

use super::{is_test_data, metadata, purl_name, vendored};
use crate::catalog::archive::{self, Archive, DEPTH_LIMIT, Entry, Limits, Nested, Trouble};
use crate::catalog::{Input, Parsed, decode, license_file, paths};
use crate::model::{Basis, Ecosystem, Find, PackageFind, Requirement};
use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;

/// Most bytes read of a metadata file: the longest, with a change log in its description, have some 500 KB.
const METADATA_LIMIT: u64 = 8 << 20;

/// Most bytes of a wheel in an archive.
const INNER_LIMIT: u64 = 512 << 20;

/// Most entries of a folder that are looked through for licence texts: the largest packages have some thousand files, and a
/// hostile list may name one folder again and again.
const FOLDER_LIMIT: usize = 10_000;

/// The texts of pip's wheel have 200 KB, and an application in one file has some 500 packages.
const LIMITS: Limits = Limits { texts: 32 << 20, packages: 5000 };

/// What kind of archive a file is by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A built distribution, which nothing else is called like.
    Wheel,
    /// An egg, if it holds `EGG-INFO`.
    Egg,
    /// An application with all that it needs, if it holds metadata.
    Application,
}

impl Kind {
    /// By the ending.
    pub fn of(base: &str) -> Option<Kind> {
        match base.rsplit_once('.')?.1 {
            "whl" => Some(Kind::Wheel),
            "egg" => Some(Kind::Egg),
            "pyz" | "pex" => Some(Kind::Application),
            _ => None,
        }
    }
}

/// Reads an archive and the wheels inside it.
pub fn parse(input: &Input<'_>, kind: Kind) -> Parsed {
    let mut reader = Reader { out: Nested::new(input.bytes.len(), LIMITS) };
    reader.archive(&Place { file: paths::base(input.path), inner: None }, kind, input.bytes, 0);
    reader.out.parsed
}

/// Where an archive stands.
struct Place<'a> {
    /// Its own name.
    file: &'a str,
    /// Where it is in the file of the image; none for that file itself.
    inner: Option<&'a str>,
}

impl Place<'_> {
    fn of(&self, entry: &str) -> String {
        archive::place(self.inner, entry)
    }
}

/// The entries by their names; of several with one name the last counts.
type Entries<'a> = BTreeMap<&'a str, &'a Entry>;

struct Reader {
    out: Nested,
}

impl Reader {
    fn archive(&mut self, place: &Place<'_>, kind: Kind, bytes: &[u8], depth: usize) {
        let mut archive = match Archive::open(bytes, &mut self.out.budget) {
            Ok(archive) => archive,
            Err(trouble) => {
                // Other files may end so too.
                if kind == Kind::Wheel || bytes.starts_with(b"PK\x03\x04") {
                    self.unreadable(place, kind, bytes, &trouble);
                }
                return;
            }
        };
        let list = archive.entries().to_vec();
        let entries: Entries<'_> = list.iter().map(|e| (&*e.name, e)).collect();
        let before = self.out.parsed.finds.len();
        let mut has_own = false;
        // Some tools put the licence beside the code; at the top of an archive of one package it is the package's.
        let mut top: Vec<&Entry> = Vec::new();
        if kind != Kind::Application {
            let is_top = |e: &&Entry| !e.name.contains('/') && license_file::is_license(&e.name, &e.name);
            top.extend(entries.values().copied().filter(is_top));
        }
        for (name, entry) in &entries {
            if self.out.budget.is_spent() || self.out.is_full {
                return;
            }
            if is_test_data(name, true) {
                continue;
            }
            let base = paths::base(name);
            if is_metadata(name, kind) {
                let is_own = !paths::parent(name).contains('/');
                let top = if is_own { std::mem::take(&mut top) } else { Vec::new() };
                has_own |= self.package(&mut archive, place, &entries, entry, &top) && is_own;
            } else if vendored::is_wanted(name, base) {
                self.vendored(&mut archive, place, &entries, entry);
            } else if Kind::of(base) == Some(Kind::Wheel) {
                let inner = place.of(name);
                if depth + 1 >= DEPTH_LIMIT {
                    Trouble::Limit(format!("archives are nested deeper than {DEPTH_LIMIT}; it was not read"))
                        .report(&inner, &mut self.out.parsed);
                } else if let Some(bytes) = self.out.read(&mut archive, place.inner, entry, INNER_LIMIT) {
                    let place = Place { file: base, inner: Some(&inner) };
                    self.archive(&place, Kind::Wheel, &bytes, depth + 1);
                }
            }
        }
        if kind == Kind::Wheel && !has_own {
            self.by_name(place, kind, "it holds no metadata of its own".to_owned());
        } else if before < self.out.parsed.finds.len() {
            for note in archive.notes().to_vec() {
                self.out.parsed.record_issue(decode::shown(place.inner.unwrap_or(place.file)) + ": " + &note);
            }
        }
    }

    /// What is left of an archive that cannot be opened.
    fn unreadable(&mut self, place: &Place<'_>, kind: Kind, bytes: &[u8], trouble: &Trouble) {
        match trouble {
            Trouble::Broken(why) if bytes.starts_with(b"PK\x03\x04") => {
                self.by_name(place, kind, format!("the archive cannot be read ({why})"));
            }
            Trouble::Broken(why) if place.inner.is_none() => {
                self.out.parsed.file_issue(format!("this is no archive ({why}); what is in it is not known"));
            }
            _ => trouble.report(place.inner.unwrap_or(place.file), &mut self.out.parsed),
        }
    }

    /// The package that the archive's name says, which for a wheel is a part of the format.
    fn by_name(&mut self, place: &Place<'_>, kind: Kind, why: String) {
        let shown = decode::shown(place.inner.unwrap_or(place.file));
        let Some((name, version)) = named(place.file, kind) else {
            self.out.parsed.record_lost(format!("{shown}: {why}, and its name says no package; it was left out"));
            return;
        };
        self.out.parsed.record_lost(format!("{shown}: {why}; name and version are those of the file's name"));
        self.out.push(PackageFind {
            ecosystem: Ecosystem::PYPI,
            name: purl_name(name).into(),
            version,
            inner: place.inner.map(Into::into),
            basis: Basis::Archive,
            ..PackageFind::default()
        });
    }

    /// The package that a metadata file describes, with texts that stand elsewhere; says whether there is one.
    fn package(
        &mut self,
        archive: &mut Archive<'_>,
        place: &Place<'_>,
        entries: &Entries<'_>,
        entry: &Entry,
        more: &[&Entry],
    ) -> bool {
        let Some(bytes) = self.out.read(archive, place.inner, entry, METADATA_LIMIT) else { return false };
        // Names in the archive as paths below it, so that an egg's own name is there where its metadata says none.
        let path = format!("{}/{}", place.file, entry.name);
        let Some(mut find) = self.parsed_at(place, entry, metadata::parse(&Input { path: &path, bytes: &bytes })).pop()
        else {
            return false;
        };
        let folder = paths::parent(&entry.name);
        let named = std::mem::take(&mut find.texts);
        let listed: HashSet<&str> =
            named.iter().filter_map(|t| t.strip_prefix(place.file)?.strip_prefix('/')).collect();
        let mut texts: Vec<&Entry> = below(entries, folder)
            .into_iter()
            .filter(|(rest, e)| is_text(rest, &e.name) || listed.contains(&*e.name))
            .map(|(_, e)| e)
            .collect();
        texts.extend(more);
        if folder == "EGG-INFO"
            && find.requires.is_empty()
            && let Some(list) = entries.get("EGG-INFO/requires.txt")
            && let Some(bytes) = self.out.read(archive, place.inner, list, METADATA_LIMIT)
        {
            find.requires = requires(&decode::decode(&bytes));
        }
        find.text_folder = None;
        find.embedded = self.out.texts(archive, place.inner, &texts);
        find.inner = Some(place.of(&entry.name).into());
        find.basis = Basis::Archive;
        self.out.push(find);
        true
    }

    /// The packages of a list of vendored ones.
    fn vendored(&mut self, archive: &mut Archive<'_>, place: &Place<'_>, entries: &Entries<'_>, entry: &Entry) {
        let Some(bytes) = self.out.read(archive, place.inner, entry, METADATA_LIMIT) else { return };
        let parsed = vendored::parse(&Input { path: &entry.name, bytes: &bytes });
        for mut find in self.parsed_at(place, entry, parsed) {
            let folder = find.text_folder.take().unwrap_or_default();
            let beside = std::mem::take(&mut find.texts);
            let mut texts: Vec<&Entry> = beside.iter().filter_map(|t| entries.get(&**t).copied()).collect();
            texts
                .extend(below(entries, &folder).into_iter().filter(|(rest, e)| is_text(rest, &e.name)).map(|(_, e)| e));
            find.embedded = self.out.texts(archive, place.inner, &texts);
            find.inner = Some(place.of(&entry.name).into());
            self.out.push(find);
        }
    }

    /// The packages of a file in the archive; its issues are said with its place.
    fn parsed_at(&mut self, place: &Place<'_>, entry: &Entry, parsed: Parsed) -> Vec<PackageFind> {
        for issue in parsed.issues {
            let message = format!("{}: {}", decode::shown(&place.of(&entry.name)), issue.message);
            self.out.parsed.issue(issue.code, issue.severity, message);
        }
        parsed.finds.into_iter().filter_map(Find::into_package).collect()
    }
}

fn is_metadata(name: &str, kind: Kind) -> bool {
    name.ends_with(".dist-info/METADATA") || (kind == Kind::Egg && name == "EGG-INFO/PKG-INFO")
}

/// The entries below a folder, with their paths within it.
fn below<'e>(entries: &Entries<'e>, folder: &str) -> Vec<(&'e str, &'e Entry)> {
    let prefix = format!("{folder}/");
    let from = entries.range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded));
    from.map_while(|(name, entry)| Some((name.strip_prefix(&*prefix)?, *entry))).take(FOLDER_LIMIT).collect()
}

/// Whether a file of a package's folder is a licence text of it: directly in it, or anywhere below its folder `licenses`.
fn is_text(rest: &str, name: &str) -> bool {
    let near = rest.split_once('/').is_none_or(|(folder, _)| folder.eq_ignore_ascii_case("licenses"));
    near && license_file::is_license(name, paths::base(name))
}

/// Name and version of `name-version-1build-py3-none-any.whl` and of `name-version-py3.11.egg`.
fn named(file: &str, kind: Kind) -> Option<(&str, Box<str>)> {
    let stem = file.rsplit_once('.')?.0;
    let parts: Vec<&str> = stem.split('-').collect();
    let fits = match kind {
        Kind::Wheel => parts.len() == 5 || parts.len() == 6,
        Kind::Egg => parts.get(2).is_some_and(|p| p.starts_with("py")),
        Kind::Application => false,
    };
    let [name, version, ..] = &*parts else { return None };
    let good = fits && !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit());
    good.then(|| decode::token(version))?.filter(|_| decode::token(name).is_some()).map(|version| (*name, version))
}

/// What an egg needs: the lines before the first extra's. A section `[:marker]` is for a platform, and no extra's.
fn requires(text: &str) -> Vec<Requirement> {
    let mut is_needed = true;
    let mut out = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_needed = line.starts_with("[:");
        } else if is_needed {
            out.extend(metadata::requirement(line));
        }
    }
    out
}

#[cfg(test)]
mod tests;
