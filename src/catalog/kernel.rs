//! Linux kernels (`vmlinuz`, `vmlinux`, `Image`) and their modules (`lib/modules/<release>/**.ko`).
//!
//! A kernel for x86 tells its release in the header of its boot protocol, others, where they are not packed, in the words
//! `Linux version ` that they print when they start. A module tells of itself in its section `.modinfo`: pairs `key=value`, each ended
//! by a NUL byte. Kernel and modules have no ecosystem of their own: their purl type is `generic`, and the kernel's name
//! `linux-kernel`.
//!
//! Left out: packed kernels of other processors, packed modules (`.ko.xz`, `.ko.zst`), and modules without a version of their
//! own, which are parts of the kernel and nearly all.
//! What surprised: `license=GPL` in a module may mean version 2 only, or any later one; the words stay as they are.
//!
//! Specification: <https://docs.kernel.org/arch/x86/boot.html>, <https://docs.kernel.org/process/license-rules.html>.

use super::{Cataloger, Group, Input, Parsed, Want, decode, program};
use crate::model::{Basis, Declared, Ecosystem, Find, Grammar, PackageFind, Requirement};
use memchr::memmem;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "linux-kernel", group: Group::Installed, wants: &[Want::Like(is_kernel)], parse };

/// The longest release: the kernel allows 64 bytes.
const RELEASE_LIMIT: usize = 64;

/// How far from its beginning a section `.modinfo` is read; some device tables make it 100 KiB long.
const MODINFO_LIMIT: usize = 1 << 20;

/// Whether it is a kernel or a module, by its name.
pub fn is_kernel(path: &str, base: &str) -> bool {
    if base.ends_with(".ko") {
        return path.contains("lib/modules/");
    }
    ["vmlinuz", "vmlinux", "bzImage", "zImage"]
        .iter()
        .any(|name| base.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.'])))
        || (matches!(base, "Image" | "kernel") && path.contains("boot/"))
        || (base.starts_with("kernel-") && path.starts_with("boot/"))
}

/// Reads one kernel or module.
pub fn parse(input: &Input<'_>) -> Parsed {
    let find = if input.path.ends_with(".ko") { module(input) } else { kernel(input.bytes) };
    Parsed { finds: find.map(Find::package).into_iter().collect(), issues: Vec::new() }
}

fn kernel(bytes: &[u8]) -> Option<PackageFind> {
    let release = boot_header(bytes).or_else(|| banner(bytes))?;
    Some(PackageFind {
        ecosystem: Ecosystem::GENERIC,
        name: "linux-kernel".into(),
        provides: vec![capability(&release)],
        version: release,
        basis: Basis::Embedded,
        ..PackageFind::default()
    })
}

fn capability(release: &str) -> Box<str> {
    format!("linux-kernel@{release}").into()
}

/// The release where the boot protocol has a pointer to it: at 0x20e, to be added to 0x200.
fn boot_header(bytes: &[u8]) -> Option<Box<str>> {
    if bytes.get(0x202..0x206)? != b"HdrS" {
        return None;
    }
    let pointer = u16::from_le_bytes(*bytes.get(0x20e..)?.first_chunk()?);
    release(bytes.get(usize::from(pointer) + 0x200..)?)
}

/// The release in `Linux version 6.1.0-31-amd64 (...) ...`. Formats of it (`Linux version %s`) may stand before.
fn banner(bytes: &[u8]) -> Option<Box<str>> {
    const WORDS: &[u8] = b"Linux version ";
    memmem::find_iter(bytes, WORDS).find_map(|at| release(bytes.get(at + WORDS.len()..)?))
}

/// The first word: `6.1.0-31-amd64`.
fn release(bytes: &[u8]) -> Option<Box<str>> {
    let window = bytes.get(..RELEASE_LIMIT.min(bytes.len()))?;
    let word = window.split(|b| b.is_ascii_whitespace() || *b == 0).next()?;
    let word = std::str::from_utf8(word).ok().and_then(decode::token)?;
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+_~".contains(&b));
    (plain && word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit())).then_some(word)
}

fn module(input: &Input<'_>) -> Option<PackageFind> {
    let info = program::section(input.bytes, ".modinfo")?;
    let info = info.get(..MODINFO_LIMIT.min(info.len()))?;
    let all = |key: &str| {
        let values = info.split(|b| *b == 0).filter_map(move |pair| {
            let (found, value) = pair.split_at_checked(key.len())?;
            (found == key.as_bytes()).then(|| value.strip_prefix(b"="))?
        });
        values.map(|value| decode::decode_part(value).trim().to_owned()).filter(|v| !v.is_empty()).collect::<Vec<_>>()
    };
    let one = |key: &str| all(key).into_iter().next();
    let file = super::paths::base(input.path).strip_suffix(".ko")?;
    let licenses: Vec<Box<str>> = all("license").into_iter().map(Into::into).collect();
    let authors = all("author").join(", ");
    // `6.1.0-31-amd64 SMP preempt mod_unload modversions`
    let kernel = one("vermagic").and_then(|magic| release(magic.as_bytes()));
    Some(PackageFind {
        ecosystem: Ecosystem::GENERIC,
        // Old modules do not name themselves; their files do.
        name: decode::token(&one("name").unwrap_or_else(|| file.to_owned()))?,
        version: decode::token(&one("version")?)?,
        supplier: decode::one_line(&authors),
        description: one("description").and_then(|d| decode::one_line(&d)),
        declared: match licenses.is_empty() {
            true => Vec::new(),
            false => vec![Declared { grammar: Grammar::Any, field: "license", values: licenses }],
        },
        requires: kernel.iter().map(|release| Requirement::AnyOf(vec![capability(release)])).collect(),
        basis: Basis::Embedded,
        ..PackageFind::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::program::build;
    use super::*;
    use crate::purl;

    fn one(path: &str, bytes: &[u8]) -> Option<PackageFind> {
        let mut parsed = parse(&Input { path, bytes });
        assert!(parsed.issues.is_empty());
        match parsed.finds.pop() {
            Some(Find::Package(p)) => Some((*p).clone()),
            None => None,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn kernels() {
        let check = |bytes: &[u8], expected: Option<&str>| {
            let got = one("boot/vmlinuz", bytes).map(|p| purl::purl(&p, None).unwrap());
            assert_eq!(got.as_deref(), expected);
        };
        let mut image = vec![0_u8; 0x400];
        image[0x202..0x206].copy_from_slice(b"HdrS");
        image[0x20e..0x210].copy_from_slice(&0x100_u16.to_le_bytes());
        let text = b"6.1.0-31-amd64 (debian-kernel@lists.debian.org) #1 SMP\0";
        image[0x300..0x300 + text.len()].copy_from_slice(text);
        check(&image, Some("pkg:generic/linux-kernel@6.1.0-31-amd64"));
        check(&image[..0x308], Some("pkg:generic/linux-kernel@6.1.0-31"));
        check(&image[..0x20f], None);
        check(
            b"..Linux version %s (%s)\n\0..Linux version 5.10.121-linuxkit (root@b) (gcc)\0",
            Some("pkg:generic/linux-kernel@5.10.121-linuxkit"),
        );
        check(b"Linux version ", None);
        check(b"Linux version 5\n", None);
        check(b"", None);
    }

    #[test]
    fn modules() {
        let read = |info: &[u8]| one("lib/modules/6.1/kernel/e1000.ko", &build::elf(&[(".modinfo", info)]).0);
        let p = read(
            b"version=7.3.21-k8\0license=GPL v2\0license=Dual MIT/GPL\0author=A <a@b>\0author=C\0srcversion=X\0name=e1000\0\
              description=Intel PRO\0vermagic=6.1.0-31-amd64 SMP\0",
        )
        .unwrap();
        assert_eq!(purl::purl(&p, None).unwrap(), "pkg:generic/e1000@7.3.21-k8");
        assert_eq!(p.declared[0].values, ["GPL v2".into(), "Dual MIT/GPL".into()]);
        assert_eq!((p.supplier.as_deref(), p.description.as_deref()), (Some("A <a@b>, C"), Some("Intel PRO")));
        assert_eq!(p.requires, [Requirement::AnyOf(vec![capability("6.1.0-31-amd64")])]);
        assert_eq!(&*read(b"version=1.0\0").unwrap().name, "e1000");
        // Without a version it is a part of the kernel.
        assert_eq!(read(b"license=GPL\0name=x\0"), None);
        assert_eq!(read(b"version=\0"), None);
        assert_eq!(read(b"\xff\0version\0"), None);
        assert_eq!(one("lib/modules/a.ko", b"\x7fELF"), None);
    }

    #[test]
    fn names_of_kernels() {
        let check = |path: &str, expected: bool| {
            assert_eq!(is_kernel(path, super::super::paths::base(path)), expected, "{path}");
        };
        check("boot/vmlinuz-6.1.0-31-amd64", true);
        check("vmlinux", true);
        check("boot/Image", true);
        check("boot/kernel-6.1", true);
        check("usr/lib/modules/6.1/kernel/fs/ext4/ext4.ko", true);
        check("usr/lib/modules/6.1/kernel/fs/ext4/ext4.ko.xz", false);
        check("usr/share/x.ko", false);
        check("usr/bin/kernel-install", false);
        check("usr/share/vmlinuzx", false);
        check("srv/Image", false);
    }
}
