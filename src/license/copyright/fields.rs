//! Paragraphs of fields as Debian copyright files really hold them, with the bytes that each field stands in.
//!
//! More forgiving than the reader of dpkg's database, for these files are written by hand: a text whose empty lines lack
//! their dot goes on behind them, and so does a line that lost its indentation; a paragraph begins with `Files` even where
//! the empty line before it is missing. What the fields mean is none of its business. Specification: copyright-format 1.0
//! section 4, Debian policy 5.1.

use std::ops::Range;

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name as it is written; compare without regard to case.
    pub name: &'a str,
    /// From behind the colon to the end of the last line that belongs to it.
    pub value: &'a str,
    /// From the name to the end of the value.
    pub range: Range<usize>,
}

impl<'a> Field<'a> {
    /// Whether this is its name.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// What stands beside the name, trimmed.
    pub fn first_line(&self) -> &'a str {
        self.value.lines().next().unwrap_or_default().trim()
    }

    /// All lines, trimmed, without comments, dots and empty ones.
    pub fn items(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.value
            .lines()
            .enumerate()
            .filter(|(i, line)| *i == 0 || !line.starts_with('#'))
            .map(|(_, line)| line.trim())
            .filter(|line| !line.is_empty() && *line != ".")
    }

    /// Where the lines behind the first one stand in the file.
    pub fn rest_range(&self) -> Range<usize> {
        let first = self.value.find('\n').map_or(self.value.len(), |at| at + 1);
        self.range.end - (self.value.len() - first)..self.range.end
    }

    /// Where the name and its first line stand in the file.
    pub fn head_range(&self) -> Range<usize> {
        let first = self.value.find('\n').unwrap_or(self.value.len());
        let end = self.range.end - (self.value.len() - first);
        self.range.start..end
    }

    /// The lines behind the first one as text: comments, the indentation and the lone dots of empty lines are gone.
    pub fn text(&self) -> String {
        let mut lines = self.value.lines();
        let _ = lines.next();
        clean(lines)
    }
}

/// Lines as text: without comments, common indentation and the lone dots of empty lines, without empty lines at the ends.
pub fn clean<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let line = line.trim_end();
        // One blank belongs to the form; what is deeper is the text's own.
        let line = line.strip_prefix([' ', '\t']).unwrap_or(line);
        if line.trim_start() != "." {
            out.push_str(line);
        }
        out.push('\n');
    }
    let end = out.trim_end().len();
    out.truncate(end);
    let start = out.len() - out.trim_start_matches(['\n', '\r']).len();
    out.drain(..start);
    out
}

/// Fields that stand together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph<'a> {
    /// The fields in their order.
    pub fields: Vec<Field<'a>>,
}

impl<'a> Paragraph<'a> {
    /// The first field of this name.
    pub fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|f| f.is(name))
    }

    /// The fields `License`, in either spelling.
    pub fn licenses(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|f| f.is("License") || f.is("Licence"))
    }

    /// The bytes from its first to its last field.
    pub fn range(&self) -> Range<usize> {
        let start = self.fields.first().map_or(0, |f| f.range.start);
        start..self.fields.last().map_or(start, |f| f.range.end)
    }
}

/// How much is forgiven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The whole file is in this form: whatever is no field goes on with the one before it.
    Whole,
    /// Paragraphs in this form stand among others: what begins at the margin behind an empty line is no part of them.
    Islands,
}

/// The paragraphs of a file. Lines before the first field are left out.
pub fn paragraphs(words: &str, mode: Mode) -> Vec<Paragraph<'_>> {
    let mut out = Vec::new();
    let mut now = Paragraph::default();
    // Whether an empty line stands before this one.
    let mut gap = false;
    for (range, line) in lines(words) {
        if line.trim().is_empty() {
            gap = true;
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let field = field_of(words, range.clone(), line);
        let begins = field.as_ref().is_some_and(|f| gap || begins_paragraph(f, &now));
        if (begins || (gap && !goes_on(line, mode))) && !now.fields.is_empty() {
            out.push(std::mem::take(&mut now));
        }
        match field {
            Some(field) => now.fields.push(field),
            None => {
                if let Some(last) = now.fields.last_mut() {
                    let from = last.range.end - last.value.len();
                    last.range.end = range.end;
                    last.value = words.get(from..range.end).unwrap_or_default();
                }
            }
        }
        gap = false;
    }
    if !now.fields.is_empty() {
        out.push(now);
    }
    out
}

/// Whether a line behind an empty one belongs to the paragraph before it.
fn goes_on(line: &str, mode: Mode) -> bool {
    mode == Mode::Whole || line.starts_with([' ', '\t'])
}

/// Whether a field begins a paragraph although no empty line stands before it.
fn begins_paragraph(field: &Field<'_>, now: &Paragraph<'_>) -> bool {
    if now.fields.len() >= MAX_FIELDS {
        return true;
    }
    // The names come first: most fields are neither, and a look at all before them would make long paragraphs dear.
    let (files, license) = (field.is("Files"), field.is("License") || field.is("Licence"));
    if !files && !license {
        return false;
    }
    let has_license = now.licenses().next().is_some();
    if files {
        return now.field("Files").is_some() || has_license || now.field("Format").is_some();
    }
    // Two stand-alone texts in a row.
    has_license && now.field("Files").is_none()
}

/// The field that begins on this line: a name at the margin, a colon, and a blank or nothing behind it (addresses have
/// neither).
fn field_of<'a>(words: &'a str, line_range: Range<usize>, line: &'a str) -> Option<Field<'a>> {
    // Most lines are none, and begin with a blank.
    if !line.as_bytes().first()?.is_ascii_alphabetic() {
        return None;
    }
    let colon = memchr::memchr(b':', line.as_bytes())?;
    let (name, rest) = (line.get(..colon)?.trim_end(), line.get(colon + 1..)?);
    let good = name.len() <= MAX_NAME && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let apart = rest.is_empty() || rest.starts_with([' ', '\t']) || is_known(name);
    if !good || !apart || rest.starts_with("//") {
        return None;
    }
    let from = line_range.start + colon + 1;
    Some(Field { name, value: words.get(from..line_range.end)?, range: line_range })
}

/// More fields in one paragraph are taken as several paragraphs, so that looking for one among them stays cheap; real
/// paragraphs have below ten.
const MAX_FIELDS: usize = 256;

/// Longest name of a field; real ones are below 30 letters.
const MAX_NAME: usize = 60;

/// Names that need no blank behind their colon.
fn is_known(name: &str) -> bool {
    ["Files", "License", "Licence", "Copyright", "Format", "Format-Specification", "Source", "Comment", "Upstream-Name"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// The lines with their bytes, without line ends.
fn lines(words: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let ends = memchr::memchr_iter(b'\n', words.as_bytes()).chain(Some(words.len()));
    let mut at = 0;
    ends.filter_map(move |end| {
        let start = std::mem::replace(&mut at, end + 1);
        // Behind the last line end stands no line.
        let line = words.get(start..end).filter(|line| end < words.len() || !line.is_empty())?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        Some((start..start + line.len(), line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, mode: Mode, expected: &[&[(&str, &str)]]) {
        let got: Vec<Vec<(&str, String)>> = paragraphs(words, mode)
            .iter()
            .map(|p| p.fields.iter().map(|f| (f.name, f.items().collect::<Vec<_>>().join("|"))).collect())
            .collect();
        let want: Vec<Vec<(&str, String)>> =
            expected.iter().map(|p| p.iter().map(|(n, v)| (*n, v.to_string())).collect()).collect();
        assert_eq!(got, want, "{words:?}");
    }

    #[test]
    fn paragraphs_of_the_specification() {
        check("", Mode::Whole, &[]);
        check("only words\n and more\n", Mode::Whole, &[]);
        check(
            "Format: x\n\nFiles: *\nLicense: MIT\n one\n .\n two\n\nLicense: BSD\n three\n",
            Mode::Whole,
            &[&[("Format", "x")], &[("Files", "*"), ("License", "MIT|one|two")], &[("License", "BSD|three")]],
        );
        check(
            "Files: a\r\n b\r\nLicense:\tMIT\r\n\r\nFiles: c\r\n",
            Mode::Whole,
            &[&[("Files", "a|b"), ("License", "MIT")], &[("Files", "c")]],
        );
    }

    #[test]
    fn what_people_forget_is_forgiven() {
        // The dots of empty lines.
        check(
            "License: MIT\n one\n\n two\n\nFiles: b\n",
            Mode::Whole,
            &[&[("License", "MIT|one|two")], &[("Files", "b")]],
        );
        // The indentation; an address is no field.
        check("License: MIT\none\nhttp://x\n\ntwo\n", Mode::Whole, &[&[("License", "MIT|one|http://x|two")]]);
        check(
            "License: MIT\n one\n\ntwo words\nFiles: b\n",
            Mode::Islands,
            &[&[("License", "MIT|one")], &[("Files", "b")]],
        );
        // The empty line between paragraphs.
        check(
            "Format: x\nFiles: a\nLicense: MIT\nFiles: b\nLicense: ISC\n",
            Mode::Whole,
            &[&[("Format", "x")], &[("Files", "a"), ("License", "MIT")], &[("Files", "b"), ("License", "ISC")]],
        );
        check("License: A\n x\nLicense: B\n", Mode::Whole, &[&[("License", "A|x")], &[("License", "B")]]);
        // The blank behind the colon, comments.
        check("Files:*\n# no\nLicense:MIT\n", Mode::Whole, &[&[("Files", "*"), ("License", "MIT")]]);
    }

    #[test]
    fn ranges_and_texts_are_those_of_the_file() {
        let words = "Files: *\nLicense: GPL-2+\n  one\n .\n two\n#no\n .\n\nFiles: b\n";
        let all = paragraphs(words, Mode::Whole);
        let field = all[0].field("license").unwrap();
        assert_eq!(&words[field.head_range()], "License: GPL-2+");
        assert_eq!(&words[field.rest_range()], "  one\n .\n two\n#no\n .");
        assert_eq!(field.text(), " one\n\ntwo");
        assert_eq!(&words[all[0].range()], "Files: *\nLicense: GPL-2+\n  one\n .\n two\n#no\n .");
        let bare = "License: MIT";
        let all = paragraphs(bare, Mode::Whole);
        assert_eq!(all[0].fields[0].rest_range(), 12..12);
    }

    #[test]
    fn any_cut_of_a_file_is_read() {
        let words = "F\u{e9}: x\n:\nFiles: *\u{a0}\r\n\u{2003}y\nLicense : A\n\t.\n\n .\nx: y";
        for (i, _) in words.char_indices() {
            for mode in [Mode::Whole, Mode::Islands] {
                for p in paragraphs(&words[i..], mode).iter().chain(&paragraphs(&words[..i], mode)) {
                    for f in &p.fields {
                        let _ = (f.text(), f.head_range(), f.rest_range());
                    }
                }
            }
        }
    }
}
