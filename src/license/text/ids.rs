//! Ids of the SPDX list: what replaces the deprecated ones, and what the text of an id says by itself.

use crate::license::{db, expr};
use crate::model::Expr;

/// The id that the list holds now for a deprecated one; the id itself where several stand for it.
pub fn canonical(id: &str) -> &str {
    db::replacement(id).filter(|new| !new.contains(' ')).unwrap_or(id)
}

/// The expression for an id of the list. A text that is a stack of several keeps its own id, which says more of it.
pub fn expression(id: &str) -> Expr {
    let one = db::replacement(id).and_then(|new| expr::parse(new).ok()).filter(|e| !matches!(e, Expr::And(_)));
    one.unwrap_or_else(|| Expr::id(id))
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
