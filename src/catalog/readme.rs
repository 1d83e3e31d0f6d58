//! What a README says of the licence: many old packages of npm, RubyGems and Composer have neither a licence file nor a field for
//! it, and say it there, in a section of its own.
//!
//! Only that section is kept, which is short, so that thousands of READMEs cost little memory; whether it counts is for the
//! inventory (only where a package says nothing else), what it means for the room `license`. Left out: words about licences
//! elsewhere in a README, for they may speak of other works; READMEs of documentation (`usr/share/doc`), which are those of
//! packages with papers of their own. Headings are those of CommonMark, reStructuredText, RDoc, Textile,
//! Org and plain text.

mod heading;

use super::{Cataloger, Group, Input, Parsed, Want, decode};
use crate::model::{EmbeddedText, Find};
use heading::{Heading, Level, TITLE_LIMIT, Topic, cleaned, fences, headings, is_about_others, marks, topic};

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "readme", group: Group::Installed, wants: &[Want::Like(is_readme)], parse };

/// Most bytes of a README that are looked through: the longest real ones, with a manual in them, have some 300 KB.
const README_LIMIT: usize = 1 << 20;

/// Most bytes kept of a section: the text of the GPL 3 has 35 KB.
const SECTION_LIMIT: usize = 40 << 10;

/// Endings of READMEs that are text.
const ENDINGS: [&str; 11] =
    ["", ".md", ".markdown", ".mkd", ".mdown", ".rst", ".txt", ".rdoc", ".textile", ".adoc", ".org"];

/// Folders of documentation.
const DOCUMENTATION: [&str; 3] = ["usr/share/doc/", "usr/share/man/", "usr/share/info/"];

/// Whether the file at `path` is a README by its name. It sees every path of the image.
fn is_readme(path: &str, base: &str) -> bool {
    let named = base.split_at_checked("readme".len()).filter(|(stem, _)| stem.eq_ignore_ascii_case("readme"));
    named.is_some_and(|(_, ending)| ENDINGS.iter().any(|e| e.eq_ignore_ascii_case(ending)))
        && !DOCUMENTATION.iter().any(|folder| path.starts_with(folder))
}

/// Finds the section.
pub fn parse(input: &Input<'_>) -> Parsed {
    let bytes = input.bytes.get(..README_LIMIT).unwrap_or(input.bytes);
    let finds = section_by(&decode::decode(bytes), marks(input.path)).map(Find::LicenseSection).into_iter().collect();
    Parsed { finds, issues: Vec::new() }
}

/// The licence section of a description.
pub(super) fn section(text: &str) -> Option<EmbeddedText> {
    section_by(text, marks(""))
}

/// The licence section of a text; `None` where there is none. Several are taken together. A heading that
/// says more than `License` stays in the words.
fn section_by(text: &str, marks: &[char]) -> Option<EmbeddedText> {
    let at = first_candidate(text)?;
    let (before, text) = text.split_at_checked(at)?;
    let (fences, all) = (fences(before), fences(before) + fences(text));
    let lines: Vec<&str> = text.lines().collect();
    // A fence that nobody closed would hide all that follows.
    let headings = headings(&lines, marks, (all % 2 == 0).then_some(fences % 2 == 1));
    let best = headings.iter().map(|h| topic(&h.title)).min().filter(|t| *t != Topic::Other)?;
    let mut words = String::new();
    let mut name: Option<&str> = None;
    for (n, heading) in headings.iter().enumerate().filter(|(_, h)| topic(&h.title) == best) {
        let from = if best == Topic::Named { heading.at } else { heading.body };
        let is_blank = |to: usize| lines.get(heading.body..to).unwrap_or_default().iter().all(|l| l.trim().is_empty());
        let ends = |next: &&Heading<'_>| {
            let (marked, plain) = (next.level != Level::Plain, heading.level == Level::Plain);
            // The licence's name may stand as a heading below that of the section, or be a line in capitals.
            let below = next.level > heading.level || next.level == Level::Plain;
            let is_name = below && is_blank(next.at) && !is_about_others(&next.title);
            (marked || plain) && !is_name
        };
        let to = headings.iter().skip(n + 1).find(ends).map_or(lines.len(), |next| next.at);
        let body = lines.get(from..to).unwrap_or_default().join("\n");
        let body = body.trim();
        if body.is_empty() || words.len() + body.len() > SECTION_LIMIT {
            continue;
        }
        if !words.is_empty() {
            words.push_str("\n\n");
        }
        words.push_str(body);
        name.get_or_insert(&heading.title);
    }
    let name: String = name?.chars().filter(|c| !c.is_control() && *c != '/').take(TITLE_LIMIT).collect();
    Some(EmbeddedText { path: name.into(), words: words.into() })
}

/// Where the line before the first one begins that may be a heading of ours: what stands before it, in most READMEs nearly all, need not
/// be looked at line by line. (4,000 READMEs of npm with 22 MB take 40 ms in place of 190; 580 KB are kept of them.)
fn first_candidate(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let start_of = |at: usize| memchr::memrchr(b'\n', bytes.get(..at).unwrap_or_default()).map_or(0, |n| n + 1);
    let is_candidate = |at: usize| {
        let line = text.get(start_of(at)..).unwrap_or("").lines().next().unwrap_or("").trim();
        line.len() <= TITLE_LIMIT * 2 && topic(&cleaned(line)) != Topic::Other
    };
    let of_word = |word: &str| memchr::memmem::find_iter(bytes, word).find(|at| is_candidate(*at));
    let first = ["icen", "ICEN", "opyright", "OPYRIGHT", "opying", "OPYING"].into_iter().filter_map(of_word).min()?;
    Some(start_of(start_of(first).saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the section, or nothing.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = section(text);
        assert_eq!(found.as_ref().map_or("", |s| &s.words), expected, "{text}");
    }

    #[test]
    fn headings_of_every_markup() {
        for text in [
            "# x\nwords\n\n## License\n\nMIT\n\n## Next\nmore\n",
            "x\n=\n\n##License##\nMIT\n# Next\n",
            "x\n===\nwords\n\nLicense\n-------\n\nMIT\n\nThanks\n------\n",
            "*******\nLicence\n*******\nMIT\n\nThanks\n******\n",
            "= x\n== LICENSE:\n\nMIT\n\n== Next\n",
            "h1. x\n\nh2. License\n\nMIT\n\nh2. Next\n",
            "<h2 id=\"license\">License</h2>\n\nMIT\n\n<h2>Next</h2>\n",
            "## [License](#top)\n\nMIT\n",
            "## <a name=\"license\"></a>7. Copyright and license\nMIT\n",
            "words\n\n**License**\n\nMIT\n\n**Next**\n\nmore\n",
            "words\n\nCOPYRIGHT AND LICENSE\n\n MIT\n\nTHANKS\n\n me\n",
            "## License\r\n\r\nMIT\r\n\r\n## Next\r\n",
            "```\n# comment\n```\n## Licensing\nMIT\n```\n# comment\n```\n## Next",
        ] {
            let found = section(text).map(|s| s.words.to_string()).unwrap_or_default();
            assert_eq!(found.lines().next().map(str::trim), Some("MIT"), "{text}");
            assert!(!found.contains("more") && !found.contains("Next") && !found.contains("THANKS"), "{text}: {found}");
        }
    }

    #[test]
    fn headings_of_org() {
        let read = |path: &str| parse(&Input { path, bytes: b"* x\n** License\nMIT\n** Next\n" }).finds.len();
        assert_eq!((read("a/README.org"), read("a/README.md")), (1, 0));
    }

    #[test]
    fn a_name_in_the_heading_stays() {
        check("# x\n\n## The MIT License\n\nCopyright\n", "## The MIT License\n\nCopyright");
        check("## License\n\n### MIT License\n\nwords\n\n## Next", "### MIT License\n\nwords");
        check("# x\n\nwords\n\n(The MIT License)\n\nCopyright", "(The MIT License)\n\nCopyright");
        check("# x\n\nwords (see the license)\n\n(and more)\n", "");
        // Licence texts have lines in capitals.
        check("## License\n\nwords\n\nNO WARRANTY\n\nmore", "words\n\nNO WARRANTY\n\nmore");
        check("## Copyright\n\nme\n\n## License\n\nMIT", "MIT");
        check("## MIT Licenced\n\n[a]: b\n", "## MIT Licenced\n\n[a]: b");
        check("## License &amp; copyright\n\nMIT\n", "MIT");
        check("## GNU GPL v2 license\n\nx\n", "## GNU GPL v2 license\n\nx");
        check("## Copyright\n\nme, MIT\n", "me, MIT");
        check("## License\n\nMIT\n\n## Use\n\nx\n\n## License\n\nISC\n", "MIT\n\nISC");
    }

    #[test]
    fn what_is_no_section() {
        for text in [
            "",
            "# x\n\nThe license of y is the GPL.\n",
            "# x\n\n![License](https://x/badge/license-MIT.svg)\n",
            "# x\n\n## Third-party licenses\n\nGPL\n",
            "# x\n\n## License of the bundled fonts\n\nOFL\n",
            "```\n# License\nGPL\n```\n",
            "    # License\n    GPL\n",
            "# x\n\n## License\n\n## Next\n",
            "## License\n\n### Third-party works\n\nGPL\n",
            "| License | x |\n|---|---|\n",
            "# license-checker\n\nIt finds the GPL.\n",
            "## Valid package license strings\n\nMIT, GPL-3.0\n",
        ] {
            check(text, "");
        }
    }

    #[test]
    fn names_of_files() {
        let check = |path: &str, expected| {
            assert_eq!(is_readme(path, path.rsplit('/').next().unwrap_or("")), expected, "{path}");
        };
        for path in ["README", "a/Readme.md", "a/README.markdown", "node_modules/x/readme.txt", "g/README.rdoc"] {
            check(path, true);
        }
        for path in ["", "a/README.html", "a/readme.js", "usr/share/doc/x/README", "a/README-de.md", "a/rëadme"] {
            check(path, false);
        }
    }

    #[test]
    fn long_and_odd_bytes_do_no_harm() {
        let long = format!("## License\n\n{}", "x".repeat(SECTION_LIMIT + 1));
        check(&long, "");
        for bytes in [&b"\xff\xfe"[..], b"## License\n\n\xff\xfe\n", b"#", b"h", b"h9. x", b"<h", "ä\n-\n".as_bytes()]
        {
            let _ = parse(&Input { path: "README", bytes });
        }
    }
}
