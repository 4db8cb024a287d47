//! `include/userprofile.h` is what cbindgen makes of the doc comments in `src/ffi`.

const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/userprofile.h"));
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include/userprofile.h");

#[test]
fn the_committed_header_is_up_to_date() {
    if std::env::var_os("USERPROFILE_BLESS").is_some() {
        std::fs::write(COMMITTED, GENERATED).expect("include/ is writable");
    }
    let committed = std::fs::read_to_string(COMMITTED).expect("include/userprofile.h exists");
    assert!(
        committed == GENERATED,
        "include/userprofile.h differs from the doc comments in src/ffi; \
         refresh it with: USERPROFILE_BLESS=1 cargo test --test header"
    );
}

#[test]
fn every_function_is_documented_with_its_statuses() {
    for (before, name) in functions() {
        assert!(before.contains("*/"), "{name} has no comment");
        let comment = before.rsplit("/**").next().unwrap_or_default();
        // Functions that can neither fail nor answer.
        let plain = [
            "userprofile_version",
            "userprofile_close",
            "userprofile_json_free",
            "userprofile_answer_with",
        ];
        assert!(
            comment.contains("Status    0") || plain.contains(&name),
            "the comment of {name} does not list its statuses"
        );
    }
}

/// Each function of the header with the text between it and the one before.
fn functions() -> Vec<(&'static str, &'static str)> {
    let mut functions = Vec::new();
    let mut rest = GENERATED.split_once("extern \"C\"").expect("the header has functions").1;
    while let Some(end) = rest.find(");") {
        let (declaration, after) = rest.split_at(end + 2);
        let name = declaration
            .rsplit("*/")
            .next()
            .and_then(|text| text.split('(').next())
            .and_then(|text| text.split([' ', '*']).next_back())
            .expect("a declaration names its function");
        functions.push((declaration, name));
        rest = after;
    }
    assert!(functions.len() >= 20, "found only {} functions", functions.len());
    functions
}
