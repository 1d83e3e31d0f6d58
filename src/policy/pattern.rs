//! Which packages a rule, a waiver or a clarification is for: a package URL in which `*` stands for anything, with a range of
//! versions after the `@`.
//!
//! `pkg:npm/left-pad`, `pkg:deb/debian/*`, `pkg:pypi/requests@2.31.0`, `pkg:npm/@scope/x@>=1.2,<2`.

use crate::model::Package;
use crate::purl;
use std::cmp::Ordering;
use std::fmt;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurlPattern {
    written: Box<str>,
    /// Type, namespace and name, decoded, joined by slashes.
    path: String,
    versions: Versions,
    /// Qualifiers that must be there.
    qualifiers: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Versions {
    Any,
    /// With `*` in it, perhaps.
    Glob(String),
    /// All must hold.
    Range(Vec<(Sign, String)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// Longest pattern that is read: real purls have some hundred bytes.
const MAX_PATTERN: usize = 4096;

impl PurlPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<PurlPattern, String> {
        let rest = text.trim().strip_prefix("pkg:").filter(|_| text.len() <= MAX_PATTERN).ok_or_else(|| {
            format!("{text:?} is no pattern of package URLs; write one such as pkg:npm/left-pad or pkg:deb/debian/*")
        })?;
        let rest = rest.split('#').next().unwrap_or(rest).trim_matches('/');
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let last = rest.rfind('/').map_or(0, |i| i + 1);
        // An `@` at the beginning of a segment is npm's scope.
        let at =
            rest.get(last..).and_then(|s| s.char_indices().skip(1).find(|(_, c)| *c == '@')).map(|(i, _)| last + i);
        let (path, version) = match at {
            Some(i) => (rest.get(..i).unwrap_or(rest), rest.get(i + 1..)),
            None => (rest, None),
        };
        let (ty, name) = path.split_once('/').unwrap_or((path, ""));
        if ty.is_empty() || name.is_empty() {
            return Err(format!("{text:?} names no package; write one such as pkg:npm/left-pad or pkg:npm/*"));
        }
        let ty = ty.to_lowercase();
        let versions = match version.map(str::trim) {
            None => Versions::Any,
            Some("") => {
                return Err(format!("{text:?} ends where a version should stand; leave the @ out for all versions"));
            }
            Some(v) if v.starts_with(['<', '>', '=', '!']) => Versions::Range(range(&ty, v)?),
            Some(v) if is_foreign_range(v) => {
                return Err(format!(
                    "{v:?} is no version; write a range as comparisons, such as @>=1.2,<2, or with a star, such as @1.*"
                ));
            }
            Some(v) => Versions::Glob(decoded(v)),
        };
        let qualifiers = qualifiers
            .split('&')
            .filter(|q| !q.is_empty())
            .map(|q| q.split_once('=').map(|(k, v)| (k.to_lowercase(), decoded(v))))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| format!("a qualifier of {text:?} has no value"))?;
        let name = in_form(&ty, decoded(name));
        if matches!(&*ty, "deb" | "apk" | "rpm" | "alpm") && !name.contains(['/', '*']) {
            return Err(format!(
                "packages of {ty} have the distribution before their name: write pkg:{ty}/*/{name}, or pkg:{ty}/debian/{name} and the like"
            ));
        }
        let path = format!("{ty}/{name}");
        Ok(PurlPattern { written: text.trim().into(), path, versions, qualifiers })
    }

    /// Whether a package meets it.
    pub fn matches(&self, subject: &Subject) -> bool {
        let fits = |pattern: &str, text: &str| glob(pattern.as_bytes(), text.as_bytes());
        let version = match &self.versions {
            Versions::Any => true,
            Versions::Glob(pattern) => fits(pattern, &subject.version),
            Versions::Range(all) => {
                all.iter().all(|(sign, limit)| sign.holds(compare_of(self.ty(), &subject.version, limit)))
            }
        };
        version && fits(&self.path, &subject.path) && self.qualifiers.iter().all(|q| subject.qualifiers.contains(q))
    }

    /// The purl type, or a pattern of one.
    pub fn ty(&self) -> &str {
        self.path.split('/').next().unwrap_or("")
    }

    /// Whether it is for one version alone, so that something found out about that version's files is not taken for another's.
    pub fn is_one_version(&self) -> bool {
        match &self.versions {
            Versions::Glob(v) => !v.contains('*'),
            Versions::Range(all) => matches!(all.as_slice(), [(Sign::Equal, _)]),
            Versions::Any => false,
        }
    }
}

impl fmt::Display for PurlPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// What patterns are held against: the parts of a purl, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    path: String,
    version: String,
    qualifiers: Vec<(String, String)>,
}

impl Subject {
    /// Of a package.
    pub fn of(package: &Package) -> Subject {
        Subject::parse(&package.purl).unwrap_or_else(|| Subject {
            path: format!("{}/{}", package.ecosystem.as_str(), package.name),
            version: package.version.to_string(),
            qualifiers: Vec::new(),
        })
    }

    /// Of a purl; `None` where it is none.
    pub fn parse(text: &str) -> Option<Subject> {
        let url = purl::parse(text).ok()?;
        let namespace = url.namespace().filter(|n| !n.is_empty()).map(|n| format!("{n}/")).unwrap_or_default();
        Some(Subject {
            path: format!("{}/{namespace}{}", url.ty(), url.name()),
            version: url.version().unwrap_or("").to_owned(),
            qualifiers: url.qualifiers().iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
        })
    }
}

/// Names as the purl specification writes them (types with rules of their own): `Flask` is `flask`, `a_b` of Python is `a-b`.
fn in_form(ty: &str, name: String) -> String {
    match ty {
        "pypi" => name.to_lowercase().replace('_', "-"),
        "deb" | "apk" | "npm" | "composer" | "github" | "bitbucket" | "hex" | "alpm" | "opkg" | "oci" => {
            name.to_lowercase()
        }
        _ => name,
    }
}

/// Whether this is a range as some tool writes it (`^1.2`, `~1.2`, `1.x`, `[1.0,2.0)`, `1 - 2`). As a version it would meet nothing, and
/// nobody would notice; a version that does hold such characters is written with `%`, as purls do.
fn is_foreign_range(version: &str) -> bool {
    let last = version.rsplit('.').next().filter(|last| last.len() < version.len());
    version.starts_with(['^', '~', '[', '(', ']'])
        || version.contains(|c: char| c.is_whitespace() || ",|<>=".contains(c))
        || last.is_some_and(|last| last.eq_ignore_ascii_case("x"))
}

/// Reads `>=1.2,<2`, with a comma, a space or `|` (as in vers) between.
fn range(ty: &str, text: &str) -> Result<Vec<(Sign, String)>, String> {
    const SIGNS: [(&str, Sign); 7] = [
        ("<=", Sign::LessOrEqual),
        (">=", Sign::GreaterOrEqual),
        ("!=", Sign::NotEqual),
        ("==", Sign::Equal),
        ("<", Sign::Less),
        (">", Sign::Greater),
        ("=", Sign::Equal),
    ];
    // The first limit of a part, and what stands behind it.
    let one = |part: &'_ str| {
        let (sign, rest) = SIGNS.iter().find_map(|(s, sign)| Some((*sign, part.strip_prefix(s)?.trim_start())))?;
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (version, rest) = rest.split_at(end);
        let good = !version.is_empty() && !version.contains(['<', '>', '=', '*', '^']);
        good.then(|| ((sign, decoded(version)), rest.trim_start().to_owned()))
    };
    let no_range = || format!("{text:?} is no range of versions; write one such as >=1.2,<2");
    let mut all = Vec::new();
    for part in text.split([',', '|']) {
        let mut rest = part.trim().to_owned();
        loop {
            let (limit, more) = one(&rest).ok_or_else(no_range)?;
            all.push(limit);
            if more.is_empty() {
                break;
            }
            rest = more;
        }
    }
    match is_empty(ty, &all) {
        true => Err(format!("no version is in {text:?}; write the lower limit before the upper one, such as >=1.2,<2")),
        false => Ok(all),
    }
}

/// Whether two limits shut everything out.
fn is_empty(ty: &str, all: &[(Sign, String)]) -> bool {
    use Sign::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let clash = |(low, a): &(Sign, String), (high, b): &(Sign, String)| {
        let order = compare_of(ty, a, b);
        // A limit without a revision is equal to every revision, which leaves room between both.
        let same = order.is_eq() && (a == b || !has_revisions(ty));
        match (low, high) {
            (Greater | GreaterOrEqual | Equal, Less | LessOrEqual | Equal) => {
                order.is_gt() || same && (*low == Greater || *high == Less)
            }
            (Equal, NotEqual) => same,
            _ => false,
        }
    };
    all.iter().any(|low| all.iter().any(|high| clash(low, high)))
}

impl Sign {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Sign::Less => order.is_lt(),
            Sign::LessOrEqual => order.is_le(),
            Sign::Greater => order.is_gt(),
            Sign::GreaterOrEqual => order.is_ge(),
            Sign::Equal => order.is_eq(),
            Sign::NotEqual => order.is_ne(),
        }
    }
}

fn has_revisions(ty: &str) -> bool {
    matches!(ty, "deb" | "apk" | "rpm" | "alpm" | "opkg" | "ebuild")
}

/// Compares versions of one ecosystem. Packages of a system have the packaging's own number behind the last hyphen, which counts only
/// where the rest is the same.
fn compare_of(ty: &str, a: &str, b: &str) -> Ordering {
    if !has_revisions(ty) {
        return compare(a, b, true);
    }
    let parts =
        |v: &'_ str| v.rsplit_once('-').map_or((v.to_owned(), String::new()), |(v, r)| (v.to_owned(), r.to_owned()));
    let ((a, a_revision), (b, b_revision)) = (parts(a), parts(b));
    // A limit without a revision is met by every revision.
    let revisions = || match a_revision.is_empty() || b_revision.is_empty() {
        true => Ordering::Equal,
        false => compare(&a_revision, &b_revision, false),
    };
    compare(&a, &b, false).then_with(revisions)
}

/// A piece of a version.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// What sorts before the end of a version: `~` of Debian and rpm, words for what comes before a release.
    Before(&'a str),
    End,
    Word(&'a str),
    Number(&'a str),
}

/// Compares versions of any ecosystem: an epoch (`1:`) first, then numbers as numbers and words as words. `~` and the words that
/// announce a release (`alpha`, `beta`, `pre`, `rc`, `dev`, `snapshot`) sort before the version without them, other words after it.
fn compare(a: &str, b: &str, semver: bool) -> Ordering {
    let parts = |v: &'_ str| -> (u64, usize) {
        match v.split_once(':') {
            Some((epoch, _)) => epoch.parse().map_or((0, 0), |e| (e, epoch.len() + 1)),
            None => (0, 0),
        }
    };
    let ((epoch_a, skip_a), (epoch_b, skip_b)) = (parts(a), parts(b));
    let (a, b) = (pieces(a.get(skip_a..).unwrap_or(a), semver), pieces(b.get(skip_b..).unwrap_or(b), semver));
    let rank = |p: &Piece<'_>| match p {
        Piece::Before(_) => 0,
        Piece::End => 1,
        Piece::Word(_) => 2,
        Piece::Number(_) => 3,
    };
    let one = |i: usize| {
        let (a, b) = (a.get(i).unwrap_or(&Piece::End), b.get(i).unwrap_or(&Piece::End));
        match (a, b) {
            (Piece::Number(a), Piece::Number(b)) => (a.len(), *a).cmp(&(b.len(), *b)),
            (Piece::Word(a), Piece::Word(b)) | (Piece::Before(a), Piece::Before(b)) => a.cmp(b),
            // 1.0 and 1 are one version.
            (Piece::Number(""), Piece::End) | (Piece::End, Piece::Number("")) => Ordering::Equal,
            _ => rank(a).cmp(&rank(b)),
        }
    };
    let first = (0..a.len().max(b.len())).map(one).find(|o| o.is_ne()).unwrap_or(Ordering::Equal);
    epoch_a.cmp(&epoch_b).then(first)
}

fn pieces(version: &str, semver: bool) -> Vec<Piece<'_>> {
    const BEFORE: [&str; 8] = ["alpha", "beta", "pre", "preview", "rc", "dev", "snapshot", "milestone"];
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    // What semantic versioning calls the build says nothing about order.
    let version = version.split('+').next().filter(|_| semver && !version.contains(['-', '~'])).unwrap_or(version);
    let mut out = Vec::new();
    let mut rest = version;
    let mut after_digit = false;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = if first.is_ascii_alphanumeric() {
            rest.find(|c: char| c.is_ascii_digit() != digits || !c.is_ascii_alphanumeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, more) = rest.split_at(end);
        rest = more;
        if digits {
            out.push(Piece::Number(piece.trim_start_matches('0')));
        } else if first == '~' {
            out.push(Piece::Before("~"));
        } else if first.is_ascii_alphanumeric() {
            // Python's `1.0b1`; the letter of `1.1.1w` and Debian's `+b2` are no such.
            let letter =
                matches!(piece, "a" | "b" | "c") && after_digit && rest.starts_with(|c: char| c.is_ascii_digit());
            let before = letter || BEFORE.iter().any(|w| piece.eq_ignore_ascii_case(w));
            out.push(if before { Piece::Before(piece) } else { Piece::Word(piece) });
        }
        after_digit = digits;
    }
    out
}

/// Percent-decoded; what is no UTF-8 then stays as it was.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let hex = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (b, hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
            }
            _ => {
                out.push(b);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// `*` stands for anything, slashes too. Linear but for steps back to the last star.
pub(super) fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&c) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&x) if x == c => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|b| *b == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_meet_purls() {
        let check = |pattern: &str, purl: &str, expected: bool| {
            let pattern = PurlPattern::parse(pattern).unwrap();
            assert_eq!(pattern.matches(&Subject::parse(purl).unwrap()), expected, "{pattern} {purl}");
        };
        check("pkg:npm/left-pad", "pkg:npm/left-pad@1.3.0", true);
        check("pkg:npm/left-pad", "pkg:npm/left-pads@1.3.0", false);
        check("pkg:npm/*", "pkg:npm/%40a/b@1", true);
        check("pkg:npm/@a/*", "pkg:npm/%40a/b@1", true);
        check("pkg:npm/%40a/b@1", "pkg:npm/%40a/b@1", true);
        check("pkg:npm/@a/b@>=1,<2", "pkg:npm/%40a/b@1.9.9", true);
        check("pkg:npm/@a/b@>=1,<2", "pkg:npm/%40a/b@2.0.0", false);
        check("pkg:npm/@a/b@>=1|<2", "pkg:npm/%40a/b@2.0.0", false);
        // A space parts limits like a comma, wherever it stands.
        for range in [">=1 <2", ">= 1 < 2", ">=1, <2", ">=1  <2,!=1.5"] {
            check(&format!("pkg:npm/agpl@{range}"), "pkg:npm/agpl@2.0.0", false);
            check(&format!("pkg:npm/agpl@{range}"), "pkg:npm/agpl@1.4.0", true);
        }
        check("pkg:deb/debian/bash@>=5.2 <5.2-3", "pkg:deb/debian/bash@5.2-2", true);
        check("pkg:deb/debian/*", "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12", true);
        check("pkg:deb/debian/bash@5.2.15-2+b2", "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64", true);
        check("pkg:deb/debian/bash?arch=arm64", "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64", false);
        check("pkg:deb/debian/bash?arch=amd64", "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64", true);
        check("pkg:pypi/requests@2.*", "pkg:pypi/requests@2.31.0", true);
        check("pkg:golang/github.com/a/*", "pkg:golang/github.com/a/b@v1.2.3", true);
        check("pkg:pypi/Charset_Normalizer", "pkg:pypi/charset-normalizer@3.0", true);
        check("pkg:*/log4j*", "pkg:maven/org.apache/log4j@1", true);
        check("pkg:*/log4j", "pkg:maven/org.apache/log4j2@1", false);
    }

    #[test]
    fn versions_compare() {
        let check = |a: &str, b: &str, expected: Ordering| {
            assert_eq!(compare(a, b, true), expected, "{a} {b}");
            assert_eq!(compare(b, a, true), expected.reverse(), "{b} {a}");
        };
        check("1.10", "1.9", Ordering::Greater);
        check("1.0", "1", Ordering::Equal);
        check("1.0.0", "1", Ordering::Equal);
        check("v1.2.3", "1.2.3", Ordering::Equal);
        check("1.0rc1", "1.0", Ordering::Less);
        check("1.0-rc.1", "1.0-rc.2", Ordering::Less);
        check("1.0-alpha", "1.0-beta", Ordering::Less);
        check("1.1.1w", "1.1.1", Ordering::Greater);
        check("1:1.0", "2.0", Ordering::Greater);
        check("1.2.3+build", "1.2.3", Ordering::Equal);
        check("1.0b1", "1.0", Ordering::Less);
        check("20240101", "9", Ordering::Greater);
    }

    #[test]
    fn versions_of_systems_compare_before_their_revisions() {
        let check = |ty: &str, a: &str, b: &str, expected: Ordering| {
            assert_eq!(compare_of(ty, a, b), expected, "{ty} {a} {b}");
            assert_eq!(compare_of(ty, b, a), expected.reverse(), "{ty} {b} {a}");
        };
        check("deb", "1.34+dfsg-1.2+deb12u1", "1.34-1", Ordering::Greater);
        check("deb", "2:6.2.1+dfsg1-1.1", "2:6.2.1-1", Ordering::Greater);
        check("deb", "5.2.15-2+b2", "5.2.15-2", Ordering::Greater);
        check("deb", "5.2.15-10", "5.2.15-9", Ordering::Greater);
        check("deb", "1.0~rc1-1", "1.0-1", Ordering::Less);
        check("deb", "1.2-3", "1.2", Ordering::Equal);
        check("apk", "9.7_p1-r0", "9.7-r0", Ordering::Greater);
        check("apk", "1.36.1-r29", "1.36.1-r3", Ordering::Greater);
        check("rpm", "1.0-2.el9", "1.0.1-1.el9", Ordering::Less);
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for (text, why) in [
            ("npm/left-pad", "no pattern"),
            ("pkg:npm", "names no package"),
            ("pkg:npm/x@", "leave the @ out"),
            ("pkg:npm/x@>=", "no range"),
            ("pkg:npm/x@>=1,2", "no range"),
            ("pkg:npm/x@>=1 2", "no range"),
            ("pkg:npm/x@>=1||<2", "no range"),
            ("pkg:npm/x@>=1<2", "no range"),
            ("pkg:npm/x@=1.*", "no range"),
            // Ranges as other tools write them.
            ("pkg:npm/x@^1.2", "such as @>=1.2,<2"),
            ("pkg:npm/x@~1.2.0", "such as @>=1.2,<2"),
            ("pkg:npm/x@1.x", "such as @1.*"),
            ("pkg:maven/g/x@[1.0,2.0)", "such as @>=1.2,<2"),
            ("pkg:npm/x@1.0 - 2.0", "such as @>=1.2,<2"),
            ("pkg:npm/x@1.0,1.1", "such as @>=1.2,<2"),
            // Ranges in which nothing is.
            ("pkg:npm/x@>=2,<1", "no version is in"),
            ("pkg:npm/x@>1,<1.0", "no version is in"),
            ("pkg:npm/x@=1,=2", "no version is in"),
            ("pkg:deb/debian/x@>=1.2-3,<1.2-3", "no version is in"),
            ("pkg:npm/x?arch", "no value"),
            ("pkg:apk/busybox", "pkg:apk/*/busybox"),
        ] {
            let message = PurlPattern::parse(text).unwrap_err();
            assert!(message.contains(why), "{text}: {message}");
        }
    }

    #[test]
    fn stars_do_not_explode() {
        let text = format!("{}b", "a".repeat(4000));
        assert!(!glob("*a".repeat(200).as_bytes(), text.as_bytes()));
        assert!(glob(format!("{}*", "*a".repeat(200)).as_bytes(), text.as_bytes()));
    }
}
