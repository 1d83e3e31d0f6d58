//! Aligned columns for a terminal: counts columns as the terminal does (Unicode, UAX #11), and fits a table into a
//! width by cutting or wrapping its widest cells. Texts come here already made visible.

use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Narrowest that a column is made, so that what is left of a name still tells something.
const NARROWEST: usize = 6;
/// Columns before the first cell, and between cells.
const INDENT: usize = 2;
const GAP: usize = 2;

/// How a cell looks, where colours are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Look {
    #[default]
    Plain,
    Strong,
    Faint,
    Warn,
    Bad,
}

impl Look {
    /// The text in this look (ECMA-48, SGR).
    pub fn paint(self, text: &str, colour: bool) -> String {
        let code = match self {
            Look::Plain => return text.to_string(),
            Look::Strong => "1",
            Look::Faint => "2",
            Look::Warn => "33",
            Look::Bad => "31",
        };
        if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}

/// What becomes of a cell that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overflow {
    Cut,
    Wrap,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub title: &'static str,
    pub right: bool,
    /// Whether it may be made narrower than its content.
    pub shrinks: bool,
}

/// A column of words that gives way.
pub(super) const fn words(title: &'static str) -> Column {
    Column { title, right: false, shrinks: true }
}

/// A column of numbers.
pub(super) const fn number(title: &'static str) -> Column {
    Column { title, right: true, shrinks: false }
}

/// A column of short fixed words.
pub(super) const fn fixed(title: &'static str) -> Column {
    Column { title, right: false, shrinks: false }
}

/// Columns and rows.
#[derive(Clone, Debug)]
pub(super) struct Grid<'a> {
    columns: &'a [Column],
    rows: Vec<Vec<(String, Look)>>,
}

impl<'a> Grid<'a> {
    pub fn new(columns: &'a [Column]) -> Grid<'a> {
        Grid { columns, rows: Vec::new() }
    }

    /// Adds a row; one cell a column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = (String, Look)>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes the table with its titles.
    pub fn write(&self, width: Option<usize>, overflow: Overflow, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.widths(width);
        let titles = self.columns.iter().map(|c| (c.title.to_string(), Look::Faint)).collect();
        for row in std::iter::once(&titles).chain(&self.rows) {
            self.line(row, &widths, overflow, colour, out)?;
        }
        Ok(())
    }

    /// The natural widths, of which the widest that may shrink give way until all fit (or all are at their narrowest).
    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.columns.iter().map(|c| c.title.width()).collect();
        for row in &self.rows {
            for (width, (text, _)) in widths.iter_mut().zip(row) {
                *width = (*width).max(text.width());
            }
        }
        let Some(limit) = limit else { return widths };
        let around = INDENT + GAP * self.columns.len().saturating_sub(1);
        let mut excess = (widths.iter().sum::<usize>() + around).saturating_sub(limit);
        while excess > 0 {
            let shrinkable = |i: &usize| self.columns.get(*i).is_some_and(|c| c.shrinks);
            let mut order: Vec<(usize, usize)> = (0..widths.len()).filter(shrinkable).map(|i| (widths[i], i)).collect();
            order.sort_by_key(|(width, i)| (std::cmp::Reverse(*width), *i));
            let Some(&(widest, i)) = order.first() else { break };
            let next = order.get(1).map_or(NARROWEST, |(width, _)| *width);
            if widest <= NARROWEST {
                break;
            }
            // Down to the second widest at once, then one at a time between the two.
            let step = (widest - next.max(NARROWEST).min(widest - 1)).min(excess);
            widths[i] = widest - step;
            excess -= step;
        }
        widths
    }

    fn line(
        &self,
        row: &[(String, Look)],
        widths: &[usize],
        overflow: Overflow,
        colour: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let cells: Vec<(Vec<String>, Look, usize, bool)> = row
            .iter()
            .zip(widths)
            .zip(self.columns)
            .map(|(((text, look), width), column)| {
                let lines = match overflow {
                    Overflow::Cut => vec![cut(text, *width)],
                    Overflow::Wrap => wrap(text, *width),
                };
                (lines, *look, *width, column.right)
            })
            .collect();
        let height = cells.iter().map(|(lines, ..)| lines.len()).max().unwrap_or(0);
        for i in 0..height {
            let mut line = String::new();
            let mut owed = INDENT; // blanks are written only before something, so that no line ends in them
            for (lines, look, width, right) in &cells {
                let text = lines.get(i).map_or("", String::as_str);
                let free = width.saturating_sub(text.width());
                if !text.is_empty() {
                    line.extend(std::iter::repeat_n(' ', owed + if *right { free } else { 0 }));
                    line.push_str(&look.paint(text, colour));
                    owed = GAP + if *right { 0 } else { free };
                } else {
                    owed += GAP + free;
                }
            }
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// A text in at most so many columns; what is cut ends in an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// A text in lines of at most so many columns, broken at blanks, else after punctuation, else anywhere.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.width() > width {
        // How far this line may go, and where it would rather end; one character is always taken.
        let (mut used, mut end, mut blank, mut mark) = (0, 0, None, None);
        for (at, c) in rest.char_indices() {
            if c == ' ' {
                blank = Some(at);
            }
            used += c.width().unwrap_or(0);
            if used > width && end > 0 {
                break;
            }
            end = at + c.len_utf8();
            if matches!(c, '-' | '/' | '_' | ',' | ':' | '@') {
                mark = Some(end);
            }
        }
        let (line, left) = rest.split_at(blank.filter(|at| *at > 0).or(mark).unwrap_or(end));
        lines.push(line.to_string());
        rest = left.trim_start_matches(' ');
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest.to_string());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_columns_not_by_letters() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("日本語の名前", 6), "日本…");
        assert_eq!(cut("ab cdefg", 4), "ab…");
        assert_eq!(cut("abc", 0), "…");
    }

    #[test]
    fn wraps_at_blanks_and_loses_nothing() {
        assert_eq!(wrap("MIT AND ISC AND Zlib", 9), ["MIT AND", "ISC AND", "Zlib"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("strong-copyleft", 9), ["strong-", "copyleft"]);
        assert_eq!(wrap("usr/lib/x y", 7), ["usr/", "lib/x y"]);
        assert_eq!(wrap("日本語", 1), ["日", "本", "語"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("a b", 1), ["a", "b"]);
    }

    #[test]
    fn the_widest_columns_give_way_first() {
        let columns = [words("A"), words("B"), number("N")];
        let mut grid = Grid::new(&columns);
        grid.row([("x".repeat(50), Look::Plain), ("y".repeat(10), Look::Plain), ("1234".into(), Look::Plain)]);
        assert_eq!(grid.widths(None), [50, 10, 4]);
        assert_eq!(grid.widths(Some(40)), [20, 10, 4]);
        assert_eq!(grid.widths(Some(26)), [8, 8, 4]);
        assert_eq!(grid.widths(Some(1)), [NARROWEST, NARROWEST, 4]);
    }
}
