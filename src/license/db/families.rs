//! Licences that come in versions, by family: `families.tsv`. The structural reader of names uses it.

use super::tables::{rows, table};
use foldhash::{HashMap, HashMapExt};
use std::sync::LazyLock;

/// How a family says "or later".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// `-only` and `-or-later` ids (the GNU licences).
    Ids,
    /// The operator `+`.
    Plus,
}

/// One family.
#[derive(Debug)]
pub struct Family {
    /// Its short name in lower case.
    pub name: &'static str,
    /// Versions without trailing `.0`, each with the id (without `-only`).
    pub versions: Vec<(&'static str, &'static str)>,
    /// How "or later" is said.
    pub later: Later,
    /// What the name means without a version.
    pub unversioned: &'static str,
    /// Whether that has other reasonable readings.
    pub ambiguous: bool,
}

impl Family {
    /// The id of a version (without `-only`).
    pub fn version(&self, version: &str) -> Option<&'static str> {
        self.versions.iter().find(|(v, _)| *v == version).map(|(_, id)| *id)
    }
}

/// Families with an index of their names' first tokens.
struct Families {
    list: Vec<Family>,
    /// First token of a name to the whole names (as tokens) with the family's place, longest first.
    names: HashMap<&'static str, Vec<(Vec<&'static str>, usize)>>,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(read);

fn read() -> Families {
    let mut list = Vec::new();
    let mut names: HashMap<&'static str, Vec<(Vec<&'static str>, usize)>> = HashMap::new();
    for [name, spellings, versions, later, unversioned, flag] in rows(table!("families.tsv")) {
        for spelling in spellings.split('|') {
            let words: Vec<&'static str> = spelling.split_whitespace().collect();
            if let Some(first) = words.first() {
                names.entry(first).or_default().push((words.clone(), list.len()));
            }
        }
        let versions = versions.split_whitespace().filter_map(|v| v.split_once('=')).collect();
        let later = if later == "ids" { Later::Ids } else { Later::Plus };
        list.push(Family { name, versions, later, unversioned, ambiguous: flag == "ambiguous" });
    }
    for candidates in names.values_mut() {
        candidates.sort_by_key(|(words, place)| (std::cmp::Reverse(words.len()), *place));
    }
    Families { list, names }
}

/// The family whose name begins these tokens, with the number of tokens that the name takes. The longest name wins.
pub fn at_start(tokens: &[&str]) -> Option<(&'static Family, usize)> {
    let candidates = FAMILIES.names.get(*tokens.first()?)?;
    let (words, place) = candidates.iter().find(|(words, _)| tokens.starts_with(words))?;
    Some((FAMILIES.list.get(*place)?, words.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::{db, expr};
    use std::collections::BTreeSet;

    #[test]
    fn every_version_is_on_the_list() {
        for family in &FAMILIES.list {
            for (version, id) in &family.versions {
                let whole = if family.later == Later::Ids { format!("{id}-only") } else { id.to_string() };
                assert!(db::license_id(&whole).is_some(), "{} {version}: {whole}", family.name);
            }
            let unversioned = expr::parse(family.unversioned).map(|e| e.to_string());
            assert_eq!(unversioned.as_deref(), Ok(family.unversioned), "{}", family.name);
        }
        assert!(FAMILIES.list.is_sorted_by(|a, b| a.name < b.name), "families.tsv is not sorted");
    }

    #[test]
    fn no_name_stands_for_two_families() {
        let mut seen = BTreeSet::new();
        for (words, _) in FAMILIES.names.values().flatten() {
            assert!(seen.insert(words.join(" ")), "{words:?}");
        }
    }

    #[test]
    fn the_longest_name_wins() {
        let name = |words: &[&str]| at_start(words).map(|(f, n)| (f.name, n));
        assert_eq!(name(&["gnu", "lesser", "general", "public"]), Some(("lgpl", 4)));
        assert_eq!(name(&["gnu", "general", "public", "3"]), Some(("gpl", 3)));
        assert_eq!(name(&["nothing"]), None);
    }
}
