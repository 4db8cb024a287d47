//! The hint of a suggest request: who should stand higher.

use std::borrow::Cow;

use super::Request;
use crate::error::{Error, Result};
use crate::json::{Kind, Raw};

/// A label by its dotted path, and the values one of which fits.
type Label<'a> = (Cow<'a, str>, Vec<Cow<'a, str>>);

pub(super) struct Hint<'a> {
    uids: Option<Vec<Cow<'a, str>>>,
    labels: Option<Vec<Label<'a>>>,
}

impl<'a> Hint<'a> {
    pub(super) fn parse(request: Request<'a>) -> Result<Self> {
        let mut request = request.of_parser("suggest_profile_request_payload_hint");
        let uids = request.names("uids")?;
        let labels = request.object("labels")?;
        request.finish()?;
        let label = |(path, value)| Ok((path, values(value)?));
        let labels = labels.map(|labels| labels.named().map(label).collect()).transpose()?;
        Ok(Self { uids, labels })
    }

    /// What is wrong with it.
    pub(super) fn errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        if self.uids.is_none() && self.labels.is_none() {
            errors.push("[hint] parameter cannot be empty".to_owned());
        }
        if self.uids.as_ref().is_some_and(Vec::is_empty) {
            errors.push("[uids] hint cannot be empty".to_owned());
        }
        match self.labels.as_deref() {
            None => {}
            Some([(path, values)]) => {
                if path.contains('*') {
                    errors.push("[labels] hint key cannot contain wildcard".to_owned());
                }
                if values.is_empty() {
                    errors.push("[labels] hint value cannot be empty".to_owned());
                }
            }
            Some(labels) => {
                let paths: Vec<&str> = labels.iter().map(|(path, _)| &**path).collect();
                errors.push(format!(
                    "[labels] hint supports a single key, got [{}]",
                    paths.join(",")
                ));
            }
        }
        errors
    }

    pub(super) fn uids(&self) -> &[Cow<'a, str>] {
        self.uids.as_deref().unwrap_or_default()
    }

    pub(super) fn label(&self) -> Option<(&str, &[Cow<'a, str>])> {
        let (path, values) = self.labels.as_ref()?.first()?;
        Some((path, values))
    }
}

/// The values of a label: a string, or several.
fn values(value: Raw<'_>) -> Result<Vec<Cow<'_, str>>> {
    if value.kind() == Kind::Array {
        let values = value.elements().map(Raw::string).collect::<Option<_>>();
        return values.ok_or_else(|| {
            Error::parse("[labels] hint supports either string value or list of strings")
        });
    }
    value.string().map(|value| vec![value]).ok_or_else(|| {
        Error::parse("[labels] hint supports either string or list of strings as its value")
    })
}
