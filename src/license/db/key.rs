//! What makes two spellings of a name the same: case, spaces, punctuation, "the", "licence" and "version" say nothing,
//! `v2`, `2` and `2.0` are one version.

/// The parts of a name: runs of letters, versions, and `+` (which `>=` is too), all in lower case. A `v` between a name and a version
/// belongs to neither (`GPLv2` is `gpl`, `2`).
pub fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied();
    let digit = |i: usize| at(i).is_some_and(|c| c.is_ascii_digit());
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while let Some(c) = at(i) {
        let start = i;
        if c.is_ascii_digit() {
            while digit(i) || (at(i) == Some('.') && digit(i + 1)) {
                i += 1;
            }
            out.push(version(&chars[start..i].iter().collect::<String>()).to_string());
        } else if c.is_alphabetic() {
            while at(i).is_some_and(char::is_alphabetic) {
                i += 1;
            }
            let mut word: String = chars[start..i].iter().flat_map(|c| c.to_lowercase()).collect();
            let before_version = digit(i) || (at(i) == Some('.') && digit(i + 1));
            if before_version && word.len() > 1 && word.ends_with('v') {
                word.pop();
            }
            if !(before_version && word == "v") {
                out.push(word);
            }
        } else {
            match c {
                '+' | '≥' => out.push("+".to_string()),
                '>' if at(i + 1) == Some('=') => {
                    out.push("+".to_string());
                    i += 1;
                }
                // Kept, so that nobody reads `> 2` as 2. (`<` and `>` around an address are taken off before.)
                '>' | '<' | '≤' => out.push(c.to_string()),
                _ => {}
            }
            i += 1;
        }
    }
    out
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
    tokens(text).into_iter().filter(|t| !is_filler(t)).collect::<Vec<_>>().join(" ")
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
