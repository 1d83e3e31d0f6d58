//! Package databases. Every check hands its bytes to the one cataloger under each name that its files have.

use crate::elf::elf;
use crate::image::is_normal as is_normal_path;
use crate::license;
use crate::rpmdb;
use crate::seeds;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;
use supercargo::catalog::readme as readmes;
use supercargo::catalog::{ISSUE_LIMIT, Input, Parsed, apk as apks, dpkg as debs, npm as node, os_release as distros};
use supercargo::catalog::{bitnami as bitnamis, chisel as chisels, conda as condas, homebrew as brews, nix as nixes};
use supercargo::catalog::{cargo_source, code, dotnet_pe, elf_note, golang, golang_source, graalvm, kernel, rust_audit};
use supercargo::catalog::{classify as classifier, is_program, python as pythons, rpm as rpms};
use supercargo::catalog::{java as javas, jdk as jdks, lockfile as lockfiles, yarn as yarns};
use supercargo::catalog::{opkg as opkgs, pacman as pacmans, portage as portages};
use supercargo::catalog::{rpm_manifest as rpm_manifests, sbom as sboms, snap as snaps};
use supercargo::model::{Ecosystem, Find, PackageFind, Requirement};
use supercargo::purl;

/// What a package says that it owns may hold a NUL byte: there is no such file, and nothing is found under that name.
fn is_normal(path: &str) -> bool {
    is_normal_path(&path.replace('\0', "_"))
}

/// Parses, and checks what holds of every answer.
pub(crate) fn parsed(parse: fn(&Input<'_>) -> Parsed, path: &str, bytes: &[u8]) -> Parsed {
    let input = Input { path, bytes };
    let parsed = parse(&input);
    assert_eq!(parse(&input), parsed, "the same bytes give another answer");
    assert!(parsed.issues.len() <= ISSUE_LIMIT + 1);
    for issue in &parsed.issues {
        assert!(!issue.message.is_empty());
        assert!(issue.message.len() < 4096, "an issue quotes {} bytes", issue.message.len());
        assert!(!issue.message.contains('\n'), "{:?}", issue.message);
    }
    for find in &parsed.finds {
        match find {
            Find::Package(package) | Find::Source(package) => check_package(package),
            Find::Files { name, files, .. } => {
                assert!(!name.is_empty());
                files.iter().for_each(|f| assert!(is_normal(&f.path), "{:?} is no normal path", f.path));
            }
            Find::Distro(distro) => {
                assert!(!distro.id.is_empty());
                assert!(!distro.id.contains(|c: char| c.is_control()), "{:?}", distro.id);
            }
            Find::LicenseText => {}
            Find::LicenseSection(section) => {
                assert!(!section.words.trim().is_empty());
                assert!(!section.path.contains(|c: char| c.is_control() || c == '/'), "{:?}", section.path);
            }
        }
    }
    parsed
}

fn check_package(package: &PackageFind) {
    assert!(!package.name.is_empty());
    // Those are lines of a text; what rpm's binary headers hold is escaped by whoever writes it.
    if matches!(package.ecosystem, Ecosystem::DEB | Ecosystem::APK) {
        for word in [Some(&package.name), Some(&package.version), package.arch.as_ref()].into_iter().flatten() {
            assert!(!word.contains(|c: char| c.is_control()), "{word:?} holds control characters");
        }
    }
    for path in package.files.iter().map(|f| &f.path).chain(&package.texts) {
        assert!(is_normal(path), "{path:?} is no normal path");
    }
    if let Some(folder) = package.text_folder.as_deref().filter(|f| !f.is_empty()) {
        assert!(is_normal(folder), "{folder:?} is no normal path");
    }
    for declared in &package.declared {
        assert!(!declared.field.is_empty());
    }
    for requirement in &package.requires {
        match requirement {
            Requirement::AnyOf(names) => assert!(!names.is_empty() && names.iter().all(|n| !n.is_empty())),
            Requirement::NodeModule(name) => assert!(!name.is_empty()),
        }
    }
    assert!(package.provides.iter().all(|p| !p.is_empty()));
    // What is reported has a purl, one way or the other.
    let written = purl::purl(package, None).unwrap_or_else(|_| purl::fallback(package));
    assert!(written.starts_with("pkg:") && purl::parse(&written).is_ok(), "{written:?} is no purl");
}

pub(crate) fn packages(parsed: &Parsed) -> Vec<&PackageFind> {
    parsed
        .finds
        .iter()
        .filter_map(|f| match f {
            Find::Package(p) => Some(&**p),
            _ => None,
        })
        .collect()
}

/// A good record costs and is cost nothing by what stands before or after it.
fn check_neighbours(parse: fn(&Input<'_>) -> Parsed, path: &str, bytes: &[u8], good: &str) {
    for whole in [[bytes, b"\n\n", good.as_bytes()].concat(), [good.as_bytes(), b"\n", bytes].concat()] {
        let found = parse(&Input { path, bytes: &whole });
        assert!(
            packages(&found).iter().any(|p| &*p.name == "zz-good" && &*p.version == "1"),
            "a good record was lost beside a bad one: {found:?}"
        );
    }
}

/// dpkg's status, a distroless record, and the lists of files.
pub fn dpkg(data: &[u8]) {
    parsed(debs::parse, "var/lib/dpkg/status.d/base", data);
    parsed(debs::parse, "var/lib/dpkg/info/libc6:amd64.list", data);
    parsed(debs::parse, "var/lib/dpkg/info/libc6.md5sums", data);
    let good = "Package: zz-good\nStatus: install ok installed\nVersion: 1\n";
    check_neighbours(debs::parse, "var/lib/dpkg/status", data, good);
}

/// apk's database.
pub fn apk(data: &[u8]) {
    parsed(apks::parse, "lib/apk/db/installed", data);
    check_neighbours(apks::parse, "lib/apk/db/installed", data, "P:zz-good\nV:1\n");
}

/// All three rpm databases, told apart by the bytes.
pub fn rpm(data: &[u8]) {
    parsed(rpms::CATALOGER.parse, "var/lib/rpm/Packages", data);
}

/// One header, in each of the three databases: they must say the same.
pub fn rpm_header(data: &[u8]) {
    let good = rpmdb::good();
    let blobs = [data.to_vec(), good];
    let found = parsed(rpms::CATALOGER.parse, "usr/lib/sysimage/rpm/Packages.db", &rpmdb::ndb(&blobs));
    assert!(packages(&found).iter().any(|p| &*p.name == "zz-good"), "a good header was lost beside a bad one");
    let sqlite = parsed(rpms::CATALOGER.parse, "var/lib/rpm/rpmdb.sqlite", &rpmdb::sqlite(&blobs));
    assert_eq!(packages(&sqlite), packages(&found), "SQLite and NDB differ");
    if !data.is_empty() {
        let bdb = parsed(rpms::CATALOGER.parse, "var/lib/rpm/Packages", &rpmdb::bdb(&blobs));
        assert_eq!(packages(&bdb), packages(&found), "BerkeleyDB and NDB differ");
    }
}

/// Lock files of every form.
pub fn lockfile(data: &[u8]) {
    for name in [
        "Cargo.lock",
        "uv.lock",
        "pylock.toml",
        "package-lock.json",
        "composer.lock",
        "Pipfile.lock",
        "packages.lock.json",
        "deno.lock",
        "Package.resolved",
        "yarn.lock",
        "pnpm-lock.yaml",
        "Gemfile.lock",
        "go.mod",
        "gradle.lockfile",
        "gradle/verification-metadata.xml",
        "requirements.txt",
    ] {
        parsed(lockfiles::parse, name, data);
    }
    // The versions of pnpm's differ in their keys.
    for version in ["5.4", "'6.0'"] {
        parsed(
            lockfiles::parse,
            "pnpm-lock.yaml",
            &[format!("lockfileVersion: {version}\n").as_bytes(), data].concat(),
        );
    }
}

/// Node's package.json, inside `node_modules` and outside.
pub fn npm(data: &[u8]) {
    let inside = parsed(node::parse, "srv/node_modules/@a/b/package.json", data);
    assert!(packages(&inside).len() <= 1);
    parsed(node::parse, "package.json", data);
}

/// Archives of Yarn's cache; a fuzzer seldom makes a whole one, so the bytes are also packed as a `package.json` and a licence.
pub fn yarn(data: &[u8]) {
    let path = "srv/.yarn/cache/x-npm-1.0.0-0123456789-0123456789.zip";
    parsed(yarns::parse, path, data);
    let json = "node_modules/x/package.json";
    let packed = seeds::zip(&[(json, data), ("node_modules/x/LICENSE", data)]);
    let found = parsed(yarns::parse, path, &packed);
    let alone = parsed(node::parse, json, data);
    assert_eq!(packages(&found).len(), packages(&alone).len(), "an archive and its file differ");
}

/// Programs by their contents, under names of every kind that the table has, with their first bytes and without.
pub fn classify(data: &[u8]) {
    let program = [b"\x7fELF".as_slice(), data].concat();
    for name in
        ["python3.11", "libpython3.so", "go", "node", "mysql", "redis-server", "openssl", "gzip", "erlexec", "sshd"]
    {
        let path = format!("usr/bin/{name}");
        assert!(packages(&parsed(classifier::parse, &path, &program)).len() <= 1);
        let bare = parsed(classifier::parse, &path, data);
        assert!(packages(&bare).is_empty() || is_program(data), "a script was taken for a program");
    }
    for path in ["usr/local/go/VERSION", "usr/bin/elixir", "usr/local/bin/wp", "usr/bin/composer"] {
        assert!(packages(&parsed(classifier::parse, path, data)).len() <= 1);
    }
    classifier::linked_version(data);
}

/// Java archives, sure ones and those whose names other formats have too, and poms of repositories.
pub fn java(data: &[u8]) {
    for path in ["srv/app-1.0.jar", "srv/app.war", "srv/app.rar", "srv/ui-1.aar", "root/.m2/repository/g/a/1/a-1.pom"] {
        parsed(javas::parse, path, data);
    }
}

/// The file `release` of a JDK.
pub fn jdk(data: &[u8]) {
    assert!(parsed(jdks::parse, "usr/lib/jvm/x/release", data).finds.len() <= 1);
}

/// Python's metadata, lists of files, origins, lists of vendored packages and archives.
pub fn python(data: &[u8]) {
    for path in [
        "usr/lib/python3/dist-packages/x-1.0.dist-info/METADATA",
        "usr/lib/python3/dist-packages/x.egg-info/PKG-INFO",
        "srv/x.egg/EGG-INFO/PKG-INFO",
        "x-1.0.egg-info",
    ] {
        assert!(packages(&parsed(pythons::parse, path, data)).len() <= 1);
    }
    for path in [
        "usr/lib/python3/dist-packages/x-1.0.dist-info/RECORD",
        "x.egg-info/installed-files.txt",
        "x-1.0.dist-info/direct_url.json",
        "pip/_vendor/vendor.txt",
        "x-1.0-py3-none-any.whl",
        "x-1.0-py3.8.egg",
        "x.pyz",
    ] {
        parsed(pythons::parse, path, data);
    }
}

/// READMEs in several markups, and what their sections say.
pub fn readme(data: &[u8]) {
    for path in ["x/README.md", "x/README.org"] {
        for find in parsed(readmes::parse, path, data).finds {
            let Find::LicenseSection(section) = find else { continue };
            license::section(&section.words);
        }
    }
}

/// opkg's database, a control file, and a list of files.
pub fn opkg(data: &[u8]) {
    parsed(opkgs::parse, "usr/lib/opkg/info/x.control", data);
    parsed(opkgs::parse, "usr/lib/opkg/info/x.list", data);
    let good = "Package: zz-good\nStatus: install user installed\nVersion: 1\n";
    check_neighbours(opkgs::parse, "usr/lib/opkg/status", data, good);
}

/// pacman's description of a package and its list of files.
pub fn pacman(data: &[u8]) {
    assert!(packages(&parsed(pacmans::parse, "var/lib/pacman/local/x-1-1/desc", data)).len() <= 1);
    parsed(pacmans::parse, "var/lib/pacman/local/x-1-1/files", data);
}

/// Portage's files of a package; the first bytes are also tried as the folder's name.
pub fn portage(data: &[u8]) {
    let folder: String = String::from_utf8_lossy(data.get(..16).unwrap_or(data)).replace('/', "_");
    for folder in ["sed-4.9-r1", &folder] {
        parsed(portages::parse, &format!("var/db/pkg/sys-apps/{folder}/CONTENTS"), data);
        parsed(portages::parse, &format!("var/db/pkg/sys-apps/{folder}/LICENSE"), data);
    }
}

/// A record of an environment.
pub fn conda(data: &[u8]) {
    assert!(packages(&parsed(condas::parse, "opt/conda/conda-meta/x-1-0.json", data)).len() <= 1);
}

/// The database of a store, and the name of a folder in it.
pub fn nix(data: &[u8]) {
    parsed(nixes::CATALOGER.parse, "nix/var/nix/db/db.sqlite", data);
    nixes::store_path(&String::from_utf8_lossy(data));
}

/// A receipt and a formula.
pub fn homebrew(data: &[u8]) {
    parsed(brews::parse, "opt/homebrew/Cellar/x/1.0/INSTALL_RECEIPT.json", data);
    parsed(brews::parse, "opt/homebrew/Cellar/x/1.0/.brew/x.rb", data);
}

/// The three files of snaps.
pub fn snap(data: &[u8]) {
    for path in ["meta/snap.yaml", "snap/x/1/snap/manifest.yaml", "usr/share/snappy/dpkg.yaml"] {
        parsed(snaps::parse, path, data);
    }
}

/// A document of a package.
pub fn bitnami(data: &[u8]) {
    parsed(bitnamis::parse, "opt/bitnami/x/.spdx-x.spdx", data);
}

/// A manifest: the bytes as they are, and packed, since a fuzzer seldom makes a whole frame.
pub fn chisel(data: &[u8]) {
    parsed(chisels::parse, "var/lib/chisel/manifest.wall", data);
    if let Ok(packed) = zstd::stream::encode_all(data, 1) {
        parsed(chisels::parse, "var/lib/chisel/manifest.wall", &packed);
    }
}

/// The list of an image without an rpm database.
pub fn rpm_manifest(data: &[u8]) {
    parsed(rpm_manifests::parse, "var/lib/rpmmanifest/container-manifest-2", data);
    check_neighbours(rpm_manifests::parse, "var/lib/rpmmanifest/container-manifest-2", data, "zz-good\t1\n");
}

/// Documents of every format, told apart by the bytes; in an image and in a wheel.
pub fn sbom(data: &[u8]) {
    for path in ["app/bom.json", "x-1.0.dist-info/sboms/x.cdx.json", "var/lib/db/sbom/x.spdx.json"] {
        parsed(sboms::parse, path, data);
    }
}

/// os-release and what older systems have.
pub fn os_release(data: &[u8]) {
    for path in distros::PATHS {
        let found = parsed(distros::parse, path, data);
        assert!(found.finds.len() <= 1);
    }
}

/// Go's build info, the text of it, and the list of a vendor folder.
pub fn go(data: &[u8]) {
    parsed(golang::parse, "usr/bin/x", data);
    // Pointers, and whatever stands where the strings do.
    let header = [b"\xff Go buildinf:", data].concat();
    parsed(golang::parse, "usr/bin/x", &elf(".go.buildinfo", &header));
    let text = [&[0; 16], data, b"\n", &[0; 16]].concat();
    let length = [0, 7, 14].map(|bits| (text.len() >> bits) as u8 & 0x7f | if bits < 14 { 0x80 } else { 0 });
    let inline = [b"\xff Go buildinf:\x08\x02", &[0; 16][..], b"\x06go1.22", &length, &text].concat();
    let found = parsed(golang::parse, "usr/bin/x", &elf(".go.buildinfo", &inline));
    assert!(packages(&found).iter().any(|p| &*p.name == "stdlib") || data.len() >= 1 << 21);
    parsed(golang_source::parse, "srv/vendor/modules.txt", data);
    if let Ok(path) = std::str::from_utf8(data) {
        parsed(golang_source::parse, &format!("go/pkg/mod/{}@v1.0.0/go.mod", path.replace('\0', "_")), b"");
    }
}

/// Rust's list of crates, paths of sources in a program, and cargo's manifest.
pub fn rust(data: &[u8]) {
    parsed(rust_audit::parse, "usr/bin/x", &elf(".dep-v0", data));
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default();
    parsed(rust_audit::parse, "usr/bin/x", &elf(".dep-v0", &packed));
    let paths = [b"/rustc/0/library/core/src/", data, b"/registry/src/i/zz-good-1.0.0/src/lib.rs"].concat();
    let found = parsed(rust_audit::parse, "usr/bin/x", &paths);
    assert!(packages(&found).iter().any(|p| &*p.name == "zz-good" && &*p.version == "1.0.0"), "{found:?}");
    parsed(cargo_source::parse, "root/.cargo/registry/src/i/a-1.0.0/Cargo.toml", data);
}

/// What is passed over lies in the file, behind the bytes that tell it, and its loss does no harm.
fn without_code(data: &[u8]) {
    let mut file = data.to_vec();
    file.resize(data.len() + (1 << 20), 0);
    let head = &file[..code::HEAD_BYTES];
    if let Some(gone) = code::range(head, file.len() as u64) {
        assert!(gone.start >= head.len() as u64 && gone.start < gone.end && gone.end <= file.len() as u64);
        file.drain(gone.start as usize..gone.end as usize);
        code::close(&mut file, &gone);
        parsed(golang::parse, "usr/bin/x", &file);
    }
}

/// What else is read of programs, and kernels.
pub fn programs(data: &[u8]) {
    without_code(data);
    for parse in [elf_note::parse, graalvm::parse, rust_audit::parse, golang::parse, dotnet_pe::parse] {
        parsed(parse, "usr/lib/x.so", data);
    }
    parsed(elf_note::parse, "usr/lib/x.so", &elf(".note.package", data));
    parsed(graalvm::parse, "srv/app", &[data, b"\0sbom_length\0"].concat());
    parsed(kernel::parse, "boot/vmlinuz", data);
    parsed(kernel::parse, "lib/modules/6.1/x.ko", data);
    parsed(kernel::parse, "lib/modules/6.1/x.ko", &elf(".modinfo", data));
}
