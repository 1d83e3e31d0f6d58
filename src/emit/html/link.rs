//! Links and anchors: which addresses from an image may be followed, and names for places in the document.

use std::collections::BTreeMap;

/// The longest anchor; longer names are cut, and told apart by number.
const ANCHOR_LIMIT: usize = 96;

/// An address that may become a link: absolute `http` or `https` with a plain host, in the characters of a URI
/// (RFC 3986) and no others. Anything else, names in other scripts (they may imitate) and user names included, is
/// shown as text only.
pub(super) fn address(s: &str) -> Option<&str> {
    let lower = s.get(..8)?.to_ascii_lowercase();
    let rest = if lower == "https://" {
        s.get(8..)?
    } else if lower.starts_with("http://") {
        s.get(7..)?
    } else {
        return None;
    };
    let of_uri = |c: u8| c.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&c);
    let of_host = |c: u8| c.is_ascii_alphanumeric() || b"-.:[]".contains(&c);
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let good = s.len() <= 2_048
        && rest.bytes().all(of_uri)
        && host.bytes().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == b'[')
        && host.bytes().all(of_host);
    good.then_some(s)
}

/// Hands out anchors that are unique in the document and depend on the names alone.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: BTreeMap<String, usize>,
}

impl Anchors {
    /// An anchor that is its own name already, such as the id of a finding; made plain and unique where it is not.
    pub fn keep(&mut self, id: &str) -> String {
        match id.strip_prefix("f-") {
            Some(rest) => self.name("f", &[rest]),
            None => self.name("f", &[id]),
        }
    }

    /// An anchor such as `pkg-deb-libc6-2.36`: what is not a letter, digit, dot or hyphen becomes a hyphen.
    pub fn name(&mut self, prefix: &str, parts: &[&str]) -> String {
        let mut base = String::from(prefix);
        for c in parts.iter().flat_map(|p| std::iter::once('-').chain(p.chars())) {
            if base.len() >= ANCHOR_LIMIT {
                break;
            }
            let c = if c.is_ascii_alphanumeric() || c == '.' || c == '_' { c } else { '-' };
            if c != '-' || !base.ends_with('-') {
                base.push(c);
            }
        }
        let mut name = base.clone();
        while self.taken.contains_key(&name) {
            // The count is kept with the base, so that many equal names do not search from the start each time.
            let n = self.taken.entry(base.clone()).or_insert(1);
            *n += 1;
            name = format!("{base}-{n}");
        }
        self.taken.insert(name.clone(), 1);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_are_linked() {
        for good in [
            "https://www.gnu.org/software/bash/",
            "http://example.org",
            "HTTPS://example.org:8443/a?b=c&d='e'#f",
            "https://[::1]/x",
        ] {
            assert_eq!(address(good), Some(good));
        }
        for bad in [
            "",
            "https://",
            "http:///x",
            "javascript:alert(1)",
            "JaVaScRiPt://example.org/%0aalert(1)",
            " https://example.org",
            "https://example.org/ x",
            "https://example.org/\n",
            "https://example.org/\"onmouseover=alert(1)",
            "https://example.org/<script>",
            "https://user@example.org/",
            "https://example.org\\@evil.example",
            "https://аpple.example/",
            "https://example.org/\u{202e}",
            "data:text/html,x",
            "//example.org/",
            "www.example.org",
            "éééééééé",
        ] {
            assert_eq!(address(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn ids_of_findings_are_their_anchors() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.keep("f-0123456789abcdef"), "f-0123456789abcdef");
        assert_eq!(anchors.keep("f-0123456789abcdef"), "f-0123456789abcdef-2");
        assert_eq!(anchors.keep("f-<x>"), "f-x-");
        assert_eq!(anchors.keep(""), "f-");
    }

    #[test]
    fn anchors_are_unique_and_plain() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.name("pkg", &["npm", "@scope/x", "1.0"]), "pkg-npm-scope-x-1.0");
        assert_eq!(anchors.name("pkg", &["npm", "scope x", "1.0"]), "pkg-npm-scope-x-1.0-2");
        assert_eq!(anchors.name("pkg", &["npm", "scope x", "1.0-3"]), "pkg-npm-scope-x-1.0-3");
        assert_eq!(anchors.name("pkg", &["npm", "scope x", "1.0"]), "pkg-npm-scope-x-1.0-4");
        assert_eq!(anchors.name("pkg", &["\"><script>"]), "pkg-script-");
        assert!(anchors.name("pkg", &[&"x".repeat(5_000)]).len() <= ANCHOR_LIMIT);
    }
}
