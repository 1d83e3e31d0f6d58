//! Rules that name something which this image does not hold: a package, a licence, an exception, an ecosystem, or several of them
//! that no package has together. It may be gone, or misspelt (of packages nobody can check a name before), so that the rule protects
//! from nothing: a note.
//!
//! Left out: conditions that name nothing by itself (class, flag, origin, state), which are for every image, and rules that stand as
//! they are in a policy to begin with. Of a list one is enough, for such a list is made for more images than this.

use super::config::{Config, Rule};
use super::pattern::Subject;
use super::rules::names;
use super::starters::STARTERS;
use crate::model::{Expr, Finding, Report};
use std::collections::BTreeSet;

/// A note for every such rule.
pub fn check(report: &Report, config: &Config) -> Vec<Finding> {
    let leaves: BTreeSet<&Expr> =
        report.packages.iter().filter_map(|p| p.licensing.concluded.expression()).flat_map(Expr::leaves).collect();
    let ecosystems: BTreeSet<&str> = report.packages.iter().map(|p| p.ecosystem.as_str()).collect();
    let needs_subjects = config.policy.rules.iter().any(|r| !r.purl.is_empty());
    let subjects: Vec<Subject> = report.packages.iter().filter(|_| needs_subjects).map(Subject::of).collect();
    let common: Vec<Config> = STARTERS.iter().filter_map(|s| s.config().ok()).collect();
    let is_common = |rule: &Rule| {
        let mut all = common.iter().flat_map(|c| &c.policy.rules);
        all.any(|own| own.id == rule.id && own.written == rule.written)
    };
    let mut out = Vec::new();
    for rule in config.policy.rules.iter().filter(|r| !is_common(r)) {
        let mut lacks: Vec<&str> = Vec::new();
        if !rule.purl.is_empty() && !subjects.iter().any(|s| rule.purl.iter().any(|p| p.matches(s))) {
            lacks.push("purl");
        }
        let of_licenses = [("license", &rule.license), ("exception", &rule.exception)];
        let named = of_licenses.iter().filter(|(_, list)| !list.is_empty()).map(|(key, _)| *key);
        if !leaves.iter().any(|leaf| names(rule, leaf)) {
            lacks.extend(named);
        }
        if !rule.ecosystem.is_empty() && !rule.ecosystem.iter().any(|e| ecosystems.contains(&**e)) {
            lacks.push("ecosystem");
        }
        if !lacks.is_empty() {
            out.push(note(rule, &lacks, ""));
        } else if !together(rule, report, &subjects) {
            let keys = ["license", "exception", "ecosystem", "purl"];
            out.push(note(rule, &keys, ", all of which are here, but never in one package"));
        }
    }
    out
}

/// Whether one package meets all that the rule names.
fn together(rule: &Rule, report: &Report, subjects: &[Subject]) -> bool {
    report.packages.iter().enumerate().any(|(i, package)| {
        let named = |s: &Subject| rule.purl.iter().any(|p| p.matches(s));
        let leaves = || package.licensing.concluded.expression().map(Expr::leaves).unwrap_or_default();
        (rule.purl.is_empty() || subjects.get(i).is_some_and(named))
            && (rule.ecosystem.is_empty() || rule.ecosystem.iter().any(|e| **e == *package.ecosystem.as_str()))
            && (rule.license.is_empty() && rule.exception.is_empty() || leaves().iter().any(|leaf| names(rule, leaf)))
    })
}

fn note(rule: &Rule, lacks: &[&str], how: &str) -> Finding {
    let said = rule.written.iter().filter(|(key, _)| lacks.contains(key));
    let said: Vec<String> = said.map(|(key, values)| format!("{key} {}", values.join(", "))).collect();
    Finding {
        rule: "rule-unmet".into(),
        place: rule.place.clone(),
        // Several rules are told apart by their ids.
        term: Some(rule.id.clone()),
        message: format!("rule {} meets nothing in this image: {}{how}", rule.id, said.join(" and ")).into(),
        clear: "correct what the rule names; if that is no longer used, take the rule out".into(),
        ..Finding::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::fixture;
    use crate::policy::config::Config;

    /// The rules that are noted, with the conditions that nothing meets.
    #[track_caller]
    fn check(rules: &[&str], expected: &[&str]) {
        let rules: Vec<String> = rules
            .iter()
            .enumerate()
            .map(|(i, r)| format!("[[policy.rule]]\nid = \"r{i}\"\n{r}\nverdict = \"deny\"\n"))
            .collect();
        let config =
            Config::parse(&format!("version = 1\n{}", rules.concat()), "x.toml").unwrap_or_else(|e| panic!("{e}"));
        let found = super::check(&fixture::report(), &config);
        let got: Vec<&str> = found.iter().map(|f| f.message.strip_prefix("rule ").unwrap_or("")).collect();
        assert_eq!(got, expected);
        assert!(
            found.iter().all(|f| f.verdict == crate::model::Verdict::Allow && f.place.is_some() && !f.clear.is_empty())
        );
    }

    #[test]
    fn what_is_named_and_not_there_is_noted() {
        check(&["purl = [\"pkg:npm/@crew/sextant\"]", "license = [\"OFL-1.1\", \"Ubuntu-font-1.0\"]"], &[]);
        check(
            &["purl = [\"pkg:npm/@crew/sextent\", \"pkg:npm/x\"]"],
            &["r0 meets nothing in this image: purl pkg:npm/@crew/sextent, pkg:npm/x"],
        );
        check(&["license = [\"Zimbra-1.3\"]"], &["r0 meets nothing in this image: license Zimbra-1.3"]);
        check(
            &["exception = [\"u-boot-exception-2.0\"]\necosystem = [\"hex\"]"],
            &["r0 meets nothing in this image: exception u-boot-exception-2.0 and ecosystem hex"],
        );
        // One of a list is enough, and what names nothing by itself is for every image.
        check(&["license = [\"Zimbra-1.3\", \"Ubuntu-font-1.0\"]", "ecosystem = [\"hex\", \"npm\"]"], &[]);
        check(&["class = [\"network-copyleft\"]\nstate = [\"hidden\"]\norigin = [\"base\"]"], &[]);
    }

    /// Each alone is there.
    #[test]
    fn what_is_never_met_together_is_noted() {
        check(
            &["purl = [\"pkg:npm/@crew/sextant\"]\nlicense = [\"Ubuntu-font-1.0\"]"],
            &[
                "r0 meets nothing in this image: license Ubuntu-font-1.0 and purl pkg:npm/@crew/sextant, all of which are here, but never in one package",
            ],
        );
        check(
            &["ecosystem = [\"pypi\"]\nlicense = [\"Ubuntu-font-1.0\"]"],
            &[
                "r0 meets nothing in this image: license Ubuntu-font-1.0 and ecosystem pypi, all of which are here, but never in one package",
            ],
        );
        // What a package does have together, and what is asked beside the names.
        check(
            &[
                "ecosystem = [\"npm\"]\npurl = [\"pkg:npm/@crew/sextant\"]\nstate = [\"hidden\"]\nclass = [\"proprietary\"]",
            ],
            &[],
        );
    }

    /// They are written for every image.
    #[test]
    fn policies_to_begin_with_are_quiet() {
        let empty = crate::model::Report { packages: Vec::new(), ..fixture::report() };
        for starter in crate::policy::starters::STARTERS {
            assert_eq!(super::check(&empty, &starter.config().unwrap()), [], "{}", starter.name);
            // In a file of one's own too, with other verdicts.
            let own = starter.text.replace("verdict = \"allow\"", "verdict = \"review\"");
            assert_eq!(super::check(&empty, &Config::parse(&own, "supercargo.toml").unwrap()), [], "{}", starter.name);
        }
    }
}
