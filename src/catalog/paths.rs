//! Paths that metadata names, made into image paths: no leading slash, no `.` or `..`. Lexical only; links are the
//! tree's matter.

/// Resolves `path` against `folder` (an image path; empty for the root). An absolute path leaves the folder. `None`
/// where the path climbs out of the root or names the root itself.
pub fn resolve(folder: &str, path: &str) -> Option<Box<str>> {
    let (absolute, plain) = match path.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (folder.is_empty(), path),
    };
    // Nearly every path of a list is clean already; an image's lists hold some 100,000.
    if is_plain(plain) {
        return Some(if absolute { plain.into() } else { format!("{folder}/{plain}").into() });
    }
    let base = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::with_capacity(12);
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/").into())
}

/// Whether nothing in a relative path needs to be resolved; it may say no to paths that are clean (`a/.b`).
fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with(['/', '.'])
        && !path.ends_with('/')
        && path.as_bytes().windows(2).all(|pair| pair[0] != b'/' || !b"/.".contains(&pair[1]))
}

/// The folder that a path lies in; empty for the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub fn base(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, base)| base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_and_stay_inside() {
        let check =
            |folder, path, expected: Option<&str>| assert_eq!(resolve(folder, path).as_deref(), expected, "{path}");
        check("", "/usr/bin/x", Some("usr/bin/x"));
        check("", "./usr//bin/./x", Some("usr/bin/x"));
        check("", "/.", None);
        check("a/b", "../../bin/x", Some("bin/x"));
        check("a/b", "../../../bin/x", None);
        check("a/b", "/c", Some("c"));
        check("a/b", "", Some("a/b"));
        check("", "", None);
        check("", "/a/.b/..c/", Some("a/.b/..c"));
        check("a", "b/c", Some("a/b/c"));
        check("a", "/b/c", Some("b/c"));
        check("a", "//b", Some("b"));
        assert_eq!((parent("a/b/c"), base("a/b/c")), ("a/b", "c"));
        assert_eq!((parent("c"), base("c")), ("", "c"));
    }
}
