//! Whether a licence asks that its text goes along with what is passed on (`papers.tsv`).
//!
//! Nearly all do. What has no row is decided by its class: dedications to the public domain ask for nothing, and what is
//! proprietary asks for an agreement, which lies elsewhere. The texts of copyleft licences are the same for everybody, so that one copy in
//! the image serves all packages under them; those of permissive ones mostly begin with the holders, whose names must be
//! kept, so that only the package's own copy will do. A licence that limits its duty to source code counts as one that asks:
//! an image may hold source code, and nobody looks which.

use super::tables::{rows, table};
use super::{class_of, license_id};
use crate::model::{Class, Expr};
use std::sync::LazyLock;

/// Where the text of a licence must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextDuty {
    /// Nowhere: the licence does not ask for it.
    None,
    /// Anywhere in what is passed on.
    Any,
    /// With the package, because it names the holders.
    Own,
}

/// Ids, or what ids of a family begin with, each with what it asks for.
static TABLE: LazyLock<Vec<(&str, TextDuty)>> = LazyLock::new(|| {
    rows(table!("papers.tsv")).filter_map(|[id, duty, ..]: [_; 4]| Some((id, parse(duty)?))).collect()
});

fn parse(name: &str) -> Option<TextDuty> {
    Some(match name {
        "none" => TextDuty::None,
        "any" => TextDuty::Any,
        "own" => TextDuty::Own,
        _ => return None,
    })
}

/// What one leaf of an expression asks for. An exception only permits more: with one, it is what its licence asks for.
pub fn text_duty(leaf: &Expr) -> TextDuty {
    let leaf = match leaf {
        Expr::With(inner, _) => &**inner,
        other => other,
    };
    if let Expr::License { id, .. } = leaf
        && let Some(duty) = listed(id)
    {
        return duty;
    }
    match class_of(leaf) {
        Class::PublicDomain | Class::Proprietary => TextDuty::None,
        // The words of a reference are nobody else's.
        _ if matches!(leaf, Expr::Ref(_)) => TextDuty::Own,
        Class::Permissive | Class::Unknown => TextDuty::Own,
        _ => TextDuty::Any,
    }
}

fn listed(id: &str) -> Option<TextDuty> {
    let id = license_id(id)?;
    let is_meant = |row: &str| row.strip_suffix('*').map_or(row == id, |family| id.starts_with(family));
    TABLE.iter().find(|(row, _)| is_meant(row)).map(|(_, duty)| *duty)
}

#[cfg(test)]
mod tests {
    use super::super::license_ids;
    use super::*;
    use crate::license::expr::parse as expression;

    #[test]
    fn rows_are_sorted_and_name_ids_of_the_list() {
        let ids: Vec<&str> = rows::<1>(table!("papers.tsv")).map(|[id]| id).collect();
        assert!(ids.is_sorted());
        for id in &ids {
            let known = match id.strip_suffix('*') {
                Some(family) => license_ids().any(|i| i.starts_with(family)),
                None => license_id(id) == Some(id),
            };
            assert!(known, "{id} is not on the list");
        }
        assert_eq!(ids.len(), TABLE.len(), "a row says neither none nor any nor own");
    }

    #[test]
    fn what_licences_ask_for() {
        for (leaf, duty) in [
            ("MIT", TextDuty::Own),
            ("BSD-3-Clause", TextDuty::Own),
            ("Apache-2.0", TextDuty::Any),
            ("GPL-2.0-or-later", TextDuty::Any),
            ("GPL-2.0-only WITH Classpath-exception-2.0", TextDuty::Any),
            ("OFL-1.1-RFN", TextDuty::Own),
            ("MIT-0", TextDuty::None),
            ("0BSD", TextDuty::None),
            ("CC0-1.0", TextDuty::None),
            ("Unlicense", TextDuty::None),
            ("CC-BY-SA-4.0", TextDuty::None),
            ("LicenseRef-public-domain", TextDuty::None),
            ("LicenseRef-proprietary", TextDuty::None),
            ("LicenseRef-anything", TextDuty::Own),
        ] {
            assert_eq!(text_duty(&expression(leaf).unwrap()), duty, "{leaf}");
        }
    }
}
