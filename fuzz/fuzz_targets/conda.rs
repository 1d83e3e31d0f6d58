//! See `supercargo_fuzz::catalog::conda`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("conda"), |data: &[u8]| supercargo_fuzz::catalog::conda(data));
