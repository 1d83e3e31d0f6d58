//! See `supercargo_fuzz::catalog::programs`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("programs"), |data: &[u8]| supercargo_fuzz::catalog::programs(data));
