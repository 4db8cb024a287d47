//! Verifying signatures, with the jsonwebtoken crate.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;

use super::algorithm::Algorithm;
use super::es512;
use super::token::Jwt;

/// What a point of an elliptic curve begins with when both coordinates follow.
const UNCOMPRESSED: u8 = 4;

/// A key that signatures are verified with.
pub(super) enum Key {
    Library(DecodingKey),
    Es512(es512::Key),
}

impl Key {
    pub(super) fn secret(secret: &[u8]) -> Self {
        Self::Library(DecodingKey::from_secret(secret))
    }

    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        Self::Library(DecodingKey::from_rsa_raw_components(modulus, exponent))
    }

    /// The key at a point, given by its coordinates, of the curve of the algorithm; `None` if it
    /// is no such point.
    pub(super) fn elliptic(algorithm: &Algorithm, x: &[u8], y: &[u8]) -> Option<Self> {
        let point = [&[UNCOMPRESSED], x, y].concat();
        if algorithm.library.is_none() {
            return es512::Key::new(&point).map(Self::Es512);
        }
        let key = DecodingKey::from_ec_der(&point);
        verifier(algorithm, &key).map(|_| Self::Library(key))
    }

    /// Whether the token is signed with this key by this algorithm.
    pub(super) fn verify(&self, algorithm: &Algorithm, jwt: &Jwt<'_>) -> bool {
        match self {
            Self::Library(key) => verifier(algorithm, key)
                .is_some_and(|verifier| verifier.verify(jwt.signed(), jwt.signature()).is_ok()),
            Self::Es512(key) => key.verify(jwt.signed(), jwt.signature()),
        }
    }
}

/// The library's verifier. It is asked for by its name and not by way of the provider of the
/// process, which another user of the crate may have set, and which panics when there is none.
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Option<Box<dyn JwtVerifier>> {
    (DEFAULT_PROVIDER.verifier_factory)(algorithm.library.as_ref()?, key).ok()
}
