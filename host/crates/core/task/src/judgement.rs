//! Judgement of a task: whether it ended as was expected, its points, and why not.
//!
//! Nothing here may know what was expected.

use super::{TaskError, Usage, Verdict};
use std::fmt;

/// Points of a case: finite and not negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Points(f64);

// They are never NaN.
impl Eq for Points {}

impl Points {
    /// No points.
    pub const NONE: Self = Self(0.0);

    /// So many, if that is a number of points.
    #[must_use]
    pub fn new(number: f64) -> Option<Self> {
        (number.is_finite() && number >= 0.0).then_some(Self(number))
    }

    /// Returns their number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How an output differs from the expected one, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputDifference {
    /// One line.
    pub message: String,
    /// Several lines of both, bounded. Guests wrote part of it.
    pub diff: String,
}

/// What the judge said of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// It ended as was expected.
    pub accepted: bool,
    /// Points that it is given, if the case has some.
    pub points: Option<Points>,
    /// Points that the case is worth.
    pub max_points: Option<Points>,
    /// Why it was not accepted, in one line; empty if it was. What a checker wrote stands as it is,
    /// whether it accepted or not.
    pub message: String,
    /// Where its output differs; empty if that is not why.
    pub diff: String,
    /// How its guest ended, where the verdict and the error of its record are others: where that
    /// was expected and is not ok, or where a wrong output is put down to memory that was refused.
    pub ended: Option<(Verdict, TaskError)>,
    /// Usage of the checker that looked at its output, if one did.
    pub checker: Option<Box<Usage>>,
    /// Usage of the interactor that talked with its guest, if one did.
    pub interactor: Option<Box<Usage>>,
}
