//! WordPress: its plugins and themes by the comment at the top of their main file, and WordPress itself.
//!
//! They have no purl type in the specification; `wordpress-plugin` and `wordpress-theme` are named after what it has for
//! Chrome and VS Code. The name is that of the folder, by which wordpress.org knows them too. Left out: `readme.txt`,
//! which says the same less surely, and plugins below the first folder. Specification: "Header Requirements" of the
//! plugin handbook, `get_file_data`.

use super::{Cataloger, Group, Input, Parsed, Want, decode, paths};
use crate::model::{Declared, Ecosystem, Find, Grammar, PackageFind};

/// The row of the table.
pub const CATALOGER: Cataloger = Cataloger {
    name: "wordpress",
    group: Group::Installed,
    wants: &[Want::Like(is_main_file), Want::Suffix("wp-includes/version.php")],
    parse,
};

/// Plugins.
pub const PLUGIN: Ecosystem = Ecosystem("wordpress-plugin");
/// Themes.
pub const THEME: Ecosystem = Ecosystem("wordpress-theme");

/// WordPress itself reads no more of a file.
const HEAD_BYTES: usize = 8 << 10;

/// A PHP file of a plugin's folder, or one that is a plugin by itself; a theme's style sheet.
fn is_main_file(path: &str, base: &str) -> bool {
    if base.ends_with(".php") {
        path.contains("wp-content/") && plugin_slug(path).is_some()
    } else {
        base == "style.css" && theme_slug(path).is_some()
    }
}

fn plugin_slug(path: &str) -> Option<&str> {
    let folder = paths::parent(path);
    let is_plugins = |f: &str| f.ends_with("wp-content/plugins") || f.ends_with("wp-content/mu-plugins");
    if is_plugins(folder) {
        return paths::base(path).strip_suffix(".php");
    }
    is_plugins(paths::parent(folder)).then(|| paths::base(folder))
}

fn theme_slug(path: &str) -> Option<&str> {
    let folder = paths::parent(path);
    paths::parent(folder).ends_with("wp-content/themes").then(|| paths::base(folder))
}

/// Reads the head of one file.
pub fn parse(input: &Input<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let head = input.bytes.get(..HEAD_BYTES).unwrap_or(input.bytes);
    let text = decode::decode(head);
    let folder = paths::parent(input.path);
    if input.path.ends_with("wp-includes/version.php") {
        parsed.finds.extend(core(&text, paths::parent(folder)));
        return parsed;
    }
    let (ecosystem, slug, label) = match theme_slug(input.path).filter(|_| input.path.ends_with(".css")) {
        Some(slug) => (THEME, Some(slug), "Theme Name"),
        None => (PLUGIN, plugin_slug(input.path), "Plugin Name"),
    };
    let field = |name: &str| header(&text, name);
    // Most files of a plugin are not its main one.
    let (Some(name), Some(version), Some(_)) =
        (slug.and_then(decode::token), field("Version").and_then(decode::token), field(label))
    else {
        return parsed;
    };
    let declared = ["License", "License URI"].into_iter().find_map(|f| Some((f, field(f)?)));
    // A plugin of one file shares its folder with all others.
    let own = ecosystem == THEME || paths::base(folder) == &*name;
    parsed.finds.push(Find::package(PackageFind {
        ecosystem,
        name,
        version,
        supplier: field("Author").and_then(decode::one_line),
        description: field(label).and_then(decode::one_line),
        homepage: field("Plugin URI").or_else(|| field("Theme URI")).and_then(decode::one_line),
        declared: declared
            .map(|(field, value)| Declared { grammar: Grammar::Any, field, values: vec![value.into()] })
            .into_iter()
            .collect(),
        text_folder: own.then(|| folder.into()),
        ..PackageFind::default()
    }));
    parsed
}

/// The value of `Name: value`, before which only the marks of a comment may stand.
fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(['\n', '\r']).find_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("<?php").unwrap_or(line);
        let line = line.trim_start_matches(|c: char| " \t/*#@".contains(c));
        let (label, value) = line.split_once(':')?;
        if !label.eq_ignore_ascii_case(name) {
            return None;
        }
        let end = [value.find("*/"), value.find("?>")].into_iter().flatten().min().unwrap_or(value.len());
        value.get(..end).map(str::trim).filter(|v| !v.is_empty())
    })
}

/// `$wp_version = '6.1.9';`
fn core(text: &str, root: &str) -> Option<Find> {
    // The comment above names the variable too.
    let value = text.lines().find_map(|l| l.strip_prefix("$wp_version")?.trim_start().strip_prefix('='))?;
    let version = decode::token(value.split(['\'', '"']).nth(1)?)?;
    Some(Find::package(PackageFind {
        ecosystem: Ecosystem::GENERIC,
        name: "wordpress".into(),
        version,
        homepage: Some("https://wordpress.org".into()),
        text_folder: (!root.is_empty()).then(|| root.into()),
        ..PackageFind::default()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Option<String> {
        let got = parse(&Input { path, bytes: text.as_bytes() });
        assert!(got.issues.is_empty());
        got.finds.first().map(|f| match f {
            Find::Package(p) => {
                let license = p.declared.first().map_or("", |d| &*d.values[0]);
                let folder = p.text_folder.as_deref().unwrap_or("-");
                format!("{} {license:?} {folder}", crate::purl::purl(p, None).unwrap())
            }
            other => panic!("{other:?}"),
        })
    }

    /// Debian's wordpress, shortened.
    const AKISMET: &str = "<?php\n/**\n * @package Akismet\n */\n/*\nPlugin Name: Akismet Anti-Spam\n\
        Plugin URI: https://akismet.com/\nVersion: 5.0.2\nRequires PHP: 5.2\nLicense: GPLv2 or later\n*/\n";

    #[test]
    fn plugins_themes_and_wordpress() {
        let check = |path: &str, text: &str, expected: Option<&str>| {
            assert_eq!(read(path, text).as_deref(), expected, "{path}")
        };
        check(
            "srv/wp-content/plugins/akismet/akismet.php",
            AKISMET,
            Some("pkg:wordpress-plugin/akismet@5.0.2 \"GPLv2 or later\" srv/wp-content/plugins/akismet"),
        );
        check(
            "srv/wp-content/plugins/hello.php",
            "<?php /* Plugin Name: Hello\r\n * Version: 1.7.2 */",
            Some("pkg:wordpress-plugin/hello@1.7.2 \"\" -"),
        );
        check(
            "wp-content/themes/twenty/style.css",
            "@charset \"UTF-8\";\n/*\nTheme Name: Twenty\nVersion: 1.8\nLicense URI: http://x\n*/",
            Some("pkg:wordpress-theme/twenty@1.8 \"http://x\" wp-content/themes/twenty"),
        );
        check(
            "srv/wp-includes/version.php",
            "<?php\n * @global string $wp_version\n */\n$wp_version = '6.1.9';\n$wp_db_version = 1;",
            Some("pkg:generic/wordpress@6.1.9 \"\" srv"),
        );
        check("srv/wp-content/plugins/akismet/class.php", "<?php\n// License: x\n", None);
        check("srv/wp-content/plugins/x/x.php", "<?php\n/* Plugin Name: X\n Version:\n*/", None);
        check("srv/wp-includes/version.php", "$wp_version", None);
        check("srv/wp-includes/version.php", "", None);
    }

    #[test]
    fn where_main_files_lie() {
        let check = |path: &str, expected: bool| assert_eq!(is_main_file(path, paths::base(path)), expected, "{path}");
        check("a/wp-content/plugins/x/y.php", true);
        check("a/wp-content/mu-plugins/y.php", true);
        check("a/wp-content/plugins/x/lib/y.php", false);
        check("a/wp-content/themes/x/style.css", true);
        check("a/wp-content/themes/x/css/style.css", false);
        check("a/b.php", false);
    }
}
