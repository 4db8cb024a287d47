//! Reading the claims of a token.

use super::token::Jwt;
use crate::json::{Kind, Raw};

/// The largest distance from 1970 that a time may have, in milliseconds.
const MOST_MS: f64 = 9.0e15;

/// Claims that stand in for `sub` and `aud` where those are missing.
#[derive(Default)]
pub(super) struct Fallback {
    pub(super) sub: Option<String>,
    pub(super) aud: Option<String>,
}

impl Fallback {
    /// The value of a claim or of the one that stands in for it, and the name of what was found.
    /// A null counts as not there.
    pub(super) fn claim<'t>(
        &'t self,
        jwt: &'t Jwt<'_>,
        name: &'t str,
    ) -> Option<(&'t str, Raw<'t>)> {
        let instead = match name {
            "sub" => self.sub.as_deref(),
            "aud" => self.aud.as_deref(),
            _ => None,
        };
        let found = |name: &'t str| {
            let value = jwt.claims().member(name)?;
            (value.kind() != Kind::Null).then_some((name, value))
        };
        found(name).or_else(|| found(instead?))
    }
}

/// The strings of a claim that is one or an array of them; `None` for anything else.
pub(super) fn strings(value: Raw<'_>) -> Option<Vec<String>> {
    match value.string() {
        Some(single) => Some(vec![single.into_owned()]),
        None => value.strings(),
    }
}

/// A time that a claim gives in seconds, whole or not, in milliseconds.
pub(super) fn milliseconds(value: Raw<'_>) -> Option<i64> {
    if value.kind() != Kind::Number {
        return None;
    }
    if let Ok(seconds) = value.text().parse::<i64>() {
        return seconds.checked_mul(1000);
    }
    let milliseconds = value.text().parse::<f64>().ok()? * 1000.0;
    (milliseconds.abs() <= MOST_MS).then_some(milliseconds as i64)
}
