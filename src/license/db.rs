//! The tables of `license-db/`: the SPDX ids, their classes and flags, what exceptions change, what replaces
//! deprecated ids.
//!
//! Names that people write are in [`aliases`], [`families`], [`exceptions`] and [`urls`], under their [`key`]; what products are under that carry no licence is in [`products`], what licences ask in
//! [`obligations`]. Texts, names and approvals come from the crate `license`, which carries
//! the whole SPDX list; the tables only add what the list does not say.

pub mod aliases;
pub mod exceptions;
pub mod families;
pub mod key;
pub mod obligations;
pub mod papers;
pub mod products;
mod tables;
pub mod urls;

use crate::model::{Class, Expr, Flag};
use std::collections::BTreeSet;
use tables::{Effect, TABLES};

/// The version of the SPDX licence list that ids and texts are of. The crate `license` has it in its own version
/// number alone, which code cannot read; a test holds it against the lock file.
const LIST_VERSION: &str = "3.29.0";

/// The version of the SPDX licence list, for reports.
pub fn list_version() -> &'static str {
    LIST_VERSION
}

/// The class of an expression: AND takes the strictest operand, OR the mildest.
pub fn class_of(expr: &Expr) -> Class {
    match expr {
        Expr::License { id, .. } => TABLES.license(id).map_or(Class::Unknown, |row| row.class),
        Expr::Ref(name) => class_of_ref(name),
        Expr::With(inner, exception) => class_with(class_of(inner), exception),
        Expr::And(operands) => operands.iter().map(class_of).max().unwrap_or(Class::Unknown),
        Expr::Or(operands) => operands.iter().map(class_of).min().unwrap_or(Class::Unknown),
    }
}

/// An exception caps what copyleft reaches. It never makes a class stricter, and it does not lift a network clause or
/// a limit of use: no exception of the list speaks of those.
fn class_with(base: Class, exception: &str) -> Class {
    match TABLES.exception(exception).map(|row| row.effect) {
        Some(Effect::Cap(cap)) if base <= Class::StrongCopyleft => base.min(cap),
        _ => base,
    }
}

/// The class of a `LicenseRef-...` that our own tables give out; every other one is unknown.
pub fn class_of_ref(name: &str) -> Class {
    TABLES.reference(name).map_or(Class::Unknown, |row| row.class)
}

/// Every flag of any licence in the expression.
pub fn flags_of(expr: &Expr) -> BTreeSet<Flag> {
    fn content(expr: &Expr) -> bool {
        match expr {
            Expr::License { id, .. } => TABLES.license(id).is_some_and(|row| row.content),
            Expr::Ref(name) => TABLES.reference(name).is_some_and(|row| row.content),
            Expr::With(inner, _) => content(inner),
            Expr::And(operands) | Expr::Or(operands) => operands.iter().any(content),
        }
    }
    content(expr).then_some(Flag::Content).into_iter().collect()
}

/// The id as the list writes it, whatever the case of `id`; deprecated ids too.
pub fn license_id(id: &str) -> Option<&'static str> {
    TABLES.license(id).map(|row| row.id)
}

/// The exception's id as the list writes it, whatever the case of `id`.
pub fn exception_id(id: &str) -> Option<&'static str> {
    TABLES.exception(id).map(|row| row.id)
}

/// The expression (or exception id) that stands for a deprecated id; `None` for the others.
pub fn replacement(id: &str) -> Option<&'static str> {
    TABLES.deprecated(id)
}

/// Every licence id of the list in its canonical case, sorted by byte, deprecated ones included.
pub fn license_ids() -> impl Iterator<Item = &'static str> {
    TABLES.licenses().iter().map(|row| row.id)
}

/// Every exception id of the list in its canonical case, sorted by byte.
pub fn exception_ids() -> impl Iterator<Item = &'static str> {
    TABLES.exceptions().iter().map(|row| row.id)
}

/// What is known of one licence of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseInfo {
    /// Its id.
    pub id: &'static str,
    /// Its full name.
    pub name: &'static str,
    /// Whether the OSI approved it.
    pub osi: bool,
    /// Whether the FSF calls it free.
    pub fsf: bool,
    /// Whether the list gave the id up.
    pub deprecated: bool,
    /// Its words.
    pub text: &'static str,
    /// How far it reaches.
    pub class: Class,
    /// Its flags.
    pub flags: BTreeSet<Flag>,
    /// Why it has this class, and who sees it otherwise; may be empty.
    pub note: &'static str,
}

/// Looks a licence up by its id, without regard to case.
pub fn license_info(id: &str) -> Option<LicenseInfo> {
    let row = TABLES.license(id)?;
    let list: &dyn license::License = row.id.parse().ok()?;
    Some(LicenseInfo {
        id: row.id,
        name: list.name(),
        osi: list.is_osi_approved(),
        fsf: list.is_fsf_libre(),
        deprecated: list.is_deprecated(),
        text: list.text(),
        class: row.class,
        flags: flags_of(&Expr::id(row.id)),
        note: row.note,
    })
}

/// What is known of one exception of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionInfo {
    /// Its id.
    pub id: &'static str,
    /// Its full name.
    pub name: &'static str,
    /// Whether the list gave the id up.
    pub deprecated: bool,
    /// Its words.
    pub text: &'static str,
    /// The strictest class that a strong copyleft licence has with it; `None` where it changes nothing.
    pub cap: Option<Class>,
    /// Why, and who sees it otherwise; may be empty.
    pub note: &'static str,
}

/// Looks an exception up by its id, without regard to case.
pub fn exception_info(id: &str) -> Option<ExceptionInfo> {
    let row = TABLES.exception(id)?;
    let list: &dyn license::Exception = row.id.parse().ok()?;
    Some(ExceptionInfo {
        id: row.id,
        name: list.name(),
        deprecated: list.is_deprecated(),
        text: list.text(),
        cap: match row.effect {
            Effect::Cap(cap) => Some(cap),
            Effect::Same => None,
        },
        note: row.note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::expr::parse;

    #[track_caller]
    fn check(expression: &str, class: Class) {
        assert_eq!(class_of(&parse(expression).unwrap()), class, "{expression}");
    }

    #[test]
    fn every_id_of_the_list_has_a_row_and_no_row_is_unknown_to_it() {
        for row in TABLES.licenses() {
            assert!(row.id.parse::<&dyn license::License>().is_ok(), "{} is not on the list", row.id);
        }
        for row in TABLES.exceptions() {
            assert!(row.id.parse::<&dyn license::Exception>().is_ok(), "{} is not on the list", row.id);
        }
        // The crate `license` cannot be walked; the crate `spdx` has the same list and can.
        // (It adds a few names of its own, which the list does not have.)
        let listed = |name: &str| name.parse::<&dyn license::License>().is_ok();
        for known in spdx::identifiers::LICENSES.iter().filter(|l| listed(l.name)) {
            assert!(license_id(known.name).is_some(), "{} has no row", known.name);
        }
        for known in spdx::identifiers::EXCEPTIONS {
            assert!(exception_id(known.name).is_some(), "{} has no row", known.name);
        }
        assert_eq!((TABLES.licenses().len(), TABLES.exceptions().len()), (740, 86));
    }

    #[test]
    fn tables_are_sorted_and_hold_each_id_once() {
        assert!(TABLES.licenses().is_sorted_by(|a, b| a.id < b.id));
        assert!(TABLES.exceptions().is_sorted_by(|a, b| a.id < b.id));
    }

    #[test]
    fn every_deprecated_id_has_a_replacement_and_no_other() {
        for id in license_ids() {
            let list: &dyn license::License = id.parse().unwrap();
            assert_eq!(replacement(id).is_some(), list.is_deprecated(), "{id}");
        }
        for id in exception_ids() {
            let list: &dyn license::Exception = id.parse().unwrap();
            assert_eq!(replacement(id).is_some(), list.is_deprecated(), "{id}");
        }
    }

    #[test]
    fn the_list_version_is_that_of_the_crate() {
        let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));
        let version = lock.split("name = \"license\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(version.and_then(|v| v.split('+').nth(1)), Some(list_version()));
        assert_eq!(spdx::identifiers::VERSION, list_version());
    }

    #[test]
    fn classes() {
        check("MIT", Class::Permissive);
        check("CC0-1.0", Class::PublicDomain);
        check("MPL-2.0", Class::WeakCopyleftFile);
        check("EPL-2.0", Class::WeakCopyleftFile);
        check("CDDL-1.1", Class::WeakCopyleftFile);
        check("LGPL-2.1-or-later", Class::WeakCopyleftLibrary);
        check("GPL-3.0-only", Class::StrongCopyleft);
        check("AGPL-3.0-only", Class::NetworkCopyleft);
        check("SSPL-1.0", Class::SourceAvailable);
        check("BUSL-1.1", Class::SourceAvailable);
        check("Apache-1.1+", Class::Permissive);
        check("LicenseRef-anything", Class::Unknown);
        check("LicenseRef-BSD", Class::Permissive);
        check("LicenseRef-public-domain", Class::PublicDomain);
        check("LicenseRef-proprietary", Class::Proprietary);
        check("MIT AND GPL-2.0-only", Class::StrongCopyleft);
        check("MIT OR GPL-2.0-only", Class::Permissive);
        check("(MIT OR GPL-2.0-only) AND LGPL-2.1-only", Class::WeakCopyleftLibrary);
        check("MIT AND LicenseRef-anything", Class::Unknown);
    }

    #[test]
    fn exceptions_cap_strong_copyleft_only() {
        check("GPL-2.0-only WITH Classpath-exception-2.0", Class::WeakCopyleftLibrary);
        check("GPL-3.0-or-later WITH GCC-exception-3.1", Class::WeakCopyleftLibrary);
        check("GPL-3.0-or-later WITH Bison-exception-2.2", Class::WeakCopyleftFile);
        check("GPL-2.0-only WITH Linux-syscall-note", Class::WeakCopyleftLibrary);
        check("GPL-2.0-only WITH x11vnc-openssl-exception", Class::StrongCopyleft);
        check("Apache-2.0 WITH LLVM-exception", Class::Permissive);
        check("AGPL-3.0-only WITH Classpath-exception-2.0", Class::NetworkCopyleft);
        check("LGPL-2.1-only WITH OCaml-LGPL-linking-exception", Class::WeakCopyleftLibrary);
    }

    #[test]
    fn content_is_flagged() {
        assert!(flags_of(&Expr::id("OFL-1.1")).contains(&Flag::Content));
        assert!(flags_of(&parse("MIT AND GFDL-1.3-only").unwrap()).contains(&Flag::Content));
        assert!(flags_of(&Expr::id("MIT")).is_empty());
    }

    #[test]
    fn information_comes_from_list_and_tables() {
        let mit = license_info("mit").unwrap();
        assert_eq!((mit.id, mit.osi, mit.fsf, mit.deprecated), ("MIT", true, true, false));
        assert!(mit.text.contains("Permission is hereby granted"));
        let classpath = exception_info("classpath-exception-2.0").unwrap();
        assert_eq!((classpath.id, classpath.cap), ("Classpath-exception-2.0", Some(Class::WeakCopyleftLibrary)));
        assert_eq!(license_info("No-Such"), None);
    }
}
