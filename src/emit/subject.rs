//! What stands at the root of a document: the image, or a root file system.

use crate::model::{Digest, Report};
use crate::purl;

/// The root of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    /// An image.
    Image {
        /// The whole repository where the image names one, otherwise the reference.
        name: &'a str,
        /// The digest.
        digest: &'a Digest,
        /// `pkg:oci/...`; `None` where the name cannot stand in a purl.
        purl: Option<String>,
    },
    /// A file system without an image around it: it has no digest, and no purl names it.
    Rootfs {
        /// The name of the folder or file.
        name: &'a str,
    },
}

impl<'a> Subject<'a> {
    /// The root of the documents about this report.
    pub(super) fn of(report: &'a Report) -> Subject<'a> {
        let image = &report.image;
        let reference = if image.reference.is_empty() { "image" } else { &image.reference };
        let title = if image.name.is_empty() { reference } else { &image.name };
        match &image.digest {
            Some(digest) => {
                let name = image.repository.as_deref().filter(|r| !r.is_empty()).unwrap_or(title);
                Subject::Image { name, digest, purl: purl::oci(image).and_then(Result::ok) }
            }
            None => Subject::Rootfs { name: reference },
        }
    }

    /// Its name.
    pub(super) fn name(&self) -> &'a str {
        match self {
            Subject::Image { name, .. } | Subject::Rootfs { name } => name,
        }
    }

    /// Its purl.
    pub(super) fn purl(&self) -> Option<&str> {
        match self {
            Subject::Image { purl, .. } => purl.as_deref(),
            Subject::Rootfs { .. } => None,
        }
    }

    /// Its digest.
    pub(super) fn digest(&self) -> Option<&'a Digest> {
        match self {
            Subject::Image { digest, .. } => Some(digest),
            Subject::Rootfs { .. } => None,
        }
    }
}

/// The image's name with its tag.
pub(super) fn tagged(report: &Report) -> String {
    let name = Subject::of(report).name();
    let tag = report.image.tag.as_deref().filter(|tag| !name.ends_with(*tag));
    tag.map_or_else(|| name.to_owned(), |tag| format!("{name}:{tag}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::fixture;

    #[test]
    fn the_purl_of_an_image_names_repository_tag_and_platform() {
        let report = fixture::report();
        let subject = Subject::of(&report);
        assert_eq!(subject.name(), "registry.example/crew/Galley");
        let digest = report.image.digest.as_ref().map(|d| d.hex()).unwrap_or_default();
        assert_eq!(
            subject.purl().unwrap_or_default(),
            format!(
                "pkg:oci/galley@sha256:{digest}?arch=arm64&repository_url=registry.example%2Fcrew%2FGalley&tag=1.2"
            )
        );
    }

    #[test]
    fn an_image_without_a_repository_is_named_by_its_file() {
        let mut report = fixture::report();
        report.image.repository = None;
        report.image.tag = None;
        report.image.reference = "galley.oci.tar".into();
        let subject = Subject::of(&report);
        assert_eq!(subject.name(), "galley.oci.tar");
        assert!(subject.purl().is_some_and(|p| p.starts_with("pkg:oci/galley.oci.tar@sha256:")));
    }

    #[test]
    fn a_root_file_system_has_neither_digest_nor_purl() {
        let report = fixture::rootfs();
        let subject = Subject::of(&report);
        assert_eq!((subject.name(), subject.purl(), subject.digest()), ("galley-root", None, None));
    }
}
