//! Roles as they are given, refused and shown, against Elasticsearch's role API.

use super::*;
use crate::error::Error;
use crate::json::check;

fn parse(name: &str, role: &str) -> Result<Descriptor> {
    Descriptor::parse(name, Raw::trusted(check(role.as_bytes()).unwrap()).named())
}

fn shown(role: &str) -> String {
    parse("r", role).unwrap().to_json()
}

/// A shown role with these members in their places.
fn whole(global: &str, indices: &str, applications: &str, rest: &str) -> String {
    format!(
        r#"{{"cluster":[]{global},"indices":[{indices}],"applications":[{applications}],"run_as":[],"metadata":{{}},"transient_metadata":{{"enabled":true}}{rest}}}"#
    )
}

#[test]
fn a_role_is_shown_whole_and_in_order() {
    let all = r#"{"cluster":["all","cluster:monitor/x"],"global":{"application":{"manage":{"applications":["kibana-*"]}},"profile":{"write":{"applications":["a","b*"]}},"role":{"manage":{"indices":[{"names":["x-*"],"privileges":["read"]},{"names":[],"privileges":[]}]}}},"indices":[{"names":["a","/b.*/"],"privileges":["READ","write"],"field_security":{"grant":["*"],"except":["secret"]},"query":"{\"term\":{}}","allow_restricted_indices":true}],"applications":[{"application":"myapp","privileges":["read","data:*"],"resources":["*"]}],"run_as":["u*"],"metadata":{"n":1.0,"_x":[null]},"transient_metadata":{"enabled":true},"remote_indices":[{"names":["r"],"privileges":["read"],"allow_restricted_indices":false,"clusters":["c*","d"]}],"remote_cluster":[{"privileges":["monitor_enrich","monitor_stats"],"clusters":["*"]}],"description":"what \"it\" is"}"#;
    assert_eq!(shown(all), all);
    assert_eq!(parse("r", all).unwrap(), parse("r", &shown(all)).unwrap());

    let entry = r#"{"names":["a"],"privileges":["read"],"allow_restricted_indices":false}"#;
    let application = r#"{"application":"a","privileges":["p"],"resources":["r"]}"#;
    let empty = whole("", "", "", "");
    for (given, expected) in [
        ("{}", empty.clone()),
        (r#"{"cluster":null,"run_as":null,"type":1,"transient_metadata":{"x":1}}"#, empty.clone()),
        (r#"{"global":{},"remote_indices":[],"remote_cluster":[]}"#, empty.clone()),
        (r#"{"global":{"application":{},"profile":{},"role":{}}}"#, empty),
        (
            r#"{"global":{"profile":{"write":{"applications":[]}}}}"#,
            whole(
                r#","global":{"application":{},"profile":{"write":{"applications":[]}},"role":{}}"#,
                "",
                "",
                "",
            ),
        ),
        (
            r#"{"global":{"role":{"manage":{"indices":[]}}}}"#,
            whole(
                r#","global":{"application":{},"profile":{},"role":{"manage":{"indices":[]}}}"#,
                "",
                "",
                "",
            ),
        ),
        (r#"{"index":[{"names":"a","privileges":["read"]}]}"#, whole("", entry, "", "")),
        (
            r#"{"indices":[{"query":null,"privileges":["read"],"names":["a"]}]}"#,
            whole("", entry, "", ""),
        ),
        (
            r#"{"indices":[{"query":"","privileges":["read"],"names":["a"]}]}"#,
            whole("", entry, "", ""),
        ),
        (
            r#"{"indices":[{"query": { "term": {"a b": "c d"} },"privileges":["read"],"names":["a"],"field_security":{"grant":[]}}]}"#,
            whole(
                "",
                r#"{"names":["a"],"privileges":["read"],"field_security":{"grant":[]},"query":"{\"term\":{\"a b\":\"c d\"}}","allow_restricted_indices":false}"#,
                "",
                "",
            ),
        ),
        (
            r#"{"application":[{"resources":["r"],"privileges":["p"],"application":"a"}]}"#,
            whole("", "", application, ""),
        ),
        // The last one counts, as with Elasticsearch.
        (
            r#"{"index":[{"names":"b","privileges":["all"]}],"indices":[{"names":"a","privileges":["read"]}]}"#,
            whole("", entry, "", ""),
        ),
        (r#"{"description":""}"#, whole("", "", "", r#","description":"""#)),
    ] {
        assert_eq!(shown(given), expected, "{given}");
    }
}

const STRINGS: &str = "an array of strings";
const OBJECTS: &str = "an array of objects";

fn wrong(field: &str, expected: &str, found: &str) -> String {
    format!("expected field [{field}] value to be {expected}, but found [{found}] instead")
}

fn unexpected(field: &str) -> String {
    format!("unexpected field [{field}]")
}

fn missing(field: &str) -> String {
    format!("missing required [{field}] field")
}

#[test]
fn what_does_not_parse_is_named() {
    for (given, why) in [
        (r#"{"clusters":[]}"#, unexpected("clusters")),
        (r#"{"Cluster":[]}"#, unexpected("Cluster")),
        (r#"{"cluster":"all"}"#, wrong("cluster", STRINGS, "VALUE_STRING")),
        (r#"{"cluster":["all",1]}"#, wrong("cluster", STRINGS, "VALUE_NUMBER")),
        (r#"{"cluster":[null]}"#, wrong("cluster", STRINGS, "VALUE_NULL")),
        (r#"{"run_as":[{}]}"#, wrong("run_as", STRINGS, "START_OBJECT")),
        (r#"{"metadata":null}"#, wrong("metadata", "an object", "VALUE_NULL")),
        (r#"{"description":true}"#, wrong("description", "a string", "VALUE_BOOLEAN")),
        (
            r#"{"global":{"profile":{"write":{"applications":[null]}}}}"#,
            wrong("applications", STRINGS, "VALUE_NULL"),
        ),
        // The first one counts.
        (r#"{"a":1,"cluster":1}"#, unexpected("a")),
    ] {
        let expected = Error::parse(format!("failed to parse role [r]. {why}"));
        assert_eq!(parse("r", given).unwrap_err(), expected, "{given}");
    }
}

#[test]
fn entries_that_do_not_parse_are_named() {
    for (what, field, entry, found) in [
        ("indices", "indices", "7", "VALUE_NUMBER"),
        ("indices", "index", r#""x""#, "VALUE_STRING"),
        ("application", "application", "null", "VALUE_NULL"),
        ("application", "applications", "true", "VALUE_BOOLEAN"),
        ("remote indices", "remote_indices", "[]", "START_ARRAY"),
    ] {
        let why = wrong(field, OBJECTS, found);
        let expected =
            Error::parse(format!("failed to parse {what} privileges for role [r]. {why}"));
        for array in [entry.to_owned(), format!("[{entry}]"), format!("[{entry},1]")] {
            if array != "[]" {
                let role = format!(r#"{{"{field}":{array}}}"#);
                assert_eq!(parse("r", &role).unwrap_err(), expected, "{role}");
            }
        }
    }
    let index = [
        (r#"{}"#, missing("names")),
        (r#"{"privileges":["read"]}"#, missing("names")),
        (r#"{"names":"a"}"#, missing("privileges")),
        (r#"{"names":"a","privileges":null}"#, missing("privileges")),
        (r#"{"names":[],"privileges":["read"]}"#, "[names] cannot be an empty array".to_owned()),
        (r#"{"names":null}"#, wrong("names", STRINGS, "VALUE_NULL")),
        (r#"{"names":["a",{}]}"#, wrong("names", STRINGS, "START_OBJECT")),
        (r#"{"privileges":"read"}"#, wrong("privileges", STRINGS, "VALUE_STRING")),
        (r#"{"name":"a"}"#, unexpected("name")),
        (
            r#"{"allow_restricted_indices":"true"}"#,
            wrong("allow_restricted_indices", "a boolean", "VALUE_STRING"),
        ),
        (r#"{"query":1}"#, wrong("query", "a string", "VALUE_NUMBER")),
        (r#"{"field_security":[]}"#, wrong("field_security", "an object", "START_ARRAY")),
        (r#"{"field_security":{}}"#, r#""field_security" must not be empty."#.to_owned()),
        (
            r#"{"field_security":{"except":["a"]}}"#,
            "field_security requires grant if except is given".to_owned(),
        ),
        (
            r#"{"field_security":{"grants":[]}}"#,
            r#""field_security" only accepts options grant and except, but got: grants"#.to_owned(),
        ),
        (r#"{"field_security":{"grant":null}}"#, wrong("grant", STRINGS, "VALUE_NULL")),
    ];
    for (entry, why) in &index {
        for (what, field) in [("indices", "indices"), ("remote indices", "remote_indices")] {
            let error = parse("r", &format!(r#"{{"{field}":[{entry}]}}"#)).unwrap_err();
            let expected = format!("failed to parse {what} privileges for role [r]. {why}");
            assert_eq!(error, Error::parse(expected), "{entry}");
        }
    }
    let sound = r#""names":"a","privileges":["read"]"#;
    let clusters = "the [clusters] sub-field must refer to at least one cluster alias or cluster \
                    alias pattern";
    let stats = "[monitor_enrich, monitor_stats] are the only values allowed for [privileges] \
                 within [remote_cluster]. Found [all]";
    let application = |why: String| format!("application privileges for role [r]. {why}");
    let remote = |why: String| format!("remote_cluster for role [r]. {why}");
    for (field, entry, expected) in [
        (
            "indices",
            format!(r#"{{{sound},"clusters":["c"]}}"#),
            Ok(format!("indices privileges for role [r]. {}", unexpected("clusters"))),
        ),
        (
            "indices",
            r#"{"names":"a","privileges":[]}"#.to_owned(),
            Err("indices privileges must define at least one privilege"),
        ),
        (
            "remote_indices",
            format!("{{{sound}}}"),
            Ok(format!("remote indices privileges for role [r]. {}", missing("clusters"))),
        ),
        ("remote_indices", format!(r#"{{{sound},"clusters":[]}}"#), Err(clusters)),
        (
            "remote_cluster",
            r#"{"privileges":["monitor_stats"],"clusters":[]}"#.to_owned(),
            Err(clusters),
        ),
        ("remote_cluster", r#"{"clusters":["c"]}"#.to_owned(), Ok(remote(missing("privileges")))),
        (
            "remote_cluster",
            r#"{"privileges":["monitor_stats"]}"#.to_owned(),
            Ok(remote(missing("clusters"))),
        ),
        (
            "remote_cluster",
            r#"{"privileges":[]}"#.to_owned(),
            Ok(remote("[privileges] cannot be an empty array".to_owned())),
        ),
        (
            "remote_cluster",
            r#"{"privileges":["monitor_stats","all"]}"#.to_owned(),
            Ok(remote(stats.to_owned())),
        ),
        ("remote_cluster", r#"{"names":["c"]}"#.to_owned(), Ok(remote(unexpected("names")))),
        ("applications", "{}".to_owned(), Ok(application(missing("resources")))),
        (
            "applications",
            r#"{"application":"a","resources":[]}"#.to_owned(),
            Ok(application(missing("privileges"))),
        ),
        ("applications", r#"{"names":1}"#.to_owned(), Ok(application(unexpected("names")))),
        (
            "applications",
            r#"{"application":["a"]}"#.to_owned(),
            Ok(application(wrong("application", "a string", "START_ARRAY"))),
        ),
        (
            "applications",
            r#"{"resources":["r"],"privileges":["p"]}"#.to_owned(),
            Ok(application(missing("application"))),
        ),
        (
            "applications",
            r#"{"application":"a","resources":["r"],"privileges":[]}"#.to_owned(),
            Err("application privileges must define at least one privilege"),
        ),
        (
            "applications",
            r#"{"application":"a","resources":[],"privileges":["p"]}"#.to_owned(),
            Err("application privileges must refer to at least one resource"),
        ),
    ] {
        let error = parse("r", &format!(r#"{{"{field}":[{entry}]}}"#)).unwrap_err();
        let expected = match expected {
            Ok(why) => Error::parse(format!("failed to parse {why}")),
            Err(reason) => Error::illegal_argument(reason),
        };
        assert_eq!(error, expected, "{field} {entry}");
    }
}

#[test]
fn global_privileges_that_do_not_parse_are_named() {
    let token = |expected: &str, found: &str| format!("[{expected}] but found [{found}]");
    let application = |value: &str| format!(r#"{{"application":{{"manage":{value}}}}}"#);
    let profile = |value: &str| format!(r#"{{"profile":{{"write":{value}}}}}"#);
    let role = |value: &str| format!(r#"{{"role":{{"manage":{{"indices":{value}}}}}}}"#);
    for (given, why) in [
        ("null".to_owned(), token("START_OBJECT", "VALUE_NULL")),
        ("[]".to_owned(), token("START_OBJECT", "START_ARRAY")),
        (r#"{"x":{}}"#.to_owned(), "one of [application,profile,role] but found [x]".to_owned()),
        (r#"{"role":1}"#.to_owned(), token("START_OBJECT", "VALUE_NUMBER")),
        (
            r#"{"profile":{"manage":{}}}"#.to_owned(),
            "field name [write] but found [manage]".to_owned(),
        ),
        (
            r#"{"application":{"write":{}}}"#.to_owned(),
            "field name [manage] but found [write]".to_owned(),
        ),
        (
            r#"{"role":{"manage":{"applications":[]}}}"#.to_owned(),
            "field name [indices] but found [applications]".to_owned(),
        ),
        (profile("[]"), token("START_OBJECT", "START_ARRAY")),
        (profile("{}"), token("FIELD_NAME", "END_OBJECT")),
        (profile(r#"{"x":[]}"#), "field name [applications] but found [x]".to_owned()),
        (profile(r#"{"applications":null}"#), token("START_ARRAY", "VALUE_NULL")),
        (profile(r#"{"applications":"a"}"#), token("START_ARRAY", "VALUE_STRING")),
        (profile(r#"{"applications":[],"x":1}"#), token("END_OBJECT", "FIELD_NAME")),
        (application(r#"{"applications":true}"#), token("START_ARRAY", "VALUE_BOOLEAN")),
        (role("{}"), token("START_ARRAY", "START_OBJECT")),
        (role("[1]"), token("START_OBJECT", "VALUE_NUMBER")),
        (role(r#"[{"names":[]}]"#), token("FIELD_NAME", "END_OBJECT")),
        (role(r#"[{"names":"a"}]"#), token("START_ARRAY", "VALUE_STRING")),
        (role(r#"[{"x":[]}]"#), "one of [names,privileges] but found [x]".to_owned()),
    ] {
        let error = parse("r", &format!(r#"{{"global":{given}}}"#)).unwrap_err();
        let expected = format!("failed to parse privilege. expected {why} instead");
        assert_eq!(error, Error::x_content(expected), "{given}");
    }
}

/// What is wrong with the role `name`, without the lists of known privileges.
fn errors(name: &str, role: &str) -> Vec<String> {
    let errors = parse(name, role).unwrap().errors(Some(name));
    let shorten = |error: &String| error.split_once(". a privilege").map(|(start, _)| start.into());
    errors.iter().map(|error| shorten(error).unwrap_or_else(|| error.clone())).collect()
}

#[test]
fn what_is_wrong_comes_in_order() {
    let all = format!(
        r#"{{"description":"{}","metadata":{{"a":1,"_b":2}},"applications":[{{"application":"My","privileges":["a b","read","x:*"],"resources":["*"]}},{{"application":"kib*","privileges":["\u00e9"],"resources":["*"]}}],"indices":[{{"names":"a","privileges":["read","nope","indices:data/x"]}}],"remote_indices":[{{"names":"a","privileges":["remote"],"clusters":["c"]}}],"global":{{"role":{{"manage":{{"indices":[{{"names":[],"privileges":["managed"]}}]}}}}}},"cluster":["all","no","MONITOR","indices:data/x","cluster:x"]}}"#,
        "x".repeat(1001)
    );
    let pattern = r"Application privilege names and actions must match the pattern ^\p{Graph}*$";
    assert_eq!(
        errors("superuser", &all),
        [
            "Role [superuser] is reserved and may not be used.",
            "unknown cluster privilege [no]",
            "unknown cluster privilege [indices:data/x]",
            "unknown index privilege [nope]",
            "unknown index privilege [remote]",
            "unknown index privilege [managed]",
            "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found 'My')",
            &format!("{pattern} (found 'a b')"),
            &format!("{pattern} (found '\u{e9}')"),
            "role descriptor metadata keys may not start with [_]",
            "Role description must be less than 1000 characters.",
        ]
    );
    assert_eq!(errors("r", "{}"), [""; 0]);
    let longest = format!(r#"{{"description":"{}"}}"#, "\u{e9}".repeat(1000));
    assert_eq!(errors("r", &longest), [""; 0]);
}

#[test]
fn names_of_roles_have_rules() {
    let rule = "Role names must be at least 1 and no more than 507 characters. They can contain \
                alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols \
                in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.";
    for name in ["a", "a b", "A~!/\\*", &"x".repeat(507), "Superuser"] {
        assert_eq!(errors(name, "{}"), [""; 0], "{name}");
    }
    for name in ["", " a", "a ", "\u{e9}", "a\nb", "\u{7f}", &"x".repeat(508)] {
        assert_eq!(errors(name, "{}"), [rule], "{name}");
    }
    assert_eq!(parse("", "{}").unwrap().errors(None), ["role name is missing"]);
}

#[test]
fn large_roles_are_parsed_and_shown_whole() {
    const MANY: usize = 100_000;
    let strings = vec![r#""x""#; MANY].join(",");
    let index = format!(
        r#"{{"names":[{strings}],"privileges":["read"],"allow_restricted_indices":false}}"#
    );
    let application = r#"{"application":"a","privileges":["p"],"resources":["r"]}"#;
    let applications = vec![application; MANY].join(",");
    let deep = format!("{}{}", r#"{"a":["#.repeat(60), "]}".repeat(60));
    let role = whole("", &index, &applications, "")
        .replace(r#""metadata":{}"#, &format!(r#""metadata":{deep}"#));
    assert_eq!(shown(&role), role);

    let unknown = format!(r#"{{"cluster":[{strings}]}}"#);
    assert_eq!(errors("r", &unknown).len(), MOST_ERRORS);
}
