//! See `supercargo_fuzz::license::text`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("text"), |data: &[u8]| supercargo_fuzz::license::text(data));
