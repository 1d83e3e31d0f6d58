//! PEAR and PECL packages: the registry in which PEAR's installer keeps one `.reg` file a package.
//!
//! A file holds an array in PHP's own serialisation; only arrays, strings and numbers occur. The packages have no purl
//! type of their own in the specification yet; `pear` is what its list of candidates and other tools say, with the channel
//! as the namespace. Left out: files that a package owns (their place depends on the role of each). Specification:
//! PHP's `serialize`, PEAR's package.xml 1.0 and 2.0, whose elements are the keys.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use std::collections::BTreeSet;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "pear", group: Group::Installed, wants: &[Want::Like(is_registry)], parse };

/// The purl type.
pub const PEAR: Ecosystem = Ecosystem("pear");

/// Deepest nesting read: real files have some 10 (lists of files by folder), and each level is a call.
const DEPTH_LIMIT: usize = 64;

/// `.registry/mail.reg`, `.registry/.channel.pecl.php.net/redis.reg`.
fn is_registry(path: &str, base: &str) -> bool {
    base.ends_with(".reg") && {
        let folder = paths::parent(path);
        let above = if paths::base(folder).starts_with(".channel.") { paths::parent(folder) } else { folder };
        paths::base(above) == ".registry"
    }
}

/// Reads one `.reg` file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let Some(root @ Value::Array(_)) = Reader { rest: input.bytes }.value(0) else {
        parsed.file_issue("the file holds no serialised array; the package was left out");
        return parsed;
    };
    // Package.xml 1.0 called it `package`, and its version was a string.
    let name = root.text("name").or_else(|| root.text("package"));
    let version = root.at(&["version", "release"]).and_then(Value::as_text).or_else(|| root.text("version"));
    let (Some(name), Some(version)) = (name.and_then(|n| decode::token(&n)), version.and_then(|v| decode::token(&v)))
    else {
        parsed.file_issue("the record has no valid name and version; the package was left out");
        return parsed;
    };
    let channel = root.text("channel").and_then(|c| decode::token(&c)).unwrap_or_else(|| "pear.php.net".into());
    let folded = |key: &str| root.text(key).and_then(|t| decode::one_line(&t));
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: PEAR,
        name,
        version,
        supplier: supplier(&root),
        description: folded("summary"),
        homepage: folded("uri"),
        declared: declared(&root),
        requires: requires(&root),
        namespace: Some(channel),
        ..PackageFind::default()
    }));
    parsed
}

/// A string, or an array with the attributes `uri` and `filesource` and the text under `_content`; several of these in a list.
/// An address stands behind the name that it is of.
fn declared(root: &Value) -> Vec<Declared> {
    let one = |value: &Value| -> Vec<Box<str>> {
        let text = value.as_text().or_else(|| value.text("_content"));
        let uri = value.get("attribs").and_then(|a| a.text("uri")).filter(|uri| uri.trim().starts_with("http"));
        let said = text.into_iter().chain(uri);
        said.filter(|t| !t.trim().is_empty()).map(|t| t.trim().into()).collect()
    };
    let values: Vec<Box<str>> = root.get("license").map(Value::each).into_iter().flatten().flat_map(one).collect();
    if values.is_empty() { Vec::new() } else { vec![Declared { grammar: Grammar::Any, field: "license", values }] }
}

fn supplier(root: &Value) -> Option<Box<str>> {
    let lead = root.get("lead").or_else(|| root.get("maintainers"))?.each().next()?;
    match (lead.text("name"), lead.text("email")) {
        (Some(name), Some(email)) => decode::one_line(&format!("{name} <{email}>")),
        (one, other) => decode::one_line(&one.or(other)?),
    }
}

/// `dependencies/required/package`: one, or a list.
fn requires(root: &Value) -> Vec<Requirement> {
    let list = root.at(&["dependencies", "required", "package"]);
    let names: BTreeSet<Box<str>> = list
        .map(Value::each)
        .into_iter()
        .flatten()
        .filter_map(|package| package.text("name"))
        .filter_map(|name| decode::token(&name))
        .collect();
    names.into_iter().map(|name| Requirement::AnyOf(vec![name])).collect()
}

/// What PHP's `serialize` wrote.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    /// A string.
    Text(Vec<u8>),
    /// Keys and values in their order. Numbers stand as text.
    Array(Vec<(Vec<u8>, Value)>),
    /// Anything else.
    Other,
}

impl Value {
    fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Array(list) => list.iter().find(|(k, _)| k == key.as_bytes()).map(|(_, v)| v),
            _ => None,
        }
    }

    fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    fn as_text(&self) -> Option<String> {
        match self {
            Value::Text(bytes) => Some(decode::decode_part(bytes).into_owned()),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.as_text()
    }

    /// The values of a list (keys 0, 1, ...); everything else is the only one of its list.
    fn each(&self) -> impl Iterator<Item = &Value> {
        let list = match self {
            Value::Array(list) if list.first().is_some_and(|(key, _)| key == b"0") => list.as_slice(),
            _ => &[],
        };
        list.iter().map(|(_, v)| v).chain(list.is_empty().then_some(self))
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        let kind = *self.rest.first()?;
        match kind {
            b'N' => self.until(b';').map(|_| Value::Other),
            b'b' | b'd' => self.until(b';').map(|_| Value::Other),
            b'i' => {
                let number = self.until(b';')?.get(2..)?;
                Some(Value::Text(number.to_vec()))
            }
            b's' => {
                let length = self.length()?;
                // `"..."`, then a semicolon. The length is believed only as far as the file goes.
                let text = self.rest.get(1..length.checked_add(1)?)?;
                self.rest = self.rest.get(length.checked_add(3)?..)?;
                Some(Value::Text(text.to_vec()))
            }
            b'a' if depth < DEPTH_LIMIT => {
                let count = self.length()?;
                self.rest = self.rest.strip_prefix(b"{")?;
                let mut list = Vec::new();
                for _ in 0..count {
                    let Value::Text(key) = self.value(depth + 1)? else { return None };
                    list.push((key, self.value(depth + 1)?));
                }
                self.rest = self.rest.strip_prefix(b"}")?;
                Some(Value::Array(list))
            }
            _ => None,
        }
    }

    /// Takes what stands before `end`, and `end`.
    fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let at = memchr::memchr(end, self.rest)?;
        let taken = self.rest.get(..at)?;
        self.rest = self.rest.get(at + 1..)?;
        Some(taken)
    }

    /// The number in `s:12:` or `a:3:`.
    fn length(&mut self) -> Option<usize> {
        self.until(b':')?;
        std::str::from_utf8(self.until(b':')?).ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Parsed {
        parse(&Input { path: "usr/share/php/.registry/mail.reg", bytes: text })
    }

    /// Debian's php-mail, shortened.
    const MAIL: &str = "a:8:{s:4:\"name\";s:4:\"Mail\";s:7:\"channel\";s:12:\"pear.php.net\";s:7:\"summary\";\
        s:5:\"Mails\";s:4:\"lead\";a:2:{s:4:\"name\";s:5:\"Chuck\";s:5:\"email\";s:15:\"chuck@horde.org\";}\
        s:7:\"version\";a:2:{s:7:\"release\";s:5:\"1.4.1\";s:3:\"api\";s:5:\"1.3.0\";}\
        s:7:\"license\";a:2:{s:7:\"attribs\";a:1:{s:3:\"uri\";s:8:\"http://x\";}s:8:\"_content\";s:11:\"New BSD/MIT\";}\
        s:5:\"dirty\";b:0;s:12:\"dependencies\";a:1:{s:8:\"required\";a:1:{s:7:\"package\";a:2:{\
        i:0;a:1:{s:4:\"name\";s:8:\"Net_SMTP\";}i:1;a:1:{s:4:\"name\";s:1:\"A\";}}}}}";

    #[test]
    fn a_real_package() {
        let Some(Find::Package(p)) = read(MAIL.as_bytes()).finds.pop() else { panic!() };
        assert_eq!(crate::purl::purl(&p, None).unwrap(), "pkg:pear/pear.php.net/Mail@1.4.1");
        assert_eq!(p.supplier.as_deref(), Some("Chuck <chuck@horde.org>"));
        assert_eq!(p.declared[0].values, ["New BSD/MIT".into(), "http://x".into()]);
        assert_eq!(p.requires, ["A", "Net_SMTP"].map(|n| Requirement::AnyOf(vec![n.into()])));
    }

    #[test]
    fn older_and_broken_records() {
        let check = |text: &[u8], expected: Option<&str>| {
            let got = read(text);
            let purl = got.finds.first().map(|f| match f {
                Find::Package(p) => crate::purl::purl(p, None).unwrap(),
                other => panic!("{other:?}"),
            });
            assert_eq!(purl.as_deref(), expected);
            assert_eq!(got.issues.len(), usize::from(expected.is_none()));
        };
        check(b"a:2:{s:7:\"package\";s:1:\"X\";s:7:\"version\";s:3:\"1.0\";}", Some("pkg:pear/pear.php.net/X@1.0"));
        check(b"", None);
        check(b"s:1:\"a\";", None);
        check(b"a:1:{s:4:\"name\";s:1:\"X\";}", None);
        check(b"a:99999999999999999:{s:4:\"name\";s:1:\"X\";", None);
        check(b"s:18446744073709551615:\"a\";", None);
        check(b"a:1:{s:18446744073709551615:\"a\";", None);
        check(&b"a:1:{i:0;".repeat(100_000), None);
        for end in 0..MAIL.len() {
            assert!(read(&MAIL.as_bytes()[..end]).finds.is_empty());
        }
    }

    #[test]
    fn where_records_lie() {
        let check = |path: &str, expected: bool| assert_eq!(is_registry(path, paths::base(path)), expected, "{path}");
        check("usr/share/php/.registry/mail.reg", true);
        check("usr/local/lib/php/.registry/.channel.pecl.php.net/redis.reg", true);
        check("usr/share/php/.channels/pear.php.net.reg", false);
        check("usr/share/php/.registry/x/a.reg", false);
        check("a.reg", false);
    }
}
