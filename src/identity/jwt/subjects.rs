//! The subjects whose tokens a realm accepts.

use super::section::Section;
use crate::error::{Error, Result};
use crate::pattern::{BUDGET, Language};

pub(super) struct Subjects {
    names: Vec<String>,
    patterns: Vec<Language>,
}

impl Subjects {
    /// Takes the settings of subjects; `None` is any subject, unless there must be a choice.
    pub(super) fn configure(section: &mut Section<'_, '_>, required: bool) -> Result<Option<Self>> {
        let (names, patterns) = ("allowed_subjects", "allowed_subject_patterns");
        let (listed, given) = (section.strings(names)?, section.strings(patterns)?);
        if listed.is_none() && given.is_none() && !required {
            return Ok(None);
        }
        let (listed, given) = (listed.unwrap_or_default(), given.unwrap_or_default());
        if listed.is_empty() && given.is_empty() {
            return Err(Error::illegal_argument(format!(
                "One of either [{}] or [{}] must be specified and not be empty.",
                section.key(names),
                section.key(patterns)
            )));
        }
        let mut budget = BUDGET;
        let parse = |pattern: &String| {
            Language::parse(&[pattern], &mut budget)
                .map_err(|error| section.invalid(patterns, error.reason()))
        };
        let compiled = given.iter().map(parse).collect::<Result<_>>()?;
        Ok(Some(Self { names: listed, patterns: compiled }))
    }

    pub(super) fn allow(&self, subject: &str) -> bool {
        self.names.iter().any(|name| name == subject)
            || self.patterns.iter().any(|pattern| pattern.contains(subject))
    }
}
