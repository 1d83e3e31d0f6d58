//! Aligned columns for a terminal: counts columns as the terminal does (Unicode, UAX #11), and fits a table into a
//! width by cutting or wrapping its widest cells. Texts come here already made visible.

use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Narrowest that a column is made, so that what is left of a name still tells something.
const NARROWEST: usize = 6;
/// Signs after which a word may go on in the next line.
const MARKS: [char; 7] = [' ', '-', '/', '_', ',', ':', '@'];
/// Longest piece between such signs that a column makes room for before its neighbours have given way.
const LONGEST_PIECE: usize = 14;
/// Columns before the first cell, and between cells.
const INDENT: usize = 2;
const GAP: usize = 2;

/// How a cell looks, where colours are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::emit) enum Look {
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
pub(in crate::emit) enum Overflow {
    Cut,
    Wrap,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub(in crate::emit) struct Column {
    pub title: &'static str,
    pub right: bool,
    /// Whether it may be made narrower than its content.
    pub shrinks: bool,
}

/// A column of words that gives way.
pub(in crate::emit) const fn words(title: &'static str) -> Column {
    Column { title, right: false, shrinks: true }
}

/// A column of numbers.
pub(in crate::emit) const fn number(title: &'static str) -> Column {
    Column { title, right: true, shrinks: false }
}

/// A column of short fixed words.
pub(in crate::emit) const fn fixed(title: &'static str) -> Column {
    Column { title, right: false, shrinks: false }
}

/// Columns and rows.
#[derive(Clone, Debug)]
pub(in crate::emit) struct Grid<'a> {
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
        let widths = self.widths(width, overflow);
        let titles = self.columns.iter().map(|c| (c.title.to_string(), Look::Faint)).collect();
        for row in std::iter::once(&titles).chain(&self.rows) {
            self.line(row, &widths, overflow, colour, out)?;
        }
        Ok(())
    }

    /// The natural widths, of which the widest that may shrink give way until all fit. Where cells are wrapped they
    /// first give way only so far that no word breaks; no column gets narrower than [`NARROWEST`].
    fn widths(&self, limit: Option<usize>, overflow: Overflow) -> Vec<usize> {
        let column = |i: usize, measure: &dyn Fn(&str) -> usize| {
            let title = self.columns.get(i).map_or(0, |c| measure(c.title));
            self.rows.iter().filter_map(|row| row.get(i)).map(|(text, _)| measure(text)).fold(title, usize::max)
        };
        let mut widths: Vec<usize> = (0..self.columns.len()).map(|i| column(i, &|text| text.width())).collect();
        let Some(limit) = limit else { return widths };
        let limit = limit.saturating_sub(INDENT + GAP * self.columns.len().saturating_sub(1));
        if overflow == Overflow::Wrap {
            let pieces = |text: &str| text.split_inclusive(MARKS).map(|p| p.trim_end().width()).max().unwrap_or(0);
            let floors: Vec<usize> =
                (0..widths.len()).map(|i| column(i, &pieces).clamp(NARROWEST, LONGEST_PIECE)).collect();
            self.shrink(&mut widths, limit, &floors);
        }
        let floors = vec![NARROWEST; widths.len()];
        self.shrink(&mut widths, limit, &floors);
        widths
    }

    /// Makes the widest column that may shrink narrower, again and again, until all fit or stand at their floors.
    fn shrink(&self, widths: &mut [usize], limit: usize, floors: &[usize]) {
        while widths.iter().sum::<usize>() > limit {
            let widest = widths
                .iter_mut()
                .zip(floors)
                .zip(self.columns)
                .filter(|((width, floor), column)| column.shrinks && **width > **floor)
                .map(|((width, _), _)| width)
                .max_by_key(|width| **width);
            match widest {
                Some(width) => *width -= 1,
                None => return,
            }
        }
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
pub(in crate::emit) fn cut(text: &str, width: usize) -> String {
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
            if c != ' ' && MARKS.contains(&c) {
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
        assert_eq!(grid.widths(None, Overflow::Cut), [50, 10, 4]);
        assert_eq!(grid.widths(Some(40), Overflow::Cut), [20, 10, 4]);
        assert_eq!(grid.widths(Some(26), Overflow::Cut), [8, 8, 4]);
        assert_eq!(grid.widths(Some(1), Overflow::Cut), [NARROWEST, NARROWEST, 4]);
    }

    #[test]
    fn words_break_only_when_nothing_else_gives_way() {
        let columns = [words("A"), words("B")];
        let mut grid = Grid::new(&columns);
        grid.row([("permissive".into(), Look::Plain), ("MIT AND ISC AND Zlib".into(), Look::Plain)]);
        assert_eq!(grid.widths(Some(24), Overflow::Wrap), [10, 10]);
        assert_eq!(grid.widths(Some(20), Overflow::Wrap), [10, 6]);
        assert_eq!(grid.widths(Some(18), Overflow::Wrap), [8, 6]);
        assert_eq!(grid.widths(Some(1), Overflow::Wrap), [6, 6]);
    }
}
