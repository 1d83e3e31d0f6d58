//! The products: file names, texts, and what was verified.
//!
//! Marks in the comments: *verified* means on the real file named (Debian 12 unless it says otherwise; builds of PyPI and
//! npm, pyenv, rustup); *documented* means that the format is known from the product's source or documentation and from
//! examples that others published, and no file was at hand.
//!
//! Left out, since no text of the file says the version surely: dash, coreutils, less, make, tmux, toybox, s6, squashed
//! launchers of Ruby and Prolog (their libraries say it), Envoy and Istio.

use super::pattern::{Form, Pattern, Suffix};

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A program or library, by its first bytes.
    Program,
    /// Anything else: a script, an archive of scripts.
    Text,
}

/// How the version of a product must begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Any way.
    Any,
    /// As the file's name says: `3.11` or `3`. A file whose name says nothing is none.
    InName,
    /// With this number.
    Is(&'static str),
}

/// One product, recognised in one way.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Its name in `pkg:generic/`; with a colon, the type and the rest of another purl.
    pub name: &'static str,
    /// Base names; `*` stands for anything.
    pub files: &'static [&'static str],
    /// What kind of file.
    pub content: Content,
    /// How the version must begin.
    pub series: Series,
    /// Whether the file may say its licence as FFmpeg's do.
    pub says_license: bool,
    /// A text that the file must hold; empty where the patterns say enough.
    pub mark: &'static str,
    /// Ways to find the version, the surest first.
    pub patterns: &'static [Pattern],
}

const fn product(name: &'static str, files: &'static [&'static str], patterns: &'static [Pattern]) -> Product {
    Product { name, files, content: Content::Program, series: Series::Any, says_license: false, mark: "", patterns }
}

impl Product {
    const fn text(self) -> Product {
        Product { content: Content::Text, ..self }
    }

    const fn series(self, series: Series) -> Product {
        Product { series, ..self }
    }

    const fn says_license(self) -> Product {
        Product { says_license: true, ..self }
    }

    const fn mark(self, mark: &'static str) -> Product {
        Product { mark, ..self }
    }
}

const fn p(lead: &'static str, form: Form, tail: &'static str) -> Pattern {
    Pattern { lead, form, tail }
}

const fn form(min: u8, max: u8, suffix: Suffix) -> Form {
    Form { min, max, suffix }
}

const N2: Form = form(2, 2, Suffix::None);
const N3: Form = form(3, 3, Suffix::None);
const N2_3: Form = form(2, 3, Suffix::None);
const N3_4: Form = form(3, 4, Suffix::None);
const N3_STAGE: Form = form(3, 3, Suffix::Stage);
const N2_3_STAGE: Form = form(2, 3, Suffix::Stage);

const REDIS: &[&str] = &["redis-server", "redis-sentinel", "redis-check-aof", "redis-check-rdb"];
const SQL: &[&str] = &["mysql", "mysqld", "mariadb", "mariadbd"];

/// All products. Where two may be meant by one name, the fork stands first.
pub const TABLE: &[Product] = &[
    // Interpreters and runtimes.
    // Verified: python3.11 and libpython3.11 of Debian; libpython2.7, 3.6, 3.8 to 3.13 of pyenv, whose linker kept the
    // version only as the end of the installation's path (`/opt/.pyenv/versions/3.8.18`).
    product(
        "python",
        &["python*", "libpython*.so*", "libpython*.dylib"],
        &[p("\0", form(3, 3, Suffix::Word), "\0"), p("/versions/", N3_STAGE, "\0"), p("/Python-", N3_STAGE, "\0")],
    )
    .series(Series::InName),
    // Verified: libpypy3.9-c.so.
    product("pypy", &["libpypy*.so*", "pypy*"], &[p("[PyPy ", N3, "")]),
    // Verified: go of golang-1.19-go; the file VERSION is read beside the table.
    product("go", &["go"], &[p("\0go", N2_3_STAGE, "\0")]).mark("cmd/go/internal"),
    // Verified: Debian's libnode 18, NodeSource's node 20 (which holds `node v10.12.0` too), node 24 of PyPI. Documented:
    // the programs up to 6.
    product("node", &["node", "nodejs", "libnode.so*"], &[p("node.js/v", N3, "")]),
    product("node", &["node", "nodejs"], &[p("\0node v", N3, "\0"), p("\0v", N3, "\0")]).mark("process.binding"),
    // Verified: deno 2.9.8 of PyPI. The `+` keeps out `OTel-OTLP-Exporter-Deno/0.82.0`, a library in it. Documented: 1.x.
    product("deno", &["deno"], &[p("Deno/", N3, "+"), p("\0Deno/", N3, "")]),
    // Verified: bun 1.4.5 of npm.
    product("bun", &["bun"], &[p("\0Bun/", N3, "\0")]),
    // Verified: dart 3.13.7 in npm's sass-embedded. Documented: the channels beta and dev.
    product(
        "dart",
        &["dart", "dartaotruntime"],
        &[
            p("\0", N3, " (stable)"),
            p("\0", form(3, 3, Suffix::Word), " (beta)"),
            p("\0", form(3, 3, Suffix::Word), " (dev)"),
        ],
    ),
    // Verified: libruby-3.1.so.
    product("ruby", &["ruby", "ruby1.*", "ruby2.*", "ruby3.*", "libruby*.so*"], &[p("\0ruby ", N3_STAGE, " (20")]),
    // Verified: perl and libperl 5.36.
    product("perl", &["perl", "perl5*", "libperl.so*"], &[p("\0v", N3, "\0")]).mark("PERL_INTERNAL_RAND_SEED"),
    // Verified: php-fpm8.2, php8.2 and libphp8.2.so. Three names, as Syft gives.
    product("php-fpm", &["php-fpm*"], &[p("X-Powered-By: PHP/", N3_STAGE, "")]),
    product("php", &["libphp*.so"], &[p("X-Powered-By: PHP/", N3_STAGE, "")]),
    product(
        "php-cli",
        &["php", "php5*", "php7*", "php8*", "php-cgi*", "phpdbg*"],
        &[p("X-Powered-By: PHP/", N3_STAGE, "")],
    ),
    // Verified: lua5.3 and lua5.4; their libraries hold the same line.
    product("lua", &["lua", "lua5*", "luac*", "liblua5*.so*", "liblua.so*"], &[p("Lua ", N3, "  Copyright (C)")]),
    // Verified: luajit and libluajit-5.1.so 2.1.0-beta3.
    product("luajit", &["luajit*", "libluajit*.so*"], &[p("\0LuaJIT ", N3_STAGE, "")]),
    // Verified: libtcl8.6.so.
    product("tcl", &["libtcl8*.so*", "libtcl9*.so*"], &[p("\0", N2_3_STAGE, "\0tcl_patchLevel")]),
    // Verified: beam.smp of Debian's 25 by the last pattern. Documented: builds in `otp_src_*`, as the official images have.
    product(
        "erlang",
        &["beam.smp", "beam", "erlexec"],
        &[
            p("/src/otp_src_", form(2, 5, Suffix::Stage), "/erts/"),
            p("/src/otp-", form(2, 5, Suffix::Stage), "/erts/"),
            p("]\n\0", form(2, 5, Suffix::Stage), "\0"),
        ],
    ),
    // Documented. An archive for linkers.
    product(
        "erlang",
        &["liberts_internal.a"],
        &[p("/src/otp_src_", form(2, 5, Suffix::Stage), "/erts/"), p("/src/otp-", form(2, 5, Suffix::Stage), "/erts/")],
    )
    .text(),
    // Documented. (`elixir.app` is read by the cataloger of Erlang's applications.)
    product("elixir", &["elixir"], &[p("ELIXIR_VERSION=", N3_STAGE, "")]).text(),
    // Documented.
    product("swipl", &["swipl", "libswipl.so*"], &[p("swipl-", N3, "/")]),
    // Documented.
    product("julia", &["libjulia-internal.so*"], &[p("__init__\0", N3, "\0verify")]),
    // Documented.
    product("haskell/ghc", &["ghc", "ghc-*"], &[p("\0GHC ", N3, "\0"), p("\0libHSghc-", N3, "-")]),
    // Verified: cabal 3.4.1.0 and stack 2.7.5 by the first patterns.
    product("haskell/cabal", &["cabal"], &[p("/cabal-install-", N3_4, ""), p("\0Cabal-", N3_4, "-")]),
    product("haskell/stack", &["stack"], &[p("/stack-", N3, "\0stack_"), p("Version ", N3, ", Git")]),
    // Verified: libstd of rustup's 1.95 and of Debian's 1.63, rustc's driver and program of 1.95.
    product(
        "rust",
        &["libstd-*.so", "libstd-*.dylib", "librustc_driver-*.so", "rustc"],
        &[
            p("(rustc version ", N3_STAGE, " ("),
            p("/rustc-", N3_STAGE, "/library/"),
            p("\0rustc version ", N3_STAGE, " ("),
        ],
    ),
    // Verified: gcc-12 of Debian by the first pattern. Documented: the official image's, unstripped.
    product(
        "gcc",
        &[
            "gcc",
            "gcc-*",
            "g++",
            "g++-*",
            "x86_64-linux-gnu-gcc-*",
            "x86_64-linux-gnu-g++-*",
            "aarch64-linux-gnu-gcc-*",
            "aarch64-linux-gnu-g++-*",
        ],
        &[p("\0", N3, "\0(Debian "), p("\0", N3, "\0(Ubuntu "), p("GCC: (GNU) ", N3, "")],
    )
    .mark("gcc version %s"),
    // Documented: tools that are one archive of PHP.
    product("composer", &["composer", "composer.phar"], &[p("'pretty_version' => '", N3_STAGE, "'")]).text(),
    product("wp-cli", &["wp", "wp-cli.phar"], &[p("wp-cli/wp-cli ", N3_STAGE, "")]).text(),
    // Databases and caches.
    // Verified: 7.0.15 of Debian, 6.2.5 of PyPI. Documented: the build's name that official images leave, and 2.x.
    product("valkey", &["valkey-server", "valkey-sentinel"], &[p("", N3_STAGE, "buildkitsandbox-")]),
    product(
        "redis",
        REDIS,
        &[
            p("", N3, "buildkitsandbox-"),
            p("\0", N3_STAGE, "\0c11-builtin"),
            p("\0", N3_STAGE, "\0atomic-builtin"),
            p("\0", N3_STAGE, "\0sync-builtin"),
            p("Redis version ", N3, ""),
        ],
    ),
    // Verified: memcached 1.6.18.
    product("memcached", &["memcached"], &[p("memcached ", N3, "")]),
    // Verified: postgres 15.20 of Debian, 18.4 of npm, psql 15.20. Documented: older ones.
    product(
        "postgresql",
        &["postgres", "psql"],
        &[
            p("postgres (PostgreSQL) ", form(1, 3, Suffix::Stage), ""),
            p("psql (PostgreSQL) ", form(1, 3, Suffix::Stage), ""),
            p("\0PostgreSQL ", form(1, 3, Suffix::Stage), ""),
        ],
    ),
    // Verified: mariadbd and mariadb 10.11. The others are documented.
    product("mariadb", SQL, &[p("\0", N2_3_STAGE, "-MariaDB")]),
    product("percona-xtradb-cluster", SQL, &[p("/Percona-XtraDB-Cluster-", N2_3_STAGE, "")]),
    product("percona-server", SQL, &[p("/percona-server-", N2_3_STAGE, "")]),
    product("mysql", SQL, &[p("\0", N2_3_STAGE, "\0mysql"), p("/mysql-", N2_3_STAGE, "")]),
    product("percona-xtrabackup", &["xtrabackup"], &[p("/percona-xtrabackup-", N2_3_STAGE, "")]),
    // Documented.
    product(
        "mongodb",
        &["mongod", "mongos"],
        &[p("\0", N3, "\0tcmalloc"), p("\0", N3, "\0heap_size"), p("\0", N3, "\0cppdefines")],
    ),
    product(
        "arangodb",
        &["arangosh", "arangod"],
        &[p("\0", form(3, 3, Suffix::Word), " [linux]"), p("\0", form(3, 3, Suffix::Word), " enterprise [linux]")],
    ),
    // Verified: libsqlite3.so 3.40. The program `sqlite3` of Debian holds zlib's version and not its own.
    product("sqlite", &["libsqlite3.so*", "libsqlite3-*.so*", "sqlite3"], &[p("\0", N3, "\0")])
        .mark("SQLite format 3")
        .series(Series::Is("3")),
    // Verified: libsqlcipher.so of Debian, 3.4.1, by the first pattern. Documented: 4.x.
    product(
        "sqlcipher",
        &["sqlcipher", "libsqlcipher.so*"],
        &[p("\0", N3, "\0cipher_page_size"), p("\0", N3, " community"), p("\0", N3, " commercial")],
    ),
    // Verified: ldapsearch 2.5.13.
    product(
        "openldap",
        &["ldapsearch", "slapd"],
        &[p("$OpenLDAP: ldapsearch ", N3, ""), p("$OpenLDAP: slapd ", N3, "")],
    ),
    // Servers and proxies.
    // Verified: nginx 1.22. OpenResty says nginx's version first and its own number behind it.
    product(
        "nginx",
        &["nginx", "nginx-debug"],
        &[p("nginx version: nginx/", N3, ""), p("nginx version: openresty/", N3, "")],
    ),
    // Verified: apache2 2.4.
    product("httpd", &["httpd", "apache2"], &[p("Apache/", N3, "")]),
    // Verified: lighttpd 1.4.69, proftpd 1.3.8, vsftpd 3.0.3.
    product("lighttpd", &["lighttpd"], &[p("\0lighttpd/", N3, "")]),
    product("proftpd", &["proftpd"], &[p("\0ProFTPD Version ", form(3, 3, Suffix::Letters), "\0")]),
    product("vsftpd", &["vsftpd"], &[p("vsftpd: version ", N3, "\n")]),
    // Verified: haproxy 2.6. Documented: 1.x.
    product(
        "haproxy",
        &["haproxy"],
        &[
            p(" version ", form(2, 3, Suffix::StageAndMore), ", released 20"),
            p("HA-Proxy version ", N2_3_STAGE, ""),
            p("\0", form(2, 3, Suffix::StageAndMore), "\0HAProxy version"),
        ],
    ),
    // Verified: varnishd 7.1.1, squid 5.7, h2o 2.2.5, keepalived 2.2.7, pgbouncer 1.18.0, stunnel 5.68, mosquitto 2.0.11.
    product("varnish", &["varnishd"], &[p("(varnish-", N3, " revision"), p("\0varnish-", N3, " revision")]),
    product("squid", &["squid"], &[p("\0squid/", N2_3, "")]),
    product("h2o", &["h2o"], &[p("\0h2o version ", N3_STAGE, "")]),
    product("keepalived", &["keepalived"], &[p("\0Keepalived v", N3, "")]),
    product("pgbouncer", &["pgbouncer"], &[p("\0PgBouncer ", N3, "")]),
    product("stunnel", &["stunnel", "stunnel4"], &[p("Server: stunnel/", N2, "")]),
    product("mosquitto", &["mosquitto"], &[p("\0", N3, "\0mosquitto version %s")]),
    // Verified: dnsmasq 2.90, unbound 1.17.1, exim 4.96, dovecot 2.3.19.1, postconf and postfix's library 3.7.11.
    product("dnsmasq", &["dnsmasq"], &[p("\0dnsmasq-", N2, "")]),
    product("unbound", &["unbound"], &[p("\0unbound ", N3, "")]),
    product("exim", &["exim", "exim4"], &[p("<<eximcnumber>>\0", N2_3, "\0<<eximversion>>")]),
    product("dovecot", &["dovecot"], &[p("\0Dovecot v", N3_4, " (")]),
    product(
        "postfix",
        &["postconf", "libpostfix-global.so*"],
        &[p("mail_version=", N3, ""), p("mail_version\0", N3, "\0")],
    ),
    // Verified: openvpn 2.6.14; sshd and ssh 9.2p1, which name older ones without `p` in a list of those that err.
    product("openvpn", &["openvpn"], &[p("\0OpenVPN ", N2_3_STAGE, " ")]),
    product("openssh", &["sshd", "sshd-session", "ssh"], &[p("\0OpenSSH_", form(2, 2, Suffix::Patch), "")]),
    product("dropbear", &["dropbear", "dropbearmulti", "dbclient"], &[p("SSH-2.0-dropbear_", N2, "")]),
    // Documented. Its purl is the one that Syft gives.
    product(
        "github:fluent/fluent-bit",
        &["fluent-bit"],
        &[p("\0", N3, "\0Fluent Bit"), p("\0", N3, "\0%sFluent Bit"), p("\0", N3, "\0\x1b[1m\0%sFluent Bit")],
    ),
    // Shells and tools.
    // Verified: bash 5.1 and 5.2, zsh 5.9, busybox 1.26, 1.35 and 1.36.
    product("bash", &["bash"], &[p("@(#)Bash version ", N3, "(")]),
    product("zsh", &["zsh", "zsh5", "zsh-static"], &[p("\0", N2_3, "\0zsh %s (")]),
    product("busybox", &["busybox", "busybox.*"], &[p("BusyBox v", N3, "")]),
    // Verified: getopt 2.38.1.
    product(
        "util-linux",
        &["getopt", "lsblk", "findmnt", "dmesg", "flock", "nsenter"],
        &[p("\0util-linux ", N2_3_STAGE, "")],
    ),
    // Verified: git 2.39 of Debian and 2.47 built from source. The text before `git/` ends without a NUL.
    product("git", &["git", "git-remote-http"], &[p("git/", form(2, 4, Suffix::Stage), "\0")]),
    // Verified: curl and libcurl 7.88.
    product("curl", &["curl", "libcurl.so*", "libcurl-gnutls.so*"], &[p("libcurl/", N3, ""), p("curl/", N3, "")]),
    // Verified: openssl and libcrypto 3.0 of Debian, 3.3 of Alpine, 1.1.1 of npm's Postgres and of the wheel psycopg2-binary;
    // LibreSSL 2.5 of Alpine 3.6. Documented: AWS-LC.
    product("aws-lc", &["openssl", "libcrypto.so*", "libcrypto-*.so*"], &[p("AWS-LC ", N3, ")")]),
    product("libressl", &["openssl", "libcrypto.so*", "libcrypto-*.so*"], &[p("\0LibreSSL ", N3, "\0")]),
    product(
        "openssl",
        &["openssl", "libcrypto.so*", "libcrypto-*.so*"],
        &[p("\0OpenSSL ", form(3, 3, Suffix::Letters), " "), p("\0OpenSSL ", form(3, 3, Suffix::Letters), "\0")],
    ),
    // Verified: gpg 2.2.40, gawk 5.2.1, nano 7.2, vim 9.0 (whose patch number no text says), rsync 3.5.0, ncat 7.93.
    product("gnupg", &["gpg"], &[p("(@GNUPG@)\0", N3, "\0")]),
    product("gawk", &["gawk", "gawk-*"], &[p("\0GNU Awk ", N3, "")]),
    product("nano", &["nano"], &[p("\0GNU nano ", N2_3, "\0")]),
    product("vim", &["vim", "vim.*"], &[p("VIM - Vi IMproved ", N2, "")]),
    product("rsync", &["rsync"], &[p("\0", N3_STAGE, "\0copyright\0")]),
    product("ncat", &["ncat"], &[p("https://nmap.org/ncat\0", N2_3, "\0")]),
    // Verified: xz 5.4.1, gzip 1.12, zstd 1.5.4, jq 1.6. Documented: jq from 1.7.
    product("xz", &["xz"], &[p("\0xz (XZ Utils) ", N3_STAGE, "\0")]),
    product("gzip", &["gzip"], &[p("\0", N2_3, "\0")]).mark("file size changed while zipping"),
    product("zstd", &["zstd"], &[p("\0v", N3, "\0Zstandard CLI"), p("\0v", N3, "\0")]).mark("Zstandard CLI"),
    product("jq", &["jq"], &[p("\0", N2_3_STAGE, "\0")]).mark("jq - commandline JSON processor"),
    // Verified: tini 0.19.0, catatonit 0.1.7, dumb-init 1.2.5, crun 1.8.1, bwrap 0.8.0.
    product("tini", &["tini", "tini-static", "docker-init"], &[p("tini version ", N3, "")]),
    product("catatonit", &["catatonit"], &[p("\0", N3, "\0tini version %s_%s")]),
    product("dumb-init", &["dumb-init"], &[p("\0", N3, "\n\0")]).mark("dumb-init v"),
    product("crun", &["crun"], &[p("\0", N2_3, "\0%s version %s\n\0commit")]),
    product("bubblewrap", &["bwrap"], &[p("\0bubblewrap ", N3, "")]),
    // Verified: xtables-nft-multi 1.8.9.
    product(
        "iptables",
        &["xtables-nft-multi", "xtables-legacy-multi"],
        &[p("\0", N3, " (nf_tables)"), p("\0", N3, " (legacy)")],
    ),
    // Verified: ffmpeg and libavcodec 5.1.9 of Debian, ffmpeg 9.0.2 of PyPI (whose version begins with `n`).
    product(
        "ffmpeg",
        &[
            "ffmpeg",
            "ffmpeg-*",
            "ffprobe",
            "libavcodec*.so*",
            "libavformat*.so*",
            "libavutil*.so*",
            "libswresample*.so*",
        ],
        &[p("FFmpeg version ", N2_3, ""), p("FFmpeg version n", N2_3, ""), p("\0%s version ", N2_3, "")],
    )
    .says_license(),
    // Verified: libMagickCore-6.Q16.so.
    product("imagemagick", &["magick", "libMagickCore-*.so*"], &[p("\0ImageMagick ", form(3, 3, Suffix::Word), " ")]),
    // Documented.
    product("chrome", &["chrome"], &[p("\0", form(4, 4, Suffix::None), "\0Default")]),
    // Libraries that images get beside their packages: the system's own, and those that wheels bring along.
    // Verified: libc 2.36 of Debian and 2.34 of AlmaLinux (arm64), musl 1.1.16, 1.2.3 and 1.2.5, libz 1.2.11 to 1.3.1,
    // libexpat 2.5.0.
    product("glibc", &["libc.so.6", "libc-2.*.so"], &[p(" stable release version ", N2, "")]),
    product("musl", &["ld-musl-*.so.1", "libc.so"], &[p("\0", N3, "\0")]).mark("musl libc"),
    product("zlib", &["libz.so*", "libz-*.so*"], &[p(" deflate ", N3_4, " Copyright")]),
    product("expat", &["libexpat.so*", "libexpat-*.so*"], &[p("\0expat_", N3, "\0")]),
];
