//! Which licence texts an image lacks, and what its label says.

use crate::support::{Tar, cli, scan, shared, with_layers};
use serde_json::Value;

/// The finding of a rule.
fn finding<'a>(report: &'a Value, rule: &str) -> Option<&'a Value> {
    report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule)
}

const MIT: &str = "MIT License\n\nCopyright (c) 2020 Ann\n\nPermission is hereby granted, free of charge, to any person obtaining a copy \
of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without \
limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit \
persons to whom the Software is furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission \
notice shall be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF \
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND \
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN \
ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE \
SOFTWARE.\n";

fn node(name: &str, licence: &str) -> Tar {
    let json = format!(r#"{{"name":"{name}","version":"1.0.0","license":"{licence}"}}"#);
    Tar::new().file(&format!("app/node_modules/{name}/package.json"), json)
}

#[test]
fn a_text_that_a_later_layer_deletes_is_no_longer_carried() {
    let whole = || node("a", "MIT").file("app/node_modules/a/LICENSE", MIT);
    assert_eq!(finding(&scan(&with_layers(&[whole()])).unwrap(), "license-text-missing"), None);
    let report = scan(&with_layers(&[whole(), Tar::new().gone("app/node_modules/a/LICENSE")])).unwrap();
    let found = finding(&report, "license-text-missing").expect("a finding");
    assert_eq!((&found["verdict"], &found["package"]), (&"allow".into(), &Value::Null));
    assert!(found["message"].as_str().unwrap().ends_with("a 1.0.0 (MIT)"), "{found:#}");
}

/// `rm -rf /usr/share/doc`, in a layer of its own and in the one that installs.
#[test]
fn wiped_documentation_is_told_of_debian() {
    let copyright = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: 2020 Ann\n\
                     License: GPL-2+\n See /usr/share/common-licenses/GPL-2.\n";
    let package = || {
        Tar::new()
            .file("var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n")
            .file("var/lib/dpkg/info/a.list", "/.\n/usr/share/doc/a\n/usr/share/doc/a/copyright\n")
    };
    let whole = || {
        package()
            .file("usr/share/doc/a/copyright", copyright)
            .file("usr/share/common-licenses/GPL-2", "GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n")
    };
    let message = |layers: &[Tar]| {
        let report = scan(&with_layers(layers)).unwrap();
        let found = finding(&report, "license-text-missing");
        found.map(|f| (f["layer"].as_u64(), f["message"].as_str().unwrap().to_string()))
    };
    // The copyright file points at a copy that is there.
    assert_eq!(message(&[whole()]), None);
    let (layer, words) = message(&[whole(), Tar::new().gone("usr/share/doc")]).expect("a finding");
    assert_eq!(layer, Some(1));
    assert!(words.contains("/usr/share/doc was wiped") && words.contains("layer 1 removed"), "{words}");
    let (layer, words) = message(&[package()]).expect("a finding");
    assert_eq!(layer, None);
    assert!(words.contains("left them out"), "{words}");
    // The copy alone is gone.
    let (_, words) = message(&[whole(), Tar::new().gone("usr/share/common-licenses")]).expect("a finding");
    assert!(words.ends_with("a 1 (GPL-2.0-or-later)"), "{words}");
}

#[test]
fn real_images() {
    let report = |name: &str| {
        let path = shared(&format!("images/{name}"))?;
        Some(cli(&["scan", path.to_str().unwrap(), "-o", "json", "-q"]).run().json())
    };
    let message =
        |report: &Value, rule: &str| finding(report, rule).map(|f| f["message"].as_str().unwrap().to_string());
    // Alpine keeps licence texts in packages of documentation, which no image has.
    let Some(alpine) = report("alpine-3.20.oci.tar") else { return };
    assert!(message(&alpine, "license-text-missing").is_some_and(|m| m.contains("14 of 14 packages")));
    let Some(debian) = report("debian-bookworm-slim.oci.tar") else { return };
    assert_eq!(message(&debian, "license-text-missing"), None);
    let Some(wiped) = report("wh-debian.oci.tar") else { return };
    let words = message(&wiped, "license-text-missing").unwrap_or_default();
    assert!(words.contains("of curl, jq are gone") && words.contains("(layer 3 removed them)"), "{words}");
    let Some(shop) = report("storefront.oci.tar") else { return };
    let words = message(&shop, "image-license-label").unwrap_or_default();
    assert!(words.contains("says \"MIT\", but") && words.contains("GPL-2.0-only"), "{words}");
}
