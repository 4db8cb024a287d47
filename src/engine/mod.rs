//! Open, close, handles, and the table of operations.

mod config;
mod login;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::access::{Access, Caller, User};
use crate::error::{Error, Result};
use crate::identity::authentication::{Authenticated, Identity};
use crate::identity::credentials::{Credentials, unauthenticated};
use crate::identity::external::Authenticator;
use crate::identity::login::Login;
use crate::identity::subject::Subject;
use crate::json::{Named, check_members, string};
use crate::operations::{
    Call, Entry, Operation, Request, activate, authenticate, change_password, check,
    delete_privileges, delete_role, delete_role_mapping, delete_user, get, get_privileges,
    get_role, get_role_mapping, get_token, get_user, get_user_privileges, has_privileges,
    invalidate_token, put_privileges, put_role, put_role_mapping, put_user, set_enabled,
    set_user_enabled, suggest, update_data, user_has_privileges,
};
use crate::profile::records::Directory;
use crate::rest;
use crate::store::{Changes, FORMAT, Logger, Store};
use crate::suggest::build_index;

use config::Config;

/// Every operation. The C functions, REST, the checks of privileges and the tests read this table.
pub(crate) const OPERATIONS: &[&Operation] = &[
    &activate::ACTIVATE,
    &get::GET,
    &update_data::UPDATE_DATA,
    &set_enabled::ENABLE,
    &set_enabled::DISABLE,
    &suggest::SUGGEST,
    &has_privileges::HAS_PRIVILEGES,
    &check::CHECK,
    &put_user::PUT_USER,
    &get_user::GET_USER,
    &delete_user::DELETE_USER,
    &change_password::CHANGE_PASSWORD,
    &set_user_enabled::ENABLE_USER,
    &set_user_enabled::DISABLE_USER,
    &get_token::GET_TOKEN,
    &invalidate_token::INVALIDATE_TOKEN,
    &put_role::PUT_ROLE,
    &get_role::GET_ROLE,
    &delete_role::DELETE_ROLE,
    &put_privileges::PUT_PRIVILEGES,
    &get_privileges::GET_PRIVILEGES,
    &delete_privileges::DELETE_PRIVILEGES,
    &put_role_mapping::PUT_ROLE_MAPPING,
    &get_role_mapping::GET_ROLE_MAPPING,
    &delete_role_mapping::DELETE_ROLE_MAPPING,
    &authenticate::AUTHENTICATE,
    &user_has_privileges::USER_HAS_PRIVILEGES,
    &get_user_privileges::GET_USER_PRIVILEGES,
];

/// Elasticsearch's limit for the body of a request: 100 MB.
const MAX_REQUEST: usize = 100 * 1024 * 1024;

/// Milliseconds since 1970, from wherever the host says.
pub(crate) type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// An open store with its configuration: what all handles of one `open` share.
struct Engine {
    store: Arc<Store>,
    directory: Arc<Directory>,
    identity: Arc<Identity>,
    access: Access,
    read_only: bool,
    max_profile: u64,
    /// `None` is the clock of the system.
    clock: RwLock<Option<Clock>>,
    /// The logger that this engine has given to the store, which may outlive it.
    logger: Mutex<Option<Logger>>,
}

/// What a caller holds: an engine, and whose privileges its calls have.
pub(crate) struct Handle {
    engine: Arc<Engine>,
    /// The user who logged in; the host itself has none.
    login: Option<Arc<Session>>,
}

/// Who logged in.
struct Session {
    login: Login,
    /// The user, as what the store said about people and roles after so many changes.
    remembered: RwLock<Option<(Changes, Arc<User>)>>,
}

impl Handle {
    /// Opens the store that `config` describes; answers the host's handle and the response.
    pub(crate) fn open(config: &[u8]) -> Result<(Self, String)> {
        let config = Config::read(document(config)?.0)?;
        let store = Store::open(&config.store)?;
        if !config.store.read_only {
            build_index(&store)?;
        }
        let response = format!(
            r#"{{"path":{},"format":{FORMAT},"read_only":{}}}"#,
            string(&config.store.path.to_string_lossy()),
            config.store.read_only
        );
        let actions = OPERATIONS.iter().map(|operation| operation.action).collect();
        let engine = Engine {
            store,
            directory: Arc::new(Directory::new()),
            access: Access::new(actions, config.identity.anonymous.roles.clone()),
            identity: Arc::new(config.identity),
            read_only: config.store.read_only,
            max_profile: config.max_profile,
            clock: RwLock::new(None),
            logger: Mutex::new(None),
        };
        Ok((Self { engine: Arc::new(engine), login: None }, response))
    }

    /// Authenticates a user; answers a handle with that user's privileges and who the user is.
    pub(crate) fn login(&self, request: &[u8]) -> Result<(Self, String)> {
        let credentials = login::credentials(parse(request, "login_request")?)?;
        let what = format!("action [{}]", authenticate::AUTHENTICATE.action);
        let found = match credentials {
            Some(credentials) => self.authenticate(&credentials, &what)?,
            None => {
                let subject = self.engine.identity.anonymous.subject();
                let subject = subject.ok_or_else(login::missing)?;
                Authenticated { subject, login: Login::Anonymous }
            }
        };
        let session = Session { login: found.login, remembered: RwLock::default() };
        let handle = Self { engine: self.engine.clone(), login: Some(Arc::new(session)) };
        Ok((handle, found.subject.to_json()))
    }

    /// Who calls with these credentials; 401 for `what` if they prove nobody.
    pub(crate) fn caller_with(&self, credentials: &Credentials, what: &str) -> Result<Caller> {
        let subject = self.authenticate(credentials, what)?.subject;
        self.engine.user(subject, None).map(Caller::User)
    }

    /// `caller` acting for the user called `username` in `operation`.
    pub(crate) fn run_as(
        &self,
        caller: &Caller,
        username: &str,
        operation: &Operation,
    ) -> Result<Caller> {
        caller.check_run_as(operation.action, username)?;
        let engine = &self.engine;
        let Some(subject) = engine.identity.look_up(&engine.store, username)? else {
            return Err(caller.run_as_refused(operation.action, username));
        };
        let by = match caller {
            Caller::Host => Subject::host(),
            Caller::User(user) => user.subject.clone(),
        };
        engine.user(subject, Some(by)).map(Caller::User)
    }

    fn authenticate(&self, credentials: &Credentials, what: &str) -> Result<Authenticated> {
        let engine = &self.engine;
        engine.identity.authenticate(&engine.store, credentials, engine.now(), what)
    }

    /// Runs `operation` with a request as it comes from C.
    pub(crate) fn call(&self, operation: &'static Operation, request: &[u8]) -> Result<String> {
        let request = parse(request, operation.parser)?;
        let caller = self.caller(operation)?;
        let trusted = matches!(caller, Caller::Host);
        self.run(operation, request, &caller, trusted)
    }

    /// Runs a REST request, given as a JSON document.
    pub(crate) fn rest(&self, request: &[u8]) -> Result<String> {
        rest::handle(self, parse(request, "rest_request")?)
    }

    /// Runs `operation` for `caller`.
    pub(crate) fn run(
        &self,
        operation: &'static Operation,
        request: Request<'_>,
        caller: &Caller,
        trusted: bool,
    ) -> Result<String> {
        let engine = &*self.engine;
        let clock = || engine.now();
        let call = Call {
            store: &engine.store,
            directory: &engine.directory,
            identity: &engine.identity,
            access: &engine.access,
            clock: &clock,
            max_profile: engine.max_profile,
            read_only: engine.read_only,
        };
        (operation.run)(Entry::new(operation, caller, trusted, call), request)
    }

    /// Whose privileges a call of this handle has. Whatever changes is seen by the very next call:
    /// a user who is deleted, disabled or given other roles, and a role that allows something else.
    pub(crate) fn caller(&self, operation: &Operation) -> Result<Caller> {
        let Some(session) = &self.login else { return Ok(Caller::Host) };
        let engine = &self.engine;
        let changes = engine.store.read(|txn| txn.changes())?;
        let remembered = session.remembered.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, user)) = &*remembered
            && *at == changes
        {
            return Ok(Caller::User(user.clone()));
        }
        drop(remembered);
        let login = &session.login;
        let Some(subject) = engine.identity.still(&engine.store, login, engine.now())? else {
            let principal = login.principal(&engine.identity.anonymous.username);
            return Err(unauthenticated(&principal, &format!("action [{}]", operation.action)));
        };
        let user = engine.user(subject, None)?;
        if login.is_stored() {
            let mut remembered = session.remembered.write().unwrap_or_else(PoisonError::into_inner);
            *remembered = Some((changes, user.clone()));
        }
        Ok(Caller::User(user))
    }

    /// Replaces the clock; `None` is the clock of the system.
    pub(crate) fn set_clock(&self, clock: Option<Clock>) -> Result<()> {
        self.check_host()?;
        *self.engine.clock.write().unwrap_or_else(PoisonError::into_inner) = clock;
        Ok(())
    }

    /// Sends what the store reports to `logger`.
    pub(crate) fn set_logger(&self, logger: Option<Logger>) -> Result<()> {
        self.check_host()?;
        let mut own = self.engine.logger.lock().unwrap_or_else(PoisonError::into_inner);
        own.clone_from(&logger);
        self.engine.store.set_logger(logger);
        Ok(())
    }

    /// Sets who answers for the external realm `realm`.
    pub(crate) fn set_authenticator(
        &self,
        realm: &str,
        authenticator: Option<Authenticator>,
    ) -> Result<()> {
        self.check_host()?;
        self.engine.identity.realms.set_authenticator(realm, authenticator)
    }

    fn check_host(&self) -> Result<()> {
        match self.login {
            None => Ok(()),
            Some(_) => Err(Error::forbidden("a restricted handle cannot change the store's hooks")),
        }
    }
}

impl Engine {
    /// A user with what the user's roles allow.
    fn user(&self, subject: Subject, run_by: Option<Subject>) -> Result<Arc<User>> {
        let permissions =
            self.store.read(|txn| self.access.at(txn)?.permissions(&subject.roles))?;
        Ok(Arc::new(User { subject, run_by, permissions }))
    }

    fn now(&self) -> i64 {
        // Held during the call, so that nobody frees what the clock uses.
        let clock = self.clock.read().unwrap_or_else(PoisonError::into_inner);
        clock.as_ref().map_or_else(system_time, |clock| clock())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let logger = self.logger.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(logger) = logger {
            self.store.forget_logger(logger);
        }
    }
}

fn system_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A request as it comes from C.
fn parse<'a>(request: &'a [u8], parser: &'static str) -> Result<Request<'a>> {
    let (document, members) = document(request)?;
    Request::of_document(document, parser, members)
}

/// Checked text and the members of the object in it; nothing at all is the empty object.
fn document(request: &[u8]) -> Result<(&str, Vec<Named<'_>>)> {
    if request.is_empty() {
        return Ok(("{}", Vec::new()));
    }
    if request.len() > MAX_REQUEST {
        return Err(Error::too_large(format!(
            "the request of [{}] bytes is larger than the limit of [{MAX_REQUEST}] bytes",
            request.len()
        )));
    }
    check_members(request)
}
