//! Addresses to which package managers of Node resolved a package: the public registry and its mirrors, or elsewhere.
//!
//! Of what comes from elsewhere neither name nor version says what it is: another registry may serve something else under both. Left
//! out: registries that are set in a configuration and not written down beside the package (pnpm, Bun).
//!
//! Specification: `resolved` of package-lock.json and "Git URLs as dependencies" in the npm documentation.

use crate::model::Elsewhere;

/// What serves the archives of the public registry, under the same checksums.
const PUBLIC: [&str; 6] = [
    "registry.npmjs.org",
    "registry.npmjs.com",
    "registry.yarnpkg.com",
    "registry.npmmirror.com",
    "registry.npm.taobao.org",
    "r.cnpmjs.org",
];

/// Forges whose repositories are read at one address however they were fetched, with the prefix that npm has for them.
const FORGES: [(&str, &str); 3] =
    [("github:", "github.com"), ("gitlab:", "gitlab.com"), ("bitbucket:", "bitbucket.org")];

/// Where GitHub serves the archive of a commit.
const CODELOAD: &str = "codeload.github.com";

/// Longest address that is shown; none that leads somewhere is longer.
const ADDRESS_LIMIT: usize = 500;

/// Whether an address is one of the public registry or a mirror of it.
pub(super) fn is_public(address: &str) -> bool {
    web(address).is_some_and(|(host, _)| PUBLIC.contains(&host.to_ascii_lowercase().as_str()))
}

/// Where the address leads, where that is no public registry; `None` too where it is no address.
pub(super) fn elsewhere(address: &str) -> Option<Elsewhere> {
    let address = address.trim();
    if is_public(address) {
        return None;
    }
    let (place, fragment) = address.split_once('#').unwrap_or((address, ""));
    // Yarn writes `#commit=`.
    let fragment = fragment.rsplit(['&', '#']).next().unwrap_or("");
    let fragment = fragment.strip_prefix("commit=").unwrap_or(fragment);
    if ["file:", "link:", "portal:", "/", "./", "../", "~/"].iter().any(|head| place.starts_with(head)) {
        return Some(Elsewhere::Place("a local file".into()));
    }
    for (prefix, forge) in FORGES {
        if let Some(path) = place.strip_prefix(prefix) {
            return Some(repository(forge, path, "https", fragment));
        }
    }
    let git = place.strip_prefix("git+");
    if let Some((host, path)) = web(git.unwrap_or(place)) {
        if host == CODELOAD {
            let parts: Vec<&str> = path.split('/').collect();
            if let [user, name, "tar.gz" | "zip", commit] = parts[..] {
                return Some(repository("github.com", &format!("{user}/{name}"), "https", commit));
            }
        }
        let is_repository = git.is_some() || path.ends_with(".git") || is_commit(fragment);
        return Some(match is_repository {
            true => repository(host, path, "https", fragment),
            false => Elsewhere::Place(shown(host).unwrap_or("another registry").into()),
        });
    }
    // `ssh://git@HOST/PATH`, `git://HOST/PATH`; `git@HOST:PATH` has no scheme.
    let rest = git.unwrap_or(place);
    let (scheme, rest) = rest.split_once("://").unwrap_or(("ssh", rest));
    let (host, path) = match (scheme, rest.split_once(['/', ':'])) {
        ("ssh" | "git", Some((host, path))) if git.is_some() || place.contains("://") || host.contains('@') => {
            (host, path)
        }
        _ => return None,
    };
    Some(repository(host.rsplit('@').next().unwrap_or(host), path, scheme, fragment))
}

fn repository(host: &str, path: &str, scheme: &str, commit: &str) -> Elsewhere {
    let known = FORGES.iter().any(|(_, forge)| host.eq_ignore_ascii_case(forge));
    let path = if known { path.strip_suffix(".git").unwrap_or(path) } else { path };
    let address = format!("{}://{host}/{path}", if known { "https" } else { scheme });
    match (shown(&address), is_commit(commit)) {
        (Some(repository), true) => {
            Elsewhere::Commit { repository: repository.into(), commit: commit.to_ascii_lowercase().into() }
        }
        (Some(repository), false) => Elsewhere::Place(format!("the repository {repository}").into()),
        (None, _) => Elsewhere::Place("a repository".into()),
    }
}

/// The host and the path of an address of the web, without the name and password that may stand before the host.
fn web(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let rest = rest.split(['?', '#']).next()?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some((host.rsplit('@').next()?, path))
}

/// What can stand in a document as it is.
fn shown(address: &str) -> Option<&str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/+@%".contains(&b);
    (!address.is_empty() && address.len() <= ADDRESS_LIMIT && address.bytes().all(plain)).then_some(address)
}

/// A whole SHA-1 or SHA-256; a shorter one may come to stand for another commit.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_an_address_leads() {
        let sha = "a".repeat(40);
        let check = |address: &str, expected: &str| {
            let got = match elsewhere(&address.replace("SHA", &sha)) {
                None => String::new(),
                Some(Elsewhere::Place(place)) => place.into(),
                Some(Elsewhere::Commit { repository, commit }) => {
                    assert_eq!(*commit, *sha);
                    format!("{repository}#")
                }
            };
            assert_eq!(got, expected, "{address}");
        };
        for public in ["registry.npmjs.org", "Registry.npmjs.org", "ann:secret@registry.yarnpkg.com"] {
            check(&format!("https://{public}/x/-/x-1.0.0.tgz"), "");
        }
        check("https://npm.corp.example/x/-/x-1.0.0.tgz", "npm.corp.example");
        check("https://ann:secret@npm.corp.example/x/-/x-1.0.0.tgz?token=1", "npm.corp.example");
        check("https://registry.npmjs.org@evil.example/x/-/x-1.0.0.tgz", "evil.example");
        check("git+ssh://git@github.com/x/git.git#SHA", "https://github.com/x/git#");
        check("git+https://ann:secret@git.example/x.git#SHA", "https://git.example/x.git#");
        check("git@gitlab.com:a/b/c.git#SHA", "https://gitlab.com/a/b/c#");
        check("github:x/y#SHA", "https://github.com/x/y#");
        check("https://codeload.github.com/x/y/tar.gz/SHA", "https://github.com/x/y#");
        check("https://git.example/x.git#commit=SHA", "https://git.example/x.git#");
        check("git+ssh://git@git.example/x.git#SHA", "ssh://git.example/x.git#");
        check("git+ssh://git@git.example/x.git#5b8a", "the repository ssh://git.example/x.git");
        check("git://git.example/a b#SHA", "a repository");
        check("file:../x-1.0.0.tgz", "a local file");
        for none in ["", "x", "1.0.0", "npm:x@1", "a:b"] {
            check(none, "");
        }
    }
}
