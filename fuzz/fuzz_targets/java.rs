//! See `supercargo_fuzz::catalog::java`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("java"), |data: &[u8]| supercargo_fuzz::catalog::java(data));
