//! A cursor over program text, for metadata that is written as code: Ruby gemspecs, Erlang application files, Lua
//! rockspecs. It reads literals only; nothing is ever evaluated.

/// Deepest nesting of lists and tables that is followed. Real files have below 10; a parser that calls itself must end
/// before its stack does.
pub const DEPTH_LIMIT: usize = 64;

/// Where a reader stands in a text.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// Stands at the beginning.
    pub fn new(text: &'a str) -> Cursor<'a> {
        Cursor { rest: text }
    }

    /// What is still to be read.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes the next character.
    pub fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    /// Takes `word` where it stands here.
    pub fn eat(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes all characters that `good` likes.
    pub fn take(&mut self, good: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !good(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Passes over white space and comments that begin with `comment` and end with the line.
    pub fn skip_blank(&mut self, comment: &str) {
        loop {
            self.rest = self.rest.trim_start();
            if !self.rest.starts_with(comment) {
                return;
            }
            self.take(|c| c != '\n');
        }
    }

    /// A name: letters, digits, `_`, `@` (in Erlang's atoms).
    pub fn word(&mut self) -> &'a str {
        self.take(|c| c.is_alphanumeric() || c == '_' || c == '@')
    }

    /// A string whose opening quote was taken, up to `close`, with the escapes that C, Ruby, Erlang and Lua share. `raw`
    /// leaves all escapes but those of the quote and of the backslash as they are (Ruby's single quotes). `None` where it
    /// does not end.
    pub fn quoted(&mut self, close: char, raw: bool) -> Option<String> {
        let mut out = String::new();
        loop {
            match self.bump()? {
                c if c == close => return Some(out),
                '\\' => {
                    let escaped = self.bump()?;
                    match escaped {
                        c if raw && c != close && c != '\\' => out.extend(['\\', c]),
                        'n' if !raw => out.push('\n'),
                        't' if !raw => out.push('\t'),
                        'r' if !raw => out.push('\r'),
                        'e' if !raw => out.push('\u{1b}'),
                        's' if !raw => out.push(' '),
                        'x' | 'u' if !raw => out.extend(self.code(escaped)),
                        c => out.push(c),
                    }
                }
                c => out.push(c),
            }
        }
    }

    /// The number of `\xHH`, `\uHHHH`, `\u{H…}` or `\x{H…}`, as a character.
    fn code(&mut self, kind: char) -> Option<char> {
        let digits = if self.eat("{") {
            let digits = self.take(|c| c.is_ascii_hexdigit());
            self.eat("}");
            digits
        } else {
            let most = if kind == 'x' { 2 } else { 4 };
            let end = self.rest.bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
            let (digits, rest) = self.rest.split_at(end);
            self.rest = rest;
            digits
        };
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        let check = |text: &str, raw: bool, expected: Option<(&str, &str)>| {
            let mut cursor = Cursor::new(text);
            let got = cursor.quoted('"', raw).map(|s| (s, cursor.rest().to_owned()));
            assert_eq!(got, expected.map(|(s, rest)| (s.to_owned(), rest.to_owned())), "{text}");
        };
        check(r#"a" b"#, false, Some(("a", " b")));
        check(r#"Andr\u00E9\n\x41\u{1F600}\"\\""#, false, Some(("André\nA😀\"\\", "")));
        check(r#"a\n\"\\""#, true, Some(("a\\n\"\\", "")));
        check(r#"\u{110000}\uD800\x""#, false, Some(("", "")));
        check("a", false, None);
        check("a\\", false, None);
        check("\\u00é\"", false, Some(("\0é", "")));
    }

    #[test]
    fn blanks() {
        let mut cursor = Cursor::new(" % a\n% b\n\t c@d_1(");
        cursor.skip_blank("%");
        assert_eq!((cursor.word(), cursor.rest()), ("c@d_1", "("));
        cursor.skip_blank("%");
        assert!(!cursor.eat("[") && cursor.eat("(") && cursor.peek().is_none() && cursor.bump().is_none());
    }
}
