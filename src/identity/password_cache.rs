//! Passwords that have been verified, so that the next authentication is cheap.

use super::memory::{Limits, Memory};
use super::passwords;

/// Remembers (stored hash, password) pairs. A changed password has another stored hash, so
/// whatever a user changes, in whichever process, the old entry is never asked for again.
pub(crate) struct PasswordCache(Memory<()>);

impl PasswordCache {
    pub(crate) fn new(limits: Limits) -> Self {
        Self(Memory::new(limits))
    }

    /// Whether `password` is the one behind `hash`, remembering a yes for a while after `now`.
    pub(crate) fn verify(&self, hash: &str, password: &str, now: i64) -> bool {
        let Some(digest) = self.0.digest(&[hash.as_bytes(), password.as_bytes()]) else {
            return passwords::verify(hash, password);
        };
        if self.0.recall(&digest, now).is_some() {
            return true;
        }
        let verified = passwords::verify(hash, password);
        if verified {
            self.0.remember(digest, (), now);
        }
        verified
    }
}
