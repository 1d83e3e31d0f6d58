//! See `supercargo_fuzz::catalog::rust`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("rust"), |data: &[u8]| supercargo_fuzz::catalog::rust(data));
