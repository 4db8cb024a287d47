//! `invalidate_token`: tokens that are good no longer.
//! Elasticsearch: DELETE /_security/oauth2/token.

use super::{Body, Entry, Operation, Request, Route};
use crate::error::{Error, Result};
use crate::identity::tokens::{self, Kind};

pub(crate) const INVALIDATE_TOKEN: Operation = Operation {
    name: "invalidate_token",
    routes: &[Route { methods: &["DELETE"], path: "/_security/oauth2/token" }],
    parameters: &[],
    body: Body::Required,
    parser: "invalidate_token",
    action: "cluster:admin/xpack/security/token/invalidate",
    writes: true,
    granted_by: &["delegate_pki", "manage_saml", "manage_token", "manage_security", "all"],
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    // An empty string counts as missing.
    let mut text = |name: &str| -> Result<Option<String>> {
        Ok(request.string(name)?.filter(|text| !text.is_empty()).map(Into::into))
    };
    let (access, refresh) = (text("token")?, text("refresh_token")?);
    let (realm, username) = (text("realm_name")?, text("username")?);
    request.finish()?;
    let token = match (access, refresh) {
        (Some(_), Some(_)) => {
            return Err(Error::illegal_argument(
                "only one of [token, refresh_token] may be sent per request",
            ));
        }
        (access, refresh) => access
            .map(|token| (token, Kind::Access))
            .or_else(|| refresh.map(|token| (token, Kind::Refresh))),
    };
    let by_owner = realm.is_some() || username.is_some();
    if by_owner == token.is_some() {
        return Err(Error::validation(&[if by_owner {
            "token string must not be provided when realm name or username is specified"
        } else {
            "token string must be provided when not specifying a realm name or a username"
        }]));
    }
    let call = entry.authorize()?;
    let now = call.now();
    let count = match token {
        Some((token, kind)) => tokens::invalidate(call.store, &token, kind, now),
        None => tokens::invalidate_all(call.store, realm.as_deref(), username.as_deref(), now),
    }?;
    let answer = format!(
        r#"{{"invalidated_tokens":{},"previously_invalidated_tokens":{},"error_count":0}}"#,
        count.now, count.before
    );
    if count.now + count.before == 0 { Err(Error::answered(404, answer)) } else { Ok(answer) }
}
