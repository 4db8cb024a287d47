//! Cluster and index privileges: what their names mean, as patterns over actions.

use std::collections::BTreeMap;
use std::sync::Arc;

use once_cell::sync::OnceCell;

use crate::error::{Error, Result};
use crate::json::{Raw, check};
use crate::pattern::{BUDGET, Language};

/// Elasticsearch's privileges by name, and its restricted indices.
const SOURCE: &str = include_str!("privileges.json");

/// How much of an unknown privilege a message shows.
const SHOWN: usize = 200;

/// What a privilege is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Cluster,
    Index,
}

/// Privileges that have a name, of one scope.
struct Names {
    named: BTreeMap<String, Named>,
    /// What is a raw action, and not a name.
    actions: Language,
}

struct Named {
    allow: Vec<String>,
    deny: Vec<String>,
    failures: bool,
    language: OnceCell<Arc<Language>>,
}

impl Scope {
    fn names(self) -> Result<&'static Names> {
        static CLUSTER: OnceCell<Names> = OnceCell::new();
        static INDEX: OnceCell<Names> = OnceCell::new();
        match self {
            Scope::Cluster => CLUSTER.get_or_try_init(|| {
                Names::read(
                    "cluster",
                    &["cluster:*", "indices:admin/template/*", "indices:admin/index_template/*"],
                )
            }),
            Scope::Index => INDEX.get_or_try_init(|| {
                Names::read("index", &["indices:*", "internal:transport/proxy/indices:*"])
            }),
        }
    }

    /// The actions that `privilege` allows, if there is such a privilege; names and actions have no
    /// case.
    pub(super) fn find(self, privilege: &str, budget: &mut u32) -> Result<Option<Arc<Language>>> {
        let names = self.names()?;
        let privilege = privilege.to_lowercase();
        if let Some(named) = names.named.get(&privilege) {
            return named.language().cloned().map(Some);
        }
        if !names.actions.contains(&privilege) {
            return Ok(None);
        }
        Language::parse(&[privilege + "*"], budget).map(|actions| Some(Arc::new(actions)))
    }

    /// The actions that `privilege` allows; a 400 if there is no such privilege.
    pub(super) fn resolve(self, privilege: &str, budget: &mut u32) -> Result<Arc<Language>> {
        self.find(privilege, budget)?.map_or_else(|| Err(self.unknown(privilege)?), Ok)
    }

    /// The refusal of a privilege that does not exist.
    pub(super) fn unknown(self, privilege: &str) -> Result<Error> {
        let (what, which) = match self {
            Scope::Cluster => ("cluster", "predefined cluster privilege names"),
            Scope::Index => ("index", "predefined fixed indices privileges"),
        };
        let known: Vec<&str> = self.names()?.named.keys().map(String::as_str).collect();
        let privilege: String = privilege.to_lowercase().chars().take(SHOWN).collect();
        Ok(Error::illegal_argument(format!(
            "unknown {what} privilege [{privilege}]. a privilege must be either one of the \
             {which} [{}] or a pattern over one of the available {what} actions",
            known.join(",")
        )))
    }

    /// Refuses a privilege that does not exist.
    pub(super) fn check(self, privilege: &str) -> Result<()> {
        let (names, lower) = (self.names()?, privilege.to_lowercase());
        if names.named.contains_key(&lower) || names.actions.contains(&lower) {
            return Ok(());
        }
        Err(self.unknown(privilege)?)
    }
}

impl Names {
    fn read(scope: &str, actions: &[&str]) -> Result<Self> {
        let names = source()?.member(scope).into_iter().flat_map(Raw::members);
        let named = names.map(|(name, privilege)| {
            let list = |member: &str| privilege.member(member).and_then(Raw::strings);
            let named = Named {
                allow: list("allow").ok_or_else(damaged)?,
                deny: list("deny").unwrap_or_default(),
                failures: privilege.member("failures").is_some(),
                language: OnceCell::new(),
            };
            Ok((name.string().unwrap_or_default().into_owned(), named))
        });
        let actions = Language::parse(actions, &mut { BUDGET })?;
        Ok(Self { named: named.collect::<Result<_>>()?, actions })
    }
}

impl Named {
    fn language(&self) -> Result<&Arc<Language>> {
        self.language.get_or_try_init(|| {
            Language::parse_without(&self.allow, &self.deny, &mut { BUDGET }).map(Arc::new)
        })
    }
}

/// Whether `privilege` reaches failure stores only.
pub(super) fn is_for_failures(privilege: &str) -> bool {
    let named = Scope::Index.names().map(|names| names.named.get(&privilege.to_lowercase()));
    named.is_ok_and(|named| named.is_some_and(|named| named.failures))
}

/// The indices that only entries with `allow_restricted_indices` reach, and all others.
pub(super) struct Restricted {
    pub(super) inside: Language,
    pub(super) outside: Language,
}

pub(super) fn restricted() -> Result<&'static Restricted> {
    static RESTRICTED: OnceCell<Restricted> = OnceCell::new();
    RESTRICTED.get_or_try_init(|| {
        let list = |name: &str| source()?.member(name).and_then(Raw::strings).ok_or_else(damaged);
        let names = [list("restricted_indices")?, list("restricted_indices_unverified")?].concat();
        let everything = ["*".to_owned()];
        Ok(Restricted {
            inside: Language::parse(&names, &mut { BUDGET })?,
            outside: Language::parse_without(&everything, &names, &mut { BUDGET })?,
        })
    })
}

fn source() -> Result<Raw<'static>> {
    check(SOURCE.as_bytes()).map(Raw::trusted)
}

fn damaged() -> Error {
    Error::internal("the table of privileges is damaged")
}
