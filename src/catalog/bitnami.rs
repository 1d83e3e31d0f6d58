//! Bitnami's packages: `opt/bitnami/<package>/.spdx-<package>.spdx`, the SPDX document that each is installed with.
//!
//! The document is the package manager's record of what lies in the folder, so that the packages of Bitnami's own type are
//! installed; what else it names (the modules in a Go program) is known from a document. The texts of the licences lie in
//! `licenses` below the folder. Specification: SPDX 2.3; purls as in the type's definition.

use super::sbom::{components, packages};
use super::{Cataloger, Group, Input, Parsed, Want, paths};
use crate::model::{Basis, Ecosystem, Find, OwnedFile, OwnedKind};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "bitnami", group: Group::Installed, wants: &[Want::Like(is_record)], parse };

pub(super) fn is_record(path: &str, base: &str) -> bool {
    base.starts_with(".spdx-") && base.ends_with(".spdx") && path.contains("opt/bitnami/")
}

/// Reads one document.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let components = components(input, &mut parsed);
    if components.is_empty() && parsed.issues.is_empty() {
        parsed.file_issue("the file is no SPDX document with packages; the package was left out");
    }
    let folder = paths::parent(input.path);
    for mut find in packages(&components, input.path) {
        if find.ecosystem == Ecosystem("bitnami") {
            find.basis = Basis::Installed;
            find.text_folder = Some(folder.into());
            find.files = vec![OwnedFile { path: folder.into(), kind: OwnedKind::Folder }];
        }
        parsed.finds.push(Find::package(find));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document() {
        let text = r#"{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","packages":[
            {"SPDXID":"SPDXRef-redis","name":"redis","versionInfo":"7.4.0-0","licenseConcluded":"RSALv2","licenseDeclared":"RSALv2",
             "externalRefs":[
              {"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:*:redis:redis:7.4.0"},
              {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:bitnami/redis@7.4.0-0?arch=arm64&distro=debian-12"}]},
            {"name":"x/y","versionInfo":"v1.0.0","externalRefs":[
              {"referenceType":"purl","referenceLocator":"pkg:golang/github.com/x/y@v1.0.0"}]}]}"#;
        let path = "opt/bitnami/redis/.spdx-redis.spdx";
        let found = parse(&Input { path, bytes: text.as_bytes() });
        assert_eq!(found.issues, []);
        let [Find::Package(redis), Find::Package(module)] = &found.finds[..] else { panic!("{found:?}") };
        assert_eq!(crate::purl::purl(redis, None).unwrap(), "pkg:bitnami/redis@7.4.0-0?arch=arm64&distro=debian-12");
        assert_eq!((redis.basis, redis.text_folder.as_deref()), (Basis::Installed, Some("opt/bitnami/redis")));
        assert_eq!(redis.declared[0].values, ["RSALv2".into()]);
        assert_eq!(crate::purl::purl(module, None).unwrap(), "pkg:golang/github.com/x/y@v1.0.0");
        assert_eq!((module.basis, module.text_folder.as_deref()), (Basis::Document, None));
        for bytes in [&b""[..], b"{", b"{}", b"\xff\xfe\0"] {
            let found = parse(&Input { path, bytes });
            assert_eq!((found.finds.len(), found.issues.len()), (0, 1), "{bytes:?}");
        }
        assert!(!is_record("srv/.spdx-x.spdx", ".spdx-x.spdx"));
    }
}
