//! `get_user`: native users by name, or all. Elasticsearch: GET /_security/user[/{username}].

use super::{Body, Call, Entry, Operation, READ_SECURITY, Request, Route};
use crate::error::{Error, Result};
use crate::identity::profiles;
use crate::identity::users::{self, User};
use crate::json::push_string;
use crate::store::Read;

pub(crate) const GET_USER: Operation = Operation {
    name: "get_user",
    routes: &[
        Route { methods: &["GET"], path: "/_security/user" },
        Route { methods: &["GET"], path: "/_security/user/{username}" },
    ],
    parameters: &["username", "with_profile_uid"],
    body: Body::None,
    parser: "get_user_request",
    action: "cluster:admin/xpack/security/user/get",
    writes: false,
    granted_by: READ_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let lists = request.names("username")?.unwrap_or_default();
    let with_profile_uid = request.boolean("with_profile_uid")?.unwrap_or(false);
    request.finish()?;
    let names: Vec<&str> =
        lists.iter().flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).collect();
    let call = entry.authorize()?;
    call.store.read(|txn| {
        let users = if lists.is_empty() {
            users::all(txn, &call.identity.realms.native)?
        } else {
            named(&call, txn, &names)?
        };
        if users.is_empty() && !lists.is_empty() {
            return Err(Error::answered(404, "{}".to_owned()));
        }
        let mut out = String::from("{");
        for user in users {
            if out.len() > 1 {
                out.push(',');
            }
            push_string(&mut out, &user.subject.username);
            out.push(':');
            let profile = if with_profile_uid {
                profiles::find(call.store, txn, &user.subject)?
            } else {
                None
            };
            out.push_str(&user.to_json(profile.as_ref().map(|(_, header)| header.uid)));
        }
        out.push('}');
        Ok(out)
    })
}

/// The users of these names that exist, each once and in the order asked for.
fn named(call: &Call<'_>, txn: &impl Read, names: &[&str]) -> Result<Vec<User>> {
    let native = &call.identity.realms.native;
    let mut found: Vec<User> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for name in names.iter().filter(|name| seen.insert(**name)) {
        found.extend(users::get(txn, native, name)?);
    }
    Ok(found)
}
