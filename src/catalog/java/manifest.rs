//! `META-INF/MANIFEST.MF`: its main attributes, and what old manifests say in the sections of packages.
//!
//! Left out: digests of signatures. Specification: JAR File Specification (name-value pairs and sections), OSGi Core
//! (`Bundle-*` headers).

use crate::catalog::decode;

/// Most attributes kept; the longest manifests (signed jars) have ten a class, but these are none of the main section.
const ATTRIBUTE_LIMIT: usize = 2000;

/// Most sections looked at for a version.
const SECTION_LIMIT: usize = 2000;

/// Most licences read of one `Bundle-License`.
const LICENSE_LIMIT: usize = 100;

/// What a manifest says.
#[derive(Debug, Default)]
pub struct Manifest {
    main: Vec<(String, String)>,
    /// The `Implementation-*` attributes of the sections of packages, where all sections agree.
    package: Vec<(String, String)>,
}

impl Manifest {
    /// Reads a manifest; what is no attribute is passed over.
    pub fn parse(bytes: &[u8]) -> Manifest {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut sections = Sections { lines: Lines { rest: bytes } };
        let main = sections.next().unwrap_or_default();
        let mut package: Vec<(String, String)> = Vec::new();
        let version = |s: &[(String, String)]| get(s, "Implementation-Version").map(str::to_owned);
        for section in sections.take(SECTION_LIMIT) {
            if !get(&section, "Name").is_some_and(|n| n.ends_with('/')) || version(&section).is_none() {
                continue;
            }
            if !package.is_empty() && version(&package) != version(&section) {
                // Jars of several libraries (Xerces) have a version a package: none is the jar's.
                package.clear();
                break;
            }
            package = section;
        }
        Manifest { main, package }
    }

    /// The value of an attribute, in whatever case its name is; `None` where it says nothing.
    pub fn get(&self, name: &str) -> Option<&str> {
        get(&self.main, name).or_else(|| name.starts_with("Implementation-").then(|| get(&self.package, name))?)
    }

    /// The value of an attribute of the whole archive.
    pub fn main(&self, name: &str) -> Option<&str> {
        get(&self.main, name)
    }

    /// `Bundle-SymbolicName` without its directives (`;singleton:=true`).
    pub fn symbolic_name(&self) -> Option<&str> {
        self.get("Bundle-SymbolicName").and_then(|v| v.split(';').next()).map(str::trim).filter(|v| !v.is_empty())
    }

    /// The names and addresses of `Bundle-License` and of what Jenkins plugins have, each address after its name.
    pub fn licenses(&self) -> Vec<Box<str>> {
        let mut out = Vec::new();
        for clause in self.get("Bundle-License").map(clauses).unwrap_or_default() {
            push_pair(&mut out, clause.0.as_deref(), clause.1.as_deref());
        }
        out
    }

    /// The licence of a Jenkins plugin.
    pub fn plugin_license(&self) -> Vec<Box<str>> {
        let mut out = Vec::new();
        push_pair(&mut out, self.get("Plugin-License-Name"), self.get("Plugin-License-Url"));
        out
    }
}

/// Adds a licence's name and address. One without a name goes to the front: behind another licence's name it would be
/// taken for the address of that.
pub fn push_pair(out: &mut Vec<Box<str>>, name: Option<&str>, url: Option<&str>) {
    let given = |s: Option<&str>| s.map(str::trim).filter(|s| !s.is_empty()).map(Box::<str>::from);
    let is_address = |s: &str| s.contains("://") || s.starts_with("www.");
    // Some give the name of a file here, which would be taken for another licence.
    match (given(name), given(url.filter(|u| is_address(u.trim())))) {
        (Some(name), url) if is_address(&name) => {
            out.splice(0..0, url.filter(|u| *u != name));
            out.insert(0, name);
        }
        (Some(name), url) => out.extend(std::iter::once(name).chain(url)),
        (None, Some(url)) => out.insert(0, url),
        (None, None) => {}
    }
}

fn get<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let value = attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())?;
    (!value.is_empty()).then_some(value)
}

/// The clauses of a header: name and `link`. Commas divide clauses, but not inside quotes, and not where an author wrote
/// "Apache License, Version 2.0" without them.
fn clauses(value: &str) -> Vec<(Option<String>, Option<String>)> {
    let mut parts: Vec<String> = Vec::new();
    for part in split_quoted(value, ',').into_iter().take(LICENSE_LIMIT) {
        let goes_on = part.trim_start().to_ascii_lowercase();
        let goes_on = goes_on.starts_with("version") || goes_on.starts_with(|c: char| c.is_ascii_digit()) || {
            goes_on
                .strip_prefix('v')
                .is_some_and(|v| v.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '.'))
        };
        match parts.last_mut().filter(|before| goes_on && !before.contains(';')) {
            Some(before) => {
                before.push(',');
                before.push_str(&part);
            }
            None => parts.push(part),
        }
    }
    parts
        .iter()
        .filter_map(|part| {
            let mut fields = split_quoted(part, ';').into_iter();
            let name = unquote(&fields.next()?).filter(|n| n != "<<EXTERNAL>>");
            let link = fields.find_map(|f| {
                let (key, value) = f.split_once('=')?;
                key.trim().trim_end_matches(':').eq_ignore_ascii_case("link").then(|| unquote(value))?
            });
            Some((name, link))
        })
        .collect()
}

/// Splits at a character that stands in no quotes.
fn split_quoted(value: &str, at: char) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in value.chars() {
        quoted ^= c == '"';
        if c == at && !quoted {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

fn unquote(value: &str) -> Option<String> {
    let value = value.trim().trim_matches('"').trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Lines by `\r\n`, `\n` or `\r`.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\r', b'\n', self.rest);
        let (line, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = match rest {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
            [] => rest,
        };
        Some(line)
    }
}

/// Sections: attributes up to an empty line.
struct Sections<'a> {
    lines: Lines<'a>,
}

impl Iterator for Sections<'_> {
    type Item = Vec<(String, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        // Lines are cut at 72 bytes, in the middle of a character too: bytes are joined first and decoded then.
        let mut joined: Vec<Vec<u8>> = Vec::new();
        let mut any = false;
        for line in self.lines.by_ref() {
            match line {
                [] if any => break,
                [] => {}
                [b' ', more @ ..] if any => {
                    if let Some(last) = joined.last_mut() {
                        last.extend_from_slice(more);
                    }
                }
                line => {
                    any = true;
                    if joined.len() < ATTRIBUTE_LIMIT {
                        joined.push(line.to_vec());
                    }
                }
            }
        }
        let pair = |line: &Vec<u8>| {
            let text = decode::decode_part(line);
            let (name, value) = text.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        };
        any.then(|| joined.iter().filter_map(pair).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_and_end_in_any_way() {
        let long = "\u{e9}".repeat(40);
        let (head, tail) = long.as_bytes().split_at(57);
        for end in ["\r\n", "\n", "\r"] {
            let text = [
                b"\xef\xbb\xbfManifest-Version: 1.0",
                end.as_bytes(),
                b"Bundle-Vendor: ",
                head,
                end.as_bytes(),
                b" ",
                tail,
                end.as_bytes(),
                b"no attribute",
                end.as_bytes(),
                b"bundle-symbolicname: a.b;singleton:=true",
                end.as_bytes(),
                end.as_bytes(),
                b"Name: x",
                end.as_bytes(),
                b"Bundle-Version: 2",
            ]
            .concat();
            let manifest = Manifest::parse(&text);
            assert_eq!(manifest.get("Bundle-Vendor"), Some(&*long), "{end:?}");
            assert_eq!(manifest.symbolic_name(), Some("a.b"));
            assert_eq!(manifest.get("Bundle-Version"), None);
        }
        assert_eq!(Manifest::parse(b"A: Jos\xe9\n").get("a"), Some("Jos\u{e9}"));
        assert!(Manifest::parse(b"").main.is_empty() && Manifest::parse(b" \n\r\n\0").main.is_empty());
    }

    #[test]
    fn old_manifests_speak_in_sections() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Manifest::parse(text.as_bytes()).get("Implementation-Version"), expected, "{text}");
        };
        let ant = "Main-Class: x\n\nName: org/apache/tools/ant/\nImplementation-Version: 1.10.13\n";
        check(ant, Some("1.10.13"));
        check(&format!("{ant}\nName: org/apache/tools/tar/\nImplementation-Version: 1.10.13\n"), Some("1.10.13"));
        check(&format!("{ant}\nName: org/w3c/\nImplementation-Version: 2\n"), None);
        check("A: b\n\nName: x.class\nImplementation-Version: 1\n", None);
    }

    #[test]
    fn bundle_licenses() {
        let check = |value: &str, expected: &[&str]| {
            let manifest = Manifest::parse(format!("Bundle-License: {value}\n").as_bytes());
            assert_eq!(manifest.licenses().iter().map(|v| &**v).collect::<Vec<_>>(), expected, "{value}");
        };
        check("Apache-2.0", &["Apache-2.0"]);
        check("https://www.apache.org/licenses/LICENSE-2.0.txt", &["https://www.apache.org/licenses/LICENSE-2.0.txt"]);
        check(
            "\"Apache-2.0\";link=\"https://x/a,b\";description=\"A, b\", MIT;link=https://m",
            &["Apache-2.0", "https://x/a,b", "MIT", "https://m"],
        );
        check("http://a, http://b", &["http://b", "http://a"]);
        check("MIT,http://b", &["http://b", "MIT"]);
        check("Apache License, Version 2.0", &["Apache License, Version 2.0"]);
        check("Eclipse Public License, v. 2.0, MIT", &["Eclipse Public License, v. 2.0", "MIT"]);
        check("http://a;link=\"http://a\"", &["http://a"]);
        check("JJ2000;link=LICENSE.txt, MIT", &["JJ2000", "MIT"]);
        check("<<EXTERNAL>>", &[]);
        check("\"unclosed, quote", &["unclosed, quote"]);
    }
}
