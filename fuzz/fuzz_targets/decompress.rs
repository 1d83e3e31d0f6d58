//! See `supercargo_fuzz::image::decompress`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("decompress"), |data: &[u8]| supercargo_fuzz::image::decompress(data));
