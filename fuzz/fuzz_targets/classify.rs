//! See `supercargo_fuzz::catalog::classify`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("classify"), |data: &[u8]| supercargo_fuzz::catalog::classify(data));
