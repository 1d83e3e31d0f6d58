//! See `supercargo_fuzz::image::layers`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("layers"), |data: &[u8]| supercargo_fuzz::image::layers(data));
