//! See `supercargo_fuzz::catalog::go`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("go"), |data: &[u8]| supercargo_fuzz::catalog::go(data));
