//! Makes text from an image safe to look at: names, paths and instructions come from whoever built the image, and
//! may hold characters that a reader does not see, or that change how the rest of a line reads ("Trojan Source",
//! CVE-2021-42574). They are shown by name instead. Escaping for HTML is not done here but by the templates.

/// Longest one-line field in characters. Names and paths are far below it; a here-document in a `RUN` instruction,
/// or a field made to choke a browser, is cut, and says so.
const FIELD_LIMIT: usize = 4_096;

/// One line: line breaks and tabs are shown too, and a field past the limit is cut.
pub(in crate::emit) fn line(s: &str) -> String {
    if s.len() <= FIELD_LIMIT && s.bytes().all(is_plain) {
        return s.to_string();
    }
    let mut out = String::with_capacity(s.len());
    let mut chars = s.chars();
    chars.by_ref().take(FIELD_LIMIT).for_each(|c| push(c, &mut out));
    match chars.count() {
        0 => out,
        more => format!("{out}… [{more} more characters]"),
    }
}

/// A whole text: line breaks (of any system) and tabs stay, and nothing is cut.
pub(in crate::emit) fn text(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut rest = s;
    loop {
        // Mostly all of it stays as it is.
        let stays = |b: u8| is_plain(b) || matches!(b, b'\n' | b'\t');
        let (plain, other) = rest.split_at(rest.bytes().position(|b| !stays(b)).unwrap_or(rest.len()));
        out.push_str(plain);
        let mut chars = other.chars();
        match chars.next() {
            None => return out,
            Some('\r') => {
                out.push('\n');
                rest = chars.as_str();
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
            Some(c) => {
                push(c, &mut out);
                rest = chars.as_str();
            }
        }
    }
}

/// Whether a byte is a character that is shown as it is: a letter, digit, mark or blank of ASCII.
fn is_plain(b: u8) -> bool {
    matches!(b, b' '..=b'~')
}

fn push(c: char, out: &mut String) {
    match c {
        // The block "Control Pictures" holds a sign for each of these, in their order.
        '\0'..='\x1f' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\x7f' => out.push('␡'),
        c if deceives(c) => out.push_str(&format!("[U+{:04X}]", u32::from(c))),
        c => out.push(c),
    }
}

/// Whether a character is invisible, or steers how others are shown: C1 controls, bidirectional controls, zero-width and
/// other default-ignorable characters (Unicode, DerivedCoreProperties), noncharacters, and the line and paragraph
/// separators. Blanks of unusual width stay: they are plain typography, and harm nobody.
pub(in crate::emit) fn deceives(c: char) -> bool {
    let n = u32::from(c);
    matches!(n,
        0x00..=0x1f | 0x7f..=0x9f
        | 0x00ad | 0x034f | 0x061c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
        | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x2800 | 0x3164
        | 0xfdd0..=0xfdef | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
        | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
        || n & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        assert_eq!(line(input), expected, "{input:?}");
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        check("libc6 2.36-9+deb12u9", "libc6 2.36-9+deb12u9");
        check("a\nb\tc\0d\x1b[31m\x7f", "a␊b␉c␀d␛[31m␡");
        check("user\u{202e}gnp.exe", "user[U+202E]gnp.exe");
        check("re\u{200b}quests\u{feff}", "re[U+200B]quests[U+FEFF]");
        check("\u{2066}x\u{2069}\u{85}", "[U+2066]x[U+2069][U+0085]");
        check("tag\u{e0041}", "tag[U+E0041]");
        check("\u{ffff}", "[U+FFFF]");
    }

    #[test]
    fn what_can_be_seen_stays() {
        check("Søren Müller, 日本語, עברית, 🦀, a\u{a0}b", "Søren Müller, 日本語, עברית, 🦀, a\u{a0}b");
    }

    #[test]
    fn a_long_field_is_cut_and_says_so() {
        let out = line(&"x".repeat(FIELD_LIMIT + 7));
        assert!(out.ends_with("xx… [7 more characters]"), "{out}");
        assert_eq!(line(&"x".repeat(FIELD_LIMIT)).len(), FIELD_LIMIT);
    }

    #[test]
    fn a_text_keeps_its_lines() {
        assert_eq!(text("one\r\ntwo\rthree\n\tfour\u{202e}\x0c"), "one\ntwo\nthree\n\tfour[U+202E]␌");
    }
}
