//! The signature algorithms of RFC 7518 that a realm may allow.

use jsonwebtoken::Algorithm as Library;

/// One algorithm and the keys that go with it.
pub(super) struct Algorithm {
    pub(super) name: &'static str,
    /// The `kty` of its keys.
    pub(super) kty: &'static str,
    /// The `crv` of its keys.
    pub(super) crv: Option<&'static str>,
    /// How many bytes its hash has, which is the least that a key of HMAC may have.
    pub(super) hash_len: usize,
    /// What the library calls it, if it knows it.
    pub(super) library: Option<Library>,
}

/// Every algorithm, in the order in which messages list them.
pub(super) static ALGORITHMS: &[Algorithm] = &[
    algorithm("HS256", "oct", None, 32, Some(Library::HS256)),
    algorithm("HS384", "oct", None, 48, Some(Library::HS384)),
    algorithm("HS512", "oct", None, 64, Some(Library::HS512)),
    algorithm("RS256", "RSA", None, 32, Some(Library::RS256)),
    algorithm("RS384", "RSA", None, 48, Some(Library::RS384)),
    algorithm("RS512", "RSA", None, 64, Some(Library::RS512)),
    algorithm("PS256", "RSA", None, 32, Some(Library::PS256)),
    algorithm("PS384", "RSA", None, 48, Some(Library::PS384)),
    algorithm("PS512", "RSA", None, 64, Some(Library::PS512)),
    algorithm("ES256", "EC", Some("P-256"), 32, Some(Library::ES256)),
    algorithm("ES384", "EC", Some("P-384"), 48, Some(Library::ES384)),
    algorithm("ES512", "EC", Some("P-521"), 64, None),
];

const fn algorithm(
    name: &'static str,
    kty: &'static str,
    crv: Option<&'static str>,
    hash_len: usize,
    library: Option<Library>,
) -> Algorithm {
    Algorithm { name, kty, crv, hash_len, library }
}

impl Algorithm {
    /// Whether its keys are secrets that both sides know.
    pub(super) fn is_symmetric(&self) -> bool {
        self.kty == "oct"
    }
}

/// The names of the algorithms, for messages.
pub(super) fn names(algorithms: &[&Algorithm]) -> String {
    algorithms.iter().map(|algorithm| algorithm.name).collect::<Vec<_>>().join(",")
}
