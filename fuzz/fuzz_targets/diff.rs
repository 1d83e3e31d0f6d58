//! See `supercargo_fuzz::report::diff`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("diff"), |data: &[u8]| supercargo_fuzz::report::diff(data));
