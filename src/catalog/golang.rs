//! Go modules that are built into programs: the build info that every Go program since 1.13 carries.
//!
//! A header, `\xff Go buildinf:`, is followed by the version of Go and by a text of lines: `path` (the main package), `mod`
//! (its module), `dep` (a module that it was built from), `=>` (what stood in the place of the one before), `build` (a
//! setting). Since Go 1.18 both stand behind the header, before it held pointers to them, which lead through the segments of the
//! file. The standard library is a module of its own here, `stdlib`, as advisories name it.
//!
//! The main module of a program that was built in its own source folder has no version (`(devel)`) before Go 1.24; [`version`]
//! looks for it elsewhere. Where there is none the module stands without; so do modules of the same workspace. A program that was
//! built without modules (Debian builds so) names its main package only: then the repository of that stands for the module.
//!
//! Left out: what such a program was built from, which it does not say.
//! What surprised: programs that read build info hold the header too, as a constant, so that a header only counts where a
//! version of Go follows it; and position-independent programs of Go 1.13 to 1.17 have pointers that only the loader fills.
//!
//! Specification: packages debug/buildinfo and runtime/debug, <https://go.dev/ref/mod#pseudo-versions>.

mod version;

use super::{Cataloger, Group, Input, Parsed, RECORD_LIMIT, Want, decode, program};
use crate::model::{Basis, Ecosystem, Find, PackageFind, Requirement, Severity};
use memchr::memmem;
use std::borrow::Cow;
use std::collections::HashMap;

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger { name: "go", group: Group::Installed, wants: &[Want::Program], parse };

const MAGIC: &[u8] = b"\xff Go buildinf:";

/// Where the header ends and, since Go 1.18, the strings begin.
const HEADER: usize = 32;

/// What Go aligns the header to, in memory and so in the file.
const ALIGN: usize = 16;

/// The most headers tried where no section tells which: programs that read build info have two.
const HEADER_LIMIT: usize = 64;

/// The longest text: a module takes some 100 bytes, and the largest programs have 2,000.
const TEXT_LIMIT: usize = 4 << 20;

/// The most modules of a program; a hostile text of this size would hold half a million.
const MODULE_LIMIT: usize = 20_000;

/// Each side of the text has a mark of 16 bytes, by which it is found in the memory of a process.
const MARK: usize = 16;

/// Reads one program.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    for slice in program::slices(input.bytes) {
        match build_info(slice) {
            Ok(Some((version, text))) => modules(version, &decode::decode_part(text), slice, &mut parsed),
            Ok(None) => {}
            Err(why) => parsed.record_lost(why),
        }
    }
    // The parts of a universal file were built from the same modules.
    let mut kept: Vec<Find> = Vec::with_capacity(parsed.finds.len());
    if input.bytes.starts_with(&[0xca, 0xfe]) {
        for find in parsed.finds.drain(..) {
            if !kept.contains(&find) {
                kept.push(find);
            }
        }
        parsed.finds = kept;
    }
    parsed
}

/// The version of Go and the text, from the section that is made for them, else from wherever a header is among the data that
/// can be written. An error where the section is there and cannot be read.
fn build_info(bytes: &[u8]) -> Result<Option<(&str, &[u8])>, &'static str> {
    let section = program::section(bytes, ".go.buildinfo").or_else(|| program::section(bytes, ".go_buildinfo"));
    if let Some(found) = section.and_then(|s| header(s, bytes)) {
        return Ok(Some(found));
    }
    let found = program::regions(bytes, &[".data"]).into_iter().find_map(|region| {
        let mut heads = memmem::find_iter(region, MAGIC).filter(|at| at % ALIGN == 0).take(HEADER_LIMIT);
        heads.find_map(|at| header(region.get(at..)?, bytes))
    });
    match section {
        Some(_) if found.is_none() => Err("the Go build info cannot be read; the Go modules in it were left out"),
        _ => Ok(found),
    }
}

/// Reads the header at the beginning of `head`; its pointers lead into `bytes`.
fn header<'a>(head: &'a [u8], bytes: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
    const INLINE: u8 = 2;
    let (size, flags) = match head.strip_prefix(MAGIC)? {
        [size, flags, ..] => (usize::from(*size), *flags),
        _ => return None,
    };
    let (version, text) = if flags & INLINE != 0 {
        let (version, rest) = counted(head.get(HEADER..)?)?;
        (version, counted(rest).map_or(&b""[..], |(text, _)| text))
    } else {
        let word = |from: &[u8]| number(from.get(..size)?, flags & 1 != 0);
        let string = |at: usize| {
            let string = program::at(bytes, word(head.get(at..)?)?)?;
            let (start, length) = (word(string)?, word(string.get(size..)?)?);
            program::at(bytes, start)?.get(..usize::try_from(length).ok()?)
        };
        (string(16)?, string(16 + size).unwrap_or_default())
    };
    let version = std::str::from_utf8(version).ok()?;
    if !version.starts_with("go") && !version.starts_with("devel") {
        return None;
    }
    let text = match text.len().checked_sub(MARK) {
        Some(end) if end > MARK && text.get(end - 1) == Some(&b'\n') => text.get(MARK..end)?,
        _ => &[],
    };
    (text.len() <= TEXT_LIMIT).then_some((version, text))
}

/// A string behind its length, which is written in groups of seven bits, the lowest first.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length = 0_usize;
    for (i, byte) in bytes.iter().enumerate().take(5) {
        length |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return bytes.get(i + 1..)?.split_at_checked(length);
        }
    }
    None
}

/// A pointer of four or eight bytes.
fn number(bytes: &[u8], big: bool) -> Option<u64> {
    let fold = |n: u64, byte: &u8| n << 8 | u64::from(*byte);
    match bytes.len() {
        4 | 8 if big => Some(bytes.iter().fold(0, fold)),
        4 | 8 => Some(bytes.iter().rev().fold(0, fold)),
        _ => None,
    }
}

/// A module as the text names it.
struct Module<'a> {
    path: &'a str,
    version: &'a str,
}

fn modules(go: &str, text: &str, bytes: &[u8], parsed: &mut Parsed) {
    let mut main: Option<Module<'_>> = None;
    let mut main_package = "";
    let mut deps: Vec<Module<'_>> = Vec::new();
    let mut settings: HashMap<&str, Cow<'_, str>> = HashMap::new();
    for line in text.lines() {
        let mut fields = line.split('\t');
        let (kind, path, version) = (fields.next(), fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        match kind {
            Some("path") => main_package = path,
            Some("mod") => main = Some(Module { path, version }),
            Some("dep") if deps.len() == MODULE_LIMIT => {
                let message = format!("the program has more than {MODULE_LIMIT} Go modules; the others were left out");
                parsed.issue(RECORD_LIMIT, Severity::Error, message);
                break;
            }
            Some("dep") => deps.push(Module { path, version }),
            // A replacement in a folder has no name of its own: it is the module that it stands for.
            Some("=>") if !is_folder(path) => {
                if let Some(replaced) = deps.last_mut().or(main.as_mut()) {
                    *replaced = Module { path, version };
                }
            }
            Some("build") => {
                if let Some((key, value)) = line.strip_prefix("build\t").and_then(|l| l.split_once('=')) {
                    settings.insert(key, version::unquoted(value));
                }
            }
            _ => {}
        }
    }
    let mut requires: Vec<Requirement> = Vec::new();
    let mut finds: Vec<Find> = Vec::new();
    let stdlib = go.split_whitespace().filter_map(|word| word.strip_prefix("go")).find_map(go_version);
    let stdlib = stdlib.map(|version| Module { path: "stdlib", version });
    for dep in stdlib.iter().chain(&deps) {
        match package(dep.path, release(dep.version)) {
            Some(find) => {
                requires.extend(find.provides.last().map(|p| Requirement::AnyOf(vec![p.clone()])));
                finds.push(Find::package(find));
            }
            None => {
                parsed.record_lost(format!("{} is no path of a Go module; it was left out", decode::shown(dep.path)))
            }
        }
    }
    let main = main.or_else(|| Some(Module { path: repository(main_package)?, version: "" }));
    if let Some(main) = main.filter(|m| !matches!(m.path, "" | "std" | "cmd")) {
        let version = match release(main.version) {
            "" => version::stamped(main.path, &settings, bytes).unwrap_or_default(),
            version => version.to_owned(),
        };
        match package(main.path, &version) {
            Some(mut find) => {
                find.requires = requires;
                finds.push(Find::package(find));
            }
            None => {
                parsed.record_lost(format!("{} is no path of a Go module; it was left out", decode::shown(main.path)))
            }
        }
    }
    parsed.finds.extend(finds);
}

/// What stands for the module of a program that was built without modules, by its main package: the repository, which forges
/// have after owner and name, others before a folder `cmd`.
fn repository(package: &str) -> Option<&str> {
    const FORGES: [&str; 4] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];
    let (host, _) = package.split_once('/').filter(|(host, _)| host.contains('.'))?;
    let end = match FORGES.contains(&host) {
        true => package.match_indices('/').nth(2).map(|(at, _)| at),
        false => package.find("/cmd/"),
    };
    package.get(..end.unwrap_or(package.len()))
}

/// Whether a replacement is a folder of the machine that built it.
fn is_folder(path: &str) -> bool {
    path.is_empty() || path.starts_with(['.', '/', '\\']) || path.get(1..2) == Some(":")
}

/// `1.22.3` of `go1.22.3`, also with a suffix (`1.22rc1`, `1.24-abcdef`).
fn go_version(word: &str) -> Option<&str> {
    word.starts_with(|c: char| c.is_ascii_digit()).then_some(word)
}

/// `(devel)` and an absent version are none.
fn release(version: &str) -> &str {
    if version.starts_with('(') { "" } else { version }
}

/// A module by its path and version. Its name is what stands behind the last slash, also where that is a major version (`v2`):
/// so the purl specification has it.
pub(super) fn package(path: &str, version: &str) -> Option<PackageFind> {
    let good =
        |part: &str| !matches!(part, "" | "." | "..") && !part.contains(|c: char| c.is_whitespace() || c.is_control());
    if path.len() > decode::NAME_LIMIT || !path.split('/').all(good) {
        return None;
    }
    let version = if version.is_empty() { "".into() } else { decode::token(version)? };
    let (namespace, name) = match path.rsplit_once('/') {
        Some((namespace, name)) => (Some(namespace.into()), name.into()),
        None => (None, path.into()),
    };
    // An image may hold two versions; a program needs the one that is built into it.
    let mut provides: Vec<Box<str>> = vec![path.into()];
    if !version.is_empty() {
        provides.push(format!("{path}@{version}").into());
    }
    Some(PackageFind {
        ecosystem: Ecosystem::GOLANG,
        namespace,
        name,
        version,
        provides,
        basis: Basis::Embedded,
        ..PackageFind::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::program::build;
    use super::*;
    use crate::purl;

    const TEXT: &str = "path\tgithub.com/BurntSushi/x/v2/cmd/x\n\
        mod\tgithub.com/BurntSushi/x/v2\t(devel)\t\n\
        dep\tgolang.org/x/sys\tv0.1.0\th1:a=\n\
        dep\tgithub.com/a/b\tv1.0.0\n\
        =>\tgithub.com/c/b\tv1.0.1+incompatible\th1:b=\n\
        dep\texample.com/local\tv0.2.0\n\
        =>\t./local\t(devel)\t\n\
        dep\texample.com/work\t(devel)\t\n\
        build\t-compiler=gc\n\
        build\t-ldflags=\"-s -w -X main.date=2022 -X 'github.com/o/t.Version=9.9.9' -X \\\"main.version=1.2.3\\\"\"\n\
        build\tvcs.revision=0123456789abcdef0123456789abcdef01234567\n\
        build\tvcs.time=2022-10-14T17:30:21Z\n";

    fn marked(text: &str) -> Vec<u8> {
        [&[0x30; MARK], text.as_bytes(), &[0xf9; MARK]].concat()
    }

    /// The layout since Go 1.18.
    fn inline(go: &str, text: &str) -> Vec<u8> {
        let counted = |bytes: &[u8]| {
            let n = bytes.len();
            let length = if n < 128 { vec![n as u8] } else { vec![(n & 0x7f) as u8 | 0x80, (n >> 7) as u8] };
            [&length[..], bytes].concat()
        };
        let mut out = [MAGIC, &[8, 2]].concat();
        out.resize(HEADER, 0);
        [out, counted(go.as_bytes()), counted(&marked(text))].concat()
    }

    fn read(bytes: &[u8]) -> (Vec<String>, usize) {
        let parsed = parse(&Input { path: "usr/bin/x", bytes });
        let purls = parsed.finds.iter().map(|find| match find {
            Find::Package(p) => {
                assert_eq!(p.basis, Basis::Embedded);
                purl::purl(p, None).unwrap()
            }
            other => panic!("{other:?}"),
        });
        (purls.collect(), parsed.issues.len())
    }

    const EXPECTED: [&str; 6] = [
        "pkg:golang/stdlib@1.22.3",
        "pkg:golang/golang.org/x/sys@v0.1.0",
        "pkg:golang/github.com/c/b@v1.0.1%2Bincompatible",
        "pkg:golang/example.com/local@v0.2.0",
        "pkg:golang/example.com/work",
        "pkg:golang/github.com/burntsushi/x/v2@v1.2.3",
    ];

    #[test]
    fn every_format_and_layout() {
        let check = |bytes: &[u8]| assert_eq!(read(bytes), (EXPECTED.map(str::to_owned).to_vec(), 0));
        let info = inline("go1.22.3 X:rangefunc", TEXT);
        check(&build::elf(&[(".text", b"x"), (".go.buildinfo", &info)]).0);
        check(&build::pe(".data", &info));
        check(&build::macho("__go_buildinfo", &info));
        check(&build::universal(&build::macho("__go_buildinfo", &info)));
        // A section of another name, behind a header that is a constant of a program which reads build info.
        check(&build::elf(&[(".rodata", &[MAGIC, b"\x08\x02 and more"].concat()), (".data", &info)]).0);
        // Pointers: header, two headers of strings, two strings. The sections' places are known beforehand.
        let text = marked(TEXT);
        for big in [false, true] {
            let place = |offset: u64| build::BASE + 128 + offset;
            let word = |n: u64| if big { n.to_be_bytes() } else { n.to_le_bytes() };
            let words = [32, 48, 64, 8, 72, text.len() as u64];
            let words: Vec<u8> = words
                .iter()
                .enumerate()
                .flat_map(|(i, n)| word(if i == 3 || i == 5 { *n } else { place(*n) }))
                .collect();
            let info = [MAGIC, &[8, u8::from(big)], &words, b"go1.22.3", &text].concat();
            check(&build::elf(&[(".go.buildinfo", &info)]).0);
        }
    }

    #[test]
    fn the_main_module_needs_what_is_built_into_it() {
        let parsed = parse(&Input { path: "x", bytes: &build::pe(".data", &inline("go1.22.3", TEXT)) });
        let Some(Find::Package(main)) = parsed.finds.last() else { panic!("{parsed:?}") };
        let names = ["stdlib@1.22.3", "golang.org/x/sys@v0.1.0", "github.com/c/b@v1.0.1+incompatible"];
        let names = names.iter().chain(&["example.com/local@v0.2.0", "example.com/work"]);
        assert_eq!(main.requires, names.map(|n| Requirement::AnyOf(vec![(*n).into()])).collect::<Vec<_>>());
        assert_eq!(main.provides, ["github.com/BurntSushi/x/v2".into(), "github.com/BurntSushi/x/v2@v1.2.3".into()]);
    }

    #[test]
    fn versions_of_the_main_module() {
        let check = |lines: &str, expected: &str| {
            let bytes = build::pe(".data", &inline("go1.20", &format!("path\ta.b/c\nmod\ta.b/c/v3\t{lines}\n")));
            assert_eq!(read(&bytes).0.pop().unwrap(), format!("pkg:golang/a.b/c/v3{expected}"), "{lines}");
        };
        let vcs = "build\tvcs.revision=0123456789abcdef0123\nbuild\tvcs.time=2022-10-14T17:30:21Z";
        check("v3.1.0\th1:x=", "@v3.1.0");
        check("(devel)", "");
        check(&format!("(devel)\n{vcs}"), "@v3.0.0-20221014173021-0123456789ab");
        check("(devel)\nbuild\tvcs.revision=0123456789abcdef0123", "");
        check(&format!("(devel)\nbuild\t-ldflags=-X=a.b/c/v3/version.GitVersion=v3.2.1-rc.1\n{vcs}"), "@v3.2.1-rc.1");
        check("(devel)\nbuild\t-ldflags=\"-X github.com/prometheus/common/version.Version=2.45.0\"", "@v2.45.0");
        check("(devel)\nbuild\t-ldflags=\"-X main.version=dev -X main.commit=1.2.3\"", "");
        check("(devel)\nbuild\t-ldflags=-X", "");
        check("v3.1.0+dirty", "@v3.1.0%2Bdirty");
    }

    #[test]
    fn programs_built_without_modules() {
        let check = |path: &str, expected: Option<&str>| {
            let (mut purls, issues) =
                read(&build::pe(".data", &inline("go1.19.8", &format!("path\t{path}\nbuild\t-compiler=gc\n"))));
            assert_eq!(purls.remove(0), "pkg:golang/stdlib@1.19.8");
            assert_eq!((purls.pop().as_deref(), issues), (expected, 0), "{path}");
        };
        check("github.com/junegunn/fzf", Some("pkg:golang/github.com/junegunn/fzf"));
        check("github.com/opencontainers/umoci/cmd/umoci", Some("pkg:golang/github.com/opencontainers/umoci"));
        check("k8s.io/kubernetes/cmd/kubelet", Some("pkg:golang/k8s.io/kubernetes"));
        check("a.b/c", Some("pkg:golang/a.b/c"));
        check("cmd/go", None);
        check("command-line-arguments", None);
    }

    #[test]
    fn versions_of_go() {
        let check = |go: &str, expected: &[&str]| {
            assert_eq!(read(&build::pe(".data", &inline(go, ""))), (expected.iter().map(|e| (*e).into()).collect(), 0));
        };
        check("go1.19.8", &["pkg:golang/stdlib@1.19.8"]);
        check("go1.24.4 (Red Hat 1.24.4-1.el9)", &["pkg:golang/stdlib@1.24.4"]);
        check("devel go1.23-abcdef0 Mon Jan 1 00:00:00 2024 +0000", &["pkg:golang/stdlib@1.23-abcdef0"]);
        check("devel +abcdef0 Mon Jan 1", &[]);
        check("unknown", &[]);
    }

    #[test]
    fn broken_build_info() {
        let info = inline("go1.22.3", TEXT);
        let whole = build::elf(&[(".go.buildinfo", &info)]).0;
        for cut in 0..whole.len() {
            let _ = parse(&Input { path: "x", bytes: &whole[..cut] });
        }
        let check = |info: &[u8], finds: usize, issues: usize| {
            let (found, said) = read(&build::elf(&[(".go.buildinfo", info)]).0);
            assert_eq!((found.len(), said), (finds, issues));
        };
        check(MAGIC, 0, 1);
        check(&[MAGIC, &[8, 0], &[0xff; 16]].concat(), 0, 1);
        check(&[MAGIC, &[8, 2], &[0; 16], &[0xff; 16]].concat(), 0, 1);
        check(&[MAGIC, &[200, 0], &[0; 64]].concat(), 0, 1);
        check(&inline("go1.2", "mod\ta b\tv1\ndep\t\tv1\ndep\ta/../b\tv1\ndep\ta\tv 1\n=>\n"), 1, 4);
        check(&inline("go1.2", "=>\ta\tv1\nbuild\nmod\n\n\t\n"), 1, 0);
        assert_eq!(read(b"\x7fELF").0.len(), 0);
        // Not every header of a file made of headers is followed.
        let heads = |n: usize| build::pe(".data", &[[MAGIC, &[8, 0]].concat().repeat(n), inline("go1.2", "")].concat());
        assert_eq!(read(&heads(HEADER_LIMIT - 1)).0.len(), 1);
        assert_eq!(read(&heads(HEADER_LIMIT)).0.len(), 0);
    }
}
