//! The privileges of a role that look at the request.

use super::part::Part;
use crate::error::{Error, Result};
use crate::json::{Kind, Raw, push_array, push_strings};

/// The privileges that look at the request; each category at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Global {
    /// `application.manage.applications`: patterns of application names.
    pub(crate) manage_applications: Option<Vec<String>>,
    /// `profile.write.applications`: patterns of top-level keys of labels and data.
    pub(crate) write_profile: Option<Vec<String>>,
    /// `role.manage.indices`: what index privileges the roles may have that can be changed.
    pub(crate) manage_roles: Option<Vec<ManagedIndices>>,
}

/// Index privileges that the roles somebody manages may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ManagedIndices {
    pub(crate) names: Vec<String>,
    pub(crate) privileges: Vec<String>,
}

impl Global {
    /// Parses the member `global` of the role `name`.
    pub(super) fn parse(name: &str, value: Raw<'_>) -> Result<Self> {
        let part = Part { what: "role", name };
        let mut global = Self::default();
        expect(value, Kind::Object)?;
        for (category, value) in value.named() {
            expect_field(&category, &["application", "profile", "role"])?;
            expect(value, Kind::Object)?;
            let privilege = if category == "profile" { "write" } else { "manage" };
            for (field, value) in value.named() {
                expect_field(&field, &[privilege])?;
                match &*category {
                    "application" => global.manage_applications = Some(applications(part, value)?),
                    "profile" => global.write_profile = Some(applications(part, value)?),
                    _ => global.manage_roles = Some(managed_indices(part, value)?),
                }
            }
        }
        Ok(global)
    }

    /// Appends the member `global` behind others, unless there is no such privilege.
    pub(super) fn push(&self, out: &mut String) {
        if *self == Self::default() {
            return;
        }
        out.push_str(r#","global":{"#);
        for (index, (category, privilege)) in self.categories().into_iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let privilege = privilege.unwrap_or_default();
            out.push_str(&format!(r#"{comma}"{category}":{{{privilege}}}"#));
        }
        out.push('}');
    }

    /// Each privilege as an object of its own.
    pub(super) fn each(&self) -> impl Iterator<Item = String> {
        let categories = self.categories().into_iter();
        categories.filter_map(|(category, privilege)| {
            Some(format!(r#"{{"{category}":{{{}}}}}"#, privilege?))
        })
    }

    /// Every category with the privilege in it, a member of an object.
    fn categories(&self) -> [(&'static str, Option<String>); 3] {
        let applications = |privilege: &str, applications: &Vec<String>| {
            let mut out = format!(r#""{privilege}":{{"applications":"#);
            push_strings(&mut out, applications);
            out + "}"
        };
        let indices = |indices: &Vec<ManagedIndices>| {
            let mut out = String::from(r#""manage":{"indices":"#);
            push_array(&mut out, indices, ManagedIndices::push);
            out + "}"
        };
        let manage = self.manage_applications.as_ref().map(|names| applications("manage", names));
        let write = self.write_profile.as_ref().map(|names| applications("write", names));
        let roles = self.manage_roles.as_ref().map(indices);
        [("application", manage), ("profile", write), ("role", roles)]
    }
}

/// `{"applications":[...]}`.
fn applications(part: Part<'_>, value: Raw<'_>) -> Result<Vec<String>> {
    part.strings("applications", only_array(value, "applications")?)
}

/// `{"indices":[{"names":[...],"privileges":[...]},...]}`.
fn managed_indices(part: Part<'_>, value: Raw<'_>) -> Result<Vec<ManagedIndices>> {
    let entries = only_array(value, "indices")?.elements();
    entries.map(|entry| ManagedIndices::parse(part, entry)).collect()
}

impl ManagedIndices {
    fn parse(part: Part<'_>, entry: Raw<'_>) -> Result<Self> {
        let (mut names, mut privileges) = (None, None);
        for (field, value) in expect(entry, Kind::Object)?.named() {
            expect_field(&field, &["names", "privileges"])?;
            let strings = part.strings(&field, expect(value, Kind::Array)?)?;
            *(if field == "names" { &mut names } else { &mut privileges }) = Some(strings);
        }
        match (names, privileges) {
            (Some(names), Some(privileges)) => Ok(Self { names, privileges }),
            _ => Err(unexpected("FIELD_NAME", "END_OBJECT")),
        }
    }

    fn push(&self, out: &mut String) {
        out.push_str(r#"{"names":"#);
        push_strings(out, &self.names);
        out.push_str(r#","privileges":"#);
        push_strings(out, &self.privileges);
        out.push('}');
    }
}

/// The array that is the only member of an object.
fn only_array<'a>(object: Raw<'a>, name: &str) -> Result<Raw<'a>> {
    let mut members = expect(object, Kind::Object)?.named();
    let (field, value) = members.next().ok_or_else(|| unexpected("FIELD_NAME", "END_OBJECT"))?;
    expect_field(&field, &[name])?;
    let array = expect(value, Kind::Array)?;
    match members.next() {
        None => Ok(array),
        Some(_) => Err(unexpected("END_OBJECT", "FIELD_NAME")),
    }
}

fn expect(value: Raw<'_>, kind: Kind) -> Result<Raw<'_>> {
    let found = value.kind();
    if found == kind { Ok(value) } else { Err(unexpected(kind.token(), found.token())) }
}

fn unexpected(expected: &str, found: &str) -> Error {
    Error::x_content(format!(
        "failed to parse privilege. expected [{expected}] but found [{found}] instead"
    ))
}

fn expect_field(field: &str, expected: &[&str]) -> Result<()> {
    if expected.contains(&field) {
        return Ok(());
    }
    let what = if expected.len() == 1 { "field name" } else { "one of" };
    Err(Error::x_content(format!(
        "failed to parse privilege. expected {what} [{}] but found [{field}] instead",
        expected.join(",")
    )))
}
