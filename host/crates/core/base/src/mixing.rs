//! Numbers that look random and are made of others, for whatever only has to differ: waits, ids.
//!
//! It must never be used where somebody could gain by guessing.

/// Mixes a number: the finalizer of SplitMix64 (Steele, Lea, Flood 2014). It is a bijection, so two
/// numbers never become one.
#[must_use]
pub const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_of_the_generator_are_those_that_are_published() {
        // Of the reference implementation with the seed 1234567.
        let state = |at: u64| 1_234_567_u64.wrapping_add(at.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        assert_eq!(
            [0, 1, 2].map(|at| mixed(state(at))),
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }
}
