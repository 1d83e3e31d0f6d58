//! Licence texts: files whose name says that they are about licences (`LICENSE`, `COPYING.LIB`, `MIT-LICENSE.txt`,
//! Debian's `copyright`, everything in `usr/share/licenses`).
//!
//! Only the name is judged here; the walk keeps the bytes and the room `license` reads them. Left out: source code,
//! images, archives and documents that are no plain text, whatever their names.

use super::{Cataloger, Group, Input, Parsed, Want};
use crate::model::Find;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "license-file", group: Group::Installed, wants: &[Want::Like(is_license)], parse };

/// Every wanted file is a find; an empty one says nothing.
pub fn parse(input: &Input<'_>) -> Parsed {
    let finds = if input.bytes.is_empty() { Vec::new() } else { vec![Find::LicenseText] };
    Parsed { finds, issues: Vec::new() }
}

/// Words that a licence file's name begins or ends with.
const WORDS: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

/// What a licence file's name begins with where no other word stands before it, besides [`WORDS`].
const MORE_WORDS: [&str; 5] = ["unlicence", "eula", "ofl", "patents", "copyleft"];

/// Licences that files are named after: `GPL-2`, `LGPL3.txt`, `MPL-1.1.txt`.
const FAMILIES: [&str; 12] = ["gpl", "lgpl", "agpl", "fdl", "gfdl", "mpl", "epl", "apache", "mit", "bsd", "isc", "cc0"];

/// What the ending of a name says of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// There is none.
    Nothing,
    /// Plain text.
    Text,
    /// A licence's name or part of one, perhaps: `LICENSE.APACHE2`, `COPYING.LIB`, `LICENSE-2.0`.
    Other,
    /// No text to read, although a file of it may well be called `license`: source code, data, images, archives,
    /// signatures, office documents.
    NoText,
}

/// Endings longer than this are no known ones.
const ENDING_LIMIT: usize = 12;

fn ending(extension: &str) -> Ending {
    let mut buffer = [0_u8; ENDING_LIMIT];
    let Some(lower) = buffer.get_mut(..extension.len()) else { return Ending::Other };
    lower.copy_from_slice(extension.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"" => Ending::Nothing,
        b"txt" | b"md" | b"rst" | b"markdown" | b"text" | b"html" | b"htm" | b"adoc" | b"mkd" => Ending::Text,
        b"7z" | b"a" | b"asc" | b"bat" | b"bin" | b"bmp" | b"bz2" | b"c" | b"cc" | b"cfg" | b"cjs" | b"class"
        | b"cmake" | b"cmd" | b"conf" | b"cpp" | b"cs" | b"css" | b"csv" | b"cts" | b"cxx" | b"dart" | b"db"
        | b"deb" | b"desktop" | b"dll" | b"doc" | b"docx" | b"dylib" | b"el" | b"elc" | b"eot" | b"erb" | b"ex"
        | b"exe" | b"exs" | b"gif" | b"gmo" | b"go" | b"gz" | b"h" | b"hbs" | b"hpp" | b"hs" | b"ico" | b"in"
        | b"ini" | b"jar" | b"java" | b"jpeg" | b"jpg" | b"js" | b"json" | b"jsx" | b"key" | b"kt" | b"less"
        | b"list" | b"lua" | b"map" | b"md5sums" | b"mjs" | b"mo" | b"mts" | b"node" | b"o" | b"pdf" | b"pem"
        | b"php" | b"pl" | b"pm" | b"png" | b"po" | b"properties" | b"ps" | b"py" | b"pyc" | b"pyi" | b"pyo"
        | b"rb" | b"rpm" | b"rs" | b"rtf" | b"scala" | b"scss" | b"sh" | b"sig" | b"so" | b"sql" | b"svelte"
        | b"svg" | b"swift" | b"tar" | b"toml" | b"ts" | b"tsx" | b"ttf" | b"vue" | b"wasm" | b"whl" | b"woff"
        | b"woff2" | b"xml" | b"xz" | b"yaml" | b"yml" | b"zip" | b"zst" => Ending::NoText,
        _ => Ending::Other,
    }
}

/// Whether the file at `path` is a licence text by its name. It sees every path of the image: no allocation, and most
/// files are done by their endings, most others by their first and last letters.
pub fn is_license(path: &str, base: &str) -> bool {
    let (stem, extension) = match base.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (base, ""),
    };
    let ending = ending(extension);
    let folder = path.strip_suffix(base).unwrap_or("");
    // Metadata 2.4 of Python keeps the folders of the source below `licenses`, and whatever the packager takes for a licence file.
    if folder.contains(".dist-info/licenses/") {
        return true;
    }
    if is_for_a_file(base) {
        return true;
    }
    // Portage keeps the names of licences in a file of this name.
    if ending == Ending::NoText || (base == "LICENSE" && super::portage::is_record(path, base)) {
        return false;
    }
    named(stem, extension, ending, folder) || in_license_folder(folder, ending) || in_metadata(stem, ending, folder)
}

fn named(stem: &str, extension: &str, ending: Ending, folder: &str) -> bool {
    let Some(first) = stem.bytes().next() else { return false };
    // Ruby's way to say "BSD licence" and "Python's".
    if matches!(stem, "BSDL" | "PSFL") && ending == Ending::Nothing {
        return true;
    }
    let first = first.to_ascii_lowercase();
    if b"lcnueop".contains(&first) && WORDS.iter().chain(&MORE_WORDS).any(|w| begins_with_word(stem, w)) {
        return !in_programs(folder);
    }
    if b"glafmebic".contains(&first) && FAMILIES.iter().any(|f| is_family(stem, f, ending)) {
        return true;
    }
    match ending {
        // `hsqldb_lic.txt`.
        Ending::Text if stem.ends_with("_lic") || stem.ends_with("-lic") => true,
        Ending::Nothing | Ending::Text => ends_with_word(stem, ending) && !in_programs(folder),
        // `MIT.license`, `jquery.LICENSE`.
        _ => WORDS.iter().take(3).any(|w| w.eq_ignore_ascii_case(extension)),
    }
}

/// `LICENSE`, `LICENSES`, `LICENSE-MIT`, `License_1_0`, `CopyrightNotice`; not `licensecheck`.
fn begins_with_word(stem: &str, word: &str) -> bool {
    let Some((head, rest)) = stem.split_at_checked(word.len()) else { return false };
    if !head.eq_ignore_ascii_case(word) {
        return false;
    }
    let capital = head.bytes().last().is_some_and(|b| b.is_ascii_lowercase());
    match rest.as_bytes() {
        [] | [b's' | b'S'] => true,
        [b's' | b'S', next, ..] if !next.is_ascii_alphanumeric() => true,
        [next, ..] => !next.is_ascii_alphabetic() || (capital && next.is_ascii_uppercase()),
    }
}

/// `MIT-LICENSE`, `THIRD_PARTY_NOTICES`, `main.js.LICENSE`; with the ending of a text also `ThirdPartyNotices`.
fn ends_with_word(stem: &str, ending: Ending) -> bool {
    let stem = match stem.as_bytes() {
        [.., b's' | b'S'] => stem.get(..stem.len() - 1).unwrap_or(stem),
        [.., b'e' | b'E' | b'g' | b'G' | b't' | b'T'] => stem,
        _ => return false,
    };
    WORDS.iter().any(|word| {
        let Some(at) = stem.len().checked_sub(word.len()) else { return false };
        stem.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(word))
            && stem
                .as_bytes()
                .get(at.wrapping_sub(1))
                .is_none_or(|b| ending == Ending::Text || !b.is_ascii_alphanumeric())
    })
}

/// `GPL`, `GPL-2`, `lgpl-2.1`, `GPLv3`, `Apache-2.0`: a family, then only a version. The families of which programs
/// and folders are named too need the ending of a text.
fn is_family(stem: &str, family: &str, ending: Ending) -> bool {
    let Some((head, rest)) = stem.split_at_checked(family.len()) else { return false };
    head.eq_ignore_ascii_case(family)
        && rest.bytes().all(|b| b.is_ascii_digit() || b"-_.vV+ ".contains(&b))
        && (ending == Ending::Text || (family.ends_with("gpl") && head.bytes().all(|b| b.is_ascii_uppercase())))
}

/// Programs may be called `license-checker` or `notice`. The folder is one of programs by its whole name: `ncurses-bin` is a package.
fn in_programs(folder: &str) -> bool {
    let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    matches!(name, "bin" | "sbin" | "completions" | "init.d")
}

/// `LICENCE.for.sse2neon.h`: the licence of a file that is named after it.
fn is_for_a_file(base: &str) -> bool {
    let begins = |w: &&&str| base.get(..w.len()).is_some_and(|head| head.eq_ignore_ascii_case(w));
    let Some(word) = ["license", "licence", "copying", "copyright"].iter().find(begins) else { return false };
    let rest = base.get(word.len()..).unwrap_or("");
    [".for.", "-for-", "_for_"]
        .iter()
        .any(|joint| rest.get(..joint.len()).is_some_and(|r| r.eq_ignore_ascii_case(joint)))
}

/// Earlier metadata of Python has its licence files beside it, those that name the authors among them.
fn in_metadata(stem: &str, ending: Ending, folder: &str) -> bool {
    matches!(ending, Ending::Nothing | Ending::Text) && stem == "AUTHORS" && folder.ends_with(".dist-info/")
}

/// Folders in which every file is a licence text.
fn in_license_folder(folder: &str, ending: Ending) -> bool {
    if folder.starts_with("usr/share/") {
        let rest = folder.get("usr/share/".len()..).unwrap_or("");
        if rest.starts_with("licenses/") || rest == "common-licenses/" {
            return true;
        }
    }
    // REUSE's `LICENSES`, and `licenses` beside a program.
    let text = matches!(ending, Ending::Nothing | Ending::Text);
    text && (folder.ends_with("/LICENSES/") || folder.ends_with("/licenses/") || folder == "licenses/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: bool) {
        assert_eq!(is_license(path, super::super::paths::base(path)), expected, "{path}");
    }

    #[test]
    fn licence_files() {
        for path in [
            "usr/share/doc/libc6/copyright",
            "usr/share/doc/ncurses-bin/copyright",
            "R/library/RandomFields/LICENCE.for.sse2neon.h",
            "lib/jedi-0.20.1.dist-info/AUTHORS.txt",
            "lib/jupyter_builder-1.3.0.dist-info/licenses/THIRD_PARTY_LICENSES/yarn.js.third-party-licenses.json",
            "srv/app/node_modules/ms/license.md",
            "META-INF/hsqldb_lic.txt",
            "gems/test-unit-3.5/BSDL",
            "srv/app/node_modules/x/LICENSE",
            "srv/app/node_modules/x/License",
            "a/LICENCE.rst",
            "a/LICENSE.txt",
            "a/LICENSE.markdown",
            "a/LICENSE-MIT",
            "a/LICENSE_1_0.txt",
            "a/LICENSE-2.0",
            "a/LICENSE.APACHE2",
            "a/LICENSE.libsodium.txt",
            "a/LICENSES",
            "a/MIT-LICENSE.txt",
            "a/MIT-LICENSE",
            "a/mit.license",
            "a/ICON_LICENSE.md",
            "a/CopyrightNotice.txt",
            "a/COPYING",
            "a/COPYING.LIB",
            "a/COPYING.LESSER",
            "a/COPYING3",
            "a/COPYRIGHT",
            "a/NOTICE",
            "a/NOTICE.txt",
            "a/THIRD-PARTY-NOTICES.txt",
            "a/ThirdPartyNotices.txt",
            "a/3rdpartylicenses.txt",
            "a/main.js.LICENSE.txt",
            "a/UNLICENSE",
            "a/UNLICENCE.txt",
            "a/OFL.txt",
            "a/EULA",
            "a/GPL.txt",
            "a/GPL-2",
            "a/lgpl-2.1.txt",
            "a/GPLv3.md",
            "a/Apache-2.0.txt",
            "usr/share/licenses/zlib/whatever",
            "usr/share/common-licenses/GPL-3",
            "usr/share/common-licenses/Artistic",
            "s/x.dist-info/licenses/AUTHORS.rst",
            "s/x.dist-info/licenses/vendored/README",
            "s/x.dist-info/LICENSE",
            "a/LICENSES/MIT.txt",
            "a/licenses/zlib.txt",
            "LICENSE",
            "licenses/x",
        ] {
            check(path, true);
        }
    }

    #[test]
    fn other_files() {
        for path in [
            "",
            "a/",
            "a/license.py",
            "a/license.js",
            "a/license_header.js",
            "a/LICENSE.h",
            "a/license.png",
            "a/license.tar.gz",
            "a/copyright.d.ts",
            "a/licensecheck",
            "a/licensed.txt",
            "usr/bin/license-checker",
            "usr/bin/licensing",
            "a/noticeboard.txt",
            "a/copyrighted",
            "a/licenses.json",
            "etc/init.d/apache2",
            "usr/share/zlib",
            "a/mit",
            "a/bsd.txt.gz",
            "a/README.md",
            "a/package.json",
            "a/gplot.txt",
            "usr/share/licenses/x/logo.png",
            "a/licenses/x.py",
            "usr/share/doc/x/changelog.gz",
            "a/\u{e9}",
            "a/licens\u{e9}",
            "\u{212a}",
        ] {
            check(path, false);
        }
    }

    #[test]
    fn an_empty_file_says_nothing() {
        assert!(parse(&Input { path: "LICENSE", bytes: b"" }).finds.is_empty());
        assert_eq!(parse(&Input { path: "LICENSE", bytes: b"\xff" }).finds, [Find::LicenseText]);
    }
}
