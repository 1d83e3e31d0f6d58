//! Erlang and Elixir: the application resource file `ebin/NAME.app` of every application, and the
//! `hex_metadata.config` that packages of Hex have in their source.
//!
//! Only a package's maker writes `licenses` and `links` into the resource file, since Hex asks for them: such an
//! application is a package of Hex. Of others nothing says so (the applications of OTP, the program itself, Elixir's
//! builds): they are `otp`. What Hex's metadata says is kept as a source of both. Left out: archives of applications
//! (`.ez`), `.appup`. Specification: app(4) and the term syntax of the Erlang reference manual, "Hex package metadata".

use super::literal::{Cursor, DEPTH_LIMIT};
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, EmbeddedText, Find, Grammar, PackageFind, Requirement};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "erlang",
    group: Group::Installed,
    wants: &[Want::Like(is_resource), Want::Name("hex_metadata.config")],
    parse,
};

/// Applications of Erlang/OTP, and whatever nothing is said of.
pub const OTP: Ecosystem = Ecosystem("otp");
/// Packages of Hex.
pub const HEX: Ecosystem = Ecosystem("hex");

/// Longest comment before the term that is kept as a licence text; Apache's notice and ISC's text have below 1 KB.
const COMMENT_LIMIT: usize = 16 << 10;

fn is_resource(path: &str, base: &str) -> bool {
    base.ends_with(".app") && paths::base(paths::parent(path)) == "ebin"
}

/// Reads a resource file or Hex's metadata, told apart by the name.
pub fn parse(input: &Input<'_>) -> Parsed {
    let text = decode::decode(input.bytes);
    if paths::base(input.path) == "hex_metadata.config" {
        metadata(input.path, &text)
    } else {
        resource(input.path, &text)
    }
}

fn resource(path: &str, text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let Some(Term::Tuple(items)) = term(&mut Cursor::new(text), 0) else {
        parsed.file_issue("the file holds no Erlang term; the application was left out");
        return parsed;
    };
    let [kind, Term::Word(name), keys @ Term::List(_)] = items.as_slice() else {
        parsed.file_issue("the term describes no application");
        return parsed;
    };
    let Some(version) = keys.get("vsn").and_then(Term::word).and_then(decode::token) else {
        // OTP reads such a file too, but nothing can be said of it.
        parsed.file_issue("the application has no valid version and was left out");
        return parsed;
    };
    let Some(name) = decode::token(name).filter(|_| kind.word() == Some("application")) else {
        parsed.file_issue("the term describes no application");
        return parsed;
    };
    // `%VSN%` and `{{version}}` are templates.
    if !version.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return parsed;
    }
    let of_hex = ["licenses", "links", "maintainers"].iter().any(|key| keys.get(key).is_some());
    let needs: BTreeSet<&str> = ["applications", "included_applications", "optional_applications"]
        .iter()
        .filter_map(|key| keys.get(key))
        .flat_map(Term::words)
        .collect();
    let folder = paths::parent(paths::parent(path));
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: if of_hex { HEX } else { OTP },
        name,
        version,
        supplier: keys.get("maintainers").and_then(|m| m.words().into_iter().find_map(decode::one_line)),
        description: keys.get("description").and_then(Term::word).and_then(decode::one_line),
        declared: declared(keys),
        requires: needs.into_iter().filter_map(decode::token).map(|name| Requirement::AnyOf(vec![name])).collect(),
        text_folder: (!folder.is_empty()).then(|| folder.into()),
        embedded: notice(text).into_iter().collect(),
        ..PackageFind::default()
    }));
    parsed
}

fn declared(keys: &Term) -> Vec<Declared> {
    let words = keys.get("licenses").map(Term::words).unwrap_or_default();
    let values: Vec<Box<str>> = words.into_iter().map(str::trim).filter(|w| !w.is_empty()).map(Into::into).collect();
    if values.is_empty() { Vec::new() } else { vec![Declared { grammar: Grammar::Any, field: "licenses", values }] }
}

/// The comment at the top, where it speaks of a licence: OTP's own files and many others carry their notice there.
fn notice(text: &str) -> Option<EmbeddedText> {
    let mut words = String::new();
    for line in text.lines().map(str::trim) {
        let Some(comment) = line.strip_prefix('%') else { if line.is_empty() { continue } else { break } };
        if words.len() + comment.len() > COMMENT_LIMIT {
            return None;
        }
        words.push_str(comment.trim_start_matches('%').trim());
        words.push('\n');
    }
    let speaks = ["icense", "Permission"].iter().any(|w| words.contains(w));
    speaks.then(|| EmbeddedText { path: "comment".into(), words: words.into() })
}

/// A list of `{<<"key">>, value}.` terms.
fn metadata(path: &str, text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut cursor = Cursor::new(text);
    let mut all = Vec::new();
    while let Some(found) = term(&mut cursor, 0) {
        all.push(found);
        cursor.skip_blank("%");
        if !cursor.eat(".") {
            break;
        }
    }
    let keys = Term::List(all);
    let word = |key: &str| keys.get(key).and_then(Term::word);
    let (Some(name), Some(version)) =
        (word("app").or(word("name")).and_then(decode::token), word("version").and_then(decode::token))
    else {
        parsed.file_issue("the metadata has no valid name and version");
        return parsed;
    };
    let folder = paths::parent(path);
    for ecosystem in [HEX, OTP] {
        parsed.finds.push(Find::source(PackageFind {
            ecosystem,
            name: name.clone(),
            version: version.clone(),
            description: word("description").and_then(decode::one_line),
            declared: declared(&keys),
            text_folder: (!folder.is_empty()).then(|| folder.into()),
            ..PackageFind::default()
        }));
    }
    parsed
}

/// An Erlang term, as far as these files go.
#[derive(Clone, Debug, PartialEq)]
enum Term {
    /// An atom, a string, a binary.
    Word(String),
    /// `[a, b]`
    List(Vec<Term>),
    /// `{a, b}`
    Tuple(Vec<Term>),
    /// A number or something unknown.
    Other,
}

impl Term {
    fn word(&self) -> Option<&str> {
        match self {
            Term::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The words of a list.
    fn words(&self) -> Vec<&str> {
        match self {
            Term::List(list) => list.iter().filter_map(Term::word).collect(),
            _ => Vec::new(),
        }
    }

    /// The value of the pair in a list that begins with this word.
    fn get(&self, key: &str) -> Option<&Term> {
        let Term::List(list) = self else { return None };
        list.iter().find_map(|item| match item {
            Term::Tuple(pair) => match pair.as_slice() {
                [Term::Word(word), value] if word == key => Some(value),
                _ => None,
            },
            _ => None,
        })
    }
}

/// Reads one term.
fn term(cursor: &mut Cursor<'_>, depth: usize) -> Option<Term> {
    cursor.skip_blank("%");
    if depth > DEPTH_LIMIT {
        return None;
    }
    if cursor.eat("<<") {
        cursor.skip_blank("%");
        let mut out = String::new();
        while cursor.eat("\"") {
            out.push_str(&cursor.quoted('"', false)?);
            // `/utf8`
            cursor.take(|c| c == '/' || c.is_alphanumeric() || c == ',' || c.is_whitespace());
        }
        return cursor.eat(">>").then_some(Term::Word(out));
    }
    match cursor.peek()? {
        '[' => items(cursor, "[", "]", depth).map(Term::List),
        '{' => items(cursor, "{", "}", depth).map(Term::Tuple),
        '#' => {
            cursor.eat("#");
            items(cursor, "{", "}", depth).map(|_| Term::Other)
        }
        '\'' => {
            cursor.bump();
            cursor.quoted('\'', false).map(Term::Word)
        }
        '"' => {
            // Strings that follow each other are one.
            let mut out = String::new();
            while cursor.eat("\"") {
                out.push_str(&cursor.quoted('"', false)?);
                cursor.skip_blank("%");
            }
            Some(Term::Word(out))
        }
        c if c.is_lowercase() => Some(Term::Word(cursor.word().to_owned())),
        c if c.is_alphanumeric() || "+-_$".contains(c) => {
            cursor.take(|c| c.is_alphanumeric() || "+-_$.#".contains(c));
            Some(Term::Other)
        }
        _ => None,
    }
}

/// What stands between two brackets. `=>`, `|` and `:=` divide as a comma does: nothing is wanted of maps and tails.
fn items(cursor: &mut Cursor<'_>, open: &str, close: &str, depth: usize) -> Option<Vec<Term>> {
    if !cursor.eat(open) {
        return None;
    }
    let mut out = Vec::new();
    loop {
        cursor.skip_blank("%");
        if cursor.eat(close) {
            return Some(out);
        }
        out.push(term(cursor, depth + 1)?);
        cursor.skip_blank("%");
        let _ = cursor.eat(",") || cursor.eat("=>") || cursor.eat(":=") || cursor.eat("|");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "opt/app/lib/jiffy-1.1.1/ebin/jiffy.app";

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Input { path, bytes: text.as_bytes() })
    }

    fn one(path: &str, text: &str) -> PackageFind {
        match read(path, text).finds.pop() {
            Some(Find::Package(p) | Find::Source(p)) => (*p).clone(),
            other => panic!("{other:?}"),
        }
    }

    /// Debian's erlang-jiffy, shortened.
    const JIFFY: &str = "{application,jiffy,\n[{description,\"JSON Decoder/Encoder.\"},\n{vsn,\"1.1.1\"},{registered,[]},\
        {applications,[kernel,stdlib,xmerl]},{maintainers,[\"Paul J. Davis\"]},{licenses,[\"MIT\",\"BSD\"]},\
        {links,[{\"GitHub\",\"https://github.com/davisp/jiffy\"}]},{modules,[jiffy,jiffy_utf8]}]}.\n";

    /// Of OTP, shortened.
    const KERNEL: &str = "%% Licensed under the Apache License, Version 2.0 (the \"License\");\n%%\n\n\
        {application, kernel,\n [% This is new\n  {description, \"ERTS  CXC \" \"138 10\"}, {vsn, \"8.5.3\"},\n\
        {modules, ['Elixir.A', b]}, {applications, []}, {env, [{a, -1.5e3}, {m, #{k => <<\"v\"/utf8>>}}, {c, $a}]},\n\
        {mod, {kernel, []}}, {runtime_dependencies, [\"erts-13.1\" | []]}]\n}.";

    #[test]
    fn real_applications() {
        let p = one(PATH, JIFFY);
        assert_eq!(crate::purl::purl(&p, None).unwrap(), "pkg:hex/jiffy@1.1.1");
        assert_eq!(
            (p.supplier.as_deref(), p.description.as_deref()),
            (Some("Paul J. Davis"), Some("JSON Decoder/Encoder."))
        );
        assert_eq!(p.declared[0].values, ["MIT".into(), "BSD".into()]);
        assert_eq!(p.requires, ["kernel", "stdlib", "xmerl"].map(|n| Requirement::AnyOf(vec![n.into()])));
        assert_eq!(p.text_folder.as_deref(), Some("opt/app/lib/jiffy-1.1.1"));
        assert!(p.embedded.is_empty());
        let p = one("usr/lib/erlang/lib/kernel-8.5.3/ebin/kernel.app", KERNEL);
        assert_eq!(crate::purl::purl(&p, None).unwrap(), "pkg:otp/kernel@8.5.3");
        assert_eq!(p.description.as_deref(), Some("ERTS  CXC 138 10"));
        assert_eq!(&*p.embedded[0].words, "Licensed under the Apache License, Version 2.0 (the \"License\");\n\n");
    }

    #[test]
    fn what_hex_says_of_a_package() {
        let text = "{<<\"app\">>,<<\"jason\">>}.\n{<<\"licenses\">>,[<<\"Apache-2.0\">>]}.\n{<<\"name\">>,<<\"jason\">>}.\n\
            {<<\"version\">>,<<\"1.4.0\">>}.\n";
        let got = read("app/deps/jason/hex_metadata.config", text);
        let sources: Vec<(&str, &str)> = got
            .finds
            .iter()
            .map(|f| match f {
                Find::Source(p) => (p.ecosystem.as_str(), &*p.declared[0].values[0]),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(sources, [("hex", "Apache-2.0"), ("otp", "Apache-2.0")]);
        assert_eq!(read("a/hex_metadata.config", "{<<\"app\">>").issues.len(), 1);
    }

    #[test]
    fn what_is_no_application() {
        let check = |text: &str, finds: usize, issues: usize| {
            let got = read(PATH, text);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{text}: {got:?}");
        };
        check("{application,x,[{vsn,\"1\"}]}", 1, 0);
        check("\u{feff}{application,'x',[{vsn,\"1\"}]}.", 1, 0);
        check("{application,x,[{vsn,\"%VSN%\"}]}.", 0, 0);
        check("{application,x,[{vsn,1}]}.", 0, 1);
        check("{application,x,[]}.", 0, 1);
        check("{release,x,[{vsn,\"1\"}]}.", 0, 1);
        check("{application,'../x',[{vsn,\"1\"}]}.", 0, 1);
        check("", 0, 1);
        check("{", 0, 1);
        check("<<", 0, 1);
        check(&"[".repeat(100_000), 0, 1);
        for end in 0..KERNEL.len() - 1 {
            assert!(read(PATH, KERNEL.get(..end).unwrap_or("")).finds.is_empty());
        }
    }

    #[test]
    fn where_resources_lie() {
        let check = |path: &str, expected: bool| assert_eq!(is_resource(path, paths::base(path)), expected, "{path}");
        check(PATH, true);
        check("ebin/x.app", true);
        check("lib/x/src/x.app", false);
        check("lib/webin/x.app", false);
    }
}
