//! What depends on what, among the packages that are visible together.

use super::owners::Owners;
use super::{Draft, Span};
use crate::model::{Basis, Ecosystem, Requirement};
use std::collections::{BTreeSet, HashMap};

/// For each draft the indexes of those that it needs, sorted, without itself.
pub fn resolve(drafts: &[Draft], owners: &Owners, layers: u32) -> Vec<Vec<u32>> {
    let mut capabilities: HashMap<(Ecosystem, &str), Vec<u32>> = HashMap::new();
    let mut modules: HashMap<&str, Vec<(u32, Span)>> = HashMap::new();
    for (i, draft) in drafts.iter().enumerate() {
        let find = &draft.find;
        // What a package carries in itself serves that package alone.
        if find.ecosystem == Ecosystem::PYPI && find.basis == Basis::Embedded {
            continue;
        }
        let mut names: BTreeSet<&str> = find.provides.iter().map(|p| &**p).collect();
        names.insert(&find.name);
        for name in names {
            capabilities.entry((find.ecosystem, name)).or_default().push(i as u32);
        }
        if find.ecosystem == Ecosystem::NPM {
            for instance in &draft.instances {
                modules.entry(&instance.path).or_default().push((i as u32, instance.span));
            }
        }
    }
    drafts
        .iter()
        .enumerate()
        .map(|(i, draft)| {
            let moment = draft.run.last(layers);
            let mut out = BTreeSet::new();
            for requirement in &draft.find.requires {
                match requirement {
                    Requirement::AnyOf(alternatives) => {
                        for capability in alternatives {
                            if let Some(found) = capabilities.get(&(draft.find.ecosystem, &**capability)) {
                                let visible = |j: &&u32| visible_at(&drafts[**j as usize], moment);
                                out.extend(found.iter().filter(visible).copied());
                            }
                            if let Some(path) = capability.strip_prefix('/') {
                                out.extend(owners.of(path, moment));
                            }
                        }
                    }
                    Requirement::NodeModule(name) => {
                        for instance in draft.instances.iter().filter(|n| n.span.last(layers) == moment) {
                            out.extend(node_module(&modules, &instance.path, name, moment));
                        }
                    }
                }
            }
            out.remove(&(i as u32));
            out.into_iter().collect()
        })
        .collect()
}

fn visible_at(draft: &Draft, moment: u32) -> bool {
    draft.run.covers(moment) || draft.instances.iter().any(|i| i.span.covers(moment))
}

/// Node's search: `node_modules` of the package's folder, then of each folder above (Node.js documentation, "Loading from
/// node_modules folders").
fn node_module(modules: &HashMap<&str, Vec<(u32, Span)>>, package_json: &str, name: &str, moment: u32) -> Option<u32> {
    let mut folder = package_json.rsplit_once('/').map_or("", |(f, _)| f);
    loop {
        if !folder.ends_with("/node_modules") && folder != "node_modules" {
            let place = if folder.is_empty() {
                format!("node_modules/{name}/package.json")
            } else {
                format!("{folder}/node_modules/{name}/package.json")
            };
            let found = modules.get(place.as_str()).and_then(|l| l.iter().find(|(_, span)| span.covers(moment)));
            if let Some((index, _)) = found {
                return Some(*index);
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(f, _)| f);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_looks_upward() {
        let span = Span { from: 0, to: None };
        let modules = HashMap::from([
            ("app/node_modules/a/package.json", vec![(1, span)]),
            ("app/node_modules/b/node_modules/a/package.json", vec![(2, span)]),
        ]);
        let find = |from: &str| node_module(&modules, from, "a", 0);
        assert_eq!(find("app/node_modules/b/package.json"), Some(2));
        assert_eq!(find("app/node_modules/c/package.json"), Some(1));
        assert_eq!(find("app/package.json"), Some(1));
        assert_eq!(find("other/package.json"), None);
    }
}
