//! What is known of a package's licence from outside of the image: pairs that the user gives (`--licenses-from`), and our table
//! of products whose binaries never carry a licence (`license-db/products.tsv`).

use super::{db, expr};
use crate::Error;
use crate::model::{Expr, PackageFind};
use crate::purl;
use std::collections::BTreeMap;

/// A licence that somebody outside of the image knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The licence.
    pub expression: Expr,
    /// The rule that takes it over: `given`, `known-product`, `owner` or `clarified`.
    pub rule: &'static str,
    /// Who says so: the name of the user's file, or of our table.
    pub source: Box<str>,
    /// What is said of it there.
    pub note: Option<Box<str>>,
}

/// What our table of products says of a package.
pub fn product(find: &PackageFind) -> Option<Known> {
    let product = db::products::product(find.ecosystem, find.namespace.as_deref(), &find.name, &find.version)?;
    Some(Known {
        expression: expr::parse(product.expression).ok()?,
        rule: "known-product",
        source: "license-db/products.tsv".into(),
        note: (!product.note.is_empty()).then(|| product.note.into()),
    })
}

/// Pairs of purl and licence that a build knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// The name of the file, without folders.
    source: Box<str>,
    /// By the canonical purl.
    pairs: BTreeMap<String, Expr>,
}

impl Given {
    /// Reads a file: a JSON object of purls to SPDX expressions, or a line each with the purl, white space, and the expression;
    /// lines that begin with `#` say nothing.
    ///
    /// # Errors
    /// For a purl or an expression that cannot be read, with its line or key.
    pub fn parse(words: &str, source: &str) -> Result<Given, Error> {
        let wrong = |at: &str, what: String| Error::Usage(format!("{source}, {at}: {what}"));
        let mut pairs = BTreeMap::new();
        let mut add = |at: &str, package: &str, licence: &str| -> Result<(), Error> {
            let purl = purl::canonical(package).map_err(|e| wrong(at, e.to_string()))?;
            let expression = expr::parse_lenient(licence).map_err(|e| {
                wrong(at, format!("{licence:?} is no SPDX expression ({e}); write one such as MIT OR Apache-2.0"))
            })?;
            match pairs.insert(purl, expression.clone()) {
                Some(other) if other != expression => Err(wrong(
                    at,
                    format!("{package} has two licences, {other} and {expression}; keep one, or join them"),
                )),
                _ => Ok(()),
            }
        };
        let words = words.trim_start_matches('\u{feff}');
        if words.trim_start().starts_with('{') {
            let object: BTreeMap<String, String> = serde_json::from_str(words)
                .map_err(|e| wrong("as JSON", format!("{e}; it should be one object of purls to expressions")))?;
            for (package, licence) in &object {
                add(package, package, licence)?;
            }
        } else {
            for (i, line) in words.lines().enumerate() {
                let line = line.trim();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let at = format!("line {}", i + 1);
                let Some((package, licence)) = line.split_once(char::is_whitespace) else {
                    return Err(wrong(&at, "a purl, white space and an SPDX expression should stand here".into()));
                };
                add(&at, package, licence.trim())?;
            }
        }
        Ok(Given { source: source.into(), pairs })
    }

    /// What is given for a package: for its very purl, else for the purl without qualifiers and path.
    pub fn of(&self, purl: &str) -> Option<Known> {
        let bare = purl.split(['?', '#']).next().unwrap_or(purl);
        let expression = self.pairs.get(purl).or_else(|| self.pairs.get(bare))?.clone();
        Some(Known { expression, rule: "given", source: self.source.clone(), note: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_both_forms_are_read() {
        let check = |words: &str, purl: &str, expected: Option<&str>| {
            let given = Given::parse(words, "x.tsv").unwrap();
            assert_eq!(given.of(purl).map(|k| k.expression.to_string()).as_deref(), expected, "{words:?} {purl}");
        };
        let lines = "# ours\npkg:npm/%40a/b@1\tMIT or ISC\n\npkg:NPM/c@2 Apache-2.0\n";
        check(lines, "pkg:npm/%40a/b@1", Some("MIT OR ISC"));
        check(lines, "pkg:npm/c@2?x=y", Some("Apache-2.0"));
        check(lines, "pkg:npm/c@3", None);
        check("{\"pkg:deb/debian/x@1?arch=all\": \"MIT\"}", "pkg:deb/debian/x@1?arch=all", Some("MIT"));
        check("{\"pkg:deb/debian/x@1?arch=all\": \"MIT\"}", "pkg:deb/debian/x@1?arch=amd64", None);
    }

    #[test]
    fn mistakes_are_named() {
        let check = |words: &str, expected: &str| {
            let message = Given::parse(words, "x.tsv").unwrap_err().to_string();
            assert!(message.contains("x.tsv") && message.contains(expected), "{message}");
        };
        check("\npkg:npm/a@1", "line 2");
        check("npm/a MIT", "line 1");
        check("pkg:npm/a@1 what ever", "no SPDX expression");
        check("{\"pkg:npm/a@1\": 3}", "as JSON");
        check("\u{feff}pkg:npm/a@1 MIT\npkg:NPM/a@1 ISC\n", "two licences, MIT and ISC");
    }
}
