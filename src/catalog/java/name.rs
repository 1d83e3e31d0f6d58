//! What an archive is called where no pom says it: by its file name and its manifest.
//!
//! Left out: classifiers (`-sources`), which are the same artifact. References: Maven's naming of repository files, the
//! maven-bundle-plugin's default `Bundle-SymbolicName`.

use super::group::group;
use super::manifest::Manifest;
use super::pom::{Coordinates, is_id, is_version};
use crate::catalog::decode;

/// A file name taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// The part before the version: mostly the artifact id.
    pub name: String,
    /// The version.
    pub version: Option<String>,
}

/// Words that stand behind a version and are no part of it: what kind of file of the artifact it is.
const CLASSIFIERS: [&str; 20] = [
    "indy",
    "sources",
    "javadoc",
    "tests",
    "test",
    "shaded",
    "all",
    "jar",
    "uber",
    "fat",
    "exec",
    "boot",
    "standalone",
    "bundle",
    "bin",
    "client",
    "classes",
    "nodep",
    "plain",
    "original",
];

/// How the names of platforms begin, which are classifiers too.
const PLATFORMS: [&str; 9] = ["linux", "osx", "windows", "win", "mac", "natives", "x86", "aarch", "amd64"];

/// Words that stand between the numbers of a version.
const QUALIFIERS: [&str; 9] = ["alpha", "beta", "rc", "cr", "m", "b", "snapshot", "ea", "pre"];

/// Takes a file name apart: `log4j-1.2-api-2.17.1.jar` is `log4j-1.2-api` and `2.17.1`.
pub fn split(file: &str) -> FileName {
    let stem = match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    };
    let words: Vec<&str> = stem.split('-').collect();
    let number = |w: &&str| w.starts_with(|c: char| c.is_ascii_digit());
    let is = |list: &[&str], word: &str| list.iter().any(|w| word.eq_ignore_ascii_case(w));
    let Some(last) = words.iter().skip(1).rposition(number).map(|i| i + 1) else { return split_bundle(stem) };
    // `1.0-20230101.120000-1`, `1.0-beta-2`: the version began before its last number.
    let mut start = last;
    while let Some(before) = start.checked_sub(1).filter(|b| *b > 0).and_then(|b| words.get(b)) {
        let begins =
            number(before) || (is(&QUALIFIERS, before) && start > 2 && words.get(start - 2).is_some_and(number));
        if !begins {
            break;
        }
        start -= 1;
    }
    let classifier = |w: &&str| {
        let lower = w.to_ascii_lowercase();
        is(&CLASSIFIERS, w) || PLATFORMS.iter().any(|p| lower.starts_with(p))
    };
    let end = words.iter().skip(last + 1).position(classifier).map_or(words.len(), |i| last + 1 + i);
    let joined = |from: usize, to: usize| words.get(from..to).unwrap_or_default().join("-");
    FileName { name: joined(0, start), version: Some(joined(start, end)).filter(|v| is_version(v)) }
}

/// `org.eclipse.core.jobs_3.10.800.v20200421`, as OSGi names files.
fn split_bundle(stem: &str) -> FileName {
    let parts = stem.rsplit_once('_').filter(|(name, version)| {
        !name.is_empty()
            && version.contains('.')
            && version.starts_with(|c: char| c.is_ascii_digit())
            && is_version(version)
    });
    match parts {
        Some((name, version)) => FileName { name: name.to_owned(), version: Some(version.to_owned()) },
        None => {
            let words: Vec<&str> = stem.split('-').collect();
            let kept = words.iter().rposition(|w| !["sources", "javadoc"].contains(w)).map_or(0, |i| i + 1);
            FileName { name: words.get(..kept).unwrap_or_default().join("-"), version: None }
        }
    }
}

/// Letters and digits alone, in lower case: how names are compared that tools wrote in different ways.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// As [`plain`], without digits: distributions name `tomcat9-util` what is `tomcat-util`.
pub fn letters(text: &str) -> String {
    plain(text).chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// The symbolic name that the maven-bundle-plugin gives: group and artifact, without what they share.
fn symbolic(group: &str, artifact: &str) -> String {
    let last = group.rsplit('.').next().unwrap_or(group);
    match artifact.strip_prefix(last) {
        Some("") => group.to_owned(),
        Some(rest) if rest.starts_with(['-', '.']) => format!("{group}.{}", rest.trim_start_matches(['-', '.'])),
        _ if artifact.starts_with(group) => artifact.to_owned(),
        _ => format!("{group}.{artifact}"),
    }
}

/// How sure it is that a pom in an archive is the archive's own, and not that of something shaded into it; 0 where nothing
/// says so.
pub fn fits(pom: &Coordinates, file: &FileName, manifest: &Manifest) -> u32 {
    let Some(artifact) = pom.artifact.as_deref() else { return 0 };
    let group = pom.group.as_deref().unwrap_or("");
    let version = |v: Option<&str>| v.is_some() && v == pom.version.as_deref();
    let by_file = version(file.version.as_deref());
    // A file may be named after another version only by mistake.
    let contradicted = file.version.as_ref().is_some_and(|v| !artifact.ends_with(&v.replace('-', "_"))) && !by_file;
    let by_manifest =
        ["Implementation-Version", "Bundle-Version", "Specification-Version"].iter().any(|a| version(manifest.get(a)));
    let names = |text: &str| {
        plain(text) == plain(artifact) || plain(text) == plain(&format!("{group}{artifact}")) || {
            let bare = text.strip_prefix(group).unwrap_or(text);
            !bare.is_empty() && plain(bare) == plain(artifact)
        }
    };
    // A jar that others were shaded into may have the manifest of one of them: then name and version of the file say otherwise.
    let shaded = contradicted && !related(&file.name, artifact) && !related(artifact, &file.name);
    // `geronimo-interceptor-3.0-spec.jar` of `geronimo-interceptor_3.0_spec`.
    let stem = file.version.as_ref().map(|version| plain(&format!("{}{version}", file.name)));
    let score = if file.name == artifact || stem.is_some_and(|stem| stem == plain(artifact)) {
        100
    } else if plain(&file.name) == plain(artifact) || file.name == format!("{group}.{artifact}") {
        90
    } else if !shaded && manifest.symbolic_name().is_some_and(|n| n == symbolic(group, artifact) || names(n)) {
        80
    } else if !shaded
        && ["Implementation-Title", "Short-Name", "Extension-Name"].iter().any(|a| manifest.get(a).is_some_and(names))
    {
        70
    } else if letters(&file.name) == letters(artifact) && !letters(artifact).is_empty() {
        60
    } else if by_file && (related(&file.name, artifact) || related(artifact, &file.name)) {
        // `ecj-3.33.jar` holds `org.eclipse.jdt:ecj`, `jna-platform` may be named `platform`.
        40
    } else if by_manifest && !contradicted {
        20
    } else {
        0
    };
    match score {
        0 => 0,
        score if by_file => score + 8,
        score if contradicted => score / 2,
        score if by_manifest => score + 4,
        score => score,
    }
}

/// Whether one name is a whole word at the beginning or the end of the other.
fn related(long: &str, short: &str) -> bool {
    let edge = |rest: Option<&str>, at: fn(&str) -> Option<char>| {
        rest.is_some_and(|r| at(r).is_some_and(|c| !c.is_ascii_alphanumeric()))
    };
    !short.is_empty()
        && (edge(long.strip_prefix(short), |r| r.chars().next())
            || edge(long.strip_suffix(short), |r| r.chars().last()))
}

/// What a manifest and a file name make of an archive without a pom.
pub fn guess(file: &FileName, manifest: &Manifest, classes: Option<&str>) -> Coordinates {
    // The plugins of Jenkins and NiFi say it outright.
    for [group, name, version] in [
        ["Group-Id", "Short-Name", "Plugin-Version"],
        ["Group-Id", "Extension-Name", "Plugin-Version"],
        ["Nar-Group", "Nar-Id", "Nar-Version"],
    ] {
        if let (Some(group), Some(name)) = (manifest.get(group), manifest.get(name))
            && is_id(group)
            && is_id(name)
        {
            let version = manifest.get(version).and_then(|v| v.split_whitespace().next());
            let version = version.filter(|v| is_version(v)).map(str::to_owned).or_else(|| file.version.clone());
            return Coordinates { group: Some(group.to_owned()), artifact: Some(name.to_owned()), version };
        }
    }
    // Some builds put both into the title.
    if let Some((group, name)) = manifest.get("Implementation-Title").and_then(|t| t.split_once(':'))
        && is_id(group)
        && is_id(name)
    {
        let (group, artifact) = (Some(group.to_owned()), Some(name.to_owned()));
        return Coordinates { group, artifact, version: version(file, manifest) };
    }
    let artifact = artifact(file, manifest);
    let group = artifact.as_deref().map(|a| group(a, manifest, classes));
    Coordinates { group, artifact, version: version(file, manifest) }
}

/// The artifact id. Files are mostly named after it, and titles are mostly prose: the manifest counts where the file has
/// no version in its name and is called otherwise (`app.jar`), or where a distribution has put a number into the name.
fn artifact(file: &FileName, manifest: &Manifest) -> Option<String> {
    let title =
        manifest.get("Implementation-Title").filter(|t| is_id(t) && t.contains(|c: char| c.is_ascii_lowercase()));
    let title = title.filter(|t| !t.contains('.'));
    let mut words = manifest.symbolic_name().filter(|n| is_id(n)).unwrap_or("").rsplit('.');
    let last = words.next().unwrap_or("");
    let joined = words.next().map(|before| format!("{before}-{last}")).unwrap_or_default();
    // `org.apache.tomcat-util`, and `org.apache.tomcat.jdbc` of what is `tomcat-jdbc`.
    let same = |name: &str| plain(name) != plain(&file.name) && letters(name) == letters(&file.name);
    for name in [title.unwrap_or(""), last, &joined] {
        if same(name) && name.contains('-') {
            return Some(name.to_owned());
        }
    }
    if file.version.is_none()
        && let Some(title) = title
        && letters(title) != letters(&file.name)
        && !related(&file.name, title)
        && !related(title, &file.name)
    {
        return Some(title.to_owned());
    }
    let name: String = file.name.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect();
    decode::token(&name).map(String::from)
}

/// The version: as the file has it, where the manifest says about the same (`9.3` beside a bundle's `9.3.0`).
fn version(file: &FileName, manifest: &Manifest) -> Option<String> {
    let said = |attribute: Option<&str>| {
        let value = attribute?.split([' ', ';']).next()?.trim_matches('"');
        (is_version(value) && value.contains(|c: char| c.is_ascii_digit())).then(|| value.to_owned())
    };
    match (&file.version, said(manifest.main("Implementation-Version"))) {
        (Some(named), Some(said)) if same_version(named, &said) => Some(named.clone()),
        (_, Some(said)) => Some(said),
        // A bundle's version is written by hand in old ones, and then old (Xerces 2.12.0 says 2.11.0).
        (Some(named), None) => Some(named.clone()),
        // What a specification's version says of its implementation is little, but more than nothing.
        (None, None) => ["Bundle-Version", "Implementation-Version", "Specification-Version"]
            .iter()
            .find_map(|attribute| said(manifest.get(attribute))),
    }
}

/// Whether one is the other with more detail behind it: zeros, a build, a qualifier.
fn same_version(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        || plain(short) == plain(long)
        // OSGi wants a dot where Maven has a hyphen: `2.0.0.SNAPSHOT`.
        || short.replace('-', ".").trim_end_matches(".0") == long.replace('-', ".").trim_end_matches(".0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse(text.replace('|', "\n").as_bytes())
    }

    #[test]
    fn file_names() {
        let check = |file: &str, name: &str, version: Option<&str>| {
            let got = split(file);
            assert_eq!((&*got.name, got.version.as_deref()), (name, version), "{file}");
        };
        check("commons-lang3-3.12.0.jar", "commons-lang3", Some("3.12.0"));
        check("log4j-1.2-api-2.17.1.jar", "log4j-1.2-api", Some("2.17.1"));
        check("foo-2.0-SNAPSHOT.war", "foo", Some("2.0-SNAPSHOT"));
        check("foo-1.0-20230101.120000-1.jar", "foo", Some("1.0-20230101.120000-1"));
        check("foo-1.0-beta-2.jar", "foo", Some("1.0-beta-2"));
        check("guava-31.1-jre.jar", "guava", Some("31.1-jre"));
        check("netty-epoll-4.1.94.Final-linux-x86_64.jar", "netty-epoll", Some("4.1.94.Final"));
        check("foo-1.0-sources.jar", "foo", Some("1.0"));
        check("foo-1.0-jar-with-dependencies.jar", "foo", Some("1.0"));
        check("jackson-module-scala_2.12-2.10.0.jar", "jackson-module-scala_2.12", Some("2.10.0"));
        check("org.eclipse.core.jobs_3.10.800.v20200421.jar", "org.eclipse.core.jobs", Some("3.10.800.v20200421"));
        check("itext.jar", "itext", None);
        check("foo-sources.jar", "foo", None);
        check("jul-to-slf4j.jar", "jul-to-slf4j", None);
        check("3270-tool-1.jar", "3270-tool", Some("1"));
        check("x-2-${v}.jar", "x", None);
        check(".jar", ".jar", None);
        check("", "", None);
        check("-1.jar", "", Some("1"));
    }

    #[test]
    fn the_own_pom_among_others() {
        let check = |gav: [&str; 3], file: &str, text: &str, fit: bool| {
            let [g, a, v] = gav.map(|p| Some(p.to_owned()));
            let pom = Coordinates { group: g, artifact: a, version: v };
            assert_eq!(fits(&pom, &split(file), &manifest(text)) > 0, fit, "{gav:?} {file} {text}");
        };
        let core = ["org.apache.maven", "maven-core", "3.8.7"];
        check(core, "maven-core-3.8.7.jar", "", true);
        check(core, "maven3-core.jar", "", true);
        check(core, "x.jar", "Bundle-SymbolicName: org.apache.maven.core", true);
        check(core, "x.jar", "Implementation-Title: Maven Core", true);
        check(core, "x.jar", "Implementation-Version: 3.8.7", true);
        check(core, "x-3.8.7.jar", "", false);
        check(core, "x.jar", "", false);
        check(core, "x-1.0.jar", "Implementation-Version: 3.8.7", false);
        check(core, "core-3.8.7.jar", "", true);
        let [g, a, _] = core;
        let of = |file: &str| {
            let pom = Coordinates { group: Some(g.into()), artifact: Some(a.into()), version: Some("1".into()) };
            fits(&pom, &split(file), &Manifest::default())
        };
        assert!(of("maven-core-1.jar") > of("maven-core.jar") && of("maven-core.jar") > of("maven-core-2.jar"));
        assert!(of("maven-core-2.jar") > of("maven3-core-2.jar"));
    }

    #[test]
    fn coordinates_without_a_pom() {
        let check = |file: &str, text: &str, classes: Option<&str>, expected: &str| {
            let got = guess(&split(file), &manifest(text), classes);
            let part = |p: Option<String>| p.unwrap_or_default();
            let got = format!("{}:{}:{}", part(got.group), part(got.artifact), part(got.version));
            assert_eq!(got, expected, "{file} {text}");
        };
        // Real manifests, shortened.
        check(
            "postgresql.jar",
            "Implementation-Title: PostgreSQL JDBC Driver|Implementation-Version: 42.5.5|Specification-Version: 4.2|\
             Implementation-Vendor-Id: org.postgresql|Automatic-Module-Name: org.postgresql.jdbc",
            None,
            "org.postgresql:postgresql:42.5.5",
        );
        check("postgresql.jar", "Automatic-Module-Name: org.postgresql.jdbc", None, "org.postgresql:postgresql:");
        check("lowagie.jar", "Main-Class: x", Some("com.lowagie"), "com.lowagie:lowagie:");
        check("tool.jar", "Main-Class: x", None, "tool:tool:");
        let tabula = "Main-Class: technology.tabula.CommandLineApp";
        check("tabula-1.0.5-jar-with-dependencies.jar", tabula, None, "technology.tabula:tabula:1.0.5");
        let boot = "Main-Class: org.springframework.boot.loader.JarLauncher";
        check("app.jar", boot, None, "app:app:");
        check("app.jar", &format!("{boot}|Start-Class: io.acme.shop.web.Main"), None, "io.acme:app:");
        check(
            "asm-9.4.jar",
            "Bundle-SymbolicName: org.objectweb.asm|Bundle-Version: 9.4.0",
            None,
            "org.ow2.asm:asm:9.4",
        );
        check(
            "tomcat9-util-9.0.70.jar",
            "Bundle-SymbolicName: org.apache.tomcat-util|Bundle-Version: 9.0.70",
            None,
            "org.apache.tomcat:tomcat-util:9.0.70",
        );
        check(
            "maven-core-3.8.7.jar",
            "Bundle-SymbolicName: org.apache.maven.core;singleton:=true",
            None,
            "org.apache.maven:maven-core:3.8.7",
        );
        check("velocity-1.7.jar", "Bundle-SymbolicName: org.apache.velocity", None, "org.apache.velocity:velocity:1.7");
        check(
            "mockito-core-3.jar",
            "Bundle-SymbolicName: org.mockito.mockito-core",
            None,
            "org.mockito:mockito-core:3",
        );
        check("rhino-1.7.jar", "Bundle-SymbolicName: org.mozilla.rhino", None, "org.mozilla:rhino:1.7");
        check("assertj-core-3.jar", "Automatic-Module-Name: org.assertj.core", None, "org.assertj:assertj-core:3");
        check(
            "log4j-core-2.jar",
            "Bundle-SymbolicName: org.apache.logging.log4j.core",
            None,
            "org.apache.logging.log4j:log4j-core:2",
        );
        check("aa-bb-2.jar", "Bundle-SymbolicName: org.acme.x.aa.bb", None, "org.acme.x.aa:aa-bb:2");
        let servlet = "Bundle-SymbolicName: javax.servlet-api|Implementation-Vendor-Id: org.glassfish";
        check("javax.servlet-api-4.0.1.jar", servlet, None, "javax.servlet:javax.servlet-api:4.0.1");
        check("a-b-c-1.jar", "Automatic-Module-Name: org.a.b.c", None, "org.a:a-b-c:1");
        check("slf4j-api-1.7.32.jar", "Bundle-SymbolicName: slf4j.api", None, "org.slf4j:slf4j-api:1.7.32");
        check("spring-core-5.jar", "Automatic-Module-Name: spring.core", None, "org.springframework:spring-core:5");
        check("spring-x-5.jar", "Automatic-Module-Name: com.acme.spring", None, "com.acme:spring-x:5");
        check("x-1.jar", "Bundle-SymbolicName: org.apache.felix.scr.ds", None, "org.apache.felix:x:1");
        check("x-1.jar", "Implementation-Vendor-Id: org.apache", Some("org"), "x:x:1");
        check(
            "app.jar",
            "Implementation-Title: my-service|Implementation-Version: 2.1",
            None,
            "my-service:my-service:2.1",
        );
        check("groovy-ant-2.4.jar", "Bundle-SymbolicName: groovy-ant", None, "org.codehaus.groovy:groovy-ant:2.4");
        check("groovy-2.4.jar", "Bundle-SymbolicName: groovy", None, "org.codehaus.groovy:groovy:2.4");
        let groovy = "Bundle-SymbolicName: groovy-ant|Automatic-Module-Name: org.apache.groovy.ant";
        check("groovy-ant-4.0.jar", groovy, None, "org.apache.groovy:groovy-ant:4.0");
        check("lib-2.0.jar", "Implementation-Title: other", None, "lib:lib:2.0");
        check("lib-2.0.jar", "Bundle-Version: 2.0.0.SNAPSHOT", None, "lib:lib:2.0");
        check("lib-2.jar", "Implementation-Version: 3.1", None, "lib:lib:3.1");
        let xerces = "Bundle-Version: 2.11.0||Name: a/|Implementation-Version: 1.4";
        check("xercesImpl-2.12.0.jar", xerces, None, "xerces:xercesImpl:2.12.0");
        check("xercesImpl.jar", xerces, None, "xerces:xercesImpl:2.11.0");
        check("lib.jar", "Bundle-Version: 10.14.2000000.???", None, "lib:lib:");
        check(
            "batik.jar",
            "Implementation-Title: org.apache.xmlgraphics:batik-all",
            None,
            "org.apache.xmlgraphics:batik-all:",
        );
        check("junit4.jar", "Implementation-Title: JUnit|Implementation-Vendor-Id: junit", None, "junit:junit4:");
        check(
            "tomcat9-jdbc-9.jar",
            "Bundle-SymbolicName: org.apache.tomcat.jdbc",
            None,
            "org.apache.tomcat:tomcat-jdbc:9",
        );
        check("lib.jar", "Implementation-Version: ${project.version}|Specification-Version: 4", None, "lib:lib:4");
        check("lib.jar", "Implementation-Version: 1.8.0_402 (build 5)", None, "lib:lib:1.8.0_402");
        check(
            "git.hpi",
            "Group-Id: org.jenkins-ci.plugins|Short-Name: git|Plugin-Version: 4.2 (private-x)",
            None,
            "org.jenkins-ci.plugins:git:4.2",
        );
        check("\u{e9} b.jar", "", None, "\u{e9}-b:\u{e9}-b:");
        check("..jar", "", None, "::");
    }
}
