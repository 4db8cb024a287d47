//! A bounded, expiring memory of what has been verified, so that the next time is cheap.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

type Digest = [u8; 32];

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

/// Remembers values by secrets, of which it keeps only a digest under a key of this process.
pub(super) struct Memory<V> {
    key: Digest,
    limits: Limits,
    entries: Mutex<Entries<V>>,
}

/// Until when a value counts, in milliseconds since 1970, and its number, as several may have one
/// time.
type End = (i64, u64);

struct Entries<V> {
    values: HashMap<Digest, (V, End)>,
    by_end: BTreeMap<End, Digest>,
    next_number: u64,
}

impl<V: Clone> Memory<V> {
    pub(super) fn new(limits: Limits) -> Self {
        let mut key = [0; 32];
        // Without randomness nothing is remembered, which is slow and safe.
        let entries = getrandom::fill(&mut key).map_or(0, |()| limits.entries);
        let empty = Entries { values: HashMap::new(), by_end: BTreeMap::new(), next_number: 0 };
        Self { key, limits: Limits { entries, ..limits }, entries: Mutex::new(empty) }
    }

    /// What `recall` and `remember` know the parts by; `None` if nothing is remembered at all.
    pub(super) fn digest(&self, parts: &[&[u8]]) -> Option<Digest> {
        if self.limits.entries == 0 || self.limits.ttl_ms <= 0 {
            return None;
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        Some(mac.finalize().into_bytes().into())
    }

    pub(super) fn recall(&self, digest: &Digest, now: i64) -> Option<V> {
        let entries = self.lock();
        let (value, (until, _)) = entries.values.get(digest)?;
        (now < *until).then(|| value.clone())
    }

    /// Remembers `value` until `ttl` after `now`, and forgets what no longer counts or is too
    /// much.
    pub(super) fn remember(&self, digest: Digest, value: V, now: i64) {
        let mut guard = self.lock();
        let entries = &mut *guard;
        let end = (now.saturating_add(self.limits.ttl_ms), entries.next_number);
        entries.next_number += 1;
        if let Some((_, before)) = entries.values.insert(digest, (value, end)) {
            entries.by_end.remove(&before);
        }
        entries.by_end.insert(end, digest);
        while let Some(first) = entries.by_end.first_entry()
            && (first.key().0 <= now || entries.values.len() > self.limits.entries)
        {
            entries.values.remove(&first.remove());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Entries<V>> {
        // The map is whole after any panic: each step leaves it usable.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
