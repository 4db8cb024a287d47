//! What the roles of the people allow, and a question about it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::abi::{Store, userprofile_put_privileges, userprofile_put_role};

const APPLICATION: &str = "kibana-.kibana";
/// The department that the question is about.
const ASKED: &str = "search";

/// Roles of these names, which are a department and a level, and the privileges of the application.
pub fn put_all(store: &Store, names: &BTreeSet<String>) {
    let actions = |actions: &[&str]| json!({"actions": actions});
    let privileges = json!({"privileges": {APPLICATION: {
        "all": actions(&["login:", "ui:*", "api:*", "saved_object:*"]),
        "read": actions(&["login:", "ui:catalogue/*", "ui:navLinks/*", "saved_object:config/get"]),
        "feature_discover.all": actions(&["login:", "ui:discover/*", "saved_object:search/*"]),
        "feature_discover.read":
            actions(&["login:", "ui:discover/show", "saved_object:search/get", "saved_object:search/find"]),
    }}});
    store.must(userprofile_put_privileges, &privileges.to_string());
    for name in names {
        put(store, name, "");
    }
}

/// Another description makes it a change that nobody's rights depend on.
pub fn put(store: &Store, name: &str, description: &str) {
    let (department, level) = name.split_once('_').expect("department and level");
    let mut role = descriptor(department, level);
    role["name"] = name.into();
    role["description"] = description.into();
    store.must(userprofile_put_role, &role.to_string());
}

fn descriptor(department: &str, level: &str) -> Value {
    let index =
        |names: &[String], privileges: &[&str]| json!({"names": names, "privileges": privileges});
    let application = |privileges: &[&str], resource: &str| json!([{"application": APPLICATION, "privileges": privileges, "resources": [resource]}]);
    let space = format!("space:{department}");
    let streams = [format!("logs-{department}-*"), format!("metrics-{department}-*")];
    let own = [format!("{department}-*")];
    let read = ["read", "view_index_metadata"];
    match level {
        "read" => json!({
            "indices": [index(&streams, &read)],
            "applications": application(&["read", "feature_discover.read"], &space),
        }),
        "edit" => json!({
            "indices": [index(&streams, &read), index(&own, &["read", "write", "create_index"])],
            "applications": application(&["read", "feature_discover.all"], &space),
        }),
        "audit" => json!({
            "cluster": ["monitor", "read_security"],
            "indices": [index(&[format!("/audit-{department}-(login|change)-.*/")], &read)],
            "applications": application(&["read"], "space:audit"),
        }),
        "own" => json!({
            "cluster": ["monitor", "manage_own_api_key"],
            "indices": [index(&streams, &["all"]), index(&own, &["all"])],
            "applications": application(&["all"], &space),
        }),
        "admin" => json!({
            "cluster": ["monitor", "manage_ilm", "manage_index_templates"],
            "indices": [
                index(&["logs-*".to_owned(), "metrics-*".to_owned()], &read),
                index(&[format!("*-{department}-*")], &["manage"]),
            ],
            "applications": application(&["all"], "*"),
        }),
        _ => panic!("no such level: {level}"),
    }
}

/// Who may do all of this? Another year is another question, with the same answer.
pub fn question(year: usize) -> String {
    json!({
        "cluster": ["monitor", "cluster:monitor/state"],
        "index": [{
            "names": [format!("logs-{ASKED}-{year}.*"), format!("metrics-{ASKED}-cpu")],
            "privileges": ["read", "view_index_metadata"],
        }],
        "application": [{
            "application": APPLICATION,
            "privileges": ["read", "feature_discover.read"],
            "resources": [format!("space:{ASKED}")],
        }],
    })
    .to_string()
}

/// The answer, by the names of somebody's roles.
pub fn may(roles: &[String]) -> bool {
    let has = |department: &str, levels: &[&str]| {
        roles
            .iter()
            .filter_map(|role| role.split_once('_'))
            .any(|(of, level)| of.starts_with(department) && levels.contains(&level))
    };
    has("", &["admin"]) || has(ASKED, &["read", "edit", "own"]) && has("", &["audit", "own"])
}
