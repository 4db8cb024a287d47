//! `activate`: create or refresh the profile of the user whose credentials are in the request.
//! Elasticsearch: POST /_security/profile/_activate.

use super::{Body, Call, Entry, MANAGE_PROFILE, Operation, Request, Route};
use crate::error::{Error, Result};
use crate::identity::profiles;
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

/// The one scheme of client authentication.
const SHARED_SECRET: &str = "SharedSecret";

/// What the request proves its user with.
enum Grant {
    Password {
        username: String,
        password: String,
    },
    AccessToken {
        client_authentication: bool,
    },
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
        let credentials = Credentials::take(&mut request)?;
        request.finish()?;
        credentials.validate()?
    };
    let call = entry.authorize()?;
    let now = call.now();
    let subject = authenticate(&call, grant, now)?;
    profiles::activate(call.store, call.directory, subject, now)
}

/// What a request of Elasticsearch's may hold. An empty string counts as missing.
struct Credentials {
    grant_type: Option<String>,
    username: Option<String>,
    password: Option<String>,
    access_token: Option<String>,
    /// The scheme of `client_authentication`.
    client_authentication: Option<String>,
}

impl Credentials {
    fn take(request: &mut Request<'_>) -> Result<Self> {
        let mut text = |name: &str| -> Result<Option<String>> {
            Ok(request.string(name)?.filter(|text| !text.is_empty()).map(Into::into))
        };
        Ok(Self {
            grant_type: text("grant_type")?,
            username: text("username")?,
            password: text("password")?,
            access_token: text("access_token")?,
            client_authentication: request
                .nested("client_authentication")?
                .map(client_scheme)
                .transpose()?,
        })
    }

    /// The grant, or every rule that the request breaks in Elasticsearch's order.
    fn validate(self) -> Result<Grant> {
        let (username, password) = (self.username.is_some(), self.password.is_some());
        let (token, client) = (self.access_token.is_some(), self.client_authentication.is_some());
        let scheme = self.client_authentication.as_deref().unwrap_or(SHARED_SECRET);
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
                    scheme.trim() != SHARED_SECRET,
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
        match (self.username, self.password) {
            _ if !broken.is_empty() => Err(Error::validation(&broken)),
            (Some(username), Some(password)) => Ok(Grant::Password { username, password }),
            _ => Ok(Grant::AccessToken { client_authentication: client }),
        }
    }
}

/// The scheme of a `client_authentication`: its value is required, its scheme has a default.
fn client_scheme(mut client: Request<'_>) -> Result<String> {
    let scheme = client.string("scheme")?;
    if client.string("value")?.is_none() {
        return Err(Error::illegal_argument("Required [value]"));
    }
    client.finish()?;
    Ok(scheme.map_or_else(|| SHARED_SECRET.to_owned(), Into::into))
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
    let Some(mut realm) = user.nested("authentication_realm")? else {
        return Err(Error::illegal_argument("Required [authentication_realm]"));
    };
    let (Some(name), Some(kind)) = (realm.string("name")?, realm.string("type")?) else {
        return Err(Error::illegal_argument("Required [name, type]"));
    };
    realm.finish()?;
    let enabled = user.boolean("enabled")?.unwrap_or(true);
    let subject = Subject {
        username: username.into_owned(),
        roles: user.strings("roles")?.unwrap_or_default(),
        full_name: user.nullable_string("full_name")?.map(Into::into),
        email: user.nullable_string("email")?.map(Into::into),
        metadata: user.object("metadata")?.map_or("{}", |metadata| metadata.text()).to_owned(),
        realm: realms.find(&name, &kind)?.clone(),
        authentication_type: user
            .string("authentication_type")?
            .map_or_else(|| "realm".to_owned(), Into::into),
    };
    // `authenticate` answers it too; who looked the user up does not matter here.
    user.object("lookup_realm")?;
    user.finish()?;
    if !enabled {
        return Err(unauthenticated(&subject.username));
    }
    Ok(Grant::Authentication(subject))
}

fn authenticate(call: &Call<'_>, grant: Grant, now: i64) -> Result<Subject> {
    match grant {
        Grant::Authentication(subject) => Ok(subject),
        Grant::Password { username, password } => call
            .identity
            .password(call.store, &username, &password, now)?
            .ok_or_else(|| unauthenticated(&username)),
        Grant::AccessToken { client_authentication: true } => Err(Error::unsuitable_credentials(
            "[client_authentication] not supported with the supplied access_token type",
        )),
        // This store has issued no tokens, so none can be valid.
        Grant::AccessToken { client_authentication: false } => {
            Err(unauthenticated("_bearer_token"))
        }
    }
}

fn unauthenticated(principal: &str) -> Error {
    Error::unauthenticated(format!(
        "unable to authenticate user [{principal}] for action [{ACTION}]"
    ))
}
