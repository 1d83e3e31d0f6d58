//! Homebrew formulae (`/home/linuxbrew/.linuxbrew`, `/opt/homebrew`, `/usr/local`): the receipt in each keg, and the formula
//! that brew keeps beside it.
//!
//! Name and version are the folders of the keg, `Cellar/<name>/<version>/`; `INSTALL_RECEIPT.json` says from which tap it
//! came and what it needs; `.brew/<name>.rb` is the only place of the licence. That is Ruby, of which nothing is read but
//! the lines `license`, `desc` and `homepage`. Left out: casks, which exist on macOS only, and the licence of formulae of
//! foreign taps, since the formula does not say the tap, which is a part of their identity. Specification:
//! <https://docs.brew.sh/Formula-Cookbook>, <https://docs.brew.sh/License-Guidelines>.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, OwnedFile, OwnedKind, PackageFind, Requirement};
use serde_json::Value;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "homebrew",
    group: Group::Installed,
    wants: &[Want::Name("INSTALL_RECEIPT.json"), Want::Like(is_formula)],
    parse,
};

/// The tap that a formula without a tap in its purl is of.
const CORE: &str = "homebrew/core";

/// How deep a licence may nest `any_of` in `all_of`; real ones have two levels.
const MAX_DEPTH: usize = 8;

fn is_formula(path: &str, base: &str) -> bool {
    base.ends_with(".rb") && paths::parent(path).ends_with("/.brew") && keg(paths::parent(path)).is_some()
}

/// The keg that a file lies directly in: its folder, name and version.
fn keg(path: &str) -> Option<(&str, Box<str>, Box<str>)> {
    let folder = paths::parent(path);
    let mut parts = folder.rsplitn(4, '/');
    let (version, name, cellar) = (parts.next()?, parts.next()?, parts.next()?);
    let named = cellar == "Cellar";
    named.then(|| Some((folder, decode::token(name)?, decode::token(version)?))).flatten()
}

/// Reads a receipt or a formula, told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if input.path.ends_with(".rb") {
        if let Some((folder, name, version)) = keg(paths::parent(input.path)) {
            let find = formula(&decode::decode(input.bytes), package(folder, name, version));
            parsed.finds.extend((!find.declared.is_empty()).then(|| Find::source(find)));
        }
    } else if let Some((folder, name, version)) = keg(input.path) {
        let find = package(folder, name, version);
        match serde_json::from_str::<Value>(&decode::decode(input.bytes)) {
            Ok(receipt) => parsed.finds.push(Find::package(read_receipt(&receipt, find))),
            // The keg is there all the same, and its folder says what it is.
            Err(error) => {
                parsed.record_issue(format!("the JSON is broken ({error}); the names of the folders were taken"));
                parsed.finds.push(Find::package(find));
            }
        }
    }
    parsed
}

fn package(folder: &str, name: Box<str>, version: Box<str>) -> PackageFind {
    PackageFind {
        ecosystem: Ecosystem("brew"),
        name,
        version,
        text_folder: Some(folder.into()),
        files: vec![OwnedFile { path: folder.into(), kind: OwnedKind::Folder }],
        ..PackageFind::default()
    }
}

fn read_receipt(receipt: &Value, find: PackageFind) -> PackageFind {
    let source = receipt.get("source");
    let tap = source.and_then(|s| s.get("tap")).and_then(Value::as_str).unwrap_or(CORE);
    let mut parts = tap.split('/').map(decode::token);
    let tap = match (parts.next().flatten(), parts.next().flatten(), parts.next()) {
        (Some(user), Some(tap), None) => Some(format!("{user}/{tap}").to_lowercase()),
        _ => None,
    };
    let needed = receipt.get("runtime_dependencies").and_then(Value::as_array);
    let requires = needed.into_iter().flatten().filter_map(|one| {
        // `full_name` has the tap before it where that is a foreign one.
        let name = one.get("full_name").and_then(Value::as_str)?;
        Some(Requirement::AnyOf(vec![decode::token(paths::base(name))?]))
    });
    PackageFind { namespace: tap.filter(|t| t != CORE).map(Into::into), requires: requires.collect(), ..find }
}

fn formula(text: &str, mut find: PackageFind) -> PackageFind {
    // The formula's own statements have two spaces before them; deeper ones are those of resources and blocks.
    let statement = |word: &str| {
        text.match_indices(word).find_map(|(at, _)| {
            let before = text.get(..at)?;
            let own = before.ends_with("\n  ") || before.ends_with("\r\n  ");
            let rest = text.get(at + word.len()..)?;
            (own && rest.starts_with([' ', '('])).then_some(rest)
        })
    };
    let string = |word: &str| match Tokens(statement(word)?).next()? {
        Token::Text(text) => decode::one_line(text),
        _ => None,
    };
    find.description = string("desc");
    find.homepage = string("homepage");
    let license = statement("license").and_then(|rest| expression(&mut Tokens(rest).peekable(), 0));
    if let Some(value) = license {
        find.declared.push(Declared { grammar: Grammar::Spdx, field: "license", values: vec![value.into()] });
    }
    find
}

/// A piece of Ruby, as far as licences need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Text(&'a str),
    /// `:public_domain`
    Symbol(&'a str),
    /// `any_of:`
    Label(&'a str),
    /// `[`, `]`, `{`, `}`, `,`, `=>`
    Mark(&'a str),
}

struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.0.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        let word = |s: &'a str| {
            let end = s.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(s.len());
            s.split_at_checked(end).filter(|(word, _)| !word.is_empty())
        };
        let (token, rest) = if let Some(text) = rest.strip_prefix('"') {
            let (text, rest) = text.split_once('"')?;
            (Token::Text(text), rest)
        } else if let Some(symbol) = rest.strip_prefix(':') {
            let (word, rest) = word(symbol)?;
            (Token::Symbol(word), rest)
        } else if let Some((word, rest)) = word(rest) {
            (Token::Label(word), rest.strip_prefix(':')?)
        } else {
            let length = if rest.starts_with("=>") { 2 } else { 1 };
            let (mark, rest) = rest.split_at_checked(length)?;
            (Token::Mark(mark), rest)
        };
        self.0 = rest;
        Some(token)
    }
}

type Peekable<'a> = std::iter::Peekable<Tokens<'a>>;

/// A licence as brew's cookbook has it, written as the SPDX expression that it stands for.
fn expression(tokens: &mut Peekable<'_>, depth: usize) -> Option<String> {
    match tokens.next()? {
        Token::Text(id) => {
            if tokens.next_if_eq(&Token::Mark("=>")).is_none() {
                return Some(id.trim().to_owned()).filter(|id| !id.is_empty());
            }
            let brace = tokens.next_if_eq(&Token::Mark("{")).is_some();
            let (Token::Label("with"), Token::Text(exception)) = (tokens.next()?, tokens.next()?) else { return None };
            if brace {
                tokens.next_if_eq(&Token::Mark("}"));
            }
            Some(format!("{id} WITH {exception}"))
        }
        Token::Symbol("public_domain") => Some("Public Domain".to_owned()),
        Token::Mark("{") => expression(tokens, depth),
        Token::Label(label @ ("any_of" | "all_of" | "one_of")) if depth < MAX_DEPTH => {
            tokens.next_if_eq(&Token::Mark("["))?;
            let mut parts = Vec::new();
            while tokens.next_if_eq(&Token::Mark("]")).is_none() {
                parts.push(expression(tokens, depth + 1)?);
                tokens.next_if_eq(&Token::Mark("}"));
                tokens.next_if_eq(&Token::Mark(","));
            }
            let joined = parts.join(if label == "all_of" { " AND " } else { " OR " });
            Some(if depth > 0 && parts.len() > 1 { format!("({joined})") } else { joined }).filter(|j| !j.is_empty())
        }
        // `:cannot_represent`, and what is no licence.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEG: &str = "home/linuxbrew/.linuxbrew/Cellar/openssl@3/3.1.1_1";

    fn receipt(text: &str) -> (Option<PackageFind>, usize) {
        let mut found = parse(&Input { path: &format!("{KEG}/INSTALL_RECEIPT.json"), bytes: text.as_bytes() });
        let issues = found.issues.len();
        let Some(Find::Package(p)) = found.finds.pop() else { return (None, issues) };
        (Some((*p).clone()), issues)
    }

    #[test]
    fn a_receipt() {
        let (p, issues) = receipt(
            r#"{"homebrew_version":"4.1.0","poured_from_bottle":true,"runtime_dependencies":[
                {"full_name":"ca-certificates","version":"2023-05-30","revision":0},{"full_name":"a/b/c"},{}],
                "source":{"spec":"stable","versions":{"stable":"3.1.1"},"tap":"homebrew/core"},"arch":"x86_64"}"#,
        );
        let p = p.unwrap();
        assert_eq!(issues, 0);
        assert_eq!(p.requires, ["ca-certificates", "c"].map(|n| Requirement::AnyOf(vec![n.into()])));
        assert_eq!(p.text_folder.as_deref(), Some(KEG));
        assert_eq!(crate::purl::purl(&p, None).unwrap(), "pkg:brew/openssl%403@3.1.1_1");
        let tap = |json: &str| crate::purl::purl(&receipt(json).0.unwrap(), None).unwrap();
        assert_eq!(tap(r#"{"source":{"tap":"Some-Org/some-tap"}}"#), "pkg:brew/some-org/some-tap/openssl%403@3.1.1_1");
        assert_eq!(tap(r#"{"source":{"tap":"../../x"}}"#), "pkg:brew/openssl%403@3.1.1_1");
        assert_eq!(tap("[]"), "pkg:brew/openssl%403@3.1.1_1");
        assert_eq!(receipt("{").1, 1);
        assert!(receipt("{").0.is_some());
        assert_eq!(parse(&Input { path: "srv/INSTALL_RECEIPT.json", bytes: b"{}" }), Parsed::default());
    }

    #[test]
    fn licences_of_formulae() {
        let check = |ruby: &str, expected: Option<&str>| {
            let text =
                format!("class X < Formula\n  desc \"A tool\"\n  {ruby}\n  resource \"y\" do\n    license \"no\"\n");
            let path = format!("{KEG}/.brew/openssl@3.rb");
            assert!(is_formula(&path, "openssl@3.rb"));
            let mut found = parse(&Input { path: &path, bytes: text.as_bytes() });
            let Some(Find::Source(p)) = found.finds.pop() else {
                assert_eq!(None, expected, "{ruby}");
                return;
            };
            assert_eq!(p.description.as_deref(), Some("A tool"));
            assert_eq!(Some(&*p.declared[0].values[0]), expected, "{ruby}");
        };
        check(r#"license "Apache-2.0""#, Some("Apache-2.0"));
        check(r#"license any_of: ["MIT", "Apache-2.0"]"#, Some("MIT OR Apache-2.0"));
        check("license all_of: [\n    \"MIT\",\n    \"ISC\",\n  ]", Some("MIT AND ISC"));
        check(r#"license all_of: ["MIT", any_of: ["A", "B"]]"#, Some("MIT AND (A OR B)"));
        check(r#"license all_of: ["MIT", { any_of: ["A", "B"] }, "C"]"#, Some("MIT AND (A OR B) AND C"));
        check(
            r#"license all_of: ["X", { "GPL-3.0-or-later" => { with: "GCC-exception-3.1" } }]"#,
            Some("X AND GPL-3.0-or-later WITH GCC-exception-3.1"),
        );
        check(r#"license "GPL-2.0-only" => { with: "Classpath-exception-2.0" }"#, {
            Some("GPL-2.0-only WITH Classpath-exception-2.0")
        });
        check("license :public_domain", Some("Public Domain"));
        check("license :cannot_represent", None);
        check("license", None);
        check("license any_of: [", None);
        check("license any_of: [\"\u{1f4a9}", None);
        check(&format!("license {}", "any_of: [".repeat(10_000)), None);
        check("head \"x\"", None);
    }
}
