//! The notices as plain text.

use super::collect::{Item, Notices};
use std::io::{self, Write};

const RULE: &str = "===============================================================================";

/// Writes them.
pub fn write(notices: &Notices, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "THIRD-PARTY NOTICES\n\nfor {}", notices.subject)?;
    if let Some(digest) = &notices.digest {
        writeln!(out, "{digest}")?;
    }
    writeln!(out, "\nMade by {}. Numbers in brackets are those of the texts below.", notices.tool)?;
    for section in &notices.sections {
        if let Some(title) = &section.title {
            writeln!(out, "\n{RULE}\n{title}\n{RULE}")?;
        }
        if let Some(note) = &section.note {
            writeln!(out, "\n{note}")?;
        }
        section.packages.iter().try_for_each(|item| package(item, out))?;
    }
    for text in &notices.texts {
        writeln!(out, "\n{RULE}\n[{}] {}\n{RULE}\n\n{}", text.number, text.title, text.words.trim_end())?;
    }
    Ok(())
}

fn package(item: &Item, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}\n  {}", item.name, item.purl)?;
    writeln!(out, "  Licence: {}", item.license.as_deref().unwrap_or("not known"))?;
    if let Some(layer) = item.hidden_by {
        writeln!(out, "  Removed by layer {layer}, but distributed in the layers below")?;
    }
    item.holders.iter().try_for_each(|holder| writeln!(out, "  {holder}"))?;
    if !item.texts.is_empty() {
        let numbers: Vec<String> = item.texts.iter().map(|n| format!("[{n}]")).collect();
        writeln!(out, "  Texts: {}", numbers.join(" "))?;
    }
    item.wordless.iter().try_for_each(|licence| writeln!(out, "  The words of {licence} are not known"))
}
