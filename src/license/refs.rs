//! Gives every `LicenseRef-...` of a report one text: where one name stands for different texts, 8 hex digits of the text's
//! hash are appended.

use super::db;
use crate::model::{LicenseRef, Outcome, Package};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Renames where it is needed, in the packages themselves, and lists all references, sorted by id.
pub fn name(packages: &mut [Package]) -> Vec<LicenseRef> {
    let mut texts: BTreeMap<Box<str>, BTreeSet<Box<str>>> = BTreeMap::new();
    let mut names: BTreeMap<Box<str>, BTreeSet<Box<str>>> = BTreeMap::new();
    for package in packages.iter() {
        for (id, text) in &package.licensing.refs {
            let of = if is_name(text) { names.entry(id.clone()) } else { texts.entry(id.clone()) };
            of.or_default().insert(normal(text).into());
        }
    }
    // Different spellings of a name are no different texts.
    let words = |id: &str, text: &str| -> Box<str> {
        if !is_name(text) {
            return text.into();
        }
        let said: Vec<String> = names.get(id).into_iter().flatten().map(|n| format!("{n:?}")).collect();
        format!("Only the name of this licence is known; packages write it {}.", said.join(", ")).into()
    };
    let mut out: BTreeMap<Box<str>, LicenseRef> = BTreeMap::new();
    for package in packages {
        let licensing = &mut package.licensing;
        let mut renamed = BTreeMap::new();
        for (id, text) in &licensing.refs {
            let several = !is_name(text) && texts.get(id).is_some_and(|t| t.len() > 1);
            let new: Box<str> = if several { format!("{id}-{}", short_hash(text)).into() } else { id.clone() };
            out.entry(new.clone()).or_insert_with(|| LicenseRef {
                id: new.clone(),
                name: id.strip_prefix("LicenseRef-").unwrap_or(id).into(),
                text: words(id, text),
                class: db::class_of_ref(id),
            });
            renamed.insert(id.clone(), new);
        }
        let mut rename = |id: &str| renamed.get(id).map_or_else(|| id.to_string(), |n| n.to_string());
        for outcome in [&mut licensing.declared, &mut licensing.detected, &mut licensing.concluded] {
            if let Outcome::Expression(e) = outcome {
                *e = e.map_refs(&mut rename);
            }
        }
        for e in licensing.evidence.iter_mut().filter_map(|e| e.expression.as_mut()).chain(&mut licensing.choice) {
            *e = e.map_refs(&mut rename);
        }
        licensing.refs =
            std::mem::take(&mut licensing.refs).into_iter().map(|(id, text)| (rename(&id).into(), text)).collect();
    }
    out.into_values().collect()
}

/// Whether all that is known is what a metadata field calls the licence.
fn is_name(text: &str) -> bool {
    /// A longer field holds words of the licence.
    const MAX_NAME_BYTES: usize = 200;
    text.len() <= MAX_NAME_BYTES && !text.trim().contains('\n')
}

/// White space made single: copies that differ in line breaks are one text.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short_hash(text: &str) -> String {
    Sha256::digest(normal(text)).iter().take(4).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Expr, Licensing, State};

    fn package(text: &str) -> Package {
        Package {
            purl: "pkg:generic/x".into(),
            ecosystem: crate::model::Ecosystem("generic"),
            namespace: None,
            name: "x".into(),
            version: "1".into(),
            arch: None,
            basis: crate::model::Basis::Installed,
            state: State::Present,
            layer: 0,
            locations: vec![],
            bytes: 0,
            owner: None,
            contains: vec![],
            depends_on: vec![],
            source: None,
            commit: None,
            archive: None,
            elsewhere: None,
            supplier: None,
            description: None,
            homepage: None,
            licensing: Licensing {
                concluded: Outcome::Expression(Expr::reference("mine")),
                refs: BTreeMap::from([("LicenseRef-mine".into(), text.into())]),
                ..Licensing::default()
            },
        }
    }

    #[test]
    fn one_name_for_one_text_stays() {
        let mut packages = [package("do what\nyou like"), package("do what\n  you like")];
        let refs = name(&mut packages);
        assert_eq!(refs.len(), 1);
        assert_eq!(packages[1].licensing.concluded.to_string(), "LicenseRef-mine");
    }

    #[test]
    fn spellings_of_a_name_are_one() {
        let mut packages = [package("Mine"), package("mine")];
        let refs = name(&mut packages);
        assert_eq!(refs.len(), 1);
        assert!(refs[0].text.contains("\"Mine\", \"mine\""), "{}", refs[0].text);
    }

    #[test]
    fn one_name_for_two_texts_is_told_apart() {
        let mut packages = [package("do what\nyou like"), package("do\nnothing")];
        let refs = name(&mut packages);
        assert_eq!(refs.len(), 2);
        for (package, reference) in packages.iter().map(|p| (p, p.licensing.concluded.to_string())) {
            let found = refs.iter().find(|r| *r.id == *reference).unwrap();
            assert_eq!(reference.len(), "LicenseRef-mine-".len() + 8);
            assert!(package.licensing.refs.values().any(|t| *t == found.text));
        }
    }
}
