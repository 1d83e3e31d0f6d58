//! The types that cross rooms. No I/O, no serialisation, no knowledge of any format: everybody may use this
//! room, and it uses nobody.
//!
//! In reading order: [`expression`] (SPDX licence expressions as a tree), [`license`] (class, evidence, and
//! what is declared, detected and concluded), [`image`] (image, layers, platform), [`archive`] (what a registry serves a
//! package as), [`find`] (what a cataloger reads out of one file), [`package`] (what the inventory makes of finds), [`verdict`] (what a policy says), [`report`]
//! (everything that an emitter may see).

pub mod archive;
mod codec;
pub mod expression;
pub mod find;
pub mod image;
pub mod license;
pub mod package;
pub mod report;
pub mod verdict;

pub use archive::{Archive, ArchiveKind, Elsewhere};
pub use expression::Expr;
pub use find::{
    Basis, Coordinates, Declared, DistroFind, Ecosystem, EmbeddedText, Find, Grammar, OwnedFile, OwnedKind,
    PackageFind, Requirement, SourcePackage,
};
pub use image::{Base, BaseEvidence, Digest, History, Image, Layer, Platform};
pub use license::{Class, Evidence, EvidenceKind, Flag, Licensing, Outcome};
pub use package::{Location, Package, PackageId, State};
pub use report::{
    Distro, Issue, IssueCode, LicenseRef, Papers, Report, Severity, Text, TextId, Tool, Unowned, UnownedKind,
};
pub use verdict::{
    Audit, ChoiceUse, ClarificationStatus, ClarificationUse, Finding, PackageVerdict, PolicyUsed, RulePlace, RuleUsed,
    Verdict, WaiverStatus, WaiverUse,
};
