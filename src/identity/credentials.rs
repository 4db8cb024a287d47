//! What somebody proves with who they are.

use super::jwt::Jwt;
use crate::error::Error;

/// A password or an access token.
pub(crate) enum Credentials {
    Password {
        username: String,
        password: String,
    },
    Token {
        token: String,
        /// The shared secret of the client that brings a JWT.
        secret: Option<String>,
    },
}

impl Credentials {
    /// What the header of a request holds: its secret counts with a JWT only.
    pub(crate) fn bearer(token: &str, secret: Option<String>) -> Self {
        let secret = secret.filter(|_| Jwt::parse(token).is_some());
        Credentials::Token { token: token.to_owned(), secret }
    }

    /// Whom a refusal of these names.
    pub(crate) fn principal(&self) -> String {
        match self {
            Credentials::Password { username, .. } => username.clone(),
            Credentials::Token { token, .. } => token_principal(token),
        }
    }
}

/// Whom a refusal of an access token names.
pub(super) fn token_principal(token: &str) -> String {
    Jwt::parse(token).map_or_else(|| "_bearer_token".to_owned(), |jwt| jwt.principal())
}

/// 401 for a user who could not be authenticated for `what`.
pub(crate) fn unauthenticated(principal: &str, what: &str) -> Error {
    Error::unauthenticated(format!("unable to authenticate user [{principal}] for {what}"))
}
