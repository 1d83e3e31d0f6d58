//! See `supercargo_fuzz::image::archive`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("archive"), |data: &[u8]| supercargo_fuzz::image::archive(data));
