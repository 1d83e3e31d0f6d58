//! A comparison as plain text.

use super::words;
use crate::diff::Difference;
use crate::emit::html::visible::line;
use std::io::{self, Write};

/// Writes it.
pub fn write(d: &Difference, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "- {}\n+ {}\n\n{}", words::side(&d.old), words::side(&d.new), words::summary(d))?;
    if let Some(words) = words::policies(d) {
        writeln!(out, "{words}")?;
    }
    if d.is_empty() {
        return writeln!(out, "No package differs in what both sides know of it.");
    }
    writeln!(out, "\nCLASSES")?;
    let rows = words::rows(d);
    let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, before, after) in rows {
        let arrow = if before == after { String::new() } else { format!(" -> {after}") };
        writeln!(out, "  {name:width$}  {before}{arrow}")?;
    }
    if !d.licenses.went.is_empty() || !d.licenses.came.is_empty() {
        writeln!(out, "\nLICENCES")?;
        for (sign, list) in [("-", &d.licenses.went), ("+", &d.licenses.came)] {
            list.iter().try_for_each(|(l, n)| writeln!(out, "{sign} {}  {}", line(l), words::count(*n, "package")))?;
        }
    }
    writeln!(out, "\nPACKAGES")?;
    for (sign, list) in [("-", &d.removed), ("+", &d.added)] {
        list.iter().try_for_each(|e| writeln!(out, "{sign} {}  {}", words::name(e), words::terms(e)))?;
    }
    for c in &d.changed {
        writeln!(out, "~ {}", words::changed_name(c))?;
        words::changes(c).into_iter().try_for_each(|change| writeln!(out, "    {change}"))?;
    }
    Ok(())
}
