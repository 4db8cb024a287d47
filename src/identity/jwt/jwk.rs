//! JSON web keys (RFC 7517).

use std::borrow::Cow;
use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::algorithm::{Algorithm, names};
use super::signature::Key;
use super::token::Jwt;
use crate::json::{Kind, Raw, check};

/// The sizes of RSA keys in bits. Shorter ones are weak, and longer ones the library does not take.
const RSA_BITS: RangeInclusive<usize> = 2048..=4096;

/// The usable keys of a JWK set.
pub(super) struct KeySet(Vec<WebKey>);

struct WebKey {
    kid: Option<String>,
    /// The allowed algorithms that the key goes with.
    algorithms: Vec<&'static Algorithm>,
    key: Key,
}

impl KeySet {
    /// Reads a JWK set. Keys that go with none of the algorithms are passed over, but there must
    /// be one of each kind that the algorithms need.
    pub(super) fn parse(content: &[u8], algorithms: &[&'static Algorithm]) -> Result<Self, String> {
        let document = check(content).map_err(|error| error.reason().to_owned())?;
        let keys = Raw::trusted(document).member("keys").filter(|keys| keys.kind() == Kind::Array);
        let keys = keys.ok_or("it is no JWK set, which is an object with an array [keys]")?;
        let (mut usable, mut problems) = (Vec::new(), String::new());
        for (index, key) in keys.elements().enumerate() {
            match WebKey::parse(key, algorithms) {
                Ok(key) => usable.push(key),
                Err(problem) => problems.push_str(&format!("; key {}: {problem}", index + 1)),
            }
        }
        for kty in ["oct", "RSA", "EC"] {
            let needing: Vec<_> =
                algorithms.iter().copied().filter(|algorithm| algorithm.kty == kty).collect();
            let fits = |key: &WebKey| key.algorithms.iter().any(|algorithm| algorithm.kty == kty);
            if !needing.is_empty() && !usable.iter().any(fits) {
                return Err(format!("it has no key for [{}]{problems}", names(&needing)));
            }
        }
        Ok(Self(usable))
    }

    /// One secret for all the algorithms.
    pub(super) fn of_secret(
        secret: &[u8],
        algorithms: &[&'static Algorithm],
    ) -> Result<Self, String> {
        let short = algorithms.iter().find(|algorithm| secret.len() < algorithm.hash_len);
        match short {
            Some(algorithm) => Err(too_short(algorithm)),
            None => Ok(Self(vec![WebKey {
                kid: None,
                algorithms: algorithms.to_vec(),
                key: Key::secret(secret),
            }])),
        }
    }

    /// Whether one of the keys has signed the token by this algorithm. A token that names its key
    /// is of no key with another name.
    pub(super) fn verify(&self, algorithm: &Algorithm, kid: Option<&str>, jwt: &Jwt<'_>) -> bool {
        let candidates = self.0.iter().filter(|key| {
            let named = kid.is_none() || key.kid.is_none() || key.kid.as_deref() == kid;
            named && key.algorithms.iter().any(|fitting| fitting.name == algorithm.name)
        });
        candidates.into_iter().any(|candidate| candidate.key.verify(algorithm, jwt))
    }
}

impl WebKey {
    /// Reads a key, or says why it is of no use.
    fn parse(jwk: Raw<'_>, algorithms: &[&'static Algorithm]) -> Result<Self, String> {
        let text = |name: &str| jwk.member(name).and_then(Raw::string);
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return Err("its [use] is not [sig]".to_owned());
        }
        let operations = jwk.member("key_ops").map(|operations| operations.strings());
        if operations.is_some_and(|known| {
            !known.is_some_and(|list| list.iter().any(|name| name == "verify"))
        }) {
            return Err("[verify] is not among its [key_ops]".to_owned());
        }
        let (kty, crv, alg) = (text("kty"), text("crv"), text("alg"));
        let mut fitting = algorithms.to_vec();
        fitting.retain(|algorithm| {
            kty.as_deref() == Some(algorithm.kty)
                && (algorithm.crv.is_none() || algorithm.crv == crv.as_deref())
                && alg.as_deref().is_none_or(|alg| alg == algorithm.name)
        });
        let first = *fitting.first().ok_or("no allowed algorithm goes with it")?;
        let bytes = |name: &str| {
            let value = text(name).and_then(|value| URL_SAFE_NO_PAD.decode(value.as_bytes()).ok());
            value.ok_or_else(|| format!("its [{name}] is not in base64url"))
        };
        let key = match first.kty {
            "oct" => {
                let secret = bytes("k")?;
                fitting.retain(|algorithm| secret.len() >= algorithm.hash_len);
                if fitting.is_empty() {
                    return Err(too_short(first));
                }
                Key::secret(&secret)
            }
            "RSA" => rsa(&bytes("n")?, &bytes("e")?)?,
            _ => Key::elliptic(first, &bytes("x")?, &bytes("y")?)
                .ok_or("its [x] and [y] are no point of its curve")?,
        };
        Ok(Self { kid: text("kid").map(Cow::into_owned), algorithms: fitting, key })
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Key, String> {
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let leading = modulus.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = (modulus.len() - zeros) * 8 - leading;
    if !RSA_BITS.contains(&bits) {
        let (least, most) = RSA_BITS.into_inner();
        return Err(format!("it has [{bits}] bits, which must be between [{least}] and [{most}]"));
    }
    Ok(Key::rsa(modulus, exponent))
}

fn too_short(algorithm: &Algorithm) -> String {
    format!("a key for [{}] must have at least [{}] bytes", algorithm.name, algorithm.hash_len)
}
