//! The settings of one JWT realm.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::identity::realms::resolve;
use crate::json::Settings;

/// Groups that may be there as objects without members.
const GROUPS: &[&str] = &[
    "claims",
    "claim_patterns",
    "required_claims",
    "fallback_claims",
    "client_authentication",
    "jwt",
    "jwt.cache",
];

/// The settings below the realm's own name.
pub(super) struct Section<'s, 'a> {
    settings: &'s mut Settings<'a>,
    at: &'s str,
    /// Where files are that are named without a directory of their own.
    directory: Option<&'s Path>,
}

impl<'s, 'a> Section<'s, 'a> {
    pub(super) fn new(
        settings: &'s mut Settings<'a>,
        at: &'s str,
        directory: Option<&'s Path>,
    ) -> Self {
        for group in GROUPS {
            settings.take_empty(&format!("{at}.{group}"));
        }
        Self { settings, at, directory }
    }

    /// The file of this path, which the setting `name` has.
    pub(super) fn file(&self, name: &str, path: &str) -> Result<PathBuf> {
        if path.contains("://") {
            return Err(self.invalid(name, "it must be a file and not a URL"));
        }
        resolve(self.directory, &self.key(name), path)
    }

    /// The full name of a setting.
    pub(super) fn key(&self, name: &str) -> String {
        self.settings.key(&self.at(name))
    }

    fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.at)
    }

    /// Takes a string, which may not be empty.
    pub(super) fn string(&mut self, name: &str) -> Result<Option<String>> {
        let value = self.settings.string(&self.at(name))?;
        self.check_given(name, value.as_deref())?;
        Ok(value)
    }

    /// Takes a string that no message may show; it may not be empty.
    pub(super) fn secret(&mut self, name: &str) -> Result<Option<String>> {
        let value = self.settings.secret(&self.at(name))?;
        self.check_given(name, value.as_deref())?;
        Ok(value)
    }

    /// Takes a list of strings, none of which may be empty.
    pub(super) fn strings(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        let values = self.settings.strings(&self.at(name))?;
        for value in values.iter().flatten() {
            self.check_given(name, Some(value))?;
        }
        Ok(values)
    }

    /// Takes one of the `allowed` words, in any case.
    pub(super) fn word(
        &mut self,
        name: &str,
        allowed: &[&'static str],
    ) -> Result<Option<&'static str>> {
        let Some(value) = self.string(name)? else { return Ok(None) };
        let found = allowed.iter().find(|word| word.eq_ignore_ascii_case(&value));
        found.map(|word| Some(*word)).ok_or_else(|| self.not_among(name, &value, allowed))
    }

    pub(super) fn boolean(&mut self, name: &str) -> Result<Option<bool>> {
        self.settings.boolean(&self.at(name))
    }

    pub(super) fn milliseconds(&mut self, name: &str) -> Result<Option<i64>> {
        self.settings.milliseconds(&self.at(name))
    }

    pub(super) fn integer(&mut self, name: &str) -> Result<Option<usize>> {
        self.settings.integer(&self.at(name))
    }

    /// Takes a JSON object as text.
    pub(super) fn document(&mut self, name: &str) -> Option<String> {
        self.settings.document(&self.at(name))
    }

    /// Takes every list below `name`, by the rest of its name.
    pub(super) fn lists_below(&mut self, name: &str) -> Result<Vec<(String, Vec<String>)>> {
        self.settings.lists_below(&self.at(&format!("{name}.")))
    }

    fn check_given(&self, name: &str, value: Option<&str>) -> Result<()> {
        if value.is_some_and(str::is_empty) {
            return Err(self.empty("value", name));
        }
        Ok(())
    }

    /// A setting whose value or list is empty.
    pub(super) fn empty(&self, what: &str, name: &str) -> Error {
        Error::illegal_argument(format!("Invalid empty {what} for [{}].", self.key(name)))
    }

    pub(super) fn not_among(&self, name: &str, value: &str, allowed: &[&str]) -> Error {
        Error::illegal_argument(format!(
            "Invalid value [{value}] for [{}], allowed values are [{}]",
            self.key(name),
            allowed.join(",")
        ))
    }

    pub(super) fn not_both(&self, one: &str, other: &str) -> Error {
        Error::illegal_argument(format!(
            "Settings [{}] and [{}] are not allowed at the same time.",
            self.key(one),
            self.key(other)
        ))
    }

    /// A setting whose value is not shown, perhaps because it is secret.
    pub(super) fn invalid(&self, name: &str, problem: &str) -> Error {
        Error::illegal_argument(format!("Invalid value for [{}]: {problem}", self.key(name)))
    }
}
