//! The user that stands for nobody.

use super::realm::Realm;
use super::subject::Subject;
use crate::error::Result;
use crate::json::Settings;

/// The anonymous user. Anonymous access is on if it has roles.
pub(crate) struct Anonymous {
    pub(crate) username: String,
    pub(crate) roles: Vec<String>,
}

impl Anonymous {
    /// Takes every setting below `anonymous.` out of `settings`.
    pub(crate) fn configure(settings: &mut Settings<'_>) -> Result<Self> {
        settings.take_empty("anonymous");
        let username = settings.string("anonymous.username")?;
        Ok(Self {
            username: username.unwrap_or_else(|| "_anonymous".to_owned()),
            roles: settings.strings("anonymous.roles")?.unwrap_or_default(),
        })
    }

    /// Who acts without credentials, if that is allowed.
    pub(crate) fn subject(&self) -> Option<Subject> {
        (!self.roles.is_empty()).then(|| Subject {
            username: self.username.clone(),
            roles: self.roles.clone(),
            full_name: None,
            email: None,
            metadata: r#"{"_reserved":true}"#.to_owned(),
            realm: Realm::new("__anonymous", "__anonymous"),
            authentication_type: "anonymous".to_owned(),
            account: None,
        })
    }
}
