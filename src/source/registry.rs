//! The sources of packages of languages: what their public registries keep, and under which address by their own rules.
//!
//! An image rarely says from which registry a package came. Where a record of npm's does, and it is another than the public one, no
//! address is named. In all other cases an address here is that of the public one, and a package that was taken from elsewhere (a
//! company's own) is not there: the list says so at its head.
//!
//! Specifications: the address `dl` in the configuration of crates.io's index, <https://go.dev/ref/mod#goproxy-protocol>, the
//! layout of Maven repositories, <https://hex.pm/docs/endpoints>, <https://github.com/dart-lang/pub/blob/master/doc/repository-spec-v2.md>.

use super::origin::Origin;
use crate::model::{Archive, Ecosystem, Elsewhere, Package};
use crate::purl;
use std::fmt::Write;

/// The source of a package of a language.
pub(super) fn of(package: &Package) -> Result<Origin, String> {
    // Of the package URL only what names the source: an archive of sources is for no platform and no classifier.
    let Ok(url) = purl::parse(&package.purl) else { return Err("its name fits into no package URL".into()) };
    let namespace = url.namespace().filter(|n| !n.is_empty());
    let (name, version) = (url.name(), &*package.version);
    let parts = purl::Parts { ty: url.ty(), namespace, name, version: Some(version), ..purl::Parts::default() };
    let mut origin = Origin {
        ecosystem: package.ecosystem.as_str(),
        name: package.name.to_string(),
        version: version.to_owned(),
        purl: purl::build(&parts).ok(),
        ..Origin::default()
    };
    let file = |base: &str, folders: &[&str], file: String| {
        let mut segments = folders.to_vec();
        segments.push(&file);
        let at = address(base, &segments);
        (Some(file), at)
    };
    match package.ecosystem {
        Ecosystem::NPM if package.elsewhere.is_some() => elsewhere(package, &mut origin, &parts)?,
        Ecosystem::NPM => {
            if let Some(other) = url.qualifiers().get("repository_url").filter(|u| is_plain(u)) {
                return Err(format!("it is served by the registry {other}, whose addresses are not known"));
            }
            let whole = namespace.map_or_else(|| name.to_owned(), |scope| format!("{scope}/{name}"));
            let folders: Vec<&str> = whole.split('/').chain(["-"]).collect();
            (origin.file, origin.download) =
                file("https://registry.npmjs.org", &folders, format!("{name}-{version}.tgz"));
            origin.note = Some("This is what was published; it may be made from sources that its repository holds.");
        }
        Ecosystem::PYPI => {
            let direct = url.qualifiers().get("download_url").filter(|u| is_plain(u));
            if let Some(direct) = direct.filter(|u| Archive::is_sdist(u)) {
                origin.download = Some(direct.to_string());
                return Ok(origin);
            }
            origin.page = address("https://pypi.org/project", &[name, version]).map(|a| a + "/");
            origin.note = Some(
                "The page lists the source distribution, where there is one; its address does not follow from name and version.",
            );
        }
        Ecosystem::CARGO => {
            (origin.file, origin.download) =
                file("https://static.crates.io/crates", &[name], format!("{name}-{version}.crate"));
        }
        Ecosystem::GEM => {
            (origin.file, origin.download) =
                file("https://rubygems.org/downloads", &[], format!("{name}-{version}.gem"));
        }
        Ecosystem::MAVEN => {
            let Some(group) = namespace else { return Err("its group is not known".into()) };
            let folders: Vec<&str> = group.split('.').chain([name, version]).collect();
            let jar = format!("{name}-{version}-sources.jar");
            (origin.file, origin.download) = file("https://repo1.maven.org/maven2", &folders, jar);
            origin.note =
                Some("Not every project publishes this archive; where it is absent the pom names its repository.");
        }
        Ecosystem::GOLANG => go(package, &mut origin)?,
        Ecosystem::COMPOSER => {
            origin.page = address("https://packagist.org/packages", &[namespace.unwrap_or(""), name]);
            origin.commit = package.commit.as_deref().map(str::to_owned);
            origin.note = Some(match origin.commit {
                Some(_) => "The registry names the repository, which has this commit.",
                None => "The registry names the repository and the commit of this version.",
            });
        }
        Ecosystem("cran") => {
            origin.file = Some(format!("{name}_{version}.tar.gz"));
            origin.page = address("https://cran.r-project.org/src/contrib/Archive", &[name]).map(|a| a + "/");
            origin.note = Some("The newest version lies in src/contrib instead of the archive.");
        }
        Ecosystem("hex") => {
            (origin.file, origin.download) = file("https://repo.hex.pm/tarballs", &[], format!("{name}-{version}.tar"));
        }
        Ecosystem("hackage") => {
            let folder = format!("{name}-{version}");
            (origin.file, origin.download) =
                file("https://hackage.haskell.org/package", &[&folder], format!("{folder}.tar.gz"));
        }
        Ecosystem("pub") => {
            (origin.file, origin.download) =
                file("https://pub.dev/api/archives", &[], format!("{name}-{version}.tar.gz"));
        }
        Ecosystem("luarocks") => {
            (origin.file, origin.download) = file("https://luarocks.org", &[], format!("{name}-{version}.src.rock"));
            origin.note = Some("Not every rock has this archive; where it is absent the rockspec names the original.");
        }
        Ecosystem("cpan") => {
            origin.file = Some(format!("{}-{version}.tar.gz", name.replace("::", "-")));
            origin.note = Some("CPAN keeps it in its author's folder, whom the image does not name.");
        }
        Ecosystem::NUGET => {
            return Err("its registry keeps what was built and no sources; its metadata may name a repository".into());
        }
        Ecosystem::CONDA => {
            return Err(
                "its channel keeps what was built and no sources; the recipe inside of the package names them".into()
            );
        }
        other => return Err(format!("no archive of sources is known for packages of the type {}", other.as_str())),
    }
    Ok(origin)
}

/// What a record says that it came from no public registry. A repository that everybody can reach has the source; what another
/// registry serves under the name, or a file that was at hand, nobody else has.
fn elsewhere(package: &Package, origin: &mut Origin, parts: &purl::Parts<'_>) -> Result<(), String> {
    match &package.elsewhere {
        Some(Elsewhere::Commit { repository, commit }) if repository.starts_with("https://") => {
            let vcs = format!("git+{repository}@{commit}");
            origin.purl = purl::build(&purl::Parts { qualifiers: &[("vcs_url", &vcs)], ..*parts }).ok();
            origin.page = Some(repository.to_string());
            origin.commit = Some(commit.to_string());
            origin.note = Some("It was taken from this repository at this commit, and not from the registry.");
            Ok(())
        }
        Some(Elsewhere::Commit { repository, commit }) => Err(format!(
            "it was taken from the repository {repository} at the commit {commit}, of which no public address is known"
        )),
        Some(Elsewhere::Place(place)) => Err(format!(
            "a record of its installation says that it came from {place}, and not from the public registry"
        )),
        None => Ok(()),
    }
}

fn go(package: &Package, origin: &mut Origin) -> Result<(), String> {
    let (module, version) = (&*package.name, &*package.version);
    if module == "stdlib" {
        let plain = version.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        let file = format!("go{version}.src.tar.gz");
        origin.download = plain.then(|| address("https://go.dev/dl", &[&file])).flatten();
        origin.file = Some(file);
        return Ok(());
    }
    if !version.starts_with('v') || version.ends_with("+dirty") {
        return Err("it was built from a working tree, of which no version was published".into());
    }
    let module = escaped(module);
    let mut segments: Vec<&str> = module.split('/').collect();
    let file = format!("{}.zip", escaped(version));
    segments.extend(["@v", &file]);
    origin.download = address("https://proxy.golang.org", &segments);
    origin.file = Some(file);
    Ok(())
}

/// Capitals as the protocol wants them, for file systems that know none: `Azure` is `!azure`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Whether an address is one that a program can fetch, of nothing but characters that stand in one (RFC 3986).
fn is_plain(address: &str) -> bool {
    let web = address.starts_with("https://") || address.starts_with("http://");
    web && address.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=%".contains(&b))
}

/// An address below a base. `None` where a segment would lead elsewhere.
pub(super) fn address(base: &str, segments: &[&str]) -> Option<String> {
    let mut out = base.to_owned();
    for segment in segments {
        if matches!(*segment, "" | "." | "..") {
            return None;
        }
        out.push('/');
        for byte in segment.bytes() {
            // What RFC 3986 lets stand in a path, as far as names and versions have it.
            if byte.is_ascii_alphanumeric() || b"-._~+:@!".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tests::package;

    #[track_caller]
    fn check(purl: &str, ecosystem: &'static str, name: &str, version: &str, expected: Option<&str>) {
        let found = of(&package(purl, Ecosystem(ecosystem), name, version)).unwrap();
        assert_eq!(found.download.as_deref().or(found.page.as_deref()), expected);
    }

    #[test]
    fn addresses_follow_the_rules_of_the_registries() {
        let npm = Some("https://registry.npmjs.org/@crew/sextant/-/sextant-1.4.0.tgz");
        check("pkg:npm/%40crew/sextant@1.4.0", "npm", "@crew/sextant", "1.4.0", npm);
        check("pkg:npm/x@1", "npm", "x", "1", Some("https://registry.npmjs.org/x/-/x-1.tgz"));
        check("pkg:pypi/x@1", "pypi", "x", "1", Some("https://pypi.org/project/x/1/"));
        check("pkg:cargo/x@1", "cargo", "x", "1", Some("https://static.crates.io/crates/x/x-1.crate"));
        // A gem for a platform holds what was built; the source is the one for none.
        let gem = Some("https://rubygems.org/downloads/ffi-1.17.0.gem");
        check("pkg:gem/ffi@1.17.0?platform=x86_64-linux", "gem", "ffi", "1.17.0", gem);
        let jar = Some("https://repo1.maven.org/maven2/org/hibernate/core/5.1.Final/core-5.1.Final-sources.jar");
        check("pkg:maven/org.hibernate/core@5.1.Final", "maven", "org.hibernate:core", "5.1.Final", jar);
        let zip = Some("https://proxy.golang.org/github.com/!burnt!sushi/toml/@v/v1.0.0+incompatible.zip");
        let name = "github.com/BurntSushi/toml";
        check("pkg:golang/github.com/x/y@v1", "golang", name, "v1.0.0+incompatible", zip);
        check("pkg:golang/stdlib@1.22.3", "golang", "stdlib", "1.22.3", Some("https://go.dev/dl/go1.22.3.src.tar.gz"));
        check("pkg:hex/x@1", "hex", "x", "1", Some("https://repo.hex.pm/tarballs/x-1.tar"));
        let page = Some("https://cran.r-project.org/src/contrib/Archive/MASS/");
        check("pkg:cran/MASS@7.3-60", "cran", "MASS", "7.3-60", page);
        let rock = Some("https://luarocks.org/luasocket-3.1.0-1.src.rock");
        check("pkg:luarocks/luasocket@3.1.0-1", "luarocks", "luasocket", "3.1.0-1", rock);
        check("pkg:cpan/Try-Tiny@0.31", "cpan", "Try-Tiny", "0.31", None);
    }

    #[test]
    fn a_name_leads_to_no_other_place() {
        assert_eq!(address("https://a.example", &["..", "x"]), None);
        assert_eq!(address("https://a.example", &["", "x"]), None);
        assert_eq!(
            address("https://a.example", &["a/../b?c#d e"]).unwrap(),
            "https://a.example/a%2F..%2Fb%3Fc%23d%20e"
        );
    }

    #[test]
    fn what_came_from_elsewhere_has_no_address_at_the_registry() {
        let with = |elsewhere| Package {
            elsewhere: Some(elsewhere),
            ..package("pkg:npm/x@1.0.0", Ecosystem::NPM, "x", "1.0.0")
        };
        let commit = |repository: &str| Elsewhere::Commit { repository: repository.into(), commit: "abc".into() };
        let found = of(&with(commit("https://github.com/a/x"))).unwrap();
        assert_eq!((found.download, found.file, found.commit.as_deref()), (None, None, Some("abc")));
        assert_eq!(found.page.as_deref(), Some("https://github.com/a/x"));
        assert_eq!(found.purl.as_deref(), Some("pkg:npm/x@1.0.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fa%2Fx%40abc"));
        let check = |elsewhere, expected: &str| {
            let reason = of(&with(elsewhere)).unwrap_err();
            assert!(reason.contains(expected), "{reason}");
        };
        check(commit("ssh://git.example/x"), "ssh://git.example/x at the commit abc");
        check(Elsewhere::Place("npm.corp.example".into()), "came from npm.corp.example, and not");
    }

    #[test]
    fn what_no_registry_keeps_is_a_gap() {
        let check = |purl: &str, ecosystem, version, expected: &str| {
            let reason = of(&package(purl, Ecosystem(ecosystem), "x", version)).unwrap_err();
            assert!(reason.contains(expected), "{reason}");
        };
        check("pkg:nuget/x@1", "nuget", "1", "no sources");
        check("pkg:golang/example.com/x@%28devel%29", "golang", "(devel)", "a working tree");
        check("pkg:golang/example.com/x@v1%2Bdirty", "golang", "v1+dirty", "a working tree");
        check("pkg:maven/x@1", "maven", "1", "its group");
        check("pkg:nix/x@1", "nix", "1", "of the type nix");
    }
}
