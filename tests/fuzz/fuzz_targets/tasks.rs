//! See `polymer_fuzz::tasks`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polymer_fuzz::tasks(data));
