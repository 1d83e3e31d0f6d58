//! See `supercargo_fuzz::image::tree`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("tree"), |data: &[u8]| supercargo_fuzz::image::tree(data));
