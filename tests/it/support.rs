//! What the tests share: archives and images built in code, runs of the library and of the program, our JSON read back.

mod image;
mod run;
mod tar;

pub use image::{
    Blob, Layout, archive, docker_new, docker_old, dotted, gzip, gzip_bytes, oci, plain, sha256, with_layers, zstd,
    zstd_bytes,
};
pub use run::{Run, cli, codes, each_image, has_issue, issues, lines, scan, scan_archive, scan_with, shared, write};
pub use tar::{Tar, header};
