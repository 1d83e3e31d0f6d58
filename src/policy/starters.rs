//! Policies to begin with: complete configurations, each explained in its own comments (`samples/policies/`).

use super::config::Config;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starter {
    /// Its name on the command line.
    pub name: &'static str,
    /// For whom it is, in a line.
    pub purpose: &'static str,
    /// The configuration.
    pub text: &'static str,
}

/// All of them.
pub const STARTERS: [Starter; 4] = [
    Starter {
        name: "saas",
        purpose: "a service that others use over a network and that leaves the house in no other way",
        text: include_str!("../../samples/policies/saas.toml"),
    },
    Starter {
        name: "distributed",
        purpose: "images or programs that are handed to customers",
        text: include_str!("../../samples/policies/distributed.toml"),
    },
    Starter {
        name: "embedded",
        purpose: "devices with the software in them that are sold to users",
        text: include_str!("../../samples/policies/embedded.toml"),
    },
    Starter {
        name: "strict",
        purpose: "nothing but what asks for notices; all else needs a decision",
        text: include_str!("../../samples/policies/strict.toml"),
    },
];

/// The policy that counts where there is no configuration: `distributed`, since an image is made to be passed on.
pub fn built_in() -> Starter {
    STARTERS[1]
}

impl Starter {
    /// Reads it. The name stands in the place of a file.
    ///
    /// # Errors
    /// None in a program that was tested; a mistake in the file would be one.
    pub fn config(&self) -> Result<Config, super::config::ConfigError> {
        Config::parse(self.text, &format!("built-in policy {}", self.name))
    }
}
