//! Perl distributions: the CPAN META files that installers and makers leave.
//!
//! cpanm, cpm and Carton keep a `.meta` folder with `MYMETA.json` for everything that they install. A `META.json` or
//! `META.yml` elsewhere lies in an unpacked source and is one. Left out: `install.json` beside `MYMETA.json`, which
//! alone knows the author's id (the purl goes without, as the specification allows) and nothing of licences; `.packlist`
//! files, which know neither the distribution's name nor its version; modules of Perl's own;
//! `perllocal.pod`, which has its own cataloger. Specification: CPAN::Meta::Spec 2 and 1.4.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "perl",
    group: Group::Installed,
    wants: &[Want::Name("MYMETA.json"), Want::Name("META.json"), Want::Name("META.yml")],
    parse,
};

/// The purl type.
pub const CPAN: Ecosystem = Ecosystem("cpan");

/// Reads one META file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let folder = paths::parent(input.path);
    let installed = paths::base(paths::parent(folder)) == ".meta";
    let text = decode::decode(input.bytes);
    let json = if input.path.ends_with(".yml") {
        // The real name of the file is common; only CPAN's says what specification it follows.
        yaml(&text)
    } else {
        match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(json)) => json,
            _ if installed => {
                parsed.file_issue("the file holds no JSON object; the distribution was left out");
                return parsed;
            }
            _ => return parsed,
        }
    };
    if !json.contains_key("meta-spec") {
        return parsed;
    }
    let (Some(name), Some(version)) = (word(&json, "name"), word(&json, "version")) else {
        if installed {
            parsed.file_issue("the metadata has no valid name and version; the distribution was left out");
        }
        return parsed;
    };
    // A distribution is not a module: the purl refuses `URI::PackageURL`.
    let name = name.replace("::", "-");
    let resources = json.get("resources").and_then(Value::as_object);
    let modules = json.get("provides").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let mut provides: BTreeSet<Box<str>> = modules.filter_map(|m| decode::token(m)).collect();
    provides.insert(name.replace('-', "::").into());
    let find = PackageFind {
        ecosystem: CPAN,
        version,
        // MakeMaker writes `unknown` where nothing was said.
        supplier: texts(json.get("author")).iter().filter(|a| ***a != *"unknown").find_map(|a| decode::one_line(a)),
        description: json
            .get("abstract")
            .and_then(Value::as_str)
            .filter(|a| *a != "unknown")
            .and_then(decode::one_line),
        homepage: resources.and_then(|r| r.get("homepage")).and_then(Value::as_str).and_then(decode::one_line),
        declared: declared(&json),
        provides: provides.into_iter().filter(|p| **p != *name).collect(),
        requires: requires(&json),
        text_folder: Some(folder).filter(|f| !installed && !f.is_empty()).map(Into::into),
        name: name.into(),
        ..PackageFind::default()
    };
    parsed.finds.push(if installed { Find::package(find) } else { Find::source(find) });
    parsed
}

/// A name or a version; versions may stand as numbers.
fn word(json: &Map<String, Value>, key: &str) -> Option<Box<str>> {
    match json.get(key)? {
        Value::String(s) => decode::token(s).filter(|w| !matches!(&**w, "undef" | "unknown")),
        Value::Number(n) => decode::token(&n.to_string()),
        _ => None,
    }
}

/// A string, or the strings of a list.
fn texts(value: Option<&Value>) -> Vec<Box<str>> {
    let list: Vec<&str> = match value {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    list.into_iter().map(str::trim).filter(|s| !s.is_empty()).map(Into::into).collect()
}

/// `license` is one word in version 1, a list in version 2; Dist::Zilla and others add an expression.
fn declared(json: &Map<String, Value>) -> Vec<Declared> {
    [(Grammar::Spdx, "x_spdx_expression"), (Grammar::Perl, "license")]
        .into_iter()
        .map(|(grammar, field)| Declared { grammar, field, values: texts(json.get(field)) })
        .filter(|d| !d.values.is_empty())
        .collect()
}

/// Modules that are needed at run time.
fn requires(json: &Map<String, Value>) -> Vec<Requirement> {
    let runtime = ["runtime", "requires"].iter().try_fold(json.get("prereqs"), |v, key| Some(v?.get(key)));
    let modules = runtime.flatten().or(json.get("requires")).and_then(Value::as_object);
    let names: BTreeSet<Box<str>> =
        modules.into_iter().flat_map(Map::keys).filter(|m| *m != "perl").filter_map(|m| decode::token(m)).collect();
    names.into_iter().map(|name| Requirement::AnyOf(vec![name])).collect()
}

/// The top level of a META.yml: words beside their key, and lists of words below it. Deeper levels are kept as
/// present only.
fn yaml(text: &str) -> Map<String, Value> {
    let mut out = Map::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        if let Some(item) = line.trim_start().strip_prefix("- ") {
            if let Some(list) = open.as_ref().and_then(|key| out.get_mut(key)).and_then(Value::as_array_mut) {
                list.push(Value::String(unquoted(item)));
            }
        } else if let Some((key, value)) = line.split_once(':').filter(|_| !line.starts_with([' ', '\t', '#', '-'])) {
            let value = unquoted(value);
            open = value.is_empty().then(|| key.to_owned());
            out.insert(key.to_owned(), if value.is_empty() { Value::Array(Vec::new()) } else { Value::String(value) });
        } else if line.starts_with(' ') {
            open = None;
        }
    }
    out
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = ['\'', '"'].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
    inner.unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTALLED: &str = "app/local/lib/perl5/x86_64-linux/.meta/libwww-perl-6.76/MYMETA.json";

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Input { path, bytes: text.as_bytes() })
    }

    /// Of libwww-perl, shortened.
    const LWP: &str = r#"{"abstract":"The World-Wide Web library for Perl","author":["Gisle Aas <gisle@activestate.com>"],
        "license":["perl_5"],"meta-spec":{"version":2},"name":"libwww-perl","version":"6.76",
        "prereqs":{"runtime":{"requires":{"HTTP::Request":"6.18","perl":"5.008001"}},"test":{"requires":{"Test::More":"0"}}},
        "provides":{"LWP":{"file":"lib/LWP.pm"}},"resources":{"homepage":"https://github.com/libwww-perl/libwww-perl"},
        "x_spdx_expression":"Artistic-1.0-Perl OR GPL-1.0-or-later"}"#;

    #[test]
    fn a_real_distribution() {
        let got = read(INSTALLED, LWP);
        let Some(Find::Package(p)) = got.finds.first() else { panic!("{got:?}") };
        assert_eq!(crate::purl::purl(p, None).unwrap(), "pkg:cpan/libwww-perl@6.76");
        let said: Vec<(Grammar, &str)> = p.declared.iter().map(|d| (d.grammar, &*d.values[0])).collect();
        assert_eq!(said, [(Grammar::Spdx, "Artistic-1.0-Perl OR GPL-1.0-or-later"), (Grammar::Perl, "perl_5")]);
        assert_eq!(p.requires, [Requirement::AnyOf(vec!["HTTP::Request".into()])]);
        assert_eq!(p.provides, ["LWP".into(), "libwww::perl".into()]);
        assert_eq!(p.supplier.as_deref(), Some("Gisle Aas <gisle@activestate.com>"));
        assert_eq!(p.text_folder, None);
        let got = read("usr/src/libwww-perl-6.76/META.json", LWP);
        let Some(Find::Source(p)) = got.finds.first() else { panic!("{got:?}") };
        assert_eq!(p.text_folder.as_deref(), Some("usr/src/libwww-perl-6.76"));
    }

    #[test]
    fn older_metadata() {
        let text = "---\nabstract: 'Dates'\nauthor:\n  - 'Dave Rolsky <a@b>'\n  - x\nlicense: artistic_2\nmeta-spec:\n  \
            url: http://x\n  version: '1.4'\nname: DateTime\nno_index:\n  directory:\n    - t\nrequires:\n  Carp: '0'\n\
            version: '1.55'\n";
        let got = read("s/META.yml", text);
        let Some(Find::Source(p)) = got.finds.first() else { panic!("{got:?}") };
        assert_eq!(crate::purl::purl(p, None).unwrap(), "pkg:cpan/DateTime@1.55");
        assert_eq!(p.declared[0].values, ["artistic_2".into()]);
        assert_eq!(p.supplier.as_deref(), Some("Dave Rolsky <a@b>"));
    }

    #[test]
    fn what_is_no_distribution() {
        let check = |path: &str, text: &str, finds: usize, issues: usize| {
            let got = read(path, text);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{text}: {got:?}");
        };
        check(INSTALLED, "", 0, 1);
        check(INSTALLED, "[]", 0, 1);
        check(INSTALLED, r#"{"name":"x","meta-spec":{}}"#, 0, 1);
        check(INSTALLED, r#"{"name":"X::Y","version":1.5,"meta-spec":{}}"#, 1, 0);
        check("a/META.json", "{", 0, 0);
        check("a/META.json", r#"{"name":"x","version":"1"}"#, 0, 0);
        check("a/META.yml", "name: x\nversion: 1\n", 0, 0);
        check(INSTALLED, &"[".repeat(100_000), 0, 1);
    }
}
