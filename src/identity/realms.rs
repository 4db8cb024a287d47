//! The realms of an engine, as configured at open under Elasticsearch's setting names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::domains::Domains;
use super::external::{Authenticator, ExternalRealm};
use super::file::FileRealm;
use super::jwt::JwtRealm;
use super::memory::Limits;
use super::password_cache::PasswordCache;
use super::realm::Realm;
use crate::error::{Error, Result};
use crate::json::Settings;

/// What the settings of realms and domains are called below.
pub(crate) const AUTHENTICATION: &str = "xpack.security.authc.";

/// The native and the file realm when none is configured.
const DEFAULT_NATIVE: &str = "default_native";
const DEFAULT_FILE: &str = "default_file";

/// The types of realm that the library answers itself.
const INTERNAL: &[&str] = &["native", "file", "jwt", "reserved"];

/// How a realm knows its users.
pub(super) enum Source {
    /// The users of the store.
    Native(PasswordCache),
    File(Box<FileRealm>),
    Jwt {
        realm: Box<JwtRealm>,
        /// The realms that know the roles of its users; without any, role mappings do.
        authorization: Vec<String>,
    },
    External(ExternalRealm),
}

/// A realm that may authenticate somebody.
pub(super) struct Configured {
    pub(super) realm: Realm,
    order: i32,
    pub(super) source: Source,
}

/// The enabled realms, and the domains of all.
pub(crate) struct Realms {
    /// In the order in which they are asked.
    pub(super) chain: Vec<Configured>,
    /// The realm of the users of the store, also while it is switched off.
    pub(crate) native: Realm,
    pub(crate) domains: Arc<Domains>,
}

impl Realms {
    /// Takes every setting below `realms.` and `domains.` out of `settings`. Files of users are
    /// in `directory`, that of the store, unless configured elsewhere.
    pub(crate) fn configure(settings: &mut Settings<'_>, directory: Option<&Path>) -> Result<Self> {
        settings.take_empty("realms");
        let mut known: Vec<Realm> = Vec::new();
        let mut chain = Vec::new();
        for kind in settings.names_below("realms.") {
            settings.take_empty(&format!("realms.{kind}"));
            let names = settings.names_below(&format!("realms.{kind}."));
            if names.len() > 1 && matches!(kind.as_str(), "native" | "file") {
                return Err(Error::illegal_argument(format!(
                    "multiple [{kind}] realms are configured. [{kind}] is an internal realm type \
                     and therefore there can only be one such realm configured"
                )));
            }
            for name in names {
                check_name(&name, &kind, &known)?;
                let at = format!("realms.{kind}.{name}");
                settings.take_empty(&at);
                let kind = match kind.as_str() {
                    "external" => external_kind(settings, &at)?,
                    _ => kind.clone(),
                };
                let realm = Realm::new(&kind, &name);
                known.push(realm.clone());
                let order = settings.integer(&format!("{at}.order"))?.unwrap_or(i32::MAX);
                let enabled = settings.boolean(&format!("{at}.enabled"))?.unwrap_or(true);
                let source = source(settings, &kind, &at, directory)?;
                if enabled {
                    chain.push(Configured { realm, order, source });
                }
            }
        }
        let default = |kind: &str, name: &str| {
            let configured = known.iter().any(|realm| realm.kind == kind);
            (!configured).then(|| Realm::new(kind, name))
        };
        let (native, file) = (default("native", DEFAULT_NATIVE), default("file", DEFAULT_FILE));
        if let Some(realm) = &native {
            let source = Source::Native(PasswordCache::new(Limits::default()));
            chain.push(Configured { realm: realm.clone(), order: i32::MIN, source });
        }
        known.extend(native.into_iter().chain(file));
        let domains = Domains::configure(settings, &known)?;
        for realm in known.iter_mut().chain(chain.iter_mut().map(|one| &mut one.realm)) {
            realm.domain = domains.of(realm);
        }
        check_authorization(&chain)?;
        chain.sort_by(|a, b| (a.order, &a.realm.name).cmp(&(b.order, &b.realm.name)));
        let native = known.into_iter().find(|realm| realm.kind == "native");
        let native = native.unwrap_or_else(|| Realm::new("native", DEFAULT_NATIVE));
        Ok(Self { chain, native, domains: Arc::new(domains) })
    }

    /// The enabled realm of this name and type.
    pub(crate) fn find(&self, name: &str, kind: &str) -> Result<&Realm> {
        self.named(name)
            .map(|configured| &configured.realm)
            .filter(|realm| realm.kind == kind)
            .ok_or_else(|| unknown(name))
    }

    /// Sets who answers for the external realm `name`.
    pub(crate) fn set_authenticator(
        &self,
        name: &str,
        authenticator: Option<Authenticator>,
    ) -> Result<()> {
        match self.named(name).map(|configured| &configured.source) {
            Some(Source::External(realm)) => {
                realm.set(authenticator);
                Ok(())
            }
            _ => Err(unknown(name)),
        }
    }

    /// The enabled realm of this name.
    pub(super) fn named(&self, name: &str) -> Option<&Configured> {
        self.chain.iter().find(|configured| configured.realm.name == name)
    }
}

fn unknown(name: &str) -> Error {
    Error::illegal_argument(format!("unknown realm [{name}]"))
}

/// Refuses a name that a realm cannot have beside the `known` ones.
fn check_name(name: &str, kind: &str, known: &[Realm]) -> Result<()> {
    let is_default = [("native", DEFAULT_NATIVE), ("file", DEFAULT_FILE)]
        .iter()
        .any(|(of, default)| *of != kind && *default == name);
    let problem = if name.is_empty() {
        "Realm name must not be empty".to_owned()
    } else if name.starts_with('_') {
        format!("Realm name must not start with \"_\", but found [{name}]")
    } else if is_default || known.iter().any(|realm| realm.name == name) {
        format!("Found multiple realms configured with the same name: [{name}]")
    } else {
        return Ok(());
    };
    Err(Error::illegal_argument(problem))
}

/// The type that the users of an external realm have.
fn external_kind(settings: &mut Settings<'_>, at: &str) -> Result<String> {
    let key = format!("{at}.type");
    let kind = settings.string(&key)?.unwrap_or_else(|| "external".to_owned());
    if kind.is_empty() || kind.starts_with('_') || INTERNAL.contains(&kind.as_str()) {
        return Err(Error::illegal_argument(format!(
            "Invalid value [{kind}] for [{AUTHENTICATION}{key}], an external realm cannot have \
             the type of one that is answered by the library"
        )));
    }
    Ok(kind)
}

/// Takes the settings of one realm that depend on how it knows its users.
fn source(
    settings: &mut Settings<'_>,
    kind: &str,
    at: &str,
    directory: Option<&Path>,
) -> Result<Source> {
    let mut path = |name: &str| -> Result<_> {
        let key = format!("{at}.files.{name}");
        match (settings.string(&key)?, directory) {
            (Some(path), _) => resolve(directory, &format!("{AUTHENTICATION}{key}"), &path),
            (None, Some(directory)) => Ok(directory.join(name)),
            // No file has the empty path, so this realm has no users.
            (None, None) => Ok(PathBuf::new()),
        }
    };
    Ok(match kind {
        "native" => Source::Native(PasswordCache::new(cache(settings, at)?)),
        "file" => {
            let (users, roles) = (path("users")?, path("users_roles")?);
            Source::File(Box::new(FileRealm::open(&users, &roles, cache(settings, at)?)?))
        }
        "jwt" => Source::Jwt {
            authorization: settings
                .strings(&format!("{at}.authorization_realms"))?
                .unwrap_or_default(),
            realm: Box::new(JwtRealm::configure(settings, at, directory)?),
        },
        _ if at.starts_with("realms.external.") => Source::External(ExternalRealm::default()),
        _ => {
            let realm = at.trim_start_matches("realms.");
            return Err(Error::illegal_argument(format!(
                "unknown realm type [{kind}] set for realm [{realm}]"
            )));
        }
    })
}

/// The file that the setting `key` names: in `directory`, that of the store, unless the path is
/// absolute.
pub(super) fn resolve(directory: Option<&Path>, key: &str, path: &str) -> Result<PathBuf> {
    let path = Path::new(path);
    match directory {
        _ if path.is_absolute() => Ok(path.to_owned()),
        Some(directory) => Ok(directory.join(path)),
        None => Err(Error::illegal_argument(format!(
            "[{key}] must be an absolute path, for a temporary store has no directory of its own"
        ))),
    }
}

/// What a realm remembers of verified passwords.
fn cache(settings: &mut Settings<'_>, at: &str) -> Result<Limits> {
    let default = Limits::default();
    let ttl_ms = settings.milliseconds(&format!("{at}.cache.ttl"))?.unwrap_or(default.ttl_ms);
    let entries = settings.integer(&format!("{at}.cache.max_users"))?.unwrap_or(default.entries);
    Ok(Limits { ttl_ms, entries })
}

/// Refuses JWT realms whose users should be found in a realm that cannot look users up.
fn check_authorization(chain: &[Configured]) -> Result<()> {
    for configured in chain {
        let Source::Jwt { authorization, .. } = &configured.source else { continue };
        for name in authorization {
            let found = chain.iter().find(|other| other.realm.name == *name);
            if !matches!(
                found,
                Some(Configured { source: Source::Native(_) | Source::File(_), .. })
            ) {
                return Err(Error::illegal_argument(format!(
                    "Invalid value [{name}] for [{AUTHENTICATION}realms.jwt.{}\
                     .authorization_realms], it must name an enabled native or file realm",
                    configured.realm.name
                )));
            }
        }
    }
    Ok(())
}
