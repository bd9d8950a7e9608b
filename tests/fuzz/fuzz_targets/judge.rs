//! See `polymer_fuzz::judge`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polymer_fuzz::judge(data));
