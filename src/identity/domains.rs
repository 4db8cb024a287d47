//! Security domains as configured: which realms they join, and how uids are made in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::realm::{Domain, Realm};
use super::realms::AUTHENTICATION;
use super::subject::Subject;
use crate::error::{Error, Result};
use crate::json::Settings;

/// How a domain makes the uids of new profiles.
enum UidGeneration {
    Hashed,
    /// The username as it is, and this suffix.
    Literal(String),
}

/// The configured domains.
pub(crate) struct Domains {
    uid_generation: HashMap<String, UidGeneration>,
    joined: Vec<Arc<Domain>>,
}

impl Domains {
    /// Takes every setting below `domains.` out of `settings`. `known` are the realms that a
    /// domain may join.
    pub(super) fn configure(settings: &mut Settings<'_>, known: &[Realm]) -> Result<Self> {
        let mut domains = Self { uid_generation: HashMap::new(), joined: Vec::new() };
        settings.take_empty("domains");
        let mut members = BTreeMap::new();
        for name in settings.names_below("domains.") {
            let at = format!("domains.{name}");
            settings.take_empty(&at);
            if name.is_empty() {
                return Err(Error::illegal_argument("Security domain name must not be empty"));
            }
            if name.starts_with('_') {
                return Err(Error::illegal_argument(
                    "Security domain name must not start with \"_\"",
                ));
            }
            let realms = settings.strings(&format!("{at}.realms"))?.ok_or_else(|| {
                Error::illegal_argument(format!(
                    "[{AUTHENTICATION}{at}.realms] must exist for security domain configuration"
                ))
            })?;
            members.insert(name.clone(), realms.into_iter().collect::<BTreeSet<_>>());
            domains.uid_generation.insert(name, uid_generation(settings, &at)?);
        }
        check_members(&members, known)?;
        for (name, realms) in members {
            let realms = known.iter().filter(|realm| realms.contains(&realm.name));
            domains.joined.push(Arc::new(Domain { name, realms: realms.cloned().collect() }));
        }
        Ok(domains)
    }

    /// The domain that a configured realm is in.
    pub(super) fn of(&self, realm: &Realm) -> Option<Arc<Domain>> {
        self.joined.iter().find(|domain| domain.realms.contains(realm)).cloned()
    }

    /// The uid of a new profile of `subject` and the name of its domain, if the domain makes uids
    /// of usernames.
    pub(super) fn literal_uid<'s>(
        &self,
        subject: &'s Subject,
    ) -> Result<Option<(String, &'s str)>> {
        let Some(domain) = subject.realm.domain.as_deref().map(|domain| &domain.name) else {
            return Ok(None);
        };
        match self.uid_generation.get(domain) {
            None => Err(Error::internal(format!(
                "subject realm is under a domain [{domain}], but no associated domain config is \
                 found"
            ))),
            Some(UidGeneration::Hashed) => Ok(None),
            Some(UidGeneration::Literal(suffix)) if is_literal(&subject.username) => {
                Ok(Some((format!("u_{}_{suffix}", subject.username), domain)))
            }
            Some(UidGeneration::Literal(_)) => Err(Error::internal(format!(
                "Security domain [{domain}] is configured to use literal username. As a result, \
                 creating new user profile requires the username to be at least 1 and no more \
                 than 256 characters. The username must begin with an alphanumeric character \
                 (a-z, A-Z, 0-9) and followed by any alphanumeric or dash (-) characters."
            ))),
        }
    }
}

fn uid_generation(settings: &mut Settings<'_>, at: &str) -> Result<UidGeneration> {
    let at = format!("{at}.uid_generation");
    settings.take_empty(&at);
    let literal = settings.boolean(&format!("{at}.literal_username"))?.unwrap_or(false);
    let suffix = settings.string(&format!("{at}.suffix"))?;
    match (literal, suffix) {
        (false, None) => Ok(UidGeneration::Hashed),
        (true, Some(suffix)) if is_suffix(&suffix) => Ok(UidGeneration::Literal(suffix)),
        (true, Some(suffix)) => Err(Error::illegal_argument(format!(
            "Invalid value [{suffix}] for [{AUTHENTICATION}{at}.suffix]. Fixed-string suffix must \
             begin with a letter and followed by either letters or digits andthe total length \
             must be between 1 and 10 characters (inclusive)."
        ))),
        (literal, _) => Err(Error::illegal_argument(format!(
            "[{AUTHENTICATION}{at}.suffix] must {}be configured when \
             [{AUTHENTICATION}{at}.literal_username] is set to [{literal}]",
            if literal { "" } else { "not " }
        ))),
    }
}

/// Refuses names of realms that do not exist, and realms in more than one domain.
fn check_members(members: &BTreeMap<String, BTreeSet<String>>, known: &[Realm]) -> Result<()> {
    let mut domains_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (domain, realms) in members {
        for realm in realms {
            domains_of.entry(realm).or_default().push(domain);
        }
    }
    let shared = domains_of.iter().filter(|(_, domains)| domains.len() > 1);
    let shared: Vec<String> = shared
        .map(|(realm, domains)| {
            format!("realm [{realm}] is associated to domains [{}]", domains.join(", "))
        })
        .collect();
    if !shared.is_empty() {
        return Err(Error::illegal_argument(format!(
            "Realms can be associated to at most one domain, but {}",
            shared.join(" and ")
        )));
    }
    let is_known = |name: &str| known.iter().any(|realm| realm.name == name);
    let undefined: Vec<&str> = domains_of.into_keys().filter(|realm| !is_known(realm)).collect();
    if !undefined.is_empty() {
        return Err(Error::illegal_argument(format!(
            "Undefined realms [{}] cannot be assigned to domains",
            undefined.join(", ")
        )));
    }
    Ok(())
}

/// `^[a-zA-Z][a-zA-Z0-9]{0,9}$`.
fn is_suffix(text: &str) -> bool {
    text.len() <= 10
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `^[a-zA-Z0-9][a-zA-Z0-9-]{0,255}$`.
fn is_literal(username: &str) -> bool {
    username.len() <= 256
        && username.starts_with(|first: char| first.is_ascii_alphanumeric())
        && username.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
