//! See `supercargo_fuzz::lang::ruby`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("ruby"), |data: &[u8]| supercargo_fuzz::lang::ruby(data));
