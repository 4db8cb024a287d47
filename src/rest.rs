//! REST: from method and path to an operation, by the routes of the operation table.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::access::Caller;
use crate::engine::{Handle, OPERATIONS, unauthenticated};
use crate::error::{Error, Result};
use crate::json::{Kind, Raw};
use crate::operations::{Body, Member, Operation, Parameter, Request, unrecognized};

/// Parameters that every Elasticsearch API takes and that change only how an answer is printed.
const GENERIC: &[&str] = &["pretty", "human", "error_trace", "filter_path", "format"];

/// Runs the request `{"method":...,"path":...,"headers":{...}?,"body":{...}?}`.
pub(crate) fn handle(handle: &Handle, document: &str) -> Result<String> {
    let mut rest = Request::of_object(document, "rest_request", Raw::trusted(document))?;
    let (method, uri) = (rest.string("method")?, rest.string("path")?);
    let headers = rest.object("headers")?;
    let body = rest.value("body")?;
    rest.finish()?;
    let (Some(method), Some(uri)) = (method, uri) else {
        return Err(Error::illegal_argument("Required [method, path]"));
    };
    let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
    let (operation, in_path) = find(&method, path)?;
    let mut members: Vec<Member<'_>> = Vec::new();
    for member in query.split('&').filter(|pair| !pair.is_empty()).map(parameter) {
        let member = member?;
        if operation.parameters.contains(&&*member.name) {
            put(&mut members, member);
        } else if !GENERIC.contains(&&*member.name) {
            return Err(unrecognized(path, &member.name));
        }
    }
    for member in in_path {
        put(&mut members, member);
    }
    let body = body.filter(|body| body.kind() != Kind::Null);
    match (operation.body, body) {
        (Body::None, Some(_)) => {
            return Err(Error::illegal_argument(format!(
                "request [{method} {path}] does not support having a body"
            )));
        }
        (Body::Required, None) => return Err(Error::parse("request body is required")),
        _ => {}
    }
    let mut request = Request::new(document, operation.parser, path, members);
    if let Some(body) = body {
        request.add_body(body, operation.parameters)?;
    }
    let caller = match authorization(headers)? {
        Some(header) => basic(handle, &header, &uri)?,
        None => handle.caller(operation)?,
    };
    handle.run(operation, request, &caller, false)
}

/// Adds a parameter; the last of a name counts, and the path counts more than the query.
fn put<'a>(members: &mut Vec<Member<'a>>, member: Member<'a>) {
    members.retain(|other| other.name != member.name);
    members.push(member);
}

/// The operation of a method and path, and the members that the path holds.
fn find<'a>(method: &str, path: &'a str) -> Result<(&'static Operation, Vec<Member<'a>>)> {
    let mut allowed: Vec<&str> = Vec::new();
    let mut best: Option<(&'static Operation, Vec<Member<'a>>)> = None;
    for operation in OPERATIONS {
        for route in operation.routes {
            let Some(members) = matches(route.path, path)? else { continue };
            if !route.methods.contains(&method) {
                allowed.extend(route.methods);
            } else if best.as_ref().is_none_or(|(_, found)| members.len() < found.len()) {
                // A path that is spelled out goes before one with a variable.
                best = Some((operation, members));
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

/// The members that `path` has for the variables of `route`, if it is such a path.
fn matches<'a>(route: &str, path: &'a str) -> Result<Option<Vec<Member<'a>>>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut members = Vec::new();
    let mut parts = path.split('/');
    for expected in route.split('/') {
        let Some(part) = parts.next() else { return Ok(None) };
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(_) if part.is_empty() => return Ok(None),
            Some(name) => members.push(Member {
                name: Cow::Owned(name.to_owned()),
                value: Parameter::Text(decode(part, false)?),
            }),
            None if part == expected => {}
            None => return Ok(None),
        }
    }
    Ok(parts.next().is_none().then_some(members))
}

/// A `name=value` of the query.
fn parameter(pair: &str) -> Result<Member<'_>> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    Ok(Member { name: decode(name, true)?, value: Parameter::Text(decode(value, true)?) })
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

/// The value of the header `authorization`; the names of headers have no case.
fn authorization(headers: Option<Raw<'_>>) -> Result<Option<Cow<'_, str>>> {
    let mut found = None;
    for (name, value) in headers.into_iter().flat_map(Raw::members) {
        let name = name.string().unwrap_or_default();
        let value = value.string().ok_or_else(|| {
            Error::illegal_argument(format!("the header [{name}] must be a string"))
        })?;
        if name.eq_ignore_ascii_case("authorization") {
            found = Some(value);
        }
    }
    Ok(found)
}

/// The caller of a Basic authorization.
fn basic(handle: &Handle, header: &str, uri: &str) -> Result<Caller> {
    let missing = || {
        Error::unauthenticated(format!(
            "missing authentication credentials for REST request [{uri}]"
        ))
    };
    let (scheme, token) = header.split_once(' ').ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(missing());
    }
    let invalid = || Error::unauthenticated("invalid basic authentication header value");
    let decoded = STANDARD.decode(token.trim()).map_err(|_| invalid())?;
    let decoded = String::from_utf8(decoded).map_err(|_| invalid())?;
    let (username, password) = decoded.split_once(':').ok_or_else(invalid)?;
    handle
        .authenticate(username, password)?
        .map(Caller::User)
        .ok_or_else(|| unauthenticated(username, &format!("REST request [{uri}]")))
}
