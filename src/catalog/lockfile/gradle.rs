//! Gradle's lock files, and its list of verified artifacts.
//!
//! A lock file has a module a line: `group:name:version=configurations`. `gradle/verification-metadata.xml` lists every module that
//! a build ever loaded, with plugins and what is no longer used; it is often the only list that there is. Of it those are left
//! out of which only a pom or Gradle's metadata was loaded: parents and platforms, which have no code. Specifications:
//! "Locking Versions" and "Dependency Verification" of Gradle's manual.

use super::{Found, yaml};
use crate::catalog::decode;
use crate::model::Ecosystem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Reads a lock file.
pub(super) fn read(content: &str, found: &mut Found) {
    for line in content.lines().map(str::trim).filter(|line| !yaml::is_blank(line)) {
        let module = line.split('=').next().unwrap_or("");
        let mut parts = module.split(':');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("empty"), None, ..) => {}
            (Some(group), Some(name), Some(version), None) => module_of(group, name, version, found),
            _ => found.odd(line),
        }
    }
}

fn module_of(group: &str, name: &str, version: &str, found: &mut Found) {
    if group.is_empty() || group.contains('/') || name.contains('/') {
        let (group, name) = (decode::shown(group), decode::shown(name));
        return found.parsed.record_lost(format!("{group}:{name} is no module; it was left out"));
    }
    found.add(Ecosystem::MAVEN, &format!("{group}/{name}"), version);
}

/// Reads the list of verified artifacts.
pub(super) fn verification(content: &str, found: &mut Found) {
    let mut reader = Reader::from_str(content);
    let mut component: Option<Component> = None;
    let mut is_list = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "verification-metadata" => is_list = true,
                "component" => component = Some(Component::of(&tag)),
                "artifact" => artifact(&mut component, &tag),
                _ => {}
            },
            Ok(Event::Empty(tag)) => match tag.local_name().as_ref() {
                "verification-metadata" => is_list = true,
                "artifact" => artifact(&mut component, &tag),
                _ => {}
            },
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "component" => {
                if let Some(component) = component.take().filter(|c| c.has_code) {
                    module_of(&component.group, &component.name, &component.version, found);
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let why = decode::shown(&error.to_string());
                return found.parsed.file_issue(format!("the XML is broken ({why}); the rest was not read"));
            }
        }
    }
    if !is_list {
        found.broken("it lists no artifacts");
    } else if component.is_some() {
        found.broken("it is cut off");
    }
}

#[derive(Default)]
struct Component {
    group: String,
    name: String,
    version: String,
    has_code: bool,
}

impl Component {
    fn of(tag: &BytesStart<'_>) -> Component {
        Component {
            group: attribute(tag, "group"),
            name: attribute(tag, "name"),
            version: attribute(tag, "version"),
            has_code: false,
        }
    }
}

fn artifact(component: &mut Option<Component>, tag: &BytesStart<'_>) {
    let name = attribute(tag, "name");
    if let Some(component) = component {
        component.has_code |= !name.ends_with(".pom") && !name.ends_with(".module");
    }
}

/// Coordinates hold no character that XML escapes.
fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.try_get_attribute(name).ok().flatten();
    found.map_or_else(String::new, |a| a.value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn locked_modules() {
        let text = "# This is a Gradle generated file for dependency locking.\n# Manual edits can break the build and are not advised.\n\
            com.google.guava:guava:31.1-jre=compileClasspath,runtimeClasspath\norg.slf4j:slf4j-api:2.0.7=runtimeClasspath\nempty=annotationProcessor\n";
        let expected = ["maven/com.google.guava/guava@31.1-jre", "maven/org.slf4j/slf4j-api@2.0.7"];
        check("app/gradle.lockfile", text, &expected, 0);
        check("gradle/dependency-locks/x.lockfile", "a.b:c:1\n", &["maven/a.b/c@1"], 0);
        check("gradle.lockfile", "<<<<<<< HEAD\na:b=1\na:b:1=x\na:b:${v} 1=x\n", &["maven/a/b@1"], 3);
    }

    #[test]
    fn verified_modules() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <verification-metadata xmlns="https://schema.gradle.org/dependency-verification">
            <configuration><verify-metadata>true</verify-metadata></configuration><components>
            <component group="com.google.guava" name="guava" version="31.1-jre">
              <artifact name="guava-31.1-jre.jar"><sha256 value="a42" origin="Generated by Gradle"/></artifact>
              <artifact name="guava-31.1-jre.pom"><sha256 value="5e1"/></artifact></component>
            <component group="com.google.guava" name="guava-parent" version="31.1-jre">
              <artifact name="guava-parent-31.1-jre.pom"><sha256 value="b0f"/></artifact></component>
            </components></verification-metadata>"#;
        let expected = ["maven/com.google.guava/guava@31.1-jre"];
        check("gradle/verification-metadata.xml", text, &expected, 0);
        let cut = text.split("<component group=\"com.google.guava\" name=\"guava-parent\"").next().unwrap();
        check("gradle/verification-metadata.xml", &format!("{cut}<component"), &expected, 1);
        check("gradle/verification-metadata.xml", "<verification-metadata/>", &[], 0);
    }
}
