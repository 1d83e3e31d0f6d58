//! `direct_url.json`: from where a package was installed that does not come from an index.
//!
//! It lies beside the metadata and describes the source of the package there, so it is a [`Find::Source`]: its qualifiers belong to
//! the package whose metadata lies in the same folder (its name, made of the folder's, may differ from that of the
//! metadata: `zope_interface` for `zope.interface`). Left out: addresses on the machine that built the image (`file:`), of
//! which a purl should not speak, except the project's folder of an editable install, whose licence texts may still be
//! there. Specification: PEP 610, Direct URL Data Structure; purl qualifiers `vcs_url` and `download_url`.

use super::{metadata, purl_name};
use crate::catalog::{Input, Parsed, decode, integrity, paths};
use crate::model::{Archive, ArchiveKind, Digest, Ecosystem, Find, PackageFind};
use serde_json::Value;

/// Longest address kept: what browsers and servers take.
const URL_LIMIT: usize = 2048;

/// The version control systems that the specification knows.
const SYSTEMS: [&str; 4] = ["git", "hg", "bzr", "svn"];

/// Reads one file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let value: Value = match serde_json::from_str(&decode::decode(input.bytes)) {
        Ok(value) => value,
        Err(error) => {
            parsed.record_issue(format!("this is no JSON ({error}); where the package comes from is not known"));
            return parsed;
        }
    };
    let (Some(name), Some(version)) = metadata::named_by_path(paths::parent(input.path)) else { return parsed };
    let Some(version) = decode::token(version) else { return parsed };
    let mut find =
        PackageFind { ecosystem: Ecosystem::PYPI, name: purl_name(name).into(), version, ..PackageFind::default() };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let Some(url) = text(&value["url"]).filter(|u| u.len() <= URL_LIMIT) else {
        parsed.record_issue("there is no url; where the package comes from is not known");
        return parsed;
    };
    if value["vcs_info"].is_object() {
        let vcs = &value["vcs_info"];
        let system = text(&vcs["vcs"]).filter(|s| SYSTEMS.contains(&&**s));
        let commit = text(&vcs["commit_id"]).as_deref().and_then(decode::token);
        if let (Some(system), Some(commit), Some(url)) = (system, commit, public(&url)) {
            let folder = text(&value["subdirectory"]).and_then(|f| paths::resolve("", &f));
            let folder = folder.map_or(String::new(), |f| format!("#{f}"));
            find.qualifiers.push(("vcs_url", format!("{system}+{url}@{commit}{folder}").into()));
        }
    } else if value["archive_info"].is_object() {
        let url = public(&url);
        find.archive = url.as_deref().and_then(|url| archive(url, &value["archive_info"]));
        find.qualifiers.extend(url.map(|url| ("download_url", url.into())));
    } else if value["dir_info"]["editable"].as_bool() == Some(true) {
        find.text_folder = folder(&url);
    }
    if !find.qualifiers.is_empty() || find.text_folder.is_some() {
        parsed.finds.push(Find::source(find));
    }
    parsed
}

/// What was installed, with its checksums: `hashes`, or in older files one `hash`.
fn archive(url: &str, info: &Value) -> Option<Archive> {
    let list = info["hashes"].as_object().into_iter().flatten();
    let hashes = list.filter_map(|(algorithm, hex)| integrity::of(algorithm, hex.as_str()?));
    let first = info["hash"].as_str().and_then(integrity::named);
    let hashes: Vec<Digest> = hashes.chain(first).collect();
    Archive::new(&decode::token(paths::base(url))?, ArchiveKind::Package, hashes)
}

/// An address that others can use, without what is secret in it: a password or token before the host, the signature that a
/// query may be. (The user `git` of an address of ssh is no secret and is needed.)
fn public(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    // Pip writes the scheme bare, others as in a requirement: `git+https`.
    let scheme = scheme.rsplit('+').next().unwrap_or(scheme).to_ascii_lowercase();
    if !matches!(&*scheme, "http" | "https" | "ssh" | "git" | "svn" | "bzr" | "ftp") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
    let user = if user == "git" || user.starts_with("git:") { "git@" } else { "" };
    let good = !host.is_empty() && !rest.chars().any(|c| c.is_whitespace() || c.is_control());
    good.then(|| format!("{scheme}://{user}{host}{path}"))
}

/// The folder of `file:///srv/my%20app`.
fn folder(url: &str) -> Option<Box<str>> {
    let rest = url.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = decoded(path.starts_with('/').then_some(path)?)?;
    (!path.contains('\0')).then(|| paths::resolve("", &path))?
}

fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "v/site-packages/Six_x-1.16.0.dist-info/direct_url.json";

    /// The qualifier, or the folder, that a text gives.
    fn check(text: &str, expected: Option<&str>) {
        let parsed = parse(&Input { path: PATH, bytes: text.as_bytes() });
        assert!(parsed.issues.is_empty(), "{text}: {:?}", parsed.issues);
        let got = parsed.finds.first().map(|find| match find {
            Find::Source(p) => {
                assert_eq!((&*p.name, &*p.version), ("six-x", "1.16.0"));
                let qualifier = p.qualifiers.first().map(|(key, value)| format!("{key}={value}"));
                qualifier.unwrap_or_else(|| p.text_folder.as_deref().unwrap_or("").to_owned())
            }
            other => panic!("{other:?}"),
        });
        assert_eq!(got.as_deref(), expected, "{text}");
    }

    #[test]
    fn written_by_pip() {
        check(
            "{\"archive_info\": {\"hash\": \"sha256=8abb\", \"hashes\": {\"sha256\": \"8abb\"}}, \"url\": \
             \"https://files.pythonhosted.org/packages/d9/5a/e7c3/six-1.16.0-py2.py3-none-any.whl\"}",
            Some("download_url=https://files.pythonhosted.org/packages/d9/5a/e7c3/six-1.16.0-py2.py3-none-any.whl"),
        );
        check("{\"dir_info\": {\"editable\": true}, \"url\": \"file:///srv/my%20app\"}", Some("srv/my app"));
        check("{\"dir_info\": {}, \"url\": \"file:///srv/app\"}", None);
        check("{\"archive_info\": {}, \"url\": \"file:///build/pip-24.3.1-py3-none-any.whl\"}", None);
        check("{\"url\": \"file:///tmp/gitp\", \"vcs_info\": {\"commit_id\": \"9134\", \"vcs\": \"git\"}}", None);
        check(
            "{\"url\": \"https://github.com/a/b.git\", \"subdirectory\": \"x/y\", \"vcs_info\": {\"commit_id\": \
             \"9134\", \"requested_revision\": \"main\", \"vcs\": \"git\"}}",
            Some("vcs_url=git+https://github.com/a/b.git@9134#x/y"),
        );
    }

    #[test]
    fn what_the_archive_hashes_to() {
        let read = |info: &str, url: &str| {
            let text = format!("{{\"archive_info\": {info}, \"url\": \"{url}\"}}");
            match parse(&Input { path: PATH, bytes: text.as_bytes() }).finds.pop() {
                Some(Find::Source(p)) => p.archive.as_ref().map(|a| (a.file.clone(), a.hashes.len())),
                _ => None,
            }
        };
        let hex = "1e61c37477a1626458e36f7b1d82aa5c9b094fa4802892072e49de9c60c4c926";
        let url = "https://files.pythonhosted.org/packages/71/39/171f1c67/six-1.16.0.tar.gz";
        let expected = Some(("six-1.16.0.tar.gz".into(), 1));
        let both = format!("{{\"hash\": \"sha256={hex}\", \"hashes\": {{\"sha256\": \"{hex}\"}}}}");
        assert_eq!(read(&both, url), expected);
        assert_eq!(read(&format!("{{\"hash\": \"sha256={hex}\"}}"), url), expected);
        assert_eq!(read("{\"hash\": \"sha256=8abb\"}", url), None);
        // What lies on the builder's disk may be anything.
        assert_eq!(read(&both, "file:///build/six-1.16.0.tar.gz"), None);
    }

    #[test]
    fn secrets_stay_out() {
        let vcs = |url: &str, expected: Option<&str>| {
            let text = format!("{{\"url\":\"{url}\",\"vcs_info\":{{\"vcs\":\"git\",\"commit_id\":\"1\"}}}}");
            check(&text, expected.map(|e| format!("vcs_url={e}")).as_deref());
        };
        vcs("ssh://git@github.com/a/b", Some("git+ssh://git@github.com/a/b@1"));
        vcs("ssh://git:pass@github.com/a/b", Some("git+ssh://git@github.com/a/b@1"));
        vcs("https://user:pa@ss@host/a", Some("git+https://host/a@1"));
        vcs("https://${TOKEN}@host/a", Some("git+https://host/a@1"));
        vcs("git+https://ghp_1@host/a?token=1#egg=x", Some("git+https://host/a@1"));
        vcs("git@github.com:a/b", None);
        vcs("https:///a", None);
        vcs("https://h/a b", None);
        vcs("javascript://h/a", None);
    }

    #[test]
    fn what_says_nothing() {
        check("{\"url\": \"https://h/a\"}", None);
        check("{\"url\": \"https://h/a\", \"vcs_info\": {\"vcs\": \"rcs\", \"commit_id\": \"1\"}}", None);
        check("{\"url\": \"https://h/a\", \"vcs_info\": {\"vcs\": \"git\", \"commit_id\": \"1 2\"}}", None);
        check("{\"url\": \"file:///\", \"dir_info\": {\"editable\": true}}", None);
        check("{\"url\": \"file://host/a\", \"dir_info\": {\"editable\": true}}", None);
        check("{\"url\": \"file:///../../a%\", \"dir_info\": {\"editable\": true}}", None);
        check("{\"url\": \"file:///%ff\", \"dir_info\": {\"editable\": true}}", None);
        check("\u{feff}{\"url\": \"file:///a%2\", \"dir_info\": {\"editable\": true}}", Some("a%2"));
        for text in ["", "{", "[]", "{}", "{\"url\": 1}"] {
            let parsed = parse(&Input { path: PATH, bytes: text.as_bytes() });
            assert_eq!((parsed.finds.len(), parsed.issues.len()), (0, 1), "{text}");
        }
        let url = format!("{{\"url\":\"https://h/{}\",\"archive_info\":{{}}}}", "a".repeat(URL_LIMIT));
        assert_eq!(parse(&Input { path: PATH, bytes: url.as_bytes() }).issues.len(), 1);
        assert_eq!(parse(&Input { path: "x.dist-info/direct_url.json", bytes: b"{}" }), Parsed::default());
    }
}
