//! From the claims of a verified token to the person it is of.

use regex::{Regex, RegexBuilder};

use super::claims::{Fallback, strings};
use super::rules::{Checked, Rules};
use super::section::Section;
use super::token::Jwt;
use crate::error::{Error, Result};
use crate::identity::principal::Principal;
use crate::json::{Kind, Raw, push_compact, push_string};

/// How large a compiled pattern may be.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Claims that the metadata never has, for they differ from token to token of one person.
const NOT_COPIED: &[&str] = &["exp", "iat", "nbf"];

/// Which claims say what about a person.
pub(super) struct Person {
    principal: Claim,
    groups: Option<Claim>,
    dn: Option<Claim>,
    mail: Option<Claim>,
    name: Option<Claim>,
    populate_metadata: bool,
}

impl Person {
    pub(super) fn configure(section: &mut Section<'_, '_>) -> Result<Self> {
        let principal = Claim::configure(section, "principal")?.ok_or_else(|| {
            let key = section.key("claims.principal");
            Error::illegal_argument(format!("Setting [{key}] is required"))
        })?;
        Ok(Self {
            principal,
            groups: Claim::configure(section, "groups")?,
            dn: Claim::configure(section, "dn")?,
            mail: Claim::configure(section, "mail")?,
            name: Claim::configure(section, "name")?,
            populate_metadata: section.boolean("populate_user_metadata")?.unwrap_or(true),
        })
    }

    /// The person a token is of, or why there is none.
    pub(super) fn of(&self, jwt: &Jwt<'_>, rules: &Rules) -> Checked<Principal> {
        let fallback = &rules.fallback;
        let values = |claim: &Option<Claim>| match claim {
            Some(claim) => claim.values(jwt, fallback),
            None => Ok(Vec::new()),
        };
        let first = |claim| Ok::<_, String>(values(claim)?.into_iter().next());
        let username = self.principal.values(jwt, fallback)?.into_iter().next();
        Ok(Principal {
            username: username
                .filter(|name| !name.trim().is_empty())
                .ok_or_else(|| format!("claim [{}] gives no username", self.principal.name))?,
            roles: Vec::new(),
            full_name: first(&self.name)?,
            email: first(&self.mail)?,
            metadata: self.metadata(jwt, rules.token_type),
            groups: values(&self.groups)?,
            dn: first(&self.dn)?,
        })
    }

    fn metadata(&self, jwt: &Jwt<'_>, token_type: &str) -> String {
        let mut metadata = format!(r#"{{"jwt_token_type":"{token_type}""#);
        for (key, value) in jwt.claims().members().filter(|_| self.populate_metadata) {
            let name = key.string().unwrap_or_default();
            if is_copied(value) && !NOT_COPIED.contains(&name.as_ref()) {
                metadata.push(',');
                push_string(&mut metadata, &format!("jwt_claim_{name}"));
                metadata.push(':');
                push_compact(&mut metadata, value);
            }
        }
        metadata.push('}');
        metadata
    }
}

fn is_copied(value: Raw<'_>) -> bool {
    let is_scalar = |kind| matches!(kind, Kind::String | Kind::Number | Kind::Boolean);
    match value.kind() {
        Kind::Array => value.elements().all(|element| is_scalar(element.kind())),
        kind => is_scalar(kind),
    }
}

/// A claim, and the pattern that finds what counts in each of its values.
struct Claim {
    name: String,
    pattern: Option<Regex>,
}

impl Claim {
    /// Takes the settings of what is called `of`.
    fn configure(section: &mut Section<'_, '_>, of: &str) -> Result<Option<Self>> {
        let (claim, pattern) = (format!("claims.{of}"), format!("claim_patterns.{of}"));
        let name = section.string(&claim)?;
        let compiled = match section.string(&pattern)? {
            Some(text) => Some(compile(&text).map_err(|why| section.invalid(&pattern, &why))?),
            None => None,
        };
        match name {
            Some(name) => Ok(Some(Self { name, pattern: compiled })),
            None if compiled.is_none() => Ok(None),
            None => Err(Error::illegal_argument(format!(
                "Setting [{}] cannot be set unless [{}] is also set",
                section.key(&pattern),
                section.key(&claim)
            ))),
        }
    }

    /// What the claim says, or of each value that the pattern matches its group.
    fn values(&self, jwt: &Jwt<'_>, fallback: &Fallback) -> Checked<Vec<String>> {
        let Some((found, value)) = fallback.claim(jwt, &self.name) else { return Ok(Vec::new()) };
        let mut values = strings(value)
            .ok_or_else(|| format!("claim [{found}] is no string or list of strings"))?;
        if let Some(pattern) = &self.pattern {
            let group = |value: &String| {
                let group = pattern.captures(value)?.get(1)?.as_str();
                (!group.is_empty()).then(|| group.to_owned())
            };
            values = values.iter().filter_map(group).collect();
        }
        Ok(values)
    }
}

fn compile(pattern: &str) -> std::result::Result<Regex, String> {
    let regex = RegexBuilder::new(pattern).size_limit(MAX_PATTERN_BYTES).build();
    let regex = regex.map_err(|error| format!("[{pattern}] is no pattern: {error}"))?;
    if regex.captures_len() != 2 {
        return Err(format!("[{pattern}] must have exactly one group"));
    }
    Ok(regex)
}
