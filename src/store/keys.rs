//! Names of any length as keys of 1..=511 bytes.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

/// The longest key that LMDB takes.
const LONGEST: usize = 511;
/// What a long name keeps of itself before its hash.
const KEPT: usize = LONGEST - 32;

/// The key of `name`. Names shorter than 511 bytes are ordered by their bytes; a longer one is its
/// first 479 bytes and the SHA-256 of all of it, which makes 511 and so meets no shorter name.
/// The empty name, which LMDB would refuse, becomes a single zero byte after which a name that
/// starts with zero bytes gets one more of them.
pub(crate) fn name_key(name: &str) -> Cow<'_, [u8]> {
    let bytes = name.as_bytes();
    let leading_zero = bytes.first().is_none_or(|first| *first == 0);
    if bytes.len() + usize::from(leading_zero) >= LONGEST {
        return [&bytes[..KEPT], &Sha256::digest(bytes)[..]].concat().into();
    }
    if leading_zero { [b"\0", bytes].concat().into() } else { bytes.into() }
}
