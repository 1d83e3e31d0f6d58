//! Names and expressions of Linux distributions.

use super::*;

#[test]
fn callaway() {
    all(
        Grammar::RpmCallaway,
        &[
            ("ASL 2.0", "Apache-2.0"),
            ("ASL 1.1", "Apache-1.1"),
            ("BSD", "LicenseRef-Callaway-BSD"),
            ("BSD with advertising", "BSD-4-Clause"),
            ("BSD with attribution", "BSD-3-Clause-Attribution"),
            ("MIT", "MIT"),
            ("MIT with advertising", "MIT-advertising"),
            ("Public Domain", "LicenseRef-public-domain"),
            (
                "Redistributable, no modification permitted",
                "LicenseRef-Callaway-Redistributable-no-modification-permitted",
            ),
            ("Copyright only", "LicenseRef-Callaway-Copyright-only"),
            ("GPL+", "GPL-1.0-or-later"),
            ("GPL+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0-Perl"),
            ("(GPL+ or Artistic) and BSD", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND LicenseRef-Callaway-BSD"),
            (
                "LGPLv2+ and LGPLv2+ with exceptions and GPLv2+",
                "LGPL-2.0-or-later AND LicenseRef-Callaway-LGPLv2-with-exceptions AND GPL-2.0-or-later",
            ),
            (
                "GPLv3+ and GPLv3+ with exceptions and GPLv2+ with exceptions and LGPLv2+ and BSD",
                "GPL-3.0-or-later AND LicenseRef-Callaway-GPLv3-with-exceptions AND LicenseRef-Callaway-GPLv2-with-exceptions AND LGPL-2.0-or-later AND LicenseRef-Callaway-BSD",
            ),
            (
                "GPL+ and GPLv2+ and MIT and Redistributable, no modification permitted",
                "GPL-1.0-or-later AND GPL-2.0-or-later AND MIT AND LicenseRef-Callaway-Redistributable-no-modification-permitted",
            ),
            ("MPLv1.1 or GPLv2+ or LGPLv2+", "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.0-or-later"),
            ("zlib and Boost", "Zlib AND BSL-1.0"),
            ("zlib with acknowledgement", "zlib-acknowledgement"),
            ("LGPLv2/GPLv2", "LGPL-2.0-only OR GPL-2.0-only"),
            ("wxWidgets", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
            ("Artistic 2.0", "Artistic-2.0"),
            ("Artistic clarified", "ClArtistic"),
            ("CC-BY-SA", "LicenseRef-Callaway-CC-BY-SA"),
            ("CeCILL-B", "CECILL-B"),
            ("OpenLDAP", "OLDAP-2.8"),
            ("EPL", "EPL-1.0"),
            ("MPLv2.0", "MPL-2.0"),
            ("ZPLv2.1", "ZPL-2.1"),
            ("AFL", "LicenseRef-Callaway-AFL"),
            ("OSL 3.0", "OSL-3.0"),
            ("PHP", "PHP-3.01"),
            ("Ruby or BSD", "Ruby OR LicenseRef-Callaway-BSD"),
            ("ISC and (MIT or GPLv2)", "ISC AND (MIT OR GPL-2.0-only)"),
            ("LGPLv3+ or BSD", "LGPL-3.0-or-later OR LicenseRef-Callaway-BSD"),
            ("GFDL", "GFDL-1.1-or-later"),
            ("TCL", "TCL"),
            ("Vim and MIT", "Vim AND MIT"),
            ("GPLv2 with exceptions", "LicenseRef-Callaway-GPLv2-with-exceptions"),
            ("UCD", "LicenseRef-Callaway-UCD"),
            ("NCSA", "NCSA"),
            ("Unknown Vendor License", "LicenseRef-Unknown-Vendor-License"),
            ("Distributable", "LicenseRef-Distributable"),
            ("GPL", "GPL-1.0-or-later"),
            ("Apache License 2.0", "Apache-2.0"),
        ],
    );
    let got = normalize(Grammar::RpmCallaway, &["MIT and Frobozz"]);
    assert_eq!((got.unresolved.as_slice(), got.refs.len()), (&["Frobozz".to_string()][..], 1));
}

#[test]
fn rpm_in_spdx() {
    all(
        Grammar::RpmSpdx,
        &[
            ("GPL-2.0-or-later AND LGPL-2.1-or-later", "GPL-2.0-or-later AND LGPL-2.1-or-later"),
            ("GPL-2.0+", "GPL-2.0-or-later"),
            ("SUSE-Public-Domain", "LicenseRef-public-domain"),
            ("SUSE-GPL-3.0+-with-font-exception", "GPL-3.0-or-later WITH Font-exception-2.0"),
            ("SUSE-GPL-2.0-with-FLOSS-exception", "LicenseRef-SUSE-GPL-2.0-with-FLOSS-exception"),
            ("SUSE-GPL-2.0+-with-sane-exception", "GPL-2.0-or-later WITH SANE-exception"),
            ("SUSE-LGPL-2.1+-with-GCC-exception", "LGPL-2.1-or-later WITH GCC-exception-2.0"),
            ("SUSE-Firmware", "LicenseRef-SUSE-Firmware"),
            ("SUSE-GFDL-1.2+", "GFDL-1.2-or-later"),
            ("SUSE-Gnuplot", "gnuplot"),
            ("SUSE-Oddity", "LicenseRef-SUSE-Oddity"),
            ("GPL-2.0-or-later WITH Classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
            ("LicenseRef-Callaway-BSD AND MIT", "LicenseRef-Callaway-BSD AND MIT"),
            ("MIT AND LicenseRef-Fedora-Public-Domain", "MIT AND LicenseRef-Fedora-Public-Domain"),
            ("GPL-2.0+ and LGPL-2.1+ and BSD-3-Clause", "GPL-2.0-or-later AND LGPL-2.1-or-later AND BSD-3-Clause"),
            ("BSD-3-Clause and (GPL-2.0 or MIT)", "BSD-3-Clause AND (GPL-2.0-only OR MIT)"),
            ("Artistic-1.0 OR GPL-1.0+", "Artistic-1.0 OR GPL-1.0-or-later"),
            ("GPL-2.0 WITH Linux-syscall-note", "GPL-2.0-only WITH Linux-syscall-note"),
        ],
    );
}

#[test]
fn dep5() {
    all(
        Grammar::DebianDep5,
        &[
            ("Expat", "MIT"),
            ("public-domain", "LicenseRef-public-domain"),
            ("Apache-2", "Apache-2.0"),
            ("Apache-2.0", "Apache-2.0"),
            ("Artistic", "Artistic-1.0"),
            ("Artistic or GPL-1+", "Artistic-1.0 OR GPL-1.0-or-later"),
            ("GPL-1+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0"),
            ("BSD-4-clause", "BSD-4-Clause"),
            ("ISC", "ISC"),
            ("CC-BY-SA-3.0", "CC-BY-SA-3.0"),
            ("CC-BY-3", "CC-BY-3.0"),
            ("CDDL-1", "CDDL-1.0"),
            ("CPL-1", "CPL-1.0"),
            ("GPL", "GPL-1.0-or-later"),
            ("GPL+", "GPL-1.0-or-later"),
            ("GPL-1+", "GPL-1.0-or-later"),
            ("LGPL", "LGPL-2.0-or-later"),
            ("LGPL-2.0+", "LGPL-2.0-or-later"),
            ("GFDL-1.3", "GFDL-1.3-only"),
            ("GFDL-1.3+", "GFDL-1.3-or-later"),
            ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
            ("GFDL-1.2+-no-invariants", "GFDL-1.2-no-invariants-or-later"),
            ("LPPL-1.3c", "LPPL-1.3c"),
            ("MPL-1.1", "MPL-1.1"),
            ("Perl", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
            ("Python-2", "Python-2.0"),
            ("QPL", "QPL-1.0"),
            ("W3C", "W3C"),
            ("Zope-2.1", "ZPL-2.1"),
            ("zlib", "Zlib"),
            ("MIT-X11", "MIT"),
            ("X11", "X11"),
            ("BSD", "LicenseRef-BSD"),
            ("AGPL-3+", "AGPL-3.0-or-later"),
            ("EPL-1", "EPL-1.0"),
            ("OFL-1.1", "OFL-1.1"),
            ("BSL-1.0", "BSL-1.0"),
            ("WTFPL-2", "WTFPL"),
            ("custom", "LicenseRef-custom"),
            ("GPL-2+ with OpenSSL exception", "GPL-2.0-or-later WITH x11vnc-openssl-exception"),
            ("GPL-3+ with OpenSSL exception", "GPL-3.0-or-later WITH x11vnc-openssl-exception"),
            ("GPL-2+ with Font exception", "GPL-2.0-or-later WITH Font-exception-2.0"),
            ("GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2"),
            ("GPL-3+ with Autoconf exception", "GPL-3.0-or-later WITH Autoconf-exception-3.0"),
            ("GPL-2+ with libtool exception", "GPL-2.0-or-later WITH Libtool-exception"),
            ("GPL-2 with Classpath exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("GPL-3+ with GCC exception", "GPL-3.0-or-later WITH GCC-exception-3.1"),
            ("GPL-2+-with-openssl-exception", "GPL-2.0-or-later WITH x11vnc-openssl-exception"),
            ("GPL-3+-with-bison-exception", "GPL-3.0-or-later WITH Bison-exception-2.2"),
            ("GPL-2+ with Frobnicator exception", "LicenseRef-GPL-2-with-Frobnicator-exception"),
            ("GPL-2+ or Artistic-2.0, and BSD-3-clause", "(GPL-2.0-or-later OR Artistic-2.0) AND BSD-3-Clause"),
            ("GPL-2+ and BSD-3-clause or Expat", "(GPL-2.0-or-later AND BSD-3-Clause) OR MIT"),
            ("GPL-2+, LGPL-2.1+ and Expat", "GPL-2.0-or-later AND LGPL-2.1-or-later AND MIT"),
            ("GPL-2, LGPL-2.1 or MPL-1.1", "GPL-2.0-only OR LGPL-2.1-only OR MPL-1.1"),
            ("Expat or GPL-2", "MIT OR GPL-2.0-only"),
            ("Apache-2.0 with LLVM exception", "Apache-2.0 WITH LLVM-exception"),
            (
                "BSD-3-clause and GPL-2+ with OpenSSL exception",
                "BSD-3-Clause AND GPL-2.0-or-later WITH x11vnc-openssl-exception",
            ),
            ("GPL-2 or GPL-3", "GPL-2.0-only OR GPL-3.0-only"),
            ("FSFAP", "FSFAP"),
            ("GAP", "FSFAP"),
            ("Unlicense", "Unlicense"),
            ("Artistic-1.0-Perl", "Artistic-1.0-Perl"),
            ("PSF-2", "PSF-2.0"),
            ("BSD-3-clause~Regents", "BSD-3-Clause"),
            ("LGPL-2.1+ with OCaml linking exception", "LGPL-2.1-or-later WITH OCaml-LGPL-linking-exception"),
            ("GPL-2+ or LGPL-2.1+", "GPL-2.0-or-later OR LGPL-2.1-or-later"),
            ("GPL-3+-autoconf-exception", "GPL-3.0-or-later WITH Autoconf-exception-3.0"),
            ("GPL-2+-libtool-exception", "GPL-2.0-or-later WITH Libtool-exception"),
            ("GFDL-1.3+-no-invariant", "GFDL-1.3-no-invariants-or-later"),
            ("Apache-2.0 and/or Expat", "Apache-2.0 OR MIT"),
            ("GPL-2 with Linux-syscall-note exception or MIT", "GPL-2.0-only WITH Linux-syscall-note OR MIT"),
            ("GPL-2+~OpenSSL", "GPL-2.0-or-later WITH x11vnc-openssl-exception"),
        ],
    );
    assert!(normalize(Grammar::DebianDep5, &["GPL-2+ and Foo"]).unresolved == ["Foo"]);
}

#[test]
fn alpine() {
    all(
        Grammar::Alpine,
        &[
            ("MIT BSD GPL2+", "MIT AND LicenseRef-BSD AND GPL-2.0-or-later"),
            ("GPL-2.0-only MIT", "GPL-2.0-only AND MIT"),
            ("GPL LGPL", "GPL-1.0-or-later AND LGPL-2.0-or-later"),
            ("ASL 2.0", "Apache-2.0"),
            ("ASL-2.0", "Apache-2.0"),
            ("ISC AND (MIT OR BSD-2-Clause)", "ISC AND (MIT OR BSD-2-Clause)"),
            ("custom:BSD", "LicenseRef-BSD"),
            ("custom", "LicenseRef-custom"),
            ("GPL-2.0-or-later LGPL-2.1-or-later", "GPL-2.0-or-later AND LGPL-2.1-or-later"),
            ("GPL-3.0+", "GPL-3.0-or-later"),
            ("LGPL2.1+", "LGPL-2.1-or-later"),
            ("BSD-3", "BSD-3-Clause"),
            ("Apache-2.0 MIT", "Apache-2.0 AND MIT"),
            ("MPL-2.0 GPL-2.0+ LGPL-2.1+", "MPL-2.0 AND GPL-2.0-or-later AND LGPL-2.1-or-later"),
            ("GPL-2.0-only WITH Linux-syscall-note", "GPL-2.0-only WITH Linux-syscall-note"),
            ("Artistic-Perl GPL-1.0-or-later", "Artistic-1.0-Perl AND GPL-1.0-or-later"),
            ("Artistic-1.0-Perl OR GPL-1.0-or-later", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
            ("GPL-2.0 with OpenSSL exception", "GPL-2.0-only WITH x11vnc-openssl-exception"),
            ("zlib", "Zlib"),
            ("LGPLv2+", "LGPL-2.0-or-later"),
            ("MIT AND Public-Domain", "MIT AND LicenseRef-public-domain"),
            ("GPL-2", "GPL-2.0-only"),
            ("GPL2 or later", "GPL-2.0-or-later"),
            ("MIT and GPL-2.0-only", "MIT AND GPL-2.0-only"),
            ("ISC BSD-2-Clause custom", "ISC AND BSD-2-Clause AND LicenseRef-custom"),
            ("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views"),
            ("GPL3 | LGPL3", "GPL-3.0-only OR LGPL-3.0-only"),
        ],
    );
    let got = list(Grammar::Alpine, &["MIT Frobozz ISC"], "MIT AND LicenseRef-Frobozz AND ISC");
    assert_eq!(got.unresolved, ["Frobozz"]);
}

#[test]
fn gentoo() {
    all(
        Grammar::Gentoo,
        &[
            ("GPL-2", "GPL-2.0-only"),
            ("GPL-2+", "GPL-2.0-or-later"),
            ("BSD", "BSD-3-Clause"),
            ("BSD-2 MIT", "BSD-2-Clause AND MIT"),
            ("|| ( Artistic GPL-1+ )", "Artistic-1.0 OR GPL-1.0-or-later"),
            ("|| ( GPL-2 GPL-3 ) MIT", "(GPL-2.0-only OR GPL-3.0-only) AND MIT"),
            ("LGPL-2.1+ ssl? ( openssl )", "LGPL-2.1-or-later AND OpenSSL"),
            ("GPL-2-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("public-domain", "LicenseRef-public-domain"),
            ("|| ( ( BSD MIT ) GPL-3+ )", "(BSD-3-Clause AND MIT) OR GPL-3.0-or-later"),
            ("FDL-1.3+", "GFDL-1.3-or-later"),
            ("ZLIB", "Zlib"),
            ("PSF-2", "PSF-2.0"),
            ("WTFPL-2", "WTFPL"),
            ("Boost-1.0", "BSL-1.0"),
            ("all-rights-reserved", "LicenseRef-all-rights-reserved"),
            ("Apache-2.0", "Apache-2.0"),
        ],
    );
}

/// Parentheses and `||` without their partner lose no name, and every reference has its words.
#[test]
fn gentoo_broken_lists_lose_nothing() {
    all(
        Grammar::Gentoo,
        &[
            ("|| MIT ISC", "MIT AND ISC"),
            ("MIT ) ISC", "MIT AND ISC"),
            (") MIT ) ) || ( ISC Zlib", "MIT AND (ISC OR Zlib)"),
            ("||", "NOASSERTION"),
        ],
    );
    let got = normalize(Grammar::Gentoo, &["MIT UNKNOWN"]);
    assert_eq!(got.expression.to_string(), "MIT AND LicenseRef-UNKNOWN");
    assert_eq!(got.unresolved, ["UNKNOWN"]);
    assert_eq!(got.refs, [("LicenseRef-UNKNOWN".into(), "UNKNOWN".into())]);
}
