//! The exact source of a package: what names it for good, and where it is kept. One idea of it for all who ask: the list of sources
//! for those to whom an image is passed on, and policies that require a source that can be offered.
//!
//! In reading order: `origin` (the systems' package managers, and the form of an answer), `registry` (those of languages). Pure: it
//! uses nothing but the model and purls, and looks nothing up.

mod origin;
mod registry;

pub use origin::Origin;

use crate::model::{PackageId, Report};

/// How many owners of owners are followed; the limit ends a ring.
const OWNER_CHAIN_LIMIT: usize = 16;

/// The source of a package of the report.
///
/// # Errors
/// Why none can be named: lower case, no full stop.
pub fn of(report: &Report, id: PackageId) -> Result<Origin, String> {
    origin::of(report.package(whole(report, id)))
}

/// The package whose source holds that of this one: the nearest owner that the system's package manager installed, for a
/// distribution's source package is complete; otherwise itself. (A jar that others are shaded into has no sources of theirs.)
pub fn whole(report: &Report, id: PackageId) -> PackageId {
    let mut at = id;
    for _ in 0..OWNER_CHAIN_LIMIT {
        let Some(package) = report.packages.get(at.0 as usize) else { break };
        if package.ecosystem.is_os() {
            return at;
        }
        let Some(owner) = package.owner else { break };
        at = owner;
    }
    id
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::model::{Ecosystem, Location, Package};

    /// A package of no licence, as a scan would have it.
    pub fn package(purl: &str, ecosystem: Ecosystem, name: &str, version: &str) -> Package {
        // The namespace stands in the purl alone for packages of the system; nobody here reads it elsewhere.
        Package {
            purl: purl.into(),
            ecosystem,
            name: name.into(),
            version: version.into(),
            locations: vec![Location { path: "db".into(), layer: 0 }],
            ..Package::default()
        }
    }
}
