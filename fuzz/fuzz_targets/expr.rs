//! See `supercargo_fuzz::license::expr`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("expr"), |data: &[u8]| supercargo_fuzz::license::expr(data));
