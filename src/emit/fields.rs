//! Single values made fit for strict readers: times, web addresses, CPEs, people. What does not fit is `None`, and the
//! emitter says it elsewhere: one hostile value must not make a whole document invalid.

/// The last second that RFC 3339 can write: the end of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Seconds since 1970 as `2024-05-06T07:08:09Z` (RFC 3339). `None` before 1970, because Go's zero time (year 1) means that
/// no time is known, and past the year 9999.
pub(super) fn timestamp(seconds: i64) -> Option<String> {
    if !(0..=LAST_SECOND).contains(&seconds) {
        return None;
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days are counted from 1 March of the year 0, in eras of 400 years: so the leap day is the last of its year.
    let z = days + 719_468;
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// A web address that every validator accepts: `http` or `https`, a host with a dot and a top-level domain of letters, and
/// no character that RFC 3986 forbids.
pub(super) fn web_url(url: &str) -> Option<&str> {
    let url = url.trim();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let bytes = rest.as_bytes();
    let allowed = |(i, &b): (usize, &u8)| match b {
        b'%' => matches!(bytes.get(i + 1..i + 3), Some(hex) if hex.iter().all(u8::is_ascii_hexdigit)),
        _ => b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&b),
    };
    // A second number sign is forbidden in a fragment.
    if !bytes.iter().enumerate().all(allowed) || bytes.iter().filter(|&&b| b == b'#').count() > 1 {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match authority.split_once(':') {
        Some((host, port)) if (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()) => host,
        Some(_) => return None,
        None => authority,
    };
    is_domain(host).then_some(url)
}

fn is_domain(host: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && !l.contains("--")
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.split('.').all(label)
        && host.rsplit_once('.').is_some_and(|(_, top)| top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// A CPE of either version, where it has the right form (NISTIR 7695): `cpe22Type` or `cpe23Type` and the name itself.
pub(super) fn cpe(name: &str) -> Option<(&'static str, &str)> {
    if let Some(rest) = name.strip_prefix("cpe:/") {
        let parts: Vec<&str> = rest.split(':').collect();
        let good = |p: &&str| p.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-~%".contains(&b));
        let ok = parts.len() <= 7 && matches!(parts.first(), Some(&("a" | "h" | "o"))) && parts.iter().all(good);
        return ok.then_some(("cpe22Type", name));
    }
    let rest = name.strip_prefix("cpe:2.3:")?;
    let parts: Vec<&str> = rest.split(':').collect();
    // Quoted characters and wildcards inside a value are left out: no os-release file has been seen with them, and the
    // language field has a form of its own.
    let good = |p: &&str| {
        matches!(*p, "*" | "-")
            || !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_' || b == b'-')
    };
    let ok = parts.len() == 11
        && matches!(parts.first(), Some(&("a" | "h" | "o")))
        && parts.iter().all(good)
        && matches!(parts.get(6), Some(&("*" | "-")));
    ok.then_some(("cpe23Type", name))
}

/// Who made or packs something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Supplier {
    /// Whether the name is that of a group.
    pub(super) organization: bool,
    /// The name on one line.
    pub(super) name: String,
    /// The address.
    pub(super) email: Option<String>,
}

/// Words that make a name that of a group rather than of a person.
const GROUP_WORDS: [&str; 29] = [
    "team",
    "group",
    "maintainers",
    "maintainer",
    "developers",
    "packagers",
    "packaging",
    "project",
    "foundation",
    "authors",
    "contributors",
    "community",
    "inc",
    "inc.",
    "ltd",
    "ltd.",
    "llc",
    "gmbh",
    "corporation",
    "corp",
    "corp.",
    "company",
    "linux",
    "debian",
    "ubuntu",
    "alpine",
    "fedora",
    "suse",
    "microsoft",
];

/// Reads `Name <address>`. SPDX wants to know whether a name is a person's, which metadata never says: with an address and
/// without a word that only groups have in their names it is taken as a person's.
pub(super) fn supplier(raw: &str) -> Option<Supplier> {
    let raw = one_line(raw);
    let (name, email) = match raw.split_once('<') {
        Some((name, rest)) => (name.trim(), rest.split('>').next().map(str::trim).filter(|e| is_email(e))),
        None if is_email(&raw) => ("", Some(raw.as_str())),
        None => (raw.as_str(), None),
    };
    // An address that is none stays in the name: nothing is lost.
    let name = if email.is_none() { raw.trim() } else { name.trim_matches('"').trim() };
    let name = if name.is_empty() { email? } else { name };
    let group = name.split_whitespace().any(|w| GROUP_WORDS.contains(&w.to_ascii_lowercase().as_str()));
    Some(Supplier { organization: email.is_none() || group, name: name.to_string(), email: email.map(str::to_string) })
}

fn is_email(s: &str) -> bool {
    let local = |l: &str| {
        !l.is_empty()
            && !l.starts_with('.')
            && !l.ends_with('.')
            && !l.contains("..")
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b))
    };
    s.split_once('@').is_some_and(|(l, domain)| local(l) && is_domain(domain))
}

/// The same words on one line: control characters and runs of white space become one space.
pub(super) fn one_line(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for word in s.split(|c: char| c.is_control() || c.is_whitespace()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        let check = |seconds, expected: Option<&str>| assert_eq!(timestamp(seconds).as_deref(), expected, "{seconds}");
        check(0, Some("1970-01-01T00:00:00Z"));
        check(951_782_399, Some("2000-02-28T23:59:59Z"));
        check(951_782_400, Some("2000-02-29T00:00:00Z"));
        check(1_709_251_199, Some("2024-02-29T23:59:59Z"));
        check(1_735_689_599, Some("2024-12-31T23:59:59Z"));
        check(4_107_542_400, Some("2100-03-01T00:00:00Z"));
        check(LAST_SECOND, Some("9999-12-31T23:59:59Z"));
        check(LAST_SECOND + 1, None);
        check(-62_135_596_800, None);
        check(i64::MIN, None);
    }

    #[test]
    fn only_plain_web_addresses_pass() {
        for good in [
            "https://www.gnu.org/software/bash/",
            "http://example.com:8080/a%20b?q=1#top",
            " https://curl.se ",
            "https://example.software/~x/(y)",
        ] {
            assert_eq!(web_url(good), Some(good.trim()), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "ftp://example.com",
            "https://",
            "https://localhost/x",
            "https://192.168.0.1/",
            "https://exa mple.com",
            "https://example.com/<script>",
            "https://example.com/%zz",
            "https://example.com/%2",
            "https://user@example.com/",
            "https://example.com:port/",
            "https://ex_ample.com/",
            "https://example.com/\u{202e}",
            "https://example.com/#a#b",
        ] {
            assert_eq!(web_url(bad), None, "{bad}");
        }
    }

    #[test]
    fn cpes_of_both_versions_are_told_apart() {
        let check = |name, expected| assert_eq!(cpe(name).map(|(kind, _)| kind), expected, "{name}");
        check("cpe:/o:almalinux:almalinux:9::baseos", Some("cpe22Type"));
        check("cpe:2.3:o:microsoft:cbl_mariner:2.0:*:*:*:*:*:*:*", Some("cpe23Type"));
        check("cpe:2.3:o:amazon:amazon_linux:2", None);
        check("cpe:/o:<script>", None);
        check("cpe:/x:y", None);
        check("", None);
    }

    #[test]
    fn people_and_groups_are_told_apart() {
        let check = |raw, organization, name: &str, email: Option<&str>| {
            let expected = Supplier { organization, name: name.to_string(), email: email.map(str::to_string) };
            assert_eq!(supplier(raw), Some(expected), "{raw}");
        };
        check("Jane Roe <jane@example.org>", false, "Jane Roe", Some("jane@example.org"));
        check("Debian GCC Maintainers <gcc@example.org>", true, "Debian GCC Maintainers", Some("gcc@example.org"));
        check("Acme", true, "Acme", None);
        check("jane@example.org", false, "jane@example.org", Some("jane@example.org"));
        check("Jane <not an address>", true, "Jane <not an address>", None);
        check("Jane\n Roe", true, "Jane Roe", None);
        assert_eq!(supplier(" \t\u{0}"), None);
    }
}
