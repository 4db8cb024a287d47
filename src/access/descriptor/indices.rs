//! Index privileges.

use super::part::Part;
use crate::error::{Error, Result};
use crate::json::{Kind, Raw, compact, push_strings, string};

/// Index privileges of a role, or asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct IndexEntry {
    pub(crate) names: Vec<String>,
    pub(crate) privileges: Vec<String>,
    pub(crate) field_security: Option<FieldSecurity>,
    /// Which documents. No check of privileges looks at it.
    pub(crate) query: Option<String>,
    pub(crate) allow_restricted_indices: bool,
}

/// Which fields of the documents. No check of privileges looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FieldSecurity {
    pub(crate) grant: Vec<String>,
    pub(crate) except: Option<Vec<String>>,
}

impl IndexEntry {
    /// Parses the array `field` of the role, or of the check, that is called `name`.
    pub(crate) fn parse_all(name: &str, field: &str, value: Raw<'_>) -> Result<Vec<Self>> {
        let part = Part { what: "indices privileges for role", name };
        part.objects(field, value, |entry| {
            Self::parse(part, entry, |field, _| Err(part.unexpected(field)))
        })
    }

    /// Parses an entry; `other` is given the members that not every kind of entry has.
    pub(super) fn parse<'a>(
        part: Part<'_>,
        entry: Raw<'a>,
        mut other: impl FnMut(&str, Raw<'a>) -> Result<()>,
    ) -> Result<Self> {
        let (mut names, mut privileges, mut field_security, mut query) = (None, None, None, None);
        let mut allow_restricted_indices = false;
        for (field, value) in entry.named() {
            match &*field {
                "names" => names = Some(parse_names(part, value)?),
                "privileges" => privileges = part.nullable_strings("privileges", value)?,
                "field_security" => field_security = Some(FieldSecurity::parse(part, value)?),
                "query" => query = parse_query(part, value)?,
                "allow_restricted_indices" => {
                    allow_restricted_indices = part.boolean("allow_restricted_indices", value)?;
                }
                field => other(field, value)?,
            }
        }
        let names = part.required("names", names)?;
        let privileges = part.required("privileges", privileges)?;
        if privileges.is_empty() {
            return Err(Error::illegal_argument(
                "indices privileges must define at least one privilege",
            ));
        }
        Ok(Self { names, privileges, field_security, query, allow_restricted_indices })
    }

    /// Appends the entry as JSON.
    pub(super) fn push(&self, out: &mut String) {
        self.push_within(out, "", "");
    }

    /// Appends the entry as users see their own: what narrows it down is in arrays, since there
    /// could be several of it.
    pub(super) fn push_granted(&self, out: &mut String) {
        self.push_within(out, "[", "]");
    }

    fn push_within(&self, out: &mut String, open: &str, close: &str) {
        out.push_str(r#"{"names":"#);
        push_strings(out, &self.names);
        out.push_str(r#","privileges":"#);
        push_strings(out, &self.privileges);
        if let Some(FieldSecurity { grant, except }) = &self.field_security {
            out.push_str(&format!(r#","field_security":{open}{{"grant":"#));
            push_strings(out, grant);
            if let Some(except) = except {
                out.push_str(r#","except":"#);
                push_strings(out, except);
            }
            out.push('}');
            out.push_str(close);
        }
        if let Some(query) = &self.query {
            out.push_str(&format!(r#","query":{open}{}{close}"#, string(query)));
        }
        out.push_str(r#","allow_restricted_indices":"#);
        out.push_str(if self.allow_restricted_indices { "true}" } else { "false}" });
    }
}

/// One name or several.
fn parse_names(part: Part<'_>, value: Raw<'_>) -> Result<Vec<String>> {
    if let Some(name) = value.string() {
        return Ok(vec![name.into_owned()]);
    }
    let names = part.strings("names", value)?;
    if names.is_empty() {
        return Err(part.error("[names] cannot be an empty array"));
    }
    Ok(names)
}

/// A query is text, or an object whose text it is.
fn parse_query(part: Part<'_>, value: Raw<'_>) -> Result<Option<String>> {
    Ok(match value.kind() {
        Kind::Null => None,
        Kind::Object => Some(compact(value)),
        _ => Some(part.string("query", value)?).filter(|query| !query.is_empty()),
    })
}

impl FieldSecurity {
    fn parse(part: Part<'_>, value: Raw<'_>) -> Result<Self> {
        let (mut grant, mut except) = (None, None);
        for (field, value) in part.object("field_security", value)?.named() {
            match &*field {
                "grant" => grant = Some(part.strings("grant", value)?),
                "except" => except = Some(part.strings("except", value)?),
                field => {
                    return Err(part.error(&format!(
                        "\"field_security\" only accepts options grant and except, but got: {field}"
                    )));
                }
            }
        }
        match (grant, except) {
            (Some(grant), except) => Ok(Self { grant, except }),
            (None, Some(_)) => Err(part.error("field_security requires grant if except is given")),
            (None, None) => Err(part.error("\"field_security\" must not be empty.")),
        }
    }
}
