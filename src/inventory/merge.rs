//! One draft for one package: copies at several places and the same record in several layers' databases are one.
//!
//! A package belongs to the layer that starts the newest unbroken run of moments in which it is present; where that run
//! ends before the last layer, it is hidden by the layer that ended it.

use super::{SourceFile, Span};
use crate::layers::FileRef;
use crate::model::{Find, Grammar, Location, PackageFind, State};
use std::collections::BTreeMap;
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
    pub find: PackageFind,
}

/// A package in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What its newest record says.
    pub find: PackageFind,
    /// All records, oldest first.
    pub instances: Vec<Instance>,
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

    /// Where it was found: for each path the first and the last layer of the newest run that has a record there.
    pub fn locations(&self) -> Vec<Location> {
        let mut by_path: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        for i in self.current() {
            let layer = i.content.layer;
            let range = by_path.entry(&i.path).or_insert((layer, layer));
            *range = (range.0.min(layer), range.1.max(layer));
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

/// Joins all records. The answer is sorted by ecosystem, namespace, name, version.
pub fn merge(files: &[SourceFile], rpm_grammar: Grammar) -> Vec<Draft> {
    let mut drafts: BTreeMap<Key, Vec<Instance>> = BTreeMap::new();
    for file in files {
        for (_, find) in &file.found.finds {
            let Find::Package(find) = find else { continue };
            let mut find = (**find).clone();
            for declared in &mut find.declared {
                if declared.grammar == Grammar::RpmCallaway {
                    declared.grammar = rpm_grammar;
                }
            }
            let instance = Instance { path: file.path.clone(), content: file.content, span: file.span, find };
            drafts.entry(key(&instance.find)).or_default().push(instance);
        }
    }
    drafts
        .into_values()
        .filter_map(|mut instances| {
            instances.sort_by(|a, b| (a.span, &a.path, a.content).cmp(&(b.span, &b.path, b.content)));
            let run = newest_run(instances.iter().map(|i| i.span))?;
            // The newest record speaks for the package; of equals the one at the first path.
            let find = instances.iter().rev().min_by_key(|i| std::cmp::Reverse(i.span.from))?.find.clone();
            Some(Draft { find, instances, run })
        })
        .collect()
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
