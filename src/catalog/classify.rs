//! Programs that no package manager knows: recognised by their file name and by a text that they hold beside their
//! version.
//!
//! What is recognised stands in [`table`], with what was verified on real files. In reading order: [`table`] (which
//! names, which texts), [`pattern`] (finds a version in bytes).
//!
//! Decisions:
//! - *One thing is one component.* The first row of the table that matches a file gives its only component; forks stand
//!   before what they are forks of. Several files of one product (`python3.11` and `libpython3.11.so.1.0`) give the same
//!   purl, which the inventory counts once.
//! - *Go programs are not here* (helm, traefik, consul, vault, etcd, kubectl, ...): Go's linker writes the main module
//!   into every program, and the cataloger of Go's build info reports it. What that record often lacks is the version
//!   (`(devel)`); [`linked_version`] finds the one that the build set with `-X`, for that cataloger to use. The Go
//!   toolchain itself is a product and is here.
//! - *A wrong version is as bad as none.* A text that stands alone between NULs counts only where the file holds no other
//!   that looks like it.
//! - The purls are those that Syft gives, so that advisories match; where Syft errs they differ: MariaDB's `mysql` is
//!   MariaDB, and a Deno program's library versions are not Deno's.
//! - JDKs are recognised by their `release` file, which another cataloger reads.

mod pattern;
mod table;

use super::{Cataloger, Group, Input, Parsed, Want, is_program, paths};
use crate::model::{Basis, Declared, Ecosystem, Find, Grammar, PackageFind};
use foldhash::{HashMap, HashMapExt};
use pattern::{Form, Pattern, Suffix};
use std::sync::{Arc, LazyLock};
use table::{Content, Product, Series, TABLE};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "classify", group: Group::Installed, wants: &[Want::Like(wants)], parse };

/// Rows by file name, so that asking for a name that nobody wants (nearly every one of an image) costs one look-up.
struct Index {
    exact: HashMap<&'static str, Vec<u16>>,
    /// Names with a `*`, by their first byte.
    globs: HashMap<u8, Vec<(&'static str, u16)>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { exact: HashMap::new(), globs: HashMap::new() };
    for (row, product) in (0u16..).zip(TABLE) {
        for name in product.files {
            match name.as_bytes().first() {
                Some(first) if name.contains('*') => index.globs.entry(*first).or_default().push((name, row)),
                _ => index.exact.entry(name).or_default().push(row),
            }
        }
    }
    index
});

/// Reads one file that has a name of the table.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let base = plain(paths::base(input.path));
    if base == GO_VERSION_FILE {
        parsed.finds.extend(go_version(input.bytes).map(|v| with_text(find("go", &v), paths::parent(input.path))));
        return parsed;
    }
    let program = is_program(input.bytes);
    let found = rows(base).find_map(|product| {
        if (product.content == Content::Program) != program {
            return None;
        }
        Some((product, version(product, base, input.bytes)?))
    });
    if let Some((product, version)) = found {
        let mut find = find(product.name, &version);
        if let (true, Find::Package(package)) = (product.says_license, &mut find) {
            let said = license_said(input.bytes).map(Into::into);
            Arc::make_mut(package).declared.extend(said.map(|l| Declared {
                grammar: Grammar::Any,
                field: "license",
                values: vec![l],
            }));
        }
        let folder = paths::parent(input.path);
        parsed.finds.push(match folder.strip_suffix("/bin") {
            Some(prefix) if WITH_TEXT.contains(&product.name) => with_text(find, prefix),
            _ => find,
        });
    }
    parsed
}

/// Products whose archives have their licence at the top and their programs in `bin`; the official images of Node.js unpack one
/// over `usr/local`.
const WITH_TEXT: [&str; 3] = ["node", "go", "dart"];

/// The product with the licence text of its folder.
fn with_text(mut find: Find, folder: &str) -> Find {
    if let Find::Package(package) = &mut find {
        Arc::make_mut(package).texts.extend(paths::resolve(folder, "LICENSE").filter(|_| !folder.is_empty()));
    }
    find
}

/// The version that a build wrote into a Go program with the linker's `-X`: those strings end with a NUL, unlike all
/// others of a Go program. Only where there is exactly one that looks like `v1.2.3`; with its `v`. Verified on kubectl
/// (built with `-trimpath`, which keeps the flags out of the build info).
pub fn linked_version(bytes: &[u8]) -> Option<Box<str>> {
    const LINKED: Pattern = Pattern { lead: "\0v", form: Form { min: 3, max: 3, suffix: Suffix::Word }, tail: "\0" };
    let version = LINKED.find(bytes, None)?;
    Some(format!("v{version}").into())
}

/// The file at the root of a Go toolchain that says `go1.22.5`; it is there where the program `go` is.
const GO_VERSION_FILE: &str = "VERSION";

fn wants(_path: &str, base: &str) -> bool {
    let base = plain(base);
    base == GO_VERSION_FILE || rows(base).next().is_some()
}

/// The name without the ending that Windows needs.
fn plain(base: &str) -> &str {
    base.strip_suffix(".exe").unwrap_or(base)
}

/// The products that a file of this name may be, in the order of the table.
fn rows(base: &str) -> impl Iterator<Item = &'static Product> {
    let exact = INDEX.exact.get(base).into_iter().flatten().copied();
    let globs = base.as_bytes().first().and_then(|first| INDEX.globs.get(first)).into_iter().flatten();
    let mut rows: Vec<u16> = exact.chain(globs.filter(|(glob, _)| is_like(base, glob)).map(|(_, row)| *row)).collect();
    rows.sort_unstable();
    rows.into_iter().filter_map(|row| TABLE.get(row as usize))
}

/// Whether a name is like a pattern in which each `*` stands for anything.
fn is_like(name: &str, glob: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            let middle: &str = middle;
            match rest.find(middle) {
                Some(at) => rest = rest.get(at + middle.len()..).unwrap_or(""),
                None => return false,
            }
        }
    }
    last.is_none_or(|last| rest.ends_with(last)) && (last.is_some() || rest.is_empty())
}

fn version(product: &Product, base: &str, bytes: &[u8]) -> Option<Box<str>> {
    if !product.mark.is_empty() && memchr::memmem::find(bytes, product.mark.as_bytes()).is_none() {
        return None;
    }
    let series = match product.series {
        Series::Any => None,
        Series::Is(major) => Some(major),
        Series::InName => Some(series(base)?),
    };
    product.patterns.iter().find_map(|p| p.find(bytes, series)).map(Into::into)
}

/// What a library of FFmpeg says of the licence that its build came under: `libavutil license: GPL version 3 or later`.
fn license_said(bytes: &[u8]) -> Option<&str> {
    const LEAD: &[u8] = b" license: ";
    /// The longest statement has 31 bytes.
    const LONGEST: usize = 64;
    memchr::memmem::find_iter(bytes, LEAD).find_map(|at| {
        let word = bytes.get(..at)?.rsplit(|b| *b == 0).next()?;
        let said = bytes.get(at + LEAD.len()..)?;
        let said = said.get(..said.iter().take(LONGEST).position(|b| *b == 0)?)?;
        let good = word.len() <= LONGEST && word.starts_with(b"lib") && said.iter().all(|b| (b' '..=b'~').contains(b));
        (good && !said.is_empty()).then(|| std::str::from_utf8(said).ok()).flatten()
    })
}

/// The first number in a file name, with the one behind its point: `3.11` of `libpython3.11.so.1.0`, `3` of `python3`.
fn series(base: &str) -> Option<&str> {
    let rest = base.get(base.find(|c: char| c.is_ascii_digit())?..)?;
    let digits = |from: usize| rest.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let major = digits(0);
    let minor = if rest.as_bytes().get(major) == Some(&b'.') { digits(major + 1) } else { 0 };
    rest.get(..if minor > 0 { major + 1 + minor } else { major })
}

/// `go1.22.5`, alone or before a line `time ...`.
fn go_version(bytes: &[u8]) -> Option<Box<str>> {
    let line = bytes.split(|b| *b == b'\n').next()?.strip_prefix(b"go")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let form = Form { min: 2, max: 3, suffix: Suffix::Stage };
    let end = form.end(line, 0)?;
    (end == line.len()).then(|| std::str::from_utf8(line).ok().map(Into::into)).flatten()
}

fn find(name: &'static str, version: &str) -> Find {
    // A name with a type is a whole purl without its version; the others are generic.
    let (ecosystem, path) = match name.split_once(':') {
        Some((ty, path)) => (Ecosystem(ty), path),
        None => (Ecosystem::GENERIC, name),
    };
    let (namespace, name) = match path.rsplit_once('/') {
        Some((namespace, name)) => (Some(namespace.into()), name),
        None => (None, path),
    };
    Find::package(PackageFind {
        ecosystem,
        namespace,
        name: name.into(),
        version: version.into(),
        basis: Basis::Classified,
        ..PackageFind::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purl;
    use std::collections::BTreeSet;

    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0";

    /// The purls of a program of this name that holds these bytes.
    fn purls(path: &str, body: &[u8]) -> Vec<String> {
        let bytes = [ELF, body].concat();
        let parsed = parse(&Input { path, bytes: &bytes });
        assert!(parsed.issues.is_empty(), "{path}");
        assert!(parsed.finds.is_empty() || wants(path, paths::base(path)), "{path} is found but not wanted");
        parsed
            .finds
            .iter()
            .map(|f| match f {
                Find::Package(p) => {
                    assert_eq!(p.basis, Basis::Classified);
                    purl::purl(p, None).unwrap()
                }
                other => panic!("{path}: {other:?}"),
            })
            .collect()
    }

    #[track_caller]
    fn check(path: &str, body: &[u8], expected: &str) {
        let got = purls(path, body);
        let want: Vec<String> =
            Some(expected).filter(|e| !e.is_empty()).map(|e| format!("pkg:{e}")).into_iter().collect();
        assert_eq!(got, want, "{path}");
    }

    /// Pieces of real files, as they stand around the version.
    #[test]
    fn real_programs() {
        check(
            "usr/bin/python3.11",
            b"unknown\n\0LC_ALL\0pymalloc_debug\x003.11.2\0strict\0Python %s\n\0",
            "generic/python@3.11.2",
        );
        check("usr/lib/libpython3.11.so.1.0", b" name\0%s\x003.11.2+\0%.80s\0", "generic/python@3.11.2%2B");
        check(
            "x/libpython2.7.so.1.0",
            b"\0Lib\0/opt/.pyenv/versions/2.7.18\0lib/python00.zip\0",
            "generic/python@2.7.18",
        );
        check("x/libpypy3.9-c.so", b"3.9.16 (7.3.11+dfsg-2)\n[PyPy 7.3.11 with \0\0", "generic/pypy@7.3.11");
        check(
            "usr/lib/libruby-3.1.so.3.1.2",
            b"\0\0ruby 3.1.2p20 (2022-04-12 revision 4491bb740a)\0",
            "generic/ruby@3.1.2p20",
        );
        check("usr/local/bin/node", b"\0node v10.12.0 x\0node.js instance\0node.js/v20.20.2\0", "generic/node@20.20.2");
        check(
            "usr/bin/deno",
            b"Exporter-Deno/0.82.0grpc-timeoutDeno/2.9.8Deno/2.9.8+fe7ed01fe7ed",
            "generic/deno@2.9.8",
        );
        check("usr/bin/bun", b"legacy\0\t\0\0Bun/1.4.5\0\0", "generic/bun@1.4.5");
        check(
            "usr/bin/dart",
            b"too large\"\x003.13.7 (stable) (Thu Oct 22 14:28:57 2026 -0700) on",
            "generic/dart@3.13.7",
        );
        check("usr/bin/perl", b"\0PERL_INTERNAL_RAND_SEED\0v5.36.0\0panic: sysconf: %s\0", "generic/perl@5.36.0");
        check("usr/sbin/php-fpm8.2", b"\0X-Powered-By: PHP/8.2.36\0ZEND\0", "generic/php-fpm@8.2.36");
        check("usr/lib/apache2/modules/libphp8.2.so", b"\0X-Powered-By: PHP/8.2.36\0", "generic/php@8.2.36");
        check("usr/local/bin/php", b"\0X-Powered-By: PHP/8.4.0RC1\0", "generic/php-cli@8.4.0RC1");
        check("x/beam.smp", b"Erlang/OTP 25 [async-threads:%d] [jit:ns%s]\n\x0025.2.3\0\0\0", "generic/erlang@25.2.3");
        check("bin/busybox", b"memory\0BusyBox v1.35.0 (Debian 1:1.35.0-4)\0", "generic/busybox@1.35.0");
        check(
            "usr/bin/redis-server",
            b"\0err\x007.0.15\0c11-builtin\0\x007.0.151790282056000000000\0",
            "generic/redis@7.0.15",
        );
        check(
            "usr/sbin/haproxy",
            b"w\0\0\0\0 version 2.6.12-1+deb12u4, released 2026/10/17\0",
            "generic/haproxy@2.6.12",
        );
        check("usr/sbin/apache2", b"\0mailto:\0Apache/2.4.71\0 Server at\0Apache/2.4\0", "generic/httpd@2.4.71");
        check("usr/bin/memcached", b"\0listen\0memcached 1.6.18\0udp-port\0", "generic/memcached@1.6.18");
        check(
            "usr/bin/postgres",
            b" to PostgreSQL 9.1.\0--version\0postgres (PostgreSQL) 18.4\n\0",
            "generic/postgresql@18.4",
        );
        check("usr/bin/postgres", b"\0postgres (PostgreSQL) 15beta4\n\0", "generic/postgresql@15beta4");
        check("usr/sbin/nginx", b"\0nginx version: nginx/1.22.1\n\0", "generic/nginx@1.22.1");
        check("usr/sbin/nginx", b"\0nginx version: openresty/1.21.4.1\n\0", "generic/nginx@1.21.4");
        check("usr/bin/mysql", b"\0debian-linux-gnu\x0010.11.19-MariaDB\0x86_64\0", "generic/mariadb@10.11.19");
        check("usr/bin/mysql", b"\0shutdown\x008.0.37\0\0\0\0\0mysql_real_esc", "generic/mysql@8.0.37");
        check("usr/sbin/mysqld", b"/b/percona-server-8.0.36-28/sql\0/mysql-8.0.36/", "generic/percona-server@8.0.36");
        check("usr/bin/bash", b"\0\0@(#)Bash version 5.2.15(1) release GNU\0", "generic/bash@5.2.15");
        check("usr/bin/openssl", b"\0OpenSSL cipher name\0OpenSSL 3.0.19 27 Jan 2026\0", "generic/openssl@3.0.19");
        check("x/libcrypto.so.1.1", b"\0\0OpenSSL 1.1.1w  11 Sep 2023\0", "generic/openssl@1.1.1w");
        check("x/libcrypto-6a7eab1b.so.1.1", b"\0OpenSSL 1.1.1 (compatible; AWS-LC 1.69.0)\0", "generic/aws-lc@1.69.0");
        check(
            "usr/bin/zstd",
            b"Options:\n\0Disabled\0Enabled\0v1.5.4\0Zstandard CLI\0Yann Collet\0",
            "generic/zstd@1.5.4",
        );
        check("usr/bin/gzip", b"%s: file size changed while zipping\n\x001.12\0\0\0", "generic/gzip@1.12");
        check("usr/bin/fluent-bit", b"\x003.0.2\0%sFluent Bit", "github/fluent/fluent-bit@3.0.2");
        check("opt/ghc/bin/ghc-9.4.7", b"\0libHSghc-9.4.7-ghc9.4.7.so\0", "generic/haskell/ghc@9.4.7");
        check("x/libstd-a5a48102fbd58791.so", b"CAPACITY/usr/src/rustc-1.63.0/library/alloc/", "generic/rust@1.63.0");
        check("usr/sbin/sshd", b"OpenSSH_2.*,OpenSSH_3.0*\0OpenSSH_9.2p1 Debian-2\0", "generic/openssh@9.2p1");
        check(
            "lib/ld-musl-x86_64.so.1",
            b"musl libc (x86_64)\0/proc/self/fd/\x001.2.3\0Unsupported\0",
            "generic/musl@1.2.3",
        );
        check("usr/bin/go", b"\0\0go1.19.8\0runtime/cgo: \0cmd/go/internal/x", "generic/go@1.19.8");
        check("C/python3.11.exe", b"\x003.11.2\0", "generic/python@3.11.2");
    }

    #[test]
    fn what_is_no_program_of_the_table() {
        // The name alone says nothing.
        check("usr/bin/node", b"\0something else 1.2.3\0", "");
        check("usr/bin/jq", b"\x001.6\0", "");
        // Two versions, and nothing says which.
        check("usr/bin/gzip", b"file size changed while zipping\n\x001.12\0\x001.13\0", "");
        // The version of another series.
        check("usr/bin/python3.11", b"\x003.40.1\0", "");
        check("usr/bin/python3.11", b"\x003.11\0", "");
        check("usr/bin/python3", b"\x003.12.1\0\x003.40.1\0", "");
        check("usr/bin/python", b"/opt/.pyenv/versions/3.12.1\0", "");
        // zlib's.
        check("usr/bin/sqlite3", b"SQLite format 3\0\x001.2.13\0", "");
        // A script of the same name, and a program where a script is meant.
        let script = parse(&Input { path: "usr/bin/nginx", bytes: b"#!/bin/sh\n# nginx version: nginx/1.2.3\n" });
        assert_eq!(script.finds.len(), 0);
        check("usr/bin/elixir", b"ELIXIR_VERSION=1.14.0", "");
    }

    #[test]
    fn ffmpeg_says_its_licence() {
        let check = |body: &[u8], expected: &[&str]| {
            let bytes = [ELF, b"\0FFmpeg version 5.1.9-0+deb12u1\0", body].concat();
            let parsed = parse(&Input { path: "usr/lib/libavcodec.so.59", bytes: &bytes });
            let Some(Find::Package(p)) = parsed.finds.first() else { panic!("{parsed:?}") };
            let got: Vec<&str> = p.declared.iter().flat_map(|d| &d.values).map(AsRef::as_ref).collect();
            assert_eq!(got, expected);
        };
        check(b"\0libavcodec license: GPL version 2 or later\0", &["GPL version 2 or later"]);
        check(b"\0a license: x\0libavutil license: LGPL version 2.1 or later\0", &["LGPL version 2.1 or later"]);
        check(b"\0libavutil license: \0", &[]);
        check(b"\0libavutil license: GPL", &[]);
        check(b"", &[]);
    }

    #[test]
    fn texts_of_products() {
        let check = |path: &str, body: &[u8], expected: &[&str]| {
            let bytes = if body.starts_with(b"go") { body.to_vec() } else { [ELF, body].concat() };
            let parsed = parse(&Input { path, bytes: &bytes });
            let Some(Find::Package(p)) = parsed.finds.first() else { panic!("{path}: {parsed:?}") };
            assert_eq!(p.texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), expected, "{path}");
        };
        check("usr/local/bin/node", b"\0node.js/v20.20.2\0", &["usr/local/LICENSE"]);
        check("opt/app/node", b"\0node.js/v20.20.2\0", &[]);
        check("usr/local/go/VERSION", b"go1.22.5\n", &["usr/local/go/LICENSE"]);
        check("VERSION", b"go1.22.5\n", &[]);
        check("usr/local/bin/bash", b"\0@(#)Bash version 5.2.15(1) release GNU\0", &[]);
    }

    /// The licence of each product stands in the table of `license-db`, or the product says it. Of `chrome` nothing can be
    /// said: Google Chrome and Chromium, of different terms, have one name and one version.
    #[test]
    fn every_product_has_a_licence() {
        let table = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/license-db/products.tsv"));
        for product in TABLE.iter().filter(|p| !p.says_license && p.name != "chrome") {
            let purl = match product.name.split_once(':') {
                Some((ty, path)) => format!("pkg:{ty}/{path}"),
                None => format!("pkg:generic/{}", product.name),
            };
            assert!(table.contains(&format!("\n{purl}\t")), "{purl}");
        }
    }

    #[test]
    fn texts() {
        let check = |path: &str, text: &[u8], expected: Option<&str>| {
            let parsed = parse(&Input { path, bytes: text });
            let got = parsed.finds.first().map(|f| match f {
                Find::Package(p) => purl::purl(p, None).unwrap(),
                other => panic!("{other:?}"),
            });
            assert_eq!(got.as_deref(), expected, "{path}");
        };
        check("usr/local/go/VERSION", b"go1.22.5\ntime 2024-07-02T00:00:00Z\n", Some("pkg:generic/go@1.22.5"));
        check("usr/lib/go-1.19/VERSION", b"go1.19.8", Some("pkg:generic/go@1.19.8"));
        check("go/VERSION", b"go1.23rc1\r\n", Some("pkg:generic/go@1.23rc1"));
        check("x/VERSION", b"1.2.3\n", None);
        check("x/VERSION", b"go away\n", None);
        check("x/VERSION", b"go1.2.3 is good\n", None);
        check("x/VERSION", b"", None);
        check(
            "usr/local/bin/elixir",
            b"#!/bin/sh\nset -e\nELIXIR_VERSION=1.14.0-rc.1\n",
            Some("pkg:generic/elixir@1.14.0-rc.1"),
        );
        check(
            "usr/local/bin/wp",
            b"#!/usr/bin/env php\n<?php\0wp-cli/wp-cli 2.9.0\0",
            Some("pkg:generic/wp-cli@2.9.0"),
        );
        let archive = b"!<arch>\n/usr/src/otp_src_25.3.2.6/erts/emulator\0";
        check("x/liberts_internal.a", archive, Some("pkg:generic/erlang@25.3.2.6"));
        check("usr/bin/composer", b"'root' =>\n 'pretty_version' => '2.7.1',", Some("pkg:generic/composer@2.7.1"));
    }

    #[test]
    fn versions_that_the_linker_set() {
        let check = |bytes: &[u8], expected: Option<&str>| assert_eq!(linked_version(bytes).as_deref(), expected);
        check(b"x\0v1.32.4-dispatcher\0y\0v1.32.4-dispatcher\0", Some("v1.32.4-dispatcher"));
        check(b"x\0v1.32.4\0y\0v1.0.0\0", None);
        check(b"v1.32.4", None);
        check(b"", None);
    }

    #[test]
    fn names_and_patterns_of_names() {
        let check = |name, glob, expected| assert_eq!(is_like(name, glob), expected, "{name} {glob}");
        check("libphp8.2.so", "libphp*.so", true);
        check("libphp.so", "libphp*.so", true);
        check("libphp8.2.so.1", "libphp*.so", false);
        check("libpython3.11.so.1.0", "libpython*.so*", true);
        check("libpython3.11.a", "libpython*.so*", false);
        check("python", "python*", true);
        check("pytho", "python*", false);
        check("a", "a*a", false);
        check("go", "go", true);
        check("gofmt", "go", false);
        assert_eq!(series("libpython3.11.so.1.0"), Some("3.11"));
        assert_eq!(series("libpython3.so"), Some("3"));
        assert_eq!(series("python3.x"), Some("3"));
        assert_eq!(series("python"), None);
    }

    #[test]
    fn the_table_is_sound() {
        let mut seen = BTreeSet::new();
        for product in TABLE {
            assert!(!product.files.is_empty() && !product.patterns.is_empty(), "{}", product.name);
            for file in product.files {
                assert!(!file.starts_with('*') && !file.contains('/'), "{}: {file}", product.name);
                assert!(!file.ends_with(".exe"), "{file}: the ending is taken off before");
                assert!(seen.insert((product.name, product.mark, *file)), "{}: {file} stands twice", product.name);
            }
            for pattern in product.patterns {
                assert!(pattern.is_sound(), "{}: {pattern:?}", product.name);
            }
            let Find::Package(package) = find(product.name, "1.0") else { panic!() };
            assert!(purl::purl(&package, None).is_ok(), "{}", product.name);
        }
    }

    #[test]
    fn broken_files_never_panic() {
        for product in TABLE {
            for file in product.files {
                let path = file.replace('*', "3.11");
                for pattern in product.patterns {
                    let whole = [product.mark, pattern.lead, "1.2.3", pattern.tail].concat();
                    for cut in 0..=whole.len() {
                        for bytes in [whole.as_bytes().get(..cut), whole.as_bytes().get(cut..)].into_iter().flatten() {
                            let bytes = [ELF, bytes].concat();
                            parse(&Input { path: &path, bytes: &bytes });
                        }
                    }
                }
                parse(&Input { path: &path, bytes: &[ELF, &[0; 4096]].concat() });
                parse(&Input { path: &path, bytes: &[ELF, &[b'1'; 4096]].concat() });
            }
        }
    }
}
