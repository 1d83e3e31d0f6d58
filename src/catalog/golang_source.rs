//! Sources of Go modules that lie in the image: the module cache (`pkg/mod/<path>@<version>/`) and vendor folders.
//!
//! Neither is an installed package; they hold the licence texts of modules that some program was built from, since Go has no
//! other statement of a licence. In the cache a folder is found by its `go.mod` or, in modules from before modules, by a
//! licence file; its name has capitals as `!` and the small letter. In a vendor folder `modules.txt` lists the modules; a
//! replaced one lies under the path that it stands for, while programs name what replaced it.
//!
//! Left out: `pkg/mod/cache` (zips and lists of versions), and replacements by folders, whose content is not the module's.
//!
//! Specification: <https://go.dev/ref/mod#module-cache>, <https://go.dev/ref/mod#go-mod-vendor>.

use super::{Cataloger, Group, Input, Parsed, Want, decode, golang, license_file, paths};
use crate::model::{Find, PackageFind};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "go-source",
    group: Group::Installed,
    wants: &[Want::Suffix("vendor/modules.txt"), Want::Like(is_cached)],
    parse,
};

/// Below this folder of `GOPATH` the cache lies.
const CACHE: &str = "pkg/mod/";

/// Reads one file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if let Some((path, version)) = cached(input.path) {
        let module = golang::package(&path, version);
        parsed.finds.extend(module.map(|m| source(m, paths::parent(input.path).into())));
    } else if paths::base(paths::parent(input.path)) == "vendor" {
        vendored(input, &mut parsed);
    }
    parsed
}

/// Whether it is a file that shows a folder of the cache. It sees every path of the image.
pub fn is_cached(path: &str, base: &str) -> bool {
    path.contains('@') && (base == "go.mod" || license_file::is_license(path, base)) && cached(path).is_some()
}

/// The module and the version whose folder a file lies in, directly.
fn cached(path: &str) -> Option<(String, &str)> {
    let at = path.find(CACHE)?;
    if at > 0 && path.as_bytes().get(at - 1) != Some(&b'/') {
        return None;
    }
    let inside = path.get(at + CACHE.len()..)?;
    let (module, rest) = inside.split_once('@')?;
    let (version, base) = rest.split_once('/')?;
    if base.contains('/') || module.starts_with("cache/") || !version.starts_with('v') {
        return None;
    }
    Some((unescaped(module)?, version))
}

/// `github.com/BurntSushi/toml` of `github.com/!burnt!sushi/toml`.
fn unescaped(path: &str) -> Option<String> {
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => out.push(chars.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase()),
            c => out.push(c),
        }
    }
    Some(out)
}

/// `# path version`, `# path version => path version`, `# path => path version`; other lines tell packages.
fn vendored(input: &Input<'_>, parsed: &mut Parsed) {
    let folder = paths::parent(input.path);
    for line in decode::lines(input.bytes) {
        let Some(line) = line.strip_prefix(b"# ").map(decode::decode_part) else { continue };
        let mut sides = line.splitn(2, " => ").map(|side| side.split_whitespace());
        let original = sides.next().and_then(|mut words| Some((words.next()?, words.next())));
        let Some((path, version)) = original else { continue };
        let named = match sides.next().map(|mut words| (words.next(), words.next())) {
            None => version.map(|v| (path, v)),
            Some((Some(path), Some(version))) => Some((path, version)),
            // A folder.
            Some(_) => continue,
        };
        let place = paths::resolve(folder, path).filter(|p| p.starts_with(folder));
        match (named.and_then(|(path, version)| golang::package(path, version)), place) {
            (Some(module), Some(place)) => parsed.finds.push(source(module, place)),
            _ => parsed.record_issue(format!("{} names no module and version; it was left out", decode::shown(&line))),
        }
    }
}

fn source(module: PackageFind, folder: Box<str>) -> Find {
    // What a source is of, its licence says; what needs what, the program says.
    Find::source(PackageFind { text_folder: Some(folder), provides: Vec::new(), basis: Default::default(), ..module })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> (Vec<String>, usize) {
        let parsed = parse(&Input { path, bytes: text.as_bytes() });
        let shown = parsed.finds.iter().map(|find| match find {
            Find::Source(p) => {
                let namespace = p.namespace.as_deref().unwrap_or("");
                format!("{namespace} {} {} in {}", p.name, p.version, p.text_folder.as_deref().unwrap())
            }
            other => panic!("{other:?}"),
        });
        (shown.collect(), parsed.issues.len())
    }

    #[test]
    fn folders_of_the_cache() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(is_cached(path, paths::base(path)), expected.is_some(), "{path}");
            assert_eq!(read(path, "").0, expected.map(str::to_owned).into_iter().collect::<Vec<_>>());
        };
        check(
            "root/go/pkg/mod/github.com/!burnt!sushi/toml@v1.2.3/go.mod",
            Some("github.com/BurntSushi toml v1.2.3 in root/go/pkg/mod/github.com/!burnt!sushi/toml@v1.2.3"),
        );
        check(
            "pkg/mod/a.b/c@v2.0.0+incompatible/LICENSE",
            Some("a.b c v2.0.0+incompatible in pkg/mod/a.b/c@v2.0.0+incompatible"),
        );
        check("go/pkg/mod/a.b/c@v1.0.0/sub/go.mod", None);
        check("go/pkg/mod/a.b/!C@v1.0.0/go.mod", None);
        check("go/pkg/mod/a.b/c@latest/go.mod", None);
        check("go/pkg/mod/a.b/c@v1/../go.mod", None);
        check("go/pkg/mod/cache/download/a.b/c@v1.0.0/go.mod", None);
        check("go/xpkg/mod/a.b/c@v1.0.0/go.mod", None);
    }

    #[test]
    fn only_files_of_the_cache_are_wanted() {
        assert!(!is_cached("go/pkg/mod/a.b/c@v1.0.0/main.go", "main.go"));
        assert!(!is_cached("srv/app/go.mod", "go.mod"));
    }

    #[test]
    fn a_vendor_folder() {
        let text = "# github.com/a/B v1.0.0\n## explicit; go 1.17\ngithub.com/a/B/c\n# x.y/z v1.0.0 => w.y/z v1.1.0\n\
            # x.y/q => w.y/q v2.0.0\r\n# x.y/local v1.0.0 => ./local\n# x.y/none\n# ../up v1\n#\n";
        let expected = [
            "github.com/a B v1.0.0 in srv/vendor/github.com/a/B",
            "w.y z v1.1.0 in srv/vendor/x.y/z",
            "w.y q v2.0.0 in srv/vendor/x.y/q",
        ];
        assert_eq!(read("srv/vendor/modules.txt", text), (expected.map(str::to_owned).to_vec(), 2));
        assert_eq!(read("vendor/modules.txt", "# a.b/c v1.0.0").0, ["a.b c v1.0.0 in vendor/a.b/c"]);
        assert_eq!(read("srv/myvendor/modules.txt", "# a.b/c v1.0.0").0.len(), 0);
    }
}
