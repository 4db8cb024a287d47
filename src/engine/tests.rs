//! The operation table as tests in other crates see it, and what it says of privileges.

use std::collections::BTreeSet;

use serde_json::json;

use super::OPERATIONS;

#[path = "../../tests/common/privileges.rs"]
mod privileges;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/operations.json");

/// What every user may do, although privileges name the actions too: they are about the users
/// themselves.
const EVERYBODYS: [&str; 3] = ["authenticate", "user_has_privileges", "get_user_privileges"];

#[test]
fn the_committed_table_is_up_to_date() {
    let rows = OPERATIONS.iter().map(|operation| {
        let routes = operation.routes.iter();
        let routes = routes.map(|route| json!({"methods": route.methods, "path": route.path}));
        let row = json!({
            "name": operation.name,
            "routes": routes.collect::<Vec<_>>(),
            "parameters": operation.parameters,
            "body": format!("{:?}", operation.body),
            "action": operation.action,
            "writes": operation.writes,
            "granted_by": operation.granted_by,
        });
        row.to_string()
    });
    let table = format!("[\n{}\n]\n", rows.collect::<Vec<_>>().join(",\n"));
    if std::env::var_os("USERPROFILE_BLESS").is_some() {
        std::fs::write(COMMITTED, &table).expect("tests/ is writable");
    }
    let committed = std::fs::read_to_string(COMMITTED).expect("tests/operations.json exists");
    assert!(
        committed == table,
        "tests/operations.json differs from the operation table; \
         refresh it with: USERPROFILE_BLESS=1 cargo test --lib the_committed_table"
    );
}

#[test]
fn an_operation_names_the_privileges_that_grant_it() {
    let table = privileges::table();
    let names = table["cluster"].as_object().expect("privileges by name");
    // What is known of the others is not certain enough to be told to a user.
    let verified = names.iter().filter(|(_, privilege)| privilege.get("unverified").is_none());
    let verified: Vec<&str> = verified.map(|(name, _)| name.as_str()).collect();
    assert!(verified.len() > 50, "found only {} privileges", verified.len());
    for operation in OPERATIONS {
        let named: BTreeSet<&str> = operation.granted_by.iter().copied().collect();
        assert_eq!(named.len(), operation.granted_by.len(), "{}", operation.name);
        let mut granting: BTreeSet<&str> = verified
            .iter()
            .copied()
            .filter(|name| privileges::allows(&table, "cluster", name, operation.action))
            .collect();
        if EVERYBODYS.contains(&operation.name) {
            granting.clear();
        }
        assert_eq!(named, granting, "{}", operation.name);
        // The weakest first: the one that grants everything comes last.
        assert!(matches!(operation.granted_by.last(), None | Some(&"all")), "{}", operation.name);
    }
}
