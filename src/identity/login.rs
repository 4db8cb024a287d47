//! How the user of a handle is found again at each call, so that what changes counts at once.

use super::credentials::token_principal;
use super::principal::Principal;
use super::realm::Realm;

/// A user who has been authenticated, without what proved it.
pub(crate) enum Login {
    /// A user of the store: the one of this name and account.
    Stored {
        username: String,
        account: Option<String>,
    },
    /// A user of the file realm, by name.
    File(String),
    /// What the host answered, which is not asked again.
    External(Realm, Box<Principal>),
    /// An access token, which proves its user each time.
    Token {
        token: String,
        secret: Option<String>,
    },
    Anonymous,
}

impl Login {
    /// Whether what the store says about people decides alone whether the user is still there.
    pub(crate) fn is_stored(&self) -> bool {
        match self {
            Login::Stored { .. } | Login::External(..) | Login::Anonymous => true,
            Login::File(_) | Login::Token { .. } => false,
        }
    }

    /// Whom messages name.
    pub(crate) fn principal(&self, anonymous: &str) -> String {
        match self {
            Login::Stored { username, .. } | Login::File(username) => username.clone(),
            Login::External(_, principal) => principal.username.clone(),
            Login::Token { token, .. } => token_principal(token),
            Login::Anonymous => anonymous.to_owned(),
        }
    }
}
