//! Who is this: realms, domains, users, tokens, and the uid that a person keeps.

pub(crate) mod anonymous;
pub(crate) mod authentication;
pub(crate) mod credentials;
pub(crate) mod domains;
pub(crate) mod external;
mod file;
pub(crate) mod jwt;
pub(crate) mod login;
pub(crate) mod mappings;
mod memory;
mod password_cache;
pub(crate) mod passwords;
pub(crate) mod principal;
pub(crate) mod profiles;
pub(crate) mod realm;
pub(crate) mod realms;
pub(crate) mod subject;
pub(crate) mod tokens;
pub(crate) mod uid;
pub(crate) mod users;
mod watched;
