//! See `supercargo_fuzz::image::walk`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("walk"), |data: &[u8]| supercargo_fuzz::image::walk(data));
