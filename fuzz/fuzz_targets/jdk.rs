//! See `supercargo_fuzz::catalog::jdk`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("jdk"), |data: &[u8]| supercargo_fuzz::catalog::jdk(data));
