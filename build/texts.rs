//! Reads the texts of the SPDX list into an index, and all words of their names.

use crate::aliases::ALIASES;
use crate::index::{Doc, Index, Kind, Named};
use crate::template::fill;
use crate::token::{self, Lexicon, UNKNOWN, Words};
use crate::vocabulary::{GRAMMAR, Lookup, Vocabulary};
use std::fs;
use std::path::{Path, PathBuf};

/// More words than the list, the names and the grammars have together.
const MOST_WORDS: usize = 16_384;

/// Collects the words that are read.
struct Collect<'a>(&'a mut Vocabulary);

impl Lexicon for Collect<'_> {
    fn id(&mut self, word: &[u8]) -> u16 {
        std::str::from_utf8(word).map_or(UNKNOWN, |word| self.0.intern(token::canonical(word)))
    }
}

/// Reads the list: all texts in the order of its files, the words of texts, names and grammars, and all names.
pub fn read(list: &Path) -> Result<Index, Box<dyn std::error::Error>> {
    let mut index = Index { vocabulary: Vocabulary::with_room(MOST_WORDS), ..Index::default() };
    for word in token::FIXED {
        index.vocabulary.intern(word);
    }
    let replaced = replaced()?;
    for file in files(&list.join("details"))? {
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&file)?)?;
        let listed = value["licenseId"].as_str().ok_or("a licence without id")?;
        let deprecated = value["isDeprecatedLicenseId"] == true;
        if deprecated && (listed.contains("-with-") || listed == "eCos-2.0" || listed == "wxWindows") {
            // A licence with an exception has an expression now; both parts are in the index by themselves.
            continue;
        }
        let id = current(&replaced, listed);
        let name = value["name"].as_str().unwrap_or_default();
        let template = value["standardLicenseTemplate"].as_str().or(value["licenseText"].as_str()).unwrap_or_default();
        add(&mut index, Text { id, listed, name, kind: Kind::License, deprecated, template });
        let gnu = ["GPL-", "LGPL-", "AGPL-", "GFDL-"].iter().any(|family| listed.starts_with(family));
        let header = value["standardLicenseHeaderTemplate"].as_str().or(value["standardLicenseHeader"].as_str());
        // Headers of the GNU licences differ in a number only; the grammar of grants reads them instead.
        if let Some(template) = header.filter(|_| !gnu && !deprecated) {
            add(&mut index, Text { id, listed, name, kind: Kind::Header, deprecated, template });
        }
    }
    for file in files(&list.join("exceptions"))? {
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&file)?)?;
        let listed = value["licenseExceptionId"].as_str().ok_or("an exception without id")?;
        let deprecated = value["isDeprecatedLicenseId"] == true;
        let name = value["name"].as_str().unwrap_or_default();
        let template =
            value["licenseExceptionTemplate"].as_str().or(value["licenseExceptionText"].as_str()).unwrap_or_default();
        let id = current(&replaced, listed);
        add(&mut index, Text { id, listed, name, kind: Kind::Exception, deprecated, template });
    }
    let version: serde_json::Value = serde_json::from_slice(&fs::read(list.join("licenses.json"))?)?;
    index.version = version["licenseListVersion"].as_str().unwrap_or_default().into();
    for word in GRAMMAR {
        index.vocabulary.intern(word);
    }
    for (variant, word) in token::SAME {
        let id = index.vocabulary.intern(word);
        index.vocabulary.alias(variant, id);
    }
    name(&mut index);
    if index.vocabulary.len() > MOST_WORDS {
        return Err("the vocabulary is too small".into());
    }
    Ok(index)
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "json"));
    files.sort();
    Ok(files)
}

/// The deprecated ids that one id stands for now, from the table that the program has too.
fn replaced() -> std::io::Result<Vec<(String, String)>> {
    let table = fs::read_to_string("license-db/deprecated.tsv")?;
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut columns = line.split('\t');
        let (old, new) = (columns.next()?, columns.next()?);
        (!new.contains(' ')).then(|| (old.to_string(), new.to_string()))
    });
    Ok(rows.collect())
}

fn current<'a>(replaced: &'a [(String, String)], id: &'a str) -> &'a str {
    replaced.iter().find(|(old, _)| old == id).map_or(id, |(_, new)| new)
}

/// One text of the list.
struct Text<'a> {
    id: &'a str,
    listed: &'a str,
    name: &'a str,
    kind: Kind,
    deprecated: bool,
    template: &'a str,
}

/// Adds a text with its words, what may be missing of them, and the room that variables leave.
fn add(index: &mut Index, text: Text) {
    let filled = fill(text.template);
    let mut words = Words::default();
    token::read(&filled.text, 0..filled.text.len(), &mut Collect(&mut index.vocabulary), &mut words);
    let n = words.ids.len();
    let mut optional = words.free.clone();
    let mut wild = vec![0u16; n + 1];
    let first_at = |byte: usize| words.at.partition_point(|&(start, _)| (start as usize) < byte);
    let dispensable = dispensable(text.listed, text.kind, &filled.text);
    for (from, to) in filled.optional.iter().chain(&dispensable) {
        optional[first_at(*from)..first_at(*to)].fill(true);
    }
    for (from, to, most) in &filled.variables {
        let (a, b) = (first_at(*from), first_at(*to));
        optional[a..b].fill(true);
        for slot in &mut wild[a..=b] {
            *slot = (*slot).max(*most);
        }
    }
    let (start, wild_start) = (index.words.len(), index.wild.len());
    index.docs.push(Doc {
        id: text.id.into(),
        listed: text.listed.into(),
        name: text.name.into(),
        kind: text.kind,
        words: start..start + n,
        wild: wild_start..wild_start + n + 1,
        required: optional.iter().filter(|o| !**o).count() as u32,
        seeds: 0,
        rank: rank(text.listed, text.deprecated) + index.docs.len() as u32,
    });
    index.words.extend(words.ids);
    index.optional.extend(optional);
    index.wild.extend(wild);
}

/// Ids that come first where texts are the same: the ones that people mean.
const COMMON: [&str; 8] = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Zlib", "X11", "HPND"];

/// The rank of an id among those whose texts are the same; the bare text says `-only`.
fn rank(id: &str, deprecated: bool) -> u32 {
    let mut rank = 0;
    if deprecated {
        rank += 100_000;
    }
    if !COMMON.contains(&id) {
        rank += 2_000;
    }
    if id.ends_with("-or-later") {
        rank += 20_000;
    }
    if id.contains("invariants") {
        rank += 40_000;
    }
    rank
}

/// Headings of what stands behind the terms of a long licence: how to apply it, and forms to fill in. People leave it out,
/// and the terms are the licence without it.
const ANNEXES: [&str; 7] =
    ["exhibit a", "exhibit b", "appendix", "how to apply", "addendum", "schedule \"a", "end of terms"];

/// What the templates do not call optional, but what no text needs to be its licence; as bytes.
fn dispensable(id: &str, kind: Kind, text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    if kind != Kind::License {
        return out;
    }
    // LGPL 3 is an addition to GPL 3, whose text the list puts behind it; most copies are of the addition alone.
    if id.starts_with("LGPL-3.0")
        && let Some(at) = text.rfind("GNU GENERAL PUBLIC LICENSE")
    {
        out.push((at, text.len()));
    }
    // Creative Commons' remarks on its licences; the licence itself begins with these words and ends before those.
    if id.starts_with("CC-BY") {
        let begin =
            ["By exercising the Licensed Rights", "THE WORK (AS DEFINED BELOW)"].iter().find_map(|w| text.find(w));
        out.extend(begin.map(|at| (0, at)));
        let end =
            ["Creative Commons is not a party", "Creative Commons may be contacted"].iter().find_map(|w| text.rfind(w));
        out.extend(end.map(|at| (at, text.len())));
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let heading = line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        // Terms refer to their exhibits too, at the start of a line by chance.
        if at * 10 > text.len() * 6 && line.len() < MOST_HEADING && ANNEXES.iter().any(|a| heading.starts_with(a)) {
            out.push((at, text.len()));
            break;
        }
        at += line.len();
    }
    out
}

/// A longer line is no heading.
const MOST_HEADING: usize = 160;

/// Adds all names of licences. Names must be found in sentences, so each of their words is one of the vocabulary.
fn name(index: &mut Index) {
    let mut names: Vec<(Named, String)> = Vec::new();
    names.extend(ALIASES.iter().enumerate().map(|(n, (name, _))| (Named::Alias(n as u16), name.to_string())));
    let mut read = Words::default();
    for (n, doc) in index.docs.iter().enumerate() {
        let spelled = spellings(&doc.name);
        // Names of exceptions and headers are read for their words only.
        for name in spelled.iter().map(String::as_str).chain([&*doc.listed]) {
            token::read(name, 0..name.len(), &mut Collect(&mut index.vocabulary), &mut read);
        }
        if doc.kind == Kind::License {
            names.extend(spelled.into_iter().map(|name| (Named::Name(n as u16), name)));
            names.push((Named::Id(n as u16), doc.id.to_string()));
        }
    }
    for (name, _) in ALIASES {
        token::read(name, 0..name.len(), &mut Collect(&mut index.vocabulary), &mut read);
    }
    for (named, name) in names {
        // A word before it, so that a leading number is no list mark.
        let mut words = Words::default();
        token::read(&format!("x {name}"), 2..name.len() + 2, &mut Lookup(&index.vocabulary), &mut words);
        if !words.ids.is_empty() && !words.ids.contains(&UNKNOWN) {
            index.name_words.extend(words.ids);
            index.names.push((named, index.name_words.len() as u32));
        }
    }
}

/// In how many ways the full name of a licence is written: with and without `version`, and Creative Commons' in one word or
/// two (`ShareAlike`), with and without the word on the country.
fn spellings(name: &str) -> Vec<String> {
    let words = name.split_whitespace().count();
    if words < 2 {
        return Vec::new();
    }
    let mut out = vec![name.to_string()];
    if let Some((name, version)) = name.rsplit_once(' ')
        && let number = version.trim_start_matches('v')
        && number.starts_with(|c: char| c.is_ascii_digit())
        && words >= 3
    {
        out.extend(["version ", "v", "v ", ""].map(|between| format!("{name} {between}{number}")));
    }
    if name.starts_with("Creative Commons Attribution") {
        let short =
            ["International", "Unported", "Generic"].iter().find_map(|w| name.strip_suffix(w)).map(str::trim_end);
        for name in [Some(name), short].into_iter().flatten() {
            let joined = name.replace("Share Alike", "ShareAlike").replace("Non Commercial", "NonCommercial");
            out.push(joined.replace("No Derivatives", "NoDerivatives"));
            out.push(joined.replace("No Derivatives", "NoDerivs"));
            out.push(name.to_string());
        }
    }
    out
}
