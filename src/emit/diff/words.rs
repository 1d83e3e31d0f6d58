//! The lines of a comparison that plain text and Markdown have in common. Whatever could deceive a reader is shown by name; escaping
//! is left to the forms.

use crate::diff::compare::Moved;
use crate::diff::{Changed, Difference, Entry, Judged};
use crate::emit::html::visible::line;
use crate::model::Class;

/// How many characters of a text's hash tell it from the others.
const HASH: usize = 12;

/// `name version`.
pub fn name(e: &Entry) -> String {
    line(format!("{} {}", e.name, e.version).trim_end())
}

/// Licence and class, and what a policy says unless it allows.
pub fn terms(e: &Entry) -> String {
    let denied = e.verdict.filter(|v| *v != Default::default()).map_or_else(String::new, |v| format!(", {v}"));
    format!("{} ({}{denied})", line(&e.license()), class(e.class))
}

/// A class with its scope.
pub fn class(class: Class) -> String {
    class.scope().map_or_else(|| class.to_string(), |scope| format!("{class}, {scope}"))
}

/// The name of a changed package with both versions.
pub fn changed_name(c: &Changed) -> String {
    if c.old.version == c.new.version {
        return name(&c.new);
    }
    let version = |v: &str| if v.is_empty() { "no version".to_owned() } else { line(v) };
    format!("{} {} -> {}", line(&c.new.name), version(&c.old.version), version(&c.new.version))
}

/// What changed of a package, a line each.
pub fn changes(c: &Changed) -> Vec<String> {
    let mut out = Vec::new();
    if c.license() {
        out.push(format!("licence: {} -> {}", line(&c.old.license()), line(&c.new.license())));
    }
    if c.class() {
        out.push(format!("class: {} -> {}", class(c.old.class), class(c.new.class)));
    }
    if let (true, Some(old), Some(new)) = (c.verdict(), c.old.verdict, c.new.verdict) {
        out.push(format!("verdict: {old} -> {new}"));
    }
    let (came, went) = c.texts();
    if !came.is_empty() || !went.is_empty() {
        let short = |sign: &str, list: &[&str]| -> Vec<String> {
            list.iter().map(|h| line(&format!("{sign}{}", h.chars().take(HASH).collect::<String>()))).collect()
        };
        out.push(format!("texts: {}", [short("-", &went), short("+", &came)].concat().join(" ")));
    }
    let (came, went) = c.holders();
    out.extend(went.into_iter().map(|h| format!("- {}", line(h))));
    out.extend(came.into_iter().map(|h| format!("+ {}", line(h))));
    out
}

/// `3 packages`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// The numbers in a line: packages, then texts and holders where they are known.
pub fn summary(d: &Difference) -> String {
    let (before, after) = d.packages;
    let mut out = format!(
        "{} before, {} after: {} came, {} went, {} changed.",
        count(before, "package"),
        after,
        d.added.len(),
        d.removed.len(),
        d.changed.len()
    );
    let mut add = |what: &str, moved: &Option<Moved>| {
        if let Some(moved) = moved.as_ref().filter(|m| !m.came.is_empty() || !m.went.is_empty()) {
            out.push_str(&format!(" {what}: {} came, {} went.", moved.came.len(), moved.went.len()));
        }
    };
    add("Licence texts", &d.texts);
    add("Copyright statements", &d.holders);
    out
}

/// Why verdicts are not those of one policy; `None` where they are, or where nobody knows.
pub fn policies(d: &Difference) -> Option<String> {
    let name = |j: &Judged| if j.policy.is_empty() { "without a name".to_owned() } else { line(&j.policy) };
    let hash = |h: &str| line(&h.chars().take("sha256:".len() + HASH).collect::<String>());
    match (&d.judged.0, &d.judged.1) {
        (Some(old), Some(new)) => {
            let (a, b) = (old.hash.as_deref()?, new.hash.as_deref()?);
            (a != b).then(|| {
                format!(
                    "The sides were judged by different policies: {} ({}) and {} ({}). Verdicts may differ for that reason alone.",
                    name(old),
                    hash(a),
                    name(new),
                    hash(b)
                )
            })
        }
        (Some(one), None) => {
            Some(format!("Only the old side was judged by a policy ({}): verdicts are not compared.", name(one)))
        }
        (None, Some(one)) => {
            Some(format!("Only the new side was judged by a policy ({}): verdicts are not compared.", name(one)))
        }
        (None, None) => None,
    }
}

/// Classes and verdicts with their numbers before and after.
pub fn rows(d: &Difference) -> Vec<(String, usize, usize)> {
    let classes = d.classes.iter().map(|(c, a, b)| (class(*c), *a, *b));
    classes.chain(d.verdicts.iter().map(|(v, a, b)| (format!("verdict {v}"), *a, *b))).collect()
}

/// The title of a side with its kind.
pub fn side(side: &(String, &'static str)) -> String {
    format!("{} ({})", line(&side.0), side.1)
}
