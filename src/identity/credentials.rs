//! A bounded, expiring memory of passwords that have been verified, so that the next
//! authentication is cheap.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::passwords;

type Digest = [u8; 32];

/// Remembers (stored hash, password) pairs by a digest under a key of this process. A changed
/// password has another stored hash, so whatever a user changes, in whichever process, the old
/// entry is never asked for again.
pub(crate) struct Credentials {
    key: Digest,
    limits: Limits,
    verified: Mutex<Verified>,
}

/// How much is remembered and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) ttl_ms: i64,
    pub(crate) entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ttl_ms: 20 * 60 * 1000, entries: 100_000 }
    }
}

#[derive(Default)]
struct Verified {
    until: HashMap<Digest, i64>,
    oldest_first: VecDeque<Digest>,
}

impl Credentials {
    pub(crate) fn new(limits: Limits) -> Self {
        let mut key = [0; 32];
        // Without randomness nothing is remembered, which is slow and safe.
        let entries = getrandom::fill(&mut key).map_or(0, |()| limits.entries);
        Self { key, limits: Limits { entries, ..limits }, verified: Mutex::default() }
    }

    /// Whether `password` is the one behind `hash`, remembering a yes until `ttl` after `now`.
    pub(crate) fn verify(&self, hash: &str, password: &str, now: i64) -> bool {
        let Some(digest) = self.digest(hash, password) else {
            return passwords::verify(hash, password);
        };
        if self.lock().until.get(&digest).is_some_and(|until| now < *until) {
            return true;
        }
        let verified = passwords::verify(hash, password);
        if verified {
            self.remember(digest, now);
        }
        verified
    }

    fn remember(&self, digest: Digest, now: i64) {
        let mut verified = self.lock();
        if verified.until.insert(digest, now.saturating_add(self.limits.ttl_ms)).is_none() {
            verified.oldest_first.push_back(digest);
        }
        if verified.oldest_first.len() > self.limits.entries
            && let Some(oldest) = verified.oldest_first.pop_front()
        {
            verified.until.remove(&oldest);
        }
    }

    fn digest(&self, hash: &str, password: &str) -> Option<Digest> {
        if self.limits.entries == 0 || self.limits.ttl_ms <= 0 {
            return None;
        }
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        let mac = mac.chain_update(hash.as_bytes()).chain_update([0]).chain_update(password);
        Some(mac.finalize().into_bytes().into())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Verified> {
        // The map is whole after any panic: each step leaves it usable.
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
