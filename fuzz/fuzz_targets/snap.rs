//! See `supercargo_fuzz::catalog::snap`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("snap"), |data: &[u8]| supercargo_fuzz::catalog::snap(data));
