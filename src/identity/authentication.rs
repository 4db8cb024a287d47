//! From credentials to a subject.

use super::anonymous::Anonymous;
use super::credentials::{Credentials, unauthenticated};
use super::file::FileRealm;
use super::jwt::Jwt;
use super::login::Login;
use super::mappings::Mappings;
use super::password_cache::PasswordCache;
use super::passwords::{self, Hashing};
use super::principal::Principal;
use super::realm::Realm;
use super::realms::{Configured, Realms, Source};
use super::subject::Subject;
use super::tokens::{self, Found};
use super::users::{self, User};
use crate::error::{Error, Result};
use crate::store::{Level, Read, Store};

/// A user who has proved who they are.
pub(crate) struct Authenticated {
    pub(crate) subject: Subject,
    pub(crate) login: Login,
}

/// Everything that identity needs besides the store: configured at open, shared by all handles.
pub(crate) struct Identity {
    pub(crate) realms: Realms,
    pub(crate) anonymous: Anonymous,
    pub(crate) mappings: Mappings,
    pub(crate) hashing: Hashing,
    /// How long an access token is valid.
    pub(crate) token_timeout_ms: i64,
    /// The passwords of the reserved realm.
    reserved: PasswordCache,
    /// Verified in place of the hash of a user who is not there, so that the answer takes as long.
    nobody: String,
}

impl Identity {
    pub(crate) fn new(
        realms: Realms,
        anonymous: Anonymous,
        hashing: Hashing,
        token_timeout_ms: i64,
    ) -> Result<Self> {
        Ok(Self {
            realms,
            anonymous,
            mappings: Mappings::new(),
            hashing,
            token_timeout_ms,
            reserved: PasswordCache::new(Default::default()),
            nobody: passwords::unusable(hashing)?,
        })
    }

    /// The user of these credentials; 401 for `what` if they prove nobody.
    pub(crate) fn authenticate(
        &self,
        store: &Store,
        credentials: &Credentials,
        now: i64,
        what: &str,
    ) -> Result<Authenticated> {
        let found = match credentials {
            Credentials::Password { username, password } => {
                self.by_password(store, username, password, credentials, now)?
            }
            Credentials::Token { token, secret } => {
                match self.by_token(store, token, secret.as_deref(), now)? {
                    Some(subject) => {
                        let (token, secret) = (token.clone(), secret.clone());
                        let login = Login::Token { token, secret };
                        Some(Authenticated { subject, login })
                    }
                    None => self.by_host(store, credentials)?,
                }
            }
        };
        found.ok_or_else(|| unauthenticated(&credentials.principal(), what))
    }

    /// The subject of `login` as everything describes it now; `None` once it is gone or disabled.
    pub(crate) fn still(&self, store: &Store, login: &Login, now: i64) -> Result<Option<Subject>> {
        match login {
            Login::Stored { username, account } => {
                let user = store.read(|txn| self.stored(txn, username))?;
                Ok(user.map(|user| user.subject).filter(|user| user.account == *account))
            }
            Login::File(username) => match self.file() {
                Some((realm, file)) => self.in_file(store, realm, file, username),
                None => Ok(None),
            },
            Login::External(realm, principal) => {
                self.mapped(store, realm, (**principal).clone()).map(Some)
            }
            Login::Token { token, secret } => self.by_token(store, token, secret.as_deref(), now),
            Login::Anonymous => Ok(self.anonymous.subject()),
        }
    }

    /// Asks the realms in their order for the user of a password.
    fn by_password(
        &self,
        store: &Store,
        username: &str,
        password: &str,
        credentials: &Credentials,
        now: i64,
    ) -> Result<Option<Authenticated>> {
        if users::is_reserved(username) {
            // Nobody else can be called so.
            return self.by_stored_password(store, &self.reserved, username, password, now);
        }
        for configured in &self.realms.chain {
            let realm = &configured.realm;
            let found = match &configured.source {
                Source::Native(verified) => {
                    self.by_stored_password(store, verified, username, password, now)?
                }
                Source::File(file) => {
                    let report = reporter(store, realm);
                    file.authenticate(username, password, &self.nobody, now, &report)
                        .map(|principal| {
                            let subject = self.mapped(store, realm, principal)?;
                            Ok(Authenticated { subject, login: Login::File(username.to_owned()) })
                        })
                        .transpose()?
                }
                Source::External(_) => self.by_external(store, configured, credentials)?,
                Source::Jwt { .. } => None,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn by_stored_password(
        &self,
        store: &Store,
        verified: &PasswordCache,
        username: &str,
        password: &str,
        now: i64,
    ) -> Result<Option<Authenticated>> {
        let user = store.read(|txn| users::get(txn, &self.realms.native, username))?;
        let hash = user.as_ref().map_or(self.nobody.as_str(), |user| &user.password_hash);
        // The hash is verified outside of any transaction, since it takes long.
        let verified = verified.verify(hash, password, now);
        Ok(user.filter(|user| verified && user.enabled).map(|user| {
            let (username, account) = (username.to_owned(), user.subject.account.clone());
            Authenticated { subject: user.subject, login: Login::Stored { username, account } }
        }))
    }

    /// The user of an access token of the store's own or of a JWT.
    fn by_token(
        &self,
        store: &Store,
        token: &str,
        secret: Option<&str>,
        now: i64,
    ) -> Result<Option<Subject>> {
        if let Some(jwt) = Jwt::parse(token) {
            return self.by_jwt(store, &jwt, secret, now);
        }
        if secret.is_some() {
            return Err(Error::unsuitable_credentials(
                "[client_authentication] not supported with the supplied access_token type",
            ));
        }
        store.read(|txn| match tokens::authenticate(txn, token, now)? {
            Found::Unknown => Ok(None),
            Found::Expired => Err(Error::token_expired()),
            Found::Subject(user) => Ok(self.is_there(store, txn, &user)?.then_some(*user)),
        })
    }

    /// Whether the user for whom a token was made may still log in, as far as the library knows.
    pub(crate) fn is_there(&self, store: &Store, txn: &impl Read, user: &Subject) -> Result<bool> {
        match user.realm.kind.as_str() {
            "native" | "reserved" => {
                let stored = self.stored(txn, &user.username)?;
                Ok(stored.is_some_and(|stored| stored.subject.account == user.account))
            }
            "file" => Ok(self.file().is_some_and(|(realm, file)| {
                file.find(&user.username, &reporter(store, realm)).is_some()
            })),
            "__anonymous" => Ok(self.anonymous.subject().is_some()),
            kind => Ok(self.realms.find(&user.realm.name, kind).is_ok()),
        }
    }

    fn by_jwt(
        &self,
        store: &Store,
        jwt: &Jwt<'_>,
        secret: Option<&str>,
        now: i64,
    ) -> Result<Option<Subject>> {
        for configured in &self.realms.chain {
            let Source::Jwt { realm, authorization } = &configured.source else { continue };
            let report = |level: Level, message: &str| store.report(level, message);
            let Some(principal) = realm.authenticate(jwt, secret, now, &report) else { continue };
            let subject = if authorization.is_empty() {
                Some(self.mapped(store, &configured.realm, principal)?)
            } else {
                self.authorized(store, &configured.realm, principal, authorization)?
            };
            if subject.is_some() {
                return Ok(subject);
            }
        }
        Ok(None)
    }

    /// A user whose roles and attributes are those of the user of the same name in another realm.
    fn authorized(
        &self,
        store: &Store,
        realm: &Realm,
        principal: Principal,
        authorization: &[String],
    ) -> Result<Option<Subject>> {
        let username = &principal.username;
        for configured in authorization.iter().filter_map(|name| self.realms.named(name)) {
            if let Some(subject) = self.look_up_in(store, configured, username)? {
                return Ok(Some(Subject { realm: realm.clone(), ..subject }));
            }
        }
        Ok(None)
    }

    /// The user called `username`, whom nobody has authenticated: the reserved one, or that of the
    /// first realm that can tell without a password.
    pub(crate) fn look_up(&self, store: &Store, username: &str) -> Result<Option<Subject>> {
        if users::is_reserved(username) {
            return Ok(store.read(|txn| self.stored(txn, username))?.map(|user| user.subject));
        }
        for configured in &self.realms.chain {
            let found = self.look_up_in(store, configured, username)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn look_up_in(
        &self,
        store: &Store,
        configured: &Configured,
        username: &str,
    ) -> Result<Option<Subject>> {
        match &configured.source {
            Source::Native(_) if !users::is_reserved(username) => {
                Ok(store.read(|txn| self.stored(txn, username))?.map(|user| user.subject))
            }
            Source::File(file) => self.in_file(store, &configured.realm, file, username),
            _ => Ok(None),
        }
    }

    fn in_file(
        &self,
        store: &Store,
        realm: &Realm,
        file: &FileRealm,
        username: &str,
    ) -> Result<Option<Subject>> {
        let principal = file.find(username, &reporter(store, realm));
        principal.map(|principal| self.mapped(store, realm, principal)).transpose()
    }

    /// Asks the host for the user of an access token that the library does not know.
    fn by_host(&self, store: &Store, credentials: &Credentials) -> Result<Option<Authenticated>> {
        for configured in &self.realms.chain {
            let found = self.by_external(store, configured, credentials)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn by_external(
        &self,
        store: &Store,
        configured: &Configured,
        credentials: &Credentials,
    ) -> Result<Option<Authenticated>> {
        let (Source::External(external), realm) = (&configured.source, &configured.realm) else {
            return Ok(None);
        };
        let principal = external.authenticate(realm, credentials).unwrap_or_else(|problem| {
            let name = &realm.name;
            store.report(
                Level::Error,
                &format!("realm [{name}]: the authenticator failed: {problem}"),
            );
            None
        });
        let Some(principal) = principal else { return Ok(None) };
        let subject = self.mapped(store, realm, principal.clone())?;
        let login = Login::External(realm.clone(), Box::new(principal));
        Ok(Some(Authenticated { subject, login }))
    }

    /// The user that a realm has described, with the roles that mappings add.
    fn mapped(&self, store: &Store, realm: &Realm, principal: Principal) -> Result<Subject> {
        let mapped = store.read(|txn| self.mappings.roles(txn, &principal, &realm.name))?;
        let mut roles = principal.roles;
        roles.extend(mapped);
        let mut seen = std::collections::HashSet::new();
        roles.retain(|role| seen.insert(role.clone()));
        Ok(Subject {
            username: principal.username,
            roles,
            full_name: principal.full_name,
            email: principal.email,
            metadata: principal.metadata,
            realm: realm.clone(),
            authentication_type: "realm".to_owned(),
            account: None,
        })
    }

    /// The user of the store with this name who may log in.
    fn stored(&self, txn: &impl Read, username: &str) -> Result<Option<User>> {
        let native = self.realms.named(&self.realms.native.name).is_some();
        if !native && !users::is_reserved(username) {
            return Ok(None);
        }
        let user = users::get(txn, &self.realms.native, username)?;
        Ok(user.filter(|user| user.enabled))
    }

    fn file(&self) -> Option<(&Realm, &FileRealm)> {
        self.realms.chain.iter().find_map(|configured| match &configured.source {
            Source::File(file) => Some((&configured.realm, &**file)),
            _ => None,
        })
    }
}

/// Where a realm reports what is wrong with its files.
fn reporter<'a>(store: &'a Store, realm: &'a Realm) -> impl Fn(&str) + 'a {
    |message| store.report(Level::Error, &format!("realm [{}]: {message}", realm.name))
}
