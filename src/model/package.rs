//! Packages as the inventory joins them: one entry for one thing, whatever the number of its copies and files.

use super::{Archive, Basis, Ecosystem, Elsewhere, Licensing, SourcePackage};

/// Index of a package in [`super::Report::packages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(pub u32);

/// Whether a container that runs the image sees the package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is there.
    #[default]
    Present,
    /// A later layer removed or replaced it; its bytes are distributed all the same.
    Hidden {
        /// Zero-based index of that layer.
        removed_by: u32,
    },
}

impl State {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Present => "present",
            State::Hidden { .. } => "hidden",
        }
    }

    /// The layer that removed it.
    pub fn removed_by(self) -> Option<u32> {
        match self {
            State::Present => None,
            State::Hidden { removed_by } => Some(removed_by),
        }
    }
}

/// A place where a package was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file that describes it, without a leading slash.
    pub path: Box<str>,
    /// Zero-based index of the layer that the file came in.
    pub layer: u32,
}

/// One package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Package {
    /// Its package URL, canonical (purl specification, ECMA-427).
    pub purl: Box<str>,
    /// The purl type.
    pub ecosystem: Ecosystem,
    /// The purl namespace, decoded.
    pub namespace: Option<Box<str>>,
    /// The name as people write it: `@scope/x`, `group:artifact`, `vendor/x`.
    pub name: Box<str>,
    /// As in the purl.
    pub version: Box<str>,
    /// The architecture, in the words of the ecosystem.
    pub arch: Option<Box<str>>,
    /// On what it is known.
    pub basis: Basis,
    /// Whether it is visible.
    pub state: State,
    /// Zero-based index of the layer that starts the newest unbroken run in which it is present.
    pub layer: u32,
    /// Where it was found, sorted.
    pub locations: Vec<Location>,
    /// Bytes of its files in all layers, uncompressed; 0 where no file is known to be its own. Parts of other packages may count
    /// the same files.
    pub bytes: u64,
    /// The package that owns its files, where it is a part of another.
    pub owner: Option<PackageId>,
    /// Packages that are a part of this one, sorted.
    pub contains: Vec<PackageId>,
    /// Packages that it needs, sorted, without itself.
    pub depends_on: Vec<PackageId>,
    /// The source package.
    pub source: Option<SourcePackage>,
    /// The commit that it was built from: of the packaging for a package of the system, otherwise of its own repository.
    pub commit: Option<Box<str>>,
    /// What the registry serves it as; `None` where no record says what that hashes to, or where records contradict each other.
    pub archive: Option<Archive>,
    /// Where it was taken from, where a record says that it was no public registry.
    pub elsewhere: Option<Elsewhere>,
    /// Who made or packs it.
    pub supplier: Option<Box<str>>,
    /// One line of description.
    pub description: Option<Box<str>>,
    /// Its home page.
    pub homepage: Option<Box<str>>,
    /// What is said of its licence.
    pub licensing: Licensing,
}
