//! `get_token`: an access token, by a user's password, for the caller, or by a refresh token.
//! Elasticsearch: POST /_security/oauth2/token.

use super::{Body, Call, Entry, Operation, Request, Route};
use crate::access::Caller;
use crate::error::{Error, Result};
use crate::identity::credentials::{Credentials, unauthenticated};
use crate::identity::tokens::{self, Client, Issued};

pub(crate) const GET_TOKEN: Operation = Operation {
    name: "get_token",
    routes: &[Route { methods: &["POST"], path: "/_security/oauth2/token" }],
    parameters: &[],
    body: Body::Required,
    parser: "token_request",
    action: ACTION,
    writes: true,
    granted_by: &["manage_token", "manage_security", "all"],
    run,
};

const ACTION: &str = "cluster:admin/xpack/security/token/create";

/// The one scope that a token can have.
const SCOPE: &str = "full";

/// The types of grant, each with the members that it requires.
const GRANTS: [(&str, &[&str]); 4] = [
    ("password", &["username", "password"]),
    ("_kerberos", &["kerberos_ticket"]),
    ("refresh_token", &["refresh_token"]),
    ("client_credentials", &[]),
];

/// What the request proves the right to a token with.
enum Grant {
    Password(Credentials),
    Kerberos,
    RefreshToken(String),
    ClientCredentials,
}

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let scope = request.string("scope")?;
    let is_other_scope = scope.is_some_and(|scope| !scope.is_empty() && scope != SCOPE);
    let grant = grant(request)?;
    let client = match entry.caller {
        Caller::Host => Client(None),
        Caller::User(user) => Client(Some(user.subject.clone())),
    };
    let call = entry.authorize()?;
    let now = call.now();
    let issued = issue(&call, grant, client, now)?;
    let mut answer = format!(
        r#"{{"access_token":"{}","type":"Bearer","expires_in":{}"#,
        issued.access_token,
        issued.expires.saturating_sub(now).max(0) / 1000
    );
    if let Some(token) = issued.refresh_token {
        answer.push_str(&format!(r#","refresh_token":"{token}""#));
    }
    if is_other_scope {
        answer.push_str(&format!(r#","scope":"{SCOPE}""#));
    }
    answer.push_str(&format!(r#","authentication":{}}}"#, issued.subject.to_json()));
    Ok(answer)
}

/// The grant, or every rule that the request breaks in Elasticsearch's order.
fn grant(mut request: Request<'_>) -> Result<Grant> {
    // An empty string counts as missing.
    let mut text = |name: &str| -> Result<Option<String>> {
        Ok(request.string(name)?.filter(|text| !text.is_empty()).map(Into::into))
    };
    let grant_type = text("grant_type")?;
    let (username, password) = (text("username")?, text("password")?);
    let (ticket, token) = (text("kerberos_ticket")?, text("refresh_token")?);
    request.finish()?;
    let known = GRANTS.into_iter().find(|(name, _)| grant_type.as_deref() == Some(name));
    let Some((grant_type, required)) = known else {
        let names = GRANTS.map(|(name, _)| name).join(", ");
        return Err(invalid(&[format!("grant_type only supports the values: [{names}]")]));
    };
    let given = [
        ("username", username.is_some()),
        ("password", password.is_some()),
        ("kerberos_ticket", ticket.is_some()),
        ("refresh_token", token.is_some()),
    ];
    let unsupported = given.iter().filter(|(name, given)| *given && !required.contains(name));
    let missing = given.iter().filter(|(name, given)| !*given && required.contains(name));
    let broken: Vec<String> = unsupported
        .map(|(name, _)| format!("{name} is not supported with the {grant_type} grant_type"))
        .chain(missing.map(|(name, _)| format!("{name} is missing")))
        .collect();
    match (username, password, ticket, token) {
        _ if !broken.is_empty() => Err(invalid(&broken)),
        (Some(username), Some(password), ..) => {
            Ok(Grant::Password(Credentials::Password { username, password }))
        }
        (_, _, Some(_), _) => Ok(Grant::Kerberos),
        (_, _, _, Some(token)) => Ok(Grant::RefreshToken(token)),
        _ => Ok(Grant::ClientCredentials),
    }
}

/// What is wrong with a request, in the form of OAuth2.
fn invalid(broken: &[String]) -> Error {
    let about_grant = broken.iter().any(|message| message.contains("grant_type"));
    let error = if about_grant { "unsupported_grant_type" } else { "invalid_request" };
    Error::oauth2(error, Error::validation(broken).reason())
}

fn issue(call: &Call<'_>, grant: Grant, client: Client, now: i64) -> Result<Issued> {
    let timeout = call.identity.token_timeout_ms;
    let what = format!("action [{ACTION}]");
    match grant {
        Grant::Password(credentials) => {
            let user = call.identity.authenticate(call.store, &credentials, now, &what)?;
            let subject = user.subject;
            tokens::create(call.store, subject, Some(client), now, timeout)
        }
        Grant::Kerberos => Err(unauthenticated("<Kerberos Token>", &what)),
        Grant::RefreshToken(token) => {
            tokens::refresh(call.store, call.identity, &token, client, now)
        }
        Grant::ClientCredentials => {
            let subject = client.0.ok_or_else(|| {
                Error::illegal_argument(
                    "grant_type [client_credentials] needs a user, and the host's own handle has \
                     none",
                )
            })?;
            tokens::create(call.store, subject, None, now, timeout)
        }
    }
}
