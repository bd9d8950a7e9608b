//! See `polymer_host_worker::fuzz_canonical`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polymer_host_worker::fuzz_canonical(data));
