//! What a rule compares: the facts about a person with the values of a field.

use super::dn::Dn;
use crate::error::Result;
use crate::identity::principal::Principal;
use crate::json::{Kind, Raw};
use crate::pattern::Language;

/// A field of a rule.
pub(super) enum Field {
    Username,
    RealmName,
    Dn,
    Groups,
    /// `metadata.` and this.
    Metadata(String),
    /// One that nobody has.
    Unknown,
}

impl Field {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "username" => Self::Username,
            "realm.name" => Self::RealmName,
            "dn" => Self::Dn,
            "groups" => Self::Groups,
            _ => match name.strip_prefix("metadata.") {
                Some(path) => Self::Metadata(path.to_owned()),
                None => Self::Unknown,
            },
        }
    }
}

/// A value that a rule asks for.
pub(super) enum Value {
    Text {
        lowercase: String,
        text: String,
        dn: Option<Dn>,
    },
    /// `above` is the name that `*,` stands in front of, if nothing else in it is special.
    Pattern {
        pattern: Language,
        above: Option<Dn>,
    },
    /// A number as text.
    Number(String),
    Boolean(bool),
    /// The field is absent.
    Null,
}

impl Value {
    /// The value that `value` says, if it says one; a pattern is paid for from `budget`.
    pub(super) fn parse(value: Raw<'_>, budget: &mut u32) -> Result<Option<Self>> {
        Ok(Some(match value.kind() {
            Kind::String => Self::of_text(&value.string().unwrap_or_default(), budget)?,
            Kind::Number => Self::Number(value.text().to_owned()),
            Kind::Boolean => Self::Boolean(value.boolean() == Some(true)),
            Kind::Null => Self::Null,
            Kind::Object | Kind::Array => return Ok(None),
        }))
    }

    fn of_text(text: &str, budget: &mut u32) -> Result<Self> {
        let is_regexp = text.len() > 1 && text.starts_with('/') && text.ends_with('/');
        if is_regexp || text.contains('*') {
            let pattern = Language::parse(&[text], budget)?;
            let above = text.strip_prefix("*,").filter(|rest| !rest.contains('*'));
            return Ok(Self::Pattern { pattern, above: above.and_then(Dn::parse) });
        }
        let dn = Dn::parse(text);
        Ok(Self::Text { lowercase: text.to_lowercase(), text: text.to_owned(), dn })
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    fn fits_text(&self, fact: &str) -> bool {
        match self {
            Self::Text { text, .. } => text == fact,
            Self::Pattern { pattern, .. } => pattern.contains(fact),
            _ => false,
        }
    }

    fn fits_name(&self, fact: &Name<'_>) -> bool {
        match self {
            Self::Text { lowercase, dn, .. } => {
                *lowercase == fact.lowercase || dn.is_some() && *dn == fact.dn
            }
            Self::Pattern { pattern, above } => {
                let texts = [fact.text, &fact.lowercase, &fact.uppercase];
                texts.iter().any(|text| pattern.contains(text))
                    || fact.dn.as_ref().is_some_and(|dn| {
                        pattern.contains(&dn.normalized())
                            || above.as_ref().is_some_and(|above| dn.is_below(above))
                    })
            }
            _ => false,
        }
    }

    fn fits_json(&self, fact: Raw<'_>) -> bool {
        match (fact.kind(), self) {
            (Kind::Array, _) => fact.elements().any(|element| self.fits_json(element)),
            (Kind::String, _) => fact.string().is_some_and(|fact| self.fits_text(&fact)),
            (Kind::Number, Self::Number(number)) => same_number(number, fact.text()),
            (Kind::Boolean, Self::Boolean(boolean)) => fact.boolean() == Some(*boolean),
            (Kind::Null, Self::Null) => true,
            _ => false,
        }
    }
}

/// Whether two numbers are equal, exactly if both are whole.
fn same_number(left: &str, right: &str) -> bool {
    match (left.parse::<i128>(), right.parse::<i128>()) {
        (Ok(left), Ok(right)) => left == right,
        _ => left.parse::<f64>().ok() == right.parse::<f64>().ok(),
    }
}

/// What is known of a person.
pub(crate) struct Facts<'a> {
    username: &'a str,
    realm_name: &'a str,
    dn: Option<Name<'a>>,
    groups: Vec<Name<'a>>,
    metadata: Raw<'a>,
}

/// A name in a directory, or whatever stands for one.
struct Name<'a> {
    text: &'a str,
    lowercase: String,
    uppercase: String,
    dn: Option<Dn>,
}

impl<'a> Name<'a> {
    fn new(text: &'a str) -> Self {
        let (lowercase, uppercase) = (text.to_lowercase(), text.to_uppercase());
        Self { text, lowercase, uppercase, dn: Dn::parse(text) }
    }
}

impl<'a> Facts<'a> {
    pub(crate) fn new(principal: &'a Principal, realm_name: &'a str) -> Self {
        Self {
            username: &principal.username,
            realm_name,
            dn: principal.dn.as_deref().map(Name::new),
            groups: principal.groups.iter().map(|group| Name::new(group)).collect(),
            metadata: Raw::trusted(&principal.metadata),
        }
    }

    /// Whether the person's `field` is `value`, or one of several is.
    pub(super) fn fit(&self, field: &Field, value: &Value) -> bool {
        match field {
            Field::Username => value.fits_text(self.username),
            Field::RealmName => value.fits_text(self.realm_name),
            Field::Dn => self.dn.as_ref().map_or(value.is_null(), |dn| value.fits_name(dn)),
            Field::Groups => self.groups.iter().any(|group| value.fits_name(group)),
            Field::Metadata(path) => {
                let mut found = Vec::new();
                look_up(self.metadata, path, &mut found);
                if found.is_empty() {
                    value.is_null()
                } else {
                    found.iter().any(|fact| value.fits_json(*fact))
                }
            }
            Field::Unknown => value.is_null(),
        }
    }
}

/// Finds what `path` names: a dot in it may be part of a name or lead into an object.
fn look_up<'a>(object: Raw<'a>, path: &str, found: &mut Vec<Raw<'a>>) {
    for (key, value) in object.members() {
        let Some(rest) = key.string().and_then(|key| path.strip_prefix(&*key)) else { continue };
        if rest.is_empty() {
            found.push(value);
        } else if let Some(rest) = rest.strip_prefix('.') {
            look_up(value, rest, found);
        }
    }
}
