//! Licences of one component in the shapes that CycloneDX 1.6 allows.
//!
//! `licenses` holds either any number of `license` objects or exactly one expression. So what is declared and what is
//! concluded stand there together only where both are plain ids; otherwise the conclusion stands alone, and what is
//! declared becomes a property. What the files show goes to `evidence.licenses`, which means observed, not declared.

use super::ids;
use crate::model::{Expr, Licensing, Outcome, Report};
use cyclonedx_bom::models::license::{License, LicenseChoice, Licenses};
use serde_json::{Value, json};
use std::collections::HashMap;

/// How many bytes of a licence's own words an entry carries. The words of every `LicenseRef-` stand once in the document's
/// properties whatever their length; here they are repeated for each component, for the readers that look nowhere else.
const ENTRY_TEXT_LIMIT: usize = 16 * 1024;

/// The words of the report's own licences, by id. Looked up only, never walked.
pub(super) type Words<'a> = HashMap<&'a str, &'a str>;

/// Collects the words of every `LicenseRef-`.
pub(super) fn words(report: &Report) -> Words<'_> {
    report.refs.iter().map(|r| (&*r.id, &*r.text)).collect()
}

/// The entries of one component, and what version 1.5 of the model has no place for.
#[derive(Default)]
pub(super) struct Entries {
    /// For `licenses`.
    pub(super) licenses: Option<Licenses>,
    /// `declared` or `concluded` for each of these, in order.
    pub(super) acknowledgements: Vec<&'static str>,
    /// For `evidence.licenses`.
    pub(super) evidence: Option<Licenses>,
    /// Whether what is declared stands in `licenses`.
    pub(super) declared_stands: bool,
}

/// Decides what stands where.
pub(super) fn entries(licensing: &Licensing) -> Entries {
    let mut out = Entries { evidence: one(&licensing.detected), ..Entries::default() };
    let Outcome::Expression(concluded) = &licensing.concluded else {
        // Nothing is concluded, so nothing is claimed: many readers take any entry for a conclusion. What is declared
        // is still said, in a property.
        return out;
    };
    let declared = licensing.declared.expression().and_then(plain);
    match (plain(concluded), declared) {
        // The conclusion comes first, for the readers that take only one.
        (Some(concluded), Some(declared)) => {
            out.licenses = Some(Licenses(vec![by_id(concluded), by_id(declared)]));
            out.acknowledgements = vec!["concluded", "declared"];
            out.declared_stands = true;
        }
        _ => {
            out.licenses = Some(Licenses(vec![choice(concluded)]));
            out.acknowledgements = vec!["concluded"];
        }
    }
    out
}

fn one(outcome: &Outcome) -> Option<Licenses> {
    outcome.expression().map(|e| Licenses(vec![choice(e)]))
}

fn plain(e: &Expr) -> Option<&str> {
    e.as_plain_id().filter(|id| ids::in_published_list(id))
}

fn by_id(id: &str) -> LicenseChoice {
    LicenseChoice::License(License::license_id(id))
}

/// A plain id as `license.id`; a licence of our own that stands alone as `license.name`, which can carry its words; all
/// else as an expression, an id that CycloneDX does not know among it.
fn choice(e: &Expr) -> LicenseChoice {
    match (plain(e), e) {
        (Some(id), _) => by_id(id),
        (None, Expr::Ref(name)) => LicenseChoice::license(name),
        _ => LicenseChoice::expression(&e.to_string()),
    }
}

/// Writes into the entries of a finished component what 1.6 has and the model of 1.5 lacks: the acknowledgement, and plain
/// words (the model would encode them in base64).
pub(super) fn mend(licenses: Option<&mut Value>, acknowledgements: &[&str], words: &Words<'_>) {
    let Some(Value::Array(list)) = licenses else { return };
    for (i, entry) in list.iter_mut().enumerate() {
        let Some(entry) = entry.as_object_mut() else { continue };
        let object = match entry.get_mut("license") {
            Some(Value::Object(license)) => license,
            _ => entry,
        };
        if let Some(&said) = acknowledgements.get(i) {
            object.insert("acknowledgement".into(), said.into());
        }
        let name = object.get("name").and_then(Value::as_str);
        if let Some(&text) = name.and_then(|n| words.get(n)).filter(|t| t.len() <= ENTRY_TEXT_LIMIT) {
            object.insert("text".into(), json!({"contentType": "text/plain", "content": text}));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: &str) -> Outcome {
        Outcome::Expression(Expr::id(id))
    }

    fn both() -> Outcome {
        Expr::or([Expr::id("MIT"), Expr::id("Zlib")]).into()
    }

    #[track_caller]
    fn check(declared: Outcome, concluded: Outcome, expected: Value) {
        let licensing = Licensing { declared, concluded, ..Licensing::default() };
        let out = entries(&licensing);
        let mut list: Vec<Value> = Vec::new();
        for choice in out.licenses.into_iter().flat_map(|l| l.0) {
            list.push(match choice {
                LicenseChoice::License(l) => match l.license_identifier {
                    cyclonedx_bom::models::license::LicenseIdentifier::SpdxId(id) => {
                        json!({"license": {"id": id.to_string()}})
                    }
                    cyclonedx_bom::models::license::LicenseIdentifier::Name(name) => {
                        json!({"license": {"name": name.to_string()}})
                    }
                },
                LicenseChoice::Expression(e) => json!({"expression": e.to_string()}),
            });
        }
        let mut list = Value::Array(list);
        let words = Words::from([("LicenseRef-house", "Do as you would at home.")]);
        mend(Some(&mut list), &out.acknowledgements, &words);
        assert_eq!(list, expected);
    }

    #[test]
    fn two_plain_ids_stand_together() {
        check(
            id("MIT"),
            id("ISC"),
            json!([
                {"license": {"id": "ISC", "acknowledgement": "concluded"}},
                {"license": {"id": "MIT", "acknowledgement": "declared"}},
            ]),
        );
    }

    #[test]
    fn otherwise_the_conclusion_stands_alone() {
        check(both(), id("MIT"), json!([{"license": {"id": "MIT", "acknowledgement": "concluded"}}]));
        check(id("MIT"), both(), json!([{"expression": "MIT OR Zlib", "acknowledgement": "concluded"}]));
        check(Outcome::NoAssertion, both(), json!([{"expression": "MIT OR Zlib", "acknowledgement": "concluded"}]));
    }

    #[test]
    fn without_a_conclusion_nothing_is_claimed() {
        check(id("MIT"), Outcome::NoAssertion, json!([]));
        check(id("MIT"), Outcome::None, json!([]));
    }

    #[test]
    fn an_own_licence_carries_its_words_where_it_stands_alone() {
        let own = Outcome::Expression(Expr::reference("house"));
        check(
            id("MIT"),
            own,
            json!([{"license": {
                "name": "LicenseRef-house",
                "acknowledgement": "concluded",
                "text": {"contentType": "text/plain", "content": "Do as you would at home."},
            }}]),
        );
        let joined = Expr::and([Expr::id("MIT"), Expr::reference("house")]).into();
        check(id("MIT"), joined, json!([{"expression": "MIT AND LicenseRef-house", "acknowledgement": "concluded"}]));
    }

    #[test]
    fn an_id_that_came_after_the_schema_is_an_expression() {
        check(
            id("MIT"),
            id("Ubuntu-font-1.0"),
            json!([{"expression": "Ubuntu-font-1.0", "acknowledgement": "concluded"}]),
        );
    }
}
