//! Whether the program that brings a token may bring tokens.

use subtle::ConstantTimeEq;

use super::section::Section;
use super::source::Source;
use crate::error::{Error, Result};

const MINUTE_MS: i64 = 60_000;

/// How clients authenticate.
pub(super) enum Clients {
    /// Any may bring tokens.
    Any,
    /// Those that know a secret. One that was replaced is good for a while longer.
    SharedSecret { secret: Source<Vec<u8>>, grace_ms: i64 },
}

impl Clients {
    pub(super) fn configure(section: &mut Section<'_, '_>) -> Result<Self> {
        let (kind_name, name) =
            ("client_authentication.type", "client_authentication.shared_secret");
        let path_name = "client_authentication.shared_secret_path";
        let kind = section.word(kind_name, &["none", "shared_secret"])?.unwrap_or("shared_secret");
        let grace_ms = section.milliseconds("client_authentication.rotation_grace_period")?;
        let given = section.secret(name)?.map(String::into_bytes);
        let secret = Source::configure(section, name, given, path_name, secret)?;
        match (kind, secret) {
            ("none", None) => Ok(Self::Any),
            ("none", Some(secret)) => {
                let name = secret.setting(name, path_name);
                Err(Error::illegal_argument(format!(
                    "Setting [{}] is not supported, because setting [{}] is [none]",
                    section.key(name),
                    section.key(kind_name)
                )))
            }
            (_, Some(secret)) => {
                Ok(Self::SharedSecret { secret, grace_ms: grace_ms.unwrap_or(MINUTE_MS) })
            }
            (kind, None) => Err(Error::illegal_argument(format!(
                "Missing setting for [{}]. It is required when setting [{}] is [{kind}]",
                section.key(name),
                section.key(kind_name)
            ))),
        }
    }

    /// Whether a client that shows this secret may bring tokens. One that needs none may show one.
    /// `now_ms` is of the clock that tells when files change, which is not the engine's.
    pub(super) fn admit(
        &self,
        shown: Option<&str>,
        now_ms: i64,
        report: impl FnOnce(&str),
    ) -> bool {
        let Self::SharedSecret { secret, grace_ms } = self else { return true };
        let Some(shown) = shown.map(str::as_bytes) else { return false };
        let secret = secret.get(report);
        let replaced =
            secret.previous.filter(|(_, changed_ms)| now_ms < changed_ms.saturating_add(*grace_ms));
        let is = |known: &[u8]| bool::from(known.ct_eq(shown));
        is(&secret.value) || replaced.is_some_and(|(known, _)| is(&known))
    }
}

/// The content of a file with a secret, without the line break at its end.
fn secret(content: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let line = content.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let secret = line.unwrap_or(content);
    if secret.is_empty() { Err("it is empty".to_owned()) } else { Ok(secret.to_owned()) }
}
