//! Emitters: a [`Report`](crate::model::Report) to bytes, one format a file. They compute nothing new.

pub mod html;
pub mod table;

use crate::model::Report;
use std::io::{self, Write};

/// Writes a report in one format.
pub type Emitter = fn(&Report, &mut dyn Write) -> io::Result<()>;
