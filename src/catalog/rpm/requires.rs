//! What a package needs, as names: plain capabilities, paths, and rich dependencies (`(a or b)`, `(a if b)`).
//!
//! Versions are left out, and so is what no package can give: features of rpm itself (`rpmlib(...)`), and what
//! the package provides itself (`config(...)` above all).
//!
//! Specification: <https://rpm-software-management.github.io/rpm/manual/boolean_dependencies.html>.

use super::header::{self, Header, Numbers, owned, text};
use crate::model::Requirement;
use std::collections::HashSet;

/// A hint that may be missing, from before rpm had weak dependencies.
const SENSE_MISSING_OK: u32 = 1 << 19;
/// A feature of rpm.
const SENSE_RPMLIB: u32 = 1 << 24;

/// How deep rich dependencies are followed; real ones have three levels at most.
const MAX_DEPTH: usize = 16;

/// The most requirements that one rich dependency is spread to. An `or` over many `and`s multiplies them; past
/// this they are taken as one with all the names.
const MAX_CLAUSES: usize = 64;

/// Reads the requirements of the package called `name`, each once and in the header's order.
pub fn read(header: &Header<'_>, name: &[u8], provides: &[&[u8]], notes: &mut Vec<String>) -> Vec<Requirement> {
    let names = header.strings(header::REQUIRE_NAME).unwrap_or_else(|why| {
        notes.push(why);
        Vec::new()
    });
    if names.is_empty() {
        return Vec::new();
    }
    let flags = header.numbers(header::REQUIRE_FLAGS).unwrap_or_else(|why| {
        notes.push(why);
        Numbers::NONE
    });
    // What is met already is in there from the beginning, so that one look decides.
    let mut seen: HashSet<&[u8]> = provides.iter().copied().chain([name]).collect();
    let mut requirements = Vec::new();
    let mut rich = Vec::new();
    for (at, required) in names.into_iter().enumerate() {
        let skipped = flags.get(at).unwrap_or(0) & (SENSE_MISSING_OK | SENSE_RPMLIB) != 0;
        if skipped || required.is_empty() || required.starts_with(b"rpmlib(") || !seen.insert(required) {
            continue;
        }
        if required.starts_with(b"(") {
            rich.extend(alternatives(&text(required)));
        } else {
            requirements.push(Requirement::AnyOf(vec![owned(required)]));
        }
    }
    for clause in rich {
        let met = matches!(&*clause, [one] if seen.contains(one.as_bytes()));
        let requirement = Requirement::AnyOf(clause);
        if !met && !requirements.contains(&requirement) {
            requirements.push(requirement);
        }
    }
    requirements
}

/// The names without `name` itself, each once and in their order.
pub fn unique(names: Vec<&[u8]>, name: &[u8]) -> Vec<Box<str>> {
    let mut seen = HashSet::with_capacity(names.len());
    names.into_iter().filter(|one| !one.is_empty() && *one != name && seen.insert(*one)).map(owned).collect()
}

/// Reads a rich dependency to requirements that all have to be met, each by any of its names. One that cannot be
/// read stays whole, as a name that nobody provides.
fn alternatives(dependency: &str) -> Vec<Vec<Box<str>>> {
    let mut parser = Parser { rest: dependency };
    match parser.term(0).filter(|_| parser.rest.trim_start().is_empty()) {
        Some(clauses) => clauses.into_iter().map(|clause| clause.into_iter().map(Box::from).collect()).collect(),
        None => vec![vec![dependency.into()]],
    }
}

/// Names of which one has to be there.
type Clause<'a> = Vec<&'a str>;

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    /// A capability, or an expression in parentheses.
    fn term(&mut self, depth: usize) -> Option<Vec<Clause<'a>>> {
        self.rest = self.rest.trim_start();
        if depth > MAX_DEPTH {
            return None;
        }
        let Some(inside) = self.rest.strip_prefix('(') else {
            return self.capability().map(|name| vec![vec![name]]);
        };
        self.rest = inside;
        let mut clauses = self.term(depth + 1)?;
        loop {
            self.rest = self.rest.trim_start();
            if let Some(after) = self.rest.strip_prefix(')') {
                self.rest = after;
                return Some(clauses);
            }
            let operator = self.word()?;
            let right = self.term(depth + 1)?;
            clauses = match operator {
                // What has to be one package with both is two requirements here.
                "and" | "with" => both(clauses, right),
                // What is given as the choice when a condition does not hold is as good as the first.
                "or" | "else" => either(&clauses, &right),
                // Whether the condition holds is not known here: the left is what may be needed.
                "if" | "unless" | "without" => clauses,
                _ => return None,
            };
        }
    }

    /// A name with or without a version; the name is kept.
    fn capability(&mut self) -> Option<&'a str> {
        let name = self.word()?;
        let after = self.rest.trim_start();
        let operator = after.len() - after.trim_start_matches(['<', '>', '=']).len();
        if operator > 0 {
            self.rest = after[operator..].trim_start();
            self.word()?;
        }
        Some(name)
    }

    /// The bytes up to a blank, or to a closing parenthesis that was not opened in the word (`libc.so.6()(64bit)`).
    fn word(&mut self) -> Option<&'a str> {
        let mut open = 0_usize;
        let end = self.rest.find(|c: char| {
            match c {
                '(' => open += 1,
                ')' if open == 0 => return true,
                ')' => open -= 1,
                _ => {}
            }
            c.is_ascii_whitespace()
        });
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Some(word).filter(|word| !word.is_empty())
    }
}

fn both<'a>(mut left: Vec<Clause<'a>>, right: Vec<Clause<'a>>) -> Vec<Clause<'a>> {
    for clause in right {
        if !left.contains(&clause) {
            left.push(clause);
        }
    }
    left
}

fn either<'a>(left: &[Clause<'a>], right: &[Clause<'a>]) -> Vec<Clause<'a>> {
    if left.len() * right.len() > MAX_CLAUSES {
        return vec![join(left.iter().chain(right).flatten())];
    }
    let pairs = left.iter().flat_map(|one| right.iter().map(move |other| join(one.iter().chain(other))));
    both(Vec::new(), pairs.collect())
}

fn join<'a, 'b>(names: impl Iterator<Item = &'b &'a str>) -> Clause<'a>
where
    'a: 'b,
{
    let mut clause = Clause::new();
    for name in names {
        if !clause.contains(name) {
            clause.push(name);
        }
    }
    clause
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clauses are joined by ` & `, the names of one by `|`.
    fn check(dependency: &str, expected: &str) {
        let clauses: Vec<_> = alternatives(dependency).iter().map(|clause| clause.join("|")).collect();
        assert_eq!(clauses.join(" & "), expected, "{dependency}");
    }

    #[test]
    fn rich_dependencies() {
        check("(a or b)", "a|b");
        check("(a or b or c)", "a|b|c");
        check("(a and b)", "a & b");
        check("(a >= 1.0 with a < 2.0)", "a");
        check("(a if b)", "a");
        check("(a if b else c)", "a|c");
        check("(a unless b)", "a");
        check("(a without b)", "a");
        check("((a and b) or c)", "a|c & b|c");
        check("(a and (b or c))", "a & b|c");
        check("(libx.so.1(X_1.0)(64bit) or perl(Foo::Bar) >= 2:1.0-3)", "libx.so.1(X_1.0)(64bit)|perl(Foo::Bar)");
        check("( a   or b )", "a|b");
        check("(a>=1 or b)", "a>=1|b");
        check("(/bin/sh or busybox)", "/bin/sh|busybox");
    }

    #[test]
    fn rich_dependencies_that_cannot_be_read_stay_whole() {
        for dependency in
            ["(", "(a", "(a or", "(a or )", "(a xor b)", "(a b)", "()", "(a or b))", "(a >= )", "(a or b) c"]
        {
            check(dependency, dependency);
        }
        let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
        check(&deep, &deep);
    }

    #[test]
    fn a_product_of_clauses_is_bounded() {
        let sum = |name: &str| (0..40).map(|i| format!("{name}{i}")).collect::<Vec<_>>().join(" and ");
        let product = format!("(({}) or ({}))", sum("a"), sum("b"));
        let clauses = alternatives(&product);
        assert_eq!(clauses.len(), 1);
        assert_eq!(clauses[0].len(), 80);
    }
}
