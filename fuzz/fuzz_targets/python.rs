//! See `supercargo_fuzz::catalog::python`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("python"), |data: &[u8]| supercargo_fuzz::catalog::python(data));
