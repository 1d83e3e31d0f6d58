//! The terminal table: one clear screen for the person who is about to release an image. Long lists are cut and say
//! how much is left; `all` shows them whole. It holds no document for machines: those are the other formats.
//!
//! Texts from the image are made visible before they reach the terminal, so that no escape sequence of theirs does.

pub(super) mod grid;

use super::base;
use super::findings;
use super::html::tally::{self, LayerTally, Tally};
use super::html::{visible, words};
use crate::model::{Class, Package, PackageId, Report, Severity, Verdict};
use grid::{Column, Grid, Look, Overflow, cut, fixed, number, words as text};
use std::io::{self, Write};

/// How the table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// Whether lists are shown whole, and every package with them.
    pub all: bool,
    /// Columns of the terminal; `None` for no limit.
    pub width: Option<u16>,
    /// Whether to colour.
    pub colour: bool,
}

/// Rows of each list on the one screen; images have more layers than this only when built without care.
const LAYERS: usize = 12;
const ECOSYSTEMS: usize = 8;
const HIDDEN: usize = 10;
const UNOWNED: usize = 6;
const FINDINGS: usize = 8;
const ISSUES: usize = 8;
/// Conclusions named for each class, and the columns that each gets.
const CONCLUSIONS: usize = 3;
const CONCLUSION_WIDTH: usize = 36;
/// Columns of a finding's message: some packages have a whole licence in the field for its name. JSON has it all.
const MESSAGE: usize = 300;
/// No terminal is usefully narrower; below it lines may be longer than asked.
pub(super) const NARROWEST: u16 = 40;

/// Writes the table.
pub fn write(report: &Report, options: &TableOptions, out: &mut dyn Write) -> io::Result<()> {
    let tally = Tally::of(report);
    let mut screen = Screen { report, options, tally: &tally, out };
    screen.image()?;
    screen.verdict()?;
    screen.layers()?;
    screen.ecosystems()?;
    screen.licenses()?;
    screen.hidden()?;
    screen.unowned()?;
    screen.findings()?;
    screen.issues()?;
    if options.all {
        screen.packages()?;
    }
    Ok(())
}

struct Screen<'a, 'o> {
    report: &'a Report,
    options: &'a TableOptions,
    tally: &'a Tally,
    out: &'o mut dyn Write,
}

impl Screen<'_, '_> {
    fn width(&self) -> Option<usize> {
        self.options.width.map(|w| usize::from(w.max(NARROWEST)))
    }

    fn image(&mut self) -> io::Result<()> {
        let image = &self.report.image;
        let mut facts = vec![("Image", visible::line(&image.title()))];
        let mut fact = |label, value: Option<String>| facts.extend(value.map(|v| (label, visible::line(&v))));
        fact("Digest", image.digest.as_ref().map(words::short));
        fact("Platform", image.platform.as_ref().map(ToString::to_string));
        fact(
            "Distro",
            self.report.distro.as_ref().map(|d| match d.removed_by {
                Some(layer) => format!("{} (its {} is removed by layer {layer})", words::distro(d), d.path),
                None => words::distro(d),
            }),
        );
        fact("Base", image.base.as_ref().map(base::summary));
        fact("Read from", Some(image.source.to_string()));
        let tool = &self.report.tool;
        fact("Made by", Some(format!("{} {}, SPDX licence list {}", tool.name, tool.version, tool.spdx_list)));
        for (i, (label, value)) in facts.iter().enumerate() {
            let label = Look::Faint.paint(&format!("{label:<11}"), self.options.colour);
            let value = self.width().map_or_else(|| value.clone(), |w| cut(value, w - 11));
            let look = if i == 0 { Look::Strong } else { Look::Plain };
            writeln!(self.out, "{label}{}", look.paint(&value, self.options.colour))?;
        }
        Ok(())
    }

    /// A heading after an empty line: what is listed, and a word on it.
    fn heading(&mut self, title: &str, note: &str) -> io::Result<()> {
        let line = if note.is_empty() { title.to_string() } else { format!("{title}: {note}") };
        let line = self.width().map_or_else(|| line.clone(), |w| cut(&line, w));
        writeln!(self.out, "\n{}", Look::Strong.paint(&line, self.options.colour))
    }

    /// A list under its titles, cut to `most` rows.
    fn list(
        &mut self,
        columns: &[Column],
        rows: impl ExactSizeIterator<Item = Vec<(String, Look)>>,
        most: usize,
    ) -> io::Result<()> {
        let all = self.options.all;
        let left = if all { 0 } else { rows.len().saturating_sub(most) };
        let shown = rows.len() - left;
        let mut grid = Grid::new(columns);
        rows.take(shown).for_each(|row| grid.row(row));
        let overflow = if all { Overflow::Wrap } else { Overflow::Cut };
        grid.write(self.width(), overflow, self.options.colour, self.out)?;
        if left > 0 {
            let hint = format!("  … {left} more, shown with --all");
            writeln!(self.out, "{}", Look::Faint.paint(&hint, self.options.colour))?;
        }
        Ok(())
    }

    fn layers(&mut self) -> io::Result<()> {
        let layers = &self.report.image.layers;
        if layers.is_empty() {
            return self.heading("Layers", "none");
        }
        let size = layers.iter().fold(0u64, |sum, l| sum.saturating_add(l.size));
        self.heading("Layers", &format!("{}, {}", layers.len(), words::size(size)))?;
        let mut columns = vec![number("#")];
        let sides = self.report.image.base.is_some();
        columns.extend(sides.then(|| fixed("SIDE")));
        columns.extend([number("SIZE"), fixed("DIGEST"), number("ADDED"), number("REMOVED"), text("INSTRUCTION")]);
        let tally = self.tally;
        let rows = layers.iter().enumerate().map(|(i, layer)| {
            let LayerTally { added, removed } = tally.layers.get(i).copied().unwrap_or_default();
            let mut row = vec![plain(layer.index.to_string())];
            row.extend(sides.then(|| plain(layer.origin.unwrap_or("").to_string())));
            row.extend([
                plain(words::size(layer.size)),
                plain(layer.digest.as_ref().map_or_else(String::new, |d| d.hex().chars().take(12).collect())),
                plain(added.to_string()),
                (removed.to_string(), if removed > 0 { Look::Warn } else { Look::Plain }),
                plain(instruction(layer.created_by.as_deref().unwrap_or(""))),
            ]);
            row
        });
        self.list(&columns, rows, LAYERS)
    }

    fn ecosystems(&mut self) -> io::Result<()> {
        let total = self.tally.total;
        if self.report.packages.is_empty() {
            return self.heading("Packages", "none");
        }
        let note =
            format!("{} present, {} hidden, {} contained in others", total.present, total.hidden, total.contained);
        self.heading("Packages", &note)?;
        let columns = [text("ECOSYSTEM"), number("PRESENT"), number("HIDDEN"), number("CONTAINED")];
        let rows = self.tally.ecosystems.iter().map(|(ecosystem, n)| {
            vec![
                plain(visible::line(ecosystem.as_str())),
                plain(n.present.to_string()),
                plain(n.hidden.to_string()),
                plain(n.contained.to_string()),
            ]
        });
        self.list(&columns, rows, ECOSYSTEMS)
    }

    fn licenses(&mut self) -> io::Result<()> {
        if self.tally.classes.is_empty() {
            return Ok(());
        }
        let unknown = match self.tally.unknown() {
            0 => "by class of the conclusion".to_string(),
            n => format!("by class of the conclusion; unknown for {}", words::count(n, "package")),
        };
        self.heading("Licences", &unknown)?;
        let tally = self.tally;
        if self.options.all {
            let columns = [text("CLASS"), number("PACKAGES"), text("CONCLUDED")];
            let rows: Vec<_> = tally
                .classes
                .iter()
                .flat_map(|c| c.conclusions.iter().map(|(e, n)| (c.class, e, *n)))
                .map(|(c, e, n)| vec![class(c), plain(n.to_string()), plain(visible::line(e))])
                .collect();
            return self.list(&columns, rows.into_iter(), usize::MAX);
        }
        let columns = [fixed("CLASS"), number("PACKAGES"), number("HIDDEN"), text("MOST COMMON")];
        let rows = tally.classes.iter().map(|c| {
            let mut most: Vec<String> = c
                .conclusions
                .iter()
                .take(CONCLUSIONS)
                .map(|(e, n)| format!("{} {n}", cut(&visible::line(e), CONCLUSION_WIDTH)))
                .collect();
            let left = c.conclusions.len().saturating_sub(CONCLUSIONS);
            if left > 0 {
                most.push(format!("… {left} more"));
            }
            vec![class(c.class), plain(c.packages.to_string()), plain(c.hidden.to_string()), plain(most.join(" · "))]
        });
        self.list(&columns, rows, usize::MAX)
    }

    fn hidden(&mut self) -> io::Result<()> {
        let hidden: Vec<_> = tally::hidden(self.report).collect();
        if hidden.is_empty() {
            return self.heading("Hidden packages", "none");
        }
        self.heading("Hidden packages", &format!("{}, no longer visible, still distributed", hidden.len()))?;
        let columns = [text("NAME"), text("VERSION"), text("CLASS"), number("LAYER"), number("REMOVED BY")];
        let rows = hidden.into_iter().map(|(_, p, removed_by, owner)| {
            vec![
                plain(match owner {
                    Some(owner) => visible::line(&format!("{} (in {})", p.name, owner.name)),
                    None => visible::line(&p.name),
                }),
                plain(visible::line(&p.version)),
                class(p.licensing.class),
                plain(p.layer.to_string()),
                plain(removed_by.to_string()),
            ]
        });
        self.list(&columns, rows, HIDDEN)
    }

    /// Programs and archives that belong to no package; a silent gap where nobody names them.
    fn unowned(&mut self) -> io::Result<()> {
        let unowned = &self.report.unowned;
        if unowned.is_empty() {
            return Ok(());
        }
        let size = unowned.iter().fold(0u64, |sum, u| sum.saturating_add(u.size));
        let note = format!("{}, {}, in no package", words::count(unowned.len(), "file"), words::size(size));
        self.heading("Unowned programs and archives", &note)?;
        let columns = [fixed("KIND"), number("SIZE"), number("LAYER"), text("PATH")];
        let rows = unowned.iter().map(|u| {
            vec![
                plain(u.kind.as_str().to_string()),
                plain(words::size(u.size)),
                plain(u.layer.to_string()),
                plain(visible::line(&u.path)),
            ]
        });
        self.list(&columns, rows, UNOWNED)
    }

    /// What the policy says, where one was applied.
    fn verdict(&mut self) -> io::Result<()> {
        let Some(audit) = &self.report.audit else { return Ok(()) };
        let name = if audit.policy.name.is_empty() { &audit.policy.source } else { &audit.policy.name };
        let look = if audit.failed { Look::Bad } else { Look::Strong };
        let line = format!("{} (policy {})", findings::banner(audit.verdict), visible::line(name));
        let line = self.width().map_or_else(|| line.clone(), |w| cut(&line, w - 11));
        let label = Look::Faint.paint("Verdict    ", self.options.colour);
        writeln!(self.out, "{label}{}", look.paint(&line, self.options.colour))
    }

    fn findings(&mut self) -> io::Result<()> {
        let findings = &self.report.findings;
        if findings.is_empty() {
            return self.heading("Findings", "none");
        }
        self.heading("Findings", &findings.len().to_string())?;
        let report = self.report;
        let columns = [text("VERDICT"), text("RULE"), text("PACKAGE"), text("FINDING")];
        let rows = findings.iter().map(|f| {
            let package = f.package.and_then(|id| report.packages.get(id.0 as usize));
            let name = package
                .map_or_else(|| "the image".to_string(), |p| visible::line(&format!("{} {}", p.name, p.version)));
            let verdict = if f.waiver.is_some() { "waived" } else { f.verdict.as_str() };
            let look = match f.effective() {
                Verdict::Allow => Look::Faint,
                Verdict::Review => Look::Warn,
                Verdict::Deny => Look::Bad,
            };
            vec![
                (verdict.to_string(), look),
                (visible::line(&f.rule), look),
                plain(name),
                plain(cut(&visible::line(&f.message), MESSAGE)),
            ]
        });
        self.list(&columns, rows, FINDINGS)
    }

    fn issues(&mut self) -> io::Result<()> {
        let note = self.tally.issues();
        self.heading("Issues", &note)?;
        let mut issues: Vec<_> = self.report.issues.iter().collect();
        if issues.is_empty() {
            return Ok(());
        }
        issues.sort_by_key(|i| std::cmp::Reverse(i.severity)); // stable: within one severity by layer and path
        let columns = [fixed("SEVERITY"), text("CODE"), text("WHERE"), text("WHAT")];
        let rows = issues.into_iter().map(|i| {
            let severity = match i.severity {
                Severity::Error => ("error", Look::Bad),
                Severity::Warning => ("warning", Look::Warn),
                Severity::Info => ("note", Look::Plain),
            };
            let place = match (i.layer, &*i.path) {
                (Some(layer), "") => format!("layer {layer}"),
                (Some(layer), path) => format!("{layer}:{path}"),
                (None, "") => "image".to_string(),
                (None, path) => path.to_string(),
            };
            vec![
                (severity.0.to_string(), severity.1),
                plain(i.code.0.to_string()),
                plain(visible::line(&place)),
                plain(visible::line(&i.message)),
            ]
        });
        self.list(&columns, rows, ISSUES)
    }

    /// Every package, parts of others too.
    fn packages(&mut self) -> io::Result<()> {
        let packages = &self.report.packages;
        if packages.is_empty() {
            return Ok(());
        }
        self.heading("All packages", &packages.len().to_string())?;
        let columns =
            [text("PACKAGE"), text("VERSION"), text("CONCLUDED"), text("CLASS"), number("LAYER"), text("STATE")];
        let report = self.report;
        let rows = packages.iter().map(|p| {
            let (state, look) = state(report, p);
            vec![
                plain(visible::line(&format!("{}/{}", p.ecosystem.as_str(), p.name))),
                plain(visible::line(&p.version)),
                plain(visible::line(&p.licensing.concluded.to_string())),
                class(p.licensing.class),
                plain(p.layer.to_string()),
                (state, look),
            ]
        });
        self.list(&columns, rows, usize::MAX)
    }
}

fn plain(text: String) -> (String, Look) {
    (text, Look::Plain)
}

/// A class; those that stop a release stand out.
fn class(class: Class) -> (String, Look) {
    let look = match class {
        Class::Unknown | Class::Proprietary => Look::Bad,
        Class::StrongCopyleft | Class::NetworkCopyleft | Class::SourceAvailable => Look::Warn,
        _ => Look::Plain,
    };
    (words::class(class), look)
}

/// What became of a package.
fn state(report: &Report, package: &Package) -> (String, Look) {
    let owner = |id: PackageId| report.packages.get(id.0 as usize).map_or("", |p| &p.name);
    let (mut state, look) = match package.state.removed_by() {
        None => ("present".to_string(), Look::Plain),
        Some(layer) => (format!("hidden by {layer}"), Look::Warn),
    };
    if let Some(id) = package.owner {
        state.push_str(&format!(", in {}", visible::line(owner(id))));
    }
    (state, look)
}

/// An instruction in one line, without what builders put around it.
pub(super) fn instruction(created_by: &str) -> String {
    let line = created_by.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.strip_suffix("# buildkit").unwrap_or(&line).trim_end();
    let line = match line.strip_prefix("/bin/sh -c ") {
        Some(rest) => rest.strip_prefix("#(nop) ").unwrap_or(rest).trim_start(),
        None => line,
    };
    visible::line(line)
}

#[cfg(test)]
mod tests {
    use super::super::html::fixture::{self, HOSTILE};
    use super::*;
    use unicode_width::UnicodeWidthStr;

    fn table(report: &Report, options: TableOptions) -> String {
        let mut out = Vec::new();
        write(report, &options, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("the table is UTF-8")
    }

    #[test]
    fn one_screen() {
        insta::assert_snapshot!(table(&fixture::small(), TableOptions { width: Some(100), ..TableOptions::default() }), @r"
        Image      example.org/shop:1.0
        Digest     sha256:111111111111
        Platform   linux/amd64
        Distro     Debian GNU/Linux 12 (bookworm)
        Read from  oci-archive
        Made by    supercargo 0.1.0, SPDX licence list 3.29.0

        Layers: 3, 76.2 MiB
          #      SIZE  DIGEST        ADDED  REMOVED  INSTRUCTION
          0  74.8 MiB  a0a0a0a0a0a0      3        0  ADD rootfs.tar.xz /
          1   1.4 MiB  a1a1a1a1a1a1      2        0  RUN pip install flask dual
          2   2.0 KiB  a2a2a2a2a2a2      0        1  RUN apt-get purge -y nano && rm -rf /var/lib/apt/lists…

        Packages: 4 present, 1 hidden, 1 contained in others
          ECOSYSTEM  PRESENT  HIDDEN  CONTAINED
          deb              2       1          0
          pypi             2       0          1

        Licences: by class of the conclusion; unknown for 1 package
          CLASS            PACKAGES  HIDDEN  MOST COMMON
          unknown                 1       0  BSD-3-Clause AND LicenseRef-house-r… 1
          strong-copyleft         2       1  GPL-2.0-or-later 1 · GPL-3.0-or-later 1
          permissive              2       0  MIT 1 · MIT OR AGPL-3.0-only 1

        Hidden packages: 1, no longer visible, still distributed
          NAME  VERSION  CLASS            LAYER  REMOVED BY
          nano  7.2      strong-copyleft      0           2

        Findings: 1
          VERDICT  RULE              PACKAGE  FINDING
          review   license-conflict  dual 1   declares nothing, its files show MIT OR AGPL-3.0-only

        Issues: 1 error, 1 warning
          SEVERITY  CODE                WHERE                            WHAT
          error     malformed-file      1:srv/broken.dist-info/METADATA  the file has no name field, no pac…
          warning   unknown-media-type  image                            the manifest names no media type;…
        ");
    }

    #[test]
    fn sixty_columns() {
        insta::assert_snapshot!(table(&fixture::small(), TableOptions { width: Some(60), all: true, ..TableOptions::default() }), @r"
        Image      example.org/shop:1.0
        Digest     sha256:111111111111
        Platform   linux/amd64
        Distro     Debian GNU/Linux 12 (bookworm)
        Read from  oci-archive
        Made by    supercargo 0.1.0, SPDX licence list 3.29.0

        Layers: 3, 76.2 MiB
          #      SIZE  DIGEST        ADDED  REMOVED  INSTRUCTION
          0  74.8 MiB  a0a0a0a0a0a0      3        0  ADD
                                                     rootfs.tar.xz /
          1   1.4 MiB  a1a1a1a1a1a1      2        0  RUN pip install
                                                     flask dual
          2   2.0 KiB  a2a2a2a2a2a2      0        1  RUN apt-get
                                                     purge -y nano
                                                     && rm -rf
                                                     /var/lib/apt/
                                                     lists/*
                                                     /var/cache/apt/
                                                     archives

        Packages: 4 present, 1 hidden, 1 contained in others
          ECOSYSTEM  PRESENT  HIDDEN  CONTAINED
          deb              2       1          0
          pypi             2       0          1

        Licences: by class of the conclusion; unknown for 1 package
          CLASS            PACKAGES  CONCLUDED
          unknown                 1  BSD-3-Clause AND
                                     LicenseRef-house-rules
          strong-copyleft         1  GPL-2.0-or-later
          strong-copyleft         1  GPL-3.0-or-later
          permissive              1  MIT
          permissive              1  MIT OR AGPL-3.0-only

        Hidden packages: 1, no longer visible, still distributed
          NAME  VERSION  CLASS            LAYER  REMOVED BY
          nano  7.2      strong-copyleft      0           2

        Findings: 1
          VERDICT  RULE              PACKAGE  FINDING
          review   license-conflict  dual 1   declares nothing, its
                                              files show MIT OR
                                              AGPL-3.0-only

        Issues: 1 error, 1 warning
          SEVERITY  CODE             WHERE            WHAT
          error     malformed-file   1:srv/           the file has
                                     broken.dist-     no name field,
                                     info/METADATA    no package was
                                                      made of it
          warning   unknown-media-   image            the manifest
                    type                              names no media
                                                      type; read as
                                                      an image
                                                      manifest

        All packages: 6
          PACKAGE   VERSION  CONCLUDED   CLASS       LAYER  STATE
          deb/      12.4     GPL-2.0-    strong-         0  present
          base-              or-later    copyleft
          files
          deb/nano  7.2      GPL-3.0-    strong-         0  hidden
                             or-later    copyleft           by 2
          deb/      23.0     MIT         permissive      0  present
          python3-
          pip
          pypi/     1        MIT OR      permissive      1  present
          dual               AGPL-3.0-
                             only
          pypi/pip  23.0     MIT         permissive      0  present,
                                                            in
                                                            python3-
                                                            pip
          pypi/     2.3.0    BSD-3-      unknown         1  present
          flask              Clause AND
                             LicenseRef
                             -house-
                             rules
        ");
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        for report in [fixture::small(), fixture::large(300), fixture::hostile()] {
            for (width, all) in [(60, false), (60, true), (80, false), (120, true)] {
                let table = table(&report, TableOptions { width: Some(width), all, colour: false });
                for line in table.lines() {
                    assert!(line.width() <= usize::from(width), "{width}: {line}");
                    assert_eq!(line, line.trim_end());
                }
            }
        }
    }

    #[test]
    fn a_message_of_a_whole_licence_is_cut() {
        let mut report = fixture::small();
        report.findings[0].message = "word ".repeat(10_000).into();
        for width in [None, Some(100)] {
            let table = table(&report, TableOptions { width, all: true, ..TableOptions::default() });
            assert!(table.contains("word…") && table.matches("word").count() <= 61, "{width:?}");
        }
    }

    #[test]
    fn long_lists_are_cut_with_a_hint_and_whole_on_request() {
        let report = fixture::large(600);
        let cut = table(&report, TableOptions { width: Some(100), ..TableOptions::default() });
        assert!(cut.contains("  … 6 more, shown with --all\n"), "{cut}");
        assert!(cut.lines().count() <= 50, "{cut}");
        let whole = table(&report, TableOptions { all: true, ..TableOptions::default() });
        assert!(!whole.contains("--all"));
        for package in &report.packages {
            assert!(whole.contains(&format!("{}/{}", package.ecosystem.as_str(), package.name)));
        }
    }

    #[test]
    fn hostile_texts_do_not_reach_the_terminal() {
        for all in [false, true] {
            let table = table(&fixture::hostile(), TableOptions { all, ..TableOptions::default() });
            assert!(!table.contains(|c: char| c != '\n' && visible::deceives(c)));
            assert!(table.contains("safe[U+202E]txt.exe[U+200B]␛[31m␀"), "{}", HOSTILE.concat());
        }
    }

    #[test]
    fn colours_only_on_request() {
        let options = TableOptions { width: Some(100), ..TableOptions::default() };
        let plain = table(&fixture::small(), options);
        let coloured = table(&fixture::small(), TableOptions { colour: true, ..options });
        assert!(!plain.contains('\x1b') && coloured.contains("\x1b[31munknown\x1b[0m"));
        let mut bare = coloured;
        for code in ["0", "1", "2", "31", "33"] {
            bare = bare.replace(&format!("\x1b[{code}m"), "");
        }
        assert_eq!(plain, bare);
    }

    #[test]
    fn instructions_without_what_builders_add() {
        assert_eq!(instruction("/bin/sh -c #(nop) ADD file:1 in / "), "ADD file:1 in /");
        assert_eq!(
            instruction("/bin/sh -c apt-get  update &&\n\t apt-get install x"),
            "apt-get update && apt-get install x"
        );
        assert_eq!(instruction("COPY a b # buildkit"), "COPY a b");
    }
}
