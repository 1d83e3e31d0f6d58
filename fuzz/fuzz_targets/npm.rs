//! See `supercargo_fuzz::catalog::npm`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("npm"), |data: &[u8]| supercargo_fuzz::catalog::npm(data));
