//! Which of a package's files say under which licence it is, from the bytes of an image to the report.

use crate::support::{Tar, scan, with_layers};
use serde_json::Value;

/// What is concluded of a package, and by which rule.
fn concluded(report: &Value, name: &str) -> (String, String) {
    let packages = report["packages"].as_array().unwrap();
    let package = packages.iter().find(|p| p["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    let said = |key: &str| package["licenses"][key].as_str().unwrap().to_string();
    (said("concluded"), said("rule"))
}

#[track_caller]
fn check(image: Tar, name: &str, expression: &str, rule: &str) {
    let report = scan(&with_layers(&[image])).unwrap();
    assert_eq!(concluded(&report, name), (expression.to_string(), rule.to_string()));
}

#[test]
fn a_readme_speaks_where_nothing_else_does() {
    let readme = "# a\n\nIt works with gpl-tool (GPL).\n\n## License\n\nMIT\n\n## Thanks\n\nto all\n";
    let bare = || Tar::new().npm("a", "1.0.0").file("app/node_modules/a/README.md", readme);
    check(bare(), "a", "MIT", "readme-section");
    // A licence text, or a declaration, says it better.
    let isc = "ISC License\n\nPermission to use, copy, modify, and/or distribute this software for any purpose with or without fee \
               is hereby granted, provided that the above copyright notice and this permission notice appear in all copies.\n";
    let text = bare().file("app/node_modules/a/LICENSE", isc);
    let report = scan(&with_layers(&[text])).unwrap();
    assert_eq!(concluded(&report, "a").1, "text-only");
    let manifest = |license: &str| format!("{{\"name\":\"a\",\"version\":\"1.0.0\",\"license\":\"{license}\"}}");
    let declared = |license: &str| {
        Tar::new()
            .file("app/node_modules/a/package.json", manifest(license))
            .file("app/node_modules/a/README.md", readme)
    };
    check(declared("ISC"), "a", "ISC", "declared-only");
    check(declared("UNLICENSED"), "a", "LicenseRef-proprietary", "declared-only");
    check(declared("SEE LICENSE IN README.md"), "a", "MIT", "readme-section");
    // The README of another folder, and one without a section.
    check(Tar::new().npm("a", "1.0.0").file("app/README.md", readme), "a", "NOASSERTION", "nothing-known");
    let words = Tar::new().npm("a", "1.0.0").file("app/node_modules/a/README.md", "# a\n\nLike the MIT-licensed b.\n");
    check(words, "a", "NOASSERTION", "nothing-known");
}

#[test]
fn a_description_speaks_too() {
    let metadata = |fields: &str| {
        let text = format!("Metadata-Version: 2.1\nName: a\nVersion: 1\n{fields}\n# a\n\n## License\n\nBSD 2-Clause\n");
        Tar::new().file("usr/lib/python3/dist-packages/a-1.dist-info/METADATA", text)
    };
    check(metadata(""), "a", "BSD-2-Clause", "readme-section");
    check(metadata("License: UNKNOWN\n"), "a", "BSD-2-Clause", "readme-section");
    check(metadata("License: MIT\n"), "a", "MIT", "declared-only");
}

/// What a later layer deletes is read still; what belongs to a gem or to a package of Composer is found in its folder.
#[test]
fn readmes_of_other_ecosystems() {
    let gem = Tar::new()
        .file(
            "usr/lib/ruby/gems/3.0/specifications/a-1.0.gemspec",
            "# stub: a 1.0 ruby lib\nGem::Specification.new do |s|\n  s.name = \"a\".freeze\n  s.version = \"1.0\"\nend\n",
        )
        .file("usr/lib/ruby/gems/3.0/gems/a-1.0/README.rdoc", "= a\n\n== LICENSE:\n\nRuby's license\n");
    let report = scan(&with_layers(&[gem.file("x", "")])).unwrap();
    assert_eq!(concluded(&report, "a"), ("Ruby".to_string(), "readme-section".to_string()));
    let composer = Tar::new()
        .file(
            "srv/vendor/composer/installed.json",
            r#"{"packages":[{"name":"a/b","version":"1.0","install-path":"../a/b"}]}"#,
        )
        .file("srv/vendor/a/b/README.md", "b\n=\n\nLicense\n-------\n\nApache License, Version 2.0\n");
    let report = scan(&with_layers(&[composer, Tar::new().gone("srv/vendor/a/b/README.md")])).unwrap();
    assert_eq!(concluded(&report, "a/b"), ("Apache-2.0".to_string(), "readme-section".to_string()));
    let evidence = &report["packages"][0]["licenses"]["evidence"][0];
    assert_eq!(evidence["path"], "srv/vendor/a/b/README.md!/License");
    assert_eq!((&evidence["hidden"], &evidence["kind"]), (&true.into(), &"notice".into()));
}
