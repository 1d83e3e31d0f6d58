//! See `supercargo_fuzz::lang::lua`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("lua"), |data: &[u8]| supercargo_fuzz::lang::lua(data));
