//! Which licence ids CycloneDX 1.6 knows.
//!
//! `license.id` is an enumeration in its schema, and a consumer that validates refuses a document with an id that came
//! later. The specification published 1.6 with the SPDX licence list 3.23; its schema file was renewed several times
//! since, so that consumers differ in what they accept. Only what stood there from the first day is safe everywhere. A
//! newer id is written as an expression, which no schema enumerates.

/// Ids of the SPDX licence list 3.29 that are not in 3.23, deprecated ones left out, sorted by bytes. (The crate
/// `cyclonedx-bom` is of no help: it knows the list of the crate `spdx`, which is the newest.)
#[rustfmt::skip]
const AFTER_3_23: [&str; 103] = [
    "3D-Slicer-1.0", "ALGLIB-Documentation", "AMD-newlib", "Advanced-Cryptics-Dictionary", "Artistic-dist",
    "Aspell-RU", "BOLA-1.1", "BSD-2-Clause-first-lines", "BSD-2-Clause-pkgconf-disclaimer",
    "BSD-2-Clause-pos-unchanged", "BSD-3-Clause-OpenWebUI", "BSD-3-Clause-Tso", "BSD-Mark-Modifications",
    "BSD-Source-Code-no-disclaimer", "BSD-Source-alt-GPL", "BSD-ask-to-endorse", "Boehm-GC-without-fee",
    "Brian-Gladman-3-Clause-no-conversion", "Buddy", "Bugroff", "CAPEC-tou", "CC-BY-NC-3.0-IGO", "CC-PDM-1.0",
    "CC-SA-1.0", "Catharon", "CryptoSwift", "DocBook-DTD", "DocBook-Schema", "DocBook-Stylesheet",
    "DocBook-XML", "ESA-PL-permissive-2.4", "ESA-PL-strong-copyleft-2.4", "ESA-PL-weak-copyleft-2.4",
    "FDK-MPEG-H", "FSFULLRSD", "FSL-1.1-ALv2", "FSL-1.1-MIT", "Game-Programming-Gems", "Gutmann", "HDF5",
    "HIDAPI", "HPND-Intel", "HPND-Netrek", "HPND-SMC", "HPND-UC-export-US", "HPND-export-US-acknowledgement",
    "HPND-export2-US", "HPND-merchantability-variant", "HPND-sell-variant-MIT-disclaimer-rev",
    "HPND-sell-variant-critical-systems", "Hippocratic-3.0-core", "ISO-permission", "Informatica",
    "InnoSetup", "MIPS", "MIT-Click", "MIT-Khronos-old", "MIT-STK", "MMPL-1.0.1", "MVT-1.1", "NCBI-PD", "NCL",
    "NIST-PD-TNT", "NTIA-PD", "OAR", "OSC-1.0", "OSSP", "OpenMDW-1.0", "PPL", "ParaType-Free-Font-1.3",
    "Ruby-pty", "SGMLUG-PM", "SMAIL-GPL", "SOFA", "SUL-1.0", "Sendmail-Open-Source-1.1", "Sun-PPP-2000",
    "TekHVC", "ThirdEye", "TrustedQSL", "Ubuntu-font-1.0", "UnRAR", "Unlicense-libtelnet",
    "Unlicense-libwhirlpool", "Vixie-Cron", "WTFNMFPL", "WordNet", "X11-no-permit-persons", "X11-swapped",
    "any-OSI", "any-OSI-perl-modules", "atc-game", "cve-tou", "generic-xts", "hyphen-bulgarian", "jove",
    "libpng-1.6.35", "man2html", "ngrep", "pkgconf", "threeparttable", "wwl", "xzoom",
];

/// Whether an id of our list stands in the list that CycloneDX 1.6 was published with.
pub(super) fn in_published_list(id: &str) -> bool {
    AFTER_3_23.binary_search(&id).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_holds_ids_of_the_list() {
        assert!(AFTER_3_23.is_sorted());
        for id in AFTER_3_23 {
            assert!(spdx::license_id(id).is_some(), "{id}");
        }
        assert!(in_published_list("MIT") && in_published_list("GPL-3.0-or-later"));
        assert!(!in_published_list("Ubuntu-font-1.0"));
    }

    /// What is newer than the schema in use must be in the table: this fails when the crate `spdx` brings a newer list.
    #[test]
    fn every_other_id_is_in_the_schema() {
        let Some(schema) = crate::emit::schemas::read("spdx.schema.json") else { return };
        let known: Vec<&str> = schema["enum"].as_array().into_iter().flatten().filter_map(|v| v.as_str()).collect();
        for license in spdx::identifiers::LICENSES {
            let current = spdx::license_id(license.name).is_some_and(|id| !id.is_deprecated());
            // The crate lists the stems of `GFDL-1.1-invariants-only` and its kin beside the ids that SPDX has.
            let real = license.name != "NOASSERTION" && !license.name.ends_with("invariants");
            if current && real && in_published_list(license.name) {
                assert!(known.contains(&license.name), "{} is newer than the schema", license.name);
            }
        }
    }
}
