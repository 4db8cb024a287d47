//! What stands between a request and the store: the check of the caller's privileges.

use std::borrow::Cow;
use std::sync::Arc;

use super::Operation;
use crate::access::{self, Access, Caller, Target};
use crate::error::{Error, Result};
use crate::identity::authentication::Identity;
use crate::identity::realms::Realms;
use crate::identity::subject::Subject;
use crate::profile::records::Directory;
use crate::store::Store;

/// An operation about to run: its request may be looked at, the store not yet.
pub(crate) struct Entry<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) caller: &'a Caller,
    /// Whether the host itself calls, through the C function and not through `rest`.
    pub(crate) trusted: bool,
    call: Call<'a>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(
        operation: &'static Operation,
        caller: &'a Caller,
        trusted: bool,
        call: Call<'a>,
    ) -> Self {
        Self { operation, caller, trusted, call }
    }

    /// Who calls: a user, or the program itself in the shape of one.
    pub(super) fn subject(&self) -> Cow<'a, Subject> {
        match self.caller {
            Caller::User(user) => Cow::Borrowed(&user.subject),
            Caller::Host => Cow::Owned(Subject::host()),
        }
    }

    /// The name of the user that stands for nobody.
    pub(super) fn anonymous(&self) -> &'a str {
        &self.call.identity.anonymous.username
    }

    /// The realms that are configured.
    pub(super) fn realms(&self) -> &'a Realms {
        &self.call.identity.realms
    }

    /// Checks the caller's privileges and hands out the store. There is no other way to it, so no
    /// operation can forget the check; a request is parsed and validated before.
    pub(crate) fn authorize(self) -> Result<Call<'a>> {
        self.authorize_on(Target::Any)
    }

    /// The same for what the request is about, which some privileges look at.
    pub(crate) fn authorize_on(self, target: Target<'_>) -> Result<Call<'a>> {
        let Operation { action, granted_by, .. } = self.operation;
        access::authorize(self.caller, action, granted_by, target)?;
        self.permit()
    }

    /// Hands out the store to a user whose own matter this is, whatever roles the user has.
    pub(super) fn permit(self) -> Result<Call<'a>> {
        if self.operation.writes && self.call.read_only {
            return Err(Error::read_only(self.operation.name));
        }
        Ok(self.call)
    }
}

/// What an operation works with once it is allowed to.
pub(crate) struct Call<'a> {
    pub(crate) store: &'a Arc<Store>,
    pub(crate) directory: &'a Arc<Directory>,
    pub(crate) identity: &'a Arc<Identity>,
    pub(crate) access: &'a Access,
    pub(crate) clock: &'a dyn Fn() -> i64,
    /// The largest profile in bytes.
    pub(crate) max_profile: u64,
    pub(crate) read_only: bool,
}

impl Call<'_> {
    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }
}
