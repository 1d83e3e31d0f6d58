//! What people do to names in any ecosystem: slips, slugs, other languages, copyright lines, riders, lists in a string.

use super::*;

#[test]
fn slugs_write_versions_with_hyphens_or_underscores() {
    all(
        Grammar::PypiLicense,
        &[
            ("lgpl-2-1", "LGPL-2.1-only"),
            ("mpl-1-1", "MPL-1.1"),
            ("GPL_3_0", "GPL-3.0-only"),
            ("python-2-0-1", "Python-2.0.1"),
            ("https://opensource.org/license/lgpl-2-1", "LGPL-2.1-only"),
            ("https://opensource.org/license/apache-2-0", "Apache-2.0"),
            ("bsd_3_clause", "BSD-3-Clause"),
        ],
    );
    all(Grammar::Perl, &[("mozilla_2_0", "MPL-2.0"), ("lgpl_2_1", "LGPL-2.1-only")]);
}

#[test]
fn slips_and_other_languages_say_no_less() {
    all(
        Grammar::PypiLicense,
        &[
            ("MIT lisense", "MIT"),
            ("Apache Lisence, Verison 2.0", "Apache-2.0"),
            ("GNU General Public License, Versions 2", "GPL-2.0-only"),
            ("2-clause bdsl", "BSD-2-Clause"),
            ("MIT-Lizenz", "MIT"),
            ("Licencia MIT", "MIT"),
            ("GPL v3 ou ultérieure", "GPL-3.0-or-later"),
            ("LGPL v3 oder später", "LGPL-3.0-or-later"),
            ("GPL version two or later", "GPL-2.0-or-later"),
            ("Apache License, Version Two", "Apache-2.0"),
            ("Domaine public", "LicenseRef-public-domain"),
            ("proprietär", "LicenseRef-proprietary"),
            ("M.I.T.", "MIT"),
            ("Please see LICENSE", "NOASSERTION"),
            ("This project is licensed under the MIT License", "MIT"),
            ("-", "NOASSERTION"),
            ("?", "NOASSERTION"),
        ],
    );
}

#[test]
fn a_version_belongs_to_the_name_before_it() {
    all(
        Grammar::PypiLicense,
        &[
            ("Phorum License, Version 2.0", "LicenseRef-Phorum-License-Version-2.0"),
            ("Acme License, v1.2 and MIT", "LicenseRef-Acme-License-v1.2 AND MIT"),
        ],
    );
    let got = normalize(Grammar::PypiLicense, &["Nokia Open Source License, Version 9"]);
    assert_eq!(got.expression.to_string(), "Nokia");
    assert_eq!(got.unresolved, ["Version 9"]);
}

#[test]
fn a_copyright_line_before_a_name_is_reported() {
    for (raw, expected, holder) in [
        ("Copyright Foo. MIT License.", "MIT", "Copyright Foo"),
        ("Copyright (c) 2019 Jane Roe - Apache 2.0", "Apache-2.0", "Copyright (c) 2019 Jane Roe"),
        ("(c) 2014 Bar, BSD 3-Clause. All rights reserved.", "BSD-3-Clause", "(c) 2014 Bar"),
        ("Copyright (c) 2020 Foo Inc. All rights reserved.", "LicenseRef-proprietary", "Copyright (c) 2020 Foo Inc"),
    ] {
        let got = normalize(Grammar::PypiLicense, &[raw]);
        assert_eq!((got.expression.to_string().as_str(), got.unresolved), (expected, vec![holder.into()]), "{raw}");
    }
}

#[test]
fn riders_and_exceptions() {
    all(
        Grammar::PypiLicense,
        &[
            ("Apache 2.0 with Commons Clause", "Apache-2.0 AND LicenseRef-Commons-Clause"),
            ("Apache-2.0 (Commons Clause)", "Apache-2.0 AND LicenseRef-Commons-Clause"),
            ("MIT + Commons Clause", "MIT AND LicenseRef-Commons-Clause"),
            (
                "GNU Affero General Public License, Version 3 with the Commons Clause",
                "AGPL-3.0-only AND LicenseRef-Commons-Clause",
            ),
            ("GPL (with dual licensing option)", "GPL-1.0-or-later"),
            ("GPL v2 + Classpath Exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("GPL v2+ + Classpath Exception", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
            ("GNU GPL v3 with GCC Runtime Library Exception v3.1", "GPL-3.0-only WITH GCC-exception-3.1"),
            // Twice the same licence is no base of an exception.
            (
                "LGPL-2.0-or-later AND LGPL-2.0-or-later WITH exceptions AND MIT",
                "LGPL-2.0-or-later AND LicenseRef-LGPL-2.0-or-later-WITH-exceptions AND MIT",
            ),
        ],
    );
    all(
        Grammar::DebianDep5,
        &[
            ("GPL-2+-OpenSSL", "GPL-2.0-or-later WITH x11vnc-openssl-exception"),
            ("BSD-3-clause-Google", "BSD-3-Clause"),
            ("OFL-1.1+RFN", "OFL-1.1-RFN"),
        ],
    );
    all(
        Grammar::Gentoo,
        &[
            ("LGPL-2.1 Nokia-Qt-LGPL-Exception-1.1", "LGPL-2.1-only AND LicenseRef-Nokia-Qt-LGPL-Exception-1.1"),
            ("GPL-2+-with-Pyinstaller-Bootloader-exception", "GPL-2.0-or-later WITH Bootloader-exception"),
            ("|| ( Ruby-BSD BSD-2 )", "Ruby OR BSD-2-Clause"),
            ("BSD GPL-2 SMAIL", "BSD-3-Clause AND GPL-2.0-only AND SMAIL-GPL"),
            ("wxWinLL-3.1", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
        ],
    );
    all(
        Grammar::RpmCallaway,
        &[("eCos", "GPL-2.0-or-later WITH eCos-exception-2.0"), ("LBNL BSD", "BSD-3-Clause-LBNL")],
    );
}

#[test]
fn two_names_are_not_one() {
    all(
        Grammar::PypiLicense,
        &[
            (
                "GPLv2+, GPLv2 with classpath exception",
                "GPL-2.0-or-later AND GPL-2.0-only WITH Classpath-exception-2.0",
            ),
            ("GPLv2+/GPLv2", "GPL-2.0-or-later OR GPL-2.0-only"),
            ("GNU GPL v2 or later (GPL v2)", "GPL-2.0-or-later"),
            ("GPL/GPLv3", "GPL-1.0-or-later OR GPL-3.0-only"),
            ("GNU LGPL & LGPL version 3", "LGPL-2.0-or-later AND LGPL-3.0-only"),
            ("BSD-3-Clause or BSD", "BSD-3-Clause OR LicenseRef-BSD"),
            ("2-Clause BSD / Simplified BSD", "BSD-2-Clause"),
            ("BSD 3-Clause \"New\" or \"Revised\" License (BSD-3-Clause)", "BSD-3-Clause"),
            ("GNU GPLv3, OSI Approved :: MIT License", "GPL-3.0-only AND MIT"),
            (
                "License :: OSI Approved :: MIT License, License :: OSI Approved :: Apache Software License",
                "MIT AND Apache-2.0",
            ),
            ("License :: OSI Approved :: Educational Community License, Version 2.0 (ECL-2.0)", "ECL-2.0"),
            ("MIT + GPL version 3 or later", "MIT AND GPL-3.0-or-later"),
            ("MIT+GPLv3", "MIT AND GPL-3.0-only"),
            ("GPLv2 with classpath exception + MIT", "GPL-2.0-only WITH Classpath-exception-2.0 AND MIT"),
            ("GPLv2 with classpath exception as well as ISC", "GPL-2.0-only WITH Classpath-exception-2.0 AND ISC"),
        ],
    );
}

/// `SUSE-` and `custom:` mark one name; they once swallowed the statement.
#[test]
fn prefixes_end_with_their_name() {
    all(
        Grammar::RpmSpdx,
        &[
            ("SUSE-Permissive ; GPL-2.0+", "LicenseRef-SUSE-Permissive AND GPL-2.0-or-later"),
            ("SUSE-Oddity or GPL-3.0", "LicenseRef-SUSE-Oddity OR GPL-3.0-only"),
            (
                "SUSE-LGPL-2.1-with-nokia-exception-1.1 or GPL-3.0",
                "LGPL-2.1-only WITH Qt-LGPL-exception-1.1 OR GPL-3.0-only",
            ),
            ("GPL-2.0+ and SUSE-Firmware and MIT", "GPL-2.0-or-later AND LicenseRef-SUSE-Firmware AND MIT"),
            ("SUSE-wxWidgets-3.1", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
        ],
    );
    all(
        Grammar::Alpine,
        &[
            ("custom:foo GPL2", "LicenseRef-custom-foo AND GPL-2.0-only"),
            ("custom:foo AND MIT", "LicenseRef-custom-foo AND MIT"),
            ("custom:foo", "LicenseRef-custom-foo"),
        ],
    );
    all(
        Grammar::Arch,
        &[
            ("custom:University of Somewhere", "LicenseRef-custom-University-of-Somewhere"),
            ("custom:foo OR MIT", "LicenseRef-custom-foo OR MIT"),
        ],
    );
}

#[test]
fn comparisons_of_r() {
    all(
        Grammar::Cran,
        &[
            ("GPL (!= 2)", "GPL-1.0-only OR GPL-3.0-or-later"),
            ("GPL (>= 2, != 3)", "GPL-2.0-only"),
            ("GPL-2 | GPL-3 [expanded from: GPL (>= 2)]", "GPL-2.0-only OR GPL-3.0-only"),
        ],
    );
}

#[test]
fn a_list_in_a_string_is_a_list() {
    all(
        Grammar::Npm,
        &[
            (r#"["MIT","Apache-2.0"]"#, "MIT OR Apache-2.0"),
            (
                r#"[{"type":"MIT","url":"http://opensource.org/licenses/MIT"},{"type":"GPL-2.0","url":"x"}]"#,
                "MIT OR GPL-2.0-only",
            ),
            (r#"{"type":"BSD","url":"https://opensource.org/licenses/BSD-3-Clause"}"#, "BSD-3-Clause"),
            (r#"{ "name": "MIT" }"#, "MIT"),
        ],
    );
    all(
        Grammar::PypiLicense,
        &[("['MIT', 'BSD']", "MIT AND LicenseRef-BSD"), ("[MIT]", "MIT"), ("[1, 2]", "LicenseRef-1-2")],
    );
}
