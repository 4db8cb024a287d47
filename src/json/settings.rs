//! Settings as Elasticsearch takes them: nested objects, dotted names, or a mixture of both.

use std::collections::{BTreeMap, BTreeSet};

use super::raw::{Kind, Raw};
use super::write::push_string;
use crate::error::{Error, Result};

/// Settings by their full dotted name. Whoever understands one takes it out; what is left at the
/// end is unknown.
pub(crate) struct Settings<'a> {
    prefix: String,
    values: BTreeMap<String, Raw<'a>>,
}

impl<'a> Settings<'a> {
    /// The settings in `object`; `prefix` is dropped from the names that begin with it.
    pub(crate) fn flatten(object: Raw<'a>, prefix: &str) -> Result<Self> {
        let mut settings = Self { prefix: prefix.to_owned(), values: BTreeMap::new() };
        settings.add("", object)?;
        Ok(settings)
    }

    /// The name by which messages call the setting `name`: those of Elasticsearch have dots, and
    /// are called by their full names.
    pub(crate) fn key(&self, name: &str) -> String {
        if name.contains('.') { format!("{}{name}", self.prefix) } else { name.to_owned() }
    }

    fn add(&mut self, above: &str, object: Raw<'a>) -> Result<()> {
        for (key, value) in object.members() {
            let key = key.string().unwrap_or_default();
            let name = if above.is_empty() { key.into_owned() } else { format!("{above}.{key}") };
            // An empty object stays, for it names something that has only defaults.
            if value.kind() == Kind::Object && value.members().next().is_some() {
                self.add(&name, value)?;
                continue;
            }
            let name = name.strip_prefix(&self.prefix).unwrap_or(&name).to_owned();
            if self.values.contains_key(&name) {
                let key = self.key(&name);
                return Err(Error::illegal_argument(format!("setting [{key}] is given twice")));
            }
            self.values.insert(name, value);
        }
        Ok(())
    }

    /// The names of the next level below `prefix`, which ends with a dot.
    pub(crate) fn names_below(&self, prefix: &str) -> Vec<String> {
        let below = self.values.keys().filter_map(|name| name.strip_prefix(prefix));
        let names: BTreeSet<&str> = below.filter_map(|rest| rest.split('.').next()).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Takes the setting `name`; a null counts as not given.
    pub(crate) fn take(&mut self, name: &str) -> Option<Raw<'a>> {
        self.values.remove(name).filter(|value| value.kind() != Kind::Null)
    }

    /// Takes every setting below `prefix`, which ends with a dot, by the rest of its name.
    pub(crate) fn take_below(&mut self, prefix: &str) -> Vec<(String, Raw<'a>)> {
        let names: Vec<String> =
            self.values.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
        let rest = |name: &str| name[prefix.len()..].to_owned();
        names.iter().filter_map(|name| Some((rest(name), self.take(name)?))).collect()
    }

    /// Takes an object without members, which names something that has only defaults.
    pub(crate) fn take_empty(&mut self, name: &str) {
        if self.values.get(name).is_some_and(|value| value.kind() == Kind::Object) {
            self.values.remove(name);
        }
    }

    /// Takes a string.
    pub(crate) fn string(&mut self, name: &str) -> Result<Option<String>> {
        self.parsed(name, "a string", |value| value.string().map(Into::into))
    }

    /// What a setting says, for messages.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|value| text(*value))
    }

    /// Takes a string that no message may show.
    pub(crate) fn secret(&mut self, name: &str) -> Result<Option<String>> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let secret = value.string().map(Into::into).ok_or_else(|| {
            Error::illegal_argument(format!(
                "Failed to parse the value of setting [{}]: expected a string",
                self.key(name)
            ))
        })?;
        Ok(Some(secret))
    }

    /// Takes a JSON object as text, given as such or as a string.
    pub(crate) fn document(&mut self, name: &str) -> Option<String> {
        if let Some(value) = self.take(name) {
            return Some(text(value));
        }
        let members = self.take_below(&format!("{name}."));
        if members.is_empty() {
            return None;
        }
        let mut document = String::new();
        for (name, value) in members {
            document.push(if document.is_empty() { '{' } else { ',' });
            push_string(&mut document, &name);
            document.push(':');
            document.push_str(value.text());
        }
        document.push('}');
        Some(document)
    }

    /// Takes a list of strings, or one string with commas between them.
    pub(crate) fn strings(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        self.parsed(name, "a list of strings", strings)
    }

    /// Takes every list below `prefix`, which ends with a dot, by the rest of its name.
    pub(crate) fn lists_below(&mut self, prefix: &str) -> Result<Vec<(String, Vec<String>)>> {
        let names = self.values.keys().filter(|name| name.starts_with(prefix));
        let names: Vec<String> = names.cloned().collect();
        let list = |name: &String| {
            Ok((name[prefix.len()..].to_owned(), self.strings(name)?.unwrap_or_default()))
        };
        names.iter().map(list).collect()
    }

    /// Takes a boolean, given as such or as a string.
    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>> {
        self.parsed(name, "true or false", |value| text(value).parse().ok())
    }

    /// Takes a whole number, given as such or as a string.
    pub(crate) fn integer<N: std::str::FromStr>(&mut self, name: &str) -> Result<Option<N>> {
        self.parsed(name, "a whole number in range", |value| text(value).parse().ok())
    }

    /// Takes a size in bytes: a number, or a string with a unit such as `10mb`.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Option<u64>> {
        const UNITS: &[(&str, u64)] = &[
            ("pb", 1 << 50),
            ("tb", 1 << 40),
            ("gb", 1 << 30),
            ("mb", 1 << 20),
            ("kb", 1 << 10),
            ("b", 1),
            ("", 1),
        ];
        self.parsed(name, "a size such as 10mb", |value| with_unit(&text(value), UNITS))
    }

    /// Takes a time in milliseconds: a string with a unit such as `20m`, or 0.
    pub(crate) fn milliseconds(&mut self, name: &str) -> Result<Option<i64>> {
        const UNITS: &[(&str, u64)] =
            &[("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
        self.parsed(name, "a time such as 20m", |value| {
            let value = text(value);
            if value == "0" { Some(0) } else { with_unit(&value, UNITS)?.try_into().ok() }
        })
    }

    fn parsed<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(Raw<'a>) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let parsed = parse(value).ok_or_else(|| {
            Error::illegal_argument(format!(
                "Failed to parse value [{}] for setting [{}]: expected {expected}",
                text(value),
                self.key(name)
            ))
        })?;
        Ok(Some(parsed))
    }

    /// Fails if a setting is left that nobody took.
    pub(crate) fn finish(self) -> Result<()> {
        match self.values.keys().next() {
            Some(name) => {
                Err(Error::illegal_argument(format!("unknown setting [{}]", self.key(name))))
            }
            None => Ok(()),
        }
    }
}

/// The strings of a list setting, trimmed.
fn strings(value: Raw<'_>) -> Option<Vec<String>> {
    if value.kind() == Kind::Array {
        return value.strings();
    }
    let list = value.string()?;
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    Some(parts.map(str::to_owned).collect())
}

/// What a scalar setting says, whether it came as a string or not.
fn text(value: Raw<'_>) -> String {
    value.string().map_or_else(|| value.text().to_owned(), Into::into)
}

fn with_unit(value: &str, units: &[(&str, u64)]) -> Option<u64> {
    let value = value.trim().to_ascii_lowercase();
    let (number, unit) =
        units.iter().find_map(|(unit, size)| Some((value.strip_suffix(unit)?, size)))?;
    number.trim().parse::<u64>().ok()?.checked_mul(*unit)
}
