//! Who asked for tokens, and so may refresh them.

use crate::identity::subject::Subject;
use crate::json::{Raw, string};

/// A user, or the host itself.
pub(crate) struct Client(pub(crate) Option<Subject>);

impl Client {
    /// What a record keeps of the client, as JSON.
    pub(super) fn to_stored(&self) -> String {
        self.0.as_ref().map_or_else(
            || "null".to_owned(),
            |user| {
                let (username, realm) = (string(&user.username), user.realm.to_json());
                format!(r#"{{"username":{username},"realm":{realm}}}"#)
            },
        )
    }

    /// Whether the client is the one that `to_stored` wrote down. A user is the same one in every
    /// realm of a security domain.
    pub(super) fn is(&self, stored: &str) -> bool {
        let stored = Raw::trusted(stored);
        match (&self.0, stored.member("username"), stored.member("realm")) {
            (None, None, None) => true,
            (Some(user), Some(username), Some(realm)) => {
                username.string().as_deref() == Some(&user.username) && user.realm.owns(realm)
            }
            _ => false,
        }
    }
}
