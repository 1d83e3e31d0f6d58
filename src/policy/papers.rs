//! The papers that the image itself carries.

use crate::model::{Expr, Package, Report};

/// Terms of the conclusion whose text the image does not carry.
pub fn missing_texts<'a>(report: &'a Report, package: &'a Package) -> Vec<&'a Expr> {
    let leaves = package.licensing.concluded.expression().map(Expr::leaves).unwrap_or_default();
    let carried = |leaf: &Expr| {
        package.licensing.evidence.iter().any(|e| {
            e.text.is_some_and(|id| report.texts.contains_key(&id))
                && e.method.starts_with("text")
                && e.expression.as_ref().is_some_and(|x| x.leaves().contains(&leaf))
        })
    };
    leaves.into_iter().filter(|leaf| !carried(leaf)).collect()
}
