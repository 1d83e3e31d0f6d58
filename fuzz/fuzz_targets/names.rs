//! See `supercargo_fuzz::license::names`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("names"), |data: &[u8]| supercargo_fuzz::license::names(data));
