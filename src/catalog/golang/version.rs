//! The version of a Go module that was built in its own source folder (`(devel)`): from the linker flag that sets a variable to it,
//! else from the data of the program, else made of the commit and its time, as Go makes it.
//!
//! Flags are not recorded where paths are trimmed (`-trimpath`), as most releases have it. But what the linker set is still told
//! from every constant of the program: it alone ends with a NUL byte. So a version between two of them is the one that was set,
//! provided that it is the only one, and begins with a `v`, which versions of C libraries do not.
//!
//! Specification: `go doc cmd/link` for `-X`, <https://go.dev/ref/mod#pseudo-versions>.

use super::super::program;
use memchr::memmem;
use std::borrow::Cow;
use std::collections::HashMap;

/// The version of a main module that was built in its source folder.
pub(super) fn stamped(path: &str, settings: &HashMap<&str, Cow<'_, str>>, bytes: &[u8]) -> Option<String> {
    let flags = settings.get("-ldflags").and_then(|flags| flag_version(path, flags));
    let set = || set_by_linker(path, bytes);
    flags.or_else(set).or_else(|| pseudo_version(path, settings.get("vcs.revision")?, settings.get("vcs.time")?))
}

/// The one version that stands between two NUL bytes.
fn set_by_linker(path: &str, bytes: &[u8]) -> Option<String> {
    /// Longer ones are no versions of releases.
    const LIMIT: usize = 64;
    let mut found: Option<&[u8]> = None;
    for region in program::regions(bytes, &[".rodata", ".noptrdata", ".data"]) {
        for at in memmem::find_iter(region, b"\0v") {
            let window = region.get(at + 1..)?;
            // Most of what begins so is no version.
            if !window.get(1).is_some_and(u8::is_ascii_digit) {
                continue;
            }
            let window = window.get(..LIMIT.min(window.len()))?;
            let Some(word) = window.iter().position(|b| *b == 0).and_then(|end| window.get(..end)) else { continue };
            if found == Some(word) || std::str::from_utf8(word).ok().and_then(semantic).is_none() {
                continue;
            }
            if found.replace(word).is_some() {
                return None;
            }
        }
    }
    let version = semantic(std::str::from_utf8(found?).ok()?)?;
    let fits = |major: &str| version.get(1..).and_then(|v| v.split('.').next()) == Some(major);
    major(path).is_none_or(fits).then_some(version)
}

/// `2` of `a.b/c/v2`.
fn major(path: &str) -> Option<&str> {
    path.rsplit_once("/v").map(|(_, n)| n).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// A value as Go quotes it, without the quotes. Only quotes and backslashes are of interest: versions hold nothing else.
pub(super) fn unquoted(value: &str) -> Cow<'_, str> {
    match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
        Some(inside) if inside.contains('\\') => inside.replace("\\\"", "\"").replace("\\\\", "\\").into(),
        Some(inside) => inside.into(),
        None => value.strip_prefix('`').and_then(|v| v.strip_suffix('`')).unwrap_or(value).into(),
    }
}

/// `-X main.version=1.2.3`: variables in the package `main` or in the module itself go before those of others (a version
/// is often set in a module for it, such as prometheus/common/version).
fn flag_version(module: &str, flags: &str) -> Option<String> {
    const NAMES: [&str; 9] = [
        "version",
        "buildversion",
        "gitversion",
        "gitbuildversion",
        "appversion",
        "releaseversion",
        "semver",
        "tag",
        "gittag",
    ];
    let mut others = None;
    let mut words = flags.split_whitespace().map(|w| w.trim_matches(['"', '\'']));
    while let Some(word) = words.next() {
        let variable = match word.strip_prefix("-X").or_else(|| word.strip_prefix("--X")) {
            Some("" | "=") => words.next(),
            Some(rest) => Some(rest.trim_start_matches('=')),
            None => continue,
        };
        let Some((variable, value)) = variable.and_then(|v| v.split_once('=')) else { continue };
        let Some((package, name)) = variable.trim_matches(['"', '\'']).rsplit_once('.') else { continue };
        if !NAMES.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            continue;
        }
        let Some(version) = semantic(value.trim_matches(['"', '\''])) else { continue };
        if package == "main" || package.strip_prefix(module).is_some_and(|r| r.is_empty() || r.starts_with('/')) {
            return Some(version);
        }
        others.get_or_insert(version);
    }
    others
}

/// `v1.2.3` or `1.2.3`, with whatever a semantic version may have behind it, as Go writes it: with the `v`.
fn semantic(value: &str) -> Option<String> {
    let plain = value.strip_prefix('v').unwrap_or(value);
    let numbers = plain.split(['-', '+']).next()?;
    let good = numbers.split('.').count() == 3
        && numbers.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        && plain.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+_~".contains(&b));
    good.then(|| format!("v{plain}"))
}

/// `v0.0.0-20221014173021-0123456789ab`, of the commit and of its time (`2022-10-14T17:30:21Z`).
fn pseudo_version(path: &str, revision: &str, time: &str) -> Option<String> {
    let commit = revision.get(..12).filter(|c| c.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let stamp: String = time.strip_suffix('Z')?.chars().filter(char::is_ascii_digit).take(14).collect();
    (stamp.len() == 14).then(|| format!("v{}.0.0-{stamp}-{commit}", major(path).unwrap_or("0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_from_settings() {
        let check = |flags: &str, vcs: &[(&'static str, &str)], expected: Option<&str>| {
            let vcs = vcs.iter().map(|(key, value)| (*key, Cow::Borrowed(*value)));
            let settings = vcs.chain([("-ldflags", unquoted(flags))]).collect();
            assert_eq!(stamped("a.b/c/v3", &settings, b"").as_deref(), expected, "{flags}");
        };
        let vcs = [("vcs.revision", "0123456789abcdef0123"), ("vcs.time", "2022-10-14T17:30:21Z")];
        check("", &vcs, Some("v3.0.0-20221014173021-0123456789ab"));
        check("", &vcs[..1], None);
        check("", &[("vcs.revision", "0123456789abcdef"), ("vcs.time", "2022-10-14")], None);
        check("", &[("vcs.revision", "0123"), ("vcs.time", "2022-10-14T17:30:21Z")], None);
        check("-X=a.b/c/v3/version.GitVersion=v3.2.1-rc.1", &vcs, Some("v3.2.1-rc.1"));
        check("-X=a.b/c/v30.Version=9.9.9 -X main.version=3.2.1", &vcs, Some("v3.2.1"));
        check("\"-s -X github.com/prometheus/common/version.Version=2.45.0\"", &[], Some("v2.45.0"));
        check("\"-X 'main.date=Mon 1' -X \\\"main.Tag=v1.2.3+x\\\"\"", &[], Some("v1.2.3+x"));
        check("`-X main.version=1.2.3`", &[], Some("v1.2.3"));
        check("-X main.version=dev -X main.commit=1.2.3 -X main.version=1.2", &[], None);
        check("-X", &[], None);
        check("-X main -X =1.2.3 -X version=1.2.3", &[], None);
    }

    #[test]
    fn versions_that_the_linker_set() {
        let check = |path: &str, data: &[u8], expected: Option<&str>| {
            assert_eq!(set_by_linker(path, data).as_deref(), expected, "{path} {data:?}");
        };
        check("k8s.io/kubernetes", b"x\0v1.32.4-dispatcher\0y\0v1.32.4-dispatcher\0", Some("v1.32.4-dispatcher"));
        check("a.b/c/v2", b"\0v2.0.1+x\0", Some("v2.0.1+x"));
        check("a.b/c/v2", b"\0v1.0.0\0", None);
        check("a.b/c", b"\0v1.0.0\0v1.0.1\0", None);
        check("a.b/c", b"\0v1.0.0", None);
        check("a.b/c", b"v1.0.0\0 \0v1.0.0 and more\0", None);
        check("a.b/c", b"\x003.46.0\0\0v1\0\0v1.0\0\0v\0v", None);
        check("a.b/c", &[b"\0v1.0.0-", &[b'a'; 64][..], b"\0"].concat(), None);
    }
}
