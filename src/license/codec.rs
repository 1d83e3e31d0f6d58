//! What texts were read as, as bytes and back, so that the cache can keep it from scan to scan.

use super::Readings;
use super::copyright::{CopyrightFile, Statement};
use super::text::{Copyright, Identified, Match};
use crate::codec::{Codec, Reader, Sink, fields, vectors};

vectors!(Match, Copyright, Statement);

fields! {
    Readings { license, copyright, section }
    Identified { expression, matches, copyrights, nearest, cut }
    Match { expression, range, method, coverage, confidence }
    Copyright { statement, range }
    CopyrightFile { machine_readable, declared, concluded, statements, refs, copyrights }
    Statement { expression, raw, range, method, confidence }
}

#[cfg(test)]
mod tests {
    use crate::codec::{decode, encode};
    use crate::license::copyright::{self, CopyrightFile};
    use crate::license::text::{self, Identified};

    const LICENSE: &str = "Copyright (c) 2020 Jane Roe\n\nLicensed under either of MIT or Apache-2.0, at your option.\n\
        The parts below lib/ are under GPL-2.0-or-later WITH Classpath-exception-2.0.\n\nThis program may be copied by friends only.\n";
    const COPYRIGHT: &str = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n\
        Files: *\nCopyright: 2001 Jane Roe\nLicense: GPL-2+ or Artistic\n\nFiles: x\nCopyright: 2002 John Doe\nLicense: custom\n Friends may copy this.\n";

    #[test]
    fn what_is_written_is_read_back() {
        let license = text::identify(LICENSE);
        assert!(license.expression.is_some() && !license.matches.is_empty() && !license.copyrights.is_empty());
        assert_eq!(decode::<Identified>(&encode(&license)), Some(license));
        let debian = copyright::read(COPYRIGHT);
        assert!(!debian.statements.is_empty() && !debian.refs.is_empty());
        assert_eq!(decode::<CopyrightFile>(&encode(&debian)), Some(debian));
    }

    #[test]
    fn damaged_bytes_are_nothing() {
        let bytes = encode(&copyright::read(COPYRIGHT));
        for end in 0..bytes.len() {
            assert_eq!(decode::<CopyrightFile>(&bytes[..end]), None, "{end}");
        }
        // Parentheses without end.
        let deep: Vec<u8> = [3u8, 1].repeat(100_000);
        assert_eq!(decode::<crate::model::Expr>(&deep), None);
    }
}
