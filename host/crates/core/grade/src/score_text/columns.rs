//! Columns of text that line up, within a width: the widest of them are cut until a line fits.
//!
//! Nothing here may know what stands in a column. What is put in has to be safe to show.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns between two columns.
const GAP: usize = 2;
/// Columns that are left of one that is cut.
const NARROWEST: usize = 6;

/// A table of text that is still to be written.
#[derive(Debug, Default)]
pub(super) struct TextColumns {
    /// Its rows; the first has the names of the columns.
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
    whole: Vec<usize>,
}

impl TextColumns {
    pub(super) fn new(names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Self { rows: vec![names], ..Self::default() }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Takes out the columns from this one on in which nothing stands. Called before any column is
    /// named by its place.
    pub(super) fn without_empty_ones(&mut self, first: usize) {
        for at in (first..self.widths().len()).rev() {
            let cells = self.rows.iter().skip(1).filter_map(|row| row.get(at));
            if cells.map(String::as_str).all(str::is_empty) {
                self.rows.iter_mut().filter(|row| row.len() > at).for_each(|row| drop(row.remove(at)));
            }
        }
    }

    /// Puts what stands in these columns, of numbers, to the right.
    pub(super) fn align_right(&mut self, columns: &[usize]) {
        self.right = columns.to_vec();
    }

    /// Never cuts what stands in these columns.
    pub(super) fn keep_whole(&mut self, columns: &[usize]) {
        self.whole = columns.to_vec();
    }

    /// Returns whether a line is no wider than this without a cut.
    pub(super) fn fits(&self, width: usize) -> bool {
        total(&self.widths()) <= width
    }

    /// Adds its lines, without blanks at their ends.
    pub(super) fn write(&self, text: &mut String, width: usize) {
        let widths = self.fitted(width);
        for row in &self.rows {
            let mut line = String::new();
            for (at, (cell, wide)) in row.iter().zip(&widths).enumerate() {
                if at > 0 {
                    line.push_str(&" ".repeat(GAP));
                }
                let cell = cut(cell, *wide);
                let blanks = " ".repeat(wide.saturating_sub(cell.width()));
                let is_right = self.right.contains(&at);
                line.extend(if is_right { [blanks, cell] } else { [cell, blanks] });
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.rows.first().map_or(0, Vec::len)];
        for row in &self.rows {
            for (wide, cell) in widths.iter_mut().zip(row) {
                *wide = cell.width().max(*wide);
            }
        }
        widths
    }

    /// Widths with which a line fits, as far as columns may be cut.
    fn fitted(&self, width: usize) -> Vec<usize> {
        let mut widths = self.widths();
        while total(&widths) > width {
            let wide = widths.iter_mut().enumerate();
            let may_be_cut = wide
                .filter(|(at, wide)| !self.whole.contains(at) && **wide > NARROWEST)
                .map(|(_, wide)| wide);
            // The last of several: names come first.
            let Some(widest) = may_be_cut.max_by_key(|wide| **wide) else { break };
            *widest -= 1;
        }
        widths
    }
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// The start of `text` that is no wider than `width`, marked where something is missing.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut start = String::new();
    let mut left = width.saturating_sub(1);
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if wide > left {
            break;
        }
        left -= wide;
        start.push(character);
    }
    start.push('…');
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(columns: &TextColumns, width: usize) -> String {
        let mut text = String::new();
        columns.write(&mut text, width);
        text
    }

    #[test]
    fn columns_line_up_whatever_letters_are_in_them() {
        let mut columns = TextColumns::new(&["name", "points", "why"]);
        columns.align_right(&[1]);
        columns.row(vec!["日本語".to_owned(), "10".to_owned(), String::new()]);
        columns.row(vec!["größer".to_owned(), "7".to_owned(), "late".to_owned()]);
        columns.row(vec!["e\u{301}".to_owned(), "100".to_owned(), "x".to_owned()]);
        let expected =
            "name    points  why\n日本語      10\ngrößer       7  late\ne\u{301}          100  x\n";
        assert_eq!(written(&columns, 80), expected);
    }

    #[test]
    fn the_widest_column_is_cut_until_a_line_fits() {
        let mut columns = TextColumns::new(&["name", "marks", "why"]);
        columns.keep_whole(&[1]);
        columns.row(vec!["ann".to_owned(), "+".repeat(10), "the output differs somewhere".to_owned()]);
        assert!(!columns.fits(30) && columns.fits(46));
        assert_eq!(written(&columns, 30), "name  marks       why\nann   ++++++++++  the output …\n");
        // What may not be cut is wider than it should be.
        assert_eq!(written(&columns, 3), "name  marks       why\nann   ++++++++++  the o…\n");
    }

    #[test]
    fn text_is_cut_between_letters() {
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("", 0), "");
    }

    proptest! {
        #[test]
        fn no_cut_is_wider_than_it_may_be(text in "\\PC{0,20}", width in 1..20_usize) {
            prop_assert!(cut(&text, width).width() <= width.max(1));
        }
    }
}
