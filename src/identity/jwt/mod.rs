//! Realms whose users bring JSON web tokens: ID tokens of OpenID Connect, or access tokens of
//! OAuth2. Settings and behaviour are those of Elasticsearch's JWT realm.

mod algorithm;
mod claims;
mod client;
mod es512;
mod jwk;
mod keys;
mod person;
mod rules;
mod section;
mod signature;
mod source;
mod subjects;
#[cfg(test)]
mod tests;
mod token;

use std::path::Path;
use std::sync::Arc;

use self::client::Clients;
use self::jwk::KeySet;
use self::keys::Keys;
use self::person::Person;
use self::rules::{Checked, Rules};
use self::section::Section;
pub(crate) use self::token::Jwt;
use super::memory::{Limits, Memory};
use super::principal::Principal;
use super::watched;
use crate::error::Result;
use crate::json::Settings;
use crate::store::Level;

/// A realm that answers for the tokens of one issuer.
pub(crate) struct JwtRealm {
    name: String,
    clients: Clients,
    keys: Keys,
    rules: Rules,
    person: Person,
    verified: Memory<Arc<Verified>>,
}

/// What is remembered of a token that was verified.
struct Verified {
    principal: Principal,
    /// What it was verified with; with other keys it counts no more.
    keys: Arc<KeySet>,
}

impl JwtRealm {
    /// Takes the settings below `at`, which ends with the name of the realm. Files are in
    /// `directory` unless named by an absolute path.
    pub(crate) fn configure(
        settings: &mut Settings<'_>,
        at: &str,
        directory: Option<&Path>,
    ) -> Result<Self> {
        let mut section = Section::new(settings, at, directory);
        let rules = Rules::configure(&mut section)?;
        Ok(Self {
            name: at.rsplit('.').next().unwrap_or(at).to_owned(),
            clients: Clients::configure(&mut section)?,
            keys: Keys::configure(&mut section, &rules.algorithms)?,
            person: Person::configure(&mut section)?,
            verified: Memory::new(limits(&mut section)?),
            rules,
        })
    }

    /// The person whom the token is of; `None` if it is refused, whatever the reason. `secret` is
    /// what the client shows to authenticate itself.
    pub(crate) fn authenticate(
        &self,
        jwt: &Jwt<'_>,
        secret: Option<&str>,
        now_ms: i64,
        report: &dyn Fn(Level, &str),
    ) -> Option<Principal> {
        let verified = self.verify(jwt, secret, now_ms, &|problem| {
            report(Level::Warn, &format!("JWT realm [{}]: {problem}", self.name));
        });
        match verified {
            Ok(verified) => Some(verified.principal.clone()),
            Err(refusal) => {
                let message = format!("JWT realm [{}] refused a token: {refusal}", self.name);
                report(Level::Info, &message);
                None
            }
        }
    }

    fn verify(
        &self,
        jwt: &Jwt<'_>,
        secret: Option<&str>,
        now_ms: i64,
        report: &dyn Fn(&str),
    ) -> Checked<Arc<Verified>> {
        if !self.clients.admit(secret, watched::now_ms(), report) {
            return Err("the client has not shown the shared secret".to_owned());
        }
        let algorithm = self.rules.algorithm(jwt)?;
        let keys = self.keys.of(algorithm, report).ok_or("there are no keys for its [alg]")?;
        let digest = self.verified.digest(&[jwt.text().as_bytes()]);
        let known = digest.as_ref().and_then(|digest| self.verified.recall(digest, now_ms));
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.keys, &keys)) {
            self.rules.check_times(jwt, now_ms)?;
            return Ok(known);
        }
        self.rules.check(jwt)?;
        self.rules.check_times(jwt, now_ms)?;
        let kid = match jwt.header().member("kid") {
            Some(kid) => Some(kid.string().ok_or("its header [kid] is no string")?),
            None => None,
        };
        if !keys.verify(algorithm, kid.as_deref(), jwt) {
            return Err("its signature is of none of the keys".to_owned());
        }
        let principal = self.person.of(jwt, &self.rules)?;
        let verified = Arc::new(Verified { principal, keys });
        if let Some(digest) = digest {
            self.verified.remember(digest, verified.clone(), now_ms);
        }
        Ok(verified)
    }
}

fn limits(section: &mut Section<'_, '_>) -> Result<Limits> {
    let default = Limits::default();
    Ok(Limits {
        ttl_ms: section.milliseconds("jwt.cache.ttl")?.unwrap_or(default.ttl_ms),
        entries: section.integer("jwt.cache.size")?.unwrap_or(default.entries),
    })
}
