//! What `login` is asked with.

use crate::error::{Error, Result};
use crate::identity::credentials::Credentials;
use crate::operations::{Request, SHARED_SECRET, client_authentication};

/// The credentials in the request; none at all stand for the anonymous user.
pub(super) fn credentials(mut request: Request<'_>) -> Result<Option<Credentials>> {
    let mut text = |name: &str| Ok(request.string(name)?.map(String::from));
    let (username, password) = (text("username")?, text("password")?);
    let token = text("access_token")?;
    let client = client_authentication(&mut request)?;
    request.finish()?;
    if client.as_ref().is_some_and(|client| client.scheme.trim() != SHARED_SECRET) {
        return Err(Error::validation(&[
            "[client_authentication.scheme] must be set to [SharedSecret]",
        ]));
    }
    match (username, password, token, client) {
        (Some(username), Some(password), None, None) => {
            Ok(Some(Credentials::Password { username, password }))
        }
        (None, None, Some(token), client) => {
            Ok(Some(Credentials::Token { token, secret: client.map(|client| client.value) }))
        }
        (None, None, None, None) => Ok(None),
        (_, _, Some(_), _) => Err(Error::illegal_argument(
            "specify either [username, password] or [access_token], not both",
        )),
        _ => Err(missing()),
    }
}

/// A request that proves nobody.
pub(super) fn missing() -> Error {
    Error::illegal_argument("Required [username, password]")
}
