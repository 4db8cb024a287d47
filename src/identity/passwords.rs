//! Password hashes: argon2id for new ones; bcrypt and PBKDF2, as Elasticsearch writes them, are
//! accepted. The work that a hash may ask for is bounded, for a hash can come from a request.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};

const UNSUPPORTED: &str = "The provided password hash is not a hash or it could not be resolved to \
    a supported hash algorithm. The supported password hash algorithms are [argon2id, bcrypt, \
    pbkdf2, pbkdf2_stretch]";

const MAX_BCRYPT_COST: u32 = 14;
const MAX_PBKDF2_ROUNDS: u32 = 1_000_000;
const MAX_ARGON2_KIB: u32 = 256 * 1024;
const MAX_ARGON2_WORK: u64 = 4 * 1024 * 1024;

/// How new passwords are hashed, with argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hashing {
    pub(crate) memory_kib: u32,
    pub(crate) iterations: u32,
    pub(crate) parallelism: u32,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

impl Hashing {
    /// The hasher, or what is wrong with the parameters.
    pub(crate) fn hasher(self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, self.iterations, self.parallelism, None)
            .map_err(|error| Error::illegal_argument(format!("[password_hashing] {error}")))?;
        check_argon2(&params)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// A new hash of `password`. Takes tens of milliseconds on purpose: never in a transaction.
    pub(crate) fn hash(self, password: &str) -> Result<String> {
        let hash = self
            .hasher()?
            .hash_password(password.as_bytes())
            .map_err(|error| Error::internal(format!("could not hash the password: {error}")))?;
        Ok(hash.to_string())
    }
}

fn check_argon2(params: &Params) -> Result<()> {
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    if params.m_cost() > MAX_ARGON2_KIB || work > MAX_ARGON2_WORK {
        return Err(Error::illegal_argument(format!(
            "an argon2id hash may use at most {MAX_ARGON2_KIB} KiB of memory and \
             {MAX_ARGON2_WORK} KiB times iterations"
        )));
    }
    Ok(())
}

/// A stored hash, understood.
enum Hash<'a> {
    Argon2(Box<PasswordHash>),
    Bcrypt(&'a str),
    Pbkdf2 { stretch: bool, rounds: u32, salt: Vec<u8>, hash: Vec<u8> },
}

impl<'a> Hash<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        let unsupported = || Error::illegal_argument(UNSUPPORTED);
        if text.starts_with("$argon2id$") {
            let hash = PasswordHash::new(text).map_err(|_| unsupported())?;
            check_argon2(&Params::try_from(&hash).map_err(|_| unsupported())?)?;
            return Ok(Hash::Argon2(Box::new(hash)));
        }
        if ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
            let parts: bcrypt::HashParts = text.parse().map_err(|_| unsupported())?;
            if parts.get_cost() > MAX_BCRYPT_COST {
                return Err(Error::illegal_argument(format!(
                    "a bcrypt hash may have a cost of at most {MAX_BCRYPT_COST}"
                )));
            }
            return Ok(Hash::Bcrypt(text));
        }
        let (stretch, rest) = match text.strip_prefix("{PBKDF2_STRETCH}") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("{PBKDF2}").ok_or_else(unsupported)?),
        };
        let mut parts = rest.split('$');
        let (Some(rounds), Some(salt), Some(hash), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(unsupported());
        };
        let rounds: u32 = rounds.parse().map_err(|_| unsupported())?;
        if rounds == 0 || rounds > MAX_PBKDF2_ROUNDS {
            return Err(Error::illegal_argument(format!(
                "a PBKDF2 hash may have 1 to {MAX_PBKDF2_ROUNDS} rounds"
            )));
        }
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| unsupported());
        let (salt, hash) = (decode(salt)?, decode(hash)?);
        if hash.is_empty() || hash.len() > 64 {
            return Err(unsupported());
        }
        Ok(Hash::Pbkdf2 { stretch, rounds, salt, hash })
    }

    fn verify(&self, password: &str) -> bool {
        match self {
            Hash::Argon2(hash) => {
                Argon2::default().verify_password(password.as_bytes(), hash.as_ref()).is_ok()
            }
            // bcrypt reads 72 bytes; a longer password must not match by its beginning.
            Hash::Bcrypt(hash) => {
                password.len() <= 72 && bcrypt::verify(password, hash).unwrap_or(false)
            }
            Hash::Pbkdf2 { stretch, rounds, salt, hash } => {
                let stretched;
                let password = if *stretch {
                    stretched = hexadecimal(&Sha512::digest(password.as_bytes()));
                    stretched.as_str()
                } else {
                    password
                };
                let mut derived = vec![0; hash.len()];
                pbkdf2::pbkdf2_hmac::<Sha512>(password.as_bytes(), salt, *rounds, &mut derived);
                derived.ct_eq(hash).into()
            }
        }
    }
}

/// Refuses a hash that `verify` could not use.
pub(crate) fn check_hash(hash: &str) -> Result<()> {
    Hash::parse(hash).map(drop)
}

/// Whether `password` is the one that `hash` was made from.
pub(crate) fn verify(hash: &str, password: &str) -> bool {
    Hash::parse(hash).is_ok_and(|hash| hash.verify(password))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hash of the usual cost that no password has.
pub(crate) fn unusable(hashing: Hashing) -> Result<String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)
        .map_err(|error| Error::internal(format!("no randomness for password hashes: {error}")))?;
    hashing.hasher()?;
    let (encode, output) = (base64::engine::general_purpose::STANDARD_NO_PAD, [0; 32]);
    Ok(format!(
        "$argon2id$v=19$m={},t={},p={}${}${}",
        hashing.memory_kib,
        hashing.iterations,
        hashing.parallelism,
        encode.encode(salt),
        encode.encode(output)
    ))
}
