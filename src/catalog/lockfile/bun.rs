//! bun.lock, Bun's lock file as text: JSON in which a comma may stand before a closing bracket.
//!
//! Each package is a list that begins with `name@version`; workspaces, folders, archives and repositories have an address in the
//! version's place and are left out. Not read is bun.lockb, the binary form of versions before 1.2. Specification: Bun's
//! documentation ("Lockfile").

use super::Found;
use super::json::{members, object};

/// Reads one lock file.
pub(super) fn read(content: &str, found: &mut Found) {
    let Some(value) = object(&without_trailing_commas(content), found) else { return };
    for (key, package) in members(&value, "packages") {
        let named = package.get(0).and_then(|first| first.as_str());
        // An `@` at the beginning is the scope's.
        let at = named.and_then(|n| n.char_indices().skip(1).find(|(_, c)| *c == '@')).map(|(i, _)| i);
        let parts = named.zip(at).and_then(|(n, at)| Some((n.get(..at)?, n.get(at + 1..)?)));
        // The second is the address, empty for the registry; the last what the archive hashes to.
        let address = package.get(1).and_then(|a| a.as_str()).filter(|a| !a.is_empty());
        let integrity = package.get(3).and_then(|i| i.as_str());
        match parts {
            Some((name, version)) if version.starts_with("npm:") => {
                // An alias says what it stands for.
                match version.trim_start_matches("npm:").rsplit_once('@').filter(|(real, _)| !real.is_empty()) {
                    Some((real, version)) => found.node_hashed(real, version, address, integrity),
                    None => found.node(name, version.trim_start_matches("npm:")),
                }
            }
            Some((_, version)) if version.contains([':', '/']) => {}
            Some((name, version)) if !version.is_empty() => found.node_hashed(name, version, address, integrity),
            _ => found.unnamed(Some(key)),
        }
    }
}

/// Commas before a closing bracket become blanks, but for those inside of strings.
fn without_trailing_commas(content: &str) -> String {
    let mut out: Vec<u8> = content.as_bytes().to_vec();
    let (mut quoted, mut escaped) = (false, false);
    let mut comma: Option<usize> = None;
    for (i, b) in content.bytes().enumerate() {
        if quoted {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match b {
            b'"' => (quoted, comma) = (true, None),
            b',' => comma = Some(i),
            b']' | b'}' => {
                if let Some(at) = comma.take() {
                    out[at] = b' ';
                }
            }
            b if b.is_ascii_whitespace() => {}
            _ => comma = None,
        }
    }
    // Only commas became blanks, so that it is as much UTF-8 as before.
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::without_trailing_commas;
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn packages_of_the_registry() {
        check(
            "bun.lock",
            r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "own", "dependencies": { "lodash": "^4.17.21", }, },
  },
  "packages": {
    "lodash": ["lodash@4.17.21", "", {}, "sha512-v2kD"],
    "@types/node": ["@types/node@22.10.2", "", { "dependencies": { "undici-types": "~6.20.0", }, }, "sha512-x"],
    "web": ["web@workspace:packages/web"],
    "fork": ["fork@github:a/fork#abc", {}, "a-fork-abc"],
    "old": ["old@npm:lodash@3.10.1", "", {}, "sha512-y"],
    "bad": [],
  },
}"#,
            &["npm/%40types/node@22.10.2", "npm/lodash@4.17.21", "npm/lodash@3.10.1"],
            1,
        );
    }

    #[test]
    fn commas_in_strings_stay() {
        let check = |text: &str, expected: &str| assert_eq!(without_trailing_commas(text), expected);
        check(r#"[",]",1 , ]"#, r#"[",]",1   ]"#);
        check(r#"["\",]",]"#, r#"["\",]" ]"#);
        check("[1,2]", "[1,2]");
    }
}
