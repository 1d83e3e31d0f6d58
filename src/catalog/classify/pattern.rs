//! Finds a version by what stands before and behind it. No regular expressions: a program has up to 256 MiB, and the
//! fixed text is looked for at the speed of memory; the version is read only where the text is.

use memchr::memmem;

/// Bytes looked at before and behind a hit: the longest padding of NULs seen between two strings is 40.
const PADDING: usize = 64;
/// Longest version read: the longest real one (a prerelease with a commit) has 40 bytes.
const VERSION: usize = 64;
/// So much of a file is looked through for a version of which no text is known but the NUL before it, which costs a step
/// for each NUL: the largest such program has 4 MiB.
const ALONE: usize = 32 << 20;
/// So many places of a text are looked at; a file that is made to hold more costs no more.
const PLACES: usize = 100_000;
/// Most digits of one number: a date with hour and minute.
const NUMBER: usize = 12;

/// What may follow the numbers of a version as a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// Nothing.
    None,
    /// One or two letters (`1.1.1w`), or a stage of development.
    Letters,
    /// A stage of development or a patch, if it is there: `rc1`, `-beta.2`, `p221`, `-dev3`.
    Stage,
    /// A patch, which must be there: `p1` of OpenSSH.
    Patch,
    /// Every character that versions are made of.
    Word,
    /// As [`Suffix::Stage`]; more characters of versions may follow, which are passed over (a distribution's revision, a
    /// commit).
    StageAndMore,
}

/// How a version looks.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Fewest numbers.
    pub min: u8,
    /// Most numbers.
    pub max: u8,
    /// What follows them.
    pub suffix: Suffix,
}

/// A version between two texts. A NUL in a text stands for one or more.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// What stands before it.
    pub lead: &'static str,
    /// How it looks.
    pub form: Form,
    /// What stands behind it.
    pub tail: &'static str,
}

/// A byte of a version.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".+~_-".contains(&byte)
}

fn digits(bytes: &[u8], from: usize) -> usize {
    bytes.iter().skip(from).take(NUMBER + 1).take_while(|b| b.is_ascii_digit()).count()
}

impl Form {
    /// Where the version that begins at `from` ends, with what is passed over behind it left in.
    pub fn end(&self, bytes: &[u8], from: usize) -> Option<usize> {
        self.ends(bytes, from).map(|(_, end)| end)
    }

    /// Where the version ends, and where what belongs to it ends.
    fn ends(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let mut at = from;
        let mut count = 0;
        while count < self.max {
            let point = usize::from(count > 0);
            if count > 0 && bytes.get(at) != Some(&b'.') {
                break;
            }
            match digits(bytes, at + point) {
                0 => break,
                n if n > NUMBER => return None,
                n => at += point + n,
            }
            count += 1;
        }
        if count < self.min {
            return None;
        }
        let rest = bytes.get(at..)?;
        let word = rest.iter().take(VERSION).take_while(|b| is_part(**b)).count();
        Some(match self.suffix {
            Suffix::None => (at, at),
            Suffix::Letters => {
                let letters = rest.iter().take(3).take_while(|b| b.is_ascii_lowercase()).count();
                let end = match stage(rest) {
                    0 if letters <= 2 => at + letters,
                    stage => at + stage,
                };
                (end, end)
            }
            Suffix::Stage => (at + stage(rest), at + stage(rest)),
            Suffix::Patch => {
                let digits = rest.strip_prefix(b"p").map_or(0, |r| digits(r, 0));
                if digits == 0 {
                    return None;
                }
                (at + 1 + digits, at + 1 + digits)
            }
            Suffix::Word => (at + word, at + word),
            Suffix::StageAndMore => (at + stage(rest), at + word),
        })
    }
}

/// The length of a stage of development at the start of `rest`; 0 where there is none.
fn stage(rest: &[u8]) -> usize {
    const STAGES: [&[u8]; 9] = [b"nightly", b"alpha", b"beta", b"preview", b"pre", b"rc", b"RC", b"dev", b"p"];
    let dash = rest.first().is_some_and(|b| b"-.".contains(b)) as usize;
    let Some(name) = STAGES.iter().find(|s| rest.get(dash..).is_some_and(|r| r.starts_with(s))) else { return 0 };
    let mut end = dash + name.len();
    let numbered = digits(rest, end);
    end += numbered;
    if numbered == 0 && rest.get(end) == Some(&b'.') && digits(rest, end + 1) > 0 {
        end += 1 + digits(rest, end + 1);
    }
    // `p` without a number is the beginning of some word; so is any name that goes on in letters.
    let goes_on = rest.get(end).is_some_and(u8::is_ascii_alphabetic);
    if goes_on || (*name == b"p" && numbered == 0) { 0 } else { end }
}

/// Where `text` ends that begins at `from`; a NUL of it takes all NULs that are there.
fn after(bytes: &[u8], from: usize, text: &str) -> Option<usize> {
    let mut at = from;
    for byte in text.bytes() {
        if byte == 0 {
            let nuls = bytes.get(at..)?.iter().take(PADDING).take_while(|b| **b == 0).count();
            if nuls == 0 {
                return None;
            }
            at += nuls;
        } else {
            if bytes.get(at) != Some(&byte) {
                return None;
            }
            at += 1;
        }
    }
    Some(at)
}

impl Pattern {
    /// The first version in the file. `series` is how it must begin (`3.11`, or `3`). A pattern that stands alone between
    /// NULs needs a series of two numbers, or must find the same version wherever it finds one.
    pub fn find<'a>(&self, bytes: &'a [u8], series: Option<&str>) -> Option<&'a str> {
        let ok = |version: &&str| match series {
            Some(s) => version.strip_prefix(s).is_some_and(|r| r.starts_with('.')),
            None => true,
        };
        let needle = self.lead.trim_matches('\0');
        if self.is_alone() {
            // With the series in it the text is long enough to be looked for.
            let whole = match series {
                Some(s) => format!("{}{s}.", self.lead),
                None => self.lead.to_owned(),
            };
            let bytes = bytes.get(..ALONE).filter(|_| whole.len() == 1).unwrap_or(bytes);
            let mut hits = memmem::find_iter(bytes, whole.as_bytes())
                .filter_map(|at| self.behind(bytes, at + self.lead.len()))
                .filter(ok);
            let first = hits.next()?;
            let sure = series.is_some_and(|s| s.contains('.'));
            return (sure || hits.all(|other| other == first)).then_some(first);
        }
        if !needle.is_empty() {
            return memmem::find_iter(bytes, needle.as_bytes())
                .take(PLACES)
                .filter(|at| !self.lead.starts_with('\0') || *at == 0 || bytes.get(at - 1) == Some(&0))
                .filter_map(|at| {
                    let mut from = at + needle.len();
                    if self.lead.ends_with('\0') {
                        from = after(bytes, from, "\0")?;
                    }
                    self.behind(bytes, from)
                })
                .find(ok);
        }
        let needle = self.tail.trim_start_matches('\0');
        let first = needle.split('\0').next().unwrap_or("");
        memmem::find_iter(bytes, first.as_bytes()).take(PLACES).filter_map(|at| self.before(bytes, at)).find(ok)
    }

    /// Whether the texts are too short to be looked for.
    fn is_alone(&self) -> bool {
        let texts = [self.lead, self.tail].map(|t| t.trim_matches('\0').len());
        !self.lead.is_empty() && texts.iter().all(|n| *n <= 1)
    }

    /// The version that begins at `from`, if the tail follows it.
    fn behind<'a>(&self, bytes: &'a [u8], from: usize) -> Option<&'a str> {
        let (end, whole) = self.form.ends(bytes, from)?;
        after(bytes, whole, self.tail)?;
        std::str::from_utf8(bytes.get(from..end)?).ok()
    }

    /// The version that ends where the tail begins, whose first text stands at `at`.
    fn before<'a>(&self, bytes: &'a [u8], at: usize) -> Option<&'a str> {
        let head = bytes.get(..at)?;
        let back =
            |n: usize, of: fn(u8) -> bool| head.iter().rev().skip(n).take(PADDING).take_while(|b| of(**b)).count();
        let nuls = if self.tail.starts_with('\0') { back(0, |b| b == 0) } else { 0 };
        if self.tail.starts_with('\0') && nuls == 0 {
            return None;
        }
        let end = at - nuls;
        let start = end - back(nuls, is_part);
        // The longest version wins: what stands before it may be of the same characters (`name-1.2.3`).
        (start..end).find_map(|from| {
            let before = from.checked_sub(1).and_then(|i| bytes.get(i)).copied();
            let apart = match before {
                None => true,
                Some(b) if self.lead == "\0" => b == 0,
                Some(b) => !b.is_ascii_digit() && b != b'.',
            };
            if !apart {
                return None;
            }
            let (version, whole) = self.form.ends(bytes, from)?;
            if whole != end || after(bytes, whole, self.tail).is_none() {
                return None;
            }
            std::str::from_utf8(bytes.get(from..version)?).ok()
        })
    }

    /// Whether the texts are such as [`Pattern::find`] reads: NULs of the lead stand at its ends alone.
    #[cfg(test)]
    pub fn is_sound(&self) -> bool {
        let lead = self.lead.trim_matches('\0');
        let tail = self.tail.trim_matches('\0');
        !lead.contains('\0')
            && !self.lead.contains("\0\0")
            && !self.tail.contains("\0\0")
            && (self.is_alone() || !lead.is_empty() || tail.len() >= 2)
            && (!lead.is_empty() || self.lead.len() <= 1)
            && self.form.min >= 1
            && self.form.min <= self.form.max
            // One number alone is no version, unless a text says so on both sides or names the product.
            && (self.form.min > 1 || lead.len() > 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let check = |min, max, suffix, text: &str, expected: Option<&str>| {
            let got = Form { min, max, suffix }.ends(text.as_bytes(), 0).and_then(|(end, _)| text.get(..end));
            assert_eq!(got, expected, "{text}");
        };
        check(3, 3, Suffix::None, "1.2.3.4", Some("1.2.3"));
        check(2, 3, Suffix::None, "1.2", Some("1.2"));
        check(2, 3, Suffix::None, "1.2.x", Some("1.2"));
        check(3, 3, Suffix::None, "1.2", None);
        check(3, 3, Suffix::None, "", None);
        check(2, 3, Suffix::None, "1.20190523123456", None);
        check(3, 3, Suffix::Letters, "1.1.1w  11 Sep", Some("1.1.1w"));
        check(3, 3, Suffix::Letters, "0.9.8zh", Some("0.9.8zh"));
        check(3, 3, Suffix::Letters, "3.0.0-beta2 x", Some("3.0.0-beta2"));
        check(3, 3, Suffix::Letters, "3.0.0default", Some("3.0.0"));
        check(3, 3, Suffix::Stage, "3.4.0preview1 (", Some("3.4.0preview1"));
        check(3, 3, Suffix::Stage, "3.4.0dev (", Some("3.4.0dev"));
        check(3, 3, Suffix::Stage, "2.7.7p221 (", Some("2.7.7p221"));
        check(3, 3, Suffix::Stage, "1.14.0-rc.1", Some("1.14.0-rc.1"));
        check(3, 3, Suffix::Stage, "1.2.3path", Some("1.2.3"));
        check(3, 3, Suffix::Stage, "1.2.3predator", Some("1.2.3"));
        check(2, 2, Suffix::Patch, "9.2p1 Debian", Some("9.2p1"));
        check(2, 2, Suffix::Patch, "9.2", None);
        check(3, 3, Suffix::Word, "3.11.2+deb-1 x", Some("3.11.2+deb-1"));
        check(3, 3, Suffix::StageAndMore, "2.6.12-1+deb12u4,", Some("2.6.12"));
    }

    #[test]
    fn patterns() {
        const N: Form = Form { min: 2, max: 3, suffix: Suffix::None };
        let check = |lead, tail, text: &str, expected: Option<&str>| {
            assert_eq!(
                Pattern { lead, form: N, tail }.find(text.as_bytes(), None),
                expected,
                "{lead:?} {tail:?} {text:?}"
            );
        };
        check("x/", "", "x/a x/1.2", Some("1.2"));
        check("\0x/", "", "yx/1.2\0x/1.3", Some("1.3"));
        check("x/", "\0", "x/1.2 x/1.3\0\0", Some("1.3"));
        check("xy\0", "\0", "xy\0\0\x001.3\0", Some("1.3"));
        check("", "-Maria", "a1.2-Maria", Some("1.2"));
        check("\0", "-Maria", "a 1.2-Maria\x001.3-Maria", Some("1.3"));
        check("\0", "\0tail", "\x001.2.3\0\0\0tail", Some("1.2.3"));
        check("\0", "\0tail", "\x001.2.3.4\0\0\0tail", None);
        check("\0", "\0tail\0more", "\x001.2\0tail\x001.3\0tail\0more", Some("1.3"));
        check("\0", "\0", "\x001.2\0", Some("1.2"));
        check("\0", "\0", "\x001.2\0\x001.2\0", Some("1.2"));
        check("\0", "\0", "\x001.2\0\x001.3\0", None);
        check("\0v", "\0", "\0v1.2\0", Some("1.2"));
    }
}
