//! A lenient reader of paragraphs of `Name: value` fields: dpkg's `status`, Debian copyright files, and the header of
//! Python's `METADATA`. Every field knows its byte range, so that evidence can point at it.
//!
//! It judges nothing: fields may repeat, lines without a colon are counted and passed over. It leaves out comments
//! (lines that begin with `#`). Specification: deb822(5), Debian policy 5.1; for Python the core metadata
//! specification, which borrows the header of RFC 822.

use super::decode;
use std::borrow::Cow;
use std::ops::Range;

/// What ends a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// A line that is empty or holds nothing but white space (Debian).
    Blank,
    /// An empty line only (mail headers: white space alone still continues a value). Where a value of several lines
    /// is interrupted by an empty line and goes on indented, it goes on: older setuptools write a licence text with
    /// its empty lines into the header, and everything after it would be lost.
    Empty,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name as it is written; compare without regard to case.
    pub name: &'a str,
    /// The bytes of the value: from behind the colon to the end of the last continuation line, without its line end.
    pub raw: &'a [u8],
    /// Where the field stands in the file, from its name to the end of its value.
    pub range: Range<usize>,
}

impl<'a> Field<'a> {
    /// The value's lines, trimmed at the end; comments are left out. The first is what stands beside the name,
    /// trimmed on both sides; the others keep their indentation.
    pub fn lines(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let raw = self.raw;
        raw.split(|&b| b == b'\n').enumerate().filter(|(i, line)| *i == 0 || !line.starts_with(b"#")).map(
            |(i, line)| {
                let line = if i == 0 { line.trim_ascii() } else { line.trim_ascii_end() };
                decode::decode_part(line)
            },
        )
    }

    /// The value on one line: lines trimmed and joined with a space, as for fields where line ends mean nothing
    /// (`Depends`).
    pub fn folded(&self) -> Cow<'a, str> {
        if !self.raw.contains(&b'\n') {
            return decode::decode_part(self.raw.trim_ascii());
        }
        let mut joined = String::with_capacity(self.raw.len());
        for line in self.lines() {
            let line = line.trim();
            if !line.is_empty() {
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(line);
            }
        }
        Cow::Owned(joined)
    }
}

/// Fields that stand together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph<'a> {
    /// The fields in their order.
    pub fields: Vec<Field<'a>>,
    /// Where the paragraph stands in the file.
    pub range: Range<usize>,
    /// How many lines were neither field nor continuation nor comment.
    pub stray: usize,
}

impl<'a> Paragraph<'a> {
    /// The first field of this name, without regard to case.
    pub fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|f| f.name.eq_ignore_ascii_case(name))
    }

    /// The value of the first field of this name on one line; `None` where it is absent or empty.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name).map(Field::folded).filter(|v| !v.is_empty())
    }

    /// All fields of this name.
    pub fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Field<'a>> {
        self.fields.iter().filter(move |f| f.name.eq_ignore_ascii_case(name))
    }
}

/// The paragraphs of a file, one by one; a file of any size is never held twice.
pub fn paragraphs(bytes: &[u8], ends: Ends) -> Paragraphs<'_> {
    let at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    Paragraphs { bytes, at, ends }
}

/// Iterator of [`paragraphs`].
#[derive(Clone, Debug)]
pub struct Paragraphs<'a> {
    bytes: &'a [u8],
    at: usize,
    ends: Ends,
}

impl<'a> Paragraphs<'a> {
    /// Where the next paragraph may begin: behind a mail header, the body.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The line that begins at `from`, without its line end, and where the next one begins.
    fn line(&self, from: usize) -> Option<(&'a [u8], usize)> {
        let rest = self.bytes.get(from..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest);
        let line = rest.get(..length.unwrap_or(rest.len()))?;
        let next = from + length.map_or(rest.len(), |l| l + 1);
        Some((line.strip_suffix(b"\r").unwrap_or(line), next))
    }

    fn is_end(&self, line: &[u8]) -> bool {
        match self.ends {
            Ends::Blank => line.trim_ascii().is_empty(),
            Ends::Empty => line.is_empty(),
        }
    }

    /// Where a value goes on behind the empty line that ends at `from`; `None` where that line ends the paragraph.
    fn goes_on(&self, from: usize, paragraph: &Paragraph<'_>) -> Option<usize> {
        let folded = paragraph.fields.last().is_some_and(|f| f.raw.contains(&b'\n'));
        if self.ends == Ends::Blank || !folded {
            return None;
        }
        let mut at = from;
        while let Some((line, next)) = self.line(at) {
            if !line.trim_ascii().is_empty() {
                return (line.starts_with(b" ") || line.starts_with(b"\t")).then_some(at);
            }
            at = next;
        }
        None
    }
}

impl<'a> Iterator for Paragraphs<'a> {
    type Item = Paragraph<'a>;

    fn next(&mut self) -> Option<Paragraph<'a>> {
        let mut paragraph = Paragraph::default();
        let mut begun = false;
        // Whether an indented line continues the last field: not behind a line that was no field.
        let mut open = false;
        while let Some((line, next)) = self.line(self.at) {
            let from = self.at;
            self.at = next;
            if self.is_end(line) {
                match self.goes_on(next, &paragraph) {
                    _ if !begun => continue,
                    // All empty lines up to there are passed at once: looking ahead from each would take time in
                    // the square of their number.
                    Some(at) => {
                        self.at = at;
                        continue;
                    }
                    None => break,
                }
            }
            if !begun {
                begun = true;
                paragraph.range = from..from;
            }
            let to = from + line.len();
            paragraph.range.end = to;
            if line.starts_with(b"#") {
                // A comment. Where more of the value follows, the value spans it, and `lines` passes over it.
            } else if line.starts_with(b" ") || line.starts_with(b"\t") {
                match paragraph.fields.last_mut().filter(|_| open) {
                    Some(field) => {
                        field.raw = value_to(self.bytes, field, to);
                        field.range.end = to;
                    }
                    None => paragraph.stray += 1,
                }
            } else if let Some((name, value_from)) = field_name(line) {
                let raw = self.bytes.get(from + value_from..to).unwrap_or_default();
                paragraph.fields.push(Field { name, raw, range: from..to });
                open = true;
            } else {
                paragraph.stray += 1;
                open = false;
            }
        }
        begun.then_some(paragraph)
    }
}

/// The value of `field` when it is prolonged to `to`.
fn value_to<'a>(bytes: &'a [u8], field: &Field<'a>, to: usize) -> &'a [u8] {
    let colon = memchr::memchr(b':', bytes.get(field.range.clone()).unwrap_or_default()).unwrap_or(0);
    bytes.get(field.range.start + colon + 1..to).unwrap_or(field.raw)
}

/// A field's name and where its value begins; the name is printable ASCII without white space (white space before
/// the colon is forgiven).
fn field_name(line: &[u8]) -> Option<(&str, usize)> {
    let colon = memchr::memchr(b':', line)?;
    let name = std::str::from_utf8(line.get(..colon)?).ok()?.trim_end();
    let good = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    good.then_some((name, colon + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], ends: Ends) -> Vec<Vec<(String, String)>> {
        paragraphs(bytes, ends)
            .map(|p| p.fields.iter().map(|f| (f.name.to_owned(), f.folded().into_owned())).collect())
            .collect()
    }

    fn check(text: &str, ends: Ends, expected: &[&[(&str, &str)]]) {
        let got = read(text.as_bytes(), ends);
        let want: Vec<Vec<(String, String)>> =
            expected.iter().map(|p| p.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect()).collect();
        assert_eq!(got, want, "{text:?}");
    }

    #[test]
    fn paragraphs_fields_and_continuations() {
        check("", Ends::Blank, &[]);
        check("\n\n \n", Ends::Blank, &[]);
        check("A: 1\nB: 2\n\nA: 3", Ends::Blank, &[&[("A", "1"), ("B", "2")], &[("A", "3")]]);
        check("A: 1\r\nB:2\r\n\r\nA:\t3\r\n", Ends::Blank, &[&[("A", "1"), ("B", "2")], &[("A", "3")]]);
        check("A: 1\n more\n\tyet\n .\nB : 2\n", Ends::Blank, &[&[("A", "1 more yet ."), ("B", "2")]]);
        check("\u{feff}A: 1\n", Ends::Blank, &[&[("A", "1")]]);
        check("A: 1\n \t \nB: 2\n", Ends::Blank, &[&[("A", "1")], &[("B", "2")]]);
        check("A: 1\n# no\n more\n#B: 2\n", Ends::Blank, &[&[("A", "1 more")]]);
        check("A: http://x:80/\n", Ends::Blank, &[&[("A", "http://x:80/")]]);
    }

    #[test]
    fn a_header_goes_on_behind_an_empty_line_in_a_folded_value() {
        check(
            "License: MIT\n        one\n\n        two\n        \nClassifier: x\n\nBody: no\n",
            Ends::Empty,
            &[&[("License", "MIT one two"), ("Classifier", "x")], &[("Body", "no")]],
        );
        check(&format!("A:\n 1{}\n 2", "\n".repeat(1 << 20)), Ends::Empty, &[&[("A", "1 2")]]);
        check("Name: x\n\n    indented body\n", Ends::Empty, &[&[("Name", "x")], &[]]);
    }

    #[test]
    fn ranges_point_at_the_bytes() {
        let text = b"\n# c\nA: 1\n b\n\nFoo:  x \nstray\n";
        let all: Vec<_> = paragraphs(text, Ends::Blank).collect();
        assert_eq!(all.len(), 2);
        let a = all[0].field("a").unwrap();
        assert_eq!(&text[a.range.clone()], b"A: 1\n b");
        assert_eq!(a.raw, b" 1\n b");
        assert_eq!(&text[all[1].range.clone()], b"Foo:  x \nstray");
        assert_eq!((all[0].stray, all[1].stray), (0, 1));
        assert_eq!(all[1].get("FOO").as_deref(), Some("x"));
    }

    #[test]
    fn hostile_bytes_lose_nothing_else() {
        let text = b"Maintainer: Jos\xe9 <j@x>\n\xff\xfe: y\n:no name\n\0\0\nA: 1\n";
        let p = paragraphs(text, Ends::Blank).next().unwrap();
        assert_eq!(p.get("Maintainer").as_deref(), Some("Jos\u{e9} <j@x>"));
        assert_eq!(p.get("A").as_deref(), Some("1"));
        assert_eq!(p.stray, 3);
        for end in 0..text.len() {
            let _ = read(&text[..end], Ends::Blank);
            let _ = read(&text[end..], Ends::Empty);
        }
    }
}
