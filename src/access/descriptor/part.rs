//! A part of a role that is being parsed, and what may be wrong with it in Elasticsearch's words.

use crate::error::{Error, Result};
use crate::json::{Kind, Raw};

/// What is parsed, for messages: `failed to parse WHAT [NAME]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'n> {
    pub(crate) what: &'static str,
    /// The name of the role, or what stands for it when privileges are checked.
    pub(crate) name: &'n str,
}

impl Part<'_> {
    pub(crate) fn error(self, why: &str) -> Error {
        Error::parse(format!("failed to parse {} [{}]. {why}", self.what, self.name))
    }

    pub(crate) fn unexpected(self, field: &str) -> Error {
        self.error(&format!("unexpected field [{field}]"))
    }

    fn wrong(self, field: &str, expected: &str, found: Raw<'_>) -> Error {
        let found = found.kind().token();
        self.error(&format!(
            "expected field [{field}] value to be {expected}, but found [{found}] instead"
        ))
    }

    /// A member that must be there.
    pub(crate) fn required<T>(self, field: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| self.error(&format!("missing required [{field}] field")))
    }

    pub(crate) fn string(self, field: &str, value: Raw<'_>) -> Result<String> {
        value.string().map(Into::into).ok_or_else(|| self.wrong(field, "a string", value))
    }

    pub(crate) fn boolean(self, field: &str, value: Raw<'_>) -> Result<bool> {
        value.boolean().ok_or_else(|| self.wrong(field, "a boolean", value))
    }

    pub(crate) fn object<'a>(self, field: &str, value: Raw<'a>) -> Result<Raw<'a>> {
        match value.kind() {
            Kind::Object => Ok(value),
            _ => Err(self.wrong(field, "an object", value)),
        }
    }

    pub(crate) fn strings(self, field: &str, value: Raw<'_>) -> Result<Vec<String>> {
        self.array(field, "an array of strings", value, |element| element.string().map(Into::into))
    }

    /// Strings; null counts as absent.
    pub(crate) fn nullable_strings(
        self,
        field: &str,
        value: Raw<'_>,
    ) -> Result<Option<Vec<String>>> {
        if value.kind() == Kind::Null { Ok(None) } else { self.strings(field, value).map(Some) }
    }

    /// What `parse` makes of each object of an array.
    pub(crate) fn objects<'a, T>(
        self,
        field: &str,
        value: Raw<'a>,
        parse: impl Fn(Raw<'a>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let objects = self.array(field, "an array of objects", value, |element| {
            (element.kind() == Kind::Object).then_some(element)
        })?;
        objects.into_iter().map(parse).collect()
    }

    fn array<'a, T>(
        self,
        field: &str,
        expected: &str,
        value: Raw<'a>,
        element: impl Fn(Raw<'a>) -> Option<T>,
    ) -> Result<Vec<T>> {
        if value.kind() != Kind::Array {
            return Err(self.wrong(field, expected, value));
        }
        let element = |raw| element(raw).ok_or_else(|| self.wrong(field, expected, raw));
        value.elements().map(element).collect()
    }
}
