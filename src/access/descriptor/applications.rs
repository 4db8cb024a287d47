//! Application privileges.

use super::part::Part;
use crate::error::{Error, Result};
use crate::json::{Raw, push_string, push_strings};

/// Application privileges of a role, or asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ApplicationEntry {
    pub(crate) application: String,
    pub(crate) privileges: Vec<String>,
    pub(crate) resources: Vec<String>,
}

impl ApplicationEntry {
    /// Parses the array `field` of the role, or of the check, that is called `name`.
    pub(crate) fn parse_all(name: &str, field: &str, value: Raw<'_>) -> Result<Vec<Self>> {
        let part = Part { what: "application privileges for role", name };
        part.objects(field, value, |entry| Self::parse(part, entry))
    }

    fn parse(part: Part<'_>, entry: Raw<'_>) -> Result<Self> {
        let (mut application, mut privileges, mut resources) = (None, None, None);
        for (field, value) in entry.named() {
            match &*field {
                "application" => application = Some(part.string("application", value)?),
                "privileges" => privileges = Some(part.strings("privileges", value)?),
                "resources" => resources = Some(part.strings("resources", value)?),
                field => return Err(part.unexpected(field)),
            }
        }
        let resources = part.required("resources", resources)?;
        let privileges = part.required("privileges", privileges)?;
        let application = part.required("application", application)?;
        let wrong = if privileges.is_empty() {
            "application privileges must define at least one privilege"
        } else if resources.is_empty() {
            "application privileges must refer to at least one resource"
        } else {
            return Ok(Self { application, privileges, resources });
        };
        Err(Error::illegal_argument(wrong))
    }

    /// Appends the entry as JSON.
    pub(super) fn push(&self, out: &mut String) {
        out.push_str(r#"{"application":"#);
        push_string(out, &self.application);
        out.push_str(r#","privileges":"#);
        push_strings(out, &self.privileges);
        out.push_str(r#","resources":"#);
        push_strings(out, &self.resources);
        out.push('}');
    }
}
