//! See `supercargo_fuzz::image::tar`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("tar"), |data: &[u8]| supercargo_fuzz::image::tar(data));
