//! See `supercargo_fuzz::lang::perl`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("perl"), |data: &[u8]| supercargo_fuzz::lang::perl(data));
