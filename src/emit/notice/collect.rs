//! What stands in the notices: packages with their holders and the numbers of their texts, and the texts.

use super::Split;
use crate::emit::html::visible;
use crate::emit::subject;
use crate::license::db;
use crate::model::expression::without_later;
use crate::model::{Evidence, Expr, LicenseRef, Package, Report, TextId};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// All of it. Names and texts come from the image; what could deceive a reader in them is shown by name.
#[derive(Serialize)]
pub struct Notices<'a> {
    /// The image, as people call it.
    pub subject: String,
    /// Its digest, where it has one.
    pub digest: Option<String>,
    /// What made this, with the version of the licence list.
    pub tool: String,
    /// Packages, in one section, one a layer or one a side.
    pub sections: Vec<Section>,
    /// The texts, numbered from 1 in the order in which packages name them.
    pub texts: Vec<Entry<'a>>,
}

/// Packages that stand together.
#[derive(Serialize)]
pub struct Section {
    /// Its heading; `None` where there is one section only.
    pub title: Option<String>,
    /// What must be known of it, in a sentence.
    pub note: Option<String>,
    /// In the order of the report.
    pub packages: Vec<Item>,
}

/// One package.
#[derive(Serialize)]
pub struct Item {
    /// Name and version.
    pub name: String,
    /// Its package URL.
    pub purl: String,
    /// The concluded licence; `None` where it is not known.
    pub license: Option<String>,
    /// Whether a later layer hides it. (Zero is a layer, but nothing to a template.)
    pub has_hidden: bool,
    /// That layer, from zero.
    pub hidden_by: Option<u32>,
    /// Copyright statements, each once.
    pub holders: Vec<String>,
    /// Numbers of its texts.
    pub texts: Vec<usize>,
    /// Licences whose words nobody knows.
    pub wordless: Vec<String>,
}

/// One text.
#[derive(Serialize)]
pub struct Entry<'a> {
    /// From 1.
    pub number: usize,
    /// What it is and where it comes from.
    pub title: String,
    /// Its words.
    pub words: Cow<'a, str>,
}

/// What a text is known by, so that each stands once.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    /// Of the image.
    Own(TextId),
    /// Of the SPDX list, or a reference of the report; GNU licences without their word on later versions, which share a text.
    Listed(String),
}

struct Collector<'a> {
    report: &'a Report,
    numbers: HashMap<Key, usize>,
    /// The same words under two names are one text.
    by_words: HashMap<&'a str, usize>,
    texts: Vec<Entry<'a>>,
}

impl<'a> Notices<'a> {
    /// Collects what a report says.
    pub fn of(report: &'a Report, split: Option<Split>) -> Notices<'a> {
        let mut collector = Collector { report, numbers: HashMap::new(), by_words: HashMap::new(), texts: Vec::new() };
        let mut sections: BTreeMap<Option<u32>, Vec<Item>> = BTreeMap::new();
        let split = split.filter(|s| *s != Split::Origin || report.image.base.is_some());
        // By layer, or else the number of the side.
        let section = |p: &Package| match split? {
            Split::Layer => Some(p.layer),
            Split::Origin => Some(u32::from(report.image.origin_of(p.layer) != Some("base"))),
        };
        // Section by section, so that texts are numbered as they are read.
        let mut packages: Vec<&Package> = report.shown().map(|(_, p)| p).collect();
        packages.sort_by_key(|p| section(p));
        for package in packages {
            let item = collector.item(package);
            sections.entry(section(package)).or_default().push(item);
        }
        let title = |section: Option<u32>| {
            let layer = section?;
            if split == Some(Split::Origin) {
                return Some(if layer == 0 { base_title(report) } else { "Application".to_owned() });
            }
            let step = report.image.layers.get(layer as usize).and_then(|l| l.created_by.as_deref());
            Some(match step {
                Some(step) => format!("Layer {layer}: {}", visible::line(step)),
                None => format!("Layer {layer}"),
            })
        };
        // Under the application too: what of it may be the base's nobody can tell there either.
        let note = |section: Option<u32>| section.filter(|_| split == Some(Split::Origin)).and_then(|_| guess(report));
        let tool = &report.tool;
        Notices {
            subject: visible::line(&subject::tagged(report)),
            digest: report.image.digest.as_ref().map(ToString::to_string),
            tool: format!("{} {}, SPDX licence list {}", tool.name, tool.version, tool.spdx_list),
            sections: sections
                .into_iter()
                .map(|(layer, packages)| Section { title: title(layer), note: note(layer), packages })
                .collect(),
            texts: collector.texts,
        }
    }
}

/// Where the division rests on a guess, what it was guessed from and what would make it certain.
fn guess(report: &Report) -> Option<String> {
    let base = report.image.base.as_ref().filter(|b| !b.evidence.is_certain())?;
    Some(format!(
        "Where the base image ends is a guess: {}. The option --base IMAGE makes it certain.",
        visible::line(&base.note)
    ))
}

fn base_title(report: &Report) -> String {
    let name = report.image.base.as_ref().and_then(|b| b.name.as_deref());
    name.map_or_else(|| "Base image".to_owned(), |name| format!("Base image: {}", visible::line(name)))
}

/// A statement as it must be repeated. Fields that hold nothing else leave the word out.
fn statement(text: &str) -> String {
    let lower = text.to_lowercase();
    let says = ["copyright", "(c)", "\u{a9}", "copr."].iter().any(|word| lower.contains(word));
    visible::line(&if says { text.to_owned() } else { format!("Copyright {text}") })
}

impl<'a> Collector<'a> {
    fn item(&mut self, package: &Package) -> Item {
        let licensing = &package.licensing;
        let mut holders: Vec<String> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        let mut texts: Vec<usize> = Vec::new();
        let mut add = |number: usize| {
            if !texts.contains(&number) {
                texts.push(number);
            }
        };
        for evidence in &licensing.evidence {
            let Some(id) = evidence.text else { continue };
            let Some(text) = self.report.texts.get(&id) else { continue };
            let statements = text.copyrights.iter().map(|c| statement(c));
            holders.extend(statements.filter(|c| known.insert(c.clone())));
            add(self.own(id, package, evidence));
        }
        let mut wordless = Vec::new();
        let concluded = licensing.concluded.expression();
        for leaf in concluded.map(Expr::leaves).unwrap_or_default() {
            if licensing.evidence.iter().any(|e| e.carries(leaf)) {
                continue;
            }
            match self.listed(leaf) {
                numbers if numbers.is_empty() => wordless.push(visible::line(&leaf.to_string())),
                numbers => numbers.into_iter().for_each(&mut add),
            }
        }
        Item {
            name: visible::line(&format!("{} {}", package.name, package.version)),
            purl: visible::line(&package.purl),
            license: concluded.map(|e| visible::line(&e.to_string())),
            has_hidden: package.state.removed_by().is_some(),
            hidden_by: package.state.removed_by(),
            holders,
            texts,
            wordless,
        }
    }

    /// A text of the image.
    fn own(&mut self, id: TextId, package: &Package, evidence: &Evidence) -> usize {
        let report = self.report;
        self.number(Key::Own(id), || {
            let text = report.texts.get(&id);
            let what = text.and_then(|t| t.expression.as_ref()).map_or_else(String::new, |e| format!("{e}, "));
            let from = format!("from {} of {} {}", evidence.path, package.name, package.version);
            (format!("{what}{from}"), text.map_or("", |t| &t.words))
        })
    }

    /// The words of a licence that the package itself does not carry: licence, then exception.
    fn listed(&mut self, leaf: &Expr) -> Vec<usize> {
        let list = self.report.tool.spdx_list;
        match leaf {
            Expr::License { id, .. } => {
                let Some(info) = db::license_info(id) else { return Vec::new() };
                let key = Key::Listed(without_later(id).to_owned());
                vec![self.number(key, || (format!("{}, from the SPDX licence list {list}", info.name), info.text))]
            }
            Expr::With(inner, exception) => {
                let mut out = self.listed(inner);
                if let Some(info) = db::exception_info(exception) {
                    let title = || (format!("{}, from the SPDX licence list {list}", info.name), info.text);
                    out.push(self.number(Key::Listed(info.id.to_owned()), title));
                }
                out
            }
            Expr::Ref(id) => {
                let report = self.report;
                // A reference that is nothing but its own name has no words.
                let known = |r: &&LicenseRef| r.id == *id && !r.text.is_empty() && r.text.trim() != r.name.trim();
                let Some(found) = report.refs.iter().find(known) else { return Vec::new() };
                vec![self.number(Key::Listed(found.id.to_string()), || (found.id.to_string(), &found.text))]
            }
            _ => Vec::new(),
        }
    }

    fn number(&mut self, key: Key, text: impl FnOnce() -> (String, &'a str)) -> usize {
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let (title, words) = text();
        if let Some(number) = self.by_words.get(words.trim()) {
            self.numbers.insert(key, *number);
            return *number;
        }
        let number = self.texts.len() + 1;
        self.by_words.insert(words.trim(), number);
        self.texts.push(Entry { number, title: visible::line(&title), words: visible::text(words).into() });
        self.numbers.insert(key, number);
        number
    }
}
