//! The notices as Markdown (CommonMark 0.31). What comes from an image is escaped, so that it starts no markup.

use super::collect::{Item, Notices};
use crate::emit::markdown::escape;
use std::io::{self, Write};

/// Writes them.
pub fn write(notices: &Notices, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Third-party notices\n\nfor {}", escape(&notices.subject))?;
    if let Some(digest) = &notices.digest {
        writeln!(out, "(`{digest}`)")?;
    }
    writeln!(out, "\nMade by {}.\n\n## Packages", escape(&notices.tool))?;
    for section in &notices.sections {
        if let Some(title) = &section.title {
            writeln!(out, "\n### {}", escape(title))?;
        }
        if let Some(note) = &section.note {
            writeln!(out, "\n{}", escape(note))?;
        }
        section.packages.iter().try_for_each(|item| package(item, out))?;
    }
    writeln!(out, "\n## Texts")?;
    for text in &notices.texts {
        // A fence is longer than any in the text.
        let longest = text.words.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let (number, title, words) = (text.number, escape(&text.title), text.words.trim_end());
        writeln!(out, "\n### <a id=\"text-{number}\"></a>{number}. {title}\n\n{fence}text\n{words}\n{fence}")?;
    }
    Ok(())
}

fn package(item: &Item, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n#### {}\n\n- Package: {}", escape(&item.name), escape(&item.purl))?;
    writeln!(out, "- Licence: {}", escape(item.license.as_deref().unwrap_or("not known")))?;
    if let Some(layer) = item.hidden_by {
        writeln!(out, "- Removed by layer {layer}, but distributed in the layers below")?;
    }
    item.holders.iter().try_for_each(|holder| writeln!(out, "- {}", escape(holder)))?;
    if !item.texts.is_empty() {
        let numbers: Vec<String> = item.texts.iter().map(|n| format!("[{n}](#text-{n})")).collect();
        writeln!(out, "- Texts: {}", numbers.join(", "))?;
    }
    item.wordless.iter().try_for_each(|licence| writeln!(out, "- The words of {} are not known", escape(licence)))
}
