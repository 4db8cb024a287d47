//! From credentials to a subject.

use super::credentials::Credentials;
use super::passwords::{self, Hashing};
use super::realm::Realm;
use super::realms::{DEFAULT_NATIVE, Realms};
use super::subject::Subject;
use super::users::{self, User};
use crate::error::Result;
use crate::store::Store;

/// Everything that identity needs besides the store: configured at open, shared by all handles.
pub(crate) struct Identity {
    pub(crate) realms: Realms,
    pub(crate) hashing: Hashing,
    credentials: Credentials,
    /// Verified in place of the hash of a user who is not there, so that the answer takes as long.
    nobody: String,
}

impl Identity {
    pub(crate) fn new(realms: Realms, hashing: Hashing) -> Result<Self> {
        let credentials = Credentials::new(realms.cache);
        let nobody = passwords::unusable(hashing)?;
        Ok(Self { realms, hashing, credentials, nobody })
    }

    /// The native realm: the one whose users the store keeps, also while it is switched off.
    pub(crate) fn native(&self) -> Realm {
        self.realms.native.clone().unwrap_or_else(|| Realm::new("native", DEFAULT_NATIVE))
    }

    /// The subject whose credentials these are; `None` if there is none, whatever the reason.
    pub(crate) fn password(
        &self,
        store: &Store,
        username: &str,
        password: &str,
        now: i64,
    ) -> Result<Option<Subject>> {
        let user = self.user(store, username)?;
        let hash = user.as_ref().map_or(self.nobody.as_str(), |user| &user.password_hash);
        // The hash is verified outside of any transaction, since it takes long.
        let verified = self.credentials.verify(hash, password, now);
        Ok(user.filter(|user| verified && user.enabled).map(|user| user.subject))
    }

    /// The subject who logged in as `username` before, as the store describes them now; `None`
    /// once the user is gone or disabled.
    pub(crate) fn still(&self, store: &Store, username: &str) -> Result<Option<Subject>> {
        Ok(self.user(store, username)?.filter(|user| user.enabled).map(|user| user.subject))
    }

    fn user(&self, store: &Store, username: &str) -> Result<Option<User>> {
        let Some(native) = &self.realms.native else { return Ok(None) };
        store.read(|txn| users::get(txn, native, username))
    }
}
