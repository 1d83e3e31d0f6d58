//! What makes two spellings of a name the same: case, spaces, punctuation, "the", "licence" and "version" say nothing,
//! `v2`, `2` and `2.0` are one version.

/// The parts of a name: runs of letters, versions, and `+` (which `>=` is too), all in lower case. A `v` between a name and
/// a version belongs to neither (`GPLv2` is `gpl`, `2`).
pub fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    each_token(&text.to_lowercase(), |token| out.push(token.to_string()));
    out
}

/// Calls `f` with each part of a text in lower case. Thousands of names are read at the start: nothing is allocated here.
fn each_token(text: &str, mut f: impl FnMut(&str)) {
    let mut rest = text;
    let digit = |text: &str, at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii_digit() {
            let mut end = 1;
            while digit(rest, end) || (rest.as_bytes().get(end) == Some(&b'.') && digit(rest, end + 1)) {
                end += 1;
            }
            f(version(rest.get(..end).unwrap_or("")));
            end
        } else if c.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let before_version = digit(rest, end) || (rest.as_bytes().get(end) == Some(&b'.') && digit(rest, end + 1));
            let word = rest.get(..end).unwrap_or("");
            match word.strip_suffix('v').filter(|_| before_version) {
                Some("") => {}
                Some(name) => f(name),
                None => f(word),
            }
            end
        } else {
            match c {
                '+' | '≥' => f("+"),
                '>' if rest.starts_with(">=") => f("+"),
                // Kept, so that nobody reads `> 2` as 2. (`<` and `>` around an address are taken off before.)
                '>' => f(">"),
                '<' | '≤' => f("<"),
                _ => {}
            }
            if rest.starts_with(">=") { 2 } else { c.len_utf8() }
        };
        rest = rest.get(length..).unwrap_or("");
    }
}

/// A version without trailing `.0`: `2.0` and `2` are one, `1.10` stays.
fn version(text: &str) -> &str {
    let mut short = text;
    while let Some(rest) = short.strip_suffix(".0") {
        short = rest;
    }
    short
}

/// Whether a token says nothing.
pub fn is_filler(token: &str) -> bool {
    matches!(token, "the" | "license" | "licence" | "licenses" | "licences" | "version" | "ver" | "vers" | "v")
}

/// The key under which a name stands in the tables.
pub fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    each_token(&text.to_lowercase(), |token| {
        if !is_filler(token) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(token);
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: &str) {
        for name in names {
            assert_eq!(key(name), expected, "{name}");
        }
    }

    #[test]
    fn spellings_share_a_key() {
        check(&["GPLv2+", "GPL-2.0+", "GPL 2+", "the GPL, version 2.0 +", "gpl v. 2+"], "gpl 2 +");
        check(&["Apache License, Version 2.0", "Apache-2.0", "apache v2", "APACHE 2.0.0"], "apache 2");
        check(&["LGPL-2.1", "LGPLv2.1"], "lgpl 2.1");
        check(&["MIT/X11"], "mit x 11");
        check(&["PHP-3.01"], "php 3.01");
        check(&["GPL (>= 2)"], "gpl + 2");
        check(&["GPL (> 2)"], "gpl > 2");
        check(&["The Licence"], "");
    }
}
