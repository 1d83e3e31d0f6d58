//! Names that people write, by the ecosystem that gives them their meaning: the tables of `license-db/aliases/`, and
//! the SPDX list's own ids and full names.

use super::key::key;
use super::tables::{rows, table};
use crate::model::Grammar;
use foldhash::{HashMap, HashMapExt};
use std::sync::LazyLock;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    /// An SPDX expression, `NOASSERTION` or `NONE`.
    pub expression: &'static str,
    /// Whether the name has other reasonable readings.
    pub ambiguous: bool,
    /// Whether slashes are a part of the name: several names in a row without them are a list.
    pub slashes: bool,
}

impl Alias {
    /// Whether `text`, which has the key of this name, is written like it.
    pub fn fits(&self, text: &str) -> bool {
        !self.slashes || text.contains('/')
    }
}

type Names = HashMap<String, Alias>;

/// The tables, the common one first.
const FILES: [(&str, &str); 13] = [
    ("common", table!("aliases/common.tsv")),
    ("callaway", table!("aliases/callaway.tsv")),
    ("suse", table!("aliases/suse.tsv")),
    ("debian", table!("aliases/debian.tsv")),
    ("alpine", table!("aliases/alpine.tsv")),
    ("arch", table!("aliases/arch.tsv")),
    ("gentoo", table!("aliases/gentoo.tsv")),
    ("trove", table!("aliases/trove.tsv")),
    ("pypi", table!("aliases/pypi.tsv")),
    ("npm", table!("aliases/npm.tsv")),
    ("maven", table!("aliases/maven.tsv")),
    ("cran", table!("aliases/cran.tsv")),
    ("perl", table!("aliases/perl.tsv")),
];

static TABLES: LazyLock<[Names; FILES.len()]> = LazyLock::new(|| FILES.map(|(_, text)| read(text)));
static LIST: LazyLock<Names> = LazyLock::new(list_names);

fn read(text: &'static str) -> Names {
    rows(text)
        .map(|[name, expression, flag, _note]| {
            (
                key(name),
                Alias {
                    expression,
                    ambiguous: flag == "ambiguous",
                    slashes: name.contains('/') && expression.contains(" OR "),
                },
            )
        })
        .collect()
}

/// Ids and full names of the SPDX list by key. A key that two licences share (some names differ in a word that says
/// nothing) is left out: it decides nothing.
fn list_names() -> Names {
    let mut names: HashMap<String, Option<&'static str>> = HashMap::new();
    for id in super::license_ids().filter(|id| super::replacement(id).is_none()) {
        let full = id.parse::<&dyn license::License>().map_or("", |l| l.name());
        for name in [key(id), key(full)] {
            names.entry(name).and_modify(|known| *known = known.filter(|k| *k == id)).or_insert(Some(id));
        }
    }
    names
        .into_iter()
        .filter_map(|(k, id)| Some((k, Alias { expression: id?, ambiguous: false, slashes: false })))
        .collect()
}

/// The table of an ecosystem, by its place in `FILES`.
fn own_table(grammar: Grammar) -> Option<&'static Names> {
    let name = match grammar {
        Grammar::RpmCallaway => "callaway",
        Grammar::RpmSpdx => "suse",
        Grammar::DebianDep5 => "debian",
        Grammar::Alpine => "alpine",
        Grammar::Arch => "arch",
        Grammar::Gentoo => "gentoo",
        Grammar::PypiClassifier => "trove",
        Grammar::PypiLicense => "pypi",
        Grammar::Npm => "npm",
        Grammar::Maven => "maven",
        Grammar::Cran => "cran",
        Grammar::Perl => "perl",
        _ => return None,
    };
    let place = FILES.iter().position(|(file, _)| *file == name)?;
    TABLES.get(place)
}

/// What a name means in its ecosystem's own table.
pub fn own(grammar: Grammar, key: &str) -> Option<Alias> {
    own_table(grammar)?.get(key).copied()
}

/// What a name means everywhere.
pub fn common(key: &str) -> Option<Alias> {
    TABLES.first()?.get(key).copied()
}

/// A name that some ecosystem's table has, for statements of unknown origin; the first table in order wins.
pub fn anywhere(key: &str) -> Option<Alias> {
    TABLES.iter().find_map(|names| names.get(key)).copied()
}

/// An id or a full name of the SPDX list.
pub fn listed(key: &str) -> Option<Alias> {
    LIST.get(key).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_alias_is_sorted_unique_and_means_something() {
        for (file, text) in FILES {
            let names: Vec<[&str; 4]> = rows(text).collect();
            assert!(!names.is_empty(), "{file} is empty");
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();
            for [name, expression, flag, _] in &names {
                let key = key(name);
                assert!(!key.is_empty(), "{file}: {name} has no key");
                if let Some(before) = seen.insert(key, name) {
                    panic!("{file}: {name} is the same as {before}");
                }
                assert!(["", "ambiguous"].contains(flag), "{file}: {name} has the flag {flag}");
                if !["NOASSERTION", "NONE"].contains(expression) {
                    let parsed = crate::license::expr::parse(expression);
                    let printed = parsed.map(|e| e.to_string());
                    assert_eq!(printed.as_deref(), Ok(*expression), "{file}: {name} is not canonical");
                }
            }
            assert!(names.is_sorted_by(|a, b| (key(a[0]), a[0]) <= (key(b[0]), b[0])), "{file} is not sorted by key");
        }
    }

    #[test]
    fn the_list_knows_ids_and_full_names() {
        let id = |name: &str| listed(&key(name)).map(|a| a.expression);
        assert_eq!(id("academic free license v2.1"), Some("AFL-2.1"));
        assert_eq!(id("GNU Lesser General Public License v2.1 or later"), Some("LGPL-2.1-or-later"));
        assert_eq!(id("bsl 1.0"), Some("BSL-1.0"));
        assert_eq!(id("no such"), None);
    }
}
