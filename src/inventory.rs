//! Joins what the catalogers found with the tree: which packages there are, in which layer each came, what is hidden, who
//! owns whom, which texts belong to which, what depends on what. Knows no format and no licence's meaning.
//!
//! In reading order: [`sources`] (every file that says something, with the moments at which it was visible), [`beside`] (what a
//! file says of the package beside it), [`merge`] (one draft for one package), [`owners`] (who owns whose files), [`bytes`] (how many bytes they have), [`texts`] (licence texts of a package), [`papers`] (what it relies on besides), [`depends`] (the
//! graph), [`distro`] (which distribution), [`unowned`] (programs and archives that belong to no package).

pub mod beside;
pub mod bytes;
pub mod depends;
pub mod distro;
pub mod merge;
pub mod owners;
pub mod papers;
pub mod sources;
pub mod texts;
pub mod unowned;

pub use merge::{Draft, Instance};
pub use sources::{Request, SourceFile};
pub use texts::TextAt;

/// The moments at which something was visible: from the one of layer `from` up to, not including, that of layer `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The layer that brought it.
    pub from: u32,
    /// The layer that took it away; `None` where it is still there.
    pub to: Option<u32>,
}

impl Span {
    /// Whether it was visible when this layer had just been applied.
    pub fn covers(self, moment: u32) -> bool {
        self.from <= moment && self.to.is_none_or(|to| moment < to)
    }

    /// Whether there was a moment at which both were visible.
    pub fn meets(self, other: Span) -> bool {
        self.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| self.from < to)
    }

    /// The last moment at which it was visible, given how many layers there are. What a layer brought and took away
    /// itself was never visible; its own moment stands for it.
    pub fn last(self, layers: u32) -> u32 {
        self.to.unwrap_or(layers).saturating_sub(1).max(self.from)
    }
}
