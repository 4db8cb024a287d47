//! Realms as identities name them, and the security domains that join them.

use std::sync::Arc;

use crate::json::{Raw, string};

/// The realm that a user comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Realm {
    /// `native`, `reserved`, `ldap`, ...: Elasticsearch's `type`.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) domain: Option<Arc<Domain>>,
}

/// Realms whose users of one name are one person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Domain {
    pub(crate) name: String,
    /// The realms in it, by name; these do not name their domain again.
    pub(crate) realms: Vec<Realm>,
}

impl Realm {
    /// A realm that is in no domain.
    pub(crate) fn new(kind: &str, name: &str) -> Self {
        Self { kind: kind.to_owned(), name: name.to_owned(), domain: None }
    }

    /// `{"name":...,"type":...,"domain":...?}` as `authenticate` shows it: of the domain its name.
    pub(crate) fn to_json(&self) -> String {
        self.render(|domain| string(&domain.name))
    }

    /// The whole reference, as it is stored: of the domain its name and its realms.
    pub(crate) fn to_stored(&self) -> String {
        self.render(|domain| {
            let realms: Vec<String> = domain.realms.iter().map(Realm::to_json).collect();
            format!(r#"{{"name":{},"realms":[{}]}}"#, string(&domain.name), realms.join(","))
        })
    }

    fn render(&self, domain: impl FnOnce(&Domain) -> String) -> String {
        let domain = self.domain.as_deref().map(|of| format!(r#","domain":{}"#, domain(of)));
        let (name, kind) = (string(&self.name), string(&self.kind));
        format!(r#"{{"name":{name},"type":{kind}{}}}"#, domain.unwrap_or_default())
    }

    /// The realm that `to_stored` wrote.
    pub(crate) fn of_stored(stored: Raw<'_>) -> Option<Self> {
        let mut realm = Self::new(&text(stored, "type")?, &text(stored, "name")?);
        if let Some(domain) = stored.member("domain") {
            let realms = domain.member("realms")?.elements().map(Self::of_stored);
            let realms = realms.collect::<Option<_>>()?;
            realm.domain = Some(Arc::new(Domain { name: text(domain, "name")?, realms }));
        }
        Some(realm)
    }

    /// Whether what a user of this realm has made belongs to a user of the same name whose realm
    /// was `stored`: it is this realm or, for one in a domain, any of the domain as it is now.
    pub(crate) fn owns(&self, stored: Raw<'_>) -> bool {
        match &self.domain {
            None => self.equivalent(stored),
            Some(domain) => domain.realms.iter().any(|realm| realm.equivalent(stored)),
        }
    }

    /// Whether the types are equal, and the names too unless there can be only one realm of the
    /// type.
    fn equivalent(&self, stored: Raw<'_>) -> bool {
        let is = |member: &str, expected: &str| {
            stored.member(member).and_then(Raw::string).as_deref() == Some(expected)
        };
        is("type", &self.kind)
            && (matches!(self.kind.as_str(), "file" | "native") || is("name", &self.name))
    }
}

fn text(value: Raw<'_>, member: &str) -> Option<String> {
    Some(value.member(member)?.string()?.into_owned())
}
