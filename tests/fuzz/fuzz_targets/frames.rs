//! See `polymer_fuzz::frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polymer_fuzz::frames(data));
