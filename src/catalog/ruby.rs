//! Ruby gems: the gemspecs that RubyGems writes into `specifications/` when it installs one.
//!
//! Those are Ruby code, but of one form: an assignment a line, literals only. Gemspecs elsewhere are their authors' own;
//! what stands in a gem's folder is its source, and what Bundler checked out under `bundler/gems` is installed. Of those
//! only literals are read; a version that is computed makes no package. Left out: `.gem` archives in `cache/`, of which
//! every installed gem leaves one. Specification: Gem::Specification of the RubyGems guides, its `to_ruby`, and the
//! stub line of its installer.

use super::literal::Cursor;
use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "ruby", group: Group::Installed, wants: &[Want::Suffix(".gemspec")], parse };

/// What a gemspec is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'a> {
    /// Written by RubyGems; the gem lies in `gems/` of this gem home.
    Installed(&'a str),
    /// The gem's own folder, checked out by Bundler.
    Checkout,
    /// Source code.
    Source,
}

/// Reads one gemspec.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let place = place(input.path);
    let text = decode::decode(input.bytes);
    let spec = Spec::read(&text);
    let stub = stub(&text);
    let installed = matches!(place, Place::Installed(_));
    // The stub line says the same in a form that needs no Ruby; RubyGems itself reads nothing else at first.
    let stub = |i: usize| stub.and_then(|s| s.get(i).copied()).filter(|_| installed);
    let name = spec.name.as_deref().or(stub(0)).and_then(decode::token);
    let version = spec.version.as_deref().or(stub(1)).and_then(decode::token).filter(|v| is_version(v));
    let (Some(name), Some(version)) = (name, version) else {
        if installed {
            parsed.file_issue("the gemspec has no valid name and version; the gem was left out");
        }
        return parsed;
    };
    let platform = spec.platform.as_deref().or(stub(2)).filter(|p| !matches!(*p, "ruby" | "")).and_then(decode::token);
    let folder = match place {
        Place::Installed(home) => {
            let full = match &platform {
                Some(platform) => format!("{name}-{version}-{platform}"),
                None => format!("{name}-{version}"),
            };
            paths::resolve(home, &format!("gems/{full}"))
        }
        _ => Some(paths::parent(input.path)).filter(|f| !f.is_empty()).map(Into::into),
    };
    let find = PackageFind {
        ecosystem: Ecosystem::GEM,
        name,
        version,
        qualifiers: platform.into_iter().map(|p| ("platform", p)).collect(),
        supplier: spec.authors.iter().find_map(|a| decode::one_line(a)),
        description: spec.summary.as_deref().and_then(decode::one_line),
        homepage: spec.homepage.as_deref().and_then(decode::one_line),
        declared: spec.declared(),
        requires: spec.requires(),
        text_folder: folder,
        ..PackageFind::default()
    };
    parsed.finds.push(if place == Place::Source { Find::source(find) } else { Find::package(find) });
    parsed
}

fn place(path: &str) -> Place<'_> {
    let folder = paths::parent(path);
    let folder = match folder.strip_suffix("/default") {
        Some(above) if paths::base(above) == "specifications" => above,
        _ => folder,
    };
    if paths::base(folder) == "specifications" {
        return Place::Installed(paths::parent(folder));
    }
    // `bundler/gems/rack-1a2b3c4d5e6f/rack.gemspec`.
    let above = paths::parent(folder);
    let revision =
        folder.rsplit_once('-').is_some_and(|(_, r)| r.len() >= 7 && r.bytes().all(|b| b.is_ascii_hexdigit()));
    if above.ends_with("bundler/gems") && revision { Place::Checkout } else { Place::Source }
}

/// `Gem::Version::VERSION_PATTERN`: it begins with a digit.
fn is_version(version: &str) -> bool {
    version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

/// The words of `# stub: name version platform require-paths`, which stands among the first lines.
fn stub(text: &str) -> Option<[&str; 3]> {
    let words = text.lines().take(4).find_map(|line| line.strip_prefix("# stub: "))?;
    let mut words = words.split_whitespace();
    Some([words.next()?, words.next()?, words.next()?])
}

/// What the assignments of a gemspec say.
#[derive(Debug, Default)]
struct Spec {
    name: Option<String>,
    version: Option<String>,
    platform: Option<String>,
    summary: Option<String>,
    homepage: Option<String>,
    authors: Vec<String>,
    license: Vec<String>,
    licenses: Vec<String>,
    runtime: BTreeSet<String>,
    development: BTreeSet<String>,
}

impl Spec {
    fn read(text: &str) -> Spec {
        let mut spec = Spec::default();
        let mut variable: Option<&str> = None;
        let (mut offset, mut resume) = (0, 0);
        for line in text.split_inclusive('\n') {
            let at = offset;
            offset += line.len();
            let trimmed = line.trim_start();
            // What a value took is read once: a list that never ends would be read again for every line of it.
            if at < resume || trimmed.starts_with('#') {
                continue;
            }
            let Some(name) = variable else {
                if let Some((before, rest)) = line.split_once("Gem::Specification.new")
                    && !before.contains('#')
                {
                    variable = spec.open(rest);
                }
                continue;
            };
            let Some(statement) = trimmed.strip_prefix(name).and_then(|r| r.strip_prefix('.')) else { continue };
            // A list may go on in the next lines.
            let from = at + (line.len() - trimmed.len()) + (trimmed.len() - statement.len());
            let mut cursor = Cursor::new(text.get(from..).unwrap_or(""));
            spec.statement(&mut cursor);
            resume = text.len() - cursor.rest().len();
        }
        spec
    }

    /// `do |s|`, perhaps after a name and a version; answers the name of the variable.
    fn open<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        let (arguments, block) = rest.split_once('|')?;
        let mut cursor = Cursor::new(arguments);
        cursor.take(|c| c == '(' || c.is_whitespace());
        self.name = literal(&mut cursor);
        cursor.take(|c| c == ',' || c.is_whitespace());
        self.version = self.name.as_ref().and_then(|_| literal(&mut cursor));
        let variable = block.split('|').next()?.trim();
        (!variable.is_empty() && variable.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some(variable)
    }

    fn statement(&mut self, cursor: &mut Cursor<'_>) {
        let field = cursor.word();
        if let "add_runtime_dependency" | "add_dependency" | "add_development_dependency" = field {
            cursor.take(|c| c == '(' || c == ' ');
            if let Some(name) = literal(cursor) {
                let list =
                    if field == "add_development_dependency" { &mut self.development } else { &mut self.runtime };
                list.insert(name);
            }
            return;
        }
        cursor.take(|c| c == ' ' || c == '\t');
        if !cursor.eat("=") {
            return;
        }
        cursor.take(|c| c == ' ' || c == '\t');
        let value = |c: &mut Cursor<'_>| literal(c).filter(|v| !v.contains("#{"));
        match field {
            "name" => self.name = value(cursor).or(self.name.take()),
            "version" => {
                cursor.eat("Gem::Version.new(");
                self.version = value(cursor);
            }
            "platform" => self.platform = platform(cursor),
            "summary" => self.summary = value(cursor),
            "homepage" => self.homepage = value(cursor),
            "author" | "authors" => self.authors = list(cursor),
            "license" => self.license = list(cursor),
            "licenses" => self.licenses = list(cursor),
            _ => {}
        }
    }

    fn declared(&self) -> Vec<Declared> {
        [("license", &self.license), ("licenses", &self.licenses)]
            .into_iter()
            .filter_map(|(field, list)| {
                let values: Vec<Box<str>> =
                    list.iter().map(|v| v.trim()).filter(|v| !v.is_empty()).map(Into::into).collect();
                (!values.is_empty()).then_some(Declared { grammar: Grammar::Gem, field, values })
            })
            .collect()
    }

    /// For very old versions of RubyGems the file says all dependencies a second time, those of development too, with
    /// `add_dependency`.
    fn requires(&self) -> Vec<Requirement> {
        let names = self.runtime.difference(&self.development).filter_map(|n| decode::token(n));
        names.map(|name| Requirement::AnyOf(vec![name])).collect()
    }
}

/// `"java"`, or `Gem::Platform.new(["x86_64", "linux", nil])`.
fn platform(cursor: &mut Cursor<'_>) -> Option<String> {
    if cursor.eat("Gem::Platform.new(") && cursor.peek() == Some('[') {
        return Some(list(cursor).join("-"));
    }
    literal(cursor)
}

/// A string literal: `"x"`, `'x'`, `%q{x}`, `%q<x>`, ...
fn literal(cursor: &mut Cursor<'_>) -> Option<String> {
    if cursor.eat("\"") {
        return cursor.quoted('"', false);
    }
    if cursor.eat("'") {
        return cursor.quoted('\'', true);
    }
    let raw = cursor.eat("%q");
    if !raw && !cursor.eat("%Q") {
        return None;
    }
    let close = match cursor.bump()? {
        '<' => '>',
        '{' => '}',
        '(' => ')',
        '[' => ']',
        c if c.is_alphanumeric() || c.is_whitespace() => return None,
        c => c,
    };
    cursor.quoted(close, raw)
}

/// A list of string literals, `%w[a b]`, or one literal. What is no literal in it is passed over (`nil`).
fn list(cursor: &mut Cursor<'_>) -> Vec<String> {
    if cursor.eat("%w") {
        let close = match cursor.bump() {
            Some('[') => ']',
            Some('(') => ')',
            Some('{') => '}',
            _ => return Vec::new(),
        };
        return cursor.take(|c| c != close).split_whitespace().map(str::to_owned).collect();
    }
    if !cursor.eat("[") {
        return literal(cursor).into_iter().collect();
    }
    let mut out = Vec::new();
    loop {
        cursor.skip_blank("#");
        match cursor.peek() {
            None | Some(']') => return out,
            Some('"' | '\'' | '%') => match literal(cursor) {
                Some(value) => out.push(value),
                // `%` may begin anything; it was passed over, so this ends.
                None if cursor.peek().is_none() => return out,
                None => {
                    cursor.bump();
                }
            },
            Some(_) => {
                cursor.bump();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "usr/local/bundle/specifications";

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Input { path, bytes: text.as_bytes() })
    }

    fn one(path: &str, text: &str) -> PackageFind {
        match read(path, text).finds.pop() {
            Some(Find::Package(p) | Find::Source(p)) => (*p).clone(),
            other => panic!("{other:?}"),
        }
    }

    /// As Debian 12 and RubyGems write them, shortened.
    const ADDRESSABLE: &str = r#"# -*- encoding: utf-8 -*-
# stub: addressable 2.8.1 ruby lib

Gem::Specification.new do |s|
  s.name = "addressable".freeze
  s.version = "2.8.1"

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.authors = ["Andr\u00E9 Arko".freeze, "Bob Aman".freeze]
  s.description = "Addressable\ns.version = \"9\"\n".freeze
  s.homepage = "https://github.com/sporkmonger/addressable".freeze
  s.licenses = ["Ruby".freeze, "Apache-2.0".freeze]
  s.summary = "URI Implementation".freeze

  if s.respond_to? :add_runtime_dependency then
    s.add_development_dependency(%q<bundler>.freeze, [">= 1.0", "< 3.0"])
    s.add_runtime_dependency(%q<public_suffix>.freeze, [">= 2.0.2", "< 6.0"])
  else
    s.add_dependency(%q<bundler>.freeze, [">= 1.0", "< 3.0"])
    s.add_dependency(%q<public_suffix>.freeze, [">= 2.0.2", "< 6.0"])
  end
end
"#;

    #[test]
    fn a_real_gem() {
        let p = one("var/lib/gems/3.1.0/specifications/addressable-2.8.1.gemspec", ADDRESSABLE);
        assert_eq!((&*p.name, &*p.version, p.qualifiers.len()), ("addressable", "2.8.1", 0));
        assert_eq!(p.supplier.as_deref(), Some("Andr\u{e9} Arko"));
        assert_eq!(p.description.as_deref(), Some("URI Implementation"));
        assert_eq!(p.homepage.as_deref(), Some("https://github.com/sporkmonger/addressable"));
        let values = vec!["Ruby".into(), "Apache-2.0".into()];
        assert_eq!(p.declared, [Declared { grammar: Grammar::Gem, field: "licenses", values }]);
        assert_eq!(p.requires, [Requirement::AnyOf(vec!["public_suffix".into()])]);
        assert_eq!(p.text_folder.as_deref(), Some("var/lib/gems/3.1.0/gems/addressable-2.8.1"));
    }

    #[test]
    fn names_versions_and_platforms() {
        let check = |head: &str, body: &str, expected: &str| {
            let text = format!("{head}Gem::Specification.new do |s|\n{body}\nend\n");
            let p = one(&format!("{HOME}/x.gemspec"), &text);
            let purl = crate::purl::purl(&p, None).unwrap();
            assert_eq!(format!("{purl} {}", p.text_folder.as_deref().unwrap_or("")), expected, "{body}");
        };
        let plain = "s.name = %q{x}\ns.version = '1.0'";
        check("", plain, "pkg:gem/x@1.0 usr/local/bundle/gems/x-1.0");
        check("", &format!("{plain}\ns.platform = \"ruby\""), "pkg:gem/x@1.0 usr/local/bundle/gems/x-1.0");
        check(
            "",
            &format!("{plain}\n  s.platform = \"x86_64-linux\".freeze"),
            "pkg:gem/x@1.0?platform=x86_64-linux usr/local/bundle/gems/x-1.0-x86_64-linux",
        );
        check(
            "",
            &format!("{plain}\ns.platform = Gem::Platform.new([\"arm64\", \"darwin\", nil])"),
            "pkg:gem/x@1.0?platform=arm64-darwin usr/local/bundle/gems/x-1.0-arm64-darwin",
        );
        check("", &format!("{plain}\ns.platform = Gem::Platform::RUBY"), "pkg:gem/x@1.0 usr/local/bundle/gems/x-1.0");
        check("# stub: y 2.0 java lib\n", "", "pkg:gem/y@2.0?platform=java usr/local/bundle/gems/y-2.0-java");
        check(
            "",
            "s.name = \"x\"\ns.version = Gem::Version.new(\"1.0.pre\")",
            "pkg:gem/x@1.0.pre usr/local/bundle/gems/x-1.0.pre",
        );
    }

    #[test]
    fn licences() {
        let check = |body: &str, expected: &[(&str, &[&str])]| {
            let text = format!("Gem::Specification.new('x', '1') do |spec|\n  {body}\nend");
            let p = one("a/x.gemspec", &text);
            let got: Vec<(&str, Vec<&str>)> =
                p.declared.iter().map(|d| (d.field, d.values.iter().map(AsRef::as_ref).collect())).collect();
            let want: Vec<(&str, Vec<&str>)> = expected.iter().map(|(f, v)| (*f, v.to_vec())).collect();
            assert_eq!(got, want, "{body}");
        };
        check("spec.license = 'MIT'", &[("license", &["MIT"])]);
        check("spec.license       = %q(MIT)", &[("license", &["MIT"])]);
        check("spec.licenses = [\n    'MIT', # why\n    \"GPL-2.0\",\n  ]", &[("licenses", &["MIT", "GPL-2.0"])]);
        check("spec.licenses = %w[MIT Ruby]", &[("licenses", &["MIT", "Ruby"])]);
        check("spec.license = [\"MIT\"]", &[("license", &["MIT"])]);
        check("spec.license = LICENSE", &[]);
        check("spec.licenses = []", &[]);
        check("spec.licenses = [%", &[]);
        check("# spec.license = 'MIT'", &[]);
        check("spec.license = 'MIT", &[]);
    }

    #[test]
    fn where_gemspecs_lie() {
        let check = |path: &str, expected: Place<'_>| assert_eq!(place(path), expected, "{path}");
        let home = "usr/lib/ruby/gems/3.1.0";
        check("usr/lib/ruby/gems/3.1.0/specifications/a-1.gemspec", Place::Installed(home));
        check("usr/lib/ruby/gems/3.1.0/specifications/default/a-1.gemspec", Place::Installed(home));
        check("vendor/bundle/ruby/3.1.0/specifications/a-1.gemspec", Place::Installed("vendor/bundle/ruby/3.1.0"));
        check(
            "usr/share/rubygems-integration/all/specifications/a-1.gemspec",
            Place::Installed("usr/share/rubygems-integration/all"),
        );
        check("specifications/a-1.gemspec", Place::Installed(""));
        check("b/ruby/3.1.0/bundler/gems/rack-0123456789ab/rack.gemspec", Place::Checkout);
        check("b/ruby/3.1.0/bundler/gems/rack-main/rack.gemspec", Place::Source);
        check("b/gems/rack-1.0/rack.gemspec", Place::Source);
        check("rack.gemspec", Place::Source);
    }

    #[test]
    fn what_is_no_gem() {
        let check = |path: &str, text: &str, finds: usize, issues: usize| {
            let got = read(path, text);
            assert_eq!((got.finds.len(), got.issues.len()), (finds, issues), "{text}: {got:?}");
        };
        let installed = format!("{HOME}/x-1.gemspec");
        check(&installed, "", 0, 1);
        check(&installed, "Gem::Specification.new do |s|\ns.name = 'x'\nend", 0, 1);
        check(&installed, "Gem::Specification.new do |s|\ns.name = '../x'\ns.version = '1'\nend", 0, 1);
        check(&installed, "Gem::Specification.new do |s|\ns.name = 'x'\ns.version = 'v'\nend", 0, 1);
        check("a/x.gemspec", "Gem::Specification.new do |s|\ns.name = 'x'\ns.version = X::VERSION\nend", 0, 0);
        check("a/x.gemspec", "Gem::Specification.new do |s|\ns.name = 'x'\ns.version = \"1.#{x}\"\nend", 0, 0);
        check("a/x.gemspec", "\u{feff}Gem::Specification.new { |s|\ns.name = 'x'\ns.version = '1'\n}", 1, 0);
        check("a/x.gemspec", &"[".repeat(100_000), 0, 0);
        // Two million bytes of lists that never end.
        let endless = format!("Gem::Specification.new do |s|\n{}", "s.licenses = [\n".repeat(150_000));
        check("a/x.gemspec", &endless, 0, 0);
        let found = read("a/x.gemspec", "Gem::Specification.new do |s|\ns.name = 'x'\ns.version = '1'\nend");
        assert!(matches!(found.finds[..], [Find::Source(_)]));
    }
}
