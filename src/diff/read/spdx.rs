//! SPDX 2.x as JSON.

use super::super::side::{Entry, Reader, Side, class, statements};
use super::{list, text};
use crate::license::db;
use crate::model::{Class, Expr, Outcome};
use serde_json::Value;

/// Purposes of packages that are none.
const NO_PACKAGES: [&str; 6] = ["CONTAINER", "DEVICE", "FILE", "OPERATING-SYSTEM", "OPERATING_SYSTEM", "SOURCE"];

/// How many words our documents put at the end of copyright statements where they leave some out.
const LEFT_OUT: &str = "more statements are left out)";

/// Its packages.
pub(super) fn read(json: &Value) -> Side {
    let mut reader = Reader::default();
    let creators = json.get("creationInfo").into_iter().flat_map(|c| list(c, "creators"));
    let ours = creators.filter_map(Value::as_str).any(|c| c.starts_with("Tool: supercargo-"));
    let entries = list(json, "packages").filter_map(|p| entry(p, ours, &mut reader)).collect();
    Side { kind: "spdx", entries, ..Side::default() }
}

fn entry(package: &Value, ours: bool, reader: &mut Reader) -> Option<Entry> {
    if text(package, "primaryPackagePurpose").is_some_and(|p| NO_PACKAGES.contains(&p)) {
        return None;
    }
    let purl = list(package, "externalRefs")
        .filter(|r| text(r, "referenceType").is_some_and(|t| t == "purl" || t.ends_with("#purl")))
        .find_map(|r| text(r, "referenceLocator"))
        // An image is no package of itself.
        .filter(|purl| !purl.starts_with("pkg:oci/") && !purl.starts_with("pkg:docker/"));
    let version = text(package, "versionInfo").filter(|v| *v != "NOASSERTION");
    if purl.is_none() && version.is_none_or(|v| v.starts_with("sha256:")) {
        return None;
    }
    let mut entry = Entry::new(purl, text(package, "name")?, version.unwrap_or(""));
    let mut said = |key: &str| match text(package, key).map(|l| reader.read(l)) {
        Some(Outcome::Expression(e)) => Outcome::Expression(listed(&e)),
        other => other.unwrap_or(Outcome::NoAssertion),
    };
    let mut outcome = said("licenseConcluded");
    // Most tools conclude nothing and put what they found into the other field. Ours means what it says.
    if outcome == Outcome::NoAssertion && !ours {
        outcome = said("licenseDeclared");
    }
    let class = text(package, "licenseComments").filter(|_| ours).and_then(known_class);
    entry.set_license(&outcome, class);
    entry.holders = match text(package, "copyrightText") {
        None | Some("NOASSERTION") => None,
        Some("NONE") => Some(Default::default()),
        Some(words) if ours && words.ends_with(LEFT_OUT) => None,
        Some(words) => Some(statements([words])),
    };
    Some(entry)
}

/// The class that begins the comments of our documents: `class: weak-copyleft (library), by the choice of ...; ...`.
fn known_class(comments: &str) -> Option<Class> {
    let words = comments.strip_prefix("class: ")?.split([',', ';']).next()?;
    match words.split_once(" (") {
        Some((name, scope)) => class(name, scope.strip_suffix(')')),
        None => class(words, None),
    }
}

/// Our documents write licences of the list that many readers do not know as `LicenseRef-SPDX-...`; here they are themselves again.
fn listed(e: &Expr) -> Expr {
    match e {
        Expr::And(list) => Expr::and(list.iter().map(listed)).unwrap_or_else(|| e.clone()),
        Expr::Or(list) => Expr::or(list.iter().map(listed)).unwrap_or_else(|| e.clone()),
        Expr::Ref(name) => name.strip_prefix("LicenseRef-SPDX-").and_then(unbrought).unwrap_or_else(|| e.clone()),
        leaf => leaf.clone(),
    }
}

fn unbrought(name: &str) -> Option<Expr> {
    if let Some((license, exception)) = name.split_once("-WITH-") {
        return Some(Expr::With(Box::new(unbrought(license)?), db::exception_id(exception)?.into()));
    }
    if let Some(id) = db::license_id(name) {
        return Some(Expr::id(id));
    }
    let id = db::license_id(name.strip_suffix("-or-later")?)?;
    Some(Expr::License { id: id.into(), plus: true })
}
