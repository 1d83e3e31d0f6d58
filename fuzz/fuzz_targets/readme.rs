//! See `supercargo_fuzz::catalog::readme`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("readme"), |data: &[u8]| supercargo_fuzz::catalog::readme(data));
