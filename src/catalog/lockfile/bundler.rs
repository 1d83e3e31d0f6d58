//! Gemfile.lock and gems.locked, which Bundler writes.
//!
//! A section a source (`GEM`, `GIT`, `PLUGIN SOURCE`, `PATH`), in it the gems with four spaces before them. A gem that is
//! built for several platforms stands there once a platform, each another archive with other contents: the platform is a part
//! of the purl, as it is of an installed gem. Left out: `PATH`, gems that are folders of the tree (its own), and the remaining
//! sections, which say what was asked for. `CHECKSUMS` (Bundler 2.5 and later) follows the gems that it is of. Specification: Bundler's lockfile generator and parser.

use super::{Found, yaml};
use crate::catalog::integrity;
use crate::model::{Archive, ArchiveKind, Ecosystem};
use std::collections::BTreeMap;

/// Sections that list gems.
const SOURCES: [&str; 3] = ["GEM", "GIT", "PLUGIN SOURCE"];

/// Sections that list none, or none but the tree's own.
const OTHERS: [&str; 6] = ["PATH", "PLATFORMS", "DEPENDENCIES", "CHECKSUMS", "RUBY VERSION", "BUNDLED WITH"];

/// Reads one lock file.
pub(super) fn read(content: &str, found: &mut Found) {
    let mut in_source = false;
    let mut from_registry = false;
    let checksums = checksums(content);
    for line in content.lines().filter(|line| !yaml::is_blank(line)) {
        let line = line.trim_end();
        match line.len() - line.trim_start_matches(' ').len() {
            0 => {
                in_source = SOURCES.contains(&line);
                from_registry = line == "GEM";
                if !in_source && !OTHERS.contains(&line) {
                    found.odd(line);
                }
            }
            4 if in_source => match gem(line.trim_start()) {
                Some((name, version, platform)) => {
                    let platform = platform.filter(|p| *p != "ruby");
                    found.add_with(Ecosystem::GEM, name, version, |find| {
                        find.qualifiers.extend(platform.map(|p| ("platform", p.into())));
                        find.archive = checksums.get(line.trim()).filter(|_| from_registry).and_then(|hash| {
                            let ending = platform.map_or(String::new(), |p| format!("-{p}"));
                            let file = format!("{name}-{version}{ending}.gem");
                            Archive::new(&file, ArchiveKind::Package, integrity::named(hash))
                        });
                    });
                }
                None => found.odd(line),
            },
            // Addresses and `specs:` stand at two spaces, what a gem needs at six.
            _ => {}
        }
    }
}

/// What the gems hash to, by the words before it: `x (1.0) sha256=...`. Without a checksum the line has none.
fn checksums(content: &str) -> BTreeMap<&str, &str> {
    let section = content.lines().skip_while(|line| line.trim_end() != "CHECKSUMS").skip(1);
    let lines = section.take_while(|line| line.starts_with(' ')).map(str::trim);
    lines
        .filter_map(|line| line.split_once(") ").and_then(|(gem, hash)| Some((line.get(..=gem.len())?, hash))))
        .collect()
}

/// Name, version and platform of `nokogiri (1.15.0-x86_64-linux)`. Versions of gems have no hyphens.
fn gem(line: &str) -> Option<(&str, &str, Option<&str>)> {
    let line = line.strip_suffix('!').unwrap_or(line);
    let (name, version) = line.strip_suffix(')')?.split_once(" (")?;
    let (version, platform) = match version.split_once('-') {
        Some((version, platform)) => (version, Some(platform)),
        None => (version, None),
    };
    version.starts_with(|c: char| c.is_ascii_digit()).then_some((name, version, platform))
}

#[cfg(test)]
mod tests {
    use crate::catalog::lockfile::tests::check;

    #[test]
    fn gems_of_every_source() {
        let text = "GIT\n  remote: https://github.com/rails/rails.git\n  revision: 1a2b3c\n  branch: main\n  specs:\n    actionview (7.2.0.alpha)\n\
            \x20     builder (~> 3.1)\n\nPATH\n  remote: .\n  specs:\n    own (0.1.0)\n      rack (>= 2)\n\n\
            GEM\n  remote: https://rubygems.org/\n  specs:\n    builder (3.2.4)\n    nokogiri (1.15.0)\n      racc (~> 1.4)\n\
            \x20   nokogiri (1.15.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.1-java)\n\n\
            PLATFORMS\n  ruby\n  x86_64-linux\n\nDEPENDENCIES\n  actionview!\n  nokogiri (~> 1.15)\n  own!\n\n\
            CHECKSUMS\n  builder (3.2.4) sha256=99\n\nRUBY VERSION\n   ruby 3.1.2p20\n\nBUNDLED WITH\n   2.3.7\n";
        let expected = [
            "gem/actionview@7.2.0.alpha",
            "gem/builder@3.2.4",
            "gem/nokogiri@1.15.0",
            "gem/nokogiri@1.15.0?platform=x86_64-linux",
            "gem/racc@1.7.1?platform=java",
        ];
        check("Gemfile.lock", text, &expected, 0);
        check("gems.locked", &text.replace('\n', "\r\n"), &expected, 0);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let text = "GEM\n  specs:\n<<<<<<< HEAD\n    a (1)\nGEM\n    b\n    c (>= 1)\n    d (2)\nNEW\n    e (1)\n";
        check("Gemfile.lock", text, &["gem/d@2"], 4);
    }
}
