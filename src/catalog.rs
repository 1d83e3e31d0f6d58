//! The table of catalogers: one ecosystem (or one kind of file) a row, one file a row in `catalog/`.
//!
//! A cataloger says as data which files it wants, and parses the bytes of one such file into [`Find`]s. It sees no
//! tree, no clock, no network; licence strings stay as they are found. What needs several files (ownership,
//! dependencies, licence texts) is joined in the room `inventory`.

pub mod apk;
pub mod archive;
pub mod bitnami;
pub mod cargo_source;
pub mod chisel;
pub mod classify;
pub mod composer;
pub mod conan;
pub mod conda;
pub mod dart;
pub mod deb822;
pub mod decode;
pub mod dotnet;
pub mod dotnet_pe;
pub mod dpkg;
pub mod elf_note;
pub mod erlang;
pub mod golang;
pub mod golang_source;
pub mod graalvm;
pub mod haskell;
pub mod homebrew;
mod integrity;
pub mod java;
pub mod jdk;
pub mod julia;
pub mod kernel;
pub mod license_file;
mod literal;
pub mod lockfile;
pub mod lua;
pub mod nix;
pub mod npm;
pub mod nuspec;
pub mod opam;
pub mod opkg;
pub mod os_release;
pub mod pacman;
pub mod paths;
pub mod pear;
pub mod perl;
pub mod perllocal;
pub mod portage;
pub mod program;
pub mod python;
pub mod r;
pub mod readme;
mod resolved;
pub mod rpm;
pub mod rpm_manifest;
pub mod ruby;
pub mod rust_audit;
pub mod sbom;
pub mod snap;
mod sqlite;
pub mod vcpkg;
mod wanted;
pub mod wordpress;
pub mod yarn;

use crate::model::{Find, IssueCode, Severity};
pub use program::code;
pub use wanted::{MIN_PROGRAM_BYTES, Wanted, is_program};

/// Every cataloger. A new ecosystem is one file and one row here.
pub const TABLE: &[Cataloger] = &[
    os_release::CATALOGER,
    apk::CATALOGER,
    dpkg::CATALOGER,
    rpm::CATALOGER,
    rpm_manifest::CATALOGER,
    opkg::CATALOGER,
    pacman::CATALOGER,
    portage::CATALOGER,
    conda::CATALOGER,
    nix::CATALOGER,
    homebrew::CATALOGER,
    snap::CATALOGER,
    chisel::CATALOGER,
    bitnami::CATALOGER,
    sbom::CATALOGER,
    npm::CATALOGER,
    yarn::CATALOGER,
    python::CATALOGER,
    classify::CATALOGER,
    ruby::CATALOGER,
    composer::CATALOGER,
    pear::CATALOGER,
    dotnet::CATALOGER,
    dotnet_pe::CATALOGER,
    nuspec::CATALOGER,
    erlang::CATALOGER,
    r::CATALOGER,
    haskell::CATALOGER,
    perl::CATALOGER,
    perllocal::CATALOGER,
    lua::CATALOGER,
    wordpress::CATALOGER,
    conan::CATALOGER,
    dart::CATALOGER,
    vcpkg::CATALOGER,
    opam::CATALOGER,
    julia::CATALOGER,
    golang::CATALOGER,
    golang_source::CATALOGER,
    rust_audit::CATALOGER,
    cargo_source::CATALOGER,
    elf_note::CATALOGER,
    graalvm::CATALOGER,
    kernel::CATALOGER,
    java::CATALOGER,
    jdk::CATALOGER,
    lockfile::CATALOGER,
    license_file::CATALOGER,
    readme::CATALOGER,
];

/// Which files a cataloger wants. Paths are normalised: no leading slash, no `.` or `..`.
#[derive(Clone, Copy, Debug)]
pub enum Want {
    /// This very path; when it (or a folder above it) is a link, the link is followed, whatever the target's name.
    Path(&'static str),
    /// Files directly in this folder whose base name ends with `suffix` (empty: all); a link to the folder is followed.
    Folder {
        /// The folder.
        folder: &'static str,
        /// How the base name ends.
        suffix: &'static str,
    },
    /// Folders directly in this folder, for what is known by the names of its folders alone: the cataloger gets the path of
    /// each and no bytes. Not looked for where there is a file `unless`, which knows it better.
    Subfolders {
        /// The folder.
        folder: &'static str,
        /// The better record.
        unless: &'static str,
    },
    /// A base name, in any folder.
    Name(&'static str),
    /// How the path ends, anywhere: `.dist-info/METADATA`.
    Suffix(&'static str),
    /// A predicate over (whole path, base name), for what the others cannot say. It must be cheap: it sees every file.
    Like(fn(&str, &str) -> bool),
    /// Every program and library, whatever its name: files that begin like ELF, PE or Mach-O.
    Program,
}

/// One file that was wanted.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Its path in the layer, without a leading slash.
    pub path: &'a str,
    /// All its bytes (within the limit on wanted files). ELF files that are wanted for being programs may come without their
    /// code ([`code`]).
    pub bytes: &'a [u8],
}

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub finds: Vec<Find>,
    /// What could not be read; layer and path are added by the walk.
    pub issues: Vec<ParseIssue>,
}

/// Trouble inside one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIssue {
    /// What kind.
    pub code: IssueCode,
    /// How much it matters.
    pub severity: Severity,
    /// Lower case, no full stop, names the record where there is one.
    pub message: String,
}

/// The file is not what its name says, or is cut off.
pub const MALFORMED: IssueCode = IssueCode("malformed-file");
/// One record of a database could not be read; the others were.
pub const MALFORMED_RECORD: IssueCode = IssueCode("malformed-record");
/// A record is past a limit and was left out or cut.
pub const RECORD_LIMIT: IssueCode = IssueCode("record-limit");

/// Most issues kept of one file: enough to see what is wrong with it, while a hostile database of a million broken
/// records does not fill the report.
pub const ISSUE_LIMIT: usize = 100;

impl Parsed {
    /// Adds a warning about one record.
    pub fn record_issue(&mut self, message: impl Into<String>) {
        self.issue(MALFORMED_RECORD, Severity::Warning, message);
    }

    /// Adds an error about one record that was lost: the report has a gap here.
    pub fn record_lost(&mut self, message: impl Into<String>) {
        self.issue(MALFORMED_RECORD, Severity::Error, message);
    }

    /// Adds an error about the whole file.
    pub fn file_issue(&mut self, message: impl Into<String>) {
        self.issue(MALFORMED, Severity::Error, message);
    }

    /// Adds an issue; past the limit one that says so, then no more.
    pub fn issue(&mut self, code: IssueCode, severity: Severity, message: impl Into<String>) {
        match self.issues.len() {
            n if n < ISSUE_LIMIT => self.issues.push(ParseIssue { code, severity, message: message.into() }),
            ISSUE_LIMIT => self.issues.push(ParseIssue {
                code: RECORD_LIMIT,
                severity: Severity::Error,
                message: format!("there are more than {ISSUE_LIMIT} issues in this file; the rest is not listed"),
            }),
            _ => {}
        }
    }
}

/// Which catalogers a scan uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What is in the image.
    Installed,
    /// What a source tree declares; in an image only where it is asked for.
    Lockfile,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Cataloger {
    /// A stable name, shown with `-v` and in issues.
    pub name: &'static str,
    /// When it is used.
    pub group: Group,
    /// What it wants.
    pub wants: &'static [Want],
    /// Reads one file. Pure; never panics, whatever the bytes.
    pub parse: fn(&Input<'_>) -> Parsed,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Real beginnings of every kind of file, by a path that leads to its parser.
    const SAMPLES: &[(&str, &str)] = &[
        ("x/Cargo.lock", "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"x\"\n"),
        ("x/package-lock.json", "{\"packages\":{\"node_modules/@a/b\":{\"version\":\"1.0.0\",\"license\":\"MIT\"}}}"),
        (
            "x/yarn.lock",
            "\"@a/b@^1\", c@npm:d@1:\n  version \"1.0.0\"\n  resolved \"https://x\"\n\nms@2:\n  version \"2.0.0\"\n",
        ),
        (
            "y/yarn.lock",
            "__metadata:\n  version: 8\n\n\"a@npm:1, a@npm:2\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n",
        ),
        (
            "x/pnpm-lock.yaml",
            "lockfileVersion: '9.0'\n\npackages:\n\n  '@a/b@1.0.0':\n    resolution: {integrity: x}\n\n\
             \x20 ? c@1.0.0(d@1)\n  : version: 2.0.0\n",
        ),
        (
            "y/pnpm-lock.yaml",
            "lockfileVersion: 5.4\npackages:\n  /@a/b/1.0.0_c@1:\n    dev: true\n  file:x:\n    name: x\n    version: 1.0.0\n",
        ),
        ("x/deno.lock", "{\"version\":\"5\",\"npm\":{\"a@1.0.0_b@1\":{}},\"jsr\":{\"@std/x@1.0.0\":{}}}"),
        ("x/Gemfile.lock", "GEM\n  remote: x\n  specs:\n    a (1.0-java)\n      b (~> 1)\n\nPLATFORMS\n  ruby\n"),
        (
            "x/go.mod",
            "module x\ngo 1.22\nrequire (\n\ta.b/c v1.0.0 // indirect\n)\nreplace a.b/c => \"d.e/f\" v1.1.0\n",
        ),
        (
            "x/Package.resolved",
            "{\"pins\":[{\"location\":\"https://a.b/c/d.git\",\"state\":{\"version\":\"1\"}}],\"version\":2}",
        ),
        ("x/gradle.lockfile", "# x\na.b:c:1.0=d,e\nempty=\n"),
        (
            "x/gradle/verification-metadata.xml",
            "<verification-metadata><components><component group=\"a.b\" name=\"c\" version=\"1\"><artifact name=\"c.jar\"/>\
             </component></components></verification-metadata>",
        ),
        ("x/pylock.toml", "[[packages]]\nname = \"a\"\nversion = \"1\"\n"),
        ("x/requirements.txt", "a[b]==1.0 ; c \\\n  --hash=x\n# d\ne===1\n"),
        ("etc/os-release", "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\nX='a\\'\n"),
        ("etc/redhat-release", "AlmaLinux release 9.4 (Seafoam Ocelot)\n"),
        ("etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\n"),
        ("etc/debian_version", "12.15\n"),
        ("lib/apk/db/installed", "C:Q1\nP:musl\nV:1.2.5-r0\nL:MIT\nD:a>=1 !b so:c\nF:lib\nR:ld.so\n\nP:z\nV:1\n"),
        (
            "var/lib/dpkg/status",
            "Package: apt\nStatus: install ok installed\nVersion: 1:2.6.2\nSource: a (1)\n\
             Depends: b (>= 1) | c:any, d [x]\nDescription: x\n y\n .\n\nPackage: b\nVersion: 1\n",
        ),
        ("var/lib/dpkg/info/libc6:amd64.list", "/.\n/bin\n/bin/../x\n"),
        ("var/lib/dpkg/info/a.md5sums", "07d31e7e63800ab1b7966980709c51eb  usr/lib/os-release\n"),
        (
            "a/node_modules/x/package.json",
            "{\"name\":\"@a/x\",\"version\":\"1.0.0\",\"license\":{\"type\":\"MIT\"},\"dependencies\":{\"b\":\"1\"}}",
        ),
        (
            "a/node_modules/.pnpm/lock.yaml",
            "lockfileVersion: '9.0'\n\npackages:\n\n  '@a/b@1.0.0':\n    resolution: {integrity: sha1-W4o6d2Xf4AEmHd6RVYnngvjJTR4=}\n",
        ),
        (
            "a/node_modules/.package-lock.json",
            "{\"packages\":{\"node_modules/@a/x\":{\"version\":\"1.0.0\",\"resolved\":\"https://x/@a/x/-/x-1.0.0.tgz\",\"integrity\":\
             \"sha1-W4o6d2Xf4AEmHd6RVYnngvjJTR4=\"}}}",
        ),
        ("deno/npm/registry.npmjs.org/@a/x/1.0.0/package.json", "{\"name\":\"@a/x\",\"version\":\"1.0.0\"}"),
        (
            "s/x-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: X_y\nVersion: 1.0\nLicense: A\n        B\n\n        C\n\
             Classifier: License :: D\nLicense-File: LICENSE\nRequires-Dist: z[q] (>1) ; extra == 'w'\n\nbody\n",
        ),
        ("s/t/x-1.0.dist-info/RECORD", "../../bin/x,sha256=a,1\n\"a,\"\"b\",,\n"),
        ("s/x.egg-info/installed-files.txt", "../x.py\n"),
        (
            "s/x-1.0.dist-info/direct_url.json",
            "{\"url\":\"https://a@b/c\",\"subdirectory\":\"d\",\"vcs_info\":{\"vcs\":\"git\",\"commit_id\":\"1\"}}",
        ),
        ("s/pip/_vendor/vendor.txt", "CacheControl==0.12.11  # x\nrequests[y]==2.28.2 ; a\n    urllib3===1.26\n"),
        ("usr/local/go/VERSION", "go1.22.5\ntime 2024-07-02T20:45:14Z\n"),
        (
            "g/specifications/x-1.0.gemspec",
            "# stub: x 1.0 java lib\nGem::Specification.new do |s|\n  s.name = \"x\".freeze\n  s.version = \"1.0\"\n\
             s.authors = [\"A\".freeze]\n  s.licenses = [\"MIT\".freeze]\n  s.add_dependency(%q<y>.freeze, [\">= 0\"])\nend\n",
        ),
        (
            "v/composer/installed.json",
            "{\"packages\":[{\"name\":\"a/b\",\"version\":\"v1.0\",\"license\":[\"MIT\"],\"require\":{\"c/d\":\"*\"},\
             \"install-path\":\"../a/b\"}]}",
        ),
        (
            "php/.registry/x.reg",
            "a:3:{s:4:\"name\";s:1:\"X\";s:7:\"version\";a:1:{s:7:\"release\";s:3:\"1.0\";}s:7:\"license\";s:3:\"PHP\";}",
        ),
        (
            "app/x.deps.json",
            "{\"targets\":{\"t\":{\"x/1.0\":{\"dependencies\":{\"y\":\"1\"},\"runtime\":{\"lib/x.dll\":{}}}}},\
             \"libraries\":{\"x/1.0\":{\"type\":\"package\"},\"y/1\":{\"type\":\"project\"}}}",
        ),
        (
            "p/x.nuspec",
            "<package><metadata><id>X</id><version>1.0</version><license type=\"expression\">MIT</license>\
             <authors>a &amp; b</authors><dependencies><dependency id=\"Y\"/></dependencies></metadata></package>",
        ),
        (
            "l/x-1/ebin/x.app",
            "%% Licensed under x\n{application, x, [{vsn,\"1\"}, {licenses, [<<\"MIT\"/utf8>>]}, {env, [#{a => 'B'}]}]}.\n",
        ),
        ("d/x/hex_metadata.config", "{<<\"app\">>,<<\"x\">>}.\n{<<\"version\">>,<<\"1\">>}.\n"),
        (
            "R/library/x/DESCRIPTION",
            "Package: x\nVersion: 1-2\nLicense: GPL (>= 2) |\n  file LICENSE\nImports: a (>= 1), R\nBuilt: R 4.2.2\n",
        ),
        ("ghc/package.conf.d/x-1.conf", "name: x\nversion: 1\nid: x-1-a\nlicense: MIT\ndepends:\n    base-1 b\n\n"),
        (
            "p/.meta/X-1/MYMETA.json",
            "{\"meta-spec\":{},\"name\":\"X\",\"version\":1.5,\"license\":[\"perl_5\"],\"prereqs\":{\"runtime\":\
             {\"requires\":{\"A::B\":0}}}}",
        ),
        ("p/META.yml", "---\nauthor:\n  - 'A'\nlicense: perl\nmeta-spec:\n  version: 1\nname: X\nversion: '1'\n"),
        (
            "luarocks/rocks-5.1/x/1-1/x-1-1.rockspec",
            "package = 'X'\nversion = \"1-1\" -- now\ndescription = { license = [[MIT]], [\"a\"] = f{1} }\n\
             dependencies = { 'lua >= 5', 'y' .. z }\n",
        ),
        ("w/wp-content/plugins/x/x.php", "<?php\n/*\n * Plugin Name: X\n * Version: 1\n * License: MIT\n */\n"),
        ("w/wp-includes/version.php", "<?php\n$wp_version = '6.1';\n"),
        (".conan/data/x/1/_/_/package/a/conaninfo.txt", "[requires]\n    y/1.Y.Z\n\n[options]\n"),
        ("hosted/pub.dev/x-1/pubspec.yaml", "name: x\nversion: 1.0.0\ndescription: X\n"),
        ("p/perllocal.pod", "=head2 Thu: C<Module> L<A::B|A::B>\n\n=item *\n\nC<VERSION: 1.23>\n\n=back\n"),
        (
            "vcpkg_installed/vcpkg/status",
            "Package: x\nVersion: 1\nDepends: y:z\nArchitecture: x64-linux\nStatus: install ok installed\n\n",
        ),
        (
            ".opam/5/.opam-switch/packages/x.1/opam",
            "license: [\"MIT\"]\ndepends: [\"y\" {>= \"1\"}]\ndescription: \"\"\"\nX\"\"\"\n# z\nurl { a: \"b\" }\n",
        ),
        ("packages/X/a/Project.toml", "name = \"X\"\nuuid = \"a-b\"\nversion = \"1\"\n\n[deps]\nY = \"c\"\n"),
        ("go/pkg/mod/github.com/!burnt!sushi/toml@v1.2.3/go.mod", "module github.com/BurntSushi/toml\n"),
        ("srv/vendor/modules.txt", "# a.b/c v1.0.0\n## explicit; go 1.17\na.b/c/d\n# x.y/z v1.0.0 => w.y/z v1.1.0\n"),
        (
            "usr/local/cargo/registry/src/index.example-6f17d22bba15001f/bstr-0.2.17/Cargo.toml",
            "[package]\nname = \"bstr\"\nversion = \"0.2.17\"\nlicense = \"MIT OR Apache-2.0\"\nlicense-file = \"COPYING\"\n",
        ),
        ("boot/vmlinux-6.1", "Linux version %s (%s)\nLinux version 6.1.0-31-amd64 (debian-kernel@lists.debian.org)\n"),
        (
            "root/.m2/repository/g/a/1/a-1.pom",
            "<project><parent><groupId>g</groupId><version>1</version></parent><artifactId>a</artifactId>\
             <properties><n>MIT</n></properties><licenses><license><name>${n} &amp; x</name><url>http://x</url></license>\
             </licenses><dependencies><dependency><groupId>g</groupId></dependency></dependencies></project>",
        ),
        ("usr/lib/jvm/x/release", "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.1\"\nIMAGE_TYPE=\"JRE\"\n"),
        (
            "usr/lib/opkg/status",
            "Package: libc\nVersion: 1.2.4-4\nStatus: install user installed\nArchitecture: x86_64\n",
        ),
        ("usr/lib/opkg/info/x.control", "Package: x\nVersion: 1\nLicense: GPL-2.0-only MIT\nDepends: libc\n"),
        ("usr/lib/opkg/info/x.list", "/usr/bin/x\n/etc/x\t0100644\n"),
        (
            "var/lib/pacman/local/zlib-1:1.3.1-2/desc",
            "%NAME%\nzlib\n\n%VERSION%\n1:1.3.1-2\n\n%LICENSE%\nZlib\n\n%DEPENDS%\nglibc>=2\n",
        ),
        ("var/lib/pacman/local/zlib-1:1.3.1-2/files", "%FILES%\nusr/\nusr/lib/libz.so\n\n%BACKUP%\netc/x\tabc\n"),
        (
            "var/db/pkg/sys-apps/sed-4.9-r1/CONTENTS",
            "dir /bin\nobj /bin/sed 376c02bd3b22804df8fdfdc895e7dbfb 1649284374\nsym /bin/s -> sed 1\n",
        ),
        ("var/db/pkg/sys-apps/sed-4.9-r1/LICENSE", "|| ( GPL-3+ MIT )\n"),
        (
            "opt/conda/conda-meta/zlib-1.2.13-h_5.json",
            "{\"name\":\"zlib\",\"version\":\"1.2.13\",\"build\":\"h_5\",\"channel\":\"https://x/conda-forge/noarch\",\
             \"license\":\"Zlib\",\"files\":[\"lib/libz.so\"],\"depends\":[\"libgcc-ng >=12\"],\"fn\":\"zlib-1.2.13-h_5.conda\"}",
        ),
        (
            "opt/homebrew/Cellar/zlib/1.3.1/INSTALL_RECEIPT.json",
            "{\"runtime_dependencies\":[{\"full_name\":\"glibc\"}],\"source\":{\"tap\":\"a/b\"}}",
        ),
        (
            "opt/homebrew/Cellar/zlib/1.3.1/.brew/zlib.rb",
            "class Zlib < Formula\n  desc \"x\"\n  license all_of: [\"Zlib\", { any_of: [\"MIT\", \"ISC\"] }]\nend\n",
        ),
        (
            "var/lib/rpmmanifest/container-manifest-2",
            "filesystem\t1.1-9.cm2\t1653628924\t1653753130\tMicrosoft Corporation\t(none)\t7596\tx86_64\t0\t\
             filesystem-1.1-9.cm2.src.rpm\n",
        ),
        ("snap/x/1/meta/snap.yaml", "name: x\nversion: '2.10'\nsummary: |\n  An x\nlicense: GPL-3.0\n"),
        ("snap/x/1/snap/manifest.yaml", "architectures:\n- amd64\nprimed-stage-packages:\n- libc6=2.31-0ubuntu9\n"),
        ("usr/share/snappy/dpkg.yaml", "packages:\n- adduser=3.118ubuntu2\n- libc6:i386=2.31\n"),
        (
            "opt/bitnami/x/.spdx-x.spdx",
            "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"x\",\"licenseDeclared\":\"MIT\",\"externalRefs\":[\
             {\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:bitnami/x@1-0?arch=amd64\"}]}]}",
        ),
        (
            "app/bom.json",
            "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"type\":\"library\",\"name\":\"x\",\"version\":\"1\",\
             \"purl\":\"pkg:npm/%40a/x@1\",\"licenses\":[{\"license\":{\"id\":\"MIT\"}}]}]}",
        ),
        (
            "app/bom.xml",
            "<bom><components><component type=\"library\"><name>x</name><version>1</version><licenses><license>\
             <id>MIT</id></license></licenses><purl>pkg:npm/x@1</purl></component></components></bom>",
        ),
        (
            "app/x.spdx",
            "SPDXVersion: SPDX-2.3\nPackageName: x\nPackageVersion: 1\nPackageLicenseDeclared: MIT\n\
             ExternalRef: PACKAGE-MANAGER purl pkg:npm/x@1\nPackageComment: <text>a\nb</text>\n",
        ),
        ("s/x/LICENSE", "text"),
        (
            "s/x/README.md",
            "x\n===\n\n## Copyright and license\n\n### MIT\n\n(c) me\n\n**Thanks**\n\n```\n# x\n```\nLICENSE\n\nISC\n",
        ),
        ("s/x/README.org", "* x\n** License\nMIT\n** Next\nh2. License\n<h2>License</h2>\n"),
    ];

    /// No parser panics, and the same bytes give the same finds, whatever is cut out of real files or put into them.
    #[test]
    fn broken_files_never_panic() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below.max(1) as u64) as usize
        };
        let spices: [&[u8]; 10] =
            [b"\0", b"\n\n", b"\r", b"\xff\xfe", b"\xe9", b":", b"\"", b"../", "\u{1f4a9}".as_bytes(), b" \n\t"];
        for (path, sample) in SAMPLES {
            for _ in 0..400 {
                let mut bytes = sample.as_bytes().to_vec();
                for _ in 0..=random(4) {
                    let from = random(bytes.len() + 1);
                    let to = from + random(bytes.len() - from + 1).min(random(40));
                    let spice = spices[random(spices.len())];
                    bytes.splice(from..to, spice.iter().copied());
                }
                for cataloger in TABLE {
                    let input = Input { path, bytes: &bytes };
                    assert_eq!((cataloger.parse)(&input), (cataloger.parse)(&input), "{path}");
                }
            }
        }
    }

    #[test]
    fn every_sample_is_wanted_and_found() {
        for (path, sample) in SAMPLES {
            let base = paths::base(path);
            let wants = |want: &Want| match want {
                Want::Path(p) => p == path,
                Want::Folder { folder, suffix } => paths::parent(path) == *folder && base.ends_with(suffix),
                Want::Name(name) => base == *name,
                Want::Suffix(suffix) => path.ends_with(suffix),
                Want::Like(like) => like(path, base),
                Want::Program => wanted::is_program(sample.as_bytes()),
                Want::Subfolders { .. } => false,
            };
            let by: Vec<&Cataloger> = TABLE.iter().filter(|c| c.wants.iter().any(wants)).collect();
            assert_eq!(by.len(), 1, "{path} is wanted by {by:?}");
            let parsed = (by[0].parse)(&Input { path, bytes: sample.as_bytes() });
            assert!(!parsed.finds.is_empty() && parsed.issues.is_empty(), "{path}: {parsed:?}");
        }
    }

    #[test]
    fn issues_are_bounded() {
        let parsed =
            (dpkg::CATALOGER.parse)(&Input { path: "status", bytes: "Version: 1\n\n".repeat(1000).as_bytes() });
        assert_eq!(parsed.issues.len(), ISSUE_LIMIT + 1);
        assert_eq!(parsed.issues.last().map(|i| i.code), Some(RECORD_LIMIT));
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<&str> = TABLE.iter().map(|c| c.name).collect();
        assert_eq!(names.len(), TABLE.len());
    }
}
