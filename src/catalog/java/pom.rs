//! Maven's `pom.xml` and `pom.properties`, as far as they say what an artifact is, needs and is licensed under.
//!
//! Entities other than the five of XML are left out, a DTD is passed over, nothing is loaded. Left out: profiles,
//! `dependencyManagement`, what only a running Maven knows. Specification: POM Reference, XML schema maven-4.0.0.

use super::manifest::push_pair;
use crate::catalog::decode;
use crate::model::{Declared, Grammar};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// Elements deeper than this are passed over; a pom's own go to nine (plugin configurations deeper).
const DEPTH_LIMIT: usize = 64;

/// Most dependencies, licences and properties kept of one pom; large ones have some 300, 5 and 1000.
const LIST_LIMIT: usize = 5000;

/// Longest text kept of one element; descriptions are the longest.
const TEXT_LIMIT: usize = 16 << 10;

/// How many properties one value may go through, and how long it may become: `${a}` may be `${b}${b}`, and so on.
const STEP_LIMIT: usize = 50;
const VALUE_LIMIT: usize = 1024;

/// How many parents a pom may have; deep corporate hierarchies have six.
const PARENT_LIMIT: usize = 16;

/// Group, artifact and version.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Coordinates {
    /// The group id.
    pub group: Option<String>,
    /// The artifact id.
    pub artifact: Option<String>,
    /// The version.
    pub version: Option<String>,
}

/// One `<dependency>`, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Dependency {
    group: String,
    artifact: String,
    scope: String,
}

/// One `<license>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct License {
    name: String,
    url: String,
}

/// What one pom says, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pom {
    own: Coordinates,
    parent: Option<Coordinates>,
    packaging: String,
    properties: BTreeMap<String, String>,
    licenses: Vec<License>,
    dependencies: Vec<Dependency>,
    name: String,
    description: String,
    url: String,
    organization: String,
    /// The comments before its first element and before the first one inside that: there stands the licence of its project, or none.
    comment: String,
    has_begun: bool,
    /// Why not all of it was read.
    pub broken: Option<String>,
}

/// Finds a pom by its coordinates, for parents.
pub type Lookup<'a, 'p> = dyn Fn(&Coordinates) -> Option<&'p Pom> + 'a;

impl Pom {
    /// Reads a pom; what stands before a break is kept.
    pub fn parse(bytes: &[u8]) -> Pom {
        let text = decode::decode(bytes);
        let mut reader = Reader::from_str(&text);
        let mut pom = Pom::default();
        let mut path: Vec<String> = Vec::new();
        let mut below = 0_usize;
        let mut value = String::new();
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => {
                    value.clear();
                    if path.len() >= DEPTH_LIMIT {
                        below += 1;
                        continue;
                    }
                    let name = element.local_name();
                    path.push(name.as_ref().to_owned());
                    pom.has_begun |= path.len() > 1;
                    pom.begin(&path);
                }
                Ok(Event::End(_)) if below > 0 => below -= 1,
                Ok(Event::End(_)) => {
                    pom.end(&path, value.trim());
                    value.clear();
                    path.pop();
                }
                Ok(Event::Text(text)) => push(&mut value, &text),
                Ok(Event::CData(text)) => push(&mut value, &text),
                Ok(Event::GeneralRef(name)) => push(&mut value, &entity(&name)),
                Ok(Event::Eof) => {
                    if !path.is_empty() {
                        pom.broken = Some("the pom is cut off".to_owned());
                    }
                    return pom;
                }
                Ok(Event::Comment(text)) if path.len() <= 1 && !pom.has_begun => push(&mut pom.comment, &text),
                Ok(_) => {}
                Err(error) => {
                    pom.broken = Some(format!("the XML is broken ({})", decode::shown(&error.to_string())));
                    return pom;
                }
            }
        }
    }

    fn begin(&mut self, path: &[String]) {
        match parts(path).as_slice() {
            ["project", "parent"] => self.parent = Some(Coordinates::default()),
            ["project", "licenses", "license"] if self.licenses.len() < LIST_LIMIT => {
                self.licenses.push(License::default());
            }
            ["project", "dependencies", "dependency"] if self.dependencies.len() < LIST_LIMIT => {
                self.dependencies.push(Dependency::default());
            }
            _ => {}
        }
    }

    fn end(&mut self, path: &[String], value: &str) {
        let text = || value.to_owned();
        match parts(path).as_slice() {
            ["project", "parent", field] => set(self.parent.get_or_insert_default(), field, value),
            ["project", "licenses", "license", field] => {
                if let Some(license) = self.licenses.last_mut() {
                    match *field {
                        "name" => license.name = text(),
                        "url" => license.url = text(),
                        _ => {}
                    }
                }
            }
            ["project", "dependencies", "dependency", field] => {
                if let Some(dependency) = self.dependencies.last_mut() {
                    match *field {
                        "groupId" => dependency.group = text(),
                        "artifactId" => dependency.artifact = text(),
                        "scope" => dependency.scope = text(),
                        _ => {}
                    }
                }
            }
            ["project", "properties", name] if self.properties.len() < LIST_LIMIT => {
                self.properties.insert((*name).to_owned(), text());
            }
            ["project", "organization", "name"] => self.organization = text(),
            ["project", "packaging"] => self.packaging = text(),
            ["project", "name"] => self.name = text(),
            ["project", "description"] => self.description = text(),
            ["project", "url"] => self.url = text(),
            ["project", field] => set(&mut self.own, field, value),
            _ => {}
        }
    }

    /// Whether it stands for no file of its own: a parent, a list of modules, a bill of materials.
    pub fn is_parent(&self) -> bool {
        self.packaging == "pom"
    }

    /// Its coordinates, with what it inherits and with its properties put in.
    pub fn coordinates(&self, lookup: &Lookup<'_, '_>) -> Coordinates {
        let parent = self.parent.as_ref();
        let inherited = |own: &Option<String>, parent: Option<&Option<String>>| {
            let written = own.as_ref().or(parent.and_then(Option::as_ref))?;
            self.value(written, lookup)
        };
        Coordinates {
            group: inherited(&self.own.group, parent.map(|p| &p.group)),
            artifact: inherited(&self.own.artifact, None),
            version: inherited(&self.own.version, parent.map(|p| &p.version)),
        }
    }

    /// What it says of its licences, or the nearest parent that says something: a child inherits the list as a whole.
    /// `name, address, name, address`: the grammar joins an address to the name before it, and the licences as a choice.
    pub fn declared(&self, lookup: &Lookup<'_, '_>) -> Vec<Declared> {
        let mut values = Vec::new();
        for pom in std::iter::once(self).chain(self.parents(lookup)) {
            for license in &pom.licenses {
                let name = pom.value(&license.name, lookup);
                let url = pom.value(&license.url, lookup);
                push_pair(&mut values, name.as_deref(), url.as_deref());
            }
            if !values.is_empty() {
                return vec![Declared { grammar: Grammar::Maven, field: "licenses", values }];
            }
        }
        Vec::new()
    }

    /// What the comments at its head say, where they speak of a licence and the pom itself says nothing.
    pub fn head(&self) -> Option<&str> {
        let speaks = ["icense", "icence", "ICENSE"].iter().any(|word| self.comment.contains(word));
        Some(self.comment.trim()).filter(|_| speaks && self.licenses.is_empty())
    }

    /// The first of its parents that cannot be found, if there is one: it stands in another file.
    pub fn parent_elsewhere(&self, lookup: &Lookup<'_, '_>) -> Option<Coordinates> {
        let last = self.parents(lookup).pop().unwrap_or(self);
        let parent = last.parent.as_ref().filter(|parent| lookup(parent).is_none())?;
        let value = |written: &Option<String>| last.value(written.as_ref()?, lookup);
        let (group, artifact, version) = (value(&parent.group), value(&parent.artifact), value(&parent.version));
        Some(Coordinates { group, artifact, version })
    }

    /// What it needs at run time, as `group:artifact`.
    pub fn requires(&self, lookup: &Lookup<'_, '_>) -> Vec<String> {
        let mut out: Vec<String> = self
            .dependencies
            .iter()
            .filter(|d| matches!(d.scope.as_str(), "" | "compile" | "runtime"))
            .filter_map(|d| {
                let (group, artifact) = (self.value(&d.group, lookup)?, self.value(&d.artifact, lookup)?);
                (is_id(&group) && is_id(&artifact)).then(|| format!("{group}:{artifact}"))
            })
            .collect();
        out.sort();
        out.dedup();
        out
    }

    /// Whom to name.
    pub fn supplier(&self, lookup: &Lookup<'_, '_>) -> Option<Box<str>> {
        let chain = std::iter::once(self).chain(self.parents(lookup));
        chain.filter_map(|p| p.value(&p.organization, lookup)).find_map(|v| decode::one_line(&v))
    }

    /// One line about it.
    pub fn description(&self, lookup: &Lookup<'_, '_>) -> Option<Box<str>> {
        // Descriptions are wrapped at any place: one line of them is all of them.
        let text = [&self.description, &self.name].into_iter().find_map(|v| self.value(v, lookup))?;
        decode::one_line(&text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Its home page. (Maven makes a child's of its parent's, which is mostly no page that exists.)
    pub fn homepage(&self, lookup: &Lookup<'_, '_>) -> Option<Box<str>> {
        decode::one_line(&self.value(&self.url, lookup)?)
    }

    /// Its parents, as far as they can be found.
    fn parents<'p>(&self, lookup: &Lookup<'_, 'p>) -> Vec<&'p Pom> {
        let next = |pom: &Pom| lookup(pom.parent.as_ref()?);
        std::iter::successors(next(self), |pom| next(pom)).take(PARENT_LIMIT).collect()
    }

    /// A value with its properties put in; `None` where it is empty or one is not known.
    fn value(&self, written: &str, lookup: &Lookup<'_, '_>) -> Option<String> {
        if !written.contains("${") {
            return Some(written.to_owned()).filter(|v| !v.is_empty());
        }
        let mut value = written.to_owned();
        for _ in 0..STEP_LIMIT {
            let Some(start) = value.find("${") else { return Some(value) };
            let end = value.get(start..)?.find('}')? + start;
            let with = self.property(value.get(start + 2..end)?, lookup)?;
            value.replace_range(start..=end, &with);
            if value.len() > VALUE_LIMIT {
                return None;
            }
        }
        None
    }

    fn property(&self, name: &str, lookup: &Lookup<'_, '_>) -> Option<String> {
        // `pom.` and no prefix at all are older forms of `project.`.
        let field = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom.")).unwrap_or(name);
        let parent = self.parent.as_ref();
        let own = match field {
            "groupId" => self.own.group.as_ref().or(parent.and_then(|p| p.group.as_ref())),
            "artifactId" => self.own.artifact.as_ref(),
            "version" => self.own.version.as_ref().or(parent.and_then(|p| p.version.as_ref())),
            "parent.groupId" => parent.and_then(|p| p.group.as_ref()),
            "parent.artifactId" => parent.and_then(|p| p.artifact.as_ref()),
            "parent.version" => parent.and_then(|p| p.version.as_ref()),
            "name" => Some(&self.name).filter(|v| !v.is_empty()),
            "url" => Some(&self.url).filter(|v| !v.is_empty()),
            _ => None,
        };
        let of_parents = || self.parents(lookup).into_iter().find_map(|p| p.properties.get(name));
        own.or_else(|| self.properties.get(name)).or_else(of_parents).cloned()
    }
}

/// Reads `pom.properties`: `groupId`, `artifactId` and `version`, a line each, after a comment with the date.
pub fn properties(bytes: &[u8]) -> Coordinates {
    let mut out = Coordinates::default();
    for line in decode::decode(bytes).lines().take(LIST_LIMIT) {
        let line = line.trim();
        if line.starts_with(['#', '!']) {
            continue;
        }
        if let Some((name, value)) = line.split_once(['=', ':']) {
            set(&mut out, name.trim(), value.trim());
        }
    }
    out
}

/// Whether Maven accepts it as a group or artifact id.
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= decode::NAME_LIMIT
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && !text.bytes().all(|b| b == b'.')
}

/// Whether it may be a version: in one piece, and no template of any kind.
pub fn is_version(text: &str) -> bool {
    decode::token(text).is_some() && !text.contains(['$', '@', '{', '}', '\\', ':', '<', '>', '"', '?'])
}

fn set(coordinates: &mut Coordinates, field: &str, value: &str) {
    let value = Some(value.to_owned()).filter(|v| !v.is_empty());
    match field {
        "groupId" => coordinates.group = value,
        "artifactId" => coordinates.artifact = value,
        "version" => coordinates.version = value,
        _ => {}
    }
}

fn parts(path: &[String]) -> Vec<&str> {
    // Only the first five can matter.
    path.iter().take(5).map(String::as_str).collect()
}

fn push(value: &mut String, text: &str) {
    let room = TEXT_LIMIT.saturating_sub(value.len());
    let end = (0..=room.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    value.push_str(text.get(..end).unwrap_or(""));
}

/// The five entities of XML and characters by number; others are left out.
fn entity(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        _ => number.and_then(char::from_u32).map(String::from).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: &Coordinates) -> Option<&'static Pom> {
        None
    }

    fn gav(c: &Coordinates) -> String {
        let part = |p: &Option<String>| p.clone().unwrap_or_else(|| "-".to_owned());
        format!("{}:{}:{}", part(&c.group), part(&c.artifact), part(&c.version))
    }

    #[test]
    fn coordinates_are_inherited_and_put_together() {
        let check = |body: &str, expected: &str| {
            let pom = Pom::parse(format!("<project>{body}</project>").as_bytes());
            assert_eq!(gav(&pom.coordinates(&none)), expected, "{body}");
            assert_eq!(pom.broken, None);
        };
        check("<groupId>g</groupId><artifactId> a\n</artifactId><version>1</version>", "g:a:1");
        let parent = "<parent><groupId>p</groupId><artifactId>pa</artifactId><version>2</version></parent>";
        check(&format!("{parent}<artifactId>a</artifactId>"), "p:a:2");
        check(&format!("{parent}<artifactId>x-${{project.parent.version}}</artifactId>"), "p:x-2:2");
        check(
            "<groupId>g</groupId><artifactId>a</artifactId><version>${revision}${changelist}</version>\
             <properties><revision>1.0</revision><changelist>-b${n}</changelist><n>7</n></properties>",
            "g:a:1.0-b7",
        );
        check("<groupId>g</groupId><artifactId>a</artifactId><version>${unknown}</version>", "g:a:-");
        check("<artifactId>a</artifactId><version>${version}</version>", "-:a:-");
        check("<artifactId>a</artifactId><version>${x}</version><properties><x>${x}${x}</x></properties>", "-:a:-");
        check("<artifactId>a</artifactId><version>${x</version>", "-:a:-");
        check("<build><plugins><plugin><artifactId>no</artifactId></plugin></plugins></build>", "-:-:-");
        check("<!-- <version>3</version> --><version><![CDATA[1]]>.&#50;</version>", "-:-:1.2");
    }

    #[test]
    fn licences_of_a_pom_and_of_its_parent() {
        let parent = Pom::parse(
            b"<project xmlns='http://maven.apache.org/POM/4.0.0'><licenses><license><name>A &amp; B</name><url>http://a</url>\
              <distribution>repo</distribution></license><license><url>http://only</url></license>\
              <license><name>C</name></license></licenses></project>",
        );
        let values = ["http://only", "A & B", "http://a", "C"].map(Box::from).to_vec();
        let expected = vec![Declared { grammar: Grammar::Maven, field: "licenses", values }];
        assert_eq!(parent.declared(&none), expected);
        let child =
            Pom::parse(b"<m:project xmlns:m='x'><m:parent><m:artifactId>p</m:artifactId></m:parent></m:project>");
        assert_eq!(child.declared(&none), []);
        assert_eq!(child.declared(&|c| (c.artifact.as_deref() == Some("p")).then_some(&parent)), expected);
        // A parent of itself.
        let own = Pom::parse(b"<project><parent><artifactId>p</artifactId></parent></project>");
        assert_eq!(own.declared(&|_| Some(&own)), []);
    }

    #[test]
    fn what_is_needed_at_run_time() {
        let pom = Pom::parse(
            b"<project><groupId>g</groupId><dependencyManagement><dependencies><dependency><groupId>no</groupId>\
              <artifactId>no</artifactId></dependency></dependencies></dependencyManagement><dependencies>\
              <dependency><groupId>${project.groupId}</groupId><artifactId>b</artifactId></dependency>\
              <dependency><groupId>x</groupId><artifactId>a</artifactId><scope>runtime</scope><exclusions><exclusion>\
              <groupId>no</groupId></exclusion></exclusions></dependency>\
              <dependency><groupId>t</groupId><artifactId>t</artifactId><scope>test</scope></dependency>\
              <dependency><groupId>${u}</groupId><artifactId>u</artifactId></dependency></dependencies></project>",
        );
        assert_eq!(pom.requires(&none), ["g:b", "x:a"]);
    }

    #[test]
    fn hostile_xml() {
        let bomb =
            "<!DOCTYPE p [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><project><version>1&b;</version></project>";
        assert_eq!(Pom::parse(bomb.as_bytes()).coordinates(&none).version.as_deref(), Some("1"));
        let deep = format!("<project>{}<version>1</version>", "<a>".repeat(100_000));
        assert!(Pom::parse(deep.as_bytes()).broken.is_some());
        let long = format!("<project><name>{}</name></project>", "\u{e9}".repeat(100_000));
        assert_eq!(Pom::parse(long.as_bytes()).name.len(), TEXT_LIMIT);
        let cut = Pom::parse(b"<project><artifactId>a</artifactId><version>1</vers");
        assert_eq!((cut.own.artifact.as_deref(), cut.broken.is_some()), (Some("a"), true));
        let utf16: Vec<u8> =
            "<project><version>1</version></project>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Pom::parse(&utf16).coordinates(&none).version.as_deref(), Some("1"));
        for bytes in [&b""[..], b"\xff", b"<", b"</a>", b"<a></b>", b"&#99999999;", b"<project>&#x110000;&;"] {
            let _ = Pom::parse(bytes);
        }
    }

    #[test]
    fn property_files() {
        let text =
            b"#Generated by Maven\r\n#Tue Nov 26\r\nversion=1.7.32\r\ngroupId = org.slf4j\r\nartifactId:slf4j-api\r\nx";
        assert_eq!(gav(&properties(text)), "org.slf4j:slf4j-api:1.7.32");
        assert_eq!(gav(&properties(b"version=")), "-:-:-");
        assert!(is_version("1.0+b") && !is_version("${project.version}") && !is_version("@v@") && !is_version("1 2"));
        assert!(is_id("org.a_b-c") && !is_id("a b") && !is_id("..") && !is_id("${x}"));
    }
}
