//! `put_role_mapping`: create or replace a role mapping.
//! Elasticsearch: PUT, POST /_security/role_mapping/{name}.

use super::{
    Body, Entry, MANAGE_SECURITY, Operation, Request, Route, check_size, id_error,
    reserved_metadata,
};
use crate::error::{Error, Result};
use crate::identity::mappings::{self, Rule, roles_of_templates};
use crate::json::{Raw, push_compact, push_strings, string};

pub(crate) const PUT_ROLE_MAPPING: Operation = Operation {
    name: "put_role_mapping",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/role_mapping/{name}" }],
    parameters: &["name", "refresh"],
    body: Body::Required,
    parser: "role-mapping",
    action: "cluster:admin/xpack/security/role_mapping/put",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

/// The beginning of the ids of all mappings.
const ID: &str = "role-mapping_";

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let name = request.string("name")?.unwrap_or_default().into_owned();
    let mapping = Mapping::take(&mut request)?;
    request.refresh()?;
    request.finish()?;
    let errors = mapping.errors(&name);
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    let mapping = mapping.to_json(&name);
    check_size("role mapping", &name, &mapping)?;
    let call = entry.authorize()?;
    let created = call.store.write(move |txn| mappings::put(txn, &name, &mapping))?;
    Ok(format!(r#"{{"role_mapping":{{"created":{created}}}}}"#))
}

/// A role mapping as it is given.
struct Mapping<'a> {
    enabled: bool,
    roles: Vec<String>,
    /// Only if they name a role.
    templates: Option<Raw<'a>>,
    rules: Option<Raw<'a>>,
    metadata: Option<Raw<'a>>,
}

impl<'a> Mapping<'a> {
    fn take(request: &mut Request<'a>) -> Result<Self> {
        let templates = match request.value("role_templates")? {
            Some(templates) if !roles_of_templates(templates)?.is_empty() => Some(templates),
            _ => None,
        };
        let rules = request.value("rules")?;
        rules.map(Rule::parse).transpose()?;
        Ok(Self {
            enabled: request.boolean("enabled")?.unwrap_or(true),
            roles: request.strings("roles")?.unwrap_or_default(),
            templates,
            rules,
            metadata: request.object("metadata")?,
        })
    }

    fn errors(&self, name: &str) -> Vec<String> {
        let mut errors = Vec::new();
        if name.is_empty() {
            errors.push("role-mapping name is missing".to_owned());
        }
        errors.extend(id_error(ID.len() + name.len()));
        match (self.roles.is_empty(), self.templates.is_none()) {
            (true, true) => {
                errors.push("role-mapping roles or role-templates are missing".to_owned());
            }
            (false, false) => {
                errors.push("role-mapping cannot have both roles and role-templates".to_owned());
            }
            _ => {}
        }
        if self.rules.is_none() {
            errors.push("role-mapping rules are missing".to_owned());
        }
        errors.extend(reserved_metadata(self.metadata));
        errors
    }

    /// The mapping as `get_role_mapping` shows it.
    fn to_json(&self, name: &str) -> String {
        let mut out = format!(r#"{{{}:{{"enabled":{}"#, string(name), self.enabled);
        if !self.roles.is_empty() {
            out.push_str(r#","roles":"#);
            push_strings(&mut out, &self.roles);
        }
        let metadata = self.metadata.unwrap_or(Raw::trusted("{}"));
        for (name, value) in [
            ("role_templates", self.templates),
            ("rules", self.rules),
            ("metadata", Some(metadata)),
        ] {
            if let Some(value) = value {
                out.push_str(&format!(r#","{name}":"#));
                push_compact(&mut out, value);
            }
        }
        out.push_str("}}");
        out
    }
}
