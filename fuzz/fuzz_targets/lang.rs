//! See `supercargo_fuzz::lang::lang`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("lang"), |data: &[u8]| supercargo_fuzz::lang::lang(data));
