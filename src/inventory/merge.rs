//! One draft for one package: copies at several places and the same record in several layers' databases are one.
//!
//! A package belongs to the layer that starts the newest unbroken run of moments in which it is present; where that run
//! ends before the last layer, it is hidden by the layer that ended it.

use super::beside::Beside;
use super::{SourceFile, Span};
use crate::layers::FileRef;
use crate::layers::tree::Tree;
use crate::model::{Archive, Elsewhere, Find, Grammar, Location, PackageFind, State};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// One record of a package: a file that says that it is installed.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The file, links resolved.
    pub path: Arc<str>,
    /// The entry that holds its bytes.
    pub content: FileRef,
    /// When it was visible.
    pub span: Span,
    /// What it says.
    pub find: Arc<PackageFind>,
}

impl Instance {
    /// Where it stands, as people read it: `app.war!/WEB-INF/lib/x.jar` for what lies in an archive.
    pub fn place(&self) -> Cow<'_, str> {
        match &self.find.inner {
            Some(inner) => Cow::Owned(format!("{}!/{inner}", self.path)),
            None => Cow::Borrowed(&self.path),
        }
    }
}

/// A package in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What its newest record says.
    pub find: Arc<PackageFind>,
    /// All records, oldest first.
    pub instances: Vec<Instance>,
    /// Sources of the same package elsewhere in the image, which say more of its licence.
    pub sources: Vec<Instance>,
    /// The newest unbroken run in which it is present.
    pub run: Span,
}

impl Draft {
    /// Whether it is visible, and if not who removed it.
    pub fn state(&self) -> State {
        self.run.to.map_or(State::Present, |removed_by| State::Hidden { removed_by })
    }

    /// Records of its newest run.
    pub fn current(&self) -> impl Iterator<Item = &Instance> {
        let run = self.run;
        self.instances.iter().filter(move |i| i.span.from >= run.from && within(i.span, run))
    }

    /// What the registry serves it as, from all records that say so. A source with qualifiers is that of one copy, which has them
    /// too: it counts by that copy alone.
    pub fn archive(&self) -> Option<Archive> {
        // One name stands for several packages then, and the checksum would be that of one of them.
        if self.elsewhere().is_some() {
            return None;
        }
        Archive::agreed(self.records().filter_map(|find| find.archive.as_ref()))
    }

    /// Where it was taken from, where any record says that it was no public registry.
    pub fn elsewhere(&self) -> Option<Elsewhere> {
        self.records().filter_map(|find| find.elsewhere.as_ref()).min().cloned()
    }

    /// What its own records say, and those of sources that hold for every copy.
    fn records(&self) -> impl Iterator<Item = &PackageFind> {
        let plain = self.sources.iter().filter(|s| s.find.qualifiers.is_empty());
        self.instances.iter().chain(plain).map(|i| &*i.find)
    }

    /// Where it was found: for each path the first and the last layer of the newest run that has a record there.
    pub fn locations(&self) -> Vec<Location> {
        let mut by_path: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        let paths: Vec<(Cow<'_, str>, u32)> = self.current().map(|i| (i.place(), i.content.layer)).collect();
        for (path, layer) in &paths {
            let range = by_path.entry(path).or_insert((*layer, *layer));
            *range = (range.0.min(*layer), range.1.max(*layer));
        }
        let mut out: Vec<Location> = by_path
            .into_iter()
            .flat_map(|(path, (first, last))| [first, last].map(|layer| Location { path: path.into(), layer }))
            .collect();
        out.sort();
        out.dedup();
        out
    }
}

fn within(span: Span, run: Span) -> bool {
    match (span.to, run.to) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a <= b,
    }
}

type Key =
    (&'static str, Option<Box<str>>, Box<str>, Box<str>, Option<Box<str>>, Option<u32>, Vec<(&'static str, Box<str>)>);

fn key(find: &PackageFind) -> Key {
    (
        find.ecosystem.as_str(),
        find.namespace.clone(),
        find.name.clone(),
        find.version.clone(),
        find.arch.clone(),
        find.epoch,
        find.qualifiers.clone(),
    )
}

type SourceKey = (&'static str, Option<Box<str>>, Box<str>, Box<str>);

fn source_key(find: &PackageFind) -> SourceKey {
    (find.ecosystem.as_str(), find.namespace.clone(), find.name.clone(), find.version.clone())
}

/// Joins all records. The answer is sorted by ecosystem, namespace, name, version.
pub fn merge(files: &[SourceFile], tree: &Tree, rpm_grammar: Grammar) -> Vec<Draft> {
    let beside = Beside::new(files, tree);
    let mut drafts: BTreeMap<Key, Vec<Instance>> = BTreeMap::new();
    let mut sources: HashMap<SourceKey, Vec<Instance>> = HashMap::new();
    for file in files {
        for (_, find) in &file.found.finds {
            let (find, installed) = match find {
                Find::Package(find) => (find, true),
                Find::Source(find) => (find, false),
                _ => continue,
            };
            let mut find = find.clone();
            if find.declared.iter().any(|d| d.grammar == Grammar::RpmCallaway) {
                for declared in &mut Arc::make_mut(&mut find).declared {
                    if declared.grammar == Grammar::RpmCallaway {
                        declared.grammar = rpm_grammar;
                    }
                }
            }
            if installed {
                beside.complete(file, &mut find);
                if !beside.is_there(file, &find) {
                    continue;
                }
            }
            let instance = Instance { path: file.path.clone(), content: file.content, span: file.span, find };
            if installed {
                drafts.entry(key(&instance.find)).or_default().push(instance);
            } else {
                sources.entry(source_key(&instance.find)).or_default().push(instance);
            }
        }
    }
    for list in sources.values_mut() {
        list.sort_by(|a, b| (a.span, &a.path, a.content).cmp(&(b.span, &b.path, b.content)));
    }
    drafts
        .into_values()
        .filter_map(|mut instances| {
            instances.sort_by(|a, b| (a.span, &a.path, a.content).cmp(&(b.span, &b.path, b.content)));
            let run = newest_run(instances.iter().map(|i| i.span))?;
            // The surest record speaks for the package, of these the newest; of equals the one at the first path.
            let speaks = |i: &&Instance| (i.find.basis, std::cmp::Reverse(i.span.from));
            let find = instances.iter().min_by_key(speaks)?.find.clone();
            let sources = sources_of(&find, &sources);
            Some(Draft { find, instances, sources, run })
        })
        .collect()
}

/// How many generations of parents may say what a package does not; deep corporate hierarchies of poms have six.
const MAX_PARENTS: usize = 16;

/// The sources of a package, and where neither it nor they say anything of a licence those of what it inherits from.
fn sources_of(find: &PackageFind, sources: &HashMap<SourceKey, Vec<Instance>>) -> Vec<Instance> {
    let mut out = sources.get(&source_key(find)).cloned().unwrap_or_default();
    let mut says = !find.declared.is_empty() || out.iter().any(|s| !s.find.declared.is_empty());
    let mut next = find.parent.clone().or_else(|| out.iter().find_map(|s| s.find.parent.clone()));
    for _ in 0..MAX_PARENTS {
        let Some(parent) = next.take_if(|_| !says) else { break };
        let key = (find.ecosystem.as_str(), parent.namespace, parent.name, parent.version);
        let found = sources.get(&key).map(Vec::as_slice).unwrap_or_default();
        says = found.iter().any(|s| !s.find.declared.is_empty());
        next = found.iter().find_map(|s| s.find.parent.clone());
        out.extend_from_slice(found);
    }
    out
}

/// The newest of the unbroken runs that spans make together. The spans come sorted.
fn newest_run(spans: impl Iterator<Item = Span>) -> Option<Span> {
    let end = |s: Span| s.to.unwrap_or(u32::MAX);
    let mut best: Option<Span> = None;
    for span in spans {
        best = Some(match best {
            // It begins before the run ended, or just when it did: no break.
            Some(run) if span.from <= end(run) => {
                if end(span) > end(run) {
                    Span { from: run.from, to: span.to }
                } else {
                    run
                }
            }
            _ => span,
        });
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(spans: &[(u32, Option<u32>)]) -> (u32, Option<u32>) {
        let run = newest_run(spans.iter().map(|(from, to)| Span { from: *from, to: *to })).unwrap();
        (run.from, run.to)
    }

    #[test]
    fn what_a_package_does_not_say_its_parents_may() {
        let coordinates = |name: &str| crate::model::Coordinates {
            namespace: Some("g".into()),
            name: name.into(),
            version: "1".into(),
        };
        let find = |name: &str, parent: Option<&str>, license: Option<&str>| {
            let declared = |text: &str| crate::model::Declared {
                grammar: Grammar::Maven,
                field: "licenses",
                values: vec![text.into()],
            };
            PackageFind {
                ecosystem: crate::model::Ecosystem::MAVEN,
                namespace: Some("g".into()),
                name: name.into(),
                version: "1".into(),
                parent: parent.map(coordinates),
                declared: license.map(declared).into_iter().collect(),
                ..PackageFind::default()
            }
        };
        let mut sources: HashMap<SourceKey, Vec<Instance>> = HashMap::new();
        for one in [
            find("middle", Some("top"), None),
            find("top", Some("beyond"), Some("MIT")),
            find("beyond", None, Some("Zlib")),
            find("ring", Some("ring"), None),
        ] {
            let content = FileRef { layer: 0, entry: 0 };
            let span = Span { from: 0, to: None };
            let (key, find) = (source_key(&one), Arc::new(one));
            sources.entry(key).or_default().push(Instance { path: Arc::from("p"), content, span, find });
        }
        let names = |find: &PackageFind| -> Vec<Box<str>> {
            sources_of(find, &sources).into_iter().map(|s| s.find.name.clone()).collect()
        };
        assert_eq!(names(&find("a", Some("middle"), None)), ["middle".into(), "top".into()]);
        assert_eq!(names(&find("a", Some("middle"), Some("ISC"))), [] as [Box<str>; 0]);
        assert_eq!(names(&find("a", Some("nowhere"), None)), [] as [Box<str>; 0]);
        assert_eq!(names(&find("a", Some("ring"), None)).len(), MAX_PARENTS);
    }

    #[test]
    fn a_run_goes_on_while_some_record_stands() {
        // A database that every layer rewrites.
        assert_eq!(run(&[(0, Some(1)), (1, Some(3)), (3, None)]), (0, None));
        // Removed by layer 2, installed again by layer 4.
        assert_eq!(run(&[(0, Some(2)), (4, None)]), (4, None));
        // A copy elsewhere outlives the first.
        assert_eq!(run(&[(0, Some(2)), (1, Some(5))]), (0, Some(5)));
        // Brought and removed by one layer.
        assert_eq!(run(&[(3, Some(3))]), (3, Some(3)));
    }
}
