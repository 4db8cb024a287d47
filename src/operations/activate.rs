//! `activate`: create or refresh the profile of the user whose credentials are in the request.
//! Elasticsearch: POST /_security/profile/_activate.

use super::client_authentication::{ClientAuthentication, SHARED_SECRET, client_authentication};
use super::{Body, Entry, MANAGE_PROFILE, Operation, Request, Route};
use crate::error::{Error, Result};
use crate::identity::credentials::{Credentials, unauthenticated};
use crate::identity::profiles;
use crate::identity::realm::Realm;
use crate::identity::realms::Realms;
use crate::identity::subject::Subject;

pub(crate) const ACTIVATE: Operation = Operation {
    name: "activate",
    routes: &[Route { methods: &["POST"], path: "/_security/profile/_activate" }],
    parameters: &[],
    body: Body::Required,
    parser: "activate_profile_request",
    action: ACTION,
    writes: true,
    granted_by: MANAGE_PROFILE,
    run,
};

const ACTION: &str = "cluster:admin/xpack/security/profile/activate";

/// The grant by which the host asserts a user whom it has authenticated itself.
const HOST_GRANT: &str = "authentication";

/// What the request proves its user with.
enum Grant {
    Credentials(Credentials),
    /// The host has authenticated the user itself.
    Authentication(Subject),
}

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let grant = if entry.trusted && request.is("grant_type", HOST_GRANT) {
        asserted(request, entry.realms())?
    } else {
        if request.is("grant_type", HOST_GRANT) {
            // It is the grant that is refused here, not what comes with it.
            request.value("authentication")?;
        }
        let members = Members::take(&mut request)?;
        request.finish()?;
        Grant::Credentials(members.validate()?)
    };
    let call = entry.authorize()?;
    let now = call.now();
    let subject = match grant {
        Grant::Authentication(subject) => subject,
        Grant::Credentials(credentials) => {
            call.identity.authenticate(call.store, &credentials, now, &what())?.subject
        }
    };
    profiles::activate(call.store, call.directory, call.identity, subject, now)
}

/// What 401 says that the user could not be authenticated for.
fn what() -> String {
    format!("action [{ACTION}]")
}

/// What a request of Elasticsearch's may hold. An empty string counts as missing.
struct Members {
    grant_type: Option<String>,
    username: Option<String>,
    password: Option<String>,
    access_token: Option<String>,
    client_authentication: Option<ClientAuthentication>,
}

impl Members {
    fn take(request: &mut Request<'_>) -> Result<Self> {
        let mut text = |name: &str| -> Result<Option<String>> {
            Ok(request.string(name)?.filter(|text| !text.is_empty()).map(Into::into))
        };
        Ok(Self {
            grant_type: text("grant_type")?,
            username: text("username")?,
            password: text("password")?,
            access_token: text("access_token")?,
            client_authentication: client_authentication(request)?,
        })
    }

    /// The credentials, or every rule that the request breaks in Elasticsearch's order.
    fn validate(self) -> Result<Credentials> {
        let (username, password) = (self.username.is_some(), self.password.is_some());
        let (token, client) = (self.access_token.is_some(), self.client_authentication.is_some());
        let scheme = self.client_authentication.as_ref().map(|client| client.scheme.trim());
        let unknown;
        let rules: &[(bool, &str)] = match self.grant_type.as_deref() {
            None => &[(true, "[grant_type] is required")],
            Some("password") => &[
                (!username, "[username] is required for grant_type [password]"),
                (!password, "[password] is required for grant_type [password]"),
                (token, "[access_token] is not supported for grant_type [password]"),
                (client, "[client_authentication] is not supported for grant_type [password]"),
            ],
            Some("access_token") => &[
                (!token, "[access_token] is required for grant_type [access_token]"),
                (username, "[username] is not supported for grant_type [access_token]"),
                (password, "[password] is not supported for grant_type [access_token]"),
                (
                    scheme.is_some_and(|scheme| scheme != SHARED_SECRET),
                    "[client_authentication.scheme] must be set to [SharedSecret]",
                ),
            ],
            Some(other) => {
                unknown = format!("grant_type [{other}] is not supported");
                &[(true, unknown.as_str())]
            }
        };
        let broken: Vec<&str> =
            rules.iter().filter(|(broken, _)| *broken).map(|(_, message)| *message).collect();
        if !broken.is_empty() {
            return Err(Error::validation(&broken));
        }
        Ok(match self.access_token {
            Some(token) => {
                let secret = self.client_authentication.map(|client| client.value);
                Credentials::Token { token, secret }
            }
            None => Credentials::Password {
                username: self.username.unwrap_or_default(),
                password: self.password.unwrap_or_default(),
            },
        })
    }
}

/// The user whom the host asserts.
fn asserted(mut request: Request<'_>, realms: &Realms) -> Result<Grant> {
    request.string("grant_type")?;
    let user = request.nested("authentication")?;
    request.finish()?;
    let Some(mut user) = user else {
        return Err(Error::validation(&[
            "[authentication] is required for grant_type [authentication]",
        ]));
    };
    let Some(username) = user.string("username")?.filter(|name| !name.is_empty()) else {
        return Err(Error::illegal_argument("Required [username]"));
    };
    let authentication_realm = realm(&mut user, "authentication_realm", realms)?;
    let Some(authentication_realm) = authentication_realm else {
        return Err(Error::illegal_argument("Required [authentication_realm]"));
    };
    // Of a user who runs as another one, the profile is the other one's.
    let lookup_realm = realm(&mut user, "lookup_realm", realms)?;
    let enabled = user.boolean("enabled")?.unwrap_or(true);
    let subject = Subject {
        username: username.into_owned(),
        roles: user.strings("roles")?.unwrap_or_default(),
        full_name: user.nullable_string("full_name")?.map(Into::into),
        email: user.nullable_string("email")?.map(Into::into),
        metadata: user.object("metadata")?.map_or("{}", |metadata| metadata.text()).to_owned(),
        realm: lookup_realm.unwrap_or(authentication_realm),
        authentication_type: user
            .string("authentication_type")?
            .map_or_else(|| "realm".to_owned(), Into::into),
        account: None,
    };
    user.finish()?;
    if !enabled {
        return Err(unauthenticated(&subject.username, &what()));
    }
    Ok(Grant::Authentication(subject))
}

/// The configured realm that the member `member` of an asserted user names.
fn realm(user: &mut Request<'_>, member: &str, realms: &Realms) -> Result<Option<Realm>> {
    let Some(mut given) = user.nested(member)? else { return Ok(None) };
    let (Some(name), Some(kind)) = (given.string("name")?, given.string("type")?) else {
        return Err(Error::illegal_argument("Required [name, type]"));
    };
    let domain = given.string("domain")?;
    given.finish()?;
    let realm = realms.find(&name, &kind)?;
    let configured = realm.domain.as_deref().map(|domain| domain.name.as_str());
    match domain {
        Some(domain) if configured != Some(&*domain) => {
            Err(Error::illegal_argument(format!("realm [{name}] is not in the domain [{domain}]")))
        }
        _ => Ok(Some(realm.clone())),
    }
}
