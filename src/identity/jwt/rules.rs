//! What a token must say to be accepted.

use super::algorithm::{ALGORITHMS, Algorithm};
use super::claims::{Fallback, milliseconds, strings};
use super::section::Section;
use super::subjects::Subjects;
use super::token::Jwt;
use crate::error::{Error, Result};

const MINUTE_MS: i64 = 60_000;

/// Claims that have settings of their own.
const NOT_REQUIRABLE: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat"];

/// Times that a token must have or may have and that must not be in the future.
const PAST: &[(&str, bool)] = &[("iat", true), ("nbf", false), ("auth_time", false)];

/// The two kinds of tokens, by their names.
pub(super) const ID_TOKEN: &str = "id_token";
pub(super) const ACCESS_TOKEN: &str = "access_token";

/// The rules of a realm.
pub(super) struct Rules {
    /// `ID_TOKEN` or `ACCESS_TOKEN`.
    pub(super) token_type: &'static str,
    pub(super) algorithms: Vec<&'static Algorithm>,
    pub(super) fallback: Fallback,
    issuer: String,
    audiences: Vec<String>,
    skew_ms: i64,
    subjects: Option<Subjects>,
    /// Claims, and the values of which each must have one.
    required: Vec<(String, Vec<String>)>,
}

/// What a check answers: the error says why a token is refused, without what it says.
pub(super) type Checked<T> = std::result::Result<T, String>;

impl Rules {
    pub(super) fn configure(section: &mut Section<'_, '_>) -> Result<Self> {
        let token_type = section.word("token_type", &[ID_TOKEN, ACCESS_TOKEN])?.unwrap_or(ID_TOKEN);
        let issuer = section.string("allowed_issuer")?;
        let audiences = section.strings("allowed_audiences")?.filter(|list| !list.is_empty());
        Ok(Self {
            token_type,
            issuer: issuer.ok_or_else(|| section.empty("value", "allowed_issuer"))?,
            audiences: audiences.ok_or_else(|| section.empty("list", "allowed_audiences"))?,
            algorithms: algorithms(section)?,
            skew_ms: section.milliseconds("allowed_clock_skew")?.unwrap_or(MINUTE_MS),
            subjects: Subjects::configure(section, token_type == ACCESS_TOKEN)?,
            fallback: fallback(section, token_type)?,
            required: required(section)?,
        })
    }

    /// The algorithm that the header names, if the header is one that is accepted.
    pub(super) fn algorithm(&self, jwt: &Jwt<'_>) -> Checked<&'static Algorithm> {
        let header = jwt.header();
        if let Some(kind) = header.member("typ") {
            let accepted = |name: &str| match self.token_type {
                ACCESS_TOKEN if name.eq_ignore_ascii_case("at+jwt") => true,
                _ => name.eq_ignore_ascii_case("JWT"),
            };
            if !kind.string().is_some_and(|name| accepted(&name)) {
                return Err("its header [typ] is of another kind of token".to_owned());
            }
        }
        // Whatever it names as critical is nothing that this library knows.
        if header.member("crit").is_some() {
            return Err("its header [crit] is not supported".to_owned());
        }
        let name = header.member("alg").and_then(|name| name.string());
        let allowed = self.algorithms.iter().find(|known| name.as_deref() == Some(known.name));
        allowed.copied().ok_or_else(|| "its header [alg] is not allowed".to_owned())
    }

    /// Checks the claims, at whatever time; `check_times` does the rest.
    pub(super) fn check(&self, jwt: &Jwt<'_>) -> Checked<()> {
        let claim = |name| self.fallback.claim(jwt, name);
        let single = |name| -> Checked<_> {
            let (found, value) = claim(name).ok_or_else(|| missing(name))?;
            let value = value.string().ok_or_else(|| format!("claim [{found}] is no string"))?;
            Ok((found, value))
        };
        let (_, issuer) = single("iss")?;
        if issuer != self.issuer.as_str() {
            return Err(not_allowed("iss"));
        }
        let (found, subject) = single("sub")?;
        if self.subjects.as_ref().is_some_and(|subjects| !subjects.allow(&subject)) {
            return Err(not_allowed(found));
        }
        self.check_one_of(jwt, "aud", &self.audiences)?;
        for (name, values) in &self.required {
            self.check_one_of(jwt, name, values)?;
        }
        Ok(())
    }

    fn check_one_of(&self, jwt: &Jwt<'_>, name: &str, allowed: &[String]) -> Checked<()> {
        let (found, value) = self.fallback.claim(jwt, name).ok_or_else(|| missing(name))?;
        let values = strings(value)
            .ok_or_else(|| format!("claim [{found}] is no string or list of strings"))?;
        if values.iter().any(|value| allowed.contains(value)) {
            Ok(())
        } else {
            Err(not_allowed(found))
        }
    }

    /// Checks that the token counts now. It counts a while earlier and longer than it says, since
    /// clocks differ.
    pub(super) fn check_times(&self, jwt: &Jwt<'_>, now_ms: i64) -> Checked<()> {
        let time = |name| {
            let Some((_, value)) = self.fallback.claim(jwt, name) else { return Ok(None) };
            milliseconds(value).map(Some).ok_or_else(|| format!("claim [{name}] is no time"))
        };
        for (name, must) in PAST {
            match time(name)? {
                None if *must => return Err(missing(name)),
                Some(time) if time > now_ms.saturating_add(self.skew_ms) => {
                    return Err(format!("claim [{name}] is in the future"));
                }
                _ => {}
            }
        }
        let expires_ms = time("exp")?.ok_or_else(|| missing("exp"))?;
        if expires_ms.saturating_add(self.skew_ms) <= now_ms {
            return Err("claim [exp] is in the past".to_owned());
        }
        Ok(())
    }
}

fn missing(name: &str) -> String {
    format!("claim [{name}] is missing")
}

fn not_allowed(name: &str) -> String {
    format!("claim [{name}] has no allowed value")
}

fn algorithms(section: &mut Section<'_, '_>) -> Result<Vec<&'static Algorithm>> {
    let setting = "allowed_signature_algorithms";
    let listed = section.strings(setting)?.unwrap_or_else(|| vec!["RS256".to_owned()]);
    if listed.is_empty() {
        return Err(section.empty("list", setting));
    }
    let find = |name: &String| {
        let known = ALGORITHMS.iter().find(|known| known.name == name);
        known.ok_or_else(|| {
            let all: Vec<_> = ALGORITHMS.iter().map(|known| known.name).collect();
            section.not_among(setting, name, &all)
        })
    };
    listed.iter().map(find).collect()
}

fn fallback(section: &mut Section<'_, '_>, token_type: &str) -> Result<Fallback> {
    let mut claim = |name: &str| {
        let setting = format!("fallback_claims.{name}");
        let Some(fallback) = section.string(&setting)? else { return Ok(None) };
        let key = section.key(&setting);
        if token_type != ACCESS_TOKEN {
            return Err(Error::illegal_argument(format!(
                "fallback claim setting [{key}] is not allowed when [{}] is [{token_type}]",
                section.key("token_type")
            )));
        }
        if fallback == name {
            return Err(Error::illegal_argument(format!(
                "Invalid fallback claims setting [{key}]. Claim [{name}] cannot fallback to itself"
            )));
        }
        Ok(Some(fallback))
    };
    Ok(Fallback { sub: claim("sub")?, aud: claim("aud")? })
}

fn required(section: &mut Section<'_, '_>) -> Result<Vec<(String, Vec<String>)>> {
    let required = section.lists_below("required_claims")?;
    for (name, values) in &required {
        if NOT_REQUIRABLE.contains(&name.as_str()) {
            return Err(Error::illegal_argument(format!(
                "required claim [{name}] cannot be one of [{}]",
                NOT_REQUIRABLE.join(",")
            )));
        }
        if values.is_empty() {
            return Err(Error::illegal_argument(format!(
                "required claim [{name}] cannot be empty"
            )));
        }
    }
    Ok(required)
}
