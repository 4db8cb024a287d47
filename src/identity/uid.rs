//! The uid of a profile: derived from the username alone, told apart by a last digit.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A username has at most this many profiles: `_0` to `_9`.
pub(crate) const DIFFERENTIATORS: u8 = 10;

/// `u_` and the SHA-256 of the username: 45 characters.
pub(crate) fn base(username: &str) -> String {
    format!("u_{}", URL_SAFE_NO_PAD.encode(Sha256::digest(username.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn published_examples() {
        assert_eq!(base("jackrea"), "u_P_0BMHgaOK3p7k-PFWUCbw9dQ-UFjt01oWJ_Dp2PmPc");
        assert_eq!(base("jacknich"), "u_79HkWkwmnBH5gqFKwoxggWPjEBOur1zLPXQPEl1VBW0");
    }
}
