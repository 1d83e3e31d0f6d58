//! The group id of an artifact whose pom is not there.
//!
//! Maven's plugins made most symbolic names out of group and artifact, by a rule that can be turned round; names of modules
//! and of packages of classes are often made alike. Where that does not lead anywhere a group is a guess: the beginning of
//! a domain, or for want of one the artifact's own name. Left out: what would need a list of all artifacts. Reference: the
//! maven-bundle-plugin's default `Bundle-SymbolicName`.

use super::manifest::Manifest;
use super::name::letters;
use super::pom::is_id;

/// Domains under which projects have a word of their own, so that they alone are nobody's group.
const UMBRELLAS: [&str; 14] = [
    "org.apache",
    "com.google",
    "org.codehaus",
    "org.jboss",
    "com.sun",
    "com.oracle",
    "org.eclipse",
    "com.github",
    "io.github",
    "net.sourceforge",
    "com.ibm",
    "com.microsoft",
    "org.sonatype",
    "net.java",
];

/// Artifacts (`x*`: and what begins so) whose group nothing in their files says, or says wrongly.
const KNOWN: [(&str, &str); 55] = [
    ("ant", "org.apache.ant"),
    ("ant-*", "org.apache.ant"),
    ("antlr", "antlr"),
    ("aopalliance", "aopalliance"),
    ("asm", "org.ow2.asm"),
    ("asm-*", "org.ow2.asm"),
    ("batik-*", "org.apache.xmlgraphics"),
    ("bcpg", "org.bouncycastle"),
    ("bcpkix", "org.bouncycastle"),
    ("bcprov", "org.bouncycastle"),
    ("commons-beanutils", "commons-beanutils"),
    ("commons-cli", "commons-cli"),
    ("commons-codec", "commons-codec"),
    ("commons-collections", "commons-collections"),
    ("commons-daemon", "commons-daemon"),
    ("commons-digester", "commons-digester"),
    ("commons-fileupload", "commons-fileupload"),
    ("commons-httpclient", "commons-httpclient"),
    ("commons-io", "commons-io"),
    ("commons-lang", "commons-lang"),
    ("commons-logging", "commons-logging"),
    ("commons-net", "commons-net"),
    ("commons-validator", "commons-validator"),
    ("derby*", "org.apache.derby"),
    ("ecj", "org.eclipse.jdt"),
    ("groovy*", "org.codehaus.groovy"),
    ("gson", "com.google.code.gson"),
    ("guava", "com.google.guava"),
    ("h2", "com.h2database"),
    ("itext", "com.lowagie"),
    ("jackson-annotations", "com.fasterxml.jackson.core"),
    ("jackson-core", "com.fasterxml.jackson.core"),
    ("jackson-databind", "com.fasterxml.jackson.core"),
    ("jcl-over-slf4j", "org.slf4j"),
    ("jline", "jline"),
    ("jna", "net.java.dev.jna"),
    ("jna-platform", "net.java.dev.jna"),
    ("joda-time", "joda-time"),
    ("jsch", "com.jcraft"),
    ("jsr305", "com.google.code.findbugs"),
    ("jul-to-slf4j", "org.slf4j"),
    ("junit", "junit"),
    ("log4j", "log4j"),
    ("log4j-over-slf4j", "org.slf4j"),
    ("mariadb-java-client", "org.mariadb.jdbc"),
    ("maven-resolver-*", "org.apache.maven.resolver"),
    ("mysql-connector-java", "mysql"),
    ("ojdbc*", "com.oracle.database.jdbc"),
    ("serializer", "xalan"),
    ("slf4j-*", "org.slf4j"),
    ("spring-*", "org.springframework"),
    ("surefire-*", "org.apache.maven.surefire"),
    ("xalan", "xalan"),
    ("xercesImpl", "xerces"),
    ("xml-apis", "xml-apis"),
];

/// The group id. Where nothing says one it is the artifact's own name, as Maven 1 had it for all (`junit:junit`): the purl
/// type wants a group.
pub fn group(artifact: &str, manifest: &Manifest, classes: Option<&str>) -> String {
    let known = KNOWN.iter().find(|(name, _)| match name.strip_suffix('*') {
        Some(start) => artifact.starts_with(start),
        None => *name == artifact,
    });
    let module = manifest.get("Automatic-Module-Name").unwrap_or("");
    let meant = |group: &str| match group {
        // Projects beside Spring itself have artifacts of such names in groups of their own.
        "org.springframework" => module.matches('.').count() == 1 && module.starts_with("spring."),
        // Since version 4 it is Apache's.
        "org.codehaus.groovy" => !module.starts_with("org.apache."),
        _ => true,
    };
    if let Some((_, group)) = known.filter(|(_, group)| meant(group)) {
        return (*group).to_owned();
    }
    // `javax.servlet-api` is `javax.servlet:javax.servlet-api`, and all of its kin are so.
    if ["javax.", "jakarta."].iter().any(|start| artifact.starts_with(start)) {
        return artifact.strip_suffix("-api").unwrap_or(artifact).to_owned();
    }
    if let Some(group) = manifest.symbolic_name().filter(|name| is_whole_group(name, artifact)) {
        return group.to_owned();
    }
    let vendor = manifest.get("Implementation-Vendor-Id").filter(|v| {
        // `junit` beside `junit4`.
        (is_domain(v) && !UMBRELLAS.contains(v)) || (is_id(v) && letters(v) == letters(artifact))
    });
    let start = manifest.get("Start-Class").or_else(|| manifest.get("Main-Class")).and_then(|c| c.rsplit_once('.'));
    let start = start.map(|(package, _)| package).filter(|p| !LAUNCHERS.iter().any(|l| p.starts_with(l)));
    let names = [manifest.symbolic_name(), manifest.get("Automatic-Module-Name"), classes, start];
    let names = || names.into_iter().flatten().filter(|n| is_domain(n));
    let turned = names().find_map(|name| turn_round(name, artifact));
    let title = manifest.get("Implementation-Title").filter(|t| is_domain(t)).and_then(|t| turn_round(t, artifact));
    let cut = || names().find_map(beginning);
    let whole = || classes.filter(|name| is_whole_group(name, artifact)).map(str::to_owned);
    vendor.map(str::to_owned).or(turned).or(title).or_else(whole).or_else(cut).unwrap_or_else(|| artifact.to_owned())
}

/// Main classes of tools that pack a program with its libraries.
const LAUNCHERS: [&str; 3] = ["org.springframework.boot.loader", "org.eclipse.jdt.internal", "com.simontuffs.onejar"];

/// Top-level domains of more than two letters that groups begin with.
const DOMAINS: [&str; 19] = [
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "dev",
    "app",
    "tech",
    "cloud",
    "tools",
    "software",
    "technology",
    "javax",
    "jakarta",
];

/// Whether it is a domain turned round: `org.apache`, not `slf4j.api`.
fn is_domain(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or("");
    let top = DOMAINS.contains(&first) || (first.len() == 2 && first.bytes().all(|b| b.is_ascii_lowercase()));
    top && name.contains('.') && is_id(name) && !name.split('.').any(str::is_empty)
}

/// The group in a symbolic name, if it was made of group and artifact.
fn turn_round(name: &str, artifact: &str) -> Option<String> {
    let above = |group: &str| is_domain(group) && !UMBRELLAS.contains(&group);
    if let Some(group) = name.strip_suffix(artifact).and_then(|g| g.strip_suffix('.')) {
        // `org.apache.velocity` is `org.apache.velocity:velocity`, for nobody is `org.apache:velocity`, and
        // `org.apache.tomcat-util` is `org.apache.tomcat:tomcat-util`.
        let word = artifact.split('-').next().unwrap_or(artifact);
        return Some(if above(group) { group.to_owned() } else { format!("{group}.{word}") });
    }
    for (at, _) in artifact.match_indices('-') {
        let (head, rest) = artifact.split_at(at);
        let rest = rest.trim_start_matches('-');
        for rest in [rest.to_owned(), rest.replace('-', ".")] {
            if let Some(group) = name.strip_suffix(&rest).and_then(|g| g.strip_suffix('.'))
                && group.rsplit('.').next() == Some(head)
                && above(group)
            {
                return Some(group.to_owned());
            }
        }
    }
    if let Some(group) = name.strip_suffix(&artifact.replace('-', ".")).and_then(|g| g.strip_suffix('.'))
        && above(group)
    {
        return Some(group.to_owned());
    }
    // `org.postgresql.jdbc` is of `org.postgresql`, where the artifact is `postgresql`.
    let (at, _) =
        name.match_indices('.').find(|(at, _)| name.get(..*at).and_then(|n| n.rsplit('.').next()) == Some(artifact))?;
    name.get(..at).filter(|g| above(g)).map(str::to_owned)
}

/// Whether a name is the group and nothing more, for with the artifact in it it would go on: `com.squareup.okhttp3` of `okhttp-jvm`,
/// `com.google.inject` of `guice`.
fn is_whole_group(name: &str, artifact: &str) -> bool {
    let Some((before, last)) = name.rsplit_once('.').filter(|_| is_domain(name)) else { return false };
    let (head, more) = artifact.split_once('-').unwrap_or((artifact, ""));
    let begins = !more.is_empty() && letters(last) == letters(head) && !letters(head).is_empty();
    let of_umbrella = UMBRELLAS.contains(&before) && letters(last) != letters(artifact);
    before.contains('.') && (begins || of_umbrella)
}

/// The beginning of a folder of classes that tells the project: `org/apache/velocity`, `com/lowagie`.
pub fn project(folder: &str) -> &str {
    let end = |n: usize| folder.match_indices('/').nth(n).map_or(folder.len(), |(at, _)| at);
    let two = folder.get(..end(1)).unwrap_or(folder);
    let is_umbrella = UMBRELLAS
        .iter()
        .any(|u| u.len() == two.len() && u.bytes().zip(two.bytes()).all(|(a, b)| a == b || (a == b'.' && b == b'/')));
    if is_umbrella { folder.get(..end(2)).unwrap_or(folder) } else { two }
}

/// What is left to guess: the domain and the project's word.
fn beginning(name: &str) -> Option<String> {
    let umbrella = UMBRELLAS.iter().any(|u| name == *u || name.strip_prefix(u).is_some_and(|r| r.starts_with('.')));
    let count = if umbrella { 3 } else { 2 };
    let parts: Vec<&str> = name.split('.').take(count).collect();
    let last = parts.last().copied().unwrap_or("");
    // `org.apache.tomcat-dbcp`: an artifact of `org.apache.tomcat`.
    let last = if umbrella { last.split('-').next().unwrap_or(last) } else { last };
    let front = parts.get(..parts.len().saturating_sub(1)).unwrap_or_default();
    (parts.len() == count).then(|| format!("{}.{last}", front.join(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_stand_whole() {
        let check =
            |name: &str, artifact: &str, whole: bool| assert_eq!(is_whole_group(name, artifact), whole, "{name}");
        check("com.squareup.okhttp3", "okhttp-jvm", true);
        check("com.squareup.okio", "okio-jvm", true);
        check("io.qameta.allure", "allure-commandline", true);
        check("com.google.inject", "guice", true);
        check("com.ibm.icu", "icu4j", true);
        // With the artifact in it.
        check("org.apache.velocity", "velocity", false);
        check("org.slf4j.api", "slf4j-api", false);
        check("com.lowagie", "itext", false);
        check("org.objenesis", "objenesis", false);
    }

    #[test]
    fn folders_of_classes() {
        let check = |folder: &str, expected: &str| assert_eq!(project(folder), expected);
        check("org/apache/velocity/app/tools", "org/apache/velocity");
        check("org/apache", "org/apache");
        check("com/lowagie/text", "com/lowagie");
        check("groovy", "groovy");
        check("", "");
    }
}
