//! Sources of Rust crates that lie in the image: cargo's registry folders, `registry/src/<index>/<name>-<version>/`, and
//! Debian's and Fedora's `/usr/share/cargo/registry/<name>-<version>/`.
//!
//! None of them is an installed package; their `Cargo.toml` tells the licence of a crate that some program was built from.
//! Left out: workspaces and members (`version.workspace = true`), which a published crate never has, since cargo writes them
//! out, and crates whose folder has another name than they say.
//!
//! Specification: <https://doc.rust-lang.org/cargo/reference/manifest.html>.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths, rust_audit};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "cargo-source", group: Group::Installed, wants: &[Want::Like(is_crate)], parse };

/// Whether it is the manifest of a crate in a registry folder.
pub fn is_crate(path: &str, base: &str) -> bool {
    base == "Cargo.toml" && folder(path).is_some()
}

/// Name and version, as the folder has them.
fn folder(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.rsplit('/').skip(1);
    let (folder, one, two, three) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    let cached = two == "src" && three == Some("registry");
    let packed = one == "registry" && two == "cargo";
    (cached || packed).then(|| rust_audit::split_folder(folder)).flatten()
}

/// Reads one manifest.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let Some((name, version)) = folder(input.path) else { return parsed };
    let text = decode::decode(input.bytes);
    let manifest: toml::Table = match toml::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => {
            let why = decode::one_line(error.message()).unwrap_or_default();
            parsed.file_issue(format!("the manifest is broken ({why}); the licence of crate {name} was not read"));
            return parsed;
        }
    };
    let field = |key: &str| manifest.get("package")?.get(key)?.as_str().map(str::trim).filter(|s| !s.is_empty());
    if field("name") != Some(name) || field("version") != Some(version) {
        return parsed;
    }
    let place = paths::parent(input.path);
    let declared = field("license").map(|license| Declared {
        grammar: Grammar::Cargo,
        field: "license",
        values: vec![license.into()],
    });
    parsed.finds.push(Find::source(PackageFind {
        ecosystem: Ecosystem::CARGO,
        name: name.into(),
        version: version.into(),
        description: field("description").and_then(decode::one_line),
        homepage: field("homepage").or(field("repository")).and_then(decode::one_line),
        declared: declared.into_iter().collect(),
        texts: field("license-file").and_then(|file| paths::resolve(place, file)).into_iter().collect(),
        text_folder: Some(place.into()),
        ..PackageFind::default()
    }));
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "usr/local/cargo/registry/src/index.example-6f17d22bba15001f/ring-x-0.17.8/Cargo.toml";
    const REAL: &str = "[package]\nedition = \"2021\"\nname = \"ring-x\"\nversion = \"0.17.8\"\ndescription = \"\"\"\nSafe\"\"\"\n\
        license = \"MIT OR Apache-2.0\"\nlicense-file = \"docs/TERMS\"\nrepository = \"https://x/ring\"\n[dependencies.cc]\nversion = \"1\"\n";

    fn read(path: &str, text: &str) -> (Option<PackageFind>, usize) {
        let mut parsed = parse(&Input { path, bytes: text.as_bytes() });
        let find = match parsed.finds.pop() {
            Some(Find::Source(p)) => Some((*p).clone()),
            None => None,
            other => panic!("{other:?}"),
        };
        (find, parsed.issues.len())
    }

    #[test]
    fn a_real_manifest() {
        let (find, issues) = read(PLACE, REAL);
        let find = find.unwrap();
        assert_eq!((&*find.name, &*find.version, issues), ("ring-x", "0.17.8", 0));
        assert_eq!(find.declared[0].values, ["MIT OR Apache-2.0".into()]);
        assert_eq!(find.description.as_deref(), Some("Safe"));
        assert_eq!(find.homepage.as_deref(), Some("https://x/ring"));
        let place = paths::parent(PLACE);
        assert_eq!(find.text_folder.as_deref(), Some(place));
        assert_eq!(find.texts, [format!("{place}/docs/TERMS").into()]);
    }

    #[test]
    fn which_manifests() {
        let check = |path: &str, expected: bool| assert_eq!(is_crate(path, paths::base(path)), expected, "{path}");
        check(PLACE, true);
        check("usr/share/cargo/registry/bstr-0.2.17/Cargo.toml", true);
        check("usr/share/cargo/registry/bstr-0.2.17/fuzz/Cargo.toml", false);
        check("cargo/registry/src/i/a-1.0.0/tests/Cargo.toml", false);
        check("srv/app/Cargo.toml", false);
        check("cargo/registry/src/i/a-1.0.0/Cargo.toml.orig", false);
        check("cargo/registry/src/i/a/Cargo.toml", false);
    }

    #[test]
    fn manifests_that_say_nothing() {
        let check = |text: &str, finds: bool, issues: usize| {
            let (find, said) = read(PLACE, text);
            assert_eq!((find.is_some(), said), (finds, issues), "{text}");
        };
        check("", false, 0);
        check("[package", false, 1);
        check("[package]\nname = \"other\"\nversion = \"0.17.8\"\n", false, 0);
        check("[package]\nname = \"ring-x\"\nversion.workspace = true\n", false, 0);
        check(
            "[package]\nname = \"ring-x\"\nversion = \"0.17.8\"\nlicense = 1\nlicense-file = \"../../../../../../../up\"\n",
            true,
            0,
        );
        check(&"[".repeat(100_000), false, 1);
    }
}
