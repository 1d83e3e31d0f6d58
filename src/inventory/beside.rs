//! What files beside a package's record say of the package: a pom beside a jar (in a Maven repository, where the jar may be a
//! link) gives its coordinates, `direct_url.json` beside Python's metadata where it was installed from; and a list of what a
//! package carries in itself counts only as far as that is there.

use super::{SourceFile, Span};
use crate::layers::tree::{Node, Tree};
use crate::model::{Basis, Ecosystem, Find, PackageFind};
use std::collections::HashMap;
use std::sync::Arc;

/// Whether it is a version: Debian's repository has many a pom a second time under `debian` or `2.x`.
fn is_version(version: &str) -> bool {
    version != "debian" && !version.ends_with(".x")
}

/// Such files by the place of the record that they stand beside.
pub struct Beside<'a> {
    tree: &'a Tree,
    poms: HashMap<Arc<str>, Vec<(Span, &'a PackageFind)>>,
    origins: HashMap<&'a str, Vec<(Span, &'a PackageFind)>>,
}

impl<'a> Beside<'a> {
    /// Collects them.
    pub fn new(files: &'a [SourceFile], tree: &'a Tree) -> Beside<'a> {
        let mut out = Beside { tree, poms: HashMap::new(), origins: HashMap::new() };
        for file in files {
            for (_, find) in &file.found.finds {
                let Find::Source(find) = find else { continue };
                if find.ecosystem == Ecosystem::MAVEN
                    && let Some(stem) = file.path.strip_suffix(".pom")
                    && is_version(&find.version)
                    && let Some(jar) = tree.resolve(file.span.last(tree.layers()), &format!("{stem}.jar"))
                    && matches!(jar.node, Node::File { .. })
                {
                    out.poms.entry(jar.path).or_default().push((file.span, find));
                } else if find.ecosystem == Ecosystem::PYPI && !find.qualifiers.is_empty() {
                    out.origins.entry(folder(&file.path)).or_default().push((file.span, find));
                }
            }
        }
        out
    }

    /// Whether a vendored Python package is where the list says: distributions take out what they have packages of, and leave
    /// the list as it was.
    pub fn is_there(&self, file: &SourceFile, find: &PackageFind) -> bool {
        let Some(module) = find.text_folder.as_deref() else { return true };
        let vendored = find.ecosystem == Ecosystem::PYPI && find.basis == Basis::Embedded;
        let moment = file.span.last(self.tree.layers());
        let exists = |path: &str| self.tree.resolve(moment, path).is_some();
        !vendored || exists(module) || exists(&format!("{module}.py"))
    }

    /// Adds what they say to what one file says of a package.
    pub fn complete(&self, file: &SourceFile, find: &mut Arc<PackageFind>) {
        if find.ecosystem == Ecosystem::MAVEN && find.inner.is_none() {
            let poms = self.poms.get(&file.path).map(Vec::as_slice).unwrap_or_default();
            let visible: Vec<&PackageFind> =
                poms.iter().filter(|(span, _)| span.meets(file.span)).map(|(_, pom)| *pom).collect();
            // A jar may stand under several names, as an artifact that has moved does: its own comes first.
            let same = |pom: &&&PackageFind| pom.name == find.name && pom.namespace == find.namespace;
            let own = visible.iter().find(same).or_else(|| visible.iter().find(|pom| pom.name == find.name));
            if let Some(pom) = own.or(visible.first()) {
                let find = Arc::make_mut(find);
                find.namespace.clone_from(&pom.namespace);
                find.name.clone_from(&pom.name);
                // A distribution's pom may say less of it than the jar: `2.3` of what is `2.3.4`.
                if !find.version.strip_prefix(&*pom.version).is_some_and(|more| more.starts_with('.')) {
                    find.version.clone_from(&pom.version);
                }
            }
        }
        if find.ecosystem == Ecosystem::PYPI && find.qualifiers.is_empty() {
            let beside = self.origins.get(folder(&file.path)).and_then(|l| l.iter().find(|(s, _)| s.meets(file.span)));
            if let Some((_, origin)) = beside {
                let find = Arc::make_mut(find);
                find.qualifiers.clone_from(&origin.qualifiers);
                find.archive.clone_from(&origin.archive);
            }
        }
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Entry, EntryKind, FileFinds, FileRef, IssueSink, LayerScan};

    fn package(ecosystem: Ecosystem, namespace: Option<&str>, name: &str, version: &str) -> PackageFind {
        PackageFind {
            ecosystem,
            namespace: namespace.map(Into::into),
            name: name.into(),
            version: version.into(),
            ..PackageFind::default()
        }
    }

    fn source(path: &str, find: Find) -> SourceFile {
        let found = FileFinds { catalogers: vec![0], finds: vec![(0, find)], text: None };
        let content = FileRef { layer: 0, entry: 0 };
        SourceFile { path: Arc::from(path), content, span: Span { from: 0, to: None }, found: Arc::new(found) }
    }

    #[test]
    fn a_pom_beside_a_link_names_the_jar() {
        let file = |path: &str| Entry { path: path.into(), kind: EntryKind::File { size: 1, executable: false } };
        let link = |path: &str, to: &str| Entry { path: path.into(), kind: EntryKind::Symlink(to.into()) };
        let entries = vec![
            file("usr/share/java/picocli.jar"),
            link("repo/info/picocli/4.6/picocli-4.6.jar", "../../../../usr/share/java/picocli.jar"),
            link("repo/old/picocli/4.6/picocli-4.6.jar", "/usr/share/java/picocli.jar"),
        ];
        let mut tree = Tree::default();
        tree.apply(&LayerScan { entries, ..LayerScan::default() }, &mut IssueSink::default());
        let pom = |path: &str, group: &str, version: &str| {
            source(path, Find::source(package(Ecosystem::MAVEN, Some(group), "picocli", version)))
        };
        let files = [
            pom("repo/old/picocli/4.6/picocli-4.6.pom", "old", "debian"),
            pom("repo/info/picocli/4.6/picocli-4.6.pom", "info.picocli", "4.6"),
        ];
        let beside = Beside::new(&files, &tree);
        let jar = package(Ecosystem::MAVEN, Some("picocli"), "picocli", "4.6.2");
        let at = |path: &str, find: PackageFind| {
            let (file, mut find) = (source(path, Find::LicenseText), Arc::new(find));
            beside.complete(&file, &mut find);
            format!("{}/{}@{}", find.namespace.as_deref().unwrap_or_default(), find.name, find.version)
        };
        // The jar's own version says more.
        assert_eq!(at("usr/share/java/picocli.jar", jar.clone()), "info.picocli/picocli@4.6.2");
        let other = package(Ecosystem::MAVEN, Some("picocli"), "picocli", "4.60");
        assert_eq!(at("usr/share/java/picocli.jar", other), "info.picocli/picocli@4.6");
        assert_eq!(at("elsewhere/picocli.jar", jar.clone()), "picocli/picocli@4.6.2");
        let part = PackageFind { inner: Some("x.jar".into()), ..jar };
        assert_eq!(at("usr/share/java/picocli.jar", part), "picocli/picocli@4.6.2");
    }

    #[test]
    fn what_a_distribution_took_out_is_not_there() {
        let file = |path: &str| Entry { path: path.into(), kind: EntryKind::File { size: 1, executable: false } };
        let entries = vec![file("pip/_vendor/six.py"), file("pip/_vendor/rich/__init__.py")];
        let mut tree = Tree::default();
        tree.apply(&LayerScan { entries, ..LayerScan::default() }, &mut IssueSink::default());
        let beside = Beside::new(&[], &tree);
        let list = source("pip/_vendor/vendor.txt", Find::LicenseText);
        for (module, there) in [("six", true), ("rich", true), ("idna", false)] {
            let mut find = package(Ecosystem::PYPI, None, module, "1");
            find.basis = Basis::Embedded;
            find.text_folder = Some(format!("pip/_vendor/{module}").into());
            assert_eq!(beside.is_there(&list, &find), there, "{module}");
        }
    }

    #[test]
    fn where_python_packages_come_from() {
        let mut origin = package(Ecosystem::PYPI, None, "six", "1.16.0");
        origin.qualifiers = vec![("vcs_url", "git+https://example.org/six@abc".into())];
        let files = [source("lib/six-1.16.0.dist-info/direct_url.json", Find::source(origin.clone()))];
        let tree = Tree::default();
        let beside = Beside::new(&files, &tree);
        let mut find = Arc::new(package(Ecosystem::PYPI, None, "six", "1.16.0"));
        beside.complete(&source("lib/six-1.16.0.dist-info/METADATA", Find::LicenseText), &mut find);
        assert_eq!(find.qualifiers, origin.qualifiers);
        let mut other = Arc::new(package(Ecosystem::PYPI, None, "six", "1.16.0"));
        beside.complete(&source("lib2/six-1.16.0.dist-info/METADATA", Find::LicenseText), &mut other);
        assert_eq!(other.qualifiers, []);
    }
}
