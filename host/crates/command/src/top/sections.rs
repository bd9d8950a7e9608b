//! Sections of the screen: how the rows of a terminal are shared among them. Pure.
//!
//! It must never know what a section tells.

use super::row::ScreenRow;

/// Rows below its headings that a section has before another one has more.
const FIRST_ROWS: usize = 3;

/// A part of the screen.
#[derive(Debug, Clone)]
pub(super) struct ScreenSection {
    /// Rows that are all there or none.
    headings: Vec<ScreenRow>,
    /// Rows of which the last may be missing; their number is told then.
    body: Vec<ScreenRow>,
    /// Rows that are missing already.
    more: u64,
}

impl ScreenSection {
    pub(super) const fn new(headings: Vec<ScreenRow>, body: Vec<ScreenRow>) -> Self {
        Self { headings, body, more: 0 }
    }

    /// The same, where so many rows are not known.
    pub(super) fn with_more(self, more: u64) -> Self {
        Self { more, ..self }
    }

    /// Rows beside the body: the headings, and an empty one before them.
    fn around(&self) -> usize {
        self.headings.len() + 1
    }

    /// Rows of the body, with one that says what is missing.
    fn wanted(&self) -> usize {
        self.body.len() + usize::from(self.more > 0)
    }

    /// The section with so many rows of its body.
    fn rows(self, most: usize) -> Vec<ScreenRow> {
        let (wanted, all) = (self.wanted(), self.body.len());
        let shown = if wanted <= most { all } else { most.saturating_sub(1) };
        let missing = self.more.saturating_add(u64::try_from(all - shown).unwrap_or(u64::MAX));
        let mut rows = vec![ScreenRow::plain("")];
        rows.extend(self.headings);
        rows.extend(self.body.into_iter().take(shown));
        if missing > 0 {
            rows.push(ScreenRow::plain(format!("  and {missing} more")));
        }
        rows
    }
}

/// As much of the sections as goes into so many rows, the first first: each gets a few rows, and
/// what is left goes to those that want more.
pub(super) fn fitted(sections: Vec<ScreenSection>, room: usize) -> Vec<ScreenRow> {
    let sizes: Vec<(usize, usize)> =
        sections.iter().map(|section| (section.around(), section.wanted())).collect();
    let shares = shares(&sizes, room);
    sections
        .into_iter()
        .zip(shares)
        .filter(|(_, share)| *share > 0)
        .flat_map(|(section, share)| section.rows(share))
        .collect()
}

/// Rows of each body; 0 where there is no room for the section. `sizes` has the rows around each,
/// and those that it wants.
fn shares(sizes: &[(usize, usize)], room: usize) -> Vec<usize> {
    let mut left = room;
    let mut shares: Vec<usize> = sizes
        .iter()
        .map(|(around, wanted)| {
            let share = FIRST_ROWS.min(*wanted).min(left.saturating_sub(*around));
            if share > 0 {
                left -= around + share;
            }
            share
        })
        .collect();
    for (share, (_, wanted)) in shares.iter_mut().zip(sizes).filter(|(share, _)| **share > 0) {
        let more = (wanted - *share).min(left);
        *share += more;
        left -= more;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_gets_a_few_rows_and_the_first_what_is_left() {
        let sizes = [(3, 20), (2, 5), (2, 2)];
        for (room, expected) in [
            (100, [20, 5, 2]),
            (30, [18, 3, 2]),
            (15, [3, 3, 2]),
            (14, [3, 3, 1]),
            (12, [4, 3, 0]),
            (6, [3, 0, 0]),
            (4, [1, 0, 0]),
            (3, [0, 1, 0]),
            (0, [0, 0, 0]),
        ] {
            let shares = shares(&sizes, room);
            assert_eq!(shares, expected, "{room}");
            let used: usize = sizes
                .iter()
                .zip(&shares)
                .filter(|(_, share)| **share > 0)
                .map(|((around, _), share)| around + share)
                .sum();
            assert!(used <= room, "{room}");
        }
    }

    #[test]
    fn a_section_that_is_cut_says_how_much_is_missing() {
        let body = || (1..=5).map(|row| ScreenRow::plain(row.to_string())).collect();
        let section = || ScreenSection::new(vec![ScreenRow::plain("head")], body());
        let text = |section: ScreenSection, most| {
            section.rows(most).into_iter().map(|row| row.text).collect::<Vec<_>>().join("|")
        };
        assert_eq!(text(section(), 5), "|head|1|2|3|4|5");
        assert_eq!(text(section(), 4), "|head|1|2|3|  and 2 more");
        assert_eq!(text(section(), 1), "|head|  and 5 more");
        assert_eq!(text(section().with_more(7), 6), "|head|1|2|3|4|5|  and 7 more");
        assert_eq!(text(section().with_more(7), 5), "|head|1|2|3|4|  and 8 more");
    }
}
