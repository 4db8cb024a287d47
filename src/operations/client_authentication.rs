//! `client_authentication`: how the client that brings a JWT shows that it may.

use super::Request;
use crate::error::{Error, Result};

/// The one scheme of client authentication.
pub(crate) const SHARED_SECRET: &str = "SharedSecret";

/// Its value is required, its scheme has a default.
pub(crate) struct ClientAuthentication {
    pub(crate) scheme: String,
    pub(crate) value: String,
}

/// Takes the object `client_authentication`.
pub(crate) fn client_authentication(
    request: &mut Request<'_>,
) -> Result<Option<ClientAuthentication>> {
    let Some(mut client) = request.nested("client_authentication")? else { return Ok(None) };
    let scheme = client.string("scheme")?;
    let value = client.string("value")?;
    client.finish()?;
    let value = value.ok_or_else(|| Error::illegal_argument("Required [value]"))?;
    let scheme = scheme.map_or_else(|| SHARED_SECRET.to_owned(), Into::into);
    Ok(Some(ClientAuthentication { scheme, value: value.into_owned() }))
}
