//! `[[choice]]`: which branch of a choice a person fixed, and where there was none to take. What a choice means for the verdict
//! `rules` knows.

use super::config::Choice;
use crate::model::{ChoiceUse, Expr, Finding, Package, PackageId, Verdict};

/// A choice that no package took yet.
pub fn described(choice: &Choice) -> ChoiceUse {
    let (place, take) = (choice.place.clone(), choice.take.clone());
    ChoiceUse { place, purl: choice.purl.to_string().into(), take, packages: 0 }
}

/// Whether an expression has this branch in one of its choices.
pub fn offers(e: &Expr, branch: &Expr) -> bool {
    match e {
        Expr::Or(list) => list.iter().any(|b| b == branch || offers(b, branch)),
        Expr::And(list) => list.iter().any(|b| offers(b, branch)),
        _ => false,
    }
}

/// A choice for a package that does not offer it.
pub fn unmet(choice: &Choice, id: PackageId, package: &Package) -> Finding {
    Finding {
        rule: "choice-unmet".into(),
        place: Some(choice.place.clone()),
        verdict: Verdict::Review,
        package: Some(id),
        layer: Some(package.layer),
        term: Some(choice.take.to_string().into()),
        message: format!("the choice takes {}, which {} does not offer", choice.take, package.licensing.concluded)
            .into(),
        clear: "correct the block [[choice]], or take it out".into(),
        ..Finding::default()
    }
}

/// Choices that no package took: notes, since the package may be gone. A block that is known to be unmet is one mistake, not two.
pub fn unused(choices: &[ChoiceUse], findings: &[Finding]) -> Vec<Finding> {
    let is_unmet =
        |c: &ChoiceUse| findings.iter().any(|f| &*f.rule == "choice-unmet" && f.place.as_ref() == Some(&c.place));
    choices.iter().filter(|c| c.packages == 0 && !is_unmet(c)).map(note).collect()
}

fn note(choice: &ChoiceUse) -> Finding {
    Finding {
        rule: "choice-unused".into(),
        place: Some(choice.place.clone()),
        term: Some(format!("{} for {}", choice.take, choice.purl).into()),
        message: format!("no package here took {} by the choice for {}", choice.take, choice.purl).into(),
        clear:
            "take the block [[choice]] out, or correct the packages that it names; of several blocks the first counts"
                .into(),
        ..Finding::default()
    }
}
