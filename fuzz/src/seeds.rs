//! Seeds: the smallest inputs that reach deep into each parser. Made in code, so that none of them needs a file.

use crate::elf::elf;
use crate::{rpmdb, tarball};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

fn texts(list: &[&str]) -> Vec<Vec<u8>> {
    list.iter().map(|t| t.as_bytes().to_vec()).collect()
}

/// Raw names.
pub fn path() -> Vec<Vec<u8>> {
    let mut out =
        texts(&["usr/bin/env", "./etc/", "/a//b/./c", "../../etc/passwd", "a/../..", ".", "", "..a/.b", "\\xff"]);
    out.push(b"caf\xe9/\xff\xfe".to_vec());
    out.push(vec![b'a'; 4097]);
    out
}

const SCRIPTS: &[&str] = &[
    "\tf etc/os-release\nID=debian\nVERSION_ID=12\n\td usr/share/doc\n\ts lib -> usr/lib\n\tf lib/x\n",
    "\tf a/b\nx\n\tf a/c\n\t---\n\tw a/b\n\tf a/b/c\n\t---\n\to a\n\tf a/d\n",
    "\td a\n\ts b -> a\n\tf b/c\n\t---\n\tf b\n\td c\n\ts a -> c\n\tf a/x\n",
    "\ts x -> y\n\ts y -> x\n\tf x/z\n\tf q\n\th r -> q\n\t---\n\tw q\n\th s -> r\n\th t -> none\n",
    "\ts up -> ../../..\n\tf up/etc/passwd\n\ts root -> /\n\tf root/etc/shadow\n\to \n\t---\n\to \n\tf z\n",
    "\tf var/lib/dpkg/status\nPackage: a\nStatus: install ok installed\nVersion: 1\n\n\tf usr/share/doc/a/copyright\nLicense: MIT\n\tf srv/node_modules/x/package.json\n{\"name\":\"x\",\"version\":\"1\",\"license\":\"MIT\"}\n",
];

/// Layers as scripts.
pub fn layers() -> Vec<Vec<u8>> {
    texts(SCRIPTS)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Archives: ours, one with PAX records, old and new sparse files, a cut one.
pub fn tar() -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> =
        SCRIPTS.iter().flat_map(|s| tarball::script(s.as_bytes())).map(|members| tarball::tar(&members)).collect();
    for (flag, body) in [
        (b'x', &b"19 path=long/name\n11 size=3\n12 mtime=1\n"[..]),
        (b'g', b"15 path=global\n"),
        (b'L', b"a/very/long/name\0"),
        (b'x', b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n24 GNU.sparse.name=a/b\n25 GNU.sparse.realsize=9\n"),
        (b'x', b"26 GNU.sparse.size=100000\n25 GNU.sparse.map=0,1,9,1\n"),
        (b'x', b"24 GNU.sparse.offset=50\n25 GNU.sparse.numbytes=3\n25 GNU.sparse.size=100\n"),
        (b'S', b"xyz"),
    ] {
        let mut head = tarball::tar(&tarball::script(b"\tf meta\n").swap_remove(0))[..512].to_vec();
        head[124..136].copy_from_slice(format!("{:011o}\0", body.len()).as_bytes());
        head[156] = flag;
        if flag == b'S' {
            // One region of three bytes at 9, in a file of 100.
            head[386..398].copy_from_slice(b"00000000011\0");
            head[398..410].copy_from_slice(b"00000000003\0");
            head[483..495].copy_from_slice(b"00000000144\0");
        }
        head.extend_from_slice(body);
        head.resize(head.len().next_multiple_of(512), 0);
        head.extend(tarball::tar(&tarball::script(b"\tf next\n1\n3\n0\n1\n").swap_remove(0)));
        out.push(tarball::mend(&head));
    }
    let cut = out[0][..700].to_vec();
    out.push(cut);
    out
}

/// Blobs.
pub fn decompress() -> Vec<Vec<u8>> {
    let zstd = |b: &[u8]| zstd::encode_all(b, 3).unwrap_or_default();
    let hello = b"hello, world: hello, world: hello, world";
    vec![
        hello.to_vec(),
        gzip(hello),
        [gzip(b"one"), gzip(b"two")].concat(),
        [gzip(b"one"), vec![0; 20]].concat(),
        zstd(hello),
        [&[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2], &zstd(hello)[..]].concat(),
        gzip(&[0; 5000]),
        b"BZh91AY".to_vec(),
    ]
}

/// Image archives, as scripts and as tar.
pub fn archive() -> Vec<Vec<u8>> {
    let docker = "\tf layer.tar\n\tf c.json\n{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"history\":[]}\n\
                  \tf manifest.json\n[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":[\"layer.tar\"]}]\n";
    let empty = "\tf manifest.json\n[]\n";
    let oci = "\tf oci-layout\n{\"imageLayoutVersion\":\"1.0.0\"}\n\tf index.json\n{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\
               \"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\
               \"size\":2,\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}\n";
    let links = "\ts layer.tar -> a/layer.tar\n\ts a/layer.tar -> ../layer.tar\n\tf manifest.json\n[{\"Config\":\"x\",\"Layers\":[\"layer.tar\"]}]\n";
    let rootfs = "\tf etc/os-release\nID=alpine\n\tf lib/apk/db/installed\nP:a\nV:1\nL:MIT\n\n\tf usr/share/licenses/a/LICENSE\nMIT\n";
    let mut out = texts(&[docker, empty, oci, links, rootfs]);
    out.extend(texts(&[docker, oci, rootfs]).iter().map(|s| tarball::tar(&tarball::script(s).swap_remove(0))));
    out
}

/// dpkg's files.
pub fn dpkg() -> Vec<Vec<u8>> {
    texts(&[
        "Package: apt\nStatus: install ok installed\nVersion: 1:2.6.2\nSource: a (1)\nArchitecture: amd64\nMulti-Arch: same\n\
         Depends: b (>= 1) | c:any, d [x] <!nocheck>\nProvides: e (= 2)\nDescription: x\n y\n .\n\nPackage: b\nVersion: 1\n",
        "/.\n/bin\n/bin/../x\n//usr/share/doc\n",
        "07d31e7e63800ab1b7966980709c51eb  usr/lib/os-release\n",
        "Package: x\nStatus: deinstall ok config-files\nVersion: 1\n\nstray\nPackage:\n\nVersion: 2\n",
    ])
}

/// apk's database.
pub fn apk() -> Vec<Vec<u8>> {
    texts(&[
        "C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:1\nI:2\nT:libc\nU:https://x\nL:MIT AND BSD-2-Clause\no:musl\nm:A <a@b>\n\
         c:0123\nD:a>=1 !b so:c=1 /bin/sh\np:so:libc.so=1 cmd:x\nF:lib\nM:0:0:755\nR:ld.so\na:0:0:755\nZ:Q1x\n\nP:z\nV:1\n",
        "P:a\nP:b\nV:\n\nF:../x\nR:../../y\nV:2\n",
    ])
}

/// rpm databases of every kind.
pub fn rpm() -> Vec<Vec<u8>> {
    let blobs = [rpmdb::rich(), rpmdb::good()];
    vec![rpmdb::ndb(&blobs), rpmdb::bdb(&blobs), rpmdb::sqlite(&blobs)]
}

/// rpm headers.
pub fn rpm_header() -> Vec<Vec<u8>> {
    vec![rpmdb::rich(), rpmdb::good(), rpmdb::header(&[(1000, 6, 1, b"gpg-pubkey\0"), (1001, 6, 1, b"a\0")])]
}

/// Pieces of programs around their versions.
pub fn classify() -> Vec<Vec<u8>> {
    [
        "\03.11.2\0/versions/3.11.7\0",
        "\0go1.19.8\0cmd/go/internal",
        "\0v1.32.4\0node.js/v20.20.2",
        "\010.11.19-MariaDB\08.0.37\0\0mysql",
        "\07.0.15\0c11-builtin\0",
        "\0OpenSSL 1.1.1w  11 Sep 2023\0AWS-LC 1.69.0)",
        "file size changed while zipping\01.12\0",
        "/src/otp_src_25.3.2.6-rc1/erts/]\n\025.2.3\0",
        "\0OpenSSH_9.2p1 Debian",
        "go1.22.5\ntime 2024-07-02T20:45:14Z\n",
        "ELIXIR_VERSION=1.14.0-rc.1 wp-cli/wp-cli 2.9.0 'pretty_version' => '2.7.1'",
    ]
    .map(|s| s.as_bytes().to_vec())
    .to_vec()
}

/// Lock files in both notations.
pub fn lockfile() -> Vec<Vec<u8>> {
    texts(&[
        "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"x\" }\n",
        "{\"packages\":{\"node_modules/@a/b\":{\"version\":\"2.0.0\",\"license\":\"MIT\"}},\"default\":{\"a\":{\"version\":\"==1\"}}}",
        "{\"dependencies\":{\"a\":{\"version\":\"1.0.0\",\"resolved\":\"1\",\"dependencies\":{\"b\":{\"version\":\"2\"}}}}}",
        "\"@a/b@^1\", c@npm:d@1:\n  version \"1.0.0\"\n\n? \"e@npm:1, e@npm:2\"\n:\n  version: 1.0.0\n  resolution: \"e@npm:1.0.0\"\n",
        "lockfileVersion: '9.0'\n\npackages:\n\n  '@a/b@1.0.0':\n    resolution: {integrity: x}\n\n  ? c@1.0.0(d@1)\n  : version: 2\n",
        "packages:\n  /@a/b/1.0.0_c@1:\n    dev: true\n  file:x:\n    name: x\n    version: 1.0.0\n  /a@1.0.0(b@1):\n    dev: true\n",
        "{\"version\":\"5\",\"npm\":{\"a@1.0.0_b@1\":{}},\"jsr\":{\"@std/x@1.0.0\":{}},\"remote\":{\"https://x\":\"1\"}}",
        "GIT\n  specs:\n    a (1.0-java)\n      b (~> 1)\n\nPATH\n  specs:\n    c (1)\n\nPLATFORMS\n  ruby\n",
        "module x\ngo 1.16\nrequire (\n\ta.b/c v1.0.0 // indirect\n)\nreplace a.b/c v1.0.0 => \"d.e/f\" v1.1.0\n",
        "{\"pins\":[{\"kind\":\"registry\",\"identity\":\"a.b\",\"location\":\"git@a.b:c/d.git\",\"state\":{\"version\":\"1\"}}]}",
        "# x\na.b:c:1.0=d,e\nempty=\n",
        "<verification-metadata><component group=\"a\" name=\"b\" version=\"1\"><artifact name=\"b.jar\"/></component></verification-metadata>",
        "a[b]==1.0 ; c \\\n  --hash=x\n# d\ne===1\nf>=2\n",
    ])
}

/// Archives of Yarn's cache, and what is packed into one.
pub fn yarn() -> Vec<Vec<u8>> {
    let json = b"{\"name\":\"@a/x\",\"version\":\"1.0.0\",\"license\":\"MIT\"}";
    let files = [("node_modules/@a/x/package.json", &json[..]), ("node_modules/@a/x/licenses/MIT.txt", b"text")];
    vec![zip(&files), json.to_vec()]
}

/// package.json.
pub fn npm() -> Vec<Vec<u8>> {
    texts(&[
        "{\"name\":\"@a/x\",\"version\":\"1.0.0\",\"license\":\"(MIT OR Apache-2.0)\",\"dependencies\":{\"b\":\"^1\"}}",
        "\u{feff}{\"name\":\"x\",\"version\":\"v1\",\"licenses\":[{\"type\":\"MIT\",\"url\":\"http://x\"},\"ISC\"],\"author\":{\"name\":\"J\"}}",
        "{\"name\":1,\"version\":null,\"license\":{\"type\":[\"MIT\"]},\"peerDependencies\":[],\"_id\":\"a@1\"}",
    ])
}

/// Go's texts, a header with pointers, the list of a vendor folder, a path of the cache.
pub fn go() -> Vec<Vec<u8>> {
    let mut out = texts(&[
        "path\ta.b/c/cmd/c\nmod\ta.b/c\t(devel)\t\ndep\tgolang.org/x/sys\tv0.1.0\th1:a=\ndep\tx.y/z\tv1.0.0\n=>\tw.y/z\tv1.1.0\t\n\
         build\t-ldflags=\"-s -X main.version=1.2.3\"\nbuild\tvcs.revision=0123456789abcdef\nbuild\tvcs.time=2022-10-14T17:30:21Z",
        "# a.b/c v1.0.0\n## explicit; go 1.17\na.b/c/d\n# x.y/z v1.0.0 => w.y/z v1.1.0\n# x.y/q => ./local\n",
        "github.com/!burnt!sushi/toml",
    ]);
    out.push([&[8, 0], &64_u64.to_le_bytes()[..], &72_u64.to_le_bytes()].concat());
    out
}

/// Lists of crates, paths of sources, a manifest.
pub fn rust() -> Vec<Vec<u8>> {
    texts(&[
        "{\"packages\":[{\"name\":\"a\",\"version\":\"1.0.0\",\"source\":\"crates.io\",\"kind\":\"build\"},\
         {\"name\":\"b\",\"version\":\"0.1.0-rc.1\",\"source\":\"local\",\"dependencies\":[0],\"root\":true}]}",
        "/usr/local/cargo/registry/src/index.example-6f17d22bba15001f/foo-2-1.2.3-beta.1+b/src/lib.rsC:\\registry\\src\\i\\a-1.0.0\\x\
         /usr/share/cargo/registry/c-1.0.0/x/rust/deps/d-1.0.0/x/rustc/0/vendor/e-1.0.0/x",
        "[package]\nname = \"a\"\nversion = \"1.0.0\"\nlicense = \"MIT/Apache-2.0\"\nlicense-file = \"../LICENSE\"\n",
    ])
}

/// Programs, notes, descriptions of modules, kernels.
pub fn programs() -> Vec<Vec<u8>> {
    let note = "{\"type\":\"deb\",\"os\":\"Debian\",\"name\":\"a\",\"version\":\"1-1\",\"architecture\":\"amd64\"}\0";
    let mut out = texts(&[
        "name=e1000\0version=7.3.21\0license=Dual MIT/GPL\0author=A\0vermagic=6.1.0 SMP\0",
        "Linux version %s\0Linux version 6.1.0-31-amd64 (a@b)",
        note,
    ]);
    let head = [4, note.len() as u32, 0xcafe_1a7e].map(u32::to_le_bytes).concat();
    let note = [&head[..], b"FDO\0", note.as_bytes(), b"\0\0\0"].concat();
    out.push(elf(".note.package", &note));
    out.push(note);
    out
}

/// Archives of Java, and a pom.
pub fn java() -> Vec<Vec<u8>> {
    let pom = "<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>\
        <artifactId>a</artifactId><properties><n>MIT</n></properties><licenses><license><name>${n} &amp; x</name>\
        <url>http://x</url></license></licenses><dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId>\
        </dependency></dependencies></project>";
    let manifest = "Manifest-Version: 1.0\r\nImplementation-Title: a\r\nBundle-SymbolicName: org.a.b\r\n .c;x=y\r\n\
        Bundle-License: \"Apache-2.0\";link=\"http://x\",MIT\r\nImplementation-Version: 1.0\r\n";
    let jar = zip(&[
        ("META-INF/MANIFEST.MF", manifest.as_bytes()),
        ("META-INF/LICENSE", b"text"),
        ("META-INF/maven/g/a/pom.xml", pom.as_bytes()),
        ("META-INF/maven/g/s/pom.properties", b"groupId=g\nartifactId=s\nversion=2\n"),
        ("org/a/b/C.class", b""),
    ]);
    vec![zip(&[("WEB-INF/lib/a-1.jar", &jar), ("web.xml", b"")]), jar, pom.as_bytes().to_vec()]
}

/// A zip archive of stored files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let size = (bytes.len() as u32).to_le_bytes();
        // Version, flags, method, time, date; what both headers have in common.
        let common = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
            &crc.sum().to_le_bytes(),
            &size,
            &size,
            &[name.len() as u8, 0, 0, 0],
        ]
        .concat();
        let at = (out.len() as u32).to_le_bytes();
        directory.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10], &at, name.as_bytes()].concat());
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), bytes].concat());
    }
    let (start, size, count) = (out.len() as u32, directory.len() as u32, files.len() as u8);
    out.extend(directory);
    out.extend(
        [b"PK\x05\x06\0\0\0\0", &[count, 0, count, 0][..], &size.to_le_bytes(), &start.to_le_bytes(), &[0, 0]].concat(),
    );
    out
}

/// The file `release` of a JDK.
pub fn jdk() -> Vec<Vec<u8>> {
    texts(&[
        "IMPLEMENTOR=\"Azul Systems, Inc.\"\nJAVA_RUNTIME_VERSION=\"17.0.9+8\"\nJAVA_VERSION=17\nIMAGE_TYPE=\"JRE\"\n",
    ])
}

/// READMEs.
pub fn readme() -> Vec<Vec<u8>> {
    texts(&[
        "# x\n\n```\n# no\n```\n\n## License\n\n### MIT\n\n![a](b) [MIT](LICENSE) <img src=\"x\">\n\n[l]: http://x/badge.svg\n\n## Next\n",
        "x\n===\n\nwords\n\nCopyright and license\n---------------------\n\nReleased under the MIT license.\nUses y (GPL).\n",
        "* x\n** License\nBSD\n** Next\n",
        "h1. x\n\n<h2>License</h2>\n\nISC\n\n**Thanks**\n\nLICENSE\n\n(The MIT License)\n\nCopyright 2012 x\n",
    ])
}

/// opkg's database and lists.
pub fn opkg() -> Vec<Vec<u8>> {
    texts(&[
        "Package: libc\nVersion: 1.2.4-4\nDepends: libgcc1, b (>= 1)\nStatus: install user installed\nArchitecture: x86_64\n\n\
         Package: x\nVersion: 1\nLicense: GPL-2.0-only MIT\nSourceName: y\nURL: http://x\nDescription:  z\n",
        "/usr/bin/x\n/etc/x\t0100644\t\n",
    ])
}

/// pacman's descriptions and lists.
pub fn pacman() -> Vec<Vec<u8>> {
    texts(&[
        "%NAME%\nzlib\n\n%VERSION%\n1:1.3.1-2\n\n%BASE%\nz\n\n%ARCH%\nx86_64\n\n%LICENSE%\nZlib\ncustom:x\n\n%DEPENDS%\nglibc>=2\n\n\
         %PROVIDES%\nlibz.so=1-64\n",
        "%FILES%\nusr/\nusr/lib/libz.so\n\n%BACKUP%\netc/x\tabc\n",
    ])
}

/// Portage's files.
pub fn portage() -> Vec<Vec<u8>> {
    texts(&[
        "dir /bin\nobj /bin/a b 376c02bd3b22804df8fdfdc895e7dbfb 1\nsym /bin/s -> sed 1\nfif /x\n",
        "|| ( GPL-3+ MIT )\n",
    ])
}

/// A record of an environment.
pub fn conda() -> Vec<Vec<u8>> {
    texts(&[
        "{\"name\":\"zlib\",\"version\":\"1\",\"build\":\"h_5\",\"channel\":\"https://x/t/y/conda-forge/noarch\",\"subdir\":\"noarch\",\
             \"license\":\"Zlib\",\"files\":[\"lib/z\"],\"paths_data\":{\"paths\":[{\"_path\":\"a\"}]},\"depends\":[\"a::b >=1\"],\
             \"fn\":\"zlib-1-h_5.conda\",\"link\":{\"source\":\"/opt/conda/pkgs/x\"}}",
    ])
}

/// A store's database, and folders' names.
pub fn nix() -> Vec<Vec<u8>> {
    let hash = "g88ddzxa53s59aanf6gskdqcm79vj18d";
    let mut out = texts(&["g88ddzxa53s59aanf6gskdqcm79vj18d-openssl-3.0.14-bin"]);
    let script = format!(
        "CREATE TABLE ValidPaths (id integer primary key autoincrement not null, path text unique not null, deriver text);
         CREATE TABLE Refs (referrer integer not null, reference integer not null, primary key (referrer, reference));
         INSERT INTO ValidPaths VALUES (1, '/nix/store/{hash}-zlib-1.3.1', '/nix/store/{hash}-zlib-1.3.1.drv');
         INSERT INTO ValidPaths VALUES (2, '/nix/store/{hash}-openssl-3.0.14-bin', NULL); INSERT INTO Refs VALUES (2, 1);"
    );
    let made = rusqlite::Connection::open_in_memory().and_then(|mut connection| {
        connection.execute_batch(&script)?;
        connection.serialize(rusqlite::MAIN_DB).map(|bytes| bytes.to_vec())
    });
    out.extend(made.ok());
    out
}

/// A receipt and a formula.
pub fn homebrew() -> Vec<Vec<u8>> {
    texts(&[
        "{\"runtime_dependencies\":[{\"full_name\":\"a/b/c\"}],\"source\":{\"tap\":\"homebrew/core\"}}",
        "class X < Formula\n  desc \"x\"\n  license all_of: [\"A\", { any_of: [\"B\", \"C\" => { with: \"D\" }] }]\nend\n",
    ])
}

/// The files of snaps.
pub fn snap() -> Vec<Vec<u8>> {
    texts(&[
        "name: x\nversion: '2.10'\nsummary: |\n  An x\nlicense: GPL-3.0 # c\n",
        "architectures:\n- amd64\nprimed-stage-packages:\n- libc6:i386=2.31\npackages: [a=1, 'b=2']\n",
    ])
}

/// A document of a package.
pub fn bitnami() -> Vec<Vec<u8>> {
    texts(&[
        "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"x\",\"licenseDeclared\":\"MIT\",\"externalRefs\":[\
             {\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:bitnami/x@1-0?arch=amd64&distro=debian-12\"}]}]}",
    ])
}

/// The lines of a manifest.
pub fn chisel() -> Vec<Vec<u8>> {
    texts(&["{\"jsonwall\":\"1.0\"}\n{\"kind\":\"package\",\"name\":\"a\",\"version\":\"1\",\"arch\":\"amd64\"}\n\
             {\"kind\":\"path\",\"path\":\"/etc/x\",\"slices\":[\"a_b\",\"a_c\"]}\n"])
}

/// A list without a database.
pub fn rpm_manifest() -> Vec<Vec<u8>> {
    texts(&["filesystem\t1.1-9.cm2\t1\t1\tMicrosoft\t(none)\t7596\tx86_64\t2\tfilesystem-1.1-9.cm2.src.rpm\n"])
}

/// Documents of every format.
pub fn sbom() -> Vec<Vec<u8>> {
    texts(&[
        "{\"bomFormat\":\"CycloneDX\",\"metadata\":{\"component\":{\"name\":\"r\",\"purl\":\"pkg:pypi/r@1\"}},\"components\":[{\"type\":\"library\",\
         \"group\":\"g\",\"name\":\"x\",\"version\":\"1\",\"licenses\":[{\"license\":{\"id\":\"MIT\"}},{\"expression\":\"A OR B\"}],\"components\":[\
         {\"name\":\"y\",\"purl\":\"pkg:deb/debian/y@1?arch=amd64&upstream=z%402&distro=debian-12\"}]}]}",
        "<bom><metadata><tools><component><name>t</name></component></tools></metadata><components><component type=\"library\">\
         <name>x &amp; y</name><version>1</version><licenses><license><id>MIT</id></license></licenses>\
         <purl>pkg:npm/x@1</purl></component></components></bom>",
        "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"x\",\"versionInfo\":\"1\",\"licenseDeclared\":\"LicenseRef-a\",\
         \"primaryPackagePurpose\":\"LIBRARY\"}],\"hasExtractedLicensingInfos\":[{\"licenseId\":\"LicenseRef-a\",\"extractedText\":\"t\"}]}",
        "{\"@graph\":[{\"type\":\"software_Package\",\"name\":\"a\",\"software_packageUrl\":\"pkg:rpm/f/a@1?epoch=1\"}]}",
        "SPDXVersion: SPDX-2.3\nPackageName: x\nPackageVersion: 1\nPackageComment: <text>a\nb</text>\n\
         ExternalRef: PACKAGE-MANAGER purl pkg:npm/x@1\nFileName: y\n",
        "{\"descriptor\":{},\"artifacts\":[{\"name\":\"a\",\"version\":\"1\",\"licenses\":[{\"value\":\"MIT\"}]}]}",
    ])
}

/// Documents that are compared: those of every format, and our own report.
pub fn diff() -> Vec<Vec<u8>> {
    let mut out = sbom();
    out.extend(texts(&[
        "{\"schemaVersion\":1,\"tool\":{\"name\":\"supercargo\"},\"texts\":{\"ab\":{\"copyrights\":[\"Copyright A\"]}},\"packages\":[\
         {\"purl\":\"pkg:npm/a@1\",\"name\":\"a\",\"version\":\"1\",\"verdict\":\"deny\",\"licenses\":{\"concluded\":\"MIT\",\
         \"class\":\"permissive\",\"evidence\":[{\"text\":\"ab\"}]}}]}",
        "{\"spdxVersion\":\"SPDX-2.3\",\"creationInfo\":{\"creators\":[\"Tool: supercargo-1\"]},\"packages\":[{\"name\":\"x\",\
         \"versionInfo\":\"1\",\"licenseConcluded\":\"LicenseRef-SPDX-MPL-1.1-or-later\",\"copyrightText\":\"A\\nB\",\
         \"licenseComments\":\"class: weak-copyleft (file); x\"}]}",
    ]));
    out
}

/// Python's files.
pub fn python() -> Vec<Vec<u8>> {
    texts(&[
        "Metadata-Version: 2.4\nName: X_y.z\nVersion: 1.0\nLicense: A\n        B\n        |C\nLicense-Expression: MIT\n\
         Classifier: License :: OSI Approved :: MIT License\nLicense-File: LICENSES/a\nRequires-Dist: z[q] (>1) ; extra == 'w'\n\nbody\n",
        "../../bin/x,sha256=a,1\n\"a,\"\"b\",,\nx/__init__.py,,\n",
        "../x.py\n./a\n",
    ])
}

/// Release files.
pub fn os_release() -> Vec<Vec<u8>> {
    texts(&[
        "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\nID_LIKE='a b'\nX=\"a\\\"\\$\"\n# c\nHOME_URL=\"https://x\"\n",
        "AlmaLinux release 9.4 (Seafoam Ocelot)\n",
        "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\n",
        "12.15\n",
        "bookworm/sid\n",
    ])
}

/// Gemspecs.
pub fn ruby() -> Vec<Vec<u8>> {
    texts(&[
        "# stub: x 1.0 java lib\nGem::Specification.new do |s|\n  s.name = \"x\".freeze\n  s.version = Gem::Version.new(\"1.0\")\n  \
         s.platform = Gem::Platform.new([\"a\", nil])\n  s.licenses = [\"M\\u{49}T\".freeze, %q<X>]\n  s.add_dependency(%q<y>.freeze)\nend\n",
        "Gem::Specification.new('x', '1') do |spec|\n  spec.licenses = %w[MIT Ruby]\n  spec.authors = [\n 'A', # b\n ]\nend",
    ])
}

/// Composer's list, PEAR's record.
pub fn php() -> Vec<Vec<u8>> {
    texts(&[
        "{\"packages\":[{\"name\":\"a/b\",\"version\":\"dev-x/y\",\"license\":[\"MIT\"],\"install-path\":\"../a/b\",\"require\":{\"c/d\":\"*\"}}]}",
        "[{\"name\":\"a/b\",\"version\":\"v1\",\"license\":\"MIT\",\"authors\":[{\"name\":\"A\",\"email\":\"b\"}]}]",
        "a:3:{s:4:\"name\";s:1:\"X\";s:7:\"version\";a:1:{s:7:\"release\";s:3:\"1.0\";}s:7:\"license\";a:1:{s:8:\"_content\";s:3:\"PHP\";}}",
    ])
}

/// deps.json, nuspec.
pub fn dotnet() -> Vec<Vec<u8>> {
    texts(&[
        "{\"targets\":{\"t\":{\"x/1.0\":{\"dependencies\":{\"y\":\"1\"},\"runtime\":{\"lib/x.dll\":{}}}}},\"libraries\":{\"x/1.0\":\
         {\"type\":\"package\"},\"y/1\":{\"type\":\"project\"},\"runtimepack.z/1\":{\"type\":\"runtimepack\"}}}",
        "<package><metadata><id>X</id><version>1.0</version><license type=\"file\">a\\b</license><authors>a &amp; b</authors>\
         <dependencies><dependency id=\"Y\"/></dependencies></metadata></package>",
    ])
}

/// Erlang terms.
pub fn erlang() -> Vec<Vec<u8>> {
    texts(&[
        "%% License\n{application, x, [{vsn,\"1\"}, {licenses, [<<\"MIT\"/utf8>>, \"B\"]}, {env, [#{a => 'B'}, -1.5e3, $a | []]}]}.\n",
        "{<<\"app\">>,<<\"x\">>}.\n{<<\"version\">>,<<\"1\">>}.\n{<<\"licenses\">>,[<<\"MIT\">>]}.\n",
    ])
}

/// META files.
pub fn perl() -> Vec<Vec<u8>> {
    texts(&[
        "{\"meta-spec\":{},\"name\":\"X\",\"version\":1.5,\"license\":[\"perl_5\"],\"prereqs\":{\"runtime\":{\"requires\":{\"A::B\":0}}}}",
        "---\nauthor:\n  - 'A'\nlicense: perl\nmeta-spec:\n  version: 1\nname: X\nversion: '1'\nrequires:\n  A: 0\n",
    ])
}

/// Rockspecs.
pub fn lua() -> Vec<Vec<u8>> {
    texts(&[
        "package = 'X'\nversion = \"1-1\" -- now\ndescription = { license = [==[MIT]==], [\"a\"] = f{1}, b = c == d }\n\
         dependencies = { 'lua >= 5', 'y' .. z; 'w' }\n--[[ x ]]",
    ])
}

/// Files that are read line by line.
pub fn lang() -> Vec<Vec<u8>> {
    texts(&[
        "Package: x\nVersion: 1-2\nLicense: GPL (>= 2) |\n  file LICENSE\nImports: a (>= 1), R\nURL: http://a, b\nBuilt: R 4.2.2\n",
        "name: x\nversion: 1\nid: x-1-a\nlicense: MIT\ndepends:\n    base-1 b\n\nabi: 1\n",
        "<?php\n/*\n * Plugin Name: X\n * Version: 1\n * License: MIT\n */\n",
        "/*\nTheme Name: X\nVersion: 1\nLicense URI: http://x */",
        "<?php\n$wp_version = '6.1';\n",
        "[requires]\n    y/1.Y.Z\n\n[options]\n",
        "class P:\n    license = (\"A\", 'B')\n",
        "name: x\nversion: 1.0.0 # now\ndescription: >-\n  X\n",
        "=head2 Thu: C<Module> L<A::B|A::B>\n\nC<VERSION: 1.23>\n",
        "Package: x\nVersion: 1\nPort-Version: 2\nDepends: y:z\nArchitecture: x64-linux\nStatus: install ok installed\n\n",
        "license: [\"MIT\"]\ndepends: [\"y\" {>= \"1\"}]\ndescription: \"\"\"\nX\"\"\"\n# z\nurl { a: \"b\" }\n",
        "name = \"X\"\nuuid = \"a-b\"\nversion = \"1\"\n\n[deps]\nY = \"c\"\n",
    ])
}

/// SPDX expressions.
pub fn expr() -> Vec<Vec<u8>> {
    texts(&[
        "MIT",
        "GPL-2.0+ WITH Classpath-exception-2.0 OR (MIT and Apache-2.0)",
        "LicenseRef-a.b-C AND DocumentRef-x:LicenseRef-y",
        "Apache-1.1+ OR GPL-2.0-with-GCC-exception",
        "((((MIT))))",
        "mit or",
    ])
}

/// Licence names as people write them.
pub fn names() -> Vec<Vec<u8>> {
    texts(&[
        "GPLv2+ and (MIT or BSD)",
        "GPL-2+ with OpenSSL exception, and LGPL-2.1",
        "Apache License, Version 2.0",
        "|| ( GPL-2 LGPL-3+ ) MIT",
        "GPL (>= 2) | file LICENSE",
        "License :: OSI Approved :: BSD License",
        "SEE LICENSE IN LICENSE.md",
        "MIT/X11, Public Domain & UNKNOWN",
        "https://www.apache.org/licenses/LICENSE-2.0.txt",
        "Artistic or GPL-1+",
        "custom: something of our own",
    ])
}

/// Texts about licences; the long ones come from the list itself.
pub fn text() -> Vec<Vec<u8>> {
    let mut out = texts(&[
        "// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note\n",
        "Copyright (c) 2015-2020 Jane Roe <j@x>\nAll rights reserved.\n",
        "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public License \
         as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.",
        "This library is free software; you can redistribute it and/or modify it under the same terms as Perl itself.",
        "Licensed under the Apache License, Version 2.0 or the MIT license, at your option.",
        "On Debian systems, the full text is in /usr/share/common-licenses/GPL-3.",
        "\u{201c}AS IS\u{201d} \u{a9} 2020 \u{c4}nne \u{2014} no licence",
    ]);
    for id in ["MIT", "BSD-3-Clause", "ISC"] {
        out.extend(supercargo::license::db::license_info(id).map(|l| l.text.as_bytes().to_vec()));
    }
    out
}

/// Debian copyright files.
pub fn copyright() -> Vec<Vec<u8>> {
    let mut out = texts(&[
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n\nFiles: *\nCopyright: 2020 Jane\n\
         License: GPL-2+ or Artistic, and BSD-3-clause\n\nFiles: debian/*\nCopyright: 2021 J\nLicense: MIT\n\nLicense: GPL-2+\n \
         This program is free software.\n .\n On Debian systems see /usr/share/common-licenses/GPL-2\n",
        "This package was debianized by J <j@x>.\n\nCopyright (C) 1999 A\n\nLicense:\n\nThis program is free software; you can redistribute \
         it under the terms of the GNU General Public License version 2 or later.\n\nThe Debian packaging is under the GPL.\n",
    ]);
    out.extend(text());
    out
}

/// Package URLs and their parts, a line each.
pub fn purl() -> Vec<Vec<u8>> {
    texts(&[
        "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
        "pkg:npm/%40angular/animation@12.3.1#a/b",
        "debian\nlibc6\n2.36-9+deb12u7\namd64",
        "@scope\nname\n1.0.0-beta+1\n",
        "a/../b\n..\n%2F?#\n&=",
    ])
}

/// Strings for a report, a line each.
pub fn emit() -> Vec<Vec<u8>> {
    texts(&[
        "name\n1.0\namd64\nusr/lib/x\nA person <a@b>\nhttps://example.org/?a=b&c=d\nRUN make \"all\"",
        "\"'><script>alert(1)</script>&amp;\u{202e}gpj.exe\u{200b}\u{7}\u{1b}[31m{{{x}}}`${y}`",
        "javascript:alert(1)\n\u{0}\u{fffe}\u{1f4a9}\n</style>\n<!--\n]]>\nhttps://a b\"onclick=x",
        "\u{85}\u{2028}\n\r\n\t\n ",
    ])
}
