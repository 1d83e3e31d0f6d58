//! See `supercargo_fuzz::catalog::rpm`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("rpm"), |data: &[u8]| supercargo_fuzz::catalog::rpm(data));
