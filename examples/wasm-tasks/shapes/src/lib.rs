//! A component that knows nothing of Polymer: functions with types of their own, written in
//! `wit/shapes.wit`.

// Elsewhere there is nobody to export to.
#[cfg(target_family = "wasm")]
mod component;

/// The area of a polygon with these corners.
///
/// # Errors
/// If there are less than three.
pub fn polygon(corners: &[(f64, f64)]) -> Result<f64, String> {
    if corners.len() < 3 {
        return Err(format!("a polygon has at least three corners, not {}", corners.len()));
    }
    let next = corners.iter().cycle().skip(1);
    let twice: f64 = corners.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
    Ok(twice.abs() / 2.0)
}

/// The largest number that divides all.
///
/// # Errors
/// The place of a number that is zero.
pub fn common_divisor(numbers: &[u64]) -> Result<u64, u32> {
    if let Some(place) = numbers.iter().position(|number| *number == 0) {
        return Err(u32::try_from(place).unwrap_or(u32::MAX));
    }
    Ok(numbers.iter().fold(0, |mut a, b| {
        let mut b = *b;
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_those_of_the_school() {
        assert_eq!(polygon(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]), Ok(4.0));
        assert!(polygon(&[(0.0, 0.0)]).is_err());
    }

    #[test]
    fn divisors_divide() {
        assert_eq!(common_divisor(&[12, 18, 30]), Ok(6));
        assert_eq!(common_divisor(&[1, 0]), Err(1));
    }
}
