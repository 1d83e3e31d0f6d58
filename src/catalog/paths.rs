//! Paths that metadata names, made into image paths: no leading slash, no `.` or `..`. Lexical only; links are the
//! tree's matter.

/// Resolves `path` against `folder` (an image path; empty for the root). An absolute path leaves the folder. `None`
/// where the path climbs out of the root or names the root itself.
pub fn resolve(folder: &str, path: &str) -> Option<Box<str>> {
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
        assert_eq!((parent("a/b/c"), base("a/b/c")), ("a/b", "c"));
        assert_eq!((parent("c"), base("c")), ("", "c"));
    }
}
