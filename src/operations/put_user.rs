//! `put_user`: create or replace a native user. Elasticsearch: PUT, POST /_security/user/{username}.

use super::{Body, Call, Entry, MANAGE_SECURITY, Operation, Request, Route, reserved_metadata};
use crate::error::{Error, Result};
use crate::identity::passwords;
use crate::identity::subject::Subject;
use crate::identity::users::{self, User};
use crate::json::compact;

pub(crate) const PUT_USER: Operation = Operation {
    name: "put_user",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/user/{username}" }],
    parameters: &["refresh"],
    body: Body::Required,
    parser: "put_user_request",
    action: "cluster:admin/xpack/security/user/put",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

const MIN_PASSWORD: usize = 6;

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let username = request.string("username")?.map(String::from);
    let secret = Secret::take(&mut request)?;
    let roles = request.strings("roles")?;
    let full_name = request.nullable_string("full_name")?.map(String::from);
    let email = request.nullable_string("email")?.map(String::from);
    let metadata = request.object("metadata")?;
    let enabled = request.boolean("enabled")?.unwrap_or(true);
    request.refresh()?;
    request.finish()?;

    let mut errors = Vec::new();
    match &username {
        None => errors.push("user is missing".to_owned()),
        Some(name) => errors.extend(untouchable(name, entry.anonymous(), "via the API")),
    }
    if errors.is_empty() {
        errors.extend(username.as_deref().and_then(|name| users::name_error("User", name)));
    }
    if roles.is_none() {
        errors.push("roles are missing".to_owned());
    }
    errors.extend(reserved_metadata(metadata));
    errors.extend(secret.as_ref().and_then(Secret::error));
    let (Some(username), Some(roles), true) = (username, roles, errors.is_empty()) else {
        return Err(Error::validation(&errors));
    };

    let call = entry.authorize()?;
    let native = call.identity.realms.native.clone();
    let user = User {
        enabled,
        password_hash: secret.map_or_else(|| Ok(String::new()), |secret| secret.hash(&call))?,
        subject: Subject {
            realm: native.clone(),
            username,
            roles,
            full_name,
            email,
            metadata: metadata.map_or_else(|| "{}".to_owned(), compact),
            authentication_type: "realm".to_owned(),
            account: Some(users::new_account()?),
        },
    };
    let created = call.store.write(move |txn| {
        let stored = users::get(txn, &native, &user.subject.username)?;
        let mut user = user.clone();
        if let Some(stored) = &stored {
            user.subject.account.clone_from(&stored.subject.account);
        }
        if user.password_hash.is_empty() {
            let Some(stored) = &stored else {
                return Err(Error::validation(&[
                    "password must be specified unless you are updating an existing user",
                ]));
            };
            user.password_hash.clone_from(&stored.password_hash);
        }
        users::put(txn, &user)?;
        Ok(stored.is_none())
    })?;
    Ok(format!(r#"{{"created":{created}}}"#))
}

/// Why the user `name` cannot be changed, if it belongs to Elasticsearch or to the configuration.
pub(super) fn untouchable(name: &str, anonymous: &str, how: &str) -> Option<String> {
    if name == anonymous {
        Some(format!("user [{name}] is anonymous and cannot be modified {how}"))
    } else if users::is_reserved(name) {
        Some(format!("user [{name}] is reserved and only the password can be changed"))
    } else {
        users::is_internal(name).then(|| format!("user [{name}] is internal"))
    }
}

/// A new password, or the hash of one.
pub(super) enum Secret {
    Password(String),
    Hash(String),
    /// Both were given, which nobody can mean.
    Both,
}

impl Secret {
    /// Takes `password` and `password_hash`, of which there may be one.
    pub(super) fn take(request: &mut Request<'_>) -> Result<Option<Self>> {
        let password = request.string("password")?.map(String::from);
        let hash = request.string("password_hash")?.map(String::from);
        Ok(match (password, hash) {
            (None, None) => None,
            (Some(password), None) => Some(Secret::Password(password)),
            (None, Some(hash)) => Some(Secret::Hash(hash)),
            (Some(_), Some(_)) => Some(Secret::Both),
        })
    }

    /// What is wrong with it, if anything.
    pub(super) fn error(&self) -> Option<String> {
        match self {
            Secret::Password(password) if password.chars().count() < MIN_PASSWORD => {
                Some(format!("passwords must be at least [{MIN_PASSWORD}] characters long"))
            }
            Secret::Password(_) => None,
            Secret::Hash(hash) => {
                passwords::check_hash(hash).err().map(|error| error.reason().to_owned())
            }
            Secret::Both => {
                Some("specify either [password] or [password_hash], not both".to_owned())
            }
        }
    }

    /// The hash to store. Takes long, so it is made outside of any transaction.
    pub(super) fn hash(self, call: &Call<'_>) -> Result<String> {
        match self {
            Secret::Password(password) => call.identity.hashing.hash(&password),
            Secret::Hash(hash) => Ok(hash),
            Secret::Both => Err(Error::internal("a password with two values was not refused")),
        }
    }
}
