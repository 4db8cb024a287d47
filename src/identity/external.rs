//! Realms answered by the host: a function of the host's gets credentials and answers a user.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::{Arc, PoisonError, RwLock};

use super::credentials::Credentials;
use super::principal::Principal;
use super::realm::Realm;
use crate::json::{Kind, Raw, check, compact, string};

/// Gets credentials as JSON; answers a user as JSON, nothing if it does not know them, or why it
/// failed.
pub(crate) type Authenticator = Arc<dyn Fn(&str) -> Result<Option<String>, String> + Send + Sync>;

/// An external realm. Without an authenticator it only names whom the host asserts.
#[derive(Default)]
pub(super) struct ExternalRealm {
    authenticator: RwLock<Option<Authenticator>>,
}

thread_local! {
    /// The realms whose authenticators run on this thread: those may call the library, and their
    /// own realm is passed over.
    static RUNNING: RefCell<Vec<*const ExternalRealm>> = const { RefCell::new(Vec::new()) };
}

impl ExternalRealm {
    pub(super) fn set(&self, authenticator: Option<Authenticator>) {
        let mut place = self.authenticator.write().unwrap_or_else(PoisonError::into_inner);
        let replaced = std::mem::replace(&mut *place, authenticator);
        drop(place);
        // Dropping it may call the host, which may call the library.
        drop(replaced);
    }

    /// The user whom the host answers. `Err` says why its answer does not count.
    pub(super) fn authenticate(
        &self,
        realm: &Realm,
        credentials: &Credentials,
    ) -> Result<Option<Principal>, String> {
        // A directory takes a bind without a password for an anonymous one and accepts it.
        if matches!(credentials, Credentials::Password { password, .. } if password.is_empty()) {
            return Ok(None);
        }
        // No lock is held while the host's function runs.
        let place = self.authenticator.read().unwrap_or_else(PoisonError::into_inner);
        let Some(authenticator) = place.clone() else { return Ok(None) };
        drop(place);
        let Some(_running) = Running::enter(self) else { return Ok(None) };
        match authenticator(&request(realm, credentials))? {
            None => Ok(None),
            Some(answer) => principal(&answer, credentials).map(Some),
        }
    }
}

/// While it lives, the authenticator of a realm runs on this thread.
struct Running;

impl Running {
    fn enter(realm: &ExternalRealm) -> Option<Self> {
        let realm = std::ptr::from_ref(realm);
        RUNNING
            .with_borrow_mut(|running| (!running.contains(&realm)).then(|| running.push(realm)))?;
        Some(Self)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.with_borrow_mut(Vec::pop);
    }
}

fn request(realm: &Realm, credentials: &Credentials) -> String {
    let realm = Realm::new(&realm.kind, &realm.name).to_json();
    match credentials {
        Credentials::Password { username, password } => format!(
            r#"{{"realm":{realm},"username":{},"password":{}}}"#,
            string(username),
            string(password)
        ),
        Credentials::Token { token, secret } => {
            let client = secret.as_ref().map(|secret| {
                let secret = string(secret);
                format!(r#","client_authentication":{{"scheme":"SharedSecret","value":{secret}}}"#)
            });
            let client = client.unwrap_or_default();
            format!(r#"{{"realm":{realm},"access_token":{}{client}}}"#, string(token))
        }
    }
}

/// The user in an answer of the host's.
fn principal(answer: &str, credentials: &Credentials) -> Result<Principal, String> {
    let text = check(answer.as_bytes()).map_err(|error| error.reason().to_owned())?;
    let user = Raw::trusted(text);
    if user.kind() != Kind::Object {
        return Err(format!("a user must be an object but is {}", user.kind().token()));
    }
    let mut principal = Principal {
        username: match credentials {
            Credentials::Password { username, .. } => username.clone(),
            Credentials::Token { .. } => String::new(),
        },
        roles: Vec::new(),
        full_name: None,
        email: None,
        metadata: "{}".to_owned(),
        groups: Vec::new(),
        dn: None,
    };
    for (key, value) in user.members().filter(|(_, value)| value.kind() != Kind::Null) {
        let key = key.string().unwrap_or_default();
        let text = || value.string().map(Cow::into_owned);
        let taken = match &*key {
            "username" => text().map(|text| principal.username = text),
            "full_name" => text().map(|text| principal.full_name = Some(text)),
            "email" => text().map(|text| principal.email = Some(text)),
            "dn" => text().map(|text| principal.dn = Some(text)),
            "roles" => value.strings().map(|roles| principal.roles = roles),
            "groups" => value.strings().map(|groups| principal.groups = groups),
            "metadata" if value.kind() == Kind::Object => {
                principal.metadata = compact(value);
                Some(())
            }
            "metadata" => None,
            _ => return Err(format!("a user has no member [{key}]")),
        };
        taken.ok_or_else(|| format!("[{key}] of a user cannot be {}", value.kind().token()))?;
    }
    if principal.username.is_empty() {
        return Err("[username] of the user is missing".to_owned());
    }
    Ok(principal)
}
