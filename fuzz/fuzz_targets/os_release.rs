//! See `supercargo_fuzz::catalog::os_release`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("os_release"), |data: &[u8]| supercargo_fuzz::catalog::os_release(data));
