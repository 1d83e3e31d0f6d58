//! Names, expressions and lists of language ecosystems.

use super::*;

#[test]
fn classifiers() {
    let approved = |name: &str| format!("License :: OSI Approved :: {name}");
    let cases = [
        ("Apache Software License", "Apache-2.0"),
        ("Academic Free License (AFL)", "LicenseRef-AFL"),
        ("Artistic License", "LicenseRef-Artistic"),
        ("GNU General Public License (GPL)", "GPL-1.0-or-later"),
        ("GNU General Public License v2 (GPLv2)", "GPL-2.0-only"),
        ("GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
        ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("GNU Lesser General Public License v2 (LGPLv2)", "LGPL-2.0-only"),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", "LGPL-2.0-or-later"),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later"),
        ("GNU Library or Lesser General Public License (LGPL)", "LGPL-2.0-or-later"),
        ("GNU Affero General Public License v3", "AGPL-3.0-only"),
        ("GNU Affero General Public License v3 or later (AGPLv3+)", "AGPL-3.0-or-later"),
        ("GNU Free Documentation License (FDL)", "GFDL-1.1-or-later"),
        ("Python Software Foundation License", "PSF-2.0"),
        ("Python License (CNRI Python License)", "CNRI-Python"),
        ("Mozilla Public License 1.0 (MPL)", "MPL-1.0"),
        ("Mozilla Public License 1.1 (MPL 1.1)", "MPL-1.1"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("ISC License (ISCL)", "ISC"),
        ("The Unlicense (Unlicense)", "Unlicense"),
        ("University of Illinois/NCSA Open Source License", "NCSA"),
        ("European Union Public Licence 1.2 (EUPL 1.2)", "EUPL-1.2"),
        ("Universal Permissive License (UPL)", "UPL-1.0"),
        ("zlib/libpng License", "Zlib"),
        ("SIL Open Font License 1.1 (OFL-1.1)", "OFL-1.1"),
        ("Common Development and Distribution License 1.0 (CDDL-1.0)", "CDDL-1.0"),
        ("CEA CNRS Inria Logiciel Libre License, version 2.1 (CeCILL-2.1)", "CECILL-2.1"),
        ("Historical Permission Notice and Disclaimer (HPND)", "HPND"),
        ("IBM Public License", "IPL-1.0"),
        ("Intel Open Source License", "Intel"),
        ("Mulan Permissive Software License v2 (MulanPSL-2.0)", "MulanPSL-2.0"),
        ("Qt Public License (QPL)", "QPL-1.0"),
        ("Educational Community License, Version 2.0 (ECL-2.0)", "ECL-2.0"),
        ("NASA Open Source Agreement v1.3 (NASA-1.3)", "NASA-1.3"),
        ("Open Software License 3.0 (OSL-3.0)", "OSL-3.0"),
        ("Zero-Clause BSD (0BSD)", "0BSD"),
        ("CMU License (MIT-CMU)", "MIT-CMU"),
        ("Vovida Software License 1.0", "VSL-1.0"),
        ("W3C License", "W3C"),
        ("X.Net License", "Xnet"),
        ("Sleepycat License", "Sleepycat"),
        ("Nokia Open Source License", "Nokia"),
        ("Attribution Assurance License", "AAL"),
        ("Eiffel Forum License", "LicenseRef-EFL"),
        ("MirOS License (MirOS)", "MirOS"),
        ("Motosoto License", "Motosoto"),
        ("Nethack General Public License", "NGPL"),
        ("Open Group Test Suite License", "OGTSL"),
        ("PostgreSQL License", "PostgreSQL"),
        ("Ricoh Source Code Public License", "RSCPL"),
        ("Sun Industry Standards Source License (SISSL)", "SISSL"),
        ("Sun Public License", "SPL-1.0"),
        ("Blue Oak Model License (BlueOak-1.0.0)", "BlueOak-1.0.0"),
        ("Jabber Open Source License", "LicenseRef-Jabber-Open-Source-License"),
        ("Common Public License", "CPL-1.0"),
    ];
    for (name, expected) in cases {
        all(Grammar::PypiClassifier, &[(&approved(name), expected)]);
    }
    all(
        Grammar::PypiClassifier,
        &[
            ("License :: Public Domain", "LicenseRef-public-domain"),
            ("License :: Other/Proprietary License", "LicenseRef-proprietary"),
            ("License :: DFSG approved", "NOASSERTION"),
            ("License :: Freeware", "LicenseRef-Freeware"),
            ("License :: Free for non-commercial use", "LicenseRef-Free-for-non-commercial-use"),
            ("License :: CeCILL-B Free Software License Agreement (CECILL-B)", "CECILL-B"),
            ("License :: Aladdin Free Public License (AFPL)", "Aladdin"),
            ("License :: Eiffel Forum License (EFL)", "LicenseRef-EFL"),
            ("License :: Repoze Public License", "LicenseRef-Repoze-Public-License"),
            ("Programming Language :: Python :: 3", "NOASSERTION"),
        ],
    );
    let several = list(
        Grammar::PypiClassifier,
        &[
            "License :: OSI Approved",
            "License :: OSI Approved :: MIT License",
            "License :: OSI Approved :: BSD License",
        ],
        "MIT AND LicenseRef-BSD",
    );
    assert!(several.ambiguous && several.unresolved.is_empty());
    list(
        Grammar::PypiClassifier,
        &[
            "License :: OSI Approved :: GNU General Public License (GPL)",
            "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        ],
        "GPL-3.0-only",
    );
}

#[test]
fn pypi_free_text() {
    all(
        Grammar::PypiLicense,
        &[
            ("MIT", "MIT"),
            ("MIT License", "MIT"),
            ("The MIT License (MIT)", "MIT"),
            ("BSD", "LicenseRef-BSD"),
            ("BSD-3-Clause", "BSD-3-Clause"),
            ("3-Clause BSD License", "BSD-3-Clause"),
            ("BSD 3-Clause", "BSD-3-Clause"),
            ("New BSD", "BSD-3-Clause"),
            ("Simplified BSD", "BSD-2-Clause"),
            ("Apache 2.0", "Apache-2.0"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            ("ASL 2", "Apache-2.0"),
            ("Apache", "Apache-2.0"),
            ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
            ("PSF", "PSF-2.0"),
            ("Python Software Foundation License", "PSF-2.0"),
            ("LGPL", "LGPL-2.0-or-later"),
            ("GNU LGPL", "LGPL-2.0-or-later"),
            ("LGPLv3+", "LGPL-3.0-or-later"),
            ("GPLv3 or later", "GPL-3.0-or-later"),
            ("GNU GPL v2 or later", "GPL-2.0-or-later"),
            ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
            ("LGPL with exceptions or ZPL", "LicenseRef-LGPL-with-exceptions OR LicenseRef-ZPL"),
            ("BSD or Apache License, Version 2.0", "LicenseRef-BSD OR Apache-2.0"),
            ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
            ("Dual licensed under MIT and GPL", "MIT OR GPL-1.0-or-later"),
            ("MIT or Apache", "MIT OR Apache-2.0"),
            ("GPL/MIT", "GPL-1.0-or-later OR MIT"),
            ("MIT (see LICENSE)", "MIT"),
            ("MIT, see LICENSE file", "MIT"),
            ("BSD - See ndg/httpsclient/LICENCE file for details", "LicenseRef-BSD"),
            ("MIT License (http://opensource.org/licenses/MIT)", "MIT"),
            ("MIT https://opensource.org/licenses/MIT", "MIT"),
            ("Public Domain", "LicenseRef-public-domain"),
            ("public domain", "LicenseRef-public-domain"),
            ("Proprietary", "LicenseRef-proprietary"),
            ("None", "NOASSERTION"),
            ("", "NOASSERTION"),
            ("LICENSE.txt", "NOASSERTION"),
            ("see LICENSE", "NOASSERTION"),
            ("ISC", "ISC"),
            ("MPL-2.0", "MPL-2.0"),
            ("MPL 2.0", "MPL-2.0"),
            ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
            ("ZPL", "LicenseRef-ZPL"),
            ("UNLICENSED", "LicenseRef-proprietary"),
            ("CC0", "CC0-1.0"),
            ("HPND", "HPND"),
            ("Expat license", "MIT"),
            ("BSD-2-Clause or Apache-2.0", "BSD-2-Clause OR Apache-2.0"),
            ("GPL v2, v3", "GPL-2.0-only AND GPL-3.0-only"),
            ("GPL-2 or 3", "GPL-2.0-only OR GPL-3.0-only"),
            ("MIT, 2-clause BSD", "MIT AND BSD-2-Clause"),
            ("MIT -or- Apache License 2.0", "MIT OR Apache-2.0"),
            ("License :: OSI Approved :: MIT License", "MIT"),
            ("OSI Approved :: MIT License", "MIT"),
            ("BSD License (3-clause)", "BSD-3-Clause"),
            ("Apache License 2.0 and MIT License", "Apache-2.0 AND MIT"),
            ("Apache-2.0 AND BSD-3-Clause", "Apache-2.0 AND BSD-3-Clause"),
            ("GNU Lesser General Public License (LGPL), Version 3", "LGPL-3.0-only"),
            ("Artistic License 2.0", "Artistic-2.0"),
            ("'MIT'", "MIT"),
            ("BSD 2.0", "LicenseRef-BSD-2.0"),
            ("BSD2", "BSD-2-Clause"),
            ("MIT BSD", "MIT AND LicenseRef-BSD"),
            ("LGPL (see http://www.gnu.org/copyleft/lesser.html)", "LGPL-2.0-or-later"),
            ("Copyright (c) 2012 Jane Roe, MIT License", "MIT"),
            ("(MIT or ISC", "MIT OR ISC"),
            ("MIT + file LICENSE", "MIT"),
            ("Dual BSD/GPL", "LicenseRef-BSD OR GPL-1.0-or-later"),
            ("Some words nobody knows", "LicenseRef-Some-words-nobody-knows"),
            ("['MIT']", "MIT"),
            ("{\"MIT\"}", "MIT"),
            ("LGPL+BSD", "LGPL-2.0-or-later AND LicenseRef-BSD"),
            (
                "public domain, Python, 2-Clause BSD, GPL 3 (see COPYING.txt)",
                "LicenseRef-public-domain AND Python-2.0 AND BSD-2-Clause AND GPL-3.0-only",
            ),
            ("Copyright 2015 Foo Corp", "LicenseRef-Copyright-2015-Foo-Corp"),
            ("Licensed under the Apache License 2.0", "Apache-2.0"),
            ("LGPL 2.1 or later, see COPYING", "LGPL-2.1-or-later"),
            (
                "Apache License, Version 2.0 and Common Development And Distribution License (CDDL) Version 1.0",
                "Apache-2.0 AND CDDL-1.0",
            ),
        ],
    );
}

#[test]
fn npm() {
    all(
        Grammar::Npm,
        &[
            ("(MIT OR Apache-2.0)", "MIT OR Apache-2.0"),
            ("(MIT AND CC-BY-3.0)", "MIT AND CC-BY-3.0"),
            ("MIT*", "MIT"),
            ("BSD", "LicenseRef-BSD"),
            ("BSD*", "LicenseRef-BSD"),
            ("BSD-3", "BSD-3-Clause"),
            ("Apache 2", "Apache-2.0"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            ("Apache v2", "Apache-2.0"),
            ("WTFPL", "WTFPL"),
            ("UNLICENSED", "LicenseRef-proprietary"),
            ("Public Domain", "LicenseRef-public-domain"),
            ("BSD-like", "LicenseRef-BSD"),
            ("MIT, Apache-2.0", "MIT OR Apache-2.0"),
            ("http://www.opensource.org/licenses/mit-license.php", "MIT"),
            ("LGPL-2.1+", "LGPL-2.1-or-later"),
            ("GPL-2.0", "GPL-2.0-only"),
            ("MIT or GPLv2", "MIT OR GPL-2.0-only"),
            ("MIT/GPL", "MIT OR GPL-1.0-or-later"),
            ("MIT & GPL", "MIT AND GPL-1.0-or-later"),
            ("CC0", "CC0-1.0"),
            ("Unlicense", "Unlicense"),
            ("AGPLv3", "AGPL-3.0-only"),
            ("SEE LICENSE IN <license.md>", "NOASSERTION"),
            ("SEE LICENSE IN EULA", "NOASSERTION"),
            ("ISC License", "ISC"),
            ("X11", "X11"),
            ("MIT +no-false-attribs", "MITNFA"),
            ("BSD-2-Clause OR MIT OR Apache-2.0", "BSD-2-Clause OR MIT OR Apache-2.0"),
            ("Artistic-2.0", "Artistic-2.0"),
            ("Custom: https://example.com/license", "LicenseRef-custom"),
            ("none", "NONE"),
            ("MIT License, http://www.opensource.org/licenses/mit-license", "MIT"),
            ("LGPL-3.0+", "LGPL-3.0-or-later"),
        ],
    );
    list(Grammar::Npm, &["MIT", "Apache2"], "MIT OR Apache-2.0");
    list(Grammar::Npm, &["MIT", "GPL-2.0"], "MIT OR GPL-2.0-only");
}

#[test]
fn maven() {
    all(
        Grammar::Maven,
        &[
            ("The Apache Software License, Version 2.0", "Apache-2.0"),
            ("Apache 2", "Apache-2.0"),
            ("Apache License v2.0", "Apache-2.0"),
            ("ASL, version 2", "Apache-2.0"),
            ("Apache License, ASL Version 2.0", "Apache-2.0"),
            ("Apache Software License - Version 2.0", "Apache-2.0"),
            ("Apache Public License 2.0", "Apache-2.0"),
            ("The MIT License", "MIT"),
            ("MIT", "MIT"),
            ("The MIT License(MIT)", "MIT"),
            ("BSD", "LicenseRef-BSD"),
            ("BSD style", "LicenseRef-BSD"),
            ("The New BSD License", "BSD-3-Clause"),
            ("The BSD 3-Clause License", "BSD-3-Clause"),
            ("The (New) BSD License", "BSD-3-Clause"),
            ("Revised BSD", "BSD-3-Clause"),
            ("Eclipse Public License - v 1.0", "EPL-1.0"),
            ("Eclipse Public License v2.0", "EPL-2.0"),
            ("Eclipse Public License (EPL), Version 1.0", "EPL-1.0"),
            ("Eclipse Distribution License - v 1.0", "BSD-3-Clause"),
            ("Eclipse Publish License, Version 1.0", "EPL-1.0"),
            ("GPL2 w/ CPE", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("GPLv2+CE", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("GPL v2 with ClassPath Exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("GPLv2 license, includes the CLASSPATH exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
            (
                "GNU General Public License, version 2 (GPL2), with the classpath exception",
                "GPL-2.0-only WITH Classpath-exception-2.0",
            ),
            (
                "GNU General Public License, version 2, with the Classpath Exception",
                "GPL-2.0-only WITH Classpath-exception-2.0",
            ),
            (
                "GNU General Public License v2.0 only, with Classpath exception",
                "GPL-2.0-only WITH Classpath-exception-2.0",
            ),
            ("CDDL + GPLv2 with classpath exception", "CDDL-1.0 OR GPL-2.0-only WITH Classpath-exception-2.0"),
            ("CDDL/GPLv2+CE", "CDDL-1.0 OR GPL-2.0-only WITH Classpath-exception-2.0"),
            ("CDDL+GPL License", "CDDL-1.0 OR GPL-2.0-or-later"),
            ("Dual license consisting of the CDDL v1.1 and GPL v2", "CDDL-1.1 OR GPL-2.0-only"),
            ("CDDL v1.1 / GPL v2 dual license", "CDDL-1.1 OR GPL-2.0-only"),
            ("COMMON DEVELOPMENT AND DISTRIBUTION LICENSE (CDDL) Version 1.0", "CDDL-1.0"),
            ("Common Development and Distribution License (CDDL) v1.0", "CDDL-1.0"),
            ("LGPL, version 2.1", "LGPL-2.1-only"),
            ("LGPL, v2.1 or later", "LGPL-2.1-or-later"),
            ("GNU Lesser General Public License", "LGPL-2.0-or-later"),
            ("GNU Lesser Public License", "LGPL-2.0-or-later"),
            ("GNU LGPL (GNU Lesser General Public License), V2.1 or later", "LGPL-2.1-or-later"),
            ("GNU General Lesser Public License (LGPL) version 3.0", "LGPL-3.0-only"),
            ("GNU LESSER GENERAL PUBLIC LICENSE, Version 2.1, February 1999", "LGPL-2.1-only"),
            ("MPL 1.1", "MPL-1.1"),
            ("MPL 2.0 or EPL 1.0", "MPL-2.0 OR EPL-1.0"),
            ("MPL 2.0, and EPL 1.0", "MPL-2.0 AND EPL-1.0"),
            ("Mozilla Public License, Version 2.0", "MPL-2.0"),
            ("Public Domain", "LicenseRef-public-domain"),
            ("Public Domain, per Creative Commons CC0", "CC0-1.0"),
            ("CC0 1.0 Universal License", "CC0-1.0"),
            ("The JSON License", "JSON"),
            ("Bouncy Castle Licence", "MIT"),
            ("ICU License", "ICU"),
            ("The SAX License", "SAX-PD"),
            ("The W3C License", "W3C"),
            ("Go License", "BSD-3-Clause"),
            ("ISC/BSD License", "ISC OR LicenseRef-BSD"),
            ("HSQLDB License, a BSD open source license", "BSD-3-Clause"),
            (
                "The GNU General Public License, v2 with FOSS exception",
                "GPL-2.0-only WITH Universal-FOSS-exception-1.0",
            ),
            ("The PostgreSQL License", "PostgreSQL"),
            ("Universal Permissive License, Version 1.0", "UPL-1.0"),
            ("BSD 3-Clause \"New\" or \"Revised\" License (BSD-3-Clause)", "BSD-3-Clause"),
            ("The OpenLDAP Public License, Version 2.8, 17 August 2003", "OLDAP-2.8"),
            ("TMate Open Source License (with dual licensing option)", "TMate"),
            ("LGPL/MIT", "LGPL-2.0-or-later OR MIT"),
            ("Apache License, Version 2.0 (http://www.apache.org/licenses/LICENSE-2.0)", "Apache-2.0"),
            ("http://www.gnu.org/licenses/old-licenses/lgpl-2.1.html", "LGPL-2.1-only"),
            ("http://www.eclipse.org/legal/epl-v10.html", "EPL-1.0"),
            ("https://www.eclipse.org/legal/epl-2.0/", "EPL-2.0"),
            ("http://www.opensource.org/licenses/mit-license.php", "MIT"),
            ("https://opensource.org/licenses/BSD-2-Clause", "BSD-2-Clause"),
            ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
            ("https://creativecommons.org/licenses/by-sa/4.0", "CC-BY-SA-4.0"),
            ("http://www.mozilla.org/MPL/2.0/index.txt", "MPL-2.0"),
            ("http://asm.ow2.org/license.html", "BSD-3-Clause"),
            ("http://json.org/license.html", "JSON"),
            ("http://www.bouncycastle.org/licence.html", "MIT"),
            ("https://glassfish.dev.java.net/public/CDDLv1.0.html", "CDDL-1.0"),
            ("https://openjdk.java.net/legal/gplv2+ce.html", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("Apache-2.0 OR MIT", "Apache-2.0 OR MIT"),
            ("BSD License 3", "BSD-3-Clause"),
            ("Creative Commons Attribution-NonCommercial-ShareAlike 3.0 Unported (CC BY-NC-SA 3.0)", "CC-BY-NC-SA-3.0"),
            ("Creative Commons Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0"),
            ("European Union Public Licence (EUPL v.1.1)", "EUPL-1.1"),
            ("EPL (Eclipse Public License), V1.0 or later", "EPL-1.0+"),
            ("GNU Affero General Public License, Version 3", "AGPL-3.0-only"),
            ("Lesser General Public License, version 3 or greater", "LGPL-3.0-or-later"),
        ],
    );
    list(Grammar::Maven, &["Apache-2.0", "LGPL-2.1-or-later"], "Apache-2.0 OR LGPL-2.1-or-later");
    list(
        Grammar::Maven,
        &["Apache License, Version 2.0", "https://www.apache.org/licenses/LICENSE-2.0.txt"],
        "Apache-2.0",
    );
    list(Grammar::Maven, &["BSD License", "http://opensource.org/licenses/BSD-3-Clause"], "BSD-3-Clause");
    list(Grammar::Maven, &["Acme License", "https://example.org/LICENSE"], "LicenseRef-Acme-License");
    let differ = list(Grammar::Maven, &["MIT", "https://www.apache.org/licenses/LICENSE-2.0.txt"], "MIT");
    assert!(differ.ambiguous && differ.unresolved.len() == 1);
}

#[test]
fn others() {
    all(
        Grammar::Nuget,
        &[
            ("https://licenses.nuget.org/Apache-2.0", "Apache-2.0"),
            ("https://licenses.nuget.org/(MIT%20OR%20Apache-2.0)", "MIT OR Apache-2.0"),
            (
                "https://licenses.nuget.org/GPL-2.0-or-later%20WITH%20Classpath-exception-2.0",
                "GPL-2.0-or-later WITH Classpath-exception-2.0",
            ),
            ("https://aka.ms/deprecateLicenseUrl", "NOASSERTION"),
            ("https://example.org/LICENSE", "NOASSERTION"),
            ("MIT", "MIT"),
            ("https://raw.githubusercontent.com/NuGet/NuGet.Client/dev/LICENSE.txt", "Apache-2.0"),
        ],
    );
    all(
        Grammar::Gem,
        &[
            ("MIT", "MIT"),
            ("BSD-2-Clause", "BSD-2-Clause"),
            ("Ruby's", "Ruby"),
            ("Apache 2.0", "Apache-2.0"),
            ("Nonstandard", "LicenseRef-Nonstandard"),
        ],
    );
    list(Grammar::Gem, &["Ruby", "BSD-2-Clause"], "Ruby OR BSD-2-Clause");
    list(Grammar::Gem, &["MIT", "GPL-2"], "MIT OR GPL-2.0-only");
    list(Grammar::Composer, &["LGPL-2.1-only", "GPL-3.0-or-later"], "LGPL-2.1-only OR GPL-3.0-or-later");
    all(
        Grammar::Composer,
        &[("proprietary", "LicenseRef-proprietary"), ("(LGPL-2.1 or GPL-3.0+)", "LGPL-2.1-only OR GPL-3.0-or-later")],
    );
    all(
        Grammar::Cargo,
        &[
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
            ("Apache-2.0/MIT/Zlib", "Apache-2.0 OR MIT OR Zlib"),
            ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
            ("Unlicense/MIT", "Unlicense OR MIT"),
        ],
    );
    all(Grammar::Go, &[("BSD-3-Clause", "BSD-3-Clause"), ("Apache-2.0", "Apache-2.0")]);
    all(
        Grammar::Conda,
        &[
            ("BSD-3-Clause", "BSD-3-Clause"),
            ("BSD 3-Clause", "BSD-3-Clause"),
            ("PSF", "PSF-2.0"),
            ("GPL-3.0-only WITH GCC-exception-3.1", "GPL-3.0-only WITH GCC-exception-3.1"),
            ("LGPL-2.1-or-later AND GPL-2.0-or-later", "LGPL-2.1-or-later AND GPL-2.0-or-later"),
            ("Proprietary", "LicenseRef-proprietary"),
            ("GPL v3", "GPL-3.0-only"),
            ("zlib", "Zlib"),
            ("Public-Domain", "LicenseRef-public-domain"),
            ("BSD-like", "LicenseRef-BSD"),
            ("bzip2", "bzip2-1.0.6"),
        ],
    );
    all(
        Grammar::Arch,
        &[
            ("GPL3", "GPL-3.0-only"),
            ("GPL2", "GPL-2.0-only"),
            ("GPL", "GPL-1.0-or-later"),
            ("LGPL2.1", "LGPL-2.1-only"),
            ("LGPL", "LGPL-2.0-or-later"),
            ("Apache", "Apache-2.0"),
            ("custom:BSD", "LicenseRef-BSD"),
            ("custom:MIT", "MIT"),
            ("custom", "LicenseRef-custom"),
            ("custom:OFL", "OFL-1.1"),
            ("PerlArtistic", "Artistic-1.0-Perl"),
            ("FDL1.2", "GFDL-1.2-only"),
            ("MPL2", "MPL-2.0"),
            ("ZLIB", "Zlib"),
            ("PSF", "PSF-2.0"),
            ("custom:frob", "LicenseRef-custom-frob"),
            ("AGPL3", "AGPL-3.0-only"),
            ("BSD", "LicenseRef-BSD"),
        ],
    );
    list(Grammar::Arch, &["GPL3", "custom:MIT"], "GPL-3.0-only AND MIT");
}

#[test]
fn cran() {
    all(
        Grammar::Cran,
        &[
            ("GPL (>= 2)", "GPL-2.0-or-later"),
            ("GPL (>= 2.0)", "GPL-2.0-or-later"),
            ("GPL (>=3)", "GPL-3.0-or-later"),
            ("GPL (> 2)", "GPL-3.0-or-later"),
            ("GPL (== 2)", "GPL-2.0-only"),
            ("GPL-2", "GPL-2.0-only"),
            ("GPL-3", "GPL-3.0-only"),
            ("GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only"),
            ("GPL", "GPL-1.0-or-later"),
            ("LGPL (>= 2.1)", "LGPL-2.1-or-later"),
            ("LGPL-3", "LGPL-3.0-only"),
            ("AGPL-3", "AGPL-3.0-only"),
            ("MIT + file LICENSE", "MIT"),
            ("BSD_3_clause + file LICENSE", "BSD-3-Clause"),
            ("BSD_2_clause + file LICENCE", "BSD-2-Clause"),
            ("GPL (>= 2) | file LICENSE", "GPL-2.0-or-later OR LicenseRef-file-LICENSE"),
            ("GPL-2 | file LICENSE", "GPL-2.0-only OR LicenseRef-file-LICENSE"),
            ("GPL-3 + file LICENSE", "GPL-3.0-only"),
            ("file LICENSE", "NOASSERTION"),
            ("Unlimited", "LicenseRef-Unlimited"),
            ("Artistic-2.0", "Artistic-2.0"),
            ("Apache License (== 2.0)", "Apache-2.0"),
            ("Apache License 2.0", "Apache-2.0"),
            ("CC0", "CC0-1.0"),
            ("MPL-2.0", "MPL-2.0"),
            ("Mozilla Public License 2.0", "MPL-2.0"),
            ("Part of R 4.3.1", "LicenseRef-Part-of-R-4.3.1"),
            ("CeCILL-2", "CECILL-2.0"),
            ("EUPL-1.2", "EUPL-1.2"),
            ("BSL-1.0", "BSL-1.0"),
            ("GPL (>= 2, < 4)", "GPL-2.0-only OR GPL-3.0-only"),
            ("LGPL (>= 2, < 3)", "LGPL-2.0-only OR LGPL-2.1-only"),
            ("AGPL (>= 3)", "AGPL-3.0-or-later"),
            ("GPL (>= 2) | LGPL (>= 3)", "GPL-2.0-or-later OR LGPL-3.0-or-later"),
        ],
    );
}

#[test]
fn perl() {
    all(
        Grammar::Perl,
        &[
            ("perl_5", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
            ("perl", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
            ("artistic_1", "Artistic-1.0"),
            ("apache_2_0", "Apache-2.0"),
            ("bsd", "BSD-3-Clause"),
            ("freebsd", "BSD-2-Clause"),
            ("gpl_3", "GPL-3.0-only"),
            ("lgpl_2_1", "LGPL-2.1-only"),
            ("lgpl_3_0", "LGPL-3.0-only"),
            ("mit", "MIT"),
            ("mozilla_1_1", "MPL-1.1"),
            ("unknown", "NOASSERTION"),
            ("open_source", "NOASSERTION"),
            ("restricted", "LicenseRef-proprietary"),
            ("unrestricted", "LicenseRef-unrestricted"),
            ("gfdl_1_3", "GFDL-1.3-only"),
            ("sun", "SISSL"),
            ("zlib", "Zlib"),
        ],
    );
}

#[test]
fn unknown_origin() {
    all(
        Grammar::Any,
        &[
            ("GPLv2+", "GPL-2.0-or-later"),
            ("perl_5", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
            ("|| ( GPL-2 MIT )", "GPL-2.0-only OR MIT"),
            ("License :: OSI Approved :: MIT License", "MIT"),
            ("GPL (>= 2)", "GPL-2.0-or-later"),
            ("SUSE-Public-Domain", "LicenseRef-public-domain"),
            ("custom:MIT", "MIT"),
            ("NOASSERTION", "NOASSERTION"),
            ("NONE", "NONE"),
        ],
    );
}

#[test]
fn spdx_field() {
    all(
        Grammar::Spdx,
        &[
            ("MIT AND (Apache-2.0 OR BSD-2-Clause)", "MIT AND (Apache-2.0 OR BSD-2-Clause)"),
            ("mit", "MIT"),
            ("MIT or Apache-2.0", "MIT OR Apache-2.0"),
            ("MIT AND Frobozz", "MIT AND LicenseRef-Frobozz"),
            ("LicenseRef-Foo", "LicenseRef-Foo"),
            ("Apache-2.0 WITH Foo-exception", "LicenseRef-Apache-2.0-WITH-Foo-exception"),
            ("NOASSERTION", "NOASSERTION"),
        ],
    );
}
