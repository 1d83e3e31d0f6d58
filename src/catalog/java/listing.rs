//! Which entries of an archive are read, and what the folders of its classes say.

use super::{Ending, ending, group};
use crate::catalog::archive::Entry;
use crate::catalog::{license_file, paths};
use std::collections::BTreeMap;

/// The entries of an archive that are read.
#[derive(Default)]
pub struct Listed<'a> {
    /// `META-INF/MANIFEST.MF`.
    pub manifest: Option<&'a Entry>,
    /// Poms and their properties, by folder.
    pub described: BTreeMap<&'a str, Vec<&'a Entry>>,
    /// Licence texts of the archive itself.
    pub texts: Vec<&'a Entry>,
    /// Archives in it.
    pub archives: Vec<&'a Entry>,
    /// The package that most of its classes lie in.
    pub classes: Option<String>,
    /// Whether there are classes.
    pub has_classes: bool,
}

/// Sorts the entries of an archive.
pub fn list(entries: &[Entry]) -> Listed<'_> {
    let mut out = Listed::default();
    let mut by_project: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    // Of an application the classes are in a folder of their own; those beside it are the launcher's.
    let root = ["BOOT-INF/classes/", "WEB-INF/classes/"];
    let root = root.into_iter().find(|r| entries.iter().any(|e| e.name.starts_with(r))).unwrap_or("");
    for entry in entries {
        let (folder, base) = (paths::parent(&entry.name), paths::base(&entry.name));
        if base.ends_with(".class") {
            out.has_classes = true;
            let inside = folder.strip_prefix(root.trim_end_matches('/')).map(|f| f.trim_start_matches('/'));
            let inside = inside.filter(|f| !f.is_empty() && !f.starts_with("META-INF"));
            if let Some(folder) = inside {
                let (count, common) = by_project.entry(group::project(folder)).or_insert((0, folder));
                *count += 1;
                *common = shared(common, folder);
            }
        } else if entry.name.eq_ignore_ascii_case("META-INF/MANIFEST.MF") {
            out.manifest = Some(entry);
        } else if matches!(base, "pom.properties" | "pom.xml") {
            let inside = folder.starts_with("META-INF/maven") || folder.contains("/META-INF/maven");
            // What an archetype would make of it is a template.
            if inside && !folder.contains("archetype-resources") {
                out.described.entry(folder).or_default().push(entry);
            }
        } else if matches!(ending(base), Some(Ending::Sure | Ending::Unsure)) {
            out.archives.push(entry);
        } else if matches!(folder, "" | "META-INF" | "license") && license_file::is_license(&entry.name, base)
            // Eclipse's bundles say their licence there.
            || folder.is_empty() && base == "about.html"
        {
            out.texts.push(entry);
        }
    }
    let all: usize = by_project.values().map(|(count, _)| count).sum();
    let most = by_project.values().max_by_key(|(count, _)| count).filter(|(count, _)| count * 2 > all);
    out.classes = most.map(|(_, common)| common.replace('/', "."));
    out
}

/// The folders that two paths have in common.
fn shared<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b);
    let length: usize = same.map(|(a, _)| a.len() + 1).sum();
    a.get(..length.saturating_sub(1)).unwrap_or("")
}
