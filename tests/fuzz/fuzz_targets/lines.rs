//! See `polymer_fuzz::lines`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polymer_fuzz::lines(data));
