//! Java runtimes: the file `release` at the root of a JDK or JRE.
//!
//! Which product it is, is said by who made it; names and purls are those that advisories are matched by: `pkg:generic/azul/zulu`,
//! Oracle's own `pkg:generic/oracle/jdk`, `jre` and `graalvm`, what is sold under another name (`ibm/jdk`, `azul/zing`), and `pkg:generic/oracle/openjdk` for every build of OpenJDK (Temurin, Corretto,
//! Debian's). Left out: the modules, which are parts of it, and what is older than Java 7 and has no such file.
//! Specification: JEP 220 (the file) and JEP 223 (versions).

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Ecosystem, Find, PackageFind};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "jdk", group: Group::Installed, wants: &[Want::Name("release")], parse };

/// Most lines looked at: the file has some 20, and others of its name may be long.
const LINE_LIMIT: usize = 200;

/// Where its licence texts are, from its root: with modules (Java 9 and later), and before.
const TEXTS: [&str; 6] = [
    "legal/java.base/LICENSE",
    "legal/java.base/ASSEMBLY_EXCEPTION",
    "legal/java.base/ADDITIONAL_LICENSE_INFO",
    "LICENSE",
    "LICENSE.txt",
    "ASSEMBLY_EXCEPTION",
];

/// Reads one `release`. Other programs have files of this name: without a version of Java it says nothing.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let get = |name: &str| {
        let mut lines = text.lines().take(LINE_LIMIT);
        let value = lines.find_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix('='))?;
        Some(value.trim().trim_matches(['"', '\'']).trim()).filter(|v| !v.is_empty() && *v != "N/A")
    };
    let Some(java) = get("JAVA_VERSION") else { return parsed };
    // Java 8 says its build in none of the fields that later ones have, but builds of Adoptium say it here.
    let full = ["JAVA_RUNTIME_VERSION", "FULL_VERSION"].iter().find_map(|name| get(name));
    let Some(version) = full.into_iter().chain([java]).find_map(version) else {
        parsed.file_issue(format!("{} is no version of Java; the runtime was left out", decode::shown(java)));
        return parsed;
    };
    // Oracle's own builds of Java 7 and 8 do not say who made them, but that they are sold.
    let sold = get("BUILD_TYPE").filter(|kind| kind.eq_ignore_ascii_case("commercial")).map(|_| "Oracle Corporation");
    let maker = get("IMPLEMENTOR").or(sold);
    let (vendor, name) = match (get("GRAALVM_VERSION"), get("IMPLEMENTOR_VERSION").unwrap_or("")) {
        // Oracle's own GraalVM (the Enterprise Edition of before) is licensed, the community's is a build of OpenJDK.
        (Some(_), _) if maker.is_some_and(|m| m.contains("Oracle")) => ("oracle", "graalvm"),
        (_, build) if build.contains("Zing") || build.contains("Prime") => ("azul", "zing"),
        _ => product(maker.unwrap_or(""), get("IMAGE_TYPE").unwrap_or("")),
    };
    let root = paths::parent(input.path);
    parsed.finds.push(Find::package(PackageFind {
        ecosystem: Ecosystem::GENERIC,
        namespace: Some(vendor.into()),
        name: name.into(),
        version,
        supplier: maker.and_then(decode::one_line),
        texts: TEXTS.iter().filter_map(|text| paths::resolve(root, text)).collect(),
        ..PackageFind::default()
    }));
    parsed
}

/// `17.0.9+9`, `1.8.0_402-b06`.
fn version(value: &str) -> Option<Box<str>> {
    decode::token(value).filter(|v| v.starts_with(|c: char| c.is_ascii_digit()))
}

/// Who stands for the product, and its name.
fn product(maker: &str, image: &str) -> (&'static str, &'static str) {
    let maker = maker.to_ascii_lowercase();
    if maker.contains("azul") || maker.contains("zulu") {
        return ("azul", "zulu");
    }
    let kind = if image.eq_ignore_ascii_case("jre") { "jre" } else { "jdk" };
    // The Certified Edition of Semeru, which is sold; the Open Edition says `IBM Corporation`.
    if maker.contains("international business machines") {
        ("ibm", kind)
    } else if maker.contains("oracle") {
        ("oracle", kind)
    } else if maker.contains("sun microsystems") {
        ("sun", kind)
    } else {
        ("oracle", "openjdk")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let parsed = parse(&Input { path: "usr/lib/jvm/x/release", bytes: text.replace('|', "\n").as_bytes() });
        let [Find::Package(p)] = &parsed.finds[..] else { panic!("{text}: {parsed:?}") };
        assert_eq!(crate::purl::purl(p, None).unwrap(), expected, "{text}");
        assert_eq!(parsed.issues, []);
    }

    #[test]
    fn who_made_it_is_what_it_is() {
        check(
            "IMPLEMENTOR=\"Debian\"|JAVA_RUNTIME_VERSION=\"17.0.21.1+2-1-deb12u1-Debian\"|JAVA_VERSION=\"17.0.21.1\"|\
             JAVA_VERSION_DATE=\"2026-11-17\"|SOURCE=\"\"",
            "pkg:generic/oracle/openjdk@17.0.21.1%2B2-1-deb12u1-Debian",
        );
        let azul = "IMPLEMENTOR=\"Azul Systems, Inc.\"|JAVA_VERSION=\"17.0.9\"";
        check(azul, "pkg:generic/azul/zulu@17.0.9");
        let oracle = "IMPLEMENTOR=\"Oracle Corporation\"|JAVA_VERSION=\"17.0.1\"";
        check(oracle, "pkg:generic/oracle/jdk@17.0.1");
        check(&format!("{oracle}|IMAGE_TYPE=\"JRE\""), "pkg:generic/oracle/jre@17.0.1");
        check("IMPLEMENTOR=\"Sun Microsystems\"|JAVA_VERSION=\"1.7.0_80\"", "pkg:generic/sun/jdk@1.7.0_80");
        check("JAVA_VERSION=\"1.8.0_402\"|SOURCE=\"\"", "pkg:generic/oracle/openjdk@1.8.0_402");
        check(
            "IMPLEMENTOR=\"Eclipse Adoptium\"|JAVA_VERSION=\"1.8.0_402\"|FULL_VERSION=\"1.8.0_402-b06\"",
            "pkg:generic/oracle/openjdk@1.8.0_402-b06",
        );
        let graal = |maker: &str| format!("IMPLEMENTOR=\"{maker}\"|JAVA_VERSION=\"17.0.9\"|GRAALVM_VERSION=\"23.0.2\"");
        check(&graal("Oracle Corporation"), "pkg:generic/oracle/graalvm@17.0.9");
        check(&graal("GraalVM Community"), "pkg:generic/oracle/openjdk@17.0.9");
        check("IMPLEMENTOR=\"IBM Corporation\"|JAVA_VERSION=\"17.0.9\"", "pkg:generic/oracle/openjdk@17.0.9");
        let sold = "IMPLEMENTOR=\"International Business Machines Corporation\"|JAVA_VERSION=\"17.0.9\"";
        check(sold, "pkg:generic/ibm/jdk@17.0.9");
        check(&format!("{azul}|IMPLEMENTOR_VERSION=\"Zing23.10.0.0+3\""), "pkg:generic/azul/zing@17.0.9");
        check("JAVA_VERSION=\"1.8.0_202\"|BUILD_TYPE=\"commercial\"", "pkg:generic/oracle/jdk@1.8.0_202");
        check("JAVA_RUNTIME_VERSION=\"a b\"|JAVA_VERSION=\"11\"", "pkg:generic/oracle/openjdk@11");
    }

    #[test]
    fn its_texts_lie_below_it() {
        let parsed = parse(&Input { path: "opt/jdk/release", bytes: b"JAVA_VERSION=11" });
        let [Find::Package(p)] = &parsed.finds[..] else { panic!() };
        assert_eq!(&*p.texts[0], "opt/jdk/legal/java.base/LICENSE");
        assert_eq!(p.texts.len(), TEXTS.len());
    }

    #[test]
    fn other_files_of_that_name() {
        let check = |bytes: &[u8], issues: usize| {
            let parsed = parse(&Input { path: "release", bytes });
            assert_eq!((parsed.finds.len(), parsed.issues.len()), (0, issues), "{bytes:?}");
        };
        check(b"", 0);
        check(b"\xff\0", 0);
        check(b"release 7\nJAVA_VERSION", 0);
        check(b"JAVA_VERSION=\"\"", 0);
        check(b"JAVA_VERSION=${v}", 1);
    }
}
