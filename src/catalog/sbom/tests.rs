//! Tests of all formats. Beside these, one list as Syft 1.18.1 writes it in five formats gave the same packages in each, and
//! the documents in the wheels of pydantic-core, ruff, uv, maturin (cargo-cyclonedx), pillow and psycopg2-binary (auditwheel)
//! were read.

use super::*;

fn read(path: &str, bytes: &[u8]) -> Parsed {
    parse(&Input { path, bytes })
}

/// The purls of what a document lists, in its order, in an image of Debian 12.
fn purls(path: &str, text: &str) -> Vec<String> {
    let found = read(path, text.as_bytes());
    assert_eq!(found.issues, [], "{text}");
    let debian = crate::model::DistroFind {
        id: "debian".into(),
        version_id: Some("12".into()),
        ..crate::model::DistroFind::default()
    };
    let one = |find: &Find| match find {
        Find::Package(p) => {
            assert_eq!(p.basis, Basis::Document);
            purl::purl(p, Some(&debian)).unwrap()
        }
        other => panic!("{other:?}"),
    };
    found.finds.iter().map(one).collect()
}

fn licenses(path: &str, text: &str) -> Vec<(&'static str, String)> {
    let found = read(path, text.as_bytes());
    let Some(Find::Package(p)) = found.finds.first() else { panic!("{found:?}") };
    p.declared.iter().map(|d| (d.field, d.values.join("|"))).collect()
}

const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{
    "tools":{"components":[{"type":"application","name":"tool","version":"1","purl":"pkg:npm/tool@1"}]},
    "component":{"type":"application","name":"app","version":"1.0","purl":"pkg:maven/org.x/app@1.0?type=jar"}},
    "components":[
    {"type":"library","group":"org.y","name":"lib","version":"2","purl":"pkg:maven/org.y/lib@2?type=war&classifier=a",
     "licenses":[{"license":{"id":"MIT"}},{"license":{"name":"Some Licence"}}],"supplier":{"name":"Y"},
     "components":[{"type":"library","name":"inner","version":"3","licenses":[{"expression":"MIT OR ISC"}]}]},
    {"type":"file","name":"/usr/bin/x","version":"1"},
    {"type":"library","name":"left","version":"1","purl":"pkg:npm/left@1","scope":"excluded"},
    {"type":"library","name":"right","version":"1","purl":"pkg:npm/right@1","scope":"optional"},
    {"type":"library","group":"g","name":"generic","version":"1"},
    {"type":"library","name":"Two words / x","version":"1"},
    {"type":"library","name":"no-version"},
    7,
    {"type":"library","name":"broken","version":"1","purl":"not a purl"},
    {"type":"container","name":"i","version":"1","purl":"pkg:oci/i@1"}]}"#;

#[test]
fn cyclonedx_json() {
    assert_eq!(
        purls("app/bom.json", CYCLONEDX),
        [
            "pkg:maven/org.x/app@1.0",
            "pkg:maven/org.y/lib@2?classifier=a&type=war",
            "pkg:generic/inner@3",
            "pkg:generic/g.generic@1",
            "pkg:generic/Two%20words%20%2F%20x@1"
        ]
    );
    let Find::Package(p) = &read("bom.json", CYCLONEDX.as_bytes()).finds[1] else { panic!() };
    assert_eq!(p.supplier.as_deref(), Some("Y"));
    // Several are one list, so that none is passed over for a clearer one.
    let said: Vec<_> = p.declared.iter().map(|d| (d.grammar, d.field, d.values.clone())).collect();
    assert_eq!(said, [(Grammar::Any, "licenses", vec!["MIT".into(), "Some Licence".into()])]);
}

#[test]
fn cyclonedx_xml() {
    let text = r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"><metadata><tools><components>
        <component type="application"><name>tool</name><version>1</version></component></components></tools>
        <component type="file"><name>/x</name></component></metadata><components>
        <component type="library"><supplier><name>Y</name></supplier><name>a</name><version>1</version>
        <licenses><license><id>MIT</id></license><license><name>A &amp; B</name></license></licenses>
        <purl>pkg:npm/%40s/a@1</purl><properties><property name="purl">no</property></properties>
        <components><component type="library"><group>g</group><name>b</name><version><![CDATA[2]]></version></component>
        </components></component>
        <component type="library"><name>c</name><version>3</version><scope>excluded</scope></component>
        </components></bom>"#;
    assert_eq!(purls("x.cdx.xml", text), ["pkg:generic/g.b@2", "pkg:npm/%40s/a@1"]);
    let found = read("x.cdx.xml", text.as_bytes());
    let Find::Package(p) = &found.finds[1] else { panic!() };
    assert_eq!(p.declared.iter().map(|d| d.values.clone()).collect::<Vec<_>>(), [["MIT".into(), "A & B".into()]]);
    assert_eq!(p.supplier.as_deref(), Some("Y"));
    let check = |text: &str, issues: usize| {
        let found = read("bom.xml", text.as_bytes());
        assert_eq!((found.finds.len(), found.issues.len()), (0, issues), "{text:.80}");
    };
    check("<project><components/></project>", 0);
    check("<bom><components><component>", 1);
    check("<bom></x></bom></bom>", 0);
    check(&format!("<bom>{}", "<a>".repeat(100_000)), 1);
    check("<bom><", 1);
    check("<", 1);
    for end in 0..text.len() {
        read("x.cdx.xml", &text.as_bytes()[..end]);
    }
}

#[test]
fn spdx_json() {
    let text = r#"{"spdxVersion":"SPDX-2.3","packages":[
        {"name":"zlib","versionInfo":"1.3.1-r0","licenseDeclared":"LicenseRef-a AND (MIT)","licenseConcluded":"ISC",
         "supplier":"Organization: Wolfi","primaryPackagePurpose":"LIBRARY","externalRefs":[
         {"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:x"},
         {"referenceType":"purl","referenceLocator":"pkg:apk/wolfi/zlib@1.3.1-r0?arch=x86_64&distro=wolfi"}]},
        {"name":"src","versionInfo":"1","primaryPackagePurpose":"SOURCE","externalRefs":[
         {"referenceType":"purl","referenceLocator":"pkg:generic/src@1"}]},
        {"name":"named","versionInfo":"1","licenseDeclared":"NOASSERTION"},
        {"name":"lib","versionInfo":"1","primaryPackagePurpose":"LIBRARY"},
        {"name":"lib2","versionInfo":"NOASSERTION","primaryPackagePurpose":"LIBRARY"}],
        "hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-a","extractedText":"Do what you want."}]}"#;
    // The document is about the image that it lies in.
    assert_eq!(
        purls("x.spdx.json", text),
        ["pkg:apk/debian/zlib@1.3.1-r0?arch=x86_64&distro=debian-12", "pkg:generic/lib@1"]
    );
    assert_eq!(licenses("x.spdx.json", text), [("licenseDeclared", "LicenseRef-a AND (MIT)".into())]);
    let Find::Package(p) = &read("x.spdx.json", text.as_bytes()).finds[0] else { panic!() };
    assert_eq!((&*p.embedded[0].path, &*p.embedded[0].words), ("LicenseRef-a", "Do what you want."));
    assert_eq!(p.supplier.as_deref(), Some("Wolfi"));
    let three = r#"{"@context":"x","@graph":[{"type":"SpdxDocument","name":"d"},
        {"type":"software_Package","name":"a","software_packageVersion":"1","software_packageUrl":"pkg:npm/a@1"},
        {"type":"software_Package","name":"b","software_primaryPurpose":"library","software_packageVersion":"2"},
        {"type":"software_File","name":"f"}]}"#;
    assert_eq!(purls("x.spdx.json", three), ["pkg:npm/a@1", "pkg:generic/b@2"]);
}

#[test]
fn spdx_tags() {
    let text = "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageVersion: 1\nPackageLicenseConcluded: ISC\n\
        PackageComment: <text>a\nPackageName: no\n</text>\nExternalRef: SECURITY cpe23Type cpe:2.3:a\n\
        ExternalRef: PACKAGE-MANAGER purl pkg:pypi/A_b@1\n\nFileName: x\nPackageVersion: no\n\n\
        PackageName: b\nPackageVersion: 2\nPrimaryPackagePurpose: LIBRARY\nPackageLicenseDeclared: MIT\n";
    assert_eq!(purls("x.spdx", text), ["pkg:pypi/a-b@1", "pkg:generic/b@2"]);
    assert_eq!(licenses("x.spdx", text), [("licenseConcluded", "ISC".into())]);
    assert_eq!(purls("x.spdx", "# c\r\nSPDXVersion: SPDX-2.2\r\nPackageName: a\r\n"), [""; 0]);
}

#[test]
fn syft_json() {
    let text = r#"{"artifacts":[{"name":"a","version":"1","type":"npm","purl":"pkg:npm/a@1","licenses":[
        {"value":"MIT","spdxExpression":"MIT","type":"declared"},{"value":"ISC","type":"concluded"}]},
        {"name":"b","version":"2","purl":""}],"descriptor":{"name":"syft"}}"#;
    assert_eq!(purls("x.syft.json", text), ["pkg:npm/a@1", "pkg:generic/b@2"]);
    assert_eq!(licenses("x.syft.json", text), [("licenses", "MIT".into())]);
}

#[test]
fn purls_become_packages() {
    let check = |path: &str, purl: &str, expected: &[&str]| {
        let text = format!(
            r#"{{"bomFormat":"CycloneDX","components":[{{"name":"x","version":"9","type":"library","purl":{purl:?}}}]}}"#
        );
        assert_eq!(purls(path, &text), expected, "{purl}");
    };
    let image = "usr/share/sbom/x.cdx.json";
    // auditwheel names the package that a library was copied from.
    let wheel = "usr/lib/python3/x-1.0.dist-info/sboms/auditwheel.cdx.json";
    let fortran = "pkg:rpm/almalinux/libgfortran@8.5.0-22.el8_10?distro=almalinux-8";
    check(wheel, fortran, &[fortran]);
    check(
        image,
        "pkg:deb/debian/a@1?arch=amd64&distro=debian-12&upstream=b%402",
        &["pkg:deb/debian/a@1?arch=amd64&distro=debian-12&upstream=b%402"],
    );
    check(
        image,
        "pkg:rpm/x/a@1-1?arch=noarch&epoch=1&upstream=b-1-1.src.rpm&checksum=x",
        &["pkg:rpm/debian/a@1-1?arch=noarch&distro=debian-12&epoch=1&upstream=b-1-1.src.rpm"],
    );
    check(image, "pkg:pypi/Foo_Bar@1", &["pkg:pypi/foo-bar@1"]);
    check(image, "pkg:npm/%40a/b", &["pkg:npm/%40a/b@9"]);
    check(image, "pkg:golang/github.com/a/b@v1.0.0?type=module&goos=linux#c", &["pkg:golang/github.com/a/b@v1.0.0"]);
    check(image, "pkg:brew/homebrew/core/a@1", &["pkg:brew/a@1"]);
    check(image, "pkg:github/madler/zlib@v1.3.1", &["pkg:github/madler/zlib@v1.3.1"]);
    check(image, "pkg:github/wolfi-dev/os@abc#zlib.yaml", &[]);
    check(image, "pkg:oci/x@1", &[]);
    check(image, "pkg:nonsense/x@1", &[]);
    check(image, "pkg:npm/a%00b@1", &[]);
    check("var/lib/db/sbom/x.spdx.json", "pkg:github/madler/zlib@v1.3.1", &[]);
}

#[test]
fn which_files_are_documents() {
    let check = |path: &str, expected: bool| assert_eq!(is_document(path, paths::base(path)), expected, "{path}");
    check("var/lib/db/sbom/zlib-1.3.1-r0.spdx.json", true);
    check("app/bom.json", true);
    check("app/bom.xml", true);
    check("s/x-1.0.dist-info/sboms/x.cyclonedx.json", true);
    check("usr/share/sbom/x.json", true);
    check("a/x.spdx", true);
    check("opt/bitnami/redis/.spdx-redis.spdx", false);
    check("opt/homebrew/Cellar/zlib/1.3.1/sbom.spdx.json", false);
    check("go/pkg/x/testdata/bom.json", false);
    check("a/x.json", false);
    check("a/license.spdx.html", false);
}

#[test]
fn broken_documents() {
    let check = |path: &str, bytes: &[u8], issues: usize| {
        let found = read(path, bytes);
        assert_eq!((found.finds.len(), found.issues.len()), (0, issues), "{path}");
    };
    check("x.cdx.json", b"", 1);
    check("x.cdx.json", b"{", 1);
    check("x.cdx.json", "[".repeat(100_000).as_bytes(), 1);
    check("x.spdx.json", b"\xff\xfe\0\0", 1);
    check("bom.json", b"{", 0);
    check("bom.json", b"{\"bomFormat\":7,\"components\":{}}", 0);
    check("bom.json", b"{\"bomFormat\":\"CycloneDX\",\"components\":[[],{\"purl\":[]}],\"metadata\":[]}", 0);
    check("x.spdx", b"{{{", 0);
    check("x.spdx", b"nothing", 0);
    let marked = [b"\xef\xbb\xbf", CYCLONEDX.as_bytes()].concat();
    assert_eq!(read("bom.json", &marked).finds.len(), 5);
    let many = format!(
        r#"{{"bomFormat":"CycloneDX","components":[{}]}}"#,
        vec![r#"{"name":"x","version":"1","purl":"pkg:npm/x@1"}"#; MAX_COMPONENTS + 1].join(",")
    );
    let found = read("bom.json", many.as_bytes());
    assert_eq!((found.finds.len(), found.issues[0].code), (1, RECORD_LIMIT));
}

/// As in Pillow's own document, and in those of `cargo cyclonedx`.
#[test]
fn a_package_is_there_once() {
    let text = r#"{"bomFormat":"CycloneDX","metadata":{"component":{"name":"x","version":"1","purl":"pkg:pypi/x@1",
        "components":[{"type":"library","name":"x._c","version":"1","purl":"pkg:pypi/x@1#c-ext/x._c",
        "licenses":[{"license":{"id":"MIT"}}]}]}},
        "components":[{"type":"library","name":"X","version":"1","purl":"pkg:pypi/X@1?file_name=x.whl",
        "licenses":[{"license":{"id":"ISC"}}]}]}"#;
    assert_eq!(purls("x.cdx.json", text), ["pkg:pypi/x@1"]);
    assert_eq!(licenses("x.cdx.json", text), [("license.id", "MIT".into())]);
}
