//! Makes the index of licence texts from the SPDX licence list that the crate `license` carries in its sources: the
//! templates with their variables and optional parts, the standard headers and the exceptions.
//!
//! The crate's API gives texts but no templates, so the JSON files are read. They are looked for where
//! `SUPERCARGO_SPDX_LIST` says, where cargo says (which knows vendored and replaced sources), then in cargo's own folders.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[allow(dead_code, missing_docs)]
#[path = "src/license/text/notice.rs"]
mod notice;
#[allow(dead_code, missing_docs)]
#[path = "src/license/text/token.rs"]
mod token;

use token::{Lexicon, Words};

/// The version of the licence list that the index must be made of, as `Cargo.toml` asks for the crate.
const CRATE: &str = "license-3.9.0";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/license/text/notice.rs");
    println!("cargo::rerun-if-changed=src/license/text/token.rs");
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rerun-if-env-changed=SUPERCARGO_SPDX_LIST");
    let Some(list) = find_list() else {
        println!(
            "cargo::error=the SPDX licence list was not found in the sources of the crate `license`; \
             set SUPERCARGO_SPDX_LIST to its folder license-list-data/json"
        );
        return;
    };
    match index(&list) {
        Ok(bytes) => {
            let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default().join("licenses.index");
            if let Err(e) = fs::write(&out, bytes) {
                println!("cargo::error=writing {}: {e}", out.display());
            }
        }
        Err(e) => println!("cargo::error=reading the SPDX licence list in {}: {e}", list.display()),
    }
}

fn is_list(folder: &Path) -> bool {
    folder.join("details").is_dir() && folder.join("exceptions").is_dir()
}

fn find_list() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("SUPERCARGO_SPDX_LIST") {
        return Some(PathBuf::from(folder)).filter(|f| is_list(f));
    }
    let json = |package: &Path| package.join("license-list-data").join("json");
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    // Cargo names the place for certain. Offline first: all that this build needs is there already, though perhaps not
    // what the tests need, which cargo resolves too; then only a look into the folders is left.
    if let Some(list) = ask_cargo(&manifest).map(|p| json(&p)).filter(|f| is_list(f)) {
        return Some(list);
    }
    let mut places = vec![manifest.join("vendor")];
    places.extend(manifest.parent().map(Path::to_path_buf));
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    if let Some(entries) = home.and_then(|h| fs::read_dir(h.join("registry").join("src")).ok()) {
        let mut registries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        registries.sort();
        places.append(&mut registries);
    }
    for place in places {
        let mut packages: Vec<PathBuf> =
            fs::read_dir(&place).into_iter().flatten().flatten().map(|e| e.path()).collect();
        packages.sort();
        let found = packages.iter().find(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            (name == "license" || name.starts_with(CRATE)) && is_list(&json(p))
        });
        if let Some(package) = found {
            return Some(json(package));
        }
    }
    None
}

/// The folder of the package `license` by `cargo metadata`.
fn ask_cargo(manifest: &Path) -> Option<PathBuf> {
    let output = Command::new(env::var_os("CARGO")?)
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &env::var("TARGET").ok()?])
        .current_dir(manifest)
        .output()
        .ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let package = metadata["packages"].as_array()?.iter().find(|p| p["name"] == "license")?;
    Some(Path::new(package["manifest_path"].as_str()?).parent()?.to_path_buf())
}

/// One text to recognise.
struct Doc {
    id: String,
    /// 0 licence, 1 exception, 2 header.
    kind: u8,
    deprecated: bool,
    name: String,
    words: Words,
    /// A word that may be missing.
    optional: Vec<bool>,
    /// How many foreign words may stand before each word, and after the last.
    wild: Vec<u16>,
}

#[derive(Default)]
struct Interner {
    ids: HashMap<Vec<u8>, u16>,
    words: Vec<String>,
}

impl Lexicon for Interner {
    fn id(&mut self, word: &[u8]) -> u16 {
        let Ok(text) = std::str::from_utf8(word) else { return token::UNKNOWN };
        let text = token::canonical(text);
        if let Some(&id) = self.ids.get(text.as_bytes()) {
            return id;
        }
        // 64-bit room is never needed: the list has some 30,000 words. Past the limit words are unknown.
        let Ok(id) = u16::try_from(self.words.len() + 1) else { return token::UNKNOWN };
        self.words.push(text.to_string());
        self.ids.insert(text.as_bytes().to_vec(), id);
        id
    }
}

fn index(list: &Path) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut interner = Interner::default();
    for word in token::FIXED {
        interner.id(word.as_bytes());
    }
    let mut docs = Vec::new();
    for file in files(&list.join("details"))? {
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&file)?)?;
        let id = value["licenseId"].as_str().ok_or("a licence without id")?.to_string();
        let deprecated = value["isDeprecatedLicenseId"] == true;
        if deprecated && (id.contains("-with-") || id == "eCos-2.0" || id == "wxWindows") {
            // A licence with an exception has an expression now; both parts are in the index by themselves.
            continue;
        }
        let name = value["name"].as_str().unwrap_or_default().to_string();
        let template = value["standardLicenseTemplate"].as_str().or(value["licenseText"].as_str()).unwrap_or_default();
        docs.push(doc(&id, 0, deprecated, &name, template, &mut interner));
        let gnu = ["GPL-", "LGPL-", "AGPL-", "GFDL-"].iter().any(|family| id.starts_with(family));
        let header = value["standardLicenseHeaderTemplate"].as_str().or(value["standardLicenseHeader"].as_str());
        // Headers of the GNU licences differ in a number only; the grammar of grants reads them instead.
        if let Some(header) = header.filter(|_| !gnu && !deprecated) {
            docs.push(doc(&id, 2, deprecated, &name, header, &mut interner));
        }
    }
    for file in files(&list.join("exceptions"))? {
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&file)?)?;
        let id = value["licenseExceptionId"].as_str().ok_or("an exception without id")?.to_string();
        let deprecated = value["isDeprecatedLicenseId"] == true;
        let name = value["name"].as_str().unwrap_or_default().to_string();
        let template =
            value["licenseExceptionTemplate"].as_str().or(value["licenseExceptionText"].as_str()).unwrap_or_default();
        docs.push(doc(&id, 1, deprecated, &name, template, &mut interner));
    }
    let version: serde_json::Value = serde_json::from_slice(&fs::read(list.join("licenses.json"))?)?;
    Ok(serialise(version["licenseListVersion"].as_str().unwrap_or_default(), &interner, &docs))
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "json"));
    files.sort();
    Ok(files)
}

fn doc(id: &str, kind: u8, deprecated: bool, name: &str, template: &str, interner: &mut Interner) -> Doc {
    let filled = fill(template);
    let mut words = Words::default();
    token::read(&filled.text, 0..filled.text.len(), interner, &mut words);
    let n = words.ids.len();
    let mut optional = words.free.clone();
    let mut wild = vec![0u16; n + 1];
    let first_at = |byte: usize| words.at.partition_point(|&(start, _)| (start as usize) < byte);
    let dispensable = dispensable(id, kind, &filled.text);
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
    Doc { id: id.into(), kind, deprecated, name: name.into(), words, optional, wild }
}

/// Headings of what stands behind the terms of a long licence: how to apply it, and forms to fill in. People leave it out,
/// and the terms are the licence without it.
const ANNEXES: [&str; 7] =
    ["exhibit a", "exhibit b", "appendix", "how to apply", "addendum", "schedule \"a", "end of terms"];

/// What the templates do not call optional, but what no text needs to be its licence; as bytes.
fn dispensable(id: &str, kind: u8, text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    if kind != 0 {
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

/// A template with its variables filled by their originals.
#[derive(Default)]
struct Filled {
    text: String,
    optional: Vec<(usize, usize)>,
    /// Bytes, and how many words the variable may hold.
    variables: Vec<(usize, usize, u16)>,
}

fn fill(template: &str) -> Filled {
    let mut out = Filled::default();
    let mut open = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find("<<") {
        out.text.push_str(&rest[..at]);
        let tag = &rest[at + 2..];
        if let Some(after) = tag.strip_prefix("beginOptional>>") {
            open.push(out.text.len());
            // A space keeps the words on both sides apart, as white space never counts.
            out.text.push(' ');
            rest = after;
        } else if let Some(after) = tag.strip_prefix("endOptional>>") {
            if let Some(start) = open.pop() {
                out.optional.push((start, out.text.len()));
            }
            out.text.push(' ');
            rest = after;
        } else if let Some((variable, after)) = tag.strip_prefix("var;").and_then(variable) {
            let field = |name: &str| {
                let at = format!("{name}=\"");
                let start = if name == "match" { variable.rfind(&at) } else { variable.find(&at) }? + name.len() + 2;
                let value = &variable[start..];
                // The next field ends it; an inner variable's fields do not.
                let end = if name == "original" { value.rfind("\";match=") } else { value.find("\";") };
                Some(&value[..end.unwrap_or(value.len())])
            };
            let start = out.text.len();
            let name = field("name").unwrap_or_default();
            // A statement is a line of its own, so that it does not take the words around it along.
            let begun = ["copyright", "(c)", "©"].iter().any(|w| out.text.trim_end().to_lowercase().ends_with(w));
            if name == "copyright" && !begun {
                out.text.push('\n');
            }
            // A variable may stand inside another's original.
            out.text.push_str(&fill(field("original").unwrap_or_default()).text);
            if name == "copyright" {
                out.text.push('\n');
            }
            out.variables.push((start, out.text.len(), room(field("match").unwrap_or_default())));
            rest = after;
        } else {
            out.text.push('<');
            rest = &rest[at + 1..];
        }
    }
    out.text.push_str(rest);
    out
}

/// Splits what follows `<<var;` at the end of the variable.
fn variable(tag: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    loop {
        end += tag.get(end..)?.find("\">>")?;
        let inner = &tag[..end];
        if inner.matches("<<var;").count() == inner.matches("\">>").count() {
            return Some((inner, &tag[end + 3..]));
        }
        end += 3;
    }
}

/// How many words a variable's pattern can hold: enough for a name or an address, a bounded number for `.*`.
fn room(pattern: &str) -> u16 {
    if let Some((_, most)) =
        pattern.strip_prefix(".{").and_then(|p| p.strip_suffix('}')).and_then(|p| p.split_once(','))
    {
        return match most.parse::<u16>() {
            Ok(n) if n >= 1000 => 400,
            Ok(n) => n / 6,
            Err(_) => 40,
        };
    }
    let longest = pattern
        .split('|')
        .map(|p| {
            p.replace("\\s+", " ").split_whitespace().count() + 30 * (p.contains(".+") || p.contains(".*")) as usize
        })
        .max();
    longest.map_or(0, |n| n.min(60) as u16)
}

fn serialise(version: &str, interner: &Interner, docs: &[Doc]) -> Vec<u8> {
    let mut out = Vec::new();
    let put_text = |out: &mut Vec<u8>, text: &str| {
        put(out, text.len());
        out.extend_from_slice(text.as_bytes());
    };
    put_text(&mut out, version);
    put(&mut out, interner.words.len());
    for word in &interner.words {
        put_text(&mut out, word);
    }
    put(&mut out, docs.len());
    for doc in docs {
        put_text(&mut out, &doc.id);
        put_text(&mut out, &doc.name);
        out.push(doc.kind | u8::from(doc.deprecated) << 4);
        put(&mut out, doc.words.ids.len());
        // Optional words as lengths of runs, beginning with a run of required ones.
        let mut runs = vec![0usize];
        let mut state = false;
        for &o in &doc.optional {
            if o != state {
                runs.push(0);
                state = o;
            }
            if let Some(run) = runs.last_mut() {
                *run += 1;
            }
        }
        put(&mut out, runs.len());
        runs.into_iter().for_each(|run| put(&mut out, run));
        let slots: BTreeMap<usize, u16> =
            doc.wild.iter().enumerate().filter(|(_, w)| **w > 0).map(|(i, w)| (i, *w)).collect();
        put(&mut out, slots.len());
        let mut last = 0;
        for (at, most) in slots {
            put(&mut out, at - last);
            put(&mut out, usize::from(most));
            last = at;
        }
    }
    compress(docs, &mut out);
    out
}

/// All words of all texts, one after the other, with copies of what stood before: licences repeat each other. Written as
/// (literals, their numbers, distance, length) until all words are there.
fn compress(docs: &[Doc], out: &mut Vec<u8>) {
    const SHORTEST: usize = 4;
    let all: Vec<u16> = docs.iter().flat_map(|d| d.words.ids.iter().copied()).collect();
    put(out, all.len());
    let mut seen: HashMap<&[u16], Vec<usize>> = HashMap::new();
    let mut literals = 0;
    let mut at = 0;
    let mut noted = 0;
    while at < all.len() {
        let mut best = (0, 0);
        if let Some(key) = all.get(at..at + SHORTEST) {
            for &from in seen.get(key).into_iter().flatten().rev().take(64) {
                let length = all[from..].iter().zip(&all[at..]).take_while(|(a, b)| a == b).count();
                if length > best.1 {
                    best = (from, length);
                }
            }
        }
        let next = if best.1 >= SHORTEST { at + best.1 } else { at + 1 };
        if best.1 >= SHORTEST {
            flush(&all[literals..at], out);
            put(out, at - best.0);
            put(out, best.1);
            literals = next;
        }
        while noted < next {
            if let Some(key) = all.get(noted..noted + SHORTEST) {
                seen.entry(key).or_default().push(noted);
            }
            noted += 1;
        }
        at = next;
    }
    flush(&all[literals..], out);
}

fn flush(words: &[u16], out: &mut Vec<u8>) {
    put(out, words.len());
    words.iter().for_each(|w| put(out, usize::from(*w)));
}

/// A number of seven bits a byte, the low ones first.
fn put(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
