//! `pass@k`: how likely it is that one of `k` programs for a problem is right, estimated from the
//! `n` programs there are, of which `c` are right.
//!
//! The unbiased estimator of Chen et al., "Evaluating Large Language Models Trained on Code" (2021,
//! arXiv 2107.03374), section 2.1: `1 - C(n-c, k) / C(n, k)`, as a mean over the problems. The
//! package for Python has the same (`polymer_wasm.pass_at_k`).
//!
//! Nothing here may know when a program is right.

/// A problem with fewer programs than an estimate takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFewPrograms {
    /// The problem, as a place in the list of problems.
    pub problem: usize,
    /// Number of its programs.
    pub programs: usize,
}

/// An estimate over all problems, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct PassAtK {
    /// Programs of which one has to be right.
    pub k: usize,
    /// Mean over all problems; nothing if one of them has too few programs.
    pub mean: Option<f64>,
    /// Problems with fewer than `k` programs.
    pub too_few: Vec<TooFewPrograms>,
}

impl PassAtK {
    /// Estimates it from how many programs each problem has, and how many of them are right.
    #[must_use]
    pub fn of_problems(k: usize, problems: &[ProgramCount]) -> Self {
        let too_few = |(problem, count): (usize, &ProgramCount)| {
            (count.programs < k).then_some(TooFewPrograms { problem, programs: count.programs })
        };
        let too_few: Vec<_> = problems.iter().enumerate().filter_map(too_few).collect();
        // None is left out: the mean would be that of easier or of harder problems.
        let estimates: Option<Vec<f64>> =
            problems.iter().map(|count| pass_at_k(count.programs, count.passed, k)).collect();
        let mean =
            estimates.filter(|all| !all.is_empty()).map(|all| all.iter().sum::<f64>() / all.len() as f64);
        Self { k, mean, too_few }
    }
}

/// Programs of one problem.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProgramCount {
    /// Number of all.
    pub programs: usize,
    /// Number of those that are right in every case.
    pub passed: usize,
}

/// Returns the unbiased estimate of pass@k from `total` programs of which `passed` are right;
/// `None` unless `1 <= k <= total` and `passed <= total`.
#[must_use]
pub fn pass_at_k(total: usize, passed: usize, k: usize) -> Option<f64> {
    let wrong = total.checked_sub(passed)?;
    if k == 0 || k > total {
        return None;
    }
    // No choice of k has wrong ones only.
    if wrong < k {
        return Some(1.0);
    }
    // C(n-c, k) / C(n, k) as a product of factors below 1, since the numbers themselves are too
    // large: that of numerical practice in the paper.
    let all_wrong = (wrong + 1..=total).fold(1.0, |share, n| share * (1.0 - k as f64 / n as f64));
    Some(1.0 - all_wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The share of all choices of `k` programs in which one is right, by making all of them.
    fn counted(total: usize, passed: usize, k: usize) -> f64 {
        let choices = (0..1_u32 << total).filter(|choice| choice.count_ones() as usize == k);
        let (mut all, mut right) = (0, 0);
        for choice in choices {
            all += 1;
            // The first ones are the right ones.
            right += usize::from(choice & ((1 << passed) - 1) != 0);
        }
        right as f64 / f64::from(all)
    }

    #[test]
    fn it_is_what_counting_all_choices_gives() {
        for total in 1..=10 {
            for passed in 0..=total {
                for k in 1..=total {
                    let (found, expected) = (pass_at_k(total, passed, k).unwrap(), counted(total, passed, k));
                    assert!((found - expected).abs() < 1e-12, "{total} {passed} {k}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn known_figures_come_out() {
        // Computed with Python's math.comb.
        for (total, passed, k, expected) in
            [(200, 17, 1, 0.085), (200, 17, 10, 0.597_448_901_579_911_8), (5, 2, 2, 0.7), (5, 0, 5, 0.0)]
        {
            let found = pass_at_k(total, passed, k).unwrap();
            assert!((found - expected).abs() < 1e-9, "{total} {passed} {k}: {found}");
        }
        assert_eq!(pass_at_k(5, 5, 1), Some(1.0));
        assert_eq!(pass_at_k(5, 1, 5), Some(1.0));
    }

    #[test]
    fn there_is_none_of_more_programs_than_there_are() {
        assert_eq!(pass_at_k(5, 1, 6), None);
        assert_eq!(pass_at_k(5, 1, 0), None);
        assert_eq!(pass_at_k(5, 6, 1), None);
        assert_eq!(pass_at_k(0, 0, 1), None);
    }

    #[test]
    fn a_mean_is_over_all_problems_or_says_which_are_too_small() {
        let count = |programs, passed| ProgramCount { programs, passed };
        let problems = [count(2, 2), count(2, 1), count(4, 0)];
        let at_1 = PassAtK::of_problems(1, &problems);
        assert_eq!((at_1.mean, at_1.too_few.len()), (Some(0.5), 0));
        let at_3 = PassAtK::of_problems(3, &problems);
        let too_few = |problem| TooFewPrograms { problem, programs: 2 };
        assert_eq!((at_3.mean, at_3.too_few), (None, vec![too_few(0), too_few(1)]));
        assert_eq!(PassAtK::of_problems(1, &[]).mean, None);
        assert_eq!(PassAtK::of_problems(0, &problems).mean, None);
    }

    proptest! {
        #[test]
        fn more_tries_and_more_right_ones_never_make_it_less(total in 1..400_usize, passed in 0..400_usize, k in 1..400_usize) {
            let (passed, k) = (passed.min(total), k.min(total));
            let found = pass_at_k(total, passed, k).unwrap();
            prop_assert!((0.0..=1.0).contains(&found));
            prop_assert_eq!(found == 0.0, passed == 0);
            if let Some(next) = pass_at_k(total, passed, k + 1) {
                prop_assert!(next >= found - 1e-12);
            }
            if let Some(next) = pass_at_k(total, passed + 1, k) {
                prop_assert!(next >= found - 1e-12);
            }
        }
    }
}
