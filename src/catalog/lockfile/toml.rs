//! Lock files in TOML: Cargo.lock, poetry.lock, uv.lock, pdm.lock and Python's own pylock.toml.
//!
//! Left out: the tree's own packages (crates without a source, uv's editable and virtual ones, folders).
//! Specifications: the documentation of cargo, poetry, uv and PDM; "pylock.toml Specification" (PEP 751).

use super::Found;
use super::json::{list, text};
use crate::model::Ecosystem;
use serde_json::Value;

/// Cargo's: a crate without a source is of the workspace.
pub(super) fn cargo(content: &str, found: &mut Found) {
    tables(content, found, "package", Ecosystem::CARGO, |p| p.get("source").is_some());
}

/// Those of poetry, uv and PDM. uv writes `source = { editable = "." }`, poetry `type = "directory"` in its table of a source.
pub(super) fn python(content: &str, found: &mut Found) {
    tables(content, found, "package", Ecosystem::PYPI, |p| {
        let Some(source) = p.get("source") else { return true };
        let own = ["editable", "virtual", "directory"].iter().any(|key| source.get(key).is_some());
        !own && text(source, "type") != Some("directory")
    });
}

/// The standard's: what is a folder is of the tree, and only such may have no version.
pub(super) fn pylock(content: &str, found: &mut Found) {
    tables(content, found, "packages", Ecosystem::PYPI, |p| p.get("directory").is_none());
}

/// Tables with name and version.
fn tables(content: &str, found: &mut Found, key: &str, ecosystem: Ecosystem, counts: impl Fn(&Value) -> bool) {
    let value = match ::toml::from_str::<Value>(content) {
        Ok(value) => value,
        Err(error) => return found.broken(error.message()),
    };
    for package in list(&value, key).filter(|p| counts(p)) {
        match (text(package, "name"), text(package, "version")) {
            (Some(name), Some(version)) => found.add(ecosystem, name, version),
            (name, _) => found.unnamed(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn every_form_is_read() {
        let registry = "source = \"registry+https://example.com/index\"\n";
        check(
            "x/Cargo.lock",
            &format!(
                "version = 4\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"memchr\"\nversion = \"2.7.4\"\n{registry}"
            ),
            &["cargo/memchr@2.7.4"],
            0,
        );
        let folder =
            "[[package]]\nname = \"own\"\nversion = \"1\"\n[package.source]\ntype = \"directory\"\nurl = \"x\"\n";
        let idna = "[[package]]\nname = \"idna\"\nversion = \"3.7\"\n";
        check("poetry.lock", &format!("{folder}{idna}"), &["pypi/idna@3.7"], 0);
        check(
            "uv.lock",
            &format!("{idna}[[package]]\nname = \"own\"\nsource = {{ directory = \"x\" }}\n"),
            &["pypi/idna@3.7"],
            0,
        );
        check(
            "uv.lock",
            "[[package]]\nname = \"own\"\nversion = \"1\"\nsource = { editable = \".\" }\n[[package]]\nname = \"idna\"\nversion = \"3.7\"\nsource = { registry = \"x\" }\n",
            &["pypi/idna@3.7"],
            0,
        );
        check(
            "pylock.toml",
            "lock-version = \"1.0\"\n[[packages]]\nname = \"own\"\ndirectory = { path = \".\" }\n[[packages]]\nname = \"attrs\"\nversion = \"25.1.0\"\nwheels = []\n[[packages]]\nname = \"g\"\nvcs = {}\n",
            &["pypi/attrs@25.1.0"],
            1,
        );
    }
}
