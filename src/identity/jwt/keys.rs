//! Where a realm's keys are configured.

use std::sync::Arc;

use super::algorithm::{Algorithm, names};
use super::jwk::KeySet;
use super::section::Section;
use super::source::Source;
use crate::error::{Error, Result};

/// The public keys and the secret ones, apart, so that none is ever taken for the other.
pub(super) struct Keys {
    public: Option<Source<KeySet>>,
    secret: Option<Source<KeySet>>,
}

impl Keys {
    /// Takes the settings of keys; there must be some for each of the algorithms.
    pub(super) fn configure(
        section: &mut Section<'_, '_>,
        algorithms: &[&'static Algorithm],
    ) -> Result<Self> {
        let (symmetric, asymmetric): (Vec<_>, Vec<_>) =
            algorithms.iter().copied().partition(|algorithm| algorithm.is_symmetric());
        let keys = Self {
            public: jwk_set(section, "pkc_jwkset", "pkc_jwkset_path", &asymmetric)?,
            secret: secrets(section, &symmetric)?,
        };
        let pkc = format!("[{}]", section.key("pkc_jwkset_path"));
        let hmac = format!("[{}] or [{}]", section.key("hmac_jwkset"), section.key("hmac_key"));
        if keys.public.is_none() && keys.secret.is_none() {
            return Err(Error::illegal_argument(format!(
                "At least one of {pkc} or {hmac} must be set"
            )));
        }
        for (source, setting, needing) in
            [(&keys.public, pkc, asymmetric), (&keys.secret, hmac, symmetric)]
        {
            if source.is_none() && !needing.is_empty() {
                return Err(Error::illegal_argument(format!(
                    "{setting} must be set, because [{}] has [{}]",
                    section.key("allowed_signature_algorithms"),
                    names(&needing)
                )));
            }
        }
        Ok(keys)
    }

    /// The keys, as they are now, that may have signed a token by this algorithm.
    pub(super) fn of(
        &self,
        algorithm: &Algorithm,
        report: impl FnOnce(&str),
    ) -> Option<Arc<KeySet>> {
        let source = if algorithm.is_symmetric() { &self.secret } else { &self.public };
        source.as_ref().map(|source| source.get(report).value)
    }
}

/// The secret keys: a JWK set, or the one of `hmac_key`.
fn secrets(
    section: &mut Section<'_, '_>,
    algorithms: &[&'static Algorithm],
) -> Result<Option<Source<KeySet>>> {
    let (name, path_name) = ("hmac_jwkset", "hmac_jwkset_path");
    let set = jwk_set(section, name, path_name, algorithms)?;
    let Some(key) = section.secret("hmac_key")? else { return Ok(set) };
    if let Some(set) = set {
        return Err(section.not_both(set.setting(name, path_name), "hmac_key"));
    }
    let keys = KeySet::of_secret(key.as_bytes(), algorithms)
        .map_err(|problem| section.invalid("hmac_key", &problem))?;
    Ok(Some(Source::Fixed(Arc::new(keys))))
}

fn jwk_set(
    section: &mut Section<'_, '_>,
    name: &str,
    path_name: &str,
    algorithms: &[&'static Algorithm],
) -> Result<Option<Source<KeySet>>> {
    let document = section.document(name);
    let algorithms = algorithms.to_vec();
    let parse = move |content: &[u8]| KeySet::parse(content, &algorithms);
    Source::configure(section, name, document.map(String::into_bytes), path_name, parse)
}
