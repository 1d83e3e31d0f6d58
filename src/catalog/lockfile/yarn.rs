//! yarn.lock, of Yarn 1 (its own notation) and of Yarn 2 and later (a little YAML).
//!
//! An entry begins with what was asked for (`ms@^2, ms@2.1.3`) and has what it came to indented by two spaces. Whose name counts
//! is that of the resolution, since what was asked for may be an alias. Left out: workspaces, links and folders, which are the
//! tree's own. Specifications: the stringifiers of yarn 1.22 and of `@yarnpkg/parsers`, neither of which is documented.

use super::{Found, yaml};
use std::borrow::Cow;

/// Reads one lock file.
pub(super) fn read(content: &str, found: &mut Found) {
    let mut entry: Option<Entry<'_>> = None;
    for line in content.lines().filter(|line| !yaml::is_blank(line)) {
        if line.starts_with(' ') {
            if let (Some(entry), Some(field)) = (&mut entry, line.strip_prefix("  ").filter(|f| !f.starts_with(' '))) {
                entry.field(field);
            }
        } else if line.trim_end() != ":" {
            if let Some(entry) = entry.take() {
                entry.finish(found);
            }
            match asked(line) {
                Some(asked) if asked == "__metadata" => {}
                Some(asked) => entry = Some(Entry { asked, ..Entry::default() }),
                None => found.odd(line),
            }
        }
    }
    if let Some(entry) = entry {
        entry.finish(found);
    }
}

/// The first of what was asked for. Yarn 1 puts each of them in quotes, later ones all together, and a key longer than 1024
/// characters behind a question mark.
fn asked(line: &str) -> Option<Cow<'_, str>> {
    let line = line.trim_end();
    let key = match line.strip_prefix("? ") {
        Some(key) => key,
        None => line.strip_suffix(':')?,
    };
    let first = match key.strip_prefix('"') {
        Some(inside) => {
            let end = inside.find('"').filter(|at| !inside.get(..*at).is_some_and(|s| s.contains('\\')));
            match end.and_then(|at| inside.get(..at)) {
                Some(plain) => Cow::Borrowed(plain),
                None => yaml::scalar(key)?,
            }
        }
        None => Cow::Borrowed(key),
    };
    let first = first.split(", ").next().unwrap_or("").trim().to_owned();
    let good = !first.is_empty() && first != "@" && (first == "__metadata" || first.get(1..)?.contains('@'));
    good.then_some(Cow::Owned(first))
}

/// Name and range, or name and reference: the first `@` that is not a scope's divides them.
fn divided(text: &str) -> Option<(&str, &str)> {
    let at = text.char_indices().skip(1).find(|(_, c)| *c == '@')?.0;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whether a range or reference leads to a folder of the tree. An archive is no folder.
fn is_own(reference: &str) -> bool {
    let local = ["workspace:", "link:", "portal:", "exec:", "file:", "./", "../", "/", "~/"];
    let archive = [".tgz", ".tar.gz"].iter().any(|ending| reference.contains(ending));
    local.iter().any(|l| reference.starts_with(l)) && !archive
}

#[derive(Default)]
struct Entry<'a> {
    asked: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    resolution: Option<Cow<'a, str>>,
    /// The address of the archive, and what it hashes to: of Yarn 1 alone. The `checksum` of later ones is that of Yarn's own archive.
    resolved: Option<Cow<'a, str>>,
    integrity: Option<Cow<'a, str>>,
}

impl<'a> Entry<'a> {
    /// `version "1.0"` or `version: 1.0`.
    fn field(&mut self, line: &'a str) {
        let Some((key, value)) = line.split_once(' ') else { return };
        match key.trim_end_matches(':') {
            "version" => self.version = yaml::scalar(value),
            "resolution" => self.resolution = yaml::scalar(value),
            "resolved" => self.resolved = yaml::scalar(value),
            "integrity" => self.integrity = yaml::scalar(value),
            _ => {}
        }
    }

    fn finish(self, found: &mut Found) {
        let resolved = self.resolution.as_deref().unwrap_or(&self.asked);
        let Some((mut name, reference)) = divided(resolved) else {
            return found.odd(resolved);
        };
        if is_own(reference) {
            return;
        }
        // An alias of Yarn 1: `own@npm:lodash@^4`. In a resolution a version stands there.
        let alias = reference.strip_prefix("npm:").filter(|_| self.resolution.is_none());
        if let Some(alias) = alias {
            name = divided(alias).map_or(alias, |(name, _)| name);
        }
        match self.version {
            Some(version) => {
                // Later ones have the address of what comes from elsewhere as its reference.
                let other = ["https://", "http://", "git@", "ssh://", "git://"];
                let other =
                    Some(reference).filter(|r| self.resolution.is_some() && other.iter().any(|o| r.starts_with(o)));
                let resolved = self.resolved.as_deref().or(other).unwrap_or("");
                found.node_hashed(name, &version, Some(resolved), self.integrity.as_deref());
            }
            None => found.unnamed(Some(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn the_first_yarn() {
        let text = "# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\n\
            \"@colors/colors@1.6.0\":\n  version \"1.6.0\"\n  resolved \"https://registry.yarnpkg.com/@colors/colors/-/colors-1.6.0.tgz#ec\"\n\n\
            debug@^4:\n  version \"4.4.3\"\n  dependencies:\n    ms \"^2.1.3\"\n    version \"9\"\n\n\
            \"is-odd@https://registry.npmjs.org/is-odd/-/is-odd-3.0.1.tgz\":\n  version \"3.0.1\"\n\n\
            \"js-tokens@^3.0.0 || ^4.0.0\", js-tokens@^4:\r\n  version \"4.0.0\"\r\n\n\
            \"lk@link:./lru\":\n  version \"0.0.0\"\n  uid \"\"\n\n\"lru@file:./lru\":\n  version \"0.0.1\"\n\n\
            \"lodash4@npm:lodash@^4.17.21\":\n  version \"4.18.1\"\n\n\"b@npm:@a/b@1\":\n  version \"1.0.0\"\n\n\
            ms@2.1.3, ms@^2, ms@^2.1.3:\n  version \"2.1.3\"\n";
        let expected = [
            "npm/%40colors/colors@1.6.0",
            "npm/debug@4.4.3",
            "npm/is-odd@3.0.1",
            "npm/js-tokens@4.0.0",
            "npm/lodash@4.18.1",
            "npm/%40a/b@1.0.0",
            "npm/ms@2.1.3",
        ];
        check("yarn.lock", text, &expected, 0);
        check("yarn.lock", "# yarn lockfile v1\n", &[], 0);
        check("yarn.lock", "", &[], 0);
    }

    #[test]
    fn later_ones() {
        let entry = |asked: &str, version: &str, resolution: &str| {
            format!("\"{asked}\":\n  version: {version}\n  resolution: \"{resolution}\"\n  linkType: hard\n\n")
        };
        let text = [
            "# This file is generated by running \"yarn install\" inside your project.\n\n".to_owned(),
            "__metadata:\n  version: 10\n  cacheKey: 10c0\n\n".to_owned(),
            entry("@colors/colors@npm:1.6.0", "1.6.0", "@colors/colors@npm:1.6.0"),
            entry("fsevents@npm:2.3.3", "2.3.3", "fsevents@npm:2.3.3"),
            entry(
                "fsevents@patch:fsevents@npm%3A2.3.3#optional!builtin<compat/fsevents>",
                "2.3.3",
                "fsevents@patch:fsevents@npm%3A2.3.3#optional!builtin<compat/fsevents>::version=2.3.3&hash=df0bf1",
            ),
            entry("is-odd@https://x/is-odd-3.0.1.tgz", "3.0.1", "is-odd@https://x/is-odd-3.0.1.tgz"),
            entry("lk@link:./l::locator=own%40workspace%3A.", "0.0.0-use.local", "lk@link:./l::locator=own"),
            entry("lodash4@npm:lodash@^4.17.21", "4.18.1", "lodash@npm:4.18.1"),
            entry("lru@file:./lru::locator=own%40workspace%3A.", "0.0.1", "lru@file:./lru#./lru::hash=71b743"),
            entry("t@file:./t.tgz::locator=own", "1.0.0", "t@file:./t.tgz#./t.tgz::hash=71b743"),
            entry("ms@npm:2.1.3, ms@npm:^2", "2.1.3", "ms@npm:2.1.3"),
            entry("own@workspace:.", "0.0.0-use.local", "own@workspace:."),
            "? \"x@npm:1, x@npm:2\"\n:\n  version: 1.0.0\n  resolution: \"x@npm:1.0.0\"\n".to_owned(),
        ];
        let expected = [
            "npm/%40colors/colors@1.6.0",
            "npm/fsevents@2.3.3",
            "npm/is-odd@3.0.1",
            "npm/lodash@4.18.1",
            "npm/t@1.0.0",
            "npm/ms@2.1.3",
            "npm/x@1.0.0",
        ];
        check("yarn.lock", &text.concat(), &expected, 0);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        check("yarn.lock", "<<<<<<< HEAD\na@1:\n  version \"1.0.0\"\n=======\n", &["npm/a@1.0.0"], 2);
        check("yarn.lock", "a@1:\n  resolved \"x\"\n\nb@1:\n  version \"1.0.0\"\n", &["npm/b@1.0.0"], 1);
        check("yarn.lock", "a@1:\n  version \"${v}\"\n\"../x@1\":\n  version \"1.0.0\"\n", &[], 2);
        check("yarn.lock", "\"a@1:\n  version \"1.0.0\"\n@:\n", &[], 2);
    }
}
