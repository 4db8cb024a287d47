//! Named privileges as the tests understand them: the library's table, and none of its code.

use serde_json::Value;

/// The library's table of privileges.
pub(crate) fn table() -> Value {
    let table = include_str!("../../src/access/privileges.json");
    serde_json::from_str(table).expect("privileges.json is JSON")
}

/// Whether `pattern` matches the whole of `text`: `*` any run of characters, `?` any one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let (_, rest) = pattern.split_at(first.len_utf8());
    if first == '*' {
        return text.char_indices().any(|(at, _)| matches(rest, &text[at..])) || matches(rest, "");
    }
    let mut after = text.chars();
    after.next().is_some_and(|next| next == first || first == '?') && matches(rest, after.as_str())
}

/// Whether the privilege of `scope`, `cluster` or `index`, allows `action`. What is not the name of
/// a privilege is the beginning of actions.
pub(crate) fn allows(table: &Value, scope: &str, privilege: &str, action: &str) -> bool {
    let Some(named) = table[scope].get(privilege) else {
        return matches(&format!("{privilege}*"), action);
    };
    let any = |list: &str| {
        let patterns = named[list].as_array().into_iter().flatten();
        patterns.into_iter().any(|one| matches(one.as_str().expect("a pattern"), action))
    };
    any("allow") && !any("deny")
}
