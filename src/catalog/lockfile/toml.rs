//! Lock files in TOML: Cargo.lock, poetry.lock, uv.lock, pdm.lock and Python's own pylock.toml.
//!
//! Left out: the tree's own packages (crates without a source, uv's editable and virtual ones, folders).
//! Specifications: the documentation of cargo, poetry, uv and PDM; "pylock.toml Specification" (PEP 751).

use super::Found;
use super::json::{list, text};
use crate::catalog::{integrity, paths};
use crate::model::{Archive, ArchiveKind, Digest, Ecosystem};
use serde_json::Value;

/// Cargo's: a crate without a source is of the workspace.
pub(super) fn cargo(content: &str, found: &mut Found) {
    tables(content, found, "package", Ecosystem::CARGO, crate_file, |p| p.get("source").is_some());
}

/// Those of poetry, uv and PDM. uv writes `source = { editable = "." }`, poetry `type = "directory"` in its table of a source.
pub(super) fn python(content: &str, found: &mut Found) {
    tables(content, found, "package", Ecosystem::PYPI, sdist, |p| {
        let Some(source) = p.get("source") else { return true };
        let own = ["editable", "virtual", "directory"].iter().any(|key| source.get(key).is_some());
        !own && text(source, "type") != Some("directory")
    });
}

/// The standard's: what is a folder is of the tree, and only such may have no version.
pub(super) fn pylock(content: &str, found: &mut Found) {
    tables(content, found, "packages", Ecosystem::PYPI, sdist, |p| p.get("directory").is_none());
}

/// The crate's archive: `checksum` is that of what the registry serves; what comes from elsewhere has none.
fn crate_file(package: &Value) -> Option<Archive> {
    let from_registry = text(package, "source").is_some_and(|s| s.starts_with("registry+") || s.starts_with("sparse+"));
    let hash = text(package, "checksum").filter(|_| from_registry).and_then(|hex| integrity::of("sha256", hex));
    Archive::new(&format!("{}-{}.crate", text(package, "name")?, text(package, "version")?), ArchiveKind::Package, hash)
}

/// The source distribution: of `files` (poetry, PDM) the one with such a name, or what stands under `sdist` (uv, pylock). What has a
/// source that is no index (a repository, an address) is another archive.
fn sdist(package: &Value) -> Option<Archive> {
    let elsewhere =
        package.get("source").is_some_and(|s| s.get("registry").is_none() && text(s, "type") != Some("legacy"));
    if elsewhere || ["vcs", "archive"].iter().any(|key| package.get(key).is_some()) {
        return None;
    }
    let named = |file: &Value| -> Vec<Digest> {
        let list = file.get("hashes").and_then(Value::as_object).into_iter().flatten();
        let hashes = list.filter_map(|(algorithm, hex)| integrity::of(algorithm, hex.as_str()?));
        hashes.chain(text(file, "hash").and_then(integrity::named)).collect()
    };
    let file_name = |file| text(file, "file").or_else(|| text(file, "name")).or_else(|| text(file, "url"));
    let files = list(package, "files").chain(package.get("sdist"));
    let files = files.filter_map(|file| Some((paths::base(file_name(file)?.split(['?', '#']).next()?), named(file))));
    integrity::sdist(files)
}

/// Tables with name and version.
fn tables(
    content: &str,
    found: &mut Found,
    key: &str,
    ecosystem: Ecosystem,
    archive: fn(&Value) -> Option<Archive>,
    counts: impl Fn(&Value) -> bool,
) {
    let value = match ::toml::from_str::<Value>(content) {
        Ok(value) => value,
        Err(error) => return found.broken(error.message()),
    };
    for package in list(&value, key).filter(|p| counts(p)) {
        match (text(package, "name"), text(package, "version")) {
            (Some(name), Some(version)) => {
                found.add_with(ecosystem, name, version, |find| find.archive = archive(package));
            }
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
