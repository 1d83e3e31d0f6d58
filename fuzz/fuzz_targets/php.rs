//! See `supercargo_fuzz::lang::php`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("php"), |data: &[u8]| supercargo_fuzz::lang::php(data));
