//! A user whom a realm has authenticated.

use std::borrow::Cow;

use super::realm::Realm;
use crate::json::{Raw, push_given, push_string, push_strings};

/// An authenticated user, as `authenticate` shows it and as activation stores it.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) username: String,
    pub(crate) roles: Vec<String>,
    pub(crate) full_name: Option<String>,
    pub(crate) email: Option<String>,
    /// A JSON object as text.
    pub(crate) metadata: String,
    pub(crate) realm: Realm,
    /// `realm`, `token`, `internal`, ...
    pub(crate) authentication_type: String,
    /// Of a user of the store: which of those that have had the name. Who is deleted and created
    /// again is somebody else.
    pub(crate) account: Option<String>,
}

/// The name that the program itself has as a user.
pub(crate) const HOST: &str = "_host";

/// The role of those who may do everything.
pub(crate) const SUPERUSER: &str = "superuser";

impl Subject {
    /// The program itself, in the shape of a user.
    pub(crate) fn host() -> Self {
        Self {
            username: HOST.to_owned(),
            roles: vec![SUPERUSER.to_owned()],
            full_name: None,
            email: None,
            metadata: "{}".to_owned(),
            realm: Realm::new("__host", "__host"),
            authentication_type: "internal".to_owned(),
            account: None,
        }
    }

    /// The `user` object of the profile that belongs to this subject.
    pub(crate) fn profile_user(&self) -> String {
        let mut out = String::from(r#"{"username":"#);
        push_string(&mut out, &self.username);
        out.push_str(r#","roles":"#);
        push_strings(&mut out, &self.roles);
        out.push_str(r#","realm_name":"#);
        push_string(&mut out, &self.realm.name);
        let domain = self.realm.domain.as_deref().map(|domain| domain.name.as_str());
        push_given(&mut out, "realm_domain", domain);
        push_given(&mut out, "email", self.email.as_deref());
        push_given(&mut out, "full_name", self.full_name.as_deref());
        out.push('}');
        out
    }

    /// The answer of `GET /_security/_authenticate`.
    pub(crate) fn to_json(&self) -> String {
        self.to_json_run_by(self)
    }

    /// The same for a user as whom `by` acts.
    pub(crate) fn to_json_run_by(&self, by: &Subject) -> String {
        let mut out = String::from("{");
        push_user(&mut out, self);
        out.push_str(&format!(
            r#","enabled":true,"authentication_realm":{},"lookup_realm":{},"authentication_type":"#,
            by.realm.to_json(),
            self.realm.to_json()
        ));
        push_string(&mut out, &by.authentication_type);
        out.push('}');
        out
    }

    /// The subject as JSON with all of its realm, for `of_stored`.
    pub(crate) fn to_stored(&self) -> String {
        let mut out = String::from("{");
        push_user(&mut out, self);
        out.push_str(&format!(r#","realm":{},"authentication_type":"#, self.realm.to_stored()));
        push_string(&mut out, &self.authentication_type);
        push_given(&mut out, "account", self.account.as_deref());
        out.push('}');
        out
    }

    /// The subject that `to_stored` wrote.
    pub(crate) fn of_stored(stored: Raw<'_>) -> Option<Self> {
        let text = |name: &str| stored.member(name).and_then(Raw::string).map(Cow::into_owned);
        Some(Self {
            username: text("username")?,
            roles: stored.member("roles")?.strings()?,
            full_name: text("full_name"),
            email: text("email"),
            metadata: stored.member("metadata")?.text().to_owned(),
            realm: Realm::of_stored(stored.member("realm")?)?,
            authentication_type: text("authentication_type")?,
            account: text("account"),
        })
    }
}

/// Appends the members that every rendering of a user begins with: `"username":...` up to
/// `"metadata":...`.
pub(crate) fn push_user(out: &mut String, user: &Subject) {
    out.push_str(r#""username":"#);
    push_string(out, &user.username);
    out.push_str(r#","roles":"#);
    push_strings(out, &user.roles);
    for (name, value) in [("full_name", &user.full_name), ("email", &user.email)] {
        out.push_str(&format!(r#","{name}":"#));
        match value {
            Some(value) => push_string(out, value),
            None => out.push_str("null"),
        }
    }
    out.push_str(r#","metadata":"#);
    out.push_str(&user.metadata);
}
