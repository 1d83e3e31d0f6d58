//! Names of exceptions as people write them: `exception-names.tsv`, and the ids of the SPDX list.

use super::key::tokens;
use super::tables::{rows, table};
use foldhash::{HashMap, HashMapExt};
use std::sync::LazyLock;

/// What an exception's name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id of the list.
    pub id: &'static str,
    /// Whether the name has other reasonable readings.
    pub ambiguous: bool,
}

/// By key: rows in the table's order, each with the start that the licence's id must have (may be empty).
static NAMES: LazyLock<HashMap<String, Vec<(&'static str, Named)>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<(&'static str, Named)>> = HashMap::new();
    for [name, base, id, flag] in rows(table!("exception-names.tsv")) {
        names.entry(key(name)).or_default().push((base, Named { id, ambiguous: flag == "ambiguous" }));
    }
    names
});

/// Ids by key, and by key without versions where that is one id alone.
static IDS: LazyLock<HashMap<String, Option<&'static str>>> = LazyLock::new(|| {
    let mut ids: HashMap<String, Option<&'static str>> = HashMap::new();
    for id in super::exception_ids().filter(|id| super::replacement(id).is_none()) {
        let whole = key(id);
        let bare =
            whole.split(' ').filter(|t| !t.starts_with(|c: char| c.is_ascii_digit())).collect::<Vec<_>>().join(" ");
        if bare != whole && !bare.is_empty() {
            ids.entry(bare).and_modify(|known| *known = None).or_insert(Some(id));
        }
        ids.insert(whole, Some(id));
    }
    ids
});

/// The key of an exception's name: what every such name has ("exception", "special", "linking"...) says nothing.
fn key(name: &str) -> String {
    const FILLERS: [&str; 14] = [
        "exception",
        "exceptions",
        "the",
        "a",
        "an",
        "special",
        "license",
        "licence",
        "version",
        "v",
        "gnu",
        "with",
        "link",
        "linking",
    ];
    let tokens = tokens(name);
    let said: Vec<&str> = tokens.iter().map(String::as_str).filter(|t| !FILLERS.contains(t)).collect();
    // "linking exception" alone must keep a word.
    if said.is_empty() { tokens.join(" ") } else { said.join(" ") }
}

/// The exception that `name` means after the licence `base` (an id).
pub fn find(name: &str, base: &str) -> Option<Named> {
    let key = key(name);
    if let Some(rows) = NAMES.get(&key)
        && let Some((_, named)) = rows.iter().find(|(start, _)| base.starts_with(start))
    {
        return Some(*named);
    }
    if let Some(id) = IDS.get(&key).copied().flatten() {
        return Some(Named { id, ambiguous: false });
    }
    // `GCC Runtime Library Exception v3.1`: a name of the table with the version that its id has.
    let (name, version) = key.rsplit_once(' ').filter(|(_, v)| v.starts_with(|c: char| c.is_ascii_digit()))?;
    let fits = |(start, named): &&(&str, Named)| {
        base.starts_with(start) && tokens(named.id).last().is_some_and(|last| last == version)
    };
    NAMES.get(name)?.iter().find(fits).map(|(_, named)| Named { ambiguous: false, ..*named })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, base: &str, id: &str) {
        assert_eq!(find(name, base).map(|n| n.id), Some(id), "{name}");
    }

    #[test]
    fn every_row_names_an_exception_of_the_list() {
        for [name, _, id, flag] in rows::<4>(table!("exception-names.tsv")) {
            assert_eq!(super::super::exception_id(id), Some(id), "{name}");
            assert_eq!(super::super::replacement(id), None, "{name}");
            assert!(["", "ambiguous"].contains(&flag), "{name}");
        }
    }

    #[test]
    fn names_of_exceptions() {
        check("Autoconf exception", "GPL-2.0-or-later", "Autoconf-exception-2.0");
        check("Autoconf exception", "GPL-3.0-or-later", "Autoconf-exception-3.0");
        check("the Classpath exception", "GPL-2.0-only", "Classpath-exception-2.0");
        check("CPE", "GPL-2.0-only", "Classpath-exception-2.0");
        check("GCC-exception-3.1", "GPL-3.0-or-later", "GCC-exception-3.1");
        check("libtool-exception", "GPL-2.0-or-later", "Libtool-exception");
        check("LLVM exceptions", "Apache-2.0", "LLVM-exception");
        check("openssl-exception", "GPL-2.0-only", "x11vnc-openssl-exception");
        check("GCC Runtime Library Exception, version 3.1", "GPL-3.0-only", "GCC-exception-3.1");
        assert_eq!(find("GCC Runtime Library Exception 9", "GPL-3.0-only"), None);
        assert_eq!(find("exceptions", "GPL-2.0-only"), None);
        assert_eq!(find("Frobnicator exception", "GPL-2.0-only"), None);
    }
}
