//! See `supercargo_fuzz::license::copyright`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("copyright"), |data: &[u8]| supercargo_fuzz::license::copyright(data));
