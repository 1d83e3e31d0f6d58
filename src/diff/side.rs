//! One side of a comparison: the form that images and documents become.

use crate::license::{db, expr, names};
use crate::model::{Class, Expr, Grammar, Outcome, Report, TextId, Verdict};
use crate::purl;
use packageurl::PackageUrl;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All that one side says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// What it is about, for headings.
    pub title: String,
    /// `image`, `report`, `cyclonedx` or `spdx`.
    pub kind: &'static str,
    /// Its packages, in no particular order.
    pub entries: Vec<Entry>,
    /// The policy that was applied.
    pub judged: Option<Judged>,
}

/// By what a side was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// The policy's name, or the file that it came from; empty where a document does not say.
    pub policy: String,
    /// The hash of its text, where it is known.
    pub hash: Option<String>,
}

/// One package of one version.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What makes it the same package in another version.
    pub key: String,
    /// As people write it.
    pub name: String,
    /// With an rpm's epoch; empty where there is none.
    pub version: String,
    /// Its package URL, where it has one.
    pub purl: Option<String>,
    /// The licences of its copies, as written, by their sorted form: the order of operands says nothing.
    pub licenses: BTreeMap<String, String>,
    /// The licences that those name, references without what tells texts of one name apart.
    pub leaves: BTreeSet<String>,
    /// The class of what is concluded; of several copies the strictest.
    pub class: Class,
    /// SHA-256 of its licence texts, where the side knows them.
    pub texts: Option<BTreeSet<String>>,
    /// Copyright statements, where the side knows them.
    pub holders: Option<BTreeSet<String>>,
    /// What a policy says of it after waivers; of several copies the strictest.
    pub verdict: Option<Verdict>,
}

impl Entry {
    /// An entry of which only the coordinates are known.
    pub fn new(purl: Option<&str>, name: &str, version: &str) -> Entry {
        let read = purl.and_then(|text| purl::parse(text).ok());
        let Some(url) = read else {
            let (name, version) = (name.to_owned(), version.to_owned());
            return Entry {
                key: format!("name:{name}"),
                name,
                version,
                purl: purl.map(str::to_owned),
                ..Entry::empty()
            };
        };
        let version = url.version().unwrap_or(version);
        let version = match url.qualifiers().get("epoch") {
            Some(epoch) => format!("{epoch}:{version}"),
            None => version.to_owned(),
        };
        let purl = purl.map(|text| purl::canonical(text).unwrap_or_else(|_| text.to_owned()));
        Entry { key: key(&url), name: shown_name(&url), version, purl, ..Entry::empty() }
    }

    fn empty() -> Entry {
        Entry {
            key: String::new(),
            name: String::new(),
            version: String::new(),
            purl: None,
            licenses: BTreeMap::from([(String::from("NOASSERTION"), String::from("NOASSERTION"))]),
            leaves: BTreeSet::new(),
            class: Class::Unknown,
            texts: None,
            holders: None,
            verdict: None,
        }
    }

    /// Sets the licence and, where nothing better is known, its class.
    pub fn set_license(&mut self, outcome: &Outcome, class: Option<Class>) {
        let plain = outcome.expression().map(|e| e.map_refs(&mut |id| without_hash(id).to_owned()));
        let sorted_form = plain.as_ref().map_or_else(|| outcome.to_string(), |e| sorted(e).to_string());
        self.licenses = BTreeMap::from([(sorted_form, outcome.to_string())]);
        self.leaves = plain.as_ref().map(Expr::leaves).unwrap_or_default().iter().map(|l| l.to_string()).collect();
        self.class = class.unwrap_or_else(|| outcome.expression().map_or(Class::Unknown, db::class_of));
    }

    /// The licence as people read it.
    pub fn license(&self) -> String {
        self.licenses.values().map(String::as_str).collect::<Vec<_>>().join("; ")
    }

    /// Takes in another copy of the same package and version.
    pub(super) fn merge(&mut self, other: Entry) {
        self.licenses.extend(other.licenses);
        self.leaves.extend(other.leaves);
        self.class = self.class.max(other.class);
        self.texts = union(self.texts.take(), other.texts);
        self.holders = union(self.holders.take(), other.holders);
        self.verdict = self.verdict.max(other.verdict);
    }
}

fn union(a: Option<BTreeSet<String>>, b: Option<BTreeSet<String>>) -> Option<BTreeSet<String>> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.extend(b);
            Some(a)
        }
        (a, b) => a.or(b),
    }
}

/// Qualifiers without which two packages would be taken for one.
const IDENTITY: [&str; 2] = ["classifier", "type"];

fn key(url: &PackageUrl<'_>) -> String {
    let mut out = url.ty().to_owned();
    for part in url.namespace().into_iter().chain([url.name()]) {
        out.push('/');
        out.push_str(part);
    }
    for name in IDENTITY {
        // A jar is what every Maven package is.
        if let Some(value) = url.qualifiers().get(name).filter(|v| **v != "jar") {
            out.push_str(&format!("?{name}={value}"));
        }
    }
    if let Some(path) = url.subpath().filter(|p| !p.is_empty()) {
        out.push('#');
        out.push_str(path);
    }
    out
}

/// As [`purl::display_name`] has it, for types of any origin.
fn shown_name(url: &PackageUrl<'_>) -> String {
    match (url.ty(), url.namespace().filter(|n| !n.is_empty())) {
        ("apk" | "deb" | "rpm" | "alpm" | "opkg" | "ebuild", _) | (_, None) => url.name().to_owned(),
        ("maven", Some(group)) => format!("{group}:{}", url.name()),
        (_, Some(namespace)) => format!("{namespace}/{}", url.name()),
    }
}

/// The same expression with the operands of every AND and OR in order.
fn sorted(e: &Expr) -> Expr {
    let all = |list: &[Expr]| {
        let mut out: Vec<Expr> = list.iter().map(sorted).collect();
        out.sort();
        out
    };
    match e {
        Expr::And(list) => Expr::And(all(list)),
        Expr::Or(list) => Expr::Or(all(list)),
        leaf => leaf.clone(),
    }
}

/// A reference without the eight digits of its text's hash, which it has only where the rest of the image holds another text under
/// that name: the same licence would be another one in another image. Whether the text is another, the hashes of texts say.
fn without_hash(id: &str) -> &str {
    match id.rsplit_once('-') {
        Some((rest, hash))
            if rest.len() > "LicenseRef-".len()
                && hash.len() == 8
                && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) =>
        {
            rest
        }
        _ => id,
    }
}

/// Statements as they can be compared: a line each, white space made single.
pub(super) fn statements<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let lines = texts.into_iter().flat_map(str::lines);
    lines.map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|l| !l.is_empty()).collect()
}

/// The class of this name and scope.
pub(super) fn class(name: &str, scope: Option<&str>) -> Option<Class> {
    Class::ALL.into_iter().find(|c| c.as_str() == name && c.scope() == scope)
}

/// Licences of documents, each read once: a large document has thousands of packages and a few dozens of licences.
#[derive(Default)]
pub(super) struct Reader {
    known: HashMap<String, Outcome>,
}

impl Reader {
    /// An expression, or the name of a licence in whatever words.
    pub(super) fn read(&mut self, text: &str) -> Outcome {
        let text = text.trim();
        match text {
            "" | "NOASSERTION" => return Outcome::NoAssertion,
            "NONE" => return Outcome::None,
            _ => {}
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let read = match expr::parse(text).or_else(|_| expr::parse_lenient(text)) {
            Ok(expression) => Outcome::Expression(expression),
            Err(_) => names::normalize(Grammar::Any, &[text]).expression,
        };
        self.known.insert(text.to_owned(), read.clone());
        read
    }
}

impl Side {
    /// What a scan found.
    pub fn of(report: &Report) -> Side {
        let entries = report.shown().map(|(id, package)| {
            let licensing = &package.licensing;
            let mut entry = Entry::new(Some(&package.purl), &package.name, &package.version);
            entry.set_license(&licensing.concluded, Some(licensing.class));
            let ids: BTreeSet<TextId> = licensing.evidence.iter().filter_map(|e| e.text).collect();
            let texts = ids.iter().filter_map(|id| report.texts.get(id));
            entry.holders = Some(statements(texts.flat_map(|t| &t.copyrights).map(|c| &**c)));
            entry.texts = Some(ids.iter().map(ToString::to_string).collect());
            let verdicts = report.audit.as_ref().map(|a| &a.packages);
            entry.verdict = verdicts.and_then(|all| all.get(id.0 as usize)).map(|v| v.effective);
            entry
        });
        let entries = entries.collect();
        let judged = report.audit.as_ref().map(|audit| Judged {
            policy: [&audit.policy.name, &audit.policy.source]
                .into_iter()
                .find(|s| !s.is_empty())
                .map_or("", |s| s)
                .into(),
            hash: Some(audit.policy.hash.to_string()).filter(|h| !h.is_empty()),
        });
        Side { title: report.image.title(), kind: "image", entries, judged }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_package_has_one_key_whatever_its_version_and_origin() {
        let check = |purl: &str, key: &str, name: &str, version: &str| {
            let entry = Entry::new(Some(purl), "other", "other");
            assert_eq!(
                (entry.key.as_str(), entry.name.as_str(), entry.version.as_str()),
                (key, name, version),
                "{purl}"
            );
        };
        check("pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12", "deb/debian/bash", "bash", "5.2");
        check("pkg:rpm/fedora/x@1-2?arch=noarch&epoch=3&upstream=y", "rpm/fedora/x", "x", "3:1-2");
        check("pkg:npm/%40crew/sextant@1", "npm/@crew/sextant", "@crew/sextant", "1");
        check("pkg:maven/g/a@1?type=jar", "maven/g/a", "g:a", "1");
        check("pkg:maven/g/a@1?classifier=linux&type=zip", "maven/g/a?classifier=linux?type=zip", "g:a", "1");
        check("pkg:golang/a.example/b@v1#cmd", "golang/a.example/b#cmd", "a.example/b", "v1");
        check("pkg:npm/x", "npm/x", "x", "other");
        let bare = Entry::new(None, "some thing", "1");
        assert_eq!((bare.key.as_str(), bare.name.as_str()), ("name:some thing", "some thing"));
        assert_eq!(Entry::new(Some("no purl"), "x", "1").key, "name:x");
    }

    #[test]
    fn the_order_of_operands_says_nothing() {
        let mut reader = Reader::default();
        let mut read = |text: &str| {
            let mut entry = Entry::new(None, "x", "1");
            entry.set_license(&reader.read(text), None);
            entry
        };
        let (a, b) = (read("MIT AND (ISC OR Zlib)"), read("(Zlib OR ISC) AND MIT"));
        assert_eq!(a.licenses.keys().collect::<Vec<_>>(), b.licenses.keys().collect::<Vec<_>>());
        assert_eq!((a.license().as_str(), a.class), ("MIT AND (ISC OR Zlib)", Class::Permissive));
        // What else an image holds decides whether a reference has a hash at its end.
        let (a, b) = (read("LicenseRef-public-domain AND MIT"), read("LicenseRef-public-domain-656e64dd AND MIT"));
        assert_eq!((a.licenses.keys().eq(b.licenses.keys()), a.leaves), (true, b.leaves));
        assert_eq!(without_hash("LicenseRef-656e64dd"), "LicenseRef-656e64dd");
        assert_eq!(read("Apache License, Version 2.0").license(), "Apache-2.0");
        assert_eq!((read("NONE").license(), read("").license()), ("NONE".to_owned(), "NOASSERTION".to_owned()));
    }

    #[test]
    fn copies_become_one() {
        let mut a = Entry::new(None, "x", "1");
        a.set_license(&Outcome::Expression(Expr::id("MIT")), None);
        let mut b = Entry::new(None, "x", "1");
        b.set_license(&Outcome::Expression(Expr::id("GPL-2.0-only")), None);
        b.verdict = Some(Verdict::Deny);
        a.merge(b);
        assert_eq!((a.license().as_str(), a.class), ("GPL-2.0-only; MIT", Class::StrongCopyleft));
        assert_eq!(a.verdict, Some(Verdict::Deny));
    }
}
