//! See `supercargo_fuzz::report::emit`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("emit"), |data: &[u8]| supercargo_fuzz::report::emit(data));
