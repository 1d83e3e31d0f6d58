//! Ids of the SPDX list: what replaces the deprecated ones, and which of several ids with the same text counts.

use crate::model::Expr;

/// Deprecated ids and what stands for them. Ids that became a licence with an exception are not here: their texts are
/// the licence's, see [`expression`].
const REPLACED: [(&str, &str); 23] = [
    ("AGPL-1.0", "AGPL-1.0-only"),
    ("AGPL-3.0", "AGPL-3.0-only"),
    ("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views"),
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause"),
    ("GFDL-1.1", "GFDL-1.1-only"),
    ("GFDL-1.2", "GFDL-1.2-only"),
    ("GFDL-1.3", "GFDL-1.3-only"),
    ("GPL-1.0", "GPL-1.0-only"),
    ("GPL-1.0+", "GPL-1.0-or-later"),
    ("GPL-2.0", "GPL-2.0-only"),
    ("GPL-2.0+", "GPL-2.0-or-later"),
    ("GPL-3.0", "GPL-3.0-only"),
    ("GPL-3.0+", "GPL-3.0-or-later"),
    ("LGPL-2.0", "LGPL-2.0-only"),
    ("LGPL-2.0+", "LGPL-2.0-or-later"),
    ("LGPL-2.1", "LGPL-2.1-only"),
    ("LGPL-2.1+", "LGPL-2.1-or-later"),
    ("LGPL-3.0", "LGPL-3.0-only"),
    ("LGPL-3.0+", "LGPL-3.0-or-later"),
    ("StandardML-NJ", "SMLNJ"),
    ("bzip2-1.0.5", "bzip2-1.0.6"),
    ("Nokia-Qt-exception-1.1", "Qt-LGPL-exception-1.1"),
    ("Nunit", "zlib-acknowledgement"),
];

/// Deprecated ids that name a licence and an exception.
const WITH: [(&str, &str, &str); 9] = [
    ("GPL-2.0-with-GCC-exception", "GPL-2.0-or-later", "GCC-exception-2.0"),
    ("GPL-2.0-with-autoconf-exception", "GPL-2.0-only", "Autoconf-exception-2.0"),
    ("GPL-2.0-with-bison-exception", "GPL-2.0-or-later", "Bison-exception-2.2"),
    ("GPL-2.0-with-classpath-exception", "GPL-2.0-only", "Classpath-exception-2.0"),
    ("GPL-2.0-with-font-exception", "GPL-2.0-only", "Font-exception-2.0"),
    ("GPL-3.0-with-GCC-exception", "GPL-3.0-only", "GCC-exception-3.1"),
    ("GPL-3.0-with-autoconf-exception", "GPL-3.0-only", "Autoconf-exception-3.0"),
    ("eCos-2.0", "GPL-2.0-or-later", "eCos-exception-2.0"),
    ("wxWindows", "LGPL-2.0-or-later", "WxWindows-exception-3.1"),
];

/// The id that the list holds now for a deprecated one.
pub fn canonical(id: &str) -> &str {
    REPLACED.iter().find(|(old, _)| *old == id).map_or(id, |(_, new)| new)
}

/// The expression for an id of the list.
pub fn expression(id: &str) -> Expr {
    match WITH.iter().find(|(old, ..)| *old == id) {
        Some((_, license, exception)) => Expr::With(Box::new(Expr::id(license)), (*exception).into()),
        None => Expr::id(canonical(id)),
    }
}

/// Ids whose text is that of another id: by the text alone the other is meant, and headers or notices say more.
const SAME_TEXT: [(&str, &str); 6] = [
    ("CAL-1.0-Combined-Work-Exception", "CAL-1.0"),
    ("MPL-2.0-no-copyleft-exception", "MPL-2.0"),
    ("OFL-1.0-RFN", "OFL-1.0"),
    ("OFL-1.0-no-RFN", "OFL-1.0"),
    ("OFL-1.1-RFN", "OFL-1.1"),
    ("OFL-1.1-no-RFN", "OFL-1.1"),
];

/// The id that a licence's bare text says, as the field has it: `-only` for the GNU licences.
pub fn bare(id: &str) -> String {
    if let Some((_, plain)) = SAME_TEXT.iter().find(|(variant, _)| *variant == id) {
        return plain.to_string();
    }
    let id = canonical(id);
    let id = id.replace("-no-invariants", "").replace("-invariants", "");
    match id.strip_suffix("-or-later") {
        Some(family) => format!("{family}-only"),
        None => id,
    }
}

/// Ids that come first where texts are the same: the ones that people mean.
const COMMON: [&str; 8] = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Zlib", "X11", "HPND"];

/// The rank of an id among those whose texts are the same; the bare text says `-only`.
pub fn rank(id: &str, deprecated: bool) -> u32 {
    let mut rank = 0;
    if deprecated {
        rank += 100_000;
    }
    if !COMMON.contains(&id) {
        rank += 2_000;
    }
    if id.ends_with("-or-later") {
        rank += 20_000;
    }
    if id.contains("invariants") {
        rank += 40_000;
    }
    rank
}
