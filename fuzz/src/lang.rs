//! Packages of programming languages: every check hands its bytes to the one cataloger under each name that its files have.

use crate::catalog::{packages, parsed};
use supercargo::catalog::{composer as composers, conan as conans, dart as darts, dotnet as nugets, erlang as erlangs};
use supercargo::catalog::{
    haskell as haskells, julia as julias, lua as rocks, nuspec as nuspecs, opam as opams, pear as pears, perl as perls,
    perllocal as perllocals, r as rs, ruby as gems,
};
use supercargo::catalog::{vcpkg as vcpkgs, wordpress as presses};

/// Gemspecs, installed and in sources.
pub fn ruby(data: &[u8]) {
    for path in ["g/specifications/x-1.gemspec", "g/gems/x-1/x.gemspec", "x.gemspec"] {
        assert!(parsed(gems::parse, path, data).finds.len() <= 1);
    }
}

/// Composer's and PEAR's records.
pub fn php(data: &[u8]) {
    parsed(composers::parse, "srv/vendor/composer/installed.json", data);
    assert!(packages(&parsed(pears::parse, "usr/share/php/.registry/x.reg", data)).len() <= 1);
}

/// deps.json and nuspec.
pub fn dotnet(data: &[u8]) {
    parsed(nugets::parse, "usr/share/dotnet/shared/X/1/X.deps.json", data);
    parsed(nugets::parse, "x.deps.json", data);
    assert!(parsed(nuspecs::parse, "x/1/x.nuspec", data).finds.len() <= 1);
}

/// Applications, and Hex's metadata.
pub fn erlang(data: &[u8]) {
    assert!(packages(&parsed(erlangs::parse, "l/x-1/ebin/x.app", data)).len() <= 1);
    parsed(erlangs::parse, "d/x/hex_metadata.config", data);
}

/// META files.
pub fn perl(data: &[u8]) {
    for path in ["p/.meta/X-1/MYMETA.json", "META.json", "X-1/META.yml"] {
        assert!(parsed(perls::parse, path, data).finds.len() <= 1);
    }
}

/// Rockspecs.
pub fn lua(data: &[u8]) {
    for path in ["luarocks/rocks-5.1/x/1-1/x-1-1.rockspec", "x.rockspec"] {
        assert!(parsed(rocks::parse, path, data).finds.len() <= 1);
    }
}

/// What is read line by line: R, Haskell, WordPress, Conan, Dart, vcpkg, opam, Julia, perllocal.pod.
pub fn lang(data: &[u8]) {
    parsed(rs::parse, "R/library/x/DESCRIPTION", data);
    parsed(haskells::parse, "ghc/package.conf.d/x-1.conf", data);
    for path in ["w/wp-content/plugins/x/x.php", "w/wp-content/themes/x/style.css", "wp-includes/version.php"] {
        parsed(presses::parse, path, data);
    }
    for path in [".conan/data/x/1/u/c/package/a/conaninfo.txt", ".conan/data/x/1/_/_/export/conanfile.py"] {
        assert_eq!(parsed(conans::parse, path, data).finds.len(), 1);
    }
    parsed(darts::parse, "hosted/pub.dev/x-1/pubspec.yaml", data);
    parsed(perllocals::parse, "p/perllocal.pod", data);
    parsed(vcpkgs::parse, "vcpkg_installed/vcpkg/status", data);
    assert_eq!(parsed(opams::parse, ".opam/5/.opam-switch/packages/x.1/opam", data).finds.len(), 1);
    parsed(julias::parse, "packages/X/a/Project.toml", data);
}
