//! What makes two spellings of a name the same: case, spaces, punctuation, "the", "licence" and "version" say nothing (nor
//! do their usual slips and the word in other languages), `v2`, `2` and `2.0` are one version, and so are `2.1`, `2-1` and
//! `2_1`, as slugs (`lgpl-2-1`) and CPAN (`lgpl_2_1`) write them.

/// The parts of a name: runs of letters, versions, and `+` (which `>=` is too), all in lower case. A `v` between a name and
/// a version belongs to neither (`GPLv2` is `gpl`, `2`).
pub fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    each_token(&text.to_lowercase(), |token| out.push(token.to_string()));
    out
}

/// Calls `f` with each part of a text in lower case. Thousands of names are read at the start: only slugs allocate here.
fn each_token(text: &str, mut f: impl FnMut(&str)) {
    let mut rest = text;
    let digit = |text: &str, at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii_digit() {
            let mut end = 1;
            while digit(rest, end) || (rest.as_bytes().get(end) == Some(&b'.') && digit(rest, end + 1)) {
                end += 1;
            }
            let slug = slug_version(rest.get(..end).unwrap_or(""), rest.get(end..).unwrap_or(""));
            if let Some(dotted) = &slug {
                f(version(dotted));
                dotted.len()
            } else {
                f(version(rest.get(..end).unwrap_or("")));
                end
            }
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

/// The version that a slug writes with hyphens or underscores (`2-1`, `2_0_1`), with dots. Only short numbers count, for
/// dates and years are written so too; `text` is the first number, `rest` what follows.
fn slug_version(text: &str, rest: &str) -> Option<String> {
    let mut rest = rest;
    let mut dotted = String::new();
    while let Some(after) = rest.strip_prefix(['-', '_']) {
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let more = after.get(end..).unwrap_or("");
        if !(1..=2).contains(&end) || text.len() != 1 || more.starts_with('.') {
            break;
        }
        if dotted.is_empty() {
            dotted.push_str(text);
        }
        dotted.push('.');
        dotted.push_str(after.get(..end)?);
        rest = more;
    }
    Some(dotted).filter(|d| !d.is_empty())
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
    let plain = matches!(token, "the" | "license" | "licence" | "licenses" | "licences" | "version" | "versions");
    plain || matches!(token, "ver" | "vers" | "v" | "lizenz" | "licencia" | "licenza" | "licença") || is_slip(token)
}

/// "Licence" and "version" as people mistype them in metadata.
fn is_slip(token: &str) -> bool {
    const SLIPS: [&str; 18] = [
        "licens", "licese", "licene", "licnese", "lience", "licesne", "lisence", "lisense", "liscence", "liscense",
        "lincense", "licencse", "licensse", "lincence", "verison", "versino", "verion", "verision",
    ];
    SLIPS.contains(&token)
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
        check(&["The Licence", "the lisence", "Lizenz"], "");
        check(&["LGPL-2.1", "lgpl-2-1", "lgpl_2_1"], "lgpl 2.1");
        check(&["python-2-0-1"], "python 2.0.1");
        check(&["mpl-2-0"], "mpl 2");
        check(&["GUST Font License 2006-09-30"], "gust font 2006 09 30");
        check(&["BSD 3-clause", "BSD-3 clause"], "bsd 3 clause");
    }
}
