//! Paths inside an image: one normal form, made once at the walk and trusted ever after.
//!
//! The normal form has no leading slash, no empty, `.` or `..` component, and is text: bytes that are no UTF-8 are
//! written as `\xNN`, so that two names that differ in such bytes stay different. (A name that really holds the four characters
//! `\xNN` and one that holds the byte are taken as one path; systemd writes such names, so they are left as they are.)

/// Linux allows 4,096 bytes for a path that a system call takes.
pub const MAX_PATH_BYTES: usize = 4096;

/// What became of a raw name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Normal {
    /// The normal form. Empty for the root itself.
    Path(String),
    /// The name climbs out of the root; this is where a runtime that clamps at the root would put it.
    Clamped(String),
    /// Longer than [`MAX_PATH_BYTES`], or it holds a NUL byte.
    Bad,
}

/// Brings a member's name into the normal form.
pub fn normalise(raw: &[u8]) -> Normal {
    if raw.len() > MAX_PATH_BYTES || raw.contains(&0) {
        return Normal::Bad;
    }
    // The common case: nothing to mend.
    let trimmed = raw.strip_prefix(b"./").unwrap_or(raw);
    let trimmed = trimmed.strip_suffix(b"/").unwrap_or(trimmed);
    let clean = trimmed.split(|b| *b == b'/').all(|c| !matches!(c, b"" | b"." | b".."));
    if clean && let Ok(s) = std::str::from_utf8(trimmed) {
        return Normal::Path(s.to_string());
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut climbed = false;
    for part in raw.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => climbed |= parts.pop().is_none(),
            other => parts.push(other),
        }
    }
    let mut out = String::with_capacity(raw.len());
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push('/');
        }
        push_text(part, &mut out);
    }
    if climbed { Normal::Clamped(out) } else { Normal::Path(out) }
}

/// Bytes as text, with `\xNN` for what is no UTF-8.
pub fn text_of(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    push_text(bytes, &mut out);
    out
}

fn push_text(bytes: &[u8], out: &mut String) {
    use std::fmt::Write;
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for b in chunk.invalid() {
            let _ = write!(out, "\\x{b:02x}");
        }
    }
}

/// The folder of a normal path and its base name; the folder of a top-level name is empty.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A link target, relative to the folder that the link lies in, as a normal path; `..` beyond the root stays at the root,
/// as the kernel has it. Components are resolved by name only: links on the way are the tree's matter.
pub fn join(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.retain(|p| !p.is_empty());
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_forms() {
        let path = |s: &str| Normal::Path(s.into());
        for (raw, expected) in [
            (&b"./usr/bin/x"[..], path("usr/bin/x")),
            (b"/usr//bin/./x", path("usr/bin/x")),
            (b"usr/", path("usr")),
            (b"./", path("")),
            (b".", path("")),
            (b"a/../b", path("b")),
            (b"a/..b/c..", path("a/..b/c..")),
            (b"../etc/passwd", Normal::Clamped("etc/passwd".into())),
            (b"a/../../x", Normal::Clamped("x".into())),
            (b"caf\xe9/\xc3\xa9", path("caf\\xe9/é")),
            (b"a\0b", Normal::Bad),
        ] {
            assert_eq!(normalise(raw), expected, "{}", text_of(raw));
        }
        assert_eq!(normalise(&[b'a'; MAX_PATH_BYTES + 1]), Normal::Bad);
    }

    #[test]
    fn joins_stay_inside() {
        assert_eq!(join("usr/share/doc", "../lib/x"), "usr/share/lib/x");
        assert_eq!(join("usr", "/etc/x"), "etc/x");
        assert_eq!(join("", "../../x"), "x");
        assert_eq!(join("a/b", "."), "a/b");
    }
}
