//! The geometry of pictures, in whole numbers of a view box: bars, and a treemap. Every picture has a sentence for those who do not
//! see it, and a table beside it with the same numbers.

use super::Seen;
use crate::emit::html::tally::Tally;
use crate::emit::html::words;
use crate::model::Report;
use serde::Serialize;

/// Height of one bar with its gap.
const STEP: u64 = 28;
/// Where bars begin, and how long the longest is.
const LEFT: u64 = 230;
const LENGTH: u64 = 600;
/// The view box of the treemap.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 300.0;
/// More bars or tiles than this show nothing; the table has all.
const PARTS: usize = 60;

#[derive(Debug, Default, Serialize)]
pub(in crate::emit::html) struct Bars {
    height: u64,
    /// The same in words.
    alternative: Seen,
    bars: Vec<Bar>,
}

#[derive(Debug, Serialize)]
struct Bar {
    label: String,
    value: String,
    slug: &'static str,
    y: u64,
    middle: u64,
    length: u64,
    end: u64,
}

#[derive(Debug, Default, Serialize)]
pub(in crate::emit::html) struct Treemap {
    alternative: Seen,
    tiles: Vec<Tile>,
}

#[derive(Debug, Serialize)]
struct Tile {
    x: u64,
    y: u64,
    width: u64,
    height: u64,
    slug: &'static str,
    /// `None` where it does not fit.
    label: Option<String>,
    note: Option<String>,
    label_x: u64,
    label_y: u64,
    note_y: u64,
    /// What a pointer shows.
    tip: Seen,
}

fn bars(title: &str, rows: impl Iterator<Item = (String, u64, String, &'static str)>) -> Bars {
    let rows: Vec<_> = rows.take(PARTS).collect();
    let most = rows.iter().map(|(_, n, _, _)| *n).max().unwrap_or(0).max(1);
    let parts: Vec<String> = rows.iter().map(|(label, _, value, _)| format!("{label}: {value}")).collect();
    Bars {
        height: STEP * rows.len() as u64 + 6,
        alternative: Seen::line(&format!("{title}. {}.", parts.join(", "))),
        bars: rows
            .into_iter()
            .enumerate()
            .map(|(i, (label, n, value, slug))| {
                let y = STEP * i as u64 + 4;
                // At least a hair, so that something small is not taken for nothing.
                let length = (u128::from(n) * u128::from(LENGTH) / u128::from(most)) as u64;
                let length = length.max(u64::from(n > 0) * 2);
                Bar { label, value, slug, y, middle: y + 15, length, end: LEFT + length + 10 }
            })
            .collect(),
    }
}

pub(super) fn classes(tally: &Tally) -> Bars {
    bars(
        "Packages by licence class",
        tally
            .classes
            .iter()
            .map(|c| (words::class(c.class), c.packages as u64, c.packages.to_string(), c.class.as_str())),
    )
}

pub(super) fn layers(report: &Report) -> Bars {
    let rows = report.image.layers.iter().map(|l| {
        let origin = report.image.origin_of(l.index);
        let label = origin.map_or_else(|| format!("layer {}", l.index), |o| format!("layer {} ({o})", l.index));
        (label, l.size, words::size(l.size), origin.unwrap_or("layer"))
    });
    bars("Layers by uncompressed size", rows)
}

/// Layers as areas: which of them the image's bytes are.
pub(super) fn treemap(report: &Report) -> Treemap {
    let mut layers: Vec<_> = report.image.layers.iter().filter(|l| l.size > 0).collect();
    layers.sort_by_key(|l| std::cmp::Reverse(l.size)); // stable: equals by index
    let total = layers.iter().fold(0u64, |sum, l| sum.saturating_add(l.size));
    if layers.len() < 2 {
        return Treemap::default();
    }
    layers.truncate(PARTS);
    let share = |size: u64| (u128::from(size) * 100 / u128::from(total.max(1))) as u64;
    let sizes: Vec<f64> = layers.iter().map(|l| l.size as f64).collect();
    let tiles = squarified(&sizes, WIDTH, HEIGHT);
    let parts: Vec<String> = layers.iter().map(|l| format!("layer {}: {} %", l.index, share(l.size))).collect();
    Treemap {
        alternative: Seen::line(&format!(
            "Share of each layer in {} uncompressed. {}.",
            words::size(total),
            parts.join(", ")
        )),
        tiles: layers
            .iter()
            .zip(tiles)
            .map(|(layer, [x, y, w, h])| {
                // From the rounded edges, so that neighbours neither overlap nor leave a gap.
                let (left, top) = (x.round() as u64, y.round() as u64);
                let (width, height) = ((x + w).round() as u64 - left, (y + h).round() as u64 - top);
                let fits = |wide: u64, high: u64| width >= wide && height >= high;
                Tile {
                    x: left,
                    y: top,
                    width,
                    height,
                    slug: report.image.origin_of(layer.index).unwrap_or("layer"),
                    label: fits(90, 26).then(|| format!("layer {}", layer.index)),
                    note: fits(120, 50).then(|| format!("{}, {} %", words::size(layer.size), share(layer.size))),
                    label_x: left + 10,
                    label_y: top + 20,
                    note_y: top + 40,
                    tip: Seen::line(&format!(
                        "layer {}: {}, {} %. {}",
                        layer.index,
                        words::size(layer.size),
                        share(layer.size),
                        layer.created_by.as_deref().unwrap_or("")
                    )),
                }
            })
            .collect(),
    }
}

/// Cuts a rectangle into areas of these sizes (the largest first), each as near to a square as a greedy choice makes it
/// (Bruls, Huizing and van Wijk, "Squarified Treemaps").
fn squarified(sizes: &[f64], width: f64, height: f64) -> Vec<[f64; 4]> {
    let total: f64 = sizes.iter().sum();
    if total <= 0.0 {
        return vec![[0.0; 4]; sizes.len()];
    }
    let scale = width * height / total;
    let areas: Vec<f64> = sizes.iter().map(|s| s * scale).collect();
    let (mut x, mut y, mut w, mut h) = (0.0, 0.0, width, height);
    let mut out = Vec::new();
    let mut rest = &areas[..];
    while !rest.is_empty() {
        let side = w.min(h).max(f64::MIN_POSITIVE);
        // The worst proportion of a row of the first `n` areas along the shorter side.
        let worst = |n: usize| {
            let sum: f64 = rest[..n].iter().sum();
            let thick = sum / side;
            rest[..n].iter().map(|a| (thick * thick / a).max(a / (thick * thick))).fold(0.0, f64::max)
        };
        let mut n = 1;
        while n < rest.len() && worst(n + 1) <= worst(n) {
            n += 1;
        }
        // Sizes that differ by many orders leave a rest that is all rounding: nothing may leave the rectangle.
        let thick = (rest[..n].iter().sum::<f64>() / side).min(w.max(h));
        let mut along = 0.0;
        for area in &rest[..n] {
            let long = (area / thick.max(f64::MIN_POSITIVE)).min(side - along).max(0.0);
            out.push(if w >= h { [x, y + along, thick, long] } else { [x + along, y, long, thick] });
            along += long;
        }
        if w >= h {
            (x, w) = (x + thick, (w - thick).max(0.0));
        } else {
            (y, h) = (y + thick, (h - thick).max(0.0));
        }
        rest = &rest[n..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture;
    use super::*;

    #[test]
    fn a_treemap_fills_its_rectangle() {
        for sizes in [&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0][..], &[1e12, 1.0], &[5.0]] {
            let tiles = squarified(sizes, 600.0, 400.0);
            let total: f64 = sizes.iter().sum();
            for (size, [x, y, w, h]) in sizes.iter().zip(&tiles) {
                assert!((w * h - size / total * 240_000.0).abs() < 1.0, "{size}: {w} x {h}");
                assert!(*x >= -0.01 && *y >= -0.01 && x + w < 600.01 && y + h < 400.01);
            }
        }
    }

    #[test]
    fn pictures_say_their_numbers() {
        let report = fixture::small();
        assert_eq!(
            layers(&report).alternative.0,
            "Layers by uncompressed size. layer 0: 74.8 MiB, layer 1: 1.4 MiB, layer 2: 2.0 KiB."
        );
        let bars = classes(&Tally::of(&report)).bars;
        assert!(bars.iter().all(|b| b.length > 0 && b.end < 1_000), "{bars:?}");
        assert!(treemap(&report).alternative.0.contains("layer 0: 98 %"));
    }

    #[test]
    fn sizes_that_lie_break_nothing() {
        let mut report = fixture::small();
        for layer in &mut report.image.layers {
            layer.size = u64::MAX;
        }
        assert_eq!(layers(&report).bars.len(), 3);
        assert_eq!(treemap(&report).tiles.len(), 3);
    }
}
