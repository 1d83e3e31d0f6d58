//! See `supercargo_fuzz::catalog::yarn`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("yarn"), |data: &[u8]| supercargo_fuzz::catalog::yarn(data));
