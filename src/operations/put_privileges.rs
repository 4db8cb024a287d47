//! `put_privileges`: create or replace application privileges.
//! Elasticsearch: PUT, POST /_security/privilege.

use std::borrow::Cow;

use super::{
    Body, Entry, MANAGE_SECURITY, Operation, Request, Route, check_size, id_error,
    reserved_metadata,
};
use crate::access::{self, Target, application_privileges, names};
use crate::error::{Error, Result};
use crate::json::{Raw, push_compact, push_string, push_strings};

pub(crate) const PUT_PRIVILEGES: Operation = Operation {
    name: "put_privileges",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/privilege" }],
    parameters: &["refresh"],
    body: Body::Member("privileges"),
    parser: "application_privilege",
    action: "cluster:admin/xpack/security/privilege/put",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

/// The beginning of the ids of all privileges; a colon stands between application and name.
const ID: &str = "application-privilege_";

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let mut privileges = Vec::new();
    if let Some(applications) = request.nested("privileges")? {
        for (application, names) in applications.each_nested()? {
            for (name, privilege) in names.each_nested()? {
                privileges.push(Privilege::take(application.clone(), name, privilege)?);
            }
        }
    }
    request.refresh()?;
    request.finish()?;
    let mut errors: Vec<String> = privileges.iter().flat_map(Privilege::errors).collect();
    if privileges.is_empty() {
        errors.push("At least one application privilege must be provided".to_owned());
    }
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    let applications: Vec<&str> = privileges.iter().map(|one| &*one.application).collect();
    let call = entry.authorize_on(Target::Applications(&applications))?;
    // Not for whoever asks, for it may take long.
    access::check_actions(privileges.iter().map(|one| &*one.actions))?;
    let mut definitions = Vec::with_capacity(privileges.len());
    for privilege in privileges {
        let definition = privilege.to_json();
        check_size("application privilege", &privilege.name, &definition)?;
        definitions.push((
            privilege.application.into_owned(),
            privilege.name.into_owned(),
            definition,
        ));
    }
    call.store.write(move |txn| {
        let mut out = String::from("{");
        let mut previous = None;
        for (application, name, definition) in &definitions {
            let created = application_privileges::put(txn, application, name, definition)?;
            if previous == Some(application) {
                out.push(',');
            } else {
                out.push_str(if previous.is_some() { "}," } else { "" });
                push_string(&mut out, application);
                out.push_str(":{");
                previous = Some(application);
            }
            push_string(&mut out, name);
            out.push_str(&format!(r#":{{"created":{created}}}"#));
        }
        out.push_str("}}");
        Ok(out)
    })
}

/// An application privilege as it is given.
struct Privilege<'a> {
    application: Cow<'a, str>,
    name: Cow<'a, str>,
    actions: Vec<String>,
    metadata: Option<Raw<'a>>,
}

impl<'a> Privilege<'a> {
    fn take(
        application: Cow<'a, str>,
        name: Cow<'a, str>,
        mut request: Request<'a>,
    ) -> Result<Self> {
        for (what, known) in [("application", &application), ("name", &name)] {
            if let Some(given) = request.string(what)?
                && given != *known
            {
                let what = if what == "name" { "privilege name" } else { "application name" };
                return Err(Error::parse(format!(
                    "{what} [{given}] in source does not match the name provided [{known}]"
                )));
            }
        }
        let actions = request.strings("actions")?.unwrap_or_default();
        let metadata = request.object("metadata")?;
        request.finish()?;
        Ok(Self { application, name, actions, metadata })
    }

    fn errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        errors.extend(names::application_error(&self.application));
        errors.extend(names::privilege_error(&self.name));
        errors.extend(id_error(ID.len() + self.application.len() + 1 + self.name.len()));
        if self.actions.is_empty() {
            errors.push("application privileges must have at least one action".to_owned());
        }
        errors.extend(self.actions.iter().filter_map(|action| names::action_error(action)));
        errors.extend(reserved_metadata(self.metadata));
        errors
    }

    /// The privilege as `get_privileges` shows it.
    fn to_json(&self) -> String {
        let mut out = String::from(r#"{"application":"#);
        push_string(&mut out, &self.application);
        out.push_str(r#","name":"#);
        push_string(&mut out, &self.name);
        out.push_str(r#","actions":"#);
        push_strings(&mut out, &self.actions);
        out.push_str(r#","metadata":"#);
        push_compact(&mut out, self.metadata.unwrap_or(Raw::trusted("{}")));
        out.push('}');
        out
    }
}
