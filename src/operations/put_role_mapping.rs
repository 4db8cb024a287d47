//! `put_role_mapping`: create or replace a role mapping.
//! Elasticsearch: PUT, POST /_security/role_mapping/{name}.

use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route, reserved_metadata};
use crate::error::{Error, Result};
use crate::identity::mappings::{self, Rule, roles_of_templates};
use crate::identity::subject::push_strings;
use crate::json::{push_compact, push_string};

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

/// Elasticsearch's limit for the id of a document, whose beginning is the same for all mappings.
const MAX_ID: usize = 512;
const ID: &str = "role-mapping_";

/// How large a mapping may be: every login evaluates all of them.
const MAX_SIZE: usize = 1 << 20;

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let name = request.string("name")?.map(String::from);
    let roles = request.strings("roles")?.unwrap_or_default();
    let templates = request.value("role_templates")?;
    let rules = request.value("rules")?;
    let metadata = request.object("metadata")?;
    let enabled = request.boolean("enabled")?.unwrap_or(true);
    request.refresh()?;
    request.finish()?;
    let has_templates = match templates {
        Some(templates) => !roles_of_templates(templates)?.is_empty(),
        None => false,
    };
    rules.map(Rule::parse).transpose()?;

    let mut errors = Vec::new();
    match name.as_deref().map_or(0, str::len) {
        0 => errors.push("role-mapping name is missing".to_owned()),
        length if ID.len() + length > MAX_ID => errors.push(format!(
            "id is too long, must be no longer than {MAX_ID} bytes but was: {}",
            ID.len() + length
        )),
        _ => {}
    }
    match (roles.is_empty(), has_templates) {
        (true, false) => {
            errors.push("role-mapping roles or role-templates are missing".to_owned());
        }
        (false, true) => {
            errors.push("role-mapping cannot have both roles and role-templates".to_owned());
        }
        _ => {}
    }
    if rules.is_none() {
        errors.push("role-mapping rules are missing".to_owned());
    }
    errors.extend(reserved_metadata(metadata));
    let (Some(name), Some(rules), true) = (name, rules, errors.is_empty()) else {
        return Err(Error::validation(&errors));
    };

    let mut mapping = String::from("{");
    push_string(&mut mapping, &name);
    mapping.push_str(&format!(r#":{{"enabled":{enabled}"#));
    match templates.filter(|_| has_templates) {
        Some(templates) => {
            mapping.push_str(r#","role_templates":"#);
            push_compact(&mut mapping, templates);
        }
        None => {
            mapping.push_str(r#","roles":"#);
            push_strings(&mut mapping, &roles);
        }
    }
    mapping.push_str(r#","rules":"#);
    push_compact(&mut mapping, rules);
    mapping.push_str(r#","metadata":"#);
    match metadata {
        Some(metadata) => push_compact(&mut mapping, metadata),
        None => mapping.push_str("{}"),
    }
    mapping.push_str("}}");
    if mapping.len() > MAX_SIZE {
        return Err(Error::too_large(format!(
            "the role mapping [{name}] would have {} bytes, more than the limit of {MAX_SIZE}",
            mapping.len()
        )));
    }
    let call = entry.authorize()?;
    let created = call.store.write(move |txn| mappings::put(txn, &name, &mapping))?;
    Ok(format!(r#"{{"role_mapping":{{"created":{created}}}}}"#))
}
