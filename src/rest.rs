//! REST: from method and path to an operation, by the routes of the operation table.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::engine::{Handle, OPERATIONS};
use crate::error::{Error, Result};
use crate::identity::credentials::{Credentials, unauthenticated};
use crate::json::{Kind, Raw, check};
use crate::operations::{Body, Operation, Request, SHARED_SECRET, unrecognized};

/// The name and the value of a variable in a path.
type Variable<'a> = (&'static str, Cow<'a, str>);

/// Parameters that every Elasticsearch API takes and that change only how an answer is printed.
const GENERIC: &[&str] = &["pretty", "human", "error_trace", "filter_path", "format"];

/// The header that names the user for whom the caller acts.
const RUN_AS: &str = "es-security-runas-user";

/// Runs the request `{"method":...,"path":...,"headers":{...}?,"body":{...}?}`.
pub(crate) fn handle(handle: &Handle, mut rest: Request<'_>) -> Result<String> {
    let document = rest.document();
    let (method, uri) = (rest.string("method")?, rest.string("path")?);
    let headers = rest.object("headers")?;
    let body = rest.value("body")?.filter(|body| body.kind() != Kind::Null);
    rest.finish()?;
    let (Some(method), Some(uri)) = (method, uri) else {
        return Err(Error::illegal_argument("Required [method, path]"));
    };
    let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
    let (operation, in_path) = find(&method, path)?;
    let (mut parameters, mut source) = (Vec::new(), None);
    let (either, may_be_source) = match operation.body {
        Body::Optional(member) => (Some(member), true),
        body => (None, body == Body::OrSource),
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name, true)?, decode(value, true)?);
        if operation.parameters.contains(&&*name) || either == Some(&*name) {
            parameters.push((name, value));
        } else if may_be_source && name == "source" {
            source = Some(value);
        } else if may_be_source && name == "source_content_type" {
            check_content_type(&value)?;
        } else if !GENERIC.contains(&&*name) {
            return Err(unrecognized(path, &name));
        }
    }
    let (document, body) = match (&source, body) {
        (Some(source), None) => {
            let document = check(source.as_bytes())?;
            (document, Some(Raw::trusted(document)))
        }
        (_, body) => (document, body),
    };
    if let (Some(either), Some(body)) = (either, body)
        && body.member(either).is_some()
        && parameters.iter().any(|(name, _)| name == either)
    {
        return Err(Error::illegal_argument(format!(
            "The [{either}] parameter must be specified in either request body or as query \
             parameter, but not both"
        )));
    }
    let mut request = Request::empty(document, operation.parser, path);
    // The path counts more than the query.
    let in_path = in_path.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
    for (name, value) in parameters.into_iter().chain(in_path) {
        request.put(name, value);
    }
    match (operation.body, body) {
        (Body::None, Some(_)) => {
            return Err(Error::illegal_argument(format!(
                "request [{method} {path}] does not support having a body"
            )));
        }
        (Body::Required | Body::Member(_), None) => {
            return Err(Error::parse("request body is required"));
        }
        (Body::OrSource, None) => {
            return Err(Error::parse("request body or source parameter is required"));
        }
        (Body::Member(name), Some(body)) => request.put_body(name, body),
        (_, Some(body)) => request.add_body(body, operation.parameters)?,
        (Body::None | Body::Optional(_), None) => {}
    }
    let what = format!("REST request [{uri}]");
    let mut caller = match credentials(headers, &uri)? {
        Some(credentials) => handle.caller_with(&credentials, &what)?,
        None => handle.caller(operation)?,
    };
    if let Some(username) = header(headers, RUN_AS)? {
        if username.is_empty() {
            return Err(unauthenticated(caller.username(), &what));
        }
        caller = handle.run_as(&caller, &username, operation)?;
    }
    handle.run(operation, request, &caller, false)
}

/// Refuses a `source` that is not JSON.
fn check_content_type(given: &str) -> Result<()> {
    if given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Error::illegal_argument(format!("Unknown value for source_content_type [{given}]")))
}

/// The operation of a method and path, and the variables in the path.
fn find<'a>(method: &str, path: &'a str) -> Result<(&'static Operation, Vec<Variable<'a>>)> {
    let mut allowed: Vec<&str> = Vec::new();
    let mut best: Option<(&'static Operation, Vec<Variable<'a>>)> = None;
    for operation in OPERATIONS {
        for route in operation.routes {
            let Some(variables) = matches(route.path, path)? else { continue };
            if !route.methods.contains(&method) {
                allowed.extend(route.methods);
            } else if best.as_ref().is_none_or(|(_, found)| variables.len() < found.len()) {
                // A path that is spelled out goes before one with a variable.
                best = Some((operation, variables));
            }
        }
    }
    allowed.sort_unstable();
    allowed.dedup();
    best.ok_or_else(|| {
        if allowed.is_empty() {
            Error::illegal_argument(format!(
                "no handler found for uri [{path}] and method [{method}]"
            ))
        } else {
            Error::method_not_allowed(format!(
                "Incorrect HTTP method for uri [{path}] and method [{method}], allowed: [{}]",
                allowed.join(", ")
            ))
        }
    })
}

/// What the variables of `route` are in `path`, if it is such a path.
fn matches<'a>(route: &'static str, path: &'a str) -> Result<Option<Vec<Variable<'a>>>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut variables = Vec::new();
    let mut parts = path.split('/');
    for expected in route.split('/') {
        let Some(part) = parts.next() else { return Ok(None) };
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(_) if part.is_empty() => return Ok(None),
            Some(name) => variables.push((name, decode(part, false)?)),
            None if part == expected => {}
            None => return Ok(None),
        }
    }
    Ok(parts.next().is_none().then_some(variables))
}

/// Undoes percent-encoding, and in a query `+` for a space.
fn decode(text: &str, query: bool) -> Result<Cow<'_, str>> {
    if !(text.contains('%') || query && text.contains('+')) {
        return Ok(Cow::Borrowed(text));
    }
    let bad = || Error::illegal_argument(format!("[{text}] is not valid percent-encoding"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let (high, low) = (digit().ok_or_else(bad)?, digit().ok_or_else(bad)?);
                (high * 16 + low) as u8
            }
            b'+' if query => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| bad())
}

/// The credentials in the header `authorization`, if it is there.
fn credentials(headers: Option<Raw<'_>>, uri: &str) -> Result<Option<Credentials>> {
    let Some(header) = header(headers, "authorization")? else { return Ok(None) };
    let missing = || {
        Error::unauthenticated(format!(
            "missing authentication credentials for REST request [{uri}]"
        ))
    };
    let (scheme, value) = header.split_once(' ').ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("basic") {
        return basic(value).map(Some);
    }
    if !scheme.eq_ignore_ascii_case("bearer") || value.trim().is_empty() {
        return Err(missing());
    }
    Ok(Some(Credentials::bearer(value.trim(), client_secret(headers)?)))
}

/// The value of the header `name`; the names of headers have no case.
fn header<'a>(headers: Option<Raw<'a>>, name: &str) -> Result<Option<Cow<'a, str>>> {
    let mut found = None;
    for (key, value) in headers.into_iter().flat_map(Raw::members) {
        let key = key.string().unwrap_or_default();
        let value = value.string().ok_or_else(|| {
            Error::illegal_argument(format!("the header [{key}] must be a string"))
        })?;
        if key.eq_ignore_ascii_case(name) {
            found = Some(value);
        }
    }
    Ok(found)
}

/// The secret in the header `es-client-authentication`: `SharedSecret value`.
fn client_secret(headers: Option<Raw<'_>>) -> Result<Option<String>> {
    let Some(header) = header(headers, "es-client-authentication")? else { return Ok(None) };
    match header.trim().split_once(' ') {
        Some((SHARED_SECRET, value)) => Ok(Some(value.trim().to_owned())),
        _ => Err(Error::unauthenticated(
            "the header [es-client-authentication] must be [SharedSecret] and a secret",
        )),
    }
}

/// The credentials of a Basic authorization.
fn basic(value: &str) -> Result<Credentials> {
    let invalid = || Error::unauthenticated("invalid basic authentication header value");
    let decoded = STANDARD.decode(value.trim()).map_err(|_| invalid())?;
    let decoded = String::from_utf8(decoded).map_err(|_| invalid())?;
    let (username, password) = decoded.split_once(':').ok_or_else(invalid)?;
    Ok(Credentials::Password { username: username.to_owned(), password: password.to_owned() })
}
