//! The one error of the library: what Elasticsearch would answer for the same failure.

use std::any::Any;
use std::borrow::Cow;

/// What every fallible function of the crate returns.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure as Elasticsearch renders it: a type, a reason and an HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {kind}: {reason}")]
pub(crate) struct Error {
    kind: &'static str,
    reason: Cow<'static, str>,
    status: u16,
    detail: Detail,
}

/// What some error objects carry besides type and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Detail {
    None,
    /// The `WWW-Authenticate` challenge of a 401.
    Challenge(&'static str),
    /// The coordinates of a document: Elasticsearch names index, shard and the index's uuid.
    Document {
        index_uuid: String,
    },
    /// The failure below this one: the root cause.
    Cause(Box<Error>),
    /// An answer that an API gives in its own form instead of an error object.
    Body(String),
}

/// So many things are said to be wrong with one request.
const MOST_MESSAGES: usize = 100;

const BASIC: &str = r#"Basic realm="security", charset="UTF-8""#;
const EXPIRED: &str = r#"Bearer realm="security", error="invalid_token", error_description="The access token expired""#;

impl Error {
    fn new(status: u16, kind: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, reason: reason.into(), status, detail: Detail::None }
    }

    /// 400 `illegal_argument_exception`.
    pub(crate) fn illegal_argument(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "illegal_argument_exception", reason)
    }

    /// 400 `search_phase_execution_exception`: a search that failed everywhere, caused by an
    /// `illegal_argument_exception`.
    pub(crate) fn search(reason: impl Into<Cow<'static, str>>) -> Self {
        let cause = Box::new(Self::illegal_argument(reason));
        Self {
            detail: Detail::Cause(cause),
            ..Self::new(400, "search_phase_execution_exception", "all shards failed")
        }
    }

    /// 400 `parse_exception`.
    pub(crate) fn parse(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "parse_exception", reason)
    }

    /// 400 `x_content_parse_exception`: a body that is not what its parser expects.
    pub(crate) fn x_content(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "x_content_parse_exception", reason)
    }

    /// 400 `action_request_validation_exception` with the messages that apply, numbered: all, unless
    /// there are very many.
    pub(crate) fn validation<S: AsRef<str>>(messages: &[S]) -> Self {
        let mut reason = String::from("Validation Failed: ");
        for (index, message) in messages.iter().take(MOST_MESSAGES).enumerate() {
            reason.push_str(&format!("{}: {};", index + 1, message.as_ref()));
        }
        Self::new(400, "action_request_validation_exception", reason)
    }

    /// 401 `security_exception` with the challenge that tells a client how to authenticate.
    pub(crate) fn unauthenticated(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Detail::Challenge(BASIC), ..Self::new(401, "security_exception", reason) }
    }

    /// 401 `security_exception` for an access token that was good once.
    pub(crate) fn token_expired() -> Self {
        Self {
            detail: Detail::Challenge(EXPIRED),
            ..Self::new(401, "security_exception", "token expired")
        }
    }

    /// 403 `security_exception`: the caller is known and may not do this.
    pub(crate) fn forbidden(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(403, "security_exception", reason)
    }

    /// 403 `cluster_block_exception`: a change of a store that is open read-only.
    pub(crate) fn read_only(operation: &str) -> Self {
        let reason = format!("[{operation}] is a change, and the store is open read-only");
        Self::new(403, "cluster_block_exception", reason)
    }

    /// 400 `security_exception`: credentials that do not go together.
    pub(crate) fn unsuitable_credentials(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "security_exception", reason)
    }

    /// 404 `document_missing_exception` for the profile `uid`.
    pub(crate) fn document_missing(uid: &str, index_uuid: String) -> Self {
        Self {
            detail: Detail::Document { index_uuid },
            ..Self::new(
                404,
                "document_missing_exception",
                format!("[profile_{uid}]: document missing"),
            )
        }
    }

    /// 404 `resource_not_found_exception` for one profile of several.
    pub(crate) fn profile_not_found() -> Self {
        Self::new(404, "resource_not_found_exception", "profile document not found")
    }

    /// 409 `version_conflict_engine_exception` for the profile `uid`.
    pub(crate) fn version_conflict(
        uid: &str,
        required: (i64, i64),
        current: (u64, u64),
        index_uuid: String,
    ) -> Self {
        let reason = format!(
            "[profile_{uid}]: version conflict, required seqNo [{}], primary term [{}]. \
             current document has seqNo [{}] and primary term [{}]",
            required.0, required.1, current.0, current.1
        );
        Self {
            detail: Detail::Document { index_uuid },
            ..Self::new(409, "version_conflict_engine_exception", reason)
        }
    }

    /// 405: a known path with a method that it does not take.
    pub(crate) fn method_not_allowed(reason: String) -> Self {
        Self::new(405, "method_not_allowed_exception", reason)
    }

    /// 400 `document_parsing_exception`: labels that could not be indexed.
    pub(crate) fn document_parsing(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "document_parsing_exception", reason)
    }

    /// 413: a request or a profile over its limit.
    pub(crate) fn too_large(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(413, "content_too_long_exception", reason)
    }

    /// 500 `illegal_state_exception`.
    pub(crate) fn illegal_state(reason: String) -> Self {
        Self::new(500, "illegal_state_exception", reason)
    }

    /// 500 `exception`: the base type of Elasticsearch's failures.
    pub(crate) fn internal(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(500, "exception", reason)
    }

    /// 500 `exception` for a panic that was caught: `what` and its message.
    pub(crate) fn panicked(what: &str, panic: &(dyn Any + Send)) -> Self {
        let message = panic.downcast_ref::<&str>().copied();
        let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::internal(format!("{what}: {}", message.unwrap_or("unknown")))
    }

    /// 503 `unavailable_exception`: the store cannot serve this call now; nothing was changed.
    pub(crate) fn unavailable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(503, "unavailable_exception", reason)
    }

    /// 400 in the form of OAuth2: `{"error":...,"error_description":...}`.
    pub(crate) fn oauth2(error: &str, description: &str) -> Self {
        let description = serde_json::Value::from(description);
        let body = format!(r#"{{"error":"{error}","error_description":{description}}}"#);
        Self::answered(400, body)
    }

    /// A failure that an API answers in its own form, such as `{"found":false}` with 404.
    pub(crate) fn answered(status: u16, body: String) -> Self {
        Self { detail: Detail::Body(body), ..Self::new(status, "", "") }
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// The reason, one sentence in Elasticsearch's words.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// `{"type":...,"reason":...}`, as answers about several profiles list what went wrong with one.
    pub(crate) fn summary(&self) -> String {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        format!(r#"{{"type":{},"reason":{}}}"#, text(self.kind), text(&self.reason))
    }

    /// The error document: `{"error":{"root_cause":[...],"type":...,"reason":...},"status":N}`.
    pub(crate) fn to_json(&self) -> String {
        if let Detail::Body(body) = &self.detail {
            return body.clone();
        }
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let mut error = format!(r#""type":{},"reason":{}"#, text(self.kind), text(&self.reason));
        let mut root = None;
        match &self.detail {
            Detail::Challenge(challenge) => {
                let challenge = text(challenge);
                error = format!(r#"{error},"header":{{"WWW-Authenticate":[{challenge}]}}"#);
            }
            Detail::Document { index_uuid } => {
                error = format!(
                    r#"{error},"index_uuid":{},"shard":"0","index":".security-profile-8""#,
                    text(index_uuid)
                );
            }
            Detail::Cause(cause) => {
                let cause = cause.summary();
                error = format!(r#"{error},"caused_by":{cause}"#);
                root = Some(cause);
            }
            Detail::None | Detail::Body(_) => {}
        }
        let root = root.unwrap_or_else(|| format!("{{{error}}}"));
        format!(r#"{{"error":{{"root_cause":[{root}],{error}}},"status":{}}}"#, self.status)
    }
}
