//! See `supercargo_fuzz::catalog::apk`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("apk"), |data: &[u8]| supercargo_fuzz::catalog::apk(data));
