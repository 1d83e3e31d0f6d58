//! Lua rocks: the rockspecs that LuaRocks keeps of everything that it installed, in `luarocks/rocks-5.x/NAME/VERSION/`.
//!
//! A rockspec is a Lua program that assigns to globals; only literals are read. Where name or version is computed, the
//! folders say them. A rockspec elsewhere is its author's, and a source. Specification: "Rockspec format" of LuaRocks.

use super::literal::{Cursor, DEPTH_LIMIT};
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "lua", group: Group::Installed, wants: &[Want::Suffix(".rockspec")], parse };

/// The purl type.
pub const LUAROCKS: Ecosystem = Ecosystem("luarocks");

/// Reads one rockspec.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let spec = globals(&text);
    let folder = paths::parent(input.path);
    let (by_version, rocks) = (paths::base(folder), paths::parent(paths::parent(folder)));
    let installed = paths::base(rocks).starts_with("rocks") && paths::base(paths::parent(rocks)) == "luarocks";
    let place = |part: &str| Some(part.to_owned()).filter(|_| installed);
    let name = spec.text("package").or_else(|| place(paths::base(paths::parent(folder))));
    let version = spec.text("version").or_else(|| place(by_version));
    let (Some(name), Some(version)) =
        (name.and_then(|n| decode::token(&n)), version.and_then(|v| decode::token(&v)).filter(|v| is_version(v)))
    else {
        if installed {
            parsed.file_issue("the rockspec has no valid name and version; the rock was left out");
        }
        return parsed;
    };
    let about = spec.get("description").cloned().unwrap_or(Value::Other);
    let line = |key: &str| about.text(key).and_then(|t| decode::one_line(&t));
    let license = about.text("license").filter(|l| !l.trim().is_empty());
    let find = PackageFind {
        ecosystem: LUAROCKS,
        // LuaRocks compares names without regard to case; on its server they are lower case.
        name: name.to_lowercase().into(),
        version,
        supplier: line("maintainer"),
        description: line("summary"),
        homepage: line("homepage"),
        declared: license
            .map(|l| Declared { grammar: Grammar::Any, field: "license", values: vec![l.trim().into()] })
            .into_iter()
            .collect(),
        requires: requires(&spec),
        // LuaRocks copies a rock's licence into its folder `doc`.
        text_folder: if installed {
            paths::resolve(folder, "doc")
        } else {
            Some(folder).filter(|f| !f.is_empty()).map(Into::into)
        },
        ..PackageFind::default()
    };
    parsed.finds.push(if installed { Find::package(find) } else { Find::source(find) });
    parsed
}

/// `3.1.0-1`, `scm-1`, `dev-1`: a version of the software and one of the rockspec.
fn is_version(version: &str) -> bool {
    version
        .rsplit_once('-')
        .is_some_and(|(v, r)| !v.is_empty() && !r.is_empty() && r.bytes().all(|b| b.is_ascii_digit()))
}

/// `"lua >= 5.1"`, `"luasocket"`. What belongs to Lua itself is no rock.
fn requires(spec: &Value) -> Vec<Requirement> {
    let Some(Value::Table(list)) = spec.get("dependencies") else { return Vec::new() };
    let names: BTreeSet<Box<str>> = list
        .iter()
        .filter_map(|(_, v)| v.as_text()?.split_whitespace().next().and_then(decode::token))
        .map(|name| name.to_lowercase())
        .filter(|name| name != "lua")
        .map(Into::into)
        .collect();
    names.into_iter().map(|name| Requirement::AnyOf(vec![name])).collect()
}

/// A Lua value, as far as rockspecs go.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    /// A string.
    Text(String),
    /// A table; list items have no key.
    Table(Vec<(Option<String>, Value)>),
    /// Anything that is no literal.
    Other,
}

impl Value {
    fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Table(list) => list.iter().rev().find(|(k, _)| k.as_deref() == Some(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.as_text().map(str::to_owned)
    }
}

/// All assignments to globals, as a table.
fn globals(text: &str) -> Value {
    let mut cursor = Cursor::new(text);
    let mut out = Vec::new();
    loop {
        skip_blank(&mut cursor);
        let word = cursor.word();
        skip_blank(&mut cursor);
        if word.is_empty() {
            if cursor.bump().is_none() {
                return Value::Table(out);
            }
        } else if cursor.rest().starts_with("==") {
            cursor.eat("==");
        } else if cursor.eat("=") {
            let Some(value) = value(&mut cursor, 0) else { return Value::Table(out) };
            out.push((Some(word.to_owned()), value));
        }
    }
}

fn skip_blank(cursor: &mut Cursor<'_>) {
    loop {
        let before = cursor.rest().len();
        cursor.take(char::is_whitespace);
        if cursor.rest().starts_with("--[[") || cursor.rest().starts_with("--[=") {
            cursor.eat("--");
            long_string(cursor);
        } else if cursor.rest().starts_with("--") {
            cursor.take(|c| c != '\n');
        }
        if cursor.rest().len() == before {
            return;
        }
    }
}

/// One value; `None` where the text ends in it. A literal that an operator follows is none.
fn value(cursor: &mut Cursor<'_>, depth: usize) -> Option<Value> {
    skip_blank(cursor);
    if depth > DEPTH_LIMIT {
        return None;
    }
    let found = match cursor.peek()? {
        quote @ ('"' | '\'') => {
            cursor.bump();
            Value::Text(cursor.quoted(quote, false)?)
        }
        '[' => Value::Text(long_string(cursor)?),
        '{' => table(cursor, depth)?,
        _ => {
            // A name, a number, a call: taken up to what can end it.
            cursor.take(|c| !matches!(c, ',' | ';' | '}' | '\n' | '"' | '\'' | '{'));
            return Some(Value::Other);
        }
    };
    let before = *cursor;
    skip_blank(cursor);
    if cursor.eat("..") {
        value(cursor, depth + 1)?;
        return Some(Value::Other);
    }
    *cursor = before;
    Some(found)
}

fn table(cursor: &mut Cursor<'_>, depth: usize) -> Option<Value> {
    cursor.eat("{");
    let mut out = Vec::new();
    loop {
        skip_blank(cursor);
        if cursor.eat("}") {
            return Some(Value::Table(out));
        }
        let before = *cursor;
        let key = if cursor.peek() == Some('[') && !cursor.rest().starts_with("[[") && !cursor.rest().starts_with("[=")
        {
            cursor.bump();
            let key = value(cursor, depth + 1)?;
            cursor.take(|c| c == ']' || c.is_whitespace());
            key.as_text().map(str::to_owned).or(Some(String::new()))
        } else {
            Some(cursor.word()).filter(|w| !w.is_empty()).map(str::to_owned)
        };
        skip_blank(cursor);
        let key = if key.is_some() && !cursor.rest().starts_with("==") && cursor.eat("=") {
            key
        } else {
            *cursor = before;
            None
        };
        let left = cursor.rest().len();
        out.push((key, value(cursor, depth + 1)?));
        skip_blank(cursor);
        // Something must be taken at each turn, whatever it is.
        if !cursor.eat(",") && !cursor.eat(";") && cursor.rest().len() == left {
            cursor.bump()?;
        }
    }
}

/// `[[...]]`, `[==[...]==]`
fn long_string(cursor: &mut Cursor<'_>) -> Option<String> {
    cursor.eat("[");
    let level = cursor.take(|c| c == '=');
    if !cursor.eat("[") {
        return None;
    }
    let close = format!("]{level}]");
    let end = cursor.rest().find(&close)?;
    let text = cursor.rest().get(..end)?.trim_start_matches(['\r', '\n']).to_owned();
    *cursor = Cursor::new(cursor.rest().get(end + close.len()..)?);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec";

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Input { path, bytes: text.as_bytes() })
    }

    /// LuaSocket's own, shortened.
    const LUASOCKET: &str = "package = \"LuaSocket\"\nversion = \"3.1.0-1\"\nsource = {\n  url = \"git+https://x\",\n  \
        tag = \"v3.1.0\"\n}\ndescription = {\n  summary = \"Network support\",\n  detailed = [[\n    LuaSocket } is\n  ]],\n  \
        homepage = \"https://github.com/lunarmodules/luasocket\", -- home\n  license = \"MIT\"\n}\n\
        dependencies = {\n  \"lua >= 5.1\", 'LPeg ~> 1.0'\n}\nlocal function make_plat(plat)\n  local defines = {\n    unix = {\n\
        \"LUASOCKET_DEBUG\" },\n  }\n  if x == 1 then return {} end\nend\n\
        build = { type = \"builtin\", modules = { [\"socket.core\"] = make_plat(\"unix\"), n = 1, f = a == b } }\n";

    #[test]
    fn a_real_rock() {
        let got = read(PATH, LUASOCKET);
        let Some(Find::Package(p)) = got.finds.first() else { panic!("{got:?}") };
        assert_eq!(crate::purl::purl(p, None).unwrap(), "pkg:luarocks/luasocket@3.1.0-1");
        assert_eq!(p.declared[0].values, ["MIT".into()]);
        assert_eq!(p.description.as_deref(), Some("Network support"));
        assert_eq!(p.homepage.as_deref(), Some("https://github.com/lunarmodules/luasocket"));
        assert_eq!(p.requires, [Requirement::AnyOf(vec!["lpeg".into()])]);
        let folder = "usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/doc";
        assert_eq!(p.text_folder.as_deref(), Some(folder));
        assert!(matches!(read("src/luasocket-3.1.0-1.rockspec", LUASOCKET).finds[..], [Find::Source(_)]));
    }

    #[test]
    fn names_versions_and_broken_files() {
        let check = |path: &str, text: &str, expected: Option<&str>, issues: usize| {
            let got = read(path, text);
            let found = got.finds.first().map(|f| match f {
                Find::Package(p) | Find::Source(p) => format!("{} {}", p.name, p.version),
                other => panic!("{other:?}"),
            });
            assert_eq!((found.as_deref(), got.issues.len()), (expected, issues), "{text}");
        };
        let folders = Some("luasocket 3.1.0-1");
        check(PATH, "local v = '3'\npackage = name\nversion = v .. '-1'", folders, 0);
        check(PATH, "version = '3' .. '-1'", folders, 0);
        check(PATH, "", folders, 0);
        check(PATH, "package = 'x", folders, 0);
        check(PATH, "package = [==[x]=]]==]\nversion='1-1'", Some("x]=] 1-1"), 0);
        check("a.rockspec", "\u{feff}--[[ package = 'y' ]] package = 'x' version = 'scm-1'", Some("x scm-1"), 0);
        check("a.rockspec", "package = 'x'\nversion = '1'", None, 0);
        check("a.rockspec", "package = 'x'", None, 0);
        check("luarocks/rocks/x/y/x.rockspec", "package = 'x'", None, 1);
        check("a.rockspec", &"a={".repeat(100_000), None, 0);
        check("a.rockspec", &"a={[".repeat(100_000), None, 0);
        check("a.rockspec", &"a='b'..".repeat(100_000), None, 0);
        check("a.rockspec", "a={)", None, 0);
        check("a.rockspec", "a={))))}", None, 0);
    }
}
