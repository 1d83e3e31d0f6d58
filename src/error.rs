//! The library's one error type: what ends a scan. Broken content inside an image does not; it is an issue in the report.

use std::io;

/// Why a scan could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source is not there or cannot be read.
    #[error("cannot read {name}: {cause}")]
    Io {
        /// The source or the part of it.
        name: String,
        /// What the system says. (Not called `source`: the message has it, and who prints the chain would say it twice.)
        cause: io::Error,
    },
    /// The source is nothing that is known here.
    #[error(
        "{name} is no image that is known here: {why}; give a docker-archive, an OCI layout (folder or tar) or a root file system, or force a kind with a prefix such as oci-archive: or rootfs-tar:"
    )]
    UnknownKind {
        /// The source.
        name: String,
        /// What was looked for.
        why: String,
    },
    /// The source is of the kind that was asked for, but not what that kind should be.
    #[error("{name} is malformed: {why}")]
    Malformed {
        /// The source or the part of it.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// Several images, and none was chosen.
    #[error("the archive holds several images; choose one with --image: {}", .available.join(", "))]
    SeveralImages {
        /// Their references.
        available: Vec<String>,
    },
    /// The image that was asked for is not there.
    #[error("no image {wanted:?} in the archive; it holds: {}", .available.join(", "))]
    NoSuchImage {
        /// What was asked for.
        wanted: String,
        /// What is there.
        available: Vec<String>,
    },
    /// Several platforms, and none of them was asked for or is the host's.
    #[error("the image is for several platforms; choose one with --platform: {}", .available.join(", "))]
    SeveralPlatforms {
        /// What is there.
        available: Vec<String>,
    },
    /// The platform that was asked for is not there.
    #[error("no image for platform {wanted}; there is: {}", .available.join(", "))]
    NoSuchPlatform {
        /// What was asked for.
        wanted: String,
        /// What is there.
        available: Vec<String>,
    },
    /// Bytes that do not hash to the digest that names them.
    #[error(
        "{what} was changed or damaged: it should be {expected}, its bytes are {actual}; nothing in it can be trusted"
    )]
    DigestMismatch {
        /// Which blob.
        what: String,
        /// What the image says.
        expected: String,
        /// What we computed.
        actual: String,
    },
    /// A blob of another length than the descriptor says.
    #[error(
        "{what} was changed or damaged: it should have {expected} bytes, it has {actual}; nothing in it can be trusted"
    )]
    SizeMismatch {
        /// Which blob.
        what: String,
        /// What the image says.
        expected: u64,
        /// What is there.
        actual: u64,
    },
    /// An option that does not fit the source.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// With the name of what was read.
    pub fn io(name: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
        let name = name.into();
        move |cause| Error::Io { name, cause }
    }
}
