//! What came, went and changed between two images, or between what two documents say of them: packages, licences, classes, licence
//! texts, copyright holders, verdicts.
//!
//! Packages are the same where their package URLs are, but for the version and for what says no more than where a package is from
//! (the distribution's release, the architecture). Several versions of one package may stand side by side; what stands on both
//! sides is compared with itself first, the rest is paired from the lowest version up. What one side does not know (texts, in a
//! document of another tool) is not compared.
//!
//! In reading order: [`side`] (the form that every input becomes), [`read`](mod@read) (documents to that form), [`compare`](mod@compare)
//! (the difference). Pure: nothing here opens a file.

pub mod compare;
pub mod read;
pub mod side;

pub use compare::{Changed, Condition, Difference, compare};
pub use read::{BadDocument, is_document, read};
pub use side::{Entry, Judged, Side};
