//! See `supercargo_fuzz::catalog::dpkg`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("dpkg"), |data: &[u8]| supercargo_fuzz::catalog::dpkg(data));
