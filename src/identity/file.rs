//! The file realm: users and their roles in two files in Elasticsearch's format, read again when
//! they change.

use std::collections::HashMap;
use std::path::Path;

use super::memory::Limits;
use super::password_cache::PasswordCache;
use super::passwords;
use super::principal::Principal;
use super::watched::Watched;
use crate::error::{Error, Result};

/// Password hashes by username.
type Users = HashMap<String, String>;
/// Roles by username, in the order of the file.
type Roles = HashMap<String, Vec<String>>;

pub(super) struct FileRealm {
    users: Watched<Users>,
    roles: Watched<Roles>,
    verified: PasswordCache,
}

impl FileRealm {
    /// Reads both files; one that is not there is an empty one.
    pub(super) fn open(users: &Path, roles: &Path, cache: Limits) -> Result<Self> {
        Ok(Self {
            users: Watched::open(users, Box::new(parse_users)).map_err(Error::illegal_argument)?,
            roles: Watched::open(roles, Box::new(parse_roles)).map_err(Error::illegal_argument)?,
            verified: PasswordCache::new(cache),
        })
    }

    /// The user whose password this is. It takes as long when there is no such user, as long as
    /// the hashes in the file are of one kind; `nobody` stands in for them in an empty file.
    pub(super) fn authenticate(
        &self,
        username: &str,
        password: &str,
        nobody: &str,
        now: i64,
        report: &dyn Fn(&str),
    ) -> Option<Principal> {
        let users = self.users.get(report).value;
        let user = users.get(username);
        let hash = user.or_else(|| users.values().next()).map_or(nobody, String::as_str);
        let verified = self.verified.verify(hash, password, now);
        user.filter(|_| verified).map(|_| self.principal(username, report))
    }

    /// The user of this name.
    pub(super) fn find(&self, username: &str, report: &dyn Fn(&str)) -> Option<Principal> {
        let users = self.users.get(report).value;
        users.contains_key(username).then(|| self.principal(username, report))
    }

    fn principal(&self, username: &str, report: &dyn Fn(&str)) -> Principal {
        Principal {
            username: username.to_owned(),
            roles: self.roles.get(report).value.get(username).cloned().unwrap_or_default(),
            full_name: None,
            email: None,
            metadata: "{}".to_owned(),
            groups: Vec::new(),
            dn: None,
        }
    }
}

/// Lines `username:hash`.
fn parse_users(content: Option<&[u8]>) -> Result<Users, String> {
    let mut users = Users::new();
    for (number, line) in lines(content)? {
        let (name, hash) = line.split_once(':').ok_or_else(|| expected(number, "username:hash"))?;
        if name.is_empty() {
            return Err(expected(number, "username:hash"));
        }
        passwords::check_hash(hash)
            .map_err(|error| format!("line {number}: user [{name}]: {}", error.reason()))?;
        if users.insert(name.to_owned(), hash.to_owned()).is_some() {
            return Err(format!("line {number}: user [{name}] is there twice"));
        }
    }
    Ok(users)
}

/// Lines `role:username,username`.
fn parse_roles(content: Option<&[u8]>) -> Result<Roles, String> {
    let mut roles = Roles::new();
    for (number, line) in lines(content)? {
        let (role, users) =
            line.split_once(':').ok_or_else(|| expected(number, "role:username,username"))?;
        for user in users.split(',').map(str::trim).filter(|user| !user.is_empty()) {
            let of_user = roles.entry(user.to_owned()).or_default();
            if !of_user.iter().any(|given| given == role.trim()) {
                of_user.push(role.trim().to_owned());
            }
        }
    }
    Ok(roles)
}

fn expected(number: usize, form: &str) -> String {
    format!("line {number} is not of the form [{form}]")
}

/// The lines that say something, with their numbers from 1.
fn lines(content: Option<&[u8]>) -> Result<impl Iterator<Item = (usize, &str)>, String> {
    let text = std::str::from_utf8(content.unwrap_or_default())
        .map_err(|error| format!("it is not UTF-8 from byte {} on", error.valid_up_to()))?;
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|(index, line)| (index + 1, line)))
}
