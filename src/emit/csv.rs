//! The package register as comma-separated values (RFC 4180), a line a package, for spreadsheets.

use super::html::visible;
use crate::model::Report;
use std::io::{self, Write};

const HEAD: [&str; 20] = [
    "name",
    "version",
    "ecosystem",
    "purl",
    "state",
    "layer",
    "removed_by",
    "origin",
    "basis",
    "declared",
    "detected",
    "concluded",
    "class",
    "flags",
    "verdict",
    "effective",
    "rule",
    "taken",
    "source",
    "location",
];

/// Writes the register.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(64 * 1024, out);
    line(&HEAD.map(String::from), &mut out)?;
    for (id, p) in report.shown() {
        let verdict = report.audit.as_ref().and_then(|a| a.packages.get(id.0 as usize));
        let source = p.source.as_ref().map(|s| format!("{} {}", s.name, s.version.as_deref().unwrap_or("")));
        let flags: Vec<&str> = p.licensing.flags.iter().map(|f| f.as_str()).collect();
        line(
            &[
                p.name.to_string(),
                p.version.to_string(),
                p.ecosystem.as_str().to_owned(),
                p.purl.to_string(),
                p.state.as_str().to_owned(),
                p.layer.to_string(),
                p.state.removed_by().map(|l| l.to_string()).unwrap_or_default(),
                report.image.origin_of(p.layer).unwrap_or("").to_owned(),
                p.basis.as_str().to_owned(),
                p.licensing.declared.to_string(),
                p.licensing.detected.to_string(),
                p.licensing.concluded.to_string(),
                match p.licensing.class.scope() {
                    Some(scope) => format!("{}-{scope}", p.licensing.class.as_str()),
                    None => p.licensing.class.as_str().to_owned(),
                },
                flags.join(" "),
                verdict.map(|v| v.verdict.as_str()).unwrap_or("").to_owned(),
                verdict.map(|v| v.effective.as_str()).unwrap_or("").to_owned(),
                verdict.and_then(|v| v.rule.as_deref()).unwrap_or("").to_owned(),
                verdict.and_then(|v| v.taken.as_ref()).map(ToString::to_string).unwrap_or_default(),
                source.unwrap_or_default().trim_end().to_owned(),
                p.locations.first().map(|l| l.path.to_string()).unwrap_or_default(),
            ],
            &mut out,
        )?;
    }
    out.flush()
}

fn line(cells: &[String; 20], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|c| cell(c)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A value in quotes where it needs them. One that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(value: &str) -> String {
    let value = visible::line(value);
    let formula = value.starts_with(['=', '+', '-', '@', '\t']) && !is_scoped(&value);
    let value = if formula { format!("'{value}") } else { value };
    if value.contains([',', '"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

/// Whether it is a name with a scope of npm, which is no formula: `@scope/name` and nothing more.
fn is_scoped(value: &str) -> bool {
    let plain = |part: &str| {
        let first = part.bytes().next();
        let word = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        first.is_some_and(|b| b.is_ascii_alphabetic()) && part.bytes().all(word)
    };
    value
        .strip_prefix('@')
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(scope, name)| plain(scope) && plain(name))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn only_formulas_get_an_apostrophe() {
        let check = |value: &str, expected: &str| assert_eq!(cell(value), expected);
        check("@scope/pkg", "@scope/pkg");
        check("@types/node.js", "@types/node.js");
        check("@SUM(A1)/x", "'@SUM(A1)/x");
        check("@SUM/A1+cmd", "'@SUM/A1+cmd");
        check("@x", "'@x");
        check("=1+1", "'=1+1");
        check("-a,b", "\"'-a,b\"");
        check("plain", "plain");
    }
}
