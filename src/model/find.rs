//! What a cataloger reads out of one file: raw facts, not yet joined with anything else in the image.

use super::{Archive, Elsewhere};
use std::sync::Arc;

/// A package ecosystem, named by its purl type (`deb`, `npm`, ...).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ecosystem(pub &'static str);

impl Ecosystem {
    /// Alpine packages.
    pub const APK: Ecosystem = Ecosystem("apk");
    /// Debian packages.
    pub const DEB: Ecosystem = Ecosystem("deb");
    /// RPM packages.
    pub const RPM: Ecosystem = Ecosystem("rpm");
    /// Node.js packages.
    pub const NPM: Ecosystem = Ecosystem("npm");
    /// Python distributions.
    pub const PYPI: Ecosystem = Ecosystem("pypi");
    /// Java artifacts.
    pub const MAVEN: Ecosystem = Ecosystem("maven");
    /// Go modules.
    pub const GOLANG: Ecosystem = Ecosystem("golang");
    /// Rust crates.
    pub const CARGO: Ecosystem = Ecosystem("cargo");
    /// Ruby gems.
    pub const GEM: Ecosystem = Ecosystem("gem");
    /// PHP packages.
    pub const COMPOSER: Ecosystem = Ecosystem("composer");
    /// .NET packages.
    pub const NUGET: Ecosystem = Ecosystem("nuget");
    /// conda packages.
    pub const CONDA: Ecosystem = Ecosystem("conda");
    /// What has no ecosystem of its own.
    pub const GENERIC: Ecosystem = Ecosystem("generic");

    /// The purl type.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether packages of it are installed by the operating system's package manager, which then owns files.
    pub fn is_os(self) -> bool {
        matches!(self.0, "apk" | "deb" | "rpm" | "alpm" | "opkg" | "ebuild")
    }

    /// Whether its packages list their files, so that what lies in them is a part of the package and no second one: those of
    /// the operating system, and managers that install programs of every language beside it.
    pub fn owns_files(self) -> bool {
        self.is_os() || matches!(self.0, "conda" | "brew" | "nix" | "bitnami")
    }
}

/// The grammar in which a licence statement is written; it decides how the room `license` reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grammar {
    /// An SPDX expression.
    Spdx,
    /// A licence short name or expression of a machine-readable Debian copyright file.
    DebianDep5,
    /// Fedora's older short names (`GPLv2+ and MIT`).
    RpmCallaway,
    /// An SPDX expression in an rpm tag, openSUSE's additions included.
    RpmSpdx,
    /// Alpine's `license=`.
    Alpine,
    /// Arch Linux's list.
    Arch,
    /// Gentoo's `LICENSE` (`|| ( A B )`).
    Gentoo,
    /// conda's `license`.
    Conda,
    /// The field `License` of Python metadata, free text.
    PypiLicense,
    /// Trove classifiers.
    PypiClassifier,
    /// npm's `license` and `licenses`.
    Npm,
    /// Names and URLs of a Maven pom.
    Maven,
    /// NuGet's expression or URL.
    Nuget,
    /// A gemspec's list.
    Gem,
    /// Composer's list.
    Composer,
    /// Cargo's `license`.
    Cargo,
    /// R's `License` field.
    Cran,
    /// CPAN META's `license` list.
    Perl,
    /// Go has none; what a build records.
    Go,
    /// Unknown; everything is tried.
    Any,
}

impl Grammar {
    /// Every grammar with the name that the command line gives it.
    pub const ALL: [(&'static str, Grammar); 20] = [
        ("spdx", Grammar::Spdx),
        ("debian-dep5", Grammar::DebianDep5),
        ("rpm-callaway", Grammar::RpmCallaway),
        ("rpm-spdx", Grammar::RpmSpdx),
        ("alpine", Grammar::Alpine),
        ("arch", Grammar::Arch),
        ("gentoo", Grammar::Gentoo),
        ("conda", Grammar::Conda),
        ("pypi-license", Grammar::PypiLicense),
        ("pypi-classifier", Grammar::PypiClassifier),
        ("npm", Grammar::Npm),
        ("maven", Grammar::Maven),
        ("nuget", Grammar::Nuget),
        ("gem", Grammar::Gem),
        ("composer", Grammar::Composer),
        ("cargo", Grammar::Cargo),
        ("cran", Grammar::Cran),
        ("perl", Grammar::Perl),
        ("go", Grammar::Go),
        ("any", Grammar::Any),
    ];

    /// The name on the command line and in evidence.
    pub fn as_str(self) -> &'static str {
        Grammar::ALL.iter().find(|(_, g)| *g == self).map_or("any", |(name, _)| name)
    }
}

/// One statement about a licence in a package's metadata, word for word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Declared {
    /// How to read it.
    pub grammar: Grammar,
    /// The field that it stood in: `License`, `licenses`, `Classifier`, ...
    pub field: &'static str,
    /// The values; more than one where the field is a list (what joins them is the grammar's matter).
    pub values: Vec<Box<str>>,
}

/// On what the report says that a package is there, from sure to less sure. Documents mark all but the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A package manager's record, or the package's own metadata where it is installed.
    #[default]
    Installed,
    /// An archive that holds it lies in the image (a jar, a wheel).
    Archive,
    /// A build put its name and version into an executable (Go's build info, `cargo auditable`, `.note.package`), or into a
    /// package that carries it (Python's `vendor.txt`).
    Embedded,
    /// The contents of a program that no package manager knows match a pattern.
    Classified,
    /// Names and versions were recovered from paths that an executable still holds; there may be more.
    Recovered,
    /// An SBOM document in the image names it.
    Document,
    /// A lock file names it: declared, perhaps not installed.
    Lockfile,
}

impl Basis {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Installed => "installed",
            Basis::Archive => "archive",
            Basis::Embedded => "embedded",
            Basis::Classified => "classified",
            Basis::Recovered => "recovered",
            Basis::Document => "document",
            Basis::Lockfile => "lockfile",
        }
    }
}

/// A licence text inside an archive or a metadata file, which has no file of its own in the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedText {
    /// Where it stands inside the file: `META-INF/LICENSE`.
    pub path: Box<str>,
    /// Its words.
    pub words: Arc<str>,
}

/// What one file says.
#[derive(Clone, Debug, PartialEq)]
pub enum Find {
    /// It describes an installed package.
    Package(Arc<PackageFind>),
    /// It describes the source of a package that is not installed here (a module cache, a vendor folder): what it says of
    /// licences, its texts and its folder count for the package of the same ecosystem, namespace, name and version, if
    /// there is one; by itself it is none.
    Source(Arc<PackageFind>),
    /// It names the distribution.
    Distro(DistroFind),
    /// It lists files of a package that another file describes (dpkg's `.list` and `.md5sums`, Python's `RECORD`).
    Files {
        /// Which ecosystem's package.
        ecosystem: Ecosystem,
        /// The package's name; for Python the path of the metadata file that the list belongs to, since lists and
        /// metadata are joined by place there.
        name: Box<str>,
        /// The package's architecture, where the file says it.
        arch: Option<Box<str>>,
        /// The files.
        files: Vec<OwnedFile>,
    },
    /// It is a text about licences (`LICENSE`, `COPYING`, `copyright`, ...); the walk keeps its bytes.
    LicenseText,
    /// It has a section about the licence among much else (a README): the words of that section, with its heading as the path.
    LicenseSection(EmbeddedText),
}

impl Find {
    /// An installed package.
    pub fn package(find: PackageFind) -> Find {
        Find::Package(Arc::new(find))
    }

    /// What it says of an installed package; `None` where it is of another kind.
    pub fn into_package(self) -> Option<PackageFind> {
        match self {
            Find::Package(find) => Some(Arc::unwrap_or_clone(find)),
            _ => None,
        }
    }

    /// The source of a package.
    pub fn source(find: PackageFind) -> Find {
        Find::Source(Arc::new(find))
    }
}

/// A distribution, from an os-release file or what older systems have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistroFind {
    /// `ID`, lower case: `debian`, `alpine`, `rhel`.
    pub id: Box<str>,
    /// `VERSION_ID`.
    pub version_id: Option<Box<str>>,
    /// `VERSION_CODENAME`.
    pub codename: Option<Box<str>>,
    /// `ID_LIKE`, split.
    pub id_like: Vec<Box<str>>,
    /// `PRETTY_NAME`.
    pub pretty_name: Option<Box<str>>,
    /// `NAME`.
    pub name: Option<Box<str>>,
    /// `CPE_NAME`.
    pub cpe_name: Option<Box<str>>,
    /// `HOME_URL`.
    pub home_url: Option<Box<str>>,
}

/// The source package that a binary package was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePackage {
    /// Its name (for rpm the name of the source rpm without version, release and `.src.rpm`).
    pub name: Box<str>,
    /// Its version, where it is known.
    pub version: Option<Box<str>>,
}

/// What a file is to the package that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnedKind {
    /// Nothing is said.
    Plain,
    /// A licence text (rpm's `%license`).
    License,
    /// A folder that is the package's with everything in it (a path of Nix's store, a keg of Homebrew's cellar).
    Folder,
}

/// A file that a package says is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedFile {
    /// Path without a leading slash.
    pub path: Box<str>,
    /// What the package says of it.
    pub kind: OwnedKind,
}

/// Something that a package needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Any of these capabilities of its own ecosystem (names and what others provide); versions are left out.
    AnyOf(Vec<Box<str>>),
    /// A Node package, looked up from the folder of the package upward through `node_modules`.
    NodeModule(Box<str>),
}

/// A package of the same ecosystem by its coordinates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Coordinates {
    /// The purl namespace.
    pub namespace: Option<Box<str>>,
    /// The name.
    pub name: Box<str>,
    /// The version.
    pub version: Box<str>,
}

/// An installed package as its own metadata describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackageFind {
    /// The purl type.
    pub ecosystem: Ecosystem,
    /// The purl namespace, where the file itself gives it (`@scope`, a group id). For OS packages it is the
    /// distribution, which the inventory adds.
    pub namespace: Option<Box<str>>,
    /// The name as it stands in the purl, without the namespace.
    pub name: Box<str>,
    /// The version as it stands in the purl: for deb with its epoch, for rpm `version-release` without.
    pub version: Box<str>,
    /// The architecture, in the words of the ecosystem.
    pub arch: Option<Box<str>>,
    /// An rpm epoch, which the purl holds as a qualifier.
    pub epoch: Option<u32>,
    /// Further purl qualifiers, such as rpm's `modularity`... names as the purl specification has them.
    pub qualifiers: Vec<(&'static str, Box<str>)>,
    /// The source package.
    pub source: Option<SourcePackage>,
    /// The commit that the package was built from: of the packaging (apk `c:`), or of its own repository (Composer).
    pub commit: Option<Box<str>>,
    /// What the registry serves it as, where this very record says what that hashes to.
    pub archive: Option<Archive>,
    /// Where it was taken from, where this very record says that it was no public registry.
    pub elsewhere: Option<Elsewhere>,
    /// Who made or packs it.
    pub supplier: Option<Box<str>>,
    /// One line of description.
    pub description: Option<Box<str>>,
    /// Its home page.
    pub homepage: Option<Box<str>>,
    /// What it says of its licence.
    pub declared: Vec<Declared>,
    /// From what it inherits what it does not say itself (Maven's parents), where that stands in another file.
    pub parent: Option<Coordinates>,
    /// Capabilities that others can require, its own name not included.
    pub provides: Vec<Box<str>>,
    /// What it needs.
    pub requires: Vec<Requirement>,
    /// The files that it owns, where this very record says so.
    pub files: Vec<OwnedFile>,
    /// Where its licence texts may lie, as paths in the image without a leading slash: exact names. The inventory
    /// resolves links. Unlike `files` they need not exist.
    pub texts: Vec<Box<str>>,
    /// A folder whose licence texts (directly in it, or in a sub-folder `licenses`) are the package's.
    pub text_folder: Option<Box<str>>,
    /// Licence texts inside the file that was read.
    pub embedded: Vec<EmbeddedText>,
    /// Where inside the file it stands, for archives in archives: `WEB-INF/lib/x.jar`.
    pub inner: Option<Box<str>>,
    /// On what it is known.
    pub basis: Basis,
}

impl Default for Ecosystem {
    fn default() -> Self {
        Ecosystem("generic")
    }
}
