//! Signatures of ES512, which jsonwebtoken does not verify: it has P-256 and P-384 of the RustCrypto
//! family of crates, and this takes P-521 from the same family.

use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{Signature, VerifyingKey};

/// A public key on the curve P-521.
pub(super) struct Key(VerifyingKey);

impl Key {
    /// The key at an uncompressed point; `None` if that is not on the curve.
    pub(super) fn new(point: &[u8]) -> Option<Self> {
        VerifyingKey::from_sec1_bytes(point).ok().map(Self)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}
