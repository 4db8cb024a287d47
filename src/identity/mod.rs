//! Who is this: realms, users, passwords, and the uid that a person keeps.

pub(crate) mod authentication;
mod credentials;
pub(crate) mod mappings;
mod memory;
pub(crate) mod passwords;
pub(crate) mod principal;
pub(crate) mod profiles;
pub(crate) mod realms;
pub(crate) mod subject;
pub(crate) mod uid;
pub(crate) mod users;
mod watched;
