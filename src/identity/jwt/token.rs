//! A signed token taken apart, with nothing verified yet.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::claims;
use crate::json::{Kind, Raw, check};

/// The longest token that is looked at.
const MAX_BYTES: usize = 64 << 10;

/// The claims by which messages tell whose token it is, sorted.
const IDENTIFYING: &[&str] = &["appid", "aud", "azp", "client_id", "email", "iss", "oid", "sub"];

/// A JSON web token in its compact form, `header.claims.signature`.
pub(crate) struct Jwt<'a> {
    text: &'a str,
    /// The part of the text that the signature is of.
    signed: &'a str,
    header: String,
    claims: String,
    signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    /// The token that `text` is; `None` if it is none.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if signature.len() % 4 == 1 || !signature.bytes().all(is_encoded) {
            return None;
        }
        Some(Self {
            text,
            signed,
            header: object(header)?,
            claims: object(claims)?,
            // One that was cut off is of a token all the same, and no key has signed it.
            signature: URL_SAFE_NO_PAD.decode(signature).unwrap_or_default(),
        })
    }

    /// Whose token it claims to be: `'aud:es-01' 'iss:my-issuer-01' 'sub:me'`.
    pub(crate) fn principal(&self) -> String {
        let claims = self.claims();
        let shown = IDENTIFYING.iter().filter_map(|name| {
            let values = claims::strings(claims.member(name)?)?;
            Some(format!("'{name}:{}'", values.join(",")))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    /// The token as it came.
    pub(super) fn text(&self) -> &str {
        self.text
    }

    pub(super) fn header(&self) -> Raw<'_> {
        Raw::trusted(&self.header)
    }

    pub(super) fn claims(&self) -> Raw<'_> {
        Raw::trusted(&self.claims)
    }

    /// What the signature is of.
    pub(super) fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    pub(super) fn signature(&self) -> &Vec<u8> {
        &self.signature
    }
}

/// The JSON object that a part of a token stands for.
fn object(part: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let is_object = Raw::trusted(check(&bytes).ok()?).kind() == Kind::Object;
    if is_object { String::from_utf8(bytes).ok() } else { None }
}
