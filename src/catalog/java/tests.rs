//! Archives are built in code; their metadata is that of real ones, shortened.

use super::*;
use crate::catalog::RECORD_LIMIT;
use crate::catalog::archive::tests::zip_of;
use std::sync::Arc;

fn read(path: &str, bytes: &[u8]) -> Parsed {
    parse(&Input { path, bytes })
}

/// `group:artifact:version`, with the place inside the file.
fn show(parsed: &Parsed) -> Vec<String> {
    let finds = parsed.finds.iter().map(|f| match f {
        Find::Package(p) => {
            let inner = p.inner.as_ref().map(|i| format!(" {i}")).unwrap_or_default();
            format!("{}:{}:{}{inner}", p.namespace.as_deref().unwrap_or(""), p.name, p.version)
        }
        other => panic!("{other:?}"),
    });
    finds.collect()
}

fn check(path: &str, files: &[(&str, &[u8])], expected: &[&str]) {
    let parsed = read(path, &zip_of(files));
    assert_eq!(show(&parsed), expected, "{path}");
    assert_eq!(parsed.issues, [], "{path}");
}

fn properties(group: &str, artifact: &str, version: &str) -> (String, Vec<u8>) {
    let text = format!("#Generated\nversion={version}\ngroupId={group}\nartifactId={artifact}\n");
    (format!("META-INF/maven/{group}/{artifact}/pom.properties"), text.into_bytes())
}

fn only(parsed: &Parsed) -> &PackageFind {
    match &parsed.finds[..] {
        [Find::Package(p)] => p,
        other => panic!("{other:?}"),
    }
}

const SLF4J_POM: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<parent><groupId>org.slf4j</groupId><artifactId>slf4j-parent</artifactId><version>1.7.32</version></parent>
<artifactId>slf4j-api</artifactId><packaging>jar</packaging><name>SLF4J API Module</name>
<description>The slf4j
   API</description><url>http://www.slf4j.org</url>
<licenses><license><name>MIT License</name><url>http://www.opensource.org/licenses/mit-license.php</url></license></licenses>
<dependencies><dependency><groupId>ch.qos.logback</groupId><artifactId>logback-core</artifactId></dependency></dependencies>
</project>"#;

#[test]
fn a_jar_with_all_that_maven_writes() {
    let manifest = b"Manifest-Version: 1.0\r\nBundle-SymbolicName: slf4j.api\r\nImplementation-Vendor: QOS\r\n\
        Bundle-License: http://www.opensource.org/licenses/mit-license.php\r\n";
    let bytes = zip_of(&[
        ("META-INF/MANIFEST.MF", manifest),
        ("META-INF/LICENSE", b"words"),
        ("META-INF/NOTICE.txt", b" \n"),
        ("org/slf4j/LICENSE", b"of something else"),
        ("META-INF/maven/org.slf4j/slf4j-api/pom.xml", SLF4J_POM),
        ("org/slf4j/Logger.class", b""),
    ]);
    let parsed = read("srv/slf4j.jar", &bytes);
    let p = only(&parsed);
    assert_eq!(show(&parsed), ["org.slf4j:slf4j-api:1.7.32"]);
    assert_eq!((p.ecosystem, p.basis), (Ecosystem::MAVEN, Basis::Archive));
    assert_eq!(p.description.as_deref(), Some("The slf4j API"));
    assert_eq!((p.supplier.as_deref(), p.homepage.as_deref()), (Some("QOS"), Some("http://www.slf4j.org")));
    let mit = "http://www.opensource.org/licenses/mit-license.php";
    let declared: Vec<_> = p.declared.iter().map(|d| (d.field, d.values.iter().map(|v| &**v).collect())).collect();
    assert_eq!(declared, [("licenses", vec!["MIT License", mit]), ("Bundle-License", vec![mit])]);
    assert_eq!(p.embedded, [EmbeddedText { path: "META-INF/LICENSE".into(), words: "words".into() }]);
    assert_eq!(p.provides, ["org.slf4j:slf4j-api".into()]);
    assert_eq!(p.requires, [Requirement::AnyOf(vec!["ch.qos.logback:logback-core".into()])]);
    assert_eq!(crate::purl::purl(p, None).unwrap(), "pkg:maven/org.slf4j/slf4j-api@1.7.32");
}

#[test]
fn shaded_parts_are_packages_of_their_own() {
    let parts = [
        properties("org.apache.commons", "commons-text", "1.9"),
        properties("com.acme", "core-lib", "2.0.1"),
        properties("com.acme", "template", "${project.version}"),
        properties("org.hibernate", "hibernate-core", "5.6.9.Final"),
    ];
    let files: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (n.as_str(), &b[..])).collect();
    let text = "org.apache.commons:commons-text:1.9 META-INF/maven/org.apache.commons/commons-text/pom.properties";
    let core = "com.acme:core-lib:2.0.1 META-INF/maven/com.acme/core-lib/pom.properties";
    let orm = "org.hibernate:hibernate-core:5.6.9.Final META-INF/maven/org.hibernate/hibernate-core/pom.properties";
    check("core-lib-2.0.1.jar", &files, &["com.acme:core-lib:2.0.1", text, orm]);
    check("shaded-uber.jar", &files, &["shaded-uber:shaded-uber:", core, text, orm]);
    let mut titled = files.clone();
    titled.push(("META-INF/MANIFEST.MF", b"Implementation-Title: core-lib\n"));
    check("app.jar", &titled, &["com.acme:core-lib:2.0.1", text, orm]);
    // One pom in a renamed file is its own, one in a file that names another is not.
    check("app.jar", &files[..1], &["org.apache.commons:commons-text:1.9"]);
    check("app-7.jar", &files[..1], &["app:app:7", text]);
}

#[test]
fn applications_hold_their_libraries() {
    let (path, own) = properties("com.acme", "shop", "1.0");
    let lib = zip_of(&[("META-INF/MANIFEST.MF", b"Bundle-SymbolicName: org.mozilla.rhino\n"), ("LICENSE", b"MPL")]);
    let war = zip_of(&[("WEB-INF/lib/rhino-1.7.jar", &lib), ("META-INF/LICENSE", b"MPL")]);
    let boot: &[(&str, &[u8])] = &[
        (&path, &own),
        ("BOOT-INF/lib/rhino-1.7.jar", &lib),
        ("BOOT-INF/classes/com/acme/shop/Main.class", b""),
        ("org/springframework/boot/loader/Launcher.class", b""),
    ];
    check("shop.jar", boot, &["com.acme:shop:1.0", "org.mozilla:rhino:1.7 BOOT-INF/lib/rhino-1.7.jar"]);
    check("shop.jar", &boot[2..], &["com.acme:shop:"]);
    let ear = zip_of(&[("web.war", &war), ("META-INF/application.xml", b"")]);
    let script = [b"#!/bin/sh\nexit 0\n", &ear[..]].concat();
    for bytes in [ear, script] {
        let parsed = read("opt/all-3.ear", &bytes);
        let inner = "org.mozilla:rhino:1.7 web.war!/WEB-INF/lib/rhino-1.7.jar";
        assert_eq!(show(&parsed), ["all:all:3", "web:web: web.war", inner]);
        let texts: Vec<&EmbeddedText> = parsed
            .finds
            .iter()
            .flat_map(|f| match f {
                Find::Package(p) => &p.embedded[..],
                _ => &[],
            })
            .collect();
        assert_eq!(texts.iter().map(|t| &*t.path).collect::<Vec<_>>(), ["META-INF/LICENSE", "LICENSE"]);
        assert!(Arc::ptr_eq(&texts[0].words, &texts[1].words), "the same words are kept once");
    }
    // The code of an Android library is no package beside it.
    let classes = zip_of(&[("com/acme/A.class", b"")]);
    check("ui-1.2.aar", &[("AndroidManifest.xml", b""), ("classes.jar", &classes)], &["ui:ui:1.2"]);
}

#[test]
fn parents_in_the_archive_or_around_it() {
    let parent = b"<project><groupId>com.acme</groupId><artifactId>parent</artifactId><version>3</version>\
        <packaging>pom</packaging><properties><v>9</v></properties><licenses><license><name>MIT</name></license></licenses>\
        <organization><name>Acme</name></organization></project>";
    let child =
        b"<project><parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>3</version></parent>\
        <artifactId>child</artifactId><version>${v}</version></project>";
    let inner = zip_of(&[("META-INF/maven/com.acme/child/pom.xml", child)]);
    let outer: &[(&str, &[u8])] = &[("META-INF/maven/com.acme/parent/pom.xml", parent), ("lib/child.jar", &inner)];
    let parsed = read("app-1.war", &zip_of(outer));
    assert_eq!(show(&parsed), ["app:app:1", "com.acme:child:9 lib/child.jar"]);
    let [_, Find::Package(p)] = &parsed.finds[..] else { panic!() };
    assert_eq!(p.declared[0].values, ["MIT".into()]);
    assert_eq!(p.supplier.as_deref(), Some("Acme"));
    // Without the parent nobody knows the version.
    assert_eq!(show(&read("child.jar", &inner)), ["com.acme:child:"]);
}

#[test]
fn poms_of_a_repository_tell_licences() {
    let path = "root/.m2/repository/org/slf4j/slf4j-api/1.7.32/slf4j-api-1.7.32.pom";
    let parsed = read(path, SLF4J_POM);
    let [Find::Source(p)] = &parsed.finds[..] else { panic!("{parsed:?}") };
    assert_eq!((p.namespace.as_deref(), &*p.name, &*p.version), (Some("org.slf4j"), "slf4j-api", "1.7.32"));
    assert_eq!(p.declared[0].values.len(), 2);
    let issues = |bytes: &[u8]| {
        let parsed = read(path, bytes);
        (parsed.finds.len(), parsed.issues.len())
    };
    assert_eq!(
        issues(b"<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version></project>"),
        (1, 0)
    );
    // One that says nothing leads on to its parent.
    let child = "<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>2</version></parent>\
                 <artifactId>a</artifactId></project>";
    let parsed = read(path, child.as_bytes());
    let [Find::Source(p)] = &parsed.finds[..] else { panic!("{parsed:?}") };
    let parent = p.parent.as_ref().map(|c| (c.namespace.as_deref(), &*c.name, &*c.version));
    assert_eq!((&*p.version, parent), ("2", Some((Some("g"), "p", "2"))));
    // What it says of licences may have stood behind the cut: no parent is asked.
    assert_eq!(issues(&SLF4J_POM[..300]), (1, 1));
    assert_eq!(issues(&SLF4J_POM[..SLF4J_POM.len() - 12]), (1, 1));
    assert_eq!(issues(b"\0\x01 no pom"), (0, 0));
}

#[test]
fn what_is_no_java_archive() {
    let counts = |path: &str, bytes: &[u8]| {
        let parsed = read(path, bytes);
        (parsed.finds.len(), parsed.issues.len())
    };
    let zip = zip_of(&[("readme.txt", b"x")]);
    assert_eq!(counts("a.rar", b"Rar!\x1a\x07"), (0, 0));
    assert_eq!(counts("a.kar", b"MThd"), (0, 0));
    assert_eq!(counts("a.par", &zip), (0, 0));
    assert_eq!(counts("a.jar", &zip), (1, 0));
    assert_eq!(counts("a-1.jar", &zip_of(&[])), (0, 0));
    assert_eq!(counts("a.jar", b""), (0, 1));
    assert_eq!(counts("a-1.jar", b"no archive"), (0, 1));
    // Cut off: what its name says is known still.
    assert_eq!(counts("a-1.jar", &zip[..40]), (1, 1));
    assert_eq!(counts("a.jar", &zip[..40]), (0, 1));
    assert_eq!(counts("..jar", &zip), (0, 1));
    let broken = zip_of(&[("lib/x-1.0.jar", &zip[..40]), ("lib/y-2.jar", &zip)]);
    assert_eq!(counts("a.war", &broken), (3, 1));
}

#[test]
fn archives_without_end_are_ended() {
    let mut nested = zip_of(&[("x.class", b"")]);
    for _ in 0..DEPTH_LIMIT + 5 {
        nested = zip_of(&[("a.jar", &nested)]);
    }
    let parsed = read("a.jar", &nested);
    assert_eq!((parsed.finds.len(), parsed.issues.len()), (DEPTH_LIMIT, 1));
    assert_eq!(parsed.issues[0].code, RECORD_LIMIT);
    // Sixteen archives of sixteen each, and so on: each level is small, all together are not.
    let mut bomb = zip_of(&[("META-INF/LICENSE", &vec![b'a'; 2 << 20])]);
    for _ in 0..4 {
        let names: Vec<String> = (0..16).map(|i| format!("{i}.jar")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &bomb[..])).collect();
        bomb = zip_of(&files);
    }
    let parsed = read("bomb.jar", &bomb);
    assert_eq!(parsed.issues.len(), 1, "{:?}", parsed.issues);
    assert_eq!(parsed.issues[0].code, RECORD_LIMIT);
    // A manifest that is a bomb is lost, and nothing else.
    let zeros = vec![0; 17 << 20];
    let parsed = read("a-1.jar", &zip_of(&[("META-INF/MANIFEST.MF", &zeros), ("big", &vec![7; 300 << 10])]));
    assert_eq!((parsed.finds.len(), parsed.issues.len()), (1, 1));
}

#[test]
fn broken_archives_never_panic() {
    let (path, own) = properties("com.acme", "shop", "1.0");
    let inner = zip_of(&[("META-INF/maven/a/b/pom.xml", SLF4J_POM)]);
    let good = zip_of(&[(&path, &own), ("META-INF/MANIFEST.MF", b"A: b\n"), ("x.jar", &inner), ("NOTICE", b"n")]);
    for at in 0..good.len() {
        let _ = read("x-1.jar", &good[..at]);
        for byte in [0, 0xff] {
            let mut bad = good.clone();
            bad[at] = byte;
            let parsed = read("x-1.jar", &bad);
            assert_eq!(read("x-1.jar", &bad), parsed);
        }
    }
}

#[test]
fn the_licence_at_the_head_of_a_pom() {
    let pom = |head: &str, licenses: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n{head}<project><!-- a <b> -->\n<groupId>com.acme</groupId><artifactId>a</artifactId>\
             <version>1</version>{licenses}<!-- The license of the build is the GPL. --></project>"
        )
    };
    let head = "<!--\n  Licensed under the Apache License, Version 2.0.\n-->\n";
    let words = |parsed: &Parsed| -> Vec<(String, String)> {
        let [Find::Package(p) | Find::Source(p)] = &parsed.finds[..] else { panic!("{parsed:?}") };
        p.embedded.iter().map(|t| (t.path.to_string(), t.words.to_string())).collect()
    };
    let apache =
        |path: &str| vec![(path.to_owned(), "Licensed under the Apache License, Version 2.0.\n a <b>".to_owned())];
    let shown =
        |parsed: &Parsed| words(parsed).into_iter().map(|(p, w)| (p, w.replace("\n  ", "\n"))).collect::<Vec<_>>();
    let in_jar = |pom: &str, more: &[(&str, &[u8])]| {
        let mut files: Vec<(&str, &[u8])> = vec![("META-INF/maven/com.acme/a/pom.xml", pom.as_bytes())];
        files.extend(more);
        words(&read("a-1.jar", &zip_of(&files))).into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    assert_eq!(shown(&read("r/a-1.pom", pom(head, "").as_bytes())), apache("comment"));
    assert_eq!(in_jar(&pom(head, ""), &[]), ["META-INF/maven/com.acme/a/pom.xml!/comment"]);
    // Whatever says it better.
    let licenses = "<licenses><license><name>MIT</name></license></licenses>";
    assert_eq!(words(&read("r/a-1.pom", pom(head, licenses).as_bytes())), []);
    assert_eq!(in_jar(&pom(head, ""), &[("META-INF/LICENSE", b"words")]), ["META-INF/LICENSE"]);
    // What stands further down is about something else.
    assert_eq!(words(&read("r/a-1.pom", pom("", "").as_bytes())), []);
}
