//! The tables of `license-db/`: ids, classes, exceptions.

use crate::model::{Class, Expr, Flag};
use std::collections::BTreeSet;

/// The class of an expression: AND takes the strictest operand, OR the mildest.
pub fn class_of(_expr: &Expr) -> Class {
    Class::Unknown
}

/// Every flag of any licence in the expression.
pub fn flags_of(_expr: &Expr) -> BTreeSet<Flag> {
    BTreeSet::new()
}

/// stub
pub fn class_of_ref(_name: &str) -> Class {
    Class::Unknown
}

/// stub
pub fn list_version() -> &'static str {
    "3.29.0"
}
