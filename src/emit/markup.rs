//! Markdown (CommonMark 0.31, GitHub's tables): what comes from an image is escaped, so that it starts no markup.

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
