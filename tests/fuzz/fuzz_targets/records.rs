//! See `polymer_fuzz::records`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polymer_fuzz::records(data));
