//! The realms of an engine, as configured at open under Elasticsearch's setting names.

use super::realm::Realm;
use crate::error::{Error, Result};
use crate::json::Settings;

use super::memory::Limits;

/// The native realm when none is configured.
pub(super) const DEFAULT_NATIVE: &str = "default_native";

/// The realms that may authenticate somebody.
#[derive(Debug)]
pub(crate) struct Realms {
    /// The users of the store, unless switched off.
    pub(crate) native: Option<Realm>,
    /// Realms whose users the host authenticates itself.
    external: Vec<Realm>,
    /// What the native realm remembers of verified passwords.
    pub(crate) cache: Limits,
}

impl Realms {
    /// Takes every setting below `realms.` out of `settings`.
    pub(crate) fn configure(settings: &mut Settings<'_>) -> Result<Self> {
        let mut realms = Self {
            native: Some(Realm::new("native", DEFAULT_NATIVE)),
            external: Vec::new(),
            cache: Limits::default(),
        };
        settings.take_empty("realms");
        if settings.names_below("realms.native.").len() > 1 {
            return Err(Error::illegal_argument(
                "multiple [native] realms are configured. [native] is an internal realm type and \
                 therefore there can only be one such realm configured",
            ));
        }
        let mut names: Vec<String> = Vec::new();
        for kind in settings.names_below("realms.") {
            settings.take_empty(&format!("realms.{kind}"));
            for name in settings.names_below(&format!("realms.{kind}.")) {
                if name.starts_with('_') {
                    return Err(Error::illegal_argument(format!(
                        "Realm name must not start with \"_\", but found [{name}]"
                    )));
                }
                if names.contains(&name) {
                    return Err(Error::illegal_argument(format!(
                        "Found multiple realms configured with the same name: [{name}]"
                    )));
                }
                realms.add(settings, &kind, &name)?;
                names.push(name);
            }
        }
        Ok(realms)
    }

    fn add(&mut self, settings: &mut Settings<'_>, kind: &str, name: &str) -> Result<()> {
        let at = format!("realms.{kind}.{name}");
        settings.take_empty(&at);
        let enabled = settings.boolean(&format!("{at}.enabled"))?.unwrap_or(true);
        // One realm of a kind that takes passwords exists today, so the order only has to be valid.
        settings.integer::<i32>(&format!("{at}.order"))?;
        match kind {
            "native" => {
                if let Some(ttl) = settings.milliseconds(&format!("{at}.cache.ttl"))? {
                    self.cache.ttl_ms = ttl;
                }
                if let Some(entries) = settings.integer(&format!("{at}.cache.max_users"))? {
                    self.cache.entries = entries;
                }
                self.native = enabled.then(|| Realm::new(kind, name));
            }
            "external" => {
                let kind = settings.string(&format!("{at}.type"))?;
                if enabled {
                    self.external.push(Realm::new(kind.as_deref().unwrap_or("external"), name));
                }
            }
            _ => {
                return Err(Error::illegal_argument(format!(
                    "unknown realm type [{kind}] set for realm [{kind}.{name}]"
                )));
            }
        }
        Ok(())
    }

    /// The configured realm of this name and type.
    pub(crate) fn find(&self, name: &str, kind: &str) -> Result<&Realm> {
        self.native
            .iter()
            .chain(&self.external)
            .find(|realm| realm.name == name && realm.kind == kind)
            .ok_or_else(|| Error::illegal_argument(format!("unknown realm [{name}]")))
    }
}
