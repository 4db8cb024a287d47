//! `role_templates` in their static form: texts that name roles, without mustache tags.

use crate::error::{Error, Result};
use crate::json::{Kind, Raw, check_members};

/// The roles that the list `templates` names.
pub(crate) fn roles_of_templates(templates: Raw<'_>) -> Result<Vec<String>> {
    let mut roles = Vec::new();
    for element in checked(templates, Kind::Array, "role_templates")?.elements() {
        let (mut template, mut format) = (None, None);
        for (key, value) in checked(element, Kind::Object, "role_templates")?.members() {
            match key.string().as_deref() {
                Some("template") => template = Some(value),
                Some("format") => format = Some(value),
                _ => return failed(format!("unknown field {}", key.text())),
            }
        }
        let Some(template) = template else { return failed("Required [template]".to_owned()) };
        let source = source(template)?;
        match format.map(|format| string(format, "format")).transpose()?.as_deref() {
            None | Some("string") => roles.push(source),
            Some("json") => add_roles(&source, &mut roles)?,
            Some(other) => {
                return failed(format!("Invalid format [{other}] expected one of [json,string]"));
            }
        }
    }
    Ok(roles)
}

/// The source of a template: `{"source":string}`, the text of such an object, or the source itself.
fn source(template: Raw<'_>) -> Result<String> {
    if template.kind() == Kind::Object {
        let mut members = template.members();
        return match (members.next(), members.next()) {
            (Some((key, source)), None) if key.string().as_deref() == Some("source") => {
                static_text(source, "source")
            }
            _ => failed("[template] is an object with one field, [source]".to_owned()),
        };
    }
    let text = static_text(template, "template")?;
    if text.trim_start().starts_with('{') { source(parsed(&text)?) } else { Ok(text) }
}

/// Adds what the source of a template of the format `json` says: a role, or a list of roles.
fn add_roles(source: &str, roles: &mut Vec<String>) -> Result<()> {
    let value = parsed(source)?;
    if value.kind() == Kind::Array {
        for element in value.elements() {
            roles.push(string(element, "a role")?);
        }
    } else {
        roles.push(string(value, "a role")?);
    }
    Ok(())
}

fn parsed(text: &str) -> Result<Raw<'_>> {
    match check_members(text.as_bytes()) {
        Ok((text, _)) => Ok(Raw::trusted(text)),
        Err(error) => failed(format!("[{text}] is not JSON: {}", error.reason())),
    }
}

fn static_text(value: Raw<'_>, name: &str) -> Result<String> {
    let text = string(value, name)?;
    if text.contains("{{") {
        return failed(format!(
            "[{text}] has mustache tags, and only static templates are supported"
        ));
    }
    Ok(text)
}

fn string(value: Raw<'_>, name: &str) -> Result<String> {
    Ok(checked(value, Kind::String, name)?.string().unwrap_or_default().into_owned())
}

fn checked<'a>(value: Raw<'a>, kind: Kind, name: &str) -> Result<Raw<'a>> {
    if value.kind() == kind {
        return Ok(value);
    }
    failed(format!("[{name}] doesn't support values of type: {}", value.kind().token()))
}

fn failed<T>(why: String) -> Result<T> {
    Err(Error::parse(format!("failed to parse role templates. {why}")))
}
