//! `activate`: create or refresh the profile of the user whose credentials are in the request.
//! Elasticsearch: POST /_security/profile/_activate.

use super::{Body, Call, Entry, MANAGE_PROFILE, Operation, Request, Route};
use crate::error::{Error, Result};
use crate::identity::profiles;
use crate::identity::subject::Subject;

pub(crate) const ACTIVATE: Operation = Operation {
    name: "activate",
    routes: &[Route { methods: &["POST"], path: "/_security/profile/_activate" }],
    body: Body::Required,
    parser: "activate_profile_request",
    action: ACTION,
    writes: true,
    granted_by: MANAGE_PROFILE,
    run,
};

const ACTION: &str = "cluster:admin/xpack/security/profile/activate";

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
    let grant = if entry.trusted { asserted(&mut request, &entry.call)? } else { None };
    let grant = match grant {
        Some(grant) => grant,
        None => credentials(&mut request)?,
    };
    request.finish()?;
    let call = entry.authorize()?;
    let now = call.now();
    let subject = authenticate(&call, grant, now)?;
    profiles::activate(call.store, call.directory, subject, now)
}

/// The grants that Elasticsearch knows, validated as it does.
fn credentials(request: &mut Request<'_>) -> Result<Grant> {
    let mut text = |name: &str| -> Result<Option<String>> {
        // An empty string counts as missing.
        Ok(request.string(name)?.filter(|text| !text.is_empty()).map(Into::into))
    };
    let grant_type = text("grant_type")?;
    let (username, password) = (text("username")?, text("password")?);
    let access_token = text("access_token")?;
    let client = request.nested("client_authentication")?;
    let has_client = client.is_some();
    let scheme = client.map(client_scheme).transpose()?;

    let mut errors: Vec<String> = Vec::new();
    let mut rule = |broken: bool, message: &str| {
        if broken {
            errors.push(message.to_owned());
        }
    };
    match grant_type.as_deref() {
        None => rule(true, "[grant_type] is required"),
        Some("password") => {
            rule(username.is_none(), "[username] is required for grant_type [password]");
            rule(password.is_none(), "[password] is required for grant_type [password]");
            rule(
                access_token.is_some(),
                "[access_token] is not supported for grant_type [password]",
            );
            rule(has_client, "[client_authentication] is not supported for grant_type [password]");
        }
        Some("access_token") => {
            rule(
                access_token.is_none(),
                "[access_token] is required for grant_type [access_token]",
            );
            rule(username.is_some(), "[username] is not supported for grant_type [access_token]");
            rule(password.is_some(), "[password] is not supported for grant_type [access_token]");
            rule(
                scheme.is_some_and(|scheme| scheme.trim() != "SharedSecret"),
                "[client_authentication.scheme] must be set to [SharedSecret]",
            );
        }
        Some(other) => rule(true, &format!("grant_type [{other}] is not supported")),
    }
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    Ok(match (username, password) {
        (Some(username), Some(password)) => Grant::Password { username, password },
        _ => Grant::AccessToken { client_authentication: has_client },
    })
}

/// The scheme of a `client_authentication`: its value is required, its scheme has a default.
fn client_scheme(mut client: Request<'_>) -> Result<String> {
    let scheme = client.string("scheme")?;
    if client.string("value")?.is_none() {
        return Err(Error::illegal_argument("Required [value]"));
    }
    client.finish()?;
    Ok(scheme.map_or_else(|| "SharedSecret".to_owned(), Into::into))
}

/// The user whom the host asserts, if that is what the request does.
fn asserted(request: &mut Request<'_>, call: &Call<'_>) -> Result<Option<Grant>> {
    if !request.is("grant_type", "authentication") {
        return Ok(None);
    }
    request.string("grant_type")?;
    let Some(mut user) = request.nested("authentication")? else {
        return Err(Error::validation(&[
            "[authentication] is required for grant_type [authentication]",
        ]));
    };
    let Some(username) = user.string("username")? else {
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
        realm: call.identity.realms.find(&name, &kind)?.clone(),
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
    Ok(Some(Grant::Authentication(subject)))
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
