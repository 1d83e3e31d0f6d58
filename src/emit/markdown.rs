//! What every Markdown document (CommonMark 0.31) needs: text that starts no markup.

/// Any sign of punctuation may be escaped; that none of them starts anything is easiest to see where all of them are.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]<>()#+-!|&~$\"':".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
