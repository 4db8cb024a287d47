//! Tokens as text: the record that one belongs to, and the secret that proves it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};

const TIME_BYTES: usize = 6;
const ID_BYTES: usize = TIME_BYTES + 9;
/// A multiple of three, so that the text needs no padding and every token has one spelling.
const TOKEN_BYTES: usize = 1 + ID_BYTES + 32;

const LATEST: i64 = (1 << (8 * TIME_BYTES)) - 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Access,
    Refresh,
}

impl Kind {
    /// The first byte of a token: the text of an access token begins with `a`, that of a refresh
    /// token with `r`.
    fn mark(self) -> u8 {
        match self {
            Kind::Access => 0x68,
            Kind::Refresh => 0xac,
        }
    }

    fn of_mark(mark: u8) -> Option<Self> {
        [Kind::Access, Kind::Refresh].into_iter().find(|kind| kind.mark() == mark)
    }
}

/// The key of a record: when it was made and randomness, so that records stand in the order of
/// their age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(pub(super) [u8; ID_BYTES]);

impl Id {
    pub(super) fn new(now: i64) -> Result<Self> {
        let mut id: [u8; ID_BYTES] = random()?;
        let (time, _) = id.split_at_mut(TIME_BYTES);
        time.copy_from_slice(&now.clamp(0, LATEST).to_be_bytes()[8 - TIME_BYTES..]);
        Ok(Self(id))
    }

    /// The id that these bytes of the store are.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        bytes.try_into().map(Self).map_err(|_| Error::internal("the key of a token is damaged"))
    }

    /// Milliseconds since the record was made.
    pub(super) fn age(&self, now: i64) -> i64 {
        let time = self.0.iter().take(TIME_BYTES);
        now.saturating_sub(time.fold(0, |time, byte| time << 8 | i64::from(*byte)))
    }
}

/// What only the holder of a token knows.
pub(super) struct Secret([u8; 32]);

/// All that the store keeps of a secret.
pub(super) type Hash = [u8; 32];

/// What the store adds to a refresh token's secret to make those of the next tokens from it.
pub(super) type Salt = [u8; 32];

impl Secret {
    pub(super) fn new() -> Result<Self> {
        random().map(Self)
    }

    pub(super) fn hash(&self) -> Hash {
        Sha256::digest(self.0).into()
    }

    pub(super) fn has(&self, hash: &Hash) -> bool {
        self.hash().ct_eq(hash).into()
    }

    /// The secret of the token of this kind that replaces the one with this secret. It takes both
    /// the holder and the store to find it out.
    pub(super) fn successor(&self, salt: &Salt, kind: Kind) -> Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|error| Error::internal(format!("no HMAC for tokens: {error}")))?;
        mac.update(salt);
        mac.update(&[kind.mark()]);
        Ok(Self(mac.finalize().into_bytes().into()))
    }
}

/// A token, understood.
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) id: Id,
    pub(super) secret: Secret,
}

impl Token {
    /// The token of this kind that `text` is.
    pub(super) fn parse(text: &str, kind: Kind) -> Option<Self> {
        let mut bytes = [0; TOKEN_BYTES];
        // A text of any other length fails before it is looked at.
        URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok().filter(|len| *len == TOKEN_BYTES)?;
        let (mark, rest) = bytes.split_first()?;
        let (id, secret) = rest.split_first_chunk()?;
        let token = Self {
            kind: Kind::of_mark(*mark)?,
            id: Id(*id),
            secret: Secret(secret.try_into().ok()?),
        };
        (token.kind == kind).then_some(token)
    }

    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode([&[self.kind.mark()], &self.id.0[..], &self.secret.0].concat())
    }
}

pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::unavailable(format!("no random numbers: {error}")))?;
    Ok(bytes)
}
