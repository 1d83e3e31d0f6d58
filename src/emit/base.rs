//! The two sides of an image: what came with the base image and what the application put on it. For a terminal, and as JSON
//! (`docs/json-report.md`, "The sides of an image"). Packages that others own stand with their owners.

use super::html::{visible, words};
use super::table::grid::{Column, Grid, Look, Overflow, cut, fixed, number, words as text};
use super::table::{self, TableOptions};
use super::{json, write_json};
use crate::model::{Base, Class, Package, Report, State};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The sides, from the lowest layer up: the name in reports, and what people call it.
const SIDES: [(&str, &str); 2] = [("base", "Base image"), ("app", "Application")];

/// A base in one line: `alpine:3.20: 1 layer (named; where it ends is a guess)`.
pub(in crate::emit) fn summary(base: &Base) -> String {
    let name = base.name.as_deref().or(base.digest.as_ref().map(|d| d.as_str())).unwrap_or("an image without a name");
    let guess = if base.evidence.is_certain() { "" } else { "; where it ends is a guess" };
    format!("{name}: {} ({}{guess})", words::count(base.layers as usize, "layer"), base.evidence.as_str())
}

/// What is on one side.
struct Side<'a> {
    key: &'static str,
    title: &'static str,
    packages: Vec<&'a Package>,
    /// Present and hidden packages of each class, the strictest first.
    classes: BTreeMap<std::cmp::Reverse<Class>, [usize; 2]>,
}

fn sides(report: &Report) -> Vec<Side<'_>> {
    if report.image.base.is_none() {
        return Vec::new();
    }
    let of = |(key, title)| {
        let packages: Vec<&Package> =
            report.shown().map(|(_, p)| p).filter(|p| report.image.origin_of(p.layer) == Some(key)).collect();
        let mut classes: BTreeMap<_, [usize; 2]> = BTreeMap::new();
        for package in &packages {
            classes.entry(std::cmp::Reverse(package.licensing.class)).or_default()[usize::from(is_hidden(package))] +=
                1;
        }
        Side { key, title, packages, classes }
    };
    SIDES.into_iter().map(of).collect()
}

fn is_hidden(package: &Package) -> bool {
    package.state != State::Present
}

impl Side<'_> {
    fn hidden(&self) -> usize {
        self.packages.iter().filter(|p| is_hidden(p)).count()
    }
}

/// Writes for a terminal.
///
/// # Errors
/// Those of the writer.
pub fn write_text(report: &Report, options: &TableOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { options, out };
    let image = &report.image;
    page.fact("Image", &image.title())?;
    match &image.base {
        Some(base) => {
            page.fact("Base", &summary(base))?;
            if let (Some(_), Some(digest)) = (&base.name, &base.digest) {
                page.fact("Digest", digest.as_str())?;
            }
            page.fact("Known by", &base.note)?;
        }
        None => {
            page.fact("Base", "not known")?;
            page.fact(
                "",
                "nothing in the image says where a base image ends; name the image that it was built on with --base",
            )?;
        }
    }
    page.heading(&format!("Layers: {}", image.layers.len()))?;
    let columns = [number("#"), fixed("SIDE"), number("SIZE"), fixed("DIGEST"), text("INSTRUCTION")];
    page.list(
        &columns,
        image.layers.iter().map(|layer| {
            vec![
                layer.index.to_string(),
                layer.origin.unwrap_or("").to_string(),
                words::size(layer.size),
                layer.digest.as_ref().map_or_else(String::new, |d| d.hex().chars().take(12).collect()),
                table::instruction(layer.created_by.as_deref().unwrap_or("")),
            ]
        }),
    )?;
    for side in sides(report) {
        let hidden = side.hidden();
        page.heading(&format!("{}: {} present, {hidden} hidden", side.title, side.packages.len() - hidden))?;
        if side.packages.is_empty() {
            continue;
        }
        page.list(
            &[fixed("CLASS"), number("PRESENT"), number("HIDDEN")],
            side.classes
                .iter()
                .map(|(class, [present, hidden])| vec![words::class(class.0), present.to_string(), hidden.to_string()]),
        )?;
        writeln!(page.out)?;
        let columns = [text("PACKAGE"), text("VERSION"), text("CONCLUDED"), number("LAYER"), text("STATE")];
        page.list(
            &columns,
            side.packages.iter().map(|p| {
                vec![
                    visible::line(&format!("{}/{}", p.ecosystem.as_str(), p.name)),
                    visible::line(&p.version),
                    visible::line(&p.licensing.concluded.to_string()),
                    p.layer.to_string(),
                    p.state.removed_by().map_or_else(|| "present".into(), |layer| format!("hidden by {layer}")),
                ]
            }),
        )?;
    }
    Ok(())
}

struct Page<'a> {
    options: &'a TableOptions,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    /// Long facts are told whole: they are what the command is asked for.
    fn fact(&mut self, label: &str, value: &str) -> io::Result<()> {
        let label = Look::Faint.paint(&format!("{label:<11}"), self.options.colour);
        writeln!(self.out, "{label}{}", visible::line(value))
    }

    fn heading(&mut self, title: &str) -> io::Result<()> {
        let title = self.width().map_or_else(|| title.to_owned(), |w| cut(title, w));
        writeln!(self.out, "\n{}", Look::Strong.paint(&title, self.options.colour))
    }

    fn list(&mut self, columns: &[Column], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
        let mut grid = Grid::new(columns);
        rows.for_each(|row| grid.row(row.into_iter().map(|cell| (cell, Look::Plain))));
        grid.write(self.width(), Overflow::Wrap, self.options.colour, self.out)
    }

    fn width(&self) -> Option<usize> {
        self.options.width.map(|w| usize::from(w.max(table::NARROWEST)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSides<'a> {
    schema_version: u32,
    reference: &'a str,
    name: &'a str,
    digest: Option<&'a str>,
    base: Option<json::WireBase<'a>>,
    layers: Vec<json::WireLayer<'a>>,
    sides: Vec<WireSide<'a>>,
}

#[derive(Serialize)]
struct WireSide<'a> {
    origin: &'static str,
    present: usize,
    hidden: usize,
    classes: Vec<WireClass>,
    packages: Vec<WirePackage<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireClass {
    class: &'static str,
    class_scope: Option<&'static str>,
    present: usize,
    hidden: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePackage<'a> {
    purl: &'a str,
    name: &'a str,
    version: &'a str,
    concluded: String,
    class: &'static str,
    layer: u32,
    state: &'static str,
    removed_by: Option<u32>,
}

/// Writes as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_sides(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let image = &report.image;
    let document = WireSides {
        schema_version: json::SCHEMA_VERSION,
        reference: &image.reference,
        name: &image.name,
        digest: image.digest.as_ref().map(|d| d.as_str()),
        base: image.base.as_ref().map(json::base),
        layers: image.layers.iter().map(json::layer).collect(),
        sides: sides(report).iter().map(wire_side).collect(),
    };
    write_json(&document, out)
}

fn wire_side<'a>(side: &Side<'a>) -> WireSide<'a> {
    let package = |p: &&'a Package| WirePackage {
        purl: &p.purl,
        name: &p.name,
        version: &p.version,
        concluded: p.licensing.concluded.to_string(),
        class: p.licensing.class.as_str(),
        layer: p.layer,
        state: p.state.as_str(),
        removed_by: p.state.removed_by(),
    };
    let hidden = side.hidden();
    WireSide {
        origin: side.key,
        present: side.packages.len() - hidden,
        hidden,
        classes: side
            .classes
            .iter()
            .map(|(class, [present, hidden])| WireClass {
                class: class.0.as_str(),
                class_scope: class.0.scope(),
                present: *present,
                hidden: *hidden,
            })
            .collect(),
        packages: side.packages.iter().map(package).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::fixture::{self, HOSTILE};
    use serde_json::{Value, json};

    fn text(report: &Report) -> String {
        let mut out = Vec::new();
        write_text(report, &TableOptions { width: Some(100), ..TableOptions::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn document(report: &Report) -> Value {
        let mut out = Vec::new();
        write_sides(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn every_package_stands_on_one_side() {
        let report = fixture::report();
        let document = document(&report);
        assert_eq!(document["base"]["layers"], 1);
        let sides = document["sides"].as_array().unwrap();
        assert_eq!(sides.iter().map(|s| s["origin"].clone()).collect::<Vec<_>>(), ["base", "app"]);
        let mut all = 0;
        for (side, in_base) in sides.iter().zip([true, false]) {
            let packages = side["packages"].as_array().unwrap();
            all += packages.len();
            assert_eq!(side["present"].as_u64().unwrap() + side["hidden"].as_u64().unwrap(), packages.len() as u64);
            assert!(packages.iter().all(|p| (p["layer"] == 0) == in_base));
            let counted: u64 = side["classes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["present"].as_u64().unwrap() + c["hidden"].as_u64().unwrap())
                .sum();
            assert_eq!(counted, packages.len() as u64);
        }
        assert_eq!(all, report.shown().count());
        let text = text(&report);
        assert!(text.contains("\nBase image: ") && text.contains("\nApplication: "), "{text}");
        assert!(
            text.contains("Base       registry.example/crew/hull:12: 1 layer (named; where it ends is a guess)\n"),
            "{text}"
        );
    }

    #[test]
    fn without_a_base_there_are_no_sides() {
        let mut report = fixture::report();
        report.image.base = None;
        let document = document(&report);
        assert_eq!((&document["base"], &document["sides"]), (&Value::Null, &json!([])));
        let text = text(&report);
        assert!(text.contains("Base       not known\n") && text.contains("--base"), "{text}");
    }

    #[test]
    fn hostile_names_do_not_reach_the_terminal() {
        let mut report = fixture::report();
        let base = report.image.base.as_mut().unwrap();
        base.name = Some(HOSTILE.into());
        base.note = HOSTILE.into();
        assert!(!text(&report).contains(|c: char| c != '\n' && visible::deceives(c)));
    }
}
