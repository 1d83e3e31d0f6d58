//! See `supercargo_fuzz::catalog::opkg`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("opkg"), |data: &[u8]| supercargo_fuzz::catalog::opkg(data));
