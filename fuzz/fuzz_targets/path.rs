//! See `supercargo_fuzz::image::path`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("path"), |data: &[u8]| supercargo_fuzz::image::path(data));
