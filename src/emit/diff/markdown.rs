//! A comparison as Markdown (CommonMark 0.31 with tables) for a comment under a pull request. What comes from an image is escaped.

use super::words;
use crate::diff::Difference;
use crate::emit::html::visible::line;
use crate::emit::markdown::escape;
use std::io::{self, Write};

/// How many bytes a list may take. Comments hold some 65,000 characters on the forges that are most in use, and there are three
/// lists and their frame; what is cut off is counted, and stands in the other forms.
const LIST_LIMIT: usize = 18 * 1024;

/// Writes it.
pub fn write(d: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (escape(&words::side(&d.old)), escape(&words::side(&d.new)));
    writeln!(out, "## Licences: what changed\n\nfrom {old}  \nto {new}\n\n{}", words::summary(d))?;
    if let Some(words) = words::policies(d) {
        writeln!(out, "\n**{}**", escape(&words))?;
    }
    if d.is_empty() {
        return writeln!(out, "\nNo package differs in what both sides know of it.");
    }
    writeln!(out, "\n| | before | after |\n|---|---:|---:|")?;
    for (name, before, after) in words::rows(d) {
        let mark = if before == after { "" } else { "**" };
        writeln!(out, "| {name} | {before} | {mark}{after}{mark} |")?;
    }
    let licenses = [("-", &d.licenses.went), ("+", &d.licenses.came)].into_iter().flat_map(|(sign, list)| {
        list.iter().map(move |(l, n)| format!("{sign} {} ({})", escape(&line(l)), words::count(*n, "package")))
    });
    section("Licences", licenses.collect(), out)?;
    let packages = [("-", &d.removed), ("+", &d.added)].into_iter().flat_map(|(sign, list)| {
        list.iter().map(move |e| format!("{sign} **{}** {}", escape(&words::name(e)), escape(&words::terms(e))))
    });
    section("Packages that went or came", packages.collect(), out)?;
    let changed = d.changed.iter().map(|c| {
        let details = words::changes(c).into_iter().map(|change| format!("\n  - {}", escape(&change)));
        format!("~ **{}**{}", escape(&words::changed_name(c)), details.collect::<String>())
    });
    section("Packages that changed", changed.collect(), out)
}

fn section(title: &str, items: Vec<String>, out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {title}\n")?;
    let mut left = LIST_LIMIT;
    for (i, item) in items.iter().enumerate() {
        if item.len() > left {
            return writeln!(out, "- … and {} more; the forms txt and json have them all", items.len() - i);
        }
        left -= item.len();
        // A sign at the beginning of an item would start a list of its own.
        writeln!(out, "- \\{item}")?;
    }
    Ok(())
}
