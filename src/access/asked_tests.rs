//! Privileges to check, as they are given and refused.

use super::*;
use crate::json::check;

fn parse(privileges: &str) -> Result<Asked> {
    Asked::parse("r", Raw::trusted(check(privileges.as_bytes()).unwrap()).named())
}

fn errors(privileges: &str) -> Vec<String> {
    parse(privileges).unwrap().errors()
}

#[test]
fn privileges_are_read_as_they_are() {
    let asked = parse(
        r#"{"applications":[{"application":"myapp","privileges":["read","data:*"],"resources":["*"]}],
            "cluster":["monitor","NONE"],
            "index":[{"names":"logs-*","privileges":["read"]},
                     {"names":["a","b"],"privileges":["all"],"allow_restricted_indices":true}]}"#,
    )
    .unwrap();
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let index = |names: &[&str], privilege: &str, allow_restricted_indices| IndexEntry {
        names: strings(names),
        privileges: strings(&[privilege]),
        field_security: None,
        query: None,
        allow_restricted_indices,
    };
    let expected = Asked {
        cluster: strings(&["monitor", "NONE"]),
        indices: vec![index(&["logs-*"], "read", false), index(&["a", "b"], "all", true)],
        applications: vec![ApplicationEntry {
            application: "myapp".to_owned(),
            privileges: strings(&["read", "data:*"]),
            resources: strings(&["*"]),
        }],
    };
    assert_eq!(asked, expected);
    assert_eq!(asked.errors(), [""; 0]);
    let alias = r#"{"application":[{"application":"a","privileges":["p"],"resources":["r"]}]}"#;
    assert_eq!(
        parse(alias).unwrap(),
        parse(&alias.replace(r#"{"application":["#, r#"{"applications":["#)).unwrap()
    );
}

#[test]
fn what_does_not_parse_is_named() {
    let check = |why: &str| format!("failed to parse privileges check [r]. {why}");
    let missing = check("All privilege fields [cluster,index,applications] are missing");
    let unsupported =
        |field: &str| format!("Field [{field}] is not supported in a has_privileges request");
    for (given, expected) in [
        ("{}", missing.clone()),
        (r#"{"cluster":null}"#, missing),
        (r#"{"indices":[]}"#, check("unexpected field [indices]")),
        (
            r#"{"cluster":[1]}"#,
            check(
                "expected field [cluster] value to be an array of strings, but found \
                 [VALUE_NUMBER] instead",
            ),
        ),
        (r#"{"index":[{"names":"a","privileges":["read"],"query":"{}"}]}"#, unsupported("query")),
        (
            r#"{"index":[{"names":"a","privileges":["read"],"query":"{}"},
                         {"names":"a","privileges":["read"],"field_security":{"grant":["*"]}}]}"#,
            unsupported("field_security"),
        ),
        (
            r#"{"index":[{"privileges":["read"]}]}"#,
            "failed to parse indices privileges for role [r]. missing required [names] field"
                .to_owned(),
        ),
        (
            r#"{"index":[{"names":"a","privileges":["read"],"clusters":["c"]}]}"#,
            "failed to parse indices privileges for role [r]. unexpected field [clusters]"
                .to_owned(),
        ),
        (
            r#"{"application":[{"application":"a","privileges":["p"]}]}"#,
            "failed to parse application privileges for role [r]. missing required [resources] \
             field"
                .to_owned(),
        ),
    ] {
        assert_eq!(parse(given).unwrap_err(), Error::parse(expected), "{given}");
    }
}

#[test]
fn what_is_wrong_comes_in_order() {
    for nothing in [r#"{"cluster":[]}"#, r#"{"index":[],"application":[],"cluster":null}"#] {
        assert_eq!(errors(nothing), ["must specify at least one privilege"], "{nothing}");
    }
    assert_eq!(errors(r#"{"cluster":["anything"]}"#), [""; 0]);
    let failures = |name: &str| {
        format!(
            "may not check the index privilege [{name}]: access to failure stores cannot be checked"
        )
    };
    assert_eq!(
        errors(
            r#"{"application":[{"application":"kib*","privileges":["any thing"],"resources":["*"]},
                               {"application":"my","privileges":["p"],"resources":["*"]}],
                "index":[{"names":"a","privileges":["read","read_failure_store"]},
                         {"names":"a","privileges":["Manage_Failure_Store"]}]}"#
        ),
        [
            failures("read_failure_store"),
            failures("Manage_Failure_Store"),
            "Application names may not contain '*' (found 'kib*')".to_owned(),
            "An application name prefix must be at least 3 characters long (found 'my')".to_owned(),
        ]
    );
}
