//! See `supercargo_fuzz::catalog::homebrew`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("homebrew"), |data: &[u8]| supercargo_fuzz::catalog::homebrew(data));
