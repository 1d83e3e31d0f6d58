//! Perl distributions that were installed without a `.meta` folder: `perllocal.pod`, to which every `make install` of
//! ExtUtils::MakeMaker adds a heading.
//!
//! It names the main module, not the distribution; for nearly all the one is made of the other, and the known
//! exceptions stand in a table. Of several entries of a module the last one counts: an upgrade adds one. Left out: what
//! Module::Build installed, which adds none, and what distributions' packages hold, from which the file is removed.
//! Specification: perllocal.pod in perldoc ExtUtils::Command::MM.

use super::perl::CPAN;
use super::{Cataloger, Group, Input, Parsed, Want, decode};
use crate::model::{Find, PackageFind};
use std::collections::BTreeMap;

/// The row of the table.
pub const CATALOGER: Cataloger =
    Cataloger { name: "perllocal", group: Group::Installed, wants: &[Want::Name("perllocal.pod")], parse };

/// Distributions whose name is not made of their main module's.
const NAMED_OTHERWISE: [(&str, &str); 8] = [
    ("Cwd", "PathTools"),
    ("Date::Parse", "TimeDate"),
    ("LWP", "libwww-perl"),
    ("List::Util", "Scalar-List-Utils"),
    ("Mail", "MailTools"),
    ("Net", "libnet"),
    ("Pod", "podlators"),
    ("Template", "Template-Toolkit"),
];

/// Reads the whole file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let text = decode::decode(input.bytes);
    let mut found: BTreeMap<Box<str>, Box<str>> = BTreeMap::new();
    let mut module: Option<&str> = None;
    for line in text.lines() {
        if line.starts_with("=head2 ") {
            // `: C<Module> L<Foo::Bar|Foo::Bar>`; documentation has no other word there.
            module =
                line.split_once("C<Module>").and_then(|(_, rest)| rest.split_once("L<")?.1.split(['|', '>']).next());
            continue;
        }
        let Some(version) = line.strip_prefix("C<VERSION: ").and_then(|v| v.strip_suffix('>')) else { continue };
        let Some(module) = module.take() else { continue };
        match (decode::token(module), decode::token(version)) {
            (Some(module), Some(version)) if version.contains(|c: char| c.is_ascii_digit()) => {
                found.insert(module, version);
            }
            // MakeMaker writes an empty version where the author gave none.
            (Some(_), _) => {}
            _ => parsed.record_issue(format!("module {} has no valid name", decode::shown(module))),
        }
    }
    for (module, version) in found {
        let known = NAMED_OTHERWISE.iter().find(|(m, _)| **m == *module).map(|(_, d)| (*d).to_owned());
        let name = known.unwrap_or_else(|| module.replace("::", "-"));
        parsed.finds.push(Find::package(PackageFind {
            ecosystem: CPAN,
            provides: if name == *module { Vec::new() } else { vec![module] },
            name: name.into(),
            version,
            ..PackageFind::default()
        }));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(module: &str, version: &str) -> String {
        format!(
            "=head2 Thu Nov 26 12:44:15 2026: C<Module> L<{module}|{module}>\n\n=over 4\n\n=item *\n\n\
             C<installed into: /usr/local/share/perl/5.36.0>\n\n=item *\n\nC<LINKTYPE: dynamic>\n\n=item *\n\n\
             C<VERSION: {version}>\n\n=item *\n\nC<EXE_FILES: >\n\n=back\n\n"
        )
    }

    #[test]
    fn what_was_installed() {
        let check = |text: &str, expected: &[&str], issues: usize| {
            let got = parse(&Input { path: "usr/local/lib/perl5/perllocal.pod", bytes: text.as_bytes() });
            let purls: Vec<String> = got
                .finds
                .iter()
                .map(|f| match f {
                    Find::Package(p) => crate::purl::purl(p, None).unwrap(),
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(
                (purls.iter().map(String::as_str).collect::<Vec<_>>(), got.issues.len()),
                (expected.to_vec(), issues)
            );
        };
        check(&entry("Foo::Bar", "1.23"), &["pkg:cpan/Foo-Bar@1.23"], 0);
        let upgraded = [entry("Foo::Bar", "1.23"), entry("LWP", "6.76"), entry("Foo::Bar", "v1.24.0")].concat();
        check(&upgraded, &["pkg:cpan/Foo-Bar@v1.24.0", "pkg:cpan/libwww-perl@6.76"], 0);
        check(&entry("Foo", ""), &[], 0);
        check(&entry("a/b", "1"), &[], 1);
        check("C<VERSION: 1>\n=head2 C<Module> L<\nC<VERSION: 1>\n=head2 C<Module>\nC<VERSION: 1>", &[], 1);
        check("", &[], 0);
    }
}
