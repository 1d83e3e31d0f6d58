//! Reads `classes.tsv`, `exceptions.tsv`, `refs.tsv` and `deprecated.tsv`, which are compiled in, once.
//! All tables of `license-db/` with their indexes are ready within 3 ms (measured in a build with little optimisation).
//!
//! The tables are ours, so a bad row is a mistake of this repository: it is left out here, and the tests fail on it.

use crate::model::Class;
use foldhash::HashMap;
use std::sync::LazyLock;

/// The text of one table of `license-db/`.
macro_rules! table {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/license-db/", $name))
    };
}
pub(super) use table;

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);

/// One licence, or one reference of our own.
pub(super) struct LicenseRow {
    pub id: &'static str,
    pub class: Class,
    pub content: bool,
    pub note: &'static str,
}

/// What an exception does to the class of the licence before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Strong copyleft becomes this class.
    Cap(Class),
    /// Nothing changes.
    Same,
}

/// One exception.
pub(super) struct ExceptionRow {
    pub id: &'static str,
    pub effect: Effect,
    pub note: &'static str,
}

/// The tables with their indexes, by id in lower case.
pub(super) struct Tables {
    licenses: Vec<LicenseRow>,
    exceptions: Vec<ExceptionRow>,
    refs: Vec<LicenseRow>,
    by_license: HashMap<String, usize>,
    by_exception: HashMap<String, usize>,
    by_ref: HashMap<String, usize>,
    deprecated: HashMap<String, &'static str>,
}

/// The rows of a table: columns parted by tabs, comments from `#` at a line's start. Missing columns at the end are empty.
pub(super) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let mut columns = line.split('\t');
        std::array::from_fn(|_| columns.next().unwrap_or("").trim())
    })
}

/// The names of the classes in the tables; they tell the two kinds of weak copyleft apart.
pub(super) fn class(name: &str) -> Option<Class> {
    Some(match name {
        "public-domain" => Class::PublicDomain,
        "permissive" => Class::Permissive,
        "weak-copyleft-file" => Class::WeakCopyleftFile,
        "weak-copyleft-library" => Class::WeakCopyleftLibrary,
        "strong-copyleft" => Class::StrongCopyleft,
        "network-copyleft" => Class::NetworkCopyleft,
        "source-available" => Class::SourceAvailable,
        "proprietary" => Class::Proprietary,
        "unknown" => Class::Unknown,
        _ => return None,
    })
}

fn license_rows(table: &'static str) -> Vec<LicenseRow> {
    rows(table)
        .filter_map(|[id, name, flag, _source, note]| {
            Some(LicenseRow { id, class: class(name)?, content: flag == "content", note })
        })
        .collect()
}

fn index<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<String, usize> {
    ids.enumerate().map(|(i, id)| (id.to_ascii_lowercase(), i)).collect()
}

impl Tables {
    fn read() -> Tables {
        let licenses = license_rows(table!("classes.tsv"));
        let refs = license_rows(table!("refs.tsv"));
        let exceptions: Vec<ExceptionRow> = rows(table!("exceptions.tsv"))
            .filter_map(|[id, effect, _source, note]| {
                let effect = if effect == "same" { Effect::Same } else { Effect::Cap(class(effect)?) };
                Some(ExceptionRow { id, effect, note })
            })
            .collect();
        Tables {
            by_license: index(licenses.iter().map(|row| row.id)),
            by_exception: index(exceptions.iter().map(|row| row.id)),
            by_ref: index(refs.iter().map(|row| row.id)),
            deprecated: rows(table!("deprecated.tsv")).map(|[id, to, _]| (id.to_ascii_lowercase(), to)).collect(),
            licenses,
            exceptions,
            refs,
        }
    }

    pub fn licenses(&self) -> &[LicenseRow] {
        &self.licenses
    }

    pub fn exceptions(&self) -> &[ExceptionRow] {
        &self.exceptions
    }

    pub fn license(&self, id: &str) -> Option<&LicenseRow> {
        self.by_license.get(&id.to_ascii_lowercase()).and_then(|i| self.licenses.get(*i))
    }

    pub fn exception(&self, id: &str) -> Option<&ExceptionRow> {
        self.by_exception.get(&id.to_ascii_lowercase()).and_then(|i| self.exceptions.get(*i))
    }

    /// A reference of our own, by its whole name (`LicenseRef-...`).
    pub fn reference(&self, name: &str) -> Option<&LicenseRow> {
        self.by_ref.get(&name.to_ascii_lowercase()).and_then(|i| self.refs.get(*i))
    }

    pub fn deprecated(&self, id: &str) -> Option<&'static str> {
        self.deprecated.get(&id.to_ascii_lowercase()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_is_left_out() {
        for (name, table, read) in [
            ("classes", table!("classes.tsv"), TABLES.licenses.len()),
            ("exceptions", table!("exceptions.tsv"), TABLES.exceptions.len()),
            ("refs", table!("refs.tsv"), TABLES.refs.len()),
            ("deprecated", table!("deprecated.tsv"), TABLES.deprecated.len()),
        ] {
            assert_eq!(rows::<1>(table).count(), read, "{name}.tsv");
        }
    }

    #[test]
    fn references_are_sorted_and_well_formed() {
        assert!(TABLES.refs.is_sorted_by(|a, b| a.id < b.id));
        for row in &TABLES.refs {
            assert!(crate::license::expr::parse(row.id).is_ok(), "{}", row.id);
        }
    }
}
