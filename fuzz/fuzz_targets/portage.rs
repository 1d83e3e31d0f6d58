//! See `supercargo_fuzz::catalog::portage`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("portage"), |data: &[u8]| supercargo_fuzz::catalog::portage(data));
