//! Native users: the record, the rules for names, and reading and writing.

use std::ops::ControlFlow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::realm::Realm;
use super::subject::{SUPERUSER, Subject, push_user};
use crate::error::{Error, Result};
use crate::json::{Raw, push_given, push_string, push_strings};
use crate::store::{Read, Table, WriteTxn, name_key};

/// The built-in user. It exists once it has been given a password.
const ELASTIC: &str = "elastic";

/// The users that Elasticsearch keeps for itself.
const INTERNAL: &[&str] = &[
    "_system",
    "_xpack",
    "_xpack_security",
    "_async_search",
    "_security_profile",
    "_storage",
    "_cross_cluster_access",
    "_synonyms",
    "_data_stream_lifecycle",
    "_reindex_data_stream",
    "_lazy_rollover",
];

const MAX_NAME: usize = 507;

/// A user in the store.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) subject: Subject,
    pub(crate) enabled: bool,
    pub(crate) password_hash: String,
}

/// Whether `name` is that of a built-in user.
pub(crate) fn is_reserved(name: &str) -> bool {
    name == ELASTIC
}

/// The built-in user, before it has a password.
pub(crate) fn elastic() -> User {
    User {
        enabled: true,
        password_hash: String::new(),
        subject: Subject {
            username: ELASTIC.to_owned(),
            roles: vec![SUPERUSER.to_owned()],
            full_name: None,
            email: None,
            metadata: r#"{"_reserved":true}"#.to_owned(),
            realm: Realm::new("reserved", "reserved"),
            authentication_type: "realm".to_owned(),
            account: None,
        },
    }
}

/// What tells a new user from all that had the name before.
pub(crate) fn new_account() -> Result<String> {
    let mut account = [0; 16];
    getrandom::fill(&mut account)
        .map_err(|error| Error::unavailable(format!("no random numbers: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(account))
}

/// Whether `name` is that of an internal user.
pub(crate) fn is_internal(name: &str) -> bool {
    INTERNAL.contains(&name)
}

/// What is wrong with `name` as the name of a native `kind`, a user or a role, if anything.
pub(crate) fn name_error(kind: &str, name: &str) -> Option<String> {
    let fits = (1..=MAX_NAME).contains(&name.len())
        && name.bytes().all(|byte| (0x20..=0x7E).contains(&byte))
        && name.trim() == name;
    (!fits).then(|| {
        format!(
            "{kind} names must be at least 1 and no more than {MAX_NAME} characters. They can \
             contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable \
             symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not \
             allowed."
        )
    })
}

/// The realm of the stored user `name`: reserved users have one of their own.
fn realm_of(name: &str, native: &Realm) -> Realm {
    if is_reserved(name) { Realm::new("reserved", "reserved") } else { native.clone() }
}

/// The user `name`.
pub(crate) fn get(txn: &impl Read, native: &Realm, name: &str) -> Result<Option<User>> {
    txn.get(Table::Users, &name_key(name))?.map(|bytes| User::read(bytes, native)).transpose()
}

/// Every user, by name.
pub(crate) fn all(txn: &impl Read, native: &Realm) -> Result<Vec<User>> {
    let mut users = Vec::new();
    txn.scan(Table::Users, &[], &mut |_, bytes| {
        users.push(User::read(bytes, native)?);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(users)
}

/// Stores `user` in place of what had its name.
pub(crate) fn put(txn: &mut WriteTxn<'_>, user: &User) -> Result<()> {
    txn.put(Table::Users, &name_key(&user.subject.username), user.write().as_bytes())
}

/// Removes the user `name`; answers whether there was one.
pub(crate) fn delete(txn: &mut WriteTxn<'_>, name: &str) -> Result<bool> {
    txn.delete(Table::Users, &name_key(name))
}

impl User {
    /// The stored form: a JSON object, since users are read far more rarely than profiles.
    fn write(&self) -> String {
        let user = &self.subject;
        let mut out = String::from(r#"{"username":"#);
        push_string(&mut out, &user.username);
        out.push_str(r#","roles":"#);
        push_strings(&mut out, &user.roles);
        push_given(&mut out, "full_name", user.full_name.as_deref());
        push_given(&mut out, "email", user.email.as_deref());
        push_given(&mut out, "account", user.account.as_deref());
        out.push_str(&format!(r#","enabled":{},"password_hash":"#, self.enabled));
        push_string(&mut out, &self.password_hash);
        out.push_str(r#","metadata":"#);
        out.push_str(&user.metadata);
        out.push('}');
        out
    }

    fn read(bytes: &[u8], native: &Realm) -> Result<Self> {
        let damaged = || Error::internal("a user record is damaged");
        let record = Raw::trusted(std::str::from_utf8(bytes).map_err(|_| damaged())?);
        let text = |name: &str| record.member(name).and_then(Raw::string).map(|s| s.into_owned());
        let username = text("username").ok_or_else(damaged)?;
        Ok(Self {
            enabled: record.member("enabled").and_then(Raw::boolean).ok_or_else(damaged)?,
            password_hash: text("password_hash").ok_or_else(damaged)?,
            subject: Subject {
                roles: record.member("roles").and_then(Raw::strings).ok_or_else(damaged)?,
                full_name: text("full_name"),
                email: text("email"),
                metadata: record.member("metadata").ok_or_else(damaged)?.text().to_owned(),
                realm: realm_of(&username, native),
                authentication_type: "realm".to_owned(),
                account: text("account"),
                username,
            },
        })
    }

    /// The user as `get_user` shows it, with its profile's uid if that was asked for and exists.
    pub(crate) fn to_json(&self, profile_uid: Option<&str>) -> String {
        let mut out = String::from("{");
        push_user(&mut out, &self.subject);
        out.push_str(&format!(r#","enabled":{}"#, self.enabled));
        push_given(&mut out, "profile_uid", profile_uid);
        out.push('}');
        out
    }
}
