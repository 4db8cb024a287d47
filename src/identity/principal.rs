//! A person as a realm describes one, before roles are mapped.

/// What a realm knows of a person whom it has authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) username: String,
    /// The roles that the realm itself gives; mapped ones come behind them.
    pub(crate) roles: Vec<String>,
    pub(crate) full_name: Option<String>,
    pub(crate) email: Option<String>,
    /// A JSON object as text.
    pub(crate) metadata: String,
    pub(crate) groups: Vec<String>,
    /// The distinguished name in a directory.
    pub(crate) dn: Option<String>,
}
