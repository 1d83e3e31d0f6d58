//! Expressions as readers of SPDX 2.3 documents take them.
//!
//! Readers check ids against the licence list that they were built with, which is older than ours and not whole, and some do not
//! read the operator `+`. A document that they refuse helps nobody, so what they do not know is written as a reference of the
//! document, `LicenseRef-SPDX-<id>`, with the licence's full text and the address of its page on the SPDX list. `license-db/spdx-2.3-unread.tsv`
//! says which ids these are.

use crate::license::db;
use crate::model::{Expr, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static UNREAD: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/license-db/spdx-2.3-unread.tsv"))
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .collect()
});

/// A licence of the SPDX list that the document has to bring along.
pub(super) struct Brought {
    /// `LicenseRef-SPDX-...`
    pub id: String,
    /// As the list names it.
    pub name: String,
    /// Its text; for a licence with an exception both.
    pub text: String,
    /// Pages of the SPDX list.
    pub pages: Vec<String>,
}

/// The expression with what readers refuse as references; these are added to `brought`.
pub(super) fn readable(e: &Expr, brought: &mut BTreeMap<String, Brought>) -> Expr {
    match e {
        Expr::And(list) => Expr::and(list.iter().map(|e| readable(e, brought))).unwrap_or_else(|| e.clone()),
        Expr::Or(list) => Expr::or(list.iter().map(|e| readable(e, brought))).unwrap_or_else(|| e.clone()),
        Expr::Ref(_) => e.clone(),
        leaf if is_read(leaf) => leaf.clone(),
        leaf => {
            let written = leaf.to_string();
            let words = written.strip_suffix('+').map_or(written.clone(), |id| format!("{id} or later"));
            let reference = Expr::reference(&format!("SPDX {words}"));
            let id = reference.to_string();
            brought.entry(id.clone()).or_insert_with(|| bring(leaf, id, written));
            reference
        }
    }
}

/// An outcome in the words of a document.
pub(super) fn outcome(outcome: &Outcome, brought: &mut BTreeMap<String, Brought>) -> String {
    match outcome {
        Outcome::Expression(e) => readable(e, brought).to_string(),
        other => other.to_string(),
    }
}

fn is_read(leaf: &Expr) -> bool {
    match leaf {
        Expr::License { id, plus } => !plus && !UNREAD.contains(&**id),
        Expr::With(inner, exception) => is_read(inner) && !UNREAD.contains(&**exception),
        _ => true,
    }
}

fn bring(leaf: &Expr, id: String, written: String) -> Brought {
    let mut brought = Brought { id, name: String::new(), text: String::new(), pages: Vec::new() };
    let mut add = |id: &str, name: &str, text: &str| {
        if !brought.text.is_empty() {
            brought.text.push_str("\n\n");
            brought.name.push_str(" with ");
        }
        brought.name.push_str(name);
        brought.text.push_str(text);
        brought.pages.push(format!("https://spdx.org/licenses/{id}.html"));
    };
    let (license, exception) = match leaf {
        Expr::With(inner, exception) => (&**inner, Some(exception)),
        other => (other, None),
    };
    if let Expr::License { id, .. } = license
        && let Some(info) = db::license_info(id)
    {
        add(info.id, info.name, info.text);
    }
    if let Some(info) = exception.and_then(|e| db::exception_info(e)) {
        add(info.id, info.name, info.text);
    }
    if brought.text.is_empty() {
        brought.text = format!("The SPDX licence list has it as {written}.");
        brought.name = written;
    }
    brought
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(e: Expr, expected: &str, count: usize) {
        let mut brought = BTreeMap::new();
        assert_eq!(readable(&e, &mut brought).to_string(), expected);
        assert_eq!(brought.len(), count);
        assert!(brought.values().all(|b| !b.text.is_empty() && !b.pages.is_empty()));
    }

    #[test]
    fn what_readers_know_stays() {
        check(Expr::and([Expr::id("MIT"), Expr::reference("x")]).unwrap(), "MIT AND LicenseRef-x", 0);
    }

    #[test]
    fn what_readers_refuse_comes_along() {
        check(Expr::or([Expr::id("MIT"), Expr::id("Vixie-Cron")]).unwrap(), "MIT OR LicenseRef-SPDX-Vixie-Cron", 1);
        check(Expr::License { id: "MPL-1.1".into(), plus: true }, "LicenseRef-SPDX-MPL-1.1-or-later", 1);
        check(
            Expr::With(Box::new(Expr::id("GPL-3.0-or-later")), "rsync-linking-exception".into()),
            "LicenseRef-SPDX-GPL-3.0-or-later-WITH-rsync-linking-exception",
            1,
        );
    }

    #[test]
    fn the_table_holds_ids_of_the_list() {
        for id in UNREAD.iter() {
            assert!(db::license_id(id).is_some() || db::exception_id(id).is_some(), "{id}");
        }
    }
}
